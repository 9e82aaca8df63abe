// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Routes: how they are added, replaced, matched and taken away, which one a
 * packet takes, and who is told.
 *
 *	pod-red  v0 192.0.2.1/24    ----- v1  pod-blue 192.0.2.2/24
 *	         w0 198.51.100.1/24 ----- w1           198.51.100.2/24
 *
 * Destinations are of 203.0.113.0/24 and of 10.0.0.0/8.  What a packet takes is
 * asked in two ways: RTM_GETROUTE (ip_get), and the source address that a
 * socket gets when it is connected (source_of), which names the device too.
 */
#include "words.h"
#include "packet.h"

#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>

FIXTURE(route) { struct topo *topo; };
FIXTURE_VARIANT(route) { const char *topology; };
FIXTURE_VARIANT_ADD(route, netns) { .topology = "netns" };
FIXTURE_SETUP(route) TOPO_SETUP(route)
FIXTURE_TEARDOWN(route) TOPO_TEARDOWN

/* Both pairs, and IPv4 alone. */
static int stage4(void)
{
	int err = no_ipv6(RED);

	if (!err)
		err = no_ipv6(BLUE);
	if (!err)
		err = pair_up(RED, "v0", BLUE, "v1");
	if (!err)
		err = pair_up(RED, "w0", BLUE, "w1");
	if (!err)
		err = ip(RED, "addr add 192.0.2.1/24 dev v0");
	if (!err)
		err = ip(RED, "addr add 198.51.100.1/24 dev w0");
	return err;
}

#define STAGE4() ASSERT_STAGE(stage4())

static bool link_has_no_carrier(const struct link *link)
{
	return link && !link->carrier && !(link->flags & IFF_RUNNING);
}

/* Without the connected ones. */
static char *routes4(void)
{
	return lines_without(ip_list(RED, "route table 254"), "proto kernel");
}

#define VIA0	" via 192.0.2.9 dev v0 proto boot scope global"
#define VIA1	" via 198.51.100.9 dev w0 proto boot scope global"

/* NLM_F_CREATE, EXCL, REPLACE, APPEND: ip-route(8)'s five verbs. */
TEST_F(route, add_refuses_a_second_route_of_the_same_prefix_tos_and_metric)
{
	STAGE4();
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	EXPECT_ERR(-EEXIST, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	EXPECT_ERR(-EEXIST, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9"));
	EXPECT_ERR(-EEXIST, ip(RED, "route add blackhole 10.0.0.0/8"));
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 metric 5"));
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 tos 0x10"));
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/9 via 198.51.100.9"));
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 table 100"));
	EXPECT_TEXT("unicast 10.0.0.0/9" VIA1 "\n"
		    "unicast 10.0.0.0/8 tos 0x10" VIA1 "\n"
		    "unicast 10.0.0.0/8" VIA0 "\n"
		    "unicast 10.0.0.0/8" VIA1 " metric 5\n", routes4());
	EXPECT_TEXT("unicast 10.0.0.0/8 via 198.51.100.9 dev w0 table 100 proto boot scope global\n",
		    ip_list(RED, "route table 100"));
}

TEST_F(route, append_goes_behind_and_prepend_before_and_the_first_is_used)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
	EXPECT_ERR(0, ip(RED, "route append 10.0.0.0/8 via 198.51.100.9"));
	EXPECT_TEXT("unicast 10.0.0.0/8" VIA0 "\n"
		    "unicast 10.0.0.0/8" VIA1 "\n", routes4());
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
	EXPECT_ERR(0, ip(RED, "route prepend 10.0.0.0/8 via 198.51.100.8"));
	EXPECT_TEXT("unicast 10.0.0.0/8 via 198.51.100.8 dev w0 proto boot scope global\n"
		    "unicast 10.0.0.0/8" VIA0 "\n"
		    "unicast 10.0.0.0/8" VIA1 "\n", routes4());
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	/* What is there to the last is there already. */
	EXPECT_ERR(-EEXIST, ip(RED, "route append 10.0.0.0/8 via 198.51.100.9"));
}

TEST_F(route, replace_takes_the_place_of_the_first_and_change_needs_one)
{
	STAGE4();
	EXPECT_ERR(-ENOENT, ip(RED, "route change 10.0.0.0/8 via 192.0.2.9"));
	EXPECT_ERR(0, ip(RED, "route replace 10.0.0.0/8 via 192.0.2.9"));
	EXPECT_ERR(0, ip(RED, "route append 10.0.0.0/8 via 192.0.2.8"));
	EXPECT_ERR(0, ip(RED, "route replace 10.0.0.0/8 via 198.51.100.9"));
	EXPECT_TEXT("unicast 10.0.0.0/8" VIA1 "\n"
		    "unicast 10.0.0.0/8 via 192.0.2.8 dev v0 proto boot scope global\n",
		    routes4());
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	EXPECT_ERR(0, ip(RED, "route change 10.0.0.0/8 via 192.0.2.9 mtu 1400"));
	EXPECT_ERR(-ENOENT, ip(RED, "route change 10.0.0.0/8 via 192.0.2.9 metric 5"));
	EXPECT_TEXT("unicast 10.0.0.0/8" VIA0 " mtu 1400\n"
		    "unicast 10.0.0.0/8 via 192.0.2.8 dev v0 proto boot scope global\n",
		    routes4());
}

/* One message a change, and its flags say which change it was. */
TEST_F(route, each_change_of_a_route_is_told_once_and_how)
{
	struct record *rec;

	STAGE4();
	rec = RECORD(RED, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route append 10.0.0.0/8 via 198.51.100.9"));
	ASSERT_ERR(0, ip(RED, "route prepend 10.0.0.0/8 via 198.51.100.8"));
	ASSERT_ERR(0, ip(RED, "route replace 10.0.0.0/8 via 192.0.2.8"));
	ASSERT_ERR(-EEXIST, ip(RED, "route add 10.0.0.0/8 via 192.0.2.8"));
	ASSERT_ERR(0, ip(RED, "route del 10.0.0.0/8"));
	ASSERT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/7"));
	EXPECT_TEXT("NEWROUTE unicast 10.0.0.0/8" VIA0 " [create] [excl]\n"
		    "NEWROUTE unicast 10.0.0.0/8" VIA1 " [create] [append]\n"
		    "NEWROUTE unicast 10.0.0.0/8 via 198.51.100.8 dev w0 proto boot scope global [create]\n"
		    "NEWROUTE unicast 10.0.0.0/8 via 192.0.2.8 dev v0 proto boot scope global [replace]\n"
		    "DELROUTE unicast 10.0.0.0/8 via 192.0.2.8 dev v0 proto boot scope global\n",
		    record_text(rec));
	record_close(rec);
}

/* The longest prefix, then the TOS, then the lowest metric. */
TEST_F(route, the_longest_prefix_wins_and_then_the_lowest_metric)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 metric 20"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 metric 30"));
	ASSERT_ERR(0, ip(RED, "route add 10.1.0.0/16 via 192.0.2.9 metric 99"));
	ASSERT_ERR(0, ip(RED, "route add 10.1.2.3/32 via 198.51.100.9 metric 999"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "11.0.0.1"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.0.0.1"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.255.255.255"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.0.0"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.255.255"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.2.0.0"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.2.3"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.2.2"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.2.4"));
	/* The next one down serves when one is gone. */
	ASSERT_ERR(0, ip(RED, "route del 10.0.0.0/8 metric 20"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.0.0.1"));
	ASSERT_ERR(0, ip(RED, "route del 10.1.2.3"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.2.3"));
}

TEST_F(route, the_route_that_matched_is_told_with_fibmatch)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 metric 20 mtu 1400"));
	EXPECT_STREQ("unicast 10.0.0.0/8 via 198.51.100.9 dev w0 proto boot scope global metric 20 mtu 1400",
		     ip_get(RED, "10.1.1.1 fibmatch"));
	EXPECT_STREQ("unicast 10.1.1.1 via 198.51.100.9 dev w0 proto unspec scope global src 198.51.100.1 cached mtu 1400",
		     ip_get(RED, "10.1.1.1"));
	EXPECT_STREQ("unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1",
		     ip_get(RED, "192.0.2.77 fibmatch"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "11.1.1.1 fibmatch"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "11.1.1.1"));
	EXPECT_STREQ("unicast 192.0.2.2 dev v0 proto unspec scope global src 192.0.2.1 cached",
		     ip_get(RED, "192.0.2.2 dev v0"));
}

/*
 * Kernels differ in whether an answer repeats the TOS that was asked for: 6.12
 * does, 6.18 says that of the route.
 */
static const char *get_tos(const char *dst, int tos)
{
	const char *text = ip_get(RED, "%s tos %d", dst, tos);
	char line[256];

	snprintf(line, sizeof(line), "%s", text);
	cut_field(line, " tos ");
	return str("%s", line);
}

#define TAKES(via, dev, src) \
	"unicast 10.1.1.1 via " via " dev " dev " proto unspec scope global src " src " cached"
#define TAKES0	TAKES("192.0.2.9", "v0", "192.0.2.1")
#define TAKES1	TAKES("198.51.100.9", "w0", "198.51.100.1")

/* A route for a TOS serves that TOS alone, before those for any. */
TEST_F(route, a_route_with_a_tos_serves_packets_of_that_tos)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 tos 0x10 metric 7"));
	EXPECT_STREQ(TAKES0, get_tos("10.1.1.1", 0));
	EXPECT_STREQ(TAKES1, get_tos("10.1.1.1", 0x10));
	EXPECT_STREQ(TAKES0, get_tos("10.1.1.1", 0x08));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 tos 0x08"));
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8 tos 0x10"));
	EXPECT_STREQ(TAKES0, get_tos("10.1.1.1", 0x10));
}

/* Each refuses in its own way, to sockets and to RTM_GETROUTE alike. */
TEST_F(route, a_route_that_refuses_says_how_by_its_type)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add blackhole 10.1.0.0/16"));
	ASSERT_ERR(0, ip(RED, "route add unreachable 10.2.0.0/16"));
	ASSERT_ERR(0, ip(RED, "route add prohibit 10.3.0.0/16"));
	ASSERT_ERR(0, ip(RED, "route add throw 10.4.0.0/16"));
	EXPECT_TEXT("unicast default" VIA0 "\n"
		    "blackhole 10.1.0.0/16 proto boot scope global\n"
		    "unreachable 10.2.0.0/16 proto boot scope global\n"
		    "prohibit 10.3.0.0/16 proto boot scope global\n"
		    "throw 10.4.0.0/16 proto boot scope global\n", routes4());
	EXPECT_STREQ("-EINVAL", source_of(RED, "10.1.0.1"));
	EXPECT_STREQ("-EHOSTUNREACH", source_of(RED, "10.2.0.1"));
	EXPECT_STREQ("-EACCES", source_of(RED, "10.3.0.1"));
	/* The table ends here; the next rule (default, 253) has nothing. */
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "10.4.0.1"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.5.0.1"));
	EXPECT_STREQ("-EINVAL", ip_get(RED, "10.1.0.1"));
	EXPECT_STREQ("-EHOSTUNREACH", ip_get(RED, "10.2.0.1"));
	EXPECT_STREQ("-EACCES", ip_get(RED, "10.3.0.1"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "10.4.0.1"));
	/* They have no device, and none takes them along. */
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_TEXT("blackhole 10.1.0.0/16 proto boot scope global\n"
		    "unreachable 10.2.0.0/16 proto boot scope global\n"
		    "prohibit 10.3.0.0/16 proto boot scope global\n"
		    "throw 10.4.0.0/16 proto boot scope global\n", routes4());
}

