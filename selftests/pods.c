// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Pods as Kubernetes and Docker have them: a namespace that a pause process
 * holds, containers that join it and share it, a network that a CNI plugin
 * makes, namespaces without a name; and what sharing means for ports and for
 * unix sockets.
 *
 *	host:   host  veth-host 10.1.1.1 ------ 10.1.1.2 veth-pod  pod-red
 *	cni:    host  v-net-0 10.244.0.1
 *	               |- vethred  ------------ eth0 10.244.0.10   pod-red
 *	               `- vethblue ------------ eth0 10.244.0.20   pod-blue
 */
#include "child.h"

#include <netinet/in.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/un.h>

#define RED	"pod-red"
#define BLUE	"pod-blue"
#define HOST	TOPO_HOST
#define PORT	8080
#define POD	"10.1.1.2"

FIXTURE(pause) { struct topo *topo; };
FIXTURE_VARIANT(pause) { const char *topology; };
FIXTURE_VARIANT_ADD(pause, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(pause) TOPO_SETUP(pause)
FIXTURE_TEARDOWN(pause) TOPO_TEARDOWN

/* /proc/PID/ns/net, by which a container joins: a descriptor, or -errno. */
static int net_of(const struct child *child)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", child->pid);
	return sys(open(path, O_RDONLY | O_CLOEXEC));
}

static uint64_t inode_of_net(const struct child *child)
{
	int fd = net_of(child);
	uint64_t ino = fd < 0 ? 0 : inode_of(fd);

	if (fd >= 0)
		close(fd);
	return ino;
}

/* In what follows an act's data is the descriptor of a namespace. */
static int stay_in(void *data)
{
	return enter_netns(*(int *)data);
}

struct address {
	struct sockaddr_storage ss;
	socklen_t len;
};

static struct address ip_address(const char *text, uint16_t port)
{
	struct address at = { 0 };
	struct ip_prefix ip;

	if (!ip_parse(text, &ip))
		at.len = ip_sockaddr(&ip, port, &at.ss);
	return at;
}

static int bind_at(int fd, const struct address *at)
{
	return sys(bind(fd, (struct sockaddr *)&at->ss, at->len));
}

/* A socket of the caller's namespace that listens, or -errno. */
static int listen_at(const char *text)
{
	struct address at = ip_address(text, PORT);
	int fd = socket(at.ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int err;

	if (fd < 0)
		return -errno;
	err = bind_at(fd, &at);
	if (!err)
		err = sys(listen(fd, 8));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* 0 if somebody listens there, as a socket of @netns sees it. */
static int connects(int netns, const char *text)
{
	struct address to = ip_address(text, PORT);
	int fd = netns_socket(netns, to.ss.ss_family, SOCK_STREAM, 0);
	int ms = deadline_left(deadline_new_probe()), err;
	struct timeval limit = { .tv_sec = ms / 1000,
				 .tv_usec = ms % 1000 * 1000 };

	if (fd < 0)
		return fd;
	err = sys(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
			     sizeof(limit)));
	if (!err)
		err = sys(connect(fd, (struct sockaddr *)&to.ss, to.len));
	close(fd);
	return err;
}

/* An application: it joins, and serves (the kernel accepts for it). */
static int serve_in(void *data)
{
	int err = enter_netns(*(int *)data);

	return err ? err : listen_at("0.0.0.0");
}

/* A new namespace with a wire to the host comes, and is seen to go. */
static int end_another(void)
{
	int netns = netns_new();
	const struct link_desc peer = { .name = "eth0", .netns = netns };
	const struct link_desc veth = { .kind = "veth", .name = "another",
					.peer = &peer };
	struct link last;
	int err;

	if (netns < 0)
		return netns;
	err = link_add(in(HOST), &veth);
	close(netns);
	if (!err)
		err = link_wait(ns(HOST), "another", link_is_gone, &last);
	return err;
}

/*
 * What has lost its last holder by now is gone after this: one thread ends
 * namespaces, in their order (netns_wq).
 */
static int end_others(void)
{
	int err = end_another();

	return err ? err : end_another();
}

static int until_gone(void)
{
	struct link last;

	return link_wait(ns(HOST), "veth-host", link_is_gone, &last);
}

/* pod-red, held by a process and nothing else. */
static int start_pause(struct child *pause_process)
{
	int netns = ns(RED);
	int err = child_start(pause_process, stay_in, &netns);

	return err ? err : topo_netns_release(ksft.topo, RED);
}

/* Claims 64, 65: a process that does nothing is a holder like any other. */
TEST_OF("claim 57, claim 64, claim 66", pause,
	the_sole_holder_takes_the_pod_with_it)
{
	uint64_t red = inode_of(ns(RED));
	struct child pause_process;

	ASSERT_ERR(0, start_pause(&pause_process));
	EXPECT_EQ(red, inode_of_net(&pause_process));
	ASSERT_ERR(0, end_others());
	EXPECT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD));
	ASSERT_ERR(0, child_end(&pause_process));
	EXPECT_ERR(0, until_gone());
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, HOST, NULL, POD));
}

/*
 * Claim 66, where the document says "when pause dies, entire Pod networking
 * collapses": not while an application that joined is alive.
 */
TEST_OF("claim 64, claim 65, claim 66", pause,
	an_application_outlives_the_pause_process_and_stays_reachable)
{
	struct child pause_process, app, late;
	uint64_t red = inode_of(ns(RED));
	int net;

	ASSERT_ERR(0, start_pause(&pause_process));
	net = net_of(&pause_process);
	ASSERT_LE(0, net);
	ASSERT_ERR(0, child_start(&app, serve_in, &net));
	close(net);
	ASSERT_ERR(0, connects(ns(HOST), POD));
	ASSERT_ERR(0, child_end(&pause_process));
	ASSERT_ERR(0, end_others());
	EXPECT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD));
	EXPECT_ERR(0, connects(ns(HOST), POD));
	/* A container that is restarted can still join: by the application. */
	net = net_of(&app);
	ASSERT_LE(0, net);
	EXPECT_ERR(0, child_start(&late, stay_in, &net));
	close(net);
	EXPECT_EQ(red, inode_of_net(&late));
	ASSERT_ERR(0, child_end(&app));
	EXPECT_ERR(-ECONNREFUSED, connects(ns(HOST), POD));
	EXPECT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD));
	ASSERT_ERR(0, child_end(&late));
	EXPECT_ERR(0, until_gone());
}

/* Mounts the namespace of a process as a runtime does: /run/netns/cni-... */
static int mount_net_of(const struct child *child, const char *name)
{
	char path[64], from[64];
	int fd;

	snprintf(path, sizeof(path), NETNS_DIR "/%s", name);
	snprintf(from, sizeof(from), "/proc/%d/ns/net", child->pid);
	fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
	if (fd < 0)
		return -errno;
	close(fd);
	return sys(mount(from, path, NULL, MS_BIND, NULL));
}

/* Claim 66: nor where the runtime mounted it: alive with no process at all. */
TEST_OF("claim 64, claim 66", pause,
	a_mount_outlives_the_pause_process_and_the_pod_answers_without_one)
{
	struct child pause_process, app;
	uint64_t red = inode_of(ns(RED));
	int net;

	ASSERT_ERR(0, start_pause(&pause_process));
	ASSERT_ERR(0, mount_net_of(&pause_process, "cni-1"));
	ASSERT_ERR(0, child_end(&pause_process));
	ASSERT_ERR(0, end_others());
	EXPECT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD));
	EXPECT_EQ(red, inode_at(NETNS_DIR "/cni-1"));
	EXPECT_ERR(-ECONNREFUSED, connects(ns(HOST), POD));
	net = netns_open("cni-1");
	ASSERT_LE(0, net);
	ASSERT_ERR(0, child_start(&app, serve_in, &net));
	close(net);
	EXPECT_ERR(0, connects(ns(HOST), POD));
	ASSERT_ERR(0, child_end(&app));
	ASSERT_ERR(0, netns_del("cni-1"));
	EXPECT_ERR(0, until_gone());
}

/* What a container that joined by another one's pid found there. */
struct joined {
	struct child *other;
	uint64_t ino;
	int loopback, bind_same, bind_other, unix_same;
	int see_address;
};

static int join_and_look(void *data)
{
	struct joined *j = data;
	int err = sys(setns(j->other->pidfd, CLONE_NEWNET));
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	struct address lo = ip_address("127.0.0.1", PORT);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int net = netns_self();

	if (err)
		return err;
	j->ino = own_inode();
	j->loopback = connects(net, "127.0.0.1");
	memcpy(un.sun_path, "\0pod", 4);
	j->unix_same = sys(connect(fd, (struct sockaddr *)&un,
				   offsetof(struct sockaddr_un, sun_path) + 4));
	j->bind_same = listen_at("0.0.0.0");
	lo = ip_address("127.0.0.1", PORT + 1);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	j->bind_other = bind_at(fd, &lo);
	lo = ip_address("192.0.2.7", PORT);
	fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	j->see_address = bind_at(fd, &lo);
	return 0;
}

/* Serves on the loopback address and on an abstract name of the pod. */
static int serve_locally(void *data)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	int err = enter_netns(*(int *)data);
	int fd;

	memcpy(un.sun_path, "\0pod", 4);
	fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (!err)
		err = sys(bind(fd, (struct sockaddr *)&un,
			       offsetof(struct sockaddr_un, sun_path) + 4));
	if (!err)
		err = sys(listen(fd, 8));
	/* Descriptor 1 is kept, and so is 2. */
	dup2(fd, STDERR_FILENO);
	return err ? err : listen_at("127.0.0.1");
}

/* Claims 60, 61, 65: containers of a pod share all, and ports collide. */
TEST_OF("claim 60, claim 61, claim 65, claim 73", pause,
	containers_that_join_share_loopback_ports_and_abstract_names)
{
	struct joined *j = shared_new(sizeof(*j));
	uint64_t red = inode_of(ns(RED));
	struct child app;
	int net = ns(RED);

	ASSERT_NE(NULL, j);
	ASSERT_ERR(0, addr_add(in(RED), "lo", "192.0.2.7/32", 0));
	ASSERT_ERR(0, child_start(&app, serve_locally, &net));
	j->other = &app;
	ASSERT_ERR(0, child_run(join_and_look, j));
	EXPECT_EQ(red, j->ino);
	EXPECT_EQ(red, inode_of_net(&app));
	EXPECT_ERR(0, j->loopback);
	EXPECT_ERR(0, j->unix_same);
	EXPECT_ERR(-EADDRINUSE, j->bind_same);
	EXPECT_ERR(0, j->bind_other);
	EXPECT_ERR(0, j->see_address);
	/* And the host has none of it. */
	EXPECT_ERR(-ECONNREFUSED, connects(ns(HOST), "127.0.0.1"));
	EXPECT_ERR(-ECONNREFUSED, connects(ns(HOST), POD));
	EXPECT_ERR(0, connects(ns(RED), "127.0.0.1"));
	ASSERT_ERR(0, child_end(&app));
}

/* Claim 60: without namespaces of its own a process is in its parent's. */
static int nothing(void *data)
{
	(void)data;
	return 0;
}

TEST_OF("claim 60", pause, without_one_of_its_own_a_process_shares_its_parents)
{
	struct child plain;
	int net = ns(RED);
	struct child inside;

	ASSERT_ERR(0, child_start(&plain, nothing, NULL));
	ASSERT_ERR(0, child_start(&inside, stay_in, &net));
	EXPECT_EQ(own_inode(), inode_of_net(&plain));
	EXPECT_NE(own_inode(), inode_of_net(&inside));
	EXPECT_ERR(0, reach(PROBE_ICMP, HOST, NULL, POD));
	ASSERT_ERR(0, child_end(&plain));
	ASSERT_ERR(0, child_end(&inside));
}

/* What CNI plugins do, over netlink (section 5 of the plan). */
FIXTURE(cni) { struct topo *topo; };
FIXTURE_VARIANT(cni) { const char *topology; };
FIXTURE_VARIANT_ADD(cni, netns) { .topology = "netns" };
FIXTURE_SETUP(cni) TOPO_SETUP(cni)
FIXTURE_TEARDOWN(cni) TOPO_TEARDOWN

static const uint8_t bridge_mac[6] = { 2, 0, 0, 0, 0, 0xff };

/* MACs of the ports, lower than the bridge's. */
static const uint8_t port_mac[6] = { 2, 0, 0, 0, 0, 1 };

/* The plugin "bridge" with isGateway: once a host. */
static int cni_bridge(void)
{
	const struct link_desc bridge = { .kind = "bridge", .name = "v-net-0",
					  .mac = bridge_mac };
	int err;

	err = link_add(in(HOST), &bridge);
	if (!err)
		err = set_up(HOST, "v-net-0");
	if (!err)
		err = addr_add_args(in(HOST), "v-net-0", "10.244.0.1/24",
				    "broadcast 10.244.0.255");
	if (!err)
		err = sysctl_set(ns(HOST), "net/ipv4/ip_forward", "1");
	return err;
}

struct cni_pod {
	const char *ns, *port, *addr;
	bool move;			/* the host's end is moved there */
};

static const struct cni_pod red = { RED, "vethred", "10.244.0.10/24", true };
static const struct cni_pod blue = { BLUE, "vethblue", "10.244.0.20/24", false };

/* The pair, built in the pod; the host's end moved out, or made there. */
static int cni_pair(const struct cni_pod *pod)
{
	const struct link_desc move = { .netns = ns(HOST) };
	const struct link_desc peer = { .name = pod->port, .mac = port_mac,
					.netns = pod->move ? 0 : ns(HOST) };
	const struct link_desc veth = { .kind = "veth", .name = "eth0",
					.peer = &peer };
	int err;

	err = link_add(in(pod->ns), &veth);
	if (!err && pod->move)
		err = link_set(in(pod->ns), pod->port, &move);
	return err;
}

static int cni_add(const struct cni_pod *pod)
{
	const struct route_desc route = { .dst = "default", .via = "10.244.0.1" };
	const struct link_desc port = { .master = "v-net-0", .flags = IFF_UP,
					.change = IFF_UP };
	struct link last;
	int err;

	err = cni_pair(pod);
	if (!err)
		err = link_set(in(HOST), pod->port, &port);
	if (!err)
		err = addr_add_args(in(pod->ns), "eth0", pod->addr,
				    "broadcast 10.244.0.255");
	if (!err)
		err = set_up(pod->ns, "eth0");
	if (!err)
		err = route_add(in(pod->ns), &route);
	if (!err)
		err = link_wait(ns(HOST), pod->port, link_is_forwarding, &last);
	if (!err)
		err = link_wait(ns(pod->ns), "eth0", link_is_running, &last);
	/* The bridge sends nothing before linkwatch has seen its carrier. */
	if (!err)
		err = link_wait(ns(HOST), "v-net-0", link_is_running, &last);
	return err;
}

#define NETWORK(addr_) \
	"addr " addr_ "/24 dev eth0 brd 10.244.0.255 scope global permanent\n" \
	"route unicast 10.244.0.0/24 dev eth0 table main proto kernel scope link src " addr_ "\n" \
	"route unicast default via 10.244.0.1 dev eth0 table main proto boot scope global\n" \
	"route broadcast 10.244.0.255/32 dev eth0 table local proto kernel scope link src " addr_ "\n" \
	"route local " addr_ "/32 dev eth0 table local proto kernel scope host src " addr_ "\n"

static char *network(const char *name)
{
	return state_text(ns(name), STATE_ADDR4 | STATE_ROUTE4_MAIN |
			  STATE_ROUTE4_LOCAL);
}

/* The first line that the host's state has of a link. */
static bool is_port_line(char *line, const char *word)
{
	cut_field(line, " mac ");
	return strstr(line, word);
}

static char *port_text(const char *port)
{
	char word[32];

	snprintf(word, sizeof(word), "link %s:", port);
	return keep(state_text(ns(HOST), STATE_LINK), is_port_line, word);
}

#define PORT_TEXT(port) \
	"link " port ": <BROADCAST,MULTICAST,UP,RUNNING,LOWER_UP> mtu 1500 qdisc noqueue state UP carrier 1 master v-net-0 kind veth peer elsewhere promiscuity 1 txqlen 1000\n" \
	"link " port ": port state 3 priority 32 cost 2 learning 1 flood 1 hairpin 0 isolated 0 locked 0\n"

/* Claim 63: whatever way the pair was made, the network is the same. */
TEST_OF("claim 63, cni pair, cni address, cni port", cni,
	add_gives_a_pod_its_pair_port_address_and_route)
{
	struct link eth0, port;

	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	ASSERT_ERR(0, cni_add(&red));
	ASSERT_ERR(0, cni_add(&blue));
	EXPECT_TEXT(NETWORK("10.244.0.10"), network(RED));
	EXPECT_TEXT(NETWORK("10.244.0.20"), network(BLUE));
	EXPECT_TEXT(PORT_TEXT("vethred"), port_text("vethred"));
	EXPECT_TEXT(PORT_TEXT("vethblue"), port_text("vethblue"));
	ASSERT_ERR(0, link_get(in(RED), "eth0", &eth0));
	ASSERT_ERR(0, link_get(in(HOST), "vethred", &port));
	EXPECT_EQ(port.ifindex, eth0.peer);
	EXPECT_EQ(eth0.ifindex, port.peer);
	EXPECT_LE(0, eth0.peer_nsid);
	EXPECT_LE(0, port.peer_nsid);
	EXPECT_ERR(0, reach_all(RED, BLUE, "10.244.0.20"));
	EXPECT_ERR(0, reach_all(BLUE, HOST, "10.244.0.1"));
}

/* Against finding 0.2: a MAC that was set is no port's, lower or not. */
TEST_OF("claim 63, cni bridge-mac", cni, add_and_del_leave_the_bridge_its_mac)
{
	struct link link;

	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	ASSERT_ERR(0, link_get(in(HOST), "v-net-0", &link));
	ASSERT_EQ(0, memcmp(bridge_mac, link.mac, 6));
	ASSERT_ERR(0, cni_add(&blue));
	ASSERT_ERR(0, link_get(in(HOST), "vethblue", &link));
	ASSERT_EQ(0, memcmp(port_mac, link.mac, 6));
	ASSERT_ERR(0, link_get(in(HOST), "v-net-0", &link));
	EXPECT_EQ(0, memcmp(bridge_mac, link.mac, 6));
	ASSERT_ERR(0, link_del(in(BLUE), "eth0"));
	ASSERT_ERR(0, link_get(in(HOST), "v-net-0", &link));
	EXPECT_EQ(0, memcmp(bridge_mac, link.mac, 6));
}

/*
 * ip_forward=1 makes the gateway answer for what it cannot reach, where the
 * document's method 2 loses it without a word (claim 45).
 */
TEST_OF("claim 63, cni sysctl", cni,
	with_ip_forward_the_gateway_says_that_there_is_no_route)
{
	uint64_t wrong, none, said;

	NEED_SYSCTL();
	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	ASSERT_ERR(0, cni_add(&blue));
	wrong = counter(HOST, "IpInAddrErrors");
	none = counter(HOST, "IpExtInNoRoutes");
	said = counter(HOST, "IcmpOutDestUnreachs");
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, BLUE, NULL, "8.8.8.8"));
	EXPECT_EQ(none + 1, counter(HOST, "IpExtInNoRoutes"));
	EXPECT_EQ(said + 1, counter(HOST, "IcmpOutDestUnreachs"));
	EXPECT_EQ(wrong, counter(HOST, "IpInAddrErrors"));
	EXPECT_EQ(1, counter(BLUE, "IcmpInDestUnreachs"));
	EXPECT_EQ(0, counter(BLUE, "IpOutNoRoutes"));
}

/*
 * The pod's lo is down, unless the plugin "loopback" has been there.  Until
 * then 127.0.0.1 is an address like any other: it goes to the gateway, which
 * drops it.
 */
TEST_OF("claim 63, cni pod-lo", cni, lo_of_a_pod_is_down_until_it_is_asked_for)
{
	struct link lo, eth0;
	struct route route;

	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	ASSERT_ERR(0, cni_add(&blue));
	ASSERT_ERR(0, link_get(in(BLUE), "lo", &lo));
	ASSERT_ERR(0, link_get(in(BLUE), "eth0", &eth0));
	EXPECT_EQ(IFF_LOOPBACK, lo.flags);
	EXPECT_ERR(0, route_get(in(BLUE), "127.0.0.1", &route));
	EXPECT_EQ(eth0.ifindex, route.oif);
	EXPECT_ERR(0, probe_silence(ns(BLUE), "127.0.0.1", "10.244.0.1"));
	ASSERT_ERR(0, set_up(BLUE, "lo"));
	EXPECT_ERR(-ECONNREFUSED, connects(ns(BLUE), "127.0.0.1"));
	EXPECT_ERR(-ECONNREFUSED, connects(ns(BLUE), "10.244.0.20"));
}

/* All of the host but what IPv6 traffic and linkwatch do in their own time. */
static bool is_lasting(char *line, const char *word)
{
	(void)word;
	if (strchr(line, '<'))
		cut_field(line, " state ");
	cut_tail(line, " linkdown");
	return !strstr(line, "link v-net-0: <") && !strstr(line, "fe80:") &&
	       !strstr(line, "33:33:") && !strstr(line, " learned");
}

static char *host_text(void)
{
	return keep(state_text(ns(HOST), STATE_LINK | STATE_ADDR4 |
			       STATE_ROUTE4_MAIN | STATE_ROUTE4_LOCAL |
			       STATE_RULE | STATE_FDB), is_lasting, NULL);
}

/* Claim 63: DEL takes all back, and the second DEL finds nothing to do. */
TEST_OF("claim 63, cni del", cni, del_undoes_add_on_the_host_and_is_repeatable)
{
	char *before, *after;
	struct link link;

	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	ASSERT_ERR(0, cni_add(&red));
	before = host_text();
	ASSERT_ERR(0, cni_add(&blue));
	ASSERT_ERR(0, reach_all(BLUE, HOST, "10.244.0.1"));
	ASSERT_ERR(0, link_del(in(BLUE), "eth0"));
	EXPECT_ERR(-ENODEV, link_get(in(HOST), "vethblue", &link));
	EXPECT_TEXT("", network(BLUE));
	after = host_text();
	EXPECT_TRUE(before && after && ksft_same_text(before, after));
	EXPECT_ERR(-ENODEV, link_del(in(BLUE), "eth0"));
	/* ADD once more, with the same names and address. */
	ASSERT_ERR(0, cni_add(&blue));
	EXPECT_TEXT(NETWORK("10.244.0.20"), network(BLUE));
	EXPECT_ERR(0, reach_all(BLUE, HOST, "10.244.0.1"));
	free(before);
	free(after);
}

/* Claim 62: DEL of a pod whose namespace is gone has nothing to open. */
TEST_OF("claim 62, cni del", cni, a_namespace_that_is_gone_took_its_port_along)
{
	struct link link;

	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	ASSERT_ERR(0, cni_add(&blue));
	ASSERT_ERR(0, topo_netns_release(self->topo, BLUE));
	EXPECT_ERR(0, link_wait(ns(HOST), "vethblue", link_is_gone, &link));
	EXPECT_ERR(-ENOENT, netns_open(BLUE));
}

/* Claim 62: what a plugin meets that is given a wrong or dead namespace. */
TEST_OF("claim 62", cni, add_without_a_namespace_leaves_nothing_behind)
{
	struct link_desc peer = { .name = "eth0" };
	const struct link_desc veth = { .kind = "veth", .name = "vethx",
					.peer = &peer };
	char *before, *after;

	ASSERT_PODS();
	ASSERT_ERR(0, cni_bridge());
	before = host_text();
	peer.netns = open("/dev/null", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, peer.netns);
	EXPECT_ERR(-EINVAL, link_add(in(HOST), &veth));
	close(peer.netns);
	EXPECT_ERR(-EBADF, link_add(in(HOST), &veth));
	EXPECT_ERR(-ENOENT, netns_open("no-such-pod"));
	after = host_text();
	EXPECT_TRUE(ksft_same_text(before, after));
	peer.netns = ns(RED);
	EXPECT_ERR(0, link_add(in(HOST), &veth));
	free(before);
	free(after);
}

/* The plugin "ptp": every host end has one address, every pod a route to it. */
static int ptp_add(const char *pod, const char *port, const char *addr)
{
	char net[32], host[32], src[32];
	const struct link_desc peer = { .name = port, .netns = ns(HOST) };
	const struct link_desc veth = { .kind = "veth", .name = "eth0",
					.peer = &peer };
	const struct route_desc to_pod = { .dst = host, .dev = port,
					   .args = "scope host" };
	const struct route_desc connected = { .dst = "10.1.1.0/24",
					      .dev = "eth0",
					      .args = "scope link" };
	const struct route_desc gateway = { .dst = "10.1.1.1/32", .src = src,
					    .dev = "eth0", .args = "scope link" };
	const struct route_desc subnet = { .dst = "10.1.1.0/24", .src = src,
					   .via = "10.1.1.1" };
	struct link last;
	int err;

	snprintf(net, sizeof(net), "%s/24", addr);
	snprintf(host, sizeof(host), "%s/32", addr);
	snprintf(src, sizeof(src), "%s", addr);
	err = link_add(in(pod), &veth);
	if (!err)
		err = addr_add(in(pod), "eth0", net, 0);
	if (!err)
		err = set_up(pod, "eth0");
	if (!err)
		err = route_del(in(pod), &connected);
	if (!err)
		err = route_add(in(pod), &gateway);
	if (!err)
		err = route_add(in(pod), &subnet);
	if (!err)
		err = addr_add(in(HOST), port, "10.1.1.1/32", 0);
	if (!err)
		err = set_up(HOST, port);
	if (!err)
		err = route_add(in(HOST), &to_pod);
	if (!err)
		err = link_wait(ns(pod), "eth0", link_is_running, &last);
	return err;
}

#define PTP_HOST(port_, addr_) \
	"route unicast " addr_ "/32 dev " port_ " table main proto boot scope host\n"

/* Section 5: unlike method 3, two pods of one subnet are a hop apart. */
TEST_OF("claim 63, cni ptp", cni, ptp_routes_between_pods_of_one_subnet)
{
	uint64_t forwarded;
	uint8_t ttl;

	NEED_SYSCTL();
	ASSERT_PODS();
	ASSERT_ERR(0, sysctl_set(ns(HOST), "net/ipv4/ip_forward", "1"));
	ASSERT_ERR(0, ptp_add(RED, "vethred", "10.1.1.2"));
	ASSERT_ERR(0, ptp_add(BLUE, "vethblue", "10.1.1.3"));
	EXPECT_TEXT(PTP_HOST("vethred", "10.1.1.2")
		    PTP_HOST("vethblue", "10.1.1.3"), main_routes(HOST));
	EXPECT_TEXT("route unicast 10.1.1.0/24 via 10.1.1.1 dev eth0 table main proto boot scope global src 10.1.1.2\n"
		    "route unicast 10.1.1.1/32 dev eth0 table main proto boot scope link src 10.1.1.2\n",
		    main_routes(RED));
	forwarded = counter(HOST, "IpForwDatagrams");
	EXPECT_ERR(0, ping(RED, "10.1.1.3", &ttl));
	EXPECT_EQ(63, ttl);
	EXPECT_EQ(forwarded + 2, counter(HOST, "IpForwDatagrams"));
	EXPECT_ERR(0, ping(RED, "10.1.1.1", &ttl));
	EXPECT_EQ(64, ttl);
	/* One address on two devices: it stays when one of them goes. */
	ASSERT_ERR(0, link_del(in(HOST), "vethred"));
	EXPECT_ERR(0, ping(BLUE, "10.1.1.1", &ttl));
	EXPECT_TEXT(PTP_HOST("vethblue", "10.1.1.3"), main_routes(HOST));
}

/* Claim 72: a container's namespace that nobody named. */
FIXTURE(hidden) { struct topo *topo; };
FIXTURE_VARIANT(hidden) { const char *topology; };
FIXTURE_VARIANT_ADD(hidden, netns) { .topology = "netns" };
FIXTURE_SETUP(hidden) TOPO_SETUP(hidden)
FIXTURE_TEARDOWN(hidden) TOPO_TEARDOWN

static int own_net(void *data)
{
	(void)data;
	return sys(unshare(CLONE_NEWNET));
}

/* A container with a wire to the host, of which only its process knows. */
static int start_container(struct child *container)
{
	int err = child_start(container, own_net, NULL);
	struct link_desc peer = { .name = "eth0" };
	const struct link_desc veth = { .kind = "veth", .name = "veth-host",
					.peer = &peer };

	if (err)
		return err;
	peer.netns = net_of(container);
	if (peer.netns < 0)
		return peer.netns;
	err = link_add(in(HOST), &veth);
	close(peer.netns);
	return err;
}

TEST_OF("claim 67, claim 72", hidden,
	a_symlink_names_a_namespace_and_takes_nothing_with_it)
{
	struct child container;
	struct link link;
	char path[64];
	int fd;

	ASSERT_PODS();
	ASSERT_ERR(0, start_container(&container));
	snprintf(path, sizeof(path), "/proc/%d/ns/net", container.pid);
	ASSERT_ERR(0, sys(symlink(path, NETNS_DIR "/docker")));
	fd = netns_open("docker");
	ASSERT_LE(0, fd);
	EXPECT_EQ(inode_of_net(&container), inode_of(fd));
	EXPECT_NE(inode_of(ns(RED)), inode_of(fd));
	EXPECT_NE(own_inode(), inode_of(fd));
	close(fd);
	ASSERT_ERR(0, netns_del("docker"));
	ASSERT_ERR(0, end_others());
	EXPECT_ERR(0, link_get(in(HOST), "veth-host", &link));
	/* The other way round the link is left hanging. */
	ASSERT_ERR(0, sys(symlink(path, NETNS_DIR "/docker")));
	ASSERT_ERR(0, child_end(&container));
	EXPECT_ERR(0, until_gone());
	EXPECT_ERR(-ENOENT, netns_open("docker"));
}

TEST_OF("claim 67, claim 72", hidden, a_bind_mount_names_a_namespace_and_holds_it)
{
	struct child container;
	struct link link;
	uint64_t ino;
	int fd;

	ASSERT_PODS();
	ASSERT_ERR(0, start_container(&container));
	ino = inode_of_net(&container);
	ASSERT_ERR(0, mount_net_of(&container, "docker"));
	fd = netns_open("docker");
	ASSERT_LE(0, fd);
	EXPECT_EQ(ino, inode_of(fd));
	close(fd);
	ASSERT_ERR(0, child_end(&container));
	ASSERT_ERR(0, end_others());
	EXPECT_ERR(0, link_get(in(HOST), "veth-host", &link));
	EXPECT_EQ(ino, inode_at(NETNS_DIR "/docker"));
	ASSERT_ERR(0, netns_del("docker"));
	EXPECT_ERR(0, until_gone());
}

/* Claim 61: who may bind beside whom, in one namespace. */
FIXTURE(ports) { struct topo *topo; };
FIXTURE_VARIANT(ports) { const char *topology; };
FIXTURE_VARIANT_ADD(ports, loopback) { .topology = "loopback" };
FIXTURE_SETUP(ports) TOPO_SETUP(ports)
FIXTURE_TEARDOWN(ports) TOPO_TEARDOWN

enum port_opt {
	REUSE = 1 << 0,			/* SO_REUSEADDR */
	SHARE = 1 << 1,			/* SO_REUSEPORT */
	V6ONLY = 1 << 2,
	LISTEN = 1 << 3,		/* TCP */
	ON_LO = 1 << 4,			/* SO_BINDTODEVICE */
};

struct port_case {
	const char *first, *second;
	unsigned int first_opts, second_opts;
	int tcp, udp;			/* what the second bind is told */
};

#define V4	"127.0.0.1"
#define ANY4	"0.0.0.0"
#define ANY6	"::"
#define BUSY	(-EADDRINUSE)

static const struct port_case port_cases[] = {
	{ V4, V4, LISTEN, 0, BUSY, BUSY },
	{ V4, V4, 0, 0, BUSY, BUSY },
	{ V4, "127.0.0.2", LISTEN, LISTEN, 0, 0 },
	{ ANY4, V4, LISTEN, 0, BUSY, BUSY },
	{ V4, ANY4, LISTEN, 0, BUSY, BUSY },
	{ ANY4, ANY4, LISTEN, 0, BUSY, BUSY },
	/* SO_REUSEADDR: of both, and for TCP while nobody listens. */
	{ V4, V4, REUSE, 0, BUSY, BUSY },
	{ V4, V4, 0, REUSE, BUSY, BUSY },
	{ V4, V4, REUSE, REUSE, 0, 0 },
	{ V4, V4, REUSE | LISTEN, REUSE, BUSY, 0 },
	{ ANY4, V4, REUSE | LISTEN, REUSE, BUSY, 0 },
	/* SO_REUSEPORT: of both, and of one user. */
	{ V4, V4, SHARE | LISTEN, SHARE | LISTEN, 0, 0 },
	{ V4, V4, SHARE | LISTEN, 0, BUSY, BUSY },
	{ V4, V4, 0, SHARE, BUSY, BUSY },
	{ V4, V4, SHARE | LISTEN, REUSE, BUSY, BUSY },
	{ ANY4, ANY4, SHARE | LISTEN, SHARE | LISTEN, 0, 0 },
	/* A wildcard of IPv6 is one of IPv4 too, unless IPV6_V6ONLY. */
	{ ANY6, ANY4, LISTEN, 0, BUSY, BUSY },
	{ ANY4, ANY6, LISTEN, 0, BUSY, BUSY },
	{ ANY6, V4, LISTEN, 0, BUSY, BUSY },
	{ ANY6, ANY4, V6ONLY | LISTEN, LISTEN, 0, 0 },
	{ ANY4, ANY6, LISTEN, V6ONLY | LISTEN, 0, 0 },
	{ ANY6, ANY6, V6ONLY | LISTEN, V6ONLY, BUSY, BUSY },
	{ "::1", V4, LISTEN, LISTEN, 0, 0 },
	{ "::1", ANY6, LISTEN, 0, BUSY, BUSY },
	{ "::ffff:127.0.0.1", V4, LISTEN, 0, BUSY, BUSY },
	{ V4, "::ffff:127.0.0.1", LISTEN, 0, BUSY, BUSY },
	/* On another device (here: on any) it is the same port. */
	{ V4, V4, ON_LO | LISTEN, 0, BUSY, BUSY },
};

/* A bound socket (and it listens, if it is to), or -errno. */
static int port_socket(int netns, const char *text, int type, unsigned int opts)
{
	struct address at = ip_address(text, PORT);
	int on = 1, v6only = !!(opts & V6ONLY), err = 0;
	int fd = netns_socket(netns, at.ss.ss_family, type, 0);

	if (fd < 0)
		return fd;
	if (opts & REUSE)
		err = sys(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on,
				     sizeof(on)));
	if (!err && opts & SHARE)
		err = sys(setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on,
				     sizeof(on)));
	if (!err && opts & ON_LO)
		err = sys(setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3));
	if (!err && at.ss.ss_family == AF_INET6)
		err = sys(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &v6only,
				     sizeof(v6only)));
	if (!err)
		err = bind_at(fd, &at);
	if (!err && type == SOCK_STREAM && opts & LISTEN)
		err = sys(listen(fd, 1));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* What the second one of @c is told in @second; -EPROTO if not even the first. */
static int try_ports(const struct port_case *c, int type, int first, int second)
{
	int a = port_socket(first, c->first, type, c->first_opts);
	int b, err;

	if (a < 0)
		return -EPROTO;
	b = port_socket(second, c->second, type, c->second_opts);
	err = b < 0 ? b : 0;
	close(a);
	if (b >= 0)
		close(b);
	/* And it was the first that was in the way. */
	if (err) {
		b = port_socket(second, c->second, type, c->second_opts);
		if (b < 0)
			return -EPROTO;
		close(b);
	}
	return err;
}

TEST_OF("claim 61", ports, a_port_is_taken_as_address_and_options_say)
{
	const struct port_case *c;
	int tcp, udp;

	for (c = port_cases; c < port_cases + ARRAY_SIZE(port_cases); c++) {
		tcp = try_ports(c, SOCK_STREAM, ns(RED), ns(RED));
		udp = try_ports(c, SOCK_DGRAM, ns(RED), ns(RED));
		EXPECT_EQ(c->tcp, tcp)
			printf("# TCP %s %#x, then %s %#x: %s\n", c->first,
			       c->first_opts, c->second, c->second_opts,
			       ksft_err_name(tcp));
		EXPECT_EQ(c->udp, udp)
			printf("# UDP %s %#x, then %s %#x: %s\n", c->first,
			       c->first_opts, c->second, c->second_opts,
			       ksft_err_name(udp));
	}
}

/* Claim 61: and of all that nothing across namespaces. */
TEST_OF("claim 61", ports, no_port_is_taken_by_a_socket_of_another_namespace)
{
	const struct port_case *c;
	int tcp, udp;

	for (c = port_cases; c < port_cases + ARRAY_SIZE(port_cases); c++) {
		tcp = try_ports(c, SOCK_STREAM, ns(RED), ns(BLUE));
		udp = try_ports(c, SOCK_DGRAM, ns(RED), ns(BLUE));
		EXPECT_EQ(0, tcp);
		EXPECT_EQ(0, udp);
	}
}

/* An unbound socket's bind to port 0: the port it got, or -errno. */
static int any_port(int netns, int type, int *fd)
{
	struct address at = ip_address(V4, 0);
	int err;

	*fd = netns_socket(netns, AF_INET, type, 0);
	if (*fd < 0)
		return *fd;
	err = bind_at(*fd, &at);
	if (!err)
		err = sys(getsockname(*fd, (struct sockaddr *)&at.ss, &at.len));
	return err ? err : ntohs(((struct sockaddr_in *)&at.ss)->sin_port);
}

/* Claim 61: automatic ports run out for one namespace, not for the other. */
TEST_OF("claim 61", ports, automatic_ports_run_out_per_namespace)
{
	const int types[] = { SOCK_STREAM, SOCK_DGRAM };
	int fd[7], got[7];
	size_t i;

	NEED_SYSCTL();
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/ip_local_port_range",
				 "40000 40001"));
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		got[0] = any_port(ns(RED), types[i], &fd[0]);
		got[1] = any_port(ns(RED), types[i], &fd[1]);
		got[2] = any_port(ns(RED), types[i], &fd[2]);
		got[3] = any_port(ns(BLUE), types[i], &fd[3]);
		EXPECT_EQ(40000 + 40001, got[0] + got[1]);
		EXPECT_NE(got[0], got[1]);
		EXPECT_ERR(BUSY, got[2]);
		EXPECT_LT(0, got[3]);
		/* The other has more than two: some 28000 by default. */
		got[5] = any_port(ns(BLUE), types[i], &fd[5]);
		got[6] = any_port(ns(BLUE), types[i], &fd[6]);
		EXPECT_LT(0, got[5]);
		EXPECT_LT(0, got[6]);
		close(fd[0]);
		got[4] = any_port(ns(RED), types[i], &fd[4]);
		EXPECT_EQ(got[0], got[4]);
	}
	/* All are still taken: there is none to connect from either. */
	EXPECT_ERR(-EADDRNOTAVAIL, connects(ns(RED), V4));
	EXPECT_ERR(-ECONNREFUSED, connects(ns(BLUE), V4));
}

/* Claim 2 and 61: unix sockets of all three types. */
FIXTURE(names) { struct topo *topo; };
FIXTURE_VARIANT(names) { const char *topology; };
FIXTURE_VARIANT_ADD(names, netns) { .topology = "netns" };
FIXTURE_SETUP(names) TOPO_SETUP(names)
FIXTURE_TEARDOWN(names) TOPO_TEARDOWN

static const int unix_types[] = { SOCK_STREAM, SOCK_DGRAM, SOCK_SEQPACKET };

/* "@name" is abstract. */
static struct address unix_address(const char *name)
{
	struct address at = { .len = offsetof(struct sockaddr_un, sun_path) +
				     strlen(name) };
	struct sockaddr_un *un = (struct sockaddr_un *)&at.ss;

	un->sun_family = AF_UNIX;
	memcpy(un->sun_path, name, strlen(name));
	if (*name == '@')
		un->sun_path[0] = '\0';
	return at;
}

static int unix_bound(int netns, int type, const char *name)
{
	struct address at = unix_address(name);
	int fd = netns_socket(netns, AF_UNIX, type, 0);
	int err;

	if (fd < 0)
		return fd;
	err = bind_at(fd, &at);
	if (!err && type != SOCK_DGRAM)
		err = sys(listen(fd, 8));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* A connected socket of @netns, or -errno. */
static int unix_connected(int netns, int type, const char *name)
{
	struct address to = unix_address(name);
	int fd = netns_socket(netns, AF_UNIX, type, 0);
	int err;

	if (fd < 0)
		return fd;
	err = sys(connect(fd, (struct sockaddr *)&to.ss, to.len));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* Without connect(2): the other look-up that a datagram takes. */
static int unix_sendto(int netns, const char *name)
{
	struct address to = unix_address(name);
	int fd = netns_socket(netns, AF_UNIX, SOCK_DGRAM, 0);
	int err;

	if (fd < 0)
		return fd;
	err = sys(sendto(fd, "!", 1, MSG_DONTWAIT,
			 (struct sockaddr *)&to.ss, to.len));
	close(fd);
	return err < 0 ? err : 0;
}

TEST_OF("claim 2, claim 8", names, abstract_names_of_any_type_are_the_namespaces)
{
	int fd, other;
	size_t i;

	ASSERT_PODS();
	for (i = 0; i < ARRAY_SIZE(unix_types); i++) {
		fd = unix_bound(ns(RED), unix_types[i], "@pod");
		ASSERT_LE(0, fd);
		EXPECT_ERR(-EADDRINUSE,
			   unix_bound(ns(RED), unix_types[i], "@pod"));
		EXPECT_LE(0, unix_connected(ns(RED), unix_types[i], "@pod"));
		EXPECT_ERR(-ECONNREFUSED,
			   unix_connected(ns(BLUE), unix_types[i], "@pod"));
		other = unix_bound(ns(BLUE), unix_types[i], "@pod");
		EXPECT_LE(0, other);
		EXPECT_LE(0, unix_connected(ns(BLUE), unix_types[i], "@pod"));
		/* Length counts, and a name of one type is none of others. */
		EXPECT_ERR(-ECONNREFUSED,
			   unix_connected(ns(RED), unix_types[i], "@po"));
		close(other);
		EXPECT_ERR(-ECONNREFUSED,
			   unix_connected(ns(BLUE), unix_types[i], "@pod"));
		close(fd);
	}
}

TEST_OF("claim 2", names, datagrams_to_abstract_names_stay_in_their_namespace)
{
	int fd = unix_bound(ns(RED), SOCK_DGRAM, "@pod");
	char byte;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	EXPECT_ERR(-ECONNREFUSED, unix_sendto(ns(BLUE), "@pod"));
	EXPECT_EQ(-1, recv(fd, &byte, 1, MSG_DONTWAIT));
	EXPECT_ERR(0, unix_sendto(ns(RED), "@pod"));
	EXPECT_EQ(1, recv(fd, &byte, 1, MSG_DONTWAIT));
}

TEST_OF("claim 2", names, pathnames_of_any_type_cross_namespaces)
{
	char path[32];
	int fd;
	size_t i;

	ASSERT_PODS();
	for (i = 0; i < ARRAY_SIZE(unix_types); i++) {
		snprintf(path, sizeof(path), "/run/pod.%zu", i);
		fd = unix_bound(ns(RED), unix_types[i], path);
		ASSERT_LE(0, fd);
		EXPECT_LE(0, unix_connected(ns(RED), unix_types[i], path));
		EXPECT_LE(0, unix_connected(ns(BLUE), unix_types[i], path));
		EXPECT_ERR(-EADDRINUSE,
			   unix_bound(ns(BLUE), unix_types[i], path));
		close(fd);
		EXPECT_ERR(-ECONNREFUSED,
			   unix_connected(ns(BLUE), unix_types[i], path));
	}
}

/* Passes @fd over a pair of sockets: what arrives, or -errno. */
static int pass(int fd)
{
	char control[CMSG_SPACE(sizeof(int))] = { 0 }, byte = '!';
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);
	int pair[2], got = -1;

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	pair[0] = unix_bound(ns(BLUE), SOCK_DGRAM, "/run/pass");
	pair[1] = unix_connected(ns(RED), SOCK_DGRAM, "/run/pass");
	if (pair[0] < 0 || pair[1] < 0 || sendmsg(pair[1], &msg, 0) < 0 ||
	    recvmsg(pair[0], &msg, MSG_CMSG_CLOEXEC) < 0)
		return -errno;
	cmsg = CMSG_FIRSTHDR(&msg);
	if (cmsg && cmsg->cmsg_type == SCM_RIGHTS)
		memcpy(&got, CMSG_DATA(cmsg), sizeof(got));
	close(pair[0]);
	close(pair[1]);
	return got < 0 ? -EPROTO : got;
}

static uint64_t cookie_of_socket(int fd)
{
	socklen_t len = sizeof(uint64_t);
	uint64_t cookie = 0;

	return getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) ?
		       0 : cookie;
}

/*
 * A socket is its namespace's, whoever has it.  (pod-blue's lo is up because
 * in a namespace that never had an address any can be bound: as long as there
 * is no table local, inet_addr_type() has nothing to say against it.)
 */
TEST_OF("claim 2", names, a_socket_that_is_passed_on_stays_in_its_namespace)
{
	int fd = netns_socket(ns(RED), AF_INET, SOCK_STREAM, 0);
	struct address at = ip_address("192.0.2.1", PORT);
	int here = netns_self(), got;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, set_up(RED, "lo"));
	ASSERT_ERR(0, set_up(BLUE, "lo"));
	ASSERT_ERR(0, addr_add(in(RED), "lo", "192.0.2.1/32", 0));
	ASSERT_ERR(0, enter_netns(ns(BLUE)));
	got = pass(fd);
	ASSERT_LE(0, got);
	close(fd);
	EXPECT_EQ(cookie_of(ns(RED)), cookie_of_socket(got));
	EXPECT_NE(cookie_of(ns(BLUE)), cookie_of_socket(got));
	/* 192.0.2.1 is an address of pod-red alone. */
	EXPECT_ERR(0, bind_at(got, &at));
	EXPECT_ERR(-EADDRNOTAVAIL,
		   port_socket(ns(BLUE), "192.0.2.1", SOCK_STREAM, 0));
	ASSERT_ERR(0, enter_netns(here));
}

KSFT_NEEDS(CONFIG_IPV6, "ports.*")
KSFT_NEEDS(CONFIG_VETH, "cni.*", "hidden.*")
KSFT_NEEDS(CONFIG_BRIDGE, "cni.*")
KSFT_NEEDS(CONFIG_UNIX, "pause.*.containers_that_join_*", "names.*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "cni.*")

KSFT_MAIN
