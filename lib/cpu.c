// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "cpu.h"

#include <errno.h>
#include <stddef.h>

int cpu_pin(cpu_set_t *saved)
{
	cpu_set_t one;
	int cpu = sched_getcpu();

	if (cpu < 0)
		return -errno;
	if (saved && sched_getaffinity(0, sizeof(*saved), saved) < 0)
		return -errno;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) < 0 ? -errno : 0;
}
