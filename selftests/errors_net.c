// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the kernel refuses on addresses, routes, rules, neighbours, fdb entries
 * and namespace ids; with its errno and its words, without residue, and for no
 * other reason (refuse.h).
 *
 *	up:	host	veth-red 10.0.1.1/24 --- veth-blue, which is down
 *	up6:	host	veth-red 2001:db8::1/64 --- veth-blue, which is down
 *
 * Without carrier nobody says anything by himself, but routes are there.
 */
#include "refuse.h"

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

static int up6(void)
{
	int err = refuse_need("CONFIG_IPV6");

	if (!err)
		err = pair_up();
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
	int err = refuse_need("CONFIG_IPV6");

	return err ? err : pair();
}

/* IPv6 is off on @conf's device. */
static int disable6(const char *conf)
{
	int err = pair6();

	if (!err)
		err = refuse_need("CONFIG_PROC_SYSCTL");
	if (!err && !ksft.sandbox.own_proc) {
		refuse_lacks = "a /proc that can be written";
		return -EOPNOTSUPP;
	}
	return err ? err : sysctl_set(ns("host"), conf, "1");
}

static int disabled6(void)
{
	return disable6("net/ipv6/conf/veth-red/disable_ipv6");
}

static int disabled6_on_lo(void)
{
	return disable6("net/ipv6/conf/lo/disable_ipv6");
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

	return ask_do(&add);
}

