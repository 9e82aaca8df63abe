// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Links: names and numbers, what each end of a pair is given, what moves with
 * a link, what is told to whom, what a dump says, and that no namespace is
 * kept by what was asked of it.
 *
 *	host	veth-red --- veth-blue		both down, made by pair()
 *
 * What p2p.c asserts of a pair, and notify.c of notifications, is not here.
 */
#include "ask.h"
#include "residue.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "link_opt.h"

#define HOST	TOPO_HOST
#define RED	"pod-red"
#define BLUE	"pod-blue"

FIXTURE(links) { struct topo *topo; };
FIXTURE_VARIANT(links) { const char *topology; };
FIXTURE_VARIANT_ADD(links, netns) { .topology = "netns" };
FIXTURE_SETUP(links) TOPO_SETUP(links)
FIXTURE_TEARDOWN(links) TOPO_TEARDOWN

static int add_pair(const char *name, const char *dev, const char *other)
{
	const struct link_desc peer = { .name = other };
	const struct link_desc veth = { .kind = "veth", .name = dev,
					.peer = &peer };

	return link_add(in(name), &veth);
}

static int pair(void)
{
	return add_pair(HOST, "veth-red", "veth-blue");
}

static int add_bridge(const char *name, const char *dev)
{
	const struct link_desc bridge = { .kind = "bridge", .name = dev };

	return link_add(in(name), &bridge);
}

/*
 * Some link, the only one that @name gets: its other end is elsewhere.  A bridge
 * would be one, but takes an RCU barrier under rtnl with it when it goes
 * (br_multicast_dev_del, net/bridge/br_multicast.c), 18 ms.
 */
static int add_link(const char *name, const char *dev, int ifindex)
{
	const char *other = strcmp(name, BLUE) ? BLUE : RED;
	const struct link_desc peer = { .name = "peer%d", .netns = ns(other) };
	const struct link_desc veth = { .kind = "veth", .name = dev,
					.ifindex = ifindex, .peer = &peer };

	return link_add(in(name), &veth);
}

static int rename_to(const char *dev, const char *to)
{
	const struct link_desc desc = { .name = to };

	return link_set(in(HOST), dev, &desc);
}

static int move(const char *from, const char *dev, const char *to)
{
	const struct link_desc desc = { .netns = ns(to) };

	return link_set(in(from), dev, &desc);
}

/* Up, and linkwatch knows that there is no carrier. */
static bool is_waiting(const struct link *link)
{
	return link && link->flags & IFF_UP && !(link->flags & IFF_RUNNING) &&
	       !link->carrier;
}

static int set_down(const char *name, const char *dev)
{
	const struct link_desc down = { .change = IFF_UP };

	return link_set(in(name), dev, &down);
}

static int index_of(const char *name, const char *dev)
{
	struct link link;
	int err = link_get(in(name), dev, &link);

	return err ? err : link.ifindex;
}

/* The answer to RTM_GETLINK of @dev; 0 or -errno. */
static int ask_link(const char *name, const char *dev,
		    struct ask_answer *answer)
{
	struct ask ask = { .ns = name, .type = RTM_GETLINK,
			   .attrs = { STR(IFLA_IFNAME, dev) } };
	int err = ask_run(&ask, true, answer);

	return err ? err : answer->err;
}

static const struct nlattr *answer_attr(const struct ask_answer *answer,
					uint16_t type)
{
	const struct nlattr *attr;

	if (!answer->first)
		return NULL;
	mnl_attr_for_each(attr, answer->first, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

/* Attribute @type of @dev as a number; -ENODATA if the kernel says none. */
static long long number_of(const char *name, const char *dev, uint16_t type)
{
	const struct nlattr *attr;
	struct ask_answer answer;
	int err = ask_link(name, dev, &answer);

	if (err)
		return err;
	attr = answer_attr(&answer, type);
	if (!attr)
		return -ENODATA;
	return mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) :
						     mnl_attr_get_u8(attr);
}

/* IFLA_ALT_IFNAMEs of @dev, a blank after each, in the kernel's order. */
static const char *altnames(const char *name, const char *dev,
			    char *buf, size_t size)
{
	const struct nlattr *list, *attr;
	struct ask_answer answer;
	size_t n = 0;

	*buf = '\0';
	if (ask_link(name, dev, &answer))
		return "?";
	list = answer_attr(&answer, IFLA_PROP_LIST);
	if (!list)
		return buf;
	mnl_attr_for_each_nested(attr, list)
		n += snprintf(buf + n, size - n, "%s ",
			      mnl_attr_get_str(attr));
	return buf;
}

static int altname(uint16_t type, const char *dev, const char *alt)
{
	struct ask ask = { .type = type, .head.dev = dev,
			   .attrs = { OPEN(IFLA_PROP_LIST),
				      STR(IFLA_ALT_IFNAME, alt), CLOSE } };

	if (type == RTM_NEWLINKPROP)
		ask.flags = ADD | NLM_F_APPEND;
	return ask_do(&ask);
}

/*
 * Names.
 */
TEST_F(links, rename_changes_the_name_and_nothing_else)
{
	struct events *ev;
	char *before, *after;

	ASSERT_ERR(0, pair());
	before = residue_text();
	ASSERT_NE(NULL, before);
	ev = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, rename_to("veth-red", "new"));
	EXPECT_TEXT("NEWLINK new down\n", events_text(ev));
	EXPECT_ERR(-ENODEV, index_of(HOST, "veth-red"));
	EXPECT_LE(2, index_of(HOST, "new"));
	ASSERT_ERR(0, rename_to("new", "veth-red"));
	after = residue_text();
	EXPECT_TEXT(before, after);
	events_close(ev);
	free(before);
}

/* Refused up to v6.1 at least; kernels of which it is not must do it wholly. */
TEST_OF("error rename-while-up", links,
	rename_while_up_is_done_or_refused_as_busy)
{
	struct link link;
	int err;

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, set_up(HOST, "veth-red"));
	err = rename_to("veth-red", "new");
	if (err == -EBUSY && !ksft.expect_mainline) {
		printf("# outcome: -EBUSY \"\" (as seen on 6.1)\n");
		EXPECT_LE(2, index_of(HOST, "veth-red"));
		EXPECT_ERR(-ENODEV, index_of(HOST, "new"));
		return;
	}
	EXPECT_ERR(0, err);
	EXPECT_ERR(-ENODEV, index_of(HOST, "veth-red"));
	ASSERT_ERR(0, link_get(in(HOST), "new", &link));
	EXPECT_EQ(IFF_UP, link.flags & IFF_UP);
}

/* `mount -t sysfs`, of host, on /tmp/sys: the caller is in host from now on. */
static int sysfs_of_host(void)
{
	/* Another test may have made the folder. */
	if (mkdir("/tmp/sys", 0755) && errno != EEXIST)
		return -errno;
	if (setns(ns(HOST), CLONE_NEWNET) || unshare(CLONE_NEWNS) ||
	    mount("sysfs", "/tmp/sys", "sysfs", 0, NULL))
		return -errno;
	return 0;
}

#define NEED_SYSFS() do { \
	NEED_OPTION("CONFIG_SYSFS"); \
	if (!ksft.sandbox.own_sys) \
		SKIP(return, "needs a /sys of its own"); \
} while (0)

