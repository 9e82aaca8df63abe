// SPDX-License-Identifier: GPL-2.0-or-later
/* bench.json: read, refused, written; and what is made of it and put into it. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../calib.h"
#include "../env.h"
#include "../report.h"
#include "../result.h"
#include "../tool.h"
#include "small_result.h"
#include "tap.h"

#define LENGTH(array)	(sizeof(array) / sizeof((array)[0]))

/* small_result with the first @from as @to; to be freed. */
static char *edited(const char *from, const char *to)
{
	const char *at = strstr(small_result, from);
	char *text;

	if (!at || asprintf(&text, "%.*s%s%s", (int)(at - small_result),
			    small_result, to, at + strlen(from)) < 0)
		return NULL;
	return text;
}

static const struct refusal {
	const char *from, *to, *why;
} refusals[] = {
	{ "netns-bench/1", "netns-bench/2",
	  "f: schema: \"netns-bench/2\", and this reads \"netns-bench/1\"" },
	{ "\"schema\"", "\"scheme\"", "f: schema: missing" },
	{ "\"run_id\":\"2", "\"run_id\":\"../2", "f: run_id: not a name" },
	{ "\"boot_id\"", "\"run_id\"", "duplicate object key" },
	{ "00:11:22Z", "00:11:22", "f: start: not a time in UTC" },
	{ "\"partial\":null", "\"partial\":7",
	  "f: partial: neither a string nor null" },
	{ "\"kernel\":\"6.18.44\"", "\"kernel\":\"\"", "f: env.kernel: empty" },
	{ "\"cpus\":2", "\"cpus\":0", "f: env.cpus: 0" },
	{ "\"250\"", "250", "f: env.config.CONFIG_HZ: neither a string nor" },
	{ "\"250\"", "\"\\u0000\"", "damaged, or no JSON" },
	{ "\"available\":false", "\"available\":0",
	  "f: env.pmu.available: neither true nor false" },
	{ "\"root\":true", "\"root\":null", "f: env.root: neither true" },
	{ "\"rounds\":2", "\"rounds\":4",
	  "f: protocol.rounds: more than max_rounds" },
	{ "\"rounds\":2", "\"rounds\":1",
	  "f: samples[3].round: 2, and protocol.rounds is 1" },
	{ "\"round\":1", "\"round\":0", "f: samples[0].round: 0, and" },
	{ "\"round\":1", "\"round\":1.5", "samples[0].round: not a whole" },
	{ "\"round\":1", "\"round\":99999999999", "samples[0].round: too large" },
	{ "\"secs\":0.5,\"stop\"", "\"secs\":-1,\"stop\"",
	  "f: protocol.secs: less than 0" },
	{ "\"pods\":10}]", "\"pods\":-1}]",
	  "f: protocol.arms[4].pods: less than 0" },
	{ "\"path\":\"bridge\"}", "\"path\":\"bride\"}",
	  "f: samples[1]: no arm of the protocol: tcp_rr over bridge" },
	{ "\"retry\":1,", "\"retry\":1,\"disturbed\":1,", "duplicate object" },
	{ "\"ok\":true", "\"ok\":1", "f: samples[0].ok: neither true nor" },
	{ "\"ok\":true", "\"ok\":false", "f: samples[0].error: missing" },
	{ "\"ok\":false", "\"ok\":true", "f: samples[3].error: there, and" },
	{ "\"secs\":0.5,\"n\"", "\"n\"", "f: samples[0].secs: missing" },
	{ "\"bytes\":1000000000", "\"bytes\":0", "f: samples[2].bytes: 0, and" },
	{ "\"bytes\"", "\"byte\"", "f: samples[2]: neither ns nor bytes" },
	{ "\"n\":3,", "\"n\":0,", "f: samples[0].n: missing or 0 beside ns" },
	{ "\"n\":3,", "\"n\":4,", "f: samples[0].hist: counts 3, and n is 4" },
	{ "\"p50\":130", "\"p50\":\"130\"",
	  "f: samples[0].ns.p50: not a number" },
	{ "\"p50\":130", "\"p50\":1e400", "damaged, or no JSON" },
	{ "\"p50\":130", "\"p50\":1e300", "f: samples[0].ns.p50: too large" },
	{ "\"p50\":130", "\"p50\":NaN", "damaged, or no JSON" },
	{ "\"p50\":130", "\"p50\":119",
	  "f: samples[0].ns.p50: less than p25" },
	{ "\"p50\":130,", "", "f: samples[0].ns.p50: missing" },
	{ "[130,2]", "[130,2,1]", "f: samples[0].hist: [1]: not a pair" },
	{ "[130,2]", "[99,2]", "f: samples[0].hist: [1]: not above" },
	{ "[130,2]", "[171,2]", "f: samples[0].hist: goes above ns.max" },
	{ "[99,1]", "[101,1]", "f: samples[0].hist: begins above ns.min" },
	{ "[130,2]", "[130,0],[131,2]", "[1]: an empty bin" },
	{ "\"vol\":10", "\"vol\":\"x\"", "f: samples[0].ctx.vol: not a whole" },
	{ "\"dropped\":0", "\"dropped\":null",
	  "f: samples[0].softnet.dropped: not a number" },
	{ "\"alu_ns\":1.08", "\"alu_n\":1.08",
	  "f: samples[0].calib.before.alu_ns: missing" },
	{ "\"disturbed\":false", "\"disturb\":false",
	  "f: samples[0].disturbed: missing" },
	{ "{\"round\":1,\"pos\":1,", "{\"round\":1,\"pos\":1,\"path\":",
	  "damaged, or no JSON" },
	{ "\"retry\":0,\"workload\":\"tcp_rr\",\"path\":\"bridge\"",
	  "\"retry\":0,\"workload\":\"tcp_rr\",\"path\":\"direct\"",
	  "samples[0] and samples[1] have the same" },
	{ "]}\n", "]}}\n", "damaged, or no JSON" },
};

