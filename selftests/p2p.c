// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method 1 of the document: two namespaces on one veth pair.
 *
 *	pod-red                   pod-blue
 *	veth-red ---------------- veth-blue
 *	10.0.1.1/24               10.0.1.2/24
 *
 * The stages that lead there are in the fixture "stage", the end in "p2p" and,
 * as far as IPv6 goes, in "p2p_v6".
 */
#include "pair.h"

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#define BLUE	"pod-blue"

static int add_pair(void)
{
	const struct link_desc blue = { .name = "veth-blue" };
	const struct link_desc red = {
		.kind = "veth", .name = "veth-red", .peer = &blue,
	};

	return link_add(in(HOST), &red);
}

/* Out of host, as the document does. */
static int move(const char *dev, const char *to)
{
	const struct link_desc desc = { .netns = ns(to) };

	return link_set(in(HOST), dev, &desc);
}

/* Both ends where they belong, at once: for what does not ask how. */
static int wire(void)
{
	const struct link_desc blue = { .name = "veth-blue",
					.netns = ns(BLUE) };
	const struct link_desc red = {
		.kind = "veth", .name = "veth-red", .peer = &blue,
	};

	return link_add(in(RED), &red);
}

/* Step 3. */
static int add_addrs(void)
{
	int err;

	err = addr_add(in(RED), "veth-red", "10.0.1.1/24", 0);
	if (!err)
		err = addr_add(in(BLUE), "veth-blue", "10.0.1.2/24", 0);
	return err;
}

static int settle_both(void)
{
	struct link link;
	int err;

	err = settle(RED, "veth-red", &link);
	return err ? err : settle(BLUE, "veth-blue", &link);
}

/* A socket of pod-blue, and one of pod-red that sends to it. */
struct datagram {
	int from, to;
};

static void datagram_close(struct datagram *d)
{
	close(d->from);
	close(d->to);
}

static int datagram_open(struct datagram *d)
{
	struct sockaddr_in sin = { .sin_family = AF_INET };
	struct sockaddr *sa = (struct sockaddr *)&sin;
	socklen_t len = sizeof(sin);
	int err = 0;

	sin.sin_addr.s_addr = htonl(0x0a000102);	/* 10.0.1.2 */
	d->from = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	d->to = netns_socket(ns(BLUE), AF_INET, SOCK_DGRAM, 0);
	if (d->from < 0 || d->to < 0)
		err = d->from < 0 ? d->from : d->to;
	else if (bind(d->to, sa, len) || getsockname(d->to, sa, &len) ||
		 connect(d->from, sa, len))
		err = -errno;
	if (err)
		datagram_close(d);
	return err;
}

static int datagram_send(const struct datagram *d)
{
	return send(d->from, "hello", 5, 0) == 5 ? 0 : -errno;
}

static int datagram_receive(const struct datagram *d)
{
	char buf[16];
	int err;

	err = deadline_poll_in(d->to, deadline_new_probe());
	if (err)
		return err;
	return recv(d->to, buf, sizeof(buf), 0) == 5 &&
	       !memcmp(buf, "hello", 5) ? 0 : -EBADMSG;
}

/*
 * The stages before the end state.
 */
FIXTURE(stage) { struct topo *topo; };
FIXTURE_VARIANT(stage) { const char *topology; };
FIXTURE_VARIANT_ADD(stage, netns) { .topology = "netns" };
FIXTURE_SETUP(stage) TOPO_SETUP(stage)
FIXTURE_TEARDOWN(stage) TOPO_TEARDOWN

/* Claim 21. */
TEST_OF("claim 21", stage, new_pair_is_two_down_links_that_name_each_other)
{
	ASSERT_ERR(0, add_pair());
	EXPECT_TEXT("netns host\n" LO_DOWN
		    END_DOWN("veth-blue", "host/veth-red")
		    END_DOWN("veth-red", "host/veth-blue")
		    "netns pod-red\n" LO_DOWN
		    "netns pod-blue\n" LO_DOWN, links());
}

/* Claim 21: veth_newlink() registers the peer first. */
TEST_OF("claim 21", stage, new_pair_has_peer_registered_and_notified_first)
{
	struct events *ev = events_open(ns(HOST), EVENT_LINK | EVENT_NSID);
	struct link red, blue;

	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, add_pair());
	EXPECT_TEXT("NEWLINK veth-blue down\nNEWLINK veth-red down\n",
		    events_text(ev));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(HOST), "veth-blue", &blue));
	EXPECT_EQ(blue.ifindex + 1, red.ifindex);
	EXPECT_EQ(blue.ifindex, red.peer);
	EXPECT_EQ(red.ifindex, blue.peer);
	EXPECT_EQ(-1, red.peer_nsid);
	EXPECT_EQ(-1, blue.peer_nsid);
	EXPECT_EQ(FLAGS_DOWN, red.flags);
	EXPECT_EQ(FLAGS_DOWN, blue.flags);
	events_close(ev);
}

