// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Paths.  direct, bridge and routed are as the tests build them, the first two
 * the document's methods 1 and 2, ends in place; what no test has is below.
 */
#include "path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "link.h"
#include "neigh.h"
#include "netns.h"
#include "nstat.h"
#include "probe.h"
#include "topologies.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define ADD(list, steps)	topo_list_add(list, steps, ARRAY_SIZE(steps))

/* Shorthand that keeps a step on a line. */
#define HOST		TOPO_HOST
#define RED		"pod-red"
#define BLUE		"pod-blue"
#define NETNS_ADD(n)	{ .op = TOPO_NETNS_ADD, .ns = n }
#define UP(n, d)	{ .op = TOPO_LINK_UP, .ns = n, .dev = d }
#define ADDR_ADD(n, d, a) { .op = TOPO_ADDR_ADD, .ns = n, .dev = d, .addr = a }
#define VETH_ADD(n, d, p, t) \
	{ .op = TOPO_LINK_ADD, .ns = n, .dev = d, .kind = "veth", .peer = p, \
	  .to = t }
#define MACVLAN_ADD(d, t) \
	{ .op = TOPO_LINK_ADD, .ns = HOST, .dev = d, .kind = "macvlan", \
	  .link = "low", .to = t, .args = "mode bridge" }
#define VXLAN_ADD(n, d, a) \
	{ .op = TOPO_LINK_ADD, .ns = n, .dev = d, .kind = "vxlan", .args = a }

static const struct topo_step pods[] = {
	NETNS_ADD(RED),
	NETNS_ADD(BLUE),
	UP(RED, "lo"),
	UP(BLUE, "lo"),
};

/*
 *	pod-red                host                pod-blue
 *	mv-red ............... low ............... mv-blue
 *	192.0.2.1/24            |                  192.0.2.2/24
 *	                       end
 *
 * In bridge mode they reach each other without the device below, which only
 * has to be there: one that every kernel under test has.
 */
static void macvlan_steps(struct topo_list *list)
{
	static const struct topo_step steps[] = {
		VETH_ADD(HOST, "low", "end", NULL),
		UP(HOST, "low"),
		UP(HOST, "end"),
		MACVLAN_ADD("mv-red", RED),
		MACVLAN_ADD("mv-blue", BLUE),
		ADDR_ADD(RED, "mv-red", "192.0.2.1/24"),
		ADDR_ADD(BLUE, "mv-blue", "192.0.2.2/24"),
		UP(RED, "mv-red"),
		UP(BLUE, "mv-blue"),
	};

	ADD(list, pods);
	ADD(list, steps);
}

/*
 *	pod-red                                    pod-blue
 *	vx 198.51.100.1/24 . . . . . . . . . . . . vx 198.51.100.2/24
 *	veth-red 192.0.2.1/24 -------------------- veth-blue 192.0.2.2/24
 */
static void vxlan_steps(struct topo_list *list)
{
	static const struct topo_step steps[] = {
		VETH_ADD(RED, "veth-red", "veth-blue", BLUE),
		ADDR_ADD(RED, "veth-red", "192.0.2.1/24"),
		ADDR_ADD(BLUE, "veth-blue", "192.0.2.2/24"),
		UP(RED, "veth-red"),
		UP(BLUE, "veth-blue"),
		VXLAN_ADD(RED, "vx",
			  "id 5 remote 192.0.2.2 dstport 4789 dev veth-red"),
		VXLAN_ADD(BLUE, "vx",
			  "id 5 remote 192.0.2.1 dstport 4789 dev veth-blue"),
		ADDR_ADD(RED, "vx", "198.51.100.1/24"),
		ADDR_ADD(BLUE, "vx", "198.51.100.2/24"),
		UP(RED, "vx"),
		UP(BLUE, "vx"),
	};

	ADD(list, pods);
	ADD(list, steps);
}

#define BETWEEN_PODS(d)	.client = RED, .server = BLUE, .dst = d
#define BRIDGE_N(n) \
	{ .name = "bridge-" #n, .topology = "bridge-" #n "-in-place", \
	  .summary = #n " pods on a bridge, all but two of them idle", \
	  BETWEEN_PODS("10.244.0.20"), .needs = "CONFIG_BRIDGE" }

