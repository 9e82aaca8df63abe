/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest from its first word to its last: what it sends goes to stdout, stderr
 * and the folder of the run at once.
 */
#ifndef WATCH_H
#define WATCH_H

#include "console.h"
#include "machine.h"
#include "results.h"

struct watch_limits {		/* seconds */
	unsigned int boot;	/* until init's first word */
	unsigned int silence;	/* from one word to the next */
	unsigned int whole;
};

struct watch_desc {
	struct machine *machine;
	struct console *console;
	struct results *results;
	const struct watch_limits *limits;
};

/* How it ended; all but the first are failures, and the run is not whole. */
enum watch_end {
	WATCH_EXIT,		/* as it should: .code is the runner's */
	WATCH_SIGNAL,		/* .code is what we were sent */
	WATCH_NO_MACHINE,	/* qemu did not start a guest */
	WATCH_NO_BOOT,
	WATCH_INIT,		/* init could not go on */
	WATCH_PANIC,
	WATCH_MEMORY,
	WATCH_SILENT,
	WATCH_LATE,
	WATCH_LOST,		/* what came is not what was sent */
	WATCH_GONE,		/* it powered off too early */
	WATCH_NR_ENDS
};

struct watched {
	enum watch_end end;
	int code;
	char *why;		/* in a line; NULL: WATCH_EXIT */
	char *release;		/* as the guest said it, or NULL */
	double boot;		/* seconds until init's first word, or < 0 */
	double seconds;
	bool stdout_failed;
};

void watch(struct watched *watched, const struct watch_desc *desc);

/* "exit", "panic", ...: one word each. */
const char *watch_end_word(enum watch_end end);

void watched_free(struct watched *watched);

#endif
