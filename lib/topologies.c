// SPDX-License-Identifier: GPL-2.0-or-later
#include "topologies.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* Shorthand that keeps a step on a line; the order is .op, .ns, the rest. */
#define NETNS_ADD(n)	{ .op = TOPO_NETNS_ADD, .ns = n }
#define LO_UP(n)	{ .op = TOPO_LINK_UP, .ns = n, .dev = "lo" }
#define VETH_ADD(n, d, p) \
	{ .op = TOPO_LINK_ADD, .ns = n, .dev = d, .kind = "veth", .peer = p }
#define VETH_ADD_TO(n, d, p, t) \
	{ .op = TOPO_LINK_ADD, .ns = n, .dev = d, .kind = "veth", .peer = p, \
	  .to = t }
#define VETH_ADD_AT(n, d, i, p, t) \
	{ .op = TOPO_LINK_ADD, .ns = n, .dev = d, .index = i, \
	  .kind = "veth", .peer = p, .to = t }
#define SET_NETNS(d, t) \
	{ .op = TOPO_LINK_NETNS, .ns = TOPO_HOST, .dev = d, .to = t }
#define ADDR_ADD(n, d, a) \
	{ .op = TOPO_ADDR_ADD, .ns = n, .dev = d, .addr = a }
#define ADDR6_ADD(n, d, a) \
	{ .op = TOPO_ADDR_ADD, .ns = n, .dev = d, .addr = a, .nodad = true }
#define SET_UP(n, d)	{ .op = TOPO_LINK_UP, .ns = n, .dev = d }
#define ROUTE_ADD(n, a, v) \
	{ .op = TOPO_ROUTE_ADD, .ns = n, .addr = a, .via = v }
#define SYSCTL(n, d, a) \
	{ .op = TOPO_SYSCTL, .ns = n, .dev = d, .addr = a }
#define NO_IPV6(n)	SYSCTL(n, "net/ipv6/conf/default/disable_ipv6", "1")
#define NO_DAD(n)	SYSCTL(n, "net/ipv6/conf/default/accept_dad", "0")

/* The document's steps 1 and 3, which every method builds on. */
static const struct topo_step pod_red[] = {
	NETNS_ADD("pod-red"),
};

static const struct topo_step pods[] = {
	NETNS_ADD("pod-red"),
	NETNS_ADD("pod-blue"),
};

static const struct topo_step pods_lo[] = {
	LO_UP("pod-red"),
	LO_UP("pod-blue"),
};

/*
 *	pod-red                  pod-blue
 *	veth-red ---------------- veth-blue
 *	10.0.1.1/24               10.0.1.2/24
 */
static const struct topo_step p2p_wire[] = {
	VETH_ADD(TOPO_HOST, "veth-red", "veth-blue"),
	SET_NETNS("veth-red", "pod-red"),
	SET_NETNS("veth-blue", "pod-blue"),
};

static const struct topo_step p2p_wire_in_place[] = {
	VETH_ADD_TO("pod-red", "veth-red", "veth-blue", "pod-blue"),
};

static const struct topo_step p2p_addrs[] = {
	ADDR_ADD("pod-red", "veth-red", "10.0.1.1/24"),
	ADDR_ADD("pod-blue", "veth-blue", "10.0.1.2/24"),
};

static const struct topo_step p2p_addrs6[] = {
	ADDR6_ADD("pod-red", "veth-red", "2001:db8::1/64"),
	ADDR6_ADD("pod-blue", "veth-blue", "2001:db8::2/64"),
};

static const struct topo_step p2p_up[] = {
	SET_UP("pod-red", "veth-red"),
	SET_UP("pod-blue", "veth-blue"),
};

/*
 *	host                      pod-red
 *	veth-host --------------- veth-pod
 *	10.1.1.1/24               10.1.1.2/24
 */
static const struct topo_step host_lo[] = {
	LO_UP(TOPO_HOST),
	LO_UP("pod-red"),
};

