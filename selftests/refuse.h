/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The error table's machinery: a row is a request that the kernel refuses, as
 * data, in a variant of the fixture "errors":
 *
 *	ERROR(link_mtu_67) {
 *		NEWLINK("ip link add x mtu 67 type veth"),
 *		.ask.attrs = { STR(IFLA_IFNAME, "x"), KIND("veth"),
 *			       WRONG, U32(IFLA_MTU, 67),
 *			       RIGHT, U32(IFLA_MTU, 68) },
 *		.want = { WORDS(-EINVAL, "mtu less than device minimum") },
 *	};
 *
 * Each row asserts the errno, the kernel's words, the attribute it points at,
 * that nothing changed and nothing was notified, and that the same request
 * with the one thing put right is accepted, and is notified.
 */
#ifndef REFUSE_H
#define REFUSE_H

#include "ask.h"
#include "lend.h"

/* What a kernel may rightly say; the first of a row is the newest. */
struct refuse_outcome {
	int err;		/* 0: it is not refused there */
	const char *extack;	/* NULL: none */
	const char *since;	/* where kernels differ: which one, by what */
};

#define ERRNO(e)		{ e, NULL, NULL }
#define WORDS(e, extack)	{ e, extack, NULL }
#define ALSO(e, extack, since)	{ e, extack, since }

#define REFUSE_OUTCOMES_MAX	4

FIXTURE(errors) {
	struct topo *topo;
	int err;			/* of what it stands on */
};
FIXTURE_VARIANT(errors) {
	const char *topology;
	const char *like;		/* what a person would type */
	/*
	 * Makes what the requests of several rows stand on, the same for all of
	 * a program's rows that have it.  Who leaves it as it was leaves it to
	 * the next (lend.h).
	 */
	int (*stand)(void);
	int (*before)(void);		/* makes what the request stands on */
	struct ask ask;
	struct refuse_outcome want[REFUSE_OUTCOMES_MAX];
	/*
	 * Refused with words by kernels of the first outcome only: where it is,
	 * the others will not do.
	 */
	const struct ask *witness;
	int points_at, misses;		/* attribute types; 0: not said */
	bool noisy;			/* undoes what it had announced */
	bool silent;			/* right, it announces nothing */
	bool leaves;			/* what it undoes not: see the row */
	bool no_right;			/* there is no right form */
};

FIXTURE_SETUP(errors)
{
	const char *id = ksft_id("errors", variant->topology, _metadata->name);

	self->topo = variant->stand ? lend_topology(variant->topology, id) :
				      ksft_build(variant->topology, id);
	ASSERT_NE(NULL, self->topo);
	if (variant->stand && !ksft.lent) {
		self->err = variant->stand();
		lend_as_built(self->err);
	}
}

FIXTURE_TEARDOWN(errors) LEND_TEARDOWN
PLAN_VARIANTS("error", errors)

#define ERROR(slug)	FIXTURE_VARIANT_ADD(errors, slug)
#define ROW(like_, type_, flags_) \
	.topology = "netns", .like = like_, \
	.ask.type = type_, .ask.flags = flags_
#define NEWLINK(like)	ROW(like, RTM_NEWLINK, ADD)
#define HEAD(...)	(&(const struct ask_head){ __VA_ARGS__ })
#define SETLINK(like)	ROW(like, RTM_SETLINK, 0)
#define DELLINK(like)	ROW(like, RTM_DELLINK, 0)

/* Listens to everything in one namespace; a descriptor or -errno. */
static inline int refuse_listen(int netns)
{
	static const unsigned int groups[] = {
		RTNLGRP_LINK, RTNLGRP_NEIGH, RTNLGRP_IPV4_IFADDR,
		RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_IFADDR,
		RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV6_RULE, RTNLGRP_NSID,
		RTNLGRP_IPV4_NETCONF, RTNLGRP_IPV6_NETCONF, RTNLGRP_BRVLAN,
	};
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	size_t i;

	/* Without a port of its own a socket hears nothing. */
	if (fd >= 0 && bind(fd, (struct sockaddr *)&self, sizeof(self)))
		return -errno;
	for (i = 0; fd >= 0 && i < ARRAY_SIZE(groups); i++) {
		/* Before v5.6 there is no RTNLGRP_BRVLAN. */
		if (setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
			       &groups[i], sizeof(groups[i])) &&
		    groups[i] != RTNLGRP_BRVLAN) {
			close(fd);
			return -errno;
		}
	}
	return fd;
}

/*
 * How many messages have come: those of a request are queued before its
 * verdict is.
 */
