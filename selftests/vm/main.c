// SPDX-License-Identifier: GPL-2.0-or-later
/* run.sh --vm KERNEL: a subcommand of the runner's on another kernel. */
#include "args.h"
#include "kernel.h"
#include "kvm.h"
#include "machine.h"
#include "modules.h"
#include "pack.h"
#include "partial.h"
#include "scratch.h"
#include "watch.h"

#include <argp.h>
#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Seconds; a machine that computes everything itself is slower by far. */
static const struct watch_limits usual = { 120, 120, 14400 };
static const struct watch_limits emulated = { 600, 300, 14400 };

/* What the suite needs, and what three copies of the initramfs do. */
#define MEMORY_BASE	768u

struct vm {
	struct args args;
	struct kernel kernel;
	struct strv modules;
	enum machine_kind kind;
	struct watch_limits limits;
	unsigned int memory;		/* MiB */
	char *scratch;
	time_t start;
	struct results *results;
	struct console *console;
	struct watched watched;
};

/* So that what we have made goes, a signal waits until we look. */
static void hold_signals(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGHUP);
	sigprocmask(SIG_BLOCK, &mask, NULL);
}

static void look_for_signals(void)
{
	const struct timespec now = {};
	sigset_t mask;
	int signal;

	sigprocmask(SIG_BLOCK, NULL, &mask);
	signal = sigtimedwait(&mask, NULL, &now);
	if (signal > 0)
		exit(128 + signal);
}

/* depmod(8) and modprobe(8) are where users need not look. */
static void add_to_path(void)
{
	const char *old = getenv("PATH");
	char *path = xasprintf("%s:/usr/sbin:/sbin",
			       old && *old ? old : "/usr/bin:/bin");

	setenv("PATH", path, 1);
	free(path);
}

/* Not tested here: virtme-ng is not in Debian 12. */
static void become_vng(const struct args *args)
{
	struct strv argv = {};
	size_t i;

	strv_addf(&argv, "vng");
	strv_addf(&argv, "--run");
	strv_addf(&argv, "%s", args->kernel);
	strv_addf(&argv, "--rwdir=%s", args->results);
	strv_addf(&argv, "--");
	strv_addf(&argv, "%s/runner", args->home);
	for (i = 0; i < args->words.nr; i++)
		strv_addf(&argv, "%s", args->words.v[i]);
	strv_addf(&argv, "--results=%s", args->results);
	execvp(argv.v[0], argv.v);
	die("--vm-with vng: vng: %s", strerror(errno));
}

/* In the build, or, where that is somebody else's, with the results. */
static char *scratch_path(const struct args *args)
{
	if (!access(args->build, W_OK))
		return xasprintf("%s/vm/scratch", args->build);
	return xasprintf("%s/.scratch", args->results);
}

static void set_up(struct vm *vm)
{
	char *path = scratch_path(&vm->args);
	char *list = xasprintf("%s/vm/modules.list", vm->args.home);

	vm->scratch = scratch_new(path);
	kernel_find(&vm->kernel, vm->args.kernel, vm->scratch);
	if (vm->kernel.kind == KERNEL_UML && !vm->kernel.initrd)
		die("%s: this User-Mode Linux takes no initramfs: it is without CONFIG_BLK_DEV_INITRD",
		    vm->args.kernel);
	if (vm->kernel.kind == KERNEL_PC && !vm->kernel.modules &&
	    !vm->kernel.tree)
		fprintf(stderr, "run.sh: %s: no modules of %s are beside it or on this machine: what is not built in is missing\n",
			vm->args.kernel, vm->kernel.release);
	modules_find(&vm->modules, &vm->kernel,
		     vm->args.modules ? vm->args.modules : list, vm->scratch);
	look_for_signals();
	if (vm->kernel.kind == KERNEL_UML)
		vm->kind = MACHINE_UML;
	else
		vm->kind = kvm_works() ? MACHINE_KVM : MACHINE_TCG;
	free(list);
	free(path);
}

static void set_limits(struct vm *vm)
{
	const struct watch_limits *asked = &vm->args.limits;

	vm->limits = vm->kind == MACHINE_TCG ? emulated : usual;
	if (asked->boot)
		vm->limits.boot = asked->boot;
	if (asked->silence)
		vm->limits.silence = asked->silence;
	if (asked->whole)
		vm->limits.whole = asked->whole;
}

static char *make_image(struct vm *vm)
{
	char *image = xasprintf("%s/initramfs", vm->scratch);
	struct pack_desc desc = {
		.args = &vm->args, .kernel = &vm->kernel, .kind = vm->kind,
		.run = strrchr(results_path(vm->results), '/') + 1,
		.modules = &vm->modules,
	};
	size_t len = pack(image, &desc);

	look_for_signals();
	vm->memory = vm->args.memory;
	if (!vm->memory)
		vm->memory = MEMORY_BASE + 3 * (len >> 20);
	return image;
}

