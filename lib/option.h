/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Does the running kernel have what an option of Kconfig stands for?  Found by
 * asking for the thing in the caller's network namespace, in which nothing is
 * left of that: /proc/config.gz is seldom there, and a module counts if it can
 * be loaded.
 */
#ifndef OPTION_H
#define OPTION_H

#include "topo_list.h"

/*
 * @option is a full name, "CONFIG_VETH".  1: the kernel has it, 0: it has not,
 * -ENOENT: not one of those this file knows to ask for, else -errno.
 */
int option_has(const char *option) __attribute__((warn_unused_result));

/*
 * From now on a process and its children ask the kernel once for each option,
 * all together.  0 or -errno.
 */
int option_share(void) __attribute__((warn_unused_result));

/* The option that @step cannot do without; NULL: none that is known here. */
const char *option_of_step(const struct topo_step *step);

#endif
