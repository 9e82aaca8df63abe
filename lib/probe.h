/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Can one namespace reach an address?  Both ends are driven from this one
 * thread over sockets opened in the two namespaces.  0 means that the whole
 * way there and back works; else -errno is what the kernel told the sender:
 * -ENETUNREACH, -EHOSTUNREACH, -ECONNREFUSED ..., or -ETIMEDOUT when nothing
 * came before the deadline.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>

#include "ip.h"

enum probe_kind {
	PROBE_ICMP,			/* echo; @to is not used */
	PROBE_TCP,			/* connect, and a message each way */
	PROBE_UDP,			/* a datagram each way */
};

struct probe {
	enum probe_kind kind;
	int from;			/* the asking namespace */
	int to;				/* the answering one, -1: nobody does */
	const char *dst;		/* the address asked */
	const char *src;		/* bind to this first; NULL: don't */
	unsigned int size;		/* payload bytes; 0: 56, as ping(8) */
};

struct probe_result {
	uint8_t ttl;			/* of the reply (ICMP only) */
	struct ip_prefix src;			/* the asker, as the answerer saw it */
};

/* @result may be NULL. */
int probe_run(const struct probe *probe, struct probe_result *result)
	__attribute__((warn_unused_result));

/*
 * Sends what a probe begins with (an echo request, a SYN, a datagram) and does
 * not wait: 0 or -errno.  For who watches the counters.
 */
int probe_fire(const struct probe *probe) __attribute__((warn_unused_result));

/*
 * RFC 5227 ARP probe (sender address 0.0.0.0, so no neighbour is learned) out
 * of @dev: 0 and the answerer's MAC, or -ETIMEDOUT.
 */
int probe_arp(int from, const char *dev, const char *dst, uint8_t mac[6])
	__attribute__((warn_unused_result));

/*
 * Is @dst silent?  An echo request goes there, then one to @sentinel, both
 * from one CPU: they pass the same queues (neighbour, veth, per-CPU backlog)
 * in this order, if both leave by the same resolved neighbour.  0 when the
 * sentinel's reply came and nothing from @dst did; -EPROTO when @dst answered.
 */
int probe_silence(int from, const char *dst, const char *sentinel)
	__attribute__((warn_unused_result));

#endif
