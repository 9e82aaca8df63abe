// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is sent is what arrives: every byte, in order, once, with the checksums
 * and sizes that the devices' features ask for, over each way that pods have.
 *
 *	p2p      pod-red --- pod-blue
 *	bridge   pod-red --- v-net-0 --- pod-blue
 *	uplink   pod-red --- v-net-0 - host - uplink --- outside
 */
#include "lend.h"
#include "packets.h"

#include <linux/errqueue.h>
#include <linux/ethtool.h>
#include <linux/net_tstamp.h>
#include <linux/pkt_sched.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "flow.h"

#define HOST	TOPO_HOST
#define RED	"pod-red"
#define BLUE	"pod-blue"
#define OUT	"outside"

/* Who answers pod-red over which way. */
FIXTURE(way) { struct topo *topo; };
FIXTURE_VARIANT(way) {
	const char *topology;
	const char *to, *dst;		/* who answers pod-red, and where */
	const char *dev;		/* its device */
};
FIXTURE_VARIANT_ADD(way, p2p_in_place) {
	.topology = "p2p-in-place", .to = BLUE, .dst = "10.0.1.2",
	.dev = "veth-blue",
};
FIXTURE_VARIANT_ADD(way, bridge_in_place) {
	.topology = "bridge-in-place", .to = BLUE, .dst = "10.244.0.20",
	.dev = "veth-blue",
};
FIXTURE_VARIANT_ADD(way, uplink) {
	.topology = "uplink", .to = OUT, .dst = "203.0.113.2",
	.dev = "veth-out",
};
FIXTURE_SETUP(way) LEND_SETUP(way)
FIXTURE_TEARDOWN(way) LEND_TEARDOWN

/* One feature of one device, as `ethtool -K DEV tx off` has it. */
static int feature(const char *name, const char *dev, uint32_t what,
		   uint32_t on)
{
	struct ethtool_value value = { .cmd = what, .data = on };
	struct ifreq ifr = { .ifr_data = (char *)&value };
	int fd = netns_socket(ns(name), AF_INET, SOCK_DGRAM, 0);
	int err;

	if (fd < 0)
		return fd;
	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	err = ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
	close(fd);
	return err;
}

/* Of both pods' ends. */
static int feature_both(const char *to, const char *dev, uint32_t what,
			uint32_t on)
{
	int err = feature(RED, "veth-red", what, on);

	return err ? err : feature(to, dev, what, on);
}

/* Over a connection of its own: 0 or -errno. */
static int exchange(const char *to, const char *dst, size_t bytes)
{
	struct flow flow = { .from = ns(RED), .to = ns(to), .dst = dst };
	int err = flow_open(&flow);

	if (err)
		return err;
	err = flow_exchange(&flow, bytes);
	flow_close(&flow);
	return err;
}

static int tcp_info(int fd, struct tcp_info *info)
{
	socklen_t len = sizeof(*info);

	memset(info, 0, len);
	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, info, &len) ? -errno : 0;
}

/*
 * One CPU, so that nothing overtakes, and no probes of a tail that may only be
 * late (TLP): what is sent again then was lost.
 */
static int quiet_tcp(const char *name)
{
	int err = cpu_pin(NULL);

	if (!err)
		err = set(RED, "net/ipv4/tcp_early_retrans", "0");
	return err ? err : set(name, "net/ipv4/tcp_early_retrans", "0");
}

/* Segments that were sent again; after a timeout it may be the machine's fault. */
static uint64_t sent_again(const char *name)
{
	return counter(name, "TcpExtTCPTimeouts") ? 0 :
	       counter(name, "TcpRetransSegs");
}

/* No wire here loses or reorders: what is sent again was lost by a bug. */
TEST_F(way, tcp_bytes_arrive_as_sent_and_nothing_is_sent_twice)
{
	struct flow flow = { .from = ns(RED), .to = ns(variant->to),
			     .dst = variant->dst };
	struct tcp_info info;

	ASSERT_ERR(0, quiet_tcp(variant->to));
	ASSERT_ERR(0, flow_open(&flow));
	EXPECT_ERR(0, flow_exchange(&flow, 3 << 20));
	ASSERT_ERR(0, tcp_info(flow.client, &info));
	EXPECT_EQ(1448, info.tcpi_snd_mss);
	EXPECT_EQ(1500, info.tcpi_pmtu);
	EXPECT_EQ(TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK | TCPI_OPT_WSCALE,
		  info.tcpi_options & (TCPI_OPT_TIMESTAMPS | TCPI_OPT_SACK |
				       TCPI_OPT_WSCALE));
	EXPECT_EQ(0, sent_again(RED));
	EXPECT_EQ(0, sent_again(variant->to));
	EXPECT_EQ(0, counter(variant->to, "TcpExtTCPOFOQueue"));
	EXPECT_EQ(0, counter(RED, "TcpInErrs"));
	EXPECT_EQ(0, counter(variant->to, "TcpInErrs"));
	flow_close(&flow);
}

TEST_F(way, tcp_bytes_arrive_whatever_the_devices_leave_to_software)
{
	static const struct { uint32_t what, on; } rows[] = {
		{ ETHTOOL_SGRO, 1 }, { ETHTOOL_STSO, 0 }, { ETHTOOL_SGSO, 0 },
		{ ETHTOOL_SSG, 0 }, { ETHTOOL_STXCSUM, 0 },
		{ ETHTOOL_SGRO, 0 }, { ETHTOOL_STXCSUM, 1 },
		{ ETHTOOL_SSG, 1 }, { ETHTOOL_SGSO, 1 }, { ETHTOOL_SGRO, 1 },
	};
	size_t i;

	/* No dump of rtnetlink's has features. */
	lend_keep();
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_ERR(0, feature_both(variant->to, variant->dev,
					   rows[i].what, rows[i].on));
		EXPECT_ERR(0, exchange(variant->to, variant->dst, 300000));
	}
	EXPECT_EQ(0, counter(variant->to, "TcpInErrs"));
	EXPECT_EQ(0, counter(RED, "TcpInErrs"));
}