/* Claim 21. */
TEST_OF("claim 21", stage, new_pair_takes_an_mtu_of_68_to_65535)
{
	struct link_desc desc = { .mtu = 67 };
	struct link red;

	ASSERT_ERR(0, add_pair());
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &red));
	EXPECT_EQ(1500, red.mtu);
	EXPECT_EQ(68, red.min_mtu);
	EXPECT_EQ(65535, red.max_mtu);
	EXPECT_ERR(-EINVAL, link_set(in(HOST), "veth-red", &desc));
	desc.mtu = 68;
	EXPECT_ERR(0, link_set(in(HOST), "veth-red", &desc));
	desc.mtu = 65535;
	EXPECT_ERR(0, link_set(in(HOST), "veth-red", &desc));
	desc.mtu = 65536;
	EXPECT_ERR(-EINVAL, link_set(in(HOST), "veth-red", &desc));
}

/* Claim 22. */
TEST_OF("claim 22", stage, move_keeps_a_free_ifindex_and_tells_both_namespaces)
{
	struct events *from = events_open(ns(HOST), EVENT_LINK | EVENT_NSID);
	struct events *to = events_open(ns(RED), EVENT_LINK | EVENT_NSID);
	struct link before, after;
	char want[128];

	ASSERT_TRUE(from && to);
	ASSERT_ERR(0, add_pair());
	EXPECT_TEXT("NEWLINK veth-blue down\nNEWLINK veth-red down\n",
		    events_text(from));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &before));
	ASSERT_ERR(0, move("veth-red", RED));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &after));
	EXPECT_EQ(before.ifindex, after.ifindex);
	snprintf(want, sizeof(want),
		 "NEWNSID 0\nDELLINK veth-red to nsid 0 ifindex %d\n",
		 before.ifindex);
	EXPECT_TEXT(want, events_text(from));
	EXPECT_TEXT("NEWNSID 0\nNEWLINK veth-red down\n", events_text(to));
	events_close(from);
	events_close(to);
}

/* Claim 22. */
TEST_OF("claim 22", stage, move_to_a_taken_ifindex_gets_another)
{
	struct link_desc taken = { .kind = "bridge", .name = "taken" };
	struct events *from;
	struct link red;
	char want[128];

	ASSERT_ERR(0, add_pair());
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &red));
	taken.ifindex = red.ifindex;
	ASSERT_ERR(0, link_add(in(RED), &taken));
	from = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, from);
	ASSERT_ERR(0, move("veth-red", RED));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	EXPECT_NE(taken.ifindex, red.ifindex);
	snprintf(want, sizeof(want), "DELLINK veth-red to nsid 0 ifindex %d\n",
		 red.ifindex);
	EXPECT_TEXT(want, events_text(from));
	events_close(from);
}

/* Claim 22. */
TEST_OF("claim 22", stage, move_makes_each_end_name_the_namespace_of_the_other)
{
	struct link red, blue;
	int id;

	ASSERT_ERR(0, add_pair());
	ASSERT_ERR(0, nsid_get(in(HOST), ns(RED), &id));
	EXPECT_EQ(-1, id);
	ASSERT_ERR(0, move("veth-red", RED));
	EXPECT_TEXT("netns host\n" LO_DOWN
		    END_DOWN("veth-blue", "pod-red/veth-red")
		    "netns pod-red\n" LO_DOWN
		    END_DOWN("veth-red", "host/veth-blue")
		    "netns pod-blue\n" LO_DOWN, links());
	ASSERT_ERR(0, move("veth-blue", BLUE));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue));
	EXPECT_EQ(blue.ifindex, red.peer);
	EXPECT_EQ(red.ifindex, blue.peer);
	ASSERT_ERR(0, nsid_get(in(RED), ns(BLUE), &id));
	EXPECT_EQ(id, red.peer_nsid);
	ASSERT_ERR(0, nsid_get(in(BLUE), ns(RED), &id));
	EXPECT_EQ(id, blue.peer_nsid);
	EXPECT_LE(0, red.peer_nsid);
	EXPECT_LE(0, blue.peer_nsid);
}

