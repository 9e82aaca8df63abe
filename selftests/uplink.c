// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method 2 of the document and what lies behind its host, to which the host
 * routes: what the diagnosis matrix (diagnosis.h) stands on.
 *
 *	pod-red   10.244.0.10 --.
 *	                         v-net-0 10.244.0.1   host
 *	pod-blue  10.244.0.20 --'
 *	                          uplink 203.0.113.1 ---- veth-out 203.0.113.2
 *	                                                  lo       192.0.2.1
 *	                                                  outside
 *
 * And the same without a bridge, each pod in a subnet of its own ("routed").
 */
#include "lend.h"
#include "pair.h"

#define BLUE	"pod-blue"
#define OUTSIDE	"outside"

FIXTURE(uplink) { struct topo *topo; };
FIXTURE_VARIANT(uplink) { const char *topology; bool ipv6, no_bridge; };
FIXTURE_VARIANT_ADD(uplink, uplink) { .topology = "uplink" };
FIXTURE_VARIANT_ADD(uplink, uplink_ipv6) {
	.topology = "uplink-ipv6", .ipv6 = true,
};
FIXTURE_VARIANT_ADD(uplink, routed) {
	.topology = "routed", .no_bridge = true,
};

FIXTURE_SETUP(uplink)
{
	NEED_SYSCTL();
	self->topo = lend_topology(variant->topology,
				   ksft_id("uplink", variant->topology,
					   _metadata->name));
	ASSERT_NE(NULL, self->topo);
	if (variant->ipv6 && !ksft.fault.topology)
		ASSERT_ERR(0, addr_wait_usable(ns(OUTSIDE),
					       "2001:db8:2::1/128"));
}

FIXTURE_TEARDOWN(uplink) LEND_TEARDOWN

/* What a bridge and its ports say more of themselves is bridge.c's. */
static bool is_first_line(char *line, const char *word)
{
	return is_link_line(line, word) &&
	       (strchr(line, '<') || !strncmp(line, "netns ", 6));
}

#define WIRE(dev, peer, more) \
	"link " dev ": <BROADCAST,MULTICAST,UP,RUNNING,LOWER_UP> mtu 1500 qdisc noqueue state UP carrier 1 master " more " txqlen 1000\n"
#define POD_WIRE(dev, peer) \
	WIRE(dev, peer, "none kind veth peer " peer " mac any promiscuity 0")
#define PORT_WIRE(dev, peer) \
	WIRE(dev, peer, "v-net-0 kind veth peer " peer " mac any promiscuity 1")

static const char want_links[] =
	"netns host\n"
	LO_UP
	POD_WIRE("uplink", "outside/veth-out")
	WIRE("v-net-0", "none", "none kind bridge peer none mac any promiscuity 0")
	PORT_WIRE("veth-blue-br", "pod-blue/veth-blue")
	PORT_WIRE("veth-red-br", "pod-red/veth-red")
	"netns pod-red\n"
	LO_UP
	POD_WIRE("veth-red", "host/veth-red-br")
	"netns pod-blue\n"
	LO_UP
	POD_WIRE("veth-blue", "host/veth-blue-br")
	"netns outside\n"
	LO_UP
	POD_WIRE("veth-out", "host/uplink");

static const char want_routed_links[] =
	"netns host\n"
	LO_UP
	POD_WIRE("uplink", "outside/veth-out")
	POD_WIRE("veth-blue-gw", "pod-blue/veth-blue")
	POD_WIRE("veth-red-gw", "pod-red/veth-red")
	"netns pod-red\n"
	LO_UP
	POD_WIRE("veth-red", "host/veth-red-gw")
	"netns pod-blue\n"
	LO_UP
	POD_WIRE("veth-blue", "host/veth-blue-gw")
	"netns outside\n"
	LO_UP
	POD_WIRE("veth-out", "host/uplink");

#define LO_ROUTES \
	"route local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n" \
	"route local 127.0.0.1/32 dev lo table local proto kernel scope host src 127.0.0.1\n"
#define LO_BROADCAST \
	"route broadcast 127.255.255.255/32 dev lo table local proto kernel scope link src 127.0.0.1\n"
#define ADDR(addr, dev) \
	"addr " addr " dev " dev " scope global permanent\n"
