// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Everything that reads a bench.json relies on what is refused here: statistics
 * of a damaged file would look like any others.
 */
#include "result_check.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "result.h"

/* Whole numbers up to here are exact in a double as well. */
#define COUNT_MAX	(1LL << 53)

/* ns of thirty years: sums and squares of such stay finite. */
#define NUMBER_MAX	1e18

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

enum type {
	STR,			/* any string but the empty one */
	STR_NULL,		/* a string or null */
	NAME,			/* of letters, digits and "_.:+-" */
	TIME,			/* 2026-11-24T00:11:22Z */
	BOOL,
	COUNT,			/* whole, not negative */
	SMALL,			/* the same, and fits an int */
	WHOLE,			/* any whole number */
	NUMBER,			/* not negative */
	OBJ,
	ARR,
};

struct rule {
	const char *key;
	enum type type;
	bool optional;
};

/* Where in the file the check is. */
struct check {
	const char *name;
	char *why;
	char place[128];	/* "samples[12].ns", of the object looked at */
	size_t len;
};

static const struct rule top_rules[] = {
	{ "schema", STR, false }, { "run_id", NAME, false },
	{ "boot_id", NAME, false }, { "start", TIME, false },
	{ "end", TIME, false }, { "partial", STR_NULL, false },
	{ "env", OBJ, false }, { "protocol", OBJ, false },
	{ "samples", ARR, false },
};

static const struct rule env_rules[] = {
	{ "kernel", STR, false }, { "version", STR, false },
	{ "machine", STR, false }, { "cpu", STR, false },
	{ "cpus", SMALL, false }, { "hypervisor", STR_NULL, false },
	{ "emulated", STR_NULL, false }, { "clocksource", STR_NULL, false },
	{ "governor", STR_NULL, false }, { "config", OBJ, false },
	{ "sysctls", OBJ, false }, { "libraries", OBJ, false },
	{ "commit", STR_NULL, false }, { "pmu", OBJ, false },
	{ "root", BOOL, false },
};

static const struct rule pmu_rules[] = {
	{ "available", BOOL, false }, { "reason", STR_NULL, false },
};

static const struct rule protocol_rules[] = {
	{ "preset", NAME, false }, { "seed", WHOLE, false },
	{ "min_rounds", SMALL, false }, { "max_rounds", SMALL, false },
	{ "rounds", SMALL, false }, { "secs", NUMBER, false },
	{ "stop", STR_NULL, false }, { "arms", ARR, false },
	{ "skipped", ARR, false }, { "argv", ARR, false },
};

static const struct rule arm_rules[] = {
	{ "workload", NAME, false }, { "path", NAME, false },
	{ "pods", SMALL, true },
};

static const struct rule skipped_rules[] = {
	{ "workload", NAME, false }, { "path", NAME, false },
	{ "pods", SMALL, true }, { "why", STR, false },
};

static const struct rule sample_rules[] = {
	{ "round", SMALL, false }, { "pos", SMALL, false },
	{ "workload", NAME, false }, { "path", NAME, false },
	{ "pods", SMALL, true }, { "ok", BOOL, false },
	{ "error", STR, true }, { "secs", NUMBER, true },
	{ "bytes", NUMBER, true }, { "n", COUNT, true },
	{ "ns", OBJ, true }, { "hist", ARR, true },
	{ "cpu", OBJ, true }, { "ctx", OBJ, true },
	{ "softnet", OBJ, true }, { "nstat", OBJ, true },
	{ "calib", OBJ, true }, { "disturbed", BOOL, false },
	{ "retry", SMALL, true },
};

static const struct rule ns_rules[] = {
	{ "min", NUMBER, false }, { "p1", NUMBER, false },
	{ "p25", NUMBER, false }, { "p50", NUMBER, false },
	{ "p90", NUMBER, false }, { "p99", NUMBER, false },
	{ "p999", NUMBER, false }, { "max", NUMBER, false },
};

static const struct rule cpu_rules[] = {
	{ "user", NUMBER, false }, { "sys", NUMBER, false },
};

