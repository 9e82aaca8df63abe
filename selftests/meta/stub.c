// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A test program that misbehaves as its name says: "crash", or "crash.2" for a
 * second one of that kind.  The tests of the runner link to it by such names.
 */
#include <fcntl.h>
#include <libgen.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/stat.h>
#include <unistd.h>

/* More than the runner keeps (JOB_OUTPUT_MAX). */
#define FLOOD_LINES	200000
/* More than one line may have (TAP_LINE_MAX). */
#define LONG_LINE	40000

static void tap(int plan)
{
	printf("TAP version 13\n1..%d\n", plan);
}

/* Tells the test that we run, and by what number. */
static void tell_pid(void)
{
	char line[32];
	int fd = open("pids", O_WRONLY);
	int n = snprintf(line, sizeof(line), "%d\n", getpid());

	if (fd < 0 || write(fd, line, n) != n)
		_exit(9);
	close(fd);
}

static int do_ok(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(2);
	printf("ok 1 t.one\nok 2 t.two\n");
	return 0;
}

static int do_fail(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(2);
	printf("ok 1 t.one\n# expected 0, got -ENODEV\nnot ok 2 t.two\n");
	return 1;
}

/* Whatever stands in the variable, and the code behind it. */
static int do_print(const char *text, int code)
{
	fputs(text, stdout);
	return code;
}

static void crash(void)
{
	fflush(stdout);
	signal(SIGSEGV, SIG_DFL);
	raise(SIGSEGV);
}

static int do_crash(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(2);
	printf("ok 1 t.one\n");
	crash();
	return 0;
}

/* As do_crash(), in a test that the harness said it runs. */
static int do_began(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(2);
	printf("#  RUN           t.one ...\nok 1 t.one\n#  RUN           t.two ...\n# the last words\n");
	crash();
	return 0;
}

/* The same, between its tests. */
static int do_between(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(2);
	printf("#  RUN           t.one ...\nok 1 t.one\n");
	crash();
	return 0;
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Its second test takes 300 ms, the third none: how long tests take is what is tested. */
static int do_slow(int argc, char **argv)
{
	const struct itimerval timer = { .it_value.tv_usec = 300000 };
	sigset_t mask, old;
	int i;

	(void)argc;
	(void)argv;
	signal(SIGALRM, on_alarm);
	sigemptyset(&mask);
	sigaddset(&mask, SIGALRM);
	sigprocmask(SIG_BLOCK, &mask, &old);
	tap(3);
	printf("ok 1 t.one\n");
	/* More than a pipe holds: once it is out, the line above was read. */
	for (i = 0; i < 200; i++)
		printf("# %01000d\n", i);
	fflush(stdout);
	setitimer(ITIMER_REAL, &timer, NULL);
	sigsuspend(&old);
	printf("ok 2 t.two\nok 3 t.three\n");
	return 0;
}

static void hang(void)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	tell_pid();
	for (;;)
		pause();
}

static int do_hang(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(2);
	printf("ok 1 t.one\n");
	fflush(stdout);
	hang();
	return 0;
}

/* As the harness does: a test in a process group of its own. */
static int do_hang_group(int argc, char **argv)
{
	tap(1);
	fflush(stdout);
	if (!fork()) {
		setpgid(0, 0);
		hang();
	}
	return do_hang(argc, argv);
}

/* Leaves a process in a session of its own, that keeps our stdout. */
static void daemonise(void)
{
	int done[2];
	char byte;

	fflush(stdout);
	if (pipe2(done, O_CLOEXEC))
		_exit(9);
	if (!fork()) {
		setsid();
		if (!fork()) {
			tell_pid();
			close(done[1]);
			for (;;)
				pause();
		}
		_exit(0);
	}
	close(done[1]);
	/* Its number has been told. */
	if (read(done[0], &byte, 1))
		_exit(9);
}

static int do_hang_daemon(int argc, char **argv)
{
	daemonise();
	return do_hang(argc, argv);
}

static int do_daemon(int argc, char **argv)
{
	daemonise();
	return do_ok(argc, argv);
}

/* Leaves a process in its own group. */
static int do_orphan(int argc, char **argv)
{
	int told[2];
	char byte;

	fflush(stdout);
	if (pipe2(told, O_CLOEXEC))
		_exit(9);
	if (!fork()) {
		tell_pid();
		close(told[1]);
		for (;;)
			pause();
	}
	close(told[1]);
	if (read(told[0], &byte, 1))
		_exit(9);
	return do_ok(argc, argv);
}

