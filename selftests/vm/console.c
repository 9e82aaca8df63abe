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

/* The line, what is behind the words, or that of a line that they begin. */
enum kept { LINE, BEHIND, BEGUN };

static const struct {
	enum console_said kind;
	enum kept kept;
	const char *words;
} patterns[] = {
	{ CONSOLE_PANIC, BEHIND, "Kernel panic - not syncing: " },
	{ CONSOLE_MEMORY, LINE, "Out of memory" },
	{ CONSOLE_MEMORY, LINE, "invoked oom-killer" },
	{ CONSOLE_MEMORY, LINE, "Initramfs unpacking failed" },
	{ CONSOLE_MEMORY, LINE, "uml_load_file: Failed to allocate" },
	{ CONSOLE_MEMORY, LINE, "System is deadlocked on memory" },
	{ CONSOLE_OOPS, LINE, "BUG: " },
	{ CONSOLE_OOPS, LINE, "kernel BUG at " },
	{ CONSOLE_OOPS, LINE, "Oops: " },
	{ CONSOLE_OOPS, LINE, "general protection fault" },
	{ CONSOLE_INIT, BEGUN, "init: " },
	{ CONSOLE_COMM, BEHIND, " Comm: " },
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
		if (!at || (patterns[i].kept == BEGUN && at != line))
			continue;
		/* The first is the cause of the others. */
		if (*found && patterns[i].kind < CONSOLE_INIT)
			continue;
		if (patterns[i].kept == LINE)
			at = line;
		else
			at += strlen(patterns[i].words);
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
