// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What there is once a namespace, and what the machine has once: settings,
 * /proc/net, connection tracking, caches, neighbour limits, netlink groups and
 * port numbers, uevents.  Claim 8's "isolated stack", thing by thing.
 *
 *	host          pod-red          pod-blue
 *	lo            lo, in use       lo		no wire
 *
 * Much here is shown by all that a namespace tells of itself, before and after
 * everything was done to another one: so it also covers what comes with
 * kernels that are newer than this file.
 */
#include "child.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <ftw.h>
#include <linux/genetlink.h>
#include <linux/in6.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/tcp_metrics.h>
#include <net/ethernet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include "netlink.h"

#define RED	"pod-red"
#define BLUE	"pod-blue"
#define HOST	TOPO_HOST

FIXTURE(isolation) { struct topo *topo; };
FIXTURE_VARIANT(isolation) { const char *topology; };
FIXTURE_VARIANT_ADD(isolation, netns) { .topology = "netns" };
FIXTURE_SETUP(isolation) TOPO_SETUP(isolation)
FIXTURE_TEARDOWN(isolation) TOPO_TEARDOWN

/* A whole small file without its last newline: its length, or -errno. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (fd < 0)
		return -errno;
	n = read(fd, text, size - 1);
	n = n < 0 ? -errno : n;
	close(fd);
	text[n < 0 ? 0 : n] = '\0';
	if (n > 0 && text[n - 1] == '\n')
		text[--n] = '\0';
	return n;
}

static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = sys(write(fd, text, strlen(text)));
	close(fd);
	return err < 0 ? err : 0;
}

#define SYSCTLS		"/proc/sys/net"

/* Where nftw(3)'s callbacks write: it hands them nothing of ours. */
static FILE *walk_file;

static int print_sysctl(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	char text[1024];

	(void)ftw;
	if (type == FTW_F && st->st_mode & 0444 &&
	    read_file(path, text, sizeof(text)) >= 0)
		fprintf(walk_file, "%s = %s\n", path + strlen(SYSCTLS) + 1,
			text);
	return 0;
}

/* All settings of the calling thread's namespace, for free(3). */
static char *sysctls_here(void)
{
	char *text = NULL;
	size_t size;

	walk_file = open_memstream(&text, &size);
	if (!walk_file)
		return NULL;
	nftw(SYSCTLS, print_sysctl, 16, FTW_PHYS);
	fclose(walk_file);
	return text;
}

/* What @show says inside @netns; NULL if it cannot be entered. */
static char *text_in(int netns, char *(*show)(void))
{
	int here = netns_self();
	char *text = NULL;

	if (here >= 0 && !enter_netns(netns)) {
		text = show();
		if (setns(here, CLONE_NEWNET) < 0) {
			free(text);
			text = NULL;
		}
	}
	close(here);
	return text;
}

/* How long the name is that @line begins with: "NAME = ..." or "NAME: ...". */
static size_t name_length(const char *line)
{
	size_t len = strcspn(line, ":\n");
	const char *at = memmem(line, len, " = ", 3);

	return at ? (size_t)(at - line) : len;
}

/* Has @text a line of the same name as @line? */
static bool has_name(const char *text, const char *line)
{
	size_t len = name_length(line);

	for (; *text; text += strcspn(text, "\n"), text += *text == '\n') {
		if (name_length(text) == len && !memcmp(text, line, len))
			return true;
	}
	return false;
}

/*
 * What two looks at a namespace both have.  A module that was loaded between
 * them (or unloaded) makes files, and it does so in all namespaces: @fresh is
 * how a new one looks now.  A file that only the one looked at has got, or has
 * lost, stays in the text, and fails the test.
 */
static void leave_out_modules(char *before, char *after, const char *fresh)
{
	char *line, *next, *to;
	bool twice;
	int i;

	for (i = 0; i < 2; i++) {
		for (line = to = i ? after : before; *line; line = next) {
			next = strchrnul(line, '\n');
			next += *next == '\n';
			twice = has_name(i ? before : after, line);
			if (!twice && has_name(fresh, line) == !!i)
				continue;
			memmove(to, line, next - line);
			to += next - line;
		}
		*to = '\0';
	}
}

/*
 * Do two looks by @show say the same, but for such files?  Frees @after.
 */
static bool is_same_but_for_modules(char *before, char *after,
				    char *(*show)(void))
{
	int netns = netns_new();
	char *fresh = netns < 0 ? NULL : text_in(netns, show);
	bool same = before && after && fresh;

	if (same) {
		leave_out_modules(before, after, fresh);
		same = ksft_same_text(before, after);
	}
	close(netns);
	free(fresh);
	free(after);
	return same;
}

/*
 * Not to be written: what acts when it is; what the machine has once all the
 * same, so that it shows in every namespace (the limits of neighbour tables,
 * should a kernel show them, and a switch of lightweight tunnels that can be
 * turned on by any namespace's root, and off by nobody: lwtunnel hooks).
 */
static bool is_harmless(const char *path)
{
	return !strstr(path, "/flush") && !strstr(path, "/gc_") &&
	       !strstr(path, "/nf_hooks_lwtunnel");
}

/* Another number than the first one of @was, and the rest as it is. */
static bool change(const char *path, const char *was, long step)
{
	char text[1024], now[1024], *rest;
	long value = strtol(was, &rest, 10);

	if (rest == was)
		return false;
	snprintf(text, sizeof(text), "%ld%s", value + step, rest);
	return !write_file(path, text) &&
	       read_file(path, now, sizeof(now)) > 0 && strcmp(now, was);
}

/* Remembers what it changed, a line each: "ipv4/ip_forward = 0". */
static int change_sysctl(const char *path, const struct stat *st, int type,
			 struct FTW *ftw)
{
	char was[1024];

	(void)ftw;
	if (type != FTW_F || (st->st_mode & 0644) != 0644 ||
	    !is_harmless(path) || read_file(path, was, sizeof(was)) <= 0)
		return 0;
	if (change(path, was, 1) || change(path, was, -1))
		fprintf(walk_file, "%s = %s\n", path + strlen(SYSCTLS) + 1,
			was);
	return 0;
}

#define CHANGED_MAX	(1 << 20)

struct changed {
	struct child *child;
	int refused;
	char was[CHANGED_MAX];
};

/*
 * In a user namespace of its own: a kernel's leak would do the machine as
 * little harm as can be, and change_back() is there for the rest.
 */
static int change_all(void *data)
{
	struct changed *changed = data;

	changed->refused = sys(unshare(CLONE_NEWUSER | CLONE_NEWNET));
	if (changed->refused)
		return changed->refused;
	walk_file = fmemopen(changed->was, CHANGED_MAX, "w");
	if (!walk_file)
		return -errno;
	nftw(SYSCTLS, change_sysctl, 16, FTW_PHYS);
	return fclose(walk_file) ? -errno : 0;
}

/* Joins the child that changed them. */
static int change_back(void *data)
{
	struct changed *changed = data;
	char *next = changed->was, *line, *value, path[512];
	int err = sys(setns(changed->child->pidfd,
			    CLONE_NEWUSER | CLONE_NEWNET));

	while (!err && (line = strsep(&next, "\n")) && *line) {
		value = strstr(line, " = ");
		*value = '\0';
		snprintf(path, sizeof(path), SYSCTLS "/%s", line);
		err = write_file(path, value + 3);
		/* Some follow each other, so that the order matters. */
		if (err == -EINVAL)
			err = 0;
	}
	return err;
}

