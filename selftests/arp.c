// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * ARP (RFC 826), frame by frame.  The kernel of pod-blue is asked and answers;
 * who asks are stations behind veth-red that no kernel knows of.
 *
 *	pod-red ("red")          pod-blue ("blue")
 *	veth-red ---------------- veth-blue
 *	10.0.1.1/24               10.0.1.2/24
 */
#include "lan.h"

#include <net/if_arp.h>
#include <net/ethernet.h>

#define OURS	"10.0.1.2"
#define ASKER	"10.0.1.77"

FIXTURE(arp) { struct topo *topo; };
FIXTURE_VARIANT(arp) { const char *topology; };
FIXTURE_VARIANT_ADD(arp, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(arp) TOPO_SETUP(arp)
FIXTURE_TEARDOWN(arp) TOPO_TEARDOWN

static const uint8_t zero[6];

struct arp {
	uint16_t op;			/* 0: a request */
	const char *from, *to;		/* IPv4 addresses */
	const uint8_t *sha, *tha;	/* NULL: sta_a, zero */
	const uint8_t *dst;		/* of the frame; NULL: broadcast */
	uint16_t hrd, pro;		/* 0: Ethernet, IPv4 */
	uint8_t hln;			/* 0: 6 */
	size_t len;			/* 0: all 28 bytes */
};

#define ARP_LEN	28

static size_t arp_put(const struct arp *arp, uint8_t *to)
{
	struct ip_prefix from, target;

	ip_parse(arp->from, &from);
	ip_parse(arp->to, &target);
	put16(to, 0, arp->hrd ? arp->hrd : ARPHRD_ETHER);
	put16(to, 2, arp->pro ? arp->pro : ETHERTYPE_IP);
	to[4] = arp->hln ? arp->hln : 6;
	to[5] = 4;
	put16(to, 6, arp->op ? arp->op : ARPOP_REQUEST);
	memcpy(to + 8, arp->sha ? arp->sha : sta_a, 6);
	memcpy(to + 14, from.addr, 4);
	memcpy(to + 18, arp->tha ? arp->tha : zero, 6);
	memcpy(to + 24, target.addr, 4);
	return arp->len ? arp->len : ARP_LEN;
}

static const uint8_t *mac_of(const char *pod)
{
	return mac_at(pod_ns(pod), pod_dev(pod));
}

/* Who a MAC is, in a word. */
static const char *who(const uint8_t *mac)
{
	return !memcmp(mac, mac_of("blue"), 6) ? "blue" :
	       !memcmp(mac, mac_of("red"), 6) ? "red" :
	       !memcmp(mac, sta_a, 6) ? "a" : !memcmp(mac, sta_b, 6) ? "b" :
	       !memcmp(mac, sta_c, 6) ? "c" :
	       !memcmp(mac, broadcast, 6) ? "all" :
	       !memcmp(mac, zero, 6) ? "zero" : mac_str(mac);
}

static bool is_arp(const struct frame *frame)
{
	return frame->data[12] == 0x08 && frame->data[13] == 0x06;
}

/* "reply 10.0.1.2 blue to 10.0.1.77 a (blue > a)" */
static const char *arp_text(const struct frame *frame)
{
	const uint8_t *arp = frame->data + 14;
	char from[INET_ADDRSTRLEN], to[INET_ADDRSTRLEN];

	if (frame->len != 14 + ARP_LEN || memcmp(arp, "\0\1\x08\0\6\4\0", 7))
		return "odd";
	inet_ntop(AF_INET, arp + 14, from, sizeof(from));
	inet_ntop(AF_INET, arp + 24, to, sizeof(to));
	return str("%s %s %s to %s %s (%s > %s)",
		   arp[7] == ARPOP_REQUEST ? "request" :
		   arp[7] == ARPOP_REPLY ? "reply" : "other",
		   from, who(arp + 8), to, who(arp + 18),
		   who(frame->data + 6), who(frame->data));
}

/* All ARP that @ear heard, with "; " between. */
static const char *arps_at(const char *ear)
{
	const char *text = "";
	struct frame frame;

	while (taps_next(lan.taps, lan_tap(ear), &frame) > 0) {
		if (is_arp(&frame))
			text = str("%s%s%s", text, *text ? "; " : "",
				   arp_text(&frame));
	}
	return text;
}

static int send_arp(const char *from, const struct arp *arp)
{
	uint8_t payload[ARP_LEN], data[FRAME_MAX];
	const struct shot shot = {
		.dst = arp->dst ? arp->dst : broadcast,
		.src = arp->sha ? arp->sha : sta_a,
		.ethertype = ETHERTYPE_ARP, .payload = payload,
		.payload_len = arp_put(arp, payload),
	};
	size_t len;
	int err;

	err = lan_open();
	if (err)
		return err;
	drain();
	len = shot_frame(&shot, data);
	err = taps_send(lan.taps, lan_tap(from), data, len);
	return err ? err : taps_settle(lan.taps);
}

/* What is said to an ARP packet by the one at the other end of that wire. */
static const char *answer_on(const char *ear, const struct arp *arp)
{
	int err = send_arp(ear, arp);

	return err ? ksft_err_name(err) : arps_at(ear);
}

#define ANSWER(...) answer_on("red", &(const struct arp){ __VA_ARGS__ })

#define REPLY	"reply " OURS " blue to " ASKER " a (blue > a)"

/* What pod-blue knows of a neighbour: "a STALE". */
static const char *neigh_text(const char *dst)
{
	struct neigh neigh;
	int err = neigh_get(in("pod-blue"), "veth-blue", dst, &neigh);

	return err ? ksft_err_name(err) :
	       str("%s %s", who(neigh.mac), neigh_state_name(neigh.state));
}

static int blue_sysctl(const char *name, const char *value)
{
	return sysctl_set(ns("pod-blue"),
			  str("net/ipv4/conf/veth-blue/%s", name), value);
}

TEST_F(arp, a_request_for_our_address_is_answered_to_the_asker_alone)
{
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	/* To our MAC: some ask so whether we are still there. */
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS,
				   .dst = mac_of("blue")));
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS,
				   .hrd = ARPHRD_IEEE802));
}

