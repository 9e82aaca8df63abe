// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Do we measure what others measure?  Throughput against the iperf3 command,
 * round trips against sockperf and qperf, all on one path, both ends on one
 * CPU, taken in turns in random order.  Some minutes; not part of "make check".
 *
 *	peers [PAIRS [ROUNDS]]
 */
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"
#include "netns.h"
#include "role.h"
#include "sandbox.h"
#include "stats.h"
#include "tap.h"
#include "workload.h"

#define SERVER		"10.0.1.2"
#define SEED		1
#define PAIRS		60
#define ROUNDS		11
#define MAX		1000
#define ARGV_MAX	16

/*
 * How fast a stream is differs by connection more than within one: many short
 * ones say more than a few long ones.
 */
#define STREAM_SECS	0.25
#define RTT_SECS	1

/* Within these is agreement. */
#define RATIO_LOW	0.97
#define RATIO_HIGH	1.03
#define RTT_WITHIN	0.05

/* Another program, and how its figure is told. */
struct peer {
	const char *name;
	const char *const *server, *const *client;
	unsigned int port;		/* where the server listens */
	double (*figure)(const char *text, size_t len);	/* NaN: it failed */
};

#define ARGV(...)	(const char *const []){ __VA_ARGS__, NULL }

static double iperf3_figure(const char *text, size_t len);
static double sockperf_figure(const char *text, size_t len);
static double qperf_figure(const char *text, size_t len);

/*
 * As tcp_stream has it.  It knows whole seconds only, but any count of bytes:
 * one more word, which follows these.
 */
static const struct peer iperf3 = {
	.name = "iperf3",
	.server = ARGV("iperf3", "-s", "-1"),
	.client = ARGV("iperf3", "-c", SERVER, "-w", "128K", "-C", "cubic",
		       "-J", "-n"),
	.port = 5201, .figure = iperf3_figure,
};

/* Messages of the size of ours, 14 bytes, and round trips for latencies. */
static const struct peer sockperf = {
	.name = "sockperf",
	.server = ARGV("sockperf", "server", "--tcp", "-i", SERVER, "-p",
		       "11111"),
	.client = ARGV("sockperf", "ping-pong", "--tcp", "-i", SERVER, "-p",
		       "11111", "-m", "14", "-t", "1", "--full-rtt"),
	.port = 11111, .figure = sockperf_figure,
};

static const struct peer qperf = {
	.name = "qperf",
	.server = ARGV("qperf", "--listen_port", "19765"),
	.client = ARGV("qperf", "--listen_port", "19765", SERVER, "-t", "1",
		       "-m", "14", "-uu", "tcp_lat"),
	.port = 19765, .figure = qperf_figure,
};

static double iperf3_figure(const char *text, size_t len)
{
	json_t *report = json_loadb(text, len, 0, NULL);
	json_t *received = json_object_get(json_object_get(report, "end"),
					   "sum_received");
	double bytes = json_number_value(json_object_get(received, "bytes"));
	double secs = json_number_value(json_object_get(received, "seconds"));

	json_decref(report);
	return bytes > 0 && secs > 0 ? bytes / secs : NAN;
}

/* "percentile 50.000 =   14.405", in us. */
static double sockperf_figure(const char *text, size_t len)
{
	const char *at = strstr(text, "percentile 50.000 =");

	(void)len;
	return at ? 1e3 * atof(strchr(at, '=') + 1) : NAN;
}

/* "latency  =  7723 ns": a mean, of half a round trip. */
static double qperf_figure(const char *text, size_t len)
{
	const char *at = strstr(text, "latency");

	(void)len;
	at = at ? strchr(at, '=') : NULL;
	return at && strstr(at, " ns") ? 2 * atof(at + 1) : NAN;
}

static int run_command(int out, const void *arg)
{
	setenv("TMPDIR", "/tmp", 1);
	if (dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0)
		return 127;
	execvp(((char *const *)arg)[0], (char *const *)arg);
	return 127;
}

static struct role *start(const char *const *argv, int netns)
{
	const struct role_desc desc = {
		.name = argv[0], .netns = netns, .cpu = 0,
		.main = run_command, .arg = argv,
	};

