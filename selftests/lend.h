/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One topology for one test after another.  To end a bridge takes the kernel
 * an RCU barrier under rtnl (br_multicast_dev_del()), 18 ms in which nobody on
 * the machine gets anything done; so a test that leaves its network as it found
 * it gives it back, and the next one takes it:
 *
 *	FIXTURE_SETUP(lan) LEND_SETUP(lan)
 *	FIXTURE_TEARDOWN(lan) LEND_TEARDOWN
 *
 * Put back are sysctls, and of links the flags, MAC, MTU and the options of
 * bridges and ports; who joined a bridge leaves it, stations are forgotten.
 * Then all that rtnetlink says (residue.h) is compared with what it said when
 * it was new: if anything differs, or is on its way, nobody gets it.  Nor does
 * anybody after a test that failed, was killed, or did what no dump shows
 * (lend_keep()); nor where a fault was asked for.
 *
 * Counters, timers and what packets left in IP (path MTUs, TCP metrics) go on
 * from test to test: this is for tests that look at differences.
 */
#ifndef LEND_H
#define LEND_H

#include "residue.h"

#include <linux/if_bridge.h>
#include <sys/stat.h>

#include "bridge.h"
#include "nft.h"

/*
 * With the names of the namespaces in the sandbox's own /run: they end with
 * the program, however it ends.
 */
#define LEND_FREE	"/run/free"	/* nobody has it: the topology's name */
#define LEND_TEXT	"/run/as-built"	/* residue_of(true) */
#define LEND_LINKS	"/run/links"	/* RTM_NEWLINK messages, by namespace */

#define LEND_SYSCTLS	64

static struct {
	bool kept;			/* nobody shall have it after */
	bool filtered;			/* by nftables */
	struct lend_sysctl {		/* what was there before a change */
		int netns;
		char name[96], value[64];
	} sysctls[LEND_SYSCTLS];
	int n_sysctls;
} lend = { .kept = true };

/* What this test does is seen by no dump: nobody else gets its topology. */
static inline void lend_keep(void)
{
	lend.kept = true;
}

/* It has rules of nftables, which nobody shall find. */
static inline void lend_filtered(void)
{
	lend.filtered = true;
}

static inline int lend_write(const char *path, const void *data, size_t size)
{
	FILE *file = fopen(path, "we");
	bool ok;

	if (!file)
		return -errno;
	ok = fwrite(data, 1, size, file) == size;
	return fclose(file) || !ok ? -EIO : 0;
}

/* The whole file and a 0 behind it, for free(3); NULL if there is none. */
static inline char *lend_read(const char *path)
{
	FILE *file = fopen(path, "re");
	char *data = NULL;
	struct stat st;

	if (!file)
		return NULL;
	if (!fstat(fileno(file), &st))
		data = calloc(1, st.st_size + 1);
	if (data && fread(data, 1, st.st_size, file) != (size_t)st.st_size) {
		free(data);
		data = NULL;
	}
	fclose(file);
	return data;
}

/* ---- links */

static inline const struct nlattr *lend_attr(const struct nlmsghdr *nlh,
					     uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

static inline const struct nlattr *lend_inner(const struct nlattr *nest,
					      uint16_t type)
{
	const struct nlattr *attr;

	if (!nest)
		return NULL;
	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == type)
			return attr;
	}
	return NULL;
}

static inline bool lend_same(const struct nlattr *a, const struct nlattr *b)
{
	return a && b && a->nla_len == b->nla_len &&
	       !memcmp(mnl_attr_get_payload(a), mnl_attr_get_payload(b),
		       mnl_attr_get_payload_len(a));
}

static inline void lend_put(struct req *req, const struct nlattr *attr)
{
	req_put(req, mnl_attr_get_type(attr), mnl_attr_get_payload(attr),
		mnl_attr_get_payload_len(attr));
}

/* A link as it was and as it is. */
struct lend_link {
	const struct nlmsghdr *was, *is;
};

