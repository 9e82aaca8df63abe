/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the tests of single frames on a bridge share.  Pods of a topology
 * "bridge-N-in-place" go by their short names ("red", "blue", "3"), "host" is
 * the bridge device itself.  Stations are MAC addresses that no device has.
 */
#ifndef LAN_H
#define LAN_H

#include "ksft.h"

#include <arpa/inet.h>
#include <net/ethernet.h>	/* before the kernel's: both have a struct ethhdr */

#include <linux/if_bridge.h>
#include <linux/rtnetlink.h>

#include "frame.h"

#define BR	"v-net-0"
#define LAN_MAX	8

/* A word with what it takes to print it; lives as long as the topology. */
#define str(...)	topo_list_str(&ksft.list, __VA_ARGS__)

static const uint8_t sta_a[] = { 0x02, 0, 0, 0, 0, 0x0a };
static const uint8_t sta_b[] = { 0x02, 0, 0, 0, 0, 0x0b };
static const uint8_t sta_c[] = { 0x02, 0, 0, 0, 0, 0x0c };
static const uint8_t sta_d[] = { 0x02, 0, 0, 0, 0, 0x0d };
static const uint8_t sta_e[] = { 0x02, 0, 0, 0, 0, 0x0e };
static const uint8_t broadcast[] = { 255, 255, 255, 255, 255, 255 };

/* This process' one network and who listens there. */
static struct {
	struct taps *taps;
	int n;
	struct {
		const char *name;
		int tap;
	} ear[LAN_MAX];
	uint32_t serial;
} lan;

static inline const char *pod_ns(const char *pod)
{
	return strcmp(pod, "host") ? str("pod-%s", pod) : TOPO_HOST;
}

static inline const char *pod_dev(const char *pod)
{
	return strcmp(pod, "host") ? str("veth-%s", pod) : BR;
}

static inline const char *pod_port(const char *pod)
{
	return str("veth-%s-br", pod);
}

/* One more listener, @name for short.  0 or -errno. */
static inline int lan_listen(const char *name, const char *netns,
			     const char *dev)
{
	int tap;

	if (lan.n == LAN_MAX)
		return -E2BIG;
	tap = taps_add(lan.taps, ns(netns), dev);
	if (tap < 0)
		return tap;
	lan.ear[lan.n].name = name;
	lan.ear[lan.n++].tap = tap;
	return 0;
}

/* All pods of the topology, then the bridge, if there is one.  Once a test. */
static inline int lan_open(void)
{
	const char *name;
	struct link br;
	size_t i;
	int err = 0;

	if (lan.taps)
		return 0;
	lan.taps = taps_new();
	if (!lan.taps)
		return -errno;
	for (i = 1; !err && (name = topo_netns_name(ksft.topo, i)); i++)
		err = lan_listen(name + strlen("pod-"), name,
				 str("veth-%s", name + strlen("pod-")));
	if (err || link_get(in(TOPO_HOST), BR, &br) == -ENODEV)
		return err;
	return lan_listen("host", TOPO_HOST, BR);
}

/* The tap of a listener, or -ENOENT. */
static inline int lan_tap(const char *name)
{
	int i;

	for (i = 0; i < lan.n; i++) {
		if (!strcmp(lan.ear[i].name, name))
			return lan.ear[i].tap;
	}
	return -ENOENT;
}

/* A tag as on the wire: TPID and TCI.  A priority goes into the TCI's top. */
#define TAG(vid)	(0x8100U << 16 | (vid))
#define STAG(vid)	(0x88a8U << 16 | (vid))
#define PCP(prio)	((prio) << 13)

/* What is sent; what is not given is a small frame of our own ethertype. */
struct shot {
	const uint8_t *dst, *src;
	uint32_t tags[2];
	uint16_t ethertype;
	size_t size;			/* of all without tags; 0: 60 */
	const void *payload;		/* and its length; NULL: ours */
	size_t payload_len;
};

static inline size_t put16(uint8_t *to, size_t at, uint16_t value)
{
	to[at] = value >> 8;
	to[at + 1] = value;
	return at + 2;
}

/* What stands behind the ethertype: a serial number and a pattern. */
static inline size_t shot_payload(const struct shot *shot, uint8_t *to)
{
	size_t i, len = (shot->size ? shot->size : 60) - 14;
	uint32_t head[2] = { htonl(0x6c616e21), htonl(++lan.serial) };

	if (shot->payload) {
		memcpy(to, shot->payload, shot->payload_len);
		return shot->payload_len;
	}
	for (i = 0; i < len; i++)
		to[i] = i * 7 + (i >> 8);
	memcpy(to, head, len < sizeof(head) ? len : sizeof(head));
	return len;
}

