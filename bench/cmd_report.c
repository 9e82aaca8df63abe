// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd.h"

#include <argp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "util.h"

static const struct format {
	const char *name;
	int (*print)(FILE *file, const struct result_set *set);
} formats[] = {
	{ "html", report_html },
	{ "csv", export_csv },
	{ "benchstat", export_benchstat },
};

#define NR_FORMATS	(sizeof(formats) / sizeof(*formats))

struct options {
	const struct format *format;
	const char *output;		/* NULL: stdout */
	struct strv args;
};

static const struct argp_option report_options[] = {
	{ "format", 'f', "FORMAT", 0, "html (the default), csv (a row a "
	  "sample) or benchstat (Go's text format, a line a sample)", 0 },
	{ "output", 'o', "FILE", 0, "write there, not to stdout", 0 },
	{ 0 },
};

static void set_format(struct options *o, const char *arg,
		       struct argp_state *state)
{
	size_t i;

	for (i = 0; i < NR_FORMATS; i++) {
		if (!strcmp(formats[i].name, arg)) {
			o->format = &formats[i];
			return;
		}
	}
	argp_error(state, "no format '%s': html, csv or benchstat", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'f':
		set_format(o, arg, state);
		return 0;
	case 'o':
		o->output = arg;
		return 0;
	case ARGP_KEY_ARG:
		strv_addf(&o->args, "%s", arg);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = report_options, .parser = parse,
	.args_doc = "[RESULT...]",
	.doc = "Shows what was measured.\v"
	       "RESULT is a bench.json, a run's folder, or a folder of such; "
	       "without one, all runs in the results folder. The page needs "
	       "nothing but itself.\n\n"
	       "Exit code: 0 written, 2 usage, or a result that cannot be read.",
};

static void read_args(struct result_set *set, const struct options *o)
{
	char why[512];
	size_t i;

	for (i = 0; i < o->args.nr; i++) {
		if (result_set_add(set, o->args.v[i], why))
			die("%s", why);
	}
}

static void print(const struct options *o, const struct result_set *set)
{
	FILE *file = o->output ? fopen(o->output, "we") : stdout;
	const char *name = o->output ? o->output : "stdout";
	int err;

	if (!file)
		die("%s: %m", name);
	err = o->format->print(file, set);
	if (err)
		die("%s: %s", name, strerror(-err));
	if (o->output && fclose(file))
		die("%s: %m", name);
}

int cmd_report(int argc, char **argv)
{
	struct options o = { .format = &formats[0] };
	struct result_set set = { 0 };
	const char *results;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!o.output && o.format == &formats[0] && isatty(STDOUT_FILENO))
		die("a page is not for the terminal: -o FILE, or > FILE");
	results = getenv("NETNS_RESULTS");
	if (!o.args.nr)
		strv_addf(&o.args, "%s", results ? results : "results");
	read_args(&set, &o);
	print(&o, &set);
	result_set_free(&set);
	strv_free(&o.args);
	return BENCH_PASS;
}