TEST_F(arp, a_request_for_another_is_not_answered)
{
	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "10.0.1.3"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "10.0.1.1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "10.0.1.255"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "127.0.0.1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "224.0.0.1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "0.0.0.0"));
	/* PACKET_OTHERHOST. */
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .dst = sta_b));
}

TEST_F(arp, a_packet_that_is_no_proper_arp_is_ignored)
{
	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .op = 3));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .hrd = 2));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .pro = 0x86dd));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .hln = 5));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .len = 27));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .op = ARPOP_REPLY));
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
}

/* RFC 5227; nobody is at 0.0.0.0, so nobody is learned. */
TEST_F(arp, a_probe_is_answered_and_teaches_nothing)
{
	EXPECT_STREQ("reply " OURS " blue to 0.0.0.0 a (blue > a)",
		     ANSWER(.from = "0.0.0.0", .to = OURS));
	EXPECT_STREQ("", ANSWER(.from = "0.0.0.0", .to = "10.0.1.3"));
	EXPECT_TEXT("", lines_with(state_text(ns("pod-blue"), STATE_NEIGH),
				   "veth-blue"));
}

TEST_F(arp, who_asks_for_us_becomes_a_stale_neighbour)
{
	ASSERT_STREQ("-ENOENT", neigh_text(ASKER));
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	EXPECT_STREQ("a STALE", neigh_text(ASKER));
	/* Who asks for others, or answers unasked, does not. */
	EXPECT_STREQ("", ANSWER(.from = "10.0.1.78", .to = "10.0.1.3"));
	EXPECT_STREQ("-ENOENT", neigh_text("10.0.1.78"));
	EXPECT_STREQ("", ANSWER(.from = "10.0.1.78", .to = OURS,
				.op = ARPOP_REPLY, .dst = mac_of("blue")));
	EXPECT_STREQ("-ENOENT", neigh_text("10.0.1.78"));
	EXPECT_STREQ("", ANSWER(.from = "10.0.1.78", .to = "10.0.1.78"));
	EXPECT_STREQ("-ENOENT", neigh_text("10.0.1.78"));
	/* Where a station has moved to, its next request says. */
	EXPECT_STREQ("reply " OURS " blue to " ASKER " b (blue > b)",
		     ANSWER(.from = ASKER, .to = OURS, .sha = sta_b));
	EXPECT_STREQ("b STALE", neigh_text(ASKER));
}

