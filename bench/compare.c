// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare.h"

#include <errno.h>
#include <fnmatch.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_statistics.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "compare_check.h"

/* Below it on a side, boots say nothing about how boots differ. */
#define MIN_BOOTS	3

/* Fewer runs of the same tell no noise. */
#define MIN_NOISE_RUNS	3

#define LEVEL		0.95
#define SEED		20261124

/* The runs of a side that are valid, those of a boot together. */
struct side {
	const struct result **runs;
	size_t n;
	unsigned int boots;
};

/* The values of a metric on a side: one group a boot, or one in all. */
struct sample_groups {
	struct stats_group *groups;
	size_t n;
	double *values;		/* what the groups point into */
};

void compare_note(struct comparison *cmp, const char *fmt, ...)
{
	char **notes, *text = NULL;
	va_list args;

	va_start(args, fmt);
	if (vasprintf(&text, fmt, args) < 0)
		text = NULL;
	va_end(args);
	notes = realloc(cmp->notes, (cmp->n_notes + 2) * sizeof(*notes));
	if (!text || !notes) {
		free(text);
		if (notes)
			cmp->notes = notes;
		return;
	}
	notes[cmp->n_notes++] = text;
	notes[cmp->n_notes] = NULL;
	cmp->notes = notes;
}

static int by_boot(const void *a, const void *b)
{
	const struct result *x = *(const struct result *const *)a;
	const struct result *y = *(const struct result *const *)b;
	int order = strcmp(x->boot_id, y->boot_id);

	return order ? order : strcmp(x->run_id, y->run_id);
}

/* Leaves out, and says so, what its own A/A arm shows to be unfit. */
static int open_side(struct comparison *cmp, struct side *side,
		     const struct result_set *set)
{
	struct interval again;
	size_t i;

	side->runs = malloc(set->n * sizeof(*side->runs));
	if (!side->runs)
		return -ENOMEM;
	for (i = 0; i < set->n; i++) {
		if (metric_valid(&set->runs[i], &again)) {
			side->runs[side->n++] = &set->runs[i];
			continue;
		}
		compare_note(cmp, "%s is invalid and left out: its two equal paths "
			     "differ by %+.2f %% (%+.2f to %+.2f)",
			     set->runs[i].file, metric_percent(again.mid),
			     metric_percent(again.low),
			     metric_percent(again.high));
	}
	qsort(side->runs, side->n, sizeof(*side->runs), by_boot);
	for (i = 0; i < side->n; i++)
		side->boots += !i || strcmp(side->runs[i]->boot_id,
					    side->runs[i - 1]->boot_id);
	return 0;
}

static void close_groups(struct sample_groups *g)
{
	free(g->groups);
	free(g->values);
	*g = (struct sample_groups){ 0 };
}

/* Appends a run's values, to the last group or as a new one. */
static int add_run(struct sample_groups *g, const struct metric_values *values,
		   bool new_group, size_t *n_values)
{
	double *grown = realloc(g->values, (*n_values + values->n + 1) *
				sizeof(*grown));

	if (!grown)
		return -ENOMEM;
	g->values = grown;
	memcpy(grown + *n_values, values->log, values->n * sizeof(*grown));
	*n_values += values->n;
	if (new_group)
		g->groups[g->n++].n = 0;
	g->groups[g->n - 1].n += values->n;
	return 0;
}

/* @one: in one group, as there are too few boots. */
static int open_groups(struct sample_groups *g, const struct metric *metric,
		       const struct side *side, bool one)
{
	const char *boot = NULL;
	struct metric_values values;
	size_t i, at = 0;
	int err = 0;

	*g = (struct sample_groups){ 0 };
	g->groups = calloc(side->n + 1, sizeof(*g->groups));
	if (!g->groups)
		return -ENOMEM;
	for (i = 0; i < side->n && !err; i++) {
		err = metric_values(metric, side->runs[i], &values);
		if (!err && values.n) {
			err = add_run(g, &values, one ? !boot : !boot ||
				      strcmp(boot, side->runs[i]->boot_id),
				      &at);
			boot = side->runs[i]->boot_id;
		}
		free(values.log);
	}
	/* Only now does the array stay where it is. */
	for (i = 0, at = 0; i < g->n; at += g->groups[i++].n)
		g->groups[i].x = g->values + at;
	if (err)
		close_groups(g);
	return err;
}

static int count_side(struct compare_side *to, const struct metric *metric,
		      const struct side *side)
{
	struct metric_values values;
	size_t i;
	int err;

	for (i = 0; i < side->n; i++) {
		err = metric_values(metric, side->runs[i], &values);
		if (err)
			return err;
		to->rounds += values.n;
		to->failed += values.failed;
		to->disturbed += values.disturbed;
		free(values.log);
	}
	return 0;
}

/* The sd between runs that should not differ, if enough of them have it. */
static void measure_noise(struct metric *metric, const struct result_set *set)
{
	double *mids = malloc(set->n * sizeof(*mids)), mid;
	size_t i, n = 0;

	for (i = 0; mids && i < set->n; i++) {
		mid = metric_interval(metric, &set->runs[i]).mid;
		if (gsl_finite(mid))
			mids[n++] = mid;
	}
	if (n >= MIN_NOISE_RUNS) {
		metric->noise = gsl_stats_sd(mids, 1, n);
		metric->noise_runs = n;
		metric->noise_measured = true;
	}
	free(mids);
}

