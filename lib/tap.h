/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A device's packets: sends any packet out of it, and keeps what came in by it,
 * in order (AF_PACKET).  What the namespace itself sends is not seen.
 */
#ifndef TAP_H
#define TAP_H

#include <stddef.h>
#include <stdint.h>

struct tap {
	int fd;
	int ifindex;
	uint16_t ethertype;
	uint8_t mac[6];			/* the device's */
};

/*
 * On @dev of @netns, for ETH_P_IP or ETH_P_IPV6 (packets that the namespace
 * accepts for handling, so behind a bridge's port nothing; and merged ones
 * where GRO is on).  0 or -errno.  Also does cpu_pin().
 */
int tap_open(struct tap *tap, int netns, const char *dev, uint16_t ethertype)
	__attribute__((warn_unused_result));
void tap_close(struct tap *tap);

/* Sends an IP packet to the neighbour @mac; 0 or -errno. */
int tap_send(const struct tap *tap, const uint8_t mac[6], const void *packet,
	     size_t len) __attribute__((warn_unused_result));

/*
 * What came in until the first packet whose line contains @until, with it: the
 * lines of packet_text(), for free(3).  The last line begins with "timeout" if
 * that one did not come.  NULL with errno.
 */
char *tap_text(const struct tap *tap, const char *until, unsigned int tell);

/* The next frame with its Ethernet header: its length, or -errno. */
int tap_next(const struct tap *tap, void *frame, size_t size)
	__attribute__((warn_unused_result));

#endif
