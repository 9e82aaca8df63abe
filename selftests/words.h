/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Requests and answers in the words of ip(8), for tests that need every
 * attribute: a line is one request, and one message of the kernel is a line.
 *
 *	ip("pod-red", "route replace 192.0.2.0/24 dev v0 metric 5 mtu 1400")
 *	ip_get("pod-red", "192.0.2.9")	 "unicast 192.0.2.9 dev v0 src ..."
 *	ip_list("pod-red", "addr")	 all addresses, a line each
 *
 * lib/ has the few words that topologies are made of; here are those that only
 * tests of addresses and routes use, and everything that an answer says.
 */
#ifndef WORDS_H
#define WORDS_H

#include "ksft.h"

#include <arpa/inet.h>
#include <linux/fib_rules.h>
#include <linux/if_addr.h>
#include <linux/net_namespace.h>
#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <stdarg.h>
#include <stddef.h>
#include <time.h>

#define RED	"pod-red"
#define BLUE	"pod-blue"

/* A word with what it takes to print it; lives as long as the topology. */
#define str(...)	topo_list_str(&ksft.list, __VA_ARGS__)

enum word_kind {
	WORD_IP,		/* an address */
	WORD_PREFIX,		/* and its length, at .hdr of the header */
	WORD_U32, WORD_U16, WORD_U8, WORD_BE16,
	WORD_STR, WORD_DEV, WORD_MAC,
	WORD_NETNS,		/* a namespace of the topology, its descriptor */
	WORD_HDR,		/* a byte at .hdr of the header */
	WORD_FLAG,		/* .attr or'ed to the word at .hdr */
	WORD_UNFLAG,		/* links: .attr in ifi_change alone */
	WORD_SET,		/* an attribute without a value: .hdr is it */
	WORD_METRIC,		/* of RTA_METRICS */
	WORD_NEXTHOP,		/* the rest of the line: RTA_MULTIPATH */
	WORD_IFA_FLAG,		/* of IFA_FLAGS */
	WORD_GROUP,		/* NHA_GROUP: ids with commas */
};

struct word {
	const char *word;
	enum word_kind kind;
	uint32_t attr;
	size_t hdr;
};

#define RTM(field)	offsetof(struct rtmsg, rtm_##field)

static const struct word route_words[] = {
	{ "via", WORD_IP, RTA_GATEWAY, 0 },
	{ "dev", WORD_DEV, RTA_OIF, 0 },
	{ "iif", WORD_DEV, RTA_IIF, 0 },
	{ "src", WORD_IP, RTA_PREFSRC, 0 },
	{ "from", WORD_PREFIX, RTA_SRC, RTM(src_len) },
	{ "metric", WORD_U32, RTA_PRIORITY, 0 },
	{ "table", WORD_U32, RTA_TABLE, 0 },
	{ "nhid", WORD_U32, RTA_NH_ID, 0 },
	{ "expires", WORD_U32, RTA_EXPIRES, 0 },
	{ "mark", WORD_U32, RTA_MARK, 0 },
	{ "pref", WORD_U8, RTA_PREF, 0 },
	{ "ipproto", WORD_U8, RTA_IP_PROTO, 0 },
	{ "sport", WORD_BE16, RTA_SPORT, 0 },
	{ "dport", WORD_BE16, RTA_DPORT, 0 },
	{ "tos", WORD_HDR, 0, RTM(tos) },
	{ "proto", WORD_HDR, 0, RTM(protocol) },
	{ "scope", WORD_HDR, 0, RTM(scope) },
	{ "type", WORD_HDR, 0, RTM(type) },
	{ "onlink", WORD_FLAG, RTNH_F_ONLINK, RTM(flags) },
	{ "fibmatch", WORD_FLAG, RTM_F_FIB_MATCH, RTM(flags) },
	{ "cached", WORD_FLAG, RTM_F_CLONED, RTM(flags) },
	{ "mtu", WORD_METRIC, RTAX_MTU, 0 },
	{ "lock", WORD_METRIC, RTAX_LOCK, 0 },
	{ "advmss", WORD_METRIC, RTAX_ADVMSS, 0 },
	{ "hoplimit", WORD_METRIC, RTAX_HOPLIMIT, 0 },
	{ "initcwnd", WORD_METRIC, RTAX_INITCWND, 0 },
	{ "initrwnd", WORD_METRIC, RTAX_INITRWND, 0 },
	{ "window", WORD_METRIC, RTAX_WINDOW, 0 },
	{ "nexthop", WORD_NEXTHOP, RTA_MULTIPATH, 0 },
	{ NULL, 0, 0, 0 },
};

static const struct word addr_words[] = {
	{ "dev", WORD_DEV, 0, offsetof(struct ifaddrmsg, ifa_index) },
	{ "peer", WORD_PREFIX, IFA_ADDRESS,
	  offsetof(struct ifaddrmsg, ifa_prefixlen) },
	{ "brd", WORD_IP, IFA_BROADCAST, 0 },
	{ "label", WORD_STR, IFA_LABEL, 0 },
	{ "scope", WORD_HDR, 0, offsetof(struct ifaddrmsg, ifa_scope) },
	{ "metric", WORD_U32, IFA_RT_PRIORITY, 0 },
	{ "proto", WORD_U8, IFA_PROTO, 0 },
	{ "nodad", WORD_IFA_FLAG, IFA_F_NODAD, 0 },
	{ "noprefixroute", WORD_IFA_FLAG, IFA_F_NOPREFIXROUTE, 0 },
	{ "optimistic", WORD_IFA_FLAG, IFA_F_OPTIMISTIC, 0 },
	{ "home", WORD_IFA_FLAG, IFA_F_HOMEADDRESS, 0 },
	{ "mngtmpaddr", WORD_IFA_FLAG, IFA_F_MANAGETEMPADDR, 0 },
	{ "autojoin", WORD_IFA_FLAG, IFA_F_MCAUTOJOIN, 0 },
	{ NULL, 0, 0, 0 },
};

#define FRH(field)	offsetof(struct fib_rule_hdr, field)

static const struct word rule_words[] = {
	{ "from", WORD_PREFIX, FRA_SRC, FRH(src_len) },
	{ "to", WORD_PREFIX, FRA_DST, FRH(dst_len) },
	{ "pref", WORD_U32, FRA_PRIORITY, 0 },
	{ "lookup", WORD_U32, FRA_TABLE, 0 },
	{ "fwmark", WORD_U32, FRA_FWMARK, 0 },
	{ "mask", WORD_U32, FRA_FWMASK, 0 },
	{ "goto", WORD_U32, FRA_GOTO, 0 },
	{ "iif", WORD_STR, FRA_IIFNAME, 0 },
	{ "oif", WORD_STR, FRA_OIFNAME, 0 },
	{ "ipproto", WORD_U8, FRA_IP_PROTO, 0 },
	{ "proto", WORD_U8, FRA_PROTOCOL, 0 },
	{ "tos", WORD_HDR, 0, FRH(tos) },
	{ "action", WORD_HDR, 0, FRH(action) },
	{ "not", WORD_FLAG, FIB_RULE_INVERT, FRH(flags) },
	{ "suppress_prefixlength", WORD_U32, FRA_SUPPRESS_PREFIXLEN, 0 },
	{ NULL, 0, 0, 0 },
};