TEST_F(arp, a_gratuitous_packet_changes_an_entry_and_makes_none)
{
	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	ASSERT_STREQ("a STALE", neigh_text(ASKER));
	/* Else a second later any reply would do. */
	if (ksft.sandbox.own_proc)
		ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				"net/ipv4/neigh/veth-blue/locktime", "60000"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = ASKER, .sha = sta_b));
	EXPECT_STREQ("b STALE", neigh_text(ASKER));
	/* As a reply it has the sender's MAC twice, else it is none. */
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = ASKER, .sha = sta_c,
				.op = ARPOP_REPLY, .tha = sta_c));
	EXPECT_STREQ("c STALE", neigh_text(ASKER));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = ASKER, .sha = sta_a,
				.op = ARPOP_REPLY, .tha = sta_b));
	EXPECT_STREQ("c STALE", neigh_text(ASKER));
}

/* The first of several answers counts, for locktime: a second. */
TEST_F(arp, a_second_answer_does_not_override_the_first_at_once)
{
	NEED_SYSCTL();
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/neigh/veth-blue/locktime", "60000"));
	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .sha = sta_b,
				.op = ARPOP_REPLY, .dst = mac_of("blue")));
	EXPECT_STREQ("a STALE", neigh_text(ASKER));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS,
				.op = ARPOP_REPLY, .dst = mac_of("blue")));
	EXPECT_STREQ("a REACHABLE", neigh_text(ASKER));
}

TEST_F(arp, a_permanent_entry_is_never_overwritten)
{
	ASSERT_ERR(0, neigh_add(in("pod-blue"), "veth-blue", ASKER, sta_c));
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	EXPECT_STREQ("c PERMANENT", neigh_text(ASKER));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = ASKER, .sha = sta_b));
	EXPECT_STREQ("c PERMANENT", neigh_text(ASKER));
	/* The control: one that is not changes. */
	ASSERT_STREQ("reply " OURS " blue to 10.0.1.78 a (blue > a)",
		     ANSWER(.from = "10.0.1.78", .to = OURS));
	EXPECT_STREQ("a STALE", neigh_text("10.0.1.78"));
}

