// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A veth pair as a wire: frame by frame, byte by byte.
 *
 *	pod-red ("red")          pod-blue ("blue")
 *	veth-red ---------------- veth-blue
 */
#include "lan.h"

#include <linux/if_packet.h>
#include <net/ethernet.h>

FIXTURE(wire) { struct topo *topo; };
FIXTURE_VARIANT(wire) { const char *topology; };
FIXTURE_VARIANT_ADD(wire, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(wire) TOPO_SETUP(wire)
FIXTURE_TEARDOWN(wire) TOPO_TEARDOWN

static const uint8_t *mac_of(const char *pod)
{
	return mac_at(pod_ns(pod), pod_dev(pod));
}

static int set_mtu(const char *pod, unsigned int mtu)
{
	return link_set(in(pod_ns(pod)), pod_dev(pod),
			&(struct link_desc){ .mtu = mtu });
}

/* Sent as it is: without a serial number, which needs 22 bytes. */
static int crosses(const char *from, const char *to, size_t size)
{
	uint8_t data[FRAME_MAX];
	struct frame frame;
	size_t i;
	int ret;

	for (i = 0; i < size; i++)
		data[i] = 11 + i * 3 + (i >> 8);
	memcpy(data, sta_b, 6);
	memcpy(data + 6, sta_a, 6);
	put16(data, 12, FRAME_ETHERTYPE);
	ret = lan_open();
	if (!ret)
		ret = taps_send(lan.taps, lan_tap(from), data, size);
	if (!ret)
		ret = taps_settle(lan.taps);
	if (ret)
		return ret;
	while ((ret = taps_next(lan.taps, lan_tap(to), &frame)) > 0) {
		if (frame.len == size && !memcmp(frame.data, data, size))
			return 0;
	}
	return ret ? ret : -ENOMSG;
}

/* Runts too: a veth pads nothing. */
TEST_F(wire, frames_of_any_size_cross_unchanged)
{
	static const size_t sizes[] = { 14, 15, 17, 21, 59, 60, 61, 64, 65,
					127, 128, 576, 1513, 1514 };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		EXPECT_ERR(0, crosses("red", "blue", sizes[i]));
		EXPECT_ERR(0, crosses("blue", "red", sizes[i]));
	}
	EXPECT_ERR(-EMSGSIZE, crosses("red", "blue", 1515));
}

TEST_F(wire, frames_of_the_largest_mtu_cross_unchanged)
{
	ASSERT_ERR(0, set_mtu("red", 65535));
	ASSERT_ERR(0, set_mtu("blue", 65535));
	EXPECT_ERR(0, crosses("red", "blue", 65535 + 14));
	EXPECT_ERR(0, crosses("blue", "red", 32768 + 14));
	EXPECT_ERR(-EINVAL, set_mtu("blue", 65536));
	EXPECT_ERR(-EINVAL, set_mtu("blue", 67));
	EXPECT_ERR(0, set_mtu("blue", 68));
}

/* As the sender wrote them, whether the kernel holds one beside or not. */
TEST_F(wire, tags_cross_unchanged)
{
	EXPECT_STREQ("blue.1", HEARD("red", .src = sta_a, .dst = sta_b,
				     .tags = { TAG(1) }));
	EXPECT_STREQ("blue.4095p7", HEARD("red", .src = sta_a, .dst = sta_b,
					  .tags = { TAG(4095 | PCP(7)) }));
	EXPECT_STREQ("blue.0p3", HEARD("red", .src = sta_a, .dst = sta_b,
				       .tags = { TAG(PCP(3)) }));
	EXPECT_STREQ("blue.s100.7", HEARD("red", .src = sta_a, .dst = sta_b,
					  .tags = { STAG(100), TAG(7) }));
	EXPECT_STREQ("red.5", HEARD("blue", .src = sta_b, .dst = sta_a,
				    .tags = { TAG(5) }, .size = 1514));
}

#define ORDERED	100

