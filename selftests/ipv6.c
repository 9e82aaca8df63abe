// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * IPv6 between pods, packet by packet: neighbour and router discovery, duplicate
 * addresses, multicast membership, extension headers, fragments, errors, and the
 * host as a router.
 *
 *	pod-red                  pod-blue
 *	veth-red ---------------- veth-blue
 *	2001:db8::1/64            2001:db8::2/64
 *
 * Most tests play pod-red by hand, over a packet socket.
 */
#include "packets.h"

#include <linux/errqueue.h>
#include <linux/if_addrlabel.h>
#include <netinet/icmp6.h>
#include <poll.h>

#define HOST	TOPO_HOST
#define RED	"pod-red"
#define BLUE	"pod-blue"
#define RED_IP	"2001:db8::1"
#define BLUE_IP	"2001:db8::2"
#define RED_LL	"fe80::1"		/* nobody's: ours to speak for */
#define BLUE_NODE "ff02::1:ff00:2"	/* BLUE_IP's solicited-node address */

/* A word with what it takes to print it; lives as long as the topology. */
#define str(...)	topo_list_str(&ksft.list, __VA_ARGS__)

/* MACs of a test's own. */
#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"

/* One side of a wire; what comes from the other, and whom it is sent to. */
struct side {
	struct tap red;
	uint8_t blue[6];
	char red_mac[18], blue_mac[18];
};

FIXTURE(wire) { struct topo *topo; struct side side; };
FIXTURE_VARIANT(wire) { const char *topology; };
FIXTURE_VARIANT_ADD(wire, p2p_ipv6) { .topology = "p2p-ipv6" };
FIXTURE_SETUP(wire) TOPO_SETUP(wire)
FIXTURE_TEARDOWN(wire) TOPO_TEARDOWN

static int side_open(struct side *side)
{
	int err;

	err = listen_on(&side->red, RED, "veth-red", ETH_P_IPV6);
	if (!err)
		err = mac_get(BLUE, "veth-blue", side->blue);
	if (!err)
		err = set(BLUE, "net/ipv6/icmp/ratelimit", "0");
	if (err)
		return err;
	mac_text(side->red.mac, side->red_mac);
	mac_text(side->blue, side->blue_mac);
	return 0;
}

static void mac_parse(const char *text, uint8_t mac[6])
{
	sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
	       &mac[2], &mac[3], &mac[4], &mac[5]);
}

/* RFC 2464: 33:33 and the last four bytes; else blue's own. */
static void mac_of(const struct side *side, const char *dst, uint8_t mac[6])
{
	struct ip_prefix ip;

	memcpy(mac, side->blue, 6);
	if (ip_parse(dst, &ip) || ip.addr[0] != 0xff)
		return;
	mac[0] = 0x33;
	mac[1] = 0x33;
	memcpy(mac + 2, ip.addr + 12, 4);
}

/* What is not said: a datagram of 100 bytes from red to blue's port 2000. */
static int from_red(const struct side *side, const struct packet *p)
{
	struct packet full = *p;
	uint8_t mac[6];

	full.src = p->src ? p->src : RED_IP;
	full.dst = p->dst ? p->dst : BLUE_IP;
	if (!p->proto) {
		full.proto = IPPROTO_UDP;
		full.sport = 1000;
		full.dport = p->dport ? p->dport : 2000;
	}
	full.len = p->data || p->len ? p->len : 100;
	mac_of(side, full.dst, mac);
	return send_packet(&side->red, mac, &full);
}

#define RED_SENDS(...) \
	from_red(&self->side, &(const struct packet){ __VA_ARGS__ })

/* A message of neighbour discovery. */
struct nd {
	const char *src, *dst, *target;
	uint8_t type, hop, code, flags;	/* hop 0: 255 */
	uint8_t opt;			/* 1 source, 2 target link-layer address */
	const char *mac;
	uint16_t flip_sum;
};

static int nd_from_red(const struct side *side, const struct nd *nd)
{
	uint8_t body[24] = { 0 };
	struct ip_prefix target;
	struct packet p = {
		.src = nd->src ? nd->src : RED_IP, .dst = nd->dst,
		.proto = IPPROTO_ICMPV6, .type = nd->type, .code = nd->code,
		.rest = nd->flags << 24, .ttl = nd->hop ? nd->hop : 255,
		.data = body, .len = nd->opt ? 24 : 16,
		.flip_sum = nd->flip_sum,
	};

	if (ip_parse(nd->target, &target))
		return -EINVAL;
	memcpy(body, target.addr, 16);
	body[16] = nd->opt;
	body[17] = 1;
	mac_parse(nd->mac ? nd->mac : side->red_mac, body + 18);
	return from_red(side, &p);
}

#define NS	ND_NEIGHBOR_SOLICIT
#define NA	ND_NEIGHBOR_ADVERT
#define FLAG_R	0x80
#define FLAG_S	0x40
#define FLAG_O	0x20

#define RED_ND(...) nd_from_red(&self->side, &(const struct nd){ __VA_ARGS__ })

/*
 * What blue sent to red's address, up to its answer to a last echo.  What comes
 * to groups of its own accord (reports, solicitations) is left out.
 */
#define LAST	"129/0 id 999"

/* All of it that has @word in its line. */
static char *red_sees(const struct side *side, const char *word)
{
	const struct packet ping = {
		.proto = IPPROTO_ICMPV6, .type = ICMP6_ECHO_REQUEST,
		.rest = 999 << 16, .len = 1,
	};
	char *text;

	if (from_red(side, &ping))
		return NULL;
	text = lines_without(tap_text(&side->red, LAST, 0), LAST);
	return packets_with(text, word);
}

static char *red_gets(const struct side *side)
{
	return red_sees(side, " > " RED_IP " ");
}

/* Makes text of a format, with red's and blue's MACs for %r and %b. */
static const char *with_macs(const struct side *side, const char *text)
{
	static char out[1024];
	size_t n = 0;

	for (; *text && n < sizeof(out) - 18; text++) {
		if (*text != '%') {
			out[n++] = *text;
			continue;
		}
		text++;
		memcpy(out + n, *text == 'r' ? side->red_mac : side->blue_mac,
		       17);
		n += 17;
	}
	out[n] = '\0';
	return out;
}

#define EXPECT_RED_GETS(want) \
	EXPECT_TEXT(with_macs(&self->side, want), red_gets(&self->side))

/*
 * "STALE 02:..:0a router": what blue knows of @dst.  An answer that is on its
 * way has made STALE DELAY.
 */
static const char *blue_knows(const char *dst)
{
	static char text[64];
	struct neigh neigh;
	char mac[18];
	int err = neigh_get(in(BLUE), "veth-blue", dst, &neigh);

	if (err)
		return ksft_err_name(err);
	snprintf(text, sizeof(text), "%s %s%s", 
		 neigh_state_name(neigh.state == NUD_DELAY ? NUD_STALE :
							     neigh.state),
		 mac_text(neigh.mac, mac),
		 neigh.flags & NTF_ROUTER ? " router" : "");
	return text;
}

/* RFC 4861 7.2.3, 7.2.4. */
TEST_F(wire, a_solicitation_to_the_group_is_answered_with_the_mac)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .opt = 1));
	EXPECT_RED_GETS(BLUE_IP " > " RED_IP " hop 255 len 32: na " BLUE_IP " SO tgt %b\n");
	EXPECT_STREQ(with_macs(&self->side, "STALE %r"), blue_knows(RED_IP));
}

/* The asker has the MAC already: no option, and nothing to override. */
TEST_F(wire, a_solicitation_to_the_address_itself_is_confirmed)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_IP, .target = BLUE_IP,
			     .opt = 1));
	EXPECT_RED_GETS(BLUE_IP " > " RED_IP " hop 255 len 24: na " BLUE_IP " S\n");
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/forwarding", "1"));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_IP, .target = BLUE_IP,
			     .opt = 1));
	EXPECT_RED_GETS(BLUE_IP " > " RED_IP " hop 255 len 24: na " BLUE_IP " RS\n");
}

/* RFC 4861 7.1.1, and each is as if it had not been. */
TEST_F(wire, an_invalid_solicitation_is_not_answered)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .opt = 1, .mac = MAC_A, .hop = 254));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .opt = 1, .mac = MAC_A, .code = 1));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .opt = 1, .mac = MAC_A, .flip_sum = 1));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = "ff02::1",
			     .opt = 1, .mac = MAC_A));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE,
			     .target = "2001:db8::77", .opt = 1, .mac = MAC_A));
	EXPECT_RED_GETS("");
	EXPECT_STRNE("STALE " MAC_A, blue_knows(RED_IP));
	EXPECT_EQ(1, counter(BLUE, "Icmp6InCsumErrors"));
}

/* A probe for duplicates has no source, and the answer is for all. */
TEST_F(wire, a_probe_for_duplicates_is_answered_to_all_nodes)
{
	static const char dad_na[] =
		BLUE_IP " > ff02::1 hop 255 len 32: na " BLUE_IP " O tgt %b\n";

	ASSERT_ERR(0, side_open(&self->side));
	/* With a MAC, or to blue alone, it is no valid one. */
	ASSERT_ERR(0, RED_ND(.type = NS, .src = "::", .dst = BLUE_NODE,
			     .target = BLUE_IP, .opt = 1));
	ASSERT_ERR(0, RED_ND(.type = NS, .src = "::", .dst = BLUE_IP,
			     .target = BLUE_IP));
	ASSERT_ERR(0, RED_ND(.type = NS, .src = "::", .dst = BLUE_NODE,
			     .target = BLUE_IP));
	EXPECT_TEXT(with_macs(&self->side, dad_na),
		    red_sees(&self->side, ": na "));
}

/* RFC 4861 7.2.5. */
TEST_F(wire, an_advertisement_moves_the_neighbour_as_its_flags_say)
{
	ASSERT_ERR(0, side_open(&self->side));
	/* An entry: STALE, A. */
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .src = "2001:db8::a", .opt = 1, .mac = MAC_A));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("STALE " MAC_A, blue_knows("2001:db8::a"));
	/* The same MAC, solicited: it is there. */
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = BLUE_IP, .flags = FLAG_S,
			     .src = "2001:db8::a", .target = "2001:db8::a",
			     .opt = 2, .mac = MAC_A));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("REACHABLE " MAC_A, blue_knows("2001:db8::a"));
	/* Another MAC without override: only doubt. */
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = BLUE_IP, .flags = FLAG_S,
			     .src = "2001:db8::a", .target = "2001:db8::a",
			     .opt = 2, .mac = MAC_B));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("STALE " MAC_A, blue_knows("2001:db8::a"));
	/* Override, not asked for: taken, but not proved; a router it says. */
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = "ff02::1",
			     .flags = FLAG_O | FLAG_R, .src = "2001:db8::a",
			     .target = "2001:db8::a", .opt = 2, .mac = MAC_B));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("STALE " MAC_B " router", blue_knows("2001:db8::a"));
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = BLUE_IP,
			     .flags = FLAG_O | FLAG_S, .src = "2001:db8::a",
			     .target = "2001:db8::a", .opt = 2, .mac = MAC_A));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("REACHABLE " MAC_A, blue_knows("2001:db8::a"));
}

