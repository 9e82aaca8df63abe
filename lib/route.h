/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Routes, as ip-route(8) has them.  0 or -errno. */
#ifndef ROUTE_H
#define ROUTE_H

#include <linux/rtnetlink.h>

#include "ip.h"
#include "rtnl.h"

struct route {
	struct ip_prefix dst;			/* .len 0: default */
	struct ip_prefix via, src;		/* .family 0: none */
	int oif;			/* ifindex */
	int nh_count;			/* of RTA_MULTIPATH, 0: plain */
	uint32_t table, priority, mtu;
	uint8_t type, protocol, scope;	/* RTN_*, RTPROT_*, RT_SCOPE_* */
	uint32_t flags;			/* RTNH_F_*, RTM_F_* */
	uint8_t tos;
	uint32_t metrics[RTAX_MAX + 1];	/* RTAX_*; 0: none */
};

/* Zero fields are left to the kernel, but for those said otherwise. */
struct route_desc {
	int family;			/* of "default"; 0: AF_INET */
	const char *dst;		/* "default" or a prefix */
	const char *via, *dev, *src;
	uint32_t table;			/* 0: main */
	uint32_t priority;
	uint8_t type;			/* RTN_*; 0: RTN_UNICAST */
	uint8_t protocol;		/* 0: RTPROT_BOOT, as ip(8) */
	/*
	 * More words of ip-route(8): advmss, expires, hoplimit, initcwnd,
	 * initrwnd, metric, mtu, nhid, onlink, pref, proto, scope, src, table,
	 * tos, window.
	 */
	const char *args;
};

int route_add(struct rtnl *rtnl, const struct route_desc *desc)
	__attribute__((warn_unused_result));
int route_del(struct rtnl *rtnl, const struct route_desc *desc)
	__attribute__((warn_unused_result));

/* With other NLM_F_* than route_add()'s CREATE | EXCL: REPLACE, APPEND ... */
int route_change(struct rtnl *rtnl, const struct route_desc *desc,
		 uint16_t flags) __attribute__((warn_unused_result));

/* `ip route get DST`: the route that a packet of ours would take. */
int route_get(struct rtnl *rtnl, const char *dst, struct route *route)
	__attribute__((warn_unused_result));

/* All routes of all tables but cached ones; a count, *@routes for free(3). */
int route_list(struct rtnl *rtnl, int family, struct route **routes)
	__attribute__((warn_unused_result));

/* An RTM_NEWROUTE or RTM_DELROUTE message in our words; 0 or -EINVAL. */
int route_parse(const struct nlmsghdr *nlh, struct route *route);

#endif
