/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Absolute limits on waits, in milliseconds of CLOCK_MONOTONIC. */
#ifndef DEADLINE_H
#define DEADLINE_H

/*
 * Bounds any single wait for the kernel: an answer, an event, a packet.  It
 * only decides how long a *failure* takes to show, so it is generous: a
 * namespace beside 900 that are being torn down still gets its events in
 * about a second.
 */
#define DEADLINE_DEFAULT_MS	15000

/* Sets how long later waits may take; called once, before the first wait. */
void deadline_set(int ms);

/* When a wait that starts now has to end. */
long long deadline_new(void);

/* Milliseconds that are left until @deadline, for poll(2); never negative. */
int deadline_left(long long deadline);

/* Waits until @fd is readable: 0, -ETIMEDOUT or another -errno. */
int deadline_poll_in(int fd, long long deadline);

#endif
