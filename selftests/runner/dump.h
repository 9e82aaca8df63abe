/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * State dumps of failed tests, as a program sends them on NETNS_DUMP_FD:
 * "DUMP <test> <file> <length>\n" and then <length> bytes.  The runner alone
 * turns them into files, so the names are checked here.
 */
#ifndef DUMP_H
#define DUMP_H

#include "util.h"

/* Bounds on what one program may send. */
#define DUMP_BYTES_MAX	(32u << 20)
#define DUMP_FILES_MAX	1000u
#define DUMP_NAME_MAX	200u

struct dump {
	char *test;
	char *file;
	char *data;
	size_t len;
};

struct dumps {
	struct dump *v;
	size_t nr;
	size_t bytes;
	char *trouble;		/* why reading ended early, or NULL */
	struct buf pending;
};

/* Takes what was read; after trouble the rest is thrown away. */
void dumps_feed(struct dumps *dumps, const char *data, size_t len);

/* The program has ended: a record that is not complete is trouble. */
void dumps_end(struct dumps *dumps);

void dumps_free(struct dumps *dumps);

#endif
