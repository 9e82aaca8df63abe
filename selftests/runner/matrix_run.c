// SPDX-License-Identifier: GPL-2.0-or-later
#include "matrix_run.h"

#include "job.h"
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Of a line that is looked at. */
#define LINE_KEPT	512

/* A runner that is told to end kills its programs first. */
#define END_SECONDS	(2 * JOB_KILL_SECONDS)

struct line {
	char text[LINE_KEPT];
	size_t len;
};

enum { OUT, ERR, SIGNALS, CHILD, NR_FDS };

struct watch {
	struct matrix_run *run;
	struct pollfd fds[NR_FDS];
	sigset_t sigmask;	/* from before */
	struct line out, err;
	char last[LINE_KEPT];	/* of its stdout: the totals */
	unsigned long planned, done;
	pid_t pid;
	int signal;
	bool terminal;
};

static void progress(const struct watch *watch)
{
	if (watch->terminal && watch->planned)
		fprintf(stderr, "\r\033[K[%s: %lu of %lu programs]",
			watch->run->label, watch->done, watch->planned);
}

static void progress_hide(const struct watch *watch)
{
	if (watch->terminal)
		fputs("\r\033[K", stderr);
}

/* Of a run's TAP only what is not in a program's block counts. */
static void take_out(struct watch *watch, const char *line)
{
	unsigned long planned;

	if (!*line || *line == '#')
		return;
	if (sscanf(line, "1..%lu", &planned) == 1)
		watch->planned = planned;
	else if (!strncmp(line, "ok ", 3) || !strncmp(line, "not ok ", 7))
		watch->done++;
	snprintf(watch->last, sizeof(watch->last), "%s", line);
	progress(watch);
}

static void take_err(struct watch *watch, const char *line)
{
	if (!*line)
		return;
	free(watch->run->said);
	watch->run->said = text_string(line);
	progress_hide(watch);
	fprintf(stderr, "%s\n", watch->run->said);
}

static void feed(struct watch *watch, struct line *line, const char *data,
		 size_t len)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (data[i] != '\n' && line->len < LINE_KEPT - 1)
			line->text[line->len++] = data[i];
		if (data[i] != '\n')
			continue;
		line->text[line->len] = '\0';
		if (line == &watch->out)
			take_out(watch, line->text);
		else
			take_err(watch, line->text);
		line->len = 0;
	}
}

/* False: there is nothing more, for now or for ever. */
static bool read_some(struct watch *watch, int which)
{
	struct pollfd *pfd = &watch->fds[which];
	char data[16384];
	ssize_t n;

	if (pfd->fd < 0)
		return false;
	n = read(pfd->fd, data, sizeof(data));
	if (n > 0) {
		feed(watch, which == OUT ? &watch->out : &watch->err, data, n);
		return true;
	}
	if (!n || (errno != EAGAIN && errno != EINTR)) {
		close(pfd->fd);
		pfd->fd = -1;
	}
	return false;
}

