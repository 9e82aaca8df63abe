// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Intervals.  A bootstrap of few values is too narrow twice over: resampled
 * values have the variance of n - 1 degrees of freedom, and percentiles are
 * those of a normal distribution that is known.  So its percentiles are moved
 * away from the estimate by sqrt(n / (n - 1)) and by Student's t over the
 * normal quantile (Hesterberg's expanded percentiles, done by scale: quantiles
 * cannot reach beyond the extremes, which for 3 boots cover 75 %).  What that
 * covers is simulated in tests/stats.c.
 *
 * Boots are resampled and keep their rounds: what rounds vary is in the
 * variation of boots already, and resampling both counts it twice (Davison and
 * Hinkley, Bootstrap Methods and their Application, 3.8).
 */
#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Enough that a quantile of 2.5 % is one of the 50th value. */
#define REPLICATES	2000

/* Up to here it is faster to make all pairwise sums (12 KiB of stack). */
#define FEW_VALUES	40
#define FEW_SUMS	(FEW_VALUES * FEW_VALUES)

/* Above these a rank sum's distribution is as good as normal. */
#define SIGNED_EXACT	25

/*
 * All sums a[i] + b[j] of two arrays, or those with i <= j.  If either has more
 * than FEW_VALUES, both are sorted.
 */
struct sums {
	const double *a, *b;
	size_t na, nb;
	bool triangle;		/* of an array with itself */
};

/* How many sums are at most @value; *@next: the least one above it. */
static size_t sums_below(const struct sums *s, double value, double *next)
{
	size_t i, j = s->nb, count = 0;

	*next = GSL_POSINF;
	for (i = 0; i < s->na; i++) {
		while (j && s->a[i] + s->b[j - 1] > value)
			j--;
		if (!s->triangle)
			count += j;
		else if (j > i)
			count += j - i;
		if (s->triangle && j < i)
			*next = GSL_MIN_DBL(*next, s->a[i] + s->b[i]);
		else if (j < s->nb)
			*next = GSL_MIN_DBL(*next, s->a[i] + s->b[j]);
	}
	return count;
}