#define LO_ADDR \
	"addr 127.0.0.1/8 dev lo scope host permanent\n"
#define CONNECTED(net, dev, src) \
	"route unicast " net " dev " dev " table main proto kernel scope link src " src "\n"
#define STATIC(net, gw, dev) \
	"route unicast " net " via " gw " dev " dev " table main proto boot scope global\n"
#define BROADCAST(addr, dev, src) \
	"route broadcast " addr " dev " dev " table local proto kernel scope link src " src "\n"
#define LOCAL(addr, dev) \
	"route local " addr "/32 dev " dev " table local proto kernel scope host src " addr "\n"
#define POD_IN(net, addr, dev) \
	ADDR(addr "/24", dev) LO_ADDR CONNECTED(net ".0/24", dev, addr) \
	STATIC("default", net ".1", dev) \
	BROADCAST(net ".255/32", dev, addr) LO_BROADCAST \
	LOCAL(addr, dev) LO_ROUTES
#define POD(addr, dev)	POD_IN("10.244.0", addr, dev)
#define FAR_END(pods) \
	LO_ADDR ADDR("192.0.2.1/32", "lo") \
	ADDR("203.0.113.2/24", "veth-out") \
	STATIC(pods, "203.0.113.1", "veth-out") \
	CONNECTED("203.0.113.0/24", "veth-out", "203.0.113.2") \
	LO_BROADCAST \
	BROADCAST("203.0.113.255/32", "veth-out", "203.0.113.2") \
	LO_ROUTES LOCAL("192.0.2.1", "lo") \
	LOCAL("203.0.113.2", "veth-out")

static const struct want_ipv4 {
	const char *ns, *text;
} want_ipv4[] = {
	{ HOST, ADDR("10.244.0.1/24", "v-net-0") LO_ADDR
		ADDR("203.0.113.1/24", "uplink")
		CONNECTED("10.244.0.0/24", "v-net-0", "10.244.0.1")
		STATIC("192.0.2.0/24", "203.0.113.2", "uplink")
		CONNECTED("203.0.113.0/24", "uplink", "203.0.113.1")
		BROADCAST("10.244.0.255/32", "v-net-0", "10.244.0.1")
		LO_BROADCAST
		BROADCAST("203.0.113.255/32", "uplink", "203.0.113.1")
		LOCAL("10.244.0.1", "v-net-0") LO_ROUTES
		LOCAL("203.0.113.1", "uplink") },
	{ RED, POD("10.244.0.10", "veth-red") },
	{ BLUE, POD("10.244.0.20", "veth-blue") },
	{ OUTSIDE, FAR_END("10.244.0.0/24") },
}, want_routed_ipv4[] = {
	{ HOST, ADDR("10.244.0.1/24", "veth-red-gw")
		ADDR("10.244.1.1/24", "veth-blue-gw") LO_ADDR
		ADDR("203.0.113.1/24", "uplink")
		CONNECTED("10.244.0.0/24", "veth-red-gw", "10.244.0.1")
		CONNECTED("10.244.1.0/24", "veth-blue-gw", "10.244.1.1")
		STATIC("192.0.2.0/24", "203.0.113.2", "uplink")
		CONNECTED("203.0.113.0/24", "uplink", "203.0.113.1")
		BROADCAST("10.244.0.255/32", "veth-red-gw", "10.244.0.1")
		BROADCAST("10.244.1.255/32", "veth-blue-gw", "10.244.1.1")
		LO_BROADCAST
		BROADCAST("203.0.113.255/32", "uplink", "203.0.113.1")
		LOCAL("10.244.0.1", "veth-red-gw")
		LOCAL("10.244.1.1", "veth-blue-gw") LO_ROUTES
		LOCAL("203.0.113.1", "uplink") },
	{ RED, POD("10.244.0.10", "veth-red") },
	{ BLUE, POD_IN("10.244.1", "10.244.1.20", "veth-blue") },
	{ OUTSIDE, FAR_END("10.244.0.0/16") },
};

