// SPDX-License-Identifier: GPL-2.0-or-later
/* lib/ itself: what the suite's verdicts stand on. */
#include "ksft.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "capture.h"
#include "netlink.h"

#ifndef ARRAY_SIZE	/* some kselftest.h have it */
#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#endif

/* What needs no kernel. */
FIXTURE(data) { char unused; };
FIXTURE_SETUP(data) { }
FIXTURE_TEARDOWN(data) { }

TEST_F(data, ip_parse_takes_what_ip_takes)
{
	static const struct {
		const char *text, *canonical;
		int family;
	} good[] = {
		{ "10.0.1.1/24", "10.0.1.1/24", AF_INET },
		{ "10.0.1.1", "10.0.1.1/32", AF_INET },
		{ "0.0.0.0/0", "0.0.0.0/0", AF_INET },
		{ "::1", "::1/128", AF_INET6 },
		{ "::/0", "::/0", AF_INET6 },
		{ "2001:DB8:0::1/64", "2001:db8::1/64", AF_INET6 },
		{ "::ffff:10.0.1.1/96", "::ffff:10.0.1.1/96", AF_INET6 },
		/* It is the kernel that has to refuse these. */
		{ "10.0.1.1/33", "10.0.1.1/33", AF_INET },
		{ "::1/129", "::1/129", AF_INET6 },
		{ "::1/255", "::1/255", AF_INET6 },
	};
	struct ip_prefix ip;
	char buf[IP_TEXT_MAX];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(good); i++) {
		EXPECT_ERR(0, ip_parse(good[i].text, &ip));
		EXPECT_EQ(good[i].family, ip.family);
		EXPECT_STREQ(good[i].canonical, ip_text(&ip, 1, buf));
	}
}

TEST_F(data, ip_parse_refuses_the_rest)
{
	static const char * const bad[] = {
		"", "/", "/24", "10.0.1", "10.0.1.256", "10.0.1.1.1",
		"10.0.1.1/", "10.0.1.1/x", "10.0.1.1/24x", "10.0.1.1/256",
		"10.0.1.1/-1", "10.0.1.1/+24", "10.0.1.1/ 24", " 10.0.1.1",
		"10.0.1.1 ", "10.0.1.1/24/24", "10.0.1.1/4294967320",
		"10.0.1.1/-18446744073709551592", "default", ":", ":::",
		"1:2:3:4:5:6:7:8:9", "fe80::1%lo", "::1/0x40",
		"0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000",
	};
	struct ip_prefix ip;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-EINVAL, ip_parse(bad[i], &ip))
			printf("# of \"%s\"\n", bad[i]);
	}
}

static const struct topo_step three[] = {
	{ .op = TOPO_NETNS_ADD, .ns = "pod-red" },
	{ .op = TOPO_LINK_UP, .ns = "pod-red", .dev = "lo" },
	{ .op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "lo",
	  .addr = "192.0.2.1/24" },
};

FIXTURE(list) { struct topo_list list; };
FIXTURE_SETUP(list)
{
	topo_list_init(&self->list, "three");
	topo_list_add(&self->list, three, ARRAY_SIZE(three));
	ASSERT_EQ(3, self->list.n);
}
FIXTURE_TEARDOWN(list)
{
	topo_list_free(&self->list);
}

/* The ops of a list as a word: "0 4 5". */
static const char *ops(const struct topo_list *list)
{
	static char text[64];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < list->n; i++)
		n += snprintf(text + n, sizeof(text) - n, "%s%d", i ? " " : "",
			     list->steps[i].op);
	return text;
}

