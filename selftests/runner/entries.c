// SPDX-License-Identifier: GPL-2.0-or-later
#include "entries.h"

#include <stdlib.h>
#include <string.h>

const char *entry_word(const struct entry *entry)
{
	switch (entry->status) {
	case TAP_FAIL:
		return "fail";
	case TAP_SKIP:
		return "skip";
	default:
		return "pass";
	}
}

/* The harness's own lines have more than one blank behind their "#". */
static char *first_claim(const char *log)
{
	const char *line = log ? log : "";

	for (; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		if (!strncmp(line, "# ", 2) && line[2] != ' ' &&
		    line[2] != '\n' && line[2])
			return xasprintf("%.*s", (int)strcspn(line + 2, "\n"),
					 line + 2);
	}
	return xasprintf("failed");
}

static char *joined(const struct strv *strv)
{
	struct buf buf = {};
	size_t i;

	for (i = 0; i < strv->nr; i++)
		buf_addf(&buf, "%s%s", i ? "; " : "", strv->v[i]);
	buf_add(&buf, "", 1);
	return buf.data;
}

static char *test_message(const struct record_test *test,
			  const struct strv *troubles)
{
	const char *reason = test->known ? test->known : test->reason;

	switch (record_status(test)) {
	case TAP_FAIL:
		if (test->refused)
			return xasprintf("%s", test->refused);
		return troubles && troubles->nr ? joined(troubles) :
						  first_claim(test->log);
	case TAP_SKIP:
		return xasprintf("%s", reason ? reason : "no reason given");
	case TAP_XFAIL:
		return xasprintf("failed, as expected%s%s", reason ? ": " : "",
				 reason ? reason : "");
	case TAP_XPASS:
		return xasprintf("passed, and was expected to fail%s%s",
				 reason ? ": " : "", reason ? reason : "");
	default:
		return NULL;
	}
}

static struct entry *add_entry(struct suite *suite, const char *id)
{
	struct entry *entry;

	suite->v = xgrow(suite->v, suite->nr, suite->nr + 1, sizeof(*entry));
	entry = &suite->v[suite->nr++];
	entry->id = id;
	entry->name = id + strlen(suite->id) + 1;
	entry->seconds = -1;
	return entry;
}

static struct suite *add_suite(struct entries *entries, const char *id)
{
	struct suite *suite;

	entries->v = xgrow(entries->v, entries->nr, entries->nr + 1,
			   sizeof(*suite));
	suite = &entries->v[entries->nr++];
	suite->id = id;
	suite->seconds = -1;
	return suite;
}

static void add_test(struct suite *suite, const struct record_test *test,
		     const struct strv *troubles)
{
	struct entry *entry = add_entry(suite, test->id);

	entry->status = record_status(test);
	entry->message = test_message(test, troubles);
	entry->reason = test->known ? test->known : test->reason;
	entry->log = test->log;
	entry->seconds = test->seconds;
	entry->error = troubles && entry->status == TAP_FAIL;
}

static void add_program(struct entries *entries,
			const struct record_program *program)
{
	struct suite *suite = add_suite(entries, program->id);
	struct record_test own;
	size_t i;

	suite->program = program;
	suite->seconds = program->seconds;
	for (i = 0; i < program->nr; i++)
		add_test(suite, &program->tests[i], NULL);
	if (record_own(program, &own))
		add_test(suite, &own, &program->troubles);
}

void entries_make(struct entries *entries, const struct record *record)
{
	struct entry *entry;
	size_t i;

	*entries = (struct entries){ .record = record };
	for (i = 0; i < record->nr; i++)
		add_program(entries, &record->programs[i]);
	if (!record->partial)
		return;
	entry = add_entry(add_suite(entries, "run"), RECORD_WHOLE_ID);
	entry->status = TAP_FAIL;
	entry->error = true;
	entry->message = xasprintf("%s", record->partial);
}

void entries_free(struct entries *entries)
{
	size_t i, j;

	for (i = 0; i < entries->nr; i++) {
		for (j = 0; j < entries->v[i].nr; j++)
			free(entries->v[i].v[j].message);
		free(entries->v[i].v);
	}
	free(entries->v);
}

static void skips_add(struct skips *skips, const struct entry *entry)
{
	size_t i;

	for (i = 0; i < skips->nr; i++) {
		if (!strcmp(skips->v[i].reason, entry->message))
			break;
	}
	if (i == skips->nr) {
		skips->v = xgrow(skips->v, i, i + 1, sizeof(*skips->v));
		skips->v[i].reason = entry->message;
		skips->nr++;
	}
	strv_addf(&skips->v[i].ids, "%s", entry->id);
}

static int skip_cmp(const void *a, const void *b)
{
	const struct skip *x = a, *y = b;

	if (x->ids.nr != y->ids.nr)
		return x->ids.nr > y->ids.nr ? -1 : 1;
	return strcmp(x->reason, y->reason);
}

void skips_make(struct skips *skips, const struct entries *entries)
{
	const struct suite *suite;
	size_t i, j;

	*skips = (struct skips){};
	for (i = 0; i < entries->nr; i++) {
		suite = &entries->v[i];
		for (j = 0; j < suite->nr; j++) {
			if (suite->v[j].status == TAP_SKIP)
				skips_add(skips, &suite->v[j]);
		}
	}
	if (skips->nr)
		qsort(skips->v, skips->nr, sizeof(*skips->v), skip_cmp);
}

void skips_free(struct skips *skips)
{
	size_t i;

	for (i = 0; i < skips->nr; i++)
		strv_free(&skips->v[i].ids);
	free(skips->v);
}
