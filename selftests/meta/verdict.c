// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the runner makes of a program: nothing that went wrong is a success.
 *
 *	stub, by the name of a misbehaviour --- runner --- exit code, TAP
 */
#include "ksft.h"

#include <sys/stat.h>

#include "play.h"
#include "said.h"

FIXTURE(verdict) { struct play play; };

FIXTURE_VARIANT(verdict)
{
	const char *programs;
	int code;
	const char *result;	/* the program's line */
	const char *why;	/* a line of comment, or NULL */
	const char *last;
};

#define PASS "ok 1 selftests: fake: "
#define FAIL "not ok 1 selftests: fake: "

#define VARIANT(name, ...) \
	FIXTURE_VARIANT_ADD(verdict, name) { #name, __VA_ARGS__ }

VARIANT(ok, 0, PASS "ok", NULL, "2 passed, 0 failed, 0 skipped");
VARIANT(fail, 1, FAIL "fail # exit=1", "#   fail: t.two",
	"1 passed, 1 failed, 0 skipped");
VARIANT(crash, 1, FAIL "crash # exit=139",
	"# crash: killed by signal 11 (Segmentation fault)",
	"1 passed, 1 failed, 0 skipped");
VARIANT(skip, 4, PASS "skip # SKIP", "#   1: no CONFIG_STUB",
	"0 passed, 0 failed, 1 skipped");
VARIANT(skips, 4, PASS "skips # SKIP", "#   2: no CONFIG_STUB",
	"0 passed, 0 failed, 2 skipped");
VARIANT(skip_nameless, 0, PASS "skip_nameless", "#   2: no CONFIG_STUB",
	"1 passed, 0 failed, 2 skipped");
/* A skip of the 6.1 harness has the name of the test that ran. */
VARIANT(nameless_twice, 1, FAIL "nameless_twice # exit=0",
	"# nameless_twice: two tests named t.one",
	"1 passed, 1 failed, 1 skipped");
VARIANT(skip_reasonless, 1, FAIL "skip_reasonless # exit=4",
	"# skip_reasonless: no tests", "0 passed, 1 failed, 0 skipped");
VARIANT(xfail, 0, PASS "xfail",
	"# Totals: pass:0 fail:0 xfail:1 xpass:1 skip:0 error:0",
	"2 passed, 0 failed, 0 skipped");
VARIANT(nothing, 1, FAIL "nothing # exit=0", "# nothing: no plan",
	"0 passed, 1 failed, 0 skipped");
VARIANT(zero, 1, FAIL "zero # exit=0", "# zero: no tests",
	"0 passed, 1 failed, 0 skipped");
VARIANT(no_version, 1, FAIL "no_version # exit=0",
	"# no_version: no TAP version line", "1 passed, 1 failed, 0 skipped");
VARIANT(no_plan, 1, FAIL "no_plan # exit=0", "# no_plan: no plan",
	"1 passed, 1 failed, 0 skipped");
VARIANT(two_plans, 1, FAIL "two_plans # exit=0",
	"# two_plans: two plans: 1..1 and 1..1",
	"1 passed, 1 failed, 0 skipped");
VARIANT(late_plan, 1, FAIL "late_plan # exit=0",
	"# late_plan: results before the plan",
	"1 passed, 1 failed, 0 skipped");
VARIANT(fewer, 1, FAIL "fewer # exit=0", "# fewer: 3 tests planned, 2 results",
	"2 passed, 1 failed, 0 skipped");
VARIANT(more, 1, FAIL "more # exit=0", "# more: 1 tests planned, 2 results",
	"2 passed, 1 failed, 0 skipped");
VARIANT(misnumbered, 1, FAIL "misnumbered # exit=0",
	"# misnumbered: result 2 has the number 3",
	"2 passed, 1 failed, 0 skipped");
VARIANT(duplicate, 1, FAIL "duplicate # exit=0",
	"# duplicate: two tests named t.one", "2 passed, 1 failed, 0 skipped");
VARIANT(garbage, 1, FAIL "garbage # exit=0",
	"# garbage: a line that is not TAP: hello",
	"1 passed, 1 failed, 0 skipped");
VARIANT(bail, 1, FAIL "bail # exit=0", "# bail: it gave up: no more",
	"1 passed, 1 failed, 0 skipped");
VARIANT(lies_0, 1, FAIL "lies_0 # exit=0",
	"# lies_0: exit code 0, yet a test failed",
	"0 passed, 2 failed, 0 skipped");
VARIANT(lies_1, 1, FAIL "lies_1 # exit=1",
	"# lies_1: exit code 1, yet no test failed",
	"1 passed, 1 failed, 0 skipped");
VARIANT(lies_4, 1, FAIL "lies_4 # exit=4",
	"# lies_4: exit code 4, yet a test ran",
	"1 passed, 1 failed, 0 skipped");
VARIANT(code_3, 1, FAIL "code_3 # exit=3", "# code_3: exit code 3",
	"1 passed, 1 failed, 0 skipped");
VARIANT(flood, 1, FAIL "flood # exit=0",
	"# flood: 6211423 bytes of output beyond 8388608 were cut",
	"0 passed, 1 failed, 0 skipped");
VARIANT(long_line, 1, FAIL "long_line # exit=0",
	"# long_line: 1 lines longer than 16384 bytes were cut",
	"1 passed, 1 failed, 0 skipped");
VARIANT(odd, 0, PASS "odd",
	"# # a\\x00b \\x1b[31mred \\xff\\xc3\\xa9 \\x0d end",
	"1 passed, 0 failed, 0 skipped");
/* The test's number is right, and nothing else is. */
FIXTURE_VARIANT_ADD(verdict, missing) {
	"-gone", 1, FAIL "gone",
	"# gone: it could not be run: No such file or directory",
	"0 passed, 1 failed, 0 skipped"
};

FIXTURE_SETUP(verdict)
{
	ASSERT_EQ(0, play_new(&self->play, variant->programs));
}

FIXTURE_TEARDOWN(verdict)
{
	play_free(&self->play);
}

TEST_F(verdict, is_told)
{
	struct play *play = &self->play;
	const char *last;
	char *tap;

	EXPECT_EQ(variant->code, play_run(play, "run"));
	EXPECT_TRUE(said_line(play->out, variant->result));
	if (variant->why)
		EXPECT_TRUE(said_line(play->out, variant->why));
	EXPECT_STREQ("", play->err);
	last = strrchr(play->out, '\n') - strlen(variant->last);
	EXPECT_EQ(0, strncmp(last - 1, "\n", 1));
	EXPECT_EQ(0, strncmp(last, variant->last, strlen(variant->last)));
	tap = play_file(play, "run.tap");
	EXPECT_STREQ(play->out, tap);
	free(tap);
}

/* A list whose only trouble is the first of three. */
TEST(one_failure_among_others_is_exit_1)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "fewer ok skip"));
	EXPECT_EQ(1, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "ok 3 selftests: fake: skip # SKIP"));
	EXPECT_TRUE(said_line(play.out, "4 passed, 1 failed, 1 skipped"));
	play_free(&play);
}

