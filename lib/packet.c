// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/ip_icmp.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ip.h"

#define IPV4_HEADER	20
#define IPV6_HEADER	40

/* 251 is prime: no power of two later is the same again. */
static uint8_t byte_at(size_t i)
{
	return i % 251 + (i >> 8) * 3;
}

void packet_fill(uint8_t *data, size_t len, size_t from)
{
	size_t i;

	for (i = 0; i < len; i++)
		data[i] = byte_at(from + i);
}

bool packet_filled(const uint8_t *data, size_t len, size_t from)
{
	size_t i;

	for (i = 0; i < len && data[i] == byte_at(from + i); i++)
		;
	return i == len;
}

uint32_t packet_sum(const void *data, size_t len, uint32_t sum)
{
	const uint8_t *p = data;
	size_t i;

	for (i = 0; i < len; i++)
		sum += i & 1 ? p[i] : p[i] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* In host order, as all that is put here. */
uint16_t packet_sum_end(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

uint16_t packet_checksum(const void *data, size_t len)
{
	return htons(packet_sum_end(packet_sum(data, len, 0)));
}

static uint32_t pseudo_sum(const void *addrs, size_t size, uint8_t proto,
			   size_t len)
{
	return packet_sum(addrs, size, proto + len);
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* The transport's header: its length, and where its checksum is (0: none). */
static size_t make_transport(const struct packet *p, uint8_t *at, size_t *sum)
{
	*sum = 0;
	switch (p->proto) {
	case IPPROTO_UDP:
		put16(at, p->sport);
		put16(at + 2, p->dport);
		put16(at + 4, 8 + p->len);
		*sum = 6;
		return 8;
	case IPPROTO_TCP:
		put16(at, p->sport);
		put16(at + 2, p->dport);
		put32(at + 4, p->seq);
		put32(at + 8, p->ack);
		at[12] = 5 << 4;
		at[13] = p->flags;
		put16(at + 14, 65535);
		*sum = 16;
		return 20;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		at[0] = p->type;
		at[1] = p->code;
		put32(at + 4, p->rest);
		*sum = 2;
		return 8;
	}
	return 0;
}

/* Header and data at @at; returns the length of both. */
static size_t make_payload(const struct packet *p, uint8_t *at,
			   const uint8_t *addrs, size_t addrs_size)
{
	size_t sum, head = make_transport(p, at, &sum);
	size_t len = head + p->len;
	uint32_t pseudo = 0;
	uint16_t check;

	if (p->data)
		memcpy(at + head, p->data, p->len);
	else
		packet_fill(at + head, p->len, 0);
	if (p->proto != IPPROTO_ICMP)
		pseudo = pseudo_sum(addrs, addrs_size, p->proto, len);
	if (!sum)
		return len;
	check = packet_sum_end(packet_sum(at, len, pseudo));
	/* RFC 768: 0 would say that there is none. */
	if (!check && p->proto == IPPROTO_UDP)
		check = 0xffff;
	put16(at + sum, check ^ p->flip_sum);
	return len;
}

static uint8_t ttl_of(const struct packet *p)
{
	return p->ttl_0 ? 0 : p->ttl ? p->ttl : 64;
}

static int make_ipv4(const struct packet *p, uint8_t *buf,
		     const struct ip_prefix *src, const struct ip_prefix *dst)
{
	size_t head = IPV4_HEADER + p->opt_len;
	size_t len;

	memset(buf, 0, head + 64);
	memcpy(buf + 12, src->addr, 4);
	memcpy(buf + 16, dst->addr, 4);
	len = head + make_payload(p, buf + head, buf + 12, 8);
	buf[0] = 4 << 4 | head / 4;
	buf[1] = p->tos;
	put16(buf + 2, len);
	put16(buf + 4, p->ident);
	put16(buf + 6, p->frag);
	buf[8] = ttl_of(p);
	buf[9] = p->proto;
	if (p->opt_len)
		memcpy(buf + IPV4_HEADER, p->opt, p->opt_len);
	put16(buf + 10, packet_sum_end(packet_sum(buf, head, 0)) ^ p->flip_ip);
	return len;
}

static int make_ipv6(const struct packet *p, uint8_t *buf,
		     const struct ip_prefix *src, const struct ip_prefix *dst)
{
	size_t head = IPV6_HEADER + p->opt_len;
	size_t len;

	memset(buf, 0, head + 64);
	memcpy(buf + 8, src->addr, 16);
	memcpy(buf + 24, dst->addr, 16);
	len = head + make_payload(p, buf + head, buf + 8, 32);
	put32(buf, 6u << 28 | p->tos << 20 | p->flow);
	put16(buf + 4, len - IPV6_HEADER);
	buf[6] = p->opt_len ? p->opt_next : p->proto;
	buf[7] = ttl_of(p);
	if (p->opt_len)
		memcpy(buf + IPV6_HEADER, p->opt, p->opt_len);
	return len;
}

int packet_make(const struct packet *p, uint8_t *buf)
{
	struct ip_prefix src, dst;

	if (ip_parse(p->src, &src) || ip_parse(p->dst, &dst) ||
	    src.family != dst.family || p->len > 65535)
		return -EINVAL;
	return dst.family == AF_INET ? make_ipv4(p, buf, &src, &dst) :
				       make_ipv6(p, buf, &src, &dst);
}

/* A line under construction. */
struct line {
	char *text;
	size_t len;
	unsigned int tell;
};

static void __attribute__((format(printf, 2, 3)))
say(struct line *line, const char *fmt, ...)
{
	size_t left = PACKET_TEXT_MAX - line->len;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(line->text + line->len, left, fmt, args);
	va_end(args);
	line->len += n < 0 ? 0 : (size_t)n < left ? (size_t)n : left - 1;
}

static void say_hex(struct line *line, const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		say(line, "%02x", data[i]);
}

static void say_addr(struct line *line, int family, const uint8_t *addr)
{
	char text[INET6_ADDRSTRLEN];

	say(line, "%s", inet_ntop(family, addr, text, sizeof(text)));
}

static void say_mac(struct line *line, const uint8_t *mac)
{
	char text[18];

	say(line, "%s", mac_text(mac, text));
}

/* What is said of a payload: its length, and whether it is ours. */
static void say_data(struct line *line, const uint8_t *data, size_t len,
		     size_t from)
{
	say(line, " data %zu", len);
	if (!packet_filled(data, len, from))
		say(line, " bad-data");
}

/* What stands around a payload. */
struct around {
	int family;
	const uint8_t *addrs;		/* source and destination */
	uint8_t proto;
	bool part;			/* a fragment: the sum covers more */
};

static void say_sum(struct line *line, const struct around *a,
		    const uint8_t *data, size_t len)
{
	uint32_t pseudo = 0;

	if (a->part || line->tell & PACKET_QUOTED)
		return;
	if (line->tell & PACKET_PARTIAL && a->proto != IPPROTO_ICMP &&
	    a->proto != IPPROTO_ICMPV6)
		return;
	if (a->proto != IPPROTO_ICMP)
		pseudo = pseudo_sum(a->addrs, a->family == AF_INET ? 8 : 32,
				    a->proto, len);
	if (packet_sum_end(packet_sum(data, len, pseudo)))
		say(line, " bad-sum");
}

static void say_packet(struct line *line, const uint8_t *data, size_t len);

static void say_quote(struct line *line, const uint8_t *data, size_t len)
{
	unsigned int tell = line->tell;

	line->tell |= PACKET_QUOTED;
	say(line, " [");
	say_packet(line, data, len);
	say(line, "]");
	line->tell = tell;
}

static void say_udp(struct line *line, const struct around *a,
		    const uint8_t *data, size_t len)
{
	say(line, "udp %u > %u", get16(data), get16(data + 2));
	if (!a->part && !(line->tell & PACKET_QUOTED) &&
	    get16(data + 4) != len)
		say(line, " says %u", get16(data + 4));
	say_data(line, data + 8, len - 8, 0);
	if (!get16(data + 6) && a->family == AF_INET)
		say(line, " no-sum");
	else
		say_sum(line, a, data, len);
}

static void say_tcp_options(struct line *line, const uint8_t *opt, size_t len)
{
	while (len > 1 && *opt) {
		size_t size = *opt == 1 ? 1 : opt[1];

		if (!size || size > len)
			return;
		if (*opt == 2 && size == 4)
			say(line, " mss %u", get16(opt + 2));
		else if (*opt == 3)
			say(line, " wscale");
		else if (*opt == 4)
			say(line, " sackok");
		else if (*opt == 8)
			say(line, " ts");
		opt += size;
		len -= size;
	}
}

static void say_tcp(struct line *line, const struct around *a,
		    const uint8_t *data, size_t len)
{
	static const char names[] = "FSRPAUEC";
	size_t head = (data[12] >> 4) * 4;
	char flags[9] = "";
	size_t i, n = 0;

	for (i = 0; i < 8; i++)
		if (data[13] & 1 << i)
			flags[n++] = names[i];
	say(line, "tcp %u > %u %s", get16(data), get16(data + 2), flags);
	if (data[13] & TH_URG)
		say(line, " urg %u", get16(data + 18));
	if (head > 20 && head <= len && data[13] & TH_SYN)
		say_tcp_options(line, data + 20, head - 20);
	if (head <= len)
		say(line, " data %zu", len - head);
	say_sum(line, a, data, len);
}

static void say_icmp(struct line *line, const struct around *a,
		     const uint8_t *data, size_t len)
{
	say(line, "icmp %u/%u", data[0], data[1]);
	switch (data[0]) {
	case ICMP_ECHO:
	case ICMP_ECHOREPLY:
		say(line, " id %u seq %u", get16(data + 4), get16(data + 6));
		say_data(line, data + 8, len - 8, 0);
		break;
	case ICMP_REDIRECT:
		say(line, " gateway ");
		say_addr(line, AF_INET, data + 4);
		say_quote(line, data + 8, len - 8);
		break;
	case ICMP_DEST_UNREACH:
	case ICMP_TIME_EXCEEDED:
		if (data[0] == ICMP_DEST_UNREACH && data[1] == ICMP_FRAG_NEEDED)
			say(line, " mtu %u", get16(data + 6));
		say_quote(line, data + 8, len - 8);
		break;
	case ICMP_PARAMETERPROB:
		say(line, " pointer %u", data[4]);
		say_quote(line, data + 8, len - 8);
		break;
	default:
		say(line, " id %u seq %u", get16(data + 4), get16(data + 6));
	}
	say_sum(line, a, data, len);
}

static void say_prefix_info(struct line *line, const uint8_t *opt)
{
	say(line, " prefix ");
	say_addr(line, AF_INET6, opt + 16);
	say(line, "/%u", opt[2]);
}

/* Options of neighbour discovery. */
static void say_nd_options(struct line *line, const uint8_t *opt, size_t len)
{
	size_t size;

	for (; len >= 8; opt += size, len -= size) {
		size = opt[1] * 8;
		if (!size || size > len)
			return;
		if (opt[0] == ND_OPT_SOURCE_LINKADDR ||
		    opt[0] == ND_OPT_TARGET_LINKADDR) {
			say(line, opt[0] == ND_OPT_SOURCE_LINKADDR ?
				  " src " : " tgt ");
			say_mac(line, opt + 2);
		} else if (opt[0] == ND_OPT_PREFIX_INFORMATION && size == 32) {
			say_prefix_info(line, opt);
		} else if (opt[0] == ND_OPT_MTU) {
			say(line, " mtu %u", get32(opt + 4));
		} else if (opt[0] == ND_OPT_REDIRECTED_HEADER) {
			say_quote(line, opt + 8, size - 8);
		} else {
			say(line, " option %u", opt[0]);
		}
	}
}

static void say_nd(struct line *line, const uint8_t *data, size_t len)
{
	switch (data[0]) {
	case ND_ROUTER_SOLICIT:
		say(line, "rs");
		say_nd_options(line, data + 8, len - 8);
		return;
	case ND_ROUTER_ADVERT:
		say(line, "ra hop %u lifetime %u", data[4], get16(data + 6));
		if (len > 16)
			say_nd_options(line, data + 16, len - 16);
		return;
	}
	if (len < 24)
		return;
	say(line, data[0] == ND_NEIGHBOR_SOLICIT ? "ns " :
		  data[0] == ND_NEIGHBOR_ADVERT ? "na " : "redirect ");
	say_addr(line, AF_INET6, data + 8);
	if (data[0] == ND_NEIGHBOR_ADVERT && data[4] >> 5)
		say(line, " %s%s%s", data[4] & 0x80 ? "R" : "",
		    data[4] & 0x40 ? "S" : "", data[4] & 0x20 ? "O" : "");
	if (data[0] == ND_REDIRECT && len >= 40) {
		say(line, " for ");
		say_addr(line, AF_INET6, data + 24);
		say_nd_options(line, data + 40, len - 40);
	} else {
		say_nd_options(line, data + 24, len - 24);
	}
}

/* "mld2 3 ff02::1:ff00:1": record type (3, 4: to IN, to EX; 1, 2: is) and group. */
static void say_mld2(struct line *line, const uint8_t *data, size_t len)
{
	unsigned int n = get16(data + 6);
	size_t at = 8;

	say(line, "mld2");
	for (; n && at + 20 <= len; n--) {
		say(line, " %u ", data[at]);
		say_addr(line, AF_INET6, data + at + 4);
		at += 20 + 4 * data[at + 1] + 16 * get16(data + at + 2);
	}
}

static void say_icmp6(struct line *line, const struct around *a,
		      const uint8_t *data, size_t len)
{
	uint8_t type = data[0];

	if (type >= ND_ROUTER_SOLICIT && type <= ND_REDIRECT) {
		say_nd(line, data, len);
	} else if (type == 143) {
		say_mld2(line, data, len);
	} else if (type == ICMP6_ECHO_REQUEST || type == ICMP6_ECHO_REPLY) {
		say(line, "icmp6 %u/%u id %u seq %u", type, data[1],
		    get16(data + 4), get16(data + 6));
		say_data(line, data + 8, len - 8, 0);
	} else if (type < 128) {
		say(line, "icmp6 %u/%u", type, data[1]);
		if (type == ICMP6_PACKET_TOO_BIG)
			say(line, " mtu %u", get32(data + 4));
		if (type == ICMP6_PARAM_PROB)
			say(line, " pointer %u", get32(data + 4));
		say_quote(line, data + 8, len - 8);
	} else {
		say(line, "icmp6 %u/%u", type, data[1]);
	}
	say_sum(line, a, data, len);
}

static void say_payload(struct line *line, const struct around *a,
			const uint8_t *data, size_t len)
{
	if (a->proto == IPPROTO_UDP && len >= 8)
		say_udp(line, a, data, len);
	else if (a->proto == IPPROTO_TCP && len >= 20)
		say_tcp(line, a, data, len);
	else if (a->proto == IPPROTO_ICMP && len >= 8)
		say_icmp(line, a, data, len);
	else if (a->proto == IPPROTO_ICMPV6 && len >= 8)
		say_icmp6(line, a, data, len);
	else
		say(line, "proto %u data %zu", a->proto, len);
}

/* What follows a first fragment; the data behind a header of 8 bytes. */
static void say_rest(struct line *line, const struct around *a, size_t off,
		     const uint8_t *data, size_t len)
{
	say(line, "proto %u", a->proto);
	say_data(line, data, len, off - 8);
}

static void say_ipv4(struct line *line, const uint8_t *data, size_t len)
{
	size_t head = (data[0] & 15) * 4, total = get16(data + 2);
	struct around a = {
		.family = AF_INET, .addrs = data + 12, .proto = data[9],
	};
	uint16_t frag = get16(data + 6);
	size_t off = (frag & 0x1fff) * 8;

	say_addr(line, AF_INET, data + 12);
	say(line, " > ");
	say_addr(line, AF_INET, data + 16);
	say(line, " ttl %u", data[8]);
	if (data[1])
		say(line, " tos 0x%02x", data[1]);
	if (line->tell & PACKET_IDENT)
		say(line, " ident %u", get16(data + 4));
	say(line, "%s%s", frag & PACKET_DF ? " DF" : "",
	    frag & PACKET_MF ? " MF" : "");
	if (off)
		say(line, " off %zu", off);
	if (head > len || head < IPV4_HEADER) {
		say(line, " bad-head");
		return;
	}
	if (head > IPV4_HEADER) {
		say(line, " opt ");
		say_hex(line, data + IPV4_HEADER, head - IPV4_HEADER);
	}
	say(line, " len %zu", total);
	if (len > total && total >= head)
		len = total;
	else if (len < total && !(line->tell & PACKET_QUOTED))
		say(line, " cut to %zu", len);
	say(line, ": ");
	a.part = off || frag & PACKET_MF;
	if (off)
		say_rest(line, &a, off, data + head, len - head);
	else
		say_payload(line, &a, data + head, len - head);
	if (packet_sum_end(packet_sum(data, head, 0)))
		say(line, " bad-ip-sum");
}

/* Steps over one extension header and says it; false at the last. */
static bool say_ext(struct line *line, struct around *a, const uint8_t **data,
		    size_t *len)
{
	const uint8_t *at = *data;
	size_t size = 8;

	if (*len < 8)
		return false;
	switch (a->proto) {
	case IPPROTO_FRAGMENT:
		say(line, "frag%s off %u ", at[3] & 1 ? " MF" : "",
		    get16(at + 2) & ~7u);
		a->part = get16(at + 2) & ~6u;
		break;
	case IPPROTO_HOPOPTS:
	case IPPROTO_DSTOPTS:
	case IPPROTO_ROUTING:
		size = 8 + at[1] * 8;
		say(line, a->proto == IPPROTO_HOPOPTS ? "hbh " :
			  a->proto == IPPROTO_DSTOPTS ? "dstopts " :
							"routing ");
		break;
	default:
		return false;
	}
	if (size > *len)
		return false;
	a->proto = at[0];
	*data += size;
	*len -= size;
	return true;
}

static void say_ipv6(struct line *line, const uint8_t *data, size_t len)
{
	size_t total = get16(data + 4), off = 0;
	struct around a = {
		.family = AF_INET6, .addrs = data + 8, .proto = data[6],
	};

	say_addr(line, AF_INET6, data + 8);
	say(line, " > ");
	say_addr(line, AF_INET6, data + 24);
	say(line, " hop %u", data[7]);
	if (get16(data) >> 4 & 0xff)
		say(line, " tos 0x%02x", get16(data) >> 4 & 0xff);
	if (line->tell & PACKET_FLOW)
		say(line, " flow 0x%05x", get32(data) & 0xfffff);
	say(line, " len %zu", total);
	data += IPV6_HEADER;
	len -= IPV6_HEADER;
	if (len > total)
		len = total;
	else if (len < total && !(line->tell & PACKET_QUOTED))
		say(line, " cut to %zu", len);
	say(line, ": ");
	do {
		if (a.proto == IPPROTO_FRAGMENT && len >= 8)
			off = get16(data + 2) & ~7u;
	} while (say_ext(line, &a, &data, &len));
	if (off)
		say_rest(line, &a, off, data, len);
	else
		say_payload(line, &a, data, len);
}

static void say_packet(struct line *line, const uint8_t *data, size_t len)
{
	if (len >= IPV4_HEADER && data[0] >> 4 == 4)
		say_ipv4(line, data, len);
	else if (len >= IPV6_HEADER && data[0] >> 4 == 6)
		say_ipv6(line, data, len);
	else
		say(line, "no packet, %zu bytes", len);
}

void packet_text(const uint8_t *data, size_t len, unsigned int tell,
		 char text[PACKET_TEXT_MAX])
{
	struct line line = { .text = text, .tell = tell };

	*text = '\0';
	say_packet(&line, data, len);
}
