// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Paths: each stands, twice at once, as the protocol wants it, and leaves
 * nothing behind.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "neigh.h"
#include "netns.h"
#include "nstat.h"
#include "path.h"
#include "sandbox.h"
#include "entries.h"
#include "tap.h"

/* More pods than a test needs to see that idle ones do not matter. */
#define TOO_MANY	"bridge-1000"

static bool is_set(int netns, const char *name, const char *want)
{
	char value[64];

	return !sysctl_get(netns, name, value, sizeof(value)) &&
	       !strcmp(value, want);
}

/* The protocol's, written here once more. */
static bool has_sysctls(int netns)
{
	return is_set(netns, "net/ipv4/tcp_rmem", "4096\t131072\t6291456") &&
	       is_set(netns, "net/ipv4/tcp_wmem", "4096\t16384\t4194304") &&
	       is_set(netns, "net/ipv4/tcp_no_metrics_save", "1");
}

/* How many unicast neighbours there are; -1: one of them may change. */
static int permanent_neighbours(struct rtnl *rtnl)
{
	struct neigh *neighs = NULL;
	int i, n, found = 0;

	n = neigh_list(rtnl, AF_INET, &neighs);
	for (i = 0; i < n && found >= 0; i++) {
		if (neighs[i].state == NUD_NOARP)
			continue;
		found = neighs[i].state == NUD_PERMANENT ? found + 1 : -1;
	}
	free(neighs);
	return n < 0 ? n : found;
}

static bool has_neighbours(const struct path *path)
{
	const struct path_desc *desc = path->desc;
	int client = permanent_neighbours(topo_rtnl(path->topo, desc->client));
	int server = permanent_neighbours(topo_rtnl(path->topo, desc->server));

	if (path->client == path->server)
		return !client;
	return client > 0 && server > 0;
}

static void stands(struct tap *tap, const struct path_desc *desc)
{
	struct path one = { 0 }, two = { 0 };
	struct netns_id a = { 0 }, b = { 0 };
	int fds = n_fds();
	char why[256], again[256] = "";
	int err;

	tap->of = desc->name;
	err = path_open(&one, desc, why);
	if (err == -EOPNOTSUPP) {
		tap_skip(tap, desc->name, why);
		return;
	}
	err = err ? err : path_open(&two, desc, again);
	tap_ok(tap, !err && !why[0] && !again[0] &&
	       !netns_id(one.client, &a) && !netns_id(two.client, &b) &&
	       a.cookie != b.cookie && has_sysctls(one.client) &&
	       has_sysctls(two.server) && has_neighbours(&one) &&
	       has_neighbours(&two), "stands twice at once", "%d \"%s\" \"%s\"", err, why,
	       again);
	tap_ok(tap, n_entries(NETNS_DIR) == 2, "no name is taken", "%d are",
	       n_entries(NETNS_DIR) - 2);
	path_close(&two);
	path_close(&one);
	tap_ok(tap, n_fds() == fds, "no descriptor is left",
	       "%d before, %d now", fds, n_fds());
	tap->of = NULL;
}

static void no_such_kind(struct topo_list *list)
{
	static const struct topo_step steps[] = {
		{ .op = TOPO_NETNS_ADD, .ns = "pod-red" },
		{ .op = TOPO_LINK_ADD, .ns = "pod-red", .dev = "new",
		  .kind = "nosuchkind" },
	};

	topo_list_add(list, steps, 2);
}

/* Reaches nobody: the server has no address. */
static void no_answer(struct topo_list *list)
{
	static const struct topo_step steps[] = {
		{ .op = TOPO_NETNS_ADD, .ns = "pod-red" },
	};

	topo_list_add(list, steps, 1);
}

static void failures(struct tap *tap)
{
	static const struct path_desc lacks = {
		.name = "lacks", .steps = no_such_kind, .client = "pod-red",
		.server = "pod-red", .dst = "127.0.0.1",
		.needs = "CONFIG_NOSUCHKIND",
	}, silent = {
		.name = "silent", .steps = no_answer, .client = "pod-red",
		.server = "pod-red", .dst = "192.0.2.1",
	};
	int fds = n_fds();
	struct path path;
	char why[256];
	int err;

	err = path_open(&path, &lacks, why);
	tap_ok(tap, err == -EOPNOTSUPP && strstr(why, "CONFIG_NOSUCHKIND"),
	       "a kind of device that the kernel lacks is named", "%d \"%s\"",
	       err, why);
	path_close(&path);
	err = path_open(&path, &silent, why);
	tap_ok(tap, err == -ENETUNREACH && strstr(why, "192.0.2.1"),
	       "a path that nothing passes is an error", "%d \"%s\"", err, why);
	path_close(&path);
	tap_ok(tap, n_entries(NETNS_DIR) == 2 &&
	       n_fds() == fds,
	       "a path that failed leaves nothing", "it does");
}

int main(int argc, char **argv)
{
	const struct path_desc *desc;
	struct sandbox sandbox;
	struct tap tap = { 0 };
	int err;

	if (tap_asked(argc, argv, NULL))
		return 0;
	err = sandbox_enter(&sandbox);
	if (sandbox_refused(err)) {
		tap_skip(&tap, "paths", sandbox.why);
		return tap_done(&tap);
	}
	if (!tap_ok(&tap, !err, "a sandbox", "%s", sandbox.why))
		return tap_done(&tap);
	for (desc = path_descs; desc->name; desc++) {
		if (strcmp(desc->name, TOO_MANY))
			stands(&tap, desc);
	}
	failures(&tap);
	return tap_done(&tap);
}
