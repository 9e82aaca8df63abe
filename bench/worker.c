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
	double secs;
};

/* In the worker: what stands. */
struct bench {
	const struct worker_desc *desc;
	struct path *paths;		/* one a row of path_descs */
	bool *open;
	struct cost_world *world;	/* NULL: no cost has been asked for */
	int sock;
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
	if (err)
		snprintf(why, 256, "%s: qdisc: %s", desc->name,
			 strerrorname_np(-err));
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
	return arm->workload->measure(arm->workload,
				      &bench->paths[arm->path - path_descs],
				      how, sample);
}

/* A measurement between two looks at the machine. */
static void take(struct bench *bench, const struct order *order,
		 json_t *sample)
{
	const struct arm *arm = &bench->desc->arms[order->arm];
	struct measure how = { .secs = bench->desc->secs };
	struct calib before = { 0 }, after = { 0 };
	char raw[128];
	int err;

	json_object_set_new(sample, "ok", json_true());
	if (bench->desc->raw >= 0) {
		snprintf(raw, sizeof(raw), "/proc/self/fd/%d/%05u-%s-%s.u32",
			 bench->desc->raw, order->serial, arm_workload(arm),
			 arm_path(arm));
		how.raw = raw;
	}
	err = calib_take(&before);
	if (!err)
		err = measure(bench, arm, &how, sample);
	if (!err)
		err = calib_take(&after);
	if (err == -EOPNOTSUPP)
		json_object_set(sample, "unsupported",
				json_object_get(sample, "error"));
	else if (err && json_is_true(json_object_get(sample, "ok")))
		sample_error(sample, err, "%s", strerrorname_np(-err));
	json_object_set_new(sample, "calib", calib_json(&before, &after));
	json_object_set_new(sample, "disturbed",
			    json_boolean(!err && calib_disturbed(&before,
								 &after)));
}

static int answer(int sock, json_t *sample)
{
	char *text = json_dumps(sample, JSON_COMPACT);
	size_t len = text ? strlen(text) : 0, done = 0;
	ssize_t n = 0;

	if (text)
		text[len++] = '\n';
	for (; done < len && n >= 0; done += n) {
		n = write(sock, text + done, len - done);
		if (n < 0)
			break;
	}
	free(text);
	return len && done == len ? 0 : -EPIPE;
}

static int rebuild(struct bench *bench)
{
	close_paths(bench);
	return bench->world ? cost_world_drop(bench->world) : 0;
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
			err = rebuild(bench);
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
	bench.paths = calloc(n_paths(), sizeof(*bench.paths));
	bench.open = calloc(n_paths(), sizeof(*bench.open));
	if (!bench.paths || !bench.open)
		err = sample_error(hello, -ENOMEM, "out of memory");
	if (answer(sock, hello) || err)
		return 1;
	json_decref(hello);
	return serve(&bench) ? 1 : 0;
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
	int n;

	do {
		n = poll(fds, 2, deadline_left(deadline));
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	if (fds[1].revents)
		return -EINTR;
	return n ? 0 : -ETIMEDOUT;
}

static json_t *read_answer(struct worker *worker, double secs)
{
	char *line = NULL;
	json_t *json = NULL;
	size_t room = 0;
	int err;

	/* Answers are written at once, so that their first byte is enough. */
	err = wait_answer(worker, secs);
	if (!err && getline(&line, &room, worker->answers) < 0)
		err = -EPIPE;
	if (!err)
		json = json_loads(line, JSON_REJECT_DUPLICATES, NULL);
	if (!err && !json)
		err = -EPROTO;
	free(line);
	errno = -err;
	return json;
}

struct worker *worker_start(const struct worker_desc *desc, char why[256])
{
	struct worker *worker = calloc(1, sizeof(*worker));
	pid_t self = getpid();
	json_t *hello;
	int socks[2];

	if (!worker ||
	    socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, socks)) {
		snprintf(why, 256, "%s", strerror(errno));
		free(worker);
		return NULL;
	}
	fflush(NULL);
	worker->secs = desc->secs;
	worker->stop = desc->stop;
	worker->sock = socks[0];
	worker->pid = fork();
	if (!worker->pid) {
		close(socks[0]);
		child(desc, socks[1], self);
	}
	close(socks[1]);
	worker->answers = fdopen(socks[0], "r");
	hello = worker->pid < 0 ? NULL : read_answer(worker, 0);
	if (hello && !json_object_get(hello, "error")) {
		json_decref(hello);
		return worker;
	}
	snprintf(why, 256, "%s", hello ? json_string_value(
		 json_object_get(hello, "error")) : "it did not start");
	json_decref(hello);
	worker_end(worker, NULL);
	errno = EPERM;
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

void worker_end(struct worker *worker, char why[256])
{
	int status = 0;

	if (worker->pid > 0) {
		/* Its first process in the sandbox ends with it. */
		kill(worker->pid, SIGKILL);
		while (waitpid(worker->pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (why && WIFSIGNALED(status))
		snprintf(why, 256, "killed by signal %d", WTERMSIG(status));
	else if (why)
		snprintf(why, 256, "exit code %d", WEXITSTATUS(status));
	fclose(worker->answers);
	free(worker);
}
