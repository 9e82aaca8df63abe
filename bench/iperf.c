// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Throughput by libiperf.  It keeps globals, calls exit(3) and reports many a
 * failure as success, so that each end is a process of its own, and a result is
 * one only if both ends, the text and the figures say so.
 *
 *	client (a role)				server (a role)
 *	stdout: nothing				stdout and stderr: our pipe;
 *	stderr: our pipe; words, NUL, JSON	"-----" means that it listens
 */
#define HAVE_STDINT_H 1
#define HAVE_STDATOMIC_H 1
#include "iperf.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <iperf_api.h>

#include "deadline.h"
#include "role.h"

/*
 * Where libiperf makes a file for each stream.  Set for it, since in the
 * sandbox the user's own TMPDIR is as read-only as all other folders.
 */
#define TMP		"/tmp"

#define SECS_DEFAULT	0.5
#define WORDS_MAX	256

/* For a server to end by itself that has lost its client. */
#define GRACE_MS	500

/* Less of the time than this was measured: it was spent elsewhere. */
#define SECS_MIN_SHARE	0.5

struct ends {
	const struct iperf_opts *opts;
	const char *dst;
	double secs;
};

/* Both ends once they have ended, and what the client reported. */
struct outcome {
	struct role_end client, server;
	bool server_killed;	/* by us: it did not end by itself */
	json_t *report;
};

static struct iperf_test *new_test(char role)
{
	struct iperf_test *test;

	setenv("TMPDIR", TMP, 1);
	test = iperf_new_test();
	if (test && iperf_defaults(test) < 0)
		return NULL;
	if (test)
		iperf_set_test_role(test, role);
	return test;
}

/*
 * There is no callback for "it listens", but words: what it prints once
 * listen(2) is done begins with a line of dashes.
 */
#define LISTENING	"-----"

static int server_main(int out, const void *arg)
{
	struct iperf_test *test = new_test('s');
	int rc;

	(void)arg;
	if (!test || dup2(out, STDOUT_FILENO) < 0 ||
	    dup2(out, STDERR_FILENO) < 0)
		return 1;
	setvbuf(stdout, NULL, _IONBF, 0);
	/* Nobody reads them while it runs: a full pipe would stop the server. */
	iperf_set_test_reporter_interval(test, 0);
	rc = iperf_run_server(test);
	if (rc < 0)
		fprintf(stderr, "%s\n", iperf_strerror(i_errno));
	return rc < 0;
}

/*
 * libiperf knows whole seconds or a count of bytes.  A count that is reached
 * as soon as it is set ends the test at the next turn of its loop, which this
 * signal makes it take (select(2) is interrupted).
 */
static void time_is_up(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	iperf_set_test_bytes(info->si_value.sival_ptr, 1);
}

static int end_after(struct iperf_test *test, double secs)
{
	struct sigaction action = { .sa_sigaction = time_is_up,
				    .sa_flags = SA_SIGINFO };
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL,
				  .sigev_signo = SIGALRM,
				  .sigev_value.sival_ptr = test };
	struct itimerspec when = { .it_value.tv_sec = secs };
	timer_t timer;

	when.it_value.tv_nsec = (secs - when.it_value.tv_sec) * 1e9;
	if (sigaction(SIGALRM, &action, NULL) < 0 ||
	    timer_create(CLOCK_MONOTONIC, &event, &timer) < 0)
		return -errno;
	return timer_settime(timer, 0, &when, NULL) < 0 ? -errno : 0;
}

static void set_up_client(struct iperf_test *test, const struct ends *ends)
{
	const struct iperf_opts *opts = ends->opts;
	char congestion[16];

	iperf_set_test_server_hostname(test, ends->dst);
	iperf_set_test_json_output(test, 1);
	iperf_set_test_reporter_interval(test, 0);
	iperf_set_test_duration(test, 0);
	if (opts->window)
		iperf_set_test_socket_bufsize(test, opts->window);
	if (opts->congestion) {
		snprintf(congestion, sizeof(congestion), "%s",
			 opts->congestion);
		iperf_set_test_congestion_control(test, congestion);
	}
	if (opts->streams)
		iperf_set_test_num_streams(test, opts->streams);
	if (opts->reverse)
		iperf_set_test_reverse(test, 1);
	if (opts->both)
		iperf_set_test_bidirectional(test, 1);
	if (opts->udp) {
		set_protocol(test, Pudp);
		iperf_set_test_blksize(test, opts->size);
		iperf_set_test_rate(test, opts->rate);
	}
}

/* 0 if all of @text went up the pipe. */
static int say(int out, const char *text, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(out, text, len);
		if (n < 0)
			return -errno;
		text += n;
		len -= n;
	}
	return 0;
}

