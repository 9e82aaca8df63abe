/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A topology that stands: the namespaces of a list, built over rtnetlink.
 *
 * Functions return 0 or -errno, pointers are NULL with errno, unless said
 * otherwise.
 */
#ifndef TOPO_H
#define TOPO_H

#include "rtnl.h"
#include "topo_list.h"

/* How a build failed. */
struct topo_error {
	size_t step;		/* index; list->n: while waiting afterwards */
	int want, got;		/* 0 or -errno */
	char extack[256];
	char text[768];		/* one line, ready to print */
};

struct topo;

/*
 * Builds @list: namespaces named under NETNS_DIR, a fresh "host", each step
 * in order, then waits for what the list can reach: links running, ports
 * forwarding, IPv6 addresses usable.  @list is not kept.
 */
struct topo *topo_create(const struct topo_list *list,
			 struct topo_error *error);

/*
 * The same for namespaces that somebody else built by @list's commands: opens
 * them by name, with @host (a descriptor, taken over) as the host, and waits.
 */
struct topo *topo_attach(const struct topo_list *list, int host,
			 struct topo_error *error);

/* Closes all that @topo holds and deletes its names; takes NULL. */
void topo_destroy(struct topo *topo);

/* The descriptor of a namespace, or -ENOENT.  It belongs to @topo. */
int topo_netns(const struct topo *topo, const char *ns);

/* The request socket inside a namespace; NULL if there is no such. */
struct rtnl *topo_rtnl(const struct topo *topo, const char *ns);

/* The @i-th namespace's name ("host" is 0), NULL behind the last. */
const char *topo_netns_name(const struct topo *topo, size_t i);

/* Runs one more step on a standing topology: its outcome, 0 or -errno. */
int topo_step(struct topo *topo, const struct topo_step *step)
	__attribute__((warn_unused_result));

/* Lets go of a namespace: its name, descriptor and socket. */
int topo_netns_release(struct topo *topo, const char *ns)
	__attribute__((warn_unused_result));

#endif
