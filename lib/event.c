// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "event.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/net_namespace.h>
#include <linux/netconf.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "deadline.h"
#include "link.h"
#include "neigh.h"
#include "route.h"
#include "rtnl.h"
#include "rule.h"

#define WORD_OF(number)	#number
#define WORD(number)	WORD_OF(number)
#define SENTINEL_RULE	WORD(EVENTS_SENTINEL_RULE)
#define LINE_MAX_LEN	256

struct known {
	int ifindex;
	char name[IFNAMSIZ];
};

struct events {
	struct rtnl *listen, *ask;
	bool rules;
	struct known *known;
	int n_known;
};

/* Where one reading of the queue writes, and what ends it. */
struct reading {
	struct events *events;
	FILE *file;			/* NULL: the lines are dropped */
	const char *until;		/* a line; NULL: the verdict of a request */
};

static const unsigned int groups_of[] = {
	RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
	RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_NEIGH, RTNLGRP_NSID,
	RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE, RTNLGRP_IPV4_NETCONF,
	RTNLGRP_IPV6_NETCONF, RTNLGRP_MDB, RTNLGRP_BRVLAN, RTNLGRP_NEXTHOP,
};

static int learn(struct events *ev, int ifindex, const char *name)
{
	struct known *known;
	int i;

	for (i = 0; i < ev->n_known; i++) {
		if (ev->known[i].ifindex == ifindex)
			break;
	}
	if (i == ev->n_known) {
		known = realloc(ev->known, (i + 1) * sizeof(*known));
		if (!known)
			return -ENOMEM;
		ev->known = known;
		ev->n_known++;
	}
	ev->known[i].ifindex = ifindex;
	snprintf(ev->known[i].name, IFNAMSIZ, "%s", name);
	return 0;
}

static const char *dev_name(const struct events *ev, int ifindex)
{
	int i;

	for (i = 0; i < ev->n_known; i++) {
		if (ev->known[i].ifindex == ifindex)
			return ev->known[i].name;
	}
	return "?";
}

/* The names that links have when the recording starts. */
static int learn_all(struct events *ev)
{
	struct link *links;
	int i, n, err = 0;

	n = link_list(ev->ask, &links);
	if (n < 0)
		return n;
	for (i = 0; i < n && !err; i++)
		err = learn(ev, links[i].ifindex, links[i].name);
	free(links);
	return err;
}

struct events *events_open(int netns, unsigned int groups)
{
	struct events *ev = calloc(1, sizeof(*ev));
	int err = -ENOMEM;
	size_t i;

	if (!ev)
		goto fail;
	ev->listen = rtnl_open(netns);
	ev->ask = rtnl_open(netns);
	if (!ev->listen || !ev->ask) {
		err = -errno;
		goto fail;
	}
	ev->rules = groups & EVENT_RULE4;
	err = learn_all(ev);
	for (i = 0; !err && i < sizeof(groups_of) / sizeof(groups_of[0]); i++) {
		if (groups & 1U << i)
			err = rtnl_join(ev->listen, groups_of[i]);
	}
	if (!err)
		return ev;
fail:
	events_close(ev);
	errno = -err;
	return NULL;
}

void events_close(struct events *ev)
{
	if (!ev)
		return;
	rtnl_close(ev->listen);
	rtnl_close(ev->ask);
	free(ev->known);
	free(ev);
}

static int link_line(struct events *ev, const struct nlmsghdr *nlh,
		     char *line)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	bool new = nlh->nlmsg_type == RTM_NEWLINK;
	struct link link;
	int n, err;

	err = link_parse(nlh, &link);
	if (!err && *link.name)
		err = learn(ev, link.ifindex, link.name);
	if (err)
		return err;
	n = snprintf(line, LINE_MAX_LEN, "%sLINK %s%s", new ? "NEW" : "DEL",
		     ifi->ifi_family == AF_BRIDGE ? "bridge " : "",
		     dev_name(ev, link.ifindex));
	if (new && ifi->ifi_family != AF_BRIDGE)
		snprintf(line + n, LINE_MAX_LEN - n, " %s",
			 link.flags & IFF_UP ? "up" : "down");
	if (!new && link.new_nsid >= 0)
		snprintf(line + n, LINE_MAX_LEN - n, " to nsid %d ifindex %d",
			 link.new_nsid, link.new_ifindex);
	return 0;
}

static int addr_line(struct events *ev, const struct nlmsghdr *nlh,
		     char *line)
{
	char text[IP_TEXT_MAX];
	struct addr addr;
	int err;

	err = addr_parse(nlh, &addr);
	if (err)
		return err;
	snprintf(line, LINE_MAX_LEN, "%sADDR %s dev %s",
		 nlh->nlmsg_type == RTM_NEWADDR ? "NEW" : "DEL",
		 ip_text(&addr.ip, 1, text), dev_name(ev, addr.ifindex));
	return 0;
}

