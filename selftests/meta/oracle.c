// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The printed commands against our own requests: iproute2, given what
 * `./run.sh show TOPOLOGY --ip` prints, must build the same network as the
 * steps do over netlink.  Needs iproute2, so it is no part of the suite.
 */
#include "ksft.h"

#include "tool.h"

FIXTURE(oracle) { struct topo *topo; };
FIXTURE_VARIANT(oracle) { const char *topology; };
FIXTURE_VARIANT_ADD(oracle, netns) { .topology = "netns" };
FIXTURE_VARIANT_ADD(oracle, loopback) { .topology = "loopback" };
FIXTURE_VARIANT_ADD(oracle, p2p) { .topology = "p2p" };
FIXTURE_VARIANT_ADD(oracle, p2p_ipv6) { .topology = "p2p-ipv6" };
FIXTURE_VARIANT_ADD(oracle, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_VARIANT_ADD(oracle, bridge) { .topology = "bridge" };
FIXTURE_VARIANT_ADD(oracle, bridge_ipv6) { .topology = "bridge-ipv6" };
FIXTURE_VARIANT_ADD(oracle, bridge_in_place) { .topology = "bridge-in-place" };
FIXTURE_VARIANT_ADD(oracle, bridge_3) { .topology = "bridge-3" };
FIXTURE_VARIANT_ADD(oracle, bridge_32_in_place) {
	.topology = "bridge-32-in-place",
};
FIXTURE_VARIANT_ADD(oracle, host) { .topology = "host" };
FIXTURE_VARIANT_ADD(oracle, host_ipv6) { .topology = "host-ipv6" };
FIXTURE_VARIANT_ADD(oracle, host_in_place) { .topology = "host-in-place" };
FIXTURE_VARIANT_ADD(oracle, routed) { .topology = "routed" };
FIXTURE_SETUP(oracle) TOPO_SETUP(oracle)
FIXTURE_TEARDOWN(oracle) TOPO_TEARDOWN

/* The commands in a file without a name, to be read from its start. */
static int script_of(const struct topo_list *list)
{
	int fd = memfd_create("script", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(dup(fd), "w");

	if (!file)
		return -errno;
	fputs("set -e\n", file);
	topo_print_ip(list, file, false);
	if (fclose(file) != 0 || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}

/* What iproute2 makes of the list, as a topology; NULL if it fails. */
static struct topo *build_by_ip(const struct topo_list *list)
{
	struct topo_error error = { 0 };
	int script, host, err;
	struct topo *topo;

	script = script_of(list);
	host = netns_new();
	err = sandbox_new_names();
	if (script < 0 || host < 0 || err)
		return NULL;
	err = tool_run(host, script, STDERR_FILENO);
	close(script);
	if (err) {
		close(host);
		printf("# a command of the script did not succeed\n");
		return NULL;
	}
	topo = topo_attach(list, host, &error);
	if (!topo)
		printf("# %s\n", error.text);
	return topo;
}

TEST_F(oracle, printed_commands_build_the_same_network)
{
	char *ours, *theirs;
	struct topo *topo;

	if (!have("ip"))
		SKIP(return, "no ip program (Debian package iproute2)");
	ours = ksft_states(true);
	ASSERT_NE(NULL, ours);
	topo = build_by_ip(&ksft.list);
	ASSERT_NE(NULL, topo);
	topo_destroy(self->topo);
	ksft.topo = self->topo = topo;
	theirs = ksft_states(true);
	EXPECT_TEXT(ours, theirs);
	free(ours);
}

/*
 * Every step that no topology of the document has, on top of one: built as a
 * whole by steps, then as a whole by the printed commands of iproute2 and nft.
 */
static const struct topo_step l2_steps[] = {
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "address", .val = "02:00:00:00:00:01" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "ageing_time", .val = "1000" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "forward_delay", .val = "200" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "group_fwd_mask", .val = "8" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "mcast_query_interval", .val = "6000" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "priority", .val = "4096" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "fdb_flush" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "isolated", .val = "on" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "learning", .val = "off" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "flood", .val = "off" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "mcast_flood", .val = "off" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "bcast_flood", .val = "off" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "hairpin", .val = "on" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "guard", .val = "on" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "fastleave", .val = "on" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "neigh_suppress", .val = "on" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "cost", .val = "77" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "priority", .val = "5" },
	{ .op = TOPO_PORT_SET, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .opt = "locked", .val = "on" },
	{ .op = TOPO_FDB_ADD, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .mac = "02:00:00:00:00:05", .args = "master static" },
	{ .op = TOPO_FDB_ADD, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .mac = "02:00:00:00:00:06", .args = "master permanent" },
	{ .op = TOPO_FDB_ADD, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .mac = "02:00:00:00:00:07", .args = "master static" },
	{ .op = TOPO_FDB_DEL, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .mac = "02:00:00:00:00:07", .args = "master" },
	{ .op = TOPO_FDB_ADD, .ns = "pod-red", .dev = "veth-red",
	  .mac = "33:33:00:00:00:99" },
};

static const struct topo_step link_steps[] = {
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "spare",
	  .kind = "veth", .peer = "spare2" },
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "br1",
	  .kind = "bridge", .args = "stp_state 1 hello_time 100" },
	{ .op = TOPO_LINK_MASTER, .ns = TOPO_HOST, .dev = "spare",
	  .master = "br1" },
	{ .op = TOPO_LINK_MASTER, .ns = TOPO_HOST, .dev = "spare",
	  .master = "" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "alias", .val = "a spare wire" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "altname", .val = "another-spare" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "group", .val = "7" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "mtu", .val = "1400" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "txqueuelen", .val = "50" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "promisc", .val = "on" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "allmulticast", .val = "on" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "multicast", .val = "off" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "arp", .val = "off" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "addrgenmode", .val = "none" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare",
	  .opt = "mode", .val = "dormant" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "spare2",
	  .opt = "name", .val = "renamed" },
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "mac0",
	  .kind = "macvlan", .link = "veth-host", .args = "mode bridge",
	  .mac = "02:00:00:00:00:0a" },
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "mac1",
	  .kind = "macvlan", .link = "veth-host", .args = "mode vepa",
	  .to = "pod-red" },
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "vx0",
	  .kind = "vxlan",
	  .args = "id 5 remote 192.0.2.1 local 10.1.1.1 dev veth-host dstport 4789 ttl 9" },
	{ .op = TOPO_LINK_UP, .ns = TOPO_HOST, .dev = "mac0" },
	{ .op = TOPO_LINK_UP, .ns = TOPO_HOST, .dev = "spare" },
	{ .op = TOPO_LINK_DOWN, .ns = TOPO_HOST, .dev = "spare" },
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "gone",
	  .kind = "veth", .peer = "gone2" },
	{ .op = TOPO_LINK_DEL, .ns = TOPO_HOST, .dev = "gone2" },
};

