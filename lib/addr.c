// SPDX-License-Identifier: GPL-2.0-or-later
#include "addr.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "link.h"
#include "route.h"
#include "args.h"

/* Newer than the oldest headers we build with (v5.18). */
#define ATTR_PROTO	11

/* Words of each group are put in a pass of their own. */
enum { PLAIN, PEER, VALID, PREFERRED };

static const struct word_name scopes[] = {
	{ "global", RT_SCOPE_UNIVERSE }, { "link", RT_SCOPE_LINK },
	{ "host", RT_SCOPE_HOST }, { "nowhere", RT_SCOPE_NOWHERE },
	{ NULL, 0 },
};

static const struct word_name forever[] = {
	{ "forever", UINT32_MAX }, { NULL, 0 },
};

#define FLAG(word_, flag)	{ word_, .in = WORD_IN_FLAGS, .set = flag }

static const struct word addr_words[] = {
	{ "broadcast", WORD_IP, .at = IFA_BROADCAST },
	{ "label", WORD_STR, .at = IFA_LABEL },
	{ "metric", WORD_U32, .at = IFA_RT_PRIORITY },
	{ "proto", WORD_U8, .at = ATTR_PROTO },
	{ "scope", WORD_U8, WORD_IN_HEADER, .names = scopes,
	  .at = offsetof(struct ifaddrmsg, ifa_scope) },
	FLAG("autojoin", IFA_F_MCAUTOJOIN),
	FLAG("home", IFA_F_HOMEADDRESS),
	FLAG("mngtmpaddr", IFA_F_MANAGETEMPADDR),
	FLAG("nodad", IFA_F_NODAD),
	FLAG("noprefixroute", IFA_F_NOPREFIXROUTE),
	FLAG("optimistic", IFA_F_OPTIMISTIC),
	{ "peer", WORD_PREFIX, .at = IFA_ADDRESS, .group = PEER,
	  .len = offsetof(struct ifaddrmsg, ifa_prefixlen) },
	{ "valid_lft", WORD_U32, WORD_IN_FLAGS, .group = VALID,
	  .names = forever },
	{ "preferred_lft", WORD_U32, WORD_IN_FLAGS, .group = PREFERRED,
	  .names = forever },
	{ .word = NULL },
};

/* A lifetime's seconds, forever where @args does not say. */
static int lifetime(const struct args *like, uint8_t group, const char *args,
		    uint32_t *seconds)
{
	struct args words = *like;
	int err;

	words.group = group;
	err = args_put(&words, args);
	*seconds = words.n ? words.flags : UINT32_MAX;
	return err;
}

static int put_args(struct rtnl *rtnl, struct req *req,
		    const struct ip_prefix *ip, const char *args)
{
	struct args words = { .rtnl = rtnl, .req = req,
			       .table = addr_words, .group = PEER };
	struct ifa_cacheinfo ci = { 0 };
	int err;

	/* IFA_LOCAL is ours; IFA_ADDRESS is the peer's, or ours too. */
	err = args_put(&words, args);
	if (!words.n)
		req_put(req, IFA_ADDRESS, ip->addr, ip_size(ip->family));
	words = (struct args){ .rtnl = rtnl, .req = req,
				.table = addr_words };
	if (!err)
		err = lifetime(&words, VALID, args, &ci.ifa_valid);
	if (!err)
		err = lifetime(&words, PREFERRED, args, &ci.ifa_prefered);
	if (ci.ifa_valid != UINT32_MAX || ci.ifa_prefered != UINT32_MAX)
		req_put(req, IFA_CACHEINFO, &ci, sizeof(ci));
	if (!err)
		err = args_put(&words, args);
	if (words.flags)
		req_u32(req, IFA_FLAGS, words.flags);
	return err;
}

/* What all requests have: @ifa's device and address. */
static int start(struct rtnl *rtnl, struct ifaddrmsg *ifa, const char *dev,
		 const struct ip_prefix *ip)
{
	struct link link;
	int err = link_get(rtnl, dev, &link);

	*ifa = (struct ifaddrmsg){ .ifa_family = ip->family,
				   .ifa_prefixlen = ip->len,
				   .ifa_index = link.ifindex };
	/* As ip(8): the loopback addresses are of host scope. */
	if (ip->family == AF_INET && ip->addr[0] == 127)
		ifa->ifa_scope = RT_SCOPE_HOST;
	return err;
}

int addr_add_args(struct rtnl *rtnl, const char *dev, const char *text,
		  const char *args)
{
	struct ifaddrmsg ifa;
	struct req req;
	struct ip_prefix ip;
	int err;

	err = ip_parse(text, &ip);
	if (!err)
		err = start(rtnl, &ifa, dev, &ip);
	if (err)
		return err;
	req_init(&req, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &ifa,
		 sizeof(ifa));
	req_put(&req, IFA_LOCAL, ip.addr, ip_size(ip.family));
	err = put_args(rtnl, &req, &ip, args);
	return err ? err : rtnl_talk(rtnl, &req);
}

static int addr_request(struct rtnl *rtnl, uint16_t type, uint16_t nlflags,
			const char *dev, const char *text, uint32_t flags)
{
	struct ifaddrmsg ifa;
	struct req req;
	struct ip_prefix ip;
	int err;

	err = ip_parse(text, &ip);
	if (!err)
		err = start(rtnl, &ifa, dev, &ip);
	if (err)
		return err;
	req_init(&req, type, nlflags, &ifa, sizeof(ifa));
	req_put(&req, IFA_LOCAL, ip.addr, ip_size(ip.family));
	req_put(&req, IFA_ADDRESS, ip.addr, ip_size(ip.family));
	if (flags)
		req_u32(&req, IFA_FLAGS, flags);
	return rtnl_talk(rtnl, &req);
}

