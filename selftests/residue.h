/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that rtnetlink says of a topology's namespaces, attribute by
 * attribute as the kernel sent it, so that what no parser of ours knows is
 * compared as well.  Left out: counters, timers, and ages.
 *
 *	netns host
 *	link 0[3] "veth-red"
 *	link 0[4] dc050000		the 1st link's attribute 4 (IFLA_MTU)
 *	port 1[26.5] 02			nested: attribute 5 in attribute 26
 */
#ifndef RESIDUE_H
#define RESIDUE_H

#include "ksft.h"

#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/neighbour.h>
#include <linux/net_namespace.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#ifndef RTEXT_FILTER_BRVLAN
#define RTEXT_FILTER_BRVLAN	(1 << 1)
#endif

struct residue_part {
	const char *name;
	uint16_t type;			/* RTM_GET* */
	uint8_t family;
	uint8_t header;			/* bytes */
	uint32_t ext_mask;		/* IFLA_EXT_MASK, 0: none */
	uint8_t ndm_flags;
	/* Attributes that change by themselves, as paths; ended by NULL. */
	const char *quiet[16];
};

static const struct residue_part residue_parts[] = {
	/* IFLA_STATS, IFLA_STATS64, IFLA_PAD; what INET6 counts and dates. */
	{ "link", RTM_GETLINK, AF_UNSPEC, sizeof(struct ifinfomsg), 0, 0,
	  { "7", "23", "42", "26.10.3", "26.10.5", "26.10.6",
	    /* A bridge's and a port's timers, and padding. */
	    "18.2.16", "18.2.17", "18.2.18", "18.2.19", "18.2.40",
	    "18.5.21", "18.5.22", "18.5.23", "18.5.26" } },
	{ "port", RTM_GETLINK, AF_BRIDGE, sizeof(struct ifinfomsg),
	  RTEXT_FILTER_BRVLAN, 0, { "12.21", "12.22", "12.23", "12.26" } },
	{ "addr", RTM_GETADDR, AF_INET, sizeof(struct ifaddrmsg), 0, 0,
	  { "6" } },				/* IFA_CACHEINFO */
	{ "addr6", RTM_GETADDR, AF_INET6, sizeof(struct ifaddrmsg), 0, 0,
	  { "6" } },
	{ "route", RTM_GETROUTE, AF_INET, sizeof(struct rtmsg), 0, 0,
	  { "12" } },				/* RTA_CACHEINFO */
	{ "route6", RTM_GETROUTE, AF_INET6, sizeof(struct rtmsg), 0, 0,
	  { "12" } },
	{ "rule", RTM_GETRULE, AF_INET, sizeof(struct fib_rule_hdr), 0, 0,
	  { NULL } },
	{ "rule6", RTM_GETRULE, AF_INET6, sizeof(struct fib_rule_hdr), 0, 0,
	  { NULL } },
	{ "neigh", RTM_GETNEIGH, AF_UNSPEC, sizeof(struct ndmsg), 0, 0,
	  { "3", "4" } },			/* NDA_CACHEINFO, NDA_PROBES */
	{ "proxy", RTM_GETNEIGH, AF_UNSPEC, sizeof(struct ndmsg), 0, NTF_PROXY,
	  { NULL } },
	{ "fdb", RTM_GETNEIGH, AF_BRIDGE, sizeof(struct ndmsg), 0, 0,
	  { "3" } },
	{ "nsid", RTM_GETNSID, AF_UNSPEC, sizeof(struct rtgenmsg), 0, 0,
	  { NULL } },
	{ "nexthop", RTM_GETNEXTHOP, AF_UNSPEC, sizeof(struct nhmsg), 0, 0,
	  { NULL } },
};

/* Where the text goes, and what is being said. */
struct residue {
	FILE *file;
	const struct residue_part *part;
	int item;
	bool lasting;			/* leave out what comes by itself */
};

