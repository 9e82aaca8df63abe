// SPDX-License-Identifier: GPL-2.0-or-later
#include "outcome.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define KSFT_EXIT_SKIP	4

/* How it ended, and the test that was running then. */
static void add_killed(struct outcome *outcome, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add_killed(struct outcome *outcome, const char *fmt, ...)
{
	const char *running = outcome->tap.running;
	va_list ap;
	char *str;

	va_start(ap, fmt);
	str = xvasprintf(fmt, ap);
	va_end(ap);
	strv_addf(&outcome->troubles, "%s%s%s", str, running ? ", in " : "",
		  running ? running : "");
	free(str);
}

static void judge_exit(struct outcome *outcome, int status)
{
	size_t failed = tap_count(&outcome->tap, TAP_FAIL);
	size_t skipped = tap_count(&outcome->tap, TAP_SKIP);
	struct strv *troubles = &outcome->troubles;
	char *text;

	if (WIFEXITED(status) && !WEXITSTATUS(status)) {
		if (failed)
			strv_addf(troubles, "exit code 0, yet a test failed");
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == 1) {
		if (!failed)
			strv_addf(troubles, "exit code 1, yet no test failed");
	} else if (WIFEXITED(status) && WEXITSTATUS(status) == KSFT_EXIT_SKIP) {
		if (skipped != outcome->tap.nr)
			strv_addf(troubles, "exit code 4, yet a test ran");
	} else {
		text = job_status_text(status);
		add_killed(outcome, "%s", text);
		free(text);
	}
}

static void judge_output(struct outcome *outcome, const struct job *job,
			 size_t selected)
{
	struct strv *troubles = &outcome->troubles;
	struct tap *tap = &outcome->tap;
	size_t i;

	for (i = 0; i < tap->troubles.nr; i++)
		strv_addf(troubles, "%s", tap->troubles.v[i]);
	if (selected && tap->plan >= 0 && !tap->skip_all &&
	    tap->plan != (long)selected)
		strv_addf(troubles, "%zu tests selected, %ld planned (a harness before 6.4 knows no -r)",
			  selected, tap->plan);
	if (job->cut)
		strv_addf(troubles, "%zu bytes of output beyond %u were cut",
			  job->cut, JOB_OUTPUT_MAX);
	if (job->dumps.trouble)
		strv_addf(troubles, "%s", job->dumps.trouble);
}

void outcome_judge(struct outcome *outcome, const struct job *job,
		   size_t selected)
{
	struct strv *troubles = &outcome->troubles;
	struct tap *tap = &outcome->tap;
	size_t i;

	*outcome = (struct outcome){};
	tap_parse(tap, job->out.data, job->out.len);
	/* What follows from a kill is not a second trouble. */
	if (job->error) {
		strv_addf(troubles, "it could not be run: %s",
			  strerror(job->error));
	} else if (job->stuck) {
		add_killed(outcome, "killed after %u seconds, and still there %d seconds later",
			   job->timeout, JOB_KILL_SECONDS);
	} else if (job->timed_out) {
		add_killed(outcome, "not done in %u seconds", job->timeout);
	} else if (job->interrupted) {
		add_killed(outcome, "interrupted");
	} else {
		judge_exit(outcome, job->status);
		judge_output(outcome, job, selected);
	}
	for (i = 0; i < job->complaints.nr; i++)
		strv_addf(troubles, "%s", job->complaints.v[i]);
}

void outcome_free(struct outcome *outcome)
{
	tap_free(&outcome->tap);
	strv_free(&outcome->troubles);
}
