/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of one veth pair (p2p.c, host.c) share: the pair's links as
 * exact text, its flags, its neighbours, and a wait for linkwatch.
 */
#ifndef PAIR_H
#define PAIR_H

#include "ksft.h"

#define RED	"pod-red"
#define HOST	TOPO_HOST

/* linux/if.h has the whole set, but does not go with net/if.h. */
#define FLAGS_DOWN	(IFF_BROADCAST | IFF_MULTICAST)
#define FLAGS_UP	(FLAGS_DOWN | IFF_UP)
#define FLAGS_RUNNING	(FLAGS_UP | IFF_RUNNING | IFF_LOWER_UP)

static inline bool is_link_line(char *line, const char *word)
{
	(void)word;
	return !strncmp(line, "netns ", 6) ||
	       (!strncmp(line, "link ", 5) && !is_fallback_line(line));
}

/* All links of all namespaces, in the names of state_set()'s normal form. */
static inline char *links(void)
{
	return keep(ksft_states(true), is_link_line, NULL);
}

#define LO(flags, more) \
	"link lo: <LOOPBACK" flags "> mtu 65536 " more " carrier 1 master none kind none peer none mac any promiscuity 0 txqlen 1000\n"
#define LO_DOWN	LO("", "qdisc noop state DOWN")
#define LO_UP	LO(",UP,RUNNING,LOWER_UP", "qdisc noqueue state UNKNOWN")
#define END(dev, peer, flags, more) \
	"link " dev ": <BROADCAST,MULTICAST" flags "> mtu 1500 " more " master none kind veth peer " peer " mac any promiscuity 0 txqlen 1000\n"
#define END_DOWN(dev, peer) \
	END(dev, peer, "", "qdisc noop state DOWN carrier 0")
#define END_UP(dev, peer) \
	END(dev, peer, ",UP,RUNNING,LOWER_UP", "qdisc noqueue state UP carrier 1")

/*
 * Linkwatch has said its word on the carrier that the device has.  Before,
 * on kernels that do not bring it up to date for RTM_GETLINK (v6.8, "net:
 * core: synchronize link-watch when carrier is queried"), operstate may be
 * that of a moment ago.
 */
static inline bool is_settled(const struct link *link)
{
	if (!link || !(link->flags & IFF_UP))
		return true;
	if (link->carrier)
		return link->operstate == LINK_OPER_UP;
	return !(link->flags & IFF_RUNNING);
}

static inline int settle(const char *name, const char *dev, struct link *link)
{
	int err;

	err = link_wait(ns(name), dev, is_settled, link);
	return err ? err : link_get(in(name), dev, link);
}

static inline int neigh_state(const char *name, const char *dev,
			      const char *dst)
{
	struct neigh neigh;
	int err;

	err = neigh_get(in(name), dev, dst, &neigh);
	return err ? err : neigh.state;
}

static inline bool neigh_has_mac(const char *name, const char *dev,
				 const char *dst, const uint8_t mac[6])
{
	struct neigh neigh;

	return !neigh_get(in(name), dev, dst, &neigh) &&
	       !memcmp(neigh.mac, mac, 6);
}

/*
 * Lets @dev's neighbours ("ipv4", "ipv6") repeat and check nothing by
 * themselves, however slow the machine: what is to be seen stays to be seen.
 * Without a /proc to write it is left to luck.
 */
static inline int neigh_patient(const char *name, const char *family,
				const char *dev)
{
	char path[96];
	int err;

	if (!ksft.sandbox.own_proc)
		return 0;
	snprintf(path, sizeof(path), "net/%s/neigh/%s/retrans_time_ms",
		 family, dev);
	err = sysctl_set(ns(name), path, "600000");
	if (err)
		return err;
	snprintf(path, sizeof(path), "net/%s/neigh/%s/delay_first_probe_time",
		 family, dev);
	return sysctl_set(ns(name), path, "600");
}

#endif
