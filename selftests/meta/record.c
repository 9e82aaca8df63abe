// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a run leaves for those that come after it: run.json, read back and as
 * each of the forms that dashboards take.
 *
 *	stubs --- runner --- run.json --- runner export --- the same files
 */
#include "ksft.h"

#include <signal.h>
#include <sys/stat.h>

#include "play.h"
#include "said.h"

/* Every kind of outcome; the figures below are theirs. */
#define ALL_KINDS \
	"ok fail crash skip skips xfail hang -gone lies_0 odd_fail dump markup " \
	"nested duplicate began between"

static const char *const forms[][2] = {
	{ "json", "run.json" }, { "ktap", "run.ktap" },
	{ "junit", "junit.xml" }, { "lava", "lava.txt" },
	{ "tmt", "results.yaml" }, { "annotations", "annotations.txt" },
};

#define NR_FORMS	(sizeof(forms) / sizeof(*forms))

/* @path: below the play's folder. */
static int export(struct play *play, const char *format, const char *path)
{
	char words[512];

	snprintf(words, sizeof(words), "export %s %s/%s", format, play->dir,
		 path);
	return play_run(play, words);
}

FIXTURE(record) { struct play play; };

FIXTURE_SETUP(record)
{
	ASSERT_EQ(0, play_new(&self->play, ALL_KINDS));
	ASSERT_EQ(1, play_run(&self->play, "run --timeout 1"));
}

FIXTURE_TEARDOWN(record)
{
	play_free(&self->play);
}

TEST_F(record, each_form_is_the_same_from_the_record)
{
	struct play *play = &self->play;
	char *file;
	size_t i;

	for (i = 0; i < NR_FORMS; i++) {
		EXPECT_EQ(0, export(play, forms[i][0], "results/latest"));
		file = play_file(play, forms[i][1]);
		ASSERT_NE(NULL, file);
		EXPECT_LT(100, strlen(file));
		EXPECT_STREQ(file, play->out);
		free(file);
	}
}

/* A test as run.ktap has it. */
struct seen {
	char id[128];
	const char *verdict;
};

/* The result at @line, in the suite @suite; false: it is none. */
static bool see(const char *line, const char *suite, struct seen *seen)
{
	bool ok = !strncmp(line, "  ok ", 5);
	char name[128], hash[8] = "";

	if (!ok && strncmp(line, "  not ok ", 9))
		return false;
	if (sscanf(line, ok ? " ok %*d %127s # %7s" : " not ok %*d %127s",
		   name, hash) < 1)
		return false;
	snprintf(seen->id, sizeof(seen->id), "%.60s.%.60s", suite, name);
	seen->verdict = !ok ? "fail" : !strcmp(hash, "SKIP") ? "skip" : "pass";
	return true;
}

static size_t times(const char *text, const char *part)
{
	size_t n = 0;

	for (; (text = strstr(text, part)); text += strlen(part))
		n++;
	return n;
}

/* What junit.xml has between this case and the next. */
static const char *junit_verdict(const char *junit, const char *suite,
				 const char *name)
{
	char begin[256];
	const char *at;
	size_t len;

	snprintf(begin, sizeof(begin),
		 "<testcase classname=\"%s\" name=\"%s\" ", suite, name);
	at = strstr(junit, begin);
	if (!at || strstr(at + 1, begin))
		return "not there once";
	at += strlen(begin);
	at += strcspn(at, ">");
	if (at[-1] == '/')
		return "pass";
	at += strspn(at + 1, " \n") + 1;
	len = strcspn(at, " >");
	if (!strncmp(at, "<failure", len) || !strncmp(at, "<error", len))
		return "fail";
	return !strncmp(at, "<skipped", len) ? "skip" : "pass";
}

/* "error" is how tmt has the failure of what is no test. */
static bool tmt_has(const char *tmt, const struct seen *seen)
{
	char text[256];

	snprintf(text, sizeof(text), "- name: \"/%s\"\n  result: \"%s\"\n",
		 seen->id, seen->verdict);
	if (strstr(tmt, text))
		return true;
	snprintf(text, sizeof(text), "- name: \"/%s\"\n  result: \"error\"\n",
		 seen->id);
	return !strcmp(seen->verdict, "fail") && strstr(tmt, text);
}

