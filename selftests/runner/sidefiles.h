/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The forms in which dashboards take a run, all made from its record: beside
 * run.tap in the run's folder, and printed by "run.sh export".
 */
#ifndef SIDEFILES_H
#define SIDEFILES_H

#include "entries.h"

struct results;

struct sidefile {
	const char *format;	/* what export calls it */
	const char *file;	/* in the run's folder */
	const char *help;
	void (*add)(const struct entries *entries, struct buf *buf);
};

/* Ended by one without a format. */
extern const struct sidefile sidefiles[];

/* All of them, but for run.json, which is the record itself. */
void sidefiles_write(const struct record *record, struct results *results);

/* For the table: each adds all of a run to @buf. */
void ktap_add(const struct entries *entries, struct buf *buf);
void junit_add(const struct entries *entries, struct buf *buf);
void lava_add(const struct entries *entries, struct buf *buf);
void tmt_add(const struct entries *entries, struct buf *buf);
void annotations_add(const struct entries *entries, struct buf *buf);

#endif
