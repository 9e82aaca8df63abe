// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * compare on results made up here: how often it cries wolf and how often it
 * finds what is there, and by the binary beside this program each exit code,
 * refusal and message.
 */
#include "compare.h"

#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tap.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define ROUNDS		14

/* Round trips of the paths, ns, and how rounds and runs vary. */
#define DIRECT_NS	13600
#define BRIDGE_NS	16600
#define SD_ROUND	0.005
#define SD_RUN		0.0010

/* A run to be made up. */
struct fake {
	unsigned int id, boot;
	double direct, again, bridge, stream;	/* log of a slowdown */
	double sd_round, sd_run;
	unsigned int rounds;
	const char *without;		/* a path that is left out */
	const char *fails;		/* one all of whose samples fail */
};

static struct fake a_run(unsigned int id)
{
	return (struct fake){ .id = id, .boot = 1, .rounds = ROUNDS,
			      .sd_round = SD_ROUND, .sd_run = SD_RUN };
}

static json_t *fake_env(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s, s:n, s:s, s:n, s:{},"
			 "s:{s:s}, s:{s:s}, s:n, s:{s:b, s:s}, s:b}",
			 "kernel", "6.18.0", "version", "#1 SMP", "machine",
			 "x86_64", "cpu", "A CPU", "cpus", 2, "hypervisor",
			 "KVM", "emulated", "clocksource", "tsc", "governor",
			 "config", "sysctls", "net/core/rmem_max", "212992",
			 "libraries", "libiperf", "3.12", "commit", "pmu",
			 "available", 0, "reason", "none here", "root", 1);
}

static json_t *fake_protocol(const struct fake *fake)
{
	static const char * const workloads[] = { "tcp_rr", "tcp_stream" };
	static const char * const paths[] = { "direct", "direct-again",
					      "bridge" };
	json_t *arms = json_array();
	size_t i, j;

	for (i = 0; i < ARRAY_SIZE(workloads); i++)
		for (j = 0; j < ARRAY_SIZE(paths); j++)
			json_array_append_new(arms, json_pack("{s:s, s:s}",
				"workload", workloads[i], "path", paths[j]));
	return json_pack("{s:s, s:i, s:i, s:i, s:i, s:f, s:s, s:n, s:o, s:[], s:[]}",
			 "preset", "gate", "seed", 1, "min_rounds",
			 fake->rounds, "max_rounds", fake->rounds, "rounds",
			 fake->rounds, "secs", 0.5, "stop", "max-rounds",
			 "inject", "arms", arms, "skipped", "argv");
}

static json_t *fake_sample(unsigned int round, unsigned int pos,
			   const char *workload, const char *path)
{
	return json_pack("{s:i, s:i, s:s, s:s, s:b, s:f, s:b, s:i}", "round",
			 round, "pos", pos, "workload", workload, "path", path,
			 "ok", 1, "secs", 0.5, "disturbed", 0, "retry", 0);
}

static void set_ns(json_t *sample, double p1)
{
	json_object_set_new(sample, "n", json_integer(20000));
	json_object_set_new(sample, "ns", json_pack(
		"{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "min", p1 * 0.98,
		"p1", p1, "p25", p1 * 1.01, "p50", p1 * 1.02, "p90", p1 * 1.1,
		"p99", p1 * 1.5, "p999", p1 * 3, "max", p1 * 9));
}

static void fail(json_t *sample)
{
	json_object_set_new(sample, "ok", json_false());
	json_object_set_new(sample, "error", json_string("refused"));
	json_object_del(sample, "ns");
	json_object_del(sample, "n");
	json_object_del(sample, "bytes");
}

static void fake_round(json_t *samples, const struct fake *fake, gsl_rng *rng,
		       const double run[3])
{
	static const char * const paths[] = { "direct", "direct-again",
					      "bridge" };
	unsigned int round = json_array_size(samples) / 6 + 1, i;
	const double ns[] = { DIRECT_NS, DIRECT_NS, BRIDGE_NS };
	const double slow[] = { fake->direct, fake->again, fake->bridge };
	json_t *sample;

	for (i = 0; i < 6; i++) {
		const char *path = paths[i % 3];
		double by = gsl_ran_gaussian(rng, fake->sd_round);

		sample = fake_sample(round, i, i < 3 ? "tcp_rr" : "tcp_stream",
				     path);
		if (i < 3)
			set_ns(sample, ns[i] * exp(slow[i] + run[i] + by));
		else
			json_object_set_new(sample, "bytes", json_real(
				floor(1e9 * exp(by - fake->stream))));
		if (fake->fails && !strcmp(path, fake->fails))
			fail(sample);
		json_array_append_new(samples, sample);
	}
}

