// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that reads a bench.json relies on what is refused here: statistics
 * of a damaged file would look like any others.
 */
#include "result_check.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "json_check.h"
#include "result.h"

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

static const struct json_rule top_rules[] = {
	{ "schema", IS_STR, false }, { "run_id", IS_NAME, false },
	{ "boot_id", IS_NAME, false }, { "start", IS_TIME, false },
	{ "end", IS_TIME, false }, { "partial", IS_STR_NULL, false },
	{ "env", IS_OBJ, false }, { "protocol", IS_OBJ, false },
	{ "samples", IS_ARR, false },
};

static const struct json_rule env_rules[] = {
	{ "kernel", IS_STR, false }, { "version", IS_STR, false },
	{ "machine", IS_STR, false }, { "cpu", IS_STR, false },
	{ "cpus", IS_SMALL, false }, { "hypervisor", IS_STR_NULL, false },
	{ "emulated", IS_STR_NULL, false }, { "clocksource", IS_STR_NULL, false },
	{ "governor", IS_STR_NULL, false }, { "config", IS_OBJ, false },
	{ "sysctls", IS_OBJ, false }, { "libraries", IS_OBJ, false },
	{ "commit", IS_STR_NULL, false }, { "pmu", IS_OBJ, false },
	{ "root", IS_BOOL, false },
};

static const struct json_rule pmu_rules[] = {
	{ "available", IS_BOOL, false }, { "reason", IS_STR_NULL, false },
};

static const struct json_rule protocol_rules[] = {
	{ "preset", IS_NAME, false }, { "seed", IS_WHOLE, false },
	{ "min_rounds", IS_SMALL, false }, { "max_rounds", IS_SMALL, false },
	{ "rounds", IS_SMALL, false }, { "secs", IS_NUMBER, false },
	{ "stop", IS_STR_NULL, false }, { "arms", IS_ARR, false },
	{ "skipped", IS_ARR, false }, { "argv", IS_ARR, false },
};

static const struct json_rule arm_rules[] = {
	{ "workload", IS_NAME, false }, { "path", IS_NAME, false },
	{ "pods", IS_SMALL, true },
};

static const struct json_rule skipped_rules[] = {
	{ "workload", IS_NAME, false }, { "path", IS_NAME, false },
	{ "pods", IS_SMALL, true }, { "why", IS_STR, false },
};

static const struct json_rule sample_rules[] = {
	{ "round", IS_SMALL, false }, { "pos", IS_SMALL, false },
	{ "workload", IS_NAME, false }, { "path", IS_NAME, false },
	{ "pods", IS_SMALL, true }, { "ok", IS_BOOL, false },
	{ "error", IS_STR, true }, { "secs", IS_NUMBER, true },
	{ "bytes", IS_NUMBER, true }, { "n", IS_COUNT, true },
	{ "ns", IS_OBJ, true }, { "hist", IS_ARR, true },
	{ "cpu", IS_OBJ, true }, { "ctx", IS_OBJ, true },
	{ "softnet", IS_OBJ, true }, { "nstat", IS_OBJ, true },
	{ "calib", IS_OBJ, true }, { "disturbed", IS_BOOL, false },
	{ "retry", IS_SMALL, true },
};

static const struct json_rule ns_rules[] = {
	{ "min", IS_NUMBER, false }, { "p1", IS_NUMBER, false },
	{ "p25", IS_NUMBER, false }, { "p50", IS_NUMBER, false },
	{ "p90", IS_NUMBER, false }, { "p99", IS_NUMBER, false },
	{ "p999", IS_NUMBER, false }, { "max", IS_NUMBER, false },
};

static const struct json_rule cpu_rules[] = {
	{ "user", IS_NUMBER, false }, { "sys", IS_NUMBER, false },
};

static const struct json_rule ctx_rules[] = {
	{ "vol", IS_COUNT, false }, { "invol", IS_COUNT, false },
};

static const struct json_rule around_rules[] = {
	{ "before", IS_OBJ, false }, { "after", IS_OBJ, false },
};

static const struct json_rule calib_rules[] = {
	{ "core_ns", IS_NUMBER, false }, { "alu_ns", IS_NUMBER, false },
	{ "copy_ns", IS_NUMBER, false }, { "steal", IS_NUMBER, false },
};

