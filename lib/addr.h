/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses, as ip-address(8) has them.  0 or -errno. */
#ifndef ADDR_H
#define ADDR_H

#include "ip.h"
#include "rtnl.h"

struct addr {
	struct ip_prefix ip;			/* IFA_LOCAL, or IFA_ADDRESS */
	int ifindex;
	uint8_t scope;			/* RT_SCOPE_* */
	uint32_t flags;			/* IFA_F_* */
	struct ip_prefix broadcast;		/* .family 0: none was sent */
	struct ip_prefix peer;			/* .family 0: it is ours */
	char label[16];				/* IPv4 */
	uint32_t metric;			/* of its prefix route; 0: usual */
	uint32_t valid, preferred;		/* seconds; UINT32_MAX: forever */
};

/* `ip addr add TEXT dev DEV`; @flags: IFA_F_*, such as IFA_F_NODAD. */
int addr_add(struct rtnl *rtnl, const char *dev, const char *text,
	     uint32_t flags) __attribute__((warn_unused_result));

/*
 * `ip addr add TEXT dev DEV ARGS`: broadcast, label, metric, peer (prefix),
 * preferred_lft, proto, scope (global, link, host), valid_lft (seconds or
 * forever); autojoin, home, mngtmpaddr, nodad, noprefixroute, optimistic.
 */
int addr_add_args(struct rtnl *rtnl, const char *dev, const char *text,
		  const char *args) __attribute__((warn_unused_result));

/* `ip addr del TEXT dev DEV` */
int addr_del(struct rtnl *rtnl, const char *dev, const char *text)
	__attribute__((warn_unused_result));

/* All addresses of the namespace: a count, and *@addrs for free(3). */
int addr_list(struct rtnl *rtnl, struct addr **addrs)
	__attribute__((warn_unused_result));

/* An RTM_NEWADDR or RTM_DELADDR message in our words; 0 or -EINVAL. */
int addr_parse(const struct nlmsghdr *nlh, struct addr *addr);

/*
 * Waits until the IPv6 address @text of @netns can be used: duplicate address
 * detection (RFC 4862 5.4: 1 to 2 s, unless IFA_F_NODAD) is over, and the
 * local route is there, which even then a work queue adds.  -EADDRNOTAVAIL if
 * another node has the address.
 */
int addr_wait_usable(int netns, const char *text)
	__attribute__((warn_unused_result));

#endif