/* The number in a file of /sys/class/net/DEV, or -errno. */
static long sysfs_number(const char *dev, const char *file)
{
	char path[128], text[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/tmp/sys/class/net/%s/%s", dev, file);
	f = fopen(path, "re");
	if (!f)
		return -errno;
	if (!fgets(text, sizeof(text), f))
		*text = '\0';
	fclose(f);
	return strtol(text, NULL, 10);
}

TEST_F(links, sysctls_follow_a_rename_with_their_values)
{
	static const char * const paths[][2] = {
		{ "net/ipv4/conf/veth-red/arp_ignore",
		  "net/ipv4/conf/new/arp_ignore" },
		{ "net/ipv4/neigh/veth-red/mcast_solicit",
		  "net/ipv4/neigh/new/mcast_solicit" },
		{ "net/ipv6/conf/veth-red/hop_limit",
		  "net/ipv6/conf/new/hop_limit" },
	};
	char value[16];
	size_t i;
	int err;

	NEED_SYSCTL();
	ASSERT_ERR(0, pair());
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		err = sysctl_set(ns(HOST), paths[i][0], "7");
		if (err != -ENOENT || !strstr(paths[i][0], "ipv6"))
			ASSERT_ERR(0, err);
	}
	ASSERT_ERR(0, rename_to("veth-red", "new"));
	for (i = 0; i < ARRAY_SIZE(paths); i++) {
		EXPECT_ERR(-ENOENT, sysctl_get(ns(HOST), paths[i][0], value,
					       sizeof(value)));
		err = sysctl_get(ns(HOST), paths[i][1], value, sizeof(value));
		if (err == -ENOENT && strstr(paths[i][1], "ipv6"))
			continue;
		EXPECT_ERR(0, err);
		EXPECT_STREQ("7", value);
	}
}

TEST_F(links, sysfs_follows_a_rename)
{
	int index;

	NEED_SYSFS();
	ASSERT_ERR(0, pair());
	index = index_of(HOST, "veth-red");
	ASSERT_ERR(0, sysfs_of_host());
	EXPECT_EQ(index, sysfs_number("veth-red", "ifindex"));
	ASSERT_ERR(0, rename_to("veth-red", "new"));
	EXPECT_EQ(index, sysfs_number("new", "ifindex"));
	EXPECT_EQ(-ENOENT, sysfs_number("veth-red", "ifindex"));
	EXPECT_EQ(index_of(HOST, "veth-blue"), sysfs_number("new", "iflink"));
	ASSERT_ERR(0, link_del(in(HOST), "new"));
	EXPECT_EQ(-ENOENT, sysfs_number("new", "ifindex"));
	EXPECT_EQ(-ENOENT, sysfs_number("veth-blue", "ifindex"));
}

/* sysfs shows the devices of the namespace that mounted it. */
TEST_F(links, sysfs_leaves_with_a_link_that_is_moved)
{
	NEED_SYSFS();
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, sysfs_of_host());
	EXPECT_LE(2, sysfs_number("veth-red", "ifindex"));
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	EXPECT_EQ(-ENOENT, sysfs_number("veth-red", "ifindex"));
	EXPECT_LE(2, sysfs_number("veth-blue", "ifindex"));
	ASSERT_ERR(0, move(RED, "veth-red", HOST));
	EXPECT_LE(2, sysfs_number("veth-red", "ifindex"));
}

/* Section 3: there is nothing to leave, and that is no error. */
TEST_OF("error master-none", links, nomaster_of_no_port_changes_nothing)
{
	const struct link_desc bridge = { .kind = "bridge", .name = "br0" };
	const struct link_desc veth = { .kind = "veth", .name = "v0" };
	const struct link_desc none = { .master = "" };
	const struct link_desc port = { .master = "br0" };
	struct link link;
	char *before;

	ASSERT_PODS();
	ASSERT_ERR(0, link_add(in("pod-red"), &bridge));
	ASSERT_ERR(0, link_add(in("pod-red"), &veth));
	before = state_text(ns("pod-red"), STATE_ALL);
	EXPECT_ERR(0, link_set(in("pod-red"), "v0", &none));
	EXPECT_ERR(0, link_set(in("pod-red"), "br0", &none));
	EXPECT_TEXT(before, state_text(ns("pod-red"), STATE_ALL));
	ASSERT_ERR(0, link_set(in("pod-red"), "v0", &port));
	EXPECT_ERR(0, link_set(in("pod-red"), "v0", &none));
	ASSERT_ERR(0, link_get(in("pod-red"), "v0", &link));
	EXPECT_EQ(0, link.master);
	free(before);
}

TEST_F(links, rename_to_its_own_name_is_silent)
{
	struct events *ev;

	ASSERT_ERR(0, pair());
	ev = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, rename_to("veth-red", "veth-red"));
	EXPECT_TEXT("", events_text(ev));
	events_close(ev);
}

/* __dev_alloc_name(): "v01" is no number that "v%d" could have given. */
TEST_OF("error name-pattern", links,
	a_pattern_gives_the_lowest_number_that_is_free)
{
	ASSERT_PODS();
	ASSERT_ERR(0, add_pair(HOST, "v0", "v2"));
	ASSERT_ERR(0, add_pair(HOST, "v01", "w1"));
	ASSERT_ERR(0, add_pair(HOST, "v%d", "v%d"));
	EXPECT_LE(2, index_of(HOST, "v1"));
	EXPECT_LE(2, index_of(HOST, "v3"));
	/* The peer is made first. */
	EXPECT_EQ(index_of(HOST, "v1") + 1, index_of(HOST, "v3"));
	ASSERT_ERR(0, rename_to("v01", "v%d"));
	EXPECT_LE(2, index_of(HOST, "v4"));
	ASSERT_ERR(0, link_del(in(HOST), "v0"));
	ASSERT_ERR(0, rename_to("v4", "v%d"));
	EXPECT_LE(2, index_of(HOST, "v0"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "v4"));
	/* Another namespace counts for itself. */
	ASSERT_ERR(0, add_pair(RED, "v%d", "w%d"));
	EXPECT_LE(2, index_of(RED, "v0"));
}

/* An alternative name is a name taken, too. */
TEST_F(links, a_pattern_skips_alternative_names)
{
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", "v0"));
	ASSERT_ERR(0, add_pair(HOST, "v%d", "w%d"));
	EXPECT_LE(2, index_of(HOST, "v1"));
	EXPECT_EQ(index_of(HOST, "veth-red"), index_of(HOST, "v0"));
}

TEST_F(links, without_a_name_a_link_is_named_by_its_kind)
{
	static const struct ask veth = {
		.type = RTM_NEWLINK, .flags = ADD, .attrs = { KIND("veth") },
	};
	static const struct ask bridge = {
		.type = RTM_NEWLINK, .flags = ADD, .attrs = { BRIDGE },
	};

	ASSERT_PODS();
	ASSERT_ERR(0, ask_do(&veth));
	EXPECT_LE(2, index_of(HOST, "veth0"));
	EXPECT_EQ(index_of(HOST, "veth0") + 1, index_of(HOST, "veth1"));
	ASSERT_ERR(0, ask_do(&bridge));
	ASSERT_ERR(0, ask_do(&bridge));
	EXPECT_LE(2, index_of(HOST, "bridge0"));
	EXPECT_LE(2, index_of(HOST, "bridge1"));
}

#define LONG_NAME \
	"a123456789012345678901234567890123456789012345678901234567890123" \
	"456789012345678901234567890123456789012345678901234567890123456"

TEST_F(links, a_link_is_found_by_each_of_its_names)
{
	struct ask_answer answer;
	static const struct ask by_long = {
		.type = RTM_GETLINK,
		.attrs = { STR(IFLA_ALT_IFNAME, LONG_NAME) },
	};
	static const struct ask set = {
		.type = RTM_SETLINK,
		.attrs = { STR(IFLA_ALT_IFNAME, LONG_NAME),
			   U32(IFLA_MTU, 1400) },
	};
	char buf[512];
	int red;

	ASSERT_EQ(127, strlen(LONG_NAME));
	ASSERT_ERR(0, pair());
	red = index_of(HOST, "veth-red");
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", "uplink"));
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", LONG_NAME));
	EXPECT_STREQ("uplink " LONG_NAME " ",
		     altnames(HOST, "veth-red", buf, sizeof(buf)));
	EXPECT_EQ(red, index_of(HOST, "uplink"));
	ASSERT_ERR(0, ask_run(&by_long, true, &answer));
	ASSERT_ERR(0, answer.err);
	EXPECT_EQ(red, ((struct ifinfomsg *)
			mnl_nlmsg_get_payload(answer.first))->ifi_index);
	ASSERT_ERR(0, ask_do(&set));
	EXPECT_EQ(1400, number_of(HOST, "veth-red", IFLA_MTU));
	EXPECT_EQ(1500, number_of(HOST, "veth-blue", IFLA_MTU));
	ASSERT_ERR(0, altname(RTM_DELLINKPROP, "veth-red", "uplink"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "uplink"));
	EXPECT_STREQ(LONG_NAME " ",
		     altnames(HOST, "veth-red", buf, sizeof(buf)));
	/* Free again, for another. */
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-blue", "uplink"));
	EXPECT_EQ(index_of(HOST, "veth-blue"), index_of(HOST, "uplink"));
}

