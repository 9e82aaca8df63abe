/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A page of HTML that needs nothing but itself: one look, light or dark as its
 * reader's screen is.  Nothing here fails; see ferror(3) at the end.
 */
#ifndef HTML_H
#define HTML_H

#include <stdio.h>

/* Up to <main>; @title is ours, as markup. */
void html_begin(FILE *file, const char *title);

/* @str as text or as an attribute's value: no character of it is markup. */
void html_text(FILE *file, const char *str);

/* A printf of markup that is ours; strings of others go by html_text(). */
#define html_markup(file, ...)	fprintf(file, __VA_ARGS__)

void html_end(FILE *file);

#endif
