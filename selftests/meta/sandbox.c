// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Programs of the suite on machines that refuse them their sandbox.
 *
 *	test --- deny (a filter, or covers over /proc) --- program
 */
#include "ksft.h"

#include "play.h"
#include "said.h"

FIXTURE(sandbox)
{
	struct play play;
	char program[128];
};

/* Any program of the suite: the first. */
FIXTURE_SETUP(sandbox)
{
	char line[128] = "";
	FILE *list;

	ASSERT_EQ(0, play_new(&self->play, ""));
	list = fopen(PLAY_BUILD "/kselftest-list.txt", "r");
	ASSERT_NE(NULL, list);
	ASSERT_NE(NULL, fgets(line, sizeof(line), list));
	fclose(list);
	ASSERT_EQ(0, strncmp(line, "netns:", 6));
	line[strcspn(line, "\n")] = '\0';
	snprintf(self->program, sizeof(self->program),
		 PLAY_BUILD "/selftests/%.64s", line + 6);
}

FIXTURE_TEARDOWN(sandbox)
{
	play_free(&self->play);
}

TEST_F(sandbox, refused_unshare_is_exit_4_with_its_cause)
{
	struct play *play = &self->play;
	char words[256];

	snprintf(words, sizeof(words), PLAY_BUILD "/meta/deny unshare %s",
		 self->program);
	EXPECT_EQ(4, play_run(play, words));
	EXPECT_TRUE(said_line(play->out, "TAP version 13"));
	EXPECT_TRUE(said(play->out, "\n1..0 # SKIP no sandbox: unshare"));
	EXPECT_TRUE(said(play->out, "EPERM"));
	EXPECT_EQ(NULL, strstr(play->out, "ok "));
}

/* Some do, and no test fails. */
static bool skips_by_name(struct play *play, const char *what,
			  const char *program, const char *option)
{
	char words[256], reason[64];

	snprintf(words, sizeof(words), PLAY_BUILD "/meta/deny %s " PLAY_BUILD
		 "/selftests/%s", what, program);
	snprintf(reason, sizeof(reason), "# SKIP needs %s\n", option);
	return play_run(play, words) == 0 && said(play->out, reason) &&
	       !strstr(play->out, "\nnot ok ");
}

/* Other options are taken away one by one by `make config-proof`. */
TEST_F(sandbox, without_a_family_of_sockets_its_tests_skip_by_its_option)
{
	struct play *play = &self->play;

	EXPECT_TRUE(skips_by_name(play, "ipv6", "creation", "CONFIG_IPV6"));
	EXPECT_TRUE(skips_by_name(play, "packet", "rtnetlink",
				  "CONFIG_PACKET"));
	EXPECT_TRUE(skips_by_name(play, "unix", "creation", "CONFIG_UNIX"));
}

/* Needs a user namespace, to have the covers from outside. */
TEST_F(sandbox, covered_proc_is_lived_with)
{
	struct play *play = &self->play;
	char words[256];
	int code;

	/* Itself, without arguments: "Invalid argument" if it came so far. */
	code = play_run(play, PLAY_BUILD "/meta/deny proc " PLAY_BUILD
			"/meta/deny");
	if (code == 125 && strstr(play->err, "not permitted"))
		SKIP(return, "no user namespace in a user namespace");
	snprintf(words, sizeof(words), PLAY_BUILD "/meta/deny proc %s",
		 self->program);
	EXPECT_EQ(0, play_run(play, words));
	EXPECT_TRUE(said_line(play->out, "TAP version 13"));
	EXPECT_TRUE(said(play->out, "\nok 1 "));
}

KSFT_MAIN