/* What runs differ by, on top of what rounds do. */
static void add_noise(struct interval *change, const struct metric *metric,
		      size_t base, size_t new)
{
	double tail = (1 - LEVEL) / 2;
	double by = metric->noise * sqrt(1.0 / base + 1.0 / new);

	by *= metric->noise_runs ?
	      gsl_cdf_tdist_Qinv(tail, metric->noise_runs - 1) :
	      gsl_cdf_ugaussian_Qinv(tail);

	change->low = change->mid - hypot(change->mid - change->low, by);
	change->high = change->mid + hypot(change->high - change->mid, by);
}

/* The level at which the interval would begin to hold 0, as of a normal. */
static double p_of(const struct interval *change)
{
	double half = change->mid > 0 ? change->mid - change->low :
					change->high - change->mid;

	if (change->mid == 0 || !gsl_finite(half))
		return 1;
	if (half == 0)
		return 0;
	return 2 * gsl_cdf_ugaussian_Q(fabs(change->mid) / half *
				       gsl_cdf_ugaussian_Qinv((1 - LEVEL) / 2));
}

static double middle(const struct sample_groups *g)
{
	double *mids = malloc(g->n * sizeof(*mids)), mid;
	size_t i;

	if (!mids)
		return GSL_NAN;
	for (i = 0; i < g->n; i++)
		mids[i] = stats_hl(g->groups[i].x, g->groups[i].n);
	mid = stats_hl(mids, g->n);
	free(mids);
	return mid;
}

static int estimate(struct compare_row *row, const struct comparison *cmp,
		    const struct sample_groups *base,
		    const struct sample_groups *new)
{
	gsl_rng *rng;

	row->base.mid = base->n ? middle(base) : GSL_NAN;
	row->new.mid = new->n ? middle(new) : GSL_NAN;
	row->change = (struct interval){ GSL_NAN, GSL_NAN, GSL_NAN };
	row->p = row->p_holm = GSL_NAN;
	if (!base->n || !new->n)
		return 0;
	rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (!rng)
		return -ENOMEM;
	/* So that the same files give the same answer. */
	gsl_rng_set(rng, SEED);
	row->change = stats_boot_shift(base->groups, base->n, new->groups,
				       new->n, LEVEL, rng);
	gsl_rng_free(rng);
	if (gsl_isnan(row->change.mid))
		return -ENOMEM;
	if (cmp->one_boot)
		add_noise(&row->change, &row->metric, cmp->base_runs,
			  cmp->new_runs);
	row->p = row->p_holm = p_of(&row->change);
	return 0;
}

static int fill_row(struct compare_row *row, const struct comparison *cmp,
		    const struct side *base, const struct side *new)
{
	struct sample_groups a, b = { 0 };
	int err;

	err = open_groups(&a, &row->metric, base, cmp->one_boot);
	if (!err)
		err = open_groups(&b, &row->metric, new, cmp->one_boot);
	if (!err)
		err = count_side(&row->base, &row->metric, base);
	if (!err)
		err = count_side(&row->new, &row->metric, new);
	if (!err)
		err = estimate(row, cmp, &a, &b);
	close_groups(&a);
	close_groups(&b);
	return err;
}

static bool wanted(const struct compare_desc *desc, const char *name)
{
	size_t i;

	for (i = 0; desc->globs && desc->globs[i]; i++)
		if (!fnmatch(desc->globs[i], name, 0))
			return true;
	return !desc->globs;
}

static void set_margin(struct metric *metric, const struct compare_desc *desc)
{
	size_t i;

	for (i = 0; i < desc->n_margins; i++)
		if (!fnmatch(desc->margins[i].glob, metric->name, 0))
			metric->margin = log1p(desc->margins[i].percent / 100);
}

static int fill_rows(struct comparison *cmp, const struct compare_desc *desc,
		     const struct side *base, const struct side *new)
{
	struct compare_row *row;
	struct metric *list;
	size_t i, n;
	int err = 0;

	list = metric_list(desc->base, desc->new, &n);
	if (!list && errno)
		return -ENOMEM;
	cmp->rows = calloc(n + 1, sizeof(*cmp->rows));
	if (!cmp->rows)
		err = -ENOMEM;
	for (i = 0; i < n && !err; i++) {
		if (!wanted(desc, list[i].name))
			continue;
		row = &cmp->rows[cmp->n++];
		row->metric = list[i];
		row->decides = list[i].gated || desc->strict;
		set_margin(&row->metric, desc);
		if (desc->noise)
			measure_noise(&row->metric, desc->noise);
		err = fill_row(row, cmp, base, new);
	}
	free(list);
	return err;
}

