// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * PID 1 of a kernel under test (run.sh --vm), on an initramfs that image.c made:
 * loads the modules, runs the runner, and sends what it says and writes to the
 * host (frame.h).  The console has what the kernel says and little else.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "frame.h"
#include "guest.h"

/* syslog(2): the console takes what is more urgent than that. */
#define SYSLOG_CONSOLE_LEVEL	8
#define CONSOLE_WARNINGS	5

/* Files of a run's folder that are known; it has about a thousand. */
#define FILES_MAX	16384

static const struct {
	const char *what, *where, *type, *options;
} mounts[] = {
	{ "proc", "/proc", "proc", NULL },
	{ "sysfs", "/sys", "sysfs", NULL },
	/* Without it there are the few nodes of the initramfs. */
	{ "devtmpfs", "/dev", "devtmpfs", NULL },
	{ "devpts", "/dev/pts", "devpts", "ptmxmode=0666" },
	{ "tmpfs", "/dev/shm", "tmpfs", NULL },
};

/* A file of the run's folder, as it was when it was sent. */
struct sent {
	ino_t ino;
	off_t size;
	struct timespec mtime;
	char *path;
};

struct guest {
	int line;		/* to the host; -1: not yet */
	uint32_t number;	/* of the next frame */
	uint32_t tap;		/* bytes of run.tap */
	struct sent *sent;
	size_t nr_sent;
};

/* The host finds no end, and says so with the end of the console. */
static void power_off(const struct guest *guest)
{
	fflush(NULL);
	if (guest->line >= 0)
		tcdrain(guest->line);
	/* A reset needs nothing of a PC; a UML would start again. */
	reboot(getenv(GUEST_ENV_OFF) ? RB_POWER_OFF : RB_AUTOBOOT);
	_exit(1);
}

static bool write_all(int fd, const void *data, size_t len)
{
	const char *at = data;
	ssize_t n;

	while (len) {
		n = write(fd, at, len);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0) {
			at += n;
			len -= n;
		}
	}
	return true;
}

static void send_frame(struct guest *guest, enum frame_type type,
		       const void *data, size_t len)
{
	struct frame_head head = {
		.magic = FRAME_MAGIC, .type = type, .number = guest->number++,
		.len = len,
	};

	head.sum = frame_sum(&head, data);
	if (!write_all(guest->line, &head, sizeof(head)) ||
	    !write_all(guest->line, data, len)) {
		fprintf(stderr, "init: the line to the host: %s\n",
			strerror(errno));
		power_off(guest);
	}
}

static void say(struct guest *guest, enum frame_type type, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

static void say(struct guest *guest, enum frame_type type, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fprintf(stderr, "init: %s\n", text);
	if (guest->line >= 0)
		send_frame(guest, type, text, strlen(text));
}

#define note(guest, ...)	say(guest, FRAME_NOTE, __VA_ARGS__)

#define die(guest, ...) do { \
		say(guest, FRAME_FAIL, __VA_ARGS__); \
		power_off(guest); \
	} while (0)

static bool mount_one(size_t i)
{
	if (!strncmp(mounts[i].where, "/dev/", 5))
		mkdir(mounts[i].where, 0755);
	return !mount(mounts[i].what, mounts[i].where, mounts[i].type, 0,
		      mounts[i].options);
}

static void mount_all(struct guest *guest)
{
	size_t i;

	for (i = 0; i < sizeof(mounts) / sizeof(mounts[0]); i++) {
		if (mount_one(i))
			continue;
		/* Not a thing runs without /proc; tests say what else is missing. */
		if (i)
			fprintf(stderr, "init: %s: %s\n", mounts[i].where,
				strerror(errno));
		else
			die(guest, "%s: %s", mounts[i].where, strerror(errno));
	}
}

/* A serial line that changes no byte. */
static void open_line(struct guest *guest)
{
	int fd = open(GUEST_LINE, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	struct termios raw;

	if (fd < 0 || tcgetattr(fd, &raw) < 0)
		die(guest, "%s: %s", GUEST_LINE, strerror(errno));
	cfmakeraw(&raw);
	cfsetspeed(&raw, B115200);
	if (tcsetattr(fd, TCSANOW, &raw) < 0)
		die(guest, "%s: %s", GUEST_LINE, strerror(errno));
	guest->line = fd;
}

/* A file of strings, a NUL behind each; NULL terminated. */
static char **read_strings(struct guest *guest, const char *path)
{
	char **strings = NULL;
	size_t nr = 0, room = 0;
	char *string = NULL;
	FILE *file = fopen(path, "re");

	if (!file)
		die(guest, "%s: %s", path, strerror(errno));
	for (;;) {
		strings = reallocarray(strings, nr + 1, sizeof(*strings));
		if (!strings)
			die(guest, "out of memory");
		strings[nr] = NULL;
		if (getdelim(&string, &room, '\0', file) <= 0)
			break;
		strings[nr++] = string;
		string = NULL;
		room = 0;
	}
	free(string);
	fclose(file);
	return strings;
}

static void load_module(struct guest *guest, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 &&
		       errno != EEXIST)) {
		/* Another kernel's: nothing of this would be worth anything. */
		if (errno == ENOEXEC)
			die(guest, "%s is not of this kernel", path);
		note(guest, "%s: %s", path, strerror(errno));
	}
	if (fd >= 0)
		close(fd);
}

