// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Running programs in a namespace: what changes for them and what does not,
 * who may enter, and what keeps a namespace that a program stays in.
 *
 *	p2p:    pod-red  veth-red 10.0.1.1 ---- 10.0.1.2 veth-blue  pod-blue
 *	host:   host     veth-host 10.1.1.1 --- 10.1.1.2 veth-pod   pod-red
 *	bridge: pod-red  10.244.0.10 --- v-net-0 10.244.0.1, host, pod-blue
 *
 * Claims 46, 49 and 50 are about ip(8) and nsenter(1): here stands what the
 * kernel gives such tools; the tools themselves are meta/tools.c's.
 */
#include "child.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <linux/nsfs.h>
#include <linux/sched.h>
#include <linux/sockios.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/mount.h>

#define RED	"pod-red"
#define BLUE	"pod-blue"
#define HOST	TOPO_HOST
#define PORT	8080

/* Claim 45 on methods 1 and 3: no route, so the sender is told at once. */
FIXTURE(ping) { struct topo *topo; };
FIXTURE_VARIANT(ping) { const char *topology, *dev; };
FIXTURE_VARIANT_ADD(ping, p2p_in_place) {
	.topology = "p2p-in-place", .dev = "veth-red",
};
FIXTURE_VARIANT_ADD(ping, host_in_place) {
	.topology = "host-in-place", .dev = "veth-pod",
};
FIXTURE_SETUP(ping) TOPO_SETUP(ping)
FIXTURE_TEARDOWN(ping) TOPO_TEARDOWN

TEST_OF("claim 45", ping, to_an_outside_address_is_enetunreach_and_sends_nothing)
{
	struct link before, after;
	uint64_t none, out;

	NEED_SYSCTL();
	ASSERT_ERR(0, no_ipv6(RED));
	ASSERT_ERR(0, link_get(in(RED), variant->dev, &before));
	ASSERT_TRUE(link_is_running(&before));
	none = counter(RED, "IpOutNoRoutes");
	out = counter(RED, "IpOutRequests");
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_ICMP, RED, NULL, "8.8.8.8"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_UDP, RED, NULL, "8.8.8.8"));
	EXPECT_ERR(-ENETUNREACH, reach(PROBE_TCP, RED, NULL, "8.8.8.8"));
	EXPECT_EQ(none + 3, counter(RED, "IpOutNoRoutes"));
	EXPECT_EQ(out, counter(RED, "IpOutRequests"));
	EXPECT_EQ(0, counter(RED, "IcmpInDestUnreachs"));
	ASSERT_ERR(0, link_get(in(RED), variant->dev, &after));
	EXPECT_EQ(before.stats.tx_packets, after.stats.tx_packets);
}

/*
 * Claim 45 on method 2: there is a route, and nobody answers.  The host, which
 * does not forward, drops the packet as one for a wrong address and says
 * nothing (ip_error(), net/ipv4/route.c).
 */
FIXTURE(ping_bridge) { struct topo *topo; };
FIXTURE_VARIANT(ping_bridge) { const char *topology; };
FIXTURE_VARIANT_ADD(ping_bridge, bridge_in_place) {
	.topology = "bridge-in-place",
};
FIXTURE_SETUP(ping_bridge) TOPO_SETUP(ping_bridge)
FIXTURE_TEARDOWN(ping_bridge) TOPO_TEARDOWN

TEST_OF("claim 45", ping_bridge, to_an_outside_address_is_lost_without_a_word)
{
	uint64_t wrong, out, in_host, replies;

	ASSERT_ERR(0, reach(PROBE_ICMP, RED, NULL, "10.244.0.1"));
	wrong = counter(HOST, "IpInAddrErrors");
	in_host = counter(HOST, "IpInReceives");
	replies = counter(HOST, "IcmpOutMsgs");
	out = counter(RED, "IpOutRequests");
	EXPECT_ERR(0, probe_silence(ns(RED), "8.8.8.8", "10.244.0.1"));
	EXPECT_EQ(out + 2, counter(RED, "IpOutRequests"));
	EXPECT_EQ(in_host + 2, counter(HOST, "IpInReceives"));
	EXPECT_EQ(wrong + 1, counter(HOST, "IpInAddrErrors"));
	EXPECT_EQ(0, counter(HOST, "IpForwDatagrams"));
	/* The host's one answer is that to the second ping. */
	EXPECT_EQ(replies + 1, counter(HOST, "IcmpOutMsgs"));
	EXPECT_EQ(0, counter(RED, "IcmpInDestUnreachs"));
	EXPECT_EQ(0, counter(RED, "IpOutNoRoutes"));
}

FIXTURE(exec) { struct topo *topo; };
FIXTURE_VARIANT(exec) { const char *topology; };
FIXTURE_VARIANT_ADD(exec, netns) { .topology = "netns" };
FIXTURE_SETUP(exec) TOPO_SETUP(exec)
FIXTURE_TEARDOWN(exec) TOPO_TEARDOWN

static const char * const kinds[] = {
	"cgroup", "ipc", "mnt", "net", "pid", "pid_for_children", "time",
	"time_for_children", "user", "uts",
};

/* Which namespace of each kind a task is in: "net:[4026531840]", "": none. */
struct context {
	char ns[ARRAY_SIZE(kinds)][40];
};

/* @task: "self", "thread-self", "12/task/13". */
static struct context context_of(const char *task)
{
	struct context c = { 0 };
	char path[80];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		snprintf(path, sizeof(path), "/proc/%s/ns/%s", task, kinds[i]);
		if (readlink(path, c.ns[i], sizeof(c.ns[i]) - 1) < 0)
			c.ns[i][0] = '\0';
	}
	return c;
}

