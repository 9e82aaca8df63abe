// SPDX-License-Identifier: GPL-2.0-or-later
/* Request and response: exact figures, and an error for whatever goes wrong. */
#define _GNU_SOURCE
#include "rr.h"

#include <endian.h>
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"
#include "netns.h"
#include "rr_conn.h"
#include "rr_times.h"
#include "sandbox.h"
#include "entries.h"
#include "tap.h"
#include "workload.h"

#define SECS		0.1
#define RAW		"/tmp/raw.u32"
#define STALL_MS	30

static void test_quantiles(struct tap *tap)
{
	struct result_ns ns;
	uint32_t v[1000];
	size_t i;

	for (i = 0; i < 1000; i++)
		v[i] = 1000 - i;
	rr_sort(v, 1000);
	rr_quantiles(v, 1000, &ns);
	tap_ok(tap, ns.min == 1 && ns.p1 == 10 && ns.p25 == 250 &&
	       ns.p50 == 500 && ns.p90 == 900 && ns.p99 == 990 &&
	       ns.p999 == 999 && ns.max == 1000,
	       "quantiles_of_1_to_1000_are_their_ranks",
	       "%g %g %g %g %g %g %g %g", ns.min, ns.p1, ns.p25, ns.p50,
	       ns.p90, ns.p99, ns.p999, ns.max);
	/* 1 % of 101 is more than one value. */
	rr_quantiles(v, 101, &ns);
	tap_ok(tap, ns.p1 == 2 && ns.p50 == 51 && ns.p999 == 101 &&
	       ns.max == 101, "a_rank_that_is_no_number_is_rounded_up",
	       "%g %g %g", ns.p1, ns.p50, ns.p999);
	v[0] = UINT32_MAX;
	rr_quantiles(v, 1, &ns);
	tap_ok(tap, ns.min == UINT32_MAX && ns.p1 == ns.min &&
	       ns.p50 == ns.min && ns.p999 == ns.min && ns.max == ns.min,
	       "of_one_value_all_quantiles_are_it", "%g %g", ns.min, ns.p50);
}

static double hist_sum(const json_t *hist)
{
	double sum = 0;
	json_t *bin;
	size_t i;

	json_array_foreach(hist, i, bin)
		sum += json_number_value(json_array_get(bin, 1));
	return sum;
}

/* Every value lies in a bin that begins at most 3 % below it. */
static void test_hist(struct tap *tap)
{
	double low, next, worst = 0;
	json_t *hist, *bin;
	uint32_t v[20000];
	size_t i, j = 0, n = 20000;
	bool placed = true;

	for (i = 0; i < n; i++)
		v[i] = (uint32_t)(random() << 1 | (random() & 1)) >>
		       random() % 32;
	v[0] = 0;
	v[1] = UINT32_MAX;
	rr_sort(v, n);
	hist = rr_hist(v, n);
	json_array_foreach(hist, i, bin) {
		low = json_number_value(json_array_get(bin, 0));
		next = json_number_value(json_array_get(
			json_array_get(hist, i + 1), 0));
		for (; j < n && (!next || v[j] < next); j++) {
			placed &= v[j] >= low;
			if (low && v[j] / low - 1 > worst)
				worst = v[j] / low - 1;
		}
	}
	tap_ok(tap, hist_sum(hist) == n && j == n && placed,
	       "the_histogram_holds_all", "%g of %zu", hist_sum(hist), n);
	tap_ok(tap, worst <= 0.03 && json_array_size(hist) > 500,
	       "its_bins_are_3_percent_wide_at_most", "%g in %zu bins", worst,
	       json_array_size(hist));
	json_decref(hist);
}

static const struct workload *workload(const char *name)
{
	const struct workload *w = rr_workloads;

	while (w->name && strcmp(w->name, name))
		w++;
	return w;
}

static int open_named(struct path *path, const char *name, char why[256])
{
	const struct path_desc *desc = path_descs;

	while (desc->name && strcmp(desc->name, name))
		desc++;
	return path_open(path, desc, why);
}

static const char *error_of(const json_t *sample)
{
	const char *text = json_string_value(json_object_get(sample, "error"));

	return text ? text : "no error";
}

static double number(const json_t *sample, const char *key)
{
	return json_number_value(json_object_get(sample, key));
}

static double ns_of(const json_t *sample, const char *key)
{
	return number(json_object_get(sample, "ns"), key);
}

/* Does all that a reader takes for granted hold? */
static bool is_whole(const json_t *sample, double n_min)
{
	return !json_object_get(sample, "error") &&
	       number(sample, "n") >= n_min &&
	       number(sample, "secs") >= 0.98 * SECS &&
	       hist_sum(json_object_get(sample, "hist")) ==
		       number(sample, "n") &&
	       ns_of(sample, "min") >= 500 &&
	       ns_of(sample, "min") <= ns_of(sample, "p1") &&
	       ns_of(sample, "p1") <= ns_of(sample, "p50") &&
	       ns_of(sample, "p50") <= ns_of(sample, "p99") &&
	       ns_of(sample, "p99") <= ns_of(sample, "max") &&
	       number(json_object_get(sample, "ctx"), "vol") > 0 &&
	       json_object_get(json_object_get(sample, "cpu"), "sys");
}