/* A UDP socket of @to on port 2000, and one of pod-red that is connected to it. */
struct udp { int red, to; };

static int udp_open(struct udp *udp, const char *to, const char *dst)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(2000) };
	int size = 4 << 20;

	udp->to = sink(to, AF_INET, 2000);
	udp->red = sink(RED, AF_INET, 1000);
	if (udp->to < 0 || udp->red < 0)
		return -EADDRINUSE;
	setsockopt(udp->to, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	setsockopt(udp->red, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	inet_aton(dst, &at.sin_addr);
	return connect(udp->red, (struct sockaddr *)&at, sizeof(at)) ?
	       -errno : 0;
}

static int udp_send(const struct udp *udp, size_t len)
{
	static uint8_t data[65536];

	packet_fill(data, len, 0);
	return send(udp->red, data, len, 0) < 0 ? -errno : 0;
}

/* The next datagram's length; -EBADMSG if it is not ours. */
static int udp_receive(const struct udp *udp)
{
	static uint8_t data[65536];
	int err = flow_poll(udp->to, POLLIN);
	ssize_t n;

	if (err)
		return err;
	n = recv(udp->to, data, sizeof(data), MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	return packet_filled(data, n, 0) ? n : -EBADMSG;
}

TEST_F(way, a_datagram_of_any_size_arrives_whole)
{
	static const int sizes[] = {
		0, 1, 2, 7, 1471, 1472, 1473, 1480, 1481, 2952, 2953, 8972,
		16384, 65506, 65507,
	};
	const uint64_t came = counter(variant->to, "UdpInDatagrams");
	const uint64_t went = counter(RED, "UdpOutDatagrams");
	struct udp udp;
	size_t i;

	ASSERT_ERR(0, udp_open(&udp, variant->to, variant->dst));
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		ASSERT_ERR(0, udp_send(&udp, sizes[i]));
		EXPECT_EQ(sizes[i], udp_receive(&udp));
	}
	EXPECT_ERR(-EMSGSIZE, udp_send(&udp, 65508));
	EXPECT_EQ(came + 15, counter(variant->to, "UdpInDatagrams"));
	EXPECT_EQ(went + 15, counter(RED, "UdpOutDatagrams"));
	EXPECT_EQ(0, counter(variant->to, "UdpInErrors"));
	EXPECT_EQ(0, counter(variant->to, "IpReasmFails"));
}

/*
 * Section 6: br_netfilter makes a packet of the fragments and fragments of the
 * packet, on the bridge.
 */
TEST_OF("regression br-netfilter-fragments", way, echoes_of_4000_and_65000_bytes_come_back)
{
	struct probe probe = { .kind = PROBE_ICMP, .from = ns(RED), .to = -1,
			       .dst = variant->dst };
	const uint64_t back = counter(RED, "IpReasmOKs");
	const uint64_t there = counter(variant->to, "IpReasmOKs");

	probe.size = 4000;
	EXPECT_ERR(0, probe_run(&probe, NULL));
	probe.size = 65000;
	EXPECT_ERR(0, probe_run(&probe, NULL));
	EXPECT_EQ(back + 2, counter(RED, "IpReasmOKs"));
	EXPECT_EQ(there + 2, counter(variant->to, "IpReasmOKs"));
	EXPECT_EQ(0, counter(RED, "IpReasmFails"));
}

TEST_F(way, ten_thousand_datagrams_arrive_once_and_in_order)
{
	const uint64_t came = counter(variant->to, "UdpInDatagrams");
	uint32_t next = 0, sent = 0, got;
	struct udp udp;
	int i;

	ASSERT_ERR(0, cpu_pin(NULL));
	ASSERT_ERR(0, udp_open(&udp, variant->to, variant->dst));
	while (sent < 10000) {
		for (i = 0; i < 50; i++, sent++)
			ASSERT_EQ(4, send(udp.red, &sent, 4, 0));
		for (i = 0; i < 50; i++, next++) {
			ASSERT_ERR(0, flow_poll(udp.to, POLLIN));
			ASSERT_EQ(4, recv(udp.to, &got, 4, MSG_DONTWAIT));
			ASSERT_EQ(next, got);
		}
	}
	EXPECT_EQ(-1, recv(udp.to, &got, 4, MSG_DONTWAIT));
	EXPECT_EQ(came + 10000, counter(variant->to, "UdpInDatagrams"));
}


/* One wire: pod-red 10.0.1.1, pod-blue 10.0.1.2. */
FIXTURE(wire) { struct topo *topo; struct tap red, blue; };
FIXTURE_VARIANT(wire) { const char *topology; };
FIXTURE_VARIANT_ADD(wire, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(wire) TOPO_SETUP(wire)
FIXTURE_TEARDOWN(wire) TOPO_TEARDOWN

#define RED_IP	"10.0.1.1"
#define BLUE_IP	"10.0.1.2"

static int taps(struct tap *red, struct tap *blue)
{
	int err = listen_on(red, RED, "veth-red", ETH_P_IP);

	return err ? err : listen_on(blue, BLUE, "veth-blue", ETH_P_IP);
}

static int pair(struct flow *flow)
{
	flow->from = ns(RED);
	flow->to = ns(BLUE);
	flow->dst = BLUE_IP;
	return flow_open(flow);
}

/* Without igmp's reports and ports that the kernel chose. */
static bool only_tcp(char *line, const char *word)
{
	char *at = strstr(line, ": tcp ");

	(void)word;
	if (is_timeout(line))
		return true;
	if (!at)
		return false;
	/* "tcp 34567 > 2000 SA ..." begins at the flags. */
	at = strchr(at, '>') + 2;
	at += strcspn(at, " ") + 1;
	memmove(line, at, strlen(at) + 1);
	return true;
}

/* RFC 9293: options of the first segments, and that is all. */
TEST_F(wire, a_handshake_negotiates_mss_sack_timestamps_and_scale)
{
	struct flow flow;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, pair(&flow));
	EXPECT_TEXT("S mss 1460 sackok ts wscale data 0\n",
		    keep(tap_text(&self->blue, " S mss", 0), only_tcp, NULL));
	EXPECT_TEXT("SA mss 1460 sackok ts wscale data 0\n",
		    keep(tap_text(&self->red, " SA mss", 0), only_tcp, NULL));
	flow_close(&flow);
}

static int set_mtu(const char *name, const char *dev, unsigned int mtu)
{
	const struct link_desc desc = { .mtu = mtu };

	return link_set(in(name), dev, &desc);
}

TEST_F(wire, the_mss_is_the_mtu_less_40)
{
	static const unsigned int mtus[] = { 65535, 9000, 1280, 576 };
	struct tcp_info info;
	struct flow flow;
	size_t i;

	ASSERT_ERR(0, quiet_tcp(BLUE));
	for (i = 0; i < ARRAY_SIZE(mtus); i++) {
		ASSERT_ERR(0, set_mtu(RED, "veth-red", mtus[i]));
		ASSERT_ERR(0, set_mtu(BLUE, "veth-blue", mtus[i]));
		ASSERT_ERR(0, pair(&flow));
		ASSERT_ERR(0, tcp_info(flow.client, &info));
		/* Of timestamps' 12 bytes, in each segment. */
		EXPECT_EQ(mtus[i] - 52, info.tcpi_advmss);
		EXPECT_EQ(mtus[i], info.tcpi_pmtu);
		/* At most half a window, though. */
		if (mtus[i] < 65535)
			EXPECT_EQ(mtus[i] - 52, info.tcpi_snd_mss);
		EXPECT_ERR(0, flow_exchange(&flow, 200000));
		flow_close(&flow);
	}
	EXPECT_EQ(0, sent_again(RED));
}

/* The route's word on what to announce. */
TEST_F(wire, a_route_can_announce_a_smaller_mss)
{
	const struct route_desc route = { .dst = BLUE_IP "/32",
					  .dev = "veth-red",
					  .args = "advmss 1000" };
	struct flow flow;

	ASSERT_ERR(0, route_add(in(RED), &route));
	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, pair(&flow));
	EXPECT_TEXT("S mss 1000 sackok ts wscale data 0\n",
		    keep(tap_text(&self->blue, " mss", 0), only_tcp, NULL));
	EXPECT_ERR(0, flow_exchange(&flow, 10000));
	flow_close(&flow);
}

