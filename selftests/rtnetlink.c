// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What rtnetlink demands of who asks, and how it answers: privilege, of the
 * sender and of the socket's opener; verdicts, their numbers and sizes;
 * notifications and their author; dumps.
 *
 *	host          pod-red          pod-blue
 *	lo            lo               lo		all down, no wire
 */
#include "ask.h"
#include "residue.h"

#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* host knows pod-red as 5. */
static int nsid(void)
{
	static const struct ask add = {
		.type = RTM_NEWNSID,
		.attrs = { U32(NETNSA_NSID, 5), NETNS(NETNSA_FD, "pod-red") },
	};

	return ask_do(&add);
}

/*
 * Who may: what only CAP_NET_ADMIN may do, of the socket's opener and of the
 * sender (netlink_ns_capable()).
 */
FIXTURE(privilege) { struct topo *topo; };
FIXTURE_VARIANT(privilege) { const char *topology; };
FIXTURE_VARIANT_ADD(privilege, netns) { .topology = "netns" };
FIXTURE_SETUP(privilege) TOPO_SETUP(privilege)
FIXTURE_TEARDOWN(privilege) TOPO_TEARDOWN

/* One of each kind of change; who may not is refused before it is looked at. */
static const struct ask writes[] = {
	{ .type = RTM_NEWLINK, .flags = ADD,
	  .attrs = { STR(IFLA_IFNAME, "x"), KIND("veth") } },
	{ .type = RTM_SETLINK, .head.dev = "lo",
	  .attrs = { U32(IFLA_MTU, 1000) } },
	{ .type = RTM_DELLINK, .attrs = { STR(IFLA_IFNAME, "lo") } },
	{ .type = RTM_NEWADDR, .flags = ADD,
	  .head = { .family = AF_INET, .len = 24, .dev = "lo" },
	  .attrs = { IP(IFA_LOCAL, "192.0.2.1") } },
	{ .type = RTM_DELADDR,
	  .head = { .family = AF_INET, .len = 24, .dev = "lo" },
	  .attrs = { IP(IFA_LOCAL, "192.0.2.1") } },
	{ .type = RTM_NEWROUTE, .flags = ADD,
	  .head = { .family = AF_INET, .type = RTN_BLACKHOLE } },
	{ .type = RTM_DELROUTE, .head = { .family = AF_INET } },
	{ .type = RTM_NEWNEIGH, .flags = ADD,
	  .head = { .family = AF_INET, .dev = "lo" } },
	{ .type = RTM_DELNEIGH, .head = { .family = AF_INET, .dev = "lo" } },
	{ .type = RTM_NEWNEIGH, .flags = ADD,
	  .head = { .family = AF_BRIDGE, .dev = "lo" } },
	{ .type = RTM_DELNEIGH, .head = { .family = AF_BRIDGE, .dev = "lo" } },
	{ .type = RTM_NEWRULE, .flags = ADD, .head = { .family = AF_INET } },
	{ .type = RTM_DELRULE, .head = { .family = AF_INET } },
	{ .type = RTM_NEWNSID, .attrs = { U32(NETNSA_NSID, 5) } },
	{ .type = RTM_NEWLINKPROP, .head.dev = "lo" },
	{ .type = RTM_DELLINKPROP, .head.dev = "lo" },
	{ .type = RTM_SETLINK, .head = { .family = AF_BRIDGE, .dev = "lo" } },
	{ .type = RTM_DELLINK, .head = { .family = AF_BRIDGE, .dev = "lo" } },
};

/* Raises or drops effective capabilities; what is permitted stays. */
static int set_effective(uint32_t caps, bool raise)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -errno;
	if (raise)
		data[0].effective |= caps & data[0].permitted;
	else
		data[0].effective &= ~caps;
	return syscall(SYS_capset, &header, data) < 0 ? -errno : 0;
}

#define NET_ADMIN	(1u << CAP_NET_ADMIN)
#define NET_RAW		(1u << CAP_NET_RAW)
#define SYS_ADMIN	(1u << CAP_SYS_ADMIN)

/* How many of writes[] the kernel refuses over @fd, as the caller is now. */
static int count_refused(int fd)
{
	struct ask_answer answer;
	struct req req;
	int n = 0, err;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(writes); i++) {
		ask_build(&req, &writes[i], true);
		err = ask_send(fd, &req, &answer);
		if (!err && answer.err == -EPERM && !*answer.extack)
			n++;
		else
			printf("# request %zu (type %d): %s\n", i,
			       writes[i].type,
			       ksft_err_name(err ? err : answer.err));
	}
	return n;
}

