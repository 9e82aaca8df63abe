// SPDX-License-Identifier: GPL-2.0-or-later
#include "partial.h"

#include "env.h"
#include "record_add.h"
#include "sidefiles.h"
#include "text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

struct partial {
	struct record *record;
	struct results *results;
	unsigned int timeout;	/* of the program whose block it is */
};

/* All of a file below the run's folder; empty if there is none. */
static void read_file(const struct partial *partial, const char *name,
		      struct buf *buf)
{
	char *path = xasprintf("%s/%s", results_path(partial->results), name);
	FILE *file = fopen(path, "re");
	char data[4096];
	size_t n;

	/* Never NULL. */
	buf_add(buf, "", 1);
	buf->len = 0;
	while (file && (n = fread(data, 1, sizeof(data), file)) > 0)
		buf_add(buf, data, n);
	if (file)
		fclose(file);
	free(path);
}

/* What is behind the name in its result line: report.c prints it. */
static void set_end(struct job *job, const char *line, const char *rest)
{
	int code;

	if (!strncmp(line, "ok ", 3))
		job->status = strncmp(rest, " # SKIP", 7) ? 0 : 4 << 8;
	else if (sscanf(rest, " # exit=%d", &code) == 1)
		job->status = code > 128 ? code - 128 : code << 8;
	else if (!strncmp(rest, " # TIMEOUT", 10))
		job->timed_out = true;
	else if (!strncmp(rest, " # interrupted", 14))
		job->interrupted = true;
	else
		job->error = ENOENT;
}

static unsigned int round_of(const struct record *record,
			     const struct program *program)
{
	unsigned int round = 1;

	while (record_program_find(record, program->collection, program->name,
				   round))
		round++;
	return round;
}

static void add_program(struct partial *partial, struct program *program,
			struct job *job)
{
	unsigned int round = round_of(partial->record, program);
	struct outcome outcome;
	char *log;

	if (round > 1)
		log = xasprintf("logs/%s.%u.log", program->name, round);
	else
		log = xasprintf("logs/%s.log", program->name);
	read_file(partial, log, &job->out);
	outcome_judge(&outcome, job, 0);
	record_add(partial->record, &(struct record_ran){
		.program = program, .job = job, .outcome = &outcome,
		.round = round,
	});
	outcome_free(&outcome);
	buf_free(&job->out);
	free(log);
}

/* "ok 3 selftests: netns: bridge", "not ok 4 selftests: netns: vlan # exit=1" */
static void take_line(struct partial *partial, const char *line)
{
	char collection[128], name[128];
	struct job job = { .timeout = partial->timeout, .seconds = -1 };
	struct program program = { .collection = collection, .name = name };
	const char *result;
	size_t planned;
	int end = 0;

	if (sscanf(line, "1..%zu", &planned) == 1)
		partial->record->planned = planned;
	if (sscanf(line, "# timeout set to %u", &partial->timeout) == 1)
		return;
	result = line + (strncmp(line, "not ", 4) ? 0 : 4);
	if (sscanf(result, "ok %*u selftests: %127[^:]: %127s%n", collection,
		   name, &end) < 2)
		return;
	set_end(&job, line, result + end);
	add_program(partial, &program, &job);
}

static void take_tap(struct partial *partial)
{
	struct buf tap = {};
	char *line, *rest;

	read_file(partial, "run.tap", &tap);
	buf_add(&tap, "", 1);
	rest = tap.data;
	while ((line = strsep(&rest, "\n")))
		take_line(partial, line);
	buf_free(&tap);
}

static void describe(struct record *record, const struct partial_desc *desc)
{
	const char *release = desc->watched->release;
	struct utsname uts;
	char *word;
	size_t i;

	uname(&uts);
	record->kernel = text_string(release ? release : desc->kernel->release);
	/* Of a PC or a UML on one: as ours. */
	record->machine = text_string(uts.machine);
	record->vm = text_string(machine_kind_word(desc->kind));
	record->commit = env_commit(desc->args->home);
	strv_addf(&record->argv, "run.sh %s", desc->args->words.v[0]);
	for (i = 1; i < desc->args->words.nr; i++) {
		word = text_string(desc->args->words.v[i]);
		strv_addf(&record->argv, "%s", word);
		free(word);
	}
	record->start = desc->start;
	record->end = time(NULL);
	record->seconds = desc->watched->seconds;
	record->exit_code = desc->exit_code;
	if (desc->watched->end == WATCH_SIGNAL)
		record->signal = desc->watched->code;
	record->partial = text_string(desc->watched->why);
}

void partial_write(struct results *results, const struct partial_desc *desc)
{
	struct partial partial = {
		.record = record_new(), .results = results,
	};

	describe(partial.record, desc);
	take_tap(&partial);
	record_write(partial.record, results);
	sidefiles_write(partial.record, results);
	record_free(partial.record);
}
