// SPDX-License-Identifier: GPL-2.0-or-later
#include "faults.h"

#include <errno.h>
#include <string.h>

#include "topologies.h"

/* Shorthand that keeps a step on a line. */
#define HOST		TOPO_HOST
#define RED		"pod-red"
#define BLUE		"pod-blue"
#define UP(n, d)	{ .op = TOPO_LINK_UP, .ns = n, .dev = d }
#define DOWN(n, d)	{ .op = TOPO_LINK_DOWN, .ns = n, .dev = d }
#define MOVE(n, d, t)	{ .op = TOPO_LINK_NETNS, .ns = n, .dev = d, .to = t }
#define MASTER(d, m) \
	{ .op = TOPO_LINK_MASTER, .ns = HOST, .dev = d, .master = m }
#define SET(n, d, o, v) \
	{ .op = TOPO_LINK_SET, .ns = n, .dev = d, .opt = o, .val = v }
#define PORT(d, o, v) \
	{ .op = TOPO_PORT_SET, .ns = HOST, .dev = d, .opt = o, .val = v }
#define ADDR(n, d, a)	{ .op = TOPO_ADDR_ADD, .ns = n, .dev = d, .addr = a }
#define ADDR_DEL(n, d, a) \
	{ .op = TOPO_ADDR_DEL, .ns = n, .dev = d, .addr = a }
#define ADDR6(n, d, a) \
	{ .op = TOPO_ADDR_ADD, .ns = n, .dev = d, .addr = a, .nodad = true }
#define ROUTE(n, a, v)	{ .op = TOPO_ROUTE_ADD, .ns = n, .addr = a, .via = v }
#define ROUTE_DEL(n, a, v) \
	{ .op = TOPO_ROUTE_DEL, .ns = n, .addr = a, .via = v }
#define ROUTE_OF(o, n, k, a) { .op = o, .ns = n, .kind = k, .addr = a }
#define NEIGH(n, d, a, m) \
	{ .op = TOPO_NEIGH_ADD, .ns = n, .dev = d, .addr = a, .mac = m }
#define SYSCTL(n, d, a)	{ .op = TOPO_SYSCTL, .ns = n, .dev = d, .addr = a }
#define NFT(n, k, hook, verdict) \
	{ .op = TOPO_NFT, .ns = n, .kind = k, .opt = hook, .val = verdict }
#define RED_DEFAULT	ROUTE(RED, "default", "10.244.0.1")
#define BR_NF		"net/bridge/bridge-nf-call-iptables"

#define STEPS(...)	.steps = { __VA_ARGS__ }
#define CURE(...)	.cure = { __VA_ARGS__ }
#define LOOKS(...)	.looks = { __VA_ARGS__ }
#define SIGNS(...)	.signs = { __VA_ARGS__ }
#define FACTS(...)	.facts = { __VA_ARGS__ }

/* Who looks at whom. */
#define WAY(f, t, a)	.from = f, .to = t, .dst = a
#define POD		WAY(RED, BLUE, "10.244.0.20")
#define GATEWAY		WAY(RED, HOST, "10.244.0.1")
#define OUTSIDE		WAY(RED, "outside", "192.0.2.1")
#define BACK		WAY(BLUE, RED, "10.244.0.10")
#define POD6		WAY(RED, BLUE, "2001:db8::20")
#define GATEWAY6	WAY(RED, HOST, "2001:db8::1")
#define OUTSIDE6	WAY(RED, "outside", "2001:db8:2::1")

/* What comes of all three kinds. */
#define ICMP(e)		.icmp = { .err = e }
#define TCP(e)		.tcp = { .err = e }
#define UDP(e)		.udp = { .err = e }
#define ALL(e)		ICMP(e), TCP(e), UDP(e)
#define TOLD(e, i)	.icmp = { e, i }, .tcp = { e, i }, .udp = { e, i }
#define OK(...)		{ __VA_ARGS__ }
#define NR(...) { __VA_ARGS__, ALL(-ENETUNREACH), \
		  SIGNS(COUNT(RED, "IpOutNoRoutes", 3), \
			NEVER(RED, "IpOutRequests")) }
#define NR6(...) { __VA_ARGS__, ALL(-ENETUNREACH), \
		   SIGNS(COUNT(RED, "Ip6OutNoRoutes", 3)) }
#define NO_ARP		TOLD(-EHOSTUNREACH, "3/1 from 10.244.0.10"), \
			.neigh = "FAILED"
#define NO_ND		TOLD(-EHOSTUNREACH, "1/3 from 2001:db8::10"), \
			.neigh = "FAILED"
#define ARP(...)	{ __VA_ARGS__, NO_ARP }
#define SIL		ALL(FAULT_SILENT), .neigh = "REACHABLE"
/* There it is heard, and what is said in answer is not. */
#define ONE_WAY		ICMP(FAULT_SILENT), TCP(FAULT_SILENT), \
			UDP(FAULT_UNANSWERED), .neigh = "REACHABLE"

/* What moves: by two requests for an address or more, not at all, by this. */
#define SEEN(n, w)	{ n, w, 2, true }
#define NEVER(n, w)	{ .ns = n, .what = w }
#define COUNT(n, w, b)	{ .ns = n, .what = w, .by = b }

