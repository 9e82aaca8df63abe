/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One CPU for the caller.  Every veth and lo hands a packet to the backlog of
 * the sending CPU, first in, first out (netif_rx, net/core/dev.c): what is sent
 * from one CPU keeps its order all the way, over however many sockets.
 */
#ifndef CPU_H
#define CPU_H

#include <sched.h>

/*
 * Keeps the caller on the CPU it is on.  @saved: where it might run until now,
 * for sched_setaffinity(2) to undo it; NULL: that is not wanted.  0 or -errno.
 */
int cpu_pin(cpu_set_t *saved) __attribute__((warn_unused_result));

#endif
