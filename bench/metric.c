// SPDX-License-Identifier: GPL-2.0-or-later
#include "metric.h"

#include <errno.h>
#include <fnmatch.h>
#include <gsl/gsl_math.h>
#include <stdlib.h>
#include <string.h>

/* Bootstraps are the same whenever the numbers are. */
#define SEED		20261124

/*
 * What a workload is judged by: of each quantity the first row that matches.
 * The noise is the sd, between runs of the same on one boot, of a run's estimate
 * (14 rounds, paths built anew for each).  That of tcp_rr's p1 was measured on 2
 * shared virtual CPUs, 12 runs each: 0.10 % (of the ratio 0.06) while nothing
 * else ran, 0.18 (0.08) at a load of 2.5 to 5, 0.28 (0.12) at 5 to 8; here is
 * their root mean square.  The rows without runs gate nothing: theirs are assumed.
 */
static const struct rule {
	const char *workload;	/* a glob */
	enum metric_what what;
	double margin;		/* percent */
	double noise, noise_over;	/* percent; of a ratio of two paths */
	unsigned int runs;	/* that told it; 0: none did */
} rules[] = {
	{ "tcp_rr", METRIC_P1, 2, 0.2, 0.1, 36 },
	{ "udp_rr", METRIC_P1, 2, 0.5, 0.3, 0 },
	{ "*rr*", METRIC_P1, 5, 2, 1, 0 },
	{ "*rr*", METRIC_P50, 5, 2, 1, 0 },
	{ "*rr*", METRIC_P99, 20, 10, 10, 0 },
	{ "tcp_[!rc]*", METRIC_RATE, 7, 4, 3, 0 },
	{ "udp_[!rc]*", METRIC_RATE, 7, 4, 3, 0 },
	/* Costs. */
	{ "*_add*", METRIC_P50, 10, 5, 5, 0 },
	{ "*_del*", METRIC_P50, 10, 5, 5, 0 },
	{ "*_move*", METRIC_P50, 10, 5, 5, 0 },
};

/* Absolute, and the second over the first. */
static const char * const gated_paths[] = { METRIC_DIRECT, METRIC_BRIDGE };

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static const char *what_name(enum metric_what what)
{
	static const char * const names[] = {
		[METRIC_P1] = "p1", [METRIC_P50] = "p50", [METRIC_P99] = "p99",
		[METRIC_RATE] = "rate",
	};

	return names[what];
}

static const struct rule *find_rule(const char *workload,
				    enum metric_what what)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rules); i++)
		if (rules[i].what == what &&
		    !fnmatch(rules[i].workload, workload, 0))
			return &rules[i];
	return NULL;
}

static bool is_gated(const struct metric *m)
{
	size_t i;

	if (m->what != METRIC_P1 || strcmp(m->workload, "tcp_rr"))
		return false;
	for (i = 0; i < ARRAY_SIZE(gated_paths); i++)
		if (!strcmp(m->path, gated_paths[i]))
			return true;
	return false;
}

/* The rest follows from workload, path, over, pods and what. */
static void fill_in(struct metric *m, const struct rule *rule)
{
	char pods[16] = "";

	if (m->pods)
		snprintf(pods, sizeof(pods), "@%u", m->pods);
	snprintf(m->name, sizeof(m->name), "%s.%s:%s%s%s%s", m->workload,
		 what_name(m->what), m->path, m->over ? "/" : "",
		 m->over ? m->over : "", pods);
	m->margin = log1p(rule->margin / 100);
	m->noise = log1p((m->over ? rule->noise_over : rule->noise) / 100);
	m->noise_runs = rule->runs;
	m->gated = is_gated(m);
	m->more_is_better = m->what == METRIC_RATE;
}

struct list {
	struct metric *v;
	size_t n, room;
	const struct sample **samples;	/* n_samples, by arm */
	size_t n_samples;
	bool failed;
};

static void list_put(struct list *list, const struct metric *metric)
{
	struct metric *grown;

	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 64;
		grown = realloc(list->v, list->room * sizeof(*grown));
		if (!grown) {
			list->failed = true;
			return;
		}
		list->v = grown;
	}
	list->v[list->n++] = *metric;
}

