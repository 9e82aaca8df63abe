// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "diagnose.h"

#include <errno.h>
#include <linux/if_bridge.h>
#include <linux/if_addr.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bridge.h"
#include "libc.h"
#include "neigh.h"
#include "nstat.h"
#include "route.h"
#include "world.h"

/* More namespaces than any way here leads through. */
#define HOPS_MAX	8

/* A way, there or back, as far as it has been followed. */
struct way {
	struct world world;
	const struct probe *probe;
	struct diagnosis *diagnosis;
	int err;			/* of the probe */
	bool reply;			/* it is the answer's */
	bool unsure;			/* rules that match only some count too */
	bool fresh;			/* no neighbour entry on this hop: by ARP */
	struct place *origin;		/* where the probe started */
	struct ip_prefix src, dst;	/* of the packet */
	unsigned int length;		/* of its IP packet, in bytes */
	char neigh[16];			/* of the first hop */
	char why[256];
};

static bool is_ipv6(const struct way *way)
{
	return way->dst.family == AF_INET6;
}

/* What is in the way, and the words for it; returns true. */
static bool found(struct way *way, const char *fault, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static bool found(struct way *way, const char *fault, const char *fmt, ...)
{
	va_list ap;

	snprintf(way->diagnosis->fault, sizeof(way->diagnosis->fault), "%s",
		 fault);
	va_start(ap, fmt);
	vsnprintf(way->why, sizeof(way->why), fmt, ap);
	va_end(ap);
	return true;
}

/* A fault of layer 3, which has a name of its own for IPv6. */
#define FOUND3(way, fault, ...) \
	found(way, is_ipv6(way) ? "ipv6-" fault : fault, __VA_ARGS__)

static bool same_ip(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->family == b->family && !memcmp(a->addr, b->addr, 16);
}

/* Is @ip within the first @len bits of @net? */
static bool within(const struct ip_prefix *net, const struct ip_prefix *ip)
{
	unsigned int i;

	if (net->family != ip->family)
		return false;
	for (i = 0; i < net->len; i++) {
		if ((net->addr[i / 8] ^ ip->addr[i / 8]) & 0x80 >> i % 8)
			return false;
	}
	return true;
}

static bool is_link_local(const struct ip_prefix *ip)
{
	return ip->family == AF_INET6 && ip->addr[0] == 0xfe &&
	       (ip->addr[1] & 0xc0) == 0x80;
}

/* "net/ipv4/conf/DEV/LEAF" of the way's family; 0 if there is none. */
static int conf(const struct way *way, const struct place *place,
		const char *dev, const char *leaf)
{
	char name[128], value[32];

	snprintf(name, sizeof(name), "net/ipv%c/conf/%s/%s",
		 is_ipv6(way) ? '6' : '4', dev, leaf);
	if (sysctl_get(place->netns, name, value, sizeof(value)))
		return 0;
	return atoi(value);
}

static int sysctl_number(const struct place *place, const char *name)
{
	char value[32];

	return sysctl_get(place->netns, name, value, sizeof(value)) ? 0 :
								      atoi(value);
}

/* ---- nftables */

/* Does @line, "ip netns forward: [ ... ]", let go of what comes by? */
static const char *verdict_of(const struct way *way, const char *line)
{
	bool only_some = strstr(line, "[ cmp ");

	if (only_some && !way->unsure)
		return NULL;
	if (strstr(line, "[ immediate reg 0 drop ]"))
		return "drop";
	return strstr(line, "[ reject ") ? "reject" : NULL;
}

/* The verdict of the base chain that @chain, "FAMILY TABLE NAME", heads. */
static const char *chain_verdict(const struct way *way, const char *text,
				 const char *chain, size_t len)
{
	const char *line, *verdict = NULL, *end;
	char rule[1024];

	for (line = text; *line && !verdict; line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		if (strncmp(line, chain, len) || line[len] != ':')
			continue;
		snprintf(rule, sizeof(rule), "%.*s", (int)(end - line), line);
		verdict = verdict_of(way, rule);
	}
	return verdict;
}

/*
 * What nftables does in @place to packets of @family at @hook: "drop",
 * "reject", or NULL.
 */
static const char *nft_verdict(const struct way *way,
			       const struct place *place,
			       const char *family, const char *hook)
{
	const char *verdict = NULL, *line, *end, *at;
	char want[32];
	size_t len;

	snprintf(want, sizeof(want), " hook %s ", hook);
	for (line = place->nft; line && *line && !verdict;
	     line = *end ? end + 1 : end) {
		end = strchrnul(line, '\n');
		at = memmem(line, end - line, want, strlen(want));
		len = strcspn(line, " ");
		if (!at || strlen(family) != len || strncmp(line, family, len))
			continue;
		verdict = chain_verdict(way, place->nft, line, at - line);
		if (!verdict && memmem(line, end - line, "policy drop", 11))
			verdict = "drop";
	}
	return verdict;
}

/* The same for IP packets of the way's family. */
static const char *ip_verdict(const struct way *way, const struct place *place,
			      const char *hook)
{
	const char *verdict;

	verdict = nft_verdict(way, place, is_ipv6(way) ? "ip6" : "ip", hook);
	return verdict ? verdict : nft_verdict(way, place, "inet", hook);
}

/* ---- layer 3 at the start */

/* The link that a pod talks by: its first that is not lo. */
static struct spot own_link(struct place *place)
{
	struct spot spot = { .place = place };
	int i;

	for (i = 0; i < place->n_links && !spot.link; i++) {
		if (!(place->links[i].flags & IFF_LOOPBACK))
			spot.link = &place->links[i];
	}
	return spot;
}

/* Its address of the way's family, link-local ones apart. */
static const struct addr *own_addr(const struct way *way,
				   const struct place *place, int ifindex)
{
	const struct addr *a;

	for (a = place->addrs; a < place->addrs + place->n_addrs; a++) {
		if (a->ip.family == way->dst.family && a->ifindex == ifindex &&
		    !is_link_local(&a->ip))
			return a;
	}
	return NULL;
}

/* Does any link that @spot is wired to have an address within @net? */
static bool has_neighbours(const struct way *way, struct spot spot,
			   const struct ip_prefix *net)
{
	const struct addr *a;
	struct spot *spots;
	bool has = false;
	int i, n;

	n = world_segment(&way->world, spot, &spots);
	for (i = 1; i < n && !has; i++) {
		a = own_addr(way, spots[i].place, spots[i].link->ifindex);
		has = a && within(net, &a->ip);
	}
	if (n >= 0)
		free(spots);
	return has;
}

static bool no_route(struct way *way, struct place *place)
{
	struct spot spot = own_link(place);
	const struct addr *addr;

	if (way->reply)
		return FOUND3(way, "no-route-back",
			      "no route back in %s", place->name);
	if (place != way->origin)
		return FOUND3(way, "host-no-route", "no route in %s",
			      place->name);
	if (!spot.link)
		return found(way, "moved-away", "%s has no link but lo",
			     place->name);
	if (!(spot.link->flags & IFF_UP))
		return found(way, "pod-end-down", "%s is down in %s",
			     spot.link->name, place->name);
	if (is_ipv6(way) && conf(way, place, spot.link->name, "disable_ipv6"))
		return found(way, "ipv6-disabled",
			     "disable_ipv6 is 1 on %s in %s", spot.link->name,
			     place->name);
	addr = own_addr(way, place, spot.link->ifindex);
	if (!addr)
		return FOUND3(way, "no-address", "%s has no address on %s",
			      place->name, spot.link->name);
	if (addr->ip.len == ip_size(addr->ip.family) * 8)
		return FOUND3(way, "prefix-32",
			      "the prefix of %s is its address alone",
			      place->name);
	if (!has_neighbours(way, spot, &addr->ip))
		return FOUND3(way, "wrong-subnet",
			      "nobody on the link of %s is in its subnet",
			      place->name);
	return FOUND3(way, "no-default-route", "%s has no default route",
		      place->name);
}

static bool bad_route(struct way *way, struct place *place, const char *type)
{
	char fault[40];
	bool start = place == way->origin && !way->reply;

	if (start)
		snprintf(fault, sizeof(fault), "%s%s-route",
			 is_ipv6(way) ? "ipv6-" : "", type);
	else
		snprintf(fault, sizeof(fault), "%shost-%s",
			 is_ipv6(way) ? "ipv6-" : "", type);
	return found(way, fault, "%s has %s %s route there", place->name,
		     *type == 'u' ? "an" : "a", type);
}

/* The route from @place: true if there is a fault in it. */
static bool find_route(struct way *way, struct place *place,
		       struct route *route)
{
	char text[IP_TEXT_MAX];
	int err;

	err = route_get(place->rtnl, ip_text(&way->dst, 0, text), route);
	if (err == -EINVAL || (!err && route->type == RTN_BLACKHOLE))
		return bad_route(way, place, "blackhole");
	if (err == -EHOSTUNREACH || (!err && route->type == RTN_UNREACHABLE))
		return bad_route(way, place, "unreachable");
	if (err == -EACCES || (!err && route->type == RTN_PROHIBIT))
		return bad_route(way, place, "prohibit");
	return err ? no_route(way, place) : false;
}

/* What the sender itself has in the way. */
static bool at_start(struct way *way, struct place *place)
{
	const char *verdict = ip_verdict(way, place, "output");
	const struct addr *a;

	if (verdict)
		return found(way, "nft-output-drop", "nft %ss output in %s",
			     verdict, place->name);
	for (a = place->addrs; a < place->addrs + place->n_addrs; a++) {
		if (is_ipv6(way) && a->flags & IFA_F_TENTATIVE &&
		    !is_link_local(&a->ip) && !way->reply)
			return found(way, a->flags & IFA_F_DADFAILED ?
				     "ipv6-duplicate" : "ipv6-tentative",
				     "an address of %s is tentative",
				     place->name);
	}
	return false;
}

/* The way ends where it starts. */
static bool to_itself(struct way *way, struct place *place)
{
	const struct place *to = world_place(&way->world, way->probe->to);
	struct spot lo = world_link(place, 1);

	if (!way->reply && to && to != place)
		return found(way, "both-ends", "%s itself has the address",
			     place->name);
	if (lo.link && !(lo.link->flags & IFF_UP))
		return found(way, "lo-down", "lo is down in %s", place->name);
	return false;
}

/* ---- layer 2 */

/* Who is to get the frame, and the address that it is resolved for. */
struct frame {
	struct spot out;		/* leaves here */
	struct ip_prefix hop;
	bool gateway;			/* it is no more than the next hop */
	struct spot in;			/* arrives here */
	struct spot bridge;		/* none: straight */
	struct spot ingress, egress;	/* ports, none: the bridge itself */
};

/* Is the neighbour entry such that a packet is sent at all? */
static void look_at_neigh(struct way *way, const struct frame *f,
			  struct neigh *entry)
{
	char text[IP_TEXT_MAX];
	int err;

	memset(entry, 0, sizeof(*entry));
	err = neigh_get(f->out.place->rtnl, f->out.link->name,
			ip_text(&f->hop, 0, text), entry);
	way->fresh = err || !(entry->state & (NUD_REACHABLE | NUD_STALE |
			      NUD_DELAY | NUD_PROBE | NUD_PERMANENT |
			      NUD_NOARP));
	if (!*way->neigh)
		snprintf(way->neigh, sizeof(way->neigh), "%s",
			 err ? "none" : neigh_state_name(entry->state));
}

/* Has @mac an fdb entry in @bridge, on @port if that is one? */
static bool in_fdb(struct spot bridge, struct spot port,
		   const uint8_t mac[6])
{
	struct neigh *all;
	bool has = false;
	int i, n;

	n = neigh_list(bridge.place->rtnl, AF_BRIDGE, &all);
	for (i = 0; i < n && !has; i++)
		has = all[i].master == bridge.link->ifindex &&
		      !memcmp(all[i].mac, mac, 6) &&
		      (!port.link || all[i].ifindex == port.link->ifindex);
	if (n >= 0)
		free(all);
	return has;
}

/*
 * The VLANs of @spot: 1 if it has @vid (its PVID for vid 0, which is put into
 * *@pvid), 0 if not.
 */
static bool has_vlan(struct spot spot, unsigned int vid, unsigned int *pvid)
{
	struct vlan *all;
	bool has = false;
	int i, n;

	n = vlan_list(spot.place->rtnl, &all);
	for (i = 0; i < n; i++) {
		if (all[i].ifindex != spot.link->ifindex)
			continue;
		if (!vid && all[i].flags & BRIDGE_VLAN_INFO_PVID) {
			*pvid = all[i].vid;
			has = true;
		}
		has |= vid && all[i].vid == vid;
	}
	if (n >= 0)
		free(all);
	return has;
}

/* An untagged frame has to be let in and out of one VLAN. */
static bool vlan_fault(struct way *way, const struct frame *f)
{
	struct spot in = f->ingress.link ? f->ingress : f->bridge;
	struct spot out = f->egress.link ? f->egress : f->bridge;
	unsigned int pvid = 0;

	if (!f->bridge.link->bridge.vlan_filtering)
		return false;
	if (!has_vlan(in, 0, &pvid))
		return found(way, "vlan-mismatch", "%s has no PVID",
			     in.link->name);
	if (!has_vlan(out, pvid, NULL))
		return found(way, "vlan-mismatch",
			     "%s is not in VLAN %u, the PVID of %s",
			     out.link->name, pvid, in.link->name);
	return false;
}

static const char *state_name(uint8_t state)
{
	static const char * const names[] = {
		"disabled", "listening", "learning", "forwarding", "blocking",
	};

	return state < 5 ? names[state] : "?";
}

static bool port_fault(struct way *way, struct spot port)
{
	char fault[40];

	if (!(port.link->flags & IFF_UP))
		return found(way, "host-port-down", "%s is down in %s",
			     port.link->name, port.place->name);
	if (port.link->port.state == BR_STATE_FORWARDING)
		return false;
	snprintf(fault, sizeof(fault), "port-%s",
		 state_name(port.link->port.state));
	return found(way, fault, "the port %s is %s", port.link->name,
		     state_name(port.link->port.state));
}

static bool ingress_fault(struct way *way, const struct frame *f)
{
	const uint8_t *mac = f->out.link->mac;

	if (!(f->bridge.link->flags & IFF_UP))
		return found(way, "bridge-down", "%s is down in %s",
			     f->bridge.link->name, f->bridge.place->name);
	if (!f->ingress.link)
		return false;
	if (port_fault(way, f->ingress))
		return true;
	if (!memcmp(mac, f->bridge.link->mac, 6))
		return found(way, "mac-of-bridge", "%s has the MAC of %s",
			     f->out.link->name, f->bridge.link->name);
	if (f->ingress.link->port.locked && !in_fdb(f->bridge, f->ingress, mac))
		return found(way, "locked",
			     "%s is locked, and the MAC of %s not in its fdb",
			     f->ingress.link->name, f->out.link->name);
	return false;
}

/* How far a frame is sent out of this port. */
static bool flood_fault(struct way *way, const struct frame *f)
{
	const struct link_port *port = &f->egress.link->port;
	const char *name = f->egress.link->name;

	if (way->fresh && !is_ipv6(way) && !port->bcast_flood)
		return found(way, "bcast-flood-off",
			     "bcast_flood is off on %s, so ARP does not pass",
			     name);
	if (way->fresh && is_ipv6(way) && !port->mcast_flood)
		return found(way, "ipv6-mcast-flood-off",
			     "mcast_flood is off on %s, so ND does not pass",
			     name);
	if (!way->fresh && !port->flood &&
	    !in_fdb(f->bridge, f->egress, f->in.link->mac))
		return found(way, "flood-and-learning-off",
			     "flood is off on %s, and the MAC of %s not in its fdb",
			     name, f->in.link->name);
	return false;
}

static bool egress_fault(struct way *way, const struct frame *f)
{
	struct place *host = f->bridge.place;
	const char *verdict;

	/* Without carrier a port is disabled: that is not its fault. */
	if (f->egress.link->flags & IFF_UP && !(f->in.link->flags & IFF_UP))
		return found(way, "peer-pod-down", "%s is down in %s",
			     f->in.link->name, f->in.place->name);
	if (port_fault(way, f->egress))
		return true;
	if (f->ingress.link && f->ingress.link->port.isolated &&
	    f->egress.link->port.isolated)
		return found(way, "both-isolated", "%s and %s are isolated",
			     f->ingress.link->name, f->egress.link->name);
	verdict = nft_verdict(way, host, "bridge",
			      f->ingress.link ? "forward" : "output");
	if (verdict)
		return found(way, "nft-bridge-forward-drop",
			     "nft %ss bridged frames in %s", verdict,
			     host->name);
	if (flood_fault(way, f))
		return true;
	if (f->egress.link->mtu < way->length)
		return found(way, "port-mtu",
			     "the MTU of %s is %u, the packet has %u bytes",
			     f->egress.link->name, f->egress.link->mtu,
			     way->length);
	return false;
}

/* br_netfilter shows bridged packets to the hooks of IP. */
static bool bridged_fault(struct way *way, const struct frame *f)
{
	struct place *host = f->bridge.place;
	const char *verdict;

	if (way->fresh || !sysctl_number(host, is_ipv6(way) ?
				"net/bridge/bridge-nf-call-ip6tables" :
				"net/bridge/bridge-nf-call-iptables"))
		return false;
	verdict = f->ingress.link && f->egress.link ?
			  ip_verdict(way, host, "forward") : NULL;
	if (!verdict)
		return false;
	return FOUND3(way, "ip-forward-drop-bridged",
		      "nft %ss in IP's forward hook of %s, to which br_netfilter shows bridged packets",
		      verdict, host->name);
}

static struct place *owner(struct way *way, const struct ip_prefix *ip)
{
	size_t i;

	for (i = 0; i < way->world.n; i++) {
		if (world_addr(&way->world.places[i], ip))
			return &way->world.places[i];
	}
	return NULL;
}

/* Somebody has the address, but is not where the frame gets to. */
static bool elsewhere(struct way *way, const struct frame *f)
{
	struct place *has = owner(way, &f->hop);
	const struct addr *addr = has ? world_addr(has, &f->hop) : NULL;
	struct spot spot, far;

	if (!addr)
		return false;
	spot = world_link(has, addr->ifindex);
	far = world_peer(&way->world, spot);
	if (far.link && !far.link->master && f->bridge.place == far.place)
		return found(way, "not-enslaved", "%s is no port of a bridge",
			     far.link->name);
	return found(way, "not-on-link", "%s of %s is not on this link",
		     spot.link ? spot.link->name : "the address", has->name);
}

/* Nobody has the address that the frame is for. */
static bool nobody(struct way *way, const struct frame *f,
		   struct place *bridge_place)
{
	char hop[IP_TEXT_MAX];
	int bridge = f->bridge.link ? f->bridge.link->ifindex : 0;
	struct place *to = way->reply ? way->origin :
			world_place(&way->world, way->probe->to);

	ip_text(&f->hop, 0, hop);
	if (bridge_place && !own_addr(way, bridge_place, bridge) &&
	    (f->gateway || to == bridge_place))
		return FOUND3(way, "bridge-no-address",
			      "%s has no address in %s", f->bridge.link->name,
			      bridge_place->name);
	if (f->gateway)
		return FOUND3(way, "wrong-gateway",
			      "nobody on the link has the gateway's address %s",
			      hop);
	if (elsewhere(way, f))
		return true;
	return found(way, is_ipv6(way) ? "ipv6-unresolved" :
					 "target-no-address",
		     "nobody on the link has %s", hop);
}

/* Takes note of who has the address; a second one is a fault. */
static bool claim(struct way *way, struct frame *f, struct spot in,
		  struct spot egress)
{
	char hop[IP_TEXT_MAX];

	if (f->in.link)
		return found(way, is_ipv6(way) ? "ipv6-duplicate" :
						 "duplicate-ip",
			     "both %s and %s have %s", f->in.place->name,
			     in.place->name, ip_text(&f->hop, 0, hop));
	f->in = in;
	f->egress = egress;
	return false;
}

/* Who behind the bridge's ports, or the bridge itself, has the address. */
static bool find_target(struct way *way, struct frame *f)
{
	struct spot none = { 0 }, port = { .place = f->bridge.place }, peer;
	int i;

	if (world_addr(f->bridge.place, &f->hop) &&
	    f->out.link != f->bridge.link &&
	    claim(way, f, f->bridge, none))
		return true;
	for (i = 0; i < port.place->n_links; i++) {
		port.link = &port.place->links[i];
		if (port.link->master != f->bridge.link->ifindex ||
		    port.link == f->ingress.link)
			continue;
		peer = world_peer(&way->world, port);
		if (peer.link && world_addr(peer.place, &f->hop) &&
		    claim(way, f, peer, port))
			return true;
	}
	return f->in.link ? false : nobody(way, f, f->bridge.place);
}

static bool over_bridge(struct way *way, struct frame *f)
{
	const char *verdict;

	if (ingress_fault(way, f) || find_target(way, f))
		return true;
	if (f->ingress.link && f->egress.link &&
	    !memcmp(f->out.link->mac, f->in.link->mac, 6))
		return found(way, "duplicate-mac", "%s and %s have one MAC",
			     f->out.place->name, f->in.place->name);
	verdict = nft_verdict(way, f->bridge.place, "bridge", "prerouting");
	if (verdict)
		return found(way, "nft-bridge-prerouting-drop",
			     "nft %ss frames in %s", verdict,
			     f->bridge.place->name);
	if (vlan_fault(way, f))
		return true;
	if (f->egress.link)
		return egress_fault(way, f) || bridged_fault(way, f);
	verdict = nft_verdict(way, f->bridge.place, "bridge", "input");
	if (verdict)
		return found(way, "nft-bridge-input-drop",
			     "nft %ss frames to the bridge in %s", verdict,
			     f->bridge.place->name);
	return false;
}

static bool has_bridge(const struct place *place)
{
	int i;

	for (i = 0; i < place->n_links; i++) {
		if (!strcmp(place->links[i].kind, "bridge"))
			return true;
	}
	return false;
}

/* The far end of the wire is no port. */
static bool straight(struct way *way, struct frame *f, struct spot far)
{
	const struct addr *addr = world_addr(far.place, &f->hop);
	struct spot other;

	other = addr ? world_link(far.place, addr->ifindex) :
		       (struct spot){ 0 };
	if ((other.link && !strcmp(other.link->kind, "bridge")) ||
	    (!addr && !own_addr(way, far.place, far.link->ifindex) &&
	     has_bridge(far.place)))
		return found(way, "not-enslaved", "%s is no port of a bridge",
			     far.link->name);
	if (!addr)
		return nobody(way, f, NULL);
	f->in = far;
	return false;
}

/* What the receiver of an ARP request may have against it. */
static bool arp_fault(struct way *way, const struct frame *f)
{
	struct place *place = f->in.place;
	const char *dev = f->in.link->name;
	const char *verdict;

	if (!way->fresh || is_ipv6(way))
		return false;
	if (f->in.link->flags & IFF_NOARP)
		return found(way, "target-noarp", "arp is off on %s in %s",
			     dev, place->name);
	if (conf(way, place, "all", "arp_ignore") ||
	    conf(way, place, dev, "arp_ignore"))
		return found(way, "target-arp-ignore",
			     "arp_ignore is set for %s in %s", dev,
			     place->name);
	verdict = nft_verdict(way, place, "arp", "input");
	if (verdict)
		return found(way, "nft-arp-drop", "nft %ss ARP in %s", verdict,
			     place->name);
	return false;
}

static bool wire_fault(struct way *way, const struct frame *f,
		       struct spot far)
{
	if (!far.link)
		return found(way, "peer-elsewhere",
			     "the other end of %s is in no namespace known here",
			     f->out.link->name);
	if (far.link->flags & IFF_UP)
		return false;
	return found(way, far.link->master ||
		     !strcmp(far.place->name, TOPO_HOST) ? "host-port-down" :
							   "peer-pod-down",
		     "%s is down in %s", far.link->name, far.place->name);
}

/* The far end of the last wire: what it takes from there. */
static bool last_wire(struct way *way, const struct frame *f)
{
	if (!(f->in.link->flags & IFF_UP))
		return found(way, "peer-pod-down", "%s is down in %s",
			     f->in.link->name, f->in.place->name);
	if (f->in.link->mtu < way->length &&
	    strcmp(f->in.link->kind, "bridge"))
		return found(way, "pod-mtu",
			     "the MTU of %s in %s is %u, the packet has %u bytes",
			     f->in.link->name, f->in.place->name,
			     f->in.link->mtu, way->length);
	return arp_fault(way, f);
}

/* From f->out to f->in. */
static bool layer2(struct way *way, struct frame *f)
{
	struct neigh entry;
	struct spot far;

	look_at_neigh(way, f, &entry);
	if (f->out.link->flags & IFF_NOARP)
		return found(way, "source-noarp", "arp is off on %s in %s",
			     f->out.link->name, f->out.place->name);
	if (!strcmp(f->out.link->kind, "bridge")) {
		f->bridge = f->out;
	} else {
		far = world_peer(&way->world, f->out);
		if (wire_fault(way, f, far))
			return true;
		f->ingress = far;
		if (!far.link->master) {
			if (straight(way, f, far))
				return true;
		} else {
			f->bridge = world_link(far.place, far.link->master);
		}
	}
	if (f->bridge.link && over_bridge(way, f))
		return true;
	if (entry.state == NUD_PERMANENT &&
	    memcmp(entry.mac, f->in.link->mac, 6))
		return found(way, "wrong-neigh",
			     "%s has a permanent neighbour entry with another MAC",
			     f->out.place->name);
	return last_wire(way, f);
}

/* ---- layer 3 at the next namespace */

/* fib_validate_source(): the way back must lead out of where it came in. */
static bool source_fault(struct way *way, struct spot in)
{
	int all = conf(way, in.place, "all", "rp_filter");
	int mode = conf(way, in.place, in.link->name, "rp_filter");
	struct route back;
	char src[IP_TEXT_MAX];

	mode = mode > all ? mode : all;
	if (is_ipv6(way) || !mode ||
	    route_get(in.place->rtnl, ip_text(&way->src, 0, src), &back))
		return false;
	if (mode != 1 || back.oif == in.link->ifindex)
		return false;
	return found(way, "rp-filter",
		     "rp_filter is 1 on %s in %s, and the way back to %s is not there",
		     in.link->name, in.place->name, src);
}

static bool input_fault(struct way *way, struct place *place)
{
	const char *verdict = ip_verdict(way, place, "input");
	bool icmp = way->probe->kind == PROBE_ICMP;

	if (verdict)
		return found(way, *verdict == 'd' ? "nft-input-drop" :
						    "nft-input-reject",
			     "nft %ss input in %s", verdict, place->name);
	if (icmp && !way->reply &&
	    sysctl_number(place, is_ipv6(way) ?
			  "net/ipv6/icmp/echo_ignore_all" :
			  "net/ipv4/icmp_echo_ignore_all"))
		return FOUND3(way, "icmp-ignored",
			      "%s ignores ICMP echo requests", place->name);
	if (way->err == -ECONNREFUSED && !way->reply)
		return FOUND3(way, "closed-port",
			      "nobody serves the port in %s", place->name);
	return false;
}

/* Not forwarded: is the fault that it needed to be? */
static bool forwarding_fault(struct way *way, struct spot in)
{
	const struct addr *gateway;
	struct spot *spots;
	bool near = false;
	int i, n;

	if (conf(way, in.place, is_ipv6(way) ? "all" : in.link->name,
		 "forwarding"))
		return false;
	n = world_segment(&way->world, in, &spots);
	for (i = 1; i < n && !near; i++)
		near = spots[i].place != in.place &&
		       world_addr(spots[i].place, &way->dst);
	if (n >= 0)
		free(spots);
	gateway = own_addr(way, in.place, in.link->ifindex);
	if (near && gateway && within(&gateway->ip, &way->dst))
		return FOUND3(way, "prefix-28",
			      "the prefix of %s leaves out who is on its link, and forwarding is 0 in %s",
			      way->origin->name, in.place->name);
	if (near)
		return FOUND3(way, "other-subnet",
			      "who is asked is on the link, but in another subnet, and forwarding is 0 in %s",
			      in.place->name);
	return FOUND3(way, "forwarding-off", "%s is 0 in %s",
		      is_ipv6(way) ? "forwarding" : "ip_forward",
		      in.place->name);
}

static bool transit_fault(struct way *way, struct spot in)
{
	const char *verdict;
	bool bridged;

	if (forwarding_fault(way, in))
		return true;
	verdict = ip_verdict(way, in.place, "forward");
	if (!verdict)
		return false;
	bridged = sysctl_number(in.place, is_ipv6(way) ?
				"net/bridge/bridge-nf-call-ip6tables" :
				"net/bridge/bridge-nf-call-iptables");
	return FOUND3(way, "ip-forward-drop", "nft %ss in IP's forward hook of %s",
		      verdict, in.place->name) &&
	       (bridged ? FOUND3(way, "ip-forward-drop-bridged",
				 "nft %ss in IP's forward hook of %s, to which br_netfilter shows bridged packets too",
				 verdict, in.place->name) : true);
}

/* Where a packet arrives; *@at is where it goes on, NULL at its end. */
static bool arrive(struct way *way, struct spot in, struct place **at)
{
	const char *verdict;

	*at = in.place;
	if (source_fault(way, in))
		return true;
	verdict = ip_verdict(way, in.place, "prerouting");
	if (verdict)
		return found(way, "nft-prerouting-drop",
			     "nft %ss in IP's prerouting hook of %s", verdict,
			     in.place->name);
	if (!world_addr(in.place, &way->dst))
		return transit_fault(way, in);
	*at = NULL;
	return input_fault(way, in.place);
}

static bool hop(struct way *way, struct place *place, struct place **next)
{
	struct frame f = { 0 };
	struct route route = { 0 };

	*next = NULL;
	if (find_route(way, place, &route))
		return true;
	if (route.type == RTN_LOCAL || world_addr(place, &way->dst))
		return to_itself(way, place);
	f.out = world_link(place, route.oif);
	f.gateway = route.via.family;
	f.hop = f.gateway ? route.via : way->dst;
	/* Its address is that of the first link it leaves by. */
	if (!way->src.family)
		way->src = route.src;
	if (!f.out.link)
		return false;
	if (place != way->origin && f.out.link->mtu < way->length &&
	    !strcmp(f.out.link->kind, "bridge"))
		return FOUND3(way, "bridge-mtu",
			      "the MTU of %s in %s is %u, the packet has %u bytes",
			      f.out.link->name, place->name,
			      f.out.link->mtu, way->length);
	if (place != way->origin && f.out.link->mtu < way->length)
		return FOUND3(way, "uplink-mtu",
			      "the MTU of %s in %s is %u, the packet has %u bytes",
			      f.out.link->name, place->name,
			      f.out.link->mtu, way->length);
	if (layer2(way, &f))
		return true;
	return f.in.link ? arrive(way, f.in, next) : false;
}

/* From @place to way->dst; *@end is how far it got. */
static bool follow(struct way *way, struct place *place, struct place **end)
{
	struct place *next;
	int i;

	if (at_start(way, place))
		return true;
	for (i = 0; i < HOPS_MAX; i++) {
		*end = place;
		if (hop(way, place, &next))
			return true;
		if (!next)
			break;
		place = next;
	}
	return false;
}

/* There, and then back. */
static bool look_for(struct way *way)
{
	struct place *end = way->origin, *far = owner(way, &way->dst);
	struct ip_prefix src;

	way->reply = false;
	if (follow(way, way->origin, &end))
		return true;
	if (!far || !way->src.family || same_ip(&way->src, &way->dst))
		return false;
	src = way->src;
	way->src = way->dst;
	way->dst = src;
	way->reply = true;
	return follow(way, far, &end);
}

/* ---- evidence */

/* Counters that tell where a packet died. */
static const char * const telling[] = {
	"IpOutNoRoutes", "IpInAddrErrors", "IpExtInNoRoutes", "IpInDiscards",
	"IpOutDiscards", "IpInHdrErrors", "IpFragFails",
	"TcpExtIPReversePathFilter", "UdpNoPorts", "Ip6OutNoRoutes",
	"Ip6InNoRoutes", "Ip6InAddrErrors", "Ip6InDiscards",
	"Ip6OutDiscards", "Ip6InTooBigErrors",
};

#define N_TELLING	(sizeof(telling) / sizeof(telling[0]))

/* Those of one namespace; absent ones stay 0. */
static void count(const struct place *place, uint64_t values[N_TELLING])
{
	struct nstat stats[N_TELLING] = { 0 };
	size_t i;

	for (i = 0; i < N_TELLING; i++)
		stats[i].name = telling[i];
	if (nstat_list(place->netns, stats, N_TELLING))
		memset(stats, 0, sizeof(stats));
	for (i = 0; i < N_TELLING; i++)
		values[i] = stats[i].value;
}

static void note(char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void note(char *text, size_t size, const char *fmt, ...)
{
	size_t n = strlen(text);
	va_list ap;

	if (n)
		n += snprintf(text + n, size - n, ", ");
	va_start(ap, fmt);
	if (n < size)
		vsnprintf(text + n, size - n, fmt, ap);
	va_end(ap);
}

/* What links dropped between two looks at them. */
static void note_drops(const struct place *before, char *text, size_t size)
{
	const struct link *b;
	struct link now;
	int i;

	for (i = 0; i < before->n_links; i++) {
		b = &before->links[i];
		if (link_get(before->rtnl, b->name, &now))
			continue;
		if (now.stats.rx_dropped > b->stats.rx_dropped)
			note(text, size, "%s %s rx_dropped +%llu",
			     before->name, b->name, now.stats.rx_dropped -
						    b->stats.rx_dropped);
		if (now.stats.tx_dropped > b->stats.tx_dropped)
			note(text, size, "%s %s tx_dropped +%llu",
			     before->name, b->name, now.stats.tx_dropped -
						    b->stats.tx_dropped);
	}
}

/* One packet more, and what it moved. */
static void watch(struct way *way, char *text, size_t size)
{
	uint64_t (*before)[N_TELLING], after[N_TELLING];
	size_t i, j;

	*text = '\0';
	before = calloc(way->world.n, sizeof(*before));
	if (!before)
		return;
	for (i = 0; i < way->world.n; i++)
		count(&way->world.places[i], before[i]);
	/* What comes of it is known: that is why we are here. */
	if (probe_fire(way->probe))
		errno = 0;
	for (i = 0; i < way->world.n; i++) {
		count(&way->world.places[i], after);
		for (j = 0; j < N_TELLING; j++) {
			if (after[j] > before[i][j])
				note(text, size, "%s %s +%llu",
				     way->world.places[i].name, telling[j],
				     (unsigned long long)(after[j] -
							  before[i][j]));
		}
		note_drops(&way->world.places[i], text, size);
	}
	free(before);
}

static void tell(struct way *way, const char *evidence)
{
	const char *err = way->err ? strerrorname_np(-way->err) : "success";
	struct diagnosis *d = way->diagnosis;

	snprintf(d->text, sizeof(d->text), "%s to %s: %s%s%s%s%s: %s",
		 way->origin->name, way->probe->dst,
		 way->err == -ETIMEDOUT ? "no answer" : err ? err : "?",
		 *way->neigh ? ", neigh " : "", way->neigh,
		 *evidence ? "; " : "", evidence,
		 *way->why ? way->why : "nothing found that is in the way");
}

/* The bytes of its IP packet; TCP's has options too. */
static unsigned int length_of(const struct probe *p, int family)
{
	unsigned int head = family == AF_INET6 ? 40 : 20;

	return head + (p->kind == PROBE_TCP ? 32 : 8) +
	       (p->size ? p->size : 56);
}

static int start(struct way *way)
{
	const struct probe *p = way->probe;
	int err;

	way->src = (struct ip_prefix){ 0 };
	err = ip_parse(p->dst, &way->dst);
	if (!err && p->src)
		err = ip_parse(p->src, &way->src);
	way->length = length_of(p, way->dst.family);
	return err;
}

int diagnose(const struct topo *topo, const struct probe *probe, int err,
	     struct diagnosis *diagnosis)
{
	struct way way = { .probe = probe, .err = err,
			   .diagnosis = diagnosis };
	char evidence[160];
	int ret;

	memset(diagnosis, 0, sizeof(*diagnosis));
	ret = world_open(&way.world, topo);
	if (!ret)
		ret = start(&way);
	way.origin = ret ? NULL : world_place(&way.world, probe->from);
	if (!way.origin) {
		ret = ret ? ret : -ENOENT;
		goto out;
	}
	if (!look_for(&way)) {
		/* Then rules that match only some packets are suspects too. */
		way.unsure = true;
		ret = start(&way);
		if (!ret && look_for(&way))
			strncat(way.why, " (of those that match)",
				sizeof(way.why) - strlen(way.why) - 1);
	}
	watch(&way, evidence, sizeof(evidence));
	tell(&way, evidence);
out:
	world_close(&way.world);
	return ret;
}
