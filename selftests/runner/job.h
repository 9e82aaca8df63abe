/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs programs, several at once, and collects what they write.  Nothing is
 * printed here and no file is made.
 */
#ifndef JOB_H
#define JOB_H

#include "dump.h"
#include "util.h"

#include <stdbool.h>

/* What of one program's output is kept. */
#define JOB_OUTPUT_MAX	(8u << 20)

/* How long a killed program may take to be gone, before it is given up. */
#define JOB_KILL_SECONDS	30

/* When what stands at this offset of the output, and behind it, was read. */
struct job_stamp {
	size_t offset;
	long long ms;		/* CLOCK_MONOTONIC */
};

struct job {
	/* What to run. */
	const char *file;	/* found in PATH when it has no slash */
	char *const *argv;	/* NULL terminated, argv[0] included */
	const char *dir;	/* where it runs; NULL: here */
	unsigned int timeout;	/* seconds */
	void *owner;		/* for the caller */

	/* What came of it. */
	int error;		/* errno of a program that did not start, or 0 */
	int status;		/* as wait(2) has it */
	bool timed_out;
	bool interrupted;
	bool stuck;		/* killed, and not gone */
	unsigned int leftovers;	/* processes that had to be killed after it */
	double seconds;		/* from its start to its end */
	struct buf out;		/* stdout and stderr; .data is never NULL */
	struct job_stamp *stamps;	/* of out, rising */
	size_t nr_stamps;
	size_t cut;		/* bytes of output that were not kept */
	struct dumps dumps;
	struct strv complaints;	/* the kernel's; the caller's to fill in */

	struct job_run *run;	/* while it runs */
};

struct job_source {
	/* The next to start; NULL: none now (asked again after each end). */
	struct job *(*next)(void *ctx);
	/* In the order in which they end. Interrupted ones come here too. */
	void (*done)(struct job *job, void *ctx);
	void *ctx;
};

/*
 * Runs what @source has, at most @parallel at once.  Returns 0, the signal
 * (INT, TERM, HUP) that cut it short, or -errno when there is no way to run
 * anything.
 */
int job_loop(unsigned int parallel, const struct job_source *source)
	__attribute__((warn_unused_result));

/* One job alone: as job_loop(). */
int job_run(struct job *job) __attribute__((warn_unused_result));

/* The time between two bytes of its output, in seconds; < 0: not known. */
double job_seconds(const struct job *job, size_t begin, size_t end);

/* Frees what came of it. */
void job_free(struct job *job);

/* "killed by signal 11 (Segmentation fault)", "exit code 3"; to be freed. */
char *job_status_text(int status) __attribute__((warn_unused_result));

#endif
