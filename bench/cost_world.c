// SPDX-License-Identifier: GPL-2.0-or-later
#include "cost_world.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "deadline.h"
#include "libc.h"
#include "link.h"
#include "netns.h"
#include "topologies.h"

/* Bounds the end of a thousand namespaces beyond the deadline of any wait. */
#define GONE_MS		120000

/* A namespace is held by a descriptor and a socket; some are for the rest. */
#define FILES_A_POD	2
#define FILES_MORE	128

#define SENTINEL	"sentinel"

double cost_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

int cost_watch_open(struct cost_watch *watch, int netns)
{
	int err;

	watch->netns = netns;
	watch->ask = rtnl_open(netns);
	watch->events = watch->ask ? rtnl_open(netns) : NULL;
	err = watch->events ? rtnl_join(watch->events, RTNLGRP_LINK) : -errno;
	if (err)
		cost_watch_close(watch);
	return err;
}

void cost_watch_close(struct cost_watch *watch)
{
	rtnl_close(watch->ask);
	rtnl_close(watch->events);
	watch->ask = watch->events = NULL;
}

int cost_watch_hang(struct cost_watch *watch, const char *dev, int netns)
{
	const struct link_desc peer = { .netns = netns, .name = dev };
	const struct link_desc veth = { .kind = "veth", .name = dev,
					.peer = &peer };

	return link_add(watch->ask, &veth);
}

/* Those that are still to go; "" is one that went. */
struct going {
	char (*devs)[16];
	size_t n, left;
};

static int gone_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct going *going = data;
	struct link link;
	size_t i;
	int err;

	/* A bridge tells that its port goes (AF_BRIDGE) before it has gone. */
	if (nlh->nlmsg_type != RTM_DELLINK || ifi->ifi_family != AF_UNSPEC)
		return 0;
	err = link_parse(nlh, &link);
	if (err)
		return err;
	for (i = 0; i < going->n; i++) {
		if (strcmp(link.name, going->devs[i]) || !*link.name)
			continue;
		going->devs[i][0] = '\0';
		going->left--;
	}
	return !going->left;
}

int cost_watch_gone(struct cost_watch *watch, char (*devs)[16], size_t n)
{
	struct going going = { .devs = devs, .n = n, .left = n };

	return n ? rtnl_wait(watch->events, gone_cb, &going,
			     deadline_new() + GONE_MS) : 0;
}

/*
 * A namespace that is let go of now ends after, or together with, all that
 * were before (cleanup_net takes what is queued as one batch, and batches do
 * not overlap).  Its link goes when the devices of the batch do.
 */
static int sentinel(struct cost_world *world)
{
	char devs[1][16] = { SENTINEL };
	int netns = netns_new(), err;

	if (netns < 0)
		return netns;
	err = cost_watch_hang(&world->watch, SENTINEL, netns);
	close(netns);
	return err ? err : cost_watch_gone(&world->watch, devs, 1);
}

/* The second one's batch begins when the first one's has ended. */
int cost_world_settle(struct cost_world *world)
{
	int err = sentinel(world);

	return err ? err : sentinel(world);
}

/*
 * What `ip netns add` does when it is first used.  Done with names in the
 * folder, it would leave a second, hidden mount of each: those could then
 * neither be unlinked (EBUSY) nor end.
 */
static int share_names(void)
{
	if (!mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL))
		return 0;
	if (errno != EINVAL ||
	    mount(NETNS_DIR, NETNS_DIR, "none", MS_BIND | MS_REC, NULL) ||
	    mount("", NETNS_DIR, "none", MS_SHARED | MS_REC, NULL))
		return -errno;
	return 0;
}

struct cost_world *cost_world_new(void)
{
	struct cost_world *world = calloc(1, sizeof(*world));
	int netns, err;

	if (!world)
		return NULL;
	netns = netns_new();
	err = netns < 0 ? netns : share_names();
	if (!err)
		err = cost_watch_open(&world->watch, netns);
	if (!err)
		return world;
	if (netns >= 0)
		close(netns);
	free(world);
	errno = -err;
	return NULL;
}

int cost_world_drop(struct cost_world *world)
{
	topo_destroy(world->topo);
	world->topo = NULL;
	return cost_world_settle(world);
}

void cost_world_free(struct cost_world *world)
{
	if (!world)
		return;
	topo_destroy(world->topo);
	cost_watch_close(&world->watch);
	close(world->watch.netns);
	free(world);
}