/* A local route makes any address ours. */
TEST_F(route, a_local_route_makes_a_prefix_ours)
{
	STAGE4();
	ASSERT_ERR(0, set_up(RED, "lo"));
	ASSERT_ERR(0, ip(RED, "route add local 10.0.0.0/8 dev lo table 255"));
	EXPECT_TEXT("local 10.0.0.0/8 dev lo table local proto boot scope host\n",
		    lines_with(ip_list(RED, "route table 255"), "10.0.0.0"));
	EXPECT_STREQ("10.1.1.1", source_of(RED, "10.1.1.1"));
	EXPECT_ERR(0, reach(PROBE_UDP, RED, RED, "10.1.1.1"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add local 11.0.0.0/8 dev lo table 255 scope 0"));
	EXPECT_ERR(0, ip(RED, "route del local 10.0.0.0/8 dev lo table 255"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "10.1.1.1"));
}

static char *rules4(void)
{
	return ip_list(RED, "rule");
}

#define RULES_0	"0: from default lookup 255\n"
#define RULES_N	"32766: from default lookup 254\n32767: from default lookup 253\n"

/* What the request says of one thing excludes another. */
TEST_F(route, a_route_takes_no_contradictions_and_clamps_its_metrics)
{
	STAGE4();
	EXPECT_ERR(-EINVAL, ip(RED, "route add blackhole 10.0.0.0/8 dev v0"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add prohibit 10.0.0.0/8 via 192.0.2.9"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 dev v0 onlink"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.1/8 via 192.0.2.9"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add local 10.0.0.0/8 dev v0 scope 0"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 scope 254 nexthop via 192.0.2.9 nexthop via 198.51.100.9"));
	/* A TOS is a DSCP: the two bits of ECN are not for routes or rules. */
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 tos 0x1"));
	EXPECT_ERR(-EINVAL, ip(RED, "rule add tos 0x1 pref 5 lookup 100"));
	EXPECT_ERR(-EINVAL, ip(RED, "rule add pref 10 action 2 goto 5"));
	EXPECT_TEXT("", routes4());
	EXPECT_TEXT(RULES_0 RULES_N, rules4());
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 mtu 70000"));
	EXPECT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 192.0.2.9 advmss 70000"));
	EXPECT_TEXT("unicast 10.0.0.0/8" VIA0 " mtu 65520\n"
		    "unicast 11.0.0.0/8" VIA0 " advmss 65495\n", routes4());
}

/* The kinds of destination that no route of ours is needed for. */
TEST_F(route, addresses_are_local_broadcast_multicast_or_routed)
{
	STAGE4();
	ASSERT_ERR(0, set_up(RED, "lo"));
	EXPECT_STREQ("local 192.0.2.1 dev lo proto unspec scope global src 192.0.2.1 cached",
		     ip_get(RED, "192.0.2.1"));
	EXPECT_STREQ("broadcast 192.0.2.255 dev v0 proto unspec scope global src 192.0.2.1 cached",
		     ip_get(RED, "192.0.2.255"));
	EXPECT_STREQ("broadcast 255.255.255.255 dev w0 table 0 proto unspec scope global src 198.51.100.1 cached",
		     ip_get(RED, "255.255.255.255 dev w0"));
	EXPECT_STREQ("multicast 224.0.0.5 dev w0 table 0 proto unspec scope global src 198.51.100.1 cached",
		     ip_get(RED, "224.0.0.5 dev w0"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "224.0.0.5"));
	EXPECT_STREQ("unicast 192.0.2.2 dev v0 proto unspec scope global src 192.0.2.1 cached",
		     ip_get(RED, "192.0.2.2"));
	EXPECT_STREQ("unicast 192.0.2.2 from 198.51.100.1 dev v0 proto unspec scope global cached",
		     ip_get(RED, "192.0.2.2 from 198.51.100.1/32"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "192.0.2.2 from 192.0.2.3/32"));
}

/* 400 prefixes from one generator; those that are alive are in the table. */
struct prefix {
	uint32_t addr;
	uint8_t len;
	bool alive;
};

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed;
}

/* Lengths and first bits are such that many lie in one another. */
static void make_prefixes(struct prefix *p, int n)
{
	uint32_t seed = 4711, bits;
	int i, k;

	for (i = 0; i < n; i++) {
		bits = next_random(&seed);
		p[i].len = 9 + (next_random(&seed) >> 16) % 24;
		p[i].addr = 0x0a000000 | (bits & 0x00f0f0ff);
		p[i].addr &= ~0U << (32 - p[i].len);
		p[i].alive = true;
		for (k = 0; k < i && p[i].alive; k++)
			p[i].alive = p[k].addr != p[i].addr ||
				     p[k].len != p[i].len;
	}
}

static const char *prefix_text(uint32_t addr, int len)
{
	struct ip_prefix prefix = { .family = AF_INET, .len = len };
	uint32_t net = htonl(addr);
	char text[IP_TEXT_MAX];

	memcpy(prefix.addr, &net, sizeof(net));
	return str("%s", ip_text(&prefix, len < 32, text));
}

/* What the kernel must find for @addr: our own, slow, longest match. */
static const char *longest(const struct prefix *p, int n, uint32_t addr)
{
	const struct prefix *best = NULL;
	int i;

	for (i = 0; i < n; i++) {
		if (p[i].alive &&
		    !((addr ^ p[i].addr) & (~0U << (32 - p[i].len))) &&
		    (!best || p[i].len > best->len))
			best = &p[i];
	}
	return best ? str("unicast %s" VIA0, prefix_text(best->addr, best->len)) :
		      "-ENETUNREACH";
}

static int wrong_answers(const struct prefix *p, int n)
{
	const char *want, *got;
	int i, wrong = 0;
	uint32_t addr;

	for (i = 0; i < n; i++) {
		/* The last address of each, or the one behind it. */
		addr = p[i].addr | (p[i].len == 32 ? 0 : ~0U >> p[i].len);
		addr += i & 1;
		want = longest(p, n, addr);
		got = ip_get(RED, "%s fibmatch", prefix_text(addr, 32));
		if (strcmp(want, got) && !wrong++)
			printf("# %s: %s, not %s\n", prefix_text(addr, 32), got,
			       want);
	}
	return wrong;
}

/* The trie grows, splits and shrinks; what it finds is what a list would. */
TEST_F(route, the_longest_match_is_found_among_hundreds_of_prefixes)
{
	static struct prefix p[400];
	int i, err = 0;

	STAGE4();
	make_prefixes(p, 400);
	for (i = 0; i < 400 && !err; i++)
		err = !p[i].alive ? 0 :
		      ip(RED, "route add %s via 192.0.2.9",
			 prefix_text(p[i].addr, p[i].len));
	ASSERT_ERR(0, err);
	EXPECT_EQ(0, wrong_answers(p, 400));
	for (i = 0; i < 400 && !err; i += 2) {
		err = !p[i].alive ? 0 :
		      ip(RED, "route del %s", prefix_text(p[i].addr, p[i].len));
		p[i].alive = false;
	}
	ASSERT_ERR(0, err);
	EXPECT_EQ(0, wrong_answers(p, 400));
}

/*
 * prefsrc: one of ours; the routes of table main (of the device's, where that
 * is in a VRF) go with it.  A route that is the same in another table shares
 * its fib_info with none of them.  6.6 and newer tell which went
 * ("send notify when delete source address routes"), 6.1 does not.
 */
TEST_OF("regression src-delete", route,
	deleting_an_address_takes_the_routes_that_prefer_it)
{
	struct record *rec;
	char *text;

	STAGE4();
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.7/24 dev v0"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 src 192.0.2.8"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 src 192.0.2.7"));
	ASSERT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 198.51.100.9 src 192.0.2.7"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 src 192.0.2.7 table 100"));
	ASSERT_ERR(0, ip(RED, "route add 13.0.0.0/8 via 192.0.2.9"));
	EXPECT_STREQ("192.0.2.7", source_of(RED, "10.1.1.1"));
	EXPECT_STREQ("192.0.2.7", source_of(RED, "11.1.1.1"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "13.1.1.1"));
	rec = RECORD(RED, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.7/24 dev v0"));
	EXPECT_TEXT("unicast 13.0.0.0/8" VIA0 "\n", routes4());
	EXPECT_TEXT("unicast 10.0.0.0/8 via 192.0.2.9 dev v0 table 100 proto boot scope global src 192.0.2.7\n",
		    ip_list(RED, "route table 100"));
	text = sorted(lines_without(record_text(rec), "local 192.0.2.7 "));
	EXPECT_TRUE(!*text || ksft_same_text("DELROUTE unicast 10.0.0.0/8" VIA0 " src 192.0.2.7\n"
					     "DELROUTE unicast 11.0.0.0/8" VIA1 " src 192.0.2.7\n",
					     text));
	free(text);
	record_close(rec);
}

/* The gateway must be on a link, by a route of narrower scope. */
TEST_F(route, a_gateway_must_be_a_neighbour)
{
	STAGE4();
	EXPECT_ERR(-ENETUNREACH, ip(RED, "route add 10.0.0.0/8 via 203.0.113.9"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 via 192.0.2.255"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.0/24 via 192.0.2.9"));
	EXPECT_ERR(-ENETUNREACH, ip(RED, "route add 10.0.0.0/8 via 203.0.113.9"));
	EXPECT_ERR(-ENETUNREACH, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 dev w0"));
	EXPECT_ERR(-ENETUNREACH, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 scope 253"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 scope 254"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 10.0.0.0/8 dev v0 scope 255"));
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 dev w0 onlink"));
	EXPECT_TEXT("unicast 10.0.0.0/8 via 192.0.2.9 dev w0 proto boot scope global onlink\n"
		    "unicast 203.0.113.0/24" VIA0 "\n", routes4());
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	/* A /32 device route makes a neighbour of anybody (method 3's cure). */
	EXPECT_ERR(0, ip(RED, "route add 172.16.0.1 dev v0"));
	EXPECT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 172.16.0.1"));
	ASSERT_ERR(0, ip(RED, "link set w0 down"));
	EXPECT_ERR(-ENETDOWN, ip(RED, "route add 12.0.0.0/8 dev w0"));
	EXPECT_ERR(-ENETUNREACH, ip(RED, "route add 12.0.0.0/8 via 198.51.100.9"));
	EXPECT_ERR(-ENETDOWN, ip(RED, "route add 12.0.0.0/8 via 198.51.100.9 dev w0 onlink"));
}

/*
 * Section 6: what a delete does not say matches anything, what it says must
 * fit; and of several that fit the first goes, no more.
 */
TEST_OF("regression route-delete", route,
	delete_takes_the_first_route_that_fits_what_it_says)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 metric 10 proto 4"));
	ASSERT_ERR(0, ip(RED, "route append 10.0.0.0/8 via 198.51.100.9 metric 10"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.8 metric 20 src 192.0.2.1"));
	ASSERT_ERR(0, ip(RED, "route add prohibit 10.0.0.0/8 metric 30"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 via 192.0.2.7"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 metric 11"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 proto 9"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del blackhole 10.0.0.0/8"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 dev lo"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 table 100"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/9"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 src 198.51.100.1"));
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8 dev w0"));
	EXPECT_TEXT("unicast 10.0.0.0/8 via 192.0.2.9 dev v0 proto static scope global metric 10\n"
		    "unicast 10.0.0.0/8 via 192.0.2.8 dev v0 proto boot scope global src 192.0.2.1 metric 20\n"
		    "prohibit 10.0.0.0/8 proto boot scope global metric 30\n",
		    routes4());
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8 src 192.0.2.1"));
	EXPECT_ERR(0, ip(RED, "route del prohibit 10.0.0.0/8"));
	EXPECT_TEXT("unicast 10.0.0.0/8 via 192.0.2.9 dev v0 proto static scope global metric 10\n",
		    routes4());
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8"));
}

/* Without a nexthop in the request, one with several is no less a match. */
TEST_OF("regression route-delete", route,
	delete_by_nexthop_spares_routes_with_nexthop_objects)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "nexthop add id 1 via 192.0.2.9 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nhid 1 metric 10"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 dev v0 metric 20"));
	EXPECT_TEXT("unicast 10.0.0.0/8 nhid 1 via 192.0.2.9 dev v0 proto boot scope global metric 10\n"
		    "unicast 10.0.0.0/8" VIA0 " metric 20\n", routes4());
	EXPECT_ERR(-EINVAL, ip(RED, "route del 10.0.0.0/8 nhid 2"));
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8 via 192.0.2.9 dev v0"));
	EXPECT_TEXT("unicast 10.0.0.0/8 nhid 1 via 192.0.2.9 dev v0 proto boot scope global metric 10\n",
		    routes4());
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8 nhid 1"));
	EXPECT_TEXT("", routes4());
}

/* A device route of the last resort: the oif that a socket is bound to counts. */
TEST_F(route, the_lookup_goes_by_the_device_that_was_asked_for)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 metric 1"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 metric 2"));
	EXPECT_STREQ(TAKES0, ip_get(RED, "10.1.1.1"));
	EXPECT_STREQ(TAKES0, ip_get(RED, "10.1.1.1 dev v0"));
	EXPECT_STREQ(TAKES1, ip_get(RED, "10.1.1.1 dev w0"));
	EXPECT_STREQ("unicast 10.1.1.1 from 198.51.100.1 via 192.0.2.9 dev v0 proto unspec scope global cached",
		     ip_get(RED, "10.1.1.1 from 198.51.100.1/32"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "10.1.1.1 from 203.0.113.1/32"));
	/* Without a route, what is asked of a device is taken for on its link. */
	EXPECT_STREQ("unicast 11.1.1.1 dev w0 table 0 proto unspec scope global src 198.51.100.1 cached",
		     ip_get(RED, "11.1.1.1 dev w0"));
	EXPECT_STREQ("-ENETUNREACH", ip_get(RED, "11.1.1.1"));
}


/* The lower the sooner; local first, unless a rule is put before it. */
TEST_F(route, rules_are_asked_by_priority_and_select_by_what_they_say)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add default via 198.51.100.9 table 100"));
	EXPECT_STREQ(TAKES0, ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.1.0.0/16 pref 500 lookup 100"));
	ASSERT_ERR(0, ip(RED, "rule add from 198.51.100.1 pref 400 lookup 100"));
	ASSERT_ERR(0, ip(RED, "rule add fwmark 7 mask 0xff pref 300 lookup 100"));
	ASSERT_ERR(0, ip(RED, "rule add oif w0 iif lo pref 200 lookup 100"));
	EXPECT_TEXT(RULES_0
		    "200: from default iif lo oif w0 lookup 100\n"
		    "300: from default fwmark 0x7/0xff lookup 100\n"
		    "400: from 198.51.100.1 lookup 100\n"
		    "500: from default to 10.1.0.0/16 lookup 100\n"
		    RULES_N, rules4());
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.2.1.1"));
	EXPECT_STREQ("unicast 10.2.1.1 from 198.51.100.1 via 198.51.100.9 dev w0 table 100 proto unspec scope global cached",
		     ip_get(RED, "10.2.1.1 from 198.51.100.1/32"));
	EXPECT_STREQ("unicast 10.2.1.1 via 198.51.100.9 dev w0 table 100 proto unspec scope global src 198.51.100.1 mark 263 cached",
		     ip_get(RED, "10.2.1.1 mark 0x107"));
	EXPECT_STREQ("unicast 10.2.1.1 via 192.0.2.9 dev v0 proto unspec scope global src 192.0.2.1 mark 8 cached",
		     ip_get(RED, "10.2.1.1 mark 8"));
	EXPECT_ERR(0, ip(RED, "rule del to 10.1.0.0/16 pref 500"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
	EXPECT_ERR(-ENOENT, ip(RED, "rule del pref 500"));
}

TEST_F(route, a_rule_may_refuse_suppress_or_jump)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add default via 198.51.100.9 table 100"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.1.0.0/16 pref 1 action 6"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.2.0.0/16 pref 2 action 7"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.3.0.0/16 pref 3 action 8"));
	EXPECT_STREQ("-EINVAL", source_of(RED, "10.1.1.1"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "10.2.1.1"));
	EXPECT_STREQ("-EACCES", source_of(RED, "10.3.1.1"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.4.1.1"));
	/* Everything of main but its default, then table 100 (wg-quick's). */
	ASSERT_ERR(0, ip(RED, "rule add pref 10 lookup 254 suppress_prefixlength 0"));
	ASSERT_ERR(0, ip(RED, "rule add not fwmark 9 mask 0xffffffff pref 11 lookup 100"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.4.1.1"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.5"));
	EXPECT_STREQ("unicast 10.4.1.1 via 192.0.2.9 dev v0 proto unspec scope global src 192.0.2.1 mark 9 cached",
		     ip_get(RED, "10.4.1.1 mark 9"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.4.0.0/16 pref 5 action 2 goto 32766"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.4.1.1"));
	EXPECT_TEXT("10: from default lookup 254 suppress_prefixlength 0\n"
		    "11: not from default fwmark 0x9/0xffffffff lookup 100\n",
		    lines_with(lines_without(lines_without(rules4(), " to "),
					     "327"), "1"));
}

/* Of one priority the older rule is asked first; iif is what it says. */
TEST_F(route, rules_of_one_priority_are_asked_in_the_order_of_their_coming)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add default via 198.51.100.9 table 100"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.0.0.0/8 pref 5 lookup 100"));
	ASSERT_ERR(0, ip(RED, "rule add to 10.1.0.0/16 pref 5 action 8"));
	EXPECT_TEXT("5: from default to 10.0.0.0/8 lookup 100\n"
		    "5: from default to 10.1.0.0/16 action 8\n",
		    lines_with(rules4(), " to "));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "rule add iif w0 pref 1 action 8"));
	/* What is ours comes in from lo. */
	EXPECT_STREQ("192.0.2.1", source_of(RED, "11.1.1.1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/ip_forward", "1"));
	EXPECT_STREQ("unicast 11.1.1.1 from 192.0.2.7 via 192.0.2.9 dev v0 iif v0 proto unspec scope global cached",
		     ip_get(RED, "11.1.1.1 from 192.0.2.7/32 iif v0"));
	EXPECT_STREQ("-EACCES", ip_get(RED, "11.1.1.1 from 198.51.100.7/32 iif w0"));
}

