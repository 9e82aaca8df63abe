// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs beside each other: what is worse than the baseline is never passed over.
 *
 *	told, told.2: by files that change between two runs (do_told() in stub.c)
 */
#include "ksft.h"

#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#include "play.h"
#include "said.h"

#define ALL_OK	"ok t.one\nok t.two\n"

FIXTURE(matrix) { struct play play; struct utsname uts; };

/* A file below the play's folder. */
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

/* The folder of the latest run or matrix gets the name @name in the play's. */
static int keep_as(const struct play *play, const char *name)
{
	char link[128], real[PATH_MAX], to[128];

	snprintf(link, sizeof(link), "%s/results/latest", play->dir);
	snprintf(to, sizeof(to), "%s/%s", play->dir, name);
	if (!realpath(link, real) || rename(real, to))
		return -errno;
	return 0;
}

/* A run in which the two programs do as they are told; its exit code. */
static int record_as(struct play *play, const char *name, const char *told,
		     const char *told_2)
{
	int code, err;

	err = put(play, "fake/told.tests", told);
	if (!err)
		err = put(play, "fake/told.2.tests", told_2);
	code = err ? err : play_run(play, "run");
	if (code >= 0)
		err = keep_as(play, name);
	return err ? err : code;
}

/* "matrix WORDS": each "@" in them is the play's folder. */
static int matrix(struct play *play, const char *words)
{
	char text[1024] = "matrix ";
	size_t n = strlen(text);

	for (; *words && n < sizeof(text) - sizeof(play->dir) - 2; words++) {
		if (*words == '@')
			n += snprintf(text + n, sizeof(text) - n, "%s/",
				      play->dir);
		else
			text[n++] = *words;
	}
	text[n] = '\0';
	return play_run(play, text);
}

/* It must not be there: @control, a part that is, shows that it would be seen. */
static bool unsaid(const char *text, const char *control, const char *part)
{
	if (!said(text, control))
		return false;
	if (!strstr(text, part))
		return true;
	printf("# said: %s\n", part);
	return false;
}

/* "B RELEASE: WORDS" */
static bool said_of(const struct play *play, const struct utsname *uts,
		    char letter, const char *words)
{
	char line[256];

	snprintf(line, sizeof(line), "%c %.64s: %s", letter, uts->release,
		 words);
	return said_line(play->out, line);
}

FIXTURE_SETUP(matrix)
{
	ASSERT_EQ(0, uname(&self->uts));
	ASSERT_EQ(0, play_new(&self->play, "told told.2"));
	ASSERT_EQ(0, record_as(&self->play, "old", ALL_OK, "ok t.one\n"));
}

FIXTURE_TEARDOWN(matrix)
{
	play_free(&self->play);
}

TEST_F(matrix, of_the_same_is_exit_0)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, matrix(play, "@old @old"));
	EXPECT_TRUE(said(play->out, "\n\nThe same on all: 3\n  pass  3\n\n"
			 "Kernels worse than A or not whole: 0 of 2\n"));
	EXPECT_TRUE(unsaid(play->out, "The same on all", "Worse"));
	EXPECT_TRUE(unsaid(play->out, "The same on all", "Other"));
}

TEST_F(matrix, failure_that_the_baseline_has_not_is_exit_1)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "new", "ok t.one\nfail t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(1, matrix(play, "@old @new"));
	EXPECT_TRUE(said(play->out, "\nWorse than A: 1\n  A     B\n"
			 "  pass  FAIL  t.two\n"
			 "      B| expected 0, got -ENODEV\n"
			 "\nThe same on all: 2\n  pass  2\n"));
	EXPECT_TRUE(said_of(play, &self->uts, 'B',
			    "fails 1 test that A does not fail"));
	EXPECT_TRUE(said_line(play->out,
			      "Kernels worse than A or not whole: 1 of 2"));
}

