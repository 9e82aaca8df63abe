// SPDX-License-Identifier: GPL-2.0-or-later
#include "console.h"

#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Longer lines are looked at, and shown, up to here. */
#define LINE_MAX_LEN	512
#define TAIL_LINES	40
/* A kernel that cannot stop talking must not fill the disk. */
#define FILE_MAX	(64u << 20)

struct console {
	int fd;
	size_t written;
	char line[LINE_MAX_LEN];
	size_t len;
	char *tail[TAIL_LINES];
	size_t nr;		/* lines so far */
	char *found[CONSOLE_NR_SAID];
};

static const struct {
	enum console_said kind;
	const char *words;
	bool behind;		/* only what follows the words is of interest */
} patterns[] = {
	{ CONSOLE_PANIC, "Kernel panic - not syncing: ", true },
	{ CONSOLE_MEMORY, "Out of memory", false },
	{ CONSOLE_MEMORY, "invoked oom-killer", false },
	{ CONSOLE_MEMORY, "Initramfs unpacking failed", false },
	{ CONSOLE_MEMORY, "System is deadlocked on memory", false },
	{ CONSOLE_OOPS, "BUG: ", false },
	{ CONSOLE_OOPS, "kernel BUG at ", false },
	{ CONSOLE_OOPS, "Oops: ", false },
	{ CONSOLE_OOPS, "general protection fault", false },
	{ CONSOLE_INIT, "init: ", true },
	{ CONSOLE_COMM, " Comm: ", true },
};

struct console *console_new(const char *path)
{
	struct console *console = xgrow(NULL, 0, 1, sizeof(*console));

	console->fd = -1;
	if (path)
		console->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC |
				   O_CLOEXEC, 0666);
	if (path && console->fd < 0)
		fprintf(stderr, "run.sh: %s: %s\n", path, strerror(errno));
	return console;
}

static void look_at(struct console *console, const char *line)
{
	const char *at;
	size_t i;
	char **found;

	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
		at = strstr(line, patterns[i].words);
		found = &console->found[patterns[i].kind];
		/* The first is the cause of the others. */
		if (!at || (*found && patterns[i].kind < CONSOLE_INIT))
			continue;
		if (patterns[i].behind)
			at += strlen(patterns[i].words);
		else
			at = line;
		free(*found);
		*found = xasprintf("%s", at);
	}
}

static void end_line(struct console *console)
{
	char **slot = &console->tail[console->nr++ % TAIL_LINES];

	free(*slot);
	*slot = xasprintf("%.*s", (int)console->len, console->line);
	look_at(console, *slot);
	console->len = 0;
}

static void add_char(struct console *console, unsigned char c)
{
	if (c == '\n') {
		end_line(console);
		return;
	}
	if (c == '\r' || console->len == sizeof(console->line))
		return;
	console->line[console->len++] = (c >= ' ' && c < 0x7f) || c == '\t' ?
					c : '?';
}

static void keep(struct console *console, const char *data, size_t len)
{
	ssize_t n;

	if (len > FILE_MAX - console->written)
		len = FILE_MAX - console->written;
	while (len && console->fd >= 0) {
		n = write(console->fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fprintf(stderr, "run.sh: console.log: %s\n",
				strerror(errno));
			close(console->fd);
			console->fd = -1;
			return;
		}
		data += n;
		len -= n;
		console->written += n;
	}
}

void console_feed(struct console *console, const char *data, size_t len)
{
	size_t i;

	keep(console, data, len);
	for (i = 0; i < len; i++)
		add_char(console, data[i]);
}

void console_end(struct console *console)
{
	if (console->len)
		end_line(console);
}

const char *console_said(const struct console *console, enum console_said what)
{
	return console->found[what];
}

void console_tail(const struct console *console)
{
	size_t i = console->nr > TAIL_LINES ? console->nr - TAIL_LINES : 0;

	if (!console->nr) {
		fputs("run.sh: its console is empty\n", stderr);
		return;
	}
	fputs("run.sh: the end of its console:\n", stderr);
	for (; i < console->nr; i++)
		fprintf(stderr, "  %s\n", console->tail[i % TAIL_LINES]);
}

void console_free(struct console *console)
{
	size_t i;

	if (!console)
		return;
	for (i = 0; i < TAIL_LINES; i++)
		free(console->tail[i]);
	for (i = 0; i < CONSOLE_NR_SAID; i++)
		free(console->found[i]);
	if (console->fd >= 0)
		close(console->fd);
	free(console);
}