/* Neither may, the sender may not, the opener could not. */
TEST_OF("error privilege-writes", privilege,
	every_change_needs_net_admin_of_opener_and_sender)
{
	int n = ARRAY_SIZE(writes), able, unable;
	char *before;

	ASSERT_PODS();
	before = residue_text();
	ASSERT_NE(NULL, before);
	able = ask_open(ns("host"), true);
	ASSERT_LE(0, able);
	unable = netns_socket(ns("host"), AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
	close(unable);
	ASSERT_EQ(0, setns(ns("host"), CLONE_NEWNET));
	ASSERT_ERR(0, set_effective(NET_ADMIN, false));
	unable = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ASSERT_LE(0, unable);
	EXPECT_EQ(n, count_refused(unable));
	EXPECT_EQ(n, count_refused(able));
	ASSERT_ERR(0, set_effective(NET_ADMIN, true));
	EXPECT_EQ(n, count_refused(unable));
	EXPECT_TEXT(before, residue_text());
	/* And it was that: the first of them is done now. */
	EXPECT_ERR(0, ask_do(&writes[0]));
	free(before);
}

/* Without any privilege all can be seen: of one's own namespace. */
TEST_OF("error privilege-dumps", privilege, reading_needs_no_capability)
{
	char *before, *after;
	struct rtnl *rtnl;

	ASSERT_PODS();
	ASSERT_EQ(0, setns(ns("host"), CLONE_NEWNET));
	before = state_text(ns("host"), STATE_ALL);
	ASSERT_NE(NULL, before);
	EXPECT_NE(NULL, strstr(before, "link lo:"));
	ASSERT_ERR(0, set_effective(~0u, false));
	rtnl = in("host");
	after = state_text(ns("host"), STATE_ALL);
	/* Only that a socket in another namespace needs setns(2). */
	EXPECT_EQ(NULL, after);
	free(after);
	EXPECT_LE(1, residue_count(rtnl, RTM_GETLINK, AF_UNSPEC));
	EXPECT_LE(3, residue_count(rtnl, RTM_GETRULE, AF_INET));
	EXPECT_LE(0, residue_count(rtnl, RTM_GETADDR, AF_INET));
	EXPECT_LE(0, residue_count(rtnl, RTM_GETROUTE, AF_INET));
	EXPECT_LE(0, residue_count(rtnl, RTM_GETNEIGH, AF_UNSPEC));
	EXPECT_LE(0, residue_count(rtnl, RTM_GETNSID, AF_UNSPEC));
	free(before);
}

/*
 * To look into another namespace by its id is to be its administrator
 * (rtnl_get_net_ns_capable()): of the socket's opener, at that.
 */
TEST_OF("error privilege-target-nsid", privilege,
	a_look_into_another_namespace_needs_net_admin_there)
{
	static const struct ask look = {
		.type = RTM_GETLINK,
		.attrs = { STR(IFLA_IFNAME, "lo"),
			   U32(IFLA_TARGET_NETNSID, 5) },
	};
	struct ask_answer answer;
	struct req req;
	int fd;

	ASSERT_PODS();
	ASSERT_ERR(0, nsid());
	EXPECT_ERR(0, ask_do(&look));
	ask_build(&req, &look, true);
	ASSERT_EQ(0, setns(ns("host"), CLONE_NEWNET));
	ASSERT_ERR(0, set_effective(NET_ADMIN, false));
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, ask_send(fd, &req, &answer));
	EXPECT_ERR(-EACCES, answer.err);
}