/*
 * Of links, what packets and carrier do by themselves: how often it changed,
 * INET6's router solicitations, what a bridge learned, whose queries it heard,
 * how many groups a port has.
 */
static const char * const residue_own[] = {
	"35", "47", "48", "26.10.1", "18.2.46", "18.2.48", "18.5.41", "12.41",
};

static inline bool residue_is_quiet(const struct residue *r, const char *path)
{
	const struct residue_part *part = r->part;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(part->quiet) && part->quiet[i]; i++) {
		if (!strcmp(part->quiet[i], path))
			return true;
	}
	for (i = 0; r->lasting && i < ARRAY_SIZE(residue_own); i++) {
		if (part->type == RTM_GETLINK && !strcmp(residue_own[i], path))
			return true;
	}
	return false;
}

static inline void residue_bytes(FILE *file, const uint8_t *data, size_t len)
{
	size_t i;

	for (i = 0; i + 1 < len && data[i] >= ' ' && data[i] < 127; i++)
		;
	if (len > 2 && i + 1 == len && !data[i]) {
		fprintf(file, "\"%s\"\n", (const char *)data);
		return;
	}
	for (i = 0; i < len; i++)
		fprintf(file, "%02x", data[i]);
	fputc('\n', file);
}

/* IFLA_PROTINFO, IFLA_LINKINFO and IFLA_AF_SPEC, and the parts of those. */
static inline bool residue_is_nested(const struct residue_part *part,
				     const char *path)
{
	if (part->type != RTM_GETLINK)
		return false;
	if (part->family == AF_BRIDGE)
		return !strcmp(path, "12");
	return !strcmp(path, "18") || !strcmp(path, "18.2") ||
	       !strcmp(path, "18.5") || !strcmp(path, "26") ||
	       !strcmp(path, "26.10");
}

static inline void residue_attr(const struct residue *r,
				const struct nlattr *attr, const char *prefix)
{
	const struct nlattr *inner;
	char path[64];

	snprintf(path, sizeof(path), "%s%u", prefix, mnl_attr_get_type(attr));
	if (residue_is_quiet(r, path))
		return;
	if (!residue_is_nested(r->part, path)) {
		fprintf(r->file, "%s %d[%s] ", r->part->name, r->item, path);
		residue_bytes(r->file, mnl_attr_get_payload(attr),
			      mnl_attr_get_payload_len(attr));
		return;
	}
	strncat(path, ".", sizeof(path) - strlen(path) - 1);
	mnl_attr_for_each_nested(inner, attr)
		residue_attr(r, inner, path);
}

/* IPv6's own addresses and the routes to them follow from links and DAD. */
static inline bool residue_is_ipv6s(const struct residue *r,
				    const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;
	const uint8_t *ip;

	if (r->part->family != AF_INET6 || (r->part->type != RTM_GETADDR &&
					    r->part->type != RTM_GETROUTE))
		return false;
	mnl_attr_for_each(attr, nlh, r->part->header) {
		/* RTA_DST is the same. */
		if (mnl_attr_get_type(attr) != IFA_ADDRESS)
			continue;
		ip = mnl_attr_get_payload(attr);
		return ip[0] == 0xff || (ip[0] == 0xfe && ip[1] == 0x80);
	}
	return false;
}

/* Not made by a request, but by a packet or the like. */
static inline bool residue_is_left_out(const struct residue *r,
				       const struct nlmsghdr *nlh)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);

	if (r->part->type != RTM_GETNEIGH)
		return r->lasting && residue_is_ipv6s(r, nlh);
	/* The mapping of a multicast address. */
	if (r->part->family == AF_UNSPEC && ndm->ndm_state == NUD_NOARP)
		return true;
	if (!r->lasting)
		return false;
	/* What was resolved or learned, or what a device listens to. */
	return r->part->family == AF_BRIDGE && ndm->ndm_flags & NTF_SELF ?
	       true : ndm->ndm_state & (NUD_INCOMPLETE | NUD_REACHABLE |
					NUD_STALE | NUD_DELAY | NUD_PROBE |
					NUD_FAILED);
}

