// SPDX-License-Identifier: GPL-2.0-or-later
#include "image.h"

#include "job.h"
#include "tap.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#define LDD_SECONDS	120

struct image {
	struct archive *archive;
	char *file;
	void *paths;		/* a tree of those that it has */
	size_t len;
};

static void check(const struct image *image, int err)
{
	if (err != ARCHIVE_OK)
		die("%s: %s", image->file,
		    archive_error_string(image->archive));
}

struct image *image_new(const char *file)
{
	struct image *image = xgrow(NULL, 0, 1, sizeof(*image));

	image->file = xasprintf("%s", file);
	image->archive = archive_write_new();
	if (!image->archive)
		die("out of memory");
	check(image, archive_write_set_format_cpio_newc(image->archive));
	check(image, archive_write_open_filename(image->archive, file));
	return image;
}

static int compare(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* Says whether it was there before. */
static bool remember(struct image *image, const char *path)
{
	char *key;

	if (tfind(path, &image->paths, compare))
		return true;
	key = xasprintf("%s", path);
	if (!tsearch(key, &image->paths, compare))
		die("out of memory");
	return false;
}

static void add_header(struct image *image, const char *path,
		       const struct stat *st)
{
	struct archive_entry *entry = archive_entry_new();

	if (!entry)
		die("out of memory");
	archive_entry_copy_stat(entry, st);
	archive_entry_set_pathname(entry, path + 1);
	check(image, archive_write_header(image->archive, entry));
	archive_entry_free(entry);
}

static void add_bytes(struct image *image, const void *data, size_t len)
{
	if (archive_write_data(image->archive, data, len) != (la_ssize_t)len)
		die("%s: %s", image->file,
		    archive_error_string(image->archive));
	image->len += len;
}

void image_dir(struct image *image, const char *path)
{
	struct stat st = { .st_mode = S_IFDIR | 0755, .st_nlink = 2 };
	const char *slash = path;
	char *part;

	if (!strcmp(path, "/tmp"))
		st.st_mode = S_IFDIR | 01777;
	while (*slash) {
		slash = strchrnul(slash + 1, '/');
		part = xasprintf("%.*s", (int)(slash - path), path);
		if (!remember(image, part))
			add_header(image, part, &st);
		free(part);
	}
}

/* False: it is there already. */
static bool begin(struct image *image, const char *path, const struct stat *st)
{
	char *dir;

	if (remember(image, path))
		return false;
	dir = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	image_dir(image, dir);
	free(dir);
	add_header(image, path, st);
	return true;
}

void image_node(struct image *image, const char *path, unsigned int major,
		unsigned int minor)
{
	struct stat st = {
		.st_mode = S_IFCHR | 0666, .st_nlink = 1,
		.st_rdev = makedev(major, minor),
	};

	begin(image, path, &st);
}

void image_data(struct image *image, const char *path, const struct buf *data)
{
	struct stat st = {
		.st_mode = S_IFREG | 0644, .st_nlink = 1,
		.st_size = data->len,
	};

	if (begin(image, path, &st))
		add_bytes(image, data->data, data->len);
}

void image_file(struct image *image, const char *path, const char *from)
{
	struct stat here, st = { .st_nlink = 1 };
	char data[1 << 16];
	off_t left;
	ssize_t n;
	int fd;

	fd = open(from, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &here) < 0)
		die("%s: %s", from, strerror(errno));
	st.st_mode = here.st_mode;
	st.st_size = left = here.st_size;
	if (begin(image, path, &st)) {
		for (; left; left -= n) {
			n = read(fd, data, left < (off_t)sizeof(data) ?
				 (size_t)left : sizeof(data));
			if (n <= 0)
				die("%s: %s", from, n ? strerror(errno) :
				    "became shorter");
			add_bytes(image, data, n);
		}
	}
	close(fd);
}

/* Whatever packed it: the kernel need not know how. */
static void unpack(struct buf *data, const char *from)
{
	struct archive *archive = archive_read_new();
	struct archive_entry *entry;
	char part[1 << 16];
	la_ssize_t n = -1;

	if (!archive)
		die("out of memory");
	archive_read_support_format_raw(archive);
	archive_read_support_filter_gzip(archive);
	archive_read_support_filter_xz(archive);
	archive_read_support_filter_zstd(archive);
	if (!archive_read_open_filename(archive, from, sizeof(part)) &&
	    !archive_read_next_header(archive, &entry)) {
		while ((n = archive_read_data(archive, part, sizeof(part))) > 0)
			buf_add(data, part, n);
	}
	if (n < 0)
		die("%s: %s", from, archive_error_string(archive));
	archive_read_free(archive);
}

void image_module(struct image *image, const char *path, const char *from)
{
	struct buf data = {};

	unpack(&data, from);
	image_data(image, path, &data);
	buf_free(&data);
}

/*
 * A line of ldd(1): "	libc.so.6 => /lib/libc.so.6 (0x...)", the loader as
 * "	/lib64/ld-linux-x86-64.so.2 (0x...)", "	linux-vdso.so.1 (0x...)".
 */
static void add_library(struct image *image, const char *line, size_t len)
{
	const char *at = memmem(line, len, " => ", 4), *end = line + len;
	char *path;

	if (*line != '\t')
		return;
	at = at ? at + 4 : line + 1;
	path = xasprintf("%.*s", (int)strcspn(at, " \n"), at);
	if (end - at >= 9 && !memcmp(at, "not found", 9))
		die("a library is missing:%.*s", (int)len - 1, line + 1);
	if (*path == '/')
		image_file(image, path, path);
	free(path);
}

void image_programs(struct image *image, const struct strv *paths)
{
	struct job job = { .file = "ldd", .timeout = LDD_SECONDS };
	struct strv argv = {};
	size_t i, len;
	char *line;

	strv_addf(&argv, "ldd");
	for (i = 0; i < paths->nr; i++) {
		image_file(image, paths->v[i], paths->v[i]);
		strv_addf(&argv, "%s", paths->v[i]);
	}
	job.argv = argv.v;
	if (job_run(&job) || job.error || job.timed_out)
		die("ldd: %s", job.error ? strerror(job.error) :
		    "cut short");
	/* Its exit code is 1 when one of them is a script. */
	buf_add(&job.out, "", 1);
	for (line = job.out.data; *line; line += len + (line[len] == '\n')) {
		len = strcspn(line, "\n");
		add_library(image, line, len);
	}
	job_free(&job);
	strv_free(&argv);
}

size_t image_close(struct image *image)
{
	size_t len = image->len;

	check(image, archive_write_close(image->archive));
	archive_write_free(image->archive);
	tdestroy(image->paths, free);
	free(image->file);
	free(image);
	return len;
}
