/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 and IPv6 addresses and prefixes, from and to the text of ip(8). */
#ifndef IP_H
#define IP_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

/* "2001:db8:...:255.255.255.255/128" and its NUL fit. */
#define IP_TEXT_MAX	64

struct ip_prefix {
	int family;		/* AF_INET or AF_INET6 */
	uint8_t len;		/* prefix length in bits */
	uint8_t addr[16];	/* network order, the first ip_size() count */
};

/* "10.0.1.1/24", "::1" (full length without "/"): 0 or -EINVAL. */
int ip_parse(const char *text, struct ip_prefix *ip);

/* Bytes of an address of @family: 4 or 16. */
size_t ip_size(int family);

/*
 * Takes an address of @family from @data; leaves @ip as it is where @size says
 * that there is none.
 */
void ip_set(struct ip_prefix *ip, int family, const void *data, size_t size);

/* Text of @ip with "/len" where @len is non-zero; returns @buf. */
const char *ip_text(const struct ip_prefix *ip, int len, char buf[IP_TEXT_MAX]);

/* Text of a MAC address; @buf holds 18 bytes and is returned. */
const char *mac_text(const uint8_t mac[6], char buf[18]);

/* A socket address of @ip and @port; returns its length. */
socklen_t ip_sockaddr(const struct ip_prefix *ip, uint16_t port,
		      struct sockaddr_storage *ss);

#endif
