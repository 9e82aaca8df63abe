// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "topo_list.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ip.h"

bool topo_step_is_ipv6(const struct topo_step *s)
{
	if (s->op == TOPO_RULE_ADD || s->op == TOPO_RULE_DEL)
		return (s->kind && !strcmp(s->kind, "-6")) ||
		       (s->args && strchr(s->args, ':'));
	return strchr(s->via ? s->via : s->addr ? s->addr : "", ':');
}

void topo_list_init(struct topo_list *list, const char *name)
{
	memset(list, 0, sizeof(*list));
	list->name = name;
}

void topo_list_free(struct topo_list *list)
{
	size_t i;

	for (i = 0; i < list->n_strings; i++)
		free(list->strings[i]);
	free(list->strings);
	free(list->steps);
	topo_list_init(list, list->name);
}

/* Makes room for @n more steps. */
static int grow(struct topo_list *list, size_t n)
{
	struct topo_step *steps;

	steps = realloc(list->steps, (list->n + n) * sizeof(*steps));
	if (!steps) {
		list->err = -ENOMEM;
		return -ENOMEM;
	}
	list->steps = steps;
	return 0;
}

void topo_list_add(struct topo_list *list, const struct topo_step *steps,
		   size_t n)
{
	if (!n || grow(list, n))
		return;
	memcpy(list->steps + list->n, steps, n * sizeof(*steps));
	list->n += n;
}

const char *topo_list_str(struct topo_list *list, const char *fmt, ...)
{
	char **strings, *text = NULL;
	va_list ap;
	int n;

	strings = realloc(list->strings,
			  (list->n_strings + 1) * sizeof(*strings));
	if (!strings)
		goto nomem;
	list->strings = strings;
	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		goto nomem;
	strings[list->n_strings++] = text;
	return text;

nomem:
	list->err = -ENOMEM;
	return "";
}

int topo_list_patch(struct topo_list *list, const struct topo_patch *patch)
{
	size_t tail;

	if (patch->at > list->n || patch->drop > list->n - patch->at)
		return -ERANGE;
	if (grow(list, patch->n_insert + 1))
		return -ENOMEM;
	tail = list->n - patch->at - patch->drop;
	memmove(list->steps + patch->at + patch->n_insert,
		list->steps + patch->at + patch->drop,
		tail * sizeof(*list->steps));
	memcpy(list->steps + patch->at, patch->insert,
	       patch->n_insert * sizeof(*list->steps));
	list->n += patch->n_insert - patch->drop;
	return 0;
}

/* @text with a prefix one bit shorter: what it reached, it still reaches. */
static const char *shorter(struct topo_list *list, const char *text)
{
	struct ip_prefix ip;
	char buf[IP_TEXT_MAX];

	if (ip_parse(text, &ip) || !ip.len)
		return text;
	ip.len--;
	return topo_list_str(list, "%s", ip_text(&ip, 1, buf));
}

#define WRONG_MAC	"02:00:00:00:00:fe"

/* The other of two words, one more than a number. */
static const char *another(struct topo_list *list, const char *val)
{
	static const char * const pairs[][2] = {
		{ "on", "off" }, { "0", "1" }, { "forwarding", "learning" },
		{ "drop", "accept" }, { "default", "dormant" },
		{ "eui64", "none" },
	};
	struct ip_prefix ip;
	size_t i;
	char *end;
	long n;

	for (i = 0; val && i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		if (!strcmp(val, pairs[i][0]))
			return pairs[i][1];
		if (!strcmp(val, pairs[i][1]))
			return pairs[i][0];
	}
	n = val ? strtol(val, &end, 10) : 0;
	if (val && *val && !*end)
		return topo_list_str(list, "%ld", n + 1);
	return val && strlen(val) == 17 && ip_parse(val, &ip) ? WRONG_MAC : val;
}

/* Of the steps that no topology of the document has. */
static const char *make_wrong_more(struct topo_list *list,
				   struct topo_patch *patch)
{
	struct topo_step *s = &patch->insert[0];

