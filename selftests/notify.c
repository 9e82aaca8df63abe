// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What each change of a namespace is announced as: which notifications, in
 * which order, in that namespace and in no other; and that what is announced
 * is what a dump says, attribute by attribute.
 *
 *	host  v-net-0  10.244.0.1/24
 *	       |- veth-red-br ---- veth-red   pod-red   10.244.0.10/24
 *	       '- veth-blue-br --- veth-blue  pod-blue  10.244.0.20/24
 *
 * Every change is one step of a topology, done on the standing one.  What
 * follows by itself (carrier, multicast reports) is not here: IPv6 is off where
 * a row is not about it, and the recording ends with the change.
 */
#include "ask.h"
#include "residue.h"

#define BEFORE_MAX	5
#define RAW_MAX		64

FIXTURE(notify) { struct topo *topo; };
FIXTURE_VARIANT(notify) {
	const char *topology;
	struct topo_step before[BEFORE_MAX];
	struct topo_step step;
	const char *host, *red;		/* the lines there; NULL: none */
	const char *or_host;		/* with CONFIG_BRIDGE_VLAN_FILTERING */
	const char *unsaid[2];		/* attributes that come only later */
	bool ipv6;
	bool no_fdb;			/* which MAC is the lowest is chance */
	bool no_link;			/* of the bridge: linkwatch's own time */
};
/* Each device has a netconf of IPv6, too. */
KSFT_NEEDS(CONFIG_IPV6, "notify.*")
FIXTURE_SETUP(notify) TOPO_SETUP(notify)
FIXTURE_TEARDOWN(notify) TOPO_TEARDOWN

#define HOST		.ns = "host"
#define RED		.ns = "pod-red"
#define TOLD(claim)	FIXTURE_VARIANT_ADD(notify, claim)
#define PAIR		.topology = "p2p-in-place"
#define POD		.topology = "bridge-in-place"

/*
 * Addresses and routes.
 */