static const struct word neigh_words[] = {
	{ "dev", WORD_DEV, 0, offsetof(struct ndmsg, ndm_ifindex) },
	{ "lladdr", WORD_MAC, NDA_LLADDR, 0 },
	{ "nud", WORD_HDR, 0, offsetof(struct ndmsg, ndm_state) },
	{ NULL, 0, 0, 0 },
};

static const struct word nexthop_words[] = {
	{ "id", WORD_U32, NHA_ID, 0 },
	{ "via", WORD_IP, NHA_GATEWAY, 0 },
	{ "dev", WORD_DEV, NHA_OIF, 0 },
	{ "group", WORD_GROUP, NHA_GROUP, 0 },
	{ "blackhole", WORD_SET, 0, NHA_BLACKHOLE },
	{ "inet6", WORD_HDR, AF_INET6, 0 },
	{ NULL, 0, 0, 0 },
};

#define IFI_FLAGS	offsetof(struct ifinfomsg, ifi_flags)

static const struct word link_words[] = {
	{ "up", WORD_FLAG, IFF_UP, IFI_FLAGS },
	{ "down", WORD_UNFLAG, IFF_UP, IFI_FLAGS },
	{ "noarp", WORD_FLAG, IFF_NOARP, IFI_FLAGS },
	{ "mtu", WORD_U32, IFLA_MTU, 0 },
	{ "name", WORD_STR, IFLA_IFNAME, 0 },
	{ "address", WORD_MAC, IFLA_ADDRESS, 0 },
	{ "master", WORD_DEV, IFLA_MASTER, 0 },
	{ "nomaster", WORD_SET, 0, IFLA_MASTER },
	{ "netns", WORD_NETNS, IFLA_NET_NS_FD, 0 },
	{ NULL, 0, 0, 0 },
};

/* A line on its way to being a request. */
struct line {
	const char *ns;
	struct req req;
	char *save;			/* strtok_r()'s */
	int family, err;
	uint32_t metrics[RTAX_MAX + 1], ifa_flags;
	bool has_via;
};

static inline void *line_hdr(struct line *l, size_t offset)
{
	return (char *)mnl_nlmsg_get_payload(l->req.nlh) + offset;
}

static inline const char *next_word(struct line *l)
{
	const char *word = strtok_r(NULL, " ", &l->save);

	if (!word) {
		l->err = -EINVAL;
		return "";
	}
	return word;
}

/* Its ifindex, or 0 with the line's error. */
static inline int dev_index(struct line *l, const char *dev)
{
	struct link link = { 0 };
	int err = link_get(in(l->ns), dev, &link);

	if (err) {
		printf("# %s of %s: %s\n", dev, l->ns, ksft_err_name(err));
		l->err = err;
	}
	return link.ifindex;
}

/* Its family is the line's from now on. */
static inline struct ip_prefix ip_word(struct line *l, const char *text)
{
	struct ip_prefix ip = { .family = l->family };

	if (!strcmp(text, "default6"))
		ip.family = AF_INET6;
	else if (!strcmp(text, "default"))
		ip.family = l->family ? l->family : AF_INET;
	else if (ip_parse(text, &ip))
		l->err = -EINVAL;
	l->family = ip.family;
	return ip;
}

static inline void put_ip(struct line *l, uint16_t attr,
			  const struct ip_prefix *ip)
{
	req_put(&l->req, attr, ip->addr, ip_size(ip->family));
}

static inline void put_mac(struct line *l, uint16_t attr, const char *text)
{
	uint8_t m[6];

	if (sscanf(text, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &m[0], &m[1], &m[2],
		   &m[3], &m[4], &m[5]) != 6)
		l->err = -EINVAL;
	req_put(&l->req, attr, m, sizeof(m));
}

/* The words of one nexthop: true if the next one begins. */
static inline bool put_nexthop(struct line *l, struct rtnexthop *nh,
			       struct ip_prefix *via)
{
	char *word;

	while ((word = strtok_r(NULL, " ", &l->save))) {
		if (!strcmp(word, "nexthop"))
			return true;
		if (!strcmp(word, "via"))
			*via = ip_word(l, next_word(l));
		else if (!strcmp(word, "dev"))
			nh->rtnh_ifindex = dev_index(l, next_word(l));
		else if (!strcmp(word, "weight"))
			nh->rtnh_hops = atoi(next_word(l)) - 1;
		else if (!strcmp(word, "onlink"))
			nh->rtnh_flags |= RTNH_F_ONLINK;
		else
			l->err = -EINVAL;
	}
	return false;
}

static inline void put_nexthops(struct line *l)
{
	char buf[1024] = { 0 };
	struct ip_prefix via;
	struct rtnexthop *nh;
	struct rtattr *rta;
	size_t len = 0;
	bool more;

	do {
		nh = (struct rtnexthop *)(buf + len);
		via.family = 0;
		more = put_nexthop(l, nh, &via);
		nh->rtnh_len = sizeof(*nh);
		if (via.family) {
			l->has_via = true;
			rta = RTNH_DATA(nh);
			rta->rta_type = RTA_GATEWAY;
			rta->rta_len = RTA_LENGTH(ip_size(via.family));
			memcpy(RTA_DATA(rta), via.addr, ip_size(via.family));
			nh->rtnh_len += RTA_ALIGN(rta->rta_len);
		}
		len += nh->rtnh_len;
	} while (more && len < sizeof(buf) - 64);
	req_put(&l->req, RTA_MULTIPATH, buf, len);
}

static inline void put_group(struct line *l, char *ids)
{
	struct nexthop_grp grp[16] = { 0 };
	char *id;
	int n;

	for (n = 0; n < 16 && (id = strsep(&ids, ",")); n++)
		grp[n].id = strtoul(id, NULL, 0);
	req_put(&l->req, NHA_GROUP, grp, n * sizeof(grp[0]));
}

/* An ifindex is an attribute, or (no .attr) a field of the header. */
static inline void put_dev(struct line *l, const struct word *w,
			   const char *dev)
{
	int ifindex = dev_index(l, dev);

	if (w->attr)
		req_u32(&l->req, w->attr, ifindex);
	else
		memcpy(line_hdr(l, w->hdr), &ifindex, sizeof(ifindex));
}

static inline void put_flag(struct line *l, const struct word *w)
{
	*(uint32_t *)line_hdr(l, w->hdr) |= w->attr;
	/* ifi_change stands behind ifi_flags. */
	if (w->hdr == IFI_FLAGS && l->req.nlh->nlmsg_type == RTM_NEWLINK)
		*(uint32_t *)line_hdr(l, w->hdr + 4) |= w->attr;
}

static inline void put_number(struct line *l, const struct word *w)
{
	uint32_t value = strtoul(next_word(l), NULL, 0);
	uint16_t half = w->kind == WORD_BE16 ? htons(value) : value;
	uint8_t byte = value;

	if (w->kind == WORD_U32)
		req_u32(&l->req, w->attr, value);
	else if (w->kind == WORD_U8)
		req_put(&l->req, w->attr, &byte, 1);
	else if (w->kind == WORD_HDR)
		*(uint8_t *)line_hdr(l, w->hdr) = value;
	else if (w->kind == WORD_METRIC)
		l->metrics[w->attr] = value;
	else
		req_put(&l->req, w->attr, &half, 2);
}

