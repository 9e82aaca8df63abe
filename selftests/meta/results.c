// SPDX-License-Identifier: GPL-2.0-or-later
/* What the runner writes, in what order, and where it cannot. */
#include "ksft.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>

#include "play.h"
#include "said.h"

/* The programs of a run may begin and end in another order than the list's. */
TEST(blocks_are_whole_and_in_list_order)
{
	static const char want[] =
		"# timeout set to 45\n# selftests: fake: waiter\n"
		"# # waiter begins\n# # waiter ends\n# TAP version 13\n"
		"# 1..2\n# ok 1 t.one\n# ok 2 t.two\n"
		"ok 1 selftests: fake: waiter\n"
		"# timeout set to 45\n# selftests: fake: opener\n"
		"# # opener begins\n# TAP version 13\n"
		"# 1..2\n# ok 1 t.one\n# ok 2 t.two\n# # opener ends\n"
		"ok 2 selftests: fake: opener\n";
	struct play play;

	ASSERT_EQ(0, play_new(&play, "waiter opener"));
	EXPECT_EQ(0, play_run(&play, "run -j 2"));
	EXPECT_TRUE(said(play.out, want));
	play_free(&play);
}

TEST(repeats_are_numbered)
{
	struct play play;
	char *log, *dump;

	ASSERT_EQ(0, play_new(&play, "ok dump"));
	EXPECT_EQ(1, play_run(&play, "run --repeat 3"));
	EXPECT_TRUE(said_line(play.out, "1..6"));
	EXPECT_TRUE(said_line(play.out, "# run 1 of 3"));
	EXPECT_TRUE(said_line(play.out, "# run 3 of 3"));
	EXPECT_TRUE(said_line(play.out, "ok 5 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play.out, "9 passed, 3 failed, 0 skipped"));
	EXPECT_TRUE(said_line(play.out, "#   dump.2: t.two: failures/dump.2/t.two/"));
	log = play_file(&play, "logs/ok.log");
	EXPECT_STREQ("TAP version 13\n1..2\nok 1 t.one\nok 2 t.two\n", log);
	free(log);
	log = play_file(&play, "logs/ok.3.log");
	EXPECT_STREQ("TAP version 13\n1..2\nok 1 t.one\nok 2 t.two\n", log);
	free(log);
	dump = play_file(&play, "failures/dump.2/t.two/state.txt");
	EXPECT_STREQ("link", dump);
	free(dump);
	play_free(&play);
}

TEST(dump_of_a_failed_test_is_a_file)
{
	struct play play;
	char *dump;

	ASSERT_EQ(0, play_new(&play, "dump"));
	EXPECT_EQ(1, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "#   dump: t.two: failures/dump/t.two/"));
	dump = play_file(&play, "failures/dump/t.two/state.txt");
	EXPECT_STREQ("link", dump);
	free(dump);
	dump = play_file(&play, "failures/dump/t.two/empty");
	EXPECT_STREQ("", dump);
	free(dump);
	play_free(&play);
}

FIXTURE(dump) { struct play play; };
FIXTURE_VARIANT(dump)
{
	const char *record;
	const char *why;
};

#define DUMP(name, record, why) \
	FIXTURE_VARIANT_ADD(dump, name) { record, "# dump_bad: dump record: " why }
#define BAD_NAME "a name that is not of A-Za-z0-9_.- or begins with a dot"

DUMP(test_up, "DUMP .. x 1\nx", BAD_NAME);
DUMP(file_up, "DUMP t ../../../x 1\nx", BAD_NAME);
DUMP(file_absolute, "DUMP t /x 1\nx", BAD_NAME);
DUMP(file_hidden, "DUMP t .x 1\nx", BAD_NAME);
DUMP(file_odd, "DUMP t x\033 1\nx", BAD_NAME);
DUMP(file_empty, "DUMP t  1\nx", BAD_NAME);
DUMP(no_words, "nonsense\n", "not \"DUMP test file length\"");
DUMP(no_dump, "PUMP t x 1\nx", "not \"DUMP test file length\"");
DUMP(no_length, "DUMP t x\nx", "not \"DUMP test file length\"");
DUMP(negative, "DUMP t x -1\nx", "a length that is not a number");
DUMP(length_words, "DUMP t x 1x\nx", "a length that is not a number");
DUMP(length_words_behind, "DUMP t x 1 2\nx", "a length that is not a number");
DUMP(huge, "DUMP t x 99999999999\nx", "more than one program may send");
DUMP(overflow, "DUMP t x 18446744073709551617\nx",
     "a length that is not a number");
DUMP(cut_short, "DUMP t x 1000\nx", "cut short");
DUMP(endless,
     "DUMP ttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     "tttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttttt"
     " x 1\nx", "no end of its first line");

FIXTURE_SETUP(dump)
{
	ASSERT_EQ(0, play_new(&self->play, "dump_bad"));
}

FIXTURE_TEARDOWN(dump)
{
	play_free(&self->play);
}

/* What came before is kept, what comes after is not believed. */
TEST_F(dump, bad_record_is_a_failure)
{
	struct play *play = &self->play;
	char *dump;

	ASSERT_EQ(0, setenv("KSFT_STUB_DUMP", variant->record, 1));
	EXPECT_EQ(1, play_run(play, "run"));
	EXPECT_TRUE(said_line(play->out, variant->why));
	EXPECT_TRUE(said_line(play->out, "2 passed, 1 failed, 0 skipped"));
	dump = play_file(play, "failures/dump_bad/t.one/before");
	EXPECT_STREQ("x", dump);
	free(dump);
	EXPECT_EQ(NULL, play_file(play, "failures/dump_bad/t.one/after"));
	EXPECT_EQ(NULL, play_file(play, "failures/dump_bad/t/x"));
	EXPECT_EQ(NULL, play_file(play, "../../x"));
}

TEST(env_json_tells_the_machine)
{
	struct utsname uts;
	struct play play;
	char *env, line[256];

	ASSERT_EQ(0, uname(&uts));
	ASSERT_EQ(0, play_new(&play, "ok"));
	EXPECT_EQ(0, play_run(&play, "run --repeat 2"));
	env = play_file(&play, "env.json");
	snprintf(line, sizeof(line), "  \"kernel\": \"%s\",", uts.release);
	EXPECT_TRUE(said_line(env, line));
	EXPECT_TRUE(said_line(env, "    \"--repeat\","));
	EXPECT_TRUE(said_line(env, "  \"exit\": 0"));
	free(env);
	play_free(&play);
}

/* Every name that the next minute may have is taken. */
TEST(runs_of_one_second_have_folders_of_their_own)
{
	char path[256], name[32], link[256];
	struct utsname uts;
	struct play play;
	time_t now, when;
	struct tm tm;
	ssize_t n;

	ASSERT_EQ(0, uname(&uts));
	ASSERT_EQ(0, play_new(&play, "ok"));
	snprintf(path, sizeof(path), "%s/results", play.dir);
	ASSERT_EQ(0, mkdir(path, 0755));
	now = time(NULL);
	for (when = now; when < now + 60; when++) {
		gmtime_r(&when, &tm);
		strftime(name, sizeof(name), "%Y%m%dT%H%M%SZ", &tm);
		snprintf(path, sizeof(path), "%s/results/%s-%s", play.dir, name,
			 uts.release);
		ASSERT_EQ(0, mkdir(path, 0755));
	}
	EXPECT_EQ(0, play_run(&play, "run"));
	snprintf(path, sizeof(path), "%s/results/latest", play.dir);
	n = readlink(path, link, sizeof(link) - 1);
	ASSERT_LT(2, n);
	link[n] = '\0';
	EXPECT_STREQ("-2", link + n - 2);
	play_free(&play);
}

TEST(two_runners_at_once_share_a_results_folder)
{
	struct play one, two;
	char *tap;

	ASSERT_EQ(0, play_new(&one, "ok ok.2"));
	ASSERT_EQ(0, play_new(&two, "ok ok.2 ok.3"));
	one.results = two.results = "/tmp/shared-results";
	ASSERT_EQ(0, play_start(&one, "run"));
	ASSERT_EQ(0, play_start(&two, "run"));
	EXPECT_EQ(0, play_wait(&one));
	EXPECT_EQ(0, play_wait(&two));
	EXPECT_TRUE(said_line(one.out, "4 passed, 0 failed, 0 skipped"));
	EXPECT_TRUE(said_line(two.out, "6 passed, 0 failed, 0 skipped"));
	tap = play_file(&one, "run.tap");
	EXPECT_TRUE(!strcmp(tap, one.out) || !strcmp(tap, two.out));
	free(tap);
	play_free(&one);
	play_free(&two);
}

/* / is read-only in here. */
TEST(read_only_results_are_exit_2)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok"));
	play.results = "/results-of-nobody";
	EXPECT_EQ(2, play_run(&play, "run"));
	EXPECT_TRUE(said(play.err, "Read-only file system: say --results DIR"));
	EXPECT_STREQ("", play.out);
	play_free(&play);
}

