// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Round-trip times.  What gates is a closed loop of blocking calls with both
 * ends on one CPU: then nothing depends on where the scheduler puts them, on
 * how fast one core hears of another, or on a sleeping core's way back.
 */
#define _GNU_SOURCE
#include "rr.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "deadline.h"
#include "ip.h"
#include "libc.h"
#include "role.h"
#include "rr_conn.h"
#include "rr_times.h"
#include "workload.h"

#define SECS_DEFAULT	0.5

/* Room for so many round trips a second, and in all: 256 MiB. */
#define ROOM_PER_S	1000000
#define ROOM_MAX	(64 << 20)

/* The stream beside must have reached this share of what was asked for. */
#define LOAD_MIN_SHARE	0.7

/* Bounds how long a server's end may take to show after the client's failure. */
#define GRACE_MS	1000

struct ended {
	char text[256];			/* what went wrong; "": nothing did */
	double number;			/* that it said */
	struct rusage usage;
	bool hung;
};

/* Of all pairs. */
struct usage {
	double user, sys;		/* s */
	long vol, invol;
};

struct rr_run {
	const struct path *path;
	const struct rr_opts *opts;
	struct rr_args args;
	size_t size;			/* of the mapping */
	struct role *server, *sink, *source;
	double load_secs;
	struct usage usage;
	json_t *sample;
};

