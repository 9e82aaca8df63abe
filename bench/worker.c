// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "worker.h"

#include <errno.h>
#include <fnmatch.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "calib.h"
#include "deadline.h"
#include "inject.h"
#include "libc.h"
#include "sandbox.h"

/*
 * Bounds a sample beyond its own duration: set-up, a thousand pods by one `ip`
 * a step, teardown.  The roles' own deadlines are much shorter.
 */
#define SAMPLE_LIMIT_S	300

/* The order that is no arm's number. */
#define ORDER_REBUILD	UINT32_MAX

struct order {
	uint32_t arm, serial;
};

struct worker {
	pid_t pid;
	FILE *answers;
	int sock, stop;
	double secs;			/* of a sample */
};

/* In the worker: what stands. */
struct bench {
	const struct worker_desc *desc;
	struct path *paths;		/* one a row of path_descs */
	bool *open;
	struct cost_world *world;	/* NULL: no cost has been asked for */
	int sock;
	int left_behind;		/* 0, or why the last rebuild failed */
};

int sample_error(json_t *sample, int err, const char *fmt, ...)
{
	char text[512];
	va_list args;

	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	json_object_set_new(sample, "ok", json_false());
	json_object_set_new(sample, "error", json_string(text));
	return err;
}

static size_t n_paths(void)
{
	size_t n = 0;

	while (path_descs[n].name)
		n++;
	return n;
}

static void close_paths(struct bench *bench)
{
	size_t i;

	for (i = 0; path_descs[i].name; i++) {
		if (bench->open[i])
			path_close(&bench->paths[i]);
		bench->open[i] = false;
	}
}

/* The path of @desc, built if it does not stand. */
static int open_path(struct bench *bench, const struct path_desc *desc,
		     char why[256])
{
	size_t i = desc - path_descs;
	int err;

	if (bench->open[i])
		return 0;
	err = path_open(&bench->paths[i], desc, why);
	if (err)
		return err;
	bench->open[i] = true;
	if (!bench->desc->inject || fnmatch(bench->desc->inject, desc->name, 0))
		return 0;
	err = inject_qdisc(&bench->paths[i]);
	if (!err)
		return 0;
	snprintf(why, 256, "%s: qdisc: %s", desc->name, strerrorname_np(-err));
	/* Or the next workload would be measured as if it were slowed down. */
	path_close(&bench->paths[i]);
	bench->open[i] = false;
	return err;
}

static int measure_cost(struct bench *bench, const struct arm *arm,
			json_t *sample)
{
	if (!bench->world)
		bench->world = cost_world_new();
	if (!bench->world)
		return -errno;
	return arm->cost->measure(arm->cost, arm->pods, bench->world, sample);
}

static int measure(struct bench *bench, const struct arm *arm,
		   const struct measure *how, json_t *sample)
{
	char why[256] = "";
	int err;

	if (arm->cost)
		return measure_cost(bench, arm, sample);
	err = open_path(bench, arm->path, why);
	if (err)
		return sample_error(sample, err, "%s", why);
	/* Of a sysctl that this kernel does not have. */
	if (*why)
		json_object_set_new(sample, "note", json_string(why));
	return arm->workload->measure(arm->workload,
				      &bench->paths[arm->path - path_descs],
				      how, sample);
}

/*
 * A look at the machine.  What it did not tell in time, since others had its
 * CPUs, is missing and makes the sample a disturbed one, not a failed one.
 */
static int look(struct calib *calib, bool *disturbed)
{
	int err = calib_take(calib);

	if (err != -ETIMEDOUT)
		return err;
	*disturbed = true;
	return 0;
}

