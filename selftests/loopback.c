// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The document's step 3: lo, what bringing it up does, and what needs it.
 *
 *	host          pod-red          pod-blue
 *	lo (down)     lo               lo
 *	              127.0.0.1/8      127.0.0.1/8	by the kernel, at `up`
 *	              ::1/128          ::1/128
 *
 * The document is wrong on claims 17 and 18: see there.
 */
#include "ksft.h"

static const struct link_desc set_down = { .change = IFF_UP };

FIXTURE(loopback) { struct topo *topo; };
FIXTURE_VARIANT(loopback) { const char *topology; };
FIXTURE_VARIANT_ADD(loopback, loopback) { .topology = "loopback" };
FIXTURE_SETUP(loopback) TOPO_SETUP(loopback)
FIXTURE_TEARDOWN(loopback) TOPO_TEARDOWN

#define LO_LINE(flags, qdisc, state) \
	"link lo: <" flags "> mtu 65536 qdisc " qdisc " state " state \
	" carrier 1 master none kind none peer none mac 00:00:00:00:00:00" \
	" promiscuity 0 txqlen 1000\n"
#define LO_UP	LO_LINE("LOOPBACK,UP,RUNNING,LOWER_UP", "noqueue", "UNKNOWN")
#define LO_DOWN	LO_LINE("LOOPBACK", "noop", "DOWN")

#define ADDR4		"addr 127.0.0.1/8 dev lo scope host permanent\n"
#define ADDR6		"addr ::1/128 dev lo scope host permanent\n"
#define LOCAL_BROADCAST \
	"route broadcast 127.255.255.255/32 dev lo table local proto kernel scope link src 127.0.0.1\n"
#define LOCAL_NET \
	"route local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n"
#define LOCAL_HOST \
	"route local 127.0.0.1/32 dev lo table local proto kernel scope host src 127.0.0.1\n"
#define LOCAL6 \
	"route local ::1/128 dev lo table local proto kernel scope global\n"

/* All that the kernel derives from a lo that is up, and no more. */
#define STATE_IP	(STATE_ADDR4 | STATE_ADDR6 | STATE_ROUTE4_MAIN | \
			 STATE_ROUTE4_LOCAL | STATE_ROUTE6 | STATE_NEIGH | \
			 STATE_FDB)
#define IP_UP	ADDR4 ADDR6 LOCAL_BROADCAST LOCAL_NET LOCAL_HOST LOCAL6

/* Claim 17: IFF_RUNNING without operstate UP: lo has no carrier to speak of. */
TEST_OF("claim 17", loopback, lo_that_is_up_runs_in_operstate_unknown)
{
	struct link lo;

	EXPECT_TEXT(LO_UP, lo_text("pod-red"));
	EXPECT_TEXT(LO_UP, lo_text("pod-blue"));
	EXPECT_TEXT(LO_DOWN, lo_text("host"));
	ASSERT_ERR(0, link_get(in("pod-red"), "lo", &lo));
	EXPECT_EQ(IFF_LOOPBACK | IFF_UP | IFF_RUNNING | IFF_LOWER_UP, lo.flags);
	EXPECT_EQ(LINK_OPER_UNKNOWN, lo.operstate);
	EXPECT_EQ(0, lo.carrier_changes);
}

/*
 * Claim 17.  The document has lo without addresses until `addr add` of its next
 * lines; but `up` alone adds both (inetdev_event(), addrconf_notify()), and with
 * them the local routes.  Nothing goes to table main.
 */
TEST_OF("claim 17", loopback, up_alone_gives_lo_its_addresses_and_local_routes)
{
	EXPECT_TEXT(IP_UP, state_text(ns("pod-red"), STATE_IP));
	EXPECT_TEXT(IP_UP, state_text(ns("pod-blue"), STATE_IP));
	EXPECT_TEXT("", state_text(ns("host"), STATE_IP));
}

#define EVENTS	(EVENT_LINK | EVENT_ADDR4 | EVENT_ADDR6 | EVENT_ROUTE4 | \
		 EVENT_ROUTE6)

