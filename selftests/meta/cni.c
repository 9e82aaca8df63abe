// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The real CNI plugins (Debian package containernetworking-plugins) against our
 * own requests: what they make of a namespace must differ from the document's
 * methods only in what is listed here, and they must accept ours (CHECK).
 * Needs the plugins, so it is no part of the suite.
 */
#include "ksft.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#define PLUGINS		"/usr/lib/cni"

/* A call of a plugin: the protocol's environment, and its standard input. */
struct cni {
	const char *plugin, *command, *ifname;
	const char *pod;	/* NULL: "red" */
	const char *conf;
	char *out;		/* what it printed, for free(3) */
};

static bool have_plugin(const char *name)
{
	char path[64];

	snprintf(path, sizeof(path), PLUGINS "/%s", name);
	return !access(path, X_OK);
}

#define NEED_PLUGIN(name) do { \
	if (!have_plugin(name)) \
		SKIP(return, "no " PLUGINS "/" name \
		     " (Debian package containernetworking-plugins)"); \
} while (0)

/* In the child: never comes back. */
static void exec_plugin(const struct cni *cni, int host, int in, int out)
{
	const char *pod = cni->pod ? cni->pod : "red";
	char path[64], netns[64];

	snprintf(path, sizeof(path), PLUGINS "/%s", cni->plugin);
	snprintf(netns, sizeof(netns), NETNS_DIR "/pod-%s", pod);
	setenv("CNI_COMMAND", cni->command, 1);
	setenv("CNI_CONTAINERID", pod, 1);
	setenv("CNI_NETNS", netns, 1);
	setenv("CNI_IFNAME", cni->ifname, 1);
	setenv("CNI_PATH", PLUGINS, 1);
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	if (setns(host, CLONE_NEWNET) == 0 && dup2(in, 0) == 0 &&
	    dup2(out, 1) == 1)
		execl(path, path, NULL);
	_exit(127);
}

/* 0, or the plugin's exit code, or -errno. */
static int run_plugin(struct cni *cni, int host)
{
	int in = memfd_create("in", MFD_CLOEXEC);
	int out = memfd_create("out", MFD_CLOEXEC);
	int status, err = -EIO;
	struct stat st;
	pid_t pid;

	if (in < 0 || out < 0 ||
	    write(in, cni->conf, strlen(cni->conf)) < 0 ||
	    lseek(in, 0, SEEK_SET) < 0)
		goto out;
	fflush(NULL);
	pid = fork();
	if (!pid)
		exec_plugin(cni, host, in, out);
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || fstat(out, &st))
		goto out;
	free(cni->out);
	cni->out = calloc(1, st.st_size + 1);
	if (!cni->out || pread(out, cni->out, st.st_size, 0) != st.st_size)
		goto out;
	err = WIFEXITED(status) ? WEXITSTATUS(status) : -EINTR;
	for (char *c = cni->out; *c; c++)
		*c = *c == '\n' ? ' ' : *c;
	if (err)
		printf("# %s %s: exit %d: %s\n", cni->plugin, cni->command,
		       err, cni->out);
out:
	close(in);
	close(out);
	return err;
}

/*
 * Of cniVersion 1.0.0; the addresses come from host-local, in order.  It keeps
 * them where each test has a folder of its own (sandbox_new_names()).
 */
#define CONF(name, type, ipam) \
	"\"cniVersion\":\"1.0.0\",\"name\":\"" name "\",\"type\":\"" type "\"" \
	",\"ipam\":{\"type\":\"host-local\",\"dataDir\":\"" NETNS_DIR "/ipam\"," ipam "}"
#define BRIDGE_CONF \
	CONF("net0", "bridge", "\"ranges\":[[{\"subnet\":\"10.244.0.0/24\"," \
	     "\"rangeStart\":\"10.244.0.10\",\"gateway\":\"10.244.0.1\"}]]") \
	",\"bridge\":\"v-net-0\",\"isGateway\":true,\"isDefaultGateway\":true"
#define PTP_CONF \
	CONF("ptp0", "ptp", "\"subnet\":\"10.1.1.0/24\"," \
	     "\"routes\":[{\"dst\":\"0.0.0.0/0\"}]")
#define LO_CONF	"\"cniVersion\":\"1.0.0\",\"name\":\"lo\",\"type\":\"loopback\""

/* A host and two pods as the kubelet hands them to the plugins: empty. */
struct world {
	int host, red, blue;
};