TEST_F(links, alternative_names_leave_with_their_link)
{
	char buf[512];

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", "uplink"));
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", "second"));
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	EXPECT_STREQ("uplink second ",
		     altnames(RED, "veth-red", buf, sizeof(buf)));
	EXPECT_EQ(index_of(RED, "veth-red"), index_of(RED, "second"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "uplink"));
	EXPECT_ERR(0, add_link(HOST, "uplink", 0));
	EXPECT_ERR(0, rename_to("veth-blue", "second"));
	ASSERT_ERR(0, link_del(in(RED), "uplink"));
	EXPECT_ERR(-ENODEV, index_of(RED, "veth-red"));
	EXPECT_ERR(0, add_link(RED, "second", 0));
}

/* rtnl_dellink() by whatever name. */
TEST_F(links, delete_by_an_alternative_name)
{
	static const struct ask del = {
		.type = RTM_DELLINK, .attrs = { STR(IFLA_ALT_IFNAME, LONG_NAME) },
	};

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", LONG_NAME));
	ASSERT_ERR(0, ask_do(&del));
	EXPECT_ERR(-ENODEV, index_of(HOST, "veth-red"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "veth-blue"));
	/* And all names are free. */
	EXPECT_ERR(0, pair());
	EXPECT_ERR(0, altname(RTM_NEWLINKPROP, "veth-red", LONG_NAME));
}

/*
 * Numbers.
 */
TEST_F(links, an_ifindex_is_not_given_again_soon)
{
	int first;

	ASSERT_ERR(0, add_link(HOST, "a", 0));
	first = index_of(HOST, "a");
	ASSERT_LE(2, first);
	ASSERT_ERR(0, add_link(HOST, "b", 0));
	EXPECT_EQ(first + 1, index_of(HOST, "b"));
	ASSERT_ERR(0, link_del(in(HOST), "b"));
	ASSERT_ERR(0, link_del(in(HOST), "a"));
	ASSERT_ERR(0, add_link(HOST, "c", 0));
	EXPECT_EQ(first + 2, index_of(HOST, "c"));
	/* Each namespace counts for itself. */
	ASSERT_ERR(0, add_link(RED, "c", 0));
	EXPECT_EQ(first, index_of(RED, "c"));
}

TEST_F(links, an_ifindex_that_was_asked_for_is_given)
{
	int first;

	ASSERT_PODS();
	ASSERT_ERR(0, add_link(HOST, "z", 0));
	first = index_of(HOST, "z");
	ASSERT_ERR(0, add_link(HOST, "a", 5000));
	EXPECT_EQ(5000, index_of(HOST, "a"));
	/* It does not move the count. */
	ASSERT_ERR(0, add_link(HOST, "b", 0));
	EXPECT_EQ(first + 1, index_of(HOST, "b"));
	/* And the next one is taken: the count goes on behind it. */
	ASSERT_ERR(0, add_link(HOST, "taken", first + 2));
	ASSERT_ERR(0, add_link(HOST, "c", 0));
	EXPECT_EQ(first + 3, index_of(HOST, "c"));
	/* Once it is free it can be asked for again. */
	ASSERT_ERR(0, link_del(in(HOST), "a"));
	EXPECT_ERR(0, add_link(HOST, "d", 5000));
}

TEST_F(links, both_ends_get_the_ifindex_asked_for)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD, .head.index = 501,
		.attrs = { STR(IFLA_IFNAME, "a"), OPEN(IFLA_LINKINFO),
			   STR(IFLA_INFO_KIND, "veth"), OPEN(IFLA_INFO_DATA),
			   OPEN_IFI(VETH_INFO_PEER, 502),
			   STR(IFLA_IFNAME, "b"),
			   NETNS(IFLA_NET_NS_FD, RED), CLOSE, CLOSE, CLOSE },
	};
	struct link link;

	ASSERT_LE(0, ns(RED));
	ASSERT_ERR(0, ask_do(&add));
	ASSERT_ERR(0, link_get(in(HOST), "a", &link));
	EXPECT_EQ(501, link.ifindex);
	EXPECT_EQ(502, link.peer);
	ASSERT_ERR(0, link_get(in(RED), "b", &link));
	EXPECT_EQ(502, link.ifindex);
	EXPECT_EQ(501, link.peer);
}

TEST_F(links, a_move_gives_the_ifindex_asked_for)
{
	const struct link_desc to = { .netns = ns(RED), .ifindex = 600 };
	struct events *ev = events_open(ns(HOST), EVENT_LINK);
	struct link link;
	int old;

	ASSERT_NE(NULL, ev);
	ASSERT_LE(0, ns(RED));
	ASSERT_ERR(0, pair());
	old = index_of(HOST, "veth-red");
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &to));
	EXPECT_EQ(600, index_of(RED, "veth-red"));
	EXPECT_TEXT("NEWLINK veth-blue down\nNEWLINK veth-red down\n"
		    "DELLINK veth-red to nsid 0 ifindex 600\n",
		    events_text(ev));
	ASSERT_ERR(0, link_get(in(HOST), "veth-blue", &link));
	EXPECT_EQ(600, link.peer);
	/* The old one is free. */
	EXPECT_ERR(0, add_link(HOST, "x", old));
	events_close(ev);
}

/*
 * What each end is given.
 */
TEST_F(links, each_end_has_the_attributes_that_were_said_of_it)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "a"), U32(IFLA_MTU, 1400),
			   U32(IFLA_TXQLEN, 14), U32(IFLA_GROUP, 4),
			   U32(IFLA_NUM_TX_QUEUES, 2),
			   U32(IFLA_NUM_RX_QUEUES, 3),
			   MAC(IFLA_ADDRESS, "02:00:00:00:00:0a"), PEER,
			   STR(IFLA_IFNAME, "b"), U32(IFLA_MTU, 1300),
			   U32(IFLA_TXQLEN, 13), U32(IFLA_GROUP, 3),
			   U32(IFLA_NUM_TX_QUEUES, 4),
			   MAC(IFLA_ADDRESS, "02:00:00:00:00:0b"), PEER_END },
	};
	static const uint8_t mac_a[] = { 2, 0, 0, 0, 0, 10 };
	static const uint8_t mac_b[] = { 2, 0, 0, 0, 0, 11 };
	struct link a, b;
	long long rx;

	ASSERT_LE(0, ns(RED));
	ASSERT_ERR(0, ask_do(&add));
	ASSERT_ERR(0, link_get(in(HOST), "a", &a));
	ASSERT_ERR(0, link_get(in(HOST), "b", &b));
	EXPECT_EQ(1400, a.mtu);
	EXPECT_EQ(1300, b.mtu);
	EXPECT_EQ(14, a.txqlen);
	EXPECT_EQ(13, b.txqlen);
	EXPECT_EQ(0, memcmp(mac_a, a.mac, 6));
	EXPECT_EQ(0, memcmp(mac_b, b.mac, 6));
	EXPECT_EQ(4, number_of(HOST, "a", IFLA_GROUP));
	EXPECT_EQ(3, number_of(HOST, "b", IFLA_GROUP));
	EXPECT_EQ(2, number_of(HOST, "a", IFLA_NUM_TX_QUEUES));
	/* Only where CONFIG_RPS makes use of them. */
	rx = number_of(HOST, "a", IFLA_NUM_RX_QUEUES);
	EXPECT_TRUE(rx == 3 || rx == -ENODATA);
	EXPECT_EQ(4, number_of(HOST, "b", IFLA_NUM_TX_QUEUES));
}

