// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Throughput by libiperf: all workloads measure something, and whatever goes
 * wrong is an error in words, never 0 bit/s.
 */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"
#include "ip.h"
#include "iperf.h"
#include "netns.h"
#include "nstat.h"
#include "sandbox.h"
#include "entries.h"
#include "tap.h"

/* That a server was seen at work, and the test has not just begun. */
#define SEGMENTS	1000

static const struct iperf_opts stream = {
	.window = 128 << 10, .congestion = "cubic", .one_core = true,
};

/* What the test itself stands on. */
static void need(bool ok, const char *what)
{
	if (ok)
		return;
	printf("Bail out! %s: %s\n", what, strerror(errno));
	exit(1);
}

/* A sample, taken; @words is its error or "". */
static int take(const struct path *path, const struct iperf_opts *opts,
		double secs, char words[512])
{
	const struct workload workload = { .name = "test", .opts = opts };
	const struct measure how = { .secs = secs };
	json_t *sample = json_object();
	const char *error;
	int err;

	err = iperf_measure(&workload, path, &how, sample);
	error = json_string_value(json_object_get(sample, "error"));
	snprintf(words, 512, "%s", error ? error : "");
	/* An error and a figure: exactly one of them. */
	if (!err != !error || !err != !!json_object_get(sample, "bytes"))
		err = -EPROTO;
	json_decref(sample);
	return err;
}

static void expect_error(struct tap *tap, const char *claim, int err,
			 const char *words, const char *want)
{
	tap_ok(tap, err && err != -EPROTO && strstr(words, want), claim,
	       "expected an error with \"%s\", got %d \"%s\"", want, err,
	       words);
}

static void measures(struct tap *tap, const struct path *path,
		     const struct workload *workload)
{
	const struct iperf_opts *opts = workload->opts;
	const struct measure how = { .secs = 0.2 };
	json_t *sample = json_object();
	double secs, bytes;
	char *text;
	int err;

	err = workload->measure(workload, path, &how, sample);
	secs = json_number_value(json_object_get(sample, "secs"));
	bytes = json_number_value(json_object_get(sample, "bytes"));
	text = json_dumps(sample, 0);
	tap_ok(tap, !err && secs >= 0.1 && secs < 1 && bytes > 0 &&
	       json_object_get(sample, "cpu") &&
	       json_object_get(sample, "ctx") &&
	       (opts->udp ? json_object_get(sample, "packets") &&
			    json_object_get(sample, "lost") &&
			    json_object_get(sample, "jitter_ns") :
			    json_object_get(sample, "retransmits") &&
			    json_object_get(sample, "congestion")) &&
	       (opts->udp || opts->reverse ||
		json_object_get(sample, "rtt_ns")),
	       workload->name, "%d %s", err, text);
	free(text);
	json_decref(sample);
}

/* The process in the namespace of @netns, or 0. */
static pid_t who_is_in(int netns)
{
	DIR *dir = opendir("/proc");
	struct stat there, st;
	struct dirent *entry;
	char path[300];
	pid_t pid = 0;

	need(dir && !fstat(netns, &there), "/proc");
	while (!pid && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "/proc/%s/ns/net", entry->d_name);
		if (atoi(entry->d_name) && !stat(path, &st) &&
		    st.st_ino == there.st_ino)
			pid = atoi(entry->d_name);
	}
	closedir(dir);
	return pid;
}

/*
 * A process that sends @sig to the server as soon as the stream flows.  There
 * is no event for that: it watches the counter.
 */
static pid_t interfere(const struct path *path, int sig)
{
	long long deadline = deadline_new();
	uint64_t before = 0, now = 0;
	pid_t pid, server;

	need(!nstat_get(path->server, "TcpInSegs", &before), "TcpInSegs");
	pid = fork();
	if (pid)
		return pid;
	while (deadline_left(deadline)) {
		if (nstat_get(path->server, "TcpInSegs", &now))
			_exit(1);
		server = now > before + SEGMENTS ? who_is_in(path->server) : 0;
		if (server)
			_exit(kill(server, sig) < 0);
		sched_yield();
	}
	_exit(1);
}

