// SPDX-License-Identifier: GPL-2.0-or-later
#define _GNU_SOURCE
#include "state.h"

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/if_bridge.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "addr.h"
#include "bridge.h"
#include "link.h"
#include "link_opt.h"
#include "neigh.h"
#include "nft.h"
#include "nsid.h"
#include "route.h"
#include "rtnl.h"
#include "rule.h"

/* The lines of one part, sorted before they are printed. */
struct lines {
	char **v;
	size_t n;
	int err;
};

/* One namespace of the set that is being described. */
struct member {
	const char *name;
	int netns;
	struct rtnl *rtnl;
	struct link *links;
	int n_links;
};

struct set {
	struct member *members;
	size_t n;
	bool normal;
};

static void add(struct lines *lines, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void add(struct lines *lines, const char *fmt, ...)
{
	char **v = realloc(lines->v, (lines->n + 1) * sizeof(*v));
	va_list ap;
	int n;

	if (!v) {
		lines->err = -ENOMEM;
		return;
	}
	lines->v = v;
	va_start(ap, fmt);
	n = vasprintf(&v[lines->n], fmt, ap);
	va_end(ap);
	if (n < 0)
		lines->err = -ENOMEM;
	else
		lines->n++;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Prints the lines in order and lets go of them; 0 or their error. */
static int flush(struct lines *lines, FILE *file)
{
	size_t i;

	if (lines->n)
		qsort(lines->v, lines->n, sizeof(*lines->v), by_text);
	for (i = 0; i < lines->n; i++) {
		fprintf(file, "%s\n", lines->v[i]);
		free(lines->v[i]);
	}
	free(lines->v);
	return lines->err;
}

static const char *dev_name(const struct member *m, int ifindex)
{
	int i;

	for (i = 0; i < m->n_links; i++) {
		if (m->links[i].ifindex == ifindex)
			return m->links[i].name;
	}
	return ifindex ? "?" : "none";
}

/*
 * A bridge without an address of its own wears its lowest port's
 * (br_stp_recalculate_bridge_id), so a port is asked before its bridge.
 */
static const char *mac_owner(const struct set *set, const uint8_t *mac,
			     char *buf, size_t size)
{
	const struct link *link, *found = NULL;
	const struct member *m, *where = NULL;
	int i;

	for (m = set->members; m < set->members + set->n; m++) {
		for (i = 0; i < m->n_links; i++) {
			link = &m->links[i];
			if (memcmp(link->mac, mac, 6) ||
			    (found && !strcmp(link->kind, "bridge")))
				continue;
			found = link;
			where = m;
		}
	}
	if (!found)
		return NULL;
	snprintf(buf, size, "%s/%s", where->name, found->name);
	return buf;
}

/* A MAC as text; in normal form its owner. */
static const char *mac_name(const struct set *set, const uint8_t *mac,
			    char *buf, size_t size)
{
	char text[18];

	if (set->normal && mac_owner(set, mac, buf, size))
		return buf;
	snprintf(buf, size, "%s", mac_text(mac, text));
	return buf;
}

/* RFC 4291, appendix A: an address made from a MAC has ff:fe in its middle. */
static bool is_derived(const struct ip_prefix *ip)
{
	return ip->family == AF_INET6 && ip->addr[0] == 0xfe &&
	       ip->addr[1] == 0x80 && ip->addr[11] == 0xff &&
	       ip->addr[12] == 0xfe;
}

static const char *addr_name(const struct set *set, const struct ip_prefix *ip,
			     int with_len, char buf[IP_TEXT_MAX])
{
	if (set->normal && is_derived(ip))
		return "fe80::eui64";
	return ip_text(ip, with_len, buf);
}

/*
 * Solicited-node groups (RFC 4291 2.7.1) are joined when duplicate address
 * detection begins, some random time after the address is there.
 */
static bool is_solicited(const uint8_t *mac)
{
	static const uint8_t prefix[] = { 0x33, 0x33, 0xff };

	return !memcmp(mac, prefix, sizeof(prefix));
}

static const char *flag_names(unsigned int flags, char buf[128])
{
	static const struct {
		unsigned int flag;
		const char *name;
	} names[] = {
		{ IFF_LOOPBACK, "LOOPBACK" }, { IFF_BROADCAST, "BROADCAST" },
		{ IFF_MULTICAST, "MULTICAST" }, { IFF_NOARP, "NOARP" },
		{ IFF_ALLMULTI, "ALLMULTI" },
		{ IFF_PROMISC, "PROMISC" }, { IFF_UP, "UP" },
		{ IFF_RUNNING, "RUNNING" }, { IFF_LOWER_UP, "LOWER_UP" },
	};
	size_t i, n = 0;

	buf[0] = '\0';
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (flags & names[i].flag)
			n += snprintf(buf + n, 128 - n, "%s%s", n ? "," : "",
				      names[i].name);
	}
	return buf;
}

static const char *oper_name(const struct set *set, const struct link *link)
{
	static const char * const names[] = {
		"UNKNOWN", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING",
		"DORMANT", "UP",
	};

	uint8_t state = link->operstate;

	/*
	 * A bridge or vlan that gets carrier is UNKNOWN until linkwatch gets to
	 * it, up to a second later (v6.1: linkwatch_schedule_work()).
	 */
	if (set->normal && *link->kind && state == LINK_OPER_UNKNOWN &&
	    link->flags & IFF_RUNNING)
		state = LINK_OPER_UP;
	return state < 7 ? names[state] : "?";
}

/* The member that @m knows as @nsid. */
static const struct member *by_nsid(const struct set *set,
				    const struct member *m, int nsid)
{
	const struct member *other;
	int id;

	if (nsid < 0)
		return m;
	for (other = set->members; other < set->members + set->n; other++) {
		if (!nsid_get(m->rtnl, other->netns, &id) && id == nsid)
			return other;
	}
	return NULL;
}

static const char *peer_name(const struct set *set, const struct member *m,
			     const struct link *link, char buf[80])
{
	const struct member *other;

	if (!link->peer)
		return "none";
	other = by_nsid(set, m, link->peer_nsid);
	if (!other)
		return "elsewhere";
	snprintf(buf, 80, "%s/%s", other->name, dev_name(other, link->peer));
	return buf;
}

static void describe_link(const struct set *set, const struct member *m,
			  const struct link *l, struct lines *lines)
{
	char flags[128], mac[80], peer[80], more[128] = "";

	if (!strcmp(l->kind, "bridge"))
		snprintf(more, sizeof(more),
			 " stp %u forward_delay %u ageing_time %u mcast_snooping %u vlan_filtering %u",
			 l->bridge.stp, l->bridge.forward_delay,
			 l->bridge.ageing_time, l->bridge.mcast_snooping,
			 l->bridge.vlan_filtering);
	else if (l->master && !strcmp(l->slave_kind, "bridge"))
		snprintf(more, sizeof(more),
			 " port state %u priority %u cost %u learning %u flood %u hairpin %u isolated %u locked %u",
			 l->port.state, l->port.priority, l->port.cost,
			 l->port.learning, l->port.flood, l->port.hairpin,
			 l->port.isolated, l->port.locked);
	add(lines,
	    "link %s: <%s> mtu %u qdisc %s state %s carrier %u master %s kind %s peer %s mac %s promiscuity %u txqlen %u%s%s",
	    l->name, flag_names(l->flags, flags), l->mtu, l->qdisc,
	    oper_name(set, l), l->carrier, dev_name(m, l->master),
	    *l->kind ? l->kind : "none", peer_name(set, m, l, peer),
	    set->normal ? "any" : mac_name(set, l->mac, mac, sizeof(mac)),
	    l->promiscuity, l->txqlen, *l->alias ? " alias " : "", l->alias);
	if (*more)
		add(lines, "link %s:%s", l->name, more);
}

static int describe_links(const struct set *set, const struct member *m,
			  FILE *file)
{
	struct lines lines = { 0 };
	int i;

	for (i = 0; i < m->n_links; i++)
		describe_link(set, m, &m->links[i], &lines);
	return flush(&lines, file);
}

static const char *scope_name(uint8_t scope)
{
	switch (scope) {
	case RT_SCOPE_UNIVERSE:	return "global";
	case RT_SCOPE_SITE:	return "site";
	case RT_SCOPE_LINK:	return "link";
	case RT_SCOPE_HOST:	return "host";
	case RT_SCOPE_NOWHERE:	return "nowhere";
	}
	return "?";
}

/* What most addresses do not have; lifetimes run, so they are no state. */
static void put_addr_more(const struct member *m, const struct addr *a,
			  char *buf, size_t size)
{
	bool label = *a->label && strcmp(a->label, dev_name(m, a->ifindex));
	char text[IP_TEXT_MAX], metric[32] = "";

	if (a->metric)
		snprintf(metric, sizeof(metric), " metric %u", a->metric);
	snprintf(buf, size, "%s%s%s%s%s%s%s", a->peer.family ? " peer " : "",
		 a->peer.family ? ip_text(&a->peer, 0, text) : "",
		 label ? " label " : "", label ? a->label : "", metric,
		 a->flags & IFA_F_NOPREFIXROUTE ? " noprefixroute" : "",
		 a->flags & IFA_F_DEPRECATED ? " deprecated" : "");
}

static int describe_addrs(const struct set *set, const struct member *m,
			  int family, FILE *file)
{
	char text[IP_TEXT_MAX], brd[IP_TEXT_MAX + 5], more[160];
	struct lines lines = { 0 };
	struct addr *addrs, *a;
	int i, n;

	n = addr_list(m->rtnl, &addrs);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		a = &addrs[i];
		if (a->ip.family != family)
			continue;
		brd[0] = '\0';
		if (a->broadcast.family)
			snprintf(brd, sizeof(brd), " brd %s",
				 ip_text(&a->broadcast, 0, text));
		put_addr_more(m, a, more, sizeof(more));
		add(&lines, "addr %s dev %s%s scope %s%s%s%s%s%s%s",
		    addr_name(set, &a->ip, 1, text), dev_name(m, a->ifindex),
		    brd, scope_name(a->scope),
		    a->flags & IFA_F_PERMANENT ? " permanent" : " dynamic",
		    a->flags & IFA_F_SECONDARY ? " secondary" : "",
		    a->flags & IFA_F_TENTATIVE && !set->normal ? " tentative" :
								  "",
		    a->flags & IFA_F_DADFAILED ? " dadfailed" : "",
		    a->flags & IFA_F_NODAD ? " nodad" : "", more);
	}
	free(addrs);
	return flush(&lines, file);
}