int addr_add(struct rtnl *rtnl, const char *dev, const char *text,
	     uint32_t flags)
{
	return addr_request(rtnl, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, dev,
			    text, flags);
}

int addr_del(struct rtnl *rtnl, const char *dev, const char *text)
{
	return addr_request(rtnl, RTM_DELADDR, 0, dev, text, 0);
}

static void parse_more(const struct nlattr *attr, struct addr *addr)
{
	const void *data = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);
	const struct ifa_cacheinfo *ci = data;

	switch (mnl_attr_get_type(attr)) {
	case IFA_LABEL:
		memcpy(addr->label, data, len < sizeof(addr->label) ?
			len : sizeof(addr->label) - 1);
		break;
	case IFA_RT_PRIORITY:
		addr->metric = mnl_attr_get_u32(attr);
		break;
	case IFA_CACHEINFO:
		if (len < sizeof(*ci))
			break;
		addr->valid = ci->ifa_valid;
		addr->preferred = ci->ifa_prefered;
		break;
	}
}

int addr_parse(const struct nlmsghdr *nlh, struct addr *addr)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	bool local = false;
	int type;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifa))
		return -EINVAL;
	memset(addr, 0, sizeof(*addr));
	addr->ifindex = ifa->ifa_index;
	addr->scope = ifa->ifa_scope;
	addr->flags = ifa->ifa_flags;
	mnl_attr_for_each(attr, nlh, sizeof(*ifa)) {
		const void *data = mnl_attr_get_payload(attr);
		size_t len = mnl_attr_get_payload_len(attr);

		type = mnl_attr_get_type(attr);
		/* IFA_LOCAL is ours; IFA_ADDRESS may be the peer's. */
		if (type == IFA_LOCAL || (type == IFA_ADDRESS && !local))
			ip_set(&addr->ip, ifa->ifa_family, data, len);
		else if (type == IFA_BROADCAST)
			ip_set(&addr->broadcast, ifa->ifa_family, data, len);
		else if (type == IFA_FLAGS)
			addr->flags = mnl_attr_get_u32(attr);
		else
			parse_more(attr, addr);
		if (type == IFA_ADDRESS)
			ip_set(&addr->peer, ifa->ifa_family, data, len);
		local |= type == IFA_LOCAL;
	}
	if (!memcmp(addr->peer.addr, addr->ip.addr, 16))
		addr->peer.family = 0;
	addr->ip.len = ifa->ifa_prefixlen;
	return 0;
}

static int parse_cb(const struct nlmsghdr *nlh, void *data)
{
	return addr_parse(nlh, data);
}

int addr_list(struct rtnl *rtnl, struct addr **addrs)
{
	struct ifaddrmsg ifa = { 0 };
	struct req req;

	req_init(&req, RTM_GETADDR, 0, &ifa, sizeof(ifa));
	return rtnl_list(rtnl, &req, sizeof(**addrs), parse_cb, addrs);
}

/* 1: not tentative, 0: tentative or not there yet, else -errno. */
static int is_settled(struct rtnl *ask, const struct ip_prefix *ip)
{
	struct addr *addrs;
	int i, n, ret = 0;

	n = addr_list(ask, &addrs);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		if (memcmp(addrs[i].ip.addr, ip->addr, 16))
			continue;
		if (addrs[i].flags & IFA_F_DADFAILED)
			ret = -EADDRNOTAVAIL;
		else
			ret = !(addrs[i].flags & IFA_F_TENTATIVE);
	}
	free(addrs);
	return ret;
}

/* 1: there is a local route to the address, 0: not yet, else -errno. */
static int is_local(struct rtnl *ask, const struct ip_prefix *ip)
{
	struct route *routes;
	int i, n, ret = 0;

	n = route_list(ask, AF_INET6, &routes);
	if (n < 0)
		return n;
	for (i = 0; i < n && !ret; i++)
		ret = routes[i].type == RTN_LOCAL &&
		      !memcmp(routes[i].dst.addr, ip->addr, 16);
	free(routes);
	return ret;
}

static int watch(struct rtnl *events, struct rtnl *ask,
		 const struct ip_prefix *ip)
{
	long long deadline = deadline_new();
	int ret;

	for (;;) {
		ret = is_settled(ask, ip);
		if (ret > 0)
			ret = is_local(ask, ip);
		if (ret)
			return ret < 0 ? ret : 0;
		ret = rtnl_wait(events, NULL, NULL, deadline);
		if (ret && ret != -ENOBUFS)
			return ret;
	}
}

int addr_wait_usable(int netns, const char *text)
{
	struct rtnl *events = rtnl_open(netns);
	struct rtnl *ask = rtnl_open(netns);
	struct ip_prefix ip;
	int err;

	if (!events || !ask) {
		err = -errno;
		goto out;
	}
	err = ip_parse(text, &ip);
	if (!err)
		err = rtnl_join(events, RTNLGRP_IPV6_IFADDR);
	if (!err)
		err = rtnl_join(events, RTNLGRP_IPV6_ROUTE);
	if (!err)
		err = watch(events, ask, &ip);
out:
	rtnl_close(ask);
	rtnl_close(events);
	return err;
}
