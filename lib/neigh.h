/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Neighbours (ip-neighbour(8)) and bridge forwarding (bridge(8) fdb). */
#ifndef NEIGH_H
#define NEIGH_H

#include <linux/neighbour.h>

#include "ip.h"
#include "rtnl.h"

struct neigh {
	struct ip_prefix dst;			/* .family 0: an fdb entry */
	uint8_t mac[6];			/* all zero: not resolved */
	int ifindex;
	int master;			/* fdb: the bridge's ifindex */
	uint16_t state;			/* NUD_* */
	uint8_t flags;			/* NTF_* */
	uint16_t vlan;			/* fdb: 0: none */
};

/* A permanent entry, as `ip neigh add DST lladdr MAC dev DEV`. */
int neigh_add(struct rtnl *rtnl, const char *dev, const char *dst,
	      const uint8_t mac[6]) __attribute__((warn_unused_result));

/*
 * `ip neigh add DST dev DEV ARGS`: extern_learn, lladdr, nud (permanent if not
 * said; reachable, stale ...), protocol, proxy, router, use.
 */
int neigh_add_args(struct rtnl *rtnl, const char *dev, const char *dst,
		   const char *args) __attribute__((warn_unused_result));

/* `ip neigh replace`: the same, where there may be an entry. */
int neigh_replace(struct rtnl *rtnl, const char *dev, const char *dst,
		  const char *args) __attribute__((warn_unused_result));

int neigh_del(struct rtnl *rtnl, const char *dev, const char *dst)
	__attribute__((warn_unused_result));

/*
 * `ip neigh flush dev DEV`, IPv4 and IPv6: deletes, one by one, what is neither
 * permanent nor noarp.
 */
int neigh_flush(struct rtnl *rtnl, const char *dev)
	__attribute__((warn_unused_result));

/* The entry of @dst on @dev, or -ENOENT. */
int neigh_get(struct rtnl *rtnl, const char *dev, const char *dst,
	      struct neigh *neigh) __attribute__((warn_unused_result));

/*
 * All entries of @family (AF_INET, AF_INET6, or AF_BRIDGE for the fdb): a
 * count, and *@neighs for free(3).
 */
int neigh_list(struct rtnl *rtnl, int family, struct neigh **neighs)
	__attribute__((warn_unused_result));

/*
 * The fdb entry of @mac that a bridge learned or holds: -ENOENT if none.
 * Entries of the device itself (NTF_SELF) do not count.
 */
int fdb_get(struct rtnl *rtnl, const uint8_t mac[6], struct neigh *entry)
	__attribute__((warn_unused_result));

/* An RTM_NEWNEIGH or RTM_DELNEIGH message in our words; 0 or -EINVAL. */
int neigh_parse(const struct nlmsghdr *nlh, struct neigh *neigh);

/* "REACHABLE", "STALE" ... of NUD_*. */
const char *neigh_state_name(uint16_t state);

#endif
