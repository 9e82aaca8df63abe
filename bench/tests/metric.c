// SPDX-License-Identifier: GPL-2.0-or-later
/* Which samples count, what is paired with what, and what makes a run fit. */
#include "metric.h"

#include <gsl/gsl_math.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define ROUNDS_MAX	40

/* A sample in brief; .p1 0: it failed. */
struct brief {
	unsigned int round, retry;
	const char *workload, *path;
	double p1;
	bool disturbed;
	unsigned int pods;
};

static json_t *brief_json(const struct brief *b, unsigned int pos)
{
	json_t *json = json_pack("{s:i, s:i, s:i, s:s, s:s, s:b, s:b, s:f}",
				 "round", b->round, "pos", pos, "retry",
				 b->retry, "workload", b->workload, "path",
				 b->path, "ok", b->p1 > 0, "disturbed",
				 b->disturbed, "secs", 0.5);

	if (b->pods)
		json_object_set_new(json, "pods", json_integer(b->pods));
	if (!(b->p1 > 0)) {
		json_object_set_new(json, "error", json_string("refused"));
	} else if (!strcmp(b->workload, "tcp_stream")) {
		json_object_set_new(json, "bytes", json_real(b->p1));
	} else {
		json_object_set_new(json, "n", json_integer(1000));
		json_object_set_new(json, "ns", json_pack(
			"{s:f, s:f, s:f, s:f, s:f, s:f, s:f, s:f}", "min",
			b->p1, "p1", b->p1, "p25", b->p1, "p50", b->p1 * 2,
			"p90", b->p1 * 3, "p99", b->p1 * 4, "p999", b->p1 * 5,
			"max", b->p1 * 6));
	}
	return json;
}

/* A result of these samples; only what metric.c looks at. */
static struct result make(const struct brief *list, size_t n)
{
	struct result run = { .file = "made up", .run_id = "r", .n = n };
	size_t i;

	run.json = json_array();
	run.samples = calloc(n, sizeof(*run.samples));
	for (i = 0; run.samples && i < n; i++) {
		json_t *json = brief_json(&list[i], i);
		struct sample *s = &run.samples[i];
		double p1 = list[i].p1;

		*s = (struct sample){
			.workload = list[i].workload, .path = list[i].path,
			.error = p1 > 0 ? NULL : "refused", .pos = i,
			.round = list[i].round, .pods = list[i].pods,
			.secs = 0.5, .bytes = -1, .n = 1000,
			.disturbed = list[i].disturbed, .json = json,
		};
		if (!strcmp(s->workload, "tcp_stream"))
			s->bytes = p1;
		else
			s->has_ns = p1 > 0;
		s->ns = (struct result_ns){ p1, p1, p1, 2 * p1, 3 * p1,
					    4 * p1, 5 * p1, 6 * p1 };
		json_array_append_new(run.json, json);
	}
	return run;
}

static void drop(struct result *run)
{
	json_decref(run->json);
	free(run->samples);
}

/* The metric of that name; the list is the caller's to free. */
static const struct metric *named(const struct result *run, const char *name,
				  struct metric **list)
{
	const struct result_set set = { (struct result *)run, 1 };
	size_t i, n;

	*list = metric_list(&set, NULL, &n);
	for (i = 0; i < n; i++)
		if (!strcmp((*list)[i].name, name))
			return &(*list)[i];
	return NULL;
}

/* The values of that metric are e^@want, in order. */
static void values_are(struct tap *tap, const struct result *run,
		       const char *name, const double *want)
{
	struct metric_values values = { 0 };
	const struct metric *metric;
	struct metric *list;
	bool same;
	size_t i;

	metric = named(run, name, &list);
	same = metric && !metric_values(metric, run, &values);
	for (i = 0; same && i < values.n && want[i] > 0; i++)
		same = fabs(exp(values.log[i]) - want[i]) < 1e-6 * want[i];
	same = same && i == values.n && !(want[i] > 0);
	tap_ok(tap, same, name, "%s: %zu values, the %zuth is %g", name,
	       values.n, i, i < values.n ? exp(values.log[i]) : 0);
	free(values.log);
	free(list);
}

