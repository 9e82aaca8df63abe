/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options that select programs and run them, shared by subcommands. */
#ifndef OPTIONS_H
#define OPTIONS_H

#include "known.h"
#include "util.h"

#include <argp.h>
#include <stdbool.h>

struct options {
	char *build;		/* absolute */
	const char *results;	/* NULL: as the environment says */
	struct strv collections;
	struct strv filters;
	unsigned int jobs;
	unsigned int repeat;
	unsigned int timeout;	/* 0: as settings say */
	bool expect_mainline;

	const char *known;	/* a list of known failures */
	const char *baseline;	/* a run */
	const char *rerun_of;	/* a run; NULL: the latest */
	char *rerun_from;	/* where that is, in words */
	char today[KNOWN_DATE];	/* entries of the list expire by it */
	bool strict;
	bool rerun_failed;
};

/* argp children: their input is a struct options. */
extern const struct argp options_select;	/* build, collection, filter */
extern const struct argp options_run;		/* jobs, repeat, timeout, ... */
extern const struct argp options_gate;		/* known, strict, baseline, ... */

/* All three, in groups; at ARGP_KEY_INIT they are given their input. */
extern const struct argp_child options_children[];
void options_init(struct options *options, struct argp_state *state);

/* For those that have these children and take no argument. */
error_t options_no_argument(int key, char *arg, struct argp_state *state);

/* A number from @min to @max, or an error that names the option. */
unsigned int options_number(struct argp_state *state, const char *option,
			    const char *arg, unsigned int max);

/* Fills in what was not given. */
void options_defaults(struct options *options);
void options_free(struct options *options);

#endif
