/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A volley: one packet each of ICMP (an echo request), TCP (a SYN) and UDP,
 * sent from one namespace to an address, and what comes of each, in words:
 *
 *	"0"				it was answered
 *	"-ENETUNREACH"			refused at once
 *	"-EHOSTUNREACH 3/1 from ADDR"	an ICMP error came back: type/code
 *	"silence"			neither
 *	"no answer"			it got there (UDP only), what the other
 *					side sent in answer did not get back
 *	"stall"				TCP connected, and what it sent then
 *					(.size) did not get there
 *
 * Silence is no matter of time.  All of this runs on one CPU (cpu_pin()),
 * through whose queue every packet passes on each veth and lo, first in, first
 * out (netif_rx, net/core/dev.c).  So echoes over any lo, as many as the volley
 * has hops to go, come back after all that it could lead to.
 */
#ifndef VOLLEY_H
#define VOLLEY_H

#include "ksft.h"

#include <arpa/inet.h>
#include <linux/errqueue.h>
#include <linux/icmpv6.h>
#include <linux/tcp.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sched.h>

#include "packet.h"

#define KINDS		3	/* enum probe_kind */
#define OUTCOME_MAX	128

/* No namespace serves port 9 (discard). */
#define CLOSED_PORT	9

struct volley {
	const char *from, *to, *dst;
	const char *src;		/* bind to this first; NULL: don't */
	const char *with_lo;		/* a namespace whose lo is up */
	unsigned int size;		/* of the payload; 0: 56 */
	bool closed;			/* nobody serves the port */
	bool fire[KINDS];		/* which of them */
	bool await[KINDS];		/* an error is to come: wait for it */

	char outcome[KINDS][OUTCOME_MAX];
	struct ip_prefix ip;
	int client[KINDS], server[KINDS];	/* -1: none */
	int held;			/* the server's end of a stalled one */
	int err[KINDS];
	bool arrived;
};

/* More wires than any way here has, there and back, with ARP on each. */
#define HOPS_MAX	16

/* Each echo is two hops: there and back. */
static inline int settle_queue(const char *with_lo)
{
	int i, err = 0;

	for (i = 0; i < HOPS_MAX / 2 && !err; i++)
		err = reach(PROBE_ICMP, with_lo, NULL, "127.0.0.1");
	return err;
}

static inline int recverr_socket(const char *name, int family, int type,
				 int protocol)
{
	int fd = netns_socket(ns(name), family, type | SOCK_NONBLOCK, protocol);
	int one = 1;

	if (fd < 0)
		return fd;
	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof(one));
	return fd;
}

static inline int volley_server(const struct volley *v, int type)
{
	int fd = recverr_socket(v->to, v->ip.family, type, 0);
	struct sockaddr_storage ss;
	socklen_t len = ip_sockaddr(&v->ip, 0, &ss);
	int one = 1;

	if (fd < 0)
		return fd;
	/* The address may be gone: that is the fault. */
	if (v->ip.family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one));
	else
		setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &one, sizeof(one));
	if (bind(fd, (struct sockaddr *)&ss, len) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 1) < 0)) {
		len = errno;
		close(fd);
		return -(int)len;
	}
	return fd;
}

static inline int volley_open(struct volley *v)
{
	static const int types[KINDS] = {
		[PROBE_ICMP] = SOCK_RAW, [PROBE_TCP] = SOCK_STREAM,
		[PROBE_UDP] = SOCK_DGRAM,
	};
	int kind, err;

	for (kind = 0; kind < KINDS; kind++)
		v->client[kind] = v->server[kind] = -1;
	v->held = -1;
	err = ip_parse(v->dst, &v->ip);
	for (kind = 0; kind < KINDS && !err; kind++) {
		if (!v->fire[kind])
			continue;
		if (kind != PROBE_ICMP && !v->closed) {
			v->server[kind] = volley_server(v, types[kind]);
			err = v->server[kind] < 0 ? v->server[kind] : 0;
		}
		if (err)
			break;
		v->client[kind] = recverr_socket(v->from, v->ip.family,
			types[kind], kind != PROBE_ICMP ? 0 :
			v->ip.family == AF_INET ? IPPROTO_ICMP :
						  IPPROTO_ICMPV6);
		err = v->client[kind] < 0 ? v->client[kind] : 0;
	}
	return err;
}

static inline void volley_close(const struct volley *v)
{
	int kind;

	if (v->held >= 0)
		close(v->held);
	for (kind = 0; kind < KINDS; kind++) {
		if (v->client[kind] >= 0)
			close(v->client[kind]);
		if (v->server[kind] >= 0)
			close(v->server[kind]);
	}
}