static inline const struct ifinfomsg *lend_head(const struct nlmsghdr *nlh)
{
	return mnl_nlmsg_get_payload(nlh);
}

static inline bool lend_is_bridge(const struct lend_link *l)
{
	const struct nlattr *kind;

	kind = lend_inner(lend_attr(l->was, IFLA_LINKINFO), IFLA_INFO_KIND);
	return kind && !strcmp(mnl_attr_get_str(kind), "bridge");
}

/* What is said of the link itself. */
static inline int lend_mend(struct rtnl *rtnl, const struct lend_link *l)
{
	static const uint16_t types[] = { IFLA_ADDRESS, IFLA_MTU, IFLA_TXQLEN,
					  IFLA_GROUP };
	const unsigned int ours = IFF_UP | IFF_NOARP | IFF_PROMISC |
				  IFF_ALLMULTI | IFF_MULTICAST;
	const unsigned int flags = lend_head(l->was)->ifi_flags;
	const struct ifinfomsg ifi = {
		.ifi_index = lend_head(l->was)->ifi_index, .ifi_flags = flags,
		.ifi_change = (flags ^ lend_head(l->is)->ifi_flags) & ours,
	};
	/* MAC and MTU of a bridge are its ports', unless they are set. */
	size_t i = lend_is_bridge(l) ? 2 : 0;
	bool differs = ifi.ifi_change;
	const struct nlattr *attr;
	struct req req;

	req_init(&req, RTM_SETLINK, 0, &ifi, sizeof(ifi));
	for (; i < ARRAY_SIZE(types); i++) {
		attr = lend_attr(l->was, types[i]);
		if (!attr || lend_same(attr, lend_attr(l->is, types[i])))
			continue;
		lend_put(&req, attr);
		differs = true;
	}
	/* To come back would be to come last. */
	if (!lend_attr(l->was, IFLA_MASTER) && lend_attr(l->is, IFLA_MASTER)) {
		req_u32(&req, IFLA_MASTER, 0);
		differs = true;
	}
	return differs ? rtnl_talk(rtnl, &req) : 0;
}

/* The options in IFLA_INFO_DATA or IFLA_INFO_SLAVE_DATA that differ. */
static inline bool lend_options(struct req *req, const struct lend_link *l,
				uint16_t type)
{
	const struct nlattr *was, *is, *attr;
	const struct residue r = { .part = residue_parts, .lasting = true };
	struct nlattr *nest;
	bool differs = false;
	char path[32];

	was = lend_inner(lend_attr(l->was, IFLA_LINKINFO), type);
	is = lend_inner(lend_attr(l->is, IFLA_LINKINFO), type);
	if (!was || !is)
		return false;
	nest = req_nest(req, type);
	mnl_attr_for_each_nested(attr, was) {
		snprintf(path, sizeof(path), "%d.%d.%d", IFLA_LINKINFO, type,
			 mnl_attr_get_type(attr));
		if (residue_is_quiet(&r, path) ||
		    lend_same(attr, lend_inner(is, mnl_attr_get_type(attr))))
			continue;
		lend_put(req, attr);
		differs = true;
	}
	req_nest_end(req, nest);
	return differs;
}

static inline int lend_mend_options(struct rtnl *rtnl,
				    const struct lend_link *l, bool port)
{
	const uint16_t kind = port ? IFLA_INFO_SLAVE_KIND : IFLA_INFO_KIND;
	const struct ifinfomsg ifi = {
		.ifi_index = lend_head(l->was)->ifi_index,
	};
	const struct nlattr *attr;
	struct nlattr *nest;
	struct req req;

	attr = lend_inner(lend_attr(l->was, IFLA_LINKINFO), kind);
	if (!attr || strcmp(mnl_attr_get_str(attr), "bridge"))
		return 0;
	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	nest = req_nest(&req, IFLA_LINKINFO);
	lend_put(&req, attr);
	if (!lend_options(&req, l, port ? IFLA_INFO_SLAVE_DATA :
					  IFLA_INFO_DATA))
		return 0;
	req_nest_end(&req, nest);
	return rtnl_talk(rtnl, &req);
}

