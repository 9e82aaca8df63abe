// SPDX-License-Identifier: GPL-2.0-or-later
/* Roles: where they run, what they say, and how they end. */
#define _GNU_SOURCE
#include "role.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"
#include "libc.h"
#include "netns.h"
#include "sandbox.h"
#include "entries.h"
#include "tap.h"

#define WELL		"all is well"
#define MUCH		(3 << 20)

static long long in_ms(int ms)
{
	return deadline_new() - DEADLINE_DEFAULT_MS + ms;
}

static int says_well(int out, const void *arg)
{
	const char *text = arg;

	return write(out, text, strlen(text)) < 0;
}

static int says_much(int out, const void *arg)
{
	size_t done, len = *(const size_t *)arg;
	char *text = malloc(len);
	ssize_t n;

	if (!text)
		return 1;
	memset(text, 'x', len);
	for (done = 0; done < len; done += n) {
		n = write(out, text + done, len - done);
		if (n <= 0)
			break;
	}
	free(text);
	return done != len;
}

static int hangs(int out, const void *arg)
{
	(void)arg;
	if (write(out, "r", 1) != 1)
		return 1;
	return pause();
}

/* Its words are over, and it is not. */
static int hangs_up(int out, const void *arg)
{
	(void)arg;
	close(out);
	return pause();
}

static int exits_with(int out, const void *arg)
{
	(void)out;
	return *(const int *)arg;
}

static int raises(int out, const void *arg)
{
	(void)out;
	raise(*(const int *)arg);
	return 0;
}

/* What the header promises of where a role runs, a letter each that is so. */
static int looks_around(int out, const void *arg)
{
	struct stat null, in, outs, net, want;
	struct sigaction pipe;
	int sig = 0;
	cpu_set_t set;
	char said[8];
	size_t n = 0;

	if (!stat("/dev/null", &null) && !fstat(STDIN_FILENO, &in) &&
	    !fstat(STDOUT_FILENO, &outs) && in.st_rdev == null.st_rdev &&
	    outs.st_rdev == null.st_rdev)
		said[n++] = 'n';
	if (!sigaction(SIGPIPE, NULL, &pipe) && pipe.sa_handler == SIG_IGN)
		said[n++] = 'p';
	if (!prctl(PR_GET_PDEATHSIG, &sig) && sig == SIGKILL)
		said[n++] = 'd';
	if (!sched_getaffinity(0, sizeof(set), &set) && CPU_COUNT(&set) == 1)
		said[n++] = 'c';
	if (!stat("/proc/self/ns/net", &net) &&
	    !fstat(*(const int *)arg, &want) && net.st_ino == want.st_ino)
		said[n++] = 's';
	return write(out, said, n) < 0;
}

static int runs_on(int out, const void *arg)
{
	int cpu = sched_getcpu();

	(void)arg;
	return write(out, &cpu, sizeof(cpu)) != sizeof(cpu);
}

/* Computes for about 50 ms. */
static int works(int out, const void *arg)
{
	long long end = in_ms(50);

	(void)out;
	(void)arg;
	while (deadline_left(end))
		;
	return 0;
}

static struct role *start(int (*role_main)(int, const void *), const void *arg)
{
	const struct role_desc desc = {
		.name = "tested", .netns = -1, .cpu = -1, .main = role_main,
		.arg = arg,
	};

	return role_start(&desc);
}

static void test_words(struct tap *tap)
{
	struct role *role = start(says_well, WELL);
	struct role_end end = { 0 };
	size_t much = MUCH;
	int byte, err;

	byte = role ? role_wait_byte(role, in_ms(5000)) : -errno;
	err = role ? role_end(role, in_ms(5000), &end) : -errno;
	tap_ok(tap, byte == 'a', "a_byte_is_waited_for", "%d", byte);
	tap_ok(tap, !err && !end.status && end.said &&
	       !strcmp(end.said, &WELL[1]),
	       "the_rest_of_its_words_comes_at_the_end", "%d, status %d: %s",
	       err, end.status, end.said ? end.said : "nothing");
	free(end.said);

	/* More than a pipe holds: it would wait for ever if nobody read. */
	role = start(says_much, &much);
	err = role ? role_end(role, in_ms(20000), &end) : -errno;
	tap_ok(tap, !err && !end.status && end.len == MUCH,
	       "three_megabytes_come_whole", "%d, status %d, %zu bytes", err,
	       end.status, end.len);
	free(end.said);

	much = 100u << 20;
	role = start(says_much, &much);
	err = role ? role_end(role, in_ms(20000), &end) : -errno;
	tap_ok(tap, err == -EFBIG, "one_that_runs_wild_is_ended", "%d", err);
	free(end.said);
}

