/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A private world for a test program, kept by the kernel and not by promises:
 * new pid, mount and network namespaces (and a user namespace when not root),
 * / read-only all the way down, tmpfs on /tmp and /run, own /proc and /sys.
 * It is gone when its first process is, and that dies with its parent.
 *
 *	outer process		waits, and ends as the inner one does
 *	 `- PID 1		returns from sandbox_enter() and goes on
 */
#ifndef SANDBOX_H
#define SANDBOX_H

#include <stdbool.h>

struct sandbox {
	bool user_ns;		/* in a user namespace of its own */
	bool own_proc;		/* else the inherited /proc stays */
	bool own_sys;		/* else the inherited /sys stays */
	char why[256];		/* on failure: what was refused, and by whom */
};

/*
 * Returns 0 in the new PID 1.  The calling process stays behind, waits and
 * exits with its status: this is the one function of lib/ that does not come
 * back.  On failure -errno and .why, in either process.
 */
int sandbox_enter(struct sandbox *sandbox)
	__attribute__((warn_unused_result));

/*
 * True if @err of sandbox_enter() is a refusal by the system's set-up (a
 * missing privilege, namespace type or quota), not a fault.
 */
bool sandbox_refused(int err);

/*
 * Gives the calling process a mount namespace of its own with an empty
 * NETNS_DIR, so that names of namespaces end with the process.  0 or -errno.
 */
int sandbox_new_names(void) __attribute__((warn_unused_result));

/* Empties /run, of the names there and of all else, for all who share it. */
int sandbox_forget_names(void) __attribute__((warn_unused_result));

#endif