/* Which pod a step is about, -1 for none: the names say it. */
static int pod_of(const struct topo_step *s)
{
	const char *tag = s->dev;

	if (strcmp(s->ns, TOPO_HOST))
		tag = s->ns;
	else if (s->to)
		tag = s->to;
	if (!tag || (strncmp(tag, "pod-", 4) && strncmp(tag, "veth-", 5)))
		return -1;
	tag = strchr(tag, '-') + 1;
	if (!strncmp(tag, "red", 3))
		return 0;
	if (!strncmp(tag, "blue", 4))
		return 1;
	return strtol(tag, NULL, 10) - 1;
}

void cost_pods_all(struct topo_list *all, unsigned int size, bool in_place)
{
	/* For all that there will be: that decides the prefix of addresses. */
	const struct bridge_opts opts = { .pods = size + COST_EXTRA_MAX,
					  .in_place = in_place };

	topo_list_init(all, "pods");
	bridge_steps(all, &opts);
}

void cost_pods_steps(struct topo_list *list, const struct topo_list *all,
		     int from, int to)
{
	size_t i;
	int pod;

	for (i = 0; i < all->n; i++) {
		pod = pod_of(&all->steps[i]);
		if (pod >= from && pod < to)
			topo_list_add(list, &all->steps[i], 1);
	}
	if (all->err)
		list->err = all->err;
}

int cost_ports_wait(const struct topo *topo, const struct topo_step *steps,
		    size_t n)
{
	const struct topo_step *s, *last_port = NULL;
	struct link last;
	int err = 0;
	size_t i;

	for (i = 0; i < n && !err; i++) {
		s = &steps[i];
		if (s->op != TOPO_LINK_MASTER)
			continue;
		last_port = s;
		err = link_wait(topo_netns(topo, s->ns), s->dev,
				link_is_forwarding, &last);
	}
	/* The bridge gets its carrier from them, and later. */
	if (!err && last_port)
		err = link_wait(topo_netns(topo, last_port->ns),
				last_port->master, link_is_running, &last);
	return err;
}

void cost_entry_step(struct topo_list *list, enum cost_kind kind,
		     unsigned int i)
{
	struct topo_step step = { .ns = TOPO_HOST, .dev = "cost-a" };

	if (kind == COST_FDB) {
		step.op = TOPO_FDB_ADD;
		step.mac = topo_list_str(list, "02:00:01:%02x:%02x:%02x",
					 i >> 16 & 255, i >> 8 & 255, i & 255);
		step.args = "master static";
	} else {
		step.op = TOPO_ROUTE_ADD;
		step.addr = topo_list_str(list, "10.%u.%u.%u/32", i >> 16 & 255,
					  i >> 8 & 255, i & 255);
	}
	topo_list_add(list, &step, 1);
}

void cost_names_del(const struct topo_list *list)
{
	size_t i;

	for (i = 0; i < list->n; i++) {
		/* Not all may have been made. */
		if (list->steps[i].op == TOPO_NETNS_ADD &&
		    netns_del(list->steps[i].ns))
			continue;
	}
}

static int enough_files(unsigned int pods, char why[256])
{
	const rlim_t need = FILES_A_POD * (pods + COST_EXTRA_MAX) + FILES_MORE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return -errno;
	if (limit.rlim_cur >= need)
		return 0;
	if (limit.rlim_max < need) {
		snprintf(why, 256,
			 "%u pods need %llu open files, and the hard limit of RLIMIT_NOFILE is %llu (ulimit -Hn)",
			 pods, (unsigned long long)need,
			 (unsigned long long)limit.rlim_max);
		return -EOPNOTSUPP;
	}
	limit.rlim_cur = need;
	return setrlimit(RLIMIT_NOFILE, &limit) < 0 ? -errno : 0;
}

/* Only the host. */
static struct topo *bare(char why[256])
{
	struct topo_error error;
	struct topo_list none;
	struct topo *topo;

	topo_list_init(&none, "bare");
	topo = topo_create(&none, &error);
	if (!topo)
		snprintf(why, 256, "%.255s", error.text);
	return topo;
}

static int build_netlink(struct cost_world *world, const struct topo_list *list,
			 double *secs, char why[256])
{
	struct cost_play play = { .method = COST_NETLINK };
	double start = cost_now();
	int err;

	world->topo = play.topo = bare(why);
	if (!world->topo)
		return -errno;
	err = cost_play(&play, list->steps, list->n);
	*secs = cost_now() - start;
	if (err) {
		snprintf(why, 256, "%s", play.why);
		return err;
	}
	err = cost_ports_wait(world->topo, list->steps, list->n);
	if (err)
		snprintf(why, 256, "not all ports forward");
	return err;
}

