// SPDX-License-Identifier: GPL-2.0-or-later
#include "route.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "args.h"

static const struct word_name tables[] = {
	{ "main", RT_TABLE_MAIN }, { "local", RT_TABLE_LOCAL },
	{ "default", RT_TABLE_DEFAULT }, { NULL, 0 },
};

static const struct word_name scopes[] = {
	{ "global", RT_SCOPE_UNIVERSE }, { "site", RT_SCOPE_SITE },
	{ "link", RT_SCOPE_LINK }, { "host", RT_SCOPE_HOST },
	{ "nowhere", RT_SCOPE_NOWHERE }, { NULL, 0 },
};

static const struct word_name protocols[] = {
	{ "kernel", RTPROT_KERNEL }, { "boot", RTPROT_BOOT },
	{ "static", RTPROT_STATIC }, { "ra", RTPROT_RA }, { NULL, 0 },
};

static const struct word_name prefs[] = {
	{ "medium", 0 }, { "high", 1 }, { "low", 3 }, { NULL, 0 },
};

#define METRIC(word_, metric) \
	{ word_, WORD_U32, .at = metric, .group = ARGS_NESTED }
#define HEADER(word_, type_, field) \
	word_, type_, WORD_IN_HEADER, .at = offsetof(struct rtmsg, field)

static const struct word route_words[] = {
	{ "expires", WORD_U32, .at = RTA_EXPIRES },
	{ "metric", WORD_U32, .at = RTA_PRIORITY },
	{ "nhid", WORD_U32, .at = RTA_NH_ID },
	{ "pref", WORD_U8, .at = RTA_PREF, .names = prefs },
	{ "src", WORD_IP, .at = RTA_PREFSRC },
	{ "table", WORD_U32, .at = RTA_TABLE, .names = tables },
	{ HEADER("onlink", WORD_U32, rtm_flags), .set = RTNH_F_ONLINK },
	{ HEADER("proto", WORD_U8, rtm_protocol), .names = protocols },
	{ HEADER("scope", WORD_U8, rtm_scope), .names = scopes },
	{ HEADER("tos", WORD_U8, rtm_tos) },
	METRIC("advmss", RTAX_ADVMSS),
	METRIC("hoplimit", RTAX_HOPLIMIT),
	METRIC("initcwnd", RTAX_INITCWND),
	METRIC("initrwnd", RTAX_INITRWND),
	METRIC("mtu", RTAX_MTU),
	METRIC("window", RTAX_WINDOW),
	{ .word = NULL },
};

/* The plain words, then those of RTA_METRICS. */
static int put_args(struct rtnl *rtnl, struct req *req, const char *args)
{
	struct args words = { .rtnl = rtnl, .req = req,
			       .table = route_words };
	struct nlattr *nest;
	int err;

	err = args_put(&words, args);
	if (err)
		return err;
	words.n = 0;
	words.group = ARGS_NESTED;
	nest = req_nest(req, RTA_METRICS);
	err = args_put(&words, args);
	if (words.n)
		req_nest_end(req, nest);
	else if (nest)
		mnl_attr_nest_cancel(req->nlh, nest);
	return err;
}

/* "default" of family @family, or the prefix that @text says. */
static int parse_dst(const char *text, int family, struct ip_prefix *ip)
{
	if (strcmp(text, "default"))
		return ip_parse(text, ip);
	memset(ip, 0, sizeof(*ip));
	ip->family = family ? family : AF_INET;
	return 0;
}

/* As iproute2's: what has no gateway is on the link, what is ours is host. */
static uint8_t scope_of(const struct route_desc *d, uint8_t type, int family)
{
	if (family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	if (type == RTN_LOCAL)
		return RT_SCOPE_HOST;
	if (type == RTN_BROADCAST || (type == RTN_UNICAST && !d->via))
		return RT_SCOPE_LINK;
	return RT_SCOPE_UNIVERSE;
}

static int put_addr(struct req *req, uint16_t type, const char *text)
{
	struct ip_prefix ip;
	int err = ip_parse(text, &ip);

	if (!err)
		req_put(req, type, ip.addr, ip_size(ip.family));
	return err;
}

static int put_attrs(struct rtnl *rtnl, struct req *req,
		     const struct route_desc *d, const struct ip_prefix *dst)
{
	struct link link;
	int err = 0;

	if (dst->len)
		req_put(req, RTA_DST, dst->addr, ip_size(dst->family));
	if (d->via)
		err = put_addr(req, RTA_GATEWAY, d->via);
	if (!err && d->src)
		err = put_addr(req, RTA_PREFSRC, d->src);
	if (!err && d->dev) {
		err = link_get(rtnl, d->dev, &link);
		if (err)
			return err;
		req_u32(req, RTA_OIF, link.ifindex);
	}
	if (d->table)
		req_u32(req, RTA_TABLE, d->table);
	if (d->priority)
		req_u32(req, RTA_PRIORITY, d->priority);
	return err ? err : put_args(rtnl, req, d->args);
}

static int route_request(struct rtnl *rtnl, uint16_t type, uint16_t flags,
			 const struct route_desc *d)
{
	struct rtmsg rtm = { 0 };
	struct req req;
	struct ip_prefix dst;
	int err;

	err = parse_dst(d->dst, d->family, &dst);
	if (err)
		return err;
	rtm.rtm_family = dst.family;
	rtm.rtm_dst_len = dst.len;
	rtm.rtm_table = d->table ? RT_TABLE_UNSPEC : RT_TABLE_MAIN;
	rtm.rtm_type = d->type ? d->type : RTN_UNICAST;
	rtm.rtm_protocol = d->protocol ? d->protocol : RTPROT_BOOT;
	rtm.rtm_scope = scope_of(d, rtm.rtm_type, dst.family);
	/* A delete matches any type, protocol and scope that is not said. */
	if (type == RTM_DELROUTE) {
		rtm.rtm_type = d->type;
		rtm.rtm_protocol = d->protocol;
		rtm.rtm_scope = RT_SCOPE_NOWHERE;
	}
	req_init(&req, type, flags, &rtm, sizeof(rtm));
	err = put_attrs(rtnl, &req, d, &dst);
	return err ? err : rtnl_talk(rtnl, &req);
}

int route_add(struct rtnl *rtnl, const struct route_desc *desc)
{
	return route_request(rtnl, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_EXCL,
			     desc);
}

int route_change(struct rtnl *rtnl, const struct route_desc *desc,
		 uint16_t flags)
{
	return route_request(rtnl, RTM_NEWROUTE, flags, desc);
}

int route_del(struct rtnl *rtnl, const struct route_desc *desc)
{
	return route_request(rtnl, RTM_DELROUTE, 0, desc);
}

static void parse_metrics(const struct nlattr *metrics, struct route *route)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, metrics) {
		if (mnl_attr_get_type(attr) <= RTAX_MAX &&
		    mnl_attr_get_payload_len(attr) == sizeof(uint32_t))
			route->metrics[mnl_attr_get_type(attr)] =
				mnl_attr_get_u32(attr);
	}
}

