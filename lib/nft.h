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

/* How many tables `nft list tables` would show; errors as above. */
int nft_table_count(int netns) __attribute__((warn_unused_result));

#endif