static int client_main(int out, const void *arg)
{
	struct iperf_test *test = new_test('c');
	const struct ends *ends = arg;
	const char *report;

	if (!test || dup2(out, STDERR_FILENO) < 0)
		return 1;
	set_up_client(test, ends);
	if (end_after(test, ends->secs))
		return 1;
	if (iperf_run_client(test) < 0) {
		fprintf(stderr, "%s\n", iperf_strerror(i_errno));
		return 1;
	}
	report = iperf_get_test_json_output_string(test);
	return !report || say(out, "", 1) || say(out, report, strlen(report));
}

/* The last line of @said, which is the one that says what went wrong. */
static void last_line(const char *said, char words[WORDS_MAX])
{
	size_t end = said ? strlen(said) : 0, start;

	while (end && said[end - 1] == '\n')
		end--;
	start = end;
	while (start && said[start - 1] != '\n')
		start--;
	snprintf(words, WORDS_MAX, "%.*s", (int)(end - start),
		 said ? said + start : "");
}

/* How an end ended if it was not well: "" if it was. */
static void end_words(const struct role_end *end, char words[WORDS_MAX])
{
	if (WIFSIGNALED(end->status))
		snprintf(words, WORDS_MAX, "killed by signal %d (%s)",
			 WTERMSIG(end->status),
			 strsignal(WTERMSIG(end->status)));
	else if (WEXITSTATUS(end->status))
		last_line(end->said, words);
	else
		words[0] = '\0';
	if (!words[0] && end->status)
		snprintf(words, WORDS_MAX, "exit status %d",
			 WEXITSTATUS(end->status));
}

/* What the user can do about an error that libiperf words only half. */
static const char *hint(const char *words)
{
	struct statvfs tmp;

	if (strstr(words, "socket buffer size"))
		return "; see net.core.rmem_max and wmem_max";
	if (statvfs(TMP, &tmp) < 0)
		return "; " TMP " cannot be used";
	if (tmp.f_flag & ST_RDONLY)
		return "; " TMP ", where libiperf has a file for each stream, is read-only";
	if (!tmp.f_bavail || (tmp.f_files && !tmp.f_favail))
		return "; " TMP ", where libiperf has a file for each stream, is full";
	return "";
}

/* Takes the client's words apart: the report, which follows a NUL. */
static void take_report(struct outcome *outcome)
{
	const struct role_end *client = &outcome->client;
	size_t words = client->said ? strlen(client->said) : 0;

	if (words < client->len)
		outcome->report = json_loadb(client->said + words + 1,
					     client->len - words - 1, 0, NULL);
}

/* 0, or the error that is the more telling one of both ends' as @sample's. */
static int judge(const struct outcome *outcome, json_t *sample)
{
	const char *error = json_string_value(json_object_get(outcome->report,
							      "error"));
	char client[WORDS_MAX], server[WORDS_MAX];

	end_words(&outcome->client, client);
	end_words(&outcome->server, server);
	if (error)
		snprintf(client, sizeof(client), "%s", error);
	if (client[0] && !outcome->server_killed &&
	    WIFSIGNALED(outcome->server.status))
		return sample_error(sample, -EIO, "server %s, client: %s",
				    server, client);
	if (client[0])
		return sample_error(sample, -EIO, "client: %s%s", client,
				    hint(client));
	if (outcome->server_killed)
		return sample_error(sample, -ETIMEDOUT,
				    "server: it did not end after the client");
	if (server[0])
		return sample_error(sample, -EIO, "server: %s%s", server,
				    hint(server));
	if (!outcome->report)
		return sample_error(sample, -EPROTO, "client: no report");
	return 0;
}

static double number(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);

	return json_is_number(value) ? json_number_value(value) : -1;
}

/* A figure that was not measured (-1) is none: it has no key. */
static void put(json_t *sample, const char *key, double value)
{
	if (value >= 0)
		json_object_set_new(sample, key, json_real(value));
}

static void put_count(json_t *sample, const char *key, double value)
{
	if (value >= 0)
		json_object_set_new(sample, key, json_integer(value));
}

static int put_congestion(const struct iperf_opts *opts, const json_t *end,
			  json_t *sample)
{
	const char *used;

	if (opts->udp)
		return 0;
	used = json_string_value(json_object_get(end, "sender_tcp_congestion"));
	if (!used)
		return sample_error(sample, -EPROTO,
				    "client: the congestion control is not known");
	if (opts->congestion && strcmp(used, opts->congestion))
		return sample_error(sample, -EPROTO,
				    "congestion control %s was asked for, %s used",
				    opts->congestion, used);
	json_object_set_new(sample, "congestion", json_string(used));
	return 0;
}

