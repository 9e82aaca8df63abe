/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Connections between namespaces, both ends of which one thread drives: bytes
 * that are checked on arrival, each by where it is in the stream.
 *
 * Functions return 0 or -errno; every wait ends at a probe's deadline.
 */
#ifndef FLOW_H
#define FLOW_H

#include <stddef.h>
#include <stdint.h>

struct flow {
	int from, to;			/* namespaces */
	const char *dst;		/* the address of @to that is asked */
	int client, server;		/* sockets, that do not block; -1: none */
};

/* Opens a TCP connection from .from to .dst, and accepts it in .to. */
int flow_open(struct flow *flow) __attribute__((warn_unused_result));
void flow_close(struct flow *flow);

/*
 * Sends @bytes each way at the same time and checks them: -EBADMSG if one is
 * not what was sent, -EPIPE if the stream ends before.
 */
int flow_exchange(const struct flow *flow, size_t bytes)
	__attribute__((warn_unused_result));

/* Waits until @fd reports one of @events of poll(2). */
int flow_poll(int fd, short events) __attribute__((warn_unused_result));

#endif
