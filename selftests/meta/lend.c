// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A topology that one test gives back and the next one takes (lend.h): what is
 * put back, what is seen to be left, and who gets none.  A process a borrower,
 * as a test is one.
 */
#include "lend.h"
#include "words.h"

#include <signal.h>
#include <sys/wait.h>

#include "link_opt.h"

#define TOPOLOGY	"bridge-in-place"
#define HOST		TOPO_HOST
#define RED		"pod-red"

FIXTURE(lend) { char unused; };
FIXTURE_SETUP(lend)
{
	/* What is lent here ends with this process. */
	ASSERT_ERR(0, sandbox_new_names());
}
FIXTURE_TEARDOWN(lend) { }

enum { TAKEN, BUILT, NOT_DONE, NONE, KILLED };

/* What a borrower does; 0 or -errno. */
typedef int (*act_fn)(void);

static int nothing(void)
{
	return 0;
}

static int no_return(void)
{
	raise(SIGKILL);
	return 0;
}

static int keep_it(void)
{
	lend_keep();
	return 0;
}

/* Takes @topology or builds it, does @act, and gives it back or not. */
static int borrow(const char *topology, act_fn act, bool back)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (!lend_topology(topology, "lend"))
			_exit(NONE);
		if (act())
			_exit(NOT_DONE);
		if (back)
			lend_give_back(false);
		_exit(!ksft.lent ? BUILT : TAKEN);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFSIGNALED(status) ? KILLED : WEXITSTATUS(status);
}

TEST_F(lend, what_nobody_changed_is_taken_again)
{
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	EXPECT_EQ(TAKEN, borrow(TOPOLOGY, nothing, true));
	EXPECT_EQ(TAKEN, borrow(TOPOLOGY, nothing, true));
}

TEST_F(lend, who_asks_for_another_topology_gets_a_new_one)
{
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	EXPECT_EQ(BUILT, borrow("netns", nothing, true));
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
}

TEST_F(lend, what_was_not_given_back_is_not_taken)
{
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, false));
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, keep_it, true));
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	/* It was taken, and then not given back. */
	EXPECT_EQ(KILLED, borrow(TOPOLOGY, no_return, true));
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
}

TEST_F(lend, with_a_fault_each_builds_its_own)
{
	char none[] = "netns";

	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	ksft.fault.topology = none;
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	ksft.fault.topology = NULL;
	EXPECT_EQ(TAKEN, borrow(TOPOLOGY, nothing, true));
}

#define COMMAND(name_, where_, ...) \
	static int name_(void) { return ip(where_, __VA_ARGS__); }

/* Each shows in a dump, and is not ours to put back. */
COMMAND(add_address, RED, "addr add 192.0.2.1/24 dev veth-red")
COMMAND(add_route, HOST, "route add 192.0.2.0/24 via 10.244.0.10")
COMMAND(add_neighbour, RED,
	"neigh add 10.244.0.9 lladdr 02:00:00:00:00:01 dev veth-red")
COMMAND(add_rule, RED, "rule add from 10.0.0.0/8 pref 5 lookup 100")
COMMAND(delete_route, RED, "route del default via 10.244.0.1")
COMMAND(delete_link, HOST, "link del veth-red-br")
COMMAND(rename_link, HOST, "link set veth-red-br name other")

static int add_link(void)
{
	const struct link_desc veth = { .kind = "veth", .name = "more" };

	return link_add(in(RED), &veth);
}

static int set_bridge_mac(void)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };

	return link_set(in(HOST), "v-net-0", &(struct link_desc){ .mac = mac });
}

static int add_own_station(void)
{
	return fdb_add(in(HOST), "veth-red-br", "02:00:00:00:00:09",
		       "master permanent");
}

