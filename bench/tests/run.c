// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * bench run as a user has it, by the binary beside this program: what it leaves
 * when it is stopped or killed, where it cannot measure, cannot write or was
 * asked for nonsense.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "deadline.h"
#include "result.h"
#include "tap.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))
#define NOBODY		65534
#define ARGS_MAX	20

/* As little as is still a measurement. */
#define SHORT		"-s", "0.02", "-w", "tcp_rr", "-p", "direct"
#define ONE		"-r", "1", SHORT
/* More than it ever gets to. */
#define MANY		"-r", "10000", "--min-rounds", "10000", SHORT

struct scratch {
	char dir[64];			/* a folder for each job's results */
	char binary[PATH_MAX];
	unsigned int jobs;
	bool mounts;			/* we may mount what no other sees */
};

/* A run of the binary. */
struct job {
	const struct scratch *scratch;
	const char *args[ARGS_MAX];	/* ended by NULL; --results is added */
	int (*set_up)(const struct job *job);	/* in its process; -errno */
	bool pty;			/* stderr is its terminal */
	bool no_results;		/* --results is not added */
	char results[80];
	pid_t pid;
	int out, err;
	int code;			/* -1: it hung; 128 + a signal */
	char said[1 << 14], told[1 << 14];	/* stdout, stderr */
};

static void in_child(const struct job *job, int err_fd)
{
	const char *argv[ARGS_MAX + 4] = { job->scratch->binary };
	size_t i, n = 1;
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (i = 0; job->args[i]; i++)
		argv[n++] = job->args[i];
	if (!job->no_results) {
		argv[n++] = "--results";
		argv[n++] = job->results;
	}
	if (chdir(job->scratch->dir) || chdir("home") ||
	    setenv("TMPDIR", ".", 1) || setenv("HOME", ".", 1) ||
	    dup2(job->out, STDOUT_FILENO) < 0 ||
	    dup2(err_fd, STDERR_FILENO) < 0)
		_exit(126);
	if (job->pty && (setsid() < 0 || ioctl(err_fd, TIOCSCTTY, 0)))
		_exit(126);
	if (job->set_up && job->set_up(job))
		_exit(126);
	execv(argv[0], (char **)argv);
	_exit(127);
}

static int open_pty(int *slave)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	char name[64];

	*slave = -1;
	if (master < 0)
		return -1;
	if (!grantpt(master) && !unlockpt(master) &&
	    !ptsname_r(master, name, sizeof(name)))
		*slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	return master;
}

/* The results' folder is there, for all to write. */
static bool start(struct scratch *scratch, struct job *job)
{
	int slave = -1;

	job->scratch = scratch;
	if (!job->results[0]) {
		snprintf(job->results, sizeof(job->results), "%s/%u",
			 scratch->dir, ++scratch->jobs);
		if (mkdir(job->results, 0777) || chmod(job->results, 0777))
			return false;
	}
	job->out = memfd_create("out", MFD_CLOEXEC);
	job->err = job->pty ? open_pty(&slave) :
		   memfd_create("err", MFD_CLOEXEC);
	if (job->out < 0 || job->err < 0 || (job->pty && slave < 0))
		return false;
	fflush(stdout);
	job->pid = fork();
	if (!job->pid)
		in_child(job, job->pty ? slave : job->err);
	if (slave >= 0)
		close(slave);
	return job->pid > 0;
}

static void read_back(int fd, char *text, size_t room)
{
	ssize_t n = pread(fd, text, room - 1, 0);

	text[n > 0 ? n : 0] = '\0';
}

static void finish(struct job *job)
{
	long long deadline = deadline_new() + DEADLINE_DEFAULT_MS;
	int fd = syscall(SYS_pidfd_open, job->pid, 0), status = 0;
	bool hung = fd < 0 || deadline_poll_in(fd, deadline);

	if (hung)
		kill(job->pid, SIGKILL);
	waitpid(job->pid, &status, 0);
	job->code = hung ? -1 : WIFEXITED(status) ? WEXITSTATUS(status) :
		    128 + WTERMSIG(status);
	read_back(job->out, job->said, sizeof(job->said));
	if (!job->pty)
		read_back(job->err, job->told, sizeof(job->told));
	close(job->out);
	close(job->err);
	if (fd >= 0)
		close(fd);
}

