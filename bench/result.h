/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench.json: one run on one boot.  results/README.md documents the schema,
 * result_read() enforces it.
 */
#ifndef RESULT_H
#define RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define RESULT_SCHEMA	"netns-bench/1"

/* Exact quantiles of the sample's n observations, ns. */
struct result_ns {
	double min, p1, p25, p50, p90, p99, p999, max;
};

struct result_bin {
	double low;		/* ns; up to the next one's */
	double count;
};

struct sample {
	const char *workload, *path;	/* belong to the run's json */
	const char *error;	/* NULL: it is good */
	unsigned int round, pos, pods;
	double secs, bytes, n;	/* -1: not measured */
	bool has_ns, disturbed;
	struct result_ns ns;
	struct result_bin *hist;	/* n_hist; NULL: none */
	size_t n_hist;
	json_t *json;		/* the whole, borrowed */
};

struct result {
	char *file;		/* for messages */
	json_t *json;
	const char *run_id, *boot_id, *partial;	/* .partial NULL: it is whole */
	const char *start;	/* ISO 8601, UTC */
	json_t *env, *protocol;	/* borrowed */
	struct sample *samples;
	size_t n;
};

/*
 * Reads one file.  0, or -errno (-EINVAL: not such a file, damaged, cut, or of
 * another schema) and @why in a line that names file, place and cause.
 */
int result_read(struct result *result, const char *file, char why[512])
	__attribute__((warn_unused_result));

/* The same from memory; @name stands for the file. */
int result_parse(struct result *result, const char *name, const char *text,
		 size_t len, char why[512])
	__attribute__((warn_unused_result));

/* The same of what has just been made; takes over the reference to @json. */
int result_from_json(struct result *result, const char *name, json_t *json,
		     char why[512]) __attribute__((warn_unused_result));

void result_free(struct result *result);

/* What compare and report are given. */
struct result_set {
	struct result *runs;	/* by start */
	size_t n;
};

/*
 * @arg is a file, a run's folder (its bench.json), or a folder of such.  One
 * bad file fails the set.
 */
int result_set_read(struct result_set *set, const char *arg, char why[512])
	__attribute__((warn_unused_result));

/* The same into a set that has some; it stays to be freed in any case. */
int result_set_add(struct result_set *set, const char *arg, char why[512])
	__attribute__((warn_unused_result));
void result_set_free(struct result_set *set);

/*
 * Checks and writes @json as @file, whole or not at all (rename); -EEXIST where
 * that is a device, a link or a folder.
 */
int result_write(json_t *json, const char *file, char why[512])
	__attribute__((warn_unused_result));

#endif
