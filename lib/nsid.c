// SPDX-License-Identifier: GPL-2.0-or-later
#include "nsid.h"

#include <errno.h>
#include <linux/net_namespace.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

static int parse_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	int *id = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct rtgenmsg)) {
		if (mnl_attr_get_type(attr) == NETNSA_NSID)
			*id = mnl_attr_get_u32(attr);
	}
	return 0;
}

int nsid_get(struct rtnl *rtnl, int netns, int *id)
{
	struct rtgenmsg gen = { .rtgen_family = AF_UNSPEC };
	struct req req;

	*id = NETNSA_NSID_NOT_ASSIGNED;
	req_init(&req, RTM_GETNSID, 0, &gen, sizeof(gen));
	req_u32(&req, NETNSA_FD, netns);
	return rtnl_get(rtnl, &req, parse_cb, id);
}

int nsid_set(struct rtnl *rtnl, int netns, int id)
{
	const struct rtgenmsg gen = { .rtgen_family = AF_UNSPEC };
	struct req req;

	req_init(&req, RTM_NEWNSID, 0, &gen, sizeof(gen));
	req_u32(&req, NETNSA_FD, netns);
	req_u32(&req, NETNSA_NSID, id);
	return rtnl_talk(rtnl, &req);
}