static int by_arm(const void *a, const void *b)
{
	const struct sample *x = *(const struct sample *const *)a;
	const struct sample *y = *(const struct sample *const *)b;
	int order = strcmp(x->workload, y->workload);

	if (!order)
		order = strcmp(x->path, y->path);
	return order ? order : (x->pods > y->pods) - (x->pods < y->pods);
}

/* Is there anything to divide it by? */
static bool has_direct(const struct list *list, const struct sample *sample)
{
	const struct sample direct = { .workload = sample->workload,
				       .path = METRIC_DIRECT,
				       .pods = sample->pods };
	const struct sample *key = &direct;

	return bsearch(&key, list->samples, list->n_samples, sizeof(key),
		       by_arm);
}

/* All quantities of one arm; of a bridge also over the direct path. */
static void list_arm(struct list *list, const struct sample *sample)
{
	const struct rule *rule;
	enum metric_what what;
	bool over = !strncmp(sample->path, METRIC_BRIDGE,
			     strlen(METRIC_BRIDGE)) && has_direct(list, sample);

	for (what = METRIC_P1; what <= METRIC_RATE; what++) {
		struct metric m = { .workload = sample->workload,
				    .path = sample->path,
				    .pods = sample->pods, .what = what };

		rule = find_rule(m.workload, what);
		if (!rule || !strcmp(m.path, METRIC_AGAIN))
			continue;
		fill_in(&m, rule);
		list_put(list, &m);
		if (!over || what == METRIC_P99)
			continue;
		m.over = METRIC_DIRECT;
		fill_in(&m, rule);
		list_put(list, &m);
	}
}

static int by_name(const void *a, const void *b)
{
	const struct metric *x = a, *y = b;

	if (x->gated != y->gated)
		return x->gated ? -1 : 1;
	return strverscmp(x->name, y->name);
}

static size_t count_samples(const struct result_set *set)
{
	size_t i, n = 0;

	for (i = 0; set && i < set->n; i++)
		n += set->runs[i].n;
	return n;
}

static const struct sample **add_samples(const struct sample **to,
					 const struct result_set *set)
{
	size_t i, j;

	for (i = 0; set && i < set->n; i++)
		for (j = 0; j < set->runs[i].n; j++)
			*to++ = &set->runs[i].samples[j];
	return to;
}

struct metric *metric_list(const struct result_set *a,
			   const struct result_set *b, size_t *n)
{
	struct list list = { .n_samples = count_samples(a) +
					   count_samples(b) };
	size_t i;

	*n = 0;
	list.samples = malloc((list.n_samples + 1) * sizeof(*list.samples));
	if (!list.samples)
		return NULL;
	add_samples(add_samples(list.samples, a), b);
	qsort(list.samples, list.n_samples, sizeof(*list.samples), by_arm);
	for (i = 0; i < list.n_samples; i++)
		if (!i || by_arm(&list.samples[i - 1], &list.samples[i]))
			list_arm(&list, list.samples[i]);
	free(list.samples);
	if (list.failed) {
		free(list.v);
		errno = ENOMEM;
		return NULL;
	}
	errno = 0;
	if (list.n)
		qsort(list.v, list.n, sizeof(*list.v), by_name);
	*n = list.n;
	return list.v;
}

/* NaN if it says nothing. */
static double value_of(const struct sample *sample, enum metric_what what)
{
	double value = GSL_NAN;

	if (sample->error)
		return GSL_NAN;
	if (what == METRIC_RATE && sample->bytes > 0 && sample->secs > 0)
		value = sample->bytes / sample->secs;
	else if (what == METRIC_P1 && sample->has_ns)
		value = sample->ns.p1;
	else if (what == METRIC_P50 && sample->has_ns)
		value = sample->ns.p50;
	else if (what == METRIC_P99 && sample->has_ns)
		value = sample->ns.p99;
	return value > 0 ? log(value) : GSL_NAN;
}

/* The one value of a round. */
struct round {
	unsigned int round;
	double log;
	bool disturbed;
};

