/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What init finds in its initramfs: files of strings, a NUL behind each. */
#ifndef GUEST_H
#define GUEST_H

#define GUEST_ARGV	"/vm/argv"	/* the runner, by its path, and so on */
#define GUEST_ENVIRON	"/vm/environ"	/* NAME=VALUE, of init and the runner */
#define GUEST_MODULES	"/vm/modules"	/* files, in the order to load them in */

/* The serial line to the host; ttyS0 may be the console. */
#define GUEST_LINE	"/dev/ttyS1"

/* In the environment: the run's folder, all of which goes to the host. */
#define GUEST_ENV_FOLDER	"NETNS_VM_FOLDER"
/* In the environment: set when a reset would start the kernel anew. */
#define GUEST_ENV_OFF		"NETNS_VM_OFF"

#endif
