// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Addresses: what is kept of them, the routes that come and go with them, who
 * is told, and which of them a packet leaves with.
 *
 *	pod-red  v0 ---------------- v1  pod-blue
 *
 * Each test gives the ends what it needs; lo stays down unless a test is about
 * it.  IPv4 tests run without IPv6, whose events come when they like.
 */
#include "words.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

/* bind(2) of a UDP socket to @text: the error's name. */
static const char *bind_error(const char *name, const char *text)
{
	struct sockaddr_storage ss;
	struct ip_prefix addr;
	socklen_t len;
	int fd, err = 0;

	if (ip_parse(text, &addr))
		return "no address";
	fd = netns_socket(ns(name), addr.family, SOCK_DGRAM, 0);
	if (fd < 0)
		return ksft_err_name(fd);
	len = ip_sockaddr(&addr, 0, &ss);
	if (bind(fd, (struct sockaddr *)&ss, len) < 0)
		err = -errno;
	close(fd);
	return ksft_err_name(err);
}

FIXTURE(addr) { struct topo *topo; };
FIXTURE_VARIANT(addr) { const char *topology; };
FIXTURE_VARIANT_ADD(addr, netns) { .topology = "netns" };
FIXTURE_SETUP(addr) TOPO_SETUP(addr)
FIXTURE_TEARDOWN(addr) TOPO_TEARDOWN

/* IPv4 alone, v0 and v1 running. */
static int stage4(void)
{
	int err = no_ipv6(RED);

	if (!err)
		err = no_ipv6(BLUE);
	return err ? err : pair_up(RED, "v0", BLUE, "v1");
}

/* Linkwatch has seen that there is no carrier. */
static bool link_is_down(const struct link *link)
{
	return link && !link->carrier && !(link->flags & IFF_RUNNING);
}

/* What IPv4 has of v0: addresses, then the tables main and local. */
static char *all4(void)
{
	char *addrs = ip_list(RED, "addr");
	char *main_ = ip_list(RED, "route table 254");
	char *local = ip_list(RED, "route table 255");
	char *all = NULL;

	if (asprintf(&all, "%s%s%s", addrs, main_, local) < 0)
		all = NULL;
	free(addrs);
	free(main_);
	free(local);
	return all;
}

#define CONNECTED(net, src) \
	"unicast " net " dev v0 proto kernel scope link src " src "\n"
#define LOCAL(addr) \
	"local " addr " dev v0 table local proto kernel scope host src " addr "\n"
#define LOCAL2(addr, src) \
	"local " addr " dev v0 table local proto kernel scope host src " src "\n"
#define BROADCAST(addr, src) \
	"broadcast " addr " dev v0 table local proto kernel scope link src " src "\n"

#define NEW(what, table, scope, src) \
	"NEWROUTE " what " dev v0 " table "proto kernel scope " scope " src " src " [create] [excl]\n"

/*
 * A secondary is one whose subnet, mask and all, is there already: another
 * mask makes another primary.  Only primaries bring connected routes.
 */
TEST_F(addr, the_second_address_of_a_subnet_is_secondary_and_brings_no_subnet)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.3/25 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.4/24 dev v0"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    "192.0.2.3/25 dev v0 scope global permanent\n"
		    "192.0.2.2/24 dev v0 scope global permanent secondary\n"
		    "192.0.2.4/24 dev v0 scope global permanent secondary\n"
		    CONNECTED("192.0.2.0/25", "192.0.2.3")
		    CONNECTED("192.0.2.0/24", "192.0.2.1")
		    LOCAL("192.0.2.1") LOCAL2("192.0.2.2", "192.0.2.1")
		    LOCAL("192.0.2.3") LOCAL2("192.0.2.4", "192.0.2.1")
		    BROADCAST("192.0.2.127", "192.0.2.3")
		    BROADCAST("192.0.2.255", "192.0.2.1"), all4());
	/* The same once more, with its mask or with another. */
	EXPECT_ERR(-EEXIST, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.2/32 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.2/32 dev v0"));
	EXPECT_TEXT(LOCAL2("192.0.2.2", "192.0.2.1"),
		    lines_with(ip_list(RED, "route table 255"), "192.0.2.2 "));
}

/* Section 4: they go with their primary, each with its event and its route. */
TEST_OF("cleanup primary-takes-secondaries", addr,
	deleting_the_primary_deletes_its_secondaries_only)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	/* Either is enough, and "all" is what the machine has. */
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/all/promote_secondaries",
				 "0"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/promote_secondaries",
				 "0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.3/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev v0"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("198.51.100.1/24 dev v0 scope global permanent\n"
		    CONNECTED("198.51.100.0/24", "198.51.100.1")
		    LOCAL("198.51.100.1")
		    BROADCAST("198.51.100.255", "198.51.100.1"), all4());
	EXPECT_TEXT("DELADDR 192.0.2.2/24 dev v0 scope global permanent secondary\n"
		    "DELROUTE " LOCAL2("192.0.2.2", "192.0.2.1")
		    "DELADDR 192.0.2.3/24 dev v0 scope global permanent secondary\n"
		    "DELROUTE " LOCAL2("192.0.2.3", "192.0.2.1")
		    "DELADDR 192.0.2.1/24 dev v0 scope global permanent\n"
		    "DELROUTE " CONNECTED("192.0.2.0/24", "192.0.2.1")
		    "DELROUTE " BROADCAST("192.0.2.255", "192.0.2.1")
		    "DELROUTE " LOCAL("192.0.2.1"), record_text(rec));
	record_close(rec);
}

TEST_OF("cleanup promote-secondaries", addr,
	with_promote_secondaries_the_next_one_becomes_primary)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/conf/v0/promote_secondaries",
				 "1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.3/24 dev v0"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("192.0.2.2/24 dev v0 scope global permanent\n"
		    "192.0.2.3/24 dev v0 scope global permanent secondary\n"
		    CONNECTED("192.0.2.0/24", "192.0.2.2")
		    LOCAL("192.0.2.2") LOCAL2("192.0.2.3", "192.0.2.2")
		    BROADCAST("192.0.2.255", "192.0.2.2"), all4());
	EXPECT_TEXT("DELROUTE " LOCAL2("192.0.2.2", "192.0.2.1")
		    "DELROUTE " LOCAL2("192.0.2.3", "192.0.2.1")
		    "DELADDR 192.0.2.1/24 dev v0 scope global permanent\n"
		    "DELROUTE " CONNECTED("192.0.2.0/24", "192.0.2.1")
		    "DELROUTE " BROADCAST("192.0.2.255", "192.0.2.1")
		    "DELROUTE " LOCAL("192.0.2.1")
		    "NEWADDR 192.0.2.2/24 dev v0 scope global permanent\n"
		    NEW("local 192.0.2.2", "table local ", "host", "192.0.2.2")
		    NEW("unicast 192.0.2.0/24", "", "link", "192.0.2.2")
		    NEW("broadcast 192.0.2.255", "table local ", "link", "192.0.2.2")
		    NEW("local 192.0.2.3", "table local ", "host", "192.0.2.2"),
		    record_text(rec));
	record_close(rec);
}

