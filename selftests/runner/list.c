// SPDX-License-Identifier: GPL-2.0-or-later
/* list: the names that --filter takes. */
#include "cmd.h"
#include "options.h"
#include "program.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

struct list_options {
	struct options common;
	bool tests;
};

static const struct argp_option list_argp_options[] = {
	{ "tests", 't', NULL, 0, "Print each program's tests: PROG:TEST", 1 },
	{ 0 }
};

static error_t list_parse(int key, char *arg, struct argp_state *state)
{
	struct list_options *options = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &options->common;
		return 0;
	case 't':
		options->tests = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s: no argument is taken", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child list_children[] = {
	{ &options_select, 0, "Which:", 2 },
	{ 0 }
};

static const struct argp list_argp = {
	.options = list_argp_options,
	.parser = list_parse,
	.doc = "Prints the programs of the suite, one a line, or their tests.\v"
	       "Examples:\n"
	       "  ./run.sh list\n"
	       "  ./run.sh list --tests --filter bridge\n"
	       "  ./run.sh list --collection netns-meta\n\n"
	       "Exit code: 0, or 2 for usage or a broken set-up.",
	.children = list_children,
};

static void print_tests(const struct program *program, const struct strv *tests)
{
	size_t i;

	for (i = 0; i < tests->nr; i++)
		printf("%s:%s\n", program->name, tests->v[i]);
}

int cmd_list(int argc, char **argv)
{
	struct list_options options = {};
	struct program_desc desc = {
		.collections = &options.common.collections,
		.filters = &options.common.filters,
	};
	struct strv *tests = NULL;
	struct program_list list;
	size_t i;

	argp_parse(&list_argp, argc, argv, 0, NULL, &options);
	options_defaults(&options.common);
	desc.build = options.common.build;
	desc.parallel = options.common.jobs;
	program_list_load(&list, &desc);
	if (options.tests)
		tests = program_list_ask(&list, "--list", desc.parallel);
	for (i = 0; i < list.nr; i++) {
		if (!options.tests)
			printf("%s\n", list.v[i].name);
		else if (list.v[i].only.nr)
			print_tests(&list.v[i], &list.v[i].only);
		else
			print_tests(&list.v[i], &tests[i]);
		if (tests)
			strv_free(&tests[i]);
	}
	free(tests);
	program_list_free(&list);
	options_free(&options.common);
	return 0;
}
