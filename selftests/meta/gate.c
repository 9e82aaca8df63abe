// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The gate: which failures and skips count.  Programs do what a file tells them
 * (do_told() in stub.c); the list of known failures is beside them.
 *
 *	told: t.one passes, t.two fails, t.three is skipped
 *	told.2: t.one passes
 */
#include "ksft.h"

#include <signal.h>
#include <sys/stat.h>

#include "play.h"
#include "said.h"

#define TOLD	"ok t.one\nfail t.two\nskip t.three\n"
#define TODAY	" --today 2999-06-15"
/* The last day, the day before it, and the one of the list's entries. */
#define UNTIL	" until 2999-06-15 bug 7\n"
#define PASSED	" until 2999-06-14 bug 7\n"

/* A file beside the programs. */
static int put(const struct play *play, const char *name, const char *text)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s", play->dir, name);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	fputs(text, file);
	return fclose(file) ? -errno : 0;
}

/* "run OPTIONS", and with the list if there is one. */
static int gate_run(struct play *play, const char *list, const char *options)
{
	char words[512];
	int err = 0;

	snprintf(words, sizeof(words), "run %s", options);
	if (list) {
		err = put(play, "list", list);
		snprintf(words, sizeof(words), "run --known %s/list" TODAY " %s",
			 play->dir, options);
	}
	return err ? err : play_run(play, words);
}

/* It must not be there: @control, a part that is, shows that it would be seen. */
static bool unsaid(const struct play *play, const char *control,
		   const char *part)
{
	if (!said(play->out, control))
		return false;
	if (!strstr(play->out, part))
		return true;
	printf("# said: %s\n", part);
	return false;
}

FIXTURE(gate) { struct play play; };

FIXTURE_SETUP(gate)
{
	ASSERT_EQ(0, play_new(&self->play, "told told.2"));
	ASSERT_EQ(0, put(&self->play, "fake/told.tests", TOLD));
	ASSERT_EQ(0, put(&self->play, "fake/told.2.tests", "ok t.one\n"));
}

FIXTURE_TEARDOWN(gate)
{
	play_free(&self->play);
}

TEST_F(gate, known_failure_does_not_fail_the_run)
{
	struct play *play = &self->play;
	char *text;

	EXPECT_EQ(1, gate_run(play, NULL, ""));
	EXPECT_TRUE(said_line(play->out, "not ok 1 selftests: fake: told # exit=1"));
	EXPECT_EQ(0, gate_run(play, "# a comment\n\n fail told:t.two" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# ok 2 t.two # XFAIL known until 2999-06-15: bug 7"));
	EXPECT_TRUE(unsaid(play, "ok 1 selftests: fake: told\n", "not ok"));
	EXPECT_TRUE(unsaid(play, "# timeout set to 45", "timeout set to 0"));
	EXPECT_TRUE(said(play->out, "\n# known failures:\n#   told:t.two known until 2999-06-15: bug 7\n"));
	EXPECT_TRUE(said_line(play->out, "# Totals: pass:3 fail:0 xfail:1 xpass:0 skip:1 error:0"));
	EXPECT_TRUE(said_line(play->out, "3 passed, 0 failed, 1 skipped, 1 known to fail"));
	/* What the program said is kept, and what is counted is written. */
	text = play_file(play, "logs/told.log");
	EXPECT_TRUE(said_line(text, "not ok 2 t.two"));
	free(text);
	text = play_file(play, "run.json");
	EXPECT_TRUE(said(text, "known until 2999-06-15: bug 7"));
	free(text);
	text = play_file(play, "run.tap");
	EXPECT_EQ(0, strcmp(play->out, text));
	free(text);
}

TEST_F(gate, entry_is_of_its_own_test_only)
{
	struct play *play = &self->play;

	EXPECT_EQ(1, gate_run(play, "fail told:t.o*" UNTIL
			      "fail told.2:t.two" UNTIL
			      "fail told" UNTIL "skip told:t.two" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# not ok 2 t.two"));
	EXPECT_TRUE(said_line(play->out, "#   told: t.two"));
	EXPECT_EQ(0, gate_run(play, "fail told:t.o*" UNTIL
			      "fail told:t.*" UNTIL, ""));
}

TEST_F(gate, known_failures_alone_are_exit_0)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, gate_run(play, "fail told:t.two" UNTIL,
			      "--filter told:t.two"));
	EXPECT_TRUE(said_line(play->out, "1 passed, 0 failed, 0 skipped, 1 known to fail"));
}

TEST_F(gate, expired_entry_fails_the_run_and_excuses_nothing)
{
	struct play *play = &self->play;

	EXPECT_EQ(1, gate_run(play, "fail told:t.two" PASSED, ""));
	EXPECT_TRUE(said_line(play->out, "1..3"));
	EXPECT_TRUE(said_line(play->out, "# not ok 2 t.two"));
	EXPECT_TRUE(said(play->out, "/list:1: fail told:t.two: expired on 2999-06-14: bug 7\n"
			 "# not ok 1 known.no_entry_has_expired\n"
			 "not ok 3 selftests: gate: claims # exit=1\n"));
	EXPECT_TRUE(said_line(play->out, "2 passed, 2 failed, 1 skipped"));
}

TEST_F(gate, expired_entry_of_a_test_that_passes_fails_the_run)
{
	struct play *play = &self->play;

	EXPECT_EQ(1, gate_run(play, "fail told:t.two" UNTIL
			      "fail told.2:t.one" PASSED, ""));
	EXPECT_TRUE(said_line(play->out, "# not ok 1 known.no_entry_has_expired"));
	EXPECT_EQ(1, gate_run(play, "fail told:t.two" UNTIL
			      "skip told.2:t.one" PASSED, ""));
	EXPECT_EQ(0, gate_run(play, "fail told:t.two" UNTIL
			      "fail told.2:t.one" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# ok 1 known.no_entry_has_expired"));
	EXPECT_TRUE(said_line(play->out, "ok 3 selftests: gate: claims"));
}

/* A program that a filter left out is judged elsewhere, one that is gone here. */
TEST_F(gate, expired_entry_counts_where_its_program_does)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, gate_run(play, "fail told:t.two" PASSED,
			      "--filter told.2"));
	EXPECT_EQ(1, gate_run(play, "fail told:t.two" PASSED,
			      "--filter told:t.one"));
	EXPECT_EQ(1, gate_run(play, "fail gone:t.two" PASSED,
			      "--filter told.2"));
}

TEST_F(gate, unexpected_pass_is_reported)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, gate_run(play, "fail told:t.two" UNTIL
			      "fail told.2:t.one" UNTIL
			      "skip told:t.one" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# ok 1 t.one # XPASS listed as failing until 2999-06-15: bug 7"));
	EXPECT_TRUE(said(play->out, "\n# listed as known, and passes now (take it off the list):\n"));
	EXPECT_TRUE(said(play->out, "/list:2: fail told.2:t.one: bug 7\n"));
	EXPECT_TRUE(said(play->out, "/list:3: skip told:t.one: bug 7\n"));
	EXPECT_TRUE(unsaid(play, "/list:2: ", "/list:1: "));
	EXPECT_TRUE(said_line(play->out, "# Totals: pass:2 fail:0 xfail:1 xpass:1 skip:1 error:0"));
}

/* One that is needed once is needed. */
TEST_F(gate, glob_that_still_catches_one_is_not_reported)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, gate_run(play, "fail told:*" UNTIL "fail told.2:*" UNTIL,
			      "--repeat 2"));
	EXPECT_TRUE(unsaid(play, "/list:2: ", "/list:1: "));
	EXPECT_TRUE(said(play->out, "#   told.2:t.two known until"));
	EXPECT_TRUE(said_line(play->out, "1..5"));
	EXPECT_TRUE(said_line(play->out, "ok 5 selftests: gate: claims"));
}