static bool done(pid_t pid)
{
	int status;

	return pid > 0 && waitpid(pid, &status, 0) == pid && !status;
}

static void the_server_dies(struct tap *tap, const struct path *path)
{
	pid_t pid = interfere(path, SIGKILL);
	char words[512];
	int err = take(path, &stream, 30, words);

	tap_ok(tap, done(pid), "there was a server to kill", "no");
	expect_error(tap, "a server that is killed midway is an error", err,
		     words, "server killed by signal 9");
}

static void the_server_hangs(struct tap *tap, const struct path *path)
{
	pid_t pid = interfere(path, SIGSTOP);
	char words[512];
	int err;

	deadline_set(1000, 1000);
	err = take(path, &stream, 1, words);
	deadline_set(DEADLINE_DEFAULT_MS, DEADLINE_DEFAULT_MS);
	tap_ok(tap, done(pid), "there was a server to stop", "no");
	expect_error(tap, "a server that hangs ends at the deadline", err,
		     words, "timed out");
}

/* Nobody listens at the client's own address. */
static void nobody_listens(struct tap *tap, const struct path *path)
{
	struct path_desc desc = *path->desc;
	struct path wrong = *path;
	char words[512];
	int err;

	desc.dst = "10.0.1.1";
	wrong.desc = &desc;
	err = take(&wrong, &stream, 0.2, words);
	expect_error(tap, "a refused connection is an error", err, words,
		     "Connection refused");
}

static void the_port_is_taken(struct tap *tap, const struct path *path)
{
	struct sockaddr_storage ss;
	struct ip_prefix any = { .family = AF_INET };
	const int on = 1;
	char words[512];
	socklen_t len;
	int fd, err;

	fd = netns_socket(path->server, AF_INET, SOCK_STREAM, 0);
	need(fd >= 0, "a socket");
	len = ip_sockaddr(&any, 5201, &ss);
	need(!setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) &&
	     !bind(fd, (struct sockaddr *)&ss, len) && !listen(fd, 1),
	     "the port");
	err = take(path, &stream, 0.2, words);
	close(fd);
	expect_error(tap, "a server that cannot listen is an error", err, words,
		     "in use");
}

static void no_such_thing(struct tap *tap, const struct path *path)
{
	struct iperf_opts opts = stream;
	char words[512];
	int err;

	opts.congestion = "nosuchcc";
	err = take(path, &opts, 0.2, words);
	expect_error(tap, "a congestion control that the kernel lacks is an error",
		     err, words, "TCP_CONGESTION");
	opts = stream;
	opts.window = 1 << 29;
	err = take(path, &opts, 0.2, words);
	expect_error(tap, "a window that the kernel does not give is an error",
		     err, words, "rmem_max");
}

/* Over /tmp: @flags and @data as mount(2) has them. */
static void mount_tmp(unsigned long flags, const char *data)
{
	need(!mount("tmpfs", "/tmp", "tmpfs", flags, data), "a tmpfs");
}

