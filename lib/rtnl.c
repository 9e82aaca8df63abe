// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "rtnl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "netns.h"

/* The kernel's largest dump skb: NLMSG_GOODSIZE up to 32 KiB (af_netlink.c). */
#define RECV_SIZE	32768
/* Room for the events of some hundred links that come and go at once. */
#define EVENT_BUFFER	(8 << 20)
#define EXTACK_MAX	256

struct rtnl {
	int fd;
	uint32_t seq;
	uint32_t portid;
	char extack[EXTACK_MAX];
	char buf[RECV_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* What a dump collects until it is whole. */
struct pile {
	char *data;
	size_t len;
	bool interrupted;
};

struct rtnl *rtnl_open(int netns)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(self);
	struct rtnl *rtnl;
	int one = 1, err;

	rtnl = calloc(1, sizeof(*rtnl));
	if (!rtnl)
		return NULL;
	rtnl->fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	if (rtnl->fd < 0) {
		err = -rtnl->fd;
		goto err_free;
	}
	if (bind(rtnl->fd, (struct sockaddr *)&self, sizeof(self)) < 0 ||
	    getsockname(rtnl->fd, (struct sockaddr *)&self, &len) < 0 ||
	    setsockopt(rtnl->fd, SOL_NETLINK, NETLINK_EXT_ACK, &one,
		       sizeof(one)) < 0 ||
	    setsockopt(rtnl->fd, SOL_NETLINK, NETLINK_CAP_ACK, &one,
		       sizeof(one)) < 0 ||
	    setsockopt(rtnl->fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
		       sizeof(one)) < 0) {
		err = errno;
		goto err_close;
	}
	rtnl->portid = self.nl_pid;
	return rtnl;

err_close:
	close(rtnl->fd);
err_free:
	free(rtnl);
	errno = err;
	return NULL;
}

void rtnl_close(struct rtnl *rtnl)
{
	if (!rtnl)
		return;
	close(rtnl->fd);
	free(rtnl);
}

const char *rtnl_extack(const struct rtnl *rtnl)
{
	return rtnl->extack;
}

static int send_req(struct rtnl *rtnl, struct req *req, uint16_t flags)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };

	rtnl->extack[0] = '\0';
	if (req->err)
		return req->err;
	req->nlh->nlmsg_flags |= flags;
	req->nlh->nlmsg_seq = ++rtnl->seq;
	if (sendto(rtnl->fd, req->nlh, req->nlh->nlmsg_len, 0,
		   (struct sockaddr *)&kernel, sizeof(kernel)) < 0)
		return -errno;
	return 0;
}

/* Receives one datagram into rtnl->buf: its length or -errno. */
static int receive(struct rtnl *rtnl, long long deadline)
{
	struct sockaddr_nl from = { 0 };
	struct iovec iov = { .iov_base = rtnl->buf, .iov_len = RECV_SIZE };
	struct msghdr msg = {
		.msg_name = &from,
		.msg_namelen = sizeof(from),
		.msg_iov = &iov,
		.msg_iovlen = 1,
	};
	ssize_t n;
	int err;

	do {
		err = deadline_poll_in(rtnl->fd, deadline);
		if (err)
			return err;
		n = recvmsg(rtnl->fd, &msg, MSG_DONTWAIT);
		if (n < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		/* Only the kernel (port 0) speaks here. */
	} while (n < 0 || from.nl_pid);
	if (msg.msg_flags & MSG_TRUNC)
		return -EMSGSIZE;
	return n;
}

/* Keeps the text that came with an error, or a warning with success. */
static void keep_extack(struct rtnl *rtnl, const struct nlmsghdr *nlh,
			size_t skip)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    mnl_nlmsg_get_payload_len(nlh) < skip)
		return;
	mnl_attr_for_each(attr, nlh, skip) {
		if (mnl_attr_get_type(attr) != NLMSGERR_ATTR_MSG)
			continue;
		strncpy(rtnl->extack, mnl_attr_get_str(attr), EXTACK_MAX - 1);
	}
}

/* The verdict in an NLMSG_ERROR: 0 or -errno. */
static int verdict(struct rtnl *rtnl, const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*e);

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*e))
		return -EBADMSG;
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += e->msg.nlmsg_len - sizeof(e->msg);
	keep_extack(rtnl, nlh, MNL_ALIGN(skip));
	return e->error;
}

static int pile_add(struct pile *pile, const struct nlmsghdr *nlh)
{
	char *data = realloc(pile->data,
			     pile->len + MNL_ALIGN(nlh->nlmsg_len));

	if (!data)
		return -ENOMEM;
	memcpy(data + pile->len, nlh, nlh->nlmsg_len);
	pile->data = data;
	pile->len += MNL_ALIGN(nlh->nlmsg_len);
	return 0;
}

