/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A slowdown on purpose: the bench must find it. */
#ifndef INJECT_H
#define INJECT_H

#include "path.h"

/*
 * Puts on both ends of @path a queueing discipline that makes a TCP round trip
 * of one byte about 3 % slower.  0 or -errno.
 */
int inject_qdisc(const struct path *path) __attribute__((warn_unused_result));

#endif