/* A measurement between two of them. */
static void take(struct bench *bench, const struct order *order,
		 json_t *sample)
{
	const struct arm *arm = &bench->desc->arms[order->arm];
	struct measure how = bench->desc->how;
	struct calib before = { 0 }, after = { 0 };
	bool disturbed = false;
	char raw[128];
	int err;

	json_object_set_new(sample, "ok", json_true());
	if (bench->desc->raw >= 0) {
		snprintf(raw, sizeof(raw), "/proc/self/fd/%d/%05u-%s-%s.u32",
			 bench->desc->raw, order->serial, arm_workload(arm),
			 arm_path(arm));
		how.raw = raw;
	}
	err = bench->left_behind;
	bench->left_behind = 0;
	if (err)
		sample_error(sample, err, "the last round's paths did not go: %s",
			     strerrorname_np(-err));
	if (!err)
		err = look(&before, &disturbed);
	if (!err)
		err = measure(bench, arm, &how, sample);
	if (!err)
		err = look(&after, &disturbed);
	if (err && !json_object_get(sample, "error"))
		sample_error(sample, err, "%s", strerrorname_np(-err));
	if (err == -EOPNOTSUPP)
		json_object_set(sample, "unsupported",
				json_object_get(sample, "error"));
	json_object_set_new(sample, "calib", calib_json(&before, &after));
	disturbed |= calib_disturbed(&before, &after);
	json_object_set_new(sample, "disturbed", json_boolean(!err && disturbed));
}

static int answer(int sock, json_t *sample)
{
	char *text = json_dumps(sample, JSON_COMPACT);
	size_t len = text ? strlen(text) : 0, done = 0;
	ssize_t n;

	if (text)
		text[len++] = '\n';
	for (; done < len; done += n) {
		n = write(sock, text + done, len - done);
		if (n < 0)
			break;
	}
	free(text);
	return len && done == len ? 0 : -EPIPE;
}

static void rebuild(struct bench *bench)
{
	close_paths(bench);
	if (bench->world)
		bench->left_behind = cost_world_drop(bench->world);
}

/* Orders until the parent closes its end. */
static int serve(struct bench *bench)
{
	struct order order;
	json_t *sample;
	int err = 0;

	while (!err && read(bench->sock, &order, sizeof(order)) ==
			       sizeof(order)) {
		if (order.arm == ORDER_REBUILD) {
			rebuild(bench);
			continue;
		}
		sample = json_object();
		take(bench, &order, sample);
		err = answer(bench->sock, sample);
		json_decref(sample);
	}
	close_paths(bench);
	cost_world_free(bench->world);
	return err;
}

/* The first answer says whether there is a sandbox to measure in. */
static int work(const struct worker_desc *desc, int sock)
{
	struct bench bench = { .desc = desc, .sock = sock };
	struct sandbox sandbox;
	json_t *hello = json_object();
	int err = sandbox_enter(&sandbox);

	if (err)
		sample_error(hello, err, "no sandbox: %s", sandbox.why);
	if (err && sandbox_refused(err))
		json_object_set_new(hello, "refused", json_true());
	bench.paths = calloc(n_paths(), sizeof(*bench.paths));
	bench.open = calloc(n_paths(), sizeof(*bench.open));
	if (!bench.paths || !bench.open)
		err = sample_error(hello, -ENOMEM, "out of memory");
	if (answer(sock, hello))
		err = -EPIPE;
	json_decref(hello);
	if (!err)
		err = serve(&bench);
	free(bench.paths);
	free(bench.open);
	return err ? 1 : 0;
}

/* Ctrl-C is for our parent, who decides what becomes of us. */
static void child(const struct worker_desc *desc, int sock, pid_t parent)
{
	sigset_t none;

	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	_exit(work(desc, sock));
}

/* 0, -EINTR or -ETIMEDOUT. */
static int wait_answer(const struct worker *worker, double secs)
{
	long long deadline = deadline_new() + (long long)(secs * 1000);
	struct pollfd fds[] = { { .fd = worker->sock, .events = POLLIN },
				{ .fd = worker->stop, .events = POLLIN } };
	int err = deadline_poll(fds, 2, deadline);

	return !err && fds[1].revents ? -EINTR : err;
}

