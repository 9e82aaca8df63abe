// SPDX-License-Identifier: GPL-2.0-or-later
/* bench, compare and report are the bench's: a program of its own. */
#include "cmd.h"

#include "program.h"
#include "util.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Ends as it does; @word is its subcommand, NULL: the first argument is. */
static int become(const char *word, char **argv)
{
	char *dir = program_build_dir();
	char *path = xasprintf("%s/bench", dir);
	struct strv args = {};

	strv_addf(&args, "%s", path);
	if (word)
		strv_addf(&args, "%s", word);
	for (argv++; *argv; argv++)
		strv_addf(&args, "%s", *argv);
	execv(path, args.v);
	if (errno != ENOENT)
		die("%s: %s", path, strerror(errno));
	die("the bench is not built: it needs libiperf-dev and libgsl-dev "
	    "(./run.sh --setup installs them)");
}

int cmd_bench(int argc, char **argv)
{
	return become(argc > 1 && *argv[1] != '-' ? NULL : "run", argv);
}

int cmd_compare(int argc, char **argv)
{
	(void)argc;
	return become("compare", argv);
}

int cmd_report(int argc, char **argv)
{
	(void)argc;
	return become("report", argv);
}