TEST_F(route, a_rule_may_select_by_protocol_and_port)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add default via 198.51.100.9 table 1000"));
	ASSERT_ERR(0, ip(RED, "rule add ipproto 17 pref 5 lookup 1000"));
	EXPECT_STREQ("unicast 10.1.1.1 via 198.51.100.9 dev w0 table 1000 proto unspec scope global src 198.51.100.1 cached",
		     ip_get(RED, "10.1.1.1 ipproto 17 dport 53"));
	EXPECT_STREQ(TAKES0, ip_get(RED, "10.1.1.1 ipproto 6 dport 53"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	EXPECT_TEXT("unicast default via 198.51.100.9 dev w0 table 1000 proto boot scope global\n",
		    ip_list(RED, "route table 1000"));
	EXPECT_ERR(0, ip(RED, "route del default table 1000"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
}

TEST_F(route, rules_are_told_and_none_is_added_twice)
{
	struct record *rec;

	STAGE4();
	rec = RECORD(RED, RTNLGRP_IPV4_RULE);
	ASSERT_NE(NULL, rec);
	EXPECT_ERR(0, ip(RED, "rule add from 10.0.0.0/8 pref 5 lookup 100"));
	EXPECT_ERR(-EEXIST, ip(RED, "rule add from 10.0.0.0/8 pref 5 lookup 100"));
	EXPECT_ERR(0, ip(RED, "rule add from 10.0.0.0/8 pref 6 lookup 100"));
	EXPECT_ERR(0, ip(RED, "rule del from 10.0.0.0/8 lookup 100"));
	EXPECT_ERR(-ENOENT, ip(RED, "rule del from 10.0.0.0/8 pref 5"));
	/* Without a priority it goes before all but the first. */
	EXPECT_ERR(0, ip(RED, "rule add from 11.0.0.0/8 lookup 100"));
	EXPECT_TEXT("NEWRULE 5: from 10.0.0.0/8 lookup 100\n"
		    "NEWRULE 6: from 10.0.0.0/8 lookup 100\n"
		    "DELRULE 5: from 10.0.0.0/8 lookup 100\n"
		    "NEWRULE 5: from 11.0.0.0/8 lookup 100\n",
		    record_text(rec));
	/* A rule for a device that is not there waits for it. */
	EXPECT_ERR(0, ip(RED, "rule add oif x0 pref 4 lookup 100"));
	EXPECT_TEXT("4: from default oif x0 detached lookup 100\n",
		    lines_with(rules4(), "oif"));
	ASSERT_ERR(0, bridge_add(RED, "x0"));
	EXPECT_TEXT("4: from default oif x0 lookup 100\n",
		    lines_with(rules4(), "oif"));
	ASSERT_ERR(0, ip(RED, "rule add iif x0 pref 3 lookup 100"));
	/* And stays, without one, when the device goes. */
	ASSERT_ERR(0, link_del(in(RED), "x0"));
	EXPECT_TEXT("3: from default iif x0 detached lookup 100\n"
		    "4: from default oif x0 detached lookup 100\n",
		    lines_with(rules4(), "x0"));
	record_close(rec);
}

/* Which of two nexthops each of 64 flows takes: bits of "both" and a count. */
static int flows_by(const char *src)
{
	int i, n = 0;

	for (i = 0; i < 64; i++)
		n += !strcmp(source_of(RED, str("10.0.%d.1", i)), src);
	return n;
}

/* Without ports in the hash (policy 0) a flow is its two addresses. */
TEST_F(route, multipath_spreads_flows_by_weight_and_keeps_each_on_its_way)
{
	const char *first;
	int i, n;

	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nexthop via 192.0.2.9 weight 1 nexthop via 198.51.100.9 weight 1"));
	EXPECT_TEXT("unicast 10.0.0.0/8 proto boot scope global nexthop via 192.0.2.9 dev v0 weight 1 nexthop via 198.51.100.9 dev w0 weight 1\n",
		    routes4());
	n = flows_by("192.0.2.1");
	EXPECT_LE(10, n);
	EXPECT_GE(54, n);
	EXPECT_EQ(64 - n, flows_by("198.51.100.1"));
	first = source_of(RED, "10.0.7.1");
	for (i = 0; i < 8; i++)
		EXPECT_STREQ(first, source_of(RED, "10.0.7.1"));
	ASSERT_ERR(0, ip(RED, "route replace 10.0.0.0/8 nexthop via 192.0.2.9 weight 255 nexthop via 198.51.100.9 weight 1"));
	EXPECT_LE(56, flows_by("192.0.2.1"));
	/* To delete it, each gateway must fit; weights are not looked at. */
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 nexthop via 192.0.2.9 nexthop via 198.51.100.8"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 10.0.0.0/8 nexthop via 192.0.2.9 nexthop via 198.51.100.9 dev v0"));
	EXPECT_ERR(0, ip(RED, "route del 10.0.0.0/8 nexthop via 192.0.2.9 nexthop via 198.51.100.9"));
}

/* The same addresses, 64 ports: one way, or both by hash policy 1. */
TEST_F(route, multipath_hashes_ports_when_it_is_told_to)
{
	static const char policy[] = "net/ipv4/fib_multipath_hash_policy";
	int i, n[2] = { 0, 0 };

	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nexthop via 192.0.2.9 nexthop via 198.51.100.9"));
	for (i = 0; i < 64; i++)
		n[0] += NULL != strstr(ip_get(RED, "10.1.1.1 ipproto 17 sport 7 dport %d",
					      1000 + i), "via 192.0.2.9");
	EXPECT_TRUE(n[0] == 0 || n[0] == 64);
	ASSERT_ERR(0, sysctl_set(ns(RED), policy, "1"));
	for (i = 0; i < 64; i++)
		n[1] += NULL != strstr(ip_get(RED, "10.1.1.1 ipproto 17 sport 7 dport %d",
					      1000 + i), "via 192.0.2.9");
	EXPECT_LE(10, n[1]);
	EXPECT_GE(54, n[1]);
}

/* One way down: its nexthop is dead, and all flows take the other. */
TEST_F(route, multipath_leaves_a_nexthop_out_whose_link_is_down)
{
	struct link last;

	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nexthop via 192.0.2.9 nexthop via 198.51.100.9"));
	EXPECT_LT(0, flows_by("198.51.100.1"));
	/* Without carrier it is used all the same, unless told otherwise. */
	ASSERT_ERR(0, ip(BLUE, "link set w1 down"));
	ASSERT_ERR(0, link_wait(ns(RED), "w0", link_has_no_carrier, &last));
	EXPECT_TEXT("unicast 10.0.0.0/8 proto boot scope global nexthop via 192.0.2.9 dev v0 weight 1 nexthop via 198.51.100.9 dev w0 weight 1 linkdown\n",
		    routes4());
	EXPECT_LT(0, flows_by("198.51.100.1"));
	/* The setting counts when the shares are next computed. */
	ASSERT_ERR(0, set_up(BLUE, "w1"));
	ASSERT_ERR(0, wait_running(RED, "w0"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/w0/ignore_routes_with_linkdown",
				 "1"));
	ASSERT_ERR(0, ip(BLUE, "link set w1 down"));
	ASSERT_ERR(0, link_wait(ns(RED), "w0", link_has_no_carrier, &last));
	EXPECT_TEXT("unicast 10.0.0.0/8 proto boot scope global nexthop via 192.0.2.9 dev v0 weight 1 nexthop via 198.51.100.9 dev w0 weight 1 dead linkdown\n",
		    routes4());
	EXPECT_EQ(64, flows_by("192.0.2.1"));
	ASSERT_ERR(0, ip(RED, "link set w0 down"));
	EXPECT_TEXT("unicast 10.0.0.0/8 proto boot scope global nexthop via 192.0.2.9 dev v0 weight 1 nexthop via 198.51.100.9 dev w0 weight 1 dead linkdown\n",
		    routes4());
	EXPECT_EQ(64, flows_by("192.0.2.1"));
	/* Both down: the route goes. */
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_TEXT("", routes4());
}

/* Up again brings a dead nexthop back into its route. */
TEST_F(route, multipath_takes_a_nexthop_back_whose_link_is_up_again)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nexthop via 192.0.2.9 nexthop via 198.51.100.9"));
	ASSERT_ERR(0, ip(RED, "link set w0 down"));
	EXPECT_EQ(64, flows_by("192.0.2.1"));
	ASSERT_ERR(0, set_up(RED, "w0"));
	ASSERT_ERR(0, wait_running(RED, "w0"));
	EXPECT_TEXT("unicast 10.0.0.0/8 proto boot scope global nexthop via 192.0.2.9 dev v0 weight 1 nexthop via 198.51.100.9 dev w0 weight 1\n",
		    routes4());
	EXPECT_LT(0, flows_by("198.51.100.1"));
}