TEST_F(addr, deleting_a_secondary_takes_its_local_route_and_nothing_else)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.2/24 dev v0"));
	EXPECT_TEXT("DELADDR 192.0.2.2/24 dev v0 scope global permanent secondary\n"
		    "DELROUTE " LOCAL2("192.0.2.2", "192.0.2.1"),
		    record_text(rec));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    "unicast default via 192.0.2.254 dev v0 proto boot scope global\n"
		    CONNECTED("192.0.2.0/24", "192.0.2.1")
		    LOCAL("192.0.2.1")
		    BROADCAST("192.0.2.255", "192.0.2.1"), all4());
	record_close(rec);
}

/*
 * Section 4.  What the address brought is told to be gone, the rest of the
 * device's routes just is (fib_disable_ip()); so are its neighbours.
 */
TEST_OF("cleanup last-address", addr,
	the_last_address_takes_every_route_of_the_device)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.0/24 dev v0 table 100"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("", ip_list(RED, "route"));
	EXPECT_TEXT("", ip_list(RED, "addr"));
	EXPECT_TEXT("", ip_list(RED, "neigh"));
	EXPECT_TEXT("DELADDR 192.0.2.1/24 dev v0 scope global permanent\n"
		    "DELROUTE " CONNECTED("192.0.2.0/24", "192.0.2.1")
		    "DELROUTE " BROADCAST("192.0.2.255", "192.0.2.1")
		    "DELROUTE " LOCAL("192.0.2.1"), record_text(rec));
	record_close(rec);
}

/* Section 4: nobody looks whether the gateway can still be reached. */
TEST_OF("cleanup other-address-remains", addr,
	a_default_route_stays_while_another_address_is_left)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "203.0.113.9"));
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("unicast default via 192.0.2.254 dev v0 proto boot scope global\n"
		    CONNECTED("198.51.100.0/24", "198.51.100.1"),
		    ip_list(RED, "route table 254"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "203.0.113.9"));
	EXPECT_STREQ("unicast 192.0.2.9 via 192.0.2.254 dev v0 proto unspec scope global src 198.51.100.1 cached",
		     ip_get(RED, "192.0.2.9"));
}

/* What a delete says of an address must be so; it need not say all. */
TEST_F(addr, an_address_is_deleted_by_what_it_is)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, pair_up(RED, "w0", BLUE, "w1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 label v0:web"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 192.0.2.1/25 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 192.0.2.1/23 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 192.0.2.2/24 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 192.0.2.1/24 dev w0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 192.0.2.1/24 dev v0 label v0:db"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent label v0:web\n",
		    ip_list(RED, "addr"));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0 label v0:web"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 192.0.2.1/24 dev v0"));
}

/* RFC 3021: two addresses and no broadcast; one address is only itself. */
TEST_F(addr, a_31_has_no_broadcast_and_a_32_no_subnet)
{
	ASSERT_STAGE(stage4());
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.0/31 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 198.51.100.1/32 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 203.0.113.1/30 dev v0"));
	EXPECT_TEXT("192.0.2.0/31 dev v0 scope global permanent\n"
		    "198.51.100.1/32 dev v0 scope global permanent\n"
		    "203.0.113.1/30 dev v0 scope global permanent\n"
		    CONNECTED("192.0.2.0/31", "192.0.2.0")
		    CONNECTED("203.0.113.0/30", "203.0.113.1")
		    LOCAL("192.0.2.0") LOCAL("198.51.100.1")
		    LOCAL("203.0.113.1")
		    BROADCAST("203.0.113.3", "203.0.113.1"), all4());
	EXPECT_STREQ("192.0.2.0", source_of(RED, "192.0.2.1"));
	EXPECT_STREQ("-EACCES", source_of(RED, "203.0.113.3"));
}

/* One that is said is kept and has a route; the subnet's own has one anyway. */
TEST_F(addr, a_broadcast_address_is_what_was_said_and_the_subnets_last)
{
	ASSERT_STAGE(stage4());
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 brd 192.0.2.77"));
	EXPECT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev v0 brd 198.51.100.255"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 brd 192.0.2.77 scope global permanent\n"
		    "198.51.100.1/24 dev v0 brd 198.51.100.255 scope global permanent\n",
		    ip_list(RED, "addr"));
	EXPECT_TEXT(BROADCAST("192.0.2.77", "192.0.2.1")
		    BROADCAST("192.0.2.255", "192.0.2.1")
		    BROADCAST("198.51.100.255", "198.51.100.1"),
		    lines_with(ip_list(RED, "route table 255"), "broadcast"));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT(BROADCAST("198.51.100.255", "198.51.100.1"),
		    lines_with(ip_list(RED, "route table 255"), "broadcast"));
}

/* Two primaries may end in the same one, which goes with the last of them. */
TEST_F(addr, a_broadcast_route_stays_while_an_address_has_it)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.129/25 dev v0"));
	EXPECT_TEXT(BROADCAST("192.0.2.255", "192.0.2.1")
		    BROADCAST("192.0.2.255", "192.0.2.129"),
		    lines_with(ip_list(RED, "route table 255"), "broadcast"));
	ASSERT_ERR(0, ip(RED, "addr del 192.0.2.129/25 dev v0"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    CONNECTED("192.0.2.0/24", "192.0.2.1") LOCAL("192.0.2.1")
		    BROADCAST("192.0.2.255", "192.0.2.1"), all4());
	EXPECT_STREQ("-EACCES", source_of(RED, "192.0.2.255"));
}

/* A label begins with the device's name, and follows it. */
TEST_F(addr, labels_follow_a_new_name_of_the_device)
{
	ASSERT_STAGE(no_ipv6(RED));
	ASSERT_ERR(0, pair_add(RED, "v0", BLUE, "v1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0 label v0:web"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    "192.0.2.2/24 dev v0 scope global permanent secondary label v0:web\n",
		    ip_list(RED, "addr"));
	ASSERT_ERR(0, ip(RED, "link set v0 name eth0"));
	EXPECT_TEXT("192.0.2.1/24 dev eth0 scope global permanent\n"
		    "192.0.2.2/24 dev eth0 scope global permanent secondary label eth0:web\n",
		    ip_list(RED, "addr"));
}

/* SIOCGIFADDR and its like: what programs older than netlink see. */
static const char *ask_ioctl(const char *dev, unsigned long request)
{
	const struct sockaddr_in *addr;
	char text[INET_ADDRSTRLEN];
	struct ifreq ifr = { 0 };
	int fd, err;

	snprintf(ifr.ifr_name, sizeof(ifr.ifr_name), "%s", dev);
	fd = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	if (fd < 0)
		return ksft_err_name(fd);
	err = ioctl(fd, request, &ifr) < 0 ? -errno : 0;
	close(fd);
	if (err)
		return str("%s", ksft_err_name(err));
	addr = (const struct sockaddr_in *)&ifr.ifr_addr;
	return str("%s", inet_ntop(AF_INET, &addr->sin_addr, text,
				   sizeof(text)));
}

TEST_F(addr, ioctls_tell_the_first_address_and_those_of_a_label)
{
	ASSERT_STAGE(stage4());
	EXPECT_STREQ("-EADDRNOTAVAIL", ask_ioctl("v0", SIOCGIFADDR));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/25 dev v0 brd 192.0.2.127"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/25 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.1/30 dev v0 label v0:web"));
	EXPECT_STREQ("192.0.2.1", ask_ioctl("v0", SIOCGIFADDR));
	EXPECT_STREQ("255.255.255.128", ask_ioctl("v0", SIOCGIFNETMASK));
	EXPECT_STREQ("192.0.2.127", ask_ioctl("v0", SIOCGIFBRDADDR));
	EXPECT_STREQ("198.51.100.1", ask_ioctl("v0:web", SIOCGIFADDR));
	EXPECT_STREQ("255.255.255.252", ask_ioctl("v0:web", SIOCGIFNETMASK));
	EXPECT_STREQ("-ENODEV", ask_ioctl("v9", SIOCGIFADDR));
}

