/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each step does, for topo.c. */
#ifndef TOPO_OP_H
#define TOPO_OP_H

#include "topo.h"

/*
 * Makes the one request of @step over @rtnl, the socket of its namespace: any
 * step but NETNS_ADD, which is for whom the namespaces belong to.  0 or -errno.
 */
int topo_op_run(const struct topo *topo, struct rtnl *rtnl,
		const struct topo_step *step)
	__attribute__((warn_unused_result));

#endif