static const struct topo_step l3_steps[] = {
	{ .op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "198.51.100.1/24",
	  .args = "broadcast 198.51.100.255 scope link label veth-pod:a metric 77" },
	{ .op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "198.51.100.2/32", .args = "peer 203.0.113.9/32" },
	{ .op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "2001:db8::2/64", .nodad = true,
	  .args = "noprefixroute valid_lft 3600 preferred_lft 1800" },
	{ .op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "2001:db8::3/64", .nodad = true },
	{ .op = TOPO_ADDR_DEL, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "2001:db8::3/64" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "192.0.2.0/25",
	  .via = "10.1.1.1",
	  .args = "src 10.1.1.2 metric 5 proto static mtu 1300 advmss 1000 initcwnd 4" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "default",
	  .via = "10.1.1.1", .dev = "veth-pod", .args = "table 100 tos 0x10" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "192.0.2.200/32",
	  .via = "198.18.0.1", .dev = "veth-pod", .args = "onlink" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .kind = "blackhole",
	  .addr = "192.0.2.128/25" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .kind = "unreachable",
	  .addr = "198.18.0.0/16", .args = "metric 9" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .kind = "prohibit",
	  .addr = "2001:db8:9::/48" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .kind = "local",
	  .addr = "203.0.113.77/32", .dev = "lo", .args = "table local" },
	{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "203.0.113.0/24",
	  .dev = "veth-pod" },
	{ .op = TOPO_ROUTE_DEL, .ns = "pod-red", .addr = "203.0.113.0/24",
	  .dev = "veth-pod" },
	{ .op = TOPO_RULE_ADD, .ns = "pod-red",
	  .args = "from 10.1.0.0/16 to 192.0.2.0/24 iif lo fwmark 0x10 lookup 100 priority 90" },
	{ .op = TOPO_RULE_ADD, .ns = "pod-red",
	  .args = "not to 192.0.2.1 priority 91 prohibit" },
	{ .op = TOPO_RULE_ADD, .ns = "pod-red",
	  .args = "lookup main suppress_prefixlength 0 priority 92" },
	{ .op = TOPO_RULE_ADD, .ns = "pod-red",
	  .args = "from 2001:db8::/32 tos 0x10 lookup 200 priority 93" },
	{ .op = TOPO_RULE_ADD, .ns = TOPO_HOST, .kind = "-6",
	  .args = "oif veth-host lookup 7 priority 94" },
	{ .op = TOPO_RULE_ADD, .ns = TOPO_HOST,
	  .args = "iif veth-host lookup 7 priority 95" },
	{ .op = TOPO_RULE_DEL, .ns = TOPO_HOST,
	  .args = "iif veth-host lookup 7 priority 95" },
	{ .op = TOPO_RULE_ADD, .ns = TOPO_HOST,
	  .args = "from 192.0.2.7 priority 96" },
	{ .op = TOPO_NEIGH_ADD, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "10.1.1.9", .mac = "02:00:00:00:00:09" },
	{ .op = TOPO_NEIGH_ADD, .ns = "pod-red", .dev = "veth-pod",
	  .addr = "2001:db8::9", .mac = "02:00:00:00:00:09",
	  .args = "nud permanent router" },
	{ .op = TOPO_NEIGH_ADD, .ns = TOPO_HOST, .dev = "veth-host",
	  .addr = "10.1.1.8", .mac = "02:00:00:00:00:08" },
	{ .op = TOPO_NEIGH_DEL, .ns = TOPO_HOST, .dev = "veth-host",
	  .addr = "10.1.1.8" },
	{ .op = TOPO_SYSCTL, .ns = "pod-red", .dev = "net/ipv4/ip_forward",
	  .addr = "1" },
};

