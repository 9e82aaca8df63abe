// SPDX-License-Identifier: GPL-2.0-or-later
#include "topo_facts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A device on its way through the list. */
struct track {
	const char *ns, *dev;		/* .ns is NULL until it is made */
	const char *addrs[TOPO_FACTS_MAX];
	size_t n_addrs;
	unsigned int mtu;
	int ageing_time;
	bool up, noarp;
};

void topo_facts_add(struct topo_facts *facts, const char *fmt, ...)
{
	va_list ap;
	char *text;

	if (facts->n == TOPO_FACTS_MAX) {
		snprintf(facts->text[facts->n - 1], TOPO_FACT_SIZE, "...");
		return;
	}
	text = facts->text[facts->n++];
	va_start(ap, fmt);
	vsnprintf(text, TOPO_FACT_SIZE, fmt, ap);
	va_end(ap);
	for (; *text; text++) {
		if (*text < ' ' || *text > '~')
			*text = '?';
	}
}

static void drop_addr(struct track *t, const char *addr)
{
	size_t i;

	for (i = 0; i < t->n_addrs; i++) {
		if (strcmp(t->addrs[i], addr))
			continue;
		memmove(&t->addrs[i], &t->addrs[i + 1],
			(--t->n_addrs - i) * sizeof(*t->addrs));
		return;
	}
}

static void track_opt(struct track *t, const struct topo_step *s)
{
	if (!strcmp(s->opt, "mtu"))
		t->mtu = atoi(s->val);
	else if (!strcmp(s->opt, "arp"))
		t->noarp = !strcmp(s->val, "off");
	else if (!strcmp(s->opt, "ageing_time"))
		t->ageing_time = strcmp(s->val, "0") ? atoi(s->val) : -1;
}

static void track_step(struct track *t, const struct topo_step *s)
{
	if (s->mtu)
		t->mtu = s->mtu;
	switch (s->op) {
	case TOPO_LINK_NETNS:
		/* Addresses stay behind. */
		t->ns = s->to;
		t->n_addrs = 0;
		break;
	case TOPO_LINK_UP:
		t->up = true;
		t->noarp |= s->noarp;
		break;
	case TOPO_ADDR_ADD:
		if (t->n_addrs < TOPO_FACTS_MAX)
			t->addrs[t->n_addrs++] = s->addr;
		break;
	case TOPO_LINK_DOWN:
		t->up = false;
		break;
	case TOPO_ADDR_DEL:
		drop_addr(t, s->addr);
		break;
	case TOPO_LINK_SET:
		track_opt(t, s);
		break;
	default:
		break;
	}
}

/* The model numbers its links as they are made. */
static void track_made(struct track *t, const struct topo_step *s, bool peer)
{
	t->ns = peer && s->to ? s->to : s->ns;
	t->mtu = s->mtu;
	t->ageing_time = s->ageing_time;
}

/* @end: the model's number of the link, -1 for one that is always there. */
static void track(struct track *t, const struct topo_list *list, int end)
{
	const struct topo_step *s;
	int made = 0;
	size_t i;

	for (i = 0; i < list->n; i++) {
		s = &list->steps[i];
		if (s->want)
			continue;
		if (s->op == TOPO_LINK_ADD) {
			if (made == end || (s->peer && made + 1 == end))
				track_made(t, s, made != end);
			made += s->peer ? 2 : 1;
		} else if (t->ns && s->dev && !strcmp(s->ns, t->ns) &&
			   !strcmp(s->dev, t->dev)) {
			track_step(t, s);
		}
	}
}

static void tell(const struct track *t, struct topo_facts *facts)
{
	size_t i;

	for (i = 0; i < t->n_addrs; i++)
		topo_facts_add(facts, "%s", t->addrs[i]);
	if (t->mtu)
		topo_facts_add(facts, "mtu %u", t->mtu);
	if (t->noarp)
		topo_facts_add(facts, "arp off");
	if (t->ageing_time)
		topo_facts_add(facts, "ageing_time %d",
			       t->ageing_time < 0 ? 0 : t->ageing_time);
}

/* What it is as a port, each step of it. */
static void tell_port(const struct topo_list *list,
		      const struct topo_end *end, struct topo_facts *facts)
{
	const struct topo_step *s;
	size_t i;

	for (i = 0; i < list->n; i++) {
		s = &list->steps[i];
		if (s->want || !s->dev || strcmp(s->ns, end->ns) ||
		    strcmp(s->dev, end->dev))
			continue;
		if (s->op == TOPO_PORT_SET)
			topo_facts_add(facts, "%s %s", s->opt, s->val);
		else if (s->op == TOPO_VLAN_ADD)
			topo_facts_add(facts, "vlan %u%s%s", s->vid,
				       s->args ? " " : "",
				       s->args ? s->args : "");
	}
}

void topo_facts_link(const struct topo_list *list,
		     const struct topo_model *model, int end,
		     struct topo_facts *facts)
{
	struct track t = { .dev = model->ends[end].dev };

	facts->n = 0;
	track(&t, list, end);
	if (!model->ends[end].up)
		topo_facts_add(facts, "down");
	tell(&t, facts);
	tell_port(list, &model->ends[end], facts);
}

void topo_facts_lo(const struct topo_list *list, const char *ns,
		   struct topo_facts *facts)
{
	struct track t = { .ns = ns, .dev = "lo" };

	facts->n = 0;
	track(&t, list, -1);
	topo_facts_add(facts, "%s", t.up ? "up" : "down");
	tell(&t, facts);
}

static bool same(const char *a, const char *b)
{
	return !strcmp(a ? a : "", b ? b : "");
}

/* Does a later step take the route away, or set the sysctl again? */
static bool is_undone(const struct topo_list *list, size_t step)
{
	enum topo_op undo = list->steps[step].op == TOPO_ROUTE_ADD ?
				    TOPO_ROUTE_DEL : TOPO_SYSCTL;
	const struct topo_step *was = &list->steps[step], *s;

	for (s = was + 1; s < list->steps + list->n; s++) {
		if (s->op != undo || s->want || strcmp(s->ns, was->ns) ||
		    !same(s->dev, was->dev))
			continue;
		if (undo == TOPO_SYSCTL ||
		    (same(s->addr, was->addr) && same(s->via, was->via)))
			return true;
	}
	return false;
}

void topo_facts_ns(const struct topo_list *list, const char *ns,
		   struct topo_facts *facts)
{
	const struct topo_step *s;
	size_t i;

	facts->n = 0;
	for (i = 0; i < list->n; i++) {
		s = &list->steps[i];
		if (s->want || strcmp(s->ns, ns))
			continue;
		if (s->op == TOPO_NFT)
			topo_facts_add(facts, "nft %s %s %s%s%s", s->kind,
				       s->opt, s->args ? s->args : "",
				       s->args ? " " : "", s->val);
		else if (s->op == TOPO_RULE_ADD)
			topo_facts_add(facts, "rule %s", s->args);
		else if (s->op == TOPO_ROUTE_ADD && !is_undone(list, i))
			topo_facts_add(facts, "%s%s%s%s%s%s%s",
				       s->kind ? s->kind : "",
				       s->kind ? " " : "", s->addr,
				       s->via ? " via " : "",
				       s->via ? s->via : "",
				       s->dev ? " dev " : "",
				       s->dev ? s->dev : "");
		else if (s->op == TOPO_SYSCTL && !is_undone(list, i))
			topo_facts_add(facts, "%s=%s", s->dev, s->addr);
	}
}
