// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * New namespaces: what makes them, what names them, and what they keep apart.
 *
 *	host          pod-red          pod-blue
 *	lo            lo               lo		all down, no wire
 *
 * Claims that are about ip(8) (5, 6, 7, 10) are held against the kernel alone:
 * by the system calls that such a tool has to make.  Claim 3 in full is p2p.c,
 * bridge.c and host.c.
 */
#include "ksft.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/magic.h>
#include <linux/net_namespace.h>
#include <sched.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/vfs.h>

#include "nft.h"

#define PORT		8080
#define RULE_PRIORITY	100

static const uint8_t peer_mac[6] = { 2, 0, 0, 0, 0, 2 };

FIXTURE(creation) { struct topo *topo; };
FIXTURE_VARIANT(creation) { const char *topology; };
FIXTURE_VARIANT_ADD(creation, netns) { .topology = "netns" };
FIXTURE_SETUP(creation) TOPO_SETUP(creation)
FIXTURE_TEARDOWN(creation) TOPO_TEARDOWN

static uint64_t inode_of(int fd)
{
	struct stat st;

	return fstat(fd, &st) < 0 ? 0 : st.st_ino;
}

static uint64_t own_inode(void)
{
	int fd = netns_self();
	uint64_t ino = inode_of(fd);

	close(fd);
	return ino;
}

static uint64_t cookie_of(int netns)
{
	struct netns_id id;

	return netns_id(netns, &id) ? 0 : id.cookie;
}

/* f_type of the file system that @path is on, or -errno. */
static long fs_type(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) < 0 ? -errno : (long)fs.f_type;
}

/* Of a line of mountinfo (proc_pid_mountinfo(5)). */
struct mount_line {
	char root[256], point[256], type[32], source[256];
	bool shared;
};

/* The topmost mount of @root (NULL: any) on @point (NULL: anywhere). */
static int mount_find(const char *root, const char *point,
		      struct mount_line *found)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char *line = NULL, *rest;
	int err = -ENOENT;
	struct mount_line m;
	size_t size = 0;

	if (!file)
		return -errno;
	while (getline(&line, &size, file) > 0) {
		rest = strstr(line, " - ");
		if (!rest ||
		    sscanf(line, "%*s %*s %*s %255s %255s", m.root,
			   m.point) != 2 ||
		    sscanf(rest, " - %31s %255s", m.type, m.source) != 2 ||
		    (root && strcmp(root, m.root)) ||
		    (point && strcmp(point, m.point)))
			continue;
		*rest = '\0';
		m.shared = strstr(line, " shared:");
		*found = m;
		err = 0;
	}
	free(line);
	fclose(file);
	return err;
}

/*
 * What a tool has to do: unshare(2), mount its own nsfs file on @path, setns(2)
 * back.  A descriptor of the new namespace, or -errno.
 */
static int unshare_and_mount(const char *path)
{
	int self = netns_self();
	int fd, err = 0;

	if (self < 0)
		return self;
	fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0444);
	if (fd < 0 || close(fd) < 0 || unshare(CLONE_NEWNET) < 0) {
		err = -errno;
		close(self);
		return err;
	}
	fd = netns_self();
	if (mount("/proc/thread-self/ns/net", path, NULL, MS_BIND, NULL) < 0)
		err = -errno;
	if (setns(self, CLONE_NEWNET) < 0)
		err = -errno;
	close(self);
	if (!err)
		return fd;
	close(fd);
	return err;
}

/* Claim 1: SO_NETNS_COOKIE is v5.14's. */
TEST_OF("claim 1", creation,
	each_namespace_has_an_inode_and_a_cookie_of_its_own)
{
	struct netns_id own, host, red, blue;
	int here = netns_self();

	ASSERT_LE(0, here);
	ASSERT_EQ(0, netns_id(here, &own));
	ASSERT_EQ(0, netns_id(ns("host"), &host));
	ASSERT_EQ(0, netns_id(ns("pod-red"), &red));
	ASSERT_EQ(0, netns_id(ns("pod-blue"), &blue));
	EXPECT_NE(red.ino, blue.ino);
	EXPECT_NE(red.ino, host.ino);
	EXPECT_NE(blue.ino, host.ino);
	EXPECT_NE(own.ino, host.ino);
	EXPECT_NE(own.ino, red.ino);
	EXPECT_NE(red.cookie, blue.cookie);
	EXPECT_NE(red.cookie, host.cookie);
	EXPECT_NE(blue.cookie, host.cookie);
	EXPECT_NE(own.cookie, host.cookie);
	EXPECT_NE(0, red.cookie);
}