static const struct rule ctx_rules[] = {
	{ "vol", COUNT, false }, { "invol", COUNT, false },
};

static const struct rule around_rules[] = {
	{ "before", OBJ, false }, { "after", OBJ, false },
};

static const struct rule calib_rules[] = {
	{ "core_ns", NUMBER, false }, { "alu_ns", NUMBER, false },
	{ "copy_ns", NUMBER, false }, { "steal", NUMBER, false },
};

/* Keys come from the file: none of them may play with the user's terminal. */
static void one_line(char *str)
{
	for (; *str; str++) {
		if (iscntrl((unsigned char)*str))
			*str = '?';
	}
}

/* "FILE: PLACE.KEY: why"; @key may be NULL. */
__attribute__((format(printf, 3, 4)))
static int refuse(const struct check *check, const char *key,
		  const char *fmt, ...)
{
	char text[160];
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		*text = '\0';
	va_end(args);
	snprintf(check->why, 512, "%.140s: %s%s%.64s: %s", check->name,
		 check->place, check->len && key ? "." : "",
		 key ? key : "", text);
	one_line(check->why);
	return -EINVAL;
}

/* Goes into a part; leave() with what it returns goes back. */
__attribute__((format(printf, 2, 3)))
static size_t enter(struct check *check, const char *fmt, ...)
{
	size_t room = sizeof(check->place) - check->len, back = check->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(check->place + check->len, room, fmt, args);
	va_end(args);
	if (n > 0)
		check->len += (size_t)n < room ? (size_t)n : room - 1;
	return back;
}

static void leave(struct check *check, size_t back)
{
	check->len = back;
	check->place[back] = '\0';
}

static bool name_ok(const char *str)
{
	size_t len = strlen(str);

	return len && len <= RESULT_NAME_MAX && isalnum((unsigned char)*str) &&
	       strspn(str, "abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:+-") == len;
}

static bool time_ok(const char *str)
{
	static const char form[] = "dddd-dd-ddTdd:dd:ddZ";
	size_t i;

	if (strlen(str) != sizeof(form) - 1)
		return false;
	for (i = 0; form[i]; i++) {
		if (form[i] == 'd' ? !isdigit((unsigned char)str[i]) :
				     str[i] != form[i])
			return false;
	}
	return true;
}

/* NULL, or what is wrong with it. */
static const char *number_wrong(const json_t *value)
{
	double x;

	if (!json_is_number(value))
		return "not a number";
	x = json_number_value(value);
	if (x < 0)
		return "less than 0";
	return x <= NUMBER_MAX ? NULL : "too large";
}

static const char *count_wrong(const json_t *value, long long max)
{
	if (!json_is_integer(value))
		return "not a whole number";
	if (json_integer_value(value) < 0)
		return "less than 0";
	return json_integer_value(value) <= max ? NULL : "too large";
}

static const char *string_wrong(const json_t *value, enum type type)
{
	const char *str = json_string_value(value);

	if (!str)
		return "not a string";
	if (type == STR && !*str)
		return "empty";
	if (type == NAME && !name_ok(str))
		return "not a name (at most 128 letters, digits and _.:+-)";
	if (type == TIME && !time_ok(str))
		return "not a time in UTC (2026-01-02T03:04:05Z)";
	return NULL;
}

static const char *value_wrong(const json_t *value, enum type type)
{
	switch (type) {
	case STR:
	case NAME:
	case TIME:
		return string_wrong(value, type);
	case STR_NULL:
		return json_is_null(value) || json_is_string(value) ? NULL :
		       "neither a string nor null";
	case BOOL:
		return json_is_boolean(value) ? NULL : "neither true nor false";
	case COUNT:
		return count_wrong(value, COUNT_MAX);
	case SMALL:
		return count_wrong(value, INT_MAX);
	case WHOLE:
		return json_is_integer(value) ? NULL : "not a whole number";
	case NUMBER:
		return number_wrong(value);
	case OBJ:
		return json_is_object(value) ? NULL : "not an object";
	case ARR:
		return json_is_array(value) ? NULL : "not an array";
	}
	return "of no type";
}