/* A device's own entry, which takes no bridge. */
static int fdb_self(void)
{
	static const struct ask add = {
		.type = RTM_NEWNEIGH, .flags = ADD,
		.head = { .family = AF_BRIDGE, .dev = "veth-red",
			  .flags = NTF_SELF, .state = NUD_PERMANENT },
		.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	};
	int err = pair();

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
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "10.0.1.1"),
		       RIGHT, IP(IFA_LOCAL, "10.0.1.3") },
	.want = { WORDS(-EEXIST, "ipv4: Address already assigned"),
		  ALSO(-EEXIST, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_add_twice_without_excl) {
	ROW("ip addr add 10.0.1.1/24 dev veth-red, without NLM_F_EXCL",
	    RTM_NEWADDR, NLM_F_CREATE),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "10.0.1.1"),
		       RIGHT, IP(IFA_LOCAL, "10.0.1.3") },
	.want = { WORDS(-EEXIST, "ipv4: Address already assigned"),
		  ALSO(-EEXIST, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_add_device_missing) {
	ROW("ip addr add 10.0.1.1/24 dev 99", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 24, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-ENODEV, "ipv4: Device not found"),
		  ALSO(-ENODEV, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_add_prefix_33) {
	ROW("ip addr add 10.0.1.1/33 dev veth-red", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 33, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-EINVAL, "ipv4: Invalid prefix length"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words4_too,
};

ERROR(addr_add_local_missing) {
	ROW("RTM_NEWADDR without IFA_LOCAL", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_ADDRESS, "10.0.1.1"),
		       RIGHT, IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-EINVAL, "ipv4: Local address is not supplied"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_add_of_3_bytes) {
	ROW("RTM_NEWADDR with an IFA_LOCAL of 3 bytes", RTM_NEWADDR, ADD),
	.before = pair,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, RAW(IFA_LOCAL, "\12\0\1", 3),
		       RIGHT, IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.points_at = IFA_LOCAL,
};

ERROR(addr_add_scope_of_another) {
	ROW("ip addr add 10.0.1.3/24 dev veth-red scope host",
	    RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red",
		      .scope = RT_SCOPE_HOST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3") },
	.want = { WORDS(-EINVAL, "ipv4: Invalid scope value"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
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
	.want = { WORDS(-EINVAL, "ipv4: address lifetime invalid"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
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
	.want = { WORDS(-EINVAL, "ipv4: address lifetime invalid"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
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
	.want = { WORDS(-ERANGE, "Attribute failed policy validation") },
	.points_at = IFA_LABEL,
};

ERROR(addr_add_family_unknown) {
	ROW("RTM_NEWADDR of AF_APPLETALK", RTM_NEWADDR, ADD),
	.before = up,
	.ask.head = { .family = AF_APPLETALK, .len = 24, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.3") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(addr_del_missing) {
	ROW("ip addr del 10.0.1.3/24 dev veth-red", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "10.0.1.3"),
		       RIGHT, IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv4: Address not found"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_del_another_prefix) {
	ROW("ip addr del 10.0.1.1/25 dev veth-red", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 25, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1"), IP(IFA_ADDRESS, "10.0.1.1") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv4: Address not found"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_del_another_label) {
	ROW("ip addr del 10.0.1.1/24 dev veth-red label veth-blue",
	    RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1"),
		       WRONG, STR(IFA_LABEL, "veth-blue"),
		       RIGHT, STR(IFA_LABEL, "veth-red") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv4: Address not found"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_del_another_device) {
	ROW("ip addr del 10.0.1.1/24 dev veth-blue", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv4: Address not found"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_del_device_missing) {
	ROW("ip addr del 10.0.1.1/24 dev 99", RTM_DELADDR, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24, .dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "10.0.1.1") },
	.want = { WORDS(-ENODEV, "ipv4: Device not found"),
		  ALSO(-ENODEV, NULL, SEEN_6_1) },
	.witness = &has_words4,
};

ERROR(addr_dump_prefix_in_header) {
	ROW("RTM_GETADDR dump with ifa_prefixlen", RTM_GETADDR, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .len = 24 },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { WORDS(-EINVAL,
			"ipv4: Invalid values in header for address dump request") },
	.silent = true,
};

ERROR(addr_dump_by_label) {
	ROW("RTM_GETADDR dump with IFA_LABEL", RTM_GETADDR, NLM_F_DUMP),
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, STR(IFA_LABEL, "lo") },
	.want = { WORDS(-EINVAL,
			"ipv4: Unsupported attribute in dump request") },
	.silent = true,
};

ERROR(addr_dump_device_missing) {
	ROW("ip -4 addr show dev 99", RTM_GETADDR, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .index = 1),
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(addr_dump_nsid_unknown) {
	ROW("ip -4 addr show, IFA_TARGET_NETNSID 7", RTM_GETADDR, NLM_F_DUMP),
	.before = nsid,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(IFA_TARGET_NETNSID, 7),
		       RIGHT, U32(IFA_TARGET_NETNSID, 5) },
	.want = { WORDS(-EINVAL, "ipv4: Invalid target network namespace id") },
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
	.want = { WORDS(-EEXIST, "ipv6: address already assigned"),
		  ALSO(-EEXIST, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_any) {
	ROW("ip addr add ::/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "::"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv6: Invalid address"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_multicast) {
	ROW("ip addr add ff02::5/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "ff02::5"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-EADDRNOTAVAIL,
			"ipv6: Cannot assign multicast address without \"IFA_F_MCAUTOJOIN\" flag"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_loopback) {
	ROW("ip addr add ::1/64 dev veth-red", RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "::1"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-EADDRNOTAVAIL,
			"ipv6: Cannot assign loopback address on this device"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_prefix_129) {
	ROW("ip addr add 2001:db8::3/129 dev veth-red", RTM_NEWADDR, ADD),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 129, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-EINVAL, "ipv6: Invalid prefix length"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words6_too,
};

ERROR(addr6_add_device_missing) {
	ROW("ip addr add 2001:db8::3/64 dev 99", RTM_NEWADDR, ADD),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 64, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-ENODEV, "ipv6: Unable to find the interface"),
		  ALSO(-ENODEV, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_address_missing) {
	ROW("RTM_NEWADDR without an address", RTM_NEWADDR, ADD),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { RIGHT, IP(IFA_LOCAL, "2001:db8::3") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(addr6_add_disabled) {
	ROW("ip addr add 2001:db8::3/64 dev veth-red (disable_ipv6=1)",
	    RTM_NEWADDR, ADD),
	.before = disabled6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.dev = "veth-blue"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-EACCES, "ipv6: IPv6 is disabled on this device"),
		  ALSO(-EACCES, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_disabled_on_lo) {
	ROW("ip addr add 2001:db8::3/128 dev lo (disable_ipv6=1)",
	    RTM_NEWADDR, ADD),
	.before = disabled6_on_lo,
	.ask.head = { .family = AF_INET6, .len = 128, .dev = "lo" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { WORDS(-EACCES, "ipv6: IPv6 is disabled on this device"),
		  ALSO(-EACCES, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_mtu_1279) {
	ROW("ip addr add 2001:db8::3/64 dev veth-blue (mtu 1279)",
	    RTM_NEWADDR, ADD),
	.before = small6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(addr6_add_lifetime_zero) {
	ROW("ip addr add 2001:db8::3/64 dev veth-red valid_lft 0",
	    RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3"),
		       WRONG, RAW(IFA_CACHEINFO, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16),
		       RIGHT, RAW(IFA_CACHEINFO, "\1\1\0\0\1\1\0\0\0\0\0\0\0\0\0\0", 16) },
	.want = { WORDS(-EINVAL, "ipv6: address lifetime invalid"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_add_mngtmpaddr_of_96) {
	ROW("ip addr add 2001:db8::3/96 dev veth-red mngtmpaddr",
	    RTM_NEWADDR, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 96, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::3"),
		       U32(IFA_FLAGS, IFA_F_MANAGETEMPADDR) },
	.want = { WORDS(-EINVAL,
			"ipv6: address with \"mngtmpaddr\" flag must have a prefix length of 64"),
		  ALSO(-EINVAL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_del_missing) {
	ROW("ip addr del 2001:db8::3/64 dev veth-red", RTM_DELADDR, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(IFA_LOCAL, "2001:db8::3"),
		       RIGHT, IP(IFA_LOCAL, "2001:db8::1") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv6: address not found"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_del_another_prefix) {
	ROW("ip addr del 2001:db8::1/96 dev veth-red", RTM_DELADDR, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 96, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::1") },
	.want = { WORDS(-EADDRNOTAVAIL, "ipv6: address not found"),
		  ALSO(-EADDRNOTAVAIL, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_del_device_missing) {
	ROW("ip addr del 2001:db8::1/64 dev 99", RTM_DELADDR, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.dev = "veth-red"),
	.ask.attrs = { IP(IFA_LOCAL, "2001:db8::1") },
	.want = { WORDS(-ENODEV, "ipv6: Unable to find the interface"),
		  ALSO(-ENODEV, NULL, SEEN_6_1) },
	.witness = &has_words6,
};

ERROR(addr6_dump_prefix_in_header) {
	ROW("RTM_GETADDR dump with ifa_prefixlen", RTM_GETADDR, NLM_F_DUMP),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .len = 64 },
	.ask.right_head = HEAD(.family = AF_INET6),
	.want = { WORDS(-EINVAL,
			"ipv6: Invalid values in header for address dump request") },
	.silent = true,
};

ERROR(addr6_dump_device_missing) {
	ROW("ip -6 addr show dev 99", RTM_GETADDR, NLM_F_DUMP),
	.before = pair6,
	.ask.head = { .family = AF_INET6, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET6, .index = 1),
	.want = { ERRNO(-ENODEV) },
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
		       WRONG, IP(RTA_GATEWAY, "10.0.2.2"),
		       RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-ENETUNREACH, "Nexthop has invalid gateway") },
};

ERROR(route_gateway_device_down) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 (veth-red is down)",
	    RTM_NEWROUTE, ADD),
	.before = addr_while_down,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-ENETUNREACH, "Nexthop has invalid gateway") },
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
		       WRONG, DEV(RTA_OIF, "veth-blue"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-ENETUNREACH, "Nexthop has invalid gateway") },
};

ERROR(route_gateway_broadcast) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.255", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.255"),
		       RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Nexthop has invalid gateway") },
};

ERROR(route_device_down) {
	ROW("ip route add 198.51.100.0/24 dev veth-blue", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, DEV(RTA_OIF, "veth-blue"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-ENETDOWN, "Device for nexthop is not up") },
};

ERROR(route_device_missing) {
	ROW("ip route add 198.51.100.0/24 dev 99", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), WRONG, U32(RTA_OIF, 99),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(route_device_not_said) {
	ROW("ip route add 198.51.100.0/24", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(route_twice) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2", RTM_NEWROUTE, ADD),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "198.51.100.0"),
		       RIGHT, IP(RTA_DST, "203.0.113.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(route_twice_by_another_gateway) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.3", RTM_NEWROUTE, ADD),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.3"),
		       RIGHT, U32(RTA_PRIORITY, 5) },
	.want = { ERRNO(-EEXIST) },
};

ERROR(route_without_create) {
	ROW("ip route change 203.0.113.0/24 via 10.0.1.3",
	    RTM_NEWROUTE, NLM_F_REPLACE),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "203.0.113.0"),
		       RIGHT, IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.3") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(route_host_bits) {
	ROW("ip route add 198.51.100.1/24 via 10.0.1.2", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "198.51.100.1"),
		       RIGHT, IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Invalid prefix for given prefix length") },
};

ERROR(route_prefix_33) {
	ROW("ip route add 198.51.100.0/33 via 10.0.1.2", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 33, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Invalid prefix length") },
};

ERROR(route_prefsrc_foreign) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 src 10.0.1.3",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       WRONG, IP(RTA_PREFSRC, "10.0.1.3"),
		       RIGHT, IP(RTA_PREFSRC, "10.0.1.1") },
	.want = { WORDS(-EINVAL, "Invalid prefsrc address") },
};

ERROR(route_type_unknown) {
	ROW("ip route add type 12 198.51.100.0/24 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = __RTN_MAX },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Invalid route type") },
};

ERROR(route_type_nat) {
	ROW("ip route add nat 198.51.100.0/24 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_NAT },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Invalid scope") },
};

ERROR(route_tos_ecn) {
	ROW("ip route add 198.51.100.0/24 tos 1 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .tos = 1 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE, .type = RTN_UNICAST,
				.tos = 4),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Invalid dsfield (tos): ECN bits must be 0") },
};

ERROR(route_flags_dead) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2, RTNH_F_DEAD",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_DEAD },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"Invalid rtm_flags - can not contain DEAD or LINKDOWN") },
};

ERROR(route_blackhole_with_gateway) {
	ROW("ip route add blackhole 198.51.100.0/24 via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_BLACKHOLE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"Gateway, device and multipath can not be specified for this route type") },
};

ERROR(route_blackhole_with_device) {
	ROW("ip route add blackhole 198.51.100.0/24 dev veth-red",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_BLACKHOLE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EINVAL,
			"Gateway, device and multipath can not be specified for this route type") },
};

ERROR(route_scope_host_with_gateway) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 scope host",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_HOST,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"Route with host scope can not have a gateway") },
};

ERROR(route_scope_nowhere) {
	ROW("ip route add 198.51.100.0/24 dev veth-red scope 255",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_NOWHERE,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_LINK, .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EINVAL, "Invalid scope") },
};

ERROR(route_scope_link_gateway) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 scope link",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_UNIVERSE,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-ENETUNREACH, "Nexthop has invalid gateway") },
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
	.want = { WORDS(-ENODEV, "Nexthop device required for onlink") },
};

ERROR(route_onlink_device_down) {
	ROW("ip route add 198.51.100.0/24 via 10.9.9.9 dev veth-blue onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.9.9.9"),
		       WRONG, DEV(RTA_OIF, "veth-blue"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-ENETDOWN, "Nexthop device is not up") },
};

ERROR(route_onlink_gateway_of_its_own) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.1 dev veth-red onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.1"),
		       RIGHT, IP(RTA_GATEWAY, "10.9.9.9") },
	.want = { WORDS(-EINVAL, "Nexthop has invalid gateway") },
};

ERROR(route_onlink_without_gateway) {
	ROW("ip route add 198.51.100.0/24 dev veth-red onlink",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST, .flags = RTNH_F_ONLINK },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.scope = RT_SCOPE_LINK, .type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EINVAL,
			"Invalid flags for nexthop - PERVASIVE and ONLINK can not be set") },
};

ERROR(route_nexthop_id_unknown) {
	ROW("ip route add 198.51.100.0/24 nhid 7", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), WRONG, U32(RTA_NH_ID, 7),
		       RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Nexthop id does not exist") },
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
	.want = { WORDS(-EINVAL,
			"Nexthop specification and nexthop id are mutually exclusive") },
};

KSFT_NEEDS(CONFIG_IPV6, "errors.route_gateway_and_via.*")
ERROR(route_gateway_and_via) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2 via inet6 fe80::1",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       DEV(RTA_OIF, "veth-red"),
		       WRONG, RAW(RTA_VIA, "\12\0\xfe\x80\0\0\0\0\0\0\0\0\0\0\0\0\0\1", 18) },
	.want = { WORDS(-EINVAL,
			"Nexthop configuration can not contain both GATEWAY and VIA") },
};

ERROR(route_metric_unknown) {
	ROW("ip route add 198.51.100.0/24 via 10.0.1.2, RTAX 99",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       OPEN(RTA_METRICS), WRONG, U32(99, 1),
		       RIGHT, U32(RTAX_MTU, 1400), CLOSE },
	.want = { WORDS(-EINVAL, "Invalid metric type") },
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
	.want = { WORDS(-EINVAL, "Unknown tcp congestion algorithm") },
};

ERROR(route_multipath_truncated) {
	ROW("ip route add 198.51.100.0/24 nexthop dev 1, and a byte",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, RAW(RTA_MULTIPATH, "\x8\0\0\0\1\0\0\0\0", 9),
		       RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"Invalid nexthop configuration - extra data after nexthops") },
};

ERROR(route_multipath_device_missing) {
	ROW("ip route add 198.51.100.0/24 nexthop dev 99", RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, RAW(RTA_MULTIPATH, "\x8\0\0\0\x63\0\0\0", 8),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(route_multipath_dead) {
	ROW("ip route add 198.51.100.0/24 nexthop dev 1 dead",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_LINK,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, RAW(RTA_MULTIPATH, "\x8\0\1\0\1\0\0\0", 8),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EINVAL,
			"Invalid flags for nexthop - can not contain DEAD or LINKDOWN") },
};

ERROR(route_encap_without_type) {
	ROW("ip route add 198.51.100.0/24 encap via 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .scope = RT_SCOPE_UNIVERSE,
		      .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"), IP(RTA_GATEWAY, "10.0.1.2"),
		       WRONG, OPEN(RTA_ENCAP), CLOSE },
	.want = { WORDS(-EINVAL, "Unknown LWT encapsulation type"),
		  ALSO(-EINVAL, "LWT encap type not specified", SEEN_6_12) },
};

ERROR(route_del_missing) {
	ROW("ip route del 203.0.113.0/24", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { WRONG, IP(RTA_DST, "203.0.113.0"),
		       RIGHT, IP(RTA_DST, "198.51.100.0") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_gateway) {
	ROW("ip route del 198.51.100.0/24 via 10.0.1.3", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.3"),
		       RIGHT, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_device) {
	ROW("ip route del 198.51.100.0/24 dev veth-blue", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, DEV(RTA_OIF, "veth-blue"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_metric) {
	ROW("ip route del 198.51.100.0/24 metric 5", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, U32(RTA_PRIORITY, 5) },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_length) {
	ROW("ip route del 198.51.100.0/25", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 25, .scope = RT_SCOPE_NOWHERE },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.scope = RT_SCOPE_NOWHERE),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_type) {
	ROW("ip route del blackhole 198.51.100.0/24", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE,
		      .type = RTN_BLACKHOLE },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.scope = RT_SCOPE_NOWHERE),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_protocol) {
	ROW("ip route del 198.51.100.0/24 proto static", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE,
		      .protocol = RTPROT_STATIC },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24,
				.scope = RT_SCOPE_NOWHERE),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_another_scope) {
	ROW("ip route del 198.51.100.0/24 scope link", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_LINK },
	.ask.right_head = HEAD(.family = AF_INET, .len = 24),
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route_del_table_missing) {
	ROW("ip route del 198.51.100.0/24 table 100", RTM_DELROUTE, 0),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.attrs = { IP(RTA_DST, "198.51.100.0"),
		       WRONG, U32(RTA_TABLE, 100) },
	.want = { WORDS(-ESRCH, "FIB table does not exist") },
};

ERROR(route_del_in_bulk) {
	ROW("RTM_DELROUTE with NLM_F_BULK", RTM_DELROUTE, NLM_F_BULK),
	.before = route,
	.ask.head = { .family = AF_INET, .len = 24, .scope = RT_SCOPE_NOWHERE },
	.ask.right_flags = NLM_F_ACK,
	.ask.attrs = { IP(RTA_DST, "198.51.100.0") },
	.want = { WORDS(-EOPNOTSUPP, "Bulk delete is not supported") },
};

ERROR(route_get_unreachable) {
	ROW("ip route get 203.0.113.1", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { WRONG, IP(RTA_DST, "203.0.113.1"),
		       RIGHT, IP(RTA_DST, "10.0.1.2") },
	.want = { ERRNO(-ENETUNREACH) },
	.silent = true,
};

ERROR(route_get_length_missing) {
	ROW("ip route get 10.0.1.2, with rtm_dst_len 0", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32),
	.ask.attrs = { IP(RTA_DST, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"ipv4: rtm_src_len and rtm_dst_len must be 32 for IPv4") },
	.silent = true,
};

ERROR(route_get_prefix_24) {
	ROW("ip route get 10.0.1.2/24", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24 },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32),
	.ask.attrs = { IP(RTA_DST, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"ipv4: Invalid values in header for route get request") },
	.silent = true,
};

ERROR(route_get_table_in_header) {
	ROW("ip route get 10.0.1.2 table main", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32, .table = RT_TABLE_MAIN },
	.ask.right_head = HEAD(.family = AF_INET, .len = 32),
	.ask.attrs = { IP(RTA_DST, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"ipv4: Invalid values in header for route get request") },
	.silent = true,
};

ERROR(route_get_by_gateway) {
	ROW("ip route get 10.0.1.2 via 10.0.1.2", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"),
		       WRONG, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL,
			"ipv4: Unsupported attribute in route get request") },
	.silent = true,
};

ERROR(route_get_from_device_missing) {
	ROW("ip route get 10.0.1.2 iif 99", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"), WRONG, U32(RTA_IIF, 99) },
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(route_get_from_foreign) {
	ROW("ip route get 10.0.1.2 from 10.0.1.3", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32, .src_len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"), WRONG, IP(RTA_SRC, "10.0.1.3"),
		       RIGHT, IP(RTA_SRC, "10.0.1.1") },
	.want = { ERRNO(-ENETUNREACH) },
	.silent = true,
};

ERROR(route_get_oif_missing) {
	ROW("ip route get 10.0.1.2 oif 99", RTM_GETROUTE, 0),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 32 },
	.ask.attrs = { IP(RTA_DST, "10.0.1.2"), WRONG, U32(RTA_OIF, 99),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
	.silent = true,
};

ERROR(route_dump_table_missing) {
	ROW("ip route show table 100", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(RTA_TABLE, 100),
		       RIGHT, U32(RTA_TABLE, RT_TABLE_MAIN) },
	.want = { WORDS(-ENOENT, "ipv4: FIB table does not exist") },
	.silent = true,
};

ERROR(route_dump_length_in_header) {
	ROW("RTM_GETROUTE dump with rtm_dst_len", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET, .len = 24 },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { WORDS(-EINVAL,
			"Invalid values in header for FIB dump request") },
	.silent = true,
};

ERROR(route_dump_by_gateway) {
	ROW("RTM_GETROUTE dump with RTA_GATEWAY", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, IP(RTA_GATEWAY, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Unsupported attribute in dump request") },
	.silent = true,
};

ERROR(route_dump_device_missing) {
	ROW("ip route show dev 99", RTM_GETROUTE, NLM_F_DUMP),
	.before = up,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(RTA_OIF, 99),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
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
	.want = { ERRNO(-EHOSTUNREACH) },
};

ERROR(route6_gateway_of_its_own) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::1", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red"),
		       WRONG, IP(RTA_GATEWAY, "2001:db8::1"),
		       RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-EINVAL, "Gateway can not be a local address") },
};

ERROR(route6_gateway_multicast) {
	ROW("ip route add 2001:db8:1::/64 via ff02::1 dev veth-red",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red"),
		       WRONG, IP(RTA_GATEWAY, "ff02::1"),
		       RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-EINVAL, "Invalid gateway address") },
};

ERROR(route6_gateway_linklocal_without_device) {
	ROW("ip route add 2001:db8:1::/64 via fe80::1", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "fe80::1"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EINVAL, "Egress device not specified") },
};

ERROR(route6_gateway_on_lo) {
	ROW("ip route add 2001:db8:1::/64 via fe80::1 dev lo",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), IP(RTA_GATEWAY, "fe80::1"),
		       WRONG, DEV(RTA_OIF, "lo"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EINVAL,
			"Egress device can not be loopback device for this route") },
};

ERROR(route6_gateway_on_another_device) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::2 dev lo",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       IP(RTA_GATEWAY, "2001:db8::2"),
		       WRONG, DEV(RTA_OIF, "lo"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-EHOSTUNREACH) },
};

ERROR(route6_device_down) {
	ROW("ip route add 2001:db8:1::/64 dev veth-blue", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       WRONG, DEV(RTA_OIF, "veth-blue"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-ENETDOWN, "Nexthop device is not up") },
};

ERROR(route6_device_missing) {
	ROW("ip route add 2001:db8:1::/64 dev 99", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_OIF, 99),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(route6_device_not_said) {
	ROW("ip route add 2001:db8:1::/64", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       RIGHT, DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(route6_device_disabled) {
	ROW("ip route add 2001:db8:1::/64 dev veth-red (disable_ipv6=1)",
	    RTM_NEWROUTE, ADD),
	.before = disabled6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red") },
	.want = { WORDS(-EACCES, "IPv6 is disabled on nexthop device") },
	.no_right = true,
};

ERROR(route6_twice) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::2", RTM_NEWROUTE, ADD),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "2001:db8:1::"),
		       RIGHT, IP(RTA_DST, "2001:db8:2::"),
		       IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(route6_replace_missing) {
	ROW("ip route change 2001:db8:2::/64 via 2001:db8::2",
	    RTM_NEWROUTE, NLM_F_REPLACE),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { WRONG, IP(RTA_DST, "2001:db8:2::"),
		       RIGHT, IP(RTA_DST, "2001:db8:1::"),
		       IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-ENOENT, "Can not replace route - no match found") },
};

ERROR(route6_prefix_129) {
	ROW("ip route add 2001:db8:1::/129 dev veth-red", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 129, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(route6_prefsrc_foreign) {
	ROW("ip route add 2001:db8:1::/64 via 2001:db8::2 src 2001:db8::3",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       IP(RTA_GATEWAY, "2001:db8::2"),
		       WRONG, IP(RTA_PREFSRC, "2001:db8::3"),
		       RIGHT, IP(RTA_PREFSRC, "2001:db8::1") },
	.want = { WORDS(-EINVAL, "Invalid source address") },
};

ERROR(route6_type_unknown) {
	ROW("ip route add type 12 2001:db8:1::/64 via 2001:db8::2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = __RTN_MAX },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-EINVAL, "Invalid route type") },
};

ERROR(route6_tos) {
	ROW("ip route add 2001:db8:1::/64 tos 4 via 2001:db8::2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST, .tos = 4 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 64,
				.table = RT_TABLE_MAIN, .protocol = RTPROT_BOOT,
				.type = RTN_UNICAST),
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-EINVAL,
			"Invalid dsfield (tos): option not available for IPv6") },
};

ERROR(route6_via) {
	ROW("ip route add 2001:db8:1::/64 via inet 10.0.1.2",
	    RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), DEV(RTA_OIF, "veth-red"),
		       WRONG, RAW(RTA_VIA, "\2\0\12\0\1\2", 6) },
	.want = { WORDS(-EINVAL, "IPv6 does not support RTA_VIA attribute") },
};

ERROR(route6_nexthop_id_unknown) {
	ROW("ip route add 2001:db8:1::/64 nhid 7", RTM_NEWROUTE, ADD),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN,
		      .protocol = RTPROT_BOOT, .type = RTN_UNICAST },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_NH_ID, 7),
		       RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-EINVAL, "Nexthop id does not exist") },
};

ERROR(route6_del_missing) {
	ROW("ip route del 2001:db8:2::/64", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { WRONG, IP(RTA_DST, "2001:db8:2::"),
		       RIGHT, IP(RTA_DST, "2001:db8:1::") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route6_del_another_gateway) {
	ROW("ip route del 2001:db8:1::/64 via 2001:db8::3", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       WRONG, IP(RTA_GATEWAY, "2001:db8::3"),
		       RIGHT, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route6_del_another_metric) {
	ROW("ip route del 2001:db8:1::/64 metric 5", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"), WRONG, U32(RTA_PRIORITY, 5),
		       RIGHT, U32(RTA_PRIORITY, 1024) },
	.want = { ERRNO(-ESRCH) },
};

ERROR(route6_del_table_missing) {
	ROW("ip route del 2001:db8:1::/64 table 100", RTM_DELROUTE, 0),
	.before = route6,
	.ask.head = { .family = AF_INET6, .len = 64, .table = RT_TABLE_MAIN },
	.ask.attrs = { IP(RTA_DST, "2001:db8:1::"),
		       WRONG, U32(RTA_TABLE, 100) },
	.want = { WORDS(-ESRCH, "FIB table does not exist") },
};

ERROR(route6_get_prefix_64) {
	ROW("ip route get 2001:db8::2/64", RTM_GETROUTE, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 64 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128),
	.ask.attrs = { IP(RTA_DST, "2001:db8::2") },
	.want = { WORDS(-EINVAL,
			"ipv6: Invalid values in header for get route request") },
	.silent = true,
};

ERROR(route6_get_length_missing) {
	ROW("ip route get 2001:db8::2, with rtm_dst_len 0", RTM_GETROUTE, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6 },
	.ask.right_head = HEAD(.family = AF_INET6, .len = 128),
	.ask.attrs = { IP(RTA_DST, "2001:db8::2") },
	.want = { WORDS(-EINVAL,
			"ipv6: rtm_src_len and rtm_dst_len must be 128 for IPv6") },
	.silent = true,
};

ERROR(route6_get_by_gateway) {
	ROW("ip route get 2001:db8::2 via 2001:db8::2", RTM_GETROUTE, 0),
	.before = up6,
	.ask.head = { .family = AF_INET6, .len = 128 },
	.ask.attrs = { IP(RTA_DST, "2001:db8::2"),
		       WRONG, IP(RTA_GATEWAY, "2001:db8::2") },
	.want = { WORDS(-EINVAL,
			"ipv6: Unsupported attribute in get route request") },
	.silent = true,
};


/*
 * Rules.
 */
ERROR(rule_add_twice) {
	ROW("ip rule add priority 100 lookup 100", RTM_NEWRULE, ADD),
	.before = rule,
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.attrs = { WRONG, U32(FRA_PRIORITY, 100),
		       RIGHT, U32(FRA_PRIORITY, 101) },
	.want = { ERRNO(-EEXIST) },
};

ERROR(rule_add_family_unknown) {
	ROW("ip rule add, of AF_UNIX", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_UNIX, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100,
				.type = FR_ACT_TO_TBL),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { WORDS(-EAFNOSUPPORT, "Rule family not supported") },
};

ERROR(rule_add_goto_backward) {
	ROW("ip rule add priority 100 goto 50", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 0, .type = FR_ACT_GOTO },
	.ask.attrs = { U32(FRA_PRIORITY, 100), WRONG, U32(FRA_GOTO, 50),
		       RIGHT, U32(FRA_GOTO, 150) },
	.want = { WORDS(-EINVAL, "Backward goto not supported") },
};

ERROR(rule_add_goto_nowhere) {
	ROW("ip rule add priority 100 goto", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 0, .type = FR_ACT_GOTO },
	.ask.attrs = { U32(FRA_PRIORITY, 100), RIGHT, U32(FRA_GOTO, 150) },
	.want = { WORDS(-EINVAL, "Missing goto target for action goto") },
};

ERROR(rule_add_goto_unexpected) {
	ROW("ip rule add priority 100 lookup 100 goto 150", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.attrs = { U32(FRA_PRIORITY, 100), WRONG, U32(FRA_GOTO, 150) },
	.want = { WORDS(-EINVAL, "Unexpected goto") },
};

ERROR(rule_add_source_short) {
	ROW("ip rule add from (3 bytes)/24 lookup 100", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL,
		      .src_len = 24 },
	.ask.attrs = { U32(FRA_PRIORITY, 100),
		       WRONG, RAW(FRA_SRC, "\12\0\1", 3),
		       RIGHT, IP(FRA_SRC, "10.0.1.0") },
	.want = { WORDS(-EINVAL, "Invalid source address") },
};

ERROR(rule_add_tos_ecn) {
	ROW("ip rule add tos 1 lookup 100", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL,
		      .tos = 1 },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100,
				.type = FR_ACT_TO_TBL, .tos = 4),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { WORDS(-EINVAL, "Invalid dsfield (tos): ECN bits must be 0") },
};

ERROR(rule_add_sport_range_reversed) {
	ROW("ip rule add sport 9-5 lookup 100", RTM_NEWRULE, ADD),
	.ask.head = { .family = AF_INET, .table = 100, .type = FR_ACT_TO_TBL },
	.ask.attrs = { U32(FRA_PRIORITY, 100),
		       WRONG, RAW(FRA_SPORT_RANGE, "\11\0\5\0", 4),
		       RIGHT, RAW(FRA_SPORT_RANGE, "\5\0\11\0", 4) },
	.want = { WORDS(-EINVAL, "Invalid sport range") },
};

ERROR(rule_del_missing) {
	ROW("ip rule del priority 101", RTM_DELRULE, 0),
	.before = rule,
	.ask.head = { .family = AF_INET },
	.ask.attrs = { WRONG, U32(FRA_PRIORITY, 101),
		       RIGHT, U32(FRA_PRIORITY, 100) },
	.want = { ERRNO(-ENOENT) },
};

ERROR(rule_del_another_table) {
	ROW("ip rule del priority 100 lookup 99", RTM_DELRULE, 0),
	.before = rule,
	.ask.head = { .family = AF_INET, .table = 99, .type = FR_ACT_TO_TBL },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100,
				.type = FR_ACT_TO_TBL),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { ERRNO(-ENOENT) },
};

ERROR(rule_del_another_action) {
	ROW("ip rule del priority 100 blackhole", RTM_DELRULE, 0),
	.before = rule,
	.ask.head = { .family = AF_INET, .table = 0, .type = FR_ACT_BLACKHOLE },
	.ask.right_head = HEAD(.family = AF_INET, .table = 100,
				.type = FR_ACT_TO_TBL),
	.ask.attrs = { U32(FRA_PRIORITY, 100) },
	.want = { ERRNO(-ENOENT) },
};

ERROR(rule_dump_table_in_header) {
	ROW("RTM_GETRULE dump with a table", RTM_GETRULE, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .table = 100 },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { WORDS(-EINVAL,
			"Invalid values in header for fib rule dump request") },
	.silent = true,
};


/*
 * Neighbours.
 */
ERROR(neigh_add_twice) {
	ROW("ip neigh add 10.0.1.2 dev veth-red lladdr ...",
	    RTM_NEWNEIGH, ADD),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.2"),
		       RIGHT, IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(neigh_change_missing) {
	ROW("ip neigh change 10.0.1.3 dev veth-red lladdr ...",
	    RTM_NEWNEIGH, NLM_F_REPLACE),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.3"),
		       RIGHT, IP(NDA_DST, "10.0.1.2"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(neigh_add_device_missing) {
	ROW("ip neigh add 10.0.1.3 dev 99 lladdr ...", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .index = 99, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red",
				.state = NUD_PERMANENT),
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(neigh_add_device_not_said) {
	ROW("ip neigh add 10.0.1.3 lladdr ...", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .index = 0, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red",
				.state = NUD_PERMANENT),
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { WORDS(-EINVAL, "Device not specified") },
};

ERROR(neigh_add_address_missing) {
	ROW("ip neigh add dev veth-red lladdr ...", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.attrs = { RIGHT, IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { WORDS(-EINVAL, "Network address not specified") },
};

ERROR(neigh_add_address_short) {
	ROW("RTM_NEWNEIGH with an NDA_DST of 3 bytes", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, RAW(NDA_DST, "\12\0\1", 3),
		       RIGHT, IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { WORDS(-EINVAL, "Invalid network address") },
};

ERROR(neigh_add_lladdr_short) {
	ROW("ip neigh add 10.0.1.3 dev veth-red lladdr 02:00",
	    RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"),
		       WRONG, RAW(NDA_LLADDR, "\2\0\0\0\2", 5),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { WORDS(-EINVAL, "Invalid link address") },
};

ERROR(neigh_add_lladdr_missing) {
	ROW("ip neigh add 10.0.1.3 dev veth-red nud permanent",
	    RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { WORDS(-EINVAL, "No link layer address given") },
	.leaves = true,
	.no_right = true,
};

ERROR(neigh_add_family_unknown) {
	ROW("RTM_NEWNEIGH of AF_APPLETALK", RTM_NEWNEIGH, ADD),
	.before = up,
	.ask.head = { .family = AF_APPLETALK, .dev = "veth-red",
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red",
				.state = NUD_PERMANENT),
	.ask.attrs = { IP(NDA_DST, "10.0.1.3"),
		       MAC(NDA_LLADDR, "02:00:00:00:00:02") },
	.want = { ERRNO(-EAFNOSUPPORT) },
};

ERROR(neigh_del_missing) {
	ROW("ip neigh del 10.0.1.3 dev veth-red", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.3"),
		       RIGHT, IP(NDA_DST, "10.0.1.2") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(neigh_del_another_device) {
	ROW("ip neigh del 10.0.1.2 dev veth-blue", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-blue" },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(neigh_del_device_missing) {
	ROW("ip neigh del 10.0.1.2 dev 99", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { ERRNO(-ENODEV) },
};

ERROR(neigh_del_device_not_said) {
	ROW("ip neigh del 10.0.1.2", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(neigh_del_address_missing) {
	ROW("ip neigh del dev veth-red", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red" },
	.ask.attrs = { RIGHT, IP(NDA_DST, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "Network address not specified") },
};

ERROR(neigh_del_proxy_missing) {
	ROW("ip neigh del proxy 10.0.1.2 dev veth-red", RTM_DELNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .flags = NTF_PROXY },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(neigh_get_missing) {
	ROW("ip neigh get 10.0.1.3 dev veth-red", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red" },
	.ask.attrs = { WRONG, IP(NDA_DST, "10.0.1.3"),
		       RIGHT, IP(NDA_DST, "10.0.1.2") },
	.want = { WORDS(-ENOENT, "Neighbour entry not found") },
	.silent = true,
};

ERROR(neigh_get_device_missing) {
	ROW("ip neigh get 10.0.1.2 dev 99", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .index = 99 },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { WORDS(-ENODEV, "Unknown device ifindex") },
	.silent = true,
};

ERROR(neigh_get_device_not_said) {
	ROW("ip neigh get 10.0.1.2", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { WORDS(-EINVAL, "No device specified") },
	.silent = true,
};

ERROR(neigh_get_proxy_missing) {
	ROW("ip neigh get proxy 10.0.1.2 dev veth-red", RTM_GETNEIGH, 0),
	.before = neighbour,
	.ask.head = { .family = AF_INET, .dev = "veth-red",
		      .flags = NTF_PROXY },
	.ask.right_head = HEAD(.family = AF_INET, .dev = "veth-red"),
	.ask.attrs = { IP(NDA_DST, "10.0.1.2") },
	.want = { WORDS(-ENOENT, "Proxy neighbour entry not found") },
	.silent = true,
};

ERROR(neigh_dump_state_in_header) {
	ROW("RTM_GETNEIGH dump with ndm_state", RTM_GETNEIGH, NLM_F_DUMP),
	.ask.head = { .family = AF_INET, .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_INET),
	.want = { WORDS(-EINVAL,
			"Invalid values in header for neighbor dump request") },
	.silent = true,
};


/*
 * Forwarding database: what is refused to all devices (rtnl_fdb_add()), is
 * refused of a device's own entries; a bridge takes longer to go.
 */
ERROR(fdb_add_twice) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:03") },
	.want = { ERRNO(-EEXIST) },
};

ERROR(fdb_replace_missing) {
	ROW("bridge fdb replace, without NLM_F_CREATE",
	    RTM_NEWNEIGH, NLM_F_REPLACE),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:03"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(fdb_add_no_port) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-blue master static",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(fdb_add_device_missing) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev 99 self local",
	    RTM_NEWNEIGH, ADD),
	.before = pair,
	.ask.head = { .family = AF_BRIDGE, .index = 99, .flags = NTF_SELF,
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-ENODEV, "unknown ifindex") },
};

ERROR(fdb_add_device_not_said) {
	ROW("bridge fdb add 02:00:00:00:00:01 self local",
	    RTM_NEWNEIGH, ADD),
	.before = pair,
	.ask.head = { .family = AF_BRIDGE, .index = 0, .flags = NTF_SELF,
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-EINVAL, "invalid ifindex") },
};

ERROR(fdb_add_mac_missing) {
	ROW("bridge fdb add dev veth-red master static", RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-EINVAL, "invalid address") },
};

ERROR(fdb_add_mac_short) {
	ROW("bridge fdb add 02:00 dev veth-red self local",
	    RTM_NEWNEIGH, ADD),
	.before = pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_SELF, .state = NUD_PERMANENT },
	.ask.attrs = { WRONG, RAW(NDA_LLADDR, "\2\0\0\0\1", 5),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-EINVAL, "invalid address") },
};

ERROR(fdb_add_mac_zero) {
	ROW("bridge fdb add 00:00:00:00:00:00 dev veth-red master static",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "00:00:00:00:00:00"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(fdb_add_on_lo) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev lo self", RTM_NEWNEIGH, ADD),
	.before = pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "lo", .flags = NTF_SELF,
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-blue",
				.flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-EINVAL,
			"FDB add only supported for Ethernet devices") },
};

ERROR(fdb_add_vlan_4095) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red self local vlan 4095",
	    RTM_NEWNEIGH, ADD),
	.before = pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_SELF, .state = NUD_PERMANENT },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       WRONG, U16(NDA_VLAN, 4095) },
	.want = { WORDS(-EINVAL, "invalid vlan id") },
};

ERROR(fdb_add_vlan_unconfigured) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static vlan 77",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       WRONG, U16(NDA_VLAN, 77) },
	.want = { ERRNO(-EINVAL) },
};

ERROR(fdb_add_vlan_of_one_byte) {
	ROW("RTM_NEWNEIGH with an NDA_VLAN of 1 byte", RTM_NEWNEIGH, ADD),
	.before = pair,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_SELF, .state = NUD_PERMANENT },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       WRONG, U8(NDA_VLAN, 5) },
	.want = { WORDS(-EINVAL, "invalid vlan attribute size") },
};

ERROR(fdb_add_state_stale) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master, NUD_STALE",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_STALE },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(fdb_add_dynamic_on_disabled_port) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master dynamic",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_REACHABLE },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EPERM) },
};

ERROR(fdb_add_of_bridge_not_permanent) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev v-net-0 self static",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "v-net-0", .flags = NTF_SELF,
		      .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "v-net-0",
				.flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(fdb_add_sticky_permanent) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master sticky local",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER | NTF_STICKY,
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER | NTF_STICKY,
				.state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EINVAL) },
};

