// SPDX-License-Identifier: GPL-2.0-or-later
#include "matrix.h"

#include "gate.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

struct matrix *matrix_new(void)
{
	return xgrow(NULL, 0, 1, sizeof(struct matrix));
}

static void kernel_free(struct matrix_kernel *kernel)
{
	free(kernel->name);
	free(kernel->folder);
	free(kernel->trouble);
	record_free(kernel->record);
}

static void row_free(struct matrix_row *row)
{
	free(row->cells);
	free(row);
}

/* Its nodes are freed with it, the rows by whoever has them. */
static void nothing(void *row)
{
	(void)row;
}

void matrix_free(struct matrix *matrix)
{
	size_t i;

	if (!matrix)
		return;
	tdestroy(matrix->names, nothing);
	for (i = 0; i < matrix->nr_groups; i++) {
		free(matrix->groups[i].pattern);
		free(matrix->groups[i].reason);
		free(matrix->groups[i].rows);
	}
	free(matrix->groups);
	for (i = 0; i < matrix->nr_rows; i++)
		row_free(matrix->rows[i]);
	free(matrix->rows);
	for (i = 0; i < matrix->nr_kernels; i++)
		kernel_free(&matrix->kernels[i]);
	free(matrix->kernels);
	free(matrix);
}

void matrix_add(struct matrix *matrix, const struct matrix_kernel *kernel)
{
	size_t n = matrix->nr_kernels++;

	matrix->kernels = xgrow(matrix->kernels, n, n + 1, sizeof(*kernel));
	matrix->kernels[n] = *kernel;
}

static int cmp_names(const void *a, const void *b)
{
	const struct matrix_row *x = a, *y = b;
	int order;

	order = strcmp(x->program, y->program);
	if (!order)
		order = strcmp(x->collection, y->collection);
	if (order || x->test == y->test)
		return order;
	/* Before its tests stands the program. */
	if (!x->test || !y->test)
		return x->test ? 1 : -1;
	return strcmp(x->test, y->test);
}

/* The row of that test, made where there was none; @test NULL: the program's. */
static struct matrix_row *row_get(struct matrix *matrix,
				  const struct record_program *program,
				  const char *test)
{
	struct matrix_row *row, **node;
	size_t i, n = matrix->nr_rows;

	row = xgrow(NULL, 0, 1, sizeof(*row));
	row->collection = program->collection;
	row->program = program->name;
	row->test = test;
	node = tsearch(row, &matrix->names, cmp_names);
	if (!node)
		die("out of memory");
	if (*node != row) {
		free(row);
		return *node;
	}
	row->cells = xgrow(NULL, 0, matrix->nr_kernels, sizeof(*row->cells));
	for (i = 0; i < matrix->nr_kernels; i++)
		row->cells[i].status = MATRIX_NONE;
	matrix->rows = xgrow(matrix->rows, n, n + 1, sizeof(*matrix->rows));
	matrix->rows[n] = row;
	matrix->nr_rows++;
	return row;
}

/* Of several rounds the worst one counts. */
static void cell_merge(struct matrix_cell *cell, const struct matrix_cell *new)
{
	static const unsigned char badness[MATRIX_NONE + 1] = {
		[MATRIX_NONE] = 0, [TAP_PASS] = 1, [TAP_XPASS] = 2,
		[TAP_XFAIL] = 3, [TAP_SKIP] = 4, [TAP_FAIL] = 5,
	};

	if (badness[new->status] > badness[cell->status])
		*cell = *new;
}

static struct matrix_cell test_cell(const struct record_test *test)
{
	struct matrix_cell cell = { .status = record_status(test) };

	cell.reason = test->refused ? test->refused :
		      test->known ? test->known : test->reason;
	if (cell.status == TAP_FAIL)
		cell.log = test->log;
	return cell;
}

static struct matrix_cell program_cell(const struct record_program *program)
{
	struct record_test own;

	/* Why it was interrupted is the kernel's trouble. */
	if (program->end == RECORD_INTERRUPTED)
		return (struct matrix_cell){ .status = MATRIX_NONE };
	if (!record_own(program, &own))
		return (struct matrix_cell){ .status = TAP_PASS };
	return test_cell(&own);
}

static void add_program(struct matrix *matrix, size_t kernel,
			const struct record_program *program)
{
	struct matrix_cell cell = program_cell(program);
	struct matrix_row *row;
	size_t i;

	row = row_get(matrix, program, NULL);
	cell_merge(&row->cells[kernel], &cell);
	for (i = 0; i < program->nr; i++) {
		cell = test_cell(&program->tests[i]);
		row = row_get(matrix, program, program->tests[i].name);
		cell_merge(&row->cells[kernel], &cell);
	}
}

/* A gate's claims are no tests: they are told where one does not hold. */
static bool is_gate(const struct matrix_row *row)
{
	return !strcmp(row->collection, GATE_COLLECTION);
}

