/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subcommands: argv[0] is how the user called it, for messages and help.
 * Each returns an exit code; a wrong option or argument exits with 2 by itself.
 */
#ifndef BENCH_CMD_H
#define BENCH_CMD_H

/* What a gate can make of it; a killing signal is 128 + its number. */
enum bench_exit {
	BENCH_PASS = 0,
	BENCH_REGRESSION = 1,
	BENCH_ERROR = 2,		/* usage, or the bench itself */
	BENCH_INCONCLUSIVE = 3,		/* or invalid */
	BENCH_SKIP = 4,
};

int cmd_run(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_list(int argc, char **argv);

#endif
