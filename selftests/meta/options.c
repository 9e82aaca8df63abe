// SPDX-License-Identifier: GPL-2.0-or-later
/* Subcommands, options and what they select; wrong ones are exit code 2. */
#include "ksft.h"

#include "play.h"
#include "said.h"

FIXTURE(usage) { struct play play; };
FIXTURE_VARIANT(usage)
{
	const char *words;
	const char *said;	/* on stderr */
};

#define USAGE(name, words, said) \
	FIXTURE_VARIANT_ADD(usage, name) { words, said }

USAGE(unknown_subcommand, "benhc", "no subcommand benhc");
USAGE(unknown_option, "run --nonsense", "unrecognized option");
USAGE(unknown_option_alone, "--nonsense", "unrecognized option");
USAGE(argument, "run creation", "creation: no argument is taken");
USAGE(rerun_argument, "run --rerun-failed results/x", "results/x: no argument is taken: of that run it is --rerun-failed=results/x");
USAGE(list_argument, "list creation", "creation: no argument is taken");
USAGE(no_jobs, "run -j 0", "--jobs 0: not a number from 1 to");
USAGE(negative_jobs, "run -j -1", "--jobs -1: not a number from 1 to");
USAGE(words_for_jobs, "run --jobs=4x", "--jobs 4x: not a number from 1 to");
USAGE(huge_repeat, "run --repeat 99999999999999999999", "not a number from 1 to");
USAGE(no_timeout, "run --timeout 0", "--timeout 0: not a number from 1 to");
USAGE(no_value, "list --filter", "requires an argument");
USAGE(empty_results, "run --results=", "--results: an empty name");
USAGE(no_build, "list --build /nowhere", "--build /nowhere: No such file");
USAGE(no_list, "list --build /", "kselftest-list.txt: No such file");
USAGE(no_collection, "list --collection nonsense", "no program of collection nonsense");
USAGE(bad_filter, "run --filter :x", "--filter :x: not PROG or PROG:TEST");
USAGE(no_such_fault, "show --fault nonsense", "no fault 'nonsense'");
USAGE(fault_of_another, "show p2p --fault forwarding-off", "one of uplink");
USAGE(bad_fault, "show p2p --fault 7:nothing", "not STEP:omit or STEP:wrong");
USAGE(no_match, "list --filter nonsense", "--filter nonsense: nothing matches");

FIXTURE_SETUP(usage)
{
	ASSERT_EQ(0, play_new(&self->play, "ok"));
}

FIXTURE_TEARDOWN(usage)
{
	play_free(&self->play);
}

TEST_F(usage, error_is_exit_2_and_named)
{
	EXPECT_EQ(2, play_run(&self->play, variant->words));
	EXPECT_TRUE(said(self->play.err, variant->said));
	EXPECT_STREQ("", self->play.out);
}

TEST(help_names_every_subcommand)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, ""));
	EXPECT_EQ(0, play_run(&play, "--help"));
	EXPECT_TRUE(said(play.out, "\n  run "));
	EXPECT_TRUE(said(play.out, "\n  check "));
	EXPECT_TRUE(said(play.out, "\n  matrix "));
	EXPECT_TRUE(said(play.out, "\n  export "));
	EXPECT_TRUE(said(play.out, "\n  list "));
	EXPECT_TRUE(said(play.out, "\n  show "));
	EXPECT_TRUE(said(play.out, "\n  prove "));
	EXPECT_TRUE(said(play.out, "\n  bench "));
	EXPECT_TRUE(said(play.out, "\n  compare "));
	EXPECT_TRUE(said(play.out, "\n  report "));
	EXPECT_TRUE(said(play.out, "--setup"));
	EXPECT_TRUE(said(play.out, "Exit code: 0 "));
	play_free(&play);
}

TEST(show_prints_a_named_fault_behind_its_topology)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, ""));
	EXPECT_EQ(0, play_run(&play, "show --faults"));
	EXPECT_TRUE(said(play.out, "\nforwarding-off "));
	EXPECT_EQ(0, play_run(&play, "show --steps --fault forwarding-off"));
	EXPECT_TRUE(said_line(play.out, "# With forwarding-off: ip_forward is 0 in host"));
	EXPECT_TRUE(said(play.out, "   0  ip netns add pod-red\n"));
	EXPECT_TRUE(said(play.out, "* sysctl -qw net/ipv4/ip_forward=0\n"));
	play_free(&play);
}

FIXTURE(help) { struct play play; };
FIXTURE_VARIANT(help) { const char *words; };
FIXTURE_VARIANT_ADD(help, run) { "run --help" };
FIXTURE_VARIANT_ADD(help, check) { "check --help" };
FIXTURE_VARIANT_ADD(help, list) { "list --help" };

FIXTURE_SETUP(help)
{
	ASSERT_EQ(0, play_new(&self->play, ""));
}

FIXTURE_TEARDOWN(help)
{
	play_free(&self->play);
}