	return role_start(&desc);
}

static bool has_listener(int netns, const char *file, unsigned int port)
{
	int fd = netns_open_file(netns, file, O_RDONLY);
	FILE *table = fd < 0 ? NULL : fdopen(fd, "r");
	unsigned int local, state;
	bool found = false;
	char line[512];

	while (table && !found && fgets(line, sizeof(line), table))
		found = sscanf(line, "%*s %*[0-9A-F]:%x %*s %x", &local,
			       &state) == 2 && local == port && state == 0x0a;
	if (table)
		fclose(table);
	return found;
}

/* There is no event for that: the table is read until it says so. */
static bool wait_listener(int netns, unsigned int port)
{
	long long deadline = deadline_new();

	while (deadline_left(deadline)) {
		if (has_listener(netns, "/proc/thread-self/net/tcp", port) ||
		    has_listener(netns, "/proc/thread-self/net/tcp6", port))
			return true;
		sched_yield();
	}
	return false;
}

/* One figure of @peer over @path, NaN if it failed. */
static double theirs(const struct peer *peer, const struct path *path)
{
	struct role *server = start(peer->server, path->server);
	struct role *client = NULL;
	struct role_end end = { .said = NULL };
	double figure = NAN;

	if (server && wait_listener(path->server, peer->port))
		client = start(peer->client, path->client);
	if (client && !role_end(client, deadline_new(), &end) && !end.status)
		figure = peer->figure(end.said, end.len);
	if (isnan(figure))
		printf("# %s: %s\n", peer->name, end.said ? end.said : "?");
	free(end.said);
	role_kill(server);
	return figure;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : NAN;
}

/* A sample of ours, to be freed. */
static json_t *ours(const struct workload *w, const char *name, double secs,
		    const struct path *path)
{
	const struct measure how = { .secs = secs };
	json_t *sample = json_object();

	while (strcmp(w->name, name))
		w++;
	if (w->measure(w, path, &how, sample))
		printf("# ours: %s\n", json_string_value(
			       json_object_get(sample, "error")));
	return sample;
}

/* Bytes a second. */
static double our_stream(const struct path *path)
{
	json_t *sample = ours(iperf_workloads, "tcp_stream", STREAM_SECS, path);
	double rate = number(sample, "bytes") / number(sample, "secs");

	json_decref(sample);
	return rate;
}

/* For about as long as ours, were it @rate. */
static double their_stream(const struct path *path, double rate)
{
	const char *argv[ARGV_MAX] = { NULL };
	struct peer peer = iperf3;
	char bytes[32];
	size_t i;

	for (i = 0; peer.client[i]; i++)
		argv[i] = peer.client[i];
	snprintf(bytes, sizeof(bytes), "%.0f", rate * STREAM_SECS);
	argv[i] = bytes;
	peer.client = argv;
	return theirs(&peer, path);
}

struct rtt {
	double p50, mean;
};

static struct rtt our_rtt(const struct path *path)
{
	json_t *sample = ours(rr_workloads, "tcp_rr", RTT_SECS, path);
	struct rtt rtt = {
		.p50 = number(json_object_get(sample, "ns"), "p50"),
		.mean = 1e9 * number(sample, "secs") / number(sample, "n"),
	};

	json_decref(sample);
	return rtt;
}

static bool is_installed(struct tap *tap, const struct peer *peer,
			 const char *claim)
{
	char why[64], file[512], *rest = NULL, *dirs, *dir;
	bool found = false;

	dirs = strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin");
	for (dir = strtok_r(dirs, ":", &rest); dir && !found;
	     dir = strtok_r(NULL, ":", &rest)) {
		snprintf(file, sizeof(file), "%s/%s", dir, peer->name);
		found = !access(file, X_OK);
	}
	free(dirs);
	snprintf(why, sizeof(why), "%s is not installed", peer->name);
	if (!found)
		tap_skip(tap, claim, why);
	return found;
}

