/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --rerun-failed: an earlier run's failures as what this one is made of. */
#ifndef RERUN_H
#define RERUN_H

#include "options.h"

#include <stdbool.h>

/*
 * Turns .filters and .collections into what failed in the run that @options
 * name, as far as they took it: tests, and programs that failed by themselves.
 * What that run, or a gate there, did not count as failed is not run again.
 * Returns false if that is nothing; a run that cannot be read ends the runner
 * with 2.
 */
bool rerun_select(struct options *options) __attribute__((warn_unused_result));

#endif