/* Claims 1 and 10: by the three system calls alone, without lib/netns. */
TEST_OF("claim 1, claim 10", creation,
	unshare_a_bind_mount_and_setns_make_a_named_namespace)
{
	uint64_t before = own_inode();
	struct mount_line m;
	char root[64];
	int fd, named;

	ASSERT_PODS();
	fd = unshare_and_mount(NETNS_DIR "/pod-green");
	ASSERT_LE(0, fd);
	EXPECT_EQ(before, own_inode());
	EXPECT_NE(before, inode_of(fd));
	named = open(NETNS_DIR "/pod-green", O_RDONLY | O_CLOEXEC);
	EXPECT_EQ(inode_of(fd), inode_of(named));
	EXPECT_EQ(cookie_of(fd), cookie_of(named));
	EXPECT_NE(cookie_of(ns("pod-red")), cookie_of(named));
	snprintf(root, sizeof(root), "net:[%llu]",
		 (unsigned long long)inode_of(fd));
	EXPECT_ERR(0, mount_find(root, NETNS_DIR "/pod-green", &m));
}

/* A name is usable as it is, by its path: as setns(2) takes it. */
TEST_F(creation, setns_enters_by_a_name_and_refuses_other_files)
{
	int here = netns_self();
	int named = open(NETNS_DIR "/pod-red", O_RDONLY | O_CLOEXEC);
	int mnt = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
	int plain = open(NETNS_DIR "/plain", O_RDONLY | O_CREAT | O_CLOEXEC,
			 0444);
	uint64_t inside;

	ASSERT_PODS();
	ASSERT_LE(0, plain);
	ASSERT_LE(0, mnt);
	ASSERT_EQ(0, setns(named, CLONE_NEWNET));
	inside = own_inode();
	ASSERT_EQ(0, setns(here, CLONE_NEWNET));
	EXPECT_EQ(inode_of(ns("pod-red")), inside);
	EXPECT_ERR(-EINVAL, setns(plain, CLONE_NEWNET) ? -errno : 0);
	EXPECT_ERR(-EINVAL, setns(mnt, CLONE_NEWNET) ? -errno : 0);
	EXPECT_EQ(inode_of(here), own_inode());
}

/* Claim 2: over IP there is no way out of an unconnected namespace. */
TEST_OF("claim 2", creation,
	unconnected_namespaces_do_not_reach_each_other_over_ipv4)
{
	uint64_t before, red;

	ASSERT_PODS();
	ASSERT_ERR(0, set_up("pod-blue", "lo"));
	ASSERT_ERR(0, addr_add(in("pod-blue"), "lo", "192.0.2.2/32", 0));
	ASSERT_ERR(0, reach_all("pod-blue", "pod-blue", "192.0.2.2"));
	red = counter("pod-red", "IpOutRequests");
	before = counter("pod-red", "IpOutNoRoutes");
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_TCP, "pod-red", "pod-blue", "192.0.2.2"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_UDP, "pod-red", "pod-blue", "192.0.2.2"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_ICMP, "pod-red", "pod-blue", "192.0.2.2"));
	EXPECT_EQ(before + 3, counter("pod-red", "IpOutNoRoutes"));
	EXPECT_EQ(red, counter("pod-red", "IpOutRequests"));
}

/*
 * Gives the lo of @name an IPv6 address.  Even where there is nothing to detect
 * the local route comes from a work item (addrconf_dad_work()): wait for it.
 */
static int address6(const char *name, const char *addr)
{
	struct events *events = events_open(ns(name), EVENT_ROUTE6);
	char line[96];
	int err;

	if (!events)
		return -errno;
	snprintf(line, sizeof(line), "NEWROUTE local %s dev lo table local",
		 addr);
	err = set_up(name, "lo");
	if (!err)
		err = addr_add(in(name), "lo", addr, 0);
	if (!err)
		err = events_wait(events, line);
	events_close(events);
	return err;
}

/*
 * Claim 2: with lo down IPv6 has not even a source address to offer, so
 * EADDRNOTAVAIL comes before any look at the routes; with lo up, ENETUNREACH.
 */
TEST_OF("claim 2", creation,
	unconnected_namespaces_do_not_reach_each_other_over_ipv6)
{
	ASSERT_PODS();
	ASSERT_ERR(0, address6("pod-blue", "2001:db8::2/128"));
	ASSERT_ERR(0, reach_all("pod-blue", "pod-blue", "2001:db8::2"));
	EXPECT_ERR(-EADDRNOTAVAIL,
		   reach(PROBE_TCP, "pod-red", "pod-blue", "2001:db8::2"));
	ASSERT_ERR(0, set_up("pod-red", "lo"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_TCP, "pod-red", "pod-blue", "2001:db8::2"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_UDP, "pod-red", "pod-blue", "2001:db8::2"));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_ICMP, "pod-red", "pod-blue", "2001:db8::2"));
}

