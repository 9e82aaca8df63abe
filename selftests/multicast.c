// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Multicast between pods: who a bridge that snoops sends it to, and what
 * sockets that join get.
 *
 *	host   v-net-0 ("host")
 *	        |- veth-red-br  ------ veth-red   pod-red   ("red")
 *	        |- veth-blue-br ------ veth-blue  pod-blue  ("blue")
 *	        `- veth-3-br    ------ veth-3     pod-3     ("3")
 */
#include "lan.h"
#include "packet.h"

#include <fcntl.h>
#include <net/ethernet.h>
#include <netinet/igmp.h>
#include <netinet/ip.h>

/* Groups of the local scope (RFC 2365), and one that is never snooped. */
#define GROUP	"239.1.1.1"
#define OTHER	"239.2.2.2"
#define LOCAL	"224.0.0.99"

FIXTURE(snoop) { struct topo *topo; };
FIXTURE_VARIANT(snoop) { const char *topology; };
FIXTURE_VARIANT_ADD(snoop, bridge_3_in_place) {
	.topology = "bridge-3-in-place",
};
FIXTURE_SETUP(snoop) TOPO_SETUP(snoop)
FIXTURE_TEARDOWN(snoop) TOPO_TEARDOWN

#define PACKET_ROOM	128

/* What a pod sends to a group: a packet's protocol and what is in it. */
struct cast {
	const char *pod, *dst;
	int protocol;
	const void *body;
	size_t len;
};

/* An IPv4 packet of the pod's address; its length. */
static size_t packet_put(const struct cast *c, uint8_t *to)
{
	struct iphdr ip = {
		.version = 4, .ihl = 5, .ttl = 1, .protocol = c->protocol,
		.tot_len = htons(sizeof(ip) + c->len),
		.id = htons(++lan.serial),
	};
	const char *pod = c->pod;
	const char *src = !strcmp(pod, "red") ? "10.244.0.10" :
			  !strcmp(pod, "blue") ? "10.244.0.20" : "10.244.0.21";

	inet_pton(AF_INET, src, &ip.saddr);
	inet_pton(AF_INET, c->dst, &ip.daddr);
	ip.check = packet_checksum(&ip, sizeof(ip));
	memcpy(to, &ip, sizeof(ip));
	memcpy(to + sizeof(ip), c->body, c->len);
	return sizeof(ip) + c->len;
}

/* Who hears it. */
static const char *cast(const struct cast *c)
{
	uint8_t packet[PACKET_ROOM], mac[] = { 0x01, 0, 0x5e, 0, 0, 0 };
	struct in_addr group;

	inet_pton(AF_INET, c->dst, &group);
	memcpy(mac + 3, (uint8_t *)&group + 1, 3);
	mac[3] &= 0x7f;
	return HEARD(c->pod, .src = sta_a, .dst = mac,
		     .ethertype = ETHERTYPE_IP, .payload = packet,
		     .payload_len = packet_put(c, packet));
}

static const char *data_to(const char *pod, const char *group)
{
	static const uint8_t udp[] = { 0, 9, 0, 9, 0, 12, 0, 0, 1, 2, 3, 4 };

	return cast(&(struct cast){ pod, group, IPPROTO_UDP, udp,
				    sizeof(udp) });
}

/* IGMPv2 (RFC 2236): 0x16 is a report, to the group; 0x17 leaves, to routers. */
static const char *igmp(const char *pod, uint8_t type, const char *group)
{
	struct igmp msg = { .igmp_type = type };

	inet_pton(AF_INET, group, &msg.igmp_group);
	msg.igmp_cksum = packet_checksum(&msg, sizeof(msg));
	return cast(&(struct cast){
		.pod = pod, .protocol = IPPROTO_IGMP, .body = &msg,
		.dst = type == IGMP_V2_LEAVE_GROUP ? "224.0.0.2" : group,
		.len = sizeof(msg) });
}

#define REPORT	IGMP_V2_MEMBERSHIP_REPORT
#define LEAVE	IGMP_V2_LEAVE_GROUP

/*
 * An IGMPv3 query of all groups that wants its answers at once (code 0), as a
 * router behind @pod sends it.
 */
static const char *query(const char *pod)
{
	uint8_t msg[12] = { IGMP_MEMBERSHIP_QUERY };
	uint16_t sum = packet_checksum(msg, sizeof(msg));

	memcpy(msg + 2, &sum, sizeof(sum));
	return cast(&(struct cast){ pod, "224.0.0.1", IPPROTO_IGMP, msg,
				    sizeof(msg) });
}

/* What an RTM_*MDB message says, a line an entry. */
struct mdb_page {
	char text[8192];
};

static void mdb_line(FILE *file, const struct br_mdb_entry *e)
{
	char addr[INET6_ADDRSTRLEN] = "?";

	if (e->addr.proto == htons(ETHERTYPE_IP))
		inet_ntop(AF_INET, &e->addr.u.ip4, addr, sizeof(addr));
	else if (e->addr.proto == htons(ETHERTYPE_IPV6))
		inet_ntop(AF_INET6, &e->addr.u.ip6, addr, sizeof(addr));
	fprintf(file, "%s %s%s\n", addr, host_dev(e->ifindex),
		e->state & MDB_PERMANENT ? " permanent" : "");
}

static int mdb_page(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *mdb, *entry, *info;
	struct mdb_page *page = data;
	FILE *file = fmemopen(page->text, sizeof(page->text), "w");

	if (!file)
		return -errno;
	mnl_attr_for_each(mdb, nlh, sizeof(struct br_port_msg)) {
		if (mnl_attr_get_type(mdb) != MDBA_MDB)
			continue;
		mnl_attr_for_each_nested(entry, mdb) {
			mnl_attr_for_each_nested(info, entry)
				mdb_line(file, mnl_attr_get_payload(info));
		}
	}
	fclose(file);
	return 0;
}

/* The groups of our own that the bridge knows members of, in its order. */
static char *mdb_text(void)
{
	struct br_port_msg bpm = { .family = AF_BRIDGE };
	struct mdb_page *pages;
	struct req req;
	char *text;
	int n;

	req_init(&req, RTM_GETMDB, 0, &bpm, sizeof(bpm));
	n = rtnl_list(in(TOPO_HOST), &req, sizeof(*pages), mdb_page, &pages);
	if (n < 0)
		return NULL;
	text = strdup(n ? pages->text : "");
	free(pages);
	return lines_with(text, "239.");
}

/* Events of groups, which a socket that asks cannot take. */
static struct rtnl *mdb_events(void)
{
	struct rtnl *events = rtnl_open(ns(TOPO_HOST));

	if (events && rtnl_join(events, RTNLGRP_MDB)) {
		rtnl_close(events);
		return NULL;
	}
	return events;
}

struct wanted {
	uint16_t type;
	const char *text;
};

static int is_wanted(const struct nlmsghdr *nlh, void *data)
{
	const struct wanted *wanted = data;
	struct mdb_page page = { "" };

	return nlh->nlmsg_type == wanted->type && !mdb_page(nlh, &page) &&
	       !strcmp(page.text, wanted->text);
}

/* Drops what came before. */
static int mdb_wait(struct rtnl *events, uint16_t type, const char *text)
{
	struct wanted wanted = { type, text };

	return rtnl_wait(events, is_wanted, &wanted, deadline_new());
}

/* A socket of @pod that is a member of @group on its own device. */
static int join(const char *pod, const char *group)
{
	int fd = netns_socket(ns(pod_ns(pod)), AF_INET, SOCK_DGRAM, 0);
	struct ip_mreqn mreq = { 0 };
	struct link link;
	int err;

	if (fd < 0)
		return fd;
	inet_pton(AF_INET, group, &mreq.imr_multiaddr);
	err = link_get(in(pod_ns(pod)), pod_dev(pod), &link);
	mreq.imr_ifindex = link.ifindex;
	if (!err && setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
			       sizeof(mreq)) < 0)
		err = -errno;
	if (!err)
		return fd;
	close(fd);
	return err;
}

/*
 * Returns two ticks later, or more: when the bridge has heard of a group that
 * a socket of @pod joins, which a kernel reports then (igmp_ifc_start_timer).
 */
static int let_ticks_pass(const char *pod, const char *group)
{
	struct rtnl *events = mdb_events();
	int err, fd;

	if (!events)
		return -errno;
	fd = join(pod, group);
	err = fd < 0 ? fd :
	      mdb_wait(events, RTM_NEWMDB,
		       str("%s %s\n", group, pod_port(pod)));
	if (fd >= 0)
		close(fd);
	rtnl_close(events);
	return err;
}

/*
 * From now on the bridge believes what it snoops: there is a querier, behind
 * @pod, which it does not take for a router's port.  A querier counts when the
 * time for answers is over, a tick here.
 */
static int have_querier(const char *pod)
{
	int err;

	err = port_put(pod_port(pod), IFLA_BRPORT_MULTICAST_ROUTER, 0);
	if (!err && !strstr(query(pod), "host"))
		err = -EPROTO;
	return err ? err : let_ticks_pass(pod, "239.255.0.1");
}

static char *our_mdb(void)
{
	return lines_without(mdb_text(), "239.255.0.");
}

TEST_F(snoop, without_a_querier_all_groups_are_flooded)
{
	EXPECT_EQ(1, br_attr(IFLA_BR_MCAST_SNOOPING));
	EXPECT_EQ(0, br_attr(IFLA_BR_MCAST_QUERIER));
	EXPECT_STREQ("blue 3 host", data_to("red", GROUP));
	EXPECT_STREQ("red 3 host", igmp("blue", REPORT, GROUP));
	EXPECT_TEXT(GROUP " veth-blue-br\n", our_mdb());
	EXPECT_STREQ("blue 3 host", data_to("red", GROUP));
	EXPECT_STREQ("blue 3 host", data_to("red", OTHER));
	EXPECT_STREQ("red 3 host", data_to("blue", GROUP));
}

TEST_F(snoop, with_a_querier_a_group_goes_to_its_members_alone)
{
	ASSERT_ERR(0, have_querier("3"));
	EXPECT_STREQ("", data_to("red", GROUP));
	/* Others need not hear of a report: they would keep back their own. */
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	EXPECT_TEXT(GROUP " veth-blue-br\n", our_mdb());
	EXPECT_STREQ("blue", data_to("red", GROUP));
	EXPECT_STREQ("blue", data_to("3", GROUP));
	EXPECT_STREQ("", data_to("blue", GROUP));
	EXPECT_STREQ("", data_to("red", OTHER));
	EXPECT_STREQ("blue", data_to("host", GROUP));
	EXPECT_STREQ("", igmp("red", REPORT, GROUP));
	EXPECT_STREQ("red blue", data_to("3", GROUP));
	EXPECT_STREQ("blue", data_to("red", GROUP));
}

/* RFC 4541, 2.1.2 (2): nobody joins 224.0.0.x, everybody is to hear it. */
TEST_F(snoop, local_groups_are_flooded_always)
{
	ASSERT_ERR(0, have_querier("3"));
	ASSERT_STREQ("", data_to("red", GROUP));
	EXPECT_STREQ("blue 3 host", data_to("red", LOCAL));
	EXPECT_STREQ("blue 3 host", data_to("red", "224.0.0.1"));
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	/* But for a report. */
	EXPECT_STREQ("", igmp("blue", REPORT, LOCAL));
	EXPECT_TEXT(GROUP " veth-blue-br\n", our_mdb());
	EXPECT_STREQ("", data_to("red", "224.0.1.1"));
}

TEST_F(snoop, a_router_port_hears_every_group)
{
	ASSERT_ERR(0, have_querier("3"));
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	EXPECT_STREQ("blue", data_to("red", GROUP));
	ASSERT_ERR(0, port_put("veth-3-br", IFLA_BRPORT_MULTICAST_ROUTER, 2));
	EXPECT_STREQ("blue 3", data_to("red", GROUP));
	EXPECT_STREQ("3", data_to("red", OTHER));
	EXPECT_STREQ("3", igmp("red", REPORT, OTHER));
	EXPECT_STREQ("red", data_to("3", OTHER));
	ASSERT_ERR(0, port_put("veth-3-br", IFLA_BRPORT_MULTICAST_ROUTER, 0));
	EXPECT_STREQ("", data_to("blue", "239.3.3.3"));
	/* By default it is one for as long as queries come from there. */
	ASSERT_ERR(0, port_put("veth-3-br", IFLA_BRPORT_MULTICAST_ROUTER, 1));
	EXPECT_STREQ("", data_to("blue", "239.3.3.3"));
	EXPECT_STREQ("red blue host", query("3"));
	EXPECT_STREQ("3", data_to("blue", "239.3.3.3"));
}

TEST_F(snoop, without_snooping_it_is_flooded_and_nothing_is_remembered)
{
	ASSERT_ERR(0, have_querier("3"));
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	ASSERT_STREQ("blue", data_to("red", GROUP));
	ASSERT_ERR(0, br_set_u8(IFLA_BR_MCAST_SNOOPING, 0));
	EXPECT_EQ(0, br_attr(IFLA_BR_MCAST_SNOOPING));
	EXPECT_STREQ("blue 3 host", data_to("red", GROUP));
	EXPECT_STREQ("red 3 host", igmp("blue", REPORT, OTHER));
	EXPECT_TEXT("", lines_with(our_mdb(), OTHER));
}

/* The last member's leave, where nobody needs to ask who is left. */
TEST_F(snoop, a_leave_on_a_fastleave_port_counts_at_once)
{
	struct rtnl *events = mdb_events();

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, have_querier("3"));
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	EXPECT_STREQ("", igmp("red", REPORT, GROUP));
	/* To all routers, 224.0.0.2. */
	EXPECT_STREQ("blue 3 host", igmp("red", LEAVE, GROUP));
	EXPECT_STREQ("red blue", data_to("3", GROUP));
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_FAST_LEAVE, 1));
	EXPECT_EQ(1, port_attr("veth-blue-br", IFLA_BRPORT_FAST_LEAVE));
	EXPECT_STREQ("red 3 host", igmp("blue", LEAVE, GROUP));
	EXPECT_TEXT(GROUP " veth-red-br\n", our_mdb());
	EXPECT_STREQ("red", data_to("3", GROUP));
	EXPECT_ERR(0, mdb_wait(events, RTM_NEWMDB, GROUP " veth-blue-br\n"));
	EXPECT_ERR(0, mdb_wait(events, RTM_DELMDB, GROUP " veth-blue-br\n"));
	rtnl_close(events);
}

/* 40 ms each, where it is a second twice by default. */
TEST_F(snoop, a_leave_is_believed_when_nobody_answers)
{
	struct rtnl *events = mdb_events();

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, br_set_u64(IFLA_BR_MCAST_LAST_MEMBER_INTVL, 4));
	EXPECT_EQ(4, br_attr(IFLA_BR_MCAST_LAST_MEMBER_INTVL));
	EXPECT_STREQ("red 3 host", igmp("blue", REPORT, GROUP));
	EXPECT_STREQ("blue 3 host", igmp("red", REPORT, GROUP));
	EXPECT_STREQ("red 3 host", igmp("blue", LEAVE, GROUP));
	EXPECT_ERR(0, mdb_wait(events, RTM_DELMDB, GROUP " veth-blue-br\n"));
	EXPECT_TEXT(GROUP " veth-red-br\n", our_mdb());
	rtnl_close(events);
}

static int mdb_ask(uint16_t type, const char *port, const char *group,
		   uint8_t state)
{
	struct br_mdb_entry entry = { .state = state };
	struct br_port_msg bpm = { .family = AF_BRIDGE };
	struct link br, dev;
	struct req req;
	int err;

	err = link_get(in(TOPO_HOST), BR, &br);
	if (!err)
		err = link_get(in(TOPO_HOST), port, &dev);
	if (err)
		return err;
	bpm.ifindex = br.ifindex;
	entry.ifindex = dev.ifindex;
	entry.addr.proto = htons(ETHERTYPE_IP);
	inet_pton(AF_INET, group, &entry.addr.u.ip4);
	req_init(&req, type, type == RTM_NEWMDB ? NLM_F_CREATE | NLM_F_EXCL : 0,
		 &bpm, sizeof(bpm));
	req_put(&req, MDBA_SET_ENTRY, &entry, sizeof(entry));
	return rtnl_talk(in(TOPO_HOST), &req);
}

TEST_F(snoop, a_member_can_be_put_and_then_stays)
{
	struct rtnl *events = mdb_events();

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, have_querier("3"));
	ASSERT_ERR(0, mdb_ask(RTM_NEWMDB, "veth-blue-br", GROUP,
			      MDB_PERMANENT));
	EXPECT_ERR(-EEXIST, mdb_ask(RTM_NEWMDB, "veth-blue-br", GROUP,
				    MDB_PERMANENT));
	EXPECT_TEXT(GROUP " veth-blue-br permanent\n", our_mdb());
	EXPECT_STREQ("blue", data_to("red", GROUP));
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_FAST_LEAVE, 1));
	EXPECT_STREQ("red 3 host", igmp("blue", LEAVE, GROUP));
	EXPECT_TEXT(GROUP " veth-blue-br permanent\n", our_mdb());
	EXPECT_ERR(-EINVAL, mdb_ask(RTM_DELMDB, "veth-red-br", OTHER, 0));
	EXPECT_ERR(0, mdb_ask(RTM_DELMDB, "veth-blue-br", GROUP, 0));
	EXPECT_TEXT("", our_mdb());
	EXPECT_STREQ("", data_to("red", GROUP));
	EXPECT_ERR(0, mdb_wait(events, RTM_NEWMDB,
			       GROUP " veth-blue-br permanent\n"));
	EXPECT_ERR(0, mdb_wait(events, RTM_DELMDB,
			       GROUP " veth-blue-br permanent\n"));
	rtnl_close(events);
}

/* 200 ms for what was reported; what was put has no end. */
TEST_F(snoop, a_member_that_is_not_heard_again_is_forgotten)
{
	struct rtnl *events = mdb_events();

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, mdb_ask(RTM_NEWMDB, "veth-red-br", GROUP,
			      MDB_PERMANENT));
	ASSERT_ERR(0, br_set_u64(IFLA_BR_MCAST_MEMBERSHIP_INTVL, 20));
	EXPECT_STREQ("red 3 host", igmp("blue", REPORT, GROUP));
	EXPECT_ERR(0, mdb_wait(events, RTM_NEWMDB, GROUP " veth-blue-br\n"));
	EXPECT_ERR(0, mdb_wait(events, RTM_DELMDB, GROUP " veth-blue-br\n"));
	EXPECT_TEXT(GROUP " veth-red-br permanent\n", our_mdb());
	rtnl_close(events);
}

TEST_F(snoop, a_port_that_leaves_is_no_member)
{
	ASSERT_ERR(0, have_querier("3"));
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	EXPECT_STREQ("", igmp("red", REPORT, GROUP));
	ASSERT_STREQ("red blue", data_to("3", GROUP));
	ASSERT_ERR(0, link_set(in(TOPO_HOST), "veth-blue-br",
			       &(struct link_desc){ .master = "" }));
	EXPECT_TEXT(GROUP " veth-red-br\n", our_mdb());
	EXPECT_STREQ("red", data_to("3", GROUP));
}

/* mcast_to_unicast: each member gets a frame of its own, to its own MAC. */
TEST_F(snoop, mcast_to_unicast_writes_the_members_mac)
{
	ASSERT_ERR(0, have_querier("3"));
	ASSERT_ERR(0, port_put("veth-blue-br", IFLA_BRPORT_MCAST_TO_UCAST, 1));
	EXPECT_EQ(1, port_attr("veth-blue-br", IFLA_BRPORT_MCAST_TO_UCAST));
	EXPECT_STREQ("", igmp("blue", REPORT, GROUP));
	EXPECT_STREQ("", igmp("red", REPORT, GROUP));
	EXPECT_STREQ("red blue(changed)", data_to("3", GROUP));
}

/* What sockets see of it. */
struct receiver {
	int fd;
	struct sockaddr_in group;
};

static int receiver_open(const char *pod, const char *group,
			 struct receiver *r)
{
	int err, zero = 0;

	r->group = (struct sockaddr_in){ .sin_family = AF_INET,
					 .sin_port = htons(5000) };
	inet_pton(AF_INET, group, &r->group.sin_addr);
	r->fd = join(pod, group);
	if (r->fd < 0)
		return r->fd;
	err = bind(r->fd, (struct sockaddr *)&r->group, sizeof(r->group));
	if (!err)
		err = setsockopt(r->fd, IPPROTO_IP, IP_MULTICAST_ALL, &zero,
				 sizeof(zero));
	return err ? -errno : 0;
}

static int send_to_group(const char *pod, const struct receiver *r, int ttl,
			 int loop)
{
	int fd = netns_socket(ns(pod_ns(pod)), AF_INET, SOCK_DGRAM, 0);
	struct ip_mreqn mreq = { 0 };
	struct link link;
	int err;

	if (fd < 0)
		return fd;
	err = link_get(in(pod_ns(pod)), pod_dev(pod), &link);
	mreq.imr_ifindex = link.ifindex;
	if (!err && (setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &mreq,
				sizeof(mreq)) < 0 ||
		     setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &ttl,
				sizeof(ttl)) < 0 ||
		     setsockopt(fd, IPPROTO_IP, IP_MULTICAST_LOOP, &loop,
				sizeof(loop)) < 0 ||
		     sendto(fd, "group", 5, 0, (struct sockaddr *)&r->group,
			    sizeof(r->group)) < 0))
		err = -errno;
	close(fd);
	return err ? err : taps_settle(lan.taps);
}

/* How many datagrams wait at it. */
static int received(const struct receiver *r)
{
	char data[8];
	int n = 0;

	while (recv(r->fd, data, sizeof(data), MSG_DONTWAIT) == 5)
		n++;
	return n;
}

TEST_F(snoop, who_joined_gets_the_groups_datagrams_and_nobody_else)
{
	struct receiver blue, three, red;

	ASSERT_ERR(0, lan_open());
	ASSERT_ERR(0, receiver_open("blue", GROUP, &blue));
	ASSERT_ERR(0, receiver_open("red", GROUP, &red));
	ASSERT_ERR(0, receiver_open("3", OTHER, &three));
	three.group.sin_port = htons(5000);
	ASSERT_ERR(0, send_to_group("red", &blue, 1, 0));
	EXPECT_EQ(1, received(&blue));
	EXPECT_EQ(0, received(&red));
	EXPECT_EQ(0, received(&three));
	ASSERT_ERR(0, send_to_group("red", &blue, 1, 1));
	EXPECT_EQ(1, received(&blue));
	EXPECT_EQ(1, received(&red));
	ASSERT_ERR(0, send_to_group("blue", &three, 1, 0));
	EXPECT_EQ(1, received(&three));
	EXPECT_EQ(0, received(&blue));
	/* A TTL of zero stays in the namespace. */
	ASSERT_ERR(0, send_to_group("red", &blue, 0, 1));
	EXPECT_EQ(0, received(&blue));
	EXPECT_EQ(1, received(&red));
}

/* Lines of a file of /proc/net of a pod that have @word. */
static char *proc_lines(const char *pod, const char *path, const char *word)
{
	int fd = netns_open_file(ns(pod_ns(pod)), path, O_RDONLY);
	char *text = calloc(1, 16384);
	ssize_t n, len = 0;

	while (fd >= 0 && text &&
	       (n = read(fd, text + len, 16383 - len)) > 0)
		len += n;
	if (fd >= 0)
		close(fd);
	return lines_with(text, word);
}

/* How many lines; frees @text. */
static int line_count(char *text)
{
	int n = 0;

	for (const char *c = text; c && *c; c++)
		n += *c == '\n';
	free(text);
	return n;
}

/* 239.1.1.1 as the kernel prints it there, and the MAC that is made of it. */
TEST_F(snoop, a_membership_is_in_the_lists_of_its_device_until_the_last_leaves)
{
	int one, two;

	ASSERT_STREQ("blue 3 host", data_to("red", OTHER));
	EXPECT_TEXT("", proc_lines("blue", "/proc/net/igmp", "010101EF"));
	one = join("blue", GROUP);
	two = join("blue", GROUP);
	ASSERT_LE(0, one);
	ASSERT_LE(0, two);
	EXPECT_EQ(1, line_count(proc_lines("blue", "/proc/net/igmp",
					   "010101EF     2 ")));
	EXPECT_EQ(1, line_count(proc_lines("blue", "/proc/net/dev_mcast",
					   "01005e010101")));
	EXPECT_TEXT("", proc_lines("red", "/proc/net/igmp", "010101EF"));
	close(one);
	EXPECT_EQ(1, line_count(proc_lines("blue", "/proc/net/igmp",
					   "010101EF     1 ")));
	close(two);
	EXPECT_TEXT("", proc_lines("blue", "/proc/net/igmp", "010101EF"));
	EXPECT_TEXT("", proc_lines("blue", "/proc/net/dev_mcast",
				   "01005e010101"));
}

static bool is_igmp(const struct frame *frame)
{
	return frame->len >= 14 + 24 + 16 && frame->data[12] == 0x08 &&
	       frame->data[13] == 0x00 && frame->data[23] == IPPROTO_IGMP;
}

/*
 * RFC 3376: to 224.0.0.22 with TTL 1 and router alert; a member of all sources
 * (4: change to exclude none), then of none (3: change to include none).
 */
static const char *report_heard(const char *ear, uint8_t kind)
{
	char to[INET_ADDRSTRLEN], group[INET_ADDRSTRLEN];
	const uint8_t *ip, *igmp;
	struct frame f;
	int err;

	do {
		err = taps_wait(lan.taps, lan_tap(ear), is_igmp, &f);
		if (err)
			return ksft_err_name(err);
		ip = f.data + 14;
		igmp = ip + (ip[0] & 15) * 4;
		inet_ntop(AF_INET, igmp + 12, group, sizeof(group));
	} while (strcmp(group, GROUP) || igmp[8] != kind);
	inet_ntop(AF_INET, ip + 16, to, sizeof(to));
	return str("to %s ttl %u tos %x option %x%s: type %x records %u kind %u sources %u",
		   to, ip[8], ip[1], ip[20],
		   packet_checksum(ip, (ip[0] & 15) * 4) ? " bad-sum" : "", igmp[0],
		   igmp[6] << 8 | igmp[7], igmp[8], igmp[10] << 8 | igmp[11]);
}

TEST_F(snoop, joining_and_leaving_are_reported_on_the_wire)
{
	struct rtnl *events = mdb_events();
	int fd;

	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, lan_open());
	fd = join("blue", GROUP);
	ASSERT_LE(0, fd);
	EXPECT_STREQ("to 224.0.0.22 ttl 1 tos c0 option 94: type 22 records 1 kind 4 sources 0",
		     report_heard("red", 4));
	EXPECT_ERR(0, mdb_wait(events, RTM_NEWMDB, GROUP " veth-blue-br\n"));
	EXPECT_TEXT(GROUP " veth-blue-br\n", our_mdb());
	drain();
	close(fd);
	EXPECT_STREQ("to 224.0.0.22 ttl 1 tos c0 option 94: type 22 records 1 kind 3 sources 0",
		     report_heard("red", 3));
	rtnl_close(events);
}

#define NODE6	"2001:db8::20"
/* Its solicited-node group, RFC 4291 2.7.1. */
#define NODE6_GROUP "ff02::1:ff00:20"

/* The same of IPv6. */
static const char *cast6(const struct cast *c)
{
	uint8_t packet[PACKET_ROOM] = { 0x60 }, mac[6] = { 0x33, 0x33 };

	put16(packet, 4, c->len);
	packet[6] = c->protocol;
	packet[7] = 1;
	inet_pton(AF_INET6, "fe80::77", packet + 8);
	inet_pton(AF_INET6, c->dst, packet + 24);
	memcpy(mac + 2, packet + 36, 4);
	memcpy(packet + 40, c->body, c->len);
	return HEARD(c->pod, .src = sta_a, .dst = mac,
		     .ethertype = ETHERTYPE_IPV6, .payload = packet,
		     .payload_len = 40 + c->len);
}

static const char *data6_to(const char *pod, const char *group)
{
	const uint32_t words[] = { 0x09000900, 0x0c000000, ++lan.serial };

	return cast6(&(struct cast){ pod, group, IPPROTO_UDP, words,
				     sizeof(words) });
}

/*
 * An MLDv2 query of all groups (RFC 3810, 5.1) with its router alert, whose
 * answers are wanted at once.
 */
static const char *query6(const char *pod)
{
	uint8_t all[40 + 28] = { 0 }, *mld = all + 40;
	uint8_t body[8 + 28] = { IPPROTO_ICMPV6, 0, 5, 2, 0, 0, 1, 0 };
	uint16_t sum;

	mld[0] = 130;
	/* The pseudo header: addresses, length, next header. */
	inet_pton(AF_INET6, "fe80::77", all);
	inet_pton(AF_INET6, "ff02::1", all + 16);
	all[35] = 28;
	all[39] = IPPROTO_ICMPV6;
	sum = packet_checksum(all, sizeof(all));
	memcpy(mld + 2, &sum, sizeof(sum));
	memcpy(body + 8, mld, 28);
	return cast6(&(struct cast){ pod, "ff02::1", IPPROTO_HOPOPTS, body,
				     sizeof(body) });
}

/*
 * Neighbour discovery stands on it: where a querier is, what asks for a node is
 * heard by that node alone.
 */
TEST_F(snoop, neighbour_discovery_works_where_mld_is_snooped)
{
	struct rtnl *events = mdb_events();

	ASSERT_NE(NULL, events);
	EXPECT_STREQ("blue 3 host", data6_to("red", NODE6_GROUP));
	/* Not in the first tick of a bridge, whose own first query is due. */
	ASSERT_ERR(0, have_querier("3"));
	ASSERT_STREQ("red blue host", query6("3"));
	ASSERT_ERR(0, addr_add(in("pod-red"), "veth-red", "2001:db8::10/64",
			       IFA_F_NODAD));
	ASSERT_ERR(0, addr_add(in("pod-blue"), "veth-blue", NODE6 "/64",
			       IFA_F_NODAD));
	ASSERT_ERR(0, mdb_wait(events, RTM_NEWMDB,
			       NODE6_GROUP " veth-blue-br\n"));
	ASSERT_ERR(0, let_ticks_pass("3", "239.255.0.2"));
	EXPECT_STREQ("blue", data6_to("red", NODE6_GROUP));
	EXPECT_STREQ("blue 3 host", data6_to("red", "ff02::1"));
	EXPECT_STREQ("", data6_to("red", "ff02::1:ff00:99"));
	EXPECT_ERR(0, reach(PROBE_ICMP, "pod-red", NULL, NODE6));
	rtnl_close(events);
}

KSFT_NEEDS(CONFIG_IPV6, "*.neighbour_discovery_works_*")
KSFT_NEEDS(CONFIG_PACKET, "*")
KSFT_NEEDS(CONFIG_BRIDGE_IGMP_SNOOPING, "snoop.*")
KSFT_NEEDS(CONFIG_IP_MULTICAST, "snoop.*")

KSFT_MAIN
