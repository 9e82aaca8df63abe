// SPDX-License-Identifier: GPL-2.0-or-later
#include "netlink.h"

#include <errno.h>
#include <linux/netlink.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <unistd.h>

#include "deadline.h"
#include "netns.h"

/* The kernel's largest dump skb (af_netlink.c). */
#define RECV_SIZE	32768

int netlink_open(int netns, int protocol)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, protocol);
	int err;

	if (fd < 0 || !bind(fd, (const struct sockaddr *)&self, sizeof(self)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* One datagram: 1 when it ended the answer, 0 if more must come. */
static int take(const struct nlmsghdr *nlh, int len, rtnl_cb cb, void *data)
{
	int err = 0;

	for (; mnl_nlmsg_ok(nlh, len) && !err;
	     nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_type == NLMSG_ERROR ||
		    nlh->nlmsg_type == NLMSG_DONE) {
			/* Both begin with the verdict. */
			err = *(int *)mnl_nlmsg_get_payload(nlh);
			return err ? err : 1;
		}
		if (cb)
			err = cb(nlh, data);
	}
	return err;
}

int netlink_ask(int fd, struct req *req, rtnl_cb cb, void *data)
{
	char buf[RECV_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	long long deadline = deadline_new();
	ssize_t n;
	int err;

	if (req->err)
		return req->err;
	if (send(fd, req->nlh, req->nlh->nlmsg_len, 0) < 0)
		return -errno;
	do {
		err = deadline_poll_in(fd, deadline);
		if (err)
			return err;
		n = recv(fd, buf, sizeof(buf), 0);
		if (n < 0)
			return -errno;
		err = take((struct nlmsghdr *)buf, n, cb, data);
	} while (!err);
	return err < 0 ? err : 0;
}