static inline void put_address(struct line *l, const struct word *w)
{
	struct ip_prefix ip = ip_word(l, next_word(l));

	if (w->kind == WORD_PREFIX)
		*(uint8_t *)line_hdr(l, w->hdr) = ip.len;
	if (w->kind == WORD_IP || ip.len)
		put_ip(l, w->attr, &ip);
	l->has_via |= w->kind == WORD_IP && !strcmp(w->word, "via");
}

static inline void put_word(struct line *l, const struct word *w)
{
	switch (w->kind) {
	case WORD_IP:
	case WORD_PREFIX:
		put_address(l, w);
		break;
	case WORD_STR:
		req_str(&l->req, w->attr, next_word(l));
		break;
	case WORD_DEV:
		put_dev(l, w, next_word(l));
		break;
	case WORD_MAC:
		put_mac(l, w->attr, next_word(l));
		break;
	case WORD_NETNS:
		req_u32(&l->req, w->attr, ns(next_word(l)));
		break;
	case WORD_FLAG:
		put_flag(l, w);
		break;
	case WORD_UNFLAG:
		*(uint32_t *)line_hdr(l, w->hdr + 4) |= w->attr;
		break;
	case WORD_SET:
		req_put(&l->req, w->hdr, "\0\0\0", w->hdr == NHA_BLACKHOLE ? 0 : 4);
		break;
	case WORD_NEXTHOP:
		put_nexthops(l);
		break;
	case WORD_IFA_FLAG:
		l->ifa_flags |= w->attr;
		break;
	case WORD_GROUP:
		put_group(l, (char *)next_word(l));
		break;
	default:
		put_number(l, w);
	}
}

static inline void put_words(struct line *l, const struct word *table)
{
	const struct word *w;
	char *text;

	while (!l->err && (text = strtok_r(NULL, " ", &l->save))) {
		for (w = table; w->word && strcmp(w->word, text); w++)
			;
		if (w->word)
			put_word(l, w);
		else
			l->err = -EINVAL;
		l->has_via |= table == route_words && !strcmp(text, "nhid");
		if (l->err)
			printf("# the word \"%s\": %s\n", text,
			       ksft_err_name(l->err));
	}
	*(uint8_t *)line_hdr(l, 0) = l->family ? l->family : AF_INET;
}

/* Flags of a verb as ip(8) has them; RTM_DEL* has none. */
static inline int verb_flags(const char *verb)
{
	static const struct { const char *verb; int flags; } verbs[] = {
		{ "add", NLM_F_CREATE | NLM_F_EXCL },
		{ "append", NLM_F_CREATE | NLM_F_APPEND },
		{ "prepend", NLM_F_CREATE },
		{ "change", NLM_F_REPLACE },
		{ "replace", NLM_F_CREATE | NLM_F_REPLACE },
		{ "set", 0 }, { "del", 0 }, { "get", 0 }, { "list", 0 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++) {
		if (!strcmp(verbs[i].verb, verb))
			return verbs[i].flags;
	}
	return -1;
}

static const char * const route_types[] = {
	"unspec", "unicast", "local", "broadcast", "anycast", "multicast",
	"blackhole", "unreachable", "prohibit", "throw",
};

/* Takes a type of route; leaves any other word. */
static inline int route_type(const char *word)
{
	size_t i;

	for (i = 1; i < ARRAY_SIZE(route_types); i++) {
		if (!strcmp(route_types[i], word))
			return i;
	}
	return 0;
}

static inline void put_metrics(struct line *l)
{
	struct nlattr *nest;
	bool any = false;
	int i;

	for (i = 0; i <= RTAX_MAX; i++)
		any |= l->metrics[i] > 0;
	if (!any)
		return;
	nest = req_nest(&l->req, RTA_METRICS);
	for (i = 0; i <= RTAX_MAX; i++) {
		if (l->metrics[i])
			req_u32(&l->req, i, l->metrics[i]);
	}
	req_nest_end(&l->req, nest);
}

/* What ip(8) leaves unsaid: the scope of what has no gateway is the link. */
static inline uint8_t default_scope(const struct line *l, uint8_t type,
				    bool has_via)
{
	if (l->family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	if (type == RTN_LOCAL)
		return RT_SCOPE_HOST;
	if (type == RTN_BROADCAST || (type == RTN_UNICAST && !has_via))
		return RT_SCOPE_LINK;
	return RT_SCOPE_UNIVERSE;
}

#define SCOPE_UNSAID	250

static inline void put_route(struct line *l, const char *verb)
{
	struct rtmsg *rtm = line_hdr(l, 0);
	const char *word = next_word(l);
	uint8_t type = route_type(word);
	bool del = !strcmp(verb, "del");
	struct ip_prefix dst;

	if (type)
		word = next_word(l);
	dst = ip_word(l, word);
	rtm->rtm_dst_len = dst.len;
	rtm->rtm_type = type || del ? type : RTN_UNICAST;
	rtm->rtm_protocol = del ? 0 : RTPROT_BOOT;
	rtm->rtm_scope = SCOPE_UNSAID;
	if (dst.len)
		put_ip(l, RTA_DST, &dst);
	put_words(l, route_words);
	put_metrics(l);
	if (rtm->rtm_scope == SCOPE_UNSAID)
		rtm->rtm_scope = del ? RT_SCOPE_NOWHERE :
			default_scope(l, rtm->rtm_type, l->has_via);
	if (!rtm->rtm_table)
		rtm->rtm_table = RT_TABLE_MAIN;
}

/* "DST [from SRC] [iif DEV] ..." */
static inline void put_get(struct line *l, const char *verb)
{
	struct rtmsg *rtm = line_hdr(l, 0);
	struct ip_prefix dst = ip_word(l, next_word(l));

	(void)verb;
	rtm->rtm_dst_len = dst.len;
	/* IPv6 always says which table, and refuses to be asked for it. */
	if (dst.family == AF_INET)
		rtm->rtm_flags = RTM_F_LOOKUP_TABLE;
	put_ip(l, RTA_DST, &dst);
	put_words(l, route_words);
}

static inline void put_addr(struct line *l, const char *verb)
{
	struct ifaddrmsg *ifa = line_hdr(l, 0);
	struct ip_prefix ip = ip_word(l, next_word(l));
	struct ifa_cacheinfo lft = { .ifa_valid = ~0U, .ifa_prefered = ~0U };
	char *at;

	(void)verb;
	ifa->ifa_prefixlen = ip.len;
	if (ip.family == AF_INET && ip.addr[0] == 127)
		ifa->ifa_scope = RT_SCOPE_HOST;
	put_ip(l, IFA_LOCAL, &ip);
	/* strtok_r() has not been there yet: lifetimes make one attribute. */
	at = l->save ? strstr(l->save, "valid_lft ") : NULL;
	if (at && sscanf(at, "valid_lft %u preferred_lft %u", &lft.ifa_valid,
			 &lft.ifa_prefered) == 2) {
		req_put(&l->req, IFA_CACHEINFO, &lft, sizeof(lft));
		at[at > l->save ? -1 : 0] = '\0';
	}
	if (!l->save || !strstr(l->save, "peer "))
		put_ip(l, IFA_ADDRESS, &ip);
	put_words(l, addr_words);
	if (l->ifa_flags)
		req_u32(&l->req, IFA_FLAGS, l->ifa_flags);
}

static inline void put_rule(struct line *l, const char *verb)
{
	struct fib_rule_hdr *frh = line_hdr(l, 0);

	if (strcmp(verb, "del"))
		frh->action = FR_ACT_TO_TBL;
	if (l->save && !strncmp(l->save, "inet6 ", 6)) {
		next_word(l);
		l->family = AF_INET6;
	}
	put_words(l, rule_words);
}

static inline void put_neigh(struct line *l, const char *verb)
{
	struct ndmsg *ndm = line_hdr(l, 0);
	struct ip_prefix dst = ip_word(l, next_word(l));

	(void)verb;
	ndm->ndm_state = NUD_PERMANENT;
	put_ip(l, NDA_DST, &dst);
	put_words(l, neigh_words);
}

static inline void put_nexthop_object(struct line *l, const char *verb)
{
	struct nhmsg *nhm = line_hdr(l, 0);
	bool of_a_family = l->save && !strstr(l->save, "group ");

	put_words(l, nexthop_words);
	if (!of_a_family || !strcmp(verb, "del"))
		nhm->nh_family = AF_UNSPEC;
}

static inline void put_link(struct line *l, const char *verb)
{
	struct ifinfomsg *ifi = line_hdr(l, 0);

	(void)verb;
	ifi->ifi_index = dev_index(l, next_word(l));
	if (!l->err)
		put_words(l, link_words);
	ifi->ifi_family = AF_UNSPEC;
}

static const struct object {
	const char *name;
	uint16_t new, del, get;
	size_t hdr;
	void (*put)(struct line *l, const char *verb);
} objects[] = {
	{ "route", RTM_NEWROUTE, RTM_DELROUTE, RTM_GETROUTE,
	  sizeof(struct rtmsg), put_route },
	{ "addr", RTM_NEWADDR, RTM_DELADDR, RTM_GETADDR,
	  sizeof(struct ifaddrmsg), put_addr },
	{ "rule", RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE,
	  sizeof(struct fib_rule_hdr), put_rule },
	{ "neigh", RTM_NEWNEIGH, RTM_DELNEIGH, RTM_GETNEIGH,
	  sizeof(struct ndmsg), put_neigh },
	{ "nexthop", RTM_NEWNEXTHOP, RTM_DELNEXTHOP, RTM_GETNEXTHOP,
	  sizeof(struct nhmsg), put_nexthop_object },
	{ "link", RTM_NEWLINK, RTM_DELLINK, RTM_GETLINK,
	  sizeof(struct ifinfomsg), put_link },
};

static inline const struct object *object_of(const char *name)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(objects); i++) {
		if (!strcmp(objects[i].name, name))
			return &objects[i];
	}
	return NULL;
}

