// SPDX-License-Identifier: GPL-2.0-or-later
#include "nft.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <libnftnl/chain.h>
#include <libnftnl/common.h>
#include <libnftnl/expr.h>
#include <libnftnl/rule.h>
#include <libnftnl/table.h>
#include <linux/if_ether.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter_arp.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "deadline.h"
#include "ip.h"
#include "netns.h"

/* The kernel's largest dump skb; a request of ours is far smaller. */
#define BUF_SIZE	32768
#define REQUEST_SEQ	1
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NFT_MSG(type)	(NFNL_SUBSYS_NFTABLES << 8 | (type))

struct answer {
	int tables;
	bool torn;			/* NLM_F_DUMP_INTR was seen */
	FILE *file;			/* chains and rules are described here */
};

/* Our one table. */
#define TABLE	"netns"

static const struct {
	const char *name;
	uint32_t family;
} families[] = {
	{ "ip", NFPROTO_IPV4 }, { "ip6", NFPROTO_IPV6 },
	{ "inet", NFPROTO_INET }, { "arp", NFPROTO_ARP },
	{ "bridge", NFPROTO_BRIDGE }, { "netdev", NFPROTO_NETDEV },
};

/* A bridge's (NF_BR_*) are numbered as IP's are; ARP's are not. */
static const struct {
	const char *name;
	uint32_t hook;
	bool arp;
} hooks[] = {
	{ "prerouting", NF_INET_PRE_ROUTING, false },
	{ "input", NF_INET_LOCAL_IN, false },
	{ "forward", NF_INET_FORWARD, false },
	{ "output", NF_INET_LOCAL_OUT, false },
	{ "postrouting", NF_INET_POST_ROUTING, false },
	{ "input", NF_ARP_IN, true }, { "output", NF_ARP_OUT, true },
	{ "forward", NF_ARP_FORWARD, true },
};

static int nft_open(int netns)
{
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, NETLINK_NETFILTER);

	return fd == -EPROTONOSUPPORT ? -EOPNOTSUPP : fd;
}

/* Appends a message's head behind what @buf has; @res_id as nfgenmsg's. */
static struct nlmsghdr *put(char *buf, size_t *len, uint16_t type,
			    uint16_t res_id)
{
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf + *len);
	struct nfgenmsg *nfg;

	nlh->nlmsg_type = type;
	nlh->nlmsg_flags = NLM_F_REQUEST;
	nlh->nlmsg_seq = REQUEST_SEQ;
	nfg = mnl_nlmsg_put_extra_header(nlh, sizeof(*nfg));
	nfg->nfgen_family = NFPROTO_INET;
	nfg->version = NFNETLINK_V0;
	nfg->res_id = htons(res_id);
	*len += nlh->nlmsg_len;
	return nlh;
}

static const char *family_name(uint32_t family)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		if (families[i].family == family)
			return families[i].name;
	}
	return "?";
}

static const char *hook_name(uint32_t family, uint32_t hook)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i].hook == hook &&
		    hooks[i].arp == (family == NFPROTO_ARP))
			return hooks[i].name;
	}
	return "?";
}

static void describe_chain(const struct nlmsghdr *nlh, FILE *file)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	uint32_t family;

	if (chain && !nftnl_chain_nlmsg_parse(nlh, chain) &&
	    nftnl_chain_is_set(chain, NFTNL_CHAIN_HOOKNUM)) {
		family = nftnl_chain_get_u32(chain, NFTNL_CHAIN_FAMILY);
		fprintf(file, "%s %s %s hook %s priority %d policy %s\n",
			family_name(family),
			nftnl_chain_get_str(chain, NFTNL_CHAIN_TABLE),
			nftnl_chain_get_str(chain, NFTNL_CHAIN_NAME),
			hook_name(family, nftnl_chain_get_u32(chain,
							NFTNL_CHAIN_HOOKNUM)),
			nftnl_chain_get_s32(chain, NFTNL_CHAIN_PRIO),
			nftnl_chain_get_u32(chain, NFTNL_CHAIN_POLICY) ?
				"accept" : "drop");
	}
	nftnl_chain_free(chain);
}