/* A route without carrier, for one that has an alternative of higher metric. */
TEST_F(route, ignore_routes_with_linkdown_falls_back_to_the_next_metric)
{
	struct link last;

	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 metric 1"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 198.51.100.9 metric 2"));
	ASSERT_ERR(0, ip(BLUE, "link set v1 down"));
	ASSERT_ERR(0, link_wait(ns(RED), "v0", link_has_no_carrier, &last));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/ignore_routes_with_linkdown",
				 "1"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	EXPECT_TEXT("unicast 10.0.0.0/8" VIA0 " metric 1 dead linkdown\n"
		    "unicast 10.0.0.0/8" VIA1 " metric 2\n", routes4());
	ASSERT_ERR(0, set_up(BLUE, "v1"));
	ASSERT_ERR(0, wait_running(RED, "v0"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
}

static uint64_t sent(const char *dev)
{
	struct link link;

	return link_get(in(RED), dev, &link) ? UINT64_MAX :
	       link.stats.tx_packets;
}

/* What a socket has looked up is good until the routes change. */
TEST_F(route, a_connected_socket_follows_a_change_of_routes)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(9) };
	uint64_t v0, w0;
	int fd;

	STAGE4();
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0"));
	ASSERT_ERR(0, ip(RED, "neigh add 198.51.100.9 lladdr 02:00:00:00:00:09 dev w0"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	fd = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	inet_pton(AF_INET, "10.1.1.1", &to.sin_addr);
	ASSERT_EQ(0, connect(fd, (struct sockaddr *)&to, sizeof(to)));
	v0 = sent("v0");
	w0 = sent("w0");
	EXPECT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_EQ(v0 + 1, sent("v0"));
	ASSERT_ERR(0, ip(RED, "route add 10.1.0.0/16 via 198.51.100.9"));
	EXPECT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_EQ(v0 + 1, sent("v0"));
	EXPECT_EQ(w0 + 1, sent("w0"));
	ASSERT_ERR(0, ip(RED, "route replace prohibit 10.1.0.0/16"));
	EXPECT_EQ(-1, send(fd, "x", 1, 0));
	EXPECT_EQ(EACCES, errno);
	ASSERT_ERR(0, ip(RED, "route del 10.1.0.0/16"));
	EXPECT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_EQ(v0 + 2, sent("v0"));
	ASSERT_ERR(0, ip(RED, "route del 10.0.0.0/8"));
	EXPECT_EQ(-1, send(fd, "x", 1, 0));
	EXPECT_EQ(ENETUNREACH, errno);
	EXPECT_EQ(v0 + 2, sent("v0"));
	EXPECT_EQ(w0 + 1, sent("w0"));
	close(fd);
}

/* Of default routes of one metric the first whose gateway is known to be there. */
TEST_F(route, a_default_route_whose_gateway_is_known_goes_before_others)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route append default via 198.51.100.9"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "neigh add 198.51.100.9 lladdr 02:00:00:00:00:09 dev w0"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.9 dev v0 nud 32"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "neigh replace 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 nud 2"));
	ASSERT_ERR(0, ip(RED, "neigh del 198.51.100.9 dev w0"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
}

/* v0 with the one ifindex, its address and a route, in either namespace. */
static int twin(const char *name, const char *peer_name, int peer_ifindex)
{
	const struct link_desc peer = { .name = peer_name,
					.netns = ns(TOPO_HOST),
					.ifindex = peer_ifindex };
	const struct link_desc veth = { .kind = "veth", .name = "v0",
					.ifindex = 77, .peer = &peer };
	int err = no_ipv6(name);

	if (!err)
		err = link_add(in(name), &veth);
	if (!err)
		err = set_up(name, "v0");
	if (!err)
		err = set_up(TOPO_HOST, peer_name);
	if (!err)
		err = ip(name, "addr add 192.0.2.1/24 dev v0");
	if (!err)
		err = ip(name, "route add 10.0.0.0/8 via 192.0.2.9 src 192.0.2.1 mtu 1400");
	if (!err)
		err = ip(name, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0");
	return err ? err : wait_running(name, "v0");
}

#define TWIN \
	"unicast 10.0.0.0/8 via 192.0.2.9 dev v0 proto boot scope global src 192.0.2.1 mtu 1400\n" \
	"unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1\n" \
	"local 192.0.2.1 dev v0 table local proto kernel scope host src 192.0.2.1\n" \
	"broadcast 192.0.2.255 dev v0 table local proto kernel scope link src 192.0.2.1\n"

/*
 * Two namespaces that are alike to the last number share tables of the
 * kernel's (those of fib_info, of addresses, of neighbours): what one loses,
 * the other keeps.
 */
TEST_F(route, namespaces_that_are_alike_lose_nothing_by_each_other)
{
	ASSERT_STAGE(no_ipv6(TOPO_HOST));
	ASSERT_ERR(0, twin(RED, "t0", 200));
	ASSERT_ERR(0, twin(BLUE, "t1", 201));
	EXPECT_TEXT(TWIN, ip_list(RED, "route"));
	EXPECT_TEXT(TWIN, ip_list(BLUE, "route"));
	ASSERT_ERR(0, ip(RED, "neigh del 192.0.2.9 dev v0"));
	EXPECT_TEXT("192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 PERMANENT\n",
		    ip_list(BLUE, "neigh"));
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("", ip_list(RED, "route"));
	EXPECT_TEXT(TWIN, ip_list(BLUE, "route"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 src 192.0.2.1 mtu 1400"));
	EXPECT_TEXT(TWIN, ip_list(RED, "route"));
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_TEXT(TWIN, ip_list(BLUE, "route"));
	ASSERT_ERR(0, link_del(in(RED), "v0"));
	EXPECT_TEXT("", ip_list(RED, "route"));
	EXPECT_TEXT(TWIN, ip_list(BLUE, "route"));
	EXPECT_STREQ("192.0.2.1", source_of(BLUE, "10.1.1.1"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "10.1.1.1"));
}

/* Nexthop objects: shared by routes, which follow them and go with them. */
TEST_F(route, routes_follow_their_nexthop_object_and_go_with_it)
{
	struct record *rec;

	STAGE4();
	rec = RECORD(RED, RTNLGRP_NEXTHOP);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "nexthop add id 1 via 192.0.2.9 dev v0"));
	ASSERT_ERR(0, ip(RED, "nexthop add id 2 via 198.51.100.9 dev w0"));
	ASSERT_ERR(0, ip(RED, "nexthop add id 3 group 1,2"));
	EXPECT_ERR(-EEXIST, ip(RED, "nexthop add id 1 via 192.0.2.8 dev v0"));
	EXPECT_TEXT("id 1 via 192.0.2.9 dev v0\n"
		    "id 2 via 198.51.100.9 dev w0\n"
		    "id 3 group 1/2\n", ip_list(RED, "nexthop"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nhid 1"));
	ASSERT_ERR(0, ip(RED, "route add 11.0.0.0/8 nhid 1"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 12.0.0.0/8 nhid 9"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "nexthop replace id 1 via 198.51.100.8 dev w0"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "10.1.1.1"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "11.1.1.1"));
	ASSERT_ERR(0, ip(RED, "nexthop del id 1"));
	EXPECT_TEXT("", routes4());
	EXPECT_TEXT("id 2 via 198.51.100.9 dev w0\n"
		    "id 3 group 2\n", lines_without(ip_list(RED, "nexthop"), " 2113929"));
	EXPECT_ERR(-ENOENT, ip(RED, "nexthop del id 1"));
	EXPECT_TEXT("NEWNEXTHOP id 1 via 192.0.2.9 dev v0\n"
		    "NEWNEXTHOP id 2 via 198.51.100.9 dev w0\n"
		    "NEWNEXTHOP id 3 group 1/2\n"
		    "NEWNEXTHOP id 1 via 198.51.100.8 dev w0\n"
		    "DELNEXTHOP id 1 via 198.51.100.8 dev w0\n"
		    "NEWNEXTHOP id 3 group 2\n", record_text(rec));
	record_close(rec);
}

/* A device that goes down takes its nexthops; their groups go on without. */
TEST_F(route, a_group_of_nexthops_loses_those_whose_device_goes_down)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "nexthop add id 1 via 192.0.2.9 dev v0"));
	ASSERT_ERR(0, ip(RED, "nexthop add id 2 via 198.51.100.9 dev w0"));
	ASSERT_ERR(0, ip(RED, "nexthop add id 3 group 1,2"));
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 nhid 3"));
	EXPECT_TEXT("unicast 10.0.0.0/8 nhid 3 proto boot scope global nexthop via 192.0.2.9 dev v0 weight 1 nexthop via 198.51.100.9 dev w0 weight 1\n",
		    routes4());
	EXPECT_LT(0, flows_by("198.51.100.1"));
	ASSERT_ERR(0, ip(RED, "link set w0 down"));
	EXPECT_TEXT("id 1 via 192.0.2.9 dev v0\n"
		    "id 3 group 1\n", ip_list(RED, "nexthop"));
	EXPECT_EQ(64, flows_by("192.0.2.1"));
	/* Without a member there is no group, and without it no route. */
	ASSERT_ERR(0, ip(RED, "nexthop del id 1"));
	EXPECT_TEXT("", ip_list(RED, "nexthop"));
	EXPECT_TEXT("", routes4());
}

/* A device that goes takes the routes of all tables; a word of none of them. */
TEST_F(route, a_device_takes_its_routes_with_it_when_it_goes)
{
	struct record *rec;

	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9"));
	ASSERT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 192.0.2.9 table 100"));
	ASSERT_ERR(0, ip(RED, "route add 12.0.0.0/8 via 198.51.100.9"));
	rec = RECORD(RED, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, link_del(in(RED), "v0"));
	EXPECT_TEXT("unicast 12.0.0.0/8" VIA1 "\n", routes4());
	EXPECT_TEXT("", ip_list(RED, "route table 100"));
	EXPECT_TEXT("", lines_with(ip_list(RED, "route table 255"), "192.0.2"));
	EXPECT_TEXT("", lines_without(record_text(rec), "src 192.0.2.1"));
	record_close(rec);
}

/* The kernel filters a strict dump, and says the same of each route. */
TEST_F(route, a_dump_is_filtered_by_table_protocol_type_and_device)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 proto 4"));
	ASSERT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 198.51.100.9 proto 5"));
	ASSERT_ERR(0, ip(RED, "route add 12.0.0.0/8 via 198.51.100.9 table 100"));
	ASSERT_ERR(0, ip(RED, "route add blackhole 13.0.0.0/8"));
	EXPECT_TEXT("unicast 12.0.0.0/8 via 198.51.100.9 dev w0 table 100 proto boot scope global\n",
		    ip_list(RED, "route table 100"));
	EXPECT_TEXT("unicast 10.0.0.0/8 via 192.0.2.9 dev v0 proto static scope global\n",
		    ip_list(RED, "route proto 4"));
	EXPECT_TEXT("blackhole 13.0.0.0/8 proto boot scope global\n",
		    ip_list(RED, "route type 6"));
	EXPECT_TEXT("unicast 11.0.0.0/8 via 198.51.100.9 dev w0 proto 5 scope global\n"
		    "unicast 198.51.100.0/24 dev w0 proto kernel scope link src 198.51.100.1\n",
		    ip_list(RED, "route dev w0 table 254"));
	EXPECT_TEXT("", ip_list(RED, "route dev v0 proto 5"));
	EXPECT_TEXT("-ENOENT\n", ip_list(RED, "route table 101"));
}

/* In many datagrams, while the place in the trie is kept. */
TEST_F(route, a_dump_of_a_thousand_routes_has_each_once)
{
	static char seen[1000];
	struct route *routes;
	int i, n, k, twice = 0;

	STAGE4();
	for (i = 0; i < 1000; i++)
		ASSERT_ERR(0, ip(RED, "route add 10.%d.%d.0/24 via 192.0.2.9 metric %d",
				 i / 250, i % 250, i + 1));
	n = route_list(in(RED), AF_INET, &routes);
	/* And two connected routes, two local ones, two broadcast. */
	ASSERT_EQ(1006, n);
	for (i = 0; i < n; i++) {
		if (routes[i].protocol != RTPROT_BOOT)
			continue;
		k = routes[i].dst.addr[1] * 250 + routes[i].dst.addr[2];
		ASSERT_GT(1000, k);
		EXPECT_EQ(k + 1, (int)routes[i].priority);
		twice += seen[k]++;
	}
	EXPECT_EQ(0, twice);
	EXPECT_EQ(NULL, memchr(seen, 0, sizeof(seen)));
	free(routes);
}

/* Blue as the gateway 192.0.2.2, with an answer for everything behind it. */
static int stage_gateway(void)
{
	int err = stage4();

	if (!err)
		err = ip(BLUE, "addr add 192.0.2.2/24 dev v1");
	if (!err)
		err = ip(RED, "route add 10.0.0.0/8 via 192.0.2.2");
	return err;
}

/*
 * An ICMP error of 192.0.2.2 about an echo reply of ours to 10.1.1.1: the one
 * packet that is the kernel's own, so that no socket has to be found for it.
 */
static int send_icmp(uint8_t type, uint8_t code, uint32_t rest)
{
	uint8_t packet[36] = { type, code, 0, 0, rest >> 24, rest >> 16,
			       rest >> 8, rest };
	static const uint8_t quoted[28] = {
		0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 1, 0, 0,
		192, 0, 2, 1, 10, 1, 1, 1, 0, 0, 0, 0, 0, 8, 0, 0,
	};
	const struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000201),
	};
	int fd = netns_socket(ns(BLUE), AF_INET, SOCK_RAW, IPPROTO_ICMP);
	uint16_t sum;
	int err;

	if (fd < 0)
		return fd;
	memcpy(packet + 8, quoted, sizeof(quoted));
	sum = packet_checksum(packet, sizeof(packet));
	memcpy(packet + 2, &sum, sizeof(sum));
	err = sendto(fd, packet, sizeof(packet), 0, (struct sockaddr *)&to,
		     sizeof(to)) < 0 ? -errno : 0;
	close(fd);
	/* The answer to the next packet says that this one has been seen. */
	return err ? err : reach(PROBE_ICMP, BLUE, RED, "192.0.2.1");
}