TEST_F(help, has_examples_and_exit_codes)
{
	EXPECT_EQ(0, play_run(&self->play, variant->words));
	EXPECT_TRUE(said(self->play.out, "Examples:"));
	EXPECT_TRUE(said(self->play.out, "Exit code: 0"));
	EXPECT_TRUE(said(self->play.out, "--filter"));
}

TEST(filter_takes_programs)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok fail ok.2 crash"));
	EXPECT_EQ(0, play_run(&play, "run --filter o*"));
	EXPECT_TRUE(said_line(play.out, "1..2"));
	EXPECT_TRUE(said_line(play.out, "ok 2 selftests: fake: ok.2"));
	EXPECT_EQ(1, play_run(&play, "run -f fail -f ok"));
	EXPECT_TRUE(said_line(play.out, "ok 1 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play.out, "not ok 2 selftests: fake: fail # exit=1"));
	/* One that matches does not make up for one that does not. */
	EXPECT_EQ(2, play_run(&play, "run -f ok -f nonsense"));
	EXPECT_TRUE(said(play.err, "--filter nonsense: nothing matches"));
	play_free(&play);
}

TEST(filter_takes_tests)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "crash many many.2"));
	EXPECT_EQ(0, play_run(&play, "run --filter many:t.*e"));
	EXPECT_TRUE(said_line(play.out, "# 1..2"));
	EXPECT_TRUE(said_line(play.out, "# ok 1 t.one"));
	EXPECT_TRUE(said_line(play.out, "# ok 2 t.three"));
	EXPECT_TRUE(said_line(play.out, "2 passed, 0 failed, 0 skipped"));
	/* The whole of one beside a part of the other. */
	EXPECT_EQ(0, play_run(&play, "run -f many.2 -f m*:t.v.two"));
	EXPECT_TRUE(said_line(play.out, "4 passed, 0 failed, 0 skipped"));
	EXPECT_EQ(2, play_run(&play, "run -f many:nonsense"));
	EXPECT_TRUE(said(play.err, "--filter many:nonsense: nothing matches"));
	play_free(&play);
}

/* As a harness that knows no -r does. */
TEST(program_that_runs_more_than_selected_fails)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "stubborn"));
	EXPECT_EQ(1, play_run(&play, "run --filter stubborn:t.one"));
	EXPECT_TRUE(said_line(play.out, "# stubborn: 1 tests selected, 3 planned (a harness before 6.4 knows no -r)"));
	play_free(&play);
}

TEST(tests_of_a_program_that_cannot_list_them)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "code_3 -gone"));
	EXPECT_EQ(2, play_run(&play, "run --filter code_3:*"));
	EXPECT_TRUE(said(play.err, "code_3 --list: exit code 3"));
	EXPECT_EQ(2, play_run(&play, "run --filter gone:*"));
	EXPECT_TRUE(said(play.err, "gone --list: No such file"));
	play_free(&play);
}

static int list(struct play *play, const char *words)
{
	char line[256];

	snprintf(line, sizeof(line), "list --build %s --collection fake %s",
		 play->dir, words);
	return play_run(play, line);
}

TEST(list_prints_what_filter_takes)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok many -gone"));
	EXPECT_EQ(0, list(&play, ""));
	EXPECT_STREQ("ok\nmany\ngone\n", play.out);
	EXPECT_EQ(0, list(&play, "--tests --filter many"));
	EXPECT_STREQ("many:t.one\nmany:t.v.two\nmany:t.three\n", play.out);
	EXPECT_EQ(0, list(&play, "--tests --filter many:*o*"));
	EXPECT_STREQ("many:t.one\nmany:t.v.two\n", play.out);
	play_free(&play);
}

static int add_line(const struct play *play, const char *line)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/kselftest-list.txt", play->dir);
	file = fopen(path, "a");
	if (!file)
		return -errno;
	fprintf(file, "%s\n", line);
	return fclose(file) ? -errno : 0;
}

FIXTURE(bad_list) { struct play play; };
FIXTURE_VARIANT(bad_list)
{
	const char *line;
	const char *said;
};
FIXTURE_VARIANT_ADD(bad_list, no_colon) { "nonsense", "not COLLECTION:PROGRAM" };
FIXTURE_VARIANT_ADD(bad_list, way_out) { "fake:../ok", "not COLLECTION:PROGRAM" };
FIXTURE_VARIANT_ADD(bad_list, folder_out) { "..:ok", "not COLLECTION:PROGRAM" };
FIXTURE_VARIANT_ADD(bad_list, no_name) { "fake:", "not COLLECTION:PROGRAM" };
FIXTURE_VARIANT_ADD(bad_list, twice) { "fake:ok", "two programs named ok" };

FIXTURE_SETUP(bad_list)
{
	ASSERT_EQ(0, play_new(&self->play, "ok"));
}

FIXTURE_TEARDOWN(bad_list)
{
	play_free(&self->play);
}

TEST_F(bad_list, is_exit_2)
{
	ASSERT_EQ(0, play_run(&self->play, "run"));
	ASSERT_EQ(0, add_line(&self->play, variant->line));
	EXPECT_EQ(2, play_run(&self->play, "run"));
	EXPECT_TRUE(said(self->play.err, variant->said));
}

KSFT_MAIN
