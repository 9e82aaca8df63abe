// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "keeper.h"

#include "libc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

int keeper_start(void)
{
	pid_t parent = getpid(), pid;
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		if (errno != EAFNOSUPPORT)
			return -errno;
		/* Without CONFIG_UNIX: one that takes none, and we wait. */
		ends[0] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		return ends[0] < 0 ? -errno : ends[0];
	}
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (ends[1] > 0)
			close_range(0, ends[1] - 1, 0);
		close_range(ends[1] + 1, ~0U, 0);
		while (getppid() == parent)
			pause();
		_exit(0);
	}
	close(ends[1]);
	if (pid > 0)
		return ends[0];
	close(ends[0]);
	return -EAGAIN;
}

void keeper_give(int keeper, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 }, byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(c), &fd, sizeof(fd));
	/* Without it we close the socket ourselves, and wait. */
	if (sendmsg(keeper, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return;
}
