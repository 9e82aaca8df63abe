// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

struct skip {
	char *reason;
	size_t nr;
};

struct report {
	struct results *results;
	struct strv failed;
	struct skip *skips;
	size_t nr_skips;
	size_t totals[TAP_NR_STATUS];
	size_t errors;		/* programs with a trouble of their own */
	size_t planned;
	size_t printed;
	int stdout_error;
};

/* The same to stdout and run.tap; a reader that has gone loses only stdout. */
static void report_emit(struct report *report, struct buf *buf)
{
	const char *data = buf->data;
	size_t len = buf->len;
	ssize_t n;

	while (len && !report->stdout_error) {
		n = write(STDOUT_FILENO, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			report->stdout_error = errno;
			fprintf(stderr, "run.sh: stdout: %s\n", strerror(errno));
			break;
		}
		data += n;
		len -= n;
	}
	results_tap(report->results, buf->data, buf->len);
	buf_free(buf);
}

struct report *report_new(struct results *results, size_t planned)
{
	struct report *report = xgrow(NULL, 0, 1, sizeof(*report));
	struct buf buf = {};

	report->results = results;
	report->planned = planned;
	buf_addf(&buf, "TAP version 13\n1..%zu\n", planned);
	report_emit(report, &buf);
	return report;
}

/* A line of somebody else's: printable ASCII whatever it holds, and bounded. */
static void add_line(struct buf *buf, const char *line, size_t len)
{
	size_t i, start = 0, shown = len < TAP_LINE_MAX ? len : TAP_LINE_MAX;

	buf_add(buf, "# ", 2);
	for (i = 0; i < shown; i++) {
		unsigned char c = line[i];

		if ((c >= ' ' && c < 0x7f) || c == '\t')
			continue;
		buf_add(buf, line + start, i - start);
		buf_addf(buf, "\\x%02x", c);
		start = i + 1;
	}
	buf_add(buf, line + start, shown - start);
	if (shown < len)
		buf_addf(buf, " ... (%zu bytes cut)", len - shown);
	buf_add(buf, "\n", 1);
}

static void add_text(struct buf *buf, const char *text, size_t len)
{
	const char *end = text + len;
	size_t n;

	for (; text < end; text += n + 1) {
		n = tap_line_len(text, end - text);
		add_line(buf, text, n);
	}
}

