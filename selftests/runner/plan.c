// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * plan: each row of the test plan with the tests that cover it, and on which
 * kernels those were seen to pass and to fail, from the results at hand.
 */
#define _GNU_SOURCE
#include "cmd.h"
#include "faults.h"
#include "options.h"
#include "plan_rows.h"
#include "program.h"

#include <dirent.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Kernels are letters in the table. */
#define KERNELS_MAX	26

struct test {
	char *name;			/* PROG:FIXTURE.VARIANT.TEST */
	unsigned int passed, failed;	/* a bit a kernel */
};

struct row {
	char *name;
	const struct plan_row *plan;	/* NULL: beyond the plan */
	size_t *tests;
	size_t nr_tests;
};

struct plan {
	struct options common;
	struct strv only;		/* globs of rows; none: all */
	bool all_tests, brief;
	struct row *rows;
	size_t nr_rows;
	struct test *tests;
	size_t nr_tests;
	struct strv kernels;
};

static struct row *find_row(struct plan *p, const char *name)
{
	const struct plan_row *plan = plan_rows;
	struct row *row;
	size_t i;

	for (i = 0; i < p->nr_rows; i++) {
		if (!strcmp(p->rows[i].name, name))
			return &p->rows[i];
	}
	p->rows = xgrow(p->rows, i, i + 1, sizeof(*p->rows));
	row = &p->rows[p->nr_rows++];
	row->name = xasprintf("%s", name);
	while (plan->name && strcmp(plan->name, name))
		plan++;
	row->plan = plan->name ? plan : NULL;
	return row;
}

/* The index of a test, or that of a new one if @add, or -1. */
static long find_test(struct plan *p, const char *name, bool add)
{
	size_t i;

	for (i = 0; i < p->nr_tests; i++) {
		if (!strcmp(p->tests[i].name, name))
			return i;
	}
	if (!add)
		return -1;
	p->tests = xgrow(p->tests, i, i + 1, sizeof(*p->tests));
	p->tests[p->nr_tests++].name = xasprintf("%s", name);
	return i;
}

/* "claim 17<TAB>loopback.loopback.up_alone_gives" */
static void add_line(struct plan *p, const struct program *program,
		     const char *line)
{
	const char *tab = strchr(line, '\t');
	char *name, *test;
	struct row *row;

	if (!tab)
		die("%s --plan: %s", program->path, line);
	name = xasprintf("%.*s", (int)(tab - line), line);
	test = xasprintf("%s:%s", program->name, tab + 1);
	row = find_row(p, name);
	row->tests = xgrow(row->tests, row->nr_tests, row->nr_tests + 1,
			   sizeof(*row->tests));
	row->tests[row->nr_tests++] = find_test(p, test, true);
	free(test);
	free(name);
}

static void load(struct plan *p)
{
	struct program_desc desc = {
		.build = p->common.build,
		.collections = &p->common.collections,
		.filters = &p->common.filters,
		.parallel = p->common.jobs,
	};
	const struct plan_row *row;
	struct program_list list;
	struct strv *lines;
	size_t i, j;

	for (row = plan_rows; row->name; row++)
		find_row(p, row->name);
	program_list_load(&list, &desc);
	lines = program_list_ask(&list, "--plan", desc.parallel);
	for (i = 0; i < list.nr; i++) {
		for (j = 0; j < lines[i].nr; j++)
			add_line(p, &list.v[i], lines[i].v[j]);
		strv_free(&lines[i]);
	}
	free(lines);
	program_list_free(&list);
}

/* A file of the results, NULL if it is not there. */
static char *read_file(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name), *text = NULL;
	FILE *file = fopen(path, "re");
	size_t size = 0;

	if (file && getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = NULL;
	}
	if (file)
		fclose(file);
	free(path);
	return text;
}

/* The bit of the kernel that the results in @dir come from; 0: not known. */
static unsigned int kernel_of(struct plan *p, const char *dir)
{
	char *text = read_file(dir, "env.json");
	json_t *env = text ? json_loads(text, 0, NULL) : NULL;
	const char *kernel = json_string_value(json_object_get(env, "kernel"));
	size_t i = 0;

	while (kernel && i < p->kernels.nr &&
	       strcmp(p->kernels.v[i], kernel))
		i++;
	if (kernel && i == p->kernels.nr && i < KERNELS_MAX)
		strv_addf(&p->kernels, "%s", kernel);
	json_decref(env);
	free(text);
	return kernel && i < p->kernels.nr ? 1u << i : 0;
}

