// SPDX-License-Identifier: GPL-2.0-or-later
#include "matrix_show.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* A result's column; the names, which are long, stand behind all of them. */
#define CELL_WIDTH	6

/* Of a failure's log; the rest is in the run's folder. */
#define LOG_LINES_MAX	4

#define RED	"\033[31m"
#define GREEN	"\033[32m"
#define YELLOW	"\033[33m"
#define BOLD	"\033[1m"
#define PLAIN	"\033[m"

struct text {
	const struct matrix *matrix;
	const struct matrix_text *how;
	FILE *file;
};

static const char *colour(const struct text *text, const char *code)
{
	return text->how->colour ? code : "";
}

static const char *plural(size_t n)
{
	return n == 1 ? "" : "s";
}

enum { LETTER, KERNEL, MACHINE, HOW, SECONDS, PASS, FAIL, SKIP, XFAIL, GIVEN,
       NR_COLUMNS };

static const char *const heads[NR_COLUMNS] = {
	"", "kernel", "machine", "how", "seconds", "pass", "fail", "skip",
	"xfail", "given as",
};

static void fill_counts(char *line[NR_COLUMNS], const struct record *record)
{
	struct record_totals totals;

	record_count(record, &totals);
	line[PASS] = xasprintf("%zu", totals.tests[TAP_PASS] +
			       totals.tests[TAP_XPASS]);
	line[FAIL] = xasprintf("%zu", totals.tests[TAP_FAIL] + totals.errors);
	line[SKIP] = xasprintf("%zu", totals.tests[TAP_SKIP]);
	line[XFAIL] = xasprintf("%zu", totals.tests[TAP_XFAIL]);
}

static void fill_line(char *line[NR_COLUMNS], const struct matrix *matrix,
		      const struct matrix_kernel *kernel)
{
	const struct record *record = kernel->record;
	const char *machine = record ? record->machine : NULL;
	const char *slash = strrchr(kernel->name, '/');
	const char *given = slash && slash[1] ? slash + 1 : kernel->name;
	size_t i;

	line[LETTER] = xasprintf("%c", matrix_letter(matrix, kernel));
	line[KERNEL] = xasprintf("%s", record && record->kernel ?
				 record->kernel : given);
	line[MACHINE] = xasprintf("%s", machine ? machine : "-");
	line[HOW] = xasprintf("%s", matrix_how(kernel));
	line[GIVEN] = xasprintf("%s", given);
	if (record && record->seconds >= 0)
		line[SECONDS] = xasprintf(record->seconds < 100 ? "%.1f" :
					  "%.0f", record->seconds);
	if (record)
		fill_counts(line, record);
	for (i = 0; i < NR_COLUMNS; i++)
		if (!line[i])
			line[i] = xasprintf("-");
}

static void print_line(const struct text *text, const char *const *line,
		       const int *widths)
{
	int i, width, nr = text->how->summary ? GIVEN : NR_COLUMNS;

	for (i = 0; i < nr; i++) {
		width = i < SECONDS ? -widths[i] : widths[i];
		if (i == GIVEN)
			width = 0;
		fprintf(text->file, "%s%*s", i ? "  " : "", width, line[i]);
	}
	fputc('\n', text->file);
}

static void print_kernels(const struct text *text)
{
	const struct matrix *matrix = text->matrix;
	char *(*lines)[NR_COLUMNS];
	int widths[NR_COLUMNS];
	size_t i, j;

	lines = xgrow(NULL, 0, matrix->nr_kernels, sizeof(*lines));
	for (j = 0; j < NR_COLUMNS; j++)
		widths[j] = strlen(heads[j]) + !j;
	for (i = 0; i < matrix->nr_kernels; i++) {
		fill_line(lines[i], matrix, &matrix->kernels[i]);
		for (j = 0; j < NR_COLUMNS; j++)
			if (widths[j] < (int)strlen(lines[i][j]))
				widths[j] = strlen(lines[i][j]);
	}
	print_line(text, heads, widths);
	for (i = 0; i < matrix->nr_kernels; i++) {
		print_line(text, (const char *const *)lines[i], widths);
		for (j = 0; j < NR_COLUMNS; j++)
			free(lines[i][j]);
	}
	free(lines);
}

