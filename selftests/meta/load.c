// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * load COMMAND...: runs the command beside a sandbox in which 900 namespaces,
 * each with a veth, are made and torn down over and over.  Teardown holds the
 * kernel's one rtnl lock and its one netns work queue for long stretches:
 * whoever waits for a while instead of for an event finds out here.  Exits as
 * the command does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "link.h"
#include "netns.h"
#include "rtnl.h"
#include "sandbox.h"

#define NAMESPACES	900

static int add_one(struct rtnl *rtnl, int *netns)
{
	struct link_desc peer = { 0 };
	const struct link_desc veth = { .kind = "veth", .peer = &peer };

	*netns = netns_new();
	if (*netns < 0)
		return *netns;
	peer.netns = *netns;
	return link_add(rtnl, &veth);
}

/* Makes them all, says so once, lets go of them all, and again. */
static int churn(int ready)
{
	static int netns[NAMESPACES];
	struct rtnl *rtnl;
	int self, i, err;

	for (;;) {
		self = netns_new();
		rtnl = self < 0 ? NULL : rtnl_open(self);
		if (!rtnl)
			return -errno;
		for (i = 0; i < NAMESPACES; i++) {
			err = add_one(rtnl, &netns[i]);
			if (err)
				return err;
		}
		if (ready >= 0 && write(ready, "", 1) == 1) {
			close(ready);
			ready = -1;
		}
		rtnl_close(rtnl);
		close(self);
		for (i = 0; i < NAMESPACES; i++)
			close(netns[i]);
	}
}

static int load(int ready)
{
	const struct rlimit files = { NAMESPACES + 64, NAMESPACES + 64 };
	struct sandbox sandbox;
	struct rlimit now;
	int err;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getrlimit(RLIMIT_NOFILE, &now) == 0 &&
	    now.rlim_cur < files.rlim_cur)
		setrlimit(RLIMIT_NOFILE, &files);
	err = sandbox_enter(&sandbox);
	if (err) {
		fprintf(stderr, "load: %s\n", sandbox.why);
		return 2;
	}
	err = churn(ready);
	fprintf(stderr, "load: %s\n", strerror(-err));
	return 2;
}

int main(int argc, char **argv)
{
	pid_t pid, command;
	int ready[2], status;
	char byte;

	if (argc < 2 || argv[1][0] == '-') {
		fprintf(stderr, "Usage: %s COMMAND...\n", argv[0]);
		return 2;
	}
	if (pipe(ready) < 0)
		return 2;
	pid = fork();
	if (!pid) {
		close(ready[0]);
		return load(ready[1]);
	}
	close(ready[1]);
	if (pid < 0 || read(ready[0], &byte, 1) != 1)
		return 2;
	command = fork();
	if (!command) {
		execvp(argv[1], argv + 1);
		fprintf(stderr, "load: %s: %s\n", argv[1], strerror(errno));
		_exit(2);
	}
	if (command < 0 || waitpid(command, &status, 0) < 0)
		status = 2 << 8;
	/* A load that ended by itself was none. */
	if (waitpid(pid, NULL, WNOHANG) != 0) {
		fprintf(stderr, "load: it ended before the command did\n");
		return 2;
	}
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