ERROR(fdb_add_locked) {
	ROW("bridge fdb add 02:00:00:00:00:01 dev veth-red master static locked",
	    RTM_NEWNEIGH, ADD),
	.stand = bridge,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       WRONG, U32(NDA_FLAGS_EXT, EXT_LOCKED) },
	.want = { WORDS(-EINVAL,
			"bridge: Cannot add FDB entry with \"locked\" flag set"),
		  ALSO(0, NULL, SEEN_6_1) },
};

ERROR(fdb_del_missing) {
	ROW("bridge fdb del 02:00:00:00:00:03 dev veth-red master",
	    RTM_DELNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:03"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(fdb_del_device_missing) {
	ROW("bridge fdb del 02:00:00:00:00:01 dev 99 self local", RTM_DELNEIGH, 0),
	.before = fdb_self,
	.ask.head = { .family = AF_BRIDGE, .index = 99, .flags = NTF_SELF,
		      .state = NUD_PERMANENT },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_SELF, .state = NUD_PERMANENT),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-ENODEV, "unknown ifindex") },
};

ERROR(fdb_del_of_another_port) {
	ROW("bridge fdb del 02:00:00:00:00:01 dev v-net-0 self",
	    RTM_DELNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "v-net-0", .flags = NTF_SELF,
		      .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-ENOENT) },
};