#define NOWHERE "\n# listed as known, and there is no such test:\n"

TEST_F(gate, entry_that_nothing_matches_is_reported)
{
	static const char list[] = "fail told:t.two" UNTIL
		"fail told:t.four" UNTIL "fail gone" UNTIL
		"skip told.2:t.two" UNTIL "fail verdict:x" UNTIL;
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "kselftest-list.txt",
			 "fake:told\nfake:told.2\nother:verdict\n"));
	EXPECT_EQ(0, gate_run(play, list, ""));
	EXPECT_TRUE(said(play->out, NOWHERE));
	EXPECT_TRUE(said(play->out, "/list:2: fail told:t.four: bug 7\n"));
	EXPECT_TRUE(said(play->out, "/list:3: fail gone: bug 7\n"));
	EXPECT_TRUE(said(play->out, "/list:4: skip told.2:t.two: bug 7\n"));
	/* Of another collection: nothing is known of it here. */
	EXPECT_TRUE(unsaid(play, NOWHERE, "/list:5: "));
	/* Nor of what a filter left out. */
	EXPECT_EQ(0, gate_run(play, list, "--filter told.2 -f told:t.one"));
	EXPECT_TRUE(said(play->out, "/list:4: "));
	EXPECT_TRUE(unsaid(play, NOWHERE, "/list:2: "));
}

/* It may be needed where the test runs, or fails. */
TEST_F(gate, entry_of_a_test_that_neither_fails_nor_passes_is_not_reported)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, gate_run(play, "fail told:t.two" UNTIL
			      "skip told:t.two" UNTIL "fail told:t.three" UNTIL
			      "fail told:t.four" UNTIL, ""));
	EXPECT_TRUE(said(play->out, "/list:4: "));
	EXPECT_TRUE(unsaid(play, NOWHERE, "/list:2: "));
	EXPECT_TRUE(unsaid(play, NOWHERE, "/list:3: "));
}

