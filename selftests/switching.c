// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How a bridge switches: single frames, and exactly who hears them.
 *
 *	host   v-net-0 ("host")
 *	        |- veth-red-br  ------ veth-red   pod-red   ("red")
 *	        |- veth-blue-br ------ veth-blue  pod-blue  ("blue")
 *	        `- veth-3-br    ------ veth-3     pod-3     ("3")
 */
#include "lan.h"
#include "lend.h"

/* Not an IP one: nobody reports it, so snooping has nothing to say. */
static const uint8_t group[] = { 0x03, 0, 0, 0, 0, 0x01 };

FIXTURE(lan) { struct topo *topo; };
FIXTURE_VARIANT(lan) { const char *topology; };
FIXTURE_VARIANT_ADD(lan, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(lan) LEND_SETUP(lan)
FIXTURE_TEARDOWN(lan) LEND_TEARDOWN

/* What differs from kernel to kernel, or is linkwatch's to say. */
static bool make_plain(char *line, const char *word)
{
	(void)word;
	cut_field(line, " mac ");
	cut_field(line, " peer ");
	cut_field(line, " qdisc ");
	cut_tail(line, " vlan_filtering");
	if (strchr(line, '<'))
		cut_field(line, " state ");
	return !is_fallback_line(line);
}

static char *plain_text(const char *netns)
{
	return keep(state_text(ns(netns), STATE_LINK | STATE_ADDR4 |
			       STATE_ROUTE4_MAIN), make_plain, NULL);
}

#define FLAGS_UP	"<BROADCAST,MULTICAST,UP,RUNNING,LOWER_UP> mtu 1500 carrier 1"
#define LO_TEXT \
	"link lo: <LOOPBACK,UP,RUNNING,LOWER_UP> mtu 65536 carrier 1 master none kind none promiscuity 0 txqlen 1000\n"
#define LO_ADDR	"addr 127.0.0.1/8 dev lo scope host permanent\n"

static const char *port_text(const char *port)
{
	return str("link %s: " FLAGS_UP " master " BR " kind veth promiscuity 1 txqlen 1000\n"
		   "link %s: port state 3 priority 32 cost 2 learning 1 flood 1 hairpin 0 isolated 0 locked 0\n",
		   port, port);
}

static const char *pod_text(const char *dev, const char *addr)
{
	return str(LO_TEXT "link %s: " FLAGS_UP " master none kind veth promiscuity 0 txqlen 1000\n"
		   "addr %s/24 dev %s scope global permanent\n" LO_ADDR
		   "route unicast 10.244.0.0/24 dev %s table main proto kernel scope link src %s\n"
		   "route unicast default via 10.244.0.1 dev %s table main proto boot scope global\n",
		   dev, addr, dev, dev, addr, dev);
}

/* What all that follows stands on. */
TEST_F(lan, the_network_is_built_as_it_is_listed)
{
	EXPECT_TEXT(str(LO_TEXT
			"link " BR ": " FLAGS_UP " master none kind bridge promiscuity 0 txqlen 1000\n"
			"link " BR ": stp 0 forward_delay 1500 ageing_time 30000 mcast_snooping 1\n"
			"%s%s%saddr 10.244.0.1/24 dev " BR " scope global permanent\n"
			LO_ADDR
			"route unicast 10.244.0.0/24 dev " BR " table main proto kernel scope link src 10.244.0.1\n",
			port_text("veth-3-br"), port_text("veth-blue-br"),
			port_text("veth-red-br")), plain_text(TOPO_HOST));
	EXPECT_TEXT(pod_text("veth-red", "10.244.0.10"), plain_text("pod-red"));
	EXPECT_TEXT(pod_text("veth-blue", "10.244.0.20"),
		    plain_text("pod-blue"));
	EXPECT_TEXT(pod_text("veth-3", "10.244.0.21"), plain_text("pod-3"));
}

TEST_F(lan, an_unknown_station_is_sent_to_every_other_port_once)
{
	EXPECT_STREQ("blue 3", HEARD("red", .src = sta_a, .dst = sta_c));
	EXPECT_STREQ("red 3", HEARD("blue", .src = sta_b, .dst = sta_c));
	EXPECT_STREQ("red blue", HEARD("3", .src = sta_b, .dst = sta_c));
	EXPECT_STREQ("red blue 3",
		     HEARD("host", .src = bridge_mac(), .dst = sta_c));
}

TEST_F(lan, broadcast_and_multicast_go_to_every_other_port_and_up)
{
	EXPECT_STREQ("blue 3 host",
		     HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("red 3 host", HEARD("blue", .src = sta_b, .dst = group));
	EXPECT_STREQ("red blue 3",
		     HEARD("host", .src = bridge_mac(), .dst = broadcast));
	EXPECT_STREQ("red blue 3",
		     HEARD("host", .src = bridge_mac(), .dst = group));
}

TEST_F(lan, a_learned_station_is_sent_to_its_port_alone)
{
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("red", HEARD("3", .src = sta_c, .dst = sta_a));
	EXPECT_STREQ("3", HEARD("host", .src = bridge_mac(), .dst = sta_c));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0b veth-blue-br\n"
		    "02:00:00:00:00:0c veth-3-br\n", stations());
}

TEST_F(lan, a_station_is_learned_from_any_kind_of_frame)
{
	ASSERT_STREQ("blue 3", HEARD("red", .src = sta_a, .dst = sta_c));
	ASSERT_STREQ("red 3 host", HEARD("blue", .src = sta_b, .dst = group));
	ASSERT_STREQ("host", HEARD("3", .src = sta_c, .dst = bridge_mac()));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0b veth-blue-br\n"
		    "02:00:00:00:00:0c veth-3-br\n", stations());
}

/* br_dev_xmit does not learn: the host's senders are nobody's neighbours. */
TEST_F(lan, what_the_host_sends_is_not_learned)
{
	ASSERT_STREQ("red blue 3",
		     HEARD("host", .src = sta_a, .dst = broadcast));
	EXPECT_TEXT("", stations());
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n", stations());
}

TEST_F(lan, a_frame_never_leaves_by_the_port_it_came_from)
{
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("", HEARD("red", .src = sta_c, .dst = sta_a));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0b veth-blue-br\n"
		    "02:00:00:00:00:0c veth-red-br\n", stations());
}

TEST_F(lan, hairpin_sends_it_back_by_that_port_alone)
{
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_MODE, 1));
	EXPECT_EQ(1, port_attr("veth-red-br", IFLA_BRPORT_MODE));
	EXPECT_EQ(0, port_attr("veth-blue-br", IFLA_BRPORT_MODE));
	EXPECT_STREQ("red", HEARD("red", .src = sta_c, .dst = sta_a));
	EXPECT_STREQ("red blue 3 host",
		     HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("red 3 host",
		     HEARD("blue", .src = sta_b, .dst = broadcast));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_MODE, 0));
	EXPECT_STREQ("", HEARD("red", .src = sta_c, .dst = sta_a));
}

TEST_F(lan, a_frame_for_the_bridge_or_a_ports_mac_goes_up_only)
{
	EXPECT_STREQ("host", HEARD("red", .src = sta_a, .dst = bridge_mac()));
	EXPECT_STREQ("host", HEARD("red", .src = sta_a,
				   .dst = mac_at(TOPO_HOST, "veth-red-br")));
	EXPECT_STREQ("host", HEARD("red", .src = sta_a,
				   .dst = mac_at(TOPO_HOST, "veth-3-br")));
	/* The control: a pod's own MAC is not known before it speaks. */
	EXPECT_STREQ("blue 3", HEARD("red", .src = sta_a, .dst = sta_b));
}

TEST_F(lan, a_promiscuous_bridge_also_hears_what_is_not_for_it)
{
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b));
	ASSERT_ERR(0, set_flags(BR, IFF_PROMISC, IFF_PROMISC));
	EXPECT_STREQ("blue host", HEARD("red", .src = sta_a, .dst = sta_b));
	EXPECT_STREQ("blue 3 host", HEARD("red", .src = sta_a, .dst = sta_c));
	EXPECT_STREQ("host", HEARD("red", .src = sta_a, .dst = bridge_mac()));
	ASSERT_ERR(0, set_flags(BR, 0, IFF_PROMISC));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b));
}

/* br_handle_frame: a group as a sender is nobody, and neither is zero. */
TEST_F(lan, a_frame_from_a_group_or_from_zero_is_dropped)
{
	static const uint8_t zero[6];

	ASSERT_STREQ("blue 3 host",
		     HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("", HEARD("red", .src = group, .dst = broadcast));
	EXPECT_STREQ("", HEARD("red", .src = broadcast, .dst = sta_b));
	EXPECT_STREQ("", HEARD("red", .src = zero, .dst = broadcast));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n", stations());
}

TEST_F(lan, learning_and_moving_notify_once_each)
{
	struct events *events = watch_fdb();

	ASSERT_NE(NULL, events);
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_TEXT("NEWNEIGH fdb 02:00:00:00:00:0a dev veth-red-br\n",
		    station_events(events));
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_TEXT("", station_events(events));
	ASSERT_STREQ("red 3 host", learn("blue", sta_a));
	EXPECT_TEXT("NEWNEIGH fdb 02:00:00:00:00:0a dev veth-blue-br\n",
		    station_events(events));
	EXPECT_TEXT("02:00:00:00:00:0a veth-blue-br\n", stations());
	EXPECT_STREQ("blue", HEARD("3", .src = sta_c, .dst = sta_a));
	events_close(events);
}

TEST_F(lan, without_learning_nothing_is_learned_and_all_is_flooded)
{
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_LEARNING, 0));
	EXPECT_EQ(0, port_attr("veth-red-br", IFLA_BRPORT_LEARNING));
	/* Nor does a station that is known elsewhere move here. */
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_STREQ("blue 3 host", learn("red", sta_b));
	EXPECT_TEXT("02:00:00:00:00:0b veth-blue-br\n", stations());
	EXPECT_STREQ("red 3", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_LEARNING, 1));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
}

/* What a port does not take, by kind of frame; br_flood. */
struct floods {
	const char *unknown, *group, *broadcast, *learned;
};

static struct floods floods(const char *from)
{
	return (struct floods){
		.unknown = HEARD(from, .src = sta_a, .dst = sta_c),
		.group = HEARD(from, .src = sta_a, .dst = group),
		.broadcast = HEARD(from, .src = sta_a, .dst = broadcast),
		.learned = HEARD(from, .src = sta_a, .dst = sta_b),
	};
}

static bool floods_are(const char *from, const struct floods *want)
{
	const struct floods got = floods(from);

	if (!strcmp(want->unknown, got.unknown) &&
	    !strcmp(want->group, got.group) &&
	    !strcmp(want->broadcast, got.broadcast) &&
	    !strcmp(want->learned, got.learned))
		return true;
	printf("# from %s, unknown, group, broadcast, learned: expected \"%s\", \"%s\", \"%s\", \"%s\"\n",
	       from, want->unknown, want->group, want->broadcast,
	       want->learned);
	printf("# and got \"%s\", \"%s\", \"%s\", \"%s\"\n", got.unknown,
	       got.group, got.broadcast, got.learned);
	return false;
}

#define EXPECT_FLOODS(from, ...) \
	EXPECT_TRUE(floods_are(from, &(const struct floods){ __VA_ARGS__ }))

/* Unicast flooding counts for the host's own frames too, the others do not. */
TEST_F(lan, each_flood_flag_keeps_out_its_kind_alone)
{
	static const int flags[] = { IFLA_BRPORT_UNICAST_FLOOD,
				     IFLA_BRPORT_MCAST_FLOOD,
				     IFLA_BRPORT_BCAST_FLOOD };
	static const struct floods red[] = {
		{ "3", "blue 3 host", "blue 3 host", "blue" },
		{ "blue 3", "3 host", "blue 3 host", "blue" },
		{ "blue 3", "blue 3 host", "3 host", "blue" },
	};
	int i;

	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_FLOODS("red", "blue 3", "blue 3 host", "blue 3 host", "blue");
	for (i = 0; i < 3; i++) {
		EXPECT_EQ(1, port_attr("veth-blue-br", flags[i]));
		ASSERT_ERR(0, port_put("veth-blue-br", flags[i], 0));
		EXPECT_EQ(0, port_attr("veth-blue-br", flags[i]));
		EXPECT_TRUE(floods_are("red", &red[i]));
		EXPECT_FLOODS("host", i ? "red blue 3" : "red 3",
			      "red blue 3", "red blue 3", "blue");
		/* What blue sends itself goes as ever. */
		EXPECT_STREQ("red 3 host", learn("blue", sta_b));
		ASSERT_ERR(0, port_put("veth-blue-br", flags[i], 1));
	}
	EXPECT_FLOODS("red", "blue 3", "blue 3 host", "blue 3 host", "blue");
}

TEST_F(lan, isolated_ports_hear_each_other_never_and_the_rest_always)
{
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_ISOLATED, 1));
	EXPECT_EQ(1, port_attr("veth-red-br", IFLA_BRPORT_ISOLATED));
	/* One alone is isolated from nobody. */
	EXPECT_FLOODS("red", "blue 3", "blue 3 host", "blue 3 host", "blue");
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_ISOLATED, 1));
	EXPECT_FLOODS("red", "3", "3 host", "3 host", "");
	EXPECT_STREQ("3 host", learn("blue", sta_b));
	EXPECT_STREQ("", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("host", HEARD("blue", .src = sta_b, .dst = bridge_mac()));
	EXPECT_STREQ("red", HEARD("3", .src = sta_c, .dst = sta_a));
	EXPECT_STREQ("red blue host", learn("3", sta_c));
	EXPECT_FLOODS("host", "3", "red blue 3", "red blue 3", "blue");
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0b veth-blue-br\n"
		    "02:00:00:00:00:0c veth-3-br\n", stations());
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_ISOLATED, 0));
	EXPECT_STREQ("red 3 host", learn("blue", sta_b));
}

static bool port_is_disabled(const struct link *link)
{
	return link && link->port.state == BR_STATE_DISABLED;
}

/* br_port_carrier_check() asks the link's speed only if nobody set the cost. */
TEST_F(lan, a_cost_that_was_set_outlives_a_loss_of_carrier)
{
	struct link_desc blue = { .change = IFF_UP };
	struct link last;

	lend_keep();
	EXPECT_EQ(2, port_attr("veth-blue-br", IFLA_BRPORT_COST));
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_COST, 77));
	EXPECT_EQ(77, port_attr("veth-blue-br", IFLA_BRPORT_COST));
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &blue));
	ASSERT_ERR(0, link_wait(ns(TOPO_HOST), "veth-blue-br", port_is_disabled,
				&last));
	blue.flags = IFF_UP;
	ASSERT_ERR(0, link_set(in("pod-blue"), "veth-blue", &blue));
	ASSERT_ERR(0, link_wait(ns(TOPO_HOST), "veth-blue-br",
				link_is_forwarding, &last));
	EXPECT_EQ(77, port_attr("veth-blue-br", IFLA_BRPORT_COST));
}

TEST_F(lan, a_locked_port_takes_only_senders_that_were_put_there)
{
	ASSERT_STREQ("blue 3 host", learn("red", sta_c));
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_LEARNING, 0));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_LOCKED, 1));
	EXPECT_EQ(1, port_attr("veth-red-br", IFLA_BRPORT_LOCKED));
	EXPECT_STREQ("", learn("red", sta_a));
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = bridge_mac()));
	/* One of another port's, and one of the bridge's own. */
	EXPECT_STREQ("", learn("red", sta_b));
	EXPECT_STREQ("", learn("red", bridge_mac()));
	EXPECT_STREQ("blue 3 host", learn("red", sta_c));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_NOARP));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b));
	/* What goes out is not asked. */
	EXPECT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br static\n"
		    "02:00:00:00:00:0b veth-blue-br\n"
		    "02:00:00:00:00:0c veth-red-br\n", stations());
}

/*
 * Set by hand, as user-space STP does.  Without STP a port that is blocked is
 * at once made forwarding again (br_make_forwarding); listening and learning
 * last, since no timer runs.
 */
TEST_F(lan, a_ports_state_says_what_it_learns_and_forwards)
{
	static const struct {
		uint8_t state, read;
		const char *out, *in, *up;
		const char *learned;
	} rows[] = {
		{ BR_STATE_DISABLED, 0, "", "3 host", "", "" },
		{ BR_STATE_LISTENING, 1, "", "3 host", "", "" },
		{ BR_STATE_LEARNING, 2, "", "3 host", "",
		  "02:00:00:00:00:0a veth-red-br\n" },
		{ BR_STATE_FORWARDING, 3, "blue 3 host", "red 3 host", "host",
		  "02:00:00:00:00:0a veth-red-br\n" },
		{ BR_STATE_BLOCKING, 3, "blue 3 host", "red 3 host", "host",
		  "02:00:00:00:00:0a veth-red-br\n" },
	};
	size_t i;

	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_STATE,
				       rows[i].state));
		ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_FLUSH, 1));
		EXPECT_EQ(rows[i].read,
			  port_attr("veth-red-br", IFLA_BRPORT_STATE));
		EXPECT_STREQ(rows[i].out, learn("red", sta_a));
		EXPECT_STREQ(rows[i].up, HEARD("red", .src = sta_a,
					       .dst = bridge_mac()));
		EXPECT_TEXT((char *)rows[i].learned,
			    fdb_text("02:00:00:00:00:0a"));
		EXPECT_STREQ(rows[i].in, learn("blue", sta_b));
	}
	EXPECT_ERR(-EINVAL, port_put("veth-red-br", IFLA_BRPORT_STATE, 5));
}

TEST_F(lan, only_a_port_that_is_up_takes_a_state)
{
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_STATE, 3));
	ASSERT_ERR(0, set_flags("veth-red-br", 0, IFF_UP));
	EXPECT_EQ(0, port_attr("veth-red-br", IFLA_BRPORT_STATE));
	EXPECT_ERR(-ENETDOWN, port_put("veth-red-br", IFLA_BRPORT_STATE, 3));
	EXPECT_ERR(-ENETDOWN, port_put("veth-red-br", IFLA_BRPORT_STATE, 0));
}

/* A port that is down, or no longer one, loses what was learned there. */
TEST_F(lan, a_port_that_goes_down_or_away_is_forgotten_and_comes_back)
{
	struct events *events = watch_fdb();

	lend_keep();
	ASSERT_NE(NULL, events);
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, set_flags("veth-red-br", 0, IFF_UP));
	EXPECT_TEXT("02:00:00:00:00:0b veth-blue-br\n", stations());
	EXPECT_STREQ("3", HEARD("blue", .src = sta_b, .dst = sta_a));
	ASSERT_ERR(0, set_flags("veth-red-br", IFF_UP, IFF_UP));
	ASSERT_ERR(0, port_back("red"));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br",
			       &(struct link_desc){ .master = "" }));
	EXPECT_TEXT("02:00:00:00:00:0b veth-blue-br\n", stations());
	EXPECT_STREQ("", learn("red", sta_a));
	EXPECT_STREQ("3 host", learn("blue", sta_b));
	EXPECT_TEXT("NEWNEIGH fdb 02:00:00:00:00:0b dev veth-blue-br\n"
		    "NEWNEIGH fdb 02:00:00:00:00:0a dev veth-red-br\n"
		    "DELNEIGH fdb 02:00:00:00:00:0a dev veth-red-br\n"
		    "NEWNEIGH fdb 02:00:00:00:00:0a dev veth-red-br\n"
		    "DELNEIGH fdb 02:00:00:00:00:0a dev veth-red-br\n",
		    station_events(events));
	events_close(events);
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br",
			       &(struct link_desc){ .master = BR }));
	ASSERT_ERR(0, port_back("red"));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
}

/* br_stp_disable_bridge. */
TEST_F(lan, a_bridge_that_is_down_switches_nothing)
{
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, set_flags(BR, 0, IFF_UP));
	EXPECT_EQ(0, port_attr("veth-red-br", IFLA_BRPORT_STATE));
	EXPECT_STREQ("", HEARD("red", .src = sta_b, .dst = broadcast));
	EXPECT_STREQ("", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_TEXT("", stations());
	EXPECT_STREQ("-ENETDOWN",
		     HEARD("host", .src = bridge_mac(), .dst = broadcast));
	ASSERT_ERR(0, set_flags(BR, IFF_UP, IFF_UP));
	ASSERT_ERR(0, port_back("red"));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
}

/* IEEE 802.1D table 7-10; br_handle_frame. */
static const char *reserved(uint8_t last)
{
	const uint8_t dst[] = { 0x01, 0x80, 0xc2, 0, 0, last };

	return HEARD("red", .src = sta_a, .dst = dst);
}

/*
 * Without STP its group's frames pass, so that others find the loop.  Those for
 * the other reserved groups end at the port itself, pause frames before it.
 */
TEST_F(lan, reserved_groups_end_at_the_port_and_stp_passes)
{
	int i;

	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, lan_listen("port", TOPO_HOST, "veth-red-br"));
	/* The tap of a port hears all that comes by it, before the bridge. */
	EXPECT_STREQ("blue 3 host port", reserved(0x00));
	for (i = 1; i < 16; i++)
		EXPECT_STREQ("port", reserved(i));
	EXPECT_STREQ("blue 3 host port", reserved(0x10));
	ASSERT_ERR(0, br_set_u32(IFLA_BR_STP_STATE, 1));
	EXPECT_STREQ("port", reserved(0x00));
}

TEST_F(lan, the_groups_of_the_forward_mask_pass)
{
	ASSERT_STREQ("", reserved(0x03));
	ASSERT_ERR(0, br_set_u16(IFLA_BR_GROUP_FWD_MASK, 1 << 3 | 1 << 14));
	EXPECT_EQ(1 << 3 | 1 << 14, br_attr(IFLA_BR_GROUP_FWD_MASK));
	EXPECT_STREQ("blue 3 host", reserved(0x03));
	EXPECT_STREQ("blue 3 host", reserved(0x0e));
	EXPECT_STREQ("", reserved(0x04));
	EXPECT_STREQ("", reserved(0x02));
	ASSERT_ERR(0, br_set_u16(IFLA_BR_GROUP_FWD_MASK, 0));
	EXPECT_STREQ("", reserved(0x03));
	/* A port's own mask may have all but pause. */
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_GROUP_FWD_MASK,
			       1 << 2 | 1 << 5));
	EXPECT_STREQ("blue 3 host", reserved(0x02));
	EXPECT_STREQ("blue 3 host", reserved(0x05));
	EXPECT_STREQ("", reserved(0x03));
	EXPECT_ERR(-EINVAL, br_set_u16(IFLA_BR_GROUP_FWD_MASK, 1 << 2));
	EXPECT_ERR(-EINVAL, br_set_u16(IFLA_BR_GROUP_FWD_MASK, 1 << 1));
	EXPECT_ERR(-EINVAL, br_set_u16(IFLA_BR_GROUP_FWD_MASK, 1 << 0));
	EXPECT_ERR(-EINVAL, port_put("veth-red-br", IFLA_BRPORT_GROUP_FWD_MASK,
				     1 << 1));
}

/* Without CONFIG_BRIDGE_VLAN_FILTERING, and with it switched off. */
TEST_F(lan, tags_and_sizes_pass_as_they_are)
{
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = sta_b,
				      .tags = { TAG(10) }));
	EXPECT_STREQ("blue.4094p5", HEARD("red", .src = sta_a, .dst = sta_b,
					  .tags = { TAG(4094 | PCP(5)) }));
	EXPECT_STREQ("blue.s20.10", HEARD("red", .src = sta_a, .dst = sta_b,
					  .tags = { STAG(20), TAG(10) }));
	/* The bridge looks at no tag: the station is the same one. */
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b,
				   .size = 1514));
	EXPECT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = sta_b,
				      .size = 1514, .tags = { TAG(10) }));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b,
				   .size = 24));
}

static int set_mtu(const char *netns, const char *dev, unsigned int mtu)
{
	return link_set(in(netns), dev, &(struct link_desc){ .mtu = mtu });
}

/*
 * is_skb_forwardable: the header and one tag (18 bytes) may come on top of the
 * MTU of the port it leaves by.  Dropped there without a word or a count.
 */
TEST_F(lan, a_frame_larger_than_the_mtu_of_the_port_it_leaves_by_is_lost)
{
	struct rtnl_link_stats64 was, now;

	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_ERR(0, set_mtu(TOPO_HOST, "veth-blue-br", 1000));
	was = stats_of(TOPO_HOST, "veth-blue-br");
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b,
				   .size = 1018));
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = sta_b,
			       .size = 1019));
	EXPECT_STREQ("3 host", HEARD("red", .src = sta_a, .dst = broadcast,
				     .size = 1019));
	EXPECT_STREQ("blue 3 host", HEARD("red", .src = sta_a,
					  .dst = broadcast, .size = 1018));
	now = stats_of(TOPO_HOST, "veth-blue-br");
	EXPECT_EQ(was.tx_dropped, now.tx_dropped);
	EXPECT_EQ(was.tx_errors, now.tx_errors);
}

/* __dev_forward_skb: the far end of the veth has the last word. */
TEST_F(lan, a_frame_larger_than_the_pods_mtu_is_dropped_and_counted_there)
{
	struct rtnl_link_stats64 port, pod;

	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_ERR(0, set_mtu("pod-blue", "veth-blue", 1000));
	port = stats_of(TOPO_HOST, "veth-blue-br");
	pod = stats_of("pod-blue", "veth-blue");
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = sta_b,
				   .size = 1018));
	EXPECT_EQ(pod.rx_dropped, stats_of("pod-blue", "veth-blue").rx_dropped);
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = sta_b,
			       .size = 1019));
	EXPECT_EQ(pod.rx_dropped + 1,
		  stats_of("pod-blue", "veth-blue").rx_dropped);
	EXPECT_EQ(port.tx_dropped + 1,
		  stats_of(TOPO_HOST, "veth-blue-br").tx_dropped);
}

static unsigned int bridge_mtu(void)
{
	struct link br = { 0 };

	return link_get(in(TOPO_HOST), BR, &br) ? 0 : br.mtu;
}

/* br_mtu_auto_adjust; what was set by hand stays. */
TEST_F(lan, the_bridges_mtu_is_that_of_its_smallest_port_until_it_is_set)
{
	const struct link_desc none = { .master = "" };

	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_EQ(1500, bridge_mtu());
	ASSERT_ERR(0, set_mtu(TOPO_HOST, "veth-blue-br", 1000));
	EXPECT_EQ(1000, bridge_mtu());
	ASSERT_ERR(0, set_mtu(TOPO_HOST, "veth-red-br", 1400));
	EXPECT_EQ(1000, bridge_mtu());
	ASSERT_ERR(0, set_mtu(TOPO_HOST, "veth-blue-br", 2000));
	EXPECT_EQ(1400, bridge_mtu());
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br", &none));
	EXPECT_EQ(1500, bridge_mtu());
	ASSERT_ERR(0, set_mtu(TOPO_HOST, BR, 1200));
	ASSERT_ERR(0, set_mtu(TOPO_HOST, "veth-3-br", 1100));
	EXPECT_EQ(1200, bridge_mtu());
}

/*
 * A port counts whole frames both ways.  The bridge device counts what goes up
 * without its Ethernet header (br_pass_frame_up), what it sends with it, and
 * nothing of what it only switches.
 */
TEST_F(lan, every_frame_is_counted_where_it_passes_and_nowhere_else)
{
	struct rtnl_link_stats64 red, blue, three, br, pod;

	NEED_SYSCTL();
	ASSERT_ERR(0, be_quiet());
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	red = stats_of(TOPO_HOST, "veth-red-br");
	blue = stats_of(TOPO_HOST, "veth-blue-br");
	three = stats_of(TOPO_HOST, "veth-3-br");
	br = stats_of(TOPO_HOST, BR);
	pod = stats_of("pod-blue", "veth-blue");
	/* 100 and 1000 bytes from red: flooded, up; 300 to it; 400 by host. */
	EXPECT_STREQ("blue 3", HEARD("red", .src = sta_a, .dst = sta_c,
				     .size = 100));
	EXPECT_STREQ("host", HEARD("red", .src = sta_a, .dst = bridge_mac(),
				   .size = 1000));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a,
				  .size = 300));
	EXPECT_STREQ("red", HEARD("host", .src = bridge_mac(), .dst = sta_a,
				  .size = 400));
	EXPECT_STREQ("rx 2/1100 tx 2/700",
		     traffic(TOPO_HOST, "veth-red-br", &red));
	EXPECT_STREQ("rx 1/300 tx 1/100",
		     traffic(TOPO_HOST, "veth-blue-br", &blue));
	EXPECT_STREQ("rx 0/0 tx 1/100",
		     traffic(TOPO_HOST, "veth-3-br", &three));
	EXPECT_STREQ("rx 1/986 tx 1/400", traffic(TOPO_HOST, BR, &br));
	EXPECT_STREQ("rx 1/100 tx 1/300",
		     traffic("pod-blue", "veth-blue", &pod));
	/* A broadcast is no multicast here. */
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_EQ(br.multicast, stats_of(TOPO_HOST, BR).multicast);
	EXPECT_STREQ("red 3 host", HEARD("blue", .src = sta_b, .dst = group));
	EXPECT_EQ(br.multicast + 1, stats_of(TOPO_HOST, BR).multicast);
}

/* br_setlink: one event of the bridge's kind, of the port that changed. */
TEST_F(lan, a_change_of_a_port_or_of_the_bridge_is_notified)
{
	struct events *events = watch_fdb();

	ASSERT_NE(NULL, events);
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_ISOLATED, 1));
	EXPECT_TEXT("NEWLINK bridge veth-red-br\n",
		    lines_with(events_text(events), "NEWLINK bridge"));
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_STATE,
			       BR_STATE_LEARNING));
	EXPECT_TEXT("NEWLINK bridge veth-blue-br\n",
		    lines_with(events_text(events), "NEWLINK bridge"));
	ASSERT_ERR(0, br_set_u8(IFLA_BR_MCAST_SNOOPING, 0));
	EXPECT_TEXT("NEWLINK v-net-0 up\n",
		    lines_with(events_text(events), "NEWLINK v-net-0"));
	events_close(events);
}

KSFT_NEEDS(CONFIG_PACKET, "*")
KSFT_NEEDS(CONFIG_BRIDGE_IGMP_SNOOPING, "*.the_network_is_built_*")

KSFT_MAIN