ERROR(fdb_del_no_port) {
	ROW("bridge fdb del 02:00:00:00:00:01 dev veth-blue master",
	    RTM_DELNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER, .state = NUD_NOARP },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = NUD_NOARP),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(fdb_get_missing) {
	ROW("bridge fdb get 02:00:00:00:00:03 br v-net-0", RTM_GETNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE },
	.ask.attrs = { WRONG, MAC(NDA_LLADDR, "02:00:00:00:00:03"),
		       RIGHT, MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       DEV(NDA_MASTER, "v-net-0") },
	.want = { WORDS(-ENOENT, "Fdb entry not found") },
	.silent = true,
};

ERROR(fdb_get_device_and_master) {
	ROW("bridge fdb get 02:00:00:00:00:01 dev veth-red br v-net-0",
	    RTM_GETNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red" },
	.ask.right_head = HEAD(.family = AF_BRIDGE),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       DEV(NDA_MASTER, "v-net-0") },
	.want = { WORDS(-EINVAL, "Master and device are mutually exclusive") },
	.silent = true,
};

ERROR(fdb_get_no_port) {
	ROW("bridge fdb get 02:00:00:00:00:01 dev veth-blue master",
	    RTM_GETNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER),
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01") },
	.want = { WORDS(-EINVAL, "Device is not a bridge port") },
	.silent = true,
};