TEST_F(gate, crash_is_known_by_its_program_alone)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.tests", "fail t.one\ncrash t.two\n"));
	EXPECT_EQ(1, gate_run(play, "fail told:*" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# told: killed by signal 11 (Segmentation fault)"));
	EXPECT_TRUE(said_line(play->out, "not ok 1 selftests: fake: told # exit=139"));
	/* And its tests by theirs. */
	EXPECT_EQ(1, gate_run(play, "fail told" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# not ok 1 t.one"));
	EXPECT_EQ(0, gate_run(play, "fail told" UNTIL "fail told:t.one" UNTIL
			      "fail told:t.nine" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "ok 1 selftests: fake: told # XFAIL known until 2999-06-15: bug 7"));
	EXPECT_TRUE(said_line(play->out, "#   told known until 2999-06-15: bug 7"));
	EXPECT_TRUE(said_line(play->out, "# Totals: pass:2 fail:0 xfail:2 xpass:0 skip:0 error:0"));
	/* Who knows what it would have run? */
	EXPECT_TRUE(unsaid(play, "known failures:", "/list:3: "));
}

TEST_F(gate, program_that_no_longer_crashes_is_reported)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, gate_run(play, "fail told.2" UNTIL, "--filter told.2"));
	EXPECT_TRUE(said(play->out, "/list:1: fail told.2: bug 7\n"));
	EXPECT_TRUE(said_line(play->out, "ok 1 selftests: fake: told.2"));
}

TEST(missing_program_can_be_known)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok -gone"));
	EXPECT_EQ(1, gate_run(&play, "fail gone:*" UNTIL, ""));
	EXPECT_EQ(0, gate_run(&play, "fail gone" UNTIL, ""));
	EXPECT_TRUE(said_line(play.out, "ok 2 selftests: fake: gone # XFAIL known until 2999-06-15: bug 7"));
	play_free(&play);
}

TEST_F(gate, strict_takes_a_skip_for_a_failure)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.tests", "ok t.one\nskip t.three\n"));
	EXPECT_EQ(0, gate_run(play, NULL, ""));
	EXPECT_EQ(1, gate_run(play, NULL, "--strict"));
	EXPECT_TRUE(said_line(play->out, "# not ok 2 t.three # --strict takes no skip that is not listed: no CONFIG_STUB"));
	EXPECT_TRUE(said(play->out, "\nnot ok 1 selftests: fake: told # exit=0"));
	EXPECT_TRUE(unsaid(play, "# not ok 2 ", "# SKIP"));
	EXPECT_TRUE(said_line(play->out, "2 passed, 1 failed, 0 skipped"));
	EXPECT_TRUE(said_line(play->out, "#   told: t.three: --strict takes no skip that is not listed: no CONFIG_STUB"));
}

TEST_F(gate, strict_takes_a_listed_skip)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.tests", "ok t.one\nskip t.three\n"));
	EXPECT_EQ(1, gate_run(play, "fail told:t.three" UNTIL "skip told" UNTIL,
			      "--strict"));
	EXPECT_EQ(0, gate_run(play, "skip told:t.th*" UNTIL, "--strict"));
	EXPECT_TRUE(said_line(play->out, "# ok 2 t.three # SKIP no CONFIG_STUB"));
	EXPECT_EQ(1, gate_run(play, "skip told:t.th*" PASSED, "--strict"));
	EXPECT_TRUE(said_line(play->out, "2 passed, 2 failed, 0 skipped"));
}

TEST_F(gate, strict_is_for_whole_programs_too)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.tests", "skipall t.one\n"));
	EXPECT_EQ(4, gate_run(play, NULL, "--filter told"));
	EXPECT_EQ(1, gate_run(play, NULL, "--strict --filter told"));
	EXPECT_TRUE(said_line(play->out, "# told: --strict takes no skip that is not listed: no CONFIG_STUB"));
	EXPECT_TRUE(unsaid(play, "\nnot ok 1 selftests: fake: told # exit=4\n", "# SKIP"));
	EXPECT_EQ(1, gate_run(play, "skip told:*" UNTIL, "--strict"));
	EXPECT_EQ(0, gate_run(play, "skip told" UNTIL, "--strict"));
	EXPECT_TRUE(said_line(play->out, "ok 1 selftests: fake: told # SKIP"));
}

FIXTURE(bad_list) { struct play play; };
FIXTURE_VARIANT(bad_list)
{
	const char *line;
	const char *said;
};

#define BAD(name, line, said) \
	FIXTURE_VARIANT_ADD(bad_list, name) { line, "/list:2: " said }

BAD(no_kind, "told:t.two" UNTIL, "neither fail nor skip: told:t.two: a line is \"fail ");
BAD(other_kind, "Fail told:t.two" UNTIL, "neither fail nor skip: Fail");
BAD(no_name, "fail" UNTIL, "no \"until\" behind the name: 2999-06-15");
BAD(no_test, "fail told:" UNTIL, "not PROGRAM or PROGRAM:TESTGLOB: told:");
BAD(no_program, "fail :t.two" UNTIL, "not PROGRAM or PROGRAM:TESTGLOB: :t.two");
BAD(glob_of_programs, "fail t*:t.two" UNTIL, "not PROGRAM or PROGRAM:TESTGLOB: t*");
BAD(no_until, "fail told:t.two 2999-06-15 bug\n", "no \"until\" behind the name: 2999-");
BAD(no_more, "fail told:t.two\n", "no \"until\" behind the name: a line");
BAD(no_date, "fail told:t.two until bug 7\n", "not a day: bug");
BAD(no_such_day, "fail told:t.two until 2999-02-29 bug\n", "not a day: 2999-02-29");
BAD(short_date, "fail told:t.two until 2999-6-15 bug\n", "not a day: 2999-6-15");
BAD(short_year, "fail told:t.two until 99-06-15 bug\n", "not a day: 99-06-15");
BAD(date_and_more, "fail told:t.two until 2999-06-15x bug\n", "not a day: 2999-06-15x");
BAD(no_reason, "fail told:t.two until 2999-06-15 \n", "no reason: a line");
BAD(no_end, "fail told:t.two until 2999-06-15", "no reason: a line");
BAD(verdict, "fail told:t.two until 2999-06-15 a [SKIP] of\n", "CI parsers take");
BAD(twice, "fail told:t.one" UNTIL, "listed already: line 1: ");