TOLD(addr_add_announces_the_address_then_its_routes) {
	PAIR, .step = { .op = TOPO_ADDR_ADD, RED, .dev = "veth-red",
		       .addr = "192.0.2.1/24" },
	.red = "NEWADDR 192.0.2.1/24 dev veth-red\n"
	       "NEWROUTE local 192.0.2.1/32 dev veth-red table local\n"
	       "NEWROUTE unicast 192.0.2.0/24 dev veth-red table main\n"
	       "NEWROUTE broadcast 192.0.2.255/32 dev veth-red table local\n",
};
TOLD(addr_add_of_a_secondary_announces_one_local_route) {
	PAIR, .step = { .op = TOPO_ADDR_ADD, RED, .dev = "veth-red",
		       .addr = "10.0.1.11/24" },
	.red = "NEWADDR 10.0.1.11/24 dev veth-red\n"
	       "NEWROUTE local 10.0.1.11/32 dev veth-red table local\n",
};
TOLD(addr_add_on_a_down_link_announces_no_connected_route) {
	.topology = "netns", .before = { { .op = TOPO_LINK_ADD, RED, .dev = "v0", .kind = "veth",
		      .peer = "v1" } },
	.step = { .op = TOPO_ADDR_ADD, RED, .dev = "v0",
		  .addr = "192.0.2.1/24" },
	.red = "NEWADDR 192.0.2.1/24 dev v0\n"
	       "NEWROUTE local 192.0.2.1/32 dev v0 table local\n",
};
TOLD(addr_del_announces_routes_then_the_address) {
	PAIR, .before = { { .op = TOPO_ADDR_ADD, RED, .dev = "veth-red",
			   .addr = "192.0.2.1/24" } },
	.step = { .op = TOPO_ADDR_DEL, RED, .dev = "veth-red",
		  .addr = "192.0.2.1/24" },
	.red = "DELADDR 192.0.2.1/24 dev veth-red\n"
	       "DELROUTE unicast 192.0.2.0/24 dev veth-red table main\n"
	       "DELROUTE broadcast 192.0.2.255/32 dev veth-red table local\n"
	       "DELROUTE local 192.0.2.1/32 dev veth-red table local\n",
};
TOLD(addr_del_of_the_primary_announces_its_secondaries) {
	PAIR, .before = { { .op = TOPO_ADDR_ADD, RED, .dev = "veth-red",
			   .addr = "192.0.2.1/24" },
			 { .op = TOPO_ADDR_ADD, RED, .dev = "veth-red",
			   .addr = "192.0.2.2/24" } },
	.step = { .op = TOPO_ADDR_DEL, RED, .dev = "veth-red",
		  .addr = "192.0.2.1/24" },
	.red = "DELADDR 192.0.2.2/24 dev veth-red\n"
	       "DELROUTE local 192.0.2.2/32 dev veth-red table local\n"
	       "DELADDR 192.0.2.1/24 dev veth-red\n"
	       "DELROUTE unicast 192.0.2.0/24 dev veth-red table main\n"
	       "DELROUTE broadcast 192.0.2.255/32 dev veth-red table local\n"
	       "DELROUTE local 192.0.2.1/32 dev veth-red table local\n",
};
TOLD(addr6_add_announces_routes_and_address) {
	.topology = "netns", .ipv6 = true,
	.before = { { .op = TOPO_LINK_ADD, RED, .dev = "br0", .kind = "bridge",
		      .args = "mcast_snooping 0" },
		    { .op = TOPO_LINK_SET, RED, .dev = "br0",
		      .opt = "addrgenmode", .val = "none" },
		    { .op = TOPO_LINK_UP, RED, .dev = "br0" } },
	.step = { .op = TOPO_ADDR_ADD, RED, .dev = "br0",
		  .addr = "2001:db8::1/64", .nodad = true },
	.red = "NEWROUTE unicast 2001:db8::/64 dev br0 table main\n"
	       "NEWADDR 2001:db8::1/64 dev br0\n"
	       "NEWROUTE local 2001:db8::1/128 dev br0 table local\n",
};
TOLD(addr6_del_announces_routes_and_address) {
	.topology = "netns", .ipv6 = true,
	.before = { { .op = TOPO_LINK_ADD, RED, .dev = "br0", .kind = "bridge",
		      .args = "mcast_snooping 0" },
		    { .op = TOPO_LINK_SET, RED, .dev = "br0",
		      .opt = "addrgenmode", .val = "none" },
		    { .op = TOPO_LINK_UP, RED, .dev = "br0" },
		    { .op = TOPO_ADDR_ADD, RED, .dev = "br0",
		      .addr = "2001:db8::1/64", .nodad = true } },
	.step = { .op = TOPO_ADDR_DEL, RED, .dev = "br0",
		  .addr = "2001:db8::1/64" },
	.red = "DELADDR 2001:db8::1/64 dev br0\n"
	       "DELROUTE local 2001:db8::1/128 dev br0 table local\n"
	       "DELROUTE unicast 2001:db8::/64 dev br0 table main\n",
};
TOLD(route_add_announces_it_once) {
	PAIR, .step = { .op = TOPO_ROUTE_ADD, RED, .addr = "198.51.100.0/24",
		       .via = "10.0.1.2" },
	.red = "NEWROUTE unicast 198.51.100.0/24 dev veth-red table main\n",
};
TOLD(route_add_of_a_blackhole_announces_it_once) {
	PAIR, .step = { .op = TOPO_ROUTE_ADD, RED, .addr = "198.51.100.0/24",
		       .kind = "blackhole" },
	.red = "NEWROUTE blackhole 198.51.100.0/24 dev ? table main\n",
};
TOLD(route_del_announces_it_once) {
	PAIR, .before = { { .op = TOPO_ROUTE_ADD, RED,
			    .addr = "198.51.100.0/24", .via = "10.0.1.2" } },
	.step = { .op = TOPO_ROUTE_DEL, RED, .addr = "198.51.100.0/24",
		  .via = "10.0.1.2" },
	.red = "DELROUTE unicast 198.51.100.0/24 dev veth-red table main\n",
};
TOLD(route6_add_announces_it_once) {
	.topology = "loopback", .ipv6 = true,
	.step = { .op = TOPO_ROUTE_ADD, RED, .addr = "2001:db8:1::/64",
		  .dev = "lo" },
	.red = "NEWROUTE unicast 2001:db8:1::/64 dev lo table main\n",
};
TOLD(route6_del_announces_it_once) {
	.topology = "loopback", .ipv6 = true,
	.before = { { .op = TOPO_ROUTE_ADD, RED, .addr = "2001:db8:1::/64",
		      .dev = "lo" } },
	.step = { .op = TOPO_ROUTE_DEL, RED, .addr = "2001:db8:1::/64",
		  .dev = "lo" },
	.red = "DELROUTE unicast 2001:db8:1::/64 dev lo table main\n",
};
TOLD(rule_add_announces_it_once) {
	PAIR, .step = { .op = TOPO_RULE_ADD, RED,
		       .args = "from 10.0.1.10 lookup 100 priority 100" },
	.red = "NEWRULE ipv4 priority 100\n",
};
TOLD(rule_del_announces_it_once) {
	PAIR, .before = { { .op = TOPO_RULE_ADD, RED,
			   .args = "from 10.0.1.10 lookup 100 priority 100" } },
	.step = { .op = TOPO_RULE_DEL, RED,
		  .args = "from 10.0.1.10 lookup 100 priority 100" },
	.red = "DELRULE ipv4 priority 100\n",
};
TOLD(rule6_add_announces_it_once) {
	PAIR, .step = { .op = TOPO_RULE_ADD, RED, .kind = "-6",
		       .args = "from 2001:db8::1 lookup 100 priority 100" },
	.red = "NEWRULE ipv6 priority 100\n",
};

