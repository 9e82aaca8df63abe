/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Throughput by libiperf: what a workload of iperf_workloads[] differs by, for
 * who needs one that is not in the table.
 */
#ifndef BENCH_IPERF_H
#define BENCH_IPERF_H

#include <stdint.h>

#include "workload.h"

struct iperf_opts {
	int window;		/* SO_SNDBUF and SO_RCVBUF asked for, bytes;
				   the kernel doubles it; 0: autotuned */
	const char *congestion;	/* "cubic"; NULL: the kernel's default */
	int streams;		/* 0: one */
	bool reverse;		/* the server sends */
	bool both;		/* both send */
	bool one_core;		/* both ends on the first CPU that we may use */
	bool udp;		/* with the next two */
	uint64_t rate;		/* of payload, bits a second */
	int size;		/* of a datagram's payload, bytes */
	bool as_asked;		/* unless struct measure has other figures */
};

/* Of .size: libiperf's header in each datagram; what is left of IPv4's 64 KiB. */
#define IPERF_UDP_MIN	16
#define IPERF_UDP_MAX	65507

/* .measure of such a workload; its .opts is a struct iperf_opts. */
int iperf_measure(const struct workload *workload, const struct path *path,
		  const struct measure *how, json_t *sample);

#endif