static int new_world(struct world *world)
{
	int err = sandbox_new_names();

	if (!err)
		err = netns_add("pod-red");
	if (!err)
		err = netns_add("pod-blue");
	if (err)
		return err;
	world->host = netns_new();
	world->red = netns_open("pod-red");
	world->blue = netns_open("pod-blue");
	return world->host < 0 || world->red < 0 || world->blue < 0 ? -EIO : 0;
}

/* Our host's lo is up; a plugin does not care about the host's. */
static int lo_up(int netns)
{
	const struct link_desc up = { .flags = IFF_UP, .change = IFF_UP };
	struct rtnl *rtnl = rtnl_open(netns);
	int err = rtnl ? link_set(rtnl, "lo", &up) : -errno;

	rtnl_close(rtnl);
	return err;
}

/* The only device of @netns whose name is "veth" and eight hex digits. */
static int host_end(int netns, char name[IFNAMSIZ])
{
	struct rtnl *rtnl = rtnl_open(netns);
	struct link *links = NULL;
	int i, n, found = 0;

	n = rtnl ? link_list(rtnl, &links) : -errno;
	for (i = 0; i < n; i++) {
		if (strlen(links[i].name) != 12 ||
		    strncmp(links[i].name, "veth", 4) ||
		    strspn(links[i].name + 4, "0123456789abcdef") != 8)
			continue;
		snprintf(name, IFNAMSIZ, "%s", links[i].name);
		found++;
	}
	free(links);
	rtnl_close(rtnl);
	return found == 1 ? 0 : -ENODEV;
}

static int reach_between(enum probe_kind kind, int from, int to,
			 const char *dst)
{
	const struct probe probe = { .kind = kind, .from = from, .to = to,
				     .dst = dst };

	return probe_run(&probe, NULL);
}

/* Both ends run and forward: the plugins do not wait for that. */
static int wait_ends(const struct world *world, const char *pod_dev,
		     const char *host_dev, bool port)
{
	struct link last;
	int err = link_wait(world->red, pod_dev, link_is_running, &last);

	if (err)
		return err;
	return link_wait(world->host, host_dev,
			 port ? link_is_forwarding : link_is_running, &last);
}

/* @text with each @from replaced by @to, which is not longer; freed by you. */
static char *replace(char *text, const char *from, const char *to)
{
	size_t n = strlen(from), m = strlen(to);
	char *at = text;

	while (at && (at = strstr(at, from))) {
		memmove(at + m, at + n, strlen(at + n) + 1);
		memcpy(at, to, m);
		at += m;
	}
	return text;
}

static int cmp_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * How the plugin's world differs from ours (ksft.topo), with the random name of
 * its host end written as ours; sorted, for free(3).
 */
static char *differences(const struct world *world, const char *theirs,
			 const char *ours)
{
	const struct state_netns set[] = {
		{ "host", world->host }, { "pod-red", world->red },
	};
	char *text = replace(state_set(set, 2, true), theirs, ours);
	char *we = ksft_states(true), *diff, *out = NULL, *line, *next;
	char *lines[64];
	size_t n = 0, i, size;
	FILE *file = open_memstream(&out, &size);

	next = diff = text && we ? state_diff(we, text) : NULL;
	while ((line = strsep(&next, "\n")) && n < ARRAY_SIZE(lines)) {
		if (*line == '-' || *line == '+')
			lines[n++] = line;
	}
	qsort(lines, n, sizeof(*lines), cmp_lines);
	for (i = 0; i < n && file; i++) {
		/* Only the name's length made the order another one. */
		if (i + 1 < n && *lines[i] != *lines[i + 1] &&
		    !strcmp(lines[i] + 1, lines[i + 1] + 1))
			continue;
		fprintf(file, "%s\n", lines[i]);
	}
	if (file)
		fclose(file);
	free(diff);
	free(text);
	free(we);
	return out;
}

/* Method 2 as ours, and the bridge plugin's way. */
FIXTURE(cni_bridge) { struct topo *topo; };
FIXTURE_VARIANT(cni_bridge) { const char *topology; };
FIXTURE_VARIANT_ADD(cni_bridge, bridge_1_in_place) {
	.topology = "bridge-1-in-place",
};
FIXTURE_SETUP(cni_bridge) TOPO_SETUP(cni_bridge)
FIXTURE_TEARDOWN(cni_bridge) TOPO_TEARDOWN

/* What such lines have in common. */
#define ETHER	"<BROADCAST,MULTICAST,UP,RUNNING,LOWER_UP> mtu 1500 qdisc noqueue state UP carrier 1 master "
#define LO	"lo: <LOOPBACK"