static inline uint16_t volley_port(int server)
{
	struct sockaddr_in6 sin6 = { 0 };
	socklen_t len = sizeof(sin6);

	/* sin_port and sin6_port lie at the same place. */
	if (server < 0 ||
	    getsockname(server, (struct sockaddr *)&sin6, &len) < 0)
		return CLOSED_PORT;
	return ntohs(sin6.sin6_port);
}

/* -errno, or 0 also if there is nothing to bind to. */
static inline int volley_bind(const struct volley *v, int kind)
{
	struct sockaddr_storage ss;
	struct ip_prefix src;
	socklen_t len;
	int err;

	if (!v->src)
		return 0;
	err = ip_parse(v->src, &src);
	if (err)
		return err;
	len = ip_sockaddr(&src, 0, &ss);
	return bind(v->client[kind], (struct sockaddr *)&ss, len) < 0 ?
	       -errno : 0;
}

/* What one client sends; TCP's SYN leaves with connect(). */
static inline int volley_fire(const struct volley *v, int kind)
{
	uint8_t data[2048] = { v->ip.family == AF_INET ? ICMP_ECHO :
						ICMPV6_ECHO_REQUEST };
	size_t size = v->size ? v->size : 56;
	struct sockaddr_storage ss;
	socklen_t len;
	uint16_t sum;
	int err;

	err = volley_bind(v, kind);
	if (err)
		return err;
	len = ip_sockaddr(&v->ip, kind == PROBE_ICMP ? 0 :
			  volley_port(v->server[kind]), &ss);
	if (connect(v->client[kind], (struct sockaddr *)&ss, len) < 0)
		return errno == EINPROGRESS ? 0 : -errno;
	if (kind == PROBE_TCP)
		return 0;
	if (kind == PROBE_ICMP) {
		size += sizeof(struct icmphdr);
		/* ICMPv6's sum is the kernel's (RFC 3542 3.1). */
		sum = htons(packet_sum_end(packet_sum(data, size, 0)));
		memcpy(data + 2, &sum, sizeof(sum));
	}
	return send(v->client[kind], data, size, MSG_NOSIGNAL) < 0 ?
	       -errno : 0;
}

/* "3/1 from 10.0.0.1 mtu 1000" of an error that ICMP brought. */
static inline void icmp_text(const struct sock_extended_err *ee, char *text)
{
	const struct sockaddr *from = SO_EE_OFFENDER(ee);
	char addr[IP_TEXT_MAX] = "?", mtu[24] = "";

	*text = '\0';
	if (ee->ee_origin != SO_EE_ORIGIN_ICMP &&
	    ee->ee_origin != SO_EE_ORIGIN_ICMP6)
		return;
	if (from->sa_family == AF_INET)
		inet_ntop(AF_INET,
			  &((const struct sockaddr_in *)from)->sin_addr, addr,
			  sizeof(addr));
	else if (from->sa_family == AF_INET6)
		inet_ntop(AF_INET6,
			  &((const struct sockaddr_in6 *)from)->sin6_addr,
			  addr, sizeof(addr));
	if (ee->ee_errno == EMSGSIZE)
		snprintf(mtu, sizeof(mtu), " mtu %u", ee->ee_info);
	snprintf(text, OUTCOME_MAX - 32, " %u/%u from %s%s", ee->ee_type,
		 ee->ee_code, addr, mtu);
}

/* The error that is queued at @fd: -errno and its ICMP, or 0 if none is. */
static inline int queued_error(int fd, char *icmp)
{
	char control[256], data[2048];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	const struct sock_extended_err *ee;
	struct cmsghdr *c;
	int err = 0;

	*icmp = '\0';
	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return 0;
	for (c = CMSG_FIRSTHDR(&msg); c; c = CMSG_NXTHDR(&msg, c)) {
		if ((c->cmsg_level != IPPROTO_IP || c->cmsg_type != IP_RECVERR) &&
		    (c->cmsg_level != IPPROTO_IPV6 ||
		     c->cmsg_type != IPV6_RECVERR))
			continue;
		ee = (struct sock_extended_err *)CMSG_DATA(c);
		icmp_text(ee, icmp);
		err = -(int)ee->ee_errno;
	}
	return err;
}

/*
 * The error of @fd.  It is queued first and told (SO_ERROR) then, so that only
 * after the second look nothing queued means that no ICMP brought it.
 */
static inline int error_of(int fd, char *icmp)
{
	socklen_t len = sizeof(int);
	int err, told = 0;

	err = queued_error(fd, icmp);
	if (err)
		return err;
	getsockopt(fd, SOL_SOCKET, SO_ERROR, &told, &len);
	if (!told)
		return 0;
	err = queued_error(fd, icmp);
	return err ? err : -told;
}

