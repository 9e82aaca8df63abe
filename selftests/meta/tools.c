// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What the document says of its tools: ip-netns(8), nsenter(1), unshare(1),
 * iptables(8), nft(8).  The kernel's half of these claims is the suite's; here
 * the tools of this machine are run, in a sandbox.
 */
#include "child.h"

#include <pthread.h>
#include <sys/mount.h>

#include "tool.h"

#define RED	"pod-red"
#define BLUE	"pod-blue"
#define HOST	TOPO_HOST

FIXTURE(tools) { struct topo *topo; };
FIXTURE_VARIANT(tools) { const char *topology; };
FIXTURE_VARIANT_ADD(tools, netns) { .topology = "netns" };
FIXTURE_SETUP(tools) TOPO_SETUP(tools)
FIXTURE_TEARDOWN(tools) TOPO_TEARDOWN

#define sh(...)		tool_says(ns(HOST), __VA_ARGS__)

#define NEED_IP()	NEED_TOOL("ip", "iproute2")
#define NEED_ENTER()	NEED_TOOL("nsenter", "util-linux")

/* ip-netns(8) exec mounts a sysfs. */
#define NEED_EXEC() do { \
	NEED_IP(); \
	if (!ksft.sandbox.own_sys) \
		SKIP(return, "needs a sysfs that can be mounted"); \
} while (0)

/* "net:[4026532008]\n" of a namespace, and that the command succeeded. */
static const char *link_of(int netns)
{
	static char text[64];

	snprintf(text, sizeof(text), "net:[%llu]\nexit 0\n",
		 (unsigned long long)inode_of(netns));
	return text;
}

static int stay_in(void *data)
{
	return enter_netns(*(int *)data);
}

TEST_OF("claim 5 tool", tools, ip_netns_add_refuses_a_name_that_is_there)
{
	uint64_t red = inode_of(ns(RED));

	NEED_IP();
	EXPECT_STREQ("exit 0\n", sh("ip netns add pod-green"));
	EXPECT_STREQ("Cannot create namespace file \"/run/netns/pod-green\": File exists\nexit 1\n",
		     sh("ip netns add pod-green"));
	EXPECT_STREQ("Cannot create namespace file \"/run/netns/pod-red\": File exists\nexit 1\n",
		     sh("ip netns add pod-red"));
	EXPECT_EQ(red, inode_at(NETNS_DIR "/" RED));
}

TEST_OF("claim 5 tool", tools, ip_netns_add_refuses_names_that_are_no_file_names)
{
	NEED_IP();
	EXPECT_NE(NULL, strstr(sh("ip netns add ''"), "exit 255\n"));
	EXPECT_NE(NULL, strstr(sh("ip netns add ."), "exit 255\n"));
	EXPECT_NE(NULL, strstr(sh("ip netns add .."), "exit 255\n"));
	EXPECT_NE(NULL, strstr(sh("ip netns add a/b"), "exit 255\n"));
	EXPECT_NE(NULL, strstr(sh("ip netns add %0256d", 0), "exit 255\n"));
	EXPECT_STREQ("exit 0\n", sh("ip netns add %0255d", 0));
	EXPECT_STREQ("exit 0\n", sh("ip netns del %0255d", 0));
	EXPECT_STREQ(BLUE "\n" RED "\nexit 0\n",
		     sh("ls " NETNS_DIR));
}

/* The names, in whatever order the folder has them: the alphabet's here. */
TEST_OF("claim 6 tool", tools, ip_netns_list_prints_names_and_ids_that_were_given)
{
	NEED_IP();
	EXPECT_STREQ(BLUE "\n" RED "\nexit 0\n", sh("ip netns list | sort"));
	EXPECT_STREQ("exit 0\n",
		     sh("ip link add veth-a type veth peer name veth-b netns pod-red"));
	EXPECT_STREQ(BLUE "\n" RED " (id: 0)\nexit 0\n",
		     sh("ip netns list | sort"));
}