/* Makes a request of "OBJECT VERB ..."; @text is torn to words. */
static inline int make_request(struct line *l, const char *name, char *text)
{
	const struct object *object;
	const char *verb, *word;
	uint64_t zeros[4] = { 0 };
	uint16_t type;

	memset(l, 0, sizeof(*l));
	l->ns = name;
	word = strtok_r(text, " ", &l->save);
	object = word ? object_of(word) : NULL;
	verb = next_word(l);
	if (!object || verb_flags(verb) < 0) {
		printf("# no such command: %s %s\n", word ? word : "", verb);
		return -EINVAL;
	}
	type = !strcmp(verb, "del") ? object->del :
	       !strcmp(verb, "get") ? object->get : object->new;
	req_init(&l->req, type, verb_flags(verb), zeros, object->hdr);
	if (!strcmp(verb, "get"))
		put_get(l, verb);
	else
		object->put(l, verb);
	return l->err;
}

/*
 * Whole seconds since the first call, which is made before a lifetime begins.
 * The kernel counts jiffies, of 10 ms at most, and so may be one ahead.
 */
static inline uint32_t seconds_passed(void)
{
	static struct timespec first;
	static bool begun;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	if (!begun)
		first = now;
	begun = true;
	return now.tv_sec - first.tv_sec +
	       (now.tv_nsec - first.tv_nsec + 10000000) / 1e9;
}

