/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Policy routing, as ip-rule(8) has it.  0 or -errno. */
#ifndef RULE_H
#define RULE_H

#include <stdbool.h>

#include "ip.h"
#include "rtnl.h"

/*
 * `ip rule add|del ARGS` of @family: blackhole, from, fwmark, goto, iif,
 * ipproto, lookup, not, oif, priority, prohibit, protocol,
 * suppress_prefixlength, to, tos, unreachable.  -EINVAL for other words.
 */
int rule_add(struct rtnl *rtnl, int family, const char *args)
	__attribute__((warn_unused_result));
int rule_del(struct rtnl *rtnl, int family, const char *args)
	__attribute__((warn_unused_result));

struct rule {
	int family;
	struct ip_prefix from, to;	/* .family 0: all */
	char iif[16], oif[16];
	uint32_t priority, table, fwmark, fwmask;
	int suppress;			/* prefix length; -1: none */
	uint8_t action, tos, protocol;	/* FR_ACT_*, RTPROT_* */
	bool invert;
};

/* All rules of @family: a count, and *@rules for free(3). */
int rule_list(struct rtnl *rtnl, int family, struct rule **rules)
	__attribute__((warn_unused_result));

#endif
