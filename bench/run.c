// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "run.h"

#include <errno.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "env.h"
#include "metric.h"
#include "result.h"
#include "util.h"
#include "worker.h"

/*
 * A disturbed sample is taken again at the end of its round, for all arms
 * together so often; both are kept.
 */
#define RETRIES_A_ROUND	3

struct run {
	struct run_desc *desc;
	struct worker *worker;
	gsl_rng *rng;
	json_t *samples;
	size_t *order;
	unsigned int round, serial;
	char *id, *start, *boot;
	json_t *env;
	const char *stop;		/* why it is over, NULL: it is not */
	char partial[256];
	double began, round_began;
	bool terminal;
	int stop_fd;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

static char *utc(const char *format)
{
	char text[64];
	time_t t = time(NULL);
	struct tm tm;

	gmtime_r(&t, &tm);
	strftime(text, sizeof(text), format, &tm);
	return xasprintf("%s", text);
}

/*
 * What is left if all rounds are used up, s; negative: not known yet.  A round
 * is the mean of those before, or in the first one what it comes to if its
 * samples go on as they have, of which @pos were taken.
 */
static double seconds_left(const struct run *run, unsigned int pos)
{
	double in_round = now() - run->round_began, round, left;
	const struct run_desc *desc = run->desc;

	if (run->round == 1 && !pos)
		return -1;
	if (run->round == 1)
		round = in_round / pos * fmax(desc->n, pos + 1);
	else
		round = (run->round_began - run->began) / (run->round - 1);
	left = (desc->max_rounds - run->round + 1) * round - in_round;
	if (desc->max_secs)
		left = fmin(left, run->began + desc->max_secs - now());
	return fmax(left, 0);
}

static void progress(const struct run *run, const struct arm *arm,
		     unsigned int pos)
{
	double left = seconds_left(run, pos);

	if (!run->terminal)
		return;
	fprintf(stderr, "\r\033[Kround %u of up to %u  %s over %s",
		run->round, run->desc->max_rounds, arm_workload(arm),
		arm_path(arm));
	if (left >= 0)
		fprintf(stderr, "  up to %d:%02d left", (int)left / 60,
			(int)left % 60);
	fflush(stderr);
}

static void progress_end(const struct run *run)
{
	if (run->terminal)
		fputs("\r\033[K", stderr);
}

static void interrupted(struct run *run)
{
	run->stop = "interrupted";
	snprintf(run->partial, sizeof(run->partial), "interrupted");
}

/* Lost, it takes the rest of the run with it; what there is stays. */
static void lost(struct run *run, const struct arm *arm)
{
	char why[256];
	int err = errno;

	if (err == EINTR) {
		interrupted(run);
		return;
	}
	worker_end(run->worker, why);
	run->worker = NULL;
	/* Otherwise it was us who ended it. */
	if (err == ETIMEDOUT)
		snprintf(why, sizeof(why), "no answer in time");
	else if (err != EPIPE)
		snprintf(why, sizeof(why), "its answer: %s", strerror(err));
	run->stop = "failed";
	snprintf(run->partial, sizeof(run->partial),
		 "the worker failed in %s over %s: %.100s", arm_workload(arm),
		 arm_path(arm), why);
}

/* Takes one sample: is it disturbed, so that it wants another try? */
static bool sample_arm(struct run *run, size_t i, unsigned int pos,
		       unsigned int retry)
{
	struct arm *arm = &run->desc->arms[i];
	json_t *sample, *unsupported;

	progress(run, arm, pos);
	sample = worker_sample(run->worker, i, run->serial++);
	if (!sample) {
		lost(run, arm);
		return false;
	}
	unsupported = json_object_get(sample, "unsupported");
	if (unsupported) {
		snprintf(arm->why, sizeof(arm->why), "%s",
			 json_string_value(unsupported));
		json_decref(sample);
		return false;
	}
	json_object_update_new(sample, arm_json(arm));
	json_object_set_new(sample, "round", json_integer(run->round));
	json_object_set_new(sample, "pos", json_integer(pos));
	json_object_set_new(sample, "retry", json_integer(retry));
	json_array_append_new(run->samples, sample);
	return json_is_true(json_object_get(sample, "disturbed"));
}

/*
 * Costs come last and by how many pods stand: a thousand take seconds to build,
 * and their IPv6 would be in the way of a round trip.
 */
static int by_pods(const struct arm *x, const struct arm *y)
{
	if (!x->cost || !y->cost)
		return !!x->cost - !!y->cost;
	if (strcmp(x->cost->unit, y->cost->unit))
		return strcmp(x->cost->unit, y->cost->unit);
	return (x->pods > y->pods) - (x->pods < y->pods);
}

/* Sorted by insertion: those that are equal stay shuffled. */
static void shuffle(struct run *run)
{
	const struct run_desc *desc = run->desc;
	size_t i, j, moved;

	gsl_ran_shuffle(run->rng, run->order, desc->n, sizeof(*run->order));
	for (i = 1; i < desc->n; i++) {
		moved = run->order[i];
		for (j = i; j && by_pods(&desc->arms[run->order[j - 1]],
					 &desc->arms[moved]) > 0; j--)
			run->order[j] = run->order[j - 1];
		run->order[j] = moved;
	}
}

static void one_round(struct run *run)
{
	struct run_desc *desc = run->desc;
	unsigned int pos = 0, retry = 0;
	size_t *again, i, n_again = 0;

	again = calloc(desc->n + RETRIES_A_ROUND, sizeof(*again));
	if (!again)
		die("out of memory");
	run->round++;
	run->round_began = now();
	shuffle(run);
	for (i = 0; i < desc->n && !run->stop; i++)
		if (!*desc->arms[run->order[i]].why &&
		    sample_arm(run, run->order[i], pos++, 0) &&
		    !desc->arms[run->order[i]].cost)
			again[n_again++] = run->order[i];
	/* In a row, so that one that is disturbed for good takes but its turn. */
	while (retry < n_again && retry < RETRIES_A_ROUND && !run->stop) {
		i = again[retry++];
		if (sample_arm(run, i, pos++, retry))
			again[n_again++] = i;
	}
	if (!run->stop)
		worker_rebuild(run->worker);
	free(again);
}

static bool all_left_out(const struct run_desc *desc)
{
	size_t i;

	for (i = 0; i < desc->n; i++)
		if (!*desc->arms[i].why)
			return false;
	return true;
}

/* Those that were given: without them a workload has its own. */
static json_t *options_json(const struct measure *how)
{
	json_t *options = json_object();

	if (how->udp_rate)
		json_object_set_new(options, "udp_rate",
				    json_real(how->udp_rate));
	if (how->udp_size)
		json_object_set_new(options, "udp_size",
				    json_integer(how->udp_size));
	return options;
}

static json_t *protocol_json(const struct run *run)
{
	const struct run_desc *desc = run->desc;
	json_t *arms = json_array(), *skipped = json_array();
	json_t *argv = json_array(), *arm;
	size_t i;

	for (i = 0; desc->argv[i]; i++)
		json_array_append_new(argv, json_string(desc->argv[i]));
	for (i = 0; i < desc->n; i++) {
		arm = arm_json(&desc->arms[i]);
		if (*desc->arms[i].why)
			json_object_set_new(arm, "why",
					    json_string(desc->arms[i].why));
		json_array_append_new(*desc->arms[i].why ? skipped : arms, arm);
	}
	return json_pack("{s:s, s:I, s:i, s:i, s:i, s:f, s:s, s:s?, s:o, s:o, s:o, s:o}",
			 "preset",
			 desc->custom ? "custom" : preset_name(desc->preset),
			 "seed", (json_int_t)desc->seed,
			 "min_rounds", desc->min_rounds,
			 "max_rounds", desc->max_rounds, "rounds", run->round,
			 "secs", desc->how.secs,
			 "stop", run->stop ? run->stop : "",
			 "inject", desc->inject,
			 "options", options_json(&desc->how), "arms", arms,
			 "skipped", skipped, "argv", argv);
}

static char *boot_id(void)
{
	char text[64] = "";
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (file && fgets(text, sizeof(text), file))
		text[strcspn(text, "\n")] = '\0';
	if (file)
		fclose(file);
	return xasprintf("%s", text);
}

static json_t *run_json(const struct run *run)
{
	char *end = utc("%Y-%m-%dT%H:%M:%SZ");
	json_t *json;

	json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?, s:O, s:o, s:O}",
			 "schema", RESULT_SCHEMA, "run_id", run->id,
			 "boot_id", run->boot, "start", run->start, "end", end,
			 "partial", *run->partial ? run->partial : NULL,
			 "env", run->env, "protocol", protocol_json(run),
			 "samples", run->samples);
	free(end);
	if (!json)
		die("out of memory");
	return json;
}

