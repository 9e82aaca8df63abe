// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The steps of topologies beyond the document's, the functions of lib/ behind
 * them, and the diagnosis.  What their words *mean* is checked against real
 * iproute2 and nft in oracle.c, that every fault is found in the suite itself.
 */
#include "ksft.h"

#include <linux/fib_rules.h>
#include <linux/if_bridge.h>

#include "bridge.h"
#include "link_opt.h"
#include "nft.h"
#include "rule.h"
#include "topo_model.h"
#include "world.h"

#define HOST	TOPO_HOST
#define RED	"pod-red"
#define BLUE	"pod-blue"

/* What needs no kernel. */
FIXTURE(data) { char unused; };
FIXTURE_SETUP(data) { }
FIXTURE_TEARDOWN(data) { }

/* One of each kind of step, as printed, and as printed when done wrongly. */
static const struct {
	struct topo_step step;
	const char *line, *wrong;
} steps[] = {
	{ { .op = TOPO_LINK_DOWN, .ns = RED, .dev = "veth-red" },
	  "ip -n pod-red link set veth-red down",
	  "ip -n pod-red link set veth-red down mtu 1400" },
	{ { .op = TOPO_LINK_DEL, .ns = HOST, .dev = "v-net-0" },
	  "ip link del v-net-0", NULL },
	{ { .op = TOPO_LINK_SET, .ns = HOST, .dev = "v-net-0",
	    .opt = "ageing_time", .val = "100" },
	  "ip link set v-net-0 type bridge ageing_time 100",
	  "ip link set v-net-0 type bridge ageing_time 101" },
	{ { .op = TOPO_LINK_SET, .ns = HOST, .dev = "v-net-0",
	    .opt = "fdb_flush" },
	  "ip link set v-net-0 type bridge fdb_flush", "" },
	{ { .op = TOPO_LINK_SET, .ns = HOST, .dev = "br", .opt = "arp",
	    .val = "off" },
	  "ip link set dev br arp off", "ip link set dev br arp on" },
	{ { .op = TOPO_LINK_SET, .ns = RED, .dev = "v0", .opt = "address",
	    .val = "02:00:00:00:00:01" },
	  "ip -n pod-red link set v0 address 02:00:00:00:00:01",
	  "ip -n pod-red link set v0 address 02:00:00:00:00:fe" },
	{ { .op = TOPO_LINK_SET, .ns = RED, .dev = "v0", .opt = "alias",
	    .val = "two words" },
	  "ip -n pod-red link set v0 alias 'two words'", "" },
	{ { .op = TOPO_LINK_SET, .ns = RED, .dev = "v0", .opt = "altname",
	    .val = "other" },
	  "ip -n pod-red link property add dev v0 altname other", "" },
	{ { .op = TOPO_LINK_MASTER, .ns = HOST, .dev = "v0", .master = "" },
	  "ip link set v0 nomaster", "ip link set v0 nomaster mtu 1400" },
	{ { .op = TOPO_LINK_ADD, .ns = RED, .dev = "v0.5", .kind = "vlan",
	    .link = "v0", .args = "id 5", .mac = "02:00:00:00:00:05" },
	  "ip -n pod-red link add link v0 name v0.5 address 02:00:00:00:00:05 type vlan id 5",
	  "ip -n pod-red link add link v0 name v0.5 mtu 1400 address 02:00:00:00:00:05 type vlan id 5" },
	{ { .op = TOPO_LINK_ADD, .ns = HOST, .dev = "m0", .kind = "macvlan",
	    .link = "v0", .args = "mode bridge", .to = RED },
	  "ip link add link v0 name m0 netns pod-red type macvlan mode bridge",
	  "ip link add link v0 name m0 mtu 1400 netns pod-red type macvlan mode bridge" },
	{ { .op = TOPO_PORT_SET, .ns = HOST, .dev = "v0", .opt = "isolated",
	    .val = "on" },
	  "bridge link set dev v0 isolated on",
	  "bridge link set dev v0 isolated off" },
	{ { .op = TOPO_PORT_SET, .ns = RED, .dev = "v0", .opt = "state",
	    .val = "learning" },
	  "bridge -n pod-red link set dev v0 state learning",
	  "bridge -n pod-red link set dev v0 state forwarding" },
	{ { .op = TOPO_VLAN_ADD, .ns = HOST, .dev = "v0", .vid = 7,
	    .args = "pvid untagged" },
	  "bridge vlan add dev v0 vid 7 pvid untagged",
	  "bridge vlan add dev v0 vid 8 pvid untagged" },
	{ { .op = TOPO_VLAN_DEL, .ns = HOST, .dev = "v0", .vid = 7 },
	  "bridge vlan del dev v0 vid 7", NULL },
	{ { .op = TOPO_FDB_ADD, .ns = HOST, .dev = "v0",
	    .mac = "02:00:00:00:00:01", .args = "master static" },
	  "bridge fdb add 02:00:00:00:00:01 dev v0 master static",
	  "bridge fdb add 02:00:00:00:00:fe dev v0 master static" },
	{ { .op = TOPO_FDB_DEL, .ns = HOST, .dev = "v0",
	    .mac = "02:00:00:00:00:01", .args = "master" },
	  "bridge fdb del 02:00:00:00:00:01 dev v0 master", NULL },
	{ { .op = TOPO_ADDR_DEL, .ns = RED, .dev = "v0",
	    .addr = "192.0.2.1/24" },
	  "ip -n pod-red addr del 192.0.2.1/24 dev v0", NULL },
	{ { .op = TOPO_ADDR_ADD, .ns = RED, .dev = "v0", .nodad = true,
	    .addr = "2001:db8::1/64", .args = "valid_lft 9 preferred_lft 5" },
	  "ip -n pod-red addr add 2001:db8::1/64 dev v0 valid_lft 9 preferred_lft 5 nodad",
	  "ip -n pod-red addr add 2001:db8::1/63 dev v0 valid_lft 9 preferred_lft 5 nodad" },
	{ { .op = TOPO_ROUTE_ADD, .ns = RED, .kind = "blackhole",
	    .addr = "2001:db8::/32", .args = "metric 5" },
	  "ip -n pod-red -6 route add blackhole 2001:db8::/32 metric 5",
	  "ip -n pod-red -6 route add blackhole 2001:db8:bad::/48 metric 5" },
	{ { .op = TOPO_ROUTE_DEL, .ns = RED, .addr = "default",
	    .via = "192.0.2.1" },
	  "ip -n pod-red route del default via 192.0.2.1", NULL },
	{ { .op = TOPO_RULE_ADD, .ns = HOST, .args = "iif v0 lookup 9" },
	  "ip rule add iif v0 lookup 9", "ip rule add not iif v0 lookup 9" },
	{ { .op = TOPO_RULE_DEL, .ns = HOST, .kind = "-6",
	    .args = "priority 9" },
	  "ip -6 rule del priority 9", NULL },
	{ { .op = TOPO_NEIGH_ADD, .ns = RED, .dev = "v0",
	    .addr = "192.0.2.9", .mac = "02:00:00:00:00:09",
	    .args = "nud stale" },
	  "ip -n pod-red neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 nud stale",
	  "ip -n pod-red neigh add 192.0.2.9 lladdr 02:00:00:00:00:fe dev v0 nud stale" },
	{ { .op = TOPO_NEIGH_DEL, .ns = RED, .dev = "v0",
	    .addr = "192.0.2.9" },
	  "ip -n pod-red neigh del 192.0.2.9 dev v0", NULL },
	{ { .op = TOPO_NFT, .ns = RED, .kind = "inet", .opt = "input",
	    .val = "drop", .args = "iifname v0" },
	  "ip netns exec pod-red nft 'add table inet netns; add chain inet netns input { type filter hook input priority 0; }; add rule inet netns input iifname v0 drop'",
	  "ip netns exec pod-red nft 'add table inet netns; add chain inet netns input { type filter hook input priority 0; }; add rule inet netns input iifname v0 accept'" },
};