/* Over those that decide, and over the others: two families. */
static int correct(struct comparison *cmp, bool decides)
{
	double *p = malloc((cmp->n + 1) * sizeof(*p));
	size_t i, n = 0;

	if (!p)
		return -ENOMEM;
	for (i = 0; i < cmp->n; i++)
		if (cmp->rows[i].decides == decides &&
		    !gsl_isnan(cmp->rows[i].p))
			p[n++] = cmp->rows[i].p;
	stats_holm(p, n);
	for (i = 0, n = 0; i < cmp->n; i++)
		if (cmp->rows[i].decides == decides &&
		    !gsl_isnan(cmp->rows[i].p))
			cmp->rows[i].p_holm = p[n++];
	free(p);
	return 0;
}

static enum verdict judge(const struct compare_row *row)
{
	double margin = row->metric.margin;
	double low = row->change.low, high = row->change.high;

	if (gsl_isnan(row->change.mid))
		return VERDICT_MISSING;
	if (row->metric.more_is_better) {
		low = -row->change.high;
		high = -row->change.low;
	}
	/* From here on, up is worse. */
	if (low > margin && row->p_holm <= 1 - LEVEL)
		return VERDICT_REGRESSION;
	if (high < -margin)
		return VERDICT_BETTER;
	return high < margin ? VERDICT_PASS : VERDICT_INCONCLUSIVE;
}

static void say_row(char text[256], const struct compare_row *row)
{
	if (row->verdict == VERDICT_MISSING)
		snprintf(text, 256, "%.150s: no value in %s",
			 row->metric.name,
			 gsl_isnan(row->base.mid) ?
			 gsl_isnan(row->new.mid) ? "either" : "the base" :
			 "the new one");
	else
		snprintf(text, 256, "%.150s: %+.2f %% (%+.2f to %+.2f)",
			 row->metric.name, metric_percent(row->change.mid),
			 metric_percent(row->change.low),
			 metric_percent(row->change.high));
}

/* The exit code, by the worst that was seen. */
static void conclude(struct comparison *cmp)
{
	static const enum verdict worst[] = {
		VERDICT_REGRESSION, VERDICT_MISSING, VERDICT_INCONCLUSIVE,
	};
	unsigned int count, decide = 0;
	char first[256];
	size_t i, j;

	for (i = 0; i < cmp->n; i++)
		decide += cmp->rows[i].decides;
	for (i = 0; i < sizeof(worst) / sizeof(*worst); i++) {
		for (j = 0, count = 0; j < cmp->n; j++)
			if (cmp->rows[j].decides &&
			    cmp->rows[j].verdict == worst[i] && !count++)
				say_row(first, &cmp->rows[j]);
		if (!count)
			continue;
		cmp->code = worst[i] == VERDICT_REGRESSION ?
			    BENCH_REGRESSION : BENCH_INCONCLUSIVE;
		snprintf(cmp->why, sizeof(cmp->why), "%s: %u of %u metrics: %s%s",
			 compare_verdict(worst[i]), count, decide, first,
			 count > 1 ? " ..." : "");
		return;
	}
	cmp->code = decide ? BENCH_PASS : BENCH_SKIP;
	if (decide)
		snprintf(cmp->why, sizeof(cmp->why), "pass: %u of %u metrics",
			 decide, decide);
	else
		snprintf(cmp->why, sizeof(cmp->why), "nothing to compare: %s",
			 cmp->n ? "no gated metric (--strict lets all decide)" :
			 "no metric");
}

static int compare_sides(struct comparison *cmp,
			 const struct compare_desc *desc,
			 const struct side *base, const struct side *new)
{
	size_t i;
	int err;

	cmp->base_boots = base->boots;
	cmp->new_boots = new->boots;
	cmp->base_runs = base->n;
	cmp->new_runs = new->n;
	if (!base->n || !new->n) {
		cmp->code = BENCH_INCONCLUSIVE;
		snprintf(cmp->why, sizeof(cmp->why),
			 "invalid: no valid run %s", base->n ? "in the new one" :
			 new->n ? "in the base" : "on either side");
		return 0;
	}
	cmp->one_boot = base->boots < MIN_BOOTS || new->boots < MIN_BOOTS;
	err = fill_rows(cmp, desc, base, new);
	if (!err)
		err = correct(cmp, true);
	if (!err)
		err = correct(cmp, false);
	if (err)
		return err;
	for (i = 0; i < cmp->n; i++)
		cmp->rows[i].verdict = judge(&cmp->rows[i]);
	conclude(cmp);
	return 0;
}

int compare_make(struct comparison *cmp, const struct compare_desc *desc)
{
	struct side base = { 0 }, new = { 0 };
	int err;

	*cmp = (struct comparison){ 0 };
	err = compare_check(cmp, desc);
	if (!err)
		err = open_side(cmp, &base, desc->base);
	if (!err)
		err = open_side(cmp, &new, desc->new);
	if (!err)
		err = compare_sides(cmp, desc, &base, &new);
	free(base.runs);
	free(new.runs);
	return err;
}

void compare_free(struct comparison *cmp)
{
	size_t i;

	for (i = 0; i < cmp->n_notes; i++)
		free(cmp->notes[i]);
	free(cmp->notes);
	free(cmp->rows);
	*cmp = (struct comparison){ 0 };
}
