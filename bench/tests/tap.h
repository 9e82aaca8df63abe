/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * TAP for the bench's own tests, which cannot include the kernel's harness: its
 * licence (GPL-2.0-only) does not go with GSL's (GPL-3).
 */
#ifndef BENCH_TAP_H
#define BENCH_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct tap {
	int n, failed;
};

/* One claim; what is wanted and what came, as a diagnostic, if it is not so. */
__attribute__((format(printf, 4, 5)))
static inline bool tap_ok(struct tap *tap, bool ok, const char *claim,
			  const char *fmt, ...)
{
	va_list args;

	tap->n++;
	tap->failed += !ok;
	if (!ok) {
		fputs("# ", stdout);
		va_start(args, fmt);
		vprintf(fmt, args);
		va_end(args);
		putchar('\n');
	}
	printf("%s %d %s\n", ok ? "ok" : "not ok", tap->n, claim);
	fflush(stdout);
	return ok;
}

static inline void tap_skip(struct tap *tap, const char *claim, const char *why)
{
	printf("ok %d %s # SKIP %s\n", ++tap->n, claim, why);
	fflush(stdout);
}

/* The plan, and the exit code for main() to return. */
static inline int tap_done(const struct tap *tap)
{
	printf("1..%d\n", tap->n);
	return tap->failed || !tap->n;
}

#endif
