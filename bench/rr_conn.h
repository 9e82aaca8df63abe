/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What both sides of request and response are made of. */
#ifndef RR_CONN_H
#define RR_CONN_H

#include "rr.h"

/* CLOCK_MONOTONIC. */
uint64_t rr_now_ns(void);

/* No two requests are alike: an old answer is not taken for a new one. */
void rr_message(char message[RR_SIZE], uint64_t count);

/* A stream to the server, with TCP_NODELAY where it is TCP; -errno. */
int rr_connect(const struct rr_args *args);

/* Page faults would be among the times. */
void rr_touch(struct rr_times *times);

/* Of a role: "!WHAT: errno's name" up the pipe (no ": " for 0); returns 1. */
int rr_fail(int out, int err, const char *what);

/* The same of what a round trip ended with. */
int rr_fail_round(int out, int err);

/* Of a server: where it listens.  0 or the exit status. */
int rr_tell_addr(int out, int fd);

/* A socket of .dst's family on a free port or name of it; -errno. */
int rr_bind(const struct rr_args *args, int type);

#endif