#define CACHED(more) \
	"unicast 10.1.1.1 via 192.0.2.2 dev v0 proto unspec scope global src 192.0.2.1 cached" more

/* RFC 1191: one destination's, until it expires or the routes change. */
TEST_F(route, fragmentation_needed_makes_an_exception_for_one_destination)
{
	ASSERT_STAGE(stage_gateway());
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, RED, "192.0.2.1"));
	EXPECT_STREQ(CACHED(""), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, send_icmp(3, 4, 1300));
	EXPECT_STREQ(CACHED(" mtu 1300 expires"), ip_get(RED, "10.1.1.1"));
	EXPECT_STREQ("unicast 10.1.1.2 via 192.0.2.2 dev v0 proto unspec scope global src 192.0.2.1 cached",
		     ip_get(RED, "10.1.1.2"));
	EXPECT_TEXT("unicast 10.1.1.1 via 192.0.2.2 dev v0 proto unspec scope global cached mtu 1300 expires\n",
		    ip_list(RED, "route cached"));
	/* No larger one is believed, and none under min_pmtu (552). */
	ASSERT_ERR(0, send_icmp(3, 4, 1400));
	EXPECT_STREQ(CACHED(" mtu 1300 expires"), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, send_icmp(3, 4, 100));
	EXPECT_STREQ(CACHED(" lock 4 mtu 552 expires"), ip_get(RED, "10.1.1.1"));
	/* The route itself is as it was. */
	EXPECT_TEXT("unicast 10.0.0.0/8 via 192.0.2.2 dev v0 proto boot scope global\n",
		    routes4());
	ASSERT_ERR(0, ip(RED, "route replace 10.0.0.0/8 via 192.0.2.2 mtu 1400"));
	EXPECT_STREQ(CACHED(" mtu 1400"), ip_get(RED, "10.1.1.1"));
}