static void run_guest(struct vm *vm)
{
	char *image = make_image(vm);
	char *log = xasprintf("%s/console.log", results_path(vm->results));
	struct machine machine;
	struct machine_desc machine_desc = {
		.kernel = &vm->kernel, .kind = vm->kind, .initrd = image,
		.append = vm->args.append, .scratch = vm->scratch,
		.memory = vm->memory,
	};
	struct watch_desc desc = {
		.machine = &machine, .results = vm->results,
		.limits = &vm->limits,
	};

	desc.console = vm->console = console_new(log);
	machine_start(&machine, &machine_desc);
	watch(&vm->watched, &desc);
	free(log);
	free(image);
}

/* What our probe ran, qemu may yet refuse to. */
static void run_emulated(struct vm *vm)
{
	fprintf(stderr, "run.sh: emulated then: %s\n", vm->watched.why);
	watched_free(&vm->watched);
	console_free(vm->console);
	vm->kind = MACHINE_TCG;
	set_limits(vm);
	run_guest(vm);
}

static const char *machine_text(const struct vm *vm)
{
	switch (vm->kind) {
	case MACHINE_KVM:
		return "qemu with KVM";
	case MACHINE_TCG:
		return "qemu, emulated";
	case MACHINE_UML:
		break;
	}
	return vm->kernel.time_travel ?
	       "User-Mode Linux with time travel: waits are free" :
	       "User-Mode Linux";
}

static void write_json(const struct vm *vm)
{
	const struct watched *watched = &vm->watched;
	json_t *object;
	char *text;

	object = json_pack("{s:s, s:s, s:s, s:b, s:i, s:i, s:o, s:f, s:s, s:s?}",
			   "kernel", vm->args.kernel,
			   "release", vm->kernel.release,
			   "machine", machine_kind_word(vm->kind),
			   "time_travel", (int)vm->kernel.time_travel,
			   "modules", (int)vm->modules.nr,
			   "memory", (int)vm->memory,
			   "boot_seconds", watched->boot < 0 ? json_null() :
			   json_real(watched->boot),
			   "seconds", watched->seconds,
			   "end", watch_end_word(watched->end),
			   "why", watched->why);
	if (!object)
		return;
	text = json_dumps(object, JSON_INDENT(2));
	if (!text)
		die("out of memory");
	results_write(vm->results, "vm.json", text, strlen(text));
	free(text);
	json_decref(object);
}

/* Whoever reads the TAP is told as well. */
static void bail_out(struct vm *vm)
{
	char *line = xasprintf("Bail out! %s\n", vm->watched.why);

	results_tap(vm->results, line, strlen(line));
	fputs(line, stdout);
	free(line);
	fprintf(stderr, "run.sh: %s: %s\n", vm->args.kernel, vm->watched.why);
	if (vm->watched.end != WATCH_SIGNAL)
		console_tail(vm->console);
}

static int exit_code(const struct watched *watched)
{
	switch (watched->end) {
	case WATCH_EXIT:
		return watched->code;
	case WATCH_SIGNAL:
		return 128 + watched->code;
	case WATCH_NO_MACHINE:
		return 2;
	default:
		return 1;
	}
}

/* Whatever it was to be, a run is what has records. */
static void write_partial(struct vm *vm, int code)
{
	struct partial_desc desc = {
		.args = &vm->args, .kernel = &vm->kernel, .kind = vm->kind,
		.watched = &vm->watched, .start = vm->start,
		.exit_code = code,
	};

	if (!strcmp(vm->args.words.v[0], "run") ||
	    !strcmp(vm->args.words.v[0], "check"))
		partial_write(vm->results, &desc);
}

static int finish(struct vm *vm)
{
	const struct watched *watched = &vm->watched;
	int code = exit_code(watched);

	if (watched->boot >= 0)
		fprintf(stderr, "run.sh: %s in %s: booted in %.1f s, %.1f s in all\n",
			watched->release, machine_text(vm), watched->boot,
			watched->seconds);
	if (watched->end != WATCH_EXIT) {
		bail_out(vm);
		write_partial(vm, code);
	}
	write_json(vm);
	if ((watched->stdout_failed || !results_finish(vm->results)) &&
	    code < 128)
		code = 2;
	return code;
}

static void vm_free(struct vm *vm)
{
	console_free(vm->console);
	results_free(vm->results);
	watched_free(&vm->watched);
	strv_free(&vm->modules);
	kernel_free(&vm->kernel);
	args_free(&vm->args);
}

int main(int argc, char **argv)
{
	struct vm vm = {};
	int code;

	stdio_check();
	signal(SIGPIPE, SIG_IGN);
	argp_err_exit_status = 2;
	argv[0] = (char *)"run.sh";
	add_to_path();
	hold_signals();
	args_parse(&vm.args, argc, argv);
	if (vm.args.vng)
		become_vng(&vm.args);
	set_up(&vm);
	set_limits(&vm);
	vm.start = time(NULL);
	vm.results = results_new_as(vm.args.results, vm.kernel.release);
	run_guest(&vm);
	if (vm.kind == MACHINE_KVM && vm.watched.end == WATCH_NO_MACHINE)
		run_emulated(&vm);
	code = finish(&vm);
	vm_free(&vm);
	stdio_finish();
	return code;
}
