/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is measured over a path: tables of workloads, each with the function
 * that takes one sample.  Names are netperf's where it has one, in lower case.
 */
#ifndef WORKLOAD_H
#define WORKLOAD_H

#include <jansson.h>
#include <stdbool.h>

#include "path.h"

/* How long, and how; 0 is the workload's own default. */
struct measure {
	double secs;		/* of measuring, warm-up not counted */
	double udp_rate;	/* of udp_stream: payload, bits a second */
	int udp_size;		/* and of a datagram's payload, bytes */
	const char *raw;	/* file for raw samples, NULL: not kept */
};

struct workload {
	const char *name;	/* "tcp_rr" */
	const char *summary;
	const char *metric;	/* "ns" (round trip), "bytes" (throughput) */
	/*
	 * Takes one sample into @sample (an object; the keys of
	 * results/README.md).  0, or -errno with "error" set by
	 * sample_error(): never a number that was not measured.
	 */
	int (*measure)(const struct workload *workload, const struct path *path,
		       const struct measure *how, json_t *sample);
	const void *opts;	/* the file's own */
};

/* Each ended by a NULL name. */
extern const struct workload rr_workloads[];	/* rr.c: latency */
extern const struct workload iperf_workloads[];	/* iperf.c: throughput */

/* Sets "ok": false and "error"; returns @err. */
int sample_error(json_t *sample, int err, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
