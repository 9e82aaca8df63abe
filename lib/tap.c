// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "tap.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cpu.h"
#include "deadline.h"
#include "libc.h"
#include "link.h"
#include "netns.h"
#include "packet.h"
#include "rtnl.h"

/* A burst of ten thousand small frames, or hundreds of the largest, fits. */
#define TAP_RCVBUF	(32 << 20)

static int tap_device(struct tap *tap, int netns, const char *dev)
{
	struct rtnl *rtnl = rtnl_open(netns);
	struct link link;
	int err;

	if (!rtnl)
		return -errno;
	err = link_get(rtnl, dev, &link);
	rtnl_close(rtnl);
	if (err)
		return err;
	tap->ifindex = link.ifindex;
	memcpy(tap->mac, link.mac, 6);
	return 0;
}

static int tap_bind(const struct tap *tap)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET, .sll_ifindex = tap->ifindex,
		.sll_protocol = htons(tap->ethertype),
	};
	int one = 1, size = TAP_RCVBUF;

	/* Privileged in init_net's user namespace only; else what there is. */
	if (setsockopt(tap->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)) < 0)
		setsockopt(tap->fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	if (setsockopt(tap->fd, SOL_PACKET, PACKET_AUXDATA, &one,
		       sizeof(one)) < 0 ||
	    bind(tap->fd, (struct sockaddr *)&at, sizeof(at)) < 0)
		return -errno;
	return 0;
}

int tap_open(struct tap *tap, int netns, const char *dev, uint16_t ethertype)
{
	int err;

	tap->fd = -1;
	tap->ethertype = ethertype;
	err = cpu_pin(NULL);
	if (!err)
		err = tap_device(tap, netns, dev);
	if (err)
		return err;
	tap->fd = netns_socket(netns, AF_PACKET, SOCK_RAW, 0);
	if (tap->fd < 0)
		return tap->fd;
	err = tap_bind(tap);
	if (err)
		tap_close(tap);
	return err;
}

void tap_close(struct tap *tap)
{
	if (tap->fd >= 0)
		close(tap->fd);
	tap->fd = -1;
}

int tap_send(const struct tap *tap, const uint8_t mac[6], const void *packet,
	     size_t len)
{
	struct sockaddr_ll to = {
		.sll_family = AF_PACKET, .sll_ifindex = tap->ifindex,
		.sll_protocol = htons(tap->ethertype), .sll_halen = 6,
	};
	uint8_t head[14];
	struct iovec iov[2] = {
		{ .iov_base = head, .iov_len = sizeof(head) },
		{ .iov_base = (void *)packet, .iov_len = len },
	};
	struct msghdr msg = {
		.msg_name = &to, .msg_namelen = sizeof(to),
		.msg_iov = iov, .msg_iovlen = 2,
	};
	ssize_t n;

	memcpy(to.sll_addr, mac, 6);
	memcpy(head, mac, 6);
	memcpy(head + 6, tap->mac, 6);
	head[12] = tap->ethertype >> 8;
	head[13] = tap->ethertype & 0xff;
	n = sendmsg(tap->fd, &msg, 0);
	if (n < 0)
		return -errno;
	return (size_t)n == sizeof(head) + len ? 0 : -EMSGSIZE;
}

/* Is the frame's checksum still to be made by a device? */
static bool is_partial(struct msghdr *msg)
{
	struct tpacket_auxdata aux;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == SOL_PACKET &&
		    c->cmsg_type == PACKET_AUXDATA) {
			memcpy(&aux, CMSG_DATA(c), sizeof(aux));
			return aux.tp_status & TP_STATUS_CSUMNOTREADY;
		}
	}
	return false;
}

static int receive(const struct tap *tap, void *frame, size_t size,
		   bool *partial)
{
	struct iovec iov = { .iov_base = frame, .iov_len = size };
	char control[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
	struct sockaddr_ll from;
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	long long deadline = deadline_new_probe();
	ssize_t n;
	int err;

	for (;;) {
		err = deadline_poll_in(tap->fd, deadline);
		if (err)
			return err;
		msg.msg_controllen = sizeof(control);
		n = recvmsg(tap->fd, &msg, MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		if (n >= 0 && from.sll_pkttype != PACKET_OUTGOING)
			break;
	}
	*partial = is_partial(&msg);
	return n;
}

int tap_next(const struct tap *tap, void *frame, size_t size)
{
	bool partial;

	return receive(tap, frame, size, &partial);
}

char *tap_text(const struct tap *tap, const char *until, unsigned int tell)
{
	char line[PACKET_TEXT_MAX], *text = NULL;
	uint8_t frame[14 + PACKET_MAX];
	bool partial;
	size_t size;
	FILE *file;
	int n;

	file = open_memstream(&text, &size);
	if (!file)
		return NULL;
	do {
		n = receive(tap, frame, sizeof(frame), &partial);
		if (n < 14) {
			fprintf(file, "timeout: %s, waiting for \"%s\"\n",
				n < 0 ? strerrorname_np(-n) : "a short frame",
				until);
			break;
		}
		packet_text(frame + 14, n - 14,
			    tell | (partial ? PACKET_PARTIAL : 0), line);
		fprintf(file, "%s\n", line);
	} while (!strstr(line, until));
	fclose(file);
	return text;
}