/*
 * Section 5's table, and one thing more: the plugin's ends have no queue
 * length of their own (txqlen 0).  The fdb entry says that the bridge has a MAC
 * that is not its port's.
 */
TEST_OF("cni pair, cni address, cni bridge-mac, cni pod-lo, cni port, claim 63",
	cni_bridge, add_makes_method_2_but_for_these_lines)
{
	struct cni add = { .plugin = "bridge", .command = "ADD",
			   .ifname = "veth-red", .conf = "{" BRIDGE_CONF "}" };
	char name[IFNAMSIZ];
	struct world world;

	NEED_PLUGIN("bridge");
	NEED_PLUGIN("host-local");
	ASSERT_EQ(0, new_world(&world));
	ASSERT_EQ(0, lo_up(world.host));
	ASSERT_EQ(0, run_plugin(&add, world.host));
	ASSERT_EQ(0, host_end(world.host, name));
	ASSERT_EQ(0, wait_ends(&world, "veth-red", name, true));
	EXPECT_TEXT("+addr 10.244.0.1/24 dev v-net-0 brd 10.244.0.255 scope global permanent\n"
		    "+addr 10.244.0.10/24 dev veth-red brd 10.244.0.255 scope global permanent\n"
		    "+fdb host/v-net-0 dev v-net-0 master v-net-0 permanent\n"
		    "+link " LO "> mtu 65536 qdisc noop state DOWN carrier 1 master none kind none peer none mac any promiscuity 0 txqlen 1000\n"
		    "+link veth-red-br: " ETHER "v-net-0 kind veth peer pod-red/veth-red mac any promiscuity 1 txqlen 0\n"
		    "+link veth-red: " ETHER "none kind veth peer host/veth-red-br mac any promiscuity 0 txqlen 0\n"
		    "-addr 10.244.0.1/24 dev v-net-0 scope global permanent\n"
		    "-addr 10.244.0.10/24 dev veth-red scope global permanent\n"
		    "-addr 127.0.0.1/8 dev lo scope host permanent\n"
		    "-addr ::1/128 dev lo scope host permanent\n"
		    "-link " LO ",UP,RUNNING,LOWER_UP> mtu 65536 qdisc noqueue state UNKNOWN carrier 1 master none kind none peer none mac any promiscuity 0 txqlen 1000\n"
		    "-link veth-red-br: " ETHER "v-net-0 kind veth peer pod-red/veth-red mac any promiscuity 1 txqlen 1000\n"
		    "-link veth-red: " ETHER "none kind veth peer host/veth-red-br mac any promiscuity 0 txqlen 1000\n"
		    "-route broadcast 127.255.255.255/32 dev lo table local proto kernel scope link src 127.0.0.1\n"
		    "-route local 127.0.0.0/8 dev lo table local proto kernel scope host src 127.0.0.1\n"
		    "-route local 127.0.0.1/32 dev lo table local proto kernel scope host src 127.0.0.1\n"
		    "-route local ::1/128 dev lo table local proto kernel scope global\n",
		    differences(&world, name, "veth-red-br"));
	EXPECT_ERR(0, reach_between(PROBE_ICMP, world.red, world.host,
				    "10.244.0.1"));
}

TEST_OF("cni sysctl", cni_bridge, add_lets_the_host_forward)
{
	struct cni add = { .plugin = "bridge", .command = "ADD",
			   .ifname = "veth-red", .conf = "{" BRIDGE_CONF "}" };
	struct world world;
	char value[16];

	NEED_PLUGIN("bridge");
	NEED_PLUGIN("host-local");
	NEED_SYSCTL();
	ASSERT_EQ(0, new_world(&world));
	ASSERT_EQ(0, sysctl_set(world.host, "net/ipv4/ip_forward", "0"));
	ASSERT_EQ(0, run_plugin(&add, world.host));
	ASSERT_EQ(0, sysctl_get(world.host, "net/ipv4/ip_forward", value,
				sizeof(value)));
	EXPECT_STREQ("1", value);
	ASSERT_EQ(0, sysctl_get(ns("host"), "net/ipv4/ip_forward", value,
				sizeof(value)));
	EXPECT_STREQ("0", value);
}

