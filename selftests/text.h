/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of the texts that lib/state.h and lib/event.h give: which of them a
 * test compares.  All work in place, keep NULL as NULL (which EXPECT_TEXT
 * fails on), and expect that every line ends in a newline.
 */
#ifndef TEXT_H
#define TEXT_H

#include <net/if.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Is @line wanted?  It may be made shorter on the way; @word is keep()'s. */
typedef bool (*line_fn)(char *line, const char *word);

static inline char *keep(char *text, line_fn wanted, const char *word)
{
	char *to = text, *line, *next;

	for (line = text; line && *line; line = next) {
		next = strchrnul(line, '\n');
		if (*next)
			*next++ = '\0';
		if (!wanted(line, word))
			continue;
		memmove(to, line, strlen(line) + 1);
		to += strlen(to);
		*to++ = '\n';
	}
	if (text)
		*to = '\0';
	return text;
}

static inline bool line_has(char *line, const char *word)
{
	return strstr(line, word);
}

static inline bool line_has_not(char *line, const char *word)
{
	return !strstr(line, word);
}

static inline char *lines_with(char *text, const char *word)
{
	return keep(text, line_has, word);
}

static inline char *lines_without(char *text, const char *word)
{
	return keep(text, line_has_not, word);
}

/* Takes " WORD value" out of @line. */
static inline void cut_field(char *line, const char *word)
{
	char *at = strstr(line, word);
	size_t len;

	if (!at)
		return;
	len = strlen(word);
	len += strcspn(at + len, " ");
	memmove(at, at + len, strlen(at + len) + 1);
}

/* Ends @line where @word begins. */
static inline void cut_tail(char *line, const char *word)
{
	char *at = strstr(line, word);

	if (at)
		*at = '\0';
}

/*
 * Fallback tunnels, which every new namespace gets where their modules are
 * loaded or built in and net.core.fb_tunnels_only_for_init_net is 0 (claim 9):
 * no part of any topology.
 */
static inline bool is_fallback(const char *dev)
{
	static const char * const names[] = {
		"tunl0", "gre0", "gretap0", "erspan0", "ip_vti0", "sit0",
		"ip6tnl0", "ip6gre0", "ip6_vti0",
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!strcmp(dev, names[i]))
			return true;
	}
	return false;
}

/* Of "link DEV: ...". */
static inline bool is_fallback_line(const char *line)
{
	char dev[IFNAMSIZ];

	return sscanf(line, "link %15[^:]:", dev) == 1 && is_fallback(dev);
}

#endif