/* In run.tap: "# selftests: netns: PROG", then "# ok 3 TEST" of it. */
static void take_passes(struct plan *p, char *text, unsigned int kernel)
{
	char *line, *next = text, *program = NULL, *name, *end;
	long test;

	while ((line = strsep(&next, "\n"))) {
		if (!strncmp(line, "# selftests: ", 13)) {
			program = strstr(line + 13, ": ");
			continue;
		}
		if (!program || strncmp(line, "# ok ", 5) ||
		    strstr(line, " # SKIP") || strstr(line, " # XFAIL"))
			continue;
		strtoul(line + 5, &end, 10);
		name = xasprintf("%s:%s", program + 2, end + strspn(end, " "));
		test = find_test(p, name, false);
		if (test >= 0)
			p->tests[test].passed |= kernel;
		free(name);
	}
}

/* In killed.txt of prove: "PROG:TEST<TAB>FAULT". */
static void take_kills(struct plan *p, char *text, unsigned int kernel)
{
	char *line, *next = text;
	long test;

	while ((line = strsep(&next, "\n"))) {
		line[strcspn(line, "\t")] = '\0';
		test = find_test(p, line, false);
		if (test >= 0)
			p->tests[test].failed |= kernel;
	}
}

static void take_results(struct plan *p, const char *dir)
{
	unsigned int kernel = kernel_of(p, dir);
	char *tap = read_file(dir, "run.tap");
	char *killed = read_file(dir, "killed.txt");

	if (kernel && tap)
		take_passes(p, tap, kernel);
	if (kernel && killed)
		take_kills(p, killed, kernel);
	free(killed);
	free(tap);
}

/* Every folder of a run; "latest" is one of those again. */
static void load_results(struct plan *p)
{
	struct dirent **entries;
	char *dir;
	int n, i;

	n = scandir(p->common.results, &entries, NULL, alphasort);
	for (i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.' &&
		    strcmp(entries[i]->d_name, "latest")) {
			dir = xasprintf("%s/%s", p->common.results,
					entries[i]->d_name);
			take_results(p, dir);
			free(dir);
		}
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
}

static const char *letters(unsigned int kernels, char buf[KERNELS_MAX + 1])
{
	size_t n = 0;
	int i;

	for (i = 0; i < KERNELS_MAX; i++) {
		if (kernels & (1u << i))
			buf[n++] = 'a' + i;
	}
	if (!n)
		buf[n++] = '-';
	buf[n] = '\0';
	return buf;
}

static const char * const verdicts[] = {
	[PLAN_NONE] = "", [PLAN_TRUE] = "true", [PLAN_NUANCE] = "nuance",
	[PLAN_FALSE] = "false",
};

/* Behind fixture and variant, which tests of the harness have. */
static const char *test_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	return (dot ? dot : strchr(name, ':')) + 1;
}

/* Other variants of a test named before say nothing new to a reader. */
static bool is_variant_of(const char *a, const char *b)
{
	return !strcmp(test_of(a), test_of(b)) && strchr(a, ':') - a ==
	       strchr(b, ':') - b && !strncmp(a, b, strcspn(a, ":"));
}

/* PROG:TEST, without fixture and variant. */
static void print_test(const char *name)
{
	printf("    %.*s:%s", (int)strcspn(name, ":"), name, test_of(name));
}

/* Was this test of the row named before, if but in another variant? */
static bool is_named(const struct plan *p, const struct row *row, size_t i)
{
	size_t j;

	for (j = 0; j < i; j++) {
		if (is_variant_of(p->tests[row->tests[j]].name,
				  p->tests[row->tests[i]].name))
			return true;
	}
	return false;
}

static void print_tests(const struct plan *p, const struct row *row)
{
	const char *name;
	size_t i, more = 0;

	for (i = 0; i < row->nr_tests; i++) {
		name = p->tests[row->tests[i]].name;
		if (p->all_tests) {
			printf("    %s\n", name);
		} else if (is_named(p, row, i)) {
			continue;
		} else if (p->brief && i) {
			more++;
		} else {
			print_test(name);
			if (!p->brief)
				putchar('\n');
		}
	}
	if (more)
		printf(" (and %zu more)", more);
	if (p->brief && !p->all_tests)
		putchar('\n');
}

/* Faults say in lib/faults.c what they are. */
static const char *text_of(const struct row *row)
{
	const struct fault *fault;

	if (row->plan && row->plan->text)
		return row->plan->text;
	fault = strncmp(row->name, "fault ", 6) ? NULL :
		fault_find(row->name + 6);
	return fault ? fault->text : "";
}

