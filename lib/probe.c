// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "probe.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/icmpv6.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <netinet/if_ether.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <stdbool.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cpu.h"
#include "deadline.h"
#include "link.h"
#include "netns.h"
#include "packet.h"
#include "rtnl.h"

#define PING_SIZE	56
#define SIZE_MAX_UDP	65507

/* The head of an ICMP or ICMPv6 echo, in network order. */
struct echo {
	uint8_t type, code;
	uint16_t sum, id, seq;
};

static int make_socket(int netns, int family, int type, int protocol)
{
	int one = 1;
	int fd;

	fd = netns_socket(netns, family, type, protocol);
	if (fd < 0)
		return fd;
	/* Errors of the path (ICMP, neighbour) come back as errno. */
	if (family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_RECVERR, &one, sizeof(one));
	else if (family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVERR, &one, sizeof(one));
	return fd;
}

/* Binds to @text (may be NULL) and port @port, even if it is not ours yet. */
static int bind_to(int fd, const char *text, uint16_t port, bool anyhow)
{
	struct sockaddr_storage ss;
	socklen_t len;
	struct ip_prefix ip;
	int one = 1;
	int err;

	if (!text)
		return 0;
	err = ip_parse(text, &ip);
	if (err)
		return err;
	if (anyhow && ip.family == AF_INET)
		setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &one, sizeof(one));
	else if (anyhow)
		setsockopt(fd, IPPROTO_IPV6, IPV6_FREEBIND, &one, sizeof(one));
	len = ip_sockaddr(&ip, port, &ss);
	return bind(fd, (struct sockaddr *)&ss, len) < 0 ? -errno : 0;
}

static int connect_to(int fd, const struct ip_prefix *dst, uint16_t port)
{
	struct sockaddr_storage ss;
	socklen_t len = ip_sockaddr(dst, port, &ss);

	return connect(fd, (struct sockaddr *)&ss, len) < 0 ? -errno : 0;
}

static uint16_t port_of(const struct sockaddr_storage *ss)
{
	/* sin_port and sin6_port lie at the same place. */
	return ntohs(((const struct sockaddr_in *)ss)->sin_port);
}

static uint16_t local_port(int fd)
{
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);

	if (getsockname(fd, (struct sockaddr *)&ss, &len) < 0)
		return 0;
	return port_of(&ss);
}

static void keep_src(const struct sockaddr_storage *ss,
		     struct probe_result *result)
{
	struct ip_prefix *ip = &result->src;

	memset(ip, 0, sizeof(*ip));
	ip->family = ss->ss_family;
	ip->len = ip_size(ip->family) * 8;
	if (ip->family == AF_INET6)
		memcpy(ip->addr,
		       &((const struct sockaddr_in6 *)ss)->sin6_addr, 16);
	else
		memcpy(ip->addr,
		       &((const struct sockaddr_in *)ss)->sin_addr, 4);
}

/* Bytes that a swapped, cut or stale payload would not match. */
static void pattern(uint8_t *data, size_t len, uint16_t seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = seed + i * 7 + (i >> 8);
}

static int echo_socket(int netns, int family)
{
	int one = 1;
	int fd;

	if (family == AF_INET)
		return make_socket(netns, family, SOCK_RAW, IPPROTO_ICMP);
	fd = make_socket(netns, family, SOCK_RAW, IPPROTO_ICMPV6);
	if (fd >= 0)
		setsockopt(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, &one,
			   sizeof(one));
	return fd;
}

/* Sends an echo request; to the connected address if @dst is NULL. */
static int echo_send(int fd, const struct ip_prefix *dst, int family,
		     const struct echo *id, size_t size)
{
	uint8_t buf[sizeof(struct echo) + SIZE_MAX_UDP]
		__attribute__((aligned(4)));
	struct echo *echo = (struct echo *)buf;
	struct sockaddr_storage ss;
	socklen_t len = dst ? ip_sockaddr(dst, 0, &ss) : 0;

	*echo = *id;
	echo->type = family == AF_INET ? ICMP_ECHO : ICMPV6_ECHO_REQUEST;
	echo->sum = 0;
	pattern(buf + sizeof(*echo), size, id->id);
	/* ICMPv6's needs the pseudo header: the kernel computes it. */
	if (family == AF_INET)
		echo->sum = packet_checksum(buf, sizeof(*echo) + size);
	if (sendto(fd, buf, sizeof(*echo) + size, 0,
		   dst ? (struct sockaddr *)&ss : NULL, len) < 0)
		return -errno;
	return 0;
}

static int hop_limit(struct msghdr *msg)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == IPPROTO_IPV6 &&
		    c->cmsg_type == IPV6_HOPLIMIT)
			return *(int *)CMSG_DATA(c);
	}
	return 0;
}

