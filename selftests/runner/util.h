/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Memory and strings.  Out of memory ends the runner with exit code 2, so
 * that nothing here returns an error.
 */
#ifndef UTIL_H
#define UTIL_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *data;
	size_t len;
	size_t room;
};

/* A list of strings, NULL terminated once it has one. */
struct strv {
	char **v;
	size_t nr;
};

/* Says "run.sh: ..." on stderr and exits with 2. */
void die(const char *fmt, ...)
	__attribute__((noreturn, format(printf, 1, 2)));

/* A descriptor that is closed would become the next file that is opened. */
void stdio_check(void);

/* So that what a full disk or a closed pipe lost is not a success. */
void stdio_finish(void);

/* Room for @nr members of @size: those beyond the @old_nr of @old are zeroed. */
void *xgrow(void *old, size_t old_nr, size_t nr, size_t size)
	__attribute__((warn_unused_result));

char *xasprintf(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), warn_unused_result));
char *xvasprintf(const char *fmt, va_list ap)
	__attribute__((format(printf, 1, 0), warn_unused_result));

void buf_add(struct buf *buf, const void *data, size_t len);
void buf_addf(struct buf *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_free(struct buf *buf);

void strv_addf(struct strv *strv, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
bool strv_has(const struct strv *strv, const char *str);
void strv_free(struct strv *strv);

#endif