static void refuses(struct tap *tap)
{
	struct result result;
	char why[512], number[32], *text;
	size_t i;
	int err;

	for (i = 0; i < LENGTH(refusals); i++) {
		/* Some are refused in the same words. */
		snprintf(number, sizeof(number), "edit %zu", i + 1);
		tap->of = number;
		text = edited(refusals[i].from, refusals[i].to);
		*why = '\0';
		err = text ? result_parse(&result, "f", text, strlen(text),
					  why) : 0;
		tap_ok(tap, err == -EINVAL && strstr(why, refusals[i].why),
		       refusals[i].why, "%d, \"%s\"", err, why);
		if (!err && text)
			result_free(&result);
		free(text);
	}
	tap->of = NULL;
}

static void reads(struct tap *tap)
{
	struct result result;
	char why[512] = "";
	bool same = false;
	int err;

	err = result_parse(&result, "f", small_result, strlen(small_result),
			   why);
	if (!tap_ok(tap, !err, "a good one is read", "%s", why))
		return;
	same = result.n == 5 && result.samples[0].n == 3 &&
	       result.samples[0].ns.p999 == 160 &&
	       result.samples[0].n_hist == 2 &&
	       result.samples[0].hist[1].low == 130 &&
	       result.samples[2].bytes == 1e9 && result.samples[2].n == -1 &&
	       !result.samples[2].has_ns && result.samples[3].error &&
	       result.samples[4].pods == 10 && !result.partial;
	tap_ok(tap, same, "each figure is where it belongs", "it is not");
	result_free(&result);
}

/* A failure's figures are there, and nobody gets them. */
static void reads_failure(struct tap *tap)
{
	char *text = edited("\"ok\":true", "\"ok\":false,\"error\":\"late\"");
	struct result result;
	char why[512] = "";
	int err;

	err = result_parse(&result, "f", text, strlen(text), why);
	tap_ok(tap, !err && !result.samples[0].has_ns &&
	       result.samples[0].n == -1 && !result.samples[0].hist,
	       "figures beside an error are not read", "%s", why);
	if (!err)
		result_free(&result);
	free(text);
}

