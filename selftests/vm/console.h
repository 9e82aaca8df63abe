/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel says on its console: kept in a file, its end in memory. */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stddef.h>

struct console;

/* @path: a file that is made; NULL: none. */
struct console *console_new(const char *path)
	__attribute__((warn_unused_result));

void console_feed(struct console *console, const char *data, size_t len);

/* It has come to its end, maybe in the middle of a line. */
void console_end(struct console *console);

/* What was said: whole lines, or what follows such words. */
enum console_said {
	CONSOLE_PANIC,		/* why; of several the first */
	CONSOLE_MEMORY,		/* there was not enough memory */
	CONSOLE_OOPS,		/* something is wrong in the kernel */
	CONSOLE_INIT,		/* "init: ...": of this and the next the last */
	CONSOLE_COMM,		/* whose trace that is, and more words */
	CONSOLE_NR_SAID
};

/* NULL: no such thing. */
const char *console_said(const struct console *console, enum console_said what);

/* The last lines on stderr, as printable ASCII. */
void console_tail(const struct console *console);

void console_free(struct console *console);

#endif