TEST_F(list, patch_out_of_range_is_refused_and_changes_nothing)
{
	static const struct topo_patch bad[] = {
		{ .at = 4 }, { .at = 3, .drop = 1 }, { .at = 0, .drop = 4 },
		{ .at = 1, .drop = SIZE_MAX }, { .at = SIZE_MAX, .drop = 1 },
		{ .at = SIZE_MAX, .drop = SIZE_MAX },
		{ .at = 4, .n_insert = 1 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++)
		EXPECT_ERR(-ERANGE, topo_list_patch(&self->list, &bad[i]));
	EXPECT_EQ(3, self->list.n);
	EXPECT_EQ(0, memcmp(three, self->list.steps, sizeof(three)));
}

TEST_F(list, patch_drops_and_inserts_where_it_says)
{
	const struct topo_patch at_end = {
		.at = 3, .n_insert = 1,
		.insert = { { .op = TOPO_SYSCTL } },
	};
	const struct topo_patch middle = {
		.at = 1, .drop = 1, .n_insert = 2,
		.insert = { { .op = TOPO_LINK_ADD }, { .op = TOPO_ROUTE_ADD } },
	};
	const struct topo_patch drop = { .at = 1, .drop = 2 };
	const struct topo_patch all = { .at = 0, .drop = 3 };
	const struct topo_patch first = {
		.at = 0, .n_insert = 1,
		.insert = { { .op = TOPO_LINK_MASTER } },
	};

	EXPECT_ERR(0, topo_list_patch(&self->list, &at_end));
	EXPECT_STREQ("0 4 5 7", ops(&self->list));
	EXPECT_ERR(0, topo_list_patch(&self->list, &middle));
	EXPECT_STREQ("0 1 6 5 7", ops(&self->list));
	EXPECT_ERR(0, topo_list_patch(&self->list, &drop));
	EXPECT_STREQ("0 5 7", ops(&self->list));
	EXPECT_ERR(0, topo_list_patch(&self->list, &all));
	EXPECT_STREQ("", ops(&self->list));
	EXPECT_ERR(0, topo_list_patch(&self->list, &first));
	EXPECT_STREQ("3", ops(&self->list));
}

TEST_F(list, fault_out_of_range_is_refused)
{
	struct topo_patch patch;

	EXPECT_ERR(-ERANGE, topo_fault_patch(&self->list, 3, TOPO_FAULT_OMIT,
					     &patch));
	/* Wrong at the end is a fault of the host, which no step touches. */
	EXPECT_ERR(0, topo_fault_patch(&self->list, 3, TOPO_FAULT_WRONG,
				       &patch));
	EXPECT_ERR(-ERANGE, topo_fault_patch(&self->list, 4, TOPO_FAULT_WRONG,
					     &patch));
	EXPECT_ERR(-ERANGE, topo_fault_patch(&self->list, SIZE_MAX,
					     TOPO_FAULT_OMIT, &patch));
	topo_list_free(&self->list);
	EXPECT_ERR(-ERANGE, topo_fault_patch(&self->list, 0, TOPO_FAULT_OMIT,
					     &patch));
}

/* Loads @name, applies the fault and says whether the list is another now. */
static int fault_changes(const char *name, size_t step, enum topo_fault fault)
{
	char before[TOPO_TEXT_MAX], after[TOPO_TEXT_MAX];
	struct topo_patch patch;
	struct topo_list list;
	size_t n;
	int err;

	err = topology_load(&list, name);
	if (!err)
		err = topo_fault_patch(&list, step, fault, &patch);
	if (err)
		goto out;
	n = list.n;
	topo_print_step(&list.steps[step], before);
	err = topo_list_patch(&list, &patch);
	if (err)
		goto out;
	if (fault == TOPO_FAULT_OMIT)
		err = list.n == n - 1 ? 0 : -EPROTO;
	else if (list.n == n)
		err = strcmp(before, topo_print_step(&list.steps[step],
						     after)) ? 0 : -EPROTO;
out:
	topo_list_free(&list);
	return err;
}

/* A name that the pattern ("bridge-N") stands for. */
static const char *instance(const char *pattern, char buf[64])
{
	char *n;

	snprintf(buf, 64, "%s", pattern);
	n = strstr(buf, "-N");
	if (n)
		n[1] = '3';
	return buf;
}

TEST_F(data, every_step_of_every_topology_can_be_left_out_and_done_wrongly)
{
	const struct topology *t;
	const char *name;
	char buf[64];
	size_t step;
	int err;

	for (t = topologies; t->name; t++) {
		name = instance(t->name, buf);
		for (step = 0, err = 0; !err; step++) {
			err = fault_changes(name, step, TOPO_FAULT_OMIT);
			if (!err)
				err = fault_changes(name, step,
						    TOPO_FAULT_WRONG);
		}
		EXPECT_EQ(-ERANGE, err)
			printf("# in step %zu of %s\n", step - 1, name);
	}
}

TEST_F(data, unknown_topologies_are_refused)
{
	static const char * const bad[] = {
		"", "unknown", "P2P", "p2p ", "p2p-", "p2p-ipv6-in-place",
		"bridge-", "bridge-0", "bridge-1001", "bridge-abc",
		"bridge-3x", "bridge-03", "bridge-+3", "bridge- 3",
		"bridge--1", "bridge-4294967298",
		"bridge-99999999999999999999", "bridges", "bridge-N", "bridg",
		"bridge-N-in-place", "bridge-3-in", "bridge-in-place-3",
	};
	struct topo_list list;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_EQ(-ENOENT, topology_load(&list, bad[i]))
			printf("# of \"%s\"\n", bad[i]);
		EXPECT_EQ(0, list.n);
		topo_list_free(&list);
	}
}

