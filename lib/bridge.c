// SPDX-License-Identifier: GPL-2.0-or-later
#include "bridge.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "link.h"
#include "args.h"

/* Newer than the oldest headers we build with (v6.2). */
#define ATTR_BRPORT_MAB		(IFLA_BRPORT_LOCKED + 1)
#define ATTR_NDM_STATE_MASK	16
#ifndef NLM_F_BULK
#define NLM_F_BULK		0x200
#endif

static const struct word_name states[] = {
	{ "disabled", BR_STATE_DISABLED }, { "listening", BR_STATE_LISTENING },
	{ "learning", BR_STATE_LEARNING },
	{ "forwarding", BR_STATE_FORWARDING },
	{ "blocking", BR_STATE_BLOCKING }, { NULL, 0 },
};

#define ON_OFF(word_, attr) \
	{ word_, WORD_U8, .at = attr, .names = args_on_off }

static const struct word port_table[] = {
	{ "state", WORD_U8, .at = IFLA_BRPORT_STATE, .names = states },
	{ "cost", WORD_U32, .at = IFLA_BRPORT_COST },
	{ "priority", WORD_U16, .at = IFLA_BRPORT_PRIORITY },
	{ "mcast_router", WORD_U8, .at = IFLA_BRPORT_MULTICAST_ROUTER },
	ON_OFF("bcast_flood", IFLA_BRPORT_BCAST_FLOOD),
	ON_OFF("fastleave", IFLA_BRPORT_FAST_LEAVE),
	ON_OFF("flood", IFLA_BRPORT_UNICAST_FLOOD),
	ON_OFF("guard", IFLA_BRPORT_GUARD),
	ON_OFF("hairpin", IFLA_BRPORT_MODE),
	ON_OFF("isolated", IFLA_BRPORT_ISOLATED),
	ON_OFF("learning", IFLA_BRPORT_LEARNING),
	ON_OFF("locked", IFLA_BRPORT_LOCKED),
	ON_OFF("mab", ATTR_BRPORT_MAB),
	ON_OFF("mcast_flood", IFLA_BRPORT_MCAST_FLOOD),
	ON_OFF("mcast_to_unicast", IFLA_BRPORT_MCAST_TO_UCAST),
	ON_OFF("neigh_suppress", IFLA_BRPORT_NEIGH_SUPPRESS),
	ON_OFF("root_block", IFLA_BRPORT_PROTECT),
	ON_OFF("vlan_tunnel", IFLA_BRPORT_VLAN_TUNNEL),
	{ .word = NULL },
};

const struct word *port_words(void)
{
	return port_table;
}

/* Starts a request of AF_BRIDGE about @dev. */
static int start(struct rtnl *rtnl, struct req *req, uint16_t type,
		 const char *dev)
{
	struct ifinfomsg ifi = { .ifi_family = AF_BRIDGE };
	struct link link;
	int err = link_get(rtnl, dev, &link);

	ifi.ifi_index = link.ifindex;
	req_init(req, type, 0, &ifi, sizeof(ifi));
	return err;
}

int port_set(struct rtnl *rtnl, const char *dev, const char *opt,
	     const char *value)
{
	struct req req;
	struct args words = { .rtnl = rtnl, .req = &req,
			       .table = port_table };
	struct nlattr *info;
	int err;

	err = start(rtnl, &req, RTM_SETLINK, dev);
	if (err)
		return err;
	info = req_nest(&req, IFLA_PROTINFO | NLA_F_NESTED);
	err = args_put_one(&words, opt, value);
	req_nest_end(&req, info);
	return err ? err : rtnl_talk(rtnl, &req);
}

/* What is not part of struct bridge_vlan_info: who is meant. */
#define SELF	(1 << 16)
#define MASTER	(1 << 17)

static const struct word vlan_words[] = {
	{ "pvid", .in = WORD_IN_FLAGS, .set = BRIDGE_VLAN_INFO_PVID },
	{ "untagged", .in = WORD_IN_FLAGS, .set = BRIDGE_VLAN_INFO_UNTAGGED },
	{ "self", .in = WORD_IN_FLAGS, .set = SELF },
	{ "master", .in = WORD_IN_FLAGS, .set = MASTER },
	{ .word = NULL },
};