/* The paths of a run share most of what makes it differ from another one. */
static json_t *fake_run(const struct fake *fake, gsl_rng *rng)
{
	double common = gsl_ran_gaussian(rng, fake->sd_run), run[3];
	json_t *samples = json_array();
	size_t i;

	for (i = 0; i < 3; i++)
		run[i] = common + gsl_ran_gaussian(rng, fake->sd_run / 3);
	for (i = 0; i < fake->rounds; i++)
		fake_round(samples, fake, rng, run);
	for (i = json_array_size(samples); fake->without && i-- > 0;)
		if (!strcmp(json_string_value(json_object_get(
				    json_array_get(samples, i), "path")),
			    fake->without))
			json_array_remove(samples, i);
	return json_pack("{s:s, s:o, s:o, s:s, s:s, s:n, s:o, s:o, s:o}",
			 "schema", RESULT_SCHEMA,
			 "run_id", json_sprintf("run-%u", fake->id),
			 "boot_id", json_sprintf("boot-%u", fake->boot),
			 "start", "2026-11-24T00:11:22Z",
			 "end", "2026-11-24T00:12:22Z", "partial",
			 "env", fake_env(), "protocol", fake_protocol(fake),
			 "samples", samples);
}

/* A side of @n boots; @fake says what they are like. */
static bool open_set(struct result_set *set, const struct fake *fake, size_t n,
		     gsl_rng *rng)
{
	struct fake one = *fake;
	char why[512];
	size_t i;

	set->runs = calloc(n, sizeof(*set->runs));
	for (i = 0, set->n = 0; set->runs && i < n; i++) {
		one.id = fake->id + i;
		one.boot = fake->id + i;
		if (result_from_json(&set->runs[i], "made up",
				     fake_run(&one, rng), why)) {
			printf("# %s\n", why);
			return false;
		}
		set->n++;
	}
	return set->runs;
}

/* The exit code of base against new, both of @n boots; -1: not compared. */
static int compare_fakes(const struct fake *base, const struct fake *new,
			 size_t n, gsl_rng *rng)
{
	struct result_set sets[2] = { 0 };
	/* What else is measured costs time and decides nothing. */
	char *globs[] = { "tcp_rr.p1:*", NULL };
	const struct compare_desc desc = { .base = &sets[0], .new = &sets[1],
					   .globs = globs };
	struct comparison cmp = { 0 };
	int code = -1;

	if (open_set(&sets[0], base, n, rng) &&
	    open_set(&sets[1], new, n, rng) && !compare_make(&cmp, &desc))
		code = cmp.code;
	else
		printf("# %s\n", cmp.why);
	compare_free(&cmp);
	result_set_free(&sets[0]);
	result_set_free(&sets[1]);
	return code;
}

struct rate {
	const char *claim;
	unsigned int trials, rounds, boots;
	double direct, bridge;		/* slowdown of new, log */
	int code;			/* that is counted */
	double least, most;		/* its share */
};