TEST_F(matrix, failure_that_the_baseline_has_is_exit_0_and_named)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "old_bad", "ok t.one\nfail t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@old_bad @old_bad"));
	EXPECT_TRUE(said(play->out, "\nThe same on all: 3\n  pass  2\n"
			 "  FAIL  FAIL  t.two\n"));
	EXPECT_TRUE(said_of(play, &self->uts, 'A',
			    "fails 1 test itself, and is the baseline"));
}

TEST_F(matrix, failure_of_the_baseline_alone_is_a_difference)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "old_bad", "ok t.one\nfail t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@old_bad @old"));
	EXPECT_TRUE(said(play->out, "\nOther differences: 1\n  A     B\n"
			 "  FAIL  pass  t.two\n"));
}

TEST_F(matrix, failure_of_what_the_baseline_skips_is_exit_1)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "ok t.one\nskip t.two\n",
			       "ok t.one\n"));
	ASSERT_EQ(1, record_as(play, "new", "ok t.one\nfail t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(1, matrix(play, "@skips @new"));
	EXPECT_TRUE(said(play->out, "\nWorse than A: 1\n  A     B\n"
			 "  A: no CONFIG_STUB\n  skip  FAIL  t.two\n"));
}

TEST_F(matrix, skip_of_what_the_baseline_tests_is_counted_aloud)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "ok t.one\nskip t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@old @skips"));
	EXPECT_TRUE(said(play->out, "\nSkipped where the baseline tests: 1\n"
			 "  A     B\n  no CONFIG_STUB\n"
			 "  pass  skip  t.two\n\nThe same on all: 2\n"));
	EXPECT_TRUE(said_of(play, &self->uts, 'B',
			    "skips 1 test that A tests"));
	EXPECT_TRUE(said_line(play->out,
			      "Kernels worse than A or not whole: 0 of 2"));
}

/* The other way round more is tested. */
TEST_F(matrix, skip_of_the_baseline_alone_is_a_difference)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "ok t.one\nskip t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@skips @old"));
	EXPECT_TRUE(said(play->out, "\nOther differences: 1\n  A     B\n"
			 "  no CONFIG_STUB\n  skip  pass  t.two\n"));
	EXPECT_TRUE(unsaid(play->out, "Other differences", "that A tests"));
}

TEST_F(matrix, skip_of_both_has_its_reason)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "ok t.one\nskip t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@skips @skips"));
	EXPECT_TRUE(said(play->out, "\nThe same on all: 3\n  pass  2\n"
			 "  skip  1: no CONFIG_STUB\n"));
}

/* "1..0 # SKIP": its tests are known from the others. */
TEST_F(matrix, program_that_is_skipped_skips_each_of_its_tests)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "skipall t.one\n", "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@old @skips"));
	EXPECT_TRUE(said(play->out, "\nSkipped where the baseline tests: 2\n"
			 "  A     B\n  no CONFIG_STUB\n"
			 "  pass  skip  t.one\n  pass  skip  t.two\n"
			 "\nThe same on all: 1\n"));
}

TEST_F(matrix, program_that_both_skip_is_one_row)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "skipall t.one\n", "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@skips @skips"));
	EXPECT_TRUE(said(play->out, "\nThe same on all: 2\n"));
	EXPECT_TRUE(said_line(play->out, "  skip  1: no CONFIG_STUB"));
}

TEST_F(matrix, crash_and_what_it_took_along_are_exit_1)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "new", "ok t.one\ncrash t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(1, matrix(play, "@old @new"));
	EXPECT_TRUE(said_line(play->out, "Worse than A: 2"));
	EXPECT_TRUE(said_line(play->out, "  pass  -     t.two"));
	EXPECT_TRUE(said_line(play->out, "  pass  FAIL  told (the program itself)"));
	EXPECT_TRUE(said(play->out, "killed by signal 11"));
	EXPECT_TRUE(said_of(play, &self->uts, 'B',
			    "has no result of 1 test that A tests"));
	EXPECT_TRUE(said_of(play, &self->uts, 'B',
			    "fails 1 test that A does not fail"));
}