/* The lines of a file of /proc/net with @word, blanks as one; for free(3). */
static char *proc_net(const char *file, const char *word)
{
	char *all = NULL, line[256], *to;
	int fd = netns_open_file(ns(RED), str("/proc/net/%s", file), O_RDONLY);
	FILE *in_file = fd < 0 ? NULL : fdopen(fd, "r");
	FILE *out;
	size_t size, i;

	if (!in_file)
		return NULL;
	out = open_memstream(&all, &size);
	while (fgets(line, sizeof(line), in_file)) {
		for (to = line, i = 0; line[i] && line[i] != '\n'; i++) {
			if (line[i] == '\t' || line[i] == ' ')
				line[i] = ' ';
			if (line[i] != ' ' || (to > line && to[-1] != ' '))
				*to++ = line[i];
		}
		while (to > line && to[-1] == ' ')
			to--;
		*to = '\0';
		if (strstr(line, word))
			fprintf(out, "%s\n", line);
	}
	fclose(in_file);
	fclose(out);
	return all;
}

/* What a load balancer's node has: an address of the whole machine's. */
TEST_F(addr, an_address_of_lo_is_reached_over_any_device)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, set_up(RED, "lo"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(BLUE, "addr add 192.0.2.2/24 dev v1"));
	ASSERT_ERR(0, ip(BLUE, "route add 203.0.113.7 via 192.0.2.1"));
	ASSERT_ERR(0, ip(RED, "addr add 203.0.113.7/32 dev lo"));
	EXPECT_TEXT("local 203.0.113.7 dev lo table local proto kernel scope host src 203.0.113.7\n",
		    lines_with(ip_list(RED, "route"), "203.0.113.7"));
	EXPECT_ERR(0, reach_all(BLUE, RED, "203.0.113.7"));
	EXPECT_STREQ("203.0.113.7", source_of(RED, "203.0.113.7"));
	/* It is no source for what leaves by v0, which has its own. */
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.2"));
}

/* A point to point address: the route goes to the other, whatever is ours. */
TEST_F(addr, a_peer_address_routes_the_peers_prefix)
{
	ASSERT_STAGE(stage4());
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.1 peer 198.51.100.2/32 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.3 peer 203.0.113.7/24 dev v0"));
	EXPECT_TEXT("192.0.2.1 peer 198.51.100.2/32 dev v0 scope global permanent\n"
		    "192.0.2.3 peer 203.0.113.7/24 dev v0 scope global permanent\n"
		    "unicast 198.51.100.2 dev v0 proto kernel scope link src 192.0.2.1\n"
		    CONNECTED("203.0.113.0/24", "192.0.2.3")
		    LOCAL("192.0.2.1") LOCAL("192.0.2.3")
		    BROADCAST("203.0.113.255", "192.0.2.3"), all4());
	EXPECT_STREQ("192.0.2.1", source_of(RED, "198.51.100.2"));
	EXPECT_STREQ("192.0.2.3", source_of(RED, "203.0.113.9"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "198.51.100.3"));
	/* To delete it, both are to be said. */
	EXPECT_ERR(-EADDRNOTAVAIL,
		   ip(RED, "addr del 192.0.2.1 peer 198.51.100.3/32 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.1 peer 198.51.100.2/32 dev v0"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "198.51.100.2"));
}

TEST_F(addr, what_was_said_of_an_address_is_told_in_dump_and_event)
{
	static const char line[] =
		"192.0.2.1/24 dev v0 brd 192.0.2.255 scope link permanent noprefixroute label v0:web metric 77 proto 9\n";
	struct record *rec;

	ASSERT_STAGE(stage4());
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 brd 192.0.2.255 scope 253 label v0:web metric 77 proto 9 noprefixroute"));
	EXPECT_TEXT(line, ip_list(RED, "addr"));
	EXPECT_TEXT(str("NEWADDR %sNEWROUTE local 192.0.2.1 dev v0 table local proto kernel scope host src 192.0.2.1 [create] [excl]\n", line),
		    lines_without(record_text(rec), "broadcast"));
	EXPECT_TEXT("", ip_list(RED, "route table 254"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "192.0.2.9"));
	record_close(rec);
}

/* IFA_RT_PRIORITY is the metric of the subnet's route; it can be changed. */
TEST_F(addr, the_metric_of_an_address_is_that_of_its_subnets_route)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 metric 77"));
	EXPECT_TEXT("unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1 metric 77\n",
		    ip_list(RED, "route table 254"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	EXPECT_ERR(0, ip(RED, "addr change 192.0.2.1/24 dev v0 metric 88"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent metric 88\n",
		    ip_list(RED, "addr"));
	EXPECT_TEXT("unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1 metric 88\n",
		    ip_list(RED, "route table 254"));
	EXPECT_TEXT("NEWROUTE unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1 metric 88 [create] [excl]\n"
		    "DELROUTE unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1 metric 77\n"
		    "NEWADDR 192.0.2.1/24 dev v0 scope global permanent metric 88\n",
		    record_text(rec));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("", ip_list(RED, "route"));
	record_close(rec);
}

/* Lifetimes in seconds; an address that has one is not permanent. */
TEST_F(addr, lifetimes_are_kept_and_replaced)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 valid_lft 1000 preferred_lft 500"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR);
	ASSERT_NE(NULL, rec);
	EXPECT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev v0 valid_lft 1000 preferred_lft 0"));
	EXPECT_TEXT("NEWADDR 198.51.100.1/24 dev v0 scope global deprecated valid 1000 preferred 0\n",
		    record_text(rec));
	record_close(rec);
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global valid 1000 preferred 500\n"
		    "198.51.100.1/24 dev v0 scope global deprecated valid 1000 preferred 0\n",
		    ip_list(RED, "addr"));
	EXPECT_ERR(-EINVAL, ip(RED, "addr add 203.0.113.1/24 dev v0 valid_lft 10 preferred_lft 11"));
	EXPECT_ERR(-EINVAL, ip(RED, "addr add 203.0.113.1/24 dev v0 valid_lft 0 preferred_lft 0"));
	EXPECT_ERR(0, ip(RED, "addr replace 192.0.2.1/24 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr replace 198.51.100.1/24 dev v0 valid_lft 2000 preferred_lft 1000"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    "198.51.100.1/24 dev v0 scope global valid 2000 preferred 1000\n",
		    ip_list(RED, "addr"));
}

/* The one test here that waits for the clock: a second is the least there is. */
TEST_F(addr, an_address_whose_time_is_up_goes_with_its_routes)
{
	struct events *four, *six;
	struct record *rec;

	NEED_SYSCTL();
	ASSERT_ERR(0, pair_up(RED, "v0", BLUE, "v1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	four = events_open(ns(RED), EVENT_ADDR4);
	six = events_open(ns(RED), EVENT_ADDR6);
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR);
	ASSERT_NE(NULL, four);
	ASSERT_NE(NULL, six);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.9/24 dev v0 valid_lft 1000 preferred_lft 1"));
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev v0 valid_lft 1 preferred_lft 1"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:1::1/64 dev v0 nodad valid_lft 1 preferred_lft 1"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "198.51.100.9"));
	EXPECT_ERR(0, events_wait(four, "DELADDR 198.51.100.1/24 dev v0"));
	/* Preferred no more is another thing, which is told too. */
	EXPECT_ERR(0, record_wait(rec, "NEWADDR 192.0.2.9/24 dev v0 scope global secondary deprecated valid 1000 preferred 0"));
	record_close(rec);
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    "192.0.2.9/24 dev v0 scope global secondary deprecated valid 1000 preferred 0\n"
		    CONNECTED("192.0.2.0/24", "192.0.2.1") LOCAL("192.0.2.1")
		    LOCAL2("192.0.2.9", "192.0.2.1")
		    BROADCAST("192.0.2.255", "192.0.2.1"), all4());
	EXPECT_ERR(0, events_wait(six, "DELADDR 2001:db8:1::1/64 dev v0"));
	/* The prefix route has a time of its own, and is collected later. */
	EXPECT_TEXT("local 2001:db8::1 dev v0 table local proto kernel metric 0\n",
		    lines_with(ip_list(RED, "route6"), "local 2001:db8:"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad\n",
		    lines_with(ip_list(RED, "addr6"), "2001:"));
	events_close(four);
	events_close(six);
}

