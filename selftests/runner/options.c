// SPDX-License-Identifier: GPL-2.0-or-later
#include "options.h"

#include "program.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define JOBS_MAX	256
#define REPEAT_MAX	10000
#define TIMEOUT_MAX	86400

enum { OPT_BUILD = 0x100, OPT_COLLECTION, OPT_REPEAT, OPT_TIMEOUT,
       OPT_RESULTS, OPT_EXPECT, OPT_KEEP_GOING,
       OPT_KNOWN, OPT_STRICT, OPT_BASELINE, OPT_RERUN, OPT_TODAY };

static const struct argp_option select_options[] = {
	{ "filter", 'f', "GLOB", 0,
	  "Only programs whose name matches; PROG:GLOB, of those programs only tests whose name matches (repeatable)", 0 },
	{ "collection", OPT_COLLECTION, "NAME", 0,
	  "netns (the suite) or netns-meta (tests of the runner and of lib) (repeatable)", 0 },
	{ "build", OPT_BUILD, "DIR", 0,
	  "Where kselftest-list.txt and the programs are (default: beside the runner)", 0 },
	{ 0 }
};

static const struct argp_option run_options[] = {
	{ "jobs", 'j', "N", 0,
	  "Run N programs at once (default: the number of CPUs)", 0 },
	{ "repeat", OPT_REPEAT, "N", 0, "Run everything N times", 0 },
	{ "timeout", OPT_TIMEOUT, "SECONDS", 0,
	  "Kill a program after that time (default: its settings file, or 45)", 0 },
	{ "results", OPT_RESULTS, "DIR", 0,
	  "Make the run's folder in DIR (default: results/ of the tree)", 0 },
	{ "expect", OPT_EXPECT, "mainline", 0,
	  "Where kernels rightly differ, take only what the newest one does (default: any outcome that is listed)", 0 },
	{ "keep-going", OPT_KEEP_GOING, NULL, OPTION_HIDDEN,
	  "Always so: a failure stops nothing", 0 },
	{ 0 }
};

static const struct argp_option gate_options[] = {
	{ "known", OPT_KNOWN, "FILE", 0,
	  "Failures that are expected, a line each: fail PROG:TESTGLOB until 2027-01-31 REASON (see below)", 0 },
	{ "strict", OPT_STRICT, NULL, 0,
	  "A skip is a failure, unless a line of the --known list begins with skip and names it", 0 },
	{ "baseline", OPT_BASELINE, "RUN", 0,
	  "Only what got worse since RUN (the folder of a run, or its run.json) is a failure", 0 },
	{ "rerun-failed", OPT_RERUN, "RUN", OPTION_ARG_OPTIONAL,
	  "Run only what failed in RUN (default: the latest)", 0 },
	{ "today", OPT_TODAY, "DATE", 0,
	  "Let the list expire as on a day to come: 2027-01-31", 0 },
	{ 0 }
};

unsigned int options_number(struct argp_state *state, const char *option,
			    const char *arg, unsigned int max)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (!isdigit((unsigned char)*arg) || *end || errno || !n || n > max)
		argp_error(state, "%s %s: not a number from 1 to %u", option,
			   arg, max);
	return n;
}