TEST_OF("claim 7 tool", tools, ip_netns_add_mounts_it_on_a_shared_folder)
{
	char want[128];

	NEED_IP();
	EXPECT_STREQ("exit 1\n",
		     sh("grep ' " NETNS_DIR " .* shared:' /proc/self/mountinfo"));
	EXPECT_STREQ("exit 0\n", sh("ip netns add pod-green"));
	EXPECT_NE(NULL, strstr(sh("grep ' /netns " NETNS_DIR " .* shared:' /proc/self/mountinfo"),
			       "exit 0\n"));
	snprintf(want, sizeof(want), "444 0 %llu\nexit 0\n",
		 (unsigned long long)inode_at(NETNS_DIR "/pod-green"));
	EXPECT_STREQ(want, sh("stat -c '%%a %%s %%i' " NETNS_DIR "/pod-green"));
	EXPECT_STREQ("nsfs\nexit 0\n",
		     sh("stat -fc %%T " NETNS_DIR "/pod-green"));
	EXPECT_STREQ("tmpfs\nexit 0\n", sh("stat -fc %%T " NETNS_DIR));
}

TEST_OF("claim 10 tool", tools, a_namespace_of_unshare_has_no_name)
{
	const char *text;

	NEED_IP();
	NEED_TOOL("unshare", "util-linux");
	EXPECT_STREQ(BLUE "\n" RED "\nexit 0\n",
		     sh("unshare -n ip netns list | sort"));
	/* Nothing to say is a line or not, as the version has it. */
	text = sh("unshare -n ip netns identify");
	EXPECT_TRUE(!strcmp(text, "exit 0\n") || !strcmp(text, "\nexit 0\n"));
	text = sh("unshare -n readlink /proc/self/ns/net");
	EXPECT_STRNE(link_of(ns(HOST)), text);
	EXPECT_NE(NULL, strstr(text, "]\nexit 0\n"));
}

TEST_OF("claim 13 tool", tools, iptables_has_three_chains_that_accept)
{
	const char *text;

	NEED_EXEC();
	NEED_TOOL("iptables", "iptables");
	text = sh("ip netns exec pod-red iptables -S");
	if (strstr(text, "exit 3\n") || strstr(text, "exit 4\n"))
		SKIP(return, "iptables finds no filter table in this kernel");
	EXPECT_STREQ("-P INPUT ACCEPT\n-P FORWARD ACCEPT\n-P OUTPUT ACCEPT\nexit 0\n",
		     text);
}

TEST_OF("claim 13 tool", tools, nft_lists_no_rules)
{
	NEED_EXEC();
	NEED_TOOL("nft", "nftables");
	EXPECT_STREQ("exit 0\n", sh("ip netns exec pod-red nft list ruleset"));
	EXPECT_STREQ("exit 0\n",
		     sh("ip netns exec pod-red nft add table inet own"));
	EXPECT_STREQ("table inet own\nexit 0\n",
		     sh("ip netns exec pod-red nft list tables"));
	EXPECT_STREQ("exit 0\n", sh("ip netns exec pod-blue nft list tables"));
}

/* All namespaces of a process but those that a program may not have. */
#define LIST_NS	"cd /proc/self/ns && readlink cgroup ipc mnt net pid user uts"

/* The lines of @a that @b has not at the same place: their numbers. */
static const char *changed_lines(const char *a, const char *b)
{
	static char text[64];
	size_t n, m, line = 1, len = 0;

	text[0] = '\0';
	while (*a && *b) {
		n = strcspn(a, "\n");
		m = strcspn(b, "\n");
		if (n != m || memcmp(a, b, n))
			len += snprintf(text + len, sizeof(text) - len, "%zu ",
					line);
		a += n + 1;
		b += m + 1;
		line++;
	}
	return text;
}

TEST_OF("claim 46 tool", tools, ip_netns_exec_changes_net_and_mnt_only)
{
	char here[1024];

	NEED_EXEC();
	snprintf(here, sizeof(here), "%s", sh(LIST_NS));
	EXPECT_STREQ("3 4 ", changed_lines(here, sh("ip netns exec pod-red sh -c '"
						    LIST_NS "'")));
	EXPECT_STREQ(link_of(ns(RED)),
		     sh("ip netns exec pod-red readlink /proc/self/ns/net"));
}

TEST_OF("claim 46 tool", tools, ip_netns_exec_passes_the_exit_status_on)
{
	NEED_EXEC();
	EXPECT_STREQ("exit 42\n", sh("ip netns exec pod-red sh -c 'exit 42'"));
	EXPECT_STREQ("exit 0\n", sh("ip netns exec pod-red true"));
	EXPECT_NE(NULL, strstr(sh("ip netns exec no-such-pod true"),
			       "No such file or directory\nexit 255\n"));
}

