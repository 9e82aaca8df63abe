/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What every test program here has beyond the kernel's harness: a sandbox, a
 * topology as its fixture, assertions that explain themselves.  Included once,
 * by the program's only file, which ends with KSFT_MAIN.
 */
#ifndef KSFT_H
#define KSFT_H

#define _GNU_SOURCE
#include "kselftest.h"

/*
 * Before v6.9 __run_test() says why a test was skipped, and not which: readers
 * of TAP took the reason for its name.  What it calls the two is in scope there.
 */
#define ksft_test_result_skip(format, reason) do { \
	ksft_cnt.ksft_xskip++; \
	printf("ok %u %s%s%s.%s # SKIP " format, ksft_test_num(), f->name, \
	       variant->name[0] ? "." : "", variant->name, t->name, reason); \
} while (0)

#include "kselftest_harness.h"

#include <getopt.h>
#include <libgen.h>

#include "addr.h"
#include "cpu.h"
#include "deadline.h"
#include "diagnose.h"
#include "event.h"
#include "libc.h"
#include "link.h"
#include "needs.h"
#include "neigh.h"
#include "netns.h"
#include "nsid.h"
#include "nstat.h"
#include "probe.h"
#include "route.h"
#include "sandbox.h"
#include "state.h"
#include "text.h"
#include "topo.h"
#include "topo_print.h"
#include "topologies.h"

#ifndef ARRAY_SIZE	/* some kselftest.h have it */
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

/* FIXTURE_SETUP and FIXTURE_TEARDOWN define functions that are not static. */
#pragma GCC diagnostic ignored "-Wmissing-prototypes"

/*
 * Ends a hang only: every wait has a shorter deadline of its own, and a slow
 * machine (KSFT_MACHINE_SLOW) stretches those.
 */
#undef TEST_TIMEOUT_DEFAULT
#define TEST_TIMEOUT_DEFAULT	240

/* v6.9: the series that added XFAIL_ADD replaced ->passed by ->exit_code. */
#ifdef XFAIL_ADD
#define TEST_FAILED()	(!__test_passed(_metadata))
#else
#define TEST_FAILED()	(!_metadata->passed)
#endif

/* There is an address in nearly every test. */
KSFT_NEEDS(CONFIG_INET, "*")

/* Rows of the plan that a test covers; or each variant of a fixture, its own. */
struct ksft_rows {
	const char *rows;		/* "claim 23, cleanup veth-peer"; "error" */
	const char *fixture;
	const char *test;		/* NULL: the variants of the fixture */
	struct ksft_rows *next;
};

/*
 * TEST_F() of a test that covers rows of the plan (./run.sh plan):
 *
 *	TEST_OF("claim 23, cleanup veth-peer", p2p, del_takes_both) { ... }
 */