/* Where a stream socket listens, or connects to. */
struct address {
	struct sockaddr_storage ss;
	socklen_t len;
};

/* A listening socket in @netns that never waits, or -errno. */
static int listen_at(int netns, struct address at)
{
	int fd = netns_socket(netns, at.ss.ss_family,
			      SOCK_STREAM | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return fd;
	if (!bind(fd, (struct sockaddr *)&at.ss, at.len) && !listen(fd, 8))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* A socket of @netns that is connected, or -errno. */
static int connect_to(int netns, struct address to)
{
	int fd = netns_socket(netns, to.ss.ss_family, SOCK_STREAM, 0);
	int err;

	if (fd < 0 || !connect(fd, (struct sockaddr *)&to.ss, to.len))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* "@name" is abstract; the length counts there, a NUL does not end it. */
static struct address unix_address(const char *name)
{
	struct address at = { .len = offsetof(struct sockaddr_un, sun_path) +
				     strlen(name) };
	struct sockaddr_un *un = (struct sockaddr_un *)&at.ss;

	un->sun_family = AF_UNIX;
	snprintf(un->sun_path, sizeof(un->sun_path), "%s", name);
	if (*name == '@')
		un->sun_path[0] = '\0';
	return at;
}

static int unix_listen(int netns, const char *name)
{
	return listen_at(netns, unix_address(name));
}

/* 0 if a socket of @netns can connect. */
static int unix_connect(int netns, const char *name)
{
	int fd = connect_to(netns, unix_address(name));

	if (fd < 0)
		return fd;
	close(fd);
	return 0;
}

/* Claims 2 and 8: an abstract name is the namespace's, free in the others. */
TEST_OF("claim 2, claim 8", creation,
	abstract_unix_sockets_stay_in_their_namespace)
{
	int blue = unix_listen(ns("pod-blue"), "@netns");

	ASSERT_PODS();
	ASSERT_LE(0, blue);
	ASSERT_ERR(0, unix_connect(ns("pod-blue"), "@netns"));
	EXPECT_ERR(-ECONNREFUSED, unix_connect(ns("pod-red"), "@netns"));
	EXPECT_ERR(-EADDRINUSE, unix_listen(ns("pod-blue"), "@netns"));
	EXPECT_LE(0, unix_listen(ns("pod-red"), "@netns"));
	EXPECT_ERR(0, unix_connect(ns("pod-red"), "@netns"));
}

/*
 * Claim 2, where the document says "no communication": a path belongs to the
 * mount namespace (unix_find_bsd() compares inodes only), so it crosses.
 */
TEST_OF("claim 2", creation, pathname_unix_sockets_cross_namespaces)
{
	int blue = unix_listen(ns("pod-blue"), "/run/netns.sock");
	int server, client;
	char byte = 0;

	ASSERT_PODS();
	ASSERT_NE(inode_of(ns("pod-red")), inode_of(ns("pod-blue")));
	ASSERT_LE(0, blue);
	client = connect_to(ns("pod-red"), unix_address("/run/netns.sock"));
	ASSERT_LE(0, client);
	server = accept4(blue, NULL, NULL, SOCK_CLOEXEC);
	ASSERT_LE(0, server);
	EXPECT_EQ(1, send(client, "!", 1, MSG_NOSIGNAL));
	EXPECT_EQ(1, recv(server, &byte, 1, 0));
	EXPECT_EQ('!', byte);
}

/* A pair between the pods with an address each; 0 once packets can pass. */
static int wire(void)
{
	const struct ksft_end red = { "pod-red", "veth-red", "192.0.2.1/24" };
	const struct ksft_end blue = { "pod-blue", "veth-blue",
				       "192.0.2.2/24" };

	return wire_ends(&red, &blue);
}

/* Claim 3: nothing but the pair changes between no and yes, and back. */
TEST_OF("claim 3, claim 4", creation,
	a_veth_pair_connects_and_without_it_nothing_does)
{
	struct link blue;

	ASSERT_PODS();
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_UDP, "pod-red", NULL, "192.0.2.2"));
	ASSERT_ERR(0, wire());
	EXPECT_ERR(0, reach_all("pod-red", "pod-blue", "192.0.2.2"));
	EXPECT_ERR(0, reach_all("pod-blue", "pod-red", "192.0.2.1"));
	ASSERT_ERR(0, link_get(in("pod-blue"), "veth-blue", &blue));
	EXPECT_LT(0, blue.stats.rx_packets);
	ASSERT_ERR(0, link_del(in("pod-red"), "veth-red"));
	EXPECT_ERR(-ENODEV, link_get(in("pod-blue"), "veth-blue", &blue));
	EXPECT_ERR(-ENETUNREACH,
		   reach(PROBE_UDP, "pod-red", NULL, "192.0.2.2"));
}

/* open(2) as one would to make the name: 0 or -errno. */
static int create_exclusively(const char *path)
{
	int fd = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);

	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

/* Claim 5: O_EXCL is what refuses a second one, and harms the first not. */
TEST_OF("claim 5", creation, a_name_that_is_taken_cannot_be_made_again)
{
	struct stat st;

	ASSERT_PODS();
	ASSERT_ERR(0, create_exclusively(NETNS_DIR "/pod-green"));
	EXPECT_ERR(-EEXIST, create_exclusively(NETNS_DIR "/pod-green"));
	EXPECT_ERR(-EEXIST, create_exclusively(NETNS_DIR "/pod-red"));
	EXPECT_ERR(-EEXIST, create_exclusively(NETNS_DIR "/pod-blue"));
	ASSERT_EQ(0, stat(NETNS_DIR "/pod-red", &st));
	EXPECT_EQ(inode_of(ns("pod-red")), st.st_ino);
}

/* Claim 5: why it has to be O_EXCL, since mount(2) refuses nothing. */
TEST_OF("claim 5", creation,
	a_second_mount_on_a_name_hides_the_first_until_it_goes)
{
	int fd = unshare_and_mount(NETNS_DIR "/pod-red");
	struct stat st;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_EQ(0, stat(NETNS_DIR "/pod-red", &st));
	EXPECT_EQ(inode_of(fd), st.st_ino);
	EXPECT_NE(inode_of(ns("pod-red")), st.st_ino);
	ASSERT_EQ(0, umount2(NETNS_DIR "/pod-red", MNT_DETACH));
	ASSERT_EQ(0, stat(NETNS_DIR "/pod-red", &st));
	EXPECT_EQ(inode_of(ns("pod-red")), st.st_ino);
}

/* Claim 5: what the file system itself says to names that are none. */
TEST_OF("claim 5", creation, names_that_are_no_file_names_are_refused)
{
	char path[512] = NETNS_DIR "/";
	size_t at = strlen(path);

	ASSERT_PODS();
	memset(path + at, 'a', 255);
	EXPECT_ERR(0, create_exclusively(path));
	path[at + 255] = 'a';
	EXPECT_ERR(-ENAMETOOLONG, create_exclusively(path));
	EXPECT_ERR(-EISDIR, create_exclusively(NETNS_DIR "/"));
	EXPECT_ERR(-EEXIST, create_exclusively(NETNS_DIR "/."));
	EXPECT_ERR(-EEXIST, create_exclusively(NETNS_DIR "/.."));
	EXPECT_ERR(-ENOENT, create_exclusively(NETNS_DIR "/a/b"));
	/* "pod-red" is a file: nothing can be below it. */
	EXPECT_ERR(-ENOTDIR, create_exclusively(NETNS_DIR "/pod-red/b"));
}

/* The names in NETNS_DIR as readdir(3) gives them, a blank after each. */
static const char *names(char *buf, size_t size)
{
	DIR *dir = opendir(NETNS_DIR);
	struct dirent *entry;
	size_t n = 0;

	buf[0] = '\0';
	while (dir && (entry = readdir(dir)) && n < size) {
		if (entry->d_name[0] != '.')
			n += snprintf(buf + n, size - n, "%s ", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return buf;
}

/*
 * Claim 6: the order is the directory's, which on tmpfs is that of creation:
 * newest first (6.18), or oldest first where its readdir() goes by offsets that
 * grow (v6.6 made such, simple_offset_add()).  Never the alphabet's: that the
 * document lists "pod-blue" before "pod-red" is because it came later.
 */
TEST_OF("claim 6", creation,
	names_are_listed_in_order_of_creation_not_of_the_alphabet)
{
	char text[256];
	bool newest_first, oldest_first;

	ASSERT_PODS();
	ASSERT_EQ(0, netns_add("a"));
	ASSERT_EQ(0, netns_add("z"));
	ASSERT_EQ(0, netns_add("m"));
	names(text, sizeof(text));
	newest_first = !strcmp(text, "m z a pod-blue pod-red ");
	oldest_first = !strcmp(text, "pod-red pod-blue a z m ");
	EXPECT_TRUE(newest_first || oldest_first)
		printf("# listed: %s\n", text);
}

/* Claim 6: the later "(id: 0)": an id is given on first use, not at birth. */
TEST_OF("claim 6, error nsid-unassigned", creation,
	a_namespace_gets_an_id_only_once_a_link_crosses)
{
	int red, blue;

	ASSERT_PODS();
	ASSERT_ERR(0, nsid_get(in("pod-blue"), ns("pod-red"), &red));
	EXPECT_EQ(NETNSA_NSID_NOT_ASSIGNED, red);
	ASSERT_ERR(0, wire());
	EXPECT_ERR(0, nsid_get(in("pod-blue"), ns("pod-red"), &red));
	EXPECT_ERR(0, nsid_get(in("pod-red"), ns("pod-blue"), &blue));
	EXPECT_EQ(0, red);
	EXPECT_EQ(0, blue);
	EXPECT_ERR(0, nsid_get(in("host"), ns("pod-red"), &red));
	EXPECT_EQ(NETNSA_NSID_NOT_ASSIGNED, red);
}

/* Claim 7: the file one sees is nsfs', with the namespace's own inode. */
TEST_OF("claim 7", creation, a_name_is_a_mount_of_the_namespace_itself)
{
	struct mount_line m;
	struct stat st;
	char root[64];

	ASSERT_PODS();
	ASSERT_EQ(0, stat(NETNS_DIR "/pod-red", &st));
	EXPECT_EQ((mode_t)S_IFREG | 0444, st.st_mode);
	EXPECT_EQ(0, st.st_size);
	EXPECT_EQ(inode_of(ns("pod-red")), st.st_ino);
	EXPECT_EQ(NSFS_MAGIC, fs_type(NETNS_DIR "/pod-red"));
	ASSERT_ERR(0, mount_find(NULL, NETNS_DIR "/pod-red", &m));
	snprintf(root, sizeof(root), "net:[%llu]",
		 (unsigned long long)st.st_ino);
	EXPECT_STREQ(root, m.root);
	EXPECT_STREQ("nsfs", m.type);
	EXPECT_STREQ("nsfs", m.source);
}

/* Claim 7: the name is the mount, the file below it a plain empty one. */
TEST_OF("claim 7", creation, without_its_mount_a_name_is_an_empty_file)
{
	uint64_t cookie = cookie_of(ns("pod-red"));
	struct stat st;
	int fd;

	ASSERT_PODS();
	ASSERT_EQ(NSFS_MAGIC, fs_type(NETNS_DIR "/pod-red"));
	ASSERT_EQ(0, umount2(NETNS_DIR "/pod-red", MNT_DETACH));
	ASSERT_EQ(0, stat(NETNS_DIR "/pod-red", &st));
	EXPECT_TRUE(S_ISREG(st.st_mode));
	EXPECT_EQ(0, st.st_size);
	EXPECT_EQ(TMPFS_MAGIC, fs_type(NETNS_DIR "/pod-red"));
	EXPECT_NE(inode_of(ns("pod-red")), st.st_ino);
	fd = open(NETNS_DIR "/pod-red", O_RDONLY | O_CLOEXEC);
	ASSERT_LE(0, fd);
	EXPECT_ERR(-EINVAL, setns(fd, CLONE_NEWNET) ? -errno : 0);
	EXPECT_EQ(cookie, cookie_of(ns("pod-red")));
}

/* Makes @name in a copy of this mount namespace, and comes back. */
static int add_in_a_copy(const char *name)
{
	int self = open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC);
	int err;

	if (self < 0)
		return -errno;
	err = unshare(CLONE_NEWNS) < 0 ? -errno : netns_add(name);
	if (setns(self, CLONE_NEWNS) < 0 && !err)
		err = -errno;
	close(self);
	return err;
}

/* Claim 7: what the self-bound shared mount on the folder is good for. */
TEST_OF("claim 7", creation,
	a_name_reaches_other_mount_namespaces_by_a_shared_mount)
{
	struct mount_line m;

	ASSERT_PODS();
	/* Private: the file is seen (one tmpfs), the namespace is not. */
	ASSERT_ERR(0, add_in_a_copy("private"));
	EXPECT_EQ(TMPFS_MAGIC, fs_type(NETNS_DIR "/private"));
	/* A folder that is no mount cannot be shared: hence on itself. */
	EXPECT_ERR(-EINVAL, mount(NULL, NETNS_DIR, NULL, MS_SHARED | MS_REC,
				  NULL) ? -errno : 0);
	ASSERT_EQ(0, mount(NETNS_DIR, NETNS_DIR, NULL, MS_BIND | MS_REC,
			   NULL));
	ASSERT_EQ(0, mount(NULL, NETNS_DIR, NULL, MS_SHARED | MS_REC, NULL));
	ASSERT_ERR(0, mount_find(NULL, NETNS_DIR, &m));
	EXPECT_STREQ("/netns", m.root);
	EXPECT_TRUE(m.shared);
	ASSERT_ERR(0, add_in_a_copy("shared"));
	EXPECT_EQ(NSFS_MAGIC, fs_type(NETNS_DIR "/shared"));
	EXPECT_EQ(NSFS_MAGIC, fs_type(NETNS_DIR "/pod-red"));
}

/* Claim 10: the kernel mounts nothing by itself; it works all the same. */
TEST_OF("claim 10", creation, a_namespace_that_nobody_mounts_has_no_name)
{
	char before[256], after[256], root[64];
	struct mount_line m;
	struct rtnl *rtnl;
	struct link lo;
	int fd;

	ASSERT_PODS();
	names(before, sizeof(before));
	fd = netns_new();
	ASSERT_LE(0, fd);
	snprintf(root, sizeof(root), "net:[%llu]",
		 (unsigned long long)inode_of(ns("pod-red")));
	EXPECT_ERR(0, mount_find(root, NULL, &m));
	snprintf(root, sizeof(root), "net:[%llu]",
		 (unsigned long long)inode_of(fd));
	EXPECT_ERR(-ENOENT, mount_find(root, NULL, &m));
	EXPECT_STREQ(before, names(after, sizeof(after)));
	rtnl = rtnl_open(fd);
	ASSERT_NE(NULL, rtnl);
	EXPECT_ERR(0, link_get(rtnl, "lo", &lo));
	rtnl_close(rtnl);
}

static int rule_add(struct rtnl *rtnl, uint32_t priority)
{
	const struct fib_rule_hdr hdr = {
		.family = AF_INET, .table = RT_TABLE_MAIN,
		.action = FR_ACT_TO_TBL,
	};
	struct req req;

	req_init(&req, RTM_NEWRULE, NLM_F_CREATE | NLM_F_EXCL, &hdr,
		 sizeof(hdr));
	req_u32(&req, FRA_PRIORITY, priority);
	return rtnl_talk(rtnl, &req);
}

/* One of everything in pod-red, on a pair that ends there twice. */
static int furnish_red(void)
{
	const struct route_desc route = { .dst = "198.51.100.0/24",
					  .via = "192.0.2.2" };
	const struct link_desc peer = { .name = "own-peer" };
	const struct link_desc veth = { .kind = "veth", .name = "own",
					.peer = &peer };
	struct link last;
	int err;

	err = link_add(in("pod-red"), &veth);
	if (!err)
		err = set_up("pod-red", "own-peer");
	if (!err)
		err = set_up("pod-red", "own");
	if (!err)
		err = link_wait(ns("pod-red"), "own", link_is_running, &last);
	if (!err)
		err = addr_add(in("pod-red"), "own", "192.0.2.1/24", 0);
	if (!err)
		err = route_add(in("pod-red"), &route);
	if (!err)
		err = neigh_add(in("pod-red"), "own", "192.0.2.2", peer_mac);
	if (!err)
		err = rule_add(in("pod-red"), RULE_PRIORITY);
	return err;
}

/* Claim 8: all that there is in one namespace leaves no trace in others. */
TEST_OF("claim 8, claim 56", creation,
	links_addresses_routes_rules_and_neighbours_are_kept_apart)
{
	char *blue = state_text(ns("pod-blue"), STATE_ALL);
	char *host = state_text(ns("host"), STATE_ALL);
	struct neigh neigh = { 0 };
	struct link own;

	ASSERT_PODS();
	ASSERT_NE(NULL, blue);
	ASSERT_NE(NULL, host);
	ASSERT_ERR(0, furnish_red());
	EXPECT_ERR(0, link_get(in("pod-red"), "own", &own));
	EXPECT_TEXT("addr 192.0.2.1/24 dev own scope global permanent\n",
		    state_text(ns("pod-red"), STATE_ADDR4));
	EXPECT_TEXT("route unicast 192.0.2.0/24 dev own table main proto kernel scope link src 192.0.2.1\n"
		    "route unicast 198.51.100.0/24 via 192.0.2.2 dev own table main proto boot scope global\n",
		    main_routes("pod-red"));
	EXPECT_ERR(0, neigh_get(in("pod-red"), "own", "192.0.2.2", &neigh));
	EXPECT_EQ(NUD_PERMANENT, neigh.state);
	EXPECT_ERR(-EEXIST, rule_add(in("pod-red"), RULE_PRIORITY));
	EXPECT_TEXT(blue, state_text(ns("pod-blue"), STATE_ALL));
	EXPECT_TEXT(host, state_text(ns("host"), STATE_ALL));
	free(blue);
	free(host);
}

/* Claim 8: names and numbers of links are counted for each namespace. */
TEST_OF("claim 8", creation, two_namespaces_use_the_same_names_and_ifindexes)
{
	const struct link_desc bridge = { .kind = "bridge", .name = "own" };
	struct link red, blue;

	ASSERT_PODS();
	ASSERT_ERR(0, link_add(in("pod-red"), &bridge));
	EXPECT_ERR(-EEXIST, link_add(in("pod-red"), &bridge));
	EXPECT_ERR(-ENODEV, link_get(in("pod-blue"), "own", &blue));
	EXPECT_ERR(0, link_add(in("pod-blue"), &bridge));
	ASSERT_ERR(0, link_get(in("pod-red"), "own", &red));
	ASSERT_ERR(0, link_get(in("pod-blue"), "own", &blue));
	EXPECT_EQ(red.ifindex, blue.ifindex);
	EXPECT_ERR(0, link_del(in("pod-red"), "own"));
	EXPECT_ERR(0, link_get(in("pod-blue"), "own", &blue));
}

static struct address tcp_address(struct ip_prefix ip)
{
	struct address at;

	at.len = ip_sockaddr(&ip, PORT, &at.ss);
	return at;
}

/* On every address of @netns. */
static int tcp_listen(int netns)
{
	const struct ip_prefix any = { .family = AF_INET };

	return listen_at(netns, tcp_address(any));
}

static int tcp_connect(int netns)
{
	const struct ip_prefix lo = { .family = AF_INET,
				      .addr = { 127, 0, 0, 1 } };

	return connect_to(netns, tcp_address(lo));
}

/* A descriptor, -EAGAIN if nobody has connected, or another -errno. */
static int tcp_accept(int listener)
{
	int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

/* Claim 8: one address and port, a socket in each namespace. */
TEST_OF("claim 8, claim 56", creation,
	the_same_address_and_port_is_free_in_each_namespace)
{
	int red, blue;

	ASSERT_PODS();
	ASSERT_ERR(0, set_up("pod-red", "lo"));
	ASSERT_ERR(0, set_up("pod-blue", "lo"));
	red = tcp_listen(ns("pod-red"));
	ASSERT_LE(0, red);
	EXPECT_ERR(-EADDRINUSE, tcp_listen(ns("pod-red")));
	/* And nobody listens for blue on red's behalf. */
	EXPECT_ERR(-ECONNREFUSED, tcp_connect(ns("pod-blue")));
	blue = tcp_listen(ns("pod-blue"));
	EXPECT_LE(0, blue);
	EXPECT_LE(0, tcp_connect(ns("pod-blue")));
	EXPECT_LE(0, tcp_accept(blue));
	EXPECT_ERR(-EAGAIN, tcp_accept(red));
	EXPECT_LE(0, tcp_connect(ns("pod-red")));
	EXPECT_LE(0, tcp_accept(red));
}

/* Claim 8: nftables; a table of one namespace is not listed by another. */
TEST_OF("claim 8", creation, nftables_are_kept_apart)
{
	int n = nft_table_count(ns("pod-red"));

	ASSERT_PODS();
	if (n == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NF_TABLES");
	ASSERT_EQ(0, n);
	n = nft_table_add(ns("pod-red"), "own");
	if (n == -EOPNOTSUPP)
		SKIP(return, "needs CONFIG_NF_TABLES_INET");
	ASSERT_ERR(0, n);
	EXPECT_EQ(1, nft_table_count(ns("pod-red")));
	EXPECT_ERR(-EEXIST, nft_table_add(ns("pod-red"), "own"));
	EXPECT_EQ(0, nft_table_count(ns("pod-blue")));
	EXPECT_EQ(0, nft_table_count(ns("host")));
	EXPECT_ERR(0, nft_table_add(ns("pod-blue"), "own"));
}

/* Claim 8: sysctls that are there once a namespace. */
TEST_OF("claim 8", creation, a_sysctl_of_one_namespace_leaves_the_others_alone)
{
	char red[16], blue[16], value[16];

	NEED_SYSCTL();
	ASSERT_PODS();
	ASSERT_ERR(0, sysctl_get(ns("pod-red"), "net/ipv4/ip_forward", red,
				 sizeof(red)));
	ASSERT_ERR(0, sysctl_get(ns("pod-blue"), "net/ipv4/ip_forward", blue,
				 sizeof(blue)));
	ASSERT_ERR(0, sysctl_set(ns("pod-red"), "net/ipv4/ip_forward",
				 *red == '0' ? "1" : "0"));
	EXPECT_ERR(0, sysctl_get(ns("pod-red"), "net/ipv4/ip_forward", value,
				 sizeof(value)));
	EXPECT_STREQ(*red == '0' ? "1" : "0", value);
	EXPECT_ERR(0, sysctl_get(ns("pod-blue"), "net/ipv4/ip_forward", value,
				 sizeof(value)));
	EXPECT_STREQ(blue, value);
}

/* Claim 8: /proc/sys/net is of the namespace that the opener is in. */
TEST_OF("claim 8, claim 56", creation,
	an_open_sysctl_stays_with_the_namespace_it_was_opened_in)
{
	const char *path = "/proc/sys/net/ipv4/ip_default_ttl";
	char red = 0, here = 0;
	int in_red, in_here;

	NEED_SYSCTL();
	ASSERT_PODS();
	ASSERT_ERR(0, sysctl_set(ns("pod-red"), "net/ipv4/ip_default_ttl",
				 "99"));
	in_red = netns_open_file(ns("pod-red"), path, O_RDONLY);
	in_here = open(path, O_RDONLY | O_CLOEXEC);
	ASSERT_EQ(1, read(in_red, &red, 1));
	ASSERT_EQ(1, read(in_here, &here, 1));
	EXPECT_EQ('9', red);
	EXPECT_EQ('6', here);
}

/* 0 if there is such a sysctl in @name, else -errno. */
static int sysctl_exists(const char *name, const char *sysctl)
{
	char value[256];

	return sysctl_get(ns(name), sysctl, value, sizeof(value));
}

/* Claim 8, "isolated": what the machine has once is absent, not copied. */
TEST_OF("claim 8", creation, sysctls_of_the_whole_machine_are_absent)
{
	ASSERT_PODS();
	ASSERT_ERR(0, sysctl_exists("pod-red", "net/core/somaxconn"));
	ASSERT_ERR(0, sysctl_exists("pod-red", "net/ipv4/ip_forward"));
	EXPECT_ERR(-ENOENT,
		   sysctl_exists("pod-red", "net/core/netdev_max_backlog"));
	EXPECT_ERR(-ENOENT,
		   sysctl_exists("pod-red", "net/core/default_qdisc"));
	EXPECT_ERR(-ENOENT, sysctl_exists("pod-red", "net/ipv4/tcp_mem"));
	EXPECT_ERR(-ENOENT, sysctl_exists("pod-red", "net/ipv4/udp_mem"));
}

/* How many links of @name are lo; -EEXIST if one is neither lo nor fallback. */
static int count_lo(const char *name, unsigned int *up)
{
	struct link *links;
	int i, n, lo = 0;

	*up = 0;
	if (ns(name) < 0)
		return ns(name);
	n = link_list(in(name), &links);
	if (n < 0)
		return n;
	for (i = 0; i < n && lo >= 0; i++) {
		*up |= links[i].flags & IFF_UP;
		if (!strcmp(links[i].name, "lo"))
			lo++;
		else if (!is_fallback(links[i].name))
			lo = -EEXIST;
	}
	free(links);
	return lo;
}

/* Claim 9: lo, which is down, and fallback tunnels, which are down as well. */
TEST_OF("claim 9", creation, a_new_namespace_has_lo_only_and_nothing_is_up)
{
	unsigned int up;

	EXPECT_EQ(1, count_lo("pod-red", &up));
	EXPECT_EQ(0, up);
	EXPECT_EQ(1, count_lo("pod-blue", &up));
	EXPECT_EQ(0, up);
	EXPECT_EQ(1, count_lo("host", &up));
	EXPECT_EQ(0, up);
}

KSFT_NEEDS(CONFIG_IPV6, "*_over_ipv6")
KSFT_NEEDS(CONFIG_VETH, "*.a_veth_pair_connects_*",
	   "*.a_namespace_gets_an_id_*", "*.links_addresses_routes_rules_*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.two_namespaces_use_the_same_*")
KSFT_NEEDS(CONFIG_UNIX, "*_unix_sockets_*")
KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "*_over_ipv6")
KSFT_NEEDS(CONFIG_IP_MULTIPLE_TABLES, "*.links_addresses_routes_rules_*")
KSFT_NEEDS(CONFIG_PROC_SYSCTL, "*.sysctls_of_the_whole_machine_*")

KSFT_MAIN