TEST_F(data, each_step_is_one_command_and_has_a_wrong_form)
{
	struct topo_patch patch;
	struct topo_list list;
	char text[TOPO_TEXT_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		EXPECT_STREQ(steps[i].line,
			     topo_print_step(&steps[i].step, text));
		topo_list_init(&list, "one");
		topo_list_add(&list, &steps[i].step, 1);
		ASSERT_ERR(0, topo_fault_patch(&list, 0, TOPO_FAULT_WRONG,
					       &patch));
		/* NULL: what deletes can only be left out. */
		EXPECT_EQ(steps[i].wrong ? 1 : 0, patch.n_insert)
			printf("# %s\n", steps[i].line);
		/* "": there is no other word. */
		if (steps[i].wrong && *steps[i].wrong)
			EXPECT_STREQ(steps[i].wrong,
				     topo_print_step(&patch.insert[0], text));
		topo_list_free(&list);
	}
}

/* Two wires of the host and a bridge, all up, and a vlan. */
static const struct topo_step wires[] = {
	{ .op = TOPO_NETNS_ADD, .ns = RED },
	{ .op = TOPO_LINK_ADD, .ns = HOST, .dev = "br0", .kind = "bridge" },
	{ .op = TOPO_LINK_ADD, .ns = HOST, .dev = "a", .kind = "veth",
	  .peer = "b", .to = RED },
	{ .op = TOPO_LINK_ADD, .ns = RED, .dev = "b.5", .kind = "vlan",
	  .link = "b", .args = "id 5" },
	{ .op = TOPO_LINK_MASTER, .ns = HOST, .dev = "a", .master = "br0" },
	{ .op = TOPO_LINK_UP, .ns = HOST, .dev = "br0" },
	{ .op = TOPO_LINK_UP, .ns = HOST, .dev = "a" },
	{ .op = TOPO_LINK_UP, .ns = RED, .dev = "b" },
	{ .op = TOPO_LINK_UP, .ns = RED, .dev = "b.5" },
	{ .op = TOPO_ADDR_ADD, .ns = RED, .dev = "b",
	  .addr = "2001:db8::1/64" },
};