/* A slowdown of 3 % of one path, and of both: the ratio alone misses that. */
static void rates(struct tap *tap, gsl_rng *rng)
{
	static const struct rate list[] = {
		{ "of_1000_compares_of_the_same_none_says_regression", 1000, 8, 1,
		  0, 0, BENCH_REGRESSION, 0, 0 },
		{ "of_60_compares_of_3_boots_each_none_says_regression", 60,
		  ROUNDS, 3, 0, 0, BENCH_REGRESSION, 0, 0 },
		{ "what_is_the_same_passes", 60, ROUNDS, 1, 0, 0, BENCH_PASS, 0.9, 1 },
		{ "3_percent_on_the_bridge_is_found", 60, ROUNDS, 1, 0, 0.03,
		  BENCH_REGRESSION, 0.9, 1 },
		{ "3_percent_on_the_direct_path_is_found", 60, ROUNDS, 1, 0.03, 0,
		  BENCH_REGRESSION, 0.9, 1 },
		{ "3_percent_on_both_is_found", 60, ROUNDS, 1, 0.03, 0.03,
		  BENCH_REGRESSION, 0.9, 1 },
		{ "3_percent_on_both_is_found_by_5_boots", 30, ROUNDS, 5, 0.03, 0.03,
		  BENCH_REGRESSION, 0.9, 1 },
		{ "3_percent_faster_never_fails", 60, ROUNDS, 1, -0.03, -0.03,
		  BENCH_PASS, 1, 1 },
		/* At the margin itself half of what is sure is too much. */
		{ "a_slowdown_of_the_margin_is_seldom_a_regression", 60, ROUNDS, 1,
		  0.0198, 0.0198, BENCH_REGRESSION, 0, 0.06 },
	};
	struct fake base, new;
	unsigned int t, hits;
	double share;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++) {
		for (t = hits = 0; t < list[i].trials; t++) {
			base = a_run(1);
			new = a_run(1000);
			base.rounds = new.rounds = list[i].rounds;
			new.direct = new.again = list[i].direct;
			new.bridge = list[i].bridge;
			hits += compare_fakes(&base, &new, list[i].boots,
					      rng) == list[i].code;
		}
		share = (double)hits / list[i].trials;
		printf("# %s: %u of %u\n", list[i].claim, hits, list[i].trials);
		tap_ok(tap, share >= list[i].least && share <= list[i].most,
		       list[i].claim, "expected %g to %g of them",
		       list[i].least, list[i].most);
	}
}

/* Files for the binary, in a folder of their own. */
struct files {
	char dir[64];
	char binary[PATH_MAX];
	gsl_rng *rng;
};

static void write_json(const struct files *files, const char *name,
		       json_t *json)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", files->dir, name);
	if (json_dump_file(json, path, JSON_COMPACT))
		printf("# %s: %s\n", path, strerror(errno));
	json_decref(json);
}

static void write_fake(const struct files *files, const char *name,
		       const struct fake *fake)
{
	write_json(files, name, fake_run(fake, files->rng));
}

/* The same as base.json but for one value. */
static void write_changed(const struct files *files, const char *name,
			  const char *part, const char *key, json_t *value)
{
	static unsigned int id = 500;
	struct fake fake = a_run(id++);
	json_t *json = fake_run(&fake, files->rng);

	json_object_set_new(part ? json_object_get(json, part) : json, key,
			    value);
	write_json(files, name, json);
}

