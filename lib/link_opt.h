/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One option of a link by the words of ip-link(8).  Of any link: address,
 * addrgenmode (eui64, none, random), alias, allmulticast, altname, arp,
 * broadcast, carrier, group, mode (default, dormant), mtu, multicast, name,
 * promisc, protodown, state (up, down ...), txqueuelen.  Of a bridge (`type
 * bridge`; times in centiseconds): ageing_time, fdb_flush (VALUE NULL),
 * fdb_max_learned, forward_delay, group_address, group_fwd_mask, hello_time, max_age, mcast_*,
 * nf_call_arptables, nf_call_iptables, nf_call_ip6tables, priority, stp_state,
 * vlan_default_pvid, vlan_filtering, vlan_protocol, vlan_stats_enabled.
 */
#ifndef LINK_OPT_H
#define LINK_OPT_H

#include "rtnl.h"

/* `ip link set DEV [type bridge] OPT VALUE`; -EINVAL for unknown words. */
int link_set_opt(struct rtnl *rtnl, const char *dev, const char *opt,
		 const char *value) __attribute__((warn_unused_result));

/* What iproute2 wants said before @opt: "type bridge" or "". */
const char *link_opt_type(const char *opt);

/*
 * The options that the kernel says of each link, but for those of struct link:
 * a line a link, for free(3).  NULL with errno.
 */
char *link_opt_text(struct rtnl *rtnl);

#endif