TEST_F(arp, arp_accept_makes_entries_of_gratuitous_packets)
{
	NEED_SYSCTL();
	ASSERT_ERR(0, blue_sysctl("arp_accept", "1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = ASKER));
	EXPECT_STREQ("a STALE", neigh_text(ASKER));
	EXPECT_STREQ("", ANSWER(.from = "10.0.1.78", .to = OURS, .sha = sta_b,
				.op = ARPOP_REPLY, .dst = mac_of("blue")));
	EXPECT_STREQ("b REACHABLE", neigh_text("10.0.1.78"));
	EXPECT_STREQ("", ANSWER(.from = "10.0.1.79", .to = "10.0.1.3"));
	EXPECT_STREQ("-ENOENT", neigh_text("10.0.1.79"));
	ASSERT_ERR(0, blue_sysctl("drop_gratuitous_arp", "1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = ASKER, .sha = sta_b));
	EXPECT_STREQ("a STALE", neigh_text(ASKER));
}

/* Addresses of other devices are ours too, unless we say otherwise. */
TEST_F(arp, arp_ignore_says_for_which_addresses_we_answer)
{
	static const struct {
		const char *mode;
		bool ours, of_lo, far_asker;
	} rows[] = {
		{ "0", true, true, true },
		{ "1", true, false, true },
		{ "2", true, false, false },
		{ "8", false, false, false },
	};
	size_t i;

	NEED_SYSCTL();
	ASSERT_ERR(0, addr_add(in("pod-blue"), "lo", "192.0.2.9/32", 0));
	ASSERT_ERR(0, route_add(in("pod-blue"), &(struct route_desc){
				.dst = "198.51.100.0/24", .dev = "veth-blue" }));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_ERR(0, blue_sysctl("arp_ignore", rows[i].mode));
		EXPECT_STREQ(rows[i].ours ? REPLY : "",
			     ANSWER(.from = ASKER, .to = OURS));
		EXPECT_STREQ(rows[i].of_lo ? "reply 192.0.2.9 blue to " ASKER
			     " a (blue > a)" : "",
			     ANSWER(.from = ASKER, .to = "192.0.2.9"));
		EXPECT_STREQ(rows[i].far_asker ? "reply " OURS
			     " blue to 198.51.100.7 a (blue > a)" : "",
			     ANSWER(.from = "198.51.100.7", .to = OURS));
	}
	/* The stricter of "all" and the device's own counts. */
	ASSERT_ERR(0, blue_sysctl("arp_ignore", "0"));
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/conf/all/arp_ignore", "1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "192.0.2.9"));
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
}

/* A datagram of pod-blue to port 9 of @dst, from @src: 0 or -errno. */
static int blue_sends(int fd, const char *src, const char *dst)
{
	struct sockaddr_storage ss;
	struct ip_prefix ip;
	socklen_t len;

	if (src) {
		ip_parse(src, &ip);
		len = ip_sockaddr(&ip, 0, &ss);
		if (bind(fd, (struct sockaddr *)&ss, len) < 0)
			return -errno;
	}
	ip_parse(dst, &ip);
	len = ip_sockaddr(&ip, 9, &ss);
	if (sendto(fd, "nine bytes", 9, 0, (struct sockaddr *)&ss, len) < 0)
		return -errno;
	return taps_settle(lan.taps);
}

/* What pod-blue asks for when it sends from @src. */
static const char *question(const char *src, const char *dst)
{
	int fd = netns_socket(ns("pod-blue"), AF_INET, SOCK_DGRAM, 0);
	int err = fd < 0 ? fd : lan_open();

	if (!err) {
		drain();
		err = blue_sends(fd, src, dst);
	}
	if (fd >= 0)
		close(fd);
	return err ? ksft_err_name(err) : arps_at("red");
}

TEST_F(arp, a_question_goes_to_all_with_our_address)
{
	EXPECT_STREQ("request " OURS " blue to 10.0.1.80 zero (blue > all)",
		     question(NULL, "10.0.1.80"));
	EXPECT_STREQ("zero INCOMPLETE", neigh_text("10.0.1.80"));
	/* One question for all that waits. */
	EXPECT_STREQ("", question(NULL, "10.0.1.80"));
}

TEST_F(arp, arp_announce_says_which_address_we_ask_with)
{
	NEED_SYSCTL();
	ASSERT_ERR(0, addr_add(in("pod-blue"), "lo", "192.0.2.9/32", 0));
	EXPECT_STREQ("request 192.0.2.9 blue to 10.0.1.80 zero (blue > all)",
		     question("192.0.2.9", "10.0.1.80"));
	ASSERT_ERR(0, blue_sysctl("arp_announce", "1"));
	EXPECT_STREQ("request " OURS " blue to 10.0.1.81 zero (blue > all)",
		     question("192.0.2.9", "10.0.1.81"));
	ASSERT_ERR(0, blue_sysctl("arp_announce", "2"));
	EXPECT_STREQ("request " OURS " blue to 10.0.1.82 zero (blue > all)",
		     question("192.0.2.9", "10.0.1.82"));
}

static unsigned int datagrams_at(const char *ear, const uint8_t *dst)
{
	struct frame frame;
	unsigned int n = 0;

	while (taps_next(lan.taps, lan_tap(ear), &frame) > 0)
		n += frame.len == 14 + 20 + 8 + 9 &&
		     !memcmp(frame.data, dst, 6) && frame.data[12] == 0x08 &&
		     frame.data[13] == 0x00 && frame.data[23] == IPPROTO_UDP;
	return n;
}

/* INCOMPLETE holds packets back; a solicited answer lets them go. */
TEST_F(arp, an_answer_makes_reachable_and_frees_what_waited)
{
	int fd = netns_socket(ns("pod-blue"), AF_INET, SOCK_DGRAM, 0), i;

	ASSERT_LE(0, fd);
	ASSERT_ERR(0, lan_open());
	for (i = 0; i < 3; i++)
		ASSERT_ERR(0, blue_sends(fd, NULL, ASKER));
	EXPECT_EQ(0, datagrams_at("red", sta_a));
	EXPECT_STREQ("zero INCOMPLETE", neigh_text(ASKER));
	ASSERT_ERR(0, send_arp("red", &(struct arp){
			       .from = ASKER, .to = OURS, .op = ARPOP_REPLY,
			       .tha = mac_of("blue"), .dst = mac_of("blue") }));
	EXPECT_EQ(3, datagrams_at("red", sta_a));
	EXPECT_STREQ("a REACHABLE", neigh_text(ASKER));
	ASSERT_ERR(0, blue_sends(fd, NULL, ASKER));
	EXPECT_EQ(1, datagrams_at("red", sta_a));
	close(fd);
}

/* The queue's bytes are counted with their skbs: the oldest goes first. */
TEST_F(arp, only_so_much_waits_for_an_answer)
{
	int fd = netns_socket(ns("pod-blue"), AF_INET, SOCK_DGRAM, 0), i;
	unsigned int n;

	NEED_SYSCTL();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/neigh/veth-blue/unres_qlen_bytes",
				 "2000"));
	for (i = 0; i < 20; i++)
		ASSERT_ERR(0, blue_sends(fd, NULL, ASKER));
	ASSERT_ERR(0, send_arp("red", &(struct arp){
			       .from = ASKER, .to = OURS, .op = ARPOP_REPLY,
			       .tha = mac_of("blue"), .dst = mac_of("blue") }));
	n = datagrams_at("red", sta_a);
	EXPECT_LE(1, n);
	EXPECT_GE(4, n);
	EXPECT_STREQ("a REACHABLE", neigh_text(ASKER));
	close(fd);
}