/* The kinds in which the two differ, a blank after each. */
static const char *changed(const struct context *a, const struct context *b)
{
	static char text[128];
	size_t i, n = 0;

	text[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(a->ns[i], b->ns[i]))
			n += snprintf(text + n, sizeof(text) - n, "%s ",
				      kinds[i]);
	}
	return text;
}

/* Claim 46: setns(2) changes one namespace, unshare(2) one more. */
TEST_OF("claim 46", exec, setns_changes_only_net_and_unshare_only_mnt)
{
	struct context was, inside, private, back;
	int here = netns_self();

	ASSERT_PODS();
	ASSERT_LE(0, here);
	was = context_of("self");
	ASSERT_STRNE("", was.ns[3]);
	ASSERT_ERR(0, enter_netns(ns(RED)));
	inside = context_of("self");
	EXPECT_EQ(inode_of(ns(RED)), own_inode());
	ASSERT_ERR(0, sys(unshare(CLONE_NEWNS)));
	private = context_of("self");
	ASSERT_ERR(0, enter_netns(here));
	back = context_of("self");
	EXPECT_STREQ("net ", changed(&was, &inside));
	EXPECT_STREQ("mnt ", changed(&inside, &private));
	EXPECT_STREQ("mnt ", changed(&was, &back));
}

#define FACTS_ENV	"NETNS_EXEC_FACTS"

/*
 * What the program that is executed does: this very one, which says where it
 * is and whether it is still connected, and ends with a status of its own.
 */
static void __attribute__((constructor)) facts(void)
{
	struct context c;
	size_t i;

	if (!getenv(FACTS_ENV))
		return;
	c = context_of("self");
	for (i = 0; i < ARRAY_SIZE(kinds); i++)
		printf("%s\n", c.ns[i]);
	fflush(stdout);
	_exit(42);
}

/* fork(2), setns(2), execve(2): what the program printed, and its status. */
static int exec_in(int netns, char *text, size_t size)
{
	char * const argv[] = { "facts", NULL }, * const env[] = {
		FACTS_ENV "=1", NULL };
	int pipe_fd[2], status;
	size_t n = 0;
	ssize_t got;
	pid_t pid;

	if (pipe2(pipe_fd, O_CLOEXEC) < 0)
		return -errno;
	fflush(NULL);
	pid = fork();
	if (!pid) {
		if (!enter_netns(netns) && dup2(pipe_fd[1], STDOUT_FILENO) >= 0)
			execve("/proc/self/exe", argv, env);
		_exit(127);
	}
	close(pipe_fd[1]);
	while ((got = read(pipe_fd[0], text + n, size - n - 1)) > 0)
		n += got;
	text[n] = '\0';
	close(pipe_fd[0]);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
}

/* Claim 46: a program that is executed stays where its process was put. */
TEST_OF("claim 46, claim 48", exec,
	a_program_runs_in_the_pod_and_its_status_comes_back)
{
	struct context was = context_of("self"), now;
	char text[1024], want[1024];
	size_t i, n = 0;

	ASSERT_PODS();
	EXPECT_EQ(42, exec_in(ns(RED), text, sizeof(text)));
	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (!strcmp(kinds[i], "net"))
			n += snprintf(want + n, sizeof(want) - n,
				      "net:[%llu]\n",
				      (unsigned long long)inode_of(ns(RED)));
		else
			n += snprintf(want + n, sizeof(want) - n, "%s\n",
				      was.ns[i]);
	}
	EXPECT_STREQ(want, text);
	now = context_of("self");
	EXPECT_STREQ("", changed(&was, &now));
}

/* What sysfs and procfs show of links needs links. */
FIXTURE(files) { struct topo *topo; };
FIXTURE_VARIANT(files) { const char *topology; };
FIXTURE_VARIANT_ADD(files, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_SETUP(files) TOPO_SETUP(files)
FIXTURE_TEARDOWN(files) TOPO_TEARDOWN

static int is_device(const struct dirent *entry)
{
	/* Devices are symbolic links; "bonding_masters" is a file. */
	return entry->d_type == DT_LNK && !is_fallback(entry->d_name);
}

/* The devices that the sysfs on @sysfs has, in the alphabet's order. */
static const char *devices(const char *sysfs)
{
	static char text[2][256];
	struct dirent **entries;
	static int turn;
	char path[64], *buf = text[turn ^= 1];
	int i, n, len = 0;

	buf[0] = '\0';
	snprintf(path, sizeof(path), "%s/class/net", sysfs);
	n = scandir(path, &entries, is_device, alphasort);
	if (n < 0)
		return "not there";
	for (i = 0; i < n; i++) {
		len += snprintf(buf + len, sizeof(text[0]) - len, "%s ",
				entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return buf;
}

/* A sysfs of the namespace on @path, as ip-netns(8) mounts one on /sys. */
static int mount_sysfs(int netns, const char *path)
{
	int here = netns_self();
	int err;

	if (here < 0)
		return here;
	if (mkdir(path, 0755) < 0 && errno != EEXIST)
		err = -errno;
	else
		err = enter_netns(netns);
	if (!err) {
		err = sys(mount(RED, path, "sysfs", 0, NULL));
		if (setns(here, CLONE_NEWNET) < 0)
			err = -errno;
	}
	close(here);
	return err;
}

#define NEED_SYSFS() do { \
	NEED_OPTION("CONFIG_SYSFS"); \
	if (!ksft.sandbox.own_sys) \
		SKIP(return, "needs a sysfs that can be mounted"); \
} while (0)

/* The number in a file of a device's, or -errno. */
static long attribute(const char *sysfs, const char *dev, const char *name)
{
	char path[128], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "%s/class/net/%s/%s", sysfs, dev, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text) - 1) < 0)
		return -errno;
	close(fd);
	return strtol(text, NULL, 10);
}

