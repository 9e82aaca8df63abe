/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SCRATCH_H
#define SCRATCH_H

/*
 * A folder in @parent, which is made, for the files of one guest.  It goes when
 * we exit; that of one who was killed goes when the next begins.
 */
char *scratch_new(const char *parent) __attribute__((warn_unused_result));

/* At once: for a child that has outlived us. */
void scratch_remove(void);

#endif
