// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The diagnosis matrix, layer 3: what is wrong is an address, a route, a filter,
 * an MTU.  See diagnosis.h.
 */
#include "diagnosis.h"

#define ROW(id) \
	FIXTURE_VARIANT_ADD(fault, id) { .topology = "uplink", .name = #id }
#define ROW6(id) \
	FIXTURE_VARIANT_ADD(fault, id) { .topology = "uplink-ipv6", .name = #id }

ROW(pod_end_down);
ROW(no_address);
ROW(wrong_subnet);
ROW(prefix_32);
ROW(no_default_route);
ROW(moved_away);
ROW(prefix_28);
ROW(other_subnet);
ROW(forwarding_off);
ROW(no_route_back);
ROW(host_no_route);
ROW(rp_filter);
ROW(rp_filter_cached);
ROW(pod_mtu);
ROW(bridge_mtu);
ROW(port_mtu);
ROW(uplink_mtu);
ROW(ip_forward_drop_bridged);
ROW(ip_forward_drop);
ROW(nft_input_drop);
ROW(nft_input_reject);
ROW(nft_output_drop);
ROW(closed_port);
ROW(blackhole_route);
ROW(unreachable_route);
ROW(prohibit_route);
ROW(host_blackhole);
ROW(host_unreachable);
ROW(host_prohibit);
ROW(icmp_ignored);
ROW(lo_down);
ROW6(ipv6_tentative);
ROW6(ipv6_disabled);
ROW6(ipv6_no_default_route);
ROW6(ipv6_forwarding_off);
ROW6(ipv6_no_route_back);
ROW6(ipv6_host_no_route);
ROW6(ipv6_uplink_mtu);
ROW6(ipv6_blackhole_route);
ROW6(ipv6_unreachable_route);
ROW6(ipv6_prohibit_route);

KSFT_NEEDS(CONFIG_IPV6_MULTIPLE_TABLES, "fault.wrong_subnet.*", "fault.other_subnet.*")

KSFT_MAIN