/* veth_newlink(): what is said of no end in particular, is said of both. */
TEST_F(links, without_a_peer_description_both_ends_are_alike_but_for_the_mac)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "a"), U32(IFLA_MTU, 1400),
			   U32(IFLA_TXQLEN, 14), KIND("veth"),
			   MAC(IFLA_ADDRESS, "02:00:00:00:00:0a") },
	};
	struct link a, b;

	ASSERT_LE(0, ns(RED));
	ASSERT_ERR(0, ask_do(&add));
	ASSERT_ERR(0, link_get(in(HOST), "a", &a));
	ASSERT_ERR(0, link_get(in(HOST), "veth0", &b));
	EXPECT_EQ(1400, a.mtu);
	EXPECT_EQ(1400, b.mtu);
	EXPECT_EQ(14, b.txqlen);
	EXPECT_EQ(10, a.mac[5]);
	EXPECT_NE(0, memcmp(a.mac, b.mac, 6));
	EXPECT_EQ(a.ifindex, b.peer);
}

/* Locally administered, unicast (IEEE 802), and another one each time. */
TEST_F(links, macs_are_random_and_of_no_vendor)
{
	struct link red, blue;

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(HOST), "veth-blue", &blue));
	EXPECT_EQ(2, red.mac[0] & 3);
	EXPECT_EQ(2, blue.mac[0] & 3);
	EXPECT_NE(0, memcmp(red.mac, blue.mac, 6));
	EXPECT_EQ(-ENODATA, number_of(HOST, "veth-red", IFLA_PERM_ADDRESS));
	ASSERT_ERR(0, add_bridge(HOST, "a"));
	ASSERT_ERR(0, add_bridge(HOST, "b"));
	ASSERT_ERR(0, link_get(in(HOST), "a", &red));
	ASSERT_ERR(0, link_get(in(HOST), "b", &blue));
	EXPECT_EQ(2, red.mac[0] & 3);
	EXPECT_NE(0, memcmp(red.mac, blue.mac, 6));
}

/* NET_ADDR_RANDOM and NET_ADDR_SET. */
TEST_F(links, a_mac_remembers_whether_it_was_set)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 10 };
	const struct link_desc set = { .mac = mac };

	NEED_SYSFS();
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, sysfs_of_host());
	EXPECT_EQ(1, sysfs_number("veth-red", "addr_assign_type"));
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &set));
	EXPECT_EQ(3, sysfs_number("veth-red", "addr_assign_type"));
	EXPECT_EQ(1, sysfs_number("veth-blue", "addr_assign_type"));
}

TEST_F(links, an_alias_is_kept_replaced_and_cleared)
{
	static const struct ask clear = {
		.type = RTM_SETLINK, .head.dev = "veth-red",
		.attrs = { RAW(IFLA_IFALIAS, "", 0) },
	};
	struct link link;

	ASSERT_ERR(0, pair());
	EXPECT_ERR(0, link_set_opt(in(HOST), "veth-red", "alias", "to blue"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &link));
	EXPECT_STREQ("to blue", link.alias);
	EXPECT_ERR(0, link_set_opt(in(HOST), "veth-red", "alias", "b"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &link));
	EXPECT_STREQ("b", link.alias);
	ASSERT_ERR(0, link_get(in(HOST), "veth-blue", &link));
	EXPECT_STREQ("", link.alias);
	EXPECT_ERR(0, ask_do(&clear));
	EXPECT_EQ(-ENODATA, number_of(HOST, "veth-red", IFLA_IFALIAS));
}

/* rtnl_group_changelink(): `ip link set group 5 mtu 1400`. */
TEST_F(links, a_group_is_changed_and_deleted_as_one)
{
	static const struct ask mtu = {
		.type = RTM_NEWLINK,
		.attrs = { U32(IFLA_GROUP, 5), U32(IFLA_MTU, 1400) },
	};
	static const struct ask del = {
		.type = RTM_DELLINK, .attrs = { U32(IFLA_GROUP, 5) },
	};

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, add_bridge(HOST, "a"));
	ASSERT_ERR(0, add_link(HOST, "b", 0));
	ASSERT_ERR(0, add_link(RED, "a", 0));
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "group", "5"));
	ASSERT_ERR(0, link_set_opt(in(HOST), "a", "group", "5"));
	ASSERT_ERR(0, link_set_opt(in(RED), "a", "group", "5"));
	EXPECT_ERR(0, ask_do(&mtu));
	EXPECT_EQ(1400, number_of(HOST, "veth-red", IFLA_MTU));
	EXPECT_EQ(1400, number_of(HOST, "a", IFLA_MTU));
	EXPECT_EQ(1500, number_of(HOST, "b", IFLA_MTU));
	EXPECT_EQ(1500, number_of(HOST, "veth-blue", IFLA_MTU));
	EXPECT_EQ(1500, number_of(RED, "a", IFLA_MTU));
	EXPECT_ERR(0, ask_do(&del));
	EXPECT_ERR(-ENODEV, index_of(HOST, "veth-red"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "a"));
	EXPECT_LE(2, index_of(HOST, "b"));
	EXPECT_LE(2, index_of(RED, "a"));
}

TEST_F(links, allmulti_is_counted_apart_from_the_flag)
{
	const struct link_desc port = { .master = "br" };
	struct link link;

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "allmulticast", "on"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &link));
	EXPECT_EQ(IFF_ALLMULTI, link.flags & IFF_ALLMULTI);
	EXPECT_EQ(0, link.promiscuity);
	/* IFLA_ALLMULTI is v6.0's. */
	EXPECT_EQ(1, number_of(HOST, "veth-red", IFLA_ALLMULTI));
	ASSERT_ERR(0, add_bridge(HOST, "br"));
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &port));
	EXPECT_EQ(2, number_of(HOST, "veth-red", IFLA_ALLMULTI));
	EXPECT_EQ(1, number_of(HOST, "veth-red", IFLA_PROMISCUITY));
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "allmulticast", "off"));
	EXPECT_EQ(1, number_of(HOST, "veth-red", IFLA_ALLMULTI));
	ASSERT_ERR(0, link_del(in(HOST), "br"));
	EXPECT_EQ(0, number_of(HOST, "veth-red", IFLA_ALLMULTI));
	EXPECT_EQ(0, number_of(HOST, "veth-red", IFLA_PROMISCUITY));
}

/* A master's state is its ports': all of it ends with the port's leaving. */
TEST_F(links, a_port_that_moves_away_is_a_port_no_more)
{
	const struct link_desc port = { .master = "br" };
	char *before, *after;
	struct link link;

	ASSERT_ERR(0, add_bridge(HOST, "br"));
	ASSERT_ERR(0, link_set_opt(in(HOST), "br", "address",
				   "02:00:00:00:00:0c"));
	before = state_text(ns(HOST), STATE_ALL);
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &port));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &link));
	EXPECT_EQ(index_of(HOST, "br"), link.master);
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &link));
	EXPECT_EQ(0, link.master);
	EXPECT_STREQ("", link.slave_kind);
	EXPECT_EQ(0, link.promiscuity);
	EXPECT_EQ(0, number_of(RED, "veth-red", IFLA_ALLMULTI));
	ASSERT_ERR(0, link_del(in(RED), "veth-red"));
	after = state_text(ns(HOST), STATE_ALL);
	EXPECT_TEXT(before, after);
	free(before);
}

/*
 * State.
 */
