// SPDX-License-Identifier: GPL-2.0-or-later
#include "cmd.h"

#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "cost.h"
#include "workload.h"

static error_t parse(int key, char *arg, struct argp_state *state)
{
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	argp_error(state, "no argument '%s' is expected", arg);
	return 0;
}

static const struct argp argp = {
	.parser = parse,
	.doc = "Lists workloads, paths and costs.",
};

static void list_workloads(const struct workload *w)
{
	for (; w->name; w++)
		printf("  %-20s %s\n", w->name, w->summary);
}

/* The methods of an operation stand one behind the other. */
static void list_costs(void)
{
	const struct cost *cost;

	for (cost = costs; cost->name; cost++) {
		if (cost == costs || strcmp(cost->name, cost[-1].name))
			printf("  %-20s %s\n", cost->name, cost->summary);
	}
}

int cmd_list(int argc, char **argv)
{
	const struct path_desc *path;

	argp_parse(&argp, argc, argv, 0, NULL, NULL);
	puts("Workloads, round trips:");
	list_workloads(rr_workloads);
	puts("Workloads, throughput:");
	list_workloads(iperf_workloads);
	puts("Paths:");
	for (path = path_descs; path->name; path++)
		printf("  %-20s %s\n", path->name, path->summary);
	puts("Costs (workloads whose paths are the methods netlink, ip-batch, ip):");
	list_costs();
	return BENCH_PASS;
}
