// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "cmd.h"

#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "metric.h"
#include "result.h"
#include "results.h"
#include "run.h"
#include "util.h"

enum { OPT_QUICK = 0x100, OPT_FULL, OPT_MIN_ROUNDS, OPT_SEED, OPT_RESULTS,
       OPT_FORCE, OPT_RAW, OPT_INJECT };

/* Beyond these a figure is a slip of the finger. */
#define MAX_ROUNDS	10000
#define MAX_SECS	3600

struct options {
	struct strv workloads, paths;
	struct run_desc desc;
	const char *results;
	bool force, raw, seeded;
};

static const struct {
	unsigned int min_rounds, max_rounds;
	double secs;
} defaults[] = {
	[PRESET_QUICK] = { 8, 12, 0.5 },
	[PRESET_GATE] = { 14, 40, 0.5 },
	[PRESET_FULL] = { 5, 5, 0.5 },
};

static const struct argp_option run_options[] = {
	{ NULL, 0, NULL, 0, "What:", 1 },
	{ "quick", OPT_QUICK, NULL, 0,
	  "TCP round trips and throughput, direct and bridged, under a minute", 1 },
	{ "full", OPT_FULL, NULL, 0, "Every workload over every path, and costs", 1 },
	{ "workload", 'w', "GLOB", 0, "Only workloads whose name matches (repeatable)", 1 },
	{ "path", 'p', "GLOB", 0, "Only paths whose name matches (repeatable)", 1 },
	{ NULL, 0, NULL, 0, "How:", 2 },
	{ "rounds", 'r', "N", 0, "At most N rounds", 2 },
	{ "min-rounds", OPT_MIN_ROUNDS, "N", 0,
	  "At least N rounds before it may stop because the result is precise", 2 },
	{ "seconds", 's', "S", 0, "How long a sample is (default: 0.5)", 2 },
	{ "seed", OPT_SEED, "N", 0, "Of the order within rounds (default: random)", 2 },
	{ "results", OPT_RESULTS, "DIR", 0,
	  "Make the run's folder in DIR (default: results/ of the tree)", 2 },
	{ "raw", OPT_RAW, NULL, 0,
	  "Keep every round trip: raw/*.u32, ns, 32 bits, little-endian", 2 },
	{ "inject", OPT_INJECT, "GLOB", 0,
	  "Slow these paths down by a queueing discipline, to see it found", 2 },
	{ "force", OPT_FORCE, NULL, 0,
	  "Also where time is not the machine's own (emulated, User-Mode Linux)", 2 },
	{ 0 }
};

static double number(struct argp_state *state, const char *option,
		     const char *arg, double max)
{
	char *end;
	double value;

	errno = 0;
	value = strtod(arg, &end);
	if (errno || end == arg || *end || !(value > 0) || value > max)
		argp_error(state, "%s %s: not a number above 0, at most %g",
			   option, arg, max);
	return value;
}

static unsigned long whole(struct argp_state *state, const char *option,
			   const char *arg, unsigned long max)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(arg, &end, 10);
	if (errno || end == arg || *end || *arg == '-' || value > max)
		argp_error(state, "%s %s: not a number from 0 to %lu", option,
			   arg, max);
	return value;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;
	struct run_desc *desc = &o->desc;

	switch (key) {
	case OPT_QUICK:
		desc->preset = PRESET_QUICK;
		break;
	case OPT_FULL:
		desc->preset = PRESET_FULL;
		break;
	case 'w':
		strv_addf(&o->workloads, "%s", arg);
		break;
	case 'p':
		strv_addf(&o->paths, "%s", arg);
		break;
	case 'r':
		desc->max_rounds = whole(state, "--rounds", arg, MAX_ROUNDS);
		break;
	case OPT_MIN_ROUNDS:
		desc->min_rounds = whole(state, "--min-rounds", arg, MAX_ROUNDS);
		break;
	case 's':
		desc->secs = number(state, "--seconds", arg, MAX_SECS);
		break;
	case OPT_SEED:
		desc->seed = whole(state, "--seed", arg, UINT32_MAX);
		o->seeded = true;
		break;
	case OPT_RESULTS:
		o->results = arg;
		break;
	case OPT_RAW:
		o->raw = true;
		break;
	case OPT_INJECT:
		desc->inject = arg;
		break;
	case OPT_FORCE:
		o->force = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument '%s' is expected", arg);
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = run_options, .parser = parse,
	.doc = "Measures paths between namespaces: round trips and throughput, "
	       "direct and bridged.\v"
	       "Arms are measured in shuffled, interleaved rounds until the result is "
	       "precise or the rounds are used up; Ctrl-C keeps what was measured. "
	       "On stdout a table with 95 % intervals; everything is in bench.json "
	       "of the run's folder.\n\n"
	       "Exit code: 0 measured, 2 usage or a failure of the bench, 3 the two "
	       "equal paths differ (invalid) or it was interrupted, 4 not measured here.",
};

