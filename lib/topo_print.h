/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A topology for people: as commands (topo_print.c), as a dot(1) graph
 * (topo_dot.c), as a picture (topo_ascii.c).  Everything comes from the list;
 * steps that are to fail are printed and change no picture.  The same list
 * always gives the same text.  0 or -ENOMEM; whether @file took it, its own
 * ferror(3) says.
 */
#ifndef TOPO_PRINT_H
#define TOPO_PRINT_H

#include <stdio.h>

#include "topo_list.h"

#define TOPO_TEXT_MAX	256

/*
 * The command line of one step, as one would type it: iproute2's or
 * sysctl(8)'s.  The host's steps are plain (`ip link add`), the others say
 * their namespace (`ip -n pod-red link set`), a wanted failure is said in a
 * comment.  Words are quoted where a shell asks for it; a line too long for
 * @buf becomes a comment, so that half a command is never run.  Returns @buf.
 */
const char *topo_print_step(const struct topo_step *step,
			    char buf[TOPO_TEXT_MAX]);

/*
 * All of a list as a shell script that builds the topology inside a scratch
 * namespace, derived waits as comments.  With @how, preceded by how to get
 * such a namespace.
 */
int topo_print_ip(const struct topo_list *list, FILE *file, bool how);

/* Graphviz: a cluster a namespace, an edge a wire. */
int topo_print_dot(const struct topo_list *list, FILE *file);

/* Boxes and lines, at most 80 columns wide; many pods are elided. */
int topo_print_ascii(const struct topo_list *list, FILE *file);

#endif
