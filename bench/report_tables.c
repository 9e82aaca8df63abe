// SPDX-License-Identifier: GPL-2.0-or-later
#include "report_tables.h"

#include <gsl/gsl_math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "page.h"

static void table_begin(FILE *file, const char *const *columns)
{
	html_markup(file, "<div class=\"table\"><table><thead><tr>");
	for (; *columns; columns++) {
		/* Numbers stand at the right, and so do their names. */
		if (**columns == '>')
			html_markup(file, "<th class=\"n\">%s</th>",
				    *columns + 1);
		else
			html_markup(file, "<th>%s</th>", *columns);
	}
	html_markup(file, "</tr></thead><tbody>\n");
}

static void table_end(FILE *file)
{
	html_markup(file, "</tbody></table></div>\n");
}

static void cell(FILE *file, const char *str)
{
	html_markup(file, "<td>");
	html_text(file, str);
	html_markup(file, "</td>");
}

static void count_cell(FILE *file, unsigned long long count)
{
	html_markup(file, "<td class=\"n\">%llu</td>", count);
}

static const char *member(const json_t *object, const char *key)
{
	const char *str = json_string_value(json_object_get(object, key));

	return str ? str : "";
}

struct tally {
	unsigned int failed, disturbed;
};

static struct tally tally_run(const struct result *run)
{
	struct tally tally = { 0 };
	size_t i;

	for (i = 0; i < run->n; i++) {
		tally.failed += !!run->samples[i].error;
		tally.disturbed += run->samples[i].disturbed;
	}
	return tally;
}

static void state_cell(FILE *file, const struct result *run)
{
	struct interval again;
	const char *mark = "good", *text = "valid";

	if (run->partial) {
		mark = "warn";
		text = "partial";
	} else if (!metric_valid(run, &again)) {
		mark = "bad";
		text = "invalid";
	} else if (gsl_isnan(again.mid)) {
		mark = "warn";
		text = "no A/A";
	}
	html_markup(file, "<td><span class=\"mark %s\">%s</span></td>", mark,
		    text);
}

void report_runs(FILE *file, const struct result_set *set)
{
	static const char *const columns[] = {
		">#", ">start, UTC", "kernel", "preset", ">rounds", ">samples",
		">failed", ">disturbed", "", "stopped", "file", NULL,
	};
	const struct result *run;
	struct tally tally;
	size_t i;

	html_markup(file, "<h2>Runs</h2>\n");
	table_begin(file, columns);
	for (i = 0; i < set->n; i++) {
		run = &set->runs[i];
		tally = tally_run(run);
		html_markup(file, "<tr><td class=\"n\">%zu</td>", i + 1);
		html_markup(file, "<td class=\"n\">%.10s %.8s</td>", run->start,
			    run->start + 11);
		cell(file, member(run->env, "kernel"));
		cell(file, member(run->protocol, "preset"));
		count_cell(file, json_integer_value(
			   json_object_get(run->protocol, "rounds")));
		count_cell(file, run->n);
		count_cell(file, tally.failed);
		count_cell(file, tally.disturbed);
		state_cell(file, run);
		cell(file, member(run->protocol, "stop"));
		cell(file, run->file);
		html_markup(file, "</tr>\n");
	}
	table_end(file);
}

static void arm_cells(FILE *file, const char *workload, const char *path,
		      long long pods)
{
	cell(file, workload);
	html_markup(file, "<td>");
	html_text(file, path);
	if (pods)
		html_markup(file, " <small>N = %lld</small>", pods);
	html_markup(file, "</td>");
}

static bool same_failure(const struct sample *a, const struct sample *b)
{
	return b->error && !strcmp(a->error, b->error) && a->pods == b->pods &&
	       !strcmp(a->workload, b->workload) && !strcmp(a->path, b->path);
}

/* One row for all that failed in the same way, where the first of them did. */
static void failure_row(FILE *file, const struct result_set *set, size_t run,
			size_t i)
{
	const struct sample *samples = set->runs[run].samples;
	unsigned int times = 0;
	size_t j;

	for (j = 0; j < i; j++) {
		if (same_failure(&samples[i], &samples[j]))
			return;
	}
	for (; j < set->runs[run].n; j++)
		times += same_failure(&samples[i], &samples[j]);
	html_markup(file, "<tr><td class=\"n\">%zu</td>"
		    "<td><span class=\"mark bad\">failed</span></td>", run + 1);
	arm_cells(file, samples[i].workload, samples[i].path, samples[i].pods);
	count_cell(file, times);
	html_markup(file, "<td class=\"w\">");
	html_text(file, samples[i].error);
	html_markup(file, "</td></tr>\n");
}