static const struct topo_step host_wire[] = {
	VETH_ADD(TOPO_HOST, "veth-pod", "veth-host"),
	SET_NETNS("veth-pod", "pod-red"),
};

static const struct topo_step host_wire_in_place[] = {
	VETH_ADD_TO(TOPO_HOST, "veth-host", "veth-pod", "pod-red"),
};

static const struct topo_step host_addrs[] = {
	ADDR_ADD(TOPO_HOST, "veth-host", "10.1.1.1/24"),
	ADDR_ADD("pod-red", "veth-pod", "10.1.1.2/24"),
};

static const struct topo_step host_addrs6[] = {
	ADDR6_ADD(TOPO_HOST, "veth-host", "2001:db8::1/64"),
	ADDR6_ADD("pod-red", "veth-pod", "2001:db8::2/64"),
};

static const struct topo_step host_up[] = {
	SET_UP(TOPO_HOST, "veth-host"),
	SET_UP("pod-red", "veth-pod"),
};

/*
 * What lies behind the host of method 2, for packets that the host has to
 * route.
 *
 *	host                      outside
 *	uplink ------------------ veth-out    lo
 *	203.0.113.1/24            203.0.113.2/24, 192.0.2.1/32
 */
static const struct topo_step outside[] = {
	NETNS_ADD("outside"),
	LO_UP("outside"),
};

/* A bridge would report that it listens (br_multicast_join_snoopers). */
static const struct topo_step no_reports[] = {
	SYSCTL(TOPO_HOST, "net/ipv4/igmp_link_local_mcast_reports", "0"),
};

/*
 * Without IPv6, and without the bridge's IGMP reports of 224.0.0.106, no packet
 * is sent but those that somebody asked for: each can be counted.
 */
static const struct topo_step only_ipv4[] = {
	NO_IPV6(TOPO_HOST),
	NO_IPV6("pod-red"),
	NO_IPV6("pod-blue"),
	NO_IPV6("outside"),
};

/*
 * Who forwards solicits from its link-local address (ndisc_solicit), and so
 * not before that is no more tentative: with DAD one to two seconds.
 */
static const struct topo_step no_dad[] = {
	NO_DAD(TOPO_HOST),
	NO_DAD("pod-red"),
	NO_DAD("pod-blue"),
	NO_DAD("outside"),
};

static const struct topo_step uplink_wire[] = {
	VETH_ADD_TO(TOPO_HOST, "uplink", "veth-out", "outside"),
};

static const struct topo_step uplink[] = {
	ADDR_ADD(TOPO_HOST, "uplink", "203.0.113.1/24"),
	ADDR_ADD("outside", "veth-out", "203.0.113.2/24"),
	ADDR_ADD("outside", "lo", "192.0.2.1/32"),
	SET_UP(TOPO_HOST, "uplink"),
	SET_UP("outside", "veth-out"),
	ROUTE_ADD(TOPO_HOST, "192.0.2.0/24", "203.0.113.2"),
};

static const struct topo_step uplink_route[] = {
	ROUTE_ADD("outside", "10.244.0.0/24", "203.0.113.1"),
	SYSCTL(TOPO_HOST, "net/ipv4/ip_forward", "1"),
};

static const struct topo_step uplink6[] = {
	ADDR6_ADD(TOPO_HOST, "uplink", "2001:db8:1::1/64"),
	ADDR6_ADD("outside", "veth-out", "2001:db8:1::2/64"),
	ADDR6_ADD("outside", "lo", "2001:db8:2::1/128"),
	ROUTE_ADD(TOPO_HOST, "2001:db8:2::/64", "2001:db8:1::2"),
	ROUTE_ADD("outside", "2001:db8::/64", "2001:db8:1::1"),
	SYSCTL(TOPO_HOST, "net/ipv6/conf/all/forwarding", "1"),
};

/*
 * The host's ends have indexes that their peers do not have: to linkwatch a
 * pair of equals is not urgent (linkwatch_urgent_event), up to a second.
 */
