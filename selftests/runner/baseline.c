// SPDX-License-Identifier: GPL-2.0-or-later
#include "baseline.h"

#include <stdlib.h>
#include <string.h>

static enum baseline_was test_was(const struct record_test *test)
{
	switch (test ? test->status : TAP_NR_STATUS) {
	case TAP_FAIL:
	case TAP_XFAIL:
		return WAS_FAILED;
	case TAP_PASS:
	case TAP_XPASS:
		return WAS_PASSED;
	case TAP_SKIP:
		return WAS_SKIPPED;
	default:
		return WAS_ABSENT;
	}
}

static enum baseline_was itself_was(const struct record_program *program)
{
	if (program->end == RECORD_INTERRUPTED)
		return WAS_ABSENT;
	if (program->troubles.nr)
		return WAS_FAILED;
	return program->skip_all ? WAS_SKIPPED : WAS_PASSED;
}

static bool same_program(const struct record_program *a,
			 const struct record_program *b)
{
	return !strcmp(a->collection, b->collection) &&
	       !strcmp(a->name, b->name);
}

enum baseline_was baseline_was(const struct record *baseline,
			       const struct record_program *program,
			       const char *test)
{
	enum baseline_was was = WAS_ABSENT, is;
	const struct record_program *other;
	size_t i;

	for (i = 0; i < baseline->nr; i++) {
		other = &baseline->programs[i];
		if (!same_program(other, program))
			continue;
		is = test ? test_was(record_test_find(other, test)) :
			    itself_was(other);
		if (is > was)
			was = is;
	}
	return was;
}

/* Has it such a test, or does it say why it has none? */
static bool is_there(const struct record *now,
		     const struct record_program *program, const char *test)
{
	const struct record_program *other;
	size_t i;

	for (i = 0; i < now->nr; i++) {
		other = &now->programs[i];
		if (!same_program(other, program))
			continue;
		if (other->skip_all || record_test_find(other, test))
			return true;
	}
	return false;
}

/* Is this the first round that has it? */
static bool is_first(const struct record *baseline, size_t program,
		     const char *test)
{
	const struct record_program *earlier;
	size_t i;

	for (i = 0; i < program; i++) {
		earlier = &baseline->programs[i];
		if (same_program(earlier, &baseline->programs[program]) &&
		    record_test_find(earlier, test))
			return false;
	}
	return true;
}

void baseline_gone(const struct record *baseline, const struct record *now,
		   const struct program_desc *selected, struct strv *gone)
{
	const struct record_program *program;
	const char *test;
	size_t i, j;

	for (i = 0; i < baseline->nr; i++) {
		program = &baseline->programs[i];
		if (!strv_has(selected->collections, program->collection))
			continue;
		for (j = 0; j < program->nr; j++) {
			test = program->tests[j].name;
			if (program_takes(selected->filters, program->name, test) &&
			    baseline_was(baseline, program, test) == WAS_PASSED &&
			    is_first(baseline, i, test) &&
			    !is_there(now, program, test))
				strv_addf(gone, "%s:%s", program->name, test);
		}
	}
}