TEST_F(wire, an_invalid_or_unasked_advertisement_changes_nothing)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .src = "2001:db8::a", .opt = 1, .mac = MAC_A));
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = BLUE_IP, .flags = FLAG_O,
			     .src = "2001:db8::a", .target = "2001:db8::a",
			     .opt = 2, .mac = MAC_B, .hop = 254));
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = "ff02::1",
			     .flags = FLAG_O | FLAG_S, .src = "2001:db8::a",
			     .target = "2001:db8::a", .opt = 2, .mac = MAC_B));
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = BLUE_IP, .flags = FLAG_O,
			     .src = "2001:db8::a", .target = "2001:db8::a",
			     .opt = 2, .mac = MAC_B, .code = 1));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("STALE " MAC_A, blue_knows("2001:db8::a"));
	/* Of a stranger: no entry comes of it (accept_untracked_na 0). */
	ASSERT_ERR(0, RED_ND(.type = NA, .dst = BLUE_IP, .flags = FLAG_O,
			     .src = "2001:db8::b", .target = "2001:db8::b",
			     .opt = 2, .mac = MAC_B));
	EXPECT_RED_GETS("");
	EXPECT_STREQ("-ENOENT", blue_knows("2001:db8::b"));
}


static int set_all(const char *name, const char *dev,
		   const char * const values[][2])
{
	char path[96];
	int err = 0;

	for (; !err && (*values)[0]; values++) {
		snprintf(path, sizeof(path), (*values)[0], dev);
		err = set(name, path, (*values)[1]);
	}
	return err;
}

/* Neighbours give up, and duplicates are looked for, in milliseconds. */
static int hurry(const char *name, const char *dev)
{
	static const char * const values[][2] = {
		{ "net/ipv6/neigh/%s/retrans_time_ms", "10" },
		{ "net/ipv6/conf/%s/router_solicitation_delay", "0" },
		{ "net/ipv6/conf/%s/router_solicitation_interval", "1" },
		{ }
	};

	return set_all(name, dev, values);
}

/* From port 1000. */
static int udp6(const char *name, const char *dst, uint16_t port)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port) };
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
				   .sin6_port = htons(1000) };
	int one = 1, fd = netns_socket(ns(name), AF_INET6, SOCK_DGRAM, 0);

	if (fd < 0)
		return fd;
	inet_pton(AF_INET6, dst, &to.sin6_addr);
	if (setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return -errno;
	return fd;
}

/* "EHOSTUNREACH origin 3 type 1 code 3 info 0 from 2001:db8::2", waited for. */
static const char *error_of(int fd)
{
	static char text[256];
	char control[256], data[2048], addr[INET6_ADDRSTRLEN] = "nobody";
	struct pollfd pfd = { .fd = fd };
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct sock_extended_err *ee;
	struct sockaddr_in6 *from;
	struct cmsghdr *c;

	if (poll(&pfd, 1, deadline_left(deadline_new())) != 1)
		return "no error";
	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return ksft_err_name(-errno);
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_type != IPV6_RECVERR)
		return "no IPV6_RECVERR";
	ee = (struct sock_extended_err *)CMSG_DATA(c);
	from = (struct sockaddr_in6 *)SO_EE_OFFENDER(ee);
	if (from->sin6_family == AF_INET6)
		inet_ntop(AF_INET6, &from->sin6_addr, addr, sizeof(addr));
	snprintf(text, sizeof(text), "%s origin %u type %u code %u info %u from %s",
		 strerrorname_np(ee->ee_errno), ee->ee_origin, ee->ee_type,
		 ee->ee_code, ee->ee_info, addr);
	return text;
}

/* RFC 4861 7.2.2: as often as mcast_solicit says; then the error is told here. */
TEST_F(wire, a_silent_neighbour_is_asked_for_and_then_unreachable)
{
	static const char ns[] = BLUE_IP
		" > ff02::1:ff00:77 hop 255 len 32: ns 2001:db8::77 src %b\n";
	char want[512];
	int fd;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, hurry(BLUE, "veth-blue"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/neigh/veth-blue/mcast_solicit", "2"));
	fd = udp6(BLUE, "2001:db8::77", 9);
	ASSERT_LE(0, fd);
	ASSERT_EQ(1, send(fd, "x", 1, 0));
	EXPECT_STREQ("EHOSTUNREACH origin 3 type 1 code 3 info 0 from " BLUE_IP,
		     error_of(fd));
	snprintf(want, sizeof(want), "%s%s", ns, ns);
	EXPECT_TEXT(with_macs(&self->side, want),
		    red_sees(&self->side, ": ns 2001:db8::77"));
	EXPECT_STREQ("FAILED 00:00:00:00:00:00", blue_knows("2001:db8::77"));
}

/* Begins the line with the destination: whose address asks is no matter. */
static bool cut_source(char *line, const char *word)
{
	char *to = strstr(line, " > ");

	if (is_timeout(line))
		return true;
	if (!to || !strstr(line, word))
		return false;
	memmove(line, to + 3, strlen(to + 3) + 1);
	return true;
}

/* NUD: an entry in doubt is asked at its own address, and then given up. */
TEST_F(wire, a_neighbour_that_fell_silent_is_probed_and_failed)
{
	static const char ns[] =
		"2001:db8::a hop 255 len 32: ns 2001:db8::a src %b\n";

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, hurry(BLUE, "veth-blue"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/neigh/veth-blue/delay_first_probe_time", "0"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/neigh/veth-blue/ucast_solicit", "1"));
	/* Probes are from a link-local address that is no more tentative. */
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "fe80::2/64", IFA_F_NODAD));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = BLUE_NODE, .target = BLUE_IP,
			     .src = "2001:db8::a", .opt = 1, .mac = MAC_A));
	EXPECT_TEXT(with_macs(&self->side, ns),
		    keep(tap_text(&self->side.red, "ns 2001:db8::a", 0),
			 cut_source, "ns 2001:db8::a"));
}

static int wait_addr(const char *name, const char *text, uint32_t flags,
		     uint32_t want)
{
	struct rtnl *listen = rtnl_open(ns(name));
	long long deadline = deadline_new();
	struct ip_prefix ip;
	struct addr *all;
	int i, n, err;

	if (!listen || ip_parse(text, &ip))
		return -EINVAL;
	err = rtnl_join(listen, RTNLGRP_IPV6_IFADDR);
	while (!err) {
		n = addr_list(in(name), &all);
		for (i = 0; i < n; i++)
			if (!memcmp(all[i].ip.addr, ip.addr, 16) &&
			    (all[i].flags & flags) == want)
				break;
		if (n >= 0)
			free(all);
		if (n < 0 || i < n)
			break;
		err = rtnl_wait(listen, NULL, NULL, deadline);
	}
	rtnl_close(listen);
	return err;
}

/* RFC 4862 5.4, RFC 7527: option 14 is the nonce. */
TEST_F(wire, an_address_is_asked_for_dad_transmits_times_before_use)
{
	static const char probe[] = ":: > ff02::1:ff00:55 hop 255 len 32: ns 2001:db8::55 option 14\n"
		":: > ff02::1:ff00:55 hop 255 len 32: ns 2001:db8::55 option 14\n";

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, hurry(BLUE, "veth-blue"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/dad_transmits", "2"));
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::55/64", 0));
	EXPECT_ERR(0, wait_addr(BLUE, "2001:db8::55", IFA_F_TENTATIVE, 0));
	EXPECT_TEXT(probe, red_sees(&self->side, "ns 2001:db8::55"));
	/* None at all, and at once, where the address says so. */
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::56/64",
			       IFA_F_NODAD));
	EXPECT_ERR(0, addr_wait_usable(ns(BLUE), "2001:db8::56"));
	EXPECT_TEXT("", red_sees(&self->side, "ns 2001:db8::56"));
}

/* Two nodes, one address: whoever comes second does not get it. */
TEST_OF("fault ipv6-duplicate", wire, an_address_that_another_has_fails)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, hurry(BLUE, "veth-blue"));
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", RED_IP "/64", 0));
	EXPECT_ERR(0, wait_addr(BLUE, RED_IP, IFA_F_DADFAILED | IFA_F_TENTATIVE,
				IFA_F_DADFAILED | IFA_F_TENTATIVE));
	EXPECT_TEXT("addr " BLUE_IP "/64 dev veth-blue scope global permanent nodad\n",
		    lines_without(lines_with(global6(BLUE), "addr "), "dadfailed"));
	/* Whoever was there keeps it. */
	EXPECT_ERR(0, wait_addr(RED, RED_IP, IFA_F_DADFAILED | IFA_F_TENTATIVE,
				0));
	ASSERT_ERR(0, addr_del(in(BLUE), "veth-blue", RED_IP "/64"));
	EXPECT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, RED_IP));
}

/* Both ask at the same time: the question of another is enough. */
TEST_F(wire, an_address_that_another_asks_for_fails)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, hurry(BLUE, "veth-blue"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/neigh/veth-blue/retrans_time_ms", "600000"));
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::55/64", 0));
	free(tap_text(&self->side.red, "ns 2001:db8::55", 0));
	ASSERT_ERR(0, RED_ND(.type = NS, .src = "::", .dst = "ff02::1:ff00:55",
			     .target = "2001:db8::55"));
	EXPECT_ERR(0, wait_addr(BLUE, "2001:db8::55",
				IFA_F_DADFAILED | IFA_F_TENTATIVE,
				IFA_F_DADFAILED | IFA_F_TENTATIVE));
}

TEST_F(wire, accept_dad_0_asks_nobody)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/all/accept_dad", "0"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_dad", "0"));
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::55/64", 0));
	EXPECT_ERR(0, addr_wait_usable(ns(BLUE), "2001:db8::55"));
	EXPECT_TEXT("", red_sees(&self->side, "ns 2001:db8::55"));
}

/* A tentative address neither answers for itself nor sends. */
TEST_OF("fault ipv6-tentative", wire, a_tentative_address_is_not_spoken_for)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6 };
	int fd = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/neigh/veth-blue/retrans_time_ms", "600000"));
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::55/64", 0));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = "ff02::1:ff00:55",
			     .target = "2001:db8::55", .opt = 1));
	EXPECT_TEXT("", red_sees(&self->side, ": na 2001:db8::55"));
	inet_pton(AF_INET6, "2001:db8::55", &at.sin6_addr);
	EXPECT_EQ(-1, bind(fd, (struct sockaddr *)&at, sizeof(at)));
	EXPECT_EQ(EADDRNOTAVAIL, errno);
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::56/64",
			       IFA_F_NODAD));
	ASSERT_ERR(0, addr_wait_usable(ns(BLUE), "2001:db8::56"));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = "ff02::1:ff00:56",
			     .target = "2001:db8::56", .opt = 1));
	EXPECT_TEXT(with_macs(&self->side, "2001:db8::56 > " RED_IP " hop 255 len 32: na 2001:db8::56 SO tgt %b\n"),
		    red_sees(&self->side, ": na 2001:db8::56"));
}

