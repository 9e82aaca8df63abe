/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One side of a measurement: a child in a namespace, on a CPU, that dies with
 * us.  Its stdin and stdout are /dev/null and SIGPIPE is ignored; what it has
 * to say goes up a pipe of its own, and is read whole.
 */
#ifndef ROLE_H
#define ROLE_H

#include <stddef.h>
#include <sys/resource.h>

struct role_desc {
	const char *name;	/* "server", for messages */
	int netns;		/* -1: the caller's */
	int cpu;		/* the @cpu-th that we may run on; -1: any */
	/* Writes to @out what it found; returns its exit status. */
	int (*main)(int out, const void *arg);
	const void *arg;
};

struct role;

/* NULL with errno: it could not be forked, moved there or pinned. */
struct role *role_start(const struct role_desc *desc)
	__attribute__((warn_unused_result));

int role_pid(const struct role *role);

/* The next byte it wrote, to wait for "ready"; -EPIPE: it ended instead. */
int role_wait_byte(struct role *role, long long deadline)
	__attribute__((warn_unused_result));

struct role_end {
	int status;		/* as waitpid(2) */
	struct rusage usage;
	char *said;		/* all it wrote (less the bytes waited for), with
				   a NUL behind; the caller's to free */
	size_t len;
};

/*
 * Waits until it has ended; after @deadline it is killed and -ETIMEDOUT
 * returned, with .said what came until then.  Frees @role in any case.
 */
int role_end(struct role *role, long long deadline, struct role_end *end)
	__attribute__((warn_unused_result));

/* Kills it, if it is not NULL, and frees it. */
void role_kill(struct role *role);

#endif