/* Claim 46: why ip-netns(8) mounts another one, and claim 50: nsenter not. */
TEST_OF("claim 46, claim 50", files,
	sysfs_shows_the_devices_of_the_namespace_that_mounted_it)
{
	int here = netns_self();
	struct link red;

	NEED_SYSFS();
	ASSERT_ERR(0, link_get(in(RED), "veth-red", &red));
	ASSERT_STREQ("lo ", devices("/sys"));
	ASSERT_ERR(0, enter_netns(ns(RED)));
	EXPECT_STREQ("lo ", devices("/sys"));
	ASSERT_ERR(0, mount_sysfs(ns(RED), "/run/red"));
	EXPECT_STREQ("lo veth-red ", devices("/run/red"));
	EXPECT_STREQ("lo ", devices("/sys"));
	ASSERT_ERR(0, enter_netns(here));
	EXPECT_STREQ("lo veth-red ", devices("/run/red"));
	EXPECT_EQ(red.ifindex, attribute("/run/red", "veth-red", "ifindex"));
	EXPECT_EQ(red.peer, attribute("/run/red", "veth-red", "iflink"));
	EXPECT_EQ(1500, attribute("/run/red", "veth-red", "mtu"));
	EXPECT_EQ(-ENOENT, attribute("/run/red", "veth-blue", "ifindex"));
	EXPECT_EQ(-ENOENT, attribute("/sys", "veth-red", "ifindex"));
}

/* Claim 46: one name, a device in each, and each sysfs its own. */
TEST_OF("claim 46", files, sysfs_keeps_devices_of_one_name_apart)
{
	const struct link_desc own = { .kind = "bridge", .name = "own" };
	const struct link_desc mtu = { .mtu = 1400 };

	NEED_SYSFS();
	ASSERT_ERR(0, mount_sysfs(ns(RED), "/run/red"));
	ASSERT_ERR(0, mount_sysfs(ns(BLUE), "/run/blue"));
	ASSERT_ERR(0, link_add(in(RED), &own));
	EXPECT_STREQ("lo own veth-red ", devices("/run/red"));
	EXPECT_STREQ("lo veth-blue ", devices("/run/blue"));
	ASSERT_ERR(0, link_add(in(BLUE), &own));
	ASSERT_ERR(0, link_set(in(BLUE), "own", &mtu));
	EXPECT_EQ(1500, attribute("/run/red", "own", "mtu"));
	EXPECT_EQ(1400, attribute("/run/blue", "own", "mtu"));
	ASSERT_ERR(0, link_del(in(RED), "own"));
	EXPECT_STREQ("lo veth-red ", devices("/run/red"));
	EXPECT_STREQ("lo own veth-blue ", devices("/run/blue"));
}

/* Claim 46: the device's folder goes where the device goes. */
TEST_OF("claim 46", files, sysfs_follows_a_link_that_is_moved_or_renamed)
{
	const struct link_desc move = { .netns = ns(BLUE), .name = "eth0" };

	NEED_SYSFS();
	ASSERT_ERR(0, mount_sysfs(ns(RED), "/run/red"));
	ASSERT_ERR(0, mount_sysfs(ns(BLUE), "/run/blue"));
	ASSERT_STREQ("lo veth-red ", devices("/run/red"));
	ASSERT_ERR(0, link_set(in(RED), "veth-red", &move));
	EXPECT_STREQ("lo ", devices("/run/red"));
	EXPECT_STREQ("eth0 lo veth-blue ", devices("/run/blue"));
	EXPECT_EQ(1500, attribute("/run/blue", "eth0", "mtu"));
	ASSERT_ERR(0, link_del(in(BLUE), "eth0"));
	EXPECT_STREQ("lo ", devices("/run/blue"));
}

/* The first bytes of a file. */
static const char *head_of(const char *path, char buf[16])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, 15);

	if (fd >= 0)
		close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return buf;
}

static int write_text(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
	int err;

	if (fd < 0)
		return -errno;
	err = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return err;
}

static int mnt_self(void)
{
	return sys(open("/proc/thread-self/ns/mnt", O_RDONLY | O_CLOEXEC));
}

static int enter_mnt(int fd)
{
	return sys(setns(fd, CLONE_NEWNS));
}

/* A mount namespace as ip-netns(8) gives one to a program; the way back. */
static int private_mounts(void)
{
	int self = mnt_self();

	if (self < 0)
		return self;
	if (unshare(CLONE_NEWNS) < 0 ||
	    mount("", "/", "none", MS_SLAVE | MS_REC, NULL) < 0)
		return -errno;
	return self;
}

/* Claim 46: /etc/netns/NAME/FILE, bound on /etc/FILE, is the program's only. */
TEST_OF("claim 46", exec, a_file_bound_on_etc_is_seen_in_its_mounts_only)
{
	char was[16], inside[16], after[16];
	int here;

	ASSERT_PODS();
	ASSERT_STRNE("", head_of("/etc/passwd", was));
	ASSERT_ERR(0, write_text("/run/pod", "of pod-red"));
	here = private_mounts();
	ASSERT_LE(0, here);
	ASSERT_ERR(0, sys(mount("/run/pod", "/etc/passwd", "none", MS_BIND,
				NULL)));
	head_of("/etc/passwd", inside);
	ASSERT_ERR(0, enter_mnt(here));
	head_of("/etc/passwd", after);
	EXPECT_STREQ("of pod-red", inside);
	EXPECT_STREQ(was, after);
}

/*
 * Claim 46: a slave takes, and does not give.  A program in a pod sees names
 * that come later; those it makes, and its /sys, stay its own.
 */