#define TEST_OF(rows_, fixture_, test_) \
	KSFT_ROWS(rows_, fixture_, #test_, fixture_##_##test_) \
	TEST_F(fixture_, test_)

/* Each variant of the fixture covers the row "KIND VARIANT", '-' for '_'. */
#define PLAN_VARIANTS(kind_, fixture_) \
	KSFT_ROWS(kind_, fixture_, NULL, fixture_##_variants)

#define KSFT_ROWS(rows_, fixture_, test_, id_) \
	static void __attribute__((constructor)) ksft_rows_of_##id_(void) \
	{ \
		static struct ksft_rows rows = { .rows = rows_, \
			.fixture = #fixture_, .test = test_ }; \
		ksft_add_rows(&rows); \
	}

/* What a failing test explains itself with: this process' one topology. */
static struct {
	struct sandbox sandbox;
	struct topo_list list;
	struct topo *topo;
	char id[256];			/* fixture.variant.test */
	bool lent;			/* topo served tests before (lend.h) */
	bool explained;
	void (*dump_more)(void);	/* of a program's own, when a test fails */
	void (*before_sysctl)(int netns, const char *name);	/* or NULL */
	struct {
		char *topology;		/* NULL: none asked for */
		bool act;		/* what the test itself does is left out */
		size_t step;
		enum topo_fault kind;
	} fault;
	struct ksft_rows *rows;
	bool expect_mainline;	/* of listed outcomes only the newest will do */
	struct {			/* what was probed last */
		struct probe probe;
		char dst[IP_TEXT_MAX];
		int err;
	} last;
} ksft;

static inline void ksft_add_rows(struct ksft_rows *rows)
{
	struct ksft_rows **last = &ksft.rows;

	while (*last)
		last = &(*last)->next;
	*last = rows;
}

static inline const char *ksft_err_name(int err)
{
	static char text[2][64];
	static int turn;
	char *buf = text[turn ^= 1];

	snprintf(buf, sizeof(text[0]), "%s%s", err < 0 ? "-" : "",
		 !err ? "0" : err < 0 ? strerrorname_np(-err) : "positive");
	return buf;
}

/* What the kernel said last over each socket of the topology, if anything. */
static inline void ksft_print_extack(void)
{
	const char *name, *words;
	size_t i;

	for (i = 0; ksft.topo && (name = topo_netns_name(ksft.topo, i)); i++) {
		words = rtnl_extack(topo_rtnl(ksft.topo, name));
		if (*words)
			printf("# %s: the kernel said \"%s\"\n", name, words);
	}
}

/* probe_run(), and takes note of it: a failure will be explained. */
static inline int ksft_probe_run(const struct probe *probe,
				 struct probe_result *result)
{
	ksft.last.probe = *probe;
	snprintf(ksft.last.dst, sizeof(ksft.last.dst), "%s", probe->dst);
	/* The text of a source address need not live as long. */
	ksft.last.probe.src = NULL;
	ksft.last.err = probe_run(probe, result);
	return ksft.last.err;
}

#define probe_run(probe, result)	ksft_probe_run(probe, result)

/* sysctl_set(), after a word to who puts back what was there (lend.h). */
static inline int ksft_sysctl_set(int netns, const char *name,
				  const char *value)
{
	if (ksft.before_sysctl)
		ksft.before_sysctl(netns, name);
	return sysctl_set(netns, name, value);
}

#define sysctl_set(netns, name, value)	ksft_sysctl_set(netns, name, value)

/* Why the last probe failed with @err, if that is where it is from. */
static inline void ksft_print_diagnosis(int err)
{
	struct diagnosis diagnosis;

	if (!ksft.topo || err >= 0 || ksft.last.err != err)
		return;
	ksft.last.probe.dst = ksft.last.dst;
	if (!diagnose(ksft.topo, &ksft.last.probe, err, &diagnosis))
		printf("# diagnosis: %s%s%s\n", diagnosis.text,
		       *diagnosis.fault ? ", as in fault " : "",
		       diagnosis.fault);
}

static inline void ksft_explain_err(const char *call, int want, int got)
{
	printf("# %s: expected %s, got %s\n", call, ksft_err_name(want),
	       ksft_err_name(got));
	ksft_print_extack();
	ksft_print_diagnosis(got);
}

/* A call that returns 0 or -errno. */
#define EXPECT_ERR(want, call) do { \
	const int want_ = (want), got_ = (call); \
	EXPECT_EQ(want_, got_) \
		ksft_explain_err(#call, want_, got_); \
} while (0)

#define ASSERT_ERR(want, call) do { \
	const int want_ = (want), got_ = (call); \
	ASSERT_EQ(want_, got_) \
		ksft_explain_err(#call, want_, got_); \
} while (0)

static inline bool ksft_same_text(const char *want, const char *got)
{
	char *diff;

	if (!got || !strcmp(want, got))
		return got;
	diff = state_diff(want, got);
	printf("# expected (-) and got (+):\n");
	for (char *line = strtok(diff, "\n"); line; line = strtok(NULL, "\n"))
		printf("# %s\n", line);
	free(diff);
	return false;
}

/* A whole text, such as state_text() gives, which is freed. */
#define EXPECT_TEXT(want, text) do { \
	char *text_ = (text); \
	EXPECT_TRUE(ksft_same_text((want), text_)) \
		printf("# in %s\n", #text); \
	free(text_); \
} while (0)

/* The dumps go to the runner, which alone writes results. */
static inline void ksft_dump_data(const char *file, const void *data,
				  size_t size)
{
	const char *fd = getenv("NETNS_DUMP_FD");
	ssize_t n = 0;

	if (!fd || !data)
		return;
	dprintf(atoi(fd), "DUMP %s %s %zu\n", ksft.id, file, size);
	for (; n >= 0 && size; size -= n, data = (const char *)data + n)
		n = write(atoi(fd), data, size);
}

static inline void ksft_dump(const char *file, const char *text)
{
	ksft_dump_data(file, text, text ? strlen(text) : 0);
}

/* All namespaces of the topology, as state_set() has them. */
static inline char *ksft_states(bool normal)
{
	struct state_netns *set;
	const char *name;
	char *text;
	size_t n;

	for (n = 0; topo_netns_name(ksft.topo, n); n++)
		;
	set = calloc(n, sizeof(*set));
	for (n = 0; set && (name = topo_netns_name(ksft.topo, n)); n++)
		set[n] = (struct state_netns){ name,
					       topo_netns(ksft.topo, name) };
	text = set ? state_set(set, n, normal) : NULL;
	free(set);
	return text;
}

/* A list of up to this many commands is printed, a longer one only dumped. */
#define KSFT_PRINT_STEPS	40

static inline void ksft_print_rebuild(void)
{
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return;
	topo_print_ip(&ksft.list, file, true);
	fclose(file);
	ksft_dump("rebuild.sh", text);
	printf("# topology %s, by hand (./run.sh show %s):\n", ksft.list.name,
	       ksft.list.name);
	if (ksft.list.n <= KSFT_PRINT_STEPS) {
		for (char *s = strtok(text, "\n"); s; s = strtok(NULL, "\n"))
			printf("#   %s\n", s);
	}
	free(text);
}

/*
 * Explains a failure while the namespaces still stand.  The teardown of a test
 * whose set-up failed is not run, so "was built" is true here; `make prove`
 * counts on this line.
 */
static inline void ksft_explain(void)
{
	char *text;

	ksft.explained = true;
	printf("# %s was built; the body of %s did not hold\n", ksft.list.name,
	       ksft.id);
	if (ksft.lent)
		printf("# it was built for an earlier test: see whether this one fails alone\n");
	ksft_print_rebuild();
	text = ksft_states(false);
	ksft_dump("state.txt", text);
	free(text);
	if (ksft.dump_more)
		ksft.dump_more();
}

/*
 * A failed ASSERT leaves the body by longjmp() in the harness of v6.12,
 * behind which its teardown condition is a clobbered variable: at -O2 most
 * tests are not torn down.  So it is explained here, before the jump.
 */
static inline int ksft_assert_failed(void)
{
	if (ksft.topo && !ksft.explained)
		ksft_explain();
	return 0;
}

#define __bail(assert, metadata) \
	((assert) ? ksft_assert_failed() : 0, __bail(assert, metadata))

static inline bool ksft_has_fault(void)
{
	return ksft.fault.topology &&
	       !strcmp(ksft.fault.topology, ksft.list.name);
}

/*
 * False for the fault "act": then a test whose variants are rows of a table
 * leaves out what its row does, and must fail.
 */
static inline bool ksft_acts(void)
{
	return !ksft_has_fault() || !ksft.fault.act;
}

static inline int ksft_patch(void)
{
	struct topo_patch patch;
	char text[TOPO_TEXT_MAX];
	int err;

	if (!ksft_has_fault() || ksft.fault.act)
		return 0;
	err = topo_fault_patch(&ksft.list, ksft.fault.step, ksft.fault.kind,
			       &patch);
	if (err)
		return err;
	printf("# fault in step %zu: %s: %s\n", ksft.fault.step,
	       patch.drop ? topo_print_step(&ksft.list.steps[patch.at], text) :
			    TOPO_HOST, patch.text);
	return topo_list_patch(&ksft.list, &patch);
}

/*
 * New namespaces begin with the IPv4 device settings of the machine's first
 * one (devinet_init_net()): docker forwards there, systemd sets rp_filter and
 * promote_secondaries, the nodes of a cluster arp_ignore.  Tests begin with the
 * kernel's own; what differs becomes steps of the list.  initial.c, which looks
 * at what is inherited, defines KSFT_INHERITED.
 */
static const char * const ksft_devconf[][2] = {
	/* First: accept_redirects follows it. */
	{ "net/ipv4/ip_forward", "0" },
#define KSFT_DEVCONF(name, value) \
	{ "net/ipv4/conf/all/" name, value }, \
	{ "net/ipv4/conf/default/" name, value }
	KSFT_DEVCONF("accept_redirects", "1"),
	KSFT_DEVCONF("arp_announce", "0"),
	KSFT_DEVCONF("arp_ignore", "0"),
	KSFT_DEVCONF("promote_secondaries", "0"),
	KSFT_DEVCONF("route_localnet", "0"),
	KSFT_DEVCONF("rp_filter", "0"),
	KSFT_DEVCONF("secure_redirects", "1"),
	KSFT_DEVCONF("send_redirects", "1"),
#undef KSFT_DEVCONF
};

/* In the host, and in each namespace once it is made. */
static inline int ksft_add_sysctl(const char *const *setting)
{
	struct topo_patch patch = {
		.n_insert = 1,
		.insert = { { .op = TOPO_SYSCTL, .ns = TOPO_HOST,
			      .dev = setting[0], .addr = setting[1] } },
	};
	int err = topo_list_patch(&ksft.list, &patch);
	size_t i;

	for (i = 1; !err && i <= ksft.list.n; i++) {
		if (ksft.list.steps[i - 1].op != TOPO_NETNS_ADD)
			continue;
		patch.at = i;
		patch.insert[0].ns = ksft.list.steps[i - 1].ns;
		err = topo_list_patch(&ksft.list, &patch);
	}
	return err;
}

static inline int ksft_own_devconf(void)
{
	int self, err = 0;
	char value[32];
	size_t i;

#ifdef KSFT_INHERITED
	return 0;
#endif
	if (!ksft.sandbox.own_proc)
		return 0;
	self = netns_self();
	if (self < 0)
		return self;
	/* The last is put in front of the others. */
	for (i = ARRAY_SIZE(ksft_devconf); !err && i--;) {
		err = sysctl_get(self, ksft_devconf[i][0], value,
				 sizeof(value));
		/* Without CONFIG_PROC_SYSCTL nobody can have changed it. */
		if (err == -ENOENT)
			err = 0;
		else if (!err && strcmp(value, ksft_devconf[i][1]))
			err = ksft_add_sysctl(ksft_devconf[i]);
	}
	close(self);
	return err;
}

/* The list of @topology for the test @id; 0 or -errno. */
static inline int ksft_load(const char *topology, const char *id)
{
	int err;

	snprintf(ksft.id, sizeof(ksft.id), "%s", id);
	err = topology_load(&ksft.list, topology);
	if (!err)
		err = ksft_patch();
	return err ? err : ksft_own_devconf();
}

/* Builds what was loaded, unless there was an @err; NULL, and says why. */
static inline struct topo *ksft_create(const char *topology, int err)
{
	struct topo_error error = { 0 };

	if (err) {
		printf("# %s: set-up: %s\n", topology, ksft_err_name(err));
		return NULL;
	}
	ksft.topo = topo_create(&ksft.list, &error);
	if (!ksft.topo) {
		printf("# %s was not built: %s\n", topology,
		       *error.text ? error.text : strerror(errno));
		ksft_print_rebuild();
	}
	return ksft.topo;
}

/* Builds @topology for the test @id; NULL, and says why, if that fails. */
static inline struct topo *ksft_build(const char *topology, const char *id)
{
	int err = sandbox_new_names();

	return ksft_create(topology, err ? err : ksft_load(topology, id));
}

static inline const char *ksft_id(const char *fixture, const char *topology,
				  const char *test)
{
	static char id[256];

	snprintf(id, sizeof(id), "%s.%s.%s", fixture, topology, test);
	for (char *c = id; *c; c++)
		*c = *c == '-' ? '_' : *c;
	return id;
}

/*
 * The bodies of a fixture whose variants are topologies.  A variant is named
 * as its topology is, with '_' for '-':
 *
 *	FIXTURE(p2p) { struct topo *topo; };
 *	FIXTURE_VARIANT(p2p) { const char *topology; };
 *	FIXTURE_VARIANT_ADD(p2p, p2p_ipv6) { .topology = "p2p-ipv6" };
 *	FIXTURE_SETUP(p2p) TOPO_SETUP(p2p)
 *	FIXTURE_TEARDOWN(p2p) TOPO_TEARDOWN
 */
#define TOPO_SETUP(fixture) { \
	self->topo = ksft_build(variant->topology, \
				ksft_id(#fixture, variant->topology, \
					_metadata->name)); \
	ASSERT_NE(NULL, self->topo); \
}

#define TOPO_TEARDOWN { \
	if (TEST_FAILED() && !ksft.explained) \
		ksft_explain(); \
	topo_destroy(self->topo); \
}

/* What tests write all the time. */
static inline int ns(const char *name)
{
	return topo_netns(ksft.topo, name);
}

static inline struct rtnl *in(const char *name)
{
	return topo_rtnl(ksft.topo, name);
}

/* What the tests of the topology "netns" stand on. */
#define ASSERT_PODS() do { \
	ASSERT_LE(0, ns("pod-red")); \
	ASSERT_LE(0, ns("pod-blue")); \
} while (0)