static const char *type_name(uint8_t type)
{
	static const char * const names[] = {
		"unspec", "unicast", "local", "broadcast", "anycast",
		"multicast", "blackhole", "unreachable", "prohibit", "throw",
	};

	return type < 10 ? names[type] : "?";
}

static const char *table_name(uint32_t table, char buf[16])
{
	if (table == RT_TABLE_MAIN)
		return "main";
	if (table == RT_TABLE_LOCAL)
		return "local";
	snprintf(buf, 16, "%u", table);
	return buf;
}

static const char *proto_name(uint8_t proto, char buf[16])
{
	switch (proto) {
	case RTPROT_KERNEL:	return "kernel";
	case RTPROT_BOOT:	return "boot";
	case RTPROT_STATIC:	return "static";
	case RTPROT_RA:		return "ra";
	}
	snprintf(buf, 16, "%u", proto);
	return buf;
}

/* Metrics, and what else most routes do not have. */
static void put_route_more(const struct route *r, char *buf, size_t size)
{
	static const char * const names[RTAX_MAX + 1] = {
		[RTAX_MTU] = "mtu", [RTAX_WINDOW] = "window",
		[RTAX_ADVMSS] = "advmss", [RTAX_HOPLIMIT] = "hoplimit",
		[RTAX_INITCWND] = "initcwnd", [RTAX_INITRWND] = "initrwnd",
	};
	size_t i, n;

	n = snprintf(buf, size, "%s", r->flags & RTNH_F_ONLINK ? " onlink" : "");
	if (r->tos)
		n += snprintf(buf + n, size - n, " tos %u", r->tos);
	for (i = 0; i <= RTAX_MAX; i++) {
		if (r->metrics[i] && names[i])
			n += snprintf(buf + n, size - n, " %s %u", names[i],
				      r->metrics[i]);
	}
}

