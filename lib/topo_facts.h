/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a picture says beside a device and a namespace, in short texts that
 * come from the list alone.  For topo_dot.c and topo_ascii.c.
 */
#ifndef TOPO_FACTS_H
#define TOPO_FACTS_H

#include "topo_model.h"

#define TOPO_FACTS_MAX	8
#define TOPO_FACT_SIZE	80

/* Where there are more than fit, the last one is "...". */
struct topo_facts {
	size_t n;
	char text[TOPO_FACTS_MAX][TOPO_FACT_SIZE];
};

/* A link of the model: "down", its addresses, and what is not the usual. */
void topo_facts_link(const struct topo_list *list,
		     const struct topo_model *model, int end,
		     struct topo_facts *facts);

/* The loopback device of @ns: "up" or "down", and the same. */
void topo_facts_lo(const struct topo_list *list, const char *ns,
		   struct topo_facts *facts);

/* Routes and sysctls of @ns. */
void topo_facts_ns(const struct topo_list *list, const char *ns,
		   struct topo_facts *facts);

/* One more; control characters and what is not ASCII become "?". */
void topo_facts_add(struct topo_facts *facts, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