TEST_F(lend, what_is_left_behind_is_seen)
{
	static const struct { const char *what; act_fn act; } rows[] = {
		{ "an address", add_address }, { "a route", add_route },
		{ "a neighbour", add_neighbour }, { "a rule", add_rule },
		{ "no default route", delete_route },
		{ "a link", add_link }, { "no port", delete_link },
		{ "another name", rename_link },
		{ "the bridge's MAC", set_bridge_mac },
		{ "a station of the bridge's own", add_own_station },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		EXPECT_EQ(BUILT, borrow(TOPOLOGY, rows[i].act, true))
			printf("# before %s\n", rows[i].what);
	}
	EXPECT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	EXPECT_EQ(TAKEN, borrow(TOPOLOGY, nothing, true));
}

/* As it was, by what it changed and by how it is looked at. */
static int change_sysctl(void)
{
	return sysctl_set(ns(HOST), "net/ipv4/ip_default_ttl", "7");
}

static bool sysctl_is_back(void)
{
	char value[16];

	return !sysctl_get(ns(HOST), "net/ipv4/ip_default_ttl", value,
			   sizeof(value)) && !strcmp(value, "64");
}

static struct link link_now(const char *name, const char *dev)
{
	struct link link = { 0 };

	if (link_get(in(name), dev, &link))
		printf("# no %s in %s\n", dev, name);
	return link;
}

static int change_link(void)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };
	const struct link_desc desc = {
		.mac = mac, .mtu = 1400, .txqlen = 7,
		.flags = IFF_PROMISC, .change = IFF_PROMISC,
	};

	return link_set(in(RED), "veth-red", &desc);
}

static bool link_is_back(void)
{
	const struct link red = link_now(RED, "veth-red");

	return red.mtu == 1500 && red.txqlen == 1000 && red.mac[5] != 9 &&
	       !(red.flags & IFF_PROMISC);
}

static int change_bridge(void)
{
	int err = link_set_opt(in(HOST), "v-net-0", "ageing_time", "100");

	if (!err)
		err = port_set(in(HOST), "veth-red-br", "isolated", "on");
	return err ? err : port_set(in(HOST), "veth-red-br", "cost", "7");
}

static bool bridge_is_back(void)
{
	const struct link port = link_now(HOST, "veth-red-br");

	return link_now(HOST, "v-net-0").bridge.ageing_time == 30000 &&
	       !port.port.isolated && port.port.cost == 2;
}

static int add_station(void)
{
	return fdb_add(in(HOST), "veth-red-br", "02:00:00:00:00:09",
		       "master static");
}

static bool station_is_gone(void)
{
	static const uint8_t mac[] = { 2, 0, 0, 0, 0, 9 };
	struct neigh entry;

	return fdb_get(in(HOST), mac, &entry) == -ENOENT;
}

static int filter(void)
{
	lend_filtered();
	return nft_table_add(ns(RED), "netns");
}

static bool nothing_is_filtered(void)
{
	return nft_table_count(ns(RED)) == 0;
}

static const struct back {
	const char *what;
	act_fn change;
	bool (*is_back)(void);
} backs[] = {
	{ "a sysctl", change_sysctl, sysctl_is_back },
	{ "a link", change_link, link_is_back },
	{ "a bridge and its port", change_bridge, bridge_is_back },
	{ "a station", add_station, station_is_gone },
	{ "a table", filter, nothing_is_filtered },
};

static const struct back *now;

static int look(void)
{
	return now->is_back() ? 0 : -EPROTO;
}

static int change_and_look(void)
{
	int err = now->change();

	/* The control: as it is looked at, it has changed. */
	return err ? err : now->is_back() ? -EPROTO : 0;
}

TEST_F(lend, what_is_changed_is_put_back)
{
	ASSERT_EQ(BUILT, borrow(TOPOLOGY, nothing, true));
	for (now = backs; now < backs + ARRAY_SIZE(backs); now++) {
		EXPECT_EQ(TAKEN, borrow(TOPOLOGY, change_and_look, true))
			printf("# %s\n", now->what);
		EXPECT_EQ(TAKEN, borrow(TOPOLOGY, look, true))
			printf("# behind %s\n", now->what);
	}
}

KSFT_MAIN
