// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Workflow commands of GitHub Actions.  Of each kind a step shows ten: what is
 * most important comes first, and skips are one a reason.
 */
#include "sidefiles.h"

#include <stdlib.h>
#include <string.h>

/* What else would end a message, or a property of it. */
static void add_escaped(struct buf *buf, const char *str, bool property)
{
	for (; *str; str++) {
		if (strchr("%\r\n", *str) || (property && strchr(":,", *str)))
			buf_addf(buf, "%%%02X", *str);
		else
			buf_add(buf, str, 1);
	}
}

static void add_command(struct buf *buf, const char *command, const char *title)
{
	buf_addf(buf, "::%s title=", command);
	add_escaped(buf, title, true);
	buf_addf(buf, "::");
}

static void add_entry(struct buf *buf, const char *command,
		      const struct entry *entry)
{
	add_command(buf, command, entry->id);
	add_escaped(buf, entry->message, false);
	if (entry->log && entry->status == TAP_FAIL) {
		add_escaped(buf, "\n", false);
		add_escaped(buf, entry->log, false);
	}
	buf_addf(buf, "\n");
}

/* In this order; skips are before the last. */
enum turn { ERRORS, FAILURES, XPASSES, XFAILS };

static bool has_turn(const struct entry *entry, enum turn turn)
{
	switch (turn) {
	case ERRORS:
		return entry->error;
	case FAILURES:
		return entry->status == TAP_FAIL && !entry->error;
	case XPASSES:
		return entry->status == TAP_XPASS;
	default:
		return entry->status == TAP_XFAIL;
	}
}

static void add_turn(const struct entries *entries, struct buf *buf,
		     enum turn turn)
{
	/* Who keeps a list of known failures wants to know what is none. */
	static const char *const commands[] = {
		[ERRORS] = "error", [FAILURES] = "error",
		[XPASSES] = "warning", [XFAILS] = "notice",
	};
	const struct entry *entry;
	size_t i, j;

	for (i = 0; i < entries->nr; i++) {
		for (j = 0; j < entries->v[i].nr; j++) {
			entry = &entries->v[i].v[j];
			if (has_turn(entry, turn))
				add_entry(buf, commands[turn], entry);
		}
	}
}

static void print_skip(struct buf *buf, const struct skip *skip)
{
	char *title;
	size_t i;

	title = xasprintf("%zu not tested", skip->ids.nr);
	add_command(buf, "warning", title);
	add_escaped(buf, skip->reason, false);
	for (i = 0; i < skip->ids.nr; i++) {
		add_escaped(buf, "\n", false);
		add_escaped(buf, skip->ids.v[i], false);
	}
	buf_addf(buf, "\n");
	free(title);
}

static void add_skips(const struct entries *entries, struct buf *buf)
{
	struct skips skips;
	size_t i;

	skips_make(&skips, entries);
	for (i = 0; i < skips.nr; i++)
		print_skip(buf, &skips.v[i]);
	skips_free(&skips);
}

void annotations_add(const struct entries *entries, struct buf *buf)
{
	add_turn(entries, buf, ERRORS);
	add_turn(entries, buf, FAILURES);
	add_turn(entries, buf, XPASSES);
	add_skips(entries, buf);
	add_turn(entries, buf, XFAILS);
}