TEST_OF("claim 46", exec, a_slave_gets_later_names_and_keeps_its_own)
{
	int here, copy, fd;

	ASSERT_PODS();
	ASSERT_ERR(0, sys(mount("/run", "/run", NULL, MS_BIND | MS_REC, NULL)));
	ASSERT_ERR(0, sys(mount(NULL, "/run", NULL, MS_SHARED | MS_REC, NULL)));
	here = private_mounts();
	ASSERT_LE(0, here);
	copy = mnt_self();
	ASSERT_LE(0, copy);
	ASSERT_ERR(0, netns_add("inner"));
	fd = netns_open("inner");
	EXPECT_LE(0, fd);
	ASSERT_ERR(0, enter_mnt(here));
	/* The file is there, what is mounted on it is not. */
	EXPECT_ERR(-EINVAL, netns_open("inner"));
	ASSERT_ERR(0, netns_add("later"));
	ASSERT_ERR(0, enter_mnt(copy));
	fd = netns_open("later");
	ASSERT_ERR(0, enter_mnt(here));
	EXPECT_LE(0, fd);
	EXPECT_EQ(inode_at(NETNS_DIR "/later"), inode_of(fd));
}

/* Of /proc/net/route, which has addresses as numbers of the machine's. */
static const char *red_route(void)
{
	static char text[64];

	snprintf(text, sizeof(text),
		 "veth-red\t%08X\t00000000\t0001\t0\t0\t0\t%08X\t",
		 htonl(0x0a000100), htonl(0xffffff00));
	return text;
}

/* A thread that enters a namespace and stays there until it is told to end. */
struct worker {
	pthread_t thread;
	int netns, ready[2], go[2];
	int err;
	pid_t tid;
	uint64_t ino, cookie;
};

static uint64_t own_cookie(void)
{
	int fd = netns_self();
	uint64_t cookie = cookie_of(fd);

	close(fd);
	return cookie;
}

static void *work(void *data)
{
	struct worker *w = data;
	char byte;

	w->tid = gettid();
	w->err = enter_netns(w->netns);
	w->ino = own_inode();
	w->cookie = own_cookie();
	if (write(w->ready[1], "r", 1) < 0 || read(w->go[0], &byte, 1) < 0)
		w->err = -errno;
	return NULL;
}

static int worker_start(struct worker *w)
{
	char byte;
	int err;

	if (pipe2(w->ready, O_CLOEXEC) < 0 || pipe2(w->go, O_CLOEXEC) < 0)
		return -errno;
	err = pthread_create(&w->thread, NULL, work, w);
	if (err)
		return -err;
	if (read(w->ready[0], &byte, 1) != 1)
		return -EPIPE;
	return w->err;
}

static int worker_end(struct worker *w)
{
	if (write(w->go[1], "g", 1) < 0)
		return -errno;
	return -pthread_join(w->thread, NULL);
}

static uint64_t task_inode(pid_t pid, pid_t tid)
{
	char path[64];

	if (tid)
		snprintf(path, sizeof(path), "/proc/%d/task/%d/ns/net", pid,
			 tid);
	else
		snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	return inode_at(path);
}

/*
 * Claim 49: `ip netns pids` reads /proc/PID/ns/net, which is the main thread's.
 * Another thread, for which setns(2) is its own affair, shows below task/ only.
 */
TEST_OF("claim 46, claim 49", exec,
	setns_of_a_thread_moves_that_thread_and_shows_under_task_only)
{
	uint64_t before = own_inode(), cookie = own_cookie();
	struct worker w = { .netns = ns(RED) };
	pid_t pid = getpid();

	ASSERT_PODS();
	ASSERT_NE(inode_of(ns(RED)), before);
	ASSERT_ERR(0, worker_start(&w));
	EXPECT_NE(pid, w.tid);
	EXPECT_EQ(inode_of(ns(RED)), w.ino);
	EXPECT_EQ(cookie_of(ns(RED)), w.cookie);
	EXPECT_EQ(before, own_inode());
	EXPECT_EQ(cookie, own_cookie());
	EXPECT_EQ(inode_of(ns(RED)), task_inode(pid, w.tid));
	EXPECT_EQ(before, task_inode(pid, 0));
	EXPECT_EQ(before, task_inode(pid, pid));
	EXPECT_EQ(before, inode_at("/proc/self/ns/net"));
	ASSERT_ERR(0, worker_end(&w));
}

/* Does a file of procfs have a word? */
static bool file_has(const char *path, const char *word)
{
	char text[4096];
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	if (fd >= 0)
		close(fd);
	text[n < 0 ? 0 : n] = '\0';
	return strstr(text, word);
}

/*
 * Claim 49: the same of /proc/net, which is a link to self/net and so the main
 * thread's for all.
 */
TEST_OF("claim 49", files, proc_net_is_that_of_the_main_thread_or_task)
{
	struct worker w = { .netns = ns(RED) };
	char task[64];

	ASSERT_ERR(0, worker_start(&w));
	snprintf(task, sizeof(task), "/proc/self/task/%d/net/dev", w.tid);
	EXPECT_TRUE(file_has(task, "veth-red:"));
	EXPECT_FALSE(file_has(task, "veth-blue:"));
	snprintf(task, sizeof(task), "/proc/self/task/%d/net/route", w.tid);
	EXPECT_TRUE(file_has(task, red_route()));
	EXPECT_TRUE(file_has("/proc/net/dev", "lo:"));
	EXPECT_FALSE(file_has("/proc/net/dev", "veth-red:"));
	EXPECT_FALSE(file_has("/proc/self/net/dev", "veth-red:"));
	ASSERT_ERR(0, worker_end(&w));
}

static int stay_in(void *data)
{
	return enter_netns(*(int *)data);
}