static int try_socket(int domain, int type, int protocol)
{
	int fd = socket(domain, type | SOCK_CLOEXEC, protocol);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* The namespace to come back to is not needed: the process ends. */
TEST_OF("error privilege-setns", privilege,
	unshare_and_setns_need_sys_admin)
{
	ASSERT_PODS();
	ASSERT_EQ(0, setns(ns("pod-red"), CLONE_NEWNET));
	ASSERT_ERR(0, set_effective(SYS_ADMIN, false));
	EXPECT_ERR(-EPERM, setns(ns("pod-blue"), CLONE_NEWNET) ? -errno : 0);
	EXPECT_ERR(-EPERM, unshare(CLONE_NEWNET) ? -errno : 0);
	ASSERT_ERR(0, set_effective(SYS_ADMIN, true));
	EXPECT_ERR(0, setns(ns("pod-blue"), CLONE_NEWNET) ? -errno : 0);
	EXPECT_ERR(0, unshare(CLONE_NEWNET) ? -errno : 0);
}

TEST_OF("error privilege-raw", privilege,
	raw_and_packet_sockets_need_net_raw)
{
	ASSERT_PODS();
	ASSERT_EQ(0, setns(ns("pod-red"), CLONE_NEWNET));
	EXPECT_ERR(0, try_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	ASSERT_ERR(0, set_effective(NET_RAW, false));
	EXPECT_ERR(-EPERM, try_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP));
	EXPECT_ERR(-EPERM, try_socket(AF_PACKET, SOCK_RAW, 0));
	EXPECT_ERR(-EPERM, try_socket(AF_PACKET, SOCK_DGRAM, 0));
	EXPECT_ERR(0, try_socket(AF_INET, SOCK_DGRAM, 0));
	EXPECT_ERR(0, try_socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE));
	ASSERT_ERR(0, set_effective(NET_RAW, true));
	EXPECT_ERR(0, try_socket(AF_PACKET, SOCK_RAW, 0));
}

/* bind(2) of a TCP socket of pod-red to @port. */
static int try_port(uint16_t port)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
				   .sin_port = htons(port) };
	int fd = netns_socket(ns("pod-red"), AF_INET, SOCK_STREAM, 0), err = 0;

	if (fd < 0)
		return fd;
	if (bind(fd, (struct sockaddr *)&sin, sizeof(sin)))
		err = -errno;
	close(fd);
	return err;
}

/* And what the namespace's own sysctl makes of it. */
TEST_OF("error privilege-port", privilege,
	ports_below_1024_need_net_bind_service)
{
	ASSERT_PODS();
	EXPECT_ERR(0, try_port(1023));
	ASSERT_ERR(0, set_effective(1u << CAP_NET_BIND_SERVICE, false));
	EXPECT_ERR(-EACCES, try_port(1023));
	EXPECT_ERR(-EACCES, try_port(1));
	EXPECT_ERR(0, try_port(1024));
	NEED_SYSCTL();
	ASSERT_ERR(0, sysctl_set(ns("pod-red"),
				 "net/ipv4/ip_unprivileged_port_start", "80"));
	EXPECT_ERR(0, try_port(80));
	EXPECT_ERR(-EACCES, try_port(79));
}

/* ifreq requests of old: the flags of lo. */
static int try_flags(void)
{
	struct ifreq ifr = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;

	if (fd < 0)
		return -errno;
	if (ioctl(fd, SIOCSIFFLAGS, &ifr))
		err = -errno;
	close(fd);
	return err;
}

static int try_mark(void)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), err = 0;
	int one = 1;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_MARK, &one, sizeof(one)))
		err = -errno;
	close(fd);
	return err;
}

TEST_OF("error privilege-ioctl", privilege,
	interface_ioctls_and_marks_need_net_admin)
{
	ASSERT_PODS();
	ASSERT_EQ(0, setns(ns("pod-red"), CLONE_NEWNET));
	ASSERT_ERR(0, set_effective(NET_ADMIN | NET_RAW, false));
	EXPECT_ERR(-EPERM, try_flags());
	EXPECT_ERR(-EPERM, try_mark());
	ASSERT_ERR(0, set_effective(NET_ADMIN | NET_RAW, true));
	EXPECT_ERR(0, try_mark());
	EXPECT_ERR(0, try_flags());
}

/*
 * A user namespace's root, in a network namespace of its own: makes and moves
 * links where it is root, and nowhere else.
 */
static const struct ask veth_with_peer_at_red = {
	.type = RTM_NEWLINK, .flags = ADD,
	.attrs = { STR(IFLA_IFNAME, "x"), PEER, STR(IFLA_IFNAME, "y"),
		   NETNS(IFLA_NET_NS_FD, "pod-red"), PEER_END },
};

static const struct ask bridge_at_red = {
	.type = RTM_NEWLINK, .flags = ADD,
	.attrs = { STR(IFLA_IFNAME, "z"), NETNS(IFLA_NET_NS_FD, "pod-red"),
		   BRIDGE },
};

