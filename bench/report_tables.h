/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The tables of the page: all that its pictures show, as numbers. */
#ifndef REPORT_TABLES_H
#define REPORT_TABLES_H

#include <stdio.h>

#include "result.h"

/* A row a run: "#3" elsewhere on the page is the third of these. */
void report_runs(FILE *file, const struct result_set *set);

/* What failed, was disturbed or was left out. */
void report_troubles(FILE *file, const struct result_set *set);

/* Every metric of the newest run that has it. */
void report_numbers(FILE *file, const struct result_set *set);

/* The machine; where runs differ, whose value is whose. */
void report_env(FILE *file, const struct result_set *set);

#endif