FIXTURE_SETUP(bad_list)
{
	ASSERT_EQ(0, play_new(&self->play, "ok"));
}

FIXTURE_TEARDOWN(bad_list)
{
	play_free(&self->play);
}

/* Nothing has been run then, and no folder made. */
TEST_F(bad_list, line_is_exit_2_and_named)
{
	struct play *play = &self->play;
	char list[256];

	snprintf(list, sizeof(list), "fail told:t.one" UNTIL "%s", variant->line);
	EXPECT_EQ(2, gate_run(play, list, ""));
	EXPECT_TRUE(said(play->err, variant->said));
	EXPECT_STREQ("", play->out);
	EXPECT_EQ(NULL, play_file(play, "env.json"));
}

TEST(list_that_is_none_is_exit_2)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok"));
	EXPECT_EQ(2, play_run(&play, "run --known /nowhere"));
	EXPECT_TRUE(said(play.err, "--known /nowhere: No such file or directory"));
	EXPECT_EQ(2, play_run(&play, "run --known /proc"));
	EXPECT_TRUE(said(play.err, "--known /proc: Is a directory"));
	EXPECT_EQ(2, play_run(&play, "run --known /dev/zero"));
	EXPECT_TRUE(said(play.err, "--known /dev/zero: more than 1048576 bytes"));
	EXPECT_EQ(2, play_run(&play, "run --known /proc/self/cmdline"));
	EXPECT_TRUE(said(play.err, "--known /proc/self/cmdline: a NUL byte"));
	EXPECT_EQ(0, play_run(&play, "run --known /dev/null"));
	EXPECT_EQ(2, play_run(&play, "run --known /dev/null --known /dev/null"));
	EXPECT_TRUE(said(play.err, "--known is given twice"));
	EXPECT_EQ(2, play_run(&play, "run --baseline=/a --baseline=/a"));
	EXPECT_TRUE(said(play.err, "--baseline is given twice"));
	play_free(&play);
}

/* So that no option brings back what has expired. */
TEST(today_is_not_a_day_gone_by)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok"));
	EXPECT_EQ(2, play_run(&play, "run --today 2026-01-01"));
	EXPECT_TRUE(said(play.err, "--today 2026-01-01: it is 2"));
	EXPECT_EQ(2, play_run(&play, "run --today tomorrow"));
	EXPECT_TRUE(said(play.err, "--today tomorrow: not a day"));
	play_free(&play);
}

/* Without --today it is the day it is: long past 2001. */
TEST_F(gate, list_expires_by_the_clock)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "run --known %s/list", play->dir);
	ASSERT_EQ(0, put(play, "list", "fail told:t.two until 2001-01-01 bug 7\n"));
	EXPECT_EQ(1, play_run(play, words));
	EXPECT_TRUE(said(play->out, ": expired on 2001-01-01: bug 7"));
	ASSERT_EQ(0, put(play, "list", "fail told:t.two until 2999-01-01 bug 7\n"));
	EXPECT_EQ(0, play_run(play, words));
}

/* The gate has nothing to say on half a run. */
TEST(cut_short_is_what_it_was)
{
	struct play play;
	char words[256];
	pid_t pid;

	ASSERT_EQ(0, play_new(&play, "ok hang"));
	ASSERT_EQ(0, put(&play, "list", "fail hang until 2999-01-01 bug 7\n"
			 "fail ok:t.one until 2001-01-01 bug 7\n"));
	snprintf(words, sizeof(words), "run -j 1 --known %s/list", play.dir);
	ASSERT_EQ(0, play_start(&play, words));
	pid = play_pid(&play);
	EXPECT_LT(0, pid);
	EXPECT_EQ(0, kill(play.pid, SIGTERM));
	EXPECT_EQ(128 + SIGTERM, play_wait(&play));
	EXPECT_TRUE(said_line(play.out, "not ok 2 selftests: fake: hang # interrupted"));
	EXPECT_TRUE(unsaid(&play, "cut short by SIGTERM", "gate: claims"));
	/* As what is run again it says that it is half a run. */
	EXPECT_EQ(4, play_run(&play, "run --rerun-failed --filter ok"));
	EXPECT_TRUE(said(play.out, ", which is not whole: cut short by SIGTERM: this is 2 of 3 programs\n"));
	/* As a baseline it says so, and excuses no hang. */
	snprintf(words, sizeof(words), "run --timeout 1 --baseline %s/results/latest",
		 play.dir);
	EXPECT_EQ(1, play_run(&play, words));
	EXPECT_TRUE(said_line(play.out, "#   which is not whole: cut short by SIGTERM: this is 2 of 3 programs"));
	EXPECT_TRUE(said_line(play.out, "#     hang is new, and fails"));
	play_free(&play);
}

FIXTURE(change) { struct play play; };
FIXTURE_VARIANT(change)
{
	const char *there;	/* what told was told for the baseline */
	const char *here;
	int code;
	const char *line;
	const char *summary;
};

