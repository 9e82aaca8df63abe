/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a guest finds: our init, the runner, its programs, its files. */
#ifndef PACK_H
#define PACK_H

#include "args.h"
#include "machine.h"

struct pack_desc {
	const struct args *args;
	const struct kernel *kernel;
	enum machine_kind kind;
	const char *run;		/* the name of the run's folder */
	const struct strv *modules;	/* files, in the order to load them in */
};

/* An initramfs, at @path.  Returns how long it is, in bytes. */
size_t pack(const char *path, const struct pack_desc *desc);

#endif