/* Is what there is precise enough?  Only a preset rule may ask that. */
static bool precise(const struct run *run)
{
	struct result result;
	char why[512];
	bool enough;

	if (result_from_json(&result, "this run", run_json(run), why))
		die("%s", why);
	enough = metric_precise(&result);
	result_free(&result);
	return enough;
}

/* Would another round, as long as the mean of those before, end in time? */
static bool time_for_one(const struct run *run)
{
	double passed = now() - run->began;

	return !run->desc->max_secs ||
	       passed + passed / run->round <= run->desc->max_secs;
}

static void rounds(struct run *run)
{
	const struct run_desc *desc = run->desc;

	run->began = now();
	while (!run->stop) {
		one_round(run);
		if (run->stop)
			break;
		if (all_left_out(desc))
			run->stop = "nothing to measure";
		else if (run->round >= desc->max_rounds)
			run->stop = "max-rounds";
		else if (run->round >= desc->min_rounds && precise(run))
			run->stop = "precise";
		else if (!time_for_one(run))
			run->stop = "max-time";
	}
	progress_end(run);
}

static int stop_signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static void name_run(struct run *run)
{
	char *when = utc("%Y%m%dT%H%M%SZ");
	struct utsname uts;

	uname(&uts);
	run->id = xasprintf("%s-%d-%s", when, (int)getpid(), uts.release);
	run->start = utc("%Y-%m-%dT%H:%M:%SZ");
	run->boot = boot_id();
	free(when);
}

