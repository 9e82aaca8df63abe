/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A matrix for people: as text, and as a section of a page. */
#ifndef MATRIX_SHOW_H
#define MATRIX_SHOW_H

#include "matrix.h"

#include <stdio.h>

struct matrix_text {
	bool colour;
	bool summary;		/* how many, not which, where nothing is worse */
};

void matrix_text(const struct matrix *matrix, const struct matrix_text *how,
		 FILE *file);

/* For html.h: from a <h2> on. */
void matrix_html(const struct matrix *matrix, FILE *file);

/* A page of that alone. */
void matrix_page(const struct matrix *matrix, FILE *file);

/* How it ran: "here", "kvm", "tcg", "uml"; "native": on a machine elsewhere. */
const char *matrix_how(const struct matrix_kernel *kernel);

/* Its release, or what it was given as. */
const char *matrix_release(const struct matrix_kernel *kernel);

/* "pass", "FAIL", "skip", "xfail", "xpass", "-". */
const char *matrix_word(unsigned int status);

/* Of MATRIX_SAME: what all kernels have that have a result. */
unsigned int matrix_group_status(const struct matrix *matrix,
				 const struct matrix_group *group);

/*
 * The next line of a log that says why, without its "# ", or NULL; @text is
 * moved on.  It is not terminated: @len is its length.
 */
const char *matrix_log_line(const char **text, size_t *len);

#endif
