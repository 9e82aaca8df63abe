// SPDX-License-Identifier: GPL-2.0-or-later
/* show: a topology for people; nothing is built. */
#include "cmd.h"
#include "faults.h"
#include "topo_print.h"
#include "topologies.h"
#include "util.h"

#include <argp.h>
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum form { FORM_BOTH, FORM_IP, FORM_DOT, FORM_ASCII, FORM_STEPS };

enum { OPT_IP = 0x100, OPT_DOT, OPT_ASCII, OPT_STEPS, OPT_FAULT, OPT_FAULTS };

/* Names further from a known one than this are no slip of the finger. */
#define NEAR		3u
#define NAME_SIZE	32u

struct show {
	const char *name;
	const char *fault;		/* as given, or NULL */
	enum form form;
	struct topo_list list;
	struct topo_patch patch;
	const struct fault *row;	/* of the matrix, or NULL */
	bool faults;			/* only list them */
};

static const struct argp_option show_options[] = {
	{ "ip", OPT_IP, NULL, 0,
	  "Only the commands that build it, as a script for a scratch namespace", 1 },
	{ "ascii", OPT_ASCII, NULL, 0, "Only the picture", 1 },
	{ "dot", OPT_DOT, NULL, 0, "A graph for dot(1) of graphviz", 1 },
	{ "steps", OPT_STEPS, NULL, 0,
	  "Only the commands, numbered as --fault has them", 1 },
	{ "fault", OPT_FAULT, "STEP:KIND", 0,
	  "With step STEP left out (omit) or done wrongly (wrong); or with the fault of that name, which brings its topology", 2 },
	{ "faults", OPT_FAULTS, NULL, 0, "List the faults that have a name", 2 },
	{ 0 }
};

/* How many characters to insert, drop or change to make @a of @b. */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int row[NAME_SIZE + 1], i, j, diagonal, up;
	unsigned int n = strlen(b);

	if (n > NAME_SIZE || strlen(a) > NAME_SIZE)
		return NAME_SIZE;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; a[i - 1]; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			up = row[j];
			row[j] = diagonal + (a[i - 1] != b[j - 1]);
			if (up + 1 < row[j])
				row[j] = up + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			diagonal = up;
		}
	}
	return row[n];
}

/* The nearest known name, or NULL. */
static const char *nearest(const char *name)
{
	const struct topology *t;
	const char *best = NULL;
	unsigned int d, least = NEAR;

	if (!strncmp(name, "bridge-", 7) && isdigit((unsigned char)name[7]))
		return "bridge-N";
	for (t = topologies; t->name; t++) {
		d = distance(name, t->name);
		if (d < least) {
			least = d;
			best = t->name;
		}
	}
	return best;
}

static void unknown(struct argp_state *state, const char *name)
{
	const char *best = nearest(name);
	const struct topology *t;
	struct buf text = {};

	if (best && strcmp(best, name))
		buf_addf(&text, "; did you mean %s?", best);
	else
		buf_addf(&text, ".");
	buf_addf(&text, " There are");
	for (t = topologies; t->name; t++)
		buf_addf(&text, "%s %s", t == topologies ? "" : ",", t->name);
	argp_error(state, "no topology '%s'%.*s (N: a number from 1 to %d)",
		   name, (int)text.len, text.data, BRIDGE_PODS_MAX);
	buf_free(&text);
}

/* "forwarding-off": true if that is what it is, and then it is loaded. */
static bool load_row(struct argp_state *state, struct show *show)
{
	int err;

	if (!show->fault || strchr(show->fault, ':'))
		return false;
	show->row = fault_find(show->fault);
	if (!show->row)
		argp_error(state, "no fault '%s': --faults lists them",
			   show->fault);
	if (show->name && strcmp(show->name, show->row->topology))
		argp_error(state, "the fault %s is one of %s", show->fault,
			   show->row->topology);
	show->name = show->row->topology;
	err = fault_load(&show->list, show->row);
	if (err)
		die("%s", strerror(-err));
	return true;
}

/* "7:omit" */
static void parse_fault(struct argp_state *state, struct show *show)
{
	enum topo_fault kind = TOPO_FAULT_OMIT;
	char *end = NULL;
	size_t step = 0;
	int err;

	errno = 0;
	if (isdigit((unsigned char)*show->fault))
		step = strtoul(show->fault, &end, 10);
	if (end && !strcmp(end, ":wrong"))
		kind = TOPO_FAULT_WRONG;
	else if (!end || strcmp(end, ":omit"))
		argp_error(state, "--fault %s: not STEP:omit or STEP:wrong",
			   show->fault);
	err = errno ? -ERANGE : topo_fault_patch(&show->list, step, kind,
						 &show->patch);
	if (err == -ERANGE)
		argp_error(state, "--fault %s: the steps of %s are 0 to %zu",
			   show->fault, show->name, show->list.n - 1);
	else if (err)
		die("%s", strerror(-err));
}

static void load(struct argp_state *state, struct show *show)
{
	int err;

	if (load_row(state, show))
		return;
	if (!show->name) {
		if (show->form != FORM_BOTH || show->fault)
			argp_error(state, "which topology?");
		return;
	}
	err = topology_load(&show->list, show->name);
	if (err == -ENOENT)
		unknown(state, show->name);
	else if (err)
		die("%s", strerror(-err));
	if (show->fault)
		parse_fault(state, show);
}