static void test_ends(struct tap *tap)
{
	struct role_end end = { 0 };
	int code = 7, sig = SIGTERM;
	struct role *role;
	int err;

	role = start(exits_with, &code);
	err = role ? role_end(role, in_ms(5000), &end) : -errno;
	tap_ok(tap, !err && WIFEXITED(end.status) &&
	       WEXITSTATUS(end.status) == 7 && end.said && !end.len,
	       "its_exit_status_is_told", "%d, status %d", err, end.status);
	free(end.said);

	role = start(exits_with, &code);
	err = role ? role_wait_byte(role, in_ms(5000)) : -errno;
	tap_ok(tap, err == -EPIPE, "no_byte_comes_of_one_that_ended", "%d",
	       err);
	role_kill(role);

	role = start(raises, &sig);
	err = role ? role_end(role, in_ms(20000), &end) : -errno;
	tap_ok(tap, !err && WIFSIGNALED(end.status) &&
	       WTERMSIG(end.status) == SIGTERM, "a_signal_that_ends_it_is_told",
	       "%d, status %d", err, end.status);
	free(end.said);

	role = start(works, NULL);
	err = role ? role_end(role, in_ms(20000), &end) : -errno;
	tap_ok(tap, !err && end.usage.ru_utime.tv_usec +
	       end.usage.ru_stime.tv_usec > 1000,
	       "its_rusage_is_told", "%d, %ld us", err,
	       (long)end.usage.ru_utime.tv_usec);
	free(end.said);
}

static void test_deadline(struct tap *tap, struct role *(*make)(void),
			  const char *claim)
{
	struct role *role = make();
	struct role_end end = { 0 };
	int pid = role ? role_pid(role) : 0;
	int err;

	err = role ? role_end(role, in_ms(100), &end) : -errno;
	tap_ok(tap, err == -ETIMEDOUT && WIFSIGNALED(end.status) &&
	       WTERMSIG(end.status) == SIGKILL && pid > 0 && kill(pid, 0) &&
	       errno == ESRCH, claim, "%d, status %d", err, end.status);
	free(end.said);
}

static struct role *make_hanging(void)
{
	return start(hangs, NULL);
}

static struct role *make_hung_up(void)
{
	return start(hangs_up, NULL);
}

static void test_place(struct tap *tap)
{
	const struct role_desc desc = {
		.name = "placed", .netns = netns_new(), .cpu = 0,
		.main = looks_around, .arg = &desc.netns,
	};
	struct role *role = desc.netns < 0 ? NULL : role_start(&desc);
	struct role_end end = { 0 };
	int err;

	err = role ? role_end(role, in_ms(5000), &end) : -errno;
	tap_ok(tap, !err && end.said && !strcmp(end.said, "npdcs"),
	       "stdio_sigpipe_death_cpu_and_namespace_are_as_promised",
	       "%d, %s instead of npdcs", err, end.said ? end.said : "nothing");
	free(end.said);
	if (desc.netns >= 0)
		close(desc.netns);
}