static int map_times(struct rr_run *run, double secs)
{
	uint64_t room = secs * ROOM_PER_S + 1000;
	struct rr_times *times;

	if (room > ROOM_MAX)
		room = ROOM_MAX;
	run->size = sizeof(*times) + room * sizeof(times->ns[0]);
	times = mmap(NULL, run->size, PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (times == MAP_FAILED)
		return sample_error(run->sample, -errno,
				    "no memory for %g s of round trips: %s",
				    secs, strerrorname_np(errno));
	times->room = room;
	run->args.times = times;
	return 0;
}

/* By when a role has to be done that measures: a failure's duration only. */
static long long role_deadline(const struct rr_run *run)
{
	return deadline_new() + 1000 * (RR_WARM_UP_S + run->args.secs);
}

static double secs_of(const struct timeval *tv)
{
	return tv->tv_sec + tv->tv_usec / 1e6;
}

static void add_usage(struct usage *usage, const struct rusage *of)
{
	usage->user += secs_of(&of->ru_utime);
	usage->sys += secs_of(&of->ru_stime);
	usage->vol += of->ru_nvcsw;
	usage->invol += of->ru_nivcsw;
}

/* Reaps @role, and puts into words what became of it. */
static void end(struct role *role, const char *name, long long deadline,
		struct ended *ended)
{
	struct role_end end = { 0 };
	int err = role_end(role, deadline, &end);
	char *text = ended->text;
	size_t size = sizeof(ended->text);

	ended->hung = err == -ETIMEDOUT;
	if (ended->hung)
		snprintf(text, size, "the %s hangs", name);
	else if (err)
		snprintf(text, size, "%s: %s", name, strerrorname_np(-err));
	else if (WIFSIGNALED(end.status))
		snprintf(text, size, "the %s was killed by signal %d", name,
			 WTERMSIG(end.status));
	else if (end.status)
		snprintf(text, size, "%s: %.200s", name,
			 end.len > 1 && end.said[0] == '!' ? end.said + 1 :
			 "failed without a word");
	ended->usage = end.usage;
	ended->number = end.said ? strtod(end.said, NULL) : 0;
	free(end.said);
}

static struct role *start(struct rr_run *run, const struct role_desc *desc)
{
	struct role *role = role_start(desc);
	int err = errno;

	if (role)
		return role;
	if (err == ENXIO)
		sample_error(run->sample, -EOPNOTSUPP,
			     "it takes a CPU for each end, and there is one");
	else
		sample_error(run->sample, -err, "the %s did not start: %s",
			     desc->name, strerrorname_np(err));
	errno = err == ENXIO ? EOPNOTSUPP : err;
	return NULL;
}

/* What a role that listens says first. */
static int hear_addr(struct role *role, struct rr_addr *addr)
{
	unsigned char *bytes = (unsigned char *)addr;
	long long deadline = deadline_new();
	size_t i;
	int byte;

	byte = role_wait_byte(role, deadline);
	for (i = 0; i < sizeof(*addr) && byte == 0; i++) {
		byte = role_wait_byte(role, deadline);
		if (byte < 0)
			return byte;
		bytes[i] = byte;
		byte = 0;
	}
	/* It failed and says why: '!' was the first of that. */
	return byte > 0 ? -EPROTO : byte;
}

/* Starts one that listens; NULL with errno and "error". */
static struct role *start_listener(struct rr_run *run,
				   const struct role_desc *desc)
{
	struct role *role = start(run, desc);
	struct role_end end = { 0 };
	int err;

	if (!role)
		return NULL;
	err = hear_addr(role, &run->args.addr);
	if (!err)
		return role;
	if (!role_end(role, deadline_new(), &end) && end.said && end.len)
		sample_error(run->sample, err, "%s: %s", desc->name, end.said);
	else
		sample_error(run->sample, err, "the %s did not get ready: %s",
			     desc->name, strerrorname_np(-err));
	free(end.said);
	errno = -err;
	return NULL;
}

static int start_server(struct rr_run *run)
{
	const struct role_desc desc = {
		.name = "server", .netns = run->path->server,
		.cpu = run->opts->spin ? 1 : 0, .main = run->opts->server,
		.arg = &run->args,
	};
	struct ip_prefix ip;
	int err;

	if (run->opts->server) {
		run->server = start_listener(run, &desc);
		return run->server ? 0 : -errno;
	}
	err = ip_parse(run->args.dst, &ip);
	if (err)
		return sample_error(run->sample, err, "address %s",
				    run->args.dst);
	run->args.addr.len = ip_sockaddr(&ip, 0, &run->args.addr.ss);
	return 0;
}

/* The stream flows when this returns. */
static int start_load(struct rr_run *run)
{
	const struct role_desc sink = {
		.name = "sink of the stream", .netns = run->path->server,
		.main = rr_sink, .arg = &run->args,
	};
	const struct role_desc source = {
		.name = "source of the stream", .netns = run->path->client,
		.main = rr_source, .arg = &run->args,
	};

	if (!run->opts->load)
		return 0;
	run->sink = start_listener(run, &sink);
	if (!run->sink)
		return -errno;
	run->source = start(run, &source);
	if (!run->source)
		return -errno;
	if (role_wait_byte(run->source, deadline_new()) != 'r')
		return sample_error(run->sample, -EIO,
				    "the stream beside did not start");
	run->load_secs = -(rr_now_ns() / 1e9);
	return 0;
}

/* It must have flowed all the time, or what was measured is another thing. */
static int end_load(struct rr_run *run)
{
	struct ended sink = { 0 };
	double rate;

	if (!run->source)
		return 0;
	role_kill(run->source);
	run->source = NULL;
	run->load_secs += rr_now_ns() / 1e9;
	end(run->sink, "sink of the stream", deadline_new(), &sink);
	run->sink = NULL;
	if (sink.text[0])
		return sample_error(run->sample, -EIO, "%s", sink.text);
	rate = sink.number * 8 / run->load_secs;
	if (rate < LOAD_MIN_SHARE * run->opts->load)
		return sample_error(run->sample, -EIO,
				    "the stream beside had %.3g bit/s instead of %.3g",
				    rate, (double)run->opts->load);
	json_object_set_new(run->sample, "load_bit_s", json_real(rate));
	return 0;
}

static long long soon(void)
{
	return rr_now_ns() / 1000000 + GRACE_MS;
}

/* One pair, from the client's start to both ends' end. */
static int converse(struct rr_run *run)
{
	const struct role_desc desc = {
		.name = "client", .netns = run->path->client,
		.main = run->opts->client, .arg = &run->args,
	};
	struct ended client = { 0 }, server = { 0 };
	struct role *role = start(run, &desc);
	bool failed;

	if (!role)
		return -errno;
	end(role, "client", role_deadline(run), &client);
	failed = client.text[0];
	/* If the client failed, the server may be ending, or never will. */
	if (run->server)
		end(run->server, "server", failed ? soon() : deadline_new(),
		    &server);
	if (failed && server.hung)
		server.text[0] = 0;
	run->server = NULL;
	add_usage(&run->usage, &client.usage);
	add_usage(&run->usage, &server.usage);
	if (!failed && !server.text[0])
		return 0;
	return sample_error(run->sample, -EIO, "%s%s%s", client.text,
			    failed && server.text[0] ? "; " : "", server.text);
}

static void put_usage(const struct rr_run *run)
{
	const struct usage *u = &run->usage;

	json_object_set_new(run->sample, "cpu",
			    json_pack("{s:f,s:f}", "user", u->user, "sys",
				      u->sys));
	json_object_set_new(run->sample, "ctx",
			    json_pack("{s:I,s:I}", "vol", (json_int_t)u->vol,
				      "invol", (json_int_t)u->invol));
}

static int put_times(const struct rr_run *run, const char *raw)
{
	struct rr_times *times = run->args.times;
	json_t *sample = run->sample;
	struct result_ns ns;
	int err;

	if (!times->n)
		return sample_error(sample, -EIO,
				    "not one round trip ended in time");
	err = raw ? rr_write_raw(raw, times->ns, times->n) : 0;
	if (err)
		return sample_error(sample, err, "raw samples: %s",
				    strerrorname_np(-err));
	rr_sort(times->ns, times->n);
	rr_quantiles(times->ns, times->n, &ns);
	json_object_set_new(sample, "n", json_integer(times->n));
	json_object_set_new(sample, "secs", json_real(times->secs));
	json_object_set_new(sample, "ns",
		json_pack("{s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:f}", "min", ns.min,
			  "p1", ns.p1, "p25", ns.p25, "p50", ns.p50, "p90",
			  ns.p90, "p99", ns.p99, "p999", ns.p999, "max",
			  ns.max));
	json_object_set_new(sample, "hist", rr_hist(times->ns, times->n));
	if (run->opts->rate) {
		json_object_set_new(sample, "rate",
				    json_integer(run->opts->rate));
		json_object_set_new(sample, "late", json_integer(times->late));
	}
	put_usage(run);
	return 0;
}

static int measure(struct rr_run *run)
{
	int i, err = start_load(run);

	for (i = 0; i < RR_PAIRS && !err; i++) {
		err = start_server(run);
		if (!err)
			err = converse(run);
	}
	return err ? err : end_load(run);
}

static int rr_measure(const struct workload *workload, const struct path *path,
		      const struct measure *how, json_t *sample)
{
	double secs = how->secs ? how->secs : SECS_DEFAULT;
	struct rr_run run = {
		.path = path, .opts = workload->opts, .sample = sample,
		.args = {
			.opts = workload->opts, .dst = path->desc->dst,
			.secs = secs / RR_PAIRS,
		},
	};
	int err;

	if (!path->desc->dst && !run.opts->local)
		return sample_error(sample, -EOPNOTSUPP,
				    "there is no %s over AF_UNIX",
				    workload->name);
	err = map_times(&run, secs);
	if (err)
		return err;
	err = measure(&run);
	if (!err)
		err = put_times(&run, how->raw);
	role_kill(run.server);
	role_kill(run.source);
	role_kill(run.sink);
	munmap(run.args.times, run.size);
	return err;
}

static const struct rr_opts tcp_rr = {
	.client = rr_client_stream, .server = rr_server_stream, .local = true,
};

static const struct rr_opts udp_rr = {
	.client = rr_client_udp, .server = rr_server_udp,
};

static const struct rr_opts tcp_crr = {
	.client = rr_client_crr, .server = rr_server_crr,
};

static const struct rr_opts tcp_rr_spin = {
	.client = rr_client_stream, .server = rr_server_stream, .spin = true,
};

/* A tenth to a fifth of what the closed loop reaches on one CPU. */
static const struct rr_opts tcp_rr_open = {
	.client = rr_client_open, .server = rr_server_stream, .rate = 10000,
};

static const struct rr_opts tcp_rr_loaded = {
	.client = rr_client_stream, .server = rr_server_stream,
	.load = 1000000000,
};

static const struct rr_opts icmp_rr = { .client = rr_client_icmp };

#define RR(n, s) { .name = #n, .summary = s, .metric = "ns", \
		   .measure = rr_measure, .opts = &n }

const struct workload rr_workloads[] = {
	RR(tcp_rr, "round trip on one connection, both ends on one CPU"),
	RR(udp_rr, "round trip of datagrams, both ends on one CPU"),
	RR(tcp_crr, "connect, round trip and close, both ends on one CPU"),
	RR(tcp_rr_spin, "round trip between two CPUs that never sleep"),
	RR(tcp_rr_open, "10,000 a second, timed from when they were due"),
	RR(tcp_rr_loaded, "round trip beside a stream of 1 Gbit/s"),
	RR(icmp_rr, "echo that the kernel answers"),
	{ .name = NULL },
};