/* Twice: the second finds nothing to do, which is no error. */
TEST_OF("cni del", cni_bridge, del_leaves_the_bridge_and_is_idempotent)
{
	struct cni call = { .plugin = "bridge", .command = "ADD",
			    .ifname = "veth-red", .conf = "{" BRIDGE_CONF "}" };
	struct world world;
	char name[IFNAMSIZ];

	NEED_PLUGIN("bridge");
	NEED_PLUGIN("host-local");
	ASSERT_EQ(0, new_world(&world));
	ASSERT_EQ(0, run_plugin(&call, world.host));
	ASSERT_EQ(0, host_end(world.host, name));
	call.command = "DEL";
	EXPECT_EQ(0, run_plugin(&call, world.host));
	EXPECT_TEXT("", state_text(world.red, STATE_ADDR4 | STATE_ROUTE4_MAIN |
				   STATE_ROUTE4_LOCAL));
	EXPECT_EQ(-ENODEV, host_end(world.host, name));
	EXPECT_TEXT("addr 10.244.0.1/24 dev v-net-0 brd 10.244.0.255 scope global permanent\n",
		    state_text(world.host, STATE_ADDR4));
	EXPECT_EQ(0, run_plugin(&call, world.host));
}

TEST_OF("claim 62", cni_bridge, add_fails_without_its_namespace)
{
	struct cni add = { .plugin = "bridge", .command = "ADD",
			   .ifname = "veth-red", .conf = "{" BRIDGE_CONF "}" };
	struct world world;

	NEED_PLUGIN("bridge");
	NEED_PLUGIN("host-local");
	ASSERT_EQ(0, new_world(&world));
	ASSERT_EQ(0, netns_del("pod-red"));
	EXPECT_LT(0, run_plugin(&add, world.host));
	EXPECT_NE(NULL, strstr(add.out, "failed to open netns"));
	/* And the same with the name there. */
	ASSERT_EQ(0, netns_add("pod-red"));
	EXPECT_EQ(0, run_plugin(&add, world.host));
}

/* What ADD would have said of ksft.topo, for CHECK to compare with. */
static char *check_conf(void)
{
	char br[IP_TEXT_MAX], port[IP_TEXT_MAX], pod[IP_TEXT_MAX];
	struct link l[3];
	char *conf = NULL;

	if (link_get(in("host"), "v-net-0", &l[0]) ||
	    link_get(in("host"), "veth-red-br", &l[1]) ||
	    link_get(in("pod-red"), "veth-red", &l[2]))
		return NULL;
	mac_text(l[0].mac, br);
	mac_text(l[1].mac, port);
	mac_text(l[2].mac, pod);
	if (asprintf(&conf, "{" BRIDGE_CONF
		     ",\"prevResult\":{\"cniVersion\":\"1.0.0\",\"interfaces\":["
		     "{\"name\":\"v-net-0\",\"mac\":\"%s\"},"
		     "{\"name\":\"veth-red-br\",\"mac\":\"%s\"},"
		     "{\"name\":\"veth-red\",\"mac\":\"%s\",\"sandbox\":\""
		     NETNS_DIR "/pod-red\"}],"
		     "\"ips\":[{\"interface\":2,\"address\":\"10.244.0.10/24\","
		     "\"gateway\":\"10.244.0.1\"}],"
		     "\"routes\":[{\"dst\":\"0.0.0.0/0\",\"gw\":\"10.244.0.1\"}],"
		     "\"dns\":{}}}", br, port, pod) < 0)
		return NULL;
	return conf;
}

/* The other way round: the plugin is shown what we built.  IPAM goes first. */
TEST_OF("cni check", cni_bridge, check_takes_ours_until_something_is_missing)
{
	struct cni ipam = { .plugin = "host-local", .command = "ADD",
			    .ifname = "veth-red", .conf = "{" BRIDGE_CONF "}" };
	struct cni check = { .plugin = "bridge", .command = "CHECK",
			     .ifname = "veth-red" };
	const struct route_desc route = { .family = AF_INET, .dst = "default",
					  .via = "10.244.0.1" };

	NEED_PLUGIN("bridge");
	NEED_PLUGIN("host-local");
	check.conf = check_conf();
	ASSERT_NE(NULL, check.conf);
	ASSERT_EQ(0, run_plugin(&ipam, ns("host")));
	EXPECT_NE(NULL, strstr(ipam.out, "10.244.0.10/24"));
	EXPECT_EQ(0, run_plugin(&check, ns("host")));
	ASSERT_ERR(0, route_del(in("pod-red"), &route));
	EXPECT_LT(0, run_plugin(&check, ns("host")));
	ASSERT_ERR(0, route_add(in("pod-red"), &route));
	EXPECT_EQ(0, run_plugin(&check, ns("host")));
	ASSERT_ERR(0, addr_del(in("pod-red"), "veth-red", "10.244.0.10/24"));
	EXPECT_LT(0, run_plugin(&check, ns("host")));
	free((char *)check.conf);
}

