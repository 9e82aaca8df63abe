// SPDX-License-Identifier: GPL-2.0-or-later
#include "topo_op.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <stdio.h>
#include <string.h>

#include "addr.h"
#include "args.h"
#include "bridge.h"
#include "link.h"
#include "link_opt.h"
#include "neigh.h"
#include "nft.h"
#include "nstat.h"
#include "route.h"
#include "rule.h"

#define ARGS_SIZE	256

static int add_link(const struct topo *topo, struct rtnl *rtnl,
		    const struct topo_step *s)
{
	int netns = s->to ? topo_netns(topo, s->to) : 0;
	struct link_desc peer = { .name = s->peer, .mtu = s->mtu,
				  .netns = netns };
	struct link_desc desc = {
		.kind = s->kind, .name = s->dev, .mtu = s->mtu,
		.ifindex = s->index, .bridge_ageing_time = s->ageing_time,
		.peer = s->peer ? &peer : NULL,
		.netns = s->peer ? 0 : netns,
		.lower = s->link, .args = s->args,
	};
	uint8_t mac[6];
	int err;

	if (netns < 0)
		return netns;
	if (s->mac) {
		err = args_mac(s->mac, mac);
		if (err)
			return err;
		desc.mac = mac;
	}
	return link_add(rtnl, &desc);
}

static int move_link(const struct topo *topo, struct rtnl *rtnl,
		     const struct topo_step *s)
{
	struct link_desc desc = { .netns = topo_netns(topo, s->to),
				  .mtu = s->mtu };

	if (desc.netns < 0)
		return desc.netns;
	return link_set(rtnl, s->dev, &desc);
}

static int set_link(struct rtnl *rtnl, const struct topo_step *s)
{
	struct link_desc set = { .mtu = s->mtu };

	switch (s->op) {
	case TOPO_LINK_MASTER:
		set.master = s->master;
		break;
	case TOPO_LINK_UP:
		set.flags = IFF_UP | (s->noarp ? IFF_NOARP : 0);
		set.change = set.flags;
		break;
	case TOPO_LINK_DOWN:
		set.change = IFF_UP;
		break;
	default:
		return link_set_opt(rtnl, s->dev, s->opt, s->val);
	}
	return link_set(rtnl, s->dev, &set);
}

static int add_addr(struct rtnl *rtnl, const struct topo_step *s)
{
	char args[ARGS_SIZE];

	if (!s->args)
		return addr_add(rtnl, s->dev, s->addr,
				s->nodad ? IFA_F_NODAD : 0);
	if (snprintf(args, sizeof(args), "%s%s", s->args,
		     s->nodad ? " nodad" : "") >= (int)sizeof(args))
		return -E2BIG;
	return addr_add_args(rtnl, s->dev, s->addr, args);
}

/* RTN_* of a route's .kind, -1 if that is none. */
static int route_type(const char *kind)
{
	static const char * const types[] = {
		[RTN_UNICAST] = "unicast", [RTN_LOCAL] = "local",
		[RTN_BROADCAST] = "broadcast", [RTN_ANYCAST] = "anycast",
		[RTN_MULTICAST] = "multicast", [RTN_BLACKHOLE] = "blackhole",
		[RTN_UNREACHABLE] = "unreachable",
		[RTN_PROHIBIT] = "prohibit", [RTN_THROW] = "throw",
	};
	size_t i;

	for (i = 1; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!strcmp(types[i], kind))
			return i;
	}
	return -1;
}

static int change_route(struct rtnl *rtnl, const struct topo_step *s)
{
	struct route_desc route = { .dst = s->addr, .via = s->via,
				    .dev = s->dev, .args = s->args };
	int type = s->kind ? route_type(s->kind) : 0;

	if (type < 0)
		return -EINVAL;
	route.type = type;
	route.family = s->via && strchr(s->via, ':') ? AF_INET6 : AF_INET;
	return s->op == TOPO_ROUTE_ADD ? route_add(rtnl, &route) :
					 route_del(rtnl, &route);
}

static int change_rule(struct rtnl *rtnl, const struct topo_step *s)
{
	int family = topo_step_is_ipv6(s) ? AF_INET6 : AF_INET;

	return s->op == TOPO_RULE_ADD ? rule_add(rtnl, family, s->args) :
					rule_del(rtnl, family, s->args);
}

static int add_neigh(struct rtnl *rtnl, const struct topo_step *s)
{
	char args[ARGS_SIZE];

	if (snprintf(args, sizeof(args), "%s%s %s", s->mac ? "lladdr " : "",
		     s->mac ? s->mac : "", s->args ? s->args : "") >=
	    (int)sizeof(args))
		return -E2BIG;
	return neigh_add_args(rtnl, s->dev, s->addr, args);
}

/* IPv6 that is not there is off. */
static int set_sysctl(int netns, const char *name, const char *value)
{
	static const char ipv6[] = "net/ipv6/conf/", off[] = "/disable_ipv6";
	size_t n = strlen(name), end = strlen(off);
	int err = sysctl_set(netns, name, value);

	if (err == -ENOENT && !strcmp(value, "1") && n > end &&
	    !strncmp(name, ipv6, strlen(ipv6)) && !strcmp(name + n - end, off))
		return 0;
	return err;
}

static int add_nft(const struct topo *topo, const struct topo_step *s)
{
	const struct nft_rule rule = {
		.family = s->kind, .hook = s->opt, .match = s->args,
		.verdict = s->val,
	};

	return nft_rule_add(topo_netns(topo, s->ns), &rule);
}

int topo_op_run(const struct topo *topo, struct rtnl *rtnl,
		const struct topo_step *s)
{
	switch (s->op) {
	case TOPO_NETNS_ADD:
		break;
	case TOPO_LINK_ADD:
		return add_link(topo, rtnl, s);
	case TOPO_LINK_NETNS:
		return move_link(topo, rtnl, s);
	case TOPO_LINK_MASTER:
	case TOPO_LINK_UP:
	case TOPO_LINK_DOWN:
	case TOPO_LINK_SET:
		return set_link(rtnl, s);
	case TOPO_LINK_DEL:
		return link_del(rtnl, s->dev);
	case TOPO_PORT_SET:
		return port_set(rtnl, s->dev, s->opt, s->val);
	case TOPO_VLAN_ADD:
		return vlan_add(rtnl, s->dev, s->vid, s->args);
	case TOPO_VLAN_DEL:
		return vlan_del(rtnl, s->dev, s->vid, s->args);
	case TOPO_FDB_ADD:
		return fdb_add(rtnl, s->dev, s->mac, s->args);
	case TOPO_FDB_DEL:
		return fdb_del(rtnl, s->dev, s->mac, s->args);
	case TOPO_ADDR_ADD:
		return add_addr(rtnl, s);
	case TOPO_ADDR_DEL:
		return addr_del(rtnl, s->dev, s->addr);
	case TOPO_ROUTE_ADD:
	case TOPO_ROUTE_DEL:
		return change_route(rtnl, s);
	case TOPO_RULE_ADD:
	case TOPO_RULE_DEL:
		return change_rule(rtnl, s);
	case TOPO_NEIGH_ADD:
		return add_neigh(rtnl, s);
	case TOPO_NEIGH_DEL:
		return neigh_del(rtnl, s->dev, s->addr);
	case TOPO_SYSCTL:
		return set_sysctl(topo_netns(topo, s->ns), s->dev, s->addr);
	case TOPO_NFT:
		return add_nft(topo, s);
	}
	return -EINVAL;
}
