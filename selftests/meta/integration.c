// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The integration files of selftests/ci: their scripts, run in a checkout of the
 * project as their CI would run them, and what that leaves, given to the CI's
 * reader of it.
 *
 *	github.yml ... --- sh --- run.sh --- stubs --- results/ --- reader
 *
 * Needs a YAML parser and autopkgtest, so it is no part of the suite.
 */
#include "ksft.h"

#include <sys/stat.h>

#include "readers.h"
#include "said.h"

/*
 * A checkout of the project: the integration files, and for run.sh one that
 * builds nothing, notes its arguments, and runs the stubs.
 */
#define PROJECT	"/tmp/project"

static const char run_sh[] =
	"#!/bin/sh\n"
	"echo \"$@\" >>args\n"
	"[ \"$1\" != --setup ] || shift\n"
	"[ \"$1\" != --vm ] || shift 2\n"
	"exec " PLAY_BUILD "/runner \"$@\" --build %s --collection=fake "
	"--results \"${NETNS_RESULTS:-results}\"\n";

static int project_new(struct play *play, const char *what)
{
	FILE *file;
	int err;

	err = play_new(play, what);
	/* Without a shell the tests skip, which a fixture must not. */
	if (err || !have("sh"))
		return err;
	if (strcmp("exit 0\n", shell("/tmp", "rm -rf " PROJECT "\n"
				     "mkdir -p " PROJECT "/selftests\n"
				     "cp -RL " META "/ci " PROJECT "/selftests")))
		return -EIO;
	file = fopen(PROJECT "/run.sh", "we");
	if (!file)
		return -errno;
	fprintf(file, run_sh, play->dir);
	return fclose(file) || chmod(PROJECT "/run.sh", 0755) ? -errno : 0;
}

FIXTURE(integration) {};
FIXTURE_VARIANT(integration)
{
	const char *kind;	/* as readers.py has it */
	const char *file;
	const char *damage;	/* that must be noticed */
};
FIXTURE_VARIANT_ADD(integration, github) {
	"github", "github.yml", "s/runs-on:/run-on:/",
};
FIXTURE_VARIANT_ADD(integration, github_expression) {
	"github", "github.yml", "s/\"$PACKAGE\"/${{ matrix.package }}/",
};
FIXTURE_VARIANT_ADD(integration, gitlab) {
	"gitlab", "gitlab.yml", "s/ script:/ scripts:/",
};
FIXTURE_VARIANT_ADD(integration, gitlab_yaml) {
	"gitlab", "gitlab.yml", "s/^  image:/\timage:/",
};
FIXTURE_VARIANT_ADD(integration, lava) {
	"lava", "lava.yaml", "s/Test Definition 1.0/Test/",
};
FIXTURE_VARIANT_ADD(integration, lava_shell) {
	"lava", "lava.yaml", "s/^ *fi$//",
};
FIXTURE_VARIANT_ADD(integration, tmt_test) {
	"fmf-test", "tmt/test.fmf", "s/^result:/results:/",
};
FIXTURE_VARIANT_ADD(integration, tmt_plan) {
	"fmf-plan", "tmt/plan.fmf", "s/how: virtual/how: virtually/",
};
FIXTURE_SETUP(integration)
{
	struct play play;

	ASSERT_EQ(0, project_new(&play, "ok"));
	play_free(&play);
}

FIXTURE_TEARDOWN(integration) {}

TEST_F(integration, file_is_one_of_its_kind)
{
	char script[512];

	NEED_READER(YAML, "python3-yaml");
	snprintf(script, sizeof(script), READER "ci %s selftests/ci/%s",
		 variant->kind, variant->file);
	EXPECT_TRUE(said(shell(PROJECT, script), "exit 0\n"));
	snprintf(script, sizeof(script),
		 "sed '%s' selftests/ci/%s >/tmp/damaged.yml\n"
		 "! cmp -s selftests/ci/%s /tmp/damaged.yml || exit 9\n"
		 READER "ci %s /tmp/damaged.yml", variant->damage,
		 variant->file, variant->file, variant->kind);
	EXPECT_TRUE(said(shell(PROJECT, script), "exit 1\n"));
}

/* The script of one step, given to a shell as its CI would. */
#define STEP(kind, name, file, shell) \
	READER "step " kind " '" name "' selftests/ci/" file " >/tmp/step || exit\n" \
	shell " /tmp/step\n"