TEST_F(wire, frames_arrive_in_the_order_they_were_sent)
{
	uint8_t data[FRAME_MAX];
	const struct shot shot = { .src = sta_a, .dst = sta_b };
	struct frame frame;
	size_t len = 0;
	int i, n = 0, wrong = 0;

	ASSERT_ERR(0, lan_open());
	for (i = 0; i < ORDERED; i++) {
		len = shot_frame(&shot, data);
		put16(data, 30, i);
		ASSERT_ERR(0, taps_send(lan.taps, lan_tap("red"), data, len));
	}
	ASSERT_ERR(0, taps_settle(lan.taps));
	while (taps_next(lan.taps, lan_tap("blue"), &frame) > 0) {
		if (frame.len != len || memcmp(frame.data, data, 14))
			continue;
		wrong += (frame.data[30] << 8 | frame.data[31]) != n++;
	}
	EXPECT_EQ(ORDERED, n);
	EXPECT_EQ(0, wrong);
}

/* What is not the peer's is not heard by it: two wires side by side. */
TEST_F(wire, each_end_hears_its_own_peer_alone)
{
	const struct ksft_end a = { "pod-red", "veth-a", "192.0.2.1/24" };
	const struct ksft_end b = { "pod-blue", "veth-b", "192.0.2.2/24" };

	ASSERT_ERR(0, wire_ends(&a, &b));
	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, lan_listen("a", "pod-red", "veth-a"));
	ASSERT_ERR(0, lan_listen("b", "pod-blue", "veth-b"));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("b", HEARD("a", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("a", HEARD("b", .src = sta_b, .dst = sta_a));
}

/* The packet type that eth_type_trans gives a frame, of the last one heard. */
static int type_of(const uint8_t *dst)
{
	uint8_t data[FRAME_MAX];
	const struct shot shot = { .src = sta_a, .dst = dst };
	struct frame frame;
	size_t len;
	int ret, type = -ENOMSG;

	ret = lan_open();
	if (ret)
		return ret;
	len = shot_frame(&shot, data);
	ret = taps_send(lan.taps, lan_tap("red"), data, len);
	if (!ret)
		ret = taps_settle(lan.taps);
	if (ret)
		return ret;
	while (taps_next(lan.taps, lan_tap("blue"), &frame) > 0) {
		if (same_shot(&frame, data, len))
			type = frame.type;
	}
	return type;
}

TEST_F(wire, a_frame_is_ours_everybodys_a_groups_or_anothers_by_its_mac)
{
	static const uint8_t group[] = { 0x01, 0, 0x5e, 1, 2, 3 };
	const struct link_desc promisc = { .flags = IFF_PROMISC,
					   .change = IFF_PROMISC };

	EXPECT_EQ(PACKET_HOST, type_of(mac_of("blue")));
	EXPECT_EQ(PACKET_BROADCAST, type_of(broadcast));
	EXPECT_EQ(PACKET_MULTICAST, type_of(group));
	EXPECT_EQ(PACKET_OTHERHOST, type_of(sta_b));
	EXPECT_EQ(PACKET_OTHERHOST, type_of(mac_of("red")));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &promisc));
	EXPECT_EQ(PACKET_OTHERHOST, type_of(sta_b));
	/* A new MAC is ours at once, and the old one no more. */
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue",
			       &(struct link_desc){ .mac = sta_b }));
	EXPECT_EQ(PACKET_HOST, type_of(sta_b));
}

/* ip_rcv_core: not even counted as received, promiscuous or not. */
TEST_F(wire, ip_does_not_take_what_is_for_another_mac)
{
	const struct link_desc promisc = { .flags = IFF_PROMISC,
					   .change = IFF_PROMISC };
	uint64_t received, others;

	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, neigh_add(in("pod-red"), "veth-red", "10.0.1.3",
				mac_of("blue")));
	ASSERT_ERR(0, neigh_add(in("pod-red"), "veth-red", "10.0.1.4", sta_b));
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.0.1.2"));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &promisc));
	received = counter("pod-blue", "IpInReceives");
	others = stats_of("pod-blue", "veth-blue").rx_otherhost_dropped;
	EXPECT_ERR(0, probe_silence(ns("pod-red"), "10.0.1.4", "10.0.1.2"));
	EXPECT_EQ(received + 1, counter("pod-blue", "IpInReceives"));
	EXPECT_EQ(others + 1,
		  stats_of("pod-blue", "veth-blue").rx_otherhost_dropped);
	/* The control: to its MAC, though for an address that is not there. */
	EXPECT_ERR(0, probe_silence(ns("pod-red"), "10.0.1.3", "10.0.1.2"));
	EXPECT_EQ(received + 3, counter("pod-blue", "IpInReceives"));
}

