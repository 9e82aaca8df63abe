/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What glibc has and other C libraries, musl's above all, have not. */
#ifndef LIBC_H
#define LIBC_H

#include <features.h>

#ifdef __GLIBC__
#include <gnu/libc-version.h>
#else
#include <linux/mount.h>
#include <stddef.h>

/* As glibc 2.32 and newer: "ENOENT", "TERM"; NULL for what there is not. */
const char *strerrorname_np(int err);
const char *sigabbrev_np(int signal);

/* As close_range(2): 0, or -1 and errno. */
int close_range(unsigned int first, unsigned int last, int flags);

/* As mount_setattr(2), with what its header lacks. */
int mount_setattr(int dir, const char *path, unsigned int flags,
		  struct mount_attr *attr, size_t size);

#ifndef AT_RECURSIVE
#define AT_RECURSIVE	0x8000
#endif
#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE	71
#endif

#endif
#endif
