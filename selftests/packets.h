/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the programs that look at single packets share: the counters that a
 * packet moved, as text; sockets that swallow; sysctls of a namespace.
 */
#ifndef PACKETS_H
#define PACKETS_H

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <net/ethernet.h>
#include <netinet/in.h>

#include "ksft.h"
#include "keeper.h"
#include "packet.h"
#include "tap.h"

/*
 * Not gauges and settings, not what later kernels began to count beside, and
 * not IpOutRequests, in which kernels before v6.8 have what they forward.
 */
static inline bool is_count(const char *name)
{
	static const char * const others[] = {
		"IpForwarding", "IpDefaultTTL", "IpOutTransmits",
		"IpOutRequests", "IpExt",
		"TcpRto", "TcpMaxConn", "TcpCurrEstab", "IcmpMsg",
		"IcmpOutRateLimit", "TcpExtTCPAutoCorking",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(others); i++) {
		if (!strncmp(name, others[i], strlen(others[i])))
			return false;
	}
	return true;
}

/* "Ip: NAMES" and "Ip: VALUES" as lines "IpNAME VALUE". */
static inline void pair_lines(char *names, char *values, FILE *to)
{
	char *save_n, *save_v, *prefix, *n, *v;

	prefix = strtok_r(names, ": \n", &save_n);
	strtok_r(values, " \n", &save_v);
	n = strtok_r(NULL, " \n", &save_n);
	v = strtok_r(NULL, " \n", &save_v);
	for (; n && v; n = strtok_r(NULL, " \n", &save_n)) {
		fprintf(to, "%s%s %s\n", prefix, n, v);
		v = strtok_r(NULL, " \n", &save_v);
	}
}

static inline void copy_counts(int netns, const char *path, FILE *to)
{
	int fd = netns_open_file(netns, path, O_RDONLY);
	char *names = NULL, *values = NULL;
	size_t size_n = 0, size_v = 0;
	FILE *from = fd < 0 ? NULL : fdopen(fd, "r");

	while (from && getline(&names, &size_n, from) > 0 &&
	       getline(&values, &size_v, from) > 0)
		pair_lines(names, values, to);
	free(names);
	free(values);
	if (from)
		fclose(from);
}

/*
 * All counters of IPv4 of a namespace, for counts_moved().  Those of IPv6 move
 * by themselves.
 */
static inline char *counts(const char *name)
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	copy_counts(ns(name), "/proc/net/snmp", to);
	copy_counts(ns(name), "/proc/net/netstat", to);
	fclose(to);
	return text;
}

static inline int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The lines of @text, which is freed, in order of the alphabet. */
static inline char *sorted(char *text)
{
	char *lines[128], *all = NULL, *save, *line;
	size_t i, n = 0, size;
	FILE *to = open_memstream(&all, &size);

	line = text ? strtok_r(text, "\n", &save) : NULL;
	for (; line && n < ARRAY_SIZE(lines); line = strtok_r(NULL, "\n", &save))
		lines[n++] = line;
	qsort(lines, n, sizeof(lines[0]), compare_lines);
	for (i = 0; i < n; i++)
		fprintf(to, "%s\n", lines[i]);
	fclose(to);
	free(text);
	return all;
}

/*
 * "IpForwDatagrams +1", a line a counter that is not what it was in @before
 * (which is freed), sorted: all that happened in the namespace, and nothing
 * else did.
 */
static inline char *counts_moved(char *before, const char *name)
{
	char *now = counts(name), *text = NULL, *save_a, *save_b, *a, *b;
	uint64_t was, is;
	char key[64];
	size_t size;
	FILE *to = open_memstream(&text, &size);

	a = strtok_r(before, "\n", &save_a);
	b = strtok_r(now, "\n", &save_b);
	for (; a && b; b = strtok_r(NULL, "\n", &save_b)) {
		if (sscanf(a, "%*s %" SCNu64, &was) == 1 &&
		    sscanf(b, "%63s %" SCNu64, key, &is) == 2 && was != is &&
		    is_count(key))
			fprintf(to, "%s +%" PRId64 "\n", key,
				(int64_t)(is - was));
		a = strtok_r(NULL, "\n", &save_a);
	}
	fclose(to);
	free(before);
	free(now);
	return sorted(text);
}

/* A socket that takes what comes to @port of any address, and never reads. */
static inline int sink(const char *name, int family, uint16_t port)
{
	struct sockaddr_in6 any6 = { .sin6_family = AF_INET6,
				     .sin6_port = htons(port) };
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_port = htons(port) };
	int fd = netns_socket(ns(name), family, SOCK_DGRAM, 0);
	int err;

	if (fd < 0)
		return fd;
	if (family == AF_INET)
		err = bind(fd, (struct sockaddr *)&any, sizeof(any));
	else
		err = bind(fd, (struct sockaddr *)&any6, sizeof(any6));
	return err ? -errno : fd;
}

/* "net/ipv4/" or "net/ipv6/" is left to the caller; 0 or -errno. */
static inline int set(const char *name, const char *sysctl, const char *value)
{
	return sysctl_set(ns(name), sysctl, value);
}

static inline int mac_get(const char *name, const char *dev, uint8_t mac[6])
{
	struct link link;
	int err = link_get(in(name), dev, &link);

	if (!err)
		memcpy(mac, link.mac, 6);
	return err;
}

/* Of tap_text(): no filter may lose it, or nothing would pass for silence. */
static inline bool is_timeout(const char *line)
{
	return !strncmp(line, "timeout", strlen("timeout"));
}

static inline bool line_tells(char *line, const char *word)
{
	return is_timeout(line) || strstr(line, word);
}

/* lines_with() for packets. */
static inline char *packets_with(char *text, const char *word)
{
	return keep(text, line_tells, word);
}

/* Of the test's taps; 0: not started. */
static int packets_keeper;

/* tap_open() on a device of the topology, for the rest of the test. */
static inline int listen_on(struct tap *tap, const char *name, const char *dev,
			    uint16_t ethertype)
{
	int err;

	if (!packets_keeper)
		packets_keeper = keeper_start();
	if (packets_keeper < 0)
		return packets_keeper;
	err = tap_open(tap, ns(name), dev, ethertype);
	if (!err)
		keeper_give(packets_keeper, tap->fd);
	return err;
}

/* Sends @p as it is described. */
static inline int send_packet(const struct tap *tap, const uint8_t mac[6],
			      const struct packet *p)
{
	uint8_t buf[PACKET_MAX];
	int len = packet_make(p, buf);

	return len < 0 ? len : tap_send(tap, mac, buf, len);
}

#endif