/* fib_sync_mtu(): the device's new MTU counts for what was learned, too. */
TEST_F(route, an_exception_follows_the_mtu_of_the_device_and_can_be_flushed)
{
	ASSERT_STAGE(stage_gateway());
	ASSERT_ERR(0, send_icmp(3, 4, 1300));
	EXPECT_STREQ(CACHED(" mtu 1300 expires"), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1200"));
	EXPECT_STREQ(CACHED(" mtu 1200 expires"), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1500"));
	EXPECT_STREQ(CACHED(" mtu 1500 expires"), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, send_icmp(3, 4, 1300));
	EXPECT_STREQ(CACHED(" mtu 1300 expires"), ip_get(RED, "10.1.1.1"));
	/* A change of some other route is none of its business. */
	ASSERT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 192.0.2.2"));
	EXPECT_STREQ(CACHED(" mtu 1300 expires"), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/route/flush", "1"));
	EXPECT_STREQ(CACHED(""), ip_get(RED, "10.1.1.1"));
}

TEST_F(route, a_locked_mtu_is_not_changed_by_icmp)
{
	ASSERT_STAGE(stage_gateway());
	ASSERT_ERR(0, ip(RED, "route replace 10.0.0.0/8 via 192.0.2.2 mtu 1400 lock 4"));
	ASSERT_ERR(0, send_icmp(3, 4, 1300));
	EXPECT_STREQ(CACHED(" lock 4 mtu 1400"), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, ip(RED, "route replace 10.0.0.0/8 via 192.0.2.2 mtu 1400"));
	ASSERT_ERR(0, send_icmp(3, 4, 1300));
	EXPECT_STREQ(CACHED(" mtu 1300 expires"), ip_get(RED, "10.1.1.1"));
}

/* A redirect of the gateway in use, to a neighbour, while we do not forward. */
TEST_F(route, a_redirect_changes_the_gateway_of_one_destination)
{
	ASSERT_STAGE(stage_gateway());
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/all/accept_redirects", "1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/all/secure_redirects", "0"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/accept_redirects", "1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/secure_redirects", "0"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/all/shared_media", "0"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/shared_media", "0"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/forwarding", "0"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.5 lladdr 02:00:00:00:00:05 dev v0"));
	EXPECT_STREQ(CACHED(""), ip_get(RED, "10.1.1.1"));
	/* Not to a place beyond the link, and not to ourselves. */
	ASSERT_ERR(0, send_icmp(5, 1, 0xcb007105));
	EXPECT_STREQ(CACHED(""), ip_get(RED, "10.1.1.1"));
	ASSERT_ERR(0, send_icmp(5, 1, 0xc0000205));
	EXPECT_STREQ("unicast 10.1.1.1 via 192.0.2.5 dev v0 proto unspec scope global src 192.0.2.1 cached expires",
		     ip_get(RED, "10.1.1.1"));
	EXPECT_STREQ("unicast 10.1.1.2 via 192.0.2.2 dev v0 proto unspec scope global src 192.0.2.1 cached",
		     ip_get(RED, "10.1.1.2"));
}

/* A socket's option, which the route it is connected over decides. */
static int connected_option(const char *dst, int level, int option)
{
	struct sockaddr_storage ss;
	struct ip_prefix to;
	socklen_t len;
	int fd, value = -1;

	if (ip_parse(dst, &to))
		return -EINVAL;
	fd = netns_socket(ns(RED), to.family, SOCK_DGRAM, 0);
	len = ip_sockaddr(&to, 9, &ss);
	if (!connect(fd, (struct sockaddr *)&ss, len)) {
		len = sizeof(value);
		getsockopt(fd, level, option, &value, &len);
	}
	close(fd);
	return value;
}

TEST_F(route, the_mtu_of_a_route_is_that_of_its_sockets)
{
	STAGE4();
	ASSERT_ERR(0, ip(RED, "route add 10.0.0.0/8 via 192.0.2.9 mtu 1400"));
	ASSERT_ERR(0, ip(RED, "route add 11.0.0.0/8 via 192.0.2.9"));
	EXPECT_EQ(1400, connected_option("10.1.1.1", IPPROTO_IP, IP_MTU));
	EXPECT_EQ(1500, connected_option("11.1.1.1", IPPROTO_IP, IP_MTU));
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1300"));
	/* A route's larger one wins over the device's: nobody compares. */
	EXPECT_EQ(1400, connected_option("10.1.1.1", IPPROTO_IP, IP_MTU));
	EXPECT_EQ(1300, connected_option("11.1.1.1", IPPROTO_IP, IP_MTU));
}

/* A TCP connection over a route with metrics: the accepting end of @to. */
static int tcp_info_of(const char *dst, struct tcp_info *info, int *ttl)
{
	struct sockaddr_storage ss;
	struct ip_prefix to;
	socklen_t len;
	int server, client, one = 1, err = 0;

	if (ip_parse(dst, &to))
		return -EINVAL;
	server = netns_socket(ns(BLUE), AF_INET, SOCK_STREAM, 0);
	client = netns_socket(ns(RED), AF_INET, SOCK_STREAM, 0);
	len = ip_sockaddr(&to, 7777, &ss);
	setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(server, (struct sockaddr *)&ss, len) < 0 ||
	    listen(server, 1) < 0 ||
	    connect(client, (struct sockaddr *)&ss, len) < 0)
		err = -errno;
	len = sizeof(*info);
	if (!err && getsockopt(client, IPPROTO_TCP, TCP_INFO, info, &len) < 0)
		err = -errno;
	len = sizeof(*ttl);
	if (!err && getsockopt(client, IPPROTO_IP, IP_TTL, ttl, &len) < 0)
		err = -errno;
	close(client);
	close(server);
	return err;
}

