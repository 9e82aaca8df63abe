/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The diagnosis matrix (lib/faults.h), a variant a fault: that its ways work
 * while nothing is wrong, what exactly comes of each kind of packet on each
 * way once the fault is there, which counters move by how much, and that all
 * works again when only the fault is cured.
 *
 *	pod-red   10.244.0.10 --.
 *	                         v-net-0 10.244.0.1   host
 *	pod-blue  10.244.0.20 --'
 *	                          uplink 203.0.113.1 ---- outside 192.0.2.1
 */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include "lend.h"
#include "pair.h"
#include "diagnose.h"
#include "faults.h"
#include "volley.h"

/* A word with what it takes to print it; lives as long as the topology. */
#define str(...)	topo_list_str(&ksft.list, __VA_ARGS__)

/* The row of a variant, which is named as the fault is, '_' for '-'. */
static inline const struct fault *fault_of(const char *variant)
{
	char slug[64];
	size_t i;

	snprintf(slug, sizeof(slug), "%s", variant);
	for (i = 0; slug[i]; i++)
		slug[i] = slug[i] == '_' ? '-' : slug[i];
	return fault_find(slug);
}

static inline const struct fault_outcome *
wanted(const struct fault_look *look, int kind)
{
	return kind == PROBE_ICMP ? &look->icmp :
	       kind == PROBE_TCP ? &look->tcp : &look->udp;
}

static inline const char *outcome_text(const struct fault_outcome *want)
{
	if (want->err == FAULT_SILENT)
		return "silence";
	if (want->err == FAULT_UNANSWERED)
		return "no answer";
	if (want->err == FAULT_STALLED)
		return "stall";
	if (!want->icmp)
		return str("%s", ksft_err_name(want->err));
	return str("%s %s", ksft_err_name(want->err), want->icmp);
}

static inline bool all_well(const struct fault_look *look)
{
	return !look->icmp.err && !look->tcp.err && !look->udp.err;
}

/* A whole conversation of @kind with @dst. */
static inline int converse(const struct fault_look *look, int kind,
			   const char *dst)
{
	const struct probe probe = {
		.kind = kind, .from = ns(look->from), .to = ns(look->to),
		.dst = dst, .size = look->size,
	};

	return probe_run(&probe, NULL);
}

/* By all three, as it is while nothing is wrong. */
static inline int converse_all(const struct fault_look *look)
{
	const char *dst = look->works ? look->works : look->dst;
	int kind, err = 0;

	for (kind = 0; kind < KINDS && !err && *dst; kind++)
		err = converse(look, kind, dst);
	return err;
}

/* "DEV FIELD" of a link's statistics. */
static inline int link_stat(const char *name, const char *what, uint64_t *value)
{
	struct rtnl_link_stats64 *s;
	char dev[IFNAMSIZ], field[32];
	struct link link;
	int err;

	if (sscanf(what, "%15s %31s", dev, field) != 2)
		return -EINVAL;
	err = link_get(in(name), dev, &link);
	if (err)
		return err;
	s = &link.stats;
	*value = !strcmp(field, "rx_packets") ? s->rx_packets :
		 !strcmp(field, "tx_packets") ? s->tx_packets :
		 !strcmp(field, "rx_dropped") ? s->rx_dropped :
		 !strcmp(field, "tx_dropped") ? s->tx_dropped :
		 !strcmp(field, "rx_otherhost_dropped") ?
		 s->rx_otherhost_dropped : UINT64_MAX;
	return *value == UINT64_MAX ? -EINVAL : 0;
}

static inline int sign_get(const struct fault_sign *sign, uint64_t *value)
{
	if (strchr(sign->what, ' '))
		return link_stat(sign->ns, sign->what, value);
	return nstat_get(ns(sign->ns), sign->what, value);
}

struct signs {
	uint64_t value[FAULT_SIGNS];
	int err;
};

static inline struct signs signs_read(const struct fault_look *look)
{
	const struct fault_sign *sign;
	struct signs signs = { 0 };
	int i, err;

	for (i = 0; i < FAULT_SIGNS; i++) {
		sign = &look->signs[i];
		if (!sign->ns)
			break;
		err = sign_get(sign, &signs.value[i]);
		if (!err)
			continue;
		printf("# %s of %s: %s\n", sign->what, sign->ns,
		       ksft_err_name(err));
		signs.err = err;
	}
	return signs;
}

