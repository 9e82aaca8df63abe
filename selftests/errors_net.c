// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel refuses on addresses, routes, rules, neighbours, fdb entries
 * and namespace ids; with its errno and its words, without residue, and for no
 * other reason (refuse.h).  And what it refuses to those without privilege,
 * and how it speaks of errors.
 *
 *	up:	host	veth-red 10.0.1.1/24 --- veth-blue, which is down
 *	up6:	host	veth-red 2001:db8::1/64 --- veth-blue, which is down
 *
 * Without carrier nobody says anything by himself, but routes are there.
 */
#include "refuse.h"

#include <linux/capability.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>

/* NTF_EXT_LOCKED: newer than the oldest headers we build with (v6.2). */
#define EXT_LOCKED	(1 << 1)

#define SEEN_6_1	"as seen on 6.1"
#define SEEN_6_12	"as seen on 6.1 and 6.12"

static int pair(void)
{
	const struct link_desc peer = { .name = "veth-blue" };
	const struct link_desc veth = { .kind = "veth", .name = "veth-red",
					.peer = &peer };

	return link_add(in("host"), &veth);
}

static bool is_waiting(const struct link *link)
{
	return link && link->flags & IFF_UP && !(link->flags & IFF_RUNNING) &&
	       !link->carrier && link->operstate != LINK_OPER_UNKNOWN;
}

static int pair_up(void)
{
	struct link link;
	int err = pair();

	if (!err)
		err = set_up("host", "veth-red");
	return err ? err : link_wait(ns("host"), "veth-red", is_waiting, &link);
}

static int up(void)
{
	int err = pair_up();

	return err ? err : addr_add(in("host"), "veth-red", "10.0.1.1/24", 0);
}

static bool has_ipv6(void)
{
	char value[8];

	return !sysctl_get(ns("host"), "net/ipv6/conf/all/disable_ipv6", value,
			   sizeof(value));
}

static int up6(void)
{
	int err = has_ipv6() ? pair_up() : -EOPNOTSUPP;

	if (!err)
		err = addr_add(in("host"), "veth-red", "2001:db8::1/64",
			       IFA_F_NODAD);
	return err ? err : addr_wait_usable(ns("host"), "2001:db8::1");
}

/* The words on IPv4 addresses came all at once, and those on IPv6 ones. */
static const struct ask has_words4 = {
	.type = RTM_NEWADDR, .flags = ADD,
	.head = { .family = AF_INET, .len = 33, .dev = "lo" },
	.attrs = { IP(IFA_LOCAL, "192.0.2.1") },
};

static const struct ask has_words4_too = {
	.type = RTM_NEWADDR, .flags = ADD,
	.head = { .family = AF_INET, .len = 24, .dev = "lo" },
};

static const struct ask has_words6 = {
	.type = RTM_NEWADDR, .flags = ADD,
	.head = { .family = AF_INET6, .len = 129, .dev = "lo" },
	.attrs = { IP(IFA_LOCAL, "2001:db8::9") },
};

static const struct ask has_words6_too = {
	.type = RTM_NEWADDR, .flags = ADD,
	.head = { .family = AF_INET6, .len = 64, .index = 99 },
	.attrs = { IP(IFA_LOCAL, "2001:db8::9") },
};
static int pair6(void)
{
	return has_ipv6() ? pair() : -EOPNOTSUPP;
}

static int disabled6(void)
{
	int err = pair6();

	if (!err && !ksft.sandbox.own_proc)
		err = -EOPNOTSUPP;
	return err ? err : sysctl_set(ns("host"),
				"net/ipv6/conf/veth-red/disable_ipv6", "1");
}

static int small6(void)
{
	const struct link_desc mtu = { .mtu = 1279 };
	int err = up6();

	return err ? err : link_set(in("host"), "veth-blue", &mtu);
}

static int route_before(const struct route_desc *route)
{
	int err = up();

	return err ? err : route_add(in("host"), route);
}

static int route(void)
{
	const struct route_desc desc = { .dst = "198.51.100.0/24",
					 .via = "10.0.1.2" };

	return route_before(&desc);
}

static int route6(void)
{
	const struct route_desc desc = { .dst = "2001:db8:1::/64",
					 .via = "2001:db8::2" };
	int err = up6();

	return err ? err : route_add(in("host"), &desc);
}

static int neighbour(void)
{
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 1 };
	int err = up();

	return err ? err : neigh_add(in("host"), "veth-red", "10.0.1.2", mac);
}

static int rule(void)
{
	static const struct ask add = {
		.type = RTM_NEWRULE, .flags = ADD,
		.head = { .family = AF_INET, .table = 100,
			  .type = FR_ACT_TO_TBL },
		.attrs = { U32(FRA_PRIORITY, 100) },
	};

	return ask_do(&add);
}

static int bridge(void)
{
	const struct link_desc v_net_0 = { .kind = "bridge",
					   .name = "v-net-0" };
	const struct link_desc port = { .master = "v-net-0" };
	int err = pair();

	if (!err)
		err = link_add(in("host"), &v_net_0);
	return err ? err : link_set(in("host"), "veth-red", &port);
}

static int fdb_entry(void)
{
	static const struct ask add = {
		.type = RTM_NEWNEIGH, .flags = ADD,
		.head = { .family = AF_BRIDGE, .dev = "veth-red",
			  .flags = NTF_MASTER, .state = NUD_NOARP },
		.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	};
	int err = bridge();

	return err ? err : ask_do(&add);
}

/* host knows pod-red as 5. */
static int nsid(void)
{
	static const struct ask add = {
		.type = RTM_NEWNSID,
		.attrs = { U32(NETNSA_NSID, 5), NETNS(NETNSA_FD, "pod-red") },
	};

	return ask_do(&add);
}

static int addr_while_down(void)
{
	int err = pair();

	return err ? err : addr_add(in("host"), "veth-red", "10.0.1.1/24", 0);
}

/*
 * IPv4 addresses.
 */
