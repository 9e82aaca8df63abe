/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command blocks of "How to create and connect network namespaces", line
 * by line as the document has them, comments and all.
 */
#ifndef DOCUMENT_H
#define DOCUMENT_H

static const char doc_create[] =
	"# Create two namespaces (simulating two Pods)\n"
	"ip netns add pod-red\n"
	"ip netns add pod-blue\n"
	"\n"
	"# Verify creation\n"
	"ip netns list\n"
	"# Output:\n"
	"# pod-blue\n"
	"# pod-red\n"
	"\n"
	"# Check namespace details\n"
	"ls -l /var/run/netns/\n"
	"# Shows namespace mount points\n";

static const char doc_inspect[] =
	"# Check interfaces in new namespace\n"
	"ip netns exec pod-red ip link show\n"
	"# Output:\n"
	"# 1: lo: <LOOPBACK> mtu 65536 qdisc noop state DOWN\n"
	"\n"
	"# Check routing table (empty)\n"
	"ip netns exec pod-red ip route\n"
	"# No routes\n"
	"\n"
	"# Check iptables (clean slate)\n"
	"ip netns exec pod-red iptables -L\n"
	"# Empty chains\n";

static const char doc_loopback[] =
	"# Loopback must be enabled for local processes\n"
	"ip -n pod-red link set lo up\n"
	"ip -n pod-blue link set lo up\n"
	"\n"
	"# Assign loopback IP\n"
	"ip -n pod-red addr add 127.0.0.1/8 dev lo\n"
	"ip -n pod-blue addr add 127.0.0.1/8 dev lo\n"
	"\n"
	"# Test loopback\n"
	"ip netns exec pod-red ping -c 2 127.0.0.1\n"
	"# Should work\n";

static const char doc_method_1[] =
	"# 1. Create veth pair\n"
	"ip link add veth-red type veth peer name veth-blue\n"
	"\n"
	"# 2. Move ends to namespaces\n"
	"ip link set veth-red netns pod-red\n"
	"ip link set veth-blue netns pod-blue\n"
	"\n"
	"# 3. Assign IPs (same subnet)\n"
	"ip -n pod-red addr add 10.0.1.1/24 dev veth-red\n"
	"ip -n pod-blue addr add 10.0.1.2/24 dev veth-blue\n"
	"\n"
	"# 4. Bring interfaces up\n"
	"ip -n pod-red link set veth-red up\n"
	"ip -n pod-blue link set veth-blue up\n"
	"\n"
	"# 5. Verify connectivity\n"
	"ip netns exec pod-red ping -c 2 10.0.1.2\n"
	"# SUCCESS: Direct path via veth pair\n"
	"\n"
	"# 6. Check routes (automatically added)\n"
	"ip -n pod-red route\n"
	"# Output:\n"
	"# 10.0.1.0/24 dev veth-red scope link\n";

static const char doc_method_2[] =
	"# 1. Create a bridge on the host\n"
	"ip link add v-net-0 type bridge\n"
	"ip link set v-net-0 up\n"
	"ip addr add 10.244.0.1/24 dev v-net-0\n"
	"\n"
	"# 2. Create veth pairs (one per namespace)\n"
	"ip link add veth-red type veth peer name veth-red-br\n"
	"ip link add veth-blue type veth peer name veth-blue-br\n"
	"\n"
	"# 3. Move namespace ends\n"
	"ip link set veth-red netns pod-red\n"
	"ip link set veth-blue netns pod-blue\n"
	"\n"
	"# 4. Attach bridge ends to bridge\n"
	"ip link set veth-red-br master v-net-0\n"
	"ip link set veth-blue-br master v-net-0\n"
	"\n"
	"# 5. Bring everything up\n"
	"ip link set veth-red-br up\n"
	"ip link set veth-blue-br up\n"
	"ip -n pod-red link set veth-red up\n"
	"ip -n pod-blue link set veth-blue up\n"
	"\n"
	"# 6. Assign IPs to namespaces\n"
	"ip -n pod-red addr add 10.244.0.10/24 dev veth-red\n"
	"ip -n pod-blue addr add 10.244.0.20/24 dev veth-blue\n"
	"\n"
	"# 7. Add default routes via bridge\n"
	"ip -n pod-red route add default via 10.244.0.1\n"
	"ip -n pod-blue route add default via 10.244.0.1\n"
	"\n"
	"# 8. Test connectivity\n"
	"ip netns exec pod-red ping -c 2 10.244.0.20  # pod-to-pod\n"
	"ip netns exec pod-red ping -c 2 10.244.0.1   # pod-to-gateway\n";

static const char doc_method_3[] =
	"# 1. Create veth pair (one end stays in host namespace)\n"
	"ip link add veth-pod type veth peer name veth-host\n"
	"\n"
	"# 2. Move only one end to namespace\n"
	"ip link set veth-pod netns pod-red\n"
	"\n"
	"# 3. Configure IPs (different subnets)\n"
	"ip addr add 10.1.1.1/24 dev veth-host      # Host end\n"
	"ip -n pod-red addr add 10.1.1.2/24 dev veth-pod\n"
	"\n"
	"# 4. Bring up\n"
	"ip link set veth-host up\n"
	"ip -n pod-red link set veth-pod up\n"
	"\n"
	"# 5. Test\n"
	"ping 10.1.1.2  # Host to pod\n"
	"ip netns exec pod-red ping 10.1.1.1  # Pod to host\n";

static const char doc_exec[] =
	"# Run single command\n"
	"ip netns exec pod-red ping 8.8.8.8\n"
	"\n"
	"# Start interactive shell\n"
	"ip netns exec pod-red /bin/bash\n"
	"# Now in pod-red namespace context\n"
	"\n"
	"# Run daemon in namespace (stays running)\n"
	"ip netns exec pod-red nohup nc -l 8080 &\n"
	"\n"
	"# Alternative: nsenter (by PID)\n"
	"# Find namespace PID\n"
	"ip netns pids pod-red\n"
	"# Enter namespace\n"
	"nsenter --net=/var/run/netns/pod-red /bin/bash\n";

static const char doc_cleanup[] =
	"# Delete namespace (automatically removes all interfaces)\n"
	"ip netns del pod-red\n"
	"\n"
	"# Veth pairs attached to the namespace are also destroyed\n"
	"# Bridge-side veth (veth-red-br) is removed automatically\n";

#endif
