// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a namespace holds when nobody has touched it.
 *
 *	host          pod-red          pod-blue
 *	lo            lo               lo		all down, no wire
 */
#define KSFT_INHERITED
#include "ksft.h"

#include <netinet/in.h>
#include <sched.h>

/* An enumerator in linux/if.h, which comes with ip_tables.h. */
#undef IFF_LOWER_UP
#include <linux/netfilter_ipv4/ip_tables.h>

#include "nft.h"

FIXTURE(initial) { struct topo *topo; };
FIXTURE_VARIANT(initial) { const char *topology; };
FIXTURE_VARIANT_ADD(initial, netns) { .topology = "netns" };
FIXTURE_SETUP(initial) TOPO_SETUP(initial)
FIXTURE_TEARDOWN(initial) TOPO_TEARDOWN

/* Only the line about lo: other links are creation.c's claim 9. */
#define LO_DOWN \
	"link lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN carrier 1" \
	" master none kind none peer none mac 00:00:00:00:00:00" \
	" promiscuity 0 txqlen 1000\n"

/* Claim 11: down, and yet with carrier, since lo has none to lose. */
TEST_OF("claim 11", initial, lo_is_down_with_its_carrier_on)
{
	EXPECT_TEXT(LO_DOWN, lo_text("pod-red"));
	EXPECT_TEXT(LO_DOWN, lo_text("pod-blue"));
	EXPECT_TEXT(LO_DOWN, lo_text("host"));
}

/* Claim 11: the numbers behind the line. */
TEST_OF("claim 11", initial, lo_is_device_1_and_has_seen_no_packet)
{
	struct link lo;

	ASSERT_PODS();
	ASSERT_ERR(0, link_get(in("pod-red"), "lo", &lo));
	EXPECT_EQ(1, lo.ifindex);
	EXPECT_EQ(IFF_LOOPBACK, lo.flags);
	EXPECT_EQ(LINK_OPER_DOWN, lo.operstate);
	EXPECT_EQ(1, lo.carrier);
	EXPECT_EQ(0, lo.carrier_changes);
	EXPECT_EQ(0, lo.stats.tx_packets);
	EXPECT_EQ(0, lo.stats.rx_packets);
	EXPECT_EQ(0, lo.stats.tx_dropped);
}

/*
 * Claim 11: IFLA_NETNS_IMMUTABLE says so since v6.15 (-1: an older kernel,
 * which knows it as NETIF_F_NETNS_LOCAL and does not say it).
 */
TEST_OF("claim 11", initial, lo_can_neither_leave_nor_be_deleted)
{
	const struct link_desc move = { .netns = ns("pod-blue") };
	struct link lo;

	ASSERT_PODS();
	EXPECT_ERR(-EINVAL, link_set(in("pod-red"), "lo", &move));
	EXPECT_ERR(-EOPNOTSUPP, link_del(in("pod-red"), "lo"));
	ASSERT_ERR(0, link_get(in("pod-red"), "lo", &lo));
	EXPECT_TRUE(lo.immutable == 1 || lo.immutable == -1)
		printf("# IFLA_NETNS_IMMUTABLE is %d\n", lo.immutable);
}

/* Claims 12 and 14: in every table, of both families. */
TEST_OF("claim 12, claim 14", initial,
	there_are_no_addresses_no_routes_and_no_neighbours)
{
	const unsigned int parts = STATE_ADDR4 | STATE_ADDR6 |
				   STATE_ROUTE4_MAIN | STATE_ROUTE4_LOCAL |
				   STATE_ROUTE6 | STATE_NEIGH | STATE_FDB;

	EXPECT_TEXT("", state_text(ns("pod-red"), parts));
	EXPECT_TEXT("", state_text(ns("pod-blue"), parts));
	EXPECT_TEXT("", state_text(ns("host"), parts));
}

/* Table 253 is `default`; action 1 is FR_ACT_TO_TBL. */
#define RULES \
	"rule inet 0: action 1 lookup local\n" \
	"rule inet 32766: action 1 lookup main\n" \
	"rule inet 32767: action 1 lookup 253\n" \
	"rule inet6 0: action 1 lookup local\n" \
	"rule inet6 32766: action 1 lookup main\n"