static inline size_t shot_frame(const struct shot *shot, uint8_t *to)
{
	size_t at = 12, i;

	memcpy(to, shot->dst, 6);
	memcpy(to + 6, shot->src, 6);
	for (i = 0; i < 2 && shot->tags[i]; i++) {
		at = put16(to, at, shot->tags[i] >> 16);
		at = put16(to, at, shot->tags[i]);
	}
	at = put16(to, at, shot->ethertype ? shot->ethertype :
					     FRAME_ETHERTYPE);
	return at + shot_payload(shot, to + at);
}

static inline bool is_tag(const uint8_t *at)
{
	return (at[0] == 0x81 && at[1] == 0x00) ||
	       (at[0] == 0x88 && at[1] == 0xa8);
}

/* Where the ethertype of a frame is, behind its tags. */
static inline size_t behind_tags(const uint8_t *data, size_t len)
{
	size_t at = 12;

	while (at + 6 <= len && is_tag(data + at))
		at += 4;
	return at;
}

/* Ours if the sender and the first words behind the ethertype are. */
static inline bool same_shot(const struct frame *frame, const uint8_t *sent,
			     size_t len)
{
	size_t at = behind_tags(frame->data, frame->len);
	size_t was = behind_tags(sent, len);
	size_t rest = frame->len - at;

	return rest >= 10 && len - was >= 10 &&
	       !memcmp(frame->data + 6, sent + 6, 6) &&
	       !memcmp(frame->data + at, sent + was, 10);
}

/*
 * " blue", " blue.10" with a tag of VLAN 10, "p3" for its priority, ".s10" for
 * a service tag; "(changed)" where anything else is not as it was sent.
 */
static inline void print_ear(FILE *file, const char *name,
			     const struct frame *frame,
			     const struct frame *sent)
{
	size_t at, end = behind_tags(frame->data, frame->len);
	size_t was = behind_tags(sent->data, sent->len);
	unsigned int tci;

	fprintf(file, " %s", name);
	for (at = 12; at < end; at += 4) {
		tci = frame->data[at + 2] << 8 | frame->data[at + 3];
		fprintf(file, ".%s%u", frame->data[at] == 0x88 ? "s" : "",
			tci & 0xfff);
		if (tci >> 13)
			fprintf(file, "p%u", tci >> 13);
	}
	if (frame->len - end != sent->len - was ||
	    memcmp(frame->data, sent->data, 12) ||
	    memcmp(frame->data + end, sent->data + was, sent->len - was))
		fprintf(file, "(changed)");
}

static inline void drain(void)
{
	struct frame frame;
	int i;

	for (i = 0; i < lan.n; i++) {
		while (taps_next(lan.taps, lan.ear[i].tap, &frame) > 0)
			;
	}
}

/* Sends and prints who heard it; 0 or -errno. */
static inline int shoot(const char *from, const struct shot *shot, FILE *file)
{
	uint8_t data[FRAME_MAX];
	struct frame frame, sent = { .data = data };
	int i, err;

	err = lan_open();
	if (err)
		return err;
	drain();
	sent.len = shot_frame(shot, data);
	err = lan_tap(from) < 0 ? -ENOENT :
	      taps_send(lan.taps, lan_tap(from), data, sent.len);
	if (!err)
		err = taps_settle(lan.taps);
	for (i = 0; !err && i < lan.n; i++) {
		while ((err = taps_next(lan.taps, lan.ear[i].tap, &frame)) > 0) {
			if (same_shot(&frame, data, sent.len))
				print_ear(file, lan.ear[i].name, &frame, &sent);
		}
	}
	return err;
}

/*
 * Who heard the frame that @from sent: "blue 3 host", in the topology's order,
 * each as often as it got a copy; or the errno's name.
 */
static inline const char *heard(const char *from, const struct shot *shot)
{
	const char *result = "no memory";
	char *text = NULL;
	FILE *file;
	size_t size;
	int err;

	file = open_memstream(&text, &size);
	if (!file)
		return result;
	err = shoot(from, shot, file);
	if (!fclose(file))
		result = err ? ksft_err_name(err) :
			 str("%s", *text ? text + 1 : "");
	free(text);
	return result;
}

#define HEARD(from, ...) heard(from, &(const struct shot){ __VA_ARGS__ })

/* What RTM_SETLINK and RTM_NEWLINK take; all else is one byte. */
static inline size_t port_attr_size(int attr)
{
	switch (attr) {
	case IFLA_BRPORT_PRIORITY:
	case IFLA_BRPORT_GROUP_FWD_MASK:
		return 2;
	case IFLA_BRPORT_COST:
		return 4;
	}
	return 1;
}