/* Claim 22. */
TEST_OF("claim 22", stage, move_keeps_mac_mtu_alias_and_altname)
{
	const struct link_desc set = { .mtu = 1400, .alias = "to blue" };
	const struct link_desc alt = { .altname = "uplink-of-pod-red" };
	struct link before, after;

	ASSERT_ERR(0, add_pair());
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &set));
	ASSERT_ERR(0, link_set(in(HOST), "veth-red", &alt));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &before));
	ASSERT_ERR(0, move("veth-red", RED));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &after));
	EXPECT_EQ(0, memcmp(before.mac, after.mac, 6));
	EXPECT_EQ(1400, after.mtu);
	EXPECT_STREQ("to blue", after.alias);
	EXPECT_STREQ("uplink-of-pod-red", after.altname);
}

/* Claim 22. */
TEST_OF("claim 22", stage, move_drops_up_addresses_routes_and_sysctls)
{
	char value[8];
	struct link red;

	NEED_SYSCTL();
	ASSERT_ERR(0, add_pair());
	ASSERT_ERR(0, addr_add(in(HOST), "veth-red", "10.0.1.1/24", 0));
	ASSERT_ERR(0, set_up(HOST, "veth-red"));
	ASSERT_ERR(0, sysctl_set(ns(HOST), "net/ipv4/conf/veth-red/arp_ignore",
				 "8"));
	ASSERT_ERR(0, known(HOST, "veth-red"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-red", &red));
	EXPECT_EQ(IFF_UP, red.flags & IFF_UP);
	EXPECT_TEXT("route unicast 10.0.1.0/24 dev veth-red table main proto kernel scope link src 10.0.1.1 linkdown\n",
		    main_routes(HOST));

	ASSERT_ERR(0, move("veth-red", RED));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	EXPECT_EQ(FLAGS_DOWN, red.flags);
	EXPECT_TEXT("", state_text(ns(RED), STATE_ADDR4 | STATE_ADDR6 |
				   STATE_ROUTE4_MAIN | STATE_ROUTE4_LOCAL |
				   STATE_ROUTE6));
	EXPECT_TEXT("", state_text(ns(HOST), STATE_ADDR4 | STATE_ADDR6 |
				   STATE_ROUTE4_MAIN | STATE_ROUTE4_LOCAL |
				   STATE_ROUTE6));
	ASSERT_ERR(0, sysctl_get(ns(RED), "net/ipv4/conf/veth-red/arp_ignore",
				 value, sizeof(value)));
	EXPECT_STREQ("0", value);
}

/*
 * Claim 22, in the order of section 4.  Without IPv6, whose events would come
 * in between.
 */
TEST_OF("claim 22", stage, move_of_an_up_end_takes_it_down_first)
{
	struct events *ev;
	struct link red, blue;
	char want[512];

	NEED_SYSCTL();
	ASSERT_ERR(0, no_ipv6(HOST));
	ASSERT_ERR(0, add_pair());
	ASSERT_ERR(0, addr_add(in(HOST), "veth-red", "10.0.1.1/24", 0));
	ASSERT_ERR(0, set_up(HOST, "veth-red"));
	ASSERT_ERR(0, set_up(HOST, "veth-blue"));
	ASSERT_ERR(0, settle(HOST, "veth-blue", &blue));
	ASSERT_ERR(0, settle(HOST, "veth-red", &red));
	ev = events_open(ns(HOST), EVENT_LINK | EVENT_ADDR4 | EVENT_ROUTE4 |
			 EVENT_NSID);
	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, move("veth-red", RED));
	/* The peer hears of it from linkwatch, after the move. */
	ASSERT_ERR(0, settle(HOST, "veth-blue", &blue));
	snprintf(want, sizeof(want),
		 "NEWLINK veth-red down\n"
		 "DELADDR 10.0.1.1/24 dev veth-red\n"
		 "DELROUTE local 10.0.1.1/32 dev veth-red table local\n"
		 "NEWNSID 0\n"
		 "DELLINK veth-red to nsid 0 ifindex %d\n"
		 "NEWLINK veth-blue up\n", red.ifindex);
	EXPECT_TEXT(want, events_text(ev));
	events_close(ev);
}

/* Claim 23. */
TEST_OF("claim 23", stage, addr_add_while_down_gives_only_the_local_route)
{
	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, add_addrs());
	EXPECT_TEXT("addr 10.0.1.1/24 dev veth-red scope global permanent\n",
		    state_text(ns(RED), STATE_ADDR4));
	EXPECT_TEXT("", main_routes(RED));
	EXPECT_TEXT("route local 10.0.1.1/32 dev veth-red table local proto kernel scope host src 10.0.1.1\n",
		    local_routes(RED));
	EXPECT_TEXT("addr 10.0.1.2/24 dev veth-blue scope global permanent\n",
		    state_text(ns(BLUE), STATE_ADDR4));
	EXPECT_TEXT("", main_routes(BLUE));
	EXPECT_TEXT("route local 10.0.1.2/32 dev veth-blue table local proto kernel scope host src 10.0.1.2\n",
		    local_routes(BLUE));
}

