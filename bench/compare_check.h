/* SPDX-License-Identifier: GPL-2.0-or-later */
/* May two results be compared at all?  A part of compare.h. */
#ifndef COMPARE_CHECK_H
#define COMPARE_CHECK_H

#include "compare.h"

/* 0, or -EINVAL with .why; what does not forbid it goes to .notes. */
int compare_check(struct comparison *cmp, const struct compare_desc *desc)
	__attribute__((warn_unused_result));

#endif
