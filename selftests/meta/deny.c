// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * deny unshare|proc|ipv6|packet|unix PROGRAM [ARGUMENT...]: runs it as a strict
 * machine would, or a small kernel.
 *
 * unshare: unshare(2) is EPERM, as seccomp profiles of containers have it.
 * proc:    parts of /proc are covered, as containers do; the kernel then
 *          refuses to mount another proc (mount_too_revealing()).
 * ipv6 ...: no sockets of this family, as if the kernel had none.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <stddef.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* @n statements, for this process and its children. */
static int filter_calls(struct sock_filter *filter, size_t n)
{
	struct sock_fprog prog = { .len = n, .filter = filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		return -errno;
	return 0;
}

static int deny_unshare(void)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_unshare, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return filter_calls(filter, sizeof(filter) / sizeof(*filter));
}

/* Of little-endian machines: the low half of the first argument. */
static int deny_family(unsigned int family)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, family, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};

	return filter_calls(filter, sizeof(filter) / sizeof(*filter));
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, text, strlen(text)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* A user and a mount namespace, in which we are root. */
static int unshare_as_root(void)
{
	char uid[32], gid[32];
	int err;

	snprintf(uid, sizeof(uid), "0 %u 1", geteuid());
	snprintf(gid, sizeof(gid), "0 %u 1", getegid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNS))
		return -errno;
	err = write_file("/proc/self/setgroups", "deny");
	if (!err)
		err = write_file("/proc/self/uid_map", uid);
	if (!err)
		err = write_file("/proc/self/gid_map", gid);
	return err;
}

/* Only what is covered from outside, a locked mount, counts for the kernel. */
static int deny_proc(void)
{
	int err = unshare_as_root();

	if (err)
		return err;
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount("/dev/null", "/proc/version", NULL, MS_BIND, NULL) ||
	    mount("tmpfs", "/proc/bus", "tmpfs", MS_RDONLY, NULL))
		return -errno;
	return unshare_as_root();
}

int main(int argc, char **argv)
{
	int err = -EINVAL;

	if (argc > 2 && !strcmp(argv[1], "unshare"))
		err = deny_unshare();
	else if (argc > 2 && !strcmp(argv[1], "proc"))
		err = deny_proc();
	else if (argc > 2 && !strcmp(argv[1], "ipv6"))
		err = deny_family(AF_INET6);
	else if (argc > 2 && !strcmp(argv[1], "packet"))
		err = deny_family(AF_PACKET);
	else if (argc > 2 && !strcmp(argv[1], "unix"))
		err = deny_family(AF_UNIX);
	if (!err) {
		execv(argv[2], argv + 2);
		err = -errno;
	}
	fprintf(stderr, "deny: %s\n", strerror(-err));
	return 125;
}
