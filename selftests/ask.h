/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One rtnetlink request as data, and all of the kernel's answer: for what no
 * function of lib/ would ever send.  A request has a wrong form and a right
 * one, which differ in what is said to be WRONG and RIGHT, and in nothing else.
 */
#ifndef ASK_H
#define ASK_H

#include "ksft.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/net_namespace.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>

/* Newer than the oldest headers we build with (v6.1). */
#ifndef NLM_F_BULK
#define NLM_F_BULK		0x200
#endif
#define ASK_MISS_TYPE		5	/* NLMSGERR_ATTR_MISS_TYPE */

enum ask_kind {
	ASK_END, ASK_WHEN, ASK_U8, ASK_U16, ASK_BE16, ASK_U32, ASK_STR, ASK_RAW,
	ASK_IP, ASK_MAC, ASK_DEV, ASK_NETNS, ASK_FILE, ASK_OPEN, ASK_OPEN_IFI,
	ASK_CLOSE,
};

struct ask_attr {
	enum ask_kind kind;
	uint16_t type;
	uint32_t value;		/* or length of .text, for ASK_RAW */
	const char *text;
};

/* The next attribute (with all that is in it) is in this form only. */
#define WRONG		{ ASK_WHEN, 0, false, NULL }
#define RIGHT		{ ASK_WHEN, 0, true, NULL }
#define U8(t, v)	{ ASK_U8, t, v, NULL }
#define U16(t, v)	{ ASK_U16, t, v, NULL }
#define BE16(t, v)	{ ASK_BE16, t, v, NULL }
#define U32(t, v)	{ ASK_U32, t, v, NULL }
#define STR(t, s)	{ ASK_STR, t, 0, s }
#define RAW(t, s, n)	{ ASK_RAW, t, n, s }	/* the bytes of s, no NUL */
#define IP(t, s)	{ ASK_IP, t, 0, s }
#define MAC(t, s)	{ ASK_MAC, t, 0, s }
#define DEV(t, s)	{ ASK_DEV, t, 0, s }	/* ifindex; "NETNS/DEV" */
#define NETNS(t, s)	{ ASK_NETNS, t, 0, s }	/* descriptor */
#define FILE_FD(t, s)	{ ASK_FILE, t, 0, s }	/* of any file */
#define OPEN(t)		{ ASK_OPEN, t, 0, NULL }
/* Of VETH_INFO_PEER, which begins with a header that says an ifindex. */
#define OPEN_IFI(t, i)	{ ASK_OPEN_IFI, t, i, NULL }
#define CLOSE		{ ASK_CLOSE, 0, 0, NULL }

#define KIND(k)		OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, k), CLOSE
#define BRIDGE		KIND("bridge")
/* A pair up to the attributes of the peer; PEER_END closes it. */
#define PEER		OPEN(IFLA_LINKINFO), STR(IFLA_INFO_KIND, "veth"), \
			OPEN(IFLA_INFO_DATA), OPEN_IFI(VETH_INFO_PEER, 0)
#define PEER_END	CLOSE, CLOSE, CLOSE
#define VETH(peer)	PEER, STR(IFLA_IFNAME, peer), PEER_END

#define ADD		(NLM_F_CREATE | NLM_F_EXCL)

/* The fixed headers of all families in one. */
struct ask_head {
	uint8_t family;
	uint8_t len, src_len;		/* of prefixes */
	uint8_t tos, table, protocol, scope;
	uint8_t type;			/* RTN_*, FR_ACT_* */
	uint16_t state;			/* NUD_* */
	uint32_t flags, change;
	const char *dev;		/* else .index is taken as it is */
	int index;
};

#define ASK_ATTRS_MAX	22

struct ask {
	const char *ns;				/* NULL: the host */
	uint16_t type, flags;			/* RTM_*, NLM_F_* */
	struct ask_head head;
	struct ask_attr attrs[ASK_ATTRS_MAX];
	const struct ask_head *right_head;	/* NULL: .head as well */
	uint16_t right_flags;			/* 0: .flags as well */
};

