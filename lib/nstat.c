// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "nstat.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "netns.h"

/* "Name value" lines. */
static int find_in_lines(FILE *file, const char *name, uint64_t *value)
{
	char key[64];

	while (fscanf(file, "%63s %" SCNu64, key, value) == 2)
		if (!strcmp(key, name))
			return 0;
	return -ENOENT;
}

/* Field @index (from 1) of "Prefix: a b c", or the index of field @name. */
static long field(char *line, long index, const char *name, char **text)
{
	char *save, *word;
	long i;

	word = strtok_r(line, " \n", &save);
	for (i = 0; word; word = strtok_r(NULL, " \n", &save), i++) {
		if (name ? i && !strcmp(word, name) : i == index) {
			*text = word;
			return i;
		}
	}
	return -1;
}

/* Pairs of lines: "Ip: names..." and "Ip: values...". */
static int find_in_pairs(FILE *file, const char *name, uint64_t *value)
{
	char *names = NULL, *values = NULL, *text, *colon;
	size_t size_n = 0, size_v = 0;
	int err = -ENOENT;
	size_t prefix;
	long i;

	while (err && getline(&names, &size_n, file) > 0 &&
	       getline(&values, &size_v, file) > 0) {
		colon = strchr(names, ':');
		prefix = colon ? (size_t)(colon - names) : 0;
		if (!prefix || strncmp(names, name, prefix))
			continue;
		i = field(names, 0, name + prefix, &text);
		if (i > 0 && field(values, i, NULL, &text) == i) {
			*value = strtoull(text, NULL, 10);
			err = 0;
		}
	}
	free(names);
	free(values);
	return err;
}

/* Each of the files is a few pages. */
#define FILE_MAX	32768

static int read_all(int netns, const char *path, char *text)
{
	int fd = netns_open_file(netns, path, O_RDONLY);
	size_t len = 0;
	ssize_t n;

	if (fd < 0)
		return fd;
	do {
		n = read(fd, text + len, FILE_MAX - 1 - len);
		len += n > 0 ? n : 0;
	} while (n > 0);
	n = n < 0 ? -errno : 0;
	close(fd);
	text[len] = '\0';
	return n;
}

static int find(char *text, const char *path, struct nstat *stat)
{
	FILE *file = fmemopen(text, strlen(text), "r");
	int err;

	if (!file)
		return -errno;
	if (strstr(path, "snmp6"))
		err = find_in_lines(file, stat->name, &stat->value);
	else
		err = find_in_pairs(file, stat->name, &stat->value);
	fclose(file);
	return err;
}

static bool all_found(const struct nstat *stats, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (stats[i].err)
			return false;
	}
	return true;
}

int nstat_list(int netns, struct nstat *stats, size_t n)
{
	static const char * const paths[] = {
		"/proc/net/snmp", "/proc/net/netstat", "/proc/net/snmp6",
	};
	char text[FILE_MAX];
	size_t i, file;
	int err;

	for (i = 0; i < n; i++)
		stats[i].err = -ENOENT;
	for (file = 0; file < 3 && !all_found(stats, n); file++) {
		err = read_all(netns, paths[file], text);
		/* Without IPv6 there is no snmp6. */
		if (err == -ENOENT)
			continue;
		if (err)
			return err;
		for (i = 0; i < n; i++) {
			if (stats[i].err)
				stats[i].err = find(text, paths[file],
						    &stats[i]);
		}
	}
	return 0;
}

int nstat_get(int netns, const char *name, uint64_t *value)
{
	struct nstat stat = { .name = name };
	int err = nstat_list(netns, &stat, 1);

	if (!err && !stat.err)
		*value = stat.value;
	return err ? err : stat.err;
}

static int sysctl_open(int netns, const char *name, int flags)
{
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "/proc/sys/%s", name) >=
	    (int)sizeof(path))
		return -ENAMETOOLONG;
	return netns_open_file(netns, path, flags);
}

int sysctl_get(int netns, const char *name, char *value, int size)
{
	int fd = sysctl_open(netns, name, O_RDONLY);
	ssize_t n;
	int err;

	if (fd < 0)
		return fd;
	n = read(fd, value, size - 1);
	err = n < 0 ? -errno : 0;
	close(fd);
	if (err)
		return err;
	while (n > 0 && value[n - 1] == '\n')
		n--;
	value[n] = '\0';
	return 0;
}

int sysctl_set(int netns, const char *name, const char *value)
{
	int fd = sysctl_open(netns, name, O_WRONLY);
	int err = 0;

	if (fd < 0)
		return fd;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}
