/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page of HTML as text: its words escaped, its pictures' places kept. */
#ifndef PAGE_H
#define PAGE_H

#include <stdio.h>

#include "html.h"
#include "metric.h"
#include "plot.h"
#include "result.h"

/* "13.6 µs", "22.1 Gbit/s", "1.213": metric_format() as people write it. */
void page_value(char text[40], const struct metric *metric, double log);

/* Which of the page's colours a path or method has everywhere. */
unsigned int page_colour(const char *path);

enum page_kind { KIND_RTT, KIND_RATE, KIND_COST };

/* All arms of one workload in the run of the set that shows it. */
struct page_group {
	const struct result *run;
	size_t number;		/* of the run in the set, from 1; 0: the newest */
	const char *workload;
	enum page_kind kind;
	const char **paths;	/* distinct, in the protocol's order */
	size_t n_paths;
};

/* Each workload that any run has a good sample of, of the newest such run. */
struct page_group *page_groups(const struct result_set *set, size_t *n);
void page_groups_free(struct page_group *groups, size_t n);

/* A picture and what stands around it. */
struct figure {
	char *title, *note;
	struct buf legend;	/* markup */
	size_t plot;
};

struct figures {
	struct plots plots;
	struct figure *v;
	size_t n;
};

/* figures.c: each adds what there is to draw. */
void figures_bars(struct figures *figures, const struct page_group *group);
void figures_density(struct figures *figures, const struct page_group *group);
void figures_tail(struct figures *figures, const struct page_group *group);
void figures_costs(struct figures *figures, const struct page_group *group);
void figures_history(struct figures *figures, const struct result_set *set);
void figures_free(struct figures *figures);

#endif
