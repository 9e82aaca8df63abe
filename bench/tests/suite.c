// SPDX-License-Identifier: GPL-2.0-or-later
/* What a report shows of the tests, beside the bench's figures or alone. */
#include "suite.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../report.h"
#include "small_result.h"
#include "tap.h"
#include "tool.h"

/* One program of one test. */
#define RUN(kernel, exit, verdict, status, pass, fail) \
	"{\"schema\": \"netns-run/1\", \"kernel\": \"" kernel "\", " \
	"\"machine\": \"x86_64\", \"arguments\": [], \"planned\": 1, " \
	"\"start\": \"2026-01-02T03:04:05Z\", \"end\": \"2026-01-02T03:04:06Z\", " \
	"\"seconds\": 1, \"exit\": " exit ", \"totals\": {\"pass\": " pass ", " \
	"\"fail\": " fail ", \"xfail\": 0, \"xpass\": 0, \"skip\": 0, " \
	"\"error\": 0}, \"programs\": [{\"id\": \"netns.p2p\", " \
	"\"own_id\": \"netns.p2p.program\", \"collection\": \"netns\", " \
	"\"name\": \"p2p\", \"round\": 1, \"verdict\": \"" verdict "\", " \
	"\"end\": \"exit\", \"code\": " exit ", \"timeout\": 45, " \
	"\"troubles\": [], \"tests\": [{\"id\": \"netns.p2p.t\", " \
	"\"name\": \"p2p.the_test\", \"status\": \"" status "\"}]}]}"

#define MATRIX(a, b) \
	"{\"schema\": \"netns-matrix/1\", \"baseline\": 0, \"kernels\": [" \
	"{\"given\": \".\", \"run\": \"" a "\", \"trouble\": null}, " \
	"{\"given\": \"bzImage\", \"run\": \"" b "\", \"trouble\": null}]}"

static bool put(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return false;
	fputs(text, file);
	return !fclose(file);
}

static bool put_run(const char *folder, const char *json)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/run.json", folder);
	return !mkdir(folder, 0700) && put(path, json);
}

/* Two runs, and two matrices of them: the newer one has a kernel without. */
static bool make_folders(void)
{
	return put_run("good", RUN("6.1.2", "0", "pass", "pass", "1", "0")) &&
	       put_run("bad", RUN("6.3.4", "1", "fail", "fail", "0", "1")) &&
	       put_run("damaged", "{") && !mkdir("results", 0700) &&
	       !mkdir("results/1-matrix", 0700) &&
	       !mkdir("results/2-matrix", 0700) &&
	       !mkdir("results/3-run", 0700) &&
	       put("results/1-matrix/matrix.json",
		   MATRIX("../../good", "../../good")) &&
	       put("results/2-matrix/matrix.json",
		   MATRIX("../../good", "../../bad")) &&
	       !symlink("1-matrix", "results/latest") && !mkdir("empty", 0700);
}

/* The page of all that @args name; NULL: @why. */
static char *page_of(const char *const *args, char why[512])
{
	struct result_set set = { 0 };
	struct suite suite = { 0 };
	char *text = NULL;
	size_t len;
	FILE *file;
	int ret = 0;

	for (; *args && ret >= 0; args++) {
		ret = suite_add(&suite, *args, why);
		if (!ret)
			ret = result_set_add(&set, *args, why);
	}
	if (ret >= 0) {
		suite_compare(&suite);
		file = open_memstream(&text, &len);
		if (report_html(file, &set, &suite))
			fputs("(an error)", file);
		fclose(file);
	}
	result_set_free(&set);
	suite_free(&suite);
	return text;
}

static const char *shown(const char *page)
{
	return page ? page : "no page";
}

#define PAGE(why, ...)	page_of((const char *const[]){ __VA_ARGS__, NULL }, why)

#define FAILS	"<b>B</b> 6.3.4: tests that it fails and A does not: 1"

static void shows_runs(struct tap *tap)
{
	char why[512] = "", *page;

	page = PAGE(why, "good", "bad");
	tap_ok(tap, page && strstr(page, FAILS) &&
	       strstr(page, "p2p.the_test") && strstr(page, "</html>\n"),
	       "runs of the tests are held against the first", "%s %s", why,
	       shown(page));
	tap_ok(tap, page && !strstr(page, "<script") && !strstr(page, "src="),
	       "the page needs nothing else", "%s",
	       shown(page));
	free(page);
	page = PAGE(why, "bad", "good");
	tap_ok(tap, page && !strstr(page, "and A does not"),
	       "a first run that fails alone is no complaint", "%s %s", why,
	       shown(page));
	free(page);
}

static void shows_matrix(struct tap *tap)
{
	char why[512] = "", *page;

	page = PAGE(why, "results/2-matrix");
	tap_ok(tap, page && strstr(page, FAILS) && strstr(page, "bzImage"),
	       "a matrix is shown", "%s %s", why,
	       shown(page));
	free(page);
	put("bench.json", small_result);
	page = PAGE(why, "bench.json", "results/2-matrix");
	tap_ok(tap, page && strstr(page, FAILS) &&
	       strstr(page, "What paths between namespaces cost") &&
	       strstr(page, FAILS) > strstr(page, "What paths"),
	       "a matrix is shown behind the bench's figures", "%s %s", why,
	       shown(page));
	free(page);
}

static void takes_the_newest(struct tap *tap)
{
	struct suite suite = { 0 };
	char why[512] = "", *text = NULL;
	size_t len;
	FILE *file;
	int ret;

	ret = suite_add_newest(&suite, "results", why);
	file = open_memstream(&text, &len);
	suite_html(&suite, file);
	fclose(file);
	tap_ok(tap, ret == 1 && suite.n == 1 && strstr(text, FAILS),
	       "the newest matrix is taken, and it alone", "%d %s %s", ret, why,
	       text);
	free(text);
	suite_free(&suite);
	ret = suite_add_newest(&suite, "empty", why);
	tap_ok(tap, !ret && !suite_has(&suite), "where there is none none is taken",
	       "%d", ret);
	suite_free(&suite);
}

static void refuses(struct tap *tap)
{
	struct result_set set = { 0 };
	char why[512] = "", *page;
	int err;

	page = PAGE(why, "good", "damaged");
	tap_ok(tap, !page && strstr(why, "damaged/run.json:1:1: cut"),
	       "a damaged run says so", "%s", why);
	free(page);
	put("results/1-matrix/matrix.json", MATRIX("gone", "gone"));
	page = PAGE(why, "results/1-matrix");
	tap_ok(tap, !page && strstr(why, "results/1-matrix/gone: No such file"),
	       "a matrix without its runs says so", "%s", why);
	free(page);
	err = result_set_add(&set, "good", why);
	tap_ok(tap, err == -ENOENT && strstr(why, "good: no result of bench"),
	       "a run of the tests is no result of bench", "%d %s", err, why);
	result_set_free(&set);
}

int main(int argc, char **argv)
{
	char dir[] = "/tmp/bench-suite-XXXXXX";
	const char *rm[] = { "rm", "-r", dir, NULL };
	struct tap tap = { 0 };

	if (tap_asked(argc, argv, NULL))
		return 0;
	if (!mkdtemp(dir) || chdir(dir) || !make_folders()) {
		printf("Bail out! %s: %m\n", dir);
		return 1;
	}
	shows_runs(&tap);
	shows_matrix(&tap);
	takes_the_newest(&tap);
	refuses(&tap);
	free(tool_run(rm, NULL, NULL));
	return tap_done(&tap);
}
