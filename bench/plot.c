// SPDX-License-Identifier: GPL-2.0-or-later
#include "plot.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool.h"

/* "set output" ends a picture, which gnuplot else does before the next. */
static void end_last(struct plots *plots)
{
	if (plots->n)
		buf_addf(&plots->script, "set output\n");
}

size_t plot_new(struct plots *plots, unsigned int width, unsigned int height)
{
	end_last(plots);
	buf_addf(&plots->script,
		 "reset\n"
		 "set encoding utf8\n"
		 "set term svg size %u,%u dynamic noenhanced font 'sans-serif,12'\n"
		 "set border 3 lc rgb '#%06x'\n"
		 "set tics nomirror scale 0.4 textcolor rgb '#%06x'\n"
		 "set grid lt 1 lw 0.6 lc rgb '#%06x'\n"
		 "set style fill solid 1 noborder\n"
		 "set rmargin 2\n"
		 "unset key\n",
		 width, height, PLOT_COLOUR(PLOT_AXIS), PLOT_COLOUR(PLOT_TEXT),
		 PLOT_COLOUR(PLOT_GRID));
	return plots->n++;
}

/* "rgb(  1,   1,   N)": the page's colour; any other stays. */
static const char *add_colour(struct buf *svg, const char *at)
{
	int red, green, blue, len = 0;

	if (sscanf(at, "rgb(%d ,%d ,%d )%n", &red, &green, &blue, &len) != 3 ||
	    !len || red != 1 || green != 1) {
		buf_add(svg, at, 1);
		return at + 1;
	}
	buf_addf(svg, "var(--s%d)", blue);
	return at + len;
}

/* What is replaced; by NULL: up to and with .until, it is left out. */
static const struct {
	const char *what, *by, *until;
} edits[] = {
	{ "\"black\"", "\"currentColor\"", NULL },
	{ "color=\"white\"", "color=\"var(--card)\"", NULL },
	{ "color='white'", "color='var(--card)'", NULL },
	{ "<title>", NULL, "</title>" },
	{ "<desc>", NULL, "</desc>" },
	{ " id=\"gnuplot_", NULL, "\"" },
};

static const char *edit(struct buf *svg, const char *at)
{
	const char *end;
	size_t i, len;

	if (!strncmp(at, "rgb(", 4))
		return add_colour(svg, at);
	for (i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		len = strlen(edits[i].what);
		if (strncmp(at, edits[i].what, len))
			continue;
		if (edits[i].by) {
			buf_add(svg, edits[i].by, strlen(edits[i].by));
			return at + len;
		}
		end = strstr(at + len, edits[i].until);
		return end ? end + strlen(edits[i].until) : at + len;
	}
	buf_add(svg, at, 1);
	return at + 1;
}

/*
 * One "<svg ...>...</svg>" for a page that has others: the shapes of points,
 * which have the same names in all of them, are in the @first.
 */
static char *clean(const char *from, const char *to, bool first)
{
	const char *defs = strstr(from, "<defs>"), *end;
	struct buf svg = { 0 };

	while (from < to) {
		end = from == defs && !first ? strstr(from, "</defs>") : NULL;
		from = end ? end + strlen("</defs>") : edit(&svg, from);
	}
	buf_add(&svg, "", 1);
	return svg.data;
}

static int cut(struct plots *plots, const char *text)
{
	const char *from = text, *to;
	size_t i;

	for (i = 0; i < plots->n; i++) {
		from = strstr(from, "<svg");
		to = from ? strstr(from, "</svg>") : NULL;
		if (!to)
			return -EPROTO;
		to += strlen("</svg>");
		plots->svg[i] = clean(from, to, !i);
		from = to;
	}
	return 0;
}

static int explain(int err, char why[256])
{
	if (err == -ENOENT)
		snprintf(why, 256, "gnuplot is not installed");
	else if (err == -EIO)
		snprintf(why, 256, "gnuplot failed");
	else if (err == -EPROTO)
		snprintf(why, 256, "gnuplot drew less than it was told to");
	else
		snprintf(why, 256, "gnuplot: %s", strerror(-err));
	return err;
}

int plot_draw(struct plots *plots, char why[256])
{
	const char *const argv[] = { "gnuplot", "-", NULL };
	char *text;
	int err;

	if (!plots->n)
		return 0;
	end_last(plots);
	buf_add(&plots->script, "", 1);
	text = tool_run(argv, plots->script.data, NULL);
	if (!text)
		return explain(-errno, why);
	plots->svg = xgrow(NULL, 0, plots->n, sizeof(*plots->svg));
	err = cut(plots, text);
	free(text);
	return err ? explain(err, why) : 0;
}

const char *plot_svg(const struct plots *plots, size_t i)
{
	return plots->svg && i < plots->n ? plots->svg[i] : NULL;
}

void plot_free(struct plots *plots)
{
	size_t i;

	for (i = 0; plots->svg && i < plots->n; i++)
		free(plots->svg[i]);
	free(plots->svg);
	buf_free(&plots->script);
	memset(plots, 0, sizeof(*plots));
}