static const char *type_name(uint8_t type)
{
	return type == RTN_UNICAST ? "unicast" : type == RTN_LOCAL ? "local" :
	       type == RTN_BROADCAST ? "broadcast" :
	       type == RTN_MULTICAST ? "multicast" :
	       type == RTN_ANYCAST ? "anycast" :
	       type == RTN_BLACKHOLE ? "blackhole" :
	       type == RTN_UNREACHABLE ? "unreachable" :
	       type == RTN_PROHIBIT ? "prohibit" : "other";
}

static int route_line(struct events *ev, const struct nlmsghdr *nlh,
		      char *line)
{
	char text[IP_TEXT_MAX];
	struct route route;
	int err;

	err = route_parse(nlh, &route);
	if (err)
		return err;
	snprintf(line, LINE_MAX_LEN, "%sROUTE %s %s dev %s table %s%s",
		 nlh->nlmsg_type == RTM_NEWROUTE ? "NEW" : "DEL",
		 type_name(route.type),
		 route.dst.len ? ip_text(&route.dst, 1, text) : "default",
		 dev_name(ev, route.oif),
		 route.table == RT_TABLE_LOCAL ? "local" :
		 route.table == RT_TABLE_MAIN ? "main" : "other",
		 nlh->nlmsg_flags & NLM_F_REPLACE ? " replace" :
		 nlh->nlmsg_flags & NLM_F_APPEND ? " append" : "");
	return 0;
}

static int neigh_line(struct events *ev, const struct nlmsghdr *nlh,
		      char *line)
{
	char text[IP_TEXT_MAX], mac[18];
	struct neigh neigh;
	int err;

	err = neigh_parse(nlh, &neigh);
	if (err)
		return err;
	snprintf(line, LINE_MAX_LEN, "%sNEIGH %s%s dev %s",
		 nlh->nlmsg_type == RTM_NEWNEIGH ? "NEW" : "DEL",
		 neigh.dst.family ? "" : "fdb ",
		 neigh.dst.family ? ip_text(&neigh.dst, 0, text) :
				    mac_text(neigh.mac, mac),
		 dev_name(ev, neigh.ifindex));
	return 0;
}

static void nsid_line(const struct nlmsghdr *nlh, char *line)
{
	const struct nlattr *attr;
	int id = -1;

	mnl_attr_for_each(attr, nlh, sizeof(struct rtgenmsg)) {
		if (mnl_attr_get_type(attr) == NETNSA_NSID)
			id = mnl_attr_get_u32(attr);
	}
	snprintf(line, LINE_MAX_LEN, "%sNSID %d",
		 nlh->nlmsg_type == RTM_NEWNSID ? "NEW" : "DEL", id);
}

static const char *family_name(uint8_t family)
{
	return family == AF_INET6 ? "ipv6" : "ipv4";
}

static void rule_line(const struct nlmsghdr *nlh, char *line)
{
	const struct fib_rule_hdr *frh = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	uint32_t priority = 0;

	mnl_attr_for_each(attr, nlh, sizeof(*frh)) {
		if (mnl_attr_get_type(attr) == FRA_PRIORITY)
			priority = mnl_attr_get_u32(attr);
	}
	snprintf(line, LINE_MAX_LEN, "%sRULE %s priority %u",
		 nlh->nlmsg_type == RTM_NEWRULE ? "NEW" : "DEL",
		 family_name(frh->family), priority);
}

static void netconf_line(struct events *ev, const struct nlmsghdr *nlh,
			 char *line)
{
	const struct netconfmsg *ncm = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	int ifindex = 0;

	mnl_attr_for_each(attr, nlh, sizeof(*ncm)) {
		if (mnl_attr_get_type(attr) == NETCONFA_IFINDEX)
			ifindex = mnl_attr_get_u32(attr);
	}
	snprintf(line, LINE_MAX_LEN, "%sNETCONF %s dev %s",
		 nlh->nlmsg_type == RTM_NEWNETCONF ? "NEW" : "DEL",
		 family_name(ncm->ncm_family),
		 ifindex == NETCONFA_IFINDEX_ALL ? "all" :
		 ifindex == NETCONFA_IFINDEX_DEFAULT ? "default" :
		 dev_name(ev, ifindex));
}

/* struct br_vlan_msg and br_port_msg begin with a family, and a device. */
static void bridge_line(struct events *ev, const struct nlmsghdr *nlh,
			const char *what, char *line)
{
	const struct br_port_msg *msg = mnl_nlmsg_get_payload(nlh);

	snprintf(line, LINE_MAX_LEN, "%s dev %s", what,
		 dev_name(ev, msg->ifindex));
}