/* With one step more: which of these are waited for? */
static const struct {
	struct topo_step more;
	bool a_forwards, b_runs, vlan_runs, usable;
} models[] = {
	{ { .op = TOPO_NETNS_ADD, .ns = BLUE }, true, true, true, true },
	{ { .op = TOPO_LINK_DOWN, .ns = RED, .dev = "b" },
	  false, false, false, false },
	{ { .op = TOPO_LINK_DOWN, .ns = HOST, .dev = "a" },
	  false, false, false, false },
	{ { .op = TOPO_LINK_DOWN, .ns = HOST, .dev = "br0" },
	  false, true, true, true },
	{ { .op = TOPO_LINK_DEL, .ns = HOST, .dev = "br0" },
	  false, true, true, true },
	{ { .op = TOPO_LINK_MASTER, .ns = HOST, .dev = "a", .master = "" },
	  false, true, true, true },
	{ { .op = TOPO_PORT_SET, .ns = HOST, .dev = "a", .opt = "state",
	    .val = "blocking" }, false, true, true, true },
	{ { .op = TOPO_PORT_SET, .ns = HOST, .dev = "a", .opt = "isolated",
	    .val = "on" }, true, true, true, true },
	{ { .op = TOPO_LINK_SET, .ns = HOST, .dev = "br0",
	    .opt = "stp_state", .val = "1" }, false, true, true, true },
	{ { .op = TOPO_LINK_SET, .ns = RED, .dev = "b", .opt = "mode",
	    .val = "dormant" }, true, false, false, false },
	{ { .op = TOPO_ADDR_DEL, .ns = RED, .dev = "b",
	    .addr = "2001:db8::1/64" }, true, true, true, false },
	{ { .op = TOPO_SYSCTL, .ns = RED,
	    .dev = "net/ipv6/conf/all/disable_ipv6", .addr = "1" },
	  true, true, true, false },
	{ { .op = TOPO_LINK_DOWN, .ns = RED, .dev = "b", .want = -EPERM },
	  true, true, true, true },
};

TEST_F(data, waits_are_for_what_the_list_can_reach)
{
	struct topo_model model;
	struct topo_list list;
	int a, b, vlan;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(models); i++) {
		topo_list_init(&list, "wires");
		topo_list_add(&list, wires, ARRAY_SIZE(wires));
		topo_list_add(&list, &models[i].more, 1);
		ASSERT_ERR(0, topo_model_init(&model, &list));
		a = topo_model_find(&model, HOST, "a");
		b = topo_model_find(&model, RED, "b");
		vlan = topo_model_find(&model, RED, "b.5");
		ASSERT_LE(0, a);
		ASSERT_LE(0, b);
		ASSERT_LE(0, vlan);
		EXPECT_EQ(models[i].a_forwards, topo_model_forwards(&model, a))
			printf("# case %zu\n", i);
		EXPECT_EQ(models[i].b_runs, topo_model_runs(&model, b))
			printf("# case %zu\n", i);
		EXPECT_EQ(models[i].vlan_runs, topo_model_runs(&model, vlan))
			printf("# case %zu\n", i);
		EXPECT_EQ(models[i].usable,
			  topo_model_usable(&model, &list,
					    ARRAY_SIZE(wires) - 1))
			printf("# case %zu\n", i);
		topo_model_free(&model);
		topo_list_free(&list);
	}
}

