/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The small numbers by which one namespace knows another (net_namespace.c). */
#ifndef NSID_H
#define NSID_H

#include "rtnl.h"

/*
 * The id that the socket's namespace has for @netns: 0 and *@id, which is
 * NETNSA_NSID_NOT_ASSIGNED (-1) if it has none; else -errno.
 */
int nsid_get(struct rtnl *rtnl, int netns, int *id)
	__attribute__((warn_unused_result));

/* `ip netns set NAME ID`: what the socket's namespace calls @netns from now. */
int nsid_set(struct rtnl *rtnl, int netns, int id)
	__attribute__((warn_unused_result));

#endif
