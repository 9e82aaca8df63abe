// SPDX-License-Identifier: GPL-2.0-or-later
#include "vm.h"

#include "program.h"
#include "util.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void vm_become(char **argv)
{
	char *dir = program_build_dir();
	char *path = xasprintf("%s/vm/vm", dir);

	execv(path, argv);
	if (errno != ENOENT)
		die("%s: %s", path, strerror(errno));
	die("--vm is not built: it needs libarchive-dev (./run.sh --setup installs it)");
}
