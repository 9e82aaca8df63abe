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

#include "ask.h"

#include <linux/neighbour.h>
#include <linux/nexthop.h>

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
};

static inline bool residue_is_quiet(const struct residue_part *part,
				    const char *path)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(part->quiet) && part->quiet[i]; i++) {
		if (!strcmp(part->quiet[i], path))
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
	if (residue_is_quiet(r->part, path))
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

/* The mapping of a multicast address: made by a packet, not by a request. */
static inline bool residue_is_noarp(const struct residue *r,
				    const struct nlmsghdr *nlh)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);

	return r->part->family == AF_UNSPEC && r->part->type == RTM_GETNEIGH &&
	       ndm->ndm_state == NUD_NOARP;
}

static inline void residue_message(const struct residue *r,
				   const struct nlmsghdr *nlh)
{
	const struct nlattr *attr;

	if (residue_is_noarp(r, nlh))
		return;
	fprintf(r->file, "%s %d ", r->part->name, r->item);
	residue_bytes(r->file, mnl_nlmsg_get_payload(nlh), r->part->header);
	mnl_attr_for_each(attr, nlh, r->part->header)
		residue_attr(r, attr, "");
}

/* An item of rtnl_list(): a copy of the message. */
static inline int residue_copy(const struct nlmsghdr *nlh, void *data)
{
	struct nlmsghdr **copy = data;

	*copy = malloc(nlh->nlmsg_len);
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

	header.family = part->family;
	if (part->type == RTM_GETNEIGH)
		header.neigh.ndm_flags = part->ndm_flags;
	req_init(&req, part->type, 0, &header, part->header);
	if (part->ext_mask)
		req_u32(&req, IFLA_EXT_MASK, part->ext_mask);
	return rtnl_list(rtnl, &req, sizeof(**items), residue_copy, items);
}

static inline int residue_part(struct rtnl *rtnl, struct residue r)
{
	struct nlmsghdr **items;
	int n = residue_list(rtnl, r.part, &items);

	if (n < 0)
		return n;
	for (; r.item < n; r.item++) {
		residue_message(&r, items[r.item]);
		free(items[r.item]);
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

/* Of all namespaces of the topology, for free(3); NULL if a dump fails. */
static inline char *residue_text(void)
{
	struct residue r = { 0 };
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

#endif