ERROR(addr_add_twice) {
	ROW("ip addr add 10.0.1.1/24 dev veth-red", RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "10.0.1.1"), RIGHT, IP(IFA_LOCAL, "10.0.1.3") },
	.want = { { -EEXIST, "ipv4: Address already assigned" },
		  { -EEXIST, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_twice_without_excl) {
	ROW("ip addr add 10.0.1.1/24 dev veth-red, without NLM_F_EXCL",
	    RTM_NEWADDR, NLM_F_CREATE),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "10.0.1.1"), RIGHT, IP(IFA_LOCAL, "10.0.1.3") },
	.want = { { -EEXIST, "ipv4: Address already assigned" },
		  { -EEXIST, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_device_missing) {
	ROW("ip addr add 10.0.1.1/24 dev 99", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 24, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -ENODEV, "ipv4: Device not found" },
		  { -ENODEV, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_prefix_33) {
	ROW("ip addr add 10.0.1.1/33 dev veth-red", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 33, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -EINVAL, "ipv4: Invalid prefix length" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words4_too,
};

ERROR(addr_add_local_missing) {
	ROW("RTM_NEWADDR without IFA_LOCAL", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_ADDRESS, "10.0.1.1"), RIGHT, IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -EINVAL, "ipv4: Local address is not supplied" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_of_3_bytes) {
	ROW("RTM_NEWADDR with an IFA_LOCAL of 3 bytes", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, RAW(IFA_LOCAL, "\12\0\1", 3), RIGHT, IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -ERANGE, "Attribute failed policy validation" } },
	.points_at = IFA_LOCAL,
};

ERROR(addr_add_scope_of_another) {
	ROW("ip addr add 10.0.1.3/24 dev veth-red scope host",
	    RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red", .scope = RT_SCOPE_HOST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3") },
	.want = { { -EINVAL, "ipv4: Invalid scope value" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_lifetime_zero) {
	ROW("ip addr add 10.0.1.3/24 dev veth-red valid_lft 0",
	    RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3"),
		       WRONG, RAW(IFA_CACHEINFO, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16),
		       RIGHT, RAW(IFA_CACHEINFO, "\1\1\0\0\1\1\0\0\0\0\0\0\0\0\0\0", 16) },
	.want = { { -EINVAL, "ipv4: address lifetime invalid" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_preferred_beyond_valid) {
	ROW("ip addr add 10.0.1.3/24 dev veth-red valid_lft 257 preferred_lft 258",
	    RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3"),
		       WRONG, RAW(IFA_CACHEINFO, "\2\1\0\0\1\1\0\0\0\0\0\0\0\0\0\0", 16),
		       RIGHT, RAW(IFA_CACHEINFO, "\1\1\0\0\1\1\0\0\0\0\0\0\0\0\0\0", 16) },
	.want = { { -EINVAL, "ipv4: address lifetime invalid" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_add_label_of_16) {
	ROW("ip addr add 10.0.1.3/24 dev veth-red label 0123456789abcdef",
	    RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3"),
		       WRONG, STR(IFA_LABEL, "0123456789abcdef"),
		       RIGHT, STR(IFA_LABEL, "0123456789abcde") },
	.want = { { -ERANGE, "Attribute failed policy validation" } },
	.points_at = IFA_LABEL,
};

ERROR(addr_add_family_unknown) {
	ROW("RTM_NEWADDR of AF_APPLETALK", RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_APPLETALK, .len = 24, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3") },
	.want = { { -EOPNOTSUPP } },
};

ERROR(addr_del_missing) {
	ROW("ip addr del 10.0.1.3/24 dev veth-red", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "10.0.1.3"), RIGHT, IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -EADDRNOTAVAIL, "ipv4: Address not found" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_del_another_prefix) {
	ROW("ip addr del 10.0.1.1/25 dev veth-red", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 25, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1"), IP(IFA_ADDRESS, "10.0.1.1") },
	.want = { { -EADDRNOTAVAIL, "ipv4: Address not found" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_del_another_label) {
	ROW("ip addr del 10.0.1.1/24 dev veth-red label veth-blue",
	    RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1"),
		       WRONG, STR(IFA_LABEL, "veth-blue"), RIGHT, STR(IFA_LABEL, "veth-red") },
	.want = { { -EADDRNOTAVAIL, "ipv4: Address not found" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_del_another_device) {
	ROW("ip addr del 10.0.1.1/24 dev veth-blue", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -EADDRNOTAVAIL, "ipv4: Address not found" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_del_device_missing) {
	ROW("ip addr del 10.0.1.1/24 dev 99", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { { -ENODEV, "ipv4: Device not found" },
		  { -ENODEV, NULL, SEEN_6_1 } },
	.witness = &has_words4,
};

ERROR(addr_dump_prefix_in_header) {
	ROW("RTM_GETADDR dump with ifa_prefixlen", RTM_GETADDR, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .len = 24 },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { { -EINVAL, "ipv4: Invalid values in header for address dump request" } },
	.silent = true,
};

ERROR(addr_dump_by_label) {
	ROW("RTM_GETADDR dump with IFA_LABEL", RTM_GETADDR, NLM_F_DUMP),
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, STR(IFA_LABEL, "lo") },
	.want = { { -EINVAL, "ipv4: Unsupported attribute in dump request" } },
	.silent = true,
};

ERROR(addr_dump_device_missing) {
	ROW("ip -4 addr show dev 99", RTM_GETADDR, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .index = 1),
	.want = { { -ENODEV } },
	.silent = true,
};

ERROR(addr_dump_nsid_unknown) {
	ROW("ip -4 addr show, IFA_TARGET_NETNSID 7", RTM_GETADDR, NLM_F_DUMP),
	.before = nsid,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(IFA_TARGET_NETNSID, 7), RIGHT, U32(IFA_TARGET_NETNSID, 5) },
	.want = { { -EINVAL, "ipv4: Invalid target network namespace id" } },
	.silent = true,
};


/*
 * IPv6 addresses.
 */
ERROR(addr6_add_twice) {
	ROW("ip addr add 2001:db8::1/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "2001:db8::1"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EEXIST, "ipv6: address already assigned" },
		  { -EEXIST, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_any) {
	ROW("ip addr add ::/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "::"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EADDRNOTAVAIL, "ipv6: Invalid address" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_multicast) {
	ROW("ip addr add ff02::5/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "ff02::5"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EADDRNOTAVAIL, "ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_loopback) {
	ROW("ip addr add ::1/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "::1"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EADDRNOTAVAIL, "ipv6: Cannot assign loopback address on this device" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_prefix_129) {
	ROW("ip addr add 2001:db8::3/129 dev veth-red", RTM_NEWADDR, ADD),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 129, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EINVAL, "ipv6: Invalid prefix length" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words6_too,
};

ERROR(addr6_add_device_missing) {
	ROW("ip addr add 2001:db8::3/64 dev 99", RTM_NEWADDR, ADD),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 64, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -ENODEV, "ipv6: Unable to find the interface" },
		  { -ENODEV, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_address_missing) {
	ROW("RTM_NEWADDR without an address", RTM_NEWADDR, ADD),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EINVAL } },
};

ERROR(addr6_add_disabled) {
	ROW("ip addr add 2001:db8::3/64 dev veth-red (disable_ipv6=1)",
	    RTM_NEWADDR, ADD),
	.before = disabled6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .dev = "veth-blue"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EACCES, "ipv6: IPv6 is disabled on this device" },
		  { -EACCES, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_mtu_1279) {
	ROW("ip addr add 2001:db8::3/64 dev veth-blue (mtu 1279)",
	    RTM_NEWADDR, ADD),
	.before = small6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { { -EINVAL } },
};

ERROR(addr6_add_lifetime_zero) {
	ROW("ip addr add 2001:db8::3/64 dev veth-red valid_lft 0",
	    RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3"),
		       WRONG, RAW(IFA_CACHEINFO, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16),
		       RIGHT, RAW(IFA_CACHEINFO, "\1\1\0\0\1\1\0\0\0\0\0\0\0\0\0\0", 16) },
	.want = { { -EINVAL, "ipv6: address lifetime invalid" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_add_mngtmpaddr_of_96) {
	ROW("ip addr add 2001:db8::3/96 dev veth-red mngtmpaddr",
	    RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 96, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3"),
		       U32(IFA_FLAGS, IFA_F_MANAGETEMPADDR) },
	.want = { { -EINVAL, "ipv6: address with \"mngtmpaddr\" flag must have a prefix length of 64" },
		  { -EINVAL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_del_missing) {
	ROW("ip addr del 2001:db8::3/64 dev veth-red", RTM_DELADDR, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "2001:db8::3"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::1") },
	.want = { { -EADDRNOTAVAIL, "ipv6: address not found" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_del_another_prefix) {
	ROW("ip addr del 2001:db8::1/96 dev veth-red", RTM_DELADDR, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 96, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::1") },
	.want = { { -EADDRNOTAVAIL, "ipv6: address not found" },
		  { -EADDRNOTAVAIL, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_del_device_missing) {
	ROW("ip addr del 2001:db8::1/64 dev 99", RTM_DELADDR, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::1") },
	.want = { { -ENODEV, "ipv6: Unable to find the interface" },
		  { -ENODEV, NULL, SEEN_6_1 } },
	.witness = &has_words6,
};

ERROR(addr6_dump_prefix_in_header) {
	ROW("RTM_GETADDR dump with ifa_prefixlen", RTM_GETADDR, NLM_F_DUMP),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 64 },
	.ask.right_head = HEAD(.family = AF_INET6),
	.want = { { -EINVAL, "ipv6: Invalid values in header for address dump request" } },
	.silent = true,
};

ERROR(addr6_dump_device_missing) {
	ROW("ip -6 addr show dev 99", RTM_GETADDR, NLM_F_DUMP),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET6, .index = 1),
	.want = { { -ENODEV } },
	.silent = true,
};


/*
 * IPv4 routes.
 */
ERROR(route_gateway_off_link) {
	ROW("ip route add 198.51.100.0/24 via 10.0.2.2", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, IP(RTA_GATEWAY, "10.0.2.2"), RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -ENETUNREACH, "Nexthop has invalid gateway" } },
};

ERROR(route_gateway_device_down) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 (veth-red is down)",
	    RTM_NEWROUTE, ADD),
	.before = addr_while_down,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -ENETUNREACH, "Nexthop has invalid gateway" } },
	.no_right = true,
};

ERROR(route_gateway_on_another_device) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 dev veth-blue",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       WRONG, DEV(RTA_OIF, "veth-blue"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENETUNREACH, "Nexthop has invalid gateway" } },
};

ERROR(route_gateway_broadcast) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.255", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.255"), RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Nexthop has invalid gateway" } },
};

ERROR(route_device_down) {
	ROW("ip route add 198.51.100.0/24 dev veth-blue", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, DEV(RTA_OIF, "veth-blue"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENETDOWN, "Device for nexthop is not up" } },
};

ERROR(route_device_missing) {
	ROW("ip route add 198.51.100.0/24 dev 99", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, U32(RTA_OIF, 99), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
};

ERROR(route_device_not_said) {
	ROW("ip route add 198.51.100.0/24", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
};

ERROR(route_twice) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2", RTM_NEWROUTE, ADD),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "198.51.100.0"),
		       RIGHT, IP(RTA_DST, "203.0.113.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EEXIST } },
};

ERROR(route_twice_by_another_gateway) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.3", RTM_NEWROUTE, ADD),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.3"),
		       RIGHT, U32(RTA_PRIORITY, 5) },
	.want = { { -EEXIST } },
};

ERROR(route_without_create) {
	ROW("ip route change 203.0.113.0/24 via 10.0.1.3", RTM_NEWROUTE, NLM_F_REPLACE),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "203.0.113.0"), RIGHT, IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.3") },
	.want = { { -ENOENT } },
};

ERROR(route_host_bits) {
	ROW("ip route add 198.51.100.1/24 via 10.0.1.2", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "198.51.100.1"), RIGHT, IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid prefix for given prefix length" } },
};

ERROR(route_prefix_33) {
	ROW("ip route add 198.51.100.0/33 via 10.0.1.2", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 33, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid prefix length" } },
};

ERROR(route_prefsrc_foreign) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 src 10.0.1.3",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       WRONG, IP(RTA_PREFSRC, "10.0.1.3"), RIGHT, IP(RTA_PREFSRC, "10.0.1.1") },
	.want = { { -EINVAL, "Invalid prefsrc address" } },
};

ERROR(route_type_unknown) {
	ROW("ip route add type 12 198.51.100.0/24 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = __RTN_MAX },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid route type" } },
};

ERROR(route_type_nat) {
	ROW("ip route add nat 198.51.100.0/24 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_NAT },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid scope" } },
};

ERROR(route_tos_ecn) {
	ROW("ip route add 198.51.100.0/24 tos 1 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .tos = 1 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .tos = 4),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid dsfield (tos): ECN bits must be 0" } },
};

ERROR(route_flags_dead) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2, RTNH_F_DEAD",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_DEAD },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid rtm_flags - can not contain DEAD or LINKDOWN" } },
};

ERROR(route_blackhole_with_gateway) {
	ROW("ip route add blackhole 198.51.100.0/24 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_BLACKHOLE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), WRONG, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Gateway, device and multipath can not be specified for this route type" } },
};

ERROR(route_blackhole_with_device) {
	ROW("ip route add blackhole 198.51.100.0/24 dev veth-red",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_BLACKHOLE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), WRONG, DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL, "Gateway, device and multipath can not be specified for this route type" } },
};

ERROR(route_scope_host_with_gateway) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 scope host",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_HOST,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Route with host scope can not have a gateway" } },
};

ERROR(route_scope_nowhere) {
	ROW("ip route add 198.51.100.0/24 dev veth-red scope 255",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_NOWHERE,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL, "Invalid scope" } },
};

ERROR(route_scope_link_gateway) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 scope link",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -ENETUNREACH, "Nexthop has invalid gateway" } },
};

ERROR(route_onlink_without_device) {
	ROW("ip route add 198.51.100.0/24 via 10.9.9.9 onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.9.9.9"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV, "Nexthop device required for onlink" } },
};

