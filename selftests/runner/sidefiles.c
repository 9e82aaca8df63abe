// SPDX-License-Identifier: GPL-2.0-or-later
#include "sidefiles.h"

#include "results.h"

#include <stdlib.h>

static void json_add(const struct entries *entries, struct buf *buf)
{
	record_text(entries->record, buf);
}

const struct sidefile sidefiles[] = {
	{ "json", RECORD_FILE, "all there is to know: results/README.md",
	  json_add },
	{ "ktap", "run.ktap", "KTAP version 1: tests nested in programs",
	  ktap_add },
	{ "junit", "junit.xml", "JUnit XML: GitLab, Jenkins and their like",
	  junit_add },
	{ "lava", "lava.txt", "NAME pass|fail|skip, and its seconds",
	  lava_add },
	{ "tmt", "results.yaml", "what a tmt test leaves in $TMT_TEST_DATA",
	  tmt_add },
	{ "annotations", "annotations.txt", "workflow commands of GitHub Actions",
	  annotations_add },
	{ 0 }
};

void sidefiles_write(const struct record *record, struct results *results)
{
	const struct sidefile *sidefile;
	struct entries entries;
	struct buf buf = {};

	entries_make(&entries, record);
	for (sidefile = sidefiles; sidefile->format; sidefile++) {
		if (sidefile->add == json_add)
			continue;
		sidefile->add(&entries, &buf);
		results_write(results, sidefile->file, buf.data, buf.len);
		buf_free(&buf);
	}
	entries_free(&entries);
}
