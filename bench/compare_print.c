// SPDX-License-Identifier: GPL-2.0-or-later
/* What compare found: for people, as TAP, as JSON. */
#include "compare.h"

#include <gsl/gsl_math.h>
#include <string.h>

const char *compare_verdict(enum verdict verdict)
{
	static const char * const names[] = {
		[VERDICT_PASS] = "pass", [VERDICT_BETTER] = "better",
		[VERDICT_REGRESSION] = "regression",
		[VERDICT_INCONCLUSIVE] = "inconclusive",
		[VERDICT_MISSING] = "missing",
	};

	return names[verdict];
}

/* "1.0312", or "?" for what is not known; fixed width is the caller's. */
static const char *ratio_text(double log, char text[16])
{
	if (gsl_finite(log))
		snprintf(text, 16, "%.4f", exp(log));
	else
		snprintf(text, 16, "?");
	return text;
}

static const char *p_text(double p, char text[16])
{
	if (gsl_isnan(p))
		snprintf(text, 16, "?");
	else if (p < 0.0001)
		snprintf(text, 16, "<.0001");
	else
		snprintf(text, 16, "%.4f", p);
	return text;
}

/* "one boot": how boots differ is not in the interval. */
static void verdict_text(const struct comparison *cmp,
			 const struct compare_row *row, char text[64])
{
	snprintf(text, 64, "%s%s%s", compare_verdict(row->verdict),
		 cmp->one_boot && row->verdict != VERDICT_MISSING ?
		 " (one boot)" : "",
		 row->decides ? "" : " [informational]");
}

static void table_row(FILE *file, const struct comparison *cmp,
		      const struct compare_row *row)
{
	char base[32], new[32], verdict[64], mid[16], low[16], high[16], p[16];

	metric_format(&row->metric, row->base.mid, base);
	metric_format(&row->metric, row->new.mid, new);
	verdict_text(cmp, row, verdict);
	fprintf(file, "%-36s %11s %11s  %6s  %6s to %-6s  %4.3g %%  %6s  %s\n",
		row->metric.name, base, new, ratio_text(row->change.mid, mid),
		ratio_text(row->change.low, low),
		ratio_text(row->change.high, high),
		metric_percent(row->metric.margin), p_text(row->p_holm, p),
		verdict);
}

/* Samples that did not count, where there are any. */
static void print_lost(FILE *file, const struct compare_row *row)
{
	if (row->base.failed || row->new.failed)
		fprintf(file, "# %s: samples that failed: base %u, new %u\n",
			row->metric.name, row->base.failed, row->new.failed);
	if (row->base.disturbed || row->new.disturbed)
		fprintf(file, "# %s: disturbed rounds: base %u of %u, new %u of %u\n",
			row->metric.name, row->base.disturbed,
			row->base.rounds, row->new.disturbed, row->new.rounds);
}

static void noise_source(const struct metric *metric, char text[64])
{
	if (metric->noise_measured)
		snprintf(text, 64, "%u runs", metric->noise_runs);
	else if (metric->noise_runs)
		snprintf(text, 64, "built in: %u runs, " METRIC_NOISE_COMMAND,
			 metric->noise_runs);
	else
		snprintf(text, 64, "assumed");
}

static void print_noise(FILE *file, const struct comparison *cmp)
{
	char source[64];
	size_t i;

	if (!cmp->one_boot)
		return;
	fprintf(file, "# one boot: fewer than 3 boots on a side; intervals "
		"include the sd between runs of the same:\n");
	for (i = 0; i < cmp->n; i++) {
		if (!cmp->rows[i].decides)
			continue;
		noise_source(&cmp->rows[i].metric, source);
		fprintf(file, "#   %s: %.2f %% (%s)\n",
			cmp->rows[i].metric.name,
			metric_percent(cmp->rows[i].metric.noise), source);
	}
}

static void print_notes(FILE *file, const struct comparison *cmp)
{
	size_t i;

	fprintf(file, "# base: %u runs, %u boots; new: %u runs, %u boots\n",
		cmp->base_runs, cmp->base_boots, cmp->new_runs,
		cmp->new_boots);
	for (i = 0; i < cmp->n_notes; i++)
		fprintf(file, "# %s\n", cmp->notes[i]);
	print_noise(file, cmp);
}

void compare_table(FILE *file, const struct comparison *cmp)
{
	size_t i;

	if (cmp->n)
		fprintf(file, "%-36s %11s %11s  %6s  %-16s  %6s  %6s  %s\n",
			"metric", "base", "new", "ratio", "95 % interval",
			"margin", "p", "verdict");
	for (i = 0; i < cmp->n; i++)
		table_row(file, cmp, &cmp->rows[i]);
	for (i = 0; i < cmp->n; i++)
		print_lost(file, &cmp->rows[i]);
	print_notes(file, cmp);
	fprintf(file, "%s\n", cmp->why);
}