ERROR(route_onlink_device_down) {
	ROW("ip route add 198.51.100.0/24 via 10.9.9.9 dev veth-blue onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.9.9.9"),
		       WRONG, DEV(RTA_OIF, "veth-blue"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENETDOWN, "Nexthop device is not up" } },
};

ERROR(route_onlink_gateway_of_its_own) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.1 dev veth-red onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.1"), RIGHT, IP(RTA_GATEWAY, "10.9.9.9") },
	.want = { { -EINVAL, "Nexthop has invalid gateway" } },
};

ERROR(route_onlink_without_gateway) {
	ROW("ip route add 198.51.100.0/24 dev veth-red onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL, "Invalid flags for nexthop - PERVASIVE and ONLINK can not be set" } },
};

ERROR(route_nexthop_id_unknown) {
	ROW("ip route add 198.51.100.0/24 nhid 7", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), WRONG, U32(RTA_NH_ID, 7), RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Nexthop id does not exist" } },
};

ERROR(route_nexthop_id_and_device) {
	ROW("ip route add 198.51.100.0/24 nhid 7 dev veth-red",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red"),
		       WRONG, U32(RTA_NH_ID, 7) },
	.want = { { -EINVAL, "Nexthop specification and nexthop id are mutually exclusive" } },
};

ERROR(route_gateway_and_via) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 via inet6 fe80::1",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"), DEV(RTA_OIF, "veth-red"),
		       WRONG, RAW(RTA_VIA, "\12\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 18) },
	.want = { { -EINVAL, "Nexthop configuration can not contain both GATEWAY and VIA" } },
};