static void set_form(struct argp_state *state, struct show *show,
		     enum form form)
{
	if (show->form != FORM_BOTH && show->form != form)
		argp_error(state, "only one of --ip, --ascii, --dot and --steps");
	show->form = form;
}

static error_t show_parse(int key, char *arg, struct argp_state *state)
{
	struct show *show = state->input;

	switch (key) {
	case OPT_IP:
		set_form(state, show, FORM_IP);
		return 0;
	case OPT_DOT:
		set_form(state, show, FORM_DOT);
		return 0;
	case OPT_ASCII:
		set_form(state, show, FORM_ASCII);
		return 0;
	case OPT_STEPS:
		set_form(state, show, FORM_STEPS);
		return 0;
	case OPT_FAULT:
		show->fault = arg;
		return 0;
	case OPT_FAULTS:
		show->faults = true;
		return 0;
	case ARGP_KEY_ARG:
		if (show->name)
			argp_error(state, "%s: only one topology", arg);
		show->name = arg;
		return 0;
	case ARGP_KEY_END:
		load(state, show);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp show_argp = {
	.options = show_options,
	.parser = show_parse,
	.args_doc = "[TOPOLOGY]",
	.doc = "Prints a topology as a picture and as the commands that build it, "
	       "or lists all topologies.  Nothing is built."
	       "\v"
	       "In the picture a device without \"down\" is up, and a dotted wire has no "
	       "carrier. Steps are numbered from 0; a step done wrongly keeps the rest "
	       "buildable, one left out need not. --fault also goes to the test programs: "
	       "build/selftests/bridge --fault bridge:7:omit\n\n"
	       "Examples:\n"
	       "  ./run.sh show\n"
	       "  ./run.sh show bridge-3\n"
	       "  ./run.sh show bridge --ip >bridge.sh\n"
	       "  ./run.sh show bridge --dot | dot -Tsvg >bridge.svg\n"
	       "  ./run.sh show p2p --steps\n"
	       "  ./run.sh show p2p --ascii --fault 9:omit\n"
	       "  ./run.sh show --steps --fault forwarding-off\n\n"
	       "Exit code: 0, or 2 for usage.",
};

static void print_topologies(void)
{
	const struct topology *t;

	for (t = topologies; t->name; t++)
		printf("%-15s  %s\n", t->name, t->summary);
}

static void print_faults(void)
{
	const struct fault *row;

	for (row = faults; row->slug; row++)
		printf("%-24s  %s\n", row->slug, row->text);
}

/* Before the list is patched. */
static void print_fault(const struct show *show)
{
	char text[TOPO_TEXT_MAX];

	printf("# With step %zu %s%s: %s\n\n", show->patch.at,
	       show->patch.n_insert ? "done wrongly, " : "",
	       show->patch.text,
	       topo_print_step(&show->list.steps[show->patch.at], text));
}

/* The numbers are those of the list without its patch. */
static void print_steps(const struct show *show)
{
	const struct topo_patch *patch = &show->patch;
	const struct topo_list *list = &show->list;
	char text[TOPO_TEXT_MAX];
	size_t i, more = show->row ? fault_count_steps(show->row->steps) : 0;

	for (i = 0; i < list->n; i++) {
		topo_print_step(&list->steps[i], text);
		if (show->row)
			printf("%4zu%c %s\n", i, i < list->n - more ? ' ' : '*',
			       text);
		else if (i < patch->at)
			printf("%4zu  %s\n", i, text);
		else if (i == patch->at && patch->n_insert)
			printf("%4zu* %s\n", i, text);
		else if (i < patch->at + patch->n_insert)
			printf("    * %s\n", text);
		else
			printf("%4zu  %s\n", i + patch->drop - patch->n_insert,
			       text);
	}
}

static int print(const struct show *show)
{
	int err;

	switch (show->form) {
	case FORM_IP:
		return topo_print_ip(&show->list, stdout, true);
	case FORM_DOT:
		return topo_print_dot(&show->list, stdout);
	case FORM_ASCII:
		return topo_print_ascii(&show->list, stdout);
	case FORM_STEPS:
		print_steps(show);
		return 0;
	case FORM_BOTH:
		break;
	}
	err = topo_print_ascii(&show->list, stdout);
	putchar('\n');
	return err ? err : topo_print_ip(&show->list, stdout, true);
}

int cmd_show(int argc, char **argv)
{
	struct show show = { .form = FORM_BOTH };
	int err = 0;

	argp_parse(&show_argp, argc, argv, 0, NULL, &show);
	if (show.faults) {
		print_faults();
		return 0;
	}
	if (!show.name) {
		print_topologies();
		return 0;
	}
	if (show.row) {
		printf("# With %s: %s\n\n", show.row->slug, show.row->text);
	} else if (show.fault) {
		print_fault(&show);
		err = topo_list_patch(&show.list, &show.patch);
	}
	if (!err)
		err = print(&show);
	if (err)
		die("%s", strerror(-err));
	topo_list_free(&show.list);
	return 0;
}
