/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which files of a kernel's modules a guest loads, by depmod and modprobe. */
#ifndef MODULES_H
#define MODULES_H

#include "kernel.h"
#include "util.h"

/*
 * Adds files to @files in the order in which to load them: those that @list
 * names, a name a line, and what they need.  What is built in or is not of this
 * kernel is passed over.  @scratch: for links and depmod's files.
 */
void modules_find(struct strv *files, const struct kernel *kernel,
		  const char *list, const char *scratch);

#endif
