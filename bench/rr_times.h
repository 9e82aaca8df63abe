/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What becomes of round-trip times: quantiles, a histogram, a raw file. */
#ifndef RR_TIMES_H
#define RR_TIMES_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>

#include "result.h"

/* Sorts @ns (@n > 0). */
void rr_sort(uint32_t *ns, size_t n);

/*
 * Quantiles of sorted times, each one of them (nearest rank: the least with at
 * least the q-th part of all at or below it).
 */
void rr_quantiles(const uint32_t *sorted, size_t n, struct result_ns *ns);

/* [[low, count], ...]: 64 bins an octave, so less than 1.6 % wide. */
json_t *rr_hist(const uint32_t *sorted, size_t n);

/* All of them as they came: 32 bits each, little-endian.  0 or -errno. */
int rr_write_raw(const char *file, const uint32_t *ns, size_t n);

#endif
