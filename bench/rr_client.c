// SPDX-License-Identifier: GPL-2.0-or-later
/* The asking side: it sends, waits for the same bytes, and takes the time. */
#define _GNU_SOURCE
#include "rr_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <linux/icmp.h>
#include <string.h>
#include <unistd.h>

#include "packet.h"

#define NS_PER_S	1000000000ULL
#define ICMP_SIZE	(sizeof(struct icmphdr) + RR_SIZE)

struct conn {
	const struct rr_args *args;
	int fd;
	int flags;		/* of recv(2) */
	uint64_t count;		/* of requests */
	/* A request, and for its answer to be compared with, whole. */
	int (*exchange)(struct conn *conn);
};

static int request(const struct conn *conn, char message[RR_SIZE])
{
	ssize_t n;

	rr_message(message, conn->count);
	n = send(conn->fd, message, RR_SIZE, 0);
	return n == RR_SIZE ? 0 : n < 0 ? -errno : -EMSGSIZE;
}

static int exchange_stream(struct conn *conn)
{
	char sent[RR_SIZE], got[RR_SIZE];
	int err = request(conn, sent);
	size_t done = 0;
	ssize_t n;

	if (err)
		return err;
	while (done < RR_SIZE) {
		n = recv(conn->fd, got + done, RR_SIZE - done, conn->flags);
		if (n > 0)
			done += n;
		else if (!n)
			return -EPIPE;
		else if (errno != EAGAIN)
			return -errno;
	}
	return memcmp(sent, got, RR_SIZE) ? -EBADMSG : 0;
}

static int exchange_udp(struct conn *conn)
{
	/* A byte more than an answer has: a longer one shows. */
	char sent[RR_SIZE], got[RR_SIZE + 1];
	int err = request(conn, sent);
	ssize_t n;

	if (err)
		return err;
	n = recv(conn->fd, got, sizeof(got), 0);
	if (n < 0)
		return -errno;
	return n != RR_SIZE || memcmp(sent, got, RR_SIZE) ? -EBADMSG : 0;
}

/* From socket(2) to the end of close(2), the server's close included. */
static int exchange_crr(struct conn *conn)
{
	ssize_t n;
	char byte;
	int err;

	conn->fd = rr_connect(conn->args);
	if (conn->fd < 0)
		return conn->fd;
	err = exchange_stream(conn);
	if (!err) {
		n = recv(conn->fd, &byte, 1, 0);
		err = n < 0 ? -errno : n ? -EBADMSG : 0;
	}
	close(conn->fd);
	return err;
}

static void echo_make(uint8_t packet[ICMP_SIZE], uint64_t count)
{
	struct icmphdr icmp = { .type = ICMP_ECHO };

	icmp.un.echo.id = htons(getpid());
	icmp.un.echo.sequence = htons(count);
	memcpy(packet, &icmp, sizeof(icmp));
	rr_message((char *)packet + sizeof(icmp), count);
	icmp.checksum = packet_checksum(packet, ICMP_SIZE);
	memcpy(packet, &icmp, sizeof(icmp));
}

/* The kernel over there answers; other people's echoes pass us by. */
static int exchange_icmp(struct conn *conn)
{
	uint8_t sent[ICMP_SIZE], got[sizeof(struct iphdr) + 40 + ICMP_SIZE + 1];
	const struct iphdr *ip = (const void *)got;
	const struct icmphdr *want, *icmp;
	ssize_t n, head;

	echo_make(sent, conn->count);
	if (send(conn->fd, sent, ICMP_SIZE, 0) < 0)
		return -errno;
	want = (const void *)sent;
	do {
		n = recv(conn->fd, got, sizeof(got), 0);
		if (n < (ssize_t)sizeof(*ip))
			return n < 0 ? -errno : -EBADMSG;
		head = ip->ihl * 4;
		if (n != head + (ssize_t)ICMP_SIZE)
			return -EBADMSG;
		icmp = (const void *)(got + head);
	} while (icmp->un.echo.id != want->un.echo.id);
	return icmp->un.echo.sequence != want->un.echo.sequence ||
	       memcmp(icmp + 1, want + 1, RR_SIZE) ? -EBADMSG : 0;
}

static uint32_t clamp(uint64_t ns)
{
	return ns < UINT32_MAX ? ns : UINT32_MAX;
}

/* One stamp a transaction: where one ends the next one begins. */
static int closed_loop(struct conn *conn)
{
	struct rr_times *times = conn->args->times;
	uint64_t t, next, start, end, n = times->n;
	int err = 0;

	rr_touch(times);
	t = rr_now_ns();
	end = t + (uint64_t)(RR_WARM_UP_S * NS_PER_S);
	for (; t < end && !err; conn->count++) {
		err = conn->exchange(conn);
		t = rr_now_ns();
	}
	start = t;
	end = start + (uint64_t)(conn->args->secs * NS_PER_S);
	for (; t < end && n < times->room && !err; conn->count++) {
		err = conn->exchange(conn);
		next = rr_now_ns();
		times->ns[n++] = clamp(next - t);
		t = next;
	}
	times->n = n;
	times->secs += (double)(t - start) / NS_PER_S;
	return err;
}

static int run(int out, struct conn *conn)
{
	int err = closed_loop(conn);

	return err ? rr_fail_round(out, err) : 0;
}

int rr_client_stream(int out, const void *arg)
{
	const struct rr_args *args = arg;
	struct conn conn = { .args = args, .exchange = exchange_stream,
			     .flags = args->opts->spin ? MSG_DONTWAIT : 0 };

	conn.fd = rr_connect(args);
	if (conn.fd < 0)
		return rr_fail_round(out, conn.fd);
	/* The server ends when this process does, by the end of the stream. */
	return run(out, &conn);
}

int rr_client_crr(int out, const void *arg)
{
	struct conn conn = { .args = arg, .exchange = exchange_crr };
	int err = run(out, &conn);
	int fd;

	if (err)
		return err;
	/* One that asks for nothing: the end. */
	fd = rr_connect(arg);
	return fd < 0 ? rr_fail_round(out, fd) : 0;
}

int rr_client_udp(int out, const void *arg)
{
	const struct rr_args *args = arg;
	struct conn conn = { .args = args, .exchange = exchange_udp };
	int err;

	conn.fd = socket(args->addr.ss.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (conn.fd < 0 ||
	    connect(conn.fd, (const struct sockaddr *)&args->addr.ss,
		    args->addr.len) < 0)
		return rr_fail_round(out, -errno);
	err = run(out, &conn);
	/* A datagram without a byte: the end. */
	if (!err && send(conn.fd, NULL, 0, 0) < 0)
		err = rr_fail_round(out, -errno);
	return err;
}

int rr_client_icmp(int out, const void *arg)
{
	const struct rr_args *args = arg;
	const struct icmp_filter filter = { ~(1U << ICMP_ECHOREPLY) };
	struct conn conn = { .args = args, .exchange = exchange_icmp };
	int one = 1;

	conn.fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
	if (conn.fd < 0)
		return rr_fail(out, -errno, "raw socket");
	if (setsockopt(conn.fd, SOL_RAW, ICMP_FILTER, &filter,
		       sizeof(filter)) < 0 ||
	    setsockopt(conn.fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one)) < 0 ||
	    connect(conn.fd, (const struct sockaddr *)&args->addr.ss,
		    args->addr.len) < 0)
		return rr_fail(out, -errno, "raw socket's options");
	return run(out, &conn);
}