/* With or without seconds behind it. */
static bool lava_has(const char *lava, const struct seen *seen)
{
	char text[256];
	const char *at;

	snprintf(text, sizeof(text), "%s %s", seen->id, seen->verdict);
	for (at = lava; (at = strstr(at, text)); at++) {
		if ((at == lava || at[-1] == '\n') &&
		    (at[strlen(text)] == ' ' || at[strlen(text)] == '\n'))
			return true;
	}
	return false;
}

struct totals {
	size_t nr, passed, failed, skipped;
};

TEST_F(record, all_forms_agree_on_names_and_verdicts)
{
	char *ktap = play_file(&self->play, "run.ktap"), *rest = ktap, *line;
	char *junit = play_file(&self->play, "junit.xml");
	char *lava = play_file(&self->play, "lava.txt");
	char *tmt = play_file(&self->play, "results.yaml");
	char suite[64] = "", last[64];
	struct totals totals = {};
	struct seen seen;

	ASSERT_TRUE(ktap && junit && lava && tmt);
	while ((line = strsep(&rest, "\n"))) {
		sscanf(line, "  # Subtest: %63s", suite);
		if (!see(line, suite, &seen))
			continue;
		totals.nr++;
		totals.passed += !strcmp(seen.verdict, "pass");
		totals.failed += !strcmp(seen.verdict, "fail");
		totals.skipped += !strcmp(seen.verdict, "skip");
		EXPECT_TRUE(lava_has(lava, &seen))
			TH_LOG("lava: %s %s", seen.id, seen.verdict);
		EXPECT_TRUE(tmt_has(tmt, &seen))
			TH_LOG("tmt: %s %s", seen.id, seen.verdict);
		EXPECT_STREQ(seen.verdict,
			     junit_verdict(junit, suite,
					   seen.id + strlen(suite) + 1))
			TH_LOG("junit: %s", seen.id);
	}
	EXPECT_EQ(totals.nr, times(lava, "\n"));
	EXPECT_EQ(totals.nr + 1, times(tmt, "- name: "));
	EXPECT_EQ(totals.nr, times(junit, "<testcase "));
	snprintf(last, sizeof(last), "tests=\"%zu\" failures=\"%zu\" errors=\"%zu\"",
		 totals.nr, times(junit, "<failure "), times(junit, "<error "));
	EXPECT_TRUE(said(junit, last));
	EXPECT_EQ(totals.failed,
		  times(junit, "<failure ") + times(junit, "<error "));
	/* And as the run itself said. */
	snprintf(last, sizeof(last), "%zu passed, %zu failed, %zu skipped",
		 totals.passed, totals.failed, totals.skipped);
	EXPECT_TRUE(said_line(self->play.out, last));
	free(ktap);
	free(junit);
	free(lava);
	free(tmt);
}

/* Each of them is a failure with its reason, in every form. */
TEST_F(record, a_trouble_of_a_program_is_in_every_form)
{
	static const struct {
		const char *id;
		const char *why;
	} troubles[] = {
		{ "fake.crash.program", "killed by signal 11 (Segmentation fault)" },
		{ "fake.hang.program", "not done in 1 seconds" },
		{ "fake.gone.program", "it could not be run: No such file or directory" },
		{ "fake.lies_0.program", "exit code 0, yet a test failed" },
		{ "fake.duplicate.program", "two tests named t.one" },
		{ "fake.began.program", "killed by signal 11 (Segmentation fault), in t.two" },
	};
	char *files[NR_FORMS], text[256];
	size_t i, j;

	for (i = 0; i < NR_FORMS; i++)
		files[i] = play_file(&self->play, forms[i][1]);
	for (i = 0; i < sizeof(troubles) / sizeof(*troubles); i++) {
		for (j = 0; j < NR_FORMS; j++) {
			/* LAVA and tmt have no place for a reason. */
			EXPECT_TRUE(strchr("lt", *forms[j][0]) ||
				    said(files[j], troubles[i].why))
				TH_LOG("%s: %s", forms[j][1], troubles[i].why);
		}
		snprintf(text, sizeof(text), "%s fail", troubles[i].id);
		EXPECT_TRUE(said_line(files[3], text));
		snprintf(text, sizeof(text), "::error title=%s::%s",
			 troubles[i].id, troubles[i].why);
		EXPECT_TRUE(said(files[5], text));
	}
	for (i = 0; i < NR_FORMS; i++)
		free(files[i]);
}