#define RED_LOCAL_ROUTES(more) \
	"route broadcast 10.0.1.255/32 dev veth-red table local proto kernel scope link src 10.0.1.1" more "\n" \
	"route local 10.0.1.1/32 dev veth-red table local proto kernel scope host src 10.0.1.1\n"
#define RED_ROUTE_EVENTS \
	"NEWROUTE unicast 10.0.1.0/24 dev veth-red table main\n" \
	"NEWROUTE broadcast 10.0.1.255/32 dev veth-red table local\n"
#define RED_MAIN_ROUTE \
	"route unicast 10.0.1.0/24 dev veth-red table main proto kernel scope link src 10.0.1.1"

/*
 * Claims 23, 24: though no IFA_BROADCAST was sent, up adds the broadcast
 * route beside the connected one.
 */
TEST_OF("claim 23, claim 24", stage,
	up_after_address_adds_connected_and_broadcast_route)
{
	struct events *ev;

	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, add_addrs());
	EXPECT_TEXT("", main_routes(RED));
	ev = events_open(ns(RED), EVENT_LINK | EVENT_ROUTE4);
	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, known(RED, "veth-red"));
	EXPECT_TEXT(RED_ROUTE_EVENTS, lines_with(events_text(ev), "ROUTE "));
	EXPECT_TEXT(RED_MAIN_ROUTE " linkdown\n", main_routes(RED));
	EXPECT_TEXT(RED_LOCAL_ROUTES(" linkdown"), local_routes(RED));
	EXPECT_TEXT("addr 10.0.1.1/24 dev veth-red scope global permanent\n",
		    state_text(ns(RED), STATE_ADDR4));
	events_close(ev);
}

/* Claim 24: the other order ends the same. */
TEST_OF("claim 24", stage, address_after_up_adds_the_same_routes)
{
	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	ASSERT_ERR(0, settle_both());
	EXPECT_TEXT("", main_routes(RED));
	ASSERT_ERR(0, add_addrs());
	EXPECT_TEXT(RED_MAIN_ROUTE "\n", main_routes(RED));
	EXPECT_TEXT(RED_LOCAL_ROUTES(""), local_routes(RED));
	EXPECT_ERR(0, reach_all(RED, BLUE, "10.0.1.2"));
	EXPECT_ERR(0, reach_all(BLUE, RED, "10.0.1.1"));
}

/* Claim 25. */
TEST_OF("claim 25", stage, one_end_up_has_no_carrier_but_its_route_is_used)
{
	struct route route;
	struct link red;

	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, add_addrs());
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, settle(RED, "veth-red", &red));
	EXPECT_EQ(FLAGS_UP, red.flags);
	EXPECT_EQ(0, red.carrier);
	/* 3 where IFLA_LINK happens to name a link of this namespace (0.4). */
	EXPECT_TRUE(red.operstate == LINK_OPER_DOWN ||
		    red.operstate == LINK_OPER_LOWERLAYERDOWN);
	EXPECT_TEXT(RED_MAIN_ROUTE " linkdown\n", main_routes(RED));
	ASSERT_ERR(0, route_get(in(RED), "10.0.1.2", &route));
	EXPECT_EQ(red.ifindex, route.oif);
	EXPECT_EQ(RTN_UNICAST, route.type);
}

/*
 * Claim 25: it is the neighbour entry that keeps the packet, and the next ARP
 * request, retrans_time after the last, that frees it.  The document's second
 * is that time's default, made short here.
 */
