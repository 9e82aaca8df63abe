/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs of several kernels beside each other, a column a kernel and a row a
 * test, held against one of them: the baseline.  Nothing is run here.
 *
 * Worse than the baseline is a kernel that fails what the baseline does not, or
 * that has no result where the baseline has one.  What it skips and the
 * baseline tests is no failure, and never passed over in silence.
 */
#ifndef MATRIX_H
#define MATRIX_H

#include "record.h"

#include <stdbool.h>

/* Columns are named by letters. */
#define MATRIX_KERNELS_MAX	26

struct matrix_kernel {
	char *name;		/* as it was given: ".", "bzImage", a folder */
	char *folder;		/* of its run; NULL: none was made */
	struct record *record;	/* NULL: it has no results */
	char *trouble;		/* why they are none, or not whole; NULL: whole */
	/* Against the baseline, once they are compared: tests. */
	size_t fails;		/* it fails, and the baseline does not */
	size_t lost;		/* it has no result, and the baseline has one */
	size_t skips;		/* it skips, and the baseline does not */
};

/* Beside enum tap_status: there is no result. */
#define MATRIX_NONE	TAP_NR_STATUS

struct matrix_cell {
	unsigned int status;
	bool silent;		/* the kernel's trouble says why there is none */
	const char *reason;	/* NULL: none is needed, or known */
	const char *log;	/* of a failure; NULL: none */
};

/* Strings of rows, cells and groups live as long as the matrix. */
struct matrix_row {
	const char *collection, *program;
	const char *test;	/* NULL: the program as a whole */
	struct matrix_cell *cells;
	size_t tests;		/* of a program: its rows */
};

/* In the order in which they are shown. */
enum matrix_class {
	MATRIX_WORSE,		/* some kernel is worse than the baseline */
	MATRIX_SKIPS,		/* some kernel skips what the baseline tests */
	MATRIX_DIFFERS,
	MATRIX_SAME,
	MATRIX_NR_CLASSES
};

/* Rows that came out alike and for the same reason. */
struct matrix_group {
	enum matrix_class class;
	char *pattern;		/* one character a cell */
	char *reason;		/* "A: no CONFIG_X"; "": none */
	struct matrix_row **rows;
	size_t nr;
};

struct matrix {
	struct matrix_kernel *kernels;
	size_t nr_kernels;
	size_t baseline;	/* its number */
	struct matrix_row **rows;
	size_t nr_rows;
	void *names;		/* the rows by their names */
	struct matrix_group *groups;
	size_t nr_groups;
};

struct matrix *matrix_new(void) __attribute__((warn_unused_result));
void matrix_free(struct matrix *matrix);

/* The next column; what @kernel points to is the matrix's from here on. */
void matrix_add(struct matrix *matrix, const struct matrix_kernel *kernel);

/* Once, when all columns are there and .baseline is set. */
void matrix_compare(struct matrix *matrix);

/* Not whole, or worse than the baseline: what the exit code is made of. */
bool matrix_is_bad(const struct matrix_kernel *kernel);

/* Rows of that class. */
size_t matrix_count(const struct matrix *matrix, enum matrix_class class);

/* 'A' for the first. */
static inline char matrix_letter(const struct matrix *matrix,
				 const struct matrix_kernel *kernel)
{
	return (char)('A' + (kernel - matrix->kernels));
}

#endif
