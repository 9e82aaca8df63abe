// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "args.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ip.h"

#define TEXT_MAX	256

const struct word_name args_on_off[] = {
	{ "on", 1 }, { "off", 0 }, { NULL, 0 },
};

int args_mac(const char *text, uint8_t mac[6])
{
	unsigned int b[6], i;
	int end = 0;

	if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &b[0], &b[1], &b[2],
		   &b[3], &b[4], &b[5], &end) != 6 || text[end])
		return -EINVAL;
	for (i = 0; i < 6; i++)
		mac[i] = b[i];
	return 0;
}

/* A name of the word's, or else a number (0x: hexadecimal). */
static int number(const struct word *w, const char *text, uint64_t *value)
{
	const struct word_name *name;
	char *end;

	for (name = w->names; name && name->name; name++) {
		if (!strcmp(name->name, text)) {
			*value = name->value;
			return 0;
		}
	}
	errno = 0;
	*value = strtoull(text, &end, 0);
	return errno || *text < '0' || *text > '9' || *end ? -EINVAL : 0;
}

/* The bytes of @value as @type has them: how many. */
static size_t pack(uint8_t type, uint64_t value, void *to)
{
	uint8_t u8 = value;
	uint16_t u16 = type == WORD_BE16 ? htons(value) : value;
	uint32_t u32 = type == WORD_BE32 ? htonl(value) : value;

	switch (type) {
	case WORD_U8:
		memcpy(to, &u8, sizeof(u8));
		return sizeof(u8);
	case WORD_U16:
	case WORD_BE16:
		memcpy(to, &u16, sizeof(u16));
		return sizeof(u16);
	case WORD_U64:
		memcpy(to, &value, sizeof(value));
		return sizeof(value);
	default:
		memcpy(to, &u32, sizeof(u32));
		return sizeof(u32);
	}
}

static void put_number(struct args *words, const struct word *w,
		       uint64_t value)
{
	uint8_t *header = mnl_nlmsg_get_payload(words->req->nlh);
	uint8_t data[8], *to = header + w->at;
	size_t i, n;

	if (w->in == WORD_IN_FLAGS) {
		words->flags |= value;
		return;
	}
	n = pack(w->type, value, data);
	if (w->in == WORD_IN_ATTR)
		req_put(words->req, w->at, data, n);
	for (i = 0; w->in == WORD_IN_HEADER && i < n; i++)
		to[i] = w->set ? to[i] | data[i] : data[i];
}

static int put_ip(struct args *words, const struct word *w, const char *value)
{
	uint8_t *header = mnl_nlmsg_get_payload(words->req->nlh);
	struct ip_prefix ip;
	int err;

	/* Every destination: what has no address says so. */
	if (w->type == WORD_PREFIX && !strcmp(value, "all"))
		return 0;
	err = ip_parse(value, &ip);
	if (err)
		return err;
	req_put(words->req, w->at, ip.addr, ip_size(ip.family));
	if (w->type == WORD_PREFIX)
		header[w->len] = ip.len;
	return 0;
}

static int ifindex_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);

	*(uint64_t *)data = ifi->ifi_index;
	return 0;
}

/* link_get() stands on this floor, so it is not asked. */
static int ifindex_of(struct rtnl *rtnl, const char *dev, uint64_t *index)
{
	struct ifinfomsg ifi = { 0 };
	struct req req;

	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, dev);
	return rtnl_get(rtnl, &req, ifindex_cb, index);
}

static int put_value(struct args *words, const struct word *w,
		     const char *value)
{
	uint64_t n = 0;
	uint8_t mac[6];
	int err;

	switch (w->type) {
	case WORD_FLAG:
		req_put(words->req, w->at, "", 0);
		return 0;
	case WORD_STR:
		req_str(words->req, w->at, value);
		return 0;
	case WORD_TEXT:
		req_put(words->req, w->at, value, strlen(value));
		return 0;
	case WORD_MAC:
		err = args_mac(value, mac);
		if (!err)
			req_put(words->req, w->at, mac, sizeof(mac));
		return err;
	case WORD_IP:
	case WORD_PREFIX:
		return put_ip(words, w, value);
	case WORD_DEV:
		err = ifindex_of(words->rtnl, value, &n);
		break;
	default:
		err = number(w, value, &n);
		break;
	}
	if (!err)
		put_number(words, w, n);
	return err;
}