/* A step of a workflow shows ten of a kind. */
TEST_F(record, annotations_begin_with_what_matters_most)
{
	static const char *const order[] = {
		"::error title=fake.between.program::",
		"::error title=fake.fail.t.two::expected 0, got -ENODEV%0A",
		"::warning title=fake.xfail.t.two::passed, and was expected to fail: known\n",
		"::warning title=3 not tested::no CONFIG_STUB%0Afake.skip.program%0Afake.skips.t.one%0Afake.skips.t.two\n",
		"::warning title=1 not tested::no <CONFIG_X>",
		"::notice title=fake.xfail.t.one::failed, as expected: known\n",
	};
	char *github = play_file(&self->play, "annotations.txt");
	const char *at, *before = github;
	size_t i;

	EXPECT_EQ(0, strncmp(github, "::error title=fake.crash.program::", 34));
	for (i = 0; i < sizeof(order) / sizeof(*order); i++) {
		at = strstr(github, order[i]);
		EXPECT_LT(before, at) TH_LOG("%s", order[i]);
		before = at;
	}
	free(github);
}

TEST_F(record, the_test_that_was_running_is_told)
{
	char *json = play_file(&self->play, "run.json");

	EXPECT_EQ(1, times(json, "\"running\": \"t.two\""));
	EXPECT_EQ(1, times(json, "\"running\""));
	EXPECT_TRUE(said(json, "\"log\": \"#  RUN           t.two ...\\n# the last words\\n\""));
	free(json);
}

/* What the gate makes of a failure, beside what the program said. */
TEST_F(record, a_known_failure_is_kept_as_both)
{
	struct play *play = &self->play;
	char words[256], *json;
	FILE *list;

	snprintf(words, sizeof(words), "%s/known", play->dir);
	list = fopen(words, "we");
	ASSERT_NE(NULL, list);
	fputs("fail fail:t.two until 2099-12-31 a bug\n", list);
	ASSERT_EQ(0, fclose(list));
	snprintf(words, sizeof(words), "run --filter fail --known %s/known",
		 play->dir);
	EXPECT_EQ(0, play_run(play, words));
	json = play_file(play, "run.json");
	EXPECT_TRUE(said(json, "\"status\": \"xfail\", \"said\": \"fail\", \"known\": \"known until 2099-12-31: a bug\""));
	EXPECT_EQ(0, export(play, "json", "results/latest"));
	EXPECT_STREQ(json, play->out);
	free(json);
	EXPECT_EQ(0, export(play, "junit", "results/latest"));
	EXPECT_TRUE(said(play->out, "<system-out>failed, as expected: known until 2099-12-31: a bug\n"));
	EXPECT_EQ(0, export(play, "ktap", "results/latest"));
	EXPECT_TRUE(said_line(play->out, "  ok 2 t.two # XFAIL known until 2099-12-31: a bug"));
	EXPECT_EQ(0, export(play, "annotations", "results/latest"));
	EXPECT_TRUE(said_line(play->out, "::notice title=fake.fail.t.two::failed, as expected: known until 2099-12-31: a bug"));
}

