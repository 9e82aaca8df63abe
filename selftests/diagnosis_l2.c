// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The diagnosis matrix, layer 2: nobody answers for the next hop.  What is wrong
 * is a link, a port, the bridge.  See diagnosis.h.
 */
#include "diagnosis.h"

#define ROW(id) \
	FIXTURE_VARIANT_ADD(fault, id) { .topology = "uplink", .name = #id }
#define ROW6(id) \
	FIXTURE_VARIANT_ADD(fault, id) { .topology = "uplink-ipv6", .name = #id }

ROW(host_port_down);
ROW(peer_pod_down);
ROW(target_no_address);
ROW(target_noarp);
ROW(source_noarp);
ROW(target_arp_ignore);
ROW(bcast_flood_off);
ROW(not_enslaved);
ROW(bridge_down);
ROW(bridge_no_address);
ROW(wrong_gateway);
ROW(duplicate_ip);
ROW(duplicate_mac);
ROW(mac_of_bridge);
ROW(nft_bridge_forward_drop);
ROW(nft_bridge_input_drop);
ROW(nft_arp_drop);
ROW(port_listening);
ROW(port_learning);
ROW(port_blocking);
ROW(port_disabled);
ROW(vlan_mismatch);
ROW(vlan_mismatch_cached);
ROW(both_isolated);
ROW(one_isolated);
ROW(locked);
ROW(flood_and_learning_off);
ROW(wrong_neigh);
ROW(both_ends);
ROW6(ipv6_unresolved);
ROW6(ipv6_mcast_flood_off);
ROW6(ipv6_duplicate);

KSFT_MAIN
