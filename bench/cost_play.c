// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "cost_play.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc.h"
#include "netns.h"
#include "topo_print.h"

#define WORDS_MAX	32

/* A process that reads @in, and what it says goes to @out. */
struct job {
	char *argv[WORDS_MAX + 1];
	int in, out;
};

static int fail(struct cost_play *play, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct cost_play *play, int err, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(play->why, sizeof(play->why), fmt, args);
	va_end(args);
	return err;
}

/* `ip netns del` is no step of a topology. */
static const char *command(const struct cost_play *play,
			   const struct topo_step *step,
			   char text[TOPO_TEXT_MAX])
{
	if (!play->netns_del || step->op != TOPO_NETNS_ADD)
		return topo_print_step(step, text);
	snprintf(text, TOPO_TEXT_MAX, "ip netns del %s", step->ns);
	return text;
}

static bool in_path(const char *name)
{
	const char *path = getenv("PATH");
	char file[512];
	size_t len;

	for (; path && *path; path += len + (path[len] == ':')) {
		len = strcspn(path, ":");
		snprintf(file, sizeof(file), "%.*s/%s", (int)len, path, name);
		if (len && !access(file, X_OK))
			return true;
	}
	return false;
}

int cost_play_tool(struct cost_play *play, const struct topo_step *step)
{
	char text[TOPO_TEXT_MAX];
	char *rest = text, *name;

	if (play->method == COST_NETLINK)
		return 0;
	command(play, step, text);
	name = strsep(&rest, " ");
	return in_path(name) ? 0 :
	       fail(play, -EOPNOTSUPP, "%s is not in PATH: iproute2 has it",
		    name);
}

/* An unnamed file with @text, read from its start; or -errno. */
static int text_file(const char *text)
{
	size_t len = text ? strlen(text) : 0;
	int fd = memfd_create("bench", MFD_CLOEXEC);

	if (fd < 0)
		return -errno;
	if (write(fd, text ? text : "", len) != (ssize_t)len ||
	    lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}

/* Its pid, or -errno. */
static int start_here(const struct job *job)
{
	posix_spawn_file_actions_t actions;
	pid_t pid = 0;
	int err;

	err = posix_spawn_file_actions_init(&actions);
	if (err)
		return -err;
	err = posix_spawn_file_actions_adddup2(&actions, job->in, 0);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, job->out, 1);
	if (!err)
		err = posix_spawn_file_actions_adddup2(&actions, job->out, 2);
	if (!err)
		err = posix_spawnp(&pid, job->argv[0], &actions, NULL,
				   job->argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	return err ? -err : pid;
}

/* The same inside @netns. */
static int start(const struct job *job, int netns)
{
	int self = netns_self(), ret;

	if (self < 0)
		return self;
	ret = setns(netns, CLONE_NEWNET) < 0 ? -errno : start_here(job);
	if (setns(self, CLONE_NEWNET) < 0)
		ret = -errno;
	close(self);
	return ret;
}

/* How @pid ended, as wait(2) has it, or -errno. */
static int reap(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return -errno;
	}
	return status;
}

/* What it said about it in @said, in a line. */
static int say_status(struct cost_play *play, const char *what, int status,
		      int said)
{
	char text[160] = "";
	ssize_t n = pread(said, text, sizeof(text) - 1, 0);

	if (status < 0)
		return fail(play, status, "%s: %s", what,
			    strerrorname_np(-status));
	while (n-- > 0) {
		if (text[n] == '\n')
			text[n] = text[n + 1] ? ' ' : '\0';
	}
	return fail(play, -EIO, "%s: %s %d: %s", what,
		    WIFSIGNALED(status) ? "signal" : "exit code",
		    WIFSIGNALED(status) ? WTERMSIG(status) :
					  WEXITSTATUS(status), text);
}

static void close_fd(int fd)
{
	if (fd >= 0)
		close(fd);
}

/* Runs it to its end with @input to read. */
static int run_job(struct cost_play *play, struct job *job, const char *input)
{
	int status, err = 0;

	job->in = text_file(input);
	job->out = text_file(NULL);
	status = job->in < 0 ? job->in : job->out < 0 ? job->out :
		 start(job, play->host);
	if (status > 0)
		status = reap(status);
	if (status)
		err = say_status(play, job->argv[0], status, job->out);
	close_fd(job->in);
	close_fd(job->out);
	return err;
}