/* `bridge link set dev PORT ...` of one attribute, IFLA_BRPORT_*. */
static inline int port_put(const char *port, int attr, uint32_t value)
{
	struct ifinfomsg ifi = { .ifi_family = AF_BRIDGE };
	struct nlattr *nest;
	struct link link;
	struct req req;
	int err;

	err = link_get(in(TOPO_HOST), port, &link);
	if (err)
		return err;
	ifi.ifi_index = link.ifindex;
	req_init(&req, RTM_SETLINK, 0, &ifi, sizeof(ifi));
	nest = req_nest(&req, IFLA_PROTINFO | NLA_F_NESTED);
	/* Little endian or not, the first bytes of its own size count. */
	if (port_attr_size(attr) == 1)
		req_put(&req, attr, &(uint8_t){ value }, 1);
	else if (port_attr_size(attr) == 2)
		req_put(&req, attr, &(uint16_t){ value }, 2);
	else
		req_u32(&req, attr, value);
	req_nest_end(&req, nest);
	return rtnl_talk(in(TOPO_HOST), &req);
}

/* `ip link set DEV type bridge ...` of one attribute, IFLA_BR_*. */
static inline int br_put(const char *dev, int attr, const void *value,
			 size_t size)
{
	struct ifinfomsg ifi = { 0 };
	struct nlattr *info, *data;
	struct req req;

	req_init(&req, RTM_NEWLINK, 0, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, dev);
	info = req_nest(&req, IFLA_LINKINFO);
	req_str(&req, IFLA_INFO_KIND, "bridge");
	data = req_nest(&req, IFLA_INFO_DATA);
	req_put(&req, attr, value, size);
	req_nest_end(&req, data);
	req_nest_end(&req, info);
	return rtnl_talk(in(TOPO_HOST), &req);
}

static inline int br_set_u8(int attr, uint8_t value)
{
	return br_put(BR, attr, &value, sizeof(value));
}

static inline int br_set_u16(int attr, uint16_t value)
{
	return br_put(BR, attr, &value, sizeof(value));
}

static inline int br_set_u32(int attr, uint32_t value)
{
	return br_put(BR, attr, &value, sizeof(value));
}

static inline int br_set_u64(int attr, uint64_t value)
{
	return br_put(BR, attr, &value, sizeof(value));
}

struct attr_path {
	int data, attr;			/* IFLA_INFO_DATA or _SLAVE_DATA */
	long long value;
};

static inline int find_attr(const struct nlmsghdr *nlh, void *data)
{
	const struct nlattr *link, *info, *attr;
	struct attr_path *path = data;
	size_t len;

	mnl_attr_for_each(link, nlh, sizeof(struct ifinfomsg)) {
		if (mnl_attr_get_type(link) != IFLA_LINKINFO)
			continue;
		mnl_attr_for_each_nested(info, link) {
			if (mnl_attr_get_type(info) != path->data)
				continue;
			mnl_attr_for_each_nested(attr, info) {
				len = mnl_attr_get_payload_len(attr);
				if (mnl_attr_get_type(attr) != path->attr ||
				    len > 8)
					continue;
				path->value = len == 1 ? mnl_attr_get_u8(attr) :
					      len == 2 ? mnl_attr_get_u16(attr) :
					      len == 4 ? mnl_attr_get_u32(attr) :
					      len == 8 ? (long long)
						mnl_attr_get_u64(attr) : 0;
			}
		}
	}
	return 0;
}

/* An attribute of up to eight bytes; -ENODATA if the kernel has no such. */
static inline long long attr_of(const char *dev, int data, int attr)
{
	struct attr_path path = { data, attr, -ENODATA };
	struct ifinfomsg ifi = { 0 };
	struct req req;
	int err;

	req_init(&req, RTM_GETLINK, 0, &ifi, sizeof(ifi));
	req_str(&req, IFLA_IFNAME, dev);
	err = rtnl_get(in(TOPO_HOST), &req, find_attr, &path);
	return err ? err : path.value;
}

static inline long long port_attr(const char *port, int attr)
{
	return attr_of(port, IFLA_INFO_SLAVE_DATA, attr);
}

static inline long long br_attr(int attr)
{
	return attr_of(BR, IFLA_INFO_DATA, attr);
}

/* MAC of a device of a pod, or of the host; zeros if there is none. */
static inline const uint8_t *mac_at(const char *netns, const char *dev)
{
	static struct link link[4];
	static int turn;
	struct link *l = &link[turn = (turn + 1) % 4];

	if (link_get(in(netns), dev, l))
		memset(l, 0, sizeof(*l));
	return l->mac;
}