/* The @nth CPU that we may run on need not be the machine's @nth. */
static void test_cpu(struct tap *tap)
{
	struct role_desc desc = { .name = "pinned", .netns = -1,
				  .main = runs_on };
	struct role_end end = { 0 };
	cpu_set_t saved, one;
	int last, cpu = -1;
	struct role *role;
	int err;

	sched_getaffinity(0, sizeof(saved), &saved);
	for (last = CPU_SETSIZE - 1; !CPU_ISSET(last, &saved); last--)
		;
	CPU_ZERO(&one);
	CPU_SET(last, &one);
	sched_setaffinity(0, sizeof(one), &one);
	role = role_start(&desc);
	err = role ? role_end(role, in_ms(5000), &end) : -errno;
	if (end.len == sizeof(cpu))
		memcpy(&cpu, end.said, sizeof(cpu));
	free(end.said);
	tap_ok(tap, !err && cpu == last, "cpus_are_counted_in_what_we_may_use",
	       "%d, on %d instead of %d", err, cpu, last);
	desc.cpu = 1;
	role = role_start(&desc);
	err = errno;
	tap_ok(tap, !role && err == ENXIO, "a_cpu_that_is_not_there_is_refused",
	       "%s", strerrorname_np(err));
	role_kill(role);
	sched_setaffinity(0, sizeof(saved), &saved);
}

static void test_namespace_refused(struct tap *tap)
{
	struct role_desc desc = { .name = "lost", .cpu = -1,
				  .main = says_well, .arg = WELL };
	struct role *role;
	int err;

	desc.netns = open("/dev/null", O_RDONLY | O_CLOEXEC);
	role = role_start(&desc);
	err = errno;
	tap_ok(tap, !role && err == EINVAL,
	       "what_is_no_namespace_is_refused", "%s", strerrorname_np(err));
	role_kill(role);
	close(desc.netns);
}

/* A parent that is killed leaves no role behind. */
static void test_orphan(struct tap *tap)
{
	int fds[2], status;
	struct role *role;
	char byte;
	int err;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (!pid) {
		/* The role inherits fds[1], and nobody else keeps it. */
		role = start(hangs, NULL);
		if (role && role_wait_byte(role, in_ms(5000)) == 'r')
			raise(SIGKILL);
		_exit(1);
	}
	close(fds[1]);
	err = pid > 0 ? deadline_poll_in(fds[0], in_ms(5000)) : -errno;
	tap_ok(tap, !err && read(fds[0], &byte, 1) == 0,
	       "a_role_ends_with_its_parent", "%d", err);
	if (pid > 0)
		waitpid(pid, &status, 0);
	close(fds[0]);
}

/* What was in our stdio buffers must not come twice. */
static int exits(int out, const void *arg)
{
	(void)out;
	(void)arg;
	exit(0);
}

static void test_stdio(struct tap *tap)
{
	struct role_end end = { 0 };
	int fd = memfd_create("stdio", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");
	struct role *role;
	off_t size = -1;
	int err;

	if (file)
		fputs("once", file);
	role = start(exits, NULL);
	err = role ? role_end(role, in_ms(5000), &end) : -errno;
	if (file)
		size = lseek(fd, 0, SEEK_END);
	tap_ok(tap, !err && !end.status && size == 4,
	       "an_exit_in_a_library_prints_nothing_of_ours", "%d, %lld bytes",
	       err, (long long)size);
	if (file)
		fclose(file);
	free(end.said);
}

int main(int argc, char **argv)
{
	struct tap tap = { 0 };
	struct sandbox sandbox;
	int fds, err;

	if (tap_asked(argc, argv, NULL))
		return 0;
	err = sandbox_enter(&sandbox);
	if (err) {
		tap_skip(&tap, "roles", sandbox.why);
		return tap_done(&tap);
	}
	fds = n_fds();
	test_words(&tap);
	test_ends(&tap);
	test_deadline(&tap, make_hanging, "one_that_hangs_is_killed_in_time");
	test_deadline(&tap, make_hung_up,
		      "one_that_hung_up_is_killed_in_time");
	test_place(&tap);
	test_cpu(&tap);
	test_namespace_refused(&tap);
	test_stdio(&tap);
	test_orphan(&tap);
	role_kill(NULL);
	tap_ok(&tap, n_fds() == fds, "no_descriptor_is_left_open",
	       "%d instead of %d", n_fds(), fds);
	return tap_done(&tap);
}