/* A row that two pods share would be a topology of its own. */
static int bridge_rows_differ(const struct topo_list *list)
{
	size_t i, j;

	for (i = 0; i < list->n; i++) {
		if (list->steps[i].dev &&
		    strlen(list->steps[i].dev) >= IFNAMSIZ)
			return -ENAMETOOLONG;
		if (list->steps[i].op != TOPO_ADDR_ADD)
			continue;
		for (j = 0; j < i; j++) {
			if (list->steps[j].op == TOPO_ADDR_ADD &&
			    !strcmp(list->steps[i].addr, list->steps[j].addr))
				return -EEXIST;
		}
	}
	return 0;
}

TEST_F(data, known_topologies_are_loaded_to_the_limit)
{
	const struct topology *t;
	struct topo_list list;
	char buf[64];

	for (t = topologies; t->name; t++) {
		EXPECT_ERR(0, topology_load(&list, instance(t->name, buf)));
		EXPECT_LT(0, list.n);
		topo_list_free(&list);
	}
	EXPECT_ERR(0, topology_load(&list, "bridge-1"));
	EXPECT_EQ(4 + 9, list.n);
	topo_list_free(&list);
	/* Nine rows a pod; lo of the host, and three for the bridge. */
	EXPECT_ERR(0, topology_load(&list, "bridge-1000"));
	EXPECT_EQ(4 + 9 * BRIDGE_PODS_MAX, list.n);
	EXPECT_ERR(0, bridge_rows_differ(&list));
	topo_list_free(&list);
}

TEST_F(data, state_diff_says_what_differs_and_where)
{
	static const struct {
		const char *a, *b, *diff;
	} rows[] = {
		{ "", "", "" },
		{ "x\ny\n", "x\ny\n", "" },
		{ "x\ny\nz\n", "x\nz\n", "-y\n" },
		{ "x\nz\n", "x\ny\nz\n", "+y\n" },
		{ "x\ny\n", "x\nz\n", "-y\n+z\n" },
		{ "x\n", "", "-x\n" },
		{ "", "x\n", "+x\n" },
		{ "x\nx\n", "x\n", "-x\n" },
		{ "xy\n", "x\n", "-xy\n+x\n" },
		{ "x\n", "xy\n", "-x\n+xy\n" },
		{ "x", "x\n", "" },
		{ "netns r\nx\ny\nnetns b\nx\n", "netns r\nx\nnetns b\nx\nz\n",
		  " netns r\n-y\n netns b\n+z\n" },
		/* The same line elsewhere is not the same fact. */
		{ "netns r\nx\nnetns b\n", "netns r\nnetns b\nx\n",
		  " netns r\n-x\n netns b\n+x\n" },
	};
	size_t i;
	char *diff;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		diff = state_diff(rows[i].a, rows[i].b);
		ASSERT_NE(NULL, diff);
		EXPECT_STREQ(rows[i].diff, diff);
		free(diff);
	}
}

FIXTURE(rtnl) {
	int netns;
	struct rtnl *rtnl;
};
FIXTURE_SETUP(rtnl)
{
	self->netns = netns_new();
	ASSERT_LE(0, self->netns);
	self->rtnl = rtnl_open(self->netns);
	ASSERT_NE(NULL, self->rtnl);
}
FIXTURE_TEARDOWN(rtnl)
{
	rtnl_close(self->rtnl);
	close(self->netns);
}

/* A request that every kernel refuses in words. */
static int refused(struct rtnl *rtnl)
{
	const struct route_desc desc = { .dst = "198.51.100.0/24",
					 .via = "192.0.2.1" };

	return route_add(rtnl, &desc);
}

#define REFUSAL		"Nexthop has invalid gateway"

TEST_F(rtnl, extack_is_that_of_the_last_request)
{
	char longest[REQ_SIZE];
	const struct link_desc alias = { .alias = longest };
	struct link link;

	EXPECT_STREQ("", rtnl_extack(self->rtnl));
	ASSERT_ERR(-ENETUNREACH, refused(self->rtnl));
	EXPECT_STREQ(REFUSAL, rtnl_extack(self->rtnl));
	/* A success, and a failure without words. */
	ASSERT_ERR(0, link_get(self->rtnl, "lo", &link));
	EXPECT_STREQ("", rtnl_extack(self->rtnl));
	ASSERT_ERR(-ENETUNREACH, refused(self->rtnl));
	ASSERT_ERR(-ENODEV, link_get(self->rtnl, "none", &link));
	EXPECT_STREQ("", rtnl_extack(self->rtnl));
	/* One that is never sent. */
	ASSERT_ERR(-ENETUNREACH, refused(self->rtnl));
	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ASSERT_ERR(-EMSGSIZE, link_set(self->rtnl, "lo", &alias));
	EXPECT_STREQ("", rtnl_extack(self->rtnl));
}

