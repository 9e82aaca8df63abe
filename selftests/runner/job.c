// SPDX-License-Identifier: GPL-2.0-or-later
#include "job.h"

#include "supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A running job's descriptors, in the order in which they are polled. */
enum { OUT, DUMP, PROC, NR_FDS };

struct job_run {
	long long start;	/* ms */
	long long deadline;	/* ms: its supervisor should have ended it */
	int fd[NR_FDS];		/* -1 once at its end */
	int report;
	pid_t pid;
};

struct loop {
	const struct job_source *source;
	unsigned int parallel;
	struct job **jobs;
	struct pollfd *pfd;	/* NR_FDS a job, then the signals */
	unsigned int nr;
	sigset_t sigmask;	/* from before */
	int signal;
	int signal_fd;
};

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static int pipe_open(int *rd, int *wr)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC))
		return -errno;
	*rd = fd[0];
	*wr = fd[1];
	/* Only our end: the program's must block. */
	return fcntl(*rd, F_SETFL, O_NONBLOCK) ? -errno : 0;
}

static int run_fork(struct job_run *run, const struct supervise_desc *desc)
{
	int parent = getpid();

	run->pid = fork();
	if (run->pid < 0)
		return -errno;
	if (!run->pid)
		supervise(desc, parent);
	run->fd[PROC] = syscall(SYS_pidfd_open, run->pid, 0);
	if (run->fd[PROC] < 0) {
		int err = -errno;

		kill(run->pid, SIGKILL);
		waitpid(run->pid, NULL, 0);
		return err;
	}
	return 0;
}

static void run_free(struct job *job)
{
	int i;

	for (i = 0; i < NR_FDS; i++)
		fd_close(&job->run->fd[i]);
	fd_close(&job->run->report);
	free(job->run);
	job->run = NULL;
}

static int run_start(struct job *job, const sigset_t *sigmask)
{
	struct supervise_desc desc = {
		.file = job->file, .argv = job->argv, .dir = job->dir,
		.timeout = job->timeout, .sigmask = sigmask,
		.out = -1, .dump = -1, .report = -1,
	};
	struct job_run *run;
	int err;

	/* So that there is a text, even if it is empty. */
	job->out.data = xgrow(NULL, 0, 1, 1);
	job->out.room = 1;
	job->run = run = xgrow(NULL, 0, 1, sizeof(*run));
	*run = (struct job_run){ .fd = { -1, -1, -1 }, .report = -1 };
	run->start = now_ms();
	run->deadline = run->start +
			(job->timeout + JOB_KILL_SECONDS) * 1000LL;
	err = pipe_open(&run->fd[OUT], &desc.out);
	if (!err)
		err = pipe_open(&run->fd[DUMP], &desc.dump);
	if (!err)
		err = pipe_open(&run->report, &desc.report);
	if (!err)
		err = run_fork(run, &desc);
	fd_close(&desc.out);
	fd_close(&desc.dump);
	fd_close(&desc.report);
	if (err)
		run_free(job);
	return err;
}

/* One a millisecond: what is read in the same one came at once. */
static void out_stamp(struct job *job)
{
	size_t n = job->nr_stamps;
	long long now = now_ms();

	if (n && job->stamps[n - 1].ms == now)
		return;
	/* Rarely copied: room doubles. */
	if (!(n & (n - 1)))
		job->stamps = xgrow(job->stamps, n, n ? 2 * n : 1,
				    sizeof(*job->stamps));
	job->stamps[job->nr_stamps++] = (struct job_stamp){
		.offset = job->out.len, .ms = now,
	};
}

/* When the byte at @offset was read. */
static long long out_time(const struct job *job, size_t offset)
{
	size_t low = 0, high = job->nr_stamps, middle;

	while (high - low > 1) {
		middle = low + (high - low) / 2;
		if (job->stamps[middle].offset <= offset)
			low = middle;
		else
			high = middle;
	}
	return job->stamps[low].ms;
}

double job_seconds(const struct job *job, size_t begin, size_t end)
{
	if (!job->nr_stamps)
		return -1;
	return (out_time(job, end) - out_time(job, begin)) / 1000.0;
}

static void out_feed(struct job *job, const char *data, size_t len)
{
	size_t room = JOB_OUTPUT_MAX - job->out.len;

	if (room)
		out_stamp(job);
	if (len > room) {
		job->cut += len - room;
		len = room;
	}
	buf_add(&job->out, data, len);
}

/* Reads what is there; bounded, so that no program keeps us from the others. */
static bool fd_read(struct job *job, int which)
{
	int *fd = &job->run->fd[which];
	char data[65536];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, data, sizeof(data));
	if (n > 0) {
		if (which == OUT)
			out_feed(job, data, n);
		else
			dumps_feed(&job->dumps, data, n);
		return true;
	}
	if (!n || (errno != EAGAIN && errno != EINTR))
		fd_close(fd);
	return false;
}

