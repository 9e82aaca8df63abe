// SPDX-License-Identifier: GPL-2.0-or-later
#include "matrix_show.h"

#include "html.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

struct page {
	const struct matrix *matrix;
	FILE *file;
};

static void text_cell(const struct page *page, const char *str)
{
	html_markup(page->file, "<td>");
	html_text(page->file, str);
	html_markup(page->file, "</td>");
}

static void count_cell(const struct page *page, size_t count,
		       const char *mark)
{
	if (count && *mark)
		html_markup(page->file, "<td class=\"n\"><span class=\"mark %s\">%zu</span></td>",
			    mark, count);
	else
		html_markup(page->file, "<td class=\"n\">%zu</td>", count);
}

static void print_counts(const struct page *page, const struct record *record)
{
	struct record_totals totals;

	record_count(record, &totals);
	if (record->seconds < 0)
		html_markup(page->file, "<td></td>");
	else
		html_markup(page->file, "<td class=\"n\">%.1f</td>",
			    record->seconds);
	count_cell(page, totals.tests[TAP_PASS] + totals.tests[TAP_XPASS], "");
	count_cell(page, totals.tests[TAP_FAIL] + totals.errors, "bad");
	count_cell(page, totals.tests[TAP_SKIP], "warn");
	count_cell(page, totals.tests[TAP_XFAIL], "");
}

static void print_state(const struct page *page,
			const struct matrix_kernel *kernel)
{
	const char *mark = "good", *word = "not worse";

	if (kernel->trouble) {
		mark = "bad";
		word = kernel->record && kernel->record->nr ? "not whole" :
							     "did not run";
	} else if (matrix_is_bad(kernel)) {
		mark = "bad";
		word = "worse";
	} else if (kernel->skips) {
		mark = "warn";
		word = "tests less";
	} else if (kernel == &page->matrix->kernels[page->matrix->baseline]) {
		word = "baseline";
	}
	html_markup(page->file, "<td><span class=\"mark %s\">%s</span></td>",
		    mark, word);
}

static void print_kernel(const struct page *page,
			 const struct matrix_kernel *kernel)
{
	const struct record *record = kernel->record;

	html_markup(page->file, "<tr><th>%c</th><td>",
		    matrix_letter(page->matrix, kernel));
	html_text(page->file, matrix_release(kernel));
	html_markup(page->file, "</td>");
	print_state(page, kernel);
	text_cell(page, record && record->machine ? record->machine : "");
	text_cell(page, record ? matrix_how(kernel) : "");
	if (record)
		print_counts(page, record);
	else
		html_markup(page->file, "<td colspan=\"5\"></td>");
	html_markup(page->file, "<td class=\"w\">");
	html_text(page->file, kernel->name);
	html_markup(page->file, "</td></tr>\n");
}

static void print_kernels(const struct page *page)
{
	size_t i;

	html_markup(page->file, "<div class=\"table\"><table><thead><tr>"
		    "<th></th><th>kernel</th><th></th><th>machine</th>"
		    "<th>how</th><th class=\"n\">seconds</th>"
		    "<th class=\"n\">pass</th><th class=\"n\">fail</th>"
		    "<th class=\"n\">skip</th><th class=\"n\">xfail</th>"
		    "<th>given as</th></tr></thead><tbody>\n");
	for (i = 0; i < page->matrix->nr_kernels; i++)
		print_kernel(page, &page->matrix->kernels[i]);
	html_markup(page->file, "</tbody></table></div>\n");
}

/* What ours has no markup in; the rest of it is a record's. */
__attribute__((format(printf, 4, 5)))
static void note(const struct page *page, const struct matrix_kernel *kernel,
		 const char *mark, const char *fmt, ...)
{
	va_list args;
	char *str;

	va_start(args, fmt);
	if (vasprintf(&str, fmt, args) < 0)
		die("out of memory");
	va_end(args);
	html_markup(page->file, "<p class=\"note %s\"><b>%c</b> ", mark,
		    matrix_letter(page->matrix, kernel));
	html_text(page->file, matrix_release(kernel));
	html_markup(page->file, ": ");
	html_text(page->file, str);
	html_markup(page->file, "</p>\n");
	free(str);
}