struct ask_answer {
	int err;		/* the verdict: 0 or -errno */
	char extack[256];
	int attr;		/* type of the one it points at, -1: none */
	int missing;		/* type of the one it misses, -1: not said */
	int messages;		/* before the verdict */
	struct nlmsghdr *first;	/* of them, NULL if none; into buf */
	char buf[4096] __attribute__((aligned(NLMSG_ALIGNTO)));
};

/* "DEV" in @name, or "NETNS/DEV"; 0 if there is none. */
static inline int ask_index(const char *name, const char *dev)
{
	const char *slash = strchr(dev, '/');
	char other[32];
	struct link link;

	if (slash) {
		snprintf(other, sizeof(other), "%.*s", (int)(slash - dev), dev);
		name = other;
		dev = slash + 1;
	}
	return link_get(in(name), dev, &link) ? 0 : link.ifindex;
}

static inline void ask_put_ip(struct req *req, const struct ask_attr *a)
{
	struct ip_prefix ip;

	if (ip_parse(a->text, &ip))
		req->err = -EINVAL;
	else
		req_put(req, a->type, ip.addr, ip_size(ip.family));
}

static inline void ask_put_mac(struct req *req, const struct ask_attr *a)
{
	uint8_t mac[6];

	if (sscanf(a->text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &mac[0], &mac[1],
		   &mac[2], &mac[3], &mac[4], &mac[5]) != 6)
		req->err = -EINVAL;
	req_put(req, a->type, mac, sizeof(mac));
}

static inline void ask_put(struct req *req, const char *name,
			   const struct ask_attr *a)
{
	const uint8_t u8 = a->value;
	const uint16_t u16 = a->value, be16 = htons(a->value);

	switch (a->kind) {
	case ASK_U8:
		req_put(req, a->type, &u8, sizeof(u8));
		break;
	case ASK_U16:
		req_put(req, a->type, &u16, sizeof(u16));
		break;
	case ASK_BE16:
		req_put(req, a->type, &be16, sizeof(be16));
		break;
	case ASK_U32:
		req_u32(req, a->type, a->value);
		break;
	case ASK_STR:
		req_str(req, a->type, a->text);
		break;
	case ASK_RAW:
		req_put(req, a->type, a->text, a->value);
		break;
	case ASK_IP:
		ask_put_ip(req, a);
		break;
	case ASK_MAC:
		ask_put_mac(req, a);
		break;
	case ASK_DEV:
		req_u32(req, a->type, ask_index(name, a->text));
		break;
	case ASK_NETNS:
		req_u32(req, a->type, ns(a->text));
		break;
	case ASK_FILE:
		/* Left open: the process is about to end. */
		req_u32(req, a->type, open(a->text, O_RDONLY | O_CLOEXEC));
		break;
	default:
		req->err = -EINVAL;
	}
}

/* Past @a, or past the CLOSE of what it opens. */
static inline const struct ask_attr *ask_skip(const struct ask_attr *a)
{
	int depth = 0;

	do {
		if (a->kind == ASK_OPEN || a->kind == ASK_OPEN_IFI)
			depth++;
		else if (a->kind == ASK_CLOSE)
			depth--;
		a++;
	} while (depth);
	return a;
}

#define ASK_DEPTH_MAX	8

static inline void ask_attrs(struct req *req, const struct ask *ask, bool right)
{
	const char *name = ask->ns ? ask->ns : TOPO_HOST;
	const struct ask_attr *a = ask->attrs;
	struct nlattr *open[ASK_DEPTH_MAX];
	struct ifinfomsg *ifi;
	int depth = 0;

	while (a < ask->attrs + ASK_ATTRS_MAX && a->kind != ASK_END) {
		switch (a->kind) {
		case ASK_WHEN:
			a = !a->value == !right ? a + 1 : ask_skip(a + 1);
			continue;
		case ASK_OPEN:
		case ASK_OPEN_IFI:
			open[depth++] = req_nest(req, a->type);
			if (a->kind == ASK_OPEN)
				break;
			ifi = mnl_nlmsg_put_extra_header(req->nlh,
							 sizeof(*ifi));
			ifi->ifi_index = a->value;
			break;
		case ASK_CLOSE:
			req_nest_end(req, open[--depth]);
			break;
		default:
			ask_put(req, name, a);
		}
		a++;
	}
}