static inline void residue_message(struct residue *r,
				   const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	if (residue_is_left_out(r, nlh))
		return;
	fprintf(r->file, "%s %d ", r->part->name, r->item);
	residue_bytes(r->file, mnl_nlmsg_get_payload(nlh), r->part->header);
	mnl_attr_for_each(attr, nlh, r->part->header)
		residue_attr(r, attr, "");
	r->item++;
}

/* An item of rtnl_list(): a copy of the message. */
static inline int residue_copy(const struct nlmsghdr *nlh, void *data)
{
	struct nlmsghdr **copy = data;

	*copy = calloc(1, NLMSG_ALIGN(nlh->nlmsg_len));
	if (!*copy)
		return -ENOMEM;
	memcpy(*copy, nlh, nlh->nlmsg_len);
	return 0;
}

/* The messages of a dump: a count and *@items, each for free(3); or -errno. */
static inline int residue_list(struct rtnl *rtnl,
			       const struct residue_part *part,
			       struct nlmsghdr ***items)
{
	/* struct ifinfomsg is the longest; all begin with the family. */
	union {
		struct ifinfomsg link;
		struct ndmsg neigh;
		uint8_t family;
	} header = { 0 };
	struct req req;
	int n;

	header.family = part->family;
	if (part->type == RTM_GETNEIGH)
		header.neigh.ndm_flags = part->ndm_flags;
	req_init(&req, part->type, 0, &header, part->header);
	if (part->ext_mask)
		req_u32(&req, IFLA_EXT_MASK, part->ext_mask);
	n = rtnl_list(rtnl, &req, sizeof(**items), residue_copy, items);
	/* Of what the kernel lacks there is nothing. */
	if (n == -EOPNOTSUPP || n == -EAFNOSUPPORT) {
		*items = NULL;
		n = 0;
	}
	return n;
}

static inline int residue_part(struct rtnl *rtnl, struct residue r)
{
	struct nlmsghdr **items;
	int i, n = residue_list(rtnl, r.part, &items);

	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		residue_message(&r, items[i]);
		free(items[i]);
	}
	free(items);
	return 0;
}

/* How many objects a dump has, or -errno. */
static inline int residue_count(struct rtnl *rtnl, uint16_t type,
				uint8_t family)
{
	size_t i;
	int n, j;

	for (i = 0; i < ARRAY_SIZE(residue_parts); i++) {
		const struct residue_part *part = &residue_parts[i];
		struct nlmsghdr **items;

		if (part->type != type || part->family != family ||
		    part->ndm_flags)
			continue;
		n = residue_list(rtnl, part, &items);
		for (j = 0; j < n; j++)
			free(items[j]);
		if (n >= 0)
			free(items);
		return n;
	}
	return -ENOENT;
}

/*
 * Of all namespaces of the topology, for free(3); NULL if a dump fails.
 * @lasting leaves out what comes and goes without a request.
 */
static inline char *residue_of(bool lasting)
{
	struct residue r = { .lasting = lasting };
	char *text = NULL;
	size_t i, j, size;
	const char *name;
	int err = 0;

	r.file = open_memstream(&text, &size);
	if (!r.file)
		return NULL;
	for (i = 0; !err && (name = topo_netns_name(ksft.topo, i)); i++) {
		fprintf(r.file, "netns %s\n", name);
		for (j = 0; !err && j < ARRAY_SIZE(residue_parts); j++) {
			r.part = &residue_parts[j];
			err = residue_part(in(name), r);
			if (err)
				printf("# %s in %s: %s\n", r.part->name, name,
				       ksft_err_name(err));
		}
	}
	fclose(r.file);
	if (!err)
		return text;
	free(text);
	return NULL;
}

static inline char *residue_text(void)
{
	return residue_of(false);
}

#endif