/* A neighbour that is stale is asked itself, some time after it is used. */
TEST_F(arp, a_stale_neighbour_that_is_used_is_asked_by_unicast)
{
	int fd = netns_socket(ns("pod-blue"), AF_INET, SOCK_DGRAM, 0);
	struct frame frame;

	NEED_SYSCTL();
	ASSERT_LE(0, fd);
	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	ASSERT_STREQ("a STALE", neigh_text(ASKER));
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/neigh/veth-blue/retrans_time_ms",
				 "600000"));
	/* In seconds; 0 is the next tick. */
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
			"net/ipv4/neigh/veth-blue/delay_first_probe_time", "0"));
	ASSERT_ERR(0, blue_sends(fd, NULL, ASKER));
	ASSERT_ERR(0, taps_wait(lan.taps, lan_tap("red"), is_arp, &frame));
	EXPECT_STREQ("request " OURS " blue to " ASKER " zero (blue > a)",
		     arp_text(&frame));
	EXPECT_STREQ("a PROBE", neigh_text(ASKER));
	close(fd);
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS, .op = ARPOP_REPLY,
				.dst = mac_of("blue")));
	EXPECT_STREQ("a REACHABLE", neigh_text(ASKER));
}

/* Three questions to all, and the sender hears of it. */
TEST_F(arp, a_neighbour_that_never_answers_fails_after_so_many_questions)
{
	static const char ask[] = "request " OURS " blue to 10.0.1.80 zero (blue > all)";
	struct probe probe = { .kind = PROBE_UDP, .dst = "10.0.1.80",
			       .to = -1, .from = ns("pod-blue") };

	NEED_SYSCTL();
	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/neigh/veth-blue/retrans_time_ms",
				 "20"));
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/neigh/veth-blue/mcast_solicit", "4"));
	drain();
	EXPECT_ERR(-EHOSTUNREACH, probe_run(&probe, NULL));
	EXPECT_STREQ(str("%s; %s; %s; %s", ask, ask, ask, ask), arps_at("red"));
	EXPECT_STREQ("zero FAILED", neigh_text("10.0.1.80"));
}