/* Where /proc is masked (sandbox.h), the inherited one is not ours to write. */
#define NEED_SYSCTL() do { \
	NEED_OPTION("CONFIG_PROC_SYSCTL"); \
	if (!ksft.sandbox.own_proc) \
		SKIP(return, "needs a /proc that can be written"); \
} while (0)

static inline char *lo_text(const char *name)
{
	return lines_with(state_text(ns(name), STATE_LINK), "link lo:");
}

/* Link-local ones hang on MACs and on when DAD ends: the global ones only. */
static inline char *global6(const char *name)
{
	return lines_with(state_text(ns(name), STATE_ADDR6 | STATE_ROUTE6),
			  " 2001:db8:");
}

static inline char *main_routes(const char *name)
{
	return state_text(ns(name), STATE_ROUTE4_MAIN);
}

static inline char *local_routes(const char *name)
{
	return state_text(ns(name), STATE_ROUTE4_LOCAL);
}

static inline int reach(enum probe_kind kind, const char *from,
			const char *to, const char *dst)
{
	const struct probe probe = {
		.kind = kind, .from = ns(from), .to = to ? ns(to) : -1,
		.dst = dst,
	};

	return probe_run(&probe, NULL);
}

static inline int set_up(const char *name, const char *dev)
{
	const struct link_desc up = { .flags = IFF_UP, .change = IFF_UP };

	return link_set(in(name), dev, &up);
}