/* Claim 49: /proc of a process tells all of its namespace. */
TEST_OF("claim 49", files, proc_of_a_process_shows_the_net_of_its_namespace)
{
	int netns = ns(RED);
	struct child child;
	char path[64];

	ASSERT_ERR(0, child_start(&child, stay_in, &netns));
	EXPECT_EQ(inode_of(ns(RED)), task_inode(child.pid, 0));
	EXPECT_EQ(inode_of(ns(RED)), task_inode(child.pid, child.pid));
	snprintf(path, sizeof(path), "/proc/%d/net/dev", child.pid);
	EXPECT_TRUE(file_has(path, "veth-red:"));
	EXPECT_FALSE(file_has(path, "veth-blue:"));
	snprintf(path, sizeof(path), "/proc/%d/net/route", child.pid);
	EXPECT_TRUE(file_has(path, red_route()));
	ASSERT_ERR(0, child_end(&child));
	EXPECT_EQ(0, task_inode(child.pid, 0));
}

/* Claim 46: a child is born where its parent's thread is, not its process. */
static void *fork_inside(void *data)
{
	struct worker *w = data;
	int status;
	pid_t pid;

	w->err = enter_netns(w->netns);
	pid = fork();
	if (!pid)
		_exit(own_inode() == inode_of(w->netns) ? 0 : 1);
	if (pid < 0 || waitpid(pid, &status, 0) < 0)
		w->err = -errno;
	else if (status)
		w->err = -EPROTO;
	return NULL;
}

TEST_OF("claim 46", exec, children_and_threads_start_where_their_thread_is)
{
	struct worker w = { .netns = ns(RED) }, second = w;
	int here = netns_self();

	ASSERT_PODS();
	ASSERT_EQ(0, pthread_create(&w.thread, NULL, fork_inside, &w));
	ASSERT_EQ(0, pthread_join(w.thread, NULL));
	EXPECT_ERR(0, w.err);
	/* A thread of this one's, while it is in pod-red. */
	ASSERT_ERR(0, enter_netns(ns(RED)));
	ASSERT_ERR(0, worker_start(&second));
	ASSERT_ERR(0, enter_netns(here));
	EXPECT_EQ(inode_of(ns(RED)), task_inode(getpid(), second.tid));
	EXPECT_EQ(inode_of(here), own_inode());
	ASSERT_ERR(0, worker_end(&second));
}

/* setns(2) with @type, and back; what it said, -EXDEV if it went elsewhere. */
static int try_setns(int fd, int type, int want)
{
	int here = netns_self();
	int err = sys(setns(fd, type));

	if (!err && own_inode() != inode_of(want))
		err = -EXDEV;
	if (setns(here, CLONE_NEWNET) < 0)
		err = -errno;
	close(here);
	return err;
}

/* Claim 50: by a descriptor of the namespace. */
TEST_OF("claim 50", exec, nsenter_by_descriptor_wants_one_of_a_net_namespace)
{
	int uts = open("/proc/self/ns/uts", O_RDONLY | O_CLOEXEC);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int sock = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	int dir = open("/proc/self/ns", O_RDONLY | O_CLOEXEC);
	int red = ns(RED);

	ASSERT_PODS();
	ASSERT_LE(0, uts);
	ASSERT_LE(0, null);
	ASSERT_LE(0, sock);
	ASSERT_LE(0, dir);
	EXPECT_ERR(0, try_setns(red, CLONE_NEWNET, red));
	EXPECT_ERR(0, try_setns(red, 0, red));
	EXPECT_ERR(-EINVAL, try_setns(red, CLONE_NEWUTS, red));
	EXPECT_ERR(-EINVAL, try_setns(red, CLONE_NEWNET | CLONE_NEWUTS, red));
	EXPECT_ERR(-EINVAL, try_setns(uts, CLONE_NEWNET, red));
	EXPECT_ERR(-EINVAL, try_setns(null, CLONE_NEWNET, red));
	EXPECT_ERR(-EINVAL, try_setns(null, 0, red));
	EXPECT_ERR(-EINVAL, try_setns(sock, CLONE_NEWNET, red));
	EXPECT_ERR(-EINVAL, try_setns(dir, CLONE_NEWNET, red));
	close(null);
	EXPECT_ERR(-EBADF, sys(setns(null, CLONE_NEWNET)));
}

/* Claim 50: by a process that is in it (v5.8), as `nsenter -t PID -n`. */
TEST_OF("claim 50", exec, nsenter_by_process_enters_the_namespace_it_is_in)
{
	int red = ns(RED);
	struct child child;

	ASSERT_PODS();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	EXPECT_ERR(0, try_setns(child.pidfd, CLONE_NEWNET, red));
	EXPECT_ERR(0, try_setns(child.pidfd, CLONE_NEWNET | CLONE_NEWNS, red));
	EXPECT_ERR(-EINVAL, try_setns(child.pidfd, 0, red));
	EXPECT_ERR(-EINVAL, try_setns(child.pidfd, CLONE_NEWNET | 1, red));
	ASSERT_ERR(0, child_kill(&child));
	/* A zombie is in none. */
	EXPECT_ERR(-ESRCH, try_setns(child.pidfd, CLONE_NEWNET, red));
	EXPECT_EQ(child.pid, waitpid(child.pid, NULL, 0));
	EXPECT_ERR(-ESRCH, try_setns(child.pidfd, CLONE_NEWNET, red));
	close(child.pidfd);
}

/* Claims 50 and 59: CAP_SYS_ADMIN it takes, to enter and to make. */
TEST_OF("claim 50, claim 59", exec, without_cap_sys_admin_nobody_enters_or_makes)
{
	int red = ns(RED);
	int fd;

	ASSERT_PODS();
	ASSERT_ERR(0, try_setns(red, CLONE_NEWNET, red));
	ASSERT_ERR(0, cap_set(CAP_NET_ADMIN, false));
	EXPECT_ERR(0, try_setns(red, CLONE_NEWNET, red));
	fd = netns_new();
	EXPECT_LE(0, fd);
	close(fd);
	ASSERT_ERR(0, cap_set(CAP_NET_ADMIN, true));
	ASSERT_ERR(0, cap_set(CAP_SYS_ADMIN, false));
	EXPECT_ERR(-EPERM, sys(setns(red, CLONE_NEWNET)));
	EXPECT_ERR(-EPERM, sys(unshare(CLONE_NEWNET)));
	ASSERT_ERR(0, cap_set(CAP_SYS_ADMIN, true));
	EXPECT_ERR(0, try_setns(red, CLONE_NEWNET, red));
}

