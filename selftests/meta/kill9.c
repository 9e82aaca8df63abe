// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * kill9 TIMES COMMAND...: runs the command once to its end, then TIMES times
 * with a SIGKILL at a random moment of its run, and says what then remains: a
 * process, a mount, a link of this network namespace, a namespace that a
 * process is in.  Exit 0: nothing did.
 *
 * Orphans become children of this process (PR_SET_CHILD_SUBREAPER), so "no
 * process remains" is an event, ECHILD, and no guess after a while.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "netns.h"
#include "state.h"

/* Bounds the end of all that a killed run leaves: they die by a signal. */
#define END_SECONDS	60

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static pid_t start(char **argv)
{
	pid_t pid = fork();
	int null;

	if (pid)
		return pid;
	null = open("/dev/null", O_RDWR);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	execvp(argv[0], argv);
	_exit(127);
}

/* True if the run was still going when it was killed. */
static bool kill_within(pid_t pid, int ms)
{
	struct pollfd pfd = { .events = POLLIN };
	int n;

	pfd.fd = syscall(SYS_pidfd_open, pid, 0);
	if (pfd.fd < 0)
		return false;
	n = poll(&pfd, 1, ms);
	close(pfd.fd);
	return n == 0 && kill(pid, SIGKILL) == 0;
}

static void reap_all(void)
{
	/* A process that does not end ends us: alarm(2) is not caught. */
	alarm(END_SECONDS);
	while (wait(NULL) > 0 || errno == EINTR)
		;
	alarm(0);
}

/* Adds a file's text. */
static void add_file(FILE *to, const char *path)
{
	FILE *file = fopen(path, "r");
	char buf[4096];
	size_t n;

	while (file && (n = fread(buf, 1, sizeof(buf), file)) > 0)
		fwrite(buf, 1, n, to);
	if (file)
		fclose(file);
}

/* Which network namespaces processes are in, each once. */
static void add_namespaces(FILE *to)
{
	char path[300], name[64], seen[8192] = "";
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	ssize_t n;

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		n = readlink(path, name, sizeof(name) - 1);
		if (n < 0)
			continue;
		name[n] = '\0';
		if (strstr(seen, name))
			continue;
		snprintf(seen + strlen(seen), sizeof(seen) - strlen(seen),
			 "%s ", name);
	}
	if (dir)
		closedir(dir);
	fprintf(to, "namespaces %s\n", seen);
}

/* What the machine has: mounts, links, namespaces. */
static char *survey(void)
{
	char *text = NULL, *links;
	int netns = netns_self();
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file || netns < 0)
		return NULL;
	add_file(file, "/proc/self/mountinfo");
	links = state_text(netns, STATE_LINK);
	fprintf(file, "%s", links ? links : "no links\n");
	free(links);
	close(netns);
	add_namespaces(file);
	fclose(file);
	return text;
}

static int killed_run(char **argv, int length, const char *before)
{
	unsigned int random = 0;
	char *after;
	pid_t pid;
	bool hit;
	int ms, same;

	if (getrandom(&random, sizeof(random), 0) < 0)
		return -errno;
	ms = random % length;
	pid = start(argv);
	if (pid < 0)
		return -errno;
	hit = kill_within(pid, ms);
	reap_all();
	after = survey();
	same = after && !strcmp(before, after);
	printf("killed after %d ms%s: %s\n", ms, hit ? "" : " (had ended)",
	       same ? "nothing remains" : "not as before:");
	if (!same)
		printf("%s", after ? after : "no survey\n");
	fflush(stdout);
	free(after);
	return same ? hit : -EEXIST;
}

int main(int argc, char **argv)
{
	int i, times, length, ret, hits = 0, bad = 0;
	long long begin;
	char *before;

	times = argc > 2 ? atoi(argv[1]) : 0;
	if (times < 1) {
		fprintf(stderr, "Usage: %s TIMES COMMAND...\n", argv[0]);
		return 2;
	}
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	before = survey();
	begin = now_ms();
	if (!before || start(argv + 2) < 0)
		return 2;
	reap_all();
	length = now_ms() - begin + 1;
	for (i = 0; i < times; i++) {
		ret = killed_run(argv + 2, length, before);
		bad += ret < 0;
		hits += ret > 0;
	}
	free(before);
	printf("%d of %d killed midway; after %d something remained\n", hits,
	       times, bad);
	return bad || !hits;
}
