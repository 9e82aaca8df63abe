/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What stands while an operation is measured, and the wait until what was let
 * go of is gone.
 *
 *	host	v-net-0 --- N pods, as "bridge-N-in-place" of lib/topologies.h
 *	or	v-net-0 --- cost-a ---- cost-b	N entries in the forwarding
 *						table, or N routes over cost-a
 */
#ifndef COST_WORLD_H
#define COST_WORLD_H

#include "cost.h"
#include "cost_play.h"

/* So many operations at most on one standing world. */
#define COST_EXTRA_MAX	10

enum cost_kind { COST_PODS, COST_FDB, COST_ROUTES };

/* The links of a namespace as they go. */
struct cost_watch {
	int netns;
	struct rtnl *ask, *events;
};

struct cost_world {
	struct topo *topo;		/* NULL: nothing stands */
	enum cost_kind kind;
	unsigned int size;
	struct cost_watch watch;	/* of a namespace of its own */
};

/* These are 0 or -errno with @why. */

/* Changes it into @size of @kind; nothing is left of what stood before. */
int cost_world_need(struct cost_world *world, enum cost_kind kind,
		    unsigned int size, char why[256])
	__attribute__((warn_unused_result));

/*
 * Builds @size pods by @method where nothing stands: *@secs is what the steps
 * took, without the wait for the ports to forward that follows.
 */
int cost_world_build(struct cost_world *world, enum cost_method method,
		     unsigned int size, double *secs, char why[256])
	__attribute__((warn_unused_result));

/* Lets go of it: *@secs until its last device was gone. */
int cost_world_teardown(struct cost_world *world, double *secs,
			char why[256]) __attribute__((warn_unused_result));

/* These are 0 or -errno. */

/* Waits until all namespaces that were let go of are gone to the last. */
int cost_world_settle(struct cost_world *world)
	__attribute__((warn_unused_result));

/* Listens in @netns, which it does not take over. */
int cost_watch_open(struct cost_watch *watch, int netns)
	__attribute__((warn_unused_result));
void cost_watch_close(struct cost_watch *watch);

/* Makes a veth pair between the namespace that is watched and @netns. */
int cost_watch_hang(struct cost_watch *watch, const char *dev, int netns)
	__attribute__((warn_unused_result));

/* Waits for the end of @n links, in any order. */
int cost_watch_gone(struct cost_watch *watch, char (*devs)[16], size_t n)
	__attribute__((warn_unused_result));

/* The steps for pods in such a world: those of @all for pods from <= i < to. */
void cost_pods_all(struct topo_list *all, unsigned int size, bool in_place);
void cost_pods_steps(struct topo_list *list, const struct topo_list *all,
		     int from, int to);

/* Appends the step that adds entry @i of such a table. */
void cost_entry_step(struct topo_list *list, enum cost_kind kind,
		     unsigned int i);

/* Deletes the names that @list makes, those that are there. */
void cost_names_del(const struct topo_list *list);

/* Waits until the ports that @n steps make forward, and their bridge runs. */
int cost_ports_wait(const struct topo *topo, const struct topo_step *steps,
		    size_t n)
	__attribute__((warn_unused_result));

double cost_now(void);

#endif