/* Who is where, by both families. */
static const struct place {
	const char *ns, *addr, *addr6;
	int behind;		/* which link of the host's */
} places[] = {
	{ RED, "10.244.0.10", "2001:db8::10", 1 },
	{ BLUE, "10.244.0.20", "2001:db8::20", 1 },
	{ HOST, "10.244.0.1", "2001:db8::1", 0 },
	{ OUTSIDE, "192.0.2.1", "2001:db8:2::1", 2 },
}, routed_places[] = {
	{ RED, "10.244.0.10", NULL, 1 },
	{ BLUE, "10.244.1.20", NULL, 3 },
	{ HOST, "10.244.1.1", NULL, 0 },
	{ OUTSIDE, "192.0.2.1", NULL, 2 },
};

TEST_F(uplink, links_are_wired_and_up)
{
	struct link bridge;

	if (!variant->no_bridge) {
		ASSERT_ERR(0, settle(HOST, "v-net-0", &bridge));
		EXPECT_EQ(30000, bridge.bridge.ageing_time);
	}
	EXPECT_TEXT(variant->no_bridge ? want_routed_links : want_links,
		    keep(ksft_states(true), is_first_line, NULL));
}

TEST_F(uplink, each_namespace_has_its_addresses_and_routes)
{
	const struct want_ipv4 *want = variant->no_bridge ? want_routed_ipv4 :
				       want_ipv4;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(want_ipv4); i++)
		EXPECT_TEXT(want[i].text,
			    state_text(ns(want[i].ns),
				       STATE_ADDR4 | STATE_ROUTE4_MAIN |
				       STATE_ROUTE4_LOCAL));
}

#define ADDR6(addr, dev) \
	"addr " addr " dev " dev " scope global permanent nodad\n"
#define ROUTE6(kind, net, dev, more) \
	"route " kind " " net " dev " dev " table " more "\n"
#define POD6(addr, dev) \
	ADDR6(addr "/64", dev) \
	ROUTE6("local", addr "/128", dev, "local proto kernel scope global") \
	ROUTE6("unicast", "2001:db8::/64", dev, \
	       "main proto kernel scope global metric 256") \
	"route unicast default via 2001:db8::1 dev " dev " table main proto boot scope global metric 1024\n"

/* A router has the subnet's anycast address too (RFC 4291 2.6.1). */
static const struct {
	const char *ns, *text;
} want_ipv6[] = {
	{ HOST, ADDR6("2001:db8:1::1/64", "uplink")
		ADDR6("2001:db8::1/64", "v-net-0")
		ROUTE6("anycast", "2001:db8:1::/128", "uplink",
		       "local proto kernel scope global")
		ROUTE6("anycast", "2001:db8::/128", "v-net-0",
		       "local proto kernel scope global")
		ROUTE6("local", "2001:db8:1::1/128", "uplink",
		       "local proto kernel scope global")
		ROUTE6("local", "2001:db8::1/128", "v-net-0",
		       "local proto kernel scope global")
		ROUTE6("unicast", "2001:db8:1::/64", "uplink",
		       "main proto kernel scope global metric 256")
		"route unicast 2001:db8:2::/64 via 2001:db8:1::2 dev uplink table main proto boot scope global metric 1024\n"
		ROUTE6("unicast", "2001:db8::/64", "v-net-0",
		       "main proto kernel scope global metric 256") },
	{ RED, POD6("2001:db8::10", "veth-red") },
	{ BLUE, POD6("2001:db8::20", "veth-blue") },
	{ OUTSIDE, ADDR6("2001:db8:1::2/64", "veth-out")
		ADDR6("2001:db8:2::1/128", "lo")
		ROUTE6("local", "2001:db8:1::2/128", "veth-out",
		       "local proto kernel scope global")
		ROUTE6("local", "2001:db8:2::1/128", "lo",
		       "local proto kernel scope global")
		ROUTE6("unicast", "2001:db8:1::/64", "veth-out",
		       "main proto kernel scope global metric 256")
		ROUTE6("unicast", "2001:db8:2::1/128", "lo",
		       "main proto kernel scope global metric 256")
		"route unicast 2001:db8::/64 via 2001:db8:1::1 dev veth-out table main proto boot scope global metric 1024\n" },
};

static bool is_global6(char *line, const char *word)
{
	(void)word;
	return strstr(line, " 2001:db8:");
}