/* Another's address, answered for without override; delayed by proxy_delay. */
TEST_F(wire, proxy_ndp_answers_for_the_addresses_it_was_given)
{
	const struct ndmsg ndm = {
		.ndm_family = AF_INET6, .ndm_flags = NTF_PROXY,
		.ndm_state = NUD_PERMANENT,
	};
	struct ndmsg proxy = ndm;
	struct ip_prefix ip;
	struct link link;
	struct req req;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, ip_parse("2001:db8::50", &ip));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &link));
	proxy.ndm_ifindex = link.ifindex;
	req_init(&req, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, &proxy,
		 sizeof(proxy));
	req_put(&req, NDA_DST, ip.addr, 16);
	ASSERT_ERR(0, rtnl_talk(in(BLUE), &req));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/neigh/veth-blue/proxy_delay", "0"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/all/forwarding", "1"));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = "2001:db8::50",
			     .target = "2001:db8::50", .opt = 1));
	EXPECT_TEXT("", red_sees(&self->side, ": na 2001:db8::50"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/all/proxy_ndp", "1"));
	ASSERT_ERR(0, RED_ND(.type = NS, .dst = "2001:db8::50",
			     .target = "2001:db8::50", .opt = 1));
	EXPECT_TEXT(with_macs(&self->side, BLUE_IP " > " RED_IP " hop 255 len 24: na 2001:db8::50 S\n"),
		    red_sees(&self->side, ": na 2001:db8::50"));
}


/* A router advertisement of red's, with options as they are. */
struct ra {
	const char *src;
	uint8_t hop_limit, ttl;		/* ttl 0: 255 */
	uint16_t lifetime;
	const char *prefix;		/* its /64 is announced */
	uint8_t prefix_len, flags;	/* 0: 64; 0x80 on-link, 0x40 autonomous */
	uint32_t valid, preferred, mtu;
};

static void be32(uint8_t *at, uint32_t value)
{
	value = htonl(value);
	memcpy(at, &value, 4);
}

static int ra_from_red(const struct side *side, const struct ra *ra)
{
	uint8_t body[8 + 8 + 32 + 8 + 24] = { 0 }, *at = body + 8;
	struct ip_prefix ip;
	struct packet p = {
		.src = ra->src ? ra->src : RED_LL, .dst = "ff02::1",
		.proto = IPPROTO_ICMPV6, .type = ND_ROUTER_ADVERT,
		.rest = ra->hop_limit << 24 | ra->lifetime,
		.ttl = ra->ttl ? ra->ttl : 255, .data = body,
	};

	*at++ = ND_OPT_SOURCE_LINKADDR;
	*at++ = 1;
	memcpy(at, side->red.mac, 6);
	at += 6;
	if (ra->prefix) {
		if (ip_parse(ra->prefix, &ip))
			return -EINVAL;
		at[0] = ND_OPT_PREFIX_INFORMATION;
		at[1] = 4;
		at[2] = ra->prefix_len ? ra->prefix_len : 64;
		at[3] = ra->flags;
		be32(at + 4, ra->valid);
		be32(at + 8, ra->preferred);
		memcpy(at + 16, ip.addr, 16);
		at += 32;
	}
	if (ra->mtu) {
		at[0] = ND_OPT_MTU;
		at[1] = 1;
		be32(at + 4, ra->mtu);
		at += 8;
	}
	/* RDNSS (25): for resolvers, not for the kernel. */
	at[0] = 25;
	at[1] = 3;
	p.len = at + 24 - body;
	return from_red(side, &p);
}

#define RED_RA(...) ra_from_red(&self->side, &(const struct ra){ __VA_ARGS__ })

/* Once all is handled; lines of blue's routes, without what tells time. */
static bool cut_expires(char *line, const char *word)
{
	cut_field(line, " expires ");
	return strstr(line, word);
}

static char *blue_routes(const struct side *side, const char *word)
{
	free(red_gets(side));
	return keep(state_text(ns(BLUE), STATE_ROUTE6), cut_expires, word);
}

static const char *value_of(const char *name, const char *sysctl)
{
	static char values[8][32];
	static int turn;
	char *value = values[turn++ % 8];
	int err = sysctl_get(ns(name), sysctl, value, sizeof(values[0]));

	return err ? ksft_err_name(err) : value;
}

#define RA_DEFAULT_WITH(more) \
	"route unicast default via " RED_LL " dev veth-blue table main proto ra scope global metric 1024" more "\n"
#define RA_DEFAULT	RA_DEFAULT_WITH("")

TEST_F(wire, an_advertisement_gives_a_default_route_and_takes_it_back)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .hop_limit = 42, .mtu = 1400));
	EXPECT_TEXT(RA_DEFAULT_WITH(" mtu 1400 hoplimit 42"),
		    blue_routes(&self->side, " default "));
	EXPECT_STREQ("42", value_of(BLUE, "net/ipv6/conf/veth-blue/hop_limit"));
	EXPECT_STREQ("1400", value_of(BLUE, "net/ipv6/conf/veth-blue/mtu"));
	EXPECT_STREQ(with_macs(&self->side, "STALE %r router"),
		     blue_knows(RED_LL));
	/* Out of bounds, these change nothing. */
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .mtu = 1279));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .mtu = 1501));
	EXPECT_TEXT(RA_DEFAULT_WITH(" mtu 1400 hoplimit 42"),
		    blue_routes(&self->side, " default "));
	EXPECT_STREQ("42", value_of(BLUE, "net/ipv6/conf/veth-blue/hop_limit"));
	EXPECT_STREQ("1400", value_of(BLUE, "net/ipv6/conf/veth-blue/mtu"));
	ASSERT_ERR(0, RED_RA(.lifetime = 0));
	EXPECT_TEXT("", blue_routes(&self->side, " default "));
}

TEST_F(wire, an_invalid_advertisement_changes_nothing)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .ttl = 254));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .src = RED_IP));
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:5::", .flags = 0xc0,
			     .valid = 100, .preferred = 200));
	ASSERT_ERR(0, RED_RA(.prefix = "fe80::", .flags = 0xc0,
			     .valid = 200, .preferred = 100));
	EXPECT_TEXT("", blue_routes(&self->side, " default "));
	EXPECT_TEXT("", blue_routes(&self->side, " 2001:db8:5::"));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800));
	EXPECT_TEXT(RA_DEFAULT, blue_routes(&self->side, " default "));
}

/* With whom it counts: 1 where one does not forward, 2 always, 0 never. */
TEST_F(wire, accept_ra_and_forwarding_say_whether_it_counts)
{
	static const struct {
		const char *accept, *forwarding;
		bool counts;
	} rows[] = {
		{ "0", "0", false }, { "1", "0", true }, { "2", "0", true },
		{ "0", "1", false }, { "1", "1", false }, { "2", "1", true },
	};
	size_t i;

	ASSERT_ERR(0, side_open(&self->side));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/forwarding",
				  rows[i].forwarding));
		ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_ra",
				  rows[i].accept));
		ASSERT_ERR(0, RED_RA(.lifetime = 1800));
		EXPECT_TEXT(rows[i].counts ? RA_DEFAULT : "",
			    blue_routes(&self->side, " default "));
		/* Lifetime 0 is to be heard, too. */
		ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_ra", "2"));
		ASSERT_ERR(0, RED_RA(.lifetime = 0));
		EXPECT_TEXT("", blue_routes(&self->side, " default "));
	}
}

TEST_F(wire, accept_ra_defrtr_and_pinfo_leave_parts_out)
{
	static const char on_link[] =
		"route unicast 2001:db8:5::/64 dev veth-blue table main proto kernel scope global metric 256\n";

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_ra_defrtr", "0"));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .prefix = "2001:db8:5::",
			     .flags = 0x80, .valid = 3600, .preferred = 1800));
	EXPECT_TEXT("", blue_routes(&self->side, " default "));
	EXPECT_TEXT(on_link, blue_routes(&self->side, " 2001:db8:5::"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_ra_defrtr", "1"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_ra_pinfo", "0"));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800, .prefix = "2001:db8:6::",
			     .flags = 0x80, .valid = 3600, .preferred = 1800));
	EXPECT_TEXT(RA_DEFAULT, blue_routes(&self->side, " default "));
	EXPECT_TEXT("", blue_routes(&self->side, " 2001:db8:6::"));
}

/* The address of blue in @prefix's /64: 0, -ENOENT or -errno. */
static int blue_addr_in(const char *prefix, struct addr *addr)
{
	struct ip_prefix ip;
	struct addr *all;
	int i, n, err = -ENOENT;

	n = ip_parse(prefix, &ip) ? -EINVAL : addr_list(in(BLUE), &all);
	for (i = 0; i < n; i++) {
		if (all[i].ip.family == AF_INET6 &&
		    !memcmp(all[i].ip.addr, ip.addr, 8)) {
			*addr = all[i];
			err = 0;
		}
	}
	if (n >= 0)
		free(all);
	return n < 0 ? n : err;
}

/* RFC 4862 5.5.3, RFC 4291 appendix A. */
TEST_F(wire, an_autonomous_prefix_gives_an_address_for_its_lifetime)
{
	char text[IP_TEXT_MAX];
	uint8_t eui[8];
	struct addr addr;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/use_tempaddr", "0"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/addr_gen_mode", "0"));
	memcpy(eui, self->side.blue, 3);
	eui[0] ^= 2;
	eui[3] = 0xff;
	eui[4] = 0xfe;
	memcpy(eui + 5, self->side.blue + 3, 3);
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:5::", .flags = 0x40,
			     .valid = 3600, .preferred = 1800));
	EXPECT_TEXT("", blue_routes(&self->side, " 2001:db8:5::/64"));
	ASSERT_ERR(0, blue_addr_in("2001:db8:5::", &addr));
	EXPECT_EQ(0, memcmp(addr.ip.addr + 8, eui, 8));
	EXPECT_EQ(64, addr.ip.len);
	EXPECT_EQ(0, addr.scope);
	EXPECT_EQ(IFA_F_MANAGETEMPADDR,
		  addr.flags & (IFA_F_MANAGETEMPADDR | IFA_F_PERMANENT |
				IFA_F_TEMPORARY | IFA_F_DEPRECATED));
	EXPECT_LE(3590, addr.valid);
	EXPECT_GE(3600, addr.valid);
	EXPECT_LE(1790, addr.preferred);
	EXPECT_GE(1800, addr.preferred);
	/* RFC 4862 5.5.3 e: no stranger takes it below two hours at once. */
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:5::", .flags = 0x40,
			     .valid = 7200, .preferred = 0));
	free(red_gets(&self->side));
	ASSERT_ERR(0, blue_addr_in("2001:db8:5::", &addr));
	EXPECT_LE(7190, addr.valid);
	EXPECT_EQ(0, addr.preferred);
	EXPECT_ERR(0, wait_addr(BLUE, ip_text(&addr.ip, 0, text),
				IFA_F_DEPRECATED, IFA_F_DEPRECATED));
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:5::", .flags = 0x40,
			     .valid = 1, .preferred = 0));
	free(red_gets(&self->side));
	ASSERT_ERR(0, blue_addr_in("2001:db8:5::", &addr));
	EXPECT_LE(7000, addr.valid);
}

TEST_F(wire, a_prefix_that_is_not_autonomous_or_no_64_gives_none)
{
	struct addr addr;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:5::", .flags = 0x80,
			     .valid = 3600, .preferred = 1800));
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:6::", .flags = 0x40,
			     .valid = 3600, .preferred = 1800,
			     .prefix_len = 72));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/autoconf", "0"));
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:7::", .flags = 0x40,
			     .valid = 3600, .preferred = 1800));
	free(red_gets(&self->side));
	EXPECT_ERR(-ENOENT, blue_addr_in("2001:db8:5::", &addr));
	EXPECT_ERR(-ENOENT, blue_addr_in("2001:db8:6::", &addr));
	EXPECT_ERR(-ENOENT, blue_addr_in("2001:db8:7::", &addr));
}

