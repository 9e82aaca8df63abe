/* SPDX-License-Identifier: GPL-2.0-or-later */
/* matrix.json: which runs are beside each other, and what came of it. */
#ifndef MATRIX_FILE_H
#define MATRIX_FILE_H

#include "matrix.h"

#define MATRIX_SCHEMA	"netns-matrix/1"
#define MATRIX_FILE	"matrix.json"

struct results;

/* Into the folder @results; folders of runs are told as seen from there. */
void matrix_write(const struct matrix *matrix, int exit_code,
		  struct results *results);

/*
 * @path: a matrix.json, or its folder.  Compared, as it was.  NULL, and @why in
 * a line: it or one of its runs is not there, damaged, or of another schema.
 */
struct matrix *matrix_read(const char *path, char why[RECORD_WHY])
	__attribute__((warn_unused_result));

/* Is there one at @path? */
bool matrix_is_at(const char *path);

/*
 * A column of the run that is recorded in @folder; its .name and .folder are
 * @folder.  0, or -1 and @why: record_read().
 */
int matrix_load(struct matrix_kernel *kernel, const char *folder,
		char why[RECORD_WHY]) __attribute__((warn_unused_result));

/* What of @record makes its run less than whole, to be freed; NULL: nothing. */
char *matrix_trouble(const struct record *record)
	__attribute__((warn_unused_result));

#endif