TEST_F(rtnl, what_does_not_fit_a_request_is_emsgsize_and_not_sent)
{
	struct ifinfomsg ifi = { .ifi_index = 1, .ifi_flags = IFF_UP,
				 .ifi_change = IFF_UP };
	struct link link;
	struct req req;
	int i;

	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	for (i = 0; i < REQ_SIZE && !req.err; i++)
		req_u32(&req, IFLA_MTU, 1500);
	EXPECT_EQ(-EMSGSIZE, req.err);
	EXPECT_GE(REQ_SIZE, req.nlh->nlmsg_len);
	/* Eight bytes an attribute: it was really full. */
	EXPECT_LT(REQ_SIZE - 8, req.nlh->nlmsg_len);
	EXPECT_EQ(NULL, req_nest(&req, IFLA_LINKINFO));
	EXPECT_ERR(-EMSGSIZE, rtnl_talk(self->rtnl, &req));
	EXPECT_ERR(0, link_get(self->rtnl, "lo", &link));
	EXPECT_EQ(0, link.flags & IFF_UP);
}

TEST_F(rtnl, names_too_long_are_refused)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	const char *longest = "fifteen-letters";
	const char *longer = "sixteen-letters-";
	struct link_desc desc = { .kind = "bridge", .name = longest };
	struct link link;

	ASSERT_ERR(0, link_add(self->rtnl, &desc));
	EXPECT_ERR(0, link_get(self->rtnl, longest, &link));
	EXPECT_STREQ(longest, link.name);
	EXPECT_ERR(0, neigh_add(self->rtnl, longest, "192.0.2.1", mac));
	/* The kernel's own verdict: no verb of ours cuts a name. */
	desc.name = longer;
	EXPECT_ERR(-ERANGE, link_add(self->rtnl, &desc));
	EXPECT_ERR(-ENAMETOOLONG, link_get(self->rtnl, longer, &link));
	EXPECT_ERR(-ENAMETOOLONG, link_set(self->rtnl, longer, &desc));
	EXPECT_ERR(-ENAMETOOLONG, link_del(self->rtnl, longer));
	EXPECT_ERR(-ENAMETOOLONG,
		   addr_add(self->rtnl, longer, "192.0.2.1/24", 0));
	EXPECT_ERR(-ENAMETOOLONG,
		   neigh_add(self->rtnl, longer, "192.0.2.1", mac));
	EXPECT_ERR(0, link_del(self->rtnl, longest));
}

TEST_F(rtnl, names_of_namespaces_stay_in_their_folder)
{
	static const char * const bad[] = { "", ".", "..", "a/b", "/run/x" };
	char name[NAME_MAX + 2];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		EXPECT_ERR(-EINVAL, netns_add(bad[i]));
		EXPECT_ERR(-EINVAL, netns_open(bad[i]));
		EXPECT_ERR(-EINVAL, netns_del(bad[i]));
	}
	ASSERT_ERR(0, sandbox_new_names());
	memset(name, 'x', sizeof(name) - 1);
	name[NAME_MAX + 1] = '\0';
	EXPECT_ERR(-ENAMETOOLONG, netns_add(name));
	name[NAME_MAX] = '\0';
	EXPECT_ERR(0, netns_add(name));
	EXPECT_ERR(-EEXIST, netns_add(name));
	EXPECT_ERR(0, netns_del(name));
	EXPECT_ERR(-ENOENT, netns_del(name));
}

/* Bounds the waits of this test that are to expire. */
#define SHORT_MS	20

TEST_F(rtnl, a_wait_that_expires_says_so_and_what_it_saw)
{
	struct events *events = events_open(self->netns, EVENT_LINK);
	struct link last = { 0 };
	long long deadline;
	int pipe_fd[2];

	ASSERT_NE(NULL, events);
	ASSERT_EQ(0, pipe(pipe_fd));
	deadline_set(SHORT_MS, SHORT_MS);
	EXPECT_ERR(-ETIMEDOUT,
		   link_wait(self->netns, "lo", link_is_gone, &last));
	EXPECT_STREQ("lo", last.name);
	EXPECT_EQ(1, last.ifindex);
	EXPECT_ERR(-ETIMEDOUT, events_wait(events, "DELLINK lo"));
	deadline = deadline_new();
	EXPECT_ERR(-ETIMEDOUT, deadline_poll_in(pipe_fd[0], deadline));
	/* It is over by now, and stays so. */
	EXPECT_EQ(0, deadline_left(deadline));
	EXPECT_ERR(-ETIMEDOUT, deadline_poll_in(pipe_fd[0], deadline));
	ASSERT_EQ(1, write(pipe_fd[1], "x", 1));
	EXPECT_ERR(0, deadline_poll_in(pipe_fd[0], deadline));
	/* What is there already needs no time. */
	EXPECT_ERR(0, link_wait(self->netns, "none", link_is_gone, &last));
	events_close(events);
}