static const struct ask veth_here = {
	.type = RTM_NEWLINK, .flags = ADD,
	.attrs = { STR(IFLA_IFNAME, "veth-red"), VETH("veth-blue") },
};

static const struct ask move_to_red = {
	.type = RTM_SETLINK,
	.attrs = { STR(IFLA_IFNAME, "veth-red"),
		   NETNS(IFLA_NET_NS_FD, "pod-red") },
};

enum { USERNS_HERE, USERNS_PEER, USERNS_ADD, USERNS_MOVE, USERNS_SETNS,
       USERNS_RESULTS };

/* What the requests' verdicts are in there; in a child process. */
static int userns_child(int results[USERNS_RESULTS])
{
	static const struct ask *asks[] = {
		&veth_here, &veth_with_peer_at_red, &bridge_at_red,
		&move_to_red,
	};
	struct ask_answer answer;
	struct req req;
	size_t i;
	int fd;

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -errno;
	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	for (i = 0; i < ARRAY_SIZE(asks); i++) {
		ask_build(&req, asks[i], true);
		results[i] = ask_send(fd, &req, &answer);
		if (!results[i])
			results[i] = answer.err;
	}
	results[USERNS_SETNS] = setns(ns("pod-red"), CLONE_NEWNET) ? -errno : 0;
	return 0;
}

/* Runs it: 0 and @results, or -errno. */
static int userns_run(int results[USERNS_RESULTS])
{
	int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int status;
	pid_t pid;

	if (shared == MAP_FAILED)
		return -errno;
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		shared[USERNS_RESULTS] = userns_child(shared);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) < 0 || status)
		return -ECHILD;
	memcpy(results, shared, USERNS_RESULTS * sizeof(*results));
	return shared[USERNS_RESULTS];
}

/*
 * 6.1 and 6.12 check the peer's namespace for existence only, so that anybody
 * could put a device into any namespace he has a descriptor of.  6.18 does not.
 */
TEST_OF("error privilege-userns-peer, regression peer-capability", privilege,
	userns_root_puts_nothing_into_a_namespace_it_does_not_own)
{
	int results[USERNS_RESULTS], err;
	bool hole;

	ASSERT_PODS();
	err = userns_run(results);
	if (err == -EPERM || err == -ENOSPC || err == -EACCES)
		SKIP(return, "user namespaces are refused here");
	ASSERT_ERR(0, err);
	EXPECT_ERR(0, results[USERNS_HERE]);
	hole = !results[USERNS_PEER] && !ksft.expect_mainline;
	if (hole)
		printf("# outcome: 0 \"\" (as seen on 6.1 and 6.12)\n");
	else
		EXPECT_ERR(-EPERM, results[USERNS_PEER]);
	EXPECT_ERR(-EPERM, results[USERNS_ADD]);
	EXPECT_ERR(-EPERM, results[USERNS_MOVE]);
	EXPECT_ERR(-EPERM, results[USERNS_SETNS]);
}

/*
 * How the kernel speaks.
 */
FIXTURE(protocol) { struct topo *topo; };
FIXTURE_VARIANT(protocol) { const char *topology; };
FIXTURE_VARIANT_ADD(protocol, netns) { .topology = "netns" };
FIXTURE_SETUP(protocol) TOPO_SETUP(protocol)
FIXTURE_TEARDOWN(protocol) TOPO_TEARDOWN

#define SEQ	0xdeadbeef