/*
 * Receives one message.  1 and its head in *@echo if it is an echo reply with
 * our id and whole payload, 0 if it is something else, else -errno.
 */
static int echo_receive(int fd, int family, size_t size, struct echo *echo,
			uint8_t *ttl)
{
	uint8_t buf[sizeof(struct iphdr) + 40 + sizeof(struct echo) +
			   SIZE_MAX_UDP] __attribute__((aligned(4)));
	uint8_t want[SIZE_MAX_UDP];
	char control[64];
	struct iovec iov = { .iov_base = buf, .iov_len = sizeof(buf) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	uint16_t id = echo->id;
	size_t skip = 0;
	ssize_t n;

	n = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	if (family == AF_INET) {
		const struct iphdr *iph = (struct iphdr *)buf;

		skip = iph->ihl * 4;
		*ttl = iph->ttl;
	} else {
		*ttl = hop_limit(&msg);
	}
	if ((size_t)n < skip + sizeof(*echo))
		return 0;
	memcpy(echo, buf + skip, sizeof(*echo));
	if (echo->type != (family == AF_INET ? ICMP_ECHOREPLY :
					       ICMPV6_ECHO_REPLY) ||
	    echo->id != id)
		goto other;
	pattern(want, size, id);
	if ((size_t)n != skip + sizeof(*echo) + size ||
	    memcmp(buf + skip + sizeof(*echo), want, size))
		return -EBADMSG;
	return 1;
other:
	echo->id = id;
	return 0;
}

static struct echo new_echo(void)
{
	struct echo echo = { 0 };

	if (getrandom(&echo.id, sizeof(echo.id), 0) < 0)
		echo.id = getpid();
	return echo;
}

static int probe_icmp(const struct probe *p, const struct ip_prefix *dst,
		      struct probe_result *result)
{
	long long deadline = deadline_new_probe();
	size_t size = p->size ? p->size : PING_SIZE;
	struct echo echo = new_echo();
	int fd, err;

	fd = echo_socket(p->from, dst->family);
	if (fd < 0)
		return fd;
	err = bind_to(fd, p->src, 0, false);
	if (!err)
		err = connect_to(fd, dst, 0);
	if (!err)
		err = echo_send(fd, NULL, dst->family, &echo, size);
	while (!err) {
		err = deadline_poll_in(fd, deadline);
		if (!err)
			err = echo_receive(fd, dst->family, size, &echo,
					   &result->ttl);
	}
	close(fd);
	return err < 0 ? err : 0;
}

/* Receives exactly @size patterned bytes. */
static int expect_bytes(int fd, size_t size, uint16_t seed,
			long long deadline)
{
	uint8_t buf[SIZE_MAX_UDP], want[SIZE_MAX_UDP];
	size_t done = 0;
	ssize_t n;
	int err;

	while (done < size) {
		err = deadline_poll_in(fd, deadline);
		if (err)
			return err;
		n = recv(fd, buf + done, size - done, MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN)
			return -errno;
		if (!n)
			return -ECONNRESET;
		done += n > 0 ? n : 0;
	}
	pattern(want, size, seed);
	return memcmp(buf, want, size) ? -EBADMSG : 0;
}

static int send_bytes(int fd, size_t size, uint16_t seed)
{
	uint8_t buf[SIZE_MAX_UDP];
	ssize_t n;

	pattern(buf, size, seed);
	n = send(fd, buf, size, MSG_NOSIGNAL);
	if (n < 0)
		return -errno;
	return (size_t)n == size ? 0 : -EMSGSIZE;
}

/* A socket of @to that waits on @dst: bound, and listening if TCP. */
static int answerer(const struct probe *p, const struct ip_prefix *dst, int type)
{
	int fd, err;

	fd = make_socket(p->to, dst->family, type, 0);
	if (fd < 0)
		return fd;
	err = bind_to(fd, p->dst, 0, true);
	if (!err && type == SOCK_STREAM && listen(fd, 1) < 0)
		err = -errno;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

/* The end of a connect(2) that was put in progress. */
static int await_connect(int fd, long long deadline)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int err = deadline_poll(&pfd, 1, deadline);
	socklen_t len = sizeof(err);

	if (err)
		return err;
	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		return -errno;
	return -err;
}

/* The listener's half of a connection: a message each way. */
static int converse_tcp(int client, int listener, size_t size,
			struct probe_result *result)
{
	long long deadline = deadline_new_probe();
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	int server, err;

	err = deadline_poll_in(listener, deadline);
	if (err)
		return err;
	server = accept4(listener, (struct sockaddr *)&ss, &len, SOCK_CLOEXEC);
	if (server < 0)
		return -errno;
	keep_src(&ss, result);
	/* Is it our client, and not somebody else's? */
	err = port_of(&ss) == local_port(client) ? 0 : -EBADMSG;
	if (!err)
		err = send_bytes(client, size, 1);
	if (!err)
		err = expect_bytes(server, size, 1, deadline);
	if (!err)
		err = send_bytes(server, size, 2);
	if (!err)
		err = expect_bytes(client, size, 2, deadline);
	close(server);
	return err;
}

/* No namespace of ours serves port 9 (discard). */
#define CLOSED_PORT	9

/* The sockets of a probe; .server is -1 where nobody answers. */
struct ends {
	int client, server;
};

static void ends_close(const struct ends *ends)
{
	if (ends->client >= 0)
		close(ends->client);
	if (ends->server >= 0)
		close(ends->server);
}

/* Opens them and connects.  Also after an -errno they are to be closed. */
static int ends_open(const struct probe *p, const struct ip_prefix *dst,
		     int type, struct ends *ends)
{
	int nonblock = type == SOCK_STREAM ? SOCK_NONBLOCK : 0;
	uint16_t port = CLOSED_PORT;
	int err;

	ends->client = -1;
	ends->server = -1;
	if (p->to >= 0) {
		ends->server = answerer(p, dst, type);
		if (ends->server < 0)
			return ends->server;
		port = local_port(ends->server);
	}
	ends->client = make_socket(p->from, dst->family, type | nonblock, 0);
	if (ends->client < 0)
		return ends->client;
	err = bind_to(ends->client, p->src, 0, false);
	return err ? err : connect_to(ends->client, dst, port);
}

static int probe_tcp(const struct probe *p, const struct ip_prefix *dst,
		     struct probe_result *result)
{
	size_t size = p->size ? p->size : PING_SIZE;
	struct ends ends;
	int err;

	err = ends_open(p, dst, SOCK_STREAM, &ends);
	if (err == -EINPROGRESS)
		err = await_connect(ends.client, deadline_new_probe());
	if (!err && ends.server >= 0)
		err = converse_tcp(ends.client, ends.server, size, result);
	ends_close(&ends);
	return err;
}

/* Waits for the datagram at the server, or an error at the client. */
static int await_datagram(int client, int server, long long deadline)
{
	struct pollfd pfd[2] = {
		{ .fd = server, .events = POLLIN },
		{ .fd = client, .events = POLLIN },
	};
	socklen_t len;
	int err = deadline_poll(pfd, 2, deadline);

	if (err)
		return err;
	if (pfd[0].revents)
		return 0;
	len = sizeof(err);
	if (getsockopt(client, SOL_SOCKET, SO_ERROR, &err, &len) < 0)
		return -errno;
	return err ? -err : -EBADMSG;
}

static int converse_udp(int client, int server, size_t size,
			struct probe_result *result)
{
	uint8_t buf[SIZE_MAX_UDP], want[SIZE_MAX_UDP];
	long long deadline = deadline_new_probe();
	struct sockaddr_storage ss = { 0 };
	socklen_t len = sizeof(ss);
	ssize_t n;
	int err;

	err = send_bytes(client, size, 3);
	if (!err)
		err = await_datagram(client, server, deadline);
	if (err)
		return err;
	n = recvfrom(server, buf, sizeof(buf), 0, (struct sockaddr *)&ss, &len);
	if (n < 0)
		return -errno;
	keep_src(&ss, result);
	pattern(want, size, 3);
	if ((size_t)n != size || memcmp(buf, want, size))
		return -EBADMSG;
	if (connect(server, (struct sockaddr *)&ss, len) < 0)
		return -errno;
	err = send_bytes(server, size, 4);
	return err ? err : expect_bytes(client, size, 4, deadline);
}

static int probe_udp(const struct probe *p, const struct ip_prefix *dst,
		     struct probe_result *result)
{
	size_t size = p->size ? p->size : PING_SIZE;
	struct ends ends;
	int err;

	err = ends_open(p, dst, SOCK_DGRAM, &ends);
	if (!err && ends.server >= 0)
		err = converse_udp(ends.client, ends.server, size, result);
	else if (!err)
		err = send_bytes(ends.client, size, 3);
	/* Nobody serves the port: what comes is an error, or nothing. */
	if (!err && ends.server < 0)
		err = expect_bytes(ends.client, size, 4, deadline_new_probe());
	ends_close(&ends);
	return err;
}

int probe_run(const struct probe *p, struct probe_result *result)
{
	struct probe_result unused;
	struct ip_prefix dst;
	int err;

	if (!result)
		result = &unused;
	memset(result, 0, sizeof(*result));
	err = ip_parse(p->dst, &dst);
	if (err)
		return err;
	if (p->size > SIZE_MAX_UDP)
		return -EMSGSIZE;
	switch (p->kind) {
	case PROBE_ICMP:
		return probe_icmp(p, &dst, result);
	case PROBE_TCP:
		return probe_tcp(p, &dst, result);
	case PROBE_UDP:
		return probe_udp(p, &dst, result);
	}
	return -EINVAL;
}

static int link_of(int netns, const char *dev, struct link *link)
{
	struct rtnl *rtnl = rtnl_open(netns);
	int err;

	if (!rtnl)
		return -errno;
	err = link_get(rtnl, dev, link);
	rtnl_close(rtnl);
	return err;
}

int probe_fire(const struct probe *p)
{
	size_t size = p->size ? p->size : PING_SIZE;
	struct echo echo = new_echo();
	struct ip_prefix dst;
	struct ends ends;
	int fd, err;

	err = ip_parse(p->dst, &dst);
	if (err)
		return err;
	if (p->kind != PROBE_ICMP) {
		err = ends_open(p, &dst, p->kind == PROBE_TCP ? SOCK_STREAM :
				SOCK_DGRAM, &ends);
		if (!err && p->kind == PROBE_UDP)
			err = send_bytes(ends.client, size, 0);
		ends_close(&ends);
		return err == -EINPROGRESS ? 0 : err;
	}
	fd = echo_socket(p->from, dst.family);
	if (fd < 0)
		return fd;
	err = bind_to(fd, p->src, 0, false);
	if (!err)
		err = connect_to(fd, &dst, 0);
	if (!err)
		err = echo_send(fd, NULL, dst.family, &echo, size);
	close(fd);
	return err;
}

static int arp_send(int fd, const struct link *link, const struct ip_prefix *dst)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ARP),
		.sll_ifindex = link->ifindex, .sll_halen = 6,
		.sll_addr = { 255, 255, 255, 255, 255, 255 },
	};
	struct ether_arp arp = {
		.arp_hrd = htons(ARPHRD_ETHER), .arp_pro = htons(ETH_P_IP),
		.arp_hln = 6, .arp_pln = 4, .arp_op = htons(ARPOP_REQUEST),
	};

	memcpy(arp.arp_sha, link->mac, 6);
	memcpy(arp.arp_tpa, dst->addr, 4);
	if (bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ||
	    sendto(fd, &arp, sizeof(arp), 0, (struct sockaddr *)&to,
		   sizeof(to)) < 0)
		return -errno;
	return 0;
}