/* Why a kernel has no result of a row. */
static void fill_cell(struct matrix_cell *cell, const struct matrix_row *row,
		      const struct matrix_kernel *kernel)
{
	const struct record_program *program = NULL;

	if (cell->status != MATRIX_NONE)
		return;
	if (is_gate(row)) {
		cell->silent = true;
		return;
	}
	if (kernel->record)
		program = record_program_find(kernel->record, row->collection,
					      row->program, 0);
	if (kernel->trouble && (!program ||
				program->end == RECORD_INTERRUPTED)) {
		cell->silent = true;
		cell->reason = kernel->trouble;
	} else if (!program) {
		cell->reason = "not in this run";
	} else if (program->skip_all) {
		cell->status = TAP_SKIP;
		cell->reason = program->skip_all;
	} else if (program->troubles.nr) {
		cell->reason = program->troubles.v[0];
	} else {
		cell->reason = "not in this run";
	}
}

static void count_tests(struct matrix *matrix, const struct matrix_row *row)
{
	struct matrix_row key = *row, **node;

	key.test = NULL;
	node = tfind(&key, &matrix->names, cmp_names);
	if (node)
		(*node)->tests++;
}

/* Of a program only what its tests do not say. */
static bool row_matters(const struct matrix *matrix,
			const struct matrix_row *row)
{
	unsigned int status;
	size_t i;

	if (row->test && !is_gate(row))
		return true;
	for (i = 0; i < matrix->nr_kernels; i++) {
		status = row->cells[i].status;
		if (status == TAP_FAIL)
			return true;
		if (!is_gate(row) && (status == TAP_XFAIL ||
				      (status == TAP_SKIP && !row->tests)))
			return true;
	}
	return false;
}

static void drop_rows(struct matrix *matrix)
{
	struct matrix_row *row;
	size_t i, kept = 0;

	for (i = 0; i < matrix->nr_rows; i++) {
		row = matrix->rows[i];
		if (!row_matters(matrix, row)) {
			tdelete(row, &matrix->names, cmp_names);
			row_free(row);
		} else {
			matrix->rows[kept++] = row;
		}
	}
	matrix->nr_rows = kept;
}

static void fill_rows(struct matrix *matrix)
{
	const struct record *record;
	size_t i, j;

	for (i = 0; i < matrix->nr_kernels; i++) {
		record = matrix->kernels[i].record;
		for (j = 0; record && j < record->nr; j++)
			add_program(matrix, i, &record->programs[j]);
	}
	for (i = 0; i < matrix->nr_rows; i++) {
		if (matrix->rows[i]->test)
			count_tests(matrix, matrix->rows[i]);
		for (j = 0; j < matrix->nr_kernels; j++)
			fill_cell(&matrix->rows[i]->cells[j], matrix->rows[i],
				  &matrix->kernels[j]);
	}
	drop_rows(matrix);
}

/* It ran, as far as it is to. */
static bool tested(const struct matrix_cell *cell)
{
	return cell->status == TAP_PASS || cell->status == TAP_XPASS ||
	       cell->status == TAP_XFAIL;
}

static enum matrix_class cell_class(const struct matrix_cell *cell,
				    const struct matrix_cell *base)
{
	if (cell->silent)
		return MATRIX_SAME;
	if (cell->status == TAP_FAIL && base->status != TAP_FAIL)
		return MATRIX_WORSE;
	if (cell->status == MATRIX_NONE && tested(base))
		return MATRIX_WORSE;
	if (cell->status == TAP_SKIP && tested(base))
		return MATRIX_SKIPS;
	return cell->status == base->status ? MATRIX_SAME : MATRIX_DIFFERS;
}

/* Where the baseline has no results nothing is worse, or better. */
static enum matrix_class classify_alone(const struct matrix *matrix,
					const struct matrix_row *row)
{
	const struct matrix_cell *cell, *first = NULL;
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++) {
		cell = &row->cells[i];
		if (cell->silent)
			continue;
		if (first && cell->status != first->status)
			return MATRIX_DIFFERS;
		first = cell;
	}
	return MATRIX_SAME;
}

static void count(struct matrix_kernel *kernel, enum matrix_class class,
		  const struct matrix_cell *cell)
{
	if (class == MATRIX_WORSE && cell->status == TAP_FAIL)
		kernel->fails++;
	else if (class == MATRIX_WORSE)
		kernel->lost++;
	else if (class == MATRIX_SKIPS)
		kernel->skips++;
}

static enum matrix_class classify(struct matrix *matrix,
				  const struct matrix_row *row)
{
	const struct matrix_cell *base = &row->cells[matrix->baseline];
	enum matrix_class class, worst = MATRIX_SAME;
	size_t i;

	if (base->silent)
		return classify_alone(matrix, row);
	for (i = 0; i < matrix->nr_kernels; i++) {
		class = cell_class(&row->cells[i], base);
		count(&matrix->kernels[i], class, &row->cells[i]);
		if (class < worst)
			worst = class;
	}
	return worst;
}