static inline int ip(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* One command in namespace @name: 0 or -errno. */
static inline int ip(const char *name, const char *fmt, ...)
{
	char text[1024];
	struct line l;
	va_list ap;
	int err;

	seconds_passed();
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err = make_request(&l, name, text);
	return err ? err : rtnl_talk(in(name), &l.req);
}

/* What devices of a namespace are called. */
struct dev_names {
	struct { int ifindex; char name[IFNAMSIZ]; } v[64];
	int n;
};

static inline void names_learn(struct dev_names *names, int ifindex,
			       const char *name)
{
	int i;

	for (i = 0; i < names->n && names->v[i].ifindex != ifindex; i++)
		;
	if (i == 64)
		return;
	names->v[i].ifindex = ifindex;
	snprintf(names->v[i].name, IFNAMSIZ, "%s", name);
	names->n += i == names->n;
}

static inline void names_read(struct dev_names *names, struct rtnl *rtnl)
{
	struct link *links;
	int i, n = link_list(rtnl, &links);

	for (i = 0; i < n; i++)
		names_learn(names, links[i].ifindex, links[i].name);
	if (n >= 0)
		free(links);
}

static inline const char *names_of(const struct dev_names *names, int ifindex)
{
	int i;

	for (i = 0; i < names->n; i++) {
		if (names->v[i].ifindex == ifindex)
			return names->v[i].name;
	}
	return "?";
}

/* Where a message is being put into words. */
struct telling {
	FILE *file;
	const struct nlattr *tb[128];
	const struct dev_names *names;
};

static inline void tell_parse(struct telling *t, const struct nlmsghdr *nlh,
			      size_t hdr)
{
	const struct nlattr *attr;

	memset(t->tb, 0, sizeof(t->tb));
	mnl_attr_for_each(attr, nlh, hdr) {
		if (mnl_attr_get_type(attr) < 128)
			t->tb[mnl_attr_get_type(attr)] = attr;
	}
}

static inline uint32_t u32_of(const struct telling *t, int attr)
{
	return t->tb[attr] ? mnl_attr_get_u32(t->tb[attr]) : 0;
}

static inline void tell_u32(const struct telling *t, const char *word,
			    int attr)
{
	if (t->tb[attr])
		fprintf(t->file, " %s %u", word, u32_of(t, attr));
}

static inline void tell_dev(const struct telling *t, const char *word,
			    int attr)
{
	if (t->tb[attr])
		fprintf(t->file, " %s %s", word,
			names_of(t->names, u32_of(t, attr)));
}

static inline void tell_ip(const struct telling *t, const char *word,
			   const struct nlattr *attr, int family)
{
	struct ip_prefix ip = { .family = family };
	char text[IP_TEXT_MAX];

	if (!attr)
		return;
	ip_set(&ip, family, mnl_attr_get_payload(attr),
	       mnl_attr_get_payload_len(attr));
	fprintf(t->file, "%s%s", word, ip_text(&ip, 0, text));
}

static inline void tell_prefix(const struct telling *t, const char *word,
			       const struct nlattr *attr, const uint8_t *fam_len)
{
	fputs(word, t->file);
	if (!attr)
		fputs("default", t->file);
	else
		tell_ip(t, "", attr, fam_len[0]);
	if (attr && fam_len[1] != (fam_len[0] == AF_INET ? 32 : 128))
		fprintf(t->file, "/%u", fam_len[1]);
}

static inline void tell_flags(const struct telling *t, uint32_t flags)
{
	static const struct { uint32_t flag; const char *name; } names[] = {
		{ RTNH_F_DEAD, "dead" }, { RTNH_F_ONLINK, "onlink" },
		{ RTNH_F_LINKDOWN, "linkdown" },
		{ RTNH_F_UNRESOLVED, "unresolved" },
		{ RTM_F_CLONED, "cached" }, { RTM_F_NOTIFY, "notify" },
		{ RTM_F_PREFIX, "prefix" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & names[i].flag)
			fprintf(t->file, " %s", names[i].name);
	}
}

/* Of an address or a rule only those that differ from "nothing special". */
static inline const char *scope_word(uint8_t scope)
{
	return scope == RT_SCOPE_UNIVERSE ? "global" :
	       scope == RT_SCOPE_LINK ? "link" :
	       scope == RT_SCOPE_HOST ? "host" :
	       scope == RT_SCOPE_NOWHERE ? "nowhere" : "other";
}

static inline void tell_metrics(const struct telling *t)
{
	static const char * const names[RTAX_MAX + 1] = {
		[RTAX_LOCK] = "lock", [RTAX_MTU] = "mtu",
		[RTAX_WINDOW] = "window", [RTAX_ADVMSS] = "advmss",
		[RTAX_HOPLIMIT] = "hoplimit", [RTAX_INITCWND] = "initcwnd",
		[RTAX_INITRWND] = "initrwnd",
	};
	const struct nlattr *attr;
	int type;

	if (!t->tb[RTA_METRICS])
		return;
	mnl_attr_for_each_nested(attr, t->tb[RTA_METRICS]) {
		type = mnl_attr_get_type(attr);
		fprintf(t->file, " %s %u",
			type <= RTAX_MAX && names[type] ? names[type] : "other",
			mnl_attr_get_u32(attr));
	}
}

static inline void tell_nexthops(const struct telling *t, int family)
{
	const struct rtnexthop *nh;
	const struct rtattr *rta;
	struct ip_prefix via = { 0 };
	char text[IP_TEXT_MAX];
	int len, left;

	if (!t->tb[RTA_MULTIPATH])
		return;
	nh = mnl_attr_get_payload(t->tb[RTA_MULTIPATH]);
	len = mnl_attr_get_payload_len(t->tb[RTA_MULTIPATH]);
	for (; RTNH_OK(nh, len); len -= RTNH_ALIGN(nh->rtnh_len),
	     nh = RTNH_NEXT(nh)) {
		fputs(" nexthop", t->file);
		left = nh->rtnh_len - sizeof(*nh);
		for (rta = RTNH_DATA(nh); RTA_OK(rta, left);
		     rta = RTA_NEXT(rta, left)) {
			if (rta->rta_type != RTA_GATEWAY)
				continue;
			ip_set(&via, family, RTA_DATA(rta), RTA_PAYLOAD(rta));
			fprintf(t->file, " via %s", ip_text(&via, 0, text));
		}
		fprintf(t->file, " dev %s weight %d",
			names_of(t->names, nh->rtnh_ifindex), nh->rtnh_hops + 1);
		tell_flags(t, nh->rtnh_flags);
	}
}

/* Cached routes expire; how soon is not the test's to know. */
static inline void tell_expires(const struct telling *t)
{
	const struct rta_cacheinfo *info;

	if (!t->tb[RTA_CACHEINFO])
		return;
	info = mnl_attr_get_payload(t->tb[RTA_CACHEINFO]);
	if (info->rta_expires)
		fputs(" expires", t->file);
	if (info->rta_error)
		fprintf(t->file, " error %s", ksft_err_name(info->rta_error));
}

static inline void tell_table(const struct telling *t, uint32_t table)
{
	if (table == RT_TABLE_LOCAL)
		fputs(" table local", t->file);
	else if (table != RT_TABLE_MAIN)
		fprintf(t->file, " table %u", table);
}

static inline const char *proto_word(uint8_t proto)
{
	return proto == RTPROT_KERNEL ? "kernel" : proto == RTPROT_BOOT ? "boot" :
	       proto == RTPROT_UNSPEC ? "unspec" : proto == RTPROT_RA ? "ra" :
	       proto == RTPROT_STATIC ? "static" :
	       proto == RTPROT_REDIRECT ? "redirect" : str("%u", proto);
}

static inline void tell_route(struct telling *t, const struct nlmsghdr *nlh)
{
	const struct rtmsg *rtm = mnl_nlmsg_get_payload(nlh);
	int family = rtm->rtm_family;

	tell_parse(t, nlh, sizeof(*rtm));
	fputs(rtm->rtm_type < ARRAY_SIZE(route_types) ?
	      route_types[rtm->rtm_type] : "?", t->file);
	tell_prefix(t, " ", t->tb[RTA_DST], &rtm->rtm_family);
	if (t->tb[RTA_SRC])
		tell_prefix(t, " from ", t->tb[RTA_SRC],
			    (uint8_t[]){ family, rtm->rtm_src_len });
	if (rtm->rtm_tos)
		fprintf(t->file, " tos %#x", rtm->rtm_tos);
	tell_u32(t, "nhid", RTA_NH_ID);
	tell_ip(t, " via ", t->tb[RTA_GATEWAY], family);
	tell_dev(t, "dev", RTA_OIF);
	tell_dev(t, "iif", RTA_IIF);
	tell_table(t, t->tb[RTA_TABLE] ? u32_of(t, RTA_TABLE) : rtm->rtm_table);
	fprintf(t->file, " proto %s", proto_word(rtm->rtm_protocol));
	if (family == AF_INET)
		fprintf(t->file, " scope %s", scope_word(rtm->rtm_scope));
	tell_ip(t, " src ", t->tb[RTA_PREFSRC], family);
	tell_u32(t, "metric", RTA_PRIORITY);
	tell_u32(t, "mark", RTA_MARK);
	tell_flags(t, rtm->rtm_flags);
	tell_metrics(t);
	tell_expires(t);
	tell_nexthops(t, family);
	if (t->tb[RTA_PREF] && mnl_attr_get_u8(t->tb[RTA_PREF]))
		fprintf(t->file, " pref %u", mnl_attr_get_u8(t->tb[RTA_PREF]));
}

/*
 * A lifetime runs.  On a machine so slow that some of it has passed, it is told
 * as the multiple of 50 s that it was; what cannot have been one as it is.
 */
static inline void tell_lifetime(const struct telling *t, const char *word,
				 uint32_t seconds)
{
	uint32_t was = (seconds + 49) / 50 * 50;

	if (seconds == UINT32_MAX)
		return;
	if (was - seconds > seconds_passed())
		was = seconds;
	fprintf(t->file, " %s %u", word, was);
}

static inline void tell_ifa_flags(const struct telling *t, uint32_t flags)
{
	static const struct { uint32_t flag; const char *name; } names[] = {
		{ IFA_F_PERMANENT, "permanent" },
		{ IFA_F_SECONDARY, "secondary" },
		{ IFA_F_NODAD, "nodad" }, { IFA_F_OPTIMISTIC, "optimistic" },
		{ IFA_F_DADFAILED, "dadfailed" },
		{ IFA_F_HOMEADDRESS, "home" },
		{ IFA_F_DEPRECATED, "deprecated" },
		{ IFA_F_TENTATIVE, "tentative" },
		{ IFA_F_MANAGETEMPADDR, "mngtmpaddr" },
		{ IFA_F_NOPREFIXROUTE, "noprefixroute" },
		{ IFA_F_MCAUTOJOIN, "autojoin" },
		{ IFA_F_STABLE_PRIVACY, "stable-privacy" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (flags & names[i].flag)
			fprintf(t->file, " %s", names[i].name);
	}
}

static inline void tell_addr(struct telling *t, const struct nlmsghdr *nlh)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	const uint8_t fam_len[] = { ifa->ifa_family, ifa->ifa_prefixlen };
	const char *dev = names_of(t->names, ifa->ifa_index);
	const struct ifa_cacheinfo *lft;
	char len[8];

	tell_parse(t, nlh, sizeof(*ifa));
	snprintf(len, sizeof(len), "/%u", fam_len[1]);
	if (t->tb[IFA_LOCAL] && t->tb[IFA_ADDRESS] &&
	    memcmp(mnl_attr_get_payload(t->tb[IFA_LOCAL]),
		   mnl_attr_get_payload(t->tb[IFA_ADDRESS]),
		   ip_size(fam_len[0]))) {
		tell_ip(t, "", t->tb[IFA_LOCAL], fam_len[0]);
		tell_ip(t, " peer ", t->tb[IFA_ADDRESS], fam_len[0]);
	} else {
		tell_ip(t, "", t->tb[IFA_LOCAL] ? t->tb[IFA_LOCAL] :
			t->tb[IFA_ADDRESS], fam_len[0]);
	}
	fprintf(t->file, "%s dev %s", len, dev);
	tell_ip(t, " brd ", t->tb[IFA_BROADCAST], fam_len[0]);
	fprintf(t->file, " scope %s", scope_word(ifa->ifa_scope));
	tell_ifa_flags(t, t->tb[IFA_FLAGS] ? u32_of(t, IFA_FLAGS) :
		       ifa->ifa_flags);
	if (t->tb[IFA_LABEL] && strcmp(mnl_attr_get_str(t->tb[IFA_LABEL]), dev))
		fprintf(t->file, " label %s",
			mnl_attr_get_str(t->tb[IFA_LABEL]));
	tell_u32(t, "metric", IFA_RT_PRIORITY);
	/* IFA_PROTO (v5.18); of the kernel's own it is told by some tests. */
	if (t->tb[IFA_PROTO])
		fprintf(t->file, " proto %u", mnl_attr_get_u8(t->tb[IFA_PROTO]));
	lft = t->tb[IFA_CACHEINFO] ? mnl_attr_get_payload(t->tb[IFA_CACHEINFO]) :
				     NULL;
	if (lft) {
		tell_lifetime(t, "valid", lft->ifa_valid);
		tell_lifetime(t, "preferred", lft->ifa_prefered);
	}
}

static inline void tell_rule(struct telling *t, const struct nlmsghdr *nlh)
{
	const struct fib_rule_hdr *frh = mnl_nlmsg_get_payload(nlh);

	tell_parse(t, nlh, sizeof(*frh));
	fprintf(t->file, "%u:%s", u32_of(t, FRA_PRIORITY),
		frh->flags & FIB_RULE_INVERT ? " not" : "");
	tell_prefix(t, " from ", t->tb[FRA_SRC],
		    (uint8_t[]){ frh->family, frh->src_len });
	if (t->tb[FRA_DST])
		tell_prefix(t, " to ", t->tb[FRA_DST],
			    (uint8_t[]){ frh->family, frh->dst_len });
	if (frh->tos)
		fprintf(t->file, " tos %#x", frh->tos);
	if (t->tb[FRA_IIFNAME])
		fprintf(t->file, " iif %s%s",
			mnl_attr_get_str(t->tb[FRA_IIFNAME]),
			frh->flags & FIB_RULE_IIF_DETACHED ? " detached" : "");
	if (t->tb[FRA_OIFNAME])
		fprintf(t->file, " oif %s%s",
			mnl_attr_get_str(t->tb[FRA_OIFNAME]),
			frh->flags & FIB_RULE_OIF_DETACHED ? " detached" : "");
	if (u32_of(t, FRA_FWMARK))
		fprintf(t->file, " fwmark %#x/%#x", u32_of(t, FRA_FWMARK),
			u32_of(t, FRA_FWMASK));
	if (frh->action == FR_ACT_TO_TBL)
		fprintf(t->file, " lookup %u", u32_of(t, FRA_TABLE));
	else
		fprintf(t->file, " action %u", frh->action);
	tell_u32(t, "goto", FRA_GOTO);
	if (t->tb[FRA_SUPPRESS_PREFIXLEN] &&
	    u32_of(t, FRA_SUPPRESS_PREFIXLEN) != UINT32_MAX)
		tell_u32(t, "suppress_prefixlength", FRA_SUPPRESS_PREFIXLEN);
}

static inline void tell_neigh(struct telling *t, const struct nlmsghdr *nlh)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	char mac[18];

	tell_parse(t, nlh, sizeof(*ndm));
	if (ndm->ndm_family == AF_BRIDGE)
		fputs("fdb", t->file);
	else
		tell_ip(t, "", t->tb[NDA_DST], ndm->ndm_family);
	if (t->tb[NDA_LLADDR] && mnl_attr_get_payload_len(t->tb[NDA_LLADDR]) == 6)
		fprintf(t->file, " %s%s",
			ndm->ndm_family == AF_BRIDGE ? "" : "lladdr ",
			mac_text(mnl_attr_get_payload(t->tb[NDA_LLADDR]), mac));
	fprintf(t->file, " dev %s", names_of(t->names, ndm->ndm_ifindex));
	if (t->tb[NDA_VLAN])
		fprintf(t->file, " vlan %u", mnl_attr_get_u16(t->tb[NDA_VLAN]));
	tell_dev(t, "master", NDA_MASTER);
	fprintf(t->file, " %s", neigh_state_name(ndm->ndm_state));
	if (ndm->ndm_flags & NTF_SELF)
		fputs(" self", t->file);
}