static int by_round(const void *a, const void *b)
{
	const struct sample *x = *(const struct sample *const *)a;
	const struct sample *y = *(const struct sample *const *)b;

	if (x->round != y->round)
		return x->round < y->round ? -1 : 1;
	return (x->pos > y->pos) - (x->pos < y->pos);
}

/* Samples in order of time, to one value a round, in place of the samples. */
static size_t choose(const struct sample **samples, size_t n,
		     const struct metric *m, struct round *rounds)
{
	size_t i, n_rounds = 0;
	struct round *last = NULL;

	qsort(samples, n, sizeof(*samples), by_round);
	for (i = 0; i < n; i++) {
		struct round next = {
			.round = samples[i]->round,
			.log = value_of(samples[i], m->what),
			.disturbed = samples[i]->disturbed,
		};

		if (!last || last->round != next.round)
			last = &rounds[n_rounds++];
		else if (!last->disturbed)
			continue;
		*last = next;
	}
	return n_rounds;
}

/* The rounds of @path, for free(3); what failed is counted. */
static struct round *rounds_of(const struct metric *m, const char *path,
			       const struct result *run,
			       struct metric_values *values)
{
	const struct sample **samples = malloc((run->n + 1) * sizeof(*samples));
	struct round *rounds = malloc((run->n + 1) * sizeof(*rounds));
	const struct sample *s;
	size_t i, n = 0;

	for (i = 0; samples && rounds && i < run->n; i++) {
		s = &run->samples[i];
		if (s->pods != m->pods || strcmp(s->workload, m->workload) ||
		    strcmp(s->path, path))
			continue;
		if (gsl_finite(value_of(s, m->what)))
			samples[n++] = s;
		else
			values->failed++;
	}
	if (samples && rounds)
		values->n = choose(samples, n, m, rounds);
	else
		free(rounds);
	if (!samples)
		rounds = NULL;
	free(samples);
	return rounds;
}

/* Only rounds that have both. */
static size_t divide(struct round *a, size_t na, const struct round *b,
		     size_t nb)
{
	size_t i, j = 0, n = 0;

	for (i = 0; i < na; i++) {
		while (j < nb && b[j].round < a[i].round)
			j++;
		if (j == nb || b[j].round != a[i].round)
			continue;
		a[n] = a[i];
		a[n].log -= b[j].log;
		a[n++].disturbed |= b[j].disturbed;
	}
	return n;
}

int metric_values(const struct metric *metric, const struct result *run,
		  struct metric_values *values)
{
	struct round *rounds, *over;
	size_t i, n;

	*values = (struct metric_values){ 0 };
	rounds = rounds_of(metric, metric->path, run, values);
	if (!rounds)
		return -ENOMEM;
	if (metric->over) {
		n = values->n;
		over = rounds_of(metric, metric->over, run, values);
		if (!over) {
			free(rounds);
			return -ENOMEM;
		}
		values->n = divide(rounds, n, over, values->n);
		free(over);
	}
	values->log = malloc((values->n + 1) * sizeof(*values->log));
	for (i = 0; values->log && i < values->n; i++) {
		values->log[i] = rounds[i].log;
		values->disturbed += rounds[i].disturbed;
	}
	free(rounds);
	return values->log ? 0 : -ENOMEM;
}

struct interval metric_interval(const struct metric *metric,
				const struct result *run)
{
	struct interval interval = { GSL_NAN, GSL_NAN, GSL_NAN };
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct metric_values values = { 0 };
	struct stats_group group;

	if (rng && !metric_values(metric, run, &values) && values.n) {
		gsl_rng_set(rng, SEED);
		group = (struct stats_group){ values.log, values.n };
		interval = stats_boot(&group, 1, 0.95, rng);
	}
	free(values.log);
	if (rng)
		gsl_rng_free(rng);
	return interval;
}

double metric_percent(double log)
{
	return 100 * expm1(log);
}

/* Four digits with the unit that fits. */
static void with_unit(double value, const char *const *units, char text[32])
{
	while (units[1] && value >= 999.5) {
		value /= 1000;
		units++;
	}
	snprintf(text, 32, "%.*f %s", value >= 99.995 ? 1 : value >= 9.9995 ? 2 : 3,
		 value, *units);
}

