// SPDX-License-Identifier: GPL-2.0-or-later
#include "watch.h"

#include "frame.h"
#include "libc.h"
#include "util.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* After its last word a guest powers off; more than that is not waited for. */
#define OFF_MS		10000

/* No file of a run is longer than that. */
#define FILE_MAX	(256u << 20)

enum { LINE, CONSOLE, ERR, ENDED, SIGNALS, NR_FDS };

struct watching {
	const struct watch_desc *desc;
	struct watched *watched;
	struct pollfd pfd[NR_FDS];
	struct buf line;	/* frames that are not whole yet */
	struct buf err;		/* qemu's own words */
	struct buf file;	/* of which FRAME_FILE came */
	char *path;		/* its name; NULL: none */
	uint32_t number;	/* of the next frame */
	uint64_t tap;		/* bytes of it that came */
	bool ended;		/* .watched->end is settled */
	long long start;	/* ms */
	long long deadline;	/* for the next word, or the power off */
};

static long long now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000LL + ts.tv_nsec / 1000000;
}

static void settle(struct watching *w, enum watch_end end, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The first to settle it is right. */
static void settle(struct watching *w, enum watch_end end, const char *fmt, ...)
{
	va_list ap;

	if (w->ended)
		return;
	w->ended = true;
	w->watched->end = end;
	va_start(ap, fmt);
	if (vasprintf(&w->watched->why, fmt, ap) < 0)
		die("out of memory");
	va_end(ap);
}

/* A reader that has gone loses only stdout. */
static void to_stdout(struct watching *w, const char *data, size_t len)
{
	ssize_t n;

	while (len && !w->watched->stdout_failed) {
		n = write(STDOUT_FILENO, data, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fprintf(stderr, "run.sh: stdout: %s\n", strerror(errno));
			w->watched->stdout_failed = true;
			return;
		}
		data += n;
		len -= n;
	}
}

static void take_out(struct watching *w, const char *data, size_t len)
{
	w->tap += len;
	to_stdout(w, data, len);
	results_tap(w->desc->results, data, len);
}

static void end_file(struct watching *w)
{
	if (w->path)
		results_write(w->desc->results, w->path,
			      w->file.data ? w->file.data : "", w->file.len);
	free(w->path);
	w->path = NULL;
	buf_free(&w->file);
}

/* Below the folder, whatever a guest may say. */
static bool is_safe(const char *path)
{
	return *path && *path != '/' && strlen(path) < PATH_MAX / 2 &&
	       strncmp(path, "../", 3) && strcmp(path, "..") &&
	       !strstr(path, "/../") && !strstr(path, "//");
}

static void begin_file(struct watching *w, const char *data, size_t len)
{
	w->path = xasprintf("%.*s", (int)len, data);
	if (is_safe(w->path))
		return;
	settle(w, WATCH_LOST, "the guest sent a file whose name is no path in the run's folder");
	free(w->path);
	w->path = NULL;
}

/* A line of the guest's on stderr: printable ASCII, whatever it says. */
static char *printable(const char *data, size_t len)
{
	char *line = xasprintf("%.*s", (int)len, data), *c;

	for (c = line; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return line;
}

static void take_fail(struct watching *w, const char *data, size_t len)
{
	char *line = printable(data, len);

	settle(w, WATCH_INIT, "the guest could not be set up: %s", line);
	free(line);
}

static void take_note(const char *data, size_t len)
{
	char *line = printable(data, len);

	fprintf(stderr, "run.sh: in the guest: %s\n", line);
	free(line);
}

static void take_hello(struct watching *w, const char *data, size_t len)
{
	free(w->watched->release);
	w->watched->release = printable(data, len);
	w->watched->boot = (now_ms() - w->start) / 1000.0;
}

static void take_end(struct watching *w, const char *data, size_t len)
{
	const char *memory = console_said(w->desc->console, CONSOLE_MEMORY);
	struct frame_end end;

	if (len != sizeof(end)) {
		settle(w, WATCH_LOST, "the guest's last word is damaged");
		return;
	}
	memcpy(&end, data, sizeof(end));
	if (end.tap && end.tap != w->tap) {
		settle(w, WATCH_LOST, "%llu bytes of TAP came, and the guest's run.tap has %u",
		       (unsigned long long)w->tap, end.tap);
		return;
	}
	/* Nobody there kills it but the kernel. */
	if (end.code > 128) {
		settle(w, WATCH_GONE, "the runner in the guest was killed by signal %d%s%s",
		       end.code - 128, memory ? ": " : "",
		       memory ? memory : "");
		return;
	}
	w->ended = true;
	w->watched->end = WATCH_EXIT;
	w->watched->code = end.code;
}

static void take(struct watching *w, enum frame_type type, const char *data,
		 size_t len)
{
	if (type != FRAME_MORE)
		end_file(w);
	switch (type) {
	case FRAME_HELLO:
		take_hello(w, data, len);
		break;
	case FRAME_OUT:
		take_out(w, data, len);
		break;
	case FRAME_ERR:
		fprintf(stderr, "%.*s", (int)len, data);
		break;
	case FRAME_FILE:
		begin_file(w, data, len);
		break;
	case FRAME_MORE:
		if (w->path && w->file.len < FILE_MAX)
			buf_add(&w->file, data, len);
		break;
	case FRAME_NOTE:
		take_note(data, len);
		break;
	case FRAME_FAIL:
		take_fail(w, data, len);
		break;
	case FRAME_END:
		take_end(w, data, len);
		break;
	case FRAME_ALIVE:
		break;
	}
}

/* The length of the first frame there is, with its head; 0: not whole yet. */
static size_t next_frame(struct watching *w, const char *data, size_t len)
{
	struct frame_head head;

	if (len < sizeof(head))
		return 0;
	memcpy(&head, data, sizeof(head));
	if (head.magic != FRAME_MAGIC || head.number != w->number ||
	    head.len > FRAME_MAX) {
		settle(w, WATCH_LOST, "what the guest sends is damaged: no frame where the one after %u should begin",
		       w->number);
		return 0;
	}
	if (len < sizeof(head) + head.len)
		return 0;
	if (head.sum != frame_sum(&head, data + sizeof(head))) {
		settle(w, WATCH_LOST, "what the guest sends is damaged: the sum of frame %u",
		       w->number);
		return 0;
	}
	w->number++;
	take(w, head.type, data + sizeof(head), head.len);
	return sizeof(head) + head.len;
}

static void take_frames(struct watching *w)
{
	size_t at = 0, n;

	while (!w->ended &&
	       (n = next_frame(w, w->line.data + at, w->line.len - at)))
		at += n;
	memmove(w->line.data, w->line.data + at, w->line.len - at);
	w->line.len -= at;
}

/* Reads what is there, once: false when there is nothing. */
static bool serve(struct watching *w, int which)
{
	char data[65536];
	ssize_t n;

	if (w->pfd[which].fd < 0)
		return false;
	n = read(w->pfd[which].fd, data, sizeof(data));
	if (n <= 0) {
		if (!n || (errno != EAGAIN && errno != EINTR))
			w->pfd[which].fd = -1;
		return false;
	}
	if (which == CONSOLE) {
		console_feed(w->desc->console, data, n);
	} else if (which == ERR) {
		buf_add(&w->err, data, n);
	} else if (!w->ended) {
		buf_add(&w->line, data, n);
		take_frames(w);
		w->deadline = now_ms() + 1000LL * (w->watched->boot < 0 ?
			w->desc->limits->boot : w->desc->limits->silence);
	}
	return true;
}

/* The program that the machine is did not come to run a kernel. */
static bool settle_machine(struct watching *w, int status)
{
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	char *line;

	if (code == MACHINE_MISSING && w->desc->machine->err >= 0) {
		settle(w, WATCH_NO_MACHINE, "qemu-system-x86_64 is not installed: apt-get install qemu-system-x86");
	} else if (code == MACHINE_MISSING || code == MACHINE_REFUSED) {
		settle(w, WATCH_NO_MACHINE, "it cannot be executed on this machine");
	} else if (code && w->err.len) {
		/* "qemu-system-x86_64: ..." */
		buf_add(&w->err, "", 1);
		line = printable(w->err.data, strcspn(w->err.data, "\n"));
		settle(w, WATCH_NO_MACHINE, "%s", line);
		free(line);
	}
	return w->ended;
}

/* "Comm: p2p Not tainted 6.12": the test, where it is the test's doing. */
static void settle_panic(struct watching *w, const char *why)
{
	const char *comm = console_said(w->desc->console, CONSOLE_COMM);

	if (w->watched->boot < 0)
		settle(w, WATCH_PANIC, "the kernel panicked while it booted: %s",
		       why);
	else
		settle(w, WATCH_PANIC, "the kernel panicked: %s%s%.*s%s", why,
		       comm ? " (in " : "",
		       comm ? (int)strcspn(comm, " ") : 0, comm ? comm : "",
		       comm ? ")" : "");
}

/* The machine has ended, and init's last word did not come. */
static void settle_gone(struct watching *w, int status)
{
	const char *panic = console_said(w->desc->console, CONSOLE_PANIC);
	const char *memory = console_said(w->desc->console, CONSOLE_MEMORY);
	const char *init = console_said(w->desc->console, CONSOLE_INIT);
	bool booting = w->watched->boot < 0;

	if (booting && !panic && settle_machine(w, status))
		return;
	if (memory && (panic || booting))
		settle(w, WATCH_MEMORY, "the guest ran out of memory: %s (--vm-memory)",
		       memory);
	else if (panic)
		settle_panic(w, panic);
	else if (booting)
		settle(w, WATCH_NO_BOOT, "the kernel did not boot: it ended before init's first word%s%s",
		       init ? ": " : "", init ? init : "");
	else if (WIFSIGNALED(status))
		settle(w, WATCH_GONE, "the guest was killed by signal %d (%s)",
		       WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		settle(w, WATCH_GONE, "the guest ended before the suite did");
}

static void settle_late(struct watching *w)
{
	const struct watch_limits *limits = w->desc->limits;
	const char *panic = console_said(w->desc->console, CONSOLE_PANIC);
	const char *oops = console_said(w->desc->console, CONSOLE_OOPS);

	if (panic)
		settle_panic(w, panic);
	else if (now_ms() - w->start >= limits->whole * 1000LL)
		settle(w, WATCH_LATE, "the guest has not ended after %u seconds (--vm-timeout)",
		       limits->whole);
	else if (w->watched->boot < 0)
		settle(w, WATCH_NO_BOOT, "the kernel did not boot: no word from init in %u seconds",
		       limits->boot);
	else
		settle(w, WATCH_SILENT, "the guest hangs: no word from init for %u seconds%s%s",
		       limits->silence, oops ? ", after " : "",
		       oops ? oops : "");
}

static void take_signal(struct watching *w)
{
	struct signalfd_siginfo info;

	if (read(w->pfd[SIGNALS].fd, &info, sizeof(info)) != sizeof(info))
		return;
	settle(w, WATCH_SIGNAL, "cut short by SIG%s",
	       sigabbrev_np(info.ssi_signo));
	w->watched->code = info.ssi_signo;
}

static int time_left(const struct watching *w)
{
	long long end = w->start + w->desc->limits->whole * 1000LL;
	long long left = (w->deadline < end ? w->deadline : end) - now_ms();

	return left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
}

/* Until something has settled how it ends, or the machine has ended. */
static void watch_run(struct watching *w)
{
	int n, i;

	while (!w->ended && !w->pfd[ENDED].revents) {
		n = poll(w->pfd, NR_FDS, time_left(w));
		if (!n)
			settle_late(w);
		if (n > 0 && w->pfd[SIGNALS].revents)
			take_signal(w);
		for (i = LINE; n > 0 && i <= ERR; i++)
			if (w->pfd[i].revents)
				serve(w, i);
	}
}

/* The power off may show a last fault, and has its time. */
static void watch_off(struct watching *w)
{
	long long end = now_ms() + OFF_MS;
	int n = 1;

	while (w->watched->end == WATCH_EXIT && w->ended && n > 0 &&
	       !w->pfd[ENDED].revents && end > now_ms()) {
		n = poll(w->pfd, SIGNALS, (int)(end - now_ms()));
		if (n > 0) {
			serve(w, LINE);
			serve(w, CONSOLE);
			serve(w, ERR);
		}
	}
}

static void watch_rest(struct watching *w)
{
	int i;

	for (i = LINE; i <= ERR; i++)
		while (serve(w, i))
			;
	end_file(w);
	console_end(w->desc->console);
}

static int signals_open(void)
{
	sigset_t mask;
	int fd;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
	fd = signalfd(-1, &mask, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0)
		die("signalfd: %s", strerror(errno));
	return fd;
}

void watch(struct watched *watched, const struct watch_desc *desc)
{
	struct machine *machine = desc->machine;
	struct watching w = { .desc = desc, .watched = watched };
	int fds[NR_FDS] = { machine->line, machine->console, machine->err,
			    machine->ended, signals_open() };
	int i, status;

	*watched = (struct watched){ .boot = -1 };
	w.start = now_ms();
	w.deadline = w.start + desc->limits->boot * 1000LL;
	for (i = 0; i < NR_FDS; i++)
		w.pfd[i] = (struct pollfd){ .fd = fds[i], .events = POLLIN };
	watch_run(&w);
	watch_off(&w);
	status = machine_kill(machine);
	/* After a panic the rest of the console is still in the pipe. */
	watch_rest(&w);
	settle_gone(&w, status);
	machine_close(machine);
	watched->seconds = (now_ms() - w.start) / 1000.0;
	close(w.pfd[SIGNALS].fd);
	buf_free(&w.line);
	buf_free(&w.err);
}

const char *watch_end_word(enum watch_end end)
{
	static const char *const words[] = {
		"exit", "signal", "no machine", "no boot", "init", "panic",
		"memory", "silent", "late", "lost", "gone",
	};

	return words[end];
}

void watched_free(struct watched *watched)
{
	free(watched->why);
	free(watched->release);
	*watched = (struct watched){};
}
