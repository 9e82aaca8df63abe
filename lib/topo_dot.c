// SPDX-License-Identifier: GPL-2.0-or-later
#include "topo_print.h"

#include <string.h>

#include "topo_facts.h"

/* What is printed, and where to. */
struct dot {
	const struct topo_list *list;
	struct topo_model model;
	FILE *file;
};

/* A part of a quoted dot string; what is not ASCII becomes "?". */
static void put_text(FILE *file, const char *text)
{
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', file);
		fputc(*text < ' ' || *text > '~' ? '?' : *text, file);
	}
}

static void put_facts(FILE *file, const struct topo_facts *facts)
{
	size_t i;

	for (i = 0; i < facts->n; i++) {
		fputs("\\n", file);
		put_text(file, facts->text[i]);
	}
}

/* A namespace may be named twice in a list that does not build. */
static bool is_first(const struct topo_model *model, size_t ns)
{
	size_t i;

	for (i = 0; i < ns; i++) {
		if (!strcmp(model->ns[i], model->ns[ns]))
			return false;
	}
	return true;
}

static bool is_known(const struct topo_model *model, const char *ns)
{
	size_t i;

	for (i = 0; i < model->n_ns; i++) {
		if (!strcmp(model->ns[i], ns))
			return true;
	}
	return false;
}

static void print_link(const struct dot *dot, int end, const char *indent)
{
	const struct topo_end *e = &dot->model.ends[end];
	struct topo_facts facts;

	topo_facts_link(dot->list, &dot->model, end, &facts);
	fprintf(dot->file, "%slink%d [label=\"", indent, end);
	put_text(dot->file, e->dev);
	if (e->kind && strcmp(e->kind, "veth")) {
		fputs(" (", dot->file);
		put_text(dot->file, e->kind);
		fputc(')', dot->file);
	}
	put_facts(dot->file, &facts);
	fprintf(dot->file, "\"%s];\n", e->up ? "" : ", style=dashed");
}

static void print_ns(const struct dot *dot, size_t ns)
{
	const char *name = dot->model.ns[ns];
	struct topo_facts facts;
	size_t i;

	fprintf(dot->file, "\tsubgraph cluster_%zu {\n\t\tlabel=\"", ns);
	put_text(dot->file, name);
	topo_facts_ns(dot->list, name, &facts);
	put_facts(dot->file, &facts);
	topo_facts_lo(dot->list, name, &facts);
	fprintf(dot->file, "\";\n\t\tlo%zu [label=\"lo", ns);
	put_facts(dot->file, &facts);
	fputs("\"];\n", dot->file);
	for (i = 0; i < dot->model.n_ends; i++) {
		if (!strcmp(dot->model.ends[i].ns, name))
			print_link(dot, i, "\t\t");
	}
	fputs("\t}\n", dot->file);
}

/* An edge goes from left to right: the host's end of a wire comes first. */
static void print_wire(const struct dot *dot, int end)
{
	int peer = dot->model.ends[end].peer, first = end;

	if (!strcmp(dot->model.ends[peer].ns, TOPO_HOST))
		first = peer;
	fprintf(dot->file, "\tlink%d -- link%d%s;\n", first,
		first == end ? peer : end,
		topo_model_runs(&dot->model, end) ? "" : " [style=dashed]");
}

static void print_edges(const struct dot *dot, int end)
{
	const struct topo_end *e = &dot->model.ends[end];
	int master = -1;

	if (e->master)
		master = topo_model_find(&dot->model, e->ns, e->master);
	if (master >= 0)
		fprintf(dot->file, "\tlink%d -- link%d [color=gray];\n",
			master, end);
	if (e->peer > end)
		print_wire(dot, end);
}

static void print_graph(const struct dot *dot)
{
	const struct topo_model *model = &dot->model;
	size_t i;

	fputs("graph topology {\n\tlabel=\"", dot->file);
	put_text(dot->file, dot->list->name);
	fputs("\";\n\trankdir=LR;\n\tfontname=monospace;\n"
	      "\tnode [shape=box, fontname=monospace];\n", dot->file);
	for (i = 0; i < model->n_ns; i++) {
		if (is_first(model, i))
			print_ns(dot, i);
	}
	for (i = 0; i < model->n_ends; i++) {
		if (*model->ends[i].ns && !is_known(model, model->ends[i].ns))
			print_link(dot, i, "\t");
	}
	for (i = 0; i < model->n_ends; i++)
		print_edges(dot, i);
	fputs("}\n", dot->file);
}

int topo_print_dot(const struct topo_list *list, FILE *file)
{
	struct dot dot = { .list = list, .file = file };
	int err = topo_model_init(&dot.model, list);

	if (err)
		return err;
	print_graph(&dot);
	topo_model_free(&dot.model);
	return 0;
}
