/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Readers of what a run leaves: where they are, and what they print. */
#ifndef READERS_H
#define READERS_H

#include <fcntl.h>

#include "play.h"
#include "tool.h"

#define META	PLAY_BUILD "/meta"
#define KUNIT	PLAY_BUILD "/harness/tools/testing/kunit/kunit.py"
#define READER	"/usr/bin/python3 -B " META "/readers.py "

#define PROVE_PM	"/usr/share/perl/5*/TAP/Parser.pm"
#define TAPPY		"/usr/lib/python3/dist-packages/tap/parser.py"
#define TAP_PARSER	"/usr/share/nodejs/tap-parser/package.json"
#define YAML		"/usr/lib/python3/dist-packages/yaml/__init__.py"

/*
 * What a shell prints in the folder @dir, and behind it "exit STATUS": good
 * until the call after the next.
 */
static inline const char *shell(const char *dir, const char *script)
{
	int netns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	const char *text;

	text = tool_says(netns, "cd %s || exit\n%s\n", dir, script);
	close(netns);
	return text;
}

/* @text is @want and nothing else, of a shell that succeeded. */
static inline bool prints(const char *want, const char *text)
{
	bool same;
	char *all;

	if (asprintf(&all, "%sexit 0\n", want) < 0)
		return false;
	same = ksft_same_text(all, text);
	free(all);
	return same;
}

/* A path may have a pattern in it. */
static inline bool is_there(const char *path)
{
	char script[128];

	snprintf(script, sizeof(script), "ls %s >/dev/null 2>&1", path);
	return !strcmp("exit 0\n", shell("/", script));
}

/* PLAY_BUILD is there behind play_new() only. */
#define NEED_READER(path, package) do { \
	if (!is_there(path)) \
		SKIP(return, "no %s (Debian package %s)", path, package); \
} while (0)

#endif
