/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a list of steps amounts to, without asking the kernel: which links end
 * up where, wired to what, and up.  The waits after a build and the pictures
 * come from it.
 */
#ifndef TOPO_MODEL_H
#define TOPO_MODEL_H

#include "topo_list.h"

/* A link that was deleted keeps its place, with "" for a namespace. */
struct topo_end {
	const char *ns, *dev, *kind;
	const char *master;		/* NULL: none */
	int peer;			/* index of the other end, -1: none */
	int lower;			/* of a vlan, macvlan: below it, or -1 */
	bool up;
	bool held;			/* its state was set by hand */
	bool port_held;			/* its state as a port was */
	bool stp;			/* a bridge: its ports take their time */
};

struct topo_model {
	const char **ns;		/* "host" first */
	size_t n_ns;
	struct topo_end *ends;		/* without lo */
	size_t n_ends;
};

/* 0 or -ENOMEM; steps that refer to nothing are passed over. */
int topo_model_init(struct topo_model *model, const struct topo_list *list)
	__attribute__((warn_unused_result));
void topo_model_free(struct topo_model *model);

/* Index of a link, or -1. */
int topo_model_find(const struct topo_model *model, const char *ns,
		    const char *dev);

/* True if the end will have carrier: both it and its peer are up. */
bool topo_model_runs(const struct topo_model *model, int end);

/*
 * True if the address of @list's step @step (an ADDR_ADD) is an IPv6 one that
 * will get usable: on a link that will run, and not taken away again.
 */
bool topo_model_usable(const struct topo_model *model,
		       const struct topo_list *list, size_t step);

/* True if it will be a forwarding port: running, its bridge up. */
bool topo_model_forwards(const struct topo_model *model, int end);

#endif
