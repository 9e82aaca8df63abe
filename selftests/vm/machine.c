// SPDX-License-Identifier: GPL-2.0-or-later
#include "machine.h"

#include "scratch.h"
#include "util.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define QEMU	"qemu-system-x86_64"

/* As which the machine's program has them; it is told these numbers. */
enum { FD_CONSOLE = 3, FD_LINE };

/* Our ends of the pipes, and the machine's. */
struct pipes {
	int console[2];
	int line[2];
	int err[2];
};

static void add_words(struct strv *argv, const char *words)
{
	char *copy = xasprintf("%s", words ? words : ""), *rest = copy, *word;

	while ((word = strsep(&rest, " ")))
		if (*word)
			strv_addf(argv, "%s", word);
	free(copy);
}

/* The console's earliest form is for a kernel that does not get far. */
static void qemu_argv(struct strv *argv, const struct machine_desc *desc)
{
	add_words(argv, QEMU " -nodefaults -no-user-config -no-reboot "
			"-display none -smp 2");
	/* Five levels of page tables would only make emulation slower. */
	add_words(argv, desc->kind == MACHINE_KVM ? "-accel kvm -cpu host" :
			"-accel tcg,thread=multi -cpu max,la57=off");
	strv_addf(argv, "-m");
	strv_addf(argv, "%u", desc->memory);
	strv_addf(argv, "-kernel");
	strv_addf(argv, "%s", desc->kernel->file);
	strv_addf(argv, "-initrd");
	strv_addf(argv, "%s", desc->initrd);
	strv_addf(argv, "-append");
	/* Where a tick may come late the kernel must not panic for the lack of it. */
	strv_addf(argv, "console=ttyS0,115200 earlyprintk=serial,ttyS0,115200 panic=-1 %s%s",
		  desc->kind == MACHINE_TCG ? "no_timer_check " : "",
		  desc->append ? desc->append : "");
	strv_addf(argv, "-chardev");
	strv_addf(argv, "file,id=console,path=/dev/fd/%d", FD_CONSOLE);
	strv_addf(argv, "-chardev");
	strv_addf(argv, "file,id=line,path=/dev/fd/%d", FD_LINE);
	add_words(argv, "-serial chardev:console -serial chardev:line");
}

static void uml_argv(struct strv *argv, const struct machine_desc *desc)
{
	strv_addf(argv, "%s", desc->kernel->file);
	strv_addf(argv, "mem=%uM", desc->memory);
	strv_addf(argv, "initrd=%s", desc->initrd);
	strv_addf(argv, "uml_dir=%s/", desc->scratch);
	strv_addf(argv, "con=null");
	strv_addf(argv, "con0=null,fd:%d", FD_CONSOLE);
	strv_addf(argv, "ssl=null");
	strv_addf(argv, "ssl1=null,fd:%d", FD_LINE);
	strv_addf(argv, "panic=-1");
	if (desc->kernel->time_travel)
		strv_addf(argv, "time-travel");
	add_words(argv, desc->append);
}

/* Never one of those that it is to become. */
static int aside(int fd)
{
	return fcntl(fd, F_DUPFD_CLOEXEC, 16);
}

static void machine_exec(const struct pipes *pipes, char **argv,
			 const char *scratch, int parent)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	int console = aside(pipes->console[1]), line = aside(pipes->line[1]);
	int err = pipes->err[1] < 0 ? console : aside(pipes->err[1]);
	struct rlimit core = {};
	sigset_t none;

	/* ^C is for us, who then end it. */
	setpgid(0, 0);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	setrlimit(RLIMIT_CORE, &core);
	/* Where a UML would else have its memory. */
	if (access("/dev/shm", W_OK))
		setenv("TMPDIR", scratch, 1);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) || getppid() != parent)
		_exit(MACHINE_REFUSED);
	if (dup2(null, STDIN_FILENO) < 0 || dup2(err, STDOUT_FILENO) < 0 ||
	    dup2(err, STDERR_FILENO) < 0 || dup2(console, FD_CONSOLE) < 0 ||
	    dup2(line, FD_LINE) < 0)
		_exit(MACHINE_REFUSED);
	execvp(argv[0], argv);
	_exit(errno == ENOENT ? MACHINE_MISSING : MACHINE_REFUSED);
}

/*
 * A UML's processes do not end with it.  So somebody waits for our end, however
 * that comes, to end all of them; and takes away what we would have.
 */
static void bury(pid_t group, int ours)
{
	sigset_t all;
	char byte;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	setsid();
	while (read(ours, &byte, 1) < 0 && errno == EINTR)
		;
	kill(-group, SIGKILL);
	scratch_remove();
	_exit(0);
}

static void undertaker_start(struct machine *machine)
{
	int ours[2];

	if (pipe2(ours, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	machine->undertaker = fork();
	if (machine->undertaker < 0)
		die("fork: %s", strerror(errno));
	if (!machine->undertaker) {
		/* Who reads what we print must see its end. */
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		close(ours[1]);
		bury(machine->pid, ours[0]);
	}
	close(ours[0]);
	machine->alive = ours[1];
}

static void pipe_open(int fd[2])
{
	if (pipe2(fd, O_CLOEXEC))
		die("pipe: %s", strerror(errno));
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
}

void machine_start(struct machine *machine, const struct machine_desc *desc)
{
	struct pipes pipes = { .err = { -1, -1 } };
	struct strv argv = {};
	int parent = getpid();

	if (desc->kind == MACHINE_UML)
		uml_argv(&argv, desc);
	else
		qemu_argv(&argv, desc);
	pipe_open(pipes.console);
	pipe_open(pipes.line);
	if (desc->kind != MACHINE_UML)
		pipe_open(pipes.err);
	machine->pid = fork();
	if (machine->pid < 0)
		die("fork: %s", strerror(errno));
	if (!machine->pid)
		machine_exec(&pipes, argv.v, desc->scratch, parent);
	setpgid(machine->pid, machine->pid);
	undertaker_start(machine);
	machine->ended = syscall(SYS_pidfd_open, machine->pid, 0);
	if (machine->ended < 0)
		die("pidfd_open: %s", strerror(errno));
	close(pipes.console[1]);
	close(pipes.line[1]);
	if (pipes.err[1] >= 0)
		close(pipes.err[1]);
	machine->console = pipes.console[0];
	machine->line = pipes.line[0];
	machine->err = pipes.err[0];
	strv_free(&argv);
}

int machine_kill(struct machine *machine)
{
	int status = 0;

	kill(machine->pid, SIGKILL);
	/* What a UML's processes are on this machine. */
	kill(-machine->pid, SIGKILL);
	/* While its number is still its own. */
	kill(machine->undertaker, SIGKILL);
	waitpid(machine->undertaker, NULL, 0);
	waitpid(machine->pid, &status, 0);
	return status;
}

void machine_close(struct machine *machine)
{
	close(machine->alive);
	close(machine->ended);
	close(machine->console);
	close(machine->line);
	if (machine->err >= 0)
		close(machine->err);
}

const char *machine_kind_word(enum machine_kind kind)
{
	static const char *const words[] = { "kvm", "tcg", "uml" };

	return words[kind];
}
