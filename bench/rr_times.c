// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "rr_times.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define BINS_BITS	6

static int compare(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

void rr_sort(uint32_t *ns, size_t n)
{
	qsort(ns, n, sizeof(*ns), compare);
}

/*
 * In thousandths, so that no rounding of q * n can skip a rank: 0.999 * 1000
 * is more than 999 in binary.
 */
static double rank(const uint32_t *sorted, size_t n, unsigned int permille)
{
	size_t k = (n * permille + 999) / 1000;

	return sorted[k ? k - 1 : 0];
}

void rr_quantiles(const uint32_t *sorted, size_t n, struct result_ns *ns)
{
	*ns = (struct result_ns){
		.min = sorted[0],
		.p1 = rank(sorted, n, 10),
		.p25 = rank(sorted, n, 250),
		.p50 = rank(sorted, n, 500),
		.p90 = rank(sorted, n, 900),
		.p99 = rank(sorted, n, 990),
		.p999 = rank(sorted, n, 999),
		.max = sorted[n - 1],
	};
}

/* The lowest value in the bin of @ns. */
static uint32_t bin_low(uint32_t ns)
{
	int shift = ns ? 31 - __builtin_clz(ns) - BINS_BITS : 0;

	return shift > 0 ? ns >> shift << shift : ns;
}

json_t *rr_hist(const uint32_t *sorted, size_t n)
{
	json_t *hist = json_array();
	uint32_t low;
	size_t i, j;

	for (i = 0; i < n; i = j) {
		low = bin_low(sorted[i]);
		for (j = i + 1; j < n && bin_low(sorted[j]) == low; j++)
			;
		json_array_append_new(hist, json_pack("[I,I]", (json_int_t)low,
						      (json_int_t)(j - i)));
	}
	return hist;
}

int rr_write_raw(const char *file, const uint32_t *ns, size_t n)
{
	uint32_t block[4096];
	size_t i, k, done;
	ssize_t wrote;
	int fd, err = 0;

	fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0)
		return -errno;
	for (i = 0; i < n && !err; i += k) {
		for (k = 0; k < 4096 && i + k < n; k++)
			block[k] = htole32(ns[i + k]);
		for (done = 0; done < 4 * k && !err; done += wrote) {
			wrote = write(fd, (char *)block + done, 4 * k - done);
			if (wrote < 0) {
				err = -errno;
				break;
			}
		}
	}
	if (close(fd) < 0 && !err)
		err = -errno;
	return err;
}