static const struct topo_step routed_wires[] = {
	VETH_ADD_AT(TOPO_HOST, "veth-red-gw", 101, "veth-red", "pod-red"),
	VETH_ADD_AT(TOPO_HOST, "veth-blue-gw", 102, "veth-blue", "pod-blue"),
	VETH_ADD_AT(TOPO_HOST, "uplink", 103, "veth-out", "outside"),
};

static const struct topo_step routed_pods[] = {
	ADDR_ADD(TOPO_HOST, "veth-red-gw", "10.244.0.1/24"),
	ADDR_ADD(TOPO_HOST, "veth-blue-gw", "10.244.1.1/24"),
	SET_UP(TOPO_HOST, "veth-red-gw"),
	SET_UP(TOPO_HOST, "veth-blue-gw"),
	SET_UP("pod-red", "veth-red"),
	SET_UP("pod-blue", "veth-blue"),
	ADDR_ADD("pod-red", "veth-red", "10.244.0.10/24"),
	ADDR_ADD("pod-blue", "veth-blue", "10.244.1.20/24"),
	ROUTE_ADD("pod-red", "default", "10.244.0.1"),
	ROUTE_ADD("pod-blue", "default", "10.244.1.1"),
};

static const struct topo_step routed_route[] = {
	ROUTE_ADD("outside", "10.244.0.0/16", "203.0.113.1"),
	SYSCTL(TOPO_HOST, "net/ipv4/ip_forward", "1"),
};

#define ADD(list, steps)	topo_list_add(list, steps, ARRAY_SIZE(steps))

const struct topology topologies[] = {
	{ "netns", "two new namespaces, nothing else" },
	{ "loopback", "two namespaces with lo up" },
	{ "p2p", "method 1: two pods on one veth pair" },
	{ "p2p-ipv6", "method 1 with IPv6 beside IPv4, made in place" },
	{ "p2p-in-place", "method 1, both ends made where they belong" },
	{ "bridge", "method 2: two pods on a bridge of the host" },
	{ "bridge-ipv6", "method 2 with IPv6 beside IPv4, made in place" },
	{ "bridge-in-place", "method 2, ends made where they belong" },
	{ "bridge-N", "method 2 with N pods (1 to 1000), such as bridge-3" },
	{ "bridge-N-in-place", "the same, ends made where they belong" },
	{ "host", "method 3: a pod on a veth pair of the host" },
	{ "host-ipv6", "method 3 with IPv6 beside IPv4, made in place" },
	{ "host-in-place", "method 3, both ends made where they belong" },
	{ "uplink", "method 2 with a host outside behind the host, IPv4 only" },
	{ "uplink-ipv6", "the same with IPv6 beside IPv4" },
	{ "routed", "pods of two subnets and outside behind a host, no bridge" },
	{ NULL, NULL },
};

static void p2p_steps(struct topo_list *list, bool ipv6, bool in_place)
{
	ADD(list, pods);
	ADD(list, pods_lo);
	if (in_place)
		ADD(list, p2p_wire_in_place);
	else
		ADD(list, p2p_wire);
	ADD(list, p2p_addrs);
	if (ipv6)
		ADD(list, p2p_addrs6);
	ADD(list, p2p_up);
}

static void host_steps(struct topo_list *list, bool ipv6, bool in_place)
{
	ADD(list, pod_red);
	ADD(list, host_lo);
	if (in_place)
		ADD(list, host_wire_in_place);
	else
		ADD(list, host_wire);
	ADD(list, host_addrs);
	if (ipv6)
		ADD(list, host_addrs6);
	ADD(list, host_up);
}

/* "pod-red" -> "red": what the document's device names are made of. */
static const char *pod_tag(struct topo_list *list, unsigned int i)
{
	static const char * const colours[] = { "red", "blue" };

	return i < 2 ? colours[i] : topo_list_str(list, "%u", i + 1);
}

const char *bridge_pod_name(struct topo_list *list, unsigned int i)
{
	return topo_list_str(list, "pod-%s", pod_tag(list, i));
}

/* The document's .10 and .20, then .21, .22 ...; a /16 where 254 are few. */
static unsigned int pod_number(unsigned int i)
{
	return i < 2 ? 10 * (i + 1) : 19 + i;
}

