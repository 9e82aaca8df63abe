/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "--vm KERNEL [--vm-...] [SUBCOMMAND] [OPTION...]": ours, and the guest's. */
#ifndef ARGS_H
#define ARGS_H

#include "util.h"
#include "watch.h"

#include <stdbool.h>

struct args {
	/* Ours. */
	const char *kernel;
	const char *modules;	/* a list (modules.h) */
	const char *append;	/* to the kernel's command line; NULL: nothing */
	bool vng;		/* boot it with virtme-ng */
	unsigned int memory;	/* MiB; 0: as much as is likely to be needed */
	struct watch_limits limits;	/* 0: as the machine's kind has it */

	/* The guest's, with paths made absolute. */
	char *home;		/* the folder of the runner */
	char *build;		/* of the programs: --build, or the same */
	char *results;		/* the parent of the run's folder */
	struct strv words;	/* a subcommand, then its options but for these */
	struct strv files;	/* which those options name */
};

/* A wrong one ends us with 2. */
void args_parse(struct args *args, int argc, char **argv);

void args_free(struct args *args);

#endif
