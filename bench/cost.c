// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "cost.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include "cost_world.h"
#include "libc.h"
#include "netns.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/*
 * Operations in a sample: few, so that as many pods stand as is said, and
 * more where one takes microseconds.
 */
#define PODS_N		10
#define ENTRIES_N	100
#define N_MAX		ENTRIES_N

struct run;

/*
 * One kind of operation.  Its @i-th is what steps() appends for it; ahead of
 * the first before() prepares, after the last undo() takes all away.
 */
struct operation {
	enum cost_kind kind;
	unsigned int n;
	void (*steps)(struct run *run, unsigned int i);
	int (*before)(struct run *run);
	void (*undo)(struct run *run, unsigned int i);
	/* The link whose end is waited for, 16 bytes; NULL: nothing is. */
	void (*gone)(const struct run *run, unsigned int i, char dev[16]);
	bool in_host;		/* it is one of the host's */
	bool netns_del;		/* a TOPO_NETNS_ADD is an `ip netns del` */
	bool ports;		/* its ports have to forward */
	bool each;		/* also ip -batch is given one at a time */
	int again;		/* what the first step yields once more */
};

struct run {
	const struct operation *op;
	struct cost_world *world;
	struct cost_play play;
	unsigned int pods;
	struct topo_list all;		/* of all pods, the names in list */
	struct topo_list list;		/* the steps of all operations */
	size_t first[N_MAX + 1];	/* of the @i-th one's, in list */
	struct cost_watch host;
	double obs[N_MAX], calls[N_MAX], secs;
	size_t n_obs;
	struct rusage usage;		/* ours and our children's */
};

/* What is going on, by getrusage(2) and the clock. */
struct span {
	struct rusage self, children;
	double start;
};

static double seconds(const struct timeval *tv)
{
	return tv->tv_sec + tv->tv_usec / 1e6;
}

static void add_usage(struct rusage *sum, const struct rusage *a,
		      const struct rusage *b)
{
	struct timeval time;

	timersub(&b->ru_utime, &a->ru_utime, &time);
	timeradd(&sum->ru_utime, &time, &sum->ru_utime);
	timersub(&b->ru_stime, &a->ru_stime, &time);
	timeradd(&sum->ru_stime, &time, &sum->ru_stime);
	sum->ru_nvcsw += b->ru_nvcsw - a->ru_nvcsw;
	sum->ru_nivcsw += b->ru_nivcsw - a->ru_nivcsw;
}

static void span_begin(struct span *span)
{
	getrusage(RUSAGE_SELF, &span->self);
	getrusage(RUSAGE_CHILDREN, &span->children);
	span->start = cost_now();
}