static void describe_route(const struct set *set, const struct member *m,
			   const struct route *r, struct lines *lines)
{
	char dst[IP_TEXT_MAX], via[IP_TEXT_MAX], src[IP_TEXT_MAX];
	char table[16], proto[16], metric[24] = "", more[256];

	/* IPv6's kernel routes all have one (256, 1024 or 0). */
	if (r->priority)
		snprintf(metric, sizeof(metric), " metric %u", r->priority);
	put_route_more(r, more, sizeof(more));
	add(lines, "route %s %s%s%s dev %s table %s proto %s scope %s%s%s%s%s%s",
	    type_name(r->type),
	    r->dst.len ? addr_name(set, &r->dst, 1, dst) : "default",
	    r->via.family ? " via " : "",
	    r->via.family ? addr_name(set, &r->via, 0, via) : "",
	    dev_name(m, r->oif), table_name(r->table, table),
	    proto_name(r->protocol, proto), scope_name(r->scope),
	    r->src.family ? " src " : "",
	    r->src.family ? addr_name(set, &r->src, 0, src) : "", metric,
	    r->flags & RTNH_F_LINKDOWN ? " linkdown" : "", more);
}

static int describe_routes(const struct set *set, const struct member *m,
			   unsigned int part, FILE *file)
{
	int family = part == STATE_ROUTE6 ? AF_INET6 : AF_INET;
	struct lines lines = { 0 };
	struct route *routes;
	int i, n;

	n = route_list(m->rtnl, family, &routes);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		if (part != STATE_ROUTE6 &&
		    (routes[i].table == RT_TABLE_LOCAL) !=
		    (part == STATE_ROUTE4_LOCAL))
			continue;
		/* Comes when duplicate address detection is done. */
		if (set->normal && routes[i].type == RTN_LOCAL &&
		    is_derived(&routes[i].dst))
			continue;
		describe_route(set, m, &routes[i], &lines);
	}
	free(routes);
	return flush(&lines, file);
}