/* Of the first stream: the others' keys are the same. */
static void put_details(const struct iperf_opts *opts, const json_t *report,
			json_t *sample)
{
	const json_t *end = json_object_get(report, "end");
	const json_t *start = json_object_get(report, "start");
	const json_t *received = json_object_get(end, "sum_received");
	const json_t *stream = json_array_get(json_object_get(end, "streams"),
					      0);
	double rtt = number(json_object_get(stream, "sender"), "mean_rtt");

	put_count(sample, "sndbuf", number(start, "sndbuf_actual"));
	put_count(sample, "rcvbuf", number(start, "rcvbuf_actual"));
	if (opts->udp) {
		put_count(sample, "rate", opts->rate);
		put_count(sample, "size", opts->size);
		put_count(sample, "packets", number(received, "packets"));
		put_count(sample, "lost", number(received, "lost_packets"));
		put(sample, "jitter_ns", 1e6 * number(received, "jitter_ms"));
		return;
	}
	put_count(sample, "retransmits",
		  number(json_object_get(end, "sum_sent"), "retransmits"));
	/* It is the client's, and so 0 where only the server sends. */
	if (rtt > 0)
		put(sample, "rtt_ns", 1e3 * rtt);
}

/* What arrived, as the receiver counted it. */
static int put_figures(const struct ends *ends, const json_t *report,
		       json_t *sample)
{
	const json_t *end = json_object_get(report, "end");
	const json_t *received = json_object_get(end, "sum_received");
	double back = number(json_object_get(end,
					     "sum_received_bidir_reverse"),
			     "bytes");
	double bytes = number(received, "bytes");
	double secs = number(received, "seconds");

	if (bytes <= 0 || (ends->opts->both && back <= 0))
		return sample_error(sample, -EPROTO,
				    "server: nothing was received");
	if (secs < SECS_MIN_SHARE * ends->secs)
		return sample_error(sample, -EPROTO,
				    "measured for %.3f s instead of %.3f s",
				    secs, ends->secs);
	put(sample, "secs", secs);
	put_count(sample, "bytes", ends->opts->both ? bytes + back : bytes);
	if (ends->opts->both)
		put_count(sample, "bytes_back", back);
	put_details(ends->opts, report, sample);
	return put_congestion(ends->opts, end, sample);
}

static double secs_of(struct timeval a, struct timeval b)
{
	return a.tv_sec + b.tv_sec + (a.tv_usec + b.tv_usec) / 1e6;
}

static void put_usage(const struct rusage *a, const struct rusage *b,
		      json_t *sample)
{
	json_object_set_new(sample, "cpu",
			    json_pack("{s:f, s:f}",
				      "user", secs_of(a->ru_utime, b->ru_utime),
				      "sys", secs_of(a->ru_stime, b->ru_stime)));
	json_object_set_new(sample, "ctx",
			    json_pack("{s:I, s:I}", "vol",
				      (json_int_t)(a->ru_nvcsw + b->ru_nvcsw),
				      "invol",
				      (json_int_t)(a->ru_nivcsw +
						   b->ru_nivcsw)));
}

/*
 * Reads what the server says until that is that it listens.  0, or -errno with
 * its words in @words.
 */
static int wait_listening(struct role *server, char words[WORDS_MAX])
{
	long long deadline = deadline_new();
	char heard[WORDS_MAX] = "";
	size_t n = 0;
	int byte;

	do {
		byte = role_wait_byte(server, deadline);
		if (byte >= 0)
			heard[n++] = byte;
		if (strstr(heard, LISTENING))
			return 0;
	} while (byte >= 0 && n < sizeof(heard) - 1);
	last_line(heard, words);
	if (!words[0])
		snprintf(words, WORDS_MAX, "%s", strerror(-byte));
	return byte < 0 ? byte : -EPROTO;
}

/* The server, once it listens. */
static struct role *start_server(const struct path *path,
				 const struct ends *ends, json_t *sample)
{
	const struct role_desc desc = {
		.name = "server", .netns = path->server,
		.cpu = ends->opts->one_core ? 0 : -1, .main = server_main,
	};
	struct role *server = role_start(&desc);
	char words[WORDS_MAX];
	int err;

	if (!server) {
		err = -errno;
		sample_error(sample, err, "server: %s", strerror(-err));
		errno = -err;
		return NULL;
	}
	err = wait_listening(server, words);
	if (!err)
		return server;
	sample_error(sample, err, "server: it does not listen: %s%s", words,
		     hint(words));
	role_kill(server);
	errno = -err;
	return NULL;
}

/*
 * Takes both ends, one after the other.  0 if the client ended by itself; the
 * server does so too when the client's connection closes, but not one to which
 * no client came.
 */
