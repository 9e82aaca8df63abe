// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PID 1 of a User-Mode Linux whose root is the host's own, read-only.
 *
 *	ttyS0   the runner's TAP
 *	ttyS1   "exit N" once it has ended, and nothing before
 *	tty0    all that the kernel, this program and the runner's stderr say
 *
 * The kernel hands us NAME=VALUE words of its command line that it does not know
 * as environment: UML_BUILD and UML_RESULTS are folders of the host, UML_ARGS a
 * file there, an argument of the runner a line.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#define ARGS_MAX	256

/* Of Debian's package user-mode-linux. */
#define UML_MODULES	"/usr/lib/uml/modules"

/* What modprobe(8), which need not be there, would load when it is used. */
static const char *const modules[] = {
	"8021q", "br_netfilter", "bridge", "dummy", "ip6_tables",
	"ip6table_filter", "ip_tables", "iptable_filter", "ipv6", "ipvlan",
	"macvlan", "nf_tables", "nft_ct", "nft_limit", "nft_log", "nft_masq",
	"nft_reject", "nft_reject_bridge", "nft_reject_inet",
	"nft_reject_ipv4", "nft_reject_ipv6", "sch_ingress", "sch_netem",
	"sch_prio", "sch_tbf", "tap", "tun", "udp_diag", "veth", "vxlan",
};

static const struct {
	const char *what, *where, *type;
	const char *options;
} mounts[] = {
	{ "proc", "/proc", "proc", NULL },
	{ "sysfs", "/sys", "sysfs", NULL },
	{ "devtmpfs", "/dev", "devtmpfs", NULL },
	{ "devpts", "/dev/pts", "devpts", "ptmxmode=0666" },
	{ "tmpfs", "/dev/shm", "tmpfs", NULL },
	{ "tmpfs", "/tmp", "tmpfs", "mode=1777" },
	{ "tmpfs", "/run", "tmpfs", "mode=0755" },
};

static void complain(const char *what)
{
	fprintf(stderr, "uml init: %s: %s\n", what, strerror(errno));
}

/* The host finds no "exit N", and says so with the end of the console. */
static void power_off(void)
{
	fflush(NULL);
	sync();
	reboot(RB_POWER_OFF);
	_exit(1);
}

static void die(const char *what)
{
	complain(what);
	power_off();
}

static char *wanted(const char *name)
{
	char *value = getenv(name);

	if (!value)
		die(name);
	return value;
}

/* Under /tmp and /run, where ours hides the host's. */
static void make_folders(const char *path)
{
	char part[PATH_MAX];
	const char *slash = path;

	do {
		slash = strchrnul(slash + 1, '/');
		snprintf(part, sizeof(part), "%.*s", (int)(slash - path), path);
		mkdir(part, 0755);
	} while (*slash);
}

/* A folder of the host where the host has it. */
static void mount_host(const char *dir, unsigned long flags)
{
	make_folders(dir);
	if (mount("none", dir, "hostfs", flags, dir) < 0)
		die(dir);
}

static void mount_all(void)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		if (!strncmp(mounts[i].where, "/dev/", 5))
			mkdir(mounts[i].where, 0755);
		if (mount(mounts[i].what, mounts[i].where, mounts[i].type, 0,
			  mounts[i].options) < 0)
			complain(mounts[i].where);
	}
	/* Before 6.2 a kernel without DEVTMPFS has the host's /dev: no ttyS. */
	mknod("/dev/ttyS0", S_IFCHR | 0600, makedev(4, 64));
	mknod("/dev/ttyS1", S_IFCHR | 0600, makedev(4, 65));
	mount_host(wanted("UML_BUILD"), MS_RDONLY);
	mount_host(wanted("UML_RESULTS"), 0);
}

static int run(char **argv, int out)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		if (out >= 0)
			dup2(out, STDOUT_FILENO);
		execvp(argv[0], argv);
		complain(argv[0]);
		_exit(127);
	}
	for (;;) {
		pid_t ended = waitpid(-1, &status, 0);

		if (ended == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) :
						   128 + WTERMSIG(status);
		if (ended < 0 && errno != EINTR)
			return -errno;
	}
}

static void load_module(const char *dir, const char *file)
{
	char path[PATH_MAX];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", dir, file);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 &&
		       errno != EEXIST))
		complain(path);
	if (fd >= 0)
		close(fd);
}

/* "a.ko: b.ko c.ko": first c, then b, then a. */
static void load_line(const char *dir, char *line)
{
	char *word;

	line[strcspn(line, "\n")] = '\0';
	while ((word = strrchr(line, ' '))) {
		*word = '\0';
		load_module(dir, word + 1);
	}
	line[strcspn(line, ":")] = '\0';
	load_module(dir, line);
}

static bool is_wanted_module(const char *line)
{
	const char *colon = strchrnul(line, ':'), *name = colon;
	size_t i, n;

	while (name > line && name[-1] != '/')
		name--;
	for (i = 0; i < sizeof(modules) / sizeof(modules[0]); i++) {
		n = strlen(modules[i]);
		if ((size_t)(colon - name) == n + strlen(".ko") &&
		    !strncmp(name, modules[i], n))
			return true;
	}
	return false;
}

/* What a kernel has built in it does not have as a module. */
static void load_modules(void)
{
	struct utsname uts;
	char *line = NULL;
	size_t size = 0;
	char *dir, *dep;
	FILE *file;

	uname(&uts);
	if (asprintf(&dir, "%s/%s", UML_MODULES, uts.release) < 0 ||
	    asprintf(&dep, "%s/modules.dep", dir) < 0)
		die("modules");
	file = fopen(dep, "re");
	while (file && getline(&line, &size, file) > 0) {
		if (is_wanted_module(line))
			load_line(dir, line);
	}
	free(line);
	if (file)
		fclose(file);
	free(dep);
	free(dir);
}

/* A serial line that changes no byte. */
static int open_line(const char *path)
{
	struct termios raw;
	int fd = open(path, O_WRONLY | O_NOCTTY | O_CLOEXEC);

	if (fd < 0 || tcgetattr(fd, &raw) < 0)
		die(path);
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSANOW, &raw) < 0)
		die(path);
	return fd;
}

/* The runner's command line: ours, then a line of the file each. */
static char **arguments(void)
{
	static char *argv[ARGS_MAX + 1] = { NULL, NULL, "-j1", "--results" };
	FILE *file = fopen(wanted("UML_ARGS"), "re");
	char *line = NULL;
	size_t size = 0;
	ssize_t n;
	int i = 5;

	if (!file)
		die("UML_ARGS");
	if (asprintf(&argv[0], "%s/runner", wanted("UML_BUILD")) < 0)
		die("runner");
	argv[1] = wanted("UML_COMMAND");
	argv[4] = wanted("UML_RESULTS");
	while ((n = getline(&line, &size, file)) > 0) {
		if (i == ARGS_MAX)
			die("too many arguments");
		if (line[n - 1] == '\n')
			line[n - 1] = '\0';
		argv[i++] = line;
		line = NULL;
		size = 0;
	}
	free(line);
	fclose(file);
	return argv;
}

int main(void)
{
	int tap, status, code;

	mount_all();
	load_modules();
	setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
	tap = open_line("/dev/ttyS0");
	status = open_line("/dev/ttyS1");
	code = run(arguments(), tap);
	if (tcdrain(tap) < 0)
		complain("ttyS0");
	dprintf(status, "exit %d\n", code);
	tcdrain(status);
	power_off();
}
