// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "flow.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "ip.h"
#include "netns.h"
#include "packet.h"

/* Of no stretch's size: segments and reads do not end at the same places. */
#define FLOW_CHUNK	40009

/* What one direction has done. */
struct stream {
	int out, in;
	size_t sent, received, bytes;
};

int flow_poll(int fd, short events)
{
	struct pollfd pfd = { .fd = fd, .events = events };

	return deadline_poll(&pfd, 1, deadline_new_probe());
}

/*
 * Reno, whatever this machine's choice: some (dctcp) change what is on the wire.
 * Set on the listener, the accepted connection has it, too.
 */
static int choose_reno(int fd)
{
	return setsockopt(fd, IPPROTO_TCP, TCP_CONGESTION, "reno", 4) < 0 ?
	       -errno : 0;
}

/* A listener on any free port of the address: its descriptor. */
static int listener(const struct flow *flow, struct sockaddr_storage *ss,
		    socklen_t *len)
{
	struct ip_prefix dst;
	int fd, err;

	err = ip_parse(flow->dst, &dst);
	if (err)
		return err;
	fd = netns_socket(flow->to, dst.family, SOCK_STREAM, 0);
	if (fd < 0)
		return fd;
	*len = ip_sockaddr(&dst, 0, ss);
	err = choose_reno(fd);
	if (err)
		goto err_close;
	if (bind(fd, (struct sockaddr *)ss, *len) < 0 || listen(fd, 1) < 0 ||
	    getsockname(fd, (struct sockaddr *)ss, len) < 0) {
		err = -errno;
		goto err_close;
	}
	return fd;

err_close:
	close(fd);
	return err;
}

static int connect_client(struct flow *flow, const struct sockaddr_storage *ss,
			  socklen_t len)
{
	int err;

	flow->client = netns_socket(flow->from, ss->ss_family,
				    SOCK_STREAM | SOCK_NONBLOCK, 0);
	if (flow->client < 0)
		return flow->client;
	err = choose_reno(flow->client);
	if (err)
		return err;
	if (connect(flow->client, (const struct sockaddr *)ss, len) < 0 &&
	    errno != EINPROGRESS)
		return -errno;
	return 0;
}

int flow_open(struct flow *flow)
{
	struct sockaddr_storage ss;
	socklen_t len;
	int fd, err;

	flow->client = -1;
	flow->server = -1;
	fd = listener(flow, &ss, &len);
	if (fd < 0)
		return fd;
	err = connect_client(flow, &ss, len);
	if (!err)
		err = flow_poll(fd, POLLIN);
	if (!err) {
		flow->server = accept4(fd, NULL, NULL,
				       SOCK_CLOEXEC | SOCK_NONBLOCK);
		err = flow->server < 0 ? -errno : 0;
	}
	if (!err)
		err = flow_poll(flow->client, POLLOUT);
	close(fd);
	if (err)
		flow_close(flow);
	return err;
}

void flow_close(struct flow *flow)
{
	if (flow->client >= 0)
		close(flow->client);
	if (flow->server >= 0)
		close(flow->server);
	flow->client = -1;
	flow->server = -1;
}

/* As much as goes now. */
static int push(struct stream *s)
{
	uint8_t data[FLOW_CHUNK];
	size_t len = s->bytes - s->sent;
	ssize_t n;

	if (!len)
		return 0;
	len = len < sizeof(data) ? len : sizeof(data);
	packet_fill(data, len, s->sent);
	n = send(s->out, data, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	s->sent += n;
	return 0;
}

static int pull(struct stream *s)
{
	uint8_t data[2 * FLOW_CHUNK];
	ssize_t n;

	n = recv(s->in, data, sizeof(data), MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (!n)
		return -EPIPE;
	if (s->received + n > s->bytes ||
	    !packet_filled(data, n, s->received))
		return -EBADMSG;
	s->received += n;
	return 0;
}

static bool is_done(const struct stream *s)
{
	return s->received == s->bytes;
}

static short wanted(const struct stream *out, const struct stream *in)
{
	return (out->sent < out->bytes ? POLLOUT : 0) |
	       (is_done(in) ? 0 : POLLIN);
}

int flow_exchange(const struct flow *flow, size_t bytes)
{
	struct stream there = { flow->client, flow->server, 0, 0, bytes };
	struct stream back = { flow->server, flow->client, 0, 0, bytes };
	long long deadline = deadline_new_probe();
	struct pollfd pfd[2] = {
		{ .fd = flow->client }, { .fd = flow->server },
	};
	int err = 0;

	while (!err && !(is_done(&there) && is_done(&back))) {
		pfd[0].events = wanted(&there, &back);
		pfd[1].events = wanted(&back, &there);
		err = deadline_poll(pfd, 2, deadline);
		if (!err && pfd[0].revents)
			err = push(&there);
		if (!err && pfd[1].revents && !is_done(&there))
			err = pull(&there);
		if (!err && pfd[1].revents)
			err = push(&back);
		if (!err && pfd[0].revents && !is_done(&back))
			err = pull(&back);
	}
	return err;
}
