// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "cmd.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "env.h"
#include "iperf.h"
#include "metric.h"
#include "result.h"
#include "results.h"
#include "run.h"
#include "util.h"

enum { OPT_QUICK = 0x100, OPT_FULL, OPT_MIN_ROUNDS, OPT_SEED, OPT_RESULTS,
       OPT_FORCE, OPT_RAW, OPT_INJECT, OPT_UDP_RATE, OPT_UDP_SIZE };

/* Beyond these a figure is a slip of the finger. */
#define MAX_ROUNDS	10000
#define MAX_SECS	3600
#define MAX_UDP_RATE	1e12

struct options {
	struct strv workloads, paths;
	struct run_desc desc;
	const char *results;
	bool force, raw, seeded;
};

/* A minute of --quick is one also where others keep the CPUs busy. */
static const struct {
	unsigned int min_rounds, max_rounds;
	double secs, max_secs;
} defaults[] = {
	[PRESET_QUICK] = { 10, 16, 0.25, 52 },
	[PRESET_GATE] = { 14, 40, 0.5, 0 },
	[PRESET_FULL] = { 5, 5, 0.5, 0 },
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
	{ "seconds", 's', "S", 0,
	  "How long a sample is (default: 0.5, with --quick 0.25)", 2 },
	{ "udp-rate", OPT_UDP_RATE, "BITS", 0,
	  "Of udp_stream's payload, a second: 250M (K, M, G: thousands)", 2 },
	{ "udp-size", OPT_UDP_SIZE, "BYTES", 0,
	  "Of udp_stream's payload, a datagram: 1400", 2 },
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

struct range {
	unsigned long min, max;
};

static unsigned long whole(struct argp_state *state, const char *option,
			   const char *arg, struct range range)
{
	unsigned long value;
	char *end;

	errno = 0;
	value = strtoul(arg, &end, 10);
	/* strtoul(3) takes blanks and signs too. */
	if (errno || !isdigit((unsigned char)*arg) || *end ||
	    value < range.min || value > range.max)
		argp_error(state, "%s %s: not a whole number from %lu to %lu",
			   option, arg, range.min, range.max);
	return value;
}

/* "250M": bits a second. */
static double rate(struct argp_state *state, const char *arg)
{
	double value, unit = 1;
	char *end;

	value = strtod(arg, &end);
	if (end != arg && *end)
		unit = *end == 'K' ? 1e3 : *end == 'M' ? 1e6 :
		       *end == 'G' ? 1e9 : 0;
	if (end == arg || (*end && end[1]) || !(value * unit >= 1) ||
	    value * unit > MAX_UDP_RATE)
		argp_error(state, "--udp-rate %s: not a number of bits (250M), 1 to 1000G",
			   arg);
	return value * unit;
}

static void set_preset(struct argp_state *state, enum preset preset)
{
	struct run_desc *desc = &((struct options *)state->input)->desc;

	if (desc->preset != PRESET_GATE && desc->preset != preset)
		argp_error(state, "--quick and --full are one or the other");
	desc->preset = preset;
}

/* What makes it another thing than its preset. */
static error_t parse_custom(int key, char *arg, struct argp_state *state)
{
	static const struct range rounds = { 1, MAX_ROUNDS };
	static const struct range size = { IPERF_UDP_MIN, IPERF_UDP_MAX };
	struct options *o = state->input;
	struct run_desc *desc = &o->desc;

	switch (key) {
	case 'w':
		strv_addf(&o->workloads, "%s", arg);
		break;
	case 'p':
		strv_addf(&o->paths, "%s", arg);
		break;
	case 'r':
		desc->max_rounds = whole(state, "--rounds", arg, rounds);
		break;
	case OPT_MIN_ROUNDS:
		desc->min_rounds = whole(state, "--min-rounds", arg, rounds);
		break;
	case 's':
		desc->how.secs = number(state, "--seconds", arg, MAX_SECS);
		break;
	case OPT_UDP_RATE:
		desc->how.udp_rate = rate(state, arg);
		break;
	case OPT_UDP_SIZE:
		desc->how.udp_size = whole(state, "--udp-size", arg, size);
		break;
	case OPT_INJECT:
		desc->inject = arg;
		break;
	default:
		return ARGP_ERR_UNKNOWN;
	}
	desc->custom = true;
	return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	static const struct range seeds = { 0, UINT32_MAX };
	struct options *o = state->input;

	switch (key) {
	case OPT_QUICK:
		set_preset(state, PRESET_QUICK);
		break;
	case OPT_FULL:
		set_preset(state, PRESET_FULL);
		break;
	case OPT_SEED:
		o->desc.seed = whole(state, "--seed", arg, seeds);
		o->seeded = true;
		break;
	case OPT_RESULTS:
		o->results = arg;
		break;
	case OPT_RAW:
		o->raw = true;
		break;
	case OPT_FORCE:
		o->force = true;
		break;
	case ARGP_KEY_ARG:
		argp_error(state, "no argument '%s' is expected", arg);
		break;
	case ARGP_KEY_END:
		if (o->desc.max_rounds &&
		    o->desc.min_rounds > o->desc.max_rounds)
			argp_error(state, "--min-rounds %u: more than --rounds %u",
				   o->desc.min_rounds, o->desc.max_rounds);
		break;
	default:
		return parse_custom(key, arg, state);
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
	       "Exit code: 0 measured, 2 usage or something could not be measured, "
	       "3 partial (interrupted) or invalid (the two equal paths differ), "
	       "4 nothing can be measured on this machine.",
};

static void fill_in(struct options *o)
{
	struct run_desc *desc = &o->desc;
	uint32_t seed;

	/* What was asked for takes as long as it takes. */
	if (!desc->custom)
		desc->max_secs = defaults[desc->preset].max_secs;
	/* Of the two, the one that was asked for moves the other. */
	if (!desc->max_rounds)
		desc->max_rounds = MAX(defaults[desc->preset].max_rounds,
				       desc->min_rounds);
	if (!desc->min_rounds)
		desc->min_rounds = MIN(defaults[desc->preset].min_rounds,
				       desc->max_rounds);
	if (!desc->how.secs)
		desc->how.secs = defaults[desc->preset].secs;
	if (!o->seeded && getrandom(&seed, sizeof(seed), 0) == sizeof(seed))
		desc->seed = seed;
	if (!o->results)
		o->results = getenv("NETNS_RESULTS");
	if (!o->results)
		o->results = "results";
}

/* A slip of the pen must not leave out what was meant. */
static void check_globs(const char *option, const struct strv *globs,
			bool paths)
{
	struct arm_choice choice = { .preset = PRESET_FULL };
	char *one[2] = { NULL, NULL };
	size_t i, n;

	*(paths ? &choice.paths : &choice.workloads) = one;
	for (i = 0; i < globs->nr; i++) {
		one[0] = globs->v[i];
		free(arm_select(&choice, &n));
		if (!n)
			die("%s %s: there is none: \"run.sh bench list\" has them",
			    option, one[0]);
	}
}

static void check_inject(const struct run_desc *desc)
{
	size_t i;

	for (i = 0; desc->inject && i < desc->n; i++)
		if (desc->arms[i].path &&
		    !fnmatch(desc->inject, desc->arms[i].path->name, 0))
			return;
	if (desc->inject)
		die("--inject %s: none of the paths that are measured",
		    desc->inject);
}

static void choose(struct options *o)
{
	const struct arm_choice choice = {
		.preset = o->desc.preset,
		.workloads = o->workloads.v, .paths = o->paths.v,
	};

	check_globs("--workload", &o->workloads, false);
	check_globs("--path", &o->paths, true);
	o->desc.arms = arm_select(&choice, &o->desc.n);
	if (!o->desc.n)
		die("no --workload goes with a --path: costs have methods for paths (\"run.sh bench list\")");
	check_inject(&o->desc);
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

static bool measured(const struct result *result, const struct arm *arm)
{
	const struct sample *s;
	size_t i;

	for (i = 0; i < result->n; i++) {
		s = &result->samples[i];
		if (!s->error && !strcmp(s->workload, arm_workload(arm)) &&
		    !strcmp(s->path, arm_path(arm)) && s->pods == arm->pods)
			return true;
	}
	return false;
}

/* How many arms have no figure, though they should. */
static size_t failures(FILE *file, const struct options *o,
		       const struct result *result)
{
	const struct arm *arm;
	size_t i, n = 0;

	for (i = 0; i < o->desc.n; i++) {
		arm = &o->desc.arms[i];
		if (*arm->why || measured(result, arm))
			continue;
		fprintf(file, "# not measured: %s over %s\n",
			arm_workload(arm), arm_path(arm));
		n++;
	}
	return n;
}

/* What was measured, and what not: on stdout, and in the run's folder. */
static int tell(const struct options *o, const struct result *result,
		struct results *results)
{
	char *text = NULL;
	size_t len = 0, failed;
	FILE *file = open_memstream(&text, &len);
	bool valid;

	if (!file)
		die("out of memory");
	valid = metric_summary(file, result);
	left_out(file, &o->desc);
	failed = failures(file, o, result);
	if (result->partial)
		fprintf(file, "# partial: %s\n", result->partial);
	fclose(file);
	results_write(results, "bench.txt", text, len);
	fputs(text, stdout);
	printf("# results: %s\n", results_path(results));
	free(text);
	if (!valid || result->partial)
		return BENCH_INCONCLUSIVE;
	if (failed)
		return BENCH_ERROR;
	return result->n ? BENCH_PASS : BENCH_SKIP;
}

static int skip(const char *why)
{
	printf("1..0 # SKIP %s\n", why);
	return BENCH_SKIP;
}

/* The file, and the table; this also where the disk has no room for that. */
static int keep(const struct options *o, json_t *json, struct results *results)
{
	char *file = xasprintf("%s/bench.json", results_path(results));
	struct result result;
	char why[512] = "";
	int err, code;

	err = result_write(json, file, why);
	if (err)
		fprintf(stderr, "run.sh: %s\n", why);
	if (result_from_json(&result, file, json, why))
		die("%s", why);
	code = tell(o, &result, results);
	result_free(&result);
	free(file);
	return err ? BENCH_ERROR : code;
}

static int run(struct options *o)
{
	struct results *results = results_new(o->results);
	char why[256] = "";
	json_t *json;
	int code;

	/* Said by now, and better before a measurement than after it. */
	if (!results_finish(results))
		exit(BENCH_ERROR);
	o->desc.raw = o->raw ? raw_folder(results) : -1;
	json = run_rounds(&o->desc, why);
	if (json)
		code = keep(o, json, results);
	else if (errno == EPERM)
		code = skip(why);
	else
		die("%s", why);
	if (!results_finish(results))
		code = BENCH_ERROR;
	results_free(results);
	return code;
}

int cmd_run(int argc, char **argv)
{
	struct options o = { .desc = { .preset = PRESET_GATE, .argv = argv } };
	const char *emulated;
	char *why;
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	fill_in(&o);
	choose(&o);
	emulated = env_emulated();
	if (emulated && !o.force) {
		why = xasprintf("%s: time here says nothing about a machine (--force measures anyway)",
				emulated);
		code = skip(why);
		free(why);
	} else {
		code = run(&o);
	}
	strv_free(&o.workloads);
	strv_free(&o.paths);
	free(o.desc.arms);
	return code;
}