/* So many that a dump of them takes several messages of 32 KiB. */
#define STABLE		700
#define CHANGES		150

static int add_stable(struct rtnl *rtnl)
{
	char text[32];
	int i, err;

	/* Of host scope: it stands before all the others in the list. */
	err = addr_add(rtnl, "lo", "127.0.0.2/32", 0);
	for (i = 0; i < STABLE && !err; i++) {
		snprintf(text, sizeof(text), "10.0.%d.%d/32", i / 250,
			 1 + i % 250);
		err = addr_add(rtnl, "lo", text, 0);
	}
	return err;
}

/* Takes the first of the list away and puts it back, again and again. */
static pid_t fork_changes(int netns)
{
	struct rtnl *rtnl;
	pid_t pid;
	int i;

	fflush(NULL);
	pid = fork();
	if (pid)
		return pid;
	rtnl = rtnl_open(netns);
	for (i = 0; i < CHANGES && rtnl; i++) {
		if (addr_del(rtnl, "lo", "127.0.0.2/32") ||
		    addr_add(rtnl, "lo", "127.0.0.2/32", 0))
			break;
	}
	_exit(i != CHANGES);
}

/* How many of the stable addresses a dump has, each but once; or -errno. */
static int dump_stable(struct rtnl *rtnl)
{
	bool seen[STABLE] = { false };
	struct addr *addrs;
	int i, n, at, count = 0;

	n = addr_list(rtnl, &addrs);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		if (addrs[i].ip.family != AF_INET || addrs[i].ip.addr[0] != 10)
			continue;
		at = addrs[i].ip.addr[2] * 250 + addrs[i].ip.addr[3] - 1;
		if (at < STABLE)
			count += seen[at] ? -STABLE : 1;
		seen[at] = true;
	}
	free(addrs);
	return count;
}

/* NLM_F_DUMP_INTR: a torn dump misses some, or has some twice. */
TEST_F(rtnl, a_dump_while_addresses_come_and_go_is_whole)
{
	int status, dumps = 0;
	pid_t pid;

	ASSERT_ERR(0, add_stable(self->rtnl));
	ASSERT_EQ(STABLE, dump_stable(self->rtnl));
	pid = fork_changes(self->netns);
	ASSERT_LT(0, pid);
	do {
		EXPECT_EQ(STABLE, dump_stable(self->rtnl));
		dumps++;
	} while (!waitpid(pid, &status, WNOHANG));
	EXPECT_EQ(0, status);
	EXPECT_LT(0, dumps);
}

FIXTURE(create) { struct topo_list list; struct topo_error error; };
FIXTURE_SETUP(create)
{
	ASSERT_ERR(0, sandbox_new_names());
	topo_list_init(&self->list, "three");
	topo_list_add(&self->list, three, ARRAY_SIZE(three));
}
FIXTURE_TEARDOWN(create)
{
	topo_list_free(&self->list);
}

/* Builds with one more step: 0, or the errno. */
static int create_with(struct topo_list *list, const struct topo_step *step,
		       struct topo_error *error)
{
	struct topo *topo;
	int err;

	topo_list_add(list, step, 1);
	topo = topo_create(list, error);
	err = topo ? 0 : -errno;
	topo_destroy(topo);
	return err;
}

TEST_F(create, a_step_that_fails_is_named_with_its_errno)
{
	const struct topo_step step = {
		.op = TOPO_LINK_UP, .ns = "pod-red", .dev = "none",
	};
	char line[TOPO_TEXT_MAX], want[512];

	EXPECT_ERR(-ENODEV, create_with(&self->list, &step, &self->error));
	EXPECT_EQ(3, self->error.step);
	EXPECT_EQ(0, self->error.want);
	EXPECT_EQ(-ENODEV, self->error.got);
	snprintf(want, sizeof(want), "step 3, %s: expected success, got ENODEV",
		 topo_print_step(&step, line));
	EXPECT_STREQ(want, self->error.text);
	/* And nothing is left. */
	EXPECT_ERR(-ENOENT, netns_open("pod-red"));
}

