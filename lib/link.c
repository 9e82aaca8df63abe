// SPDX-License-Identifier: GPL-2.0-or-later
#include "link.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <stdlib.h>
#include <string.h>

#include "deadline.h"
#include "link_kind.h"

/* Newer than the oldest headers we build with (v6.15). */
#define ATTR_NETNS_IMMUTABLE	67

static uint32_t get_u32(const struct nlattr *attr)
{
	return mnl_attr_get_payload_len(attr) >= 4 ? mnl_attr_get_u32(attr) : 0;
}

static void get_str(const struct nlattr *attr, char *to, size_t size)
{
	size_t n = mnl_attr_get_payload_len(attr);

	if (n >= size)
		n = size - 1;
	memcpy(to, mnl_attr_get_payload(attr), n);
	to[n] = '\0';
}

static void parse_bridge(const struct nlattr *data, struct link_bridge *b)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_BR_STP_STATE:
			b->stp = get_u32(attr);
			break;
		case IFLA_BR_FORWARD_DELAY:
			b->forward_delay = get_u32(attr);
			break;
		case IFLA_BR_AGEING_TIME:
			b->ageing_time = get_u32(attr);
			break;
		case IFLA_BR_MCAST_SNOOPING:
			b->mcast_snooping = mnl_attr_get_u8(attr);
			break;
		case IFLA_BR_VLAN_FILTERING:
			b->vlan_filtering = mnl_attr_get_u8(attr);
			break;
		}
	}
}

static void parse_port(const struct nlattr *data, struct link_port *p)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, data) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_BRPORT_STATE:
			p->state = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_PRIORITY:
			p->priority = mnl_attr_get_u16(attr);
			break;
		case IFLA_BRPORT_COST:
			p->cost = get_u32(attr);
			break;
		case IFLA_BRPORT_LEARNING:
			p->learning = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_UNICAST_FLOOD:
			p->flood = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_MODE:
			p->hairpin = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_BCAST_FLOOD:
			p->bcast_flood = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_MCAST_FLOOD:
			p->mcast_flood = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_ISOLATED:
			p->isolated = mnl_attr_get_u8(attr);
			break;
		case IFLA_BRPORT_LOCKED:
			p->locked = mnl_attr_get_u8(attr);
			break;
		}
	}
}

static void parse_linkinfo(const struct nlattr *info, struct link *link)
{
	const struct nlattr *attr;

	/* The kernel puts the kind before its data (rtnl_link_info_fill). */
	mnl_attr_for_each_nested(attr, info) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_INFO_KIND:
			get_str(attr, link->kind, sizeof(link->kind));
			break;
		case IFLA_INFO_SLAVE_KIND:
			get_str(attr, link->slave_kind,
				sizeof(link->slave_kind));
			break;
		case IFLA_INFO_DATA:
			if (!strcmp(link->kind, "bridge"))
				parse_bridge(attr, &link->bridge);
			break;
		case IFLA_INFO_SLAVE_DATA:
			if (!strcmp(link->slave_kind, "bridge"))
				parse_port(attr, &link->port);
			break;
		}
	}
}

static void parse_names(const struct nlattr *list, struct link *link)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, list) {
		if (mnl_attr_get_type(attr) == IFLA_ALT_IFNAME &&
		    !link->altname[0])
			get_str(attr, link->altname, sizeof(link->altname));
	}
}

static void parse_attr(const struct nlattr *attr, struct link *link)
{
	size_t len = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case IFLA_IFNAME:
		get_str(attr, link->name, sizeof(link->name));
		break;
	case IFLA_QDISC:
		get_str(attr, link->qdisc, sizeof(link->qdisc));
		break;
	case IFLA_IFALIAS:
		get_str(attr, link->alias, sizeof(link->alias));
		break;
	case IFLA_PROP_LIST:
		parse_names(attr, link);
		break;
	case IFLA_ADDRESS:
		memcpy(link->mac, mnl_attr_get_payload(attr),
		       len < 6 ? len : 6);
		break;
	case IFLA_MTU:
		link->mtu = get_u32(attr);
		break;
	case IFLA_MIN_MTU:
		link->min_mtu = get_u32(attr);
		break;
	case IFLA_MAX_MTU:
		link->max_mtu = get_u32(attr);
		break;
	case IFLA_TXQLEN:
		link->txqlen = get_u32(attr);
		break;
	case IFLA_PROMISCUITY:
		link->promiscuity = get_u32(attr);
		break;
	case IFLA_CARRIER_CHANGES:
		link->carrier_changes = get_u32(attr);
		break;
	case IFLA_OPERSTATE:
		link->operstate = mnl_attr_get_u8(attr);
		break;
	case IFLA_CARRIER:
		link->carrier = mnl_attr_get_u8(attr);
		break;
	case IFLA_MASTER:
		link->master = get_u32(attr);
		break;
	case IFLA_LINK:
		link->peer = get_u32(attr);
		break;
	case IFLA_LINK_NETNSID:
		link->peer_nsid = get_u32(attr);
		break;
	case IFLA_NEW_NETNSID:
		link->new_nsid = get_u32(attr);
		break;
	case IFLA_NEW_IFINDEX:
		link->new_ifindex = get_u32(attr);
		break;
	case ATTR_NETNS_IMMUTABLE:
		link->immutable = mnl_attr_get_u8(attr);
		break;
	case IFLA_STATS64:
		memcpy(&link->stats, mnl_attr_get_payload(attr),
		       len < sizeof(link->stats) ? len : sizeof(link->stats));
		break;
	case IFLA_LINKINFO:
		parse_linkinfo(attr, link);
		break;
	}
}