static json_t *read_answer(struct worker *worker, double secs)
{
	char *line = NULL;
	json_t *json = NULL;
	size_t room = 0;
	ssize_t len;
	int err;

	/* Answers are written at once, so that their first byte is enough. */
	err = wait_answer(worker, secs);
	len = err ? 0 : getline(&line, &room, worker->answers);
	/* A line without an end is all that one who died had time for. */
	if (!err && (len <= 0 || line[len - 1] != '\n'))
		err = -EPIPE;
	if (!err)
		json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	if (!err && !json)
		err = -EPROTO;
	free(line);
	errno = -err;
	return json;
}

/* 0 once it stands in its sandbox, else -errno and @why. */
static int hear_hello(struct worker *worker, char why[256])
{
	json_t *hello = read_answer(worker, 0);
	int err = hello ? 0 : -errno;
	const json_t *error = json_object_get(hello, "error");

	if (error) {
		snprintf(why, 256, "%s", json_string_value(error));
		err = json_object_get(hello, "refused") ? -EPERM : -EIO;
	} else if (err) {
		snprintf(why, 256, "the worker did not start: %s",
			 strerror(-err));
	}
	json_decref(hello);
	return err;
}

/* Forks it.  0 or -errno; @worker is to be ended in any case. */
static int start(struct worker *worker, const struct worker_desc *desc)
{
	pid_t self = getpid();
	int socks[2];
	int err;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socks))
		return -errno;
	worker->sock = socks[0];
	worker->answers = fdopen(socks[0], "r");
	fflush(NULL);
	worker->pid = worker->answers ? fork() : -1;
	err = worker->pid < 0 ? -errno : 0;
	if (!worker->pid) {
		close(socks[0]);
		child(desc, socks[1], self);
	}
	close(socks[1]);
	return err;
}

struct worker *worker_start(const struct worker_desc *desc, char why[256])
{
	struct worker *worker = calloc(1, sizeof(*worker));
	int err;

	snprintf(why, 256, "out of memory");
	if (!worker)
		return NULL;
	worker->pid = -1;
	worker->sock = -1;
	worker->secs = desc->how.secs;
	worker->stop = desc->stop;
	err = start(worker, desc);
	if (err)
		snprintf(why, 256, "the worker did not start: %s",
			 strerror(-err));
	else
		err = hear_hello(worker, why);
	if (!err)
		return worker;
	worker_end(worker, NULL);
	errno = -err;
	return NULL;
}

static int order(struct worker *worker, uint32_t arm, uint32_t serial)
{
	const struct order order = { arm, serial };

	return send(worker->sock, &order, sizeof(order), MSG_NOSIGNAL) ==
	       sizeof(order) ? 0 : -EPIPE;
}

json_t *worker_sample(struct worker *worker, size_t arm, unsigned int serial)
{
	if (order(worker, arm, serial)) {
		errno = EPIPE;
		return NULL;
	}
	return read_answer(worker, worker->secs + SAMPLE_LIMIT_S);
}

/* A worker that is gone shows when the next sample is asked for. */
void worker_rebuild(struct worker *worker)
{
	if (order(worker, ORDER_REBUILD, 0))
		return;
}

/*
 * What it started ends with it, but a little later: all of it has its end of
 * the socket, which says when the last one is gone.
 */
static void wait_gone(int sock)
{
	struct pollfd pfd = { .fd = sock, .events = POLLIN };
	long long deadline = deadline_new();
	char rest[4096];

	while (poll(&pfd, 1, deadline_left(deadline)) > 0 &&
	       read(sock, rest, sizeof(rest)) > 0)
		;
}

void worker_end(struct worker *worker, char why[256])
{
	int status = 0;

	if (worker->pid > 0) {
		kill(worker->pid, SIGKILL);
		while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
			;
		wait_gone(worker->sock);
	}
	if (why && WIFSIGNALED(status))
		snprintf(why, 256, "killed by signal %d", WTERMSIG(status));
	else if (why)
		snprintf(why, 256, "exit code %d", WEXITSTATUS(status));
	if (worker->answers)
		fclose(worker->answers);
	else if (worker->sock >= 0)
		close(worker->sock);
	free(worker);
}
