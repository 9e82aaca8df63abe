// SPDX-License-Identifier: GPL-2.0-or-later
#include "results.h"

#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* Runs that may begin in one second. */
#define SAME_SECOND_MAX	1000

struct results {
	char *path;
	int dir;		/* -1: the disk was full already */
	int tap;		/* -1: nothing has been said yet */
	bool failed;
};

static void results_fail(struct results *results, const char *path, int err)
{
	if (!results->failed)
		fprintf(stderr, "run.sh: %s%s%s: %s: the results are not complete\n",
			results->path, path ? "/" : "", path ? path : "",
			strerror(err));
	results->failed = true;
}

static bool disk_full(int err)
{
	return err == ENOSPC || err == EDQUOT;
}

/* Every folder on the way to what @path names, but not that itself. */
static int make_parents(int dir, const char *path)
{
	char part[PATH_MAX];
	const char *slash;

	for (slash = strchr(path + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		if (snprintf(part, sizeof(part), "%.*s", (int)(slash - path),
			     path) >= (int)sizeof(part))
			return -ENAMETOOLONG;
		if (mkdirat(dir, part, 0777) && errno != EEXIST)
			return -errno;
	}
	return 0;
}

static int write_all(int fd, const char *data, size_t len)
{
	ssize_t n;

	while (len) {
		n = write(fd, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= n;
	}
	return 0;
}

/* "20261124T031500Z-@name", unless somebody has chosen one. */
static char *folder_name(const char *name)
{
	const char *chosen = getenv(RESULTS_NAME_ENV);
	time_t now = time(NULL);
	char when[32];
	struct tm tm;

	if (chosen && *chosen && !strchr(chosen, '/'))
		return xasprintf("%s", chosen);
	gmtime_r(&now, &tm);
	strftime(when, sizeof(when), "%Y%m%dT%H%M%SZ", &tm);
	return xasprintf("%s-%s", when, name);
}

/* The name that is free: made, and its path in @results. */
static int make_folder(struct results *results, const char *parent,
		       const char *as)
{
	char *name = folder_name(as);
	int i, err = -EEXIST;

	for (i = 1; err == -EEXIST && i <= SAME_SECOND_MAX; i++) {
		free(results->path);
		if (i == 1)
			results->path = xasprintf("%s/%s", parent, name);
		else
			results->path = xasprintf("%s/%s-%d", parent, name, i);
		err = mkdir(results->path, 0777) ? -errno : 0;
	}
	free(name);
	return err;
}

static int turn_latest(const struct results *results, const char *parent)
{
	char *new, *latest;
	int err = 0;

	new = xasprintf("%s/.latest.%d", parent, getpid());
	latest = xasprintf("%s/latest", parent);
	unlink(new);
	if (symlink(strrchr(results->path, '/') + 1, new))
		err = -errno;
	else if (rename(new, latest))
		err = -errno;
	if (err)
		unlink(new);
	free(new);
	free(latest);
	return err;
}

struct results *results_new_as(const char *parent, const char *name)
{
	struct results *results = xgrow(NULL, 0, 1, sizeof(*results));
	char *inside;
	int err;

	results->dir = results->tap = -1;
	results->path = xasprintf("%s", parent);
	inside = xasprintf("%s/", parent);
	err = make_parents(AT_FDCWD, inside);
	free(inside);
	if (!err)
		err = make_folder(results, parent, name);
	if (err && !disk_full(-err))
		die("%s: %s: say --results DIR for a folder of your own",
		    results->path, strerror(-err));
	if (!err)
		err = turn_latest(results, parent);
	if (err) {
		results_fail(results, NULL, -err);
		if (disk_full(-err) && access(results->path, F_OK))
			return results;
	}
	results->dir = open(results->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (results->dir < 0)
		results_fail(results, NULL, errno);
	return results;
}

struct results *results_new(const char *parent)
{
	struct utsname uts;

	uname(&uts);
	return results_new_as(parent, uts.release);
}

const char *results_path(const struct results *results)
{
	return results->path;
}

void results_write(struct results *results, const char *path,
		   const void *data, size_t len)
{
	int fd, err;

	if (results->dir < 0)
		return;
	err = make_parents(results->dir, path);
	if (!err) {
		fd = openat(results->dir, path,
			    O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
			    O_CLOEXEC, 0666);
		err = fd < 0 ? -errno : write_all(fd, data, len);
		if (fd >= 0 && close(fd) && !err)
			err = -errno;
	}
	if (err)
		results_fail(results, path, -err);
}

void results_tap(struct results *results, const void *data, size_t len)
{
	int err;

	if (results->dir < 0)
		return;
	if (results->tap < 0)
		results->tap = openat(results->dir, "run.tap", O_WRONLY |
				      O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	err = results->tap < 0 ? -errno :
	      write_all(results->tap, data, len);
	if (err)
		results_fail(results, "run.tap", -err);
}

bool results_finish(struct results *results)
{
	if (results->tap >= 0 && close(results->tap))
		results_fail(results, "run.tap", errno);
	results->tap = -1;
	return !results->failed;
}

void results_free(struct results *results)
{
	if (!results)
		return;
	if (results->tap >= 0)
		close(results->tap);
	if (results->dir >= 0)
		close(results->dir);
	free(results->path);
	free(results);
}