static void run(struct scratch *scratch, struct job *job)
{
	if (start(scratch, job))
		finish(job);
	else
		job->code = -1;
}

/* Reads the terminal until @word; false: it never came. */
static bool wait_told(struct job *job, const char *word)
{
	struct pollfd pfd = { .fd = job->err, .events = POLLIN };
	long long deadline = deadline_new();
	size_t len = strlen(job->told);
	ssize_t n = 1;

	while (n > 0 && !strstr(job->told, word) &&
	       len < sizeof(job->told) - 1 &&
	       poll(&pfd, 1, deadline_left(deadline)) > 0) {
		n = read(job->err, job->told + len,
			 sizeof(job->told) - 1 - len);
		len += n > 0 ? n : 0;
		job->told[len] = '\0';
	}
	return strstr(job->told, word) != NULL;
}

/*
 * We are told of each process that its parent left behind, and have it for our
 * child: once there is none, none is left of all that were started.
 */
static bool nothing_left(void)
{
	long long deadline = deadline_new();
	struct timespec left;
	sigset_t child;
	pid_t pid;
	int ms;

	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	for (;;) {
		do {
			pid = waitpid(-1, NULL, WNOHANG);
		} while (pid > 0);
		if (pid < 0)
			return errno == ECHILD;
		ms = deadline_left(deadline);
		left = (struct timespec){ ms / 1000, ms % 1000 * 1000000L };
		if (!ms || (sigtimedwait(&child, NULL, &left) < 0 &&
			    errno == EAGAIN))
			return false;
	}
}

static bool empty(const char *dir)
{
	DIR *list = opendir(dir);
	struct dirent *entry;
	bool empty = list;

	while (list && (entry = readdir(list)))
		empty &= entry->d_name[0] == '.' &&
			 strspn(entry->d_name, ".") == strlen(entry->d_name);
	if (list)
		closedir(list);
	return empty;
}

static bool home_empty(const struct scratch *scratch)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/home", scratch->dir);
	return empty(path);
}

/* Is there anything like @name in the run's folder, also half of it? */
static bool has(const struct job *job, const char *name)
{
	char path[96];
	struct dirent *entry;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/latest", job->results);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		found |= !strncmp(entry->d_name, name, strlen(name));
	if (dir)
		closedir(dir);
	return found;
}

/* Its bench.json, by the reader's rules; NULL with what is wrong in .told. */
static const json_t *result_of(struct job *job, struct result *result)
{
	char path[128], why[512];

	snprintf(path, sizeof(path), "%s/latest/bench.json", job->results);
	if (!result_read(result, path, why))
		return result->json;
	memset(result, 0, sizeof(*result));
	snprintf(job->told + strlen(job->told),
		 sizeof(job->told) - strlen(job->told), "[%s]", why);
	return NULL;
}

static const char *text_at(const json_t *json, const char *a, const char *b)
{
	const char *text = json_string_value(json_object_get(
		json_object_get(json, a), b));

	return text ? text : "";
}

#define SHOW		"exit %d, said \"%s\", told \"%s\""
#define SHOWN(job)	(job)->code, (job)->said, (job)->told

static void plain(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE } };
	struct result result = { 0 };
	const json_t *json;

	run(scratch, &job);
	json = result_of(&job, &result);
	tap_ok(tap, !job.code && json && result.n && !result.partial &&
	       strstr(job.said, "tcp_rr.p1:direct "),
	       "a run prints a table and leaves bench.json", SHOW,
	       SHOWN(&job));
	tap_ok(tap, !job.told[0], "stderr that is no terminal stays empty",
	       SHOW, SHOWN(&job));
	tap_ok(tap, home_empty(scratch) && nothing_left(),
	       "nothing but its results is left of it", SHOW, SHOWN(&job));
	result_free(&result);
}