/* Settings that must be among those that were changed: what they stand for. */
static const char * const own_sysctls[] = {
	"ipv4/conf/all/rp_filter", "ipv4/conf/all/accept_local",
	"ipv4/conf/default/arp_ignore", "ipv4/conf/lo/log_martians",
	"ipv4/icmp_echo_ignore_all", "ipv4/icmp_ratelimit",
	"ipv4/igmp_max_memberships", "ipv4/ip_default_ttl", "ipv4/ip_forward",
	"ipv4/ip_local_port_range", "ipv4/ip_nonlocal_bind",
	"ipv4/ip_unprivileged_port_start", "ipv4/ipfrag_time",
	"ipv4/neigh/lo/retrans_time_ms", "ipv4/neigh/lo/ucast_solicit",
	"ipv4/tcp_ecn", "ipv4/tcp_fin_timeout",
	"ipv4/tcp_keepalive_time", "ipv4/tcp_max_syn_backlog",
	"ipv4/tcp_max_tw_buckets", "ipv4/tcp_mtu_probing", "ipv4/tcp_retries2",
	"ipv4/tcp_rmem", "ipv4/tcp_sack", 
	"ipv4/tcp_timestamps", "ipv4/tcp_tw_reuse", "ipv4/tcp_window_scaling",
	"ipv4/tcp_wmem", "ipv4/udp_rmem_min", "ipv6/bindv6only",
	"ipv6/conf/all/forwarding", "ipv6/conf/default/accept_ra",
	"ipv6/conf/lo/hop_limit", "ipv6/icmp/ratelimit", "ipv6/ip6frag_time",
	"ipv6/neigh/lo/ucast_solicit",
};

/* Is there a line "NAME = ..." in @text? */
static bool is_changed(const char *text, const char *name)
{
	size_t len = strlen(name);
	const char *at;

	for (at = strstr(text, name); at; at = strstr(at + 1, name)) {
		if ((at == text || at[-1] == '\n') && at[len] == ' ')
			return true;
	}
	return false;
}

/* Claim 8: every single one that a namespace lets its root write. */
TEST_OF("claim 8", isolation, no_sysctl_that_can_be_written_is_another_ones_too)
{
	struct changed *changed = shared_new(sizeof(*changed));
	char *blue, *own, *blue_now, *own_now;
	struct child child;
	size_t i;
	int err;

	NEED_SYSCTL();
	ASSERT_PODS();
	ASSERT_NE(NULL, changed);
	changed->child = &child;
	blue = text_in(ns(BLUE), sysctls_here);
	own = sysctls_here();
	err = child_start(&child, change_all, changed);
	if (changed->refused)
		SKIP(return, "needs a user namespace in the sandbox: %s",
		     ksft_err_name(changed->refused));
	ASSERT_ERR(0, err);
	blue_now = text_in(ns(BLUE), sysctls_here);
	own_now = sysctls_here();
	for (i = 0; i < ARRAY_SIZE(own_sysctls); i++) {
		EXPECT_TRUE(is_changed(changed->was, own_sysctls[i]))
			printf("# not changed: %s\n", own_sysctls[i]);
	}
	EXPECT_ERR(0, child_run(change_back, changed));
	EXPECT_TRUE(is_same_but_for_modules(blue, blue_now, sysctls_here));
	EXPECT_TRUE(is_same_but_for_modules(own, own_now, sysctls_here));
	ASSERT_ERR(0, child_end(&child));
}

/*
 * Claim 8: a new one starts with the kernel's defaults, not with another's.
 * Devices' settings excepted: net.core.devconf_inherit_init_net, initial.c.
 */
TEST_OF("claim 8", isolation, a_new_namespace_does_not_inherit_what_was_changed)
{
	char *before, *after;
	int first, second;

	NEED_SYSCTL();
	ASSERT_PODS();
	first = netns_new();
	ASSERT_LE(0, first);
	before = text_in(first, sysctls_here);
	ASSERT_ERR(0, enter_netns(ns(RED)));
	ASSERT_ERR(0, write_file(SYSCTLS "/core/somaxconn", "77"));
	ASSERT_ERR(0, write_file(SYSCTLS "/ipv4/ip_default_ttl", "77"));
	ASSERT_ERR(0, write_file(SYSCTLS "/ipv4/ip_forward", "1"));
	ASSERT_ERR(0, write_file(SYSCTLS "/ipv4/tcp_fin_timeout", "7"));
	ASSERT_ERR(0, write_file(SYSCTLS "/ipv4/tcp_rmem", "4096 5000 6000"));
	/* Made from within pod-red. */
	second = netns_new();
	ASSERT_LE(0, second);
	after = text_in(second, sysctls_here);
	EXPECT_TRUE(is_same_but_for_modules(before, after, sysctls_here));
	free(before);
}

/* Files of /proc/net that tell of the machine, or of its memory. */
static bool is_of_the_machine(const char *name)
{
	static const char * const names[] = {
		"protocols", "sockstat", "sockstat6", "softnet_stat",
		"tls_stat", "xfrm_stat",
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(names); i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

#define PROC_NET	"/proc/thread-self/net"

/* Prints "NAME: LINE" for each line of one file. */
static void print_proc_net(const char *name, FILE *to)
{
	char path[300], *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof(path), PROC_NET "/%s", name);
	file = fopen(path, "re");
	if (!file)
		return;
	while (getline(&line, &size, file) > 0)
		fprintf(to, "%s: %s", name, line);
	free(line);
	fclose(file);
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char * const *)a, *(char * const *)b);
}

/* The lines in the order of the alphabet: hash tables have theirs. */
static char *sorted(char *text)
{
	char **lines = text ? calloc(strlen(text) + 1, sizeof(*lines)) : NULL;
	char *to = lines ? calloc(1, strlen(text) + 2) : NULL;
	char *next = text, *end = to;
	size_t i, n = 0;

	if (to) {
		while (next && *next)
			lines[n++] = strsep(&next, "\n");
		qsort(lines, n, sizeof(*lines), by_text);
		for (i = 0; i < n; i++)
			end = stpcpy(stpcpy(end, lines[i]), "\n");
	}
	free(lines);
	free(text);
	return to;
}

/* All that /proc/net says in the calling thread's namespace, for free(3). */
static char *proc_net_here(void)
{
	struct dirent **entries;
	char *text = NULL;
	size_t size;
	FILE *file;
	int i, n;

	file = open_memstream(&text, &size);
	n = file ? scandir(PROC_NET, &entries, NULL, alphasort) : -1;
	for (i = 0; i < n; i++) {
		if (entries[i]->d_type == DT_REG &&
		    !is_of_the_machine(entries[i]->d_name))
			print_proc_net(entries[i]->d_name, file);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	if (file)
		fclose(file);
	return sorted(text);
}

static int bind_to(int fd, const char *text, uint16_t port)
{
	struct sockaddr_storage ss;
	struct ip_prefix ip;
	socklen_t len;

	if (fd < 0 || ip_parse(text, &ip))
		return -EINVAL;
	len = ip_sockaddr(&ip, port, &ss);
	return sys(bind(fd, (struct sockaddr *)&ss, len));
}

static int join_group(int fd)
{
	const struct ip_mreqn mreq = {
		.imr_multiaddr.s_addr = htonl(0xe9fc0001), .imr_ifindex = 1,
	};

	return sys(setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
			      sizeof(mreq)));
}

/* Sockets of all kinds in pod-red; they stay open until the test ends. */
static int open_sockets(void)
{
	const struct sockaddr_storage un = { .ss_family = AF_UNIX };
	int tcp = netns_socket(ns(RED), AF_INET, SOCK_STREAM, 0);
	int tcp6 = netns_socket(ns(RED), AF_INET6, SOCK_STREAM, 0);
	int udp = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	int udp6 = netns_socket(ns(RED), AF_INET6, SOCK_DGRAM, 0);
	int raw = netns_socket(ns(RED), AF_INET, SOCK_RAW, 99);
	int raw6 = netns_socket(ns(RED), AF_INET6, SOCK_RAW, 99);
	int local = netns_socket(ns(RED), AF_UNIX, SOCK_STREAM, 0);
	int packet = netns_socket(ns(RED), AF_PACKET, SOCK_RAW,
				  htons(ETH_P_ALL));
	int nl = netlink_open(ns(RED), NETLINK_ROUTE);
	int err;

	if (raw < 0 || raw6 < 0 || packet < 0 || nl < 0)
		return -EPROTO;
	err = bind_to(tcp, "127.0.0.1", 81);
	if (!err)
		err = sys(listen(tcp, 8));
	if (!err)
		err = bind_to(tcp6, "::1", 81);
	if (!err)
		err = sys(listen(tcp6, 8));
	if (!err)
		err = bind_to(udp, "127.0.0.1", 81);
	if (!err)
		err = bind_to(udp6, "::1", 81);
	if (!err)
		err = join_group(udp);
	if (!err)
		err = sys(bind(local, (const struct sockaddr *)&un,
			       sizeof(sa_family_t)));
	return err;
}