TEST_F(matrix, test_that_is_gone_is_exit_1)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "new", "ok t.one\n", "ok t.one\n"));
	EXPECT_EQ(1, matrix(play, "@old @new"));
	EXPECT_TRUE(said(play->out, "\nWorse than A: 1\n  A     B\n"
			 "  not in this run\n  pass  -     t.two\n"));
	/* The other way round it is a new one. */
	EXPECT_EQ(0, matrix(play, "@new @old"));
	EXPECT_TRUE(said(play->out, "\nOther differences: 1\n"));
}

TEST_F(matrix, program_that_is_gone_is_exit_1)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, play_run(play, "run --filter told"));
	ASSERT_EQ(0, keep_as(play, "new"));
	EXPECT_EQ(1, matrix(play, "@old @new"));
	EXPECT_TRUE(said(play->out, "\nWorse than A: 1\n  A     B\n"
			 "  not in this run\n  pass  -     t.one\n"));
}

/* Both have a test t.one, and they are two. */
TEST_F(matrix, tests_of_one_name_in_two_programs_are_two)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "new", ALL_OK, "fail t.one\n"));
	EXPECT_EQ(1, matrix(play, "@old @new"));
	EXPECT_TRUE(said_line(play->out, "Worse than A: 1"));
	EXPECT_TRUE(said_line(play->out, "The same on all: 2"));
}

TEST_F(matrix, expected_failure_is_a_difference)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "new", "ok t.one\nxfail t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(0, matrix(play, "@old @new"));
	EXPECT_TRUE(said(play->out, "\nOther differences: 1\n  A     B\n"
			 "  own\n  pass  xfail t.two\n"));
}

/* Two columns that skip for reasons of their own, and one that does not. */
TEST_F(matrix, reasons_are_told_apart)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, record_as(play, "skips", "ok t.one\nskip t.two\n",
			       "ok t.one\n"));
	ASSERT_EQ(0, record_as(play, "new", "ok t.one\n", "ok t.one\n"));
	EXPECT_EQ(1, matrix(play, "@old @skips @new @skips"));
	EXPECT_TRUE(said(play->out, "\n  B, D: no CONFIG_STUB; C: not in this run\n"
			 "  pass  skip  -     skip  t.two\n"));
}

TEST_F(matrix, baseline_is_the_one_that_is_named)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "new", "ok t.one\nfail t.two\n",
			       "ok t.one\n"));
	EXPECT_EQ(1, matrix(play, "@new @old --baseline @old"));
	EXPECT_TRUE(said(play->out, "\nWorse than B: 1\n  A     B\n"
			 "  FAIL  pass  t.two\n"));
	/* One more, in front of the others. */
	EXPECT_EQ(1, matrix(play, "--baseline=@old @new"));
	EXPECT_TRUE(said(play->out, "\nWorse than A: 1\n  A     B\n"
			 "  pass  FAIL  t.two\n"));
	EXPECT_EQ(0, matrix(play, "--baseline @new @old"));
}

TEST_F(matrix, summary_has_counts_and_names_what_is_worse)
{
	struct play *play = &self->play;

	ASSERT_EQ(1, record_as(play, "new", "fail t.one\nskip t.two\n",
			       "skip t.one\n"));
	EXPECT_EQ(1, matrix(play, "--summary @old @new"));
	EXPECT_TRUE(said_line(play->out, "  pass  FAIL  t.one"));
	EXPECT_TRUE(said_line(play->out, "  pass  skip  2 tests: no CONFIG_STUB"));
	EXPECT_TRUE(unsaid(play->out, "2 tests: no CONFIG_STUB", "t.two"));
}

/* Of the two rounds one failed. */
#define RESULT(round, n, status, log) \
	"{\"id\": \"f.told" round ".t" n "\", \"name\": \"t.one\", " \
	"\"status\": \"" status "\"" log "}"
#define PROG(round, id, verdict, code, test) \
	"{\"id\": \"f.told" id "\", \"own_id\": \"f.told" id ".program\", " \
	"\"collection\": \"fake\", \"name\": \"told\", \"round\": " round ", " \
	"\"verdict\": \"" verdict "\", \"end\": \"exit\", \"code\": " code ", " \
	"\"timeout\": 45, \"troubles\": [], \"tests\": [" test "]}"