static inline bool link_is_known(const struct link *link)
{
	return link && link->operstate != LINK_OPER_UNKNOWN;
}

/*
 * Of a link that has just changed: its state is known, its routes and its
 * bridge know of it.  RTM_GETLINK runs linkwatch itself only since v6.8
 * (linkwatch_sync_dev in rtnl_getlink); before, UNKNOWN counts as running.
 */
static inline int known(const char *name, const char *dev)
{
	struct link last;

	return link_wait(ns(name), dev, link_is_known, &last);
}

struct ksft_end {
	const char *ns, *dev, *addr;
};

/* A veth pair, each end with its address; 0 once packets can pass. */
static inline int wire_ends(const struct ksft_end *a, const struct ksft_end *b)
{
	const struct link_desc peer = { .name = b->dev, .netns = ns(b->ns) };
	const struct link_desc veth = { .kind = "veth", .name = a->dev,
					.peer = &peer };
	struct link last;
	int err;

	err = link_add(in(a->ns), &veth);
	if (!err)
		err = addr_add(in(a->ns), a->dev, a->addr, 0);
	if (!err)
		err = addr_add(in(b->ns), b->dev, b->addr, 0);
	if (!err)
		err = set_up(a->ns, a->dev);
	if (!err)
		err = set_up(b->ns, b->dev);
	if (!err)
		err = link_wait(ns(a->ns), a->dev, link_is_running, &last);
	if (!err)
		err = link_wait(ns(b->ns), b->dev, link_is_running, &last);
	return err;
}