static void fill_in(struct options *o)
{
	struct run_desc *desc = &o->desc;
	uint32_t seed;

	if (!desc->max_rounds)
		desc->max_rounds = defaults[desc->preset].max_rounds;
	if (!desc->min_rounds)
		desc->min_rounds = defaults[desc->preset].min_rounds;
	if (desc->min_rounds > desc->max_rounds)
		desc->min_rounds = desc->max_rounds;
	if (!desc->secs)
		desc->secs = defaults[desc->preset].secs;
	if (!o->seeded && getrandom(&seed, sizeof(seed), 0) == sizeof(seed))
		desc->seed = seed;
	if (!o->results)
		o->results = getenv("NETNS_RESULTS");
	if (!o->results)
		o->results = "results";
}

static void choose(struct options *o)
{
	const struct arm_choice choice = {
		.preset = o->desc.preset,
		.workloads = o->workloads.v, .paths = o->paths.v,
	};

	o->desc.arms = arm_select(&choice, &o->desc.n);
	if (!o->desc.n)
		die("no workload and path match: \"run.sh bench list\" has them");
}

static int raw_folder(struct results *results)
{
	char *path = xasprintf("%s/raw", results_path(results));
	int fd = -1;

	if (!mkdir(path, 0777))
		fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %m", path);
	free(path);
	return fd;
}

static void left_out(FILE *file, const struct run_desc *desc)
{
	size_t i;

	for (i = 0; i < desc->n; i++)
		if (*desc->arms[i].why)
			fprintf(file, "# left out: %s over %s: %s\n",
				arm_workload(&desc->arms[i]),
				arm_path(&desc->arms[i]), desc->arms[i].why);
}

/* What was measured, and what not: on stdout, and in the run's folder. */
static int tell(const struct options *o, const struct result *result,
		struct results *results)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);
	bool valid;

	if (!file)
		die("out of memory");
	valid = metric_summary(file, result);
	left_out(file, &o->desc);
	if (result->partial)
		fprintf(file, "# partial: %s\n", result->partial);
	fclose(file);
	results_write(results, "bench.txt", text, len);
	fputs(text, stdout);
	printf("# results: %s\n", results_path(results));
	free(text);
	if (!valid || result->partial)
		return BENCH_INCONCLUSIVE;
	return result->n ? BENCH_PASS : BENCH_SKIP;
}

static int run(struct options *o)
{
	struct results *results = results_new(o->results);
	char *file = xasprintf("%s/bench.json", results_path(results));
	struct result result;
	char why[512] = "";
	json_t *json;
	int code;

	o->desc.raw = o->raw ? raw_folder(results) : -1;
	json = run_rounds(&o->desc, why);
	if (!json)
		die("%s", why);
	if (result_write(json, file, why) ||
	    result_from_json(&result, file, json, why))
		die("%s", why);
	code = tell(o, &result, results);
	result_free(&result);
	free(file);
	if (!results_finish(results))
		code = BENCH_ERROR;
	results_free(results);
	return code;
}

int cmd_run(int argc, char **argv)
{
	struct options o = { .desc = { .preset = PRESET_GATE, .argv = argv } };
	const char *emulated = env_emulated();
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	fill_in(&o);
	choose(&o);
	if (emulated && !o.force) {
		fprintf(stderr, "run.sh: %s: time here says nothing about a "
			"machine (--force measures anyway)\n", emulated);
		printf("1..0 # SKIP %s\n", emulated);
		code = BENCH_SKIP;
	} else {
		code = run(&o);
	}
	strv_free(&o.workloads);
	strv_free(&o.paths);
	free(o.desc.arms);
	return code;
}