static char *row_pattern(const struct matrix *matrix,
			 const struct matrix_row *row)
{
	char *pattern = xgrow(NULL, 0, matrix->nr_kernels + 1, 1);
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++)
		pattern[i] = "pfxXs-"[row->cells[i].status];
	return pattern;
}

/* A failure has its own story, and a kernel's trouble is told elsewhere. */
static const char *cell_reason(const struct matrix_cell *cell)
{
	if (cell->status == TAP_PASS || cell->status == TAP_FAIL ||
	    cell->silent)
		return NULL;
	return cell->reason && *cell->reason ? cell->reason :
	       cell->status == TAP_SKIP ? "no reason given" : NULL;
}

/* "A", or as here "B, D": all whose reason is that of @first, unless told. */
static bool add_letters(const struct matrix *matrix,
			const struct matrix_row *row, size_t first,
			struct buf *buf)
{
	const char *reason = cell_reason(&row->cells[first]), *other;
	size_t i, n = 0;

	for (i = 0; i < matrix->nr_kernels; i++) {
		other = cell_reason(&row->cells[i]);
		if (!other || strcmp(other, reason))
			continue;
		if (i < first)
			return false;
		buf_addf(buf, "%s%c", n++ ? ", " : buf->len ? "; " : "",
			 (char)('A' + i));
	}
	return true;
}

static bool has_failure(const struct matrix *matrix,
			const struct matrix_row *row)
{
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++) {
		if (row->cells[i].status == TAP_FAIL)
			return true;
	}
	return false;
}

/*
 * "no CONFIG_X", or whose is whose where that is not plain to see: "B, D: no
 * CONFIG_X; C: too old".
 */
static char *row_reason(const struct matrix *matrix,
			const struct matrix_row *row)
{
	const char *reason, *only = NULL;
	struct buf buf = {};
	size_t i, n = 0;
	char *text;

	for (i = 0; i < matrix->nr_kernels; i++) {
		reason = cell_reason(&row->cells[i]);
		if (!reason || !add_letters(matrix, row, i, &buf))
			continue;
		buf_addf(&buf, ": %s", reason);
		only = reason;
		n++;
	}
	if (n > 1 || (n && has_failure(matrix, row)))
		text = xasprintf("%.*s", (int)buf.len, buf.data);
	else
		text = xasprintf("%s", only ? only : "");
	buf_free(&buf);
	return text;
}

/* The group that @new is like, which is used up, or a new one. */
static struct matrix_group *group_get(struct matrix *matrix,
				      struct matrix_group *new)
{
	struct matrix_group *group;
	size_t i, n = matrix->nr_groups;

	for (i = 0; i < n; i++) {
		group = &matrix->groups[i];
		if (group->class != new->class ||
		    strcmp(group->pattern, new->pattern) ||
		    strcmp(group->reason, new->reason))
			continue;
		free(new->pattern);
		free(new->reason);
		return group;
	}
	matrix->groups = xgrow(matrix->groups, n, n + 1, sizeof(*group));
	matrix->groups[n] = *new;
	matrix->nr_groups++;
	return &matrix->groups[n];
}

/* Large ones first; where nothing else tells them apart as they came. */
static int cmp_groups(const void *a, const void *b)
{
	const struct matrix_group *x = a, *y = b;

	if (x->class != y->class)
		return x->class < y->class ? -1 : 1;
	if (x->nr != y->nr)
		return x->nr > y->nr ? -1 : 1;
	return cmp_names(x->rows[0], y->rows[0]);
}

void matrix_compare(struct matrix *matrix)
{
	struct matrix_group *group;
	struct matrix_row *row;
	size_t i;

	fill_rows(matrix);
	for (i = 0; i < matrix->nr_rows; i++) {
		row = matrix->rows[i];
		group = group_get(matrix, &(struct matrix_group){
			.class = classify(matrix, row),
			.pattern = row_pattern(matrix, row),
			.reason = row_reason(matrix, row),
		});
		group->rows = xgrow(group->rows, group->nr, group->nr + 1,
				    sizeof(*group->rows));
		group->rows[group->nr++] = row;
	}
	qsort(matrix->groups, matrix->nr_groups, sizeof(*matrix->groups),
	      cmp_groups);
}

bool matrix_is_bad(const struct matrix_kernel *kernel)
{
	return kernel->trouble || kernel->fails || kernel->lost;
}

size_t matrix_count(const struct matrix *matrix, enum matrix_class class)
{
	size_t i, n = 0;

	for (i = 0; i < matrix->nr_groups; i++) {
		if (matrix->groups[i].class == class)
			n += matrix->groups[i].nr;
	}
	return n;
}
