// SPDX-License-Identifier: GPL-2.0-or-later
/* The answering side, and the stream that may flow beside it. */
#define _GNU_SOURCE
#include "rr_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of the stream beside: what one send(2) takes. */
#define BLOCK		(64 << 10)

/* Listens, says where, and takes the one client. */
static int await_client(const struct rr_args *args, int out)
{
	int listener = rr_bind(args, SOCK_STREAM);
	int one = 1, fd;

	if (listener < 0)
		return -rr_fail(out, listener, "listen");
	if (rr_tell_addr(out, listener))
		return -1;
	fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0)
		return -rr_fail(out, -errno, "accept");
	close(listener);
	if (args->dst)
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

/* A whole message; 0, 1 at the end of the stream, -errno. */
static int receive(int fd, char message[RR_SIZE], int flags)
{
	size_t done = 0;
	ssize_t n;

	while (done < RR_SIZE) {
		n = recv(fd, message + done, RR_SIZE - done, flags);
		if (n > 0)
			done += n;
		else if (!n)
			return done ? -EBADMSG : 1;
		else if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
	return 0;
}

static int answer(int fd, const char message[RR_SIZE])
{
	ssize_t n = send(fd, message, RR_SIZE, 0);

	return n == RR_SIZE ? 0 : n < 0 ? -errno : -EMSGSIZE;
}

int rr_server_stream(int out, const void *arg)
{
	const struct rr_args *args = arg;
	int flags = args->opts->spin ? MSG_DONTWAIT : 0;
	char message[RR_SIZE];
	int fd, err;

	fd = await_client(args, out);
	if (fd < 0)
		return 1;
	do {
		err = receive(fd, message, flags);
		if (!err)
			err = answer(fd, message);
	} while (!err);
	return err < 0 ? rr_fail(out, err, "stream") : 0;
}

/*
 * A connection for each request.  We close first, as HTTP/1.0 does: what
 * lingers in TIME_WAIT is at the port of the server, and the client's ports,
 * which would be used up in a second, are free again.  A connection without a
 * request is the end.
 */
int rr_server_crr(int out, const void *arg)
{
	const struct rr_args *args = arg;
	int listener = rr_bind(args, SOCK_STREAM);
	char message[RR_SIZE];
	int fd, err;

	if (listener < 0)
		return rr_fail(out, listener, "listen");
	if (rr_tell_addr(out, listener))
		return 1;
	do {
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd < 0)
			return rr_fail(out, -errno, "accept");
		err = receive(fd, message, 0);
		if (!err)
			err = answer(fd, message);
		close(fd);
	} while (!err);
	return err < 0 ? rr_fail(out, err, "connection") : 0;
}

/*
 * Connected to whom the first request came from, so that the answer's way is
 * looked up once, as TCP does.  A datagram without a byte is the end.
 */
int rr_server_udp(int out, const void *arg)
{
	const struct rr_args *args = arg;
	struct rr_addr from = { .len = sizeof(from.ss) };
	char message[RR_SIZE];
	int fd, err = 0;
	ssize_t n;

	fd = rr_bind(args, SOCK_DGRAM);
	if (fd < 0)
		return rr_fail(out, fd, "bind");
	if (rr_tell_addr(out, fd))
		return 1;
	n = recvfrom(fd, message, RR_SIZE, 0, (struct sockaddr *)&from.ss,
		     &from.len);
	if (n < 0 || connect(fd, (struct sockaddr *)&from.ss, from.len) < 0)
		return rr_fail(out, -errno, "first datagram");
	while (n > 0 && !err) {
		err = answer(fd, message);
		if (!err)
			n = recv(fd, message, RR_SIZE, 0);
		if (n < 0)
			err = -errno;
	}
	return err ? rr_fail(out, err, "datagram") : 0;
}

int rr_sink(int out, const void *arg)
{
	unsigned long long bytes = 0;
	static char block[BLOCK];
	ssize_t n;
	int fd;

	fd = await_client(arg, out);
	if (fd < 0)
		return 1;
	do {
		n = recv(fd, block, sizeof(block), 0);
		bytes += n > 0 ? n : 0;
	} while (n > 0);
	/* The source is killed: that its last bytes are lost is no fault. */
	if (n < 0 && errno != ECONNRESET)
		return rr_fail(out, -errno, "sink");
	return dprintf(out, "%llu", bytes) < 0;
}

int rr_source(int out, const void *arg)
{
	const struct rr_args *args = arg;
	unsigned int rate = args->opts->load / 8;
	static char block[BLOCK];
	bool told = false;
	int fd = rr_connect(args);

	if (fd < 0)
		return rr_fail(out, fd, "connect");
	if (setsockopt(fd, SOL_SOCKET, SO_MAX_PACING_RATE, &rate,
		       sizeof(rate)) < 0)
		return rr_fail(out, -errno, "SO_MAX_PACING_RATE");
	while (send(fd, block, sizeof(block), 0) > 0) {
		if (!told && write(out, "r", 1) != 1)
			return 1;
		told = true;
	}
	return rr_fail(out, -errno, "send");
}