static void print_bad(const struct page *page,
		      const struct matrix_kernel *kernel)
{
	char base = (char)('A' + page->matrix->baseline);

	if (kernel->trouble)
		note(page, kernel, "bad", "%s", kernel->trouble);
	if (kernel->fails)
		note(page, kernel, "bad", "tests that it fails and %c does not: %zu",
		     base, kernel->fails);
	if (kernel->lost)
		note(page, kernel, "bad", "tests without a result here, which %c has: %zu",
		     base, kernel->lost);
}

static void print_notes(const struct page *page)
{
	const struct matrix *matrix = page->matrix;
	const struct matrix_kernel *kernel;
	size_t i;

	for (i = 0; i < matrix->nr_kernels; i++)
		print_bad(page, &matrix->kernels[i]);
	for (i = 0; i < matrix->nr_kernels; i++) {
		kernel = &matrix->kernels[i];
		if (kernel->skips)
			note(page, kernel, "warn", "tests that it skips and %c does not: %zu",
			     (char)('A' + matrix->baseline), kernel->skips);
	}
}

static const char *status_mark(unsigned int status)
{
	if (status == TAP_FAIL || status == MATRIX_NONE)
		return "bad";
	return status == TAP_PASS ? "good" : "warn";
}

static void print_cell(const struct page *page, const struct matrix_cell *cell)
{
	html_markup(page->file, "<td><span class=\"mark %s\"",
		    cell->silent ? "none" : status_mark(cell->status));
	if (cell->reason) {
		html_markup(page->file, " title=\"");
		html_text(page->file, cell->reason);
		html_markup(page->file, "\"");
	}
	html_markup(page->file, ">%s</span></td>", matrix_word(cell->status));
}

static void print_log(const struct page *page, const struct matrix_cell *cell,
		      size_t kernel)
{
	const char *log = cell->log, *line;
	size_t len;
	char *str;

	html_markup(page->file, "<tr><td class=\"log\" colspan=\"%zu\"><details open>"
		    "<summary>%c</summary><pre>",
		    page->matrix->nr_kernels + 1, (char)('A' + kernel));
	if (cell->reason) {
		html_text(page->file, cell->reason);
		html_markup(page->file, "\n");
	}
	while ((line = matrix_log_line(&log, &len))) {
		str = xasprintf("%.*s", (int)len, line);
		html_text(page->file, str);
		html_markup(page->file, "\n");
		free(str);
	}
	html_markup(page->file, "</pre></details></td></tr>\n");
}

static void print_name(const struct page *page, const struct matrix_row *row)
{
	html_text(page->file, row->test ? row->test : row->program);
	if (!row->test)
		html_markup(page->file, " <small>the program itself</small>");
}

static void print_row(const struct page *page, const struct matrix_row *row)
{
	size_t i;

	html_markup(page->file, "<tr>");
	for (i = 0; i < page->matrix->nr_kernels; i++)
		print_cell(page, &row->cells[i]);
	html_markup(page->file, "<th class=\"name\">");
	print_name(page, row);
	html_markup(page->file, "</th></tr>\n");
	for (i = 0; i < page->matrix->nr_kernels; i++) {
		if (row->cells[i].status == TAP_FAIL &&
		    (row->cells[i].log || row->cells[i].reason))
			print_log(page, &row->cells[i], i);
	}
}

static void print_group(const struct page *page,
			const struct matrix_group *group)
{
	size_t i;

	if (*group->reason) {
		html_markup(page->file, "<tr class=\"why\"><td colspan=\"%zu\">",
			    page->matrix->nr_kernels + 1);
		html_text(page->file, group->reason);
		html_markup(page->file, " <small>(%zu)</small></td></tr>\n",
			    group->nr);
	}
	for (i = 0; i < group->nr; i++)
		print_row(page, group->rows[i]);
}