TEST(skips_beside_a_pass_are_exit_0)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "skip skips ok"));
	EXPECT_EQ(0, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "#   3: no CONFIG_STUB"));
	EXPECT_TRUE(said_line(play.out, "2 passed, 0 failed, 3 skipped"));
	play_free(&play);
}

TEST(empty_list_is_exit_2)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, ""));
	EXPECT_EQ(2, play_run(&play, "run"));
	EXPECT_TRUE(said(play.err, "no program of collection fake"));
	play_free(&play);
}

TEST(program_starts_clean)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "given"));
	EXPECT_EQ(0, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "# # cwd fake"));
	EXPECT_TRUE(said_line(play.out, "# # stdin 0"));
	EXPECT_TRUE(said_line(play.out, "# # group own"));
	EXPECT_TRUE(said_line(play.out, "# # blocked 0"));
	EXPECT_TRUE(said_line(play.out, "# # sigpipe default"));
	play_free(&play);
}

TEST(file_that_is_no_program_is_a_failure)
{
	struct play play;
	char path[128];

	ASSERT_EQ(0, play_new(&play, "-data ok"));
	snprintf(path, sizeof(path), "%s/fake/data", play.dir);
	ASSERT_EQ(0, mknod(path, S_IFREG | 0644, 0));
	EXPECT_EQ(1, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "# data: it could not be run: Permission denied"));
	EXPECT_TRUE(said_line(play.out, "not ok 1 selftests: fake: data"));
	play_free(&play);
}

KSFT_MAIN
