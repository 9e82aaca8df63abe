/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How much there is in a folder: of descriptors, of names. */
#ifndef BENCH_ENTRIES_H
#define BENCH_ENTRIES_H

#include <dirent.h>

/* "." and ".." too. */
static inline int n_entries(const char *folder)
{
	DIR *dir = opendir(folder);
	int n = 0;

	while (dir && readdir(dir))
		n++;
	if (dir)
		closedir(dir);
	return n;
}

/* Of ours; the one that counts is among them. */
static inline int n_fds(void)
{
	return n_entries("/proc/self/fd");
}

#endif
