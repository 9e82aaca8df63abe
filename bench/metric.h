/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is compared: a quantity of a workload over a path, or of one path over
 * another ("bridge/direct"), one value a round.  The table in metric.c says how
 * much worse each may get (its margin), and which of them gate.
 *
 * Values, margins and noise are natural logarithms, so that a difference is a
 * ratio; metric_percent() turns one into percent.
 */
#ifndef METRIC_H
#define METRIC_H

#include <stdio.h>

#include "result.h"
#include "stats.h"

/* The paths of the gate: its ratio, and what must be equal to be valid. */
#define METRIC_DIRECT	"direct"
#define METRIC_AGAIN	"direct-again"
#define METRIC_BRIDGE	"bridge"

/* What told the noise that is built in. */
#define METRIC_NOISE_COMMAND	"make bench-noise"

enum metric_what {
	METRIC_P1, METRIC_P50, METRIC_P99,	/* ns: less is better */
	METRIC_RATE,				/* bytes/s: more is better */
};

struct metric {
	char name[320];		/* "tcp_rr.p1:bridge/direct" */
	const char *workload, *path;	/* belong to the results */
	const char *over;	/* the path it is divided by; NULL: none */
	unsigned int pods;	/* of a cost; 0: none */
	enum metric_what what;
	double margin;
	double noise;		/* sd between runs of the same */
	unsigned int noise_runs;	/* how many told it; 0: it is assumed */
	bool noise_measured;	/* by the caller; else it is built in */
	bool gated;
	bool more_is_better;
};

/*
 * Those that any run of @a or @b (NULL: none) has a sample of, good or not, for
 * free(3): gated ones first, then by name.  NULL with *@n 0 if there are none,
 * with errno ENOMEM or 0.
 */
struct metric *metric_list(const struct result_set *a,
			   const struct result_set *b, size_t *n);

struct metric_values {
	double *log;		/* one a round in which it was measured */
	size_t n;
	unsigned int failed;	/* samples that are errors */
	unsigned int disturbed;	/* rounds that no undisturbed sample has */
};

/*
 * Of each round the first good sample that was not disturbed counts, else the
 * last good one: which of them does not depend on what they say.  Both paths
 * of a ratio are of one round.  0 or -ENOMEM; free(3) .log.
 */
int metric_values(const struct metric *metric, const struct result *run,
		  struct metric_values *values)
	__attribute__((warn_unused_result));

/* Its 95 % interval in one run; all NaN if the run has no value of it. */
struct interval metric_interval(const struct metric *metric,
				const struct result *run);

/* e^@log - 1, in percent. */
double metric_percent(double log);

/* @log with its unit ("13.6 us", "22.1 Gbit/s"; a ratio is "1.213"). */
void metric_format(const struct metric *metric, double log, char text[32]);

/*
 * Is the run fit to compare?  Not if its two equal paths differ: if the whole
 * interval of TCP round trips (p1), direct-again over direct, lies beyond half
 * the margin.  @again is that interval, NaN if it was not measured.
 */
bool metric_valid(const struct result *run, struct interval *again);

/* Does every gated metric have an interval of at most the margin's width? */
bool metric_precise(const struct result *run);

/* A table of the run with intervals, for people; returns metric_valid(). */
bool metric_summary(FILE *file, const struct result *run);

#endif