#define NFT(ns_, family, hook, match, verdict) \
	{ .op = TOPO_NFT, .ns = ns_, .kind = family, .opt = hook, \
	  .args = match, .val = verdict }

static const struct topo_step nft_steps[] = {
	NFT(TOPO_HOST, "ip", "forward", NULL, "drop"),
	NFT(TOPO_HOST, "ip", "forward", "iifname v-net-0", "accept"),
	NFT(TOPO_HOST, "ip", "input", "ip saddr 10.244.0.10", "reject"),
	NFT(TOPO_HOST, "ip", "output", "ip daddr 10.244.0.10", "counter drop"),
	NFT(TOPO_HOST, "ip6", "prerouting", "meta l4proto icmpv6", "drop"),
	NFT(TOPO_HOST, "inet", "postrouting", "oifname v-net-0", "accept"),
	NFT("pod-red", "inet", "input", NULL, "reject"),
	NFT("pod-red", "inet", "input", "tcp dport 80", "drop"),
	NFT("pod-red", "inet", "output", "udp dport 53", "counter drop"),
	NFT("pod-blue", "arp", "input", NULL, "drop"),
	NFT("pod-blue", "arp", "output", "oifname veth-blue", "drop"),
	NFT(TOPO_HOST, "bridge", "forward", "ether type arp", "drop"),
	NFT(TOPO_HOST, "bridge", "input", "iifname veth-red-br", "drop"),
	NFT(TOPO_HOST, "bridge", "output", "meta protocol ip6", "drop"),
};