static int describe_expr(struct nftnl_expr *expr, void *data)
{
	const char *name = nftnl_expr_get_str(expr, NFTNL_EXPR_NAME);
	FILE *file = data;
	char text[256];

	nftnl_expr_snprintf(text, sizeof(text), expr,
			    NFTNL_OUTPUT_DEFAULT, 0);
	/* What a counter has counted is not what the rule is. */
	if (!strcmp(name, "counter"))
		fprintf(file, " [ counter ]");
	else
		fprintf(file, " [ %s %s]", name, text);
	return 0;
}

static void describe_rule(const struct nlmsghdr *nlh, FILE *file)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();

	if (rule && !nftnl_rule_nlmsg_parse(nlh, rule)) {
		fprintf(file, "%s %s %s:",
			family_name(nftnl_rule_get_u32(rule,
						       NFTNL_RULE_FAMILY)),
			nftnl_rule_get_str(rule, NFTNL_RULE_TABLE),
			nftnl_rule_get_str(rule, NFTNL_RULE_CHAIN));
		nftnl_expr_foreach(rule, describe_expr, file);
		fputc('\n', file);
	}
	nftnl_rule_free(rule);
}

static void describe(const struct nlmsghdr *nlh, FILE *file)
{
	if (nlh->nlmsg_type == NFT_MSG(NFT_MSG_NEWCHAIN))
		describe_chain(nlh, file);
	else if (nlh->nlmsg_type == NFT_MSG(NFT_MSG_NEWRULE))
		describe_rule(nlh, file);
}

/* One datagram: 1 when the answer is complete, 0 for more, else -errno. */
static int take(const char *buf, int len, struct answer *answer)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)buf;
	int err;

	for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
		if (nlh->nlmsg_seq != REQUEST_SEQ)
			continue;
		if (nlh->nlmsg_flags & NLM_F_DUMP_INTR)
			answer->torn = true;
		if (nlh->nlmsg_type == NLMSG_DONE) {
			if (mnl_nlmsg_get_payload_len(nlh) < sizeof(int))
				return -EBADMSG;
			/* What ended the dump: 0, or why before its end. */
			err = *(const int *)mnl_nlmsg_get_payload(nlh);
			return err ? err : 1;
		}
		if (nlh->nlmsg_type == NFT_MSG(NFT_MSG_NEWTABLE))
			answer->tables++;
		if (answer->file)
			describe(nlh, answer->file);
		if (nlh->nlmsg_type != NLMSG_ERROR)
			continue;
		if (mnl_nlmsg_get_payload_len(nlh) < sizeof(struct nlmsgerr))
			return -EBADMSG;
		err = ((const struct nlmsgerr *)(nlh + 1))->error;
		return err ? err : 1;
	}
	return 0;
}

static int talk(int fd, char *buf, size_t len, struct answer *answer)
{
	struct sockaddr_nl kernel = { .nl_family = AF_NETLINK };
	long long deadline = deadline_new();
	ssize_t n;
	int ret;

	answer->tables = 0;
	answer->torn = false;
	if (sendto(fd, buf, len, 0, (struct sockaddr *)&kernel,
		   sizeof(kernel)) < 0)
		return -errno;
	do {
		ret = deadline_poll_in(fd, deadline);
		if (ret)
			return ret;
		n = recv(fd, buf, BUF_SIZE, 0);
		ret = n < 0 ? -errno : take(buf, n, answer);
	} while (!ret);
	return ret < 0 ? ret : 0;
}

