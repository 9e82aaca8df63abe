// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Whatever compares runs relies on what is refused here: a damaged record would
 * look like tests that were not run.
 */
#include "record.h"

#include "json_check.h"
#include "jsontext.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

_Static_assert(RECORD_WHY >= JSONTEXT_WHY, "both write to one @why");

/* What a message quotes of a word of the file's. */
#define WORD_SHOWN	40

static const struct json_rule run_rules[] = {
	{ "schema", IS_STR, false }, { "kernel", IS_STR, true },
	{ "kernel_version", IS_STR, true }, { "machine", IS_STR, true },
	{ "distribution", IS_STR, true }, { "vm", IS_STR, true },
	{ "commit", IS_STR, true }, { "arguments", IS_ARR, false },
	{ "start", IS_TIME, true }, { "end", IS_TIME, true },
	{ "seconds", IS_NUMBER, true }, { "exit", IS_SMALL, true },
	{ "signal", IS_SMALL, true }, { "partial", IS_STR, true },
	{ "planned", IS_SMALL, false }, { "totals", IS_OBJ, false },
	{ "programs", IS_ARR, false },
};

static const struct json_rule totals_rules[] = {
	{ "pass", IS_SMALL, false }, { "fail", IS_SMALL, false },
	{ "xfail", IS_SMALL, false }, { "xpass", IS_SMALL, false },
	{ "skip", IS_SMALL, false }, { "error", IS_SMALL, false },
};

static const struct json_rule program_rules[] = {
	{ "id", IS_STR, false }, { "own_id", IS_STR, false },
	{ "collection", IS_STR, false }, { "name", IS_STR, false },
	{ "round", IS_SMALL, false }, { "verdict", IS_STR, false },
	{ "end", IS_STR, false }, { "code", IS_SMALL, false },
	{ "seconds", IS_NUMBER, true }, { "timeout", IS_SMALL, false },
	{ "leftovers", IS_SMALL, true }, { "running", IS_STR, true },
	{ "skip_all", IS_STR, true }, { "troubles", IS_ARR, false },
	{ "known", IS_STR, true }, { "refused", IS_STR, true },
	{ "log", IS_TEXT, true }, { "tests", IS_ARR, false },
};

static const struct json_rule test_rules[] = {
	{ "id", IS_STR, false }, { "name", IS_STR, false },
	{ "status", IS_STR, false }, { "said", IS_STR, true },
	{ "reason", IS_STR, true }, { "known", IS_STR, true },
	{ "refused", IS_STR, true }, { "seconds", IS_NUMBER, true },
	{ "dumped", IS_BOOL, true }, { "log", IS_TEXT, true },
};

/* Where we are in the file, and what has been read so far. */
struct reader {
	struct json_check check;
	struct record *record;
};

/* A string as the writer writes them: what is printed must be printable. */
static bool printable(const char *str, bool lines)
{
	for (; *str; str++) {
		if ((*str < ' ' || *str > '~') && *str != '\t' &&
		    !(lines && *str == '\n'))
			return false;
	}
	return true;
}

static int take_string(struct reader *reader, const json_t *object,
		       const char *key, char **str)
{
	const char *value = json_string_value(json_object_get(object, key));

	if (!value)
		return 0;
	if (!printable(value, !strcmp(key, "log")))
		return json_refuse(&reader->check, key,
				   "not all of it is printable ASCII");
	*str = xasprintf("%s", value);
	return 0;
}

/* Where each of a kind of objects has its strings. */
struct field {
	const char *key;
	size_t offset;
};

static int take_strings(struct reader *reader, const json_t *object,
			void *to, const struct field *field)
{
	int err = 0;

	for (; field->key && !err; field++)
		err = take_string(reader, object, field->key,
				  (char **)((char *)to + field->offset));
	return err;
}

static int take_strv(struct reader *reader, const json_t *object,
		     const char *key, struct strv *strv)
{
	const json_t *array = json_object_get(object, key);
	const char *str;
	size_t i;

	for (i = 0; i < json_array_size(array); i++) {
		str = json_string_value(json_array_get(array, i));
		if (!str || !printable(str, false))
			return json_refuse(&reader->check, key,
					   "[%zu] is no string of printable ASCII",
					   i);
		strv_addf(strv, "%s", str);
	}
	return 0;
}

static double seconds(const json_t *object)
{
	const json_t *value = json_object_get(object, "seconds");

	return value ? json_number_value(value) : -1;
}