static void load_modules(struct guest *guest)
{
	char **path;

	for (path = read_strings(guest, GUEST_MODULES); *path; path++) {
		load_module(guest, *path);
		/* It is in the kernel now: as a file it is only memory. */
		unlink(*path);
	}
}

static struct sent *sent_find(const struct guest *guest, const char *path)
{
	size_t i;

	for (i = 0; i < guest->nr_sent; i++)
		if (!strcmp(guest->sent[i].path, path))
			return &guest->sent[i];
	return NULL;
}

static struct sent *sent_new(struct guest *guest, const char *path)
{
	struct sent *sent;

	if (guest->nr_sent == FILES_MAX) {
		note(guest, "more than %d files: %s stays here", FILES_MAX, path);
		return NULL;
	}
	guest->sent = reallocarray(guest->sent, guest->nr_sent + 1,
				  sizeof(*sent));
	if (!guest->sent)
		die(guest, "out of memory");
	sent = &guest->sent[guest->nr_sent++];
	*sent = (struct sent){ .path = strdup(path) };
	if (!sent->path)
		die(guest, "out of memory");
	return sent;
}

static void send_content(struct guest *guest, const char *path,
			 const char *name)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char data[FRAME_MAX];
	ssize_t n;

	if (fd < 0) {
		note(guest, "%s: %s", path, strerror(errno));
		return;
	}
	send_frame(guest, FRAME_FILE, name, strlen(name));
	while ((n = read(fd, data, sizeof(data))) > 0)
		send_frame(guest, FRAME_MORE, data, n);
	if (n < 0)
		note(guest, "%s: %s", path, strerror(errno));
	close(fd);
}

/*
 * During the run only what is new: logs and dumps are written once, and what is
 * written again and again is worth sending only when it has its end.
 */
static bool is_to_be_sent(struct sent *sent, const struct stat *st, bool ended)
{
	bool same = sent->ino == st->st_ino && sent->size == st->st_size &&
		    sent->mtime.tv_sec == st->st_mtim.tv_sec &&
		    sent->mtime.tv_nsec == st->st_mtim.tv_nsec;

	if (sent->ino && (same || !ended))
		return false;
	sent->ino = st->st_ino;
	sent->size = st->st_size;
	sent->mtime = st->st_mtim;
	return true;
}

static void send_file(struct guest *guest, const char *path, bool ended)
{
	const char *name = path + strlen(getenv(GUEST_ENV_FOLDER)) + 1;
	struct sent *sent;
	struct stat st;

	if (lstat(path, &st) < 0 || !S_ISREG(st.st_mode))
		return;
	/* The host writes its own of what it gets as FRAME_OUT. */
	if (!strcmp(name, "run.tap")) {
		guest->tap = st.st_size;
		return;
	}
	sent = sent_find(guest, name);
	if (!sent)
		sent = sent_new(guest, name);
	if (sent && is_to_be_sent(sent, &st, ended))
		send_content(guest, path, name);
}

/* What of a folder of the run's the host does not have. */
static void send_files(struct guest *guest, const char *path, bool ended)
{
	struct dirent *entry;
	char *below;
	DIR *dir;

	/* The first words may come before there is a folder. */
	dir = opendir(path);
	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		if (asprintf(&below, "%s/%s", path, entry->d_name) < 0)
			die(guest, "out of memory");
		if (entry->d_type == DT_DIR)
			send_files(guest, below, ended);
		else
			send_file(guest, below, ended);
		free(below);
	}
	if (dir)
		closedir(dir);
}