TEST_F(route, metrics_of_a_route_shape_its_connections)
{
	const struct probe probe = {
		.kind = PROBE_ICMP, .from = ns(BLUE), .to = -1,
		.dst = "192.0.2.1",
	};
	struct probe_result result;
	struct tcp_info info;
	int ttl;

	STAGE4();
	ASSERT_ERR(0, ip(BLUE, "addr add 192.0.2.2/24 dev v1"));
	ASSERT_ERR(0, tcp_info_of("192.0.2.2", &info, &ttl));
	EXPECT_EQ(10, info.tcpi_snd_cwnd);
	/* Less the 12 bytes of timestamps. */
	EXPECT_EQ(1460 - 12, info.tcpi_advmss);
	ASSERT_ERR(0, ip(RED, "route add 192.0.2.2 dev v0 src 192.0.2.1 advmss 1000 initcwnd 33 hoplimit 9"));
	EXPECT_TEXT("unicast 192.0.2.2 dev v0 proto boot scope link src 192.0.2.1 advmss 1000 hoplimit 9 initcwnd 33\n",
		    routes4());
	ASSERT_ERR(0, tcp_info_of("192.0.2.2", &info, &ttl));
	EXPECT_EQ(33, info.tcpi_snd_cwnd);
	EXPECT_EQ(1000 - 12, info.tcpi_advmss);
	ASSERT_ERR(0, probe_run(&probe, &result));
	EXPECT_EQ(9, result.ttl);
	/* One byte is all there is. */
	EXPECT_ERR(0, ip(RED, "route add 10.0.0.0/8 dev v0 hoplimit 256"));
	EXPECT_TEXT("unicast 10.0.0.0/8 dev v0 proto boot scope link hoplimit 255\n",
		    lines_with(routes4(), "10.0.0.0/8"));
}

/* IPv6: the same two pairs, addresses that need no detection and no others. */
static int stage6(void)
{
	int err = sysctl_set(ns(RED), "net/ipv6/conf/default/addr_gen_mode", "1");

	if (!err)
		err = sysctl_set(ns(BLUE), "net/ipv6/conf/default/addr_gen_mode",
				 "1");
	if (!err)
		err = pair_up(RED, "v0", BLUE, "v1");
	if (!err)
		err = pair_up(RED, "w0", BLUE, "w1");
	if (!err)
		err = ip(RED, "addr add 2001:db8:a::1/64 dev v0 nodad");
	if (!err)
		err = ip(RED, "addr add 2001:db8:b::1/64 dev w0 nodad");
	if (!err)
		err = addr_wait_usable(ns(RED), "2001:db8:a::1");
	return err ? err : addr_wait_usable(ns(RED), "2001:db8:b::1");
}

#define STAGE6() do { \
	NEED_OPTION("CONFIG_IPV6"); \
	NEED_OPTION("CONFIG_IPV6_MULTIPLE_TABLES"); \
	ASSERT_STAGE(stage6()); \
} while (0)

static char *routes6(void)
{
	return lines_without(ip_list(RED, "route6 table 254"), "proto kernel");
}

/* Where the source that was asked by is told, with CONFIG_IPV6_SUBTREES, not it. */
static const char *get6(const char *words)
{
	const char *got = ip_get(RED, "%s", words), *from = strstr(got, " from ");
	const char *rest = from ? strchr(from + strlen(" from "), ' ') : NULL;

	return rest ? str("%.*s%s", (int)(from - got), got, rest) : got;
}

#define VIA_A	" via 2001:db8:a::9 dev v0"
#define VIA_B	" via 2001:db8:b::9 dev w0"
#define BOOT6	" proto boot metric 1024"
#define NH_A	" nexthop" VIA_A " weight 1"
#define NH_B	" nexthop" VIA_B " weight 1"

