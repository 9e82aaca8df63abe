// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include "libc.h"
#include "record_add.h"
#include "report_summary.h"
#include "text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct report {
	struct report_desc desc;
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
	results_tap(report->desc.results, buf->data, buf->len);
	buf_free(buf);
}

struct report *report_new(const struct report_desc *desc)
{
	struct report *report = xgrow(NULL, 0, 1, sizeof(*report));
	struct buf buf = {};

	report->desc = *desc;
	buf_addf(&buf, "TAP version 13\n1..%zu\n", desc->record->planned);
	report_emit(report, &buf);
	return report;
}

/* A line of somebody else's: printable ASCII whatever it holds, and bounded. */
static void add_line(struct buf *buf, const char *line, size_t len)
{
	size_t shown = len < TAP_LINE_MAX ? len : TAP_LINE_MAX;

	buf_add(buf, "# ", 2);
	text_line(buf, line, shown);
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

void report_comment(struct report *report, const char *fmt, ...)
{
	struct buf buf = {};
	va_list ap;
	char *str;

	va_start(ap, fmt);
	str = xvasprintf(fmt, ap);
	va_end(ap);
	add_line(&buf, str, strlen(str));
	free(str);
	report_emit(report, &buf);
}

static void save(struct report *report, const char *label,
		 const struct job *job)
{
	const struct dump *dump;
	char *path;
	size_t i;

	path = xasprintf("logs/%s.log", label);
	results_write(report->desc.results, path, job->out.data, job->out.len);
	free(path);
	for (i = 0; i < job->dumps.nr; i++) {
		dump = &job->dumps.v[i];
		path = xasprintf("failures/%s/%s/%s", label, dump->test,
				 dump->file);
		results_write(report->desc.results, path, dump->data, dump->len);
		free(path);
	}
}

static void add_result(struct buf *buf, const char *line,
		       const struct record_program *ran)
{
	enum verdict verdict = record_verdict(ran);

	if (verdict == VERDICT_PASS && ran->known)
		buf_addf(buf, "ok %s # XFAIL %s\n", line, ran->known);
	else if (verdict == VERDICT_PASS)
		buf_addf(buf, "ok %s\n", line);
	else if (verdict == VERDICT_SKIP)
		buf_addf(buf, "ok %s # SKIP\n", line);
	else if (ran->end == RECORD_MISSING || ran->end == RECORD_NOT_RUN)
		buf_addf(buf, "not ok %s\n", line);
	else if (ran->end == RECORD_TIMEOUT || ran->end == RECORD_STUCK)
		buf_addf(buf, "#\nnot ok %s # TIMEOUT %u seconds\n", line,
			 ran->timeout);
	else if (ran->end == RECORD_INTERRUPTED)
		buf_addf(buf, "not ok %s # interrupted\n", line);
	else
		buf_addf(buf, "not ok %s # exit=%d\n", line,
			 ran->end == RECORD_SIGNAL ? 128 + ran->code :
						     ran->code);
}

/*
 * The line of a test that the gate sees otherwise than its program, or that has
 * no name there, which readers take the reason for, or end at.
 */
static void add_judged(struct buf *buf, const struct record_test *test,
		       size_t nr)
{
	static const char *const words[TAP_NR_STATUS] = {
		[TAP_XFAIL] = " # XFAIL ", [TAP_XPASS] = " # XPASS ",
		[TAP_SKIP] = " # SKIP ",
	};
	enum tap_status status = record_status(test);
	const char *why = test->refused ? test->refused :
			  test->known ? test->known : test->reason;

	buf_addf(buf, "# %sok %zu %s%s%s\n", status == TAP_FAIL ? "not " : "",
		 nr, test->name, !why ? "" : words[status] ? words[status] :
		 " # ", why ? why : "");
}

static bool is_judged(const struct tap_test *said,
		      const struct record_test *test)
{
	return test->known || test->refused || said->unnamed;
}

/* A plan that says SKIP is one to some parsers whatever comes behind it. */
static void add_refused(struct buf *buf, const char *text, size_t len)
{
	const char *end = text + len;
	size_t n;

	for (; text < end; text += n + 1) {
		n = tap_line_len(text, end - text);
		add_line(buf, text, strncmp(text, "1..0", 4) ? n : 4);
	}
}

/*
 * What the program said; the gate's verdict stands in the place of the
 * program's, so that who reads the nested lines comes to the same end as the
 * exit code.  The log keeps the program's.
 */
static void add_output(struct buf *buf, const struct buf *out,
		       const struct tap *tap, const struct record_program *ran)
{
	const char *at = out->data, *end = at + out->len, *line;
	size_t i;

	for (i = 0; i < tap->nr; i++) {
		if (!is_judged(&tap->tests[i], &ran->tests[i]))
			continue;
		line = tap->tests[i].log + tap->tests[i].log_len;
		add_text(buf, at, line - at);
		add_judged(buf, &ran->tests[i], i + 1);
		at = line + tap_line_len(line, end - line);
		at += at < end;
	}
	if (ran->refused && ran->skip_all)
		add_refused(buf, at, end - at);
	else
		add_text(buf, at, end - at);
}

/* Around what the program said. */
static void add_block(struct buf *buf, const struct program *program,
		      const struct buf *output, const struct record_program *ran)
{
	size_t i;

	if (ran->end == RECORD_MISSING)
		report_line(buf, "Warning: file %s is missing!", program->path);
	buf_add(buf, output->data, output->len);
	for (i = 0; i < ran->troubles.nr; i++)
		report_line(buf, "%s: %s", ran->name, ran->troubles.v[i]);
	if (ran->leftovers)
		report_line(buf, "%s: %u processes outlived it and were killed",
			    ran->name, ran->leftovers);
	if (ran->refused)
		report_line(buf, "%s: %s", ran->name, ran->refused);
}

void report_program(struct report *report, const struct program *program,
		    const struct job *job, unsigned int round)
{
	struct record *record = report->desc.record;
	struct record_program *ran;
	struct buf buf = {}, output = {};
	struct outcome outcome;
	char *line, *label;

	outcome_judge(&outcome, job, program->only.nr);
	ran = record_add(record, &(struct record_ran){
		.program = program, .job = job, .outcome = &outcome,
		.round = round,
	});
	gate_judge(report->desc.gate, program, ran);
	add_output(&output, &job->out, &outcome.tap, ran);
	outcome_free(&outcome);

	line = xasprintf("%zu selftests: %s: %s", record->nr,
			 program->collection, program->name);
	/* The gate's own block is no program's. */
	if (job->timeout)
		buf_addf(&buf, "# timeout set to %u\n", job->timeout);
	buf_addf(&buf, "# %s\n", strchr(line, ' ') + 1);
	add_block(&buf, program, &output, ran);
	add_result(&buf, line, ran);
	buf_free(&output);
	free(line);

	label = record_label(ran);
	save(report, label, job);
	free(label);
	report_emit(report, &buf);
}

/* What the gate has to say itself: one more program. */
static void report_gate(struct report *report)
{
	static const struct program program = {
		.collection = (char *)GATE_COLLECTION,
		.name = (char *)GATE_NAME,
	};
	struct job job = {};

	if (!gate_has_block(report->desc.gate))
		return;
	if (!gate_finish(report->desc.gate, report->desc.record, &job.out))
		job.status = 1 << 8;	/* as wait(2) has exit code 1 */
	report_program(report, &program, &job, 1);
	buf_free(&job.out);
}

/* Anything but skips, and the gate? */
static bool was_tested(const struct record *record)
{
	const struct record_program *program;
	size_t i;

	for (i = 0; i < record->nr; i++) {
		program = &record->programs[i];
		if (strcmp(program->collection, GATE_COLLECTION) &&
		    record_verdict(program) != VERDICT_SKIP)
			return true;
	}
	return false;
}

static int exit_code(const struct report *report)
{
	const struct record *record = report->desc.record;
	struct record_totals totals;

	record_count(record, &totals);
	if (record->signal)
		return 128 + record->signal;
	if (totals.tests[TAP_FAIL] || totals.errors)
		return 1;
	if (was_tested(record))
		return 0;
	return totals.tests[TAP_SKIP] ? 4 : 1;
}

int report_end(struct report *report, int signal)
{
	struct record *record = report->desc.record;
	struct buf buf = {};
	bool saved;
	int code;

	if (signal) {
		record->signal = signal;
		record->partial = xasprintf("cut short by SIG%s: this is %zu of %zu programs",
					    sigabbrev_np(signal), record->nr,
					    record->planned);
	} else {
		report_gate(report);
	}
	report_summary(&report->desc, &buf);
	report_emit(report, &buf);
	code = exit_code(report);
	saved = results_finish(report->desc.results);
	if (code < 128 && (report->stdout_error || !saved))
		code = 2;
	return code;
}

void report_free(struct report *report)
{
	free(report);
}