FIXTURE(project) { struct play play; };
FIXTURE_SETUP(project)
{
	ASSERT_EQ(0, project_new(&self->play, "ok fail skips crash"));
}

FIXTURE_TEARDOWN(project)
{
	play_free(&self->play);
}

TEST_F(project, github_annotates_and_summarises)
{
	const char *text;

	NEED_READER(YAML, "python3-yaml");
	text = shell(PROJECT, STEP("github", "Run", "github.yml", "sh -e"));
	EXPECT_TRUE(said(text, "\nexit 1\n"));
	EXPECT_TRUE(prints("--setup run\n", shell(PROJECT, "cat args")));
	text = shell(PROJECT, "GITHUB_STEP_SUMMARY=/tmp/summary\n"
		     "export GITHUB_STEP_SUMMARY\n"
		     STEP("github", "Annotate", "github.yml", "sh -e")
		     "cmp /tmp/step /dev/null");
	EXPECT_TRUE(said(text, "::error "));
	text = shell(PROJECT, "cat /tmp/summary");
	EXPECT_TRUE(said(text, "```\n# what failed:\n#   fail: t.two\n"));
	EXPECT_TRUE(said(text, "\n# Totals: pass:4 fail:1 xfail:0 xpass:0 skip:2 "
			 "error:1\n4 passed, 2 failed, 2 skipped\n```\n"
			 "exit 0\n"));
}

/* With an apt that has one kernel. */
static const char fake_apt[] =
	"mkdir -p /tmp/bin\n"
	"cat >/tmp/bin/apt-cache <<'EOF'\n"
	"#!/bin/sh\n"
	"echo \"$2\"; echo '  Depends: linux-image-6.12.9-cloud-amd64'\n"
	"EOF\n"
	"cat >/tmp/bin/apt-get <<'EOF'\n"
	"#!/bin/sh\n"
	"[ \"$1\" != download ] || echo x >\"$2_6.12.9-1_amd64.deb\"\n"
	"EOF\n"
	"chmod +x /tmp/bin/*\n"
	"PATH=/tmp/bin:$PATH\n"
	"export PATH\n";

TEST_F(project, github_boots_the_kernel_of_a_package)
{
	char script[2048];
	const char *text;

	NEED_READER(YAML, "python3-yaml");
	snprintf(script, sizeof(script),
		 "%sexport PACKAGE=linux-image-cloud-amd64 GITHUB_ENV=/tmp/env\n"
		 STEP("github", "Kernel", "github.yml", "sh -e")
		 "export \"$(cat /tmp/env)\"\n"
		 STEP("github", "Run", "github.yml", "sh -e"), fake_apt);
	text = shell(PROJECT, script);
	EXPECT_TRUE(said(text, "4 passed, 2 failed, 2 skipped\nexit 1\n"));
	EXPECT_TRUE(prints("--setup --vm linux-image-6.12.9-cloud-amd64_"
			   "6.12.9-1_amd64.deb run\n",
			   shell(PROJECT, "cat args")));
}

TEST_F(project, gitlab_finds_the_report)
{
	char script[2048];
	const char *text;

	NEED_READER(YAML, "python3-yaml");
	text = shell(PROJECT,
		     STEP("gitlab", "netns script", "gitlab.yml", "bash -e"));
	EXPECT_TRUE(said(text, "\nexit 1\n"));
	text = shell(PROJECT,
		     STEP("gitlab", "netns after_script", "gitlab.yml", "bash")
		     READER "junit junit.xml | grep -c ^fail");
	EXPECT_TRUE(prints("2\n", text));
	snprintf(script, sizeof(script), "%s%s", fake_apt,
		 STEP("gitlab", "netns-vm script", "gitlab.yml", "bash -e")
		 "tail -n 1 args");
	text = shell(PROJECT, script);
	EXPECT_TRUE(said(text, "--setup --vm linux-image-6.12.9-cloud-amd64_"
			 "6.12.9-1_amd64.deb run\nexit 0\n"));
}

/* With a lava-test-case that signals as the real one does. */
static const char fake_lava[] =
	"mkdir -p /tmp/bin\n"
	"cat >/tmp/bin/lava-test-case <<'EOF'\n"
	"#!/bin/sh\n"
	"echo \"<LAVA_SIGNAL_TESTCASE TEST_CASE_ID=$1 RESULT=$3>\"\n"
	"EOF\n"
	"chmod +x /tmp/bin/*\n"
	"PATH=/tmp/bin:$PATH\n"
	"export ARGUMENTS=\n"
	STEP("lava", "run", "lava.yaml", "sh -e >/tmp/console")
	"grep -o '<LAVA_.*' /tmp/console >/tmp/signals\n"
	READER "lava /tmp/signals";