static void put_rule_more(const struct rule *r, char *buf, size_t size)
{
	char from[IP_TEXT_MAX + 8] = "", to[IP_TEXT_MAX + 8] = "";
	char text[IP_TEXT_MAX], suppress[40] = "";

	if (r->from.family)
		snprintf(from, sizeof(from), " from %s",
			 ip_text(&r->from, 1, text));
	if (r->to.family)
		snprintf(to, sizeof(to), " to %s", ip_text(&r->to, 1, text));
	if (r->suppress >= 0)
		snprintf(suppress, sizeof(suppress),
			 " suppress_prefixlength %d", r->suppress);
	snprintf(buf, size, "%s%s%s%s%s%s%s%s", from, to,
		 *r->iif ? " iif " : "", r->iif, *r->oif ? " oif " : "",
		 r->oif, suppress, r->invert ? " not" : "");
	size -= strlen(buf);
	buf += strlen(buf);
	if (r->fwmark || r->tos)
		snprintf(buf, size, " fwmark %#x/%#x tos %u", r->fwmark,
			 r->fwmask, r->tos);
}

static int describe_rules(const struct member *m, int family, FILE *file)
{
	struct lines lines = { 0 };
	struct rule *rules;
	char table[16], more[256];
	int i, n;

	n = rule_list(m->rtnl, family, &rules);
	/* Of what the kernel lacks there is nothing. */
	if (n == -EOPNOTSUPP || n == -EAFNOSUPPORT)
		return 0;
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		put_rule_more(&rules[i], more, sizeof(more));
		add(&lines, "rule %s %u: action %u lookup %s%s",
		    family == AF_INET ? "inet" : "inet6", rules[i].priority,
		    rules[i].action, table_name(rules[i].table, table), more);
	}
	free(rules);
	return flush(&lines, file);
}

static int describe_neigh(const struct set *set, const struct member *m,
			  int family, FILE *file)
{
	char dst[IP_TEXT_MAX], mac[80];
	struct lines lines = { 0 };
	struct neigh *all, *e;
	int i, n;

	n = neigh_list(m->rtnl, family, &all);
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		e = &all[i];
		/* Multicast is mapped, not resolved: no fact of its own. */
		if (e->state == NUD_NOARP ||
		    (set->normal && e->state != NUD_PERMANENT))
			continue;
		add(&lines, "neigh %s dev %s lladdr %s %s%s%s",
		    addr_name(set, &e->dst, 0, dst), dev_name(m, e->ifindex),
		    mac_name(set, e->mac, mac, sizeof(mac)),
		    neigh_state_name(e->state),
		    e->flags & NTF_ROUTER ? " router" : "",
		    e->flags & NTF_EXT_LEARNED ? " extern_learn" : "");
	}
	free(all);
	return flush(&lines, file);
}

