/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The programs of a build, from its kselftest-list.txt ("netns:creation").
 * Those of collection C are in the folder C beside that list, as kselftest
 * installs them, or where the build puts them (netns: selftests, netns-meta:
 * meta).  A folder's settings file has timeout=SECONDS.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include "util.h"

#include <stdbool.h>

struct program {
	char *collection;
	char *name;
	char *dir;
	char *path;
	unsigned int timeout;	/* seconds */
	struct strv only;	/* tests that are selected; none: all */
};

struct program_list {
	struct program *v;
	size_t nr;
};

struct program_desc {
	const char *build;		/* the folder of kselftest-list.txt */
	const struct strv *collections;
	const struct strv *filters;	/* GLOB or GLOB:TESTGLOB; none: all */
	const char *filters_of;		/* the option; NULL: --filter */
	unsigned int timeout;		/* 0: as settings say */
	unsigned int parallel;		/* when tests must be asked for */
};

/*
 * Lists what @desc selects.  A list that cannot be read or is empty, an
 * unknown collection, and a filter that selects nothing end the runner with 2.
 * Programs that are missing are listed: running them is what fails.
 */
void program_list_load(struct program_list *list,
		       const struct program_desc *desc);

/* Does the filter take the program, or tests of it? */
bool program_matches_filter(const char *program, const char *filter);

/* Do filters (none: all) take that test of that program? */
bool program_takes(const struct strv *filters, const char *program,
		   const char *test);

/* Is it in kselftest-list.txt, in whatever collection? */
bool program_is_listed(const char *build, const char *name);

/*
 * Asks each program (--list, --plan, --topologies: ksft.h); the lines that it
 * prints are in [i] for list->v[i].
 */
struct strv *program_list_ask(const struct program_list *list,
			      const char *option, unsigned int parallel)
	__attribute__((warn_unused_result));

void program_list_free(struct program_list *list);

/* The folder of the runner itself; to be freed. */
char *program_build_dir(void) __attribute__((warn_unused_result));

#endif