/* What does not decide cannot fail: TODO and SKIP keep it out of the count. */
static void tap_row(FILE *file, const struct compare_row *row, size_t number)
{
	bool ok = row->verdict == VERDICT_PASS ||
		  row->verdict == VERDICT_BETTER;
	char mid[16], low[16], high[16], p[16];
	const char *directive = "";

	if (!row->decides && row->verdict == VERDICT_REGRESSION) {
		directive = " # TODO informational";
	} else if (!row->decides && !ok) {
		directive = " # SKIP informational: ";
		ok = true;
	}
	fprintf(file, "%s %zu %s%s%s\n", ok ? "ok" : "not ok", number,
		row->metric.name, directive,
		strstr(directive, "SKIP") ? compare_verdict(row->verdict) : "");
	fprintf(file, "# %s: ratio %s (%s to %s), margin %.3g %%, p %s\n",
		compare_verdict(row->verdict), ratio_text(row->change.mid, mid),
		ratio_text(row->change.low, low),
		ratio_text(row->change.high, high),
		metric_percent(row->metric.margin), p_text(row->p_holm, p));
	print_lost(file, row);
}

void compare_tap(FILE *file, const struct comparison *cmp)
{
	size_t i;

	fprintf(file, "TAP version 13\n");
	if (!cmp->n && cmp->code == BENCH_SKIP)
		fprintf(file, "1..0 # SKIP %s\n", cmp->why);
	else if (!cmp->n)
		fprintf(file, "1..1\nnot ok 1 compare\n");
	else
		fprintf(file, "1..%zu\n", cmp->n);
	for (i = 0; i < cmp->n; i++)
		tap_row(file, &cmp->rows[i], i + 1);
	print_notes(file, cmp);
	fprintf(file, "# %s\n", cmp->why);
}

/* JSON knows no infinity and no NaN. */
static json_t *number(double value)
{
	return gsl_finite(value) ? json_real(value) : json_null();
}

/* In ns, or bytes a second; a ratio as it is. */
static json_t *side_json(const struct compare_side *side)
{
	return json_pack("{s:o, s:i, s:i, s:i}", "value",
			 number(exp(side->mid)), "rounds", side->rounds,
			 "failed", side->failed, "disturbed", side->disturbed);
}

static json_t *row_json(const struct compare_row *row)
{
	const struct metric *m = &row->metric;
	json_t *json;

	json = json_pack("{s:s, s:s, s:s, s:s?, s:b, s:b, s:o, s:o}",
			 "metric", m->name, "workload", m->workload,
			 "path", m->path, "over", m->over, "gated", m->gated,
			 "decides", row->decides,
			 "base", side_json(&row->base),
			 "new", side_json(&row->new));
	if (!json)
		return NULL;
	if (m->pods)
		json_object_set_new(json, "pods", json_integer(m->pods));
	json_object_set_new(json, "ratio", number(exp(row->change.mid)));
	json_object_set_new(json, "low", number(exp(row->change.low)));
	json_object_set_new(json, "high", number(exp(row->change.high)));
	json_object_set_new(json, "margin_percent",
			    number(metric_percent(m->margin)));
	json_object_set_new(json, "noise_percent",
			    number(metric_percent(m->noise)));
	json_object_set_new(json, "p", number(row->p));
	json_object_set_new(json, "p_holm", number(row->p_holm));
	json_object_set_new(json, "verdict",
			    json_string(compare_verdict(row->verdict)));
	return json;
}

json_t *compare_json(const struct comparison *cmp)
{
	json_t *metrics = json_array(), *notes = json_array();
	size_t i;

	for (i = 0; i < cmp->n; i++)
		json_array_append_new(metrics, row_json(&cmp->rows[i]));
	for (i = 0; i < cmp->n_notes; i++)
		json_array_append_new(notes, json_string(cmp->notes[i]));
	return json_pack("{s:s, s:i, s:s, s:b, s:{s:i, s:i}, s:{s:i, s:i}, s:o, s:o}",
			 "schema", "netns-compare/1", "exit", cmp->code,
			 "why", cmp->why, "one_boot", cmp->one_boot,
			 "base", "runs", cmp->base_runs, "boots",
			 cmp->base_boots, "new", "runs", cmp->new_runs,
			 "boots", cmp->new_boots, "notes", notes,
			 "metrics", metrics);
}