static int check_rules(const struct check *check, const json_t *object,
		       const struct rule *rules, size_t n)
{
	const json_t *value;
	const char *wrong;
	size_t i;

	if (!json_is_object(object))
		return refuse(check, NULL, "not an object");
	for (i = 0; i < n; i++) {
		value = json_object_get(object, rules[i].key);
		if (!value && rules[i].optional)
			continue;
		wrong = value ? value_wrong(value, rules[i].type) : "missing";
		if (wrong)
			return refuse(check, rules[i].key, "%s", wrong);
	}
	return 0;
}

/* An object of the object @parent, if that has it. */
static int check_part(struct check *check, const json_t *parent,
		      const char *key, const struct rule *rules, size_t n)
{
	const json_t *object = json_object_get(parent, key);
	size_t back;
	int err;

	if (!object)
		return 0;
	back = enter(check, "%s%s", check->len ? "." : "", key);
	err = check_rules(check, object, rules, n);
	leave(check, back);
	return err;
}

/* An object whose keys are anybody's and whose values are of one type. */
static int check_values(struct check *check, const json_t *parent,
			const char *key, enum type type)
{
	json_t *object = json_object_get(parent, key), *value;
	const char *name, *wrong;
	size_t back;
	int err = 0;

	back = enter(check, "%s%s", check->len ? "." : "", key);
	json_object_foreach(object, name, value) {
		wrong = value_wrong(value, type);
		if (wrong) {
			err = refuse(check, name, "%s", wrong);
			break;
		}
	}
	leave(check, back);
	return err;
}

static int check_env(struct check *check, const json_t *json)
{
	const json_t *env = json_object_get(json, "env");
	size_t back;
	int err;

	err = check_part(check, json, "env", env_rules, LENGTH(env_rules));
	if (err)
		return err;
	back = enter(check, "env");
	if (!json_integer_value(json_object_get(env, "cpus")))
		err = refuse(check, "cpus", "0");
	if (!err)
		err = check_part(check, env, "pmu", pmu_rules,
				 LENGTH(pmu_rules));
	if (!err)
		err = check_values(check, env, "config", STR_NULL);
	if (!err)
		err = check_values(check, env, "sysctls", STR_NULL);
	if (!err)
		err = check_values(check, env, "libraries", STR_NULL);
	leave(check, back);
	return err;
}

