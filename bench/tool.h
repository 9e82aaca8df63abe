/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What another program prints: gnuplot a plot, gzip a kernel's configuration. */
#ifndef BENCH_TOOL_H
#define BENCH_TOOL_H

#include <stddef.h>

/*
 * Runs @argv (found in PATH) with @in as its whole input, NULL: none.  What it
 * printed with a NUL behind, to be freed, and its length in @len (may be NULL);
 * NULL with errno: ENOENT it is not installed, EIO it did not exit with 0,
 * ETIMEDOUT it was killed after 30 s.
 */
char *tool_run(const char *const *argv, const char *in, size_t *len)
	__attribute__((warn_unused_result));

#endif
