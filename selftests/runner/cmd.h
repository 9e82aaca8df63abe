/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The subcommands: argv[0] is "run.sh NAME", for messages and help.  Each
 * returns an exit code; a wrong option or argument exits with 2 by itself.
 */
#ifndef CMD_H
#define CMD_H

int cmd_run(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_plan(int argc, char **argv);
int cmd_matrix(int argc, char **argv);
int cmd_export(int argc, char **argv);

/* Of the bench, a program of its own; they return only where there is none. */
int cmd_bench(int argc, char **argv);
int cmd_compare(int argc, char **argv);
int cmd_report(int argc, char **argv);

/* In files of their own; a build without those says so. */
int cmd_show(int argc, char **argv) __attribute__((weak));
int cmd_prove(int argc, char **argv) __attribute__((weak));

#endif