static bool same_arm(const struct sample *a, const struct sample *b)
{
	return a->pods == b->pods && !strcmp(a->workload, b->workload) &&
	       !strcmp(a->path, b->path);
}

/* Each arm once, with the rounds in which it was. */
static void disturbed_row(FILE *file, const struct result_set *set, size_t run,
			  size_t i)
{
	const struct sample *samples = set->runs[run].samples;
	const char *before = "round ";
	unsigned int times = 0;
	size_t j;

	for (j = 0; j < i; j++) {
		if (samples[j].disturbed && same_arm(&samples[i], &samples[j]))
			return;
	}
	for (j = i; j < set->runs[run].n; j++)
		times += samples[j].disturbed &&
			 same_arm(&samples[i], &samples[j]);
	html_markup(file, "<tr><td class=\"n\">%zu</td>"
		    "<td><span class=\"mark warn\">disturbed</span></td>",
		    run + 1);
	arm_cells(file, samples[i].workload, samples[i].path, samples[i].pods);
	count_cell(file, times);
	html_markup(file, "<td class=\"w\">");
	for (j = i; j < set->runs[run].n; j++) {
		if (!samples[j].disturbed || !same_arm(&samples[i], &samples[j]))
			continue;
		html_markup(file, "%s%u", before, samples[j].round);
		before = ", ";
	}
	html_markup(file, "</td></tr>\n");
}

static void skipped_rows(FILE *file, const struct result_set *set, size_t run)
{
	const json_t *skipped = json_object_get(set->runs[run].protocol,
						"skipped");
	const json_t *arm;
	size_t i;

	for (i = 0; i < json_array_size(skipped); i++) {
		arm = json_array_get(skipped, i);
		html_markup(file, "<tr><td class=\"n\">%zu</td>"
			    "<td><span class=\"mark\">left out</span></td>",
			    run + 1);
		arm_cells(file, member(arm, "workload"), member(arm, "path"),
			  json_integer_value(json_object_get(arm, "pods")));
		html_markup(file, "<td></td><td class=\"w\">");
		html_text(file, member(arm, "why"));
		html_markup(file, "</td></tr>\n");
	}
}

static bool any_trouble(const struct result_set *set)
{
	struct tally tally;
	size_t i;

	for (i = 0; i < set->n; i++) {
		tally = tally_run(&set->runs[i]);
		if (tally.failed || tally.disturbed ||
		    json_array_size(json_object_get(set->runs[i].protocol,
						    "skipped")))
			return true;
	}
	return false;
}

void report_troubles(FILE *file, const struct result_set *set)
{
	static const char *const columns[] = {
		">run", "", "what", "path", ">times", "why, or when", NULL,
	};
	const struct result *run;
	size_t i, j;

	html_markup(file, "<h2>Failed, disturbed, left out</h2>\n");
	if (!any_trouble(set)) {
		html_markup(file, "<p class=\"sub\">Nothing.</p>\n");
		return;
	}
	html_markup(file, "<p class=\"sub\">A sample that failed has no "
		    "figures. Disturbed is one around which the machine "
		    "changed; it was taken again where that was allowed.</p>\n");
	table_begin(file, columns);
	for (i = 0; i < set->n; i++) {
		run = &set->runs[i];
		for (j = 0; j < run->n; j++) {
			if (run->samples[j].error)
				failure_row(file, set, i, j);
		}
		for (j = 0; j < run->n; j++) {
			if (run->samples[j].disturbed)
				disturbed_row(file, set, i, j);
		}
		skipped_rows(file, set, i);
	}
	table_end(file);
}