static void take_signal(struct watch *watch)
{
	struct signalfd_siginfo info;

	if (read(watch->fds[SIGNALS].fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (!watch->signal)
		watch->signal = info.ssi_signo;
	kill(watch->pid, SIGTERM);
}

/* Until it has ended, by itself or after we were told to end. */
static void watch_child(struct watch *watch)
{
	int n, which;

	for (;;) {
		n = poll(watch->fds, NR_FDS,
			 watch->signal ? END_SECONDS * 1000 : -1);
		if (n < 0 && errno != EINTR)
			die("poll: %s", strerror(errno));
		if (!n)
			kill(watch->pid, SIGKILL);
		if (n <= 0)
			continue;
		for (which = OUT; which <= ERR; which++)
			if (watch->fds[which].revents)
				read_some(watch, which);
		if (watch->fds[SIGNALS].revents)
			take_signal(watch);
		if (watch->fds[CHILD].revents)
			break;
	}
	/* What it left running may have the pipes, and write on. */
	for (which = OUT; which <= ERR; which++)
		for (n = 0; n < 1000 && read_some(watch, which); n++)
			;
	if (watch->err.len)
		feed(watch, &watch->err, "\n", 1);
	waitpid(watch->pid, &watch->run->status, 0);
	progress_hide(watch);
}

/* "runner --vm KERNEL run --results FOLDER OPTIONS" */
static void child_exec(const struct watch *watch, int out, int err)
{
	const struct matrix_run *run = watch->run;
	struct strv argv = {};
	size_t i;

	strv_addf(&argv, "/proc/self/exe");
	if (strcmp(run->kernel, ".")) {
		strv_addf(&argv, "--vm");
		strv_addf(&argv, "%s", run->kernel);
	}
	strv_addf(&argv, "run");
	for (i = 0; i < run->options->nr; i++)
		strv_addf(&argv, "%s", run->options->v[i]);
	strv_addf(&argv, "--results");
	strv_addf(&argv, "%s", run->results);
	setenv("NETNS_RESULTS", run->results, 1);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(err, STDERR_FILENO) < 0)
		_exit(126);
	sigprocmask(SIG_SETMASK, &watch->sigmask, NULL);
	execv(argv.v[0], argv.v);
	_exit(127);
}

static int child_start(struct watch *watch, int out, int err)
{
	pid_t parent = getpid();

	fflush(NULL);
	watch->pid = fork();
	if (watch->pid < 0)
		return -errno;
	if (!watch->pid) {
		/* A terminal's ^C is for us: we tell it, once. */
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() != parent)
			_exit(126);
		child_exec(watch, out, err);
	}
	watch->fds[CHILD].fd = syscall(SYS_pidfd_open, watch->pid, 0);
	if (watch->fds[CHILD].fd >= 0)
		return 0;
	kill(watch->pid, SIGKILL);
	waitpid(watch->pid, NULL, 0);
	return -ENOSYS;
}

static int pipe_open(struct watch *watch, int which, int *write_end)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	watch->fds[which].fd = fd[0];
	*write_end = fd[1];
	return fcntl(fd[0], F_SETFL, O_NONBLOCK) ? -errno : 0;
}

static int watch_start(struct watch *watch)
{
	int out = -1, err_end = -1, err;
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &watch->sigmask);
	watch->fds[SIGNALS].fd = signalfd(-1, &mask, SFD_CLOEXEC |
					  SFD_NONBLOCK);
	err = watch->fds[SIGNALS].fd < 0 ? -errno : 0;
	if (!err)
		err = pipe_open(watch, OUT, &out);
	if (!err)
		err = pipe_open(watch, ERR, &err_end);
	if (!err)
		err = child_start(watch, out, err_end);
	if (out >= 0)
		close(out);
	if (err_end >= 0)
		close(err_end);
	return err;
}

static void watch_end(struct watch *watch)
{
	int i;

	for (i = 0; i < NR_FDS; i++)
		if (watch->fds[i].fd >= 0)
			close(watch->fds[i].fd);
	sigprocmask(SIG_SETMASK, &watch->sigmask, NULL);
}

/* Each run turns "latest" to its folder: where to, if it is there at all. */
static char *take_latest(const char *results)
{
	char *link = xasprintf("%s/latest", results), name[NAME_MAX + 1];
	ssize_t n = readlink(link, name, sizeof(name) - 1);

	unlink(link);
	free(link);
	if (n <= 0)
		return NULL;
	name[n] = '\0';
	return xasprintf("%s", name);
}

int matrix_run(struct matrix_run *run)
{
	struct watch watch = { .run = run, .terminal = isatty(STDERR_FILENO) };
	int i, err;

	for (i = 0; i < NR_FDS; i++)
		watch.fds[i] = (struct pollfd){ .fd = -1, .events = POLLIN };
	free(take_latest(run->results));
	fprintf(stderr, "%s: begins\n", run->label);
	err = watch_start(&watch);
	if (!err)
		watch_child(&watch);
	watch_end(&watch);
	if (err)
		return err;
	run->folder = take_latest(run->results);
	fprintf(stderr, "%s: %s\n", run->label,
		*watch.last ? watch.last : "nothing came of it");
	return watch.signal;
}

void matrix_run_free(struct matrix_run *run)
{
	free(run->folder);
	free(run->said);
}