/* @fn of each of the @n links that are there still, by ifindex. */
static inline int lend_each(struct rtnl *rtnl, const struct nlmsghdr *was,
			    int n, int (*fn)(struct rtnl *rtnl,
					     const struct lend_link *l))
{
	struct nlmsghdr **now;
	int i, n_now, err = 0;

	n_now = residue_list(rtnl, residue_parts, &now);
	if (n_now < 0)
		return n_now;
	for (; n && !err; n--) {
		for (i = 0; i < n_now && lend_head(now[i])->ifi_index !=
		     lend_head(was)->ifi_index; i++)
			;
		err = i == n_now ? -ENODEV :
		      fn(rtnl, &(struct lend_link){ was, now[i] });
		was = (const void *)((const char *)was +
				     NLMSG_ALIGN(was->nlmsg_len));
	}
	while (n_now--)
		free(now[n_now]);
	free(now);
	return err;
}

static inline int lend_mend_bridge(struct rtnl *rtnl,
				   const struct lend_link *l)
{
	return lend_mend_options(rtnl, l, false);
}

static inline int lend_mend_port(struct rtnl *rtnl, const struct lend_link *l)
{
	return lend_mend_options(rtnl, l, true);
}

/* All that is learned or put, but not the bridge's and the ports' own. */
static inline int lend_forget(struct rtnl *rtnl, const struct lend_link *l)
{
	if (!lend_is_bridge(l))
		return 0;
	return fdb_flush(rtnl, mnl_attr_get_str(lend_attr(l->is, IFLA_IFNAME)),
			 "nopermanent");
}

/* Bridges first: while STP is on no port takes a state. */
static inline int lend_mend_links(struct rtnl *rtnl,
				  const struct nlmsghdr *was, int n)
{
	int err = lend_each(rtnl, was, n, lend_mend);

	if (!err)
		err = lend_each(rtnl, was, n, lend_mend_bridge);
	if (!err)
		err = lend_each(rtnl, was, n, lend_mend_port);
	return err ? err : lend_each(rtnl, was, n, lend_forget);
}

/* For each namespace a count, then the messages. */
static inline int lend_write_links(void)
{
	struct nlmsghdr **links;
	char *data = NULL;
	const char *name;
	int j, n, err;
	size_t i, size;
	FILE *file = open_memstream(&data, &size);

	if (!file)
		return -errno;
	for (i = 0; (name = topo_netns_name(ksft.topo, i)); i++) {
		n = residue_list(in(name), residue_parts, &links);
		if (n < 0)
			break;
		fwrite(&n, sizeof(n), 1, file);
		for (j = 0; j < n; j++) {
			fwrite(links[j], NLMSG_ALIGN(links[j]->nlmsg_len), 1,
			       file);
			free(links[j]);
		}
		free(links);
	}
	err = fclose(file) || name ? -EIO : lend_write(LEND_LINKS, data, size);
	free(data);
	return err;
}

static inline int lend_mend_all(void)
{
	char *data, *at;
	const char *name;
	int n, err = 0;
	size_t i;

	data = at = lend_read(LEND_LINKS);
	if (!data)
		return -ENOENT;
	for (i = 0; !err && (name = topo_netns_name(ksft.topo, i)); i++) {
		memcpy(&n, at, sizeof(n));
		at += sizeof(n);
		err = lend_mend_links(in(name), (const void *)at, n);
		for (; n; n--)
			at += NLMSG_ALIGN(((struct nlmsghdr *)at)->nlmsg_len);
	}
	free(data);
	return err;
}

/* ---- sysctls */