/* Two wires in one subnet: each answers for both, but not on the other. */
TEST_F(arp, a_request_is_answered_on_its_own_wire)
{
	const struct ksft_end a = { "pod-red", "veth-a", "192.0.2.1/24" };
	const struct ksft_end b = { "pod-blue", "veth-b", "192.0.2.2/24" };
	const struct arp ask = { .from = ASKER, .to = OURS };
	const char *other;

	NEED_SYSCTL();
	ASSERT_ERR(0, wire_ends(&a, &b));
	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, lan_listen("a", "pod-red", "veth-a"));
	EXPECT_STREQ(REPLY, answer_on("red", &ask));
	EXPECT_STREQ("", arps_at("a"));
	other = mac_str(mac_at("pod-blue", "veth-b"));
	EXPECT_STREQ(str("reply " OURS " %s to " ASKER " a (%s > a)", other,
			 other), answer_on("a", &ask));
	EXPECT_STREQ("", arps_at("red"));
	/* Only where we would answer the asker ourselves. */
	ASSERT_ERR(0, sysctl_set(ns("pod-blue"),
				 "net/ipv4/conf/all/arp_filter", "1"));
	EXPECT_STREQ(REPLY, answer_on("red", &ask));
	EXPECT_STREQ("", answer_on("a", &ask));
}

/* Asked by unicast there is no random delay (proxy_delay). */
TEST_F(arp, a_proxy_answers_for_what_it_routes_elsewhere)
{
	static const char reply[] = "reply 198.51.100.5 blue to " ASKER " a (blue > a)";
	const uint8_t *blue = mac_of("blue");

	NEED_SYSCTL();
	ASSERT_ERR(0, route_add(in("pod-blue"), &(struct route_desc){
				.dst = "198.51.100.0/24", .dev = "lo" }));
	ASSERT_ERR(0, blue_sysctl("proxy_arp", "1"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "198.51.100.5",
				.dst = blue));
	ASSERT_ERR(0, blue_sysctl("forwarding", "1"));
	EXPECT_STREQ(reply, ANSWER(.from = ASKER, .to = "198.51.100.5",
				   .dst = blue));
	EXPECT_STREQ("a STALE", neigh_text(ASKER));
	/* Not for the wire it was asked on. */
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "10.0.1.3", .dst = blue));
	ASSERT_ERR(0, blue_sysctl("proxy_arp", "0"));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = "198.51.100.5",
				.dst = blue));
}

TEST_F(arp, a_device_without_arp_neither_answers_nor_asks)
{
	const struct link_desc off = { .flags = IFF_NOARP, .change = IFF_NOARP };
	const struct link_desc on = { .change = IFF_NOARP };

	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &off));
	EXPECT_STREQ("-ENOENT", neigh_text(ASKER));
	EXPECT_STREQ("", ANSWER(.from = ASKER, .to = OURS));
	EXPECT_STREQ("", question(NULL, "10.0.1.80"));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &on));
	EXPECT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
}

/* Neighbours are forgotten with the MAC that they were asked with. */
TEST_F(arp, a_new_mac_is_announced_if_asked_for_and_forgets_neighbours)
{
	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	ASSERT_STREQ("a STALE", neigh_text(ASKER));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue",
			       &(struct link_desc){ .mac = sta_b }));
	ASSERT_ERR(0, taps_settle(lan.taps));
	EXPECT_STREQ("-ENOENT", neigh_text(ASKER));
	EXPECT_STREQ("", arps_at("red"));
	EXPECT_STREQ("reply " OURS " blue to " ASKER " a (blue > a)",
		     ANSWER(.from = ASKER, .to = OURS));
	NEED_SYSCTL();
	ASSERT_ERR(0, blue_sysctl("arp_notify", "1"));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue",
			       &(struct link_desc){ .mac = sta_c }));
	ASSERT_ERR(0, taps_settle(lan.taps));
	EXPECT_STREQ("request " OURS " blue to " OURS " zero (blue > all)",
		     arps_at("red"));
}