/*
 * Each moved by what is wanted.  A SYN that stayed silent for a second, on a
 * slow machine, was sent again, and may count again.
 */
static inline bool signs_moved(const struct fault_look *look,
			       const struct signs *was,
			       const struct signs *now, unsigned int resent)
{
	const struct fault_sign *sign;
	bool all = !was->err && !now->err;
	long by;
	int i;

	for (i = 0; i < FAULT_SIGNS && look->signs[i].ns; i++) {
		sign = &look->signs[i];
		by = now->value[i] - was->value[i];
		if (by >= sign->by &&
		    (sign->more || by <= sign->by + (sign->by ? resent : 0)))
			continue;
		printf("# %s in %s: expected +%ld%s, got +%ld\n", sign->what,
		       sign->ns, sign->by, sign->more ? " or more" : "", by);
		all = false;
	}
	return all;
}

static inline bool is_ipv6(const char *addr)
{
	return strchr(addr, ':');
}

/* The next hop's address: on the pods' subnet, or beyond the gateway. */
static inline const char *hop_of(const struct fault_look *look)
{
	if (look->hop)
		return look->hop;
	if (is_ipv6(look->dst))
		return strncmp(look->dst, "2001:db8::", 10) ? "2001:db8::1" :
							     look->dst;
	return strncmp(look->dst, "10.244.0.", 9) ? "10.244.0.1" : look->dst;
}

static inline const char *dev_of(const char *name)
{
	return !strcmp(name, TOPO_HOST) ? "v-net-0" :
	       !strcmp(name, "outside") ? "veth-out" :
	       !strcmp(name, RED) ? "veth-red" : "veth-blue";
}

static inline const char *hop_state(const struct fault_look *look)
{
	int state = neigh_state(look->from, dev_of(look->from), hop_of(look));

	return state == -ENOENT || state == -ENODEV ? "none" :
	       state < 0 ? ksft_err_name(state) : neigh_state_name(state);
}

static inline int is_given_up(const struct nlmsghdr *nlh, void *data)
{
	const struct ip_prefix *hop = data;
	struct neigh neigh;
	int err;

	err = neigh_parse(nlh, &neigh);
	if (err)
		return err;
	return nlh->nlmsg_type == RTM_NEWNEIGH && neigh.state == NUD_FAILED &&
	       !memcmp(neigh.dst.addr, hop->addr, sizeof(hop->addr));
}

/*
 * The state of the next hop's entry, which was last seen to change by
 * @changes.  One that FAILED may be gone before we look: neigh_periodic_work()
 * takes it as soon as all namespaces of the machine have 128 entries.
 */
static inline const char *hop_state_of(const struct fault_look *look,
				       struct rtnl *changes)
{
	struct ip_prefix hop;
	int err;

	if (strcmp(look->neigh, "FAILED"))
		return hop_state(look);
	err = ip_parse(hop_of(look), &hop);
	if (!err)
		err = rtnl_wait(changes, is_given_up, &hop, deadline_new());
	return err ? hop_state(look) : "FAILED";
}

/*
 * How long it takes a neighbour to be given up: by default three requests, a
 * second apart each.  Ten ms, HZ / 100, is the least (__neigh_event_send), and
 * more than is needed on a veth, where the answer comes in the same run of the
 * soft interrupt as the request.
 */
static inline int neigh_hurry(const char *name, bool hurry)
{
	static const char * const families[] = { "ipv4", "ipv6" };
	char path[96];
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++) {
		snprintf(path, sizeof(path), "net/%s/neigh/%s/retrans_time_ms",
			 families[i], dev_of(name));
		err = sysctl_set(ns(name), path, hurry ? "10" : "1000");
		snprintf(path, sizeof(path), "net/%s/neigh/%s/mcast_solicit",
			 families[i], dev_of(name));
		if (!err)
			err = sysctl_set(ns(name), path, hurry ? "2" : "3");
	}
	return err == -ENOENT ? 0 : err;
}

