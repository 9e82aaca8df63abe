// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Time-outs and interrupts: what the runner started is dead afterwards.
 *
 *	test --- runner --- supervisor --- stub --- its group, its daemon
 */
#include "ksft.h"

#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>

#include "play.h"
#include "said.h"

/* No more, not even as a zombie. */
static bool process_gone(pid_t pid)
{
	return kill(pid, 0) && errno == ESRCH;
}

/* Those that hang name themselves by pid: all are gone. */
static bool all_gone(struct play *play, int nr)
{
	bool gone = true;
	pid_t pid;

	while (nr--) {
		pid = play_pid(play);
		if (pid > 0 && process_gone(pid))
			continue;
		printf("# process %d still there\n", pid);
		gone = false;
	}
	return gone;
}

TEST(timeout_ends_groups_and_daemons)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "hang hang_group hang_daemon ok"));
	EXPECT_EQ(1, play_run(&play, "run --timeout 1 -j 4"));
	EXPECT_TRUE(said_line(play.out, "# timeout set to 1"));
	EXPECT_TRUE(said_line(play.out, "not ok 1 selftests: fake: hang # TIMEOUT 1 seconds"));
	EXPECT_TRUE(said_line(play.out, "not ok 2 selftests: fake: hang_group # TIMEOUT 1 seconds"));
	EXPECT_TRUE(said_line(play.out, "not ok 3 selftests: fake: hang_daemon # TIMEOUT 1 seconds"));
	EXPECT_TRUE(said_line(play.out, "ok 4 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play.out, "#   hang: not done in 1 seconds"));
	EXPECT_TRUE(said_line(play.out, "5 passed, 3 failed, 0 skipped"));
	EXPECT_TRUE(all_gone(&play, 5));
	play_free(&play);
}

TEST(settings_limit_the_time)
{
	struct play play;
	char path[128];
	FILE *file;

	ASSERT_EQ(0, play_new(&play, "hang"));
	snprintf(path, sizeof(path), "%s/fake/settings", play.dir);
	file = fopen(path, "w");
	ASSERT_NE(NULL, file);
	fputs("timeout=1\n", file);
	fclose(file);
	EXPECT_EQ(1, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "not ok 1 selftests: fake: hang # TIMEOUT 1 seconds"));
	EXPECT_TRUE(all_gone(&play, 1));
	play_free(&play);
}

TEST(slow_machine_has_ten_times_as_long)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "ok"));
	setenv("KSFT_MACHINE_SLOW", "1", 1);
	EXPECT_EQ(0, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "# timeout set to 450"));
	play_free(&play);
}

/* It keeps the program's stdout, and nobody waits for it. */
TEST(daemon_of_a_program_that_ended_is_killed)
{
	struct play play;

	ASSERT_EQ(0, play_new(&play, "daemon"));
	EXPECT_EQ(0, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "ok 1 selftests: fake: daemon"));
	EXPECT_TRUE(said_line(play.out, "# daemon: 1 processes outlived it and were killed"));
	EXPECT_TRUE(all_gone(&play, 1));
	play_free(&play);
}

/* Then the runner cannot look for descendants, but has their group. */
TEST(orphan_is_killed_without_proc)
{
	struct play play;

	ASSERT_EQ(0, unshare(CLONE_NEWNS));
	ASSERT_EQ(0, mount("none", "/proc", "tmpfs", 0, NULL));
	ASSERT_EQ(0, play_new(&play, "orphan"));
	EXPECT_EQ(0, play_run(&play, "run"));
	EXPECT_TRUE(said_line(play.out, "ok 1 selftests: fake: orphan"));
	EXPECT_TRUE(all_gone(&play, 1));
	play_free(&play);
}

FIXTURE(interrupt) { struct play play; };
FIXTURE_VARIANT(interrupt)
{
	int signal;
	const char *said;
};
FIXTURE_VARIANT_ADD(interrupt, by_int) {
	SIGINT, "# cut short by SIGINT: this is 2 of 4 programs"
};
FIXTURE_VARIANT_ADD(interrupt, by_term) {
	SIGTERM, "# cut short by SIGTERM: this is 2 of 4 programs"
};
FIXTURE_VARIANT_ADD(interrupt, by_hup) {
	SIGHUP, "# cut short by SIGHUP: this is 2 of 4 programs"
};

FIXTURE_SETUP(interrupt)
{
	ASSERT_EQ(0, play_new(&self->play, "ok hang_daemon ok.2 ok.3"));
}

FIXTURE_TEARDOWN(interrupt)
{
	play_free(&self->play);
}

TEST_F(interrupt, keeps_what_was_got)
{
	struct play *play = &self->play;
	pid_t first, second;
	char *tap, *log;

	/* Whoever runs this test may have it ignored. */
	signal(variant->signal, SIG_DFL);
	ASSERT_EQ(0, play_start(play, "run -j 1"));
	first = play_pid(play);
	second = play_pid(play);
	ASSERT_LT(0, first);
	ASSERT_LT(0, second);
	EXPECT_EQ(0, kill(play->pid, variant->signal));
	EXPECT_EQ(128 + variant->signal, play_wait(play));
	EXPECT_TRUE(process_gone(first));
	EXPECT_TRUE(process_gone(second));
	EXPECT_TRUE(said_line(play->out, "1..4"));
	EXPECT_TRUE(said_line(play->out, "ok 1 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play->out, "not ok 2 selftests: fake: hang_daemon # interrupted"));
	EXPECT_TRUE(said_line(play->out, variant->said));
	EXPECT_TRUE(said_line(play->out, "3 passed, 1 failed, 0 skipped"));
	tap = play_file(play, "run.tap");
	EXPECT_STREQ(play->out, tap);
	log = play_file(play, "logs/hang_daemon.log");
	EXPECT_STREQ("TAP version 13\n1..2\nok 1 t.one\n", log);
	free(tap);
	free(log);
}

/* Nobody is left to tell them: the kernel does. */
TEST(runner_that_is_killed_takes_its_programs_along)
{
	struct play play;
	pid_t pid;

	/* Orphans are ours, to see them end. */
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	ASSERT_EQ(0, play_new(&play, "hang"));
	ASSERT_EQ(0, play_start(&play, "run -j 1"));
	pid = play_pid(&play);
	ASSERT_LT(0, pid);
	EXPECT_FALSE(process_gone(pid));
	EXPECT_EQ(0, kill(play.pid, SIGKILL));
	EXPECT_EQ(-EINTR, play_wait(&play));
	/* The supervisor, and the program: then there is nobody left. */
	while (wait(NULL) > 0)
		;
	EXPECT_EQ(ECHILD, errno);
	EXPECT_TRUE(process_gone(pid));
	play_free(&play);
}

KSFT_MAIN
