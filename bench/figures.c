// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The pictures of the page.  What goes into a script is numbers and names that
 * result_check() let pass: neither can end a quote.
 */
#include "page.h"

#include <gsl/gsl_math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Of a picture, in CSS pixels: one column of a phone, three of a screen. */
#define WIDTH		380
#define HEIGHT		250

/*
 * Bins of the density a decade, and steps of the tail; fewer observations make
 * no curve.
 */
#define BINS_A_DECADE	60
#define TAIL_STEPS	100
#define CURVE_MIN	20

/* What is not of the newest run says so. */
static char *group_title(const struct page_group *group)
{
	return group->number ?
		xasprintf("%s (run #%zu)", group->workload, group->number) :
		xasprintf("%s", group->workload);
}

static struct figure *figure_new(struct figures *figures, unsigned int height)
{
	struct figure *figure;

	figures->v = xgrow(figures->v, figures->n, figures->n + 1,
			   sizeof(*figures->v));
	figure = &figures->v[figures->n++];
	figure->plot = plot_new(&figures->plots, WIDTH, height);
	return figure;
}

void figures_free(struct figures *figures)
{
	size_t i;

	for (i = 0; i < figures->n; i++) {
		free(figures->v[i].title);
		free(figures->v[i].note);
		buf_free(&figures->v[i].legend);
	}
	free(figures->v);
	plot_free(&figures->plots);
	memset(figures, 0, sizeof(*figures));
}

/* One round has a value and no interval: then there is no line across it. */
static struct interval drawn_interval(const struct metric *metric,
				      const struct result *run)
{
	struct interval interval = metric_interval(metric, run);

	if (!gsl_finite(interval.low) || !gsl_finite(interval.high))
		interval.low = interval.high = interval.mid;
	return interval;
}

static void legend_add(struct figure *figure, const char *path,
		       const char *more)
{
	/* Names have no character that is markup. */
	buf_addf(&figure->legend,
		 "<span><i class=\"c%u\"></i>%s%s</span>", page_colour(path),
		 path, more);
}

/* Times of about @ns: by what they are divided, and what they are then. */
static const char *time_unit(double ns, double *scale)
{
	static const char *const units[] = { "ns", "\302\265s", "ms", "s" };
	size_t i = 0;

	*scale = 1;
	while (i < 3 && ns >= 1000) {
		ns /= 1000;
		*scale *= 1000;
		i++;
	}
	return units[i];
}

/* One run's intervals of one quantity, a path each. */
struct bar {
	struct metric metric;
	struct interval interval;
};

static struct bar *bars_take(const struct page_group *group,
			     enum metric_what what, double *max)
{
	struct bar *bars = xgrow(NULL, 0, group->n_paths, sizeof(*bars));
	size_t i;

	*max = 0;
	for (i = 0; i < group->n_paths; i++) {
		bars[i].metric.workload = group->workload;
		bars[i].metric.path = group->paths[i];
		bars[i].metric.what = what;
		bars[i].metric.more_is_better = what == METRIC_RATE;
		bars[i].interval = drawn_interval(&bars[i].metric, group->run);
		if (gsl_finite(bars[i].interval.high))
			*max = fmax(*max, exp(bars[i].interval.high));
	}
	return bars;
}

static void bars_data(struct buf *script, const struct page_group *group,
		      const struct bar *bars, double scale)
{
	char text[40];
	size_t i;

	buf_addf(script, "$d << E\n");
	for (i = 0; i < group->n_paths; i++) {
		if (!gsl_finite(bars[i].interval.mid))
			continue;
		page_value(text, &bars[i].metric, bars[i].interval.mid);
		buf_addf(script, "%zu %.9g %.9g %.9g %d \"%s\"\n", i,
			 exp(bars[i].interval.mid) / scale,
			 exp(bars[i].interval.low) / scale,
			 exp(bars[i].interval.high) / scale,
			 PLOT_COLOUR(page_colour(group->paths[i])), text);
	}
	buf_addf(script, "E\nset ytics (");
	for (i = 0; i < group->n_paths; i++)
		buf_addf(script, "%s\"%s\" %zu", i ? ", " : "", group->paths[i],
			 i);
	buf_addf(script, ")\n");
}

