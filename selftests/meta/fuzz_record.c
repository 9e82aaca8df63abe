// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * For libFuzzer (make fuzz): whatever a run.json holds, it is refused with a
 * reason, or read, printed in every form, and the same once it has been written.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "entries.h"
#include "record.h"
#include "sidefiles.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct record *read_back(const void *data, size_t size, char *why)
{
	int fd = memfd_create("run.json", MFD_CLOEXEC);
	struct record *record;
	char path[64];

	if (fd < 0 || write(fd, data, size) != (ssize_t)size)
		abort();
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	record = record_read(path, why);
	close(fd);
	return record;
}

static void check_forms(const struct record *record)
{
	const struct sidefile *sidefile;
	struct entries entries;
	struct buf buf = {};

	entries_make(&entries, record);
	for (sidefile = sidefiles; sidefile->format; sidefile++) {
		sidefile->add(&entries, &buf);
		buf_free(&buf);
	}
	entries_free(&entries);
}

static void check_again(const struct record *record)
{
	struct buf one = {}, two = {};
	char why[RECORD_WHY] = "";
	struct record *again;

	record_text(record, &one);
	again = read_back(one.data, one.len, why);
	if (!again) {
		fprintf(stderr, "refused once written: %s\n", why);
		abort();
	}
	record_text(again, &two);
	if (one.len != two.len || memcmp(one.data, two.data, one.len))
		abort();
	record_free(again);
	buf_free(&one);
	buf_free(&two);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char why[RECORD_WHY] = "";
	struct record *record;

	record = read_back(data, size, why);
	if (!record) {
		if (!*why || strpbrk(why, "\n\r\t\033"))
			abort();
		return 0;
	}
	check_forms(record);
	check_again(record);
	record_free(record);
	return 0;
}
