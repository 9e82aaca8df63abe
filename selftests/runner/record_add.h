/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The runner's side of a record: what has just been run becomes part of it. */
#ifndef RECORD_ADD_H
#define RECORD_ADD_H

#include "outcome.h"
#include "program.h"
#include "record.h"

struct record_ran {
	const struct program *program;
	const struct job *job;
	const struct outcome *outcome;
	unsigned int round;	/* 1, or which of the --repeat runs it is */
};

/* Copies all of it.  What is returned is good until the next one is added. */
struct record_program *record_add(struct record *record,
				  const struct record_ran *ran);

#endif
