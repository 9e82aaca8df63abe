/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a namespace holds, as text: a line an object, sorted within each part,
 * in the words of ip(8) and bridge(8) but with nothing left to a default
 * (`proto boot`, `scope global` are said).  Texts are for free(3).
 */
#ifndef STATE_H
#define STATE_H

#include <stdbool.h>
#include <stddef.h>

enum state_part {
	STATE_LINK		= 1 << 0,
	STATE_ADDR4		= 1 << 1,
	STATE_ADDR6		= 1 << 2,
	STATE_ROUTE4_MAIN	= 1 << 3,	/* all tables but local */
	STATE_ROUTE4_LOCAL	= 1 << 4,
	STATE_ROUTE6		= 1 << 5,	/* all tables */
	STATE_RULE		= 1 << 6,
	STATE_NEIGH		= 1 << 7,
	STATE_FDB		= 1 << 8,
	STATE_VLAN		= 1 << 9,	/* of bridges and their ports */
	STATE_OPTION		= 1 << 10,	/* link_opt_text() */
	STATE_NFT		= 1 << 11,	/* base chains and rules */
	STATE_ALL		= (1 << 12) - 1,
};

struct state_netns {
	const char *name;
	int netns;
};

/* Parts of one namespace, as they are.  NULL with errno. */
char *state_text(int netns, unsigned int parts);

/*
 * All parts of @n namespaces, each under its name.  Peers are named over the
 * namespaces of the set.  With @normal what differs between two builds of the
 * same thing is gone: MAC addresses become the names of their owners, EUI-64
 * addresses one word; learned fdb entries and neighbours, and what waits for
 * duplicate address detection, go.
 */
char *state_set(const struct state_netns *set, size_t n, bool normal);

/*
 * What differs, line by line, as `-` of @a and `+` of @b, under the name of its
 * namespace; "" if nothing does.  NULL with errno.
 */
char *state_diff(const char *a, const char *b);

#endif
