// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a bridge knows: entries that are put, got, listed, flushed and aged.
 *
 *	host   v-net-0 ("host")
 *	        |- veth-red-br  ------ veth-red   pod-red   ("red")
 *	        |- veth-blue-br ------ veth-blue  pod-blue  ("blue")
 *	        `- veth-3-br    ------ veth-3     pod-3     ("3")
 */
#include "lan.h"
#include "lend.h"

/* Newer than the oldest headers we build with (v6.7). */
#define ATTR_FDB_N_LEARNED	48
#define ATTR_FDB_MAX_LEARNED	49

FIXTURE(fdb) { struct topo *topo; };
FIXTURE_VARIANT(fdb) { const char *topology; };
FIXTURE_VARIANT_ADD(fdb, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(fdb) LEND_SETUP(fdb)
FIXTURE_TEARDOWN(fdb) LEND_TEARDOWN

/*
 * What is put and deleted by hand is so in VLAN 1 too, where the kernel has
 * CONFIG_BRIDGE_VLAN_FILTERING: of each two equal lines one.
 */
static char *every_second(char *text)
{
	char *to = text, *line, *next;
	int n = 0;

	for (line = text; text && has_vlans() && *line; line = next) {
		next = strchrnul(line, '\n') + 1;
		if (n++ & 1)
			continue;
		memmove(to, line, next - line);
		to += next - line;
	}
	if (text && has_vlans())
		*to = '\0';
	return text;
}

TEST_F(fdb, a_static_entry_is_put_replaced_and_deleted_with_an_event_each)
{
	struct events *events = watch_fdb();

	ASSERT_NE(NULL, events);
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_TEXT("NEWNEIGH fdb 02:00:00:00:00:0b dev veth-blue-br\n",
		    station_events(events));
	EXPECT_ERR(-ENOENT, FDB(RTM_DELNEIGH, "veth-red-br", sta_a));
	EXPECT_ERR(-ENOENT, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
				.state = NUD_NOARP, .nl = NLM_F_REPLACE));
	EXPECT_TEXT("02:00:00:00:00:0b veth-blue-br\n", stations());
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_NOARP));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br static\n",
		    fdb_untagged("02:00:00:00:00:0a"));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_ERR(-EEXIST, FDB(RTM_NEWNEIGH, "veth-blue-br", sta_a,
				.state = NUD_NOARP));
	EXPECT_ERR(0, FDB(RTM_NEWNEIGH, "veth-3-br", sta_a, .state = NUD_NOARP,
			  .nl = NLM_F_CREATE | NLM_F_REPLACE));
	EXPECT_STREQ("3", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_ERR(-ENOENT, FDB(RTM_DELNEIGH, "veth-red-br", sta_a));
	EXPECT_ERR(0, FDB(RTM_DELNEIGH, "veth-3-br", sta_a));
	EXPECT_STREQ("red 3", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_TEXT("NEWNEIGH fdb 02:00:00:00:00:0a dev veth-red-br\n"
		    "NEWNEIGH fdb 02:00:00:00:00:0a dev veth-3-br\n"
		    "DELNEIGH fdb 02:00:00:00:00:0a dev veth-3-br\n",
		    every_second(station_events(events)));
	events_close(events);
}

/* fdb_to_nud; what is permanent is the bridge's own (BR_FDB_LOCAL). */
TEST_F(fdb, the_state_says_what_becomes_of_a_frame_for_it)
{
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_REACHABLE));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_b,
			  .state = NUD_NOARP));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_c,
			  .state = NUD_PERMANENT));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0b veth-red-br static\n"
		    "02:00:00:00:00:0c veth-red-br permanent\n",
		    stations());
	EXPECT_STREQ("red", HEARD("blue", .src = sta_d, .dst = sta_a));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_d, .dst = sta_b));
	EXPECT_STREQ("host", HEARD("blue", .src = sta_d, .dst = sta_c));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_c,
			  .state = NUD_REACHABLE, .nl = NLM_F_REPLACE));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_d, .dst = sta_c));
}

TEST_F(fdb, an_entry_of_the_bridge_itself_takes_frames_up)
{
	ASSERT_STREQ("red 3", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_ERR(-EINVAL, FDB(RTM_NEWNEIGH, BR, sta_a, .flags = NTF_SELF,
				.state = NUD_NOARP));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, BR, sta_a, .flags = NTF_SELF,
			  .state = NUD_PERMANENT));
	EXPECT_TEXT("02:00:00:00:00:0a v-net-0 permanent\n",
		    fdb_untagged("02:00:00:00:00:0a"));
	EXPECT_STREQ("host", HEARD("blue", .src = sta_b, .dst = sta_a));
	ASSERT_ERR(0, FDB(RTM_DELNEIGH, BR, sta_a, .flags = NTF_SELF));
	EXPECT_STREQ("red 3", HEARD("blue", .src = sta_b, .dst = sta_a));
}

static int get_line(const char *dev, const uint8_t *mac, struct fdb_line *line)
{
	struct req req;
	int err;

	err = fdb_req(&req, &(struct fdb_desc){ .type = RTM_GETNEIGH,
						.dev = dev, .mac = mac });
	return err ? err : rtnl_get(in(TOPO_HOST), &req, fdb_line, line);
}

TEST_F(fdb, one_entry_can_be_asked_for)
{
	struct fdb_line line;

	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_NOARP));
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	ASSERT_ERR(0, get_line("veth-red-br", sta_a, &line));
	EXPECT_STREQ("02:00:00:00:00:0a veth-red-br static\n", line.text);
	ASSERT_ERR(0, get_line("veth-blue-br", sta_b, &line));
	EXPECT_STREQ("02:00:00:00:00:0b veth-blue-br\n", line.text);
	EXPECT_ERR(-ENOENT, get_line("veth-red-br", sta_c, &line));
}

/* Static is not sticky: a station that is heard elsewhere has moved. */
TEST_F(fdb, a_static_entry_moves_with_its_station_and_a_sticky_one_does_not)
{
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_NOARP));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_b,
			  .state = NUD_NOARP, .flags = NTF_MASTER | NTF_STICKY));
	ASSERT_STREQ("red 3 host", learn("blue", sta_a));
	ASSERT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_TEXT("02:00:00:00:00:0a veth-blue-br static\n"
		    "02:00:00:00:00:0b veth-red-br static sticky\n",
		    stations());
	EXPECT_STREQ("blue", HEARD("3", .src = sta_c, .dst = sta_a));
	EXPECT_STREQ("red", HEARD("3", .src = sta_c, .dst = sta_b));
	EXPECT_ERR(-EINVAL, FDB(RTM_NEWNEIGH, "veth-red-br", sta_d,
				.state = NUD_PERMANENT,
				.flags = NTF_MASTER | NTF_STICKY));
}

/* "Take over HW learned entry", br_fdb_update. */
TEST_F(fdb, an_externally_learned_entry_is_taken_over_when_it_moves)
{
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_REACHABLE,
			  .flags = NTF_MASTER | NTF_EXT_LEARNED));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br extern_learn\n",
		    fdb_untagged("02:00:00:00:00:0a"));
	EXPECT_STREQ("red", HEARD("3", .src = sta_c, .dst = sta_a));
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br extern_learn\n",
		    fdb_untagged("02:00:00:00:00:0a"));
	ASSERT_STREQ("red 3 host", learn("blue", sta_a));
	EXPECT_TEXT("02:00:00:00:00:0a veth-blue-br\n",
		    fdb_untagged("02:00:00:00:00:0a"));
}

/* One entry of each kind on red, a learned one on blue. */
static int put_kinds(void)
{
	int err;

	err = FDB(RTM_NEWNEIGH, "veth-red-br", sta_a, .state = NUD_PERMANENT);
	if (!err)
		err = FDB(RTM_NEWNEIGH, "veth-red-br", sta_b,
			  .state = NUD_NOARP);
	if (!err)
		err = FDB(RTM_NEWNEIGH, "veth-red-br", sta_c,
			  .state = NUD_REACHABLE,
			  .flags = NTF_MASTER | NTF_EXT_LEARNED);
	if (!err && (strcmp("blue 3 host", learn("red", sta_d)) ||
		     strcmp("red 3 host", learn("blue", sta_e))))
		err = -EPROTO;
	return err;
}

#define KIND_A	"02:00:00:00:00:0a veth-red-br permanent\n"
#define KIND_B	"02:00:00:00:00:0b veth-red-br static\n"
#define KIND_C	"02:00:00:00:00:0c veth-red-br extern_learn\n"
#define KIND_D	"02:00:00:00:00:0d veth-red-br\n"
#define KIND_E	"02:00:00:00:00:0e veth-blue-br\n"

TEST_OF("regression fdb-flush", fdb,
	a_flush_takes_what_the_masks_say_and_no_more)
{
	const char *mac = mac_str(mac_at(TOPO_HOST, "veth-3-br"));

	ASSERT_ERR(0, put_kinds());
	EXPECT_TEXT(KIND_A KIND_B KIND_C KIND_D KIND_E, stations());
	/* bridge fdb flush dev veth-red-br master dynamic */
	ASSERT_ERR(0, FDB(RTM_DELNEIGH, "veth-red-br", NULL, .nl = NLM_F_BULK,
			  .masked = true,
			  .state_mask = NUD_NOARP | NUD_PERMANENT,
			  .flags_mask = NTF_EXT_LEARNED));
	EXPECT_TEXT(KIND_A KIND_B KIND_C KIND_E,
		    stations());
	/* bridge fdb flush dev v-net-0 static nopermanent */
	ASSERT_ERR(0, FDB(RTM_DELNEIGH, BR, NULL, .nl = NLM_F_BULK,
			  .flags = NTF_SELF, .state = NUD_NOARP,
			  .masked = true,
			  .state_mask = NUD_NOARP | NUD_PERMANENT));
	EXPECT_TEXT(KIND_A KIND_C KIND_E, stations());
	/* bridge fdb flush dev v-net-0 nopermanent */
	ASSERT_ERR(0, FDB(RTM_DELNEIGH, BR, NULL, .nl = NLM_F_BULK,
			  .flags = NTF_SELF, .masked = true,
			  .state_mask = NUD_PERMANENT));
	EXPECT_TEXT(KIND_A, stations());
	EXPECT_TEXT(str("%s veth-3-br permanent\n", mac), fdb_untagged(mac));
}

/* What `ip link set ... fdb_flush` does: learned ones, of a port or of all. */
TEST_F(fdb, a_port_or_a_bridge_can_forget_what_it_learned)
{
	ASSERT_ERR(0, put_kinds());
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_FLUSH, 1));
	EXPECT_TEXT(KIND_A KIND_B KIND_C KIND_E,
		    stations());
	ASSERT_STREQ("blue 3 host", learn("red", sta_d));
	ASSERT_ERR(0, br_put(BR, IFLA_BR_FDB_FLUSH, NULL, 0));
	/* This one takes what is not static, externally learned or not. */
	EXPECT_TEXT(KIND_A KIND_B, stations());
}

/* br_fdb_cleanup. */
TEST_F(fdb, what_was_learned_ages_and_what_was_put_stays)
{
	struct events *red = watch_fdb(), *blue = watch_fdb();

	ASSERT_NE(NULL, red);
	ASSERT_NE(NULL, blue);
	ASSERT_ERR(0, put_kinds());
	EXPECT_TEXT(KIND_A KIND_B KIND_C KIND_D KIND_E, stations());
	/* 40 ms, a whole number of jiffies whatever HZ is. */
	ASSERT_ERR(0, br_set_u32(IFLA_BR_AGEING_TIME, 4));
	EXPECT_EQ(4, br_attr(IFLA_BR_AGEING_TIME));
	EXPECT_ERR(0, events_wait(red, "DELNEIGH fdb 02:00:00:00:00:0d dev veth-red-br"));
	EXPECT_ERR(0, events_wait(blue, "DELNEIGH fdb 02:00:00:00:00:0e dev veth-blue-br"));
	EXPECT_TEXT(KIND_A KIND_B KIND_C, stations());
	EXPECT_STREQ("red 3", HEARD("blue", .src = sta_b, .dst = sta_d));
	events_close(red);
	events_close(blue);
}

/* "some users want to always flood": a hub. */
TEST_F(fdb, with_an_ageing_time_of_zero_nothing_is_learned)
{
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, br_set_u32(IFLA_BR_AGEING_TIME, 0));
	EXPECT_EQ(0, br_attr(IFLA_BR_AGEING_TIME));
	EXPECT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_TEXT("", fdb_untagged("02:00:00:00:00:0b"));
	EXPECT_STREQ("red blue", HEARD("3", .src = sta_c, .dst = sta_b));
	ASSERT_ERR(0, br_set_u32(IFLA_BR_AGEING_TIME, 30000));
	EXPECT_STREQ("red 3 host", learn("blue", sta_b));
	EXPECT_STREQ("blue", HEARD("3", .src = sta_c, .dst = sta_b));
}

/* br_fdb_changeaddr and br_fdb_change_mac_address. */
TEST_F(fdb, the_macs_of_ports_and_of_the_bridge_are_permanent_entries)
{
	const char *old = mac_str(mac_at(TOPO_HOST, "veth-red-br"));

	EXPECT_TEXT(str("%s veth-red-br permanent\n", old), fdb_untagged(old));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), BR,
			       &(struct link_desc){ .mac = sta_b }));
	EXPECT_TEXT("02:00:00:00:00:0b v-net-0 permanent\n",
		    fdb_untagged("02:00:00:00:00:0b"));
	EXPECT_STREQ("host", HEARD("blue", .src = sta_c, .dst = sta_b));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br",
			       &(struct link_desc){ .mac = sta_a }));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br permanent\n",
		    fdb_untagged("02:00:00:00:00:0a"));
	EXPECT_TEXT("", fdb_untagged(old));
	EXPECT_STREQ("host", HEARD("blue", .src = sta_c, .dst = sta_a));
}

/* A port that leaves takes all of its entries along, put or learned. */
TEST_F(fdb, a_port_that_leaves_takes_all_of_its_entries_along)
{
	const char *mac = mac_str(mac_at(TOPO_HOST, "veth-red-br"));

	ASSERT_ERR(0, put_kinds());
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-red-br",
			       &(struct link_desc){ .master = "" }));
	EXPECT_TEXT(KIND_E, stations());
	EXPECT_TEXT("", fdb_untagged(mac));
}

/* Those that are put stay where they are while the port is down. */
TEST_F(fdb, a_port_that_is_down_keeps_what_was_put)
{
	ASSERT_ERR(0, put_kinds());
	ASSERT_ERR(0, set_flags("veth-red-br", 0, IFF_UP));
	EXPECT_TEXT(KIND_A KIND_B KIND_C KIND_E,
		    stations());
	EXPECT_ERR(-EPERM, FDB(RTM_NEWNEIGH, "veth-red-br", sta_d,
			       .state = NUD_REACHABLE));
	EXPECT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_d,
			  .state = NUD_NOARP));
}

#define MANY	500

/*
 * A dump of several messages: each once, none left out.  It goes on by number
 * (br_fdb_dump()), so that a station that is learned meanwhile would shift it.
 */
TEST_F(fdb, a_dump_has_each_of_many_entries_once)
{
	uint8_t mac[] = { 0x02, 0, 0, 1, 0, 0 };
	int seen[MANY] = { 0 }, i, n, nr, wrong = 0;
	struct neigh *all;

	ASSERT_ERR(0, be_quiet());
	for (i = 0; i < MANY; i++) {
		put16(mac, 4, i);
		ASSERT_ERR(0, FDB(RTM_NEWNEIGH, i & 1 ? "veth-red-br" :
				  "veth-3-br", mac, .state = NUD_NOARP));
	}
	n = neigh_list(in(TOPO_HOST), AF_BRIDGE, &all);
	ASSERT_LE(MANY, n);
	for (i = 0; i < n; i++) {
		nr = all[i].mac[4] << 8 | all[i].mac[5];
		if (!memcmp(all[i].mac, mac, 4) && nr < MANY)
			seen[nr]++;
	}
	free(all);
	/* Twice, where VLAN 1 has them too. */
	for (i = 0; i < MANY; i++)
		wrong += seen[i] != (has_vlans() ? 2 : 1);
	EXPECT_EQ(0, wrong);
}

/* CONFIG_BRIDGE and v6.7: a limit on what is learned, not on what is put. */
TEST_F(fdb, no_more_is_learned_than_the_limit_allows)
{
	if (br_attr(ATTR_FDB_MAX_LEARNED) < 0)
		SKIP(return, "no IFLA_BR_FDB_MAX_LEARNED before v6.7");
	NEED_SYSCTL();
	ASSERT_ERR(0, be_quiet());
	ASSERT_ERR(0, br_set_u32(ATTR_FDB_MAX_LEARNED, 2));
	EXPECT_EQ(2, br_attr(ATTR_FDB_MAX_LEARNED));
	ASSERT_ERR(0, br_put(BR, IFLA_BR_FDB_FLUSH, NULL, 0));
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_STREQ("blue 3 host", learn("red", sta_b));
	EXPECT_EQ(2, br_attr(ATTR_FDB_N_LEARNED));
	EXPECT_STREQ("blue 3 host", learn("red", sta_c));
	EXPECT_STREQ("red 3", HEARD("blue", .src = sta_d, .dst = sta_c));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n"
		    "02:00:00:00:00:0b veth-red-br\n",
		    stations());
	EXPECT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_c,
			  .state = NUD_NOARP));
	EXPECT_EQ(2, br_attr(ATTR_FDB_N_LEARNED));
	ASSERT_ERR(0, FDB(RTM_DELNEIGH, "veth-red-br", sta_a));
	EXPECT_EQ(1, br_attr(ATTR_FDB_N_LEARNED));
	EXPECT_STREQ("red 3 host", learn("blue", sta_d));
	EXPECT_EQ(2, br_attr(ATTR_FDB_N_LEARNED));
}

/* Hundredths of a second since @attr (0 used, 1 updated) of an entry. */
static int take_ages(const struct nlmsghdr *nlh, void *data)
{
	const struct nda_cacheinfo *ci;
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct ndmsg)) {
		if (mnl_attr_get_type(attr) != NDA_CACHEINFO)
			continue;
		ci = mnl_attr_get_payload(attr);
		((uint32_t *)data)[0] = ci->ndm_used;
		((uint32_t *)data)[1] = ci->ndm_updated;
	}
	return 0;
}

static int get_ages(const uint8_t *mac, uint32_t ages[2])
{
	struct req req;
	int err;

	err = fdb_req(&req, &(struct fdb_desc){ .type = RTM_GETNEIGH,
						.dev = "veth-red-br",
						.mac = mac });
	return err ? err : rtnl_get(in(TOPO_HOST), &req, take_ages, ages);
}

/* Upwards, with two roundings: to a tick, and to a hundredth. */
static uint32_t hundredths_since(long long deadline)
{
	return (deadline_new() - deadline) / 10 + 3;
}

/* 4 questions of 50 ms each that nobody answers. */
static int let_time_pass(void)
{
	const struct probe nobody = { .kind = PROBE_UDP, .to = -1,
				      .dst = "10.244.0.99",
				      .from = ns("pod-3") };
	int err;

	err = sysctl_set(ns("pod-3"), "net/ipv4/neigh/veth-3/retrans_time_ms",
			 "50");
	if (!err)
		err = sysctl_set(ns("pod-3"),
				 "net/ipv4/neigh/veth-3/mcast_solicit", "4");
	return err ? err : probe_run(&nobody, NULL);
}

/* What is sent by a station renews its entry, what is sent to it its use. */
TEST_F(fdb, an_entry_is_as_old_as_the_stations_last_frame)
{
	uint32_t old[2], sent[2], used[2];
	long long start;

	NEED_SYSCTL();
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(-EHOSTUNREACH, let_time_pass());
	ASSERT_ERR(0, get_ages(sta_a, old));
	EXPECT_LE(15, old[0]);
	EXPECT_LE(15, old[1]);
	start = deadline_new();
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, get_ages(sta_a, sent));
	EXPECT_GE(hundredths_since(start), sent[1]);
	EXPECT_LE(old[0], sent[0]);
	ASSERT_ERR(-EHOSTUNREACH, let_time_pass());
	start = deadline_new();
	ASSERT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	ASSERT_ERR(0, get_ages(sta_a, used));
	EXPECT_GE(hundredths_since(start), used[0]);
	EXPECT_LE(15, used[1]);
}

/* Newer than the oldest headers we build with (v6.2). */
#define ATTR_BRPORT_MAB		(IFLA_BRPORT_LOCKED + 1)

/* MAC authentication bypass: the stranger is noted, for somebody to decide. */
TEST_F(fdb, a_locked_port_with_mab_notes_the_stranger)
{
	if (port_attr("veth-red-br", ATTR_BRPORT_MAB) < 0)
		SKIP(return, "no IFLA_BRPORT_MAB before v6.2");
	ASSERT_ERR(0, port_put("veth-red-br", IFLA_BRPORT_LOCKED, 1));
	ASSERT_ERR(0, port_put("veth-red-br", ATTR_BRPORT_MAB, 1));
	EXPECT_STREQ("", learn("red", sta_a));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br locked\n", stations());
	EXPECT_STREQ("", learn("red", sta_a));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_REACHABLE,
			  .nl = NLM_F_CREATE | NLM_F_REPLACE));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br\n",
		    fdb_untagged("02:00:00:00:00:0a"));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
}

KSFT_NEEDS(CONFIG_PACKET, "*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*.a_dump_has_each_of_many_*")

KSFT_MAIN