/* " ident N" of a line, and no more. */
static bool only_ident(char *line, const char *word)
{
	unsigned int ident;
	char *at = strstr(line, word);

	if (!at || sscanf(at, " ident %u", &ident) != 1)
		return false;
	snprintf(line, strlen(line), "%u", ident);
	return true;
}

/* What tells its pieces from those of the one before. */
TEST_F(wire, the_fragments_of_a_datagram_share_an_identification_of_their_own)
{
	unsigned int a, b, c, d;
	struct udp udp;
	char *text;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_ERR(0, udp_send(&udp, 2000));
	ASSERT_ERR(0, udp_send(&udp, 2001));
	text = keep(tap_text(&self->blue, "data 529", PACKET_IDENT), only_ident,
		    " ident ");
	ASSERT_EQ(4, sscanf(text, "%u %u %u %u", &a, &b, &c, &d));
	EXPECT_EQ(a, b);
	EXPECT_EQ(c, d);
	EXPECT_NE(a, c);
	EXPECT_EQ(2000, udp_receive(&udp));
	EXPECT_EQ(2001, udp_receive(&udp));
	free(text);
}

/* The smaller one counts, both ways: nothing larger is ever sent. */
TEST_F(wire, the_smaller_mss_of_the_two_is_used)
{
	struct tcp_info info;
	struct flow flow;

	ASSERT_ERR(0, quiet_tcp(BLUE));
	ASSERT_ERR(0, set_mtu(RED, "veth-red", 1200));
	ASSERT_ERR(0, pair(&flow));
	ASSERT_ERR(0, tcp_info(flow.client, &info));
	EXPECT_EQ(1148, info.tcpi_snd_mss);
	ASSERT_ERR(0, tcp_info(flow.server, &info));
	EXPECT_EQ(1148, info.tcpi_snd_mss);
	EXPECT_ERR(0, flow_exchange(&flow, 100000));
	EXPECT_EQ(0, sent_again(RED));
	EXPECT_EQ(0, sent_again(BLUE));
	flow_close(&flow);
}

/* The lines of blue's TCP data that are longer than the wire, or are spoilt. */
static bool is_wrong(char *line, const char *word)
{
	const char *len = strstr(line, " len ");

	(void)word;
	return strstr(line, "bad-") || is_timeout(line) ||
	       (len && atoi(len + 5) > 1500);
}

/* What software makes of a large send where the device does nothing. */
TEST_F(wire, without_offloads_every_segment_is_whole_on_the_wire)
{
	static const uint32_t off[] = {
		ETHTOOL_STSO, ETHTOOL_SGSO, ETHTOOL_SSG, ETHTOOL_STXCSUM,
	};
	struct flow flow;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(off); i++)
		ASSERT_ERR(0, feature_both(BLUE, "veth-blue", off[i], 0));
	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, pair(&flow));
	ASSERT_ERR(0, flow_exchange(&flow, 100000));
	flow_close(&flow);
	EXPECT_TEXT("", keep(tap_text(&self->blue, " FA ", 0), is_wrong, NULL));
	EXPECT_TEXT("", keep(tap_text(&self->red, " FA ", 0), is_wrong, NULL));
}

TEST_F(wire, with_offloads_segments_are_made_nowhere_on_a_veth)
{
	char *text;
	struct flow flow;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, pair(&flow));
	ASSERT_ERR(0, flow_exchange(&flow, 100000));
	flow_close(&flow);
	text = keep(tap_text(&self->blue, " FA ", 0), is_wrong, NULL);
	EXPECT_EQ(NULL, strstr(text, "bad-"));
	EXPECT_NE(NULL, strstr(text, " len "));
	free(text);
}