TEST_OF("claim 46 tool", tools, ip_netns_exec_has_the_pods_devices_in_sys)
{
	const struct link_desc own = { .kind = "bridge", .name = "own" };

	NEED_EXEC();
	ASSERT_ERR(0, link_add(in(RED), &own));
	EXPECT_STREQ("exit 0\n", sh("ip netns exec pod-red test -d /sys/class/net/own"));
	EXPECT_STREQ("exit 1\n", sh("ip netns exec pod-blue test -d /sys/class/net/own"));
	EXPECT_STREQ("exit 1\n", sh("test -d /sys/class/net/own"));
}

/* / is read-only in the sandbox: an /etc of our own, with no more in it. */
TEST_OF("claim 46 tool", tools, ip_netns_exec_binds_files_of_etc_netns)
{
	NEED_EXEC();
	ASSERT_EQ(0, mount("tmpfs", "/etc", "tmpfs", 0, NULL));
	EXPECT_STREQ("exit 0\n", sh("mkdir -p /etc/netns/pod-red && echo host >/etc/resolv.conf && echo red >/etc/netns/pod-red/resolv.conf"));
	EXPECT_STREQ("red\nexit 0\n",
		     sh("ip netns exec pod-red cat /etc/resolv.conf"));
	EXPECT_STREQ("host\nexit 0\n",
		     sh("ip netns exec pod-blue cat /etc/resolv.conf"));
	EXPECT_STREQ("host\nexit 0\n", sh("cat /etc/resolv.conf"));
}

/* A thread that is in a namespace until its pipe has an end. */
struct worker {
	int netns, ready[2], go[2];
};

static void *work(void *data)
{
	struct worker *w = data;
	char byte = 'r';

	if (enter_netns(w->netns))
		byte = 'x';
	if (write(w->ready[1], &byte, 1) < 0 || read(w->go[0], &byte, 1) < 0)
		return w;
	return NULL;
}

/* The process that the thread belongs to is in none of the two pods. */
TEST_OF("claim 49 tool", tools, ip_netns_pids_lists_processes_and_misses_threads)
{
	struct worker w = { .netns = ns(BLUE) };
	struct child child;
	pthread_t thread;
	int red = ns(RED);
	char want[32], byte;

	NEED_IP();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	ASSERT_EQ(0, pipe(w.ready));
	ASSERT_EQ(0, pipe(w.go));
	ASSERT_EQ(0, pthread_create(&thread, NULL, work, &w));
	ASSERT_EQ(1, read(w.ready[0], &byte, 1));
	ASSERT_EQ('r', byte);
	snprintf(want, sizeof(want), "%d\nexit 0\n", child.pid);
	EXPECT_STREQ(want, sh("ip netns pids pod-red"));
	EXPECT_STREQ("exit 0\n", sh("ip netns pids pod-blue"));
	EXPECT_STREQ("pod-red\nexit 0\n", sh("ip netns identify %d", child.pid));
	ASSERT_EQ(1, write(w.go[1], "g", 1));
	ASSERT_EQ(0, pthread_join(thread, NULL));
	ASSERT_ERR(0, child_end(&child));
	EXPECT_STREQ("exit 0\n", sh("ip netns pids pod-red"));
}

TEST_OF("claim 50 tool", tools, nsenter_net_enters_by_name_or_by_process)
{
	int red = ns(RED);
	struct child child;

	NEED_ENTER();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	EXPECT_STREQ(link_of(red), sh("nsenter --net=" NETNS_DIR "/pod-red readlink /proc/self/ns/net"));
	EXPECT_STREQ(link_of(red), sh("nsenter -t %d -n readlink /proc/self/ns/net", child.pid));
	EXPECT_STREQ("exit 42\n", sh("nsenter --net=" NETNS_DIR "/pod-red sh -c 'exit 42'"));
	ASSERT_ERR(0, child_end(&child));
	EXPECT_NE(NULL, strstr(sh("nsenter -t %d -n true", child.pid), "exit 1\n"));
}

TEST_OF("claim 50 tool", tools, nsenter_net_leaves_sys_and_refuses_other_files)
{
	const struct link_desc own = { .kind = "bridge", .name = "own" };
	const char *text;

	NEED_ENTER();
	ASSERT_ERR(0, link_add(in(RED), &own));
	EXPECT_STREQ("exit 1\n", sh("nsenter --net=" NETNS_DIR "/pod-red test -d /sys/class/net/own"));
	EXPECT_STREQ("exit 0\n", sh("nsenter --net=" NETNS_DIR "/pod-red grep -q own: /proc/net/dev"));
	EXPECT_STREQ("exit 0\n", sh("touch " NETNS_DIR "/stray"));
	text = sh("nsenter --net=" NETNS_DIR "/stray true");
	EXPECT_NE(NULL, strstr(text, "Invalid argument\nexit 1\n"));
}