/* One of everything else in pod-red. */
static int furnish(void)
{
	const struct link_desc bridge = { .kind = "bridge", .name = "own" };
	const struct route_desc route = { .dst = "198.51.100.0/24",
					  .dev = "own" };
	static const uint8_t mac[6] = { 2, 0, 0, 0, 0, 2 };
	int err;

	err = set_up(RED, "lo");
	if (!err)
		err = link_add(in(RED), &bridge);
	if (!err)
		err = set_up(RED, "own");
	if (!err)
		err = addr_add(in(RED), "own", "192.0.2.1/24", 0);
	if (!err)
		err = addr_add(in(RED), "own", "2001:db8::1/64", IFA_F_NODAD);
	if (!err)
		err = route_add(in(RED), &route);
	if (!err)
		err = neigh_add(in(RED), "own", "192.0.2.2", mac);
	if (!err)
		err = addr_wait_usable(ns(RED), "2001:db8::1");
	if (!err)
		err = open_sockets();
	if (!err)
		err = reach_all(RED, RED, "192.0.2.1");
	if (!err)
		err = reach_all(RED, RED, "2001:db8::1");
	return err;
}

/* Files of pod-red that must show what was done there. */
static const char * const own_files[] = {
	"arp", "dev", "dev_mcast", "fib_trie", "if_inet6", "igmp", "igmp6",
	 "ipv6_route", "netlink", "netstat", "packet", "ptype", "raw",
	"raw6", "route", "snmp", "snmp6", "tcp", "tcp6", "udp", "udp6", "unix",
};

/* The lines of one file, for free(3). */
static char *of_file(const char *text, const char *name)
{
	char word[64];

	snprintf(word, sizeof(word), "%s: ", name);
	return lines_with(strdup(text), word);
}

/* Claim 8: of all that a namespace does, /proc/net of others says nothing. */
TEST_OF("claim 8", isolation, proc_net_tells_of_its_own_namespace_only)
{
	char *red, *blue, *own, *now, *a, *b;
	size_t i;

	NEED_SYSCTL();
	ASSERT_PODS();
	red = text_in(ns(RED), proc_net_here);
	blue = text_in(ns(BLUE), proc_net_here);
	own = proc_net_here();
	ASSERT_TRUE(red && blue && own);
	ASSERT_ERR(0, furnish());
	now = text_in(ns(RED), proc_net_here);
	ASSERT_NE(NULL, now);
	for (i = 0; i < ARRAY_SIZE(own_files); i++) {
		a = of_file(red, own_files[i]);
		b = of_file(now, own_files[i]);
		EXPECT_STRNE(a, b)
			printf("# nothing new in %s\n", own_files[i]);
		free(a);
		free(b);
	}
	a = text_in(ns(BLUE), proc_net_here);
	EXPECT_TRUE(is_same_but_for_modules(blue, a, proc_net_here));
	a = proc_net_here();
	EXPECT_TRUE(is_same_but_for_modules(own, a, proc_net_here));
	free(red);
	free(blue);
	free(own);
	free(now);
}

/* The fdb entry of the bridge that events_text() makes and deletes. */
static char *without_sentinel(char *text)
{
	return lines_without(text, " dev ?");
}

/* Claim 8: nor do events of links, addresses, routes and neighbours. */
TEST_OF("claim 8, claim 70", isolation, events_of_one_namespace_reach_no_other)
{
	const unsigned int all = EVENT_LINK | EVENT_ADDR4 | EVENT_ADDR6 |
				 EVENT_ROUTE4 | EVENT_ROUTE6 | EVENT_NEIGH |
				 EVENT_NSID;
	struct events *red, *blue, *host;
	char *text, *before;

	ASSERT_PODS();
	red = events_open(ns(RED), all);
	blue = events_open(ns(BLUE), all);
	host = events_open(ns(HOST), all);
	ASSERT_TRUE(red && blue && host);
	/* To know another one by an id is not to hear of it. */
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(RED), 1));
	ASSERT_ERR(0, nsid_set(in(HOST), ns(RED), 1));
	before = state_text(ns(BLUE), STATE_ALL);
	ASSERT_ERR(0, furnish());
	text = events_text(red);
	ASSERT_NE(NULL, text);
	EXPECT_NE(NULL, strstr(text, "NEWLINK own up\n"));
	EXPECT_NE(NULL, strstr(text, "NEWADDR 192.0.2.1/24 dev own\n"));
	EXPECT_NE(NULL, strstr(text, "NEWADDR 2001:db8::1/64 dev own\n"));
	EXPECT_NE(NULL, strstr(text, "NEWROUTE unicast 198.51.100.0/24 "));
	EXPECT_NE(NULL, strstr(text, "NEWNEIGH 192.0.2.2 dev own\n"));
	free(text);
	EXPECT_TEXT("NEWNSID 1\n", without_sentinel(events_text(blue)));
	EXPECT_TEXT("NEWNSID 1\n", without_sentinel(events_text(host)));
	EXPECT_TEXT(before, state_text(ns(BLUE), STATE_ALL));
	free(before);
	events_close(red);
	events_close(blue);
	events_close(host);
}