/* Before anything is measured: the load that is told of is not our own. */
static void set_up(struct run *run)
{
	size_t i;

	name_run(run);
	run->env = env_json();
	run->rng = gsl_rng_alloc(gsl_rng_mt19937);
	run->order = calloc(run->desc->n, sizeof(*run->order));
	run->samples = json_array();
	if (!run->rng || !run->order || !run->samples || !run->env)
		die("out of memory");
	gsl_rng_set(run->rng, run->desc->seed);
	for (i = 0; i < run->desc->n; i++)
		run->order[i] = i;
	run->terminal = isatty(STDERR_FILENO);
	run->stop_fd = stop_signals();
}

static void clean_up(struct run *run)
{
	int err = errno;

	if (run->worker)
		worker_end(run->worker, NULL);
	close(run->stop_fd);
	json_decref(run->samples);
	json_decref(run->env);
	gsl_rng_free(run->rng);
	free(run->order);
	free(run->id);
	free(run->start);
	free(run->boot);
	errno = err;
}

json_t *run_rounds(struct run_desc *desc, char why[256])
{
	struct run run = { .desc = desc };
	struct worker_desc worker = {
		.arms = desc->arms, .n = desc->n, .how = desc->how,
		.inject = desc->inject, .raw = desc->raw,
	};
	json_t *json = NULL;

	set_up(&run);
	worker.stop = run.stop_fd;
	run.worker = worker_start(&worker, why);
	if (run.worker)
		rounds(&run);
	else if (errno == EINTR)
		interrupted(&run);
	if (run.stop)
		json = run_json(&run);
	clean_up(&run);
	return json;
}