/*
 * Neighbours and forwarding entries.
 */
TOLD(neigh_add_announces_it_once) {
	PAIR, .step = { .op = TOPO_NEIGH_ADD, RED, .dev = "veth-red",
		       .addr = "10.0.1.99", .mac = "02:00:00:00:00:99" },
	.red = "NEWNEIGH 10.0.1.99 dev veth-red\n",
};
TOLD(neigh_del_announces_failed_then_gone) {
	PAIR, .before = { { .op = TOPO_NEIGH_ADD, RED, .dev = "veth-red",
			   .addr = "10.0.1.99", .mac = "02:00:00:00:00:99" } },
	.step = { .op = TOPO_NEIGH_DEL, RED, .dev = "veth-red",
		  .addr = "10.0.1.99" },
	.red = "NEWNEIGH 10.0.1.99 dev veth-red\n"
	       "DELNEIGH 10.0.1.99 dev veth-red\n",
};
TOLD(fdb_add_announces_it_once) {
	POD, .no_link = true, .step = { .op = TOPO_FDB_ADD, HOST, .dev = "veth-red-br",
		       .mac = "02:00:00:00:00:99", .args = "master static" },
	.host = "NEWNEIGH fdb 02:00:00:00:00:99 dev veth-red-br\n",
	.or_host = "NEWNEIGH fdb 02:00:00:00:00:99 dev veth-red-br\n"
		   "NEWNEIGH fdb 02:00:00:00:00:99 dev veth-red-br\n",
};
TOLD(fdb_del_announces_it_once) {
	POD, .no_link = true, .before = { { .op = TOPO_FDB_ADD, HOST, .dev = "veth-red-br",
			   .mac = "02:00:00:00:00:99", .args = "master static" } },
	.step = { .op = TOPO_FDB_DEL, HOST, .dev = "veth-red-br",
		  .mac = "02:00:00:00:00:99", .args = "master" },
	.host = "DELNEIGH fdb 02:00:00:00:00:99 dev veth-red-br\n",
	.or_host = "DELNEIGH fdb 02:00:00:00:00:99 dev veth-red-br\n"
		   "DELNEIGH fdb 02:00:00:00:00:99 dev veth-red-br\n",
};

/*
 * Links.
 */
