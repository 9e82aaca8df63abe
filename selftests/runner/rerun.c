// SPDX-License-Identifier: GPL-2.0-or-later
#include "rerun.h"

#include "gate.h"
#include "program.h"
#include "record.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static void add_once(struct strv *strv, const char *str)
{
	if (!strv_has(strv, str))
		strv_addf(strv, "%s", str);
}

/* A test as a filter that takes it and no other. */
static void add_test(struct strv *filters, const char *program,
		     const char *test)
{
	struct buf buf = {};

	buf_addf(&buf, "%s:", program);
	for (; *test; test++)
		buf_addf(&buf, "%s%c", strchr("*?[\\", *test) ? "\\" : "",
			 *test);
	buf_add(&buf, "", 1);
	add_once(filters, buf.data);
	buf_free(&buf);
}

/* The program itself failed: all of it that was asked for. */
static void add_whole(struct strv *filters, const char *program,
		      const struct strv *asked)
{
	const char *colon;
	char *filter;
	size_t i;

	if (!asked->nr)
		add_once(filters, program);
	for (i = 0; i < asked->nr; i++) {
		if (!program_matches_filter(program, asked->v[i]))
			continue;
		colon = strchr(asked->v[i], ':');
		filter = xasprintf("%s%s", program, colon ? colon : "");
		add_once(filters, filter);
		free(filter);
	}
}

static void add_program(struct strv *filters,
			const struct record_program *program,
			const struct strv *asked)
{
	const struct record_test *test;
	struct record_test own;
	size_t i;

	if (record_own(program, &own) && record_status(&own) == TAP_FAIL) {
		add_whole(filters, program->name, asked);
		return;
	}
	for (i = 0; i < program->nr; i++) {
		test = &program->tests[i];
		if (record_status(test) == TAP_FAIL &&
		    program_takes(asked, program->name, test->name))
			add_test(filters, program->name, test->name);
	}
}

/* What an earlier run's gate found that is no test's result. */
static bool gate_failed(const struct record *record)
{
	const struct record_program *gate;

	gate = record_program_find(record, GATE_COLLECTION, GATE_NAME, 0);
	return gate && record_verdict(gate) == VERDICT_FAIL;
}

static struct record *read_run(struct options *options)
{
	char why[RECORD_WHY], *path, *real;
	struct record *record;

	path = options->rerun_of ?
	       xasprintf("%s", options->rerun_of) :
	       xasprintf("%s/latest", options->results);
	/* "latest" is another one as soon as this run begins. */
	real = realpath(path, NULL);
	if (!real)
		die("--rerun-failed: %s: %s", path, strerror(errno));
	record = record_read(real, why);
	if (!record)
		die("--rerun-failed: %s", why);
	free(path);
	path = text_string(real);
	free(real);
	options->rerun_from = xasprintf("%s%s%s%s", path, record->partial ?
					", which is not whole: " : "",
					record->partial ? record->partial : "",
					gate_failed(record) ?
					", beside what its gate found itself, which takes the whole run" :
					"");
	free(path);
	return record;
}

bool rerun_select(struct options *options)
{
	struct strv filters = {}, collections = {};
	const struct record_program *program;
	struct record *record;
	size_t i, before;

	record = read_run(options);
	for (i = 0; i < record->nr; i++) {
		program = &record->programs[i];
		if (!strcmp(program->collection, GATE_COLLECTION) ||
		    (options->collections.nr &&
		     !strv_has(&options->collections, program->collection)))
			continue;
		before = filters.nr;
		add_program(&filters, program, &options->filters);
		if (filters.nr > before)
			add_once(&collections, program->collection);
	}
	record_free(record);
	strv_free(&options->filters);
	strv_free(&options->collections);
	options->filters = filters;
	options->collections = collections;
	return filters.nr;
}
