/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Links, as ip-link(8) has them.  Every function takes a socket that asks
 * (rtnl.h) and so acts in that socket's namespace; devices go by name and are
 * looked up over that socket.  0 or -errno.
 */
#ifndef LINK_H
#define LINK_H

#include <linux/if_link.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>

#include "rtnl.h"

/* if_link.h of the kernel has these; net/if.h of libc does not. */
#ifndef IFF_LOWER_UP
#define IFF_LOWER_UP		(1 << 16)
#endif

/* RFC 2863 operational states, as IF_OPER_* in linux/if.h. */
enum link_oper {
	LINK_OPER_UNKNOWN = 0,
	LINK_OPER_DOWN = 2,
	LINK_OPER_LOWERLAYERDOWN = 3,
	LINK_OPER_UP = 6,
};

/* What RTM_NEWLINK says of a link; what it does not say is 0 or -1. */
struct link {
	int ifindex;
	char name[IFNAMSIZ];
	char kind[16], slave_kind[16];
	char qdisc[16];
	char alias[64], altname[64];
	unsigned int flags;		/* IFF_* */
	unsigned int mtu, min_mtu, max_mtu, txqlen;
	unsigned int promiscuity, carrier_changes;
	uint8_t operstate, carrier;
	uint8_t mac[6];
	int master;			/* ifindex, 0: none */
	int peer;			/* IFLA_LINK, an ifindex; 0: none */
	int peer_nsid;			/* IFLA_LINK_NETNSID; -1: same netns */
	int new_nsid, new_ifindex;	/* of an RTM_DELLINK by a move, or -1 */
	int immutable;			/* IFLA_NETNS_IMMUTABLE, -1: not said */
	struct rtnl_link_stats64 stats;
	struct link_bridge {
		uint32_t stp, forward_delay, ageing_time; /* centiseconds */
		uint8_t mcast_snooping, vlan_filtering;
	} bridge;
	struct link_port {
		uint8_t state;		/* BR_STATE_*: 3 is forwarding */
		uint16_t priority;
		uint32_t cost;
		uint8_t learning, flood, hairpin, isolated, locked;
		uint8_t bcast_flood, mcast_flood;
	} port;
};

/* What to make or set; a zero field is left to the kernel or as it is. */
struct link_desc {
	const char *kind;		/* "veth", "bridge" ... */
	const char *name;		/* link_set: the new name */
	const char *master;		/* "": no master */
	const char *alias, *altname;
	const uint8_t *mac;
	unsigned int flags, change;	/* IFF_* values, and which of them */
	unsigned int mtu;
	unsigned int txqlen;
	int ifindex;			/* link_set with netns: the new one */
	int netns;			/* descriptor */
	int bridge_ageing_time;		/* centiseconds; -1 asks for 0 */
	const struct link_desc *peer;	/* the other end of a veth */
	const char *lower;		/* the device below a vlan, macvlan */
	const char *args;		/* of the kind: words of link_kind.h */
};

int link_add(struct rtnl *rtnl, const struct link_desc *desc)
	__attribute__((warn_unused_result));
int link_set(struct rtnl *rtnl, const char *dev, const struct link_desc *desc)
	__attribute__((warn_unused_result));
int link_del(struct rtnl *rtnl, const char *dev)
	__attribute__((warn_unused_result));

/* -ENODEV if there is none. */
int link_get(struct rtnl *rtnl, const char *dev, struct link *link)
	__attribute__((warn_unused_result));

/* All links of the namespace: a count, and *@links for free(3). */
int link_list(struct rtnl *rtnl, struct link **links)
	__attribute__((warn_unused_result));

/* An RTM_NEWLINK or RTM_DELLINK message in our words; 0 or -EINVAL. */
int link_parse(const struct nlmsghdr *nlh, struct link *link);

/*
 * Waits in @netns until @ready says so of @dev.  @ready gets NULL while there
 * is no such device.  On -ETIMEDOUT *@last is the last state seen.
 */
int link_wait(int netns, const char *dev,
	      bool (*ready)(const struct link *link), struct link *last)
	__attribute__((warn_unused_result));

/* The usual things to wait for.  An ACK means none of them. */
bool link_is_running(const struct link *link);
bool link_is_forwarding(const struct link *link);
bool link_is_gone(const struct link *link);

#endif