/* What an ordinary user meets in a tree of root's. */
TEST(results_of_another_user_are_exit_2)
{
	struct play play;
	char path[128];

	ASSERT_EQ(0, play_new(&play, "ok"));
	snprintf(path, sizeof(path), "%s/results", play.dir);
	ASSERT_EQ(0, mkdir(path, 0555));
	ASSERT_EQ(0, play_run(&play, "run"));
	ASSERT_EQ(0, prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE));
	EXPECT_EQ(2, play_run(&play, "run"));
	EXPECT_TRUE(said(play.err, "Permission denied: say --results DIR"));
	EXPECT_STREQ("", play.out);
	play_free(&play);
}

TEST(results_that_are_a_file_are_exit_2)
{
	struct play play;
	char path[128];

	ASSERT_EQ(0, play_new(&play, "ok"));
	snprintf(path, sizeof(path), "%s/results", play.dir);
	ASSERT_EQ(0, mknod(path, S_IFREG | 0644, 0));
	EXPECT_EQ(2, play_run(&play, "run"));
	EXPECT_TRUE(said(play.err, "Not a directory: say --results DIR"));
	play_free(&play);
}

FIXTURE(full_disk) { struct play play; };
FIXTURE_VARIANT(full_disk)
{
	const char *size;	/* of the file system, as mount(8) has it */
};
FIXTURE_VARIANT_ADD(full_disk, at_the_first_file) { "nr_inodes=3" };
FIXTURE_VARIANT_ADD(full_disk, at_the_first_folder) { "nr_inodes=1" };
FIXTURE_VARIANT_ADD(full_disk, in_a_file) { "size=8k" };

