/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run on stdout and in the results folder, in the shape of kselftest's
 * runner.sh: a contiguous block a program, then what failed, what was skipped
 * and why, and the totals.
 */
#ifndef REPORT_H
#define REPORT_H

#include "gate.h"
#include "job.h"
#include "program.h"
#include "record.h"
#include "results.h"

struct report;

struct report_desc {
	struct results *results;
	struct record *record;	/* it grows; .planned says how far */
	struct gate *gate;	/* NULL: none */
};

struct report *report_new(const struct report_desc *desc)
	__attribute__((warn_unused_result));

/* @round: 1, or which of the --repeat runs this is. */
void report_program(struct report *report, const struct program *program,
		    const struct job *job, unsigned int round);

/* A line of comment between programs. */
void report_comment(struct report *report, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Prints the end of it; @signal is what cut the run short, or 0: the record
 * then says so too.  Returns the exit code: 0 passed, 1 a failure, 2 not all
 * could be written, 4 nothing but skips, 128 + @signal.
 */
int report_end(struct report *report, int signal)
	__attribute__((warn_unused_result));

void report_free(struct report *report);

#endif