static int from_red(const struct tap *red, const struct tap *blue,
		    const struct packet *p)
{
	struct packet full = *p;

	full.src = RED_IP;
	full.dst = BLUE_IP;
	if (!p->proto) {
		full.proto = IPPROTO_UDP;
		full.sport = 1000;
		full.dport = 2000;
	}
	return send_packet(red, blue->mac, &full);
}

#define RED_SENDS(...) from_red(&self->red, &self->blue, \
				&(const struct packet){ __VA_ARGS__ })

/* The last, good one's line in blue: all before has been handled. */
static char *blue_gets(const struct tap *red, const struct tap *blue)
{
	const struct packet last = { .proto = IPPROTO_ICMP, .len = 1,
				     .rest = 999 << 16 };

	if (from_red(red, blue, &last))
		return NULL;
	return tap_text(blue, "id 999", 0);
}

TEST_F(wire, a_datagram_with_a_wrong_checksum_is_dropped_and_counted)
{
	struct udp udp;
	char *blue;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	blue = counts(BLUE);
	ASSERT_ERR(0, RED_SENDS(.len = 100, .flip_sum = 1));
	ASSERT_ERR(0, RED_SENDS(.len = 1400, .flip_sum = 0x8000));
	ASSERT_ERR(0, RED_SENDS(.len = 50));
	free(blue_gets(&self->red, &self->blue));
	EXPECT_EQ(50, udp_receive(&udp));
	EXPECT_EQ(-1, recv(udp.to, blue, 1, MSG_DONTWAIT));
	EXPECT_TEXT("IcmpInEchoReps +1\nIcmpInMsgs +1\nIpInDelivers +4\n"
		    "IpInReceives +4\nUdpInCsumErrors +2\nUdpInDatagrams +1\n"
		    "UdpInErrors +2\n", counts_moved(blue, BLUE));
}

/* Protocol 17, and a header of the test's own. */
static int send_raw_udp(const struct tap *red, const struct tap *blue,
			const uint8_t udp[12])
{
	uint8_t buf[PACKET_MAX];
	const struct packet p = {
		.src = RED_IP, .dst = BLUE_IP, .proto = IPPROTO_UDP, .len = 4,
	};

	packet_make(&p, buf);
	memcpy(buf + 20, udp, 12);
	return tap_send(red, blue->mac, buf, 32);
}

/* IPv4 allows none; a length that is not the packet's is no datagram. */
TEST_F(wire, a_datagram_without_a_checksum_arrives_and_a_short_one_does_not)
{
	static const uint8_t none[12] = { 3, 232, 7, 208, 0, 12, 0, 0 };
	static const uint8_t longer[12] = { 3, 232, 7, 208, 0, 13, 0, 0 };
	static const uint8_t shorter[12] = { 3, 232, 7, 208, 0, 11, 0, 0 };
	uint8_t data[16];
	struct udp udp;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	/* As plain payload of protocol 17. */
	ASSERT_ERR(0, send_raw_udp(&self->red, &self->blue, none));
	ASSERT_ERR(0, send_raw_udp(&self->red, &self->blue, longer));
	ASSERT_ERR(0, send_raw_udp(&self->red, &self->blue, shorter));
	free(blue_gets(&self->red, &self->blue));
	EXPECT_EQ(4, recv(udp.to, data, sizeof(data), MSG_DONTWAIT));
	EXPECT_EQ(3, recv(udp.to, data, sizeof(data), MSG_DONTWAIT));
	EXPECT_EQ(-1, recv(udp.to, data, sizeof(data), MSG_DONTWAIT));
	EXPECT_EQ(1, counter(BLUE, "UdpInErrors"));
}

TEST_F(wire, a_segment_with_a_wrong_checksum_is_dropped_and_counted)
{
	char *blue;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	blue = counts(BLUE);
	ASSERT_ERR(0, RED_SENDS(.proto = IPPROTO_TCP, .sport = 1000,
				.dport = 2000, .flags = 2, .flip_sum = 0x10));
	free(blue_gets(&self->red, &self->blue));
	EXPECT_TEXT("IcmpInEchoReps +1\nIcmpInMsgs +1\nIpInDelivers +2\n"
		    "IpInReceives +2\nTcpInCsumErrors +1\nTcpInErrs +1\n"
		    "TcpInSegs +1\n", counts_moved(blue, BLUE));
	/* The control: nobody listens, and that is said. */
	ASSERT_ERR(0, RED_SENDS(.proto = IPPROTO_TCP, .sport = 1000,
				.dport = 2000, .flags = 2, .seq = 5));
	EXPECT_TEXT("RA data 0\n",
		    keep(tap_text(&self->red, " RA ", 0), only_tcp, NULL));
	EXPECT_EQ(1, counter(BLUE, "TcpOutRsts"));
}

/* All that a program is told of how a datagram came. */
TEST_F(wire, recv_says_the_length_cut_and_leaves_what_is_peeked)
{
	uint8_t data[64];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct udp udp;

	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_ERR(0, udp_send(&udp, 1000));
	ASSERT_ERR(0, udp_send(&udp, 7));
	ASSERT_ERR(0, flow_poll(udp.to, POLLIN));
	EXPECT_EQ(64, recv(udp.to, data, 64, MSG_PEEK));
	EXPECT_EQ(1000, recv(udp.to, data, 64, MSG_PEEK | MSG_TRUNC));
	EXPECT_EQ(64, recvmsg(udp.to, &msg, 0));
	EXPECT_EQ(MSG_TRUNC, msg.msg_flags);
	EXPECT_TRUE(packet_filled(data, 64, 0));
	/* The rest of it is gone. */
	EXPECT_EQ(7, udp_receive(&udp));
}

#ifndef UDP_SEGMENT
#define UDP_SEGMENT	103
#define UDP_GRO		104
#endif

