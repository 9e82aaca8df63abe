// SPDX-License-Identifier: GPL-2.0-or-later
#include "world.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "netns.h"
#include "nft.h"
#include "nsid.h"

static int look(struct place *place)
{
	place->rtnl = rtnl_open(place->netns);
	if (!place->rtnl)
		return -errno;
	place->n_links = link_list(place->rtnl, &place->links);
	if (place->n_links < 0)
		return place->n_links;
	place->nft = nft_text(place->netns);
	place->n_addrs = addr_list(place->rtnl, &place->addrs);
	return place->n_addrs < 0 ? place->n_addrs : 0;
}

int world_open(struct world *world, const struct topo *topo)
{
	const char *name;
	size_t n;
	int err = 0;

	memset(world, 0, sizeof(*world));
	for (n = 0; topo_netns_name(topo, n); n++)
		;
	world->places = calloc(n + 1, sizeof(*world->places));
	if (!world->places)
		return -ENOMEM;
	for (n = 0; !err && (name = topo_netns_name(topo, n)); n++) {
		world->places[n].name = name;
		world->places[n].netns = topo_netns(topo, name);
		err = look(&world->places[n]);
		world->n = n + 1;
	}
	return err;
}

void world_close(struct world *world)
{
	size_t i;

	for (i = 0; i < world->n; i++) {
		rtnl_close(world->places[i].rtnl);
		if (world->places[i].n_links >= 0)
			free(world->places[i].links);
		if (world->places[i].n_addrs >= 0)
			free(world->places[i].addrs);
		free(world->places[i].nft);
	}
	free(world->places);
	memset(world, 0, sizeof(*world));
}

struct place *world_place(const struct world *world, int netns)
{
	struct netns_id id, other;
	size_t i;

	if (netns < 0 || netns_id(netns, &id))
		return NULL;
	for (i = 0; i < world->n; i++) {
		if (!netns_id(world->places[i].netns, &other) &&
		    other.ino == id.ino)
			return &world->places[i];
	}
	return NULL;
}

struct spot world_link(struct place *place, int ifindex)
{
	struct spot spot = { .place = place };
	int i;

	for (i = 0; i < place->n_links; i++) {
		if (place->links[i].ifindex == ifindex)
			spot.link = &place->links[i];
	}
	return spot;
}

/* The namespace that @place knows as @nsid; its own is -1. */
static struct place *by_nsid(const struct world *world, struct place *place,
			     int nsid)
{
	size_t i;
	int id;

	if (nsid < 0)
		return place;
	for (i = 0; i < world->n; i++) {
		if (!nsid_get(place->rtnl, world->places[i].netns, &id) &&
		    id == nsid)
			return &world->places[i];
	}
	return NULL;
}

struct spot world_peer(const struct world *world, struct spot spot)
{
	const struct spot none = { 0 };
	struct place *place;

	if (!spot.link || strcmp(spot.link->kind, "veth") || !spot.link->peer)
		return none;
	place = by_nsid(world, spot.place, spot.link->peer_nsid);
	return place ? world_link(place, spot.link->peer) : none;
}

const struct addr *world_addr(const struct place *place,
			      const struct ip_prefix *ip)
{
	int i;

	for (i = 0; i < place->n_addrs; i++) {
		if (place->addrs[i].ip.family == ip->family &&
		    !memcmp(place->addrs[i].ip.addr, ip->addr, 16))
			return &place->addrs[i];
	}
	return NULL;
}

/* A list of spots, each once. */
struct pile {
	struct spot *v;
	int n, err;
};

static void reach(struct pile *pile, struct spot spot)
{
	struct spot *v;
	int i;

	if (!spot.link)
		return;
	for (i = 0; i < pile->n; i++) {
		if (pile->v[i].link == spot.link)
			return;
	}
	v = realloc(pile->v, (pile->n + 1) * sizeof(*v));
	if (!v) {
		pile->err = -ENOMEM;
		return;
	}
	pile->v = v;
	v[pile->n++] = spot;
}

int world_segment(const struct world *world, struct spot spot,
		  struct spot **spots)
{
	struct pile pile = { 0 };
	struct spot at, port;
	int i, j;

	reach(&pile, spot);
	for (i = 0; i < pile.n; i++) {
		at = pile.v[i];
		reach(&pile, world_peer(world, at));
		if (at.link->master)
			reach(&pile, world_link(at.place, at.link->master));
		port.place = at.place;
		for (j = 0; j < at.place->n_links; j++) {
			port.link = &at.place->links[j];
			if (port.link->master == at.link->ifindex)
				reach(&pile, port);
		}
	}
	*spots = pile.v;
	if (!pile.err)
		return pile.n;
	free(pile.v);
	return pile.err;
}