TEST_OF("claim 25", stage, packet_sent_before_the_peer_is_up_arrives_after)
{
	static const char retrans[] = "net/ipv4/neigh/veth-red/retrans_time_ms";
	static const char solicit[] = "net/ipv4/neigh/veth-red/mcast_solicit";
	struct datagram datagram;
	char value[16];
	struct link red;

	NEED_SYSCTL();
	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, add_addrs());
	ASSERT_ERR(0, sysctl_get(ns(RED), retrans, value, sizeof(value)));
	EXPECT_STREQ("1000", value);
	ASSERT_ERR(0, sysctl_set(ns(RED), retrans, "10"));
	/* It must not give up before a slow machine brings the peer up. */
	ASSERT_ERR(0, sysctl_set(ns(RED), solicit, "1000000"));
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	/* The loss of carrier flushes neighbours: let it pass first. */
	ASSERT_ERR(0, settle(RED, "veth-red", &red));
	ASSERT_ERR(0, datagram_open(&datagram));
	ASSERT_ERR(0, datagram_send(&datagram));
	EXPECT_EQ(NUD_INCOMPLETE, neigh_state(RED, "veth-red", "10.0.1.2"));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	EXPECT_ERR(0, datagram_receive(&datagram));
	EXPECT_EQ(NUD_REACHABLE, neigh_state(RED, "veth-red", "10.0.1.2"));
	datagram_close(&datagram);
}

/* Without SO_BROADCAST nobody hears of it; to one host alone none is needed. */
TEST_F(stage, a_broadcast_must_be_allowed_by_its_socket)
{
	const int on = 1;
	struct sockaddr_in sin = { .sin_family = AF_INET };
	socklen_t len = sizeof(sin);
	struct datagram d;

	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, add_addrs());
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	ASSERT_ERR(0, settle_both());
	ASSERT_ERR(0, datagram_open(&d));
	ASSERT_ERR(0, datagram_send(&d));
	ASSERT_ERR(0, datagram_receive(&d));

	/* pod-blue's socket, its address given up for all of them. */
	ASSERT_EQ(0, getsockname(d.to, (struct sockaddr *)&sin, &len));
	close(d.to);
	d.to = netns_socket(ns(BLUE), AF_INET, SOCK_DGRAM, 0);
	sin.sin_addr.s_addr = htonl(INADDR_ANY);
	ASSERT_EQ(0, bind(d.to, (struct sockaddr *)&sin, len));
	sin.sin_addr.s_addr = htonl(0x0a0001ff);	/* 10.0.1.255 */
	EXPECT_EQ(-1, sendto(d.from, "hello", 5, 0, (struct sockaddr *)&sin,
			     len));
	EXPECT_EQ(EACCES, errno);
	ASSERT_EQ(0, setsockopt(d.from, SOL_SOCKET, SO_BROADCAST, &on,
				sizeof(on)));
	EXPECT_EQ(5, sendto(d.from, "hello", 5, 0, (struct sockaddr *)&sin,
			    len));
	EXPECT_ERR(0, datagram_receive(&d));
	datagram_close(&d);
}

/* Claim 26. */
TEST_OF("claim 26", stage, carrier_clears_linkdown_without_a_route_event)
{
	struct events *ev;

	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, add_addrs());
	ev = events_open(ns(RED), EVENT_LINK | EVENT_ROUTE4);
	ASSERT_NE(NULL, ev);
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, known(RED, "veth-red"));
	EXPECT_TEXT(RED_MAIN_ROUTE " linkdown\n", main_routes(RED));
	EXPECT_TEXT(RED_ROUTE_EVENTS, lines_with(events_text(ev), "ROUTE "));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	ASSERT_ERR(0, settle_both());
	EXPECT_TEXT(RED_MAIN_ROUTE "\n", main_routes(RED));
	EXPECT_TEXT(RED_LOCAL_ROUTES(""), local_routes(RED));
	EXPECT_TEXT("", lines_with(events_text(ev), "ROUTE "));
	events_close(ev);
}

/* Of an RTM_NEWROUTE: is it that of a usable link-local address? */
static int is_local_fe80(const struct nlmsghdr *nlh, void *data)
{
	struct route route;

	(void)data;
	return !route_parse(nlh, &route) && route.type == RTN_LOCAL &&
	       route.dst.addr[0] == 0xfe && route.dst.addr[1] == 0x80;
}

static char *routes6(const char *name)
{
	return lines_with(state_text(ns(name), STATE_ROUTE6), " dev veth-");
}

static char *linklocal(const char *name)
{
	return lines_with(lines_with(state_text(ns(name), STATE_ADDR6),
				     " dev veth-"), " fe80:");
}

/*
 * Claim 26, on IPv6.  Duplicate address detection never ends in pod-red (100
 * probes, one a second) and is not done in pod-blue: both sides of its end
 * can be looked at, without waiting.
 */