ERROR(route_metric_unknown) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2, RTAX 99",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       OPEN(RTA_METRICS), WRONG, U32(99, 1), RIGHT, U32(RTAX_MTU, 1400), CLOSE },
	.want = { { -EINVAL, "Invalid metric type" } },
};

ERROR(route_congctl_unknown) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 congctl nonesuch",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       OPEN(RTA_METRICS), WRONG, STR(RTAX_CC_ALGO, "nonesuch"),
		       RIGHT, U32(RTAX_MTU, 1400), CLOSE },
	.want = { { -EINVAL, "Unknown tcp congestion algorithm" } },
};

ERROR(route_multipath_truncated) {
	ROW("ip route add 198.51.100.0/24 nexthop dev 1, and a byte",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, RAW(RTA_MULTIPATH, "\x8\0\0\0\1\0\0\0\0", 9), RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Invalid nexthop configuration - extra data after nexthops" } },
};

ERROR(route_multipath_device_missing) {
	ROW("ip route add 198.51.100.0/24 nexthop dev 99", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, RAW(RTA_MULTIPATH, "\x8\0\0\0\x63\0\0\0", 8), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
};

ERROR(route_multipath_dead) {
	ROW("ip route add 198.51.100.0/24 nexthop dev 1 dead",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, RAW(RTA_MULTIPATH, "\x8\0\1\0\1\0\0\0", 8), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL, "Invalid flags for nexthop - can not contain DEAD or LINKDOWN" } },
};

ERROR(route_encap_without_type) {
	ROW("ip route add 198.51.100.0/24 encap via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"), WRONG, OPEN(RTA_ENCAP), CLOSE },
	.want = { { -EINVAL, "Unknown LWT encapsulation type" },
		  { -EINVAL, "LWT encap type not specified", SEEN_6_12 } },
};

ERROR(route_del_missing) {
	ROW("ip route del 203.0.113.0/24", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { WRONG, IP(RTA_DST, "203.0.113.0"), RIGHT, IP(RTA_DST, "198.51.100.0") },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_gateway) {
	ROW("ip route del 198.51.100.0/24 via 10.0.1.3", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.3"), RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_device) {
	ROW("ip route del 198.51.100.0/24 dev veth-blue", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, DEV(RTA_OIF, "veth-blue"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_metric) {
	ROW("ip route del 198.51.100.0/24 metric 5", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, U32(RTA_PRIORITY, 5) },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_length) {
	ROW("ip route del 198.51.100.0/25", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 25, .scope = RT_SCOPE_NOWHERE },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				   .scope = RT_SCOPE_NOWHERE),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_type) {
	ROW("ip route del blackhole 198.51.100.0/24", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE,
		      .type = RTN_BLACKHOLE },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				   .scope = RT_SCOPE_NOWHERE),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_protocol) {
	ROW("ip route del 198.51.100.0/24 proto static", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE,
		      .protocol = RTPROT_STATIC },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				   .scope = RT_SCOPE_NOWHERE),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { { -ESRCH } },
};

ERROR(route_del_another_scope) {
	ROW("ip route del 198.51.100.0/24 scope link", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_LINK },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { { -ESRCH } },
};

ERROR(route_del_table_missing) {
	ROW("ip route del 198.51.100.0/24 table 100", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), WRONG, U32(RTA_TABLE, 100) },
	.want = { { -ESRCH, "FIB table does not exist" } },
};

ERROR(route_del_in_bulk) {
	ROW("RTM_DELROUTE with NLM_F_BULK", RTM_DELROUTE, NLM_F_BULK),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.right_flags = NLM_F_ACK,
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { { -EOPNOTSUPP, "Bulk delete is not supported" } },
};

ERROR(route_get_unreachable) {
	ROW("ip route get 203.0.113.1", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { WRONG, IP(RTA_DST, "203.0.113.1"), RIGHT, IP(RTA_DST, "10.0.1.2") },
	.want = { { -ENETUNREACH } },
	.silent = true,
};

ERROR(route_get_length_missing) {
	ROW("ip route get 10.0.1.2, with rtm_dst_len 0", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32),
	.ask.attrs = { IP(RTA_DST, "10.0.1.2") },
	.want = { { -EINVAL, "ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4" } },
	.silent = true,
};

ERROR(route_get_prefix_24) {
	ROW("ip route get 10.0.1.2/24", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32),
	.ask.attrs = { IP(RTA_DST, "10.0.1.2") },
	.want = { { -EINVAL, "ipv4: Invalid values in header for route get request" } },
	.silent = true,
};

ERROR(route_get_table_in_header) {
	ROW("ip route get 10.0.1.2 table main", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32, .table = RT_TABLE_MAIN },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32),
	.ask.attrs = { IP(RTA_DST, "10.0.1.2") },
	.want = { { -EINVAL, "ipv4: Invalid values in header for route get request" } },
	.silent = true,
};

ERROR(route_get_by_gateway) {
	ROW("ip route get 10.0.1.2 via 10.0.1.2", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"), WRONG, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "ipv4: Unsupported attribute in route get request" } },
	.silent = true,
};

ERROR(route_get_from_device_missing) {
	ROW("ip route get 10.0.1.2 iif 99", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"), WRONG, U32(RTA_IIF, 99) },
	.want = { { -ENODEV } },
	.silent = true,
};

ERROR(route_get_from_foreign) {
	ROW("ip route get 10.0.1.2 from 10.0.1.3", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32, .src_len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"),
		       WRONG, IP(RTA_SRC, "10.0.1.3"), RIGHT, IP(RTA_SRC, "10.0.1.1") },
	.want = { { -ENETUNREACH } },
	.silent = true,
};

ERROR(route_get_oif_missing) {
	ROW("ip route get 10.0.1.2 oif 99", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"), WRONG, U32(RTA_OIF, 99), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
	.silent = true,
};

ERROR(route_dump_table_missing) {
	ROW("ip route show table 100", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(RTA_TABLE, 100), RIGHT, U32(RTA_TABLE, RT_TABLE_MAIN) },
	.want = { { -ENOENT, "ipv4: FIB table does not exist" } },
	.silent = true,
};

ERROR(route_dump_length_in_header) {
	ROW("RTM_GETROUTE dump with rtm_dst_len", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24 },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { { -EINVAL, "Invalid values in header for FIB dump request" } },
	.silent = true,
};

ERROR(route_dump_by_gateway) {
	ROW("RTM_GETROUTE dump with RTA_GATEWAY", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { { -EINVAL, "Unsupported attribute in dump request" } },
	.silent = true,
};

ERROR(route_dump_device_missing) {
	ROW("ip route show dev 99", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(RTA_OIF, 99), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
	.silent = true,
};


/*
 * IPv6 routes.
 */
ERROR(route6_gateway_off_link) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8:9::2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       WRONG, IP(RTA_GATEWAY, "2001:db8:9::2"),
		       RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EHOSTUNREACH } },
};

ERROR(route6_gateway_of_its_own) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::1", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red"),
		       WRONG, IP(RTA_GATEWAY, "2001:db8::1"),
		       RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EINVAL, "Gateway can not be a local address" } },
};

ERROR(route6_gateway_multicast) {
	ROW("ip route add 2001:db8:1::/64 via ff02::1 dev veth-red",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red"),
		       WRONG, IP(RTA_GATEWAY, "ff02::1"), RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EINVAL, "Invalid gateway address" } },
};

