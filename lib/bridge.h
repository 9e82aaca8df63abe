/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Bridge ports, VLANs and forwarding entries, by the words of bridge(8).  DEV
 * is the port, or the bridge itself where bridge(8) takes `self`.  0 or -errno;
 * -EINVAL for unknown words.
 */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <stdint.h>

#include "rtnl.h"

struct word;

/*
 * `bridge link set dev DEV OPT VALUE`.  state (disabled, listening, learning,
 * forwarding, blocking, or 0 to 4), cost, priority, mcast_router; on or off:
 * bcast_flood, fastleave, flood, guard, hairpin, isolated, learning, locked,
 * mab, mcast_flood, mcast_to_unicast, neigh_suppress, root_block, vlan_tunnel.
 */
int port_set(struct rtnl *rtnl, const char *dev, const char *opt,
	     const char *value) __attribute__((warn_unused_result));

/* The words above, for who prints them. */
const struct word *port_words(void);

/*
 * `bridge vlan add|del dev DEV vid VID ARGS`: pvid, untagged, self, master.
 * What is already there is no error.
 */
int vlan_add(struct rtnl *rtnl, const char *dev, unsigned int vid,
	     const char *args) __attribute__((warn_unused_result));
int vlan_del(struct rtnl *rtnl, const char *dev, unsigned int vid,
	     const char *args) __attribute__((warn_unused_result));

struct vlan {
	int ifindex;
	uint16_t vid, flags;		/* BRIDGE_VLAN_INFO_* */
};

/* All of the namespace: a count, and *@vlans for free(3). */
int vlan_list(struct rtnl *rtnl, struct vlan **vlans)
	__attribute__((warn_unused_result));

/*
 * `bridge fdb add|del MAC dev DEV ARGS`: self (if nothing is said), master;
 * permanent or local (the default), static, dynamic; vlan VID; sticky,
 * extern_learn.  An entry that is there is -EEXIST.
 */
int fdb_add(struct rtnl *rtnl, const char *dev, const char *mac,
	    const char *args) __attribute__((warn_unused_result));
int fdb_del(struct rtnl *rtnl, const char *dev, const char *mac,
	    const char *args) __attribute__((warn_unused_result));

/*
 * `bridge fdb flush dev DEV ARGS` (v5.19): all entries, or those of: master or
 * self; vlan VID; brport PORT; [no]permanent, [no]static, dynamic.
 */
int fdb_flush(struct rtnl *rtnl, const char *dev, const char *args)
	__attribute__((warn_unused_result));

#endif