FIXTURE(running) { struct topo *topo; };
FIXTURE_VARIANT(running) { const char *topology; };
FIXTURE_VARIANT_ADD(running, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(running) TOPO_SETUP(running)
FIXTURE_TEARDOWN(running) TOPO_TEARDOWN

TEST_F(running, each_loss_and_return_of_carrier_is_counted)
{
	struct link link;

	EXPECT_EQ(2, number_of(RED, "veth-red", IFLA_CARRIER_CHANGES));
	EXPECT_EQ(1, number_of(RED, "veth-red", IFLA_CARRIER_UP_COUNT));
	EXPECT_EQ(1, number_of(RED, "veth-red", IFLA_CARRIER_DOWN_COUNT));
	ASSERT_ERR(0, set_down(BLUE, "veth-blue"));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", is_waiting, &link));
	EXPECT_EQ(3, number_of(RED, "veth-red", IFLA_CARRIER_CHANGES));
	EXPECT_EQ(2, number_of(RED, "veth-red", IFLA_CARRIER_DOWN_COUNT));
	EXPECT_EQ(0, number_of(RED, "veth-red", IFLA_CARRIER));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", link_is_running, &link));
	EXPECT_EQ(4, number_of(RED, "veth-red", IFLA_CARRIER_CHANGES));
	EXPECT_EQ(2, number_of(RED, "veth-red", IFLA_CARRIER_UP_COUNT));
	EXPECT_EQ(1, number_of(RED, "veth-red", IFLA_CARRIER));
	EXPECT_ERR(0, reach_all(RED, BLUE, "10.0.1.2"));
}

static bool is_dormant(const struct link *link)
{
	return link && link->operstate == 5;
}

/* RFC 2863: carrier is there, but who decides has not said so (802.1X). */
TEST_F(running, a_dormant_link_runs_when_it_is_told_to)
{
	static const struct ask told = {
		.ns = RED, .type = RTM_SETLINK, .head.dev = "veth-red",
		.attrs = { U8(IFLA_OPERSTATE, LINK_OPER_UP) },
	};
	struct link link;

	/* linkwatch must have seen it without carrier first. */
	ASSERT_ERR(0, set_down(BLUE, "veth-blue"));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", is_waiting, &link));
	ASSERT_ERR(0, link_set_opt(in(RED), "veth-red", "mode", "dormant"));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", is_dormant, &link));
	EXPECT_EQ(1, number_of(RED, "veth-red", IFLA_LINKMODE));
	EXPECT_EQ(1, link.carrier);
	EXPECT_EQ(0, link.flags & IFF_RUNNING);
	ASSERT_ERR(0, ask_do(&told));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &link));
	EXPECT_EQ(LINK_OPER_UP, link.operstate);
	EXPECT_EQ(IFF_RUNNING, link.flags & IFF_RUNNING);
}

/* veth_close() and veth_dellink(): the end that is left has no carrier. */
TEST_F(running, an_end_that_moves_away_takes_the_carrier)
{
	struct link link;

	ASSERT_ERR(0, move(BLUE, "veth-blue", HOST));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", is_waiting, &link));
	ASSERT_ERR(0, set_up(HOST, "veth-blue"));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", link_is_running, &link));
	EXPECT_ERR(-ENODEV, index_of(BLUE, "veth-blue"));
}

/* Section 6: the port is up before, or its bridge is there before. */
static int port_first(bool up_first)
{
	const struct link_desc port = { .master = "br" };
	int err;

	err = add_bridge(HOST, "br");
	if (!err)
		err = link_set_opt(in(HOST), "br", "address",
				   "02:00:00:00:00:0c");
	if (!err)
		err = set_up(HOST, "br");
	if (!err)
		err = move(RED, "veth-red", HOST);
	if (!err && up_first)
		err = set_up(HOST, "veth-red");
	if (!err)
		err = link_set(in(HOST), "veth-red", &port);
	if (!err && !up_first)
		err = set_up(HOST, "veth-red");
	return err;
}

static char *port_state(void)
{
	struct link link;

	if (link_wait(ns(HOST), "veth-red", link_is_forwarding, &link))
		return NULL;
	return lines_with(state_text(ns(HOST), STATE_LINK), "veth-red");
}

TEST_OF("regression enslave-before-up", running,
	enslaved_before_up_or_up_before_enslaved_is_the_same)
{
	char *before, *after;

	ASSERT_ERR(0, port_first(true));
	before = port_state();
	ASSERT_NE(NULL, before);
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	ASSERT_ERR(0, link_del(in(HOST), "br"));
	ASSERT_ERR(0, port_first(false));
	after = port_state();
	EXPECT_TEXT(before, after);
	free(before);
}

/*
 * Moves.
 */
TEST_F(links, a_move_to_where_it_is_does_nothing)
{
	struct events *ev;
	char *before;

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, set_up(HOST, "veth-red"));
	before = lines_with(state_text(ns(HOST), STATE_LINK), "veth-blue:");
	ev = events_open(ns(HOST), EVENT_LINK | EVENT_NSID);
	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, move(HOST, "veth-blue", HOST));
	EXPECT_TEXT("", lines_with(events_text(ev), "veth-blue"));
	EXPECT_TEXT(before, lines_with(state_text(ns(HOST), STATE_LINK),
				       "veth-blue:"));
	events_close(ev);
	free(before);
}

/* What of the numbers is not its own anymore comes back as well. */
TEST_F(links, there_and_back_a_link_is_what_it_was)
{
	struct ask_answer before, after;
	struct link link;

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "mtu", "1400"));
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "group", "7"));
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "alias", "x"));
	ASSERT_ERR(0, link_set_opt(in(HOST), "veth-red", "txqueuelen", "12"));
	ASSERT_ERR(0, ask_link(HOST, "veth-red", &before));
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	ASSERT_ERR(0, link_get(in(HOST), "veth-blue", &link));
	EXPECT_EQ(0, link.peer_nsid);
	ASSERT_ERR(0, move(RED, "veth-red", HOST));
	ASSERT_ERR(0, ask_link(HOST, "veth-red", &after));
	EXPECT_EQ(before.first->nlmsg_len, after.first->nlmsg_len);
	ASSERT_ERR(0, link_get(in(HOST), "veth-blue", &link));
	EXPECT_EQ(-1, link.peer_nsid);
	EXPECT_EQ(1400, number_of(HOST, "veth-red", IFLA_MTU));
	EXPECT_EQ(7, number_of(HOST, "veth-red", IFLA_GROUP));
	EXPECT_EQ(12, number_of(HOST, "veth-red", IFLA_TXQLEN));
	EXPECT_EQ(index_of(HOST, "veth-red"), link.peer);
	EXPECT_ERR(-ENODEV, index_of(RED, "veth-red"));
}

static int move_as(const char *dev, const char *name)
{
	struct ask ask = { .type = RTM_SETLINK, .head.dev = dev,
			   .attrs = { NETNS(IFLA_NET_NS_FD, RED),
				      STR(IFLA_IFNAME, name) } };

	return ask_do(&ask);
}

/* Whether or not its own is taken there. */
TEST_F(links, a_move_may_bring_another_name)
{
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, add_link(RED, "veth-red", 0));
	ASSERT_ERR(0, move_as("veth-red", "new"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "veth-red"));
	EXPECT_EQ(index_of(RED, "new"), number_of(HOST, "veth-blue", IFLA_LINK));
	ASSERT_ERR(0, move_as("veth-blue", "other"));
	EXPECT_EQ(index_of(RED, "new"), number_of(RED, "other", IFLA_LINK));
	EXPECT_ERR(-ENODEV, index_of(RED, "veth-blue"));
}

/* The peer is made in a third namespace, by one who is in neither. */
TEST_F(links, each_end_is_made_where_it_was_asked_for)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "a"), NETNS(IFLA_NET_NS_FD, RED),
			   PEER, STR(IFLA_IFNAME, "b"),
			   NETNS(IFLA_NET_NS_FD, BLUE), PEER_END },
	};
	struct events *ev = events_open(ns(HOST), EVENT_LINK | EVENT_NSID);
	struct link a, b;
	int id;

	ASSERT_NE(NULL, ev);
	ASSERT_PODS();
	ASSERT_ERR(0, ask_do(&add));
	EXPECT_TEXT("", events_text(ev));
	EXPECT_ERR(-ENODEV, index_of(HOST, "a"));
	EXPECT_ERR(-ENODEV, index_of(HOST, "b"));
	ASSERT_ERR(0, link_get(in(RED), "a", &a));
	ASSERT_ERR(0, link_get(in(BLUE), "b", &b));
	EXPECT_EQ(a.ifindex, b.peer);
	EXPECT_EQ(b.ifindex, a.peer);
	ASSERT_ERR(0, nsid_get(in(RED), ns(BLUE), &id));
	EXPECT_EQ(id, a.peer_nsid);
	ASSERT_ERR(0, nsid_get(in(BLUE), ns(RED), &id));
	EXPECT_EQ(id, b.peer_nsid);
	events_close(ev);
}