static int vlan_request(struct rtnl *rtnl, struct req *req, unsigned int vid,
			const char *args)
{
	struct bridge_vlan_info info = { .vid = vid };
	struct args words = { .rtnl = rtnl, .req = req,
			       .table = vlan_words };
	struct nlattr *spec;
	uint16_t who = 0;
	int err;

	err = args_put(&words, args);
	if (err)
		return err;
	info.flags = words.flags;
	if (words.flags & SELF)
		who |= BRIDGE_FLAGS_SELF;
	if (words.flags & MASTER)
		who |= BRIDGE_FLAGS_MASTER;
	spec = req_nest(req, IFLA_AF_SPEC);
	if (who)
		req_put(req, IFLA_BRIDGE_FLAGS, &who, sizeof(who));
	req_put(req, IFLA_BRIDGE_VLAN_INFO, &info, sizeof(info));
	req_nest_end(req, spec);
	return rtnl_talk(rtnl, req);
}

int vlan_add(struct rtnl *rtnl, const char *dev, unsigned int vid,
	     const char *args)
{
	struct req req;
	int err = start(rtnl, &req, RTM_SETLINK, dev);

	return err ? err : vlan_request(rtnl, &req, vid, args);
}

int vlan_del(struct rtnl *rtnl, const char *dev, unsigned int vid,
	     const char *args)
{
	struct req req;
	int err = start(rtnl, &req, RTM_DELLINK, dev);

	return err ? err : vlan_request(rtnl, &req, vid, args);
}

/* The VLANs of one device, a pile of them. */
struct vlans {
	struct vlan *v;
	int n;
};

static int add_vlan(struct vlans *vlans, const struct vlan *vlan)
{
	struct vlan *v = realloc(vlans->v, (vlans->n + 1) * sizeof(*v));

	if (!v)
		return -ENOMEM;
	vlans->v = v;
	v[vlans->n++] = *vlan;
	return 0;
}

static int vlans_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	const struct bridge_vlan_info *info;
	const struct nlattr *attr, *spec;
	struct vlans *vlans = data;
	struct vlan vlan;
	int err = 0;

	mnl_attr_for_each(spec, nlh, sizeof(*ifi)) {
		if (mnl_attr_get_type(spec) != IFLA_AF_SPEC)
			continue;
		mnl_attr_for_each_nested(attr, spec) {
			if (mnl_attr_get_type(attr) != IFLA_BRIDGE_VLAN_INFO ||
			    mnl_attr_get_payload_len(attr) < sizeof(*info))
				continue;
			info = mnl_attr_get_payload(attr);
			vlan = (struct vlan){ ifi->ifi_index, info->vid,
					      info->flags };
			err = err ? err : add_vlan(vlans, &vlan);
		}
	}
	return err;
}

int vlan_list(struct rtnl *rtnl, struct vlan **all)
{
	struct ifinfomsg ifi = { .ifi_family = AF_BRIDGE };
	struct vlans *devs, vlans = { 0 };
	int i, j, n, err = 0;
	struct req req;

	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	req_u32(&req, IFLA_EXT_MASK, RTEXT_FILTER_BRVLAN);
	n = rtnl_list(rtnl, &req, sizeof(*devs), vlans_cb, &devs);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		for (j = 0; j < devs[i].n && !err; j++)
			err = add_vlan(&vlans, &devs[i].v[j]);
		free(devs[i].v);
	}
	free(devs);
	*all = vlans.v;
	if (!err)
		return vlans.n;
	free(vlans.v);
	return err;
}

#define NDM_FLAG(word_, flag) \
	{ word_, WORD_U8, WORD_IN_HEADER, \
	  .at = offsetof(struct ndmsg, ndm_flags), .set = flag }
#define NDM_STATE(word_, state) \
	{ word_, WORD_U16, WORD_IN_HEADER, \
	  .at = offsetof(struct ndmsg, ndm_state), .set = state }

/* Bits that ndm_state does not have, to tell "dynamic" from "static". */
#define DYNAMIC	(1 << 16)

static const struct word fdb_words[] = {
	NDM_FLAG("self", NTF_SELF), NDM_FLAG("master", NTF_MASTER),
	NDM_FLAG("sticky", NTF_STICKY),
	NDM_FLAG("extern_learn", NTF_EXT_LEARNED),
	NDM_STATE("permanent", NUD_PERMANENT),
	NDM_STATE("local", NUD_PERMANENT),
	NDM_STATE("static", NUD_REACHABLE),
	{ "dynamic", .in = WORD_IN_FLAGS, .set = DYNAMIC },
	{ "vlan", WORD_U16, .at = NDA_VLAN },
	{ .word = NULL },
};