FIXTURE_SETUP(full_disk)
{
	ASSERT_EQ(0, play_new(&self->play, "ok fail ok.2"));
}

FIXTURE_TEARDOWN(full_disk)
{
	play_free(&self->play);
}

TEST_F(full_disk, is_said_and_the_tap_is_complete)
{
	struct play *play = &self->play;
	char path[128];

	snprintf(path, sizeof(path), "%s/results", play->dir);
	ASSERT_EQ(0, mkdir(path, 0755));
	ASSERT_EQ(0, mount("full", path, "tmpfs", 0, variant->size));
	EXPECT_EQ(2, play_run(play, "run"));
	EXPECT_TRUE(said(play->err, "No space left on device: the results are not complete"));
	EXPECT_TRUE(said_line(play->out, "ok 1 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play->out, "not ok 2 selftests: fake: fail # exit=1"));
	EXPECT_TRUE(said_line(play->out, "ok 3 selftests: fake: ok.2"));
	EXPECT_TRUE(said_line(play->out, "5 passed, 1 failed, 0 skipped"));
}

TEST(stdout_that_is_full_is_exit_2)
{
	struct play play;
	char *tap;

	ASSERT_EQ(0, play_new(&play, "ok"));
	play.stdout_to = "/dev/full";
	EXPECT_EQ(2, play_run(&play, "run"));
	EXPECT_TRUE(said(play.err, "stdout: No space left on device"));
	tap = play_file(&play, "run.tap");
	EXPECT_TRUE(said_line(tap, "2 passed, 0 failed, 0 skipped"));
	free(tap);
	EXPECT_EQ(2, play_run(&play, "list"));
	EXPECT_EQ(2, play_run(&play, "--help"));
	play_free(&play);
}

/* A reader that goes away: a pipe without one. */
TEST(stdout_that_nobody_reads_is_exit_2)
{
	struct play play;
	char path[64];
	int fd[2];

	ASSERT_EQ(0, play_new(&play, "ok"));
	ASSERT_EQ(0, pipe(fd));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd[1]);
	play.stdout_to = path;
	/* The child has a reader, itself, up to its exec and not beyond. */
	ASSERT_EQ(0, fcntl(fd[0], F_SETFD, FD_CLOEXEC));
	ASSERT_EQ(0, play_start(&play, "run --filter ok"));
	close(fd[0]);
	close(fd[1]);
	EXPECT_EQ(2, play_wait(&play));
	EXPECT_TRUE(said(play.err, "stdout: Broken pipe"));
	play_free(&play);
}

KSFT_MAIN
