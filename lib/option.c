// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "option.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/if_bridge.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "link.h"
#include "netns.h"
#include "nft.h"
#include "rtnl.h"

/* How to ask: a function each, and what it asks for. */
struct option {
	const char *name;
	int (*has)(const struct option *option);
	const char *text, *file;
	int number, family, size;
};

static int has_family(const struct option *o)
{
	int fd = socket(o->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	/* EPERM: there it is, for others. */
	if (fd < 0)
		return errno != EAFNOSUPPORT;
	close(fd);
	return 1;
}

/* No call takes these. */
static int has_call(const struct option *o)
{
	return syscall(o->number, -1, -1, -1) >= 0 || errno != ENOSYS;
}

/* Without CONFIG_PROC_SYSCTL nobody can tell: it is that which is missing. */
static int has_path(const struct option *o)
{
	static const char sysctls[] = "/proc/sys/net/";

	if (!strncmp(o->text, sysctls, strlen(sysctls)) &&
	    access(sysctls, F_OK))
		return 1;
	return access(o->text, F_OK) == 0;
}

/* A line of .file ends with the word .text. */
static int has_word(const struct option *o)
{
	FILE *file = fopen(o->file, "re");
	char line[128], *word;
	int found = 0;

	if (!file)
		return -errno;
	while (!found && fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		word = strrchr(line, strchr(line, '\t') ? '\t' : ' ');
		found = word && !strcmp(word + 1, o->text);
	}
	fclose(file);
	return found;
}

/* To open its file, if there is one, loads the module. */
static int has_tun(const struct option *o)
{
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (fd >= 0)
		close(fd);
	return has_word(o);
}

static struct rtnl *ask_here(void)
{
	int netns = netns_self();
	struct rtnl *rtnl = netns < 0 ? NULL : rtnl_open(netns);

	if (netns >= 0)
		close(netns);
	return rtnl;
}

/* Whether @err is how the kernel says that it does not know what is asked. */
static int known(int err)
{
	return err != -EOPNOTSUPP && err != -EAFNOSUPPORT &&
	       err != -EPROTONOSUPPORT;
}

/*
 * A kind of link that is there looks at its attributes first, and no link has a
 * MAC of one byte: EINVAL, and nothing is made.
 */
static int has_kind(const struct option *o)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	struct rtnl *rtnl = ask_here();
	struct nlattr *nest;
	struct req req;
	int err;

	if (!rtnl)
		return -errno;
	req_init(&req, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info,
		 sizeof(info));
	req_put(&req, IFLA_ADDRESS, "\2", 1);
	nest = req_nest(&req, IFLA_LINKINFO);
	req_str(&req, IFLA_INFO_KIND, o->text);
	req_nest_end(&req, nest);
	err = rtnl_talk(rtnl, &req);
	rtnl_close(rtnl);
	return known(err);
}

static int ignore(const struct nlmsghdr *nlh, void *data)
{
	(void)nlh;
	(void)data;
	return 1;
}

/* A dump of .number by .family, once the kind of link .text is loaded. */
static int has_dump(const struct option *o)
{
	struct rtnl *rtnl = ask_here();
	/* Each header, of .size bytes, begins with the family. */
	uint8_t header[sizeof(struct tcmsg)] = { o->family };
	void *none = NULL;
	struct req req;
	int err;

	if (!rtnl)
		return -errno;
	if (o->text && !has_kind(o)) {
		rtnl_close(rtnl);
		return 0;
	}
	req_init(&req, o->number, NLM_F_DUMP, header, o->size);
	err = rtnl_list(rtnl, &req, 1, ignore, &none);
	rtnl_close(rtnl);
	return known(err);
}

struct find {
	uint16_t type;			/* IFLA_BR_* */
	bool found;
};

static int find_bridge_attr(const struct nlmsghdr *nlh, void *data)
{
	struct find *find = data;
	const struct nlattr *attr, *info, *value;

	mnl_attr_for_each(attr, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(attr) != IFLA_LINKINFO)
			continue;
		mnl_attr_for_each_nested(info, attr) {
			if (mnl_attr_get_type(info) != IFLA_INFO_DATA)
				continue;
			mnl_attr_for_each_nested(value, info)
				find->found |= mnl_attr_get_type(value) ==
					       find->type;
		}
	}
	return 0;
}

/* Only a bridge says, in a namespace that dies with it. */
static int has_bridge_attr(const struct option *o)
{
	static const struct link_desc bridge = { .kind = "bridge",
						 .name = "br" };
	struct find find = { .type = o->number };
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC };
	int netns = netns_new(), err;
	struct rtnl *rtnl = netns < 0 ? NULL : rtnl_open(netns);
	struct req req;

	if (!rtnl)
		return netns < 0 ? netns : -errno;
	err = link_add(rtnl, &bridge);
	req_init(&req, RTM_GETLINK, 0, &info, sizeof(info));
	req_str(&req, IFLA_IFNAME, bridge.name);
	if (!err)
		err = rtnl_get(rtnl, &req, find_bridge_attr, &find);
	rtnl_close(rtnl);
	close(netns);
	return err ? known(err) ? err : 0 : find.found;
}

/* A chain of the family, in a namespace that ends with it. */
static int has_nft(const struct option *o)
{
	const struct nft_rule rule = {
		.family = o->text, .hook = "input", .verdict = "accept",
	};
	int netns = netns_new(), err;

	if (netns < 0)
		return netns;
	err = nft_rule_add(netns, &rule);
	close(netns);
	return known(err);
}

