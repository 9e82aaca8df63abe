// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The document against our requests: its own command lines, run by the tools
 * of this machine in a sandbox, must build the networks that our topologies of
 * the same names are; where the document is wrong, in the way that the test
 * plan says.
 */
#include "child.h"

#include "document.h"
#include "tool.h"

#define RED	"pod-red"
#define BLUE	"pod-blue"
#define HOST	TOPO_HOST

#define NEED_TOOLS() do { \
	NEED_TOOL("ip", "iproute2"); \
	NEED_TOOL("ping", "iputils-ping"); \
	if (!ksft.sandbox.own_sys) \
		SKIP(return, "needs a sysfs that can be mounted"); \
} while (0)

/*
 * A ping(8) without -c would go on for ever: it sends one then, and does not
 * wait a second between two.
 */
static const char prologue[] =
	"mkdir -p /tmp/bin\n"
	"printf '#!/bin/sh\\nexec %s -c 1 -i 0.01 \"$@\"\\n' $(command -v ping) >/tmp/bin/ping\n"
	"chmod 755 /tmp/bin/ping\n"
	"PATH=/tmp/bin:$PATH\n";

/* The host's lo is up on any machine. */
static const char host_lo[] = "ip link set lo up\n";

/* Prints the commands of a block so that each failed one names itself. */
static void print_block(FILE *script, const char *block)
{
	const char *line, *end;
	int len;

	for (line = block; *line; line = end + 1) {
		end = strchrnul(line, '\n');
		len = end - line;
		if (!len || *line == '#')
			continue;
		fprintf(script,
			"{ %.*s\n} </dev/null >/dev/null 2>&1\n"
			"s=$?; [ $s = 0 ] || echo '%.*s: '$s\n",
			len, line, len, line);
	}
}

/*
 * Runs blocks, up to a NULL, in @host: "COMMAND: STATUS" of each command that
 * failed, and the script's own "exit 0".
 */
static const char *run_blocks(int host, const char * const *blocks)
{
	const char *said = "no memory";
	char *script = NULL;
	size_t size;
	FILE *file;

	file = open_memstream(&script, &size);
	if (!file)
		return said;
	fputs(prologue, file);
	for (; *blocks; blocks++)
		print_block(file, *blocks);
	fputs("exit 0\n", file);
	if (!fclose(file))
		said = tool_says(host, "%s", script);
	free(script);
	return said;
}

#define BLOCKS(...)	((const char * const[]){ __VA_ARGS__, NULL })

/* Finding 0.1: lo has the address since it is up (claim 18). */
#define LO_TWICE \
	"ip -n pod-red addr add 127.0.0.1/8 dev lo: 2\n" \
	"ip -n pod-blue addr add 127.0.0.1/8 dev lo: 2\n"

FIXTURE(document) { struct topo *topo; };
FIXTURE_VARIANT(document) {
	const char *topology, *method;
};
FIXTURE_VARIANT_ADD(document, p2p) {
	.topology = "p2p", .method = doc_method_1,
};
FIXTURE_VARIANT_ADD(document, bridge) {
	.topology = "bridge", .method = doc_method_2,
};
FIXTURE_VARIANT_ADD(document, host) {
	.topology = "host", .method = doc_method_3,
};
FIXTURE_SETUP(document) TOPO_SETUP(document)
FIXTURE_TEARDOWN(document) TOPO_TEARDOWN

/* Each method by itself, on new pods: as it is meant. */
TEST_F(document, each_method_alone_builds_what_our_topology_is)
{
	bool has_lo = strcmp(variant->topology, "p2p");
	struct topo_error error = { 0 };
	int host = netns_new();
	char *ours, *theirs;
	struct topo *topo;

	NEED_TOOLS();
	ASSERT_LE(0, host);
	ours = ksft_states(true);
	ASSERT_NE(NULL, ours);
	ASSERT_ERR(0, sandbox_new_names());
	EXPECT_STREQ(LO_TWICE "exit 0\n",
		     run_blocks(host, BLOCKS(has_lo ? host_lo : "",
					     doc_create, doc_loopback,
					     variant->method)));
	topo = topo_attach(&ksft.list, host, &error);
	ASSERT_NE(NULL, topo)
		printf("# %s\n", error.text);
	topo_destroy(self->topo);
	ksft.topo = self->topo = topo;
	theirs = ksft_states(true);
	EXPECT_TEXT(ours, theirs);
	free(ours);
}

FIXTURE(whole) { struct topo *topo; };
FIXTURE_VARIANT(whole) { const char *topology; };
FIXTURE_VARIANT_ADD(whole, netns) { .topology = "netns" };
FIXTURE_SETUP(whole) TOPO_SETUP(whole)
FIXTURE_TEARDOWN(whole) TOPO_TEARDOWN

