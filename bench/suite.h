/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of the tests, and matrices of such, that a report is given as well. */
#ifndef BENCH_SUITE_H
#define BENCH_SUITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct matrix;

struct suite {
	struct matrix **matrices;
	size_t n;
	struct matrix *runs;	/* one more, of single runs; NULL: there is none */
};

/*
 * 1: @arg is the folder of a matrix or of a run of the tests, and was taken;
 * 0: it is none; -1: it cannot be read, and @why says so in a line.
 */
int suite_add(struct suite *suite, const char *arg, char why[512])
	__attribute__((warn_unused_result));

/* The newest matrix among the folders of @results, if there is one: as above. */
int suite_add_newest(struct suite *suite, const char *results, char why[512])
	__attribute__((warn_unused_result));

/* Once, when all are there. */
void suite_compare(struct suite *suite);

/* Is there anything in it? */
bool suite_has(const struct suite *suite);

/* Their sections of the page. */
void suite_html(const struct suite *suite, FILE *file);

void suite_free(struct suite *suite);

#endif