static int check_env(struct json_check *check, const json_t *json)
{
	const json_t *env = json_object_get(json, "env");
	size_t back;
	int err;

	err = json_check_part(check, json, "env", env_rules, LENGTH(env_rules));
	if (err)
		return err;
	back = json_enter(check, "env");
	if (!json_integer_value(json_object_get(env, "cpus")))
		err = json_refuse(check, "cpus", "0");
	if (!err)
		err = json_check_part(check, env, "pmu", pmu_rules,
				      LENGTH(pmu_rules));
	if (!err)
		err = json_check_values(check, env, "config", IS_STR_NULL);
	if (!err)
		err = json_check_values(check, env, "sysctls", IS_STR_NULL);
	if (!err)
		err = json_check_values(check, env, "libraries", IS_STR_NULL);
	json_leave(check, back);
	return err;
}

static int check_list(struct json_check *check, const json_t *parent,
		      const char *key, const struct json_rule *rules, size_t n)
{
	const json_t *list = json_object_get(parent, key);
	size_t i, back;
	int err = 0;

	if (json_array_size(list) > RESULT_ARMS_MAX)
		return json_refuse(check, key, "more than %d", RESULT_ARMS_MAX);
	for (i = 0; i < json_array_size(list) && !err; i++) {
		back = json_enter(check, ".%s[%zu]", key, i);
		err = json_check_rules(check, json_array_get(list, i), rules,
				       n);
		json_leave(check, back);
	}
	return err;
}