/* A bound socket of host, which says its port; or -errno. */
static int talker(uint32_t *port)
{
	struct sockaddr_nl self = { .nl_family = AF_NETLINK };
	socklen_t len = sizeof(self);
	int fd = netns_socket(ns("host"), AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (fd < 0)
		return fd;
	if (bind(fd, (struct sockaddr *)&self, len) ||
	    getsockname(fd, (struct sockaddr *)&self, &len)) {
		close(fd);
		return -errno;
	}
	*port = self.nl_pid;
	return fd;
}

static int set_option(int fd, int option)
{
	int one = 1;

	return setsockopt(fd, SOL_NETLINK, option, &one, sizeof(one)) ?
	       -errno : 0;
}

/* RTM_NEWLINK of a pair with @flags and SEQ. */
static void new_link(struct req *req, const char *name, uint16_t flags)
{
	const struct ifinfomsg ifi = { 0 };
	struct nlattr *nest;

	req_init(req, RTM_NEWLINK, ADD | flags, &ifi, sizeof(ifi));
	req_str(req, IFLA_IFNAME, name);
	nest = req_nest(req, IFLA_LINKINFO);
	req_str(req, IFLA_INFO_KIND, "veth");
	req_nest_end(req, nest);
	req->nlh->nlmsg_seq = SEQ;
}

static int say(int fd, const struct req *req)
{
	ssize_t len = req->nlh->nlmsg_len;

	return send(fd, req->nlh, len, 0) == len ? 0 : -errno;
}

/* What one datagram has; it is there already, a verdict is never late. */
struct said {
	union {
		struct nlmsghdr nlh;
		char bytes[32768];
	};
	int len;
};

static int hear(int fd, struct said *said)
{
	said->len = recv(fd, said->bytes, sizeof(said->bytes), MSG_DONTWAIT);
	return said->len < 0 ? -errno : 0;
}

static const struct nlmsgerr *verdict_of(const struct said *said)
{
	return mnl_nlmsg_get_payload(&said->nlh);
}

TEST_OF("error netlink-ack", protocol,
	success_is_acknowledged_if_asked_with_the_header_only)
{
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port);

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	new_link(&req, "x", NLM_F_ACK);
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_EQ(NLMSG_ERROR, said.nlh.nlmsg_type);
	EXPECT_EQ(NLM_F_CAPPED, said.nlh.nlmsg_flags);
	EXPECT_EQ(SEQ, said.nlh.nlmsg_seq);
	EXPECT_EQ(port, said.nlh.nlmsg_pid);
	EXPECT_EQ(NLMSG_HDRLEN + sizeof(struct nlmsgerr), said.len);
	EXPECT_EQ(0, verdict_of(&said)->error);
	EXPECT_EQ(0, memcmp(req.nlh, &verdict_of(&said)->msg,
			    sizeof(*req.nlh)));
	EXPECT_ERR(-EAGAIN, hear(fd, &said));
	new_link(&req, "y", 0);
	ASSERT_ERR(0, say(fd, &req));
	EXPECT_ERR(-EAGAIN, hear(fd, &said));
}

TEST_OF("error netlink-error", protocol,
	an_error_is_answered_unasked_with_the_whole_request)
{
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port);

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	new_link(&req, "lo", 0);
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_EQ(NLMSG_ERROR, said.nlh.nlmsg_type);
	EXPECT_EQ(0, said.nlh.nlmsg_flags);
	EXPECT_EQ(SEQ, said.nlh.nlmsg_seq);
	EXPECT_EQ(port, said.nlh.nlmsg_pid);
	EXPECT_ERR(-EEXIST, verdict_of(&said)->error);
	EXPECT_EQ(NLMSG_HDRLEN + sizeof(int) + req.nlh->nlmsg_len,
		  said.nlh.nlmsg_len);
	EXPECT_EQ(0, memcmp(req.nlh, &verdict_of(&said)->msg,
			    req.nlh->nlmsg_len));
}

TEST_OF("error netlink-capped", protocol,
	with_cap_ack_an_error_has_the_header_only)
{
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port);

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, set_option(fd, NETLINK_CAP_ACK));
	new_link(&req, "lo", 0);
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(-EEXIST, verdict_of(&said)->error);
	EXPECT_EQ(NLM_F_CAPPED, said.nlh.nlmsg_flags);
	EXPECT_EQ(NLMSG_HDRLEN + sizeof(struct nlmsgerr), said.nlh.nlmsg_len);
}

/* "x" of an unknown type, which has words and no attribute. */
TEST_OF("error netlink-extack", protocol,
	the_kernels_words_come_only_to_who_asked_for_them)
{
	const struct ifinfomsg ifi = { 0 };
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port);

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	req_init(&req, RTM_NEWLINK, ADD, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, "x");
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(-EOPNOTSUPP, verdict_of(&said)->error);
	EXPECT_EQ(0, said.nlh.nlmsg_flags);
	ASSERT_ERR(0, set_option(fd, NETLINK_EXT_ACK));
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(-EOPNOTSUPP, verdict_of(&said)->error);
	EXPECT_EQ(NLM_F_ACK_TLVS, said.nlh.nlmsg_flags);
	EXPECT_NE(NULL, memmem(said.bytes, said.len, "Unknown device type",
			       20));
}

