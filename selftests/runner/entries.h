/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A run as readers see it who know nothing but tests: suites (programs) of
 * entries, each of which passed, failed or was skipped.  A program's own trouble
 * is an entry "program" of its suite, a run that is not whole the entry "whole"
 * of a suite "run": whatever the format, neither can be lost.
 */
#ifndef ENTRIES_H
#define ENTRIES_H

#include "record.h"

struct entry {
	const char *id;		/* SUITE.NAME, one word, unique */
	const char *name;	/* its end: one word, unique in its suite */
	enum tap_status status;	/* as it counts; xfail and xpass are passes */
	bool error;		/* of the program or the run itself */
	char *message;		/* why it is no plain pass, in a line; or NULL */
	const char *reason;	/* of a skip, an xfail, an xpass; or NULL */
	const char *log;	/* or NULL */
	double seconds;		/* < 0: not known */
};

struct suite {
	const char *id;
	const struct record_program *program;	/* NULL: the run itself */
	double seconds;		/* < 0: not known */
	struct entry *v;
	size_t nr;
};

struct entries {
	const struct record *record;
	struct suite *v;
	size_t nr;
};

/* What was skipped for the same reason. */
struct skip {
	const char *reason;
	struct strv ids;
};

struct skips {
	struct skip *v;		/* most ids first */
	size_t nr;
};

/* @record must outlive it. */
void entries_make(struct entries *entries, const struct record *record);
void entries_free(struct entries *entries);

/* @entries must outlive it. */
void skips_make(struct skips *skips, const struct entries *entries);
void skips_free(struct skips *skips);

/* "pass", "fail", "skip". */
const char *entry_word(const struct entry *entry);

#endif