#define ASK(option, has_, ...) \
	{ .name = "CONFIG_" option, .has = has_, __VA_ARGS__ }
#define CALL(option, call) ASK(option, has_call, .number = call)
#define DUMP(option, type, family_, header) \
	ASK(option, has_dump, .number = type, .family = family_, \
	    .size = sizeof(header))
#define FAMILY(option, family_) ASK(option, has_family, .family = family_)
#define KIND(option, kind) ASK(option, has_kind, .text = kind)
#define NFT(option, family_) ASK(option, has_nft, .text = family_)
#define PATH(option, path) ASK(option, has_path, .text = path)

static const struct option options[] = {
	KIND("BRIDGE", "bridge"),
	ASK("BRIDGE_IGMP_SNOOPING", has_bridge_attr,
	    .number = IFLA_BR_MCAST_SNOOPING),
	PATH("BRIDGE_NETFILTER", "/proc/sys/net/bridge"),
	ASK("BRIDGE_VLAN_FILTERING", has_dump, .text = "bridge",
	    .number = RTM_GETVLAN, .family = AF_BRIDGE,
	    .size = sizeof(struct br_vlan_msg)),
	CALL("EPOLL", SYS_epoll_create1),
	CALL("FHANDLE", SYS_open_by_handle_at),
	FAMILY("INET", AF_INET),
	CALL("INOTIFY_USER", SYS_inotify_init1),
	FAMILY("IPV6", AF_INET6),
	DUMP("IPV6_MULTIPLE_TABLES", RTM_GETRULE, AF_INET6,
	     struct fib_rule_hdr),
	PATH("IPV6_OPTIMISTIC_DAD",
	     "/proc/sys/net/ipv6/conf/default/optimistic_dad"),
	PATH("IP_MULTICAST", "/proc/net/igmp"),
	DUMP("IP_MULTIPLE_TABLES", RTM_GETRULE, AF_INET,
	     struct fib_rule_hdr),
	PATH("IP_ROUTE_MULTIPATH",
	     "/proc/sys/net/ipv4/fib_multipath_hash_policy"),
	KIND("MACVLAN", "macvlan"),
	DUMP("NET_SCHED", RTM_GETQDISC, AF_UNSPEC, struct tcmsg),
	NFT("NF_TABLES_ARP", "arp"),
	NFT("NF_TABLES_BRIDGE", "bridge"),
	NFT("NF_TABLES_INET", "inet"),
	NFT("NF_TABLES_IPV4", "ip"),
	FAMILY("PACKET", AF_PACKET),
	PATH("PROC_SYSCTL", "/proc/sys/net"),
	ASK("SYSFS", has_word, .text = "sysfs", .file = "/proc/filesystems"),
	ASK("TUN", has_tun, .text = "tun", .file = "/proc/misc"),
	FAMILY("UNIX", AF_UNIX),
	PATH("USER_NS", "/proc/self/ns/user"),
	PATH("UTS_NS", "/proc/self/ns/uts"),
	KIND("VETH", "veth"),
	KIND("VLAN_8021Q", "vlan"),
	KIND("VXLAN", "vxlan"),
};

#define N_OPTIONS	(sizeof(options) / sizeof(options[0]))

/* For each option 0: not asked yet, 1: the kernel has it, -1: it has not. */
static signed char *answers;

int option_share(void)
{
	void *shared = mmap(NULL, N_OPTIONS, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (shared == MAP_FAILED)
		return -errno;
	answers = shared;
	return 0;
}

static int ask(size_t i)
{
	int has;

	if (answers && answers[i])
		return answers[i] > 0;
	has = options[i].has(&options[i]);
	if (answers && has >= 0)
		answers[i] = has ? 1 : -1;
	return has;
}

int option_has(const char *option)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++) {
		if (!strcmp(options[i].name, option))
			return ask(i);
	}
	return -ENOENT;
}

/* The one that asks @has for @text. */
static const char *of(int (*has)(const struct option *option),
		      const char *text)
{
	size_t i;

	for (i = 0; i < N_OPTIONS; i++) {
		if (options[i].has == has && !strcmp(options[i].text, text))
			return options[i].name;
	}
	return NULL;
}

static const char *of_address(const char *addr)
{
	return strchr(addr, ':') ? "CONFIG_IPV6" : "CONFIG_INET";
}

const char *option_of_step(const struct topo_step *s)
{
	switch (s->op) {
	case TOPO_LINK_ADD:
		return of(has_kind, s->kind);
	case TOPO_VLAN_ADD:
	case TOPO_VLAN_DEL:
		return "CONFIG_BRIDGE_VLAN_FILTERING";
	case TOPO_ADDR_ADD:
	case TOPO_NEIGH_ADD:
		return of_address(s->addr);
	case TOPO_ROUTE_ADD:
		return topo_step_is_ipv6(s) ? "CONFIG_IPV6" : "CONFIG_INET";
	case TOPO_RULE_ADD:
		return topo_step_is_ipv6(s) ? "CONFIG_IPV6_MULTIPLE_TABLES" :
					      "CONFIG_IP_MULTIPLE_TABLES";
	case TOPO_SYSCTL:
		return "CONFIG_PROC_SYSCTL";
	case TOPO_NFT:
		return of(has_nft, s->kind);
	default:
		return NULL;
	}
}
