/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rtnetlink request under construction.  What does not fit is remembered
 * in .err and reported once, by the call that sends the request, so that
 * builders need no check a line.
 */
#ifndef REQ_H
#define REQ_H

#include <libmnl/libmnl.h>
#include <stdint.h>

#define REQ_SIZE	4096

struct req {
	int err;		/* 0 or -EMSGSIZE */
	struct nlmsghdr *nlh;	/* into buf */
	char buf[REQ_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* Starts a request; @hdr (@len bytes) is the family's header (ifinfomsg..). */
void req_init(struct req *req, uint16_t type, uint16_t flags,
	      const void *hdr, size_t len);

/* Appends an attribute. */
void req_put(struct req *req, uint16_t type, const void *data, size_t len);
void req_u32(struct req *req, uint16_t type, uint32_t value);
void req_str(struct req *req, uint16_t type, const char *value);

/* Opens a nested attribute; NULL (and .err) if it does not fit. */
struct nlattr *req_nest(struct req *req, uint16_t type);
void req_nest_end(struct req *req, struct nlattr *nest);

#endif
