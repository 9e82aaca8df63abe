// SPDX-License-Identifier: GPL-2.0-or-later
#include "dump.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* "DUMP ", two names, a length, the blanks between them and some room. */
#define HEADER_MAX	(2 * DUMP_NAME_MAX + 40)

#define NAME_CHARS \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"

struct header {
	char test[DUMP_NAME_MAX + 1];
	char file[DUMP_NAME_MAX + 1];
	size_t len;
};

static bool name_ok(const char *name)
{
	size_t len = strlen(name);

	return len && len <= DUMP_NAME_MAX && *name != '.' &&
	       strspn(name, NAME_CHARS) == len;
}

static bool len_parse(const char *str, size_t *len)
{
	unsigned long long n;
	char *end;

	if (!isdigit((unsigned char)*str) || strlen(str) > 18)
		return false;
	n = strtoull(str, &end, 10);
	*len = n;
	return !*end;
}

/* Returns what is wrong with the line, or NULL. @line is taken apart. */
static const char *header_parse(char *line, struct header *header)
{
	char *word[4];
	int i;

	for (i = 0; i < 4; i++) {
		word[i] = i < 3 ? strsep(&line, " ") : line;
		if (!word[i])
			return "not \"DUMP test file length\"";
	}
	if (strcmp(word[0], "DUMP"))
		return "not \"DUMP test file length\"";
	if (!name_ok(word[1]) || !name_ok(word[2]))
		return "a name that is not of A-Za-z0-9_.- or begins with a dot";
	if (!len_parse(word[3], &header->len))
		return "a length that is not a number";
	snprintf(header->test, sizeof(header->test), "%s", word[1]);
	snprintf(header->file, sizeof(header->file), "%s", word[2]);
	return NULL;
}

static void dumps_stop(struct dumps *dumps, const char *why)
{
	dumps->trouble = xasprintf("dump record: %s", why);
	buf_free(&dumps->pending);
}

static void dumps_add(struct dumps *dumps, const struct header *header,
		      const char *data)
{
	struct dump *dump;

	dumps->v = xgrow(dumps->v, dumps->nr, dumps->nr + 1, sizeof(*dump));
	dump = &dumps->v[dumps->nr++];
	dump->test = xasprintf("%s", header->test);
	dump->file = xasprintf("%s", header->file);
	dump->data = xgrow(NULL, 0, header->len + 1, 1);
	memcpy(dump->data, data, header->len);
	dump->len = header->len;
	dumps->bytes += header->len;
}

/* Returns the length of the first record, 0 when there is none (yet). */
static size_t dumps_take(struct dumps *dumps, const char *data, size_t len)
{
	char line[HEADER_MAX + 1];
	struct header header;
	const char *end, *why;
	size_t head;

	end = memchr(data, '\n', len < HEADER_MAX ? len : HEADER_MAX);
	if (!end && len >= HEADER_MAX)
		dumps_stop(dumps, "no end of its first line");
	if (!end)
		return 0;
	head = end - data;
	memcpy(line, data, head);
	line[head++] = '\0';
	why = strlen(line) == head - 1 ? header_parse(line, &header) :
					 "a NUL in its first line";
	if (!why && (header.len > DUMP_BYTES_MAX - dumps->bytes ||
		     dumps->nr == DUMP_FILES_MAX))
		why = "more than one program may send";
	if (why)
		dumps_stop(dumps, why);
	if (why || len - head < header.len)
		return 0;
	dumps_add(dumps, &header, data + head);
	return head + header.len;
}

void dumps_feed(struct dumps *dumps, const char *data, size_t len)
{
	struct buf *pending = &dumps->pending;
	size_t pos = 0, n;

	if (dumps->trouble)
		return;
	buf_add(pending, data, len);
	while (pos < pending->len) {
		n = dumps_take(dumps, pending->data + pos, pending->len - pos);
		if (!n)
			break;
		pos += n;
	}
	if (pos && !dumps->trouble) {
		memmove(pending->data, pending->data + pos, pending->len - pos);
		pending->len -= pos;
	}
}

void dumps_end(struct dumps *dumps)
{
	if (!dumps->trouble && dumps->pending.len)
		dumps_stop(dumps, "cut short");
}

void dumps_free(struct dumps *dumps)
{
	size_t i;

	for (i = 0; i < dumps->nr; i++) {
		free(dumps->v[i].test);
		free(dumps->v[i].file);
		free(dumps->v[i].data);
	}
	free(dumps->v);
	free(dumps->trouble);
	buf_free(&dumps->pending);
	*dumps = (struct dumps){};
}