ERROR(fdb_get_device_not_said) {
	ROW("bridge fdb get 02:00:00:00:00:01", RTM_GETNEIGH, 0),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE },
	.ask.attrs = { MAC(NDA_LLADDR, "02:00:00:00:00:01"),
		       RIGHT, DEV(NDA_MASTER, "v-net-0") },
	.want = { WORDS(-ENODEV, "No device specified") },
	.silent = true,
};

ERROR(fdb_flush_device_missing) {
	ROW("bridge fdb flush dev 99", RTM_DELNEIGH, NLM_F_BULK),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .index = 99, .flags = NTF_MASTER,
		      .state = 0 },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = 0),
	.want = { WORDS(-ENODEV, "unknown ifindex") },
};

ERROR(fdb_flush_no_port) {
	ROW("bridge fdb flush dev veth-blue master", RTM_DELNEIGH, NLM_F_BULK),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-blue",
		      .flags = NTF_MASTER, .state = 0 },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = 0),
	.want = { ERRNO(-EOPNOTSUPP) },
};

ERROR(fdb_flush_state_unknown) {
	ROW("bridge fdb flush dev veth-red master, NUD_PROBE",
	    RTM_DELNEIGH, NLM_F_BULK),
	.stand = bridge,
	.before = fdb_entry,
	.ask.head = { .family = AF_BRIDGE, .dev = "veth-red",
		      .flags = NTF_MASTER, .state = NUD_PROBE },
	.ask.right_head = HEAD(.family = AF_BRIDGE, .dev = "veth-red",
				.flags = NTF_MASTER, .state = 0),
	.want = { WORDS(-EINVAL, "Unsupported fdb flush ndm state bits set") },
};


