// SPDX-License-Identifier: GPL-2.0-or-later
#include "record_add.h"

#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* One word that no other has: @record remembers where it is. */
static char *new_id(struct record *record, const char *prefix, const char *name)
{
	char *id = xasprintf("%s%s", prefix, name), *next;
	size_t i, len = strlen(id);
	unsigned int n;

	for (i = 0; id[i]; i++) {
		if (!strchr(RECORD_ID_CHARS, id[i]))
			id[i] = '_';
	}
	for (n = 2; !record_id_take(record, id); n++) {
		next = xasprintf("%.*s-%u", (int)len, id, n);
		free(id);
		id = next;
	}
	return id;
}

/* Of a long one the beginning and the end say most. */
static char *log_text(const char *text, size_t len)
{
	size_t half = RECORD_LOG_MAX / 2;
	struct buf buf = {};

	if (!len)
		return NULL;
	if (len <= RECORD_LOG_MAX) {
		text_lines(&buf, text, len);
	} else {
		text_lines(&buf, text, half);
		buf_addf(&buf, "# ... (%zu bytes cut: logs/ has all) ...\n# ",
			 len - 2 * half);
		text_lines(&buf, text + len - half, half);
	}
	buf_add(&buf, "", 1);
	return buf.data;
}

static bool is_dumped(const struct job *job, const char *test)
{
	size_t i;

	for (i = 0; i < job->dumps.nr; i++) {
		if (!strcmp(job->dumps.v[i].test, test))
			return true;
	}
	return false;
}

/* Between two results; of the first since the first line of all. */
static double test_seconds(const struct job *job, const struct tap *tap,
			   size_t i)
{
	const struct tap_test *test = &tap->tests[i];
	size_t begin = 0, end = test->log + test->log_len - job->out.data;

	if (i)
		begin = test[-1].log + test[-1].log_len - job->out.data;
	return job_seconds(job, begin, end);
}

static void add_test(struct record *record, struct record_program *program,
		     const struct record_ran *ran, size_t i)
{
	const struct tap_test *from = &ran->outcome->tap.tests[i];
	struct record_test *test = &program->tests[i];
	char *prefix = xasprintf("%s.", program->id);

	test->name = text_string(from->name);
	test->id = new_id(record, prefix, test->name);
	test->status = from->status;
	if (from->reason && *from->reason)
		test->reason = text_string(from->reason);
	if (from->status != TAP_PASS)
		test->log = log_text(from->log, from->log_len);
	test->seconds = test_seconds(ran->job, &ran->outcome->tap, i);
	test->dumped = is_dumped(ran->job, from->name);
	free(prefix);
}

static void add_tests(struct record *record, struct record_program *program,
		      const struct record_ran *ran)
{
	size_t i, nr = ran->outcome->tap.nr;

	program->tests = xgrow(NULL, 0, nr + 1, sizeof(*program->tests));
	program->nr = nr;
	for (i = 0; i < nr; i++)
		add_test(record, program, ran, i);
}

static void add_end(struct record_program *program, const struct job *job)
{
	if (job->error == ENOENT) {
		program->end = RECORD_MISSING;
	} else if (job->error) {
		program->end = RECORD_NOT_RUN;
	} else if (job->stuck) {
		program->end = RECORD_STUCK;
	} else if (job->timed_out) {
		program->end = RECORD_TIMEOUT;
	} else if (job->interrupted) {
		program->end = RECORD_INTERRUPTED;
	} else if (WIFSIGNALED(job->status)) {
		program->end = RECORD_SIGNAL;
		program->code = WTERMSIG(job->status);
	} else {
		program->end = RECORD_EXIT;
		program->code = WEXITSTATUS(job->status);
	}
}

static void add_troubles(struct record_program *program,
			 const struct record_ran *ran)
{
	const struct outcome *outcome = ran->outcome;
	const struct buf *out = &ran->job->out;
	const char *rest = outcome->tap.rest;
	char *str;
	size_t i;

	for (i = 0; i < outcome->troubles.nr; i++) {
		str = text_string(outcome->troubles.v[i]);
		strv_addf(&program->troubles, "%s", str);
		free(str);
	}
	if (outcome->troubles.nr && rest)
		program->log = log_text(rest, out->data + out->len - rest);
	program->running = text_string(outcome->tap.running);
	program->skip_all = text_string(outcome->tap.skip_all);
}

static void add_ids(struct record *record, struct record_program *program)
{
	char *prefix = xasprintf("%s.", program->collection);
	char *label = record_label(program);

	program->id = new_id(record, prefix, label);
	free(prefix);
	prefix = xasprintf("%s.", program->id);
	program->own_id = new_id(record, prefix, "program");
	free(prefix);
	free(label);
}

struct record_program *record_add(struct record *record,
				  const struct record_ran *ran)
{
	struct record_program *program;

	record->programs = xgrow(record->programs, record->nr, record->nr + 1,
				 sizeof(*program));
	program = &record->programs[record->nr++];
	program->collection = text_string(ran->program->collection);
	program->name = text_string(ran->program->name);
	program->round = ran->round;
	program->timeout = ran->job->timeout;
	program->seconds = ran->job->seconds;
	program->leftovers = ran->job->leftovers;
	add_ids(record, program);
	add_end(program, ran->job);
	add_troubles(program, ran);
	add_tests(record, program, ran);
	return program;
}