TEST_F(project, lava_gets_a_case_a_test_and_one_for_the_run)
{
	NEED_READER(YAML, "python3-yaml");
	EXPECT_TRUE(prints("pass fake.ok.t.one\npass fake.ok.t.two\n"
			   "pass fake.fail.t.one\nfail fake.fail.t.two\n"
			   "skip fake.skips.t.one\nskip fake.skips.t.two\n"
			   "pass fake.crash.t.one\nfail fake.crash.program\n"
			   "fail netns-run\n", shell(PROJECT, fake_lava)));
}

/* There is a result also if there is none. */
TEST_F(project, lava_fails_when_nothing_ran)
{
	NEED_READER(YAML, "python3-yaml");
	ASSERT_EQ(0, truncate(PROJECT "/run.sh", 0));
	EXPECT_TRUE(prints("fail netns-run\n", shell(PROJECT, fake_lava)));
}

TEST_F(project, tmt_finds_results_and_logs)
{
	const char *text;

	NEED_READER(YAML, "python3-yaml");
	text = shell(PROJECT, "export TMT_TEST_DATA=/tmp/tmt\n"
		     "mkdir -p $TMT_TEST_DATA\n"
		     "cd selftests/ci/tmt && ./run >/tmp/out 2>&1 && "
		     READER "tmt /tmp/tmt/results.yaml");
	EXPECT_TRUE(said(text, "fail /fake.fail.t.two\n"));
	EXPECT_TRUE(said(text, "error /fake.crash.program\n"));
	EXPECT_TRUE(said(text, "exit 0\n"));
}

FIXTURE(autopkgtest) { struct play play; };
FIXTURE_VARIANT(autopkgtest)
{
	const char *what;
	const char *verdict;	/* and its exit code */
};
FIXTURE_VARIANT_ADD(autopkgtest, passes) {
	"ok skips", "netns                PASS\nexit 0\n",
};
FIXTURE_VARIANT_ADD(autopkgtest, skipped) {
	"skip skips",
	"netns                SKIP exit status 77 and marked as skippable\n"
	"exit 8\n",
};
FIXTURE_VARIANT_ADD(autopkgtest, failed) {
	"ok crash", "netns                FAIL non-zero exit status 1\nexit 4\n",
};

FIXTURE_SETUP(autopkgtest)
{
	ASSERT_EQ(0, project_new(&self->play, variant->what));
}

FIXTURE_TEARDOWN(autopkgtest)
{
	play_free(&self->play);
}

/* A source package; what it depends on cannot be installed in here. */
static const char package[] =
	"mkdir -p debian/tests\n"
	"sed '/^ /d;s/^Depends:.*/Depends:/' selftests/ci/autopkgtest/control "
	">debian/tests/control\n"
	"cat >debian/control <<'EOF'\n"
	"Source: netns-selftests\n"
	"Maintainer: Nobody <nobody@localhost>\n\n"
	"Package: netns-selftests\n"
	"Architecture: any\n"
	"Description: stubs\n"
	"EOF\n"
	"cat >debian/changelog <<'EOF'\n"
	"netns-selftests (1) unstable; urgency=low\n\n"
	"  * Stubs.\n\n"
	" -- Nobody <nobody@localhost>  Thu, 01 Jan 1970 00:00:00 +0000\n"
	"EOF\n"
	"rm -rf /tmp/adt\n"
	/* dpkg wants to read its file there. */
	"export HOME=/tmp\n"
	"autopkgtest -B -o /tmp/adt " PROJECT "/ -- null >/tmp/adt.log 2>&1\n"
	"code=$?\n"
	"cat /tmp/adt/summary || cat /tmp/adt.log\n"
	"exit $code\n";

TEST_F(autopkgtest, has_the_verdict_of_the_run)
{
	NEED_TOOL("autopkgtest", "autopkgtest");
	/* It runs tests by su(1), which an ordinary user's sandbox refuses. */
	if (!strncmp("deny", shell("/", "cat /proc/self/setgroups"), 4))
		SKIP(return, "no su in the sandbox of an ordinary user");
	EXPECT_STREQ(variant->verdict, shell(PROJECT, package));
	EXPECT_TRUE(said(shell("/tmp/adt", "ls artifacts/latest/"),
			 "junit.xml\n"));
}

KSFT_MAIN