/*
 * Namespace ids.
 */
ERROR(nsid_twice) {
	ROW("ip netns set pod-red 6", RTM_NEWNSID, 0),
	.before = nsid,
	.ask.attrs = { U32(NETNSA_NSID, 6), WRONG, NETNS(NETNSA_FD, "pod-red"),
		       RIGHT, NETNS(NETNSA_FD, "pod-blue") },
	.want = { WORDS(-EEXIST, "Peer netns already has a nsid assigned") },
	.points_at = NETNSA_FD,
};

ERROR(nsid_taken) {
	ROW("ip netns set pod-blue 5", RTM_NEWNSID, 0),
	.before = nsid,
	.ask.attrs = { WRONG, U32(NETNSA_NSID, 5), RIGHT, U32(NETNSA_NSID, 6),
		       NETNS(NETNSA_FD, "pod-blue") },
	.want = { WORDS(-EEXIST, "The specified nsid is already used") },
	.points_at = NETNSA_NSID,
};

ERROR(nsid_set_id_missing) {
	ROW("ip netns set pod-red", RTM_NEWNSID, 0),
	.ask.attrs = { RIGHT, U32(NETNSA_NSID, 5),
		       NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-EINVAL, "nsid is missing") },
};

ERROR(nsid_set_netns_missing) {
	ROW("RTM_NEWNSID without a namespace", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5),
		       RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-EINVAL, "Peer netns reference is missing") },
};