/* An echo request to whoever has @dst, and the @ttl of the answer. */
static inline int ping(const char *from, const char *dst, uint8_t *ttl)
{
	const struct probe probe = {
		.kind = PROBE_ICMP, .from = ns(from), .to = -1, .dst = dst,
	};
	struct probe_result result = { 0 };
	int err = probe_run(&probe, &result);

	*ttl = result.ttl;
	return err;
}

/* On devices there are, and those to come; 0 also if there is no IPv6. */
static inline int no_ipv6(const char *name)
{
	if (option_has("CONFIG_IPV6") == 0)
		return 0;
	return sysctl_set(ns(name), "net/ipv6/conf/all/disable_ipv6", "1");
}

/* By all three: 0, or the first error. */
static inline int reach_all(const char *from, const char *to, const char *dst)
{
	int err;

	err = reach(PROBE_ICMP, from, to, dst);
	if (!err)
		err = reach(PROBE_TCP, from, to, dst);
	if (!err)
		err = reach(PROBE_UDP, from, to, dst);
	return err;
}

static inline uint64_t counter(const char *name, const char *nstat)
{
	uint64_t value = 0;
	int err = nstat_get(ns(name), nstat, &value);

	if (err)
		printf("# %s in %s: %s\n", nstat, name, ksft_err_name(err));
	return err ? UINT64_MAX : value;
}