/* A user's netlink socket with a port number, in a group or not. */
static int nl_user(int netns, uint32_t port, uint32_t groups)
{
	const struct sockaddr_nl self = {
		.nl_family = AF_NETLINK, .nl_pid = port, .nl_groups = groups,
	};
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
	int err;

	if (fd < 0 || !bind(fd, (const struct sockaddr *)&self, sizeof(self)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

static int nl_say(int fd, uint32_t port, uint32_t groups, char what)
{
	const struct sockaddr_nl to = {
		.nl_family = AF_NETLINK, .nl_pid = port, .nl_groups = groups,
	};

	return sys(sendto(fd, &what, 1, 0, (const struct sockaddr *)&to,
			  sizeof(to)));
}

/* The next byte that is there, or -errno. */
static int nl_hear(int fd)
{
	char byte;

	return recv(fd, &byte, 1, MSG_DONTWAIT) < 0 ? -errno : byte;
}

/* Claim 8: netlink's port numbers, and what is said to one or to a group. */
TEST_OF("claim 8", isolation, netlink_ports_and_groups_are_the_namespaces)
{
	int red = nl_user(ns(RED), 4711, 1);
	int blue = nl_user(ns(BLUE), 4711, 1);
	int only_red = nl_user(ns(RED), 4712, 0);
	int from_red = nl_user(ns(RED), 0, 0);
	int from_blue = nl_user(ns(BLUE), 0, 0);

	ASSERT_PODS();
	ASSERT_ERR(0, nsid_set(in(BLUE), ns(RED), 1));
	ASSERT_ERR(0, nsid_set(in(RED), ns(BLUE), 1));
	ASSERT_LE(0, red);
	EXPECT_LE(0, blue);
	EXPECT_ERR(-EADDRINUSE, nl_user(ns(RED), 4711, 0));
	ASSERT_LE(0, only_red);
	EXPECT_LE(0, nl_say(from_red, 4711, 0, 'r'));
	EXPECT_EQ('r', nl_hear(red));
	EXPECT_EQ(-EAGAIN, nl_hear(blue));
	EXPECT_LE(0, nl_say(from_blue, 4711, 0, 'b'));
	EXPECT_EQ('b', nl_hear(blue));
	EXPECT_EQ(-EAGAIN, nl_hear(red));
	EXPECT_ERR(-ECONNREFUSED, nl_say(from_blue, 4712, 0, 'x'));
	/* The group hears it; the kernel, which is port 0, does not listen. */
	EXPECT_ERR(-ECONNREFUSED, nl_say(from_red, 0, 1, 'g'));
	EXPECT_EQ('g', nl_hear(red));
	EXPECT_EQ(-EAGAIN, nl_hear(blue));
}

/* Uevents that the kernel sends in @netns from now on. */
static int uevents_open(int netns)
{
	const struct sockaddr_nl self = { .nl_family = AF_NETLINK,
					  .nl_groups = 1 };
	int fd = netns_socket(netns, AF_NETLINK, SOCK_RAW,
			      NETLINK_KOBJECT_UEVENT);
	int err;

	if (fd < 0 || !bind(fd, (const struct sockaddr *)&self, sizeof(self)))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/*
 * The first line ("add@/devices/virtual/net/own") of each uevent of a net
 * device itself that is queued; not those of its queues.
 */
static const char *uevents(int fd, char *text, size_t size)
{
	char buf[4096];
	size_t len = 0;
	ssize_t n;

	text[0] = '\0';
	while ((n = recv(fd, buf, sizeof(buf) - 1, MSG_DONTWAIT)) > 0) {
		buf[n] = '\0';
		if (strstr(buf, "@/devices/virtual/net/") &&
		    !strstr(buf, "/queues/"))
			len += snprintf(text + len, size - len, "%s\n", buf);
	}
	return text;
}

/* Claim 8: a device is announced where it is, and gone from where it was. */
TEST_OF("claim 8", isolation, uevents_of_a_device_go_to_its_namespace)
{
	const struct link_desc peer = { .name = "b" };
	const struct link_desc veth = { .kind = "veth", .name = "a",
					.peer = &peer };
	const struct link_desc move = { .netns = ns(BLUE) };
	const struct link_desc name = { .name = "c" };
	char text[1024];
	int red = uevents_open(ns(RED));
	int blue = uevents_open(ns(BLUE));
	int host = uevents_open(ns(HOST));

	ASSERT_PODS();
	ASSERT_TRUE(red >= 0 && blue >= 0 && host >= 0);
	ASSERT_ERR(0, link_add(in(RED), &veth));
	EXPECT_STREQ("add@/devices/virtual/net/b\nadd@/devices/virtual/net/a\n",
		     uevents(red, text, sizeof(text)));
	EXPECT_STREQ("", uevents(blue, text, sizeof(text)));
	ASSERT_ERR(0, link_set(in(RED), "b", &name));
	EXPECT_STREQ("move@/devices/virtual/net/c\n",
		     uevents(red, text, sizeof(text)));
	ASSERT_ERR(0, link_set(in(RED), "c", &move));
	EXPECT_STREQ("remove@/devices/virtual/net/c\n",
		     uevents(red, text, sizeof(text)));
	/* Behind it a "move" to the name it has already: seen on 6.1. */
	uevents(blue, text, sizeof(text));
	cut_tail(text, "move@/devices/virtual/net/c\n");
	EXPECT_STREQ("add@/devices/virtual/net/c\n", text);
	ASSERT_ERR(0, link_del(in(BLUE), "c"));
	EXPECT_STREQ("remove@/devices/virtual/net/c\n",
		     uevents(blue, text, sizeof(text)));
	EXPECT_STREQ("remove@/devices/virtual/net/a\n",
		     uevents(red, text, sizeof(text)));
	EXPECT_STREQ("", uevents(host, text, sizeof(text)));
}

/* Counts messages. */
static int count_cb(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	++*(int *)data;
	return 0;
}

/* A request to ctnetlink, whose header is nfnetlink's. */
static void ct_init(struct req *req, uint16_t type, uint16_t flags)
{
	const struct nfgenmsg gen = { .nfgen_family = AF_INET };

	req_init(req, NFNL_SUBSYS_CTNETLINK << 8 | type, flags, &gen,
		 sizeof(gen));
}

/* @attr: which way; addresses are 192.0.2.@src and @dst, ports alike. */
static void ct_tuple(struct req *req, uint16_t attr, uint8_t src, uint8_t dst)
{
	struct nlattr *tuple, *part;
	uint32_t addr = htonl(0xc0000200 | src);
	uint16_t port = htons(src);
	uint8_t proto = IPPROTO_UDP;

	tuple = req_nest(req, attr | NLA_F_NESTED);
	part = req_nest(req, CTA_TUPLE_IP | NLA_F_NESTED);
	req_put(req, CTA_IP_V4_SRC, &addr, sizeof(addr));
	addr = htonl(0xc0000200 | dst);
	req_put(req, CTA_IP_V4_DST, &addr, sizeof(addr));
	req_nest_end(req, part);
	part = req_nest(req, CTA_TUPLE_PROTO | NLA_F_NESTED);
	req_put(req, CTA_PROTO_NUM, &proto, sizeof(proto));
	req_put(req, CTA_PROTO_SRC_PORT, &port, sizeof(port));
	port = htons(dst);
	req_put(req, CTA_PROTO_DST_PORT, &port, sizeof(port));
	req_nest_end(req, part);
	req_nest_end(req, tuple);
}

/* IPCTNL_MSG_CT_NEW, _GET or _DELETE of the one connection here. */
static int ct_ask(int netns, uint16_t type, uint16_t flags)
{
	int fd = netlink_open(netns, NETLINK_NETFILTER);
	uint32_t timeout = htonl(600);
	struct req req;
	int err;

	if (fd < 0)
		return fd;
	ct_init(&req, type, flags | NLM_F_ACK);
	ct_tuple(&req, CTA_TUPLE_ORIG, 1, 2);
	if (type == IPCTNL_MSG_CT_NEW) {
		ct_tuple(&req, CTA_TUPLE_REPLY, 2, 1);
		req_put(&req, CTA_TIMEOUT, &timeout, sizeof(timeout));
	}
	err = netlink_ask(fd, &req, NULL, NULL);
	close(fd);
	return err;
}

/* How many `conntrack -L` would show. */
static int ct_count(int netns)
{
	int fd = netlink_open(netns, NETLINK_NETFILTER);
	struct req req;
	int n = 0, err;

	if (fd < 0)
		return fd;
	ct_init(&req, IPCTNL_MSG_CT_GET, NLM_F_DUMP);
	err = netlink_ask(fd, &req, count_cb, &n);
	close(fd);
	return err ? err : n;
}

/* `conntrack -F` */
static int ct_flush(int netns)
{
	int fd = netlink_open(netns, NETLINK_NETFILTER);
	struct req req;
	int err;

	if (fd < 0)
		return fd;
	ct_init(&req, IPCTNL_MSG_CT_DELETE, NLM_F_ACK);
	err = netlink_ask(fd, &req, NULL, NULL);
	close(fd);
	return err;
}

/* Claim 8: one hash table of the machine's, a namespace for each entry. */
TEST_OF("claim 8", isolation, tracked_connections_are_the_namespaces)
{
	int red = ns(RED), blue = ns(BLUE);
	int n = ct_count(red);

	ASSERT_PODS();
	if (n == -EPROTONOSUPPORT || n == -EINVAL) {
		/* What is asked for loads both, where they are modules. */
		if (access("/proc/sys/net/netfilter/nf_conntrack_max", F_OK))
			SKIP(return, "needs CONFIG_NF_CONNTRACK");
		SKIP(return, "needs CONFIG_NF_CT_NETLINK");
	}
	ASSERT_EQ(0, n);
	ASSERT_ERR(0, ct_ask(red, IPCTNL_MSG_CT_NEW,
			     NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_ERR(-EEXIST, ct_ask(red, IPCTNL_MSG_CT_NEW,
				   NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_EQ(1, ct_count(red));
	EXPECT_ERR(0, ct_ask(red, IPCTNL_MSG_CT_GET, 0));
	EXPECT_EQ(0, ct_count(blue));
	EXPECT_EQ(0, ct_count(ns(HOST)));
	EXPECT_ERR(-ENOENT, ct_ask(blue, IPCTNL_MSG_CT_GET, 0));
	EXPECT_ERR(-ENOENT, ct_ask(blue, IPCTNL_MSG_CT_DELETE, 0));
	EXPECT_ERR(0, ct_ask(blue, IPCTNL_MSG_CT_NEW,
			     NLM_F_CREATE | NLM_F_EXCL));
	EXPECT_ERR(0, ct_flush(blue));
	EXPECT_EQ(0, ct_count(blue));
	EXPECT_EQ(1, ct_count(red));
	EXPECT_ERR(0, ct_ask(red, IPCTNL_MSG_CT_DELETE, 0));
	EXPECT_EQ(0, ct_count(red));
}

static int family_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *attr;

	mnl_attr_for_each(attr, nlh, sizeof(struct genlmsghdr)) {
		if (mnl_attr_get_type(attr) == CTRL_ATTR_FAMILY_ID)
			*(int *)data = mnl_attr_get_u16(attr);
	}
	return 0;
}

/* The number of a family of generic netlink, or -errno. */
static int genl_family(int fd, const char *name)
{
	const struct genlmsghdr get = { .cmd = CTRL_CMD_GETFAMILY,
					.version = 1 };
	int id = -ENOENT, err;
	struct req req;

	req_init(&req, GENL_ID_CTRL, NLM_F_ACK, &get, sizeof(get));
	req_str(&req, CTRL_ATTR_FAMILY_NAME, name);
	err = netlink_ask(fd, &req, family_cb, &id);
	return err ? err : id;
}

/* How many entries `ip tcp_metrics` shows; with @del they go. */
static int metrics(int netns, bool del)
{
	struct genlmsghdr genl = { .cmd = TCP_METRICS_CMD_GET,
				   .version = TCP_METRICS_GENL_VERSION };
	int fd = netlink_open(netns, NETLINK_GENERIC);
	int n = 0, id, err;
	struct req req;

	id = fd < 0 ? fd : genl_family(fd, TCP_METRICS_GENL_NAME);
	if (id < 0)
		return id;
	genl.cmd = del ? TCP_METRICS_CMD_DEL : TCP_METRICS_CMD_GET;
	req_init(&req, id, del ? NLM_F_ACK : NLM_F_DUMP, &genl, sizeof(genl));
	err = netlink_ask(fd, &req, count_cb, &n);
	close(fd);
	return err ? err : n;
}

/* Claim 8: what TCP remembers of an address; also one table for all. */
TEST_OF("claim 8", isolation, tcp_metrics_are_the_namespaces)
{
	int red, blue, err;

	ASSERT_PODS();
	ASSERT_ERR(0, set_up(RED, "lo"));
	ASSERT_ERR(0, set_up(BLUE, "lo"));
	ASSERT_ERR(0, addr_add(in(RED), "lo", "192.0.2.1/32", 0));
	ASSERT_ERR(0, addr_add(in(BLUE), "lo", "192.0.2.1/32", 0));
	ASSERT_EQ(0, metrics(ns(RED), false));
	ASSERT_ERR(0, reach(PROBE_TCP, RED, RED, "192.0.2.1"));
	red = metrics(ns(RED), false);
	ASSERT_LT(0, red);
	EXPECT_EQ(0, metrics(ns(BLUE), false));
	ASSERT_ERR(0, reach(PROBE_TCP, BLUE, BLUE, "192.0.2.1"));
	blue = metrics(ns(BLUE), false);
	EXPECT_LT(0, blue);
	EXPECT_EQ(red, metrics(ns(RED), false));
	/* GENL_ADMIN_PERM: for the machine's root, not a user namespace's. */
	err = metrics(ns(BLUE), true);
	EXPECT_ERR(ksft.sandbox.user_ns ? -EPERM : 0, err);
	EXPECT_EQ(err ? blue : 0, metrics(ns(BLUE), false));
	EXPECT_EQ(red, metrics(ns(RED), false));
}

/* What RTM_GETNEIGHTBL says of arp_cache. */
struct neightbl {
	uint32_t thresh1, thresh2, thresh3;
	uint32_t of_lo;			/* NDTPA_UCAST_PROBES of device 1 */
	int found;
};

static void neightbl_parms(const struct nlattr *nest, struct neightbl *t)
{
	const struct nlattr *attr;
	uint32_t ifindex = 0, ucast = 0;

	mnl_attr_for_each_nested(attr, nest) {
		if (mnl_attr_get_type(attr) == NDTPA_IFINDEX)
			ifindex = mnl_attr_get_u32(attr);
		else if (mnl_attr_get_type(attr) == NDTPA_UCAST_PROBES)
			ucast = mnl_attr_get_u32(attr);
	}
	if (ifindex == 1)
		t->of_lo = ucast;
}

static uint32_t u32_of(const struct nlattr *attr)
{
	return attr ? mnl_attr_get_u32(attr) : 0;
}

static int neightbl_cb(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *by_type[NDTA_MAX + 1] = { 0 }, *attr;
	struct neightbl *t = data;

	mnl_attr_for_each(attr, nlh, sizeof(struct ndtmsg)) {
		if (mnl_attr_get_type(attr) <= NDTA_MAX)
			by_type[mnl_attr_get_type(attr)] = attr;
	}
	if (!by_type[NDTA_NAME] ||
	    strcmp(mnl_attr_get_str(by_type[NDTA_NAME]), "arp_cache"))
		return 0;
	if (by_type[NDTA_PARMS])
		neightbl_parms(by_type[NDTA_PARMS], t);
	/* Further messages have the parameters of devices only. */
	if (!by_type[NDTA_THRESH1])
		return 0;
	t->found++;
	t->thresh1 = u32_of(by_type[NDTA_THRESH1]);
	t->thresh2 = u32_of(by_type[NDTA_THRESH2]);
	t->thresh3 = u32_of(by_type[NDTA_THRESH3]);
	return 0;
}

static int neightbl_get(int netns, struct neightbl *table)
{
	const struct ndtmsg msg = { .ndtm_family = AF_INET };
	int fd = netlink_open(netns, NETLINK_ROUTE);
	struct req req;
	int err;

	*table = (struct neightbl){ 0 };
	if (fd < 0)
		return fd;
	req_init(&req, RTM_GETNEIGHTBL, NLM_F_DUMP, &msg, sizeof(msg));
	err = netlink_ask(fd, &req, neightbl_cb, table);
	close(fd);
	return err;
}

/*
 * Sets a limit of the table; with an @ifindex a parameter of that device, with
 * -1 one of the defaults.
 */
static int neightbl_set(int netns, uint16_t attr, uint32_t value, int ifindex)
{
	const struct ndtmsg msg = { .ndtm_family = AF_INET };
	int fd = netlink_open(netns, NETLINK_ROUTE);
	struct nlattr *nest = NULL;
	struct req req;
	int err;

	if (fd < 0)
		return fd;
	req_init(&req, RTM_SETNEIGHTBL, NLM_F_ACK, &msg, sizeof(msg));
	req_str(&req, NDTA_NAME, "arp_cache");
	if (ifindex)
		nest = req_nest(&req, NDTA_PARMS | NLA_F_NESTED);
	if (ifindex > 0)
		req_u32(&req, NDTPA_IFINDEX, ifindex);
	req_u32(&req, attr, value);
	req_nest_end(&req, nest);
	err = netlink_ask(fd, &req, NULL, NULL);
	close(fd);
	return err;
}

/*
 * Claim 8: how often a neighbour is asked is a device's own affair; how many
 * there may be, and what new devices begin with, is the machine's, and for its
 * own namespace to say (neightbl_set()).  The values sent are those it has.
 */
TEST_OF("claim 8", isolation, limits_of_neighbours_are_shared_and_read_only)
{
	struct neightbl red, blue, host;

	ASSERT_PODS();
	ASSERT_ERR(0, neightbl_get(ns(RED), &red));
	ASSERT_ERR(0, neightbl_get(ns(BLUE), &blue));
	ASSERT_ERR(0, neightbl_get(ns(HOST), &host));
	ASSERT_EQ(1, red.found);
	EXPECT_LT(0, red.thresh3);
	EXPECT_EQ(red.thresh1, blue.thresh1);
	EXPECT_EQ(red.thresh2, blue.thresh2);
	EXPECT_EQ(red.thresh3, blue.thresh3);
	EXPECT_EQ(red.thresh3, host.thresh3);
	EXPECT_ERR(-ENOENT, neightbl_set(ns(RED), NDTA_THRESH1, red.thresh1,
					 0));
	EXPECT_ERR(-ENOENT, neightbl_set(ns(RED), NDTPA_UCAST_PROBES,
					 red.of_lo, -1));
	EXPECT_ERR(0, neightbl_set(ns(RED), NDTPA_UCAST_PROBES, 7, 1));
	ASSERT_ERR(0, neightbl_get(ns(RED), &red));
	ASSERT_ERR(0, neightbl_get(ns(BLUE), &blue));
	EXPECT_EQ(7, red.of_lo);
	EXPECT_EQ(host.of_lo, blue.of_lo);
	EXPECT_NE(7, blue.of_lo);
}

/* Claim 8: and no namespace but the machine's own sees them in /proc. */
TEST_OF("claim 8", isolation, limits_of_neighbours_are_no_sysctl_of_a_namespace)
{
	const char *red = "net/ipv4/neigh/lo/ucast_solicit";
	char value[32];

	NEED_SYSCTL();
	ASSERT_PODS();
	EXPECT_ERR(0, sysctl_get(ns(RED), red, value, sizeof(value)));
	EXPECT_ERR(-ENOENT, sysctl_get(ns(RED),
				       "net/ipv4/neigh/default/gc_thresh1",
				       value, sizeof(value)));
	EXPECT_ERR(-ENOENT, sysctl_get(ns(RED),
				       "net/ipv6/neigh/default/gc_thresh3",
				       value, sizeof(value)));
}

/* Both pods with lo up: what sockets there take, find and hear. */
FIXTURE(sockets) { struct topo *topo; };
FIXTURE_VARIANT(sockets) { const char *topology; };
FIXTURE_VARIANT_ADD(sockets, loopback) { .topology = "loopback" };
FIXTURE_SETUP(sockets) TOPO_SETUP(sockets)
FIXTURE_TEARDOWN(sockets) TOPO_TEARDOWN

/* A setting, and the option of a new socket that takes its value from it. */
static const struct taken {
	const char *sysctl, *value;
	int family, type, level, option, want;
} taken[] = {
	{ "net/ipv4/ip_default_ttl", "77", AF_INET, SOCK_DGRAM, IPPROTO_IP,
	  IP_TTL, 77 },
	{ "net/ipv4/ip_no_pmtu_disc", "1", AF_INET, SOCK_DGRAM, IPPROTO_IP,
	  IP_MTU_DISCOVER, IP_PMTUDISC_DONT },
	{ "net/ipv4/tcp_keepalive_time", "77", AF_INET, SOCK_STREAM,
	  IPPROTO_TCP, TCP_KEEPIDLE, 77 },
	{ "net/ipv4/tcp_keepalive_intvl", "77", AF_INET, SOCK_STREAM,
	  IPPROTO_TCP, TCP_KEEPINTVL, 77 },
	{ "net/ipv4/tcp_keepalive_probes", "7", AF_INET, SOCK_STREAM,
	  IPPROTO_TCP, TCP_KEEPCNT, 7 },
	{ "net/ipv4/tcp_syn_retries", "2", AF_INET, SOCK_STREAM,
	  IPPROTO_TCP, TCP_SYNCNT, 2 },
	{ "net/ipv4/tcp_fin_timeout", "7", AF_INET, SOCK_STREAM,
	  IPPROTO_TCP, TCP_LINGER2, 7 },
	{ "net/ipv4/tcp_rmem", "4096 50000 60000", AF_INET, SOCK_STREAM,
	  SOL_SOCKET, SO_RCVBUF, 50000 },
	{ "net/ipv4/tcp_wmem", "4096 50000 60000", AF_INET6, SOCK_STREAM,
	  SOL_SOCKET, SO_SNDBUF, 50000 },
	{ "net/ipv6/conf/all/hop_limit", "77", AF_INET6, SOCK_DGRAM,
	  IPPROTO_IPV6, IPV6_UNICAST_HOPS, 77 },
	{ "net/ipv6/bindv6only", "1", AF_INET6, SOCK_STREAM, IPPROTO_IPV6,
	  IPV6_V6ONLY, 1 },
	{ "net/ipv6/auto_flowlabels", "0", AF_INET6, SOCK_DGRAM,
	  IPPROTO_IPV6, IPV6_AUTOFLOWLABEL, 0 },
};

/* The option of a new socket, or -errno. */
static int option_of(const char *name, const struct taken *t)
{
	int fd = netns_socket(ns(name), t->family, t->type, 0);
	socklen_t len = sizeof(int);
	int value = 0, err;

	if (fd < 0)
		return fd;
	err = sys(getsockopt(fd, t->level, t->option, &value, &len));
	close(fd);
	return err ? err : value;
}

/* Claim 8: what a setting does, it does where it was made. */
TEST_OF("claim 8", sockets, new_sockets_take_the_settings_of_their_namespace)
{
	const struct taken *t;
	int before;

	NEED_SYSCTL();
	for (t = taken; t < taken + ARRAY_SIZE(taken); t++) {
		before = option_of(BLUE, t);
		EXPECT_NE(t->want, before);
		EXPECT_EQ(before, option_of(RED, t));
		EXPECT_ERR(0, sysctl_set(ns(RED), t->sysctl, t->value));
		EXPECT_EQ(t->want, option_of(RED, t))
			printf("# %s = %s\n", t->sysctl, t->value);
		EXPECT_EQ(before, option_of(BLUE, t))
			printf("# %s = %s in " RED "\n", t->sysctl, t->value);
	}
	ASSERT_ERR(0, reach(PROBE_UDP, RED, RED, "127.0.0.1"));
	ASSERT_ERR(0, reach(PROBE_UDP, BLUE, BLUE, "127.0.0.1"));
}

/* 0, or why nothing could be bound there. */
static int try_bind(const char *name, int type, const char *addr, uint16_t port)
{
	struct ip_prefix ip;
	int fd, err;

	err = ip_parse(addr, &ip);
	fd = err ? err : netns_socket(ns(name), ip.family, type, 0);
	if (fd < 0)
		return fd;
	err = bind_to(fd, addr, port);
	close(fd);
	return err;
}

TEST_OF("claim 8", sockets, what_may_be_bound_is_the_namespaces_to_say)
{
	NEED_SYSCTL();
	ASSERT_ERR(0, reach(PROBE_TCP, RED, RED, "127.0.0.1"));
	ASSERT_ERR(0, reach(PROBE_TCP, BLUE, BLUE, "127.0.0.1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/ip_unprivileged_port_start",
				 "80"));
	ASSERT_ERR(0, cap_set(CAP_NET_BIND_SERVICE, false));
	EXPECT_ERR(0, try_bind(RED, SOCK_STREAM, "127.0.0.1", 80));
	EXPECT_ERR(-EACCES, try_bind(RED, SOCK_STREAM, "127.0.0.1", 79));
	EXPECT_ERR(-EACCES, try_bind(BLUE, SOCK_STREAM, "127.0.0.1", 80));
	EXPECT_ERR(0, try_bind(RED, SOCK_DGRAM, "::1", 80));
	EXPECT_ERR(-EACCES, try_bind(BLUE, SOCK_DGRAM, "::1", 80));
	EXPECT_ERR(0, try_bind(BLUE, SOCK_DGRAM, "::1", 1024));
	ASSERT_ERR(0, cap_set(CAP_NET_BIND_SERVICE, true));
	EXPECT_ERR(-EADDRNOTAVAIL, try_bind(RED, SOCK_DGRAM, "192.0.2.9", 0));
	EXPECT_ERR(-EADDRNOTAVAIL, try_bind(RED, SOCK_DGRAM, "2001:db8::9", 0));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/ip_nonlocal_bind", "1"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv6/ip_nonlocal_bind", "1"));
	EXPECT_ERR(0, try_bind(RED, SOCK_DGRAM, "192.0.2.9", 0));
	EXPECT_ERR(0, try_bind(RED, SOCK_DGRAM, "2001:db8::9", 0));
	EXPECT_ERR(-EADDRNOTAVAIL, try_bind(BLUE, SOCK_DGRAM, "192.0.2.9", 0));
	EXPECT_ERR(-EADDRNOTAVAIL,
		   try_bind(BLUE, SOCK_DGRAM, "2001:db8::9", 0));
}

/* Sends an echo request to 127.0.0.1 of @name, and waits for no reply. */
static int send_echo(const char *name)
{
	/* Type 8, and its checksum. */
	static const uint8_t echo[8] = { 8, 0, 0xf7, 0xff };
	const struct sockaddr_in to = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = netns_socket(ns(name), AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int err = sys(sendto(fd, echo, sizeof(echo), 0,
			     (const struct sockaddr *)&to, sizeof(to)));

	close(fd);
	return err < 0 ? err : 0;
}

/*
 * To lo's queue, which is the CPU's, an echo is as any other packet: it has
 * come in when the datagram that was sent behind it has.
 */
TEST_OF("claim 8", sockets, who_answers_and_who_may_ask_is_the_namespaces_to_say)
{
	uint64_t red_in, red_out, blue_out;

	NEED_SYSCTL();
	ASSERT_ERR(0, cpu_pin(NULL));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/icmp_echo_ignore_all",
				 "1"));
	red_in = counter(RED, "IcmpInEchos");
	red_out = counter(RED, "IcmpOutEchoReps");
	blue_out = counter(BLUE, "IcmpOutEchoReps");
	ASSERT_ERR(0, send_echo(RED));
	ASSERT_ERR(0, send_echo(BLUE));
	ASSERT_ERR(0, reach(PROBE_UDP, RED, RED, "127.0.0.2"));
	ASSERT_ERR(0, reach(PROBE_UDP, BLUE, BLUE, "127.0.0.2"));
	EXPECT_EQ(red_in + 1, counter(RED, "IcmpInEchos"));
	EXPECT_EQ(red_out, counter(RED, "IcmpOutEchoReps"));
	EXPECT_EQ(blue_out + 1, counter(BLUE, "IcmpOutEchoReps"));
	EXPECT_EQ(-EACCES, netns_socket(ns(RED), AF_INET, SOCK_DGRAM,
					IPPROTO_ICMP));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/ping_group_range", "0 0"));
	EXPECT_LE(0, netns_socket(ns(RED), AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
	EXPECT_EQ(-EACCES, netns_socket(ns(BLUE), AF_INET, SOCK_DGRAM,
					IPPROTO_ICMP));
}

/* How many one-byte datagrams a unix socket's queue takes. */
static int dgram_queue(const char *name)
{
	int red = netns_socket(ns(name), AF_UNIX, SOCK_DGRAM, 0);
	int fd = netns_socket(ns(name), AF_UNIX, SOCK_DGRAM, 0);
	struct sockaddr_storage ss = { .ss_family = AF_UNIX };
	socklen_t len = sizeof(ss);
	int n = 0;

	if (red < 0 || fd < 0 ||
	    bind(red, (struct sockaddr *)&ss, sizeof(sa_family_t)) < 0 ||
	    getsockname(red, (struct sockaddr *)&ss, &len) < 0)
		return -errno;
	while (n < 100 && sendto(fd, "!", 1, MSG_DONTWAIT,
				 (struct sockaddr *)&ss, len) == 1)
		n++;
	close(fd);
	close(red);
	return n;
}

/* What listen(2) made of a backlog of 100 (tcp_get_info()). */
static int backlog(const char *name)
{
	int fd = netns_socket(ns(name), AF_INET, SOCK_STREAM, 0);
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	if (fd < 0 || listen(fd, 100) < 0 ||
	    getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) < 0)
		return -errno;
	close(fd);
	return info.tcpi_sacked;
}

/* How many groups one socket may join, up to 10. */
static int groups(const char *name)
{
	int fd = netns_socket(ns(name), AF_INET, SOCK_DGRAM, 0);
	struct ip_mreqn mreq = { .imr_ifindex = 1 };
	int n;

	for (n = 0; n < 10; n++) {
		mreq.imr_multiaddr.s_addr = htonl(0xe9fc0001 + n);
		if (setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &mreq,
			       sizeof(mreq)) < 0)
			break;
	}
	close(fd);
	return n;
}

TEST_OF("claim 8", sockets, how_much_there_may_be_is_the_namespaces_to_say)
{
	NEED_SYSCTL();
	ASSERT_ERR(0, reach(PROBE_TCP, RED, RED, "127.0.0.1"));
	ASSERT_EQ(100, backlog(RED));
	ASSERT_EQ(10, groups(RED));
	ASSERT_EQ(11, dgram_queue(RED));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/core/somaxconn", "7"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/ipv4/igmp_max_memberships",
				 "3"));
	ASSERT_ERR(0, sysctl_set(ns(RED), "net/unix/max_dgram_qlen", "3"));
	EXPECT_EQ(7, backlog(RED));
	EXPECT_EQ(3, groups(RED));
	EXPECT_EQ(4, dgram_queue(RED));
	EXPECT_EQ(100, backlog(BLUE));
	EXPECT_EQ(10, groups(BLUE));
	EXPECT_EQ(11, dgram_queue(BLUE));
}

/* A conversation on 127.0.0.1 between ports 5000 and 6000: both ends. */
struct talk {
	int client, server;
};

static int talk_open(const char *name, struct talk *talk)
{
	int listener = netns_socket(ns(name), AF_INET, SOCK_STREAM, 0);
	struct sockaddr_in to = { .sin_family = AF_INET,
				  .sin_port = htons(6000),
				  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int err;

	talk->client = netns_socket(ns(name), AF_INET, SOCK_STREAM, 0);
	err = bind_to(listener, "127.0.0.1", 6000);
	if (!err)
		err = sys(listen(listener, 1));
	if (!err)
		err = bind_to(talk->client, "127.0.0.1", 5000);
	if (!err)
		err = sys(connect(talk->client, (struct sockaddr *)&to,
				  sizeof(to)));
	if (err)
		return err;
	talk->server = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
	close(listener);
	return talk->server < 0 ? -errno : 0;
}

/* The bytes that are there, as text. */
static const char *hear(int fd)
{
	static char text[64];
	ssize_t n = recv(fd, text, sizeof(text) - 1, MSG_DONTWAIT);

	text[n < 0 ? 0 : n] = '\0';
	return text;
}

/* Claim 8: one pair of addresses and ports, two conversations. */
TEST_OF("claim 8, claim 61", sockets, the_same_four_numbers_are_a_connection_in_each)
{
	struct talk red, blue;

	ASSERT_ERR(0, talk_open(RED, &red));
	ASSERT_ERR(0, talk_open(BLUE, &blue));
	ASSERT_EQ(3, send(red.client, "red", 3, MSG_NOSIGNAL));
	ASSERT_EQ(4, send(blue.client, "blue", 4, MSG_NOSIGNAL));
	ASSERT_ERR(0, deadline_poll_in(red.server, deadline_new()));
	ASSERT_ERR(0, deadline_poll_in(blue.server, deadline_new()));
	EXPECT_STREQ("red", hear(red.server));
	EXPECT_STREQ("blue", hear(blue.server));
	/* The end of one is none of the other's. */
	close(red.client);
	ASSERT_ERR(0, deadline_poll_in(red.server, deadline_new()));
	EXPECT_EQ(0, recv(red.server, &red, 1, MSG_DONTWAIT));
	ASSERT_EQ(5, send(blue.client, "again", 5, MSG_NOSIGNAL));
	ASSERT_ERR(0, deadline_poll_in(blue.server, deadline_new()));
	EXPECT_STREQ("again", hear(blue.server));
}

/* A socket that hears a group (of join_group()) on lo, port 7000. */
static int group_socket(const char *name)
{
	int fd = netns_socket(ns(name), AF_INET, SOCK_DGRAM, 0);
	int err = bind_to(fd, "0.0.0.0", 7000);

	if (!err)
		err = join_group(fd);
	return err ? err : fd;
}

/* Says something to the group, over the lo of @name. */
static int tell_group(const char *name, const char *text)
{
	const struct ip_mreqn lo = { .imr_ifindex = 1 };
	const struct sockaddr_in to = { .sin_family = AF_INET,
					.sin_port = htons(7000),
					.sin_addr.s_addr = htonl(0xe9fc0001) };
	int fd = netns_socket(ns(name), AF_INET, SOCK_DGRAM, 0);
	int err = sys(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &lo,
				 sizeof(lo)));

	if (!err)
		err = sys(sendto(fd, text, strlen(text), 0,
				 (const struct sockaddr *)&to, sizeof(to)));
	close(fd);
	return err < 0 ? err : 0;
}

/* Claim 8: those that many may hear: multicast, and raw sockets. */
TEST_OF("claim 8", sockets, what_all_may_hear_is_heard_in_its_namespace)
{
	int red = group_socket(RED), blue = group_socket(BLUE);
	int raw_red = netns_socket(ns(RED), AF_INET, SOCK_RAW, IPPROTO_ICMP);
	int raw_blue = netns_socket(ns(BLUE), AF_INET, SOCK_RAW, IPPROTO_ICMP);

	ASSERT_TRUE(red >= 0 && blue >= 0);
	ASSERT_TRUE(raw_red >= 0 && raw_blue >= 0);
	ASSERT_ERR(0, cpu_pin(NULL));
	ASSERT_ERR(0, tell_group(RED, "red"));
	ASSERT_ERR(0, tell_group(BLUE, "blue"));
	ASSERT_ERR(0, deadline_poll_in(red, deadline_new()));
	ASSERT_ERR(0, deadline_poll_in(blue, deadline_new()));
	EXPECT_STREQ("red", hear(red));
	EXPECT_STREQ("blue", hear(blue));
	EXPECT_STREQ("", hear(red));
	EXPECT_STREQ("", hear(blue));
	/* An echo and its reply, here; there none. */
	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "127.0.0.1"));
	EXPECT_LT(0, recv(raw_red, &red, 1, MSG_DONTWAIT));
	EXPECT_LT(0, recv(raw_red, &red, 1, MSG_DONTWAIT));
	EXPECT_EQ(-1, recv(raw_red, &red, 1, MSG_DONTWAIT));
	EXPECT_EQ(-1, recv(raw_blue, &red, 1, MSG_DONTWAIT));
	EXPECT_EQ(EAGAIN, errno);
}