#define RUN(...)	RUN_OF(__VA_ARGS__)
#define RUN_OF(more, pass, fail, programs) \
	"{\"schema\": \"netns-run/1\", \"kernel\": \"6.66\", " \
	"\"machine\": \"x86_64\", \"arguments\": [], \"planned\": 2, " more \
	"\"totals\": {\"pass\": " pass ", \"fail\": " fail ", \"xfail\": 0, " \
	"\"xpass\": 0, \"skip\": 0, \"error\": 0}, \"programs\": [" programs "]}"
#define WHOLE(exit) "\"start\": \"2026-01-02T03:04:05Z\", " \
	"\"end\": \"2026-01-02T03:04:05Z\", \"seconds\": 1.5, \"exit\": " exit ", "

#define NOISY ", \"log\": \"#  RUN           t.one ...\\n# why\\n" \
	"# one: Test failed\\n#          FAIL  t.one\\n\""

static int put_run(const struct play *play, const char *name, const char *json)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s", play->dir, name);
	if (mkdir(path, 0755))
		return -errno;
	snprintf(path, sizeof(path), "%s/run.json", name);
	return put(play, path, json);
}

TEST_F(matrix, test_of_several_rounds_counts_as_its_worst)
{
	struct play *play = &self->play;

	ASSERT_EQ(0, put_run(play, "good", RUN(WHOLE("0"), "2", "0",
		PROG("1", "", "pass", "0", RESULT("", "", "pass", "")) ", "
		PROG("2", ".2", "pass", "0", RESULT(".2", "", "pass", "")))));
	ASSERT_EQ(0, put_run(play, "flaky", RUN(WHOLE("1"), "1", "1",
		PROG("1", "", "fail", "1", RESULT("", "", "fail", NOISY)) ", "
		PROG("2", ".2", "pass", "0", RESULT(".2", "", "pass", "")))));
	EXPECT_EQ(0, matrix(play, "@good @good"));
	EXPECT_EQ(1, matrix(play, "@good @flaky"));
	/* And what the harness says of every test is left out. */
	EXPECT_TRUE(said(play->out, "  pass  FAIL  t.one\n      B| why\n\n"));
}

#define ONE_PASS	"1", "0", PROG("1", "", "pass", "0", \
					  RESULT("", "", "pass", ""))

/* No test of them fails, and yet they are not to be believed. */
FIXTURE(unsound) { struct play play; };
FIXTURE_VARIANT(unsound)
{
	const char *json;
	const char *said;
};

#define UNSOUND(name, json, said) \
	FIXTURE_VARIANT_ADD(unsound, name) { json, "B 6.66: " said }

UNSOUND(did_not_boot, RUN(WHOLE("1") "\"partial\": \"the kernel did not boot\", ",
			  "0", "0", ""), "the kernel did not boot");
UNSOUND(cut_short, RUN(WHOLE("130") "\"partial\": \"cut short by SIGINT\", ",
		       ONE_PASS), "cut short by SIGINT");
UNSOUND(not_ended, RUN("", ONE_PASS), "its run had not ended");
UNSOUND(nothing_run, RUN(WHOLE("0"), "0", "0", ""), "no program was run");
UNSOUND(failed_otherwise, RUN(WHOLE("1"), ONE_PASS),
	"its run ended with exit code 1, and no test of it failed");
UNSOUND(not_all_written, RUN(WHOLE("2"), ONE_PASS),
	"its run ended with exit code 2");

FIXTURE_SETUP(unsound)
{
	ASSERT_EQ(0, play_new(&self->play, "told"));
	ASSERT_EQ(0, put_run(&self->play, "good", RUN(WHOLE("0"), ONE_PASS)));
	ASSERT_EQ(0, put_run(&self->play, "bad", variant->json));
}