TEST_F(record, markup_in_a_log_is_quoted)
{
	char *junit = play_file(&self->play, "junit.xml");
	char *github = play_file(&self->play, "annotations.txt");
	char *ktap = play_file(&self->play, "run.ktap");

	EXPECT_TRUE(said(junit, "# &#60;failure&#62; &#38; ]]&#62; &#34;two&#34; 'one' %0A 100%"));
	EXPECT_TRUE(said(junit, "<skipped message=\"no &#60;CONFIG_X&#62; &#38; &#34;y&#34;: 50 %, at \\n all\"/>"));
	EXPECT_TRUE(said(junit, "a\\x00b \\x1b[31mred \\xff\\xc3\\xa9 \\x0d end"));
	EXPECT_TRUE(said(github, "'one' %250A 100%25%0A# ::error title=a::b%0A"));
	/* What looks like KTAP in a log is a comment. */
	EXPECT_TRUE(said_line(ktap, "  # # KTAP version 1"));
	EXPECT_EQ(NULL, strstr(ktap, "\n  # KTAP version 1\n"));
	free(junit);
	free(github);
	free(ktap);
}

/* The fourth field of a test's line. */
static double seconds_of(const char *json, const char *id)
{
	const char *at;
	char text[128];

	snprintf(text, sizeof(text), "{\"id\": \"%s\"", id);
	at = json ? strstr(json, text) : NULL;
	at = at ? strstr(at, "\"seconds\": ") : NULL;
	return at ? strtod(at + strlen("\"seconds\": "), NULL) : -1;
}

TEST(seconds_are_those_between_results)
{
	double one, two, three, program;
	struct play play;
	char *json;

	ASSERT_EQ(0, play_new(&play, "slow"));
	ASSERT_EQ(0, play_run(&play, "run"));
	json = play_file(&play, "run.json");
	one = seconds_of(json, "fake.slow.t.one");
	two = seconds_of(json, "fake.slow.t.two");
	three = seconds_of(json, "fake.slow.t.three");
	program = seconds_of(json, "fake.slow");
	TH_LOG("t.one %.3f s, t.two %.3f s, t.three %.3f s, the program %.3f s",
	       one, two, three, program);
	EXPECT_LE(0, one);
	/* The stub's timer, and the rounding of two stamps. */
	EXPECT_LE(0.298, two);
	/* Written at once with the one before. */
	EXPECT_EQ(0, three);
	EXPECT_LE(one + two, program + 0.002);
	free(json);
	play_free(&play);
}

/* The second of "ok" and the first of "ok.2" have the same name. */
TEST(every_id_is_there_once)
{
	char *lava, *rest, *line, text[128];
	struct play play;
	size_t nr = 0;

	ASSERT_EQ(0, play_new(&play, "ok ok.2 duplicate"));
	ASSERT_EQ(1, play_run(&play, "run --repeat 2"));
	lava = play_file(&play, "lava.txt");
	rest = line = strdup(lava);
	while ((line = strsep(&rest, "\n")) && *line) {
		nr++;
		snprintf(text, sizeof(text), "%.*s ",
			 (int)strcspn(line, " "), line);
		EXPECT_EQ(1, times(lava, text)) TH_LOG("%s", text);
	}
	EXPECT_EQ(14, nr);
	free(lava);
	play_free(&play);
}

FIXTURE(damage) { struct play play; };
FIXTURE_VARIANT(damage)
{
	const char *what;	/* is replaced; NULL: the text ends in the middle */
	const char *by;
	const char *said;	/* on stderr, behind the file's name */
};

#define DAMAGE(name, what, by, said) \
	FIXTURE_VARIANT_ADD(damage, name) { what, by, said }

DAMAGE(cut, NULL, "", "cut short: the JSON text ends here");
DAMAGE(empty, "", "", "empty");
DAMAGE(no_json, "{", "hello {", "damaged, or no JSON");
DAMAGE(no_schema, "\"schema\"", "\"scheme\"", "schema: missing: this is no record of a run");
DAMAGE(other_schema, "netns-run/1", "netns-run/2",
       "schema: \"netns-run/2\", and this reads \"netns-run/1\"");
DAMAGE(key_twice, "\"schema\": ", "\"schema\": \"x\", \"schema\": ", "duplicate object key");
DAMAGE(no_programs, "\"programs\": [", "\"programmes\": [", "programs: missing");
DAMAGE(no_number, "\"planned\": 2", "\"planned\": \"2\"", "planned: not a whole number");
DAMAGE(no_time, "\"start\": \"2", "\"start\": \"x", "start: not a time in UTC");
DAMAGE(no_word, "\"status\": \"pass\"", "\"status\": \"good\"",
       "programs[0].tests[0].status: not one of pass, fail, skip, xfail, xpass");
