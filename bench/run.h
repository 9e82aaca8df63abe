/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The protocol: rounds in which every arm is measured once, in an order that a
 * recorded seed decides, until the result is precise enough or the rounds are
 * used up.
 */
#ifndef RUN_H
#define RUN_H

#include "arm.h"

struct run_desc {
	struct arm *arms;
	size_t n;
	enum preset preset;
	unsigned int min_rounds, max_rounds;
	unsigned long seed;
	double secs;
	const char *inject;		/* NULL: nothing is slowed down */
	int raw;			/* folder for raw samples; -1: not kept */
	char *const *argv;
};

/*
 * Measures; takes SIGINT and SIGTERM as the wish to stop.  The whole of
 * bench.json, to be freed, also where it is partial ("partial" says why);
 * NULL with @why: nothing could be measured.
 */
json_t *run_rounds(struct run_desc *desc, char why[256])
	__attribute__((warn_unused_result));

#endif