/* Each workload over a path; those that cannot be there say so. */
static void test_path(struct tap *tap, const char *name)
{
	const struct measure how = { .secs = SECS };
	char why[256], claim[128];
	const struct workload *w;
	struct path path;
	json_t *sample;
	bool local;
	int err;

	err = open_named(&path, name, why);
	snprintf(claim, sizeof(claim), "%s_can_be_built", name);
	if (!tap_ok(tap, !err, claim, "%s", why))
		return;
	for (w = rr_workloads; w->name; w++) {
		local = path.desc->dst ||
			((const struct rr_opts *)w->opts)->local;
		sample = json_object();
		err = w->measure(w, &path, &how, sample);
		snprintf(claim, sizeof(claim), "%s_over_%s", w->name, name);
		if (!local)
			tap_ok(tap, err == -EOPNOTSUPP &&
			       strstr(error_of(sample), "AF_UNIX"), claim,
			       "%d: %s", err, error_of(sample));
		else if (err == -EOPNOTSUPP)
			tap_skip(tap, claim, error_of(sample));
		else
			tap_ok(tap, !err && is_whole(sample, 10), claim,
			       "%d: %s, n %g", err, error_of(sample),
			       number(sample, "n"));
		json_decref(sample);
	}
	path_close(&path);
}

static size_t read_raw(uint32_t *v, size_t room)
{
	FILE *file = fopen(RAW, "r");
	size_t i, n;

	if (!file)
		return 0;
	n = fread(v, sizeof(*v), room, file);
	fclose(file);
	for (i = 0; i < n; i++)
		v[i] = le32toh(v[i]);
	return n;
}

static void test_raw(struct tap *tap, const struct path *path)
{
	struct measure how = { .secs = SECS, .raw = RAW };
	const struct workload *w = workload("tcp_rr");
	json_t *sample = json_object(), *failed = json_object();
	static uint32_t v[1 << 20];
	struct result_ns ns = { 0 };
	size_t n;
	int err;

	err = w->measure(w, path, &how, sample);
	n = read_raw(v, 1 << 20);
	if (n) {
		rr_sort(v, n);
		rr_quantiles(v, n, &ns);
	}
	tap_ok(tap, !err && n == number(sample, "n") &&
	       ns.p1 == ns_of(sample, "p1") && ns.p50 == ns_of(sample, "p50") &&
	       ns.p999 == ns_of(sample, "p999") &&
	       ns.max == ns_of(sample, "max"),
	       "raw_times_have_the_quantiles_that_are_told",
	       "%d: %s, %zu of %g", err, error_of(sample), n,
	       number(sample, "n"));
	how.raw = "/proc/no/such";
	err = w->measure(w, path, &how, failed);
	tap_ok(tap, err == -ENOENT && strstr(error_of(failed), "raw samples"),
	       "raw_times_that_cannot_be_kept_are_an_error", "%d: %s", err,
	       error_of(failed));
	json_decref(sample);
	json_decref(failed);
}

/* Servers that do not do what they should, on a socket that is right. */
static int accept_one(int out, const struct rr_args *args)
{
	int listener = rr_bind(args, SOCK_STREAM);

	if (listener < 0 || rr_tell_addr(out, listener))
		return -1;
	return accept(listener, NULL, NULL);
}

/* The port is UDP's, and nobody's for TCP. */
static int refuses(int out, const void *args)
{
	int fd = rr_bind(args, SOCK_DGRAM);

	return fd < 0 || rr_tell_addr(out, fd);
}

static int never_ready(int out, const void *args)
{
	(void)args;
	return rr_fail(out, -EADDRINUSE, "bind");
}

static int hangs_up(int out, const void *args)
{
	char message[RR_SIZE];
	int fd = accept_one(out, args);
	int i;

	for (i = 0; i < 100; i++) {
		if (recv(fd, message, RR_SIZE, MSG_WAITALL) != RR_SIZE ||
		    send(fd, message, RR_SIZE, 0) != RR_SIZE)
			return 1;
	}
	return 0;
}

static int is_killed(int out, const void *args)
{
	if (hangs_up(out, args))
		return 1;
	return raise(SIGKILL);
}

static int hangs(int out, const void *args)
{
	return accept_one(out, args) < 0 ? 1 : pause();
}

