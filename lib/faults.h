/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why a pod that has its namespace may have no connectivity: the diagnosis
 * matrix, as data.  A fault is a topology that works, the steps that break it,
 * and how that looks to who tries to get through:
 *
 *	NR	no route: an error at once, IpOutNoRoutes counts
 *	ARP	nobody answers for the next hop: an error once its neighbour
 *		entry is FAILED, from the sender's own address
 *	SIL	silence: the next hop is known (REACHABLE), what is sent dies
 *		on the way there or back
 */
#ifndef FAULTS_H
#define FAULTS_H

#include <stdbool.h>

#include "topo_list.h"

#define FAULT_STEPS	10
#define FAULT_LOOKS	5
#define FAULT_SIGNS	4
#define FAULT_FACTS	4

/* What comes of a packet, beside 0 and -errno. */
enum {
	FAULT_SILENT = 1,	/* neither answer nor error */
	FAULT_UNANSWERED,	/* it got there, the answer did not get back */
	FAULT_STALLED,		/* TCP connects, what it sends then is lost */
};

struct fault_outcome {
	int err;
	const char *icmp;	/* behind it: "TYPE/CODE from ADDR [mtu N]" */
};

/* A counter that moves by so much: what dies is counted where it dies. */
struct fault_sign {
	const char *ns;
	const char *what;	/* "IpInAddrErrors", or "DEV tx_packets" */
	long by;
	bool more;		/* or by more */
};

/*
 * One way that is tried, by a packet of each kind, and what comes of them.
 * What all kinds get through on is tried in whole conversations, and its signs
 * are of all of those; else they are of one packet for each kind that fails.
 */
struct fault_look {
	const char *from, *to, *dst;	/* namespaces, address */
	struct fault_outcome icmp, tcp, udp;
	const char *hop;	/* the next one, where the address does not say */
	const char *neigh;	/* its entry's state; "none"; NULL: any */
	unsigned int pmtu;	/* that the sender knows then; 0: any */
	const char *src;	/* bind to this first; NULL: don't */
	unsigned int size;	/* of the payload; 0: the probe's own */
	bool closed;		/* nobody serves the port */
	const char *fault;	/* whose slug explains it; NULL: the row's own */
	const char *works;	/* another address, which is reached without the
				   fault; "": none */
	struct fault_sign signs[FAULT_SIGNS];
};

/* Lines of a namespace's state (state.h) that have @key: exactly these. */
struct fault_fact {
	const char *ns, *key, *text;
};

struct fault {
	const char *slug;
	const char *text;		/* what is wrong, in words */
	const char *topology;
	int layer;			/* 2 or 3: where it hides */
	const char *config;		/* the kernel needs it; NULL: nothing */
	const char *duplicate;		/* pod-blue's, which DAD will refuse */
	bool cached;			/* neighbours are known from before */
	bool limited;			/* by ip_error(): 5 errors, one a second */
	struct topo_step steps[FAULT_STEPS];
	struct fault_look looks[FAULT_LOOKS];
	struct fault_fact facts[FAULT_FACTS];
	struct topo_step cure[FAULT_STEPS];	/* after these all works */
};

/* All of them, ended by a NULL slug. */
extern const struct fault faults[];

/* NULL if there is no such. */
const struct fault *fault_find(const char *slug);

/* How many steps at the head of @steps are used. */
size_t fault_count_steps(const struct topo_step steps[FAULT_STEPS]);

/* Fills @list with its topology, broken.  0 or as topology_load(). */
int fault_load(struct topo_list *list, const struct fault *fault)
	__attribute__((warn_unused_result));

#endif