/* Claim 12, nuance: the routes are none, but the rules to find them by are. */
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*.the_rules_are_the_kernels_five")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*.the_rules_are_the_kernels_five")
TEST_OF("claim 12", initial, the_rules_are_the_kernels_five)
{
	char *text = state_text(ns("pod-red"), STATE_RULE);

	ASSERT_PODS();
	EXPECT_TEXT(RULES, text);
	EXPECT_TEXT(RULES, state_text(ns("pod-blue"), STATE_RULE));
	EXPECT_TEXT(RULES, state_text(ns("host"), STATE_RULE));
}

/* The table `filter` as iptables-legacy(8) sees it. */
struct filter {
	struct ipt_getinfo info;
	unsigned int accept, other;	/* verdicts of rules without a match */
};

static void filter_count(const struct ipt_get_entries *all,
			 struct filter *filter)
{
	const struct xt_standard_target *target;
	const struct ipt_entry *entry;
	unsigned int at;

	for (at = 0; at < all->size; at += entry->next_offset) {
		entry = (const void *)((const char *)all->entrytable + at);
		target = (const void *)((const char *)entry +
					entry->target_offset);
		if (!strcmp(target->target.u.user.name, XT_ERROR_TARGET))
			continue;	/* the end mark */
		/* -NF_ACCEPT - 1 is how a standard target says ACCEPT. */
		if (entry->target_offset == sizeof(*entry) &&
		    !*target->target.u.user.name &&
		    target->verdict == -NF_ACCEPT - 1)
			filter->accept++;
		else
			filter->other++;
	}
}

/* 0 or -errno: -ENOPROTOOPT or -ENOENT where the kernel has no such table. */
static int filter_get(int netns, struct filter *filter)
{
	int fd = netns_socket(netns, AF_INET, SOCK_RAW, IPPROTO_RAW);
	socklen_t len = sizeof(filter->info);
	struct ipt_get_entries *all = NULL;
	int err = 0;

	if (fd < 0)
		return fd;
	memset(filter, 0, sizeof(*filter));
	memcpy(filter->info.name, "filter", sizeof("filter"));
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_INFO, &filter->info, &len) < 0)
		goto err_close;
	len = sizeof(*all) + filter->info.size;
	all = calloc(1, len);
	if (!all)
		goto err_close;
	memcpy(all->name, "filter", sizeof("filter"));
	all->size = filter->info.size;
	if (getsockopt(fd, IPPROTO_IP, IPT_SO_GET_ENTRIES, all, &len) < 0)
		goto err_close;
	filter_count(all, filter);
	goto out;

err_close:
	err = -errno;
out:
	free(all);
	close(fd);
	return err;
}

/*
 * Claim 13, where the document says "Empty chains": INPUT, FORWARD and OUTPUT
 * are there, each with one rule, its policy ACCEPT.
 */
TEST_OF("claim 13", initial, iptables_has_three_chains_that_accept)
{
	struct filter filter;
	int err = filter_get(ns("pod-red"), &filter);

	ASSERT_PODS();
	if (err == -ENOPROTOOPT || err == -ENOENT)
		SKIP(return, "needs CONFIG_IP_NF_FILTER");
	ASSERT_ERR(0, err);
	EXPECT_EQ(1U << NF_INET_LOCAL_IN | 1U << NF_INET_FORWARD |
		  1U << NF_INET_LOCAL_OUT, filter.info.valid_hooks);
	EXPECT_EQ(4, filter.info.num_entries);
	EXPECT_EQ(3, filter.accept);
	EXPECT_EQ(0, filter.other);
}

