// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_opt.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "link.h"
#include "link_kind.h"
#include "args.h"

/* IF_LINK_MODE_* and IF_OPER_* of linux/if.h, which net/if.h excludes. */
static const struct word_name modes[] = {
	{ "default", 0 }, { "dormant", 1 }, { NULL, 0 },
};

static const struct word_name states[] = {
	{ "unknown", 0 }, { "notpresent", 1 }, { "down", 2 },
	{ "lowerlayerdown", 3 }, { "testing", 4 }, { "dormant", 5 },
	{ "up", 6 }, { NULL, 0 },
};

static const struct word_name groups[] = {
	{ "default", 0 }, { NULL, 0 },
};

static const struct word link_words[] = {
	{ "address", WORD_MAC, .at = IFLA_ADDRESS },
	{ "alias", WORD_TEXT, .at = IFLA_IFALIAS },
	{ "broadcast", WORD_MAC, .at = IFLA_BROADCAST },
	{ "carrier", WORD_U8, .at = IFLA_CARRIER, .names = args_on_off },
	{ "group", WORD_U32, .at = IFLA_GROUP, .names = groups },
	{ "mode", WORD_U8, .at = IFLA_LINKMODE, .names = modes },
	{ "mtu", WORD_U32, .at = IFLA_MTU },
	{ "name", WORD_STR, .at = IFLA_IFNAME },
	{ "protodown", WORD_U8, .at = IFLA_PROTO_DOWN, .names = args_on_off },
	{ "state", WORD_U8, .at = IFLA_OPERSTATE, .names = states },
	{ "txqueuelen", WORD_U32, .at = IFLA_TXQLEN },
	{ .word = NULL },
};

/* Flags of the header: what their words turn on, or off where @off. */
static const struct flag {
	const char *word;
	unsigned int flag;
	bool off;
} flags[] = {
	{ "allmulticast", IFF_ALLMULTI, false },
	{ "arp", IFF_NOARP, true },
	{ "multicast", IFF_MULTICAST, false },
	{ "promisc", IFF_PROMISC, false },
};

static const struct word_name genmodes[] = {
	{ "eui64", IN6_ADDR_GEN_MODE_EUI64 },
	{ "none", IN6_ADDR_GEN_MODE_NONE },
	{ "random", IN6_ADDR_GEN_MODE_RANDOM },
	{ NULL, 0 },
};

static const struct word genmode_words[] = {
	{ "addrgenmode", WORD_U8, .at = IFLA_INET6_ADDR_GEN_MODE,
	  .names = genmodes },
	{ .word = NULL },
};

static bool has(const struct word *table, const char *word)
{
	for (; table->word; table++) {
		if (!strcmp(table->word, word))
			return true;
	}
	return false;
}

const char *link_opt_type(const char *opt)
{
	return has(link_kind_words("bridge"), opt) ? "type bridge" : "";
}

/* IFLA_LINKINFO { KIND "bridge", DATA { ... } } */
static int put_bridge(struct args *words, const char *opt, const char *value)
{
	struct req *req = words->req;
	struct nlattr *info, *data;
	int err;

	info = req_nest(req, IFLA_LINKINFO);
	req_str(req, IFLA_INFO_KIND, "bridge");
	data = req_nest(req, IFLA_INFO_DATA);
	words->table = link_kind_words("bridge");
	err = args_put_one(words, opt, value);
	req_nest_end(req, data);
	req_nest_end(req, info);
	return err;
}

/* IFLA_AF_SPEC { AF_INET6 { ... } } */
static int put_genmode(struct args *words, const char *opt, const char *value)
{
	struct req *req = words->req;
	struct nlattr *spec, *inet6;
	int err;

	spec = req_nest(req, IFLA_AF_SPEC);
	inet6 = req_nest(req, AF_INET6);
	words->table = genmode_words;
	err = args_put_one(words, opt, value);
	req_nest_end(req, inet6);
	req_nest_end(req, spec);
	return err;
}

static int put_flag(struct req *req, const struct flag *flag,
		    const char *value)
{
	struct ifinfomsg *ifi = mnl_nlmsg_get_payload(req->nlh);
	bool on = !strcmp(value, "on");

	if (!on && strcmp(value, "off"))
		return -EINVAL;
	ifi->ifi_change = flag->flag;
	ifi->ifi_flags = on != flag->off ? flag->flag : 0;
	return 0;
}