KSFT_NEEDS(CONFIG_IPV6, "stage.*.carrier_adds_linklocal_routes_*")
TEST_OF("claim 26", stage, carrier_adds_linklocal_routes_and_dad_the_address)
{
	struct rtnl *listen = rtnl_open(ns(BLUE));
	struct link link;
	char *text;

	NEED_SYSCTL();
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/conf/default/dad_transmits",
				 "100"));
	ASSERT_ERR(0, sysctl_set(ns(BLUE), "net/ipv6/conf/default/accept_dad",
				 "0"));
	ASSERT_NE(NULL, listen);
	ASSERT_ERR(0, rtnl_join(listen, RTNLGRP_IPV6_ROUTE));
	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, settle(RED, "veth-red", &link));
	EXPECT_TEXT("", routes6(RED));
	ASSERT_ERR(0, set_up(BLUE, "veth-blue"));
	ASSERT_ERR(0, settle_both());
	EXPECT_TEXT("route multicast ff00::/8 dev veth-red table local proto kernel scope global metric 256\n"
		    "route unicast fe80::/64 dev veth-red table main proto kernel scope global metric 256\n",
		    routes6(RED));
	text = linklocal(RED);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "/64 dev veth-red scope link permanent tentative"));
	free(text);

	ASSERT_ERR(0, rtnl_wait(listen, is_local_fe80, NULL, deadline_new()));
	text = routes6(BLUE);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "route local fe80::"));
	free(text);
	text = linklocal(BLUE);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "/64 dev veth-blue scope link permanent\n"));
	free(text);
	rtnl_close(listen);
}

/*
 * The end.
 */
FIXTURE(p2p) { struct topo *topo; };
FIXTURE_VARIANT(p2p) { const char *topology; };
FIXTURE_VARIANT_ADD(p2p, p2p) { .topology = "p2p" };
FIXTURE_VARIANT_ADD(p2p, p2p_ipv6) { .topology = "p2p-ipv6" };
FIXTURE_VARIANT_ADD(p2p, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(p2p) TOPO_SETUP(p2p)
FIXTURE_TEARDOWN(p2p) TOPO_TEARDOWN

static int get_speed(const char *name, const char *dev, int *duplex)
{
	struct ethtool_cmd cmd = { .cmd = ETHTOOL_GSET };
	struct ifreq ifr = { .ifr_data = (char *)&cmd };
	int fd, err;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	fd = netns_socket(ns(name), AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return fd;
	err = ioctl(fd, SIOCETHTOOL, &ifr) < 0 ? -errno : 0;
	close(fd);
	*duplex = cmd.duplex;
	return err ? err : (int)ethtool_cmd_speed(&cmd);
}

/* Claims 26, 29: nothing is in between, and nothing else is there. */
TEST_OF("claim 26, claim 29", p2p,
	pods_hold_a_running_pair_and_lo_and_host_holds_nothing)
{
	struct link red, blue;
	int duplex;

	ASSERT_ERR(0, settle_both());
	EXPECT_TEXT("netns host\n" LO_DOWN
		    "netns pod-red\n" LO_UP
		    END_UP("veth-red", "pod-blue/veth-blue")
		    "netns pod-blue\n" LO_UP
		    END_UP("veth-blue", "pod-red/veth-red"), links());
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue));
	EXPECT_EQ(FLAGS_RUNNING, red.flags);
	EXPECT_EQ(FLAGS_RUNNING, blue.flags);
	/* Off when it was made, on when both were up. */
	EXPECT_EQ(2, red.carrier_changes);
	EXPECT_EQ(2, blue.carrier_changes);
	EXPECT_EQ(10000, get_speed(RED, "veth-red", &duplex));
	EXPECT_EQ(DUPLEX_FULL, duplex);
}

/*
 * Claims 23, 28.  The document shows `10.0.1.0/24 dev veth-red scope link`;
 * the kernel's route has its protocol and the preferred source as well.
 */