/* What a child in a user namespace of its own found. */
struct nested {
	int red;			/* in: pod-red's descriptor */
	int refused;			/* unshare(CLONE_NEWUSER) itself */
	int enter_before, enter_red, enter_own, make;
	int userns_of_red, userns_of_own, type_of_red;
	uint64_t userns, own_userns, own_net, old_net;
	int ksocket, add_link;
};

/* The inode of the namespace that @request gives, or -errno. */
static int ns_ioctl(int fd, unsigned int request, uint64_t *ino)
{
	int got = ioctl(fd, request);

	if (got < 0)
		return -errno;
	*ino = inode_of(got);
	close(got);
	return 0;
}

/* Owner of a namespace is the user namespace that made it. */
static int nest(void *data)
{
	struct nested *n = data;
	int own;

	n->enter_before = sys(setns(n->red, CLONE_NEWNET));
	n->old_net = own_inode();
	n->refused = sys(unshare(CLONE_NEWUSER));
	if (n->refused)
		return n->refused;
	n->own_userns = inode_at("/proc/self/ns/user");
	n->enter_red = sys(setns(n->red, CLONE_NEWNET));
	n->type_of_red = sys(ioctl(n->red, NS_GET_NSTYPE));
	n->userns_of_red = ns_ioctl(n->red, NS_GET_USERNS, &n->userns);
	n->make = sys(unshare(CLONE_NEWNET));
	own = netns_self();
	n->own_net = inode_of(own);
	n->enter_own = sys(setns(own, CLONE_NEWNET));
	n->userns_of_own = ns_ioctl(own, NS_GET_USERNS, &n->userns);
	return 0;
}

#define NEED_NESTED(err) do { \
	if ((err) == -ENOSPC || (err) == -EUSERS || (err) == -EPERM) \
		SKIP(return, "needs a user namespace in the sandbox: %s", \
		     ksft_err_name(err)); \
} while (0)

/*
 * Claims 50 and 59: whoever makes a user namespace has every capability in it,
 * and none over the namespaces of others: CAP_SYS_ADMIN is asked for in the
 * user namespace that owns the net namespace (netns_install()).
 */
TEST_OF("claim 50, claim 59", exec,
	a_user_namespaces_root_enters_and_asks_only_what_it_owns)
{
	struct nested *n = shared_new(sizeof(*n));
	int err;

	ASSERT_PODS();
	ASSERT_NE(NULL, n);
	n->red = ns(RED);
	err = child_run(nest, n);
	NEED_NESTED(n->refused);
	ASSERT_ERR(0, err);
	ASSERT_ERR(0, n->enter_before);
	EXPECT_EQ(inode_of(ns(RED)), n->old_net);
	EXPECT_ERR(-EPERM, n->enter_red);
	EXPECT_ERR(-EPERM, n->userns_of_red);
	EXPECT_EQ(CLONE_NEWNET, n->type_of_red);
	EXPECT_ERR(0, n->make);
	EXPECT_NE(n->old_net, n->own_net);
	EXPECT_ERR(0, n->enter_own);
	EXPECT_ERR(0, n->userns_of_own);
	EXPECT_EQ(n->own_userns, n->userns);
}

static int own_user_and_net(void *data)
{
	(void)data;
	return sys(unshare(CLONE_NEWUSER | CLONE_NEWNET));
}

static int open_ns(pid_t pid, const char *kind)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/ns/%s", pid, kind);
	return sys(open(path, O_RDONLY | O_CLOEXEC));
}

/* The other way round: the owner of a user namespace has all in it. */
TEST_OF("claim 50", exec, the_owner_of_a_user_namespace_enters_what_that_owns)
{
	const struct link_desc own = { .kind = "bridge", .name = "own" };
	uint64_t userns, child_userns;
	struct rtnl *rtnl;
	struct child child;
	struct link link;
	int net, err;

	ASSERT_PODS();
	err = child_start(&child, own_user_and_net, NULL);
	NEED_NESTED(err);
	ASSERT_ERR(0, err);
	net = open_ns(child.pid, "net");
	ASSERT_LE(0, net);
	child_userns = inode_of(open_ns(child.pid, "user"));
	EXPECT_ERR(0, ns_ioctl(net, NS_GET_USERNS, &userns));
	EXPECT_EQ(child_userns, userns);
	EXPECT_NE(inode_at("/proc/self/ns/user"), userns);
	EXPECT_ERR(0, try_setns(net, CLONE_NEWNET, net));
	rtnl = rtnl_open(net);
	ASSERT_NE(NULL, rtnl);
	EXPECT_ERR(0, link_add(rtnl, &own));
	EXPECT_ERR(0, link_get(rtnl, "own", &link));
	rtnl_close(rtnl);
	ASSERT_ERR(0, child_end(&child));
}

/* What nsfs says of a namespace (ioctl_nsfs(2)). */
TEST_OF("claim 50", exec, nsfs_tells_type_and_owner_of_a_net_namespace)
{
	int user = open("/proc/self/ns/user", O_RDONLY | O_CLOEXEC);
	uint64_t userns;
	uid_t uid = 4711;

	ASSERT_PODS();
	ASSERT_LE(0, user);
	EXPECT_EQ(CLONE_NEWNET, ioctl(ns(RED), NS_GET_NSTYPE));
	EXPECT_ERR(0, ns_ioctl(ns(RED), NS_GET_USERNS, &userns));
	EXPECT_EQ(inode_of(user), userns);
	EXPECT_EQ(CLONE_NEWUSER, ioctl(user, NS_GET_NSTYPE));
	EXPECT_ERR(0, sys(ioctl(user, NS_GET_OWNER_UID, &uid)));
	EXPECT_NE(4711, uid);
	/* Questions that a net namespace has no answer to. */
	EXPECT_ERR(-EINVAL, sys(ioctl(ns(RED), NS_GET_OWNER_UID, &uid)));
	EXPECT_ERR(-EINVAL, sys(ioctl(ns(RED), NS_GET_PARENT)));
}