static void nexthop_line(const struct nlmsghdr *nlh, char *line)
{
	const struct nlattr *attr;
	uint32_t id = 0;

	mnl_attr_for_each(attr, nlh, sizeof(struct nhmsg)) {
		if (mnl_attr_get_type(attr) == NHA_ID)
			id = mnl_attr_get_u32(attr);
	}
	snprintf(line, LINE_MAX_LEN, "%sNEXTHOP id %u",
		 nlh->nlmsg_type == RTM_NEWNEXTHOP ? "NEW" : "DEL", id);
}

/* What only few listen to. */
static void other_line(struct events *ev, const struct nlmsghdr *nlh,
		       char *line)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWRULE:
	case RTM_DELRULE:
		rule_line(nlh, line);
		break;
	case RTM_NEWNETCONF:
	case RTM_DELNETCONF:
		netconf_line(ev, nlh, line);
		break;
	case RTM_NEWMDB:
		bridge_line(ev, nlh, "NEWMDB", line);
		break;
	case RTM_DELMDB:
		bridge_line(ev, nlh, "DELMDB", line);
		break;
	case RTM_NEWVLAN:
		bridge_line(ev, nlh, "NEWVLAN", line);
		break;
	case RTM_DELVLAN:
		bridge_line(ev, nlh, "DELVLAN", line);
		break;
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		nexthop_line(nlh, line);
		break;
	default:
		snprintf(line, LINE_MAX_LEN, "TYPE %u", nlh->nlmsg_type);
	}
}

static int make_line(struct events *ev, const struct nlmsghdr *nlh,
		     char *line)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWLINK:
	case RTM_DELLINK:
		return link_line(ev, nlh, line);
	case RTM_NEWADDR:
	case RTM_DELADDR:
		return addr_line(ev, nlh, line);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return route_line(ev, nlh, line);
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		return neigh_line(ev, nlh, line);
	case RTM_NEWNSID:
	case RTM_DELNSID:
		nsid_line(nlh, line);
		break;
	default:
		other_line(ev, nlh, line);
	}
	return 0;
}

/* 1, or -errno. */
static int verdict(const struct nlmsghdr *nlh)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);

	return e->error ? e->error : 1;
}

static int read_cb(const struct nlmsghdr *nlh, void *data)
{
	struct reading *reading = data;
	char line[LINE_MAX_LEN];
	int err;

	if (nlh->nlmsg_type == NLMSG_ERROR)
		return reading->until ? -EPROTO : verdict(nlh);
	err = make_line(reading->events, nlh, line);
	if (err)
		return err;
	if (reading->until && !strcmp(line, reading->until))
		return 1;
	/* Those of an earlier sentinel are ours, not the test's. */
	if (reading->file && !strstr(line, SENTINEL_RULE))
		fprintf(reading->file, "%s\n", line);
	return 0;
}

/* Takes the rtnl lock, as who notifies does, and changes nothing of lo. */
static int post_sentinel(struct events *ev)
{
	const struct ifinfomsg lo = { .ifi_index = 1 };
	struct req req;

	req_init(&req, RTM_SETLINK, 0, &lo, sizeof(lo));
	return rtnl_post(ev->listen, &req);
}

static int add_sentinel(struct events *ev)
{
	return ev->rules ? rule_add(ev->ask, AF_INET,
				    "priority " SENTINEL_RULE " lookup main") :
			   post_sentinel(ev);
}

static int del_sentinel(struct events *ev)
{
	return ev->rules ? rule_del(ev->ask, AF_INET,
				    "priority " SENTINEL_RULE " lookup main") :
			   0;
}

char *events_text(struct events *ev)
{
	struct reading reading = { .events = ev, .until = ev->rules ?
				   "NEWRULE ipv4 priority " SENTINEL_RULE :
				   NULL };
	char *text = NULL;
	size_t size;
	int err, left;

	reading.file = open_memstream(&text, &size);
	if (!reading.file)
		return NULL;
	err = add_sentinel(ev);
	if (!err) {
		err = rtnl_wait(ev->listen, read_cb, &reading, deadline_new());
		/* Also when the wait failed: a later one needs the priority. */
		left = del_sentinel(ev);
		err = err ? err : left;
	}
	if (fclose(reading.file) != 0 && !err)
		err = -ENOMEM;
	if (!err)
		return text;
	free(text);
	errno = -err;
	return NULL;
}

int events_wait(struct events *ev, const char *line)
{
	struct reading reading = { .events = ev, .until = line };

	return rtnl_wait(ev->listen, read_cb, &reading, deadline_new());
}
