// SPDX-License-Identifier: GPL-2.0-or-later
#include "said.h"

#include <stdio.h>
#include <string.h>

/* Of a text that has not what a test wants: first lines, last bytes. */
#define SHOWN_FIRST	40
#define SHOWN_LAST	500

/* A newline in what is wanted must not begin a line of our own TAP. */
static void print_wanted(const char *what)
{
	printf("# not said: ");
	for (; *what; what++) {
		if (*what == '\n')
			printf("\\n");
		else
			putchar(*what);
	}
	printf("\n# but:\n");
}

static bool is_missing(const char *text, const char *what)
{
	const char *at;
	int shown = 0;
	size_t n;

	print_wanted(what);
	for (at = text; at && *at; at += n + (at[n] == '\n')) {
		n = strcspn(at, "\n");
		if (shown++ < SHOWN_FIRST || strlen(at) < SHOWN_LAST)
			printf("#   %.*s\n", (int)n, at);
	}
	return false;
}

bool said_line(const char *text, const char *line)
{
	size_t len = strlen(line), n;
	const char *at;

	for (at = text; at && *at; at += n + (at[n] == '\n')) {
		n = strcspn(at, "\n");
		if (n == len && !strncmp(at, line, len))
			return true;
	}
	return is_missing(text, line);
}

bool said(const char *text, const char *part)
{
	return (text && strstr(text, part)) || is_missing(text, part);
}
