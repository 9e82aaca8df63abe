/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What each kind of link can be told, in the words of `ip link add type KIND`. */
#ifndef LINK_KIND_H
#define LINK_KIND_H

#include "args.h"

/*
 * The words (attributes of IFLA_INFO_DATA) of KIND, which may be none.  bridge:
 * link_opt.h names them; vlan: id, protocol (802.1q, 802.1ad); macvlan: mode;
 * vxlan: dev, dstport, group, id, local, remote, ttl.
 */
const struct word *link_kind_words(const char *kind);

#endif
