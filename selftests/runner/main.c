// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands behind run.sh: picks the subcommand. */
#include "cmd.h"
#include "util.h"
#include "vm.h"

#include <argp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "run", cmd_run, "run the test programs (the default)" },
	{ "check", cmd_check, "the same, and the tests of the runner and of lib" },
	{ "matrix", cmd_matrix, "the same on several kernels: how do they differ?" },
	{ "export", cmd_export, "print a recorded run as JUnit, KTAP, JSON and so on" },
	{ "list", cmd_list, "print the programs, or their tests" },
	{ "plan", cmd_plan, "print what is to be covered, and the tests that do" },
	{ "show", cmd_show, "print a topology: commands, dot or a picture" },
	{ "prove", cmd_prove, "leave out each step of each topology: a test must fail" },
	{ "bench", cmd_bench, "measure veth-direct against bridged paths, and costs" },
	{ "compare", cmd_compare, "compare two results of bench: is one slower?" },
	{ "report", cmd_report, "a page with the figures of one or several of them" },
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(*commands))

static void usage(FILE *to)
{
	size_t i;

	fputs("Usage: ./run.sh [--setup] [--vm KERNEL] [SUBCOMMAND] [OPTION...]\n"
	      "Builds what is old and runs the network namespace selftests.\n\n"
	      "  --setup    first install the Debian packages that are missing\n"
	      "  --vm KERNEL  run, check, prove and bench on that kernel, in qemu or as\n"
	      "             User-Mode Linux; \"./run.sh --vm KERNEL --help\" says how\n"
	      "  --help     this text; \"./run.sh SUBCOMMAND --help\" has the options\n\n"
	      "Subcommands:\n", to);
	for (i = 0; i < NR_COMMANDS; i++)
		fprintf(to, "  %-9s  %s\n", commands[i].name, commands[i].help);
	fputs("\nExamples:\n"
	      "  ./run.sh --setup                   on a new machine: everything\n"
	      "  ./run.sh                           run the suite\n"
	      "  ./run.sh --filter bridge --repeat 20\n"
	      "  ./run.sh --rerun-failed            what failed in the latest run\n"
	      "  ./run.sh --vm linux-image-6.12.deb   on that kernel\n"
	      "  ./run.sh --results /tmp/results    in a tree one may not write to\n"
	      "  ./run.sh show bridge               the commands that build it\n"
	      "  ./run.sh bench --quick             throughput and latency, in a minute\n\n"
	      "Environment: BUILD (the build folder, ./build), CC, KSRC (a kernel tree for\n"
	      "the test harness), NETNS_RESULTS (as --results), KSFT_MACHINE_SLOW (set: the\n"
	      "time limits of settings files are ten times as long).\n\n"
	      "Exit code: 0 all passed, 1 a failure, 2 usage or a broken set-up,\n"
	      "4 nothing but skips, 128 + N ended by signal N.\n", to);
}

static int run_command(const struct command *command, int argc, char **argv)
{
	char *name = xasprintf("run.sh %s", command->name);
	int code;

	if (!command->main)
		die("%s: not in this build", command->name);
	argv[0] = name;
	code = command->main(argc, argv);
	stdio_finish();
	free(name);
	return code;
}

int main(int argc, char **argv)
{
	size_t i;

	stdio_check();
	signal(SIGPIPE, SIG_IGN);
	argp_err_exit_status = 2;

	/* Options alone are those of run. */
	if (argc < 2)
		return run_command(&commands[0], argc, argv);
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "-?") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return fflush(stdout) ? 2 : 0;
	}
	if (!strncmp(argv[1], "--vm", 4))
		vm_become(argv);
	if (*argv[1] == '-')
		return run_command(&commands[0], argc, argv);
	for (i = 0; i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);
	die("no subcommand %s: ./run.sh --help lists them", argv[1]);
}
