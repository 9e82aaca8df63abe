/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a program that was run is to be believed: its TAP, its exit code and how
 * it ended must tell the same story.
 */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "job.h"
#include "tap.h"

struct outcome {
	struct tap tap;
	struct strv troubles;	/* of the program, beside its failed tests */
};

/*
 * @selected: how many tests the program was told to run, 0: all it has.
 * @job must outlive @outcome.
 */
void outcome_judge(struct outcome *outcome, const struct job *job,
		   size_t selected);

void outcome_free(struct outcome *outcome);

#endif