const char *bridge_pod_addr(struct topo_list *list, unsigned int i)
{
	unsigned int n = pod_number(i);

	return topo_list_str(list, "10.244.%u.%u", n >> 8, n & 255);
}

static unsigned int prefix_len(const struct bridge_opts *opts)
{
	return pod_number(opts->pods - 1) < 255 ? 24 : 16;
}

static const char *veth(struct topo_list *list, unsigned int i)
{
	return topo_list_str(list, "veth-%s", pod_tag(list, i));
}

static const char *veth_br(struct topo_list *list, unsigned int i)
{
	return topo_list_str(list, "veth-%s-br", pod_tag(list, i));
}

static void add_one(struct topo_list *list, struct topo_step step)
{
	topo_list_add(list, &step, 1);
}

static void bridge_pods(struct topo_list *list, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step)
			NETNS_ADD(bridge_pod_name(list, i)));
	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step)
			LO_UP(bridge_pod_name(list, i)));
	add_one(list, (struct topo_step)LO_UP(TOPO_HOST));
}

static void bridge_itself(struct topo_list *list,
			  const struct bridge_opts *opts)
{
	const struct topo_step create[] = {
		{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "v-net-0",
		  .kind = "bridge" },
		SET_UP(TOPO_HOST, "v-net-0"),
		ADDR_ADD(TOPO_HOST, "v-net-0",
			 topo_list_str(list, "10.244.0.1/%u",
				       prefix_len(opts))),
	};

	ADD(list, create);
	if (opts->ipv6)
		add_one(list, (struct topo_step)
			ADDR6_ADD(TOPO_HOST, "v-net-0", "2001:db8::1/64"));
}

static void bridge_wires(struct topo_list *list,
			 const struct bridge_opts *opts)
{
	unsigned int i, n = opts->pods;

	for (i = 0; i < n && opts->in_place; i++)
		add_one(list, (struct topo_step)
			VETH_ADD_TO(TOPO_HOST, veth_br(list, i), veth(list, i),
				    bridge_pod_name(list, i)));
	for (i = 0; i < n && !opts->in_place; i++)
		add_one(list, (struct topo_step)
			VETH_ADD(TOPO_HOST, veth(list, i), veth_br(list, i)));
	for (i = 0; i < n && !opts->in_place; i++)
		add_one(list, (struct topo_step)
			SET_NETNS(veth(list, i), bridge_pod_name(list, i)));
	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step){
			.op = TOPO_LINK_MASTER, .ns = TOPO_HOST,
			.dev = veth_br(list, i), .master = "v-net-0" });
	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step)
			SET_UP(TOPO_HOST, veth_br(list, i)));
	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step)
			SET_UP(bridge_pod_name(list, i), veth(list, i)));
}

static void bridge_addrs(struct topo_list *list,
			 const struct bridge_opts *opts)
{
	unsigned int i, n = opts->pods;

	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step)
			ADDR_ADD(bridge_pod_name(list, i), veth(list, i),
				 topo_list_str(list, "%s/%u",
					       bridge_pod_addr(list, i),
					       prefix_len(opts))));
	for (i = 0; i < n && opts->ipv6; i++)
		add_one(list, (struct topo_step)
			ADDR6_ADD(bridge_pod_name(list, i), veth(list, i),
				  topo_list_str(list, "2001:db8::%u/64",
						pod_number(i))));
	for (i = 0; i < n; i++)
		add_one(list, (struct topo_step){
			.op = TOPO_ROUTE_ADD, .ns = bridge_pod_name(list, i),
			.addr = "default", .via = "10.244.0.1" });
	for (i = 0; i < n && opts->ipv6; i++)
		add_one(list, (struct topo_step){
			.op = TOPO_ROUTE_ADD, .ns = bridge_pod_name(list, i),
			.addr = "default", .via = "2001:db8::1" });
}

