/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Steps of a topology, made in one of three ways: by our own requests, by the
 * printed commands in a few `ip -batch`, and by the printed commands as they
 * are, each a process of its own: in a script of sh(1), or the one there is.
 */
#ifndef COST_PLAY_H
#define COST_PLAY_H

#include "topo.h"

enum cost_method { COST_NETLINK, COST_IP_BATCH, COST_IP };

struct cost_play {
	enum cost_method method;
	struct topo *topo;	/* COST_NETLINK: where */
	int host;		/* the others: the namespace to run ip(8) in */
	bool netns_del;		/* a TOPO_NETNS_ADD is an `ip netns del` */
	char why[256];		/* of a failure: the step, and what was said */
};

/*
 * -EOPNOTSUPP with .why if the program that @step is printed for (ip or
 * bridge) is not in PATH; 0 for netlink.
 */
int cost_play_tool(struct cost_play *play, const struct topo_step *step)
	__attribute__((warn_unused_result));

/*
 * Makes @n steps: 0 or -errno with .why.  As batches, one for the host, where
 * namespaces are made, then one for each other namespace (`ip -n POD -batch`).
 */
int cost_play(struct cost_play *play, const struct topo_step *steps, size_t n)
	__attribute__((warn_unused_result));

#endif
