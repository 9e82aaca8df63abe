// SPDX-License-Identifier: GPL-2.0-or-later
#include "ip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t ip_size(int family)
{
	return family == AF_INET6 ? 16 : 4;
}

int ip_parse(const char *text, struct ip_prefix *ip)
{
	const char *slash = strchr(text, '/');
	char host[INET6_ADDRSTRLEN];
	size_t n = slash ? (size_t)(slash - text) : strlen(text);
	unsigned long len;
	char *end;

	memset(ip, 0, sizeof(*ip));
	if (n >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, n);
	host[n] = '\0';
	ip->family = strchr(host, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(ip->family, host, ip->addr) != 1)
		return -EINVAL;
	ip->len = ip_size(ip->family) * 8;
	if (!slash)
		return 0;
	/* A length beyond the family's is kept: the kernel must refuse it. */
	len = strtoul(slash + 1, &end, 10);
	/* strtoul(3) would take a sign and blanks. */
	if (slash[1] < '0' || slash[1] > '9' || *end || len > UINT8_MAX)
		return -EINVAL;
	ip->len = len;
	return 0;
}

void ip_set(struct ip_prefix *ip, int family, const void *data, size_t size)
{
	if (size < ip_size(family))
		return;
	memset(ip, 0, sizeof(*ip));
	ip->family = family;
	ip->len = ip_size(family) * 8;
	memcpy(ip->addr, data, ip_size(family));
}

const char *ip_text(const struct ip_prefix *ip, int len, char buf[IP_TEXT_MAX])
{
	size_t n;

	if (!inet_ntop(ip->family, ip->addr, buf, IP_TEXT_MAX))
		snprintf(buf, IP_TEXT_MAX, "(family %d)", ip->family);
	n = strlen(buf);
	if (len)
		snprintf(buf + n, IP_TEXT_MAX - n, "/%u", ip->len);
	return buf;
}

const char *mac_text(const uint8_t mac[6], char buf[18])
{
	snprintf(buf, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1],
		 mac[2], mac[3], mac[4], mac[5]);
	return buf;
}

socklen_t ip_sockaddr(const struct ip_prefix *ip, uint16_t port,
		      struct sockaddr_storage *ss)
{
	memset(ss, 0, sizeof(*ss));
	ss->ss_family = ip->family;
	if (ip->family == AF_INET6) {
		struct sockaddr_in6 *sin6 = (struct sockaddr_in6 *)ss;

		sin6->sin6_port = htons(port);
		memcpy(&sin6->sin6_addr, ip->addr, 16);
		return sizeof(*sin6);
	} else {
		struct sockaddr_in *sin = (struct sockaddr_in *)ss;

		sin->sin_port = htons(port);
		memcpy(&sin->sin_addr, ip->addr, 4);
		return sizeof(*sin);
	}
}