static const struct word *find(const struct args *words, const char *word)
{
	const struct word *w;

	for (w = words->table; w->word; w++) {
		if (!strcmp(w->word, word))
			return w;
	}
	return NULL;
}

int args_put_one(struct args *words, const char *word, const char *value)
{
	const struct word *w = find(words, word);

	if (!w || (!value && !w->set && w->type != WORD_FLAG))
		return -EINVAL;
	if (w->group != words->group)
		return 0;
	words->n++;
	if (!w->set)
		return put_value(words, w, value);
	put_number(words, w, w->set);
	return 0;
}

int args_put(struct args *words, const char *args)
{
	char buf[TEXT_MAX], *next = buf, *word;
	const struct word *w;
	int err = 0;

	if (!args)
		return 0;
	if (strlen(args) >= sizeof(buf))
		return -E2BIG;
	memcpy(buf, args, strlen(args) + 1);
	while (!err && (word = strsep(&next, " "))) {
		if (!*word)
			continue;
		w = find(words, word);
		if (!w)
			return -EINVAL;
		err = args_put_one(words, word,
				    w->set || w->type == WORD_FLAG ? NULL :
					strsep(&next, " "));
	}
	return err;
}

static uint64_t unpack(uint8_t type, const void *data)
{
	uint16_t u16;
	uint32_t u32;
	uint64_t u64;

	switch (type) {
	case WORD_U8:
		return *(const uint8_t *)data;
	case WORD_U16:
	case WORD_BE16:
		memcpy(&u16, data, sizeof(u16));
		return type == WORD_BE16 ? ntohs(u16) : u16;
	case WORD_U64:
		memcpy(&u64, data, sizeof(u64));
		return u64;
	default:
		memcpy(&u32, data, sizeof(u32));
		return type == WORD_BE32 ? ntohl(u32) : u32;
	}
}

/* How long an attribute of this type is at least. */
static size_t width(uint8_t type)
{
	uint8_t data[8];

	if (type == WORD_MAC)
		return 6;
	if (type == WORD_STR || type == WORD_TEXT || type == WORD_FLAG)
		return 0;
	return type == WORD_IP || type == WORD_PREFIX ? 4 :
							pack(type, 0, data);
}

static void print_value(FILE *file, const struct word *w,
			const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);
	const void *data = mnl_attr_get_payload(attr);
	struct ip_prefix ip;
	char text[IP_TEXT_MAX];

	switch (w->type) {
	case WORD_FLAG:
		fprintf(file, " %s", w->word);
		return;
	case WORD_STR:
	case WORD_TEXT:
		fprintf(file, " %s %.*s", w->word, (int)strnlen(data, len),
			(const char *)data);
		return;
	case WORD_MAC:
		fprintf(file, " %s %s", w->word, mac_text(data, text));
		return;
	case WORD_IP:
	case WORD_PREFIX:
		ip_set(&ip, len < 16 ? AF_INET : AF_INET6, data, len);
		fprintf(file, " %s %s", w->word, ip_text(&ip, 0, text));
		return;
	default:
		fprintf(file, " %s %llu", w->word,
			(unsigned long long)unpack(w->type, data));
	}
}

void args_print(FILE *file, const struct word *table,
		const struct nlattr *nest)
{
	const struct nlattr *attr;
	const struct word *w;

	for (w = table; w->word; w++) {
		mnl_attr_for_each_nested(attr, nest) {
			if (w->in == WORD_IN_ATTR &&
			    mnl_attr_get_type(attr) == w->at &&
			    mnl_attr_get_payload_len(attr) >= width(w->type))
				print_value(file, w, attr);
		}
	}
}