DAMAGE(another_status, "\"status\": \"fail\"", "\"status\": \"fail\", \"said\": \"skip\"",
       "programs[1].tests[1].status: fail, and the rest makes it skip");
DAMAGE(another_verdict, "\"verdict\": \"fail\"", "\"verdict\": \"pass\"",
       "programs[1].verdict: pass, and the rest makes it fail");
DAMAGE(another_total, "\"pass\": 3", "\"pass\": 4", "totals: 4 pass, and there are 3");
DAMAGE(another_error, "\"error\": 0", "\"error\": 1", "totals: 1 error, and there are 0");
DAMAGE(no_end, "\"end\": \"exit\"", "\"end\": \"never\"", "programs[0].end: no end of a program: never");
DAMAGE(id_twice, "fake.ok.t.two", "fake.ok.t.one", "programs[0].tests[1].id: fake.ok.t.one is there twice");
DAMAGE(id_of_another, "fake.ok.t.two", "fake.no.t.two",
       "programs[0].tests[1].id: fake.no.t.two is none, or not of fake.ok");
DAMAGE(id_too_short, "fake.ok.t.two", "fake.ok.", "programs[0].tests[1].id: fake.ok. is none");
DAMAGE(id_no_word, "fake.ok.t.two", "fake.ok.t:two", "programs[0].tests[1].id: fake.ok.t:two is none");
DAMAGE(control, "\"name\": \"t.two\"", "\"name\": \"t.\\u001b[2J\"",
       "programs[0].tests[1].name: not all of it is printable ASCII");
DAMAGE(negative, "\"round\": 1", "\"round\": -1", "programs[0].round: less than 0");
DAMAGE(no_array, "\"troubles\": []", "\"troubles\": {}", "programs[0].troubles: not an array");
DAMAGE(no_object, "\"tests\": [", "\"tests\": [7, ", "programs[0].tests[0]: not an object");

FIXTURE_SETUP(damage)
{
	ASSERT_EQ(0, play_new(&self->play, "ok fail"));
	ASSERT_EQ(1, play_run(&self->play, "run"));
}

FIXTURE_TEARDOWN(damage)
{
	play_free(&self->play);
}

/* The record with its first @what replaced, as the file DIR/damaged. */
static int damage(const struct play *play, const char *what, const char *by)
{
	char *json = play_file(play, "run.json"), *at, path[128];
	FILE *file;

	snprintf(path, sizeof(path), "%s/damaged", play->dir);
	file = fopen(path, "we");
	if (!json || !file)
		return -errno;
	at = what ? strstr(json, what) : json + strlen(json) / 2;
	if (!at)
		return -ENOENT;
	if (!what || *what) {
		fprintf(file, "%.*s%s", (int)(at - json), json, by);
		if (what)
			fputs(at + strlen(what), file);
	}
	free(json);
	return fclose(file) ? -errno : 0;
}

TEST_F(damage, is_refused_in_words)
{
	struct play *play = &self->play;
	char text[256];

	ASSERT_EQ(0, damage(play, variant->what, variant->by));
	EXPECT_EQ(2, export(play, "lava", "damaged"));
	EXPECT_STREQ("", play->out);
	snprintf(text, sizeof(text), "run.sh: %s/damaged:", play->dir);
	EXPECT_TRUE(said(play->err, text));
	EXPECT_TRUE(said(play->err, variant->said));
	/* What was not damaged is read. */
	EXPECT_EQ(0, export(play, "lava", "results/latest/run.json"));
}

TEST(record_that_is_too_large_is_refused)
{
	struct play play;
	char path[128];

	ASSERT_EQ(0, play_new(&play, "ok"));
	snprintf(path, sizeof(path), "%s/large", play.dir);
	ASSERT_EQ(0, mknod(path, S_IFREG | 0644, 0));
	ASSERT_EQ(0, truncate(path, 100 << 20));
	EXPECT_EQ(2, export(&play, "json", "large"));
	EXPECT_TRUE(said(play.err, "more than 64 MiB"));
	play_free(&play);
}