static void bad_options(struct tap *tap, struct scratch *scratch)
{
	static const struct {
		const char *args[6], *names;
	} bad[] = {
		{ { "run", "--nosuch" }, "--nosuch" },
		{ { "run", "word" }, "word" },
		{ { "nosuch" }, "nosuch" },
		{ { "run", "-r", "0" }, "--rounds 0" },
		{ { "run", "-r", "-1" }, "--rounds -1" },
		{ { "run", "-r", "1x" }, "--rounds 1x" },
		{ { "run", "-r", "10001" }, "--rounds 10001" },
		{ { "run", "-r", "2", "--min-rounds", "3" }, "--min-rounds 3" },
		{ { "run", "-s", "0" }, "--seconds 0" },
		{ { "run", "-s", "nan" }, "--seconds nan" },
		{ { "run", "-s", "3601" }, "--seconds 3601" },
		{ { "run", "--seed", "x" }, "--seed x" },
		{ { "run", "--seed", "4294967296" }, "--seed 4294967296" },
		{ { "run", "--quick", "--full" }, "--quick and --full" },
		{ { "run", "-w", "nosuch", "-w", "tcp_rr" },
		  "--workload nosuch" },
		{ { "run", "-p", "nosuch" }, "--path nosuch" },
		{ { "run", "-w", "tcp_rr", "-p", "netlink" }, "--path" },
		{ { "run", "--inject", "vxlan" }, "--inject vxlan" },
		{ { "run", "--udp-rate", "250Q" }, "--udp-rate 250Q" },
		{ { "run", "--udp-rate", "0" }, "--udp-rate 0" },
		{ { "run", "--udp-size", "15" }, "--udp-size 15" },
		{ { "run", "--udp-size", "65508" }, "--udp-size 65508" },
		{ { "list", "word" }, "word" },
	};
	char claim[128];
	size_t i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		struct job job = { .no_results = true };

		memcpy(job.args, bad[i].args, sizeof(bad[i].args));
		run(scratch, &job);
		snprintf(claim, sizeof(claim), "%s: %s: exit 2, and it is named",
			 bad[i].args[0], bad[i].names);
		tap_ok(tap, job.code == 2 && strstr(job.told, bad[i].names) &&
		       !job.said[0], claim, SHOW, SHOWN(&job));
	}
}

/* Does that to a run that has ended two rounds, and waits for its end. */
static bool disturb(struct scratch *scratch, struct job *job,
		    bool (*how)(struct job *job))
{
	bool done;

	if (!start(scratch, job))
		return false;
	done = wait_told(job, "round 3 ") && how(job);
	if (!done)
		kill(job->pid, SIGKILL);
	finish(job);
	return done;
}

/* The key, which is for all of the terminal's foreground. */
static bool ctrl_c(struct job *job)
{
	return write(job->err, "\3", 1) == 1;
}

static bool terminate(struct job *job)
{
	return !kill(job->pid, SIGTERM);
}

static bool hang_up(struct job *job)
{
	int fd = job->err;

	job->err = -1;
	return !close(fd);
}

static bool kill_run(struct job *job)
{
	return !kill(job->pid, SIGKILL);
}

/* The first child of @pid; 0: it has none. */
static pid_t child_of(pid_t parent)
{
	struct dirent *entry;
	DIR *proc = opendir("/proc");
	char path[300], text[512];
	pid_t found = 0;
	int ppid, fd;
	ssize_t n;

	while (proc && !found && (entry = readdir(proc))) {
		if (!isdigit((unsigned char)entry->d_name[0]))
			continue;
		snprintf(path, sizeof(path), "/proc/%s/stat", entry->d_name);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		n = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
		if (fd >= 0)
			close(fd);
		text[n > 0 ? n : 0] = '\0';
		/* "PID (NAME) STATE PPID ..." */
		if (strrchr(text, ')') &&
		    sscanf(strrchr(text, ')'), ") %*c %d", &ppid) == 1 &&
		    ppid == parent)
			found = atoi(entry->d_name);
	}
	if (proc)
		closedir(proc);
	return found;
}