/* Claim 8: an address of one is none of the other's, nor is a device. */
TEST_OF("claim 8", sockets, addresses_and_devices_of_another_are_not_found)
{
	const struct link_desc own = { .kind = "bridge", .name = "own" };
	int red = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	int blue = netns_socket(ns(BLUE), AF_INET, SOCK_DGRAM, 0);
	struct ifreq ifr = { .ifr_name = "own" };

	ASSERT_ERR(0, reach(PROBE_TCP, BLUE, BLUE, "127.0.0.1"));
	ASSERT_ERR(0, link_add(in(RED), &own));
	ASSERT_ERR(0, addr_add(in(RED), "lo", "192.0.2.1/32", 0));
	ASSERT_ERR(0, addr_add(in(RED), "lo", "2001:db8::1/128", IFA_F_NODAD));
	EXPECT_ERR(0, try_bind(RED, SOCK_STREAM, "192.0.2.1", 0));
	EXPECT_ERR(0, try_bind(RED, SOCK_STREAM, "2001:db8::1", 0));
	EXPECT_ERR(-EADDRNOTAVAIL, try_bind(BLUE, SOCK_STREAM, "192.0.2.1", 0));
	EXPECT_ERR(-EADDRNOTAVAIL,
		   try_bind(BLUE, SOCK_STREAM, "2001:db8::1", 0));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_UDP, BLUE, NULL, "192.0.2.1"));
	EXPECT_ERR(0, sys(ioctl(red, SIOCGIFINDEX, &ifr)));
	EXPECT_ERR(-ENODEV, sys(ioctl(blue, SIOCGIFINDEX, &ifr)));
	EXPECT_ERR(-ENODEV, sys(ioctl(blue, SIOCGIFNAME, &ifr)));
	EXPECT_ERR(0, sys(setsockopt(red, SOL_SOCKET, SO_BINDTODEVICE, "own",
				     4)));
	EXPECT_ERR(-ENODEV, sys(setsockopt(blue, SOL_SOCKET, SO_BINDTODEVICE,
					   "own", 4)));
}

