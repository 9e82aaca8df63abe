/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The list of --known: failures and skips that are expected, each until a day
 * and for a reason.  A line an entry, '#' begins a line of comment:
 *
 *	fail PROGRAM:TESTGLOB  until 2027-01-31  REASON
 *	skip PROGRAM:TESTGLOB  until 2027-01-31  REASON
 *	fail PROGRAM           until 2027-01-31  REASON
 *	skip PROGRAM           until 2027-01-31  REASON
 *
 * The last two are of the program itself and of none of its tests: that it
 * crashes, hangs or is missing, and that it skips as a whole ("1..0 # SKIP").
 */
#ifndef KNOWN_H
#define KNOWN_H

#include <stdbool.h>
#include <stddef.h>

/* "2027-01-31" and its NUL: such dates compare by strcmp(). */
#define KNOWN_DATE	11

enum known_kind { KNOWN_FAIL, KNOWN_SKIP };

struct known_entry {
	enum known_kind kind;
	char *program;
	char *test;		/* a glob; NULL: the program itself */
	char until[KNOWN_DATE];	/* the last day on which it holds, UTC */
	char *reason;
	unsigned int line;
	bool expired;

	/* What a run makes of it: see gate.c. */
	size_t needed;		/* results that it excused or would have */
	size_t passed;		/* results that needed no excuse */
	size_t seen;		/* results that it is about */
	bool whole;		/* its program ran to its end, with all tests */
};

struct known {
	char *path;
	struct known_entry *v;
	size_t nr;
};

/* A list that cannot be read or has a wrong line ends the runner with 2. */
void known_load(struct known *known, const char *path, const char *today);

/* Is it of that test?  @test NULL: of the program itself? */
bool known_covers(const struct known_entry *entry, const char *program,
		  const char *test);

/* "list:7: fail bridge:t.two"; to be freed. */
char *known_text(const struct known *known, const struct known_entry *entry)
	__attribute__((warn_unused_result));

/* The day it is now, UTC. */
void known_today(char today[KNOWN_DATE]);

/* Is it a day of the calendar, as "2027-01-31"? */
bool known_is_date(const char *str);

void known_free(struct known *known);

#endif