static int describe_fdb(const struct set *set, const struct member *m,
			FILE *file)
{
	struct lines lines = { 0 };
	struct neigh *all, *e;
	char mac[80], vlan[16];
	int i, n;

	n = neigh_list(m->rtnl, AF_BRIDGE, &all);
	/* A kernel without any bridge code knows no such dump. */
	if (n == -EOPNOTSUPP)
		return 0;
	if (n < 0)
		return n;
	for (i = 0; i < n; i++) {
		e = &all[i];
		if (set->normal &&
		    (!(e->state & (NUD_PERMANENT | NUD_NOARP)) ||
		     is_solicited(e->mac)))
			continue;
		vlan[0] = '\0';
		if (e->vlan)
			snprintf(vlan, sizeof(vlan), " vlan %u", e->vlan);
		add(&lines, "fdb %s dev %s master %s%s%s %s%s%s",
		    mac_name(set, e->mac, mac, sizeof(mac)),
		    dev_name(m, e->ifindex), dev_name(m, e->master),
		    e->flags & NTF_SELF ? " self" : "", vlan,
		    e->state & NUD_PERMANENT ? "permanent" :
		    e->state & NUD_NOARP ? "static" : "learned",
		    e->flags & NTF_STICKY ? " sticky" : "",
		    e->flags & NTF_EXT_LEARNED ? " extern_learn" : "");
	}
	free(all);
	return flush(&lines, file);
}

static int describe_vlans(const struct member *m, FILE *file)
{
	struct lines lines = { 0 };
	struct vlan *all;
	int i, n;

	n = vlan_list(m->rtnl, &all);
	if (n == -EOPNOTSUPP)
		return 0;
	if (n < 0)
		return n;
	for (i = 0; i < n; i++)
		add(&lines, "vlan %u dev %s%s%s", all[i].vid,
		    dev_name(m, all[i].ifindex),
		    all[i].flags & BRIDGE_VLAN_INFO_PVID ? " pvid" : "",
		    all[i].flags & BRIDGE_VLAN_INFO_UNTAGGED ? " untagged" :
							       "");
	free(all);
	return flush(&lines, file);
}

/* Each line of @text, which is freed, behind @what; NULL is an error. */
static int describe_text(const char *what, char *text, FILE *file)
{
	struct lines lines = { 0 };
	char *next = text, *line;

	if (!text)
		return -errno;
	while ((line = strsep(&next, "\n"))) {
		if (*line)
			add(&lines, "%s %s", what, line);
	}
	free(text);
	return flush(&lines, file);
}

static int describe_nft(const struct member *m, FILE *file)
{
	int err = describe_text("nft", nft_text(m->netns), file);

	/* Without nftables there is nothing to say, nor for who may not ask. */
	return err == -EOPNOTSUPP || err == -EPERM ? 0 : err;
}

static int describe(const struct set *set, const struct member *m,
		    unsigned int parts, FILE *file)
{
	int err = 0;

	if (parts & STATE_LINK)
		err = describe_links(set, m, file);
	if (!err && parts & STATE_ADDR4)
		err = describe_addrs(set, m, AF_INET, file);
	if (!err && parts & STATE_ADDR6)
		err = describe_addrs(set, m, AF_INET6, file);
	if (!err && parts & STATE_ROUTE4_MAIN)
		err = describe_routes(set, m, STATE_ROUTE4_MAIN, file);
	if (!err && parts & STATE_ROUTE4_LOCAL)
		err = describe_routes(set, m, STATE_ROUTE4_LOCAL, file);
	if (!err && parts & STATE_ROUTE6)
		err = describe_routes(set, m, STATE_ROUTE6, file);
	if (!err && parts & STATE_RULE)
		err = describe_rules(m, AF_INET, file);
	if (!err && parts & STATE_RULE)
		err = describe_rules(m, AF_INET6, file);
	if (!err && parts & STATE_NEIGH)
		err = describe_neigh(set, m, AF_INET, file);
	if (!err && parts & STATE_NEIGH)
		err = describe_neigh(set, m, AF_INET6, file);
	if (!err && parts & STATE_FDB)
		err = describe_fdb(set, m, file);
	if (!err && parts & STATE_VLAN)
		err = describe_vlans(m, file);
	if (!err && parts & STATE_OPTION)
		err = describe_text("option", link_opt_text(m->rtnl), file);
	if (!err && parts & STATE_NFT)
		err = describe_nft(m, file);
	return err;
}

