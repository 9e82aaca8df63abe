// SPDX-License-Identifier: GPL-2.0-or-later
#include "gate.h"

#include "baseline.h"
#include "known.h"
#include "text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct gate {
	struct gate_desc desc;
	struct known known;
	struct record *baseline;
	char *baseline_path;	/* where "latest" was when we looked */
	struct strv excused;	/* by the list */
	struct strv worse;
	struct strv better;
	struct strv still;
};

/* A test, or a program as a whole. */
struct subject {
	const struct record_program *program;
	const char *test;	/* NULL: the program itself */
	enum tap_status status;
	const char *reason;	/* of a skip */
	enum baseline_was was;
	char **known;
	char **refused;
};

/* What a result is to an entry that covers it. */
enum need { NEEDED, NOT_NEEDED, NEITHER };

struct gate *gate_new(const struct gate_desc *desc)
{
	char why[RECORD_WHY], *path;
	struct gate *gate;

	if (!desc->known && !desc->baseline && !desc->strict)
		return NULL;
	gate = xgrow(NULL, 0, 1, sizeof(*gate));
	gate->desc = *desc;
	if (desc->known)
		known_load(&gate->known, desc->known, desc->today);
	if (!desc->baseline)
		return gate;
	path = realpath(desc->baseline, NULL);
	if (!path)
		die("--baseline %s: %s", desc->baseline, strerror(errno));
	gate->baseline = record_read(path, why);
	if (!gate->baseline)
		die("--baseline %s", why);
	gate->baseline_path = text_string(path);
	free(path);
	return gate;
}

bool gate_has_block(const struct gate *gate)
{
	return gate && (gate->desc.known || gate->baseline);
}

/* The first entry that takes the blame; each that covers it is counted. */
static const struct known_entry *listed(struct gate *gate, enum known_kind kind,
					const struct subject *subject,
					enum need need)
{
	const struct known_entry *found = NULL;
	struct known_entry *entry;
	size_t i;

	for (i = 0; i < gate->known.nr; i++) {
		entry = &gate->known.v[i];
		if (entry->kind != kind ||
		    !known_covers(entry, subject->program->name, subject->test))
			continue;
		entry->seen++;
		entry->needed += need == NEEDED;
		entry->passed += need == NOT_NEEDED;
		if (!found && !entry->expired)
			found = entry;
	}
	return found;
}

static void add(struct strv *strv, const struct subject *subject,
		const char *what)
{
	char *label = record_label(subject->program);

	strv_addf(strv, "%s%s%s %s", label, subject->test ? ":" : "",
		  subject->test ? subject->test : "", what);
	free(label);
}

static void judge_failed(struct gate *gate, const struct subject *subject)
{
	static const char *const there[] = {
		[WAS_ABSENT] = "is new, and fails",
		[WAS_SKIPPED] = "was skipped there, and fails",
		[WAS_PASSED] = "passed there, and fails",
	};
	const struct known_entry *entry;

	listed(gate, KNOWN_SKIP, subject, NEITHER);
	entry = listed(gate, KNOWN_FAIL, subject, NEEDED);
	if (entry) {
		*subject->known = xasprintf("known until %s: %s", entry->until,
					    entry->reason);
		add(&gate->excused, subject, *subject->known);
	} else if (subject->was == WAS_FAILED) {
		*subject->known = xasprintf("failed before, in %s",
					    gate->baseline_path);
		add(&gate->still, subject, "failed there, and fails");
	} else if (gate->baseline) {
		add(&gate->worse, subject, there[subject->was]);
	}
}

static void judge_skipped(struct gate *gate, const struct subject *subject)
{
	const char *reason = subject->reason ? subject->reason : "";

	listed(gate, KNOWN_FAIL, subject, NEITHER);
	if (listed(gate, KNOWN_SKIP, subject, NEEDED))
		return;
	if (subject->was == WAS_PASSED) {
		*subject->refused = xasprintf("passed in %s, and is skipped: %s",
					      gate->baseline_path, reason);
		add(&gate->worse, subject, "passed there, and is skipped");
	} else if (subject->was == WAS_FAILED) {
		add(&gate->still, subject, "failed there, and is skipped");
	} else if (gate->desc.strict && subject->was == WAS_ABSENT) {
		*subject->refused = xasprintf("--strict takes no skip that is not listed: %s",
					      reason);
	}
}