/* Metric 1024 when none is said; append makes one route of two ways. */
TEST_F(route, ipv6_routes_of_a_prefix_and_metric_become_one_of_several_ways)
{
	STAGE6();
	EXPECT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9"));
	EXPECT_ERR(-EEXIST, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9"));
	EXPECT_ERR(-EEXIST, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:b::9"));
	EXPECT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:b::9 metric 5"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" VIA_B " proto boot metric 5\n"
		    "unicast 2001:db8:1::/48" VIA_A BOOT6 "\n", routes6());
	EXPECT_ERR(0, ip(RED, "route append 2001:db8:1::/48 via 2001:db8:b::9"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" VIA_B " proto boot metric 5\n"
		    "unicast 2001:db8:1::/48" BOOT6 NH_A NH_B "\n", routes6());
	EXPECT_ERR(0, ip(RED, "route replace 2001:db8:1::/48 via 2001:db8:a::8"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" VIA_B " proto boot metric 5\n"
		    "unicast 2001:db8:1::/48 via 2001:db8:a::8 dev v0" BOOT6 "\n",
		    routes6());
	EXPECT_ERR(-ENOENT, ip(RED, "route change 2001:db8:2::/48 via 2001:db8:a::8"));
	/* A route for longer, and the one of lowest metric. */
	EXPECT_STREQ("2001:db8:b::1", source_of(RED, "2001:db8:1::1"));
	EXPECT_ERR(0, ip(RED, "route add 2001:db8:1:1::/64 via 2001:db8:a::9"));
	EXPECT_STREQ("2001:db8:a::1", source_of(RED, "2001:db8:1:1::1"));
	EXPECT_STREQ("2001:db8:b::1", source_of(RED, "2001:db8:1:2::1"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "2001:db8:2::1"));
}

TEST_F(route, each_change_of_an_ipv6_route_is_told_once_and_how)
{
	struct record *rec;

	STAGE6();
	rec = RECORD(RED, RTNLGRP_IPV6_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9"));
	ASSERT_ERR(0, ip(RED, "route append 2001:db8:1::/48 via 2001:db8:b::9"));
	ASSERT_ERR(0, ip(RED, "route del 2001:db8:1::/48 via 2001:db8:a::9"));
	ASSERT_ERR(0, ip(RED, "route replace 2001:db8:1::/48 via 2001:db8:a::8"));
	ASSERT_ERR(-ESRCH, ip(RED, "route del 2001:db8:1::/48 via 2001:db8:a::7"));
	ASSERT_ERR(0, ip(RED, "route del 2001:db8:1::/48"));
	EXPECT_TEXT("NEWROUTE unicast 2001:db8:1::/48" VIA_A BOOT6 " [create] [excl]\n"
		    "NEWROUTE unicast 2001:db8:1::/48" BOOT6 NH_B NH_A " [create] [append]\n"
		    "DELROUTE unicast 2001:db8:1::/48" VIA_A BOOT6 "\n"
		    "NEWROUTE unicast 2001:db8:1::/48 via 2001:db8:a::8 dev v0" BOOT6 " [replace]\n"
		    "DELROUTE unicast 2001:db8:1::/48 via 2001:db8:a::8 dev v0" BOOT6 "\n",
		    record_text(rec));
	record_close(rec);
}

TEST_F(route, ipv6_multipath_uses_every_way_and_loses_those_that_go)
{
	int i, a = 0;

	STAGE6();
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 nexthop via 2001:db8:a::9 nexthop via 2001:db8:b::9"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" BOOT6 NH_A NH_B "\n", routes6());
	for (i = 0; i < 64; i++)
		a += !strcmp("2001:db8:a::1",
			     source_of(RED, str("2001:db8:1::%x", i + 1)));
	EXPECT_LE(10, a);
	EXPECT_GE(54, a);
	ASSERT_ERR(0, ip(RED, "link set w0 down"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" BOOT6 NH_A " nexthop" VIA_B " weight 1 dead linkdown\n",
		    routes6());
	for (i = 0; i < 64; i++)
		EXPECT_STREQ("2001:db8:a::1",
			     source_of(RED, str("2001:db8:1::%x", i + 1)));
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_TEXT("", routes6());
}

TEST_F(route, an_ipv6_route_that_refuses_says_how_by_its_type)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "route add default6 via 2001:db8:a::9"));
	ASSERT_ERR(0, ip(RED, "route add blackhole 2001:db8:1::/48"));
	ASSERT_ERR(0, ip(RED, "route add unreachable 2001:db8:2::/48"));
	ASSERT_ERR(0, ip(RED, "route add prohibit 2001:db8:3::/48"));
	ASSERT_ERR(0, ip(RED, "route add throw 2001:db8:4::/48"));
	EXPECT_STREQ("-EINVAL", source_of(RED, "2001:db8:1::1"));
	EXPECT_STREQ("-EHOSTUNREACH", source_of(RED, "2001:db8:2::1"));
	EXPECT_STREQ("-EACCES", source_of(RED, "2001:db8:3::1"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "2001:db8:4::1"));
	EXPECT_STREQ("2001:db8:a::1", source_of(RED, "2001:db8:5::1"));
	/* Theirs is lo, down as it is. */
	EXPECT_TEXT("blackhole 2001:db8:1::/48 dev lo" BOOT6 "\n"
		    "unreachable 2001:db8:2::/48 dev lo" BOOT6 "\n"
		    "prohibit 2001:db8:3::/48 dev lo" BOOT6 "\n"
		    "throw 2001:db8:4::/48 dev lo" BOOT6 "\n"
		    "unicast default" VIA_A BOOT6 "\n", routes6());
}

TEST_F(route, an_ipv6_gateway_must_be_on_the_link_and_not_ourselves)
{
	STAGE6();
	EXPECT_ERR(-EHOSTUNREACH, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:c::9"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::1"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 2001:db8:1::/48 via fe80::9"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 2001:db8:1::/48 via ff02::9 dev v0"));
	EXPECT_ERR(-EINVAL, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9 src 2001:db8:a::7"));
	EXPECT_ERR(-EHOSTUNREACH, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9 dev w0"));
	EXPECT_TEXT("", routes6());
	EXPECT_ERR(0, ip(RED, "route add default6 via fe80::9 dev v0"));
	EXPECT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via fe80::9 dev w0 metric 7"));
	EXPECT_TEXT("unicast 2001:db8:1::/48 via fe80::9 dev w0 proto boot metric 7\n"
		    "unicast default via fe80::9 dev v0" BOOT6 "\n", routes6());
	EXPECT_STREQ("2001:db8:b::1", source_of(RED, "2001:db8:1::1"));
	EXPECT_STREQ("unicast 2001:db8:2::1 via fe80::9 dev v0 proto boot src 2001:db8:a::1 metric 1024",
		     get6("2001:db8:2::1"));
}

TEST_F(route, ipv6_delete_takes_the_first_route_that_fits_what_it_says)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9 metric 10 proto 4"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:b::9 metric 20"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::8 metric 30 src 2001:db8:a::1"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 2001:db8:1::/48 via 2001:db8:a::7"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 2001:db8:1::/48 metric 11"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 2001:db8:1::/48 proto 9"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 2001:db8:1::/47"));
	EXPECT_ERR(-ESRCH, ip(RED, "route del 2001:db8:1::/48 table 100"));
	EXPECT_ERR(0, ip(RED, "route del 2001:db8:1::/48 dev w0"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" VIA_A " proto static metric 10\n"
		    "unicast 2001:db8:1::/48 via 2001:db8:a::8 dev v0 proto boot src 2001:db8:a::1 metric 30\n",
		    routes6());
	EXPECT_ERR(0, ip(RED, "route del 2001:db8:1::/48 metric 30"));
	EXPECT_ERR(0, ip(RED, "route del 2001:db8:1::/48 proto 4"));
	EXPECT_TEXT("", routes6());
}

/* Unlike IPv4's, the route stays, and prefers nothing. */
TEST_OF("regression src-delete", route,
	deleting_an_ipv6_address_leaves_routes_without_their_source)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:a::7/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8:a::7"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9 src 2001:db8:a::7"));
	EXPECT_STREQ("2001:db8:a::7", source_of(RED, "2001:db8:1::1"));
	ASSERT_ERR(0, ip(RED, "addr del 2001:db8:a::7/64 dev v0"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" VIA_A BOOT6 "\n", routes6());
	EXPECT_STREQ("2001:db8:a::1", source_of(RED, "2001:db8:1::1"));
}

TEST_F(route, the_mtu_of_an_ipv6_route_is_that_of_its_sockets)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9 mtu 1400"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:2::/48 via 2001:db8:a::9"));
	EXPECT_EQ(1400, connected_option("2001:db8:1::1", IPPROTO_IPV6, IPV6_MTU));
	EXPECT_EQ(1500, connected_option("2001:db8:2::1", IPPROTO_IPV6, IPV6_MTU));
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1300"));
	EXPECT_EQ(1300, connected_option("2001:db8:2::1", IPPROTO_IPV6, IPV6_MTU));
}

TEST_F(route, ipv6_routes_follow_their_nexthop_object_and_go_with_it)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "nexthop add id 1 via 2001:db8:a::9 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 nhid 1"));
	EXPECT_TEXT("unicast 2001:db8:1::/48 nhid 1" VIA_A BOOT6 "\n", routes6());
	EXPECT_STREQ("2001:db8:a::1", source_of(RED, "2001:db8:1::1"));
	ASSERT_ERR(0, ip(RED, "nexthop replace id 1 via 2001:db8:b::9 dev w0"));
	EXPECT_STREQ("2001:db8:b::1", source_of(RED, "2001:db8:1::1"));
	/* It goes with its device, and its routes with it. */
	ASSERT_ERR(0, link_del(in(RED), "w0"));
	EXPECT_TEXT("", ip_list(RED, "nexthop"));
	EXPECT_TEXT("", routes6());
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "2001:db8:1::1"));
}

TEST_F(route, ipv6_rules_select_by_source_and_destination)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "route add default6 via 2001:db8:a::9"));
	ASSERT_ERR(0, ip(RED, "route add default6 via 2001:db8:b::9 table 100"));
	ASSERT_ERR(0, ip(RED, "rule add inet6 from 2001:db8:b::/64 pref 10 lookup 100"));
	ASSERT_ERR(0, ip(RED, "rule add inet6 to 2001:db8:7::/48 pref 11 lookup 100"));
	ASSERT_ERR(0, ip(RED, "rule add inet6 to 2001:db8:8::/48 pref 12 action 8"));
	EXPECT_TEXT("0: from default lookup 255\n"
		    "10: from 2001:db8:b::/64 lookup 100\n"
		    "11: from default to 2001:db8:7::/48 lookup 100\n"
		    "12: from default to 2001:db8:8::/48 action 8\n"
		    "32766: from default lookup 254\n", ip_list(RED, "rule6"));
	EXPECT_STREQ("2001:db8:a::1", source_of(RED, "2001:db8:6::1"));
	EXPECT_STREQ("2001:db8:b::1", source_of(RED, "2001:db8:7::1"));
	EXPECT_STREQ("-EACCES", source_of(RED, "2001:db8:8::1"));
	EXPECT_STREQ("unicast 2001:db8:6::1 via 2001:db8:b::9 dev w0 table 100 proto boot src 2001:db8:b::1 metric 1024",
		     get6("2001:db8:6::1 from 2001:db8:b::1/128"));
	EXPECT_ERR(-EEXIST, ip(RED, "rule add inet6 to 2001:db8:7::/48 pref 11 lookup 100"));
	EXPECT_ERR(0, ip(RED, "rule del inet6 pref 12"));
	EXPECT_STREQ("2001:db8:a::1", source_of(RED, "2001:db8:8::1"));
}

TEST_F(route, an_ipv6_dump_is_filtered_by_table_protocol_and_device)
{
	STAGE6();
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:1::/48 via 2001:db8:a::9 proto 4"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:2::/48 via 2001:db8:b::9 proto 5"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8:3::/48 via 2001:db8:b::9 table 100"));
	EXPECT_TEXT("unicast 2001:db8:3::/48" VIA_B " table 100" BOOT6 "\n",
		    ip_list(RED, "route6 table 100"));
	EXPECT_TEXT("unicast 2001:db8:1::/48" VIA_A " proto static metric 1024\n",
		    ip_list(RED, "route6 proto 4"));
	EXPECT_TEXT("unicast 2001:db8:2::/48" VIA_B " proto 5 metric 1024\n"
		    "unicast 2001:db8:b::/64 dev w0 proto kernel metric 256\n",
		    ip_list(RED, "route6 dev w0 table 254"));
	EXPECT_TEXT("", ip_list(RED, "route6 dev v0 proto 5"));
	EXPECT_TEXT("-ENOENT\n", ip_list(RED, "route6 table 101"));
}

KSFT_NEEDS(CONFIG_VETH, "*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.rules_are_told_*")
KSFT_NEEDS(CONFIG_IP_ROUTE_MULTIPATH, "*.multipath_*",
	   "*.a_group_of_nexthops_loses_*")
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*.add_refuses_a_second_*",
	   "*.a_route_takes_no_contradictions_*", "*.deleting_an_address_takes_*",
	   "*.delete_takes_the_first_*", "*.rules_*", "*.a_rule_may_*",
	   "*.a_device_takes_its_routes_*", "*.a_dump_is_filtered_*")

KSFT_MAIN
