// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Costs: all methods build the same world, what cannot be measured is said by
 * name, and nothing stays behind.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "cost_world.h"
#include "libc.h"
#include "netns.h"
#include "sandbox.h"
#include "state.h"
#include "tap.h"

#define PODS	3

/* A PATH without a program in it. */
#define NO_PATH	"/proc/self/task"

static const struct cost *cost_find(const char *name, const char *method)
{
	const struct cost *cost;

	for (cost = costs; cost->name; cost++) {
		if (!strcmp(cost->name, name) && !strcmp(cost->method, method))
			return cost;
	}
	return NULL;
}

static bool have_ip(void)
{
	const struct topo_step step = { .op = TOPO_NETNS_ADD, .ns = "" };
	struct cost_play play = { .method = COST_IP };

	return !cost_play_tool(&play, &step);
}

/* How many names of namespaces there are. */
static int names(void)
{
	DIR *dir = opendir(NETNS_DIR);
	struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)))
		n += *entry->d_name != '.';
	if (dir)
		closedir(dir);
	return dir ? n : -errno;
}

/* The whole state of the host and all pods, as two builds have it alike. */
static char *state_of(const struct topo *topo)
{
	struct state_netns set[PODS + COST_EXTRA_MAX + 1];
	size_t n = 0;

	while (n < PODS + COST_EXTRA_MAX + 1 && topo_netns_name(topo, n)) {
		set[n].name = topo_netns_name(topo, n);
		set[n].netns = topo_netns(topo, set[n].name);
		n++;
	}
	return state_set(set, n, true);
}

static char *built_by(struct cost_world *world, enum cost_method method,
		      char why[256])
{
	double secs = 0;

	*why = '\0';
	if (cost_world_drop(world) ||
	    cost_world_build(world, method, PODS, &secs, why))
		return NULL;
	return secs > 0 ? state_of(world->topo) : NULL;
}

/* The oracle: what is compared is the same in all but its price. */
static void same_worlds(struct tap *tap, struct cost_world *world)
{
	static const char *const claims[] = {
		[COST_IP_BATCH] = "ip -batch builds what netlink does",
		[COST_IP] = "one ip a step builds what netlink does",
	};
	char *ours, *theirs, *diff, why[256];
	int method;

	ours = built_by(world, COST_NETLINK, why);
	tap_ok(tap, ours && strstr(ours, "veth-3-br"), "netlink builds a world",
	       "%s", why);
	for (method = COST_IP_BATCH; method <= COST_IP; method++) {
		if (!have_ip()) {
			tap_skip(tap, claims[method], "no iproute2");
			continue;
		}
		theirs = built_by(world, method, why);
		diff = ours && theirs ? state_diff(ours, theirs) : NULL;
		tap_ok(tap, diff && !*diff, claims[method], "%s%s", why,
		       diff ? diff : "");
		free(theirs);
		free(diff);
	}
	free(ours);
}

/* The steps for a pod, added to a standing world by @method. */
static char *added_by(struct cost_world *world, enum cost_method method,
		      bool in_place)
{
	struct cost_play play = { .method = method };
	struct topo_list all, list;
	struct state_netns set[2] = { { .name = TOPO_HOST } };
	char *text = NULL;
	char why[256];

	cost_pods_all(&all, PODS, in_place);
	topo_list_init(&list, "one");
	cost_pods_steps(&list, &all, PODS, PODS + 1);
	if (!cost_world_need(world, COST_PODS, PODS, why)) {
		play.topo = world->topo;
		play.host = set[0].netns = topo_netns(world->topo, TOPO_HOST);
		if (!cost_play(&play, list.steps, list.n) &&
		    !cost_ports_wait(world->topo, list.steps, list.n)) {
			set[1].name = list.steps[0].ns;
			set[1].netns = netns_open(set[1].name);
			text = state_set(set, 2, true);
			close(set[1].netns);
		}
	}
	topo_list_free(&list);
	topo_list_free(&all);
	return cost_world_drop(world) ? NULL : text;
}

static void same_pods(struct tap *tap, struct cost_world *world)
{
	char *ours, *theirs, *diff;
	int method;

	ours = added_by(world, COST_NETLINK, true);
	for (method = COST_IP_BATCH; method <= COST_IP && have_ip(); method++) {
		theirs = added_by(world, method, true);
		diff = ours && theirs ? state_diff(ours, theirs) : NULL;
		tap->of = method == COST_IP ? "ip" : "ip -batch";
		tap_ok(tap, diff && !*diff,
		       "a pod that it adds is the one that netlink adds",
		       "method %d: %s", method, diff ? diff : "no state");
		free(theirs);
		free(diff);
		/* Its name is not the topology's. */
		if (netns_del("pod-4"))
			tap_ok(tap, false, "its name is there", "pod-4");
		tap->of = NULL;
	}
	free(ours);
}

static double figure(const json_t *sample, const char *key)
{
	return json_number_value(json_object_get(json_object_get(sample, "ns"),
						 key));
}