#define CHANGE(name, ...) \
	FIXTURE_VARIANT_ADD(change, name) { __VA_ARGS__ }
#define COUNTS(worse, better, still) \
	"#   " #worse " worse, " #better " better, " #still " not better"

CHANGE(nothing, "ok t.one\nskip t.two\n", "ok t.one\nskip t.two\n", 0,
       "# ok 2 t.two # SKIP no CONFIG_STUB", COUNTS(0, 0, 0));
CHANGE(pass_to_fail, "ok t.one\n", "fail t.one\n", 1, "# not ok 1 t.one",
       COUNTS(1, 0, 0));
CHANGE(skip_to_fail, "skip t.one\n", "fail t.one\n", 1, "# not ok 1 t.one",
       COUNTS(1, 0, 0));
CHANGE(new_fails, "ok t.one\n", "ok t.one\nfail t.two\n", 1,
       "# not ok 2 t.two", COUNTS(1, 0, 0));
CHANGE(new_passes, "ok t.one\n", "ok t.one\nok t.two\n", 0, "# ok 2 t.two",
       COUNTS(0, 0, 0));
CHANGE(new_skips, "ok t.one\n", "ok t.one\nskip t.two\n", 0,
       "# ok 2 t.two # SKIP no CONFIG_STUB", COUNTS(0, 0, 0));
CHANGE(fail_to_fail, "fail t.one\n", "fail t.one\n", 0,
       "ok 1 selftests: fake: told", COUNTS(0, 0, 1));
CHANGE(fail_to_pass, "fail t.one\n", "ok t.one\n", 0,
       "#     told:t.one failed there, and passes", COUNTS(0, 1, 0));
CHANGE(skip_to_pass, "skip t.one\n", "ok t.one\n", 0,
       "#     told:t.one was skipped there, and passes", COUNTS(0, 1, 0));
CHANGE(pass_to_skip, "ok t.one\n", "skip t.one\n", 1,
       "#     told:t.one passed there, and is skipped", COUNTS(1, 0, 0));
CHANGE(fail_to_skip, "fail t.one\n", "skip t.one\n", 4,
       "#     told:t.one failed there, and is skipped", COUNTS(0, 0, 1));
CHANGE(own_xfail, "xfail t.one\n", "xfail t.one\n", 0,
       "# ok 1 t.one # XFAIL own", COUNTS(0, 0, 0));
CHANGE(own_xfail_to_fail, "xfail t.one\n", "fail t.one\n", 0,
       "#     told:t.one failed there, and fails", COUNTS(0, 0, 1));
CHANGE(own_xfail_to_pass, "xfail t.one\n", "ok t.one\n", 0,
       "#     told:t.one failed there, and passes", COUNTS(0, 1, 0));
CHANGE(gone, "ok t.one\nok t.two\n", "ok t.one\n", 1,
       "#     told:t.two passed there, and is gone", COUNTS(1, 0, 0));
CHANGE(failed_and_is_gone, "ok t.one\nfail t.two\n", "ok t.one\n", 0,
       "# ok 1 baseline.no_test_is_gone", COUNTS(0, 0, 0));
CHANGE(skipped_and_is_gone, "ok t.one\nskip t.two\n", "ok t.one\n", 0,
       "# ok 1 baseline.no_test_is_gone", COUNTS(0, 0, 0));
CHANGE(crashes, "ok t.one\nok t.two\n", "ok t.one\ncrash t.two\n", 1,
       "#     told:t.two passed there, and is gone", COUNTS(2, 0, 0));
CHANGE(crashed_too, "ok t.one\ncrash t.two\n", "ok t.one\ncrash t.two\n", 0,
       "#     told failed there, and fails", COUNTS(0, 0, 1));
CHANGE(crashed_there, "ok t.one\ncrash t.two\n", "ok t.one\nok t.two\n", 0,
       "#     told failed there, and passes", COUNTS(0, 1, 0));
CHANGE(crashes_earlier, "ok t.one\ncrash t.two\n", "crash t.one\nok t.two\n", 1,
       "#     told:t.one passed there, and is gone", COUNTS(1, 0, 1));
CHANGE(skips_as_a_whole, "ok t.one\nok t.two\n", "skipall t.one\n", 1,
       "#     told passed there, and is skipped", COUNTS(1, 0, 0));
CHANGE(skipped_as_a_whole, "skipall t.one\n", "skipall t.one\n", 4,
       "ok 1 selftests: fake: told # SKIP", COUNTS(0, 0, 0));

FIXTURE_SETUP(change)
{
	ASSERT_EQ(0, play_new(&self->play, "told"));
}

FIXTURE_TEARDOWN(change)
{
	play_free(&self->play);
}

/* The run that is compared with is the latest when this one begins. */
TEST_F(change, is_told_by_the_baseline)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "--baseline %s/results/latest", play->dir);
	ASSERT_EQ(0, put(play, "fake/told.tests", variant->there));
	ASSERT_LE(0, gate_run(play, NULL, ""));
	ASSERT_EQ(0, put(play, "fake/told.tests", variant->here));
	EXPECT_EQ(variant->code, gate_run(play, NULL, words));
	EXPECT_TRUE(said_line(play->out, variant->line));
	EXPECT_TRUE(said_line(play->out, variant->summary));
}