void metric_format(const struct metric *metric, double log, char text[32])
{
	static const char * const times[] = { "ns", "us", "ms", "s", NULL };
	static const char * const rates[] = { "bit/s", "kbit/s", "Mbit/s",
					      "Gbit/s", "Tbit/s", NULL };

	if (!gsl_finite(log))
		snprintf(text, 32, "?");
	else if (metric->over)
		snprintf(text, 32, "%.4f", exp(log));
	else if (metric->what == METRIC_RATE)
		with_unit(8 * exp(log), rates, text);
	else
		with_unit(exp(log), times, text);
}

static struct metric again_metric(void)
{
	struct metric m = { .workload = "tcp_rr", .path = METRIC_AGAIN,
			    .over = METRIC_DIRECT, .what = METRIC_P1 };

	fill_in(&m, find_rule(m.workload, m.what));
	return m;
}

bool metric_valid(const struct result *run, struct interval *again)
{
	struct metric m = again_metric();

	*again = metric_interval(&m, run);
	/* NaN compares false: what was not measured is not wrong. */
	return !(again->low > m.margin / 2 || again->high < -m.margin / 2);
}

bool metric_precise(const struct result *run)
{
	const struct result_set set = { (struct result *)run, 1 };
	struct interval interval;
	bool precise = true;
	struct metric *list;
	size_t i, n, gated = 0;

	list = metric_list(&set, NULL, &n);
	for (i = 0; i < n && list[i].gated && precise; i++, gated++) {
		interval = metric_interval(&list[i], run);
		precise = interval.high - interval.low <= list[i].margin;
	}
	free(list);
	return precise && gated;
}

static const char *first_error(const struct metric *m, const struct result *run)
{
	const struct sample *s;
	size_t i;

	for (i = 0; i < run->n; i++) {
		s = &run->samples[i];
		if (s->error && s->pods == m->pods &&
		    !strcmp(s->workload, m->workload) &&
		    (!strcmp(s->path, m->path) ||
		     (m->over && !strcmp(s->path, m->over))))
			return s->error;
	}
	return "no number";
}

static void summary_row(FILE *file, const struct metric *m,
			const struct result *run)
{
	struct interval interval = metric_interval(m, run);
	char mid[32], low[32], high[32], p[32] = "";
	struct metric_values values;

	if (metric_values(m, run, &values))
		return;
	metric_format(m, interval.mid, mid);
	metric_format(m, interval.low, low);
	metric_format(m, interval.high, high);
	if (m->over && values.n)
		snprintf(p, sizeof(p), "  p %.2g", stats_wilcoxon(values.log,
								  values.n));
	if (values.n)
		fprintf(file, "%-34s %12s  %12s to %-12s %4zu%s\n", m->name, mid,
			low, high, values.n, p);
	if (values.disturbed)
		fprintf(file, "# %s: %u of %zu rounds disturbed\n", m->name,
			values.disturbed, values.n);
	if (values.failed)
		fprintf(file, "# %s: %u samples failed: %s\n", m->name,
			values.failed, first_error(m, run));
	free(values.log);
}

/* The A/A arm's line, and what follows from it. */
static bool summary_again(FILE *file, const struct result *run)
{
	struct metric m = again_metric();
	struct interval again;
	bool valid = metric_valid(run, &again);

	if (gsl_isnan(again.mid)) {
		fprintf(file, "# no A/A arm (" METRIC_AGAIN "): nothing shows "
			"how far equal paths differ\n");
		return valid;
	}
	summary_row(file, &m, run);
	if (!valid)
		fprintf(file, "# INVALID: two equal paths differ by %+.2f %%, "
			"beyond %.1f %%\n", metric_percent(again.mid),
			metric_percent(m.margin / 2));
	return valid;
}

bool metric_summary(FILE *file, const struct result *run)
{
	const struct result_set set = { (struct result *)run, 1 };
	struct metric *list;
	bool valid;
	size_t i, n;

	list = metric_list(&set, NULL, &n);
	fprintf(file, "%-34s %12s  %27s  rounds\n", "metric", "value",
		"95 % interval");
	for (i = 0; i < n; i++)
		summary_row(file, &list[i], run);
	free(list);
	valid = summary_again(file, run);
	return valid;
}
