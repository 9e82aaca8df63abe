// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libc.h"
#include "netns.h"

#define SYSCTL_APPARMOR	"/proc/sys/kernel/apparmor_restrict_unprivileged_userns"
#define SYSCTL_CLONE	"/proc/sys/kernel/unprivileged_userns_clone"
#define SYSCTL_USERNS	"/proc/sys/user/max_user_namespaces"
#define SYSCTL_NETNS	"/proc/sys/user/max_net_namespaces"

static int fail(struct sandbox *sb, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static int fail(struct sandbox *sb, int err, const char *fmt, ...)
{
	size_t n;
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(sb->why, sizeof(sb->why), fmt, ap);
	va_end(ap);
	n = strlen(sb->why);
	snprintf(sb->why + n, sizeof(sb->why) - n, ": %s",
		 strerrorname_np(-err));
	return err;
}

bool sandbox_refused(int err)
{
	return err == -EPERM || err == -EACCES || err == -ENOSPC ||
	       err == -EUSERS || err == -EINVAL || err == -ENOSYS;
}

/* The number in a sysctl, or -1 if there is none. */
static long read_number(const char *path)
{
	char text[32] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -1;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	return n > 0 ? strtol(text, NULL, 10) : -1;
}

/* A kind of namespace that the kernel lacks. */
static const char *missing_namespace(void)
{
	if (access("/proc/self/net", F_OK))
		return " (kernel without CONFIG_NET)";
	if (access("/proc/self/ns/net", F_OK))
		return " (kernel without CONFIG_NET_NS)";
	if (access("/proc/self/ns/pid", F_OK))
		return " (kernel without CONFIG_PID_NS)";
	if (access("/proc/self/ns/user", F_OK))
		return " (kernel without CONFIG_USER_NS)";
	return "";
}

/* Who is the likely author of a refused unshare(2). */
static const char *culprit(int err)
{
	if (read_number(SYSCTL_APPARMOR) == 1)
		return " (" SYSCTL_APPARMOR " is 1)";
	if (read_number(SYSCTL_CLONE) == 0)
		return " (" SYSCTL_CLONE " is 0)";
	if (read_number(SYSCTL_USERNS) == 0)
		return " (" SYSCTL_USERNS " is 0)";
	if (read_number(SYSCTL_NETNS) == 0)
		return " (" SYSCTL_NETNS " is 0)";
	if (err == -ENOSPC)
		return " (the limits under /proc/sys/user are used up)";
	if (err == -EPERM)
		return " (seccomp or another policy of this machine)";
	return err == -EINVAL ? missing_namespace() : "";
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

/* The caller's ids become 0; setgroups(2) must go first (user_namespaces(7)) */
static int map_root(uid_t uid, gid_t gid)
{
	char text[32];
	int err;

	err = write_file("/proc/self/setgroups", "deny");
	if (err && err != -ENOENT)
		return err;
	snprintf(text, sizeof(text), "0 %u 1", uid);
	err = write_file("/proc/self/uid_map", text);
	if (err)
		return err;
	snprintf(text, sizeof(text), "0 %u 1", gid);
	return write_file("/proc/self/gid_map", text);
}

/*
 * Root needs no user namespace, but a container's root may lack the
 * capability: then it gets one, as everybody else does.
 */
static int unshare_all(struct sandbox *sb)
{
	const int flags = CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWNET;
	uid_t uid = geteuid();
	gid_t gid = getegid();
	int err;

	if (uid == 0 && unshare(flags) == 0)
		return 0;
	if (uid == 0 && errno != EPERM) {
		err = -errno;
		return fail(sb, err, "unshare%s", culprit(err));
	}
	if (unshare(CLONE_NEWUSER) < 0) {
		err = -errno;
		return fail(sb, err, "unshare(CLONE_NEWUSER)%s", culprit(err));
	}
	sb->user_ns = true;
	err = map_root(uid, gid);
	if (err)
		return fail(sb, err, "/proc/self/uid_map%s", culprit(err));
	if (unshare(flags) < 0) {
		err = -errno;
		return fail(sb, err, "unshare%s", culprit(err));
	}
	return 0;
}

/* From here on nothing on the machine's disks can be written. */
static int mount_read_only(struct sandbox *sb)
{
	struct mount_attr attr = { .attr_set = MOUNT_ATTR_RDONLY };
	int err;

	/* EINVAL: a chroot's / is a folder, not a mount. */
	if (mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) < 0) {
		err = -errno;
		return fail(sb, err, "mount --make-rprivate /%s",
			    err == -EINVAL ? " (in a chroot)" : culprit(err));
	}
	if (mount_setattr(AT_FDCWD, "/", AT_RECURSIVE, &attr,
			  sizeof(attr)) < 0)
		return fail(sb, -errno, "mount_setattr(/, MOUNT_ATTR_RDONLY)%s",
			    errno == ENOSYS ? " (kernel before v5.12)" : "");
	return 0;
}

static int mount_tmpfs(const char *path)
{
	return mount("tmpfs", path, "tmpfs", MS_NOSUID | MS_NODEV,
		     "mode=0755") < 0 ? -errno : 0;
}

/*
 * Containers mask parts of /proc and /sys with mounts; the kernel then
 * refuses a fresh, unmasked one (mount_too_revealing, fs/namespace.c).
 */
static int mount_own(struct sandbox *sb)
{
	int err;

	err = mount_read_only(sb);
	if (err)
		return err;
	err = mount_tmpfs("/tmp");
	if (err)
		return fail(sb, err, "tmpfs on /tmp");
	err = mount_tmpfs("/run");
	if (err)
		return fail(sb, err, "tmpfs on /run");
	if (mkdir(NETNS_DIR, 0755) < 0)
		return fail(sb, -errno, "mkdir " NETNS_DIR);
	sb->own_proc = mount("proc", "/proc", "proc",
			     MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
	sb->own_sys = mount("sysfs", "/sys", "sysfs",
			    MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0;
	return 0;
}

static int mount_names(void)
{
	int err = mount_tmpfs("/run");

	if (err)
		return err;
	return mkdir(NETNS_DIR, 0755) < 0 ? -errno : 0;
}

int sandbox_new_names(void)
{
	return unshare(CLONE_NEWNS) < 0 ? -errno : mount_names();
}

int sandbox_forget_names(void)
{
	return umount2("/run", MNT_DETACH) < 0 ? -errno : mount_names();
}

/* Ends as the inner process did. */
static void mirror(pid_t pid)
{
	int status;

	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			_exit(1);
	}
	if (WIFSIGNALED(status)) {
		signal(WTERMSIG(status), SIG_DFL);
		raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 1);
}

/*
 * Asks to be killed when the parent dies.  It may have died before: then the
 * read end of its pipe is at its end (PID 1 cannot ask getppid(), which is 0
 * for a parent outside the namespace).
 */
static void die_with_parent(int pipe_fd)
{
	struct pollfd pfd = { .fd = pipe_fd, .events = POLLIN };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (poll(&pfd, 1, 0) != 0)
		_exit(1);
	close(pipe_fd);
}

int sandbox_enter(struct sandbox *sb)
{
	pid_t parent = getppid();
	int alive[2];
	pid_t pid;
	int err;

	memset(sb, 0, sizeof(*sb));
	err = unshare_all(sb);
	if (err)
		return err;
	/* Only now: a change of credentials clears it (commit_creds). */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	if (pipe2(alive, O_CLOEXEC) < 0)
		return fail(sb, -errno, "pipe");
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return fail(sb, -errno, "fork");
	if (pid) {
		close(alive[0]);
		mirror(pid);
	}
	close(alive[1]);
	die_with_parent(alive[0]);
	return mount_own(sb);
}
