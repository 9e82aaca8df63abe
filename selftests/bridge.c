// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Method 2 of the document: pods on a bridge of the host.
 *
 *	host   v-net-0 10.244.0.1/24
 *	        |- veth-red-br  ------ veth-red   pod-red   10.244.0.10/24
 *	        `- veth-blue-br ------ veth-blue  pod-blue  10.244.0.20/24
 */
#include "lend.h"

#include <linux/if_bridge.h>

#define GATEWAY		"10.244.0.1"
#define GATEWAY6	"2001:db8::1"

/* All of IPv4 that netlink tells. */
#define STATE_IPV4	(STATE_ADDR4 | STATE_ROUTE4_MAIN | STATE_ROUTE4_LOCAL)

/* Flags, and what is said of every veth or bridge that works. */
#define RUNNING	"<BROADCAST,MULTICAST,UP,RUNNING,LOWER_UP> mtu 1500 qdisc noqueue carrier 1"

#define LO_UP_TEXT \
	"link lo: <LOOPBACK,UP,RUNNING,LOWER_UP> mtu 65536 qdisc noqueue carrier 1 master none kind none peer none promiscuity 0 txqlen 1000\n"

/* Claim 33: what a port is when nothing is asked for. */
#define PORT_DEFAULTS \
	"priority 32 cost 2 learning 1 flood 1 hairpin 0 isolated 0 locked 0\n"

/* A word with what it takes to print it; lives as long as the topology. */
#define str(...)	topo_list_str(&ksft.list, __VA_ARGS__)

/* Names and address of a pod, by its number from 0. */
struct pod {
	const char *ns, *dev, *port, *addr;
};

static struct pod pod(unsigned int i)
{
	struct pod pod = {
		.ns = bridge_pod_name(&ksft.list, i),
		.addr = bridge_pod_addr(&ksft.list, i),
	};

	pod.dev = str("veth-%s", pod.ns + strlen("pod-"));
	pod.port = str("%s-br", pod.dev);
	return pod;
}

/*
 * Parts of a namespace, without links' MACs and operstates: linkwatch writes
 * the latter in its own time, and up to a second late for a bridge that loses
 * and regains its carrier (linkwatch_urgent_event() is for devices with a
 * lower one).
 */
static bool make_plain(char *line, const char *word)
{
	(void)word;
	cut_field(line, " mac ");
	if (strchr(line, '<'))
		cut_field(line, " state ");
	return !is_fallback_line(line);
}

static char *plain_text(const char *name, unsigned int parts)
{
	return keep(state_text(ns(name), parts), make_plain, NULL);
}

static char *link_text(const char *name, const char *dev)
{
	return lines_with(plain_text(name, STATE_LINK), str("link %s:", dev));
}

/* All that a pod has: its links, and what IPv4 has there. */
static char *pod_text(const struct pod *pod)
{
	return plain_text(pod->ns, STATE_LINK | STATE_IPV4);
}

static int count_links(const char *name)
{
	char *text = lines_with(plain_text(name, STATE_LINK), "<"), *at;
	int n = 0;

	for (at = text; at && *at; at = strchr(at, '\n') + 1)
		n++;
	free(text);
	return n;
}

static bool is_forwarding_port(const struct link *link)
{
	return link->master && link_is_forwarding(link);
}

/* -errno if it cannot be told. */
static int count_forwarding_ports(void)
{
	struct link *links;
	int i, n, count = 0;

	n = link_list(in(TOPO_HOST), &links);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++)
		count += is_forwarding_port(&links[i]);
	free(links);
	return count;
}

/* True if each knows the other as its peer: by ifindex and by namespace. */
static bool is_wired(const char *ns_a, const char *dev_a, const char *ns_b,
		     const char *dev_b)
{
	struct link a, b;
	int id_a, id_b;

	if (link_get(in(ns_a), dev_a, &a) || link_get(in(ns_b), dev_b, &b) ||
	    nsid_get(in(ns_a), ns(ns_b), &id_b) ||
	    nsid_get(in(ns_b), ns(ns_a), &id_a))
		return false;
	return a.peer == b.ifindex && b.peer == a.ifindex &&
	       a.peer_nsid == id_b && b.peer_nsid == id_a;
}

static struct rtnl_link_stats64 stats(const char *name, const char *dev)
{
	struct link link = { 0 };
	int err = link_get(in(name), dev, &link);

	if (err)
		printf("# %s of %s: %s\n", dev, name, ksft_err_name(err));
	return link.stats;
}

/* The MAC of a link as text, "" if there is no such. */
static const char *mac_of(const char *name, const char *dev)
{
	struct link link;
	char text[18];

	if (link_get(in(name), dev, &link))
		return "";
	return str("%s", mac_text(link.mac, text));
}

/*
 * What the bridge knows of a link's MAC: "veth-red-br PERMANENT", its port and
 * the state; REACHABLE is a learned one that has not aged (fdb_to_nud).
 */
static const char *fdb_of(const char *name, const char *dev)
{
	struct neigh entry;
	struct link link, *links;
	const char *text = "a port that is gone";
	int i, n, err;

	err = link_get(in(name), dev, &link);
	if (!err)
		err = fdb_get(in(TOPO_HOST), link.mac, &entry);
	if (err)
		return ksft_err_name(err);
	n = link_list(in(TOPO_HOST), &links);
	for (i = 0; i < n; i++) {
		if (links[i].ifindex == entry.ifindex)
			text = str("%s %s", links[i].name,
				   neigh_state_name(entry.state));
	}
	if (n >= 0)
		free(links);
	return text;
}

static int count_learned(void)
{
	struct neigh *all;
	int i, n, count = 0;

	n = neigh_list(in(TOPO_HOST), AF_BRIDGE, &all);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++)
		count += all[i].master && !(all[i].flags & NTF_SELF) &&
			 !(all[i].state & NUD_PERMANENT);
	free(all);
	return count;
}

/*
 * "MAC REACHABLE" of a neighbour.  DELAY, PROBE and REACHABLE are stages of
 * one that is being used (time and TCP move it on): all are "in use".
 */
static const char *neigh_of(const char *name, const char *dev,
			    const char *dst)
{
	struct neigh neigh;
	char mac[18];
	int err = neigh_get(in(name), dev, dst, &neigh);

	if (err)
		return ksft_err_name(err);
	return str("%s %s", mac_text(neigh.mac, mac),
		   neigh.state & (NUD_DELAY | NUD_PROBE | NUD_REACHABLE) ?
		   "in use" : neigh_state_name(neigh.state));
}

/* Claims 31, 36: the whole of IPv4 of a namespace with one address. */
static const char *want_ipv4(const char *dev, const char *addr, bool routed)
{
	return str("addr %s/24 dev %s scope global permanent\n"
		   "addr 127.0.0.1/8 dev lo scope host permanent\n"
		   "route unicast 10.244.0.0/24 dev %s table main proto kernel scope link src %s\n"
		   "%s%s%s"
		   "route broadcast 10.244.0.255/32 dev %s table local proto kernel scope link src %s\n"
		   "route broadcast 127.255.255.255/32 dev lo table local proto kernel scope link src 127.0.0.1\n"
		   "route local %s/32 dev %s table local proto kernel scope host src %s\n"
		   "route local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n"
		   "route local 127.0.0.1/32 dev lo table local proto kernel scope host src 127.0.0.1\n",
		   addr, dev, dev, addr,
		   routed ? "route unicast default via " GATEWAY " dev " : "",
		   routed ? dev : "",
		   routed ? " table main proto boot scope global\n" : "",
		   dev, addr, addr, dev, addr);
}

static const char *want_pod_links(const struct pod *p)
{
	return str(LO_UP_TEXT
		   "link %s: " RUNNING " master none kind veth peer elsewhere promiscuity 0 txqlen 1000\n",
		   p->dev);
}

static const char *want_pod(const struct pod *p)
{
	const char *ipv4 = want_ipv4(p->dev, p->addr, true);

	return str("%s%s", want_pod_links(p), ipv4);
}

static const char *want_port_link(const struct pod *p)
{
	return str("link %s: " RUNNING " master v-net-0 kind veth peer elsewhere promiscuity 1 txqlen 1000\n"
		   "link %s: port state 3 " PORT_DEFAULTS, p->port, p->port);
}

/* The first line of the bridge's: what else it says depends on the kernel. */
static const char want_bridge_link[] =
	"link v-net-0: " RUNNING " master none kind bridge peer none promiscuity 0 txqlen 1000\n";

/* 0 also where there is no bridge. */
static unsigned int ageing_time(void)
{
	struct link link;

	return link_get(in(TOPO_HOST), "v-net-0", &link) ? 0 :
	       link.bridge.ageing_time;
}

static char *bridge_text(void)
{
	return lines_with(link_text(TOPO_HOST, "v-net-0"), "<");
}

/* Steps of a test's own join the list, so that a failure prints them too. */
static int step(const struct topo_step *step)
{
	char text[TOPO_TEXT_MAX];
	int got = topo_step(ksft.topo, step);

	topo_list_add(&ksft.list, step, 1);
	if (got == step->want)
		return 0;
	printf("# %s: expected %s, got %s\n", topo_print_step(step, text),
	       ksft_err_name(step->want), ksft_err_name(got));
	ksft_print_extack();
	return got ? got : -EPROTO;
}

/* All of them, or the first error that was not wanted. */
static int steps(const struct topo_step *all, size_t n)
{
	int err = 0;
	size_t i;

	for (i = 0; i < n && !err; i++)
		err = step(&all[i]);
	return err;
}

#define STEPS(...) ({ \
	const struct topo_step steps_[] = { __VA_ARGS__ }; \
	steps(steps_, ARRAY_SIZE(steps_)); \
})

#define BRIDGE_ADD \
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = "v-net-0", \
	  .kind = "bridge" }
#define VETH_ADD(d) \
	{ .op = TOPO_LINK_ADD, .ns = TOPO_HOST, .dev = d, .kind = "veth", \
	  .peer = d "-br" }
#define MOVE(d, t) \
	{ .op = TOPO_LINK_NETNS, .ns = TOPO_HOST, .dev = d, .to = t }
#define MASTER(d) \
	{ .op = TOPO_LINK_MASTER, .ns = TOPO_HOST, .dev = d, \
	  .master = "v-net-0" }
#define UP(n, d) \
	{ .op = TOPO_LINK_UP, .ns = n, .dev = d }
#define ADDR(n, d, a) \
	{ .op = TOPO_ADDR_ADD, .ns = n, .dev = d, .addr = a }
#define DEFAULT_ROUTE(n) \
	{ .op = TOPO_ROUTE_ADD, .ns = n, .addr = "default", .via = GATEWAY }

/* The document's topology, and the same in other ways. */
FIXTURE(bridge) { struct topo *topo; };
FIXTURE_VARIANT(bridge) { const char *topology; };
FIXTURE_VARIANT_ADD(bridge, bridge) { .topology = "bridge" };
FIXTURE_VARIANT_ADD(bridge, bridge_ipv6) { .topology = "bridge-ipv6" };
FIXTURE_VARIANT_ADD(bridge, bridge_in_place) { .topology = "bridge-in-place" };
FIXTURE_SETUP(bridge) LEND_SETUP(bridge)
FIXTURE_TEARDOWN(bridge) LEND_TEARDOWN

/* Claims 33, 34: every link of every namespace, whole. */
TEST_OF("claim 33, claim 34", bridge,
	each_pod_has_one_veth_whose_other_end_is_a_forwarding_port)
{
	struct pod p;
	int i;

	EXPECT_EQ(4, count_links(TOPO_HOST));
	EXPECT_EQ(2, count_forwarding_ports());
	EXPECT_TEXT(LO_UP_TEXT, link_text(TOPO_HOST, "lo"));
	EXPECT_TEXT(want_bridge_link, bridge_text());
	EXPECT_EQ(30000, ageing_time());
	for (i = 0; i < 2; i++) {
		p = pod(i);
		EXPECT_TEXT(want_pod_links(&p), plain_text(p.ns, STATE_LINK));
		EXPECT_TEXT(want_port_link(&p), link_text(TOPO_HOST, p.port));
		EXPECT_TRUE(is_wired(p.ns, p.dev, TOPO_HOST, p.port));
	}
}

/* Claims 31, 36. */
TEST_OF("claim 31, claim 35, claim 36", bridge,
	addresses_bring_their_routes_and_the_default_is_as_asked)
{
	struct pod p;
	int i;

	EXPECT_TEXT(want_ipv4("v-net-0", GATEWAY, false),
		    state_text(ns(TOPO_HOST), STATE_IPV4));
	for (i = 0; i < 2; i++) {
		p = pod(i);
		EXPECT_TEXT(want_ipv4(p.dev, p.addr, true),
			    state_text(ns(p.ns), STATE_IPV4));
	}
}

/*
 * Claim 37: the host's IP is not asked, so nothing is forwarded or counted
 * there, the TTL stays, and ip_forward does not matter.  (Where br_netfilter
 * is on, bridged packets pass the host's FORWARD *hook* all the same, and a
 * rule there drops them; without rules that leaves no trace.)
 */
TEST_OF("claim 37", bridge, pod_to_pod_is_switched_and_not_routed)
{
	const struct pod red = pod(0), blue = pod(1);
	struct rtnl_link_stats64 was_red, was_blue, now_red, now_blue;
	uint64_t received;
	uint8_t ttl;

	ASSERT_ERR(0, sysctl_set(ns(TOPO_HOST), "net/ipv4/ip_forward", "0"));
	received = counter(TOPO_HOST, "IpInReceives");
	was_red = stats(TOPO_HOST, red.port);
	was_blue = stats(TOPO_HOST, blue.port);
	EXPECT_ERR(0, ping(red.ns, blue.addr, &ttl));
	EXPECT_EQ(64, ttl);
	EXPECT_ERR(0, reach_all(red.ns, blue.ns, blue.addr));
	EXPECT_ERR(0, reach_all(blue.ns, red.ns, red.addr));
	now_red = stats(TOPO_HOST, red.port);
	now_blue = stats(TOPO_HOST, blue.port);
	/* 3 echoes each way; TCP and UDP make it more. */
	EXPECT_LE(was_red.rx_packets + 3, now_red.rx_packets);
	EXPECT_LE(was_red.tx_packets + 3, now_red.tx_packets);
	EXPECT_LE(was_blue.rx_packets + 3, now_blue.rx_packets);
	EXPECT_LE(was_blue.tx_packets + 3, now_blue.tx_packets);
	EXPECT_EQ(received, counter(TOPO_HOST, "IpInReceives"));
	EXPECT_EQ(0, counter(TOPO_HOST, "IpForwDatagrams"));
	/* The control: that counter does see what is meant for the host. */
	EXPECT_ERR(0, ping(red.ns, GATEWAY, &ttl));
	EXPECT_EQ(received + 1, counter(TOPO_HOST, "IpInReceives"));
}

/* Claim 37. */
TEST_OF("claim 37", bridge, the_bridge_learns_each_pod_on_its_own_port)
{
	struct pod p;
	int i;

	ASSERT_ERR(0, reach_all("pod-red", "pod-blue", pod(1).addr));
	for (i = 0; i < 2; i++) {
		p = pod(i);
		EXPECT_STREQ(str("%s REACHABLE", p.port), fdb_of(p.ns, p.dev));
		EXPECT_STREQ(str("%s PERMANENT", p.port),
			     fdb_of(TOPO_HOST, p.port));
	}
	EXPECT_EQ(2, count_learned());
	/* What the devices themselves listen to is no business of the bridge. */
	EXPECT_TEXT("fdb 01:00:5e:00:00:01 dev v-net-0 master none self permanent\n"
		    "fdb 01:00:5e:00:00:01 dev veth-blue-br master none self permanent\n"
		    "fdb 01:00:5e:00:00:01 dev veth-red-br master none self permanent\n",
		    lines_with(state_text(ns(TOPO_HOST), STATE_FDB),
			       "01:00:5e:00:00:01"));
}

/* Claim 38. */
TEST_OF("claim 38", bridge, the_host_knows_pods_on_the_bridge_and_not_on_ports)
{
	uint64_t received = counter(TOPO_HOST, "IpInReceives");
	const uint64_t was = stats(TOPO_HOST, "v-net-0").rx_packets;
	struct pod p;
	uint8_t ttl;
	int i;

	/* What TCP says last to the host may come late, and others count it. */
	lend_keep();
	for (i = 0; i < 2; i++) {
		p = pod(i);
		EXPECT_ERR(0, ping(p.ns, GATEWAY, &ttl));
		EXPECT_EQ(64, ttl);
		EXPECT_EQ(++received, counter(TOPO_HOST, "IpInReceives"));
		EXPECT_STREQ(str("%s in use", mac_of(p.ns, p.dev)),
			     neigh_of(TOPO_HOST, "v-net-0", p.addr));
		EXPECT_STREQ("-ENOENT", neigh_of(TOPO_HOST, p.port, p.addr));
		EXPECT_STREQ(str("%s in use", mac_of(TOPO_HOST, "v-net-0")),
			     neigh_of(p.ns, p.dev, GATEWAY));
	}
	/* Not before all is counted: TCP's last words may come late. */
	for (i = 0; i < 2; i++) {
		EXPECT_ERR(0, reach_all(pod(i).ns, TOPO_HOST, GATEWAY));
		EXPECT_ERR(0, reach_all(TOPO_HOST, pod(i).ns, pod(i).addr));
	}
	EXPECT_LT(was, stats(TOPO_HOST, "v-net-0").rx_packets);
}

/* What the document does with two pods it does with any number. */
FIXTURE(bridge_many) { struct topo *topo; };
FIXTURE_VARIANT(bridge_many) { const char *topology; unsigned int pods; };
FIXTURE_VARIANT_ADD(bridge_many, bridge_3) { .topology = "bridge-3", .pods = 3 };
FIXTURE_VARIANT_ADD(bridge_many, bridge_32_in_place) {
	.topology = "bridge-32-in-place", .pods = 32,
};
FIXTURE_SETUP(bridge_many) TOPO_SETUP(bridge_many)
FIXTURE_TEARDOWN(bridge_many) TOPO_TEARDOWN

/* Claims 33 to 38, 40: all are counted, the first and the last looked at. */
TEST_OF("claim 33", bridge_many,
	each_pod_is_learned_once_and_the_last_is_as_the_first)
{
	const struct pod ends[] = { pod(0), pod(variant->pods - 1) }, *p;
	const int n = variant->pods;
	uint8_t ttl;
	int i;

	EXPECT_EQ(2 + n, count_links(TOPO_HOST));
	EXPECT_EQ(n, count_forwarding_ports());
	EXPECT_TEXT(LO_UP_TEXT, link_text(TOPO_HOST, "lo"));
	EXPECT_TEXT(want_bridge_link, bridge_text());
	EXPECT_EQ(30000, ageing_time());
	EXPECT_TEXT(want_ipv4("v-net-0", GATEWAY, false),
		    state_text(ns(TOPO_HOST), STATE_IPV4));
	for (i = 0; i < n; i++)
		ASSERT_ERR(0, ping(pod(i).ns, GATEWAY, &ttl));
	EXPECT_EQ(n, count_learned());
	EXPECT_ERR(0, reach_all(ends[0].ns, ends[1].ns, ends[1].addr));
	EXPECT_ERR(0, reach_all(ends[1].ns, ends[0].ns, ends[0].addr));
	for (p = ends; p < ends + 2; p++) {
		EXPECT_TEXT(want_pod(p), pod_text(p));
		EXPECT_TEXT(want_port_link(p), link_text(TOPO_HOST, p->port));
		EXPECT_TRUE(is_wired(p->ns, p->dev, TOPO_HOST, p->port));
		EXPECT_STREQ(str("%s REACHABLE", p->port),
			     fdb_of(p->ns, p->dev));
	}
}

/* IPv6 beside IPv4, by addresses that need no DAD. */
FIXTURE(bridge_v6) { struct topo *topo; };
FIXTURE_VARIANT(bridge_v6) { const char *topology; };
FIXTURE_VARIANT_ADD(bridge_v6, bridge_ipv6) { .topology = "bridge-ipv6" };
FIXTURE_SETUP(bridge_v6) LEND_SETUP(bridge_v6)
FIXTURE_TEARDOWN(bridge_v6) LEND_TEARDOWN

static const char *want_global6(const char *dev, const char *addr, bool routed)
{
	return str("addr %s/64 dev %s scope global permanent nodad\n"
		   "route local %s/128 dev %s table local proto kernel scope global\n"
		   "route unicast 2001:db8::/64 dev %s table main proto kernel scope global metric 256\n"
		   "%s%s%s",
		   addr, dev, addr, dev, dev,
		   routed ? "route unicast default via " GATEWAY6 " dev " : "",
		   routed ? dev : "",
		   routed ? " table main proto boot scope global metric 1024\n"
			  : "");
}

/* Claims 31, 36 for IPv6. */
TEST_OF("claim 31, claim 35, claim 36", bridge_v6,
	addresses_bring_their_routes_and_the_default_is_as_asked)
{
	EXPECT_TEXT(want_global6("v-net-0", GATEWAY6, false),
		    global6(TOPO_HOST));
	EXPECT_TEXT(want_global6("veth-red", "2001:db8::10", true),
		    global6("pod-red"));
	EXPECT_TEXT(want_global6("veth-blue", "2001:db8::20", true),
		    global6("pod-blue"));
}

/* Claims 37, 38 for IPv6. */
TEST_OF("claim 37, claim 38", bridge_v6, pod_to_pod_is_switched_and_not_routed)
{
	uint64_t was;
	uint8_t ttl;

	ASSERT_ERR(0, sysctl_set(ns(TOPO_HOST), "net/ipv6/conf/all/forwarding",
				 "0"));
	was = stats(TOPO_HOST, "veth-blue-br").rx_packets;
	EXPECT_ERR(0, ping("pod-red", "2001:db8::20", &ttl));
	EXPECT_EQ(64, ttl);
	EXPECT_ERR(0, reach_all("pod-red", "pod-blue", "2001:db8::20"));
	EXPECT_ERR(0, reach_all("pod-blue", "pod-red", "2001:db8::10"));
	EXPECT_LE(was + 3, stats(TOPO_HOST, "veth-blue-br").rx_packets);
	EXPECT_EQ(0, counter(TOPO_HOST, "Ip6OutForwDatagrams"));
	EXPECT_EQ(0, counter(TOPO_HOST, "Icmp6InEchos"));
	EXPECT_EQ(0, counter(TOPO_HOST, "Udp6InDatagrams"));
	EXPECT_STREQ("veth-red-br REACHABLE", fdb_of("pod-red", "veth-red"));
	EXPECT_STREQ("veth-blue-br REACHABLE",
		     fdb_of("pod-blue", "veth-blue"));
	EXPECT_STREQ(str("%s in use", mac_of("pod-blue", "veth-blue")),
		     neigh_of("pod-red", "veth-red", "2001:db8::20"));
	/* The control: that counter does see what is meant for the host. */
	EXPECT_ERR(0, ping("pod-red", GATEWAY6, &ttl));
	EXPECT_EQ(1, counter(TOPO_HOST, "Icmp6InEchos"));
}

/* Claim 38 for IPv6. */
TEST_OF("claim 38", bridge_v6,
	the_host_knows_pods_on_the_bridge_and_not_on_ports)
{
	lend_keep();
	EXPECT_ERR(0, reach_all("pod-red", TOPO_HOST, GATEWAY6));
	EXPECT_ERR(0, reach_all("pod-blue", TOPO_HOST, GATEWAY6));
	EXPECT_STREQ(str("%s in use", mac_of("pod-red", "veth-red")),
		     neigh_of(TOPO_HOST, "v-net-0", "2001:db8::10"));
	EXPECT_STREQ("-ENOENT",
		     neigh_of(TOPO_HOST, "veth-red-br", "2001:db8::10"));
	EXPECT_STREQ(str("%s in use", mac_of(TOPO_HOST, "v-net-0")),
		     neigh_of("pod-blue", "veth-blue", GATEWAY6));
}

/* What follows from the topology as the document has it. */
FIXTURE(bridge_limits) { struct topo *topo; };
FIXTURE_VARIANT(bridge_limits) { const char *topology; };
FIXTURE_VARIANT_ADD(bridge_limits, bridge_in_place) {
	.topology = "bridge-in-place",
};
FIXTURE_SETUP(bridge_limits) TOPO_SETUP(bridge_limits)
FIXTURE_TEARDOWN(bridge_limits) TOPO_TEARDOWN

/*
 * Claim 39.  The document: "Add default routes via bridge", and pings 8.8.8.8
 * from a pod later on.  The kernel: the packet gets to the host and is lost
 * there without a word to the pod, since a host that does not forward counts
 * it as one that went astray (ip_error).
 */
TEST_OF("claim 39", bridge_limits, a_default_route_alone_is_no_egress)
{
	uint64_t astray;
	uint8_t ttl;

	ASSERT_ERR(0, sysctl_set(ns(TOPO_HOST), "net/ipv4/ip_forward", "0"));
	ASSERT_ERR(0, ping("pod-red", GATEWAY, &ttl));
	astray = counter(TOPO_HOST, "IpInAddrErrors");
	EXPECT_ERR(0, probe_silence(ns("pod-red"), "192.0.2.1", GATEWAY));
	EXPECT_EQ(astray + 1, counter(TOPO_HOST, "IpInAddrErrors"));
	EXPECT_EQ(0, counter(TOPO_HOST, "IpForwDatagrams"));
	EXPECT_EQ(0, counter("pod-red", "IpOutNoRoutes"));
}

static const char *lower_port(void)
{
	return strcmp(mac_of(TOPO_HOST, "veth-red-br"),
		      mac_of(TOPO_HOST, "veth-blue-br")) < 0 ?
	       "red" : "blue";
}

/*
 * Claim 40: the gateway's MAC is that of the lowest port, so it changes when
 * that pod ends.  The other pod goes on sending to the old one until its
 * neighbour entry has timed out.
 */
TEST_OF("claim 40", bridge_limits,
	deleting_the_pod_with_the_lowest_mac_changes_the_gateways)
{
	const char *low = lower_port();
	const char *high = strcmp(low, "red") ? "red" : "blue";
	const char *old = mac_of(TOPO_HOST, "v-net-0");
	uint8_t ttl;

	EXPECT_STREQ(mac_of(TOPO_HOST, str("veth-%s-br", low)), old);
	ASSERT_ERR(0, ping(str("pod-%s", high), GATEWAY, &ttl));
	ASSERT_ERR(0, link_del(in(str("pod-%s", low)), str("veth-%s", low)));
	EXPECT_STREQ(mac_of(TOPO_HOST, str("veth-%s-br", high)),
		     mac_of(TOPO_HOST, "v-net-0"));
	EXPECT_STRNE(old, mac_of(TOPO_HOST, "v-net-0"));
	EXPECT_STREQ(str("%s in use", old),
		     neigh_of(str("pod-%s", high), str("veth-%s", high),
			      GATEWAY));
	/* Without any port there is no MAC at all, on a bridge that is up. */
	ASSERT_ERR(0, link_del(in(str("pod-%s", high)), str("veth-%s", high)));
	EXPECT_STREQ("00:00:00:00:00:00", mac_of(TOPO_HOST, "v-net-0"));
	EXPECT_EQ(2, count_links(TOPO_HOST));
}

/* Claim 40: the cure; br_stp_recalculate_bridge_id keeps NET_ADDR_SET. */
TEST_OF("claim 40", bridge_limits, a_mac_that_was_set_outlives_the_lowest_port)
{
	static const uint8_t mac[] = { 0x02, 0, 0, 0, 0, 0x10 };
	const char *low = lower_port();
	const char *high = strcmp(low, "red") ? "red" : "blue";
	uint8_t ttl;

	EXPECT_STREQ(mac_of(TOPO_HOST, str("veth-%s-br", low)),
		     mac_of(TOPO_HOST, "v-net-0"));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "v-net-0",
			       &(struct link_desc){ .mac = mac }));
	EXPECT_STREQ("02:00:00:00:00:10", mac_of(TOPO_HOST, "v-net-0"));
	ASSERT_ERR(0, link_del(in(str("pod-%s", low)), str("veth-%s", low)));
	EXPECT_STREQ("02:00:00:00:00:10", mac_of(TOPO_HOST, "v-net-0"));
	EXPECT_ERR(0, ping(str("pod-%s", high), GATEWAY, &ttl));
	EXPECT_STREQ("02:00:00:00:00:10 in use",
		     neigh_of(str("pod-%s", high), str("veth-%s", high),
			      GATEWAY));
}

/* Method 2 step by step: what each step does by itself. */
FIXTURE(bridge_steps) { struct topo *topo; };
FIXTURE_VARIANT(bridge_steps) { const char *topology; };
FIXTURE_VARIANT_ADD(bridge_steps, netns) { .topology = "netns" };
FIXTURE_SETUP(bridge_steps) TOPO_SETUP(bridge_steps)
FIXTURE_TEARDOWN(bridge_steps) TOPO_TEARDOWN

/* Claim 30. */
TEST_OF("claim 30", bridge_steps,
	a_bridge_without_ports_has_carrier_and_runs_when_up)
{
	struct link br;

	ASSERT_ERR(0, STEPS(BRIDGE_ADD));
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "v-net-0", &br));
	EXPECT_EQ(IFF_BROADCAST | IFF_MULTICAST, br.flags);
	EXPECT_EQ(LINK_OPER_DOWN, br.operstate);
	EXPECT_EQ(1, br.carrier);
	ASSERT_ERR(0, STEPS(UP(TOPO_HOST, "v-net-0")));
	EXPECT_TEXT(want_bridge_link, bridge_text());
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "v-net-0", &br));
	EXPECT_EQ(IFF_BROADCAST | IFF_MULTICAST | IFF_UP | IFF_RUNNING |
		  IFF_LOWER_UP, br.flags);
	EXPECT_EQ(LINK_OPER_UNKNOWN, br.operstate);
	EXPECT_EQ(0, br.bridge.stp);
	EXPECT_EQ(1500, br.bridge.forward_delay);
	EXPECT_EQ(30000, br.bridge.ageing_time);
	/* CONFIG_BRIDGE_IGMP_SNOOPING, which is on unless put off. */
	EXPECT_EQ(1, br.bridge.mcast_snooping);
	EXPECT_EQ(0, br.bridge.vlan_filtering);
}

/* Claim 31. */
TEST_OF("claim 31", bridge_steps,
	an_address_on_a_bridge_that_is_up_brings_three_routes)
{
	ASSERT_ERR(0, STEPS(BRIDGE_ADD, UP(TOPO_HOST, "v-net-0"),
			    UP(TOPO_HOST, "lo")));
	EXPECT_TEXT("", lines_with(state_text(ns(TOPO_HOST), STATE_IPV4),
				   "v-net-0"));
	ASSERT_ERR(0, STEPS(ADDR(TOPO_HOST, "v-net-0", GATEWAY "/24")));
	EXPECT_TEXT(want_ipv4("v-net-0", GATEWAY, false),
		    state_text(ns(TOPO_HOST), STATE_IPV4));
}

static bool is_down_by_carrier(const struct link *link)
{
	return link && link->flags & IFF_UP && !(link->flags & IFF_RUNNING) &&
	       link->operstate == LINK_OPER_DOWN;
}

/* Claim 33. */
TEST_OF("claim 33", bridge_steps,
	a_down_port_takes_the_bridges_carrier_and_gives_its_mac)
{
	const char *old;
	struct link br;

	ASSERT_ERR(0, STEPS(BRIDGE_ADD, UP(TOPO_HOST, "v-net-0"),
			    VETH_ADD("veth-red")));
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "v-net-0", &br));
	ASSERT_EQ(1, br.carrier);
	old = mac_of(TOPO_HOST, "v-net-0");
	ASSERT_STRNE(old, mac_of(TOPO_HOST, "veth-red-br"));
	ASSERT_ERR(0, STEPS(MASTER("veth-red-br")));
	EXPECT_TEXT("link veth-red-br: <BROADCAST,MULTICAST> mtu 1500 qdisc noop carrier 0 master v-net-0 kind veth peer here/veth-red promiscuity 1 txqlen 1000\n"
		    "link veth-red-br: port state 0 " PORT_DEFAULTS,
		    link_text(TOPO_HOST, "veth-red-br"));
	EXPECT_STREQ(mac_of(TOPO_HOST, "veth-red-br"),
		     mac_of(TOPO_HOST, "v-net-0"));
	EXPECT_STREQ("veth-red-br PERMANENT",
		     fdb_of(TOPO_HOST, "veth-red-br"));
	EXPECT_ERR(0, link_wait(ns(TOPO_HOST), "v-net-0", is_down_by_carrier,
				&br));
	EXPECT_EQ(0, br.carrier);
	EXPECT_EQ(IFF_BROADCAST | IFF_MULTICAST | IFF_UP, br.flags);
}

/* The states that a port's events tell, as bits, until it forwards. */
struct seen {
	const char *dev;
	unsigned int states;
};

static int see_state(const struct nlmsghdr *nlh, void *data)
{
	const struct ifinfomsg *ifi = mnl_nlmsg_get_payload(nlh);
	struct seen *seen = data;
	struct link link;

	if (nlh->nlmsg_type != RTM_NEWLINK || ifi->ifi_family != AF_UNSPEC ||
	    link_parse(nlh, &link) || strcmp(link.name, seen->dev))
		return 0;
	seen->states |= 1U << link.port.state;
	return link.port.state == BR_STATE_FORWARDING;
}

static bool is_oper_up(const struct link *link)
{
	return link && link->operstate == LINK_OPER_UP;
}

/* Claim 34: without STP there is no listening and learning for 15 s each. */
TEST_OF("claim 34", bridge_steps, the_first_port_with_carrier_forwards_at_once)
{
	struct rtnl *events = rtnl_open(ns(TOPO_HOST));
	struct seen seen = { .dev = "veth-red-br" };
	struct link link;

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, rtnl_join(events, RTNLGRP_LINK));
	EXPECT_ERR(0, STEPS(BRIDGE_ADD, UP(TOPO_HOST, "v-net-0"),
			    VETH_ADD("veth-red"), VETH_ADD("veth-blue"),
			    MOVE("veth-red", "pod-red"),
			    MASTER("veth-red-br"), MASTER("veth-blue-br"),
			    UP(TOPO_HOST, "veth-red-br")));
	ASSERT_ERR(0, known(TOPO_HOST, "veth-red-br"));
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "veth-red-br", &link));
	EXPECT_EQ(BR_STATE_DISABLED, link.port.state);
	EXPECT_EQ(0, link.carrier);
	ASSERT_ERR(0, STEPS(UP("pod-red", "veth-red")));
	EXPECT_ERR(0, rtnl_wait(events, see_state, &seen, deadline_new()));
	EXPECT_EQ(1U << BR_STATE_DISABLED | 1U << BR_STATE_FORWARDING,
		  seen.states);
	rtnl_close(events);
	EXPECT_ERR(0, link_wait(ns(TOPO_HOST), "v-net-0", is_oper_up, &link));
	EXPECT_TEXT(want_bridge_link, bridge_text());
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "veth-blue-br", &link));
	EXPECT_EQ(BR_STATE_DISABLED, link.port.state);
}

/* True where the kernel gave no words, or these. */
static bool said(const char *name, const char *words)
{
	const char *extack = rtnl_extack(in(name));

	return !*extack || !strcmp(words, extack);
}

/* Claim 36: the document's order (up, address, route) is the one that works. */
TEST_OF("claim 36", bridge_steps,
	a_default_route_needs_the_address_and_the_link_up_before)
{
	const struct route_desc route = { .dst = "default", .via = GATEWAY };
	const struct route_desc as_static = {
		.dst = "default", .via = GATEWAY, .protocol = RTPROT_STATIC,
	};

	ASSERT_ERR(0, STEPS(VETH_ADD("veth-red"), MOVE("veth-red", "pod-red")));
	ASSERT_ERR(0, STEPS(ADDR("pod-red", "veth-red", "10.244.0.10/24")));
	EXPECT_ERR(-ENETUNREACH, route_add(in("pod-red"), &route));
	EXPECT_TRUE(said("pod-red", "Nexthop has invalid gateway"));
	ASSERT_ERR(0, addr_del(in("pod-red"), "veth-red", "10.244.0.10/24"));
	ASSERT_ERR(0, STEPS(UP("pod-red", "veth-red")));
	EXPECT_ERR(-ENETUNREACH, route_add(in("pod-red"), &route));
	EXPECT_TRUE(said("pod-red", "Nexthop has invalid gateway"));
	EXPECT_TEXT("", main_routes("pod-red"));
	ASSERT_ERR(0, STEPS(ADDR("pod-red", "veth-red", "10.244.0.10/24"),
			    DEFAULT_ROUTE("pod-red")));
	EXPECT_ERR(-EEXIST, route_add(in("pod-red"), &route));
	EXPECT_TEXT("route unicast default via " GATEWAY " dev veth-red table main proto boot scope global linkdown\n",
		    lines_with(main_routes("pod-red"), "default"));
	/* The protocol is the asker's word. */
	ASSERT_ERR(0, route_del(in("pod-red"), &route));
	ASSERT_ERR(0, route_add(in("pod-red"), &as_static));
	EXPECT_TEXT("route unicast default via " GATEWAY " dev veth-red table main proto static scope global linkdown\n",
		    lines_with(main_routes("pod-red"), "default"));
}

/* The document from its start to its end, as a reader would paste it. */
FIXTURE(after_method_1) { struct topo *topo; };
FIXTURE_VARIANT(after_method_1) { const char *topology; };
FIXTURE_VARIANT_ADD(after_method_1, p2p) { .topology = "p2p" };
FIXTURE_SETUP(after_method_1) TOPO_SETUP(after_method_1)
FIXTURE_TEARDOWN(after_method_1) TOPO_TEARDOWN

#define NAME_IS_TAKEN \
	"An interface with the same name exists in the target netns"

static int paste_method_2(void)
{
	return STEPS(
		BRIDGE_ADD, UP(TOPO_HOST, "v-net-0"),
		ADDR(TOPO_HOST, "v-net-0", GATEWAY "/24"),
		VETH_ADD("veth-red"), VETH_ADD("veth-blue"),
		{ .op = TOPO_LINK_NETNS, .ns = TOPO_HOST, .dev = "veth-red",
		  .to = "pod-red", .want = -EEXIST,
		  .want_extack = NAME_IS_TAKEN },
		{ .op = TOPO_LINK_NETNS, .ns = TOPO_HOST, .dev = "veth-blue",
		  .to = "pod-blue", .want = -EEXIST,
		  .want_extack = NAME_IS_TAKEN },
		MASTER("veth-red-br"), MASTER("veth-blue-br"),
		UP(TOPO_HOST, "veth-red-br"), UP(TOPO_HOST, "veth-blue-br"),
		UP("pod-red", "veth-red"), UP("pod-blue", "veth-blue"),
		ADDR("pod-red", "veth-red", "10.244.0.10/24"),
		ADDR("pod-blue", "veth-blue", "10.244.0.20/24"),
		DEFAULT_ROUTE("pod-red"), DEFAULT_ROUTE("pod-blue"));
}

/*
 * Claim 32.  The document: method 2's veth pairs are created and moved, and a
 * ping proves that the bridge works.  The kernel: method 1 has left a veth-red
 * in pod-red and a veth-blue in pod-blue, so neither new end can move there
 * (EEXIST), every later step configures the old pair, and the ping succeeds
 * over that: the bridge never sees a packet of it.
 */
TEST_OF("claim 32", after_method_1, method_2s_ping_succeeds_past_the_bridge)
{
	struct rtnl_link_stats64 was, now;
	struct link port;

	ASSERT_ERR(0, reach_all("pod-red", "pod-blue", "10.0.1.2"));
	ASSERT_ERR(0, paste_method_2());
	was = stats("pod-blue", "veth-blue");
	/* All that the document checks: */
	EXPECT_ERR(0, reach_all("pod-red", "pod-blue", "10.244.0.20"));
	EXPECT_ERR(0, reach_all("pod-blue", "pod-red", "10.244.0.10"));
	/* The path: */
	now = stats("pod-blue", "veth-blue");
	EXPECT_LE(was.rx_packets + 2, now.rx_packets);
	EXPECT_TRUE(is_wired("pod-red", "veth-red", "pod-blue", "veth-blue"));
	EXPECT_STREQ("-ENOENT", fdb_of("pod-red", "veth-red"));
	EXPECT_STREQ("-ENOENT", fdb_of("pod-blue", "veth-blue"));
	EXPECT_EQ(0, count_learned());
	ASSERT_ERR(0, known(TOPO_HOST, "veth-red-br"));
	ASSERT_ERR(0, known(TOPO_HOST, "veth-blue-br"));
	EXPECT_EQ(0, count_forwarding_ports());
	ASSERT_ERR(0, link_get(in(TOPO_HOST), "veth-red-br", &port));
	EXPECT_NE(0, port.master);
	EXPECT_EQ(0, port.carrier);
	EXPECT_EQ(BR_STATE_DISABLED, port.port.state);
	EXPECT_EQ(0, port.stats.rx_packets);
	EXPECT_EQ(0, stats(TOPO_HOST, "veth-blue-br").rx_packets);
	EXPECT_EQ(0, counter(TOPO_HOST, "IpInReceives"));
}

/* Claim 32: what the document pings last would have told. */
TEST_OF("claim 32", after_method_1, method_2s_gateway_is_not_there)
{
	ASSERT_ERR(0, paste_method_2());
	ASSERT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, "10.244.0.20"));
	/* 3 requests, a second apart, where the kernel does not let us. */
	if (sysctl_set(ns("pod-red"), "net/ipv4/neigh/veth-red/retrans_time_ms",
		       "10"))
		TH_LOG("waiting for ARP at its default pace");
	EXPECT_ERR(-EHOSTUNREACH, reach(PROBE_ICMP, "pod-red", NULL, GATEWAY));
	EXPECT_EQ(0, stats(TOPO_HOST, "v-net-0").rx_packets);
	EXPECT_EQ(0, counter(TOPO_HOST, "IpInReceives"));
	EXPECT_STREQ("-ENOENT",
		     neigh_of(TOPO_HOST, "v-net-0", "10.244.0.10"));
}

KSFT_NEEDS(CONFIG_VETH, "*.a_down_port_*", "*.the_first_port_with_carrier_*",
	   "*.a_default_route_needs_*")
KSFT_NEEDS(CONFIG_BRIDGE, "*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "bridge_v6.*.addresses_bring_*")
KSFT_NEEDS(CONFIG_BRIDGE_IGMP_SNOOPING, "*.a_bridge_without_ports_*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*.pod_to_pod_is_switched_*",
	   "*.a_default_route_alone_*")

KSFT_MAIN