/* Forks the runner; its stdout and stderr come out of @out and @err. */
static pid_t start(struct guest *guest, char **argv, int *out, int *err)
{
	int pipes[2][2];
	pid_t pid;

	if (pipe2(pipes[0], O_CLOEXEC) < 0 || pipe2(pipes[1], O_CLOEXEC) < 0)
		die(guest, "pipe: %s", strerror(errno));
	pid = fork();
	if (pid < 0)
		die(guest, "fork: %s", strerror(errno));
	if (!pid) {
		int null = open("/dev/null", O_RDONLY);
		sigset_t none;

		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		setsid();
		dup2(null, STDIN_FILENO);
		dup2(pipes[0][1], STDOUT_FILENO);
		dup2(pipes[1][1], STDERR_FILENO);
		execv(argv[0], argv);
		fprintf(stderr, "%s: %s\n", argv[0], strerror(errno));
		_exit(127);
	}
	close(pipes[0][1]);
	close(pipes[1][1]);
	*out = pipes[0][0];
	*err = pipes[1][0];
	fcntl(*out, F_SETFL, O_NONBLOCK);
	fcntl(*err, F_SETFL, O_NONBLOCK);
	return pid;
}

/* Sends on what is there; false once nothing more can come. */
static bool pass_on(struct guest *guest, int *fd, enum frame_type type)
{
	char data[FRAME_MAX];
	ssize_t n;

	n = read(*fd, data, sizeof(data));
	if (n > 0) {
		/* What a line is about was written before the line. */
		if (type == FRAME_OUT)
			send_files(guest, getenv(GUEST_ENV_FOLDER), false);
		send_frame(guest, type, data, n);
		return true;
	}
	if (!n || (errno != EAGAIN && errno != EINTR)) {
		close(*fd);
		*fd = -1;
	}
	return false;
}

/* Orphans come to us.  Returns whether the runner is among those that ended. */
static bool reap(pid_t pid, int *status)
{
	bool ended = false;
	int one;
	pid_t p;

	while ((p = waitpid(-1, &one, WNOHANG)) > 0) {
		if (p != pid)
			continue;
		*status = one;
		ended = true;
	}
	return ended;
}

struct child {
	pid_t pid;
	int out;		/* what it says */
	int err;
	int ended;		/* a signalfd of SIGCHLD */
	int status;
};

/* Returns the exit code of the runner, all of whose words have been sent. */
static int serve(struct guest *guest, struct child *child)
{
	struct pollfd pfd[] = {
		{ .events = POLLIN }, { .events = POLLIN },
		{ .fd = child->ended, .events = POLLIN },
	};
	struct signalfd_siginfo info;
	bool ended = false;
	int n;

	while (!ended) {
		pfd[0].fd = child->out;
		pfd[1].fd = child->err;
		n = poll(pfd, 3, 1000);
		if (n <= 0)
			send_frame(guest, FRAME_ALIVE, "", 0);
		if (n > 0 && pfd[2].revents &&
		    read(child->ended, &info, sizeof(info)) > 0)
			ended = reap(child->pid, &child->status);
		if (n > 0 && pfd[0].revents)
			pass_on(guest, &child->out, FRAME_OUT);
		if (n > 0 && pfd[1].revents)
			pass_on(guest, &child->err, FRAME_ERR);
	}
	while (child->out >= 0 && pass_on(guest, &child->out, FRAME_OUT))
		;
	while (child->err >= 0 && pass_on(guest, &child->err, FRAME_ERR))
		;
	return WIFEXITED(child->status) ? WEXITSTATUS(child->status) :
					  128 + WTERMSIG(child->status);
}

static int block_children(struct guest *guest)
{
	sigset_t mask;
	int fd;

	sigemptyset(&mask);
	sigaddset(&mask, SIGCHLD);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fd = signalfd(-1, &mask, SFD_CLOEXEC);
	if (fd < 0)
		die(guest, "signalfd: %s", strerror(errno));
	return fd;
}

/* The first word to the host, before anything that may fail. */
static void greet(struct guest *guest)
{
	struct utsname uts;
	char **word;

	clearenv();
	for (word = read_strings(guest, GUEST_ENVIRON); *word; word++)
		putenv(*word);
	open_line(guest);
	uname(&uts);
	send_frame(guest, FRAME_HELLO, uts.release, strlen(uts.release));
}

int main(void)
{
	struct guest init = { .line = -1 }, *guest = &init;
	struct frame_end end = {};
	struct child child = {};

	greet(guest);
	mount_all(guest);
	load_modules(guest);
	/* From here on warnings and worse: a console is slow, tests are many. */
	klogctl(SYSLOG_CONSOLE_LEVEL, NULL, CONSOLE_WARNINGS);
	child.ended = block_children(guest);
	child.pid = start(guest, read_strings(guest, GUEST_ARGV), &child.out,
			  &child.err);
	end.code = serve(guest, &child);
	send_files(guest, getenv(GUEST_ENV_FOLDER), true);
	end.tap = guest->tap;
	send_frame(guest, FRAME_END, &end, sizeof(end));
	power_off(guest);
}