TEST_F(data, a_veth_that_is_deleted_takes_its_other_end_and_a_rename_is_followed)
{
	static const struct topo_step more[] = {
		{ .op = TOPO_LINK_SET, .ns = RED, .dev = "b", .opt = "name",
		  .val = "eth0" },
		{ .op = TOPO_LINK_DEL, .ns = HOST, .dev = "a" },
	};
	struct topo_model model;
	struct topo_list list;

	topo_list_init(&list, "wires");
	topo_list_add(&list, wires, ARRAY_SIZE(wires));
	topo_list_add(&list, more, 1);
	ASSERT_ERR(0, topo_model_init(&model, &list));
	EXPECT_EQ(-1, topo_model_find(&model, RED, "b"));
	EXPECT_LE(0, topo_model_find(&model, RED, "eth0"));
	topo_model_free(&model);
	topo_list_add(&list, more + 1, 1);
	ASSERT_ERR(0, topo_model_init(&model, &list));
	EXPECT_EQ(-1, topo_model_find(&model, HOST, "a"));
	EXPECT_EQ(-1, topo_model_find(&model, RED, "eth0"));
	EXPECT_LE(0, topo_model_find(&model, HOST, "br0"));
	topo_model_free(&model);
	topo_list_free(&list);
}

FIXTURE(words) { struct topo *topo; };
FIXTURE_VARIANT(words) { const char *topology; };
FIXTURE_VARIANT_ADD(words, bridge_in_place) { .topology = "bridge-in-place" };
FIXTURE_SETUP(words) TOPO_SETUP(words)
FIXTURE_TEARDOWN(words) TOPO_TEARDOWN

static int add_nft(const char *family, const char *hook, const char *match,
		   const char *verdict)
{
	const struct nft_rule rule = { family, hook, match, verdict };

	return nft_rule_add(ns(BLUE), &rule);
}

/* What does not change by itself: IPv6 takes its time with addresses. */
#define STILL	(STATE_LINK | STATE_ADDR4 | STATE_ROUTE4_MAIN | \
		 STATE_ROUTE4_LOCAL | STATE_RULE | STATE_VLAN | STATE_OPTION | \
		 STATE_NFT)

TEST_F(words, unknown_words_are_einval_and_change_nothing)
{
	const struct route_desc route = { .dst = "192.0.2.0/24",
					  .via = "10.244.0.1", .args = "fast" };
	char *before = state_text(ns(HOST), STILL);

	ASSERT_NE(NULL, before);
	EXPECT_ERR(-EINVAL, link_set_opt(in(HOST), "v-net-0", "speed", "1"));
	EXPECT_ERR(-EINVAL, link_set_opt(in(HOST), "v-net-0", "mtu", "12x"));
	EXPECT_ERR(-EINVAL, link_set_opt(in(HOST), "v-net-0", "mtu", "-1"));
	EXPECT_ERR(-EINVAL, link_set_opt(in(HOST), "v-net-0", "arp", "maybe"));
	EXPECT_ERR(-EINVAL, link_set_opt(in(HOST), "v-net-0", "mtu", NULL));
	EXPECT_ERR(-EINVAL,
		   link_set_opt(in(HOST), "v-net-0", "address", "02:00"));
	EXPECT_ERR(-EINVAL, port_set(in(HOST), "veth-red-br", "door", "on"));
	EXPECT_ERR(-EINVAL, port_set(in(HOST), "veth-red-br", "flood", "no"));
	EXPECT_ERR(-EINVAL, vlan_add(in(HOST), "veth-red-br", 5, "blue"));
	EXPECT_ERR(-EINVAL, fdb_add(in(HOST), "veth-red-br", "02:00", NULL));
	EXPECT_ERR(-EINVAL, fdb_add(in(HOST), "veth-red-br",
				    "02:00:00:00:00:01", "master forever"));
	EXPECT_ERR(-EINVAL, fdb_flush(in(HOST), "v-net-0", "all"));
	EXPECT_ERR(-EINVAL, addr_add_args(in(HOST), "v-net-0", "192.0.2.1/24",
					  "scope galaxy"));
	EXPECT_ERR(-EINVAL, route_add(in(HOST), &route));
	EXPECT_ERR(-EINVAL, rule_add(in(HOST), AF_INET, "who 10.0.0.1"));
	EXPECT_ERR(-EINVAL, rule_add(in(HOST), AF_INET, "priority"));
	EXPECT_ERR(-EINVAL, neigh_add_args(in(HOST), "v-net-0", "10.244.0.9",
					   "nud dead"));
	EXPECT_TEXT(before, state_text(ns(HOST), STILL));
	free(before);
}