static const struct brief samples[] = {
	{ 1, 0, "tcp_rr", "direct", 100, false, 0 },
	{ 1, 0, "tcp_rr", "bridge", 120, false, 0 },
	/* Disturbed, and taken again: the second counts, though slower. */
	{ 2, 0, "tcp_rr", "bridge", 121, true, 0 },
	{ 2, 0, "tcp_rr", "direct", 101, false, 0 },
	{ 2, 1, "tcp_rr", "bridge", 131, false, 0 },
	/* Never undisturbed: the last. */
	{ 3, 0, "tcp_rr", "bridge", 122, true, 0 },
	{ 3, 0, "tcp_rr", "direct", 102, false, 0 },
	{ 3, 1, "tcp_rr", "bridge", 132, true, 0 },
	/* Failed: no value, and no pair. */
	{ 4, 0, "tcp_rr", "direct", 103, false, 0 },
	{ 4, 0, "tcp_rr", "bridge", 0, false, 0 },
	{ 5, 0, "tcp_rr", "bridge", 124, false, 0 },
	{ 5, 0, "tcp_rr", "direct", 104, false, 0 },
	/* Disturbed, and failed when it was taken again. */
	{ 6, 0, "tcp_rr", "direct", 105, true, 0 },
	{ 6, 1, "tcp_rr", "direct", 0, false, 0 },
	{ 6, 0, "tcp_stream", "direct", 5000, false, 0 },
	{ 1, 0, "pod_add", "netlink", 7, false, 10 },
	{ 1, 0, "pod_add", "netlink", 9, false, 100 },
	{ 1, 0, "tcp_rr", "direct-again", 99, false, 0 },
};

static void choosing(struct tap *tap)
{
	struct result run = make(samples, ARRAY_SIZE(samples));
	struct metric_values values = { 0 };
	const struct metric *metric;
	struct metric *list;

	values_are(tap, &run, "tcp_rr.p1:direct",
		   (double[]){ 100, 101, 102, 103, 104, 105, 0 });
	values_are(tap, &run, "tcp_rr.p1:bridge",
		   (double[]){ 120, 131, 132, 124, 0 });
	values_are(tap, &run, "tcp_rr.p1:bridge/direct",
		   (double[]){ 1.2, 131.0 / 101, 132.0 / 102, 124.0 / 104, 0 });
	values_are(tap, &run, "tcp_rr.p50:bridge",
		   (double[]){ 240, 262, 264, 248, 0 });
	values_are(tap, &run, "tcp_stream.rate:direct",
		   (double[]){ 10000, 0 });
	values_are(tap, &run, "pod_add.p50:netlink@100", (double[]){ 18, 0 });
	metric = named(&run, "tcp_rr.p1:bridge/direct", &list);
	tap_ok(tap, metric && !metric_values(metric, &run, &values) &&
	       values.failed == 2 && values.disturbed == 1,
	       "what_failed_and_what_was_disturbed_is_counted",
	       "expected 2 and 1, got %u and %u", values.failed,
	       values.disturbed);
	free(values.log);
	free(list);
	drop(&run);
}

static void listing(struct tap *tap)
{
	struct result run = make(samples, ARRAY_SIZE(samples));
	const struct result_set set = { &run, 1 };
	struct metric *list;
	bool again = false;
	size_t i, n, gated = 0;

	list = metric_list(&set, &set, &n);
	for (i = 0; i < n; i++) {
		gated += list[i].gated;
		again |= strstr(list[i].name, METRIC_AGAIN) != NULL;
	}
	tap_ok(tap, gated == 3 && list[0].gated && list[1].gated &&
	       list[2].gated, "gated_are_direct_bridge_and_their_ratio_first",
	       "%zu are", gated);
	tap_ok(tap, !again, "the_second_equal_path_is_no_metric", "it is");
	tap_ok(tap, n == 3 + 5 + 1 + 2,
	       "each_metric_is_listed_once_for_two_results", "%zu", n);
	free(list);
	run.samples++;
	run.n = 1;
	list = metric_list(&set, NULL, &n);
	tap_ok(tap, n == 3 && !strcmp(list[0].name, "tcp_rr.p1:bridge"),
	       "a_bridge_alone_has_no_ratio", "%zu metrics", n);
	free(list);
	run.samples--;
	run.n = 0;
	list = metric_list(&set, NULL, &n);
	tap_ok(tap, !list && !n, "no_samples_have_no_metrics", "%zu", n);
	free(list);
	run.n = ARRAY_SIZE(samples);
	drop(&run);
}

