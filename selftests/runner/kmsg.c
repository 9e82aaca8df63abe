// SPDX-License-Identifier: GPL-2.0-or-later
#include "kmsg.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Of one fault there can be thousands. */
#define LINES_MAX	5

/* A record of the log, with its continuation lines (printk's limit). */
#define RECORD_MAX	8192

/* A guest whose host is busy sees its CPUs stand still: that is no fault. */
static const char excused[] = "lockup";

static const char *const complaints[] = {
	"BUG: ", "kernel BUG at ", "WARNING: ", "Oops", "KASAN: ", "UBSAN: ",
	"general protection fault", "refcount_t: ", "blocked for more than",
	"unregister_netdevice: waiting for ",
};

int kmsg_open(void)
{
	int fd;

	if (!getenv("NETNS_VM"))
		return -1;
	fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

static bool is_complaint(const char *line)
{
	size_t i;

	for (i = 0; i < sizeof(complaints) / sizeof(complaints[0]); i++) {
		if (strstr(line, complaints[i]))
			return !strstr(line, excused);
	}
	return false;
}

/* "4,123,45678,-;the text\n SUBSYSTEM=net\n": the text. */
static void take_record(char *record, struct strv *lines)
{
	char *text = strchr(record, ';'), *line;

	if (!text)
		return;
	text++;
	text[strcspn(text, "\n")] = '\0';
	if (!is_complaint(text) || lines->nr == LINES_MAX)
		return;
	line = text_string(text);
	strv_addf(lines, "the kernel said: %s", line);
	free(line);
}

void kmsg_read(int fd, struct strv *lines)
{
	char record[RECORD_MAX + 1];
	ssize_t n;

	/* EPIPE: what had not been read was overwritten; more follows. */
	while (fd >= 0 && ((n = read(fd, record, RECORD_MAX)) > 0 ||
			   (n < 0 && (errno == EPIPE || errno == EINTR)))) {
		if (n < 0)
			continue;
		record[n] = '\0';
		take_record(record, lines);
	}
}
