// SPDX-License-Identifier: GPL-2.0-or-later
#include "neigh.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "args.h"

static int neigh_request(struct rtnl *rtnl, uint16_t type, uint16_t flags,
			 const char *dev, const char *text,
			 const uint8_t *mac)
{
	struct ndmsg ndm = { .ndm_state = NUD_PERMANENT };
	struct link link;
	struct req req;
	struct ip_prefix dst;
	int err;

	err = ip_parse(text, &dst);
	if (err)
		return err;
	err = link_get(rtnl, dev, &link);
	if (err)
		return err;
	ndm.ndm_family = dst.family;
	ndm.ndm_ifindex = link.ifindex;
	req_init(&req, type, flags, &ndm, sizeof(ndm));
	req_put(&req, NDA_DST, dst.addr, ip_size(dst.family));
	if (mac)
		req_put(&req, NDA_LLADDR, mac, 6);
	return rtnl_talk(rtnl, &req);
}

static const struct word_name nuds[] = {
	{ "none", NUD_NONE }, { "incomplete", NUD_INCOMPLETE },
	{ "reachable", NUD_REACHABLE }, { "stale", NUD_STALE },
	{ "delay", NUD_DELAY }, { "probe", NUD_PROBE },
	{ "failed", NUD_FAILED }, { "noarp", NUD_NOARP },
	{ "permanent", NUD_PERMANENT }, { NULL, 0 },
};

#define FLAG(word_, flag) \
	{ word_, WORD_U8, WORD_IN_HEADER, \
	  .at = offsetof(struct ndmsg, ndm_flags), .set = flag }

static const struct word neigh_words[] = {
	{ "lladdr", WORD_MAC, .at = NDA_LLADDR },
	{ "nud", WORD_U16, WORD_IN_HEADER, .names = nuds,
	  .at = offsetof(struct ndmsg, ndm_state) },
	{ "protocol", WORD_U8, .at = NDA_PROTOCOL },
	FLAG("extern_learn", NTF_EXT_LEARNED),
	FLAG("proxy", NTF_PROXY),
	FLAG("router", NTF_ROUTER),
	FLAG("use", NTF_USE),
	{ .word = NULL },
};

static int request_by_words(struct rtnl *rtnl, struct req *req,
			    const char *dst, const char *args)
{
	struct args words = { .rtnl = rtnl, .req = req,
			       .table = neigh_words };
	struct ndmsg *ndm = mnl_nlmsg_get_payload(req->nlh);
	struct ip_prefix ip;
	int err;

	err = ip_parse(dst, &ip);
	if (err)
		return err;
	ndm->ndm_family = ip.family;
	req_put(req, NDA_DST, ip.addr, ip_size(ip.family));
	err = args_put(&words, args);
	return err ? err : rtnl_talk(rtnl, req);
}

static int start(struct rtnl *rtnl, struct req *req, const char *dev,
		 uint16_t flags)
{
	struct ndmsg ndm = { .ndm_state = NUD_PERMANENT };
	struct link link;
	int err = link_get(rtnl, dev, &link);

	ndm.ndm_ifindex = link.ifindex;
	req_init(req, RTM_NEWNEIGH, NLM_F_CREATE | flags, &ndm, sizeof(ndm));
	return err;
}

int neigh_add_args(struct rtnl *rtnl, const char *dev, const char *dst,
		   const char *args)
{
	struct req req;
	int err = start(rtnl, &req, dev, NLM_F_EXCL);

	return err ? err : request_by_words(rtnl, &req, dst, args);
}

int neigh_replace(struct rtnl *rtnl, const char *dev, const char *dst,
		  const char *args)
{
	struct req req;
	int err = start(rtnl, &req, dev, NLM_F_REPLACE);

	return err ? err : request_by_words(rtnl, &req, dst, args);
}

static int flush(struct rtnl *rtnl, const char *dev, int family)
{
	struct neigh *all;
	struct link link;
	char dst[IP_TEXT_MAX];
	int i, n, err;

	err = link_get(rtnl, dev, &link);
	if (err)
		return err;
	n = neigh_list(rtnl, family, &all);
	if (n < 0)
		return n;
	for (i = 0; i < n && !err; i++) {
		if (all[i].ifindex != link.ifindex ||
		    all[i].state & (NUD_PERMANENT | NUD_NOARP))
			continue;
		err = neigh_del(rtnl, dev, ip_text(&all[i].dst, 0, dst));
		/* The kernel may have been faster. */
		if (err == -ENOENT)
			err = 0;
	}
	free(all);
	return err;
}