static inline void tell_nexthop(struct telling *t, const struct nlmsghdr *nlh)
{
	const struct nhmsg *nhm = mnl_nlmsg_get_payload(nlh);
	const struct nexthop_grp *grp;
	size_t i, n;

	tell_parse(t, nlh, sizeof(*nhm));
	fprintf(t->file, "id %u", u32_of(t, NHA_ID));
	if (t->tb[NHA_GROUP]) {
		grp = mnl_attr_get_payload(t->tb[NHA_GROUP]);
		n = mnl_attr_get_payload_len(t->tb[NHA_GROUP]) / sizeof(*grp);
		for (i = 0; i < n; i++)
			fprintf(t->file, "%s%u", i ? "/" : " group ",
				grp[i].id);
	}
	tell_ip(t, " via ", t->tb[NHA_GATEWAY], nhm->nh_family);
	tell_dev(t, "dev", NHA_OIF);
	fprintf(t->file, "%s", t->tb[NHA_BLACKHOLE] ? " blackhole" : "");
	tell_flags(t, nhm->nh_flags);
}

static inline void tell_link(struct telling *t, const struct nlmsghdr *nlh)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct link link;

	if (link_parse(nlh, &link))
		return;
	fprintf(t->file, "%s%s", ifi->ifi_family == AF_BRIDGE ? "bridge " : "",
		*link.name ? link.name : names_of(t->names, link.ifindex));
	if (ifi->ifi_family != AF_BRIDGE || nlh->nlmsg_type == RTM_NEWLINK)
		fputs(link.flags & IFF_UP ? " up" : " down", t->file);
	if (link.master)
		fprintf(t->file, " master %s", names_of(t->names, link.master));
	if (link.new_nsid >= 0)
		fprintf(t->file, " to nsid %d", link.new_nsid);
}

