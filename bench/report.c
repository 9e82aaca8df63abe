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

/* Colours by name, so that pictures follow the reader's light or dark. */
static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	"<meta name=\"color-scheme\" content=\"light dark\">\n"
	"<title>netns-bench</title>\n"
	"<style>\n"
	":root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b1f24;"
	"--soft:#5c6570;--line:#dfe3e8;--good:#12714a;--bad:#b3261e;"
	"--warn:#8a5a00;--good-bg:#e2f3ea;--bad-bg:#fbe6e4;--warn-bg:#fbf0d8;\n"
	"--s1:#2a78d6;--s2:#e0621c;--s3:#1a9a6b;--s4:#5a46c0;--s5:#d03b3b;"
	"--s6:#0d8f9c;--s7:#b98300;--s8:#7c93ad;--s9:#c0449a;"
	"--s20:#b6bdc6;--s21:#4a525c;--s22:#e6e9ed}\n"
	"@media (prefers-color-scheme:dark){:root{--bg:#14171a;--card:#1c2024;"
	"--ink:#e8eaed;--soft:#9aa4af;--line:#2e343b;--good:#6fd3a3;"
	"--bad:#ff9c93;--warn:#f0c060;--good-bg:#17352a;--bad-bg:#43211e;"
	"--warn-bg:#3a2f17;\n"
	"--s1:#5aa2f2;--s2:#f08a4b;--s3:#3fc08f;--s4:#a294f5;--s5:#f07070;"
	"--s6:#3fbccb;--s7:#dcae3c;--s8:#8fa3ba;--s9:#e58bc6;"
	"--s20:#4c545d;--s21:#b4bcc6;--s22:#2a2f35}}\n"
	"*{box-sizing:border-box}\n"
	"body{margin:0;background:var(--bg);color:var(--ink);"
	"font:15px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}\n"
	"main{max-width:1240px;margin:0 auto;padding:28px 20px 60px}\n"
	"h1{font-size:26px;line-height:1.2;margin:0 0 4px;letter-spacing:-.01em}\n"
	"h2{font-size:19px;margin:40px 0 4px}\n"
	"p{margin:0 0 12px;max-width:78ch}\n"
	".sub,small,figcaption span{color:var(--soft)}\n"
	".tiles,.figures{display:grid;gap:14px;align-items:start;margin:16px 0;"
	"grid-template-columns:repeat(auto-fill,minmax(min(100%,330px),1fr))}\n"
	".tiles{grid-template-columns:repeat(auto-fill,minmax(min(100%,165px),1fr))}\n"
	".tile,figure,.table{background:var(--card);border:1px solid var(--line);"
	"border-radius:8px}\n"
	".tile{padding:12px 14px}\n"
	".tile b{display:block;font-size:25px;font-weight:600;line-height:1.25;"
	"letter-spacing:-.01em}\n"
	".tile span,.tile small{display:block;font-size:13px}\n"
	"figure{margin:0;padding:12px 12px 10px;min-width:0}\n"
	"figcaption{font-weight:600;font-size:14px;margin-bottom:6px}\n"
	"figcaption span{display:block;font-weight:400;font-size:13px}\n"
	"svg{display:block;width:100%;height:auto;overflow:visible}\n"
	"svg g,svg text{font-family:inherit}svg text{font-variant-numeric:tabular-nums}\n"
	".legend{display:flex;flex-wrap:wrap;gap:2px 14px;font-size:13px;"
	"margin-top:6px}\n"
	".legend i{display:inline-block;width:14px;height:3px;"
	"border-radius:2px;margin-right:6px;vertical-align:middle}\n"
	".legend sup{font-size:10px;line-height:0}\n"
	".c1{background:var(--s1)}.c2{background:var(--s2)}"
	".c3{background:var(--s3)}.c4{background:var(--s4)}"
	".c5{background:var(--s5)}.c6{background:var(--s6)}"
	".c7{background:var(--s7)}.c8{background:var(--s8)}"
	".c9{background:var(--s9)}\n"
	".table{overflow-x:auto;margin:14px 0}\n"
	"table{border-collapse:collapse;width:100%;font-size:13.5px}\n"
	"th,td{text-align:left;padding:6px 12px;vertical-align:top;"
	"border-bottom:1px solid var(--line)}\n"
	"tr:last-child>*{border-bottom:0}\n"
	"thead th{color:var(--soft);font-weight:500;white-space:nowrap}\n"
	"tbody th{font-weight:500}\n"
	".n{text-align:right;white-space:nowrap;"
	"font-variant-numeric:tabular-nums}\n"
	"td,.day{white-space:nowrap}td.w{white-space:normal;min-width:15em;overflow-wrap:anywhere}\n"
	".mark{display:inline-block;border-radius:5px;padding:0 7px;"
	"font-size:12.5px;font-weight:500;white-space:nowrap}\n"
	".good{color:var(--good);background:var(--good-bg)}"
	".bad{color:var(--bad);background:var(--bad-bg)}"
	".warn{color:var(--warn);background:var(--warn-bg)}\n"
	".note{border-radius:8px;padding:9px 14px;margin:12px 0;max-width:none}\n"
	"details{margin:10px 0}summary{cursor:pointer;color:var(--soft)}\n"
	"@media print{body{background:#fff}figure,.tile{break-inside:avoid}}\n"
	"</style>\n"
	"</head>\n"
	"<body>\n"
	"<main>\n";

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
	page_markup(page->file, "<figure><figcaption>");
	page_text(page->file, figure->title);
	page_markup(page->file, "<span>");
	page_text(page->file, figure->note);
	page_markup(page->file, "</span></figcaption>\n%s\n", svg);
	if (figure->legend.len)
		page_markup(page->file, "<div class=\"legend\">%.*s</div>\n",
			    (int)figure->legend.len, figure->legend.data);
	page_markup(page->file, "</figure>\n");
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
	page_markup(page->file, "<h2>%s</h2>\n<p class=\"sub\">%s</p>\n"
		    "<div class=\"figures\">\n", section->title, section->text);
	for (; i < end; i++)
		print_figure(page, &page->figures.v[i]);
	page_markup(page->file, "</div>\n");
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
	page_markup(page->file, "<div class=\"tile\"><span class=\"sub\">");
	page_text(page->file, metric->workload);
	page_markup(page->file, metric->what == METRIC_P1 ? ", p1" : "");
	page_markup(page->file, "</span><b>%s</b><span>", mid);
	page_text(page->file, metric->path);
	if (metric->over) {
		page_markup(page->file, " / ");
		page_text(page->file, metric->over);
	}
	page_markup(page->file, "</span><small>95 %%: %s to %s</small></div>\n",
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
	page_markup(page->file, "<div class=\"tiles\">\n");
	for (i = 0; i < n; i++) {
		if (!on_tile(&metrics[i]))
			continue;
		interval = metric_interval(&metrics[i], newest(page->set));
		if (gsl_finite(interval.mid))
			print_tile(page, &metrics[i], &interval);
	}
	page_markup(page->file, "</div>\n");
	free(metrics);
}