const struct path_desc path_descs[] = {
	{ .name = "direct", .topology = "p2p-in-place",
	  .summary = "two pods on one veth pair",
	  BETWEEN_PODS("10.0.1.2"), .needs = "CONFIG_VETH" },
	{ .name = "direct-again", .topology = "p2p-in-place",
	  .summary = "the same, another instance: what noise amounts to",
	  BETWEEN_PODS("10.0.1.2"), .needs = "CONFIG_VETH" },
	{ .name = "bridge", .topology = "bridge-in-place",
	  .summary = "two pods on a bridge of the host",
	  BETWEEN_PODS("10.244.0.20"), .needs = "CONFIG_BRIDGE" },
	{ .name = "loopback", .topology = "loopback",
	  .summary = "one pod with itself, over lo",
	  .client = RED, .server = RED, .dst = "127.0.0.1" },
	{ .name = "unix", .topology = "loopback",
	  .summary = "one pod with itself, over AF_UNIX",
	  .client = RED, .server = RED },
	{ .name = "routed", .topology = "routed",
	  .summary = "two pods on veth pairs, the host routes between them",
	  BETWEEN_PODS("10.244.1.20"), .needs = "CONFIG_VETH" },
	BRIDGE_N(10),
	BRIDGE_N(100),
	BRIDGE_N(1000),
	{ .name = "macvlan", .steps = macvlan_steps,
	  .summary = "two pods on macvlans of one device",
	  BETWEEN_PODS("192.0.2.2"), .needs = "CONFIG_MACVLAN" },
	{ .name = "vxlan", .steps = vxlan_steps,
	  .summary = "two pods on a VXLAN over one veth pair",
	  BETWEEN_PODS("198.51.100.2"), .needs = "CONFIG_VXLAN" },
	{ .name = NULL },
};

/*
 * The protocol's, with the kernel's defaults on a machine with memory enough
 * (tcp_init(), net/ipv4/tcp.c): a namespace has those of the first one, which
 * an administrator or little memory may have changed.  What a connection
 * learned (ssthresh, RTT) must not reach the next one.
 */
static const struct {
	const char *name, *value;
} sysctls[] = {
	{ "net/ipv4/tcp_rmem", "4096\t131072\t6291456" },
	{ "net/ipv4/tcp_wmem", "4096\t16384\t4194304" },
	{ "net/ipv4/tcp_no_metrics_save", "1" },
};

/* Set in one namespace, and read back; the name of the one that was not. */
static int set_sysctls(int netns, char why[256])
{
	char value[64];
	size_t i;
	int err;

	for (i = 0; i < ARRAY_SIZE(sysctls); i++) {
		err = sysctl_set(netns, sysctls[i].name, sysctls[i].value);
		if (!err)
			err = sysctl_get(netns, sysctls[i].name, value,
					 sizeof(value));
		if (!err && strcmp(value, sysctls[i].value))
			err = -EPROTO;
		if (err == -ENOENT) {
			snprintf(why, 256, "this kernel has no %s",
				 sysctls[i].name);
			continue;
		}
		if (err) {
			snprintf(why, 256, "%s could not be set to \"%s\": %s",
				 sysctls[i].name, sysctls[i].value,
				 strerror(-err));
			return err;
		}
	}
	/*
	 * Router solicitations and multicast reports of the first seconds
	 * would be among the packets measured.
	 */
	err = sysctl_set(netns, "net/ipv6/conf/all/disable_ipv6", "1");
	if (err && err != -ENOENT) {
		snprintf(why, 256, "IPv6 could not be turned off: %s",
			 strerror(-err));
		return err;
	}
	return 0;
}

static const char *link_name(const struct link *links, int n, int ifindex)
{
	int i;

	for (i = 0; i < n; i++) {
		if (links[i].ifindex == ifindex)
			return links[i].name;
	}
	return NULL;
}

/*
 * What ARP found holds for good: an entry that turns stale has the first
 * packet after 30 s or so look for it again.
 */
