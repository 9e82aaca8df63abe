// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The host as the router of its pods, packet by packet: what it forwards and
 * how, what it drops, whom it tells and in which words, what it counts.
 *
 *	host   veth-red-gw 10.244.0.1/24             uplink 203.0.113.1/24
 *	        `- pod-red 10.244.0.10                    |
 *	       veth-blue-gw 10.244.1.1/24                 veth-out 203.0.113.2/24
 *	        `- pod-blue 10.244.1.20                   outside, lo 192.0.2.1
 *
 * and where two pods have to be in one subnet, both behind a bridge:
 *
 *	host   v-net-0 10.244.0.1/24
 *	        |- veth-red-br  -- pod-red 10.244.0.10
 *	        `- veth-blue-br -- pod-blue 10.244.0.20
 */
#include "packets.h"

#include <linux/errqueue.h>
#include <netinet/ip_icmp.h>
#include <sys/syscall.h>

#include "nft.h"

#define HOST	TOPO_HOST
#define RED	"pod-red"
#define BLUE	"pod-blue"
#define OUT	"outside"

#define RED_IP	"10.244.0.10"
#define BLUE_IP	"10.244.0.20"		/* behind the bridge */
#define GATEWAY	"10.244.0.1"
#define GW_DEV	"veth-red-gw"
#define UPLINK	"203.0.113.1"
#define OUT_IP	"203.0.113.2"

/* Where packets are sent and watched. */
struct net {
	struct tap red, blue, out, uplink;
	int out_fd, blue_fd;		/* UDP sockets on port 2000 */
	uint8_t gw[6], up[6];
};

FIXTURE(router) { struct topo *topo; struct net net; };
FIXTURE_VARIANT(router) { const char *topology; };
FIXTURE_VARIANT_ADD(router, routed) { .topology = "routed" };
FIXTURE_SETUP(router) TOPO_SETUP(router)
FIXTURE_TEARDOWN(router) TOPO_TEARDOWN

/* Each bridge that dies costs an RCU barrier: only for those that need it. */
FIXTURE(subnet) { struct topo *topo; struct net net; };
FIXTURE_VARIANT(subnet) { const char *topology; };
FIXTURE_VARIANT_ADD(subnet, uplink) { .topology = "uplink" };
FIXTURE_SETUP(subnet) TOPO_SETUP(subnet)
FIXTURE_TEARDOWN(subnet) TOPO_TEARDOWN

/*
 * With @gateway as pod-red's.  ICMP errors are as many as there are causes, and
 * what arrives outside is swallowed.
 */
static int open_by(struct net *net, const char *gateway)
{
	static const char * const all[] = { HOST, RED, BLUE, OUT };
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(all); i++) {
		err = set(all[i], "net/ipv4/icmp_ratemask", "0");
		if (!err)
			err = set(all[i], "net/ipv4/conf/all/rp_filter", "0");
		if (err)
			return err;
	}
	err = listen_on(&net->red, RED, "veth-red", ETH_P_IP);
	if (!err)
		err = listen_on(&net->out, OUT, "veth-out", ETH_P_IP);
	if (!err)
		err = listen_on(&net->uplink, HOST, "uplink", ETH_P_IP);
	if (!err)
		err = mac_get(HOST, gateway, net->gw);
	memcpy(net->up, net->uplink.mac, 6);
	net->out_fd = sink(OUT, AF_INET, 2000);
	if (!err && net->out_fd < 0)
		err = net->out_fd;
	return err;
}

static int net_open(struct net *net)
{
	return open_by(net, GW_DEV);
}

/* Pod-blue too. */
static int blue_open(struct net *net)
{
	int err = listen_on(&net->blue, BLUE, "veth-blue", ETH_P_IP);

	net->blue_fd = sink(BLUE, AF_INET, 2000);
	return err ? err : net->blue_fd < 0 ? net->blue_fd : 0;
}

static int subnet_open(struct net *net)
{
	int err = open_by(net, "v-net-0");

	return err ? err : blue_open(net);
}

/* What is not said: a datagram of 100 bytes from pod-red to outside. */
static struct packet filled_in(const struct packet *p)
{
	struct packet full = *p;

	full.src = p->src ? p->src : RED_IP;
	full.dst = p->dst ? p->dst : OUT_IP;
	if (!p->proto) {
		full.proto = IPPROTO_UDP;
		full.sport = 1000;
		full.dport = p->dport ? p->dport : 2000;
	}
	full.len = p->data || p->len ? p->len : 100;
	return full;
}

/* From pod-red to the gateway's MAC. */
static int from_red(const struct net *net, const struct packet *p)
{
	const struct packet full = filled_in(p);

	return send_packet(&net->red, net->gw, &full);
}

#define RED_SENDS(...) \
	from_red(&self->net, &(const struct packet){ __VA_ARGS__ })

/* An echo reply, to which nobody ever answers, behind all that was sent. */
#define LAST	"icmp 0/0 id 999"

static int last_from(const struct tap *tap, const uint8_t mac[6],
		     const char *src, const char *dst)
{
	const struct packet last = {
		.src = src, .dst = dst, .proto = IPPROTO_ICMP,
		.type = ICMP_ECHOREPLY, .rest = 999 << 16, .len = 1,
	};

	return send_packet(tap, mac, &last);
}

/* Up to @until, but for the reports of group memberships (IGMPv3). */
static char *seen(const struct tap *tap, const char *until)
{
	return lines_without(tap_text(tap, until, 0), " > 224.0.0.22 ");
}

/* All that came to outside, up to a last one from pod-red. */
static char *outside_gets(const struct net *net)
{
	if (last_from(&net->red, net->gw, RED_IP, OUT_IP))
		return NULL;
	return lines_without(seen(&net->out, LAST), LAST);
}

/* All that came to pod-red, up to the gateway's answer to an echo of it. */
static char *red_gets(const struct net *net)
{
	const struct packet ping = {
		.src = RED_IP, .dst = GATEWAY, .proto = IPPROTO_ICMP,
		.type = ICMP_ECHO, .rest = 999 << 16, .len = 1,
	};

	if (send_packet(&net->red, net->gw, &ping))
		return NULL;
	return lines_without(seen(&net->red, LAST), LAST);
}

/*
 * All that came to outside where the host forwards nothing: the last one is
 * the host's own.  What pod-red sent has passed the host: red_gets() before.
 */
static char *outside_got(const struct net *net)
{
	if (last_from(&net->uplink, net->out.mac, UPLINK, OUT_IP))
		return NULL;
	return lines_without(seen(&net->out, LAST), LAST);
}

/* A datagram that outside should get as it is but for the TTL. */
#define ARRIVED	RED_IP " > " OUT_IP " ttl 63 len 128: udp 1000 > 2000 data 100\n"

/* Of the packet that is told about: as it came to the host. */
#define SENT(ttl) \
	RED_IP " > " OUT_IP " ttl " ttl " len 128: udp 1000 > 2000 data 100"

/* The gateway's ICMP errors: precedence "internetwork control". */
#define TOLD(len) \
	GATEWAY " > " RED_IP " ttl 64 tos 0xc0 len " len ": "

TEST_F(router, a_forwarded_packet_is_the_same_but_for_ttl_and_macs)
{
	const struct packet sent = filled_in(&(struct packet){
		.tos = 0xb9, .ident = 0x1234, .frag = PACKET_DF, .ttl = 200,
		.len = 333,
	});
	uint8_t want[14 + PACKET_MAX], got[14 + PACKET_MAX];
	uint32_t sum;
	int len;

	ASSERT_ERR(0, net_open(&self->net));
	len = packet_make(&sent, want + 14);
	ASSERT_ERR(0, tap_send(&self->net.red, self->net.gw, want + 14, len));
	memcpy(want, self->net.out.mac, 6);
	memcpy(want + 6, self->net.up, 6);
	want[12] = 8;
	want[13] = 0;
	want[14 + 8]--;
	memset(want + 14 + 10, 0, 2);
	sum = packet_sum_end(packet_sum(want + 14, 20, 0));
	want[14 + 10] = sum >> 8;
	want[14 + 11] = sum;
	EXPECT_EQ(14 + len, tap_next(&self->net.out, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(want, got, 14 + len));
}

/* A packet socket has what came, whatever is made of it on the way out. */
TEST_F(router, forwarding_does_not_write_to_a_packet_that_others_hold)
{
	struct tap host;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, listen_on(&host, HOST, GW_DEV, ETH_P_IP));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(ARRIVED, outside_gets(&self->net));
	EXPECT_TEXT(SENT("64") "\n", seen(&host, "udp"));
	tap_close(&host);
}

TEST_F(router, a_forwarded_packet_moves_these_counters_and_no_other)
{
	char *host, *out;

	ASSERT_ERR(0, net_open(&self->net));
	host = counts(HOST);
	out = counts(OUT);
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(ARRIVED, seen(&self->net.out, "udp"));
	EXPECT_TEXT("IpForwDatagrams +1\nIpInReceives +1\n",
		    counts_moved(host, HOST));
	/* The sentinel's path is that of the datagram to its socket. */
	EXPECT_TEXT("", outside_gets(&self->net));
	EXPECT_TEXT("IcmpInEchoReps +1\nIcmpInMsgs +1\nIpInDelivers +2\n"
		    "IpInReceives +2\n",
		    counts_moved(out, OUT));
}

TEST_F(router, ttl_2_is_forwarded_as_1_and_ttl_1_is_told_of)
{
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, RED_SENDS(.ttl = 2));
	EXPECT_TEXT(SENT("1") "\n", outside_gets(&self->net));
	EXPECT_TEXT("", red_gets(&self->net));
	host = counts(HOST);
	ASSERT_ERR(0, RED_SENDS(.ttl = 1));
	ASSERT_ERR(0, RED_SENDS(.ttl_0 = true));
	EXPECT_TEXT("", outside_gets(&self->net));
	EXPECT_TEXT(TOLD("156") "icmp 11/0 [" SENT("1") "]\n"
		    TOLD("156") "icmp 11/0 [" SENT("0") "]\n",
		    red_gets(&self->net));
	EXPECT_TEXT("IcmpInEchos +1\nIcmpInMsgs +1\nIcmpOutEchoReps +1\n"
		    "IcmpOutMsgs +3\nIcmpOutTimeExcds +2\n"
		    "IpForwDatagrams +1\nIpInDelivers +1\n"
		    "IpInHdrErrors +2\nIpInReceives +4\n",
		    counts_moved(host, HOST));
}


TEST_F(router, an_error_quotes_576_bytes_in_all_and_keeps_the_tos)
{
	static const char told[] =
		GATEWAY " > " RED_IP " ttl 64 tos 0xd0 len 576: icmp 11/0 ["
		RED_IP " > " OUT_IP " ttl 1 tos 0x10 len 1228: udp 1000 > 2000 data 520]\n";

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .tos = 0x10, .len = 1200));
	EXPECT_TEXT(told, red_gets(&self->net));
}

/* RFC 1122 3.2.2: the first line is the control. */
TEST_F(router, no_error_about_an_error_a_broadcast_frame_or_a_later_fragment)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	const struct packet sent = filled_in(&(struct packet){ .ttl = 1 });

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .proto = IPPROTO_ICMP, .type = 3,
				.code = 1));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .frag = 16));
	ASSERT_ERR(0, send_packet(&self->net.red, everyone, &sent));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .proto = IPPROTO_ICMP,
				.type = ICMP_ECHO));
	EXPECT_TEXT(TOLD("156") "icmp 11/0 [" SENT("1") "]\n"
		    TOLD("156") "icmp 11/0 [" RED_IP " > " OUT_IP
		    " ttl 1 len 128: icmp 8/0 id 0 seq 0 data 100]\n",
		    red_gets(&self->net));
}

TEST_F(router, no_error_to_a_source_that_is_no_host)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .src = "0.0.0.0"));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .src = "224.1.1.1"));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1));
	EXPECT_TEXT(TOLD("156") "icmp 11/0 [" SENT("1") "]\n",
		    red_gets(&self->net));
}

/* Claim 39: the default route leads to the gateway, and there it ends. */
TEST_OF("claim 39", router, ip_forward_0_drops_without_a_word_and_counts)
{
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(ARRIVED, outside_gets(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/ip_forward", "0"));
	host = counts(HOST);
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT("", red_gets(&self->net));
	EXPECT_TEXT("", outside_got(&self->net));
	EXPECT_TEXT("IcmpInEchos +1\nIcmpInMsgs +1\nIcmpOutEchoReps +1\n"
		    "IcmpOutMsgs +1\nIpInAddrErrors +1\nIpInDelivers +1\n"
		    "IpInReceives +2\n",
		    counts_moved(host, HOST));
}

TEST_F(router, forwarding_is_asked_of_the_device_a_packet_comes_in_by)
{
	const struct packet back = {
		.src = OUT_IP, .dst = RED_IP, .proto = IPPROTO_UDP,
		.sport = 2000, .dport = 1000, .len = 100,
	};

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_LE(0, sink(RED, AF_INET, 1000));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/" GW_DEV "/forwarding", "0"));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT("", red_gets(&self->net));
	EXPECT_TEXT("", outside_got(&self->net));
	ASSERT_ERR(0, send_packet(&self->net.out, self->net.up, &back));
	EXPECT_TEXT(OUT_IP " > " RED_IP " ttl 63 len 128: udp 2000 > 1000 data 100\n",
		    seen(&self->net.red, "udp"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/" GW_DEV "/forwarding", "1"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/uplink/forwarding", "0"));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(ARRIVED, outside_gets(&self->net));
}

static const char *value_of(const char *name, const char *sysctl)
{
	static char values[8][32];
	static int turn;
	char *value = values[turn++ % 8];
	int err = sysctl_get(ns(name), sysctl, value, sizeof(values[0]));

	return err ? ksft_err_name(err) : value;
}

/* inet_forward_change(). */
TEST_F(router, ip_forward_sets_all_devices_and_turns_redirects_round)
{
	int i;

	for (i = 1; i >= 0; i--) {
		const char *is = i ? "1" : "0", *is_not = i ? "0" : "1";

		ASSERT_ERR(0, set(HOST, "net/ipv4/ip_forward", is));
		EXPECT_STREQ(is, value_of(HOST, "net/ipv4/conf/all/forwarding"));
		EXPECT_STREQ(is, value_of(HOST, "net/ipv4/conf/default/forwarding"));
		EXPECT_STREQ(is, value_of(HOST, "net/ipv4/conf/uplink/forwarding"));
		EXPECT_STREQ(is, value_of(HOST, "net/ipv4/conf/lo/forwarding"));
		EXPECT_STREQ(is_not, value_of(HOST, "net/ipv4/conf/all/accept_redirects"));
	}
	/* Nobody else's. */
	ASSERT_ERR(0, set(RED, "net/ipv4/ip_forward", "1"));
	EXPECT_STREQ("0", value_of(HOST, "net/ipv4/ip_forward"));
	EXPECT_STREQ("0", value_of(HOST, "net/ipv4/conf/" GW_DEV "/forwarding"));
	EXPECT_ERR(0, probe_silence(ns(RED), OUT_IP, GATEWAY));
	ASSERT_ERR(0, set(HOST, "net/ipv4/ip_forward", "1"));
	EXPECT_ERR(0, reach(PROBE_ICMP, RED, NULL, OUT_IP));
}

/* What the host says of a packet that it cannot forward. */
static int refuse_by(uint8_t type)
{
	const struct route_desc route = { .dst = OUT_IP "/32", .type = type };

	return route_add(in(HOST), &route);
}

TEST_F(router, no_route_is_told_as_net_unreachable)
{
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	host = counts(HOST);
	ASSERT_ERR(0, RED_SENDS(.dst = "192.88.99.1"));
	EXPECT_TEXT(TOLD("156") "icmp 3/0 [" RED_IP " > 192.88.99.1 ttl 64 len 128: udp 1000 > 2000 data 100]\n",
		    red_gets(&self->net));
	/* IpExtInNoRoutes moved, IpOutNoRoutes is for what is sent here. */
	EXPECT_TEXT("IcmpInEchos +1\nIcmpInMsgs +1\nIcmpOutDestUnreachs +1\n"
		    "IcmpOutEchoReps +1\nIcmpOutMsgs +2\nIpInDelivers +1\n"
		    "IpInReceives +2\n",
		    counts_moved(host, HOST));
	EXPECT_EQ(1, counter(HOST, "IpExtInNoRoutes"));
}

TEST_F(router, an_unreachable_route_is_told_as_host_unreachable)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, refuse_by(RTN_UNREACHABLE));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(TOLD("156") "icmp 3/1 [" SENT("64") "]\n",
		    red_gets(&self->net));
	EXPECT_TEXT("", outside_got(&self->net));
}

TEST_F(router, a_prohibit_route_is_told_as_filtered)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, refuse_by(RTN_PROHIBIT));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(TOLD("156") "icmp 3/13 [" SENT("64") "]\n",
		    red_gets(&self->net));
	EXPECT_TEXT("", outside_got(&self->net));
}

TEST_F(router, a_blackhole_route_says_nothing)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(ARRIVED, outside_gets(&self->net));
	ASSERT_ERR(0, refuse_by(RTN_BLACKHOLE));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT("", red_gets(&self->net));
	EXPECT_TEXT("", outside_got(&self->net));
}

TEST_F(router, a_throw_route_leaves_the_table_and_so_is_no_route)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, refuse_by(RTN_THROW));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(TOLD("156") "icmp 3/0 [" SENT("64") "]\n",
		    red_gets(&self->net));
}

TEST_F(router, a_silent_neighbour_is_told_as_host_unreachable)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/neigh/uplink/retrans_time_ms", "10"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/neigh/uplink/mcast_solicit", "1"));
	ASSERT_ERR(0, RED_SENDS(.dst = "203.0.113.77"));
	EXPECT_TEXT(TOLD("156") "icmp 3/1 [" RED_IP " > 203.0.113.77 ttl 63 len 128: udp 1000 > 2000 data 100]\n",
		    seen(&self->net.red, "icmp 3/"));
}

TEST_F(router, packets_that_wait_for_a_neighbour_all_go_in_their_order)
{
	char mac[18], args[32];
	int i;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set(OUT, "net/ipv4/conf/veth-out/arp_ignore", "8"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/neigh/uplink/retrans_time_ms", "600000"));
	for (i = 1; i <= 3; i++)
		ASSERT_ERR(0, RED_SENDS(.len = i));
	EXPECT_TEXT("", red_gets(&self->net));
	snprintf(args, sizeof(args), "lladdr %s", mac_text(self->net.out.mac, mac));
	ASSERT_ERR(0, neigh_replace(in(HOST), "uplink", OUT_IP, args));
	EXPECT_TEXT(RED_IP " > " OUT_IP " ttl 63 len 29: udp 1000 > 2000 data 1\n"
		    RED_IP " > " OUT_IP " ttl 63 len 30: udp 1000 > 2000 data 2\n"
		    RED_IP " > " OUT_IP " ttl 63 len 31: udp 1000 > 2000 data 3\n",
		    seen(&self->net.out, "data 3"));
}

TEST_F(router, a_closed_port_and_an_unknown_protocol_are_told_by_the_far_end)
{
	static const char closed[] =
		OUT_IP " > " RED_IP " ttl 63 tos 0xc0 len 156: icmp 3/3 ["
		RED_IP " > " OUT_IP " ttl 63 len 128: udp 1000 > 9 data 100]\n";
	static const char unknown[] =
		OUT_IP " > " RED_IP " ttl 63 tos 0xc0 len 148: icmp 3/2 ["
		RED_IP " > " OUT_IP " ttl 63 len 120: proto 253 data 100]\n";
	char *out;

	ASSERT_ERR(0, net_open(&self->net));
	out = counts(OUT);
	ASSERT_ERR(0, RED_SENDS(.dport = 9));
	EXPECT_TEXT(closed, seen(&self->net.red, "icmp 3/"));
	ASSERT_ERR(0, RED_SENDS(.proto = 253));
	EXPECT_TEXT(unknown, seen(&self->net.red, "icmp 3/"));
	EXPECT_TEXT("IcmpOutDestUnreachs +2\nIcmpOutMsgs +2\n"
		    "IpInDelivers +1\nIpInReceives +2\nIpInUnknownProtos +1\n"
		    "UdpNoPorts +1\n",
		    counts_moved(out, OUT));
}

/* Where the way goes on in the network that the packet came from. */
static int to_blue_via_gateway(const struct net *net)
{
	return from_red(net, &(struct packet){ .dst = BLUE_IP });
}

#define BLUE_ARRIVED \
	RED_IP " > " BLUE_IP " ttl 63 len 128: udp 1000 > 2000 data 100\n"

/* Forwarded all the same, and the sender told of the shorter way. */
TEST_F(subnet, a_detour_is_forwarded_and_told_as_a_redirect)
{
	static const char told[] = TOLD("156")
		"icmp 5/1 gateway " BLUE_IP " [" RED_IP " > " BLUE_IP
		" ttl 63 len 128: udp 1000 > 2000 data 100]\n";

	ASSERT_ERR(0, subnet_open(&self->net));
	ASSERT_ERR(0, to_blue_via_gateway(&self->net));
	EXPECT_TEXT(BLUE_ARRIVED, seen(&self->net.blue, "udp"));
	EXPECT_TEXT(told, red_gets(&self->net));
	EXPECT_EQ(1, counter(HOST, "IcmpOutRedirects"));
}

/* Either says yes for both. */
TEST_F(subnet, send_redirects_0_on_all_and_the_device_says_nothing)
{
	ASSERT_ERR(0, subnet_open(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/all/send_redirects", "0"));
	ASSERT_ERR(0, to_blue_via_gateway(&self->net));
	EXPECT_TEXT(BLUE_ARRIVED, seen(&self->net.blue, "udp"));
	EXPECT_EQ(1, counter(HOST, "IcmpOutRedirects"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/v-net-0/send_redirects", "0"));
	ASSERT_ERR(0, to_blue_via_gateway(&self->net));
	EXPECT_TEXT(BLUE_ARRIVED, seen(&self->net.blue, "udp"));
	EXPECT_EQ(1, counter(HOST, "IcmpOutRedirects"));
}

/* The control of both: a way on by another device is not told of. */
TEST_F(router, a_way_by_the_router_to_another_subnet_is_no_detour)
{
	static const char other[] = "10.244.1.20";

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, blue_open(&self->net));
	ASSERT_ERR(0, RED_SENDS(.dst = other));
	EXPECT_TEXT(RED_IP " > 10.244.1.20 ttl 63 len 128: udp 1000 > 2000 data 100\n",
		    seen(&self->net.blue, "udp"));
	EXPECT_TEXT("", red_gets(&self->net));
	EXPECT_EQ(0, counter(HOST, "IcmpOutRedirects"));
	EXPECT_ERR(0, reach_all(RED, BLUE, other));
	EXPECT_ERR(0, reach_all(BLUE, OUT, OUT_IP));
}

/* A UDP socket of pod-red, port 1000, connected to outside's 2000. */
static int red_socket(void)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(1000) };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(2000) };
	int one = 1, fd = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);

	inet_aton(OUT_IP, &to.sin_addr);
	if (fd < 0)
		return fd;
	if (setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
	    connect(fd, (struct sockaddr *)&to, sizeof(to)))
		return -errno;
	return fd;
}

/*
 * To pod-red itself, as from its gateway: "go to @gateway for @dst".  Taken for
 * the sake of the socket whose datagram it is about.
 */
static int redirect_red(const struct net *net, const char *from,
			const char *dst, const char *gateway)
{
	const struct packet about = filled_in(&(struct packet){ .dst = dst });
	uint8_t quoted[PACKET_MAX];
	struct packet redirect = {
		.src = from, .dst = RED_IP, .proto = IPPROTO_ICMP,
		.type = ICMP_REDIRECT, .code = 1, .data = quoted, .len = 28,
	};
	struct ip_prefix ip;

	if (packet_make(&about, quoted) < 0 || ip_parse(gateway, &ip))
		return -EINVAL;
	memcpy(&redirect.rest, ip.addr, 4);
	redirect.rest = ntohl(redirect.rest);
	return send_packet(&net->blue, net->red.mac, &redirect);
}

/* The gateway that pod-red would now take to @dst. */
static const char *red_goes_by(const char *dst)
{
	static char text[IP_TEXT_MAX];
	struct route route;
	int err = route_get(in(RED), dst, &route);

	return err ? ksft_err_name(err) : ip_text(&route.via, 0, text);
}

/* Pod-red has heard everything that blue sent it. */
static char *red_heard_blue(const struct net *net)
{
	if (last_from(&net->blue, net->red.mac, BLUE_IP, RED_IP))
		return NULL;
	return seen(&net->red, LAST);
}

TEST_F(subnet, a_redirect_is_taken_from_the_gateway_in_use_only)
{
	ASSERT_ERR(0, subnet_open(&self->net));
	/* A gateway that is not known yet is asked for first, and not used. */
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, BLUE_IP));
	ASSERT_LE(0, red_socket());
	ASSERT_ERR(0, redirect_red(&self->net, BLUE_IP, OUT_IP, BLUE_IP));
	/* Not a neighbour; not for a destination of this network. */
	ASSERT_ERR(0, redirect_red(&self->net, GATEWAY, OUT_IP, "10.1.1.1"));
	free(red_heard_blue(&self->net));
	EXPECT_STREQ(GATEWAY, red_goes_by(OUT_IP));
	ASSERT_ERR(0, redirect_red(&self->net, GATEWAY, OUT_IP, BLUE_IP));
	free(red_heard_blue(&self->net));
	EXPECT_STREQ(BLUE_IP, red_goes_by(OUT_IP));
	EXPECT_STREQ(GATEWAY, red_goes_by("203.0.113.3"));
	EXPECT_EQ(3, counter(RED, "IcmpInRedirects"));
	/* What was learned goes with the cache. */
	ASSERT_ERR(0, set(RED, "net/ipv4/route/flush", "1"));
	EXPECT_STREQ(GATEWAY, red_goes_by(OUT_IP));
}

TEST_F(subnet, accept_redirects_0_ignores_a_redirect)
{
	ASSERT_ERR(0, subnet_open(&self->net));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, BLUE_IP));
	ASSERT_LE(0, red_socket());
	ASSERT_ERR(0, set(RED, "net/ipv4/conf/all/accept_redirects", "0"));
	ASSERT_ERR(0, set(RED, "net/ipv4/conf/veth-red/accept_redirects", "0"));
	ASSERT_ERR(0, redirect_red(&self->net, GATEWAY, OUT_IP, BLUE_IP));
	free(red_heard_blue(&self->net));
	EXPECT_STREQ(GATEWAY, red_goes_by(OUT_IP));
	ASSERT_ERR(0, set(RED, "net/ipv4/conf/veth-red/accept_redirects", "1"));
	ASSERT_ERR(0, redirect_red(&self->net, GATEWAY, OUT_IP, BLUE_IP));
	free(red_heard_blue(&self->net));
	EXPECT_STREQ(BLUE_IP, red_goes_by(OUT_IP));
}

/* From pod-red under the address @src: does the host forward it? */
static const char *spoof(const struct net *net, const char *src)
{
	uint64_t was = counter(HOST, "TcpExtIPReversePathFilter"), is;
	const char *said = "dropped";
	char *text;

	if (from_red(net, &(struct packet){ .src = src }))
		return "not sent";
	text = outside_gets(net);
	if (text && strstr(text, "udp 1000 > 2000"))
		said = "forwarded";
	free(text);
	is = counter(HOST, "TcpExtIPReversePathFilter");
	return is != was ? is == was + 1 ? "filtered" : "counted twice" : said;
}

static int rp_filter(const char *all, const char *dev)
{
	int err = set(HOST, "net/ipv4/conf/all/rp_filter", all);

	return err ? err : set(HOST, "net/ipv4/conf/" GW_DEV "/rp_filter", dev);
}

/*
 * A source behind the other device, and one that is nowhere.  The larger of the
 * two settings counts.
 */
TEST_OF("fault rp-filter", router, rp_filter_1_wants_the_way_back_and_2_a_way_back)
{
	static const struct {
		const char *all, *dev, *elsewhere, *nowhere;
	} rows[] = {
		{ "0", "0", "forwarded", "forwarded" },
		{ "1", "0", "filtered", "filtered" },
		{ "0", "1", "filtered", "filtered" },
		{ "2", "0", "forwarded", "filtered" },
		{ "0", "2", "forwarded", "filtered" },
		{ "1", "2", "forwarded", "filtered" },
		{ "2", "1", "forwarded", "filtered" },
	};
	size_t i;

	ASSERT_ERR(0, net_open(&self->net));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_ERR(0, rp_filter(rows[i].all, rows[i].dev));
		EXPECT_STREQ(rows[i].elsewhere, spoof(&self->net, "192.0.2.9"));
		EXPECT_STREQ(rows[i].nowhere, spoof(&self->net, "192.88.99.9"));
		EXPECT_STREQ("forwarded", spoof(&self->net, RED_IP));
	}
}

/* The last of the row is the control. */
TEST_F(subnet, no_source_that_is_no_host_is_forwarded)
{
	ASSERT_ERR(0, subnet_open(&self->net));
	EXPECT_STREQ("dropped", spoof(&self->net, "127.0.0.1"));
	EXPECT_STREQ("dropped", spoof(&self->net, "127.255.255.254"));
	EXPECT_STREQ("dropped", spoof(&self->net, "0.0.0.0"));
	EXPECT_STREQ("dropped", spoof(&self->net, "224.0.0.5"));
	EXPECT_STREQ("dropped", spoof(&self->net, "239.255.255.255"));
	EXPECT_STREQ("dropped", spoof(&self->net, "255.255.255.255"));
	EXPECT_STREQ("forwarded", spoof(&self->net, "128.0.0.1"));
	EXPECT_STREQ("forwarded", spoof(&self->net, "0.1.2.3"));	/* v5.3 */
	/* Addresses of the router itself, unless it says so. */
	EXPECT_STREQ("dropped", spoof(&self->net, GATEWAY));
	EXPECT_STREQ("dropped", spoof(&self->net, UPLINK));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/v-net-0/accept_local", "1"));
	EXPECT_STREQ("forwarded", spoof(&self->net, UPLINK));
}

TEST_F(router, no_destination_that_is_no_host_is_forwarded)
{
	static const char * const no_hosts[] = {
		"127.0.0.1", "0.0.0.0", "255.255.255.255",
		"10.244.0.255", "203.0.113.255", "224.0.0.1", "239.1.1.1",
	};
	const struct route_desc all = { .dst = "default", .via = OUT_IP };
	size_t i;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, route_add(in(HOST), &all));
	for (i = 0; i < ARRAY_SIZE(no_hosts); i++)
		ASSERT_ERR(0, RED_SENDS(.dst = no_hosts[i]));
	ASSERT_ERR(0, RED_SENDS(.dst = "128.0.0.1"));
	EXPECT_TEXT(RED_IP " > 128.0.0.1 ttl 63 len 128: udp 1000 > 2000 data 100\n",
		    outside_gets(&self->net));
}

TEST_F(router, route_localnet_lets_127_in_from_the_wire)
{
	struct sockaddr_in on_lo = {
		.sin_family = AF_INET, .sin_port = htons(2001),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	char c[200];
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	fd = netns_socket(ns(HOST), AF_INET, SOCK_DGRAM, 0);
	ASSERT_EQ(0, bind(fd, (struct sockaddr *)&on_lo, sizeof(on_lo)));
	ASSERT_ERR(0, RED_SENDS(.dst = "127.0.0.1", .dport = 2001));
	free(red_gets(&self->net));
	EXPECT_EQ(-1, recv(fd, c, sizeof(c), MSG_DONTWAIT));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/" GW_DEV "/route_localnet", "1"));
	ASSERT_ERR(0, RED_SENDS(.dst = "127.0.0.1", .dport = 2001));
	free(red_gets(&self->net));
	EXPECT_EQ(100, recv(fd, c, sizeof(c), MSG_DONTWAIT));
}

/* Addressed at layer 2 to somebody else: promiscuous or not, not ours. */
TEST_F(router, a_frame_for_another_mac_is_not_forwarded)
{
	static const uint8_t other[6] = { 2, 0, 0, 0, 0, 0x99 };
	const struct packet back = {
		.src = OUT_IP, .dst = RED_IP, .proto = IPPROTO_UDP,
		.sport = 2000, .dport = 1000, .len = 100,
	};
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	host = counts(HOST);
	ASSERT_ERR(0, send_packet(&self->net.out, other, &back));
	ASSERT_ERR(0, last_from(&self->net.out, self->net.up, OUT_IP, RED_IP));
	EXPECT_TEXT(OUT_IP " > " RED_IP " ttl 63 len 29: icmp 0/0 id 999 seq 0 data 1\n",
		    seen(&self->net.red, LAST));
	EXPECT_TEXT("IpForwDatagrams +1\nIpInReceives +1\n",
		    counts_moved(host, HOST));
}

/* RFC 2644.  To the network's broadcast address, as a broadcast frame. */
TEST_F(subnet, a_directed_broadcast_is_forwarded_only_with_bc_forwarding)
{
	static const uint8_t everyone[6] = { 255, 255, 255, 255, 255, 255 };
	uint8_t frame[14 + PACKET_MAX];

	ASSERT_ERR(0, subnet_open(&self->net));
	ASSERT_ERR(0, RED_SENDS(.dst = "203.0.113.255"));
	EXPECT_TEXT("", outside_gets(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/all/bc_forwarding", "1"));
	ASSERT_ERR(0, RED_SENDS(.dst = "203.0.113.255"));
	EXPECT_TEXT("", outside_gets(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/v-net-0/bc_forwarding", "1"));
	ASSERT_ERR(0, RED_SENDS(.dst = "203.0.113.255"));
	EXPECT_EQ(14 + 128, tap_next(&self->net.out, frame, sizeof(frame)));
	EXPECT_EQ(0, memcmp(frame, everyone, 6));
	EXPECT_EQ(63, frame[14 + 8]);
}

static int set_mtu(const char *name, const char *dev, unsigned int mtu)
{
	const struct link_desc desc = { .mtu = mtu };

	return link_set(in(name), dev, &desc);
}

TEST_OF("fault uplink-mtu", router, df_that_does_not_fit_is_told_of_with_the_mtu)
{
	static const char told[] = GATEWAY " > " RED_IP
		" ttl 64 tos 0xc0 len 576: icmp 3/4 mtu 1000 [" RED_IP " > "
		OUT_IP " ttl 64 DF len 1001: udp 1000 > 2000 data 520]\n";
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set_mtu(HOST, "uplink", 1000));
	host = counts(HOST);
	ASSERT_ERR(0, RED_SENDS(.frag = PACKET_DF, .len = 972));
	ASSERT_ERR(0, RED_SENDS(.frag = PACKET_DF, .len = 973));
	EXPECT_TEXT(RED_IP " > " OUT_IP " ttl 63 DF len 1000: udp 1000 > 2000 data 972\n",
		    outside_gets(&self->net));
	EXPECT_TEXT(told, red_gets(&self->net));
	/* IpForwDatagrams too, or not, for what was not (v6.8). */
	EXPECT_TEXT("IcmpInEchos +1\nIcmpInMsgs +1\nIcmpOutDestUnreachs +1\n"
		    "IcmpOutEchoReps +1\nIcmpOutMsgs +2\nIpFragFails +1\n"
		    "IpInDelivers +1\nIpInReceives +4\n",
		    lines_without(counts_moved(host, HOST), "IpForw"));
}

static int mtu_of(int fd)
{
	socklen_t len = sizeof(int);
	int mtu;

	return getsockopt(fd, IPPROTO_IP, IP_MTU, &mtu, &len) ? -errno : mtu;
}

/* A socket of the host's to outside, which has told it of an MTU. */
static int host_learns_mtu(const struct net *net, uint32_t mtu)
{
	const struct packet about = {
		.src = UPLINK, .dst = OUT_IP, .proto = IPPROTO_UDP,
		.sport = 1000, .dport = 2000, .len = 8,
	};
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(2000) };
	uint8_t quoted[PACKET_MAX];
	const struct packet error = {
		.src = OUT_IP, .dst = UPLINK, .proto = IPPROTO_ICMP, .type = 3,
		.code = 4, .rest = mtu, .data = quoted, .len = 28,
	};
	int fd = sink(HOST, AF_INET, 1000);

	inet_aton(OUT_IP, &to.sin_addr);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) ||
	    packet_make(&about, quoted) < 0 ||
	    send_packet(&net->out, net->up, &error) ||
	    last_from(&net->out, net->up, OUT_IP, RED_IP))
		return -EINVAL;
	/* Behind it on the same wire. */
	free(seen(&net->red, LAST));
	return fd;
}

static bool cut_to_mtu(char *line, const char *word)
{
	char *at = strstr(line, word);

	if (is_timeout(line))
		return true;
	if (!at)
		return false;
	at += strlen(word);
	memmove(line, at, strlen(at) + 1);
	cut_tail(line, " [");
	return true;
}

static char *told_mtu(const struct net *net)
{
	return keep(red_gets(net), cut_to_mtu, "icmp 3/4 ");
}

/* Its own MTU for what it forwards; what a way is said to be counts on request. */
TEST_F(router, a_route_mtu_counts_and_a_learned_one_when_asked_to)
{
	const struct route_desc narrow = { .dst = OUT_IP "/32", .dev = "uplink",
					   .args = "mtu 1200" };
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	fd = host_learns_mtu(&self->net, 700);
	ASSERT_LE(0, fd);
	EXPECT_EQ(700, mtu_of(fd));
	ASSERT_ERR(0, RED_SENDS(.frag = PACKET_DF, .len = 1472));
	EXPECT_TEXT("", told_mtu(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/ip_forward_use_pmtu", "1"));
	ASSERT_ERR(0, RED_SENDS(.frag = PACKET_DF, .len = 673));
	EXPECT_TEXT("mtu 700\n", told_mtu(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/ip_forward_use_pmtu", "0"));
	ASSERT_ERR(0, route_add(in(HOST), &narrow));
	ASSERT_ERR(0, RED_SENDS(.frag = PACKET_DF, .len = 1172));
	EXPECT_TEXT("", told_mtu(&self->net));
	ASSERT_ERR(0, RED_SENDS(.frag = PACKET_DF, .len = 1173));
	EXPECT_TEXT("mtu 1200\n", told_mtu(&self->net));
}

/* Every piece but the last is the largest multiple of 8 that fits. */
TEST_OF("fault uplink-mtu", router, what_does_not_fit_goes_on_in_pieces)
{
#define PIECE	RED_IP " > " OUT_IP " ttl 63 tos 0xb8 ident 77"
	static const char pieces[] =
		PIECE " MF len 996: udp 1000 > 2000 data 968\n"
		PIECE " MF off 976 len 996: proto 17 data 976\n"
		PIECE " off 1952 len 76: proto 17 data 56\n";
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set_mtu(RED, "veth-red", 3000));
	ASSERT_ERR(0, set_mtu(HOST, GW_DEV, 3000));
	ASSERT_ERR(0, set_mtu(HOST, "uplink", 1001));
	host = counts(HOST);
	ASSERT_ERR(0, RED_SENDS(.ident = 77, .tos = 0xb8, .len = 2000));
	EXPECT_TEXT(pieces, tap_text(&self->net.out, "off 1952", PACKET_IDENT));
	EXPECT_TEXT("IpForwDatagrams +1\nIpFragCreates +3\nIpFragOKs +1\n"
		    "IpInReceives +1\n", counts_moved(host, HOST));
	free(outside_gets(&self->net));
	/* Made whole again where they are for. */
	EXPECT_EQ(1, counter(OUT, "IpReasmOKs"));
	EXPECT_EQ(3, counter(OUT, "IpReasmReqds"));
}

/* Part @from.. of the datagram in @whole, as one fragment of it. */
static int send_part(const struct tap *tap, const uint8_t mac[6],
		     const uint8_t *whole, const struct packet *part)
{
	size_t head = (whole[0] & 15) * 4, from = (part->frag & 0x1fff) * 8;
	size_t len = head + part->len;
	uint8_t buf[PACKET_MAX];
	uint16_t sum;

	memcpy(buf, whole, head);
	memcpy(buf + head, whole + head + from, part->len);
	buf[2] = len >> 8;
	buf[3] = len;
	buf[6] = part->frag >> 8;
	buf[7] = part->frag;
	buf[10] = 0;
	buf[11] = 0;
	sum = packet_sum_end(packet_sum(buf, head, 0));
	buf[10] = sum >> 8;
	buf[11] = sum;
	return tap_send(tap, mac, buf, len);
}

/* A piece of a piece stays where it was, and is not the last. */
TEST_F(router, a_fragment_that_does_not_fit_is_cut_again)
{
	static const char pieces[] =
		PIECE " MF off 800 len 596: proto 17 data 576\n"
		PIECE " MF off 1376 len 244: proto 17 data 224\n"
		PIECE " off 1600 len 428: proto 17 data 408\n";
	const struct packet parts[] = {
		{ .frag = PACKET_MF | 100, .len = 800 },
		{ .frag = 200, .len = 408 },
	};
	const struct packet sent = filled_in(&(struct packet){
		.ident = 77, .tos = 0xb8, .len = 2000 });
	uint8_t whole[PACKET_MAX];
	size_t i;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set_mtu(HOST, "uplink", 600));
	ASSERT_EQ(2028, packet_make(&sent, whole));
	for (i = 0; i < ARRAY_SIZE(parts); i++)
		ASSERT_ERR(0, send_part(&self->net.red, self->net.gw, whole,
					&parts[i]));
	EXPECT_TEXT(pieces, tap_text(&self->net.out, "off 1600", PACKET_IDENT));
}

/*
 * RFC 791: an option with the copied bit (router alert) is in every fragment, one
 * without (no longer known experiment 30) in the first only.
 */
TEST_F(router, only_copied_options_are_in_later_fragments)
{
	static const uint8_t opt[8] = { 0x94, 4, 0, 0, 0x1e, 4, 0xab, 0xcd };

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set_mtu(HOST, "uplink", 600));
	ASSERT_ERR(0, RED_SENDS(.opt = opt, .opt_len = 8, .len = 800));
	EXPECT_TEXT(RED_IP " > " OUT_IP " ttl 63 MF opt 940400001e04abcd len 596: udp 1000 > 2000 data 560\n"
		    RED_IP " > " OUT_IP " ttl 63 off 568 opt 9404000001010101 len 268: proto 17 data 240\n",
		    outside_gets(&self->net));
}

/*
 * Sends outside fragments of a datagram of 2008 bytes: "0+800 1600+408." is the
 * first 800 of them and then the last 408, which says that it is the last.
 */
static int send_pieces(const struct net *net, const char *pieces,
		       uint16_t ident)
{
	const struct packet sent = filled_in(&(struct packet){
		.ident = ident, .len = 2000 });
	uint8_t whole[PACKET_MAX];
	unsigned int at, len;
	int err = 0, n;

	packet_make(&sent, whole);
	while (!err && sscanf(pieces, " %u+%u%n", &at, &len, &n) == 2) {
		const struct packet part = {
			.frag = (pieces[n] == '.' ? 0 : PACKET_MF) | at / 8,
			.len = len,
		};

		pieces += n + (pieces[n] == '.');
		err = send_part(&net->red, net->gw, whole, &part);
	}
	return err ? err : last_from(&net->red, net->gw, RED_IP, OUT_IP);
}

/* What the socket outside got of it: bytes, or -errno. */
static int reassembled(const struct net *net, const char *pieces,
		       uint16_t ident)
{
	uint8_t data[4096];
	ssize_t n;
	int err;

	err = send_pieces(net, pieces, ident);
	if (err)
		return err;
	free(seen(&net->out, LAST));
	n = recv(net->out_fd, data, sizeof(data), MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	return packet_filled(data, n, 0) ? n : -EBADMSG;
}

/* In any order; the same one twice does no harm (v5.0). */
TEST_F(router, fragments_in_any_order_make_the_datagram_again)
{
	ASSERT_ERR(0, net_open(&self->net));
	EXPECT_EQ(2000, reassembled(&self->net, "0+800 800+800 1600+408.", 1));
	EXPECT_EQ(2000, reassembled(&self->net, "1600+408. 800+800 0+800", 2));
	EXPECT_EQ(2000, reassembled(&self->net, "800+800 1600+408. 800+800 0+800", 3));
	/* Not the last, and yet no multiple of 8: what is over is cut off. */
	EXPECT_EQ(2000, reassembled(&self->net, "800+801 0+800 1600+408.", 4));
	EXPECT_EQ(4, counter(OUT, "IpReasmOKs"));
	EXPECT_EQ(13, counter(OUT, "IpReasmReqds"));
	EXPECT_EQ(0, counter(OUT, "IpReasmFails"));
}

/* RFC 5722's rule, which Linux has for IPv4 too; the last is the control. */
TEST_F(router, overlapping_or_contradicting_fragments_make_nothing)
{
	ASSERT_ERR(0, net_open(&self->net));
	EXPECT_ERR(-EAGAIN, reassembled(&self->net, "0+808 800+800 1600+408.", 1));
	EXPECT_ERR(-EAGAIN, reassembled(&self->net, "800+800 0+1200 1600+408.", 2));
	/* Ends twice, at different places; begins behind its end. */
	EXPECT_ERR(-EAGAIN, reassembled(&self->net, "800+400. 1600+408. 0+800", 3));
	EXPECT_EQ(2000, reassembled(&self->net, "0+800 800+800 1600+408.", 5));
	EXPECT_EQ(1, counter(OUT, "IpReasmOKs"));
	EXPECT_LE(2, counter(OUT, "IpReasmFails"));
}

/* Neither another identification nor another source belongs to it. */
TEST_F(router, fragments_of_two_datagrams_do_not_mix)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, send_pieces(&self->net, "0+800", 1));
	EXPECT_ERR(-EAGAIN, reassembled(&self->net, "800+800 1600+408.", 2));
	EXPECT_EQ(2000, reassembled(&self->net, "800+800 1600+408.", 1));
}

/* A clock tick after the first; RFC 1122 3.3.2 wants the first to be there. */
TEST_F(router, a_datagram_that_is_never_whole_is_told_of_and_counted)
{
	static const char told[] = OUT_IP " > " RED_IP
		" ttl 63 tos 0xc0 len 576: icmp 11/1 [" RED_IP " > " OUT_IP
		" ttl 63 MF len 820: udp 1000 > 2000 data 520]\n";

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set(OUT, "net/ipv4/ipfrag_time", "0"));
	ASSERT_ERR(0, send_pieces(&self->net, "0+800", 1));
	EXPECT_TEXT(told, seen(&self->net.red, "icmp 11/1"));
	EXPECT_EQ(1, counter(OUT, "IpReasmTimeout"));
	EXPECT_EQ(1, counter(OUT, "IpReasmFails"));
	EXPECT_EQ(0, counter(OUT, "IpReasmOKs"));
}


/* To pod-red's own datagram from port 1000: the gateway's words. */
struct told {
	uint8_t type, code;
	int err;
	uint32_t rest, info;
};

static int tell_red(const struct net *net, const struct tap *gateway,
		    const struct told *told)
{
	const struct packet about = filled_in(&(struct packet){ .len = 8 });
	uint8_t quoted[PACKET_MAX];
	const struct packet error = {
		.src = GATEWAY, .dst = RED_IP, .proto = IPPROTO_ICMP,
		.type = told->type, .code = told->code, .rest = told->rest,
		.data = quoted, .len = 28,
	};

	if (packet_make(&about, quoted) < 0)
		return -EINVAL;
	return send_packet(gateway, net->red.mac, &error);
}

/* "ECONNREFUSED origin 2 type 3 code 3 info 0 from 10.244.0.1" */
static const char *error_of(int fd)
{
	static char text[256];
	char control[256], data[2048];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct sockaddr_in *from;
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct sock_extended_err *ee;
	struct cmsghdr *c;

	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return ksft_err_name(-errno);
	c = CMSG_FIRSTHDR(&msg);
	if (!c || c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR)
		return "no IP_RECVERR";
	ee = (struct sock_extended_err *)CMSG_DATA(c);
	from = (struct sockaddr_in *)SO_EE_OFFENDER(ee);
	snprintf(text, sizeof(text), "%s origin %u type %u code %u info %u%s%s",
		 strerrorname_np(ee->ee_errno), ee->ee_origin, ee->ee_type,
		 ee->ee_code, ee->ee_info,
		 from->sin_family == AF_INET ? " from " : "",
		 from->sin_family == AF_INET ? inet_ntoa(from->sin_addr) : "");
	return text;
}

/* icmp_err_convert[], and what is not in it. */
TEST_F(router, each_icmp_error_is_its_errno_at_the_socket)
{
	static const struct told rows[] = {
		{ 3, 0, ENETUNREACH, 0, 0 }, { 3, 1, EHOSTUNREACH, 0, 0 },
		{ 3, 2, ENOPROTOOPT, 0, 0 }, { 3, 3, ECONNREFUSED, 0, 0 },
		{ 3, 4, EMSGSIZE, 900, 900 }, { 3, 5, EOPNOTSUPP, 0, 0 },
		{ 3, 6, ENETUNREACH, 0, 0 }, { 3, 7, EHOSTDOWN, 0, 0 },
		{ 3, 8, ENONET, 0, 0 }, { 3, 9, ENETUNREACH, 0, 0 },
		{ 3, 10, EHOSTUNREACH, 0, 0 }, { 3, 11, ENETUNREACH, 0, 0 },
		{ 3, 12, EHOSTUNREACH, 0, 0 }, { 3, 13, EHOSTUNREACH, 0, 0 },
		{ 3, 14, EHOSTUNREACH, 0, 0 }, { 3, 15, EHOSTUNREACH, 0, 0 },
		{ 11, 0, EHOSTUNREACH, 0, 0 },
		{ 12, 0, EPROTO, 20 << 24, 20 },
	};
	char want[128];
	size_t i;
	struct tap gw;
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, listen_on(&gw, HOST, GW_DEV, ETH_P_IP));
	fd = red_socket();
	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_ERR(0, tell_red(&self->net, &gw, &rows[i]));
		free(red_gets(&self->net));
		snprintf(want, sizeof(want),
			 "%s origin 2 type %u code %u info %u from " GATEWAY,
			 strerrorname_np(rows[i].err), rows[i].type,
			 rows[i].code, rows[i].info);
		EXPECT_STREQ(want, error_of(fd));
	}
	EXPECT_STREQ("-EAGAIN", error_of(fd));
}

/* Another port's, another destination's: not this socket's affair. */
TEST_F(router, an_error_about_another_flow_reaches_no_socket)
{
	const struct told refused = { .type = 3, .code = 3 };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(2001) };
	struct tap gw;
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, listen_on(&gw, HOST, GW_DEV, ETH_P_IP));
	fd = red_socket();
	ASSERT_LE(0, fd);
	inet_aton(OUT_IP, &to.sin_addr);
	ASSERT_EQ(0, connect(fd, (struct sockaddr *)&to, sizeof(to)));
	ASSERT_ERR(0, tell_red(&self->net, &gw, &refused));
	free(red_gets(&self->net));
	EXPECT_STREQ("-EAGAIN", error_of(fd));
	to.sin_port = htons(2000);
	ASSERT_EQ(0, connect(fd, (struct sockaddr *)&to, sizeof(to)));
	ASSERT_ERR(0, tell_red(&self->net, &gw, &refused));
	free(red_gets(&self->net));
	EXPECT_STREQ("ECONNREFUSED origin 2 type 3 code 3 info 0 from " GATEWAY,
		     error_of(fd));
}

static int pmtudisc(int fd, int how)
{
	return setsockopt(fd, IPPROTO_IP, IP_MTU_DISCOVER, &how, sizeof(how)) ?
	       -errno : 0;
}

/* What send(2) says; nothing is lost on the way there. */
static int send_filled(int fd, size_t len)
{
	uint8_t data[65536];

	packet_fill(data, len, 0);
	return send(fd, data, len, 0) < 0 ? -errno : 0;
}

static unsigned int route_mtu(const char *dst)
{
	struct route route = { 0 };

	return route_get(in(RED), dst, &route) ? 0 : route.mtu;
}

TEST_OF("fault uplink-mtu", router, the_path_mtu_is_learned_kept_and_flushed)
{
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set_mtu(HOST, "uplink", 1000));
	fd = red_socket();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, pmtudisc(fd, IP_PMTUDISC_DO));
	EXPECT_EQ(1500, mtu_of(fd));
	EXPECT_ERR(-EMSGSIZE, send_filled(fd, 1473));
	EXPECT_STREQ("EMSGSIZE origin 1 type 0 code 0 info 1500", error_of(fd));
	ASSERT_ERR(0, send_filled(fd, 1472));
	free(seen(&self->net.red, "icmp 3/4"));
	EXPECT_STREQ("EMSGSIZE origin 2 type 3 code 4 info 1000 from " GATEWAY,
		     error_of(fd));
	EXPECT_EQ(1000, mtu_of(fd));
	EXPECT_EQ(1000, route_mtu(OUT_IP));
	EXPECT_EQ(0, route_mtu("203.0.113.3"));
	EXPECT_ERR(-EMSGSIZE, send_filled(fd, 973));
	EXPECT_STREQ("EMSGSIZE origin 1 type 0 code 0 info 1000", error_of(fd));
	EXPECT_ERR(0, send_filled(fd, 972));
	EXPECT_TEXT(RED_IP " > " OUT_IP " ttl 63 DF len 1000: udp 1000 > 2000 data 972\n",
		    outside_gets(&self->net));
	ASSERT_ERR(0, set(RED, "net/ipv4/route/flush", "1"));
	EXPECT_EQ(0, route_mtu(OUT_IP));
	EXPECT_ERR(0, send_filled(fd, 1472));
}

/* RFC 1191 without DF: the source itself cuts, to what it has learned. */
TEST_F(router, a_datagram_over_the_path_mtu_is_cut_at_its_source)
{
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set_mtu(HOST, "uplink", 1000));
	fd = red_socket();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, pmtudisc(fd, IP_PMTUDISC_WANT));
	ASSERT_ERR(0, send_filled(fd, 1400));
	free(seen(&self->net.red, "icmp 3/4"));
	EXPECT_STREQ("EMSGSIZE origin 2 type 3 code 4 info 1000 from " GATEWAY,
		     error_of(fd));
	ASSERT_ERR(0, send_filled(fd, 1400));
	EXPECT_TEXT(RED_IP " > " OUT_IP " ttl 63 MF len 996: udp 1000 > 2000 data 968\n"
		    RED_IP " > " OUT_IP " ttl 63 off 976 len 452: proto 17 data 432\n",
		    outside_gets(&self->net));
	EXPECT_EQ(1, counter(RED, "IpFragOKs"));
	EXPECT_EQ(2, counter(RED, "IpFragCreates"));
}

/* A liar cannot take it under 552, from where on DF is off. */
TEST_F(router, a_path_mtu_under_min_pmtu_is_min_pmtu)
{
	const struct told small = { .type = 3, .code = 4, .rest = 300 };
	struct tap gw;
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, listen_on(&gw, HOST, GW_DEV, ETH_P_IP));
	fd = red_socket();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, pmtudisc(fd, IP_PMTUDISC_WANT));
	ASSERT_ERR(0, tell_red(&self->net, &gw, &small));
	free(red_gets(&self->net));
	EXPECT_EQ(552, mtu_of(fd));
	EXPECT_EQ(552, route_mtu(OUT_IP));
}

/* To pod-red: an option is looked at on the way in, and filled in on that out. */
static int from_outside(const struct net *net, const uint8_t *opt, size_t len)
{
	const struct packet p = {
		.src = OUT_IP, .dst = RED_IP, .proto = IPPROTO_ICMP, .len = 8,
		.opt = opt, .opt_len = len,
	};

	return send_packet(&net->out, net->up, &p);
}

static char *red_gets_from_outside(const struct net *net)
{
	if (last_from(&net->out, net->up, OUT_IP, RED_IP))
		return NULL;
	return lines_without(seen(&net->red, LAST), LAST);
}

#define THROUGH(opt, len) \
	OUT_IP " > " RED_IP " ttl 63 opt " opt " len " len ": icmp 0/0 id 0 seq 0 data 8\n"

/*
 * 0af40001 is 10.244.0.1, the address on the way out: of a recorded route;
 * cb007101 is 203.0.113.1, that on the way in: of a timestamp.
 */
TEST_F(router, record_route_and_timestamp_are_filled_in_on_the_way)
{
	static const uint8_t rr[8] = { 7, 7, 4, 0, 0, 0, 0, 0 };
	static const uint8_t full[8] = { 7, 7, 8, 9, 9, 9, 9, 0 };
	static const uint8_t over[4] = { 0x44, 4, 5, 0x20 };
	static const uint8_t stamp[12] = { 0x44, 12, 5, 1 };
	char *text;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, from_outside(&self->net, rr, 8));
	ASSERT_ERR(0, from_outside(&self->net, full, 8));
	ASSERT_ERR(0, from_outside(&self->net, over, 4));
	/* What did not fit of timestamps is counted in the last one. */
	EXPECT_TEXT(THROUGH("0707080af4000100", "44")
		    THROUGH("0707080909090900", "44")
		    THROUGH("44040530", "40"),
		    red_gets_from_outside(&self->net));
	ASSERT_ERR(0, from_outside(&self->net, stamp, 12));
	text = red_gets_from_outside(&self->net);
	if (text)
		cut_tail(text, "cb007101");
	EXPECT_TEXT(OUT_IP " > " RED_IP " ttl 63 opt 440c0d01", text);
}

#define NOT_THROUGH(pointer, opt, outer, len) \
	UPLINK " > " OUT_IP " ttl 64 tos 0xc0 len " outer ": icmp 12/0 pointer " \
	pointer " [" OUT_IP " > " RED_IP " ttl 64 opt " opt " len " len \
	": icmp 0/0 id 0 seq 0 data 8]\n"

TEST_F(router, a_malformed_option_is_told_of_with_its_place)
{
	static const uint8_t low[8] = { 1, 7, 7, 3, 0, 0, 0, 0 };
	static const uint8_t longer[4] = { 0x94, 8, 0, 0 };
	static const uint8_t runt[8] = { 0x94, 4, 0, 0, 1, 7, 2, 0 };
	char *text;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, from_outside(&self->net, low, 8));
	ASSERT_ERR(0, from_outside(&self->net, longer, 4));
	ASSERT_ERR(0, from_outside(&self->net, runt, 8));
	EXPECT_TEXT("", red_gets_from_outside(&self->net));
	text = seen(&self->net.out, "pointer 26");
	EXPECT_TEXT(NOT_THROUGH("23", "0107070300000000", "72", "44")
		    NOT_THROUGH("20", "94080000", "68", "40")
		    NOT_THROUGH("26", "9404000001070200", "72", "44"), text);
	EXPECT_EQ(3, counter(HOST, "IpInHdrErrors"));
	EXPECT_EQ(3, counter(HOST, "IcmpOutParmProbs"));
}

/* accept_source_route is 0 for all: whoever routes is not the sender. */
TEST_F(router, a_source_route_is_followed_only_where_it_is_accepted)
{
	static const uint8_t lsrr[8] = { 0x83, 7, 4, 203, 0, 113, 2, 0 };

	ASSERT_ERR(0, net_open(&self->net));
	EXPECT_STREQ("0", value_of(HOST, "net/ipv4/conf/all/accept_source_route"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/" GW_DEV "/accept_source_route", "1"));
	ASSERT_ERR(0, RED_SENDS(.dst = GATEWAY, .opt = lsrr, .opt_len = 8,
				.proto = IPPROTO_ICMP));
	EXPECT_TEXT("", outside_gets(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/conf/all/accept_source_route", "1"));
	ASSERT_ERR(0, RED_SENDS(.dst = GATEWAY, .opt = lsrr, .opt_len = 8,
				.proto = IPPROTO_ICMP));
	EXPECT_TEXT(RED_IP " > " OUT_IP " ttl 63 opt 830708cb00710100 len 136: icmp 0/0 id 0 seq 0 data 100\n",
		    outside_gets(&self->net));
}

/* From outside: one byte of the header changed and its sum made right. */
static int send_header(const struct net *net, size_t at, uint8_t value)
{
	const struct packet sent = {
		.src = OUT_IP, .dst = RED_IP, .proto = IPPROTO_UDP, .len = 8,
	};
	uint8_t buf[PACKET_MAX];
	uint16_t sum;

	packet_make(&sent, buf);
	buf[at] = value;
	buf[10] = 0;
	buf[11] = 0;
	sum = packet_sum_end(packet_sum(buf, 20, 0));
	buf[10] = sum >> 8;
	buf[11] = sum;
	return tap_send(&net->out, net->up, buf, 36);
}

TEST_F(router, a_bad_header_is_dropped_and_counted_for_what_it_is)
{
	const struct packet bad_sum = {
		.src = OUT_IP, .dst = RED_IP, .flip_ip = 0x0100, .len = 8,
	};
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	host = counts(HOST);
	ASSERT_ERR(0, send_header(&self->net, 0, 0x65));	/* version 6 */
	ASSERT_ERR(0, send_header(&self->net, 0, 0x44));	/* 16 bytes */
	ASSERT_ERR(0, send_header(&self->net, 3, 19));		/* in all */
	ASSERT_ERR(0, send_packet(&self->net.out, self->net.up, &bad_sum));
	ASSERT_ERR(0, send_header(&self->net, 3, 37));		/* truncated */
	ASSERT_ERR(0, last_from(&self->net.out, self->net.up, OUT_IP, RED_IP));
	EXPECT_TEXT("", lines_without(seen(&self->net.red, LAST), LAST));
	EXPECT_TEXT("IpForwDatagrams +1\nIpInHdrErrors +4\nIpInReceives +6\n",
		    counts_moved(host, HOST));
	EXPECT_EQ(1, counter(HOST, "IpExtInCsumErrors"));
	EXPECT_EQ(1, counter(HOST, "IpExtInTruncatedPkts"));
}

/* Ethernet pads to 60 bytes: what is behind the packet is not sent on. */
TEST_F(router, padding_is_cut_off)
{
	const struct packet sent = filled_in(&(struct packet){ .len = 4 });
	uint8_t buf[PACKET_MAX] = { 0 }, got[14 + PACKET_MAX];

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_EQ(32, packet_make(&sent, buf));
	ASSERT_ERR(0, tap_send(&self->net.red, self->net.gw, buf, 46));
	EXPECT_EQ(14 + 32, tap_next(&self->net.out, got, sizeof(got)));
}

static int ping_gateway(const struct net *net, const struct packet *p)
{
	struct packet ping = *p;

	ping.src = RED_IP;
	ping.dst = p->dst ? p->dst : GATEWAY;
	ping.proto = IPPROTO_ICMP;
	ping.type = p->type ? p->type : ICMP_ECHO;
	return send_packet(&net->red, net->gw, &ping);
}

#define PING(...) \
	ping_gateway(&self->net, &(const struct packet){ __VA_ARGS__ })

TEST_F(router, an_echo_reply_is_the_request_turned_round)
{
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	host = counts(HOST);
	ASSERT_ERR(0, PING(.rest = 7 << 16 | 3, .len = 1472, .tos = 0x28,
			   .ttl = 1));
	ASSERT_ERR(0, PING(.rest = 7 << 16 | 4, .dst = UPLINK));
	EXPECT_TEXT(GATEWAY " > " RED_IP " ttl 64 tos 0x28 len 1500: icmp 0/0 id 7 seq 3 data 1472\n"
		    UPLINK " > " RED_IP " ttl 64 len 28: icmp 0/0 id 7 seq 4 data 0\n",
		    red_gets(&self->net));
	EXPECT_TEXT("IcmpInEchos +3\nIcmpInMsgs +3\nIcmpOutEchoReps +3\n"
		    "IcmpOutMsgs +3\nIpInDelivers +3\nIpInReceives +3\n",
		    counts_moved(host, HOST));
}

TEST_F(router, a_bad_or_unknown_icmp_is_counted_and_not_answered)
{
	char *host;

	ASSERT_ERR(0, net_open(&self->net));
	host = counts(HOST);
	ASSERT_ERR(0, PING(.len = 8, .flip_sum = 1));
	ASSERT_ERR(0, PING(.len = 8, .type = 41));
	EXPECT_TEXT("", red_gets(&self->net));
	EXPECT_TEXT("IcmpInCsumErrors +1\nIcmpInEchos +1\nIcmpInErrors +2\n"
		    "IcmpInMsgs +3\nIcmpOutEchoReps +1\nIcmpOutMsgs +1\n"
		    "IpInDelivers +3\nIpInReceives +3\n",
		    counts_moved(host, HOST));
}

/* The last is another question, which is answered still. */
TEST_OF("fault icmp-ignored", router, icmp_echo_ignore_all_silences_echoes_only)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/icmp_echo_ignore_all", "1"));
	ASSERT_ERR(0, PING(.rest = 1 << 16, .len = 8));
	ASSERT_ERR(0, PING(.rest = 2 << 16, .len = 12, .type = ICMP_TIMESTAMP));
	EXPECT_TEXT(GATEWAY " > " RED_IP " ttl 64 len 40: icmp 14/0 id 2 seq 0\n",
		    seen(&self->net.red, "icmp 14/0"));
	EXPECT_EQ(1, counter(HOST, "IcmpInEchos"));
	EXPECT_EQ(1, counter(HOST, "IcmpOutMsgs"));
}

TEST_F(router, a_broadcast_echo_is_answered_only_when_asked_to)
{
	static const char reply[] =
		GATEWAY " > " RED_IP " ttl 64 len 36: icmp 0/0 id 5 seq 0 data 8\n";

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, PING(.dst = "10.244.0.255", .rest = 5 << 16, .len = 8));
	EXPECT_TEXT("", red_gets(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/icmp_echo_ignore_broadcasts", "0"));
	ASSERT_ERR(0, PING(.dst = "10.244.0.255", .rest = 5 << 16, .len = 8));
	EXPECT_TEXT(reply, red_gets(&self->net));
}

TEST_F(router, ip_default_ttl_is_that_of_packets_made_here_only)
{
	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/ip_default_ttl", "11"));
	ASSERT_ERR(0, PING(.len = 8));
	ASSERT_ERR(0, RED_SENDS());
	EXPECT_TEXT(ARRIVED, outside_gets(&self->net));
	EXPECT_TEXT(GATEWAY " > " RED_IP " ttl 11 len 36: icmp 0/0 id 0 seq 0 data 8\n",
		    red_gets(&self->net));
}


/* Drops datagrams for @match at @hook of the host. */
static int drop_at(const char *hook, const char *match)
{
	const struct nft_rule rule = {
		.family = "ip", .hook = hook, .match = match, .verdict = "drop",
	};

	return nft_rule_add(ns(HOST), &rule);
}

#define NEED_NFT(err) do { \
	const int err_ = (err); \
	if (err_ == -EOPNOTSUPP) \
		SKIP(return, "needs CONFIG_NF_TABLES_IPV4"); \
	ASSERT_EQ(0, err_); \
} while (0)

static int drop_at_each_hook(void)
{
	int err;

	err = drop_at("prerouting", "udp dport 3000");
	if (!err)
		err = drop_at("input", "udp dport 3001");
	if (!err)
		err = drop_at("forward", "udp dport 3002");
	if (!err)
		err = drop_at("output", "udp dport 3003");
	return err ? err : drop_at("postrouting", "udp dport 3004");
}

/* "3001 3003": the ports that outside's lines have. */
static bool port_only(char *line, const char *word)
{
	char *at = is_timeout(line) ? NULL : strstr(line, word);

	if (at)
		memmove(line, at, strlen(at) + 1);
	cut_tail(line, " data");
	return at || is_timeout(line);
}

TEST_F(router, a_packet_passes_the_hooks_of_its_way_and_no_other)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = netns_socket(ns(HOST), AF_INET, SOCK_DGRAM, 0);
	uint16_t port;

	ASSERT_ERR(0, net_open(&self->net));
	NEED_NFT(drop_at_each_hook());
	inet_aton(OUT_IP, &to.sin_addr);
	/* Through: prerouting, forward, postrouting. */
	for (port = 3000; port < 3005; port++)
		ASSERT_ERR(0, RED_SENDS(.dport = port));
	EXPECT_TEXT("> 3001\n> 3003\n",
		    keep(outside_gets(&self->net), port_only, "> 300"));
	/* In: prerouting, input; who passes finds the port closed. */
	for (port = 3000; port < 3005; port++)
		ASSERT_ERR(0, RED_SENDS(.dport = port, .dst = GATEWAY));
	EXPECT_TEXT("> 3002\n> 3003\n> 3004\n",
		    keep(packets_with(red_gets(&self->net), GATEWAY " > " RED_IP),
			 port_only, "> 300"));
	/* Out: output, postrouting; and the sender is told. */
	for (port = 3000; port < 3005; port++) {
		to.sin_port = htons(port);
		EXPECT_ERR(port < 3003 ? 0 : -EPERM,
			   sendto(fd, "x", 1, 0, (struct sockaddr *)&to,
				  sizeof(to)) < 0 ? -errno : 0);
	}
	EXPECT_TEXT("> 3000\n> 3001\n> 3002\n",
		    keep(outside_gets(&self->net), port_only, "> 300"));
}

/* What a bridge switches passes IP's hooks where br_netfilter asks for it. */
TEST_OF("claim 37", subnet, bridged_packets_pass_the_forward_hook_if_br_netfilter_says_so)
{
	static const char nf[] = "net/bridge/bridge-nf-call-iptables";
	const struct packet sent = filled_in(&(struct packet){ .dst = BLUE_IP });
	int err;

	ASSERT_ERR(0, subnet_open(&self->net));
	err = set(HOST, nf, "1");
	if (err == -ENOENT)
		SKIP(return, "needs CONFIG_BRIDGE_NETFILTER");
	ASSERT_ERR(0, err);
	NEED_NFT(drop_at("forward", "udp dport 2000"));
	ASSERT_ERR(0, send_packet(&self->net.red, self->net.blue.mac, &sent));
	ASSERT_ERR(0, last_from(&self->net.red, self->net.blue.mac, RED_IP, BLUE_IP));
	EXPECT_TEXT("", packets_with(seen(&self->net.blue, LAST), "udp"));
	ASSERT_ERR(0, set(HOST, nf, "0"));
	ASSERT_ERR(0, send_packet(&self->net.red, self->net.blue.mac, &sent));
	EXPECT_TEXT(RED_IP " > " BLUE_IP " ttl 64 len 128: udp 1000 > 2000 data 100\n",
		    seen(&self->net.blue, "udp"));
}

static char *told_of_ttl(const struct net *net)
{
	return packets_with(red_gets(net), "icmp 11/0");
}

static int lines(const char *text)
{
	int n = 0;

	for (; text && *text; text++)
		n += *text == '\n';
	return n;
}

/* A bucket of six for each destination; echo replies are not in the mask. */
TEST_F(router, errors_are_limited_per_destination_and_replies_are_not)
{
	char *text;
	int i;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, set(HOST, "net/ipv4/icmp_ratemask", "6168"));
	ASSERT_ERR(0, set(HOST, "net/ipv4/icmp_ratelimit", "10000"));
	for (i = 0; i < 9; i++)
		ASSERT_ERR(0, RED_SENDS(.ttl = 1));
	text = told_of_ttl(&self->net);
	EXPECT_EQ(6, lines(text));
	free(text);
	/* Another destination has a bucket of its own. */
	ASSERT_ERR(0, addr_add(in(RED), "veth-red", "10.244.0.11/24", 0));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1, .src = "10.244.0.11"));
	ASSERT_ERR(0, RED_SENDS(.ttl = 1));
	text = told_of_ttl(&self->net);
	EXPECT_EQ(1, lines(text));
	free(text);
	for (i = 0; i < 9; i++)
		ASSERT_ERR(0, PING(.len = 8, .rest = 1 << 16 | i));
	text = red_gets(&self->net);
	EXPECT_EQ(9, lines(text));
	free(text);
}

/* What one program may do with sockets: pod-red is where. */
static int red_bind(int type, const char *addr, uint16_t port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(port) };
	int fd = netns_socket(ns(RED), AF_INET, type, 0);

	inet_aton(addr, &at.sin_addr);
	return bind(fd, (struct sockaddr *)&at, sizeof(at)) ? -errno : fd;
}

static int port_of(int fd)
{
	struct sockaddr_in at = { 0 };
	socklen_t len = sizeof(at);

	return getsockname(fd, (struct sockaddr *)&at, &len) ? -errno :
	       ntohs(at.sin_port);
}

/* An even number of ports, of which TCP finds every one. */
TEST_F(router, ephemeral_ports_are_all_of_the_range_but_the_reserved)
{
	static const int types[] = { SOCK_DGRAM, SOCK_STREAM };
	unsigned int seen_ports;
	size_t t;
	int i, port;

	ASSERT_ERR(0, set(RED, "net/ipv4/ip_local_port_range", "5000 5005"));
	ASSERT_ERR(0, set(RED, "net/ipv4/ip_local_reserved_ports", "5002"));
	EXPECT_STREQ("", value_of(HOST, "net/ipv4/ip_local_reserved_ports"));
	for (t = 0; t < ARRAY_SIZE(types); t++) {
		seen_ports = 0;
		for (i = 0; i < 5; i++) {
			port = port_of(red_bind(types[t], "0.0.0.0", 0));
			ASSERT_LE(5000, port);
			ASSERT_GE(5005, port);
			seen_ports |= 1U << (port - 5000);
		}
		EXPECT_EQ(0x3b, seen_ports);
		EXPECT_ERR(-EADDRINUSE, red_bind(types[t], "0.0.0.0", 0));
		/* By name it can be had. */
		EXPECT_LE(0, red_bind(types[t], RED_IP, 5002));
	}
	ASSERT_ERR(0, set(RED, "net/ipv4/ip_local_port_range", "6000 6001"));
	EXPECT_ERR(0, reach(PROBE_TCP, RED, OUT, OUT_IP));
}

/* Takes CAP_NET_BIND_SERVICE (10) out of what is in effect, or puts it back. */
static int may_bind_service(bool may)
{
	struct { uint32_t version; int pid; } head = { 0x20080522, 0 };
	struct { uint32_t effective, permitted, inheritable; } data[2];

	if (syscall(SYS_capget, &head, data))
		return -errno;
	if (may)
		data[0].effective |= 1 << 10;
	else
		data[0].effective &= ~(1 << 10);
	return syscall(SYS_capset, &head, data) ? -errno : 0;
}

TEST_F(router, ports_under_ip_unprivileged_port_start_need_the_capability)
{
	ASSERT_ERR(0, may_bind_service(false));
	EXPECT_ERR(-EACCES, red_bind(SOCK_STREAM, "0.0.0.0", 1023));
	EXPECT_ERR(-EACCES, red_bind(SOCK_DGRAM, "0.0.0.0", 1023));
	EXPECT_LE(0, red_bind(SOCK_STREAM, "0.0.0.0", 1024));
	ASSERT_ERR(0, may_bind_service(true));
	EXPECT_LE(0, red_bind(SOCK_STREAM, "0.0.0.0", 1023));
	ASSERT_ERR(0, set(RED, "net/ipv4/ip_unprivileged_port_start", "80"));
	EXPECT_STREQ("1024", value_of(HOST, "net/ipv4/ip_unprivileged_port_start"));
	ASSERT_ERR(0, may_bind_service(false));
	EXPECT_LE(0, red_bind(SOCK_STREAM, RED_IP, 80));
	EXPECT_ERR(-EACCES, red_bind(SOCK_STREAM, RED_IP, 79));
	EXPECT_ERR(0, reach_all(OUT, RED, RED_IP));
}

TEST_F(router, an_address_of_another_is_bound_only_when_asked_for)
{
	EXPECT_LE(0, red_bind(SOCK_DGRAM, RED_IP, 3000));
	EXPECT_ERR(-EADDRNOTAVAIL, red_bind(SOCK_DGRAM, GATEWAY, 3000));
	EXPECT_ERR(-EADDRNOTAVAIL, red_bind(SOCK_STREAM, "192.0.2.9", 3000));
	ASSERT_ERR(0, set(RED, "net/ipv4/ip_nonlocal_bind", "1"));
	EXPECT_LE(0, red_bind(SOCK_DGRAM, GATEWAY, 3000));
	EXPECT_LE(0, red_bind(SOCK_STREAM, "192.0.2.9", 3000));
	EXPECT_ERR(-EADDRINUSE, red_bind(SOCK_STREAM, "192.0.2.9", 3000));
	EXPECT_ERR(0, reach_all(OUT, RED, RED_IP));
}

/* A datagram of the host's socket, and all that is said of its way. */
static const char *came_by(int fd)
{
	static char text[160];
	char control[256], data[256], local[INET_ADDRSTRLEN], dst[INET_ADDRSTRLEN];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct in_pktinfo info = { 0 };
	int ttl = -1, tos = -1;
	struct cmsghdr *c;

	if (recvmsg(fd, &msg, MSG_DONTWAIT) < 0)
		return ksft_err_name(-errno);
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if (c->cmsg_type == IP_PKTINFO)
			memcpy(&info, CMSG_DATA(c), sizeof(info));
		else if (c->cmsg_type == IP_TTL)
			memcpy(&ttl, CMSG_DATA(c), sizeof(ttl));
		else if (c->cmsg_type == IP_TOS)
			tos = *(uint8_t *)CMSG_DATA(c);
	}
	inet_ntop(AF_INET, &info.ipi_spec_dst, local, sizeof(local));
	inet_ntop(AF_INET, &info.ipi_addr, dst, sizeof(dst));
	snprintf(text, sizeof(text), "ifindex %d local %s dst %s ttl %d tos %d",
		 info.ipi_ifindex, local, dst, ttl, tos);
	return text;
}

TEST_F(router, a_socket_is_told_the_device_addresses_ttl_and_tos)
{
	struct link gate;
	char want[160];
	int fd, one = 1;

	ASSERT_ERR(0, net_open(&self->net));
	ASSERT_ERR(0, link_get(in(HOST), GW_DEV, &gate));
	fd = sink(HOST, AF_INET, 2000);
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IP, IP_PKTINFO, &one, sizeof(one)));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IP, IP_RECVTTL, &one, sizeof(one)));
	ASSERT_EQ(0, setsockopt(fd, IPPROTO_IP, IP_RECVTOS, &one, sizeof(one)));
	ASSERT_ERR(0, RED_SENDS(.dst = UPLINK, .ttl = 33, .tos = 0x48));
	ASSERT_ERR(0, RED_SENDS(.dst = "10.244.0.255", .ttl = 1));
	free(red_gets(&self->net));
	snprintf(want, sizeof(want), "ifindex %d local " UPLINK " dst " UPLINK
		 " ttl 33 tos 72", gate.ifindex);
	EXPECT_STREQ(want, came_by(fd));
	snprintf(want, sizeof(want), "ifindex %d local " GATEWAY
		 " dst 10.244.0.255 ttl 1 tos 0", gate.ifindex);
	EXPECT_STREQ(want, came_by(fd));
}

static int bound_to(const char *dev)
{
	int fd = netns_socket(ns(HOST), AF_INET, SOCK_DGRAM, 0);
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(2000) };

	if (setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, dev, strlen(dev)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at)))
		return -errno;
	return fd;
}

/* Beats a socket that is not bound to a device, and hears nobody else's. */
TEST_F(router, a_socket_bound_to_a_device_hears_that_device_only)
{
	const struct packet from_out = {
		.src = OUT_IP, .dst = GATEWAY, .proto = IPPROTO_UDP,
		.sport = 1, .dport = 2000, .len = 7,
	};
	int gate, uplink;
	uint8_t c[200];

	ASSERT_ERR(0, net_open(&self->net));
	EXPECT_ERR(-ENODEV, bound_to("no-such"));
	gate = bound_to(GW_DEV);
	ASSERT_LE(0, gate);
	EXPECT_ERR(-EADDRINUSE, bound_to(GW_DEV));
	ASSERT_ERR(0, RED_SENDS(.dst = GATEWAY));
	ASSERT_ERR(0, send_packet(&self->net.out, self->net.up, &from_out));
	free(red_gets(&self->net));
	EXPECT_EQ(100, recv(gate, c, sizeof(c), MSG_DONTWAIT));
	EXPECT_EQ(-1, recv(gate, c, sizeof(c), MSG_DONTWAIT));
	EXPECT_EQ(1, counter(HOST, "UdpNoPorts"));
	uplink = bound_to("uplink");
	ASSERT_LE(0, uplink);
	EXPECT_ERR(-EADDRINUSE, sink(HOST, AF_INET, 2000));
	ASSERT_ERR(0, RED_SENDS(.dst = GATEWAY));
	ASSERT_ERR(0, send_packet(&self->net.out, self->net.up, &from_out));
	free(red_gets(&self->net));
	EXPECT_EQ(7, recv(uplink, c, sizeof(c), MSG_DONTWAIT));
	EXPECT_EQ(-1, recv(uplink, c, sizeof(c), MSG_DONTWAIT));
	EXPECT_EQ(100, recv(gate, c, sizeof(c), MSG_DONTWAIT));
}

static int neigh_state_of(const char *name, const char *dev, const char *dst)
{
	struct neigh neigh;
	int err = neigh_get(in(name), dev, dst, &neigh);

	return err ? err : neigh.state;
}

/* Against the routes: out by that device. */
TEST_F(router, a_socket_bound_to_a_device_sends_by_it)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(9) };
	int fd;

	ASSERT_ERR(0, net_open(&self->net));
	fd = bound_to(GW_DEV);
	ASSERT_LE(0, fd);
	inet_aton(OUT_IP, &to.sin_addr);
	/* There is no route that way: taken for a neighbour there. */
	ASSERT_ERR(0, set(HOST, "net/ipv4/neigh/" GW_DEV "/retrans_time_ms", "600000"));
	ASSERT_EQ(1, sendto(fd, "x", 1, 0, (struct sockaddr *)&to, sizeof(to)));
	EXPECT_TEXT("", outside_gets(&self->net));
	EXPECT_EQ(NUD_INCOMPLETE, neigh_state_of(HOST, GW_DEV, OUT_IP));
}

KSFT_NEEDS(CONFIG_PACKET, "*")

KSFT_MAIN