static int put(struct args *words, const char *opt, const char *value)
{
	size_t i;

	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!strcmp(flags[i].word, opt))
			return put_flag(words->req, &flags[i], value);
	}
	if (!strcmp(opt, "addrgenmode"))
		return put_genmode(words, opt, value);
	if (has(link_kind_words("bridge"), opt))
		return put_bridge(words, opt, value);
	words->table = link_words;
	return args_put_one(words, opt, value);
}

int link_set_opt(struct rtnl *rtnl, const char *dev, const char *opt,
		 const char *value)
{
	const struct link_desc altname = { .altname = value };
	struct ifinfomsg ifi = { 0 };
	struct link link;
	struct req req;
	struct args words = { .rtnl = rtnl, .req = &req };
	int err;

	if (!strcmp(opt, "altname"))
		return link_set(rtnl, dev, &altname);
	err = link_get(rtnl, dev, &link);
	if (err)
		return err;
	ifi.ifi_index = link.ifindex;
	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	err = put(&words, opt, value);
	return err ? err : rtnl_talk(rtnl, &req);
}

/* Of any link: what struct link (link.h) does not have. */
static const struct word other_words[] = {
	{ "group", WORD_U32, .at = IFLA_GROUP },
	{ "linkmode", WORD_U8, .at = IFLA_LINKMODE },
	{ "protodown", WORD_U8, .at = IFLA_PROTO_DOWN },
	{ .word = NULL },
};

static void print_info(const struct nlattr *info, FILE *file)
{
	const char *kind = "", *slave = "";
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, info) {
		switch (mnl_attr_get_type(attr)) {
		case IFLA_INFO_KIND:
			kind = mnl_attr_get_str(attr);
			break;
		case IFLA_INFO_SLAVE_KIND:
			slave = mnl_attr_get_str(attr);
			break;
		case IFLA_INFO_DATA:
			args_print(file, link_kind_words(kind), attr);
			break;
		case IFLA_INFO_SLAVE_DATA:
			if (!strcmp(slave, "bridge"))
				args_print(file, port_words(), attr);
			break;
		}
	}
}

/* IFLA_AF_SPEC { AF_INET6 { ... } } */
static void print_spec(const struct nlattr *spec, FILE *file)
{
	const struct nlattr *attr;

	mnl_attr_for_each_nested(attr, spec) {
		if (mnl_attr_get_type(attr) == AF_INET6)
			args_print(file, genmode_words, attr);
	}
}

/* One line; RTM_NEWLINK's attributes stand as those of a nest would. */
static int print_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	const struct word *w;
	char **line = data;
	size_t size;
	FILE *file = open_memstream(line, &size);

	if (!file)
		return -ENOMEM;
	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) == IFLA_IFNAME)
			fputs(mnl_attr_get_str(attr), file);
		for (w = other_words; w->word; w++) {
			if (mnl_attr_get_type(attr) == w->at)
				fprintf(file, " %s %u", w->word,
					w->type == WORD_U8 ?
						mnl_attr_get_u8(attr) :
						mnl_attr_get_u32(attr));
		}
		if (mnl_attr_get_type(attr) == IFLA_LINKINFO)
			print_info(attr, file);
		else if (mnl_attr_get_type(attr) == IFLA_AF_SPEC)
			print_spec(attr, file);
	}
	return fclose(file) ? -ENOMEM : 0;
}

char *link_opt_text(struct rtnl *rtnl)
{
	struct ifinfomsg ifi = { 0 };
	char **lines, *text = NULL;
	struct req req;
	size_t size;
	FILE *file;
	int i, n;

	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	n = rtnl_list(rtnl, &req, sizeof(*lines), print_cb, &lines);
	if (n < 0) {
		errno = -n;
		return NULL;
	}
	file = open_memstream(&text, &size);
	for (i = 0; i < n; i++) {
		if (file)
			fprintf(file, "%s\n", lines[i]);
		free(lines[i]);
	}
	free(lines);
	if (!file || fclose(file))
		return NULL;
	return text;
}