/* /proc/net/igmp6: a line a group of a device, with its address in hex. */
static bool has_joined(const char *name, const char *dev, const char *group)
{
	int fd = netns_open_file(ns(name), "/proc/net/igmp6", O_RDONLY);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	char line[256], key[64] = " ";
	bool found = false;
	struct ip_prefix ip;
	int i;

	if (!file || ip_parse(group, &ip))
		return false;
	for (i = 0; i < 16; i++)
		snprintf(key + 1 + 2 * i, 3, "%02x", ip.addr[i]);
	while (fgets(line, sizeof(line), file))
		found |= strstr(line, dev) && strstr(line, key);
	fclose(file);
	return found;
}

TEST_F(wire, a_router_joins_all_routers_and_drops_what_it_was_told)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_RA(.lifetime = 1800));
	EXPECT_TEXT(RA_DEFAULT, blue_routes(&self->side, " default "));
	EXPECT_TRUE(has_joined(BLUE, "veth-blue", "ff02::1"));
	EXPECT_FALSE(has_joined(BLUE, "veth-blue", "ff02::2"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/all/forwarding", "1"));
	EXPECT_STREQ("1", value_of(BLUE, "net/ipv6/conf/veth-blue/forwarding"));
	EXPECT_STREQ("1", value_of(BLUE, "net/ipv6/conf/default/forwarding"));
	EXPECT_TRUE(has_joined(BLUE, "veth-blue", "ff02::2"));
	EXPECT_TRUE(has_joined(BLUE, "veth-blue", "ff01::2"));
	EXPECT_TRUE(has_joined(BLUE, "veth-blue", "ff05::2"));
	EXPECT_TEXT("", blue_routes(&self->side, " default "));
	/* Its subnets' anycast address is the router's. */
	EXPECT_TEXT("route anycast 2001:db8::/128 dev veth-blue table local proto kernel scope global\n",
		    blue_routes(&self->side, " 2001:db8::/128"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/all/forwarding", "0"));
	EXPECT_FALSE(has_joined(BLUE, "veth-blue", "ff02::2"));
	EXPECT_TEXT("", blue_routes(&self->side, " 2001:db8::/128"));
}

/* As long as nobody answers; not where it is a router itself. */
TEST_F(wire, a_host_that_comes_up_asks_for_routers)
{
	const struct link_desc down = { .change = IFF_UP };
	static const char rs[] = "ff02::2 hop 255 len 16: rs src %b\n";
	const uint8_t *mac = self->side.blue;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, link_set(in(BLUE), "veth-blue", &down));
	ASSERT_ERR(0, hurry(BLUE, "veth-blue"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_dad", "0"));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	/* Behind which it asks: a work queue, which waits for rtnl. */
	ASSERT_ERR(0, addr_wait_usable(ns(BLUE),
			str("fe80::%02x%02x:%02xff:fe%02x:%02x%02x", mac[0] ^ 2,
			    mac[1], mac[2], mac[3], mac[4], mac[5])));
	EXPECT_TEXT(with_macs(&self->side, rs),
		    keep(tap_text(&self->side.red, ": rs src", 0), cut_source,
			 ": rs src"));
}

static int red_asks(const struct side *side, const struct packet *p)
{
	struct packet ping = *p;

	ping.proto = IPPROTO_ICMPV6;
	ping.type = ICMP6_ECHO_REQUEST;
	ping.len = p->len ? p->len : 8;
	return from_red(side, &ping);
}

#define PING(...) red_asks(&self->side, &(const struct packet){ __VA_ARGS__ })

#define ECHOED(len, more) \
	BLUE_IP " > " RED_IP " hop 64 len " len ": icmp6 129/0 " more "\n"

TEST_F(wire, an_echo_reply_is_the_request_turned_round)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, PING(.rest = 7 << 16 | 3, .len = 1452, .ttl = 1));
	ASSERT_ERR(0, PING(.rest = 7 << 16 | 4, .dst = "ff02::1", .ttl = 1));
	EXPECT_RED_GETS(ECHOED("1460", "id 7 seq 3 data 1452")
			ECHOED("16", "id 7 seq 4 data 8"));
	EXPECT_EQ(3, counter(BLUE, "Icmp6InEchos"));
	EXPECT_EQ(3, counter(BLUE, "Icmp6OutEchoReplies"));
}

TEST_F(wire, echoes_to_groups_to_anycast_or_all_can_be_ignored)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/all/forwarding", "1"));
	ASSERT_ERR(0, PING(.rest = 1 << 16, .dst = "2001:db8::"));
	EXPECT_RED_GETS(ECHOED("16", "id 1 seq 0 data 8"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/icmp/echo_ignore_multicast", "1"));
	ASSERT_ERR(0, PING(.rest = 2 << 16, .dst = "ff02::1"));
	ASSERT_ERR(0, PING(.rest = 3 << 16, .dst = "2001:db8::"));
	EXPECT_RED_GETS(ECHOED("16", "id 3 seq 0 data 8"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/icmp/echo_ignore_anycast", "1"));
	ASSERT_ERR(0, PING(.rest = 4 << 16, .dst = "2001:db8::"));
	ASSERT_ERR(0, PING(.rest = 5 << 16));
	EXPECT_RED_GETS(ECHOED("16", "id 5 seq 0 data 8"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/icmp/echo_ignore_all", "1"));
	ASSERT_ERR(0, PING(.rest = 6 << 16));
	/* What else is asked for is answered still. */
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .len = 8));
	EXPECT_TEXT(BLUE_IP " > " RED_IP " hop 64 len 64: icmp6 1/4 [" RED_IP
		    " > " BLUE_IP " hop 64 len 16: udp 1000 > 9 data 8]\n",
		    packets_with(tap_text(&self->side.red, "icmp6 ", 0), " > " RED_IP));
}

#define TOLD(len)	BLUE_IP " > " RED_IP " hop 64 len " len ": "
#define SENT(len)	RED_IP " > " BLUE_IP " hop 64 len " len ": "

/* RFC 4443 2.4: as much of it as makes 1280 bytes in all. */
TEST_F(wire, a_closed_port_is_told_with_the_packet_up_to_1280_bytes)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .len = 100));
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .len = 1400));
	EXPECT_RED_GETS(TOLD("156") "icmp6 1/4 [" SENT("108") "udp 1000 > 9 data 100]\n"
			TOLD("1240") "icmp6 1/4 [" SENT("1408") "udp 1000 > 9 data 1184]\n");
	EXPECT_EQ(2, counter(BLUE, "Udp6NoPorts"));
	EXPECT_EQ(2, counter(BLUE, "Icmp6OutDestUnreachs"));
}

/* RFC 4443 2.4 e; and a UDP checksum of 0, or a wrong one, is no datagram. */
TEST_F(wire, no_error_to_groups_to_nobody_or_about_errors)
{
	static const uint8_t before_udp[8] = { IPPROTO_UDP, 0, 1, 4 };
	static const uint8_t no_sum[8] = { 3, 232, 0, 9, 0, 8, 0, 0 };

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .dst = "ff02::1"));
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .src = "::"));
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .src = "ff02::5"));
	ASSERT_ERR(0, RED_SENDS(.proto = IPPROTO_ICMPV6, .type = 2));
	ASSERT_ERR(0, RED_SENDS(.proto = IPPROTO_ICMPV6, .type = 100));
	ASSERT_ERR(0, RED_SENDS(.dport = 9, .flip_sum = 0x0101));
	ASSERT_ERR(0, RED_SENDS(.proto = IPPROTO_RAW, .opt = before_udp,
				.opt_len = 8, .opt_next = IPPROTO_DSTOPTS,
				.data = no_sum, .len = 8));
	EXPECT_RED_GETS("");
	EXPECT_EQ(2, counter(BLUE, "Udp6InCsumErrors"));
	EXPECT_EQ(2, counter(BLUE, "Udp6InErrors"));
}

/* RFC 8200 4: pointers count from the IPv6 header; its own field is at 6. */
TEST_F(wire, an_unknown_next_header_is_told_with_its_place)
{
	static const uint8_t dstopts[8] = { 254, 0, 1, 4 };

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, RED_SENDS(.proto = 253, .len = 8));
	ASSERT_ERR(0, RED_SENDS(.proto = 254, .len = 8, .opt = dstopts,
				.opt_len = 8, .opt_next = IPPROTO_DSTOPTS));
	EXPECT_RED_GETS(TOLD("56") "icmp6 4/1 pointer 6 [" SENT("8") "proto 253 data 8]\n"
			TOLD("64") "icmp6 4/1 pointer 40 [" SENT("16") "dstopts proto 254 data 8]\n");
	EXPECT_EQ(2, counter(BLUE, "Ip6InUnknownProtos"));
}

/* The two high bits of an unknown option's type say what to do. */
TEST_F(wire, an_unknown_option_is_skipped_dropped_or_told_of)
{
	static const uint8_t skip[8] = { 58, 0, 0x3e, 4 };
	static const uint8_t drop[8] = { 58, 0, 0x7e, 4 };
	static const uint8_t tell[8] = { 58, 0, 1, 0, 0xbe, 2 };
	static const uint8_t tell_one[8] = { 58, 0, 0xfe, 4 };

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, PING(.rest = 1 << 16, .opt = skip, .opt_len = 8,
			   .opt_next = IPPROTO_DSTOPTS));
	ASSERT_ERR(0, PING(.rest = 2 << 16, .opt = drop, .opt_len = 8,
			   .opt_next = IPPROTO_DSTOPTS));
	ASSERT_ERR(0, PING(.rest = 3 << 16, .opt = tell, .opt_len = 8,
			   .opt_next = IPPROTO_DSTOPTS));
	ASSERT_ERR(0, PING(.rest = 4 << 16, .opt = tell_one, .opt_len = 8,
			   .opt_next = IPPROTO_HOPOPTS));
	EXPECT_RED_GETS(ECHOED("16", "id 1 seq 0 data 8")
			TOLD("72") "icmp6 4/2 pointer 44 [" SENT("24") "dstopts icmp6 128/0 id 3 seq 0 data 8]\n"
			TOLD("72") "icmp6 4/2 pointer 42 [" SENT("24") "hbh icmp6 128/0 id 4 seq 0 data 8]\n");
	/* To a group the one is told of, the other not. */
	ASSERT_ERR(0, PING(.rest = 5 << 16, .opt = tell, .opt_len = 8,
			   .opt_next = IPPROTO_DSTOPTS, .dst = "ff02::1"));
	ASSERT_ERR(0, PING(.rest = 6 << 16, .opt = tell_one, .opt_len = 8,
			   .opt_next = IPPROTO_DSTOPTS, .dst = "ff02::1"));
	EXPECT_RED_GETS(TOLD("72") "icmp6 4/2 pointer 44 [" RED_IP " > ff02::1 hop 64 len 24: dstopts icmp6 128/0 id 5 seq 0 data 8]\n");
}

/* RFC 5095: type 0 with segments left; with none left it is skipped. */
TEST_F(wire, a_routing_header_of_type_0_is_refused)
{
	static const uint8_t left[24] = { 58, 2, 0, 1 };
	static const uint8_t none[24] = { 58, 2, 0, 0 };

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, PING(.rest = 1 << 16, .opt = none, .opt_len = 24,
			   .opt_next = IPPROTO_ROUTING));
	ASSERT_ERR(0, PING(.rest = 2 << 16, .opt = left, .opt_len = 24,
			   .opt_next = IPPROTO_ROUTING));
	EXPECT_RED_GETS(ECHOED("16", "id 1 seq 0 data 8")
			TOLD("88") "icmp6 4/0 pointer 42 [" SENT("40") "routing icmp6 128/0 id 2 seq 0 data 8]\n");
}