static inline void lend_note_sysctl(int netns, const char *name)
{
	struct lend_sysctl *s = &lend.sysctls[lend.n_sysctls];

	if (lend.n_sysctls == LEND_SYSCTLS) {
		lend_keep();
		return;
	}
	/* Who cannot be read does not change, or what is to do so fails. */
	if (sysctl_get(netns, name, s->value, sizeof(s->value)))
		return;
	s->netns = netns;
	snprintf(s->name, sizeof(s->name), "%s", name);
	lend.n_sysctls++;
}

static inline int lend_mend_sysctls(void)
{
	const struct lend_sysctl *s;
	int err = 0;

	ksft.before_sysctl = NULL;
	while (!err && lend.n_sysctls) {
		s = &lend.sysctls[--lend.n_sysctls];
		err = sysctl_set(s->netns, s->name, s->value);
	}
	return err;
}

static inline int lend_mend_nft(void)
{
	const char *name;
	int err = 0;
	size_t i;

	for (i = 0; lend.filtered && !err &&
	     (name = topo_netns_name(ksft.topo, i)); i++)
		err = nft_flush(ns(name));
	return err;
}

/* ---- to and fro */

/* What is changed so far stays so for who has it next. */
static inline void lend_from_here(void)
{
	lend.n_sysctls = 0;
	ksft.before_sysctl = lend_note_sysctl;
}

static inline bool lend_is_as_built(void)
{
	char *was = lend_read(LEND_TEXT), *is = residue_of(true);
	bool same = was && is && !strcmp(was, is);

	free(was);
	free(is);
	return same;
}

/* The one that was given back, if it is a @topology; else there is none now. */
static inline bool lend_take(const char *topology, const char *id)
{
	char *free_one = lend_read(LEND_FREE);
	struct topo_error error;
	bool is = free_one && !strcmp(free_one, topology) &&
		  !unlink(LEND_FREE) && !ksft_load(topology, id);

	free(free_one);
	if (is)
		ksft.topo = topo_attach(&ksft.list, netns_open(TOPO_HOST),
					&error);
	if (!ksft.topo)
		topo_list_free(&ksft.list);
	return ksft.topo;
}

/*
 * It is as it shall be taken, also with what was added to the topology, unless
 * there was an @err.
 */
static inline void lend_as_built(int err)
{
	char *text = residue_of(true);

	lend.kept = err || !text || lend_write(LEND_TEXT, text, strlen(text)) ||
		    lend_write_links();
	free(text);
}

static inline struct topo *lend_new(const char *topology, const char *id)
{
	int err = sandbox_forget_names();

	if (!err)
		err = ksft_load(topology, id);
	if (!ksft_create(topology, err))
		return NULL;
	lend_as_built(netns_name(ns(TOPO_HOST), TOPO_HOST));
	return ksft.topo;
}

static inline struct topo *lend_topology(const char *topology, const char *id)
{
	if (ksft.fault.topology)
		return ksft_build(topology, id);
	ksft.lent = lend_take(topology, id);
	if (ksft.lent)
		lend.kept = false;
	else if (!lend_new(topology, id))
		return NULL;
	lend_from_here();
	return ksft.topo;
}

/* Who failed gives nothing back. */
static inline void lend_give_back(bool failed)
{
	const char *name = ksft.list.name;

	if (failed && !ksft.explained)
		ksft_explain();
	if (failed || lend.kept || lend_mend_nft() || lend_mend_sysctls() ||
	    lend_mend_all() || !lend_is_as_built() ||
	    lend_write(LEND_FREE, name, strlen(name)))
		topo_destroy(ksft.topo);
}

#define LEND_SETUP(fixture) { \
	self->topo = lend_topology(variant->topology, \
				   ksft_id(#fixture, variant->topology, \
					   _metadata->name)); \
	ASSERT_NE(NULL, self->topo); \
}

#define LEND_TEARDOWN { lend_give_back(TEST_FAILED()); }

#endif
