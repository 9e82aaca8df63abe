/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of a program need of the kernel.  A test without that is
 * skipped before its fixture is set up, by a reason that names the option:
 *
 *	KSFT_NEEDS(CONFIG_VETH, "*")
 *	KSFT_NEEDS(CONFIG_IPV6, "bridge_v6.*", "stage.*.dad_*")
 *
 * The words are globs (fnmatch(3)) of full names.  What a topology is made of
 * (veth, bridge, IPv6 addresses ...) need not be said.  `make config-proof`
 * runs the suite on kernels that lack one option each.
 */
#ifndef NEEDS_H
#define NEEDS_H

#include <fnmatch.h>

#include "option.h"
#include "topologies.h"

struct needs {
	const char *option;
	const char *const *tests;	/* globs, NULL behind the last */
	struct needs *next;
};

#define KSFT_NEEDS(option_, ...) \
	NEEDS_ADD(option_, NEEDS_ID(__COUNTER__), __VA_ARGS__)
#define NEEDS_ID(n)	NEEDS_ID_(n)
#define NEEDS_ID_(n)	needs_##n

#define NEEDS_ADD(option_, id_, ...) \
	static void __attribute__((constructor)) id_(void) \
	{ \
		static const char *const tests[] = { __VA_ARGS__, NULL }; \
		static struct needs needs = { .option = #option_, \
					      .tests = tests }; \
		needs.next = needs_list; \
		needs_list = &needs; \
	}

/* For the body of a test; a whole fixture's tests are better said by globs. */
#define NEED_OPTION(option) do { \
	if (option_has(option) == 0) \
		SKIP(return, "needs " option); \
} while (0)

#define NEED_STEP(step) do { \
	const char *option_ = option_of_step(step); \
 \
	if (option_ && option_has(option_) == 0) \
		SKIP(return, "needs %s", option_); \
} while (0)

static struct needs *needs_list;

/* What the harness would call: it knows neither reasons nor topologies. */
struct needs_test {
	const struct __test_metadata *test;
	void (*fn)(struct __test_metadata *,
		   struct __fixture_variant_metadata *);
	const char *fixture;
};

static struct needs_test *needs_tests;

static inline bool needs_matches(const struct needs *needs, const char *name)
{
	const char *const *glob;

	for (glob = needs->tests; *glob; glob++) {
		if (!fnmatch(*glob, name, 0))
			return true;
	}
	return false;
}

static inline void needs_name(char name[512], const char *fixture,
			      const char *variant, const char *test)
{
	snprintf(name, 512, "%s%s%s.%s", fixture, *variant ? "." : "", variant,
		 test);
}

/* Where asking fails, the test will say more than we can. */
static inline bool needs_lacks(const char *option)
{
	return option && option_has(option) == 0;
}

/* An option that the steps of the topology @name need and that is not there. */
static inline const char *needs_of_topology(const char *name)
{
	const char *missing = NULL;
	struct topo_list list;
	size_t i;

	if (topology_load(&list, name))
		return NULL;
	for (i = 0; i < list.n && !missing; i++) {
		missing = option_of_step(&list.steps[i]);
		if (!needs_lacks(missing))
			missing = NULL;
	}
	topo_list_free(&list);
	return missing;
}

static inline const char *needs_missing(const struct needs_test *t,
				const struct __fixture_variant_metadata *v)
{
	const struct needs *needs;
	char name[512];

	needs_name(name, t->fixture, v->name, t->test->name);
	for (needs = needs_list; needs; needs = needs->next) {
		if (needs_matches(needs, name) && needs_lacks(needs->option))
			return needs->option;
	}
#ifdef KSFT_META
	return NULL;
#else
	/* A variant of the suite begins with the name of its topology. */
	return *v->name ? needs_of_topology(*(const char *const *)v->data) :
			  NULL;
#endif
}

/* Stands for the test: in its own process, before its fixture is set up. */
static inline void needs_gate(struct __test_metadata *_metadata,
			      struct __fixture_variant_metadata *variant)
{
	const struct needs_test *t = needs_tests;
	const char *missing;

	while (t->test != _metadata)
		t++;
	missing = needs_missing(t, variant);
	if (missing)
		SKIP(return, "needs %s", missing);
	t->fn(_metadata, variant);
}

static inline bool needs_is_about(const char *glob)
{
	struct __fixture_variant_metadata none = { .name = "" }, *v;
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	char name[512];

	for (f = __fixture_list; f; f = f->next) {
		for (v = f->variant ? f->variant : &none; v; v = v->next) {
			for (t = f->tests; t; t = t->next) {
				needs_name(name, f->name, v->name, t->name);
				if (!fnmatch(glob, name, 0))
					return true;
			}
		}
	}
	return false;
}

/* Says of which lines nothing can come: 0, or 1 if there are such. */
static inline int needs_check(void)
{
	const struct needs *needs;
	const char *const *glob;
	int err = 0;

	for (needs = needs_list; needs; needs = needs->next) {
		if (option_has(needs->option) == -ENOENT) {
			fprintf(stderr, "KSFT_NEEDS(%s): lib/option.c has no such option\n",
				needs->option);
			err = 1;
		}
		for (glob = needs->tests; *glob; glob++) {
			if (needs_is_about(*glob))
				continue;
			fprintf(stderr, "KSFT_NEEDS(%s, \"%s\"): no test is named so\n",
				needs->option, *glob);
			err = 1;
		}
	}
	return err;
}

/* Puts the gate before every test; 0 or -ENOMEM. */
static inline int needs_install(void)
{
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	size_t n = 0;

	for (f = __fixture_list; f; f = f->next)
		for (t = f->tests; t; t = t->next)
			n++;
	needs_tests = calloc(n + 1, sizeof(*needs_tests));
	if (!needs_tests || option_share())
		return -ENOMEM;
	n = 0;
	for (f = __fixture_list; f; f = f->next) {
		for (t = f->tests; t; t = t->next) {
			needs_tests[n++] = (struct needs_test){ t, t->fn,
								f->name };
			t->fn = needs_gate;
		}
	}
	return 0;
}

#endif
