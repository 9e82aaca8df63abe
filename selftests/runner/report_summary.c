// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_summary.h"

#include "entries.h"
#include "text.h"

#include <stdlib.h>
#include <string.h>

void report_line(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	char *str;

	va_start(ap, fmt);
	str = xvasprintf(fmt, ap);
	va_end(ap);
	buf_add(buf, "# ", 2);
	text_line(buf, str, strlen(str));
	buf_add(buf, "\n", 1);
	free(str);
}

static void add_failed_test(struct buf *buf, const char *label,
			    const struct record_test *test)
{
	struct buf line = {};

	buf_addf(&line, "  %s: %s", label, test->name);
	if (test->refused)
		buf_addf(&line, ": %s", test->refused);
	if (test->dumped)
		buf_addf(&line, ": failures/%s/%s/", label, test->name);
	report_line(buf, "%.*s", (int)line.len, line.data);
	buf_free(&line);
}

static void add_failed(struct buf *buf, const struct record_program *program)
{
	char *label = record_label(program);
	struct record_test own;
	size_t i;

	for (i = 0; i < program->nr; i++) {
		if (record_status(&program->tests[i]) == TAP_FAIL)
			add_failed_test(buf, label, &program->tests[i]);
	}
	if (record_own(program, &own) && record_status(&own) == TAP_FAIL) {
		for (i = 0; i < program->troubles.nr; i++)
			report_line(buf, "  %s: %s", label,
				    program->troubles.v[i]);
		if (program->refused)
			report_line(buf, "  %s: %s", label, program->refused);
	}
	free(label);
}

static void add_all_failed(struct buf *buf, const struct record *record)
{
	struct record_totals totals;
	size_t i;

	record_count(record, &totals);
	if (totals.tests[TAP_FAIL] || totals.errors)
		report_line(buf, "what failed:");
	for (i = 0; i < record->nr; i++)
		add_failed(buf, &record->programs[i]);
}

static void add_skips(struct buf *buf, const struct record *record)
{
	struct entries entries;
	struct skips skips;
	size_t i;

	entries_make(&entries, record);
	skips_make(&skips, &entries);
	if (skips.nr)
		report_line(buf, "what was not tested, and why:");
	for (i = 0; i < skips.nr; i++)
		report_line(buf, "  %zu: %s", skips.v[i].ids.nr,
			    skips.v[i].reason);
	skips_free(&skips);
	entries_free(&entries);
}

/* The last line has what a gate excused apart, and no other xfail or xpass. */
static void add_totals(struct buf *buf, const struct record *record)
{
	struct record_totals totals;
	const size_t *tests = totals.tests;

	record_count(record, &totals);
	buf_addf(buf, "# Totals: pass:%zu fail:%zu xfail:%zu xpass:%zu skip:%zu error:%zu\n",
		 tests[TAP_PASS], tests[TAP_FAIL], tests[TAP_XFAIL],
		 tests[TAP_XPASS], tests[TAP_SKIP], totals.errors);
	buf_addf(buf, "%zu passed, %zu failed, %zu skipped",
		 tests[TAP_PASS] + tests[TAP_XFAIL] + tests[TAP_XPASS] -
		 totals.known, tests[TAP_FAIL] + totals.errors,
		 tests[TAP_SKIP]);
	if (totals.known)
		buf_addf(buf, ", %zu known to fail", totals.known);
	buf_add(buf, "\n", 1);
}

void report_summary(const struct report_desc *desc, struct buf *buf)
{
	const struct record *record = desc->record;
	struct strv lines = {};
	size_t i;

	add_all_failed(buf, record);
	add_skips(buf, record);
	gate_summary(desc->gate, &lines);
	for (i = 0; i < lines.nr; i++)
		report_line(buf, "%s", lines.v[i]);
	strv_free(&lines);
	if (record->partial)
		report_line(buf, "%s", record->partial);
	report_line(buf, "results: %s", results_path(desc->results));
	add_totals(buf, record);
}