TEST_F(create, the_kernels_words_are_kept)
{
	const struct topo_step step = {
		.op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "default",
		.via = "203.0.113.1",
	};
	char line[TOPO_TEXT_MAX], want[512];

	EXPECT_ERR(-ENETUNREACH,
		   create_with(&self->list, &step, &self->error));
	EXPECT_STREQ(REFUSAL, self->error.extack);
	snprintf(want, sizeof(want),
		 "step 3, %s: expected success, got ENETUNREACH \"" REFUSAL "\"",
		 topo_print_step(&step, line));
	EXPECT_STREQ(want, self->error.text);
}

TEST_F(create, a_failure_that_was_wanted_is_none)
{
	const struct topo_step steps[] = {
		{ .op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "lo",
		  .addr = "192.0.2.1/24", .want = -EEXIST },
		{ .op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "default",
		  .via = "203.0.113.1", .want = -ENETUNREACH,
		  .want_extack = REFUSAL },
	};

	EXPECT_ERR(0, create_with(&self->list, &steps[0], &self->error));
	EXPECT_ERR(0, create_with(&self->list, &steps[1], &self->error));
	EXPECT_STREQ("", self->error.text);
}

TEST_F(create, a_wanted_failure_that_does_not_come_is_one)
{
	const struct topo_step step = {
		.op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "lo",
		.addr = "192.0.2.2/24", .want = -EEXIST,
	};

	EXPECT_ERR(-EPROTO, create_with(&self->list, &step, &self->error));
	EXPECT_EQ(-EEXIST, self->error.want);
	EXPECT_EQ(0, self->error.got);
	EXPECT_NE(NULL, strstr(self->error.text,
			       ": expected EEXIST, got success"));
}

TEST_F(create, other_words_than_wanted_are_a_failure)
{
	const struct topo_step step = {
		.op = TOPO_ROUTE_ADD, .ns = "pod-red", .addr = "default",
		.via = "203.0.113.1", .want = -ENETUNREACH,
		.want_extack = "No such words",
	};

	EXPECT_ERR(-ENETUNREACH,
		   create_with(&self->list, &step, &self->error));
	EXPECT_NE(NULL, strstr(self->error.text,
			       ": expected ENETUNREACH \"No such words\", got ENETUNREACH \""
			       REFUSAL "\""));
}

/*
 * Duplicate address detection takes a second: there is none of it yet.  What
 * is waited for before that may have come or not.
 */
TEST_F(create, a_build_that_does_not_get_to_work_says_what_is_missing)
{
	const struct topo_step step = {
		.op = TOPO_ADDR_ADD, .ns = "pod-red", .dev = "veth-red",
		.addr = "2001:db8::1/64",
	};
	const char *text = self->error.text;

	topo_list_free(&self->list);
	ASSERT_ERR(0, topology_load(&self->list, "p2p"));
	deadline_set(0, 0);
	EXPECT_ERR(-ETIMEDOUT, create_with(&self->list, &step, &self->error));
	EXPECT_EQ(self->list.n, self->error.step);
	EXPECT_EQ(-ETIMEDOUT, self->error.got);
	if (!strncmp(text, "veth-", 5)) {
		EXPECT_NE(NULL, strstr(text, " did not get to work: ETIMEDOUT; last seen with flags 0x1"));
	} else {
		EXPECT_STREQ("2001:db8::1/64 on veth-red in pod-red did not get usable: ETIMEDOUT",
			     text);
	}
	EXPECT_ERR(-ENOENT, netns_open("pod-red"));
}

FIXTURE(probe) { struct topo *topo; };
FIXTURE_VARIANT(probe) { const char *topology; };
FIXTURE_VARIANT_ADD(probe, host_ipv6) { .topology = "host-ipv6" };
FIXTURE_SETUP(probe) TOPO_SETUP(probe)
FIXTURE_TEARDOWN(probe) TOPO_TEARDOWN

TEST_F(probe, a_closed_port_is_econnrefused)
{
	ASSERT_ERR(0, reach_all("pod-red", "host", "10.1.1.1"));
	EXPECT_ERR(-ECONNREFUSED,
		   reach(PROBE_TCP, "pod-red", NULL, "10.1.1.1"));
	EXPECT_ERR(-ECONNREFUSED,
		   reach(PROBE_UDP, "pod-red", NULL, "10.1.1.1"));
	ASSERT_ERR(0, reach_all("pod-red", "host", "2001:db8::1"));
	EXPECT_ERR(-ECONNREFUSED,
		   reach(PROBE_TCP, "pod-red", NULL, "2001:db8::1"));
	EXPECT_ERR(-ECONNREFUSED,
		   reach(PROBE_UDP, "pod-red", NULL, "2001:db8::1"));
}