TEST_F(words, devices_that_are_not_there_are_enodev)
{
	EXPECT_ERR(-ENODEV, link_set_opt(in(HOST), "none", "mtu", "1400"));
	EXPECT_ERR(-ENODEV, port_set(in(HOST), "none", "flood", "on"));
	EXPECT_ERR(-ENODEV, vlan_add(in(HOST), "none", 5, NULL));
	EXPECT_ERR(-ENODEV, fdb_add(in(HOST), "none", "02:00:00:00:00:01",
				    NULL));
	EXPECT_ERR(-ENODEV, addr_add_args(in(HOST), "none", "192.0.2.1/24",
					  NULL));
	EXPECT_ERR(-ENODEV, neigh_add_args(in(HOST), "none", "192.0.2.1",
					   NULL));
	EXPECT_ERR(-ENODEV, neigh_flush(in(HOST), "none"));
}

TEST_F(words, a_ports_state_is_set_by_name)
{
	struct link link;

	/* "blocking" would not last: without STP it is made forwarding. */
	ASSERT_ERR(0, port_set(in(HOST), "veth-red-br", "state", "learning"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red-br", &link));
	EXPECT_EQ(BR_STATE_LEARNING, link.port.state);
	ASSERT_ERR(0, port_set(in(HOST), "veth-red-br", "state", "3"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red-br", &link));
	EXPECT_EQ(BR_STATE_FORWARDING, link.port.state);
}

TEST_F(words, neighbours_are_replaced_and_flushed_but_for_permanent_ones)
{
	const char *old = "lladdr 02:00:00:00:00:01 nud stale";
	struct neigh neigh;
	int err;

	ASSERT_ERR(0, neigh_add_args(in(RED), "veth-red", "10.244.0.8", old));
	EXPECT_ERR(-EEXIST,
		   neigh_add_args(in(RED), "veth-red", "10.244.0.8", old));
	ASSERT_ERR(0, neigh_replace(in(RED), "veth-red", "10.244.0.8",
				    "lladdr 02:00:00:00:00:02 nud stale"));
	ASSERT_ERR(0, neigh_get(in(RED), "veth-red", "10.244.0.8", &neigh));
	EXPECT_EQ(2, neigh.mac[5]);
	EXPECT_EQ(NUD_STALE, neigh.state);
	ASSERT_ERR(0, neigh_add_args(in(RED), "veth-red", "10.244.0.9",
				     "lladdr 02:00:00:00:00:03"));
	EXPECT_ERR(0, neigh_flush(in(RED), "veth-red"));
	ASSERT_ERR(0, neigh_get(in(RED), "veth-red", "10.244.0.9", &neigh));
	EXPECT_EQ(NUD_PERMANENT, neigh.state);
	/* Deleted, or, while somebody holds it, FAILED (neigh_delete()). */
	err = neigh_get(in(RED), "veth-red", "10.244.0.8", &neigh);
	EXPECT_TRUE(err == -ENOENT || neigh.state == NUD_FAILED);
}

TEST_F(words, fdb_flush_takes_those_that_its_words_say)
{
	static const uint8_t dynamic[] = { 2, 0, 0, 0, 0, 1 };
	static const uint8_t fixed[] = { 2, 0, 0, 0, 0, 2 };
	static const uint8_t permanent[] = { 2, 0, 0, 0, 0, 3 };
	struct neigh entry;
	int err;

	ASSERT_ERR(0, fdb_add(in(HOST), "veth-red-br", "02:00:00:00:00:01",
			      "master dynamic"));
	ASSERT_ERR(0, fdb_add(in(HOST), "veth-red-br", "02:00:00:00:00:02",
			      "master static"));
	ASSERT_ERR(0, fdb_add(in(HOST), "veth-red-br", "02:00:00:00:00:03",
			      "master"));
	err = fdb_flush(in(HOST), "v-net-0", "dynamic");
	if (err == -EOPNOTSUPP || err == -EINVAL)
		SKIP(return, "bulk deletion came with v5.19");
	ASSERT_ERR(0, err);
	EXPECT_ERR(-ENOENT, fdb_get(in(HOST), dynamic, &entry));
	EXPECT_ERR(0, fdb_get(in(HOST), fixed, &entry));
	EXPECT_EQ(NUD_NOARP, entry.state);
	EXPECT_ERR(0, fdb_get(in(HOST), permanent, &entry));
	EXPECT_EQ(NUD_PERMANENT, entry.state);
	ASSERT_ERR(0, fdb_flush(in(HOST), "v-net-0", "static"));
	EXPECT_ERR(-ENOENT, fdb_get(in(HOST), fixed, &entry));
	EXPECT_ERR(0, fdb_get(in(HOST), permanent, &entry));
}

TEST_F(words, rules_are_listed_as_they_were_added)
{
	struct rule *rules;
	char text[IP_TEXT_MAX];
	int n;

	ASSERT_ERR(0, rule_add(in(RED), AF_INET,
			       "not from 10.0.0.0/8 to 192.0.2.1 iif lo fwmark 5 priority 7 prohibit"));
	n = rule_list(in(RED), AF_INET, &rules);
	ASSERT_EQ(4, n);
	EXPECT_EQ(7, rules[1].priority);
	EXPECT_EQ(FR_ACT_PROHIBIT, rules[1].action);
	EXPECT_TRUE(rules[1].invert);
	EXPECT_STREQ("10.0.0.0/8", ip_text(&rules[1].from, 1, text));
	EXPECT_STREQ("192.0.2.1/32", ip_text(&rules[1].to, 1, text));
	EXPECT_STREQ("lo", rules[1].iif);
	EXPECT_STREQ("", rules[1].oif);
	EXPECT_EQ(5, rules[1].fwmark);
	EXPECT_EQ(UINT32_MAX, rules[1].fwmask);
	EXPECT_EQ(-1, rules[1].suppress);
	free(rules);
	EXPECT_ERR(0, rule_del(in(RED), AF_INET, "priority 7"));
	n = rule_list(in(RED), AF_INET, &rules);
	EXPECT_EQ(3, n);
	free(rules);
}

TEST_F(words, routes_are_changed_by_the_flags_that_are_given)
{
	struct route_desc desc = { .dst = "192.0.2.0/24", .via = "10.244.0.1",
				   .args = "mtu 1300" };
	struct route route;

	EXPECT_ERR(-ENOENT, route_change(in(RED), &desc, NLM_F_REPLACE));
	ASSERT_ERR(0, route_add(in(RED), &desc));
	desc.args = "mtu 1200 advmss 900";
	EXPECT_ERR(-EEXIST, route_add(in(RED), &desc));
	ASSERT_ERR(0, route_change(in(RED), &desc, NLM_F_REPLACE));
	ASSERT_ERR(0, route_get(in(RED), "192.0.2.9", &route));
	EXPECT_EQ(1200, route.mtu);
	EXPECT_EQ(900, route.metrics[RTAX_ADVMSS]);
}

TEST_F(words, nft_rules_of_a_hook_share_a_chain_and_bad_ones_leave_nothing)
{
	char *text;
	int err;

	err = add_nft("ip", "input", "ip saddr 10.244.0.9", "drop");
	if (err == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NF_TABLES_IPV4");
	ASSERT_ERR(0, err);
	ASSERT_ERR(0, add_nft("ip", "input", NULL, "counter accept"));
	text = nft_text(ns(BLUE));
	ASSERT_NE(NULL, text);
	EXPECT_STREQ("ip netns input hook input priority 0 policy accept\n"
		     "ip netns input: [ payload load 4b @ network header + 12 => reg 1 ] [ cmp eq reg 1 0x0900f40a ] [ immediate reg 0 drop ]\n"
		     "ip netns input: [ counter ] [ immediate reg 0 accept ]\n",
		     text);
	EXPECT_ERR(-EINVAL, add_nft("ipx", "input", NULL, "drop"));
	EXPECT_ERR(-EINVAL, add_nft("arp", "forwards", NULL, "drop"));
	EXPECT_ERR(-EINVAL, add_nft("ip", "output", "colour blue", "drop"));
	EXPECT_ERR(-EINVAL, add_nft("ip", "output", "iifname", "drop"));
	EXPECT_ERR(-EINVAL, add_nft("ip", "output", "tcp dport x", "drop"));
	EXPECT_ERR(-EINVAL, add_nft("ip", "output", NULL, "burn"));
	EXPECT_TEXT(text, nft_text(ns(BLUE)));
	free(text);
}

static bool has_spot(const struct spot *spots, int n, const char *place,
		     const char *dev)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!strcmp(spots[i].place->name, place) &&
		    !strcmp(spots[i].link->name, dev))
			return true;
	}
	return false;
}

TEST_F(words, the_world_knows_who_is_wired_to_whom)
{
	struct spot red = { 0 }, *spots;
	struct ip_prefix ip;
	struct world world;
	struct link link;
	int n;

	ASSERT_ERR(0, link_get(in(RED), "veth-red", &link));
	ASSERT_ERR(0, world_open(&world, self->topo));
	red = world_link(world_place(&world, ns(RED)), link.ifindex);
	ASSERT_NE(NULL, red.link);
	EXPECT_STREQ("veth-red-br", world_peer(&world, red).link->name);
	EXPECT_STREQ(HOST, world_peer(&world, red).place->name);
	n = world_segment(&world, red, &spots);
	EXPECT_EQ(5, n);
	EXPECT_TRUE(has_spot(spots, n, HOST, "v-net-0"));
	EXPECT_TRUE(has_spot(spots, n, HOST, "veth-blue-br"));
	EXPECT_TRUE(has_spot(spots, n, BLUE, "veth-blue"));
	free(spots);
	ASSERT_ERR(0, ip_parse("10.244.0.20", &ip));
	EXPECT_NE(NULL, world_addr(world_place(&world, ns(BLUE)), &ip));
	EXPECT_EQ(NULL, world_addr(world_place(&world, ns(RED)), &ip));
	EXPECT_EQ(NULL, world_place(&world, -1));
	world_close(&world);
}

TEST_F(words, a_diagnosis_without_a_fault_says_so)
{
	const struct probe probe = { .kind = PROBE_UDP, .from = ns(RED),
				     .to = ns(BLUE), .dst = "10.244.0.20" };
	struct diagnosis d;

	ASSERT_ERR(0, reach_all(RED, BLUE, "10.244.0.20"));
	ASSERT_ERR(0, diagnose(self->topo, &probe, -ETIMEDOUT, &d));
	EXPECT_STREQ("", d.fault);
	EXPECT_NE(NULL, strstr(d.text, "pod-red to 10.244.0.20: no answer"));
	EXPECT_NE(NULL, strstr(d.text, "nothing found that is in the way"));
}

TEST_F(words, a_rule_for_some_packets_is_a_suspect_only_if_nothing_else_is)
{
	struct probe probe = { .kind = PROBE_UDP, .from = ns(RED),
			       .to = ns(BLUE), .dst = "10.244.0.20" };
	struct diagnosis d;
	int err;

	err = add_nft("ip", "input", "ip saddr 10.244.0.10", "drop");
	if (err == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NF_TABLES_IPV4");
	ASSERT_ERR(0, err);
	ASSERT_ERR(0, diagnose(self->topo, &probe, -ETIMEDOUT, &d));
	EXPECT_STREQ("nft-input-drop", d.fault);
	EXPECT_NE(NULL, strstr(d.text, "nft drops input in pod-blue (of those that match)"));
	ASSERT_ERR(0, port_set(in(HOST), "veth-blue-br", "state", "learning"));
	ASSERT_ERR(0, diagnose(self->topo, &probe, -ETIMEDOUT, &d));
	EXPECT_STREQ("port-learning", d.fault);
}

TEST_F(words, a_diagnosis_needs_a_namespace_of_the_topology)
{
	int netns = netns_new();
	const struct probe probe = { .kind = PROBE_UDP, .from = netns,
				     .to = -1, .dst = "10.244.0.20" };
	struct diagnosis d;

	ASSERT_LE(0, netns);
	EXPECT_ERR(-ENOENT, diagnose(self->topo, &probe, -ENETUNREACH, &d));
	close(netns);
}

KSFT_MAIN
