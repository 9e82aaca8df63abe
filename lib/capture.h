/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of a device, as tcpdump(1) in its namespace sees them (libpcap). */
#ifndef CAPTURE_H
#define CAPTURE_H

#include <stddef.h>
#include <stdint.h>

struct capture;

struct capture_frame {
	const uint8_t *data;	/* from the destination on, VLAN tag included */
	size_t len;		/* as it was on the wire, and all of it is here */
};

enum capture_flag {
	CAPTURE_PROMISC = 1 << 0,	/* as tcpdump without -p */
	CAPTURE_IN = 1 << 1,		/* one way only: what comes in, */
	CAPTURE_OUT = 1 << 2,		/* or what goes out */
};

/*
 * Frames from now on, of those that @filter (pcap-filter(7), NULL: all) wants.
 * NULL with errno: ENETDOWN if @dev is down, ENODEV, EPERM, EINVAL (@filter).
 */
struct capture *capture_open(int netns, const char *dev, const char *filter,
			     unsigned int flags);
void capture_close(struct capture *capture);

/* Its packet socket, which stays the capture's; for keeper_give(). */
int capture_fd(const struct capture *capture);

/*
 * The next frame, which stays until the next call: 0, -ETIMEDOUT, or -EMSGSIZE
 * if it is longer than 9216 bytes.
 */
int capture_next(struct capture *capture, struct capture_frame *frame)
	__attribute__((warn_unused_result));

/*
 * All frames so far, as a file of pcap-savefile(5): *@size bytes, until the next
 * call.  capture_next() goes on behind them.  NULL with errno.
 */
const void *capture_file(struct capture *capture, size_t *size);

#endif
