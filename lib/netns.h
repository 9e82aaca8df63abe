/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Network namespaces.  A namespace is held by an O_CLOEXEC descriptor of its
 * nsfs file, never a bare name; a name is a bind mount of that file under
 * NETNS_DIR, which exists in the sandbox's own mount namespace only.
 *
 * All functions return 0 or a descriptor, else -errno.
 */
#ifndef NETNS_H
#define NETNS_H

#include <stdint.h>

/* ip-netns(8)'s folder of names. */
#define NETNS_DIR	"/run/netns"

struct netns_id {
	uint64_t ino;		/* of the nsfs file: unique among the living */
	uint64_t cookie;	/* SO_NETNS_COOKIE: never used again (v5.14) */
};

/* A new namespace without a name; lives as long as it is referred to. */
int netns_new(void) __attribute__((warn_unused_result));

/* What `ip netns add NAME` does; -EEXIST if the name is there. */
int netns_add(const char *name) __attribute__((warn_unused_result));

/* Gives @netns a (further) name, as `ip netns attach` does; -EEXIST. */
int netns_name(int netns, const char *name) __attribute__((warn_unused_result));

/* What `ip netns del NAME` does: detach the mount, unlink the file. */
int netns_del(const char *name) __attribute__((warn_unused_result));

/* A descriptor of the namespace NAME; -EINVAL if the file is no nsfs one. */
int netns_open(const char *name) __attribute__((warn_unused_result));

/* A descriptor of the caller's own namespace. */
int netns_self(void) __attribute__((warn_unused_result));

/* socket(2) (with SOCK_CLOEXEC) inside @netns. */
int netns_socket(int netns, int domain, int type, int protocol)
	__attribute__((warn_unused_result));

/* open(2) (with O_CLOEXEC) of a path of procfs that is per namespace. */
int netns_open_file(int netns, const char *path, int flags)
	__attribute__((warn_unused_result));

/* Who @netns is. */
int netns_id(int netns, struct netns_id *id)
	__attribute__((warn_unused_result));

#endif