const struct fault faults[] = {
	/* No route: the pod's own end, address or route. */
	{
		"pod-end-down", "the pod's end of its veth is down",
		"uplink", 3,
		STEPS(DOWN(RED, "veth-red")),
		LOOKS(NR(POD), NR(GATEWAY), NR(OUTSIDE)),
		FACTS({ RED, "dev veth-red",
			"addr 10.244.0.10/24 dev veth-red scope global permanent\n"
			"route local 10.244.0.10/32 dev veth-red table local proto kernel scope host src 10.244.0.10\n" }),
		CURE(UP(RED, "veth-red"), RED_DEFAULT),
	}, {
		"no-address", "the pod has no address", "uplink", 3,
		STEPS(ADDR_DEL(RED, "veth-red", "10.244.0.10/24")),
		LOOKS(NR(POD), NR(GATEWAY), NR(OUTSIDE)),
		FACTS({ RED, "dev veth-red", "" }),
		CURE(ADDR(RED, "veth-red", "10.244.0.10/24"), RED_DEFAULT),
	}, {
		"wrong-subnet", "the pod's address is of another subnet",
		"uplink", 3,
		STEPS(ADDR_DEL(RED, "veth-red", "10.244.0.10/24"),
		      ADDR(RED, "veth-red", "198.51.100.10/24")),
		LOOKS(NR(POD), NR(GATEWAY), NR(OUTSIDE)),
		FACTS({ RED, "table main",
			"route unicast 198.51.100.0/24 dev veth-red table main proto kernel scope link src 198.51.100.10\n" }),
		CURE(ADDR(RED, "veth-red", "10.244.0.10/24"), RED_DEFAULT),
	}, {
		"prefix-32", "the pod's prefix is that of its address alone",
		"uplink", 3,
		STEPS(ADDR_DEL(RED, "veth-red", "10.244.0.10/24"),
		      ADDR(RED, "veth-red", "10.244.0.10/32")),
		LOOKS(NR(POD), NR(GATEWAY), NR(OUTSIDE)),
		FACTS({ RED, "dev veth-red",
			"addr 10.244.0.10/32 dev veth-red scope global permanent\n"
			"route local 10.244.0.10/32 dev veth-red table local proto kernel scope host src 10.244.0.10\n" }),
		CURE(ADDR(RED, "veth-red", "10.244.0.10/24"), RED_DEFAULT),
	}, {
		"no-default-route", "the pod has no default route",
		"uplink", 3,
		STEPS(ROUTE_DEL(RED, "default", "10.244.0.1")),
		LOOKS(OK(POD), OK(GATEWAY), NR(OUTSIDE)),
		CURE(RED_DEFAULT),
	}, {
		"moved-away", "the pod's end is in another namespace",
		"uplink", 3,
		STEPS(MOVE(RED, "veth-red", HOST)),
		LOOKS(NR(POD), NR(GATEWAY), NR(OUTSIDE)),
		FACTS({ RED, "veth-red", "" }),
		CURE(MOVE(HOST, "veth-red", RED),
		     ADDR(RED, "veth-red", "10.244.0.10/24"),
		     UP(RED, "veth-red"), RED_DEFAULT),
	},
	/* Nobody answers for the next hop. */
	{
		"host-port-down", "the host's end of the pod's veth is down",
		"uplink", 2,
		STEPS(DOWN(HOST, "veth-red-br")),
		LOOKS(ARP(POD, SIGNS(NEVER(RED, "veth-red tx_packets"))),
		      ARP(GATEWAY), ARP(OUTSIDE)),
		FACTS({ RED, "linkdown",
			"route unicast 10.244.0.0/24 dev veth-red table main proto kernel scope link src 10.244.0.10 linkdown\n"
			"route unicast default via 10.244.0.1 dev veth-red table main proto boot scope global linkdown\n"
			"route broadcast 10.244.0.255/32 dev veth-red table local proto kernel scope link src 10.244.0.10 linkdown\n" }),
		CURE(UP(HOST, "veth-red-br")),
	}, {
		"peer-pod-down", "the other pod's end is down", "uplink", 2,
		STEPS(DOWN(BLUE, "veth-blue")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(UP(BLUE, "veth-blue")),
	}, {
		"target-no-address", "the other pod has no address",
		"uplink", 2,
		STEPS(ADDR_DEL(BLUE, "veth-blue", "10.244.0.20/24")),
		LOOKS(ARP(POD, SIGNS(SEEN(BLUE, "veth-blue rx_packets"),
				     NEVER(BLUE, "veth-blue tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(ADDR(BLUE, "veth-blue", "10.244.0.20/24")),
	}, {
		"target-noarp", "the other pod's end does no ARP", "uplink", 2,
		STEPS(SET(BLUE, "veth-blue", "arp", "off")),
		LOOKS(ARP(POD, SIGNS(SEEN(BLUE, "veth-blue rx_packets"),
				     NEVER(BLUE, "veth-blue tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(SET(BLUE, "veth-blue", "arp", "on")),
	}, {
		/* arp_constructor(): what it sends goes to its own MAC. */
		"source-noarp", "the pod's own end does no ARP", "uplink", 2,
		STEPS(SET(RED, "veth-red", "arp", "off")),
		LOOKS({ POD, ALL(FAULT_SILENT), .neigh = "NOARP",
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 3),
			      NEVER(HOST, "veth-blue-br tx_packets")) },
		      { GATEWAY, ALL(FAULT_SILENT), .neigh = "NOARP",
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 3),
			      NEVER(HOST, "v-net-0 rx_packets")) },
		      { OUTSIDE, ALL(FAULT_SILENT), .neigh = "NOARP",
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 3),
			      NEVER(HOST, "v-net-0 rx_packets")) }),
		CURE(SET(RED, "veth-red", "arp", "on")),
	}, {
		"target-arp-ignore", "the other pod ignores ARP requests",
		"uplink", 2,
		STEPS(SYSCTL(BLUE, "net/ipv4/conf/veth-blue/arp_ignore", "8")),
		LOOKS(ARP(POD, SIGNS(SEEN(BLUE, "veth-blue rx_packets"),
				     NEVER(BLUE, "veth-blue tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(SYSCTL(BLUE, "net/ipv4/conf/veth-blue/arp_ignore", "0")),
	}, {
		"bcast-flood-off", "the other pod's port floods no broadcast",
		"uplink", 2,
		STEPS(PORT("veth-blue-br", "bcast_flood", "off")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(PORT("veth-blue-br", "bcast_flood", "on")),
	}, {
		/*
		 * The host answers ARP for any address of its own on any link,
		 * but its way back is the bridge, where the pod is not.
		 */
		"not-enslaved", "the host's end is no port of the bridge",
		"uplink", 2,
		STEPS(MASTER("veth-red-br", "")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      { GATEWAY, ONE_WAY },
		      { OUTSIDE, ONE_WAY,
			SIGNS({ "outside", "IpInDelivers", 3, true }) }),
		CURE(MASTER("veth-red-br", "v-net-0")),
	}, {
		"bridge-down", "the bridge is down", "uplink", 2,
		STEPS(DOWN(HOST, "v-net-0")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"))),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"))),
		      ARP(OUTSIDE)),
		FACTS({ HOST, "port state",
			"link veth-blue-br: port state 0 priority 32 cost 2 learning 1 flood 1 hairpin 0 isolated 0 locked 0\n"
			"link veth-red-br: port state 0 priority 32 cost 2 learning 1 flood 1 hairpin 0 isolated 0 locked 0\n" }),
		CURE(UP(HOST, "v-net-0")),
	}, {
		"bridge-no-address", "the bridge has no address", "uplink", 2,
		STEPS(ADDR_DEL(HOST, "v-net-0", "10.244.0.1/24")),
		LOOKS(OK(POD),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "v-net-0 tx_packets"))),
		      ARP(OUTSIDE)),
		CURE(ADDR(HOST, "v-net-0", "10.244.0.1/24")),
	}, {
		"wrong-gateway", "the default route's gateway is nobody",
		"uplink", 2,
		STEPS(ROUTE_DEL(RED, "default", "10.244.0.1"),
		      ROUTE(RED, "default", "10.244.0.99")),
		LOOKS(OK(POD), OK(GATEWAY),
		      { OUTSIDE, .hop = "10.244.0.99", .neigh = "FAILED",
			TOLD(-EHOSTUNREACH, "3/1 from 10.244.0.10"),
			SIGNS(SEEN(BLUE, "veth-blue rx_packets"),
			      SEEN(HOST, "v-net-0 rx_packets"),
			      NEVER(RED, "veth-red rx_packets")) }),
		CURE(ROUTE_DEL(RED, "default", "10.244.0.99"), RED_DEFAULT),
	}, {
		/*
		 * Both pods answer the host's one request, and the first
		 * answer counts for a second (locktime): that of the port that
		 * was added last, which is flooded to first.
		 */
		"duplicate-ip", "another pod has the same address", "uplink", 2,
		STEPS(ADDR(BLUE, "veth-blue", "10.244.0.10/32")),
		LOOKS({ WAY(HOST, RED, "10.244.0.10"), .neigh = "REACHABLE",
			TCP(-ECONNREFUSED),
			.udp = { -ECONNREFUSED, "3/3 from 10.244.0.10" },
			SIGNS(COUNT(RED, "veth-red tx_packets", 1),
			      COUNT(BLUE, "veth-blue tx_packets", 3)) }),
		CURE(ADDR_DEL(BLUE, "veth-blue", "10.244.0.10/32")),
	}, {
		"duplicate-mac", "another pod has the same MAC", "uplink", 2,
		STEPS(SET(RED, "veth-red", "address", "02:00:00:00:00:10"),
		      SET(BLUE, "veth-blue", "address", "02:00:00:00:00:10")),
		LOOKS(ARP(POD, SIGNS(SEEN(BLUE, "veth-blue tx_packets"),
				     NEVER(RED, "veth-red rx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		FACTS({ HOST, "fdb 02:00:00:00:00:10",
			"fdb 02:00:00:00:00:10 dev veth-blue-br master v-net-0 learned\n" }),
		CURE(SET(BLUE, "veth-blue", "address", "02:00:00:00:00:20")),
	}, {
		"mac-of-bridge", "the pod has the bridge's MAC", "uplink", 2,
		STEPS(SET(HOST, "v-net-0", "address", "02:00:00:00:00:10"),
		      SET(RED, "veth-red", "address", "02:00:00:00:00:10")),
		LOOKS(ARP(POD, SIGNS(SEEN(BLUE, "veth-blue tx_packets"),
				     NEVER(RED, "veth-red rx_packets"))),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "v-net-0 tx_packets"),
				     NEVER(RED, "veth-red rx_packets"))),
		      ARP(OUTSIDE)),
		CURE(SET(RED, "veth-red", "address", "02:00:00:00:00:11")),
	}, {
		"nft-bridge-forward-drop", "the bridge's nft forward hook drops",
		"uplink", 2, .config = "CONFIG_NF_TABLES_BRIDGE",
		STEPS(NFT(HOST, "bridge", "forward", "drop")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
	}, {
		"nft-bridge-input-drop", "the bridge's nft input hook drops",
		"uplink", 2, .config = "CONFIG_NF_TABLES_BRIDGE",
		STEPS(NFT(HOST, "bridge", "input", "drop")),
		LOOKS(OK(POD),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 tx_packets"))),
		      ARP(OUTSIDE)),
	}, {
		"nft-arp-drop", "the other pod's nft arp hook drops",
		"uplink", 2, .config = "CONFIG_NF_TABLES_ARP",
		STEPS(NFT(BLUE, "arp", "input", "drop")),
		LOOKS(ARP(POD, SIGNS(SEEN(BLUE, "veth-blue rx_packets"),
				     NEVER(BLUE, "veth-blue tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
	}, {
		"port-listening", "the other pod's port listens only (STP)",
		"uplink", 2,
		STEPS(SET(BLUE, "veth-blue", "address", "02:00:00:00:00:20"),
		      PORT("veth-blue-br", "state", "listening")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE),
		      { WAY(BLUE, HOST, "10.244.0.1"), .neigh = "FAILED",
			TOLD(-EHOSTUNREACH, "3/1 from 10.244.0.20"),
			SIGNS(SEEN(HOST, "veth-blue-br rx_packets"),
			      NEVER(HOST, "v-net-0 rx_packets")) }),
		FACTS({ HOST, "fdb 02:00:00:00:00:20", "" }),
		CURE(PORT("veth-blue-br", "state", "forwarding")),
	}, {
		"port-learning", "the other pod's port learns only (STP)",
		"uplink", 2,
		STEPS(SET(BLUE, "veth-blue", "address", "02:00:00:00:00:20"),
		      PORT("veth-blue-br", "state", "learning")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE),
		      { WAY(BLUE, HOST, "10.244.0.1"), .neigh = "FAILED",
			TOLD(-EHOSTUNREACH, "3/1 from 10.244.0.20"),
			SIGNS(SEEN(HOST, "veth-blue-br rx_packets"),
			      NEVER(HOST, "v-net-0 rx_packets")) }),
		FACTS({ HOST, "fdb 02:00:00:00:00:20",
			"fdb 02:00:00:00:00:20 dev veth-blue-br master v-net-0 learned\n" }),
		CURE(PORT("veth-blue-br", "state", "forwarding")),
	}, {
		/* br_port_state_selection() forwards at once on it. */
		"port-blocking", "a port told to block, without STP: no fault",
		"uplink", 2,
		STEPS(PORT("veth-blue-br", "state", "blocking")),
		LOOKS(OK(POD), OK(GATEWAY), OK(OUTSIDE)),
		FACTS({ HOST, "link veth-blue-br: port state",
			"link veth-blue-br: port state 3 priority 32 cost 2 learning 1 flood 1 hairpin 0 isolated 0 locked 0\n" }),
	}, {
		"port-disabled", "the pod's own port is disabled (STP)",
		"uplink", 2,
		STEPS(PORT("veth-red-br", "state", "disabled")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"))),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"))),
		      ARP(OUTSIDE)),
		CURE(PORT("veth-red-br", "state", "forwarding")),
	}, {
		"vlan-mismatch", "the pods' ports are in two VLANs",
		"uplink", 2, .config = "CONFIG_BRIDGE_VLAN_FILTERING",
		STEPS(SET(HOST, "v-net-0", "vlan_filtering", "1"),
		      { .op = TOPO_VLAN_DEL, .ns = HOST, .dev = "veth-blue-br",
			.vid = 1 },
		      { .op = TOPO_VLAN_ADD, .ns = HOST, .dev = "veth-blue-br",
			.vid = 20, .args = "pvid untagged" }),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE({ .op = TOPO_VLAN_ADD, .ns = HOST, .dev = "veth-blue-br",
		       .vid = 1, .args = "pvid untagged" }),
	}, {
		"vlan-mismatch-cached", "the same, with neighbours known",
		"uplink", 2, .config = "CONFIG_BRIDGE_VLAN_FILTERING",
		.cached = true,
		STEPS(SET(HOST, "v-net-0", "vlan_filtering", "1"),
		      { .op = TOPO_VLAN_DEL, .ns = HOST, .dev = "veth-blue-br",
			.vid = 1 },
		      { .op = TOPO_VLAN_ADD, .ns = HOST, .dev = "veth-blue-br",
			.vid = 20, .args = "pvid untagged" }),
		LOOKS({ POD, SIL, .fault = "vlan-mismatch",
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 3),
			      NEVER(HOST, "veth-blue-br tx_packets")) },
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(SET(HOST, "v-net-0", "vlan_filtering", "0")),
	}, {
		"both-isolated", "both pods' ports are isolated", "uplink", 2,
		STEPS(PORT("veth-red-br", "isolated", "on"),
		      PORT("veth-blue-br", "isolated", "on")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-blue-br tx_packets"))),
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(PORT("veth-red-br", "isolated", "off")),
	}, {
		"one-isolated", "one pod's port is isolated: no fault",
		"uplink", 2,
		STEPS(PORT("veth-red-br", "isolated", "on")),
		LOOKS(OK(POD), OK(GATEWAY), OK(BACK), OK(OUTSIDE)),
	}, {
		"locked", "the pod's port is locked, and its MAC not in the fdb",
		"uplink", 2,
		STEPS(SET(RED, "veth-red", "address", "02:00:00:00:00:10"),
		      PORT("veth-red-br", "locked", "on")),
		LOOKS(ARP(POD, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"))),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "veth-red-br rx_packets"),
				     NEVER(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "veth-red-br tx_packets"))),
		      ARP(OUTSIDE)),
		FACTS({ HOST, "fdb 02:00:00:00:00:10", "" }),
		CURE({ .op = TOPO_FDB_ADD, .ns = HOST, .dev = "veth-red-br",
		       .mac = "02:00:00:00:00:10", .args = "master static" }),
	}, {
		/* Broadcasts, and so ARP, are another matter (BR_BCAST_FLOOD). */
		"flood-and-learning-off",
		"the other pod's port neither learns nor floods", "uplink", 2,
		STEPS(PORT("veth-blue-br", "learning", "off"),
		      PORT("veth-blue-br", "flood", "off"),
		      SET(BLUE, "veth-blue", "address", "02:00:00:00:00:20")),
		/* ARP, and what was not flooded. */
		LOOKS({ POD, SIL,
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 4),
			      COUNT(HOST, "veth-blue-br tx_packets", 1),
			      NEVER(BLUE, "IpInReceives")) },
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(PORT("veth-blue-br", "flood", "on")),
	}, {
		"wrong-neigh", "the pod has a wrong permanent neighbour",
		"uplink", 2, .cached = true,
		STEPS({ .op = TOPO_NEIGH_DEL, .ns = RED, .dev = "veth-red",
			.addr = "10.244.0.20" },
		      NEIGH(RED, "veth-red", "10.244.0.20",
			    "02:00:00:00:00:99")),
		LOOKS({ POD, ALL(FAULT_SILENT), .neigh = "PERMANENT",
			SIGNS(COUNT(BLUE, "veth-blue rx_packets", 3),
			      COUNT(BLUE, "veth-blue rx_otherhost_dropped", 3),
			      NEVER(BLUE, "IpInReceives")) },
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE({ .op = TOPO_NEIGH_DEL, .ns = RED, .dev = "veth-red",
		       .addr = "10.244.0.20" }),
	}, {
		/* Ping succeeds: over lo. */
		"both-ends", "both pods' ends are in one namespace",
		"uplink", 2,
		STEPS(MOVE(BLUE, "veth-blue", RED),
		      ADDR(RED, "veth-blue", "10.244.0.20/24"),
		      UP(RED, "veth-blue")),
		LOOKS({ POD, TCP(-ECONNREFUSED),
			.udp = { -ECONNREFUSED, "3/3 from 10.244.0.20" },
			SIGNS(NEVER(RED, "veth-red tx_packets"),
			      COUNT(RED, "lo tx_packets", 4)) },
		      { WAY(RED, RED, "10.244.0.20"), .works = "",
			SIGNS(NEVER(RED, "veth-red tx_packets"),
			      NEVER(RED, "veth-blue rx_packets")) }),
		FACTS({ RED, "10.244.0.20/32",
			"route local 10.244.0.20/32 dev veth-blue table local proto kernel scope host src 10.244.0.20\n" },
		      { RED, "10.244.0.0/24 dev veth-blue",
			"route unicast 10.244.0.0/24 dev veth-blue table main proto kernel scope link src 10.244.0.20\n" }),
	},
	/* The next hop is known, and something behind it is wrong. */
	{
		"prefix-28", "the pod's prefix is too long", "uplink", 3,
		STEPS(ADDR_DEL(RED, "veth-red", "10.244.0.10/24"),
		      ADDR(RED, "veth-red", "10.244.0.10/28"), RED_DEFAULT,
		      SYSCTL(HOST, "net/ipv4/ip_forward", "0")),
		LOOKS({ POD, SIL, .hop = "10.244.0.1",
			SIGNS(COUNT(HOST, "IpInAddrErrors", 3)) },
		      { OUTSIDE, SIL, .fault = "forwarding-off",
			SIGNS(COUNT(HOST, "IpInAddrErrors", 3)) },
		      { BACK, ONE_WAY,
			SIGNS(COUNT(HOST, "IpInAddrErrors", 3)) },
		      OK(GATEWAY)),
		CURE(ADDR_DEL(RED, "veth-red", "10.244.0.10/28"),
		     ADDR(RED, "veth-red", "10.244.0.10/24"), RED_DEFAULT,
		     SYSCTL(HOST, "net/ipv4/ip_forward", "1")),
	}, {
		"other-subnet", "the other pod is in another subnet",
		"uplink", 3,
		STEPS(ADDR_DEL(BLUE, "veth-blue", "10.244.0.20/24"),
		      ADDR(BLUE, "veth-blue", "10.244.1.20/24"),
		      SYSCTL(HOST, "net/ipv4/ip_forward", "0")),
		LOOKS({ WAY(RED, BLUE, "10.244.1.20"), SIL,
			.works = "10.244.0.20",
			SIGNS(COUNT(HOST, "IpInAddrErrors", 3)) },
		      { OUTSIDE, SIL, .fault = "forwarding-off",
			SIGNS(COUNT(HOST, "IpInAddrErrors", 3)) },
		      OK(GATEWAY)),
		FACTS({ BLUE, "table main",
			"route unicast 10.244.1.0/24 dev veth-blue table main proto kernel scope link src 10.244.1.20\n" }),
		CURE(SYSCTL(HOST, "net/ipv4/ip_forward", "1"),
		     ADDR(BLUE, "veth-blue", "10.244.0.20/24")),
	}, {
		"forwarding-off", "ip_forward is 0 in host", "uplink", 3,
		STEPS(SYSCTL(HOST, "net/ipv4/ip_forward", "0")),
		LOOKS({ OUTSIDE, SIL, SIGNS(COUNT(HOST, "IpInAddrErrors", 3),
					    NEVER(HOST, "IpForwDatagrams"),
					    NEVER(HOST, "uplink tx_packets")) },
		      OK(POD), OK(GATEWAY)),
		CURE(SYSCTL(HOST, "net/ipv4/ip_forward", "1")),
	}, {
		"no-route-back", "the far end has no route to the pods",
		"uplink", 3,
		STEPS(ROUTE_DEL("outside", "10.244.0.0/24", "203.0.113.1")),
		LOOKS({ OUTSIDE, ONE_WAY,
			/* The first is ARP's. */
			SIGNS(COUNT("outside", "veth-out rx_packets", 4),
			      COUNT("outside", "IpOutNoRoutes", 2),
			      COUNT(HOST, "IpForwDatagrams", 3)) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE("outside", "10.244.0.0/24", "203.0.113.1")),
	}, {
		"host-no-route", "the host has no route to the far end",
		"uplink", 3, .limited = true,
		STEPS(ROUTE_DEL(HOST, "192.0.2.0/24", "203.0.113.2")),
		LOOKS({ OUTSIDE, TOLD(-ENETUNREACH, "3/0 from 10.244.0.1"),
			.neigh = "REACHABLE",
			SIGNS(COUNT(HOST, "IpExtInNoRoutes", 3),
			      NEVER(RED, "IpOutNoRoutes")) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE(HOST, "192.0.2.0/24", "203.0.113.2")),
	}, {
		"rp-filter", "the host's rp_filter wants another way back",
		"uplink", 3,
		STEPS(SYSCTL(HOST, "net/ipv4/conf/v-net-0/rp_filter", "1"),
		      ROUTE(HOST, "10.244.0.10/32", "203.0.113.2")),
		LOOKS(OK(POD),
		      ARP(GATEWAY, SIGNS(SEEN(HOST, "v-net-0 rx_packets"),
				     NEVER(HOST, "v-net-0 tx_packets"))),
		      ARP(OUTSIDE)),
		CURE(ROUTE_DEL(HOST, "10.244.0.10/32", "203.0.113.2")),
	}, {
		"rp-filter-cached", "the same, with neighbours known",
		"uplink", 3, .cached = true,
		STEPS(SYSCTL(HOST, "net/ipv4/conf/v-net-0/rp_filter", "1"),
		      ROUTE(HOST, "10.244.0.10/32", "203.0.113.2")),
		LOOKS({ GATEWAY, SIL, .fault = "rp-filter",
			SIGNS(COUNT(HOST, "TcpExtIPReversePathFilter", 3),
			      NEVER(HOST, "IpInDelivers")) },
		      { OUTSIDE, SIL, .fault = "rp-filter",
			SIGNS(COUNT(HOST, "TcpExtIPReversePathFilter", 3),
			      NEVER(HOST, "IpForwDatagrams")) },
		      OK(POD)),
		CURE(ROUTE_DEL(HOST, "10.244.0.10/32", "203.0.113.2")),
	}, {
		"pod-mtu", "the pod's MTU is less than the others'",
		"uplink", 3,
		STEPS(SET(RED, "veth-red", "mtu", "1000")),
		LOOKS(OK(BACK),
		      /* One packet is ARP's. */
		      { BACK, .size = 1400, ICMP(FAULT_SILENT),
			UDP(FAULT_SILENT), .neigh = "REACHABLE",
			SIGNS(COUNT(RED, "veth-red rx_dropped", 2),
			      COUNT(RED, "veth-red rx_packets", 1)) },
		      { WAY(HOST, RED, "10.244.0.10"), .size = 1400,
			ICMP(FAULT_SILENT), UDP(FAULT_SILENT),
			.neigh = "REACHABLE",
			SIGNS(COUNT(RED, "veth-red rx_dropped", 2),
			      NEVER(RED, "IpInReceives")) },
		      { POD, .size = 1400, ICMP(FAULT_SILENT),
			UDP(FAULT_UNANSWERED), .neigh = "REACHABLE",
			SIGNS(COUNT(BLUE, "IpReasmOKs", 2),
			      COUNT(RED, "veth-red rx_dropped", 2)) }),
		CURE(SET(RED, "veth-red", "mtu", "1500")),
	}, {
		"bridge-mtu", "the bridge's MTU is less than the pods'",
		"uplink", 3,
		STEPS(SET(HOST, "v-net-0", "mtu", "1000")),
		/*
		 * It is not asked for what is switched, nor for what comes
		 * in; what the host routes to the pods is told.
		 */
		LOOKS({ WAY("outside", RED, "10.244.0.10"), .size = 1400,
			.icmp = { -EMSGSIZE, "3/4 from 203.0.113.1 mtu 1000" },
			.pmtu = 1000, SIGNS(COUNT(HOST, "IpFragFails", 1)) },
		      { POD, .size = 1400 }, { GATEWAY, .size = 1400 },
		      OK(OUTSIDE)),
	}, {
		"port-mtu", "the MTU of the other pod's port is less",
		"uplink", 3,
		STEPS(SET(HOST, "veth-blue-br", "mtu", "1000")),
		LOOKS(OK(POD),
		      /* ARP, a handshake, and three large ones. */
		      { POD, .size = 1400, ICMP(FAULT_SILENT),
			TCP(FAULT_STALLED), UDP(FAULT_SILENT),
			.neigh = "REACHABLE",
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 6),
			      COUNT(HOST, "veth-blue-br tx_packets", 3),
			      COUNT(BLUE, "IpInReceives", 2)) }),
		CURE(SET(HOST, "veth-blue-br", "mtu", "1500")),
	}, {
		/* Once told, the pod sends smaller ones. */
		"uplink-mtu", "the MTU behind the host is less", "uplink", 3,
		STEPS(SET(HOST, "uplink", "mtu", "1000"),
		      SET("outside", "veth-out", "mtu", "1000")),
		LOOKS(OK(OUTSIDE),
		      { OUTSIDE, .size = 1400, .neigh = "REACHABLE",
			.icmp = { -EMSGSIZE, "3/4 from 10.244.0.1 mtu 1000" },
			.pmtu = 1000, SIGNS(COUNT(HOST, "IpFragFails", 1)) },
		      OK(POD), OK(GATEWAY)),
	}, {
		"ip-forward-drop-bridged",
		"the host's IP forward hook drops, and sees bridged packets",
		"uplink", 3, .config = "CONFIG_BRIDGE_NETFILTER",
		STEPS(SYSCTL(HOST, BR_NF, "1"),
		      NFT(HOST, "ip", "forward", "drop")),
		LOOKS({ POD, SIL,
			SIGNS(COUNT(HOST, "veth-red-br rx_packets", 4),
			      COUNT(HOST, "veth-blue-br tx_packets", 1),
			      NEVER(BLUE, "IpInReceives")) },
		      OK(GATEWAY)),
		CURE(SYSCTL(HOST, BR_NF, "0")),
	}, {
		"ip-forward-drop", "the host's IP forward hook drops",
		"uplink", 3, .config = "CONFIG_BRIDGE_NETFILTER",
		STEPS(SYSCTL(HOST, BR_NF, "0"),
		      NFT(HOST, "ip", "forward", "drop")),
		LOOKS({ OUTSIDE, SIL, SIGNS(NEVER(HOST, "uplink tx_packets")) },
		      OK(POD), OK(GATEWAY)),
	}, {
		"nft-input-drop", "the other pod's nft input hook drops",
		"uplink", 3, .config = "CONFIG_NF_TABLES_INET",
		STEPS(NFT(BLUE, "inet", "input", "drop")),
		LOOKS({ POD, SIL,
			SIGNS(COUNT(BLUE, "IpInReceives", 3),
			      NEVER(BLUE, "IpInDelivers")) },
		      OK(GATEWAY), OK(OUTSIDE)),
	}, {
		"nft-input-reject", "the other pod's nft input hook rejects",
		"uplink", 3, .config = "CONFIG_NFT_REJECT",
		STEPS(NFT(BLUE, "inet", "input", "reject")),
		LOOKS({ POD, TOLD(-ECONNREFUSED, "3/3 from 10.244.0.20"),
			.neigh = "REACHABLE",
			SIGNS(COUNT(BLUE, "IpInReceives", 3),
			      NEVER(BLUE, "IpInDelivers"),
			      COUNT(BLUE, "IcmpOutDestUnreachs", 3)) },
		      OK(GATEWAY), OK(OUTSIDE)),
	}, {
		/* tcp_connect() leaves it to the SYN's timer. */
		"nft-output-drop", "the pod's own nft output hook drops",
		"uplink", 3, .config = "CONFIG_NF_TABLES_INET",
		STEPS(NFT(RED, "inet", "output", "drop")),
		LOOKS({ POD, ICMP(-EPERM), TCP(FAULT_SILENT),
			UDP(-EPERM), .neigh = "none",
			SIGNS(NEVER(RED, "veth-red tx_packets")) },
		      { OUTSIDE, ICMP(-EPERM), TCP(FAULT_SILENT),
			UDP(-EPERM), .neigh = "none",
			SIGNS(NEVER(RED, "veth-red tx_packets")) }),
	}, {
		"closed-port", "nobody serves the port", "uplink", 3,
		LOOKS({ POD, .closed = true, TCP(-ECONNREFUSED),
			.udp = { -ECONNREFUSED, "3/3 from 10.244.0.20" },
			.neigh = "REACHABLE",
			SIGNS(COUNT(BLUE, "UdpNoPorts", 1),
			      COUNT(BLUE, "TcpOutRsts", 1),
			      COUNT(BLUE, "IcmpOutDestUnreachs", 1)) }),
	}, {
		"blackhole-route", "the pod has a blackhole route", "uplink", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, RED, "blackhole",
			       "192.0.2.0/24")),
		LOOKS({ OUTSIDE, ALL(-EINVAL),
			SIGNS(NEVER(RED, "IpOutNoRoutes"),
			      NEVER(RED, "IpOutRequests")) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, RED, "blackhole",
			      "192.0.2.0/24")),
	}, {
		"unreachable-route", "the pod has an unreachable route",
		"uplink", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, RED, "unreachable",
			       "192.0.2.0/24")),
		LOOKS({ OUTSIDE, ALL(-EHOSTUNREACH),
			SIGNS(NEVER(RED, "IpOutNoRoutes"),
			      NEVER(RED, "IpOutRequests")) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, RED, "unreachable",
			      "192.0.2.0/24")),
	}, {
		"prohibit-route", "the pod has a prohibit route", "uplink", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, RED, "prohibit",
			       "192.0.2.0/24")),
		LOOKS({ OUTSIDE, ALL(-EACCES),
			SIGNS(NEVER(RED, "IpOutNoRoutes"),
			      NEVER(RED, "IpOutRequests")) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, RED, "prohibit",
			      "192.0.2.0/24")),
	}, {
		"host-blackhole", "the host has a blackhole route",
		"uplink", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, HOST, "blackhole",
			       "192.0.2.1/32")),
		LOOKS({ OUTSIDE, SIL, SIGNS(COUNT(HOST, "IpInReceives", 3),
					    NEVER(HOST, "IpForwDatagrams"),
					    NEVER(HOST, "IcmpOutMsgs")) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, HOST, "blackhole",
			      "192.0.2.1/32")),
	}, {
		"host-unreachable", "the host has an unreachable route",
		"uplink", 3, .limited = true,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, HOST, "unreachable",
			       "192.0.2.1/32")),
		LOOKS({ OUTSIDE, TOLD(-EHOSTUNREACH, "3/1 from 10.244.0.1"),
			.neigh = "REACHABLE",
			SIGNS(COUNT(HOST, "IcmpOutDestUnreachs", 3)) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, HOST, "unreachable",
			      "192.0.2.1/32")),
	}, {
		"host-prohibit", "the host has a prohibit route",
		"uplink", 3, .limited = true,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, HOST, "prohibit",
			       "192.0.2.1/32")),
		LOOKS({ OUTSIDE, TOLD(-EHOSTUNREACH, "3/13 from 10.244.0.1"),
			.neigh = "REACHABLE",
			SIGNS(COUNT(HOST, "IcmpOutDestUnreachs", 3)) },
		      OK(POD), OK(GATEWAY)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, HOST, "prohibit",
			      "192.0.2.1/32")),
	}, {
		"icmp-ignored", "the other pod ignores ICMP echo requests",
		"uplink", 3,
		STEPS(SYSCTL(BLUE, "net/ipv4/icmp_echo_ignore_all", "1")),
		LOOKS({ POD, ICMP(FAULT_SILENT), .neigh = "REACHABLE",
			SIGNS(COUNT(BLUE, "IcmpInEchos", 1),
			      NEVER(BLUE, "IcmpOutMsgs")) },
		      OK(GATEWAY), OK(OUTSIDE)),
		CURE(SYSCTL(BLUE, "net/ipv4/icmp_echo_ignore_all", "0")),
	}, {
		/* Packets to oneself go by lo, whatever link has the address. */
		"lo-down", "the pod's lo is down", "uplink", 3,
		STEPS(DOWN(RED, "lo")),
		LOOKS({ WAY(RED, RED, "10.244.0.10"), ALL(FAULT_SILENT),
			SIGNS(NEVER(RED, "lo tx_packets")) },
		      OK(POD), OK(GATEWAY), OK(BACK), OK(OUTSIDE)),
		CURE(UP(RED, "lo")),
	},
	/* The same with IPv6. */
	{
		"ipv6-tentative", "the pod's addresses are still tentative",
		"uplink-ipv6", 3,
		STEPS(SYSCTL(RED, "net/ipv6/conf/veth-red/accept_dad", "1"),
		      SYSCTL(RED, "net/ipv6/conf/veth-red/dad_transmits", "600"),
		      DOWN(RED, "veth-red"), UP(RED, "veth-red"),
		      ADDR(RED, "veth-red", "2001:db8::10/64")),
		/*
		 * Without a usable address of the link, lo's is the source,
		 * from which no solicitation is sent (ndisc_solicit).
		 */
		LOOKS({ POD6, TOLD(-EHOSTUNREACH, "1/3 from ::1"),
			.neigh = "FAILED" },
		      { POD6, .src = "2001:db8::10", ALL(-EADDRNOTAVAIL) }),
		FACTS({ RED, "addr 2001:db8::10/64",
			"addr 2001:db8::10/64 dev veth-red scope global permanent tentative\n" }),
	}, {
		"ipv6-disabled", "IPv6 is disabled on the pod's link",
		"uplink-ipv6", 3,
		STEPS(SYSCTL(RED, "net/ipv6/conf/veth-red/disable_ipv6", "1")),
		LOOKS(NR6(POD6), NR6(GATEWAY6), NR6(OUTSIDE6), OK(POD)),
	}, {
		"ipv6-unresolved", "the other pod has no IPv6 address",
		"uplink-ipv6", 2,
		STEPS(ADDR_DEL(BLUE, "veth-blue", "2001:db8::20/64")),
		LOOKS({ POD6, NO_ND,
			SIGNS(NEVER(BLUE, "Icmp6InNeighborSolicits")) },
		      OK(GATEWAY6), OK(POD)),
		CURE(ADDR6(BLUE, "veth-blue", "2001:db8::20/64")),
	}, {
		"ipv6-mcast-flood-off",
		"the other pod's port floods no multicast", "uplink-ipv6", 2,
		STEPS(PORT("veth-blue-br", "mcast_flood", "off")),
		LOOKS({ POD6, NO_ND,
			SIGNS(NEVER(BLUE, "Icmp6InNeighborSolicits")) },
		      OK(GATEWAY6), OK(POD)),
		CURE(PORT("veth-blue-br", "mcast_flood", "on")),
	}, {
		"ipv6-duplicate", "another pod has the same IPv6 address",
		"uplink-ipv6", 2, .duplicate = "2001:db8::10/64",
		STEPS(SYSCTL(BLUE, "net/ipv6/conf/veth-blue/accept_dad", "1"),
		      SYSCTL(BLUE, "net/ipv6/conf/veth-blue/router_solicitation_delay", "0"),
		      ADDR(BLUE, "veth-blue", "2001:db8::10/64")),
		LOOKS(OK(GATEWAY6), OK(POD6)),
		FACTS({ BLUE, "addr 2001:db8::10/64",
			"addr 2001:db8::10/64 dev veth-blue scope global permanent tentative dadfailed\n" }),
	}, {
		"ipv6-no-default-route", "the pod has no IPv6 default route",
		"uplink-ipv6", 3,
		STEPS(ROUTE_DEL(RED, "default", "2001:db8::1")),
		LOOKS(OK(POD6), OK(GATEWAY6), NR6(OUTSIDE6), OK(OUTSIDE)),
		CURE(ROUTE(RED, "default", "2001:db8::1")),
	}, {
		"ipv6-forwarding-off", "IPv6 forwarding is 0 in host",
		"uplink-ipv6", 3,
		STEPS(SYSCTL(HOST, "net/ipv6/conf/all/forwarding", "0")),
		LOOKS({ OUTSIDE6, SIL, SIGNS(COUNT(HOST, "Ip6InAddrErrors", 3),
			      NEVER(HOST, "Ip6OutForwDatagrams")) },
		      OK(POD6), OK(GATEWAY6), OK(OUTSIDE)),
		CURE(SYSCTL(HOST, "net/ipv6/conf/all/forwarding", "1")),
	}, {
		"ipv6-no-route-back", "the far end has no IPv6 route to the pods",
		"uplink-ipv6", 3,
		STEPS(ROUTE_DEL("outside", "2001:db8::/64", "2001:db8:1::1")),
		LOOKS({ OUTSIDE6, ONE_WAY,
			SIGNS(COUNT("outside", "Ip6OutNoRoutes", 3),
			      COUNT(HOST, "Ip6OutForwDatagrams", 3)) },
		      OK(POD6), OK(GATEWAY6)),
		CURE(ROUTE("outside", "2001:db8::/64", "2001:db8:1::1")),
	}, {
		"ipv6-host-no-route", "the host has no IPv6 route to the far end",
		"uplink-ipv6", 3,
		STEPS(ROUTE_DEL(HOST, "2001:db8:2::/64", "2001:db8:1::2")),
		LOOKS({ OUTSIDE6, TOLD(-ENETUNREACH, "1/0 from 2001:db8::1"),
			.neigh = "REACHABLE",
			SIGNS(COUNT(HOST, "Ip6InNoRoutes", 3),
			      NEVER(RED, "Ip6OutNoRoutes")) },
		      OK(POD6), OK(GATEWAY6)),
		CURE(ROUTE(HOST, "2001:db8:2::/64", "2001:db8:1::2")),
	}, {
		"ipv6-uplink-mtu", "the MTU behind the host is less",
		"uplink-ipv6", 3,
		STEPS(SET(HOST, "uplink", "mtu", "1280"),
		      SET("outside", "veth-out", "mtu", "1280")),
		LOOKS(OK(OUTSIDE6),
		      { OUTSIDE6, .size = 1400, .neigh = "REACHABLE",
			.icmp = { -EMSGSIZE, "2/0 from 2001:db8::1 mtu 1280" },
			.pmtu = 1280, SIGNS(COUNT(HOST, "Ip6InTooBigErrors", 1),
			      COUNT(HOST, "Icmp6OutPktTooBigs", 1)) }),
	}, {
		"ipv6-blackhole-route", "the pod has an IPv6 blackhole route",
		"uplink-ipv6", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, RED, "blackhole",
			       "2001:db8:2::/64")),
		LOOKS({ OUTSIDE6, ALL(-EINVAL),
			SIGNS(NEVER(RED, "Ip6OutNoRoutes")) },
		      OK(POD6), OK(GATEWAY6)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, RED, "blackhole",
			      "2001:db8:2::/64")),
	}, {
		"ipv6-unreachable-route", "the pod has an IPv6 unreachable route",
		"uplink-ipv6", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, RED, "unreachable",
			       "2001:db8:2::/64")),
		LOOKS({ OUTSIDE6, ALL(-EHOSTUNREACH),
			SIGNS(NEVER(RED, "Ip6OutNoRoutes")) },
		      OK(POD6), OK(GATEWAY6)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, RED, "unreachable",
			      "2001:db8:2::/64")),
	}, {
		"ipv6-prohibit-route", "the pod has an IPv6 prohibit route",
		"uplink-ipv6", 3,
		STEPS(ROUTE_OF(TOPO_ROUTE_ADD, RED, "prohibit",
			       "2001:db8:2::/64")),
		LOOKS({ OUTSIDE6, ALL(-EACCES),
			SIGNS(NEVER(RED, "Ip6OutNoRoutes")) },
		      OK(POD6), OK(GATEWAY6)),
		CURE(ROUTE_OF(TOPO_ROUTE_DEL, RED, "prohibit",
			      "2001:db8:2::/64")),
	},
	{ .slug = NULL },
};

const struct fault *fault_find(const char *slug)
{
	const struct fault *fault;

	for (fault = faults; fault->slug; fault++) {
		if (!strcmp(fault->slug, slug))
			return fault;
	}
	return NULL;
}

size_t fault_count_steps(const struct topo_step steps[FAULT_STEPS])
{
	size_t n;

	for (n = 0; n < FAULT_STEPS && steps[n].ns; n++)
		;
	return n;
}

int fault_load(struct topo_list *list, const struct fault *fault)
{
	int err = topology_load(list, fault->topology);

	if (err)
		return err;
	topo_list_add(list, fault->steps, fault_count_steps(fault->steps));
	return list->err;
}