TEST_F(probe, arp_is_answered_with_the_owners_mac_and_leaves_no_neighbour)
{
	struct neigh neigh;
	struct link host;
	uint8_t mac[6] = { 0 };

	ASSERT_ERR(0, link_get(in("host"), "veth-host", &host));
	ASSERT_ERR(0, probe_arp(ns("pod-red"), "veth-pod", "10.1.1.1", mac));
	EXPECT_EQ(0, memcmp(host.mac, mac, 6));
	EXPECT_ERR(-ENOENT,
		   neigh_get(in("host"), "veth-host", "10.1.1.2", &neigh));
	EXPECT_ERR(-ENOENT,
		   neigh_get(in("pod-red"), "veth-pod", "10.1.1.1", &neigh));
	/* Its positive control: what does leave one, and how it is found. */
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.1.1.1"));
	EXPECT_ERR(0, neigh_get(in("pod-red"), "veth-pod", "10.1.1.1",
				&neigh));
	EXPECT_ERR(-ENODEV,
		   probe_arp(ns("pod-red"), "missing", "10.1.1.1", mac));
}

TEST_F(probe, refuses_what_it_cannot_do)
{
	struct probe probe = {
		.kind = PROBE_UDP, .from = ns("pod-red"), .to = ns("host"),
		.dst = "10.1.1.1", .size = 65508,
	};

	EXPECT_ERR(-EMSGSIZE, probe_run(&probe, NULL));
	probe.size = 65507;
	EXPECT_ERR(0, probe_run(&probe, NULL));
	probe.dst = "10.1.1";
	EXPECT_ERR(-EINVAL, probe_run(&probe, NULL));
}

/* The host does not forward; it is there to answer the sentinel. */
TEST_F(probe, silence_is_0_and_an_answer_eproto)
{
	const struct route_desc route = { .dst = "198.51.100.0/24",
					  .via = "10.1.1.1" };

	ASSERT_ERR(0, sysctl_set(ns("host"), "net/ipv4/ip_forward", "0"));
	ASSERT_ERR(0, route_add(in("pod-red"), &route));
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.1.1.1"));
	EXPECT_ERR(0, probe_silence(ns("pod-red"), "198.51.100.1",
				    "10.1.1.1"));
	EXPECT_ERR(-EPROTO, probe_silence(ns("pod-red"), "10.1.1.1",
					  "10.1.1.1"));
	EXPECT_ERR(-EPROTO, probe_silence(ns("pod-red"), "10.1.1.2",
					  "10.1.1.1"));
}

TEST_F(probe, a_capture_says_why_it_has_no_frame)
{
	struct capture *c;
	struct capture_frame frame;

	EXPECT_EQ(NULL, capture_open(ns("pod-red"), "veth-pod", "no filter", 0));
	EXPECT_EQ(EINVAL, errno);
	EXPECT_EQ(NULL, capture_open(ns("pod-red"), "missing", NULL, 0));
	EXPECT_EQ(ENODEV, errno);
	c = capture_open(ns("pod-red"), "veth-pod", "icmp", 0);
	ASSERT_NE(NULL, c);
	deadline_set(DEADLINE_DEFAULT_MS, 0);
	EXPECT_ERR(-ETIMEDOUT, capture_next(c, &frame));
	capture_close(c);
	capture_close(NULL);
}

/* A file's header of 24 bytes, and before each frame of 98 another 16. */
TEST_F(probe, a_captures_file_has_frames_that_were_asked_for_and_others)
{
	const uint32_t magic = 0xa1b2c3d4;
	struct capture *c = capture_open(ns("pod-red"), "veth-pod", "icmp", 0);
	struct capture_frame frame;
	const void *file;
	size_t size = 0;

	ASSERT_NE(NULL, c);
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.1.1.1"));
	EXPECT_ERR(0, capture_next(c, &frame));
	EXPECT_EQ(98, frame.len);
	file = capture_file(c, &size);
	ASSERT_NE(NULL, file);
	EXPECT_EQ(24 + 2 * (16 + 98), size);
	EXPECT_EQ(0, memcmp(&magic, file, sizeof(magic)));
	capture_close(c);
}

static int count_cb(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	return ++*(int *)data > 2 ? -E2BIG : 0;
}