static int check_list(struct check *check, const json_t *parent,
		      const char *key, const struct rule *rules, size_t n)
{
	const json_t *list = json_object_get(parent, key);
	size_t i, back;
	int err = 0;

	if (json_array_size(list) > RESULT_ARMS_MAX)
		return refuse(check, key, "more than %d", RESULT_ARMS_MAX);
	for (i = 0; i < json_array_size(list) && !err; i++) {
		back = enter(check, ".%s[%zu]", key, i);
		err = check_rules(check, json_array_get(list, i), rules, n);
		leave(check, back);
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

static int check_protocol_parts(struct check *check, const json_t *protocol)
{
	const json_t *argv = json_object_get(protocol, "argv");
	size_t i;
	int err;

	if (count(protocol, "rounds") > count(protocol, "max_rounds"))
		return refuse(check, "rounds", "more than max_rounds");
	if (count(protocol, "min_rounds") > count(protocol, "max_rounds"))
		return refuse(check, "min_rounds", "more than max_rounds");
	err = check_list(check, protocol, "arms", arm_rules,
			 LENGTH(arm_rules));
	if (!err)
		err = check_list(check, protocol, "skipped", skipped_rules,
				 LENGTH(skipped_rules));
	for (i = 0; i < json_array_size(argv) && !err; i++) {
		if (!json_is_string(json_array_get(argv, i)))
			err = refuse(check, "argv", "[%zu] is not a string", i);
	}
	return err;
}

static int check_protocol(struct check *check, const json_t *json)
{
	size_t back;
	int err;

	err = check_part(check, json, "protocol", protocol_rules,
			 LENGTH(protocol_rules));
	if (err)
		return err;
	back = enter(check, "protocol");
	err = check_protocol_parts(check, json_object_get(json, "protocol"));
	leave(check, back);
	return err;
}

/* Quantiles rise: in the order of ns_rules. */
static int check_ns(struct check *check, const json_t *sample)
{
	const json_t *ns = json_object_get(sample, "ns");
	const char *low, *high;
	size_t i, back;
	int err;

	err = check_part(check, sample, "ns", ns_rules, LENGTH(ns_rules));
	if (err || !ns)
		return err;
	back = enter(check, ".ns");
	for (i = 1; i < LENGTH(ns_rules) && !err; i++) {
		low = ns_rules[i - 1].key;
		high = ns_rules[i].key;
		if (json_number_value(json_object_get(ns, high)) <
		    json_number_value(json_object_get(ns, low)))
			err = refuse(check, high, "less than %s", low);
	}
	leave(check, back);
	if (!err && count(sample, "n") < 1)
		err = refuse(check, "n", "missing or 0 beside ns");
	return err;
}

/* One bin: NULL, or what is wrong with it. */
static const char *bin_wrong(const json_t *bin, double *low, double *counted)
{
	const json_t *edge = json_array_get(bin, 0);
	const json_t *amount = json_array_get(bin, 1);

	if (json_array_size(bin) != 2)
		return "not a pair of numbers";
	if (number_wrong(edge))
		return number_wrong(edge);
	if (count_wrong(amount, COUNT_MAX))
		return count_wrong(amount, COUNT_MAX);
	if (!json_integer_value(amount))
		return "an empty bin";
	if (json_number_value(edge) <= *low)
		return "not above the bin before";
	*low = json_number_value(edge);
	*counted += json_integer_value(amount);
	return NULL;
}

static int check_bins(struct check *check, const json_t *sample,
		      const json_t *hist)
{
	const json_t *ns = json_object_get(sample, "ns");
	double low = -1, counted = 0;
	const char *wrong;
	size_t i;

	for (i = 0; i < json_array_size(hist); i++) {
		wrong = bin_wrong(json_array_get(hist, i), &low, &counted);
		if (wrong)
			return refuse(check, "hist", "[%zu]: %s", i, wrong);
	}
	if (counted != count(sample, "n"))
		return refuse(check, "hist", "counts %.0f, and n is %lld",
			      counted, count(sample, "n"));
	if (!ns)
		return refuse(check, "hist", "without ns");
	if (low > json_number_value(json_object_get(ns, "max")))
		return refuse(check, "hist", "goes above ns.max");
	if (json_number_value(json_array_get(json_array_get(hist, 0), 0)) >
	    json_number_value(json_object_get(ns, "min")))
		return refuse(check, "hist", "begins above ns.min");
	return 0;
}

static int check_hist(struct check *check, const json_t *sample)
{
	const json_t *hist = json_object_get(sample, "hist");

	if (!hist)
		return 0;
	if (json_array_size(hist) > RESULT_BINS_MAX)
		return refuse(check, "hist", "more than %d bins",
			      RESULT_BINS_MAX);
	return check_bins(check, sample, hist);
}

static int check_calib(struct check *check, const json_t *sample)
{
	const json_t *calib = json_object_get(sample, "calib");
	size_t back;
	int err;

	err = check_part(check, sample, "calib", around_rules,
			 LENGTH(around_rules));
	if (err || !calib)
		return err;
	back = enter(check, ".calib");
	err = check_part(check, calib, "before", calib_rules,
			 LENGTH(calib_rules));
	if (!err)
		err = check_part(check, calib, "after", calib_rules,
				 LENGTH(calib_rules));
	leave(check, back);
	return err;
}

/*
 * A failure has a reason, success has figures and no reason.  A failure may
 * have figures too, of what went before it: nobody reads those.
 */
static int check_outcome(const struct check *check, const json_t *sample)
{
	const json_t *bytes = json_object_get(sample, "bytes");

	if (json_is_false(json_object_get(sample, "ok")))
		return json_object_get(sample, "error") ? 0 :
		       refuse(check, "error", "missing: ok is false");
	if (json_object_get(sample, "error"))
		return refuse(check, "error", "there, and ok is true");
	if (!json_object_get(sample, "secs"))
		return refuse(check, "secs", "missing: ok is true");
	if (!bytes && !json_object_get(sample, "ns"))
		return refuse(check, NULL, "neither ns nor bytes: ok is true");
	if (bytes && json_number_value(bytes) <= 0)
		return refuse(check, "bytes", "0, and ok is true");
	return 0;
}

static int check_sample(struct check *check, const json_t *sample)
{
	int err;

	err = check_rules(check, sample, sample_rules, LENGTH(sample_rules));
	if (!err)
		err = check_outcome(check, sample);
	if (!err)
		err = check_ns(check, sample);
	if (!err)
		err = check_hist(check, sample);
	if (!err)
		err = check_part(check, sample, "cpu", cpu_rules,
				 LENGTH(cpu_rules));
	if (!err)
		err = check_part(check, sample, "ctx", ctx_rules,
				 LENGTH(ctx_rules));
	if (!err)
		err = check_values(check, sample, "softnet", NUMBER);
	if (!err)
		err = check_values(check, sample, "nstat", NUMBER);
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

static int check_turn(const struct check *check, const json_t *json,
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
		return refuse(check, "round", "%lld, and protocol.%s is %lld",
			      turn->round, limit, count(protocol, limit));
	turn->arm = find_arm(arms, sample);
	if (turn->arm < json_array_size(arms))
		return 0;
	/* Left out in a later round than the first. */
	skip = find_arm(skipped, sample);
	turn->arm += skip;
	if (skip < json_array_size(skipped))
		return 0;
	return refuse(check, NULL, "no arm of the protocol: %s over %s",
		      string(sample, "workload"), string(sample, "path"));
}

static int check_twice(const struct check *check, const struct turn *turns,
		       size_t n)
{
	size_t i;

	for (i = 1; i < n; i++) {
		if (!turn_cmp(&turns[i - 1], &turns[i]))
			return refuse(check, NULL,
				      "samples[%zu] and samples[%zu] have the same workload, path, pods, round and retry",
				      turns[i - 1].index, turns[i].index);
	}
	return 0;
}

static int check_samples(struct check *check, const json_t *json)
{
	const json_t *list = json_object_get(json, "samples"), *sample;
	size_t i, back, n = json_array_size(list);
	struct turn *turns;
	int err = 0;

	if (n > RESULT_SAMPLES_MAX)
		return refuse(check, "samples", "more than %d",
			      RESULT_SAMPLES_MAX);
	turns = calloc(n + 1, sizeof(*turns));
	if (!turns)
		return -ENOMEM;
	for (i = 0; i < n && !err; i++) {
		sample = json_array_get(list, i);
		turns[i].index = i;
		back = enter(check, "samples[%zu]", i);
		err = check_sample(check, sample);
		if (!err)
			err = check_turn(check, json, sample, &turns[i]);
		leave(check, back);
	}
	if (!err) {
		qsort(turns, n, sizeof(*turns), turn_cmp);
		err = check_twice(check, turns, n);
	}
	free(turns);
	return err;
}

static int check_schema(const struct check *check, const json_t *json)
{
	const char *schema;

	if (!json_is_object(json))
		return refuse(check, NULL, "not an object");
	schema = string(json, "schema");
	if (!schema)
		return refuse(check, "schema",
			      "missing: this is no result of bench");
	if (strcmp(schema, RESULT_SCHEMA))
		return refuse(check, "schema", "\"%.64s\", and this reads \"%s\"",
			      schema, RESULT_SCHEMA);
	return 0;
}

int result_check(const json_t *json, const char *name, char why[512])
{
	struct check check = { .name = name, .why = why };
	int err;

	err = check_schema(&check, json);
	if (!err)
		err = check_rules(&check, json, top_rules, LENGTH(top_rules));
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