static void parse_multipath(const struct nlattr *attr, struct route *route)
{
	const struct rtnexthop *nh = mnl_attr_get_payload(attr);
	int len = mnl_attr_get_payload_len(attr);

	while (RTNH_OK(nh, len)) {
		route->nh_count++;
		len -= RTNH_ALIGN(nh->rtnh_len);
		nh = RTNH_NEXT(nh);
	}
}

int route_parse(const struct nlmsghdr *nlh, struct route *route)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*rtm))
		return -EINVAL;
	memset(route, 0, sizeof(*route));
	route->dst.family = rtm->rtm_family;
	route->table = rtm->rtm_table;
	route->type = rtm->rtm_type;
	route->protocol = rtm->rtm_protocol;
	route->scope = rtm->rtm_scope;
	route->flags = rtm->rtm_flags;
	route->tos = rtm->rtm_tos;
	mnl_attr_for_each(attr, nlh, sizeof(*rtm)) {
		const void *data = mnl_attr_get_payload(attr);
		size_t len = mnl_attr_get_payload_len(attr);

		switch (mnl_attr_get_type(attr)) {
		case RTA_DST:
			ip_set(&route->dst, rtm->rtm_family, data, len);
			break;
		case RTA_GATEWAY:
			ip_set(&route->via, rtm->rtm_family, data, len);
			break;
		case RTA_PREFSRC:
			ip_set(&route->src, rtm->rtm_family, data, len);
			break;
		case RTA_OIF:
			route->oif = mnl_attr_get_u32(attr);
			break;
		case RTA_TABLE:
			route->table = mnl_attr_get_u32(attr);
			break;
		case RTA_PRIORITY:
			route->priority = mnl_attr_get_u32(attr);
			break;
		case RTA_METRICS:
			parse_metrics(attr, route);
			break;
		case RTA_MULTIPATH:
			parse_multipath(attr, route);
			break;
		}
	}
	route->dst.len = rtm->rtm_dst_len;
	route->mtu = route->metrics[RTAX_MTU];
	return 0;
}

static int get_cb(const struct nlmsghdr *nlh, void *data)
{
	return route_parse(nlh, data);
}

int route_get(struct rtnl *rtnl, const char *text, struct route *route)
{
	struct rtmsg rtm = { 0 };
	struct req req;
	struct ip_prefix dst;
	int err;

	err = ip_parse(text, &dst);
	if (err)
		return err;
	rtm.rtm_family = dst.family;
	rtm.rtm_dst_len = dst.len;
	req_init(&req, RTM_GETROUTE, 0, &rtm, sizeof(rtm));
	req_put(&req, RTA_DST, dst.addr, ip_size(dst.family));
	return rtnl_get(rtnl, &req, get_cb, route);
}

static int list_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct route *route = data;
	int err = route_parse(nlh, data);

	/* A cached route is what a packet left behind, not configuration. */
	return err ? err : !!(route->flags & RTM_F_CLONED);
}

int route_list(struct rtnl *rtnl, int family, struct route **routes)
{
	struct rtmsg rtm = { .rtm_family = family };
	struct req req;
	int i, n, kept = 0;

	req_init(&req, RTM_GETROUTE, 0, &rtm, sizeof(rtm));
	n = rtnl_list(rtnl, &req, sizeof(**routes), list_cb, routes);
	/* For a family that is not there all others answer (rtnl_dump_all). */
	for (i = 0; i < n; i++) {
		if ((*routes)[i].dst.family == family)
			(*routes)[kept++] = (*routes)[i];
	}
	return n < 0 ? n : kept;
}