static void compare_streams(struct tap *tap, const struct path *path,
			    size_t pairs, gsl_rng *rng)
{
	const char *claim = "tcp_stream is what the iperf3 command measures";
	double log_ratio[MAX], we = 0, they, usual;
	struct stats_group group = { .x = log_ratio, .n = pairs };
	double sum_we = 0, sum_they = 0;
	struct interval ratio;
	bool first;
	size_t i;

	if (!is_installed(tap, &iperf3, claim))
		return;
	usual = our_stream(path);
	for (i = 0; i < pairs; i++) {
		first = gsl_rng_uniform_int(rng, 2);
		we = first ? our_stream(path) : 0;
		they = their_stream(path, usual);
		we = first ? we : our_stream(path);
		sum_we += we;
		sum_they += they;
		log_ratio[i] = log(we / they);
	}
	ratio = stats_boot(&group, 1, 0.9, rng);
	printf("# ours %.2f Gbit/s, iperf3's %.2f Gbit/s\n",
	       8e-9 * sum_we / pairs, 8e-9 * sum_they / pairs);
	printf("# ratio %.4f, 90 %% interval [%.4f, %.4f], %zu pairs\n",
	       exp(ratio.mid), exp(ratio.low), exp(ratio.high), pairs);
	tap_ok(tap, exp(ratio.low) >= RATIO_LOW &&
	       exp(ratio.high) <= RATIO_HIGH, claim,
	       "the interval is not within %.2f to %.2f", RATIO_LOW,
	       RATIO_HIGH);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* NaN if one of them is: then a measurement failed. */
static double median(double *x, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (isnan(x[i]))
			return NAN;
	}
	qsort(x, n, sizeof(*x), ascending);
	return (x[(n - 1) / 2] + x[n / 2]) / 2;
}

static void agree(struct tap *tap, const char *claim, double we, double they)
{
	printf("# ours %.0f ns, theirs %.0f ns, ratio %.4f\n", we, they,
	       we / they);
	tap_ok(tap, fabs(we / they - 1) <= RTT_WITHIN, claim,
	       "more than %.0f %% apart", 100 * RTT_WITHIN);
}

static void compare_rtt(struct tap *tap, const struct path *path,
			size_t rounds)
{
	const char *p50_claim = "tcp_rr's p50 is sockperf's";
	const char *mean_claim = "tcp_rr's mean is qperf's";
	double p50[MAX], mean[MAX], sock[MAX], q[MAX];
	bool has_sockperf = is_installed(tap, &sockperf, p50_claim);
	bool has_qperf = is_installed(tap, &qperf, mean_claim);
	struct rtt rtt;
	size_t i;

	for (i = 0; i < rounds && (has_sockperf || has_qperf); i++) {
		sock[i] = has_sockperf ? theirs(&sockperf, path) : 0;
		rtt = our_rtt(path);
		q[i] = has_qperf ? theirs(&qperf, path) : 0;
		p50[i] = rtt.p50;
		mean[i] = rtt.mean;
	}
	if (has_sockperf)
		agree(tap, p50_claim, median(p50, rounds),
		      median(sock, rounds));
	if (has_qperf)
		agree(tap, mean_claim, median(mean, rounds), median(q, rounds));
}

static size_t count(int argc, char **argv, int i, size_t fallback)
{
	size_t n = argc > i ? strtoul(argv[i], NULL, 10) : fallback;

	return n > MAX ? MAX : n;
}

int main(int argc, char **argv)
{
	const struct path_desc *desc = path_descs;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	size_t pairs = count(argc, argv, 1, PAIRS);
	size_t rounds = count(argc, argv, 2, ROUNDS);
	struct sandbox sandbox;
	struct tap tap = { 0 };
	struct path path;
	char why[256];
	int err;

	gsl_rng_set(rng, SEED);
	err = sandbox_enter(&sandbox);
	if (sandbox_refused(err)) {
		tap_skip(&tap, "peers", sandbox.why);
		return tap_done(&tap);
	}
	while (strcmp(desc->name, "direct"))
		desc++;
	err = err ? err : path_open(&path, desc, why);
	if (!tap_ok(&tap, !err, "a path stands", "%s", why))
		return tap_done(&tap);
	if (pairs)
		compare_streams(&tap, &path, pairs, rng);
	if (rounds)
		compare_rtt(&tap, &path, rounds);
	path_close(&path);
	gsl_rng_free(rng);
	return tap_done(&tap);
}
