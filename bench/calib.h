/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of the machine around a sample: figures that no network code
 * changes, and counters of the kernel that say what the sample cost.
 */
#ifndef CALIB_H
#define CALIB_H

#include <jansson.h>
#include <stdbool.h>

struct calib {
	double core_ns;		/* core-to-core cache-line round trip; 0: 1 CPU */
	double alu_ns;		/* an iteration of a dependent ALU loop */
	double copy_ns;		/* memcpy of 1 KiB */
	double steal;		/* s that the hypervisor took from all CPUs since
				   boot; 0: not counted */
};

/* Takes about 10 ms.  0 or -errno. */
int calib_take(struct calib *calib) __attribute__((warn_unused_result));
json_t *calib_json(const struct calib *before, const struct calib *after);

/* Did placement or clock change so much between the two that it shows? */
bool calib_disturbed(const struct calib *before, const struct calib *after);

#endif