TOLD(link_add_of_a_bridge_announces_it_once) {
	.topology = "netns",
	.step = { .op = TOPO_LINK_ADD, HOST, .dev = "br0", .kind = "bridge",
		  .mac = "02:00:00:00:00:b0" },
	.host = "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
	       "DELNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
	       "NEWNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
	       "NEWLINK br0 down\n",
	.or_host = "NEWNETCONF ipv4 dev ?\n"
		   "NEWNETCONF ipv6 dev ?\n"
		   "NEWNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
		   "NEWNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
		   "NEWVLAN dev ?\n"
		   "DELNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
		   "NEWNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
		   "DELNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
		   "NEWNEIGH fdb 02:00:00:00:00:b0 dev ?\n"
		   "NEWLINK br0 down\n",
};
TOLD(link_add_of_a_pair_announces_the_peer_first) {
	.topology = "netns",
	.unsaid = { "link 0[5]" },
	.step = { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		  .peer = "v1" },
	.host = "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWLINK v1 down\n"
	       "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWLINK v0 down\n",
};
TOLD(link_add_across_announces_each_end_where_it_is) {
	.topology = "netns",
	.unsaid = { "link 0[5]", "link 0[37]" },
	.step = { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		  .peer = "v1", .to = "pod-red" },
	.host = "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWNSID 0\n"
	       "NEWLINK v0 down\n",
	.red = "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWLINK v1 down\n",
};
TOLD(link_del_of_one_end_announces_both) {
	POD, .no_fdb = true,
	.step = { .op = TOPO_LINK_DEL, HOST, .dev = "veth-red-br" },
	.host = "NEWLINK veth-red-br down\n"
	       "NEWLINK bridge veth-red-br\n"
	       "DELNETCONF ipv4 dev veth-red-br\n"
	       "DELNETCONF ipv6 dev veth-red-br\n"
	       "NEWLINK bridge veth-red-br\n"
	       "DELLINK bridge veth-red-br\n"
	       	       "DELLINK veth-red-br\n",
	.red = "NEWLINK veth-red down\n"
	       "DELADDR 10.244.0.10/24 dev veth-red\n"
	       "DELROUTE local 10.244.0.10/32 dev veth-red table local\n"
	       "DELNETCONF ipv4 dev veth-red\n"
	       "DELNETCONF ipv6 dev veth-red\n"
	       "DELLINK veth-red\n",
	.or_host = "NEWLINK veth-red-br down\n"
		   "NEWLINK bridge veth-red-br\n"
		   "DELNETCONF ipv4 dev veth-red-br\n"
		   "DELNETCONF ipv6 dev veth-red-br\n"
		   "NEWLINK bridge veth-red-br\n"
		   "DELLINK bridge veth-red-br\n"
		   "DELVLAN dev veth-red-br\n"
		   "DELLINK veth-red-br\n",
};
TOLD(link_set_mtu_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "mtu", .val = "1400" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_mtu_of_a_port_announces_the_bridges_too) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "br0", .kind = "bridge",
		      .mac = "02:00:00:00:00:b0" },
		    { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1", .mac = "02:00:00:00:00:01" },
		    { .op = TOPO_LINK_MASTER, HOST, .dev = "v0",
		      .master = "br0" } },
	.step = { .op = TOPO_LINK_SET, HOST, .dev = "v0", .opt = "mtu",
		  .val = "1400" },
	.host = "NEWLINK v0 down\n"
	       "NEWLINK br0 down\n",
};
TOLD(link_set_address_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "address", .val = "02:00:00:00:00:77" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_name_announces_it) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, RED, .dev = "v0", .kind = "veth",
		      .peer = "v1" } },
	.step = { .op = TOPO_LINK_SET, RED, .dev = "v0", .opt = "name",
		  .val = "new" },
	.red = "NEWLINK new down\n"
	       "DELNETCONF ipv4 dev new\n"
	       "NEWNETCONF ipv4 dev new\n"
	       "DELNETCONF ipv6 dev new\n"
	       "NEWNETCONF ipv6 dev new\n",
};
TOLD(link_set_alias_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "alias", .val = "some words" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_altname_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "altname", .val = "red-0" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_txqueuelen_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "txqueuelen", .val = "500" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_group_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "group", .val = "7" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_promisc_announces_it) {
	PAIR, .step = { .op = TOPO_LINK_SET, RED, .dev = "veth-red",
		       .opt = "promisc", .val = "on" },
	.red = "NEWLINK veth-red up\n",
};
TOLD(link_set_up_of_one_end_announces_it) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, RED, .dev = "v0", .kind = "veth",
		      .peer = "v1" } },
	.step = { .op = TOPO_LINK_UP, RED, .dev = "v0" },
	.red = "NEWLINK v0 up\n",
};
TOLD(link_set_down_announces_it) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, RED, .dev = "v0", .kind = "veth",
		      .peer = "v1" },
		    { .op = TOPO_LINK_UP, RED, .dev = "v0" } },
	.step = { .op = TOPO_LINK_DOWN, RED, .dev = "v0" },
	.red = "NEWLINK v0 down\n",
};
TOLD(link_set_master_announces_port_and_bridge) {
	.topology = "netns",
	.unsaid = { "link 0[59]" },
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "br0", .kind = "bridge",
		      .mac = "02:00:00:00:00:b0" },
		    { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1", .mac = "02:00:00:00:00:01" } },
	.step = { .op = TOPO_LINK_MASTER, HOST, .dev = "v0", .master = "br0" },
	.host = "NEWLINK v0 down\n"
	       "NEWLINK v0 down\n"
	       "NEWLINK br0 down\n"
	       "NEWNEIGH fdb 02:00:00:00:00:01 dev v0\n"
	       "NEWLINK bridge v0\n",
	.or_host = "NEWLINK v0 down\n"
		   "NEWLINK v0 down\n"
		   "NEWLINK br0 down\n"
		   "NEWNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "NEWNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "NEWVLAN dev v0\n"
		   "NEWLINK bridge v0\n",
};
TOLD(link_set_nomaster_announces_port_and_bridge) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "br0", .kind = "bridge",
		      .mac = "02:00:00:00:00:b0" },
		    { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1", .mac = "02:00:00:00:00:01" },
		    { .op = TOPO_LINK_MASTER, HOST, .dev = "v0",
		      .master = "br0" } },
	.step = { .op = TOPO_LINK_MASTER, HOST, .dev = "v0", .master = "" },
	.host = "NEWLINK v0 down\n"
	       "NEWLINK bridge v0\n"
	       "DELLINK bridge v0\n"
	       "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
	       "NEWLINK v0 down\n"
	       "NEWLINK br0 down\n",
	.or_host = "NEWLINK v0 down\n"
		   "NEWLINK bridge v0\n"
		   "DELLINK bridge v0\n"
		   "DELVLAN dev v0\n"
		   "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "NEWLINK v0 down\n"
		   "NEWLINK br0 down\n",
};
TOLD(link_set_nomaster_of_a_running_port_announces_its_state) {
	POD, .no_fdb = true,
	.step = { .op = TOPO_LINK_MASTER, HOST, .dev = "veth-red-br",
		  .master = "" },
	.host = "NEWLINK veth-red-br up\n"
	       "NEWLINK bridge veth-red-br\n"
	       "DELLINK bridge veth-red-br\n"
	       "NEWLINK veth-red-br up\n",
	.or_host = "NEWLINK veth-red-br up\n"
		   "NEWLINK bridge veth-red-br\n"
		   "DELLINK bridge veth-red-br\n"
		   "DELVLAN dev veth-red-br\n"
		   "NEWLINK veth-red-br up\n",
};
TOLD(link_del_of_a_port_announces_its_release) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "br0", .kind = "bridge",
		      .mac = "02:00:00:00:00:b0" },
		    { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1", .mac = "02:00:00:00:00:01" },
		    { .op = TOPO_LINK_MASTER, HOST, .dev = "v0",
		      .master = "br0" } },
	.step = { .op = TOPO_LINK_DEL, HOST, .dev = "v0" },
	.host = "DELNETCONF ipv4 dev v0\n"
	       "DELNETCONF ipv6 dev v0\n"
	       "NEWLINK bridge v0\n"
	       "DELLINK bridge v0\n"
	       "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
	       "NEWLINK br0 down\n"
	       "DELLINK v0\n"
	       "DELNETCONF ipv4 dev v1\n"
	       "DELNETCONF ipv6 dev v1\n"
	       "DELLINK v1\n",
	.or_host = "DELNETCONF ipv4 dev v0\n"
		   "DELNETCONF ipv6 dev v0\n"
		   "NEWLINK bridge v0\n"
		   "DELLINK bridge v0\n"
		   "DELVLAN dev v0\n"
		   "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "NEWLINK br0 down\n"
		   "DELLINK v0\n"
		   "DELNETCONF ipv4 dev v1\n"
		   "DELNETCONF ipv6 dev v1\n"
		   "DELLINK v1\n",
};
TOLD(bridge_del_announces_the_release_of_its_port) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "br0", .kind = "bridge",
		      .mac = "02:00:00:00:00:b0" },
		    { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1", .mac = "02:00:00:00:00:01" },
		    { .op = TOPO_LINK_MASTER, HOST, .dev = "v0",
		      .master = "br0" } },
	.step = { .op = TOPO_LINK_DEL, HOST, .dev = "br0" },
	.host = "NEWLINK v0 down\n"
	       "NEWLINK bridge v0\n"
	       "DELLINK bridge v0\n"
	       "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
	       "NEWLINK v0 down\n"
	       "DELNEIGH fdb 02:00:00:00:00:b0 dev br0\n"
	       "DELNETCONF ipv4 dev br0\n"
	       "DELNETCONF ipv6 dev br0\n"
	       "DELLINK br0\n",
	.or_host = "NEWLINK v0 down\n"
		   "NEWLINK bridge v0\n"
		   "DELLINK bridge v0\n"
		   "DELVLAN dev v0\n"
		   "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "DELNEIGH fdb 02:00:00:00:00:01 dev v0\n"
		   "NEWLINK v0 down\n"
		   "DELNEIGH fdb 02:00:00:00:00:b0 dev br0\n"
		   "DELNEIGH fdb 02:00:00:00:00:b0 dev br0\n"
		   "DELNETCONF ipv4 dev br0\n"
		   "DELNETCONF ipv6 dev br0\n"
		   "DELVLAN dev br0\n"
		   "DELLINK br0\n",
};
TOLD(port_set_isolated_announces_the_port) {
	POD, .no_link = true, .step = { .op = TOPO_PORT_SET, HOST, .dev = "veth-red-br",
		       .opt = "isolated", .val = "on" },
	.host = "NEWLINK bridge veth-red-br\n",
};
TOLD(bridge_set_ageing_time_announces_the_bridge) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "br0",
		      .kind = "bridge" } },
	.step = { .op = TOPO_LINK_SET, HOST, .dev = "br0",
		  .opt = "ageing_time", .val = "1000" },
};
TOLD(link_set_netns_announces_it_in_both) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1" } },
	.step = { .op = TOPO_LINK_NETNS, HOST, .dev = "v0", .to = "pod-red" },
	.host = "DELNETCONF ipv4 dev v0\n"
	       "DELNETCONF ipv6 dev v0\n"
	       "NEWNSID 0\n"
	       "DELLINK v0 to nsid 0 ifindex 3\n",
	.red = "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWNSID 0\n"
	       "NEWLINK v0 down\n",
};
TOLD(link_set_netns_of_an_up_end_announces_what_it_loses) {
	.topology = "netns",
	.before = { { .op = TOPO_LINK_ADD, HOST, .dev = "v0", .kind = "veth",
		      .peer = "v1" },
		    { .op = TOPO_ADDR_ADD, HOST, .dev = "v0",
		      .addr = "192.0.2.1/24" },
		    { .op = TOPO_LINK_UP, HOST, .dev = "v0" } },
	.step = { .op = TOPO_LINK_NETNS, HOST, .dev = "v0", .to = "pod-red" },
	.host = "NEWLINK v0 down\n"
	       "DELADDR 192.0.2.1/24 dev v0\n"
	       "DELROUTE local 192.0.2.1/32 dev v0 table local\n"
	       "DELNETCONF ipv4 dev v0\n"
	       "DELNETCONF ipv6 dev v0\n"
	       "NEWNSID 0\n"
	       "DELLINK v0 to nsid 0 ifindex 3\n",
	.red = "NEWNETCONF ipv4 dev ?\n"
	       "NEWNETCONF ipv6 dev ?\n"
	       "NEWNSID 0\n"
	       "NEWLINK v0 down\n",
};
TOLD(bridge_del_of_running_ports_announces_each_and_what_it_had) {
	POD, .no_fdb = true,
	.step = { .op = TOPO_LINK_DEL, HOST, .dev = "v-net-0" },
	.host = "NEWLINK veth-blue-br up\n"
	       "NEWLINK bridge veth-blue-br\n"
	       "DELLINK bridge veth-blue-br\n"
	       "NEWLINK veth-blue-br up\n"
	       "NEWLINK veth-red-br up\n"
	       "NEWLINK bridge veth-red-br\n"
	       "DELLINK bridge veth-red-br\n"
	       "NEWLINK veth-red-br up\n"
	       "NEWLINK v-net-0 down\n"
	       "DELADDR 10.244.0.1/24 dev v-net-0\n"
	       "DELROUTE local 10.244.0.1/32 dev v-net-0 table local\n"
	       "DELNETCONF ipv4 dev v-net-0\n"
	       "DELNETCONF ipv6 dev v-net-0\n"
	       "DELLINK v-net-0\n",
	.or_host = "NEWLINK veth-blue-br up\n"
		   "NEWLINK bridge veth-blue-br\n"
		   "DELLINK bridge veth-blue-br\n"
		   "DELVLAN dev veth-blue-br\n"
		   "NEWLINK veth-blue-br up\n"
		   "NEWLINK veth-red-br up\n"
		   "NEWLINK bridge veth-red-br\n"
		   "DELLINK bridge veth-red-br\n"
		   "DELVLAN dev veth-red-br\n"
		   "NEWLINK veth-red-br up\n"
		   "NEWLINK v-net-0 down\n"
		   "DELADDR 10.244.0.1/24 dev v-net-0\n"
		   "DELROUTE local 10.244.0.1/32 dev v-net-0 table local\n"
		   "DELNETCONF ipv4 dev v-net-0\n"
		   "DELNETCONF ipv6 dev v-net-0\n"
		   "DELVLAN dev v-net-0\n"
		   "DELLINK v-net-0\n",
};