TEST_F(addr, the_same_address_on_two_devices_is_local_until_both_are_gone)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, pair_up(RED, "w0", BLUE, "w1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev w0"));
	EXPECT_TEXT("192.0.2.1/24 dev w0 scope global permanent\n",
		    ip_list(RED, "addr dev w0"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n",
		    ip_list(RED, "addr dev v0"));
	EXPECT_TEXT(LOCAL("192.0.2.1")
		    "local 192.0.2.1 dev w0 table local proto kernel scope host src 192.0.2.1\n",
		    lines_with(ip_list(RED, "route table 255"), "local 192"));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev v0"));
	EXPECT_TEXT("local 192.0.2.1 dev w0 table local proto kernel scope host src 192.0.2.1\n",
		    lines_with(ip_list(RED, "route table 255"), "local 192"));
	EXPECT_TEXT("unicast 192.0.2.0/24 dev w0 proto kernel scope link src 192.0.2.1\n",
		    ip_list(RED, "route table 254"));
	EXPECT_ERR(0, ip(RED, "addr del 192.0.2.1/24 dev w0"));
	EXPECT_TEXT("", ip_list(RED, "route"));
}

/*
 * Which address a packet leaves with (inet_select_addr()): of the device's
 * primaries the first in the next hop's subnet, else the first of enough
 * scope; and where the device has none, that of another device.
 */
TEST_F(addr, a_packet_leaves_with_the_address_of_the_next_hops_subnet)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.2/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.0/25 via 198.51.100.254"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.128/25 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.200 dev v0 src 192.0.2.2"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.9"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "198.51.100.9"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "203.0.113.9"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "203.0.113.129"));
	EXPECT_STREQ("192.0.2.2", source_of(RED, "203.0.113.200"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.1"));
	/* A secondary of ours: its local route prefers the primary. */
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.2"));
}

TEST_F(addr, an_address_of_link_scope_serves_the_link_alone)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, pair_up(RED, "w0", BLUE, "w1"));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 scope 253"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.9"));
	/* Nothing fits: 0.0.0.0, which is no error. */
	EXPECT_STREQ("0.0.0.0", source_of(RED, "203.0.113.9"));
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.1/24 dev w0"));
	EXPECT_STREQ("198.51.100.1", source_of(RED, "203.0.113.9"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "192.0.2.9"));
	/* One of host scope goes nowhere. */
	ASSERT_ERR(0, ip(RED, "addr add 203.0.113.1/32 dev w0 scope 254"));
	ASSERT_ERR(0, ip(RED, "addr del 198.51.100.1/24 dev w0"));
	EXPECT_STREQ("0.0.0.0", source_of(RED, "203.0.113.9"));
	/* Of a device's addresses, those that reach less far are first. */
	ASSERT_ERR(0, ip(RED, "addr add 198.51.100.7/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 203.0.113.7/24 dev v0 scope 253"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope link permanent\n"
		    "203.0.113.7/24 dev v0 scope link permanent\n"
		    "198.51.100.7/24 dev v0 scope global permanent\n",
		    ip_list(RED, "addr dev v0"));
}

/* 0.0.0.0 means here; 127/8 is here, and by no route of ours anywhere else. */
TEST_F(addr, zero_and_127_are_the_machine_itself)
{
	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	EXPECT_STREQ("192.0.2.1", source_of(RED, "203.0.113.9"));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "0.0.0.0"));
	ASSERT_ERR(0, set_up(RED, "lo"));
	EXPECT_STREQ("127.0.0.1", source_of(RED, "0.0.0.0"));
	EXPECT_STREQ("127.0.0.1", source_of(RED, "127.9.9.9"));
	/* Found in main: the two are one trie until there are rules. */
	EXPECT_STREQ("local 127.9.9.9 dev lo proto unspec scope global src 127.0.0.1 cached",
		     ip_get(RED, "127.9.9.9"));
	EXPECT_STREQ("127.0.0.1", source_of(RED, "127.0.0.1"));
}

/*
 * Section 4.  The kernel says nothing of what it takes: whoever keeps a copy
 * of the routes has to know.  Up again brings back what the address brings.
 */
TEST_OF("cleanup link-down-v4", addr,
	down_keeps_the_ipv4_address_and_takes_routes_without_a_word)
{
	struct record *rec;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0 brd 192.0.2.255"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.0/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 brd 192.0.2.255 scope global permanent\n"
		    LOCAL("192.0.2.1"), all4());
	EXPECT_TEXT("", ip_list(RED, "neigh"));
	EXPECT_TEXT("", record_text(rec));
	EXPECT_STREQ("-ENETUNREACH", source_of(RED, "192.0.2.2"));

	ASSERT_ERR(0, set_up(RED, "v0"));
	ASSERT_ERR(0, wait_running(RED, "v0"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 brd 192.0.2.255 scope global permanent\n"
		    CONNECTED("192.0.2.0/24", "192.0.2.1") LOCAL("192.0.2.1")
		    BROADCAST("192.0.2.255", "192.0.2.1"), all4());
	EXPECT_TEXT("NEWROUTE broadcast 192.0.2.255 dev v0 table local proto kernel scope link src 192.0.2.1 [create] [excl]\n",
		    lines_without(record_text(rec), "unicast"));
	record_close(rec);
}

/*
 * Neighbours on the wire: those that were learned go with the carrier
 * (arp_evict_nocarrier), those that were set stay until the device's own
 * address changes.
 */