static void bars_script(struct buf *script, const struct page_group *group,
			const struct bar *bars, double max)
{
	double scale = 1;

	if (group->kind == KIND_RATE)
		scale = 1e9 / 8;
	else
		time_unit(max, &scale);
	bars_data(script, group, bars, scale);
	buf_addf(script,
		 "set border 0\n"
		 "set grid noytics xtics\n"
		 "set xtics scale 0\nset ytics scale 0\n"
		 "set lmargin 12\nset tmargin 0.3\nset bmargin 1.8\n"
		 "set yrange [%.1f:-0.6]\nset xrange [0:%.9g]\n"
		 "set xtics autofreq\n"
		 "plot $d using (0):1:(0):2:($1-0.32):($1+0.32):5 "
		 "with boxxyerror lc rgb variable, "
		 "$d using 2:1:3:4 with xerrorbars pt 0 lw 1.6 lc rgb '#%06x', "
		 "$d using 4:1:6 with labels left offset 0.7,0 "
		 "tc rgb '#%06x'\n",
		 group->n_paths - 0.4, max / scale * 1.34,
		 PLOT_COLOUR(PLOT_TEXT), PLOT_COLOUR(PLOT_TEXT));
}

void figures_bars(struct figures *figures, const struct page_group *group)
{
	enum metric_what what = METRIC_P50;
	struct figure *figure;
	struct bar *bars;
	double max, scale;

	if (group->kind == KIND_RATE)
		what = METRIC_RATE;
	bars = bars_take(group, what, &max);
	if (max > 0) {
		figure = figure_new(figures, 34 + 25 * group->n_paths);
		figure->title = group_title(group);
		figure->note = what == METRIC_RATE ?
			xasprintf("Gbit/s") :
			xasprintf("median round trip, %s",
				  time_unit(max, &scale));
		bars_script(&figures->plots.script, group, bars, max);
	}
	free(bars);
}

/* All samples of one arm in one: bins of each with their upper edges. */
struct bin {
	double low, high, count;
};

struct curve {
	struct bin *bins;
	size_t n;
	double total;
};