static void judge_passed(struct gate *gate, const struct subject *subject)
{
	const struct known_entry *entry;

	listed(gate, KNOWN_SKIP, subject, NOT_NEEDED);
	entry = listed(gate, KNOWN_FAIL, subject, NOT_NEEDED);
	if (entry && subject->test)
		*subject->known = xasprintf("listed as failing until %s: %s",
					    entry->until, entry->reason);
	if (subject->was == WAS_FAILED)
		add(&gate->better, subject, "failed there, and passes");
	else if (subject->was == WAS_SKIPPED)
		add(&gate->better, subject, "was skipped there, and passes");
}

static void judge(struct gate *gate, struct subject *subject)
{
	subject->was = WAS_ABSENT;
	if (gate->baseline)
		subject->was = baseline_was(gate->baseline, subject->program,
					    subject->test);
	switch (subject->status) {
	case TAP_FAIL:
		judge_failed(gate, subject);
		break;
	case TAP_SKIP:
		judge_skipped(gate, subject);
		break;
	case TAP_XFAIL:
		/* The program's own: no entry is needed. */
		listed(gate, KNOWN_FAIL, subject, NEITHER);
		break;
	default:
		judge_passed(gate, subject);
	}
}

static void judge_itself(struct gate *gate, struct record_program *ran)
{
	struct subject itself = {
		.program = ran, .status = TAP_PASS, .reason = ran->skip_all,
		.known = &ran->known, .refused = &ran->refused,
	};

	if (ran->troubles.nr)
		itself.status = TAP_FAIL;
	else if (ran->skip_all)
		itself.status = TAP_SKIP;
	judge(gate, &itself);
}

void gate_judge(struct gate *gate, const struct program *program,
		struct record_program *ran)
{
	struct known_entry *entry;
	struct record_test *test;
	size_t i;

	/* Not our own block; and what was cut short is nobody's fault. */
	if (!gate || !strcmp(ran->collection, GATE_COLLECTION))
		return;
	for (i = 0; i < ran->nr; i++) {
		test = &ran->tests[i];
		judge(gate, &(struct subject){
			.program = ran, .test = test->name,
			.status = test->status, .reason = test->reason,
			.known = &test->known, .refused = &test->refused,
		});
	}
	if (ran->end == RECORD_INTERRUPTED)
		return;
	judge_itself(gate, ran);
	for (i = 0; i < gate->known.nr; i++) {
		entry = &gate->known.v[i];
		if (!strcmp(entry->program, ran->name) && !program->only.nr &&
		    !ran->troubles.nr && !ran->skip_all)
			entry->whole = true;
	}
}

/* Does this run say anything on it?  A program that is nowhere is gone. */
static bool is_in_play(const struct gate *gate, const struct record *record,
		       const struct known_entry *entry)
{
	size_t i;

	for (i = 0; i < record->nr; i++)
		if (!strcmp(record->programs[i].name, entry->program))
			return true;
	return !program_is_listed(gate->desc.selected->build, entry->program);
}

static void finish_test(struct buf *tap, const char *name, unsigned int nr,
			bool ok)
{
	buf_addf(tap, "%sok %u %s\n", ok ? "" : "not ", nr, name);
}

static bool finish_known(struct gate *gate, const struct record *record,
			 struct buf *tap)
{
	struct known_entry *entry;
	bool ok = true;
	char *text;
	size_t i;

	for (i = 0; i < gate->known.nr; i++) {
		entry = &gate->known.v[i];
		if (!is_in_play(gate, record, entry))
			continue;
		/* A name that nothing has: of a test, or of a program. */
		if (!entry->seen && !entry->whole)
			entry->whole = !program_is_listed(gate->desc.selected->build,
							  entry->program);
		if (!entry->expired)
			continue;
		text = known_text(&gate->known, entry);
		buf_addf(tap, "# %s: expired on %s: %s\n", text, entry->until,
			 entry->reason);
		free(text);
		ok = false;
	}
	return ok;
}