/* told and told.2 as they are here; @there: what told was told in the baseline. */
static int baseline_run(struct play *play, const char *there, const char *list,
			const char *options)
{
	char words[256];
	int err;

	err = put(play, "fake/told.tests", there);
	if (err)
		return err;
	err = gate_run(play, NULL, "");
	if (err < 0 || err == 2)
		return -EPROTO;
	err = put(play, "fake/told.tests", TOLD);
	snprintf(words, sizeof(words), "--baseline %s/results/latest/run.json %s",
		 play->dir, options);
	return err ? err : gate_run(play, list, words);
}

TEST_F(gate, baseline_knows_what_is_gone_by_what_was_asked_for)
{
	static const char there[] = TOLD "ok t.gone\n";
	struct play *play = &self->play;

	EXPECT_EQ(1, baseline_run(play, there, NULL, ""));
	EXPECT_TRUE(said_line(play->out, "#     told:t.gone passed there, and is gone"));
	EXPECT_EQ(0, baseline_run(play, there, NULL, "--filter told.2"));
	EXPECT_EQ(0, baseline_run(play, there, NULL, "--filter told:t.t*"));
	EXPECT_EQ(1, baseline_run(play, there, NULL, "--filter told:t.*"));
	EXPECT_EQ(1, baseline_run(play, there, NULL, "--filter told"));
}

TEST_F(gate, baseline_sees_that_a_program_is_gone)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "--baseline %s/results/latest", play->dir);
	ASSERT_EQ(1, gate_run(play, NULL, ""));
	ASSERT_EQ(0, put(play, "kselftest-list.txt", "fake:told\n"));
	EXPECT_EQ(1, gate_run(play, NULL, words));
	EXPECT_TRUE(said_line(play->out, "#     told.2:t.one passed there, and is gone"));
	EXPECT_TRUE(said_line(play->out, "not ok 2 selftests: gate: claims # exit=1"));
}

/* It failed there if it failed once; and what is gone is gone once. */
TEST_F(gate, baseline_of_several_rounds_is_one)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "--baseline %s/results/latest", play->dir);
	ASSERT_EQ(0, put(play, "fake/told.tests", "once t.one\nok t.two\n"));
	ASSERT_EQ(1, gate_run(play, NULL, "--repeat 2"));
	ASSERT_TRUE(said_line(play->out, "# not ok 1 t.one"));
	ASSERT_TRUE(said_line(play->out, "# ok 1 t.one"));
	ASSERT_EQ(0, put(play, "fake/told.tests", "fail t.one\n"));
	EXPECT_EQ(1, gate_run(play, NULL, words));
	EXPECT_TRUE(said_line(play->out, "#     told:t.one failed there, and fails"));
	EXPECT_TRUE(said_line(play->out, "#   1 worse, 0 better, 1 not better"));
}

/* What was not to be run has not gone. */
TEST_F(gate, baseline_is_for_the_collections_that_are_run)
{
	struct play *play = &self->play;
	char words[256], path[128];

	snprintf(words, sizeof(words), "--baseline %s/results/latest", play->dir);
	snprintf(path, sizeof(path), "%s/other", play->dir);
	ASSERT_EQ(0, symlink("fake", path));
	ASSERT_EQ(0, put(play, "kselftest-list.txt", "fake:told\nother:told.2\n"));
	ASSERT_EQ(1, gate_run(play, NULL, "--collection other"));
	ASSERT_TRUE(said_line(play->out, "ok 2 selftests: other: told.2"));
	EXPECT_EQ(0, gate_run(play, NULL, words));
	EXPECT_TRUE(said_line(play->out, "#   0 worse, 0 better, 1 not better"));
}

TEST_F(gate, list_comes_before_the_baseline)
{
	struct play *play = &self->play;

	/* t.two passed there: listed it may fail. */
	EXPECT_EQ(1, baseline_run(play, "ok t.one\nok t.two\nok t.three\n", NULL, ""));
	EXPECT_TRUE(said_line(play->out, "#   2 worse, 0 better, 0 not better"));
	EXPECT_EQ(0, baseline_run(play, "ok t.one\nok t.two\nok t.three\n",
				  "fail told:t.two" UNTIL "skip told:t.three" UNTIL, ""));
	EXPECT_TRUE(said_line(play->out, "# ok 2 t.two # XFAIL known until 2999-06-15: bug 7"));
	EXPECT_TRUE(said_line(play->out, "#   0 worse, 0 better, 0 not better"));
}

/* A skip is a failure there and here: it is no news. */
TEST_F(gate, strict_beside_a_baseline_is_for_new_skips)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, baseline_run(play, TOLD, NULL, "--strict"));
	EXPECT_EQ(1, baseline_run(play, "ok t.one\nfail t.two\n", NULL, "--strict"));
	EXPECT_TRUE(said_line(play->out, "# not ok 3 t.three # --strict takes no skip that is not listed: no CONFIG_STUB"));
}

