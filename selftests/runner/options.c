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
       OPT_RESULTS, OPT_EXPECT, OPT_KEEP_GOING };

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

const struct argp options_select = {
	.options = select_options, .parser = select_parse,
};

const struct argp options_run = {
	.options = run_options, .parser = run_parse,
};

error_t options_no_argument(int key, char *arg, struct argp_state *state)
{
	int i;

	if (key == ARGP_KEY_INIT) {
		for (i = 0; state->root_argp->children[i].argp; i++)
			state->child_inputs[i] = state->input;
		return 0;
	}
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
	if (!options->collections.nr)
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
}

void options_free(struct options *options)
{
	free(options->build);
	strv_free(&options->collections);
	strv_free(&options->filters);
}
