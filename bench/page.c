// SPDX-License-Identifier: GPL-2.0-or-later
#include "page.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void page_value(char text[40], const struct metric *metric, double log)
{
	char plain[32], *unit;

	metric_format(metric, log, plain);
	unit = strstr(plain, " us");
	if (unit)
		snprintf(text, 40, "%.*s \302\265s", (int)(unit - plain),
			 plain);
	else
		snprintf(text, 40, "%s", plain);
}

unsigned int page_colour(const char *path)
{
	static const struct {
		const char *path;
		unsigned int colour;
	} colours[] = {
		{ "direct", 1 }, { "bridge", 2 }, { "loopback", 3 },
		{ "unix", 4 }, { "routed", 5 }, { "macvlan", 6 },
		{ "vxlan", 7 }, { "direct-again", 8 },
		{ "netlink", 1 }, { "ip-batch", 2 }, { "ip", 3 },
	};
	size_t i;

	for (i = 0; i < sizeof(colours) / sizeof(colours[0]); i++) {
		if (!strcmp(colours[i].path, path))
			return colours[i].colour;
	}
	/* "bridge-32", and whatever comes. */
	return 9;
}

static enum page_kind kind_of(const struct sample *sample)
{
	if (json_object_get(sample->json, "pods"))
		return KIND_COST;
	return sample->has_ns ? KIND_RTT : KIND_RATE;
}

static bool has_path(const struct page_group *group, const char *path)
{
	size_t i;

	for (i = 0; i < group->n_paths; i++) {
		if (!strcmp(group->paths[i], path))
			return true;
	}
	return false;
}

static bool has_good(const struct result *run, const char *workload,
		     const char *path)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		if (!run->samples[i].error &&
		    !strcmp(run->samples[i].workload, workload) &&
		    !strcmp(run->samples[i].path, path))
			return true;
	}
	return false;
}

/* The protocol's order is the user's; that of the samples is chance. */
static void take_paths(struct page_group *group)
{
	const json_t *arms = json_object_get(group->run->protocol, "arms");
	const char *workload, *path;
	const json_t *arm;
	size_t i;

	for (i = 0; i < json_array_size(arms); i++) {
		arm = json_array_get(arms, i);
		workload = json_string_value(json_object_get(arm, "workload"));
		path = json_string_value(json_object_get(arm, "path"));
		if (strcmp(workload, group->workload) ||
		    has_path(group, path) ||
		    !has_good(group->run, workload, path))
			continue;
		group->paths = xgrow(group->paths, group->n_paths,
				     group->n_paths + 1,
				     sizeof(*group->paths));
		group->paths[group->n_paths++] = path;
	}
}

static bool has_group(const struct page_group *groups, size_t n,
		      const char *workload)
{
	size_t i;

	for (i = 0; i < n; i++) {
		if (!strcmp(groups[i].workload, workload))
			return true;
	}
	return false;
}

static const struct sample *good_sample(const struct result *run,
					const char *workload)
{
	size_t i;

	for (i = 0; i < run->n; i++) {
		if (!run->samples[i].error &&
		    !strcmp(run->samples[i].workload, workload))
			return &run->samples[i];
	}
	return NULL;
}

static size_t add_groups(struct page_group **groups, size_t n,
			 const struct result_set *set, size_t i_run)
{
	const struct result *run = &set->runs[i_run];
	const json_t *arms = json_object_get(run->protocol, "arms");
	const struct sample *sample;
	const char *workload;
	size_t i;

	for (i = 0; i < json_array_size(arms); i++) {
		workload = json_string_value(json_object_get(
			json_array_get(arms, i), "workload"));
		if (has_group(*groups, n, workload))
			continue;
		sample = good_sample(run, workload);
		if (!sample)
			continue;
		*groups = xgrow(*groups, n, n + 1, sizeof(**groups));
		(*groups)[n] = (struct page_group){
			.run = run, .workload = workload,
			.number = i_run + 1 < set->n ? i_run + 1 : 0,
			.kind = kind_of(sample),
		};
		take_paths(&(*groups)[n++]);
	}
	return n;
}

struct page_group *page_groups(const struct result_set *set, size_t *n)
{
	struct page_group *groups = NULL;
	size_t i;

	*n = 0;
	for (i = set->n; i; i--)
		*n = add_groups(&groups, *n, set, i - 1);
	return groups;
}

void page_groups_free(struct page_group *groups, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		free(groups[i].paths);
	free(groups);
}
