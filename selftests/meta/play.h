/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A build folder of stub programs in /tmp, and the runner let loose on it.
 * For use in a sandbox: nothing here cleans up what the sandbox ends with.
 */
#ifndef PLAY_H
#define PLAY_H

#include <stddef.h>
#include <sys/types.h>

/* Where a test finds the build folder, once it has a play. */
#define PLAY_BUILD	"/run/build"

struct play {
	char dir[64];		/* kselftest-list.txt, fake/PROGRAM, results/ */
	const char *stdout_to;	/* NULL: into .out */
	const char *results;	/* NULL: the folder in dir */
	int pids;		/* a pipe to which stubs write their pids */
	pid_t pid;		/* of the runner, while it runs */
	int status;		/* of the runner, as wait(2) has it */
	char *out;		/* what it printed on stdout */
	char *err;		/* and on stderr */
};

/*
 * Lists @programs ("ok crash.2 -gone": words; "-": listed, but not there) as
 * those of the collection "fake".  0 or -errno.
 */
int play_new(struct play *play, const char *programs)
	__attribute__((warn_unused_result));

/*
 * Runs "runner WORDS", or WORDS if they begin with a '/', to its end: its exit
 * code, or -errno; -EINTR if a signal ended it.
 */
int play_run(struct play *play, const char *words)
	__attribute__((warn_unused_result));

/* The same in two halves. */
int play_start(struct play *play, const char *words)
	__attribute__((warn_unused_result));
int play_wait(struct play *play) __attribute__((warn_unused_result));

/* A file below the folder of the latest run; to be freed. NULL: not there. */
char *play_file(const struct play *play, const char *path)
	__attribute__((warn_unused_result));

/* The next pid that a stub tells, or -errno. */
pid_t play_pid(const struct play *play) __attribute__((warn_unused_result));

void play_free(struct play *play);

#endif