/* The newline at its end may be missing. */
static void refuses_cut(struct tap *tap)
{
	size_t len, all = strlen(small_result) - 1, accepted = 0, silent = 0;
	struct result result;
	char why[512];

	for (len = 0; len < all; len++) {
		*why = '\0';
		if (!result_parse(&result, "f", small_result, len, why)) {
			accepted++;
			result_free(&result);
		}
		silent += !*why;
	}
	tap_ok(tap, !accepted && !silent, "cut at any place it is refused",
	       "%zu accepted, %zu without a reason", accepted, silent);
}

/* A key of control characters, in a file of such a name. */
static void keeps_terminal(struct tap *tap)
{
	char *text = edited("\"CONFIG_HZ\":\"250\"", "\"\\u001b[2J\":250");
	struct result result;
	char why[512] = "";
	int err;

	err = result_parse(&result, "f\033", text, strlen(text), why);
	tap_ok(tap, err == -EINVAL && !strchr(why, '\033') &&
	       strstr(why, "env.config.?[2J"),
	       "a reason has no control characters", "%s", why);
	free(text);
}

static bool put(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return false;
	fputs(text, file);
	return !fclose(file);
}

static json_t *small_json(void)
{
	return json_loads(small_result, 0, NULL);
}

static void writes(struct tap *tap)
{
	json_t *json = small_json();
	struct result result = { 0 };
	char why[512] = "";
	struct stat st;
	int err;

	umask(022);
	err = result_write(json, "w.json", why);
	tap_ok(tap, !err, "it is written", "%s", why);
	err = result_read(&result, "w.json", why);
	tap_ok(tap, !err && json_equal(json, result.json),
	       "and read as it was, unknown keys too", "%s", why);
	result_free(&result);
	tap_ok(tap, !stat("w.json", &st) && (st.st_mode & 0777) == 0644,
	       "with the rights of any new file", "%o", st.st_mode);
	json_object_set_new(json, "schema", json_string("x"));
	err = result_write(json, "w.json", why);
	tap_ok(tap, err == -EINVAL && !result_read(&result, "w.json", why),
	       "what would not be read is not written", "%d %s", err, why);
	result_free(&result);
	json_decref(json);
}

static void writes_no_device(struct tap *tap)
{
	json_t *json = small_json();
	char why[512] = "";
	struct stat st;
	int err;

	tap_ok(tap, !mkfifo("fifo", 0600), "(a pipe with a name)", "%m");
	err = result_write(json, "fifo", why);
	tap_ok(tap, err == -EEXIST && !lstat("fifo", &st) &&
	       S_ISFIFO(st.st_mode), "what is no file is not replaced",
	       "%d %s", err, why);
	err = result_write(json, "none/w.json", why);
	tap_ok(tap, err == -ENOENT && strstr(why, "none/w.json"),
	       "without a folder it says which", "%d %s", err, why);
	json_decref(json);
}

/* As root of a user namespace, where we are not root: files need an owner. */
static bool own_mounts(void)
{
	char uid[64], gid[64];

	if (!geteuid())
		return !unshare(CLONE_NEWNS);
	snprintf(uid, sizeof(uid), "0 %u 1", geteuid());
	snprintf(gid, sizeof(gid), "0 %u 1", getegid());
	return !unshare(CLONE_NEWUSER | CLONE_NEWNS) &&
	       put("/proc/self/setgroups", "deny") &&
	       put("/proc/self/uid_map", uid) && put("/proc/self/gid_map", gid);
}