int link_parse(const struct nlmsghdr *nlh, struct link *link)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*ifi))
		return -EINVAL;
	memset(link, 0, sizeof(*link));
	link->ifindex = ifi->ifi_index;
	link->flags = ifi->ifi_flags;
	link->peer_nsid = -1;
	link->new_nsid = -1;
	link->new_ifindex = -1;
	link->immutable = -1;
	mnl_attr_for_each(attr, nlh, sizeof(*ifi))
		parse_attr(attr, link);
	return 0;
}

static int parse_cb(const struct nlmsghdr *nlh, void *data)
{
	return link_parse(nlh, data);
}

int link_get(struct rtnl *rtnl, const char *dev, struct link *link)
{
	struct ifinfomsg ifi = { 0 };
	struct req req;

	/* First: some callers look at .ifindex before the error. */
	memset(link, 0, sizeof(*link));
	if (strlen(dev) >= IFNAMSIZ)
		return -ENAMETOOLONG;
	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, dev);
	return rtnl_get(rtnl, &req, parse_cb, link);
}

int link_list(struct rtnl *rtnl, struct link **links)
{
	struct ifinfomsg ifi = { 0 };
	struct req req;

	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	return rtnl_list(rtnl, &req, sizeof(**links), parse_cb, links);
}

/* The attributes that both making and setting a link take. */
static void put_common(struct req *req, const struct link_desc *d)
{
	if (d->alias)
		req_put(req, IFLA_IFALIAS, d->alias, strlen(d->alias));
	if (d->mac)
		req_put(req, IFLA_ADDRESS, d->mac, 6);
	if (d->mtu)
		req_u32(req, IFLA_MTU, d->mtu);
	if (d->txqlen)
		req_u32(req, IFLA_TXQLEN, d->txqlen);
	if (d->netns)
		req_u32(req, IFLA_NET_NS_FD, d->netns);
}

/* What the kind can be told besides. */
static int put_data(struct rtnl *rtnl, struct req *req,
		    const struct link_desc *d)
{
	struct nlattr *data = req_nest(req, IFLA_INFO_DATA);
	struct args words = {
		.rtnl = rtnl, .req = req,
		.table = link_kind_words(d->kind ? d->kind : ""),
	};
	int time = d->bridge_ageing_time, err;

	if (time)
		req_u32(req, IFLA_BR_AGEING_TIME, time < 0 ? 0 : time);
	err = args_put(&words, d->args);
	req_nest_end(req, data);
	return err;
}

/* VETH_INFO_PEER: an ifinfomsg and the attributes of the other end. */
static void put_peer(struct req *req, const struct link_desc *peer)
{
	struct nlattr *data = req_nest(req, IFLA_INFO_DATA);
	struct nlattr *nest = req_nest(req, VETH_INFO_PEER);
	struct ifinfomsg *ifi;

	if (!data || !nest)
		return;
	ifi = mnl_nlmsg_put_extra_header(req->nlh, sizeof(*ifi));
	ifi->ifi_index = peer->ifindex;
	if (peer->name)
		req_str(req, IFLA_IFNAME, peer->name);
	put_common(req, peer);
	req_nest_end(req, nest);
	req_nest_end(req, data);
}

/* The ifindex of @d's master, 0 for "", or -errno. */
static int master_index(struct rtnl *rtnl, const struct link_desc *d)
{
	struct link master;
	int err;

	if (!*d->master)
		return 0;
	err = link_get(rtnl, d->master, &master);
	return err ? err : master.ifindex;
}

