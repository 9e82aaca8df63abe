// SPDX-License-Identifier: GPL-2.0-or-later
/* Those that are plain lines: KTAP, LAVA, tmt's YAML. */
#include "sidefiles.h"

#include <stdlib.h>
#include <string.h>

/* Whatever a log's line is, behind "# " it is no line of KTAP. */
static void ktap_log(struct buf *buf, const char *log)
{
	size_t len;

	for (; log && *log; log += len + 1) {
		len = strcspn(log, "\n");
		buf_addf(buf, "  # %.*s\n", (int)len, log);
		if (!log[len])
			break;
	}
}

static void ktap_entry(struct buf *buf, const struct entry *entry, size_t nr)
{
	static const char *const directives[TAP_NR_STATUS] = {
		[TAP_SKIP] = "SKIP", [TAP_XFAIL] = "XFAIL",
		[TAP_XPASS] = "XPASS",
	};
	const char *directive = directives[entry->status];

	/* Of a failed test mostly a line of its log. */
	if (entry->status == TAP_FAIL &&
	    !(entry->log && strstr(entry->log, entry->message)))
		buf_addf(buf, "  # %s\n", entry->message);
	ktap_log(buf, entry->log);
	buf_addf(buf, "  %sok %zu %s",
		 entry->status == TAP_FAIL ? "not " : "", nr, entry->name);
	if (directive)
		buf_addf(buf, " # %s %s", directive,
			 entry->reason ? entry->reason : "");
	buf_addf(buf, "\n");
}

/* A program is what its tests and its own entry are. */
static void ktap_suite(struct buf *buf, const struct suite *suite, size_t nr)
{
	bool failed = false, skipped = true;
	size_t i;

	buf_addf(buf, "  KTAP version 1\n  # Subtest: %s\n  1..%zu\n",
		 suite->id, suite->nr);
	for (i = 0; i < suite->nr; i++) {
		ktap_entry(buf, &suite->v[i], i + 1);
		failed |= suite->v[i].status == TAP_FAIL;
		skipped &= suite->v[i].status == TAP_SKIP;
	}
	buf_addf(buf, "%sok %zu %s%s\n", failed ? "not " : "", nr, suite->id,
		 skipped ? " # SKIP all of it" : "");
}

void ktap_add(const struct entries *entries, struct buf *buf)
{
	size_t i;

	buf_addf(buf, "KTAP version 1\n1..%zu\n", entries->nr);
	for (i = 0; i < entries->nr; i++)
		ktap_suite(buf, &entries->v[i], i + 1);
}

void lava_add(const struct entries *entries, struct buf *buf)
{
	const struct entry *entry;
	size_t i, j;

	for (i = 0; i < entries->nr; i++) {
		for (j = 0; j < entries->v[i].nr; j++) {
			entry = &entries->v[i].v[j];
			buf_addf(buf, "%s %s", entry->id, entry_word(entry));
			if (entry->seconds >= 0)
				buf_addf(buf, " %.3f seconds", entry->seconds);
			buf_addf(buf, "\n");
		}
	}
}

/* Printable ASCII, as a record has it. */
static void yaml_string(struct buf *buf, const char *str)
{
	buf_addf(buf, "\"");
	for (; *str; str++)
		buf_addf(buf, "%s%c", strchr("\"\\", *str) ? "\\" : "", *str);
	buf_addf(buf, "\"");
}

static void tmt_log(struct buf *buf, const struct suite *suite)
{
	char *label, *path;

	if (!suite->program)
		return;
	label = record_label(suite->program);
	path = xasprintf("logs/%s.log", label);
	buf_addf(buf, "  log: [");
	yaml_string(buf, path);
	buf_addf(buf, "]\n");
	free(label);
	free(path);
}

static void tmt_result(struct buf *buf, const char *name, const char *result,
		       double seconds)
{
	long long s = seconds > 0 ? seconds + 0.5 : 0;

	buf_addf(buf, "- name: \"/%s\"\n  result: \"%s\"\n", name, result);
	if (seconds >= 0)
		buf_addf(buf, "  duration: \"%02lld:%02lld:%02lld\"\n",
			 s / 3600, s / 60 % 60, s % 60);
}

static const char *tmt_word(const struct entry *entry)
{
	return entry->error ? "error" : entry_word(entry);
}

/* The name "/" is the test of tmt's that made the run. */
static void tmt_run(struct buf *buf, const struct record *record)
{
	const char *result = "fail";

	if (record->partial)
		result = "error";
	else if (!record->exit_code)
		result = "pass";
	else if (record->exit_code == 4)
		result = "skip";
	tmt_result(buf, "", result, record->seconds);
	buf_addf(buf, "  log: [\"run.tap\"]\n");
}

void tmt_add(const struct entries *entries, struct buf *buf)
{
	const struct suite *suite;
	const struct entry *entry;
	size_t i, j;

	tmt_run(buf, entries->record);
	for (i = 0; i < entries->nr; i++) {
		suite = &entries->v[i];
		for (j = 0; j < suite->nr; j++) {
			entry = &suite->v[j];
			tmt_result(buf, entry->id, tmt_word(entry),
				   entry->seconds);
			tmt_log(buf, suite);
		}
	}
}