static inline struct rtnl_link_stats64 stats_of(const char *netns,
						const char *dev)
{
	struct link link = { 0 };
	int err = link_get(in(netns), dev, &link);

	if (err)
		printf("# %s of %s: %s\n", dev, netns, ksft_err_name(err));
	return link.stats;
}

/*
 * What a bridge's entry for a MAC says, as a line:
 *
 *	02:00:00:00:00:0a veth-red-br [vlan 10] [static|permanent] [sticky]
 *		[extern_learn] [offloaded] [locked]
 */
struct fdb_line {
	char text[128];
};

static inline const char *host_dev(int ifindex)
{
	const char *name = "?";
	struct link *links;
	int i, n;

	n = link_list(in(TOPO_HOST), &links);
	for (i = 0; i < n; i++) {
		if (links[i].ifindex == ifindex)
			name = str("%s", links[i].name);
	}
	if (n >= 0)
		free(links);
	return name;
}

#ifndef NTF_EXT_LOCKED		/* v6.2 */
#define NTF_EXT_LOCKED	(1 << 1)
#endif

/* Leaves out what the devices themselves listen to (NTF_SELF). */
static inline int fdb_line(const struct nlmsghdr *nlh, void *data)
{
	const struct ndmsg *ndm = mnl_nlmsg_get_payload(nlh);
	struct fdb_line *line = data;
	const struct nlattr *attr;
	const uint8_t *mac = NULL;
	unsigned int vlan = 0, ext = 0;
	char text[18], tag[16] = "";

	mnl_attr_for_each(attr, nlh, sizeof(*ndm)) {
		switch (mnl_attr_get_type(attr)) {
		case NDA_LLADDR:
			mac = mnl_attr_get_payload(attr);
			break;
		case NDA_VLAN:
			vlan = mnl_attr_get_u16(attr);
			break;
		case NDA_FLAGS_EXT:
			ext = mnl_attr_get_u32(attr);
			break;
		}
	}
	if (!mac || ndm->ndm_flags & NTF_SELF)
		return 1;
	if (vlan)
		snprintf(tag, sizeof(tag), " vlan %u", vlan);
	snprintf(line->text, sizeof(line->text), "%s %s%s%s%s%s%s%s\n",
		 mac_text(mac, text), host_dev(ndm->ndm_ifindex), tag,
		 ndm->ndm_state == NUD_PERMANENT ? " permanent" :
		 ndm->ndm_state == NUD_NOARP ? " static" :
		 ndm->ndm_state == NUD_REACHABLE ? "" :
		 ndm->ndm_state == NUD_STALE ? " stale" : " odd",
		 ndm->ndm_flags & NTF_STICKY ? " sticky" : "",
		 ndm->ndm_flags & NTF_EXT_LEARNED ? " extern_learn" : "",
		 ndm->ndm_flags & NTF_OFFLOADED ? " offloaded" : "",
		 ext & NTF_EXT_LOCKED ? " locked" : "");
	return 0;
}