/* Tests that are lost with a program which the list says is lost are not news. */
static bool is_excused(const struct gate *gate, const char *gone)
{
	const struct known_entry *entry;
	size_t i, len = strcspn(gone, ":");

	for (i = 0; i < gate->known.nr; i++) {
		entry = &gate->known.v[i];
		if (entry->kind == KNOWN_FAIL && !entry->test &&
		    entry->needed && !entry->expired &&
		    strlen(entry->program) == len &&
		    !strncmp(entry->program, gone, len))
			return true;
	}
	return false;
}

static bool finish_baseline(struct gate *gate, const struct record *record,
			    struct buf *tap)
{
	struct strv gone = {};
	bool ok = true;
	size_t i;

	baseline_gone(gate->baseline, record, gate->desc.selected, &gone);
	for (i = 0; i < gone.nr; i++) {
		if (is_excused(gate, gone.v[i]))
			continue;
		buf_addf(tap, "# %s passed in %s, and is gone\n", gone.v[i],
			 gate->baseline_path);
		strv_addf(&gate->worse, "%s passed there, and is gone",
			  gone.v[i]);
		ok = false;
	}
	strv_free(&gone);
	return ok;
}

bool gate_finish(struct gate *gate, const struct record *record,
		 struct buf *tap)
{
	bool known_ok = true, gone_ok = true;
	unsigned int nr = 0;

	buf_addf(tap, "TAP version 13\n1..%d\n",
		 !!gate->desc.known + !!gate->baseline);
	if (gate->desc.known) {
		known_ok = finish_known(gate, record, tap);
		finish_test(tap, "known.no_entry_has_expired", ++nr, known_ok);
	}
	if (gate->baseline) {
		gone_ok = finish_baseline(gate, record, tap);
		finish_test(tap, "baseline.no_test_is_gone", ++nr, gone_ok);
	}
	return known_ok && gone_ok;
}

static void section(struct strv *lines, const char *title,
		    const struct strv *entries)
{
	int indent = strspn(title, " ") + 2;
	size_t i;

	if (entries->nr)
		strv_addf(lines, "%s", title);
	for (i = 0; i < entries->nr; i++)
		strv_addf(lines, "%*s%s", indent, "", entries->v[i]);
}

/* Entries that nothing needed. */
static void summarise_list(const struct gate *gate, struct strv *lines)
{
	struct strv passing = {}, nowhere = {};
	const struct known_entry *entry;
	char *text;
	size_t i;

	for (i = 0; i < gate->known.nr; i++) {
		entry = &gate->known.v[i];
		text = known_text(&gate->known, entry);
		if (entry->passed && !entry->needed)
			strv_addf(&passing, "%s: %s", text, entry->reason);
		else if (!entry->seen && entry->whole)
			strv_addf(&nowhere, "%s: %s", text, entry->reason);
		free(text);
	}
	section(lines, "listed as known, and passes now (take it off the list):",
		&passing);
	section(lines, "listed as known, and there is no such test:", &nowhere);
	strv_free(&passing);
	strv_free(&nowhere);
}

void gate_summary(const struct gate *gate, struct strv *lines)
{
	if (!gate)
		return;
	section(lines, "known failures:", &gate->excused);
	summarise_list(gate, lines);
	if (!gate->baseline)
		return;
	strv_addf(lines, "against %s:", gate->baseline_path);
	if (gate->baseline->partial)
		strv_addf(lines, "  which is not whole: %s",
			  gate->baseline->partial);
	section(lines, "  worse:", &gate->worse);
	section(lines, "  better:", &gate->better);
	section(lines, "  not better:", &gate->still);
	strv_addf(lines, "  %zu worse, %zu better, %zu not better",
		  gate->worse.nr, gate->better.nr, gate->still.nr);
}

void gate_free(struct gate *gate)
{
	if (!gate)
		return;
	known_free(&gate->known);
	record_free(gate->baseline);
	free(gate->baseline_path);
	strv_free(&gate->excused);
	strv_free(&gate->worse);
	strv_free(&gate->better);
	strv_free(&gate->still);
	free(gate);
}