/* How many entries of the fdb of a bridge there were learned; or -errno. */
static int count_learned(int host)
{
	struct rtnl *rtnl = rtnl_open(host);
	struct neigh *all;
	int i, n, count = 0;

	n = rtnl ? neigh_list(rtnl, AF_BRIDGE, &all) : -errno;
	for (i = 0; i < n; i++)
		count += all[i].master && !(all[i].flags & NTF_SELF) &&
			 !(all[i].state & NUD_PERMANENT);
	if (n >= 0)
		free(all);
	rtnl_close(rtnl);
	return n < 0 ? n : count;
}

/* A link of a namespace that is no topology's. */
static int link_of(int netns, const char *dev, struct link *link)
{
	struct rtnl *rtnl = rtnl_open(netns);
	int err = rtnl ? link_get(rtnl, dev, link) : -errno;

	rtnl_close(rtnl);
	return err;
}

/*
 * Finding 0.1: method 2 after method 1.  The pods' veth-red and veth-blue are
 * method 1's, so that method 2's cannot move in; the addresses go on the old
 * pair, and the ping from pod to pod answers, over that.  The gateway does not.
 */
TEST_OF("claim 32", whole, methods_1_and_2_in_order_ping_over_the_wrong_wire)
{
	struct link port, red;
	int host = netns_new(), pod;

	NEED_TOOLS();
	ASSERT_LE(0, host);
	ASSERT_ERR(0, sandbox_new_names());
	EXPECT_STREQ(LO_TWICE
		     "ip link set veth-red netns pod-red: 2\n"
		     "ip link set veth-blue netns pod-blue: 2\n"
		     "ip netns exec pod-red ping -c 2 10.244.0.1   # pod-to-gateway: 1\n"
		     "exit 0\n",
		     run_blocks(host, BLOCKS(host_lo, doc_create, doc_loopback,
					     doc_method_1, doc_method_2)));
	EXPECT_EQ(0, count_learned(host));
	ASSERT_ERR(0, link_of(host, "veth-red-br", &port));
	EXPECT_EQ(0, port.stats.rx_packets);
	EXPECT_EQ(0, port.carrier);
	ASSERT_ERR(0, link_of(host, "veth-red", &red));
	EXPECT_EQ(red.ifindex, port.peer);
	pod = netns_open(RED);
	ASSERT_LE(0, pod);
	ASSERT_ERR(0, link_of(pod, "veth-red", &red));
	/* Two pings, and the first one's of method 1. */
	EXPECT_LE(4, red.stats.rx_packets);
}

/*
 * "Veth pairs attached to the namespace are also destroyed", says the document;
 * but its own daemon still holds the namespace (claims 47, 51).
 */
TEST_OF("claim 47 tool, claim 51 tool", whole, cleanup_waits_for_the_daemon)
{
	const char *wait = "until ip netns pids pod-red | grep -q .; do :; done\n";
	int host = netns_new();
	struct link link, last;
	pid_t pid;

	NEED_TOOLS();
	NEED_TOOL("nc", "netcat-openbsd");
	NEED_TOOL("bash", "bash");
	NEED_TOOL("nsenter", "util-linux");
	ASSERT_LE(0, host);
	ASSERT_ERR(0, sandbox_new_names());
	/* With no route out there is nothing to ping (claim 45). */
	EXPECT_STREQ(LO_TWICE
		     "ip netns exec pod-red ping 8.8.8.8: 2\n"
		     "exit 0\n",
		     run_blocks(host, BLOCKS(host_lo, doc_create, doc_loopback,
					     doc_method_3, doc_exec, wait)));
	pid = atoi(tool_says(host, "ip netns pids pod-red\n"));
	ASSERT_LT(1, pid);
	EXPECT_STREQ("exit 0\n", run_blocks(host, BLOCKS(doc_cleanup)));
	EXPECT_STREQ("pod-blue\nexit 0\n", tool_says(host, "ip netns list\n"));
	EXPECT_ERR(0, link_of(host, "veth-host", &link));
	EXPECT_STREQ("exit 0\n", tool_says(host, "/tmp/bin/ping 10.1.1.2 >/dev/null\n"));
	ASSERT_EQ(0, kill(pid, SIGKILL));
	EXPECT_ERR(0, link_wait(host, "veth-host", link_is_gone, &last));
}

/* What is read, not built: pods as they are made (claims 6, 11 to 13). */
TEST_OF("claim 13 tool", whole, what_is_inspected_is_as_the_document_says)
{
	int host = netns_new();

	NEED_TOOLS();
	NEED_TOOL("iptables", "iptables");
	ASSERT_LE(0, host);
	ASSERT_ERR(0, sandbox_new_names());
	EXPECT_STREQ("exit 0\n",
		     run_blocks(host, BLOCKS(doc_create, doc_inspect)));
	EXPECT_STREQ("exit 0\n", tool_says(host, "ip -n pod-red route\n"));
	EXPECT_NE(NULL, strstr(tool_says(host, "ip -n pod-red link show\n"),
			       "1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN"));
}

KSFT_MAIN