TEST_OF("cleanup carrier-neigh", addr,
	carrier_loss_takes_learned_neighbours_and_a_new_mac_takes_all)
{
	struct link last;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.2 lladdr 02:00:00:00:00:02 dev v0"));
	ASSERT_ERR(0, ip(RED, "neigh add 192.0.2.3 lladdr 02:00:00:00:00:03 dev v0 nud 4"));
	EXPECT_TEXT("192.0.2.2 lladdr 02:00:00:00:00:02 dev v0 PERMANENT\n"
		    "192.0.2.3 lladdr 02:00:00:00:00:03 dev v0 STALE\n",
		    sorted(ip_list(RED, "neigh")));
	ASSERT_ERR(0, ip(BLUE, "link set v1 down"));
	ASSERT_ERR(0, link_wait(ns(RED), "v0", link_is_down, &last));
	/* Linkwatch, behind whose notifiers this is. */
	ASSERT_ERR(0, set_up(RED, "v0"));
	EXPECT_TEXT("192.0.2.2 lladdr 02:00:00:00:00:02 dev v0 PERMANENT\n",
		    ip_list(RED, "neigh"));
	ASSERT_ERR(0, ip(RED, "link set v0 address 02:00:00:00:00:77"));
	EXPECT_TEXT("", ip_list(RED, "neigh"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n",
		    ip_list(RED, "addr"));
}

/* Section 4. */
TEST_OF("cleanup carrier-loss", addr,
	carrier_loss_keeps_every_route_and_marks_it_linkdown)
{
	struct record *rec;
	struct link last;

	ASSERT_STAGE(stage4());
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add default via 192.0.2.254"));
	rec = RECORD(RED, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV4_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(BLUE, "link set v1 down"));
	ASSERT_ERR(0, link_wait(ns(RED), "v0", link_is_down, &last));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n"
		    "unicast default via 192.0.2.254 dev v0 proto boot scope global linkdown\n"
		    "unicast 192.0.2.0/24 dev v0 proto kernel scope link src 192.0.2.1 linkdown\n"
		    LOCAL("192.0.2.1")
		    "broadcast 192.0.2.255 dev v0 table local proto kernel scope link src 192.0.2.1 linkdown\n",
		    all4());
	EXPECT_STREQ("192.0.2.1", source_of(RED, "203.0.113.9"));
	EXPECT_TEXT("", record_text(rec));
	ASSERT_ERR(0, set_up(BLUE, "v1"));
	ASSERT_ERR(0, wait_running(RED, "v0"));
	EXPECT_TEXT("", lines_with(all4(), "linkdown"));
	EXPECT_TEXT("", record_text(rec));
	record_close(rec);
}

/* IPv6: the same pair, v0 without carrier while v1 is down. */
static int stage6(bool v1_up)
{
	int err;

	/* Else duplicate address detection waits up to a second, then another. */
	err = sysctl_set(ns(RED), "net/ipv6/conf/default/router_solicitation_delay",
			 "0");
	if (!err)
		err = pair_add(RED, "v0", BLUE, "v1");
	if (!err)
		err = sysctl_set(ns(RED), "net/ipv6/neigh/v0/retrans_time_ms",
				 "10");
	if (!err)
		err = ip(RED, "link set v0 address 02:00:00:00:00:01");
	if (!err && v1_up)
		err = set_up(BLUE, "v1");
	if (!err)
		err = set_up(RED, "v0");
	return err || !v1_up ? err : wait_running(RED, "v0");
}

#define STAGE6(up) do { \
	NEED_OPTION("CONFIG_IPV6"); \
	NEED_OPTION("CONFIG_IPV6_MULTIPLE_TABLES"); \
	ASSERT_STAGE(stage6(up)); \
} while (0)

#define LL6	"fe80::ff:fe00:1"

static char *addrs6(void)
{
	return ip_list(RED, "addr6");
}

/* Those of v0 with a route of that address or prefix. */
static char *routes6(const char *word)
{
	return lines_with(ip_list(RED, "route6"), word);
}

/*
 * RFC 4291, appendix A: the MAC with ff:fe in its middle and its second bit
 * the other way round.  IFAPROT_KERNEL_LL says who made it.
 */
TEST_F(addr, the_link_local_address_is_made_of_the_mac)
{
	STAGE6(true);
	EXPECT_ERR(0, addr_wait_usable(ns(RED), LL6));
	EXPECT_TEXT(LL6 "/64 dev v0 scope link permanent proto 3\n", addrs6());
	EXPECT_TEXT("unicast fe80::/64 dev v0 proto kernel metric 256\n"
		    "local " LL6 " dev v0 table local proto kernel metric 0\n"
		    "multicast ff00::/8 dev v0 table local proto kernel metric 256\n",
		    ip_list(RED, "route6"));
}

static int set_addrgenmode(const char *dev, uint8_t mode)
{
	struct ifinfomsg ifi = { 0 };
	struct nlattr *spec, *inet6;
	struct link link;
	struct req req;
	int err = link_get(in(RED), dev, &link);

	if (err)
		return err;
	ifi.ifi_index = link.ifindex;
	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	spec = req_nest(&req, IFLA_AF_SPEC);
	inet6 = req_nest(&req, AF_INET6);
	req_put(&req, IFLA_INET6_ADDR_GEN_MODE, &mode, sizeof(mode));
	req_nest_end(&req, inet6);
	req_nest_end(&req, spec);
	return rtnl_talk(in(RED), &req);
}

/*
 * Takes v0 down and up, until IPv6 has made of it what it makes of a device
 * with carrier: the last request is behind that under the rtnl lock.
 */
static int up_again(void)
{
	struct events *events;
	int err = ip(RED, "link set v0 down");

	events = events_open(ns(RED), EVENT_ROUTE6);
	if (!events)
		return -errno;
	if (!err)
		err = set_up(RED, "v0");
	if (!err)
		err = events_wait(events, "NEWROUTE multicast ff00::/8 dev v0 table local");
	events_close(events);
	return err ? err : set_up(RED, "v0");
}

/* The mode alone makes nothing; going up does. */
TEST_F(addr, addrgenmode_decides_how_the_link_local_address_is_made)
{
	STAGE6(true);
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/conf/v0/accept_dad", "0"));
	EXPECT_ERR(0, set_addrgenmode("v0", IN6_ADDR_GEN_MODE_NONE));
	ASSERT_ERR(0, up_again());
	EXPECT_TEXT("", addrs6());
	EXPECT_ERR(0, set_addrgenmode("v0", IN6_ADDR_GEN_MODE_EUI64));
	EXPECT_TEXT("", addrs6());
	ASSERT_ERR(0, up_again());
	EXPECT_ERR(0, addr_wait_usable(ns(RED), LL6));
	EXPECT_TEXT(LL6 "/64 dev v0 scope link permanent proto 3\n", addrs6());
}

static bool not_tentative(char *line, const char *word)
{
	cut_field(line, word);
	return true;
}

/* A work queue ends even the detection that is off (accept_dad). */
static char *stable6(void)
{
	return keep(addrs6(), not_tentative, " tentative");
}

