// SPDX-License-Identifier: GPL-2.0-or-later
#include "compare_check.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	unsigned int bit;
} allows[] = {
	{ "cpu", COMPARE_ALLOW_CPU },
	{ "libiperf", COMPARE_ALLOW_LIBIPERF },
	{ "options", COMPARE_ALLOW_OPTIONS },
	{ "kernels", COMPARE_ALLOW_KERNELS },
	{ "emulated", COMPARE_ALLOW_EMULATED },
	{ "same", COMPARE_ALLOW_SAME },
};

/* What must be alike in all runs, or on each side alone. */
static const struct alike {
	const char *path[3];	/* keys from the top; NULL ended */
	const char *what;
	unsigned int allow;
	bool a_side;
} alikes[] = {
	{ { "env", "machine" }, "machine", COMPARE_ALLOW_CPU, false },
	{ { "env", "cpu" }, "CPU", COMPARE_ALLOW_CPU, false },
	{ { "env", "cpus" }, "number of CPUs", COMPARE_ALLOW_CPU, false },
	{ { "env", "libraries", "libiperf" }, "libiperf",
	  COMPARE_ALLOW_LIBIPERF, false },
	{ { "protocol", "secs" }, "seconds a sample", COMPARE_ALLOW_OPTIONS,
	  false },
	{ { "protocol", "options" }, "options of workloads",
	  COMPARE_ALLOW_OPTIONS, false },
	{ { "env", "kernel" }, "kernel", COMPARE_ALLOW_KERNELS, true },
	{ { "env", "version" }, "build of the kernel", COMPARE_ALLOW_KERNELS,
	  true },
	{ { "protocol", "inject" }, "slowdown on purpose",
	  COMPARE_ALLOW_OPTIONS, true },
};

/* What a reader should know when it differs. */
static const struct {
	const char *path[3], *what;
} noted[] = {
	{ { "env", "hypervisor" }, "hypervisor" },
	{ { "env", "clocksource" }, "clock source" },
	{ { "env", "governor" }, "frequency governor" },
	{ { "env", "sysctls" }, "sysctls" },
	{ { "env", "root" }, "privilege (root)" },
	{ { "protocol", "inject" }, "slowdown on purpose" },
};

unsigned int compare_allow(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(allows); i++)
		if (strlen(allows[i].name) == len &&
		    !memcmp(allows[i].name, name, len))
			return allows[i].bit;
	return 0;
}

static const char *allow_name(unsigned int bit)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(allows); i++)
		if (allows[i].bit == bit)
			return allows[i].name;
	return "?";
}

/* NULL: it is not there, or null, which is the same. */
static const json_t *at(const struct result *run, const char *const path[3])
{
	const json_t *json = run->json;
	size_t i;

	for (i = 0; i < 3 && path[i]; i++)
		json = json_object_get(json, path[i]);
	return json_is_null(json) ? NULL : json;
}

static bool equal(const json_t *a, const json_t *b)
{
	/* 1 and 1.0 are one number. */
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return a == b || json_equal((json_t *)a, (json_t *)b);
}

static void as_text(const json_t *json, char text[128])
{
	char *dump = json ? json_dumps(json, JSON_ENCODE_ANY | JSON_COMPACT |
				       JSON_SORT_KEYS) : NULL;

	snprintf(text, 128, "%.120s", !json ? "none" : dump ? dump : "?");
	free(dump);
}

static int refuse(struct comparison *cmp, const struct alike *alike,
		  const struct result *a, const struct result *b)
{
	char va[128], vb[128];

	as_text(at(a, alike->path), va);
	as_text(at(b, alike->path), vb);
	snprintf(cmp->why, sizeof(cmp->why),
		 "%s differs: %s in %.80s, %s in %.80s (--allow %s)",
		 alike->what, va, a->file, vb, b->file,
		 allow_name(alike->allow));
	return -EINVAL;
}

/* All runs of @set are as @like. */
static int check_alike(struct comparison *cmp, const struct result *like,
		       const struct result_set *set,
		       const struct alike *alike)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (!equal(at(like, alike->path), at(&set->runs[i],
						     alike->path)))
			return refuse(cmp, alike, like, &set->runs[i]);
	return 0;
}

/* One key: both sides and the runs that tell the noise. */
static int check_key(struct comparison *cmp, const struct compare_desc *desc,
		     const struct alike *alike)
{
	const struct result *first = &desc->base->runs[0];
	int err = check_alike(cmp, first, desc->base, alike);

	if (alike->a_side)
		first = &desc->new->runs[0];
	if (!err)
		err = check_alike(cmp, first, desc->new, alike);
	if (desc->noise && alike->a_side)
		first = &desc->noise->runs[0];
	if (!err && desc->noise)
		err = check_alike(cmp, first, desc->noise, alike);
	return err;
}

static int check_emulated(struct comparison *cmp,
			  const struct result_set *set)
{
	static const char * const path[3] = { "env", "emulated" };
	const json_t *emulated;
	size_t i;

	for (i = 0; i < set->n; i++) {
		emulated = at(&set->runs[i], path);
		if (!json_is_string(emulated))
			continue;
		snprintf(cmp->why, sizeof(cmp->why),
			 "%.200s was measured under emulation (%.80s), where "
			 "time is not the machine's own (--allow emulated)",
			 set->runs[i].file, json_string_value(emulated));
		return -EINVAL;
	}
	return 0;
}

/* A baseline that is the result itself, by a link gone wrong, passes always. */
static int check_same(struct comparison *cmp, const struct compare_desc *desc)
{
	const struct result_set *base = desc->base, *new = desc->new;
	size_t i, j;

	for (i = 0; i < base->n; i++)
		for (j = 0; j < new->n; j++) {
			if (strcmp(base->runs[i].run_id, new->runs[j].run_id))
				continue;
			snprintf(cmp->why, sizeof(cmp->why),
				 "%.150s and %.150s are the same run, %.64s (--allow same)",
				 base->runs[i].file, new->runs[j].file,
				 base->runs[i].run_id);
			return -EINVAL;
		}
	return 0;
}

static void note_differences(struct comparison *cmp,
			     const struct compare_desc *desc)
{
	const struct result *a = &desc->base->runs[0];
	const struct result *b = &desc->new->runs[0];
	char va[128], vb[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(noted); i++) {
		if (equal(at(a, noted[i].path), at(b, noted[i].path)))
			continue;
		as_text(at(a, noted[i].path), va);
		as_text(at(b, noted[i].path), vb);
		compare_note(cmp, "%s differs: %s, now %s", noted[i].what, va,
			     vb);
	}
}

static void note_partial(struct comparison *cmp, const struct result_set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++)
		if (set->runs[i].partial)
			compare_note(cmp, "%s is partial: %s",
				     set->runs[i].file, set->runs[i].partial);
}

int compare_check(struct comparison *cmp, const struct compare_desc *desc)
{
	size_t i;
	int err = 0;

	if (!(desc->allow & COMPARE_ALLOW_SAME))
		err = check_same(cmp, desc);
	if (!err && !(desc->allow & COMPARE_ALLOW_EMULATED))
		err = check_emulated(cmp, desc->base);
	if (!err && !(desc->allow & COMPARE_ALLOW_EMULATED))
		err = check_emulated(cmp, desc->new);
	for (i = 0; i < ARRAY_SIZE(alikes) && !err; i++)
		if (!(desc->allow & alikes[i].allow))
			err = check_key(cmp, desc, &alikes[i]);
	if (err)
		return err;
	note_differences(cmp, desc);
	note_partial(cmp, desc->base);
	note_partial(cmp, desc->new);
	return 0;
}
