// SPDX-License-Identifier: GPL-2.0-or-later
#include "supervise.h"

#include "util.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static int die_with_parent(int parent)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL))
		return -errno;
	/* It may have died before that call. */
	return getppid() == parent ? 0 : -ESRCH;
}

/* The descriptors and signals that a program starts with. */
static int program_prepare(const struct supervise_desc *desc)
{
	char number[16];
	int null, dump;

	if (desc->dir && chdir(desc->dir))
		return -errno;
	null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null < 0)
		return -errno;
	/* Above the three: a duplicate that stays open in the program. */
	dump = fcntl(desc->dump, F_DUPFD, STDERR_FILENO + 1);
	if (dump < 0)
		return -errno;
	snprintf(number, sizeof(number), "%d", dump);
	if (dup2(null, STDIN_FILENO) < 0 || dup2(desc->out, STDOUT_FILENO) < 0 ||
	    dup2(desc->out, STDERR_FILENO) < 0 ||
	    setenv(SUPERVISE_DUMP_ENV, number, 1))
		return -errno;
	signal(SIGPIPE, SIG_DFL);
	return sigprocmask(SIG_SETMASK, desc->sigmask, NULL) ? -errno : 0;
}

static void program_exec(const struct supervise_desc *desc, int parent)
{
	struct supervise_report report = {};
	int err;

	setpgid(0, 0);
	err = die_with_parent(parent);
	if (!err)
		err = program_prepare(desc);
	if (!err) {
		execvp(desc->file, desc->argv);
		err = -errno;
	}
	report.error = -err;
	/* Shorter than PIPE_BUF: whole, and before the supervisor's own. */
	if (write(desc->report, &report, sizeof(report)) < 0)
		_exit(126);
	_exit(127);
}

/* The parent of a process of this pid namespace, or -1. */
static int parent_of(const char *pid)
{
	char path[64], line[512], *end;
	int ppid = -1;
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = read(fd, line, sizeof(line) - 1);
	close(fd);
	if (n <= 0)
		return -1;
	line[n] = '\0';
	/* The name, in brackets, may hold anything. */
	end = strrchr(line, ')');
	if (!end || sscanf(end + 1, " %*c %d", &ppid) != 1)
		return -1;
	return ppid;
}

static bool proc_is_ours(void)
{
	char self[32] = "";

	return readlink("/proc/self", self, sizeof(self) - 1) > 0 &&
	       atoi(self) == getpid();
}

static bool kill_children(void)
{
	bool killed = false;
	struct dirent *entry;
	DIR *proc;

	/* Another pid namespace's /proc has other processes by our numbers. */
	proc = proc_is_ours() ? opendir("/proc") : NULL;
	if (!proc)
		return false;
	while ((entry = readdir(proc))) {
		if (isdigit((unsigned char)*entry->d_name) &&
		    parent_of(entry->d_name) == getpid() &&
		    !kill(atoi(entry->d_name), SIGKILL))
			killed = true;
	}
	closedir(proc);
	return killed;
}

/*
 * Kills and reaps every descendant: as their parents end they become our
 * children.  Returns how many had not ended by themselves.
 */
static unsigned int reap_all(void)
{
	unsigned int n = 0;
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) >= 0) {
		if (pid)
			continue;
		if (!kill_children() || waitpid(-1, NULL, 0) < 0)
			break;
		n++;
	}
	return n;
}

static void wait_or_kill(const struct supervise_desc *desc, pid_t pid,
			 struct supervise_report *report)
{
	struct pollfd pfd[2] = { { .events = POLLIN }, { .events = POLLIN } };
	sigset_t mask;
	int n;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	pfd[0].fd = syscall(SYS_pidfd_open, pid, 0);
	pfd[1].fd = signalfd(-1, &mask, SFD_CLOEXEC);
	if (pfd[0].fd < 0 || pfd[1].fd < 0) {
		report->error = errno;
	} else {
		/* Only a stop and a continue interrupt this: it begins anew. */
		do {
			n = poll(pfd, 2, (int)desc->timeout * 1000);
		} while (n < 0 && errno == EINTR);
		report->timed_out = !n;
		report->interrupted = n > 0 && !pfd[0].revents;
	}

	/* Before it is reaped its number cannot be another group's. */
	kill(pid, SIGKILL);
	kill(-pid, SIGKILL);
	if (waitpid(pid, &report->status, 0) < 0)
		report->error = errno;
	/* The rest of its group is ours now, and dying. */
	while (waitpid(-pid, NULL, 0) > 0)
		report->leftovers++;
}

void supervise(const struct supervise_desc *desc, int parent)
{
	struct supervise_report report = {};
	int self = getpid();
	pid_t pid;

	/* A terminal's ^C is for the runner, which then tells us. */
	setpgid(0, 0);
	if (die_with_parent(parent))
		_exit(1);
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	pid = fork();
	if (!pid)
		program_exec(desc, self);
	close(desc->out);
	close(desc->dump);
	if (pid < 0) {
		report.error = errno;
	} else {
		setpgid(pid, pid);
		wait_or_kill(desc, pid, &report);
		report.leftovers += reap_all();
	}
	_exit(write(desc->report, &report, sizeof(report)) !=
	      sizeof(report));
}
