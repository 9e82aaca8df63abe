/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What namespaces cost: the time of control-plane operations while @pods pods
 * stand (or as many entries are in a table), by our own requests, by
 * `ip -batch` and by one `ip` a step.  All three make the same steps of the
 * tests' own topologies, on named namespaces.
 */
#ifndef COST_H
#define COST_H

#include "workload.h"

/*
 * What stands, kept from sample to sample: a thousand pods take seconds to
 * build and to end.  Made inside the sandbox, in the process that measures.
 */
struct cost_world;

struct cost {
	const char *name;	/* "netns_add", "pod_add" ... */
	const char *summary;
	const char *method;	/* "netlink", "ip-batch", "ip" */
	const unsigned int *pods;	/* how many to try; ended by 0 */
	const char *unit;	/* of what there are so many: "pods", "routes" */
	/*
	 * Takes one sample, of several operations, with @pods standing, which
	 * @world is changed to if need be: cheap in a row of the same @pods.
	 * When it returns, nothing of the operations is left but @world.
	 * 0, or -errno with "error" set: -EOPNOTSUPP where there is no ip(8),
	 * or too few descriptors are allowed.
	 */
	int (*measure)(const struct cost *cost, unsigned int pods,
		       struct cost_world *world, json_t *sample);
	const void *opts;
};

/* Ended by a NULL name; one row an operation and method. */
extern const struct cost costs[];

/* NULL with errno. */
struct cost_world *cost_world_new(void) __attribute__((warn_unused_result));

/*
 * Lets go of what stands and waits until it is gone to the last: what is
 * measured next has the kernel for itself.  0 or -errno.
 */
int cost_world_drop(struct cost_world *world)
	__attribute__((warn_unused_result));

/* Does not wait; takes NULL. */
void cost_world_free(struct cost_world *world);

#endif
