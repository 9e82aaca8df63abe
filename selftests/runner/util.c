// SPDX-License-Identifier: GPL-2.0-or-later
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *xvasprintf(const char *fmt, va_list ap)
{
	char *str;

	if (vasprintf(&str, fmt, ap) < 0)
		die("out of memory");
	return str;
}

void die(const char *fmt, ...)
{
	va_list ap;

	fflush(stdout);
	fputs("run.sh: ", stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

void stdio_check(void)
{
	int fd, null;

	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		null = open("/dev/null", O_RDWR);
		if (fd == STDOUT_FILENO)
			die("stdout is closed");
		if (null != fd)
			exit(2);
	}
}

void stdio_finish(void)
{
	if (fflush(stdout) || ferror(stdout))
		die("stdout: %s", strerror(errno));
}

void *xgrow(void *old, size_t old_nr, size_t nr, size_t size)
{
	char *new = reallocarray(old, nr, size);

	if (!new)
		die("out of memory");
	if (nr > old_nr)
		memset(new + old_nr * size, 0, (nr - old_nr) * size);
	return new;
}

char *xasprintf(const char *fmt, ...)
{
	va_list ap;
	char *str;

	va_start(ap, fmt);
	str = xvasprintf(fmt, ap);
	va_end(ap);
	return str;
}

void buf_add(struct buf *buf, const void *data, size_t len)
{
	if (!len)
		return;
	if (buf->room - buf->len < len) {
		size_t room = 2 * buf->room + len;

		buf->data = xgrow(buf->data, buf->room, room, 1);
		buf->room = room;
	}
	memcpy(buf->data + buf->len, data, len);
	buf->len += len;
}

void buf_addf(struct buf *buf, const char *fmt, ...)
{
	va_list ap;
	char *str;

	va_start(ap, fmt);
	str = xvasprintf(fmt, ap);
	va_end(ap);
	buf_add(buf, str, strlen(str));
	free(str);
}

void buf_free(struct buf *buf)
{
	free(buf->data);
	*buf = (struct buf){};
}

void strv_addf(struct strv *strv, const char *fmt, ...)
{
	va_list ap;

	strv->v = xgrow(strv->v, strv->v ? strv->nr + 1 : 0, strv->nr + 2,
			sizeof(*strv->v));
	va_start(ap, fmt);
	strv->v[strv->nr++] = xvasprintf(fmt, ap);
	va_end(ap);
}

bool strv_has(const struct strv *strv, const char *str)
{
	size_t i;

	for (i = 0; i < strv->nr; i++)
		if (!strcmp(strv->v[i], str))
			return true;
	return false;
}

void strv_free(struct strv *strv)
{
	size_t i;

	for (i = 0; i < strv->nr; i++)
		free(strv->v[i]);
	free(strv->v);
	*strv = (struct strv){};
}