static bool kill_worker(struct job *job)
{
	pid_t worker = child_of(job->pid);

	return worker && !kill(worker, SIGKILL);
}

/* The first process in it. */
static bool kill_sandbox(struct job *job)
{
	pid_t worker = child_of(job->pid);
	pid_t first = worker ? child_of(worker) : 0;

	return first && !kill(first, SIGKILL);
}

/* What was measured is kept, and @partial says why it is not all. */
static void keeps(struct tap *tap, struct job *job, const char *partial,
		  const char *claim)
{
	struct result result = { 0 };
	const json_t *json = result_of(job, &result);
	bool left = !nothing_left();

	tap_ok(tap, job->code == 3 && json && result.n >= 2 &&
	       result.partial && strstr(result.partial, partial) &&
	       strstr(job->said, "# partial: ") &&
	       strstr(job->said, "tcp_rr.p1:direct ") && !left, claim,
	       "%zu samples, partial \"%s\"%s, " SHOW, result.n,
	       result.partial ? result.partial : "",
	       left ? ", processes are left" : "", SHOWN(job));
	result_free(&result);
}

static void stopped(struct tap *tap, struct scratch *scratch)
{
	static const struct {
		bool (*how)(struct job *job);
		const char *partial, *claim;
	} rows[] = {
		{ ctrl_c, "interrupted", "Ctrl-C keeps what was measured" },
		{ terminate, "interrupted", "SIGTERM keeps what was measured" },
		{ hang_up, "interrupted",
		  "a terminal that hangs up keeps what was measured" },
		{ kill_worker, "tcp_rr over direct: killed by signal 9",
		  "a worker that is killed leaves what was measured" },
		{ kill_sandbox, "tcp_rr over direct: killed by signal 9",
		  "a sandbox that is killed leaves what was measured" },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		struct job job = { .args = { "run", MANY }, .pty = true };

		if (disturb(scratch, &job, rows[i].how))
			keeps(tap, &job, rows[i].partial, rows[i].claim);
		else
			tap_ok(tap, false, rows[i].claim,
			       "it could not be stopped, " SHOW, SHOWN(&job));
		/* Asked here, where there are some rounds. */
		if (!i)
			tap_ok(tap, strstr(job.told, "of up to 10000  tcp_rr over direct  up to ") &&
			       strstr(job.told, " left"),
			       "on a terminal it says how far it is", SHOW,
			       SHOWN(&job));
	}
}

static void killed(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", MANY }, .pty = true };
	bool sent = disturb(scratch, &job, kill_run);
	bool left = !nothing_left();

	tap_ok(tap, sent && job.code == 128 + SIGKILL && !left &&
	       !has(&job, "bench.json") && home_empty(scratch),
	       "SIGKILL leaves no process, and no file but a folder",
	       "%s" SHOW, left ? "processes are left, " : "", SHOWN(&job));
}

/* @err for the system call @nr, as a container's filter has it. */
static int deny(unsigned int nr, unsigned int err)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | err),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { ARRAY_SIZE(filter), filter };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	       prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) ? -errno : 0;
}

/* Which only the streams' client asks for. */
static int without_timers(const struct job *job)
{
	(void)job;
	return deny(SYS_timer_create, EAGAIN);
}

static void failed_arm(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE, "-w", "tcp_stream" },
			   .set_up = without_timers };
	struct result result = { 0 };

	run(scratch, &job);
	tap_ok(tap, job.code == 2 && result_of(&job, &result) &&
	       strstr(job.said, "tcp_stream.rate:direct: 1 samples failed: ") &&
	       strstr(job.said, "# not measured: tcp_stream over direct") &&
	       strstr(job.said, "tcp_rr.p1:direct "),
	       "what could not be measured is exit 2 and an error in bench.json",
	       SHOW, SHOWN(&job));
	result_free(&result);
}