static const struct topo_step vlan_steps[] = {
	/* Else it is the lower one of two random MACs, of ports of two VLANs. */
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "address", .val = "02:00:00:00:00:01" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "vlan_filtering", .val = "1" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "vlan_protocol", .val = "802.1ad" },
	{ .op = TOPO_LINK_SET, .ns = TOPO_HOST, .dev = "v-net-0",
	  .opt = "vlan_default_pvid", .val = "9" },
	{ .op = TOPO_VLAN_ADD, .ns = TOPO_HOST, .dev = "veth-red-br",
	  .vid = 20, .args = "pvid untagged" },
	{ .op = TOPO_VLAN_ADD, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .vid = 20 },
	{ .op = TOPO_VLAN_DEL, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .vid = 9 },
	{ .op = TOPO_VLAN_ADD, .ns = TOPO_HOST, .dev = "v-net-0", .vid = 20,
	  .args = "self" },
	{ .op = TOPO_FDB_ADD, .ns = TOPO_HOST, .dev = "veth-blue-br",
	  .mac = "02:00:00:00:00:05", .args = "master static vlan 20" },
	{ .op = TOPO_LINK_ADD, .ns = "pod-blue", .dev = "veth-blue.20",
	  .kind = "vlan", .link = "veth-blue", .args = "id 20" },
	{ .op = TOPO_LINK_ADD, .ns = "pod-blue", .dev = "veth-blue.21",
	  .kind = "vlan", .link = "veth-blue",
	  .args = "protocol 802.1ad id 21", .mac = "02:00:00:00:00:21" },
	{ .op = TOPO_LINK_UP, .ns = "pod-blue", .dev = "veth-blue.20" },
	{ .op = TOPO_LINK_ADD, .ns = "pod-blue", .dev = "dum",
	  .kind = "dummy" },
	{ .op = TOPO_LINK_UP, .ns = "pod-blue", .dev = "dum" },
};

FIXTURE(more) { struct topo *topo; };
FIXTURE_VARIANT(more) {
	const char *topology, *why;
	const struct topo_step *steps;
	size_t n;
};

#define MORE(name, topology_, steps_, why_) \
	FIXTURE_VARIANT_ADD(more, name) { \
		.topology = topology_, .why = why_, .steps = steps_, \
		.n = ARRAY_SIZE(steps_), \
	}

MORE(links, "host-in-place", link_steps, "CONFIG_MACVLAN and CONFIG_VXLAN");
MORE(ports, "bridge-in-place", l2_steps, "a bridge");
MORE(layer3, "host-in-place", l3_steps, "CONFIG_IP_MULTIPLE_TABLES");
MORE(nft, "bridge-in-place", nft_steps, "CONFIG_NF_TABLES_BRIDGE and _ARP");
MORE(vlans, "bridge-in-place", vlan_steps,
     "CONFIG_BRIDGE_VLAN_FILTERING, CONFIG_VLAN_8021Q and CONFIG_DUMMY");

FIXTURE_SETUP(more) TOPO_SETUP(more)
FIXTURE_TEARDOWN(more) TOPO_TEARDOWN

TEST_F(more, printed_commands_build_the_same_network)
{
	struct topo_error error;
	char *ours, *theirs;
	struct topo *topo;

	if (!have("ip"))
		SKIP(return, "no ip program (Debian package iproute2)");
	if (variant->steps == nft_steps && !have("nft"))
		SKIP(return, "no nft program (Debian package nftables)");
	topo_list_add(&ksft.list, variant->steps, variant->n);
	ASSERT_ERR(0, sandbox_new_names());
	topo = topo_create(&ksft.list, &error);
	if (!topo && error.got == -EOPNOTSUPP)
		SKIP(return, "this kernel lacks some of %s", variant->why);
	ASSERT_NE(NULL, topo)
		printf("# %s\n", error.text);
	topo_destroy(self->topo);
	ksft.topo = self->topo = topo;
	ours = ksft_states(true);
	ASSERT_NE(NULL, ours);
	topo = build_by_ip(&ksft.list);
	ASSERT_NE(NULL, topo);
	topo_destroy(self->topo);
	ksft.topo = self->topo = topo;
	theirs = ksft_states(true);
	EXPECT_TEXT(ours, theirs);
	free(ours);
}

KSFT_MAIN