static int wait_for(struct role *client, struct role *server,
		    const struct ends *ends, struct outcome *outcome)
{
	long long deadline = deadline_new() + 1000 * ends->secs;
	int err = role_end(client, deadline, &outcome->client);
	bool bad = err || outcome->client.status;

	take_report(outcome);
	bad |= json_object_get(outcome->report, "error") != NULL;
	if (bad)
		deadline = deadline_new() - DEADLINE_DEFAULT_MS + GRACE_MS;
	outcome->server_killed = role_end(server, deadline, &outcome->server);
	return err;
}

static int run(const struct path *path, const struct ends *ends,
	       struct outcome *outcome, json_t *sample)
{
	const struct role_desc desc = {
		.name = "client", .netns = path->client,
		.cpu = ends->opts->one_core ? 0 : -1, .main = client_main,
		.arg = ends,
	};
	struct role *client, *server;
	int err;

	server = start_server(path, ends, sample);
	if (!server)
		return -errno;
	client = role_start(&desc);
	if (!client) {
		err = sample_error(sample, -errno, "client: %s",
				   strerror(errno));
		role_kill(server);
		return err;
	}
	err = wait_for(client, server, ends, outcome);
	if (err)
		return sample_error(sample, err, "client: %s, after %.3f s",
				    strerror(-err), ends->secs);
	err = judge(outcome, sample);
	return err ? err : put_figures(ends, outcome->report, sample);
}

int iperf_measure(const struct workload *workload, const struct path *path,
		  const struct measure *how, json_t *sample)
{
	struct iperf_opts opts = *(const struct iperf_opts *)workload->opts;
	const struct ends ends = {
		.opts = &opts, .dst = path->desc->dst,
		.secs = how->secs ? how->secs : SECS_DEFAULT,
	};
	struct outcome outcome = { .report = NULL };
	int err;

	if (opts.as_asked && how->udp_rate)
		opts.rate = how->udp_rate;
	if (opts.as_asked && how->udp_size)
		opts.size = how->udp_size;
	if (opts.udp &&
	    (opts.size < IPERF_UDP_MIN || opts.size > IPERF_UDP_MAX))
		return sample_error(sample, -EINVAL,
				    "a datagram is of %d to %d bytes, not %d",
				    IPERF_UDP_MIN, IPERF_UDP_MAX, opts.size);
	if (!ends.dst)
		return sample_error(sample, -EOPNOTSUPP,
				    "libiperf has no AF_UNIX");
	err = run(path, &ends, &outcome, sample);
	if (!err)
		put_usage(&outcome.client.usage, &outcome.server.usage, sample);
	json_decref(outcome.report);
	free(outcome.client.said);
	free(outcome.server.said);
	return err;
}

/*
 * Socket buffers of 256 KiB, since the kernel doubles what is asked for, and
 * cubic, whatever the kernel's defaults are.  That is less than every kernel's
 * rmem_max and wmem_max, and few enough bytes in flight for one speed: with
 * twice as much a stream has two (18 and 35 Gbit/s here), between which it
 * changes at any time: sd of the log 0.17, and 0.02 with this.
 *
 * UDP is well below what one core can do: a loss means something.
 */
#define WINDOW		(128 << 10)
#define FIXED		.window = WINDOW, .congestion = "cubic", .one_core = true
#define UDP		.window = WINDOW, .one_core = true, .udp = true
#define OPTS(...)	&(const struct iperf_opts){ __VA_ARGS__ }
#define STREAM		.metric = "bytes", .measure = iperf_measure

const struct workload iperf_workloads[] = {
	{ .name = "tcp_stream", STREAM,
	  .summary = "one TCP stream, 256 KiB socket buffers, cubic, one core",
	  .opts = OPTS(FIXED) },
	{ .name = "tcp_stream_default", STREAM,
	  .summary = "one TCP stream as the kernel and its scheduler have it",
	  .opts = OPTS(.streams = 1) },
	{ .name = "tcp_maerts", STREAM,
	  .summary = "as tcp_stream, but the server sends",
	  .opts = OPTS(FIXED, .reverse = true) },
	{ .name = "tcp_bidir", STREAM,
	  .summary = "as tcp_stream, but both send; both directions added",
	  .opts = OPTS(FIXED, .both = true) },
	{ .name = "tcp_streams", STREAM,
	  .summary = "as tcp_stream, but four streams; all added",
	  .opts = OPTS(FIXED, .streams = 4) },
	{ .name = "udp_stream", STREAM,
	  .summary = "UDP at 250 Mbit/s in datagrams of 1400 bytes, one core",
	  .opts = OPTS(UDP, .rate = 250000000, .size = 1400,
		       .as_asked = true) },
	{ .name = "udp_stream_small", STREAM,
	  .summary = "UDP at 10 Mbit/s in datagrams of 64 bytes, one core",
	  .opts = OPTS(UDP, .rate = 10000000, .size = 64) },
	{ .name = NULL },
};