/* SIOCGSKNS: from a socket to its namespace, for its administrator. */
TEST_OF("claim 50", exec, a_socket_gives_its_namespace_to_the_administrator)
{
	int fd = netns_socket(ns(RED), AF_INET, SOCK_DGRAM, 0);
	int unix_fd = netns_socket(ns(BLUE), AF_UNIX, SOCK_STREAM, 0);
	uint64_t ino;

	ASSERT_PODS();
	ASSERT_LE(0, fd);
	ASSERT_LE(0, unix_fd);
	EXPECT_ERR(0, ns_ioctl(fd, SIOCGSKNS, &ino));
	EXPECT_EQ(inode_of(ns(RED)), ino);
	EXPECT_ERR(0, ns_ioctl(unix_fd, SIOCGSKNS, &ino));
	EXPECT_EQ(inode_of(ns(BLUE)), ino);
	ASSERT_ERR(0, cap_set(CAP_NET_ADMIN, false));
	EXPECT_ERR(-EPERM, ns_ioctl(fd, SIOCGSKNS, &ino));
	ASSERT_ERR(0, cap_set(CAP_NET_ADMIN, true));
	EXPECT_ERR(0, ns_ioctl(fd, SIOCGSKNS, &ino));
}

/* fork(2) with CLONE_NEWNET: a child that stays; its pid or -errno. */
static pid_t clone_newnet(void)
{
	struct clone_args args = {
		.flags = CLONE_NEWNET, .exit_signal = SIGCHLD,
	};
	pid_t pid;

	fflush(NULL);
	pid = syscall(SYS_clone3, &args, sizeof(args));
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close_range(0, ~0U, 0);
		for (;;)
			pause();
	}
	return pid < 0 ? -errno : pid;
}

/* A pair from pod-red into @netns: how the end of @netns is seen. */
static int wire_to(int netns)
{
	const struct link_desc peer = { .name = "eth0", .netns = netns };
	const struct link_desc veth = { .kind = "veth", .name = "other",
					.peer = &peer };

	return link_add(in(RED), &veth);
}

/* Claims 1 and 59: clone3(2) makes one for the child, which ends with it. */
TEST_OF("claim 1, claim 59", exec, clone_newnet_gives_the_child_one_of_its_own)
{
	uint64_t here = own_inode(), cookie;
	struct link last;
	pid_t pid;
	int net;

	ASSERT_PODS();
	ASSERT_ERR(0, cap_set(CAP_SYS_ADMIN, false));
	EXPECT_ERR(-EPERM, clone_newnet());
	ASSERT_ERR(0, cap_set(CAP_SYS_ADMIN, true));
	pid = clone_newnet();
	ASSERT_LT(0, pid);
	EXPECT_EQ(here, own_inode());
	net = open_ns(pid, "net");
	ASSERT_LE(0, net);
	EXPECT_NE(here, inode_of(net));
	EXPECT_NE(inode_of(ns(RED)), inode_of(net));
	cookie = cookie_of(net);
	EXPECT_NE(0, cookie);
	EXPECT_NE(cookie_of(ns(RED)), cookie);
	ASSERT_ERR(0, wire_to(net));
	close(net);
	kill(pid, SIGKILL);
	EXPECT_ERR(0, link_wait(ns(RED), "other", link_is_gone, &last));
	EXPECT_EQ(pid, waitpid(pid, NULL, 0));
}

/* Claim 59: what a limit of a user namespace does. */
struct limited {
	int refused, set;
	int first, second, over[4];	/* descriptors or -errno */
	int first_end, second_end, again;
};

static int set_limit(const char *value)
{
	int fd = open("/proc/sys/user/max_net_namespaces",
		      O_WRONLY | O_CLOEXEC);
	int err = 0;

	if (fd < 0)
		return -errno;
	if (write(fd, value, strlen(value)) < 0)
		err = -errno;
	close(fd);
	return err;
}

/* Lets go of *@netns, which a wire joins to our own, and sees it end. */
static int end_ns(int *netns)
{
	int self = netns_self();
	struct link_desc peer = { .name = "eth0", .netns = *netns };
	struct link_desc veth = { .kind = "veth", .name = "wire",
				  .peer = &peer };
	struct rtnl *rtnl = rtnl_open(self);
	struct link last;
	int err;

	if (!rtnl)
		return -errno;
	err = link_add(rtnl, &veth);
	close(*netns);
	if (!err)
		err = link_wait(self, "wire", link_is_gone, &last);
	rtnl_close(rtnl);
	close(self);
	return err;
}

/*
 * The limit counts this one, and two more.  A namespace is counted until the
 * one thread that ends them has done with it, which is later than its links go;
 * but then that thread takes up the next.
 */
static int reach_the_limit(void *data)
{
	struct limited *l = data;
	size_t i;

	l->refused = sys(unshare(CLONE_NEWUSER | CLONE_NEWNET));
	if (l->refused)
		return l->refused;
	l->set = set_limit("3");
	if (l->set)
		return l->set;
	l->first = netns_new();
	l->second = netns_new();
	for (i = 0; i < ARRAY_SIZE(l->over); i++)
		l->over[i] = netns_new();
	l->first_end = end_ns(&l->first);
	l->second_end = end_ns(&l->second);
	l->again = netns_new();
	return 0;
}