/* So much that not one byte more has room. */
static bool fill(const char *dir)
{
	static const char block[4096] = "x";
	char path[128];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/full", dir);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	do {
		n = write(fd, block, sizeof(block));
	} while (n > 0);
	close(fd);
	return n < 0 && errno == ENOSPC;
}

static void full_disk(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE } };
	const char *claim = "a full disk: exit 2, it is said, no half of a file";

	snprintf(job.results, sizeof(job.results), "%s/full", scratch->dir);
	if (!scratch->mounts) {
		tap_skip(tap, claim, "needs CAP_SYS_ADMIN for a small tmpfs");
		return;
	}
	if (mkdir(job.results, 0777) ||
	    mount("tmpfs", job.results, "tmpfs", 0, "size=64k")) {
		tap_ok(tap, false, claim, "tmpfs: %s", strerror(errno));
		return;
	}
	if (fill(job.results))
		run(scratch, &job);
	else
		job.code = -1;
	tap_ok(tap, job.code == 2 && strstr(job.told, "bench.json") &&
	       strstr(job.told, strerror(ENOSPC)) && !has(&job, "bench.json") &&
	       strstr(job.said, "tcp_rr.p1:direct "), claim, SHOW,
	       SHOWN(&job));
	umount2(job.results, MNT_DETACH);
}

static int as_nobody(const struct job *job)
{
	(void)job;
	if (geteuid())
		return 0;
	return setgroups(0, NULL) || setresgid(NOBODY, NOBODY, NOBODY) ||
	       setresuid(NOBODY, NOBODY, NOBODY) ? -errno : 0;
}

static void not_writable(struct tap *tap, struct scratch *scratch)
{
	const char *claim = "a folder that cannot be written to: exit 2, and it is named";
	struct job job = { .args = { "run", ONE }, .set_up = as_nobody };

	snprintf(job.results, sizeof(job.results), "%s/closed", scratch->dir);
	if (mkdir(job.results, 0555)) {
		tap_ok(tap, false, claim, "%s", strerror(errno));
		return;
	}
	run(scratch, &job);
	if (job.code == 127)
		tap_skip(tap, claim, "others may not execute the build");
	else
		tap_ok(tap, job.code == 2 && strstr(job.told, job.results) &&
		       strstr(job.told, strerror(EACCES)) &&
		       strstr(job.told, "--results") && empty(job.results),
		       claim, SHOW, SHOWN(&job));
}

static void unprivileged(struct tap *tap, struct scratch *scratch)
{
	const char *claim = "an unprivileged user can measure";
	struct job job = { .args = { "run", ONE }, .set_up = as_nobody };
	struct result result = { 0 };
	const json_t *json;

	run(scratch, &job);
	if (job.code == 127) {
		tap_skip(tap, claim, "others may not execute the build");
		return;
	}
	if (job.code == 4) {
		tap_skip(tap, claim, "this machine allows no user namespace");
		return;
	}
	json = result_of(&job, &result);
	tap_ok(tap, !job.code && json && json_is_false(json_object_get(
	       json_object_get(json, "env"), "root")), claim, SHOW,
	       SHOWN(&job));
	result_free(&result);
}

static int on_one_cpu(const struct job *job)
{
	cpu_set_t set, one;
	int cpu = 0;

	(void)job;
	if (sched_getaffinity(0, sizeof(set), &set))
		return -errno;
	while (!CPU_ISSET(cpu, &set))
		cpu++;
	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

static void one_cpu(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE, "-w", "tcp_rr_spin" },
			   .set_up = on_one_cpu };
	struct result result = { 0 };
	const json_t *sample, *before;

	run(scratch, &job);
	result_of(&job, &result);
	sample = json_array_get(json_object_get(result.json, "samples"), 0);
	before = json_object_get(json_object_get(sample, "calib"), "before");
	tap_ok(tap, !job.code && result.n &&
	       strstr(job.said, "tcp_rr.p1:direct "),
	       "one CPU is enough for the gate", SHOW, SHOWN(&job));
	tap_ok(tap, strstr(job.said, "# left out: tcp_rr_spin over direct: it takes a CPU for each end") &&
	       !strcmp(text_at(sample, "workload", ""), "") &&
	       json_number_value(json_object_get(before, "core_ns")) == 0 &&
	       json_number_value(json_object_get(before, "alu_ns")) > 0,
	       "what takes two CPUs is left out by name", SHOW, SHOWN(&job));
	result_free(&result);
}