union ask_header {
	struct ifinfomsg link;
	struct ifaddrmsg addr;
	struct rtmsg route;		/* struct fib_rule_hdr is like it */
	struct ndmsg neigh;
	struct rtgenmsg gen;
	struct br_vlan_msg vlan;
};

/* Fills @u for messages of @type: its length. */
static inline size_t ask_header(uint16_t type, const struct ask_head *h,
				int index, union ask_header *u)
{
	memset(u, 0, sizeof(*u));
	switch (type & ~3) {
	case RTM_NEWLINK:
	case RTM_NEWLINKPROP:
		u->link = (struct ifinfomsg){ .ifi_family = h->family,
			.ifi_index = index, .ifi_flags = h->flags,
			.ifi_change = h->change };
		return sizeof(u->link);
	case RTM_NEWADDR:
		u->addr = (struct ifaddrmsg){ .ifa_family = h->family,
			.ifa_prefixlen = h->len, .ifa_flags = h->flags,
			.ifa_scope = h->scope, .ifa_index = index };
		return sizeof(u->addr);
	case RTM_NEWROUTE:
	case RTM_NEWRULE:
		u->route = (struct rtmsg){ .rtm_family = h->family,
			.rtm_dst_len = h->len, .rtm_src_len = h->src_len,
			.rtm_tos = h->tos, .rtm_table = h->table,
			.rtm_protocol = h->protocol, .rtm_scope = h->scope,
			.rtm_type = h->type, .rtm_flags = h->flags };
		return sizeof(u->route);
	case RTM_NEWNEIGH:
		u->neigh = (struct ndmsg){ .ndm_family = h->family,
			.ndm_ifindex = index, .ndm_state = h->state,
			.ndm_flags = h->flags, .ndm_type = h->type };
		return sizeof(u->neigh);
	case RTM_NEWVLAN:
		u->vlan = (struct br_vlan_msg){ .family = h->family,
			.ifindex = index };
		return sizeof(u->vlan);
	default:
		u->gen.rtgen_family = h->family;
		return sizeof(u->gen);
	}
}

static inline void ask_build(struct req *req, const struct ask *ask, bool right)
{
	const char *name = ask->ns ? ask->ns : TOPO_HOST;
	const struct ask_head *head = &ask->head;
	uint16_t flags = ask->flags;
	union ask_header u;
	size_t len;

	if (right && ask->right_head)
		head = ask->right_head;
	if (right && ask->right_flags)
		flags = ask->right_flags;
	len = ask_header(ask->type, head, head->dev ?
			 ask_index(name, head->dev) : head->index, &u);
	req_init(req, ask->type, flags, &u, len);
	ask_attrs(req, ask, right);
}

/* A socket that hears all the kernel has to say of an error; or -errno. */
static inline int ask_open(int netns, bool strict)
{
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	int one = 1, check = strict;

	if (fd < 0)
		return fd;
	if (!setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &one, sizeof(one)) &&
	    !setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &one, sizeof(one)) &&
	    !setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &check,
			sizeof(check)))
		return fd;
	close(fd);
	return -errno;
}

/* The type of the attribute of @req that an error points at by its offset. */
static inline int ask_attr_at(const struct req *req, uint32_t offset)
{
	const struct nlattr *attr = (const void *)(req->buf + offset);

	if (offset + sizeof(*attr) > req->nlh->nlmsg_len)
		return -1;
	return attr->nla_type & NLA_TYPE_MASK;
}

