// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <ctype.h>
#include <errno.h>
#include <string.h>

static int flushed(FILE *file)
{
	if (fflush(file))
		return -errno;
	return ferror(file) ? -EIO : 0;
}

/*
 * benchstat makes a table for each value of a "key: value" line: those of the
 * kernel and the run are comments, so that two runs come into one table.
 */
static void benchstat_head(FILE *file, const struct result *run)
{
	const json_t *env = run->env;
	const char *kernel = json_string_value(json_object_get(env, "kernel"));
	const char *cpu = json_string_value(json_object_get(env, "cpu"));
	const char *c;

	fprintf(file, "# run %s, kernel ", run->run_id);
	for (c = kernel; *c; c++)
		fputc(iscntrl((unsigned char)*c) ? '?' : *c, file);
	fputs("\ngoos: linux\ncpu: ", file);
	for (c = cpu; *c; c++)
		fputc(iscntrl((unsigned char)*c) ? '?' : *c, file);
	fputc('\n', file);
}

/* "tcp_rr" to "TcpRR", as Go names its benchmarks. */
static void camel_case(FILE *file, const char *name)
{
	size_t len;

	for (; *name; name += len) {
		name += strspn(name, "_");
		len = strcspn(name, "_");
		if (len == 2 && !strncmp(name, "rr", 2)) {
			fputs("RR", file);
		} else if (len == 3 && !strncmp(name, "crr", 3)) {
			fputs("CRR", file);
		} else if (len) {
			fputc(toupper((unsigned char)*name), file);
			fwrite(name + 1, 1, len - 1, file);
		}
	}
}

static void benchstat_sample(FILE *file, const struct sample *sample,
			     long long cpus)
{
	if (sample->error)
		return;
	fputs("Benchmark", file);
	camel_case(file, sample->workload);
	fprintf(file, "/path=%s", sample->path);
	if (sample->pods)
		fprintf(file, "/pods=%u", sample->pods);
	fprintf(file, "-%lld\t%.0f", cpus, sample->n >= 1 ? sample->n : 1);
	if (sample->has_ns)
		fprintf(file, "\t%.10g ns/op\t%.10g p1-ns/op\t%.10g p99-ns/op",
			sample->ns.p50, sample->ns.p1, sample->ns.p99);
	if (sample->bytes > 0 && sample->secs > 0)
		fprintf(file, "\t%.10g MB/s",
			sample->bytes / sample->secs / 1e6);
	fputc('\n', file);
}

int export_benchstat(FILE *file, const struct result_set *set)
{
	const struct result *run;
	long long cpus;
	size_t i, j;

	for (i = 0; i < set->n; i++) {
		run = &set->runs[i];
		cpus = json_integer_value(json_object_get(run->env, "cpus"));
		benchstat_head(file, run);
		for (j = 0; j < run->n; j++)
			benchstat_sample(file, &run->samples[j], cpus);
	}
	return flushed(file);
}

/* RFC 4180; what a spreadsheet would take for a formula gets a quote before. */
static void csv_string(FILE *file, const char *str)
{
	const char *c;

	fputs(strchr("=+-@\t\r", *str) && *str ? ",\"'" : ",\"", file);
	for (c = str; *c; c++) {
		if (*c == '"')
			fputc('"', file);
		fputc(*c, file);
	}
	fputc('"', file);
}

/* -1 was not measured: an empty field. */
static void csv_number(FILE *file, double value)
{
	if (value < 0)
		fputc(',', file);
	else
		fprintf(file, ",%.15g", value);
}

static void csv_member(FILE *file, const json_t *json, const char *const *keys)
{
	for (; *keys && json; keys++)
		json = json_object_get(json, *keys);
	csv_number(file, json_is_number(json) ? json_number_value(json) : -1);
}

static void csv_ns(FILE *file, const struct sample *sample)
{
	const struct result_ns *ns = &sample->ns;
	const double quantiles[] = {
		ns->min, ns->p1, ns->p25, ns->p50,
		ns->p90, ns->p99, ns->p999, ns->max,
	};
	size_t i;

	for (i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
		csv_number(file, sample->has_ns ? quantiles[i] : -1);
}

/* Columns after those of struct sample, from the sample's own JSON. */
static const struct {
	const char *name, *keys[4];
} members[] = {
	{ "cpu_user_s", { "cpu", "user" } }, { "cpu_sys_s", { "cpu", "sys" } },
	{ "ctx_vol", { "ctx", "vol" } }, { "ctx_invol", { "ctx", "invol" } },
	{ "core_before_ns", { "calib", "before", "core_ns" } },
	{ "core_after_ns", { "calib", "after", "core_ns" } },
	{ "alu_before_ns", { "calib", "before", "alu_ns" } },
	{ "alu_after_ns", { "calib", "after", "alu_ns" } },
	{ "copy_before_ns", { "calib", "before", "copy_ns" } },
	{ "copy_after_ns", { "calib", "after", "copy_ns" } },
};

#define NR_MEMBERS	(sizeof(members) / sizeof(members[0]))

static void csv_row(FILE *file, const struct result *run,
		    const struct sample *sample)
{
	const json_t *kernel = json_object_get(run->env, "kernel");
	static const char *const retry[] = { "retry", NULL };
	size_t i;

	/* A name needs no quotes, and an empty field in front no comma. */
	fputs(run->run_id, file);
	fprintf(file, ",%s,%s", run->boot_id, run->start);
	csv_string(file, json_string_value(kernel));
	fprintf(file, ",%u,%u", sample->round, sample->pos);
	csv_member(file, sample->json, retry);
	fprintf(file, ",%s,%s,%u,%d,%d", sample->workload, sample->path,
		sample->pods, !sample->error, sample->disturbed);
	csv_number(file, sample->secs);
	csv_number(file, sample->bytes);
	csv_number(file, sample->n);
	csv_ns(file, sample);
	for (i = 0; i < NR_MEMBERS; i++)
		csv_member(file, sample->json, members[i].keys);
	csv_string(file, sample->error ? sample->error : "");
	fputs("\r\n", file);
}

int export_csv(FILE *file, const struct result_set *set)
{
	size_t i, j;

	fputs("run_id,boot_id,start,kernel,round,pos,retry,workload,path,pods,"
	      "ok,disturbed,secs,bytes,n,min_ns,p1_ns,p25_ns,p50_ns,p90_ns,"
	      "p99_ns,p999_ns,max_ns", file);
	for (i = 0; i < NR_MEMBERS; i++)
		fprintf(file, ",%s", members[i].name);
	fputs(",error\r\n", file);
	for (i = 0; i < set->n; i++)
		for (j = 0; j < set->runs[i].n; j++)
			csv_row(file, &set->runs[i], &set->runs[i].samples[j]);
	return flushed(file);
}
