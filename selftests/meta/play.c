// SPDX-License-Identifier: GPL-2.0-or-later
#include "play.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"

/*
 * Where the sandbox sees our build: its own place may be below /tmp, and is
 * covered there.  The working directory of a test is the folder of its
 * program, whatever covers it.
 */
#define BUILD	PLAY_BUILD

#define WORDS_MAX	32

static int build_bind(void)
{
	if (mkdir(BUILD, 0755))
		return errno == EEXIST ? 0 : -errno;
	return mount("..", BUILD, NULL, MS_BIND, NULL) ? -errno : 0;
}

static int program_add(const struct play *play, const char *name, FILE *list)
{
	bool missing = *name == '-';
	char path[256];

	name += missing;
	fprintf(list, "fake:%s\n", name);
	snprintf(path, sizeof(path), "%s/fake/%s", play->dir, name);
	return !missing && symlink(BUILD "/meta/stub", path) ? -errno : 0;
}

/* The list, and a link to the stub for each program in it. */
static int programs_add(const struct play *play, const char *programs)
{
	char path[128], *words, *rest, *word;
	int err = 0;
	FILE *list;

	snprintf(path, sizeof(path), "%s/kselftest-list.txt", play->dir);
	list = fopen(path, "we");
	if (!list)
		return -errno;
	rest = words = strdup(programs);
	while (!err && (word = strsep(&rest, " ")))
		if (*word)
			err = program_add(play, word, list);
	free(words);
	return fclose(list) && !err ? -errno : err;
}

int play_new(struct play *play, const char *programs)
{
	char path[128];
	int err;

	*play = (struct play){ .dir = "/tmp/play-XXXXXX", .pids = -1 };
	/* What the caller's own run was told is nothing to the stubs'. */
	unsetenv("NETNS_RESULTS");
	unsetenv("KSFT_MACHINE_SLOW");
	err = build_bind();
	if (err)
		return err;
	if (!mkdtemp(play->dir))
		return -errno;
	snprintf(path, sizeof(path), "%s/fake", play->dir);
	if (mkdir(path, 0755))
		return -errno;
	snprintf(path, sizeof(path), "%s/fake/pids", play->dir);
	if (mkfifo(path, 0666))
		return -errno;
	/* For writing too: neither side's open then waits for the other. */
	play->pids = open(path, O_RDWR | O_CLOEXEC);
	if (play->pids < 0)
		return -errno;
	return programs_add(play, programs);
}

static void child_exec(const struct play *play, char **argv)
{
	char out[128], err[128];

	/* A failed test must not leave its runner behind. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	snprintf(out, sizeof(out), "%s/out", play->dir);
	snprintf(err, sizeof(err), "%s/err", play->dir);
	/* A stdin with something in it. */
	if (!freopen("/dev/zero", "r", stdin) ||
	    !freopen(play->stdout_to ? play->stdout_to : out, "w", stdout) ||
	    !freopen(err, "w", stderr))
		_exit(125);
	execv(argv[0], argv);
	_exit(127);
}

int play_start(struct play *play, const char *words)
{
	char results[128], *argv[WORDS_MAX + 6], *copy, *rest, *word;
	int n = 0;

	snprintf(results, sizeof(results), "%s/results", play->dir);
	copy = rest = strdup(words);
	if (!copy)
		return -errno;
	if (*words != '/')
		argv[n++] = BUILD "/runner";
	while (n < WORDS_MAX && (word = strsep(&rest, " ")))
		if (*word)
			argv[n++] = word;
	/* Usage errors are tried without more; what runs needs a place. */
	if (n > 1 && (!strcmp(argv[1], "run") || !strcmp(argv[1], "matrix") ||
		      !strncmp(argv[1], "--vm", 4))) {
		argv[n++] = "--build";
		argv[n++] = play->dir;
		argv[n++] = "--collection=fake";
		argv[n++] = "--results";
		argv[n++] = (char *)(play->results ? play->results : results);
	}
	argv[n] = NULL;
	fflush(NULL);
	play->pid = fork();
	if (!play->pid)
		child_exec(play, argv);
	free(copy);
	return play->pid < 0 ? -errno : 0;
}

static char *read_file(const char *path)
{
	char *text = NULL;
	size_t size = 0;
	FILE *file;

	file = fopen(path, "re");
	if (!file)
		return NULL;
	/* To the first NUL: texts. An empty file is an empty string. */
	if (getdelim(&text, &size, '\0', file) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(file);
	return text;
}

int play_wait(struct play *play)
{
	char path[128];

	if (waitpid(play->pid, &play->status, 0) < 0)
		return -errno;
	free(play->out);
	free(play->err);
	snprintf(path, sizeof(path), "%s/out", play->dir);
	play->out = read_file(path);
	snprintf(path, sizeof(path), "%s/err", play->dir);
	play->err = read_file(path);
	return WIFEXITED(play->status) ? WEXITSTATUS(play->status) : -EINTR;
}

int play_run(struct play *play, const char *words)
{
	int err = play_start(play, words);

	return err ? err : play_wait(play);
}

char *play_file(const struct play *play, const char *path)
{
	char name[512];

	if (play->results)
		snprintf(name, sizeof(name), "%s/latest/%s", play->results,
			 path);
	else
		snprintf(name, sizeof(name), "%s/results/latest/%s", play->dir,
			 path);
	return read_file(name);
}

pid_t play_pid(const struct play *play)
{
	char line[32];
	size_t n = 0;
	int err;

	do {
		err = deadline_poll_in(play->pids, deadline_new());
		if (err)
			return err;
		if (read(play->pids, &line[n], 1) != 1)
			return -EIO;
	} while (line[n++] != '\n' && n < sizeof(line));
	return atoi(line);
}

void play_free(struct play *play)
{
	if (play->pids >= 0)
		close(play->pids);
	free(play->out);
	free(play->err);
}