int probe_arp(int from, const char *dev, const char *text, uint8_t mac[6])
{
	long long deadline = deadline_new_probe();
	struct ether_arp arp;
	struct link link;
	struct ip_prefix dst;
	int fd, err;

	err = ip_parse(text, &dst);
	if (!err)
		err = link_of(from, dev, &link);
	if (err)
		return err;
	fd = make_socket(from, AF_PACKET, SOCK_DGRAM, htons(ETH_P_ARP));
	if (fd < 0)
		return fd;
	err = arp_send(fd, &link, &dst);
	while (!err) {
		err = deadline_poll_in(fd, deadline);
		if (!err && recv(fd, &arp, sizeof(arp), 0) >=
				    (ssize_t)sizeof(arp) &&
		    arp.arp_op == htons(ARPOP_REPLY) &&
		    !memcmp(arp.arp_spa, dst.addr, 4)) {
			memcpy(mac, arp.arp_sha, 6);
			break;
		}
	}
	close(fd);
	return err;
}

#define SEQ_SUSPECT	htons(1)
#define SEQ_SENTINEL	htons(2)

/* Until the sentinel answers; -EPROTO if the suspect does. */
static int await_sentinel(int fd, int family, struct echo echo)
{
	long long deadline = deadline_new_probe();
	uint8_t ttl;
	int ret;

	for (;;) {
		ret = deadline_poll_in(fd, deadline);
		if (!ret)
			ret = echo_receive(fd, family, PING_SIZE, &echo, &ttl);
		if (ret < 0)
			return ret;
		if (ret)
			return echo.seq == SEQ_SENTINEL ? 0 : -EPROTO;
	}
}

int probe_silence(int from, const char *text, const char *sentinel)
{
	struct echo echo = new_echo();
	struct ip_prefix dst, known;
	cpu_set_t cpus;
	int fd, err;

	err = ip_parse(text, &dst);
	if (!err)
		err = ip_parse(sentinel, &known);
	if (err)
		return err;
	fd = echo_socket(from, dst.family);
	if (fd < 0)
		return fd;
	err = cpu_pin(&cpus);
	if (err)
		goto out;
	echo.seq = SEQ_SUSPECT;
	err = echo_send(fd, &dst, dst.family, &echo, PING_SIZE);
	echo.seq = SEQ_SENTINEL;
	if (!err)
		err = echo_send(fd, &known, dst.family, &echo, PING_SIZE);
	if (!err)
		err = await_sentinel(fd, dst.family, echo);
	sched_setaffinity(0, sizeof(cpus), &cpus);
out:
	close(fd);
	return err;
}