static const char *status_colour(unsigned int status)
{
	if (status == TAP_FAIL || status == MATRIX_NONE)
		return RED;
	return status == TAP_PASS ? GREEN : YELLOW;
}

static void print_cells(const struct text *text, const struct matrix_row *row)
{
	const struct matrix_cell *cell;
	size_t i;

	for (i = 0; i < text->matrix->nr_kernels; i++) {
		cell = &row->cells[i];
		fprintf(text->file, "%s%s%-*s%s", i ? "" : "  ",
			colour(text, cell->silent ? PLAIN :
				     status_colour(cell->status)), CELL_WIDTH,
			matrix_word(cell->status), colour(text, PLAIN));
	}
}

static void print_letters(const struct text *text)
{
	size_t i;

	for (i = 0; i < text->matrix->nr_kernels; i++)
		fprintf(text->file, "%*s%c", i ? CELL_WIDTH - 1 : 2, "",
			(char)('A' + i));
	fputs("\n", text->file);
}

/* What a kernel said of a failure, beside its letter. */
static void print_log(const struct text *text, const struct matrix_row *row,
		      size_t kernel)
{
	const struct matrix_cell *cell = &row->cells[kernel];
	const char *log = cell->log, *line;
	char letter = (char)('A' + kernel);
	size_t len, n = 0;

	if (cell->reason)
		fprintf(text->file, "      %c: %s\n", letter, cell->reason);
	while ((line = matrix_log_line(&log, &len))) {
		if (n++ == LOG_LINES_MAX) {
			fprintf(text->file, "      %c| ...\n", letter);
			break;
		}
		fprintf(text->file, "      %c| %.*s\n", letter, (int)len, line);
	}
}

static void print_row(const struct text *text, const struct matrix_row *row)
{
	size_t i;

	print_cells(text, row);
	fprintf(text->file, "%s%s\n", row->test ? row->test : row->program,
		row->test ? "" : " (the program itself)");
	for (i = 0; i < text->matrix->nr_kernels; i++)
		if (row->cells[i].status == TAP_FAIL)
			print_log(text, row, i);
}

static bool has_failure(const struct matrix_group *group)
{
	return strchr(group->pattern, 'f');
}

static void print_group(const struct text *text,
			const struct matrix_group *group)
{
	size_t i;

	if (text->how->summary && group->class != MATRIX_WORSE &&
	    !has_failure(group)) {
		print_cells(text, group->rows[0]);
		fprintf(text->file, "%zu test%s%s%s\n", group->nr,
			plural(group->nr), *group->reason ? ": " : "",
			group->reason);
		return;
	}
	if (*group->reason)
		fprintf(text->file, "  %s\n", group->reason);
	for (i = 0; i < group->nr; i++)
		print_row(text, group->rows[i]);
}

static void print_class(const struct text *text, enum matrix_class class)
{
	const struct matrix *matrix = text->matrix;
	size_t i;

	print_letters(text);
	for (i = 0; i < matrix->nr_groups; i++)
		if (matrix->groups[i].class == class)
			print_group(text, &matrix->groups[i]);
}

/* "Worse than A: 2" and its rows. */
static void print_section(const struct text *text, enum matrix_class class,
			  const char *title)
{
	size_t n = matrix_count(text->matrix, class);

	if (!n)
		return;
	fprintf(text->file, "\n%s%s%s: %zu\n", colour(text, BOLD), title,
		colour(text, PLAIN), n);
	print_class(text, class);
}