/* Claim 17: link first, then IPv4, then IPv6; an address before its routes. */
TEST_OF("claim 17", loopback, up_notifies_link_then_ipv4_then_ipv6)
{
	struct events *events = events_open(ns("host"), EVENTS);

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, set_up("host", "lo"));
	EXPECT_TEXT("NEWLINK lo up\n"
		    "NEWADDR 127.0.0.1/8 dev lo\n"
		    "NEWROUTE local 127.0.0.1/32 dev lo table local\n"
		    "NEWROUTE local 127.0.0.0/8 dev lo table local\n"
		    "NEWROUTE broadcast 127.255.255.255/32 dev lo table local\n"
		    "NEWADDR ::1/128 dev lo\n"
		    "NEWROUTE local ::1/128 dev lo table local\n",
		    events_text(events));
	EXPECT_TEXT(IP_UP, state_text(ns("host"), STATE_IP));
	events_close(events);
}

/* What the kernel says beside an errno, where it says anything. */
static bool extack_is(const char *name, const char *want)
{
	const char *got = rtnl_extack(in(name));

	return !*got || !strcmp(want, got);
}

/*
 * Claim 18: the document's `addr add 127.0.0.1/8` comes after `up` and fails.
 * Newer kernels say why (6.12 does, 6.1 does not).
 */
TEST_OF("claim 18", loopback, adding_the_loopback_address_after_up_is_eexist)
{
	EXPECT_ERR(-EEXIST, addr_add(in("pod-red"), "lo", "127.0.0.1/8", 0));
	EXPECT_TRUE(extack_is("pod-red", "ipv4: Address already assigned"));
	EXPECT_ERR(-EEXIST, addr_add(in("pod-blue"), "lo", "127.0.0.1/8", 0));
	EXPECT_TEXT(IP_UP, state_text(ns("pod-red"), STATE_IP));
	EXPECT_TEXT(IP_UP, state_text(ns("pod-blue"), STATE_IP));
}

/* host 192.0.2.1/24 to pod-red 192.0.2.2/24; 0 once packets can pass. */
static int wire(void)
{
	const struct ksft_end host = { "host", "veth-host", "192.0.2.1/24" };
	const struct ksft_end red = { "pod-red", "veth-red", "192.0.2.2/24" };

	return wire_ends(&host, &red);
}

static uint64_t lo_dropped(const char *name)
{
	struct link lo;

	return link_get(in(name), "lo", &lo) ? UINT64_MAX : lo.stats.tx_dropped;
}

/* Claim 16: not even an address to try, and an errno of each family's own. */
TEST_OF("claim 16", loopback, without_lo_no_loopback_address_is_reachable)
{
	ASSERT_ERR(0, reach_all("pod-red", "pod-red", "127.0.0.1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_TCP, "host", "host", "127.0.0.1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_UDP, "host", "host", "127.0.0.1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, "host", NULL, "127.0.0.1"));
	ASSERT_ERR(0, reach_all("pod-red", "pod-red", "::1"));
	EXPECT_ERR(-EADDRNOTAVAIL, reach(PROBE_TCP, "host", "host", "::1"));
	EXPECT_ERR(-EADDRNOTAVAIL, reach(PROBE_UDP, "host", "host", "::1"));
	EXPECT_ERR(-EADDRNOTAVAIL, reach(PROBE_ICMP, "host", NULL, "::1"));
}

/*
 * Claim 16: the way to an own address is always lo, also for that of a veth.
 * Its queue is noop_qdisc then, whose drops the device counts since v6.11 ("net:
 * count drops due to missing qdisc as dev->tx_drops"), and before that nobody.
 */
TEST_OF("claim 16", loopback, without_lo_even_the_own_veth_address_is_silent)
{
	uint64_t before, moved;

	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "127.0.0.1"));
	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, reach_all("pod-red", "pod-red", "192.0.2.2"));
	ASSERT_ERR(-EPROTO,
		   probe_silence(ns("pod-red"), "192.0.2.2", "192.0.2.1"));
	/* The other way the neighbours are resolved by now, too. */
	ASSERT_ERR(0, reach_all("host", "pod-red", "192.0.2.2"));
	before = lo_dropped("host");
	EXPECT_ERR(0, probe_silence(ns("host"), "192.0.2.1", "192.0.2.2"));
	moved = lo_dropped("host") - before;
	EXPECT_TRUE(moved == 1 || moved == 0);
	ASSERT_ERR(0, set_up("host", "lo"));
	EXPECT_ERR(0, reach_all("host", "host", "192.0.2.1"));
}

