// SPDX-License-Identifier: GPL-2.0-or-later
/* compare: did something get slower between two results? */
#include "cmd.h"

#include <argp.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "compare.h"
#include "util.h"

enum { OPT_TAP = 0x100, OPT_JSON, OPT_STRICT, OPT_NOISE, OPT_ALLOW };

/* A change of more than tenfold is a slip of the finger. */
#define MAX_MARGIN	1000

struct options {
	struct compare_desc desc;
	struct compare_margin *margins;
	struct strv globs;
	const char *args[2];	/* base and new */
	unsigned int n_args;
	const char *json, *noise;
	bool tap;
};

static const struct argp_option compare_options[] = {
	{ "metric", 'm', "GLOB", 0,
	  "Only metrics whose name matches, as tcp_rr.p1:* (repeatable)", 1 },
	{ "margin", 'd', "[GLOB=]PERCENT", 0,
	  "How much worse a metric may get (repeatable; default: RR p1 2, p50 5, "
	  "throughput 7)", 1 },
	{ "strict", OPT_STRICT, NULL, 0,
	  "Informational metrics decide as the gated ones do", 1 },
	{ "noise", OPT_NOISE, "DIR", 0,
	  "Runs of one and the same: how far runs differ, instead of what is built in",
	  1 },
	{ "allow", OPT_ALLOW, "WHAT,...", 0,
	  "Compare in spite of another cpu, libiperf or options, several kernels on a "
	  "side, emulated machines, or the same run on both sides", 1 },
	{ "tap", OPT_TAP, NULL, 0, "Print TAP, a line a metric", 2 },
	{ "json", OPT_JSON, "FILE", 0, "Also write it as JSON", 2 },
	{ 0 }
};

static void add_margin(struct argp_state *state, struct options *o, char *arg)
{
	char *equals = strrchr(arg, '='), *end;
	const char *text = equals ? equals + 1 : arg;
	double percent;

	errno = 0;
	percent = strtod(text, &end);
	if (errno || end == text || *end || equals == arg || !(percent > 0) ||
	    percent > MAX_MARGIN)
		argp_error(state, "--margin %s: not [GLOB=]PERCENT above 0, at most %d",
			   arg, MAX_MARGIN);
	if (equals)
		*equals = '\0';
	o->margins = xgrow(o->margins, o->desc.n_margins,
			   o->desc.n_margins + 1, sizeof(*o->margins));
	o->margins[o->desc.n_margins++] = (struct compare_margin){
		.glob = equals ? arg : "*", .percent = percent,
	};
}

static void add_allowed(struct argp_state *state, struct options *o,
			const char *arg)
{
	unsigned int bit;
	size_t len;

	for (;; arg += len + 1) {
		len = strcspn(arg, ",");
		bit = compare_allow(arg, len);
		if (!bit)
			argp_error(state, "--allow %.*s: not cpu, libiperf, options, kernels, emulated or same",
				   (int)len, arg);
		o->desc.allow |= bit;
		if (!arg[len])
			return;
	}
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'm':
		strv_addf(&o->globs, "%s", arg);
		return 0;
	case 'd':
		add_margin(state, o, arg);
		return 0;
	case OPT_STRICT:
		o->desc.strict = true;
		return 0;
	case OPT_NOISE:
		o->noise = arg;
		return 0;
	case OPT_ALLOW:
		add_allowed(state, o, arg);
		return 0;
	case OPT_TAP:
		o->tap = true;
		return 0;
	case OPT_JSON:
		o->json = arg;
		return 0;
	case ARGP_KEY_ARG:
		if (o->n_args == 2)
			argp_error(state, "%s: only BASE and NEW are taken", arg);
		o->args[o->n_args++] = arg;
		return 0;
	case ARGP_KEY_END:
		if (o->n_args < 2)
			argp_error(state, "%s is missing",
				   o->n_args ? "NEW" : "BASE");
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = compare_options, .parser = parse, .args_doc = "BASE NEW",
	.doc = "Compares two results of run.sh bench. BASE and NEW are each a file, a "
	       "run's folder, or a folder of such: better several boots.\v"
	       "Of each metric the change with its 95 % interval: a regression is one "
	       "wholly beyond the margin on the bad side (and p, by Holm, at most "
	       "0.05), a pass one that ends before the margin; else it is inconclusive. "
	       "Better never fails. With fewer than 3 boots on a side the interval "
	       "includes how far runs of the same differ. A run whose own A/A arm "
	       "differs by more than half the margin is invalid and left out.\n\n"
	       "Gated are TCP round trips at the low end (tcp_rr.p1), direct, bridged "
	       "and the ratio of both; all else informs.\n\n"
	       "Examples:\n"
	       "  ./run.sh compare results/6.12 results/6.18\n"
	       "  ./run.sh compare old/bench.json new/bench.json --margin 'tcp_rr.p1:*=3'\n"
	       "  ./run.sh compare old new --metric 'pod_*' --strict\n\n"
	       "Exit code: 0 pass, 1 regression, 2 usage, or not to be compared, 3 "
	       "inconclusive, missing or invalid, 4 nothing to compare.",
};

/* A reader of TAP must see that there is no result, and not only its absence. */
static int refuse(const struct options *o, const char *why)
{
	if (o->tap)
		printf("TAP version 13\nBail out! %s\n", why);
	fprintf(stderr, "run.sh compare: %s\n", why);
	return BENCH_ERROR;
}

/* Whole or not at all, as results are. */
static void write_json(const struct options *o, const struct comparison *cmp)
{
	char *new = xasprintf("%s.new", o->json);
	json_t *json = compare_json(cmp);

	if (!json)
		die("out of memory");
	if (json_dump_file(json, new, JSON_INDENT(2)) || rename(new, o->json)) {
		unlink(new);
		die("--json %s: %m", o->json);
	}
	json_decref(json);
	free(new);
}

static int compare(const struct options *o)
{
	struct comparison cmp;
	int err = compare_make(&cmp, &o->desc), code;

	if (err) {
		code = refuse(o, *cmp.why ? cmp.why : strerror(-err));
		compare_free(&cmp);
		return code;
	}
	if (o->tap)
		compare_tap(stdout, &cmp);
	else
		compare_table(stdout, &cmp);
	if (o->json)
		write_json(o, &cmp);
	code = cmp.code;
	compare_free(&cmp);
	return code;
}

/* Reads all, compares, and lets go of what was read. */
static int read_and_compare(struct options *o)
{
	struct result_set sets[3] = { 0 };
	const char * const args[] = { o->args[0], o->args[1], o->noise };
	char why[512] = "";
	int code = BENCH_ERROR;
	size_t i, n = o->noise ? 3 : 2;

	for (i = 0; i < n; i++)
		if (result_set_read(&sets[i], args[i], why))
			break;
	o->desc.base = &sets[0];
	o->desc.new = &sets[1];
	o->desc.noise = o->noise ? &sets[2] : NULL;
	code = i == n ? compare(o) : refuse(o, why);
	while (i--)
		result_set_free(&sets[i]);
	return code;
}

int cmd_compare(int argc, char **argv)
{
	struct options o = { 0 };
	int code;

	argp_parse(&argp, argc, argv, 0, NULL, &o);
	o.desc.globs = o.globs.v;
	o.desc.margins = o.margins;
	code = read_and_compare(&o);
	strv_free(&o.globs);
	free(o.margins);
	return code;
}