static inline void ask_tlvs(const struct req *req, const struct nlmsghdr *nlh,
			    size_t skip, struct ask_answer *answer)
{
	const struct nlattr *attr;

	if (!(nlh->nlmsg_flags & NLM_F_ACK_TLVS))
		return;
	mnl_attr_for_each(attr, nlh, skip) {
		switch (mnl_attr_get_type(attr)) {
		case NLMSGERR_ATTR_MSG:
			snprintf(answer->extack, sizeof(answer->extack), "%s",
				 mnl_attr_get_str(attr));
			break;
		case NLMSGERR_ATTR_OFFS:
			answer->attr = ask_attr_at(req, mnl_attr_get_u32(attr));
			break;
		case ASK_MISS_TYPE:
			answer->missing = mnl_attr_get_u32(attr);
			break;
		}
	}
}

/* Takes one message in: 1 if it is the last one. */
static inline int ask_take(const struct req *req, const struct nlmsghdr *nlh,
			   struct ask_answer *answer)
{
	const struct nlmsgerr *e = mnl_nlmsg_get_payload(nlh);
	size_t skip = sizeof(*e);

	if (nlh->nlmsg_type == NLMSG_ERROR) {
		if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
			skip += e->msg.nlmsg_len - sizeof(e->msg);
		answer->err = e->error;
		ask_tlvs(req, nlh, MNL_ALIGN(skip), answer);
		return 1;
	}
	if (nlh->nlmsg_type == NLMSG_DONE) {
		answer->err = *(const int *)e;
		ask_tlvs(req, nlh, sizeof(int), answer);
		return 1;
	}
	if (!answer->messages++ && nlh->nlmsg_len <= sizeof(answer->buf)) {
		memcpy(answer->buf, nlh, nlh->nlmsg_len);
		answer->first = (struct nlmsghdr *)answer->buf;
	}
	return 0;
}

/* Reads up to the verdict; 0, or -errno if there is none. */
static inline int ask_read(int fd, const struct req *req,
			   struct ask_answer *answer)
{
	static char buf[32768] __attribute__((aligned(NLMSG_ALIGNTO)));
	long long deadline = deadline_new();
	const struct nlmsghdr *nlh;
	int len, err;

	for (;;) {
		err = deadline_poll_in(fd, deadline);
		if (err)
			return err;
		len = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
		if (len < 0)
			return -errno;
		nlh = (struct nlmsghdr *)buf;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len))
			if (ask_take(req, nlh, answer))
				return 0;
	}
}

/* Sends @req over @fd; 0 and the verdict in @answer->err, or -errno. */
static inline int ask_send(int fd, struct req *req, struct ask_answer *answer)
{
	*answer = (struct ask_answer){ .attr = -1, .missing = -1 };
	if (req->err)
		return req->err;
	/* A dump ends with its own NLMSG_DONE. */
	if ((req->nlh->nlmsg_flags & NLM_F_DUMP) != NLM_F_DUMP ||
	    req->nlh->nlmsg_type % 4 != 2)
		req->nlh->nlmsg_flags |= NLM_F_ACK;
	if (send(fd, req->nlh, req->nlh->nlmsg_len, 0) < 0)
		return -errno;
	return ask_read(fd, req, answer);
}

static inline int ask_run(const struct ask *ask, bool right,
			  struct ask_answer *answer)
{
	int fd = ask_open(ns(ask->ns ? ask->ns : TOPO_HOST), true);
	struct req req;
	int err;

	if (fd < 0)
		return fd;
	ask_build(&req, ask, right);
	err = ask_send(fd, &req, answer);
	close(fd);
	return err;
}

/* Its right form, where nothing is asked but whether it was done. */
static inline int ask_do(const struct ask *ask)
{
	struct ask_answer answer;
	int err;

	err = ask_run(ask, true, &answer);
	return err ? err : answer.err;
}

#endif
