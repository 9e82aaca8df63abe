/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nftables, as nft(8) has them, over a nfnetlink socket of its own a call. */
#ifndef NFT_H
#define NFT_H

/*
 * `nft add table inet NAME` in @netns.  0 or -errno; -EOPNOTSUPP for a kernel
 * without CONFIG_NF_TABLES.
 */
int nft_table_add(int netns, const char *name)
	__attribute__((warn_unused_result));

/* `nft flush ruleset` in @netns; errors as above. */
int nft_flush(int netns) __attribute__((warn_unused_result));

/*
 * One rule in a base chain (of type filter, priority 0, policy accept), each
 * made where it is not there yet, in one transaction:
 *
 *	nft 'add table ip netns; add chain ip netns HOOK { ... };
 *	     add rule ip netns HOOK MATCH VERDICT'
 */
struct nft_rule {
	const char *family;	/* "ip", "ip6", "inet", "arp", "bridge" */
	const char *hook;	/* "input" ...; arp has input and output */
	/*
	 * NULL, or any of: iifname DEV, oifname DEV, ether type arp|ip|ip6,
	 * meta protocol (as ether type), meta l4proto icmp|tcp|udp|icmpv6 or a
	 * number, ip saddr A, ip daddr A, tcp dport N, udp dport N.  ip, tcp and
	 * udp alone only in family ip.
	 */
	const char *match;
	const char *verdict;	/* "drop", "accept", "reject"; "counter drop" */
};

/* -EOPNOTSUPP if the kernel lacks a part; -EINVAL for unknown words. */
int nft_rule_add(int netns, const struct nft_rule *rule)
	__attribute__((warn_unused_result));

/*
 * All base chains and rules, a line each, for free(3); NULL with errno.  A
 * rule's expressions are as libnftnl prints them, numbers in host order:
 *
 *	ip netns forward hook forward priority 0 policy accept
 *	ip netns forward: [ immediate reg 0 drop ]
 */
char *nft_text(int netns);

/* How many tables `nft list tables` would show; errors as above. */
int nft_table_count(int netns) __attribute__((warn_unused_result));

#endif