/*
 * Settings.
 */
TOLD(forwarding_announces_a_netconf_for_each_device) {
	POD, .step = { .op = TOPO_SYSCTL, HOST, .dev = "net/ipv4/ip_forward",
		       .addr = "1" },
	.host = "NEWNETCONF ipv4 dev all\n"
	       "NEWNETCONF ipv4 dev default\n"
	       "NEWNETCONF ipv4 dev lo\n"
	       "NEWNETCONF ipv4 dev v-net-0\n"
	       "NEWNETCONF ipv4 dev veth-red-br\n"
	       "NEWNETCONF ipv4 dev veth-blue-br\n",
};
TOLD(rp_filter_announces_a_netconf) {
	PAIR, .step = { .op = TOPO_SYSCTL, RED,
		       .dev = "net/ipv4/conf/veth-red/rp_filter", .addr = "2" },
	.red = "NEWNETCONF ipv4 dev veth-red\n",
};

/* Messages of one namespace, as the kernel sent them. */
struct raw {
	const char *name;
	struct rtnl *rtnl;
	struct nlmsghdr *messages[RAW_MAX];
	size_t n;
};

/* Ended by the rule that ends the recording of the lines, too. */
static int keep_raw(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	struct raw *raw = data;

	if (nlh->nlmsg_type == RTM_NEWRULE) {
		mnl_attr_for_each(attr, nlh, sizeof(struct fib_rule_hdr)) {
			if (mnl_attr_get_type(attr) == FRA_PRIORITY &&
			    mnl_attr_get_u32(attr) == EVENTS_SENTINEL_RULE)
				return 1;
		}
	}
	if (raw->n == RAW_MAX)
		return -ENOBUFS;
	return residue_copy(nlh, &raw->messages[raw->n++]);
}

