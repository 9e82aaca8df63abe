/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What rtnetlink notifies in a namespace, recorded as text, a line an event:
 *
 *	NEWLINK veth-red up            of AF_UNSPEC; "down" without IFF_UP
 *	NEWLINK bridge veth-red-br     of AF_BRIDGE: a port's own event
 *	DELLINK veth-red to nsid 0 ifindex 2
 *	NEWADDR 10.0.1.1/24 dev veth-red
 *	NEWROUTE unicast 10.0.1.0/24 dev veth-red table main
 *					and "replace" or "append", by the flags
 *	NEWNEIGH 10.0.1.2 dev veth-red | NEWNEIGH fdb MAC dev veth-red-br
 *	NEWNSID 0
 *	NEWRULE ipv4 priority 100
 *	NEWNETCONF ipv4 dev veth-red	"all", "default"
 *	NEWMDB dev v-net-0
 *	NEWVLAN dev veth-red-br
 *	NEWNEXTHOP id 1
 *
 * Devices that are gone by the time the text is made keep the name they had
 * in an earlier event, else "?".
 */
#ifndef EVENT_H
#define EVENT_H

/* The priority of the rule that ends a recording; see events_text(). */
#define EVENTS_SENTINEL_RULE	4242424

struct events;

enum event_group {
	EVENT_LINK	= 1 << 0,
	EVENT_ADDR4	= 1 << 1,
	EVENT_ADDR6	= 1 << 2,
	EVENT_ROUTE4	= 1 << 3,
	EVENT_ROUTE6	= 1 << 4,
	EVENT_NEIGH	= 1 << 5,
	EVENT_NSID	= 1 << 6,
	EVENT_RULE4	= 1 << 7,
	EVENT_RULE6	= 1 << 8,
	EVENT_NETCONF4	= 1 << 9,
	EVENT_NETCONF6	= 1 << 10,
	EVENT_MDB	= 1 << 11,
	EVENT_VLAN	= 1 << 12,
	EVENT_NEXTHOP	= 1 << 13,
	EVENT_ALL	= (1 << 14) - 1,
};

/* Records from now on in @netns.  NULL with errno. */
struct events *events_open(int netns, unsigned int groups);
void events_close(struct events *events);

/*
 * All events so far, for free(3): those that were queued before the verdict on
 * a request which changes nothing, or with EVENT_RULE4 before a rule of priority
 * EVENTS_SENTINEL_RULE, which is made and deleted by this call.  One socket's
 * queue keeps the order in which the kernel notified.  NULL with errno.
 */
char *events_text(struct events *events);

/*
 * Waits for the first event whose line is @line, and drops what came before.
 * 0, or -ETIMEDOUT.  For what the kernel does in its own time.
 */
int events_wait(struct events *events, const char *line)
	__attribute__((warn_unused_result));

#endif