/* One send, as many datagrams as the size says. */
TEST_F(wire, udp_segments_arrive_as_datagrams_of_their_size)
{
	int size = 1000, i, features;
	uint8_t data[5300];
	struct udp udp;

	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_EQ(0, setsockopt(udp.red, IPPROTO_UDP, UDP_SEGMENT, &size,
				sizeof(size)));
	packet_fill(data, sizeof(data), 0);
	for (features = 1; features >= 0; features--) {
		ASSERT_ERR(0, feature_both(BLUE, "veth-blue", ETHTOOL_SGSO,
					   features));
		ASSERT_ERR(0, feature_both(BLUE, "veth-blue", ETHTOOL_SGRO,
					   !features));
		ASSERT_EQ(5300, send(udp.red, data, sizeof(data), 0));
		for (i = 0; i < 6; i++) {
			uint8_t got[2000];

			ASSERT_ERR(0, flow_poll(udp.to, POLLIN));
			EXPECT_EQ(i < 5 ? 1000 : 300,
				  recv(udp.to, got, sizeof(got), 0));
			EXPECT_TRUE(packet_filled(got, i < 5 ? 1000 : 300,
						  i * 1000));
		}
	}
	EXPECT_EQ(12, counter(BLUE, "UdpInDatagrams"));
}

/* The same taken whole, by a socket that asked for that. */
TEST_F(wire, udp_gro_gives_segments_together_with_their_size)
{
	int size = 1000, one = 1, got_size = 0;
	uint8_t data[5300], got[8000];
	char control[64];
	struct iovec iov = { .iov_base = got, .iov_len = sizeof(got) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c;
	struct udp udp;

	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_EQ(0, setsockopt(udp.red, IPPROTO_UDP, UDP_SEGMENT, &size,
				sizeof(size)));
	ASSERT_EQ(0, setsockopt(udp.to, IPPROTO_UDP, UDP_GRO, &one,
				sizeof(one)));
	packet_fill(data, sizeof(data), 0);
	ASSERT_EQ(5300, send(udp.red, data, sizeof(data), 0));
	ASSERT_ERR(0, flow_poll(udp.to, POLLIN));
	EXPECT_EQ(5300, recvmsg(udp.to, &msg, 0));
	EXPECT_EQ(0, memcmp(data, got, 5300));
	c = CMSG_FIRSTHDR(&msg);
	if (c && c->cmsg_type == UDP_GRO)
		memcpy(&got_size, CMSG_DATA(c), sizeof(got_size));
	EXPECT_EQ(1000, got_size);
}

/* A file's pages, and a pipe's, over the wire. */
TEST_F(wire, sendfile_and_splice_send_what_the_file_has)
{
	const size_t bytes = 200000;
	int file = memfd_create("file", MFD_CLOEXEC), pipes[2];
	uint8_t *data = malloc(bytes), *got = malloc(bytes);
	struct flow flow;
	size_t done = 0, in = 0;
	ssize_t n;

	packet_fill(data, bytes, 0);
	ASSERT_EQ((ssize_t)bytes, write(file, data, bytes));
	ASSERT_EQ(0, lseek(file, 0, SEEK_SET));
	ASSERT_EQ(0, pipe2(pipes, O_CLOEXEC | O_NONBLOCK));
	ASSERT_ERR(0, pair(&flow));
	while (in < bytes) {
		n = done < bytes / 2 ?
		    sendfile(flow.client, file, NULL, bytes / 2 - done) : 0;
		if (n > 0)
			done += n;
		if (done >= bytes / 2 && done < bytes) {
			/* What a full socket left in the pipe goes next time. */
			splice(file, NULL, pipes[1], NULL, 4096, 0);
			n = splice(pipes[0], NULL, flow.client, NULL, 4096,
				   SPLICE_F_NONBLOCK);
			done += n > 0 ? n : 0;
		}
		ASSERT_ERR(0, flow_poll(flow.server, POLLIN));
		n = recv(flow.server, got + in, bytes - in, MSG_DONTWAIT);
		in += n > 0 ? n : 0;
	}
	EXPECT_EQ(0, memcmp(data, got, bytes));
	flow_close(&flow);
}

static int receive_all(int fd, uint8_t *data, size_t len)
{
	size_t in = 0;
	ssize_t n;
	int err = 0;

	while (!err && in < len) {
		err = flow_poll(fd, POLLIN);
		n = err ? 0 : recv(fd, data + in, len - in, MSG_DONTWAIT);
		if (!err && n <= 0)
			err = n ? -errno : -EPIPE;
		in += n > 0 ? n : 0;
	}
	return err;
}

#ifndef MSG_ZEROCOPY
#define MSG_ZEROCOPY	0x4000000
#endif

/* The pages are the sender's again once it is told so; the bytes arrived. */
TEST_F(wire, zerocopy_sends_the_bytes_and_tells_when_done)
{
	uint8_t data[20000], got[20000];
	char control[128];
	struct msghdr msg = { .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct flow flow;
	int one = 1;

	ASSERT_ERR(0, pair(&flow));
	ASSERT_EQ(0, setsockopt(flow.client, SOL_SOCKET, SO_ZEROCOPY, &one,
				sizeof(one)));
	packet_fill(data, sizeof(data), 0);
	ASSERT_EQ(20000, send(flow.client, data, sizeof(data), MSG_ZEROCOPY));
	ASSERT_ERR(0, receive_all(flow.server, got, sizeof(got)));
	EXPECT_EQ(0, memcmp(data, got, sizeof(data)));
	ASSERT_ERR(0, flow_poll(flow.client, 0));
	EXPECT_EQ(0, recvmsg(flow.client, &msg, MSG_ERRQUEUE));
	flow_close(&flow);
}


static int sysctl_both(const char *name, const char *value)
{
	int err = set(RED, name, value);

	return err ? err : set(BLUE, name, value);
}

/* RFC 3168: asked for and granted in the handshake, said in each packet. */
TEST_F(wire, ecn_is_negotiated_and_data_is_marked_capable)
{
	struct flow flow;

	ASSERT_ERR(0, sysctl_both("net/ipv4/tcp_ecn", "1"));
	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, pair(&flow));
	EXPECT_TEXT("SEC mss 1460 sackok ts wscale data 0\n",
		    keep(tap_text(&self->blue, "mss", 0), only_tcp, NULL));
	EXPECT_TEXT("SAE mss 1460 sackok ts wscale data 0\n",
		    keep(tap_text(&self->red, "mss", 0), only_tcp, NULL));
	ASSERT_ERR(0, flow_exchange(&flow, 10));
	EXPECT_TEXT("PA data 10\n",
		    keep(packets_with(tap_text(&self->blue, " PA ", 0), " tos 0x02 "),
			 only_tcp, NULL));
	flow_close(&flow);
}

TEST_F(wire, urgent_data_is_told_of_and_read_apart)
{
	struct flow flow;
	uint8_t c[8] = { 0 };
	int mark = 0;

	ASSERT_ERR(0, pair(&flow));
	ASSERT_EQ(3, send(flow.client, "abc", 3, 0));
	ASSERT_EQ(1, send(flow.client, "!", 1, MSG_OOB));
	ASSERT_EQ(2, send(flow.client, "de", 2, 0));
	EXPECT_ERR(0, flow_poll(flow.server, POLLPRI));
	EXPECT_EQ(1, recv(flow.server, c, 1, MSG_OOB));
	EXPECT_EQ('!', c[0]);
	/* Reads stop before it. */
	EXPECT_EQ(3, recv(flow.server, c, 8, 0));
	ASSERT_EQ(0, ioctl(flow.server, SIOCATMARK, &mark));
	EXPECT_EQ(1, mark);
	ASSERT_ERR(0, receive_all(flow.server, c, 2));
	EXPECT_EQ(0, memcmp(c, "de", 2));
	flow_close(&flow);
}

/* A FIN ends one direction, after all that was sent before it. */
TEST_F(wire, a_fin_is_the_end_of_file_of_one_direction)
{
	struct flow flow;
	uint8_t c[8];

	ASSERT_ERR(0, pair(&flow));
	ASSERT_EQ(3, send(flow.client, "abc", 3, 0));
	ASSERT_EQ(0, shutdown(flow.client, SHUT_WR));
	ASSERT_ERR(0, receive_all(flow.server, c, 3));
	EXPECT_ERR(-EPIPE, receive_all(flow.server, c, 1));
	EXPECT_EQ(-1, send(flow.client, "x", 1, MSG_NOSIGNAL));
	EXPECT_EQ(EPIPE, errno);
	ASSERT_EQ(2, send(flow.server, "de", 2, 0));
	EXPECT_ERR(0, receive_all(flow.client, c, 2));
	flow_close(&flow);
}

/* Unread data, or a linger of 0: whoever closes so resets. */
TEST_F(wire, a_reset_is_an_error_and_then_a_broken_pipe)
{
	const struct linger at_once = { .l_onoff = 1, .l_linger = 0 };
	struct flow flow;
	uint8_t c[8];

	ASSERT_ERR(0, pair(&flow));
	ASSERT_EQ(3, send(flow.client, "abc", 3, 0));
	ASSERT_ERR(0, flow_poll(flow.server, POLLIN));
	ASSERT_EQ(0, setsockopt(flow.server, SOL_SOCKET, SO_LINGER, &at_once,
				sizeof(at_once)));
	ASSERT_EQ(0, close(flow.server));
	flow.server = -1;
	ASSERT_ERR(0, flow_poll(flow.client, POLLHUP));
	EXPECT_EQ(-1, recv(flow.client, c, 8, 0));
	EXPECT_EQ(ECONNRESET, errno);
	EXPECT_EQ(-1, send(flow.client, "x", 1, MSG_NOSIGNAL));
	EXPECT_EQ(EPIPE, errno);
	EXPECT_EQ(1, counter(BLUE, "TcpOutRsts"));
	EXPECT_EQ(1, counter(RED, "TcpEstabResets"));
	flow_close(&flow);
}

/* listen(fd, 1) takes two; what is more is counted and not answered. */
TEST_F(wire, a_full_backlog_drops_and_counts)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
				  .sin_port = htons(2000) };
	int fd = netns_socket(ns(BLUE), AF_INET, SOCK_STREAM, 0), i, c;

	inet_aton(BLUE_IP, &at.sin_addr);
	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_EQ(0, bind(fd, (struct sockaddr *)&at, sizeof(at)));
	ASSERT_EQ(0, listen(fd, 1));
	for (i = 0; i < 2; i++) {
		c = netns_socket(ns(RED), AF_INET, SOCK_STREAM, 0);
		ASSERT_EQ(0, connect(c, (struct sockaddr *)&at, sizeof(at)));
	}
	EXPECT_EQ(0, counter(BLUE, "TcpExtListenOverflows"));
	c = netns_socket(ns(RED), AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	EXPECT_EQ(-1, connect(c, (struct sockaddr *)&at, sizeof(at)));
	EXPECT_EQ(EINPROGRESS, errno);
	free(blue_gets(&self->red, &self->blue));
	EXPECT_EQ(1, counter(BLUE, "TcpExtListenOverflows"));
	EXPECT_EQ(1, counter(BLUE, "TcpExtListenDrops"));
}