int neigh_flush(struct rtnl *rtnl, const char *dev)
{
	int err = flush(rtnl, dev, AF_INET);

	return err ? err : flush(rtnl, dev, AF_INET6);
}

int neigh_add(struct rtnl *rtnl, const char *dev, const char *dst,
	      const uint8_t mac[6])
{
	return neigh_request(rtnl, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL,
			     dev, dst, mac);
}

int neigh_del(struct rtnl *rtnl, const char *dev, const char *dst)
{
	return neigh_request(rtnl, RTM_DELNEIGH, 0, dev, dst, NULL);
}

int neigh_parse(const struct nlmsghdr *nlh, struct neigh *neigh)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	size_t len;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ndm))
		return -EINVAL;
	memset(neigh, 0, sizeof(*neigh));
	neigh->ifindex = ndm->ndm_ifindex;
	neigh->state = ndm->ndm_state;
	neigh->flags = ndm->ndm_flags;
	mnl_attr_for_each(attr, nlh, sizeof(*ndm)) {
		len = mnl_attr_get_payload_len(attr);
		switch (mnl_attr_get_type(attr)) {
		case NDA_DST:
			neigh->dst.family = ndm->ndm_family;
			neigh->dst.len = ip_size(ndm->ndm_family) * 8;
			memcpy(neigh->dst.addr, mnl_attr_get_payload(attr),
			       len < 16 ? len : 16);
			break;
		case NDA_LLADDR:
			memcpy(neigh->mac, mnl_attr_get_payload(attr),
			       len < 6 ? len : 6);
			break;
		case NDA_VLAN:
			neigh->vlan = mnl_attr_get_u16(attr);
			break;
		case NDA_MASTER:
			neigh->master = mnl_attr_get_u32(attr);
			break;
		}
	}
	return 0;
}

static int parse_cb(const struct nlmsghdr *nlh, void *data)
{
	return neigh_parse(nlh, data);
}

int neigh_list(struct rtnl *rtnl, int family, struct neigh **neighs)
{
	struct ndmsg ndm = { .ndm_family = family };
	struct req req;

	req_init(&req, RTM_GETNEIGH, 0, &ndm, sizeof(ndm));
	return rtnl_list(rtnl, &req, sizeof(**neighs), parse_cb, neighs);
}

int neigh_get(struct rtnl *rtnl, const char *dev, const char *text,
	      struct neigh *neigh)
{
	struct neigh *all;
	struct link link;
	struct ip_prefix dst;
	int i, n, err;

	err = ip_parse(text, &dst);
	if (!err)
		err = link_get(rtnl, dev, &link);
	if (err)
		return err;
	n = neigh_list(rtnl, dst.family, &all);
	if (n < 0)
		return n;
	err = -ENOENT;
	for (i = 0; i < n && err; i++) {
		if (all[i].ifindex == link.ifindex &&
		    !memcmp(all[i].dst.addr, dst.addr, 16)) {
			*neigh = all[i];
			err = 0;
		}
	}
	free(all);
	return err;
}

int fdb_get(struct rtnl *rtnl, const uint8_t mac[6], struct neigh *entry)
{
	struct neigh *all;
	int i, n, err;

	n = neigh_list(rtnl, AF_BRIDGE, &all);
	if (n < 0)
		return n;
	err = -ENOENT;
	for (i = 0; i < n && err; i++) {
		if (all[i].master && !(all[i].flags & NTF_SELF) &&
		    !memcmp(all[i].mac, mac, 6)) {
			*entry = all[i];
			err = 0;
		}
	}
	free(all);
	return err;
}

const char *neigh_state_name(uint16_t state)
{
	switch (state) {
	case NUD_NONE:		return "NONE";
	case NUD_INCOMPLETE:	return "INCOMPLETE";
	case NUD_REACHABLE:	return "REACHABLE";
	case NUD_STALE:		return "STALE";
	case NUD_DELAY:		return "DELAY";
	case NUD_PROBE:		return "PROBE";
	case NUD_FAILED:	return "FAILED";
	case NUD_NOARP:		return "NOARP";
	case NUD_PERMANENT:	return "PERMANENT";
	}
	return "mixed";
}