/* As bridge(8): of the device itself and permanent, unless otherwise said. */
static void fdb_defaults(struct ndmsg *ndm, bool dynamic)
{
	ndm->ndm_state |= NUD_NOARP;
	if (dynamic)
		ndm->ndm_state = NUD_REACHABLE;
	if (!(ndm->ndm_flags & (NTF_SELF | NTF_MASTER)))
		ndm->ndm_flags |= NTF_SELF;
	if (!(ndm->ndm_state & (NUD_PERMANENT | NUD_REACHABLE)))
		ndm->ndm_state |= NUD_PERMANENT;
}

static int fdb_request(struct rtnl *rtnl, struct req *req, const char *mac,
		       const char *args)
{
	struct args words = { .rtnl = rtnl, .req = req,
			       .table = fdb_words };
	uint8_t bytes[6];
	int err;

	err = args_mac(mac, bytes);
	if (err)
		return err;
	req_put(req, NDA_LLADDR, bytes, sizeof(bytes));
	err = args_put(&words, args);
	if (err)
		return err;
	fdb_defaults(mnl_nlmsg_get_payload(req->nlh), words.flags & DYNAMIC);
	return rtnl_talk(rtnl, req);
}

static int fdb_start(struct rtnl *rtnl, struct req *req, uint16_t type,
		     const char *dev)
{
	struct ndmsg ndm = { .ndm_family = AF_BRIDGE };
	struct link link;
	int err = link_get(rtnl, dev, &link);

	ndm.ndm_ifindex = link.ifindex;
	req_init(req, type, 0, &ndm, sizeof(ndm));
	return err;
}

int fdb_add(struct rtnl *rtnl, const char *dev, const char *mac,
	    const char *args)
{
	struct req req;
	int err = fdb_start(rtnl, &req, RTM_NEWNEIGH, dev);

	req.nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	return err ? err : fdb_request(rtnl, &req, mac, args);
}

int fdb_del(struct rtnl *rtnl, const char *dev, const char *mac,
	    const char *args)
{
	struct req req;
	int err = fdb_start(rtnl, &req, RTM_DELNEIGH, dev);

	return err ? err : fdb_request(rtnl, &req, mac, args);
}

/* Entries that have the low bits' state, and not the high ones'. */
#define HAVE(state)	(state)
#define LACK(state)	((uint32_t)(state) << 16)

static const struct word flush_words[] = {
	NDM_FLAG("self", NTF_SELF), NDM_FLAG("master", NTF_MASTER),
	{ "vlan", WORD_U16, .at = NDA_VLAN },
	{ "brport", WORD_DEV, .at = NDA_IFINDEX },
	{ "permanent", .in = WORD_IN_FLAGS, .set = HAVE(NUD_PERMANENT) },
	{ "nopermanent", .in = WORD_IN_FLAGS, .set = LACK(NUD_PERMANENT) },
	{ "static", .in = WORD_IN_FLAGS,
	  .set = HAVE(NUD_NOARP) | LACK(NUD_PERMANENT) },
	{ "nostatic", .in = WORD_IN_FLAGS, .set = LACK(NUD_NOARP) },
	{ "dynamic", .in = WORD_IN_FLAGS,
	  .set = LACK(NUD_NOARP | NUD_PERMANENT) },
	{ .word = NULL },
};

int fdb_flush(struct rtnl *rtnl, const char *dev, const char *args)
{
	struct req req;
	struct args words = { .rtnl = rtnl, .req = &req,
			       .table = flush_words };
	struct ndmsg *ndm;
	uint16_t mask;
	int err;

	err = fdb_start(rtnl, &req, RTM_DELNEIGH, dev);
	req.nlh->nlmsg_flags |= NLM_F_BULK;
	if (!err)
		err = args_put(&words, args);
	if (err)
		return err;
	ndm = mnl_nlmsg_get_payload(req.nlh);
	if (!(ndm->ndm_flags & (NTF_SELF | NTF_MASTER)))
		ndm->ndm_flags |= NTF_SELF;
	ndm->ndm_state = words.flags;
	mask = words.flags | words.flags >> 16;
	if (mask)
		req_put(&req, ATTR_NDM_STATE_MASK, &mask, sizeof(mask));
	return rtnl_talk(rtnl, &req);
}
