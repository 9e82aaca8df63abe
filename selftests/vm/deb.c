// SPDX-License-Identifier: GPL-2.0-or-later
#include "deb.h"

#include "util.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Nothing that needs root to be made. */
#define FLAGS	(ARCHIVE_EXTRACT_SECURE_NODOTDOT | ARCHIVE_EXTRACT_UNLINK)

struct deb {
	const char *file;
	struct archive *ar;
	struct archive *tar;
	struct archive *disk;
};

static void check(const struct deb *deb, struct archive *archive, int err)
{
	if (err < ARCHIVE_WARN)
		die("%s is a damaged Debian package: %s", deb->file,
		    archive_error_string(archive));
}

/* What the tar archive reads is what the ar archive holds. */
static la_ssize_t read_member(struct archive *tar, void *ctx, const void **data)
{
	struct deb *deb = ctx;
	la_int64_t offset;
	size_t len = 0;
	int err;

	err = archive_read_data_block(deb->ar, data, &len, &offset);
	if (err == ARCHIVE_EOF)
		return 0;
	if (err < ARCHIVE_WARN) {
		archive_set_error(tar, archive_errno(deb->ar), "%s",
				  archive_error_string(deb->ar));
		return -1;
	}
	return len;
}

static bool is_wanted(const char *path)
{
	static const char *const dirs[] = {
		"boot/vmlinuz-", "lib/modules/", "usr/lib/modules/",
		"usr/bin/linux.uml", "usr/lib/uml/modules/",
	};
	size_t i;

	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		if (!strncmp(path, dirs[i], strlen(dirs[i])))
			return true;
	}
	return false;
}

static void copy_file(struct deb *deb, struct archive_entry *entry)
{
	la_int64_t offset;
	const void *data;
	size_t len;
	int err;

	check(deb, deb->disk, archive_write_header(deb->disk, entry));
	for (;;) {
		err = archive_read_data_block(deb->tar, &data, &len, &offset);
		check(deb, deb->tar, err);
		if (err == ARCHIVE_EOF)
			break;
		err = archive_write_data_block(deb->disk, data, len, offset);
		check(deb, deb->disk, err);
	}
	check(deb, deb->disk, archive_write_finish_entry(deb->disk));
}

static void unpack_tar(struct deb *deb, const char *dir)
{
	struct archive_entry *entry;
	const char *path;
	char *to;
	int err;

	while ((err = archive_read_next_header(deb->tar, &entry)) !=
	       ARCHIVE_EOF) {
		check(deb, deb->tar, err);
		path = archive_entry_pathname(entry);
		/* Links, which lead to the headers, are not ours to follow. */
		if (!path || archive_entry_filetype(entry) != AE_IFREG)
			continue;
		path += strspn(path, "./");
		if (!is_wanted(path))
			continue;
		to = xasprintf("%s/%s", dir, path);
		archive_entry_set_pathname(entry, to);
		free(to);
		copy_file(deb, entry);
	}
}

static void open_tar(struct deb *deb)
{
	deb->tar = archive_read_new();
	deb->disk = archive_write_disk_new();
	if (!deb->tar || !deb->disk)
		die("out of memory");
	archive_write_disk_set_options(deb->disk, FLAGS);
	archive_read_support_format_tar(deb->tar);
	archive_read_support_filter_gzip(deb->tar);
	archive_read_support_filter_xz(deb->tar);
	archive_read_support_filter_zstd(deb->tar);
	check(deb, deb->tar,
	      archive_read_open(deb->tar, deb, NULL, read_member, NULL));
}

/* True once it has been found. */
static bool next_is_data(struct deb *deb)
{
	struct archive_entry *entry;
	const char *name;
	int err;

	err = archive_read_next_header(deb->ar, &entry);
	check(deb, deb->ar, err);
	if (err == ARCHIVE_EOF)
		die("%s is a damaged Debian package: it has no data.tar",
		    deb->file);
	name = archive_entry_pathname(entry);
	return name && !strncmp(name, "data.tar", 8);
}

void deb_unpack(const char *file, const char *dir)
{
	struct deb deb = { .file = file, .ar = archive_read_new() };

	if (!deb.ar)
		die("out of memory");
	archive_read_support_format_ar(deb.ar);
	check(&deb, deb.ar, archive_read_open_filename(deb.ar, file, 1 << 16));
	while (!next_is_data(&deb))
		;
	open_tar(&deb);
	unpack_tar(&deb, dir);
	archive_read_free(deb.tar);
	check(&deb, deb.disk, archive_write_close(deb.disk));
	archive_write_free(deb.disk);
	archive_read_free(deb.ar);
}