static int bin_cmp(const void *a, const void *b)
{
	const struct bin *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

static void curve_add(struct curve *curve, const struct sample *sample)
{
	double next;
	size_t i;

	curve->bins = xgrow(curve->bins, curve->n, curve->n + sample->n_hist,
			    sizeof(*curve->bins));
	for (i = 0; i < sample->n_hist; i++) {
		struct bin *bin = &curve->bins[curve->n++];

		bin->low = fmax(sample->hist[i].low, 1);
		bin->high = bin->low * 1.03;
		if (i + 1 < sample->n_hist) {
			next = sample->hist[i + 1].low;
			/* Empty bins are left out: then it is not the next. */
			if (next > bin->low && next < bin->high * 1.005)
				bin->high = next;
		}
		bin->count = sample->hist[i].count;
		curve->total += bin->count;
	}
}

static void curve_take(struct curve *curve, const struct page_group *group,
		       const char *path)
{
	const struct sample *sample;
	size_t i;

	memset(curve, 0, sizeof(*curve));
	for (i = 0; i < group->run->n; i++) {
		sample = &group->run->samples[i];
		if (!sample->error && sample->n_hist &&
		    !strcmp(sample->workload, group->workload) &&
		    !strcmp(sample->path, path))
			curve_add(curve, sample);
	}
	if (curve->n)
		qsort(curve->bins, curve->n, sizeof(*curve->bins), bin_cmp);
	if (curve->total < CURVE_MIN)
		curve->total = 0;
}

static double curve_quantile(const struct curve *curve, double p)
{
	double left = p * curve->total;
	const struct bin *bin;
	size_t i;

	for (i = 0; i < curve->n; i++) {
		bin = &curve->bins[i];
		if (left <= bin->count)
			return bin->low * pow(bin->high / bin->low,
					      left / bin->count);
		left -= bin->count;
	}
	return curve->n ? curve->bins[curve->n - 1].high : GSL_NAN;
}

/* The share of all that lies from @low to @high. */
static double curve_share(const struct curve *curve, double low, double high)
{
	const struct bin *bin;
	double sum = 0, from, to;
	size_t i;

	for (i = 0; i < curve->n && curve->bins[i].low < high; i++) {
		bin = &curve->bins[i];
		from = fmax(low, bin->low);
		to = fmin(high, bin->high);
		if (to > from)
			sum += bin->count * log(to / from) /
			       log(bin->high / bin->low);
	}
	return sum / curve->total;
}

static void density_data(struct buf *script, const struct curve *curve,
			 double scale)
{
	int i, first, last;
	double low, high;

	first = floor(log10(curve_quantile(curve, 0.0005)) * BINS_A_DECADE) - 1;
	last = ceil(log10(curve_quantile(curve, 0.975)) * BINS_A_DECADE);
	for (i = first; i <= last; i++) {
		low = pow(10, (double)i / BINS_A_DECADE);
		high = pow(10, (double)(i + 1) / BINS_A_DECADE);
		buf_addf(script, "%.6g %.6g\n", sqrt(low * high) / scale,
			 100 * curve_share(curve, low, high));
	}
}

/* Over -log10(1 - p): 1 is 90 %, 2 is 99 %; as far as ten of them lie beyond. */
static void tail_data(struct buf *script, const struct curve *curve,
		      double scale)
{
	double last = fmin(4, log10(curve->total) - 1), x;
	int i;

	for (i = 0; i <= TAIL_STEPS && last > 0; i++) {
		x = last * i / TAIL_STEPS;
		buf_addf(script, "%.4g %.6g\n", x,
			 curve_quantile(curve, 1 - pow(10, -x)) / scale);
	}
}

static void plot_lines(struct buf *script, const struct page_group *group,
		       const struct curve *curves)
{
	const char *before = "plot";
	size_t i;

	for (i = 0; i < group->n_paths; i++) {
		if (curves[i].total <= 0)
			continue;
		buf_addf(script,
			 "%s $d%zu using 1:2 with lines lw 1.8 dt %d lc rgb '#%06x'",
			 before, i, strcmp(group->paths[i], METRIC_AGAIN) ? 1 : 2,
			 PLOT_COLOUR(page_colour(group->paths[i])));
		before = ",";
	}
	buf_addf(script, "\n");
}

typedef void (*curve_data_fn)(struct buf *script, const struct curve *curve,
			      double scale);

static struct figure *curves_figure(struct figures *figures,
				    const struct page_group *group,
				    const struct curve *curves,
				    curve_data_fn data)
{
	struct figure *figure = figure_new(figures, HEIGHT);
	struct buf *script = &figures->plots.script;
	const char *unit;
	double scale;
	size_t i;

	unit = time_unit(group->run->samples ? curve_quantile(
			 &curves[group->n_paths], 0.5) : 1, &scale);
	figure->title = group_title(group);
	figure->note = data == tail_data ?
		xasprintf("round trip in %s, over the %% of all within it", unit) :
		xasprintf("share of all, in %%, over the round trip in %s",
			  unit);
	for (i = 0; i < group->n_paths; i++) {
		if (curves[i].total <= 0)
			continue;
		buf_addf(script, "$d%zu << E\n", i);
		data(script, &curves[i], scale);
		buf_addf(script, "E\n");
		legend_add(figure, group->paths[i], "");
	}
	return figure;
}

/* 1, 2, 3, 5, 10 ... as far as the axis goes: gnuplot names powers of ten only. */
static void log_tics(struct buf *script, const char *axis)
{
	int e, i;

	buf_addf(script, "set logscale %s\nset autoscale %sfix\nset %stics (",
		 axis, axis, axis);
	for (e = -4; e <= 7; e++)
		for (i = 1; i <= 5; i += 1 + i / 3)
			buf_addf(script, "%s\"%g\" %g", e > -4 || i > 1 ?
				 ", " : "", i * pow(10, e), i * pow(10, e));
	buf_addf(script, ")\n");
}

static void draw_density(struct figures *figures,
			 const struct page_group *group,
			 const struct curve *curves)
{
	struct buf *script = &figures->plots.script;

	curves_figure(figures, group, curves, density_data);
	buf_addf(script, "set lmargin 5\nset tmargin 0.5\n"
			 "set yrange [0:*]\n");
	plot_lines(script, group, curves);
}

static void draw_tail(struct figures *figures, const struct page_group *group,
		      const struct curve *curves)
{
	struct buf *script = &figures->plots.script;

	curves_figure(figures, group, curves, tail_data);
	buf_addf(script, "set lmargin 6\nset tmargin 0.5\n"
			 "set xtics (\"0\" 0, \"50\" 0.30103, \"90\" 1, "
			 "\"99\" 2, \"99.9\" 3, \"99.99\" 4)\n");
	log_tics(script, "y");
	plot_lines(script, group, curves);
}

static void draw_curves(struct figures *figures, const struct page_group *group,
			void (*draw)(struct figures *figures,
				     const struct page_group *group,
				     const struct curve *curves))
{
	struct curve *curves, *all;
	size_t i;

	/* One more: the first path that has any is what units are chosen by. */
	curves = xgrow(NULL, 0, group->n_paths + 1, sizeof(*curves));
	all = &curves[group->n_paths];
	for (i = 0; i < group->n_paths; i++) {
		curve_take(&curves[i], group, group->paths[i]);
		if (curves[i].total > 0 && !all->bins)
			*all = curves[i];
	}
	if (all->bins)
		draw(figures, group, curves);
	for (i = 0; i < group->n_paths; i++)
		free(curves[i].bins);
	free(curves);
}

void figures_density(struct figures *figures, const struct page_group *group)
{
	draw_curves(figures, group, draw_density);
}

void figures_tail(struct figures *figures, const struct page_group *group)
{
	draw_curves(figures, group, draw_tail);
}

/* How one method's cost grows. */
struct growth {
	unsigned int *pods;	/* distinct, rising */
	size_t n_pods;
	double *x, *y;		/* a round each */
	size_t n;
};

static int pods_cmp(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static void growth_pods(struct growth *growth, const struct page_group *group,
			const char *path)
{
	const struct sample *sample;
	size_t i, kept = 0;

	for (i = 0; i < group->run->n; i++) {
		sample = &group->run->samples[i];
		if (sample->error || strcmp(sample->workload, group->workload) ||
		    strcmp(sample->path, path))
			continue;
		growth->pods = xgrow(growth->pods, growth->n_pods,
				     growth->n_pods + 1, sizeof(*growth->pods));
		growth->pods[growth->n_pods++] = sample->pods;
	}
	if (growth->n_pods)
		qsort(growth->pods, growth->n_pods, sizeof(*growth->pods),
		      pods_cmp);
	for (i = 0; i < growth->n_pods; i++) {
		if (!kept || growth->pods[kept - 1] != growth->pods[i])
			growth->pods[kept++] = growth->pods[i];
	}
	growth->n_pods = kept;
}

static void growth_values(struct growth *growth, const struct metric *metric,
			  const struct result *run)
{
	struct metric_values values;
	size_t i;

	if (metric_values(metric, run, &values))
		die("out of memory");
	growth->x = xgrow(growth->x, growth->n, growth->n + values.n,
			  sizeof(*growth->x));
	growth->y = xgrow(growth->y, growth->n, growth->n + values.n,
			  sizeof(*growth->y));
	for (i = 0; i < values.n; i++) {
		growth->x[growth->n] = fmax(metric->pods, 1);
		growth->y[growth->n++] = exp(values.log[i]);
	}
	free(values.log);
}

/* The curve's points into the script; all of them into the exponent. */
static void growth_data(struct buf *script, const struct page_group *group,
			const char *path, struct growth *growth)
{
	struct metric metric = { .workload = group->workload, .path = path,
				 .what = METRIC_P50 };
	struct interval interval;
	size_t i;

	for (i = 0; i < growth->n_pods; i++) {
		metric.pods = growth->pods[i];
		interval = drawn_interval(&metric, group->run);
		growth_values(growth, &metric, group->run);
		if (gsl_finite(interval.mid))
			buf_addf(script, "%g %.6g %.6g %.6g\n",
				 fmax(metric.pods, 1), exp(interval.mid) / 1e6,
				 exp(interval.low) / 1e6,
				 exp(interval.high) / 1e6);
	}
}

static void growth_legend(struct figure *figure, const char *path,
			  const struct growth *growth)
{
	struct interval e;
	char text[96] = "";

	if (growth->n_pods > 1) {
		e = stats_exponent(growth->x, growth->y, growth->n);
		if (gsl_finite(e.mid))
			snprintf(text, sizeof(text),
				 " \302\267 N<sup>%.2f</sup> [%.2f, %.2f]",
				 e.mid, e.low, e.high);
	}
	legend_add(figure, path, text);
}

/* gnuplot ends at a plot without a point. */
static bool has_times(const struct page_group *group, const char *path)
{
	const struct sample *sample;
	size_t i;

	for (i = 0; i < group->run->n; i++) {
		sample = &group->run->samples[i];
		if (!sample->error && sample->has_ns && sample->ns.p50 > 0 &&
		    !strcmp(sample->workload, group->workload) &&
		    !strcmp(sample->path, path))
			return true;
	}
	return false;
}

static void plot_growth(struct buf *script, const struct page_group *group)
{
	const char *before = "plot";
	unsigned int colour;
	size_t i;

	buf_addf(script, "set logscale x\nset lmargin 6\nset tmargin 0.5\n");
	log_tics(script, "y");
	for (i = 0; i < group->n_paths; i++) {
		if (!has_times(group, group->paths[i]))
			continue;
		colour = PLOT_COLOUR(page_colour(group->paths[i]));
		buf_addf(script,
			 "%s $d%zu using 1:2 with lines lw 1.8 lc rgb '#%06x', "
			 "$d%zu using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lw 1.2 lc rgb '#%06x'",
			 before, i, colour, i, colour);
		before = ",";
	}
	buf_addf(script, "\n");
}

void figures_costs(struct figures *figures, const struct page_group *group)
{
	struct buf *script = &figures->plots.script;
	struct figure *figure = NULL;
	size_t i;

	for (i = 0; i < group->n_paths; i++) {
		struct growth growth = { 0 };

		if (!has_times(group, group->paths[i]))
			continue;
		if (!figure)
			figure = figure_new(figures, HEIGHT);
		buf_addf(script, "$d%zu << E\n", i);
		growth_pods(&growth, group, group->paths[i]);
		growth_data(script, group, group->paths[i], &growth);
		buf_addf(script, "E\n");
		growth_legend(figure, group->paths[i], &growth);
		free(growth.pods);
		free(growth.x);
		free(growth.y);
	}
	if (!figure)
		return;
	figure->title = group_title(group);
	figure->note = xasprintf("ms an operation, over how many stand");
	plot_growth(script, group);
}

static void history_data(struct buf *script, const struct metric *metric,
			 const struct result_set *set, double scale)
{
	struct interval interval;
	size_t i;

	buf_addf(script, "$d << E\n");
	for (i = 0; i < set->n; i++) {
		interval = drawn_interval(metric, &set->runs[i]);
		if (gsl_finite(interval.mid))
			buf_addf(script, "%zu %.9g %.9g %.9g\n", i + 1,
				 exp(interval.mid) / scale,
				 exp(interval.low) / scale,
				 exp(interval.high) / scale);
	}
	buf_addf(script, "E\n");
}

/* Day and month of the first, the last and one between. */
static void history_tics(struct buf *script, const struct result_set *set)
{
	size_t shown[] = { 0, set->n / 2, set->n - 1 };
	size_t i, n = set->n > 2 ? 3 : 2;

	shown[1] = set->n > 2 ? shown[1] : set->n - 1;
	buf_addf(script, "set xtics (");
	for (i = 0; i < n; i++)
		buf_addf(script, "%s\"#%zu  %.5s\" %zu", i ? ", " : "",
			 shown[i] + 1, set->runs[shown[i]].start + 5,
			 shown[i] + 1);
	buf_addf(script, ")\nset xrange [0.5:%zu.5]\n", set->n);
}

/* Its value in the newest of two runs or more; NaN: fewer have it. */
static double newest(const struct metric *metric, const struct result_set *set)
{
	double value = GSL_NAN;
	struct interval interval;
	size_t i, found = 0;

	for (i = set->n; i && found < 2; i--) {
		interval = drawn_interval(metric, &set->runs[i - 1]);
		if (gsl_finite(interval.mid) && !found++)
			value = exp(interval.mid);
	}
	return found < 2 ? GSL_NAN : value;
}

static void history_figure(struct figures *figures, const struct metric *metric,
			   const struct result_set *set, double value)
{
	unsigned int colour = PLOT_COLOUR(page_colour(metric->path));
	struct figure *figure = figure_new(figures, 190);
	struct buf *script = &figures->plots.script;
	const char *unit = "ratio";
	double scale = 1;

	if (metric->what == METRIC_RATE && !metric->over) {
		scale = 1e9 / 8;
		unit = "Gbit/s";
	} else if (!metric->over) {
		unit = time_unit(value, &scale);
	}
	figure->title = xasprintf("%s", metric->name);
	figure->note = xasprintf("%s", unit);
	history_data(script, metric, set, scale);
	history_tics(script, set);
	buf_addf(script,
		 "set lmargin 7\nset tmargin 0.5\nset offsets 0,0,graph 0.15,graph 0.15\n"
		 "plot $d using 1:2 with lines lw 1.2 lc rgb '#%06x', "
		 "$d using 1:2:3:4 with yerrorbars pt 7 ps 0.5 lw 1.4 lc rgb '#%06x'\n",
		 colour, colour);
}

/* What gates, and what people ask for first. */
static bool in_history(const struct metric *metric)
{
	return metric->gated ||
	       (metric->what == METRIC_RATE && (metric->over ||
		!strcmp(metric->path, METRIC_DIRECT) ||
		!strcmp(metric->path, METRIC_BRIDGE))) ||
	       (metric->what == METRIC_P50 && !metric->over &&
		!strcmp(metric->workload, "pod_add") &&
		!strcmp(metric->path, "netlink"));
}

void figures_history(struct figures *figures, const struct result_set *set)
{
	struct metric *metrics;
	double value;
	size_t i, n;

	if (set->n < 2)
		return;
	metrics = metric_list(set, NULL, &n);
	for (i = 0; i < n; i++) {
		value = in_history(&metrics[i]) ? newest(&metrics[i], set) :
		       GSL_NAN;
		if (gsl_finite(value))
			history_figure(figures, &metrics[i], set, value);
	}
	free(metrics);
}
