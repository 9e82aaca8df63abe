/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The folder of one run.  Its only writer is the runner.  A write that fails
 * is said once on stderr and remembered; the run goes on.
 */
#ifndef RESULTS_H
#define RESULTS_H

#include <stdbool.h>
#include <stddef.h>

struct results;

/* The name of the next folder; without it the time and the kernel make it. */
#define RESULTS_NAME_ENV	"NETNS_RESULTS_NAME"

/*
 * Makes PARENT/<UTC time>-<kernel release>, with -2 and so on behind it where
 * that is taken, and turns PARENT/latest to it.  A parent that one may not
 * write to ends the runner with 2; a full disk only counts as a failed write.
 */
struct results *results_new(const char *parent)
	__attribute__((warn_unused_result));

/* The same with @name in the kernel release's place. */
struct results *results_new_as(const char *parent, const char *name)
	__attribute__((warn_unused_result));

const char *results_path(const struct results *results);

/* A whole file, @path below the folder, replacing one that is there. */
void results_write(struct results *results, const char *path,
		   const void *data, size_t len);

/* More of run.tap. */
void results_tap(struct results *results, const void *data, size_t len);

/* Whether a write has failed; the last ones are only known after this. */
bool results_finish(struct results *results)
	__attribute__((warn_unused_result));

void results_free(struct results *results);

#endif