/* Whatever was sent was received, or counted as not. */
TEST_F(wire, a_full_receive_buffer_drops_and_counts)
{
	unsigned int sent, got = 0;
	int size = 20000;
	uint8_t data[1000];
	struct udp udp;

	ASSERT_ERR(0, cpu_pin(NULL));
	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_EQ(0, setsockopt(udp.to, SOL_SOCKET, SO_RCVBUF, &size,
				sizeof(size)));
	for (sent = 0; sent < 200; sent++)
		ASSERT_ERR(0, udp_send(&udp, 1000));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, BLUE_IP));
	while (recv(udp.to, data, sizeof(data), MSG_DONTWAIT) == 1000)
		got++;
	EXPECT_LT(0, got);
	EXPECT_LT(got, sent);
	EXPECT_EQ(sent - got, counter(BLUE, "UdpRcvbufErrors"));
	EXPECT_EQ(sent - got, counter(BLUE, "UdpInErrors"));
	EXPECT_EQ(got, counter(BLUE, "UdpInDatagrams"));
}

static struct rtnl_link_stats64 stats(const char *name, const char *dev)
{
	struct link link = { 0 };
	int err = link_get(in(name), dev, &link);

	if (err)
		printf("# %s of %s: %s\n", dev, name, ksft_err_name(err));
	return link.stats;
}

