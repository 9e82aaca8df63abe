// SPDX-License-Identifier: GPL-2.0-or-later
#include "text.h"

#include "tap.h"

#include <string.h>

void text_line(struct buf *buf, const char *line, size_t len)
{
	size_t i, start = 0;

	for (i = 0; i < len; i++) {
		unsigned char c = line[i];

		if ((c >= ' ' && c < 0x7f) || c == '\t')
			continue;
		buf_add(buf, line + start, i - start);
		buf_addf(buf, "\\x%02x", c);
		start = i + 1;
	}
	buf_add(buf, line + start, len - start);
}

void text_lines(struct buf *buf, const char *text, size_t len)
{
	const char *end = text + len;
	size_t n;

	for (; text < end; text += n + 1) {
		n = tap_line_len(text, end - text);
		text_line(buf, text, n);
		buf_add(buf, "\n", 1);
	}
}

char *text_string(const char *str)
{
	struct buf buf = {};

	if (!str)
		return NULL;
	text_line(&buf, str, strlen(str));
	buf_add(&buf, "", 1);
	return buf.data;
}
