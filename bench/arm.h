/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What can be measured: a workload over a path, or the cost of an operation. */
#ifndef ARM_H
#define ARM_H

#include "cost.h"
#include "workload.h"

struct arm {
	const struct workload *workload;	/* or .cost */
	const struct path_desc *path;
	const struct cost *cost;
	unsigned int pods;		/* that stand beside it; of costs only */
	char why[256];			/* left out, and why; "": it is not */
};

/* Which of them; presets are those of run's options. */
enum preset { PRESET_GATE, PRESET_QUICK, PRESET_FULL };

struct arm_choice {
	enum preset preset;
	char *const *workloads, *const *paths;	/* globs, NULL: the preset's */
};

const char *preset_name(enum preset preset);
const char *arm_workload(const struct arm *arm);
const char *arm_path(const struct arm *arm);

/* Those of @choice, for free(3), and how many; NULL with 0: none. */
struct arm *arm_select(const struct arm_choice *choice, size_t *n);

/* {"workload", "path", "pods"} as protocol and samples have them. */
json_t *arm_json(const struct arm *arm);

#endif
