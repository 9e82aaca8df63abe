/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One kernel of a matrix: a runner of its own, with its progress on stderr. */
#ifndef MATRIX_RUN_H
#define MATRIX_RUN_H

#include "util.h"

struct matrix_run {
	/* What to run. */
	const char *kernel;	/* as --vm takes it; ".": the one we run on */
	const char *results;	/* the folder in which its own is made */
	const struct strv *options;	/* of "run", without --results */
	const char *label;	/* before each line of progress */

	/* What came of it; to be freed by matrix_run_free(). */
	char *folder;		/* its name in @results; NULL: none was made */
	char *said;		/* the last line of its stderr; NULL: none */
	int status;		/* as wait(2) has it */
};

/*
 * Runs it to its end.  Returns 0, the signal (INT, TERM, HUP) that we were told
 * to end by, which it was told too, or -errno when it could not be started.
 * It is told to end when we are killed.
 */
int matrix_run(struct matrix_run *run) __attribute__((warn_unused_result));

void matrix_run_free(struct matrix_run *run);

#endif
