/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A NETLINK_ROUTE socket that lives in one namespace.
 *
 * A socket asks (rtnl_talk, rtnl_dump) or listens (rtnl_join, rtnl_wait);
 * one that joined a group must not ask, since answers and events would mix.
 * Functions return 0 or -errno; every receive ends at a deadline.
 */
#ifndef RTNL_H
#define RTNL_H

#include <stdint.h>

#include "req.h"

struct rtnl;

/*
 * Sees one message.  In a wait: 0 to go on waiting, 1 when this was the one.
 * In a list: 0 to keep what it wrote to @data, 1 to leave the item out.
 * -errno to give up.
 */
typedef int (*rtnl_cb)(const struct nlmsghdr *nlh, void *data);

/*
 * Opens the socket in @netns.  It stays there whatever the caller does.
 * NULL with errno.
 */
struct rtnl *rtnl_open(int netns);
void rtnl_close(struct rtnl *rtnl);

/* Sends @req and waits for the kernel's verdict. */
int rtnl_talk(struct rtnl *rtnl, struct req *req)
	__attribute__((warn_unused_result));

/*
 * Sends @req only: its verdict, an NLMSG_ERROR, comes to rtnl_wait() behind the
 * events that were queued before.
 */
int rtnl_post(struct rtnl *rtnl, struct req *req)
	__attribute__((warn_unused_result));

/* Sends @req and gives the one answer to @cb. */
int rtnl_get(struct rtnl *rtnl, struct req *req, rtnl_cb cb, void *data)
	__attribute__((warn_unused_result));

/*
 * Sends a dump request and lets @parse turn each message into an item of
 * @size bytes: a count, and an array in *@items (a pointer to a pointer) for
 * free(3).  A dump that the kernel says was interrupted by a change
 * (NLM_F_DUMP_INTR) is asked for again: nobody sees a torn one.
 */
int rtnl_list(struct rtnl *rtnl, struct req *req, size_t size, rtnl_cb parse,
	      void *items) __attribute__((warn_unused_result));

/* Joins a group (RTNLGRP_*): events from now on are queued. */
int rtnl_join(struct rtnl *rtnl, unsigned int group)
	__attribute__((warn_unused_result));

/*
 * Gives queued and coming events to @cb until it returns 1: then 0.  Without
 * a @cb any event will do: as a hint to look again.
 * -ETIMEDOUT at @deadline, -ENOBUFS if events were lost.
 */
int rtnl_wait(struct rtnl *rtnl, rtnl_cb cb, void *data, long long deadline)
	__attribute__((warn_unused_result));

/* The kernel's words (extack) to the last request: "" if it had none. */
const char *rtnl_extack(const struct rtnl *rtnl);

#endif