/* A pair with all that can stand on it, which goes. */
static int come_and_go(void)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 10 };
	const struct route_desc route = { .dst = "198.51.100.0/24",
					  .via = "192.0.2.2" };
	const struct link_desc port = { .master = "br" };
	struct link link;
	int err = pair();

	if (!err)
		err = altname(RTM_NEWLINKPROP, "veth-red", "uplink");
	if (!err)
		err = addr_add(in(HOST), "veth-red", "192.0.2.1/24", 0);
	if (!err)
		err = set_up(HOST, "veth-red");
	if (!err)
		err = link_wait(ns(HOST), "veth-red", is_waiting, &link);
	if (!err)
		err = route_add(in(HOST), &route);
	if (!err)
		err = neigh_add(in(HOST), "veth-red", "192.0.2.3", mac);
	if (!err)
		err = link_set(in(HOST), "veth-blue", &port);
	return err ? err : link_del(in(HOST), "veth-blue");
}

/* But for a bridge's size limits, which follow its first port for good. */
TEST_OF("cleanup veth-both-ends", links,
	a_pair_that_came_and_went_leaves_nothing)
{
	char *before;

	ASSERT_ERR(0, add_bridge(HOST, "br"));
	ASSERT_ERR(0, link_set_opt(in(HOST), "br", "address",
				   "02:00:00:00:00:0c"));
	ASSERT_ERR(0, come_and_go());
	before = residue_text();
	ASSERT_NE(NULL, before);
	ASSERT_ERR(0, come_and_go());
	EXPECT_TEXT(before, residue_text());
	free(before);
}

/* The flags of the IPv4 rule of @priority in host, or -errno. */
static long long rule_flags(uint32_t priority)
{
	const struct residue_part part = {
		.type = RTM_GETRULE, .family = AF_INET,
		.header = sizeof(struct fib_rule_hdr),
	};
	const struct fib_rule_hdr *rule;
	const struct nlattr *attr;
	struct nlmsghdr **items;
	long long flags = -ENOENT;
	int i, n;

	n = residue_list(in(HOST), &part, &items);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		rule = mnl_nlmsg_get_payload(items[i]);
		mnl_attr_for_each(attr, items[i], sizeof(*rule))
			if (mnl_attr_get_type(attr) == FRA_PRIORITY &&
			    mnl_attr_get_u32(attr) == priority)
				flags = rule->flags;
		free(items[i]);
	}
	free(items);
	return flags;
}

static int rule_of(const char *dev, uint32_t priority)
{
	struct ask ask = { .type = RTM_NEWRULE, .flags = ADD,
			   .head = { .family = AF_INET, .table = 100,
				     .type = FR_ACT_TO_TBL },
			   .attrs = { U32(FRA_PRIORITY, priority),
				      STR(FRA_IIFNAME, dev) } };

	return ask_do(&ask);
}

/* A rule names its device: it waits for one of that name, whatever number. */
TEST_F(links, a_rule_is_detached_from_a_link_that_goes_and_attached_to_the_next)
{
	ASSERT_PODS();
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, rule_of("veth-red", 50));
	ASSERT_ERR(0, rule_of("veth-blue", 51));
	EXPECT_EQ(0, rule_flags(50));
	ASSERT_ERR(0, rename_to("veth-red", "new"));
	EXPECT_EQ(FIB_RULE_IIF_DETACHED, rule_flags(50));
	EXPECT_EQ(0, rule_flags(51));
	ASSERT_ERR(0, rename_to("new", "veth-red"));
	EXPECT_EQ(0, rule_flags(50));
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	EXPECT_EQ(FIB_RULE_IIF_DETACHED, rule_flags(50));
	ASSERT_ERR(0, link_del(in(HOST), "veth-blue"));
	EXPECT_EQ(FIB_RULE_IIF_DETACHED, rule_flags(51));
	ASSERT_ERR(0, pair());
	EXPECT_EQ(0, rule_flags(50));
	EXPECT_EQ(0, rule_flags(51));
}

/*
 * Who is told.
 */
TEST_F(links, a_move_is_told_to_both_namespaces_and_to_no_other)
{
	struct events *from = events_open(ns(HOST), EVENT_LINK);
	struct events *to = events_open(ns(RED), EVENT_LINK);
	struct events *other = events_open(ns(BLUE), EVENT_ALL);
	char want[128];
	int index;

	ASSERT_TRUE(from && to && other);
	ASSERT_ERR(0, pair());
	index = index_of(HOST, "veth-red");
	ASSERT_ERR(0, move(HOST, "veth-red", RED));
	snprintf(want, sizeof(want),
		 "NEWLINK veth-blue down\nNEWLINK veth-red down\n"
		 "DELLINK veth-red to nsid 0 ifindex %d\n", index);
	EXPECT_TEXT(want, events_text(from));
	EXPECT_TEXT("NEWLINK veth-red down\n", events_text(to));
	EXPECT_TEXT("", events_text(other));
	events_close(from);
	events_close(to);
	events_close(other);
}

/* A socket of host that hears links of all namespaces that host has ids of. */
static int listen_all(void)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = netns_socket(ns(HOST), AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	int one = 1, group = RTNLGRP_LINK;

	if (fd < 0)
		return fd;
	if (bind(fd, (struct sockaddr *)&self, sizeof(self)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_LISTEN_ALL_NSID, &one,
		       sizeof(one)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group))) {
		close(fd);
		return -errno;
	}
	return fd;
}

/* Where the next message is from: an id, -1: from here; else -errno. */
static int heard_from(int fd)
{
	char buf[8192], control[CMSG_SPACE(sizeof(int))];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = control,
			      .msg_controllen = sizeof(control) };
	struct cmsghdr *cmsg;
	int id = -1;

	if (recvmsg(fd, &msg, MSG_DONTWAIT) < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_level == SOL_NETLINK &&
	    cmsg->cmsg_type == NETLINK_LISTEN_ALL_NSID)
		memcpy(&id, CMSG_DATA(cmsg), sizeof(id));
	return id;
}

static int give_id(const char *name, uint32_t id)
{
	struct ask ask = { .type = RTM_NEWNSID,
			   .attrs = { U32(NETNSA_NSID, id),
				      NETNS(NETNSA_FD, name) } };

	return ask_do(&ask);
}

/* A link's news, one message; a new pair would be some. */
static int tell(const char *name)
{
	const struct link_desc mtu = { .mtu = 1400 };

	return link_set(in(name), "lo", &mtu);
}

TEST_F(links, a_listener_to_all_ids_hears_who_has_one_and_where)
{
	int fd = listen_all();

	ASSERT_LE(0, fd);
	ASSERT_PODS();
	ASSERT_ERR(0, give_id(RED, 5));
	ASSERT_ERR(0, tell(BLUE));
	EXPECT_ERR(-EAGAIN, heard_from(fd));
	ASSERT_ERR(0, tell(RED));
	EXPECT_EQ(5, heard_from(fd));
	EXPECT_ERR(-EAGAIN, heard_from(fd));
	ASSERT_ERR(0, tell(HOST));
	EXPECT_EQ(-1, heard_from(fd));
	EXPECT_ERR(-EAGAIN, heard_from(fd));
	close(fd);
}

/*
 * Asked across namespaces, by an id.
 */
TEST_OF("regression dellink-target-netnsid", links,
	delete_by_name_and_id_deletes_there_and_not_here)
{
	static const struct ask del = {
		.type = RTM_DELLINK,
		.attrs = { STR(IFLA_IFNAME, "x"), U32(IFLA_TARGET_NETNSID, 5) },
	};

	ASSERT_PODS();
	ASSERT_ERR(0, give_id(RED, 5));
	ASSERT_ERR(0, add_link(HOST, "x", 0));
	ASSERT_ERR(0, add_link(RED, "x", 0));
	ASSERT_ERR(0, add_link(BLUE, "x", 0));
	ASSERT_ERR(0, ask_do(&del));
	EXPECT_ERR(-ENODEV, index_of(RED, "x"));
	EXPECT_LE(2, index_of(HOST, "x"));
	EXPECT_LE(2, index_of(BLUE, "x"));
}