static int raw_open(struct raw *raw, const char *name)
{
	static const unsigned int groups[] = {
		RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR,
		RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_IPV6_ROUTE,
	};
	int err = 0;
	size_t i;

	raw->name = name;
	raw->n = 0;
	raw->rtnl = rtnl_open(ns(name));
	if (!raw->rtnl)
		return -errno;
	for (i = 0; i < ARRAY_SIZE(groups) && !err; i++)
		err = rtnl_join(raw->rtnl, groups[i]);
	return err;
}

/* The part of a dump that a message belongs to; NULL: not compared. */
static const struct residue_part *part_of(const struct nlmsghdr *nlh)
{
	uint8_t family = *(const uint8_t *)mnl_nlmsg_get_payload(nlh);
	const struct residue_part *part;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(residue_parts); i++) {
		part = &residue_parts[i];
		if (part->type != ((nlh->nlmsg_type & ~3) | 2) ||
		    part->ndm_flags || part->ext_mask)
			continue;
		if (part->family == family ||
		    (part->type == RTM_GETNEIGH && family != AF_BRIDGE &&
		     part->family == AF_UNSPEC))
			return part;
	}
	return NULL;
}

/*
 * One message.  ifi_change and IFLA_EVENT (44) are of notifications only, and
 * what IPv6 makes of a link (26.10) comes after the link's own notification.
 */
