/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Absolute limits on waits, in milliseconds of CLOCK_MONOTONIC. */
#ifndef DEADLINE_H
#define DEADLINE_H

#include <poll.h>

/*
 * Bounds any single wait for the kernel: an answer, an event, a packet.  It
 * only decides how long a *failure* takes to show, so it is generous: a
 * namespace beside 900 that are being torn down gets its events many seconds
 * late, since all of them wait for the one rtnl lock.
 */
#define DEADLINE_DEFAULT_MS	15000

/*
 * Sets how long later waits may take, those of probes apart: packets take no
 * lock, so that theirs can be cut where failures are what is asked for.
 * Called once, before the first wait.
 */
void deadline_set(int wait_ms, int probe_ms);

/* When a wait that starts now has to end; a probe's. */
long long deadline_new(void);
long long deadline_new_probe(void);

/* Milliseconds that are left until @deadline, for poll(2); never negative. */
int deadline_left(long long deadline);

/* poll(2) until then, whatever signals come: 0, -ETIMEDOUT, another -errno. */
int deadline_poll(struct pollfd *fds, int n, long long deadline);

/* Waits until @fd is readable: 0, -ETIMEDOUT or another -errno. */
int deadline_poll_in(int fd, long long deadline);

#endif
