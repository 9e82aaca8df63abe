// SPDX-License-Identifier: GPL-2.0-or-later
/* run and check: the programs, several at once, reported in list order. */
#include "cmd.h"
#include "env.h"
#include "job.h"
#include "kmsg.h"
#include "options.h"
#include "program.h"
#include "record.h"
#include "report.h"
#include "rerun.h"
#include "sidefiles.h"
#include "text.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* One program of one round, from its start to its report. */
struct slot {
	struct job job;
	struct strv argv;
	unsigned int round;
	bool ended;
};

struct run {
	const struct options *options;
	const struct program_list *list;
	struct report *report;
	struct slot *entries;	/* in the order in which they are reported */
	size_t nr;
	size_t started;
	size_t ended;
	size_t reported;
	int kmsg;		/* the kernel's log, or -1 */
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
	struct slot *entry;
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
	struct slot *entry = job->owner;
	struct run *run = ctx;
	size_t i;

	/* Of those that run at once, of the one that ends first. */
	kmsg_read(run->kmsg, &job->complaints);
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
		   const struct program_list *list,
		   const struct report_desc *desc)
{
	struct run run = {
		.options = options, .list = list,
		.nr = list->nr * options->repeat,
		.kmsg = kmsg_open(), .terminal = isatty(STDERR_FILENO),
	};
	struct job_source source = {
		.next = run_next, .done = run_done, .ctx = &run,
	};
	int signal, code;

	run.entries = xgrow(NULL, 0, run.nr, sizeof(*run.entries));
	run.report = report_new(desc);
	if (options->rerun_failed)
		report_comment(run.report, "run again: what failed in %s",
			       options->rerun_from);
	signal = job_loop(options->jobs, &source);
	if (signal < 0)
		die("cannot run programs: %s", strerror(-signal));
	progress_hide(&run);
	code = report_end(run.report, signal);
	report_free(run.report);
	free(run.entries);
	if (run.kmsg >= 0)
		close(run.kmsg);
	return code;
}

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

/* All that is written at the end; what would interrupt it has to wait. */
static void run_write(const struct record *record, struct results *results,
		      struct env_desc *env)
{
	sigset_t mask, old;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &old);
	env->end = record->end;
	env->exit_code = record->exit_code;
	env_write(results, env);
	record_write(record, results);
	sidefiles_write(record, results);
	sigprocmask(SIG_SETMASK, &old, NULL);
}

/* In a folder of its own: returns the exit code. */
static int run_recorded(const struct options *options,
			const struct program_list *list, struct env_desc *env,
			struct gate *gate)
{
	struct record *record = record_new();
	struct report_desc desc = {
		.results = results_new(options->results), .record = record,
		.gate = gate,
	};
	long long start = now_ms();
	int code;

	record->planned = list->nr * options->repeat + gate_has_block(gate);
	env->start = time(NULL);
	env_record(record, env);
	env_write(desc.results, env);
	code = run_all(options, list, &desc);
	record->seconds = (now_ms() - start) / 1000.0;
	record->end = time(NULL);
	record->exit_code = code;
	run_write(record, desc.results, env);
	if (!results_finish(desc.results) && code < 128)
		code = 2;
	results_free(desc.results);
	record_free(record);
	return code;
}

static int run_options_apply(struct options *options, char **argv)
{
	struct program_desc desc = {
		.build = options->build, .collections = &options->collections,
		.filters = &options->filters, .timeout = options->timeout,
		.parallel = options->jobs,
		.filters_of = options->rerun_failed ? "--rerun-failed" : NULL,
	};
	struct gate_desc gate_desc = {
		.known = options->known, .baseline = options->baseline,
		.today = options->today, .strict = options->strict,
		.selected = &desc,
	};
	struct env_desc env = { .build = options->build, .argv = argv };
	struct program_list list;
	struct gate *gate;
	char *commit;
	int code;

	gate = gate_new(&gate_desc);
	if (options->rerun_failed && !rerun_select(options)) {
		/* No test has run: no success, and no folder either. */
		printf("TAP version 13\n1..0 # SKIP nothing of what is selected failed in %s\n",
		       options->rerun_from);
		gate_free(gate);
		return 4;
	}
	program_list_load(&list, &desc);
	env.commit = commit = env_commit(options->build);
	code = run_recorded(options, &list, &env, gate);
	gate_free(gate);
	free(commit);
	program_list_free(&list);
	return code;
}

static int run_main(struct options *options, const char *doc, int argc,
		    char **argv)
{
	const struct argp argp = {
		.parser = options_no_argument, .doc = doc,
		.children = options_children,
	};
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, options);
	options_defaults(options);
	code = run_options_apply(options, argv);
	options_free(options);
	return code;
}

#define GATE_DOC \
	"The list of --known, a line an entry, with its last day (UTC) and a reason; '#' begins a comment:\n" \
	"  fail bridge:bridge.*.fdb_*  until 2027-01-31  bug 4711\n" \
	"  skip vlan:*                 until 2027-06-30  no VLAN filtering here\n" \
	"  fail exec                   until 2027-01-31  hangs on 5.10\n" \
	"PROG alone is the program itself and none of its tests: that it crashes, hangs or is missing, or (skip) skips as a whole. A listed failure is an XFAIL, counted apart. A listed test that passes is an XPASS: reported and no failure, so that one list serves several kernels. An entry that has expired excuses nothing and fails the run, even if its test passes; one that no test matches is reported.\n\n" \
	"With --baseline, what failed in RUN too is an XFAIL; what passed there and fails, is skipped or is gone here is a failure, and so is a new test that fails. The list comes before it; with --strict too, a skip is no failure if RUN has it.\n\n" \
	"--rerun-failed selects, within --filter and --collection: the failed tests of RUN, and whole programs that crashed and so on. If nothing failed there nothing is run: exit code 4. A failed test that is no more is exit code 2.\n\n"

#define RUN_DOC_END \
	"\vExamples:\n" \
	"  ./run.sh run -j 1\n" \
	"  ./run.sh run --filter 'bridge*' --filter creation\n" \
	"  ./run.sh run --filter 'bridge:*fdb*' --repeat 20\n" \
	"  ./run.sh run --results /tmp/results --timeout 120\n" \
	"  ./run.sh run --known known.txt --strict\n" \
	"  ./run.sh run --baseline results/20260102T030405Z-6.12.0\n" \
	"  ./run.sh run --rerun-failed\n\n" \
	"On stdout: TAP 13, a block a program in the shape of kselftest's runner.sh, then what failed, what was skipped and why, \"# Totals:\" and \"N passed, N failed, N skipped\" over single tests. A program that is missing, crashes, hangs, or whose plan, results and exit code disagree counts as one failed test.\n\n" \
	"The folder of the run (DIR/<UTC time>-<kernel>, DIR/latest points to it) has run.tap, logs/, failures/, env.json and, for dashboards, run.json, junit.xml, run.ktap, lava.txt, results.yaml and annotations.txt (run.sh export --help); with --repeat, what is of run 2 has .2 behind the program's name.\n\n" \
	GATE_DOC \
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
