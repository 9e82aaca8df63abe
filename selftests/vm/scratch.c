// SPDX-License-Identifier: GPL-2.0-or-later
#include "scratch.h"

#include "util.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* atexit(3) has no argument for its function. */
static struct {
	char *path;
	pid_t pid;
} ours;

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path) && errno != ENOENT;
}

void scratch_remove(void)
{
	nftw(ours.path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void remove_ours(void)
{
	/* A child that ends is not the end. */
	if (getpid() == ours.pid)
		scratch_remove();
}

/* Who has one holds a lock on it as long as it lives. */
static void remove_stale(int parent, const char *path)
{
	struct dirent *entry;
	DIR *dir = fdopendir(dup(parent));
	char *one;
	int fd;

	while (dir && (entry = readdir(dir))) {
		if (strncmp(entry->d_name, "guest.", 6))
			continue;
		fd = openat(parent, entry->d_name,
			    O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && !flock(fd, LOCK_EX | LOCK_NB)) {
			one = xasprintf("%s/%s", path, entry->d_name);
			nftw(one, remove_one, 16, FTW_DEPTH | FTW_PHYS);
			free(one);
		}
		if (fd >= 0)
			close(fd);
	}
	if (dir)
		closedir(dir);
}

/* All the way. */
static void make_folders(const char *path)
{
	const char *slash = path;
	char *part;

	do {
		slash = strchrnul(slash + 1, '/');
		part = xasprintf("%.*s", (int)(slash - path), path);
		if (mkdir(part, 0777) && errno != EEXIST && !*slash)
			die("%s: %s", part, strerror(errno));
		free(part);
	} while (*slash);
}

char *scratch_new(const char *parent)
{
	int dir, fd;

	make_folders(parent);
	dir = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Nobody sees one that is not locked yet. */
	if (dir < 0 || flock(dir, LOCK_EX))
		die("%s: %s", parent, strerror(errno));
	remove_stale(dir, parent);
	ours.path = xasprintf("%s/guest.XXXXXX", parent);
	/* Open, and so locked, until we end. */
	fd = mkdtemp(ours.path) ? open(ours.path, O_RDONLY | O_DIRECTORY |
				       O_CLOEXEC) : -1;
	if (fd < 0 || flock(fd, LOCK_EX))
		die("%s: %s", ours.path, strerror(errno));
	ours.pid = getpid();
	atexit(remove_ours);
	close(dir);
	return ours.path;
}