/* What somebody else has built becomes ours. */
static int build_by_ip(struct cost_world *world, enum cost_method method,
		       const struct topo_list *list, double *secs,
		       char why[256])
{
	struct cost_play play = { .method = method };
	double start = cost_now();
	struct topo_error error;
	int err;

	play.host = netns_new();
	if (play.host < 0)
		return play.host;
	err = cost_play(&play, list->steps, list->n);
	*secs = cost_now() - start;
	if (err) {
		snprintf(why, 256, "%s", play.why);
		close(play.host);
		goto err_names;
	}
	world->topo = topo_attach(list, play.host, &error);
	if (world->topo)
		return 0;
	err = -errno;
	snprintf(why, 256, "%.255s", error.text);

err_names:
	cost_names_del(list);
	return err;
}

int cost_world_build(struct cost_world *world, enum cost_method method,
		     unsigned int size, double *secs, char why[256])
{
	struct topo_list all, list;
	int err;

	err = enough_files(size, why);
	if (err)
		return err;
	cost_pods_all(&all, size, true);
	topo_list_init(&list, "pods");
	cost_pods_steps(&list, &all, -1, size);
	if (list.err)
		err = list.err;
	else if (method == COST_NETLINK)
		err = build_netlink(world, &list, secs, why);
	else
		err = build_by_ip(world, method, &list, secs, why);
	topo_list_free(&list);
	topo_list_free(&all);
	world->kind = COST_PODS;
	world->size = size;
	return err;
}

/* A bridge with a port, for entries to point to. */
static const struct topo_step table[] = {
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "v-net-0",
	  .kind = "bridge" },
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "cost-a",
	  .kind = "veth", .peer = "cost-b" },
	{ .op = TOPO_LINK_UP, .ns = TOPO_HOST, .dev = "v-net-0" },
	{ .op = TOPO_LINK_UP, .ns = TOPO_HOST, .dev = "cost-b" },
	{ .op = TOPO_LINK_UP, .ns = TOPO_HOST, .dev = "cost-a" },
};

static const struct topo_step port = {
	.op = TOPO_LINK_MASTER, .ns = TOPO_HOST, .dev = "cost-a",
	.master = "v-net-0",
};

static int build_table(struct cost_world *world, enum cost_kind kind,
		       unsigned int size, char why[256])
{
	struct cost_play play = { .method = COST_NETLINK };
	struct topo_list list;
	unsigned int i;
	int err;

	topo_list_init(&list, "table");
	topo_list_add(&list, table, sizeof(table) / sizeof(table[0]));
	if (kind == COST_FDB)
		topo_list_add(&list, &port, 1);
	for (i = 0; i < size; i++)
		cost_entry_step(&list, kind, i);
	world->topo = play.topo = bare(why);
	err = world->topo ? list.err : -errno;
	if (!err)
		err = cost_play(&play, list.steps, list.n);
	if (err && *play.why)
		snprintf(why, 256, "%s", play.why);
	topo_list_free(&list);
	world->kind = kind;
	world->size = size;
	return err;
}

int cost_world_need(struct cost_world *world, enum cost_kind kind,
		    unsigned int size, char why[256])
{
	double secs;
	int err;

	*why = '\0';
	if (world->topo && world->kind == kind && world->size == size)
		return 0;
	err = cost_world_drop(world);
	if (!err && kind == COST_PODS)
		err = cost_world_build(world, COST_NETLINK, size, &secs, why);
	else if (!err)
		err = build_table(world, kind, size, why);
	if (!err)
		return 0;
	if (!*why)
		snprintf(why, 256, "%u %s: %s", size,
			 kind == COST_PODS ? "pods" : "entries",
			 strerrorname_np(-err));
	/* What came to stand of it is of no use. */
	topo_destroy(world->topo);
	world->topo = NULL;
	return err;
}

int cost_world_teardown(struct cost_world *world, double *secs, char why[256])
{
	double start = cost_now();
	int err;

	topo_destroy(world->topo);
	world->topo = NULL;
	err = sentinel(world);
	*secs = cost_now() - start;
	if (!err)
		err = sentinel(world);
	if (err)
		snprintf(why, 256, "%u pods did not end: %s", world->size,
			 strerrorname_np(-err));
	return err;
}