/* A route whose source address is one of lo's, in @name. */
static int route_with_source(const char *name)
{
	const struct route_desc route = { .dst = "198.51.100.0/24",
					  .dev = "lo", .src = "192.0.2.1" };
	int err = addr_add(in(name), "lo", "192.0.2.1/32", 0);

	return err ? err : route_add(in(name), &route);
}

/* Claim 8: an address that goes takes the routes that need it, there. */
TEST_OF("claim 8", sockets, deleting_an_address_leaves_the_routes_of_others)
{
	const char *route = "route unicast 198.51.100.0/24 dev lo table main proto boot scope link src 192.0.2.1\n";

	ASSERT_ERR(0, reach(PROBE_UDP, BLUE, BLUE, "127.0.0.1"));
	ASSERT_ERR(0, route_with_source(RED));
	ASSERT_ERR(0, route_with_source(BLUE));
	EXPECT_TEXT(route, main_routes(RED));
	EXPECT_TEXT(route, main_routes(BLUE));
	ASSERT_ERR(0, addr_del(in(RED), "lo", "192.0.2.1/32"));
	EXPECT_TEXT("", main_routes(RED));
	EXPECT_TEXT(route, main_routes(BLUE));
	EXPECT_ERR(0, reach(PROBE_UDP, BLUE, BLUE, "192.0.2.1"));
}