/*
 * Sends fragments of an echo request with 2000 bytes: "0+808 808+1200." is the
 * first 808 of its 2008, then the last 1200, which says that it is the last.
 */
static int send_pieces(const struct side *side, const char *pieces,
		       uint32_t ident)
{
	const struct packet ping = {
		.src = RED_IP, .dst = BLUE_IP, .proto = IPPROTO_ICMPV6,
		.type = ICMP6_ECHO_REQUEST, .rest = ident << 16, .len = 2000,
	};
	uint8_t whole[PACKET_MAX];
	unsigned int at, len;
	int err = 0, n;

	packet_make(&ping, whole);
	while (!err && sscanf(pieces, " %u+%u%n", &at, &len, &n) == 2) {
		const uint16_t off = at | (pieces[n] != '.');
		const uint8_t head[8] = { IPPROTO_ICMPV6, 0, off >> 8, off,
					  0, 0, 0, ident };
		const struct packet piece = {
			.opt = head, .opt_len = 8, .opt_next = IPPROTO_FRAGMENT,
			.proto = IPPROTO_RAW, .data = whole + 40 + at,
			.len = len,
		};

		pieces += n + (pieces[n] == '.');
		err = from_red(side, &piece);
	}
	return err;
}

/* Whole again, blue answers in as many pieces as it takes. */
TEST_F(wire, fragments_in_any_order_make_the_packet_again)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, send_pieces(&self->side, "0+808 808+1200.", 1));
	ASSERT_ERR(0, send_pieces(&self->side, "808+1200. 0+808", 2));
	ASSERT_ERR(0, send_pieces(&self->side, "808+600 808+600 0+808 1408+600.", 3));
#define PIECES(id) \
	BLUE_IP " > " RED_IP " hop 64 len 1456: frag MF off 0 icmp6 129/0 id " id " seq 0 data 1440\n" \
	BLUE_IP " > " RED_IP " hop 64 len 568: frag off 1448 proto 58 data 560\n"
	EXPECT_RED_GETS(PIECES("1") PIECES("2") PIECES("3"));
	EXPECT_EQ(3, counter(BLUE, "Ip6ReasmOKs"));
	EXPECT_EQ(8, counter(BLUE, "Ip6ReasmReqds"));
	EXPECT_EQ(0, counter(BLUE, "Ip6ReasmFails"));
	EXPECT_EQ(3, counter(BLUE, "Ip6FragOKs"));
	EXPECT_EQ(6, counter(BLUE, "Ip6FragCreates"));
}

/* RFC 5722, and RFC 8200 4.5: a length that is no multiple of 8. */
TEST_F(wire, overlapping_or_misshapen_fragments_make_nothing)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, send_pieces(&self->side, "0+816 808+1200.", 1));
	ASSERT_ERR(0, send_pieces(&self->side, "808+1200. 0+1000", 2));
	EXPECT_RED_GETS("");
	ASSERT_ERR(0, send_pieces(&self->side, "0+801", 3));
	EXPECT_RED_GETS(TOLD("857") "icmp6 4/0 pointer 4 [" SENT("809") "frag MF off 0 icmp6 128/0 id 3 seq 0 data 793]\n");
	EXPECT_EQ(0, counter(BLUE, "Ip6ReasmOKs"));
	EXPECT_LE(2, counter(BLUE, "Ip6ReasmFails"));
}

/* RFC 6946: alone it is whole, whatever else goes under its number. */
TEST_F(wire, an_atomic_fragment_is_a_packet)
{
	static const uint8_t atomic[8] = { IPPROTO_ICMPV6, 0, 0, 0, 0, 0, 0, 9 };

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, send_pieces(&self->side, "0+808", 9));
	ASSERT_ERR(0, PING(.rest = 1 << 16, .opt = atomic, .opt_len = 8,
			   .opt_next = IPPROTO_FRAGMENT));
	EXPECT_RED_GETS(ECHOED("16", "id 1 seq 0 data 8"));
}

TEST_F(wire, a_packet_that_is_never_whole_is_told_of)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/ip6frag_time", "0"));
	ASSERT_ERR(0, send_pieces(&self->side, "0+808", 1));
	EXPECT_TEXT(TOLD("864") "icmp6 3/1 [" SENT("816") "frag MF off 0 icmp6 128/0 id 1 seq 0 data 800]\n",
		    packets_with(tap_text(&self->side.red, "icmp6 3/1", 0), " > " RED_IP));
	EXPECT_EQ(1, counter(BLUE, "Ip6ReasmTimeout"));
	EXPECT_EQ(1, counter(BLUE, "Ip6ReasmFails"));
}

static bool cut_records(char *line, const char *word)
{
	if (!cut_source(line, word))
		return false;
	cut_tail(line, " mld2 ");
	cut_tail(line, " len ");
	return true;
}

/* How the report with @record comes, which may have others, too. */
static char *report(const struct tap *tap, const char *record)
{
	return keep(tap_text(tap, record, 0), cut_records, record);
}

/*
 * A wire on which groups are reported when they change, but hardly ever again:
 * what is repeated for another group would tell of this one, too.
 */
static int quiet_wire(struct tap *tap)
{
	const struct ksft_end red = { RED, "mld-red", "192.0.2.1/24" };
	const struct ksft_end blue = { BLUE, "mld-blue", "192.0.2.2/24" };
	static const char * const values[][2] = {
		{ "net/ipv6/conf/%s/accept_dad", "0" },
		{ "net/ipv6/conf/%s/mldv2_unsolicited_report_interval",
		  "3600000" },
		{ }
	};
	int err;

	err = set_all(BLUE, "default", values);
	if (!err)
		err = set(BLUE, "net/ipv6/conf/all/accept_dad", "0");
	if (!err)
		err = wire_ends(&red, &blue);
	return err ? err : listen_on(tap, RED, "mld-red", ETH_P_IPV6);
}

/* Groups it joins and leaves: to all MLDv2 routers, hop 1, router alert. */
TEST_F(wire, joining_and_leaving_a_group_is_reported)
{
	struct ipv6_mreq mreq = { .ipv6mr_interface = 0 };
	struct link link;
	int fd;

	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, BLUE_IP));
	ASSERT_ERR(0, quiet_wire(&self->side.red));
	ASSERT_ERR(0, link_get(in(BLUE), "mld-blue", &link));
	mreq.ipv6mr_interface = link.ifindex;
	inet_pton(AF_INET6, "ff02::1234", &mreq.ipv6mr_multiaddr);
	fd = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IPV6, IPV6_JOIN_GROUP, &mreq,
				sizeof(mreq)));
	EXPECT_TRUE(has_joined(BLUE, "mld-blue", "ff02::1234"));
	EXPECT_TEXT("ff02::16 hop 1\n",
		    report(&self->side.red, " 4 ff02::1234"));
	ASSERT_ERR(0, close(fd));
	EXPECT_FALSE(has_joined(BLUE, "mld-blue", "ff02::1234"));
	EXPECT_TEXT("ff02::16 hop 1\n",
		    report(&self->side.red, " 3 ff02::1234"));
}

/* Every address brings its solicited-node group, and takes it along. */
TEST_F(wire, an_address_brings_its_solicited_node_group)
{
	ASSERT_ERR(0, side_open(&self->side));
	EXPECT_TRUE(has_joined(BLUE, "veth-blue", "ff02::1:ff00:2"));
	EXPECT_FALSE(has_joined(BLUE, "veth-blue", "ff02::1:ffab:cdef"));
	ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", "2001:db8::12ab:cdef/64",
			       IFA_F_NODAD));
	ASSERT_ERR(0, addr_wait_usable(ns(BLUE), "2001:db8::12ab:cdef"));
	EXPECT_TRUE(has_joined(BLUE, "veth-blue", "ff02::1:ffab:cdef"));
	ASSERT_ERR(0, addr_del(in(BLUE), "veth-blue", "2001:db8::12ab:cdef/64"));
	EXPECT_FALSE(has_joined(BLUE, "veth-blue", "ff02::1:ffab:cdef"));
}


/* Errors from the way, about blue's own datagram to red. */
struct told {
	uint8_t type, code;
	int err;
	uint32_t rest, info;
};

static int tell_blue(const struct side *side, const struct told *told,
		     uint16_t sport)
{
	const struct packet about = {
		.src = BLUE_IP, .dst = RED_IP, .proto = IPPROTO_UDP,
		.sport = sport, .dport = 2000, .len = 8,
	};
	uint8_t quoted[PACKET_MAX];
	const struct packet error = {
		.proto = IPPROTO_ICMPV6, .type = told->type, .code = told->code,
		.rest = told->rest, .data = quoted, .len = 56,
	};

	if (packet_make(&about, quoted) < 0)
		return -EINVAL;
	return from_red(side, &error);
}

/* icmpv6_err_convert(). */
TEST_F(wire, each_icmp6_error_is_its_errno_at_the_socket)
{
	static const struct told rows[] = {
		{ 1, 0, ENETUNREACH, 0, 0 }, { 1, 1, EACCES, 0, 0 },
		{ 1, 2, EHOSTUNREACH, 0, 0 }, { 1, 3, EHOSTUNREACH, 0, 0 },
		{ 1, 4, ECONNREFUSED, 0, 0 }, { 1, 5, EACCES, 0, 0 },
		{ 1, 6, EACCES, 0, 0 }, { 2, 0, EMSGSIZE, 1300, 1300 },
		{ 3, 0, EHOSTUNREACH, 0, 0 }, { 3, 1, EHOSTUNREACH, 0, 0 },
		{ 4, 0, EPROTO, 40, 40 }, { 4, 1, EPROTO, 6, 6 },
	};
	char want[128];
	size_t i;
	int fd;

	ASSERT_ERR(0, side_open(&self->side));
	fd = udp6(BLUE, RED_IP, 2000);
	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		/* Not this socket's: another port's. */
		ASSERT_ERR(0, tell_blue(&self->side, &rows[i], 1001));
		ASSERT_ERR(0, tell_blue(&self->side, &rows[i], 1000));
		snprintf(want, sizeof(want),
			 "%s origin 3 type %u code %u info %u from " RED_IP,
			 strerrorname_np(rows[i].err), rows[i].type,
			 rows[i].code, rows[i].info);
		EXPECT_STREQ(want, error_of(fd));
	}
}

static int mtu_of(int fd)
{
	socklen_t len = sizeof(int);
	int mtu;

	return getsockopt(fd, IPPROTO_IPV6, IPV6_MTU, &mtu, &len) ? -errno : mtu;
}

static int send_filled(int fd, size_t len)
{
	uint8_t data[65536];

	packet_fill(data, len, 0);
	return send(fd, data, len, 0) < 0 ? -errno : 0;
}

static unsigned int route_mtu(const char *name, const char *dst)
{
	struct route route = { 0 };

	return route_get(in(name), dst, &route) ? 0 : route.mtu;
}