FIXTURE_TEARDOWN(unsound)
{
	play_free(&self->play);
}

TEST_F(unsound, run_is_exit_1)
{
	struct play *play = &self->play;

	EXPECT_EQ(0, matrix(play, "@good @good"));
	EXPECT_EQ(1, matrix(play, "@good @bad"));
	EXPECT_TRUE(said_line(play->out, variant->said));
	EXPECT_TRUE(unsaid(play->out, "The same on all", "Worse"));
	EXPECT_TRUE(unsaid(play->out, "B  6.66", "  -1"));
}

/* There is nothing to hold the others against. */
TEST_F(unsound, baseline_is_exit_1)
{
	struct play *play = &self->play;

	EXPECT_EQ(1, matrix(play, "--baseline @bad @good @good"));
	EXPECT_TRUE(said(play->out, variant->said + 2));
	EXPECT_TRUE(unsaid(play->out, "The same on all: 1\n", "ther differences"));
}

FIXTURE(bad) { struct play play; };
FIXTURE_VARIANT(bad)
{
	const char *words;
	const char *said;
};

#define BAD(name, words, said) FIXTURE_VARIANT_ADD(bad, name) { words, said }

BAD(nothing, "", "a matrix is of two kernels or more");
BAD(one, "@good", "a matrix is of two kernels or more");
BAD(not_there, "@good @nowhere",
    "/nowhere: No such file or directory: not a kernel, nor the folder of a run");
BAD(damaged, "@good @damaged", "/damaged/run.json:1:");
BAD(of_another_schema, "@good @future", "/future/run.json: schema: ");
BAD(killed, "@good @killed", "/killed: no run.json in it: ");
BAD(matrix_of_another_schema, "@good @future_matrix",
    "/future_matrix/matrix.json: schema: not \"netns-matrix/1\"");
BAD(matrix_without_its_run, "@good @lost_matrix",
    "/lost_matrix/gone: No such file or directory");
BAD(matrix_without_its_baseline, "@good @base_matrix",
    "/base_matrix/matrix.json: baseline: none of the kernels");
BAD(too_many, "@good @good @good @good @good @good @good @good @good @good "
    "@good @good @good @good @good @good @good @good @good @good @good @good "
    "@good @good @good @good @good", "27 kernels: a matrix has up to 26");
BAD(option_of_run, "@good @good --jobs 0", "--jobs 0: not a number from 1 to");
BAD(option, "@good @good --nonsense", "unrecognized option");

FIXTURE_SETUP(bad)
{
	struct play *play = &self->play;
	char path[128];

	ASSERT_EQ(0, play_new(play, "told"));
	ASSERT_EQ(0, put_run(play, "good", RUN(WHOLE("0"), ONE_PASS)));
	ASSERT_EQ(0, put_run(play, "damaged", "{\"schema\": \"netns-run/1\", 7}"));
	ASSERT_EQ(0, put_run(play, "future", "{\"schema\": \"netns-run/9\"}"));
	ASSERT_EQ(0, put_run(play, "killed", ""));
	snprintf(path, sizeof(path), "%s/killed/run.json", play->dir);
	ASSERT_EQ(0, unlink(path));
	ASSERT_EQ(0, put(play, "killed/run.tap", "TAP version 13\n"));
	ASSERT_EQ(0, put_run(play, "future_matrix", ""));
	ASSERT_EQ(0, put(play, "future_matrix/matrix.json",
			 "{\"schema\": \"netns-matrix/9\"}"));
	ASSERT_EQ(0, put_run(play, "lost_matrix", ""));
	ASSERT_EQ(0, put(play, "lost_matrix/matrix.json",
			 "{\"schema\": \"netns-matrix/1\", \"baseline\": 0, "
			 "\"kernels\": [{\"given\": \"x\", \"run\": \"gone\", "
			 "\"trouble\": null}]}"));
	ASSERT_EQ(0, put_run(play, "base_matrix", ""));
	ASSERT_EQ(0, put(play, "base_matrix/matrix.json",
			 "{\"schema\": \"netns-matrix/1\", \"baseline\": 1, "
			 "\"kernels\": [{\"given\": \"x\", \"run\": null, "
			 "\"trouble\": null}]}"));
}