/* As many verdicts as messages, though the first is an error. */
TEST_OF("error netlink-batch", protocol,
	messages_of_one_datagram_are_judged_one_by_one)
{
	struct req first, second;
	struct said said;
	uint32_t port, len;
	char both[2 * REQ_SIZE];
	int fd = talker(&port);
	struct link link;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	new_link(&first, "lo", NLM_F_ACK);
	new_link(&second, "x", NLM_F_ACK);
	second.nlh->nlmsg_seq = SEQ + 1;
	len = MNL_ALIGN(first.nlh->nlmsg_len);
	memset(both, 0, sizeof(both));
	memcpy(both, first.nlh, first.nlh->nlmsg_len);
	memcpy(both + len, second.nlh, second.nlh->nlmsg_len);
	len += second.nlh->nlmsg_len;
	ASSERT_EQ(len, send(fd, both, len, 0));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_EQ(SEQ, said.nlh.nlmsg_seq);
	EXPECT_ERR(-EEXIST, verdict_of(&said)->error);
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_EQ(SEQ + 1, said.nlh.nlmsg_seq);
	EXPECT_ERR(0, verdict_of(&said)->error);
	EXPECT_ERR(0, link_get(in("host"), "x", &link));
}

/* rtnetlink_rcv_msg() is not even called. */
TEST_OF("error netlink-request", protocol,
	without_nlm_f_request_nothing_is_done)
{
	struct said said;
	struct link link;
	struct req req;
	uint32_t port;
	int fd = talker(&port);

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	new_link(&req, "x", NLM_F_ACK);
	req.nlh->nlmsg_flags &= ~NLM_F_REQUEST;
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(0, verdict_of(&said)->error);
	EXPECT_ERR(-ENODEV, link_get(in("host"), "x", &link));
}

TEST_OF("error netlink-type", protocol, message_types_that_are_none_are_refused)
{
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port);

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	new_link(&req, "x", 0);
	req.nlh->nlmsg_type = 1000;
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(-EOPNOTSUPP, verdict_of(&said)->error);
	/* Of control messages, below NLMSG_MIN_TYPE, only the ACK comes. */
	new_link(&req, "x", NLM_F_ACK);
	req.nlh->nlmsg_type = NLMSG_NOOP;
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(0, verdict_of(&said)->error);
}

/* A header shorter than its family's. */
TEST_OF("error netlink-short", protocol, truncated_headers_are_refused)
{
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port);
	uint16_t types[] = { RTM_NEWLINK, RTM_SETLINK, RTM_DELLINK, RTM_NEWADDR,
			     RTM_DELADDR, RTM_NEWROUTE, RTM_DELROUTE };
	size_t i;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	for (i = 0; i < ARRAY_SIZE(types); i++) {
		new_link(&req, "x", 0);
		req.nlh->nlmsg_type = types[i];
		/* struct rtgenmsg, and padding. */
		*(uint8_t *)mnl_nlmsg_get_payload(req.nlh) = AF_INET;
		req.nlh->nlmsg_len = NLMSG_HDRLEN + 4;
		req.nlh->nlmsg_flags = NLM_F_REQUEST;
		ASSERT_ERR(0, say(fd, &req));
		ASSERT_ERR(0, hear(fd, &said));
		EXPECT_ERR(-EINVAL, verdict_of(&said)->error);
	}
}

/* NEWADDR's own notification, to the asker and to a listener. */
TEST_OF("error netlink-echo", protocol,
	a_notification_names_its_author_and_is_echoed_if_asked)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_INET, .ifa_prefixlen = 32,
				 .ifa_index = 1 };
	static const uint8_t local[] = { 192, 0, 2, 1 };
	struct said said, heard;
	uint32_t port, other;
	int listener = talker(&other), fd = talker(&port);
	int group = RTNLGRP_IPV4_IFADDR;
	struct req req;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_LE(0, listener);
	ASSERT_EQ(0, setsockopt(listener, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP,
				&group, sizeof(group)));
	req_init(&req, RTM_NEWADDR, ADD | NLM_F_ECHO, &ifa, sizeof(ifa));
	req_put(&req, IFA_LOCAL, local, sizeof(local));
	req.nlh->nlmsg_seq = SEQ;
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_EQ(RTM_NEWADDR, said.nlh.nlmsg_type);
	EXPECT_EQ(SEQ, said.nlh.nlmsg_seq);
	EXPECT_EQ(port, said.nlh.nlmsg_pid);
	EXPECT_ERR(-EAGAIN, hear(fd, &said));
	ASSERT_ERR(0, hear(listener, &heard));
	EXPECT_EQ(RTM_NEWADDR, heard.nlh.nlmsg_type);
	EXPECT_EQ(SEQ, heard.nlh.nlmsg_seq);
	EXPECT_EQ(port, heard.nlh.nlmsg_pid);
	EXPECT_ERR(-EAGAIN, hear(listener, &heard));
	req.nlh->nlmsg_type = RTM_DELADDR;
	req.nlh->nlmsg_flags = NLM_F_REQUEST;
	ASSERT_ERR(0, say(fd, &req));
	EXPECT_ERR(-EAGAIN, hear(fd, &said));
	ASSERT_ERR(0, hear(listener, &heard));
	EXPECT_EQ(RTM_DELADDR, heard.nlh.nlmsg_type);
	EXPECT_EQ(port, heard.nlh.nlmsg_pid);
}

