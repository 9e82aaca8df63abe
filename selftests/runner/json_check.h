/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Are the parts of a JSON text what its schema says?  Tables of rules, and a
 * refusal that names the place: "FILE: samples[12].ns.p50: not a number".
 */
#ifndef JSON_CHECK_H
#define JSON_CHECK_H

#include <jansson.h>
#include <stdbool.h>

#define JSON_NAME_MAX	128

enum json_rule_type {
	IS_STR,			/* any string but the empty one */
	IS_STR_NULL,		/* a string or null */
	IS_TEXT,		/* any string */
	IS_NAME,		/* of letters, digits and "_.:+-" */
	IS_TIME,		/* 2026-11-24T00:11:22Z */
	IS_BOOL,
	IS_COUNT,		/* whole, not negative */
	IS_SMALL,		/* the same, and fits an int */
	IS_WHOLE,		/* any whole number */
	IS_NUMBER,		/* not negative */
	IS_OBJ,
	IS_ARR,
};

struct json_rule {
	const char *key;
	enum json_rule_type type;
	bool optional;
};

/* Where in the file the check is. */
struct json_check {
	const char *name;
	char *why;		/* 512 bytes */
	char place[128];	/* "samples[12].ns", of the object looked at */
	size_t len;
};

/* "NAME: PLACE.KEY: why" into .why; @key may be NULL.  Returns -EINVAL. */
int json_refuse(const struct json_check *check, const char *key,
		const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Goes into a part; json_leave() with what it returns goes back. */
size_t json_enter(struct json_check *check, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void json_leave(struct json_check *check, size_t back);

/* NULL, or what is wrong with it. */
const char *json_wrong(const json_t *value, enum json_rule_type type);

/* The others: 0, or as json_refuse().  This one is of @object itself. */
int json_check_rules(const struct json_check *check, const json_t *object,
		     const struct json_rule *rules, size_t n);

/* An object of the object @parent, if that has it. */
int json_check_part(struct json_check *check, const json_t *parent,
		    const char *key, const struct json_rule *rules, size_t n);

/* An object whose keys are anybody's and whose values are of one type. */
int json_check_values(struct json_check *check, const json_t *parent,
		      const char *key, enum json_rule_type type);

#endif
