/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Results for people and for their own tools. */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include <stdio.h>

#include "result.h"

struct suite;

/*
 * One page that needs nothing else: pictures by gnuplot, tables, the machine.
 * What several runs have in common it shows of the newest that has it, and each
 * run in the history.  Without gnuplot it says so, on stderr too, and has its
 * tables.  @suite, which may be NULL, stands behind; with it @set may be empty.
 * 0, or -errno of writing.
 */
int report_html(FILE *file, const struct result_set *set,
		const struct suite *suite)
	__attribute__((warn_unused_result));

/*
 * Go's benchmark format, a line a sample, for benchstat: "BenchmarkTcpRR/
 * path=bridge-2 1 13600 p1-ns/op".  Samples that failed are left out.
 */
int export_benchstat(FILE *file, const struct result_set *set)
	__attribute__((warn_unused_result));

/* RFC 4180: a header, then a row a sample, failed ones too. */
int export_csv(FILE *file, const struct result_set *set)
	__attribute__((warn_unused_result));

#endif