/* Method 3 as ours, and the ptp plugin's way. */
FIXTURE(cni_ptp) { struct topo *topo; };
FIXTURE_VARIANT(cni_ptp) { const char *topology; };
FIXTURE_VARIANT_ADD(cni_ptp, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(cni_ptp) TOPO_SETUP(cni_ptp)
FIXTURE_TEARDOWN(cni_ptp) TOPO_TEARDOWN

/*
 * The host's end has a /32, so that every pod can have the same gateway.  After
 * the loopback plugin the pod's lo is as ours is.
 */
TEST_OF("cni ptp, cni loopback", cni_ptp, add_makes_method_3_but_for_these_lines)
{
	struct cni lo = { .plugin = "loopback", .command = "ADD",
			  .ifname = "lo", .conf = "{" LO_CONF "}" };
	struct cni add = { .plugin = "ptp", .command = "ADD",
			   .ifname = "veth-pod", .conf = "{" PTP_CONF "}" };
	char name[IFNAMSIZ];
	struct world world;

	NEED_PLUGIN("ptp");
	NEED_PLUGIN("loopback");
	NEED_PLUGIN("host-local");
	ASSERT_EQ(0, new_world(&world));
	ASSERT_EQ(0, lo_up(world.host));
	ASSERT_EQ(0, run_plugin(&lo, world.host));
	ASSERT_EQ(0, run_plugin(&add, world.host));
	ASSERT_EQ(0, host_end(world.host, name));
	ASSERT_EQ(0, wait_ends(&world, "veth-pod", name, false));
	EXPECT_TEXT("+addr 10.1.1.1/32 dev veth-host scope global permanent\n"
		    "+addr 10.1.1.2/24 dev veth-pod brd 10.1.1.255 scope global permanent\n"
		    "+link veth-host: " ETHER "none kind veth peer pod-red/veth-pod mac any promiscuity 0 txqlen 0\n"
		    "+link veth-pod: " ETHER "none kind veth peer host/veth-host mac any promiscuity 0 txqlen 0\n"
		    "+route unicast 10.1.1.0/24 via 10.1.1.1 dev veth-pod table main proto boot scope global src 10.1.1.2\n"
		    "+route unicast 10.1.1.1/32 dev veth-pod table main proto boot scope link src 10.1.1.2\n"
		    "+route unicast 10.1.1.2/32 dev veth-host table main proto boot scope host\n"
		    "+route unicast default via 10.1.1.1 dev veth-pod table main proto boot scope global\n"
		    "-addr 10.1.1.1/24 dev veth-host scope global permanent\n"
		    "-addr 10.1.1.2/24 dev veth-pod scope global permanent\n"
		    "-link veth-host: " ETHER "none kind veth peer pod-red/veth-pod mac any promiscuity 0 txqlen 1000\n"
		    "-link veth-pod: " ETHER "none kind veth peer host/veth-host mac any promiscuity 0 txqlen 1000\n"
		    "-route broadcast 10.1.1.255/32 dev veth-host table local proto kernel scope link src 10.1.1.1\n"
		    "-route unicast 10.1.1.0/24 dev veth-host table main proto kernel scope link src 10.1.1.1\n"
		    "-route unicast 10.1.1.0/24 dev veth-pod table main proto kernel scope link src 10.1.1.2\n",
		    differences(&world, name, "veth-host"));
}

/* Pods in one /24 that is no link: the host routes between them. */
TEST_OF("cni ptp-pods", cni_ptp, pods_reach_each_other_by_way_of_the_host)
{
	struct cni add = { .plugin = "ptp", .command = "ADD",
			   .ifname = "veth-pod", .conf = "{" PTP_CONF "}" };
	struct probe probe = { .kind = PROBE_ICMP, .dst = "10.1.1.3" };
	struct probe_result result;
	char name[IFNAMSIZ];
	struct world world;
	struct link last;

	NEED_PLUGIN("ptp");
	NEED_PLUGIN("host-local");
	ASSERT_EQ(0, new_world(&world));
	ASSERT_EQ(0, run_plugin(&add, world.host));
	ASSERT_EQ(0, host_end(world.host, name));
	ASSERT_EQ(0, wait_ends(&world, "veth-pod", name, false));
	add.pod = "blue";
	ASSERT_EQ(0, run_plugin(&add, world.host));
	ASSERT_EQ(0, link_wait(world.blue, "veth-pod", link_is_running,
			       &last));
	probe.from = world.red;
	probe.to = world.blue;
	ASSERT_ERR(0, probe_run(&probe, &result));
	EXPECT_EQ(63, result.ttl);
}

KSFT_MAIN
