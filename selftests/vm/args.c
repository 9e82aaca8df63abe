// SPDX-License-Identifier: GPL-2.0-or-later
#include "args.h"

#include "program.h"

#include <argp.h>
#include <errno.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDS_MAX	(7u * 86400)
#define MEMORY_MAX	(1u << 20)

enum { OPT_VM = 0x100, OPT_WITH, OPT_TIMEOUT, OPT_BOOT, OPT_SILENCE,
       OPT_MEMORY, OPT_MODULES, OPT_APPEND };

static const struct argp_option options[] = {
	{ "vm", OPT_VM, "KERNEL", 0,
	  "What to boot: a bzImage, a Debian linux-image .deb, a built kernel tree, a User-Mode Linux", 1 },
	{ "vm-with", OPT_WITH, "vng", 0,
	  "Boot it with virtme-ng (default: with qemu, or by itself)", 2 },
	{ "vm-timeout", OPT_TIMEOUT, "SECONDS", 0,
	  "Of the guest, from its start to its end (default: 14400)", 2 },
	{ "vm-boot", OPT_BOOT, "SECONDS", 0,
	  "Until it has booted (default: 120; 600 where it is emulated)", 2 },
	{ "vm-silence", OPT_SILENCE, "SECONDS", 0,
	  "Without a word of its init, once it has (default: 120; 300 where it is emulated)", 2 },
	{ "vm-memory", OPT_MEMORY, "MIB", 0,
	  "Of the guest (default: 768 and three times its initramfs)", 2 },
	{ "vm-modules", OPT_MODULES, "FILE", 0,
	  "A list of the modules to load (default: selftests/vm/modules.list)", 2 },
	{ "vm-append", OPT_APPEND, "WORDS", 0,
	  "More words for the kernel's command line", 2 },
	{ 0 }
};

static unsigned int number(struct argp_state *state, const char *arg,
			   unsigned int max)
{
	unsigned long n;
	char *end;

	errno = 0;
	n = strtoul(arg, &end, 10);
	if (*arg < '0' || *arg > '9' || *end || errno || !n || n > max)
		argp_error(state, "%s: not a number from 1 to %u", arg, max);
	return n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct args *args = state->input;

	switch (key) {
	case OPT_VM:
		args->kernel = arg;
		return 0;
	case OPT_WITH:
		if (strcmp(arg, "vng"))
			argp_error(state, "--vm-with %s: not \"vng\"", arg);
		args->vng = true;
		return 0;
	case OPT_TIMEOUT:
		args->limits.whole = number(state, arg, SECONDS_MAX);
		return 0;
	case OPT_BOOT:
		args->limits.boot = number(state, arg, SECONDS_MAX);
		return 0;
	case OPT_SILENCE:
		args->limits.silence = number(state, arg, SECONDS_MAX);
		return 0;
	case OPT_MEMORY:
		args->memory = number(state, arg, MEMORY_MAX);
		return 0;
	case OPT_MODULES:
		args->modules = arg;
		return 0;
	case OPT_APPEND:
		args->append = arg;
		return 0;
	}
	return ARGP_ERR_UNKNOWN;
}

/* How many of @argv are ours: "--vm..." and their values. */
static int count_ours(int argc, char **argv)
{
	int i = 1;

	while (i < argc && (!strncmp(argv[i], "--vm", 4) ||
			    !strcmp(argv[i], "--help"))) {
		if (!strchr(argv[i], '=') && strcmp(argv[i], "--help"))
			i++;
		i++;
	}
	return i < argc ? i : argc;
}

/* An existing path, or one whose parents may be missing, made absolute. */
static char *absolute(const char *path)
{
	char *real = realpath(path, NULL), *dir, *made;

	if (real)
		return real;
	if (*path == '/')
		return xasprintf("%s", path);
	dir = getcwd(NULL, 0);
	if (!dir)
		die("the working folder: %s", strerror(errno));
	made = xasprintf("%s/%s", dir, path);
	free(dir);
	return made;
}

static void set_results(struct args *args, const char *value)
{
	if (!*value)
		die("--results: an empty name");
	free(args->results);
	args->results = absolute(value);
}

static void set_build(struct args *args, const char *value)
{
	free(args->build);
	args->build = realpath(value, NULL);
	if (!args->build)
		die("--build %s: %s", value, strerror(errno));
	strv_addf(&args->words, "--build=%s", args->build);
}

/* A file, or of a run's folder what holds the run. */
static void add_file(struct args *args, const char *option, const char *value)
{
	char *path = realpath(value, NULL);
	struct stat st;

	if (!path || stat(path, &st) < 0)
		die("%s %s: %s", option, value, strerror(errno));
	if (S_ISDIR(st.st_mode))
		strv_addf(&args->files, "%s/run.json", path);
	else
		strv_addf(&args->files, "%s", path);
	strv_addf(&args->words, "%s=%s", option, path);
	free(path);
}