static error_t select_parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'f':
		if (!*arg || *arg == ':' || arg[strlen(arg) - 1] == ':')
			argp_error(state, "--filter %s: not PROG or PROG:TEST",
				   arg);
		strv_addf(&options->filters, "%s", arg);
		return 0;
	case OPT_COLLECTION:
		strv_addf(&options->collections, "%s", arg);
		return 0;
	case OPT_BUILD:
		free(options->build);
		options->build = realpath(arg, NULL);
		if (!options->build)
			argp_error(state, "--build %s: %s", arg,
				   strerror(errno));
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static error_t run_parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->jobs = options_number(state, "--jobs", arg, JOBS_MAX);
		return 0;
	case OPT_REPEAT:
		options->repeat = options_number(state, "--repeat", arg,
						 REPEAT_MAX);
		return 0;
	case OPT_TIMEOUT:
		options->timeout = options_number(state, "--timeout", arg,
						  TIMEOUT_MAX);
		return 0;
	case OPT_RESULTS:
		if (!*arg)
			argp_error(state, "--results: an empty name");
		options->results = arg;
		return 0;
	case OPT_EXPECT:
		if (strcmp(arg, "mainline"))
			argp_error(state, "--expect %s: not \"mainline\"", arg);
		options->expect_mainline = true;
		return 0;
	case OPT_KEEP_GOING:
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* Not a day gone by: what has expired stays so. */
static void __attribute__((nonnull))
take_today(struct options *options, const char *arg, struct argp_state *state)
{
	char today[KNOWN_DATE];

	known_today(today);
	if (!known_is_date(arg))
		argp_error(state, "--today %s: not a day as 2027-01-31 is",
			   arg);
	if (strcmp(arg, today) < 0)
		argp_error(state, "--today %s: it is %s already", arg, today);
	memcpy(options->today, arg, KNOWN_DATE);
}

static error_t gate_parse(int key, char *arg, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPT_KNOWN:
		if (options->known)
			argp_error(state, "--known is given twice");
		options->known = arg;
		return 0;
	case OPT_STRICT:
		options->strict = true;
		return 0;
	case OPT_BASELINE:
		if (options->baseline)
			argp_error(state, "--baseline is given twice");
		options->baseline = arg;
		return 0;
	case OPT_RERUN:
		options->rerun_failed = true;
		options->rerun_of = arg;
		return 0;
	case OPT_TODAY:
		take_today(options, arg, state);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

const struct argp options_select = {
	.options = select_options, .parser = select_parse,
};

const struct argp options_run = {
	.options = run_options, .parser = run_parse,
};

const struct argp options_gate = {
	.options = gate_options, .parser = gate_parse,
};

const struct argp_child options_children[] = {
	{ &options_select, 0, "Which:", 1 },
	{ &options_run, 0, "How:", 2 },
	{ &options_gate, 0, "Gate:", 3 },
	{ 0 }
};

void options_init(struct options *options, struct argp_state *state)
{
	size_t i;

	/* state->root_argp is argp's own, with other children. */
	for (i = 0; options_children[i].argp; i++)
		state->child_inputs[i] = options;
}

error_t options_no_argument(int key, char *arg, struct argp_state *state)
{
	const struct options *options = state->input;

	if (key == ARGP_KEY_INIT) {
		options_init(state->input, state);
		return 0;
	}
	if (key == ARGP_KEY_ARG && options->rerun_failed && !options->rerun_of)
		argp_error(state, "%s: no argument is taken: of that run it is --rerun-failed=%s",
			   arg, arg);
	if (key == ARGP_KEY_ARG)
		argp_error(state, "%s: no argument is taken", arg);
	return ARGP_ERR_UNKNOWN;
}

static unsigned int cpus(void)
{
	cpu_set_t set;
	int n = 0;

	if (!sched_getaffinity(0, sizeof(set), &set))
		n = CPU_COUNT(&set);
	if (n > JOBS_MAX)
		n = JOBS_MAX;
	return n > 0 ? n : 1;
}

void options_defaults(struct options *options)
{
	/* Those of the run whose failures are run again, then. */
	if (!options->collections.nr && !options->rerun_failed)
		strv_addf(&options->collections, "netns");
	if (!options->build)
		options->build = program_build_dir();
	if (!options->results)
		options->results = getenv("NETNS_RESULTS");
	if (!options->results || !*options->results)
		options->results = "results";
	if (!options->jobs)
		options->jobs = cpus();
	if (!options->repeat)
		options->repeat = 1;
	if (!*options->today)
		known_today(options->today);
}

void options_free(struct options *options)
{
	free(options->build);
	free(options->rerun_from);
	strv_free(&options->collections);
	strv_free(&options->filters);
}
