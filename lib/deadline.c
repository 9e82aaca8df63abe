// SPDX-License-Identifier: GPL-2.0-or-later
#include "deadline.h"

#include <errno.h>
#include <poll.h>
#include <time.h>

/* How slow this machine may be: a fact of the whole process. */
static int limit_wait = DEADLINE_DEFAULT_MS;
static int limit_probe = DEADLINE_DEFAULT_MS;

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

void deadline_set(int wait_ms, int probe_ms)
{
	limit_wait = wait_ms;
	limit_probe = probe_ms;
}

long long deadline_new(void)
{
	return now_ms() + limit_wait;
}

long long deadline_new_probe(void)
{
	return now_ms() + limit_probe;
}

int deadline_left(long long deadline)
{
	long long left = deadline - now_ms();

	return left > 0 ? (int)left : 0;
}

int deadline_poll(struct pollfd *fds, int n, long long deadline)
{
	int ready;

	do {
		ready = poll(fds, n, deadline_left(deadline));
	} while (ready < 0 && errno == EINTR);
	if (ready < 0)
		return -errno;
	return ready ? 0 : -ETIMEDOUT;
}

int deadline_poll_in(int fd, long long deadline)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return deadline_poll(&pfd, 1, deadline);
}
