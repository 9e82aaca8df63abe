/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why did a probe not get through?  Follows its way, and then that of the
 * answer, from hop to hop through the namespaces as they are now: address,
 * route, neighbour, wire, bridge, next namespace.  The first thing in the way
 * is the fault.  One packet more is sent while the counters are watched.
 */
#ifndef DIAGNOSE_H
#define DIAGNOSE_H

#include "probe.h"
#include "topo.h"

struct diagnosis {
	char fault[40];			/* a slug of faults.h; "": not found */
	/*
	 * One line: "pod-red to 10.244.0.20: no answer, neigh REACHABLE;
	 * host IpInAddrErrors +1: ip_forward is 0 in host"
	 */
	char text[512];
};

/*
 * @err: what came of the probe; -ETIMEDOUT is silence.  0, or -errno when
 * there was no way to look.
 */
int diagnose(const struct topo *topo, const struct probe *probe, int err,
	     struct diagnosis *diagnosis) __attribute__((warn_unused_result));

#endif