FIXTURE_TEARDOWN(bad)
{
	play_free(&self->play);
}

TEST_F(bad, input_is_exit_2_and_named)
{
	struct play *play = &self->play;
	char path[128];

	EXPECT_EQ(2, matrix(play, variant->words));
	EXPECT_TRUE(said(play->err, variant->said));
	EXPECT_STREQ("", play->out);
	/* Before anything was made. */
	snprintf(path, sizeof(path), "%s/results", play->dir);
	EXPECT_EQ(-1, access(path, F_OK));
}

TEST_F(matrix, runs_the_running_kernel)
{
	struct play *play = &self->play;
	char line[256];

	ASSERT_EQ(0, put(play, "fake/told.tests", "ok t.one\nfail t.two\n"));
	EXPECT_EQ(1, matrix(play, "@old . --filter told"));
	snprintf(line, sizeof(line), "\nB  %.64s  %.64s ", self->uts.release,
		 self->uts.machine);
	EXPECT_TRUE(said(play->out, line));
	EXPECT_TRUE(said(play->out, "  here  "));
	EXPECT_TRUE(said_line(play->out, "  pass  FAIL  t.two"));
	EXPECT_TRUE(said(play->err, "B (2 of 2) .: 1 passed, 1 failed, 0 skipped\n"));
	/* It was told to leave the other program out. */
	EXPECT_TRUE(said_line(play->out, "  pass  -     t.one"));
}

/* Whoever looks at the folder finds all of it. */
TEST_F(matrix, folder_has_the_runs_and_every_form)
{
	struct play *play = &self->play;
	char *text, *at;

	EXPECT_EQ(0, matrix(play, "@old @old"));
	text = play_file(play, "old/run.json");
	EXPECT_TRUE(said(text, "\"netns-run/1\""));
	free(text);
	text = play_file(play, "old-2/run.json");
	EXPECT_TRUE(said(text, "\"netns-run/1\""));
	free(text);
	text = play_file(play, "matrix.txt");
	at = strstr(play->out, "results: ");
	ASSERT_NE(NULL, at);
	*at = '\0';
	EXPECT_STREQ(play->out, text);
	free(text);
	text = play_file(play, "matrix.json");
	EXPECT_TRUE(said_line(text, "      \"run\": \"old-2\","));
	EXPECT_TRUE(said_line(text, "  \"same\": 3"));
	free(text);
	EXPECT_EQ(NULL, play_file(play, "latest/run.json"));
}

TEST_F(matrix, can_be_made_of_a_matrix)
{
	struct play *play = &self->play;
	char *first, *at;

	ASSERT_EQ(1, record_as(play, "new", "ok t.one\nfail t.two\n",
			       "ok t.one\n"));
	ASSERT_EQ(1, matrix(play, "@old @new"));
	ASSERT_EQ(0, keep_as(play, "both"));
	first = strdup(strstr(play->out, "\nWorse than A"));
	*strstr(first, "results: ") = '\0';
	EXPECT_EQ(1, matrix(play, "@both"));
	at = strstr(play->out, "\nWorse than A");
	ASSERT_NE(NULL, at);
	*strstr(at, "results: ") = '\0';
	EXPECT_STREQ(first, at);
	free(first);
	/* And its page has what a terminal cannot. */
	at = play_file(play, "matrix.html");
	EXPECT_TRUE(said(at, "<span class=\"mark bad\">FAIL</span>"));
	EXPECT_TRUE(said(at, "expected 0, got -ENODEV"));
	EXPECT_TRUE(unsaid(at, "</html>", "<script"));
	EXPECT_TRUE(unsaid(at, "</html>", "http"));
	EXPECT_TRUE(unsaid(at, "</html>", "src="));
	free(at);
}

