// SPDX-License-Identifier: GPL-2.0-or-later
/* JUnit XML, in the elements that both GitLab and Jenkins read. */
#include "sidefiles.h"

#include <stdlib.h>
#include <string.h>

struct counts {
	size_t tests, failures, errors, skipped;
};

/* All strings of a record are printable ASCII, tabs and newlines. */
static void xml_text(struct buf *buf, const char *str)
{
	size_t len;

	for (; *str; str++) {
		len = strcspn(str, "&<>\"\t\n");
		buf_add(buf, str, len);
		str += len;
		if (!*str)
			break;
		/* A number, so that an attribute keeps its blanks too. */
		buf_addf(buf, "&#%d;", *str);
	}
}

static void xml_attribute(struct buf *buf, const char *key, const char *value)
{
	buf_addf(buf, " %s=\"", key);
	xml_text(buf, value);
	buf_addf(buf, "\"");
}

static void count(struct counts *counts, const struct entry *entry)
{
	counts->tests++;
	counts->skipped += entry->status == TAP_SKIP;
	counts->errors += entry->error;
	counts->failures += entry->status == TAP_FAIL && !entry->error;
}

static void add_time(struct buf *buf, double seconds)
{
	buf_addf(buf, " time=\"%.3f\"", seconds >= 0 ? seconds : 0);
}

static void add_failure(struct buf *buf, const struct entry *entry)
{
	const char *element = entry->error ? "error" : "failure";

	buf_addf(buf, "      <%s type=\"%s\"", element, element);
	xml_attribute(buf, "message", entry->message);
	buf_addf(buf, ">");
	/* GitLab shows the text and not the message. */
	if (!entry->log || !strstr(entry->log, entry->message)) {
		xml_text(buf, entry->message);
		buf_addf(buf, "\n");
	}
	xml_text(buf, entry->log ? entry->log : "");
	buf_addf(buf, "</%s>\n", element);
}

static void add_case(struct buf *buf, const struct suite *suite,
		     const struct entry *entry)
{
	buf_addf(buf, "    <testcase");
	xml_attribute(buf, "classname", suite->id);
	xml_attribute(buf, "name", entry->name);
	add_time(buf, entry->seconds);
	if (entry->status == TAP_PASS) {
		buf_addf(buf, "/>\n");
		return;
	}
	buf_addf(buf, ">\n");
	if (entry->status == TAP_FAIL) {
		add_failure(buf, entry);
	} else if (entry->status == TAP_SKIP) {
		buf_addf(buf, "      <skipped");
		xml_attribute(buf, "message", entry->message);
		buf_addf(buf, "/>\n");
	} else {
		buf_addf(buf, "      <system-out>");
		xml_text(buf, entry->message);
		buf_addf(buf, "\n");
		xml_text(buf, entry->log ? entry->log : "");
		buf_addf(buf, "</system-out>\n");
	}
	buf_addf(buf, "    </testcase>\n");
}

static void add_property(struct buf *buf, const char *name, const char *value)
{
	if (!value)
		return;
	buf_addf(buf, "      <property");
	xml_attribute(buf, "name", name);
	xml_attribute(buf, "value", value);
	buf_addf(buf, "/>\n");
}

static void add_properties(struct buf *buf, const struct record *record)
{
	buf_addf(buf, "    <properties>\n");
	add_property(buf, "kernel", record->kernel ? record->kernel : "unknown");
	add_property(buf, "machine", record->machine);
	add_property(buf, "vm", record->vm);
	add_property(buf, "commit", record->commit);
	add_property(buf, "partial", record->partial);
	buf_addf(buf, "    </properties>\n");
}

/* In UTC, without a zone: that is what their schemas want. */
static void add_timestamp(struct buf *buf, time_t when)
{
	char str[32];
	struct tm tm;

	if (!when || !gmtime_r(&when, &tm))
		return;
	strftime(str, sizeof(str), "%Y-%m-%dT%H:%M:%S", &tm);
	xml_attribute(buf, "timestamp", str);
}

static void add_suite(struct buf *buf, const struct record *record,
		      const struct suite *suite)
{
	struct counts counts = {};
	size_t i;

	for (i = 0; i < suite->nr; i++)
		count(&counts, &suite->v[i]);
	buf_addf(buf, "  <testsuite");
	xml_attribute(buf, "name", suite->id);
	buf_addf(buf, " tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\"",
		 counts.tests, counts.failures, counts.errors, counts.skipped);
	add_time(buf, suite->seconds);
	add_timestamp(buf, record->start);
	buf_addf(buf, ">\n");
	add_properties(buf, record);
	for (i = 0; i < suite->nr; i++)
		add_case(buf, suite, &suite->v[i]);
	buf_addf(buf, "  </testsuite>\n");
}

void junit_add(const struct entries *entries, struct buf *buf)
{
	struct counts counts = {};
	size_t i, j;

	for (i = 0; i < entries->nr; i++) {
		for (j = 0; j < entries->v[i].nr; j++)
			count(&counts, &entries->v[i].v[j]);
	}
	buf_addf(buf, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		 "<testsuites name=\"netns-selftests\" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
		 counts.tests, counts.failures, counts.errors);
	add_time(buf, entries->record->seconds);
	buf_addf(buf, ">\n");
	for (i = 0; i < entries->nr; i++)
		add_suite(buf, entries->record, &entries->v[i]);
	buf_addf(buf, "</testsuites>\n");
}