static inline void tell(struct telling *t, const struct nlmsghdr *nlh)
{
	switch (nlh->nlmsg_type) {
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		tell_route(t, nlh);
		break;
	case RTM_NEWADDR:
	case RTM_DELADDR:
		tell_addr(t, nlh);
		break;
	case RTM_NEWRULE:
	case RTM_DELRULE:
		tell_rule(t, nlh);
		break;
	case RTM_NEWNEIGH:
	case RTM_DELNEIGH:
		tell_neigh(t, nlh);
		break;
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
		tell_nexthop(t, nlh);
		break;
	case RTM_NEWLINK:
	case RTM_DELLINK:
		tell_link(t, nlh);
		break;
	case RTM_NEWNSID:
	case RTM_DELNSID:
		tell_parse(t, nlh, sizeof(struct rtgenmsg));
		fprintf(t->file, "%d", (int)u32_of(t, NETNSA_NSID));
		break;
	default:
		fprintf(t->file, "type %u", nlh->nlmsg_type);
	}
}

/* One message in words, which live as long as the topology. */
static inline const char *told(const struct dev_names *names,
			       const struct nlmsghdr *nlh)
{
	char *text = NULL;
	struct telling t = { .names = names };
	const char *line;
	size_t size;

	t.file = open_memstream(&text, &size);
	if (!t.file)
		return "";
	tell(&t, nlh);
	fclose(t.file);
	line = str("%s", text);
	free(text);
	return line;
}

struct answer {
	struct dev_names names;
	const char *text;
};

static inline int answer_cb(const struct nlmsghdr *nlh, void *data)
{
	struct answer *answer = data;

	answer->text = told(&answer->names, nlh);
	return 0;
}

