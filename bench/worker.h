/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process that measures.  It enters the sandbox, takes one sample on each
 * order and dies with us; we hold the schedule and the results, and lose
 * nothing with it.
 */
#ifndef WORKER_H
#define WORKER_H

#include "arm.h"

struct worker_desc {
	const struct arm *arms;
	size_t n;
	struct measure how;		/* .raw: see below */
	const char *inject;		/* glob of paths to slow down; NULL: none */
	int raw;			/* folder for raw samples; -1: not kept */
	int stop;			/* readable when it is time to stop */
};

struct worker;

/*
 * NULL with errno and @why in a line; EPERM: this machine does not allow the
 * sandbox, EINTR: .stop was readable.
 */
struct worker *worker_start(const struct worker_desc *desc, char why[256])
	__attribute__((warn_unused_result));

/*
 * One sample of the @arm-th: an object with "ok", to be freed; or NULL with
 * errno: EINTR .stop was readable, ETIMEDOUT, EPIPE it died.
 * "unsupported" says why this arm can never be measured here.
 */
json_t *worker_sample(struct worker *worker, size_t arm, unsigned int serial)
	__attribute__((warn_unused_result));

/* Builds all paths anew before the next sample. */
void worker_rebuild(struct worker *worker);

/*
 * Kills it and waits until the last process of its sandbox is gone; frees it.
 * How it had ended by then ("killed by signal 9") into @why, if not NULL.
 */
void worker_end(struct worker *worker, char why[256]);

#endif