/* A transaction of one message on the table @name; NULL: on all of @family. */
static int change_table(int netns, uint16_t type, uint8_t family,
			const char *name)
{
	char buf[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct answer answer = { 0 };
	struct nlmsghdr *nlh;
	struct nfgenmsg *nfg;
	size_t len = 0;
	int fd, err;

	put(buf, &len, NFNL_MSG_BATCH_BEGIN, NFNL_SUBSYS_NFTABLES);
	nlh = put(buf, &len, NFT_MSG(type), 0);
	nlh->nlmsg_flags |= NLM_F_ACK;
	if (type == NFT_MSG_NEWTABLE)
		nlh->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	nfg = mnl_nlmsg_get_payload(nlh);
	nfg->nfgen_family = family;
	len -= nlh->nlmsg_len;
	if (name && !mnl_attr_put_strz_check(nlh, 1024, NFTA_TABLE_NAME, name))
		return -EMSGSIZE;
	len += nlh->nlmsg_len;
	put(buf, &len, NFNL_MSG_BATCH_END, NFNL_SUBSYS_NFTABLES);
	fd = nft_open(netns);
	if (fd < 0)
		return fd;
	err = talk(fd, buf, len, &answer);
	close(fd);
	return err;
}

int nft_table_add(int netns, const char *name)
{
	return change_table(netns, NFT_MSG_NEWTABLE, NFPROTO_INET, name);
}

int nft_flush(int netns)
{
	return change_table(netns, NFT_MSG_DELTABLE, NFPROTO_UNSPEC, NULL);
}

int nft_table_count(int netns)
{
	char buf[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct answer answer = { 0 };
	struct nlmsghdr *nlh;
	struct nfgenmsg *nfg;
	size_t len;
	int fd, err;

	do {
		fd = nft_open(netns);
		if (fd < 0)
			return fd;
		len = 0;
		nlh = put(buf, &len, NFT_MSG(NFT_MSG_GETTABLE), 0);
		nlh->nlmsg_flags |= NLM_F_DUMP;
		nfg = mnl_nlmsg_get_payload(nlh);
		nfg->nfgen_family = NFPROTO_UNSPEC;
		err = talk(fd, buf, len, &answer);
		close(fd);
	} while (!err && answer.torn);
	/* What nfnetlink_rcv_msg() says of a subsystem that it lacks. */
	if (err == -EINVAL)
		err = -EOPNOTSUPP;
	return err ? err : answer.tables;
}

/* ---- rules */

static struct nftnl_expr *add_expr(struct nftnl_rule *rule, const char *name)
{
	struct nftnl_expr *expr = nftnl_expr_alloc(name);

	if (expr)
		nftnl_rule_add_expr(rule, expr);
	return expr;
}

/* The comparison of what was loaded last. */
static int add_cmp(struct nftnl_rule *rule, const void *data, uint32_t len)
{
	struct nftnl_expr *expr = add_expr(rule, "cmp");

	if (!expr)
		return -ENOMEM;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_SREG, NFT_REG_1);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_CMP_OP, NFT_CMP_EQ);
	nftnl_expr_set(expr, NFTNL_EXPR_CMP_DATA, data, len);
	return 0;
}

static int add_meta(struct nftnl_rule *rule, uint32_t key)
{
	struct nftnl_expr *expr = add_expr(rule, "meta");

	if (!expr)
		return -ENOMEM;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_KEY, key);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_META_DREG, NFT_REG_1);
	return 0;
}

/* Where a match finds its value, and what is known then. */
struct match {
	const char *words;
	bool meta;
	uint32_t at;		/* enum nft_meta_keys, or an offset in .base */
	uint32_t base, len;	/* NFT_PAYLOAD_*, bytes */
	uint8_t l4proto;	/* must be this one; 0: any */
	enum { NAME, ETHER, PROTO, ADDR, PORT } type;
};