/* A flow label for ::1 that nobody else may use: 0 or -errno. */
static int own_label(int fd, uint32_t label)
{
	const struct in6_flowlabel_req request = {
		.flr_dst = IN6ADDR_LOOPBACK_INIT, .flr_label = htonl(label),
		.flr_action = IPV6_FL_A_GET, .flr_share = IPV6_FL_S_EXCL,
		.flr_flags = IPV6_FL_F_CREATE | IPV6_FL_F_EXCL,
		.flr_linger = 6, .flr_expires = 60,
	};

	return sys(setsockopt(fd, IPPROTO_IPV6, IPV6_FLOWLABEL_MGR, &request,
			      sizeof(request)));
}

/* Claim 8: one list of flow labels, and each entry a namespace's. */
TEST_OF("claim 8", sockets, flow_labels_are_leased_per_namespace)
{
	int red = netns_socket(ns(RED), AF_INET6, SOCK_DGRAM, 0);
	int again = netns_socket(ns(RED), AF_INET6, SOCK_DGRAM, 0);
	int blue = netns_socket(ns(BLUE), AF_INET6, SOCK_DGRAM, 0);

	ASSERT_TRUE(red >= 0 && again >= 0 && blue >= 0);
	ASSERT_ERR(0, reach(PROBE_UDP, RED, RED, "::1"));
	ASSERT_ERR(0, reach(PROBE_UDP, BLUE, BLUE, "::1"));
	EXPECT_ERR(0, own_label(red, 0x12345));
	EXPECT_ERR(-EEXIST, own_label(again, 0x12345));
	EXPECT_ERR(0, own_label(blue, 0x12345));
	close(red);
	close(again);
	close(blue);
}

KSFT_NEEDS(CONFIG_IPV6, "*.no_sysctl_that_can_be_written_*",
	   "*.proc_net_tells_*", "*.events_of_one_namespace_*",
	   "*.new_sockets_take_*", "*.what_may_be_bound_*",
	   "*.addresses_and_devices_of_another_*", "*.flow_labels_*")
KSFT_NEEDS(CONFIG_PACKET, "*.proc_net_tells_*", "*.events_of_one_namespace_*")
KSFT_NEEDS(CONFIG_USER_NS, "*.no_sysctl_that_can_be_written_*")
KSFT_NEEDS(CONFIG_VETH, "*.uevents_of_a_device_*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.proc_net_tells_*", "*.events_of_one_namespace_*",
	   "*.addresses_and_devices_of_another_*")
KSFT_NEEDS(CONFIG_UNIX, "*.proc_net_tells_*", "*.events_of_one_namespace_*",
	   "*.how_much_there_may_be_*")
KSFT_NEEDS(CONFIG_IP_MULTICAST, "*.proc_net_tells_*")

KSFT_MAIN
