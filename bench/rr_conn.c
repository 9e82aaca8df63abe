// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "rr_conn.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "ip.h"
#include "libc.h"

uint64_t rr_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000ULL + ts.tv_nsec;
}

void rr_message(char message[RR_SIZE], uint64_t count)
{
	memcpy(message, &count, sizeof(count));
	memset(message + sizeof(count), 0x55, RR_SIZE - sizeof(count));
}

void rr_touch(struct rr_times *times)
{
	memset(&times->ns[times->n], 1,
	       (times->room - times->n) * sizeof(times->ns[0]));
}

int rr_connect(const struct rr_args *args)
{
	const struct rr_addr *addr = &args->addr;
	int family = addr->ss.ss_family;
	int one = 1, fd, err = 0;

	fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&addr->ss, addr->len) < 0)
		err = -errno;
	if (!err && family != AF_UNIX &&
	    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0)
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int rr_fail(int out, int err, const char *what)
{
	char text[160];
	int n;

	n = err ? snprintf(text, sizeof(text), "!%s: %s", what,
			   strerrorname_np(-err)) :
		  snprintf(text, sizeof(text), "!%s", what);
	if (write(out, text, n) != n)
		return 2;
	return 1;
}

int rr_fail_round(int out, int err)
{
	if (err == -EPIPE || err == -ECONNRESET)
		return rr_fail(out, 0, "the server hung up");
	if (err == -EBADMSG)
		return rr_fail(out, 0, "the answer is not what was sent");
	if (err == -ECONNREFUSED)
		return rr_fail(out, 0, "nobody listens there (ECONNREFUSED)");
	if (err == -EADDRNOTAVAIL)
		return rr_fail(out, 0, "no local port is left (EADDRNOTAVAIL)");
	if (err == -ENOBUFS)
		return rr_fail(out, 0, "requests come faster than they leave");
	return rr_fail(out, err, "round trip");
}

int rr_tell_addr(int out, int fd)
{
	struct rr_addr addr = { .len = sizeof(addr.ss) };
	char text[1 + sizeof(addr)];

	if (getsockname(fd, (struct sockaddr *)&addr.ss, &addr.len) < 0)
		return rr_fail(out, -errno, "getsockname");
	text[0] = 0;
	memcpy(&text[1], &addr, sizeof(addr));
	return write(out, text, sizeof(text)) != sizeof(text);
}

int rr_bind(const struct rr_args *args, int type)
{
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	socklen_t len = sizeof(sa_family_t);	/* a free abstract name */
	struct ip_prefix ip;
	int fd, err = 0;

	if (args->dst) {
		err = ip_parse(args->dst, &ip);
		if (err)
			return err;
		len = ip_sockaddr(&ip, 0, &ss);
	}
	fd = socket(ss.ss_family, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind(fd, (struct sockaddr *)&ss, len) < 0)
		err = -errno;
	if (!err && type == SOCK_STREAM && listen(fd, 16) < 0)
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}