/* RFC 7217: of a secret and not of the MAC, and the same every time. */
TEST_F(addr, a_stable_link_local_address_is_made_of_a_secret)
{
	static const char secret[] = "net/ipv6/conf/v0/stable_secret";
	char *first, *other;

	STAGE6(true);
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/conf/v0/accept_dad", "0"));
	EXPECT_ERR(-EINVAL, set_addrgenmode("v0", IN6_ADDR_GEN_MODE_STABLE_PRIVACY));
	ASSERT_ERR(0, sysctl_set(ns(RED), secret, "2001:db8::5ec"));
	EXPECT_ERR(0, set_addrgenmode("v0", IN6_ADDR_GEN_MODE_STABLE_PRIVACY));
	ASSERT_ERR(0, up_again());
	first = stable6();
	EXPECT_NE(NULL, strstr(first, "/64 dev v0 scope link permanent stable-privacy proto 3\n"));
	EXPECT_EQ(NULL, strstr(first, LL6));
	ASSERT_ERR(0, up_again());
	EXPECT_TEXT(first, stable6());
	ASSERT_ERR(0, sysctl_set(ns(RED), secret, "2001:db8::bad"));
	ASSERT_ERR(0, up_again());
	other = stable6();
	EXPECT_STRNE(first, other);
	EXPECT_NE(NULL, strstr(other, "stable-privacy"));
	free(first);
	free(other);
}

/* An event and, from a work queue, the local route. */
TEST_F(addr, an_ipv6_address_brings_its_prefix_and_its_local_route)
{
	struct record *rec;

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	rec = RECORD(RED, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	EXPECT_TEXT("NEWROUTE unicast 2001:db8::/64 dev v0 proto kernel metric 256 [create] [excl]\n"
		    "NEWADDR 2001:db8::1/64 dev v0 scope global permanent nodad\n"
		    "NEWROUTE local 2001:db8::1 dev v0 table local proto kernel metric 0 [create] [excl]\n",
		    record_text(rec));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad\n",
		    lines_without(addrs6(), "fe80:"));
	EXPECT_STREQ("2001:db8::1", source_of(RED, "2001:db8::9"));
	ASSERT_ERR(0, ip(RED, "addr del 2001:db8::1/64 dev v0"));
	EXPECT_TEXT("DELADDR 2001:db8::1/64 dev v0 scope global permanent nodad\n"
		    "DELROUTE local 2001:db8::1 dev v0 table local proto kernel metric 0\n"
		    "DELROUTE unicast 2001:db8::/64 dev v0 proto kernel metric 256\n",
		    record_text(rec));
	EXPECT_TEXT("", routes6("2001:db8:"));
	record_close(rec);
}