int link_add(struct rtnl *rtnl, const struct link_desc *d)
{
	struct ifinfomsg ifi = {
		.ifi_index = d->ifindex,
		.ifi_flags = d->flags,
		.ifi_change = d->change,
	};
	struct nlattr *info;
	struct link lower;
	struct req req;
	int err = 0;

	req_init(&req, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &ifi,
		 sizeof(ifi));
	if (d->name)
		req_str(&req, IFLA_IFNAME, d->name);
	put_common(&req, d);
	if (d->lower) {
		err = link_get(rtnl, d->lower, &lower);
		req_u32(&req, IFLA_LINK, lower.ifindex);
	}
	info = req_nest(&req, IFLA_LINKINFO);
	if (d->kind)
		req_str(&req, IFLA_INFO_KIND, d->kind);
	if (!err && (d->bridge_ageing_time || d->args))
		err = put_data(rtnl, &req, d);
	if (d->peer)
		put_peer(&req, d->peer);
	req_nest_end(&req, info);
	return err ? err : rtnl_talk(rtnl, &req);
}

static int add_altname(struct rtnl *rtnl, int ifindex, const char *altname)
{
	struct ifinfomsg ifi = { .ifi_index = ifindex };
	struct nlattr *list;
	struct req req;

	req_init(&req, RTM_NEWLINKPROP, NLM_F_CREATE | NLM_F_EXCL, &ifi,
		 sizeof(ifi));
	list = req_nest(&req, IFLA_PROP_LIST);
	req_str(&req, IFLA_ALT_IFNAME, altname);
	req_nest_end(&req, list);
	return rtnl_talk(rtnl, &req);
}

int link_set(struct rtnl *rtnl, const char *dev, const struct link_desc *d)
{
	struct ifinfomsg ifi = { 0 };
	struct link link;
	struct req req;
	int err, master;

	err = link_get(rtnl, dev, &link);
	if (err)
		return err;
	if (d->altname)
		return add_altname(rtnl, link.ifindex, d->altname);
	ifi.ifi_index = link.ifindex;
	ifi.ifi_flags = d->flags;
	ifi.ifi_change = d->change;
	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	if (d->name)
		req_str(&req, IFLA_IFNAME, d->name);
	put_common(&req, d);
	if (d->ifindex)
		req_u32(&req, IFLA_NEW_IFINDEX, d->ifindex);
	if (d->master) {
		master = master_index(rtnl, d);
		if (master < 0)
			return master;
		req_u32(&req, IFLA_MASTER, master);
	}
	return rtnl_talk(rtnl, &req);
}

int link_del(struct rtnl *rtnl, const char *dev)
{
	struct ifinfomsg ifi = { 0 };
	struct req req;

	if (strlen(dev) >= IFNAMSIZ)
		return -ENAMETOOLONG;
	req_init(&req, RTM_DELLINK, 0, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, dev);
	return rtnl_talk(rtnl, &req);
}

/*
 * An event is only the hint to look again; what counts is what the kernel
 * answers then.  Subscribing first closes the gap between look and wait.
 */
static int watch(struct rtnl *events, struct rtnl *ask, const char *dev,
		 bool (*ready)(const struct link *link), struct link *last)
{
	long long deadline = deadline_new();
	int err;

	for (;;) {
		err = link_get(ask, dev, last);
		if (err && err != -ENODEV)
			return err;
		if (ready(err ? NULL : last))
			return 0;
		err = rtnl_wait(events, NULL, NULL, deadline);
		if (err && err != -ENOBUFS)
			return err;
	}
}

int link_wait(int netns, const char *dev,
	      bool (*ready)(const struct link *link), struct link *last)
{
	struct rtnl *events = rtnl_open(netns);
	struct rtnl *ask = rtnl_open(netns);
	int err;

	if (!events || !ask) {
		err = -errno;
		goto out;
	}
	err = rtnl_join(events, RTNLGRP_LINK);
	if (!err)
		err = watch(events, ask, dev, ready, last);
out:
	rtnl_close(ask);
	rtnl_close(events);
	return err;
}

/*
 * IFF_RUNNING follows operstate, which linkwatch sets after the datapath is
 * open (linkwatch_do_dev: dev_activate, then netdev_state_change).
 */
bool link_is_running(const struct link *link)
{
	/* A veth that linkwatch has not seen yet is UNKNOWN, and RUNNING. */
	return link && link->flags & IFF_UP && link->flags & IFF_RUNNING &&
	       link->carrier && (strcmp(link->kind, "veth") ||
				 link->operstate == LINK_OPER_UP);
}

bool link_is_forwarding(const struct link *link)
{
	return link_is_running(link) &&
	       link->port.state == BR_STATE_FORWARDING;
}

bool link_is_gone(const struct link *link)
{
	return !link;
}