/* @n rounds of both equal paths, the second slower by @off; @sd alternates. */
static struct result equal_paths(size_t n, double off, double sd)
{
	struct brief list[3 * ROUNDS_MAX];
	size_t i;

	for (i = 0; i < n; i++) {
		double by = exp(i % 2 ? sd : -sd);

		list[3 * i] = (struct brief){ .round = i + 1,
			.workload = "tcp_rr", .path = "direct", .p1 = 100 };
		list[3 * i + 1] = (struct brief){ .round = i + 1,
			.workload = "tcp_rr", .path = "direct-again",
			.p1 = 100 * exp(off) * by };
		list[3 * i + 2] = (struct brief){ .round = i + 1,
			.workload = "tcp_rr", .path = "bridge",
			.p1 = 120 * by };
	}
	return make(list, 3 * n);
}

static void validity(struct tap *tap)
{
	static const struct {
		const char *claim;
		double off, sd;
		bool valid, precise;
	} list[] = {
		{ "equal_paths_that_are_equal_make_a_valid_run", 0, 0.003,
		  true, true },
		{ "a_difference_within_half_the_margin_does_too", 0.007, 0.003,
		  true, true },
		{ "one_beyond_half_the_margin_does_not", 0.02, 0.003, false,
		  true },
		{ "nor_one_the_other_way", -0.02, 0.003, false, true },
		{ "one_that_is_not_sure_does", 0.02, 0.06, true, false },
	};
	struct interval again;
	struct result run;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++) {
		run = equal_paths(14, list[i].off, list[i].sd);
		tap_ok(tap, metric_valid(&run, &again) == list[i].valid,
		       list[i].claim, "%g to %g", again.low, again.high);
		tap->of = list[i].claim;
		tap_ok(tap, metric_precise(&run) == list[i].precise,
		       list[i].precise ? "and_its_rounds_are_enough" :
		       "and_its_rounds_are_not_enough", "sd %g", list[i].sd);
		tap->of = NULL;
		drop(&run);
	}
	run = make(samples, 2);
	tap_ok(tap, metric_valid(&run, &again) && gsl_isnan(again.mid),
	       "without_a_second_path_nothing_is_invalid", "%g", again.mid);
	tap_ok(tap, !metric_precise(&run), "one_round_is_not_precise", "it is");
	run.n = 0;
	tap_ok(tap, !metric_precise(&run), "no_round_is_not_precise", "it is");
	run.n = 2;
	drop(&run);
}

static void formats(struct tap *tap)
{
	static const struct {
		struct metric metric;
		double value;
		const char *text;
	} list[] = {
		{ { .what = METRIC_P1 }, 13600, "13.60 us" },
		{ { .what = METRIC_P1 }, 999.4, "999.4 ns" },
		{ { .what = METRIC_P50 }, 1234567, "1.235 ms" },
		{ { .what = METRIC_P99 }, 3.2e10, "32.00 s" },
		{ { .what = METRIC_RATE }, 2.75e9, "22.00 Gbit/s" },
		{ { .what = METRIC_P1, .over = "direct" }, 1.2131, "1.2131" },
		{ { .what = METRIC_P1 }, 0, "?" },
	};
	char text[32];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(list); i++) {
		metric_format(&list[i].metric, log(list[i].value), text);
		tap_ok(tap, !strcmp(text, list[i].text), list[i].text,
		       "got %s", text);
	}
}

static void summary(struct tap *tap)
{
	struct result run = equal_paths(14, 0.02, 0.003);
	char *text = NULL;
	size_t len;
	FILE *file = open_memstream(&text, &len);
	bool valid;

	run.samples[1].error = "refused";
	valid = file && metric_summary(file, &run);
	if (file)
		fclose(file);
	tap_ok(tap, !valid && strstr(text, "tcp_rr.p1:bridge/direct ") &&
	       strstr(text, "# INVALID: two equal paths differ by +2.0"),
	       "a_summary_has_the_ratio_and_says_invalid", "%s", text);
	tap_ok(tap, strstr(text, ": 1 samples failed: refused"),
	       "a_summary_says_what_failed", "%s", text);
	free(text);
	drop(&run);
}

int main(int argc, char **argv)
{
	struct tap tap = { 0 };

	if (tap_asked(argc, argv, NULL))
		return 0;
	choosing(&tap);
	listing(&tap);
	validity(&tap);
	formats(&tap);
	summary(&tap);
	return tap_done(&tap);
}
