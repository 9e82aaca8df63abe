/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Request and response: what rr.c and the roles of rr_*.c share.  Two roles, a server
 * that tells its address and echoes, and a client that stamps each round trip
 * with CLOCK_MONOTONIC into memory which it shares with us.
 */
#ifndef RR_H
#define RR_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Of a request, and of its answer; the first 8 bytes count the requests. */
#define RR_SIZE		14

/*
 * A sample is of so many pairs of roles, one after the other: where memory of
 * a process, a socket or a stack happens to lie moves all its round trips by
 * 0.4 % (sd), for as long as it lives.  Each pair warms up before it counts.
 */
#define RR_PAIRS	5
#define RR_WARM_UP_S	0.02

/* Round trips, ns, one after the other.  Mapped by us, added to by clients. */
struct rr_times {
	uint64_t room, n;
	uint64_t late;		/* open loop: sent over a period behind time */
	double secs;		/* that they took */
	uint32_t ns[];		/* UINT32_MAX: 4.3 s and more */
};

/* How a workload does it; the roles' mains are tests' to replace. */
struct rr_opts {
	int (*client)(int out, const void *args);	/* const struct rr_args */
	int (*server)(int out, const void *args);	/* NULL: the kernel */
	bool local;		/* can be done over AF_UNIX */
	bool spin;		/* nobody blocks, each on a CPU of its own */
	unsigned int rate;	/* requests/s, come what may; 0: closed loop */
	unsigned long long load;/* bit/s of a stream beside it; 0: none */
};

struct rr_addr {
	socklen_t len;
	struct sockaddr_storage ss;
};

struct rr_args {
	const struct rr_opts *opts;
	const char *dst;	/* of the server; NULL: AF_UNIX */
	double secs;		/* of a pair */
	struct rr_addr addr;	/* the server's, port and all */
	struct rr_times *times;	/* the client's only */
};

/*
 * Mains of roles.  Clients end when they have measured, servers when the
 * client hangs up; on failure with 1 and what went wrong in words.
 */
int rr_client_stream(int out, const void *args);
int rr_client_udp(int out, const void *args);
int rr_client_crr(int out, const void *args);
int rr_client_icmp(int out, const void *args);
int rr_client_open(int out, const void *args);
int rr_server_stream(int out, const void *args);
int rr_server_udp(int out, const void *args);
int rr_server_crr(int out, const void *args);

/* A stream of .opts->load bit/s; says "r" when it flows. */
int rr_source(int out, const void *args);
/* Swallows one; says how many bytes it was. */
int rr_sink(int out, const void *args);

#endif
