/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What traffic is measured over: two ends of a topology of lib/topologies.h (or
 * of a list of our own where no test has one), standing, checked, and with the
 * per-namespace sysctls of the protocol set.
 */
#ifndef PATH_H
#define PATH_H

#include "topo.h"

struct path_desc {
	const char *name;	/* "direct", "bridge": what results call it */
	const char *summary;
	const char *topology;	/* a name of topologies.h; NULL: steps() */
	void (*steps)(struct topo_list *list);
	const char *client, *server;	/* namespaces */
	const char *dst;	/* the server's address; NULL: AF_UNIX */
	const char *needs;	/* CONFIG_ names to say where it cannot be built */
};

/* All of them, ended by a NULL name. */
extern const struct path_desc path_descs[];

struct path {
	const struct path_desc *desc;
	struct topo *topo;
	int client, server;	/* namespaces; they belong to the topology */
};

/*
 * Builds it, sets the sysctls, pings once and makes the neighbours permanent.
 * 0; -EOPNOTSUPP where the kernel lacks a kind of device, else -errno; @why
 * says it in a line (0: "", or which sysctl this kernel does not have).
 *
 * Names under NETNS_DIR are used while it is built and free again afterwards:
 * many paths can stand at once, two of one topology too.
 */
int path_open(struct path *path, const struct path_desc *desc, char why[256])
	__attribute__((warn_unused_result));

/* Takes one that failed to open. */
void path_close(struct path *path);

#endif