static void add_known(struct args *args, const char *value)
{
	add_file(args, "--known", value);
}

static void add_baseline(struct args *args, const char *value)
{
	add_file(args, "--baseline", value);
}

/* Its default is the latest run here, which the guest does not have. */
static void add_rerun(struct args *args, const char *value)
{
	char *latest = NULL;

	if (!value)
		latest = xasprintf("%s/latest", args->results);
	add_file(args, "--rerun-failed", value ? value : latest);
	free(latest);
}

/* Those of the runner's options that name files of this machine. */
static const struct path_option {
	const char *name;
	size_t shortest;	/* of its name is enough to mean it */
	bool alone;		/* its value can only follow a '=' */
	void (*take)(struct args *args, const char *value);
} path_options[] = {
	{ "--results", 5, false, set_results },
	{ "--build", 4, false, set_build },
	{ "--known", 4, false, add_known },
	{ "--baseline", 4, false, add_baseline },
	{ "--rerun-failed", 5, true, add_rerun },
};

static const struct path_option *path_option(const char *word)
{
	size_t i, len = strcspn(word, "=");

	for (i = 0; i < sizeof(path_options) / sizeof(path_options[0]); i++) {
		if (len >= path_options[i].shortest &&
		    !strncmp(word, path_options[i].name, len))
			return &path_options[i];
	}
	return NULL;
}

/*
 * Twice: what --rerun-failed means depends on --results, wherever that stands.
 */
static void take_words(struct args *args, char **argv, bool files)
{
	const struct path_option *option;
	const char *value;

	for (; *argv; argv++) {
		option = path_option(*argv);
		if (!option) {
			if (files)
				strv_addf(&args->words, "%s", *argv);
			continue;
		}
		value = strchr(*argv, '=');
		if (value)
			value++;
		else if (!option->alone && !(value = *++argv))
			die("%s needs a value", option->name);
		if (files == (option->take != set_results &&
			      option->take != set_build))
			option->take(args, value);
	}
}

/* What makes no sense on another kernel is better said than run. */
static void take_subcommand(struct args *args, char ***argv)
{
	static const char *const known[] = { "run", "check", "prove", "bench" };
	size_t i;

	if (!**argv || ***argv == '-') {
		strv_addf(&args->words, "run");
		return;
	}
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (strcmp(**argv, known[i]))
			continue;
		strv_addf(&args->words, "%s", known[i]);
		(*argv)++;
		return;
	}
	die("--vm: %s runs nothing on a kernel: run, check, prove and bench do",
	    **argv);
}

/* The runner's folder; ours is in it. */
static void find_home(struct args *args)
{
	char *dir = program_build_dir();

	args->home = xasprintf("%s", dirname(dir));
	free(dir);
}

/* In a guest that is where the kernel's own file systems are. */
static void check_place(const char *path)
{
	static const char *const taken[] = { "/dev/", "/proc/", "/sys/" };
	size_t i;

	for (i = 0; i < sizeof(taken) / sizeof(taken[0]); i++)
		if (!strncmp(path, taken[i], strlen(taken[i])))
			die("--vm: %s: nothing below %s can be had in a guest",
			    path, taken[i]);
}

void args_parse(struct args *args, int argc, char **argv)
{
	const struct argp argp = {
		.options = options, .parser = parse,
		.args_doc = "[SUBCOMMAND] [OPTION...]",
		.doc = "Runs a subcommand (run, check, prove, bench; default: run) on a kernel of your choice.\vThe kernel boots with an initramfs of the programs, their libraries and the modules that the tests need: no root, no network, no disk image. A PC's kernel runs in qemu, with KVM where that works and emulated where not.\n\nThe results are those of a run on this machine, and console.log and vm.json. A kernel that does not boot, panics or hangs, and output that is lost, each end it with 1 and say so.",
	};
	int ours = count_ours(argc, argv);
	char *results = getenv("NETNS_RESULTS");

	*args = (struct args){};
	argp_parse(&argp, ours, argv, ARGP_NO_ARGS, NULL, args);
	if (!args->kernel)
		die("--vm: no KERNEL was given");
	argv += ours;
	find_home(args);
	take_subcommand(args, &argv);
	set_results(args, results && *results ? results : "results");
	take_words(args, argv, false);
	take_words(args, argv, true);
	if (!args->build)
		args->build = xasprintf("%s", args->home);
	check_place(args->home);
	check_place(args->build);
	check_place(args->results);
}

void args_free(struct args *args)
{
	free(args->home);
	free(args->build);
	free(args->results);
	strv_free(&args->words);
	strv_free(&args->files);
}