TEST_F(probe, netlink_ask_gives_the_answer_and_the_verdict)
{
	const struct ifinfomsg hdr = { .ifi_index = 1 };
	const struct ifinfomsg none = { .ifi_index = 4711 };
	int fd = netlink_open(ns("pod-red"), NETLINK_ROUTE);
	struct req req;
	int n = 0;

	ASSERT_LE(0, fd);
	req_init(&req, RTM_GETLINK, NLM_F_ACK, &hdr, sizeof(hdr));
	EXPECT_ERR(0, netlink_ask(fd, &req, count_cb, &n));
	EXPECT_EQ(1, n);
	req_init(&req, RTM_GETLINK, NLM_F_ACK, &none, sizeof(none));
	EXPECT_ERR(-ENODEV, netlink_ask(fd, &req, NULL, NULL));
	/* And what the callback says is passed on. */
	n = 2;
	req_init(&req, RTM_GETLINK, NLM_F_ACK, &hdr, sizeof(hdr));
	EXPECT_ERR(-E2BIG, netlink_ask(fd, &req, count_cb, &n));
	close(fd);
	EXPECT_ERR(-EPROTONOSUPPORT, netlink_open(ns("pod-red"), 31));
}

/* What a process inside a sandbox tells of it. */
struct inside {
	ino_t net, mnt, pid, user;
	int make_root, make_tmp;	/* 0 or -errno */
};

static ino_t inode_of(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 ? 0 : st.st_ino;
}

static struct inside look(void)
{
	struct inside in = {
		.net = inode_of("/proc/self/ns/net"),
		.mnt = inode_of("/proc/self/ns/mnt"),
		.pid = inode_of("/proc/self/ns/pid"),
	};
	int fd;

	in.make_root = mkdir("/netns-selftests", 0755) < 0 ? -errno : 0;
	fd = open("/tmp/netns-selftests", O_CREAT | O_EXCL, 0600);
	in.make_tmp = fd < 0 ? -errno : 0;
	return in;
}

/* Enters a sandbox, leaves a process in a session of its own, and stays. */
static void stay_inside(int told)
{
	struct sandbox sandbox;
	struct inside in;

	if (sandbox_enter(&sandbox))
		_exit(1);
	in = look();
	if (!fork()) {
		setsid();
		/* Out of the reach of a process group's SIGKILL. */
		if (!fork() && write(told, &in, sizeof(in)) < 0)
			_exit(1);
	}
	for (;;)
		pause();
}

FIXTURE(sandbox) {
	int told;			/* at its end when all are gone */
	pid_t outer, parent;
};
FIXTURE_VARIANT(sandbox) { bool orphan; };
FIXTURE_VARIANT_ADD(sandbox, child) { .orphan = false };
FIXTURE_VARIANT_ADD(sandbox, grandchild) { .orphan = true };

/* With .orphan the outer process has a parent between itself and us. */
FIXTURE_SETUP(sandbox)
{
	int pipe_fd[2];

	ASSERT_EQ(0, pipe2(pipe_fd, O_CLOEXEC));
	fflush(NULL);
	self->outer = fork();
	if (!self->outer && variant->orphan && fork()) {
		for (;;)
			pause();
	}
	if (!self->outer)
		stay_inside(pipe_fd[1]);
	close(pipe_fd[1]);
	self->told = pipe_fd[0];
}
FIXTURE_TEARDOWN(sandbox)
{
	close(self->told);
	waitpid(self->outer, NULL, 0);
}

/* The kernel's promise: no process outlives the one that was killed. */
TEST_F(sandbox, sigkill_ends_every_process_of_it)
{
	long long deadline = deadline_new();
	struct inside in;
	char byte;

	ASSERT_ERR(0, deadline_poll_in(self->told, deadline));
	ASSERT_EQ(sizeof(in), read(self->told, &in, sizeof(in)));
	/* They are there: their pipe is not at its end. */
	EXPECT_ERR(-ETIMEDOUT, deadline_poll_in(self->told, 0));
	ASSERT_EQ(0, kill(self->outer, SIGKILL));
	ASSERT_ERR(0, deadline_poll_in(self->told, deadline));
	EXPECT_EQ(0, read(self->told, &byte, 1));
}

TEST_F(sandbox, is_another_world_and_its_root_cannot_be_written)
{
	struct inside here = look(), in;

	ASSERT_ERR(0, deadline_poll_in(self->told, deadline_new()));
	ASSERT_EQ(sizeof(in), read(self->told, &in, sizeof(in)));
	ASSERT_NE(0, in.net);
	EXPECT_NE(here.net, in.net);
	EXPECT_NE(here.mnt, in.mnt);
	EXPECT_NE(here.pid, in.pid);
	EXPECT_ERR(-EROFS, in.make_root);
	/* We made the same file in our /tmp just before. */
	EXPECT_ERR(0, in.make_tmp);
	EXPECT_ERR(0, here.make_tmp);
	unlink("/tmp/netns-selftests");
	kill(self->outer, SIGKILL);
}

KSFT_MAIN
