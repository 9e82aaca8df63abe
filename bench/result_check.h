/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The schema of bench.json, as results/README.md tells it. */
#ifndef RESULT_CHECK_H
#define RESULT_CHECK_H

#include <jansson.h>

/* What a file may hold at most: a damaged one must not take all memory. */
#define RESULT_ARMS_MAX		1024
#define RESULT_SAMPLES_MAX	100000
#define RESULT_BINS_MAX		4096
#define RESULT_NAME_MAX		128

/*
 * 0, or -EINVAL (-ENOMEM) and @why in a line: "@name: samples[12].ns.p50: not a
 * number".
 */
int result_check(const json_t *json, const char *name, char why[512])
	__attribute__((warn_unused_result));

#endif