TEST_OF("claim 23, claim 28", p2p, each_pod_has_its_address_and_connected_route)
{
	EXPECT_TEXT("addr 10.0.1.1/24 dev veth-red scope global permanent\n"
		    "addr 127.0.0.1/8 dev lo scope host permanent\n",
		    state_text(ns(RED), STATE_ADDR4));
	EXPECT_TEXT("addr 10.0.1.2/24 dev veth-blue scope global permanent\n"
		    "addr 127.0.0.1/8 dev lo scope host permanent\n",
		    state_text(ns(BLUE), STATE_ADDR4));
	EXPECT_TEXT("route unicast 10.0.1.0/24 dev veth-red table main proto kernel scope link src 10.0.1.1\n",
		    main_routes(RED));
	EXPECT_TEXT("route unicast 10.0.1.0/24 dev veth-blue table main proto kernel scope link src 10.0.1.2\n",
		    main_routes(BLUE));
	EXPECT_TEXT("route broadcast 10.0.1.255/32 dev veth-red table local proto kernel scope link src 10.0.1.1\n"
		    "route broadcast 127.255.255.255/32 dev lo table local proto kernel scope link src 127.0.0.1\n"
		    "route local 10.0.1.1/32 dev veth-red table local proto kernel scope host src 10.0.1.1\n"
		    "route local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n"
		    "route local 127.0.0.1/32 dev lo table local proto kernel scope host src 127.0.0.1\n",
		    local_routes(RED));
	EXPECT_TEXT("", state_text(ns(HOST), STATE_ADDR4 | STATE_ROUTE4_MAIN |
				   STATE_ROUTE4_LOCAL));
}

/*
 * Claim 27: the asker resolves; the asked learns from the request, and checks
 * that (DELAY, for delay_first_probe_time) only once it has something to say.
 */
TEST_OF("claim 27", p2p,
	asker_finds_the_other_reachable_and_asked_stale_then_delay)
{
	struct datagram datagram;
	struct link red, blue;

	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue));
	ASSERT_ERR(0, neigh_patient(RED, "ipv4", "veth-red"));
	ASSERT_ERR(0, neigh_patient(BLUE, "ipv4", "veth-blue"));
	EXPECT_EQ(-ENOENT, neigh_state(RED, "veth-red", "10.0.1.2"));
	ASSERT_ERR(0, datagram_open(&datagram));
	ASSERT_ERR(0, datagram_send(&datagram));
	ASSERT_ERR(0, datagram_receive(&datagram));
	EXPECT_EQ(NUD_REACHABLE, neigh_state(RED, "veth-red", "10.0.1.2"));
	EXPECT_EQ(NUD_STALE, neigh_state(BLUE, "veth-blue", "10.0.1.1"));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	EXPECT_EQ(NUD_REACHABLE, neigh_state(RED, "veth-red", "10.0.1.2"));
	EXPECT_EQ(NUD_DELAY, neigh_state(BLUE, "veth-blue", "10.0.1.1"));
	EXPECT_TRUE(neigh_has_mac(RED, "veth-red", "10.0.1.2", blue.mac));
	EXPECT_TRUE(neigh_has_mac(BLUE, "veth-blue", "10.0.1.1", red.mac));
	datagram_close(&datagram);
}

/*
 * Claims 27, 29: it is this pair that a ping takes, and nothing else.  IPv6 is
 * off, and ARP repeats nothing, so that all that passes can be told: an ARP
 * exchange of 42 bytes, and an echo of 56 bytes in ICMP, IPv4 and Ethernet.
 */
TEST_OF("claim 27, claim 29", p2p, ping_costs_two_frames_each_way_on_the_pair)
{
	struct link red0, red, blue0, blue;
	struct probe_result result;
	struct probe ping;

	NEED_SYSCTL();
	ping = (struct probe){ .kind = PROBE_ICMP, .from = ns(RED), .to = -1,
			       .dst = "10.0.1.2" };
	ASSERT_ERR(0, no_ipv6(RED));
	ASSERT_ERR(0, no_ipv6(BLUE));
	ASSERT_ERR(0, neigh_patient(RED, "ipv4", "veth-red"));
	ASSERT_ERR(0, neigh_patient(BLUE, "ipv4", "veth-blue"));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red0));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue0));
	ASSERT_ERR(0, probe_run(&ping, &result));
	EXPECT_EQ(64, result.ttl);
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue));
	EXPECT_EQ(2, red.stats.tx_packets - red0.stats.tx_packets);
	EXPECT_EQ(2, red.stats.rx_packets - red0.stats.rx_packets);
	EXPECT_EQ(2, blue.stats.tx_packets - blue0.stats.tx_packets);
	EXPECT_EQ(2, blue.stats.rx_packets - blue0.stats.rx_packets);
	EXPECT_EQ(42 + 98, red.stats.tx_bytes - red0.stats.tx_bytes);
	EXPECT_EQ(42 + 98, blue.stats.tx_bytes - blue0.stats.tx_bytes);
	EXPECT_EQ(red0.stats.tx_dropped, red.stats.tx_dropped);
	EXPECT_EQ(blue0.stats.tx_dropped, blue.stats.tx_dropped);
}