static int without_pmu(const struct job *job)
{
	(void)job;
	return deny(SYS_perf_event_open, ENOENT);
}

static void no_pmu(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE }, .set_up = without_pmu };
	struct result result = { 0 };
	const json_t *env, *pmu;

	run(scratch, &job);
	result_of(&job, &result);
	env = json_object_get(result.json, "env");
	pmu = json_object_get(env, "pmu");
	tap_ok(tap, !job.code &&
	       json_is_false(json_object_get(pmu, "available")) &&
	       strstr(text_at(env, "pmu", "reason"), "ENOENT"),
	       "without a PMU it says so, and measures", "reason \"%s\", " SHOW,
	       text_at(env, "pmu", "reason"), SHOWN(&job));
	result_free(&result);
}

static bool write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) ==
		  (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* New user and mount namespaces, in which we are root. */
static int be_root(int flags)
{
	char uid[32], gid[32];

	snprintf(uid, sizeof(uid), "0 %u 1", geteuid());
	snprintf(gid, sizeof(gid), "0 %u 1", getegid());
	if (unshare(CLONE_NEWUSER | flags))
		return -errno;
	return write_file("/proc/self/setgroups", "deny") &&
	       write_file("/proc/self/uid_map", uid) &&
	       write_file("/proc/self/gid_map", gid) ? 0 : -EPERM;
}

static int as_uml(const struct job *job)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/cpuinfo", job->results);
	if (geteuid() ? be_root(CLONE_NEWNS) : unshare(CLONE_NEWNS))
		return -errno;
	return !write_file(path, "vendor_id\t: User Mode Linux\n") ||
	       mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	       mount(path, "/proc/cpuinfo", NULL, MS_BIND, NULL) ? -errno : 0;
}

static void emulated(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE }, .set_up = as_uml };
	struct job forced = { .args = { "run", ONE, "--force" },
			      .set_up = as_uml };
	struct result result = { 0 };

	run(scratch, &job);
	if (job.code == 126) {
		tap_skip(tap, "an emulated machine is refused",
			 "/proc/cpuinfo cannot be covered here");
		return;
	}
	tap_ok(tap, job.code == 4 && strstr(job.said, "1..0 # SKIP uml: ") &&
	       strstr(job.said, "--force") && !has(&job, "bench"),
	       "an emulated machine is refused, by name", SHOW, SHOWN(&job));
	run(scratch, &forced);
	result_of(&forced, &result);
	tap_ok(tap, !forced.code && result.n &&
	       !strcmp(text_at(result.json, "env", "emulated"), "uml"),
	       "--force measures there, and the result says where", SHOW,
	       SHOWN(&forced));
	result_free(&result);
}

/* Its arms in the order in which they came, "tcp_rr/direct udp_rr/bridge ". */
static void order_of(const struct result *result, char order[1024])
{
	size_t i, len = 0;

	order[0] = '\0';
	for (i = 0; i < result->n; i++) {
		const struct sample *s = &result->samples[i];

		if (!json_integer_value(json_object_get(s->json, "retry")))
			len += snprintf(order + len, 1024 - len, "%s/%s ",
					s->workload, s->path);
	}
}

static void order_by_seed(struct scratch *scratch, const char *seed,
			  char order[1024])
{
	struct job job = { .args = { "run", "--seed", seed, "-r", "3", SHORT,
				     "-w", "udp_rr", "-p", "bridge" } };
	struct result result = { 0 };

	run(scratch, &job);
	result_of(&job, &result);
	order_of(&result, order);
	result_free(&result);
}