static const struct match matches[] = {
	{ "iifname", true, NFT_META_IIFNAME, 0, IFNAMSIZ, 0, NAME },
	{ "oifname", true, NFT_META_OIFNAME, 0, IFNAMSIZ, 0, NAME },
	{ "ether type", false, 12, NFT_PAYLOAD_LL_HEADER, 2, 0, ETHER },
	{ "meta protocol", true, NFT_META_PROTOCOL, 0, 2, 0, ETHER },
	{ "meta l4proto", true, NFT_META_L4PROTO, 0, 1, 0, PROTO },
	{ "ip saddr", false, 12, NFT_PAYLOAD_NETWORK_HEADER, 4, 0, ADDR },
	{ "ip daddr", false, 16, NFT_PAYLOAD_NETWORK_HEADER, 4, 0, ADDR },
	{ "tcp dport", false, 2, NFT_PAYLOAD_TRANSPORT_HEADER, 2, IPPROTO_TCP,
	  PORT },
	{ "udp dport", false, 2, NFT_PAYLOAD_TRANSPORT_HEADER, 2, IPPROTO_UDP,
	  PORT },
};

static const struct {
	const char *name;
	uint16_t type, value;		/* of struct match, host order */
} names[] = {
	{ "arp", ETHER, ETH_P_ARP }, { "ip", ETHER, ETH_P_IP },
	{ "ip6", ETHER, ETH_P_IPV6 }, { "icmp", PROTO, IPPROTO_ICMP },
	{ "tcp", PROTO, IPPROTO_TCP }, { "udp", PROTO, IPPROTO_UDP },
	{ "icmpv6", PROTO, IPPROTO_ICMPV6 },
	{ "ipv6-icmp", PROTO, IPPROTO_ICMPV6 },
};

static int number_of(const struct match *m, const char *text)
{
	size_t i;
	char *end;
	long n;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (names[i].type == m->type && !strcmp(names[i].name, text))
			return names[i].value;
	}
	n = strtol(text, &end, 0);
	return *text && !*end && n >= 0 && n <= UINT16_MAX ? n : -EINVAL;
}

/* What @text is on the wire, m->len bytes of it. */
static int value_of(const struct match *m, const char *text,
		    uint8_t value[IFNAMSIZ])
{
	struct ip_prefix ip;
	int n;

	memset(value, 0, IFNAMSIZ);
	if (m->type == NAME) {
		memcpy(value, text, strnlen(text, IFNAMSIZ - 1));
		return 0;
	}
	if (m->type == ADDR) {
		if (ip_parse(text, &ip) || ip_size(ip.family) != m->len)
			return -EINVAL;
		memcpy(value, ip.addr, m->len);
		return 0;
	}
	n = number_of(m, text);
	if (n < 0)
		return n;
	value[0] = m->len == 2 ? n >> 8 : n;
	value[1] = m->len == 2 ? n & 255 : 0;
	return 0;
}

static int add_match(struct nftnl_rule *rule, const struct match *m,
		     const char *text)
{
	struct nftnl_expr *expr;
	uint8_t value[IFNAMSIZ];
	int err;

	err = value_of(m, text, value);
	if (err)
		return err;
	if (m->l4proto) {
		err = add_meta(rule, NFT_META_L4PROTO);
		if (!err)
			err = add_cmp(rule, &m->l4proto, 1);
	}
	if (err)
		return err;
	if (m->meta) {
		err = add_meta(rule, m->at);
		return err ? err : add_cmp(rule, value, m->len);
	}
	expr = add_expr(rule, "payload");
	if (!expr)
		return -ENOMEM;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_BASE, m->base);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_OFFSET, m->at);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_LEN, m->len);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_PAYLOAD_DREG, NFT_REG_1);
	return add_cmp(rule, value, m->len);
}

/* The match that @text begins with; its value starts at *@value. */
static const struct match *find_match(const char *text, const char **value)
{
	size_t i, n;

	for (i = 0; i < ARRAY_SIZE(matches); i++) {
		n = strlen(matches[i].words);
		if (!strncmp(text, matches[i].words, n) && text[n] == ' ') {
			*value = text + n + 1;
			return &matches[i];
		}
	}
	return NULL;
}

static int add_matches(struct nftnl_rule *rule, const char *text)
{
	const struct match *m;
	const char *value;
	char word[64];
	size_t n;
	int err = 0;

	while (!err && text && *text) {
		m = find_match(text, &value);
		n = m ? strcspn(value, " ") : 0;
		if (!m || n >= sizeof(word))
			return -EINVAL;
		memcpy(word, value, n);
		word[n] = '\0';
		err = add_match(rule, m, word);
		text = value[n] ? value + n + 1 : NULL;
	}
	return err;
}

