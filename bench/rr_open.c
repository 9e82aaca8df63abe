// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Open loop: requests leave at fixed times whether or not answers came, and
 * each answer is timed from when its request was meant to leave.  What waits
 * behind a stall is then late too, where a closed loop would just ask less.
 */
#define _GNU_SOURCE
#include "rr_conn.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S	1000000000ULL

struct loop {
	struct rr_times *times;
	int fd;
	uint64_t start, period;		/* ns */
	uint64_t total, warm_up;	/* requests; the first are not counted */
	uint64_t sent, received;
	char got[32 * RR_SIZE];		/* answers, the last one maybe cut */
	size_t have;
};

static uint64_t intended(const struct loop *loop, uint64_t i)
{
	return loop->start + i * loop->period;
}

/* One request, if it is time. */
static int send_due(struct loop *loop)
{
	uint64_t now = rr_now_ns(), due = intended(loop, loop->sent);
	char message[RR_SIZE];
	ssize_t n;

	if (loop->sent == loop->total || now < due)
		return 0;
	if (loop->sent >= loop->warm_up && now - due > loop->period)
		loop->times->late++;
	rr_message(message, loop->sent++);
	n = send(loop->fd, message, RR_SIZE, MSG_DONTWAIT);
	/* The send buffer is full: nobody takes them at this rate. */
	if (n != RR_SIZE && (n >= 0 || errno == EAGAIN))
		return -ENOBUFS;
	return n < 0 ? -errno : 0;
}

static int take_answer(struct loop *loop, const char *got, uint64_t now)
{
	struct rr_times *times = loop->times;
	uint64_t i = loop->received++, ns;
	char want[RR_SIZE];

	rr_message(want, i);
	if (memcmp(want, got, RR_SIZE))
		return -EBADMSG;
	if (i < loop->warm_up || times->n == times->room)
		return 0;
	ns = now - intended(loop, i);
	times->ns[times->n++] = ns < UINT32_MAX ? ns : UINT32_MAX;
	return 0;
}

static int receive(struct loop *loop)
{
	size_t room = sizeof(loop->got) - loop->have, i;
	ssize_t n = recv(loop->fd, loop->got + loop->have, room, MSG_DONTWAIT);
	uint64_t now = rr_now_ns();
	int err = 0;

	if (n < 0)
		return errno == EAGAIN ? 0 : -errno;
	if (!n)
		return -EPIPE;
	loop->have += n;
	for (i = 0; i + RR_SIZE <= loop->have && !err; i += RR_SIZE)
		err = take_answer(loop, loop->got + i, now);
	loop->have -= i;
	memmove(loop->got, loop->got + i, loop->have);
	return err;
}

/* Until an answer comes or the next request is due. */
static int await(const struct loop *loop)
{
	struct pollfd pfd = { .fd = loop->fd, .events = POLLIN };
	uint64_t now = rr_now_ns(), due = intended(loop, loop->sent);
	struct timespec left = { 0 };

	if (due > now) {
		left.tv_sec = (due - now) / NS_PER_S;
		left.tv_nsec = (due - now) % NS_PER_S;
	}
	if (ppoll(&pfd, 1, loop->sent < loop->total ? &left : NULL, NULL) < 0)
		return errno == EINTR ? 0 : -errno;
	return pfd.revents ? 1 : 0;
}

static int open_loop(struct loop *loop)
{
	int err = 0;

	loop->start = rr_now_ns() + loop->period;
	while (!err && loop->received < loop->total) {
		err = send_due(loop);
		if (!err)
			err = await(loop);
		if (err > 0)
			err = receive(loop);
	}
	return err;
}

int rr_client_open(int out, const void *arg)
{
	const struct rr_args *args = arg;
	unsigned int rate = args->opts->rate;
	struct loop loop = {
		.times = args->times, .period = NS_PER_S / rate,
		.warm_up = RR_WARM_UP_S * rate,
		.total = (RR_WARM_UP_S + args->secs) * rate,
	};
	int err;

	/* Timers to the ns: else 50 us are theirs (timer_slack_ns). */
	if (prctl(PR_SET_TIMERSLACK, 1UL) < 0)
		return rr_fail(out, -errno, "PR_SET_TIMERSLACK");
	rr_touch(loop.times);
	loop.fd = rr_connect(args);
	if (loop.fd < 0)
		return rr_fail_round(out, loop.fd);
	err = open_loop(&loop);
	if (err)
		return rr_fail_round(out, err);
	loop.times->secs += (double)(rr_now_ns() -
				     intended(&loop, loop.warm_up)) / NS_PER_S;
	return 0;
}