/*
 * Claim 59: ENOSPC, for the user namespace that is full and no other.  What the
 * document says of it, a CrashLoopBackOff, is none of the kernel's: the sandbox
 * of the pod is not made at all.
 */
TEST_OF("claim 59", exec, beyond_the_limit_creation_is_enospc_until_one_has_ended)
{
	struct limited *l = shared_new(sizeof(*l));
	size_t i;
	int err;

	ASSERT_PODS();
	NEED_SYSCTL();
	ASSERT_NE(NULL, l);
	err = child_run(reach_the_limit, l);
	NEED_NESTED(l->refused);
	ASSERT_ERR(0, err);
	ASSERT_ERR(0, l->set);
	EXPECT_LE(0, l->first);
	EXPECT_LE(0, l->second);
	for (i = 0; i < ARRAY_SIZE(l->over); i++)
		EXPECT_ERR(-ENOSPC, l->over[i]);
	EXPECT_ERR(0, l->first_end);
	EXPECT_ERR(0, l->second_end);
	EXPECT_LE(0, l->again);
	err = netns_new();
	EXPECT_LE(0, err);
}

/* Claim 47: a server that its parent leaves behind. */
FIXTURE(daemon) { struct topo *topo; };
FIXTURE_VARIANT(daemon) { const char *topology; };
FIXTURE_VARIANT_ADD(daemon, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(daemon) TOPO_SETUP(daemon)
FIXTURE_TEARDOWN(daemon) TOPO_TEARDOWN

static socklen_t at_port(const char *addr, struct sockaddr_storage *ss)
{
	struct ip_prefix ip = { 0 };

	if (ip_parse(addr, &ip))
		return 0;
	return ip_sockaddr(&ip, PORT, ss);
}

/* A connection from a namespace to @addr: a descriptor, or -errno. */
static int connect_from(int netns, const char *addr)
{
	int fd = netns_socket(netns, AF_INET, SOCK_STREAM, 0);
	int ms = deadline_left(deadline_new_probe());
	struct timeval limit = { .tv_sec = ms / 1000,
				 .tv_usec = ms % 1000 * 1000 };
	struct sockaddr_storage ss;
	socklen_t len = at_port(addr, &ss);
	int err;

	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit,
				 sizeof(limit)) < 0 ||
	    !connect(fd, (struct sockaddr *)&ss, len))
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/* 0 if @addr answers, and with the byte that is the daemon's. */
static int serves(int netns, const char *addr)
{
	int fd = connect_from(netns, addr);
	char byte = 0;
	int err;

	if (fd < 0)
		return fd;
	err = deadline_poll_in(fd, deadline_new());
	if (!err && (read(fd, &byte, 1) != 1 || byte != 'd'))
		err = -EPROTO;
	close(fd);
	return err;
}

static void serve(int listener)
{
	int fd;

	for (;;) {
		fd = accept(listener, NULL, NULL);
		if (fd < 0 || write(fd, "d", 1) != 1)
			_exit(1);
		close(fd);
	}
}

struct daemon {
	int netns, pid;			/* in, out */
	int err;
};

/* As a shell starts `nohup nc -l 8080 &` and ends. */
static int start_daemon(void *data)
{
	struct daemon *d = data;
	struct sockaddr_storage ss;
	socklen_t len = at_port("0.0.0.0", &ss);
	int fd, err;
	pid_t pid;

	err = enter_netns(d->netns);
	if (err)
		return err;
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&ss, len) < 0 ||
	    listen(fd, 8) < 0)
		return -errno;
	pid = fork();
	if (!pid) {
		dup2(fd, STDIN_FILENO);
		close_range(3, ~0U, 0);
		serve(STDIN_FILENO);
	}
	d->pid = pid;
	return pid < 0 ? -errno : 0;
}

TEST_OF("claim 47", daemon, that_stays_listens_there_and_holds_the_namespace)
{
	struct daemon *d = shared_new(sizeof(*d));
	struct link last;

	ASSERT_NE(NULL, d);
	d->netns = ns(RED);
	ASSERT_ERR(0, child_run(start_daemon, d));
	EXPECT_EQ(inode_of(ns(RED)), task_inode(d->pid, 0));
	EXPECT_ERR(0, serves(ns(RED), "127.0.0.1"));
	EXPECT_ERR(0, serves(ns(RED), "10.1.1.2"));
	EXPECT_ERR(0, serves(ns(HOST), "10.1.1.2"));
	EXPECT_ERR(-ECONNREFUSED, serves(ns(HOST), "127.0.0.1"));
	EXPECT_ERR(-ECONNREFUSED, serves(ns(HOST), "10.1.1.1"));
	ASSERT_ERR(0, topo_netns_release(self->topo, RED));
	EXPECT_ERR(-ENOENT, netns_open(RED));
	EXPECT_ERR(0, serves(ns(HOST), "10.1.1.2"));
	ASSERT_ERR(0, sys(kill(d->pid, SIGKILL)));
	EXPECT_ERR(0, link_wait(ns(HOST), "veth-host", link_is_gone, &last));
	EXPECT_ERR(-ENETUNREACH, serves(ns(HOST), "10.1.1.2"));
}

KSFT_NEEDS(CONFIG_USER_NS, "*.a_user_namespaces_root_*",
	   "*.the_owner_of_a_user_namespace_*",
	   "*.nsfs_tells_type_and_owner_*", "*.beyond_the_limit_*")
KSFT_NEEDS(CONFIG_UTS_NS, "*.nsenter_by_descriptor_*")
KSFT_NEEDS(CONFIG_VETH, "*.clone_newnet_*", "*.beyond_the_limit_*")
KSFT_NEEDS(CONFIG_BRIDGE, "*.the_owner_of_a_user_namespace_*",
	   "*.sysfs_keeps_devices_*")
KSFT_NEEDS(CONFIG_UNIX, "*.a_socket_gives_its_namespace_*")

KSFT_MAIN