static int add_reject(struct nftnl_rule *rule, uint32_t family)
{
	struct nftnl_expr *expr = add_expr(rule, "reject");
	bool ip = family == NFPROTO_IPV4, ip6 = family == NFPROTO_IPV6;

	if (!expr)
		return -ENOMEM;
	/* Port unreachable, as nft(8): in ICMP's words, ICMPv6's or nft's own. */
	nftnl_expr_set_u32(expr, NFTNL_EXPR_REJECT_TYPE,
			   ip || ip6 ? NFT_REJECT_ICMP_UNREACH :
				       NFT_REJECT_ICMPX_UNREACH);
	nftnl_expr_set_u8(expr, NFTNL_EXPR_REJECT_CODE,
			  ip ? 3 : ip6 ? 4 : NFT_REJECT_ICMPX_PORT_UNREACH);
	return 0;
}

static int add_verdict(struct nftnl_rule *rule, uint32_t family,
		       const char *verdict)
{
	struct nftnl_expr *expr;

	if (!strncmp(verdict, "counter ", 8)) {
		if (!add_expr(rule, "counter"))
			return -ENOMEM;
		verdict += 8;
	}
	if (!strcmp(verdict, "reject"))
		return add_reject(rule, family);
	if (strcmp(verdict, "drop") && strcmp(verdict, "accept"))
		return -EINVAL;
	expr = add_expr(rule, "immediate");
	if (!expr)
		return -ENOMEM;
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_DREG, NFT_REG_VERDICT);
	nftnl_expr_set_u32(expr, NFTNL_EXPR_IMM_VERDICT,
			   strcmp(verdict, "drop") ? NF_ACCEPT : NF_DROP);
	return 0;
}

/* The transaction that is being written. */
struct batch {
	char buf[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	size_t len;
	uint32_t family, hook;
	const char *chain;
};

static struct nlmsghdr *batch_put(struct batch *batch, uint16_t type,
				  uint16_t flags)
{
	return nftnl_nlmsg_build_hdr(batch->buf + batch->len, type,
				     batch->family, flags, REQUEST_SEQ);
}

static int batch_table(struct batch *batch)
{
	struct nftnl_table *table = nftnl_table_alloc();
	struct nlmsghdr *nlh;

	if (!table)
		return -ENOMEM;
	nftnl_table_set_str(table, NFTNL_TABLE_NAME, TABLE);
	nlh = batch_put(batch, NFT_MSG_NEWTABLE, NLM_F_CREATE);
	nftnl_table_nlmsg_build_payload(nlh, table);
	batch->len += nlh->nlmsg_len;
	nftnl_table_free(table);
	return 0;
}

static int batch_chain(struct batch *batch)
{
	struct nftnl_chain *chain = nftnl_chain_alloc();
	struct nlmsghdr *nlh;

	if (!chain)
		return -ENOMEM;
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TABLE, TABLE);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_NAME, batch->chain);
	nftnl_chain_set_str(chain, NFTNL_CHAIN_TYPE, "filter");
	nftnl_chain_set_u32(chain, NFTNL_CHAIN_HOOKNUM, batch->hook);
	nftnl_chain_set_s32(chain, NFTNL_CHAIN_PRIO, 0);
	nlh = batch_put(batch, NFT_MSG_NEWCHAIN, NLM_F_CREATE);
	nftnl_chain_nlmsg_build_payload(nlh, chain);
	batch->len += nlh->nlmsg_len;
	nftnl_chain_free(chain);
	return 0;
}