/* On each link of each namespace: 0, or the first error. */
static inline int each_link(int (*fn)(const char *name, struct link *link))
{
	const char *name;
	struct link *links;
	size_t n_ns;
	int i, n, err = 0;

	for (n_ns = 0; !err && (name = topo_netns_name(ksft.topo, n_ns));
	     n_ns++) {
		n = link_list(in(name), &links);
		if (n < 0)
			return n;
		for (i = 0; i < n && !err; i++) {
			if (!(links[i].flags & IFF_LOOPBACK))
				err = fn(name, &links[i]);
		}
		free(links);
	}
	return err;
}

static inline int flush_link(const char *name, struct link *link)
{
	return neigh_flush(in(name), link->name);
}

/* Linkwatch has told the routes and the bridge. */
static inline int settle_link(const char *name, struct link *link)
{
	struct link last;

	return is_settled(link) ? 0 : settle(name, link->name, &last);
}

static inline int forward_link(const char *name, struct link *link)
{
	struct link last;

	if (!link->master || link_is_forwarding(link))
		return 0;
	return link_wait(ns(name), link->name, link_is_forwarding, &last);
}

/* Steps of a test's own join the list, so that a failure prints them too. */
static inline int run_steps(const struct topo_step *steps)
{
	size_t i, n = fault_count_steps(steps);
	char text[TOPO_TEXT_MAX];
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		if (steps[i].op == TOPO_SYSCTL && ksft.before_sysctl)
			ksft.before_sysctl(ns(steps[i].ns), steps[i].dev);
		if (steps[i].op == TOPO_NFT)
			lend_filtered();
		/* Which port is the first? */
		if (steps[i].op == TOPO_LINK_MASTER)
			lend_keep();
		err = topo_step(ksft.topo, &steps[i]);
		if (err)
			printf("# %s: %s\n", topo_print_step(&steps[i], text),
			       ksft_err_name(err));
	}
	topo_list_add(&ksft.list, steps, n);
	return err ? err : each_link(settle_link);
}

/* Does the kernel lack what the row needs? */
static inline bool is_lacking(const struct fault *row, int err)
{
	return row->config && (err == -EOPNOTSUPP || err == -EAFNOSUPPORT ||
			       err == -ENOENT);
}

/*
 * A neighbour stays REACHABLE, and none is asked again, however slow the
 * machine.
 */
static inline int calm_link(const char *name, struct link *link)
{
	static const char * const families[] = { "ipv4", "ipv6" };
	char path[96];
	int i, err = 0;

	for (i = 0; i < 2 && !err; i++) {
		snprintf(path, sizeof(path),
			 "net/%s/neigh/%s/base_reachable_time_ms", families[i],
			 link->name);
		err = sysctl_set(ns(name), path, "3600000");
		snprintf(path, sizeof(path),
			 "net/%s/neigh/%s/delay_first_probe_time", families[i],
			 link->name);
		if (!err)
			err = sysctl_set(ns(name), path, "600");
	}
	return err == -ENOENT ? 0 : err;
}

/* No limit on how many ICMP errors are sent where we count each. */
static inline int no_ratelimit(void)
{
	const char *name;
	int err = 0;
	size_t i;

	for (i = 0; !err && (name = topo_netns_name(ksft.topo, i)); i++) {
		err = sysctl_set(ns(name), "net/ipv4/icmp_ratemask", "0");
		if (!err)
			err = sysctl_set(ns(name), "net/ipv6/icmp/ratelimit",
					 "0");
		err = err == -ENOENT ? 0 : err;
	}
	return err;
}

FIXTURE(fault) {
	const struct fault *row;
	struct topo *topo;
};

FIXTURE_VARIANT(fault) { const char *topology, *name; };

/* Once for all tests that a topology stands for. */
static inline int prepare(void)
{
	int err = 0;

	/* A build waits for links; lo's local routes come in their own time. */
	if (!strcmp(ksft.list.name, "uplink-ipv6"))
		err = addr_wait_usable(ns("outside"), "2001:db8:2::1/128");
	if (!err)
		err = no_ratelimit();
	if (!err)
		err = each_link(calm_link);
	lend_from_here();
	return err;
}

FIXTURE_SETUP(fault)
{
	NEED_SYSCTL();
	self->row = fault_of(variant->name);
	ASSERT_NE(NULL, self->row);
	ASSERT_STREQ(self->row->topology, variant->topology);
	self->topo = lend_topology(self->row->topology,
				   ksft_id("fault", variant->name,
					   _metadata->name));
	ASSERT_NE(NULL, self->topo);
	ASSERT_ERR(0, cpu_pin(NULL));
	if (self->row->limited)
		lend_keep();
	if (!ksft.lent)
		ASSERT_ERR(0, prepare());
	/* Who had it before may have had other MACs. */
	else
		ASSERT_ERR(0, each_link(flush_link));
}

