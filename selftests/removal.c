// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Who removes what: devices that die with others across namespaces, what a
 * bridge and its ports leave behind, in which order it is told, and the outage
 * that the removal of a pod can be to the pods that stay.
 *
 *	host	br0  192.0.2.1/24
 *		 |- p0 ---- v0  pod-red   192.0.2.2/24
 *		 `- p1 ---- v1  pod-blue  192.0.2.3/24
 */
#include "words.h"

#include <fcntl.h>
#include <linux/if_bridge.h>
#include <linux/if_vlan.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#define HOST	TOPO_HOST

FIXTURE(removal) { struct topo *topo; };
FIXTURE_VARIANT(removal) { const char *topology; };
FIXTURE_VARIANT_ADD(removal, netns) { .topology = "netns" };
FIXTURE_SETUP(removal) TOPO_SETUP(removal)
FIXTURE_TEARDOWN(removal) TOPO_TEARDOWN

/* The picture above without IPv6, whose frames would be learned from. */
static int stage(void)
{
	static const char * const names[] = { HOST, RED, BLUE };
	size_t i;
	int err = 0;

	for (i = 0; i < 3 && !err; i++)
		err = no_ipv6(names[i]);
	if (!err)
		err = bridge_add(HOST, "br0");
	if (!err)
		err = pair_add(HOST, "p0", RED, "v0");
	if (!err)
		err = pair_add(HOST, "p1", BLUE, "v1");
	if (!err)
		err = ip(HOST, "link set p0 address 02:00:00:00:00:10 master br0 up");
	if (!err)
		err = ip(HOST, "link set p1 address 02:00:00:00:00:20 master br0 up");
	if (!err)
		err = ip(HOST, "addr add 192.0.2.1/24 dev br0");
	if (!err)
		err = ip(HOST, "link set br0 up");
	if (!err)
		err = ip(RED, "link set v0 address 02:00:00:00:00:02 up");
	if (!err)
		err = ip(BLUE, "link set v1 address 02:00:00:00:00:03 up");
	return err;
}

static bool is_forwarding(const struct link *link)
{
	return link_is_forwarding(link);
}

static int stage_up(void)
{
	struct link last;
	int err = stage();

	if (!err)
		err = ip(RED, "addr add 192.0.2.2/24 dev v0");
	if (!err)
		err = ip(BLUE, "addr add 192.0.2.3/24 dev v1");
	if (!err)
		err = link_wait(ns(HOST), "p0", is_forwarding, &last);
	if (!err)
		err = link_wait(ns(HOST), "p1", is_forwarding, &last);
	return err ? err : wait_running(HOST, "br0");
}

/*
 * Of entries of the bridge's, not of devices; where the kernel can filter
 * VLANs, each local one is there once more, for VLAN 1.
 */
static char *of_bridge(char *text)
{
	return sorted(lines_without(lines_with(text, " master "), " vlan "));
}

static char *fdb(void)
{
	return of_bridge(ip_list(HOST, "fdb"));
}

/* Which entries a record has seen to go. */
static char *fdb_deleted(struct record *rec)
{
	return of_bridge(lines_with(record_text(rec), "DELNEIGH fdb"));
}

/* `bridge fdb add MAC dev DEV master static` (NUD_NOARP), local (PERMANENT) */
static int fdb_set(const char *dev, const char *mac, uint16_t state)
{
	struct ndmsg ndm = { .ndm_family = AF_BRIDGE, .ndm_flags = NTF_MASTER,
			     .ndm_state = state };
	struct line l = { 0 };
	struct link link;
	int err = link_get(in(HOST), dev, &link);

	if (err)
		return err;
	ndm.ndm_ifindex = link.ifindex;
	req_init(&l.req, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, &ndm,
		 sizeof(ndm));
	put_mac(&l, NDA_LLADDR, mac);
	return rtnl_talk(in(HOST), &l.req);
}

static const char *mac_of(const char *name, const char *dev)
{
	struct link link;
	char text[18];

	if (link_get(in(name), dev, &link))
		return "";
	return str("%s", mac_text(link.mac, text));
}

static const char *neigh_mac(const char *name, const char *dev,
			     const char *dst)
{
	struct neigh neigh;
	char text[18];
	int err = neigh_get(in(name), dev, dst, &neigh);

	return err ? ksft_err_name(err) : str("%s", mac_text(neigh.mac, text));
}

static unsigned int mtu_of(const char *dev)
{
	struct link link;

	return link_get(in(HOST), dev, &link) ? 0 : link.mtu;
}

/* Both pods and the host have talked. */
static int talk(void)
{
	int err = reach(PROBE_ICMP, RED, NULL, "192.0.2.3");

	if (!err)
		err = reach(PROBE_ICMP, RED, NULL, "192.0.2.1");
	return err ? err : reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1");
}

#define OWN0	"fdb 02:00:00:00:00:10 dev p0 master br0 PERMANENT\n"
#define OWN1	"fdb 02:00:00:00:00:20 dev p1 master br0 PERMANENT\n"
#define LEARNED0	"fdb 02:00:00:00:00:02 dev p0 master br0 REACHABLE\n"
#define LEARNED1	"fdb 02:00:00:00:00:03 dev p1 master br0 REACHABLE\n"

/*
 * Section 4: a port that leaves takes its entries with it, each with an event,
 * and the bridge gets another MAC if it was the port's.
 */
TEST_OF("cleanup port-removed", removal,
	a_port_that_leaves_takes_its_fdb_entries_and_the_bridges_mac)
{
	struct record *rec;
	struct link port;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, talk());
	EXPECT_TEXT(LEARNED0 LEARNED1 OWN0 OWN1, fdb());
	EXPECT_STREQ("02:00:00:00:00:10", mac_of(HOST, "br0"));
	rec = RECORD(HOST, RTNLGRP_NEIGH);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(HOST, "link set p0 nomaster"));
	EXPECT_TEXT(LEARNED1 OWN1, fdb());
	/* Its own was the bridge's, too, and so went with that MAC. */
	EXPECT_TEXT("DELNEIGH " LEARNED0
		    "DELNEIGH fdb 02:00:00:00:00:10 dev br0 master br0 PERMANENT\n",
		    fdb_deleted(rec));
	EXPECT_STREQ("02:00:00:00:00:20", mac_of(HOST, "br0"));
	ASSERT_ERR(0, link_get(in(HOST), "p0", &port));
	EXPECT_EQ(0, port.master);
	EXPECT_EQ(0, port.promiscuity);
	EXPECT_STREQ("", port.slave_kind);
	EXPECT_TRUE(port.flags & IFF_UP);
	record_close(rec);
}

TEST_OF("cleanup last-port", removal, the_last_port_leaves_a_bridge_without_a_mac)
{
	struct link br;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, ip(HOST, "link set p0 nomaster"));
	EXPECT_STREQ("02:00:00:00:00:20", mac_of(HOST, "br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 nomaster"));
	EXPECT_STREQ("00:00:00:00:00:00", mac_of(HOST, "br0"));
	ASSERT_ERR(0, link_get(in(HOST), "br0", &br));
	EXPECT_TRUE(br.flags & IFF_UP);
	EXPECT_TEXT("192.0.2.1/24 dev br0 scope global permanent\n",
		    ip_list(HOST, "addr"));
	EXPECT_TEXT("", fdb());
	/* The first to come gives it one again. */
	ASSERT_ERR(0, ip(HOST, "link set p1 master br0"));
	EXPECT_STREQ("02:00:00:00:00:20", mac_of(HOST, "br0"));
}

/* Section 4: what was learned goes with the port's state, not what was set. */
TEST_OF("cleanup port-down", removal,
	a_port_that_goes_down_forgets_what_it_learned_and_keeps_what_was_set)
{
	struct record *rec;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, talk());
	ASSERT_ERR(0, fdb_set("p0", "02:00:00:00:00:aa", NUD_NOARP));
	ASSERT_ERR(0, fdb_set("p0", "02:00:00:00:00:bb", NUD_PERMANENT));
	rec = RECORD(HOST, RTNLGRP_NEIGH);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(HOST, "link set p0 down"));
	EXPECT_TEXT(LEARNED1 OWN0 OWN1
		    "fdb 02:00:00:00:00:aa dev p0 master br0 NOARP\n"
		    "fdb 02:00:00:00:00:bb dev p0 master br0 PERMANENT\n",
		    fdb());
	EXPECT_TEXT("DELNEIGH " LEARNED0,
		    fdb_deleted(rec));
	record_close(rec);
}

TEST_OF("cleanup bridge-down", removal,
	a_bridge_that_goes_down_forgets_what_all_ports_learned)
{
	struct record *rec;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, talk());
	ASSERT_ERR(0, fdb_set("p1", "02:00:00:00:00:aa", NUD_NOARP));
	rec = RECORD(HOST, RTNLGRP_NEIGH);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(HOST, "link set br0 down"));
	EXPECT_TEXT(OWN0 OWN1
		    "fdb 02:00:00:00:00:aa dev p1 master br0 NOARP\n", fdb());
	EXPECT_TEXT("DELNEIGH " LEARNED0 "DELNEIGH " LEARNED1,
		    fdb_deleted(rec));
	record_close(rec);
}

/* Carrier loss is a port's end too; flushing is what the state brings. */
TEST_OF("cleanup port-carrier", removal,
	a_port_without_carrier_forgets_what_it_learned)
{
	struct events *events;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, talk());
	events = events_open(ns(HOST), EVENT_NEIGH);
	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_ERR(0, events_wait(events, "DELNEIGH fdb 02:00:00:00:00:02 dev p0"));
	EXPECT_TEXT(LEARNED1 OWN0 OWN1, fdb());
	events_close(events);
}

/* Less promiscuous, disabled, no port any more, and without a master. */
#define LEAVES(dev) \
	"NEWLINK " dev " up master br0\n" \
	"NEWLINK bridge " dev " up master br0\n" \
	"DELLINK bridge " dev " master br0\n" \
	"NEWLINK " dev " up\n"

/* Section 4.  The ports are told of it, one by one, before the bridge goes. */
TEST_OF("cleanup bridge-deleted", removal,
	a_deleted_bridge_lets_its_ports_go_and_takes_what_was_on_it)
{
	struct record *rec;
	struct link port;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, talk());
	ASSERT_ERR(0, ip(HOST, "route add 203.0.113.0/24 via 192.0.2.9"));
	rec = RECORD(HOST, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(HOST, "link del br0"));
	EXPECT_TEXT("", ip_list(HOST, "addr"));
	EXPECT_TEXT("", ip_list(HOST, "route"));
	EXPECT_TEXT("", ip_list(HOST, "neigh"));
	EXPECT_TEXT("", fdb());
	ASSERT_ERR(0, link_get(in(HOST), "p1", &port));
	EXPECT_EQ(0, port.master);
	EXPECT_EQ(0, port.promiscuity);
	EXPECT_STREQ("", port.slave_kind);
	EXPECT_TRUE(port.flags & IFF_UP);
	EXPECT_EQ(1, port.carrier);
	EXPECT_TEXT(LEAVES("p1") LEAVES("p0")
		    "NEWLINK br0 down\n"
		    "DELADDR 192.0.2.1/24 dev br0 scope global permanent\n"
		    "DELLINK br0 down\n", record_text(rec));
	record_close(rec);
}

/* Section 4: the smallest port's, until somebody says otherwise. */
TEST_OF("cleanup bridge-mtu", removal,
	the_bridges_mtu_follows_its_smallest_port_until_it_is_set)
{
	ASSERT_STAGE(stage());
	EXPECT_EQ(1500, mtu_of("br0"));
	ASSERT_ERR(0, ip(HOST, "link set p0 mtu 1400"));
	EXPECT_EQ(1400, mtu_of("br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 mtu 1300"));
	EXPECT_EQ(1300, mtu_of("br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 nomaster"));
	EXPECT_EQ(1400, mtu_of("br0"));
	ASSERT_ERR(0, ip(HOST, "link set p0 mtu 9000"));
	EXPECT_EQ(9000, mtu_of("br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 master br0"));
	EXPECT_EQ(1300, mtu_of("br0"));
	ASSERT_ERR(0, ip(HOST, "link set br0 mtu 1234"));
	ASSERT_ERR(0, ip(HOST, "link set p0 mtu 1280"));
	ASSERT_ERR(0, ip(HOST, "link set p1 nomaster"));
	EXPECT_EQ(1234, mtu_of("br0"));
}

/* addr_assign_type is in sysfs alone: that of the namespace it is mounted in. */
static int assign_type(const char *name, const char *dev)
{
	char path[64], value[8] = "";
	int fd, status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (!pid) {
		snprintf(path, sizeof(path), "/sys/class/net/%s/addr_assign_type",
			 dev);
		if (setns(ns(name), CLONE_NEWNET) || unshare(CLONE_NEWNS) ||
		    mount("none", "/sys", "sysfs", 0, NULL))
			_exit(100);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		_exit(fd < 0 || read(fd, value, 7) < 1 ? 101 : atoi(value));
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
		return -EPIPE;
	return WEXITSTATUS(status);
}

/* 0.2: a bridge's own MAC is random at first, then a port's; 3 is "set". */
TEST_OF("cleanup bridge-mac", removal,
	the_bridge_wears_its_lowest_ports_mac_until_one_is_set)
{
	ASSERT_STAGE(stage());
	EXPECT_STREQ("02:00:00:00:00:10", mac_of(HOST, "br0"));
	NEED_OPTION("CONFIG_SYSFS");
	if (assign_type(HOST, "br0") == 100)
		SKIP(return, "needs a sysfs that can be mounted");
	EXPECT_NE(3, assign_type(HOST, "br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 address 02:00:00:00:00:08"));
	EXPECT_STREQ("02:00:00:00:00:08", mac_of(HOST, "br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 nomaster"));
	EXPECT_STREQ("02:00:00:00:00:10", mac_of(HOST, "br0"));
	ASSERT_ERR(0, ip(HOST, "link set br0 address 02:00:00:00:00:77"));
	EXPECT_EQ(3, assign_type(HOST, "br0"));
	ASSERT_ERR(0, ip(HOST, "link set p1 master br0"));
	ASSERT_ERR(0, ip(HOST, "link set p0 nomaster"));
	EXPECT_STREQ("02:00:00:00:00:77", mac_of(HOST, "br0"));
}

/* What no answer is waited for: a byte by UDP. */
static int send_byte(const char *from, const char *dst)
{
	struct sockaddr_storage ss;
	struct ip_prefix to;
	socklen_t len;
	int fd, err;

	err = ip_parse(dst, &to);
	fd = err ? err : netns_socket(ns(from), to.family, SOCK_DGRAM, 0);
	if (fd < 0)
		return fd;
	len = ip_sockaddr(&to, 9, &ss);
	err = sendto(fd, "x", 1, 0, (struct sockaddr *)&ss, len) < 0 ? -errno :
								       0;
	close(fd);
	return err;
}

static int neigh_set(const char *name, const char *dev, const char *setting,
		     const char *value)
{
	return sysctl_set(ns(name), str("net/%s/%s", dev, setting), value);
}

/*
 * A neighbour's life in some milliseconds instead of half a minute; @dev as in
 * "ipv4/neigh/v1".
 */
static int hurry(const char *name, const char *dev)
{
	static const char * const settings[][2] = {
		{ "delay_first_probe_time", "0" },
		{ "retrans_time_ms", "20" },
		{ "ucast_solicit", "1" },
	};
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(settings) && !err; i++)
		err = neigh_set(name, dev, settings[i][0], settings[i][1]);
	return err;
}

#define GATEWAY(mac, state) \
	"NEWNEIGH 192.0.2.1 lladdr " mac " dev v1 " state
#define OLD_MAC	"02:00:00:00:00:10"
#define NEW_MAC	"02:00:00:00:00:20"

/*
 * 0.2, with the timers turned down: the pod that stays goes on with the MAC
 * that is gone, probes it, gives it up (FAILED), and only then asks anew.
 */
TEST_OF("cleanup gateway-outage", removal,
	a_gateway_that_changes_its_mac_is_lost_until_it_has_failed)
{
	struct record *rec;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, sysctl_set(ns(HOST), "net/ipv4/conf/all/arp_notify", "0"));
	ASSERT_ERR(0, sysctl_set(ns(HOST), "net/ipv4/conf/br0/arp_notify", "0"));
	ASSERT_ERR(0, hurry(BLUE, "ipv4/neigh/v1"));
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1"));
	rec = RECORD(BLUE, RTNLGRP_NEIGH);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, link_del(in(RED), "v0"));
	ASSERT_STREQ(NEW_MAC, mac_of(HOST, "br0"));
	EXPECT_STREQ(OLD_MAC, neigh_mac(BLUE, "v1", "192.0.2.1"));
	/*
	 * Nobody has this MAC: what is sent there ends nowhere.  The entry is
	 * made stale as time would make it.
	 */
	ASSERT_ERR(0, ip(BLUE, "neigh replace 192.0.2.1 lladdr " OLD_MAC " dev v1 nud 4"));
	EXPECT_ERR(0, record_wait(rec, GATEWAY(OLD_MAC, "STALE")));
	ASSERT_ERR(0, send_byte(BLUE, "192.0.2.1"));
	EXPECT_ERR(0, record_wait(rec, "NEWNEIGH 192.0.2.1 dev v1 FAILED"));
	ASSERT_ERR(0, send_byte(BLUE, "192.0.2.1"));
	EXPECT_ERR(0, record_wait(rec, GATEWAY(NEW_MAC, "REACHABLE")));
	EXPECT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1"));
	record_close(rec);
}

/* The one remedy: a MAC that is set (claim 40 has its lasting). */
TEST_OF("cleanup gateway-set-mac", removal,
	a_gateway_with_a_mac_of_its_own_is_not_lost)
{
	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, ip(HOST, "link set br0 address 02:00:00:00:00:77"));
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1"));
	ASSERT_ERR(0, link_del(in(RED), "v0"));
	EXPECT_STREQ("02:00:00:00:00:77", neigh_mac(BLUE, "v1", "192.0.2.1"));
	EXPECT_STREQ("02:00:00:00:00:77", mac_of(HOST, "br0"));
	EXPECT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1"));
}

/* The other: arp_notify, with which the bridge says what it is called now. */
TEST_OF("cleanup gateway-arp-notify", removal,
	with_arp_notify_the_gateways_new_mac_is_told_at_once)
{
	struct record *rec;

	ASSERT_STAGE(stage_up());
	ASSERT_ERR(0, sysctl_set(ns(HOST), "net/ipv4/conf/br0/arp_notify", "1"));
	ASSERT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1"));
	EXPECT_STREQ(OLD_MAC, neigh_mac(BLUE, "v1", "192.0.2.1"));
	rec = RECORD(BLUE, RTNLGRP_NEIGH);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, link_del(in(RED), "v0"));
	EXPECT_ERR(0, record_wait(rec, GATEWAY(NEW_MAC, "STALE")));
	EXPECT_ERR(0, reach(PROBE_ICMP, BLUE, NULL, "192.0.2.1"));
	record_close(rec);
}

/* BR_MAX_PORTS, 1 << 10 numbers of which 0 is none's. */
TEST_OF("cleanup bridge-1023-ports", removal, a_bridge_has_room_for_1023_ports)
{
	int i, err = 0;

	ASSERT_STAGE(no_ipv6(RED));
	ASSERT_ERR(0, bridge_add(RED, "br0"));
	for (i = 0; i < 512 && !err; i++)
		err = pair_add(RED, str("a%d", i), RED, str("b%d", i));
	ASSERT_ERR(0, err);
	for (i = 0; i < 1023 && !err; i++)
		err = ip(RED, "link set %c%d master br0", i < 512 ? 'a' : 'b',
			 i % 512);
	EXPECT_ERR(0, err);
	EXPECT_EQ(1023, i);
	EXPECT_ERR(-EXFULL, ip(RED, "link set b511 master br0"));
	ASSERT_ERR(0, ip(RED, "link set a7 nomaster"));
	EXPECT_ERR(0, ip(RED, "link set b511 master br0"));
}

/* A device of @kind upon p0 of the host, itself in pod-blue. */
static int upper_add(const char *kind, const char *name)
{
	struct ifinfomsg ifi = { 0 };
	struct nlattr *info, *data;
	struct link lower;
	uint16_t vid = 7;
	struct req req;
	int err = link_get(in(HOST), "p0", &lower);

	if (err)
		return err;
	req_init(&req, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &ifi,
		 sizeof(ifi));
	req_str(&req, IFLA_IFNAME, name);
	req_u32(&req, IFLA_LINK, lower.ifindex);
	req_u32(&req, IFLA_NET_NS_FD, ns(BLUE));
	info = req_nest(&req, IFLA_LINKINFO);
	req_str(&req, IFLA_INFO_KIND, kind);
	data = req_nest(&req, IFLA_INFO_DATA);
	if (!strcmp(kind, "vlan")) {
		req_put(&req, IFLA_VLAN_ID, &vid, sizeof(vid));
	} else if (!strcmp(kind, "macvlan")) {
		req_u32(&req, IFLA_MACVLAN_MODE, MACVLAN_MODE_BRIDGE);
	} else {
		req_u32(&req, IFLA_VXLAN_ID, 7);
		req_u32(&req, IFLA_VXLAN_LINK, lower.ifindex);
	}
	req_nest_end(&req, data);
	req_nest_end(&req, info);
	return rtnl_talk(in(HOST), &req);
}

/* Section 4: across namespaces, at once, with the one event that it is. */
#define LOWER_TAKES_UPPER(kind_, config) \
TEST_OF("claim 58, cleanup " #kind_, removal, \
	kind_##_goes_with_its_lower_device) \
{ \
	struct record *rec; \
	struct link link; \
	int err; \
 \
	ASSERT_STAGE(no_ipv6(BLUE)); \
	ASSERT_ERR(0, pair_add(HOST, "p0", RED, "v0")); \
	err = upper_add(#kind_, "upper"); \
	if (err == -EOPNOTSUPP) \
		SKIP(return, "needs " config); \
	ASSERT_ERR(0, err); \
	ASSERT_ERR(0, link_get(in(BLUE), "upper", &link)); \
	EXPECT_STREQ(#kind_, link.kind); \
	rec = RECORD(BLUE, RTNLGRP_LINK); \
	ASSERT_NE(NULL, rec); \
	ASSERT_ERR(0, link_del(in(RED), "v0")); \
	EXPECT_ERR(-ENODEV, link_get(in(HOST), "p0", &link)); \
	EXPECT_ERR(-ENODEV, link_get(in(BLUE), "upper", &link)); \
	EXPECT_TEXT("DELLINK upper down\n", record_text(rec)); \
	record_close(rec); \
}

LOWER_TAKES_UPPER(macvlan, "CONFIG_MACVLAN")
LOWER_TAKES_UPPER(vxlan, "CONFIG_VXLAN")
LOWER_TAKES_UPPER(vlan, "CONFIG_VLAN_8021Q")

/* The other way round the lower device stays, as it was. */
TEST_OF("cleanup upper-alone", removal,
	a_namespace_takes_its_macvlan_and_leaves_the_lower_device)
{
	struct events *events;
	struct link before, after;
	int netns = ns(BLUE), err;

	ASSERT_ERR(0, pair_add(HOST, "p0", RED, "v0"));
	/* One that dies with pod-blue, to know when. */
	ASSERT_ERR(0, pair_add(HOST, "sign", BLUE, "sign"));
	ASSERT_ERR(0, link_get(in(HOST), "p0", &before));
	err = upper_add("macvlan", "upper");
	if (err == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_MACVLAN");
	ASSERT_ERR(0, err);
	ASSERT_LE(0, netns);
	events = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, topo_netns_release(self->topo, BLUE));
	EXPECT_ERR(0, events_wait(events, "DELLINK sign"));
	ASSERT_ERR(0, link_get(in(HOST), "p0", &after));
	EXPECT_EQ(before.flags, after.flags);
	EXPECT_EQ(before.promiscuity, after.promiscuity);
	EXPECT_EQ(before.ifindex, after.ifindex);
	EXPECT_ERR(0, link_del(in(HOST), "p0"));
	events_close(events);
}

/* Section 4: what the old namespace is told of a device that leaves it up. */
TEST_OF("cleanup move-up", removal,
	a_device_that_is_moved_while_up_is_told_down_then_without_addresses)
{
	struct record *rec, *peer, *new;

	ASSERT_STAGE(no_ipv6(RED));
	ASSERT_ERR(0, no_ipv6(BLUE));
	ASSERT_ERR(0, no_ipv6(HOST));
	ASSERT_ERR(0, pair_up(RED, "v0", HOST, "p0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	rec = RECORD(RED, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE,
		     RTNLGRP_NSID);
	peer = RECORD(HOST, RTNLGRP_LINK, RTNLGRP_NSID);
	new = RECORD(BLUE, RTNLGRP_LINK);
	ASSERT_NE(NULL, rec);
	ASSERT_NE(NULL, peer);
	ASSERT_NE(NULL, new);
	ASSERT_ERR(0, ip(RED, "link set v0 netns pod-blue"));
	EXPECT_TEXT("NEWLINK v0 down\n"
		    "DELADDR 192.0.2.2/24 dev v0 scope global permanent\n"
		    "DELROUTE local 192.0.2.2 dev v0 table local proto kernel scope host src 192.0.2.2\n"
		    "NEWNSID 1\n"
		    "DELLINK v0 down to nsid 1\n", record_text(rec));
	EXPECT_TEXT("NEWLINK v0 down\n", record_text(new));
	/* The other end lost its carrier: linkwatch tells when it gets to it. */
	EXPECT_ERR(0, record_wait(peer, "NEWNSID 1"));
	EXPECT_ERR(0, record_wait(peer, "NEWLINK p0 up"));
	record_close(rec);
	record_close(peer);
	record_close(new);
}

/* An RTM_DELLINK of what is up and has an address: all of it, in order. */
TEST_OF("cleanup dellink-events", removal,
	a_deleted_link_is_told_with_all_that_it_had)
{
	static const char sysctl4[] = "net/ipv4/conf/v0/forwarding";
	struct record *rec, *peer;
	char value[16];

	ASSERT_STAGE(no_ipv6(RED));
	ASSERT_ERR(0, no_ipv6(BLUE));
	ASSERT_ERR(0, pair_up(RED, "v0", BLUE, "v1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	ASSERT_ERR(0, ip(BLUE, "addr add 192.0.2.3/24 dev v1"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0"));
	rec = RECORD(RED, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE,
		     RTNLGRP_NEIGH);
	peer = RECORD(BLUE, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
		      RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_NE(NULL, peer);
	ASSERT_ERR(0, sysctl_get(ns(RED), sysctl4, value, sizeof(value)));
	ASSERT_ERR(0, link_del(in(BLUE), "v1"));
	EXPECT_ERR(-ENOENT, sysctl_get(ns(RED), sysctl4, value, sizeof(value)));
	EXPECT_TEXT("NEWLINK v0 down\n"
		    "DELNEIGH 192.0.2.9 lladdr 02:00:00:00:00:09 dev v0 PERMANENT\n"
		    "DELADDR 192.0.2.2/24 dev v0 scope global permanent\n"
		    "DELROUTE local 192.0.2.2 dev v0 table local proto kernel scope host src 192.0.2.2\n"
		    "DELLINK v0 down\n", record_text(rec));
	EXPECT_TEXT("NEWLINK v1 down\n"
		    "DELADDR 192.0.2.3/24 dev v1 scope global permanent\n"
		    "DELROUTE local 192.0.2.3 dev v1 table local proto kernel scope host src 192.0.2.3\n"
		    "DELLINK v1 down\n", record_text(peer));
	record_close(rec);
	record_close(peer);
}

static int addr_cb(const struct nlmsghdr *nlh, void *data)
{
	return addr_parse(nlh, data);
}

/* A namespace with a link to the host; its number there, or -errno. */
static int numbered(const char *dev, int *netns)
{
	const struct link_desc peer = { .name = dev, .netns = *netns };
	const struct link_desc veth = { .kind = "veth", .name = dev,
					.peer = &peer };
	int id, err = link_add(in(HOST), &veth);

	if (!err)
		err = nsid_get(in(HOST), *netns, &id);
	return err ? err : id;
}

/* Section 4: idr_alloc() from 0, so the hole is filled first. */
TEST_OF("cleanup nsid-reuse", removal, the_lowest_free_nsid_is_given_again)
{
	int netns[4], i;
	struct events *events;

	/* They have no link to the host, and so no number there. */
	ASSERT_PODS();
	for (i = 0; i < 4; i++) {
		netns[i] = netns_new();
		ASSERT_LE(0, netns[i]);
	}
	for (i = 0; i < 3; i++)
		EXPECT_EQ(i, numbered(str("n%d", i), &netns[i]));
	events = events_open(ns(HOST), EVENT_NSID | EVENT_LINK);
	ASSERT_NE(NULL, events);
	close(netns[1]);
	EXPECT_ERR(0, events_wait(events, "DELNSID 1"));
	EXPECT_ERR(0, events_wait(events, "DELLINK n1"));
	EXPECT_EQ(1, numbered("n3", &netns[3]));
	EXPECT_ERR(0, events_wait(events, "NEWNSID 1"));
	events_close(events);
}

/*
 * 98 pairs, 40 of them ports of 2 bridges, and all of them gone when the
 * namespace is.  Each bridge waits for an RCU barrier (br_multicast_dev_del).
 */
TEST_OF("cleanup many-devices", removal,
	a_namespace_takes_a_hundred_devices_with_it)
{
	struct events *events;
	int i, err = 0;

	ASSERT_STAGE(no_ipv6(HOST));
	ASSERT_ERR(0, no_ipv6(RED));
	for (i = 0; i < 98 && !err; i++)
		err = pair_add(HOST, str("h%d", i), RED, str("r%d", i));
	for (i = 0; i < 2 && !err; i++)
		err = bridge_add(RED, str("br%d", i));
	for (i = 0; i < 40 && !err; i++)
		err = ip(RED, "link set r%d master br%d up", i, i % 2);
	ASSERT_ERR(0, err);
	events = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, topo_netns_release(self->topo, RED));
	/* They go in one go, under one rtnl_lock. */
	EXPECT_ERR(0, events_wait(events, "DELLINK h0"));
	EXPECT_TEXT("", lines_with(state_text(ns(HOST), STATE_LINK), "link h"));
	events_close(events);
}

/* Everything that may take a reference to a device or a namespace. */
static int use_all(void)
{
	static const char * const lines[] = {
		"link set lo up", "addr add 192.0.2.7/24 dev v0",
		"addr add 2001:db8::7/64 dev v0 nodad",
		"route add default via 192.0.2.1",
		"route add default6 via 2001:db8::1",
		"route add 10.0.0.0/8 via 192.0.2.1 table 100",
		"route add blackhole 10.1.0.0/16",
		"route add 11.0.0.0/8 nexthop via 192.0.2.1 nexthop via 192.0.2.2",
		"nexthop add id 1 via 192.0.2.1 dev v0",
		"nexthop add id 2 group 1", "route add 12.0.0.0/8 nhid 2",
		"rule add from 10.0.0.0/8 iif v0 pref 5 lookup 100",
		"rule add inet6 to 2001:db8:1::/48 pref 5 lookup 100",
		"neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 dev v0",
		"neigh add 2001:db8::1 lladdr 02:00:00:00:00:01 dev v0",
	};
	size_t i;
	int err = 0;

	for (i = 0; i < ARRAY_SIZE(lines) && !err; i++)
		err = ip(RED, "%s", lines[i]);
	/*
	 * Cached routes, packets that wait for a neighbour, datagrams lost.  A
	 * packet that waits holds the socket that it is from, and that the
	 * namespace: for 3 s, were the neighbours not given up sooner.
	 */
	if (!err)
		err = hurry(RED, "ipv4/neigh/v0");
	if (!err)
		err = hurry(RED, "ipv6/neigh/v0");
	if (!err)
		err = send_byte(RED, "10.9.9.9");
	if (!err)
		err = send_byte(RED, "192.0.2.99");
	if (!err)
		err = send_byte(RED, "2001:db8::99");
	if (!err)
		err = reach_all(RED, RED, "192.0.2.7");
	if (!err)
		err = bridge_add(RED, "br1");
	return err ? err : ip(RED, "link set v0 master br1");
}

/*
 * A packet of no socket's, the kernel's own, that still waits for its neighbour
 * when the namespace ends: "port unreachable" to a host that has an address for
 * the sender and answers no ARP for it.
 */
static int wait_for_silent(void)
{
	static const char * const lines[] = {
		"addr add 198.51.100.1/24 dev p1",
		"link set p1 up",
	};
	size_t i;
	int err = pair_add(HOST, "p1", RED, "v1");

	/* However slow the machine is. */
	if (!err)
		err = neigh_set(RED, "ipv4/neigh/v1", "retrans_time_ms", "600000");
	if (!err)
		err = neigh_set(HOST, "ipv4/conf/p1", "arp_ignore", "8");
	for (i = 0; i < ARRAY_SIZE(lines) && !err; i++)
		err = ip(HOST, "%s", lines[i]);
	if (!err)
		err = ip(RED, "addr add 198.51.100.2/24 dev v1");
	if (!err)
		err = ip(RED, "link set v1 up");
	if (!err)
		err = wait_running(HOST, "p1");
	if (!err)
		err = wait_running(RED, "v1");
	/* Without an ARP request, from which it would learn. */
	if (!err)
		err = ip(HOST, "neigh add 198.51.100.2 lladdr %s dev p1",
			 mac_of(RED, "v1"));
	return err ? err : send_byte(HOST, "198.51.100.2");
}

static int neigh_state(const char *name, const char *dev, const char *dst)
{
	struct neigh neigh;
	int err = neigh_get(in(name), dev, dst, &neigh);

	return err ? err : neigh.state;
}

/*
 * One thread ends namespaces, one batch after the other, and a batch ends when
 * nothing refers to its devices.  So the second that goes after it says that
 * the first, in full use until then, has gone entirely.
 */
TEST_OF("cleanup in-full-use", removal,
	a_namespace_in_full_use_ends_and_lets_the_next_one_end)
{
	struct events *events;
	int netns[2], i;

	NEED_SYSCTL();
	ASSERT_ERR(0, pair_up(HOST, "p0", RED, "v0"));
	ASSERT_ERR(0, use_all());
	ASSERT_ERR(0, wait_for_silent());
	EXPECT_EQ(NUD_INCOMPLETE, neigh_state(RED, "v1", "198.51.100.1"));
	events = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, events);
	ASSERT_ERR(0, topo_netns_release(self->topo, RED));
	EXPECT_ERR(0, events_wait(events, "DELLINK p0"));
	for (i = 0; i < 2; i++) {
		netns[i] = netns_new();
		ASSERT_LE(0, netns[i]);
		ASSERT_LE(0, numbered(str("next%d", i), &netns[i]));
		close(netns[i]);
		EXPECT_ERR(0, events_wait(events, str("DELLINK next%d", i)));
	}
	events_close(events);
}

/* Section 6: a dump of addresses elsewhere that fails must not hold on there. */
TEST_OF("regression getaddr-leak", removal,
	a_failed_dump_of_another_namespaces_addresses_lets_it_go)
{
	struct ifaddrmsg ifa = { .ifa_family = AF_INET, .ifa_index = 4711 };
	struct events *events;
	struct addr *addrs;
	struct req req;
	int netns = netns_new(), id, family;

	ASSERT_PODS();
	ASSERT_LE(0, netns);
	id = numbered("sign", &netns);
	ASSERT_LE(0, id);
	for (family = 0; family < 2; family++) {
		ifa.ifa_family = family ? AF_INET6 : AF_INET;
		req_init(&req, RTM_GETADDR, 0, &ifa, sizeof(ifa));
		req_u32(&req, IFA_TARGET_NETNSID, id);
		EXPECT_ERR(-ENODEV, rtnl_list(in(HOST), &req, sizeof(*addrs),
					      addr_cb, &addrs));
	}
	events = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, events);
	close(netns);
	EXPECT_ERR(0, events_wait(events, "DELLINK sign"));
	events_close(events);
}

/*
 * Section 4: nsfs has file handles since v6.18; one outlives its namespace
 * as a number, and says ESTALE then.  Before: EOPNOTSUPP.
 */
KSFT_NEEDS(CONFIG_FHANDLE, "removal.*a_file_handle_*")
TEST_OF("cleanup nsfs-handle", removal,
	a_file_handle_of_a_namespace_that_is_gone_is_stale)
{
	struct { struct file_handle h; char bytes[128]; } handle = {
		.h.handle_bytes = 128,
	};
	int netns = netns_new(), mount_id, fd;
	struct events *events;

	ASSERT_PODS();
	ASSERT_LE(0, netns);
	ASSERT_LE(0, numbered("sign", &netns));
	if (name_to_handle_at(netns, "", &handle.h, &mount_id, AT_EMPTY_PATH)) {
		printf("# outcome: %s (before v6.18)\n", ksft_err_name(-errno));
		ASSERT_EQ(EOPNOTSUPP, errno);
		return;
	}
	fd = open_by_handle_at(ns(RED), &handle.h, O_RDONLY | O_CLOEXEC);
	if (fd < 0 && errno == EPERM)
		SKIP(return, "open_by_handle_at(2) needs CAP_DAC_READ_SEARCH of the machine");
	ASSERT_LE(0, fd);
	close(fd);
	events = events_open(ns(HOST), EVENT_LINK);
	ASSERT_NE(NULL, events);
	close(netns);
	ASSERT_ERR(0, events_wait(events, "DELLINK sign"));
	/* Its number goes from the list of namespaces with its last trace. */
	EXPECT_EQ(-1, open_by_handle_at(ns(RED), &handle.h, O_RDONLY | O_CLOEXEC));
	EXPECT_EQ(ESTALE, errno);
	events_close(events);
}

/*
 * A device without rtnl_link_ops (hardware) goes back to the initial namespace
 * (default_device_exit_net()).  That is the machine's own, which no test here
 * touches; all that a program can make (also a dummy) is destroyed instead.
 */
TEST_OF("cleanup physical-device", removal, hardware_goes_back_to_the_machine)
{
	ASSERT_PODS();
	SKIP(return, "needs a machine whose hardware and initial namespace are the test's own");
}

KSFT_NEEDS(CONFIG_IPV6, "*.a_namespace_in_full_use_*")
KSFT_NEEDS(CONFIG_VETH, "*")
KSFT_NEEDS(CONFIG_BRIDGE, "*port*", "*bridge*", "*.a_gateway_*", "*.with_arp_notify_*",
	   "*.a_namespace_takes_a_hundred_*", "*.a_namespace_in_full_use_*")
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*.a_namespace_in_full_use_*")
KSFT_NEEDS(CONFIG_IP_ROUTE_MULTIPATH, "*.a_namespace_in_full_use_*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*.a_namespace_in_full_use_*")

KSFT_MAIN
