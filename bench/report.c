// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The page: first what one wants to know, then the pictures, the numbers, the
 * machine, and what did not go as it should.
 */
#include "report.h"

#include <errno.h>
#include <gsl/gsl_math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"
#include "report_tables.h"
#include "suite.h"

struct page {
	FILE *file;
	const struct result_set *set;
	struct page_group *groups;
	size_t n_groups;
	struct figures figures;
	/* Where each section's pictures begin, and the last one's end. */
	size_t at[6];
	const char *why;	/* there are none; NULL: there are */
};

enum { BARS_RTT, BARS_RATE, DENSITY, TAIL, COSTS, HISTORY };

static const struct result *newest(const struct result_set *set)
{
	return &set->runs[set->n - 1];
}

static const char *env_string(const struct result *run, const char *key)
{
	const char *str = json_string_value(json_object_get(run->env, key));

	return str ? str : "";
}

static void draw_kind(struct page *page, enum page_kind kind,
		      void (*add)(struct figures *figures,
				  const struct page_group *group))
{
	size_t i;

	for (i = 0; i < page->n_groups; i++) {
		if (page->groups[i].kind == kind)
			add(&page->figures, &page->groups[i]);
	}
}

static void draw(struct page *page, char why[256])
{
	struct figures *figures = &page->figures;

	page->at[BARS_RTT] = figures->n;
	draw_kind(page, KIND_RTT, figures_bars);
	page->at[BARS_RATE] = figures->n;
	draw_kind(page, KIND_RATE, figures_bars);
	page->at[DENSITY] = figures->n;
	draw_kind(page, KIND_RTT, figures_density);
	page->at[TAIL] = figures->n;
	draw_kind(page, KIND_RTT, figures_tail);
	page->at[COSTS] = figures->n;
	draw_kind(page, KIND_COST, figures_costs);
	page->at[HISTORY] = figures->n;
	figures_history(figures, page->set);
	if (!plot_draw(&figures->plots, why))
		return;
	page->why = why;
	fprintf(stderr, "run.sh: %s: the page has tables and no pictures\n",
		why);
}

static void print_figure(const struct page *page, const struct figure *figure)
{
	const char *svg = plot_svg(&page->figures.plots, figure->plot);

	if (!svg)
		return;
	html_markup(page->file, "<figure><figcaption>");
	html_text(page->file, figure->title);
	html_markup(page->file, "<span>");
	html_text(page->file, figure->note);
	html_markup(page->file, "</span></figcaption>\n%s\n", svg);
	if (figure->legend.len)
		html_markup(page->file, "<div class=\"legend\">%.*s</div>\n",
			    (int)figure->legend.len, figure->legend.data);
	html_markup(page->file, "</figure>\n");
}

struct section {
	const char *title, *text;
	int figures;
};

static void print_section(const struct page *page,
			  const struct section *section)
{
	size_t i = page->at[section->figures], end;

	end = section->figures == HISTORY ? page->figures.n :
	      page->at[section->figures + 1];
	if (i == end || page->why)
		return;
	html_markup(page->file, "<h2>%s</h2>\n<p class=\"sub\">%s</p>\n"
		    "<div class=\"figures\">\n", section->title, section->text);
	for (; i < end; i++)
		print_figure(page, &page->figures.v[i]);
	html_markup(page->file, "</div>\n");
}

static const struct section sections[] = {
	{ "Round trips", "The median of each path, there and back. The line "
	  "across a bar's end is its 95 % interval.", BARS_RTT },
	{ "Throughput", "What was received. The line across a bar's end is "
	  "its 95 % interval.", BARS_RATE },
	{ "Where most round trips lie", "All samples of a path together; a "
	  "second hump is a second way in which the kernel or the machine "
	  "carries them.", DENSITY },
	{ "The slow ones", "The same ones, further out: at 99, one in a "
	  "hundred takes longer. A closed loop hides stalls; tcp_rr_open does "
	  "not.", TAIL },
	{ "What namespaces cost", "Control-plane operations while so many "
	  "stand, both axes logarithmic. N with its exponent: doubling N "
	  "makes it so much longer; 0 is no growth, 1 is in proportion.",
	  COSTS },
	{ "History", "One point a run, the line across it is its 95 % "
	  "interval.", HISTORY },
};

