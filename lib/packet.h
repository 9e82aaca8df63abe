/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IP packets byte by byte: made from a description, and told as one line in
 * which whatever a router, a bridge or a wire may have spoilt shows.
 *
 *	10.0.1.1 > 10.0.1.2 ttl 63 len 128: udp 1000 > 2000 data 100
 *	10.0.1.1 > 10.0.1.2 ttl 1 tos 0xb8 DF MF off 1480 opt 01010100 len 60: ...
 *	10.0.1.1 > 10.0.1.2 ttl 64 len 84: icmp 8/0 id 1 seq 2 data 56
 *	10.0.1.2 > 10.0.1.1 ttl 64 tos 0xc0 len 56: icmp 3/4 mtu 1000 [QUOTED]
 *	fe80::1 > ff02::1:ff00:2 hop 255 len 32: ns 2001:db8::2 src 02:00:00:00:00:01
 *
 * What is 0 or not there is not said; an IPv6 "len" is that of the payload, as
 * in its header.  Checksums and data that are wrong are said at the end:
 * "bad-ip-sum", "bad-sum", "bad-data" (payload that is not packet_fill()'s).
 */
#ifndef PACKET_H
#define PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_MAX	(65535 + 64)

/* Of .frag, IPv4: in the header's own place, host order. */
#define PACKET_DF	0x4000
#define PACKET_MF	0x2000

/* Numbers are in host order.  The family is that of .dst. */
struct packet {
	const char *src, *dst;
	uint8_t ttl;			/* 0: 64 */
	bool ttl_0;			/* 0 it shall be */
	uint8_t tos;
	uint16_t ident;
	uint16_t frag;			/* PACKET_DF, PACKET_MF, offset / 8 */
	uint32_t flow;			/* IPv6 flow label */
	const void *opt;		/* IPv4 options, IPv6 extension headers */
	uint8_t opt_len, opt_next;	/* IPv6: what the first of them is */
	uint8_t proto;			/* IPPROTO_UDP, TCP, ICMP, ICMPV6, else raw */
	uint16_t sport, dport;
	uint8_t type, code;		/* ICMP */
	uint32_t rest;			/* ICMP: id << 16 | seq, mtu ... */
	uint32_t seq, ack;		/* TCP */
	uint8_t flags;			/* TCP: 2 SYN, 4 RST, 16 ACK ... */
	const void *data;		/* NULL: packet_fill() */
	size_t len;			/* of the data */
	uint16_t flip_ip, flip_sum;	/* spoils the checksums */
};

/* Writes it to @buf (PACKET_MAX bytes): its length, or -EINVAL. */
int packet_make(const struct packet *packet, uint8_t *buf);

/* Bytes @from.. of a payload of which no two stretches are alike. */
void packet_fill(uint8_t *data, size_t len, size_t from);

/* False if packet_fill() would not have written this. */
bool packet_filled(const uint8_t *data, size_t len, size_t from);

/* RFC 1071 over @data, which @sum (0 to begin with) joins; not yet inverted. */
uint32_t packet_sum(const void *data, size_t len, uint32_t sum);
uint16_t packet_sum_end(uint32_t sum);

/* Both over @data alone, in network order as a header holds it. */
uint16_t packet_checksum(const void *data, size_t len);

enum packet_tell {
	PACKET_IDENT = 1 << 0,		/* say the IPv4 identification */
	PACKET_PARTIAL = 1 << 1,	/* the sender left checksums to the device */
	PACKET_FLOW = 1 << 2,		/* say the IPv6 flow label */
	PACKET_QUOTED = 1 << 3,		/* cut: lengths and sums do not add up */
};

/* The line of the packet at @data, without a newline, in @text. */
#define PACKET_TEXT_MAX	512
void packet_text(const uint8_t *data, size_t len, unsigned int tell,
		 char text[PACKET_TEXT_MAX]);

#endif
