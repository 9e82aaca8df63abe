// SPDX-License-Identifier: GPL-2.0-or-later
/* matrix: the same run on several kernels, side by side. */
#include "cmd.h"
#include "job.h"
#include "libc.h"
#include "matrix_file.h"
#include "matrix_run.h"
#include "matrix_show.h"
#include "options.h"
#include "results.h"
#include "text.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

struct matrix_options {
	struct options run;
	struct strv kernels;
	const char *baseline;
	bool summary;
	char **words;		/* all arguments, in their order */
	bool *ours;		/* of them, those that "run" is not given */
};

enum { OPT_BASELINE = 0x400, OPT_SUMMARY };

static const struct argp_option options[] = {
	{ "baseline", OPT_BASELINE, "K", 0,
	  "What the others are held against: one of them, or one more (default: the first)", 0 },
	{ "summary", OPT_SUMMARY, NULL, 0,
	  "Where nothing is worse print how many tests, not which", 0 },
	{ 0 }
};

#define GATE_OPTIONS_MAX	16
#define CHILDREN_MAX		8

static struct argp_option gate_options[GATE_OPTIONS_MAX];
static struct argp gate = { .options = gate_options };
static struct argp_child children[CHILDREN_MAX];

/* Those of run, but for its --baseline: ours is a kernel. */
static void make_children(void)
{
	const struct argp_option *option = options_gate.options;
	size_t i, n = 0;

	gate.parser = options_gate.parser;
	for (; option->name && n < GATE_OPTIONS_MAX - 1; option++)
		if (strcmp(option->name, options[0].name))
			gate_options[n++] = *option;
	for (i = 0; options_children[i].argp && i < CHILDREN_MAX - 1; i++) {
		children[i] = options_children[i];
		if (children[i].argp == &options_gate)
			children[i].argp = &gate;
	}
}

/* argp reorders its arguments, so that words are told by where they are. */
static void take_word(struct matrix_options *o, const char *arg, bool option)
{
	size_t i;

	for (i = 0; o->words[i]; i++) {
		if (arg < o->words[i] || arg > o->words[i] + strlen(o->words[i]))
			continue;
		o->ours[i] = true;
		/* "--baseline K", not "--baseline=K" */
		if (option && arg == o->words[i])
			o->ours[i - 1] = true;
		return;
	}
}

