// SPDX-License-Identifier: GPL-2.0-or-later
/* What stands behind run.sh bench, compare and report. */
#include "cmd.h"

#include <argp.h>
#include <gsl/gsl_errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *called;		/* by the user, of run.sh */
	const char *help;
} commands[] = {
	{ "run", cmd_run, "bench", "measure (the default)" },
	{ "list", cmd_list, "bench list", "print what can be measured" },
	{ "compare", cmd_compare, "compare",
	  "compare two results: did something get slower?" },
	{ "report", cmd_report, "report", "a page, or CSV, of results" },
};

#define NR_COMMANDS	(sizeof(commands) / sizeof(*commands))

static int run_command(const struct command *command, int argc, char **argv)
{
	char *name = xasprintf("run.sh %s", command->called);
	int code;

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
	argp_err_exit_status = BENCH_ERROR;
	/* Its functions return errors; they need not abort. */
	gsl_set_error_handler_off();

	for (i = 0; argc > 1 && i < NR_COMMANDS; i++)
		if (!strcmp(argv[1], commands[i].name))
			return run_command(&commands[i], argc - 1, argv + 1);
	if (argc > 1 && *argv[1] != '-')
		die("no subcommand %s: run, list, compare, report", argv[1]);
	return run_command(&commands[0], argc, argv);
}