/* Whole frames, by both ends alike, each in its own direction. */
TEST_F(wire, both_ends_count_the_same_frames_and_bytes)
{
	struct rtnl_link_stats64 red, blue;
	int i;

	NEED_SYSCTL();
	ASSERT_ERR(0, be_quiet());
	ASSERT_ERR(0, lan_open());
	red = stats_of("pod-red", "veth-red");
	blue = stats_of("pod-blue", "veth-blue");
	for (i = 0; i < 5; i++)
		ASSERT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b,
					   .size = 100 + i));
	ASSERT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a,
				  .size = 1514));
	EXPECT_STREQ("rx 1/1514 tx 5/510", traffic("pod-red", "veth-red", &red));
	EXPECT_STREQ("rx 5/510 tx 1/1514",
		     traffic("pod-blue", "veth-blue", &blue));
	/* More than sixteen bits hold. */
	ASSERT_ERR(0, set_mtu("red", 65535));
	ASSERT_ERR(0, set_mtu("blue", 65535));
	EXPECT_ERR(0, crosses("red", "blue", 65000));
	EXPECT_ERR(0, crosses("red", "blue", 65000));
	EXPECT_STREQ("rx 1/1514 tx 7/130510",
		     traffic("pod-red", "veth-red", &red));
	EXPECT_STREQ("rx 7/130510 tx 1/1514",
		     traffic("pod-blue", "veth-blue", &blue));
}

/* Frames of ours that wait at @fd; closes it. */
static int frames_at(int fd)
{
	uint8_t data[128];
	int n = 0;

	while (recv(fd, data, sizeof(data), MSG_DONTWAIT) > 0)
		n += data[12] == FRAME_ETHERTYPE >> 8 &&
		     data[13] == (FRAME_ETHERTYPE & 255);
	close(fd);
	return n;
}

/* A socket that is bound to no device hears all those of its namespace. */
TEST_F(wire, a_packet_socket_hears_its_own_namespace_only)
{
	const int all = htons(ETH_P_ALL);
	int host, blue;

	host = netns_socket(ns(TOPO_HOST), AF_PACKET, SOCK_RAW, all);
	blue = netns_socket(ns("pod-blue"), AF_PACKET, SOCK_RAW, all);
	ASSERT_LE(0, host);
	ASSERT_LE(0, blue);
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_EQ(1, frames_at(blue));
	EXPECT_EQ(0, frames_at(host));
}

/* v6.1 does not tell the sender; v6.12 and newer do (NET_XMIT_DROP). */
static bool is_lost(const char *who)
{
	return !*who || !strcmp(who, "-ENOBUFS");
}

/* __dev_forward_skb: header and a tag (18 bytes) may come on top of the MTU. */
TEST_F(wire, a_frame_larger_than_the_receivers_mtu_is_dropped_at_both_ends)
{
	struct rtnl_link_stats64 red, blue, now;

	ASSERT_ERR(0, set_mtu("blue", 1000));
	red = stats_of("pod-red", "veth-red");
	blue = stats_of("pod-blue", "veth-blue");
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b,
				   .size = 1018));
	EXPECT_EQ(red.tx_dropped, stats_of("pod-red", "veth-red").tx_dropped);
	EXPECT_TRUE(is_lost(HEARD("red", .src = sta_a, .dst = sta_b,
				  .size = 1019)));
	now = stats_of("pod-red", "veth-red");
	EXPECT_EQ(red.tx_dropped + 1, now.tx_dropped);
	EXPECT_EQ(red.rx_dropped, now.rx_dropped);
	now = stats_of("pod-blue", "veth-blue");
	EXPECT_EQ(blue.rx_dropped + 1, now.rx_dropped);
	EXPECT_EQ(blue.tx_dropped, now.tx_dropped);
	/* The other way it is the other's MTU that counts. */
	EXPECT_ERR(-EMSGSIZE, crosses("blue", "red", 1015));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a,
				  .size = 1014));
}