TEST_F(links, a_link_is_made_and_shown_where_an_id_says)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "x"), U32(IFLA_TARGET_NETNSID, 5),
			   U32(IFLA_MTU, 1400), VETH("y") },
	};
	static const struct ask get = {
		.type = RTM_GETLINK,
		.attrs = { STR(IFLA_IFNAME, "x"), U32(IFLA_TARGET_NETNSID, 5) },
	};
	static const struct ask dump = {
		.type = RTM_GETLINK, .flags = NLM_F_DUMP,
		.attrs = { U32(IFLA_TARGET_NETNSID, 5) },
	};
	struct ask_answer answer;

	ASSERT_PODS();
	ASSERT_ERR(0, give_id(RED, 5));
	ASSERT_ERR(0, ask_do(&add));
	EXPECT_ERR(-ENODEV, index_of(HOST, "x"));
	EXPECT_EQ(1400, number_of(RED, "x", IFLA_MTU));
	ASSERT_ERR(0, ask_run(&get, true, &answer));
	ASSERT_ERR(0, answer.err);
	ASSERT_NE(NULL, answer_attr(&answer, IFLA_TARGET_NETNSID));
	EXPECT_EQ(5, mnl_attr_get_u32(answer_attr(&answer,
						  IFLA_TARGET_NETNSID)));
	EXPECT_EQ(1400, mnl_attr_get_u32(answer_attr(&answer, IFLA_MTU)));
	ASSERT_ERR(0, ask_run(&dump, true, &answer));
	EXPECT_ERR(0, answer.err);
	EXPECT_EQ(residue_count(in(RED), RTM_GETLINK, AF_UNSPEC),
		  answer.messages);
}

/*
 * Dumps.
 */
#define MANY	150	/* pairs: hash buckets have several (256 in 6.1) */

static int many(void)
{
	char dev[IFNAMSIZ], peer[IFNAMSIZ];
	unsigned int i;
	int err = 0;

	for (i = 0; i < MANY && !err; i++) {
		snprintf(dev, sizeof(dev), "a%u", i);
		snprintf(peer, sizeof(peer), "b%u", i);
		err = add_pair(HOST, dev, peer);
	}
	return err;
}

/* Which of the pairs' ends were in a dump, and how often; and if torn. */
struct tally {
	uint8_t seen[2][MANY];
	int others, torn, done, parts;
};

static void tally_add(struct tally *t, const struct nlmsghdr *nlh)
{
	struct link link;
	unsigned int n;
	char end, tail;

	t->torn |= nlh->nlmsg_flags & NLM_F_DUMP_INTR;
	if (nlh->nlmsg_type == NLMSG_DONE)
		t->done++;
	else if (!link_parse(nlh, &link) &&
		 sscanf(link.name, "%c%u%c", &end, &n, &tail) == 2 && n < MANY)
		t->seen[end != 'a'][n]++;
	else
		t->others++;
}

/* Takes one part of a dump in, of at most @size bytes. */
static int tally_part(int fd, struct tally *t, size_t size)
{
	static char buf[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *nlh = (struct nlmsghdr *)buf;
	int len = recv(fd, buf, size, MSG_DONTWAIT);

	if (len < 0)
		return -errno;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
		tally_add(t, nlh);
	t->parts++;
	return 0;
}

/* How many of the ends were seen another number of times than once. */
static int tally_wrong(const struct tally *t)
{
	int i, wrong = 0;

	for (i = 0; i < MANY; i++)
		wrong += (t->seen[0][i] != 1) + (t->seen[1][i] != 1);
	return wrong;
}

static int dump_start(int fd)
{
	static const struct ask ask = { .type = RTM_GETLINK,
					.flags = NLM_F_DUMP };
	struct req req;

	ask_build(&req, &ask, true);
	return send(fd, req.nlh, req.nlh->nlmsg_len, 0) < 0 ? -errno : 0;
}

/* In small parts and in large ones: it goes on where it had stopped. */
TEST_F(links, a_dump_of_300_links_has_each_once)
{
	static const size_t sizes[] = { 4096, 8192, 16384, 32768 };
	int fd = ask_open(ns(HOST), true), err;
	struct tally t;
	size_t i;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, many());
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		t = (struct tally){ 0 };
		ASSERT_ERR(0, dump_start(fd));
		do {
			err = tally_part(fd, &t, sizes[i]);
		} while (!err && !t.done);
		ASSERT_ERR(0, err);
		EXPECT_EQ(0, tally_wrong(&t));
		EXPECT_EQ(0, t.torn);
		EXPECT_LE(1, t.others);
		EXPECT_LT(1, t.parts);
	}
	close(fd);
}

static int take_name(const struct nlmsghdr *nlh, void *data)
{
	return link_parse(nlh, data);
}

/* The names in a dump of links, in its order: "a b "; or the errno's. */
static const char *dump_of(int attr, const char *dev)
{
	struct ifinfomsg ifi = { 0 };
	static char text[256];
	struct link *links, link;
	struct req req;
	int i, n;

	n = link_get(in(HOST), dev, &link);
	if (n)
		return ksft_err_name(n);
	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	req_u32(&req, attr, link.ifindex);
	n = rtnl_list(in(HOST), &req, sizeof(link), take_name, &links);
	if (n < 0)
		return ksft_err_name(n);
	for (*text = '\0', i = 0; i < n; i++) {
		size_t len = strlen(text);

		snprintf(text + len, sizeof(text) - len, "%s ", links[i].name);
	}
	free(links);
	return text;
}

/* As `ip link show master DEV` asks; of two bridges each has its own. */
TEST_F(links, a_dump_of_a_masters_links_has_no_others)
{
	const struct link_desc to_one = { .master = "one" };
	const struct link_desc to_two = { .master = "two" };

	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, add_bridge(HOST, "one"));
	ASSERT_ERR(0, add_bridge(HOST, "two"));
	EXPECT_STREQ("", dump_of(IFLA_MASTER, "one"));
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &to_one));
	EXPECT_STREQ("veth-red ", dump_of(IFLA_MASTER, "one"));
	EXPECT_STREQ("", dump_of(IFLA_MASTER, "two"));
	ASSERT_ERR(0, link_set(in(HOST), "veth-blue", &to_two));
	EXPECT_STREQ("veth-red ", dump_of(IFLA_MASTER, "one"));
	EXPECT_STREQ("veth-blue ", dump_of(IFLA_MASTER, "two"));
}

/* NLM_F_DUMP_INTR: what was added and taken between two parts is owned up. */
TEST_F(links, a_dump_that_a_change_tore_says_so)
{
	int fd = ask_open(ns(HOST), true), err;
	struct tally t = { 0 };

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, many());
	ASSERT_ERR(0, dump_start(fd));
	ASSERT_ERR(0, tally_part(fd, &t, 8192));
	ASSERT_EQ(0, t.done);
	EXPECT_EQ(0, t.torn);
	ASSERT_ERR(0, link_del(in(HOST), "a0"));
	do {
		err = tally_part(fd, &t, 8192);
	} while (!err && !t.done);
	ASSERT_ERR(0, err);
	EXPECT_EQ(NLM_F_DUMP_INTR, t.torn);
	/* Another one is whole. */
	t = (struct tally){ 0 };
	ASSERT_ERR(0, dump_start(fd));
	do {
		err = tally_part(fd, &t, 8192);
	} while (!err && !t.done);
	EXPECT_EQ(0, t.torn);
	EXPECT_EQ(2, tally_wrong(&t));
	close(fd);
}

/*
 * Links that stand on others, where the kernel has them.
 */
