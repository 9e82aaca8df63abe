/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Words of ip(8) and bridge(8) as parts of a request: a table says for each
 * word where its value goes and how wide it is.  For the .c files of lib/ whose
 * headers say which words they know.
 */
#ifndef ARGS_H
#define ARGS_H

#include <stdio.h>

#include "req.h"
#include "rtnl.h"

enum word_in {
	WORD_IN_ATTR,		/* an attribute, .at its type */
	WORD_IN_HEADER,		/* the family's header, .at its offset */
	WORD_IN_FLAGS,		/* or-ed into args.flags */
};

enum word_type {
	WORD_U8, WORD_U16, WORD_BE16, WORD_U32, WORD_BE32, WORD_U64,
	WORD_STR,		/* with its NUL */
	WORD_TEXT,		/* without */
	WORD_MAC,
	WORD_IP,
	WORD_PREFIX,		/* an address, its length in the header at .len */
	WORD_DEV,		/* a device's ifindex */
	WORD_FLAG,		/* an attribute without a value */
};

struct word_name {
	const char *name;
	uint32_t value;
};

struct word {
	const char *word;
	uint8_t type, in;	/* enum word_type, enum word_in */
	uint16_t at;
	uint8_t len;		/* WORD_PREFIX: offset in the header */
	uint8_t group;		/* ARGS_NESTED: in a nest of its own */
	uint32_t set;		/* the word has no value: or this in */
	const struct word_name *names;	/* instead of a number; ends with NULL */
};

#define ARGS_NESTED	1

struct args {
	struct rtnl *rtnl;	/* who is asked for a device */
	struct req *req;
	const struct word *table;	/* ends with a NULL word */
	uint8_t group;		/* puts those of this group, passes over others */
	unsigned int n;		/* how many were put */
	uint32_t flags;
};

/* "on" and "off". */
extern const struct word_name args_on_off[];

/* 0, -EINVAL for a word or value that is none, -ENODEV. */
int args_put_one(struct args *words, const char *word, const char *value);

/* All of @args (NULL: none), which are parted by spaces; -E2BIG if long. */
int args_put(struct args *words, const char *args);

/* " WORD VALUE" for each attribute of @nest that @table knows. */
void args_print(FILE *file, const struct word *table,
		const struct nlattr *nest);

/* "02:00:00:00:00:01": 0 or -EINVAL. */
int args_mac(const char *text, uint8_t mac[6]);

#endif