/* Tests that a program lost with itself, which the list expects. */
TEST_F(gate, known_crash_has_lost_nothing)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "--baseline %s/results/latest", play->dir);
	ASSERT_EQ(1, gate_run(play, NULL, ""));
	ASSERT_EQ(0, put(play, "fake/told.tests", "crash t.one\n"));
	EXPECT_EQ(0, gate_run(play, "fail told" UNTIL, words));
	EXPECT_TRUE(said_line(play->out, "#   0 worse, 0 better, 0 not better"));
}

FIXTURE(lost) { struct play play; };
FIXTURE_VARIANT(lost) { const char *list; };
FIXTURE_VARIANT_ADD(lost, expired) { "fail told" PASSED };
FIXTURE_VARIANT_ADD(lost, of_a_test) { "fail told:t.*" UNTIL };
FIXTURE_VARIANT_ADD(lost, of_a_skip) { "skip told" UNTIL };
FIXTURE_VARIANT_ADD(lost, of_another) { "fail told.2" UNTIL };
FIXTURE_VARIANT_ADD(lost, not_needed) { "fail told.3" UNTIL };

FIXTURE_SETUP(lost)
{
	ASSERT_EQ(0, play_new(&self->play, "told told.2 told.3"));
	ASSERT_EQ(0, put(&self->play, "fake/told.tests", "ok t.one\nok t.two\n"));
	ASSERT_EQ(0, put(&self->play, "fake/told.2.tests", "ok t.one\n"));
	ASSERT_EQ(0, put(&self->play, "fake/told.3.tests", "ok t.one\nok t.two\n"));
}

FIXTURE_TEARDOWN(lost)
{
	play_free(&self->play);
}

/* told and told.2 crash, told.3 has lost a test and knows nothing of it. */
TEST_F(lost, test_is_excused_by_no_such_entry)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "--baseline %s/results/latest", play->dir);
	ASSERT_EQ(0, gate_run(play, NULL, ""));
	ASSERT_EQ(0, put(play, "fake/told.tests", "fail t.one\ncrash t.two\n"));
	ASSERT_EQ(0, put(play, "fake/told.2.tests", "crash t.one\n"));
	ASSERT_EQ(0, put(play, "fake/told.3.tests", "ok t.one\n"));
	EXPECT_EQ(1, gate_run(play, variant->list, words));
	EXPECT_TRUE(said_line(play->out, "#     told:t.two passed there, and is gone"));
	EXPECT_TRUE(said_line(play->out, "#     told.3:t.two passed there, and is gone"));
}

FIXTURE(bad_run) { struct play play; };
FIXTURE_VARIANT(bad_run)
{
	const char *option;
	const char *said;	/* behind the option's name */
};
FIXTURE_VARIANT_ADD(bad_run, baseline) { "--baseline=", "--baseline " };
FIXTURE_VARIANT_ADD(bad_run, rerun) { "--rerun-failed=", "--rerun-failed: " };

FIXTURE_SETUP(bad_run)
{
	ASSERT_EQ(0, play_new(&self->play, "fail"));
}

FIXTURE_TEARDOWN(bad_run)
{
	play_free(&self->play);
}

TEST_F(bad_run, is_exit_2_and_named)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), "%s/nowhere", variant->option);
	EXPECT_EQ(2, gate_run(play, NULL, words));
	EXPECT_TRUE(said(play->err, variant->said));
	EXPECT_TRUE(said(play->err, "/nowhere: No such file or directory"));
	/* A folder that is none of a run. */
	snprintf(words, sizeof(words), "%s/tmp", variant->option);
	EXPECT_EQ(2, gate_run(play, NULL, words));
	EXPECT_TRUE(said(play->err, variant->said));
	EXPECT_TRUE(said(play->err, "/tmp: no run.json in it"));
	ASSERT_EQ(0, put(play, "run.json", "{ \"schema\": \"netns-run/1\""));
	snprintf(words, sizeof(words), "%s%s/run.json", variant->option, play->dir);
	EXPECT_EQ(2, gate_run(play, NULL, words));
	EXPECT_TRUE(said(play->err, variant->said));
	EXPECT_TRUE(said(play->err, "/run.json"));
	EXPECT_STREQ("", play->out);
	EXPECT_EQ(NULL, play_file(play, "env.json"));
}

