/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What others print, made printable: ASCII, tabs, and "\xNN" for the rest. */
#ifndef TEXT_H
#define TEXT_H

#include "util.h"

/* One line, without its newline: a newline in it is "\x0a" too. */
void text_line(struct buf *buf, const char *line, size_t len);

/* Several: their newlines remain, and the last line gets one if it has none. */
void text_lines(struct buf *buf, const char *text, size_t len);

/* One line as a string; NULL stays NULL; to be freed. */
char *text_string(const char *str) __attribute__((warn_unused_result));

#endif
