// SPDX-License-Identifier: GPL-2.0-or-later
#include "topo_model.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

int topo_model_find(const struct topo_model *model, const char *ns,
		    const char *dev)
{
	size_t i;

	for (i = 0; i < model->n_ends; i++) {
		if (!strcmp(model->ends[i].ns, ns) &&
		    !strcmp(model->ends[i].dev, dev))
			return i;
	}
	return -1;
}

static struct topo_end *add_end(struct topo_model *model, const char *ns,
				const char *dev, const char *kind)
{
	struct topo_end *end = &model->ends[model->n_ends++];

	*end = (struct topo_end){ .ns = ns, .dev = dev, .kind = kind,
				  .peer = -1, .lower = -1 };
	return end;
}

/* Both ends of a veth go at once. */
static void remove_end(struct topo_model *model, int i)
{
	int peer = model->ends[i].peer;

	model->ends[i] = (struct topo_end){ .ns = "", .dev = "", .kind = "",
					    .peer = -1, .lower = -1 };
	if (peer >= 0)
		model->ends[peer] = model->ends[i];
}

static void add_link(struct topo_model *model, const struct topo_step *s)
{
	int lower = s->link ? topo_model_find(model, s->ns, s->link) : -1;
	struct topo_end *a = add_end(model, s->ns, s->dev, s->kind);
	struct topo_end *b;

	a->lower = lower;
	a->stp = s->args && strstr(s->args, "stp_state 1");
	if (!s->peer) {
		a->ns = s->to ? s->to : s->ns;
		return;
	}
	b = add_end(model, s->to ? s->to : s->ns, s->peer, s->kind);
	a->peer = b - model->ends;
	b->peer = a - model->ends;
}

static void set_opt(struct topo_end *end, const struct topo_step *s)
{
	if (!strcmp(s->opt, "name"))
		end->dev = s->val;
	else if (!strcmp(s->opt, "stp_state"))
		end->stp = strcmp(s->val, "0");
	else if (!strcmp(s->opt, "carrier") || !strcmp(s->opt, "mode") ||
		 !strcmp(s->opt, "state"))
		end->held = true;
}

static void apply(struct topo_model *model, const struct topo_step *s)
{
	struct topo_end *end = NULL;
	int i;

	if (s->want)
		return;
	if (s->op == TOPO_NETNS_ADD) {
		model->ns[model->n_ns++] = s->ns;
		return;
	}
	if (s->op == TOPO_LINK_ADD) {
		add_link(model, s);
		return;
	}
	i = s->dev ? topo_model_find(model, s->ns, s->dev) : -1;
	if (i < 0)
		return;
	end = &model->ends[i];
	switch (s->op) {
	case TOPO_LINK_NETNS:
		/* A move takes a link down and off its master. */
		end->ns = s->to;
		end->up = false;
		end->master = NULL;
		break;
	case TOPO_LINK_MASTER:
		end->master = s->master && *s->master ? s->master : NULL;
		break;
	case TOPO_LINK_UP:
		end->up = true;
		break;
	case TOPO_LINK_DOWN:
		end->up = false;
		break;
	case TOPO_LINK_DEL:
		remove_end(model, i);
		break;
	case TOPO_LINK_SET:
		set_opt(end, s);
		break;
	case TOPO_PORT_SET:
		end->port_held |= !strcmp(s->opt, "state");
		break;
	default:
		break;
	}
}

int topo_model_init(struct topo_model *model, const struct topo_list *list)
{
	size_t i;

	memset(model, 0, sizeof(*model));
	model->ns = calloc(list->n + 1, sizeof(*model->ns));
	model->ends = calloc(2 * list->n + 1, sizeof(*model->ends));
	if (!model->ns || !model->ends) {
		topo_model_free(model);
		return -ENOMEM;
	}
	model->ns[model->n_ns++] = TOPO_HOST;
	for (i = 0; i < list->n; i++)
		apply(model, &list->steps[i]);
	return 0;
}

void topo_model_free(struct topo_model *model)
{
	free(model->ns);
	free(model->ends);
	memset(model, 0, sizeof(*model));
}

bool topo_model_runs(const struct topo_model *model, int i)
{
	const struct topo_end *end = &model->ends[i];
	size_t j;

	if (!end->up || end->held)
		return false;
	if (end->peer >= 0)
		return model->ends[end->peer].up;
	if (end->lower >= 0)
		return topo_model_runs(model, end->lower);
	/* A bridge runs on the carrier of its ports, if it has any. */
	if (strcmp(end->kind, "bridge"))
		return true;
	for (j = 0; j < model->n_ends; j++) {
		if (topo_model_forwards(model, j) &&
		    !strcmp(model->ends[j].ns, end->ns) &&
		    !strcmp(model->ends[j].master, end->dev))
			return true;
	}
	for (j = 0; j < model->n_ends; j++) {
		if (model->ends[j].master &&
		    !strcmp(model->ends[j].ns, end->ns) &&
		    !strcmp(model->ends[j].master, end->dev))
			return false;
	}
	return true;
}

bool topo_model_forwards(const struct topo_model *model, int i)
{
	const struct topo_end *end = &model->ends[i];
	int bridge;

	if (!end->master || end->peer < 0 || end->port_held ||
	    !topo_model_runs(model, i))
		return false;
	bridge = topo_model_find(model, end->ns, end->master);
	return bridge >= 0 && model->ends[bridge].up &&
	       !model->ends[bridge].stp;
}

/* Does @s take the address of @add away, or all IPv6 ones with it? */
static bool takes_addr(const struct topo_step *s, const struct topo_step *add)
{
	if (s->want || strcmp(s->ns, add->ns))
		return false;
	if (s->op == TOPO_SYSCTL)
		return strstr(s->dev, "/disable_ipv6") &&
		       strcmp(s->addr, "0");
	if (!s->dev || strcmp(s->dev, add->dev))
		return false;
	return s->op == TOPO_LINK_DOWN || s->op == TOPO_LINK_NETNS ||
	       s->op == TOPO_LINK_DEL ||
	       (s->op == TOPO_ADDR_DEL && !strcmp(s->addr, add->addr));
}

bool topo_model_usable(const struct topo_model *model,
		       const struct topo_list *list, size_t step)
{
	const struct topo_step *add = &list->steps[step];
	size_t i;
	int end;

	if (add->op != TOPO_ADDR_ADD || add->want || !strchr(add->addr, ':'))
		return false;
	end = topo_model_find(model, add->ns, add->dev);
	if (end < 0 || !topo_model_runs(model, end))
		return false;
	for (i = step + 1; i < list->n; i++) {
		if (takes_addr(&list->steps[i], add))
			return false;
	}
	return true;
}