/*
 *	host   v-net-0 10.244.0.1/24
 *	        |- veth-red-br  ------ veth-red   pod-red   10.244.0.10/24
 *	        `- veth-blue-br ------ veth-blue  pod-blue  10.244.0.20/24
 */
void bridge_steps(struct topo_list *list, const struct bridge_opts *opts)
{
	bridge_pods(list, opts->pods);
	bridge_itself(list, opts);
	bridge_wires(list, opts);
	bridge_addrs(list, opts);
}

static void uplink_steps(struct topo_list *list, bool ipv6)
{
	const struct bridge_opts opts = { .pods = 2, .ipv6 = ipv6,
					  .in_place = true };

	bridge_pods(list, opts.pods);
	ADD(list, outside);
	if (ipv6) {
		ADD(list, no_dad);
	} else {
		ADD(list, no_reports);
		ADD(list, only_ipv4);
	}
	bridge_itself(list, &opts);
	bridge_wires(list, &opts);
	bridge_addrs(list, &opts);
	ADD(list, uplink_wire);
	ADD(list, uplink);
	ADD(list, uplink_route);
	if (ipv6)
		ADD(list, uplink6);
}

/*
 *	pod-red                   host
 *	veth-red ---------------- veth-red-gw    uplink ---- veth-out   outside
 *	10.244.0.10/24            10.244.0.1/24  203.0.113.1/24
 *	pod-blue
 *	veth-blue --------------- veth-blue-gw
 *	10.244.1.20/24            10.244.1.1/24
 */
static void routed_steps(struct topo_list *list)
{
	bridge_pods(list, 2);
	ADD(list, outside);
	ADD(list, only_ipv4);
	ADD(list, routed_wires);
	ADD(list, routed_pods);
	ADD(list, uplink);
	ADD(list, routed_route);
}

/* N of "bridge-N" or "bridge-N-in-place": 0 if @name is neither. */
static unsigned int parse_pods(const char *name, bool *in_place)
{
	unsigned long n;
	char *end;

	if (strncmp(name, "bridge-", 7) || name[7] < '1' || name[7] > '9')
		return 0;
	n = strtoul(name + 7, &end, 10);
	*in_place = !strcmp(end, "-in-place");
	return (*end && !*in_place) || n > BRIDGE_PODS_MAX ? 0 : n;
}

static int load_bridge(struct topo_list *list, const char *name)
{
	struct bridge_opts opts = { .pods = 2 };

	if (!strcmp(name, "bridge-ipv6"))
		opts.ipv6 = opts.in_place = true;
	else if (!strcmp(name, "bridge-in-place"))
		opts.in_place = true;
	else if (strcmp(name, "bridge"))
		opts.pods = parse_pods(name, &opts.in_place);
	if (!opts.pods)
		return -ENOENT;
	bridge_steps(list, &opts);
	return list->err;
}

int topology_load(struct topo_list *list, const char *name)
{
	topo_list_init(list, name);
	if (!strncmp(name, "bridge", 6))
		return load_bridge(list, name);
	if (!strcmp(name, "netns")) {
		ADD(list, pods);
	} else if (!strcmp(name, "loopback")) {
		ADD(list, pods);
		ADD(list, pods_lo);
	} else if (!strcmp(name, "p2p")) {
		p2p_steps(list, false, false);
	} else if (!strcmp(name, "p2p-ipv6")) {
		p2p_steps(list, true, true);
	} else if (!strcmp(name, "p2p-in-place")) {
		p2p_steps(list, false, true);
	} else if (!strcmp(name, "host")) {
		host_steps(list, false, false);
	} else if (!strcmp(name, "host-ipv6")) {
		host_steps(list, true, true);
	} else if (!strcmp(name, "host-in-place")) {
		host_steps(list, false, true);
	} else if (!strcmp(name, "uplink")) {
		uplink_steps(list, false);
	} else if (!strcmp(name, "uplink-ipv6")) {
		uplink_steps(list, true);
	} else if (!strcmp(name, "routed")) {
		routed_steps(list);
	} else {
		return -ENOENT;
	}
	return list->err;
}
