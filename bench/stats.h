/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What GSL does not have, on arrays of doubles that are not changed unless said.
 * Every function takes at least one value; without memory they return NaN.
 */
#ifndef STATS_H
#define STATS_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

struct interval {
	double low, mid, high;
};

/* Hodges-Lehmann: the median of all pairwise means (i <= j). */
double stats_hl(const double *x, size_t n);

/* The shift from @x to @y: the median of all differences y - x. */
double stats_hl_shift(const double *x, size_t nx, const double *y, size_t ny);

/*
 * One level of resampling within another: @n groups (boots) of values (rounds);
 * groups of one run alone are resampled by value only.
 */
struct stats_group {
	const double *x;
	size_t n;
};

/* Two-sided bootstrap interval (@level 0.95) of stats_hl() over the groups. */
struct interval stats_boot(const struct stats_group *groups, size_t n,
			   double level, gsl_rng *rng);

/* The same of the shift from @a to @b. */
struct interval stats_boot_shift(const struct stats_group *a, size_t na,
				 const struct stats_group *b, size_t nb,
				 double level, gsl_rng *rng);

/* Wilcoxon signed rank, two-sided p; exact to n = 25, zeros dropped. */
double stats_wilcoxon(const double *x, size_t n);

/* Holm: turns @p in place into adjusted values. */
void stats_holm(double *p, size_t n);

/* A power law y = c * x^e by least squares of the logs; interval of e. */
struct interval stats_exponent(const double *x, const double *y, size_t n);

#endif