/* One bit of one answer is not what it was. */
static int lies(int out, const void *args)
{
	char message[RR_SIZE];
	int fd = accept_one(out, args);
	int i;

	for (i = 0; recv(fd, message, RR_SIZE, MSG_WAITALL) == RR_SIZE; i++) {
		message[RR_SIZE - 1] ^= i == 100;
		if (send(fd, message, RR_SIZE, 0) != RR_SIZE)
			return 1;
	}
	return 0;
}

/* Two answers to one datagram: the second is there when another is wanted. */
static int repeats(int out, const void *args)
{
	struct rr_addr from = { .len = sizeof(from.ss) };
	int fd = rr_bind(args, SOCK_DGRAM);
	char message[RR_SIZE];
	int i;

	if (fd < 0 || rr_tell_addr(out, fd) ||
	    recvfrom(fd, message, RR_SIZE, 0, (struct sockaddr *)&from.ss,
		     &from.len) != RR_SIZE)
		return 1;
	for (i = 0; i < 2; i++)
		sendto(fd, message, RR_SIZE, 0, (struct sockaddr *)&from.ss,
		       from.len);
	return pause();
}

/* Half a message, and no more. */
static int stutters(int out, const void *args)
{
	char message[RR_SIZE];
	int fd = accept_one(out, args);

	if (recv(fd, message, RR_SIZE, MSG_WAITALL) != RR_SIZE)
		return 1;
	return send(fd, message, RR_SIZE / 2, 0) != RR_SIZE / 2;
}

/* Answers as it should, but for one break, after the warm-up. */
static int stalls(int out, const void *args)
{
	int fd = accept_one(out, args);
	uint64_t at = rr_now_ns() + (RR_WARM_UP_S + 0.005) * 1e9;
	char message[RR_SIZE];

	while (recv(fd, message, RR_SIZE, MSG_WAITALL) == RR_SIZE) {
		if (at && rr_now_ns() > at) {
			at = 0;
			poll(NULL, 0, STALL_MS);
		}
		if (send(fd, message, RR_SIZE, 0) != RR_SIZE)
			return 1;
	}
	return 0;
}

static json_t *measure_with(const char *name, const struct path *path,
			    int (*server)(int, const void *), int *err)
{
	const struct measure how = { .secs = SECS };
	const struct workload *w = workload(name);
	struct rr_opts opts = *(const struct rr_opts *)w->opts;
	struct workload changed = *w;
	json_t *sample = json_object();

	opts.server = server;
	changed.opts = &opts;
	*err = changed.measure(&changed, path, &how, sample);
	return sample;
}

static void test_faults(struct tap *tap, const struct path *path)
{
	static const struct {
		const char *workload;
		int (*server)(int, const void *);
		const char *says, *claim;
	} faults[] = {
		{ "tcp_rr", refuses, "client: nobody listens there",
		  "a_refused_connection" },
		{ "tcp_crr", refuses, "client: nobody listens there",
		  "a_refused_connection_of_many" },
		{ "tcp_rr_open", refuses, "client: nobody listens there",
		  "a_refused_connection_of_an_open_loop" },
		{ "tcp_rr", never_ready, "server: bind: EADDRINUSE",
		  "a_server_without_a_port" },
		{ "tcp_rr", hangs_up, "client: the server hung up",
		  "a_server_that_ends_midway" },
		{ "tcp_rr_open", hangs_up, "client: the server hung up",
		  "a_server_that_ends_midway_in_an_open_loop" },
		{ "tcp_rr", is_killed, "the server was killed by signal 9",
		  "a_server_that_is_killed_midway" },
		{ "tcp_rr", hangs, "the client hangs",
		  "a_server_that_hangs" },
		{ "tcp_rr_open", hangs, "the client hangs",
		  "a_server_that_hangs_an_open_loop" },
		{ "tcp_rr", lies, "the answer is not what was sent",
		  "one_wrong_bit" },
		{ "tcp_rr_open", lies, "the answer is not what was sent",
		  "one_wrong_bit_in_an_open_loop" },
		{ "udp_rr", repeats, "the answer is not what was sent",
		  "an_answer_that_comes_twice" },
		{ "tcp_rr", stutters, "client: the server hung up",
		  "half_an_answer" },
	};
	char claim[128];
	json_t *sample;
	size_t i;
	int err;

	for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
		sample = measure_with(faults[i].workload, path,
				      faults[i].server, &err);
		snprintf(claim, sizeof(claim), "%s_is_an_error",
			 faults[i].claim);
		tap_ok(tap, err < 0 && strstr(error_of(sample),
					      faults[i].says) &&
		       json_is_false(json_object_get(sample, "ok")) &&
		       !json_object_get(sample, "ns") &&
		       !json_object_get(sample, "n"), claim,
		       "%d: %s, not %s", err, error_of(sample),
		       faults[i].says);
		json_decref(sample);
	}
}