/* Old programs put things into headers that nobody looked at. */
TEST_OF("error netlink-strict", protocol,
	only_who_asks_for_strict_checking_gets_it)
{
	static const struct ask dump = {
		.type = RTM_GETLINK, .flags = NLM_F_DUMP, .head.index = 1,
	};
	struct ask_answer answer;
	struct req req;
	int strict = ask_open(ns("host"), true);
	int lax = ask_open(ns("host"), false);

	ASSERT_PODS();
	ASSERT_LE(0, strict);
	ASSERT_LE(0, lax);
	ask_build(&req, &dump, true);
	ASSERT_ERR(0, ask_send(lax, &req, &answer));
	EXPECT_ERR(0, answer.err);
	EXPECT_LE(1, answer.messages);
	ASSERT_ERR(0, ask_send(strict, &req, &answer));
	EXPECT_ERR(-EINVAL, answer.err);
	EXPECT_EQ(0, answer.messages);
}

/* As many links as @n says, in pairs. */
static int links(unsigned int n)
{
	const struct link_desc veth = { .kind = "veth", .name = "veth%d" };
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i += 2)
		err = link_add(in("host"), &veth);
	return err;
}

/* How many links fill more than a first answer (NLMSG_GOODSIZE). */
#define MANY	24

TEST_OF("error netlink-dump", protocol,
	a_dump_is_numbered_marked_and_ended_and_has_no_rival)
{
	const struct ifinfomsg ifi = { 0 };
	const struct nlmsghdr *nlh;
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port), len, told = 0, done = 0, busy = 0;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, links(MANY));
	req_init(&req, RTM_GETLINK, NLM_F_DUMP, &ifi, sizeof(ifi));
	req.nlh->nlmsg_seq = SEQ;
	ASSERT_ERR(0, say(fd, &req));
	/* The socket is in the midst of one. */
	req.nlh->nlmsg_seq = SEQ + 1;
	ASSERT_ERR(0, say(fd, &req));
	while (!done && !hear(fd, &said)) {
		nlh = &said.nlh;
		len = said.len;
		for (; mnl_nlmsg_ok(nlh, len);
		     nlh = mnl_nlmsg_next(nlh, &len)) {
			EXPECT_EQ(port, nlh->nlmsg_pid);
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				EXPECT_EQ(SEQ + 1, nlh->nlmsg_seq);
				busy = *(int *)mnl_nlmsg_get_payload(nlh);
				continue;
			}
			EXPECT_EQ(SEQ, nlh->nlmsg_seq);
			EXPECT_EQ(NLM_F_MULTI, nlh->nlmsg_flags);
			told += nlh->nlmsg_type == RTM_NEWLINK;
			done += nlh->nlmsg_type == NLMSG_DONE;
		}
	}
	EXPECT_ERR(-EBUSY, busy);
	EXPECT_EQ(1, done);
	EXPECT_LE(MANY + 1, told);
	EXPECT_ERR(-EAGAIN, hear(fd, &said));
}

KSFT_NEEDS(CONFIG_PACKET, "*.raw_and_packet_sockets_*")
KSFT_NEEDS(CONFIG_USER_NS, "*.userns_root_puts_nothing_*")
KSFT_NEEDS(CONFIG_VETH, "*.every_change_needs_net_admin_*",
	   "*.userns_root_puts_nothing_*", "*.success_is_acknowledged_*",
	   "*.messages_of_one_datagram_*", "*.a_dump_is_numbered_*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.userns_root_puts_nothing_*")
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*.reading_needs_no_capability")

KSFT_MAIN