static inline int refuse_heard(const int *fds, size_t n)
{
	char buf[8192];
	int heard = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		while (recv(fds[i], buf, sizeof(buf), MSG_DONTWAIT) > 0)
			heard++;
	}
	return heard;
}

static inline bool refuse_is(const struct refuse_outcome *want,
			     const struct ask_answer *got)
{
	return want->err == got->err &&
	       !strcmp(want->extack ? want->extack : "", got->extack);
}

static inline bool refuse_is_row(const struct refuse_outcome *want)
{
	return want->err || want->since;
}

/* Is what the kernel said one of the listed outcomes?  Says which. */
static inline bool refuse_listed(const struct refuse_outcome *want, size_t n,
				 const struct ask_answer *got)
{
	size_t i;

	for (i = 0; i < n && refuse_is_row(&want[i]); i++) {
		if (!refuse_is(&want[i], got))
			continue;
		if (refuse_is_row(&want[1]))
			printf("# outcome: %s \"%s\" (%s)\n",
			       ksft_err_name(got->err), got->extack,
			       want[i].since ? want[i].since : "newest");
		return true;
	}
	for (i = 0; i < n && refuse_is_row(&want[i]); i++)
		printf("# expected %s \"%s\"%s%s\n", ksft_err_name(want[i].err),
		       want[i].extack ? want[i].extack : "",
		       want[i].since ? ", " : "",
		       want[i].since ? want[i].since : "");
	printf("# got      %s \"%s\"\n", ksft_err_name(got->err), got->extack);
	return false;
}

/* How many of the listed outcomes will do. */
static inline size_t refuse_outcomes(const struct ask *witness)
{
	struct ask_answer answer;

	if (ksft.expect_mainline ||
	    (witness && !ask_run(witness, false, &answer) && *answer.extack))
		return 1;
	return REFUSE_OUTCOMES_MAX;
}

/* What a .before() found missing. */
static const char *refuse_lacks;

/* 0 if the kernel has @option; else the test will be skipped. */
static inline int refuse_need(const char *option)
{
	int has = option_has(option);

	if (has)
		return has < 0 ? has : 0;
	refuse_lacks = option;
	return -EOPNOTSUPP;
}

#define REFUSE_LISTENERS	3

TEST_F(errors, refused_for_that_reason_alone_and_leaves_nothing)
{
	int fds[REFUSE_LISTENERS], err;
	struct ask_answer wrong, right;
	char *before;
	size_t n;

	ASSERT_PODS();
	err = self->err;
	if (!err && variant->before)
		err = variant->before();
	if (refuse_lacks)
		SKIP(return, "needs %s", refuse_lacks);
	ASSERT_ERR(0, err);
	n = refuse_outcomes(variant->witness);
	fds[0] = refuse_listen(ns("host"));
	fds[1] = refuse_listen(ns("pod-red"));
	fds[2] = refuse_listen(ns("pod-blue"));
	ASSERT_LE(0, fds[0]);
	ASSERT_LE(0, fds[1]);
	ASSERT_LE(0, fds[2]);
	before = residue_text();
	ASSERT_NE(NULL, before);
	/* To say where a peer is gives its namespace an id, which is news. */
	refuse_heard(fds, REFUSE_LISTENERS);

	ASSERT_ERR(0, ask_run(&variant->ask, !ksft_acts(), &wrong));
	EXPECT_TRUE(refuse_listed(variant->want, n, &wrong))
		printf("# in %s\n", variant->like);
	if (!wrong.err) {
		free(before);
		return;
	}
	/* 6.1 does not say where in a dump's request an error is. */
	if (variant->points_at && (wrong.attr >= 0 || !variant->silent))
		EXPECT_EQ(variant->points_at, wrong.attr);
	if (variant->misses)
		EXPECT_EQ(variant->misses, wrong.missing);
	if (!variant->leaves)
		EXPECT_TEXT(before, residue_text());
	err = refuse_heard(fds, REFUSE_LISTENERS);
	if (!variant->noisy) {
		EXPECT_EQ(0, err);
	}
	free(before);
	if (variant->no_right)
		return;
	ASSERT_ERR(0, ask_run(&variant->ask, true, &right));
	EXPECT_ERR(0, right.err);
	if (right.err)
		printf("# right form: \"%s\"\n", right.extack);
	err = refuse_heard(fds, REFUSE_LISTENERS);
	if (variant->silent) {
		EXPECT_EQ(0, err);
	} else {
		EXPECT_LT(0, err);
	}
}

#endif