/* Nobody in blue takes our ethertype, once nobody listens there. */
TEST_F(wire, a_frame_that_nobody_takes_is_counted_as_dropped)
{
	uint64_t was;

	lan.taps = taps_new();
	ASSERT_NE(NULL, lan.taps);
	ASSERT_ERR(0, lan_listen("red", "pod-red", "veth-red"));
	was = stats_of("pod-blue", "veth-blue").rx_dropped;
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = mac_of("blue")));
	EXPECT_EQ(was + 1, stats_of("pod-blue", "veth-blue").rx_dropped);
	ASSERT_ERR(0, lan_listen("blue", "pod-blue", "veth-blue"));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = mac_of("blue")));
	EXPECT_EQ(was + 1, stats_of("pod-blue", "veth-blue").rx_dropped);
}

/* The mark of the last frame of ours that @to heard, or -errno. */
static long long mark_heard(const char *from, const char *to, uint32_t mark)
{
	const struct shot shot = { .src = sta_a, .dst = broadcast };
	uint8_t data[FRAME_MAX];
	long long heard_mark = -ENOMSG;
	struct frame frame;
	size_t len;
	int err;

	if (setsockopt(taps_fd(lan.taps, lan_tap(from)), SOL_SOCKET, SO_MARK,
		       &mark, sizeof(mark)) < 0)
		return -errno;
	len = shot_frame(&shot, data);
	err = taps_send(lan.taps, lan_tap(from), data, len);
	if (!err)
		err = taps_settle(lan.taps);
	while (!err && taps_next(lan.taps, lan_tap(to), &frame) > 0) {
		if (same_shot(&frame, data, len))
			heard_mark = frame.mark;
	}
	return err ? err : heard_mark;
}

/* skb_scrub_packet: a mark means something to its own namespace only. */
TEST_F(wire, a_mark_ends_where_the_namespace_does)
{
	const struct ksft_end a = { TOPO_HOST, "veth-a", "192.0.2.1/24" };
	const struct ksft_end b = { TOPO_HOST, "veth-b", "192.0.2.2/24" };

	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, wire_ends(&a, &b));
	ASSERT_ERR(0, lan_listen("a", TOPO_HOST, "veth-a"));
	ASSERT_ERR(0, lan_listen("b", TOPO_HOST, "veth-b"));
	EXPECT_EQ(0x1234, mark_heard("a", "b", 0x1234));
	EXPECT_EQ(0, mark_heard("red", "blue", 0x1234));
	EXPECT_EQ(0, mark_heard("blue", "red", 0x1234));
}

/* IFLA_PROMISCUITY counts who asks for it; the flag is the user's own wish. */
TEST_F(wire, promiscuity_is_counted_and_ends_with_who_asked)
{
	const struct link_desc on = { .flags = IFF_PROMISC,
				      .change = IFF_PROMISC };
	const struct link_desc off = { .change = IFF_PROMISC };
	struct packet_mreq mreq = { .mr_type = PACKET_MR_PROMISC };
	struct link link;
	int fd;

	/* A packet socket hears what is for others without it. */
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b));
	ASSERT_ERR(0, link_get(in("pod-blue"), "veth-blue", &link));
	EXPECT_EQ(0, link.promiscuity);
	mreq.mr_ifindex = link.ifindex;
	fd = taps_fd(lan.taps, lan_tap("blue"));
	ASSERT_EQ(0, setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &mreq,
				sizeof(mreq)));
	ASSERT_ERR(0, link_get(in("pod-blue"), "veth-blue", &link));
	EXPECT_EQ(1, link.promiscuity);
	EXPECT_EQ(0, link.flags & IFF_PROMISC);
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &on));
	ASSERT_ERR(0, link_get(in("pod-blue"), "veth-blue", &link));
	EXPECT_EQ(2, link.promiscuity);
	EXPECT_EQ(IFF_PROMISC, link.flags & IFF_PROMISC);
	ASSERT_EQ(0, setsockopt(fd, SOL_PACKET, PACKET_DROP_MEMBERSHIP, &mreq,
				sizeof(mreq)));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &off));
	ASSERT_ERR(0, link_get(in("pod-blue"), "veth-blue", &link));
	EXPECT_EQ(0, link.promiscuity);
	EXPECT_EQ(0, link.flags & IFF_PROMISC);
}

KSFT_NEEDS(CONFIG_PACKET, "*")

KSFT_MAIN
