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
	bool custom;			/* more was asked for than the preset */
	unsigned int min_rounds, max_rounds;
	double max_secs;		/* no round that would end later; 0: any */
	unsigned long seed;
	struct measure how;		/* .raw: see below */
	const char *inject;		/* NULL: nothing is slowed down */
	int raw;			/* folder for raw samples; -1: not kept */
	char *const *argv;
};

/*
 * Measures; takes SIGINT, SIGTERM and SIGHUP as the wish to stop.  The whole of
 * bench.json, to be freed, also where it is partial ("partial" says why);
 * NULL with @why: nothing could be measured (errno EPERM: no sandbox here).
 */
json_t *run_rounds(struct run_desc *desc, char why[256])
	__attribute__((warn_unused_result));

#endif