ERROR(route6_gateway_linklocal_without_device) {
	ROW("ip route add 2001:db8:1::/64 via fe80::1", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "fe80::1"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL, "Egress device not specified" } },
};

ERROR(route6_gateway_on_lo) {
	ROW("ip route add 2001:db8:1::/64 via fe80::1 dev lo",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "fe80::1"),
		       WRONG, DEV(RTA_OIF, "lo"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL, "Egress device can not be loopback device for this route" } },
};

ERROR(route6_gateway_on_another_device) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::2 dev lo",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "2001:db8::2"),
		       WRONG, DEV(RTA_OIF, "lo"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -EHOSTUNREACH } },
};

ERROR(route6_device_down) {
	ROW("ip route add 2001:db8:1::/64 dev veth-blue", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, DEV(RTA_OIF, "veth-blue"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENETDOWN, "Nexthop device is not up" } },
};

ERROR(route6_device_missing) {
	ROW("ip route add 2001:db8:1::/64 dev 99", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_OIF, 99), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
};

ERROR(route6_device_not_said) {
	ROW("ip route add 2001:db8:1::/64", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { { -ENODEV } },
};

ERROR(route6_device_disabled) {
	ROW("ip route add 2001:db8:1::/64 dev veth-red (disable_ipv6=1)",
	    RTM_NEWROUTE, ADD),
	.before = disabled6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red") },
	.want = { { -EACCES, "IPv6 is disabled on nexthop device" } },
	.no_right = true,
};

ERROR(route6_twice) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::2", RTM_NEWROUTE, ADD),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "2001:db8:1::"), RIGHT, IP(RTA_DST, "2001:db8:2::"),
		       IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EEXIST } },
};

ERROR(route6_replace_missing) {
	ROW("ip route change 2001:db8:2::/64 via 2001:db8::2",
	    RTM_NEWROUTE, NLM_F_REPLACE),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "2001:db8:2::"), RIGHT, IP(RTA_DST, "2001:db8:1::"),
		       IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -ENOENT, "Can not replace route - no match found" } },
};

ERROR(route6_prefix_129) {
	ROW("ip route add 2001:db8:1::/129 dev veth-red", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 129, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red") },
	.want = { { -EINVAL } },
};

ERROR(route6_prefsrc_foreign) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::2 src 2001:db8::3",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "2001:db8::2"),
		       WRONG, IP(RTA_PREFSRC, "2001:db8::3"),
		       RIGHT, IP(RTA_PREFSRC, "2001:db8::1") },
	.want = { { -EINVAL, "Invalid source address" } },
};

ERROR(route6_type_unknown) {
	ROW("ip route add type 12 2001:db8:1::/64 via 2001:db8::2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = __RTN_MAX },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EINVAL, "Invalid route type" } },
};

ERROR(route6_tos) {
	ROW("ip route add 2001:db8:1::/64 tos 4 via 2001:db8::2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST, .tos = 4 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EINVAL, "Invalid dsfield (tos): option not available for IPv6" } },
};

ERROR(route6_via) {
	ROW("ip route add 2001:db8:1::/64 via inet 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red"),
		       WRONG, RAW(RTA_VIA, "\2\0\12\0\1\2", 6) },
	.want = { { -EINVAL, "IPv6 does not support RTA_VIA attribute" } },
};

ERROR(route6_nexthop_id_unknown) {
	ROW("ip route add 2001:db8:1::/64 nhid 7", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_NH_ID, 7), RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EINVAL, "Nexthop id does not exist" } },
};

ERROR(route6_del_missing) {
	ROW("ip route del 2001:db8:2::/64", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { WRONG, IP(RTA_DST, "2001:db8:2::"), RIGHT, IP(RTA_DST, "2001:db8:1::") },
	.want = { { -ESRCH } },
};

ERROR(route6_del_another_gateway) {
	ROW("ip route del 2001:db8:1::/64 via 2001:db8::3", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       WRONG, IP(RTA_GATEWAY, "2001:db8::3"), RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -ESRCH } },
};

ERROR(route6_del_another_metric) {
	ROW("ip route del 2001:db8:1::/64 metric 5", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_PRIORITY, 5),
		       RIGHT, U32(RTA_PRIORITY, 1024) },
	.want = { { -ESRCH } },
};

ERROR(route6_del_table_missing) {
	ROW("ip route del 2001:db8:1::/64 table 100", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_TABLE, 100) },
	.want = { { -ESRCH, "FIB table does not exist" } },
};

ERROR(route6_get_prefix_64) {
	ROW("ip route get 2001:db8::2/64", RTM_GETROUTE, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128),
	.ask.attrs = { IP(RTA_DST, "2001:db8::2") },
	.want = { { -EINVAL, "ipv6: Invalid values in header for get route request" } },
	.silent = true,
};

ERROR(route6_get_length_missing) {
	ROW("ip route get 2001:db8::2, with rtm_dst_len 0", RTM_GETROUTE, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128),
	.ask.attrs = { IP(RTA_DST, "2001:db8::2") },
	.want = { { -EINVAL, "ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6" } },
	.silent = true,
};