/* RFC 8201; the source cuts what is too big from then on, the way never does. */
TEST_F(wire, a_path_mtu_is_learned_and_cut_to)
{
	const struct told too_big = { .type = 2, .rest = 1300 };
	const struct told lie = { .type = 2, .rest = 1000 };
	int fd;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_LE(0, sink(RED, AF_INET6, 2000));
	fd = udp6(BLUE, RED_IP, 2000);
	ASSERT_LE(0, fd);
	EXPECT_EQ(1500, mtu_of(fd));
	ASSERT_ERR(0, tell_blue(&self->side, &too_big, 1000));
	EXPECT_STREQ("EMSGSIZE origin 3 type 2 code 0 info 1300 from " RED_IP,
		     error_of(fd));
	EXPECT_EQ(1300, route_mtu(BLUE, RED_IP));
	EXPECT_EQ(0, route_mtu(BLUE, "2001:db8::77"));
	ASSERT_ERR(0, send_filled(fd, 1252));
	ASSERT_ERR(0, send_filled(fd, 1253));
	EXPECT_EQ(1300, mtu_of(fd));
	EXPECT_TEXT(TOLD("1260") "udp 1000 > 2000 data 1252\n"
		    TOLD("1256") "frag MF off 0 udp 1000 > 2000 data 1240\n"
		    TOLD("21") "frag off 1248 proto 17 data 13\n",
		    red_gets(&self->side));
	/* RFC 8200 5: under 1280 there is none. */
	ASSERT_ERR(0, tell_blue(&self->side, &lie, 1000));
	EXPECT_STREQ("EMSGSIZE origin 3 type 2 code 0 info 1000 from " RED_IP,
		     error_of(fd));
	EXPECT_EQ(1300, route_mtu(BLUE, RED_IP));
}

/* Begun at 1500, sent at 1300: cut by copying, not along its buffers. */
TEST_F(wire, a_datagram_is_cut_to_the_mtu_of_when_it_goes)
{
	const struct link_desc small = { .mtu = 1300 };
	uint8_t data[1401];
	int fd;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_LE(0, sink(RED, AF_INET6, 2000));
	fd = udp6(BLUE, RED_IP, 2000);
	ASSERT_LE(0, fd);
	packet_fill(data, sizeof(data), 0);
	ASSERT_EQ(1400, send(fd, data, 1400, MSG_MORE));
	ASSERT_ERR(0, link_set(in(BLUE), "veth-blue", &small));
	ASSERT_EQ(1, send(fd, data + 1400, 1, 0));
	EXPECT_RED_GETS(TOLD("1256") "frag MF off 0 udp 1000 > 2000 data 1240\n"
			TOLD("169") "frag off 1248 proto 17 data 161\n");
}

TEST_F(wire, dontfrag_refuses_what_does_not_fit)
{
	int fd, one = 1;

	ASSERT_ERR(0, side_open(&self->side));
	fd = udp6(BLUE, RED_IP, 2000);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IPV6, IPV6_DONTFRAG, &one,
				sizeof(one)));
	EXPECT_ERR(-EMSGSIZE, send_filled(fd, 1453));
	EXPECT_ERR(0, send_filled(fd, 1452));
}


/*
 * The host as a router: pod-red 2001:db8::10 and pod-blue 2001:db8::20 on its
 * bridge 2001:db8::1, and outside 2001:db8:1::2 behind its uplink.
 */
FIXTURE(router6) { struct topo *topo; struct side side; struct tap out; };
FIXTURE_VARIANT(router6) { const char *topology; };
FIXTURE_VARIANT_ADD(router6, uplink_ipv6) { .topology = "uplink-ipv6" };
FIXTURE_SETUP(router6) TOPO_SETUP(router6)
FIXTURE_TEARDOWN(router6) TOPO_TEARDOWN

#define POD	"2001:db8::10"
#define POD_2	"2001:db8::20"
#define GATEWAY	"2001:db8::1"
#define UPLINK	"2001:db8:1::1"
#define OUT_IP	"2001:db8:1::2"
#define OUT	"outside"

/* Here side.blue is the gateway's MAC. */
static int router_open(struct side *side, struct tap *out)
{
	int err;

	/*
	 * Known from the host's own packets: for those of others it asks from
	 * its link-local address, which is tentative for a second or two.
	 */
	err = reach(PROBE_ICMP, HOST, NULL, OUT_IP);
	if (!err)
		err = reach(PROBE_ICMP, HOST, NULL, POD);
	if (!err)
		err = listen_on(&side->red, RED, "veth-red", ETH_P_IPV6);
	if (!err)
		err = listen_on(out, OUT, "veth-out", ETH_P_IPV6);
	if (!err)
		err = mac_get(HOST, "v-net-0", side->blue);
	if (!err)
		err = set(HOST, "net/ipv6/icmp/ratelimit", "0");
	if (!err && sink(OUT, AF_INET6, 2000) < 0)
		err = -EADDRINUSE;
	mac_text(side->red.mac, side->red_mac);
	mac_text(side->blue, side->blue_mac);
	return err;
}

static int pod_sends(const struct side *side, const struct packet *p)
{
	struct packet full = *p;

	full.src = p->src ? p->src : POD;
	full.dst = p->dst ? p->dst : OUT_IP;
	return from_red(side, &full);
}

#define POD_SENDS(...) \
	pod_sends(&self->side, &(const struct packet){ __VA_ARGS__ })

/* Up to a last one: an echo reply, which nobody answers. */
static char *outside_gets(const struct side *side, const struct tap *out)
{
	const struct packet last = {
		.proto = IPPROTO_ICMPV6, .type = ICMP6_ECHO_REPLY,
		.rest = 999 << 16, .len = 1,
	};
	char *text;

	if (pod_sends(side, &last))
		return NULL;
	text = lines_without(tap_text(out, LAST, PACKET_FLOW), LAST);
	text = lines_without(text, " hop 255 ");
	return packets_with(text, " > " OUT_IP " ");
}

static char *pod_gets(const struct side *side)
{
	const struct packet ping = {
		.dst = GATEWAY, .proto = IPPROTO_ICMPV6,
		.type = ICMP6_ECHO_REQUEST, .rest = 999 << 16, .len = 1,
	};
	char *text;

	if (pod_sends(side, &ping))
		return NULL;
	text = lines_without(tap_text(&side->red, LAST, 0), LAST);
	text = lines_without(text, OUT_IP " > ");
	return packets_with(text, " > " POD " ");
}

#define OUTSIDE_GETS()	outside_gets(&self->side, &self->out)
#define ARRIVED		POD " > " OUT_IP " hop 63 flow 0x00000 len 108: udp 1000 > 2000 data 100\n"
#define FROM_GATEWAY	GATEWAY " > " POD " hop 64 len 156: "
#define FROM_POD(hop)	" [" POD " > " OUT_IP " hop " hop " len 108: udp 1000 > 2000 data 100]\n"

TEST_F(router6, a_forwarded_packet_is_the_same_but_for_hop_limit_and_macs)
{
	struct packet sent = {
		.src = POD, .dst = OUT_IP, .proto = IPPROTO_UDP, .tos = 0xb9,
		.flow = 0xabcde, .ttl = 200, .dport = 2000, .len = 333,
	};
	uint8_t want[14 + PACKET_MAX], got[14 + PACKET_MAX];
	int i, len;

	ASSERT_ERR(0, router_open(&self->side, &self->out));
	/* Behind what the two say of themselves first. */
	EXPECT_TEXT("", OUTSIDE_GETS());
	len = packet_make(&sent, want + 14);
	memcpy(want, self->out.mac, 6);
	ASSERT_ERR(0, mac_get(HOST, "uplink", want + 6));
	want[12] = 0x86;
	want[13] = 0xdd;
	ASSERT_ERR(0, tap_send(&self->side.red, self->side.blue, want + 14, len));
	want[14 + 7]--;
	for (i = 0; i < 9; i++) {
		ASSERT_LT(0, tap_next(&self->out, got, sizeof(got)));
		if (got[14 + 6] == IPPROTO_UDP)
			break;
	}
	EXPECT_EQ(0, memcmp(want, got, 14 + len));
}

TEST_F(router6, hop_limit_2_is_forwarded_as_1_and_1_is_told_of)
{
	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, POD_SENDS(.ttl = 2));
	ASSERT_ERR(0, POD_SENDS(.ttl = 1));
	ASSERT_ERR(0, POD_SENDS(.ttl_0 = true));
	EXPECT_TEXT(POD " > " OUT_IP " hop 1 flow 0x00000 len 108: udp 1000 > 2000 data 100\n",
		    OUTSIDE_GETS());
	EXPECT_TEXT(FROM_GATEWAY "icmp6 3/0" FROM_POD("1")
		    FROM_GATEWAY "icmp6 3/0" FROM_POD("0"),
		    pod_gets(&self->side));
	EXPECT_EQ(2, counter(HOST, "Ip6InHdrErrors"));
	EXPECT_EQ(2, counter(HOST, "Ip6OutForwDatagrams"));
	EXPECT_EQ(2, counter(HOST, "Icmp6OutTimeExcds"));
}

static int refuse_by(uint8_t type)
{
	const struct route_desc route = { .dst = OUT_IP "/128", .type = type,
					  .family = AF_INET6 };

	return route_add(in(HOST), &route);
}

TEST_F(router6, each_kind_of_no_route_is_told_in_its_words)
{
	static const struct { uint8_t type; const char *told; } rows[] = {
		{ RTN_UNREACHABLE, FROM_GATEWAY "icmp6 1/0" FROM_POD("64") },
		{ RTN_PROHIBIT, FROM_GATEWAY "icmp6 1/1" FROM_POD("64") },
		{ RTN_BLACKHOLE, "" },
	};
	const struct route_desc route = { .dst = OUT_IP "/128",
					  .family = AF_INET6 };
	struct route_desc of_type = route;
	uint64_t without;
	size_t i;

	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, POD_SENDS());
	EXPECT_TEXT(ARRIVED, OUTSIDE_GETS());
	/* Multicast that came before linkwatch had the device its ff00::/8. */
	without = counter(HOST, "Ip6InNoRoutes");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		of_type.type = rows[i].type;
		ASSERT_ERR(0, refuse_by(rows[i].type));
		ASSERT_ERR(0, POD_SENDS());
		EXPECT_TEXT(rows[i].told, pod_gets(&self->side));
		ASSERT_ERR(0, route_del(in(HOST), &of_type));
	}
	ASSERT_ERR(0, POD_SENDS(.dst = "2001:db8:99::1"));
	EXPECT_TEXT(FROM_GATEWAY "icmp6 1/0 [" POD " > 2001:db8:99::1 hop 64 len 108: udp 1000 > 2000 data 100]\n",
		    pod_gets(&self->side));
	EXPECT_EQ(without + 3, counter(HOST, "Ip6InNoRoutes"));
	EXPECT_EQ(3, counter(HOST, "Icmp6OutDestUnreachs"));
}

TEST_F(router6, a_silent_neighbour_is_told_as_address_unreachable)
{
	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, set(HOST, "net/ipv6/neigh/uplink/retrans_time_ms", "10"));
	ASSERT_ERR(0, set(HOST, "net/ipv6/neigh/uplink/mcast_solicit", "1"));
	ASSERT_ERR(0, POD_SENDS(.dst = "2001:db8:1::77"));
	EXPECT_TEXT(FROM_GATEWAY "icmp6 1/3 [" POD " > 2001:db8:1::77 hop 63 len 108: udp 1000 > 2000 data 100]\n",
		    packets_with(tap_text(&self->side.red, "icmp6 1/3", 0), "icmp6 1/"));
}