static inline const char *ip_get(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* `ip route get ...`: the route in words, or the error's name. */
static inline const char *ip_get(const char *name, const char *fmt, ...)
{
	struct answer answer = { .text = "" };
	char text[512] = "route get ";
	size_t len = strlen(text);
	struct line l;
	va_list ap;
	int err;

	va_start(ap, fmt);
	vsnprintf(text + len, sizeof(text) - len, fmt, ap);
	va_end(ap);
	names_read(&answer.names, in(name));
	err = make_request(&l, name, text);
	if (!err)
		err = rtnl_get(in(name), &l.req, answer_cb, &answer);
	return err ? str("%s", ksft_err_name(err)) : answer.text;
}

/* Of a dump: a line of text an item, and the names to put it in words with. */
struct item {
	const char *text;
};

static struct dev_names dump_names;

static inline int item_cb(const struct nlmsghdr *nlh, void *data)
{
	struct item *item = data;

	item->text = told(&dump_names, nlh);
	return 0;
}

/* What the words after the object's name filter by: the kernel, not we. */
static inline const struct word *filter_words(uint16_t get)
{
	return get == RTM_GETROUTE ? route_words :
	       get == RTM_GETADDR ? addr_words :
	       get == RTM_GETNEIGH ? neigh_words :
	       get == RTM_GETRULE ? rule_words : nexthop_words;
}

/* A dump request of "route", "route6", "fdb" ...; @text is torn to words. */
static inline int make_list(struct line *l, const char *name, char *text)
{
	const struct object *object;
	uint64_t zeros[4] = { 0 };
	char *word;

	memset(l, 0, sizeof(*l));
	l->ns = name;
	l->family = AF_INET;
	word = strtok_r(text, " ", &l->save);
	if (!strcmp(word, "fdb")) {
		word = (char *)"neigh";
		l->family = AF_BRIDGE;
	} else if (word[strlen(word) - 1] == '6') {
		word[strlen(word) - 1] = '\0';
		l->family = AF_INET6;
	}
	object = object_of(word);
	if (!object)
		return -EINVAL;
	req_init(&l->req, object->get, 0, zeros, object->hdr);
	put_words(l, filter_words(object->get));
	if (object->get == RTM_GETNEXTHOP)
		*(uint8_t *)line_hdr(l, 0) = AF_UNSPEC;
	return l->err;
}

static inline char *ip_list(const char *name, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * `ip -4 route list ...` in the kernel's order: "route", "route6", "addr",
 * "rule", "fdb" ... and words that the kernel (not we) filters by; for free(3).
 * An error is a line of its name.
 */
static inline char *ip_list(const char *name, const char *fmt, ...)
{
	char text[256], *all = NULL;
	struct item *items = NULL;
	struct line l;
	size_t size;
	va_list ap;
	FILE *file;
	int i, n;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	dump_names.n = 0;
	names_read(&dump_names, in(name));
	n = make_list(&l, name, text);
	if (!n)
		n = rtnl_list(in(name), &l.req, sizeof(*items), item_cb, &items);
	file = open_memstream(&all, &size);
	if (n < 0)
		fprintf(file, "%s\n", ksft_err_name(n));
	for (i = 0; i < n; i++)
		fprintf(file, "%s\n", items[i].text);
	if (n >= 0)
		free(items);
	fclose(file);
	return all;
}

static inline int by_line(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

/* Lines whose order nobody promises; in place. */
static inline char *sorted(char *text)
{
	char *copy = strdup(text ? text : ""), *rest = copy, *v[256], *to = text;
	size_t i, n = 0;

	while (text && n < 256 && (v[n] = strsep(&rest, "\n")) && *v[n])
		n++;
	qsort(v, n, sizeof(v[0]), by_line);
	for (i = 0; i < n; i++)
		to = stpcpy(stpcpy(to, v[i]), "\n");
	free(copy);
	return text;
}

/*
 * Everything that a namespace tells, in words, in order.  A nexthop object for
 * a forwarding table (NHA_FDB), which nothing refers to, is the sentinel
 * behind what has been told so far: cheap to make, and of no effect on routes.
 */
struct record {
	const char *ns;
	struct rtnl *listen, *ask;
	struct dev_names names;
	const char *until;		/* a line that ends the reading */
	FILE *file;
};

#define SENTINEL_ID	0x7e000000U

/* @groups: RTNLGRP_*, ended by 0.  NULL if that failed. */
static inline struct record *record_open(const char *name,
					 const unsigned int *groups)
{
	struct record *rec = calloc(1, sizeof(*rec));
	int err = 0;

	rec->ns = name;
	rec->listen = rtnl_open(ns(name));
	rec->ask = rtnl_open(ns(name));
	if (!rec->listen || !rec->ask)
		return NULL;
	names_read(&rec->names, rec->ask);
	for (; *groups && !err; groups++)
		err = rtnl_join(rec->listen, *groups);
	if (!err)
		err = rtnl_join(rec->listen, RTNLGRP_NEXTHOP);
	return err ? NULL : rec;
}

#define RECORD(name, ...) \
	record_open(name, (const unsigned int[]){ __VA_ARGS__, 0 })

static inline void record_close(struct record *rec)
{
	rtnl_close(rec->listen);
	rtnl_close(rec->ask);
	free(rec);
}

static inline const char *type_word(uint16_t type)
{
	switch (type) {
	case RTM_NEWROUTE:	return "NEWROUTE";
	case RTM_DELROUTE:	return "DELROUTE";
	case RTM_NEWADDR:	return "NEWADDR";
	case RTM_DELADDR:	return "DELADDR";
	case RTM_NEWRULE:	return "NEWRULE";
	case RTM_DELRULE:	return "DELRULE";
	case RTM_NEWNEIGH:	return "NEWNEIGH";
	case RTM_DELNEIGH:	return "DELNEIGH";
	case RTM_NEWLINK:	return "NEWLINK";
	case RTM_DELLINK:	return "DELLINK";
	case RTM_NEWNSID:	return "NEWNSID";
	case RTM_DELNSID:	return "DELNSID";
	case RTM_NEWNEXTHOP:	return "NEWNEXTHOP";
	case RTM_DELNEXTHOP:	return "DELNEXTHOP";
	}
	return "OTHER";
}

/* Only routes say by flags how they came: "[create]", "[replace]". */
static inline void tell_how(FILE *file, const struct nlmsghdr *nlh)
{
	if (nlh->nlmsg_type != RTM_NEWROUTE)
		return;
	fprintf(file, "%s%s%s%s",
		nlh->nlmsg_flags & NLM_F_CREATE ? " [create]" : "",
		nlh->nlmsg_flags & NLM_F_REPLACE ? " [replace]" : "",
		nlh->nlmsg_flags & NLM_F_APPEND ? " [append]" : "",
		nlh->nlmsg_flags & NLM_F_EXCL ? " [excl]" : "");
}

static inline bool is_sentinel(const struct nlmsghdr *nlh)
{
	struct telling t = { 0 };

	if (nlh->nlmsg_type != RTM_NEWNEXTHOP)
		return false;
	tell_parse(&t, nlh, sizeof(struct nhmsg));
	return u32_of(&t, NHA_ID) >= SENTINEL_ID;
}

static inline int record_cb(const struct nlmsghdr *nlh, void *data)
{
	struct record *rec = data;
	const char *line;
	struct link link;

	if (nlh->nlmsg_type == RTM_NEWLINK && !link_parse(nlh, &link))
		names_learn(&rec->names, link.ifindex, link.name);
	if (is_sentinel(nlh))
		return 1;
	line = told(&rec->names, nlh);
	if (rec->until) {
		line = str("%s %s", type_word(nlh->nlmsg_type), line);
		fprintf(rec->file, "%s\n", line);
		return !strcmp(line, rec->until);
	}
	fprintf(rec->file, "%s %s", type_word(nlh->nlmsg_type), line);
	tell_how(rec->file, nlh);
	fputc('\n', rec->file);
	return 0;
}

static inline int send_sentinel(struct rtnl *rtnl)
{
	const struct nhmsg nhm = { .nh_family = AF_INET };
	static uint32_t id = SENTINEL_ID;
	struct req req;

	req_init(&req, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL, &nhm,
		 sizeof(nhm));
	req_u32(&req, NHA_ID, id++);
	req_put(&req, NHA_GATEWAY, "\300\0\2\1", 4);
	req_put(&req, NHA_FDB, NULL, 0);
	return rtnl_talk(rtnl, &req);
}

/* What was told since the last time, for free(3). */
static inline char *record_text(struct record *rec)
{
	char *text = NULL;
	size_t size;
	int err;

	rec->file = open_memstream(&text, &size);
	names_read(&rec->names, rec->ask);
	err = send_sentinel(rec->ask);
	if (!err)
		err = rtnl_wait(rec->listen, record_cb, rec, deadline_new());
	if (err)
		fprintf(rec->file, "the record: %s\n", ksft_err_name(err));
	fclose(rec->file);
	return text;
}

/* Until @want is told; what was told before it is dropped.  0 or -errno. */
static inline int record_wait(struct record *rec, const char *want)
{
	char *all = NULL;
	size_t size;
	int err;

	rec->until = want;
	rec->file = open_memstream(&all, &size);
	err = rtnl_wait(rec->listen, record_cb, rec, deadline_new());
	fclose(rec->file);
	if (err)
		printf("# no \"%s\" in these:\n# %s\n", want, all);
	free(all);
	rec->until = NULL;
	return err;
}

/*
 * The address that a UDP socket of @name gets when it is connected to @dst, or
 * the error's name: routing as sockets see it, without a packet.
 */
static inline const char *source_of(const char *name, const char *dst)
{
	struct sockaddr_storage ss;
	struct ip_prefix to, from = { 0 };
	char text[IP_TEXT_MAX];
	socklen_t len;
	int fd, err = 0;

	if (ip_parse(dst, &to))
		return "no address";
	fd = netns_socket(ns(name), to.family, SOCK_DGRAM, 0);
	if (fd < 0)
		return str("%s", ksft_err_name(fd));
	len = ip_sockaddr(&to, 9, &ss);
	if (connect(fd, (struct sockaddr *)&ss, len) < 0)
		err = -errno;
	len = sizeof(ss);
	if (!err && getsockname(fd, (struct sockaddr *)&ss, &len) < 0)
		err = -errno;
	close(fd);
	if (err)
		return str("%s", ksft_err_name(err));
	ip_set(&from, to.family, to.family == AF_INET ?
	       (void *)&((struct sockaddr_in *)&ss)->sin_addr :
	       (void *)&((struct sockaddr_in6 *)&ss)->sin6_addr,
	       ip_size(to.family));
	return str("%s", ip_text(&from, 0, text));
}

/* A stage whose devices are silent, which takes sysctls to say. */
#define ASSERT_STAGE(call) do { \
	NEED_SYSCTL(); \
	ASSERT_ERR(0, call); \
} while (0)

/*
 * A pair "v0" of @a and "v1" of @b (may be the same), made in place; down.  The
 * ends get different ifindexes: a device whose IFLA_LINK is its own number is
 * not urgent to linkwatch (linkwatch_urgent_event()), which may then take a
 * second to see a change of carrier.
 */
static inline int pair_add(const char *a, const char *v0, const char *b,
			   const char *v1)
{
	static int ifindex = 100;
	const struct link_desc peer = { .name = v1, .netns = ns(b),
					.ifindex = ifindex + 1 };
	const struct link_desc veth = { .kind = "veth", .name = v0,
					.ifindex = ifindex, .peer = &peer };

	ifindex += 2;

	return link_add(in(a), &veth);
}

static inline int bridge_add(const char *name, const char *dev)
{
	const struct link_desc bridge = { .kind = "bridge", .name = dev };

	return link_add(in(name), &bridge);
}

static inline int wait_running(const char *name, const char *dev)
{
	struct link last;

	return link_wait(ns(name), dev, link_is_running, &last);
}

/* The same pair, up and with carrier. */
static inline int pair_up(const char *a, const char *v0, const char *b,
			  const char *v1)
{
	int err = pair_add(a, v0, b, v1);

	if (!err)
		err = set_up(a, v0);
	if (!err)
		err = set_up(b, v1);
	if (!err)
		err = wait_running(a, v0);
	return err ? err : wait_running(b, v1);
}

#endif