/* "+21.3 %" for a ratio, "± 0.4 %" for what is no ratio. */
static void print_tile(const struct page *page, const struct metric *metric,
		       const struct interval *interval)
{
	char mid[40], low[40], high[40];

	page_value(mid, metric, interval->mid);
	page_value(low, metric, interval->low);
	page_value(high, metric, interval->high);
	html_markup(page->file, "<div class=\"tile\"><span class=\"sub\">");
	html_text(page->file, metric->workload);
	html_markup(page->file, metric->what == METRIC_P1 ? ", p1" : "");
	html_markup(page->file, "</span><b>%s</b><span>", mid);
	html_text(page->file, metric->path);
	if (metric->over) {
		html_markup(page->file, " / ");
		html_text(page->file, metric->over);
	}
	html_markup(page->file, "</span><small>95 %%: %s to %s</small></div>\n",
		    low, high);
}

/* Those that gate, and the stream's ratio. */
static bool on_tile(const struct metric *metric)
{
	return metric->gated ||
	       (metric->what == METRIC_RATE && metric->over &&
		!strcmp(metric->workload, "tcp_stream") &&
		!strcmp(metric->path, METRIC_BRIDGE));
}

static void print_tiles(const struct page *page)
{
	struct interval interval;
	struct metric *metrics;
	size_t i, n;

	metrics = metric_list(page->set, NULL, &n);
	html_markup(page->file, "<div class=\"tiles\">\n");
	for (i = 0; i < n; i++) {
		if (!on_tile(&metrics[i]))
			continue;
		interval = metric_interval(&metrics[i], newest(page->set));
		if (gsl_finite(interval.mid))
			print_tile(page, &metrics[i], &interval);
	}
	html_markup(page->file, "</div>\n");
	free(metrics);
}

static void note(const struct page *page, const char *mark, const char *text,
		 const char *more)
{
	html_markup(page->file, "<p class=\"note %s\">%s", mark, text);
	html_text(page->file, more);
	html_markup(page->file, "</p>\n");
}

static void print_notes(const struct page *page)
{
	const struct result *run = newest(page->set);
	const char *emulated = env_string(run, "emulated");
	struct interval again;

	if (*emulated)
		note(page, "bad", "Time is not this machine's own, so that "
		     "none of this says anything: ", emulated);
	if (run->partial)
		note(page, "warn", "The run is not whole: ", run->partial);
	if (!metric_valid(run, &again))
		note(page, "bad", "The run is not valid: its two equal paths, "
		     "direct and direct-again, differ.", "");
	if (page->why)
		note(page, "warn", "There are no pictures: ", page->why);
}

static void print_head(const struct page *page)
{
	const struct result *run = newest(page->set);

	html_markup(page->file, "<h1>What paths between namespaces cost</h1>\n"
		    "<p class=\"sub\">Linux ");
	html_text(page->file, env_string(run, "kernel"));
	html_markup(page->file, " on ");
	html_text(page->file, env_string(run, "cpu"));
	if (*env_string(run, "hypervisor")) {
		html_markup(page->file, " under ");
		html_text(page->file, env_string(run, "hypervisor"));
	}
	html_markup(page->file, ", <span class=\"day\">%.10s</span> %.5s UTC",
		    run->start, run->start + 11);
	if (page->set->n > 1)
		html_markup(page->file, ". The newest of %zu runs; what it did "
			    "not measure is of the newest that did",
			    page->set->n);
	html_markup(page->file, ".</p>\n");
}

/* All but the page's head and end. */
static void print_page(const struct page *page)
{
	size_t i;

	print_head(page);
	print_notes(page);
	print_tiles(page);
	for (i = 0; i < sizeof(sections) / sizeof(sections[0]); i++)
		print_section(page, &sections[i]);
	report_runs(page->file, page->set);
	report_troubles(page->file, page->set);
	report_numbers(page->file, page->set);
	report_env(page->file, page->set);
}

static void print_bench(FILE *file, const struct result_set *set)
{
	struct page page = { .file = file, .set = set };
	char why[256];

	page.groups = page_groups(set, &page.n_groups);
	draw(&page, why);
	print_page(&page);
	figures_free(&page.figures);
	page_groups_free(page.groups, page.n_groups);
}

int report_html(FILE *file, const struct result_set *set,
		const struct suite *suite)
{
	bool has_suite = suite && suite_has(suite);

	if (!set->n && !has_suite)
		return -ENODATA;
	html_begin(file, set->n ? "netns-bench" : "netns-selftests");
	if (set->n)
		print_bench(file, set);
	else
		html_markup(file, "<h1>What the tests say</h1>\n");
	if (has_suite)
		suite_html(suite, file);
	html_end(file);
	if (fflush(file))
		return -errno;
	return ferror(file) ? -EIO : 0;
}