static int do_flood(int argc, char **argv)
{
	int i;

	(void)argc;
	(void)argv;
	tap(1);
	for (i = 0; i < FLOOD_LINES; i++)
		printf("# %070d\n", i);
	printf("ok 1 t.one\n");
	return 0;
}

static int do_long_line(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	tap(1);
	printf("# %0*d\nok 1 t.one\n", LONG_LINE, 0);
	return 0;
}

static int do_odd(int argc, char **argv)
{
	static const char odd[] = "# a\0b \033[31mred \xff\xc3\xa9 \r end\n";

	(void)argc;
	(void)argv;
	tap(1);
	fwrite(odd, 1, sizeof(odd) - 1, stdout);
	printf("ok 1 t.one\n");
	return 0;
}

static int do_odd_fail(int argc, char **argv)
{
	static const char odd[] = "# a\0b \033[31mred \xff\xc3\xa9 \r end\n";

	(void)argc;
	(void)argv;
	tap(1);
	fwrite(odd, 1, sizeof(odd) - 1, stdout);
	printf("not ok 1 t.one\n");
	return 1;
}

/* Waits for "opener", which is behind it in the list. */
static int do_waiter(int argc, char **argv)
{
	char byte;
	int fd = open("pids", O_RDONLY);

	printf("# waiter begins\n");
	if (fd < 0 || read(fd, &byte, 1) != 1)
		_exit(9);
	printf("# waiter ends\n");
	return do_ok(argc, argv);
}

static int do_opener(int argc, char **argv)
{
	int fd = open("pids", O_WRONLY);
	int code;

	printf("# opener begins\n");
	code = do_ok(argc, argv);
	printf("# opener ends\n");
	fflush(stdout);
	if (fd < 0 || write(fd, "x", 1) != 1)
		_exit(9);
	return code;
}

static void dump(const char *text, size_t len)
{
	const char *fd = getenv("NETNS_DUMP_FD");

	if (!fd || write(atoi(fd), text, len) != (ssize_t)len)
		_exit(9);
}

static int do_dump(int argc, char **argv)
{
	dump("DUMP t.two state.txt 6\nlink\0\nDUMP t.two empty 0\n", 48);
	return do_fail(argc, argv);
}

/* One that is right, and then the one that stands in KSFT_STUB_DUMP. */
static int do_dump_bad(int argc, char **argv)
{
	const char *bad = getenv("KSFT_STUB_DUMP");

	dump("DUMP t.one before 1\nx", 21);
	dump(bad, strlen(bad));
	dump("DUMP t.one after 1\nx", 20);
	return do_ok(argc, argv);
}

/* A program that knows --list and -r: "stubborn" runs all the same. */
static int do_many(int argc, char **argv)
{
	static const char *const names[] = { "t.one", "t.v.two", "t.three" };
	int i, j, nr = 0, wanted[3] = {};

	for (i = 0; i < 3 && argc > 1 && !strcmp(argv[1], "--list"); i++)
		puts(names[i]);
	if (i)
		return 0;
	for (i = 0; i < 3; i++) {
		wanted[i] = argc < 2 || !strncmp(basename(argv[0]), "stub", 4);
		for (j = 1; j + 1 < argc; j += 2)
			wanted[i] |= !strcmp(argv[j], "-r") &&
				     !strcmp(argv[j + 1], names[i]);
		nr += wanted[i];
	}
	tap(nr);
	for (i = 0, nr = 0; i < 3; i++)
		if (wanted[i])
			printf("ok %d %s\n", ++nr, names[i]);
	return 0;
}

#define TOLD_MAX	32

struct told {
	char verdict[16];
	char test[64];
};

/* The lines of the file NAME.tests beside the program: how many. */
static int told_read(const char *name, struct told told[TOLD_MAX])
{
	char path[128];
	int nr = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s.tests", name);
	file = fopen(path, "re");
	while (file && nr < TOLD_MAX &&
	       fscanf(file, "%15s %63s", told[nr].verdict, told[nr].test) == 2)
		nr++;
	if (!file || fclose(file))
		_exit(9);
	return nr;
}