/* Claim 16: what comes from outside or goes there does not need lo. */
TEST_OF("claim 16", loopback, without_lo_remote_traffic_is_not_affected)
{
	struct link lo;

	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "127.0.0.1"));
	ASSERT_ERR(0, wire());
	EXPECT_ERR(0, reach_all("host", "pod-red", "192.0.2.2"));
	EXPECT_ERR(0, reach_all("pod-red", "host", "192.0.2.1"));
	ASSERT_ERR(0, link_set(in("pod-red"), "lo", &set_down));
	EXPECT_ERR(0, reach_all("host", "pod-red", "192.0.2.2"));
	EXPECT_ERR(0, reach_all("pod-red", "host", "192.0.2.1"));
	EXPECT_ERR(0, link_get(in("host"), "lo", &lo));
	EXPECT_EQ(0, lo.stats.tx_packets);
}

/*
 * Claim 18: before `up` the same addition is taken; it is of no use until then
 * (its /32 is local, but lo drops), and `up` finds it there and adds no second.
 */
TEST_OF("claim 18", loopback,
	an_address_added_before_up_is_silent_and_not_doubled)
{
	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, reach_all("host", "pod-red", "192.0.2.2"));
	ASSERT_ERR(-ENETUNREACH, reach(PROBE_ICMP, "host", NULL, "127.0.0.1"));
	ASSERT_ERR(0, addr_add(in("host"), "lo", "127.0.0.1/8", 0));
	EXPECT_ERR(0, probe_silence(ns("host"), "127.0.0.1", "192.0.2.2"));
	ASSERT_ERR(0, set_up("host", "lo"));
	EXPECT_ERR(0, reach_all("host", "host", "127.0.0.1"));
	ASSERT_ERR(0, link_del(in("host"), "veth-host"));
	EXPECT_TEXT(IP_UP, state_text(ns("host"), STATE_IP));
}

/* Claim 18: what there is of it while lo is down. */
TEST_OF("claim 18", loopback,
	an_address_added_before_up_has_only_its_local_route)
{
	ASSERT_ERR(0, addr_add(in("host"), "lo", "127.0.0.1/8", 0));
	EXPECT_TEXT(ADDR4 LOCAL_HOST, state_text(ns("host"), STATE_IP));
	EXPECT_TEXT(LO_DOWN, lo_text("host"));
}

/* Claim 19: all of 127.0.0.0/8 is the namespace itself, and so is ::1. */
TEST_OF("claim 19", loopback, each_namespace_reaches_itself_over_its_own_lo)
{
	static const char * const own[] = { "127.0.0.1", "127.5.5.5",
					    "127.255.255.254", "::1" };
	size_t i;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		EXPECT_ERR(0, reach_all("pod-red", "pod-red", own[i]));
		EXPECT_ERR(0, reach_all("pod-blue", "pod-blue", own[i]));
	}
}

/* Claim 19: not the ping alone: request and reply cross this lo, no other. */
TEST_OF("claim 19", loopback, a_ping_of_oneself_is_two_packets_on_lo)
{
	struct link red, blue, after;

	ASSERT_ERR(0, link_get(in("pod-red"), "lo", &red));
	ASSERT_ERR(0, link_get(in("pod-blue"), "lo", &blue));
	EXPECT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "127.0.0.1"));
	ASSERT_ERR(0, link_get(in("pod-red"), "lo", &after));
	EXPECT_EQ(red.stats.tx_packets + 2, after.stats.tx_packets);
	EXPECT_EQ(red.stats.rx_packets + 2, after.stats.rx_packets);
	ASSERT_ERR(0, link_get(in("pod-blue"), "lo", &after));
	EXPECT_EQ(blue.stats.tx_packets, after.stats.tx_packets);
	EXPECT_EQ(blue.stats.rx_packets, after.stats.rx_packets);
}

