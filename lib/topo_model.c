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
				  .peer = -1 };
	return end;
}

static void add_link(struct topo_model *model, const struct topo_step *s)
{
	struct topo_end *a = add_end(model, s->ns, s->dev, s->kind);
	struct topo_end *b;

	if (!s->peer)
		return;
	b = add_end(model, s->to ? s->to : s->ns, s->peer, s->kind);
	a->peer = b - model->ends;
	b->peer = a - model->ends;
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

	if (!end->up)
		return false;
	if (end->peer >= 0)
		return model->ends[end->peer].up;
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

	if (!end->master || end->peer < 0 || !topo_model_runs(model, i))
		return false;
	bridge = topo_model_find(model, end->ns, end->master);
	return bridge >= 0 && model->ends[bridge].up;
}
