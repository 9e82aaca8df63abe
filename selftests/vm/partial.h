/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of a run whose guest did not come to write one. */
#ifndef PARTIAL_H
#define PARTIAL_H

#include "args.h"
#include "kernel.h"
#include "machine.h"

#include <time.h>

struct partial_desc {
	const struct args *args;
	const struct kernel *kernel;
	enum machine_kind kind;
	const struct watched *watched;
	time_t start;
	int exit_code;
};

/*
 * run.json and the like, of what came: of run.tap the results of programs, of
 * logs/ what they printed.  It says of itself why it is not whole.
 */
void partial_write(struct results *results, const struct partial_desc *desc);

#endif