/* A small file system of our own: 1 error, 2 not possible here. */
static int write_to_full(void)
{
	json_t *json = small_json(), *big = json_array();
	char why[512] = "";
	struct stat st;
	int i, err;

	if (!own_mounts() ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mkdir("full", 0700) ||
	    mount("none", "full", "tmpfs", 0, "size=16k"))
		return 2;
	if (result_write(json, "full/w.json", why))
		return 1;
	for (i = 0; i < 10000; i++)
		json_array_append_new(big, json_integer(i));
	json_object_set_new(json, "big", big);
	err = result_write(json, "full/w.json", why);
	if (err != -ENOSPC || !strstr(why, "full/w.json: No space left"))
		return 1;
	/* The old one is whole, and nothing else is left. */
	if (stat("full/w.json", &st) || st.st_size < 1000 ||
	    stat("full", &st) || st.st_nlink != 2)
		return 1;
	json_decref(json);
	return chdir("full") || tool_run((const char *[]){ "sh", "-c",
		"test \"$(ls -A)\" = w.json", NULL }, NULL, NULL) ? 0 : 1;
}

static void survives_full_disk(struct tap *tap)
{
	static const char claim[] =
		"a full disk is an error, and leaves the old file";
	int status = 0;
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(write_to_full());
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 2)
		tap_skip(tap, claim, "no mount namespace of our own");
	else
		tap_ok(tap, !status, claim, "status %x", status);
}

static char *with_id(const char *id, const char *day)
{
	char *text = edited("20261124T001122Z", id), *at;

	at = text ? strstr(text, "2026-11-24T00:11:22Z") : NULL;
	if (at)
		memcpy(at, day, strlen(day));
	return text;
}

static bool put_run(const char *path, const char *id, const char *day)
{
	char *text = with_id(id, day);
	bool done = text && put(path, text);

	free(text);
	return done;
}

static void reads_sets(struct tap *tap)
{
	struct result_set set;
	char why[512] = "";
	int err;

	mkdir("boots", 0700);
	mkdir("boots/b", 0700);
	mkdir("boots/tests", 0700);
	tap_ok(tap, put_run("boots/a.json", "second", "2026-11-25") &&
	       put_run("boots/b/bench.json", "first", "2026-11-23") &&
	       put("boots/tests/env.json", "{}") &&
	       put("boots/env.json", "{}") && !symlink("b", "boots/latest"),
	       "(a folder of boots)", "%m");
	err = result_set_read(&set, "boots", why);
	tap_ok(tap, !err && set.n == 2 && !strcmp(set.runs[1].file,
						  "boots/a.json") &&
	       !strcmp(set.runs[0].file, "boots/b/bench.json"),
	       "a folder's runs are sorted by start, a link counts not twice",
	       "%s", why);
	if (!err)
		result_set_free(&set);
	err = result_set_read(&set, "boots/b", why);
	tap_ok(tap, !err && set.n == 1, "a run's folder is one", "%s", why);
	if (!err)
		err = result_set_add(&set, "boots/a.json", why);
	tap_ok(tap, !err && set.n == 2, "and a file comes to it", "%s", why);
	if (!err)
		err = result_set_add(&set, "boots/b", why);
	tap_ok(tap, err == -EEXIST && strstr(why, "one run counts once"),
	       "the same run twice is refused", "%d %s", err, why);
	result_set_free(&set);
}

static void refuses_sets(struct tap *tap)
{
	struct result_set set;
	char why[512] = "";
	int err;

	err = result_set_read(&set, "boots/tests", why);
	tap_ok(tap, err == -ENOENT && strstr(why, "no result of bench"),
	       "a folder without results says so", "%d %s", err, why);
	err = result_set_read(&set, "none", why);
	tap_ok(tap, err == -ENOENT && strstr(why, "none: No such file"),
	       "a name that is none says so", "%d %s", err, why);
	put("boots/z.json", "{");
	err = result_set_read(&set, "boots", why);
	tap_ok(tap, err == -EINVAL && strstr(why, "boots/z.json:1:1: cut") &&
	       !set.n, "one bad file fails the set", "%d %s", err, why);
	unlink("boots/z.json");
	put("empty.json", "");
	err = result_set_read(&set, "empty.json", why);
	tap_ok(tap, err == -EINVAL && strstr(why, "empty.json: empty"),
	       "an empty file says so", "%d %s", err, why);
}

