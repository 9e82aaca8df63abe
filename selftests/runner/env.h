/* SPDX-License-Identifier: GPL-2.0-or-later */
/* env.json: on what, with what and how a run was made. */
#ifndef ENV_H
#define ENV_H

#include "record.h"
#include "results.h"

#include <time.h>

struct env_desc {
	const char *build;	/* where the programs are */
	char *const *argv;	/* as the runner got them, NULL terminated */
	const char *commit;	/* of the tree, or NULL */
	time_t start;
	time_t end;		/* 0: not yet */
	int exit_code;		/* once it has ended */
};

void env_write(struct results *results, const struct env_desc *desc);

/* The same, of what there is at the start of a run, in its record. */
void env_record(struct record *record, const struct env_desc *desc);

/* The commit, where somebody else knows it; "": nobody does. */
#define ENV_COMMIT	"NETNS_COMMIT"

/* git describe of the tree that holds @build, or NULL; to be freed. */
char *env_commit(const char *build) __attribute__((warn_unused_result));

#endif
