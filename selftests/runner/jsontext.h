/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A JSON text of anybody's: bounded, and told in words what is wrong with it. */
#ifndef JSONTEXT_H
#define JSONTEXT_H

#include <jansson.h>
#include <stddef.h>

#define JSONTEXT_WHY	512

/*
 * jansson takes up to twenty times of what a text has in bytes, so that this
 * bounds the memory to some 1.5 GB.
 */
#define JSONTEXT_MAX	((size_t)64 << 20)

/*
 * NULL, with errno set and a line in @why that begins with @name, if it is
 * empty, too large, cut short, damaged, no JSON, or has a key twice.
 */
json_t *jsontext_parse(const char *name, const char *text, size_t len,
		       char why[JSONTEXT_WHY])
	__attribute__((warn_unused_result));

/* The same of a file, which may be a pipe. */
json_t *jsontext_read(const char *file, char why[JSONTEXT_WHY])
	__attribute__((warn_unused_result));

#endif
