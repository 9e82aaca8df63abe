/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Programs of the machine's (ip, ping, nsenter ...), for oracles only. */
#ifndef TOOL_H
#define TOOL_H

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOOL_PATH	"/usr/sbin:/usr/bin:/sbin:/bin"

/* Is there such a program? */
static inline bool have(const char *tool)
{
	static const char * const dirs[] = {
		"/usr/sbin", "/sbin", "/usr/bin", "/bin",
	};
	char path[64];
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", dirs[i], tool);
		if (!access(path, X_OK))
			return true;
	}
	return false;
}

#define NEED_TOOL(tool, package) do { \
	if (!have(tool)) \
		SKIP(return, "no " tool " program (Debian package " package ")"); \
} while (0)

/*
 * Runs sh(1) inside @netns with @script as its input, and what it and all that
 * it starts print in @out: its exit status, or -errno.
 */
static inline int tool_run(int netns, int script, int out)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		if (setns(netns, CLONE_NEWNET) == 0 && dup2(script, 0) == 0 &&
		    dup2(out, 1) == 1 && dup2(out, 2) == 2) {
			setenv("PATH", TOOL_PATH, 1);
			setenv("LC_ALL", "C", 1);
			execl("/bin/sh", "sh", NULL);
		}
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/*
 * What a script prints in @netns, and behind it the line "exit STATUS": good
 * until the call after the next.
 */
static inline const char *tool_says(int netns, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static inline const char *tool_says(int netns, const char *fmt, ...)
{
	static char text[2][16384];
	static int turn;
	int script = memfd_create("script", MFD_CLOEXEC);
	int out = memfd_create("out", MFD_CLOEXEC);
	char *buf = text[turn ^= 1];
	ssize_t n = -1;
	va_list ap;
	int status;

	va_start(ap, fmt);
	vdprintf(script, fmt, ap);
	va_end(ap);
	status = lseek(script, 0, SEEK_SET) < 0 ? -errno :
						  tool_run(netns, script, out);
	if (lseek(out, 0, SEEK_SET) == 0)
		n = read(out, buf, sizeof(text[0]) - 64);
	n = n < 0 ? 0 : n;
	snprintf(buf + n, 64, "exit %d\n", status);
	close(script);
	close(out);
	return buf;
}

#endif