static void print_same(const struct text *text)
{
	const struct matrix *matrix = text->matrix;
	const struct matrix_group *group;
	unsigned int status;
	size_t i;

	fprintf(text->file, "\n%sThe same on all%s: %zu\n", colour(text, BOLD),
		colour(text, PLAIN), matrix_count(matrix, MATRIX_SAME));
	for (i = 0; i < matrix->nr_groups; i++) {
		group = &matrix->groups[i];
		if (group->class != MATRIX_SAME)
			continue;
		status = matrix_group_status(matrix, group);
		if (status == TAP_FAIL)
			print_group(text, group);
		else
			fprintf(text->file, "  %s%-*s%s%zu%s%s\n",
				colour(text, status_colour(status)), CELL_WIDTH,
				matrix_word(status), colour(text, PLAIN),
				group->nr, *group->reason ? ": " : "",
				group->reason);
	}
}

__attribute__((format(printf, 4, 5)))
static void say(const struct text *text, const struct matrix_kernel *kernel,
		const char *code, const char *fmt, ...)
{
	va_list args;

	fprintf(text->file, "%s%c%s %s: ", colour(text, code),
		matrix_letter(text->matrix, kernel), colour(text, PLAIN),
		matrix_release(kernel));
	va_start(args, fmt);
	vfprintf(text->file, fmt, args);
	va_end(args);
	fputc('\n', text->file);
}

/* In words: nobody has to count columns to see that something is not tested. */
static void print_verdict(const struct text *text,
			  const struct matrix_kernel *kernel)
{
	char base = (char)('A' + text->matrix->baseline);

	if (kernel->trouble)
		say(text, kernel, RED, "%s", kernel->trouble);
	if (kernel->fails)
		say(text, kernel, RED, "fails %zu test%s that %c does not fail",
		    kernel->fails, plural(kernel->fails), base);
	if (kernel->lost)
		say(text, kernel, RED, "has no result of %zu test%s that %c tests",
		    kernel->lost, plural(kernel->lost), base);
	if (kernel->skips)
		say(text, kernel, YELLOW, "skips %zu test%s that %c tests",
		    kernel->skips, plural(kernel->skips), base);
}

/* Which is no fault of the others', and nothing to be proud of. */
static void print_baseline(const struct text *text)
{
	const struct matrix *matrix = text->matrix;
	const struct matrix_row *row;
	size_t i, n = 0;

	for (i = 0; i < matrix->nr_rows; i++) {
		row = matrix->rows[i];
		n += row->cells[matrix->baseline].status == TAP_FAIL;
	}
	if (n)
		say(text, &matrix->kernels[matrix->baseline], YELLOW,
		    "fails %zu test%s itself, and is the baseline", n,
		    plural(n));
}

static void print_verdicts(const struct text *text)
{
	const struct matrix *matrix = text->matrix;
	const struct matrix_kernel *kernel;
	size_t i, bad = 0;

	fputc('\n', text->file);
	print_baseline(text);
	for (i = 0; i < matrix->nr_kernels; i++) {
		kernel = &matrix->kernels[i];
		bad += matrix_is_bad(kernel);
		print_verdict(text, kernel);
	}
	fprintf(text->file, "%sKernels worse than %c or not whole: %zu of %zu%s\n",
		colour(text, bad ? RED : GREEN),
		(char)('A' + matrix->baseline), bad, matrix->nr_kernels,
		colour(text, PLAIN));
}

void matrix_text(const struct matrix *matrix, const struct matrix_text *how,
		 FILE *file)
{
	const struct text text = { matrix, how, file };
	char *title = xasprintf("Worse than %c", (char)('A' + matrix->baseline));

	print_kernels(&text);
	print_section(&text, MATRIX_WORSE, title);
	print_section(&text, MATRIX_SKIPS, "Skipped where the baseline tests");
	print_section(&text, MATRIX_DIFFERS, "Other differences");
	print_same(&text);
	print_verdicts(&text);
	free(title);
}
