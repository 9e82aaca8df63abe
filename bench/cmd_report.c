// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report.h"
#include "suite.h"
#include "util.h"

static const struct format {
	const char *name;
	int (*print)(FILE *file, const struct result_set *set); /* NULL: html */
} formats[] = {
	{ "html", NULL },
	{ "csv", export_csv },
	{ "benchstat", export_benchstat },
};

#define NR_FORMATS	(sizeof(formats) / sizeof(*formats))

struct options {
	const struct format *format;
	const char *output;		/* NULL: stdout */
	struct strv args;
};

struct report {
	struct result_set set;
	struct suite suite;
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
	       "RESULT is a bench.json, a run's folder, or a folder of such; or "
	       "the folder of a run of the tests, or of a matrix, for their "
	       "table beside it (of several runs the first is what the others "
	       "are held against). Without one: all runs of the bench in the "
	       "results folder, and the newest matrix. The page needs nothing "
	       "but itself.\n\n"
	       "Exit code: 0 written, 2 usage, or a result that cannot be read.",
};

static void read_args(struct report *report, const struct options *o)
{
	char why[512];
	size_t i;
	int ret;

	for (i = 0; i < o->args.nr; i++) {
		ret = suite_add(&report->suite, o->args.v[i], why);
		if (!ret)
			ret = result_set_add(&report->set, o->args.v[i], why);
		if (ret < 0)
			die("%s", why);
	}
	if (o->format->print && suite_has(&report->suite))
		die("--format %s is for results of bench, not for those of tests",
		    o->format->name);
}

static void read_folder(struct report *report, const struct options *o,
			const char *results)
{
	char why[512];
	int err = 0;

	if (!o->format->print)
		err = suite_add_newest(&report->suite, results, why);
	if (err < 0)
		die("%s", why);
	err = result_set_add(&report->set, results, why);
	if (err && (err != -ENOENT || !suite_has(&report->suite)))
		die("%s", why);
}

static int print_as(const struct format *format, FILE *file,
		    const struct report *report)
{
	if (format->print)
		return format->print(file, &report->set);
	return report_html(file, &report->set, &report->suite);
}

static void print(const struct options *o, const struct report *report)
{
	FILE *file = o->output ? fopen(o->output, "we") : stdout;
	const char *name = o->output ? o->output : "stdout";
	int err;

	if (!file)
		die("%s: %m", name);
	err = print_as(o->format, file, report);
	if (err)
		die("%s: %s", name, strerror(-err));
	if (o->output && fclose(file))
		die("%s: %m", name);
}

int cmd_report(int argc, char **argv)
{
	struct options o = { .format = &formats[0] };
	struct report report = { 0 };
	const char *results;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	if (!o.output && o.format == &formats[0] && isatty(STDOUT_FILENO))
		die("a page is not for the terminal: -o FILE, or > FILE");
	results = getenv("NETNS_RESULTS");
	if (o.args.nr)
		read_args(&report, &o);
	else
		read_folder(&report, &o, results ? results : "results");
	suite_compare(&report.suite);
	print(&o, &report);
	result_set_free(&report.set);
	suite_free(&report.suite);
	strv_free(&o.args);
	return BENCH_PASS;
}
