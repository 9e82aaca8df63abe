// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * One recorded run with every kind of outcome, read by whoever reads test
 * results: prove, python3-tap, npm's tap-parser, kunit.py, xmllint, and stand-ins
 * (readers.py) for those that exist only inside a CI.  All must find the same
 * tests with the same verdicts, and none may overlook that its file was damaged.
 *
 *	stubs --- runner --- results/latest/ --- each reader --- "pass NAME" lines
 *
 * Needs the readers, so it is no part of the suite: those absent are named.
 */
#include "ksft.h"

#include <ctype.h>

#include "readers.h"
#include "said.h"

#define ROUNDS	2

/* The run: what the stubs do, in the order in which they are listed. */
static const char programs[] = "ok fail skip skips xfail crash hang markup "
			       "odd_fail nested fewer lies_0 skip_nameless -gone";

enum kind { PASS, FAIL, SKIP, XFAIL, XPASS };

struct result {
	const char *program;
	const char *test;	/* NULL: the program's own, behind its tests */
	enum kind kind;
	const char *reason;	/* of a skip */
	/* Of a program: */
	bool own;		/* it has a trouble, or skipped all */
	bool plan;		/* its TAP breaks its own plan */
	bool partly;		/* some of it was skipped */
};

#define TEST_SAID(program_, test_, kind_, ...) \
	{ .program = program_, .test = test_, .kind = kind_, ##__VA_ARGS__ }
#define PROGRAM_ENDED(program_, kind_, ...) \
	{ .program = program_, .kind = kind_, ##__VA_ARGS__ }

static const struct result golden[] = {
	TEST_SAID("ok", "t.one", PASS),
	TEST_SAID("ok", "t.two", PASS),
	PROGRAM_ENDED("ok", PASS),
	TEST_SAID("fail", "t.one", PASS),
	TEST_SAID("fail", "t.two", FAIL),
	PROGRAM_ENDED("fail", FAIL),
	PROGRAM_ENDED("skip", SKIP, .own = true, .partly = true),
	TEST_SAID("skips", "t.one", SKIP, .reason = "no CONFIG_STUB"),
	TEST_SAID("skips", "t.two", SKIP, .reason = "no CONFIG_STUB"),
	PROGRAM_ENDED("skips", SKIP, .partly = true),
	TEST_SAID("xfail", "t.one", XFAIL),
	TEST_SAID("xfail", "t.two", XPASS),
	PROGRAM_ENDED("xfail", PASS),
	TEST_SAID("crash", "t.one", PASS),
	PROGRAM_ENDED("crash", FAIL, .own = true, .plan = true),
	TEST_SAID("hang", "t.one", PASS),
	PROGRAM_ENDED("hang", FAIL, .own = true, .plan = true),
	TEST_SAID("markup", "t.one", FAIL),
	TEST_SAID("markup", "t.two", SKIP,
		  .reason = "no <CONFIG_X> & \"y\": 50 %, at \\n all"),
	TEST_SAID("markup", "t.of two/words&<b>", PASS),
	PROGRAM_ENDED("markup", FAIL, .partly = true),
	TEST_SAID("odd_fail", "t.one", FAIL),
	PROGRAM_ENDED("odd_fail", FAIL),
	TEST_SAID("nested", "t.one", PASS),
	TEST_SAID("nested", "t.two", PASS),
	PROGRAM_ENDED("nested", FAIL, .own = true),
	TEST_SAID("fewer", "t.one", PASS),
	TEST_SAID("fewer", "t.two", PASS),
	PROGRAM_ENDED("fewer", FAIL, .own = true, .plan = true),
	TEST_SAID("lies_0", "t.one", FAIL),
	PROGRAM_ENDED("lies_0", FAIL, .own = true),
	TEST_SAID("skip_nameless", "t.one", SKIP, .reason = "no CONFIG_STUB"),
	TEST_SAID("skip_nameless", "t.two", SKIP, .reason = "no CONFIG_STUB"),
	TEST_SAID("skip_nameless", "t.three", PASS),
	PROGRAM_ENDED("skip_nameless", PASS, .partly = true),
	PROGRAM_ENDED("gone", FAIL, .own = true, .plan = true),
};

/* Who knows three verdicts counts what was expected as passed. */
static const char *const three[] = { "pass", "fail", "skip", "pass", "pass" };
static const char *const five[] = { "pass", "fail", "skip", "xfail", "xpass" };

/* "ok", or "ok.2" in the second round: as logs/ has it. */
static const char *label(const struct result *r, int round)
{
	static char text[64];

	if (round == 1)
		return r->program;
	snprintf(text, sizeof(text), "%s.%d", r->program, round);
	return text;
}

/*
 * @text with whatever is not of @kept as one @with, and none at the end.  Good
 * until the call after the next.
 */
static const char *slug(const char *text, const char *kept, char with)
{
	static char slugs[2][256];
	static int turn;
	char *slug = slugs[turn ^= 1];
	size_t n = 0;

	for (; *text && n < sizeof(slugs[0]) - 1; text++) {
		if (isalnum((unsigned char)*text) || strchr(kept, *text))
			slug[n++] = *text;
		else if (!n || slug[n - 1] != with)
			slug[n++] = with;
	}
	while (n && slug[n - 1] == with)
		n--;
	slug[n] = '\0';
	return slug;
}

/* A result's one-word name, the same in all files beside run.tap. */
static const char *id(const struct result *r, int round)
{
	static char text[256];
	size_t n;

	n = snprintf(text, sizeof(text), "fake.%s.%s", label(r, round),
		     r->test ? r->test : "program");
	while (n--)
		if (!isalnum((unsigned char)text[n]) && !strchr("_.-", text[n]))
			text[n] = '_';
	return text;
}

/*
 * What a reader makes of a result; nothing for one that it does not see.
 * Behind the tests of each program comes the program itself.
 */
typedef void (*row_fn)(FILE *out, const struct result *r, int round);

/* One entry a test, and one more for what a program has of its own. */
static void row_record(FILE *out, const struct result *r, int round)
{
	if (r->test || r->own)
		fprintf(out, "%s %s\n", five[r->kind], id(r, round));
}

static void row_three(FILE *out, const struct result *r, int round)
{
	if (r->test || r->own)
		fprintf(out, "%s %s\n", three[r->kind], id(r, round));
}

/* What went wrong with a program as a whole is an error. */
static void row_tmt(FILE *out, const struct result *r, int round)
{
	if (r->test || r->own)
		fprintf(out, "%s /%s\n", r->own && r->kind == FAIL ? "error" :
			three[r->kind], id(r, round));
}

/* Programs before tests, as only the first ten of them are shown. */
static void row_github(FILE *out, const struct result *r, int round)
{
	if (r->own && r->kind == FAIL)
		fprintf(out, "error %s\n", id(r, round));
}

static void row_github_test(FILE *out, const struct result *r, int round)
{
	if (r->test && r->kind == FAIL)
		fprintf(out, "error %s\n", id(r, round));
}

static void row_github_notice(FILE *out, const struct result *r, int round)
{
	if (r->kind == XFAIL)
		fprintf(out, "notice %s\n", id(r, round));
}

/* Logs that are not for readers of TAP: any bytes, no names, nothing at all. */
static bool is_tap(const struct result *r)
{
	return strcmp(r->program, "odd_fail") && strcmp(r->program, "gone") &&
	       strcmp(r->program, "skip_nameless");
}

/* A program's own TAP, from its log. */
static void row_log(FILE *out, const struct result *r, int round)
{
	if (!is_tap(r))
		return;
	if (r->test)
		fprintf(out, "%s %s %s\n", three[r->kind], label(r, round),
			r->test);
	else if (r->plan)
		fprintf(out, "problem %s\n", label(r, round));
	else if (r->kind == SKIP && r->own)
		fprintf(out, "skip %s\n", label(r, round));
}

/* run.tap to who does not look into comments. */
static void row_run(FILE *out, const struct result *r, int round)
{
	(void)round;
	if (!r->test)
		fprintf(out, "%s run selftests: fake: %s\n", three[r->kind],
			r->program);
}

/* The same lines of run.ktap: programs by their full names. */
static void row_ktap(FILE *out, const struct result *r, int round)
{
	if (!r->test)
		fprintf(out, "%s run fake.%s\n", three[r->kind],
			label(r, round));
}

/* The netdev CI: a skip anywhere is a skip of the program. */
static void row_nipa(FILE *out, const struct result *r, int round)
{
	enum kind kind = r->kind != FAIL && r->partly ? SKIP : r->kind;

	(void)round;
	if (r->test)
		fprintf(out, "%s %s %s\n", three[kind],
			slug(r->program, "", '-'), slug(r->test, "", '-'));
	else
		fprintf(out, "%s %s\n", three[kind], slug(r->program, "", '-'));
}

/* LKFT: the reason of a skip is of the name, and a name that is taken has _dup. */
static void row_lkft(FILE *out, const struct result *r, int round)
{
	char test[128] = "", dup[16] = "";

	if (round > 1)
		snprintf(dup, sizeof(dup), "_dup%d", round);
	if (!r->test) {
		fprintf(out, "%s fake_%s%s\n", three[r->kind],
			slug(r->program, "_-", '_'), dup);
		return;
	}
	snprintf(test, sizeof(test), "%s %s", r->test,
		 r->reason ? r->reason : "");
	fprintf(out, "%s fake_%s_%s%s\n", three[r->kind],
		slug(r->program, "_-", '_'), slug(test, "_-", '_'), dup);
	/* It takes off any blanks, and so sees what is nested deeper. */
	if (!strcmp(r->program, "nested") && !strcmp(r->test, "t.one"))
		fprintf(out, "pass fake_nested_inner%s\n", dup);
}

static void row_lkp(FILE *out, const struct result *r, int round)
{
	(void)round;
	if (!r->test)
		fprintf(out, "%s fake.%s\n", three[r->kind], r->program);
}

/* What all rows are to a reader; to be freed. */
static char *rows(row_fn row)
{
	char *text = NULL;
	size_t size, i;
	FILE *out;
	int round;

	out = open_memstream(&text, &size);
	if (!out)
		return NULL;
	for (round = 1; round <= ROUNDS; round++)
		for (i = 0; i < ARRAY_SIZE(golden); i++)
			row(out, &golden[i], round);
	return fclose(out) ? NULL : text;
}

/* The logs in the order of the run: a shell's words. */
static void set_logs(void)
{
	char words[2048] = "";
	size_t i, n = 0;
	int round;

	for (round = 1; round <= ROUNDS; round++)
		for (i = 0; i < ARRAY_SIZE(golden); i++)
			if (!golden[i].test && is_tap(&golden[i]))
				n += snprintf(words + n, sizeof(words) - n,
					      "logs/%s.log ",
					      label(&golden[i], round));
	setenv("LOGS", words, 1);
}

/* The run that all read is made once, by the first test that wants it. */
#define GOLDEN	"/tmp/golden"

static int golden_run(void)
{
	struct play play;
	char to[128];
	int err;

	if (!access(GOLDEN, F_OK))
		return 0;
	err = play_new(&play, programs);
	if (!err)
		err = play_run(&play, "run --repeat 2 --timeout 3 -j 8");
	if (err != 1) {
		printf("# the run ended with %d\n", err);
		return -EIO;
	}
	snprintf(to, sizeof(to), "%s/results/latest", play.dir);
	play_free(&play);
	return symlink(to, GOLDEN) ? -errno : 0;
}

FIXTURE(reader) { char *want; };
FIXTURE_VARIANT(reader)
{
	const char *needs;	/* a file of the reader's */
	const char *package;	/* that has it, in Debian */
	const char *command;
	row_fn row;
	const char *file;	/* and a damage that must be noticed */
	const char *damage;	/* by sed(1) */
};

FIXTURE_VARIANT_ADD(reader, run_json) {
	"/usr/bin/python3", "python3", READER "record run.json", row_record,
	"run.json", "0,/\"status\": \"fail\"/s//\"status\": \"pass\"/",
};
FIXTURE_VARIANT_ADD(reader, prove_of_logs) {
	PROVE_PM, "perl", "perl " META "/prove.pl $LOGS", row_log,
	"logs/fail.log", "s/^not ok/ok/",
};
FIXTURE_VARIANT_ADD(reader, prove_of_the_run) {
	PROVE_PM, "perl", "perl " META "/prove.pl run.tap", row_run,
	"run.tap", "s/^not ok 2 /ok 2 /",
};
FIXTURE_VARIANT_ADD(reader, tappy_of_logs) {
	TAPPY, "python3-tap", READER "tappy $LOGS", row_log,
	"logs/fail.log", "s/^not ok/ok/",
};
FIXTURE_VARIANT_ADD(reader, tappy_of_the_run) {
	TAPPY, "python3-tap", READER "tappy run.tap", row_run,
	"run.tap", "s/^not ok 2 /ok 2 /",
};
FIXTURE_VARIANT_ADD(reader, tap_parser_of_logs) {
	TAP_PARSER, "node-tap-parser",
	"NODE_PATH=/usr/share/nodejs node " META "/tap-parser.js $LOGS",
	row_log, "logs/fail.log", "s/^not ok/ok/",
};
FIXTURE_VARIANT_ADD(reader, tap_parser_of_the_run) {
	TAP_PARSER, "node-tap-parser",
	"NODE_PATH=/usr/share/nodejs node " META "/tap-parser.js run.tap",
	row_run, "run.tap", "s/^not ok 2 /ok 2 /",
};
FIXTURE_VARIANT_ADD(reader, netdev_ci) {
	"/usr/bin/python3", "python3", READER "nipa run.tap", row_nipa,
	"run.tap", "s/^# not ok 2 /# ok 2 /",
};
FIXTURE_VARIANT_ADD(reader, lkft) {
	TAPPY, "python3-tap", READER "lkft run.tap", row_lkft,
	"run.tap", "s/^# TAP version 13/& #/;s/^# ok 1 t.one/# ok 1/",
};
FIXTURE_VARIANT_ADD(reader, lkp) {
	"/usr/bin/python3", "python3", READER "lkp run.tap", row_lkp,
	"run.tap", "s/^not ok 2 /ok 2 /",
};
FIXTURE_VARIANT_ADD(reader, kunit_py) {
	KUNIT, "linux-source-6.12", READER "kunit " KUNIT " run.ktap",
	row_three, "run.ktap", "0,/not ok/s//ok/",
};
FIXTURE_VARIANT_ADD(reader, prove_of_ktap) {
	PROVE_PM, "perl", "perl " META "/prove.pl run.ktap", row_ktap,
	"run.ktap", "s/^not ok 2 /ok 2 /",
};
FIXTURE_VARIANT_ADD(reader, junit) {
	"/usr/bin/python3", "python3", READER "junit junit.xml", row_three,
	"junit.xml", "0,/<failure/s//<failed/",
};
FIXTURE_VARIANT_ADD(reader, lava) {
	"/usr/bin/python3", "python3", READER "lava lava.txt", row_three,
	"lava.txt", "1d",
};
FIXTURE_VARIANT_ADD(reader, tmt) {
	YAML, "python3-yaml", READER "tmt results.yaml | tail -n +2", row_tmt,
	"results.yaml", "4,/fail/s/fail/info/",
};
FIXTURE_VARIANT_ADD(reader, github_programs) {
	"/usr/bin/python3", "python3",
	READER "github annotations.txt | grep '^error .*program$' || :",
	row_github, "annotations.txt", "1s/::error/error/",
};
FIXTURE_VARIANT_ADD(reader, github_tests) {
	"/usr/bin/python3", "python3",
	READER "github annotations.txt | grep '^error .*[^m]$' || :",
	row_github_test, "annotations.txt", "s/=fake.fail.t.two/=fake.fail/",
};
FIXTURE_VARIANT_ADD(reader, github_notices) {
	"/usr/bin/python3", "python3",
	READER "github annotations.txt | grep ^notice || :",
	row_github_notice, "annotations.txt", "/notice/s/one/two/",
};

FIXTURE_SETUP(reader)
{
	ASSERT_EQ(0, golden_run());
	set_logs();
	self->want = rows(variant->row);
	ASSERT_NE(NULL, self->want);
}

FIXTURE_TEARDOWN(reader)
{
	free(self->want);
}

TEST_F(reader, agrees_on_names_and_verdicts)
{
	NEED_READER(variant->needs, variant->package);
	EXPECT_TRUE(prints(self->want, shell(GOLDEN, variant->command)));
}

TEST_F(reader, notices_a_damaged_file)
{
	char script[512], *dir, *sound;

	NEED_READER(variant->needs, variant->package);
	snprintf(script, sizeof(script),
		 "rm -rf /tmp/damaged; cp -R " GOLDEN "/. /tmp/damaged\n"
		 "sed -i '%s' /tmp/damaged/%s\n"
		 "! cmp -s %s /tmp/damaged/%s", variant->damage, variant->file,
		 variant->file, variant->file);
	ASSERT_STREQ("exit 0\n", shell(GOLDEN, script));
	dir = "/tmp/damaged";
	sound = strdup(shell(GOLDEN, variant->command));
	EXPECT_STRNE(sound, shell(dir, variant->command));
	free(sound);
}

/* No reader of these can stumble over a byte, or be led by one. */
TEST(all_but_the_logs_is_printable)
{
	NEED_TOOL("grep", "grep");
	ASSERT_EQ(0, golden_run());
	EXPECT_TRUE(said(shell(GOLDEN, "LC_ALL=C grep -aq $(printf '\\377') logs/odd_fail.log"),
			 "exit 0\n"));
	EXPECT_TRUE(prints("", shell(GOLDEN, "! LC_ALL=C grep -aHn '[^ -~\t]' "
				     "run.* junit.xml lava.txt results.yaml "
				     "annotations.txt env.json")));
}

TEST(github_warns_of_what_is_to_be_looked_at)
{
	NEED_TOOL("python3", "python3");
	ASSERT_EQ(0, golden_run());
	EXPECT_TRUE(prints("warning fake.xfail.t.two\n"
			   "warning fake.xfail.2.t.two\n"
			   "warning 10 not tested\nwarning 2 not tested\n",
			   shell(GOLDEN, READER "github annotations.txt | "
				 "grep ^warning")));
}

/* What a person is told must be what the program said. */
TEST(text_with_markup_arrives_as_it_was)
{
	static const char said_so[] =
		"# <failure> & ]]> \"two\" 'one' %0A 100%\n"
		"# ::error title=a::b\n"
		"# <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=t RESULT=pass>\n"
		"# - key: [yaml, {}] # comment\n# KTAP version 1\n";

	NEED_TOOL("python3", "python3");
	ASSERT_EQ(0, golden_run());
	EXPECT_TRUE(said(shell(GOLDEN, READER "junit_text fake.markup.t.one "
			       "junit.xml"), said_so));
	EXPECT_TRUE(said(shell(GOLDEN, READER "junit_text fake.markup.t.two "
			       "junit.xml"),
			 "skipped no <CONFIG_X> & \"y\": 50 %, at \\n all\n"));
	EXPECT_TRUE(said(shell(GOLDEN, READER "github_text fake.markup.t.one "
			       "annotations.txt"), said_so));
	EXPECT_TRUE(said(shell(GOLDEN, READER "kunit_text fake.markup.t.one "
			       "run.ktap"), said_so));
}

TEST(prove_fails_where_the_run_did_and_only_there)
{
	struct play play;
	char dir[128];

	NEED_TOOL("prove", "perl");
	ASSERT_EQ(0, golden_run());
	EXPECT_TRUE(said(shell(GOLDEN, "prove -e cat run.tap"), "exit 1\n"));
	ASSERT_EQ(0, play_new(&play, "ok skips xfail"));
	ASSERT_EQ(0, play_run(&play, "run"));
	snprintf(dir, sizeof(dir), "%s/results/latest", play.dir);
	EXPECT_TRUE(said(shell(dir, "prove -e cat run.tap"), "exit 0\n"));
	play_free(&play);
}

#define XMLLINT "xmllint --noout --schema " META "/junit.xsd "

TEST(junit_xml_is_valid)
{
	NEED_TOOL("xmllint", "libxml2-utils");
	ASSERT_EQ(0, golden_run());
	EXPECT_TRUE(prints("junit.xml validates\n",
			   shell(GOLDEN, XMLLINT "junit.xml")));
}

FIXTURE(schema) {};
FIXTURE_VARIANT(schema) { const char *damage; };
FIXTURE_VARIANT_ADD(schema, cut) { "$d" };
FIXTURE_VARIANT_ADD(schema, one_name_twice) { "s/t.two/t.one/" };
FIXTURE_VARIANT_ADD(schema, no_name) { "0,/ name=\"t.one\"/s///" };
FIXTURE_VARIANT_ADD(schema, two_verdicts) {
	"0,/<failure/s//<error message=\"x\"\\/><failure/"
};
FIXTURE_VARIANT_ADD(schema, no_number) { "0,/ tests=\"[0-9]*/s//&x/" };
FIXTURE_VARIANT_ADD(schema, exponent) { "0,/ time=\"[0-9.]*/s//&e-05/" };
FIXTURE_VARIANT_ADD(schema, bare_text) { "s/&#60;failure/<failure/" };
FIXTURE_SETUP(schema) {}
FIXTURE_TEARDOWN(schema) {}

TEST_F(schema, refuses_what_readers_would_lose)
{
	char script[256];

	NEED_TOOL("xmllint", "libxml2-utils");
	ASSERT_EQ(0, golden_run());
	snprintf(script, sizeof(script),
		 "sed '%s' junit.xml >/tmp/damaged.xml\n"
		 XMLLINT "/tmp/damaged.xml 2>/dev/null", variant->damage);
	EXPECT_STRNE("exit 0\n", shell(GOLDEN, script));
}

static const char *const of_runs[] = {
	READER "kunit " KUNIT " run.ktap",
	READER "junit junit.xml",
	READER "lava lava.txt",
	READER "tmt results.yaml | sed s/^error/fail/",
	READER "github annotations.txt | sed s/^error/fail/",
	READER "lkft run.tap",
	READER "lkp run.tap",
	READER "nipa run.tap",
	READER "tappy run.tap",
	"perl " META "/prove.pl run.tap",
};

/* What has a result has passed, and yet none may take it for a run that passed. */
TEST(run_that_is_cut_short_is_a_failure_to_all)
{
	char script[256], dir[128];
	struct play play;
	size_t i;

	ASSERT_EQ(0, play_new(&play, "ok hang ok.2"));
	NEED_READER(TAPPY, "python3-tap");
	NEED_READER(YAML, "python3-yaml");
	NEED_READER(KUNIT, "linux-source-6.12");
	/* A shell may have given us one that is ignored. */
	signal(SIGINT, SIG_DFL);
	ASSERT_EQ(0, play_start(&play, "run -j 1"));
	ASSERT_LT(0, play_pid(&play));
	ASSERT_EQ(0, kill(play.pid, SIGINT));
	ASSERT_EQ(128 + SIGINT, play_wait(&play));
	snprintf(dir, sizeof(dir), "%s/results/latest", play.dir);
	for (i = 0; i < ARRAY_SIZE(of_runs); i++) {
		snprintf(script, sizeof(script), "%s | grep ^fail", of_runs[i]);
		EXPECT_TRUE(said(shell(dir, script), "exit 0\n")) {
			TH_LOG("by %s", of_runs[i]);
		}
	}
	EXPECT_TRUE(said(shell(dir, "prove -e cat run.tap"), "exit 1\n"));
	play_free(&play);
}

/*
 * Programs of the suite itself, of which one fails (a step is left out), with
 * all it has to say, and one is refused its sandbox: as counts, for each reader
 * of what the runner makes of it.
 */
static const char real[] =
	"cat >fake/failing <<'EOF'\n"
	"#!/bin/sh\n"
	"exec " PLAY_BUILD "/selftests/p2p --fault p2p:7:omit\n"
	"EOF\n"
	"cat >fake/passing <<'EOF'\n"
	"#!/bin/sh\n"
	"exec " PLAY_BUILD "/selftests/loopback\n"
	"EOF\n"
	"cat >fake/refused <<'EOF'\n"
	"#!/bin/sh\n"
	"exec " PLAY_BUILD "/meta/deny unshare " PLAY_BUILD "/selftests/p2p\n"
	"EOF\n"
	"chmod +x fake/*ing fake/refused\n";

/* "TESTS FAILED SKIPPED" of what a reader prints. */
#define COUNTS	" | awk '{ n++; f += $1 == \"fail\"; s += $1 == \"skip\" } " \
		"END { print n + 0, f + 0, s + 0 }'"

static const char *const counted[] = {
	READER "record run.json" COUNTS,
	READER "kunit " KUNIT " run.ktap" COUNTS,
	READER "junit junit.xml" COUNTS,
	READER "lava lava.txt" COUNTS,
	READER "tmt results.yaml | tail -n +2" COUNTS,
	"perl " META "/prove.pl logs/*.log" COUNTS,
	/* Without what it says of the programs but for the one without tests. */
	READER "nipa run.tap | awk 'NF == 3 || /refused/'" COUNTS,
	READER "lkft run.tap | grep -Ev ' fake_(fail|pass)ing$'" COUNTS,
};

TEST(real_output_misleads_nobody)
{
	char want[64], dir[128];
	struct play play;
	size_t i;

	ASSERT_EQ(0, play_new(&play, "-failing -passing -refused"));
	NEED_READER(TAPPY, "python3-tap");
	NEED_READER(YAML, "python3-yaml");
	NEED_READER(KUNIT, "linux-source-6.12");
	ASSERT_STREQ("exit 0\n", shell(play.dir, real));
	ASSERT_EQ(1, play_run(&play, "run"));
	snprintf(dir, sizeof(dir), "%s/results/latest", play.dir);
	snprintf(want, sizeof(want), "%s", shell(dir, counted[0]));
	/* Else there would be nothing to be misled by. */
	EXPECT_TRUE(said(shell(dir, "grep -c '^# # ' run.tap"), "exit 0\n"));
	EXPECT_EQ(NULL, strstr(want, " 0 "));
	for (i = 1; i < ARRAY_SIZE(counted); i++) {
		EXPECT_STREQ(want, shell(dir, counted[i])) {
			TH_LOG("by %s", counted[i]);
		}
	}
	EXPECT_TRUE(prints("fail fake.failing\npass fake.passing\n"
			   "skip fake.refused\n",
			   shell(dir, READER "lkp run.tap")));
	EXPECT_TRUE(prints("fail failing\npass passing\nskip refused\n",
			   shell(dir, READER "nipa run.tap | grep -v ' .* '")));
	play_free(&play);
}

/* Runs that the gate sees otherwise than the programs: all must follow it. */
FIXTURE(gate) { struct play play; char dir[128]; };
FIXTURE_VARIANT(gate)
{
	const char *list;
	int code;
	const char *failed;	/* how many lines of that kind there are */
	const char *prove;	/* exit code */
};
FIXTURE_VARIANT_ADD(gate, excuses_all) {
	"fail fail:t.two until 2999-01-01 why\n"
	"fail crash until 2999-01-01 why\n"
	"skip skips:* until 2999-01-01 why\n", 0, "0\n", "exit 0\n",
};
/* The test, its program, and that the list says so. */
FIXTURE_VARIANT_ADD(gate, has_expired) {
	"fail fail:t.two until 2000-01-01 why\n"
	"fail crash until 2999-01-01 why\n"
	"skip skips:* until 2999-01-01 why\n", 1, "2\n", "exit 1\n",
};
FIXTURE_VARIANT_ADD(gate, refuses_two_skips) {
	"fail fail:t.two until 2999-01-01 why\n"
	"fail crash until 2999-01-01 why\n", 1, "2\n", "exit 1\n",
};

FIXTURE_SETUP(gate)
{
	char path[128], words[256];
	FILE *list;

	ASSERT_EQ(0, play_new(&self->play, "ok fail skips crash"));
	snprintf(path, sizeof(path), "%s/list", self->play.dir);
	list = fopen(path, "we");
	ASSERT_NE(NULL, list);
	fputs(variant->list, list);
	ASSERT_EQ(0, fclose(list));
	snprintf(words, sizeof(words), "run --strict --known %s", path);
	ASSERT_EQ(variant->code, play_run(&self->play, words));
	snprintf(self->dir, sizeof(self->dir), "%s/results/latest",
		 self->play.dir);
}

FIXTURE_TEARDOWN(gate)
{
	play_free(&self->play);
}

/* Readers of single tests. */
static const char *const of_tests[] = {
	READER "record run.json",
	READER "nipa run.tap | grep ' .* '",
	READER "lkft run.tap | grep -v ' [a-z]*_[a-z]*$'",
	READER "kunit " KUNIT " run.ktap",
	READER "junit junit.xml",
	READER "lava lava.txt",
	READER "tmt results.yaml | tail -n +2",
};

TEST_F(gate, is_followed_by_all)
{
	char script[256];
	size_t i;

	NEED_READER(TAPPY, "python3-tap");
	NEED_READER(YAML, "python3-yaml");
	NEED_READER(KUNIT, "linux-source-6.12");
	for (i = 0; i < ARRAY_SIZE(of_tests); i++) {
		snprintf(script, sizeof(script), "%s | grep -c ^fail || :",
			 of_tests[i]);
		EXPECT_TRUE(prints(variant->failed, shell(self->dir, script))) {
			TH_LOG("by %s", of_tests[i]);
		}
	}
	EXPECT_TRUE(said(shell(self->dir, "prove -e cat run.tap"),
			 variant->prove));
}

KSFT_MAIN
