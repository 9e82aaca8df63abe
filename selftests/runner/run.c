// SPDX-License-Identifier: GPL-2.0-or-later
/* run and check: the programs, several at once, reported in list order. */
#include "cmd.h"
#include "env.h"
#include "job.h"
#include "options.h"
#include "program.h"
#include "report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* One program of one round, from its start to its report. */
struct entry {
	struct job job;
	struct strv argv;
	unsigned int round;
	bool ended;
};

struct run {
	const struct options *options;
	const struct program_list *list;
	struct report *report;
	struct entry *entries;	/* in the order in which they are reported */
	size_t nr;
	size_t started;
	size_t ended;
	size_t reported;
	bool terminal;
};

static void progress(const struct run *run)
{
	if (run->terminal)
		fprintf(stderr, "\r\033[K[%zu of %zu done]", run->ended,
			run->nr);
}

static void progress_hide(const struct run *run)
{
	if (run->terminal)
		fputs("\r\033[K", stderr);
}

static struct job *run_next(void *ctx)
{
	struct run *run = ctx;
	const struct program *program;
	struct entry *entry;
	size_t i;

	if (run->started == run->nr)
		return NULL;
	entry = &run->entries[run->started];
	program = &run->list->v[run->started % run->list->nr];
	entry->round = run->started / run->list->nr + 1;
	run->started++;

	strv_addf(&entry->argv, "%s", program->path);
	for (i = 0; i < program->only.nr; i++) {
		strv_addf(&entry->argv, "-r");
		strv_addf(&entry->argv, "%s", program->only.v[i]);
	}
	if (run->options->expect_mainline) {
		strv_addf(&entry->argv, "--expect");
		strv_addf(&entry->argv, "mainline");
	}
	entry->job = (struct job){
		.file = program->path, .argv = entry->argv.v,
		.dir = program->dir, .timeout = program->timeout,
		.owner = entry,
	};
	progress(run);
	return &entry->job;
}

static void run_done(struct job *job, void *ctx)
{
	struct entry *entry = job->owner;
	struct run *run = ctx;
	size_t i;

	entry->ended = true;
	run->ended++;
	progress_hide(run);
	while (run->reported < run->started &&
	       run->entries[run->reported].ended) {
		i = run->reported++;
		entry = &run->entries[i];
		if (run->options->repeat > 1 && !(i % run->list->nr))
			report_comment(run->report, "run %u of %u",
				       entry->round, run->options->repeat);
		report_program(run->report, &run->list->v[i % run->list->nr],
			       &entry->job, entry->round);
		job_free(&entry->job);
		strv_free(&entry->argv);
	}
	if (run->ended < run->nr)
		progress(run);
}

static int run_all(const struct options *options,
		   const struct program_list *list, struct results *results)
{
	struct run run = {
		.options = options, .list = list,
		.nr = list->nr * options->repeat,
		.terminal = isatty(STDERR_FILENO),
	};
	struct job_source source = {
		.next = run_next, .done = run_done, .ctx = &run,
	};
	int signal, code;

	run.entries = xgrow(NULL, 0, run.nr, sizeof(*run.entries));
	run.report = report_new(results, run.nr);
	signal = job_loop(options->jobs, &source);
	if (signal < 0)
		die("cannot run programs: %s", strerror(-signal));
	progress_hide(&run);
	code = report_end(run.report, signal);
	report_free(run.report);
	free(run.entries);
	return code;
}

static int run_options_apply(struct options *options, char **argv)
{
	struct program_desc desc = {
		.build = options->build, .collections = &options->collections,
		.filters = &options->filters, .timeout = options->timeout,
		.parallel = options->jobs,
	};
	struct env_desc env = { .build = options->build, .argv = argv };
	struct program_list list;
	struct results *results;
	char *commit;
	int code;

	program_list_load(&list, &desc);
	results = results_new(options->results);
	env.commit = commit = env_commit(options->build);
	env.start = time(NULL);
	env_write(results, &env);
	code = run_all(options, &list, results);
	env.end = time(NULL);
	env.exit_code = code;
	env_write(results, &env);
	if (!results_finish(results) && code < 128)
		code = 2;
	results_free(results);
	free(commit);
	program_list_free(&list);
	return code;
}

static int run_main(struct options *options, const char *doc, int argc,
		    char **argv)
{
	const struct argp_child children[] = {
		{ &options_select, 0, "Which:", 1 },
		{ &options_run, 0, "How:", 2 },
		{ 0 }
	};
	const struct argp argp = {
		.parser = options_no_argument, .doc = doc,
		.children = children,
	};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, options);
	options_defaults(options);
	code = run_options_apply(options, argv);
	options_free(options);
	return code;
}

#define RUN_DOC_END \
	"\vExamples:\n" \
	"  ./run.sh run -j 1\n" \
	"  ./run.sh run --filter 'bridge*' --filter creation\n" \
	"  ./run.sh run --filter 'bridge:*fdb*' --repeat 20\n" \
	"  ./run.sh run --results /tmp/results --timeout 120\n\n" \
	"On stdout: TAP 13, a block a program in the shape of kselftest's runner.sh, then what failed, what was skipped and why, \"# Totals:\" and \"N passed, N failed, N skipped\" over single tests. A program that is missing, crashes, hangs, or whose plan, results and exit code disagree counts as one failed test.\n\n" \
	"The folder of the run (DIR/<UTC time>-<kernel>, DIR/latest points to it) has run.tap, logs/, failures/ and env.json; with --repeat, what is of run 2 has .2 behind the program's name.\n\n" \
	"Exit code: 0 all passed, 1 a failure, 2 usage or a broken set-up or results that could not be written, 4 nothing but skips, 128 + N ended by signal N."

int cmd_run(int argc, char **argv)
{
	struct options options = {};

	return run_main(&options, "Runs the test programs." RUN_DOC_END, argc,
			argv);
}

int cmd_check(int argc, char **argv)
{
	struct options options = {};

	strv_addf(&options.collections, "netns");
	strv_addf(&options.collections, "netns-meta");
	return run_main(&options, "Runs the test programs, and the tests of the runner and of lib."
			RUN_DOC_END, argc, argv);
}
