/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Processes of a test's own: one that does something and is done, one that
 * stays in a namespace as a container's process does; and capabilities put
 * aside for a moment.  Children assert nothing, they report.
 */
#ifndef CHILD_H
#define CHILD_H

#include "ksft.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

/* What a system call says, in the way of lib/: its result, or -errno. */
static inline int sys(long ret)
{
	return ret < 0 ? -errno : (int)ret;
}

/* 0 if @fd is not the caller's to know. */
static inline uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : st.st_ino;
}

/* Of a path such as /proc/self/ns/net; 0 if there is none. */
static inline uint64_t inode_at(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_ino;
}

/* Of the namespace that the calling thread is in. */
static inline uint64_t own_inode(void)
{
	return inode_at("/proc/thread-self/ns/net");
}

static inline uint64_t cookie_of(int netns)
{
	struct netns_id id;

	return netns < 0 || netns_id(netns, &id) ? 0 : id.cookie;
}

static inline int enter_netns(int netns)
{
	return sys(setns(netns, CLONE_NEWNET));
}

/* Memory that a child of the test writes and the test reads; zeroed. */
static inline void *shared_new(size_t size)
{
	void *mem = mmap(NULL, size, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return mem == MAP_FAILED ? NULL : mem;
}

/* Runs @act in a child to its end: what it returned, 0 or -errno. */
static inline int child_run(int (*act)(void *data), void *data)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(-act(data));
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? -WEXITSTATUS(status) : -EINTR;
}

/* A child that stays, and holds nothing but what its own act gave it. */
struct child {
	pid_t pid;
	int pidfd;
};

/*
 * Calls @act, which returns -errno, or a descriptor for the child to keep, or
 * 0 for none.
 */
static inline void child_main(int (*act)(void *data), void *data, int report)
{
	int ret;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	ret = act(data);
	if (ret >= 0) {
		dup2(report, STDIN_FILENO);
		if (ret > 0)
			dup2(ret, STDOUT_FILENO);
		/* What it inherited from the test would hold namespaces. */
		close_range(3, ~0U, 0);
		report = STDIN_FILENO;
		ret = 0;
	}
	if (write(report, &ret, sizeof(ret)) != sizeof(ret) || ret)
		_exit(1);
	close(report);
	for (;;)
		pause();
}

/* 0 once the child has done its @act, or its -errno. */
static inline int child_start(struct child *child, int (*act)(void *data),
			      void *data)
{
	int pipe_fd[2], err = 0;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	child->pid = fork();
	if (!child->pid)
		child_main(act, data, pipe_fd[1]);
	close(pipe_fd[1]);
	if (child->pid < 0 ||
	    read(pipe_fd[0], &err, sizeof(err)) != sizeof(err))
		err = -ECHILD;
	close(pipe_fd[0]);
	child->pidfd = err ? -1 : sys(syscall(SYS_pidfd_open, child->pid, 0));
	return err ? err : child->pidfd < 0 ? child->pidfd : 0;
}

/* Ends it, and leaves its zombie until child_reap(). */
static inline int child_kill(struct child *child)
{
	siginfo_t info;

	if (kill(child->pid, SIGKILL) < 0)
		return -errno;
	return sys(waitid(P_PID, child->pid, &info, WEXITED | WNOWAIT));
}

static inline int child_reap(struct child *child)
{
	close(child->pidfd);
	return waitpid(child->pid, NULL, 0) == child->pid ? 0 : -ECHILD;
}

static inline int child_end(struct child *child)
{
	int err = child_kill(child);

	return err ? err : child_reap(child);
}

/* Of the calling thread's effective set; the permitted one stays. */
static inline int cap_set(unsigned int cap, bool on)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2];

	if (syscall(SYS_capget, &head, data) < 0)
		return -errno;
	if (on)
		data[cap / 32].effective |= 1U << cap % 32;
	else
		data[cap / 32].effective &= ~(1U << cap % 32);
	return sys(syscall(SYS_capset, &head, data));
}

#endif