FIXTURE_TEARDOWN(fault) LEND_TEARDOWN

PLAN_VARIANTS("fault", fault)

/* All kinds get through, and nothing else happens. */
static inline bool look_works(const struct fault_look *look)
{
	struct signs was = signs_read(look), now;
	int kind, err;
	bool ok = true;

	for (kind = 0; kind < KINDS; kind++) {
		err = converse(look, kind, look->dst);
		ok = ok && !err;
		if (err)
			printf("# %s to %s, kind %d: expected 0, got %s\n",
			       look->from, look->dst, kind,
			       ksft_err_name(err));
	}
	now = signs_read(look);
	return signs_moved(look, &was, &now, 0) && ok;
}

/* Fires what does not get through: is each outcome as the row has it? */
static inline bool look_fails(const struct fault_look *look)
{
	struct volley v = {
		.from = look->from, .to = look->to, .dst = look->dst,
		.src = look->src, .with_lo = "outside", .size = look->size,
		.closed = look->closed,
	};
	static const char * const names[KINDS] = { "ICMP", "TCP", "UDP" };
	struct signs was = signs_read(look), now;
	const char *want;
	int kind, err;
	bool ok;

	for (kind = 0; kind < KINDS; kind++) {
		v.fire[kind] = wanted(look, kind)->err;
		v.await[kind] = wanted(look, kind)->err < 0;
	}
	err = volley_run(&v);
	now = signs_read(look);
	ok = !err && signs_moved(look, &was, &now,
				 syns_resent(v.client[PROBE_TCP]));
	volley_close(&v);
	if (err)
		printf("# the volley: %s\n", ksft_err_name(err));
	for (kind = 0; kind < KINDS; kind++) {
		want = outcome_text(wanted(look, kind));
		if (!v.fire[kind] || !strcmp(want, v.outcome[kind]))
			continue;
		printf("# %s to %s by %s: expected %s, got %s\n", look->from,
		       look->dst, names[kind], want, v.outcome[kind]);
		ok = false;
	}
	return ok;
}

/* What gets through all the same, behind what did not. */
static inline int look_rest(const struct fault_look *look)
{
	int kind, err = 0;

	for (kind = 0; kind < KINDS && !err; kind++) {
		if (!wanted(look, kind)->err && !(look->closed && kind))
			err = converse(look, kind, look->dst);
	}
	return err;
}

/* What a device listens to is no fact of the fdb. */
static bool cut_lladdr(char *line, const char *key)
{
	if (!strstr(line, key) || strstr(line, " self "))
		return false;
	cut_field(line, " lladdr ");
	return true;
}

static inline char *fact_text(const struct fault_fact *fact)
{
	return keep(state_text(ns(fact->ns), STATE_ALL), cut_lladdr, fact->key);
}

/* What the sender takes for the MTU of the way; -errno. */
static inline int pmtu_of(const struct fault_look *look)
{
	struct route route;
	int err = route_get(in(look->from), look->dst, &route);

	return err ? err : (int)route.mtu;
}

/* Does lib/diagnose.h find out, by itself, what is wrong here? */
static inline bool is_diagnosed(const struct fault *row,
				const struct fault_look *look, int kind)
{
	const struct probe probe = {
		.kind = kind, .from = ns(look->from),
		.to = look->closed ? -1 : ns(look->to), .dst = look->dst,
		.src = look->src, .size = look->size,
	};
	const char *want = look->fault ? look->fault : row->slug;
	struct diagnosis d = { 0 };
	int err = wanted(look, kind)->err;

	err = diagnose(ksft.topo, &probe, err < 0 ? err : -ETIMEDOUT, &d);
	if (!err && !strcmp(want, d.fault))
		return true;
	printf("# diagnosis of kind %d: expected %s, got %s (%s): %s\n", kind,
	       want, d.fault, ksft_err_name(err), d.text);
	return false;
}

static inline bool are_diagnosed(const struct fault *row,
				 const struct fault_look *look)
{
	bool all = true;
	int kind;

	for (kind = 0; kind < KINDS; kind++) {
		if (wanted(look, kind)->err)
			all = is_diagnosed(row, look, kind) && all;
	}
	return all;
}