static inline void ksft_list_names(void)
{
	struct __fixture_variant_metadata none = { .name = "" }, *v;
	struct __fixture_metadata *f;
	struct __test_metadata *t;

	for (f = __fixture_list; f; f = f->next) {
		for (v = f->variant ? f->variant : &none; v; v = v->next) {
			for (t = f->tests; t; t = t->next)
				printf("%s%s%s.%s\n", f->name,
				       *v->name ? "." : "", v->name, t->name);
		}
	}
}

/* "claim 23<TAB>p2p.p2p.del_takes_both" for one variant of one test. */
static inline void ksft_plan_test(const struct ksft_rows *r,
				  const char *variant, const char *test)
{
	char *rows = strdup(r->rows), *next = rows, *row;

	while (r->test && rows && (row = strsep(&next, ","))) {
		row += strspn(row, " ");
		printf("%s\t%s%s%s.%s\n", row, r->fixture,
		       *variant ? "." : "", variant, test);
	}
	free(rows);
	if (r->test)
		return;
	printf("%s ", r->rows);
	for (const char *c = variant; *c; c++)
		putchar(*c == '_' ? '-' : *c);
	printf("\t%s.%s.%s\n", r->fixture, variant, test);
}

static inline void ksft_print_plan(void)
{
	struct __fixture_variant_metadata none = { .name = "" }, *v;
	struct __fixture_metadata *f;
	struct __test_metadata *t;
	struct ksft_rows *r;

	for (r = ksft.rows; r; r = r->next) {
		for (f = __fixture_list; f; f = f->next) {
			if (strcmp(f->name, r->fixture))
				continue;
			for (v = f->variant ? f->variant : &none; v; v = v->next)
				for (t = f->tests; t; t = t->next)
					if (!r->test || !strcmp(t->name, r->test))
						ksft_plan_test(r, v->name, t->name);
		}
	}
}

/*
 * "p2p.p2p.del_takes_both<TAB>p2p".  The first member of every FIXTURE_VARIANT
 * is its topology; a fixture without variants has none.
 */
static inline void ksft_print_topologies(void)
{
	struct __fixture_variant_metadata *v;
	struct __fixture_metadata *f;
	struct __test_metadata *t;

	for (f = __fixture_list; f; f = f->next)
		for (v = f->variant; v; v = v->next)
			for (t = f->tests; t; t = t->next)
				printf("%s.%s.%s\t%s\n", f->name, v->name,
				       t->name, *(const char *const *)v->data);
}

static inline void ksft_usage(const char *prog, FILE *file)
{
	fprintf(file,
		"Usage: %s [--list | --plan | --topologies] [--fault TOPOLOGY:STEP:omit|wrong] [--probe-deadline MS] [harness options]\n"
		"Runs its tests in a sandbox of its own and prints TAP.\n"
		"  --list          print the full name of every test\n"
		"  --plan          print the rows of the plan, with the tests that cover them\n"
		"  --topologies    print the topology of each test that has one\n"
		"  --fault T:N:K   leave step N (from 0) of topology T out, or do it wrongly\n"
		"  --fault T:act:omit  leave out what the row of a table does\n"
		"  --probe-deadline MS  how long one packet may take (default %d)\n"
		"  --expect mainline    where kernels rightly differ, only the newest will do\n"
		"  -r NAME         run this test only; more with -h\n"
		"Exit: 0 passed, 1 something did not, 2 usage, 4 skipped.\n",
		prog, DEADLINE_DEFAULT_MS);
}

