// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "frame.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "cpu.h"
#include "deadline.h"
#include "keeper.h"
#include "link.h"
#include "netns.h"

/* Newer than the oldest headers we build with (v5.19). */
#ifndef SO_RCVMARK
#define SO_RCVMARK	75
#endif

/* Room for a hundred small frames, or two of the largest, and their heads. */
#define TAP_BUFFER	(1 << 20)
/* More wires than any path of ours has, one behind the other. */
#define HOPS_MAX	16
#define TAG_SIZE	4

struct taps {
	int *fds;
	int n;
	int clock;		/* on lo of a namespace of its own */
	uint32_t ticks;
	int keeper;
	cpu_set_t cpus;		/* as they were */
	/* A tag that the kernel holds beside a frame is put back in front. */
	uint8_t room[TAG_SIZE + FRAME_MAX];
};

/* A packet socket bound to @ifindex; it does not hear what goes out. */
static int open_bound(int netns, int ifindex)
{
	const struct sockaddr_ll ll = {
		.sll_family = AF_PACKET, .sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = ifindex,
	};
	int one = 1, size = TAP_BUFFER, pending;
	socklen_t len = sizeof(pending);
	int fd, err;

	/* Protocol 0: it hears nothing before it is bound. */
	fd = netns_socket(netns, AF_PACKET, SOCK_RAW, 0);
	if (fd < 0)
		return fd;
	/* Best effort: what follows is for root of the machine only, or new. */
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_RCVMARK, &one, sizeof(one));
	if (setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &one, sizeof(one)) < 0 ||
	    setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &one,
		       sizeof(one)) < 0 ||
	    bind(fd, (struct sockaddr *)&ll, sizeof(ll)) < 0 ||
	    /* bind() to a device that is down leaves ENETDOWN: taken out. */
	    getsockopt(fd, SOL_SOCKET, SO_ERROR, &pending, &len) < 0) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static int open_on(int netns, const char *dev, unsigned int flags)
{
	const struct link_desc set = { .flags = flags, .change = flags };
	struct rtnl *rtnl = rtnl_open(netns);
	struct link link;
	int err;

	if (!rtnl)
		return -errno;
	err = flags ? link_set(rtnl, dev, &set) : 0;
	if (!err)
		err = link_get(rtnl, dev, &link);
	rtnl_close(rtnl);
	return err ? err : open_bound(netns, link.ifindex);
}

static int clock_open(void)
{
	int netns = netns_new();
	int fd;

	if (netns < 0)
		return netns;
	fd = open_on(netns, "lo", IFF_UP);
	close(netns);
	return fd;
}

struct taps *taps_new(void)
{
	struct taps *taps = calloc(1, sizeof(*taps));
	int err;

	if (!taps)
		return NULL;
	taps->clock = -1;
	taps->keeper = keeper_start();
	err = taps->keeper < 0 ? taps->keeper : cpu_pin(&taps->cpus);
	if (err)
		goto err_free;
	taps->clock = clock_open();
	if (taps->clock >= 0) {
		keeper_give(taps->keeper, taps->clock);
		return taps;
	}
	err = taps->clock;
	sched_setaffinity(0, sizeof(taps->cpus), &taps->cpus);
err_free:
	if (taps->keeper >= 0)
		close(taps->keeper);
	free(taps);
	errno = -err;
	return NULL;
}

void taps_free(struct taps *taps)
{
	if (!taps)
		return;
	while (taps->n)
		close(taps->fds[--taps->n]);
	close(taps->clock);
	close(taps->keeper);
	sched_setaffinity(0, sizeof(taps->cpus), &taps->cpus);
	free(taps->fds);
	free(taps);
}

int taps_add(struct taps *taps, int netns, const char *dev)
{
	int fd = open_on(netns, dev, 0);
	int *fds;

	if (fd < 0)
		return fd;
	fds = realloc(taps->fds, (taps->n + 1) * sizeof(*fds));
	if (!fds) {
		close(fd);
		return -ENOMEM;
	}
	keeper_give(taps->keeper, fd);
	taps->fds = fds;
	taps->fds[taps->n] = fd;
	return taps->n++;
}