ERROR(route6_get_by_gateway) {
	ROW("ip route get 2001:db8::2 via 2001:db8::2", RTM_GETROUTE, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 128 },
	.ask.attrs = { IP(RTA_DST, "2001:db8::2"), WRONG, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { { -EINVAL, "ipv6: Unsupported attribute in get route request" } },
	.silent = true,
};


/*
 * Rules.
 */
ERROR(rule_add_twice) {
	ROW("ip rule add priority 100 lookup 100", RTM_NEWRULE, ADD),
	.before = rule,
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.attrs = { WRONG, U32(FRA_PRIORITY, 100), RIGHT, U32(FRA_PRIORITY, 101) },
	.want = { { -EEXIST } },
};

ERROR(rule_add_family_unknown) {
	ROW("ip rule add, of AF_UNIX", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_UNIX, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { { -EAFNOSUPPORT, "Rule family not supported" } },
};

ERROR(rule_add_goto_backward) {
	ROW("ip rule add priority 100 goto 50", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 0, .type = FR_ACT_GOTO },
	.ask.attrs = { U32(FRA_PRIORITY, 100),
		       WRONG, U32(FRA_GOTO, 50), RIGHT, U32(FRA_GOTO, 150) },
	.want = { { -EINVAL, "Backward goto not supported" } },
};

ERROR(rule_add_goto_nowhere) {
	ROW("ip rule add priority 100 goto", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 0, .type = FR_ACT_GOTO },
	.ask.attrs = { U32(FRA_PRIORITY, 100), RIGHT, U32(FRA_GOTO, 150) },
	.want = { { -EINVAL, "Missing goto target for action goto" } },
};

ERROR(rule_add_goto_unexpected) {
	ROW("ip rule add priority 100 lookup 100 goto 150", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.attrs = { U32(FRA_PRIORITY, 100), WRONG, U32(FRA_GOTO, 150) },
	.want = { { -EINVAL, "Unexpected goto" } },
};

ERROR(rule_add_source_short) {
	ROW("ip rule add from (3 bytes)/24 lookup 100", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL, .src_len = 24 },
	.ask.attrs = { U32(FRA_PRIORITY, 100), WRONG, RAW(FRA_SRC, "\12\0\1", 3),
		       RIGHT, IP(FRA_SRC, "10.0.1.0") },
	.want = { { -EINVAL, "Invalid source address" } },
};

ERROR(rule_add_tos_ecn) {
	ROW("ip rule add tos 1 lookup 100", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL, .tos = 1 },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL, .tos = 4),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { { -EINVAL, "Invalid dsfield (tos): ECN bits must be 0" } },
};

ERROR(rule_add_sport_range_reversed) {
	ROW("ip rule add sport 9-5 lookup 100", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.attrs = { U32(FRA_PRIORITY, 100),
		       WRONG, RAW(FRA_SPORT_RANGE, "\11\0\5\0", 4),
		       RIGHT, RAW(FRA_SPORT_RANGE, "\5\0\11\0", 4) },
	.want = { { -EINVAL, "Invalid sport range" } },
};

ERROR(rule_del_missing) {
	ROW("ip rule del priority 101", RTM_DELRULE, 0),
	.before = rule,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(FRA_PRIORITY, 101), RIGHT, U32(FRA_PRIORITY, 100) },
	.want = { { -ENOENT } },
};

ERROR(rule_del_another_table) {
	ROW("ip rule del priority 100 lookup 99", RTM_DELRULE, 0),
	.before = rule,
	.ask.head = { .family = AF_INET, .table = 99, .type = FR_ACT_TO_TBL },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { { -ENOENT } },
};

ERROR(rule_del_another_action) {
	ROW("ip rule del priority 100 blackhole", RTM_DELRULE, 0),
	.before = rule,
	.ask.head = { .family = AF_INET, .table = 0, .type = FR_ACT_BLACKHOLE },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { { -ENOENT } },
};

ERROR(rule_dump_table_in_header) {
	ROW("RTM_GETRULE dump with a table", RTM_GETRULE, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .table = 100 },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { { -EINVAL, "Invalid values in header for fib rule dump request" } },
	.silent = true,
};


/*
 * Neighbours.
 */
ERROR(neigh_add_twice) {
	ROW("ip neigh add 10.0.1.2 dev veth-red lladdr ...",
	    RTM_NEWNEIGH, ADD),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.2"), RIGHT, IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EEXIST } },
};

ERROR(neigh_change_missing) {
	ROW("ip neigh change 10.0.1.3 dev veth-red lladdr ...",
	    RTM_NEWNEIGH, NLM_F_REPLACE),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.3"), RIGHT, IP(NDA_DST, "10.0.1.2"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -ENOENT } },
};

ERROR(neigh_add_device_missing) {
	ROW("ip neigh add 10.0.1.3 dev 99 lladdr ...", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .index = 99, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT),
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"), MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -ENODEV } },
};

ERROR(neigh_add_device_not_said) {
	ROW("ip neigh add 10.0.1.3 lladdr ...", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .index = 0, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT),
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"), MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EINVAL, "Device not specified" } },
};

ERROR(neigh_add_address_missing) {
	ROW("ip neigh add dev veth-red lladdr ...", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT },
	.ask.attrs = { RIGHT, IP(NDA_DST, "10.0.1.3"), MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EINVAL, "Network address not specified" } },
};

ERROR(neigh_add_address_short) {
	ROW("RTM_NEWNEIGH with an NDA_DST of 3 bytes", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, RAW(NDA_DST, "\12\0\1", 3), RIGHT, IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EINVAL, "Invalid network address" } },
};

ERROR(neigh_add_lladdr_short) {
	ROW("ip neigh add 10.0.1.3 dev veth-red lladdr 02:00",
	    RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT },
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"), WRONG, RAW(NDA_LLADDR, "\2\0\0\0\2", 5),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EINVAL, "Invalid link address" } },
};

ERROR(neigh_add_lladdr_missing) {
	ROW("ip neigh add 10.0.1.3 dev veth-red nud permanent",
	    RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT },
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"), RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EINVAL, "No link layer address given" } },
	.leaves = true,
	.no_right = true,
};

ERROR(neigh_add_family_unknown) {
	ROW("RTM_NEWNEIGH of AF_APPLETALK", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_APPLETALK, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red", .state = NUD_PERMANENT),
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"), MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { { -EAFNOSUPPORT } },
};

ERROR(neigh_del_missing) {
	ROW("ip neigh del 10.0.1.3 dev veth-red", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.3"), RIGHT, IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENOENT } },
};

ERROR(neigh_del_another_device) {
	ROW("ip neigh del 10.0.1.2 dev veth-blue", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENOENT } },
};

ERROR(neigh_del_device_missing) {
	ROW("ip neigh del 10.0.1.2 dev 99", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENODEV } },
};

ERROR(neigh_del_device_not_said) {
	ROW("ip neigh del 10.0.1.2", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -EINVAL } },
};

ERROR(neigh_del_address_missing) {
	ROW("ip neigh del dev veth-red", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red" },
	.ask.attrs = { RIGHT, IP(NDA_DST, "10.0.1.2") },
	.want = { { -EINVAL, "Network address not specified" } },
};

ERROR(neigh_del_proxy_missing) {
	ROW("ip neigh del proxy 10.0.1.2 dev veth-red", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .flags = NTF_PROXY },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENOENT } },
};

ERROR(neigh_get_missing) {
	ROW("ip neigh get 10.0.1.3 dev veth-red", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.3"), RIGHT, IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENOENT, "Neighbour entry not found" } },
	.silent = true,
};

ERROR(neigh_get_device_missing) {
	ROW("ip neigh get 10.0.1.2 dev 99", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENODEV, "Unknown device ifindex" } },
	.silent = true,
};

ERROR(neigh_get_device_not_said) {
	ROW("ip neigh get 10.0.1.2", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -EINVAL, "No device specified" } },
	.silent = true,
};

ERROR(neigh_get_proxy_missing) {
	ROW("ip neigh get proxy 10.0.1.2 dev veth-red", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red", .flags = NTF_PROXY },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { { -ENOENT, "Proxy neighbour entry not found" } },
	.silent = true,
};

ERROR(neigh_dump_state_in_header) {
	ROW("RTM_GETNEIGH dump with ndm_state", RTM_GETNEIGH, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { { -EINVAL, "Invalid values in header for neighbor dump request" } },
	.silent = true,
};


/*
 * Forwarding database.
 */
ERROR(fdb_add_twice) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static",
	    RTM_NEWNEIGH, ADD),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:03") },
	.want = { { -EEXIST } },
};

ERROR(fdb_replace_missing) {
	ROW("bridge fdb replace, without NLM_F_CREATE", RTM_NEWNEIGH, NLM_F_REPLACE),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:03"), RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -ENOENT } },
};

ERROR(fdb_add_no_port) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-blue master static",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EOPNOTSUPP } },
};

ERROR(fdb_add_device_missing) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev 99 master static",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .index = 99,
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -ENODEV, "unknown ifindex" } },
};

ERROR(fdb_add_device_not_said) {
	ROW("bridge fdb add 02:00:00:00:00:01 master static",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .index = 0,
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL, "invalid ifindex" } },
};

ERROR(fdb_add_mac_missing) {
	ROW("bridge fdb add dev veth-red master static", RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL, "invalid address" } },
};

ERROR(fdb_add_mac_short) {
	ROW("bridge fdb add 02:00 dev veth-red master static",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, RAW(NDA_LLADDR, "\2\0\0\0\1", 5), RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL, "invalid address" } },
};

