/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a test program of the kselftest harness prints: flat TAP 13, the plan
 * first, diagnostics behind "# ".  Anything else is a trouble.
 */
#ifndef TAP_H
#define TAP_H

#include "util.h"

#include <stdbool.h>

/* Longer lines are a trouble, and are cut where they are shown. */
#define TAP_LINE_MAX	16384u

enum tap_status { TAP_PASS, TAP_FAIL, TAP_XFAIL, TAP_XPASS, TAP_SKIP,
		  TAP_NR_STATUS };

struct tap_test {
	char *name;
	char *reason;		/* of a skip, an xfail; else NULL or "" */
	bool unnamed;		/* its line has no name: it is the running one */
	enum tap_status status;
	const char *log;	/* the lines since the result before */
	size_t log_len;
};

struct tap {
	struct tap_test *tests;	/* in the order of their results */
	size_t nr;
	long plan;		/* -1: none */
	char *skip_all;		/* the reason behind "1..0 # SKIP", or NULL */
	char *running;		/* has begun and has no result, or NULL */
	const char *rest;	/* what is behind the last result */
	struct strv troubles;	/* why the output is not to be believed */
};

/* @text must outlive @tap: the logs and the rest point into it. */
void tap_parse(struct tap *tap, const char *text, size_t len);

size_t tap_count(const struct tap *tap, enum tap_status status);

/* Takes a line off the text: its length, without the newline. */
size_t tap_line_len(const char *text, size_t len);

void tap_free(struct tap *tap);

#endif
