// SPDX-License-Identifier: GPL-2.0-or-later
/* export: a recorded run in the form that a dashboard takes. */
#include "cmd.h"

#include "sidefiles.h"

#include <argp.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct export {
	const struct sidefile *sidefile;
	const char *run;
	char *results;
};

enum { OPT_RESULTS = 0x100 };

static const struct argp_option export_options[] = {
	{ "results", OPT_RESULTS, "DIR", 0,
	  "Where the latest run is (default: results/ of the tree)", 0 },
	{ 0 }
};

static const struct sidefile *format_find(const char *format)
{
	const struct sidefile *sidefile;

	for (sidefile = sidefiles; sidefile->format; sidefile++) {
		if (!strcmp(sidefile->format, format))
			return sidefile;
	}
	return NULL;
}

static error_t export_argument(struct export *export, char *arg,
			       struct argp_state *state)
{
	if (state->arg_num > 1)
		argp_error(state, "%s: one run at a time", arg);
	if (state->arg_num == 1) {
		export->run = arg;
		return 0;
	}
	export->sidefile = format_find(arg);
	if (!export->sidefile)
		argp_error(state, "no format %s: --help lists them", arg);
	return 0;
}

static error_t export_parse(int key, char *arg, struct argp_state *state)
{
	struct export *export = state->input;

	switch (key) {
	case OPT_RESULTS:
		if (!*arg)
			argp_error(state, "--results: an empty name");
		export->results = arg;
		return 0;
	case ARGP_KEY_ARG:
		return export_argument(export, arg, state);
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "which format? --help lists them");
		return EINVAL;
	}
	return ARGP_ERR_UNKNOWN;
}

/* The formats are a table: --help has them from there. */
static char *help_filter(int key, const char *text, void *input)
{
	const struct sidefile *sidefile;
	struct buf buf = {};

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC)
		return (char *)text;
	buf_addf(&buf, "Formats, and the file of the run's folder that is the same:\n");
	for (sidefile = sidefiles; sidefile->format; sidefile++)
		buf_addf(&buf, "  %-12s %-16s %s\n", sidefile->format,
			 sidefile->file, sidefile->help);
	buf_addf(&buf, "%s", text);
	buf_add(&buf, "", 1);
	return buf.data;
}

static const struct argp export_argp = {
	.options = export_options, .parser = export_parse,
	.args_doc = "FORMAT [RUN]",
	.doc = "Prints a recorded run (a folder in results/, or its run.json; default: the latest) as readers other than ours take it."
	       "\v\nExamples:\n"
	       "  ./run.sh export junit\n"
	       "  ./run.sh export lava results/20260102T030405Z-6.12.0\n\n"
	       "Exit code: 0, or 2 when there is no such run, or its record is damaged.",
	.help_filter = help_filter,
};

int cmd_export(int argc, char **argv)
{
	struct export export = { .results = getenv("NETNS_RESULTS") };
	struct entries entries;
	struct record *record;
	char why[RECORD_WHY], *latest;
	struct buf buf = {};

	argp_parse(&export_argp, argc, argv, 0, NULL, &export);
	latest = xasprintf("%s/latest",
			   export.results && *export.results ? export.results :
							       "results");
	record = record_read(export.run ? export.run : latest, why);
	if (!record)
		die("%s", why);
	free(latest);
	entries_make(&entries, record);
	export.sidefile->add(&entries, &buf);
	if (buf.len)
		fwrite(buf.data, 1, buf.len, stdout);
	buf_free(&buf);
	entries_free(&entries);
	record_free(record);
	return 0;
}