TEST_OF("claim 51 tool", tools, ip_netns_del_takes_the_name_and_no_more)
{
	int red = ns(RED);
	struct child child;
	char want[64];

	NEED_IP();
	NEED_ENTER();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	snprintf(want, sizeof(want), "%s", link_of(red));
	EXPECT_STREQ("exit 0\n", sh("ip netns del pod-red"));
	EXPECT_STREQ(BLUE "\nexit 0\n", sh("ls " NETNS_DIR));
	EXPECT_STREQ(want, sh("readlink /proc/%d/ns/net", child.pid));
	EXPECT_STREQ("exit 0\n", sh("nsenter -t %d -n ip link set lo up", child.pid));
	EXPECT_STREQ("Cannot remove namespace file \"/run/netns/pod-red\": No such file or directory\nexit 1\n",
		     sh("ip netns del pod-red"));
	ASSERT_ERR(0, child_end(&child));
}

TEST_OF("claim 67 tool", tools, ip_netns_list_knows_files_and_not_namespaces)
{
	struct child child;
	int red = ns(RED);

	NEED_IP();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	EXPECT_STREQ("exit 0\n", sh("touch " NETNS_DIR "/stray; ip netns del pod-red"));
	EXPECT_NE(NULL, strstr(sh("ip netns list"), "stray\n"));
	EXPECT_EQ(NULL, strstr(sh("ip netns list"), "pod-red"));
	EXPECT_NE(NULL, strstr(sh("ip netns exec stray true"), "exit 255\n"));
	ASSERT_ERR(0, child_end(&child));
}

TEST_OF("claim 70 tool", tools, ip_netns_monitor_tells_of_names)
{
	NEED_IP();
	NEED_TOOL("stdbuf", "coreutils");
	EXPECT_STREQ("add pod-green\ndelete pod-green\nexit 0\n",
		     sh("mkfifo /tmp/events\n"
			"stdbuf -oL ip netns monitor >/tmp/events 2>&1 &\n"
			"exec 3</tmp/events\n"
			"until grep -qs inotify /proc/$!/fdinfo/*; do :; done\n"
			"ip netns add pod-green && read line <&3\n"
			"echo \"$line\"\n"
			"ip netns del pod-green && read line <&3\n"
			"echo \"$line\"\n"
			"kill $!\n"));
}

TEST_OF("claim 72 tool", tools, a_symlink_makes_a_container_known_to_ip_netns)
{
	struct child child;
	int red = ns(RED);
	char want[64];

	NEED_EXEC();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	snprintf(want, sizeof(want), "%s", link_of(red));
	EXPECT_STREQ("exit 0\n", sh("ip netns del pod-red"));
	EXPECT_STREQ("exit 0\n", sh("ln -s /proc/%d/ns/net " NETNS_DIR "/docker",
				    child.pid));
	EXPECT_NE(NULL, strstr(sh("ip netns list"), "docker"));
	EXPECT_STREQ(want, sh("ip netns exec docker readlink /proc/self/ns/net"));
	EXPECT_STREQ("docker\nexit 0\n", sh("ip netns identify %d", child.pid));
	/* umount2(2) refuses a symlink's target in procfs; the name goes. */
	sh("ip netns del docker");
	EXPECT_STREQ(BLUE "\nexit 0\n", sh("ls " NETNS_DIR));
	EXPECT_STREQ(want, sh("readlink /proc/%d/ns/net", child.pid));
	ASSERT_ERR(0, child_end(&child));
}

TEST_OF("claim 72 tool", tools, ip_netns_attach_names_and_holds_a_namespace)
{
	struct child child;
	int red = ns(RED);
	char want[64];

	NEED_EXEC();
	ASSERT_ERR(0, child_start(&child, stay_in, &red));
	snprintf(want, sizeof(want), "%s", link_of(red));
	EXPECT_STREQ("exit 0\n", sh("ip netns del pod-red"));
	EXPECT_STREQ("exit 0\n", sh("ip netns attach docker %d", child.pid));
	ASSERT_ERR(0, child_end(&child));
	EXPECT_STREQ(want, sh("ip netns exec docker readlink /proc/self/ns/net"));
}

KSFT_MAIN
