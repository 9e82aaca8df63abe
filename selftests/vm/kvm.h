/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef KVM_H
#define KVM_H

#include <stdbool.h>

/*
 * Whether this machine runs a small guest, and as fast as it should, in two
 * seconds: /dev/kvm may open, and a guest yet hang or crawl.
 */
bool kvm_works(void);

#endif