/* The prefix route is that of all addresses of the prefix: the last takes it. */
TEST_F(addr, an_ipv6_prefix_route_stays_while_one_address_has_the_prefix)
{
	STAGE6(true);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::2/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:1::1/128 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:2::1/64 dev v0 nodad noprefixroute"));
	EXPECT_ERR(-EEXIST, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	EXPECT_ERR(0, ip(RED, "addr del 2001:db8::1/64 dev v0"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 256\n"
		    "unicast 2001:db8:1::1 dev v0 proto kernel metric 256\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 2001:db8::1/64 dev v0"));
	EXPECT_ERR(0, ip(RED, "addr del 2001:db8::2/64 dev v0"));
	EXPECT_TEXT("unicast 2001:db8:1::1 dev v0 proto kernel metric 256\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
}

/*
 * A route that somebody else made for the prefix stays, at least one of higher
 * metric: the kernel takes the first that it finds, and of a lower metric that
 * is the other one (addrconf_get_prefix_route() asks for no protocol).
 */
TEST_F(addr, an_ipv6_address_leaves_the_prefix_route_of_another_protocol)
{
	STAGE6(true);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "route add 2001:db8::/64 dev v0 metric 2000 proto 4"));
	ASSERT_ERR(0, ip(RED, "addr del 2001:db8::1/64 dev v0"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto static metric 2000\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
}

/* As in IPv4: the carrier's loss is for the routes to know, not to die of. */
TEST_OF("cleanup carrier-loss", addr,
	carrier_loss_keeps_ipv6_addresses_and_marks_routes_linkdown)
{
	struct link last;

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	ASSERT_ERR(0, ip(BLUE, "link set v1 down"));
	ASSERT_ERR(0, link_wait(ns(RED), "v0", link_is_down, &last));
	/* Behind linkwatch's notifiers, which hold the rtnl lock. */
	ASSERT_ERR(0, set_up(RED, "v0"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad\n"
		    LL6 "/64 dev v0 scope link permanent proto 3\n", addrs6());
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 256 linkdown\n"
		    "unicast fe80::/64 dev v0 proto kernel metric 256 linkdown\n",
		    ip_list(RED, "route6 table 254"));
	ASSERT_ERR(0, set_up(BLUE, "v1"));
	ASSERT_ERR(0, wait_running(RED, "v0"));
	ASSERT_ERR(0, set_up(RED, "v0"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 256\n"
		    "unicast fe80::/64 dev v0 proto kernel metric 256\n",
		    ip_list(RED, "route6 table 254"));
}

/* RTM_NEWADDR on one that is there: what it says of the route is done. */
TEST_F(addr, replacing_an_ipv6_address_takes_and_gives_its_prefix_route)
{
	STAGE6(true);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	EXPECT_ERR(0, ip(RED, "addr replace 2001:db8::1/64 dev v0 nodad noprefixroute"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad noprefixroute\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_TEXT("", lines_with(ip_list(RED, "route6 table 254"), "2001:"));
	EXPECT_ERR(0, ip(RED, "addr replace 2001:db8::1/64 dev v0 nodad"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 256\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
	EXPECT_ERR(0, ip(RED, "addr replace 2001:db8::1/64 dev v0 nodad metric 99"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 99\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
	EXPECT_ERR(0, ip(RED, "addr replace 2001:db8::1/64 dev v0 nodad metric 99 valid_lft 1000 preferred_lft 500"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global nodad metric 99 valid 1000 preferred 500\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 99 expires\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
	EXPECT_ERR(0, ip(RED, "addr replace 2001:db8::1/64 dev v0 nodad metric 99"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad metric 99\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 99\n",
		    lines_with(ip_list(RED, "route6 table 254"), "2001:"));
}

TEST_F(addr, an_ipv6_address_is_deleted_by_what_it_is)
{
	STAGE6(true);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 2001:db8::1/65 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 2001:db8::2/64 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr del 2001:db8::1/64 dev lo"));
	EXPECT_ERR(0, ip(RED, "addr del 2001:db8::1/64 dev v0"));
}

/* Deprecated (preferred no more): used when nothing else is there. */
TEST_F(addr, an_ipv6_packet_leaves_with_the_address_that_fits_best)
{
	struct record *rec;

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	rec = RECORD(RED, RTNLGRP_IPV6_IFADDR);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:1::1/64 dev v0 nodad valid_lft 1000 preferred_lft 0"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8:1::1"));
	/* From the start, not when somebody looks at lifetimes next. */
	EXPECT_TEXT("NEWADDR 2001:db8:1::1/64 dev v0 scope global nodad deprecated valid 1000 preferred 0\n",
		    record_text(rec));
	record_close(rec);
	ASSERT_ERR(0, ip(RED, "route add default6 via fe80::2 dev v0"));
	EXPECT_TEXT("2001:db8:1::1/64 dev v0 scope global nodad deprecated valid 1000 preferred 0\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_STREQ("2001:db8:1::1", source_of(RED, "2001:db8:1::9"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:2::1/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:3::1/64 dev v0 nodad"));
	/* Rule 3: not the deprecated one, however near. */
	EXPECT_STREQ("2001:db8:3::1", source_of(RED, "2001:db8:3::9"));
	EXPECT_STREQ("2001:db8:2::1", source_of(RED, "2001:db8:2::9"));
	EXPECT_STRNE("2001:db8:1::1", source_of(RED, "2001:db8:1::9"));
	/* Rule 8: the longest prefix in common. */
	EXPECT_STREQ("2001:db8:2::1", source_of(RED, "2001:db8:2:1::9"));
	/* Rule 1, the destination itself. */
	EXPECT_STREQ("2001:db8:3::1", source_of(RED, "2001:db8:3::1"));
}

/* On a wire that is not there no probe can be sent: it stays tentative. */
TEST_F(addr, a_tentative_address_is_no_source_until_its_probes_are_out)
{
	struct record *rec;

	STAGE6(false);
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent tentative\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_TEXT("", routes6("local 2001:"));
	EXPECT_STREQ("-EADDRNOTAVAIL", bind_error(RED, "2001:db8::1"));
	rec = RECORD(RED, RTNLGRP_IPV6_IFADDR);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, set_up(BLUE, "v1"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	EXPECT_TEXT("NEWADDR 2001:db8::1/64 dev v0 scope global permanent\n",
		    lines_with(record_text(rec), "2001:"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_TEXT("local 2001:db8::1 dev v0 table local proto kernel metric 0\n",
		    routes6("local 2001:"));
	EXPECT_STREQ("0", bind_error(RED, "2001:db8::1"));
	record_close(rec);
}

/* RFC 4429: an optimistic one can be used at once, and is still tentative. */
TEST_F(addr, an_optimistic_address_can_be_used_while_it_is_probed)
{
	static const char optimistic[] = "net/ipv6/conf/v0/optimistic_dad";

	STAGE6(false);
	if (sysctl_set(ns(RED), optimistic, "1"))
		SKIP(return, "needs CONFIG_IPV6_OPTIMISTIC_DAD");
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 optimistic"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent optimistic tentative\n",
		    lines_with(addrs6(), "2001:"));
	ASSERT_ERR(0, set_up(BLUE, "v1"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent\n",
		    lines_with(addrs6(), "2001:"));
}

/* "Idx Device Address Users Flags Timer" of /proc/net/igmp6: users of @group. */
static int group_users(const char *dev, const char *group)
{
	char line[256], name[IFNAMSIZ], addr[33];
	int fd = netns_open_file(ns(RED), "/proc/net/igmp6", O_RDONLY);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "r");
	int n, users = 0;

	while (file && fgets(line, sizeof(line), file)) {
		if (sscanf(line, "%*d %15s %32s %d", name, addr, &n) == 3 &&
		    !strcmp(name, dev) && !strcmp(addr, group))
			users = n;
	}
	if (file)
		fclose(file);
	return users;
}

/* RFC 4291 2.7.1: ff02::1:ff and the last 24 bits; shared by those that end so. */
TEST_F(addr, an_ipv6_address_joins_its_solicited_node_group)
{
	static const char group[] = "ff0200000000000000000001ff112233";

	STAGE6(true);
	EXPECT_EQ(0, group_users("v0", group));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::11:2233/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::11:2233"));
	EXPECT_EQ(1, group_users("v0", group));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:1::11:2233/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8:1::11:2233"));
	EXPECT_EQ(2, group_users("v0", group));
	ASSERT_ERR(0, ip(RED, "addr del 2001:db8::11:2233/64 dev v0"));
	EXPECT_EQ(1, group_users("v0", group));
	ASSERT_ERR(0, ip(RED, "addr del 2001:db8:1::11:2233/64 dev v0"));
	EXPECT_EQ(0, group_users("v0", group));
	EXPECT_EQ(1, group_users("v0", "ff020000000000000000000000000001"));
}

/* A router has its subnets' anycast addresses, and hears all routers' group. */
TEST_F(addr, forwarding_joins_the_subnet_router_anycast_address)
{
	static const char forwarding[] = "net/ipv6/conf/v0/forwarding";
	static const char routers[] = "ff020000000000000000000000000002";

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	EXPECT_TEXT("", routes6("anycast"));
	EXPECT_EQ(0, group_users("v0", routers));
	ASSERT_ERR(0, sysctl_set(ns(RED), forwarding, "1"));
	EXPECT_TEXT("anycast 2001:db8:: dev v0 table local proto kernel metric 0\n"
		    "anycast fe80:: dev v0 table local proto kernel metric 0\n",
		    routes6("anycast"));
	EXPECT_EQ(1, group_users("v0", routers));
	ASSERT_ERR(0, sysctl_set(ns(RED), forwarding, "0"));
	EXPECT_TEXT("", routes6("anycast"));
	EXPECT_EQ(0, group_users("v0", routers));
}

/*
 * Section 4.  Unlike IPv4: all goes, with an event each, and only the link's
 * own address comes back.
 */
TEST_OF("cleanup link-down-v6", addr,
	down_takes_ipv6_addresses_and_routes_and_tells)
{
	struct record *rec;

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	ASSERT_ERR(0, ip(RED, "route add default6 via 2001:db8::9"));
	ASSERT_ERR(0, ip(RED, "neigh add 2001:db8::9 lladdr 02:00:00:00:00:09 dev v0"));
	EXPECT_TEXT("2001:db8::9 lladdr 02:00:00:00:00:09 dev v0 PERMANENT\n",
		    lines_with(ip_list(RED, "neigh6"), "2001:db8"));
	rec = RECORD(RED, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV6_ROUTE);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	EXPECT_TEXT("", addrs6());
	EXPECT_TEXT("", ip_list(RED, "route6"));
	EXPECT_TEXT("", ip_list(RED, "neigh6"));
	EXPECT_TEXT("DELADDR 2001:db8::1/64 dev v0 scope global permanent nodad\n"
		    "DELADDR " LL6 "/64 dev v0 scope link permanent proto 3\n"
		    "DELROUTE local 2001:db8::1 dev v0 table local proto kernel metric 0\n"
		    "DELROUTE local " LL6 " dev v0 table local proto kernel metric 0\n"
		    "DELROUTE multicast ff00::/8 dev v0 table local proto kernel metric 256\n"
		    "DELROUTE unicast 2001:db8::/64 dev v0 proto kernel metric 256\n"
		    "DELROUTE unicast default via 2001:db8::9 dev v0 proto boot metric 1024\n"
		    "DELROUTE unicast fe80::/64 dev v0 proto kernel metric 256\n",
		    sorted(record_text(rec)));
	ASSERT_ERR(0, set_up(RED, "v0"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	EXPECT_TEXT(LL6 "/64 dev v0 scope link permanent proto 3\n", addrs6());
	EXPECT_TEXT("unicast fe80::/64 dev v0 proto kernel metric 256\n",
		    ip_list(RED, "route6 table 254"));
	record_close(rec);
}

TEST_OF("cleanup keep-addr-on-down", addr,
	with_keep_addr_on_down_global_ipv6_addresses_stay)
{
	STAGE6(true);
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/conf/v0/keep_addr_on_down",
				 "1"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8:1::1/64 dev v0 nodad valid_lft 1000 preferred_lft 500"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	ASSERT_ERR(0, ip(RED, "link set v0 down"));
	/* Those with a lifetime go all the same. */
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad\n",
		    addrs6());
	EXPECT_TEXT("", ip_list(RED, "route6"));
	ASSERT_ERR(0, set_up(RED, "v0"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad\n",
		    lines_with(addrs6(), "2001:"));
	EXPECT_TEXT("unicast 2001:db8::/64 dev v0 proto kernel metric 256\n"
		    "local 2001:db8::1 dev v0 table local proto kernel metric 0\n",
		    routes6("2001:"));
}

/* RFC 8200 5: IPv6 is not for links that cannot carry 1280 bytes. */
TEST_F(addr, an_mtu_under_1280_takes_ipv6_from_the_device)
{
	char value[16];

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1280"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global permanent nodad\n",
		    lines_with(addrs6(), "2001:"));
	ASSERT_ERR(0, sysctl_get(ns(RED), "net/ipv6/conf/v0/mtu", value,
				 sizeof(value)));
	EXPECT_STREQ("1280", value);
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1279"));
	EXPECT_TEXT("", addrs6());
	EXPECT_TEXT("", ip_list(RED, "route6"));
	EXPECT_ERR(-ENOENT, sysctl_get(ns(RED), "net/ipv6/conf/v0/mtu", value,
				       sizeof(value)));
	EXPECT_ERR(-EINVAL, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	EXPECT_TEXT("192.0.2.1/24 dev v0 scope global permanent\n",
		    ip_list(RED, "addr"));
	/* The new inet6_dev begins with the defaults, a second's wait for DAD. */
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/conf/default/accept_dad", "0"));
	ASSERT_ERR(0, ip(RED, "link set v0 mtu 1500"));
	EXPECT_ERR(0, addr_wait_usable(ns(RED), LL6));
	EXPECT_TEXT("", lines_with(addrs6(), "2001:"));
	EXPECT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
}

TEST_F(addr, disable_ipv6_takes_the_addresses_and_refuses_new_ones)
{
	static const char disable[] = "net/ipv6/conf/v0/disable_ipv6";
	struct record *rec;

	STAGE6(true);
	ASSERT_ERR(0, addr_wait_usable(ns(RED), LL6));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	rec = RECORD(RED, RTNLGRP_IPV6_IFADDR);
	ASSERT_NE(NULL, rec);
	ASSERT_ERR(0, sysctl_set(ns(RED), disable, "1"));
	EXPECT_TEXT("DELADDR 2001:db8::1/64 dev v0 scope global permanent nodad\n"
		    "DELADDR " LL6 "/64 dev v0 scope link permanent proto 3\n",
		    record_text(rec));
	EXPECT_TEXT("", addrs6());
	EXPECT_TEXT("", ip_list(RED, "route6"));
	EXPECT_ERR(-EACCES, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, sysctl_set(ns(RED), disable, "0"));
	EXPECT_ERR(0, addr_wait_usable(ns(RED), LL6));
	EXPECT_TEXT(LL6 "/64 dev v0 scope link permanent proto 3\n", addrs6());
	EXPECT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	record_close(rec);
}

/* What the address itself says of how far it is good for. */
TEST_F(addr, the_scope_of_an_ipv6_address_is_in_its_bits)
{
	STAGE6(true);
	ASSERT_ERR(0, set_up(RED, "lo"));
	ASSERT_ERR(0, ip(RED, "addr add fe80::5/64 dev v0 nodad"));
	ASSERT_ERR(0, ip(RED, "addr add fd00::5/64 dev v0 nodad proto 9"));
	EXPECT_TEXT("::1/128 dev lo scope host permanent proto 1\n"
		    "fd00::5/64 dev v0 scope global permanent nodad proto 9\n"
		    "fe80::5/64 dev v0 scope link permanent nodad\n",
		    lines_without(addrs6(), LL6));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr add ff02::5/64 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr add ::/64 dev v0"));
	EXPECT_ERR(-EADDRNOTAVAIL, ip(RED, "addr add ::1/128 dev v0"));
	EXPECT_ERR(-EEXIST, ip(RED, "addr add fe80::5/64 dev v0 nodad"));
	EXPECT_ERR(0, ip(RED, "addr add fd00::6 peer fd00::7/128 dev v0 nodad"));
	EXPECT_TEXT("fd00::6 peer fd00::7/128 dev v0 scope global permanent nodad\n",
		    lines_with(addrs6(), "fd00::6"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "fd00::6"));
	EXPECT_TEXT("unicast fd00::7 dev v0 proto kernel metric 256\n",
		    routes6("fd00::7"));
}

/* RFC 8981: a temporary address beside the one that asks for it. */
TEST_F(addr, mngtmpaddr_makes_a_temporary_address_with_use_tempaddr)
{
	char *text;

	STAGE6(true);
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/conf/v0/use_tempaddr", "2"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad mngtmpaddr valid_lft 5000 preferred_lft 4000"));
	EXPECT_TEXT("2001:db8::1/64 dev v0 scope global nodad mngtmpaddr valid 5000 preferred 4000\n",
		    lines_with(addrs6(), "mngtmpaddr"));
	/* IFA_F_TEMPORARY is the same bit as IFA_F_SECONDARY. */
	text = lines_with(addrs6(), "secondary");
	EXPECT_NE(NULL, strstr(text, "2001:db8::"));
	EXPECT_NE(NULL, strstr(text, "/64 dev v0 scope global secondary"));
	free(text);
	EXPECT_ERR(0, ip(RED, "addr del 2001:db8::1/64 dev v0"));
	EXPECT_TEXT("", lines_with(addrs6(), "2001:"));
}

/* The old files: numbers in hexadecimal, IPv4's as they lie in memory. */
TEST_F(addr, procs_files_tell_the_same_routes_and_addresses)
{
	struct link link;

	STAGE6(true);
	ASSERT_ERR(0, ip(RED, "addr add 192.0.2.1/24 dev v0"));
	ASSERT_ERR(0, ip(RED, "route add 203.0.113.0/25 via 192.0.2.9 metric 7"));
	ASSERT_ERR(0, ip(RED, "addr add 2001:db8::1/64 dev v0 nodad"));
	ASSERT_ERR(0, addr_wait_usable(ns(RED), "2001:db8::1"));
	ASSERT_ERR(0, link_get(in(RED), "v0", &link));
	EXPECT_TEXT(str("v0 %08X 00000000 0001 0 0 0 %08X 0 0 0\n"
			"v0 %08X %08X 0003 0 0 7 %08X 0 0 0\n",
			htonl(0xc0000200), htonl(0xffffff00),
			htonl(0xcb007100), htonl(0xc0000209), htonl(0xffffff80)),
		    proc_net("route", "v0"));
	EXPECT_TEXT(str("20010db8000000000000000000000001 %02x 40 00 82 v0\n",
			link.ifindex),
		    proc_net("if_inet6", "20010db8"));
}

KSFT_NEEDS(CONFIG_IPV6, "*.an_address_whose_time_is_up_*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*.an_address_whose_time_is_up_*")
KSFT_NEEDS(CONFIG_VETH, "*")

KSFT_MAIN