/* Where IPv6 is off, links have no address, not even one of their own. */
TEST_F(uplink, ipv6_is_there_where_it_was_asked_for)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(want_ipv6); i++) {
		EXPECT_TEXT(variant->ipv6 ? want_ipv6[i].text : "",
			    keep(state_text(ns(want_ipv6[i].ns),
					    STATE_ADDR6 | STATE_ROUTE6),
				 is_global6, NULL));
		if (!variant->ipv6)
			EXPECT_TEXT("", lines_with(
				    state_text(ns(want_ipv6[i].ns),
					       STATE_ADDR6 | STATE_ROUTE6),
				    " fe80::"));
	}
}

TEST_F(uplink, sysctls_are_as_asked)
{
	const struct {
		const char *ns, *name, *value;
		int ipv6;		/* 0, 1, or -1: in both */
	} want[] = {
		{ HOST, "net/ipv4/ip_forward", "1", -1 },
		{ HOST, "net/ipv6/conf/all/forwarding", "1", 1 },
		{ HOST, "net/ipv4/igmp_link_local_mcast_reports",
		  variant->no_bridge ? "1" : "0", 0 },
		{ HOST, "net/ipv6/conf/default/disable_ipv6", "1", 0 },
		{ RED, "net/ipv6/conf/default/disable_ipv6", "1", 0 },
		{ BLUE, "net/ipv6/conf/default/disable_ipv6", "1", 0 },
		{ OUTSIDE, "net/ipv6/conf/default/disable_ipv6", "1", 0 },
		/* A link has what was its default when it was made. */
		{ HOST, "net/ipv6/conf/v-net-0/accept_dad", "0", 1 },
		{ RED, "net/ipv6/conf/veth-red/accept_dad", "0", 1 },
		{ BLUE, "net/ipv6/conf/veth-blue/accept_dad", "0", 1 },
		{ OUTSIDE, "net/ipv6/conf/veth-out/accept_dad", "0", 1 },
		{ OUTSIDE, "net/ipv4/ip_forward", "0", -1 },
		{ RED, "net/ipv4/ip_forward", "0", -1 },
	};
	char value[16];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(want); i++) {
		if (want[i].ipv6 == !variant->ipv6)
			continue;
		EXPECT_ERR(0, sysctl_get(ns(want[i].ns), want[i].name, value,
					 sizeof(value)));
		EXPECT_STREQ(want[i].value, value)
			printf("# %s in %s\n", want[i].name, want[i].ns);
	}
}

/* One hop more than none: through the host, which counts both ways. */
TEST_F(uplink, the_host_routes_to_the_outside_and_nothing_else)
{
	const char *forw = variant->ipv6 ? "Ip6OutForwDatagrams" :
					   "IpForwDatagrams";
	const size_t n = ARRAY_SIZE(places);
	const struct place *all = variant->no_bridge ? routed_places : places;
	const struct place *a, *b;
	uint64_t was;
	bool routed;
	uint8_t ttl;
	size_t i;

	for (i = 0; i < n * n; i++) {
		a = &all[i / n];
		b = &all[i % n];
		if (a == b)
			continue;
		/* The host itself, 0, is behind none of its links. */
		routed = a->behind && b->behind && a->behind != b->behind;
		was = counter(HOST, forw);
		EXPECT_ERR(0, ping(a->ns, variant->ipv6 ? b->addr6 : b->addr,
				   &ttl));
		EXPECT_EQ(routed ? 63 : 64, ttl);
		EXPECT_EQ(was + (routed ? 2 : 0),
			  counter(HOST, forw))
			printf("# from %s to %s\n", a->ns, b->ns);
	}
}

TEST_F(uplink, all_talk_to_all)
{
	const size_t n = ARRAY_SIZE(places);
	const struct place *all = variant->no_bridge ? routed_places : places;
	const struct place *a, *b;
	size_t i;

	/* Others count packets, and TCP's last words may come late. */
	lend_keep();
	for (i = 0; i < n * n; i++) {
		a = &all[i / n];
		b = &all[i % n];
		if (a != b)
			EXPECT_ERR(0, reach_all(a->ns, b->ns, variant->ipv6 ?
						b->addr6 : b->addr));
	}
}

KSFT_NEEDS(CONFIG_IPV6, "*.sysctls_are_as_asked")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*.ipv6_is_there_where_*")

KSFT_MAIN
