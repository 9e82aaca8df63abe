// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel refuses on links: to make, move, set, enslave, delete and
 * ask for them; with its errno and its words, without residue, and for no
 * other reason (refuse.h).  The rows stand on one of
 *
 *	pair:	host	veth-red --- veth-blue
 *	wire:	host	veth-host --- veth-red (ifindex 77)	pod-red
 *	bridge:	host	v-net-0, its port veth-host --- veth-red	pod-red
 *
 * where all is down, so that nothing changes but by a request.
 *
 * A row that wants any link takes a pair, and those that want a bridge stand on
 * one, with a pair beside it: to end a bridge takes long (lend.h).
 */
#include "refuse.h"

#define SEEN_6_1	"as seen on 6.1"
#define SEEN_6_12	"as seen on 6.1 and 6.12"


/* 16 times 16; some want its end only. */
#define LETTERS_16	"abcdefghijklmnop"
#define LETTERS_64	LETTERS_16 LETTERS_16 LETTERS_16 LETTERS_16
#define LETTERS_256	LETTERS_64 LETTERS_64 LETTERS_64 LETTERS_64

/* The one thing that is wrong is a name. */
#define NAME(wrong, right) \
	WRONG, STR(IFLA_IFNAME, wrong), RIGHT, STR(IFLA_IFNAME, right)
#define OTHER_NAME(dev)	NAME(dev, "new")

static int pair(void)
{
	const struct link_desc peer = { .name = "veth-blue" };
	const struct link_desc veth = { .kind = "veth", .name = "veth-red",
					.peer = &peer };

	return link_add(in("host"), &veth);
}

/* Some link of pod-red, with its peer beside it; @ifindex 0: any. */
static int link_at_red(const char *dev, int ifindex)
{
	const struct link_desc peer = { .name = "other" };
	const struct link_desc veth = { .kind = "veth", .name = dev,
					.ifindex = ifindex, .peer = &peer };

	return link_add(in("pod-red"), &veth);
}

static int wire(void)
{
	const struct link_desc peer = { .name = "veth-host",
					.netns = ns("host") };
	const struct link_desc veth = { .kind = "veth", .name = "veth-red",
					.ifindex = 77, .peer = &peer };

	return link_add(in("pod-red"), &veth);
}

static int bridge_named(const char *name, const char *dev)
{
	const struct link_desc desc = { .kind = "bridge", .name = dev };

	return link_add(in(name), &desc);
}

static int bridge(void)
{
	const struct link_desc port = { .master = "v-net-0" };
	int err;

	err = bridge_named("host", "v-net-0");
	if (!err)
		err = wire();
	return err ? err : link_set(in("host"), "veth-host", &port);
}

/* Two devices in host, and in pod-red one of the first one's name. */
static int pair_and_namesake(void)
{
	int err = pair();

	return err ? err : link_at_red("veth-red", 0);
}

/* And of its alternative name. */
static int pair_and_altnamesake(void)
{
	const struct link_desc alt = { .altname = "uplink" };
	int err = pair();

	if (!err)
		err = link_set(in("host"), "veth-red", &alt);
	return err ? err : link_at_red("uplink", 0);
}

static int pair_and_altname(void)
{
	const struct link_desc alt = { .altname = "uplink" };
	int err = pair();

	return err ? err : link_set(in("host"), "veth-red", &alt);
}

/* A pair in host, and ifindex 77 in pod-red. */
static int pair_and_index(void)
{
	int err = pair();

	return err ? err : link_at_red("taken", 77);
}

/* Up, and linkwatch knows that there is no carrier. */
static bool is_waiting(const struct link *link)
{
	return link && link->flags & IFF_UP && !(link->flags & IFF_RUNNING) &&
	       !link->carrier;
}

/* Of two devices one is up. */
static int pair_up(void)
{
	struct link link;
	int err = pair();

	if (!err)
		err = set_up("host", "veth-red");
	return err ? err : link_wait(ns("host"), "veth-red", is_waiting, &link);
}

/* lo and a pair in group 5. */
static int lo_in_group(void)
{
	static const struct ask group = {
		.type = RTM_NEWLINK, .head.dev = "lo",
		.attrs = { U32(IFLA_GROUP, 5) },
	};
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "veth-red"), U32(IFLA_GROUP, 5),
			   VETH("veth-blue") },
	};
	int err = ask_do(&add);

	return err ? err : ask_do(&group);
}

static int vlan_filtering(void)
{
	return refuse_need("CONFIG_BRIDGE_VLAN_FILTERING");
}

/* v-net-0 filters by VLAN, where it can. */
static int vlan_bridge(void)
{
	static const struct ask filter = {
		.type = RTM_NEWLINK, .head.dev = "v-net-0",
		.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
			   OPEN(IFLA_INFO_DATA), U8(IFLA_BR_VLAN_FILTERING, 1),
			   CLOSE, CLOSE },
	};
	struct link link;
	int err;

	err = vlan_filtering();
	if (!err)
		err = bridge();
	if (!err)
		err = ask_do(&filter);
	if (!err)
		err = link_get(in("host"), "v-net-0", &link);
	return err || link.bridge.vlan_filtering ? err : -EPROTO;
}

static int pair_and_vlan(void)
{
	int err = refuse_need("CONFIG_VLAN_8021Q");

	return err ? err : pair();
}

static int pair_and_macvlan(void)
{
	int err = refuse_need("CONFIG_MACVLAN");

	return err ? err : pair();
}

/* The words on moves came all at once. */
static const struct ask has_words_on_moves = {
	.type = RTM_SETLINK, .head.dev = "lo",
	.attrs = { NETNS(IFLA_NET_NS_FD, "pod-red") },
};

static const struct ask has_words_on_moves_too = {
	.type = RTM_SETLINK, .head.dev = "veth-red",
	.attrs = { NETNS(IFLA_NET_NS_FD, "pod-red"),
		   U32(IFLA_NEW_IFINDEX, 1) },
};

static const struct ask has_words_on_gso = {
	.type = RTM_SETLINK, .head.dev = "lo",
	.attrs = { U32(IFLA_GSO_MAX_SEGS, 65536) },
};
static int bridge_and_pair(void)
{
	int err = bridge();

	return err ? err : pair();
}

static int two_bridges_and_pair(void)
{
	int err = bridge_and_pair();

	return err ? err : bridge_named("host", "v-net-1");
}

/* In pod-red, where it has ifindex 77, and in host. */
static int pair_and_foreign_bridge(void)
{
	const struct link_desc foreign = { .kind = "bridge", .name = "foreign",
					   .ifindex = 77 };
	int err = pair();

	if (!err)
		err = link_add(in("pod-red"), &foreign);
	return err ? err : bridge_named("host", "v-net-0");
}

static int pair_and_ipv6(void)
{
	int err = refuse_need("CONFIG_IPV6");

	return err ? err : pair();
}

static int veth_in_group(void)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "veth-red"), U32(IFLA_GROUP, 5),
			   VETH("veth-blue") },
	};

	return ask_do(&add);
}

static int macvlan_on_red(void)
{
	static const struct ask add = {
		.type = RTM_NEWLINK, .flags = ADD,
		.attrs = { STR(IFLA_IFNAME, "upper"), KIND("macvlan"),
			   DEV(IFLA_LINK, "veth-red") },
	};
	int err = refuse_need("CONFIG_MACVLAN");

	if (!err)
		err = bridge_and_pair();
	return err ? err : ask_do(&add);
}

static int bridge_pair_macvlan(void)
{
	int err = refuse_need("CONFIG_MACVLAN");

	return err ? err : bridge_and_pair();
}

/* The port is up, its peer is not. */
static int port_up(void)
{
	struct link link;
	int err = set_up("host", "veth-host");

	return err ? err : link_wait(ns("host"), "veth-host", is_waiting,
				     &link);
}

static int stp_on(void)
{
	static const struct ask stp = {
		.type = RTM_NEWLINK, .head.dev = "v-net-0",
		.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
			   OPEN(IFLA_INFO_DATA), U32(IFLA_BR_STP_STATE, 1),
			   CLOSE, CLOSE },
	};

	return ask_do(&stp);
}

static int vlan_bridge_and_pair(void)
{
	int err = vlan_bridge();

	return err ? err : pair();
}

/*
 * Create.
 */