ERROR(nsid_set_fd_closed) {
	ROW("RTM_NEWNSID with NETNSA_FD 9999", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_FD, 9999),
		       RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-EBADF, "Peer netns reference is invalid") },
	.points_at = NETNSA_FD,
};

ERROR(nsid_set_fd_of_dev_null) {
	ROW("RTM_NEWNSID with NETNSA_FD of /dev/null", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5),
		       WRONG, FILE_FD(NETNSA_FD, "/dev/null"),
		       RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-EINVAL, "Peer netns reference is invalid") },
	.points_at = NETNSA_FD,
};

ERROR(nsid_set_pid_unknown) {
	ROW("RTM_NEWNSID with NETNSA_PID 4000000", RTM_NEWNSID, 0),
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_PID, 4000000),
		       RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-ESRCH, "Peer netns reference is invalid") },
	.points_at = NETNSA_PID,
};

ERROR(nsid_get_unknown) {
	ROW("ip netns list-id nsid 7", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { WRONG, U32(NETNSA_NSID, 7), RIGHT, U32(NETNSA_NSID, 5) },
	.want = { WORDS(-ENOENT, "Peer netns reference is invalid") },
	.silent = true,
	.points_at = NETNSA_NSID,
};

ERROR(nsid_get_nothing_named) {
	ROW("RTM_GETNSID of nothing", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { RIGHT, U32(NETNSA_NSID, 5) },
	.want = { WORDS(-EINVAL, "Peer netns reference is missing") },
	.silent = true,
};

ERROR(nsid_get_fd_closed) {
	ROW("RTM_GETNSID with NETNSA_FD 9999", RTM_GETNSID, 0),
	.ask.attrs = { WRONG, U32(NETNSA_FD, 9999),
		       RIGHT, NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-EBADF, "Peer netns reference is invalid") },
	.silent = true,
	.points_at = NETNSA_FD,
};

ERROR(nsid_get_target_unknown) {
	ROW("ip netns list-id target-nsid 7 nsid 5", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { U32(NETNSA_NSID, 5), WRONG, U32(NETNSA_TARGET_NSID, 7),
		       RIGHT, U32(NETNSA_TARGET_NSID, 5) },
	.want = { WORDS(-EINVAL, "Target netns reference is invalid") },
	.silent = true,
	.points_at = NETNSA_TARGET_NSID,
};

ERROR(nsid_get_current) {
	ROW("RTM_GETNSID with NETNSA_CURRENT_NSID", RTM_GETNSID, 0),
	.before = nsid,
	.ask.attrs = { U32(NETNSA_NSID, 5),
		       WRONG, U32(NETNSA_CURRENT_NSID, 1) },
	.want = { WORDS(-EINVAL,
			"Unsupported attribute in peer netns getid request") },
	.silent = true,
};

ERROR(nsid_dump_target_unknown) {
	ROW("ip netns list-id target-nsid 7", RTM_GETNSID, NLM_F_DUMP),
	.before = nsid,
	.ask.attrs = { WRONG, U32(NETNSA_TARGET_NSID, 7),
		       RIGHT, U32(NETNSA_TARGET_NSID, 5) },
	.want = { WORDS(-EINVAL, "Invalid target network namespace id") },
	.silent = true,
	.points_at = NETNSA_TARGET_NSID,
};

ERROR(nsid_dump_by_fd) {
	ROW("RTM_GETNSID dump with NETNSA_FD", RTM_GETNSID, NLM_F_DUMP),
	.before = nsid,
	.ask.attrs = { WRONG, NETNS(NETNSA_FD, "pod-red") },
	.want = { WORDS(-EINVAL, "Unsupported attribute in dump request") },
	.silent = true,
	.points_at = NETNSA_FD,
};

KSFT_NEEDS(CONFIG_VETH, "*")
KSFT_NEEDS(CONFIG_BRIDGE, "errors.fdb_*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "errors.route6_del_table_missing.*")
KSFT_NEEDS(CONFIG_IP_ROUTE_MULTIPATH, "errors.route_multipath_*")
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "errors.rule_*", "errors.route_del_table_missing.*",
	   "errors.route_dump_table_missing.*")

KSFT_MAIN