typedef int (*print_fn)(FILE *file, const struct result_set *set);

static char *printed(print_fn print)
{
	struct result_set set;
	char why[512], *text = NULL;
	size_t len;
	FILE *file;

	if (result_set_read(&set, "boots", why))
		return NULL;
	file = open_memstream(&text, &len);
	if (print(file, &set))
		fputs("(an error)", file);
	fclose(file);
	result_set_free(&set);
	return text;
}

static unsigned int count_of(const char *text, const char *what)
{
	unsigned int n = 0;

	for (; text && (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void exports(struct tap *tap)
{
	char *csv = printed(export_csv), *go = printed(export_benchstat);

	tap_ok(tap, count_of(csv, "\r\n") == 11 &&
	       strstr(csv, "\"ECONNREFUSED, \"\"no\"\" server <listens>\"\r\n"),
	       "CSV has a row a sample, and quotes", "%s", csv);
	tap_ok(tap, count_of(go, "\nBenchmark") == 8 &&
	       strstr(go, "\nBenchmarkTcpRR/path=bridge-2\t3\t130 ns/op\t"
			  "110 p1-ns/op\t150 p99-ns/op\n") &&
	       strstr(go, "\nBenchmarkPodAdd/path=netlink/pods=10-2\t10\t") &&
	       strstr(go, "\nBenchmarkTcpStream/path=direct-2\t1\t2000 MB/s\n"),
	       "Go's format has a line a good sample", "%s", go);
	free(csv);
	free(go);
}

static int print_html(FILE *file, const struct result_set *set)
{
	return report_html(file, set, NULL);
}

static void makes_page(struct tap *tap)
{
	static const char *const gnuplot[] = { "gnuplot", "--version", NULL };
	char *page, *version = tool_run(gnuplot, NULL, NULL);

	page = printed(print_html);
	if (!page) {
		tap_ok(tap, false, "there is a page", "none");
		return;
	}
	tap_ok(tap, strstr(page, "a &lt;b&gt; &amp; &quot;c&quot;") &&
	       strstr(page, "server &lt;listens&gt;") &&
	       !strstr(page, "<listens>") && strstr(page, "</html>\n"),
	       "the page has what results say as text", "%s", page);
	tap_ok(tap, !strstr(page, "<script") && !strstr(page, "src=") &&
	       count_of(page, "http") == count_of(page, "http://www.w3.org/"),
	       "the page needs nothing else", "%s", page);
	if (version)
		tap_ok(tap, count_of(page, "<svg") == 8 &&
		       !strstr(page, "rgb(") && !strstr(page, "white'"),
		       "its pictures have the page's colours",
		       "%u pictures", count_of(page, "<svg"));
	else
		tap_skip(tap, "its pictures have the page's colours",
			 "gnuplot is not installed");
	free(version);
	free(page);
}

static void makes_page_alone(struct tap *tap)
{
	char *path = strdup(getenv("PATH") ? getenv("PATH") : ""), *page;
	int errors = dup(STDERR_FILENO), file;
	char said[128] = "";

	setenv("PATH", "/nonexistent", 1);
	file = open("said", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	dup2(file, STDERR_FILENO);
	page = printed(print_html);
	dup2(errors, STDERR_FILENO);
	close(errors);
	if (pread(file, said, sizeof(said) - 1, 0) < 0)
		*said = '\0';
	close(file);
	tap_ok(tap, strstr(said, "run.sh: gnuplot is not installed"),
	       "without gnuplot stderr says so", "%s", said);
	tap_ok(tap, strstr(page, "no pictures: gnuplot is not installed") &&
	       !strstr(page, "<svg") && strstr(page, "tcp_rr.p1:bridge"),
	       "without gnuplot the page says so and has its tables", "%s",
	       page);
	free(page);
	setenv("PATH", path, 1);
	free(path);
}

static void runs_tools(struct tap *tap)
{
	static const char *const cat[] = { "cat", NULL };
	static const char *const no[] = { "false", NULL };
	static const char *const none[] = { "no-such-tool", NULL };
	size_t len = 0;
	char *text;

	text = tool_run(cat, "abc", &len);
	tap_ok(tap, text && len == 3 && !strcmp(text, "abc"),
	       "a tool gets its input and its output is kept", "%m");
	free(text);
	text = tool_run(no, NULL, NULL);
	tap_ok(tap, !text && errno == EIO, "a tool that fails is an error",
	       "%m");
	text = tool_run(none, NULL, NULL);
	tap_ok(tap, !text && errno == ENOENT, "so is one that is not there",
	       "%m");
}

static void says_environment(struct tap *tap)
{
	json_t *json = small_json();
	struct result result;
	char why[512] = "";
	int err;

	json_object_set_new(json, "env", env_json());
	err = result_from_json(&result, "f", json, why);
	tap_ok(tap, !err, "env is as the schema has it", "%s", why);
	if (!err)
		result_free(&result);
}

static void calibrates(struct tap *tap)
{
	const struct calib a = { 80, 1, 22, 0 }, flipped = { 310, 1, 22, 0 };
	const struct calib near = { 90, 1.005, 28, 1 }, slow = { 80, 1.03, 22,
								  0 };
	struct calib calib;
	cpu_set_t saved, one;
	int err, cpu = 0;

	err = calib_take(&calib);
	tap_ok(tap, !err && calib.alu_ns > 0.1 && calib.alu_ns < 1000 &&
	       calib.copy_ns > 1, "the machine is measured",
	       "%d: %g %g %g", err, calib.core_ns, calib.alu_ns, calib.copy_ns);
	if (sched_getaffinity(0, sizeof(saved), &saved))
		return;
	tap_ok(tap, (calib.core_ns > 1) == (CPU_COUNT(&saved) > 1),
	       "a line goes between CPUs if there are two", "%g ns",
	       calib.core_ns);
	while (!CPU_ISSET(cpu, &saved))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	err = sched_setaffinity(0, sizeof(one), &one) ? -errno :
	      calib_take(&calib);
	tap_ok(tap, !err && !calib.core_ns && calib.alu_ns > 0,
	       "on one CPU there is no line between CPUs", "%d: %g", err,
	       calib.core_ns);
	sched_setaffinity(0, sizeof(saved), &saved);
	tap_ok(tap, calib_disturbed(&a, &flipped) && calib_disturbed(&a, &slow),
	       "another placement and another clock disturb", "they do not");
	tap_ok(tap, !calib_disturbed(&a, &near) && !calib_disturbed(&a, &a),
	       "what is usual does not", "it does");
}

static void (*const tests[])(struct tap *tap) = {
	reads, reads_failure, refuses, refuses_cut, keeps_terminal, writes,
	writes_no_device, survives_full_disk, reads_sets, refuses_sets,
	exports, makes_page, makes_page_alone, runs_tools, says_environment,
	calibrates,
};

/* --seed: what the fuzzer begins with. */
int main(int argc, char **argv)
{
	char dir[] = "/tmp/bench-result-XXXXXX";
	const char *rm[] = { "rm", "-r", dir, NULL };
	struct tap tap = { 0 };
	size_t i;

	if (tap_asked(argc, argv, NULL))
		return 0;
	if (argc > 1 && !strcmp(argv[1], "--seed")) {
		fputs(small_result, stdout);
		return 0;
	}
	if (!mkdtemp(dir) || chdir(dir)) {
		printf("Bail out! %s: %m\n", dir);
		return 1;
	}
	for (i = 0; i < LENGTH(tests); i++)
		tests[i](&tap);
	free(tool_run(rm, NULL, NULL));
	return tap_done(&tap);
}
