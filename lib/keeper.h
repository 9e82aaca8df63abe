/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Closes packet sockets for us.  That waits for an RCU grace period
 * (packet_release, net/packet/af_packet.c), 13 ms each, one after the other.
 * So the last reference to each is in the queue of a socket of a child, which
 * ends when we do, in a time that is not ours.
 */
#ifndef KEEPER_H
#define KEEPER_H

/* A descriptor to give to: the child ends when this process does.  Or -errno. */
int keeper_start(void) __attribute__((warn_unused_result));

/* From now on closing @fd is not the last close.  Best effort. */
void keeper_give(int keeper, int fd);

#endif