/* Claims 27, 29: each other, and nobody beyond. */
TEST_OF("claim 27, claim 29", p2p, pods_reach_each_other_and_no_other_network)
{
	uint64_t before;

	EXPECT_ERR(0, reach_all(RED, BLUE, "10.0.1.2"));
	EXPECT_ERR(0, reach_all(BLUE, RED, "10.0.1.1"));
	before = counter(RED, "IpOutNoRoutes");
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, RED, NULL, "8.8.8.8"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_TCP, RED, NULL, "8.8.8.8"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_UDP, RED, NULL, "8.8.8.8"));
	EXPECT_EQ(before + 3, counter(RED, "IpOutNoRoutes"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, BLUE, NULL, "8.8.8.8"));
}

FIXTURE(p2p_v6) { struct topo *topo; };
FIXTURE_VARIANT(p2p_v6) { const char *topology; };
FIXTURE_VARIANT_ADD(p2p_v6, p2p_ipv6) { .topology = "p2p-ipv6" };
FIXTURE_SETUP(p2p_v6) TOPO_SETUP(p2p_v6)
FIXTURE_TEARDOWN(p2p_v6) TOPO_TEARDOWN

/* Claims 23, 28 on IPv6. */
TEST_OF("claim 23, claim 28", p2p_v6,
	each_pod_has_its_address_and_connected_route)
{
	EXPECT_TEXT("addr 2001:db8::1/64 dev veth-red scope global permanent nodad\n"
		    "route local 2001:db8::1/128 dev veth-red table local proto kernel scope global\n"
		    "route unicast 2001:db8::/64 dev veth-red table main proto kernel scope global metric 256\n",
		    global6(RED));
	EXPECT_TEXT("addr 2001:db8::2/64 dev veth-blue scope global permanent nodad\n"
		    "route local 2001:db8::2/128 dev veth-blue table local proto kernel scope global\n"
		    "route unicast 2001:db8::/64 dev veth-blue table main proto kernel scope global metric 256\n",
		    global6(BLUE));
}

/*
 * Claim 27 on IPv6: the neighbour advertisement that answers is unicast, so
 * the asked one has sent something, and is in DELAY, from the start.
 */
TEST_OF("claim 27", p2p_v6,
	ping_finds_the_other_reachable_and_is_in_delay_there)
{
	struct link red, blue;

	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue));
	ASSERT_ERR(0, neigh_patient(RED, "ipv6", "veth-red"));
	ASSERT_ERR(0, neigh_patient(BLUE, "ipv6", "veth-blue"));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "2001:db8::2"));
	EXPECT_EQ(NUD_REACHABLE, neigh_state(RED, "veth-red", "2001:db8::2"));
	EXPECT_EQ(NUD_DELAY, neigh_state(BLUE, "veth-blue", "2001:db8::1"));
	EXPECT_TRUE(neigh_has_mac(RED, "veth-red", "2001:db8::2", blue.mac));
	EXPECT_TRUE(neigh_has_mac(BLUE, "veth-blue", "2001:db8::1", red.mac));
}

/* Claims 27, 29 on IPv6. */
TEST_OF("claim 27, claim 29", p2p_v6,
	pods_reach_each_other_and_no_other_network)
{
	struct link red0, red, blue0, blue;
	uint64_t before;

	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red0));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue0));
	EXPECT_ERR(0, reach_all(RED, BLUE, "2001:db8::2"));
	EXPECT_ERR(0, reach_all(BLUE, RED, "2001:db8::1"));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_ERR(0, link_get(in(BLUE), "veth-blue", &blue));
	/* Both ways: 2 echoes, 2 datagrams, 2 connections of 4 or more. */
	EXPECT_LE(12, red.stats.tx_packets - red0.stats.tx_packets);
	EXPECT_LE(12, blue.stats.tx_packets - blue0.stats.tx_packets);

	before = counter(RED, "Ip6OutNoRoutes");
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_ICMP, RED, NULL, "2001:4860:4860::8888"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_TCP, RED, NULL, "2001:4860:4860::8888"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_UDP, RED, NULL, "2001:4860:4860::8888"));
	EXPECT_LE(before + 3, counter(RED, "Ip6OutNoRoutes"));
}

KSFT_NEEDS(CONFIG_VETH, "stage.*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.move_to_a_taken_ifindex_*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "stage.*.carrier_adds_linklocal_*",
	   "p2p_v6.*.each_pod_has_its_address_*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*.asker_finds_*", "p2p_v6.*.ping_finds_*")

KSFT_MAIN
