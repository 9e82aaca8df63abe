/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Claims on what a command printed; where one fails the text is a diagnostic. */
#ifndef SAID_H
#define SAID_H

#include <stdbool.h>

/* @text has @line, as a whole line. */
bool said_line(const char *text, const char *line)
	__attribute__((warn_unused_result));

/* @text has @part somewhere. */
bool said(const char *text, const char *part)
	__attribute__((warn_unused_result));

#endif