static int batch_rule(struct batch *batch, const struct nft_rule *r)
{
	struct nftnl_rule *rule = nftnl_rule_alloc();
	struct nlmsghdr *nlh;
	int err;

	if (!rule)
		return -ENOMEM;
	nftnl_rule_set_str(rule, NFTNL_RULE_TABLE, TABLE);
	nftnl_rule_set_str(rule, NFTNL_RULE_CHAIN, batch->chain);
	nftnl_rule_set_u32(rule, NFTNL_RULE_FAMILY, batch->family);
	err = add_matches(rule, r->match);
	if (!err)
		err = add_verdict(rule, batch->family, r->verdict);
	if (!err) {
		/* Its ACK answers for the whole. */
		nlh = batch_put(batch, NFT_MSG_NEWRULE,
				NLM_F_CREATE | NLM_F_APPEND | NLM_F_ACK);
		nftnl_rule_nlmsg_build_payload(nlh, rule);
		batch->len += nlh->nlmsg_len;
	}
	nftnl_rule_free(rule);
	return err;
}

static int batch_hook(struct batch *batch, const struct nft_rule *r)
{
	size_t i;

	batch->chain = r->hook;
	for (i = 0; i < ARRAY_SIZE(families); i++) {
		if (!strcmp(families[i].name, r->family))
			batch->family = families[i].family;
	}
	for (i = 0; batch->family && i < ARRAY_SIZE(hooks); i++) {
		batch->hook = hooks[i].hook;
		if (!strcmp(hooks[i].name, r->hook) &&
		    hooks[i].arp == (batch->family == NFPROTO_ARP))
			return 0;
	}
	return -EINVAL;
}

int nft_rule_add(int netns, const struct nft_rule *rule)
{
	struct answer answer = { 0 };
	struct batch *batch = calloc(1, sizeof(*batch));
	int fd, err;

	fd = batch ? nft_open(netns) : -ENOMEM;
	err = fd < 0 ? fd : batch_hook(batch, rule);
	if (err)
		goto out;
	put(batch->buf, &batch->len, NFNL_MSG_BATCH_BEGIN,
	    NFNL_SUBSYS_NFTABLES);
	err = batch_table(batch);
	if (!err)
		err = batch_chain(batch);
	if (!err)
		err = batch_rule(batch, rule);
	if (err)
		goto out;
	put(batch->buf, &batch->len, NFNL_MSG_BATCH_END, NFNL_SUBSYS_NFTABLES);
	err = talk(fd, batch->buf, batch->len, &answer);
	/* All that is named is made here, so what is not found is not built. */
	if (err == -ENOENT || err == -EAFNOSUPPORT)
		err = -EOPNOTSUPP;
out:
	if (fd >= 0)
		close(fd);
	free(batch);
	return err;
}

/* A dump of chains or rules into @file. */
static int dump(int netns, uint16_t type, FILE *file)
{
	char buf[BUF_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	struct answer answer = { .file = file };
	struct nlmsghdr *nlh;
	struct nfgenmsg *nfg;
	size_t len = 0;
	int fd, err;

	fd = nft_open(netns);
	if (fd < 0)
		return fd;
	nlh = put(buf, &len, NFT_MSG(type), 0);
	nlh->nlmsg_flags |= NLM_F_DUMP;
	nfg = mnl_nlmsg_get_payload(nlh);
	nfg->nfgen_family = NFPROTO_UNSPEC;
	err = talk(fd, buf, len, &answer);
	close(fd);
	/* What nfnetlink_rcv_msg() says of a subsystem that it lacks. */
	if (err == -EINVAL)
		err = -EOPNOTSUPP;
	return !err && answer.torn ? -EINTR : err;
}

char *nft_text(int netns)
{
	char *text;
	size_t size;
	FILE *file;
	int err;

	do {
		text = NULL;
		file = open_memstream(&text, &size);
		if (!file)
			return NULL;
		err = dump(netns, NFT_MSG_GETCHAIN, file);
		if (!err)
			err = dump(netns, NFT_MSG_GETRULE, file);
		if (fclose(file) != 0 && !err)
			err = -ENOMEM;
		if (err)
			free(text);
	} while (err == -EINTR);
	errno = -err;
	return err ? NULL : text;
}
