// SPDX-License-Identifier: GPL-2.0-or-later
#include "link_kind.h"

#include <errno.h>
#include <linux/if_link.h>
#include <string.h>

/* Newer than the oldest headers we build with (v6.8). */
#define ATTR_BR_FDB_MAX_LEARNED	49

static const struct word_name vlan_protocols[] = {
	{ "802.1q", 0x8100 }, { "802.1Q", 0x8100 },
	{ "802.1ad", 0x88a8 }, { NULL, 0 },
};

static const struct word bridge_words[] = {
	{ "ageing_time", WORD_U32, .at = IFLA_BR_AGEING_TIME },
	{ "fdb_flush", WORD_FLAG, .at = IFLA_BR_FDB_FLUSH },
	{ "fdb_max_learned", WORD_U32, .at = ATTR_BR_FDB_MAX_LEARNED },
	{ "forward_delay", WORD_U32, .at = IFLA_BR_FORWARD_DELAY },
	{ "group_address", WORD_MAC, .at = IFLA_BR_GROUP_ADDR },
	{ "group_fwd_mask", WORD_U16, .at = IFLA_BR_GROUP_FWD_MASK },
	{ "hello_time", WORD_U32, .at = IFLA_BR_HELLO_TIME },
	{ "max_age", WORD_U32, .at = IFLA_BR_MAX_AGE },
	{ "mcast_hash_max", WORD_U32, .at = IFLA_BR_MCAST_HASH_MAX },
	{ "mcast_igmp_version", WORD_U8, .at = IFLA_BR_MCAST_IGMP_VERSION },
	{ "mcast_last_member_count", WORD_U32,
	  .at = IFLA_BR_MCAST_LAST_MEMBER_CNT },
	{ "mcast_last_member_interval", WORD_U64,
	  .at = IFLA_BR_MCAST_LAST_MEMBER_INTVL },
	{ "mcast_membership_interval", WORD_U64,
	  .at = IFLA_BR_MCAST_MEMBERSHIP_INTVL },
	{ "mcast_mld_version", WORD_U8, .at = IFLA_BR_MCAST_MLD_VERSION },
	{ "mcast_querier", WORD_U8, .at = IFLA_BR_MCAST_QUERIER },
	{ "mcast_querier_interval", WORD_U64,
	  .at = IFLA_BR_MCAST_QUERIER_INTVL },
	{ "mcast_query_interval", WORD_U64, .at = IFLA_BR_MCAST_QUERY_INTVL },
	{ "mcast_query_response_interval", WORD_U64,
	  .at = IFLA_BR_MCAST_QUERY_RESPONSE_INTVL },
	{ "mcast_query_use_ifaddr", WORD_U8,
	  .at = IFLA_BR_MCAST_QUERY_USE_IFADDR },
	{ "mcast_router", WORD_U8, .at = IFLA_BR_MCAST_ROUTER },
	{ "mcast_snooping", WORD_U8, .at = IFLA_BR_MCAST_SNOOPING },
	{ "mcast_startup_query_count", WORD_U32,
	  .at = IFLA_BR_MCAST_STARTUP_QUERY_CNT },
	{ "mcast_startup_query_interval", WORD_U64,
	  .at = IFLA_BR_MCAST_STARTUP_QUERY_INTVL },
	{ "mcast_stats_enabled", WORD_U8, .at = IFLA_BR_MCAST_STATS_ENABLED },
	{ "nf_call_arptables", WORD_U8, .at = IFLA_BR_NF_CALL_ARPTABLES },
	{ "nf_call_ip6tables", WORD_U8, .at = IFLA_BR_NF_CALL_IP6TABLES },
	{ "nf_call_iptables", WORD_U8, .at = IFLA_BR_NF_CALL_IPTABLES },
	{ "priority", WORD_U16, .at = IFLA_BR_PRIORITY },
	{ "stp_state", WORD_U32, .at = IFLA_BR_STP_STATE },
	{ "vlan_default_pvid", WORD_U16, .at = IFLA_BR_VLAN_DEFAULT_PVID },
	{ "vlan_filtering", WORD_U8, .at = IFLA_BR_VLAN_FILTERING },
	{ "vlan_protocol", WORD_BE16, .at = IFLA_BR_VLAN_PROTOCOL,
	  .names = vlan_protocols },
	{ "vlan_stats_enabled", WORD_U8, .at = IFLA_BR_VLAN_STATS_ENABLED },
	{ "vlan_stats_per_port", WORD_U8, .at = IFLA_BR_VLAN_STATS_PER_PORT },
	{ .word = NULL },
};

static const struct word vlan_words[] = {
	{ "id", WORD_U16, .at = IFLA_VLAN_ID },
	{ "protocol", WORD_BE16, .at = IFLA_VLAN_PROTOCOL,
	  .names = vlan_protocols },
	{ .word = NULL },
};

static const struct word_name macvlan_modes[] = {
	{ "private", MACVLAN_MODE_PRIVATE }, { "vepa", MACVLAN_MODE_VEPA },
	{ "bridge", MACVLAN_MODE_BRIDGE },
	{ "passthru", MACVLAN_MODE_PASSTHRU }, { NULL, 0 },
};

static const struct word macvlan_words[] = {
	{ "mode", WORD_U32, .at = IFLA_MACVLAN_MODE, .names = macvlan_modes },
	{ .word = NULL },
};

static const struct word vxlan_words[] = {
	{ "dev", WORD_DEV, .at = IFLA_VXLAN_LINK },
	{ "dstport", WORD_BE16, .at = IFLA_VXLAN_PORT },
	{ "group", WORD_IP, .at = IFLA_VXLAN_GROUP },
	{ "id", WORD_U32, .at = IFLA_VXLAN_ID },
	{ "local", WORD_IP, .at = IFLA_VXLAN_LOCAL },
	{ "remote", WORD_IP, .at = IFLA_VXLAN_GROUP },
	{ "ttl", WORD_U8, .at = IFLA_VXLAN_TTL },
	{ .word = NULL },
};

static const struct word no_words[] = {
	{ .word = NULL },
};

const struct word *link_kind_words(const char *kind)
{
	static const struct {
		const char *kind;
		const struct word *words;
	} kinds[] = {
		{ "bridge", bridge_words }, { "vlan", vlan_words },
		{ "macvlan", macvlan_words }, { "vxlan", vxlan_words },
	};
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(kinds[i].kind, kind))
			return kinds[i].words;
	}
	return no_words;
}
