// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * How to see what is where: namespaces by /proc/PID/ns/net, by their ids and
 * cookies; sockets by sock_diag; names as they come and go; and frames, as
 * tcpdump(1) sees them inside a namespace.
 *
 *	p2p:      pod-red  veth-red  ------------ veth-blue  pod-blue
 *	bridge-3: host  v-net-0
 *	                 |- veth-red-br  -------- veth-red   pod-red
 *	                 |- veth-blue-br -------- veth-blue  pod-blue
 *	                 `- veth-3-br  ---------- veth-3     pod-3
 */
#include "child.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/inet_diag.h>
#include <linux/net_namespace.h>
#include <linux/netlink_diag.h>
#include <linux/nsfs.h>
#include <linux/packet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/sockios.h>
#include <linux/unix_diag.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>

#include "capture.h"
#include "keeper.h"
#include "netlink.h"
#include "packet.h"

#define RED	"pod-red"
#define BLUE	"pod-blue"
#define HOST	TOPO_HOST
#define PORT	8080

FIXTURE(observe) { struct topo *topo; };
FIXTURE_VARIANT(observe) { const char *topology; };
FIXTURE_VARIANT_ADD(observe, netns) { .topology = "netns" };
FIXTURE_SETUP(observe) TOPO_SETUP(observe)
FIXTURE_TEARDOWN(observe) TOPO_TEARDOWN

static int stay_in(void *data)
{
	return enter_netns(*(int *)data);
}

/* What /proc says of a process' namespace: "net:[4026532008]", or -errno. */
static const char *net_link(pid_t pid)
{
	static char text[64];
	char path[64];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	n = readlink(path, text, sizeof(text) - 1);
	if (n < 0)
		return ksft_err_name(-errno);
	text[n] = '\0';
	return text;
}

static int open_net(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return sys(open(path, O_RDONLY | O_CLOEXEC));
}

/* Claim 68: the name has the inode, and the inode is the namespace. */
TEST_OF("claim 68", observe, proc_names_the_namespace_by_its_inode)
{
	int red = ns(RED), fd;
	struct stat by_fd, by_proc, by_name, blue;
	struct child child;
	char want[64];

	ASSERT_PODS();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	ASSERT_EQ(0, fstat(red, &by_fd));
	snprintf(want, sizeof(want), "net:[%llu]",
		 (unsigned long long)by_fd.st_ino);
	EXPECT_STREQ(want, net_link(child.pid));
	EXPECT_STRNE(want, net_link(getpid()));
	fd = open_net(child.pid);
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, fstat(fd, &by_proc));
	ASSERT_EQ(0, stat(NETNS_DIR "/" RED, &by_name));
	ASSERT_EQ(0, stat(NETNS_DIR "/" BLUE, &blue));
	EXPECT_EQ(by_fd.st_ino, by_proc.st_ino);
	EXPECT_EQ(by_fd.st_dev, by_proc.st_dev);
	EXPECT_EQ(by_fd.st_ino, by_name.st_ino);
	EXPECT_EQ(by_fd.st_dev, by_name.st_dev);
	EXPECT_NE(by_fd.st_ino, blue.st_ino);
	EXPECT_EQ(by_fd.st_dev, blue.st_dev);
	ASSERT_ERR(0, child_end(&child));
}

/* Claim 68: a dead process is in no namespace, reaped or not. */
TEST_OF("claim 68", observe, proc_of_a_zombie_has_no_namespace)
{
	int red = ns(RED);
	struct child child;

	ASSERT_PODS();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	ASSERT_LE(0, open_net(child.pid));
	ASSERT_ERR(0, child_kill(&child));
	EXPECT_STREQ("-ENOENT", net_link(child.pid));
	EXPECT_ERR(-ENOENT, open_net(child.pid));
	ASSERT_ERR(0, child_reap(&child));
	EXPECT_STREQ("-ENOENT", net_link(child.pid));
	EXPECT_ERR(-ENOENT, open_net(child.pid));
}

/* What a GETNSID says; -1 is "not assigned". */
struct nsid {
	int id, current;
};

static int nsid_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;
	struct nsid *nsid = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct rtgenmsg)) {
		if (mnl_attr_get_type(attr) == NETNSA_NSID)
			nsid->id = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == NETNSA_CURRENT_NSID)
			nsid->current = mnl_attr_get_u32(attr);
	}
	return 0;
}

/* What a namespace calls the one that attribute @by says; @target, or -1. */
static int nsid_by(const char *name, uint16_t by, uint32_t value, int target,
		   struct nsid *nsid)
{
	const struct rtgenmsg gen = { .rtgen_family = AF_UNSPEC };
	struct req req;

	*nsid = (struct nsid){ -2, -2 };
	req_init(&req, RTM_GETNSID, 0, &gen, sizeof(gen));
	req_u32(&req, by, value);
	if (target >= 0)
		req_u32(&req, NETNSA_TARGET_NSID, target);
	return rtnl_get(in(name), &req, nsid_cb, nsid);
}

/* The same, as the id alone, or -errno - 100 to tell it from -1. */
static int id_by(const char *name, uint16_t by, uint32_t value)
{
	struct nsid nsid;
	int err = nsid_by(name, by, value, -1, &nsid);

	return err ? err - 100 : nsid.id;
}

/* Claims 68, 70: an id is what one namespace calls another, if anything. */
TEST_OF("claim 68, claim 70", observe, an_id_is_known_where_it_was_given_only)
{
	struct child child;
	int red = ns(RED);

	ASSERT_PODS();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	EXPECT_EQ(-1, id_by(BLUE, NETNSA_FD, red));
	EXPECT_EQ(-1, id_by(BLUE, NETNSA_PID, child.pid));
	ASSERT_ERR(0, nsid_set(in(BLUE), red, 5));
	EXPECT_EQ(5, id_by(BLUE, NETNSA_FD, red));
	EXPECT_EQ(5, id_by(BLUE, NETNSA_PID, child.pid));
	EXPECT_EQ(5, id_by(BLUE, NETNSA_NSID, 5));
	/* Others know nothing of that, and may call it something else. */
	EXPECT_EQ(-1, id_by(HOST, NETNSA_FD, red));
	EXPECT_EQ(-1, id_by(RED, NETNSA_FD, ns(BLUE)));
	EXPECT_EQ(-1, id_by(RED, NETNSA_FD, red));
	ASSERT_ERR(0, nsid_set(in(HOST), red, 0));
	EXPECT_EQ(0, id_by(HOST, NETNSA_FD, red));
	EXPECT_EQ(5, id_by(BLUE, NETNSA_FD, red));
	/* One id for each, and each id for one. */
	EXPECT_ERR(-EEXIST, nsid_set(in(BLUE), red, 6));
	EXPECT_ERR(-EEXIST, nsid_set(in(BLUE), ns(HOST), 5));
	EXPECT_ERR(0, nsid_set(in(BLUE), ns(HOST), 6));
	EXPECT_EQ(-ENOENT - 100, id_by(BLUE, NETNSA_NSID, 7));
	ASSERT_ERR(0, child_end(&child));
}

/* Claim 68: asking on behalf of another: what red calls the host. */
TEST_OF("claim 68", observe, a_target_is_asked_for_its_ids_and_answers_with_both)
{
	struct nsid nsid;

	ASSERT_PODS();
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(RED), 5));
	ASSERT_ERR(0, nsid_set(in(RED), ns(HOST), 8));
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(HOST), 3));
	ASSERT_ERR(0, nsid_by(BLUE, NETNSA_FD, ns(HOST), 5, &nsid));
	EXPECT_EQ(8, nsid.id);
	EXPECT_EQ(3, nsid.current);
	/* NETNSA_NSID is one of the asker's own; its answer the target's. */
	ASSERT_ERR(0, nsid_by(BLUE, NETNSA_NSID, 3, 5, &nsid));
	EXPECT_EQ(8, nsid.id);
	EXPECT_EQ(3, nsid.current);
	EXPECT_ERR(-EINVAL, nsid_by(BLUE, NETNSA_FD, ns(HOST), 99, &nsid));
}

/* "3 5 ": what `ip netns list-id` prints, in the kernel's order. */
static int list_cb(const struct nlmsghdr *nlh, void *data)
{
	struct nsid nsid = { -2, -2 };

	nsid_cb(nlh, &nsid);
	fprintf(data, "%d ", nsid.id);
	return 0;
}

static char *nsid_list(const char *name)
{
	const struct rtgenmsg gen = { .rtgen_family = AF_UNSPEC };
	int fd = netlink_open(ns(name), NETLINK_ROUTE);
	char *text = NULL;
	struct req req;
	size_t size;
	FILE *file;
	int err;

	if (fd < 0)
		return NULL;
	file = open_memstream(&text, &size);
	req_init(&req, RTM_GETNSID, NLM_F_DUMP, &gen, sizeof(gen));
	err = netlink_ask(fd, &req, list_cb, file);
	if (err)
		fprintf(file, "%s", ksft_err_name(err));
	fclose(file);
	close(fd);
	return text;
}

TEST_OF("claim 68, claim 70", observe, a_list_of_ids_has_each_that_was_given)
{
	ASSERT_PODS();
	EXPECT_TEXT("", nsid_list(BLUE));
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(RED), 5));
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(HOST), 3));
	EXPECT_TEXT("3 5 ", nsid_list(BLUE));
	EXPECT_TEXT("", nsid_list(RED));
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(BLUE), 0));
	EXPECT_TEXT("0 3 5 ", nsid_list(BLUE));
}

/* Claim 70: RTM_NEWNSID says that an id was given, not that one was born. */
TEST_OF("claim 70", observe, nsid_events_come_with_assignment_and_end)
{
	struct events *host, *blue;
	int fd, i;

	ASSERT_PODS();
	host = events_open(ns(HOST), EVENT_LINK | EVENT_NSID);
	blue = events_open(ns(BLUE), EVENT_LINK | EVENT_NSID);
	ASSERT_TRUE(host && blue);
	for (i = 0; i < 3; i++) {
		fd = netns_new();
		ASSERT_LE(0, fd);
		close(fd);
	}
	ASSERT_ERR(0, netns_add("pod-green"));
	fd = netns_open("pod-green");
	ASSERT_LE(0, fd);
	EXPECT_TEXT("", events_text(host));
	ASSERT_ERR(0, nsid_set(in(HOST), fd, 4));
	EXPECT_TEXT("NEWNSID 4\n", events_text(host));
	EXPECT_TEXT("", events_text(blue));
	close(fd);
	ASSERT_ERR(0, netns_del("pod-green"));
	EXPECT_ERR(0, events_wait(host, "DELNSID 4"));
	EXPECT_TEXT("", events_text(blue));
	EXPECT_TEXT("", nsid_list(HOST));
	events_close(host);
	events_close(blue);
}

/* The event that is queued: "create pod-green", "" if none. */
static const char *inotify_text(int fd)
{
	static char text[256];
	char buf[4096] __attribute__((aligned(8)));
	struct inotify_event *event = (struct inotify_event *)buf;
	ssize_t n = read(fd, buf, sizeof(buf));
	char *at = buf;

	text[0] = '\0';
	for (; n > 0 && at < buf + n; at += sizeof(*event) + event->len) {
		event = (struct inotify_event *)at;
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "%s %s\n", event->mask & IN_CREATE ? "create" :
			 event->mask & IN_DELETE ? "delete" : "?",
			 event->len ? event->name : "");
	}
	return text;
}

/* Claim 70: what `watch ip netns list` sees can be waited for. */
KSFT_NEEDS(CONFIG_INOTIFY_USER, "observe.*inotify_tells_*")
TEST_OF("claim 70", observe, inotify_tells_of_names_and_of_nothing_else)
{
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	int anonymous;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_LE(0, inotify_add_watch(fd, NETNS_DIR, IN_CREATE | IN_DELETE |
				       IN_MOVE));
	anonymous = netns_new();
	ASSERT_LE(0, anonymous);
	close(anonymous);
	EXPECT_STREQ("", inotify_text(fd));
	ASSERT_ERR(0, netns_add("pod-green"));
	EXPECT_STREQ("create pod-green\n", inotify_text(fd));
	ASSERT_ERR(0, netns_del("pod-green"));
	EXPECT_STREQ("delete pod-green\n", inotify_text(fd));
	ASSERT_ERR(0, netns_del(RED));
	EXPECT_STREQ("delete " RED "\n", inotify_text(fd));
}

static uint64_t cookie_of_socket(int netns, int domain, int type)
{
	int fd = netns_socket(netns, domain, type, 0);
	socklen_t len = sizeof(uint64_t);
	uint64_t cookie = 0;

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie,
				 &len) < 0)
		cookie = 0;
	close(fd);
	return cookie;
}

/* Claim 68: of any socket in it, and never that of one that was before. */
TEST_OF("claim 1, claim 68", observe, a_cookie_is_one_namespaces_for_good)
{
	uint64_t red = cookie_of(ns(RED)), last, now;
	int fd, i;

	ASSERT_PODS();
	EXPECT_EQ(red, cookie_of_socket(ns(RED), AF_INET, SOCK_STREAM));
	EXPECT_EQ(red, cookie_of_socket(ns(RED), AF_INET6, SOCK_DGRAM));
	EXPECT_EQ(red, cookie_of_socket(ns(RED), AF_NETLINK, SOCK_RAW));
	EXPECT_EQ(red, cookie_of_socket(ns(RED), AF_PACKET, SOCK_RAW));
	EXPECT_EQ(red, cookie_of_socket(ns(RED), AF_UNIX, SOCK_SEQPACKET));
	EXPECT_NE(red, cookie_of_socket(ns(BLUE), AF_INET, SOCK_STREAM));
	last = cookie_of(ns(BLUE));
	for (i = 0; i < 5; i++) {
		fd = netns_new();
		now = cookie_of(fd);
		close(fd);
		EXPECT_NE(0, now);
		EXPECT_NE(last, now);
		EXPECT_NE(red, now);
		last = now;
	}
}

static int count_cb(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	++*(int *)data;
	return 0;
}

/* How many sockets sock_diag(7) lists in @netns for a family's request. */
static int diag_count(int netns, const void *request, size_t size)
{
	int fd = netlink_open(netns, NETLINK_SOCK_DIAG);
	struct req req;
	int n = 0, err;

	if (fd < 0)
		return fd;
	req_init(&req, SOCK_DIAG_BY_FAMILY, NLM_F_DUMP, request, size);
	err = netlink_ask(fd, &req, count_cb, &n);
	close(fd);
	return err ? err : n;
}

#define TCP_LISTEN_BIT	(1 << 10)	/* of .idiag_states: 1 << TCP_LISTEN */

static int diag_tcp(int netns)
{
	const struct inet_diag_req_v2 request = {
		.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP,
		.idiag_states = TCP_LISTEN_BIT,
	};

	return diag_count(netns, &request, sizeof(request));
}

static int diag_udp(int netns)
{
	const struct inet_diag_req_v2 request = {
		.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_UDP,
		.idiag_states = ~0U,
	};

	return diag_count(netns, &request, sizeof(request));
}

static int diag_unix(int netns)
{
	const struct unix_diag_req request = {
		.sdiag_family = AF_UNIX, .udiag_states = ~0U,
	};

	return diag_count(netns, &request, sizeof(request));
}

static int diag_packet(int netns)
{
	const struct packet_diag_req request = { .sdiag_family = AF_PACKET };

	return diag_count(netns, &request, sizeof(request));
}

/* Of one protocol that only we use here. */
static int diag_netlink(int netns)
{
	const struct netlink_diag_req request = {
		.sdiag_family = AF_NETLINK, .sdiag_protocol = NETLINK_USERSOCK,
	};

	return diag_count(netns, &request, sizeof(request));
}

/* A socket of @netns with a port, that listens if it is TCP; or -errno. */
static int bound(int netns, int type)
{
	const struct sockaddr_in at = { .sin_family = AF_INET,
					.sin_port = htons(PORT) };
	int fd = netns_socket(netns, AF_INET, type, 0);

	if (fd < 0)
		return fd;
	if (bind(fd, (const struct sockaddr *)&at, sizeof(at)) < 0 ||
	    (type == SOCK_STREAM && listen(fd, 8) < 0)) {
		close(fd);
		return -EPROTO;
	}
	return fd;
}

static int user_socket(int netns)
{
	return netlink_open(netns, NETLINK_USERSOCK);
}

/* Claim 8, 69: `ss` in a namespace lists that namespace's. */
#define DIAG_LISTS(kind, option, socket) \
TEST_OF("claim 8, claim 69", observe, \
	sock_diag_lists_##kind##_sockets_of_its_namespace_only) \
{ \
	int host = diag_##kind(ns(HOST)), blue = diag_##kind(ns(BLUE)); \
	int red = diag_##kind(ns(RED)); \
 \
	ASSERT_PODS(); \
	if (host == -ENOENT) \
		SKIP(return, "needs " option); \
	ASSERT_LE(0, socket); \
	EXPECT_EQ(red + 1, diag_##kind(ns(RED))); \
	EXPECT_EQ(blue, diag_##kind(ns(BLUE))); \
	EXPECT_EQ(host, diag_##kind(ns(HOST))); \
}

KSFT_NEEDS(CONFIG_PACKET, "*sock_diag_lists_packet_*")
KSFT_NEEDS(CONFIG_UNIX, "*sock_diag_lists_unix_*")
DIAG_LISTS(tcp, "CONFIG_INET_DIAG", bound(ns(RED), SOCK_STREAM))
DIAG_LISTS(udp, "CONFIG_INET_UDP_DIAG", bound(ns(RED), SOCK_DGRAM))
DIAG_LISTS(unix, "CONFIG_UNIX_DIAG",
	   netns_socket(ns(RED), AF_UNIX, SOCK_STREAM, 0))
DIAG_LISTS(packet, "CONFIG_PACKET_DIAG",
	   netns_socket(ns(RED), AF_PACKET, SOCK_RAW, 0))
DIAG_LISTS(netlink, "CONFIG_NETLINK_DIAG", user_socket(ns(RED)))

/* Asks for (or destroys) the one that listens on 0.0.0.0:PORT in @netns. */
static int diag_one(int netns, uint16_t type)
{
	const struct inet_diag_req_v2 request = {
		.sdiag_family = AF_INET, .sdiag_protocol = IPPROTO_TCP,
		.idiag_states = ~0U,
		.id = { .idiag_sport = htons(PORT),
			.idiag_cookie = { INET_DIAG_NOCOOKIE,
					  INET_DIAG_NOCOOKIE } },
	};
	int fd = netlink_open(netns, NETLINK_SOCK_DIAG);
	struct req req;
	int err;

	if (fd < 0)
		return fd;
	req_init(&req, type, NLM_F_ACK, &request, sizeof(request));
	err = netlink_ask(fd, &req, NULL, NULL);
	close(fd);
	return err;
}

/* Claim 8: to find one by its address, and to end it, is as confined. */
TEST_OF("claim 8, claim 69", observe, sock_diag_finds_and_destroys_only_its_own)
{
	int red, err;

	ASSERT_PODS();
	red = bound(ns(RED), SOCK_STREAM);
	ASSERT_LE(0, red);
	ASSERT_ERR(0, set_up(BLUE, "lo"));
	err = diag_one(ns(RED), SOCK_DIAG_BY_FAMILY);
	if (err == -ENOENT && diag_tcp(ns(RED)) == -ENOENT)
		SKIP(return, "needs CONFIG_INET_DIAG");
	ASSERT_ERR(0, err);
	EXPECT_ERR(-ENOENT, diag_one(ns(BLUE), SOCK_DIAG_BY_FAMILY));
	EXPECT_ERR(-ENOENT, diag_one(ns(HOST), SOCK_DIAG_BY_FAMILY));
	err = diag_one(ns(BLUE), SOCK_DESTROY);
	if (err == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_INET_DIAG_DESTROY");
	EXPECT_ERR(-ENOENT, err);
	EXPECT_EQ(1, diag_tcp(ns(RED)));
	EXPECT_ERR(0, diag_one(ns(RED), SOCK_DESTROY));
	EXPECT_EQ(0, diag_tcp(ns(RED)));
	EXPECT_EQ(-1, accept4(red, NULL, NULL, SOCK_NONBLOCK));
	EXPECT_EQ(EINVAL, errno);
}

/* Claim 69: the document's comparison of two namespaces. */
FIXTURE(compare) { struct topo *topo; };
FIXTURE_VARIANT(compare) { const char *topology; };
FIXTURE_VARIANT_ADD(compare, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(compare) TOPO_SETUP(compare)
FIXTURE_TEARDOWN(compare) TOPO_TEARDOWN

/* "link veth-red:" and no more. */
static bool is_name(char *line, const char *word)
{
	(void)word;
	if (is_fallback_line(line) || strncmp(line, "link ", 5))
		return false;
	cut_tail(line, ":");
	return true;
}

static char *names(const char *name)
{
	return keep(state_text(ns(name), STATE_LINK), is_name, NULL);
}

TEST_OF("claim 69", compare, namespaces_have_disjoint_links_and_addresses)
{
	const char *lo = "addr 127.0.0.1/8 dev lo scope host permanent\n";

	EXPECT_TEXT("link lo\nlink veth-red\n", names(RED));
	EXPECT_TEXT("link lo\nlink veth-blue\n", names(BLUE));
	EXPECT_TEXT("link lo\n", names(HOST));
	EXPECT_TEXT("addr 10.0.1.1/24 dev veth-red scope global permanent\naddr 127.0.0.1/8 dev lo scope host permanent\n",
		    state_text(ns(RED), STATE_ADDR4));
	EXPECT_TEXT("addr 10.0.1.2/24 dev veth-blue scope global permanent\naddr 127.0.0.1/8 dev lo scope host permanent\n",
		    state_text(ns(BLUE), STATE_ADDR4));
	EXPECT_TEXT("", state_text(ns(HOST), STATE_ADDR4));
	EXPECT_TEXT(lo, lines_with(state_text(ns(RED), STATE_ADDR4), " lo "));
}

/* Section 4: to look at a namespace, however, is not to hold it. */
FIXTURE(asked) { struct topo *topo; };
FIXTURE_VARIANT(asked) { const char *topology; };
FIXTURE_VARIANT_ADD(asked, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(asked) TOPO_SETUP(asked)
FIXTURE_TEARDOWN(asked) TOPO_TEARDOWN

/* A dump or a get of the host's for the namespace it calls 7. */
static int ask_target(uint16_t type, uint16_t attr, int ifindex, bool dump)
{
	const struct ifinfomsg link = { .ifi_index = ifindex };
	const struct ifaddrmsg addr = { .ifa_family = AF_INET,
					.ifa_index = ifindex };
	int fd = netlink_open(ns(HOST), NETLINK_ROUTE), one = 1, err;
	struct req req;

	if (fd < 0)
		return fd;
	err = sys(setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
			     sizeof(one)));
	if (type == RTM_GETADDR)
		req_init(&req, type, dump ? NLM_F_DUMP : NLM_F_ACK, &addr,
			 sizeof(addr));
	else
		req_init(&req, type, dump ? NLM_F_DUMP : NLM_F_ACK, &link,
			 sizeof(link));
	req_u32(&req, attr, 7);
	if (!err)
		err = netlink_ask(fd, &req, NULL, NULL);
	close(fd);
	return err;
}

/* Over rtnetlink, by descriptor, by process and by id; and in vain. */
static int ask_rtnl(int red, pid_t pid)
{
	struct nsid nsid;
	int err;

	err = nsid_by(HOST, NETNSA_FD, red, -1, &nsid);
	if (!err)
		err = nsid_by(HOST, NETNSA_PID, pid, -1, &nsid);
	/* It has one since a link crosses. */
	if (!err && nsid_set(in(HOST), red, 8) != -EEXIST)
		err = -EPROTO;
	if (!err)
		err = nsid_by(HOST, NETNSA_NSID, nsid.id, -1, &nsid);
	if (!err)
		err = nsid_by(HOST, NETNSA_FD, ns(HOST), nsid.id, &nsid);
	return err;
}

/* All ways by nsfs, procfs and sockets. */
static int ask_files(int red, const struct child *child)
{
	int fd = netns_socket(red, AF_INET, SOCK_DGRAM, 0), type;
	int here = netns_self(), err = 0;
	const unsigned int requests[] = { NS_GET_USERNS, NS_GET_PARENT };
	char path[64];
	size_t i;

	close(ioctl(fd, SIOCGSKNS));
	close(fd);
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		fd = ioctl(red, requests[i]);
		if (fd >= 0)
			close(fd);
	}
	type = ioctl(red, NS_GET_NSTYPE);
	snprintf(path, sizeof(path), "/proc/%d/net/dev", child->pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, path, sizeof(path)) <= 0 ||
	    type != CLONE_NEWNET)
		err = -EPROTO;
	close(fd);
	if (setns(red, CLONE_NEWUTS) == 0 || setns(child->pidfd, 0) == 0)
		err = -EPROTO;
	if (!err)
		err = sys(setns(child->pidfd, CLONE_NEWNET));
	if (setns(here, CLONE_NEWNET) < 0)
		err = -errno;
	close(here);
	return err;
}

/* A link made there by a process' number, and one that cannot be made. */
static int ask_links(int red, pid_t pid)
{
	const struct link_desc peer = { .name = "eth7", .netns = red };
	const struct link_desc clash = { .name = "veth-pod", .netns = red };
	struct link_desc veth = { .kind = "veth", .name = "asked",
				  .peer = &peer };
	const struct ifinfomsg hdr = { .ifi_family = AF_UNSPEC };
	struct nlattr *info;
	struct req req;
	int err;

	err = link_add(in(HOST), &veth);
	if (!err)
		err = link_del(in(HOST), "asked");
	veth.peer = &clash;
	if (!err && link_add(in(HOST), &veth) != -EEXIST)
		err = -EPROTO;
	req_init(&req, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &hdr,
		 sizeof(hdr));
	req_str(&req, IFLA_IFNAME, "own");
	req_u32(&req, IFLA_NET_NS_PID, pid);
	info = req_nest(&req, IFLA_LINKINFO);
	req_str(&req, IFLA_INFO_KIND, "bridge");
	req_nest_end(&req, info);
	return err ? err : rtnl_talk(in(HOST), &req);
}

/* Links and addresses of the namespace that the host calls 7. */
static int ask_targets(void)
{
	int err;

	err = ask_target(RTM_GETLINK, IFLA_TARGET_NETNSID, 0, true);
	if (!err)
		err = ask_target(RTM_GETLINK, IFLA_TARGET_NETNSID, 1, false);
	if (!err)
		err = ask_target(RTM_GETADDR, IFA_TARGET_NETNSID, 0, true);
	/* In vain: no such device there. */
	if (!err && ask_target(RTM_GETLINK, IFLA_TARGET_NETNSID, 4711,
			       false) != -ENODEV)
		err = -EPROTO;
	if (!err && ask_target(RTM_GETADDR, IFA_TARGET_NETNSID, 4711,
			       true) != -ENODEV)
		err = -EPROTO;
	return err;
}

TEST_OF("claim 51, claim 68", asked, to_look_at_a_namespace_is_not_to_hold_it)
{
	int third = netns_new(), red = ns(RED);
	const struct link_desc peer = { .name = "eth0", .netns = third };
	const struct link_desc veth = { .kind = "veth", .name = "veth-third",
					.peer = &peer };
	struct child child;
	struct link last;

	/* One that the host has no id for yet. */
	ASSERT_LE(0, third);
	ASSERT_ERR(0, nsid_set(in(HOST), third, 7));
	ASSERT_ERR(0, link_add(in(HOST), &veth));
	ASSERT_ERR(0, ask_targets());
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	EXPECT_ERR(0, ask_rtnl(red, child.pid));
	EXPECT_ERR(0, ask_files(red, &child));
	EXPECT_ERR(0, ask_links(red, child.pid));
	ASSERT_ERR(0, reach(PROBE_ICMP, HOST, NULL, "10.1.1.2"));
	close(third);
	EXPECT_ERR(0, link_wait(ns(HOST), "veth-third", link_is_gone, &last));
	ASSERT_ERR(0, child_end(&child));
	ASSERT_ERR(0, topo_netns_release(self->topo, RED));
	EXPECT_ERR(0, link_wait(ns(HOST), "veth-host", link_is_gone, &last));
}

/* What is no traffic of the test's is IPv6 or IGMP. */
#define FILTER	"arp or icmp or tcp or udp or ether proto 0x88b5 or ether proto 0x88b6"

/*
 * keeper_start(), before there is a capture: a child would have its ring mapped,
 * too, and so keep it from being closed.
 */
static int keeper = -1;

/* @fd of a packet socket: whoever closes it last, waits (keeper.h). */
static void close_later(int fd)
{
	if (keeper >= 0 && fd >= 0)
		keeper_give(keeper, fd);
}

/* capture_open() of a capture whose end is of no interest. */
static struct capture *open_capture(const char *name, const char *dev,
				    const char *filter, unsigned int flags)
{
	struct capture *c = capture_open(ns(name), dev, filter, flags);
	int err = errno;

	if (c)
		close_later(capture_fd(c));
	errno = err;
	return c;
}

/* Open captures of a test: what a failed one leaves, beside its states. */
static struct {
	struct capture *capture;
	char file[64];
} captures[8];

static void dump_captures(void)
{
	const void *data;
	size_t i, size;

	for (i = 0; i < ARRAY_SIZE(captures) && captures[i].capture; i++) {
		data = capture_file(captures[i].capture, &size);
		ksft_dump_data(captures[i].file, data, size);
	}
}

/* Of the test's traffic; it ends with the test.  NULL with errno. */
static struct capture *capture(const char *name, const char *dev,
			       unsigned int flags)
{
	struct capture *c = open_capture(name, dev, FILTER, flags);
	size_t i = 0;

	while (captures[i].capture && i < ARRAY_SIZE(captures) - 1)
		i++;
	if (c) {
		captures[i].capture = c;
		snprintf(captures[i].file, sizeof(captures[i].file),
			 "%s.%s.%zu.pcap", name, dev, i);
		ksft.dump_more = dump_captures;
	}
	return c;
}

/* Claim 71: frames, captured where they are. */
FIXTURE(wire) { struct topo *topo; };
FIXTURE_VARIANT(wire) { const char *topology; };
FIXTURE_VARIANT_ADD(wire, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(wire)
{
	TOPO_SETUP(wire);
	keeper = keeper_start();
	ASSERT_LE(0, keeper);
}
FIXTURE_TEARDOWN(wire) TOPO_TEARDOWN

/*
 * Ethertypes of local experiments: the frame that ends a capture, and others.
 * (What claims to be IP and is not, br_netfilter drops.)
 */
#define ETH_END		0x88b5
#define ETH_OTHER	0x88b6

/* A packet socket on @dev of @name, or -errno. */
static int bound_socket(const char *name, const char *dev, uint16_t protocol)
{
	struct sockaddr_ll ll = { .sll_family = AF_PACKET,
				  .sll_protocol = htons(protocol) };
	int fd = netns_socket(ns(name), AF_PACKET, SOCK_RAW, 0);
	struct link link;
	int err;

	if (fd < 0)
		return fd;
	err = link_get(in(name), dev, &link);
	ll.sll_ifindex = link.ifindex;
	if (!err)
		err = sys(bind(fd, (struct sockaddr *)&ll, sizeof(ll)));
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* One whose end is of no interest. */
static int packet_socket(const char *name, const char *dev, uint16_t protocol)
{
	int fd = bound_socket(name, dev, protocol);

	close_later(fd);
	return fd;
}

/* Out of a device. */
static int send_frame(const char *name, const char *dev, const void *frame,
		      size_t len)
{
	static struct { char name[32]; int fd; } open_ones[4];
	struct sockaddr_ll to = { .sll_family = AF_PACKET };
	struct link link;
	size_t i = 0;
	ssize_t n;
	int err;

	while (*open_ones[i].name && strcmp(open_ones[i].name, name))
		i++;
	if (!*open_ones[i].name) {
		snprintf(open_ones[i].name, sizeof(open_ones[i].name), "%s",
			 name);
		open_ones[i].fd = netns_socket(ns(name), AF_PACKET, SOCK_RAW, 0);
		close_later(open_ones[i].fd);
	}
	err = link_get(in(name), dev, &link);
	if (err)
		return err;
	to.sll_ifindex = link.ifindex;
	n = sendto(open_ones[i].fd, frame, len, 0, (struct sockaddr *)&to,
		   sizeof(to));
	return n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
}

/* A broadcast that tells every capture that this was all. */
static int send_end(const char *name, const char *dev)
{
	uint8_t frame[60] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
			      2, 0, 0, 0, 0, 1, ETH_END >> 8, ETH_END & 255 };

	return send_frame(name, dev, frame, sizeof(frame));
}

static uint16_t be16_at(const uint8_t *data)
{
	return data[0] << 8 | data[1];
}

/* "arp request 10.0.1.2 from 10.0.1.1", "echo 10.0.1.1 > 10.0.1.2" ... */
static const char *frame_text(const struct capture_frame *f)
{
	static char text[128];
	const uint8_t *p = f->data + ETH_HLEN;
	char a[INET_ADDRSTRLEN], b[INET_ADDRSTRLEN];

	if (be16_at(f->data + 12) == ETH_P_ARP) {
		snprintf(text, sizeof(text), "arp %s %s from %s",
			 be16_at(p + 6) == 1 ? "request" : "reply",
			 inet_ntop(AF_INET, p + 24, a, sizeof(a)),
			 inet_ntop(AF_INET, p + 14, b, sizeof(b)));
	} else if (be16_at(f->data + 12) == ETH_P_IP) {
		snprintf(text, sizeof(text), "%s %s > %s",
			 p[9] != IPPROTO_ICMP ? "ip" : p[20] == 8 ? "echo" :
			 p[20] == 0 ? "echo-reply" : "icmp",
			 inet_ntop(AF_INET, p + 12, a, sizeof(a)),
			 inet_ntop(AF_INET, p + 16, b, sizeof(b)));
	} else {
		snprintf(text, sizeof(text), "type %04x",
			 be16_at(f->data + 12));
	}
	return text;
}

static bool is_end(const struct capture_frame *f)
{
	return f->len >= ETH_HLEN && be16_at(f->data + 12) == ETH_END;
}

/* All frames before the last one, a line each, for free(3). */
static char *capture_text(struct capture *c)
{
	struct capture_frame frame;
	char *text = NULL;
	size_t size;
	FILE *file;
	int err;

	file = open_memstream(&text, &size);
	while (c && !(err = capture_next(c, &frame)) && !is_end(&frame))
		fprintf(file, "%s\n", frame_text(&frame));
	if (!c || err)
		fprintf(file, "%s\n", c ? ksft_err_name(err) : "no capture");
	fclose(file);
	return text;
}

/* Claim 71: a capture starts on a device that is up, and errs on others. */
TEST_OF("claim 71", wire, a_capture_needs_a_device_that_is_there_and_up)
{
	const struct link_desc down = { .flags = 0, .change = IFF_UP };
	struct capture *c = open_capture(RED, "veth-red", NULL, 0);
	struct link link;

	ASSERT_NE(NULL, c);
	capture_close(c);
	EXPECT_EQ(NULL, open_capture(RED, "veth-blue", NULL, 0));
	EXPECT_EQ(ENODEV, errno);
	ASSERT_ERR(0, link_set(in(RED), "veth-red", &down));
	EXPECT_EQ(NULL, open_capture(RED, "veth-red", NULL, 0));
	EXPECT_EQ(ENETDOWN, errno);
	ASSERT_ERR(0, set_up(RED, "veth-red"));
	ASSERT_ERR(0, link_wait(ns(RED), "veth-red", link_is_running, &link));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	c = open_capture(RED, "veth-red", NULL, 0);
	EXPECT_NE(NULL, c);
	capture_close(c);
}

/* Claim 71: one that runs is told once when its device goes down, or goes. */
TEST_OF("claim 71", wire, a_capture_is_told_once_that_its_device_went_down)
{
	const struct link_desc down = { .flags = 0, .change = IFF_UP };
	int red = packet_socket(RED, "veth-red", ETH_P_ARP);
	int blue = packet_socket(BLUE, "veth-blue", ETH_P_ARP);
	char byte;

	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	ASSERT_LE(0, red);
	ASSERT_LE(0, blue);
	while (recv(red, &byte, 1, MSG_DONTWAIT) > 0)
		;
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_ERR(0, link_set(in(RED), "veth-red", &down));
	EXPECT_EQ(-1, recv(red, &byte, 1, MSG_DONTWAIT));
	EXPECT_EQ(ENETDOWN, errno);
	EXPECT_EQ(-1, recv(red, &byte, 1, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
	while (recv(blue, &byte, 1, MSG_DONTWAIT) > 0)
		;
	EXPECT_EQ(EAGAIN, errno);
	ASSERT_ERR(0, link_del(in(RED), "veth-red"));
	EXPECT_EQ(-1, recv(blue, &byte, 1, MSG_DONTWAIT));
	EXPECT_EQ(ENETDOWN, errno);
}

/* Claim 71: lo of one namespace carries nothing of another's lo. */
TEST_OF("claim 71", wire, a_capture_of_lo_has_its_own_namespaces_frames)
{
	struct capture *red, *blue;

	ASSERT_ERR(0, cpu_pin(NULL));
	red = capture(RED, "lo", 0);
	blue = capture(BLUE, "lo", 0);
	ASSERT_TRUE(red && blue);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "127.0.0.1"));
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "127.0.0.2"));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	ASSERT_ERR(0, send_end(RED, "lo"));
	ASSERT_ERR(0, send_end(BLUE, "lo"));
	EXPECT_TEXT("echo 127.0.0.1 > 127.0.0.1\necho-reply 127.0.0.1 > 127.0.0.1\n",
		    capture_text(red));
	EXPECT_TEXT("echo 127.0.0.1 > 127.0.0.2\necho-reply 127.0.0.2 > 127.0.0.1\n",
		    capture_text(blue));
}

/* Of any device: the frames that are queued, by the last byte of their dst. */
static int other_dst(int fd, uint8_t last, int *frames)
{
	uint8_t data[128];
	ssize_t n;
	int other = 0;

	*frames = 0;
	while ((n = recv(fd, data, sizeof(data), MSG_DONTWAIT)) > 0) {
		if (n < 20 || data[9] != IPPROTO_ICMP || data[20] != 8)
			continue;
		++*frames;
		other += data[19] != last;
	}
	return other;
}

/* Claim 71: "any" is any of the namespace's: no device, no namespace bound. */
TEST_OF("claim 8, claim 71", wire, a_capture_of_any_device_stays_in_its_namespace)
{
	int red = netns_socket(ns(RED), AF_PACKET, SOCK_DGRAM, htons(ETH_P_ALL));
	int blue = netns_socket(ns(BLUE), AF_PACKET, SOCK_DGRAM,
				htons(ETH_P_IP));
	struct capture *any = open_capture(BLUE, "any", "icmp", 0);
	struct capture_frame f;
	int frames;

	ASSERT_TRUE(red >= 0 && blue >= 0 && any);
	close_later(red);
	close_later(blue);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "127.0.0.1"));
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "127.0.0.2"));
	EXPECT_EQ(0, other_dst(red, 1, &frames));
	/* It goes out, and it comes in. */
	EXPECT_EQ(2, frames);
	EXPECT_EQ(0, other_dst(blue, 2, &frames));
	EXPECT_EQ(1, frames);
	/* Behind 16 bytes of libpcap's own. */
	ASSERT_ERR(0, capture_next(any, &f));
	ASSERT_LE(36, f.len);
	EXPECT_EQ(2, f.data[16 + 19]);
	capture_close(any);
}

#define ARP_REQUEST	"arp request 10.0.1.2 from 10.0.1.1\n"
#define ARP_REPLY	"arp reply 10.0.1.1 from 10.0.1.2\n"
#define ECHO		"echo 10.0.1.1 > 10.0.1.2\n"
#define ECHO_REPLY	"echo-reply 10.0.1.2 > 10.0.1.1\n"

/* Claim 71: of a ping, both ends of the pair see all. */
TEST_OF("claim 27, claim 71", wire, both_ends_see_a_ping_each_its_own_way)
{
	struct capture *red, *in_red, *out_red, *blue;

	ASSERT_ERR(0, cpu_pin(NULL));
	red = capture(RED, "veth-red", 0);
	in_red = capture(RED, "veth-red", CAPTURE_IN);
	out_red = capture(RED, "veth-red", CAPTURE_OUT);
	blue = capture(BLUE, "veth-blue", 0);
	ASSERT_TRUE(red && in_red && out_red && blue);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	ASSERT_ERR(0, send_end(RED, "veth-red"));
	ASSERT_ERR(0, send_end(BLUE, "veth-blue"));
	EXPECT_TEXT(ARP_REQUEST ARP_REPLY ECHO ECHO_REPLY, capture_text(red));
	EXPECT_TEXT(ARP_REPLY ECHO_REPLY, capture_text(in_red));
	EXPECT_TEXT(ARP_REQUEST ECHO, capture_text(out_red));
	EXPECT_TEXT(ARP_REQUEST ARP_REPLY ECHO ECHO_REPLY, capture_text(blue));
}

/* The next frame of a packet socket: its PACKET_* type, or -errno. */
static int packet_type(int fd)
{
	struct sockaddr_ll ll;
	socklen_t len = sizeof(ll);
	char byte;

	if (recvfrom(fd, &byte, 1, MSG_DONTWAIT, (struct sockaddr *)&ll,
		     &len) < 0)
		return -errno;
	return ll.sll_pkttype;
}

/* Claim 71: what the kernel says of each frame's way and addressee. */
TEST_OF("claim 71", wire, a_frame_is_outgoing_for_us_for_all_or_for_others)
{
	uint8_t frame[60] = { 2, 0, 0, 0, 0, 9, 2, 0, 0, 0, 0, 1, 0x88, 0xb6 };
	int red, blue, others;

	NEED_SYSCTL();
	ASSERT_ERR(0, cpu_pin(NULL));
	red = packet_socket(RED, "veth-red", ETH_P_ALL);
	blue = packet_socket(BLUE, "veth-blue", ETH_P_ARP);
	others = packet_socket(BLUE, "veth-blue", ETH_OTHER);
	ASSERT_TRUE(red >= 0 && blue >= 0 && others >= 0);
	ASSERT_ERR(0, no_ipv6(RED));
	ASSERT_ERR(0, no_ipv6(BLUE));
	while (packet_type(red) >= 0)
		;
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	EXPECT_EQ(PACKET_OUTGOING, packet_type(red));
	EXPECT_EQ(PACKET_HOST, packet_type(red));
	EXPECT_EQ(PACKET_OUTGOING, packet_type(red));
	EXPECT_EQ(PACKET_HOST, packet_type(red));
	EXPECT_EQ(-EAGAIN, packet_type(red));
	/* A socket of one protocol does not see what goes out. */
	EXPECT_EQ(PACKET_BROADCAST, packet_type(blue));
	EXPECT_EQ(-EAGAIN, packet_type(blue));
	ASSERT_ERR(0, send_frame(RED, "veth-red", frame, sizeof(frame)));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	EXPECT_EQ(PACKET_OTHERHOST, packet_type(others));
	frame[0] = 3;
	ASSERT_ERR(0, send_frame(RED, "veth-red", frame, sizeof(frame)));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	EXPECT_EQ(PACKET_MULTICAST, packet_type(others));
	EXPECT_EQ(-EAGAIN, packet_type(others));
}

/* promiscuity of a device, or -errno. */
static int promiscuity(const char *name, const char *dev)
{
	struct link link;
	int err = link_get(in(name), dev, &link);

	return err ? err : (int)link.promiscuity;
}

/* Claim 71: tcpdump's mark on a device, which goes with it. */
TEST_OF("claim 71", wire, promiscuous_captures_are_counted_and_gone_when_closed)
{
	struct capture *first, *second, *plain;
	struct link link;

	ASSERT_EQ(0, promiscuity(RED, "veth-red"));
	first = capture_open(ns(RED), "veth-red", NULL, CAPTURE_PROMISC);
	ASSERT_NE(NULL, first);
	EXPECT_EQ(1, promiscuity(RED, "veth-red"));
	plain = open_capture(RED, "veth-red", NULL, 0);
	EXPECT_EQ(1, promiscuity(RED, "veth-red"));
	second = capture_open(ns(RED), "veth-red", NULL, CAPTURE_PROMISC);
	EXPECT_EQ(2, promiscuity(RED, "veth-red"));
	/* Nobody asked for the flag, and the other end is not concerned. */
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &link));
	EXPECT_EQ(0, link.flags & IFF_PROMISC);
	EXPECT_EQ(0, promiscuity(BLUE, "veth-blue"));
	capture_close(first);
	EXPECT_EQ(1, promiscuity(RED, "veth-red"));
	capture_close(second);
	EXPECT_EQ(0, promiscuity(RED, "veth-red"));
	capture_close(plain);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
}

/* PACKET_ADD_MEMBERSHIP or PACKET_DROP_MEMBERSHIP: 0 or -errno. */
static int membership(int fd, int what, int type, int ifindex)
{
	const struct packet_mreq mreq = {
		.mr_ifindex = ifindex, .mr_type = type, .mr_alen = 6,
		.mr_address = { 1, 0, 0x5e, 0, 0, 77 },
	};

	return sys(setsockopt(fd, SOL_PACKET, what, &mreq, sizeof(mreq)));
}

/* Does the device receive for the multicast address of membership()? */
static bool in_dev_mcast(const char *name)
{
	char text[4096];
	int fd = netns_open_file(ns(name), "/proc/thread-self/net/dev_mcast",
				 O_RDONLY);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return strstr(text, "01005e00004d");
}

/* Claim 71: memberships of packet(7) sockets, counted one by one. */
TEST_OF("claim 71", wire, packet_memberships_are_counted_and_end_with_the_socket)
{
	int fd = bound_socket(RED, "veth-red", 0);
	struct link link;

	ASSERT_LE(0, fd);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &link));
	EXPECT_ERR(0, membership(fd, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC,
				 link.ifindex));
	EXPECT_ERR(0, membership(fd, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC,
				 link.ifindex));
	/* Twice by one socket is once for the device. */
	EXPECT_EQ(1, promiscuity(RED, "veth-red"));
	EXPECT_ERR(0, membership(fd, PACKET_DROP_MEMBERSHIP, PACKET_MR_PROMISC,
				 link.ifindex));
	EXPECT_EQ(1, promiscuity(RED, "veth-red"));
	EXPECT_ERR(0, membership(fd, PACKET_DROP_MEMBERSHIP, PACKET_MR_PROMISC,
				 link.ifindex));
	EXPECT_EQ(0, promiscuity(RED, "veth-red"));
	EXPECT_ERR(-ENODEV, membership(fd, PACKET_ADD_MEMBERSHIP,
				       PACKET_MR_PROMISC, 4711));
	EXPECT_FALSE(in_dev_mcast(RED));
	EXPECT_ERR(0, membership(fd, PACKET_ADD_MEMBERSHIP,
				 PACKET_MR_MULTICAST, link.ifindex));
	EXPECT_TRUE(in_dev_mcast(RED));
	EXPECT_FALSE(in_dev_mcast(BLUE));
	EXPECT_ERR(0, membership(fd, PACKET_ADD_MEMBERSHIP, PACKET_MR_PROMISC,
				 link.ifindex));
	close(fd);
	EXPECT_FALSE(in_dev_mcast(RED));
	EXPECT_EQ(0, promiscuity(RED, "veth-red"));
}

/* The MACs of both ends. */
static int macs(uint8_t red[6], uint8_t blue[6])
{
	struct link link;
	int err = link_get(in(RED), "veth-red", &link);

	memcpy(red, link.mac, 6);
	if (!err)
		err = link_get(in(BLUE), "veth-blue", &link);
	memcpy(blue, link.mac, 6);
	return err;
}

/* An ARP frame as RFC 826 has it. */
static void arp_frame(uint8_t frame[42], uint8_t op, const uint8_t from[6],
		      const uint8_t to[6])
{
	static const uint8_t broadcast[6] = { 255, 255, 255, 255, 255, 255 };
	const uint8_t head[] = { 8, 6, 0, 1, 8, 0, 6, 4, 0, op };
	uint8_t from_ip[4] = { 10, 0, 1, op }, to_ip[4] = { 10, 0, 1, 3 - op };

	memset(frame, 0, 42);
	memcpy(frame, op == 1 ? broadcast : to, 6);
	memcpy(frame + 6, from, 6);
	memcpy(frame + 12, head, sizeof(head));
	memcpy(frame + 22, from, 6);
	memcpy(frame + 28, from_ip, 4);
	/* Of a request's target the MAC is what is asked for. */
	if (op == 2)
		memcpy(frame + 32, to, 6);
	memcpy(frame + 38, to_ip, 4);
}

/* Claims 27, 71: what a ping puts on the wire, byte by byte. */
TEST_OF("claim 27, claim 71", wire, arp_and_echo_are_on_the_wire_as_the_rfcs_have_it)
{
	uint8_t red[6], blue[6], want[42];
	struct capture_frame f;
	struct capture *c;

	ASSERT_ERR(0, macs(red, blue));
	c = capture(BLUE, "veth-blue", 0);
	ASSERT_NE(NULL, c);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	ASSERT_ERR(0, capture_next(c, &f));
	arp_frame(want, 1, red, blue);
	EXPECT_EQ(42, f.len);
	EXPECT_EQ(0, memcmp(want, f.data, 42));
	ASSERT_ERR(0, capture_next(c, &f));
	arp_frame(want, 2, blue, red);
	EXPECT_EQ(42, f.len);
	EXPECT_EQ(0, memcmp(want, f.data, 42));
	ASSERT_ERR(0, capture_next(c, &f));
	/* 14 of Ethernet, 20 of IP, 8 of ICMP, 56 of data. */
	EXPECT_EQ(98, f.len);
	EXPECT_EQ(0, memcmp(blue, f.data, 6));
	EXPECT_EQ(0, memcmp(red, f.data + 6, 6));
	EXPECT_EQ(0x4500, be16_at(f.data + 14));
	EXPECT_EQ(84, be16_at(f.data + 16));
	EXPECT_EQ(0x4000, be16_at(f.data + 20));
	EXPECT_EQ(64, f.data[22]);
	EXPECT_EQ(IPPROTO_ICMP, f.data[23]);
	EXPECT_EQ(0xffff, packet_sum(f.data + 14, 20, 0));
	ASSERT_ERR(0, capture_next(c, &f));
	EXPECT_EQ(98, f.len);
	EXPECT_EQ(0, memcmp(red, f.data, 6));
	EXPECT_EQ(0, memcmp(blue, f.data + 6, 6));
	/* The kernel's own reply: may be fragmented, so has no DF. */
	EXPECT_EQ(0, be16_at(f.data + 20));
	EXPECT_EQ(64, f.data[22]);
	EXPECT_EQ(0xffff, packet_sum(f.data + 14, 20, 0));
}

/* Claim 71: a tag, which the kernel keeps beside the data, is back in them. */
TEST_OF("claim 71", wire, a_vlan_tag_is_seen_on_both_ends_as_it_was_sent)
{
	uint8_t frame[64] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1,
			      0x81, 0x00, 0x60, 0x7b, 0x88, 0xb6, 'v' };
	struct capture *red, *blue;
	struct capture_frame f;

	red = open_capture(RED, "veth-red", "vlan 123", 0);
	blue = open_capture(BLUE, "veth-blue", "vlan 123", 0);
	ASSERT_TRUE(red && blue);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	ASSERT_ERR(0, send_frame(RED, "veth-red", frame, sizeof(frame)));
	ASSERT_ERR(0, capture_next(red, &f));
	EXPECT_EQ(sizeof(frame), f.len);
	EXPECT_EQ(0, memcmp(frame, f.data, sizeof(frame)));
	ASSERT_ERR(0, capture_next(blue, &f));
	EXPECT_EQ(sizeof(frame), f.len);
	EXPECT_EQ(0, memcmp(frame, f.data, sizeof(frame)));
	capture_close(red);
	capture_close(blue);
}

#define TAGGED	(TP_STATUS_VLAN_VALID | TP_STATUS_VLAN_TPID_VALID)

/* Of pod-blue, which is told more of each frame; or -errno. */
static int aux_socket(uint16_t protocol)
{
	int fd = packet_socket(BLUE, "veth-blue", protocol), on = 1;

	if (fd >= 0 && setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on,
				  sizeof(on)) < 0)
		return -errno;
	return fd;
}

/* What the kernel says beside a frame (PACKET_AUXDATA); 0 or -errno. */
static int auxdata(int fd, struct tpacket_auxdata *aux)
{
	char control[CMSG_SPACE(sizeof(*aux))], data[128];
	struct iovec iov = { .iov_base = data, .iov_len = sizeof(data) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	int err = deadline_poll_in(fd, deadline_new_probe());

	if (err)
		return err;
	if (recvmsg(fd, &msg, 0) < 0)
		return -errno;
	if (!CMSG_FIRSTHDR(&msg))
		return -ENODATA;
	memcpy(aux, CMSG_DATA(CMSG_FIRSTHDR(&msg)), sizeof(*aux));
	return 0;
}

/*
 * Behind the sockets for all protocols a tag that no device takes has been
 * dropped, and the frame is for "another host" (__netif_receive_skb_core()).
 */
TEST_OF("claim 71", wire, a_packet_socket_is_told_of_tag_and_length)
{
	uint8_t frame[64] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1,
			      0x81, 0x00, 0x60, 0x7b, 0x88, 0xb6, 'v' };
	struct tpacket_auxdata aux;
	int all, one;

	NEED_SYSCTL();
	ASSERT_ERR(0, no_ipv6(RED));
	ASSERT_ERR(0, no_ipv6(BLUE));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.0.1.2"));
	all = aux_socket(ETH_P_ALL);
	one = aux_socket(ETH_OTHER);
	ASSERT_LE(0, all);
	ASSERT_LE(0, one);
	ASSERT_ERR(0, send_frame(RED, "veth-red", frame, sizeof(frame)));
	ASSERT_ERR(0, auxdata(all, &aux));
	EXPECT_EQ(TAGGED, aux.tp_status & TAGGED);
	EXPECT_EQ(0x607b, aux.tp_vlan_tci);
	EXPECT_EQ(ETH_P_8021Q, aux.tp_vlan_tpid);
	/* The tag is beside the data: four bytes fewer. */
	EXPECT_EQ(60, aux.tp_len);
	EXPECT_EQ(60, aux.tp_snaplen);
	EXPECT_EQ(ETH_HLEN, aux.tp_net);
	ASSERT_ERR(0, auxdata(one, &aux));
	EXPECT_EQ(0, aux.tp_status & TAGGED);
	EXPECT_EQ(60, aux.tp_len);
	ASSERT_ERR(0, send_frame(RED, "veth-red", frame, sizeof(frame)));
	ASSERT_ERR(0, auxdata(all, &aux));
	EXPECT_EQ(PACKET_OTHERHOST, packet_type(one));
}

/* Claims 37, 71: who sees what of a ping across a bridge of three. */
FIXTURE(lan) { struct topo *topo; };
FIXTURE_VARIANT(lan) { const char *topology; };
FIXTURE_VARIANT_ADD(lan, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(lan)
{
	TOPO_SETUP(lan);
	keeper = keeper_start();
	ASSERT_LE(0, keeper);
}
FIXTURE_TEARDOWN(lan) TOPO_TEARDOWN

#define LAN_REQUEST	"arp request 10.244.0.20 from 10.244.0.10\n"
#define LAN_REPLY	"arp reply 10.244.0.10 from 10.244.0.20\n"
#define LAN_ECHO	"echo 10.244.0.10 > 10.244.0.20\n"
#define LAN_ECHO_REPLY	"echo-reply 10.244.0.20 > 10.244.0.10\n"

TEST_OF("claim 37, claim 71", lan, of_a_ping_a_third_pod_sees_the_arp_request_only)
{
	struct capture *blue, *third, *port, *bridge;

	ASSERT_ERR(0, cpu_pin(NULL));
	blue = capture(BLUE, "veth-blue", 0);
	third = capture("pod-3", "veth-3", CAPTURE_PROMISC);
	port = capture(HOST, "veth-3-br", 0);
	bridge = capture(HOST, "v-net-0", 0);
	ASSERT_TRUE(blue && third && port && bridge);
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.244.0.20"));
	ASSERT_ERR(0, send_end(RED, "veth-red"));
	EXPECT_TEXT(LAN_REQUEST LAN_REPLY LAN_ECHO LAN_ECHO_REPLY,
		    capture_text(blue));
	EXPECT_TEXT(LAN_REQUEST, capture_text(third));
	EXPECT_TEXT(LAN_REQUEST, capture_text(port));
	EXPECT_TEXT(LAN_REQUEST, capture_text(bridge));
}

/* A promiscuous bridge sees what it switches between two ports as well. */
TEST_OF("claim 37, claim 71", lan, a_promiscuous_bridge_sees_what_it_switches)
{
	struct capture *bridge;

	ASSERT_ERR(0, cpu_pin(NULL));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.244.0.20"));
	bridge = capture_open(ns(HOST), "v-net-0", FILTER, CAPTURE_PROMISC);
	ASSERT_NE(NULL, bridge);
	EXPECT_EQ(1, promiscuity(HOST, "v-net-0"));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.244.0.20"));
	ASSERT_ERR(0, send_end(RED, "veth-red"));
	EXPECT_TEXT(LAN_ECHO LAN_ECHO_REPLY, capture_text(bridge));
	capture_close(bridge);
	EXPECT_EQ(0, promiscuity(HOST, "v-net-0"));
}

/* A frame to @mac out of pod-red, and the frame that ends it. */
static int send_to(const uint8_t mac[6])
{
	uint8_t frame[60] = { 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1,
			      ETH_OTHER >> 8, ETH_OTHER & 255 };
	int err;

	memcpy(frame, mac, 6);
	err = send_frame(RED, "veth-red", frame, sizeof(frame));
	return err ? err : send_end(RED, "veth-red");
}

#define TO_NOBODY	"type 88b6\n"

/* Claims 37, 71: flooded while unknown, for one port once it has spoken. */
TEST_OF("claim 37, claim 71", lan, a_frame_floods_until_its_address_has_been_learned)
{
	uint8_t mac[6] = { 2, 0, 0, 0, 0, 0x99 };
	uint8_t hello[60] = { 255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 0x99,
			      ETH_END >> 8, ETH_END & 255 };
	struct capture *red, *blue, *third;

	ASSERT_ERR(0, cpu_pin(NULL));
	red = capture(RED, "veth-red", CAPTURE_IN);
	blue = capture(BLUE, "veth-blue", CAPTURE_IN);
	third = capture("pod-3", "veth-3", CAPTURE_IN);
	ASSERT_TRUE(red && blue && third);
	ASSERT_ERR(0, send_to(mac));
	EXPECT_TEXT(TO_NOBODY, capture_text(blue));
	EXPECT_TEXT(TO_NOBODY, capture_text(third));
	/* Now it is known to be behind veth-blue-br. */
	ASSERT_ERR(0, send_frame(BLUE, "veth-blue", hello, sizeof(hello)));
	EXPECT_TEXT("", capture_text(red));
	EXPECT_TEXT("", capture_text(third));
	ASSERT_ERR(0, send_to(mac));
	EXPECT_TEXT(TO_NOBODY, capture_text(blue));
	EXPECT_TEXT("", capture_text(third));
	/* Not back out of the port that it came in by. */
	ASSERT_ERR(0, send_frame(BLUE, "veth-blue", hello, sizeof(hello)));
	EXPECT_TEXT("", capture_text(red));
}

/* Frames of both captures, one by one, the same; how many, or -errno. */
static int same_frames(struct capture *a, struct capture *b)
{
	struct capture_frame x, y;
	int n, err;

	for (n = 0; ; n++) {
		err = capture_next(a, &x);
		if (!err)
			err = capture_next(b, &y);
		if (err)
			return err;
		if (x.len != y.len || memcmp(x.data, y.data, x.len))
			return -EPROTO;
		if (is_end(&x))
			return n;
	}
}

/* Claims 37, 71: a bridge and two pairs change no byte on the way. */
TEST_OF("claim 37, claim 71", lan, frames_cross_the_bridge_unchanged)
{
	struct capture *out, *in_port, *out_port, *blue;

	ASSERT_ERR(0, cpu_pin(NULL));
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.244.0.20"));
	out = capture(RED, "veth-red", CAPTURE_OUT);
	in_port = capture(HOST, "veth-red-br", CAPTURE_IN);
	out_port = capture(HOST, "veth-blue-br", CAPTURE_OUT);
	blue = capture(BLUE, "veth-blue", CAPTURE_IN);
	ASSERT_TRUE(out && in_port && out_port && blue);
	ASSERT_ERR(0, reach_all(RED, BLUE, "10.244.0.20"));
	ASSERT_ERR(0, send_end(RED, "veth-red"));
	EXPECT_LE(5, same_frames(out, in_port));
	EXPECT_LE(5, same_frames(out_port, blue));
}

KSFT_NEEDS(CONFIG_IPV6, "*.a_cookie_is_one_namespaces_*")
KSFT_NEEDS(CONFIG_PACKET, "*.a_cookie_is_one_namespaces_*", "wire.*", "lan.*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.to_look_at_a_namespace_*")
KSFT_NEEDS(CONFIG_UNIX, "*.a_cookie_is_one_namespaces_*")

KSFT_MAIN
