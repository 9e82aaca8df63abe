/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The topologies of the document seed-network-namespaces.md, as data: its
 * names, its addresses and its order.  Ends are made on the host and moved, as
 * there, but for the variants that say otherwise: a move waits for an RCU
 * grace period under the rtnl lock, the dearest step of all (20 to 40 ms).
 */
#ifndef TOPOLOGIES_H
#define TOPOLOGIES_H

#include "topo_list.h"

/* How many pods a bridge takes; 1023 ports is the kernel's BR_MAX_PORTS. */
#define BRIDGE_PODS_MAX	1000

struct topology {
	const char *name;		/* "p2p", "bridge", "bridge-N" ... */
	const char *summary;
};

/* All of them, ended by a NULL name; the N of a name stands for any number. */
extern const struct topology topologies[];

/*
 * Fills @list with the steps of the topology NAME: 0, -ENOENT if there is no
 * such, or -ENOMEM.
 */
int topology_load(struct topo_list *list, const char *name)
	__attribute__((warn_unused_result));

struct bridge_opts {
	unsigned int pods;
	bool ipv6;			/* 2001:db8::/64 beside IPv4 */
	bool in_place;			/* ends made where they belong */
};

/* Method 2 for any number of pods: pod-red, pod-blue, pod-3, pod-4 ... */
void bridge_steps(struct topo_list *list, const struct bridge_opts *opts);

/* The @i-th (from 0) pod's name and address; they belong to @list. */
const char *bridge_pod_name(struct topo_list *list, unsigned int i);
const char *bridge_pod_addr(struct topo_list *list, unsigned int i);

#endif
