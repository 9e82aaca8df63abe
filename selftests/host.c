// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method 3 of the document: a namespace and the host on one veth pair.
 *
 *	host                      pod-red
 *	veth-host --------------- veth-pod
 *	10.1.1.1/24               10.1.1.2/24
 *
 * "host" stands for the machine, and is a namespace of the sandbox as well.
 */
#include "pair.h"

#include <netinet/in.h>

static int add_route(const char *name, const char *dst, const char *via,
		     const char *dev)
{
	const struct route_desc route = { .dst = dst, .via = via, .dev = dev };

	return route_add(in(name), &route);
}

static int settle_both(void)
{
	struct link link;
	int err;

	err = settle(HOST, "veth-host", &link);
	return err ? err : settle(RED, "veth-pod", &link);
}

/* The document's steps 1, 2 and 4. */
static int wire(void)
{
	const struct link_desc host = { .name = "veth-host" };
	const struct link_desc pod = {
		.kind = "veth", .name = "veth-pod", .peer = &host,
	};
	const struct link_desc move = { .netns = ns(RED) };
	int err;

	err = link_add(in(HOST), &pod);
	if (!err)
		err = link_set(in(HOST), "veth-pod", &move);
	if (!err)
		err = set_up(HOST, "veth-host");
	if (!err)
		err = set_up(RED, "veth-pod");
	return err ? err : settle_both();
}

/* Limits a connect(2) that should be answered at once, either way. */
static void set_send_timeout(int fd)
{
	const struct timeval tv = { .tv_sec = DEADLINE_DEFAULT_MS / 1000 };

	(void)!setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &tv, sizeof(tv));
}