static long long count(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static const char *string(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static int check_protocol_parts(struct json_check *check,
				const json_t *protocol)
{
	const json_t *argv = json_object_get(protocol, "argv");
	size_t i;
	int err;

	if (count(protocol, "rounds") > count(protocol, "max_rounds"))
		return json_refuse(check, "rounds", "more than max_rounds");
	if (count(protocol, "min_rounds") > count(protocol, "max_rounds"))
		return json_refuse(check, "min_rounds", "more than max_rounds");
	err = check_list(check, protocol, "arms", arm_rules,
			 LENGTH(arm_rules));
	if (!err)
		err = check_list(check, protocol, "skipped", skipped_rules,
				 LENGTH(skipped_rules));
	for (i = 0; i < json_array_size(argv) && !err; i++) {
		if (!json_is_string(json_array_get(argv, i)))
			err = json_refuse(check, "argv",
					  "[%zu] is not a string", i);
	}
	return err;
}

static int check_protocol(struct json_check *check, const json_t *json)
{
	size_t back;
	int err;

	err = json_check_part(check, json, "protocol", protocol_rules,
			      LENGTH(protocol_rules));
	if (err)
		return err;
	back = json_enter(check, "protocol");
	err = check_protocol_parts(check, json_object_get(json, "protocol"));
	json_leave(check, back);
	return err;
}

/* Quantiles rise: in the order of ns_rules. */
static int check_ns(struct json_check *check, const json_t *sample)
{
	const json_t *ns = json_object_get(sample, "ns");
	const char *low, *high;
	size_t i, back;
	int err;

	err = json_check_part(check, sample, "ns", ns_rules, LENGTH(ns_rules));
	if (err || !ns)
		return err;
	back = json_enter(check, ".ns");
	for (i = 1; i < LENGTH(ns_rules) && !err; i++) {
		low = ns_rules[i - 1].key;
		high = ns_rules[i].key;
		if (json_number_value(json_object_get(ns, high)) <
		    json_number_value(json_object_get(ns, low)))
			err = json_refuse(check, high, "less than %s", low);
	}
	json_leave(check, back);
	if (!err && count(sample, "n") < 1)
		err = json_refuse(check, "n", "missing or 0 beside ns");
	return err;
}

/* One bin: NULL, or what is wrong with it. */
static const char *bin_wrong(const json_t *bin, double *low, double *counted)
{
	const json_t *edge = json_array_get(bin, 0);
	const json_t *amount = json_array_get(bin, 1);

	if (json_array_size(bin) != 2)
		return "not a pair of numbers";
	if (json_wrong(edge, IS_NUMBER))
		return json_wrong(edge, IS_NUMBER);
	if (json_wrong(amount, IS_COUNT))
		return json_wrong(amount, IS_COUNT);
	if (!json_integer_value(amount))
		return "an empty bin";
	if (json_number_value(edge) <= *low)
		return "not above the bin before";
	*low = json_number_value(edge);
	*counted += json_integer_value(amount);
	return NULL;
}

static int check_bins(struct json_check *check, const json_t *sample,
		      const json_t *hist)
{
	const json_t *ns = json_object_get(sample, "ns");
	double low = -1, counted = 0;
	const char *wrong;
	size_t i;

	for (i = 0; i < json_array_size(hist); i++) {
		wrong = bin_wrong(json_array_get(hist, i), &low, &counted);
		if (wrong)
			return json_refuse(check, "hist", "[%zu]: %s", i,
					   wrong);
	}
	if (counted != count(sample, "n"))
		return json_refuse(check, "hist", "counts %.0f, and n is %lld",
				   counted, count(sample, "n"));
	if (!ns)
		return json_refuse(check, "hist", "without ns");
	if (low > json_number_value(json_object_get(ns, "max")))
		return json_refuse(check, "hist", "goes above ns.max");
	if (json_number_value(json_array_get(json_array_get(hist, 0), 0)) >
	    json_number_value(json_object_get(ns, "min")))
		return json_refuse(check, "hist", "begins above ns.min");
	return 0;
}

static int check_hist(struct json_check *check, const json_t *sample)
{
	const json_t *hist = json_object_get(sample, "hist");

	if (!hist)
		return 0;
	if (json_array_size(hist) > RESULT_BINS_MAX)
		return json_refuse(check, "hist", "more than %d bins",
				   RESULT_BINS_MAX);
	return check_bins(check, sample, hist);
}

static int check_calib(struct json_check *check, const json_t *sample)
{
	const json_t *calib = json_object_get(sample, "calib");
	size_t back;
	int err;

	err = json_check_part(check, sample, "calib", around_rules,
			      LENGTH(around_rules));
	if (err || !calib)
		return err;
	back = json_enter(check, ".calib");
	err = json_check_part(check, calib, "before", calib_rules,
			      LENGTH(calib_rules));
	if (!err)
		err = json_check_part(check, calib, "after", calib_rules,
				      LENGTH(calib_rules));
	json_leave(check, back);
	return err;
}

/*
 * A failure has a reason, success has figures and no reason.  A failure may
 * have figures too, of what went before it: nobody reads those.
 */
static int check_outcome(const struct json_check *check, const json_t *sample)
{
	const json_t *bytes = json_object_get(sample, "bytes");

	if (json_is_false(json_object_get(sample, "ok")))
		return json_object_get(sample, "error") ?
			       0 :
			       json_refuse(check, "error",
					   "missing: ok is false");
	if (json_object_get(sample, "error"))
		return json_refuse(check, "error", "there, and ok is true");
	if (!json_object_get(sample, "secs"))
		return json_refuse(check, "secs", "missing: ok is true");
	if (!bytes && !json_object_get(sample, "ns"))
		return json_refuse(check, NULL,
				   "neither ns nor bytes: ok is true");
	if (bytes && json_number_value(bytes) <= 0)
		return json_refuse(check, "bytes", "0, and ok is true");
	return 0;
}

static int check_sample(struct json_check *check, const json_t *sample)
{
	int err;

	err = json_check_rules(check, sample, sample_rules,
			       LENGTH(sample_rules));
	if (!err)
		err = check_outcome(check, sample);
	if (!err)
		err = check_ns(check, sample);
	if (!err)
		err = check_hist(check, sample);
	if (!err)
		err = json_check_part(check, sample, "cpu", cpu_rules,
				      LENGTH(cpu_rules));
	if (!err)
		err = json_check_part(check, sample, "ctx", ctx_rules,
				      LENGTH(ctx_rules));
	if (!err)
		err = json_check_values(check, sample, "softnet", IS_NUMBER);
	if (!err)
		err = json_check_values(check, sample, "nstat", IS_NUMBER);
	return err ? err : check_calib(check, sample);
}

/* What no two samples of a file have in common. */
struct turn {
	size_t arm, index;
	long long round, retry;
};

static int turn_cmp(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->arm != y->arm)
		return x->arm < y->arm ? -1 : 1;
	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	if (x->retry != y->retry)
		return x->retry < y->retry ? -1 : 1;
	return 0;
}

static bool same_arm(const json_t *a, const json_t *b)
{
	return !strcmp(string(a, "workload"), string(b, "workload")) &&
	       !strcmp(string(a, "path"), string(b, "path")) &&
	       count(a, "pods") == count(b, "pods");
}

/* Its place in @arms; their number: it is not there. */
static size_t find_arm(const json_t *arms, const json_t *sample)
{
	size_t i;

	for (i = 0; i < json_array_size(arms); i++) {
		if (same_arm(json_array_get(arms, i), sample))
			break;
	}
	return i;
}

static int check_turn(const struct json_check *check, const json_t *json,
		      const json_t *sample, struct turn *turn)
{
	const json_t *protocol = json_object_get(json, "protocol");
	const json_t *arms = json_object_get(protocol, "arms");
	const json_t *skipped = json_object_get(protocol, "skipped");
	const char *limit = "rounds";
	size_t skip;

	turn->round = count(sample, "round");
	turn->retry = count(sample, "retry");
	/* Of a round that was cut, samples are there, but it is not counted. */
	if (json_is_string(json_object_get(json, "partial")))
		limit = "max_rounds";
	if (turn->round < 1 || turn->round > count(protocol, limit))
		return json_refuse(check, "round",
				   "%lld, and protocol.%s is %lld", turn->round,
				   limit, count(protocol, limit));
	turn->arm = find_arm(arms, sample);
	if (turn->arm < json_array_size(arms))
		return 0;
	/* Left out in a later round than the first. */
	skip = find_arm(skipped, sample);
	turn->arm += skip;
	if (skip < json_array_size(skipped))
		return 0;
	return json_refuse(check, NULL, "no arm of the protocol: %s over %s",
			   string(sample, "workload"), string(sample, "path"));
}

static int check_twice(const struct json_check *check, const struct turn *turns,
		       size_t n)
{
	size_t i;

	for (i = 1; i < n; i++) {
		if (!turn_cmp(&turns[i - 1], &turns[i]))
			return json_refuse(
				check, NULL,
				"samples[%zu] and samples[%zu] have the same workload, path, pods, round and retry",
				turns[i - 1].index, turns[i].index);
	}
	return 0;
}

static int check_samples(struct json_check *check, const json_t *json)
{
	const json_t *list = json_object_get(json, "samples"), *sample;
	size_t i, back, n = json_array_size(list);
	struct turn *turns;
	int err = 0;

	if (n > RESULT_SAMPLES_MAX)
		return json_refuse(check, "samples", "more than %d",
				   RESULT_SAMPLES_MAX);
	turns = calloc(n + 1, sizeof(*turns));
	if (!turns)
		return -ENOMEM;
	for (i = 0; i < n && !err; i++) {
		sample = json_array_get(list, i);
		turns[i].index = i;
		back = json_enter(check, "samples[%zu]", i);
		err = check_sample(check, sample);
		if (!err)
			err = check_turn(check, json, sample, &turns[i]);
		json_leave(check, back);
	}
	if (!err) {
		qsort(turns, n, sizeof(*turns), turn_cmp);
		err = check_twice(check, turns, n);
	}
	free(turns);
	return err;
}

static int check_schema(const struct json_check *check, const json_t *json)
{
	const char *schema;

	if (!json_is_object(json))
		return json_refuse(check, NULL, "not an object");
	schema = string(json, "schema");
	if (!schema)
		return json_refuse(check, "schema",
				   "missing: this is no result of bench");
	if (strcmp(schema, RESULT_SCHEMA))
		return json_refuse(check, "schema",
				   "\"%.64s\", and this reads \"%s\"", schema,
				   RESULT_SCHEMA);
	return 0;
}

int result_check(const json_t *json, const char *name, char why[512])
{
	struct json_check check = { .name = name, .why = why };
	int err;

	err = check_schema(&check, json);
	if (!err)
		err = json_check_rules(&check, json, top_rules,
				       LENGTH(top_rules));
	if (!err)
		err = check_env(&check, json);
	if (!err)
		err = check_protocol(&check, json);
	if (!err)
		err = check_samples(&check, json);
	if (err == -ENOMEM)
		snprintf(why, 512, "%.160s: %s", name, strerror(ENOMEM));
	return err;
}