	switch (s->op) {
	case TOPO_LINK_DOWN:
		s->mtu = 1400;
		return "mtu 1400";
	case TOPO_LINK_SET:
	case TOPO_PORT_SET:
		s->val = another(list, s->val);
		return "another value";
	case TOPO_VLAN_ADD:
		s->vid++;
		return "another VLAN";
	case TOPO_FDB_ADD:
	case TOPO_NEIGH_ADD:
		s->mac = WRONG_MAC;
		return "another MAC";
	case TOPO_RULE_ADD:
		s->args = strncmp(s->args, "not ", 4) ?
			topo_list_str(list, "not %s", s->args) : s->args + 4;
		return "for all others";
	case TOPO_NFT:
		s->val = strcmp(s->val, "accept") ? "accept" : "drop";
		return "the opposite verdict";
	default:
		/* To delete wrongly is not to delete. */
		patch->n_insert = 0;
		return "left out";
	}
}

/* The same step with one field wrong, such that what follows still builds. */
static const char *make_wrong(struct topo_list *list, struct topo_patch *patch)
{
	struct topo_step *s = &patch->insert[0];

	switch (s->op) {
	case TOPO_NETNS_ADD:
		/* Not the empty namespace that a new one must be. */
		patch->insert[1] = (struct topo_step){
			.op = TOPO_LINK_ADD, .ns = s->ns, .dev = "stray",
			.kind = "bridge",
		};
		patch->n_insert = 2;
		return "a stray device in it";
	case TOPO_LINK_ADD:
		if (!strcmp(s->kind, "bridge")) {
			s->ageing_time = -1;
			return "ageing_time 0";
		}
		s->mtu = 1400;
		return "mtu 1400";
	case TOPO_LINK_NETNS:
	case TOPO_LINK_MASTER:
		s->mtu = 1400;
		return "mtu 1400";
	case TOPO_LINK_UP:
		s->noarp = true;
		return "arp off";
	case TOPO_ADDR_ADD:
		s->addr = shorter(list, s->addr);
		return "prefix one bit short";
	case TOPO_ROUTE_ADD:
		s->addr = topo_step_is_ipv6(s) ? "2001:db8:bad::/48" :
						 "198.51.100.0/24";
		return "another destination";
	case TOPO_SYSCTL:
		s->addr = strcmp(s->addr, "0") ? "0" : "1";
		return "the opposite value";
	default:
		return make_wrong_more(list, patch);
	}
}

/* What a host has on which somebody followed the document before. */
static int stale_host(const struct topo_list *list, struct topo_patch *patch)
{
	static const struct topo_step left_over[] = {
		{ .op = TOPO_LINK_UP, .ns = TOPO_HOST, .dev = "lo" },
		{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "v-net-0",
		  .kind = "bridge" },
		{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "veth-red",
		  .kind = "bridge" },
	};
	size_t i;

	for (i = 0; i < list->n; i++) {
		if (!strcmp(list->steps[i].ns, TOPO_HOST))
			return -ERANGE;
	}
	patch->at = list->n;
	patch->n_insert = 3;
	memcpy(patch->insert, left_over, sizeof(left_over));
	patch->text = "a host that is not fresh";
	return 0;
}

int topo_fault_patch(struct topo_list *list, size_t step,
		     enum topo_fault fault, struct topo_patch *patch)
{
	memset(patch, 0, sizeof(*patch));
	if (step == list->n && fault == TOPO_FAULT_WRONG)
		return stale_host(list, patch);
	if (step >= list->n)
		return -ERANGE;
	patch->at = step;
	patch->drop = 1;
	patch->text = "left out";
	if (fault == TOPO_FAULT_OMIT)
		return 0;
	patch->n_insert = 1;
	patch->insert[0] = list->steps[step];
	patch->text = make_wrong(list, patch);
	return list->err;
}