FIXTURE(usage) { struct play play; };
FIXTURE_VARIANT(usage)
{
	const char *words;
	const char *said;
};
FIXTURE_VARIANT_ADD(usage, no_format) { "export", "which format?" };
FIXTURE_VARIANT_ADD(usage, other_format) { "export xml", "no format xml" };
FIXTURE_VARIANT_ADD(usage, two_runs) { "export json a b", "b: one run at a time" };
FIXTURE_VARIANT_ADD(usage, no_run) { "export json /nowhere", "/nowhere: No such file" };
FIXTURE_VARIANT_ADD(usage, no_record) { "export json /tmp", "/tmp: no run.json in it" };
FIXTURE_VARIANT_ADD(usage, no_latest) {
	"export json --results /tmp", "/tmp/latest: No such file"
};

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

/* Whoever reads only one form must not take it for a whole run that passed. */
TEST(run_that_is_cut_short_says_so_in_every_form)
{
	struct play play;
	char *file;

	signal(SIGINT, SIG_DFL);
	ASSERT_EQ(0, play_new(&play, "ok hang ok.2"));
	ASSERT_EQ(0, play_start(&play, "run -j 1"));
	ASSERT_LT(0, play_pid(&play));
	EXPECT_EQ(0, kill(play.pid, SIGINT));
	EXPECT_EQ(128 + SIGINT, play_wait(&play));
	file = play_file(&play, "run.json");
	EXPECT_TRUE(said_line(file, "  \"partial\": \"cut short by SIGINT: this is 2 of 3 programs\","));
	EXPECT_TRUE(said_line(file, "  \"exit\": 130,"));
	EXPECT_TRUE(said_line(file, "  \"signal\": 2,"));
	EXPECT_TRUE(said(file, "\"end\": \"interrupted\""));
	free(file);
	file = play_file(&play, "run.ktap");
	EXPECT_TRUE(said_line(file, "  # cut short by SIGINT: this is 2 of 3 programs"));
	EXPECT_TRUE(said_line(file, "  not ok 1 whole"));
	EXPECT_TRUE(said_line(file, "not ok 3 run"));
	free(file);
	file = play_file(&play, "junit.xml");
	EXPECT_TRUE(said(file, "<error type=\"error\" message=\"cut short by SIGINT: this is 2 of 3 programs\">"));
	free(file);
	file = play_file(&play, "lava.txt");
	EXPECT_TRUE(said_line(file, "run.whole fail"));
	EXPECT_TRUE(said_line(file, "fake.hang.program fail"));
	free(file);
	file = play_file(&play, "results.yaml");
	EXPECT_TRUE(said(file, "- name: \"/\"\n  result: \"error\"\n"));
	EXPECT_TRUE(said(file, "- name: \"/run.whole\"\n  result: \"error\"\n"));
	free(file);
	file = play_file(&play, "annotations.txt");
	EXPECT_TRUE(said_line(file, "::error title=run.whole::cut short by SIGINT: this is 2 of 3 programs"));
	free(file);
	EXPECT_EQ(0, export(&play, "json", "results/latest"));
	play_free(&play);
}

/* Nobody is there to write it, and nobody takes the run for another. */
TEST(run_that_was_killed_has_no_record)
{
	struct play play;
	char *tap;

	ASSERT_EQ(0, play_new(&play, "ok hang"));
	ASSERT_EQ(0, play_start(&play, "run -j 1"));
	ASSERT_LT(0, play_pid(&play));
	EXPECT_EQ(0, kill(play.pid, SIGKILL));
	EXPECT_EQ(-EINTR, play_wait(&play));
	tap = play_file(&play, "run.tap");
	EXPECT_TRUE(said_line(tap, "ok 1 selftests: fake: ok"));
	free(tap);
	EXPECT_EQ(2, export(&play, "json", "results/latest"));
	EXPECT_TRUE(said(play.err, "no run.json in it: no run of tests, or one that has not ended or was killed"));
	play_free(&play);
}

KSFT_MAIN
