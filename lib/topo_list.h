/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A topology is data: a list of steps.  One step is one change of kernel
 * state, one rtnetlink request and one printed ip(8) command.  A fault is a
 * patch of the list.  topologies.h has the lists, topo.h builds them,
 * topo_print.h prints them.
 */
#ifndef TOPO_LIST_H
#define TOPO_LIST_H

#include <stdbool.h>
#include <stddef.h>

/* The namespace that stands for the machine; always there, never named. */
#define TOPO_HOST	"host"

/*
 * What a step does, as the command that is printed for it.  [ARGS] are further
 * words of that command, given as text in .args ("src 10.0.0.1 metric 5"); the
 * header of the function behind it says which are known.
 */
enum topo_op {
	TOPO_NETNS_ADD,		/* .ns: ip netns add NS */
	TOPO_LINK_ADD,		/* ip link add DEV type KIND [ARGS | peer ...] */
	TOPO_LINK_NETNS,	/* ip link set DEV netns TO */
	TOPO_LINK_MASTER,	/* ip link set DEV master MASTER */
	TOPO_LINK_UP,		/* ip link set DEV up */
	TOPO_ADDR_ADD,		/* ip addr add ADDR dev DEV [ARGS] */
	TOPO_ROUTE_ADD,		/* ip route add [KIND] ADDR via VIA dev DEV [ARGS] */
	TOPO_SYSCTL,		/* sysctl -w DEV=ADDR */
	TOPO_LINK_DOWN,		/* ip link set DEV down */
	TOPO_LINK_DEL,		/* ip link del DEV */
	TOPO_LINK_SET,		/* ip link set DEV [type bridge] OPT VAL */
	TOPO_PORT_SET,		/* bridge link set dev DEV OPT VAL */
	TOPO_VLAN_ADD,		/* bridge vlan add dev DEV vid VID [ARGS] */
	TOPO_VLAN_DEL,		/* bridge vlan del dev DEV vid VID [ARGS] */
	TOPO_FDB_ADD,		/* bridge fdb add MAC dev DEV [ARGS] */
	TOPO_FDB_DEL,		/* bridge fdb del MAC dev DEV [ARGS] */
	TOPO_ADDR_DEL,		/* ip addr del ADDR dev DEV */
	TOPO_ROUTE_DEL,		/* ip route del ... as ROUTE_ADD */
	TOPO_RULE_ADD,		/* ip rule add ARGS */
	TOPO_RULE_DEL,		/* ip rule del ARGS */
	TOPO_NEIGH_ADD,		/* ip neigh add ADDR dev DEV [lladdr MAC] [ARGS] */
	TOPO_NEIGH_DEL,		/* ip neigh del ADDR dev DEV */
	TOPO_NFT,		/* nft: a base chain at a hook with one rule */
};

struct topo_step {
	enum topo_op op;
	const char *ns;		/* where it happens */
	const char *dev;	/* what it happens to */
	const char *kind;	/* LINK_ADD: "veth", "bridge", "vlan" ...; routes:
				   "blackhole" ...; NFT: family, "ip", "bridge";
				   RULE_*: "-6" where no address says so */
	const char *peer;	/* LINK_ADD: the other end of a veth */
	const char *to;		/* LINK_NETNS: target; LINK_ADD: peer's netns,
				   without a peer the device's own */
	const char *link;	/* LINK_ADD: the device below a vlan, macvlan */
	const char *master;
	const char *addr;	/* address, or a route's destination */
	const char *via;
	const char *mac;	/* "02:00:00:00:00:01": FDB_*, NEIGH_ADD, LINK_ADD */
	const char *opt, *val;	/* LINK_SET, PORT_SET: as ip(8), bridge(8) say;
				   NFT: the hook and the verdict */
	const char *args;	/* further words; NFT: what the rule matches */
	unsigned int vid;	/* VLAN_* */
	unsigned int mtu;	/* 0: the kernel's */
	int index;		/* LINK_ADD: ifindex of DEV; 0: the next free */
	int ageing_time;	/* of a bridge, centiseconds; -1 asks for 0 */
	bool noarp;		/* LINK_UP: with `arp off` */
	bool nodad;		/* ADDR_ADD: IFA_F_NODAD */
	int want;		/* the outcome: 0 or -errno */
	const char *want_extack;/* NULL: any */
};

/* Is it IPv6 that a step of routes or rules is about? */
bool topo_step_is_ipv6(const struct topo_step *step);

/* A list and the strings that were made for it. */
struct topo_list {
	const char *name;
	struct topo_step *steps;
	size_t n;
	char **strings;
	size_t n_strings;
	int err;		/* sticky: -ENOMEM */
};

void topo_list_init(struct topo_list *list, const char *name);
void topo_list_free(struct topo_list *list);

/* Appends @n steps. */
void topo_list_add(struct topo_list *list, const struct topo_step *steps,
		   size_t n);

/* A string that lives as long as the list; "" when memory is short. */
const char *topo_list_str(struct topo_list *list, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* A fault: at step @at (from 0) drop @drop steps, put @insert there. */
struct topo_patch {
	size_t at, drop;
	size_t n_insert;
	struct topo_step insert[3];
	const char *text;	/* what it does, in words; static */
};

/* -ERANGE if the patch lies outside the list. */
int topo_list_patch(struct topo_list *list, const struct topo_patch *patch)
	__attribute__((warn_unused_result));

/*
 * Every step can be left out, or done wrongly in a way that lets the rest of
 * the list build.  The host is no step, but where no step touches it, it may be
 * wrong too (@step is list->n): not fresh, since the document has been there.
 * -ERANGE if there is no such step or fault.
 */
enum topo_fault { TOPO_FAULT_OMIT, TOPO_FAULT_WRONG };

int topo_fault_patch(struct topo_list *list, size_t step,
		     enum topo_fault fault, struct topo_patch *patch)
	__attribute__((warn_unused_result));

#endif
