/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The end of a run: what failed, what was skipped and why, and the totals. */
#ifndef REPORT_SUMMARY_H
#define REPORT_SUMMARY_H

#include "report.h"

/* Adds it to @buf, to the last line. */
void report_summary(const struct report_desc *desc, struct buf *buf);

/* A line of comment. */
void report_line(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