static void number_row(FILE *file, const struct metric *metric,
		       const struct result_set *set)
{
	struct metric_values values;
	struct interval interval;
	char text[40];
	size_t i = set->n;

	do {
		interval = metric_interval(metric, &set->runs[--i]);
	} while (i && !gsl_finite(interval.mid));
	if (metric_values(metric, &set->runs[i], &values))
		die("out of memory");
	free(values.log);
	html_markup(file, "<tr><th>");
	html_text(file, metric->name);
	html_markup(file, "</th>");
	page_value(text, metric, interval.mid);
	html_markup(file, "<td class=\"n\">%s</td>", text);
	page_value(text, metric, interval.low);
	html_markup(file, "<td class=\"n\">%s</td>", text);
	page_value(text, metric, interval.high);
	html_markup(file, "<td class=\"n\">%s</td>", text);
	if (gsl_finite(interval.high - interval.low))
		html_markup(file, "<td class=\"n\">%.1f %%</td>", metric_percent(
			    (interval.high - interval.low) / 2));
	else
		html_markup(file, "<td class=\"n\">?</td>");
	count_cell(file, values.n);
	count_cell(file, values.failed);
	count_cell(file, i + 1);
	html_markup(file, "<td>%s</td></tr>\n", metric->gated ? "gates" : "");
}

void report_numbers(FILE *file, const struct result_set *set)
{
	static const char *const columns[] = {
		"metric", ">value", ">from", ">to", ">half width", ">rounds",
		">failed", ">run", "", NULL,
	};
	struct metric *metrics;
	size_t i, n;

	metrics = metric_list(set, NULL, &n);
	html_markup(file, "<h2>Numbers</h2>\n<p class=\"sub\">Hodges-Lehmann "
		    "estimates over rounds with 95 %% bootstrap intervals. "
		    "Ratios are of one round each.</p>\n");
	table_begin(file, columns);
	for (i = 0; i < n; i++)
		number_row(file, &metrics[i], set);
	table_end(file);
	free(metrics);
}

/* "a.b" of the environment, or NULL; anything but objects as text. */
static char *env_value(const struct result *run, const char *outer,
		       const char *inner)
{
	const json_t *value = json_object_get(run->env, outer);

	if (inner)
		value = json_object_get(value, inner);
	if (json_is_string(value))
		return xasprintf("%s", json_string_value(value));
	if (!value || json_is_null(value))
		return xasprintf("%s", "");
	return json_dumps(value, JSON_ENCODE_ANY);
}

/* The same in all runs, once; else each run that differs from the one before. */
static void env_row(FILE *file, const struct result_set *set, const char *outer,
		    const char *inner)
{
	char *last = NULL, *value;
	bool same = true;
	size_t i;

	for (i = 1; i < set->n && same; i++) {
		last = env_value(&set->runs[i - 1], outer, inner);
		value = env_value(&set->runs[i], outer, inner);
		same = last && value && !strcmp(last, value);
		free(last);
		free(value);
	}
	last = NULL;
	html_markup(file, "<tr><th>");
	html_text(file, inner ? inner : outer);
	html_markup(file, "</th><td class=\"w\">");
	for (i = same ? set->n - 1 : 0; i < set->n; i++) {
		value = env_value(&set->runs[i], outer, inner);
		if (value && (!last || strcmp(last, value))) {
			if (!same)
				html_markup(file, "%s<small>from #%zu</small> ",
					    last ? "<br>" : "", i + 1);
			html_text(file, *value ? value : "none");
		}
		free(last);
		last = value;
	}
	free(last);
	html_markup(file, "</td></tr>\n");
}

/* Keys of the newest run: what only older ones have is not asked for. */
static void env_rows(FILE *file, const struct result_set *set,
		     const char *outer)
{
	json_t *object = set->runs[set->n - 1].env, *value;
	const char *key;

	if (outer)
		object = json_object_get(object, outer);
	json_object_foreach(object, key, value) {
		if (outer)
			env_row(file, set, outer, key);
		else if (!json_is_object(value))
			env_row(file, set, key, NULL);
	}
}

static void env_table(FILE *file, const struct result_set *set,
		      const char *outer)
{
	static const char *const none[] = { NULL };

	table_begin(file, none);
	env_rows(file, set, outer);
	table_end(file);
}

void report_env(FILE *file, const struct result_set *set)
{
	const json_t *env = set->runs[set->n - 1].env;
	json_t *part;
	const char *key;

	html_markup(file, "<h2>The machine</h2>\n");
	env_table(file, set, NULL);
	json_object_foreach((json_t *)env, key, part) {
		if (!json_is_object(part) || !json_object_size(part))
			continue;
		html_markup(file, "<details><summary>");
		html_text(file, key);
		html_markup(file, "</summary>\n");
		env_table(file, set, key);
		html_markup(file, "</details>\n");
	}
}
