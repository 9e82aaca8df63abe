// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who a bridge is, and the spanning tree: a pod plays the root bridge with
 * frames made by hand, whose forward delay of zero takes the waits out.
 *
 *	host   v-net-0
 *	        |- veth-red-br  ------ veth-red   pod-red   ("red")
 *	        |- veth-blue-br ------ veth-blue  pod-blue  ("blue")
 *	        `- veth-3-br    ------ veth-3     pod-3     ("3")
 */
#include "lan.h"

FIXTURE(stp) { struct topo *topo; };
FIXTURE_VARIANT(stp) { const char *topology; };
FIXTURE_VARIANT_ADD(stp, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(stp) TOPO_SETUP(stp)
FIXTURE_TEARDOWN(stp) TOPO_TEARDOWN

static const uint8_t sender[] = { 0x06, 0, 0, 0, 0, 0x01 };
static const uint8_t stp_group[] = { 0x01, 0x80, 0xc2, 0, 0, 0 };

/* As IFLA_BR_BRIDGE_ID and its like say it, seen as a number. */
static long long bridge_id(uint16_t prio, const uint8_t *mac)
{
	uint8_t id[8];
	long long value;

	put16(id, 0, prio);
	memcpy(id + 2, mac, 6);
	memcpy(&value, id, sizeof(value));
	return value;
}

static int port_state(const char *port)
{
	return port_attr(port, IFLA_BRPORT_STATE);
}

static const char *states(void)
{
	return str("%d %d %d", port_state("veth-red-br"),
		   port_state("veth-blue-br"), port_state("veth-3-br"));
}

TEST_F(stp, a_new_bridge_is_its_own_root_with_the_standards_times)
{
	const long long id = bridge_id(0x8000, bridge_mac());

	EXPECT_EQ(id, br_attr(IFLA_BR_BRIDGE_ID));
	EXPECT_EQ(id, br_attr(IFLA_BR_ROOT_ID));
	EXPECT_EQ(0x8000, br_attr(IFLA_BR_PRIORITY));
	EXPECT_EQ(0, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(0, br_attr(IFLA_BR_ROOT_PATH_COST));
	EXPECT_EQ(0, br_attr(IFLA_BR_STP_STATE));
	EXPECT_EQ(0, br_attr(IFLA_BR_TOPOLOGY_CHANGE));
	EXPECT_EQ(200, br_attr(IFLA_BR_HELLO_TIME));
	EXPECT_EQ(2000, br_attr(IFLA_BR_MAX_AGE));
	EXPECT_EQ(1500, br_attr(IFLA_BR_FORWARD_DELAY));
	EXPECT_EQ(30000, br_attr(IFLA_BR_AGEING_TIME));
	EXPECT_EQ(0, br_attr(IFLA_BR_GROUP_FWD_MASK));
}

/* Numbers in the order of joining; an id is a priority and a number. */
TEST_F(stp, ports_are_numbered_and_designated)
{
	static const char * const ports[] = { "veth-red-br", "veth-blue-br",
					      "veth-3-br" };
	const long long id = bridge_id(0x8000, bridge_mac());
	int i;

	for (i = 0; i < 3; i++) {
		EXPECT_EQ(i + 1, port_attr(ports[i], IFLA_BRPORT_NO));
		EXPECT_EQ(0x8001 + i, port_attr(ports[i], IFLA_BRPORT_ID));
		EXPECT_EQ(0x8001 + i, port_attr(ports[i],
						IFLA_BRPORT_DESIGNATED_PORT));
		EXPECT_EQ(0, port_attr(ports[i], IFLA_BRPORT_DESIGNATED_COST));
		EXPECT_EQ(id, port_attr(ports[i], IFLA_BRPORT_ROOT_ID));
		EXPECT_EQ(id, port_attr(ports[i], IFLA_BRPORT_BRIDGE_ID));
		EXPECT_EQ(32, port_attr(ports[i], IFLA_BRPORT_PRIORITY));
		EXPECT_EQ(2, port_attr(ports[i], IFLA_BRPORT_COST));
		EXPECT_EQ(3, port_state(ports[i]));
	}
}

/* A number that became free is given again, the lowest first. */
TEST_F(stp, a_port_that_left_gives_its_number_to_the_next)
{
	const struct link_desc none = { .master = "" }, br = { .master = BR };

	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br", &none));
	EXPECT_EQ(-ENODATA, port_attr("veth-red-br", IFLA_BRPORT_NO));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-3-br", &none));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-3-br", &br));
	EXPECT_EQ(1, port_attr("veth-3-br", IFLA_BRPORT_NO));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br", &br));
	EXPECT_EQ(3, port_attr("veth-red-br", IFLA_BRPORT_NO));
	EXPECT_EQ(2, port_attr("veth-blue-br", IFLA_BRPORT_NO));
}

/* What is set is there, and what the standard does not have is refused. */
TEST_F(stp, times_have_the_standards_ranges)
{
	static const struct {
		int attr;
		uint32_t low, high;
	} times[] = {
		{ IFLA_BR_HELLO_TIME, 100, 1000 },
		{ IFLA_BR_MAX_AGE, 600, 4000 },
		{ IFLA_BR_FORWARD_DELAY, 200, 3000 },
	};
	int i;

	/* Without STP a forward delay may be anything, zero for one. */
	EXPECT_ERR(0, br_set_u32(IFLA_BR_FORWARD_DELAY, 0));
	EXPECT_EQ(0, br_attr(IFLA_BR_FORWARD_DELAY));
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	EXPECT_EQ(1, br_attr(IFLA_BR_STP_STATE));
	EXPECT_EQ(200, br_attr(IFLA_BR_FORWARD_DELAY));
	/* Ports that forward go on with it. */
	EXPECT_STREQ("3 3 3", states());
	for (i = 0; i < 3; i++) {
		EXPECT_ERR(-ERANGE, br_set_u32(times[i].attr, times[i].low - 1));
		EXPECT_ERR(-ERANGE, br_set_u32(times[i].attr,
					       times[i].high + 1));
		EXPECT_ERR(0, br_set_u32(times[i].attr, times[i].high));
		EXPECT_EQ(times[i].high, br_attr(times[i].attr));
		EXPECT_ERR(0, br_set_u32(times[i].attr, times[i].low));
		EXPECT_EQ(times[i].low, br_attr(times[i].attr));
	}
}

TEST_F(stp, priorities_and_costs_are_kept_within_their_ranges)
{
	ASSERT_ERR(0, br_set_u16(IFLA_BR_PRIORITY, 0x1234));
	EXPECT_EQ(bridge_id(0x1234, bridge_mac()), br_attr(IFLA_BR_BRIDGE_ID));
	EXPECT_EQ(bridge_id(0x1234, bridge_mac()), br_attr(IFLA_BR_ROOT_ID));
	EXPECT_EQ(0x1234, br_attr(IFLA_BR_PRIORITY));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_PRIORITY, 63));
	EXPECT_EQ(63, port_attr("veth-red-br", IFLA_BRPORT_PRIORITY));
	EXPECT_EQ(63 << 10 | 1, port_attr("veth-red-br", IFLA_BRPORT_ID));
	EXPECT_EQ(0x8002, port_attr("veth-blue-br", IFLA_BRPORT_ID));
	EXPECT_ERR(-ERANGE, port_put("veth-red-br", IFLA_BRPORT_PRIORITY, 64));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_COST, 65535));
	EXPECT_EQ(65535, port_attr("veth-red-br", IFLA_BRPORT_COST));
	EXPECT_ERR(-ERANGE, port_put("veth-red-br", IFLA_BRPORT_COST, 65536));
	EXPECT_ERR(-ERANGE, port_put("veth-red-br", IFLA_BRPORT_COST, 0));
	EXPECT_EQ(65535, port_attr("veth-red-br", IFLA_BRPORT_COST));
	EXPECT_EQ(2, port_attr("veth-blue-br", IFLA_BRPORT_COST));
}

/* br_stp_recalculate_bridge_id, by way of a port's own new MAC. */
TEST_F(stp, the_bridge_has_the_lowest_mac_of_its_ports)
{
	static const uint8_t low[] = { 0, 0, 0, 0, 0, 0x11 };
	static const uint8_t high[] = { 0xfe, 0xff, 0xff, 0xff, 0xff, 0x11 };

	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-blue-br",
			       &(struct link_desc){ .mac = low }));
	EXPECT_EQ(0, memcmp(low, bridge_mac(), 6));
	EXPECT_EQ(bridge_id(0x8000, low), br_attr(IFLA_BR_BRIDGE_ID));
	EXPECT_EQ(bridge_id(0x8000, low),
		  port_attr("veth-red-br", IFLA_BRPORT_BRIDGE_ID));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-blue-br",
			       &(struct link_desc){ .mac = high }));
	EXPECT_NE(0, memcmp(low, bridge_mac(), 6));
	EXPECT_NE(0, memcmp(high, bridge_mac(), 6));
}

/* IEEE 802.1D, 9.3.1; times are in seconds. */
struct bpdu {
	uint8_t type, flags;
	uint16_t root_prio;
	uint8_t root[6];
	uint32_t cost;
	uint16_t bridge_prio;
	uint8_t bridge[6];
	uint16_t port;
	unsigned int age, max_age, hello, forward;
};

#define BPDU_LLC	3
#define BPDU_CONFIG	35
#define BPDU_TCN	4
#define BPDU_MAX	(BPDU_LLC + BPDU_CONFIG)

/* A bridge that is better than ours, just heard from the root: itself. */
static const struct bpdu superior = {
	.root = { 0x02, 0, 0, 0, 0, 0x01 }, .bridge = { 0x02, 0, 0, 0, 0, 0x01 },
	.port = 0x8001, .max_age = 20, .hello = 2,
};

static size_t bpdu_put(const struct bpdu *b, uint8_t *to)
{
	const uint16_t times[] = { b->age, b->max_age, b->hello, b->forward };
	size_t at = BPDU_LLC, i;

	memset(to, 0, BPDU_MAX);
	memcpy(to, "\x42\x42\x03", BPDU_LLC);
	to[at + 3] = b->type;
	if (b->type)
		return at + BPDU_TCN;
	to[at + 4] = b->flags;
	put16(to, at + 5, b->root_prio);
	memcpy(to + at + 7, b->root, 6);
	put16(to, at + 13, b->cost >> 16);
	put16(to, at + 15, b->cost);
	put16(to, at + 17, b->bridge_prio);
	memcpy(to + at + 19, b->bridge, 6);
	put16(to, at + 25, b->port);
	for (i = 0; i < 4; i++)
		put16(to, at + 27 + 2 * i, times[i] * 256);
	return BPDU_MAX;
}

static const char *send_bpdu(const char *pod, const struct bpdu *bpdu)
{
	uint8_t payload[BPDU_MAX];
	size_t len = bpdu_put(bpdu, payload);

	return HEARD(pod, .src = sender, .dst = stp_group,
		     .ethertype = len, .payload = payload, .payload_len = len);
}

static bool is_bpdu(const struct frame *frame)
{
	return !memcmp(frame->data, stp_group, 6);
}

static unsigned int get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

/* What @pod hears of the bridge's BPDU, in words. */
static const char *bpdu_at(const char *pod)
{
	char mac[3][18];
	struct frame f;
	const uint8_t *b;
	int err;

	err = taps_wait(lan.taps, lan_tap(pod), is_bpdu, &f);
	if (err)
		return ksft_err_name(err);
	b = f.data + 14;
	if (f.len < 14 + BPDU_MAX || get16(f.data + 12) != BPDU_MAX ||
	    memcmp(b, "\x42\x42\x03\0\0\0\0", 7))
		return "not a config BPDU";
	b += BPDU_LLC;
	return str("from %s root %x.%s cost %u bridge %x.%s port %x flags %x age %u max %u hello %u forward %u",
		   mac_text(f.data + 6, mac[0]),
		   get16(b + 5), mac_text(b + 7, mac[1]),
		   get16(b + 13) << 16 | get16(b + 15),
		   get16(b + 17), mac_text(b + 19, mac[2]), get16(b + 25), b[4],
		   get16(b + 27) / 256, get16(b + 29) / 256,
		   get16(b + 31) / 256, get16(b + 33) / 256);
}

/* Without STP it is nobody's business what BPDUs say. */
TEST_F(stp, a_superior_bridge_becomes_root_and_the_second_way_to_it_is_blocked)
{
	const long long root = bridge_id(0, superior.root);

	EXPECT_STREQ("blue 3 host", send_bpdu("red", &superior));
	EXPECT_EQ(0, br_attr(IFLA_BR_ROOT_PORT));
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	EXPECT_STREQ("", send_bpdu("red", &superior));
	EXPECT_EQ(root, br_attr(IFLA_BR_ROOT_ID));
	EXPECT_EQ(1, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(2, br_attr(IFLA_BR_ROOT_PATH_COST));
	EXPECT_STREQ("3 3 3", states());
	EXPECT_STREQ("", send_bpdu("blue", &superior));
	EXPECT_EQ(1, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_STREQ("3 4 3", states());
	EXPECT_EQ(root, port_attr("veth-3-br", IFLA_BRPORT_ROOT_ID));
	EXPECT_EQ(bridge_id(0x8000, bridge_mac()),
		  port_attr("veth-3-br", IFLA_BRPORT_BRIDGE_ID));
	EXPECT_EQ(2, port_attr("veth-3-br", IFLA_BRPORT_DESIGNATED_COST));
	EXPECT_STREQ("3 host", HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("", HEARD("blue", .src = sta_b, .dst = broadcast));
	EXPECT_STREQ("red host", HEARD("3", .src = sta_c, .dst = broadcast));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0c veth-3-br\n", stations());
}

/* Nearer wins, then the lower port of the sender, then the lower of our own. */
TEST_F(stp, the_root_port_is_the_cheapest_way)
{
	struct bpdu far = superior;

	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	far.cost = 1;
	ASSERT_STREQ("", send_bpdu("red", &far));
	EXPECT_EQ(1, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(3, br_attr(IFLA_BR_ROOT_PATH_COST));
	ASSERT_STREQ("", send_bpdu("blue", &superior));
	EXPECT_EQ(2, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(2, br_attr(IFLA_BR_ROOT_PATH_COST));
	EXPECT_STREQ("4 3 3", states());
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_COST, 100));
	EXPECT_EQ(1, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(3, br_attr(IFLA_BR_ROOT_PATH_COST));
	EXPECT_STREQ("3 4 3", states());
	/* Its own priority makes it the best, and the root. */
	ASSERT_ERR(0, br_set_u16(IFLA_BR_PRIORITY, 0));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), BR, &(struct link_desc){
				       .mac = (uint8_t[6]){ 0, 0, 0, 0, 0, 1 } }));
	EXPECT_EQ(0, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(br_attr(IFLA_BR_BRIDGE_ID), br_attr(IFLA_BR_ROOT_ID));
}

/* What it tells others of a root that it hears of; age grows on the way. */
TEST_F(stp, the_bridge_relays_the_roots_word_to_its_other_ports)
{
	uint8_t payload[BPDU_MAX], frame[FRAME_MAX];
	struct bpdu told = superior;
	struct shot shot;
	size_t len;

	told.cost = 5;
	told.age = 1;
	told.forward = 4;
	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	len = bpdu_put(&told, payload);
	shot = (struct shot){ .src = sender, .dst = stp_group,
			      .ethertype = len, .payload = payload,
			      .payload_len = len };
	len = shot_frame(&shot, frame);
	ASSERT_ERR(0, taps_send(lan.taps, lan_tap("red"), frame, len));
	ASSERT_ERR(0, taps_settle(lan.taps));
	EXPECT_STREQ(str("from %s root 0.02:00:00:00:00:01 cost 7 bridge 8000.%s port 8003 flags 0 age 1 max 20 hello 2 forward 4",
			 mac_str(mac_at(TOPO_HOST, "veth-3-br")),
			 mac_str(bridge_mac())), bpdu_at("3"));
}

static const struct bpdu change = { .type = 0x80 };

/* The flags of 0x81: acknowledged, and a change is on. */
TEST_F(stp, a_topology_change_is_acknowledged_by_the_root)
{
	uint8_t payload[BPDU_MAX], frame[FRAME_MAX];
	struct shot shot = { .src = sta_a, .dst = stp_group,
			     .payload = payload };
	size_t len;

	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	ASSERT_EQ(0, br_attr(IFLA_BR_TOPOLOGY_CHANGE));
	shot.payload_len = bpdu_put(&change, payload);
	shot.ethertype = shot.payload_len;
	len = shot_frame(&shot, frame);
	ASSERT_ERR(0, taps_send(lan.taps, lan_tap("red"), frame, len));
	ASSERT_ERR(0, taps_settle(lan.taps));
	EXPECT_STREQ(str("from %s root 8000.%s cost 0 bridge 8000.%s port 8001 flags 81 age 0 max 20 hello 2 forward 15",
			 mac_str(mac_at(TOPO_HOST, "veth-red-br")),
			 mac_str(bridge_mac()), mac_str(bridge_mac())),
		     bpdu_at("red"));
	EXPECT_EQ(1, br_attr(IFLA_BR_TOPOLOGY_CHANGE));
	EXPECT_EQ(1, br_attr(IFLA_BR_TOPOLOGY_CHANGE_DETECTED));
}

static int station_state(const uint8_t *mac)
{
	struct neigh entry;
	int err = fdb_get(in(TOPO_HOST), mac, &entry);

	return err ? err : entry.state;
}

/*
 * hold_time: while the root says that there is a change, stations that have not
 * spoken for a forward delay are stale, and the next look for such takes them.
 */
TEST_F(stp, a_topology_change_ages_stations_in_a_forward_delay)
{
	struct events *events = watch_fdb();
	struct bpdu told = superior;
	int state;

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	ASSERT_STREQ("", send_bpdu("red", &superior));
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_EQ(NUD_REACHABLE, station_state(sta_b));
	told.flags = 1;
	told.forward = 30;
	EXPECT_STREQ("", send_bpdu("red", &told));
	EXPECT_EQ(1, br_attr(IFLA_BR_TOPOLOGY_CHANGE));
	EXPECT_EQ(6000, br_attr(IFLA_BR_AGEING_TIME));
	EXPECT_EQ(NUD_REACHABLE, station_state(sta_b));
	told.forward = 0;
	EXPECT_STREQ("", send_bpdu("red", &told));
	state = station_state(sta_b);
	/* The bridge may have looked already. */
	EXPECT_TRUE(state == NUD_STALE || state == -ENOENT)
		printf("# the station's state is %d\n", state);
	/* Makes it look now. */
	ASSERT_ERR(0, br_set_u32(IFLA_BR_AGEING_TIME, 30000));
	EXPECT_ERR(0, events_wait(events, "DELNEIGH fdb 02:00:00:00:00:0b dev veth-blue-br"));
	EXPECT_STREQ("", send_bpdu("red", &superior));
	EXPECT_EQ(0, br_attr(IFLA_BR_TOPOLOGY_CHANGE));
	EXPECT_EQ(30000, br_attr(IFLA_BR_AGEING_TIME));
	EXPECT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_EQ(NUD_REACHABLE, station_state(sta_b));
	events_close(events);
}

TEST_F(stp, a_guarded_port_is_disabled_by_a_bpdu)
{
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_GUARD, 1));
	EXPECT_EQ(1, port_attr("veth-red-br", IFLA_BRPORT_GUARD));
	EXPECT_STREQ("blue 3 host",
		     HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("", send_bpdu("red", &superior));
	EXPECT_STREQ("0 3 3", states());
	EXPECT_EQ(0, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = broadcast));
}

TEST_F(stp, a_port_with_root_block_never_leads_to_the_root)
{
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_PROTECT, 1));
	EXPECT_EQ(1, port_attr("veth-red-br", IFLA_BRPORT_PROTECT));
	EXPECT_STREQ("", send_bpdu("red", &superior));
	EXPECT_EQ(0, br_attr(IFLA_BR_ROOT_PORT));
	EXPECT_EQ(BR_STATE_LISTENING, port_state("veth-red-br"));
	/* The control: without it this is the way. */
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_PROTECT, 0));
	EXPECT_STREQ("", send_bpdu("blue", &superior));
	EXPECT_EQ(2, br_attr(IFLA_BR_ROOT_PORT));
}

/* A worse bridge, an older word, the wrong protocol: none of it counts. */
TEST_F(stp, a_bpdu_that_is_inferior_or_stale_changes_nothing)
{
	const long long id = br_attr(IFLA_BR_BRIDGE_ID);
	struct bpdu bad = superior;

	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	bad.root_prio = 0x8001;
	EXPECT_STREQ("", send_bpdu("red", &bad));
	EXPECT_EQ(id, br_attr(IFLA_BR_ROOT_ID));
	bad = superior;
	bad.age = 21;
	EXPECT_STREQ("", send_bpdu("red", &bad));
	EXPECT_EQ(id, br_attr(IFLA_BR_ROOT_ID));
	EXPECT_ERR(-EBUSY, port_put("veth-red-br", IFLA_BRPORT_STATE, 3));
	EXPECT_STREQ("", send_bpdu("red", &superior));
	EXPECT_EQ(bridge_id(0, superior.root), br_attr(IFLA_BR_ROOT_ID));
}

/* Two bridges of the host on two wires: a loop. */
FIXTURE(loop) { struct topo *topo; };
FIXTURE_VARIANT(loop) { const char *topology; };
FIXTURE_VARIANT_ADD(loop, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(loop) TOPO_SETUP(loop)
FIXTURE_TEARDOWN(loop) TOPO_TEARDOWN

static const uint8_t mac_second[] = { 0xfe, 0, 0, 0, 0, 0x02 };

static int wire(const char *a, const char *b)
{
	const struct link_desc peer = { .name = b };
	const struct link_desc veth = { .kind = "veth", .name = a,
					.peer = &peer };
	const struct link_desc first = { .master = BR, .flags = IFF_UP,
					 .change = IFF_UP };
	const struct link_desc second = { .master = "second", .flags = IFF_UP,
					  .change = IFF_UP };
	struct link link;
	int err;

	err = link_add(in(TOPO_HOST), &veth);
	if (!err)
		err = link_set(in(TOPO_HOST), a, &first);
	if (!err)
		err = link_set(in(TOPO_HOST), b, &second);
	if (!err)
		err = link_wait(ns(TOPO_HOST), a, link_is_running, &link);
	return err ? err :
	       link_wait(ns(TOPO_HOST), b, link_is_running, &link);
}

/*
 * LLC was for init_net only: v6.5, "llc: Don't drop packet from non-root
 * netns.", and stable kernels.  The root is played by pod-red, so that nobody
 * waits for a timer: "second" hears of it over two wires.
 */
TEST_OF("regression stp-in-a-namespace", loop,
	two_bridges_on_two_wires_block_exactly_one_port)
{
	const struct link_desc second = { .kind = "bridge", .name = "second",
					  .mac = mac_second };
	const uint32_t on = 1;

	ASSERT_ERR(0, link_add(in(TOPO_HOST), &second));
	ASSERT_ERR(0, br_put(BR, IFLA_BR_STP_STATE, &on, sizeof(on)));
	ASSERT_ERR(0, br_put("second", IFLA_BR_STP_STATE, &on, sizeof(on)));
	ASSERT_ERR(0, set_up(TOPO_HOST, "second"));
	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, lan_listen("second", TOPO_HOST, "second"));
	/* Before there are wires, so that they forward at once at this end. */
	ASSERT_STREQ("", send_bpdu("red", &superior));
	ASSERT_ERR(0, wire("a1", "a2"));
	ASSERT_ERR(0, wire("b1", "b2"));
	EXPECT_STREQ("", send_bpdu("red", &superior));
	EXPECT_STREQ("3 3", str("%d %d", port_state("a1"), port_state("b1")));
	EXPECT_STREQ("1 4", str("%d %d", port_state("a2"), port_state("b2")));
	EXPECT_EQ(1, attr_of("second", IFLA_INFO_DATA, IFLA_BR_ROOT_PORT));
	EXPECT_EQ(4, attr_of("second", IFLA_INFO_DATA,
			     IFLA_BR_ROOT_PATH_COST));
	EXPECT_EQ(bridge_id(0, superior.root),
		  attr_of("second", IFLA_INFO_DATA, IFLA_BR_ROOT_ID));
	/* Once the way to the root is cut, the other one is taken. */
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "a2",
			       &(struct link_desc){ .change = IFF_UP }));
	EXPECT_STREQ("0 3", str("%d %d", port_state("a2"), port_state("b2")));
	EXPECT_EQ(2, attr_of("second", IFLA_INFO_DATA, IFLA_BR_ROOT_PORT));
	EXPECT_STREQ("blue 3 host second",
		     HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("red blue 3 host",
		     HEARD("second", .src = sta_b, .dst = broadcast));
}

KSFT_NEEDS(CONFIG_PACKET, "*")

KSFT_MAIN
