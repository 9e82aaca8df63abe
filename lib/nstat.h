/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of /proc/net/{snmp,netstat,snmp6}, named as nstat(8) does. */
#ifndef NSTAT_H
#define NSTAT_H

#include <stddef.h>
#include <stdint.h>

/*
 * "IpInAddrErrors", "TcpExtIPReversePathFilter", "Ip6OutNoRoutes": its value
 * in @netns.  0, -ENOENT if the kernel has no such counter, else -errno.
 */
int nstat_get(int netns, const char *name, uint64_t *value)
	__attribute__((warn_unused_result));

struct nstat {
	const char *name;
	uint64_t value;
	int err;			/* 0, -ENOENT: no such counter */
};

/* Many at once, each file read once: 0, or why they could not be read. */
int nstat_list(int netns, struct nstat *stats, size_t n)
	__attribute__((warn_unused_result));

/* A sysctl of @netns, such as "net/ipv4/ip_forward": text without "\n". */
int sysctl_get(int netns, const char *name, char *value, int size)
	__attribute__((warn_unused_result));

/* Writes it.  0 or -errno. */
int sysctl_set(int netns, const char *name, const char *value)
	__attribute__((warn_unused_result));

#endif