FIXTURE(uppers) { struct topo *topo; };
FIXTURE_VARIANT(uppers) {
	const char *topology;
	struct ask add;
};
FIXTURE_VARIANT_ADD(uppers, vlan) {
	.topology = "netns",
	.add = { .type = RTM_NEWLINK, .flags = ADD,
		 .attrs = { STR(IFLA_IFNAME, "upper"),
			    DEV(IFLA_LINK, "veth-red"), OPEN(IFLA_LINKINFO),
			    STR(IFLA_INFO_KIND, "vlan"), OPEN(IFLA_INFO_DATA),
			    U16(IFLA_VLAN_ID, 10), CLOSE, CLOSE } },
};
FIXTURE_VARIANT_ADD(uppers, macvlan) {
	.topology = "netns",
	.add = { .type = RTM_NEWLINK, .flags = ADD,
		 .attrs = { STR(IFLA_IFNAME, "upper"),
			    DEV(IFLA_LINK, "veth-red"), KIND("macvlan") } },
};
KSFT_NEEDS(CONFIG_MACVLAN, "uppers.macvlan.*")
KSFT_NEEDS(CONFIG_VLAN_8021Q, "uppers.vlan.*")
FIXTURE_SETUP(uppers) TOPO_SETUP(uppers)
FIXTURE_TEARDOWN(uppers) TOPO_TEARDOWN

TEST_F(uppers, an_upper_link_knows_its_lower_across_namespaces)
{
	struct link upper;
	int id;

	ASSERT_PODS();
	ASSERT_ERR(0, pair());
	ASSERT_ERR(0, ask_do(&variant->add));
	EXPECT_EQ(index_of(HOST, "veth-red"), number_of(HOST, "upper",
							 IFLA_LINK));
	EXPECT_EQ(-ENODATA, number_of(HOST, "upper", IFLA_LINK_NETNSID));
	ASSERT_ERR(0, move(HOST, "upper", RED));
	ASSERT_ERR(0, link_get(in(RED), "upper", &upper));
	ASSERT_ERR(0, nsid_get(in(RED), ns(HOST), &id));
	EXPECT_EQ(index_of(HOST, "veth-red"), upper.peer);
	EXPECT_EQ(id, upper.peer_nsid);
	/* The lower one moves after it. */
	ASSERT_ERR(0, move(HOST, "veth-red", BLUE));
	ASSERT_ERR(0, link_get(in(RED), "upper", &upper));
	ASSERT_ERR(0, nsid_get(in(RED), ns(BLUE), &id));
	EXPECT_EQ(index_of(BLUE, "veth-red"), upper.peer);
	EXPECT_EQ(id, upper.peer_nsid);
	/* And takes it along. */
	ASSERT_ERR(0, link_del(in(HOST), "veth-blue"));
	EXPECT_ERR(-ENODEV, index_of(RED, "upper"));
}

/*
 * No request keeps the namespace that it was about: pod-red dies when its name,
 * descriptor and socket are gone, and with it the sentinel's end there.
 */
FIXTURE(references) { struct topo *topo; };
FIXTURE_VARIANT(references) {
	const char *topology;
	struct ask ask;
	int want;
};
FIXTURE_SETUP(references) TOPO_SETUP(references)
FIXTURE_TEARDOWN(references) TOPO_TEARDOWN

#define KEPT_BY(request)	FIXTURE_VARIANT_ADD(references, request)
#define ABOUT(type_, flags_)	.topology = "netns", \
				.ask.type = type_, .ask.flags = flags_

KEPT_BY(create_by_fd) {
	ABOUT(RTM_NEWLINK, ADD),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       NETNS(IFLA_NET_NS_FD, RED) },
};
KEPT_BY(create_peer_by_fd) {
	ABOUT(RTM_NEWLINK, ADD),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, STR(IFLA_IFNAME, "y"),
		       NETNS(IFLA_NET_NS_FD, RED), PEER_END },
};
KEPT_BY(create_by_id) {
	ABOUT(RTM_NEWLINK, ADD),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       U32(IFLA_TARGET_NETNSID, 5) },
};
KEPT_BY(create_by_link_id) {
	ABOUT(RTM_NEWLINK, ADD),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       U32(IFLA_LINK_NETNSID, 5) },
};
KEPT_BY(create_clash) {
	ABOUT(RTM_NEWLINK, ADD), .want = -EEXIST,
	.ask.attrs = { STR(IFLA_IFNAME, "sentinel"), BRIDGE,
		       NETNS(IFLA_NET_NS_FD, RED) },
};
KEPT_BY(create_peer_clash) {
	ABOUT(RTM_NEWLINK, ADD), .want = -EEXIST,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER,
		       STR(IFLA_IFNAME, "sentinel"),
		       NETNS(IFLA_NET_NS_FD, RED), PEER_END },
};
KEPT_BY(create_with_bad_queues) {
	ABOUT(RTM_NEWLINK, ADD), .want = -EINVAL,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       U32(IFLA_NUM_TX_QUEUES, 0),
		       NETNS(IFLA_NET_NS_FD, RED) },
};
KEPT_BY(move_of_lo) {
	ABOUT(RTM_SETLINK, 0), .want = -EINVAL, .ask.head.dev = "lo",
	.ask.attrs = { NETNS(IFLA_NET_NS_FD, RED) },
};
KEPT_BY(get_by_id) {
	ABOUT(RTM_GETLINK, 0),
	.ask.attrs = { STR(IFLA_IFNAME, "lo"), U32(IFLA_TARGET_NETNSID, 5) },
};
KEPT_BY(get_missing_by_id) {
	ABOUT(RTM_GETLINK, 0), .want = -ENODEV,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), U32(IFLA_TARGET_NETNSID, 5) },
};
KEPT_BY(dump_by_id) {
	ABOUT(RTM_GETLINK, NLM_F_DUMP),
	.ask.attrs = { U32(IFLA_TARGET_NETNSID, 5) },
};
KEPT_BY(dump_addresses_by_id) {
	ABOUT(RTM_GETADDR, NLM_F_DUMP), .ask.head.family = AF_INET,
	.ask.attrs = { U32(IFA_TARGET_NETNSID, 5) },
};
KEPT_BY(dump_addresses_of_missing_by_id) {
	ABOUT(RTM_GETADDR, NLM_F_DUMP), .want = -ENODEV,
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.attrs = { U32(IFA_TARGET_NETNSID, 5) },
};
KEPT_BY(delete_missing_by_id) {
	ABOUT(RTM_DELLINK, 0), .want = -ENODEV,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), U32(IFLA_TARGET_NETNSID, 5) },
};
KEPT_BY(id_again) {
	ABOUT(RTM_NEWNSID, 0), .want = -EEXIST,
	.ask.attrs = { U32(NETNSA_NSID, 6), NETNS(NETNSA_FD, RED) },
};
KEPT_BY(id_get) {
	ABOUT(RTM_GETNSID, 0),
	.ask.attrs = { NETNS(NETNSA_FD, RED), U32(NETNSA_TARGET_NSID, 5) },
};
KEPT_BY(id_dump) {
	ABOUT(RTM_GETNSID, NLM_F_DUMP),
	.ask.attrs = { U32(NETNSA_TARGET_NSID, 5) },
};

TEST_OF("regression netns-reference", references,
	a_request_keeps_no_namespace)
{
	const struct link_desc peer = { .name = "sentinel", .netns = ns(RED) };
	const struct link_desc sentinel = { .kind = "veth", .name = "watched",
					    .peer = &peer };
	struct ask_answer answer;
	struct link last;

	ASSERT_PODS();
	ASSERT_ERR(0, give_id(RED, 5));
	ASSERT_ERR(0, link_add(in(HOST), &sentinel));
	ASSERT_ERR(0, ask_run(&variant->ask, true, &answer));
	EXPECT_ERR(variant->want, answer.err);
	EXPECT_LE(2, index_of(HOST, "watched"));
	ASSERT_ERR(0, topo_netns_release(self->topo, RED));
	EXPECT_ERR(0, link_wait(ns(HOST), "watched", link_is_gone, &last));
}

KSFT_NEEDS(CONFIG_VETH, "*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.nomaster_*", "*.without_a_name_*",
	   "*.macs_are_random_*", "*.a_group_is_changed_*",
	   "*.allmulti_is_counted_*", "*.a_port_that_moves_away_*",
	   "*.a_pair_that_came_and_went_*", "*.a_dump_of_a_masters_links_*",
	   "*.enslaved_before_up_*", "references.create_by_fd.*",
	   "references.create_clash.*")
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*.a_rule_is_detached_*", "*.a_move_is_told_to_both_*")

KSFT_MAIN