static bool told_wanted(const struct told *told, int argc, char **argv)
{
	int i;

	for (i = 1; i + 1 < argc; i += 2)
		if (!strcmp(argv[i], "-r") && !strcmp(argv[i + 1], told->test))
			return true;
	return argc < 2;
}

/* Returns the exit code. */
static int told_result(const struct told *told, int nr)
{
	if (!strcmp(told->verdict, "fail") ||
	    (!strcmp(told->verdict, "once") && !mkdir(told->test, 0755))) {
		printf("# expected 0, got -ENODEV\nnot ok %d %s\n", nr,
		       told->test);
		return 1;
	}
	printf("ok %d %s%s\n", nr, told->test,
	       !strcmp(told->verdict, "skip") ? " # SKIP no CONFIG_STUB" :
	       !strcmp(told->verdict, "xfail") ? " # XFAIL own" : "");
	return 0;
}

/*
 * A program that knows --list and -r and does what it is told: "ok t.one",
 * "fail t.two", "skip t.three", "xfail t.four", "once t.five", which fails the
 * first time, or "crash t.six", which has no result; or, first of all,
 * "skipall t.one".
 */
static int do_told(int argc, char **argv)
{
	bool list = argc > 1 && !strcmp(argv[1], "--list");
	int i, nr, wanted = 0, failed = 0;
	struct told told[TOLD_MAX];

	nr = told_read(basename(argv[0]), told);
	for (i = 0; i < nr; i++) {
		if (list)
			puts(told[i].test);
		wanted += told_wanted(&told[i], argc, argv);
	}
	if (list)
		return 0;
	if (nr && !strcmp(told[0].verdict, "skipall"))
		return do_print("TAP version 13\n1..0 # SKIP no CONFIG_STUB\n", 4);
	tap(wanted);
	for (i = 0, wanted = 0; i < nr; i++) {
		if (!told_wanted(&told[i], argc, argv))
			continue;
		if (!strcmp(told[i].verdict, "crash"))
			crash();
		failed |= told_result(&told[i], ++wanted);
	}
	return failed;
}

/* What a program is given: folder, stdin, process group, signals. */
static int do_given(int argc, char **argv)
{
	struct sigaction pipe_action;
	sigset_t mask;
	char cwd[4096], byte;

	(void)argc;
	(void)argv;
	sigprocmask(SIG_BLOCK, NULL, &mask);
	sigaction(SIGPIPE, NULL, &pipe_action);
	tap(1);
	printf("# cwd %s\n", getcwd(cwd, sizeof(cwd)) ? basename(cwd) : "?");
	printf("# stdin %zd\n", read(STDIN_FILENO, &byte, 1));
	printf("# group %s\n", getpgrp() == getpid() ? "own" : "shared");
	printf("# blocked %d\n", sigismember(&mask, SIGTERM) ||
	       sigismember(&mask, SIGINT));
	printf("# sigpipe %s\n", pipe_action.sa_handler == SIG_DFL ?
	       "default" : "ignored");
	printf("ok 1 t.one\n");
	return 0;
}