ERROR(fdb_add_mac_zero) {
	ROW("bridge fdb add 00:00:00:00:00:00 dev veth-red master static",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "00:00:00:00:00:00"), RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL } },
};

ERROR(fdb_add_on_lo) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev lo self", RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "lo",
		      .flags = NTF_SELF, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL, "FDB add only supported for Ethernet devices" } },
};

ERROR(fdb_add_vlan_4095) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static vlan 4095",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"), WRONG, U16(NDA_VLAN, 4095) },
	.want = { { -EINVAL, "invalid vlan id" } },
};

ERROR(fdb_add_vlan_unconfigured) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static vlan 77",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"), WRONG, U16(NDA_VLAN, 77) },
	.want = { { -EINVAL } },
};

ERROR(fdb_add_vlan_of_one_byte) {
	ROW("RTM_NEWNEIGH with an NDA_VLAN of 1 byte", RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"), WRONG, U8(NDA_VLAN, 5) },
	.want = { { -EINVAL, "invalid vlan attribute size" } },
};

ERROR(fdb_add_state_stale) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master, NUD_STALE",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_STALE },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL } },
};

ERROR(fdb_add_dynamic_on_disabled_port) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master dynamic",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_REACHABLE },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EPERM } },
};

ERROR(fdb_add_of_bridge_not_permanent) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev v-net-0 self static",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "v-net-0",
		      .flags = NTF_SELF, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "v-net-0",
		      .flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL } },
};

ERROR(fdb_add_sticky_permanent) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master sticky local",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER | NTF_STICKY, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER | NTF_STICKY, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL } },
};

ERROR(fdb_add_locked) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static locked",
	    RTM_NEWNEIGH, ADD),
	.before = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"), WRONG, U32(NDA_FLAGS_EXT, EXT_LOCKED) },
	.want = { { -EINVAL, "bridge: Cannot add FDB entry with \"locked\" flag set" },
		  { 0, NULL, SEEN_6_1 } },
};

ERROR(fdb_del_missing) {
	ROW("bridge fdb del 02:00:00:00:00:03 dev veth-red master",
	    RTM_DELNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:03"), RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -ENOENT } },
};

ERROR(fdb_del_device_missing) {
	ROW("bridge fdb del 02:00:00:00:00:01 dev 99 master",
	    RTM_DELNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .index = 99,
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -ENODEV, "unknown ifindex" } },
};

ERROR(fdb_del_of_another_port) {
	ROW("bridge fdb del 02:00:00:00:00:01 dev v-net-0 self",
	    RTM_DELNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "v-net-0",
		      .flags = NTF_SELF, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -ENOENT } },
};

ERROR(fdb_del_no_port) {
	ROW("bridge fdb del 02:00:00:00:00:01 dev veth-blue master",
	    RTM_DELNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EOPNOTSUPP } },
};

ERROR(fdb_get_missing) {
	ROW("bridge fdb get 02:00:00:00:00:03 br v-net-0", RTM_GETNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:03"), RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       DEV(NDA_MASTER, "v-net-0") },
	.want = { { -ENOENT, "Fdb entry not found" } },
	.silent = true,
};

ERROR(fdb_get_device_and_master) {
	ROW("bridge fdb get 02:00:00:00:00:01 dev veth-red br v-net-0",
	    RTM_GETNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_BRIDGE),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"), DEV(NDA_MASTER, "v-net-0") },
	.want = { { -EINVAL, "Master and device are mutually exclusive" } },
	.silent = true,
};

ERROR(fdb_get_no_port) {
	ROW("bridge fdb get 02:00:00:00:00:01 dev veth-blue master",
	    RTM_GETNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				   .flags = NTF_MASTER),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { { -EINVAL, "Device is not a bridge port" } },
	.silent = true,
};

ERROR(fdb_get_device_not_said) {
	ROW("bridge fdb get 02:00:00:00:00:01", RTM_GETNEIGH, 0),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"), RIGHT, DEV(NDA_MASTER, "v-net-0") },
	.want = { { -ENODEV, "No device specified" } },
	.silent = true,
};

ERROR(fdb_flush_device_missing) {
	ROW("bridge fdb flush dev 99", RTM_DELNEIGH, NLM_F_BULK),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .index = 99,
		      .flags = NTF_MASTER, .state = 0 },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = 0),
	.want = { { -ENODEV, "unknown ifindex" } },
};

ERROR(fdb_flush_no_port) {
	ROW("bridge fdb flush dev veth-blue master", RTM_DELNEIGH, NLM_F_BULK),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER, .state = 0 },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = 0),
	.want = { { -EOPNOTSUPP } },
};

ERROR(fdb_flush_state_unknown) {
	ROW("bridge fdb flush dev veth-red master, NUD_PROBE",
	    RTM_DELNEIGH, NLM_F_BULK),
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_PROBE },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = 0),
	.want = { { -EINVAL, "Unsupported fdb flush ndm state bits set" } },
};


/*
 * Namespace ids.
 */
ERROR(nsid_twice) {
	ROW("ip netns set pod-red 6", RTM_NEWNSID, 0),
	.before = nsid,
	.ask.attrs = { U32(NETNSA_NSID, 6), WRONG, NETNS(NETNSA_FD, "pod-red"),
		       RIGHT, NETNS(NETNSA_FD, "pod-blue") },
	.want = { { -EEXIST, "Peer netns already has a nsid assigned" } },
	.points_at = NETNSA_FD,
};

ERROR(nsid_taken) {
	ROW("ip netns set pod-blue 5", RTM_NEWNSID, 0),
	.before = nsid,
	.ask.attrs = { WRONG, U32(NETNSA_NSID, 5), RIGHT, U32(NETNSA_NSID, 6),
		       NETNS(NETNSA_FD, "pod-blue") },
	.want = { { -EEXIST, "The specified nsid is already used" } },
	.points_at = NETNSA_NSID,
};

ERROR(nsid_set_id_missing) {
	ROW("ip netns set pod-red", RTM_NEWNSID, 0),
	.ask.attrs = { RIGHT, U32(NETNSA_NSID, 5), NETNS(NETNSA_FD, "pod-red") },
	.want = { { -EINVAL, "nsid is missing" } },
};

ERROR(nsid_set_netns_missing) {
	ROW("RTM_NEWNSID without a namespace", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5), RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { { -EINVAL, "Peer netns reference is missing" } },
};

ERROR(nsid_set_fd_closed) {
	ROW("RTM_NEWNSID with NETNSA_FD 9999", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_FD, 9999), RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { { -EBADF, "Peer netns reference is invalid" } },
	.points_at = NETNSA_FD,
};

