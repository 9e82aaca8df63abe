/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What of a run may fail and what may not: --known, --strict, --baseline.  The
 * gate marks a record (.known, .refused) before any of it is printed, so that
 * every form of a run and its exit code agree.
 */
#ifndef GATE_H
#define GATE_H

#include "program.h"
#include "record.h"

/*
 * What the gate itself has to say is the last block of a run: as if a program of
 * this name and collection had tests for what the list and the baseline claim.
 */
#define GATE_COLLECTION	"gate"
#define GATE_NAME	"claims"

struct gate;

struct gate_desc {
	const char *known;	/* the list, or NULL */
	const char *baseline;	/* a run, or NULL */
	const char *today;	/* entries of the list expire by it */
	bool strict;
	const struct program_desc *selected;	/* what the run is made of */
};

/*
 * NULL: nothing of it was asked for.  A list or a baseline that cannot be read
 * ends the runner with 2.
 */
struct gate *gate_new(const struct gate_desc *desc)
	__attribute__((warn_unused_result));

/* Has it a block of its own?  Those below take a NULL and do nothing then. */
bool gate_has_block(const struct gate *gate);

/* Marks what was just added to the record. */
void gate_judge(struct gate *gate, const struct program *program,
		struct record_program *ran);

/*
 * Once all has been run: its block, as a program would print it.  Returns false
 * if a test in it fails.
 */
bool gate_finish(struct gate *gate, const struct record *record,
		 struct buf *tap) __attribute__((warn_unused_result));

/* Lines for the end of the run; what failed is not among them. */
void gate_summary(const struct gate *gate, struct strv *lines);

void gate_free(struct gate *gate);

#endif
