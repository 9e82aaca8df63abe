/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the namespaces of a topology hold at one moment, and how their links
 * are wired, for who looks for a way through them.
 */
#ifndef WORLD_H
#define WORLD_H

#include "addr.h"
#include "link.h"
#include "topo.h"

struct place {
	const char *name;
	int netns;			/* belongs to the topology */
	struct rtnl *rtnl;
	struct link *links;
	struct addr *addrs;
	char *nft;			/* nft_text(); NULL: there is none */
	int n_links, n_addrs;
};

struct world {
	struct place *places;
	size_t n;
};

/* A link in its namespace; .link NULL: none. */
struct spot {
	struct place *place;
	struct link *link;
};

/* 0 or -errno; to be closed in either case. */
int world_open(struct world *world, const struct topo *topo)
	__attribute__((warn_unused_result));
void world_close(struct world *world);

/* The namespace that @netns is a descriptor of; NULL if it is none of these. */
struct place *world_place(const struct world *world, int netns);

struct spot world_link(struct place *place, int ifindex);

/* The other end of a veth; none if that is in no namespace of these. */
struct spot world_peer(const struct world *world, struct spot spot);

/* An address of @place that is @ip, on whatever link; NULL if it has none. */
const struct addr *world_addr(const struct place *place,
			      const struct ip_prefix *ip);

/*
 * All links that one broadcast would reach from @spot, were all of them up,
 * @spot first: a count, and *@spots for free(3).
 */
int world_segment(const struct world *world, struct spot spot,
		  struct spot **spots) __attribute__((warn_unused_result));

#endif
