/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel complains of while programs run.  Only in a guest (run.sh
 * --vm): there it is nobody else's doing.
 */
#ifndef KMSG_H
#define KMSG_H

#include "util.h"

/* From its present end on; -1: not in a guest, or there is no log. */
int kmsg_open(void);

/*
 * Adds each line since the last call that says that something is wrong in the
 * kernel ("WARNING: CPU: 0 ...", "BUG: ..."), of many the first few.
 */
void kmsg_read(int fd, struct strv *lines);

#endif
