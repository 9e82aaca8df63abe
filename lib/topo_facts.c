// SPDX-License-Identifier: GPL-2.0-or-later
#include "topo_facts.h"

#include <stdarg.h>
#include <stdio.h>
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
		if (s->op == TOPO_ROUTE_ADD)
			topo_facts_add(facts, "%s%s%s%s%s", s->addr,
				       s->via ? " via " : "",
				       s->via ? s->via : "",
				       s->dev ? " dev " : "",
				       s->dev ? s->dev : "");
		else if (s->op == TOPO_SYSCTL)
			topo_facts_add(facts, "%s=%s", s->dev, s->addr);
	}
}
