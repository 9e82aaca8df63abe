/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the suite must cover, whoever covers it: the claims of the document
 * seed-network-namespaces.md in its order, the faults of "namespace creation
 * succeeds but Pod has no connectivity", the errors, the cleanup rules, what a
 * CNI plugin does.  The tests say which rows they cover (TEST_OF in ksft.h).
 */
#ifndef PLAN_ROWS_H
#define PLAN_ROWS_H

enum plan_verdict {
	PLAN_NONE,		/* nothing of the document is judged */
	PLAN_TRUE,
	PLAN_NUANCE,		/* true, but not all of the truth */
	PLAN_FALSE,		/* false as written */
};

struct plan_row {
	const char *name;	/* "claim 17"; "claim 5 tool": of iproute2 */
	enum plan_verdict verdict;
	/* A claim: the document's words; NULL: a fault's are in lib/faults.c. */
	const char *text;
};

/* Ended by a row without a name. */
extern const struct plan_row plan_rows[];

#endif
