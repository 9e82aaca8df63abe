/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The process that a guest is: qemu, or a User-Mode Linux.  It dies with us. */
#ifndef MACHINE_H
#define MACHINE_H

#include "kernel.h"

#include <sys/types.h>

/* Exit codes of one that is not there, or could not be executed. */
#define MACHINE_MISSING	127
#define MACHINE_REFUSED	126

enum machine_kind { MACHINE_KVM, MACHINE_TCG, MACHINE_UML };

struct machine_desc {
	const struct kernel *kernel;
	enum machine_kind kind;
	const char *initrd;
	const char *append;	/* more words for its command line, or NULL */
	const char *scratch;	/* a folder for its own files */
	unsigned int memory;	/* MiB */
};

/* Descriptors are ours to read, without blocking; -1 once closed. */
struct machine {
	pid_t pid;
	int ended;		/* a pidfd: readable when it has ended */
	int console;
	int line;		/* of frame.h */
	int err;		/* qemu's own words; -1: UML has none */
	pid_t undertaker;	/* if we are killed, it ends all the others */
	int alive;		/* it waits for the end of this */
};

/* Ends us with 2 where there is no such program. */
void machine_start(struct machine *machine, const struct machine_desc *desc);

/*
 * At once, if it has not ended by itself; returns its status as wait(2) has it.
 * What it wrote can still be read.
 */
int machine_kill(struct machine *machine);

void machine_close(struct machine *machine);

/* "kvm", "tcg", "uml". */
const char *machine_kind_word(enum machine_kind kind);

#endif
