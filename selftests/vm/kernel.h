/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What --vm was given: found by what it holds, never by its name. */
#ifndef KERNEL_H
#define KERNEL_H

#include <stdbool.h>
#include <stddef.h>

enum kernel_kind {
	KERNEL_PC,		/* a bzImage: for qemu */
	KERNEL_UML,		/* a program */
};

struct kernel {
	enum kernel_kind kind;
	char *file;		/* what is booted */
	char *release;		/* as its uname(2) will say */
	/*
	 * Where its modules are: a folder as /lib/modules/RELEASE, or the tree
	 * that it was built in.  Both NULL: none were found.
	 */
	char *modules;
	char *tree;
	bool time_travel;	/* UML: waits can be free */
	bool initrd;		/* UML: it can take an initramfs */
};

/*
 * @name: a bzImage, a Debian linux-image package, a built kernel tree, a
 * User-Mode Linux.  What is in a package goes to @scratch.  Anything else ends
 * us with 2, and says what it is.
 */
void kernel_find(struct kernel *kernel, const char *name, const char *scratch);

void kernel_free(struct kernel *kernel);

#endif