static inline int fdb_line_cmp(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* All entries of which the line has @word, sorted; for free(3). */
static inline char *fdb_text(const char *word)
{
	struct ndmsg ndm = { .ndm_family = AF_BRIDGE };
	char *text = NULL;
	struct fdb_line *lines;
	struct req req;
	size_t size;
	FILE *file;
	int i, n;

	req_init(&req, RTM_GETNEIGH, 0, &ndm, sizeof(ndm));
	n = rtnl_list(in(TOPO_HOST), &req, sizeof(*lines), fdb_line, &lines);
	if (n < 0)
		return NULL;
	qsort(lines, n, sizeof(*lines), fdb_line_cmp);
	file = open_memstream(&text, &size);
	for (i = 0; file && i < n; i++) {
		if (strstr(lines[i].text, word))
			fputs(lines[i].text, file);
	}
	if (file)
		fclose(file);
	free(lines);
	return text;
}

/* Without those of VLANs, which an entry that is put gets beside. */
static inline char *fdb_untagged(const char *word)
{
	return lines_without(fdb_text(word), " vlan ");
}

/* What the bridge knows of stations. */
static inline char *stations(void)
{
	return fdb_untagged("02:00:00:00:00:0");
}

/* CONFIG_BRIDGE_VLAN_FILTERING, in use or not. */
static inline bool has_vlans(void)
{
	return br_attr(IFLA_BR_VLAN_DEFAULT_PVID) >= 0;
}

static inline const char *mac_str(const uint8_t *mac)
{
	char text[18];

	return str("%s", mac_text(mac, text));
}

/* One RTM_NEWNEIGH, RTM_DELNEIGH or RTM_GETNEIGH of the fdb. */
struct fdb_desc {
	uint16_t type;
	const char *dev;
	const uint8_t *mac;		/* NULL: none (NLM_F_BULK) */
	uint16_t state;			/* NUD_* */
	uint8_t flags;			/* NTF_*; 0: NTF_MASTER */
	uint16_t nl;			/* NLM_F_*; 0: what an add takes */
	uint16_t vlan;
	bool masked;			/* with the masks that follow */
	uint16_t state_mask;
	uint8_t flags_mask;
};

#ifndef NLM_F_BULK
#define NLM_F_BULK	0x200
#endif

static inline int fdb_req(struct req *req, const struct fdb_desc *d)
{
	struct ndmsg ndm = { .ndm_family = AF_BRIDGE, .ndm_state = d->state,
			     .ndm_flags = d->flags ? d->flags : NTF_MASTER };
	uint16_t nl = d->nl;
	struct link link;
	int err;

	err = link_get(in(TOPO_HOST), d->dev, &link);
	if (err)
		return err;
	ndm.ndm_ifindex = link.ifindex;
	if (!nl && d->type == RTM_NEWNEIGH)
		nl = NLM_F_CREATE | NLM_F_EXCL;
	req_init(req, d->type, nl, &ndm, sizeof(ndm));
	if (d->mac)
		req_put(req, NDA_LLADDR, d->mac, 6);
	if (d->vlan)
		req_put(req, NDA_VLAN, &d->vlan, sizeof(d->vlan));
	if (d->masked) {
		req_put(req, NDA_NDM_STATE_MASK, &d->state_mask, 2);
		req_put(req, NDA_NDM_FLAGS_MASK, &d->flags_mask, 1);
	}
	return 0;
}

static inline int fdb_ask(const struct fdb_desc *d)
{
	struct req req;
	int err = fdb_req(&req, d);

	return err ? err : rtnl_talk(in(TOPO_HOST), &req);
}

/* FDB(RTM_NEWNEIGH, "veth-red-br", sta_a, .state = NUD_NOARP) */
#define FDB(type_, dev_, mac_, ...) \
	fdb_ask(&(const struct fdb_desc){ .type = (type_), .dev = (dev_), \
					  .mac = (mac_), __VA_ARGS__ })

static inline int set_flags(const char *dev, unsigned int flags,
			    unsigned int change)
{
	const struct link_desc desc = { .flags = flags, .change = change };

	return link_set(in(TOPO_HOST), dev, &desc);
}

static inline const uint8_t *bridge_mac(void)
{
	return mac_at(TOPO_HOST, BR);
}

static inline struct events *watch_fdb(void)
{
	return events_open(ns(TOPO_HOST), EVENT_LINK | EVENT_NEIGH);
}

static inline char *station_events(struct events *events)
{
	return lines_with(events_text(events), " 02:00:00:00:00:0");
}

/* The pod's port forwards, and its own end runs: both follow linkwatch. */
static inline int port_back(const char *pod)
{
	struct link link;
	int err;

	err = link_wait(ns(TOPO_HOST), pod_port(pod), link_is_forwarding,
			&link);
	return err ? err :
	       link_wait(ns(pod_ns(pod)), pod_dev(pod), link_is_running, &link);
}

/* The station speaks once, so that the bridge knows where it is. */
static inline const char *learn(const char *pod, const uint8_t *sta)
{
	return HEARD(pod, .src = sta, .dst = broadcast);
}

/*
 * No more of the frames that namespaces send by themselves, which would count
 * too: IPv6 (0 also where there is none), and IGMP reports of local groups,
 * such as the bridge's own, 224.0.0.106.
 */
static inline int be_quiet(void)
{
	const char *name;
	size_t i;
	int err = 0;

	for (i = 0; !err && (name = topo_netns_name(ksft.topo, i)); i++) {
		err = no_ipv6(name);
		if (!err)
			err = sysctl_set(ns(name),
				"net/ipv4/igmp_link_local_mcast_reports", "0");
	}
	return err;
}

/* How often and how much, each way, since @was. */
static inline const char *traffic(const char *netns, const char *dev,
				  const struct rtnl_link_stats64 *was)
{
	const struct rtnl_link_stats64 now = stats_of(netns, dev);

	return str("rx %llu/%llu tx %llu/%llu",
		   now.rx_packets - was->rx_packets,
		   now.rx_bytes - was->rx_bytes,
		   now.tx_packets - was->tx_packets,
		   now.tx_bytes - was->tx_bytes);
}

#endif