TEST_F(matrix, page_has_the_words_of_others_as_text)
{
	struct play *play = &self->play;
	char *text;

	ASSERT_EQ(0, put_run(play, "good", RUN(WHOLE("0"), ONE_PASS)));
	ASSERT_EQ(0, put_run(play, "bad<b>", RUN(WHOLE("1")
		"\"partial\": \"<i>&amp; \\\"x\\\"\", ", ONE_PASS)));
	EXPECT_EQ(1, matrix(play, "@good @bad<b>"));
	text = play_file(play, "matrix.html");
	EXPECT_TRUE(said(text, "&lt;i&gt;&amp;amp; &quot;x&quot;"));
	EXPECT_TRUE(said(text, "/bad&lt;b&gt;"));
	EXPECT_TRUE(unsaid(text, "</html>", "<i>"));
	free(text);
}

TEST_F(matrix, kernel_that_is_none_is_exit_2_and_the_others_are_shown)
{
	struct play *play = &self->play;

	EXPECT_EQ(2, matrix(play, "@old . --filter nothing"));
	EXPECT_TRUE(said_line(play->out, "B .: no results: exit code 2: "
			      "run.sh: --filter nothing: nothing matches"));
	EXPECT_TRUE(said_line(play->out, "The same on all: 3"));
	EXPECT_TRUE(said_line(play->out,
			      "Kernels worse than A or not whole: 1 of 2"));
}

TEST_F(matrix, text_given_as_a_kernel_is_exit_2)
{
	struct play *play = &self->play;
	char line[256];

	ASSERT_EQ(0, put(play, "kernel", "no kernel\n"));
	EXPECT_EQ(2, matrix(play, "@old @kernel"));
	snprintf(line, sizeof(line), "\nB %s/kernel: no results: exit code 2: run.sh: ",
		 play->dir);
	EXPECT_TRUE(said(play->out, line));
	EXPECT_TRUE(said_line(play->out, "The same on all: 3"));
}

/* Waits for it to end. */
static bool process_ends(pid_t pid)
{
	int fd = syscall(SYS_pidfd_open, pid, 0);
	int err;

	if (fd < 0)
		return errno == ESRCH;
	err = deadline_poll_in(fd, deadline_new());
	close(fd);
	return !err;
}

FIXTURE(ended) { struct play play; };

FIXTURE_SETUP(ended)
{
	ASSERT_EQ(0, play_new(&self->play, "ok hang_daemon"));
}

FIXTURE_TEARDOWN(ended)
{
	play_free(&self->play);
}

TEST_F(ended, by_a_signal_it_shows_what_was_got)
{
	struct play *play = &self->play;
	pid_t daemon, hang;

	ASSERT_EQ(0, play_start(play, "matrix . . -j 1"));
	daemon = play_pid(play);
	hang = play_pid(play);
	ASSERT_LT(0, daemon);
	ASSERT_LT(0, hang);
	ASSERT_EQ(0, kill(play->pid, SIGTERM));
	EXPECT_EQ(128 + SIGTERM, play_wait(play));
	EXPECT_TRUE(said(play->out, ": cut short by SIGTERM"));
	EXPECT_TRUE(said_line(play->out, "B .: not run: cut short by SIGTERM"));
	EXPECT_TRUE(said_line(play->out,
			      "Kernels worse than A or not whole: 2 of 2"));
	EXPECT_EQ(-1, kill(daemon, 0));
	EXPECT_EQ(-1, kill(hang, 0));
}

TEST_F(ended, by_sigkill_it_leaves_no_process)
{
	struct play *play = &self->play;
	pid_t daemon, hang;

	ASSERT_EQ(0, play_start(play, "matrix . . -j 1"));
	daemon = play_pid(play);
	hang = play_pid(play);
	ASSERT_LT(0, daemon);
	ASSERT_LT(0, hang);
	ASSERT_EQ(0, kill(play->pid, SIGKILL));
	EXPECT_EQ(-EINTR, play_wait(play));
	EXPECT_TRUE(process_ends(hang));
	EXPECT_TRUE(process_ends(daemon));
}

KSFT_MAIN