/* A service of host on @addr: its socket, and *@sin to connect to. */
static int serve(uint32_t addr, struct sockaddr_in *sin)
{
	struct sockaddr *sa = (struct sockaddr *)sin;
	socklen_t len = sizeof(*sin);
	int fd, err;

	*sin = (struct sockaddr_in){ .sin_family = AF_INET };
	sin->sin_addr.s_addr = htonl(addr);
	fd = netns_socket(ns(HOST), AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		return fd;
	if (!bind(fd, sa, len) && !listen(fd, 8) && !getsockname(fd, sa, &len))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* Does a connection from @name to @addr, on the port of @sin, come about? */
static int dial(const char *name, const struct sockaddr_in *sin,
		uint32_t addr)
{
	struct sockaddr_in to = *sin;
	int fd, err;

	to.sin_addr.s_addr = htonl(addr);
	fd = netns_socket(ns(name), AF_INET, SOCK_STREAM, 0);
	if (fd < 0)
		return fd;
	set_send_timeout(fd);
	err = connect(fd, (struct sockaddr *)&to, sizeof(to)) ? -errno : 0;
	close(fd);
	return err;
}

#define HOST_ADDR	0x0a010101	/* 10.1.1.1 */

/*
 * What the method's end does not show.
 */
FIXTURE(stage) { struct topo *topo; };
FIXTURE_VARIANT(stage) { const char *topology; };
FIXTURE_VARIANT_ADD(stage, netns) { .topology = "netns" };
FIXTURE_SETUP(stage) TOPO_SETUP(stage)
FIXTURE_TEARDOWN(stage) TOPO_TEARDOWN

/*
 * Claim 42: the document says "different subnets" of addresses that are in
 * one.  In two they do not reach each other, until each side has a route to
 * the other's address through the device.
 */
TEST_OF("claim 42", stage, two_subnets_need_a_device_route_on_both_sides)
{
	uint64_t before;

	ASSERT_ERR(0, wire());
	ASSERT_ERR(0, addr_add(in(HOST), "veth-host", "10.1.1.1/24", 0));
	ASSERT_ERR(0, addr_add(in(RED), "veth-pod", "10.1.2.2/24", 0));
	before = counter(HOST, "IpOutNoRoutes");
	EXPECT_ERR(-ENETUNREACH, reach_all(HOST, RED, "10.1.2.2"));
	EXPECT_EQ(before + 1, counter(HOST, "IpOutNoRoutes"));
	EXPECT_ERR(-ENETUNREACH, reach_all(RED, HOST, "10.1.1.1"));

	ASSERT_ERR(0, add_route(HOST, "10.1.2.2/32", NULL, "veth-host"));
	EXPECT_ERR(-ENETUNREACH, reach_all(RED, HOST, "10.1.1.1"));
	ASSERT_ERR(0, add_route(RED, "10.1.1.1/32", NULL, "veth-pod"));
	EXPECT_ERR(0, reach_all(HOST, RED, "10.1.2.2"));
	EXPECT_ERR(0, reach_all(RED, HOST, "10.1.1.1"));
	EXPECT_TEXT("route unicast 10.1.1.0/24 dev veth-host table main proto kernel scope link src 10.1.1.1\n"
		    "route unicast 10.1.2.2/32 dev veth-host table main proto boot scope link\n",
		    main_routes(HOST));
	EXPECT_TEXT("route unicast 10.1.1.1/32 dev veth-pod table main proto boot scope link\n"
		    "route unicast 10.1.2.0/24 dev veth-pod table main proto kernel scope link src 10.1.2.2\n",
		    main_routes(RED));
	EXPECT_TEXT("netns host\n" LO_DOWN END_UP("veth-host", "pod-red/veth-pod")
		    "netns pod-red\n" LO_DOWN END_UP("veth-pod", "host/veth-host")
		    "netns pod-blue\n" LO_DOWN, links());
}

/* Claim 41: one end stays, and each learns where the other is. */
TEST_OF("claim 41", stage, moving_one_end_leaves_the_other_in_host)
{
	const struct link_desc peer = { .name = "veth-host" };
	const struct link_desc pair = {
		.kind = "veth", .name = "veth-pod", .peer = &peer,
	};
	const struct link_desc move = { .netns = ns(RED) };

	ASSERT_ERR(0, link_add(in(HOST), &pair));
	EXPECT_TEXT("netns host\n" LO_DOWN
		    END_DOWN("veth-host", "host/veth-pod")
		    END_DOWN("veth-pod", "host/veth-host")
		    "netns pod-red\n" LO_DOWN "netns pod-blue\n" LO_DOWN,
		    links());
	ASSERT_ERR(0, link_set(in(HOST), "veth-pod", &move));
	EXPECT_TEXT("netns host\n" LO_DOWN
		    END_DOWN("veth-host", "pod-red/veth-pod")
		    "netns pod-red\n" LO_DOWN
		    END_DOWN("veth-pod", "host/veth-host")
		    "netns pod-blue\n" LO_DOWN, links());
}

/*
 * The end.
 */
FIXTURE(host) { struct topo *topo; };
FIXTURE_VARIANT(host) { const char *topology; };
FIXTURE_VARIANT_ADD(host, host) { .topology = "host" };
FIXTURE_VARIANT_ADD(host, host_ipv6) { .topology = "host-ipv6" };
FIXTURE_VARIANT_ADD(host, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(host) TOPO_SETUP(host)
FIXTURE_TEARDOWN(host) TOPO_TEARDOWN

/* Claims 41, 43. */
TEST_OF("claim 41, claim 43", host, host_and_pod_hold_a_running_pair_and_lo)
{
	struct link host, pod;
	int id;

	ASSERT_ERR(0, settle_both());
	EXPECT_TEXT("netns host\n" LO_UP
		    END_UP("veth-host", "pod-red/veth-pod")
		    "netns pod-red\n" LO_UP
		    END_UP("veth-pod", "host/veth-host"), links());
	ASSERT_ERR(0, link_get(in(HOST), "veth-host", &host));
	ASSERT_ERR(0, link_get(in(RED), "veth-pod", &pod));
	EXPECT_EQ(FLAGS_RUNNING, host.flags);
	EXPECT_EQ(FLAGS_RUNNING, pod.flags);
	EXPECT_EQ(pod.ifindex, host.peer);
	EXPECT_EQ(host.ifindex, pod.peer);
	ASSERT_ERR(0, nsid_get(in(HOST), ns(RED), &id));
	EXPECT_LE(0, id);
	EXPECT_EQ(id, host.peer_nsid);
	ASSERT_ERR(0, nsid_get(in(RED), ns(HOST), &id));
	EXPECT_LE(0, id);
	EXPECT_EQ(id, pod.peer_nsid);
}

/*
 * Claim 42: the document calls 10.1.1.1/24 and 10.1.1.2/24 "different
 * subnets", but gives both sides the same connected route.
 */
TEST_OF("claim 42", host, host_and_pod_are_in_the_same_subnet)
{
	EXPECT_TEXT("addr 10.1.1.1/24 dev veth-host scope global permanent\n"
		    "addr 127.0.0.1/8 dev lo scope host permanent\n",
		    state_text(ns(HOST), STATE_ADDR4));
	EXPECT_TEXT("addr 10.1.1.2/24 dev veth-pod scope global permanent\n"
		    "addr 127.0.0.1/8 dev lo scope host permanent\n",
		    state_text(ns(RED), STATE_ADDR4));
	EXPECT_TEXT("route unicast 10.1.1.0/24 dev veth-host table main proto kernel scope link src 10.1.1.1\n",
		    main_routes(HOST));
	EXPECT_TEXT("route unicast 10.1.1.0/24 dev veth-pod table main proto kernel scope link src 10.1.1.2\n",
		    main_routes(RED));
	EXPECT_TEXT("route broadcast 10.1.1.255/32 dev veth-pod table local proto kernel scope link src 10.1.1.2\n"
		    "route broadcast 127.255.255.255/32 dev lo table local proto kernel scope link src 127.0.0.1\n"
		    "route local 10.1.1.2/32 dev veth-pod table local proto kernel scope host src 10.1.1.2\n"
		    "route local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n"
		    "route local 127.0.0.1/32 dev lo table local proto kernel scope host src 127.0.0.1\n",
		    local_routes(RED));
}

/*
 * Claim 43, and that it is over the pair.  Without IPv6, and with no ARP
 * request repeated, all that passes can be told: one ARP exchange (42 bytes)
 * and two echoes (98 bytes each).
 */
TEST_OF("claim 43", host, pings_both_ways_pass_over_the_pair)
{
	struct link host0, host, pod0, pod;

	NEED_SYSCTL();
	ASSERT_ERR(0, no_ipv6(HOST));
	ASSERT_ERR(0, no_ipv6(RED));
	ASSERT_ERR(0, neigh_patient(HOST, "ipv4", "veth-host"));
	ASSERT_ERR(0, neigh_patient(RED, "ipv4", "veth-pod"));
	ASSERT_ERR(0, link_get(in(HOST), "veth-host", &host0));
	ASSERT_ERR(0, link_get(in(RED), "veth-pod", &pod0));
	EXPECT_ERR(0, reach(PROBE_ICMP, HOST, NULL, "10.1.1.2"));
	EXPECT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.1.1.1"));
	EXPECT_EQ(NUD_REACHABLE, neigh_state(HOST, "veth-host", "10.1.1.2"));
	EXPECT_TRUE(neigh_has_mac(HOST, "veth-host", "10.1.1.2", pod0.mac));
	EXPECT_TRUE(neigh_has_mac(RED, "veth-pod", "10.1.1.1", host0.mac));
	ASSERT_ERR(0, link_get(in(HOST), "veth-host", &host));
	ASSERT_ERR(0, link_get(in(RED), "veth-pod", &pod));
	EXPECT_EQ(3, host.stats.tx_packets - host0.stats.tx_packets);
	EXPECT_EQ(3, host.stats.rx_packets - host0.stats.rx_packets);
	EXPECT_EQ(42 + 2 * 98, host.stats.tx_bytes - host0.stats.tx_bytes);
	EXPECT_EQ(42 + 2 * 98, pod.stats.tx_bytes - pod0.stats.tx_bytes);
}

/* Claim 44. */
TEST_OF("claim 44", host, host_services_see_the_pod_by_its_address)
{
	struct probe_result result;
	char text[IP_TEXT_MAX];
	struct probe probe = {
		.kind = PROBE_TCP, .from = ns(RED), .to = ns(HOST),
		.dst = "10.1.1.1",
	};

	ASSERT_ERR(0, probe_run(&probe, &result));
	EXPECT_STREQ("10.1.1.2", ip_text(&result.src, 0, text));
	probe.kind = PROBE_UDP;
	ASSERT_ERR(0, probe_run(&probe, &result));
	EXPECT_STREQ("10.1.1.2", ip_text(&result.src, 0, text));
}

/* Claims 43, 44. */
TEST_OF("claim 43, claim 44", host, other_host_addresses_need_a_route)
{
	uint64_t before;

	EXPECT_ERR(0, reach_all(HOST, RED, "10.1.1.2"));
	EXPECT_ERR(0, reach_all(RED, HOST, "10.1.1.1"));
	ASSERT_ERR(0, addr_add(in(HOST), "lo", "192.0.2.1/32", 0));
	EXPECT_ERR(0, reach_all(HOST, HOST, "192.0.2.1"));
	before = counter(RED, "IpOutNoRoutes");
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, RED, NULL, "192.0.2.1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_TCP, RED, HOST, "192.0.2.1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_UDP, RED, HOST, "192.0.2.1"));
	EXPECT_EQ(before + 3, counter(RED, "IpOutNoRoutes"));
	ASSERT_ERR(0, add_route(RED, "192.0.2.1/32", "10.1.1.1", NULL));
	EXPECT_ERR(0, reach_all(RED, HOST, "192.0.2.1"));
}

/*
 * Claim 44.  What refuses is told apart by its counter: host for its own
 * address, where nothing listens; the pod itself for 127.0.0.1, which is its
 * own and not the host's.
 */
TEST_OF("claim 44", host, services_on_the_loopback_of_host_are_out_of_reach)
{
	struct sockaddr_in sin;
	uint64_t host, pod;
	int fd;

	fd = serve(INADDR_ANY, &sin);
	ASSERT_LE(0, fd);
	EXPECT_ERR(0, dial(RED, &sin, HOST_ADDR));
	close(fd);
	fd = serve(INADDR_LOOPBACK, &sin);
	ASSERT_LE(0, fd);
	EXPECT_ERR(0, dial(HOST, &sin, INADDR_LOOPBACK));
	host = counter(HOST, "TcpOutRsts");
	pod = counter(RED, "TcpOutRsts");
	EXPECT_ERR(-ECONNREFUSED, dial(RED, &sin, HOST_ADDR));
	EXPECT_EQ(host + 1, counter(HOST, "TcpOutRsts"));
	EXPECT_EQ(pod, counter(RED, "TcpOutRsts"));
	EXPECT_ERR(-ECONNREFUSED, dial(RED, &sin, INADDR_LOOPBACK));
	EXPECT_EQ(host + 1, counter(HOST, "TcpOutRsts"));
	EXPECT_EQ(pod + 1, counter(RED, "TcpOutRsts"));
	close(fd);
}

FIXTURE(host_v6) { struct topo *topo; };
FIXTURE_VARIANT(host_v6) { const char *topology; };
FIXTURE_VARIANT_ADD(host_v6, host_ipv6) { .topology = "host-ipv6" };
FIXTURE_SETUP(host_v6) TOPO_SETUP(host_v6)
FIXTURE_TEARDOWN(host_v6) TOPO_TEARDOWN

/* Claims 42, 43, 44 on IPv6. */
TEST_OF("claim 42, claim 43, claim 44", host_v6,
	host_and_pod_reach_each_other_in_the_same_subnet)
{
	struct probe_result result;
	char text[IP_TEXT_MAX];
	struct probe probe = {
		.kind = PROBE_TCP, .from = ns(RED), .to = ns(HOST),
		.dst = "2001:db8::1",
	};

	EXPECT_TEXT("addr 2001:db8::1/64 dev veth-host scope global permanent nodad\n"
		    "route local 2001:db8::1/128 dev veth-host table local proto kernel scope global\n"
		    "route unicast 2001:db8::/64 dev veth-host table main proto kernel scope global metric 256\n",
		    global6(HOST));
	EXPECT_TEXT("addr 2001:db8::2/64 dev veth-pod scope global permanent nodad\n"
		    "route local 2001:db8::2/128 dev veth-pod table local proto kernel scope global\n"
		    "route unicast 2001:db8::/64 dev veth-pod table main proto kernel scope global metric 256\n",
		    global6(RED));
	EXPECT_ERR(0, reach_all(HOST, RED, "2001:db8::2"));
	EXPECT_ERR(0, reach_all(RED, HOST, "2001:db8::1"));
	EXPECT_EQ(NUD_REACHABLE, neigh_state(HOST, "veth-host",
					     "2001:db8::2"));
	ASSERT_ERR(0, probe_run(&probe, &result));
	EXPECT_STREQ("2001:db8::2", ip_text(&result.src, 0, text));
}

/* Claim 44 on IPv6. */
TEST_OF("claim 44", host_v6, other_host_addresses_need_a_route)
{
	EXPECT_ERR(0, reach_all(RED, HOST, "2001:db8::1"));
	ASSERT_ERR(0, addr_add(in(HOST), "lo", "2001:db8:1::1/128",
			       IFA_F_NODAD));
	/* Even without DAD its route comes from a work queue. */
	ASSERT_ERR(0, addr_wait_usable(ns(HOST), "2001:db8:1::1"));
	EXPECT_ERR(0, reach_all(HOST, HOST, "2001:db8:1::1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, RED, NULL,
				       "2001:db8:1::1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_TCP, RED, HOST,
				       "2001:db8:1::1"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_UDP, RED, HOST,
				       "2001:db8:1::1"));
	ASSERT_ERR(0, add_route(RED, "2001:db8:1::1/128", "2001:db8::1",
				NULL));
	EXPECT_ERR(0, reach_all(RED, HOST, "2001:db8:1::1"));
}

KSFT_NEEDS(CONFIG_VETH, "stage.*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "host_v6.*.host_and_pod_reach_*")

KSFT_MAIN