/* No word of these steps is quoted, so that blanks are what parts them. */
static int play_command(struct cost_play *play, const struct topo_step *step)
{
	char text[TOPO_TEXT_MAX], *rest = text, *word;
	struct job job = { 0 };
	size_t n = 0;

	command(play, step, text);
	while (n < WORDS_MAX && (word = strsep(&rest, " ")))
		job.argv[n++] = word;
	return rest ? fail(play, -E2BIG, "too many words") :
		      run_job(play, &job, NULL);
}

/* It ends at the first command that fails (-e). */
static int play_script(struct cost_play *play, const struct topo_step *steps,
		       size_t n)
{
	struct job job = { .argv = { (char *)"sh", (char *)"-e" } };
	char text[TOPO_TEXT_MAX], *input = NULL;
	size_t i, size;
	FILE *file;
	int err;

	file = open_memstream(&input, &size);
	if (!file)
		return fail(play, -errno, "a script");
	for (i = 0; i < n; i++)
		fprintf(file, "%s\n", command(play, &steps[i], text));
	if (fclose(file))
		err = fail(play, -ENOMEM, "a script");
	else
		err = run_job(play, &job, input);
	free(input);
	return err;
}

/* Is it a command of the host's? */
static bool of_host(const struct topo_step *step)
{
	return step->op == TOPO_NETNS_ADD || !strcmp(step->ns, TOPO_HOST);
}

/* The line of a batch: without the program and the namespace. */
static const char *batch_line(const struct cost_play *play,
			      const struct topo_step *step,
			      char text[TOPO_TEXT_MAX])
{
	const char *line = command(play, step, text);
	int skip = of_host(step) ? 1 : 3;

	for (; skip && line; skip--) {
		line = strchr(line, ' ');
		line = line ? line + 1 : NULL;
	}
	return line ? line : "";
}

/*
 * One batch of those steps from @first on that happen where it does; says in
 * @done which they were.
 */
static int play_batch(struct cost_play *play, const struct topo_step *steps,
		      size_t n, bool *done)
{
	bool host = of_host(&steps[0]);
	char tool[TOPO_TEXT_MAX], text[TOPO_TEXT_MAX], *input = NULL;
	struct job job = { .argv = { tool } };
	size_t i, size, words = 1;
	FILE *file;
	int err;

	file = open_memstream(&input, &size);
	if (!file)
		return fail(play, -errno, "a batch");
	for (i = 0; i < n; i++) {
		if (done[i] || of_host(&steps[i]) != host ||
		    (!host && strcmp(steps[i].ns, steps[0].ns)))
			continue;
		fprintf(file, "%s\n", batch_line(play, &steps[i], text));
		done[i] = true;
	}
	if (fclose(file))
		return fail(play, -ENOMEM, "a batch");
	command(play, &steps[0], tool);
	tool[strcspn(tool, " ")] = '\0';
	if (!host) {
		job.argv[words++] = (char *)"-n";
		job.argv[words++] = (char *)steps[0].ns;
	}
	job.argv[words++] = (char *)"-batch";
	job.argv[words++] = (char *)"-";
	err = run_job(play, &job, input);
	free(input);
	return err;
}

/* Those of the host first: they make what the others speak of. */
static int play_batches(struct cost_play *play, const struct topo_step *steps,
			size_t n)
{
	bool *done = calloc(n, sizeof(*done));
	size_t i = 0;
	int err = 0;

	if (!done)
		return fail(play, -ENOMEM, "a batch");
	while (i < n && !of_host(&steps[i]))
		i++;
	if (i < n)
		err = play_batch(play, steps + i, n - i, done + i);
	for (i = 0; i < n && !err; i++) {
		if (!done[i])
			err = play_batch(play, steps + i, n - i, done + i);
	}
	free(done);
	return err;
}

static int play_request(struct cost_play *play, const struct topo_step *step)
{
	char text[TOPO_TEXT_MAX];
	int err;

	if (play->netns_del && step->op == TOPO_NETNS_ADD) {
		err = topo_netns_release(play->topo, step->ns);
		/* The topology holds only those that it made itself. */
		if (err == -ENOENT)
			err = netns_del(step->ns);
	} else {
		err = topo_step(play->topo, step);
	}
	return err ? fail(play, err, "%s: %s", command(play, step, text),
			  strerrorname_np(-err)) : 0;
}

int cost_play(struct cost_play *play, const struct topo_step *steps, size_t n)
{
	size_t i;
	int err = 0;

	if (play->method == COST_IP_BATCH)
		return play_batches(play, steps, n);
	if (play->method == COST_IP)
		return n == 1 ? play_command(play, steps) :
				play_script(play, steps, n);
	for (i = 0; i < n && !err; i++)
		err = play_request(play, &steps[i]);
	return err;
}