static void seeds(struct tap *tap, struct scratch *scratch)
{
	char a[1024], b[1024], c[1024];

	order_by_seed(scratch, "7", a);
	order_by_seed(scratch, "7", b);
	order_by_seed(scratch, "8", c);
	tap_ok(tap, *a && !strcmp(a, b),
	       "a seed gives the same order every time", "%s; %s", a, b);
	tap_ok(tap, *c && strcmp(a, c), "another seed gives another order",
	       "%s; %s", a, c);
}

/* As many round trips as the sample says, the fastest among them. */
static bool raw_is_right(const struct job *job, const struct sample *s,
			 unsigned int serial, char name[160])
{
	uint32_t *ns, min = UINT32_MAX;
	size_t n = s->n > 0 ? s->n : 0, i;
	ssize_t got = -1;
	int fd;

	snprintf(name, 160, "%.80s/latest/raw/%05u-%s-%s.u32", job->results,
		 serial, s->workload, s->path);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	ns = malloc(4 * n + 4);
	if (ns && fd >= 0)
		got = read(fd, ns, 4 * n + 4);
	for (i = 0; got == (ssize_t)(4 * n) && i < n; i++)
		min = ns[i] < min ? ns[i] : min;
	if (fd >= 0)
		close(fd);
	free(ns);
	return n && min == s->ns.min;
}

static void raw(struct tap *tap, struct scratch *scratch)
{
	struct job job = { .args = { "run", ONE, "-w", "udp_rr", "--raw" } };
	struct result result = { 0 };
	bool right = true;
	char name[160];
	size_t i;

	run(scratch, &job);
	result_of(&job, &result);
	for (i = 0; i < result.n && right; i++)
		right = raw_is_right(&job, &result.samples[i], i, name);
	tap_ok(tap, !job.code && result.n >= 2 && right,
	       "--raw keeps each round trip", "%s, " SHOW,
	       result.n ? name : "", SHOWN(&job));
	result_free(&result);
}

static int without_unshare(const struct job *job)
{
	(void)job;
	return deny(SYS_unshare, EPERM);
}

static int without_netns(const struct job *job)
{
	int err = be_root(0);

	(void)job;
	if (err)
		return err;
	return write_file("/proc/sys/user/max_net_namespaces", "0") ?
	       0 : -EPERM;
}

static void no_namespaces(struct tap *tap, struct scratch *scratch)
{
	struct job filter = { .args = { "run", ONE },
			      .set_up = without_unshare };
	struct job limit = { .args = { "run", ONE }, .set_up = without_netns };
	const char *claim = "no more network namespaces: exit 4, and the limit is named";

	run(scratch, &filter);
	tap_ok(tap, filter.code == 4 &&
	       strstr(filter.said, "1..0 # SKIP no sandbox: unshare") &&
	       strstr(filter.said, "EPERM") && !has(&filter, "bench"),
	       "namespaces are not allowed: exit 4, and the reason", SHOW,
	       SHOWN(&filter));
	run(scratch, &limit);
	if (limit.code == 126)
		tap_skip(tap, claim, "no user namespace to set it in");
	else
		tap_ok(tap, limit.code == 4 &&
		       strstr(limit.said, "1..0 # SKIP no sandbox: ") &&
		       strstr(limit.said, "max_net_namespaces is 0"), claim,
		       SHOW, SHOWN(&limit));
}

static int without_stdout(const struct job *job)
{
	(void)job;
	return close(STDOUT_FILENO) ? -errno : 0;
}

static int with_full_stdout(const struct job *job)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);

	(void)job;
	return fd < 0 || dup2(fd, STDOUT_FILENO) < 0 ? -errno : 0;
}

