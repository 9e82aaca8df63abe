// SPDX-License-Identifier: GPL-2.0-or-later
#include "jsontext.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct text {
	char *data;
	size_t len, room;
};

/* Nothing that could play with the user's terminal, nor from @end on. */
static void plain(char *str, int end)
{
	for (; *str; str++) {
		if ((unsigned char)*str < ' ' || (unsigned char)*str >= end ||
		    *str == 0x7f)
			*str = '?';
	}
}

/* "NAME: what", cut where it must; returns NULL, @err in errno. */
__attribute__((format(printf, 4, 5)))
static json_t *explain(char why[JSONTEXT_WHY], int err, const char *name,
		       const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	if (vsnprintf(text, sizeof(text), fmt, args) < 0)
		*text = '\0';
	va_end(args);
	/* An error of JSON quotes the file. */
	plain(text, 0x80);
	snprintf(why, JSONTEXT_WHY, "%.240s: %s", name, text);
	plain(why, 0x100);
	errno = err;
	return NULL;
}

static json_t *explain_errno(char why[JSONTEXT_WHY], int err, const char *name)
{
	return explain(why, err, name, "%s", strerror(err));
}

static json_t *explain_json(char why[JSONTEXT_WHY], const char *name,
			    const json_error_t *error)
{
	enum json_error_code code = json_error_code(error);
	char place[256];

	if (code == json_error_out_of_memory)
		return explain_errno(why, ENOMEM, name);
	snprintf(place, sizeof(place), "%.200s:%d:%d", name, error->line,
		 error->column);
	if (code == json_error_premature_end_of_input)
		return explain(why, EINVAL, place,
			       "cut short: the JSON text ends here");
	return explain(why, EINVAL, place, "damaged, or no JSON: %s",
		       error->text);
}

json_t *jsontext_parse(const char *name, const char *text, size_t len,
		       char why[JSONTEXT_WHY])
{
	json_error_t error;
	json_t *json;

	if (!len)
		return explain(why, EINVAL, name, "empty");
	if (len > JSONTEXT_MAX)
		return explain(why, EFBIG, name, "more than %zu MiB",
			       JSONTEXT_MAX >> 20);
	json = json_loadb(text, len, JSON_REJECT_DUPLICATES, &error);
	return json ? json : explain_json(why, name, &error);
}

/* To its end, or to just beyond what is allowed. */
static int read_text(int fd, struct text *text)
{
	char *data;
	ssize_t n;

	while (text->len <= JSONTEXT_MAX) {
		if (text->len == text->room) {
			text->room = text->room ? 2 * text->room : 1 << 16;
			data = realloc(text->data, text->room);
			if (!data)
				return ENOMEM;
			text->data = data;
		}
		n = read(fd, text->data + text->len, text->room - text->len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return errno;
		if (!n)
			break;
		text->len += n;
	}
	return 0;
}

json_t *jsontext_read(const char *file, char why[JSONTEXT_WHY])
{
	struct text text = { 0 };
	json_t *json;
	int fd, err;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return explain_errno(why, errno, file);
	err = read_text(fd, &text);
	close(fd);
	json = err ? explain_errno(why, err, file) :
		     jsontext_parse(file, text.data, text.len, why);
	err = errno;
	free(text.data);
	errno = err;
	return json;
}