ERROR(nsid_set_fd_of_dev_null) {
	ROW("RTM_NEWNSID with NETNSA_FD of /dev/null", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, FILE_FD(NETNSA_FD, "/dev/null"),
		       RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { { -EINVAL, "Peer netns reference is invalid" } },
	.points_at = NETNSA_FD,
};

ERROR(nsid_set_pid_unknown) {
	ROW("RTM_NEWNSID with NETNSA_PID 4000000", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_PID, 4000000), RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { { -ESRCH, "Peer netns reference is invalid" } },
	.points_at = NETNSA_PID,
};

ERROR(nsid_get_unknown) {
	ROW("ip netns list-id nsid 7", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { WRONG, U32(NETNSA_NSID, 7), RIGHT, U32(NETNSA_NSID, 5) },
	.want = { { -ENOENT, "Peer netns reference is invalid" } },
	.silent = true,
	.points_at = NETNSA_NSID,
};

ERROR(nsid_get_nothing_named) {
	ROW("RTM_GETNSID of nothing", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { RIGHT, U32(NETNSA_NSID, 5) },
	.want = { { -EINVAL, "Peer netns reference is missing" } },
	.silent = true,
};

ERROR(nsid_get_fd_closed) {
	ROW("RTM_GETNSID with NETNSA_FD 9999", RTM_GETNSID, 0),
	.ask.attrs = { WRONG, U32(NETNSA_FD, 9999), RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { { -EBADF, "Peer netns reference is invalid" } },
	.silent = true,
	.points_at = NETNSA_FD,
};

ERROR(nsid_get_target_unknown) {
	ROW("ip netns list-id target-nsid 7 nsid 5", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_TARGET_NSID, 7),
		       RIGHT, U32(NETNSA_TARGET_NSID, 5) },
	.want = { { -EINVAL, "Target netns reference is invalid" } },
	.silent = true,
	.points_at = NETNSA_TARGET_NSID,
};

ERROR(nsid_get_current) {
	ROW("RTM_GETNSID with NETNSA_CURRENT_NSID", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_CURRENT_NSID, 1) },
	.want = { { -EINVAL, "Unsupported attribute in peer netns getid request" } },
	.silent = true,
};

ERROR(nsid_dump_target_unknown) {
	ROW("ip netns list-id target-nsid 7", RTM_GETNSID, NLM_F_DUMP),
	.before = nsid,
	.ask.attrs = { WRONG, U32(NETNSA_TARGET_NSID, 7), RIGHT, U32(NETNSA_TARGET_NSID, 5) },
	.want = { { -EINVAL, "Invalid target network namespace id" } },
	.silent = true,
	.points_at = NETNSA_TARGET_NSID,
};

ERROR(nsid_dump_by_fd) {
	ROW("RTM_GETNSID dump with NETNSA_FD", RTM_GETNSID, NLM_F_DUMP),
	.before = nsid,
	.ask.attrs = { WRONG, NETNS(NETNSA_FD, "pod-red") },
	.want = { { -EINVAL, "Unsupported attribute in dump request" } },
	.silent = true,
	.points_at = NETNSA_FD,
};

/*
 * Who may: what only CAP_NET_ADMIN may do, of the socket's opener and of the
 * sender (netlink_ns_capable()).
 */
FIXTURE(privilege) { struct topo *topo; };
FIXTURE_VARIANT(privilege) { const char *topology; };
FIXTURE_VARIANT_ADD(privilege, netns) { .topology = "netns" };
FIXTURE_SETUP(privilege) TOPO_SETUP(privilege)
FIXTURE_TEARDOWN(privilege) TOPO_TEARDOWN

/* One of each kind of change, with its header only: for none is it enough. */
static const struct ask writes[] = {
	{ .type = RTM_NEWLINK, .flags = ADD,
	  .attrs = { STR(IFLA_IFNAME, "x"), BRIDGE } },
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
		.attrs = { STR(IFLA_IFNAME, "lo"), U32(IFLA_TARGET_NETNSID, 5) },
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
TEST_OF("error privilege-userns-peer", privilege,
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
		printf("# outcome: 0 \"\" (the hole, " SEEN_6_12 ")\n");
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

/* RTM_NEWLINK of a bridge with @flags and SEQ. */
static void new_bridge(struct req *req, const char *name, uint16_t flags)
{
	const struct ifinfomsg ifi = { 0 };
	struct nlattr *nest;

	req_init(req, RTM_NEWLINK, ADD | flags, &ifi, sizeof(ifi));
	req_str(req, IFLA_IFNAME, name);
	nest = req_nest(req, IFLA_LINKINFO);
	req_str(req, IFLA_INFO_KIND, "bridge");
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
	new_bridge(&req, "x", NLM_F_ACK);
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
	new_bridge(&req, "y", 0);
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
	new_bridge(&req, "lo", 0);
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
	new_bridge(&req, "lo", 0);
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
	new_bridge(&first, "lo", NLM_F_ACK);
	new_bridge(&second, "x", NLM_F_ACK);
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
	new_bridge(&req, "x", NLM_F_ACK);
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
	new_bridge(&req, "x", 0);
	req.nlh->nlmsg_type = 1000;
	ASSERT_ERR(0, say(fd, &req));
	ASSERT_ERR(0, hear(fd, &said));
	EXPECT_ERR(-EOPNOTSUPP, verdict_of(&said)->error);
	/* Of control messages, below NLMSG_MIN_TYPE, only the ACK comes. */
	new_bridge(&req, "x", NLM_F_ACK);
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
		new_bridge(&req, "x", 0);
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

static int bridges(unsigned int n)
{
	char name[IFNAMSIZ];
	unsigned int i;
	int err = 0;

	for (i = 0; i < n && !err; i++) {
		const struct link_desc desc = { .kind = "bridge",
						.name = name };

		snprintf(name, sizeof(name), "br%u", i);
		err = link_add(in("host"), &desc);
	}
	return err;
}

/* How many bridges fill more than a first answer (NLMSG_GOODSIZE). */
#define MANY	24

TEST_OF("error netlink-dump", protocol,
	a_dump_is_numbered_marked_and_ended_and_has_no_rival)
{
	const struct ifinfomsg ifi = { 0 };
	const struct nlmsghdr *nlh;
	struct said said;
	struct req req;
	uint32_t port;
	int fd = talker(&port), len, links = 0, done = 0, busy = 0;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_ERR(0, bridges(MANY));
	req_init(&req, RTM_GETLINK, NLM_F_DUMP, &ifi, sizeof(ifi));
	req.nlh->nlmsg_seq = SEQ;
	ASSERT_ERR(0, say(fd, &req));
	/* The socket is in the midst of one. */
	req.nlh->nlmsg_seq = SEQ + 1;
	ASSERT_ERR(0, say(fd, &req));
	while (!done && !hear(fd, &said)) {
		nlh = &said.nlh;
		len = said.len;
		for (; mnl_nlmsg_ok(nlh, len); nlh = mnl_nlmsg_next(nlh, &len)) {
			EXPECT_EQ(port, nlh->nlmsg_pid);
			if (nlh->nlmsg_type == NLMSG_ERROR) {
				EXPECT_EQ(SEQ + 1, nlh->nlmsg_seq);
				busy = *(int *)mnl_nlmsg_get_payload(nlh);
				continue;
			}
			EXPECT_EQ(SEQ, nlh->nlmsg_seq);
			EXPECT_EQ(NLM_F_MULTI, nlh->nlmsg_flags);
			links += nlh->nlmsg_type == RTM_NEWLINK;
			done += nlh->nlmsg_type == NLMSG_DONE;
		}
	}
	EXPECT_ERR(-EBUSY, busy);
	EXPECT_EQ(1, done);
	EXPECT_LE(MANY + 1, links);
	EXPECT_ERR(-EAGAIN, hear(fd, &said));
}

KSFT_MAIN
