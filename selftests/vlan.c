// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * VLANs (IEEE 802.1Q): as devices on a wire, and on a bridge that filters.
 *
 *	pod-red ("red")          pod-blue ("blue")
 *	veth-red ---------------- veth-blue
 *	 `- red10 ("red10")        |- blue10 ("blue10")
 *	                           `- blue20 ("blue20")
 *
 *	host   v-net-0 ("host")
 *	        |- veth-red-br  ------ veth-red   pod-red   ("red")
 *	        |- veth-blue-br ------ veth-blue  pod-blue  ("blue")
 *	        `- veth-3-br    ------ veth-3     pod-3     ("3")
 */
#include "lan.h"
#include "lend.h"

#include "bridge.h"

FIXTURE(vlan) { struct topo *topo; };
FIXTURE_VARIANT(vlan) { const char *topology; };
FIXTURE_VARIANT_ADD(vlan, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(vlan) TOPO_SETUP(vlan)
FIXTURE_TEARDOWN(vlan) TOPO_TEARDOWN

struct tagged {
	const char *pod, *dev, *addr;
	const char *args;		/* "id 10" */
};

static const struct tagged red10 = { "red", "red10", "192.0.2.1/24", "id 10" };
static const struct tagged blue10 = { "blue", "blue10", "192.0.2.2/24",
				      "id 10" };
static const struct tagged blue20 = { "blue", "blue20", "198.51.100.2/24",
				      "id 20" };

/* Made, addressed, up and listened to; -EOPNOTSUPP without 8021q. */
static int vlan_dev(const struct tagged *t)
{
	const struct link_desc desc = { .kind = "vlan", .name = t->dev,
					.lower = pod_dev(t->pod),
					.args = t->args };
	const char *netns = pod_ns(t->pod);
	struct link link;
	int err;

	err = lan_open();
	if (!err)
		err = link_add(in(netns), &desc);
	if (!err)
		err = addr_add(in(netns), t->dev, t->addr, 0);
	if (!err)
		err = set_up(netns, t->dev);
	if (!err)
		err = link_wait(ns(netns), t->dev, link_is_running, &link);
	return err ? err : lan_listen(t->dev, netns, t->dev);
}

static int vlan_devs(void)
{
	int err;

	err = vlan_dev(&red10);
	if (!err)
		err = vlan_dev(&blue10);
	return err ? err : vlan_dev(&blue20);
}

/* Whether there is 8021q, nobody knows before a device is asked for. */
#define NEED_8021Q() do { \
	const int err_ = vlan_devs(); \
	if (err_ == -EOPNOTSUPP) \
		SKIP(return, "needs CONFIG_VLAN_8021Q"); \
	ASSERT_ERR(0, err_); \
} while (0)

/* "blue.10" is what the wire carries, "blue10" what is left of it. */
TEST_F(vlan, a_vlan_device_tags_what_it_sends_and_takes_what_is_tagged_so)
{
	NEED_8021Q();
	EXPECT_STREQ("blue.10 blue10",
		     HEARD("red10", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("red.10 red10",
		     HEARD("blue10", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("red.20", HEARD("blue20", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("blue.20 blue20", HEARD("red", .src = sta_a, .dst = sta_b,
					     .tags = { TAG(20) }));
	EXPECT_STREQ("blue.30", HEARD("red", .src = sta_a, .dst = sta_b,
				      .tags = { TAG(30) }));
	EXPECT_STREQ("blue.s10", HEARD("red", .src = sta_a, .dst = sta_b,
				       .tags = { STAG(10) }));
	EXPECT_STREQ("blue", HEARD("red", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("blue.10 blue10", HEARD("red10", .src = sta_a,
					     .dst = sta_b, .size = 1514));
	EXPECT_STREQ("blue.10.7 blue10.7",
		     HEARD("red10", .src = sta_a, .dst = sta_b,
			   .tags = { TAG(7) }));
}

TEST_F(vlan, pods_talk_within_their_vlan_only)
{
	NEED_8021Q();
	EXPECT_ERR(0, reach_all("pod-red", "pod-blue", "192.0.2.2"));
	EXPECT_ERR(0, reach_all("pod-blue", "pod-red", "192.0.2.1"));
	EXPECT_ERR(0, reach_all("pod-red", "pod-blue", "10.0.1.2"));
	EXPECT_LE(1, stats_of("pod-blue", "blue10").rx_packets);
	EXPECT_EQ(0, stats_of("pod-red", "red10").rx_errors);
}

static int egress_map(const char *netns, const char *dev, uint32_t from,
		      uint32_t to)
{
	const struct ifla_vlan_qos_mapping map = { .from = from, .to = to };
	struct ifinfomsg ifi = { 0 };
	struct nlattr *info, *data, *maps;
	struct req req;

	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, dev);
	info = req_nest(&req, IFLA_LINKINFO);
	req_str(&req, IFLA_INFO_KIND, "vlan");
	data = req_nest(&req, IFLA_INFO_DATA);
	maps = req_nest(&req, IFLA_VLAN_EGRESS_QOS);
	req_put(&req, IFLA_VLAN_QOS_MAPPING, &map, sizeof(map));
	req_nest_end(&req, maps);
	req_nest_end(&req, data);
	req_nest_end(&req, info);
	return rtnl_talk(in(netns), &req);
}

TEST_F(vlan, the_priority_of_a_frame_is_mapped_into_its_tag)
{
	int prio = 5, fd;

	NEED_8021Q();
	fd = taps_fd(lan.taps, lan_tap("red10"));
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &prio,
				sizeof(prio)));
	EXPECT_STREQ("blue.10 blue10",
		     HEARD("red10", .src = sta_a, .dst = broadcast));
	ASSERT_ERR(0, egress_map("pod-red", "red10", 5, 3));
	EXPECT_STREQ("blue.10p3 blue10",
		     HEARD("red10", .src = sta_a, .dst = broadcast));
	prio = 4;
	ASSERT_EQ(0, setsockopt(fd, SOL_SOCKET, SO_PRIORITY, &prio,
				sizeof(prio)));
	EXPECT_STREQ("blue.10 blue10",
		     HEARD("red10", .src = sta_a, .dst = broadcast));
}

/* VLAN 0 is a priority without a VLAN: for the device itself. */
TEST_F(vlan, a_priority_tag_is_for_the_device_itself)
{
	const uint8_t *blue;

	NEED_8021Q();
	blue = mac_at("pod-blue", "veth-blue");
	EXPECT_STREQ("blue.0p6", HEARD("red", .src = sta_a, .dst = blue,
				       .tags = { TAG(PCP(6)) }));
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.0.1.2"));
}

TEST_F(vlan, a_vlan_device_counts_its_own_frames_without_the_tag)
{
	struct rtnl_link_stats64 red, blue, other, wire;

	NEED_8021Q();
	NEED_SYSCTL();
	ASSERT_ERR(0, be_quiet());
	red = stats_of("pod-red", "red10");
	blue = stats_of("pod-blue", "blue10");
	other = stats_of("pod-blue", "blue20");
	wire = stats_of("pod-blue", "veth-blue");
	EXPECT_STREQ("blue.10 blue10", HEARD("red10", .src = sta_a,
					     .dst = broadcast, .size = 100));
	EXPECT_STREQ("rx 0/0 tx 1/100", traffic("pod-red", "red10", &red));
	EXPECT_STREQ("rx 1/86 tx 0/0", traffic("pod-blue", "blue10", &blue));
	EXPECT_STREQ("rx 0/0 tx 0/0", traffic("pod-blue", "blue20", &other));
	EXPECT_STREQ("rx 1/100 tx 0/0",
		     traffic("pod-blue", "veth-blue", &wire));
}

static bool is_down(const struct link *link)
{
	return link && !(link->flags & IFF_UP);
}

/* vlan_device_event. */
TEST_F(vlan, a_vlan_device_follows_the_one_below)
{
	const struct link_desc down = { .change = IFF_UP };
	const struct link_desc mtu = { .mtu = 1400 }, more = { .mtu = 1401 };
	struct link lower, link;

	NEED_8021Q();
	ASSERT_ERR(0, link_get(in("pod-red"), "veth-red", &lower));
	ASSERT_ERR(0, link_get(in("pod-red"), "red10", &link));
	EXPECT_EQ(lower.ifindex, link.peer);
	EXPECT_EQ(0, memcmp(lower.mac, link.mac, 6));
	EXPECT_EQ(1500, link.mtu);
	ASSERT_ERR(0, link_set(in("pod-red"), "veth-red", &mtu));
	ASSERT_ERR(0, link_get(in("pod-red"), "red10", &link));
	EXPECT_EQ(1400, link.mtu);
	EXPECT_ERR(-ERANGE, link_set(in("pod-red"), "red10", &more));
	ASSERT_ERR(0, link_set(in("pod-red"), "veth-red", &down));
	EXPECT_ERR(0, link_wait(ns("pod-red"), "red10", is_down, &link));
	ASSERT_ERR(0, set_up("pod-red", "veth-red"));
	ASSERT_ERR(0, link_wait(ns("pod-red"), "red10", link_is_running,
				&link));
	ASSERT_ERR(0, link_wait(ns("pod-blue"), "blue10", link_is_running,
				&link));
	EXPECT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "192.0.2.2"));
	ASSERT_ERR(0, link_del(in("pod-red"), "veth-red"));
	EXPECT_ERR(-ENODEV, link_get(in("pod-red"), "red10", &link));
	EXPECT_ERR(-ENODEV, link_get(in("pod-blue"), "blue10", &link));
}

/* The device below stays where it is. */
TEST_F(vlan, a_vlan_device_works_from_another_namespace)
{
	const struct link_desc move = { .netns = ns(TOPO_HOST) };
	struct link link;

	NEED_8021Q();
	ASSERT_ERR(0, link_set(in("pod-red"), "red10", &move));
	ASSERT_ERR(-ENODEV, link_get(in("pod-red"), "red10", &link));
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "red10", &link));
	EXPECT_LE(0, link.peer_nsid);
	ASSERT_ERR(0, addr_add(in(TOPO_HOST), "red10", "192.0.2.1/24", 0));
	ASSERT_ERR(0, set_up(TOPO_HOST, "red10"));
	ASSERT_ERR(0, link_wait(ns(TOPO_HOST), "red10", link_is_running,
				&link));
	EXPECT_ERR(0, reach(PROBE_ICMP, TOPO_HOST, NULL, "192.0.2.2"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, "pod-red", NULL,
				       "192.0.2.2"));
	ASSERT_ERR(0, link_del(in("pod-red"), "veth-red"));
	EXPECT_ERR(-ENODEV, link_get(in(TOPO_HOST), "red10", &link));
}

TEST_F(vlan, service_tags_are_another_kind_of_tag)
{
	static const struct tagged red = { "red", "red-s", "203.0.113.1/24",
					   "id 10 protocol 802.1ad" };
	static const struct tagged blue = { "blue", "blue-s", "203.0.113.2/24",
					    "id 10 protocol 802.1ad" };

	NEED_8021Q();
	ASSERT_ERR(0, vlan_dev(&red));
	ASSERT_ERR(0, vlan_dev(&blue));
	EXPECT_STREQ("blue.s10 blue-s",
		     HEARD("red-s", .src = sta_a, .dst = broadcast));
	EXPECT_STREQ("blue.10 blue10",
		     HEARD("red10", .src = sta_a, .dst = broadcast));
	EXPECT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "203.0.113.2"));
}

/* A bridge that filters. */
FIXTURE(filter) { struct topo *topo; };
FIXTURE_VARIANT(filter) { const char *topology; };
FIXTURE_VARIANT_ADD(filter, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(filter) LEND_SETUP(filter)
FIXTURE_TEARDOWN(filter) LEND_TEARDOWN

#define NEED_FILTERING() do { \
	if (!has_vlans()) \
		SKIP(return, "needs CONFIG_BRIDGE_VLAN_FILTERING"); \
	ASSERT_ERR(0, br_set_u8(IFLA_BR_VLAN_FILTERING, 1)); \
} while (0)

static int member(const char *dev, unsigned int vid, const char *args)
{
	return vlan_add(in(TOPO_HOST), dev, vid, args);
}

static int leave_vlan(const char *dev, unsigned int vid)
{
	return vlan_del(in(TOPO_HOST), dev, vid,
			strcmp(dev, BR) ? "" : "self");
}

static int line_cmp(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* "veth-red-br 10 pvid untagged", a line each, sorted. */
static char *vlans_text(void)
{
	struct vlan *vlans;
	const char **lines;
	char *text = NULL;
	size_t size;
	FILE *file;
	int i, n;

	n = vlan_list(in(TOPO_HOST), &vlans);
	if (n < 0)
		return NULL;
	lines = calloc(n + 1, sizeof(*lines));
	file = open_memstream(&text, &size);
	for (i = 0; lines && i < n; i++)
		lines[i] = str("%s %u%s%s\n", host_dev(vlans[i].ifindex),
			       vlans[i].vid,
			       vlans[i].flags & BRIDGE_VLAN_INFO_PVID ?
			       " pvid" : "",
			       vlans[i].flags & BRIDGE_VLAN_INFO_UNTAGGED ?
			       " untagged" : "");
	qsort(lines, n, sizeof(*lines), line_cmp);
	for (i = 0; file && i < n; i++)
		fputs(lines[i], file);
	if (file)
		fclose(file);
	free(lines);
	free(vlans);
	return text;
}

#define DEFAULT_VLANS \
	BR " 1 pvid untagged\n" \
	"veth-3-br 1 pvid untagged\n" \
	"veth-blue-br 1 pvid untagged\n" \
	"veth-red-br 1 pvid untagged\n"

TEST_F(filter, by_default_all_are_in_vlan_1_and_tags_do_not_pass)
{
	NEED_FILTERING();
	EXPECT_EQ(1, br_attr(IFLA_BR_VLAN_FILTERING));
	EXPECT_EQ(1, br_attr(IFLA_BR_VLAN_DEFAULT_PVID));
	EXPECT_TEXT(DEFAULT_VLANS, vlans_text());
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br vlan 1\n",
		    fdb_text("02:00:00:00:00:0"));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("", HEARD("red", .src = sta_c, .dst = broadcast,
			       .tags = { TAG(10) }));
	EXPECT_TEXT("", fdb_text("02:00:00:00:00:0c"));
	/* A tag of VLAN 1 is as good as none; a priority is kept nowhere. */
	EXPECT_STREQ("blue 3 host", HEARD("red", .src = sta_a, .dst = broadcast,
					  .tags = { TAG(1) }));
	EXPECT_STREQ("blue 3 host", HEARD("red", .src = sta_a, .dst = broadcast,
					  .tags = { TAG(PCP(5)) }));
	EXPECT_STREQ("red blue 3", HEARD("host", .src = bridge_mac(),
					 .dst = broadcast));
	ASSERT_ERR(0, br_set_u8(IFLA_BR_VLAN_FILTERING, 0));
	EXPECT_STREQ("blue.10 3.10 host.10",
		     HEARD("red", .src = sta_a, .dst = broadcast,
			   .tags = { TAG(10) }));
}

TEST_F(filter, members_of_a_vlan_hear_its_frames_and_nobody_else)
{
	const struct link_desc own = { .mac = sta_d };

	NEED_FILTERING();
	/* No port's, whose VLANs would have it too. */
	ASSERT_ERR(0, link_set(in(TOPO_HOST), BR, &own));
	ASSERT_ERR(0, member("veth-red-br", 10, ""));
	ASSERT_ERR(0, member("veth-blue-br", 10, ""));
	EXPECT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = broadcast,
				      .tags = { TAG(10) }));
	EXPECT_STREQ("red.10p3", HEARD("blue", .src = sta_b, .dst = broadcast,
				       .tags = { TAG(10 | PCP(3)) }));
	EXPECT_STREQ("", HEARD("3", .src = sta_c, .dst = broadcast,
			       .tags = { TAG(10) }));
	EXPECT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = sta_d,
				      .tags = { TAG(10) }));
	ASSERT_ERR(0, member(BR, 10, "self"));
	EXPECT_STREQ("blue.10 host.10",
		     HEARD("red", .src = sta_a, .dst = broadcast,
			   .tags = { TAG(10) }));
	EXPECT_STREQ("host.10", HEARD("red", .src = sta_a, .dst = sta_d,
				      .tags = { TAG(10) }));
	EXPECT_STREQ("red.10 blue.10",
		     HEARD("host", .src = bridge_mac(), .dst = broadcast,
			   .tags = { TAG(10) }));
	EXPECT_STREQ("", HEARD("host", .src = bridge_mac(), .dst = broadcast,
			       .tags = { TAG(20) }));
	ASSERT_ERR(0, leave_vlan("veth-blue-br", 10));
	EXPECT_STREQ("host.10", HEARD("red", .src = sta_a, .dst = broadcast,
				      .tags = { TAG(10) }));
	EXPECT_STREQ("", HEARD("blue", .src = sta_b, .dst = broadcast,
			       .tags = { TAG(10) }));
}

/* red and blue are hosts in VLAN 10, 3 is a trunk. */
TEST_F(filter, access_ports_are_untagged_and_trunks_tagged)
{
	NEED_FILTERING();
	ASSERT_ERR(0, member("veth-red-br", 10, "pvid untagged"));
	ASSERT_ERR(0, member("veth-blue-br", 10, "pvid untagged"));
	ASSERT_ERR(0, leave_vlan("veth-red-br", 1));
	ASSERT_ERR(0, leave_vlan("veth-blue-br", 1));
	ASSERT_ERR(0, member("veth-3-br", 10, ""));
	EXPECT_TEXT(BR " 1 pvid untagged\n"
		    "veth-3-br 1 pvid untagged\n"
		    "veth-3-br 10\n"
		    "veth-blue-br 10 pvid untagged\n"
		    "veth-red-br 10 pvid untagged\n", vlans_text());
	EXPECT_STREQ("blue 3.10", learn("red", sta_a));
	EXPECT_STREQ("host", learn("3", sta_c));
	EXPECT_STREQ("red blue", HEARD("3", .src = sta_c, .dst = broadcast,
				       .tags = { TAG(10) }));
	EXPECT_STREQ("red", HEARD("blue", .src = sta_b, .dst = sta_a));
	EXPECT_STREQ("3.10", HEARD("blue", .src = sta_b, .dst = sta_c));
	EXPECT_STREQ("3.10p5", HEARD("blue", .src = sta_b, .dst = sta_c,
				     .tags = { TAG(PCP(5)) }));
	EXPECT_STREQ("", HEARD("host", .src = bridge_mac(), .dst = sta_a,
			       .tags = { TAG(10) }));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br vlan 10\n"
		    "02:00:00:00:00:0b veth-blue-br vlan 10\n"
		    "02:00:00:00:00:0c veth-3-br vlan 1\n"
		    "02:00:00:00:00:0c veth-3-br vlan 10\n",
		    fdb_text("02:00:00:00:00:0"));
}

/* Without a PVID what comes without a tag is nowhere. */
TEST_F(filter, a_port_without_a_pvid_takes_tagged_frames_only)
{
	NEED_FILTERING();
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_ERR(0, member("veth-red-br", 1, "untagged"));
	EXPECT_STREQ("", learn("red", sta_a));
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = broadcast,
			       .tags = { TAG(PCP(5)) }));
	EXPECT_STREQ("blue 3 host", HEARD("red", .src = sta_a, .dst = broadcast,
					  .tags = { TAG(1) }));
	EXPECT_STREQ("red 3 host", learn("blue", sta_b));
	/* And one that is not untagged sends with the tag. */
	ASSERT_ERR(0, member("veth-red-br", 1, "pvid"));
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
	EXPECT_STREQ("red.1 3 host", learn("blue", sta_b));
}

/* A station of two VLANs is two. */
TEST_F(filter, each_vlan_learns_for_itself)
{
	NEED_FILTERING();
	ASSERT_ERR(0, member("veth-red-br", 10, ""));
	ASSERT_ERR(0, member("veth-blue-br", 10, ""));
	ASSERT_ERR(0, member("veth-3-br", 10, ""));
	ASSERT_STREQ("blue 3 host", learn("red", sta_a));
	ASSERT_STREQ("red.10 3.10", HEARD("blue", .src = sta_a,
					  .dst = broadcast,
					  .tags = { TAG(10) }));
	EXPECT_TEXT("02:00:00:00:00:0a veth-blue-br vlan 10\n"
		    "02:00:00:00:00:0a veth-red-br vlan 1\n",
		    fdb_text("02:00:00:00:00:0"));
	EXPECT_STREQ("red", HEARD("3", .src = sta_c, .dst = sta_a));
	EXPECT_STREQ("blue.10", HEARD("3", .src = sta_c, .dst = sta_a,
				      .tags = { TAG(10) }));
	/* What a port knew in a VLAN goes with its membership. */
	ASSERT_ERR(0, leave_vlan("veth-blue-br", 10));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br vlan 1\n",
		    fdb_text("02:00:00:00:00:0a"));
}

TEST_F(filter, an_entry_is_put_into_the_vlan_it_names)
{
	NEED_FILTERING();
	ASSERT_ERR(0, member("veth-red-br", 10, ""));
	ASSERT_ERR(0, member("veth-3-br", 10, ""));
	EXPECT_ERR(-EINVAL, FDB(RTM_NEWNEIGH, "veth-blue-br", sta_a,
				.state = NUD_NOARP, .vlan = 10));
	ASSERT_ERR(0, FDB(RTM_NEWNEIGH, "veth-red-br", sta_a,
			  .state = NUD_NOARP, .vlan = 10));
	EXPECT_TEXT("02:00:00:00:00:0a veth-red-br vlan 10 static\n",
		    fdb_text("02:00:00:00:00:0a"));
	EXPECT_STREQ("red.10", HEARD("3", .src = sta_c, .dst = sta_a,
				     .tags = { TAG(10) }));
	EXPECT_STREQ("red blue", HEARD("3", .src = sta_c, .dst = sta_a));
	EXPECT_ERR(-ENOENT, FDB(RTM_DELNEIGH, "veth-red-br", sta_a,
				.vlan = 1));
	EXPECT_ERR(0, FDB(RTM_DELNEIGH, "veth-red-br", sta_a, .vlan = 10));
	EXPECT_TEXT("", fdb_text("02:00:00:00:00:0a"));
}

TEST_F(filter, one_pvid_takes_the_place_of_the_other)
{
	NEED_FILTERING();
	ASSERT_ERR(0, member("veth-red-br", 10, "pvid untagged"));
	ASSERT_ERR(0, member("veth-blue-br", 4094, "pvid"));
	EXPECT_TEXT(BR " 1 pvid untagged\n"
		    "veth-3-br 1 pvid untagged\n"
		    "veth-blue-br 1 untagged\n"
		    "veth-blue-br 4094 pvid\n"
		    "veth-red-br 1 untagged\n"
		    "veth-red-br 10 pvid untagged\n", vlans_text());
	EXPECT_ERR(-EINVAL, member("veth-red-br", 4095, ""));
	EXPECT_ERR(-EINVAL, member("veth-red-br", 0, ""));
	/* br_process_vlan_info passes over what is not there. */
	EXPECT_ERR(0, leave_vlan("veth-red-br", 20));
}

/* Those that there are, too; 0 is none. */
TEST_F(filter, the_default_pvid_is_what_ports_get)
{
	if (!has_vlans())
		SKIP(return, "needs CONFIG_BRIDGE_VLAN_FILTERING");
	ASSERT_ERR(0, br_set_u16(IFLA_BR_VLAN_DEFAULT_PVID, 7));
	EXPECT_EQ(7, br_attr(IFLA_BR_VLAN_DEFAULT_PVID));
	EXPECT_TEXT(BR " 7 pvid untagged\n"
		    "veth-3-br 7 pvid untagged\n"
		    "veth-blue-br 7 pvid untagged\n"
		    "veth-red-br 7 pvid untagged\n", vlans_text());
	ASSERT_ERR(0, br_set_u16(IFLA_BR_VLAN_DEFAULT_PVID, 0));
	EXPECT_TEXT("", vlans_text());
	ASSERT_ERR(0, br_set_u8(IFLA_BR_VLAN_FILTERING, 1));
	EXPECT_STREQ("", learn("red", sta_a));
	EXPECT_ERR(-EINVAL, br_set_u16(IFLA_BR_VLAN_DEFAULT_PVID, 4095));
	ASSERT_ERR(0, br_set_u16(IFLA_BR_VLAN_DEFAULT_PVID, 1));
	EXPECT_TEXT(DEFAULT_VLANS, vlans_text());
	EXPECT_STREQ("blue 3 host", learn("red", sta_a));
}

/* With the other protocol the other tags count, and ours are payload. */
TEST_F(filter, the_vlan_protocol_says_which_tags_count)
{
	const uint16_t ad = htons(0x88a8), q = htons(0x8100);

	NEED_FILTERING();
	ASSERT_ERR(0, member("veth-red-br", 10, ""));
	ASSERT_ERR(0, member("veth-blue-br", 10, ""));
	ASSERT_ERR(0, br_put(BR, IFLA_BR_VLAN_PROTOCOL, &ad, sizeof(ad)));
	EXPECT_STREQ("blue.s10", HEARD("red", .src = sta_a, .dst = broadcast,
				       .tags = { STAG(10) }));
	EXPECT_STREQ("blue.s10.20", HEARD("red", .src = sta_a, .dst = broadcast,
					  .tags = { STAG(10), TAG(20) }));
	EXPECT_STREQ("blue.10 3.10 host.10",
		     HEARD("red", .src = sta_a, .dst = broadcast,
			   .tags = { TAG(10) }));
	ASSERT_ERR(0, br_put(BR, IFLA_BR_VLAN_PROTOCOL, &q, sizeof(q)));
	EXPECT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = broadcast,
				      .tags = { TAG(10) }));
}

/* `bridge vlan set dev PORT vid VID state STATE` */
static int vlan_state(const char *port, uint16_t vid, uint8_t state)
{
	const struct bridge_vlan_info info = { .vid = vid };
	struct br_vlan_msg bvm = { .family = AF_BRIDGE };
	struct nlattr *entry;
	struct link link;
	struct req req;
	int err;

	err = link_get(in(TOPO_HOST), port, &link);
	if (err)
		return err;
	bvm.ifindex = link.ifindex;
	req_init(&req, RTM_NEWVLAN, 0, &bvm, sizeof(bvm));
	entry = req_nest(&req, BRIDGE_VLANDB_ENTRY | NLA_F_NESTED);
	req_put(&req, BRIDGE_VLANDB_ENTRY_INFO, &info, sizeof(info));
	req_put(&req, BRIDGE_VLANDB_ENTRY_STATE, &state, sizeof(state));
	req_nest_end(&req, entry);
	return rtnl_talk(in(TOPO_HOST), &req);
}

/* Each VLAN of a port has a state like the port's own. */
TEST_F(filter, a_vlan_that_is_blocked_on_a_port_passes_there_neither_way)
{
	NEED_FILTERING();
	ASSERT_ERR(0, member("veth-red-br", 10, ""));
	ASSERT_ERR(0, member("veth-blue-br", 10, ""));
	ASSERT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = broadcast,
				      .tags = { TAG(10) }));
	ASSERT_ERR(0, vlan_state("veth-blue-br", 10, BR_STATE_BLOCKING));
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = broadcast,
			       .tags = { TAG(10) }));
	EXPECT_STREQ("", HEARD("blue", .src = sta_b, .dst = broadcast,
			       .tags = { TAG(10) }));
	EXPECT_TEXT("", fdb_text("02:00:00:00:00:0b"));
	EXPECT_STREQ("red 3 host", learn("blue", sta_c));
	ASSERT_ERR(0, vlan_state("veth-blue-br", 10, BR_STATE_LEARNING));
	EXPECT_STREQ("", HEARD("red", .src = sta_a, .dst = broadcast,
			       .tags = { TAG(10) }));
	EXPECT_STREQ("", HEARD("blue", .src = sta_b, .dst = broadcast,
			       .tags = { TAG(10) }));
	EXPECT_TEXT("02:00:00:00:00:0b veth-blue-br vlan 10\n",
		    fdb_text("02:00:00:00:00:0b"));
	ASSERT_ERR(0, vlan_state("veth-blue-br", 10, BR_STATE_FORWARDING));
	EXPECT_STREQ("blue.10", HEARD("red", .src = sta_a, .dst = sta_b,
				      .tags = { TAG(10) }));
}

/* The same of IP: the pods' addresses are on both sides of the wall. */
TEST_F(filter, pods_of_different_vlans_do_not_reach_each_other)
{
	NEED_FILTERING();
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.244.0.20"));
	ASSERT_ERR(0, member("veth-blue-br", 20, "pvid untagged"));
	ASSERT_ERR(0, leave_vlan("veth-blue-br", 1));
	EXPECT_STREQ("", learn("blue", sta_b));
	EXPECT_ERR(0, probe_silence(ns("pod-red"), "10.244.0.20",
				    "10.244.0.1"));
	ASSERT_ERR(0, member("veth-3-br", 20, "pvid untagged"));
	EXPECT_STREQ("3", learn("blue", sta_b));
	EXPECT_ERR(0, reach(PROBE_ICMP, "pod-blue", NULL, "10.244.0.21"));
}

KSFT_NEEDS(CONFIG_PACKET, "*")

KSFT_MAIN