int taps_fd(const struct taps *taps, int tap)
{
	return taps->fds[tap];
}

int taps_send(struct taps *taps, int tap, const void *data, size_t len)
{
	ssize_t n = send(taps->fds[tap], data, len, 0);

	if (n < 0)
		return -errno;
	return (size_t)n == len ? 0 : -EMSGSIZE;
}

/* What comes beside a frame: its mark, and a tag to be put back. */
static const struct tpacket_auxdata *take_control(struct msghdr *msg,
						  struct frame *frame)
{
	const struct tpacket_auxdata *aux = NULL;
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c; c = CMSG_NXTHDR(msg, c)) {
		if (c->cmsg_level == SOL_PACKET &&
		    c->cmsg_type == PACKET_AUXDATA)
			aux = (const void *)CMSG_DATA(c);
		else if (c->cmsg_level == SOL_SOCKET &&
			 c->cmsg_type == SO_MARK)
			memcpy(&frame->mark, CMSG_DATA(c), sizeof(uint32_t));
	}
	return aux && aux->tp_status & TP_STATUS_VLAN_VALID ? aux : NULL;
}

/* Moves the addresses to the front, the tag behind them. */
static void put_tag(struct taps *taps, const struct tpacket_auxdata *aux,
		    struct frame *frame)
{
	uint16_t tag[2] = { htons(ETHERTYPE_VLAN), htons(aux->tp_vlan_tci) };

	if (aux->tp_status & TP_STATUS_VLAN_TPID_VALID)
		tag[0] = htons(aux->tp_vlan_tpid);
	memmove(taps->room, taps->room + TAG_SIZE, 12);
	memcpy(taps->room + 12, tag, TAG_SIZE);
	frame->data -= TAG_SIZE;
	frame->len += TAG_SIZE;
}

/* Of any socket of @taps. */
static int receive(struct taps *taps, int fd, struct frame *frame)
{
	struct sockaddr_ll from = { 0 };
	struct iovec iov = { .iov_base = taps->room + TAG_SIZE,
			     .iov_len = FRAME_MAX };
	char control[256] __attribute__((aligned(8)));
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	const struct tpacket_auxdata *aux;
	ssize_t n;

	n = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC))
		return -EMSGSIZE;
	*frame = (struct frame){ .data = iov.iov_base, .len = n,
				 .type = from.sll_pkttype };
	aux = take_control(&msg, frame);
	if (aux)
		put_tag(taps, aux, frame);
	return 1;
}

int taps_next(struct taps *taps, int tap, struct frame *frame)
{
	return receive(taps, taps->fds[tap], frame);
}

int taps_wait(struct taps *taps, int tap, bool (*wanted)(const struct frame *),
	      struct frame *frame)
{
	long long deadline = deadline_new();
	int ret;

	for (;;) {
		ret = deadline_poll_in(taps->fds[tap], deadline);
		if (!ret)
			ret = taps_next(taps, tap, frame);
		if (ret < 0)
			return ret;
		if (ret && wanted(frame))
			return 0;
	}
}

struct tick {
	struct ether_header eth;
	uint32_t number;
	uint8_t padding[42];
} __attribute__((packed));

/* Once round the CPU's queue. */
static int tick(struct taps *taps, long long deadline)
{
	struct tick tick = { .number = ++taps->ticks };
	struct frame frame;
	int ret;

	tick.eth.ether_type = htons(FRAME_ETHERTYPE);
	if (send(taps->clock, &tick, sizeof(tick), 0) < 0)
		return -errno;
	for (;;) {
		ret = deadline_poll_in(taps->clock, deadline);
		if (!ret)
			ret = receive(taps, taps->clock, &frame);
		if (ret < 0)
			return ret;
		if (ret && frame.len == sizeof(tick) &&
		    !memcmp(frame.data, &tick, sizeof(tick)))
			return 0;
	}
}

int taps_settle(struct taps *taps)
{
	long long deadline = deadline_new();
	int i, err = 0;

	for (i = 0; i < HOPS_MAX && !err; i++)
		err = tick(taps, deadline);
	return err;
}
