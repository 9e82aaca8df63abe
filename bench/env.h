/* SPDX-License-Identifier: GPL-2.0-or-later */
/* On what a run was made: what decides whether two runs can be compared. */
#ifndef BENCH_ENV_H
#define BENCH_ENV_H

#include <jansson.h>

/* The "env" object of results/README.md; NULL without memory. */
json_t *env_json(void) __attribute__((warn_unused_result));

/*
 * "tcg", "uml" ... where time is not the machine's own, so that a bench says
 * nothing; NULL where it is.
 */
const char *env_emulated(void);

#endif
