// SPDX-License-Identifier: GPL-2.0-or-later
#include "record.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

static const char *const status_words[TAP_NR_STATUS] = {
	[TAP_PASS] = "pass", [TAP_FAIL] = "fail", [TAP_XFAIL] = "xfail",
	[TAP_XPASS] = "xpass", [TAP_SKIP] = "skip",
};

static const char *const end_words[RECORD_NR_ENDS] = {
	[RECORD_EXIT] = "exit", [RECORD_SIGNAL] = "signal",
	[RECORD_TIMEOUT] = "timeout", [RECORD_STUCK] = "stuck",
	[RECORD_MISSING] = "missing", [RECORD_NOT_RUN] = "not run",
	[RECORD_INTERRUPTED] = "interrupted",
};

const char *record_status_word(enum tap_status status)
{
	return status_words[status];
}

const char *record_end_word(enum record_end end)
{
	return end_words[end];
}

const char *record_verdict_word(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return "pass";
	case VERDICT_SKIP:
		return "skip";
	default:
		return "fail";
	}
}

static int id_cmp(const void *a, const void *b)
{
	return strcmp(a, b);
}

bool record_id_take(struct record *record, const char *id)
{
	const char *const *node = tsearch(id, &record->ids, id_cmp);

	if (!node)
		die("out of memory");
	return *node == id;
}

struct record *record_new(void)
{
	struct record *record = xgrow(NULL, 0, 1, sizeof(*record));

	record->exit_code = -1;
	if (!record_id_take(record, RECORD_WHOLE_ID))
		die("out of ids");
	return record;
}

static void test_free(struct record_test *test)
{
	free(test->id);
	free(test->name);
	free(test->reason);
	free(test->known);
	free(test->refused);
	free(test->log);
}

static void program_free(struct record_program *program)
{
	size_t i;

	for (i = 0; i < program->nr; i++)
		test_free(&program->tests[i]);
	free(program->tests);
	free(program->id);
	free(program->own_id);
	free(program->collection);
	free(program->name);
	free(program->running);
	free(program->skip_all);
	strv_free(&program->troubles);
	free(program->log);
	free(program->known);
	free(program->refused);
}

/* The strings are those of the programs and tests. */
static void id_free(void *id)
{
	(void)id;
}

void record_free(struct record *record)
{
	size_t i;

	if (!record)
		return;
	tdestroy(record->ids, id_free);
	for (i = 0; i < record->nr; i++)
		program_free(&record->programs[i]);
	free(record->programs);
	free(record->kernel);
	free(record->kernel_version);
	free(record->machine);
	free(record->distribution);
	free(record->commit);
	free(record->vm);
	strv_free(&record->argv);
	free(record->partial);
	free(record);
}

enum tap_status record_status(const struct record_test *test)
{
	if (test->refused)
		return TAP_FAIL;
	if (test->known && test->status == TAP_FAIL)
		return TAP_XFAIL;
	if (test->known && test->status == TAP_PASS)
		return TAP_XPASS;
	return test->status;
}

bool record_own(const struct record_program *program, struct record_test *own)
{
	*own = (struct record_test){
		.id = program->own_id, .name = (char *)"program",
		.known = program->known, .refused = program->refused,
		.log = program->log, .seconds = -1,
	};
	if (program->troubles.nr) {
		own->status = TAP_FAIL;
		own->reason = program->troubles.v[0];
		return true;
	}
	if (program->skip_all && !program->nr) {
		own->status = TAP_SKIP;
		own->reason = program->skip_all;
		return true;
	}
	own->status = TAP_PASS;
	return program->refused;
}

enum verdict record_verdict(const struct record_program *program)
{
	struct record_test own;
	bool has_own = record_own(program, &own);
	size_t i, skipped = 0;

	if (has_own && record_status(&own) == TAP_FAIL)
		return VERDICT_FAIL;
	for (i = 0; i < program->nr; i++) {
		switch (record_status(&program->tests[i])) {
		case TAP_FAIL:
			return VERDICT_FAIL;
		case TAP_SKIP:
			skipped++;
			break;
		default:
			break;
		}
	}
	/* A trouble that was expected is no skip. */
	if (has_own && own.status == TAP_FAIL)
		return VERDICT_PASS;
	return skipped == program->nr ? VERDICT_SKIP : VERDICT_PASS;
}

static void count(struct record_totals *totals, const struct record_test *test)
{
	enum tap_status status = record_status(test);

	totals->tests[status]++;
	totals->known += status == TAP_XFAIL && test->known;
}

void record_count(const struct record *record, struct record_totals *totals)
{
	const struct record_program *program;
	struct record_test own;
	size_t i, j;

	*totals = (struct record_totals){};
	for (i = 0; i < record->nr; i++) {
		program = &record->programs[i];
		for (j = 0; j < program->nr; j++)
			count(totals, &program->tests[j]);
		if (!record_own(program, &own))
			continue;
		if (record_status(&own) == TAP_FAIL)
			totals->errors++;
		else
			count(totals, &own);
	}
}

const struct record_program *record_program_find(const struct record *record,
						 const char *collection,
						 const char *name,
						 unsigned int round)
{
	const struct record_program *program;
	size_t i;

	for (i = 0; i < record->nr; i++) {
		program = &record->programs[i];
		if (!strcmp(program->name, name) &&
		    !strcmp(program->collection, collection) &&
		    (!round || program->round == round))
			return program;
	}
	return NULL;
}

const struct record_test *record_test_find(const struct record_program *program,
					   const char *name)
{
	size_t i;

	for (i = 0; i < program->nr; i++) {
		if (!strcmp(program->tests[i].name, name))
			return &program->tests[i];
	}
	return NULL;
}

char *record_label(const struct record_program *program)
{
	if (program->round > 1)
		return xasprintf("%s.%u", program->name, program->round);
	return xasprintf("%s", program->name);
}
