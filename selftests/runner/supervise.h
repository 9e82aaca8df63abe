/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A process of its own between the runner and each program.  It is the
 * subreaper of whatever the program starts, so that when the program ends, or
 * its time does, nothing of it is left: not even what left its process group
 * and session.  When the runner dies the supervisor does, and the program
 * with it (PR_SET_PDEATHSIG).
 */
#ifndef SUPERVISE_H
#define SUPERVISE_H

#include <signal.h>
#include <stdbool.h>

/* The variable that tells a program where to send its dumps. */
#define SUPERVISE_DUMP_ENV	"NETNS_DUMP_FD"

struct supervise_desc {
	const char *file;		/* found in PATH when it has no slash */
	char *const *argv;		/* NULL terminated, argv[0] included */
	const char *dir;		/* where it runs; NULL: here */
	unsigned int timeout;		/* seconds */
	const sigset_t *sigmask;	/* what the program starts with */
	int out;			/* its stdout and stderr */
	int dump;			/* NETNS_DUMP_FD */
	int report;			/* takes one struct supervise_report */
};

struct supervise_report {
	int error;		/* errno of a program that did not start */
	int status;		/* as wait(2) has it */
	bool timed_out;
	bool interrupted;
	unsigned int leftovers;	/* processes that had to be killed after it */
};

/* Runs in a child of @parent; SIGTERM ends it and all that it started. */
void supervise(const struct supervise_desc *desc, int parent)
	__attribute__((noreturn));

#endif