/* How many times are at or above @ns, by the histogram. */
static double count_from(const json_t *sample, double ns)
{
	json_t *bin;
	double sum = 0;
	size_t i;

	json_array_foreach(json_object_get(sample, "hist"), i, bin) {
		if (json_number_value(json_array_get(bin, 0)) >= ns)
			sum += json_number_value(json_array_get(bin, 1));
	}
	return sum;
}

/*
 * A break of 30 ms in each pair, 15 ms before the last request is due: all 150
 * of them have to wait for 15 ms and more.  Whoever asks one after the other
 * sees one such time a pair.
 */
static void test_stall(struct tap *tap, const struct path *path)
{
	int err[2];
	json_t *open = measure_with("tcp_rr_open", path, stalls, &err[0]);
	json_t *closed = measure_with("tcp_rr", path, stalls, &err[1]);

	tap_ok(tap, !err[0] && count_from(open, 14e6) >= 500 &&
	       ns_of(open, "max") >= STALL_MS * 1e6,
	       "an_open_loop_shows_what_waited_behind_a_stall",
	       "%d: %s, %g of %g", err[0], error_of(open),
	       count_from(open, 14e6), number(open, "n"));
	tap_ok(tap, !err[1] && ns_of(closed, "max") >= STALL_MS * 1e6,
	       "a_closed_loop_shows_the_stall_itself", "%d: %s, max %g",
	       err[1], error_of(closed), ns_of(closed, "max"));
	tap_ok(tap, number(open, "rate") == 10000 &&
	       json_is_integer(json_object_get(open, "late")) &&
	       number(open, "n") == 10000 * SECS,
	       "an_open_loop_asks_as_often_as_it_says", "%g of %g, %g late",
	       number(open, "n"), number(open, "rate"), number(open, "late"));
	json_decref(open);
	json_decref(closed);
}

/* Many more connections than the client has ports. */
static void test_ports(struct tap *tap, const struct path *path)
{
	int fd = netns_open_file(path->client,
				 "/proc/sys/net/ipv4/ip_local_port_range", 1);
	const struct measure how = { .secs = SECS };
	const struct workload *w = workload("tcp_crr");
	json_t *sample = json_object();
	int err = 0;

	if (fd < 0 || write(fd, "40000 40009", 11) != 11)
		err = -errno;
	if (fd >= 0)
		close(fd);
	if (!err)
		err = w->measure(w, path, &how, sample);
	tap_ok(tap, !err && number(sample, "n") > 200,
	       "ports_are_free_again_after_a_connection", "%d: %s, %g", err,
	       error_of(sample), number(sample, "n"));
	json_decref(sample);
}

static void test_one_cpu(struct tap *tap, const struct path *path)
{
	json_t *spin, *plain;
	cpu_set_t saved, one;
	int err[2];

	sched_getaffinity(0, sizeof(saved), &saved);
	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	spin = measure_with("tcp_rr_spin", path, rr_server_stream, &err[0]);
	plain = measure_with("tcp_rr", path, rr_server_stream, &err[1]);
	sched_setaffinity(0, sizeof(saved), &saved);
	tap_ok(tap, err[0] == -EOPNOTSUPP &&
	       strstr(error_of(spin), "a CPU for each end"),
	       "spinning_takes_two_cpus_and_says_so", "%d: %s", err[0],
	       error_of(spin));
	tap_ok(tap, !err[1] && is_whole(plain, 100),
	       "one_cpu_is_enough_for_the_rest", "%d: %s", err[1],
	       error_of(plain));
	json_decref(spin);
	json_decref(plain);
}

int main(int argc, char **argv)
{
	struct tap tap = { 0 };
	struct sandbox sandbox;
	struct path path;
	char why[256];
	int err, fds;

	if (tap_asked(argc, argv, NULL))
		return 0;
	test_quantiles(&tap);
	test_hist(&tap);
	err = sandbox_enter(&sandbox);
	if (err) {
		tap_skip(&tap, "measuring", sandbox.why);
		return tap_done(&tap);
	}
	test_path(&tap, "direct");
	test_path(&tap, "bridge");
	test_path(&tap, "loopback");
	test_path(&tap, "unix");
	err = open_named(&path, "direct", why);
	if (!tap_ok(&tap, !err, "a_path_for_faults_can_be_built", "%s", why))
		return tap_done(&tap);
	fds = n_fds();
	test_raw(&tap, &path);
	test_stall(&tap, &path);
	test_one_cpu(&tap, &path);
	/* What hangs is to show soon. */
	deadline_set(500, 500);
	test_faults(&tap, &path);
	test_ports(&tap, &path);
	tap_ok(&tap, n_fds() == fds && waitpid(-1, NULL, WNOHANG) < 0,
	       "no_descriptor_and_no_role_is_left", "%d descriptors, not %d",
	       n_fds(), fds);
	path_close(&path);
	return tap_done(&tap);
}