/* "p2p:3:omit" */
static inline int ksft_parse_fault(char *text)
{
	char *step = strchr(text, ':');
	char *kind = step ? strchr(step + 1, ':') : NULL;
	struct topo_patch patch;
	struct topo_list list;
	char *end;
	int err;

	if (!kind)
		return -EINVAL;
	*step++ = '\0';
	*kind++ = '\0';
	ksft.fault.topology = text;
	ksft.fault.act = !strcmp(step, "act") && !strcmp(kind, "omit");
	if (ksft.fault.act)
		return 0;
	ksft.fault.step = strtoul(step, &end, 10);
	if (!*step || *end)
		return -EINVAL;
	if (!strcmp(kind, "omit"))
		ksft.fault.kind = TOPO_FAULT_OMIT;
	else if (!strcmp(kind, "wrong"))
		ksft.fault.kind = TOPO_FAULT_WRONG;
	else
		return -EINVAL;
	err = topology_load(&list, text);
	if (!err)
		err = topo_fault_patch(&list, ksft.fault.step, ksft.fault.kind,
				       &patch);
	topo_list_free(&list);
	return err;
}

/* Takes our options out of argv, and leaves the harness its own. */
static inline int ksft_options(int *argc, char **argv)
{
	int i, kept = 1, err = 0;

	for (i = 1; i < *argc && !err; i++) {
		if (!strcmp(argv[i], "--list")) {
			ksft_list_names();
			exit(needs_check());
		} else if (!strcmp(argv[i], "--plan")) {
			ksft_print_plan();
			exit(0);
		} else if (!strcmp(argv[i], "--topologies")) {
			ksft_print_topologies();
			exit(0);
		} else if (!strcmp(argv[i], "--help")) {
			ksft_usage(argv[0], stdout);
			exit(0);
		} else if (!strcmp(argv[i], "--fault") && i + 1 < *argc) {
			err = ksft_parse_fault(argv[++i]);
		} else if (!strcmp(argv[i], "--probe-deadline") &&
			   i + 1 < *argc) {
			deadline_set(DEADLINE_DEFAULT_MS, atoi(argv[++i]));
		} else if (!strcmp(argv[i], "--expect") && i + 1 < *argc) {
			ksft.expect_mainline = true;
			err = strcmp(argv[++i], "mainline") ? -EINVAL : 0;
		} else if (!strncmp(argv[i], "--", 2)) {
			err = -EINVAL;
		} else {
			argv[kept++] = argv[i];
		}
	}
	if (err)
		fprintf(stderr, "%s: %s: %s\n", argv[0], argv[i - 1],
			err == -ERANGE ? "the topology has no such step" :
			err == -ENOENT ? "no such topology" :
					 "bad option or argument");
	argv[kept] = NULL;
	*argc = kept;
	return err;
}

/* The harness exits 0 when every test was skipped; CI must hear of it. */
static inline void ksft_at_exit(void)
{
	if (getpid() != 1 || !ksft_test_num() ||
	    ksft_cnt.ksft_xskip != ksft_test_num())
		return;
	fflush(NULL);
	_exit(KSFT_SKIP);
}

static inline int ksft_enter(void)
{
	int err = sandbox_enter(&ksft.sandbox);

	if (!err)
		return KSFT_PASS;
	printf("TAP version 13\n");
	if (sandbox_refused(err)) {
		printf("1..0 # SKIP no sandbox: %s\n", ksft.sandbox.why);
		return KSFT_SKIP;
	}
	printf("Bail out! no sandbox: %s\n", ksft.sandbox.why);
	return KSFT_FAIL;
}

#define KSFT_MAIN \
int main(int argc, char **argv) \
{ \
	int ret; \
	/* Older harnesses _exit() from a test without flushing. */ \
	setvbuf(stdout, NULL, _IOLBF, 0); \
	if (getenv("KSFT_MACHINE_SLOW")) \
		deadline_set(10 * DEADLINE_DEFAULT_MS, \
			     10 * DEADLINE_DEFAULT_MS); \
	if (ksft_options(&argc, argv)) { \
		ksft_usage(argv[0], stderr); \
		return 2; \
	} \
	ret = ksft_enter(); \
	if (!ret && needs_install()) \
		ret = KSFT_FAIL; \
	if (ret) \
		return ret; \
	atexit(ksft_at_exit); \
	return test_harness_run(argc, argv); \
}

#endif