TEST_F(gate, rerun_takes_the_tests_that_failed)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.2.tests", "ok t.one\nfail t.[x]\nfail t.x\n"));
	EXPECT_EQ(1, gate_run(play, NULL, ""));
	EXPECT_EQ(1, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_TRUE(said_line(play->out, "1..2"));
	EXPECT_TRUE(said(play->out, "# 1..1\n# # expected 0, got -ENODEV\n# not ok 1 t.two\n"));
	EXPECT_TRUE(said_line(play->out, "# not ok 2 t.x"));
	EXPECT_TRUE(said_line(play->out, "0 passed, 3 failed, 0 skipped"));
	EXPECT_TRUE(said(play->out, "\n# run again: what failed in /tmp/play-"));
	/* Of what failed still, the next takes only that. */
	ASSERT_EQ(0, put(play, "fake/told.tests", "ok t.one\nok t.two\nskip t.three\n"));
	EXPECT_EQ(1, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_TRUE(said_line(play->out, "1 passed, 2 failed, 0 skipped"));
	EXPECT_EQ(1, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_TRUE(said_line(play->out, "1..1"));
}

TEST_F(gate, rerun_is_within_the_filters)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.2.tests", "fail t.one\nfail t.two\n"));
	EXPECT_EQ(1, gate_run(play, NULL, ""));
	EXPECT_EQ(1, gate_run(play, NULL, "--rerun-failed --filter told*:t.one"));
	EXPECT_TRUE(said_line(play->out, "1..1"));
	EXPECT_TRUE(said_line(play->out, "# 1..1"));
	EXPECT_TRUE(said_line(play->out, "# not ok 1 t.one"));
}

TEST_F(gate, rerun_takes_a_program_that_crashed_whole)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.tests", "ok t.one\ncrash t.two\nok t.x\n"));
	EXPECT_EQ(1, gate_run(play, NULL, ""));
	EXPECT_EQ(1, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_TRUE(said_line(play->out, "1..1"));
	EXPECT_TRUE(said_line(play->out, "# 1..3"));
	EXPECT_EQ(4, gate_run(play, NULL, "--rerun-failed --filter told.2"));
	EXPECT_EQ(0, gate_run(play, NULL, "--rerun-failed --filter told:t.x"));
	EXPECT_TRUE(said_line(play->out, "# 1..1"));
	EXPECT_TRUE(said_line(play->out, "# ok 1 t.x"));
}

/* Nothing was tested: no success. */
TEST_F(gate, rerun_of_nothing_is_exit_4)
{
	struct play *play = &self->play;
	char *env;

	EXPECT_EQ(0, gate_run(play, NULL, "--filter told.2"));
	EXPECT_EQ(4, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_TRUE(said(play->out, "TAP version 13\n1..0 # SKIP nothing of what is selected failed in /tmp/play-"));
	/* And it makes no folder: what is the latest stays so. */
	env = play_file(play, "env.json");
	EXPECT_TRUE(said(env, "\"--filter\""));
	free(env);
	EXPECT_EQ(1, gate_run(play, NULL, ""));
	EXPECT_EQ(4, gate_run(play, NULL, "--rerun-failed --filter told.2"));
}

TEST_F(gate, rerun_leaves_out_what_was_known)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put(play, "fake/told.2.tests", "crash t.one\n"));
	EXPECT_EQ(1, gate_run(play, "fail told:t.two" UNTIL "fail told.2" UNTIL
			      "fail told:t.one" PASSED, "--strict"));
	EXPECT_EQ(1, gate_run(play, NULL, "--rerun-failed --strict"));
	EXPECT_TRUE(said(play->out, ", beside what its gate found itself, which takes the whole run\n"));
	EXPECT_TRUE(said_line(play->out, "1..1"));
	EXPECT_TRUE(said(play->out, "# not ok 1 t.three # "));
}

/* A test that failed and is no more has not been put right. */
TEST_F(gate, rerun_of_a_test_that_is_gone_is_exit_2)
{
	struct play *play = &self->play;

	EXPECT_EQ(1, gate_run(play, NULL, ""));
	ASSERT_EQ(0, put(play, "fake/told.tests", "ok t.one\n"));
	EXPECT_EQ(2, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_TRUE(said(play->err, "--rerun-failed told:t.two: nothing matches"));
}

/* Options alone are those of "run": none says which collection. */
TEST_F(gate, rerun_is_of_the_collections_that_failed)
{
	struct play *play = &self->play;
	char words[256], path[128];
	int n;

	snprintf(path, sizeof(path), "%s/other", play->dir);
	ASSERT_EQ(0, symlink("fake", path));
	ASSERT_EQ(0, put(play, "kselftest-list.txt", "fake:told\nother:told.2\n"));
	ASSERT_EQ(0, put(play, "fake/told.2.tests", "fail t.one\n"));
	EXPECT_EQ(1, gate_run(play, "fail told:t.one" PASSED, "--collection other"));
	EXPECT_TRUE(said_line(play->out, "not ok 3 selftests: gate: claims # exit=1"));
	n = snprintf(words, sizeof(words), "--rerun-failed --build %s --results %s/results",
		     play->dir, play->dir);
	EXPECT_EQ(1, play_run(play, words));
	EXPECT_TRUE(said_line(play->out, "not ok 1 selftests: fake: told # exit=1"));
	EXPECT_TRUE(said_line(play->out, "not ok 2 selftests: other: told.2 # exit=1"));
	EXPECT_TRUE(said_line(play->out, "1..2"));
	snprintf(words + n, sizeof(words) - n, " --collection other");
	EXPECT_EQ(1, play_run(play, words));
	EXPECT_TRUE(said_line(play->out, "1..1"));
	EXPECT_TRUE(said_line(play->out, "not ok 1 selftests: other: told.2 # exit=1"));
}

TEST_F(gate, rerun_takes_the_run_that_is_named)
{
	struct play *play = &self->play;
	char words[256], path[128];

	EXPECT_EQ(1, gate_run(play, NULL, ""));
	snprintf(path, sizeof(path), "%s/elsewhere", play->dir);
	play->results = path;
	snprintf(words, sizeof(words), "--rerun-failed=%s/results/latest", play->dir);
	EXPECT_EQ(2, gate_run(play, NULL, "--rerun-failed"));
	EXPECT_EQ(1, gate_run(play, NULL, words));
	EXPECT_TRUE(said_line(play->out, "0 passed, 1 failed, 0 skipped"));
}

KSFT_MAIN