/* Claim 8 once more: nobody serves the neighbour's 127.0.0.1. */
TEST_OF("claim 8", loopback,
	the_loopback_address_of_another_namespace_is_not_reached)
{
	ASSERT_ERR(0, reach(PROBE_TCP, "pod-blue", "pod-blue", "127.0.0.1"));
	EXPECT_ERR(-ECONNREFUSED,
		   reach(PROBE_TCP, "pod-red", "pod-blue", "127.0.0.1"));
	EXPECT_ERR(-ECONNREFUSED,
		   reach(PROBE_UDP, "pod-red", "pod-blue", "127.0.0.1"));
}

/*
 * Claim 20: IPv4 keeps its address and what is local; the broadcast route goes
 * without a DELROUTE (fib_flush() tells nobody).  IPv6 loses all, and says so.
 */
TEST_OF("claim 20", loopback,
	down_keeps_ipv4_silently_and_drops_ipv6_with_events)
{
	struct events *events = events_open(ns("pod-red"), EVENTS);

	ASSERT_NE(NULL, events);
	EXPECT_TEXT(IP_UP, state_text(ns("pod-red"), STATE_IP));
	ASSERT_ERR(0, link_set(in("pod-red"), "lo", &set_down));
	EXPECT_TEXT("NEWLINK lo down\n"
		    "DELROUTE local ::1/128 dev lo table local\n"
		    "DELADDR ::1/128 dev lo\n",
		    events_text(events));
	EXPECT_TEXT(ADDR4 LOCAL_NET LOCAL_HOST,
		    state_text(ns("pod-red"), STATE_IP));
	/* The queueing discipline is kept for the next `up`. */
	EXPECT_TEXT(LO_LINE("LOOPBACK", "noqueue", "DOWN"), lo_text("pod-red"));
	EXPECT_TEXT(IP_UP, state_text(ns("pod-blue"), STATE_IP));
	events_close(events);
}

/* Claim 20: the address that is kept is of no use; ::1 is not there at all. */
TEST_OF("claim 20", loopback, down_makes_the_loopback_addresses_unreachable)
{
	uint64_t before, moved;

	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, reach_all("pod-red", "host", "192.0.2.1"));
	ASSERT_ERR(0, reach_all("pod-red", "pod-red", "::1"));
	ASSERT_ERR(-EPROTO,
		   probe_silence(ns("pod-red"), "127.0.0.1", "192.0.2.1"));
	ASSERT_ERR(0, link_set(in("pod-red"), "lo", &set_down));
	before = lo_dropped("pod-red");
	EXPECT_ERR(0, probe_silence(ns("pod-red"), "127.0.0.1", "192.0.2.1"));
	moved = lo_dropped("pod-red") - before;
	EXPECT_TRUE(moved == 1 || moved == 0);
	EXPECT_ERR(-EADDRNOTAVAIL, reach(PROBE_ICMP, "pod-red", NULL, "::1"));
}

/* Claim 20, and back: only what had gone is added again. */
TEST_OF("claim 20", loopback, up_again_restores_what_down_took)
{
	struct events *events = events_open(ns("pod-red"), EVENTS);
	char *dropped;

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, link_set(in("pod-red"), "lo", &set_down));
	dropped = events_text(events);
	EXPECT_NE(NULL, dropped);
	free(dropped);
	ASSERT_ERR(0, set_up("pod-red", "lo"));
	EXPECT_TEXT("NEWLINK lo up\n"
		    "NEWROUTE broadcast 127.255.255.255/32 dev lo table local\n"
		    "NEWADDR ::1/128 dev lo\n"
		    "NEWROUTE local ::1/128 dev lo table local\n",
		    events_text(events));
	EXPECT_TEXT(IP_UP, state_text(ns("pod-red"), STATE_IP));
	EXPECT_ERR(0, reach_all("pod-red", "pod-red", "127.0.0.1"));
	EXPECT_ERR(0, reach_all("pod-red", "pod-red", "::1"));
	events_close(events);
}

KSFT_NEEDS(CONFIG_IPV6, "loopback.*")
KSFT_NEEDS(CONFIG_VETH, "*.without_lo_even_*", "*.without_lo_remote_*",
	   "*.an_address_added_before_up_is_silent_*",
	   "*.down_makes_the_loopback_*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*.up_alone_*", "*.up_notifies_*",
	   "*.adding_the_loopback_address_*", "*.an_address_added_before_up_*",
	   "*.down_keeps_*", "*.up_again_*")

KSFT_MAIN
