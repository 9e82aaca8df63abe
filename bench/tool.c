// SPDX-License-Identifier: GPL-2.0-or-later
#include "tool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bounds a tool that hangs: each has some milliseconds of work to do. */
#define TOOL_LIMIT_MS	30000

/* What a tool may print: it is kept in memory. */
#define OUTPUT_MAX	(64 << 20)

/*
 * Files in memory in place of pipes: whoever reads or writes first, nobody
 * waits for the other.
 */
static int input_open(const char *in)
{
	size_t len = strlen(in), done = 0;
	int fd = memfd_create("tool-in", MFD_CLOEXEC);
	ssize_t n;

	while (fd >= 0 && done < len) {
		n = write(fd, in + done, len - done);
		if (n < 0 && errno != EINTR) {
			close(fd);
			return -1;
		}
		done += n > 0 ? n : 0;
	}
	if (fd >= 0)
		lseek(fd, 0, SEEK_SET);
	return fd;
}

static int spawn(const char *const *argv, int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none;
	int err;

	/* Neither our blocked signals nor our ignored SIGPIPE are for it. */
	sigemptyset(&none);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setsigmask(&attr, &none);
	sigaddset(&none, SIGPIPE);
	posix_spawnattr_setsigdefault(&attr, &none);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETSIGDEF);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&files, STDERR_FILENO, "/dev/null",
					 O_WRONLY, 0);
	err = posix_spawnp(pid, argv[0], &files, &attr,
			   (char *const *)argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	/* A folder of PATH that is not for us hides nothing that we could run. */
	return err == EACCES ? ENOENT : err;
}

/* 0 or an errno. */
static int await(pid_t pid)
{
	struct pollfd pollfd = { .events = POLLIN };
	int n = 0, status = 0;

	pollfd.fd = syscall(SYS_pidfd_open, pid, 0);
	if (pollfd.fd >= 0) {
		/* A signal to us only makes the wait longer. */
		do {
			n = poll(&pollfd, 1, TOOL_LIMIT_MS);
		} while (n < 0 && errno == EINTR);
		close(pollfd.fd);
	}
	if (n <= 0)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (n <= 0)
		return ETIMEDOUT;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : EIO;
}

static char *output_read(int fd, size_t *len)
{
	struct stat stat;
	size_t done = 0;
	ssize_t n = 1;
	char *text;

	if (fstat(fd, &stat))
		return NULL;
	if (stat.st_size > OUTPUT_MAX) {
		errno = EFBIG;
		return NULL;
	}
	text = malloc(stat.st_size + 1);
	while (text && n > 0 && done < (size_t)stat.st_size) {
		n = pread(fd, text + done, stat.st_size - done, done);
		done += n > 0 ? n : 0;
	}
	if (text)
		text[done] = '\0';
	if (len)
		*len = done;
	return text;
}

char *tool_run(const char *const *argv, const char *in, size_t *len)
{
	int from, to, err = 0;
	char *text = NULL;
	pid_t pid;

	from = in ? input_open(in) : open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (from < 0)
		return NULL;
	to = memfd_create("tool-out", MFD_CLOEXEC);
	if (to < 0) {
		err = errno;
		goto close_from;
	}
	err = spawn(argv, from, to, &pid);
	if (!err)
		err = await(pid);
	if (!err) {
		text = output_read(to, len);
		if (!text)
			err = errno;
	}
	close(to);
close_from:
	close(from);
	errno = err;
	return text;
}
