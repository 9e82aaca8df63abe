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
#include <stdlib.h>
#include <string.h>

/* Results wait for the plan, which has to stand before them. */
struct tap {
	FILE *file;
	char *text;
	size_t len;
	int n, failed;
	const char *of;		/* what the claims are about, where it changes */
};

/*
 * The runner asks programs for their tests (--list) and for the rows of its
 * plan that they cover (--plan: @row, a tab, the claim; NULL: none).  Here a
 * program is taken as a whole.  True: it was only asked.
 */
static inline bool tap_asked(int argc, char **argv, const char *row)
{
	if (argc < 2 || (strcmp(argv[1], "--plan") && strcmp(argv[1], "--list")))
		return false;
	if (row && !strcmp(argv[1], "--plan"))
		puts(row);
	return true;
}

static inline FILE *tap_file(struct tap *tap)
{
	if (!tap->file)
		tap->file = open_memstream(&tap->text, &tap->len);
	if (!tap->file)
		abort();
	return tap->file;
}

/* One claim; what is wanted and what came, as a diagnostic, if it is not so. */
__attribute__((format(printf, 4, 5)))
static inline bool tap_ok(struct tap *tap, bool ok, const char *claim,
			  const char *fmt, ...)
{
	FILE *file = tap_file(tap);
	va_list args;

	tap->n++;
	tap->failed += !ok;
	if (!ok) {
		fputs("# ", file);
		va_start(args, fmt);
		vfprintf(file, fmt, args);
		va_end(args);
		putc('\n', file);
	}
	fprintf(file, "%s %d %s%s%s\n", ok ? "ok" : "not ok", tap->n,
		tap->of ? tap->of : "", tap->of ? ": " : "", claim);
	return ok;
}

static inline void tap_skip(struct tap *tap, const char *claim, const char *why)
{
	fprintf(tap_file(tap), "ok %d %s # SKIP %s\n", ++tap->n, claim, why);
}

/* Prints it all; the exit code for main() to return. */
static inline int tap_done(struct tap *tap)
{
	fclose(tap_file(tap));
	printf("TAP version 13\n1..%d\n%s", tap->n, tap->text);
	free(tap->text);
	return tap->failed || !tap->n;
}

#endif
