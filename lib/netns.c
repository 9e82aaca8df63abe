// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "netns.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE		71
#endif

/* The calling thread's, not the process': setns(2) works on a thread. */
#define SELF_NETNS		"/proc/thread-self/ns/net"

int netns_self(void)
{
	int fd = open(SELF_NETNS, O_RDONLY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/*
 * Enters @netns and returns a descriptor of the one that was left.  Should
 * the way back be refused, the thread would be in the wrong namespace for
 * good, where every later claim is void: leave() says so, callers pass it on.
 */
static int enter(int netns)
{
	int self = netns_self();
	int err;

	if (self < 0)
		return self;
	if (setns(netns, CLONE_NEWNET) < 0) {
		err = -errno;
		close(self);
		return err;
	}
	return self;
}

/* Goes back to @self, which it closes. */
static int leave(int self)
{
	int err = setns(self, CLONE_NEWNET) < 0 ? -errno : 0;

	close(self);
	return err;
}

/* The same with @fd (or -errno), which was opened inside, as the result. */
static int leave_with(int self, int fd)
{
	int err = leave(self);

	if (err && fd >= 0)
		close(fd);
	return err ? err : fd;
}

int netns_new(void)
{
	int self = netns_self();
	int fd, err;

	if (self < 0)
		return self;
	if (unshare(CLONE_NEWNET) < 0) {
		err = -errno;
		close(self);
		return err;
	}
	fd = netns_self();
	return leave_with(self, fd);
}

/* ip-netns(8) refuses names that would leave the folder, and so do we. */
static int name_path(const char *name, char path[PATH_MAX])
{
	if (!*name || strchr(name, '/') || !strcmp(name, ".") ||
	    !strcmp(name, ".."))
		return -EINVAL;
	if (strlen(name) > NAME_MAX)
		return -ENAMETOOLONG;
	snprintf(path, PATH_MAX, NETNS_DIR "/%s", name);
	return 0;
}

int netns_add(const char *name)
{
	int self, fd, err, left;
	char path[PATH_MAX];

	err = name_path(name, path);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	close(fd);
	self = netns_self();
	if (self < 0) {
		err = self;
		goto err_unlink;
	}
	if (unshare(CLONE_NEWNET) < 0) {
		err = -errno;
		close(self);
		goto err_unlink;
	}
	if (mount(SELF_NETNS, path, NULL, MS_BIND, NULL) < 0)
		err = -errno;
	left = leave(self);
	if (!err && left) {
		umount2(path, MNT_DETACH);
		err = left;
	}
	if (err)
		goto err_unlink;
	return 0;

err_unlink:
	unlink(path);
	return err;
}

int netns_name(int netns, const char *name)
{
	char path[PATH_MAX], self[32];
	int fd, err;

	err = name_path(name, path);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	close(fd);
	snprintf(self, sizeof(self), "/proc/self/fd/%d", netns);
	if (mount(self, path, NULL, MS_BIND, NULL) == 0)
		return 0;
	err = -errno;
	unlink(path);
	return err;
}

int netns_del(const char *name)
{
	char path[PATH_MAX];
	int err;

	err = name_path(name, path);
	if (err)
		return err;
	/* As ip(8): a name that is no mount (a stray file) is unlinked too. */
	if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL)
		return -errno;
	return unlink(path) < 0 ? -errno : 0;
}

int netns_open(const char *name)
{
	char path[PATH_MAX];
	struct statfs fs;
	int fd, err;

	err = name_path(name, path);
	if (err)
		return err;
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstatfs(fd, &fs) < 0)
		err = -errno;
	else if (fs.f_type != NSFS_MAGIC)
		err = -EINVAL;
	if (err) {
		close(fd);
		return err;
	}
	return fd;
}

int netns_socket(int netns, int domain, int type, int protocol)
{
	int self = enter(netns);
	int fd;

	if (self < 0)
		return self;
	fd = socket(domain, type | SOCK_CLOEXEC, protocol);
	return leave_with(self, fd < 0 ? -errno : fd);
}

int netns_open_file(int netns, const char *path, int flags)
{
	int self = enter(netns);
	int fd;

	if (self < 0)
		return self;
	fd = open(path, flags | O_CLOEXEC);
	return leave_with(self, fd < 0 ? -errno : fd);
}

int netns_id(int netns, struct netns_id *id)
{
	socklen_t len = sizeof(id->cookie);
	struct stat st;
	int fd, err = 0;

	memset(id, 0, sizeof(*id));
	if (fstat(netns, &st) < 0)
		return -errno;
	id->ino = st.st_ino;
	fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, 0);
	if (fd < 0)
		return fd;
	if (getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &id->cookie, &len) < 0)
		err = -errno;
	close(fd);
	return err;
}
