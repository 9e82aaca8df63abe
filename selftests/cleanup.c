// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What goes, what stays and in which order when a namespace, a link or a
 * bridge of the document's topologies is deleted.
 *
 *	bridge: host  v-net-0 10.244.0.1/24
 *	               |- veth-red-br  ------ veth-red   pod-red  10.244.0.10/24
 *	               `- veth-blue-br ------ veth-blue  pod-blue 10.244.0.20/24
 *	p2p:    pod-red  veth-red  ---------- veth-blue  pod-blue 10.0.1.2/24
 *	host:   host     veth-host ---------- veth-pod   pod-red  10.1.1.2/24
 *
 * A namespace ends in the kernel's own time (cleanup_net, a work), with its
 * last reference.  So every recorder here is opened before a test lets go, and
 * no parent of the test process has any of them: FIXTURE_SETUP runs in it.
 */
#include "ksft.h"

#include <fcntl.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

/* What links() says of the devices of these topologies. */
#define RUNS(dev)	"link " dev ": <BROADCAST,MULTICAST,UP,RUNNING," \
			"LOWER_UP> mtu 1500 qdisc noqueue state UP carrier 1 "
#define LO		"link lo: <LOOPBACK,UP,RUNNING,LOWER_UP> mtu 65536 " \
			"qdisc noqueue state UNKNOWN carrier 1 master none\n"
#define LO_DOWN		"link lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN " \
			"carrier 1 master none\n"
#define VETH(dev)	RUNS(dev) "master none\n"
#define BRIDGE		RUNS("v-net-0") "master none\n" \
			"link v-net-0: stp 0 forward_delay 1500 " \
			"ageing_time 30000 mcast_snooping 1\n"
#define PORT(dev)	RUNS(dev) "master v-net-0\n" \
			"link " dev ": port state 3 priority 32 cost 2 " \
			"learning 1 flood 1 hairpin 0 isolated 0 locked 0\n"

/* Routes of the table local that lo has, and those of @net's address. */
#define LOCAL_LO	"route local 127.0.0.0/8 dev lo table local " \
			"proto kernel scope host src 127.0.0.1\n" \
			"route local 127.0.0.1/32 dev lo table local " \
			"proto kernel scope host src 127.0.0.1\n"
#define LOCAL_BRD(net, dev, src) \
			"route broadcast " net ".255/32 dev " dev \
			" table local proto kernel scope link src " src "\n"
#define LOCAL_LO_BRD	LOCAL_BRD("127.255.255", "lo", "127.0.0.1")
#define LOCAL_ADDR(dev, src) \
			"route local " src "/32 dev " dev \
			" table local proto kernel scope host src " src "\n"
#define CONNECTED(net, dev, src) \
			"route unicast " net ".0/24 dev " dev \
			" table main proto kernel scope link src " src "\n"
#define DEFAULT(dev)	"route unicast default via 10.244.0.1 dev " dev \
			" table main proto boot scope global\n"
#define ADDR(addr, dev)	"addr " addr " dev " dev " scope global permanent\n"
#define ADDR_LO		"addr 127.0.0.1/8 dev lo scope host permanent\n"
#define ADDR6(addr, dev) \
			"addr " addr " dev " dev \
			" scope global permanent nodad\n"
#define DEFAULT6(dev)	"route unicast default via 2001:db8::1 dev " dev \
			" table main proto boot scope global metric 1024\n"
#define ADDR6_LO	"addr ::1/128 dev lo scope host permanent\n"

/* Without what differs between two kernels or two builds. */
static bool make_common(char *line, const char *word)
{
	(void)word;
	/* The peer's name and MAC; an option that may be missing. */
	cut_tail(line, " kind ");
	cut_tail(line, " vlan_filtering ");
	return !is_fallback_line(line);
}

static char *links(const char *name)
{
	return keep(state_text(ns(name), STATE_LINK), make_common, NULL);
}

static char *addrs(const char *name)
{
	return state_text(ns(name), STATE_ADDR4);
}

/* Those that were given, not derived from a MAC. */
static char *addrs6(const char *name)
{
	return lines_without(state_text(ns(name), STATE_ADDR6), "addr fe80:");
}

static char *default6(const char *name)
{
	return lines_with(state_text(ns(name), STATE_ROUTE6), " default ");
}

/* Behind the line @line of @text; NULL if there is none. */
static const char *behind(const char *text, const char *line)
{
	size_t n, len = strlen(line);

	for (; *text; text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (n == len && !memcmp(text, line, n))
			return text + n;
	}
	return NULL;
}

/* Does @text have all of @lines, in this order?  Says what it misses. */
static bool in_order(const char *text, const char * const *lines, size_t n)
{
	const char *rest = text;
	size_t i, len;

	for (i = 0; i < n && rest; i++)
		rest = behind(rest, lines[i]);
	if (rest)
		return true;
	printf("# no \"%s\"%s%s in these events:\n", lines[i - 1],
	       i > 1 ? " behind " : "", i > 1 ? lines[i - 2] : "");
	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		printf("#   %.*s\n", (int)len, text);
	}
	return false;
}

/* Lets go of pod-red and waits until @dev, its link's peer, is gone. */
static int delete_red(const char *name, const char *dev)
{
	struct link last;
	int err;

	err = topo_netns_release(ksft.topo, "pod-red");
	return err ? err : link_wait(ns(name), dev, link_is_gone, &last);
}

/* Forgets a neighbour, so that the next packet has to resolve it anew. */
static int forget(const char *name, const char *dev, const char *dst)
{
	int err = neigh_del(in(name), dev, dst);

	return err == -ENOENT ? 0 : err;
}

FIXTURE(bridge) { struct topo *topo; };
FIXTURE_VARIANT(bridge) {
	const char *topology;
	const char *others;		/* ports that are not pod-red's */
};
FIXTURE_VARIANT_ADD(bridge, bridge) {
	.topology = "bridge", .others = PORT("veth-blue-br"),
};
FIXTURE_VARIANT_ADD(bridge, bridge_ipv6) {
	.topology = "bridge-ipv6", .others = PORT("veth-blue-br"),
};
FIXTURE_VARIANT_ADD(bridge, bridge_in_place) {
	.topology = "bridge-in-place", .others = PORT("veth-blue-br"),
};
FIXTURE_SETUP(bridge) TOPO_SETUP(bridge)
FIXTURE_TEARDOWN(bridge) TOPO_TEARDOWN

/*
 * Claims 52, 54 and 55: the bridge-side veth goes, and of the host nothing
 * else: v-net-0, its address and its routes stay.  So does all that the other
 * pod has.  A cached gateway does not count: the bridge may wear another MAC
 * now, that of the lowest port left (finding 0.2), and then takes its time to
 * be found again.
 */
TEST_OF("claim 52, claim 54, claim 55", bridge, netns_del_removes_only_its_port)
{
	char want[4096];

	snprintf(want, sizeof(want), LO BRIDGE "%s" PORT("veth-red-br"),
		 variant->others);
	ASSERT_ERR(0, known("host", "v-net-0"));
	EXPECT_TEXT(want, links("host"));
	EXPECT_TEXT(LO VETH("veth-red"), links("pod-red"));
	ASSERT_ERR(0, reach_all("pod-blue", "host", "10.244.0.1"));
	ASSERT_ERR(0, delete_red("host", "veth-red-br"));

	snprintf(want, sizeof(want), LO BRIDGE "%s", variant->others);
	EXPECT_TEXT(want, links("host"));
	EXPECT_TEXT(ADDR("10.244.0.1/24", "v-net-0") ADDR_LO, addrs("host"));
	EXPECT_TEXT(CONNECTED("10.244.0", "v-net-0", "10.244.0.1"),
		    main_routes("host"));
	EXPECT_TEXT(LOCAL_BRD("10.244.0", "v-net-0", "10.244.0.1")
		    LOCAL_LO_BRD LOCAL_ADDR("v-net-0", "10.244.0.1") LOCAL_LO,
		    local_routes("host"));
	EXPECT_TEXT(LO VETH("veth-blue"), links("pod-blue"));
	EXPECT_TEXT(ADDR("10.244.0.20/24", "veth-blue") ADDR_LO,
		    addrs("pod-blue"));
	EXPECT_TEXT(CONNECTED("10.244.0", "veth-blue", "10.244.0.20")
		    DEFAULT("veth-blue"), main_routes("pod-blue"));
	ASSERT_ERR(0, forget("pod-blue", "veth-blue", "10.244.0.1"));
	EXPECT_ERR(0, reach_all("pod-blue", "host", "10.244.0.1"));
	EXPECT_ERR(0, reach_all("host", "pod-blue", "10.244.0.20"));
}

/* What the pod that goes had: with the test above, each step is seen. */
TEST_F(bridge, netns_del_ends_what_worked)
{
	struct link pod, port;
	struct neigh entry;

	EXPECT_TEXT(ADDR("10.244.0.10/24", "veth-red") ADDR_LO,
		    addrs("pod-red"));
	EXPECT_TEXT(CONNECTED("10.244.0", "veth-red", "10.244.0.10")
		    DEFAULT("veth-red"), main_routes("pod-red"));
	ASSERT_ERR(0, reach_all("pod-blue", "pod-red", "10.244.0.10"));
	ASSERT_ERR(0, link_get(in("host"), "veth-red-br", &port));
	ASSERT_ERR(0, link_get(in("pod-red"), "veth-red", &pod));
	ASSERT_ERR(0, fdb_get(in("host"), pod.mac, &entry));
	ASSERT_EQ(port.ifindex, entry.ifindex);
	ASSERT_ERR(0, delete_red("host", "veth-red-br"));

	EXPECT_ERR(-ENOENT, fdb_get(in("host"), pod.mac, &entry));
	EXPECT_ERR(-ENOENT, fdb_get(in("host"), port.mac, &entry));
}

/* Claim 55 over IPv6. */
FIXTURE(bridge_ipv6) { struct topo *topo; };
FIXTURE_VARIANT(bridge_ipv6) { const char *topology; };
FIXTURE_VARIANT_ADD(bridge_ipv6, bridge_ipv6) { .topology = "bridge-ipv6" };
FIXTURE_SETUP(bridge_ipv6) TOPO_SETUP(bridge_ipv6)
FIXTURE_TEARDOWN(bridge_ipv6) TOPO_TEARDOWN

TEST_F(bridge_ipv6, netns_del_leaves_the_others_their_ipv6)
{
	EXPECT_TEXT(ADDR6("2001:db8::10/64", "veth-red") ADDR6_LO,
		    addrs6("pod-red"));
	EXPECT_TEXT(DEFAULT6("veth-red"), default6("pod-red"));
	ASSERT_ERR(0, reach_all("pod-red", "pod-blue", "2001:db8::20"));
	ASSERT_ERR(0, reach_all("pod-blue", "host", "2001:db8::1"));
	ASSERT_ERR(0, delete_red("host", "veth-red-br"));

	EXPECT_TEXT(ADDR6("2001:db8::1/64", "v-net-0") ADDR6_LO,
		    addrs6("host"));
	EXPECT_TEXT(ADDR6("2001:db8::20/64", "veth-blue") ADDR6_LO,
		    addrs6("pod-blue"));
	EXPECT_TEXT(DEFAULT6("veth-blue"), default6("pod-blue"));
	ASSERT_ERR(0, forget("pod-blue", "veth-blue", "2001:db8::1"));
	EXPECT_ERR(0, reach_all("pod-blue", "host", "2001:db8::1"));
	EXPECT_ERR(0, reach_all("host", "pod-blue", "2001:db8::20"));
}

/* Claim 55 for pods among themselves. */
FIXTURE(bridge_3) { struct topo *topo; };
FIXTURE_VARIANT(bridge_3) { const char *topology; };
FIXTURE_VARIANT_ADD(bridge_3, bridge_3) { .topology = "bridge-3" };
FIXTURE_SETUP(bridge_3) TOPO_SETUP(bridge_3)
FIXTURE_TEARDOWN(bridge_3) TOPO_TEARDOWN

TEST_F(bridge_3, netns_del_leaves_the_other_pods_each_other)
{
	struct link port, pod;
	struct neigh entry;

	ASSERT_ERR(0, reach_all("pod-red", "pod-3", "10.244.0.21"));
	ASSERT_ERR(0, reach_all("pod-blue", "pod-3", "10.244.0.21"));
	ASSERT_ERR(0, delete_red("host", "veth-red-br"));

	EXPECT_ERR(0, reach_all("pod-blue", "pod-3", "10.244.0.21"));
	EXPECT_ERR(0, reach_all("pod-3", "pod-blue", "10.244.0.20"));
	/* The path: through the bridge's ports. */
	ASSERT_ERR(0, link_get(in("host"), "veth-3-br", &port));
	ASSERT_ERR(0, link_get(in("pod-3"), "veth-3", &pod));
	ASSERT_ERR(0, fdb_get(in("host"), pod.mac, &entry));
	EXPECT_EQ(port.ifindex, entry.ifindex);
	EXPECT_EQ(port.master, entry.master);
	EXPECT_TEXT(LO VETH("veth-3"), links("pod-3"));
	EXPECT_TEXT(ADDR("10.244.0.21/24", "veth-3") ADDR_LO, addrs("pod-3"));
	EXPECT_TEXT(CONNECTED("10.244.0", "veth-3", "10.244.0.21")
		    DEFAULT("veth-3"), main_routes("pod-3"));
}

/* How a port goes, and its bridge. */
FIXTURE(port) {
	struct topo *topo;
	struct events *events;		/* of the host */
	struct link port, pod;		/* veth-red-br, veth-red */
};
FIXTURE_VARIANT(port) { const char *topology; };
FIXTURE_VARIANT_ADD(port, bridge_in_place) { .topology = "bridge-in-place" };
FIXTURE_SETUP(port)
{
	TOPO_SETUP(port);
	self->events = events_open(ns("host"),
				   EVENT_LINK | EVENT_NEIGH | EVENT_NSID);
	ASSERT_NE(NULL, self->events);
}
FIXTURE_TEARDOWN(port)
{
	events_close(self->events);
	TOPO_TEARDOWN;
}

/* Fills the fdb and the neighbour table, and says who is who. */
static int use_port(struct link *port, struct link *pod)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	const struct link_desc set = { .mac = mac };
	struct neigh entry;
	int err;

	/* Else it may be the port's, whose entry then is the bridge's. */
	err = link_set(in("host"), "v-net-0", &set);
	if (!err)
		err = reach_all("host", "pod-red", "10.244.0.10");
	if (!err)
		err = link_get(in("host"), "veth-red-br", port);
	if (!err)
		err = link_get(in("pod-red"), "veth-red", pod);
	if (!err)
		err = fdb_get(in("host"), pod->mac, &entry);
	if (!err)
		err = fdb_get(in("host"), port->mac, &entry);
	return err;
}

/*
 * Claim 54, finding 0.3: what is told, in which order.  The NSID comes first:
 * it is nothing to wait for.  Learned entries go when the port loses carrier
 * or is taken down, whichever is told first.
 */
TEST_OF("claim 54, cleanup notification-order", port, netns_del_frees_the_nsid_then_the_port_then_the_link)
{
	char nsid[32], learned[64], own[64], mac[18];
	const char * const order[] = {
		nsid, learned, "DELLINK bridge veth-red-br",
		"DELLINK veth-red-br",
	};
	const char * const link[] = {
		"NEWLINK veth-red-br down", own, "DELLINK veth-red-br",
	};
	char *text;
	int id;

	ASSERT_ERR(0, use_port(&self->port, &self->pod));
	ASSERT_ERR(0, nsid_get(in("host"), ns("pod-red"), &id));
	ASSERT_LE(0, id);
	snprintf(nsid, sizeof(nsid), "DELNSID %d", id);
	snprintf(learned, sizeof(learned), "DELNEIGH fdb %s dev veth-red-br",
		 mac_text(self->pod.mac, mac));
	snprintf(own, sizeof(own), "DELNEIGH fdb %s dev veth-red-br",
		 mac_text(self->port.mac, mac));
	ASSERT_ERR(0, delete_red("host", "veth-red-br"));

	text = events_text(self->events);
	ASSERT_NE(NULL, text);
	EXPECT_TRUE(in_order(text, order, ARRAY_SIZE(order)));
	EXPECT_TRUE(in_order(text, link, ARRAY_SIZE(link)));
	free(text);
}

/* Section 4: an RTM_DELLINK has done all of it when it is acknowledged. */
TEST_OF("cleanup dellink-synchronous", port,
	link_del_of_the_port_deletes_the_pods_end_at_once)
{
	struct neigh entry;
	struct link link;

	ASSERT_ERR(0, use_port(&self->port, &self->pod));
	ASSERT_ERR(0, known("host", "v-net-0"));
	ASSERT_ERR(0, link_del(in("host"), "veth-red-br"));
	EXPECT_ERR(-ENODEV, link_get(in("pod-red"), "veth-red", &link));
	EXPECT_ERR(-ENOENT, fdb_get(in("host"), self->pod.mac, &entry));
	EXPECT_ERR(-ENOENT, fdb_get(in("host"), self->port.mac, &entry));
	EXPECT_TEXT(LO, links("pod-red"));
	EXPECT_TEXT(ADDR_LO, addrs("pod-red"));
	EXPECT_TEXT("", main_routes("pod-red"));
	EXPECT_TEXT(LO BRIDGE PORT("veth-blue-br"), links("host"));
}

/* Section 4: their neighbours, too, and what v-net-0 had to itself. */
TEST_OF("cleanup bridge-deleted", port, deleting_the_bridge_keeps_its_ports_up)
{
	struct neigh entry, *all;
	struct link link;

	ASSERT_ERR(0, use_port(&self->port, &self->pod));
	ASSERT_ERR(0, neigh_get(in("host"), "v-net-0", "10.244.0.10", &entry));
	ASSERT_EQ(1, self->port.promiscuity);
	ASSERT_ERR(0, link_del(in("host"), "v-net-0"));

	EXPECT_TEXT(LO VETH("veth-blue-br") VETH("veth-red-br"),
		    links("host"));
	ASSERT_ERR(0, link_get(in("host"), "veth-red-br", &link));
	EXPECT_EQ(0, link.promiscuity);
	EXPECT_STREQ("", link.slave_kind);
	EXPECT_ERR(-ENOENT, fdb_get(in("host"), self->pod.mac, &entry));
	EXPECT_TEXT(ADDR_LO, addrs("host"));
	EXPECT_TEXT("", main_routes("host"));
	EXPECT_TEXT(LOCAL_LO_BRD LOCAL_LO, local_routes("host"));
	EXPECT_EQ(0, neigh_list(in("host"), AF_INET, &all));
	free(all);
	/* The pods see nothing of it. */
	EXPECT_TEXT(LO VETH("veth-red"), links("pod-red"));
	EXPECT_TEXT(CONNECTED("10.244.0", "veth-red", "10.244.0.10")
		    DEFAULT("veth-red"), main_routes("pod-red"));
}

FIXTURE(p2p) { struct topo *topo; };
FIXTURE_VARIANT(p2p) {
	const char *topology;
	const char *red6, *blue6;
};
FIXTURE_VARIANT_ADD(p2p, p2p) {
	.topology = "p2p", .red6 = ADDR6_LO, .blue6 = ADDR6_LO,
};
FIXTURE_VARIANT_ADD(p2p, p2p_ipv6) {
	.topology = "p2p-ipv6",
	.red6 = ADDR6("2001:db8::1/64", "veth-red") ADDR6_LO,
	.blue6 = ADDR6("2001:db8::2/64", "veth-blue") ADDR6_LO,
};
FIXTURE_VARIANT_ADD(p2p, p2p_in_place) {
	.topology = "p2p-in-place", .red6 = ADDR6_LO, .blue6 = ADDR6_LO,
};
FIXTURE_SETUP(p2p) TOPO_SETUP(p2p)
FIXTURE_TEARDOWN(p2p) TOPO_TEARDOWN

/*
 * Claims 52 and 53: whoever made the pair (here the host, a third namespace),
 * both ends go, with what the other pod had on its own.
 */
TEST_OF("claim 52, claim 53, cleanup veth-third-netns", p2p,
	netns_del_deletes_the_end_in_the_other_pod)
{
	ASSERT_ERR(0, reach_all("pod-blue", "pod-red", "10.0.1.1"));
	EXPECT_TEXT(LO VETH("veth-red"), links("pod-red"));
	EXPECT_TEXT(LO VETH("veth-blue"), links("pod-blue"));
	EXPECT_TEXT(CONNECTED("10.0.1", "veth-red", "10.0.1.1"),
		    main_routes("pod-red"));
	EXPECT_TEXT(CONNECTED("10.0.1", "veth-blue", "10.0.1.2"),
		    main_routes("pod-blue"));
	EXPECT_TEXT(variant->red6, addrs6("pod-red"));
	EXPECT_TEXT(variant->blue6, addrs6("pod-blue"));
	ASSERT_ERR(0, delete_red("pod-blue", "veth-blue"));

	EXPECT_TEXT(LO, links("pod-blue"));
	EXPECT_TEXT(ADDR_LO, addrs("pod-blue"));
	EXPECT_TEXT(ADDR6_LO, addrs6("pod-blue"));
	EXPECT_TEXT("", main_routes("pod-blue"));
	EXPECT_TEXT(LOCAL_LO_BRD LOCAL_LO, local_routes("pod-blue"));
	EXPECT_TEXT("route local ::1/128 dev lo table local proto kernel scope global\n",
		    state_text(ns("pod-blue"), STATE_ROUTE6));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_ICMP, "pod-blue", NULL, "10.0.1.1"));
	EXPECT_TEXT(LO_DOWN, links("host"));
}

FIXTURE(pair) { struct topo *topo; };
FIXTURE_VARIANT(pair) { const char *topology; };
FIXTURE_VARIANT_ADD(pair, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(pair) TOPO_SETUP(pair)
FIXTURE_TEARDOWN(pair) TOPO_TEARDOWN

/* Claim 53 and section 4: no need to wait after an explicit RTM_DELLINK. */
TEST_OF("claim 53, cleanup veth-both-ends, cleanup dellink-synchronous", pair,
	link_del_of_one_end_deletes_the_peer_at_once)
{
	struct link link;

	ASSERT_ERR(0, link_get(in("pod-blue"), "veth-blue", &link));
	ASSERT_ERR(0, link_del(in("pod-red"), "veth-red"));
	EXPECT_ERR(-ENODEV, link_get(in("pod-blue"), "veth-blue", &link));
	EXPECT_TEXT(LO, links("pod-red"));
	EXPECT_TEXT(LO, links("pod-blue"));
	EXPECT_TEXT("", main_routes("pod-red"));
	EXPECT_TEXT("", main_routes("pod-blue"));
}

FIXTURE(host) { struct topo *topo; };
FIXTURE_VARIANT(host) {
	const char *topology;
	const char *host6, *pod6;
};
FIXTURE_VARIANT_ADD(host, host) {
	.topology = "host", .host6 = ADDR6_LO, .pod6 = ADDR6_LO,
};
FIXTURE_VARIANT_ADD(host, host_ipv6) {
	.topology = "host-ipv6",
	.host6 = ADDR6("2001:db8::1/64", "veth-host") ADDR6_LO,
	.pod6 = ADDR6("2001:db8::2/64", "veth-pod") ADDR6_LO,
};
FIXTURE_VARIANT_ADD(host, host_in_place) {
	.topology = "host-in-place", .host6 = ADDR6_LO, .pod6 = ADDR6_LO,
};
FIXTURE_SETUP(host) TOPO_SETUP(host)
FIXTURE_TEARDOWN(host) TOPO_TEARDOWN

/* Claims 52, 53: the host's end goes, with its address and its route. */
TEST_OF("claim 52, claim 53", host, netns_del_deletes_the_hosts_end)
{
	ASSERT_ERR(0, reach_all("host", "pod-red", "10.1.1.2"));
	EXPECT_TEXT(LO VETH("veth-host"), links("host"));
	EXPECT_TEXT(LO VETH("veth-pod"), links("pod-red"));
	EXPECT_TEXT(CONNECTED("10.1.1", "veth-host", "10.1.1.1"),
		    main_routes("host"));
	EXPECT_TEXT(CONNECTED("10.1.1", "veth-pod", "10.1.1.2"),
		    main_routes("pod-red"));
	EXPECT_TEXT(variant->host6, addrs6("host"));
	EXPECT_TEXT(variant->pod6, addrs6("pod-red"));
	ASSERT_ERR(0, delete_red("host", "veth-host"));

	EXPECT_TEXT(LO, links("host"));
	EXPECT_TEXT(ADDR_LO, addrs("host"));
	EXPECT_TEXT(ADDR6_LO, addrs6("host"));
	EXPECT_TEXT("", main_routes("host"));
	EXPECT_TEXT(LOCAL_LO_BRD LOCAL_LO, local_routes("host"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_ICMP, "host", NULL, "10.1.1.2"));
}

/*
 * Claim 51: `ip netns del` takes the name only.  What holds the namespace
 * without it, and what does not (section 4).
 */
FIXTURE(held) {
	struct topo *topo;
	struct events *events;		/* of the host */
};
FIXTURE_VARIANT(held) { const char *topology; };
FIXTURE_VARIANT_ADD(held, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(held)
{
	TOPO_SETUP(held);
	self->events = events_open(ns("host"), EVENT_LINK);
	ASSERT_NE(NULL, self->events);
}
FIXTURE_TEARDOWN(held)
{
	events_close(self->events);
	TOPO_TEARDOWN;
}

/* A pair named @dev with its other end in @netns, which it does not hold. */
static int wire_to(int netns, const char *dev)
{
	const struct link_desc peer = { .name = dev, .netns = netns };
	const struct link_desc wire = { .kind = "veth", .name = dev,
					.peer = &peer };

	return link_add(in("host"), &wire);
}

/* Makes a namespace, lets go of it and waits for its link's end. */
static int end_another(struct events *events)
{
	int netns = netns_new();
	int err;

	if (netns < 0)
		return netns;
	err = wire_to(netns, "another");
	close(netns);
	return err ? err : events_wait(events, "DELLINK another");
}

/*
 * When this is done, whoever nothing held before has no links any more.  One
 * single thread (netns_wq) ends namespaces, those that wait at a time in one
 * go and under one rtnl_lock, and each go ends with an rcu_barrier().  That of
 * the first one here is behind sockets that were closed before: they let go of
 * their namespace by call_rcu().  So the second goes with or after the victim.
 *
 * Where no socket of the victim's was closed, its last reference would have
 * queued it before the first one, which then is enough: end_another().
 */
static int outlive_others(struct events *events)
{
	int err = end_another(events);

	return err ? err : end_another(events);
}

static int until_gone(const char *dev)
{
	struct link last;

	return link_wait(ns("host"), dev, link_is_gone, &last);
}

TEST_OF("claim 51, cleanup hold-nsfs-fd", held,
	an_open_descriptor_keeps_the_pod_working_without_its_name)
{
	struct netns_id before, after;
	int fd = netns_open("pod-red");
	struct link link;

	ASSERT_LE(0, fd);
	ASSERT_ERR(0, netns_id(fd, &before));
	ASSERT_ERR(0, reach(PROBE_ICMP, "host", NULL, "10.1.1.2"));
	ASSERT_ERR(0, topo_netns_release(self->topo, "pod-red"));
	EXPECT_ERR(-ENOENT, netns_open("pod-red"));
	ASSERT_ERR(0, outlive_others(self->events));
	EXPECT_ERR(0, link_get(in("host"), "veth-host", &link));
	EXPECT_ERR(0, reach(PROBE_ICMP, "host", NULL, "10.1.1.2"));
	EXPECT_ERR(0, netns_id(fd, &after));
	EXPECT_EQ(before.ino, after.ino);
	EXPECT_EQ(before.cookie, after.cookie);

	close(fd);
	EXPECT_ERR(0, until_gone("veth-host"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_ICMP, "host", NULL, "10.1.1.2"));
}

/* A child that does @act and then stays: its pid, or -errno of @act. */
static pid_t child_that(int (*act)(int netns), int netns)
{
	int pipe_fd[2], err = 0;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		err = act(netns);
		/* It is to hold nothing by what it inherited from us. */
		dup2(pipe_fd[1], STDIN_FILENO);
		close_range(3, ~0U, 0);
		if (write(STDIN_FILENO, &err, sizeof(err)) < 0)
			_exit(1);
		for (;;)
			pause();
	}
	close(pipe_fd[1]);
	if (pid > 0 && read(pipe_fd[0], &err, sizeof(err)) != sizeof(err))
		err = -EPIPE;
	close(pipe_fd[0]);
	return pid < 0 ? -EAGAIN : err ? err : pid;
}

/* One reference of its own kind to a namespace: all that is left of it. */
struct holder {
	const char *dev;		/* the host's end of a wire to it */
	int (*hold)(struct holder *h, int netns);
	void (*drop)(struct holder *h);
	int domain, type, protocol;	/* of a socket */
	const char *path;		/* of a file */
	bool closed;			/* sockets of the namespace */
	int fd[2];
	pid_t pid;
};

static int enter_netns(int netns)
{
	return setns(netns, CLONE_NEWNET) < 0 ? -errno : 0;
}

static int hold_process(struct holder *h, int netns)
{
	h->pid = child_that(enter_netns, netns);
	return h->pid < 0 ? h->pid : 0;
}

/* Leaves a zombie, which holds nothing. */
static void drop_process(struct holder *h)
{
	siginfo_t info;

	kill(h->pid, SIGKILL);
	waitid(P_PID, h->pid, &info, WEXITED | WNOWAIT);
}

static int hold_socket(struct holder *h, int netns)
{
	h->fd[0] = netns_socket(netns, h->domain, h->type, h->protocol);
	return h->fd[0] < 0 ? h->fd[0] : 0;
}

/* Can neither be read nor given to setns(2). */
static int hold_o_path(struct holder *h, int netns)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", netns);
	h->fd[0] = open(path, O_PATH | O_CLOEXEC);
	return h->fd[0] < 0 ? -errno : 0;
}

static void drop_fds(struct holder *h)
{
	close(h->fd[0]);
	if (h->fd[1])
		close(h->fd[1]);
}

/* A descriptor that was sent and is never received. */
static int hold_in_flight(struct holder *h, int netns)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 };
	struct iovec iov = { .iov_base = "x", .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &netns, sizeof(netns));
	if (socketpair(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0, h->fd) < 0)
		return -errno;
	return sendmsg(h->fd[0], &msg, 0) < 0 ? -errno : 0;
}

/* A name, as that of ip-netns(8): a bind mount. */
static int hold_mount(struct holder *h, int netns)
{
	char path[64];
	int fd;

	(void)h;
	fd = open(NETNS_DIR "/another", O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	close(fd);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", netns);
	return mount(path, NETNS_DIR "/another", NULL, MS_BIND, NULL) < 0 ?
		       -errno : 0;
}

static void drop_mount(struct holder *h)
{
	/* Should it fail, the wait for the end says so. */
	if (netns_del("another"))
		h->dev = "lo";
}

static int hold_nothing(struct holder *h, int netns)
{
	(void)h;
	(void)netns;
	return 0;
}

/* A new namespace with a wire to the host, and @h for its only reference. */
static int hold_new(struct holder *h)
{
	int netns = netns_new();
	int err;

	if (netns < 0)
		return netns;
	err = wire_to(netns, h->dev);
	if (!err)
		err = h->hold(h, netns);
	close(netns);
	return err;
}

/* Is its wire still there?  Asked over a socket, so behind the rtnl_lock. */
static bool lives(const struct holder *h)
{
	struct link link;

	return !link_get(in("host"), h->dev, &link);
}

FIXTURE(holders) {
	struct topo *topo;
	struct events *events;		/* of the host */
};
FIXTURE_VARIANT(holders) { const char *topology; };
FIXTURE_VARIANT_ADD(holders, netns) { .topology = "netns" };
FIXTURE_SETUP(holders)
{
	TOPO_SETUP(holders);
	self->events = events_open(ns("host"), EVENT_LINK);
	ASSERT_NE(NULL, self->events);
}
FIXTURE_TEARDOWN(holders)
{
	events_close(self->events);
	TOPO_TEARDOWN;
}

/* A thread is in there, the process that it belongs to is not. */
static void *live_in_netns(void *arg)
{
	int *fds = arg, err = enter_netns(fds[0]);

	if (write(fds[1], &err, sizeof(err)) < 0)
		return NULL;
	for (;;)
		pause();
}

static int start_thread(int netns)
{
	static int fds[2];
	int pipe_fd[2], err = -EPIPE;
	pthread_t thread;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	fds[0] = netns;
	fds[1] = pipe_fd[1];
	if (pthread_create(&thread, NULL, live_in_netns, fds))
		return -EAGAIN;
	return read(pipe_fd[0], &err, sizeof(err)) < 0 ? -errno : err;
}

static int hold_thread(struct holder *h, int netns)
{
	h->pid = child_that(start_thread, netns);
	return h->pid < 0 ? h->pid : 0;
}

static int hold_file(struct holder *h, int netns)
{
	h->fd[0] = netns_open_file(netns, h->path, O_RDONLY);
	return h->fd[0] < 0 ? h->fd[0] : 0;
}

static int hold_nsfs_fd(struct holder *h, int netns)
{
	h->fd[0] = fcntl(netns, F_DUPFD_CLOEXEC, 0);
	return h->fd[0] < 0 ? -errno : 0;
}

/* Its set remembers a socket that is closed by then. */
static int hold_epoll(struct holder *h, int netns)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = netns_socket(netns, AF_INET, SOCK_DGRAM, 0), err = 0;

	if (fd < 0)
		return fd;
	h->fd[0] = epoll_create1(EPOLL_CLOEXEC);
	if (h->fd[0] < 0 ||
	    epoll_ctl(h->fd[0], EPOLL_CTL_ADD, fd, &event) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* As a process that ended and is not waited for. */
static int hold_zombie(struct holder *h, int netns)
{
	int err = hold_process(h, netns);

	if (!err)
		drop_process(h);
	return err;
}

static void drop_zombie(struct holder *h)
{
	waitpid(h->pid, NULL, 0);
}

#define HOST_ADDR	"192.0.2.1"
#define WIRE_PORT	7777

/* The wire's two ends get addresses and carrier. */
static int address_wire(const struct holder *h, int netns)
{
	const struct link_desc up = { .flags = IFF_UP, .change = IFF_UP };
	struct rtnl *rtnl = rtnl_open(netns);
	struct link last;
	int err;

	if (!rtnl)
		return -errno;
	err = addr_add(in("host"), h->dev, HOST_ADDR "/24", 0);
	if (!err)
		err = addr_add(rtnl, h->dev, "192.0.2.2/24", 0);
	if (!err)
		err = set_up("host", h->dev);
	if (!err)
		err = link_set(rtnl, h->dev, &up);
	rtnl_close(rtnl);
	return err ? err : link_wait(ns("host"), h->dev, link_is_running, &last);
}

/* fd[0]: the host's end of a TCP connection; *@client: the other's. */
static int connect_host(struct holder *h, int netns, int *client)
{
	struct sockaddr_in addr = { .sin_family = AF_INET,
				    .sin_port = htons(WIRE_PORT) };
	int listener, one = 1, err = address_wire(h, netns);

	if (err)
		return err;
	inet_pton(AF_INET, HOST_ADDR, &addr.sin_addr);
	listener = netns_socket(ns("host"), AF_INET, SOCK_STREAM, 0);
	*client = netns_socket(netns, AF_INET, SOCK_STREAM, 0);
	setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener, (struct sockaddr *)&addr, sizeof(addr)) < 0 ||
	    listen(listener, 1) < 0 ||
	    connect(*client, (struct sockaddr *)&addr, sizeof(addr)) < 0)
		err = -errno;
	else
		h->fd[0] = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	close(listener);
	return err ? err : h->fd[0] < 0 ? -errno : 0;
}

/*
 * The host reads nothing, so what was written cannot all be sent, nor the FIN
 * behind it: the connection outlives its socket.
 */
static int hold_orphan_tcp(struct holder *h, int netns)
{
	static const char data[65536];
	int client, err = connect_host(h, netns, &client);
	const int least = 1;

	if (err)
		return err;
	/* Else it may grow until all of it has been taken, and the FIN. */
	if (setsockopt(h->fd[0], SOL_SOCKET, SO_RCVBUF, &least, sizeof(least)))
		return -errno;
	while (send(client, data, sizeof(data), MSG_DONTWAIT) > 0)
		;
	close(client);
	return 0;
}

/* To close with data unread is a reset, which ends the other side too. */
static void drop_orphan_tcp(struct holder *h)
{
	close(h->fd[0]);
}

/* Closed first, by the namespace; the host's FIN makes a TIME_WAIT of it. */
static int hold_time_wait(struct holder *h, int netns)
{
	int client, err = connect_host(h, netns, &client);
	char byte;

	if (err)
		return err;
	shutdown(client, SHUT_WR);
	/* 0: its FIN is here; ours goes back. */
	if (read(h->fd[0], &byte, 1) != 0)
		return -EPROTO;
	shutdown(h->fd[0], SHUT_WR);
	if (read(client, &byte, 1) != 0)
		return -EPROTO;
	close(client);
	return 0;
}

/* The device file may be missing, or be root's alone. */
#define NO_HOLDER_FILE(err) \
	((err) == -ENOENT || (err) == -ENODEV || (err) == -EACCES)

/* Alive while it is held, and gone once it is not. */
#define HOLDER(row, name, ...) \
TEST_OF("cleanup " row, holders, name) \
{ \
	struct holder h = { .dev = "held", __VA_ARGS__ }; \
	int err = hold_new(&h); \
 \
	if (h.path && NO_HOLDER_FILE(err)) \
		SKIP(return, "needs %s that can be opened", h.path); \
	ASSERT_ERR(0, err); \
	ASSERT_ERR(0, h.closed ? outlive_others(self->events) : \
				 end_another(self->events)); \
	EXPECT_TRUE(lives(&h)); \
	h.drop(&h); \
	EXPECT_ERR(0, until_gone(h.dev)); \
	EXPECT_TEXT(LO_DOWN, links("host")); \
}

/* Gone although it is there. */
#define NO_HOLDER(row, name, ...) \
TEST_OF("cleanup " row, holders, name) \
{ \
	struct holder h = { .dev = "held", __VA_ARGS__ }; \
 \
	ASSERT_ERR(0, hold_new(&h)); \
	EXPECT_ERR(0, until_gone(h.dev)); \
	EXPECT_TEXT(LO_DOWN, links("host")); \
	h.drop(&h); \
}

#define SOCKET(domain_, type_, protocol_) \
	.hold = hold_socket, .drop = drop_fds, \
	.domain = domain_, .type = type_, .protocol = protocol_

KSFT_NEEDS(CONFIG_EPOLL, "holders.*an_epoll_set_*")
KSFT_NEEDS(CONFIG_IPV6, "holders.*a_udp_socket_*")
KSFT_NEEDS(CONFIG_PACKET, "holders.*a_packet_socket_*")
KSFT_NEEDS(CONFIG_TUN, "holders.*a_tun_descriptor_*")
KSFT_NEEDS(CONFIG_UNIX, "holders.*a_unix_socket_*",
	   "holders.*a_descriptor_in_flight_*")

HOLDER("hold-process", a_process_holds_its_namespace,
       .hold = hold_process, .drop = drop_process)
HOLDER("hold-thread", a_thread_holds_its_namespace,
       .hold = hold_thread, .drop = drop_process)
HOLDER("hold-nsfs-fd", a_descriptor_holds_its_namespace,
       .hold = hold_nsfs_fd, .drop = drop_fds)
HOLDER("hold-o-path", an_o_path_descriptor_holds_its_namespace,
       .hold = hold_o_path, .drop = drop_fds)
HOLDER("hold-bind-mount", a_second_bind_mount_holds_its_namespace,
       .hold = hold_mount, .drop = drop_mount)
HOLDER("hold-in-flight", a_descriptor_in_flight_holds_its_namespace,
       .hold = hold_in_flight, .drop = drop_fds)
HOLDER("hold-tcp", a_tcp_socket_holds_its_namespace,
       SOCKET(AF_INET, SOCK_STREAM, 0))
HOLDER("hold-udp", a_udp_socket_holds_its_namespace,
       SOCKET(AF_INET6, SOCK_DGRAM, 0))
HOLDER("hold-raw", a_raw_socket_holds_its_namespace,
       SOCKET(AF_INET, SOCK_RAW, IPPROTO_ICMP))
HOLDER("hold-packet", a_packet_socket_holds_its_namespace,
       SOCKET(AF_PACKET, SOCK_DGRAM, 0))
HOLDER("hold-unix", a_unix_socket_holds_its_namespace,
       SOCKET(AF_UNIX, SOCK_STREAM, 0))
HOLDER("hold-netlink", a_netlink_socket_holds_its_namespace,
       SOCKET(AF_NETLINK, SOCK_RAW, 0))
HOLDER("hold-tun", a_tun_descriptor_holds_its_namespace,
       .hold = hold_file, .drop = drop_fds, .path = "/dev/net/tun")
HOLDER("hold-proc-net-file", an_open_file_of_proc_net_holds_its_namespace,
       .hold = hold_file, .drop = drop_fds, .path = "/proc/net/dev")
HOLDER("hold-orphan-tcp", a_connection_that_cannot_end_holds_its_namespace,
       .hold = hold_orphan_tcp, .drop = drop_orphan_tcp, .closed = true)

NO_HOLDER("not-nothing", nothing_holds_no_namespace,
	  .hold = hold_nothing, .drop = drop_fds, .fd = { -1, 0 })
NO_HOLDER("not-zombie", a_zombie_holds_no_namespace,
	  .hold = hold_zombie, .drop = drop_zombie)
NO_HOLDER("not-time-wait", a_connection_in_time_wait_holds_no_namespace,
	  .hold = hold_time_wait, .drop = drop_fds)
NO_HOLDER("not-proc-net-dir", the_open_folder_proc_net_holds_no_namespace,
	  .hold = hold_file, .drop = drop_fds, .path = "/proc/net")
NO_HOLDER("not-epoll", an_epoll_set_holds_no_namespace,
	  .hold = hold_epoll, .drop = drop_fds)

/* Section 4, timing: any number that end at a time go in one go. */
TEST_OF("cleanup hundred-namespaces, cleanup sentinel-veth", holders,
	a_hundred_namespaces_end_together)
{
	int netns[100], i, err = 0;
	char dev[IFNAMSIZ];

	for (i = 0; i < 100 && !err; i++) {
		netns[i] = netns_new();
		snprintf(dev, sizeof(dev), "w%d", i);
		err = netns[i] < 0 ? netns[i] : wire_to(netns[i], dev);
	}
	ASSERT_ERR(0, err);
	for (i = 0; i < 100; i++)
		close(netns[i]);
	for (i = 0; i < 100; i++) {
		snprintf(dev, sizeof(dev), "w%d", i);
		EXPECT_ERR(0, until_gone(dev));
	}
	EXPECT_TEXT(LO_DOWN, links("host"));
}

/* Copies all mounts, that of the name pod-red among them. */
static int copy_mounts(int netns)
{
	int fd;

	(void)netns;
	if (unshare(CLONE_NEWNS) < 0)
		return -errno;
	fd = netns_open("pod-red");
	return fd < 0 ? fd : 0;
}

/* Section 4: to unlink the name detaches the mount everywhere. */
TEST_OF("cleanup not-mount-copy", held,
	not_by_the_copy_of_its_name_in_another_mount_namespace)
{
	pid_t pid = child_that(copy_mounts, -1);

	ASSERT_LT(0, pid);
	ASSERT_ERR(0, reach(PROBE_ICMP, "host", NULL, "10.1.1.2"));
	ASSERT_ERR(0, topo_netns_release(self->topo, "pod-red"));
	EXPECT_ERR(0, until_gone("veth-host"));
	/* It was there all the time. */
	EXPECT_EQ(0, waitpid(pid, NULL, WNOHANG));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

KSFT_NEEDS(CONFIG_IPV6, "p2p.*.netns_del_deletes_the_end_*",
	   "host.*.netns_del_deletes_the_hosts_end")
KSFT_NEEDS(CONFIG_VETH, "holders.*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "p2p.*.netns_del_deletes_the_end_*")
KSFT_NEEDS(CONFIG_BRIDGE_IGMP_SNOOPING, "bridge.*.netns_del_removes_only_its_port",
	   "port.*.link_del_of_the_port_*")

KSFT_MAIN
