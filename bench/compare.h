/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Two results, each of one run or of several boots: how much did each metric
 * change, how sure is that, and is it worse by more than its margin?
 */
#ifndef COMPARE_H
#define COMPARE_H

#include "cmd.h"
#include "metric.h"

enum verdict {
	VERDICT_PASS,		/* surely not worse by the margin */
	VERDICT_BETTER,		/* better by the margin, surely */
	VERDICT_REGRESSION,	/* worse by the margin, surely */
	VERDICT_INCONCLUSIVE,
	VERDICT_MISSING,	/* without a value on a side */
};

/* What would be refused, for compare_desc.allow. */
enum {
	COMPARE_ALLOW_CPU = 1 << 0,
	COMPARE_ALLOW_LIBIPERF = 1 << 1,
	COMPARE_ALLOW_OPTIONS = 1 << 2,
	COMPARE_ALLOW_KERNELS = 1 << 3,	/* several on one side */
	COMPARE_ALLOW_EMULATED = 1 << 4,
	COMPARE_ALLOW_SAME = 1 << 5,	/* a run with itself */
};

struct compare_margin {
	const char *glob;	/* of metrics */
	double percent;
};

struct compare_desc {
	const struct result_set *base, *new;
	const struct result_set *noise;	/* runs of the same; NULL: built in */
	char *const *globs;		/* of metrics; NULL: all */
	const struct compare_margin *margins;	/* the last that fits counts */
	size_t n_margins;
	unsigned int allow;		/* COMPARE_ALLOW_* */
	bool strict;		/* informational metrics decide as well */
};

/* A metric on one side. */
struct compare_side {
	double mid;		/* log; NaN: no value */
	unsigned int rounds, failed, disturbed;
};

struct compare_row {
	struct metric metric;	/* .margin and .noise as they were used */
	struct compare_side base, new;
	struct interval change;	/* log of new / base */
	double p, p_holm;	/* that it did not change at all */
	enum verdict verdict;
	bool decides;
};

struct comparison {
	struct compare_row *rows;
	size_t n;
	unsigned int base_boots, new_boots, base_runs, new_runs;
	bool one_boot;		/* fewer than 3 on a side */
	enum bench_exit code;
	char why[512];		/* the code, in words */
	char **notes;		/* what a reader should know; NULL ended */
	size_t n_notes;
};

/*
 * 0; -EINVAL if the two cannot be compared, with .why; -ENOMEM.  To be freed in
 * any case.  @desc's results must live as long as @cmp.
 */
int compare_make(struct comparison *cmp, const struct compare_desc *desc)
	__attribute__((warn_unused_result));
void compare_free(struct comparison *cmp);

const char *compare_verdict(enum verdict verdict);

/* For people; as TAP, a line a metric. */
void compare_table(FILE *file, const struct comparison *cmp);
void compare_tap(FILE *file, const struct comparison *cmp);

/*
 * To be freed: { "schema": "netns-compare/1", "exit", "why", "one_boot", "base":
 * { "runs", "boots" }, "new", "notes": [text], "metrics": [ { "metric",
 * "workload", "path", "over", "pods"?, "gated", "decides", "base": { "value",
 * "rounds", "failed", "disturbed" }, "new", "ratio", "low", "high" (new / base),
 * "margin_percent", "noise_percent", "p", "p_holm", "verdict" } ] }.  Values are
 * ns or bytes a second; what is not known is null.
 */
json_t *compare_json(const struct comparison *cmp)
	__attribute__((warn_unused_result));

/* The bit of @name ("cpu"), 0 if it is none. */
unsigned int compare_allow(const char *name, size_t len);

/* Adds a line to .notes. */
void compare_note(struct comparison *cmp, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