/* The supervisor has ended: everything that was written is in the pipes. */
static void run_finish(struct job *job)
{
	struct supervise_report report = {};
	/* What a process that could not be killed may still write. */
	unsigned int most = 2 * (JOB_OUTPUT_MAX + DUMP_BYTES_MAX) / 65536;

	while (most-- && fd_read(job, OUT))
		;
	while (most-- && fd_read(job, DUMP))
		;
	dumps_end(&job->dumps);
	waitpid(job->run->pid, NULL, 0);
	/* The first of at most two: a program that did not start says so. */
	if (read(job->run->report, &report, sizeof(report)) !=
	    (ssize_t)sizeof(report) && !job->stuck)
		report.error = ECHILD;
	job->error = report.error;
	job->status = report.status;
	job->timed_out = report.timed_out || job->stuck;
	job->interrupted = report.interrupted;
	job->leftovers = report.leftovers;
	job->seconds = (now_ms() - job->run->start) / 1000.0;
	run_free(job);
}

static void loop_start(struct loop *loop)
{
	struct job *job;
	int err;

	while (!loop->signal && loop->nr < loop->parallel) {
		job = loop->source->next(loop->source->ctx);
		if (!job)
			break;
		err = run_start(job, &loop->sigmask);
		if (err) {
			job->error = -err;
			loop->source->done(job, loop->source->ctx);
		} else {
			loop->jobs[loop->nr++] = job;
		}
	}
}

/* Returns when something is to be read, or a deadline has passed. */
static void loop_poll(struct loop *loop)
{
	long long deadline = now_ms() + 3600 * 1000, left;
	struct pollfd *pfd = loop->pfd;
	unsigned int i, j;

	for (i = 0; i < loop->nr; i++) {
		for (j = 0; j < NR_FDS; j++)
			*pfd++ = (struct pollfd){
				.fd = loop->jobs[i]->run->fd[j],
				.events = POLLIN,
			};
		if (loop->jobs[i]->run->deadline < deadline)
			deadline = loop->jobs[i]->run->deadline;
	}
	*pfd = (struct pollfd){ .fd = loop->signal_fd, .events = POLLIN };
	left = deadline - now_ms();
	poll(loop->pfd, loop->nr * NR_FDS + 1, left > 0 ? (int)left : 0);
}

static void loop_interrupt(struct loop *loop)
{
	struct signalfd_siginfo info;
	unsigned int i;

	if (read(loop->signal_fd, &info, sizeof(info)) != sizeof(info))
		return;
	if (!loop->signal)
		loop->signal = info.ssi_signo;
	for (i = 0; i < loop->nr; i++) {
		kill(loop->jobs[i]->run->pid, SIGTERM);
		/* From here on it has only the time to be gone. */
		loop->jobs[i]->run->deadline =
			now_ms() + JOB_KILL_SECONDS * 1000LL;
	}
}

/* Returns true when the job has ended. */
static bool loop_serve(struct job *job, const struct pollfd *pfd)
{
	if (pfd[OUT].revents)
		fd_read(job, OUT);
	if (pfd[DUMP].revents)
		fd_read(job, DUMP);
	if (!pfd[PROC].revents && now_ms() < job->run->deadline)
		return false;
	if (!pfd[PROC].revents) {
		job->stuck = true;
		kill(job->run->pid, SIGKILL);
	}
	run_finish(job);
	return true;
}

static void loop_run(struct loop *loop)
{
	unsigned int i, kept;
	struct job *job;

	for (;;) {
		loop_start(loop);
		if (!loop->nr)
			break;
		loop_poll(loop);
		if (loop->pfd[loop->nr * NR_FDS].revents)
			loop_interrupt(loop);
		for (i = 0, kept = 0; i < loop->nr; i++) {
			job = loop->jobs[i];
			if (loop_serve(job, &loop->pfd[i * NR_FDS]))
				loop->source->done(job, loop->source->ctx);
			else
				loop->jobs[kept++] = job;
		}
		loop->nr = kept;
	}
}

int job_loop(unsigned int parallel, const struct job_source *source)
{
	struct loop loop = { .source = source, .parallel = parallel };
	sigset_t mask;
	int err = 0;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, &loop.sigmask);
	loop.signal_fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (loop.signal_fd < 0) {
		err = -errno;
		goto err_mask;
	}
	loop.jobs = xgrow(NULL, 0, parallel, sizeof(*loop.jobs));
	loop.pfd = xgrow(NULL, 0, parallel * NR_FDS + 1, sizeof(*loop.pfd));
	loop_run(&loop);
	free(loop.jobs);
	free(loop.pfd);
	close(loop.signal_fd);
err_mask:
	sigprocmask(SIG_SETMASK, &loop.sigmask, NULL);
	return err ? err : loop.signal;
}

/* A source of one job: its context points to it until it was taken. */
static struct job *one_next(void *ctx)
{
	struct job **one = ctx, *job = *one;

	*one = NULL;
	return job;
}

static void one_done(struct job *job, void *ctx)
{
	(void)job;
	(void)ctx;
}

int job_run(struct job *job)
{
	struct job_source source = {
		.next = one_next, .done = one_done, .ctx = &job,
	};

	return job_loop(1, &source);
}

void job_free(struct job *job)
{
	buf_free(&job->out);
	free(job->stamps);
	job->stamps = NULL;
	job->nr_stamps = 0;
	dumps_free(&job->dumps);
	strv_free(&job->complaints);
}

char *job_status_text(int status)
{
	if (WIFSIGNALED(status))
		return xasprintf("killed by signal %d (%s)", WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	return xasprintf("exit code %d", WEXITSTATUS(status));
}
