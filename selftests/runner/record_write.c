// SPDX-License-Identifier: GPL-2.0-or-later
/* run.json: a line a test, so that it can be searched and compared as text. */
#include "record.h"

#include "results.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* A time in ms is the same number again once it has been read. */
#define DUMP_FLAGS	(JSON_ENCODE_ANY | JSON_REAL_PRECISION(12))

/* Takes @value. */
static void add_value(struct buf *buf, json_t *value)
{
	char *text = value ? json_dumps(value, DUMP_FLAGS) : NULL;

	if (!text)
		die("out of memory");
	buf_add(buf, text, strlen(text));
	free(text);
	json_decref(value);
}

static void set(json_t *object, const char *key, json_t *value)
{
	if (!value || json_object_set_new(object, key, value))
		die("out of memory");
}

static void set_string(json_t *object, const char *key, const char *str)
{
	if (str)
		set(object, key, json_string(str));
}

static void set_seconds(json_t *object, double seconds)
{
	if (seconds >= 0)
		set(object, "seconds", json_real(seconds));
}

static void set_time(json_t *object, const char *key, time_t when)
{
	char str[32];
	struct tm tm;

	if (!when || !gmtime_r(&when, &tm))
		return;
	strftime(str, sizeof(str), "%Y-%m-%dT%H:%M:%SZ", &tm);
	set(object, key, json_string(str));
}

static void set_strv(json_t *object, const char *key, const struct strv *strv)
{
	json_t *array = json_array();
	size_t i;

	for (i = 0; i < strv->nr; i++) {
		if (json_array_append_new(array, json_string(strv->v[i])))
			die("out of memory");
	}
	set(object, key, array);
}

static json_t *test_object(const struct record_test *test)
{
	enum tap_status status = record_status(test);
	json_t *object = json_object();

	set_string(object, "id", test->id);
	set_string(object, "name", test->name);
	set_string(object, "status", record_status_word(status));
	if (test->status != status)
		set_string(object, "said", record_status_word(test->status));
	set_string(object, "reason", test->reason);
	set_string(object, "known", test->known);
	set_string(object, "refused", test->refused);
	set_seconds(object, test->seconds);
	if (test->dumped)
		set(object, "dumped", json_true());
	set_string(object, "log", test->log);
	return object;
}

static json_t *program_object(const struct record_program *program)
{
	json_t *object = json_object();

	set_string(object, "id", program->id);
	set_string(object, "own_id", program->own_id);
	set_string(object, "collection", program->collection);
	set_string(object, "name", program->name);
	set(object, "round", json_integer(program->round));
	set_string(object, "verdict",
		   record_verdict_word(record_verdict(program)));
	set_string(object, "end", record_end_word(program->end));
	set(object, "code", json_integer(program->code));
	set_seconds(object, program->seconds);
	set(object, "timeout", json_integer(program->timeout));
	if (program->leftovers)
		set(object, "leftovers", json_integer(program->leftovers));
	set_string(object, "running", program->running);
	set_string(object, "skip_all", program->skip_all);
	set_strv(object, "troubles", &program->troubles);
	set_string(object, "known", program->known);
	set_string(object, "refused", program->refused);
	set_string(object, "log", program->log);
	return object;
}

static void add_program(struct buf *buf, const struct record_program *program)
{
	size_t i;

	add_value(buf, program_object(program));
	/* One more member, in lines of their own. */
	buf->len--;
	buf_addf(buf, ", \"tests\": [");
	for (i = 0; i < program->nr; i++) {
		buf_addf(buf, "%s\n      ", i ? "," : "");
		add_value(buf, test_object(&program->tests[i]));
	}
	buf_addf(buf, "%s]}", program->nr ? "\n    " : "");
}

static json_t *totals_object(const struct record *record)
{
	struct record_totals totals;
	json_t *object = json_object();
	enum tap_status status;

	record_count(record, &totals);
	for (status = 0; status < TAP_NR_STATUS; status++)
		set(object, record_status_word(status),
		    json_integer(totals.tests[status]));
	set(object, "error", json_integer(totals.errors));
	return object;
}

static json_t *run_object(const struct record *record)
{
	json_t *object = json_object();

	set_string(object, "schema", RECORD_SCHEMA);
	set_string(object, "kernel", record->kernel);
	set_string(object, "kernel_version", record->kernel_version);
	set_string(object, "machine", record->machine);
	set_string(object, "distribution", record->distribution);
	set_string(object, "vm", record->vm);
	set_string(object, "commit", record->commit);
	set_strv(object, "arguments", &record->argv);
	set_time(object, "start", record->start);
	set_time(object, "end", record->end);
	set_seconds(object, record->end ? record->seconds : -1);
	if (record->exit_code >= 0)
		set(object, "exit", json_integer(record->exit_code));
	if (record->signal)
		set(object, "signal", json_integer(record->signal));
	set_string(object, "partial", record->partial);
	set(object, "planned", json_integer(record->planned));
	set(object, "totals", totals_object(record));
	return object;
}

void record_text(const struct record *record, struct buf *buf)
{
	json_t *object = run_object(record), *value;
	const char *key;
	size_t i;

	buf_addf(buf, "{\n");
	json_object_foreach(object, key, value) {
		buf_addf(buf, "  \"%s\": ", key);
		add_value(buf, json_incref(value));
		buf_addf(buf, ",\n");
	}
	json_decref(object);
	buf_addf(buf, "  \"programs\": [");
	for (i = 0; i < record->nr; i++) {
		buf_addf(buf, "%s\n    ", i ? "," : "");
		add_program(buf, &record->programs[i]);
	}
	buf_addf(buf, "%s]\n}\n", record->nr ? "\n  " : "");
}

void record_write(const struct record *record, struct results *results)
{
	struct buf buf = {};

	record_text(record, &buf);
	results_write(results, RECORD_FILE, buf.data, buf.len);
	buf_free(&buf);
}