static void note(const struct page *page, const char *mark, const char *text,
		 const char *more)
{
	page_markup(page->file, "<p class=\"note %s\">%s", mark, text);
	page_text(page->file, more);
	page_markup(page->file, "</p>\n");
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

	fputs(head, page->file);
	page_markup(page->file, "<h1>What paths between namespaces cost</h1>\n"
		    "<p class=\"sub\">Linux ");
	page_text(page->file, env_string(run, "kernel"));
	page_markup(page->file, " on ");
	page_text(page->file, env_string(run, "cpu"));
	if (*env_string(run, "hypervisor")) {
		page_markup(page->file, " under ");
		page_text(page->file, env_string(run, "hypervisor"));
	}
	page_markup(page->file, ", <span class=\"day\">%.10s</span> %.5s UTC",
		    run->start, run->start + 11);
	if (page->set->n > 1)
		page_markup(page->file, ". The newest of %zu runs; what it did "
			    "not measure is of the newest that did",
			    page->set->n);
	page_markup(page->file, ".</p>\n");
}

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
	page_markup(page->file, "</main>\n</body>\n</html>\n");
}

int report_html(FILE *file, const struct result_set *set)
{
	struct page page = { .file = file, .set = set };
	char why[256];

	if (!set->n)
		return -ENODATA;
	page.groups = page_groups(set, &page.n_groups);
	draw(&page, why);
	print_page(&page);
	figures_free(&page.figures);
	page_groups_free(page.groups, page.n_groups);
	if (fflush(file))
		return -errno;
	return ferror(file) ? -EIO : 0;
}