/* Every row of the table, with one pod standing. */
static void all_costs(struct tap *tap, struct cost_world *world)
{
	const struct cost *cost;
	char claim[128];
	json_t *sample;
	int err;

	for (cost = costs; cost->name; cost++) {
		snprintf(claim, sizeof(claim), "%s by %s is measured",
			 cost->name, cost->method);
		if (strcmp(cost->method, "netlink") && !have_ip()) {
			tap_skip(tap, claim, "no iproute2");
			continue;
		}
		sample = json_object();
		err = cost->measure(cost, 1, world, sample);
		tap_ok(tap, !err && figure(sample, "min") > 1000 &&
		       figure(sample, "min") <= figure(sample, "p50") &&
		       figure(sample, "p50") <= figure(sample, "max") &&
		       json_integer_value(json_object_get(sample, "n")) > 0 &&
		       json_number_value(json_object_get(sample, "secs")) > 0,
		       claim, "%s: %s", err ? strerrorname_np(-err) : "figures",
		       json_string_value(json_object_get(sample, "error")));
		json_decref(sample);
	}
	err = cost_world_drop(world);
	tap_ok(tap, !err && !names(), "nothing is left of all that", "%d names",
	       names());
}

/* @sample says why, and no number. */
static void refused(struct tap *tap, const char *claim, json_t *sample,
		    const char *word)
{
	const char *error = json_string_value(json_object_get(sample, "error"));

	tap_ok(tap, error && strstr(error, word) &&
	       !json_object_get(sample, "ns") && !json_object_get(sample, "n"),
	       claim, "%s", error ? error : "no error");
}

static void without_ip(struct tap *tap, struct cost_world *world)
{
	static const char *const rows[][2] = {
		{ "pod_add", "ip" }, { "pod_add", "ip-batch" },
		{ "pods_build", "ip" }, { "netns_del", "ip" },
		{ "fdb_add", "ip-batch" },
	};
	char *path = strdup(getenv("PATH") ? getenv("PATH") : "");
	const struct cost *cost;
	char claim[128];
	json_t *sample;
	size_t i;
	int err;

	setenv("PATH", NO_PATH, 1);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		cost = cost_find(rows[i][0], rows[i][1]);
		sample = json_object();
		err = cost->measure(cost, 1, world, sample);
		snprintf(claim, sizeof(claim),
			 "%s by %s without iproute2 is not supported, by name",
			 cost->name, cost->method);
		if (err == -EOPNOTSUPP)
			refused(tap, claim, sample, "is not in PATH");
		else
			tap_ok(tap, false, claim, "%d", err);
		json_decref(sample);
	}
	setenv("PATH", path, 1);
	free(path);
}

static void few_files(struct tap *tap, struct cost_world *world)
{
	const char *claim = "too few descriptors are not supported, by name";
	const struct cost *cost = cost_find("netns_add", "netlink");
	const struct rlimit few = { 256, 256 };
	json_t *sample = json_object();
	int err;

	/* The last test: nobody can raise it again. */
	err = setrlimit(RLIMIT_NOFILE, &few) ? -errno :
	      cost->measure(cost, 1000, world, sample);
	if (err == -EOPNOTSUPP)
		refused(tap, claim, sample, "RLIMIT_NOFILE");
	else
		tap_ok(tap, false, claim, "%d", err);
	json_decref(sample);
	sample = json_object();
	err = cost->measure(cost, 1, world, sample);
	tap_ok(tap, !err, "few pods can be measured all the same", "%s",
	       json_string_value(json_object_get(sample, "error")));
	json_decref(sample);
}

/* A name that is taken makes the third of ten fail. */
static void taken_name(struct tap *tap, struct cost_world *world)
{
	const char *claim = "an operation that fails is an error and no number";
	const struct cost *cost = cost_find("netns_add", "netlink");
	json_t *sample = json_object();
	int err;

	err = netns_add("cost-2");
	if (!err)
		err = cost->measure(cost, 1, world, sample);
	if (err == -EEXIST)
		refused(tap, claim, sample, "cost-2: EEXIST");
	else
		tap_ok(tap, false, claim, "%d", err);
	json_decref(sample);
	sample = json_object();
	err = cost->measure(cost, 1, world, sample);
	tap_ok(tap, !err, "and the next one is measured again", "%s",
	       json_string_value(json_object_get(sample, "error")));
	json_decref(sample);
}

int main(int argc, char **argv)
{
	struct cost_world *world;
	struct tap tap = { 0 };
	struct sandbox sandbox;
	int err;

	if (tap_asked(argc, argv, "claim 75\tnetlink builds a world"))
		return 0;
	err = sandbox_enter(&sandbox);
	if (err && sandbox_refused(err)) {
		tap_skip(&tap, "costs", sandbox.why);
		return tap_done(&tap);
	}
	world = err ? NULL : cost_world_new();
	if (!tap_ok(&tap, world, "there is a world", "%s", sandbox.why))
		return tap_done(&tap);
	same_worlds(&tap, world);
	same_pods(&tap, world);
	all_costs(&tap, world);
	without_ip(&tap, world);
	taken_name(&tap, world);
	few_files(&tap, world);
	cost_world_free(world);
	return tap_done(&tap);
}