static void take_summary(struct matrix_options *o)
{
	size_t i;

	for (i = 1; o->words[i]; i++) {
		if (strlen(o->words[i]) > 3 &&
		    !strncmp("--summary", o->words[i], strlen(o->words[i])))
			o->ours[i] = true;
	}
	o->summary = true;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct matrix_options *o = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		options_init(&o->run, state);
		return 0;
	case OPT_BASELINE:
		o->baseline = arg;
		take_word(o, arg, true);
		return 0;
	case OPT_SUMMARY:
		take_summary(o);
		return 0;
	case ARGP_KEY_ARG:
		strv_addf(&o->kernels, "%s", arg);
		take_word(o, arg, false);
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

static const struct argp argp = {
	.options = options, .parser = parse, .children = children,
	.args_doc = "K K...",
	.doc = "Runs the same on several kernels, one after the other, and "
	       "prints how they differ."
	       "\v"
	       "K is a kernel as --vm takes it, '.' (the one that is running), "
	       "the folder of a run, or that of a matrix (all of its runs). What "
	       "is recorded is not run again. \"run.sh run --help\" says what a "
	       "--known list is.\n\n"
	       "Examples:\n"
	       "  ./run.sh matrix . /boot/vmlinuz-6.12\n"
	       "  ./run.sh matrix --baseline old.deb new.deb --filter bridge\n"
	       "  ./run.sh matrix results/latest results/20260102T030405Z-6.1.0\n\n"
	       "On stdout: the kernels, then the tests that came out differently "
	       "(worse than the baseline first, then what is skipped and the "
	       "baseline tests, with the reasons), then how many came out the "
	       "same. A test that a run has several times counts as its worst. "
	       "The folder (DIR/<UTC time>-matrix) has matrix.txt, matrix.html, "
	       "matrix.json, and of each kernel the folder of its run, or a link "
	       "to it.\n\n"
	       "Exit code: 0 no kernel is worse than the baseline; 1 one fails "
	       "what the baseline does not, or has no result where the baseline "
	       "has one, or did not boot, or was cut short; 2 usage, a K that is "
	       "no kernel, or a broken set-up; 128 + N ended by signal N.",
};

static void parse_words(struct matrix_options *o, struct strv *run_options,
			int argc, char **argv)
{
	int i;

	o->words = xgrow(NULL, 0, argc + 1, sizeof(*o->words));
	o->ours = xgrow(NULL, 0, argc + 1, sizeof(*o->ours));
	memcpy(o->words, argv, argc * sizeof(*argv));
	make_children();
	argp_parse(&argp, argc, argv, 0, NULL, o);
	for (i = 1; i < argc; i++)
		if (!o->ours[i] && strcmp(o->words[i], "--"))
			strv_addf(run_options, "%s", o->words[i]);
	options_defaults(&o->run);
}

static bool has_file(const char *folder, const char *name)
{
	char *path = xasprintf("%s/%s", folder, name);
	bool has = !access(path, F_OK);

	free(path);
	return has;
}

static bool is_run(const char *path)
{
	const char *slash = strrchr(path, '/');

	/* One that was killed has no run.json, and is no kernel for all that. */
	return has_file(path, RECORD_FILE) || has_file(path, "run.tap") ||
	       !strcmp(slash ? slash + 1 : path, RECORD_FILE);
}

/* The columns of a matrix that was made before. */
static void add_matrix(struct matrix *matrix, const char *path)
{
	struct matrix_kernel *old, new;
	struct matrix *from;
	char why[RECORD_WHY];
	size_t i;

	from = matrix_read(path, why);
	if (!from)
		die("%s", why);
	for (i = 0; i < from->nr_kernels; i++) {
		old = &from->kernels[i];
		new = (struct matrix_kernel){
			.name = old->name, .trouble = old->trouble,
			.record = old->record,
		};
		if (old->folder)
			new.folder = xasprintf("%s/%s", path, old->folder);
		old->name = old->trouble = NULL;
		old->record = NULL;
		matrix_add(matrix, &new);
	}
	matrix_free(from);
}

/* What has neither a record nor a trouble is yet to be run. */
static void add_kernel(struct matrix *matrix, const char *arg)
{
	struct matrix_kernel kernel = {};
	char why[RECORD_WHY];

	if (has_file(arg, MATRIX_FILE)) {
		add_matrix(matrix, arg);
		return;
	}
	if (is_run(arg)) {
		if (matrix_load(&kernel, arg, why))
			die("%s", why);
	} else {
		if (access(arg, R_OK))
			die("%s: %s: not a kernel, nor the folder of a run",
			    arg, strerror(errno));
		kernel.name = xasprintf("%s", arg);
	}
	matrix_add(matrix, &kernel);
}

static struct matrix *make_columns(const struct matrix_options *o)
{
	struct matrix *matrix = matrix_new();
	bool listed = false;
	size_t i;

	for (i = 0; o->baseline && i < o->kernels.nr; i++)
		listed |= !strcmp(o->kernels.v[i], o->baseline);
	if (o->baseline && !listed)
		add_kernel(matrix, o->baseline);
	for (i = 0; i < o->kernels.nr; i++) {
		if (listed && !strcmp(o->kernels.v[i], o->baseline)) {
			matrix->baseline = matrix->nr_kernels;
			listed = false;
		}
		add_kernel(matrix, o->kernels.v[i]);
	}
	if (matrix->nr_kernels < 2)
		die("a matrix is of two kernels or more: ./run.sh matrix --help");
	if (matrix->nr_kernels > MATRIX_KERNELS_MAX)
		die("%zu kernels: a matrix has up to %d", matrix->nr_kernels,
		    MATRIX_KERNELS_MAX);
	return matrix;
}

struct work {
	struct matrix *matrix;
	struct results *results;
	const struct strv *options;
	int signal;
	bool broken;		/* what was given could not be run at all */
};

/* A name in the matrix's folder for a run that is elsewhere. */
static char *link_run(const struct work *work, const char *folder)
{
	char *real = realpath(folder, NULL), *name, *link;
	struct stat stat_buf;
	unsigned int n = 1;
	int err;

	if (!real)
		die("%s: %s", folder, strerror(errno));
	/* Of a run.json the folder. */
	if (!stat(real, &stat_buf) && !S_ISDIR(stat_buf.st_mode))
		*strrchr(real, '/') = '\0';
	name = text_string(strrchr(real, '/') + 1);
	for (;;) {
		link = xasprintf("%s/%s", results_path(work->results), name);
		err = symlink(real, link) ? errno : 0;
		free(link);
		if (err != EEXIST)
			break;
		free(name);
		name = xasprintf("%s-%u", strrchr(real, '/') + 1, ++n);
	}
	/* A full disk: what is written there next says so. */
	free(real);
	return name;
}

static void link_runs(struct work *work)
{
	struct matrix_kernel *kernel;
	char *name;
	size_t i;

	for (i = 0; i < work->matrix->nr_kernels; i++) {
		kernel = &work->matrix->kernels[i];
		if (!kernel->folder)
			continue;
		name = link_run(work, kernel->folder);
		free(kernel->folder);
		kernel->folder = name;
	}
}

/* What has become of a run that left no record of it. */
static char *no_record(const struct matrix_run *run)
{
	char *how = job_status_text(run->status), *text;

	text = xasprintf("no results: %s%s%s", how, run->said ? ": " : "",
			 run->said ? run->said : "");
	free(how);
	return text;
}

static void take_run(struct work *work, struct matrix_kernel *kernel,
		     const struct matrix_run *run)
{
	struct matrix_kernel loaded = {};
	char why[RECORD_WHY], *path;
	int code;

	code = WIFEXITED(run->status) ? WEXITSTATUS(run->status) : -1;
	if (!run->folder) {
		kernel->trouble = no_record(run);
		work->broken |= code == 2;
		return;
	}
	kernel->folder = xasprintf("%s", run->folder);
	path = xasprintf("%s/%s", results_path(work->results), run->folder);
	if (matrix_load(&loaded, path, why))
		kernel->trouble = xasprintf("%s", why);
	free(path);
	free(loaded.name);
	free(loaded.folder);
	kernel->record = loaded.record;
	if (loaded.record)
		kernel->trouble = loaded.trouble;
	if (!kernel->trouble && code != loaded.record->exit_code)
		kernel->trouble = no_record(run);
}

static void run_kernel(struct work *work, struct matrix_kernel *kernel)
{
	const struct matrix *matrix = work->matrix;
	struct matrix_run run = {
		.kernel = kernel->name,
		.results = results_path(work->results),
		.options = work->options,
	};
	char *label;
	int ret;

	label = xasprintf("%c (%zu of %zu) %s", matrix_letter(matrix, kernel),
			  kernel - matrix->kernels + 1, matrix->nr_kernels,
			  kernel->name);
	run.label = label;
	ret = matrix_run(&run);
	if (ret < 0)
		die("cannot run a runner: %s", strerror(-ret));
	work->signal = ret;
	take_run(work, kernel, &run);
	matrix_run_free(&run);
	free(label);
}

static void run_kernels(struct work *work)
{
	struct matrix_kernel *kernel;
	size_t i;

	link_runs(work);
	for (i = 0; i < work->matrix->nr_kernels; i++) {
		kernel = &work->matrix->kernels[i];
		if (kernel->record || kernel->trouble)
			continue;
		if (work->signal)
			kernel->trouble = xasprintf("not run: cut short by SIG%s",
						    sigabbrev_np(work->signal));
		else
			run_kernel(work, kernel);
	}
	matrix_compare(work->matrix);
}

static void write_form(const struct work *work, const char *name,
		       void (*print)(const struct matrix *matrix, FILE *file))
{
	char *text = NULL;
	size_t len = 0;
	FILE *file;

	file = open_memstream(&text, &len);
	if (!file)
		die("out of memory");
	print(work->matrix, file);
	if (fclose(file))
		die("out of memory");
	results_write(work->results, name, text, len);
	free(text);
}

static void print_plain(const struct matrix *matrix, FILE *file)
{
	const struct matrix_text how = {};

	matrix_text(matrix, &how, file);
}

static int exit_code(const struct work *work)
{
	size_t i;

	if (work->signal)
		return 128 + work->signal;
	if (work->broken)
		return 2;
	for (i = 0; i < work->matrix->nr_kernels; i++)
		if (matrix_is_bad(&work->matrix->kernels[i]))
			return 1;
	return 0;
}

static int finish(const struct work *work, const struct matrix_options *o)
{
	struct matrix_text how = {
		.colour = isatty(STDOUT_FILENO) && !getenv("NO_COLOR"),
		.summary = o->summary,
	};
	int code = exit_code(work);

	matrix_text(work->matrix, &how, stdout);
	printf("results: %s\n", results_path(work->results));
	write_form(work, "matrix.txt", print_plain);
	write_form(work, "matrix.html", matrix_page);
	matrix_write(work->matrix, code, work->results);
	if (!results_finish(work->results) && code < 128)
		return 2;
	return code;
}

int cmd_matrix(int argc, char **argv)
{
	struct matrix_options o = {};
	struct strv run_options = {};
	struct work work = { .options = &run_options };
	int code;

	parse_words(&o, &run_options, argc, argv);
	work.matrix = make_columns(&o);
	work.results = results_new_as(o.run.results, "matrix");
	run_kernels(&work);
	code = finish(&work, &o);
	results_free(work.results);
	matrix_free(work.matrix);
	strv_free(&run_options);
	strv_free(&o.kernels);
	options_free(&o.run);
	free(o.words);
	free(o.ours);
	return code;
}