static int keep_neighbours(struct rtnl *rtnl)
{
	char args[64], text[IP_TEXT_MAX], mac[18];
	struct neigh *neighs = NULL;
	struct link *links = NULL;
	int n, n_links, i, err;
	const char *dev;

	n_links = link_list(rtnl, &links);
	n = neigh_list(rtnl, AF_INET, &neighs);
	err = n_links < 0 ? n_links : n < 0 ? n : 0;
	for (i = 0; i < n && !err; i++) {
		dev = link_name(links, n_links, neighs[i].ifindex);
		if (!dev || !(neighs[i].state & (NUD_REACHABLE | NUD_STALE |
						 NUD_DELAY | NUD_PROBE)))
			continue;
		snprintf(args, sizeof(args), "lladdr %s nud permanent",
			 mac_text(neighs[i].mac, mac));
		err = neigh_replace(rtnl, dev, ip_text(&neighs[i].dst, 0, text),
				    args);
	}
	free(neighs);
	free(links);
	return err;
}

/* One round trip fills neighbour and forwarding tables. */
static int ping(const struct path *path, char why[256])
{
	const struct probe probe = { .kind = PROBE_ICMP, .from = path->client,
				     .to = -1, .dst = path->desc->dst };
	int err;

	if (!path->desc->dst)
		return 0;
	err = probe_run(&probe, NULL);
	if (err)
		snprintf(why, 256, "no answer to a ping of %s: %s", probe.dst,
			 strerror(-err));
	return err;
}

/* In all namespaces that packets pass: idle pods have nothing to be set. */
static int settle(const struct path *path, char why[256])
{
	const char * const names[] = { HOST, path->desc->client,
				       path->desc->server };
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(names) && !err; i++)
		err = set_sysctls(topo_netns(path->topo, names[i]), why);
	if (!err)
		err = ping(path, why);
	for (i = 0; i < ARRAY_SIZE(names) && !err; i++) {
		err = keep_neighbours(topo_rtnl(path->topo, names[i]));
		if (err)
			snprintf(why, 256, "neighbours of %s: %s", names[i],
				 strerror(-err));
	}
	return err;
}

/*
 * Several paths stand at once, and the same topology twice: the descriptors
 * keep the namespaces, so that the names can go as soon as all is built.
 */
static int drop_names(const struct path *path, char why[256])
{
	const char *name;
	size_t i;
	int err;

	for (i = 1; (name = topo_netns_name(path->topo, i)); i++) {
		err = netns_del(name);
		if (err) {
			snprintf(why, 256, "the name %s: %s", name,
				 strerror(-err));
			return err;
		}
	}
	return 0;
}

/* Each namespace is two descriptors, and a bridge may have a thousand. */
static void raise_nofile(void)
{
	struct rlimit limit;

	if (!getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

static int build(struct path *path, char why[256])
{
	const struct path_desc *desc = path->desc;
	struct topo_error error;
	struct topo_list list;
	int err = 0;

	if (desc->topology) {
		err = topology_load(&list, desc->topology);
	} else {
		topo_list_init(&list, desc->name);
		desc->steps(&list);
	}
	if (err) {
		snprintf(why, 256, "topology %s: %s", desc->topology,
			 strerror(-err));
		goto out;
	}
	path->topo = topo_create(&list, &error);
	if (path->topo)
		goto out;
	err = -errno;
	if (err == -EOPNOTSUPP && desc->needs)
		snprintf(why, 256, "this kernel lacks %s", desc->needs);
	else
		snprintf(why, 256, "%.240s",
			 error.text[0] ? error.text : strerror(-err));
out:
	topo_list_free(&list);
	return err;
}

int path_open(struct path *path, const struct path_desc *desc, char why[256])
{
	int err;

	*path = (struct path){ .desc = desc, .client = -1, .server = -1 };
	why[0] = '\0';
	raise_nofile();
	err = build(path, why);
	if (err)
		return err;
	path->client = topo_netns(path->topo, desc->client);
	path->server = topo_netns(path->topo, desc->server);
	err = settle(path, why);
	if (!err)
		err = drop_names(path, why);
	if (err)
		path_close(path);
	return err;
}

void path_close(struct path *path)
{
	topo_destroy(path->topo);
	path->topo = NULL;
	path->client = path->server = -1;
}