ERROR(link_add_duplicate) {
	NEWLINK("ip link add veth-red type veth"),
	.before = pair,
	.ask.attrs = { OTHER_NAME("veth-red"), KIND("veth") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_add_existing_without_excl) {
	ROW("ip link change veth-red type veth peer name veth-blue, with NLM_F_CREATE",
	    RTM_NEWLINK, NLM_F_CREATE),
	.before = pair,
	.ask.attrs = { OTHER_NAME("veth-red"), VETH("other") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(link_add_replace) {
	ROW("ip link replace veth-red type veth",
	    RTM_NEWLINK, NLM_F_CREATE | NLM_F_REPLACE),
	.before = pair,
	.ask.attrs = { OTHER_NAME("veth-red"), KIND("veth") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(link_change_missing) {
	ROW("ip link change x mtu 1400", RTM_NEWLINK, 0),
	.before = pair,
	.ask.attrs = { NAME("x", "veth-red"), U32(IFLA_MTU, 1400) },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_change_kind_data_of_another_kind) {
	ROW("ip link change veth-red type bridge ageing_time 1",
	    RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.attrs = { NAME("veth-red", "v-net-0"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "bridge"), OPEN(IFLA_INFO_DATA),
		       U32(IFLA_BR_AGEING_TIME, 100), CLOSE, CLOSE },
	.want = { ERRNO(-EOPNOTSUPP) },
	.silent = true,
};

ERROR(link_change_slave_data_of_no_port) {
	ROW("ip link change veth-blue type bridge_slave hairpin on",
	    RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.attrs = { NAME("veth-blue", "veth-host"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_SLAVE_KIND, "bridge"),
		       OPEN(IFLA_INFO_SLAVE_DATA), U8(IFLA_BRPORT_MODE, 1),
		       CLOSE, CLOSE },
	.want = { ERRNO(-EOPNOTSUPP) },
	.silent = true,
};

ERROR(link_add_altname_taken) {
	NEWLINK("ip link add uplink type veth"),
	.before = pair_and_altname,
	.ask.attrs = { OTHER_NAME("uplink"), KIND("veth") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_add_peer_name_taken) {
	NEWLINK("ip link add new type veth peer name veth-blue"),
	.before = pair,
	.ask.attrs = { STR(IFLA_IFNAME, "new"), PEER,
		       NAME("veth-blue", "other"), PEER_END },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_add_peer_of_the_same_name) {
	NEWLINK("ip link add x type veth peer name x"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("x", "y"), PEER_END },
	.want = { ERRNO(-EEXIST) },
	.noisy = true,
};

ERROR(link_add_peer_name_taken_in_its_netns) {
	NEWLINK("ip link add new type veth peer name veth-red netns pod-red"),
	.before = wire,
	.ask.attrs = { STR(IFLA_IFNAME, "new"), PEER, OTHER_NAME("veth-red"),
		       NETNS(IFLA_NET_NS_FD, "pod-red"), PEER_END },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_add_name_taken_in_its_netns) {
	NEWLINK("ip link add veth-red netns pod-red type bridge"),
	.before = wire,
	.ask.attrs = { OTHER_NAME("veth-red"), BRIDGE,
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_add_veth_name_taken_in_its_netns) {
	NEWLINK("ip link add veth-red netns pod-red type veth peer name other"),
	.before = wire,
	.ask.attrs = { OTHER_NAME("veth-red"), VETH("other"),
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EEXIST) },
	.noisy = true,
};

ERROR(link_add_name_of_16) {
	NEWLINK("ip link add 0123456789abcdef type veth"),
	.ask.attrs = { NAME("0123456789abcdef", "0123456789abcde"), KIND("veth") },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.points_at = IFLA_IFNAME,
};

ERROR(link_add_peer_name_of_16) {
	NEWLINK("... peer name 0123456789abcdef"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER,
		       NAME("0123456789abcdef", "0123456789abcde"), PEER_END },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
};

/*
 * dev_get_valid_name() of either end.  A pair has its peer first, whose name is
 * refused before there is anything to undo; the names of a bridge are the rest.
 */
ERROR(link_add_name_empty) {
	NEWLINK("ip link add \"\" type bridge"),
	.ask.attrs = { NAME("", "a-b"), BRIDGE },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_slash) {
	NEWLINK("ip link add x type veth peer name \"/\""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("/", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_space) {
	NEWLINK("ip link add x type veth peer name \" \""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME(" ", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_tab) {
	NEWLINK("ip link add x type veth peer name \"a\\tb\""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("a\tb", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_newline) {
	NEWLINK("ip link add x type veth peer name \"a\\nb\""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("a\nb", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_dot) {
	NEWLINK("ip link add x type veth peer name \".\""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME(".", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_dotdot) {
	NEWLINK("ip link add x type veth peer name \"..\""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("..", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_colon) {
	NEWLINK("ip link add x type veth peer name \"a:b\""),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("a:b", "a-b"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_path) {
	NEWLINK("ip link add \"a/b\" type bridge"),
	.ask.attrs = { NAME("a/b", "a-b"), BRIDGE },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_pattern_two_numbers) {
	NEWLINK("ip link add v%d%d type bridge"),
	.ask.attrs = { NAME("v%d%d", "v%d"), BRIDGE },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_pattern_string) {
	NEWLINK("ip link add x type veth peer name v%s"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("v%s", "v%d"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_name_pattern_percent) {
	NEWLINK("ip link add x type veth peer name v%"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, NAME("v%", "v%d"),
		       PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_kind_unknown) {
	NEWLINK("ip link add x type nonesuch"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), WRONG, KIND("nonesuch"),
		       RIGHT, KIND("veth") },
	.want = { WORDS(-EOPNOTSUPP, "Unknown device type") },
};

ERROR(link_add_kind_missing) {
	NEWLINK("ip link add x"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), RIGHT, KIND("veth") },
	.want = { WORDS(-EOPNOTSUPP, "Unknown device type") },
};

ERROR(link_add_veth_mtu_67) {
	NEWLINK("ip link add x mtu 67 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_MTU, 67), RIGHT, U32(IFLA_MTU, 68) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_veth_mtu_65536) {
	NEWLINK("ip link add x mtu 65536 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_MTU, 65536),
		       RIGHT, U32(IFLA_MTU, 65535) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_peer_mtu_67) {
	NEWLINK("ip link add x type veth peer mtu 67"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, WRONG, U32(IFLA_MTU, 67),
		       RIGHT, U32(IFLA_MTU, 68), PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_peer_mtu_65536) {
	NEWLINK("ip link add x type veth peer mtu 65536"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, WRONG, U32(IFLA_MTU, 65536),
		       RIGHT, U32(IFLA_MTU, 65535), PEER_END },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_bridge_mtu_67) {
	NEWLINK("ip link add x mtu 67 type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE, WRONG, U32(IFLA_MTU, 67),
		       RIGHT, U32(IFLA_MTU, 68) },
	.want = { WORDS(-EINVAL, "mtu less than device minimum") },
};

ERROR(link_add_bridge_mtu_65536) {
	NEWLINK("ip link add x mtu 65536 type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       WRONG, U32(IFLA_MTU, 65536),
		       RIGHT, U32(IFLA_MTU, 65535) },
	.want = { WORDS(-EINVAL, "mtu greater than device maximum") },
};

ERROR(link_add_veth_mac_multicast) {
	NEWLINK("ip link add x address 03:00:00:00:00:01 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, MAC(IFLA_ADDRESS, "03:00:00:00:00:01"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_add_veth_mac_zero) {
	NEWLINK("ip link add x address 00:00:00:00:00:00 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, MAC(IFLA_ADDRESS, "00:00:00:00:00:00"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_add_bridge_mac_multicast) {
	NEWLINK("ip link add x address 03:00:00:00:00:01 type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("bridge"),
		       WRONG, MAC(IFLA_ADDRESS, "03:00:00:00:00:01"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_add_bridge_mac_zero) {
	NEWLINK("ip link add x address 00:00:00:00:00:00 type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("bridge"),
		       WRONG, MAC(IFLA_ADDRESS, "00:00:00:00:00:00"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_add_peer_mac_multicast) {
	NEWLINK("ip link add x type veth peer address 03:00:00:00:00:01"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER,
		       WRONG, MAC(IFLA_ADDRESS, "03:00:00:00:00:01"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01"),
		       PEER_END },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_add_mac_short) {
	NEWLINK("ip link add x address 02:00 type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       WRONG, RAW(IFLA_ADDRESS, "\2\0\0\0\1", 5),
		       RIGHT, RAW(IFLA_ADDRESS, "\2\0\0\0\0\1", 6) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_mac_long) {
	NEWLINK("ip link add x address 02:...:01 of 33 bytes type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, RAW(IFLA_ADDRESS, "\2bcdefghijklmnopqrstuvwxyz0123456", 33),
		       RIGHT, RAW(IFLA_ADDRESS, "\2\0\0\0\0\1", 6) },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.points_at = IFLA_ADDRESS,
};

ERROR(link_add_broadcast_short) {
	NEWLINK("ip link add x broadcast ff:ff type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       WRONG, RAW(IFLA_BROADCAST, "\2\0\0\0\1", 5),
		       RIGHT, RAW(IFLA_BROADCAST, "\2\0\0\0\0\1", 6) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_ifindex_taken) {
	NEWLINK("ip link add x index 1 type veth"),
	.ask.head = { .index = 1 },
	.ask.right_head = HEAD(.index = 99),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_add_ifindex_negative) {
	NEWLINK("ip link add x index -1 type veth"),
	.ask.head = { .index = -1 },
	.ask.right_head = HEAD(.index = 99),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth") },
	.want = { WORDS(-EINVAL, "ifindex can't be negative") },
};

ERROR(link_add_ifindex_taken_in_its_netns) {
	NEWLINK("ip link add x index 77 netns pod-red type bridge"),
	.before = wire,
	.ask.head = { .index = 77 },
	.ask.right_head = HEAD(.index = 78),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EEXIST),
		  ALSO(-EBUSY, NULL, SEEN_6_12) },
};

ERROR(link_add_peer_ifindex_taken) {
	NEWLINK("ip link add x index 88 type veth peer index 1"),
	.ask.head = { .index = 88 },
	.ask.attrs = { STR(IFLA_IFNAME, "x"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "veth"), OPEN(IFLA_INFO_DATA),
		       WRONG, OPEN_IFI(VETH_INFO_PEER, 1), CLOSE,
		       RIGHT, OPEN_IFI(VETH_INFO_PEER, 99), CLOSE, CLOSE,
		       CLOSE },
	.want = { ERRNO(-EBUSY) },
};

ERROR(link_add_peer_ifindex_negative) {
	NEWLINK("ip link add x index 88 type veth peer index -1"),
	.ask.head = { .index = 88 },
	.ask.attrs = { STR(IFLA_IFNAME, "x"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "veth"), OPEN(IFLA_INFO_DATA),
		       WRONG, OPEN_IFI(VETH_INFO_PEER, -1), CLOSE,
		       RIGHT, OPEN_IFI(VETH_INFO_PEER, 99), CLOSE, CLOSE,
		       CLOSE },
	.want = { WORDS(-EINVAL, "ifindex can't be negative") },
};

ERROR(link_add_no_tx_queue) {
	NEWLINK("ip link add x numtxqueues 0 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_NUM_TX_QUEUES, 0),
		       RIGHT, U32(IFLA_NUM_TX_QUEUES, 1) },
	.want = { WORDS(-EINVAL, "Invalid number of transmit queues") },
};

ERROR(link_add_tx_queues_4097) {
	NEWLINK("ip link add x numtxqueues 4097 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_NUM_TX_QUEUES, 4097),
		       RIGHT, U32(IFLA_NUM_TX_QUEUES, 2) },
	.want = { WORDS(-EINVAL, "Invalid number of transmit queues") },
};

ERROR(link_add_no_rx_queue) {
	NEWLINK("ip link add x numrxqueues 0 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_NUM_RX_QUEUES, 0),
		       RIGHT, U32(IFLA_NUM_RX_QUEUES, 1) },
	.want = { WORDS(-EINVAL, "Invalid number of receive queues") },
};

ERROR(link_add_rx_queues_4097) {
	NEWLINK("ip link add x numrxqueues 4097 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_NUM_RX_QUEUES, 4097),
		       RIGHT, U32(IFLA_NUM_RX_QUEUES, 2) },
	.want = { WORDS(-EINVAL, "Invalid number of receive queues") },
};

ERROR(link_add_peer_no_tx_queue) {
	NEWLINK("ip link add x type veth peer numtxqueues 0"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER,
		       WRONG, U32(IFLA_NUM_TX_QUEUES, 0),
		       RIGHT, U32(IFLA_NUM_TX_QUEUES, 1), PEER_END },
	.want = { WORDS(-EINVAL, "Invalid number of transmit queues") },
};

ERROR(link_add_gso_max_size) {
	NEWLINK("ip link add x gso_max_size 1000000 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_GSO_MAX_SIZE, 1000000),
		       RIGHT, U32(IFLA_GSO_MAX_SIZE, 60000) },
	.want = { WORDS(-EINVAL, "too big gso_max_size"),
		  ALSO(0, NULL, SEEN_6_1) },
};

ERROR(link_add_gso_max_segs) {
	NEWLINK("ip link add x gso_max_segs 65536 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_GSO_MAX_SEGS, 65536),
		       RIGHT, U32(IFLA_GSO_MAX_SEGS, 65535) },
	.want = { WORDS(-EINVAL, "too big gso_max_segs"),
		  ALSO(0, NULL, SEEN_6_1) },
};

ERROR(link_add_gro_max_size) {
	NEWLINK("ip link add x gro_max_size 1000000 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_GRO_MAX_SIZE, 1000000),
		       RIGHT, U32(IFLA_GRO_MAX_SIZE, 60000) },
	.want = { WORDS(-EINVAL, "too big gro_max_size"),
		  ALSO(0, NULL, SEEN_6_1) },
};

ERROR(link_add_link_nsid_unknown) {
	NEWLINK("ip link add x link-netnsid 7 type veth"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_LINK_NETNSID, 7) },
	.want = { WORDS(-EINVAL, "Unknown network namespace id") },
};

ERROR(link_add_master_missing) {
	NEWLINK("ip link add x type veth, master ifindex 99"),
	.stand = bridge_and_pair,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, U32(IFLA_MASTER, 99),
		       RIGHT, DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EINVAL) },
	.noisy = true,
};

ERROR(link_add_master_no_bridge) {
	NEWLINK("ip link add x master veth-host type veth"),
	.stand = bridge_and_pair,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, DEV(IFLA_MASTER, "veth-host"),
		       RIGHT, DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EOPNOTSUPP) },
	.noisy = true,
};

ERROR(link_add_bridge_in_bridge) {
	NEWLINK("ip link add x master v-net-0 type bridge"),
	.stand = bridge_and_pair,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       WRONG, DEV(IFLA_MASTER, "v-net-0") },
	.want = { WORDS(-ELOOP, "Can not enslave a bridge to a bridge") },
	.noisy = true,
};

ERROR(link_add_map) {
	NEWLINK("ip link add x type veth, with IFLA_PROTINFO"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
		       WRONG, U32(IFLA_PROTINFO, 0) },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(link_add_af_unknown) {
	NEWLINK("ip link add x type veth, with IFLA_AF_SPEC of AF_MAX"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"), OPEN(IFLA_AF_SPEC),
		       WRONG, OPEN(200), CLOSE, CLOSE },
	.want = { ERRNO(-EAFNOSUPPORT) },
};

ERROR(link_set_addrgenmode_unknown) {
	SETLINK("ip link set veth-red addrgenmode 99"),
	.before = pair_and_ipv6,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { OPEN(IFLA_AF_SPEC), OPEN(AF_INET6),
		       WRONG, U8(IFLA_INET6_ADDR_GEN_MODE, 99),
		       RIGHT, U8(IFLA_INET6_ADDR_GEN_MODE, 1), CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};


/*
 * Kinds that stand on another link.
 */
ERROR(vlan_add_id_missing) {
	NEWLINK("ip link add link veth-red name x type vlan"),
	.before = pair_and_vlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), DEV(IFLA_LINK, "veth-red"),
		       OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "vlan"),
		       RIGHT, OPEN(IFLA_INFO_DATA), U16(IFLA_VLAN_ID, 10),
		       CLOSE, CLOSE },
	.want = { WORDS(-EINVAL, "8021q: VLAN properties not specified") },
};

ERROR(vlan_add_id_4095) {
	NEWLINK("ip link add link veth-red name x type vlan id 4095"),
	.before = pair_and_vlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), DEV(IFLA_LINK, "veth-red"),
		       OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "vlan"),
		       OPEN(IFLA_INFO_DATA), WRONG, U16(IFLA_VLAN_ID, 4095),
		       RIGHT, U16(IFLA_VLAN_ID, 4094), CLOSE, CLOSE },
	.want = { WORDS(-ERANGE, "8021q: Invalid VLAN id") },
};

ERROR(vlan_add_protocol_unknown) {
	NEWLINK(
		"ip link add link veth-red name x type vlan protocol 0x0800 id 10"),
	.before = pair_and_vlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), DEV(IFLA_LINK, "veth-red"),
		       OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "vlan"),
		       OPEN(IFLA_INFO_DATA), U16(IFLA_VLAN_ID, 10),
		       WRONG, BE16(IFLA_VLAN_PROTOCOL, 0x0800),
		       RIGHT, BE16(IFLA_VLAN_PROTOCOL, 0x8100), CLOSE, CLOSE },
	.want = { WORDS(-EPROTONOSUPPORT, "8021q: Invalid VLAN protocol") },
};

ERROR(vlan_add_link_missing) {
	NEWLINK("ip link add name x type vlan id 10"),
	.before = pair_and_vlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), RIGHT, DEV(IFLA_LINK, "veth-red"),
		       OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "vlan"),
		       OPEN(IFLA_INFO_DATA), U16(IFLA_VLAN_ID, 10), CLOSE,
		       CLOSE },
	.want = { WORDS(-EINVAL, "8021q: link not specified") },
};

ERROR(vlan_add_link_unknown) {
	NEWLINK("ip link add name x link 99 type vlan id 10"),
	.before = pair_and_vlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), WRONG, U32(IFLA_LINK, 99),
		       RIGHT, DEV(IFLA_LINK, "veth-red"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "vlan"), OPEN(IFLA_INFO_DATA),
		       U16(IFLA_VLAN_ID, 10), CLOSE, CLOSE },
	.want = { WORDS(-ENODEV, "8021q: link does not exist") },
};

ERROR(vlan_add_on_lo) {
	NEWLINK("ip link add name x link lo type vlan id 10"),
	.before = pair_and_vlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), WRONG, DEV(IFLA_LINK, "lo"),
		       RIGHT, DEV(IFLA_LINK, "veth-red"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "vlan"), OPEN(IFLA_INFO_DATA),
		       U16(IFLA_VLAN_ID, 10), CLOSE, CLOSE },
	.want = { WORDS(-EOPNOTSUPP, "8021q: VLANs not supported on device") },
};

ERROR(macvlan_add_link_missing) {
	NEWLINK("ip link add name x type macvlan"),
	.before = pair_and_macvlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), RIGHT, DEV(IFLA_LINK, "veth-red"),
		       KIND("macvlan") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(macvlan_add_link_unknown) {
	NEWLINK("ip link add name x link 99 type macvlan"),
	.before = pair_and_macvlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), WRONG, U32(IFLA_LINK, 99),
		       RIGHT, DEV(IFLA_LINK, "veth-red"), KIND("macvlan") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(macvlan_add_mode_unknown) {
	NEWLINK("ip link add name x link veth-red type macvlan mode 99"),
	.before = pair_and_macvlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), DEV(IFLA_LINK, "veth-red"),
		       OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "macvlan"),
		       OPEN(IFLA_INFO_DATA), WRONG, U32(IFLA_MACVLAN_MODE, 99),
		       RIGHT, U32(IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE),
		       CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
};


/*
 * A bridge's own options, at creation and later.
 */
ERROR(bridge_set_hello_time_99) {
	ROW("ip link set v-net-0 type bridge hello_time 99", RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA), WRONG, U32(IFLA_BR_HELLO_TIME, 99),
		       RIGHT, U32(IFLA_BR_HELLO_TIME, 100), CLOSE, CLOSE },
	.want = { ERRNO(-ERANGE) },
	.silent = true,
};

ERROR(bridge_set_hello_time_1001) {
	ROW("ip link set v-net-0 type bridge hello_time 1001", RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA),
		       WRONG, U32(IFLA_BR_HELLO_TIME, 1001),
		       RIGHT, U32(IFLA_BR_HELLO_TIME, 1000), CLOSE, CLOSE },
	.want = { ERRNO(-ERANGE) },
	.silent = true,
};

ERROR(bridge_set_max_age_599) {
	ROW("ip link set v-net-0 type bridge max_age 599", RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA), WRONG, U32(IFLA_BR_MAX_AGE, 599),
		       RIGHT, U32(IFLA_BR_MAX_AGE, 600), CLOSE, CLOSE },
	.want = { ERRNO(-ERANGE) },
	.silent = true,
};

ERROR(bridge_set_max_age_4001) {
	ROW("ip link set v-net-0 type bridge max_age 4001", RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA), WRONG, U32(IFLA_BR_MAX_AGE, 4001),
		       RIGHT, U32(IFLA_BR_MAX_AGE, 4000), CLOSE, CLOSE },
	.want = { ERRNO(-ERANGE) },
	.silent = true,
};

ERROR(bridge_set_group_fwd_mask_stp) {
	ROW("ip link set v-net-0 type bridge group_fwd_mask 1", RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA),
		       WRONG, U16(IFLA_BR_GROUP_FWD_MASK, 1),
		       RIGHT, U16(IFLA_BR_GROUP_FWD_MASK, 8), CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(bridge_set_group_address_not_linklocal) {
	ROW("ip link set v-net-0 type bridge group_address 02:00:00:00:00:01",
	    RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA),
		       WRONG, MAC(IFLA_BR_GROUP_ADDR, "02:00:00:00:00:01"),
		       RIGHT, MAC(IFLA_BR_GROUP_ADDR, "01:80:c2:00:00:0e"),
		       CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(bridge_set_group_address_pause) {
	ROW("ip link set v-net-0 type bridge group_address 01:80:c2:00:00:01",
	    RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA),
		       WRONG, MAC(IFLA_BR_GROUP_ADDR, "01:80:c2:00:00:01"),
		       RIGHT, MAC(IFLA_BR_GROUP_ADDR, "01:80:c2:00:00:00"),
		       CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(bridge_set_mcast_router_3) {
	ROW("ip link set v-net-0 type bridge mcast_router 3", RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA), WRONG, U8(IFLA_BR_MCAST_ROUTER, 3),
		       RIGHT, U8(IFLA_BR_MCAST_ROUTER, 2), CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(bridge_set_igmp_version_4) {
	ROW("ip link set v-net-0 type bridge mcast_igmp_version 4",
	    RTM_NEWLINK, 0),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "bridge"),
		       OPEN(IFLA_INFO_DATA),
		       WRONG, U8(IFLA_BR_MCAST_IGMP_VERSION, 4),
		       RIGHT, U8(IFLA_BR_MCAST_IGMP_VERSION, 3), CLOSE, CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(bridge_add_hello_time_99) {
	NEWLINK("ip link add x type bridge hello_time 99"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "bridge"), OPEN(IFLA_INFO_DATA),
		       WRONG, U32(IFLA_BR_HELLO_TIME, 99),
		       RIGHT, U32(IFLA_BR_HELLO_TIME, 100), CLOSE, CLOSE },
	.want = { ERRNO(-ERANGE) },
	.noisy = true,
};

ERROR(bridge_add_vlan_protocol) {
	NEWLINK("ip link add x type bridge vlan_protocol 0x0800"),
	.before = vlan_filtering,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "bridge"), OPEN(IFLA_INFO_DATA),
		       WRONG, BE16(IFLA_BR_VLAN_PROTOCOL, 0x0800),
		       RIGHT, BE16(IFLA_BR_VLAN_PROTOCOL, 0x88a8), CLOSE,
		       CLOSE },
	.want = { ERRNO(-EPROTONOSUPPORT) },
};

ERROR(bridge_add_default_pvid_4095) {
	NEWLINK("ip link add x type bridge vlan_default_pvid 4095"),
	.before = vlan_filtering,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), OPEN(IFLA_LINKINFO),
		       STR(IFLA_INFO_KIND, "bridge"), OPEN(IFLA_INFO_DATA),
		       WRONG, U16(IFLA_BR_VLAN_DEFAULT_PVID, 4095),
		       RIGHT, U16(IFLA_BR_VLAN_DEFAULT_PVID, 4094), CLOSE,
		       CLOSE },
	.want = { ERRNO(-EINVAL) },
};


/*
 * Attributes that name a namespace.
 */
ERROR(link_add_netns_fd_closed) {
	NEWLINK("ip link add x netns 9999 type bridge"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), BRIDGE,
		       WRONG, U32(IFLA_NET_NS_FD, 9999),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EBADF) },
};

ERROR(link_add_netns_fd_of_dev_null) {
	NEWLINK("ip link add x netns /dev/null type veth peer name y"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, FILE_FD(IFLA_NET_NS_FD, "/dev/null"),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_netns_fd_of_mount_namespace) {
	NEWLINK("ip link add x netns /proc/self/ns/mnt type veth peer name y"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, FILE_FD(IFLA_NET_NS_FD, "/proc/self/ns/mnt"),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_netns_pid_unknown) {
	NEWLINK("ip link add x netns 4000000 type veth peer name y"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, U32(IFLA_NET_NS_PID, 4000000),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(link_add_netns_fd_and_pid) {
	NEWLINK("ip link add x netns pod-red and 1 type veth peer name y"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, U32(IFLA_NET_NS_PID, 1),
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EINVAL,
			"multiple netns identifying attributes specified") },
};

ERROR(link_add_netns_fd_and_nsid) {
	NEWLINK("ip link add x netns pod-red and nsid 0 type veth peer name y"),
	.before = wire,
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, U32(IFLA_TARGET_NETNSID, 0),
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EINVAL,
			"multiple netns identifying attributes specified") },
};

ERROR(link_add_nsid_unknown) {
	NEWLINK("ip link add x netns with nsid 7 type veth peer name y"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), VETH("y"),
		       WRONG, U32(IFLA_TARGET_NETNSID, 7),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_move_netns_fd_closed) {
	SETLINK("ip link set veth-red netns 9999"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_NET_NS_FD, 9999),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EBADF) },
};

ERROR(link_move_netns_fd_of_dev_null) {
	SETLINK("ip link set veth-red netns /dev/null"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, FILE_FD(IFLA_NET_NS_FD, "/dev/null"),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_move_netns_fd_of_mount_namespace) {
	SETLINK("ip link set veth-red netns /proc/self/ns/mnt"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, FILE_FD(IFLA_NET_NS_FD, "/proc/self/ns/mnt"),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_move_netns_pid_unknown) {
	SETLINK("ip link set veth-red netns 4000000"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_NET_NS_PID, 4000000),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(link_move_netns_fd_and_pid) {
	SETLINK("ip link set veth-red netns pod-red and 1"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_NET_NS_PID, 1),
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EINVAL,
			"multiple netns identifying attributes specified") },
};

ERROR(link_move_netns_fd_and_nsid) {
	SETLINK("ip link set veth-red netns pod-red and nsid 0"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_TARGET_NETNSID, 0),
		       NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EINVAL,
			"multiple netns identifying attributes specified") },
};

ERROR(link_move_nsid_unknown) {
	SETLINK("ip link set veth-red netns with nsid 7"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_TARGET_NETNSID, 7),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_add_peer_netns_fd_closed) {
	NEWLINK("ip link add x type veth peer name y netns 9999"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, STR(IFLA_IFNAME, "y"),
		       WRONG, U32(IFLA_NET_NS_FD, 9999),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red"), PEER_END },
	.want = { ERRNO(-EBADF) },
};

ERROR(link_add_peer_netns_pid_unknown) {
	NEWLINK("ip link add x type veth peer name y netns 4000000"),
	.ask.attrs = { STR(IFLA_IFNAME, "x"), PEER, STR(IFLA_IFNAME, "y"),
		       WRONG, U32(IFLA_NET_NS_PID, 4000000),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-red"), PEER_END },
	.want = { ERRNO(-ESRCH) },
};


/*
 * Move.
 */
ERROR(move_name_taken) {
	SETLINK("ip link set veth-red netns pod-red"),
	.before = pair_and_namesake,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, NETNS(IFLA_NET_NS_FD, "pod-red"),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-blue") },
	.want = { WORDS(-EEXIST,
			"An interface with the same name exists in the target netns"),
		  ALSO(-EEXIST, NULL, SEEN_6_1) },
	.witness = &has_words_on_moves,
};

ERROR(move_altname_taken) {
	SETLINK("ip link set veth-red netns pod-red"),
	.before = pair_and_altnamesake,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, NETNS(IFLA_NET_NS_FD, "pod-red"),
		       RIGHT, NETNS(IFLA_NET_NS_FD, "pod-blue") },
	.want = { WORDS(-EEXIST,
			"An interface with the altname uplink exists in the target netns"),
		  ALSO(-EEXIST, NULL, SEEN_6_1) },
	.witness = &has_words_on_moves,
};

ERROR(move_name_and_pattern_taken) {
	SETLINK("ip link set veth-red netns pod-red name lo"),
	.before = pair_and_namesake,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { NAME("lo", "v%d"), NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EEXIST,
			"Unable to use 'lo' for the new interface name in the target netns"),
		  ALSO(-EEXIST, NULL, SEEN_6_1) },
	.witness = &has_words_on_moves,
};

ERROR(move_lo) {
	SETLINK("ip link set lo netns pod-red"),
	.before = pair,
	.ask.head = { .dev = "lo" },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EINVAL, "The interface netns is immutable"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words_on_moves_too,
};

ERROR(move_bridge) {
	SETLINK("ip link set v-net-0 netns pod-blue"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.right_head = HEAD(.dev = "veth-host"),
	.ask.attrs = { NETNS(IFLA_NET_NS_FD, "pod-blue") },
	.want = { WORDS(-EINVAL, "The interface netns is immutable"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words_on_moves,
};

ERROR(move_ifindex_taken) {
	SETLINK("ip link set veth-red netns pod-red, IFLA_NEW_IFINDEX 77"),
	.before = pair_and_index,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { NETNS(IFLA_NET_NS_FD, "pod-red"),
		       WRONG, U32(IFLA_NEW_IFINDEX, 77),
		       RIGHT, U32(IFLA_NEW_IFINDEX, 78) },
	.want = { WORDS(-EBUSY,
			"The ifindex 77 is not available in the target netns"),
		  ALSO(-EBUSY, NULL, SEEN_6_1) },
	.witness = &has_words_on_moves,
};

ERROR(move_ifindex_zero) {
	SETLINK("ip link set veth-red netns pod-red, IFLA_NEW_IFINDEX 0"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { NETNS(IFLA_NET_NS_FD, "pod-red"),
		       WRONG, U32(IFLA_NEW_IFINDEX, 0),
		       RIGHT, U32(IFLA_NEW_IFINDEX, 78) },
	.want = { WORDS(-ERANGE, "integer out of range") },
	.points_at = IFLA_NEW_IFINDEX,
};


/*
 * Set.
 */
ERROR(link_set_mtu_67) {
	SETLINK("ip link set veth-red mtu 67"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_MTU, 67), RIGHT, U32(IFLA_MTU, 68) },
	.want = { WORDS(-EINVAL, "mtu less than device minimum") },
};

ERROR(link_set_mtu_65536) {
	SETLINK("ip link set veth-red mtu 65536"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_MTU, 65536),
		       RIGHT, U32(IFLA_MTU, 65535) },
	.want = { WORDS(-EINVAL, "mtu greater than device maximum") },
};

ERROR(bridge_set_mtu_67) {
	SETLINK("ip link set v-net-0 mtu 67"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { WRONG, U32(IFLA_MTU, 67), RIGHT, U32(IFLA_MTU, 68) },
	.want = { WORDS(-EINVAL, "mtu less than device minimum") },
};

ERROR(lo_set_mtu_negative) {
	SETLINK("ip link set lo mtu -1"),
	.ask.head = { .dev = "lo" },
	.ask.attrs = { WRONG, U32(IFLA_MTU, -1),
		       RIGHT, U32(IFLA_MTU, 1000000) },
	.want = { WORDS(-EINVAL, "mtu less than device minimum") },
};

ERROR(link_set_carrier) {
	SETLINK("ip link set veth-red carrier on"),
	.before = pair_up,
	.ask.head = { .dev = "veth-red", .flags = IFF_UP, .change = IFF_UP },
	.ask.attrs = { WRONG, U8(IFLA_CARRIER, 1) },
	.want = { ERRNO(-EOPNOTSUPP) },
	.silent = true,
};

ERROR(link_set_mac_multicast) {
	SETLINK("ip link set veth-red address 03:00:00:00:00:01"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, MAC(IFLA_ADDRESS, "03:00:00:00:00:01"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_set_mac_zero) {
	SETLINK("ip link set veth-red address 00:00:00:00:00:00"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, MAC(IFLA_ADDRESS, "00:00:00:00:00:00"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(bridge_set_mac_multicast) {
	SETLINK("ip link set v-net-0 address 03:00:00:00:00:01"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.attrs = { WRONG, MAC(IFLA_ADDRESS, "03:00:00:00:00:01"),
		       RIGHT, MAC(IFLA_ADDRESS, "02:00:00:00:00:01") },
	.want = { ERRNO(-EADDRNOTAVAIL) },
};

ERROR(link_set_mac_short) {
	SETLINK("ip link set veth-red address 02:00"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, RAW(IFLA_ADDRESS, "\2\0\0\0\1", 5),
		       RIGHT, RAW(IFLA_ADDRESS, "\2\0\0\0\0\1", 6) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_set_ifindex_missing) {
	SETLINK("ip link set 99 mtu 1400"),
	.before = pair,
	.ask.head = { .index = 99 },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { U32(IFLA_MTU, 1400) },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_set_of_another_netns) {
	SETLINK("ip link set 77 mtu 1400 (pod-red has a 77)"),
	.before = wire,
	.ask.head = { .index = 77 },
	.ask.right_head = HEAD(.dev = "veth-host"),
	.ask.attrs = { U32(IFLA_MTU, 1400) },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_set_name_missing) {
	SETLINK("ip link set x mtu 1400"),
	.before = pair,
	.ask.attrs = { NAME("x", "veth-red"), U32(IFLA_MTU, 1400) },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_set_altname_missing) {
	SETLINK("ip link set x mtu 1400"),
	.before = pair_and_altname,
	.ask.attrs = { WRONG, STR(IFLA_ALT_IFNAME, "x"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "uplink"),
		       U32(IFLA_MTU, 1400) },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_set_nothing_named) {
	SETLINK("ip link set mtu 1400"),
	.before = pair,
	.ask.attrs = { RIGHT, STR(IFLA_IFNAME, "veth-red"),
		       U32(IFLA_MTU, 1400) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_set_mtu_of_two_bytes) {
	SETLINK("RTM_SETLINK with an IFLA_MTU of 2 bytes"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U16(IFLA_MTU, 1400), RIGHT, U32(IFLA_MTU, 1400) },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.points_at = IFLA_MTU,
};

ERROR(link_rename_taken) {
	SETLINK("ip link set veth-red name veth-blue"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { OTHER_NAME("veth-blue") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_rename_to_altname_of_another) {
	SETLINK("ip link set veth-blue name uplink"),
	.before = pair_and_altname,
	.ask.head = { .dev = "veth-blue" },
	.ask.attrs = { OTHER_NAME("uplink") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(link_rename_slash) {
	SETLINK("ip link set veth-red name a/b"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { NAME("a/b", "a-b") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_rename_of_16) {
	SETLINK("ip link set veth-red name 0123456789abcdef"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { NAME("0123456789abcdef", "0123456789abcde") },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
};

ERROR(link_alias_of_256) {
	SETLINK("ip link set veth-red alias (256 characters)"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, RAW(IFLA_IFALIAS, LETTERS_256, 256),
		       RIGHT, RAW(IFLA_IFALIAS, LETTERS_256, 255) },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.silent = true,
	.points_at = IFLA_IFALIAS,
};

ERROR(link_set_protodown) {
	SETLINK("ip link set lo protodown on"),
	.ask.head = { .dev = "lo" },
	.ask.attrs = { WRONG, U8(IFLA_PROTO_DOWN, 1),
		       RIGHT, U32(IFLA_TXQLEN, 10) },
	.want = { WORDS(-EOPNOTSUPP, "Protodown not supported by device") },
};

ERROR(link_set_gso_max_size) {
	SETLINK("ip link set veth-red gso_max_size 1000000"),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_GSO_MAX_SIZE, 1000000),
		       RIGHT, U32(IFLA_GSO_MAX_SIZE, 60000) },
	.want = { WORDS(-EINVAL, "too big gso_max_size"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.silent = true,
	.witness = &has_words_on_gso,
};

ERROR(link_set_group_mtu_67) {
	ROW("ip link set group 5 mtu 67", RTM_NEWLINK, 0),
	.before = veth_in_group,
	.ask.attrs = { WRONG, U32(IFLA_MTU, 67), RIGHT, U32(IFLA_MTU, 1400),
		       U32(IFLA_GROUP, 5) },
	.want = { WORDS(-EINVAL, "mtu less than device minimum") },
};


/*
 * Alternative names.
 */
ERROR(altname_add_twice) {
	ROW("ip link property add veth-red altname uplink",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair_and_altname,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { OPEN(IFLA_PROP_LIST),
		       WRONG, STR(IFLA_ALT_IFNAME, "uplink"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "downlink"), CLOSE },
	.want = { ERRNO(-EEXIST) },
	.silent = true,
};

ERROR(altname_add_of_another_device) {
	ROW("ip link property add veth-blue altname uplink",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair_and_altname,
	.ask.head = { .dev = "veth-blue" },
	.ask.attrs = { OPEN(IFLA_PROP_LIST),
		       WRONG, STR(IFLA_ALT_IFNAME, "uplink"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "downlink"), CLOSE },
	.want = { ERRNO(-EEXIST) },
	.silent = true,
};

ERROR(altname_add_name_of_a_device) {
	ROW("ip link property add veth-blue altname veth-red",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair,
	.ask.head = { .dev = "veth-blue" },
	.ask.attrs = { OPEN(IFLA_PROP_LIST),
		       WRONG, STR(IFLA_ALT_IFNAME, "veth-red"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "downlink"), CLOSE },
	.want = { ERRNO(-EEXIST) },
	.silent = true,
};

ERROR(altname_add_of_128) {
	ROW("ip link property add veth-red altname (128 characters)",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { OPEN(IFLA_PROP_LIST),
		       WRONG, STR(IFLA_ALT_IFNAME, &LETTERS_256[128]),
		       RIGHT, STR(IFLA_ALT_IFNAME, &LETTERS_256[129]), CLOSE },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.silent = true,
};

ERROR(altname_add_device_missing) {
	ROW("ip link property add 99 altname uplink",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair,
	.ask.head = { .index = 99 },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { OPEN(IFLA_PROP_LIST), STR(IFLA_ALT_IFNAME, "uplink"),
		       CLOSE },
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(altname_add_nothing_named) {
	ROW("ip link property add altname uplink",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair,
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { OPEN(IFLA_PROP_LIST), STR(IFLA_ALT_IFNAME, "uplink"),
		       CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(altname_add_netns) {
	ROW("RTM_NEWLINKPROP with IFLA_NET_NS_FD",
	    RTM_NEWLINKPROP, ADD | NLM_F_APPEND),
	.before = pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, NETNS(IFLA_NET_NS_FD, "pod-red"),
		       OPEN(IFLA_PROP_LIST), STR(IFLA_ALT_IFNAME, "uplink"),
		       CLOSE },
	.want = { WORDS(-EOPNOTSUPP,
			"specified netns attribute not supported") },
	.silent = true,
};

ERROR(altname_del_missing) {
	ROW("ip link property del veth-red altname x", RTM_DELLINKPROP, 0),
	.before = pair_and_altname,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { OPEN(IFLA_PROP_LIST), WRONG, STR(IFLA_ALT_IFNAME, "x"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "uplink"), CLOSE },
	.want = { ERRNO(-ENOENT) },
	.silent = true,
};

ERROR(altname_del_of_another_device) {
	ROW("ip link property del veth-blue altname uplink",
	    RTM_DELLINKPROP, 0),
	.before = pair_and_altname,
	.ask.head = { .dev = "veth-blue" },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { OPEN(IFLA_PROP_LIST), STR(IFLA_ALT_IFNAME, "uplink"),
		       CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(altname_del_the_name_itself) {
	ROW("ip link property del veth-red altname veth-red",
	    RTM_DELLINKPROP, 0),
	.before = pair_and_altname,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { OPEN(IFLA_PROP_LIST),
		       WRONG, STR(IFLA_ALT_IFNAME, "veth-red"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "uplink"), CLOSE },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};


/*
 * Master.
 */
ERROR(master_missing) {
	SETLINK("ip link set veth-red master 99"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_MASTER, 99),
		       RIGHT, DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(master_in_another_netns) {
	SETLINK("ip link set veth-red master 77 (a bridge of pod-red)"),
	.before = pair_and_foreign_bridge,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, U32(IFLA_MASTER, 77),
		       RIGHT, DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(master_is_no_bridge) {
	SETLINK("ip link set veth-red master veth-blue"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "veth-red" },
	.ask.attrs = { WRONG, DEV(IFLA_MASTER, "veth-blue"),
		       RIGHT, DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(master_of_a_bridge) {
	SETLINK("ip link set v-net-1 master v-net-0"),
	.before = two_bridges_and_pair,
	.ask.head = { .dev = "v-net-1" },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { DEV(IFLA_MASTER, "v-net-0") },
	.want = { WORDS(-ELOOP, "Can not enslave a bridge to a bridge") },
};

ERROR(master_of_itself) {
	SETLINK("ip link set v-net-0 master v-net-0"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "v-net-0" },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { DEV(IFLA_MASTER, "v-net-0") },
	.want = { WORDS(-ELOOP, "Can not enslave a bridge to a bridge") },
};

ERROR(master_of_lo) {
	SETLINK("ip link set lo master v-net-0"),
	.stand = bridge_and_pair,
	.ask.head = { .dev = "lo" },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.ask.attrs = { DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(master_of_macvlan_lower) {
	SETLINK("ip link set veth-red master v-net-0 (macvlan on veth-red)"),
	.before = macvlan_on_red,
	.ask.head = { .dev = "veth-red" },
	.ask.right_head = HEAD(.dev = "veth-blue"),
	.ask.attrs = { DEV(IFLA_MASTER, "v-net-0") },
	.want = { ERRNO(-EBUSY) },
	.noisy = true,
};

ERROR(macvlan_on_a_port) {
	NEWLINK("ip link add x link veth-host type macvlan"),
	.before = bridge_pair_macvlan,
	.ask.attrs = { STR(IFLA_IFNAME, "x"),
		       WRONG, DEV(IFLA_LINK, "veth-host"),
		       RIGHT, DEV(IFLA_LINK, "veth-red"), KIND("macvlan") },
	.want = { ERRNO(-EBUSY) },
};


/*
 * Bridge ports.
 */
ERROR(port_set_device_missing) {
	SETLINK("bridge link set dev 99 hairpin on"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .index = 99 },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-host"),
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       U8(IFLA_BRPORT_MODE, 1), CLOSE },
	.want = { WORDS(-ENODEV, "unknown ifindex") },
};

ERROR(port_set_no_port) {
	SETLINK("bridge link set dev veth-blue hairpin on"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-host"),
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       U8(IFLA_BRPORT_MODE, 1), CLOSE },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(port_cost_0) {
	SETLINK("bridge link set dev veth-host cost 0"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U32(IFLA_BRPORT_COST, 0),
		       RIGHT, U32(IFLA_BRPORT_COST, 1), CLOSE },
	.want = { ERRNO(-ERANGE) },
};

ERROR(port_cost_65536) {
	SETLINK("bridge link set dev veth-host cost 65536"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U32(IFLA_BRPORT_COST, 65536),
		       RIGHT, U32(IFLA_BRPORT_COST, 65535), CLOSE },
	.want = { ERRNO(-ERANGE) },
};

ERROR(port_priority_64) {
	SETLINK("bridge link set dev veth-host priority 64"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U16(IFLA_BRPORT_PRIORITY, 64),
		       RIGHT, U16(IFLA_BRPORT_PRIORITY, 63), CLOSE },
	.want = { ERRNO(-ERANGE) },
};

ERROR(port_state_5) {
	SETLINK("bridge link set dev veth-host state 5"),
	.stand = bridge_and_pair,
	.before = port_up,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U8(IFLA_BRPORT_STATE, 5),
		       RIGHT, U8(IFLA_BRPORT_STATE, 0), CLOSE },
	.want = { ERRNO(-EINVAL) },
};

ERROR(port_state_without_carrier) {
	SETLINK("bridge link set dev veth-host state 3"),
	.stand = bridge_and_pair,
	.before = port_up,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U8(IFLA_BRPORT_STATE, 3),
		       RIGHT, U8(IFLA_BRPORT_STATE, 0), CLOSE },
	.want = { ERRNO(-ENETDOWN) },
};

ERROR(port_state_while_down) {
	SETLINK("bridge link set dev veth-host state 0"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U8(IFLA_BRPORT_STATE, 0),
		       RIGHT, U8(IFLA_BRPORT_MODE, 1), CLOSE },
	.want = { ERRNO(-ENETDOWN) },
};

ERROR(port_state_with_stp) {
	SETLINK("bridge link set dev veth-host state 0"),
	.stand = bridge_and_pair,
	.before = stp_on,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U8(IFLA_BRPORT_STATE, 0),
		       RIGHT, U8(IFLA_BRPORT_MODE, 1), CLOSE },
	.want = { ERRNO(-EBUSY) },
};

ERROR(port_group_fwd_mask_pause) {
	SETLINK("bridge link set dev veth-host, group_fwd_mask 2"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U16(IFLA_BRPORT_GROUP_FWD_MASK, 2),
		       RIGHT, U16(IFLA_BRPORT_GROUP_FWD_MASK, 4), CLOSE },
	.want = { ERRNO(-EINVAL) },
};

ERROR(port_backup_missing) {
	SETLINK("bridge link set dev veth-host backup_port 99"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U32(IFLA_BRPORT_BACKUP_PORT, 99),
		       RIGHT, U32(IFLA_BRPORT_COST, 5), CLOSE },
	.want = { ERRNO(-ENOENT) },
};

ERROR(port_mcast_router_4) {
	SETLINK("bridge link set dev veth-host mcast_router 4"),
	.stand = bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_PROTINFO | NLA_F_NESTED),
		       WRONG, U8(IFLA_BRPORT_MULTICAST_ROUTER, 4),
		       RIGHT, U8(IFLA_BRPORT_MULTICAST_ROUTER, 2), CLOSE },
	.want = { ERRNO(-EINVAL) },
};

ERROR(vlan_add_vid_4095) {
	SETLINK("bridge vlan add vid 4095 dev veth-host"),
	.before = vlan_bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_AF_SPEC),
		       WRONG, RAW(IFLA_BRIDGE_VLAN_INFO, "\0\0\xff\x0f", 4),
		       RIGHT, RAW(IFLA_BRIDGE_VLAN_INFO, "\0\0\xfe\x0f", 4),
		       CLOSE },
	.want = { WORDS(-EINVAL, "bridge: Vlan id is invalid") },
};

ERROR(vlan_add_vid_0) {
	SETLINK("bridge vlan add vid 0 dev veth-host"),
	.before = vlan_bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_AF_SPEC),
		       WRONG, RAW(IFLA_BRIDGE_VLAN_INFO, "\0\0\0\0", 4),
		       RIGHT, RAW(IFLA_BRIDGE_VLAN_INFO, "\0\0\5\0", 4),
		       CLOSE },
	.want = { WORDS(-EINVAL, "bridge: Vlan id is invalid") },
};

ERROR(vlan_add_no_port) {
	SETLINK("bridge vlan add vid 5 dev veth-blue"),
	.before = vlan_bridge_and_pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-host"),
	.ask.attrs = { OPEN(IFLA_AF_SPEC),
		       RAW(IFLA_BRIDGE_VLAN_INFO, "\0\0\5\0", 4), CLOSE },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(vlan_add_range_reversed) {
	SETLINK("bridge vlan add vid 9-5 dev veth-host"),
	.before = vlan_bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_AF_SPEC),
		       RAW(IFLA_BRIDGE_VLAN_INFO, "\x8\0\x9\0", 4),
		       WRONG, RAW(IFLA_BRIDGE_VLAN_INFO, "\x10\0\5\0", 4),
		       RIGHT, RAW(IFLA_BRIDGE_VLAN_INFO, "\x10\0\xa\0", 4),
		       CLOSE },
	.want = { WORDS(-EINVAL,
			"bridge: End vlan id is less than or equal to start vlan id") },
};

ERROR(vlan_add_range_pvid) {
	SETLINK("bridge vlan add vid 5-9 dev veth-host pvid"),
	.before = vlan_bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-host" },
	.ask.attrs = { OPEN(IFLA_AF_SPEC),
		       WRONG, RAW(IFLA_BRIDGE_VLAN_INFO, "\xa\0\5\0", 4),
		       RIGHT, RAW(IFLA_BRIDGE_VLAN_INFO, "\x8\0\5\0", 4),
		       RAW(IFLA_BRIDGE_VLAN_INFO, "\x10\0\x9\0", 4), CLOSE },
	.want = { WORDS(-EINVAL, "bridge: Pvid isn't allowed in a range") },
};


/*
 * Delete.
 */
ERROR(link_del_missing) {
	DELLINK("ip link del x"),
	.before = pair,
	.ask.attrs = { NAME("x", "veth-red") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_del_ifindex_missing) {
	DELLINK("ip link del 99"),
	.before = pair,
	.ask.head = { .index = 99 },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_del_of_another_netns) {
	DELLINK("ip link del 77 (pod-red has a 77)"),
	.before = wire,
	.ask.head = { .index = 77 },
	.ask.right_head = HEAD(.dev = "veth-host"),
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_del_altname_missing) {
	DELLINK("ip link del x"),
	.before = pair_and_altname,
	.ask.attrs = { WRONG, STR(IFLA_ALT_IFNAME, "x"),
		       RIGHT, STR(IFLA_ALT_IFNAME, "uplink") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_del_lo) {
	DELLINK("ip link del lo"),
	.before = pair,
	.ask.attrs = { NAME("lo", "veth-red") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(link_del_nothing_named) {
	DELLINK("ip link del"),
	.before = pair,
	.ask.attrs = { RIGHT, STR(IFLA_IFNAME, "veth-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_del_group_default) {
	DELLINK("ip link del group default"),
	.before = veth_in_group,
	.ask.attrs = { WRONG, U32(IFLA_GROUP, 0), RIGHT, U32(IFLA_GROUP, 5) },
	.want = { ERRNO(-EPERM) },
};

ERROR(link_del_group_empty) {
	DELLINK("ip link del group 6"),
	.before = veth_in_group,
	.ask.attrs = { WRONG, U32(IFLA_GROUP, 6), RIGHT, U32(IFLA_GROUP, 5) },
	.want = { ERRNO(-ENODEV) },
};

ERROR(link_del_group_with_lo) {
	DELLINK("ip link del group 5 (lo is in it)"),
	.before = lo_in_group,
	.ask.attrs = { WRONG, U32(IFLA_GROUP, 5),
		       RIGHT, STR(IFLA_IFNAME, "veth-red") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(link_del_nsid_unknown) {
	DELLINK("ip link del veth-red, IFLA_TARGET_NETNSID 7"),
	.before = wire,
	.ask.attrs = { STR(IFLA_IFNAME, "veth-red"),
		       WRONG, U32(IFLA_TARGET_NETNSID, 7),
		       RIGHT, U32(IFLA_TARGET_NETNSID, 0) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(link_del_netns_fd) {
	DELLINK("ip link del veth-red, IFLA_NET_NS_FD"),
	.before = wire,
	.ask.attrs = { STR(IFLA_IFNAME, "veth-red"),
		       WRONG, NETNS(IFLA_NET_NS_FD, "pod-red"),
		       RIGHT, U32(IFLA_TARGET_NETNSID, 0) },
	.want = { WORDS(-EOPNOTSUPP,
			"specified netns attribute not supported") },
};

ERROR(link_del_name_in_nsid_missing) {
	DELLINK("ip link del veth-host, IFLA_TARGET_NETNSID 0"),
	.before = wire,
	.ask.attrs = { NAME("veth-host", "veth-red"),
		       U32(IFLA_TARGET_NETNSID, 0) },
	.want = { ERRNO(-ENODEV) },
};


/*
 * Ask.
 */
ERROR(link_get_missing) {
	ROW("ip link show x", RTM_GETLINK, 0),
	.before = pair,
	.ask.attrs = { NAME("x", "veth-red") },
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(link_get_ifindex_missing) {
	ROW("ip link show 99", RTM_GETLINK, 0),
	.before = pair,
	.ask.head = { .index = 99 },
	.ask.right_head = HEAD(.dev = "veth-red"),
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(link_get_of_another_netns) {
	ROW("ip link show 77 (pod-red has a 77)", RTM_GETLINK, 0),
	.before = wire,
	.ask.head = { .index = 77 },
	.ask.right_head = HEAD(.dev = "veth-host"),
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(link_get_nothing_named) {
	ROW("RTM_GETLINK of nothing", RTM_GETLINK, 0),
	.ask.attrs = { RIGHT, STR(IFLA_IFNAME, "lo") },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(link_get_flags_in_header) {
	ROW("RTM_GETLINK with ifi_flags", RTM_GETLINK, 0),
	.ask.head = { .flags = IFF_UP },
	.ask.right_head = HEAD(.flags = 0),
	.ask.attrs = { STR(IFLA_IFNAME, "lo") },
	.want = { WORDS(-EINVAL,
			"Invalid values in header for get link request") },
	.silent = true,
};

ERROR(link_get_by_mtu) {
	ROW("RTM_GETLINK with IFLA_MTU", RTM_GETLINK, 0),
	.ask.attrs = { STR(IFLA_IFNAME, "lo"), WRONG, U32(IFLA_MTU, 65536) },
	.want = { WORDS(-EINVAL, "Unsupported attribute in get link request") },
	.silent = true,
};

ERROR(link_get_attribute_unknown) {
	ROW("RTM_GETLINK with attribute 1000", RTM_GETLINK, 0),
	.ask.attrs = { STR(IFLA_IFNAME, "lo"), WRONG, U32(1000, 0) },
	.want = { WORDS(-EINVAL, "Unknown attribute type") },
	.silent = true,
	.points_at = 1000,
};

ERROR(link_get_name_of_16) {
	ROW("ip link show 0123456789abcdef", RTM_GETLINK, 0),
	.ask.attrs = { NAME("0123456789abcdef", "lo") },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.silent = true,
};

ERROR(link_get_nsid_unknown) {
	ROW("ip link show lo, IFLA_TARGET_NETNSID 7", RTM_GETLINK, 0),
	.before = wire,
	.ask.attrs = { STR(IFLA_IFNAME, "lo"),
		       WRONG, U32(IFLA_TARGET_NETNSID, 7),
		       RIGHT, U32(IFLA_TARGET_NETNSID, 0) },
	.want = { ERRNO(-EINVAL) },
	.silent = true,
};

ERROR(link_get_netns_fd) {
	ROW("ip link show lo, IFLA_NET_NS_FD", RTM_GETLINK, 0),
	.before = wire,
	.ask.attrs = { STR(IFLA_IFNAME, "lo"),
		       WRONG, NETNS(IFLA_NET_NS_FD, "pod-red") },
	.want = { WORDS(-EINVAL, "Unsupported attribute in get link request") },
	.silent = true,
};

ERROR(link_dump_of_one_ifindex) {
	ROW("RTM_GETLINK dump with ifi_index", RTM_GETLINK, NLM_F_DUMP),
	.ask.head = { .index = 1 },
	.ask.right_head = HEAD(.index = 0),
	.want = { WORDS(-EINVAL,
			"Filter by device index not supported for link dumps") },
	.silent = true,
};

ERROR(link_dump_flags_in_header) {
	ROW("RTM_GETLINK dump with ifi_change", RTM_GETLINK, NLM_F_DUMP),
	.ask.head = { .change = 1 },
	.ask.right_head = HEAD(.index = 0),
	.want = { WORDS(-EINVAL,
			"Invalid values in header for link dump request") },
	.silent = true,
};

ERROR(link_dump_by_name) {
	ROW("RTM_GETLINK dump with IFLA_IFNAME", RTM_GETLINK, NLM_F_DUMP),
	.ask.attrs = { WRONG, STR(IFLA_IFNAME, "lo") },
	.want = { WORDS(-EINVAL,
			"Unsupported attribute in link dump request") },
	.silent = true,
};

ERROR(link_dump_nsid_unknown) {
	ROW("ip link show, IFLA_TARGET_NETNSID 7", RTM_GETLINK, NLM_F_DUMP),
	.before = wire,
	.ask.attrs = { WRONG, U32(IFLA_TARGET_NETNSID, 7),
		       RIGHT, U32(IFLA_TARGET_NETNSID, 0) },
	.want = { WORDS(-EINVAL, "Invalid target network namespace id") },
};

KSFT_NEEDS(CONFIG_VETH, "*")
KSFT_NEEDS(CONFIG_BRIDGE, "errors.bridge_*", "errors.master_*", "errors.port_*",
	   "errors.move_bridge.*", "errors.macvlan_on_a_port.*",
	   "errors.link_change_*", "errors.link_add_name_*",
	   "errors.link_add_bridge_*", "errors.link_add_master_*",
	   "errors.link_add_mac_short.*", "errors.link_add_broadcast_short.*",
	   "errors.link_add_ifindex_taken_*",
	   "errors.link_add_netns_fd_closed.*")
KSFT_NEEDS(CONFIG_BRIDGE_IGMP_SNOOPING, "errors.bridge_set_mcast_*",
	   "errors.bridge_set_igmp_*", "errors.port_mcast_*")

KSFT_MAIN