static void fill_tmp(void)
{
	int fd = open("/tmp/fill", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char page[4096] = { 1 };

	while (write(fd, page, sizeof(page)) > 0)
		;
	close(fd);
}

static void no_tmp(struct tap *tap, const struct path *path)
{
	char words[512];
	int err;

	mount_tmp(MS_RDONLY, NULL);
	err = take(path, &stream, 0.2, words);
	umount2("/tmp", MNT_DETACH);
	expect_error(tap, "a read-only /tmp is an error", err, words,
		     "is read-only");

	mount_tmp(0, "size=64k");
	fill_tmp();
	err = take(path, &stream, 0.2, words);
	umount2("/tmp", MNT_DETACH);
	expect_error(tap, "a full disk is an error", err, words, "is full");

	mount_tmp(0, "nr_inodes=1");
	err = take(path, &stream, 0.2, words);
	umount2("/tmp", MNT_DETACH);
	expect_error(tap, "a disk without inodes is an error", err, words,
		     "is full");

	setenv("TMPDIR", "/nosuchfolder", 1);
	err = take(path, &stream, 0.2, words);
	tap_ok(tap, !err, "the user's own TMPDIR is not needed", "%s", words);
	unsetenv("TMPDIR");
}

static void on_one_cpu(struct tap *tap, const struct path *path)
{
	cpu_set_t all, one;
	char words[512];
	int cpu, err;

	sched_getaffinity(0, sizeof(all), &all);
	for (cpu = CPU_SETSIZE - 1; cpu && !CPU_ISSET(cpu, &all); cpu--)
		;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	sched_setaffinity(0, sizeof(one), &one);
	err = take(path, &stream, 0.2, words);
	sched_setaffinity(0, sizeof(all), &all);
	tap_ok(tap, !err, "one CPU, and not the first, is enough", "%s", words);
}

static void all_errors(struct tap *tap, const struct path *path)
{
	int fds = n_fds();

	nobody_listens(tap, path);
	the_server_dies(tap, path);
	the_server_hangs(tap, path);
	the_port_is_taken(tap, path);
	no_such_thing(tap, path);
	no_tmp(tap, path);
	on_one_cpu(tap, path);
	tap_ok(tap, n_fds() == fds, "no descriptor is left", "%d before, %d now",
	       fds, n_fds());
	tap_ok(tap, waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD,
	       "no process is left", "there is one");
}

static const struct path_desc *desc_of(const char *name)
{
	const struct path_desc *desc = path_descs;

	while (strcmp(desc->name, name))
		desc++;
	return desc;
}

static void udp_of_no_size(struct tap *tap, const struct path *path)
{
	struct iperf_opts opts = { .udp = true, .rate = 1000000, .size = 65508 };
	char words[512];
	int err = take(path, &opts, 0.2, words);

	tap_ok(tap, err == -EINVAL && strstr(words, "65507"),
	       "a datagram that IP cannot carry is an error", "%d \"%s\"",
	       err, words);
}

static void udp_as_asked(struct tap *tap, const struct path *path)
{
	const struct workload *w = iperf_workloads;
	const struct measure how = { .secs = 0.2, .udp_rate = 40e6,
				     .udp_size = 1000 };
	json_t *sample = json_object();
	double packets;
	char *text;

	while (strcmp(w->name, "udp_stream"))
		w++;
	if (w->measure(w, path, &how, sample))
		need(!!json_object_get(sample, "error"), "an error");
	packets = json_number_value(json_object_get(sample, "packets"));
	text = json_dumps(sample, 0);
	/* 5000 a second. */
	tap_ok(tap, packets > 400 && packets < 1100,
	       "UDP is of the rate and size that is asked for", "%s", text);
	free(text);
	json_decref(sample);
}

static void all_workloads(struct tap *tap, const struct path *path)
{
	const struct workload *w;
	char words[512];
	struct path local;
	char why[256];
	int err;

	for (w = iperf_workloads; w->name; w++)
		measures(tap, path, w);
	udp_as_asked(tap, path);
	udp_of_no_size(tap, path);
	err = path_open(&local, desc_of("unix"), why);
	if (!err)
		err = take(&local, &stream, 0.2, words);
	expect_error(tap, "over AF_UNIX there is none", err, words, "AF_UNIX");
	path_close(&local);
}

int main(int argc, char **argv)
{
	struct sandbox sandbox;
	struct tap tap = { 0 };
	struct path path;
	char why[256];
	int err;

	if (tap_asked(argc, argv, NULL))
		return 0;
	err = sandbox_enter(&sandbox);
	if (sandbox_refused(err) || (!err && !sandbox.own_proc)) {
		tap_skip(&tap, "iperf", err ? sandbox.why : "no /proc of its own");
		return tap_done(&tap);
	}
	err = err ? err : path_open(&path, desc_of("direct"), why);
	if (!tap_ok(&tap, !err, "a path stands", "%s", why))
		return tap_done(&tap);
	all_workloads(&tap, &path);
	all_errors(&tap, &path);
	path_close(&path);
	return tap_done(&tap);
}
