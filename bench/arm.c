// SPDX-License-Identifier: GPL-2.0-or-later
#include "arm.h"

#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* Ended by NULLs; a preset without paths or workloads takes all. */
static const struct {
	const char *name;
	const char *workloads[8];
	const char *paths[8];
} presets[] = {
	[PRESET_GATE] = {
		"gate", { "tcp_rr", "udp_rr", "tcp_stream" },
		{ "direct", "direct-again", "bridge" },
	},
	[PRESET_QUICK] = {
		"quick", { "tcp_rr", "tcp_stream" },
		{ "direct", "direct-again", "bridge" },
	},
	[PRESET_FULL] = { "full", { "*" }, { "*" } },
};

const char *preset_name(enum preset preset)
{
	return presets[preset].name;
}

const char *arm_workload(const struct arm *arm)
{
	return arm->cost ? arm->cost->name : arm->workload->name;
}

const char *arm_path(const struct arm *arm)
{
	return arm->cost ? arm->cost->method : arm->path->name;
}

json_t *arm_json(const struct arm *arm)
{
	json_t *json = json_pack("{s:s, s:s}", "workload", arm_workload(arm),
				 "path", arm_path(arm));

	if (arm->cost)
		json_object_set_new(json, "pods", json_integer(arm->pods));
	return json;
}

static bool matches(char *const *globs, const char *const *preset,
		    const char *name)
{
	size_t i;

	for (i = 0; globs && globs[i]; i++)
		if (!fnmatch(globs[i], name, 0))
			return true;
	for (i = 0; !globs && preset[i]; i++)
		if (!fnmatch(preset[i], name, 0))
			return true;
	return false;
}

/* The preset's paths are no methods: a cost that is asked for is of all. */
static bool chosen(const struct arm_choice *choice, const struct arm *arm)
{
	if (!matches(choice->workloads, presets[choice->preset].workloads,
		     arm_workload(arm)))
		return false;
	return (arm->cost && choice->workloads && !choice->paths) ||
	       matches(choice->paths, presets[choice->preset].paths,
		       arm_path(arm));
}

static void add(struct arm **arms, size_t *n, const struct arm *arm)
{
	*arms = xgrow(*arms, *n, *n + 1, sizeof(**arms));
	(*arms)[(*n)++] = *arm;
}

static void add_workloads(const struct arm_choice *choice,
			  const struct workload *workloads, struct arm **arms,
			  size_t *n)
{
	const struct path_desc *path;
	const struct workload *w;

	for (w = workloads; w->name; w++)
		for (path = path_descs; path->name; path++) {
			struct arm arm = { .workload = w, .path = path };

			if (chosen(choice, &arm))
				add(arms, n, &arm);
		}
}

/* What a path is called is no method's name: globs of paths choose both. */
static void add_costs(const struct arm_choice *choice, struct arm **arms,
		      size_t *n)
{
	const struct cost *cost;
	const unsigned int *pods;

	for (cost = costs; cost->name; cost++)
		for (pods = cost->pods; *pods; pods++) {
			struct arm arm = { .cost = cost, .pods = *pods };

			if (chosen(choice, &arm))
				add(arms, n, &arm);
		}
}

struct arm *arm_select(const struct arm_choice *choice, size_t *n)
{
	struct arm *arms = NULL;

	*n = 0;
	add_workloads(choice, rr_workloads, &arms, n);
	add_workloads(choice, iperf_workloads, &arms, n);
	add_costs(choice, &arms, n);
	return arms;
}