static char *text_of(const struct residue_part *part,
		     const struct nlmsghdr *message, const char *const *unsaid)
{
	struct residue r = { .part = part };
	struct nlmsghdr *nlh;
	char *text = NULL;
	size_t size, i;

	if (residue_copy(message, &nlh))
		return NULL;
	if (part->type == RTM_GETLINK)
		((struct ifinfomsg *)mnl_nlmsg_get_payload(nlh))->ifi_change = 0;
	r.file = open_memstream(&text, &size);
	if (r.file) {
		residue_message(&r, nlh);
		fclose(r.file);
	}
	free(nlh);
	text = lines_without(lines_without(text, "link 0[44]"),
			     "link 0[26.10");
	for (i = 0; i < 2 && unsaid[i]; i++)
		text = lines_without(text, unsaid[i]);
	return text;
}

/* What one namespace's dumps say, an item a text, with an empty line behind. */
static char *dump_all(const char *name, const char *const *unsaid)
{
	const struct residue_part *part;
	struct nlmsghdr **items;
	char *all = NULL, *text;
	size_t i, size;
	FILE *file = open_memstream(&all, &size);
	int j, n;

	if (!file)
		return NULL;
	fputc('\n', file);
	for (i = 0; i < ARRAY_SIZE(residue_parts); i++) {
		part = &residue_parts[i];
		if (part->ndm_flags || part->ext_mask)
			continue;
		n = residue_list(in(name), part, &items);
		for (j = 0; j < n; j++) {
			text = text_of(part, items[j], unsaid);
			fprintf(file, "%s\n", text ? text : "?");
			free(text);
			free(items[j]);
		}
		if (n >= 0)
			free(items);
	}
	fclose(file);
	return all;
}

/* Is there an item in @all that says what @message does? */
static bool is_in(const char *all, const struct nlmsghdr *message,
		  const char *const *unsaid)
{
	char *text = text_of(part_of(message), message, unsaid), *item = NULL;
	bool found;

	if (!text || asprintf(&item, "\n%s\n", text) < 0)
		item = NULL;
	found = item && all && strstr(all, item);
	/* Most of it is right: what is nowhere in the dump says what is not. */
	for (char *c = strtok(text, "\n"); c && !found; c = strtok(NULL, "\n"))
		if (!all || !strstr(all, c))
			printf("# announced, and in no dump: %s\n", c);
	free(item);
	free(text);
	return found;
}

