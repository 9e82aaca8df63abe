// SPDX-License-Identifier: GPL-2.0-or-later
#include "rule.h"

#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

#include "args.h"

static const struct word_name tables[] = {
	{ "main", RT_TABLE_MAIN }, { "local", RT_TABLE_LOCAL },
	{ "default", RT_TABLE_DEFAULT }, { NULL, 0 },
};

static const struct word_name ipprotos[] = {
	{ "icmp", IPPROTO_ICMP }, { "tcp", IPPROTO_TCP },
	{ "udp", IPPROTO_UDP }, { "ipv6-icmp", IPPROTO_ICMPV6 },
	{ NULL, 0 },
};

#define ACTION(word_, action_) \
	{ word_, WORD_U8, WORD_IN_HEADER, \
	  .at = offsetof(struct fib_rule_hdr, action), .set = action_ }

static const struct word rule_words[] = {
	{ "from", WORD_PREFIX, .at = FRA_SRC,
	  .len = offsetof(struct fib_rule_hdr, src_len) },
	{ "to", WORD_PREFIX, .at = FRA_DST,
	  .len = offsetof(struct fib_rule_hdr, dst_len) },
	{ "fwmark", WORD_U32, .at = FRA_FWMARK },
	{ "goto", WORD_U32, .at = FRA_GOTO },
	{ "iif", WORD_STR, .at = FRA_IIFNAME },
	{ "ipproto", WORD_U8, .at = FRA_IP_PROTO, .names = ipprotos },
	{ "lookup", WORD_U32, .at = FRA_TABLE, .names = tables },
	{ "oif", WORD_STR, .at = FRA_OIFNAME },
	{ "priority", WORD_U32, .at = FRA_PRIORITY },
	{ "protocol", WORD_U8, .at = FRA_PROTOCOL },
	{ "suppress_prefixlength", WORD_U32,
	  .at = FRA_SUPPRESS_PREFIXLEN },
	{ "tos", WORD_U8, WORD_IN_HEADER,
	  .at = offsetof(struct fib_rule_hdr, tos) },
	{ "not", WORD_U32, WORD_IN_HEADER, .set = FIB_RULE_INVERT,
	  .at = offsetof(struct fib_rule_hdr, flags) },
	ACTION("blackhole", FR_ACT_BLACKHOLE),
	ACTION("unreachable", FR_ACT_UNREACHABLE),
	ACTION("prohibit", FR_ACT_PROHIBIT),
	{ .word = NULL },
};

/* Has it been given this attribute? */
static bool has(const struct req *req, uint16_t type)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, req->nlh, sizeof(struct fib_rule_hdr)) {
		if (mnl_attr_get_type(attr) == type)
			return true;
	}
	return false;
}

static int request(struct rtnl *rtnl, struct req *req, const char *args)
{
	struct fib_rule_hdr *hdr = mnl_nlmsg_get_payload(req->nlh);
	struct args words = { .rtnl = rtnl, .req = req,
			       .table = rule_words };
	int err;

	err = args_put(&words, args);
	if (err)
		return err;
	if (has(req, FRA_GOTO))
		hdr->action = FR_ACT_GOTO;
	/* What a rule does that does not say is to look up the main table. */
	if (req->nlh->nlmsg_type == RTM_NEWRULE && !hdr->action)
		hdr->action = FR_ACT_TO_TBL;
	if (hdr->action == FR_ACT_TO_TBL && !has(req, FRA_TABLE))
		hdr->table = RT_TABLE_MAIN;
	return rtnl_talk(rtnl, req);
}

int rule_add(struct rtnl *rtnl, int family, const char *args)
{
	struct fib_rule_hdr hdr = { .family = family };
	struct req req;

	req_init(&req, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, &hdr,
		 sizeof(hdr));
	return request(rtnl, &req, args);
}

int rule_del(struct rtnl *rtnl, int family, const char *args)
{
	struct fib_rule_hdr hdr = { .family = family };
	struct req req;

	req_init(&req, RTM_DELRULE, 0, &hdr, sizeof(hdr));
	return request(rtnl, &req, args);
}

static void get_name(const struct nlattr *attr, char to[16])
{
	size_t n = mnl_attr_get_payload_len(attr);

	memcpy(to, mnl_attr_get_payload(attr), n < 16 ? n : 15);
}

static void parse_attr(const struct nlattr *attr, struct rule *rule)
{
	const void *data = mnl_attr_get_payload(attr);
	size_t len = mnl_attr_get_payload_len(attr);

	switch (mnl_attr_get_type(attr)) {
	case FRA_SRC:
		ip_set(&rule->from, rule->family, data, len);
		break;
	case FRA_DST:
		ip_set(&rule->to, rule->family, data, len);
		break;
	case FRA_IIFNAME:
		get_name(attr, rule->iif);
		break;
	case FRA_OIFNAME:
		get_name(attr, rule->oif);
		break;
	case FRA_PRIORITY:
		rule->priority = mnl_attr_get_u32(attr);
		break;
	case FRA_TABLE:
		rule->table = mnl_attr_get_u32(attr);
		break;
	case FRA_FWMARK:
		rule->fwmark = mnl_attr_get_u32(attr);
		break;
	case FRA_FWMASK:
		rule->fwmask = mnl_attr_get_u32(attr);
		break;
	case FRA_SUPPRESS_PREFIXLEN:
		rule->suppress = mnl_attr_get_u32(attr);
		break;
	case FRA_PROTOCOL:
		rule->protocol = mnl_attr_get_u8(attr);
		break;
	}
}

static int parse_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct fib_rule_hdr *hdr = mnl_nlmsg_get_payload(nlh);
	const struct nlattr *attr;
	struct rule *rule = data;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*hdr))
		return -EINVAL;
	memset(rule, 0, sizeof(*rule));
	rule->family = hdr->family;
	rule->action = hdr->action;
	rule->table = hdr->table;
	rule->tos = hdr->tos;
	rule->invert = hdr->flags & FIB_RULE_INVERT;
	rule->suppress = -1;
	mnl_attr_for_each(attr, nlh, sizeof(*hdr))
		parse_attr(attr, rule);
	rule->from.len = hdr->src_len;
	rule->to.len = hdr->dst_len;
	return 0;
}

int rule_list(struct rtnl *rtnl, int family, struct rule **rules)
{
	struct fib_rule_hdr hdr = { .family = family };
	struct req req;

	req_init(&req, RTM_GETRULE, 0, &hdr, sizeof(hdr));
	return rtnl_list(rtnl, &req, sizeof(**rules), parse_cb, rules);
}