static void no_stdout(struct tap *tap, struct scratch *scratch)
{
	struct job none = { .args = { "run", ONE }, .set_up = without_stdout };
	struct job full = { .args = { "run", ONE },
			    .set_up = with_full_stdout };
	struct result result = { 0 };

	run(scratch, &none);
	tap_ok(tap, none.code == 2 && strstr(none.told, "stdout is closed"),
	       "a closed stdout: exit 2", SHOW, SHOWN(&none));
	run(scratch, &full);
	tap_ok(tap, full.code == 2 && strstr(full.told, "stdout") &&
	       result_of(&full, &result),
	       "a full stdout: exit 2, and bench.json is there", SHOW,
	       SHOWN(&full));
	result_free(&result);
}

#define UDP(size)	{ "run", "-r", "1", "-s", "0.1", "-w", "udp_stream", \
			  "-p", "direct", "--udp-rate", "10M", "--udp-size", \
			  size }

static void udp_options(struct tap *tap, struct scratch *scratch)
{
	struct job a = { .args = UDP("200") }, b = { .args = UDP("300") };
	struct job compare = { .args = { "compare", a.results, b.results },
			       .no_results = true };
	struct result result = { 0 };
	const json_t *options, *sample;

	run(scratch, &a);
	run(scratch, &b);
	result_of(&a, &result);
	options = json_object_get(json_object_get(result.json, "protocol"),
				  "options");
	sample = json_array_get(json_object_get(result.json, "samples"), 0);
	tap_ok(tap, !a.code &&
	       json_number_value(json_object_get(options, "udp_rate")) == 1e7 &&
	       json_integer_value(json_object_get(options, "udp_size")) == 200 &&
	       json_integer_value(json_object_get(sample, "rate")) == 10000000 &&
	       json_integer_value(json_object_get(sample, "size")) == 200,
	       "UDP is of the rate and size asked for, and the result says so",
	       SHOW, SHOWN(&a));
	run(scratch, &compare);
	tap_ok(tap, !b.code && compare.code == 2 &&
	       strstr(compare.told, "options of workloads differs"),
	       "runs of other options are not compared", SHOW,
	       SHOWN(&compare));
	result_free(&result);
}

/* BUILD/meta/bench-run has BUILD/bench for its neighbour. */
static bool find_binary(struct scratch *scratch)
{
	char *path = scratch->binary;
	ssize_t n = readlink("/proc/self/exe", path, PATH_MAX - 16);

	if (n < 0)
		return false;
	path[n] = '\0';
	dirname(path);
	dirname(path);
	strncat(path, "/bench", 16);
	return !access(path, X_OK);
}

static bool set_up(struct scratch *scratch)
{
	char home[80];
	sigset_t child;

	/* For nothing_left(). */
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &child, NULL) ||
	    prctl(PR_SET_CHILD_SUBREAPER, 1))
		return false;
	scratch->mounts = !geteuid() && !unshare(CLONE_NEWNS) &&
			  !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
	if (!mkdtemp(scratch->dir) || chmod(scratch->dir, 0755))
		return false;
	snprintf(home, sizeof(home), "%s/home", scratch->dir);
	return !mkdir(home, 0777) && !chmod(home, 0777);
}

static void remove_all(const struct scratch *scratch)
{
	const char *argv[] = { "rm", "-r", "-f", "--", scratch->dir, NULL };
	pid_t pid = fork();

	if (!pid) {
		execvp("rm", (char **)argv);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
}

int main(int argc, char **argv)
{
	static void (*const tests[])(struct tap *, struct scratch *) = {
		plain, bad_options, stopped, killed, failed_arm, full_disk,
		not_writable, unprivileged, one_cpu, no_pmu, emulated, seeds,
		raw, no_namespaces, no_stdout, udp_options,
	};
	struct scratch scratch = { .dir = "/tmp/bench-run-XXXXXX" };
	struct tap tap = { 0 };
	size_t i;

	if (tap_asked(argc, argv, NULL))
		return 0;
	if (!set_up(&scratch) || !find_binary(&scratch)) {
		printf("Bail out! %s: %s\n", scratch.binary, strerror(errno));
		return 2;
	}
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		tests[i](&tap, &scratch);
	remove_all(&scratch);
	return tap_done(&tap);
}