/* Is it the last of its link?  A neighbour that is deleted fails first. */
static bool is_last(const struct raw *raw, size_t i)
{
	const struct ifinfomsg *a, *b;
	size_t j;

	for (j = i + 1; j < raw->n; j++) {
		if (raw->messages[i]->nlmsg_type == RTM_NEWNEIGH &&
		    raw->messages[j]->nlmsg_type == RTM_DELNEIGH)
			return false;
	}
	if (raw->messages[i]->nlmsg_type != RTM_NEWLINK)
		return true;
	a = mnl_nlmsg_get_payload(raw->messages[i]);
	for (j = i + 1; j < raw->n; j++) {
		b = mnl_nlmsg_get_payload(raw->messages[j]);
		if (raw->messages[j]->nlmsg_type / 4 == RTM_NEWLINK / 4 &&
		    a->ifi_index == b->ifi_index &&
		    a->ifi_family == b->ifi_family)
			return false;
	}
	return true;
}

/* Of a link and of a neighbour DEL* says how it ended, not how it was. */
static bool is_compared(const struct raw *raw, size_t i)
{
	uint16_t type = raw->messages[i]->nlmsg_type;

	return part_of(raw->messages[i]) && type != RTM_DELLINK &&
	       type != RTM_DELNEIGH && is_last(raw, i);
}

/*
 * Is what was added or changed announced as it is now, and what was deleted as
 * it was @before?
 */
static bool raw_is_true(struct raw *raw, const char *before,
			const char *const *unsaid)
{
	char *now = dump_all(raw->name, unsaid);
	bool ok = true;
	size_t i;

	if (rtnl_wait(raw->rtnl, keep_raw, raw, deadline_new()))
		ok = false;
	for (i = 0; i < raw->n; i++) {
		if (is_compared(raw, i))
			ok &= is_in(raw->messages[i]->nlmsg_type % 4 ?
				    before : now, raw->messages[i], unsaid);
	}
	free(now);
	return ok;
}

static const char * const names[] = { "host", "pod-red", "pod-blue" };

static int quiet_ipv6(void)
{
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(names) && !err; i++)
		err = no_ipv6(names[i]);
	return err;
}

static const char *lines_of(const char *lines)
{
	return lines ? lines : "";
}

/* @got is freed; the other kernels' lines count if there are some. */
static bool are_lines(const char *want, const char *other, char *got)
{
	bool same = other && got && !strcmp(other, got);

	if (!same)
		same = ksft_same_text(lines_of(want), got);
	/* The order is what matters: all of it, in its order. */
	for (char *c = strtok(got, "\n"); c && !same; c = strtok(NULL, "\n"))
		printf("# announced: %s\n", c);
	free(got);
	return same;
}

/* An IPv6 address gets its route by a work of its own (addrconf_dad_work()). */
static int do_step(const struct topo_step *step)
{
	int err = topo_step(ksft.topo, step);

	if (err || step->op != TOPO_ADDR_ADD || !strchr(step->addr, ':'))
		return err;
	return addr_wait_usable(ns(step->ns), step->addr);
}

TEST_F(notify, in_that_order_as_it_is_and_there_only)
{
	struct events *events[ARRAY_SIZE(names)];
	struct raw raw[ARRAY_SIZE(names)];
	char *before[ARRAY_SIZE(names)], *text;
	size_t i;

	NEED_SYSCTL();
	for (i = 0; i < BEFORE_MAX && variant->before[i].ns; i++)
		NEED_STEP(&variant->before[i]);
	NEED_STEP(&variant->step);
	ASSERT_ERR(0, variant->ipv6 ? 0 : quiet_ipv6());
	for (i = 0; i < BEFORE_MAX && variant->before[i].ns; i++)
		ASSERT_ERR(0, do_step(&variant->before[i]));
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		before[i] = dump_all(names[i], variant->unsaid);
		ASSERT_ERR(0, raw_open(&raw[i], names[i]));
		events[i] = events_open(ns(names[i]), EVENT_ALL);
		ASSERT_NE(NULL, events[i]);
	}
	ASSERT_ERR(0, ksft_acts() ? do_step(&variant->step) : 0);
	text = events_text(events[0]);
	if (variant->no_fdb)
		text = lines_without(lines_without(text, "NEIGH"), "MDB");
	if (variant->no_fdb || variant->no_link)
		text = lines_without(text, "NEWLINK v-net-0 up");
	EXPECT_TRUE(are_lines(variant->host, variant->or_host, text))
		printf("# in host\n");
	EXPECT_TRUE(are_lines(variant->red, NULL, events_text(events[1])))
		printf("# in pod-red\n");
	EXPECT_TEXT("", events_text(events[2]));
	for (i = 0; i < ARRAY_SIZE(names); i++)
		EXPECT_TRUE(raw_is_true(&raw[i], before[i], variant->unsaid));
}

KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "notify.addr6_*")
/* A rule ends what is listened to (event.c). */
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*")

KSFT_MAIN