/* A row passes, or was seen to fail, where all of its tests were. */
static void print_row(const struct plan *p, const struct row *row)
{
	unsigned int passed = ~0u, failed = ~0u;
	char pass[KERNELS_MAX + 1], fail[KERNELS_MAX + 1];
	const char *verdict;
	size_t i;

	for (i = 0; i < row->nr_tests; i++) {
		passed &= p->tests[row->tests[i]].passed;
		failed &= p->tests[row->tests[i]].failed;
	}
	if (!row->nr_tests)
		passed = failed = 0;
	verdict = verdicts[row->plan ? row->plan->verdict : PLAN_NONE];
	printf("%s%s%s", row->name, *verdict ? " " : "", verdict);
	if (!p->brief)
		printf(" [pass %s, fail %s]", letters(passed, pass),
		       letters(failed, fail));
	printf("%s%s\n", *text_of(row) ? ": " : "", text_of(row));
	if (row->nr_tests)
		print_tests(p, row);
	else
		printf("    NO TEST\n");
}

static bool wanted(const struct plan *p, const char *name)
{
	size_t i;

	for (i = 0; i < p->only.nr; i++) {
		if (!fnmatch(p->only.v[i], name, 0))
			return true;
	}
	return !p->only.nr;
}

static int print(const struct plan *p)
{
	size_t i, rows = 0, empty = 0, beyond = 0;
	const struct row *row;

	for (i = 0; i < p->nr_rows; i++) {
		row = &p->rows[i];
		if (!wanted(p, row->name))
			continue;
		print_row(p, row);
		rows += !!row->plan;
		empty += !row->nr_tests;
		beyond += !row->plan;
	}
	for (i = 0; !p->brief && i < p->kernels.nr; i++)
		printf("kernel %c: %s\n", 'a' + (int)i, p->kernels.v[i]);
	if (!p->brief || empty)
		printf("%zu rows, %zu without a test; %zu more that tests name\n",
		       rows, empty, beyond);
	return !!empty;
}

static void free_all(struct plan *p)
{
	size_t i;

	for (i = 0; i < p->nr_rows; i++) {
		free(p->rows[i].name);
		free(p->rows[i].tests);
	}
	for (i = 0; i < p->nr_tests; i++)
		free(p->tests[i].name);
	free(p->rows);
	free(p->tests);
	strv_free(&p->kernels);
	strv_free(&p->only);
	options_free(&p->common);
}

static const struct argp_option plan_options[] = {
	{ "tests", 't', NULL, 0,
	  "Every test and variant by its full name", 1 },
	{ "brief", 'b', NULL, 0,
	  "One test a row, and no kernels: the same on every machine", 1 },
	{ "results", 'R', "DIR", 0,
	  "Where the runs and proofs are (default: results/ of the tree)", 1 },
	{ 0 }
};

static error_t plan_parse(int key, char *arg, struct argp_state *state)
{
	struct plan *p = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &p->common;
		return 0;
	case 't':
		p->all_tests = true;
		return 0;
	case 'b':
		p->brief = true;
		return 0;
	case 'R':
		p->common.results = arg;
		return 0;
	case ARGP_KEY_ARG:
		strv_addf(&p->only, "%s", arg);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp_child plan_children[] = {
	{ &options_select, 0, "Which programs:", 2 },
	{ 0 }
};

static const struct argp plan_argp = {
	.options = plan_options,
	.parser = plan_parse,
	.args_doc = "[ROW...]",
	.doc = "Prints the test plan: the document's claims with their verdict, the faults, "
	       "the errors and the cleanup rules, each with the tests that cover it, and last "
	       "the rows that tests have beyond the plan. ROW is "
	       "a glob (default: all). \"pass\" names the kernels on which all tests of a "
	       "row passed, \"fail\" those on which each was seen to fail (./run.sh prove), "
	       "by the folders in results/.\v"
	       "Examples:\n"
	       "  ./run.sh plan\n"
	       "  ./run.sh plan 'claim *' --brief\n"
	       "  ./run.sh plan 'fault *' --tests\n\n"
	       "Exit code: 0, 1 when a row has no test, 2 usage or a broken set-up.",
	.children = plan_children,
};

int cmd_plan(int argc, char **argv)
{
	struct plan p = {};
	int ret;

	argp_parse(&plan_argp, argc, argv, 0, NULL, &p);
	if (!p.common.collections.nr) {
		strv_addf(&p.common.collections, "netns");
		strv_addf(&p.common.collections, "netns-meta");
	}
	options_defaults(&p.common);
	load(&p);
	load_results(&p);
	ret = print(&p);
	free_all(&p);
	return ret;
}