static void print_class(const struct page *page, enum matrix_class class)
{
	const struct matrix *matrix = page->matrix;
	size_t i, n = matrix_count(matrix, class);

	if (!n)
		return;
	html_markup(page->file, "<tr class=\"class\"><th colspan=\"%zu\">",
		    matrix->nr_kernels + 1);
	if (class == MATRIX_WORSE)
		html_markup(page->file, "Worse than %c",
			    (char)('A' + matrix->baseline));
	else if (class == MATRIX_SKIPS)
		html_markup(page->file, "Skipped, and %c tests it",
			    (char)('A' + matrix->baseline));
	else
		html_markup(page->file, "Other differences");
	html_markup(page->file, " <small>(%zu)</small></th></tr>\n", n);
	for (i = 0; i < matrix->nr_groups; i++) {
		if (matrix->groups[i].class == class)
			print_group(page, &matrix->groups[i]);
	}
}

static void print_differences(const struct page *page)
{
	const struct matrix *matrix = page->matrix;
	const struct matrix_kernel *kernel;
	enum matrix_class class;
	size_t i;

	if (matrix_count(matrix, MATRIX_SAME) == matrix->nr_rows) {
		html_markup(page->file, "<p>No test came out differently.</p>\n");
		return;
	}
	html_markup(page->file, "<div class=\"table tall\"><table><thead><tr>");
	for (i = 0; i < matrix->nr_kernels; i++) {
		kernel = &matrix->kernels[i];
		html_markup(page->file, "<th>%c<small>", (char)('A' + i));
		html_text(page->file, matrix_release(kernel));
		html_markup(page->file, "</small></th>");
	}
	html_markup(page->file, "<th>test</th></tr></thead><tbody>\n");
	for (class = 0; class < MATRIX_SAME; class++)
		print_class(page, class);
	html_markup(page->file, "</tbody></table></div>\n");
}

/* One group of what is the same on all; its tests are folded up. */
static void print_same_group(const struct page *page,
			     const struct matrix_group *group)
{
	unsigned int status = matrix_group_status(page->matrix, group);
	size_t i;

	html_markup(page->file, "<details%s><summary><span class=\"mark %s\">%s</span> %zu ",
		    status == TAP_FAIL ? " open" : "", status_mark(status),
		    matrix_word(status), group->nr);
	html_text(page->file, group->reason);
	html_markup(page->file, "</summary><ul>\n");
	for (i = 0; i < group->nr; i++) {
		html_markup(page->file, "<li>");
		print_name(page, group->rows[i]);
		html_markup(page->file, "</li>\n");
	}
	html_markup(page->file, "</ul></details>\n");
}

static void print_same(const struct page *page)
{
	const struct matrix *matrix = page->matrix;
	size_t i;

	html_markup(page->file, "<h3>The same on all: %zu</h3>\n",
		    matrix_count(matrix, MATRIX_SAME));
	for (i = 0; i < matrix->nr_groups; i++) {
		if (matrix->groups[i].class == MATRIX_SAME)
			print_same_group(page, &matrix->groups[i]);
	}
}

void matrix_html(const struct matrix *matrix, FILE *file)
{
	const struct page page = { matrix, file };

	html_markup(file, "<h2>The same tests on several kernels</h2>\n"
		    "<p class=\"sub\">Differences first; %c is what the others "
		    "are held against.</p>\n",
		    (char)('A' + matrix->baseline));
	print_notes(&page);
	print_kernels(&page);
	print_differences(&page);
	print_same(&page);
}

void matrix_page(const struct matrix *matrix, FILE *file)
{
	html_begin(file, "netns-selftests: kernels");
	matrix_html(matrix, file);
	html_end(file);
}