/* Doubles in order as integers in order, so that 64 halvings find any. */
static int64_t order_of(double value)
{
	int64_t bits;

	memcpy(&bits, &value, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static double of_order(int64_t order)
{
	int64_t bits = order < 0 ? INT64_MIN - order : order;
	double value;

	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* The median of the sums by making them all: the faster way for few. */
static double few_median(const struct sums *s)
{
	double sums[FEW_SUMS];
	size_t i, j, n = 0;

	for (i = 0; i < s->na; i++)
		for (j = s->triangle ? i : 0; j < s->nb; j++)
			sums[n++] = s->a[i] + s->b[j];
	return gsl_stats_median(sums, 1, n);
}

/* The same without making them. */
static double many_median(const struct sums *s)
{
	size_t total = s->triangle ? s->na * (s->na + 1) / 2 : s->na * s->nb;
	int64_t low = order_of(s->a[0] + s->b[0]), mid;
	int64_t high = order_of(s->a[s->na - 1] + s->b[s->nb - 1]);
	size_t half = (total + 1) / 2;
	double value, next;

	while (low < high) {
		/* Without overflow, rounded down. */
		mid = (low & high) + ((low ^ high) >> 1);
		if (sums_below(s, of_order(mid), &next) >= half)
			high = mid;
		else
			low = mid + 1;
	}
	value = of_order(low);
	if (total % 2 || sums_below(s, value, &next) > half)
		return value;
	return value + (next - value) / 2;
}

static double sums_median(const struct sums *s)
{
	if (s->na <= FEW_VALUES && s->nb <= FEW_VALUES)
		return few_median(s);
	return many_median(s);
}

static double hl_of(const double *x, size_t n)
{
	const struct sums s = { x, x, n, n, true };

	return sums_median(&s) / 2;
}

/* @minus_x: the negated values of x, sorted. */
static double shift_of(const double *minus_x, size_t nx, const double *y,
			   size_t ny)
{
	const struct sums s = { minus_x, y, nx, ny, false };

	return sums_median(&s);
}

static double *sorted(const double *x, size_t n, double sign)
{
	double *copy = malloc(n * sizeof(*copy));
	size_t i;

	if (!copy)
		return NULL;
	for (i = 0; i < n; i++)
		copy[i] = sign * x[i];
	gsl_sort(copy, 1, n);
	return copy;
}

double stats_hl(const double *x, size_t n)
{
	double *copy = sorted(x, n, 1);
	double hl = copy ? hl_of(copy, n) : GSL_NAN;

	free(copy);
	return hl;
}

double stats_hl_shift(const double *x, size_t nx, const double *y, size_t ny)
{
	double *a = sorted(x, nx, -1), *b = sorted(y, ny, 1);
	double shift = a && b ? shift_of(a, nx, b, ny) : GSL_NAN;

	free(a);
	free(b);
	return shift;
}

/*
 * What is resampled: the estimates of the groups, or the values of one alone.
 * NULL without memory.
 */
static double *units(const struct stats_group *groups, size_t n, double sign,
		     size_t *n_units)
{
	double *x;
	size_t i;

	*n_units = n == 1 ? groups->n : n;
	x = malloc(*n_units * sizeof(*x));
	if (!x)
		return NULL;
	for (i = 0; i < *n_units; i++)
		x[i] = sign * (n == 1 ? groups->x[i] :
			       stats_hl(groups[i].x, groups[i].n));
	gsl_sort(x, 1, *n_units);
	return x;
}

/* Of the mean; NaN of one value. */
static double variance(const double *x, size_t n)
{
	return n < 2 ? GSL_NAN : gsl_stats_variance(x, 1, n) / n;
}

/*
 * The interval from @boot, @n_boot estimates of resampled values around @mid.
 * @df: degrees of freedom; @scale: what the variance of a resample lacks.
 */
struct spread {
	double *boot;
	double mid, level, df, scale;
	gsl_rng *rng;
	bool many;		/* more than FEW_VALUES somewhere */
};

static struct interval widen(const struct spread *s)
{
	double tail = (1 - s->level) / 2, low, high, by;

	gsl_sort(s->boot, 1, REPLICATES);
	low = gsl_stats_quantile_from_sorted_data(s->boot, 1, REPLICATES, tail);
	high = gsl_stats_quantile_from_sorted_data(s->boot, 1, REPLICATES,
						   1 - tail);
	by = s->scale * gsl_cdf_tdist_Qinv(tail, s->df) /
	     gsl_cdf_ugaussian_Qinv(tail);
	/* A skewed resample may lie on one side of the estimate. */
	return (struct interval){
		.low = s->mid - by * GSL_MAX_DBL(s->mid - low, 0),
		.mid = s->mid,
		.high = s->mid + by * GSL_MAX_DBL(high - s->mid, 0),
	};
}

/* Of one value nothing is known but itself. */
static struct interval unknown(double mid)
{
	return (struct interval){ GSL_NEGINF, mid, GSL_POSINF };
}

/* @n of @x with replacement; sorted where sums_median() needs it. */
static void resample(const struct spread *s, double *to, const double *x,
		     size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		to[i] = x[gsl_rng_uniform_int(s->rng, n)];
	if (s->many)
		gsl_sort(to, 1, n);
}

struct interval stats_boot(const struct stats_group *groups, size_t n,
			   double level, gsl_rng *rng)
{
	struct interval interval = { GSL_NAN, GSL_NAN, GSL_NAN };
	struct spread s = { .level = level, .rng = rng };
	double *x, *again = NULL;
	size_t i, n_units;

	x = units(groups, n, 1, &n_units);
	again = malloc(n_units * sizeof(*again));
	s.boot = malloc(REPLICATES * sizeof(*s.boot));
	if (!x || !again || !s.boot)
		goto out;
	s.many = n_units > FEW_VALUES;
	s.mid = hl_of(x, n_units);
	interval = unknown(s.mid);
	if (n_units < 2)
		goto out;
	for (i = 0; i < REPLICATES; i++) {
		resample(&s, again, x, n_units);
		s.boot[i] = hl_of(again, n_units);
	}
	s.df = n_units - 1;
	s.scale = sqrt(n_units / s.df);
	interval = widen(&s);
out:
	free(s.boot);
	free(again);
	free(x);
	return interval;
}

/* Welch's degrees of freedom, and what resampling takes from the variances. */
static void welch(struct spread *s, const double *x, size_t nx,
		  const double *y, size_t ny)
{
	double vx = variance(x, nx), vy = variance(y, ny), sum = vx + vy;

	s->df = nx + ny - 2;
	s->scale = 1;
	if (!(sum > 0))
		return;
	s->df = sum * sum / (vx * vx / (nx - 1) + vy * vy / (ny - 1));
	s->scale = sqrt(sum / (vx * (nx - 1) / nx + vy * (ny - 1) / ny));
}

struct interval stats_boot_shift(const struct stats_group *a, size_t na,
				 const struct stats_group *b, size_t nb,
				 double level, gsl_rng *rng)
{
	struct interval interval = { GSL_NAN, GSL_NAN, GSL_NAN };
	double *x, *y, *x_again = NULL, *y_again = NULL;
	struct spread s = { .level = level, .rng = rng };
	size_t i, nx, ny;

	x = units(a, na, -1, &nx);
	y = units(b, nb, 1, &ny);
	x_again = malloc(nx * sizeof(*x));
	y_again = malloc(ny * sizeof(*y));
	s.boot = malloc(REPLICATES * sizeof(*s.boot));
	if (!x || !y || !x_again || !y_again || !s.boot)
		goto out;
	s.many = nx > FEW_VALUES || ny > FEW_VALUES;
	s.mid = shift_of(x, nx, y, ny);
	interval = unknown(s.mid);
	if (nx < 2 || ny < 2)
		goto out;
	for (i = 0; i < REPLICATES; i++) {
		resample(&s, x_again, x, nx);
		resample(&s, y_again, y, ny);
		s.boot[i] = shift_of(x_again, nx, y_again, ny);
	}
	welch(&s, x, nx, y, ny);
	interval = widen(&s);
out:
	free(s.boot);
	free(x_again);
	free(y_again);
	free(x);
	free(y);
	return interval;
}

/*
 * Twice the ranks of @x from 1, so that those of ties (their mean) are whole;
 * *@ties: the sum of t^3 - t over groups of t equal ones.
 */
static int ranks(const double *x, size_t n, unsigned int *twice, double *ties)
{
	size_t *order = malloc(n * sizeof(*order));
	size_t i, j, t;

	*ties = 0;
	if (!order)
		return -1;
	gsl_sort_index(order, x, 1, n);
	for (i = 0; i < n; i = j) {
		for (j = i; j < n && x[order[j]] == x[order[i]]; j++)
			;
		for (t = i; t < j; t++)
			twice[order[t]] = i + 1 + j;
		t = j - i;
		*ties += (double)t * t * t - t;
	}
	free(order);
	return 0;
}

/* Two-sided, of a sum that is whole or half: continuity is a half. */
static double p_normal(double sum, double mean, double variance_of_sum)
{
	double off = fabs(sum - mean) - 0.5;

	if (variance_of_sum <= 0 || off <= 0)
		return 1;
	return GSL_MIN_DBL(1, 2 * gsl_cdf_ugaussian_Q(off /
						      sqrt(variance_of_sum)));
}

/* Two-sided p of @sum, when @ways[s] of all choices make the sum s. */
static double p_exact(const double *ways, size_t n, size_t sum)
{
	double below = 0, above = 0, all = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		all += ways[i];
		if (i <= sum)
			below += ways[i];
		if (i >= sum)
			above += ways[i];
	}
	return GSL_MIN_DBL(1, 2 * GSL_MIN_DBL(below, above) / all);
}

/* Of all 2^n signs, by how many make each sum of ranks. */
static double signed_exact(const unsigned int *twice, size_t n, size_t sum)
{
	size_t room = n * (n + 1) + 1, i, s;
	double *ways = calloc(room, sizeof(*ways));
	double p;

	if (!ways)
		return GSL_NAN;
	ways[0] = 1;
	for (i = 0; i < n; i++)
		for (s = room; s-- > twice[i];)
			ways[s] += ways[s - twice[i]];
	p = p_exact(ways, room, sum);
	free(ways);
	return p;
}

/* The p of values of which none is 0. */
static double signed_rank(const double *x, const double *size, size_t n)
{
	unsigned int *twice = malloc(n * sizeof(*twice));
	double ties, p = GSL_NAN;
	size_t i, sum = 0;

	if (!twice || ranks(size, n, twice, &ties))
		goto out;
	for (i = 0; i < n; i++)
		sum += x[i] > 0 ? twice[i] : 0;
	if (n <= SIGNED_EXACT)
		p = signed_exact(twice, n, sum);
	else
		p = p_normal(sum / 2.0, n * (n + 1) / 4.0,
			     n * (n + 1) * (2 * n + 1) / 24.0 - ties / 48);
out:
	free(twice);
	return p;
}

double stats_wilcoxon(const double *x, size_t n)
{
	double *kept = malloc(2 * n * sizeof(*kept)), p = GSL_NAN;
	size_t i, m = 0;

	if (!kept)
		return GSL_NAN;
	for (i = 0; i < n; i++)
		if (x[i] != 0)
			kept[m++] = x[i];
	for (i = 0; i < m; i++)
		kept[m + i] = fabs(kept[i]);
	p = m ? signed_rank(kept, kept + m, m) : 1;
	free(kept);
	return p;
}

void stats_holm(double *p, size_t n)
{
	size_t *order = malloc(n * sizeof(*order));
	double least = 0;
	size_t i;

	if (!order) {
		for (i = 0; i < n; i++)
			p[i] = GSL_NAN;
		return;
	}
	gsl_sort_index(order, p, 1, n);
	for (i = 0; i < n; i++) {
		least = GSL_MAX_DBL(least, p[order[i]] * (n - i));
		p[order[i]] = GSL_MIN_DBL(1, least);
	}
	free(order);
}

struct interval stats_exponent(const double *x, const double *y, size_t n)
{
	struct interval e = { GSL_NAN, GSL_NAN, GSL_NAN };
	double c, var_c, cov, var_e, squares, by;
	double *lx = malloc(2 * n * sizeof(*lx)), *ly;
	size_t i;

	if (!lx)
		return e;
	ly = lx + n;
	for (i = 0; i < n; i++) {
		lx[i] = log(x[i]);
		ly[i] = log(y[i]);
	}
	if (n >= 2)
		gsl_fit_linear(lx, 1, ly, 1, n, &c, &e.mid, &var_c, &cov,
			       &var_e, &squares);
	free(lx);
	if (n < 2 || !gsl_finite(e.mid))
		return (struct interval){ GSL_NAN, GSL_NAN, GSL_NAN };
	if (n == 2)
		return unknown(e.mid);
	by = gsl_cdf_tdist_Qinv(0.025, n - 2) * sqrt(var_e);
	e.low = e.mid - by;
	e.high = e.mid + by;
	return e;
}