/* Runs "bench compare ARGS" there: its code, and all it said. */
static int run_compare(const struct files *files, char *const *args,
		       char *said, size_t room)
{
	char *argv[16] = { "bench", "compare" };
	int fds[2], status, i;
	size_t len = 0;
	ssize_t n;
	pid_t pid;

	for (i = 0; i < 13 && args[i]; i++)
		argv[2 + i] = args[i];
	if (pipe2(fds, O_CLOEXEC))
		return -1;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		dup2(fds[1], STDOUT_FILENO);
		dup2(fds[1], STDERR_FILENO);
		if (!chdir(files->dir))
			execv(files->binary, argv);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], said + len, room - len - 1)) > 0)
		len += n;
	said[len] = '\0';
	close(fds[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

struct by_hand {
	const char *claim;
	char *args[8];
	int code;
	const char *says;	/* among all it said */
};

static const struct by_hand by_hand[] = {
	{ "the_same_again_passes", { "base.json", "again.json" }, 0,
	  "pass: 3 of 3 metrics" },
	{ "one_run_a_side_is_marked_one_boot", { "base.json", "again.json" }, 0,
	  "pass (one boot)" },
	{ "three_boots_a_side_are_not",
	  { "boots", "boots2", "--json", "boots-cmp.json" }, 0,
	  "# base: 3 runs, 3 boots; new: 3 runs, 3 boots\npass" },
	{ "a_slower_bridge_is_a_regression", { "base.json", "slow-bridge.json" },
	  1, "regression: 2 of 3 metrics" },
	{ "all_slower_is_a_regression", { "base.json", "slow-all.json" }, 1,
	  "tcp_rr.p1:bridge: +5" },
	{ "all_faster_passes", { "slow-all.json", "base.json" }, 0,
	  "better (one boot)" },
	{ "a_wider_margin_lets_it_pass",
	  { "base.json", "slow-all.json", "--margin", "20" }, 0,
	  "pass: 3 of 3" },
	{ "a_margin_can_be_of_some_metrics",
	  { "base.json", "slow-all.json", "-d", "tcp_rr.p1:bridge=20" }, 1,
	  "regression: 1 of 3 metrics: tcp_rr.p1:direct" },
	{ "slower_streams_inform", { "base.json", "slow-stream.json" }, 0,
	  "regression (one boot) [informational]" },
	{ "slower_streams_decide_if_strict",
	  { "base.json", "slow-stream.json", "--strict" }, 1,
	  "regression: " },
	{ "metrics_can_be_chosen",
	  { "base.json", "slow-all.json", "-m", "tcp_rr.p1:bridge/direct" }, 0,
	  "pass: 1 of 1 metrics" },
	{ "few_rounds_are_inconclusive", { "base.json", "one-round.json" }, 3,
	  "inconclusive: 3 of 3 metrics" },
	{ "a_path_that_is_gone_is_no_pass", { "base.json", "no-bridge.json" },
	  3, "missing: 2 of 3 metrics: tcp_rr.p1:bridge: no value in the new" },
	{ "a_path_that_is_new_is_no_pass", { "no-bridge.json", "base.json" }, 3,
	  "no value in the base" },
	{ "a_path_that_fails_is_no_pass", { "base.json", "failed.json" }, 3,
	  "# tcp_rr.p1:bridge: samples that failed: base 0, new 14" },
	{ "a_run_whose_equal_paths_differ_is_invalid",
	  { "base.json", "invalid.json" }, 3, "invalid: no valid run in the new" },
	{ "an_invalid_compare_is_not_ok_in_tap",
	  { "base.json", "invalid.json", "--tap" }, 3, "1..1\nnot ok 1 compare" },
	{ "an_invalid_run_among_boots_is_left_out", { "boots", "with-invalid" },
	  0, "with-invalid/3.json is invalid and left out: its two equal paths" },
	{ "metrics_that_nothing_has_are_a_skip",
	  { "base.json", "again.json", "-m", "nothing*" }, 4,
	  "nothing to compare: no metric" },
	{ "informational_metrics_alone_are_a_skip",
	  { "base.json", "again.json", "-m", "tcp_stream*" }, 4,
	  "nothing to compare: no gated metric (--strict lets all decide)" },
	{ "a_skip_is_a_skip_in_tap",
	  { "base.json", "again.json", "-m", "nothing*", "--tap" }, 4,
	  "TAP version 13\n1..0 # SKIP nothing to compare" },
	{ "tap_has_a_plan_and_a_line_a_metric",
	  { "base.json", "slow-bridge.json", "--tap", "-m", "tcp_rr.p1*" }, 1,
	  "TAP version 13\n1..3\nnot ok 1 tcp_rr.p1:bridge\n# regression: ratio 1.0" },
	{ "informational_regressions_are_todo_in_tap",
	  { "base.json", "slow-stream.json", "--tap" }, 0,
	  "tcp_stream.rate:direct # TODO informational\n# regression" },
	{ "noise_is_what_the_caller_measured",
	  { "base.json", "again.json", "--noise", "boots" }, 0,
	  " % (3 runs)\n" },
	{ "the_noise_that_is_built_in_is_stated",
	  { "base.json", "again.json" }, 0, "built in: 36 runs, " METRIC_NOISE_COMMAND },
	{ "another_cpu_is_refused", { "base.json", "cpu.json" }, 2,
	  "CPU differs: \"A CPU\" in base.json, \"B CPU\" in cpu.json (--allow cpu)" },
	{ "another_cpu_can_be_allowed",
	  { "base.json", "cpu.json", "--allow", "cpu" }, 0, "pass" },
	{ "another_number_of_cpus_is_refused", { "base.json", "cpus.json" }, 2,
	  "number of CPUs differs: 2 in base.json, 4 in cpus.json" },
	{ "another_libiperf_is_refused", { "base.json", "libiperf.json" }, 2,
	  "libiperf differs: \"3.12\" in base.json, \"3.18\" in libiperf.json (--allow libiperf)" },
	{ "another_libiperf_can_be_allowed",
	  { "base.json", "libiperf.json", "--allow=libiperf,cpu" }, 0, "pass" },
	{ "other_options_are_refused", { "base.json", "secs.json" }, 2,
	  "seconds a sample differs: 0.5 in base.json, 2.0 in secs.json (--allow options)" },
	{ "other_options_can_be_allowed",
	  { "base.json", "secs.json", "--allow", "options" }, 0, "pass" },
	{ "emulated_machines_are_refused", { "base.json", "emulated.json" }, 2,
	  "emulated.json was measured under emulation (uml)" },
	{ "emulated_machines_can_be_allowed",
	  { "base.json", "emulated.json", "--allow", "emulated" }, 0, "pass" },
	{ "two_kernels_are_what_is_compared", { "base.json", "kernel.json" }, 0,
	  "pass" },
	{ "two_kernels_on_a_side_are_refused", { "mixed", "base.json" }, 2,
	  "kernel differs" },
	{ "a_run_against_itself_is_refused", { "base.json", "base.json" }, 2,
	  "are the same run, run-1 (--allow same)" },
	{ "a_run_against_itself_can_be_allowed",
	  { "base.json", "base.json", "--allow", "same" }, 0, "pass" },
	{ "a_refusal_bails_out_in_tap", { "base.json", "cpu.json", "--tap" }, 2,
	  "TAP version 13\nBail out! CPU differs" },
	{ "what_differs_besides_is_noted", { "base.json", "sysctls.json" }, 0,
	  "# sysctls differs: " },
	{ "a_partial_run_is_noted", { "base.json", "partial.json" }, 0,
	  "# partial.json is partial: interrupted" },
	{ "a_slowdown_on_purpose_is_noted", { "base.json", "inject.json" }, 0,
	  "# slowdown on purpose differs: none, now \"bridge\"" },
	{ "two_arguments_are_needed", { "base.json" }, 2, "NEW is missing" },
	{ "and_not_three", { "base.json", "again.json", "cpu.json" }, 2,
	  "cpu.json: only BASE and NEW are taken" },
	{ "a_file_that_is_not_there_is_named", { "base.json", "none.json" }, 2,
	  "none.json" },
	{ "a_damaged_file_is_named", { "cut.json", "base.json" }, 2,
	  "cut.json" },
	{ "a_margin_is_a_number", { "a", "b", "--margin", "x=y" }, 2,
	  "--margin x=y: not [GLOB=]PERCENT above 0" },
	{ "a_margin_is_above_0", { "a", "b", "--margin", "-3" }, 2,
	  "--margin -3: not" },
	{ "only_what_is_known_can_be_allowed",
	  { "a", "b", "--allow", "cpu,wishes" }, 2,
	  "--allow wishes: not cpu, libiperf" },
	{ "json_that_cannot_be_written_is_an_error",
	  { "base.json", "again.json", "--json", "none/x.json" }, 2,
	  "--json none/x.json: " },
	{ "an_unknown_option_is_an_error", { "a", "b", "--nonsense" }, 2,
	  "unrecognized option" },
};

static void write_boots(const struct files *files, const char *dir,
			unsigned int id)
{
	char path[PATH_MAX];
	struct fake fake;
	unsigned int i;

	snprintf(path, sizeof(path), "%s/%s", files->dir, dir);
	mkdir(path, 0755);
	for (i = 0; i < 3; i++) {
		fake = a_run(id + i);
		fake.boot = id + i;
		snprintf(path, sizeof(path), "%s/%u.json", dir, i);
		write_fake(files, path, &fake);
	}
}

static void write_slow(const struct files *files)
{
	struct fake slow = a_run(10);

	slow.bridge = 0.05;
	write_fake(files, "slow-bridge.json", &slow);
	slow.id = 11;
	slow.direct = slow.again = 0.05;
	write_fake(files, "slow-all.json", &slow);
	slow = a_run(12);
	slow.stream = 0.30;
	write_fake(files, "slow-stream.json", &slow);
	slow = a_run(13);
	slow.again = 0.05;
	write_fake(files, "invalid.json", &slow);
	write_boots(files, "with-invalid", 50);
	slow.id = slow.boot = 53;
	write_fake(files, "with-invalid/3.json", &slow);
}

static void write_all(const struct files *files)
{
	char path[PATH_MAX];
	struct fake fake = a_run(1);
	FILE *file;

	write_fake(files, "base.json", &fake);
	fake = a_run(2);
	write_fake(files, "again.json", &fake);
	fake = a_run(3);
	fake.rounds = 1;
	write_fake(files, "one-round.json", &fake);
	fake = a_run(4);
	fake.without = "bridge";
	write_fake(files, "no-bridge.json", &fake);
	fake = a_run(5);
	fake.fails = "bridge";
	write_fake(files, "failed.json", &fake);
	write_slow(files);
	write_boots(files, "boots", 20);
	write_boots(files, "boots2", 30);
	write_boots(files, "mixed", 40);
	write_changed(files, "mixed/3.json", "env", "kernel",
		      json_string("6.12.0"));
	write_changed(files, "kernel.json", "env", "kernel",
		      json_string("6.12.0"));
	write_changed(files, "cpu.json", "env", "cpu", json_string("B CPU"));
	write_changed(files, "cpus.json", "env", "cpus", json_integer(4));
	write_changed(files, "libiperf.json", "env", "libraries",
		      json_pack("{s:s}", "libiperf", "3.18"));
	write_changed(files, "emulated.json", "env", "emulated",
		      json_string("uml"));
	write_changed(files, "sysctls.json", "env", "sysctls", json_object());
	write_changed(files, "secs.json", "protocol", "secs", json_real(2));
	write_changed(files, "inject.json", "protocol", "inject",
		      json_string("bridge"));
	write_changed(files, "partial.json", NULL, "partial",
		      json_string("interrupted"));
	snprintf(path, sizeof(path), "%s/cut.json", files->dir);
	file = fopen(path, "we");
	if (file) {
		fputs("{ \"schema\": \"netns-bench/1\", \"run_id\"", file);
		fclose(file);
	}
}

/* What --json wrote is JSON and says what the table says. */
static void check_json(struct tap *tap, const struct files *files)
{
	char path[PATH_MAX];
	json_t *json, *row;

	snprintf(path, sizeof(path), "%s/boots-cmp.json", files->dir);
	json = json_load_file(path, JSON_REJECT_DUPLICATES, NULL);
	row = json_array_get(json_object_get(json, "metrics"), 0);
	tap_ok(tap, json_integer_value(json_object_get(json, "exit")) == 0 &&
	       json_is_false(json_object_get(json, "one_boot")) &&
	       !strcmp(json_string_value(json_object_get(row, "verdict")) ?: "",
		       "pass") &&
	       fabs(json_number_value(json_object_get(row, "ratio")) - 1) < 0.02,
	       "json_says_what_the_table_says", "%s", path);
	json_decref(json);
}

/* The binary is in the folder above that of this program: build/bench. */
static bool find_binary(struct files *files)
{
	ssize_t n = readlink("/proc/self/exe", files->binary,
			     sizeof(files->binary) - 16);

	if (n < 0)
		return false;
	files->binary[n] = '\0';
	dirname(files->binary);
	dirname(files->binary);
	strncat(files->binary, "/bench", 16);
	return !access(files->binary, X_OK);
}

static void run_all(struct tap *tap, const struct files *files)
{
	static char said[1 << 16];
	const struct by_hand *h;
	int code;
	size_t i;

	write_all(files);
	for (i = 0; i < ARRAY_SIZE(by_hand); i++) {
		h = &by_hand[i];
		code = run_compare(files, h->args, said, sizeof(said));
		if (!tap_ok(tap, code == h->code && strstr(said, h->says),
			    h->claim, "expected exit code %d and \"%s\", got %d",
			    h->code, h->says, code))
			printf("# it said:\n# %s\n", said);
	}
	check_json(tap, files);
}

static void remove_all(const struct files *files)
{
	char *argv[] = { "rm", "-rf", (char *)files->dir, NULL };
	pid_t pid = fork();

	if (!pid) {
		execvp("rm", argv);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	struct files files = { .dir = "/tmp/bench-compare-XXXXXX" };
	struct tap tap = { 0 };

	if (tap_asked(argc, argv, NULL))
		return 0;
	files.rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!files.rng || !mkdtemp(files.dir)) {
		printf("Bail out! %s\n", strerror(errno));
		return 2;
	}
	if (find_binary(&files))
		run_all(&tap, &files);
	else
		tap_ok(&tap, false, "there_is_a_binary_to_run", "%s",
		       files.binary);
	rates(&tap, files.rng);
	remove_all(&files);
	gsl_rng_free(files.rng);
	return tap_done(&tap);
}