/*
 * Takes in the messages of one datagram.  1 when the answer is complete, 0
 * when more must come, else -errno.
 */
static int take(struct rtnl *rtnl, int len, struct pile *pile)
{
	const struct nlmsghdr *nlh = (struct nlmsghdr *)rtnl->buf;
	int err;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != rtnl->seq ||
		    nlh->nlmsg_pid != rtnl->portid)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			pile->interrupted = true;
		if (nlh->nlmsg_type == NLMSG_ERROR) {
			err = verdict(rtnl, nlh);
			return err ? err : 1;
		}
		if (nlh->nlmsg_type == NLMSG_DONE) {
			if (mnl_nlmsg_get_payload_len(nlh) < sizeof(int))
				return -EBADMSG;
			keep_extack(rtnl, nlh, sizeof(int));
			err = *(int *)mnl_nlmsg_get_payload(nlh);
			return err ? err : 1;
		}
		err = pile_add(pile, nlh);
		if (err)
			return err;
	}
	return 0;
}

static int converse(struct rtnl *rtnl, struct req *req, uint16_t flags,
		    struct pile *pile, long long deadline)
{
	int n, err;

	err = send_req(rtnl, req, flags);
	while (!err) {
		n = receive(rtnl, deadline);
		err = n < 0 ? n : take(rtnl, n, pile);
	}
	return err < 0 ? err : 0;
}

int rtnl_talk(struct rtnl *rtnl, struct req *req)
{
	struct pile pile = { 0 };
	int err;

	err = converse(rtnl, req, NLM_F_ACK, &pile, deadline_new());
	free(pile.data);
	return err;
}

int rtnl_post(struct rtnl *rtnl, struct req *req)
{
	return send_req(rtnl, req, NLM_F_ACK);
}

int rtnl_get(struct rtnl *rtnl, struct req *req, rtnl_cb cb, void *data)
{
	struct pile pile = { 0 };
	int err;

	/* The ACK behind the answer marks its end. */
	err = converse(rtnl, req, NLM_F_ACK, &pile, deadline_new());
	if (!err)
		err = pile.len ? cb((struct nlmsghdr *)pile.data, data) :
				 -ENODATA;
	free(pile.data);
	return err;
}

/* Messages of @pile as items: a count or -errno. */
static int pile_parse(const struct pile *pile, size_t size, rtnl_cb parse,
		      char **items)
{
	const struct nlmsghdr *nlh = (struct nlmsghdr *)pile->data;
	int len = pile->len, n = 0, err;

	/* No message is shorter than its header, so this is enough. */
	*items = calloc(pile->len / sizeof(*nlh) + 1, size);
	if (!*items)
		return -ENOMEM;
	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		err = parse(nlh, *items + n * size);
		if (err < 0) {
			free(*items);
			return err;
		}
		n += !err;
	}
	return n;
}

int rtnl_list(struct rtnl *rtnl, struct req *req, size_t size, rtnl_cb parse,
	      void *items)
{
	long long deadline = deadline_new();
	struct pile pile;
	int ret;

	do {
		pile = (struct pile){ 0 };
		ret = converse(rtnl, req, NLM_F_DUMP, &pile, deadline);
		if (!ret && pile.interrupted)
			ret = -EINTR;
		else if (!ret)
			ret = pile_parse(&pile, size, parse, items);
		free(pile.data);
	} while (ret == -EINTR && deadline_left(deadline));
	return ret;
}

int rtnl_join(struct rtnl *rtnl, unsigned int group)
{
	int size = EVENT_BUFFER;

	/* Best effort: a lost event is reported as ENOBUFS in any case. */
	if (setsockopt(rtnl->fd, SOL_SOCKET, SO_RCVBUFFORCE, &size,
		       sizeof(size)) < 0)
		setsockopt(rtnl->fd, SOL_SOCKET, SO_RCVBUF, &size,
			   sizeof(size));
	if (setsockopt(rtnl->fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group,
		       sizeof(group)) < 0)
		return -errno;
	return 0;
}

int rtnl_wait(struct rtnl *rtnl, rtnl_cb cb, void *data, long long deadline)
{
	const struct nlmsghdr *nlh;
	int n, err;

	for (;;) {
		n = receive(rtnl, deadline);
		if (n < 0)
			return n;
		nlh = (struct nlmsghdr *)rtnl->buf;
		for (; mnl_nlmsg_ok(nlh, n); nlh = mnl_nlmsg_next(nlh, &n)) {
			err = cb ? cb(nlh, data) : 1;
			if (err)
				return err < 0 ? err : 0;
		}
	}
}