static void close_set(struct set *set)
{
	size_t i;

	for (i = 0; i < set->n; i++) {
		rtnl_close(set->members[i].rtnl);
		free(set->members[i].links);
	}
	free(set->members);
}

static int open_set(struct set *set, const struct state_netns *from, size_t n)
{
	struct member *m;

	set->members = calloc(n, sizeof(*set->members));
	if (!set->members)
		return -ENOMEM;
	for (set->n = 0; set->n < n; set->n++) {
		m = &set->members[set->n];
		m->name = from[set->n].name;
		m->netns = from[set->n].netns;
		m->rtnl = rtnl_open(m->netns);
		if (!m->rtnl)
			return -errno;
		m->n_links = link_list(m->rtnl, &m->links);
		if (m->n_links < 0) {
			rtnl_close(m->rtnl);
			return m->n_links;
		}
	}
	return 0;
}

static char *set_text(const struct state_netns *from, size_t n,
		      unsigned int parts, bool normal)
{
	struct set set = { .normal = normal };
	char *text = NULL;
	size_t i, size;
	FILE *file;
	int err;

	file = open_memstream(&text, &size);
	if (!file)
		return NULL;
	err = open_set(&set, from, n);
	for (i = 0; !err && i < set.n; i++) {
		if (n > 1 || normal)
			fprintf(file, "netns %s\n", from[i].name);
		err = describe(&set, &set.members[i], parts, file);
	}
	close_set(&set);
	if (fclose(file) != 0 && !err)
		err = -ENOMEM;
	if (!err)
		return text;
	free(text);
	errno = -err;
	return NULL;
}

char *state_text(int netns, unsigned int parts)
{
	const struct state_netns one = { .name = "here", .netns = netns };

	return set_text(&one, 1, parts, false);
}

char *state_set(const struct state_netns *set, size_t n, bool normal)
{
	return set_text(set, n, STATE_ALL, normal);
}

static size_t line_len(const char *s)
{
	return strcspn(s, "\n");
}

static bool same_line(const char *a, const char *b)
{
	size_t n = line_len(a);

	return n == line_len(b) && !memcmp(a, b, n);
}

static const char *next_line(const char *s)
{
	s += line_len(s);
	return *s ? s + 1 : s;
}

/* Is the line @line still to come in @text, before this namespace ends? */
static bool comes(const char *line, const char *text)
{
	for (; *text; text = next_line(text)) {
		if (same_line(line, text))
			return true;
		if (!strncmp(text, "netns ", 6))
			return false;
	}
	return false;
}

static void put_line(char mark, const char *line, FILE *file)
{
	fputc(mark, file);
	fwrite(line, 1, line_len(line), file);
	fputc('\n', file);
}

/* The namespace that a difference is in, said once and only if there is one. */
static void under(const char **heading, FILE *file)
{
	if (*heading)
		put_line(' ', *heading, file);
	*heading = NULL;
}

char *state_diff(const char *a, const char *b)
{
	const char *heading = NULL;
	char *text = NULL;
	size_t size;
	FILE *file = open_memstream(&text, &size);

	if (!file)
		return NULL;
	while (*a || *b) {
		if (*a && *b && same_line(a, b)) {
			if (!strncmp(a, "netns ", 6))
				heading = a;
			a = next_line(a);
			b = next_line(b);
			continue;
		}
		under(&heading, file);
		if (*a && (!*b || !comes(a, b))) {
			put_line('-', a, file);
			a = next_line(a);
		} else {
			put_line('+', b, file);
			b = next_line(b);
		}
	}
	if (fclose(file) != 0) {
		free(text);
		return NULL;
	}
	return text;
}
