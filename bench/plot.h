/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Pictures for a page, by gnuplot: the scripts of all of them first, then one
 * gnuplot that draws, then SVG elements to put into the page, without ids that
 * clash and with the page's own colours.
 */
#ifndef PLOT_H
#define PLOT_H

#include <stddef.h>

#include "util.h"

/*
 * What a script calls "rgb '#0101NN'" is drawn in the CSS variable --sN: these,
 * and the series 1 to 9.  White is --card, black the colour of text.
 */
#define PLOT_COLOUR(n)	(0x010100 + (n))
enum { PLOT_AXIS = 20, PLOT_TEXT, PLOT_GRID };

struct plots {
	struct buf script;
	char **svg;		/* n, once they are drawn */
	size_t n;
};

/* Begins the next one; add to .script from here.  Its number. */
size_t plot_new(struct plots *plots, unsigned int width, unsigned int height);

/* 0 or -errno and @why in a line; without gnuplot -ENOENT. */
int plot_draw(struct plots *plots, char why[256])
	__attribute__((warn_unused_result));

/* NULL: it is not drawn. */
const char *plot_svg(const struct plots *plots, size_t i);

void plot_free(struct plots *plots);

#endif