/* RFC 8200 5: a router never cuts; it says what would fit. */
TEST_OF("fault ipv6-uplink-mtu", router6, what_does_not_fit_is_told_of_with_the_mtu)
{
	const struct link_desc small = { .mtu = 1300 };

	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, link_set(in(HOST), "uplink", &small));
	ASSERT_ERR(0, POD_SENDS(.len = 1252));
	ASSERT_ERR(0, POD_SENDS(.len = 1253));
	EXPECT_TEXT(POD " > " OUT_IP " hop 63 flow 0x00000 len 1260: udp 1000 > 2000 data 1252\n",
		    OUTSIDE_GETS());
	EXPECT_TEXT(GATEWAY " > " POD " hop 64 len 1240: icmp6 2/0 mtu 1300 [" POD
		    " > " OUT_IP " hop 64 len 1261: udp 1000 > 2000 data 1184]\n",
		    pod_gets(&self->side));
	EXPECT_EQ(1, counter(HOST, "Ip6InTooBigErrors"));
	EXPECT_EQ(1, counter(HOST, "Ip6FragFails"));
	EXPECT_EQ(1, counter(HOST, "Icmp6OutPktTooBigs"));
}

/* RFC 4291 2.5.6: link-local stays on its link, and the sender hears of it. */
TEST_F(router6, no_packet_leaves_the_scope_of_its_addresses)
{
	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, POD_SENDS(.src = "::1"));
	ASSERT_ERR(0, POD_SENDS(.src = "::"));
	ASSERT_ERR(0, POD_SENDS(.src = "ff02::5"));
	ASSERT_ERR(0, POD_SENDS(.src = "fe80::99"));
	ASSERT_ERR(0, POD_SENDS(.dst = "::1"));
	ASSERT_ERR(0, POD_SENDS(.dst = "ff0e::5"));
	ASSERT_ERR(0, POD_SENDS());
	EXPECT_TEXT(ARRIVED, OUTSIDE_GETS());
	EXPECT_LE(1, counter(HOST, "Icmp6OutDestUnreachs"));
}

TEST_OF("claim 39", router6, forwarding_0_drops_without_a_word)
{
	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, POD_SENDS());
	EXPECT_TEXT(ARRIVED, OUTSIDE_GETS());
	ASSERT_ERR(0, set(HOST, "net/ipv6/conf/all/forwarding", "0"));
	ASSERT_ERR(0, POD_SENDS());
	EXPECT_TEXT("", pod_gets(&self->side));
	EXPECT_EQ(2, counter(HOST, "Ip6OutForwDatagrams"));
	ASSERT_ERR(0, set(HOST, "net/ipv6/conf/all/forwarding", "1"));
	/* The dropped one is not there. */
	EXPECT_TEXT("", OUTSIDE_GETS());
}

TEST_F(router6, a_frame_for_another_mac_is_not_forwarded)
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0, 0x99 };
	struct packet back = {
		.src = OUT_IP, .dst = POD, .proto = IPPROTO_ICMPV6,
		.type = ICMP6_ECHO_REPLY, .rest = 1 << 16, .len = 1,
	};
	uint8_t up[6];

	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, mac_get(HOST, "uplink", up));
	ASSERT_ERR(0, send_packet(&self->out, other, &back));
	back.rest = 2 << 16;
	ASSERT_ERR(0, send_packet(&self->out, up, &back));
	EXPECT_TEXT(OUT_IP " > " POD " hop 63 len 9: icmp6 129/0 id 2 seq 0 data 1\n",
		    packets_with(tap_text(&self->side.red, "129/0 id 2", 0), "129/0"));
}

/* RFC 4861 8.2; from the router's link-local address. */
TEST_F(router6, a_detour_is_forwarded_and_told_as_a_redirect)
{
	char want[512], blue[18];
	uint8_t mac[6];

	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, addr_add(in(HOST), "v-net-0", "fe80::1/64", IFA_F_NODAD));
	ASSERT_ERR(0, mac_get(BLUE, "veth-blue", mac));
	ASSERT_LE(0, sink(BLUE, AF_INET6, 2000));
	/* The host knows its pods. */
	ASSERT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD_2));
	ASSERT_ERR(0, POD_SENDS(.dst = POD_2, .len = 8));
	snprintf(want, sizeof(want),
		 POD " hop 255 len 112: redirect " POD_2 " for " POD_2 " tgt %s [" POD
		 " > " POD_2 " hop 64 len 16: udp 1000 > 2000 data 8]\n",
		 mac_text(mac, blue));
	EXPECT_TEXT(want, keep(pod_gets(&self->side), cut_source, "redirect"));
	EXPECT_EQ(1, counter(HOST, "Icmp6OutRedirects"));
}

/* Only hop-by-hop options are a router's; and those it does not know. */
TEST_F(router6, a_router_looks_at_hop_by_hop_options_only)
{
	static const uint8_t unknown[8] = { 58, 0, 0xfe, 4 };

	ASSERT_ERR(0, router_open(&self->side, &self->out));
	ASSERT_ERR(0, POD_SENDS(.proto = IPPROTO_ICMPV6, .type = 129,
				.rest = 1 << 16, .len = 8, .opt = unknown,
				.opt_len = 8, .opt_next = IPPROTO_DSTOPTS));
	ASSERT_ERR(0, POD_SENDS(.proto = IPPROTO_ICMPV6, .type = 129,
				.rest = 2 << 16, .len = 8, .opt = unknown,
				.opt_len = 8, .opt_next = IPPROTO_HOPOPTS));
	EXPECT_TEXT(POD " > " OUT_IP " hop 63 flow 0x00000 len 24: dstopts icmp6 129/0 id 1 seq 0 data 8\n",
		    OUTSIDE_GETS());
	EXPECT_TEXT(GATEWAY " > " POD " hop 64 len 72: icmp6 4/2 pointer 42 [" POD " > "
		    OUT_IP " hop 64 len 24: hbh icmp6 129/0 id 2 seq 0 data 8]\n",
		    pod_gets(&self->side));
}


static int lines(char *text)
{
	int n = 0;
	char *c;

	for (c = text; c && *c; c++)
		n += *c == '\n';
	free(text);
	return n;
}

/* The address that a datagram of blue's to @dst would have. */
static const char *source_to(const char *dst)
{
	static char text[INET6_ADDRSTRLEN];
	struct sockaddr_in6 to = { .sin6_family = AF_INET6, .sin6_port = 9 };
	int fd = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);
	socklen_t len = sizeof(to);
	struct link link;

	inet_pton(AF_INET6, dst, &to.sin6_addr);
	if (!link_get(in(BLUE), "veth-blue", &link) &&
	    IN6_IS_ADDR_LINKLOCAL(&to.sin6_addr))
		to.sin6_scope_id = link.ifindex;
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    getsockname(fd, (struct sockaddr *)&to, &len))
		return ksft_err_name(-errno);
	close(fd);
	inet_ntop(AF_INET6, &to.sin6_addr, text, sizeof(text));
	return text;
}

/* RFC 6724 5: rules 1, 2, 3, 6, 8; and 5, the device. */
TEST_F(wire, the_source_is_the_address_that_fits_the_destination)
{
	const struct route_desc all = { .dst = "default", .dev = "veth-blue",
					.family = AF_INET6 };
	static const char * const addrs[] = {
		"2001:db8:a::2/64", "fd00::2/64", "fe80::2/64",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(addrs); i++)
		ASSERT_ERR(0, addr_add(in(BLUE), "veth-blue", addrs[i],
				       IFA_F_NODAD));
	ASSERT_ERR(0, addr_wait_usable(ns(BLUE), "fd00::2"));
	ASSERT_ERR(0, route_add(in(BLUE), &all));
	EXPECT_STREQ(BLUE_IP, source_to(BLUE_IP));
	EXPECT_STREQ("::1", source_to("::1"));
	EXPECT_STREQ(BLUE_IP, source_to("2001:db8::9"));
	EXPECT_STREQ("2001:db8:a::2", source_to("2001:db8:a::9"));
	EXPECT_STREQ("fd00::2", source_to("fd11::9"));
	EXPECT_STREQ("fe80", strtok(strdup(source_to("fe80::9")), ":"));
	/* Deprecated, although it is nearer: only where there is no other. */
	ASSERT_ERR(0, addr_add_args(in(BLUE), "veth-blue", "2001:db8:d::2/64",
				    "nodad valid_lft 1000 preferred_lft 0"));
	ASSERT_ERR(0, addr_wait_usable(ns(BLUE), "2001:db8:d::2"));
	EXPECT_STRNE("2001:db8:d::2", source_to("2001:db8:d::9"));
	EXPECT_STREQ("2001:db8:d::2", source_to("2001:db8:d::2"));
}

/* RFC 6724 2.1: prefix and label, as every new namespace has them. */
struct label { struct ip_prefix ip; uint32_t label; };

static int parse_label(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrlblmsg *msg = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct label *label = data;

	memset(label, 0, sizeof(*label));
	label->ip.family = AF_INET6;
	label->ip.len = msg->ifal_prefixlen;
	mnl_attr_for_each(attr, nlh, sizeof(*msg)) {
		if (mnl_attr_get_type(attr) == IFAL_ADDRESS)
			memcpy(label->ip.addr, mnl_attr_get_payload(attr), 16);
		else if (mnl_attr_get_type(attr) == IFAL_LABEL)
			label->label = mnl_attr_get_u32(attr);
	}
	return 0;
}

static char *labels(const char *name)
{
	const struct ifaddrlblmsg msg = { .ifal_family = AF_INET6 };
	char *text = NULL, buf[IP_TEXT_MAX];
	struct label *all = NULL;
	struct req req;
	size_t size;
	FILE *to = open_memstream(&text, &size);
	int i, n;

	req_init(&req, RTM_GETADDRLABEL, NLM_F_DUMP, &msg, sizeof(msg));
	n = rtnl_list(in(name), &req, sizeof(*all), parse_label, &all);
	for (i = 0; i < n; i++)
		fprintf(to, "%s %u\n", ip_text(&all[i].ip, true, buf),
			all[i].label);
	fclose(to);
	free(all);
	return sorted(text);
}

TEST_F(wire, address_labels_are_those_of_the_standard)
{
	EXPECT_ERR(0, reach(PROBE_ICMP, RED, NULL, BLUE_IP));
	EXPECT_TEXT("2001:10::/28 7\n2001::/32 6\n2002::/16 2\n3ffe::/16 12\n"
		    "::/0 1\n::/96 3\n::1/128 0\n::ffff:0.0.0.0/96 4\nfc00::/7 5\n"
		    "fec0::/10 11\n",
		    labels(BLUE));
}

static int bind6(const char *addr, uint16_t port, uint32_t scope)
{
	struct sockaddr_in6 at = { .sin6_family = AF_INET6,
				   .sin6_port = htons(port),
				   .sin6_scope_id = scope };
	int fd = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);

	inet_pton(AF_INET6, addr, &at.sin6_addr);
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : fd;
}

static int add_link_local(const char *name, const char *dev, const char *addr)
{
	int err = addr_add(in(name), dev, str("%s/64", addr), IFA_F_NODAD);

	return err ? err : addr_wait_usable(ns(name), addr);
}

/* Who sent the datagram that comes to @fd, "ADDRESS%DEVICE'S INDEX". */
static const char *zoned_sender_at(int fd)
{
	struct sockaddr_in6 from = { 0 };
	char addr[INET6_ADDRSTRLEN];
	socklen_t len = sizeof(from);
	char byte;
	int err;

	err = deadline_poll_in(fd, deadline_new_probe());
	if (!err && recvfrom(fd, &byte, 1, MSG_DONTWAIT,
			     (struct sockaddr *)&from, &len) < 0)
		err = -errno;
	if (err)
		return ksft_err_name(err);
	inet_ntop(AF_INET6, &from.sin6_addr, addr, sizeof(addr));
	return str("%s%%%u", addr, from.sin6_scope_id);
}

