/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Single Ethernet frames: sent out of devices, and heard by devices of any
 * namespaces, each through a packet socket of its own (packet(7)).
 *
 * What is said about silence needs no deadline.  Every veth and lo hands a
 * frame to the queue of the sending CPU (netif_rx, net/core/dev.c), first in,
 * first out; this process stays on one CPU while a struct taps lives, and
 * taps_settle() sends frames of its own through that queue, one for every hop.
 *
 * Functions return 0 or -errno, unless said otherwise.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest IP packet, an Ethernet header, and some tags. */
#define FRAME_MAX	(65535 + 14 + 16)

/* IEEE 802 Local Experimental Ethertype 1: nobody else's. */
#define FRAME_ETHERTYPE	0x88b5

struct frame {
	const uint8_t *data;	/* from the destination on, tags included */
	size_t len;
	uint8_t type;		/* PACKET_HOST, PACKET_OTHERHOST ... */
	uint32_t mark;		/* the skb's; 0 before v5.19 */
};

struct taps;

/* None yet; pins the calling process to a CPU.  NULL with errno. */
struct taps *taps_new(void);
void taps_free(struct taps *taps);

/*
 * Hears all that @dev of @netns receives from now on, for whomever it is: the
 * tap's number, from 0.  The device need not be up.
 */
int taps_add(struct taps *taps, int netns, const char *dev)
	__attribute__((warn_unused_result));

/* A tap's socket, for setsockopt(2). */
int taps_fd(const struct taps *taps, int tap);

/* Sends a whole frame out of the device of @tap. */
int taps_send(struct taps *taps, int tap, const void *data, size_t len)
	__attribute__((warn_unused_result));

/*
 * Returns when all frames that were sent, and all that the kernel made of them
 * on the spot (copies, answers), are where they end.  Not what timers send.
 */
int taps_settle(struct taps *taps) __attribute__((warn_unused_result));

/*
 * The next frame that @tap heard: 1, or 0 if there is no more now.  Its data
 * stay until the next call.
 */
int taps_next(struct taps *taps, int tap, struct frame *frame)
	__attribute__((warn_unused_result));

/*
 * For what the kernel sends in its own time: waits until @tap hears a frame
 * that @wanted says yes to, and drops what came before.
 */
int taps_wait(struct taps *taps, int tap, bool (*wanted)(const struct frame *),
	      struct frame *frame) __attribute__((warn_unused_result));

#endif
