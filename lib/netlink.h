/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Netlink of any protocol (sock_diag, netfilter, generic ...), for what
 * rtnetlink (rtnl.h) does not tell.  0, a descriptor, or -errno.
 */
#ifndef NETLINK_H
#define NETLINK_H

#include "req.h"
#include "rtnl.h"

/* A bound socket inside @netns, as netlink(7) has protocols: NETLINK_... */
int netlink_open(int netns, int protocol) __attribute__((warn_unused_result));

/*
 * Sends @req, which asks for an ACK or a dump, and gives the messages of the
 * answer to @cb (may be NULL; 0 to go on, -errno to give up).  Returns what
 * the kernel said.
 */
int netlink_ask(int fd, struct req *req, rtnl_cb cb, void *data)
	__attribute__((warn_unused_result));

#endif