/* RFC 4007: without its zone the address says nothing. */
TEST_F(wire, a_link_local_address_needs_its_device)
{
	struct sockaddr_in6 to = { .sin6_family = AF_INET6,
				   .sin6_port = htons(2000) };
	int fd = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);
	int red = sink(RED, AF_INET6, 2000);
	struct link link, lo, far;

	ASSERT_LE(0, red);
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &far));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &link));
	ASSERT_ERR(0, link_get(in(BLUE), "lo", &lo));
	ASSERT_ERR(0, add_link_local(RED, "veth-red", RED_LL));
	ASSERT_ERR(0, add_link_local(BLUE, "veth-blue", "fe80::2"));
	EXPECT_ERR(-EINVAL, bind6("fe80::2", 3000, 0));
	EXPECT_ERR(-EADDRNOTAVAIL, bind6("fe80::2", 3000, lo.ifindex));
	EXPECT_ERR(-ENODEV, bind6("fe80::2", 3000, 9999));
	EXPECT_LE(0, bind6("fe80::2", 3000, link.ifindex));
	inet_pton(AF_INET6, RED_LL, &to.sin6_addr);
	EXPECT_EQ(-1, connect(fd, (struct sockaddr *)&to, sizeof(to)));
	EXPECT_EQ(EINVAL, errno);
	to.sin6_scope_id = link.ifindex;
	EXPECT_EQ(0, connect(fd, (struct sockaddr *)&to, sizeof(to)));
	/* And each end has a zone of its own. */
	EXPECT_EQ(1, send(fd, "", 1, MSG_NOSIGNAL));
	EXPECT_STREQ(str("fe80::2%%%d", far.ifindex), zoned_sender_at(red));
}

/* From 10.0.1.1 to any socket: who it is said to be, or -errno. */
static const char *v4_sender_at(int fd)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	struct sockaddr_in6 from = { 0 };
	static char text[INET6_ADDRSTRLEN];
	int red = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in6 at;
	socklen_t len = sizeof(at);
	char c;

	getsockname(fd, (struct sockaddr *)&at, &len);
	to.sin_port = at.sin6_port;
	inet_aton("10.0.1.2", &to.sin_addr);
	if (cpu_pin(NULL) || connect(red, (struct sockaddr *)&to, sizeof(to)) ||
	    send(red, "x", 1, 0) != 1)
		return ksft_err_name(-errno);
	if (reach(PROBE_ICMP, RED, NULL, "10.0.1.2"))
		return "no way";
	len = sizeof(from);
	if (recvfrom(fd, &c, 1, MSG_DONTWAIT, (struct sockaddr *)&from, &len) < 0)
		return ksft_err_name(-errno);
	return inet_ntop(AF_INET6, &from.sin6_addr, text, sizeof(text));
}

TEST_F(wire, a_socket_of_both_families_sees_ipv4_as_mapped)
{
	int one = 1, fd = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);
	struct sockaddr_in6 any = { .sin6_family = AF_INET6,
				    .sin6_port = htons(3000) };

	EXPECT_STREQ("::ffff:10.0.1.1", v4_sender_at(sink(BLUE, AF_INET6, 2000)));
	EXPECT_ERR(-EADDRINUSE, sink(BLUE, AF_INET, 2000));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof(one)));
	ASSERT_EQ(0, bind(fd, (struct sockaddr *)&any, sizeof(any)));
	EXPECT_STREQ("-EAGAIN", v4_sender_at(fd));
	EXPECT_LE(0, sink(BLUE, AF_INET, 3000));
	/* What new sockets are is the namespace's word. */
	ASSERT_ERR(0, set(BLUE, "net/ipv6/bindv6only", "1"));
	EXPECT_STREQ("-EAGAIN", v4_sender_at(sink(BLUE, AF_INET6, 4000)));
	EXPECT_STREQ("0", value_of(RED, "net/ipv6/bindv6only"));
}

TEST_OF("fault ipv6-disabled", wire, disable_ipv6_takes_all_of_it_and_gives_the_link_local_back)
{
	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, PING(.rest = 1 << 16));
	EXPECT_RED_GETS(ECHOED("16", "id 1 seq 0 data 8"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/disable_ipv6", "1"));
	EXPECT_TEXT("", lines_with(state_text(ns(BLUE), STATE_ADDR6 | STATE_ROUTE6),
				   "veth-blue"));
	EXPECT_ERR(-EACCES, addr_add(in(BLUE), "veth-blue", BLUE_IP "/64", 0));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/accept_dad", "0"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/addr_gen_mode", "0"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/disable_ipv6", "0"));
	EXPECT_EQ(1, lines(lines_with(state_text(ns(BLUE), STATE_ADDR6),
				      "dev veth-blue scope link")));
	EXPECT_TEXT("", lines_with(global6(BLUE), "veth-blue"));
	/* Mode 1: none is made. */
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/disable_ipv6", "1"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/addr_gen_mode", "1"));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/disable_ipv6", "0"));
	EXPECT_TEXT("", lines_with(state_text(ns(BLUE), STATE_ADDR6),
				   "dev veth-blue"));
}

/* RFC 8200 5: no IPv6 on a link that does not carry 1280 bytes. */
TEST_F(wire, an_mtu_under_1280_ends_ipv6_on_the_link)
{
	const struct link_desc small = { .mtu = 1279 }, enough = { .mtu = 1280 };

	ASSERT_ERR(0, link_set(in(BLUE), "veth-blue", &enough));
	EXPECT_EQ(1, lines(lines_with(global6(BLUE), "addr " BLUE_IP)));
	ASSERT_ERR(0, link_set(in(BLUE), "veth-blue", &small));
	EXPECT_TEXT("", lines_with(state_text(ns(BLUE), STATE_ADDR6 | STATE_ROUTE6),
				   "veth-blue"));
	EXPECT_ERR(-EINVAL, addr_add(in(BLUE), "veth-blue", BLUE_IP "/64",
				     IFA_F_NODAD));
	ASSERT_ERR(0, link_set(in(BLUE), "veth-blue", &enough));
	EXPECT_ERR(0, addr_add(in(BLUE), "veth-blue", BLUE_IP "/64",
			       IFA_F_NODAD));
}

/* RFC 8981: beside the public one, with an identifier of its own. */
TEST_F(wire, use_tempaddr_adds_a_temporary_address)
{
	struct addr *all = NULL, *temporary = NULL, *public = NULL;
	struct ip_prefix ip;
	int i, n;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_ERR(0, ip_parse("2001:db8:5::", &ip));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/use_tempaddr", "2"));
	ASSERT_ERR(0, RED_RA(.prefix = "2001:db8:5::", .flags = 0x40,
			     .valid = 3600, .preferred = 1800));
	free(red_gets(&self->side));
	n = addr_list(in(BLUE), &all);
	for (i = 0; i < n; i++) {
		if (all[i].ip.family != AF_INET6 ||
		    memcmp(all[i].ip.addr, ip.addr, 8))
			continue;
		if (all[i].flags & IFA_F_TEMPORARY)
			temporary = &all[i];
		else
			public = &all[i];
	}
	ASSERT_NE(NULL, public);
	ASSERT_NE(NULL, temporary);
	EXPECT_EQ(IFA_F_MANAGETEMPADDR, public->flags & IFA_F_MANAGETEMPADDR);
	EXPECT_NE(0, memcmp(public->ip.addr + 8, temporary->ip.addr + 8, 8));
	EXPECT_GE(3600, temporary->valid);
	EXPECT_GE(1800, temporary->preferred);
}

TEST_F(wire, hop_limit_class_and_device_are_as_set_and_as_told)
{
	int fd, one = 1, hops = 5, class = 0x48;

	ASSERT_ERR(0, side_open(&self->side));
	ASSERT_LE(0, sink(RED, AF_INET6, 2000));
	ASSERT_ERR(0, set(BLUE, "net/ipv6/conf/veth-blue/hop_limit", "77"));
	ASSERT_ERR(0, PING(.rest = 1 << 16));
	EXPECT_RED_GETS(BLUE_IP " > " RED_IP " hop 77 len 16: icmp6 129/0 id 1 seq 0 data 8\n");
	fd = udp6(BLUE, RED_IP, 2000);
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IPV6, IPV6_UNICAST_HOPS, &hops,
				sizeof(hops)));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IPV6, IPV6_TCLASS, &class,
				sizeof(class)));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IPV6, IPV6_DONTFRAG, &one,
				sizeof(one)));
	ASSERT_ERR(0, send_filled(fd, 9));
	EXPECT_RED_GETS(BLUE_IP " > " RED_IP " hop 5 tos 0x48 len 17: udp 1000 > 2000 data 9\n");
}

/* The bridge: to all nodes means every pod and the host; duplicates show. */
FIXTURE(bridged) { struct topo *topo; struct side side; };
FIXTURE_VARIANT(bridged) { const char *topology; };
FIXTURE_VARIANT_ADD(bridged, bridge_ipv6) { .topology = "bridge-ipv6" };
FIXTURE_SETUP(bridged) TOPO_SETUP(bridged)
FIXTURE_TEARDOWN(bridged) TOPO_TEARDOWN

TEST_F(bridged, an_echo_to_all_nodes_is_answered_by_each_once)
{
	struct packet ping = {
		.src = POD, .dst = "ff02::1", .proto = IPPROTO_ICMPV6,
		.type = ICMP6_ECHO_REQUEST, .rest = 1 << 16, .len = 8, .ttl = 1,
	};
	char *text;

	ASSERT_ERR(0, listen_on(&self->side.red, RED, "veth-red", ETH_P_IPV6));
	ASSERT_ERR(0, mac_get(HOST, "v-net-0", self->side.blue));
	/* Each knows red before: the answers do not wait for that. */
	ASSERT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD));
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, POD));
	ASSERT_ERR(0, from_red(&self->side, &ping));
	text = pod_gets(&self->side);
	EXPECT_TEXT(GATEWAY " > " POD " hop 64 len 16: icmp6 129/0 id 1 seq 0 data 8\n"
		    POD_2 " > " POD " hop 64 len 16: icmp6 129/0 id 1 seq 0 data 8\n",
		    sorted(packets_with(text, "129/0")));
}

TEST_OF("fault ipv6-duplicate", bridged, an_address_of_another_pod_fails)
{
	ASSERT_ERR(0, hurry(RED, "veth-red"));
	ASSERT_ERR(0, addr_add(in(RED), "veth-red", POD_2 "/64", 0));
	EXPECT_ERR(0, wait_addr(RED, POD_2, IFA_F_DADFAILED | IFA_F_TENTATIVE,
				IFA_F_DADFAILED | IFA_F_TENTATIVE));
	/* The gateway's, too. */
	ASSERT_ERR(0, addr_add(in(RED), "veth-red", GATEWAY "/64", 0));
	EXPECT_ERR(0, wait_addr(RED, GATEWAY, IFA_F_DADFAILED | IFA_F_TENTATIVE,
				IFA_F_DADFAILED | IFA_F_TENTATIVE));
	EXPECT_ERR(0, reach_all(BLUE, HOST, GATEWAY));
}

KSFT_NEEDS(CONFIG_PACKET, "*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*.a_router_joins_all_routers_*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*")

KSFT_MAIN