/* Both ends, both ways: packets, and bytes with the 14 of the header. */
TEST_F(wire, device_counters_count_each_packet_and_byte_once)
{
	struct rtnl_link_stats64 red, blue, red0, blue0;
	struct udp udp;
	int i;

	ASSERT_ERR(0, no_ipv6(RED));
	ASSERT_ERR(0, no_ipv6(BLUE));
	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_ERR(0, udp_send(&udp, 1));
	ASSERT_EQ(1, udp_receive(&udp));
	red0 = stats(RED, "veth-red");
	blue0 = stats(BLUE, "veth-blue");
	for (i = 0; i < 600; i++) {
		ASSERT_ERR(0, udp_send(&udp, i));
		ASSERT_EQ(i, udp_receive(&udp));
	}
	red = stats(RED, "veth-red");
	blue = stats(BLUE, "veth-blue");
	EXPECT_EQ(600, red.tx_packets - red0.tx_packets);
	EXPECT_EQ(600, blue.rx_packets - blue0.rx_packets);
	EXPECT_EQ(600 * 42 + 599 * 300, red.tx_bytes - red0.tx_bytes);
	EXPECT_EQ(600 * 42 + 599 * 300, blue.rx_bytes - blue0.rx_bytes);
	EXPECT_EQ(0, red.rx_packets - red0.rx_packets);
	EXPECT_EQ(0, blue.tx_packets - blue0.tx_packets);
	EXPECT_EQ(0, red.tx_dropped + red.tx_errors + red.rx_dropped);
	EXPECT_EQ(0, blue.rx_dropped + blue.rx_errors + blue.tx_dropped);
}

/* A root queue of @limit packets; 0: none again. */
static int queue(const char *name, const char *dev, uint32_t limit)
{
	struct tcmsg tcm = { .tcm_parent = TC_H_ROOT };
	struct link link;
	struct req req;
	int err;

	err = link_get(in(name), dev, &link);
	if (err)
		return err;
	tcm.tcm_ifindex = link.ifindex;
	req_init(&req, limit ? RTM_NEWQDISC : RTM_DELQDISC,
		 limit ? NLM_F_CREATE | NLM_F_REPLACE : 0, &tcm, sizeof(tcm));
	if (limit) {
		req_str(&req, TCA_KIND, "pfifo");
		req_put(&req, TCA_OPTIONS, &(struct tc_fifo_qopt){ limit },
			sizeof(struct tc_fifo_qopt));
	}
	return rtnl_talk(in(name), &req);
}

/*
 * Section 6: a veth with a queue whose peer polls (NAPI, by GRO) stops its queue
 * when the ring is full (v6.16), and must be woken again.
 */
TEST_OF("regression veth-txq-stuck", wire, a_veth_with_a_queue_drains_it)
{
	struct udp udp;
	int i, err;

	ASSERT_ERR(0, feature(BLUE, "veth-blue", ETHTOOL_SGRO, 1));
	err = queue(RED, "veth-red", 100);
	if (err == -ENOENT || err == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NET_SCHED");
	ASSERT_ERR(0, err);
	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	for (i = 0; i < 3000; i++) {
		err = udp_send(&udp, 32);
		ASSERT_TRUE(!err || err == -ENOBUFS);
	}
	EXPECT_ERR(0, exchange(BLUE, BLUE_IP, 1 << 20));
	EXPECT_ERR(0, reach_all(RED, BLUE, BLUE_IP));
	EXPECT_ERR(0, queue(RED, "veth-red", 0));
	EXPECT_ERR(0, reach_all(RED, BLUE, BLUE_IP));
}

/*
 * Section 6: what packet sockets hold are clones of what the stack goes on with.
 * GRO must not write to those.
 */
TEST_OF("regression veth-cloned-gro", wire, watched_packets_are_not_merged_in_place)
{
	struct flow flow;

	ASSERT_ERR(0, quiet_tcp(BLUE));
	ASSERT_ERR(0, feature_both(BLUE, "veth-blue", ETHTOOL_SGRO, 1));
	ASSERT_ERR(0, feature_both(BLUE, "veth-blue", ETHTOOL_STSO, 0));
	ASSERT_ERR(0, feature_both(BLUE, "veth-blue", ETHTOOL_SGSO, 0));
	ASSERT_ERR(0, taps(&self->red, &self->blue));
	ASSERT_ERR(0, pair(&flow));
	EXPECT_ERR(0, flow_exchange(&flow, 1 << 20));
	flow_close(&flow);
	EXPECT_EQ(0, counter(BLUE, "TcpInErrs"));
	EXPECT_EQ(0, sent_again(RED));
}

/* IP_HDRINCL: total length, checksum, source and identification are filled in. */
TEST_F(wire, a_raw_header_is_completed_where_it_is_0)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	const struct packet p = { .src = "0.0.0.0", .dst = BLUE_IP, .ttl = 7,
				  .proto = IPPROTO_ICMP, .len = 8, .ident = 0 };
	uint8_t buf[PACKET_MAX];
	int fd, len;

	ASSERT_ERR(0, taps(&self->red, &self->blue));
	fd = netns_socket(ns(RED), AF_INET, SOCK_RAW, IPPROTO_RAW);
	ASSERT_LE(0, fd);
	inet_aton(BLUE_IP, &to.sin_addr);
	len = packet_make(&p, buf);
	buf[2] = 0;
	buf[3] = 0;
	buf[10] = 0xff;
	ASSERT_EQ(len, sendto(fd, buf, len, 0, (struct sockaddr *)&to,
			      sizeof(to)));
	EXPECT_TEXT(RED_IP " > " BLUE_IP " ttl 7 len 36: icmp 0/0 id 0 seq 0 data 8\n",
		    packets_with(tap_text(&self->blue, "icmp 0/0", 0), " > " BLUE_IP));
}