/* neigh_ifdown; permanent ones as well. */
TEST_F(arp, a_link_that_goes_down_forgets_all_of_its_neighbours)
{
	const struct link_desc down = { .change = IFF_UP };

	ASSERT_STREQ(REPLY, ANSWER(.from = ASKER, .to = OURS));
	ASSERT_ERR(0, neigh_add(in("pod-blue"), "veth-blue", "10.0.1.78",
				sta_b));
	EXPECT_STREQ("a STALE", neigh_text(ASKER));
	EXPECT_STREQ("b PERMANENT", neigh_text("10.0.1.78"));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &down));
	EXPECT_STREQ("-ENOENT", neigh_text(ASKER));
	EXPECT_STREQ("-ENOENT", neigh_text("10.0.1.78"));
}

/*
 * A bridge may answer for a station that the host knows, and keep the question
 * from a port (br_do_proxy_suppress_arp).  "b" is a station behind blue.
 */
FIXTURE(arp_bridge) { struct topo *topo; };
FIXTURE_VARIANT(arp_bridge) { const char *topology; };
FIXTURE_VARIANT_ADD(arp_bridge, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(arp_bridge) TOPO_SETUP(arp_bridge)
FIXTURE_TEARDOWN(arp_bridge) TOPO_TEARDOWN

#define KNOWN	"10.244.0.77"
#define SEEKER	"10.244.0.78"

static const struct arp seek = { .from = SEEKER, .to = KNOWN };
static const char sought[] = "request " SEEKER " a to " KNOWN " zero (a > all)";
static const char found[] = "reply " KNOWN " b to " SEEKER " a (b > a)";

static int know_b(void)
{
	int err = neigh_add(in(TOPO_HOST), BR, KNOWN, sta_b);

	if (!err && strcmp("red 3 host", learn("blue", sta_b)))
		err = -EPROTO;
	return err;
}

TEST_F(arp_bridge, neigh_suppress_answers_for_a_port_and_spares_it_the_question)
{
	ASSERT_ERR(0, know_b());
	ASSERT_ERR(0, send_arp("red", &seek));
	EXPECT_STREQ("", arps_at("red"));
	EXPECT_STREQ(sought, arps_at("blue"));
	EXPECT_STREQ(sought, arps_at("3"));
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_NEIGH_SUPPRESS, 1));
	EXPECT_EQ(1, port_attr("veth-blue-br", IFLA_BRPORT_NEIGH_SUPPRESS));
	ASSERT_ERR(0, send_arp("red", &seek));
	EXPECT_STREQ(found, arps_at("red"));
	EXPECT_STREQ("", arps_at("blue"));
	EXPECT_STREQ(sought, arps_at("3"));
	EXPECT_STREQ(sought, arps_at("host"));
	/* Nobody knows this one: it is looked for everywhere. */
	ASSERT_ERR(0, send_arp("red", &(struct arp){ .from = SEEKER,
						     .to = "10.244.0.79" }));
	EXPECT_STREQ("", arps_at("red"));
	EXPECT_STRNE("", arps_at("blue"));
}

/* Of the port that asks; it is not flooded to, either. */
TEST_F(arp_bridge, proxy_arp_answers_the_port_that_has_it)
{
	ASSERT_ERR(0, know_b());
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_PROXYARP, 1));
	EXPECT_EQ(1, port_attr("veth-red-br", IFLA_BRPORT_PROXYARP));
	ASSERT_ERR(0, send_arp("red", &seek));
	EXPECT_STREQ(found, arps_at("red"));
	ASSERT_ERR(0, send_arp("3", &seek));
	EXPECT_STREQ("", arps_at("3"));
	EXPECT_STREQ(sought, arps_at("blue"));
	EXPECT_STREQ("", arps_at("red"));
}

KSFT_NEEDS(CONFIG_PACKET, "*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*.a_gratuitous_packet_changes_*")

KSFT_MAIN