static const struct mode {
	const char *name;
	int (*act)(int argc, char **argv);
	const char *text;		/* or print this */
	int code;
} modes[] = {
	{ "ok", do_ok, NULL, 0 },
	{ "fail", do_fail, NULL, 0 },
	{ "crash", do_crash, NULL, 0 },
	{ "began", do_began, NULL, 0 },
	{ "between", do_between, NULL, 0 },
	{ "slow", do_slow, NULL, 0 },
	{ "hang", do_hang, NULL, 0 },
	{ "hang_group", do_hang_group, NULL, 0 },
	{ "hang_daemon", do_hang_daemon, NULL, 0 },
	{ "daemon", do_daemon, NULL, 0 },
	{ "orphan", do_orphan, NULL, 0 },
	{ "flood", do_flood, NULL, 0 },
	{ "long_line", do_long_line, NULL, 0 },
	{ "odd", do_odd, NULL, 0 },
	{ "odd_fail", do_odd_fail, NULL, 0 },
	{ "waiter", do_waiter, NULL, 0 },
	{ "opener", do_opener, NULL, 0 },
	{ "dump", do_dump, NULL, 0 },
	{ "dump_bad", do_dump_bad, NULL, 0 },
	{ "many", do_many, NULL, 0 },
	{ "stubborn", do_many, NULL, 0 },
	{ "told", do_told, NULL, 0 },
	{ "given", do_given, NULL, 0 },
	{ "skip", NULL, "TAP version 13\n1..0 # SKIP no CONFIG_STUB\n", 4 },
	{ "skips", NULL, "TAP version 13\n1..2\nok 1 t.one # SKIP no CONFIG_STUB\n"
	  "ok 2 t.two # SKIP no CONFIG_STUB\n", 0 },
	{ "skip_nameless", NULL, "TAP version 13\n1..3\n#  RUN           t.one ...\n"
	  "ok 1 # SKIP no CONFIG_STUB\n#  RUN           t.two ...\n"
	  "ok 2 # SKIP no CONFIG_STUB\n#  RUN           t.three ...\nok 3 t.three\n", 0 },
	{ "nameless_twice", NULL, "TAP version 13\n1..2\n#  RUN           t.one ...\n"
	  "ok 1 # SKIP no CONFIG_STUB\n#  RUN           t.one ...\nok 2 t.one\n", 0 },
	{ "xfail", NULL, "TAP version 13\n1..2\nok 1 t.one # XFAIL known\n"
	  "ok 2 t.two # XPASS known\n", 0 },
	/* What each of the forms that a run is written in must quote. */
	{ "markup", NULL, "TAP version 13\n1..3\n# <failure> & ]]> \"two\" 'one' %0A 100%\n"
	  "# ::error title=a::b\n# <LAVA_SIGNAL_TESTCASE TEST_CASE_ID=t RESULT=pass>\n"
	  "# - key: [yaml, {}] # comment\n# KTAP version 1\nnot ok 1 t.one\n"
	  "ok 2 t.two # SKIP no <CONFIG_X> & \"y\": 50 %, at \\n all\n"
	  "ok 3 t.of two/words&<b>\n", 1 },
	{ "nested", NULL, "TAP version 13\n1..2\nok 1 t.one\n    TAP version 13\n    1..1\n"
	  "    ok 1 inner\nok 2 t.two\n", 0 },
	{ "nothing", NULL, "", 0 },
	{ "zero", NULL, "TAP version 13\n1..0\n", 0 },
	{ "skip_reasonless", NULL, "TAP version 13\n1..0 # SKIP\n", 4 },
	{ "no_version", NULL, "1..1\nok 1 t.one\n", 0 },
	{ "no_plan", NULL, "TAP version 13\nok 1 t.one\n", 0 },
	{ "two_plans", NULL, "TAP version 13\n1..1\n1..1\nok 1 t.one\n", 0 },
	{ "late_plan", NULL, "TAP version 13\nok 1 t.one\n1..1\n", 0 },
	{ "fewer", NULL, "TAP version 13\n1..3\nok 1 t.one\nok 2 t.two\n", 0 },
	{ "more", NULL, "TAP version 13\n1..1\nok 1 t.one\nok 2 t.two\n", 0 },
	{ "misnumbered", NULL, "TAP version 13\n1..2\nok 1 t.one\nok 3 t.two\n", 0 },
	{ "duplicate", NULL, "TAP version 13\n1..2\nok 1 t.one\nok 2 t.one\n", 0 },
	{ "garbage", NULL, "TAP version 13\n1..1\nhello\nok 1 t.one\n", 0 },
	{ "bail", NULL, "TAP version 13\n1..1\nok 1 t.one\nBail out! no more\n", 0 },
	{ "lies_0", NULL, "TAP version 13\n1..1\nnot ok 1 t.one\n", 0 },
	{ "lies_1", NULL, "TAP version 13\n1..1\nok 1 t.one\n", 1 },
	{ "lies_4", NULL, "TAP version 13\n1..1\nok 1 t.one\n", 4 },
	{ "code_3", NULL, "TAP version 13\n1..1\nok 1 t.one\n", 3 },
};

int main(int argc, char **argv)
{
	char *name = strdup(basename(argv[0]));
	size_t i;

	if (!name)
		return 9;
	name[strcspn(name, ".")] = '\0';
	for (i = 0; i < sizeof(modes) / sizeof(*modes); i++) {
		if (strcmp(name, modes[i].name))
			continue;
		free(name);
		return modes[i].act ? modes[i].act(argc, argv) :
				      do_print(modes[i].text, modes[i].code);
	}
	fprintf(stderr, "stub: no mode %s\n", name);
	free(name);
	return 9;
}