/* Software's word that the device has it: with the identifier of the send. */
TEST_F(wire, a_send_is_timestamped_when_asked_for)
{
	uint32_t flags = SOF_TIMESTAMPING_TX_SOFTWARE |
			 SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_OPT_ID;
	struct scm_timestamping ts = { 0 };
	char control[256];
	struct msghdr msg = { .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *c;
	struct udp udp;

	ASSERT_ERR(0, udp_open(&udp, BLUE, BLUE_IP));
	ASSERT_EQ(0, setsockopt(udp.red, SOL_SOCKET, SO_TIMESTAMPING, &flags,
				sizeof(flags)));
	ASSERT_ERR(0, udp_send(&udp, 100));
	ASSERT_EQ(100, udp_receive(&udp));
	ASSERT_ERR(0, flow_poll(udp.red, 0));
	ASSERT_LE(0, recvmsg(udp.red, &msg, MSG_ERRQUEUE));
	c = CMSG_FIRSTHDR(&msg);
	ASSERT_TRUE(c && c->cmsg_type == SO_TIMESTAMPING);
	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	EXPECT_LT(0, ts.ts[0].tv_sec);
}

/* To everybody on the bridge, the host too, and only by who asked to. */
FIXTURE(pods) { struct topo *topo; };
FIXTURE_VARIANT(pods) { const char *topology; };
FIXTURE_VARIANT_ADD(pods, bridge_3_in_place) { .topology = "bridge-3-in-place" };
FIXTURE_SETUP(pods) TOPO_SETUP(pods)
FIXTURE_TEARDOWN(pods) TOPO_TEARDOWN

TEST_F(pods, a_broadcast_reaches_every_pod_once)
{
	static const char * const all[] = { HOST, BLUE, "pod-3" };
	static const char * const dsts[] = { "10.244.0.255", "255.255.255.255" };
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(2000) };
	int fd = sink(RED, AF_INET, 1000), one = 1;
	struct udp udp;
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(dsts); i++) {
		inet_aton(dsts[i], &to.sin_addr);
		EXPECT_EQ(-1, sendto(fd, "x", 1, 0, (struct sockaddr *)&to,
				     sizeof(to)));
		EXPECT_EQ(EACCES, errno);
	}
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_BROADCAST, &one, sizeof(one)));
	for (i = 0; i < ARRAY_SIZE(all); i++) {
		udp.to = sink(all[i], AF_INET, 2000);
		for (j = 0; j < ARRAY_SIZE(dsts); j++) {
			inet_aton(dsts[j], &to.sin_addr);
			ASSERT_EQ(0, sendto(fd, "", 0, 0,
					    (struct sockaddr *)&to, sizeof(to)));
			EXPECT_EQ(0, udp_receive(&udp));
		}
		EXPECT_EQ(2, counter(all[i], "UdpInDatagrams"));
		close(udp.to);
	}
}

/* The host between pod-red and outside. */
FIXTURE(routed) { struct topo *topo; struct tap red, out; };
FIXTURE_VARIANT(routed) { const char *topology; };
FIXTURE_VARIANT_ADD(routed, routed) { .topology = "routed" };
FIXTURE_SETUP(routed) TOPO_SETUP(routed)
FIXTURE_TEARDOWN(routed) TOPO_TEARDOWN

#define OUT_IP	"203.0.113.2"

/* The sender's veth left it open; the last device computes none: somebody must. */
TEST_F(routed, an_open_checksum_is_closed_where_a_device_needs_it)
{
	struct flow flow = { .from = ns(RED), .to = ns(OUT), .dst = OUT_IP };
	struct udp udp;

	ASSERT_ERR(0, feature(HOST, "uplink", ETHTOOL_STSO, 0));
	ASSERT_ERR(0, feature(HOST, "uplink", ETHTOOL_SGSO, 0));
	ASSERT_ERR(0, feature(HOST, "uplink", ETHTOOL_STXCSUM, 0));
	ASSERT_ERR(0, listen_on(&self->out, OUT, "veth-out", ETH_P_IP));
	ASSERT_ERR(0, udp_open(&udp, OUT, OUT_IP));
	ASSERT_ERR(0, udp_send(&udp, 101));
	EXPECT_TEXT("10.244.0.10 > " OUT_IP " ttl 63 DF len 129: udp 1000 > 2000 data 101\n",
		    packets_with(tap_text(&self->out, "udp", 0), "udp"));
	ASSERT_ERR(0, flow_open(&flow));
	ASSERT_ERR(0, flow_exchange(&flow, 200000));
	flow_close(&flow);
	EXPECT_TEXT("", keep(tap_text(&self->out, " FA ", 0), is_wrong, NULL));
}

/* A large send whose segments fit the way passes a router; and is cut there. */
TEST_F(routed, large_sends_pass_in_segments_that_fit_the_way)
{
	struct flow flow = { .from = ns(RED), .to = ns(OUT), .dst = OUT_IP };
	struct tcp_info info;

	ASSERT_ERR(0, set_mtu(HOST, "uplink", 1000));
	ASSERT_ERR(0, flow_open(&flow));
	EXPECT_ERR(0, flow_exchange(&flow, 500000));
	ASSERT_ERR(0, tcp_info(flow.client, &info));
	EXPECT_EQ(1000, info.tcpi_pmtu);
	EXPECT_EQ(948, info.tcpi_snd_mss);
	/* The far end's own way is not narrower. */
	ASSERT_ERR(0, tcp_info(flow.server, &info));
	EXPECT_EQ(1500, info.tcpi_pmtu);
	EXPECT_EQ(0, counter(HOST, "IpFragCreates"));
	EXPECT_LE(1, counter(RED, "IcmpInDestUnreachs"));
	flow_close(&flow);
}

KSFT_NEEDS(CONFIG_PACKET, "wire.*", "routed.*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "way.*.tcp_bytes_arrive_as_sent_*",
	   "*.the_mss_is_the_mtu_*", "*.the_smaller_mss_*",
	   "*.ecn_is_negotiated_*", "*.device_counters_count_*",
	   "*.watched_packets_*")

KSFT_MAIN