/* As add_line(), for what we say ourselves. */
static void add_comment(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add_comment(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	char *str;

	va_start(ap, fmt);
	if (vasprintf(&str, fmt, ap) < 0)
		die("out of memory");
	va_end(ap);
	add_line(buf, str, strlen(str));
	free(str);
}

void report_comment(struct report *report, const char *fmt, ...)
{
	struct buf buf = {};
	va_list ap;
	char *str;

	va_start(ap, fmt);
	if (vasprintf(&str, fmt, ap) < 0)
		die("out of memory");
	va_end(ap);
	add_line(&buf, str, strlen(str));
	free(str);
	report_emit(report, &buf);
}

static void count_skip(struct report *report, const char *reason)
{
	struct skip *skip;
	size_t i;

	if (!reason || !*reason)
		reason = "no reason given";
	for (i = 0; i < report->nr_skips; i++)
		if (!strcmp(report->skips[i].reason, reason))
			break;
	if (i == report->nr_skips) {
		report->skips = xgrow(report->skips, i, i + 1, sizeof(*skip));
		report->skips[i].reason = xasprintf("%s", reason);
		report->nr_skips++;
	}
	report->skips[i].nr++;
}

static void count(struct report *report, const char *label,
		  const struct job *job, const struct outcome *outcome)
{
	const struct tap *tap = &outcome->tap;
	const struct tap_test *test;
	bool dumped;
	size_t i, j;

	for (i = 0; i < tap->nr; i++) {
		test = &tap->tests[i];
		report->totals[test->status]++;
		if (test->status == TAP_SKIP)
			count_skip(report, test->reason);
		if (test->status != TAP_FAIL)
			continue;
		for (dumped = false, j = 0; j < job->dumps.nr; j++)
			dumped |= !strcmp(job->dumps.v[j].test, test->name);
		strv_addf(&report->failed, "%s: %s%s%s%s%s%s", label, test->name,
			  dumped ? ": failures/" : "", dumped ? label : "",
			  dumped ? "/" : "", dumped ? test->name : "",
			  dumped ? "/" : "");
	}
	if (tap->skip_all && outcome->verdict == VERDICT_SKIP) {
		report->totals[TAP_SKIP]++;
		count_skip(report, tap->skip_all);
	}
	if (outcome->troubles.nr)
		report->errors++;
	for (i = 0; i < outcome->troubles.nr; i++)
		strv_addf(&report->failed, "%s: %s", label,
			  outcome->troubles.v[i]);
}

static void save(struct report *report, const char *label,
		 const struct job *job)
{
	const struct dump *dump;
	char *path;
	size_t i;

	path = xasprintf("logs/%s.log", label);
	results_write(report->results, path, job->out.data, job->out.len);
	free(path);
	for (i = 0; i < job->dumps.nr; i++) {
		dump = &job->dumps.v[i];
		path = xasprintf("failures/%s/%s/%s", label, dump->test,
				 dump->file);
		results_write(report->results, path, dump->data, dump->len);
		free(path);
	}
}

static void add_result(struct buf *buf, const char *line, const struct job *job,
		       const struct outcome *outcome)
{
	int status = job->status;

	if (outcome->verdict == VERDICT_PASS)
		buf_addf(buf, "ok %s\n", line);
	else if (outcome->verdict == VERDICT_SKIP)
		buf_addf(buf, "ok %s # SKIP\n", line);
	else if (job->error)
		buf_addf(buf, "not ok %s\n", line);
	else if (job->timed_out)
		buf_addf(buf, "#\nnot ok %s # TIMEOUT %u seconds\n", line,
			 job->timeout);
	else if (job->interrupted)
		buf_addf(buf, "not ok %s # interrupted\n", line);
	else
		buf_addf(buf, "not ok %s # exit=%d\n", line,
			 WIFSIGNALED(status) ? 128 + WTERMSIG(status) :
					       WEXITSTATUS(status));
}

void report_program(struct report *report, const struct program *program,
		    const struct job *job, unsigned int round)
{
	struct outcome outcome;
	struct buf buf = {};
	char *line, *label;
	size_t i;

	outcome_judge(&outcome, job, program->only.nr);
	line = xasprintf("%zu selftests: %s: %s", ++report->printed,
			 program->collection, program->name);
	label = round > 1 ? xasprintf("%s.%u", program->name, round) :
			    xasprintf("%s", program->name);

	buf_addf(&buf, "# timeout set to %u\n# %s\n", job->timeout,
		 strchr(line, ' ') + 1);
	if (job->error == ENOENT)
		add_comment(&buf, "Warning: file %s is missing!", program->path);
	add_text(&buf, job->out.data, job->out.len);
	for (i = 0; i < outcome.troubles.nr; i++)
		add_comment(&buf, "%s: %s", program->name,
			    outcome.troubles.v[i]);
	if (job->leftovers)
		add_comment(&buf, "%s: %u processes outlived it and were killed",
			    program->name, job->leftovers);
	add_result(&buf, line, job, &outcome);

	count(report, label, job, &outcome);
	save(report, label, job);
	report_emit(report, &buf);
	free(line);
	free(label);
	outcome_free(&outcome);
}

static void add_summary(struct report *report, struct buf *buf, int signal)
{
	const size_t *totals = report->totals;
	size_t i;

	if (report->failed.nr)
		add_comment(buf, "what failed:");
	for (i = 0; i < report->failed.nr; i++)
		add_comment(buf, "  %s", report->failed.v[i]);
	if (report->nr_skips)
		add_comment(buf, "what was not tested, and why:");
	for (i = 0; i < report->nr_skips; i++)
		add_comment(buf, "  %zu: %s", report->skips[i].nr,
			    report->skips[i].reason);
	if (signal)
		add_comment(buf, "cut short by SIG%s: this is %zu of %zu programs",
			    sigabbrev_np(signal), report->printed,
			    report->planned);
	add_comment(buf, "results: %s", results_path(report->results));
	buf_addf(buf, "# Totals: pass:%zu fail:%zu xfail:%zu xpass:%zu skip:%zu error:%zu\n",
		 totals[TAP_PASS], totals[TAP_FAIL], totals[TAP_XFAIL],
		 totals[TAP_XPASS], totals[TAP_SKIP], report->errors);
}

int report_end(struct report *report, int signal)
{
	const size_t *totals = report->totals;
	size_t passed, failed;
	struct buf buf = {};
	bool saved;

	passed = totals[TAP_PASS] + totals[TAP_XFAIL] + totals[TAP_XPASS];
	failed = totals[TAP_FAIL] + report->errors;
	add_summary(report, &buf, signal);
	buf_addf(&buf, "%zu passed, %zu failed, %zu skipped\n", passed, failed,
		 totals[TAP_SKIP]);
	report_emit(report, &buf);

	saved = results_finish(report->results);
	if (signal)
		return 128 + signal;
	if (report->stdout_error || !saved)
		return 2;
	if (failed)
		return 1;
	if (!passed && !totals[TAP_SKIP])
		return 1;
	return passed ? 0 : 4;
}

void report_free(struct report *report)
{
	size_t i;

	if (!report)
		return;
	for (i = 0; i < report->nr_skips; i++)
		free(report->skips[i].reason);
	free(report->skips);
	strv_free(&report->failed);
	free(report);
}
