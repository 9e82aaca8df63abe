// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "role.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"

/* More than any role has to say: one that runs wild cannot fill the memory. */
#define SAID_MAX	(64u << 20)

/* Beside the exit codes of mains: the set-up failed, and the pipe says how. */
#define EXIT_SETUP	125

struct role {
	pid_t pid;
	int pidfd;
	int pipe;		/* non-blocking */
	char *said;
	size_t len, room;
};

/* The CPU number of the @nth that we may run on, -errno. */
static int nth_cpu(int nth)
{
	cpu_set_t set;
	int cpu;

	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return -errno;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &set) && nth-- == 0)
			return cpu;
	}
	return -ENXIO;
}

static int pin(int nth)
{
	int cpu = nth_cpu(nth);
	cpu_set_t one;

	if (cpu < 0)
		return cpu;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) < 0 ? -errno : 0;
}

/*
 * What we handle, block or ignore is not the child's business, a broken pipe
 * apart: that is a result of write(2).  In a session of its own it does not
 * get the terminal's Ctrl-C either: whether it ends is up to us.
 */
static void own_signals(void)
{
	static const int handled[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM,
				       SIGALRM, SIGCHLD, SIGUSR1, SIGUSR2 };
	sigset_t none;
	size_t i;

	for (i = 0; i < sizeof(handled) / sizeof(handled[0]); i++)
		signal(handled[i], SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setsid();
}

static int no_stdio(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (dup2(fd, STDIN_FILENO) < 0 || dup2(fd, STDOUT_FILENO) < 0)
		err = -errno;
	if (fd > STDERR_FILENO)
		close(fd);
	return err;
}

static int set_up(const struct role_desc *desc, pid_t parent)
{
	int err;

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0)
		return -errno;
	/* It may have died before it could be asked to take us with it. */
	if (getppid() != parent)
		_exit(EXIT_SETUP);
	own_signals();
	err = no_stdio();
	if (!err && desc->netns >= 0 && setns(desc->netns, CLONE_NEWNET) < 0)
		err = -errno;
	if (!err && desc->cpu >= 0)
		err = pin(desc->cpu);
	return err;
}

__attribute__((noreturn))
static void child(const struct role_desc *desc, pid_t parent, int out)
{
	int err = set_up(desc, parent);

	if (write(out, &err, sizeof(err)) != sizeof(err) || err)
		_exit(EXIT_SETUP);
	_exit(desc->main(out, desc->arg));
}

/*
 * Takes what is in the pipe.  0, or -errno: -EAGAIN when it is empty, -EPIPE
 * when there will be no more.
 */
static int take(struct role *role)
{
	ssize_t n;
	char *said;

	if (role->room - role->len < 2) {
		if (role->room >= SAID_MAX)
			return -EFBIG;
		said = realloc(role->said, role->room ? 2 * role->room : 4096);
		if (!said)
			return -ENOMEM;
		role->said = said;
		role->room = role->room ? 2 * role->room : 4096;
	}
	n = read(role->pipe, role->said + role->len,
		 role->room - role->len - 1);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	role->len += n;
	role->said[role->len] = 0;
	return n ? 0 : -EPIPE;
}

/*
 * Waits for words or the end.  1: it has ended and all it wrote is taken; 0:
 * something came; else -errno.
 */
static int listen_to(struct role *role, bool more, long long deadline)
{
	struct pollfd pfd[2] = {
		{ .fd = role->pidfd, .events = POLLIN },
		{ .fd = more ? role->pipe : -1, .events = POLLIN },
	};
	int err = deadline_poll(pfd, 2, deadline);
	bool ended;

	if (err)
		return err;
	ended = pfd[0].revents;
	do {
		err = take(role);
	} while (!err && ended);
	if (err == -EAGAIN || err == -EPIPE)
		return ended ? 1 : err == -EPIPE ? err : 0;
	return err;
}

static void drop(struct role *role, size_t n)
{
	role->len -= n;
	memmove(role->said, role->said + n, role->len + 1);
}

/* The set-up's outcome, which goes ahead of all else in the pipe. */
static int wait_set_up(struct role *role)
{
	long long deadline = deadline_new();
	int err = 0, outcome;

	while (!err && role->len < sizeof(outcome))
		err = listen_to(role, true, deadline);
	if (role->len < sizeof(outcome))
		return err < 0 && err != -EPIPE ? err : -ECHILD;
	memcpy(&outcome, role->said, sizeof(outcome));
	drop(role, sizeof(outcome));
	return outcome;
}

static void role_free(struct role *role)
{
	if (role->pidfd >= 0)
		close(role->pidfd);
	if (role->pipe >= 0)
		close(role->pipe);
	free(role->said);
	free(role);
}

/* Reaps it: whoever calls this knows that it has ended, or was killed. */
static int reap(struct role *role, int *status, struct rusage *usage)
{
	pid_t pid;

	do {
		pid = wait4(role->pid, status, 0, usage);
	} while (pid < 0 && errno == EINTR);
	return pid < 0 ? -errno : 0;
}

static int start(struct role *role, const struct role_desc *desc)
{
	pid_t parent = getpid();
	int fds[2];
	int err;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return -errno;
	role->pipe = fds[0];
	if (fcntl(role->pipe, F_SETFL, O_NONBLOCK) < 0) {
		err = -errno;
		close(fds[1]);
		return err;
	}
	/* A library that calls exit(3) over there would print it again. */
	fflush(NULL);
	role->pid = fork();
	err = -errno;
	if (!role->pid) {
		close(fds[0]);
		child(desc, parent, fds[1]);
	}
	close(fds[1]);
	if (role->pid < 0)
		return err;
	role->pidfd = syscall(SYS_pidfd_open, role->pid, 0);
	if (role->pidfd < 0)
		return -errno;
	return wait_set_up(role);
}

struct role *role_start(const struct role_desc *desc)
{
	struct role *role = calloc(1, sizeof(*role));
	int err;

	if (!role)
		return NULL;
	role->pid = -1;
	role->pidfd = -1;
	role->pipe = -1;
	err = start(role, desc);
	if (err) {
		role_kill(role);
		errno = -err;
		return NULL;
	}
	return role;
}

int role_pid(const struct role *role)
{
	return role->pid;
}

int role_wait_byte(struct role *role, long long deadline)
{
	unsigned char byte;
	int err = 0;

	while (!err && !role->len)
		err = listen_to(role, true, deadline);
	if (!role->len)
		return err < 0 ? err : -EPIPE;
	byte = role->said[0];
	drop(role, 1);
	return byte;
}

int role_end(struct role *role, long long deadline, struct role_end *end)
{
	bool more = true;
	int ret, err;

	memset(end, 0, sizeof(*end));
	do {
		ret = listen_to(role, more, deadline);
		/* It closed the pipe and lives on: only its end is left. */
		if (ret == -EPIPE)
			more = false;
	} while (!ret || (ret == -EPIPE && !more));
	if (ret < 0)
		kill(role->pid, SIGKILL);
	err = reap(role, &end->status, &end->usage);
	if (ret < 0) {
		while (!take(role))
			;
		err = ret;
	}
	end->said = role->said ? role->said : calloc(1, 1);
	end->len = role->len;
	role->said = NULL;
	role_free(role);
	return end->said || err ? err : -ENOMEM;
}

void role_kill(struct role *role)
{
	int status;

	if (!role)
		return;
	/* Should somebody else have reaped it, nothing is left to do. */
	if (role->pid > 0 && !kill(role->pid, SIGKILL))
		(void)reap(role, &status, NULL);
	role_free(role);
}