/* Claim 13: for nft(8) there is really nothing. */
TEST_OF("claim 13", initial, nftables_has_no_table)
{
	int n = nft_table_count(ns("pod-red"));

	ASSERT_PODS();
	if (n == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NF_TABLES");
	EXPECT_EQ(0, n);
	EXPECT_EQ(0, nft_table_count(ns("pod-blue")));
	EXPECT_EQ(0, nft_table_count(ns("host")));
	/* So that a count of 0 means something. */
	n = nft_table_add(ns("host"), "control");
	if (n == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NF_TABLES_INET");
	ASSERT_ERR(0, n);
	EXPECT_EQ(1, nft_table_count(ns("host")));
}

struct member {
	int ifindex;
	struct ip_prefix group;
};

static int member_parse(const struct nlmsghdr *nlh, void *data)
{
	const struct ifaddrmsg *ifa = mnl_nlmsg_get_payload(nlh);
	struct member *member = data;
	const struct nlattr *attr;

	memset(member, 0, sizeof(*member));
	member->ifindex = ifa->ifa_index;
	member->group.family = AF_INET6;
	mnl_attr_for_each(attr, nlh, sizeof(*ifa)) {
		if (mnl_attr_get_type(attr) == IFA_MULTICAST &&
		    mnl_attr_get_payload_len(attr) == 16)
			memcpy(member->group.addr, mnl_attr_get_payload(attr),
			       16);
	}
	return 0;
}

/* How often lo of @name is in the IPv6 multicast group @group, or -errno. */
static int memberships(const char *name, const char *group)
{
	const struct ifaddrmsg ifa = { .ifa_family = AF_INET6 };
	char text[IP_TEXT_MAX];
	struct member *members;
	int i, n, found = 0;
	struct req req;

	req_init(&req, RTM_GETMULTICAST, 0, &ifa, sizeof(ifa));
	n = rtnl_list(in(name), &req, sizeof(*members), member_parse, &members);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++)
		found += members[i].ifindex == 1 &&
			 !strcmp(group, ip_text(&members[i].group, 0, text));
	free(members);
	return found;
}

/* Claim 14, nuance: without any address lo listens to "all nodes" already. */
TEST_OF("claim 14", initial, lo_is_in_the_ipv6_groups_of_all_nodes)
{
	ASSERT_PODS();
	EXPECT_EQ(1, memberships("pod-red", "ff02::1"));
	EXPECT_EQ(1, memberships("pod-red", "ff01::1"));
	EXPECT_EQ(0, memberships("pod-red", "ff02::2"));
	EXPECT_EQ(1, memberships("pod-blue", "ff02::1"));
	EXPECT_EQ(1, memberships("pod-blue", "ff01::1"));
}

/* 0 if @sysctl of @name is @want, else -EPROTO or what reading it said. */
static int sysctl_is(const char *name, const char *sysctl, const char *want)
{
	char value[64];
	int err = sysctl_get(ns(name), sysctl, value, sizeof(value));

	if (err || !strcmp(want, value))
		return err;
	printf("# %s in %s: expected %s, got %s\n", sysctl, name, want, value);
	return -EPROTO;
}

/* Claim 15: what no setting of the machine changes. */
TEST_OF("claim 15", initial, per_namespace_sysctls_have_the_kernels_defaults)
{
	int nf;

	ASSERT_PODS();
	EXPECT_ERR(0, sysctl_is("pod-red", "net/ipv4/ip_unprivileged_port_start",
				"1024"));
	EXPECT_ERR(0, sysctl_is("pod-red", "net/ipv6/conf/default/accept_dad",
				"1"));
	EXPECT_ERR(0, sysctl_is("pod-red", "net/ipv6/conf/all/forwarding",
				"0"));
	/* Only where br_netfilter is: there the IP hooks see bridged frames. */
	nf = sysctl_is("pod-red", "net/bridge/bridge-nf-call-iptables", "1");
	EXPECT_TRUE(!nf || nf == -ENOENT);
}

/*
 * Claim 15: ping_group_range is "1 0", an empty range.  Read through a user
 * namespace it shows ids that are not mapped there, so ask for such a socket.
 */
TEST_OF("claim 15", initial, nobody_may_open_ping_sockets)
{
	char own[32];
	int fd;

	NEED_SYSCTL();
	ASSERT_PODS();
	EXPECT_ERR(-EACCES, netns_socket(ns("pod-red"), AF_INET, SOCK_DGRAM,
					 IPPROTO_ICMP));
	if (!ksft.sandbox.user_ns)
		EXPECT_ERR(0, sysctl_is("pod-red", "net/ipv4/ping_group_range",
					"1\t0"));
	snprintf(own, sizeof(own), "%u %u", getegid(), getegid());
	ASSERT_ERR(0, sysctl_set(ns("pod-red"), "net/ipv4/ping_group_range",
				 own));
	fd = netns_socket(ns("pod-red"), AF_INET, SOCK_DGRAM, IPPROTO_ICMP);
	EXPECT_LE(0, fd);
	EXPECT_ERR(-EACCES, netns_socket(ns("pod-blue"), AF_INET, SOCK_DGRAM,
					 IPPROTO_ICMP));
}

/* 0 if all namespaces of the topology have for @sysctl what our own has. */
static int same_as_own(const char *sysctl)
{
	static const char * const all[] = { "host", "pod-red", "pod-blue" };
	int own = netns_self();
	char value[64];
	size_t i;
	int err;

	if (own < 0)
		return own;
	err = sysctl_get(own, sysctl, value, sizeof(value));
	for (i = 0; !err && i < 3; i++)
		err = sysctl_is(all[i], sysctl, value);
	close(own);
	return err;
}

/*
 * Claim 15, more exactly: ip_forward, rp_filter and promote_secondaries are
 * IPv4 device settings, which a new namespace copies from the machine's first
 * one (devinet_init_net(); net.core.devconf_inherit_init_net = 0 or 1).  So they
 * are 0 where that has 0: systemd sets two of them, docker the third.  Our own
 * namespace, which nobody has touched, tells what they are here.
 */
TEST_OF("claim 15", initial,
	ipv4_device_settings_are_those_of_the_first_namespace)
{
	EXPECT_ERR(0, same_as_own("net/ipv4/ip_forward"));
	EXPECT_ERR(0, same_as_own("net/ipv4/conf/all/rp_filter"));
	EXPECT_ERR(0, same_as_own("net/ipv4/conf/default/rp_filter"));
	EXPECT_ERR(0, same_as_own("net/ipv4/conf/all/promote_secondaries"));
	EXPECT_ERR(0, same_as_own("net/ipv4/conf/default/promote_secondaries"));
}

/* netns_new() by somebody who is in @creator. */
static int netns_new_from(int creator)
{
	int self = netns_self();
	int fd;

	if (self < 0)
		return self;
	fd = setns(creator, CLONE_NEWNET) < 0 ? -errno : netns_new();
	if (setns(self, CLONE_NEWNET) < 0)
		fd = -errno;
	close(self);
	return fd;
}

#define INTERVAL "net/ipv4/conf/default/igmpv2_unsolicited_report_interval"

/*
 * Claim 15: and not those of the creator, unless devconf_inherit_init_net is 3
 * (v5.9, "netns: enable to inherit devconf from current netns").
 */
TEST_OF("claim 15", initial, ipv4_device_settings_do_not_come_from_the_creator)
{
	char blue[64], child[64];
	int fd;

	NEED_SYSCTL();
	ASSERT_PODS();
	ASSERT_ERR(0, sysctl_get(ns("pod-blue"), INTERVAL, blue, sizeof(blue)));
	ASSERT_ERR(0, sysctl_set(ns("pod-red"), INTERVAL, "12345"));
	ASSERT_ERR(0, sysctl_is("pod-red", INTERVAL, "12345"));
	fd = netns_new_from(ns("pod-red"));
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, sysctl_get(fd, INTERVAL, child, sizeof(child)));
	EXPECT_TRUE(!strcmp(blue, child) || !strcmp("12345", child));
	printf("# inherited %s (the creator has 12345)\n", child);
}

KSFT_NEEDS(CONFIG_IPV6, "*.lo_is_in_the_ipv6_groups_*",
	   "*.per_namespace_sysctls_have_*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*.per_namespace_sysctls_have_*",
	   "*.ipv4_device_settings_*")

KSFT_MAIN
