// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A test program that ruins the guest it runs in, as its name says: nothing but
 * a guest of run.sh --vm will do.  Its first test passes before that.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../vm/guest.h"

#define HOG_CHUNK	(16u << 20)

/* Init's folder, which is at no other place. */
static int is_guest(void)
{
	struct stat st;

	return getenv("NETNS_VM") && getenv(GUEST_ENV_FOLDER) &&
	       !stat(GUEST_ARGV, &st) && !stat("/init", &st);
}

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		printf("# %s: %s\n", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

static void do_panic(void)
{
	put("/proc/sysrq-trigger", "c");
}

/* Nothing else runs any more on any CPU. */
static void do_hang(void)
{
	const struct sched_param param = { .sched_priority = 50 };
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	put("/proc/sys/kernel/sched_rt_runtime_us", "-1");
	while (--cpus > 0 && fork())
		;
	if (sched_setscheduler(0, SCHED_FIFO, &param))
		printf("# sched_setscheduler: %s\n", strerror(errno));
	for (;;)
		;
}

/* Into what init sends: a byte too much. */
static void do_noise(void)
{
	put(GUEST_LINE, "?");
}

static void do_off(void)
{
	reboot(RB_POWER_OFF);
}

static void do_hog(void)
{
	char *chunk;

	for (;;) {
		chunk = mmap(NULL, HOG_CHUNK, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (chunk != MAP_FAILED)
			memset(chunk, 1, HOG_CHUNK);
	}
}

static void do_wait(void)
{
	for (;;)
		pause();
}

static void do_complaint(void)
{
	put("/dev/kmsg", "<1>BUG: not a bug, but a test\n");
}

static const struct {
	const char *name;
	void (*ruin)(void);
} ways[] = {
	{ "panic", do_panic }, { "hang", do_hang }, { "noise", do_noise },
	{ "off", do_off }, { "hog", do_hog }, { "complaint", do_complaint },
	{ "wait", do_wait },
};

int main(int argc, char **argv)
{
	const char *name = basename(argv[0]);
	size_t i;

	(void)argc;
	if (!is_guest()) {
		printf("TAP version 13\n1..0 # SKIP this is no guest\n");
		return 4;
	}
	printf("TAP version 13\n1..2\nok 1 t.one\n");
	fflush(stdout);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (!strcmp(ways[i].name, name))
			ways[i].ruin();
	printf("ok 2 t.two\n");
	return 0;
}