/* Adds what it took to @run's, and returns the seconds. */
static double span_end(const struct span *span, struct run *run)
{
	double secs = cost_now() - span->start;
	struct rusage now;

	getrusage(RUSAGE_SELF, &now);
	add_usage(&run->usage, &span->self, &now);
	getrusage(RUSAGE_CHILDREN, &now);
	add_usage(&run->usage, &span->children, &now);
	run->secs += secs;
	return secs;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The smallest observation that @p of all are not above. */
static json_t *quantile(const double *sorted, size_t n, double p)
{
	double rank = p * n;
	size_t i = rank;

	if (i < rank || !i)
		i++;
	return json_real(sorted[i - 1]);
}

/* Exact quantiles of @n observations, which are sorted. */
static json_t *quantiles(double *obs, size_t n)
{
	qsort(obs, n, sizeof(*obs), compare);
	return json_pack("{s:f, s:o, s:o, s:o, s:o, s:o, s:o, s:f}",
			 "min", obs[0], "p1", quantile(obs, n, 0.01),
			 "p25", quantile(obs, n, 0.25),
			 "p50", quantile(obs, n, 0.5),
			 "p90", quantile(obs, n, 0.9),
			 "p99", quantile(obs, n, 0.99),
			 "p999", quantile(obs, n, 0.999), "max", obs[n - 1]);
}

/* @n operations in .n_obs observations, each the mean of as many. */
static void report(struct run *run, const struct cost *cost, unsigned int n,
		   json_t *sample)
{
	const struct rusage *usage = &run->usage;
	json_t *more;

	more = json_pack("{s:f, s:i, s:i, s:s, s:o, s:{s:f, s:f}, s:{s:I, s:I}}",
			 "secs", run->secs, "n", n,
			 "group", (int)(n / run->n_obs), "of", cost->unit,
			 "ns", quantiles(run->obs, run->n_obs),
			 "cpu", "user", seconds(&usage->ru_utime),
			 "sys", seconds(&usage->ru_stime),
			 "ctx", "vol", (json_int_t)usage->ru_nvcsw,
			 "invol", (json_int_t)usage->ru_nivcsw);
	json_object_update_new(sample, more);
	if (run->op && run->op->gone && run->n_obs == n)
		json_object_set_new(sample, "call_ns",
				    quantiles(run->calls, run->n_obs));
}

/* The steps of operation @i, and how many. */
static const struct topo_step *steps_of(const struct run *run, unsigned int i,
					size_t *n)
{
	*n = run->first[i + 1] - run->first[i];
	return run->list.steps + run->first[i];
}

static struct cost_watch *watch_of(struct run *run)
{
	return run->op->in_host ? &run->host : &run->world->watch;
}

/* Operations @i to @i + @n - 1 as one observation. */
static int observe(struct run *run, unsigned int i, unsigned int n)
{
	const struct operation *op = run->op;
	char devs[N_MAX][16];
	struct span span;
	unsigned int j;
	double secs;
	int err;

	for (j = 0; op->gone && j < n; j++)
		op->gone(run, i + j, devs[j]);
	span_begin(&span);
	err = cost_play(&run->play, run->list.steps + run->first[i],
			run->first[i + n] - run->first[i]);
	run->calls[run->n_obs] = (cost_now() - span.start) / n * 1e9;
	if (!err && op->gone)
		err = cost_watch_gone(watch_of(run), devs, n);
	secs = span_end(&span, run);
	run->obs[run->n_obs++] = secs / n * 1e9;
	return err;
}

static int fail(struct run *run, int err, const char *what)
{
	if (!*run->play.why)
		snprintf(run->play.why, sizeof(run->play.why), "%s: %s", what,
			 strerrorname_np(-err));
	return err;
}

/* What an operation left to do would be the next one's burden. */
static int calm(struct run *run, unsigned int i)
{
	const struct topo_step *steps;
	size_t n;

	steps = steps_of(run, i, &n);
	if (run->op->ports)
		return cost_ports_wait(run->world->topo, steps, n);
	return run->op->gone ? cost_world_settle(run->world) : 0;
}

static int observe_all(struct run *run)
{
	const struct operation *op = run->op;
	unsigned int i;
	int err = 0;

	if (run->play.method == COST_IP_BATCH && !op->each)
		return observe(run, 0, op->n);
	for (i = 0; i < op->n && !err; i++) {
		err = observe(run, i, 1);
		if (!err)
			err = calm(run, i);
	}
	return err ? fail(run, err, "to the end") : 0;
}

/* Did they do what was measured? */
static int verify(struct run *run)
{
	const struct operation *op = run->op;
	const struct topo_step *step;
	unsigned int i;
	size_t n;
	int err;

	for (i = 0; i < op->n; i++) {
		step = steps_of(run, i, &n);
		err = op->netns_del ? netns_open(step->ns) :
				      topo_step(run->world->topo, step);
		if (err != op->again)
			return fail(run, -EPROTO, "an operation had no effect");
	}
	return 0;
}

/* What is to be done, and whether there is something to do it with. */
static int plan(struct run *run)
{
	const struct operation *op = run->op;
	unsigned int i;
	int err;

	for (i = 0; i < op->n; i++) {
		run->first[i] = run->list.n;
		op->steps(run, i);
	}
	run->first[i] = run->list.n;
	err = run->list.err;
	if (!err)
		err = cost_play_tool(&run->play, run->list.steps);
	return err ? fail(run, err, "to plan") : 0;
}

static int prepare(struct run *run)
{
	const struct operation *op = run->op;
	int err;

	err = cost_world_need(run->world, op->kind, run->pods, run->play.why);
	if (err)
		return err;
	run->play.topo = run->world->topo;
	run->play.host = topo_netns(run->world->topo, TOPO_HOST);
	if (op->in_host)
		err = cost_watch_open(&run->host, run->play.host);
	if (!err && op->before)
		err = op->before(run);
	return err ? fail(run, err, "to prepare") : 0;
}

static int undo(struct run *run)
{
	unsigned int i;
	int err = 0;

	for (i = 0; run->op->undo && i < run->op->n; i++)
		run->op->undo(run, i);
	if (run->op->undo || run->op->gone)
		err = cost_world_settle(run->world);
	return err ? fail(run, err, "to undo") : 0;
}

static int sample_of(const struct cost *cost, struct run *run, json_t *sample)
{
	int err;

	err = prepare(run);
	if (!err)
		err = observe_all(run);
	if (!err)
		err = verify(run);
	if (!err)
		err = undo(run);
	if (!err)
		report(run, cost, run->op->n, sample);
	return err;
}

static enum cost_method method_of(const struct cost *cost)
{
	return !strcmp(cost->method, "ip") ? COST_IP :
	       !strcmp(cost->method, "ip-batch") ? COST_IP_BATCH :
						   COST_NETLINK;
}

/* After a failure nobody knows what stands. */
static void give_up(struct run *run, int err, json_t *sample)
{
	cost_names_del(&run->list);
	if (cost_world_drop(run->world))
		sample_error(sample, err, "%s, and it does not end",
			     run->play.why);
	else
		sample_error(sample, err, "%s", run->play.why);
}

static int measure_op(const struct cost *cost, unsigned int pods,
		      struct cost_world *world, json_t *sample)
{
	const struct operation *op = cost->opts;
	struct run run = {
		.op = op, .world = world, .pods = pods,
		.play = { .method = method_of(cost),
			  .netns_del = op->netns_del },
	};
	int err;

	topo_list_init(&run.all, "all");
	topo_list_init(&run.list, "operations");
	err = plan(&run);
	if (err) {
		sample_error(sample, err, "%s", run.play.why);
	} else {
		err = sample_of(cost, &run, sample);
		cost_watch_close(&run.host);
		if (err)
			give_up(&run, err, sample);
	}
	topo_list_free(&run.list);
	topo_list_free(&run.all);
	return err;
}

/* Namespaces: "cost-0" ... */

static void step_netns(struct run *run, unsigned int i)
{
	const struct topo_step add = {
		.op = TOPO_NETNS_ADD,
		.ns = topo_list_str(&run->list, "cost-%u", i),
	};

	topo_list_add(&run->list, &add, 1);
}

/* Lets go of what the first step of operation @i made, however it did. */
static void undo_netns(struct run *run, unsigned int i)
{
	const char *name = run->list.steps[run->first[i]].ns;

	if (topo_netns_release(run->world->topo, name) == -ENOENT &&
	    netns_del(name))
		return;
}

static void gone_netns(const struct run *run, unsigned int i, char dev[16])
{
	(void)run;
	snprintf(dev, 16, "watch%u", i);
}

/*
 * Nobody else can tell when a namespace has ended: each has one end of a pair
 * whose other end we watch.
 */
static int before_netns_del(struct run *run)
{
	unsigned int i;
	char dev[16];
	size_t n;
	int fd, err = 0;

	for (i = 0; i < run->op->n && !err; i++) {
		const char *name = steps_of(run, i, &n)->ns;

		err = netns_add(name);
		fd = err ? err : netns_open(name);
		if (fd < 0)
			return fd;
		gone_netns(run, i, dev);
		err = cost_watch_hang(&run->world->watch, dev, fd);
		close(fd);
	}
	return err;
}

/* Veth pairs of the host: cost-a0 and cost-b0 ... */

static struct topo_step pair_step(struct run *run, unsigned int i)
{
	return (struct topo_step){
		.op = TOPO_LINK_ADD, .ns = TOPO_HOST, .kind = "veth",
		.dev = topo_list_str(&run->list, "cost-a%u", i),
		.peer = topo_list_str(&run->list, "cost-b%u", i),
	};
}

static void step_veth_add(struct run *run, unsigned int i)
{
	const struct topo_step add = pair_step(run, i);

	topo_list_add(&run->list, &add, 1);
}

static void step_veth_move(struct run *run, unsigned int i)
{
	const struct topo_step move = {
		.op = TOPO_LINK_NETNS, .ns = TOPO_HOST, .to = "cost",
		.dev = topo_list_str(&run->list, "cost-b%u", i),
	};

	topo_list_add(&run->list, &move, 1);
}

static void step_veth_del(struct run *run, unsigned int i)
{
	const struct topo_step del = {
		.op = TOPO_LINK_DEL, .ns = TOPO_HOST,
		.dev = topo_list_str(&run->list, "cost-a%u", i),
	};

	topo_list_add(&run->list, &del, 1);
}

static int before_veth(struct run *run)
{
	struct topo_step add;
	unsigned int i;
	int err = 0;

	for (i = 0; i < run->op->n && !err; i++) {
		add = pair_step(run, i);
		err = topo_step(run->world->topo, &add);
	}
	return err;
}

static int before_veth_move(struct run *run)
{
	const struct topo_step add = { .op = TOPO_NETNS_ADD, .ns = "cost" };
	int err = topo_step(run->world->topo, &add);

	return err ? err : before_veth(run);
}

/* What is not there any more need not be deleted. */
static void undo_veth(struct run *run, unsigned int i)
{
	struct topo_step del = { .op = TOPO_LINK_DEL, .ns = TOPO_HOST };
	char dev[16];

	snprintf(dev, sizeof(dev), "cost-a%u", i);
	del.dev = dev;
	if (topo_step(run->world->topo, &del))
		return;
}

static void undo_veth_move(struct run *run, unsigned int i)
{
	undo_veth(run, i);
	if (i == 0 && topo_netns_release(run->world->topo, "cost"))
		return;
}

/* Pods of the bridge, beyond those that stand. */

static void step_pod(struct run *run, unsigned int i, bool in_place)
{
	if (!run->all.n)
		cost_pods_all(&run->all, run->pods, in_place);
	cost_pods_steps(&run->list, &run->all, run->pods + i,
			run->pods + i + 1);
}

static void step_pod_add(struct run *run, unsigned int i)
{
	step_pod(run, i, true);
}

static void step_pod_add_moved(struct run *run, unsigned int i)
{
	step_pod(run, i, false);
}

/* Only the name: what else a pod has goes with it. */
static void step_pod_del(struct run *run, unsigned int i)
{
	size_t first = run->list.n;

	step_pod(run, i, true);
	run->list.n = first + 1;
}

static void gone_pod(const struct run *run, unsigned int i, char dev[16])
{
	const char *name = run->list.steps[run->first[i]].ns;

	snprintf(dev, 16, "veth-%s-br", strchr(name, '-') + 1);
}

static int before_pod_del(struct run *run)
{
	struct cost_play play = run->play;
	struct topo_list list;
	int err;

	play.netns_del = false;
	/* Those that we make ourselves our descriptors would hold. */
	if (play.method == COST_IP)
		play.method = COST_IP_BATCH;
	topo_list_init(&list, "pods");
	cost_pods_steps(&list, &run->all, run->pods, run->pods + run->op->n);
	err = list.err ? list.err : cost_play(&play, list.steps, list.n);
	if (!err)
		err = cost_ports_wait(run->world->topo, list.steps, list.n);
	topo_list_free(&list);
	memcpy(run->play.why, play.why, sizeof(play.why));
	return err;
}

/* Entries of tables. */

static void step_entry(struct run *run, unsigned int i)
{
	cost_entry_step(&run->list, run->op->kind, run->pods + i);
}

static void undo_entry(struct run *run, unsigned int i)
{
	struct topo_step del = run->list.steps[run->first[i]];

	del.op = del.op == TOPO_FDB_ADD ? TOPO_FDB_DEL : TOPO_ROUTE_DEL;
	if (del.op == TOPO_FDB_DEL)
		del.args = "master";
	if (topo_step(run->world->topo, &del))
		return;
}

/* The whole: so many pods from nothing, and their end. */

static int whole_error(struct cost_world *world, int err, const char *why,
		       json_t *sample)
{
	topo_destroy(world->topo);
	world->topo = NULL;
	return sample_error(sample, err, "%s", *why ? why :
			    strerrorname_np(-err));
}

static int report_whole(struct run *run, const struct cost *cost, double secs,
			json_t *sample)
{
	run->secs = secs;
	run->obs[run->n_obs++] = secs / run->pods * 1e9;
	report(run, cost, run->pods, sample);
	return 0;
}

static int measure_build(const struct cost *cost, unsigned int pods,
			 struct cost_world *world, json_t *sample)
{
	const struct topo_step step = { .op = TOPO_NETNS_ADD, .ns = "" };
	struct run run = { .pods = pods,
			   .play = { .method = method_of(cost) } };
	struct span span;
	double secs = 0;
	int err;

	err = cost_play_tool(&run.play, &step);
	if (err)
		return sample_error(sample, err, "%s", run.play.why);
	err = cost_world_drop(world);
	span_begin(&span);
	if (!err)
		err = cost_world_build(world, run.play.method, pods, &secs,
				       run.play.why);
	if (err)
		return whole_error(world, err, run.play.why, sample);
	span_end(&span, &run);
	return report_whole(&run, cost, secs, sample);
}

static int measure_teardown(const struct cost *cost, unsigned int pods,
			    struct cost_world *world, json_t *sample)
{
	struct run run = { .pods = pods };
	struct span span;
	double secs = 0;
	int err;

	err = cost_world_need(world, COST_PODS, pods, run.play.why);
	if (!err)
		err = cost_world_settle(world);
	span_begin(&span);
	if (!err)
		err = cost_world_teardown(world, &secs, run.play.why);
	if (err)
		return whole_error(world, err, run.play.why, sample);
	span_end(&span, &run);
	return report_whole(&run, cost, secs, sample);
}

static const struct operation netns_add_op = {
	.n = PODS_N, .steps = step_netns, .undo = undo_netns, .again = -EEXIST,
};

static const struct operation netns_del_op = {
	.n = PODS_N, .steps = step_netns, .before = before_netns_del,
	.gone = gone_netns, .netns_del = true, .again = -ENOENT,
};

static const struct operation veth_add_op = {
	.n = PODS_N, .steps = step_veth_add, .undo = undo_veth,
	.again = -EEXIST,
};

static const struct operation veth_move_op = {
	.n = PODS_N, .steps = step_veth_move, .before = before_veth_move,
	.undo = undo_veth_move, .again = -ENODEV,
};

static const struct operation veth_del_op = {
	.n = PODS_N, .steps = step_veth_del, .before = before_veth,
	.again = -ENODEV,
};

static const struct operation pod_add_op = {
	.n = PODS_N, .steps = step_pod_add, .undo = undo_netns, .ports = true,
	.each = true, .again = -EEXIST,
};

static const struct operation pod_add_moved_op = {
	.n = PODS_N, .steps = step_pod_add_moved, .undo = undo_netns,
	.ports = true, .each = true, .again = -EEXIST,
};

static const struct operation pod_del_op = {
	.n = PODS_N, .steps = step_pod_del, .before = before_pod_del,
	.gone = gone_pod, .in_host = true, .netns_del = true, .again = -ENOENT,
};

static const struct operation fdb_add_op = {
	.kind = COST_FDB, .n = ENTRIES_N, .steps = step_entry,
	.undo = undo_entry, .again = -EEXIST,
};

static const struct operation route_add_op = {
	.kind = COST_ROUTES, .n = ENTRIES_N, .steps = step_entry,
	.undo = undo_entry, .again = -EEXIST,
};

/* One process a step is slow, and grows with the steps alone. */
static const unsigned int ours[] = { 1, 10, 100, 1000, 0 };
static const unsigned int theirs[] = { 1, 10, 100, 0 };
static const unsigned int entries[] = { 1, 10, 100, 1000, 10000, 0 };

#define ROW(name, summary, method, pods, unit, measure, opts) \
	{ name, summary, method, pods, unit, measure, opts }
#define BY_ALL(name, summary, pods, unit, measure, opts) \
	ROW(name, summary, "netlink", pods, unit, measure, opts), \
	ROW(name, summary, "ip-batch", theirs, unit, measure, opts), \
	ROW(name, summary, "ip", theirs, unit, measure, opts)
#define PODS(name, summary) \
	BY_ALL(#name, summary, ours, "pods", measure_op, &name##_op)
#define ENTRIES(name, summary, unit) \
	BY_ALL(#name, summary, entries, unit, measure_op, &name##_op)

const struct cost costs[] = {
	PODS(netns_add, "to make a named namespace"),
	PODS(netns_del, "to delete one, until its devices are gone"),
	PODS(veth_add, "to make a veth pair"),
	PODS(veth_move, "to move an end into another namespace"),
	PODS(veth_del, "to delete a pair"),
	PODS(pod_add, "to put a pod on the bridge, ends made in place"),
	PODS(pod_add_moved, "the same, one end moved as in the document"),
	PODS(pod_del, "to delete a pod, until its port is gone"),
	BY_ALL("pods_build", "a pod of so many built from nothing", ours,
	       "pods", measure_build, NULL),
	ROW("pods_end", "a pod of so many that end together", "netlink", ours,
	    "pods", measure_teardown, NULL),
	ENTRIES(fdb_add, "to add a forwarding entry", "fdb entries"),
	ENTRIES(route_add, "to add a route", "routes"),
	{ .name = NULL },
};
