/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The run of --baseline: how tests and programs were there. */
#ifndef BASELINE_H
#define BASELINE_H

#include "program.h"
#include "record.h"

/* Of several rounds: failed if one did, else passed if one did. */
enum baseline_was { WAS_ABSENT, WAS_SKIPPED, WAS_PASSED, WAS_FAILED };

/*
 * By what the programs said, whatever a gate made of it there.  @test NULL: the
 * program itself: it crashed, hung and so on, skipped as a whole, or ran.
 */
enum baseline_was baseline_was(const struct record *baseline,
			       const struct record_program *program,
			       const char *test);

/*
 * What passed in @baseline and is in no round of @now, of what @selected takes:
 * "bridge:t.two" each.  A program that skips as a whole has lost nothing.
 */
void baseline_gone(const struct record *baseline, const struct record *now,
		   const struct program_desc *selected, struct strv *gone);

#endif