/* Neighbours of @name, from now on.  NULL with errno. */
static inline struct rtnl *neigh_changes(const char *name)
{
	struct rtnl *changes = rtnl_open(ns(name));
	int err = changes ? rtnl_join(changes, RTNLGRP_NEIGH) : -errno;

	if (!err)
		return changes;
	rtnl_close(changes);
	errno = -err;
	return NULL;
}

/* How a way that is blocked looks, and what a diagnosis makes of it. */
static inline bool look_is_as_said(const struct fault *row,
				   const struct fault_look *look)
{
	struct rtnl *changes = neigh_changes(look->from);
	const char *hop;
	bool ok;
	int err;

	if (!changes)
		return false;
	ok = look_fails(look);
	if (look->neigh) {
		hop = hop_state_of(look, changes);
		if (strcmp(look->neigh, hop)) {
			printf("# %s in %s: expected neighbour %s, got %s\n",
			       hop_of(look), look->from, look->neigh, hop);
			ok = false;
		}
	}
	rtnl_close(changes);
	/* What IP remembers, and what TCP still tries to send. */
	if (look->pmtu || look->tcp.err == FAULT_STALLED)
		lend_keep();
	if (look->pmtu && (int)look->pmtu != pmtu_of(look)) {
		printf("# %s to %s: expected path MTU %u, got %d\n", look->from,
		       look->dst, look->pmtu, pmtu_of(look));
		ok = false;
	}
	err = look_rest(look);
	if (err)
		printf("# %s to %s, the rest: expected 0, got %s\n",
		       look->from, look->dst, ksft_err_name(err));
	return are_diagnosed(row, look) && ok && !err;
}

/* As it is while nothing is wrong: 0, or the first error. */
static inline int all_ways_work(const struct fault *row)
{
	const struct fault_look *look;
	int i, err = 0;

	for (i = 0; i < FAULT_LOOKS && !err; i++) {
		look = &row->looks[i];
		if (!look->from)
			break;
		err = converse_all(look);
		if (err)
			printf("# %s to %s: %s\n", look->from, look->dst,
			       ksft_err_name(err));
	}
	return err;
}

static inline int cure(const struct fault *row)
{
	int i, err;

	err = run_steps(row->cure);
	if (!err)
		err = each_link(forward_link);
	if (!err)
		err = each_link(flush_link);
	for (i = 0; i < FAULT_LOOKS && row->looks[i].from && !err; i++)
		err = neigh_hurry(row->looks[i].from, false);
	return err;
}

TEST_OF("claim 74", fault, looks_as_the_matrix_says)
{
	const struct fault *row = self->row;
	const struct fault_look *look, *end = row->looks + FAULT_LOOKS;
	const struct fault_fact *fact = row->facts;
	size_t i;
	int err;

	for (i = 0; i < fault_count_steps(row->steps); i++)
		NEED_STEP(&row->steps[i]);
	ASSERT_ERR(0, all_ways_work(row));
	err = ksft_acts() ? run_steps(row->steps) : 0;
	if (is_lacking(row, err))
		SKIP(return, "needs %s", row->config);
	ASSERT_ERR(0, err);
	if (row->duplicate)
		EXPECT_ERR(-EADDRNOTAVAIL,
			   addr_wait_usable(ns("pod-blue"), row->duplicate));
	if (!row->cached)
		ASSERT_ERR(0, each_link(flush_link));
	for (look = row->looks; look < end && look->from; look++) {
		if (all_well(look))
			EXPECT_TRUE(look_works(look));
	}
	for (look = row->looks; look < end && look->from; look++) {
		if (all_well(look))
			continue;
		if (!row->cached)
			ASSERT_ERR(0, each_link(flush_link));
		ASSERT_ERR(0, neigh_hurry(look->from, true));
		EXPECT_TRUE(look_is_as_said(row, look));
	}
	for (; fact < row->facts + FAULT_FACTS && fact->ns; fact++)
		EXPECT_TEXT(fact->text, fact_text(fact));
	if (!row->cure[0].ns)
		return;
	ASSERT_ERR(0, cure(row));
	EXPECT_ERR(0, all_ways_work(row));
}

#endif
