/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the guest's init sends to the host over a serial line, and nothing comes
 * back: a stream of frames.  A byte that is lost or changed or not ours, such as
 * a message of the kernel's, shows in the next head.  Both sides are one
 * machine: numbers are as it has them.
 */
#ifndef FRAME_H
#define FRAME_H

#include <stddef.h>
#include <stdint.h>

#define FRAME_MAGIC	0x314d566eu	/* "nVM1" */
#define FRAME_MAX	32768u

/* What a frame holds; text is not terminated. */
enum frame_type {
	FRAME_HELLO = 1,	/* the kernel's release: it has booted */
	FRAME_OUT,		/* of the runner's stdout */
	FRAME_ERR,		/* of its stderr */
	FRAME_FILE,		/* a path in the run's folder: a new, empty file */
	FRAME_MORE,		/* more of that file */
	FRAME_ALIVE,		/* nothing: a second has passed in the guest */
	FRAME_NOTE,		/* a line: something to be told of */
	FRAME_FAIL,		/* a line: why init cannot go on; the last one */
	FRAME_END,		/* struct frame_end; the last one */
};

struct frame_head {
	uint32_t magic;
	uint32_t type;
	uint32_t number;	/* from 0 */
	uint32_t len;		/* of what follows */
	uint32_t sum;		/* of the other numbers and of what follows */
};

struct frame_end {
	int32_t code;		/* the runner's exit code */
	uint32_t tap;		/* how long its run.tap is, bytes */
};

/* FNV-1a. */
static inline uint32_t frame_mix(uint32_t sum, const void *data, size_t len)
{
	const unsigned char *byte = data;

	while (len--)
		sum = (sum ^ *byte++) * 16777619u;
	return sum;
}

static inline uint32_t frame_sum(const struct frame_head *head,
				 const void *data)
{
	return frame_mix(frame_mix(2166136261u, head,
				   offsetof(struct frame_head, sum)),
			 data, head->len);
}

#endif