/* Has a client of @kind been answered?  Reads what there is. */
static inline bool was_answered(const struct volley *v, int kind)
{
	uint8_t reply = v->ip.family == AF_INET ? ICMP_ECHOREPLY :
						  ICMPV6_ECHO_REPLY;
	struct pollfd pfd = { .fd = v->client[kind], .events = POLLOUT };
	uint8_t data[2048 + 60];
	ssize_t n;

	if (kind == PROBE_TCP)
		return poll(&pfd, 1, 0) == 1 && pfd.revents == POLLOUT;
	while ((n = recv(v->client[kind], data, sizeof(data), 0)) > 0) {
		if (kind == PROBE_UDP)
			return true;
		if (data[v->ip.family == AF_INET ? (data[0] & 15) * 4 : 0] ==
		    reply)
			return true;
	}
	return false;
}

/* Says what came of @kind so far; false if nothing did. */
static inline bool volley_look(struct volley *v, int kind)
{
	char icmp[OUTCOME_MAX] = "";
	int err = v->err[kind];

	if (!err)
		err = error_of(v->client[kind], icmp);
	if (err)
		snprintf(v->outcome[kind], OUTCOME_MAX, "%s%.96s",
			 ksft_err_name(err), icmp);
	else if (was_answered(v, kind))
		snprintf(v->outcome[kind], OUTCOME_MAX, "0");
	else
		return false;
	return true;
}

/* Until something has come of @kind, for which an error is to come. */
static inline void volley_await(struct volley *v, int kind)
{
	struct pollfd pfd = { .fd = v->client[kind],
			      .events = POLLIN |
					(kind == PROBE_TCP ? POLLOUT : 0) };
	long long deadline = deadline_new_probe();

	while (!volley_look(v, kind)) {
		if (poll(&pfd, 1, deadline_left(deadline)) > 0)
			continue;
		snprintf(v->outcome[kind], OUTCOME_MAX, "nothing in time");
		return;
	}
}

/* Lets the UDP server answer what it got. */
static inline void volley_answer(struct volley *v)
{
	int fd = v->server[PROBE_UDP];
	struct sockaddr_storage ss;
	socklen_t len = sizeof(ss);
	char data[2048];
	ssize_t n;

	if (fd < 0)
		return;
	n = recvfrom(fd, data, sizeof(data), 0, (struct sockaddr *)&ss, &len);
	if (n < 0)
		return;
	v->arrived = true;
	/* What comes of that is the client's to see. */
	if (sendto(fd, data, n, 0, (struct sockaddr *)&ss, len) < 0)
		return;
}

/* Sends all of it: false if the other side has nothing of that. */
static inline bool data_arrive(struct volley *v)
{
	int fd = accept4(v->server[PROBE_TCP], NULL, NULL, SOCK_NONBLOCK);
	char data[2048] = { 0 };
	bool arrive = false;

	if (fd < 0)
		return false;
	if (send(v->client[PROBE_TCP], data, v->size, MSG_NOSIGNAL) < 0 ||
	    settle_queue(v->with_lo))
		arrive = true;
	else
		arrive = recv(fd, data, sizeof(data), 0) > 0;
	v->held = fd;
	return arrive;
}

static inline unsigned int syns_resent(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (fd < 0 || getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return 0;
	return info.tcpi_total_retrans;
}

static inline int volley_settle(struct volley *v)
{
	int kind, err;

	err = settle_queue(v->with_lo);
	volley_answer(v);
	if (!err)
		err = settle_queue(v->with_lo);
	for (kind = 0; kind < KINDS; kind++) {
		if (v->client[kind] >= 0 && !*v->outcome[kind] &&
		    !volley_look(v, kind))
			snprintf(v->outcome[kind], OUTCOME_MAX, "%s",
				 kind == PROBE_UDP && v->arrived ?
				 "no answer" : "silence");
	}
	if (v->size && !strcmp(v->outcome[PROBE_TCP], "0") && !data_arrive(v))
		snprintf(v->outcome[PROBE_TCP], OUTCOME_MAX, "stall");
	return err;
}

/*
 * Fires it.  0 if it could be, whatever came of it; else -errno.  To be closed
 * in any case, and not before what it moved is counted: closing sends, too.
 */
static inline int volley_run(struct volley *v)
{
	int kind, err;

	err = volley_open(v);
	for (kind = 0; kind < KINDS && !err; kind++) {
		if (v->fire[kind])
			v->err[kind] = volley_fire(v, kind);
	}
	for (kind = 0; kind < KINDS && !err; kind++) {
		if (v->fire[kind] && v->await[kind])
			volley_await(v, kind);
	}
	if (!err)
		err = volley_settle(v);
	return err;
}

#endif