static long long number(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static time_t when(const json_t *object, const char *key)
{
	const char *str = json_string_value(json_object_get(object, key));
	struct tm tm = {};

	if (!str || !strptime(str, "%Y-%m-%dT%H:%M:%SZ", &tm))
		return 0;
	return timegm(&tm);
}

/* @prefix: what the ids of a program's tests have before the dot. */
static int take_id(struct reader *reader, const char *prefix, const char *id)
{
	size_t len = strlen(prefix);

	if (id[strspn(id, RECORD_ID_CHARS)] || strncmp(id, prefix, len) ||
	    (len && (id[len] != '.' || !id[len + 1])))
		return json_refuse(&reader->check, "id",
				   "%.*s is none, or not of %.*s", WORD_SHOWN,
				   id, WORD_SHOWN, len ? prefix : "this run");
	if (!record_id_take(reader->record, id))
		return json_refuse(&reader->check, "id", "%.*s is there twice",
				   WORD_SHOWN, id);
	return 0;
}

static int take_status(struct reader *reader, const json_t *object,
		       const char *key, enum tap_status *status)
{
	const char *word = json_string_value(json_object_get(object, key));
	enum tap_status i;

	for (i = 0; i < TAP_NR_STATUS; i++) {
		if (!strcmp(word, record_status_word(i))) {
			*status = i;
			return 0;
		}
	}
	return json_refuse(&reader->check, key,
			   "not one of pass, fail, skip, xfail, xpass");
}

/* What it said and what the gate made of it must be what it counts as. */
static int take_statuses(struct reader *reader, const json_t *object,
			 struct record_test *test)
{
	enum tap_status counts;
	int err;

	err = take_status(reader, object, "status", &counts);
	test->status = counts;
	if (!err && json_object_get(object, "said"))
		err = take_status(reader, object, "said", &test->status);
	if (!err && record_status(test) != counts)
		err = json_refuse(&reader->check, "status",
				  "%s, and the rest makes it %s",
				  record_status_word(counts),
				  record_status_word(record_status(test)));
	return err;
}

static int take_test(struct reader *reader, const json_t *object,
		     const char *program_id, struct record_test *test)
{
	static const struct field fields[] = {
		{ "id", offsetof(struct record_test, id) },
		{ "name", offsetof(struct record_test, name) },
		{ "reason", offsetof(struct record_test, reason) },
		{ "known", offsetof(struct record_test, known) },
		{ "refused", offsetof(struct record_test, refused) },
		{ "log", offsetof(struct record_test, log) },
		{ 0 }
	};
	int err;

	err = json_check_rules(&reader->check, object, test_rules,
			       LENGTH(test_rules));
	if (!err)
		err = take_strings(reader, object, test, fields);
	if (!err)
		err = take_id(reader, program_id, test->id);
	if (!err)
		err = take_statuses(reader, object, test);
	test->seconds = seconds(object);
	test->dumped = json_is_true(json_object_get(object, "dumped"));
	return err;
}

static int take_tests(struct reader *reader, const json_t *object,
		      struct record_program *program)
{
	const json_t *array = json_object_get(object, "tests");
	size_t i, back, nr = json_array_size(array);
	int err = 0;

	program->tests = xgrow(NULL, 0, nr + 1, sizeof(*program->tests));
	program->nr = nr;
	for (i = 0; i < nr && !err; i++) {
		back = json_enter(&reader->check, ".tests[%zu]", i);
		err = take_test(reader, json_array_get(array, i),
				program->id, &program->tests[i]);
		json_leave(&reader->check, back);
	}
	return err;
}

static int take_end(struct reader *reader, const json_t *object,
		    struct record_program *program)
{
	const char *word = json_string_value(json_object_get(object, "end"));
	enum record_end i;

	for (i = 0; i < RECORD_NR_ENDS; i++) {
		if (!strcmp(word, record_end_word(i))) {
			program->end = i;
			return 0;
		}
	}
	return json_refuse(&reader->check, "end", "no end of a program: %.*s",
			   WORD_SHOWN, word);
}

static int check_verdict(struct reader *reader, const json_t *object,
			 const struct record_program *program)
{
	const char *is = record_verdict_word(record_verdict(program));
	const char *word = json_string_value(json_object_get(object, "verdict"));

	if (!strcmp(word, is))
		return 0;
	return json_refuse(&reader->check, "verdict",
			   "%.*s, and the rest makes it %s", WORD_SHOWN, word,
			   is);
}

static void take_numbers(const json_t *object, struct record_program *program)
{
	program->round = number(object, "round");
	program->code = number(object, "code");
	program->timeout = number(object, "timeout");
	program->leftovers = number(object, "leftovers");
	program->seconds = seconds(object);
}

static int take_program(struct reader *reader, const json_t *object,
			struct record_program *program)
{
	static const struct field fields[] = {
		{ "id", offsetof(struct record_program, id) },
		{ "own_id", offsetof(struct record_program, own_id) },
		{ "collection", offsetof(struct record_program, collection) },
		{ "name", offsetof(struct record_program, name) },
		{ "running", offsetof(struct record_program, running) },
		{ "skip_all", offsetof(struct record_program, skip_all) },
		{ "known", offsetof(struct record_program, known) },
		{ "refused", offsetof(struct record_program, refused) },
		{ "log", offsetof(struct record_program, log) },
		{ 0 }
	};
	int err;

	err = json_check_rules(&reader->check, object, program_rules,
			       LENGTH(program_rules));
	if (!err)
		err = take_strings(reader, object, program, fields);
	if (!err)
		err = take_id(reader, "", program->id);
	if (!err)
		err = take_id(reader, program->id, program->own_id);
	if (!err)
		err = take_strv(reader, object, "troubles", &program->troubles);
	if (!err)
		err = take_end(reader, object, program);
	take_numbers(object, program);
	if (!err)
		err = take_tests(reader, object, program);
	return err ? err : check_verdict(reader, object, program);
}

static int take_programs(struct reader *reader, const json_t *json)
{
	const json_t *array = json_object_get(json, "programs");
	size_t i, back, nr = json_array_size(array);
	struct record *record = reader->record;
	int err = 0;

	record->programs = xgrow(NULL, 0, nr + 1, sizeof(*record->programs));
	record->nr = nr;
	for (i = 0; i < nr && !err; i++) {
		back = json_enter(&reader->check, "programs[%zu]", i);
		err = take_program(reader, json_array_get(array, i),
				   &record->programs[i]);
		json_leave(&reader->check, back);
	}
	return err;
}

static int check_totals(struct reader *reader, const json_t *json)
{
	const json_t *object = json_object_get(json, "totals");
	struct record_totals totals;
	enum tap_status i;
	const char *key;
	int err;

	err = json_check_part(&reader->check, json, "totals", totals_rules,
			      LENGTH(totals_rules));
	if (err)
		return err;
	record_count(reader->record, &totals);
	for (i = 0; i < TAP_NR_STATUS; i++) {
		key = record_status_word(i);
		if (number(object, key) != (long long)totals.tests[i])
			return json_refuse(&reader->check, "totals",
					   "%lld %s, and there are %zu",
					   number(object, key), key,
					   totals.tests[i]);
	}
	if (number(object, "error") != (long long)totals.errors)
		return json_refuse(&reader->check, "totals",
				   "%lld error, and there are %zu",
				   number(object, "error"), totals.errors);
	return 0;
}

static void take_run(const json_t *json, struct record *record)
{
	record->start = when(json, "start");
	record->end = when(json, "end");
	record->seconds = seconds(json);
	record->signal = number(json, "signal");
	record->planned = number(json, "planned");
	if (json_object_get(json, "exit"))
		record->exit_code = number(json, "exit");
}

static int take_record(struct reader *reader, const json_t *json)
{
	static const struct field fields[] = {
		{ "kernel", offsetof(struct record, kernel) },
		{ "kernel_version", offsetof(struct record, kernel_version) },
		{ "machine", offsetof(struct record, machine) },
		{ "distribution", offsetof(struct record, distribution) },
		{ "vm", offsetof(struct record, vm) },
		{ "commit", offsetof(struct record, commit) },
		{ "partial", offsetof(struct record, partial) },
		{ 0 }
	};
	struct record *record = reader->record;
	int err;

	err = json_check_rules(&reader->check, json, run_rules,
			       LENGTH(run_rules));
	if (!err)
		err = take_strings(reader, json, record, fields);
	if (!err)
		err = take_strv(reader, json, "arguments", &record->argv);
	take_run(json, record);
	if (!err)
		err = take_programs(reader, json);
	return err ? err : check_totals(reader, json);
}

static int check_schema(struct reader *reader, const json_t *json)
{
	const char *schema;

	if (!json_is_object(json))
		return json_refuse(&reader->check, NULL, "not an object");
	schema = json_string_value(json_object_get(json, "schema"));
	if (!schema)
		return json_refuse(&reader->check, "schema",
				   "missing: this is no record of a run");
	if (strcmp(schema, RECORD_SCHEMA))
		return json_refuse(&reader->check, "schema",
				   "\"%.*s\", and this reads \"%s\"",
				   WORD_SHOWN, schema, RECORD_SCHEMA);
	return 0;
}

static struct record *from_json(const char *name, const json_t *json,
				char why[RECORD_WHY])
{
	struct reader reader = {
		.check = { .name = name, .why = why },
		.record = record_new(),
	};
	int err;

	err = check_schema(&reader, json);
	if (!err)
		err = take_record(&reader, json);
	if (!err)
		return reader.record;
	record_free(reader.record);
	return NULL;
}

/* The folder of a run that left none says more than that there is no file. */
static char *record_path(const char *path, char why[RECORD_WHY])
{
	struct stat stat_buf;
	char *file;

	if (stat(path, &stat_buf)) {
		snprintf(why, RECORD_WHY, "%.240s: %s", path, strerror(errno));
		return NULL;
	}
	if (!S_ISDIR(stat_buf.st_mode))
		return xasprintf("%s", path);
	file = xasprintf("%s/" RECORD_FILE, path);
	if (!stat(file, &stat_buf) || errno != ENOENT)
		return file;
	free(file);
	snprintf(why, RECORD_WHY,
		 "%.240s: no " RECORD_FILE " in it: no run of tests, or one that has not ended or was killed",
		 path);
	return NULL;
}

struct record *record_read(const char *path, char why[RECORD_WHY])
{
	struct record *record = NULL;
	char *file;
	json_t *json;

	file = record_path(path, why);
	if (!file)
		return NULL;
	json = jsontext_read(file, why);
	if (json)
		record = from_json(file, json, why);
	json_decref(json);
	free(file);
	return record;
}
