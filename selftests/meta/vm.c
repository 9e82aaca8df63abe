// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * run.sh --vm: what is a kernel, what becomes of a guest that is wrecked on
 * purpose, and what is left of one whose host side was killed.
 *
 *	test --- vm --- User-Mode Linux: init --- runner --- stub, wreck
 */
#include "ksft.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/kvm.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "play.h"
#include "said.h"

/* Of Debian's package user-mode-linux. */
#define UML		"/usr/bin/linux.uml"

#define VM_UML		"--vm " UML

/* How long a guest may take to print its first lines. */
#define BOOT_MS		120000

#ifdef __SANITIZE_ADDRESS__
#define SANITIZED	1
#else
#define SANITIZED	0
#endif

/* The program of a test is in the folder beside vm's. */
#define NEEDS_VM() do { \
		if (access("../vm/vm", X_OK)) \
			SKIP(return, "not built, needs libarchive-dev"); \
	} while (0)

#define NEEDS_UML() do { \
		NEEDS_VM(); \
		if (SANITIZED) \
			SKIP(return, "a User-Mode Linux has no room for the address sanitizer"); \
		if (access(UML, X_OK)) \
			SKIP(return, "no User-Mode Linux (Debian package user-mode-linux)"); \
		if (access("/sbin/modprobe", X_OK)) \
			SKIP(return, "no modprobe (Debian package kmod)"); \
	} while (0)

/* The head of a bzImage says how much of it there is: here 1 MiB. */
#define BZIMAGE_SIZE	(1u << 20)
#define BZIMAGE_RELEASE	"6.99.0-crafted"

static void bzimage_fill(unsigned char *image, size_t len)
{
	memset(image, 0, len);
	image[0x1f1] = 1;		/* sectors of set-up */
	image[0x1f5] = 0xf0;		/* 0xf000 times 16 bytes */
	memcpy(image + 0x1fe, "\x55\xaaxxHdrS", 8);
	image[0x20f] = 1;		/* the release is at 0x200 + 0x100 */
	image[0x236] = 1;		/* 64 bits */
	memcpy(image + 0x300, BZIMAGE_RELEASE " (somebody)",
	       sizeof(BZIMAGE_RELEASE " (somebody)"));
}

/* @play's KERNEL; 0 or -errno. */
static int kernel_write(const struct play *play, const void *data, size_t len)
{
	char path[128];
	FILE *file;
	int err = 0;

	snprintf(path, sizeof(path), "%s/KERNEL", play->dir);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	if (fwrite(data, 1, len, file) != len)
		err = -EIO;
	return fclose(file) ? -errno : err;
}

/* Runs "runner --vm <dir>/NAME": its exit code. */
static int vm_run_on(struct play *play, const char *name, const char *words)
{
	char line[256];

	snprintf(line, sizeof(line), "--vm %s/%s %s", play->dir, name, words);
	return play_run(play, line);
}

FIXTURE(no_kernel) { struct play play; };
FIXTURE_VARIANT(no_kernel)
{
	const char *data;
	size_t len;
	const char *said;
};

#define NO_KERNEL(name_, data_, said_) \
	FIXTURE_VARIANT_ADD(no_kernel, name_) { \
		data_, sizeof(data_) - 1, said_ \
	}

NO_KERNEL(empty, "", " is an empty file: --vm takes a bzImage");
NO_KERNEL(text, "#!/bin/sh\necho hello\n", " is a text file: ");
NO_KERNEL(gzip, "\x1f\x8b\x08\0\0\0\0\0", " is gzip-compressed data: ");
NO_KERNEL(efi, "MZ\0\0\1\2\3", " is a truncated kernel image, or ");
NO_KERNEL(elf_head, "\x7f" "ELF\2\1\1", " is a truncated ELF file: ");
NO_KERNEL(package, "!<arch>\ndebian-binary   ",
	  " is a damaged Debian package: ");
NO_KERNEL(archive, "!<arch>\nx.o/       ", ", but no Debian package: ");
NO_KERNEL(noise, "\1\2\3\4\xff\xfe", " is data of no kind known here: ");

FIXTURE_SETUP(no_kernel)
{
	ASSERT_EQ(0, play_new(&self->play, "ok"));
}

FIXTURE_TEARDOWN(no_kernel)
{
	play_free(&self->play);
}

TEST_F(no_kernel, is_named_for_what_it_is)
{
	char path[128];

	NEEDS_VM();
	ASSERT_EQ(0, kernel_write(&self->play, variant->data, variant->len));
	EXPECT_EQ(2, vm_run_on(&self->play, "KERNEL", "run"));
	EXPECT_TRUE(said(self->play.err, variant->said));
	EXPECT_STREQ("", self->play.out);
	snprintf(path, sizeof(path), "%s/results", self->play.dir);
	EXPECT_NE(0, access(path, F_OK));
	snprintf(path, sizeof(path), "%s/vm/scratch", self->play.dir);
	/* Only an empty folder can be removed. */
	EXPECT_EQ(0, rmdir(path));
}

TEST(what_is_missing_or_a_folder_or_another_program_is_no_kernel)
{
	struct play play;

	NEEDS_VM();
	ASSERT_EQ(0, play_new(&play, "ok"));
	EXPECT_EQ(2, vm_run_on(&play, "gone", "run"));
	EXPECT_TRUE(said(play.err, "/gone: No such file or directory\n"));
	EXPECT_EQ(2, vm_run_on(&play, "fake", "run"));
	EXPECT_TRUE(said(play.err, "/fake is a folder, but no kernel tree: "));
	EXPECT_EQ(2, play_run(&play, "--vm " PLAY_BUILD "/meta/stub run"));
	EXPECT_TRUE(said(play.err, " is a program, but no User-Mode Linux: "));
	play_free(&play);
}

TEST(truncated_image_is_told_from_a_whole_one)
{
	static unsigned char image[BZIMAGE_SIZE];
	struct play play;

	NEEDS_VM();
	bzimage_fill(image, sizeof(image));
	ASSERT_EQ(0, play_new(&play, "ok"));
	ASSERT_EQ(0, kernel_write(&play, image, sizeof(image) / 2));
	EXPECT_EQ(2, vm_run_on(&play, "KERNEL", "run"));
	EXPECT_TRUE(said(play.err, " is a truncated kernel image: "));
	/* The control: a whole one that says nothing of its release. */
	image[0x300] = '\0';
	ASSERT_EQ(0, kernel_write(&play, image, sizeof(image)));
	EXPECT_EQ(2, vm_run_on(&play, "KERNEL", "run"));
	EXPECT_TRUE(said(play.err, "a kernel image that does not say its release\n"));
	play_free(&play);
}

TEST(subcommand_that_runs_nothing_on_a_kernel_is_refused)
{
	struct play play;

	NEEDS_VM();
	ASSERT_EQ(0, play_new(&play, "ok"));
	EXPECT_EQ(2, vm_run_on(&play, "KERNEL", "list"));
	EXPECT_TRUE(said(play.err, "--vm: list runs nothing on a kernel"));
	/* Alone: not with what a play would add. */
	EXPECT_EQ(2, play_run(&play, "/usr/bin/env " PLAY_BUILD "/runner --vm"));
	EXPECT_TRUE(said(play.err, "requires an argument"));
	play_free(&play);
}

/* From here on ioctl(KVM_GET_API_VERSION) does not return. */
static int kvm_hang(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_ioctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[1])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, KVM_GET_API_VERSION, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog filter = {
		.len = ARRAY_SIZE(code), .filter = code,
	};
	int fd;

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
		return -errno;
	/* Nobody answers what is asked there. */
	fd = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER,
		     SECCOMP_FILTER_FLAG_NEW_LISTENER, &filter);
	return fd < 0 ? -errno : fd;
}

/* A PATH in which there is no qemu. */
static int path_without_qemu(const struct play *play)
{
	char path[128], link[160];

	snprintf(path, sizeof(path), "%s/bin", play->dir);
	if (mkdir(path, 0755))
		return -errno;
	snprintf(link, sizeof(link), "%s/ldd", path);
	if (symlink("/usr/bin/ldd", link))
		return -errno;
	return setenv("PATH", path, 1) ? -errno : 0;
}

/* /dev/kvm may open, and then nothing comes back from it. */
TEST(kvm_that_hangs_is_given_up_and_qemu_is_missed_by_name)
{
	static unsigned char image[BZIMAGE_SIZE];
	struct timespec begin, end;
	struct play play;
	char *json;

	NEEDS_VM();
	if (access("/dev/kvm", R_OK | W_OK))
		SKIP(return, "no /dev/kvm");
	bzimage_fill(image, sizeof(image));
	ASSERT_EQ(0, play_new(&play, "ok"));
	ASSERT_EQ(0, kernel_write(&play, image, sizeof(image)));
	ASSERT_EQ(0, path_without_qemu(&play));
	ASSERT_LE(0, kvm_hang());
	clock_gettime(CLOCK_MONOTONIC, &begin);
	EXPECT_EQ(2, vm_run_on(&play, "KERNEL", "run"));
	clock_gettime(CLOCK_MONOTONIC, &end);
	EXPECT_LE(2, end.tv_sec - begin.tv_sec + 1);
	EXPECT_GE(60, end.tv_sec - begin.tv_sec);
	EXPECT_TRUE(said(play.err, "is not installed: apt-get install qemu-system-x86\n"));
	json = play_file(&play, "vm.json");
	EXPECT_TRUE(said(json, "\"machine\": \"tcg\""));
	EXPECT_TRUE(said(json, "\"release\": \"" BZIMAGE_RELEASE "\""));
	free(json);
	play_free(&play);
}

/* A qemu that boots nothing, and keeps what it was to boot with. */
static int qemu_fake(const struct play *play)
{
	char path[160];
	FILE *file;

	snprintf(path, sizeof(path), "%s/bin/qemu-system-x86_64", play->dir);
	file = fopen(path, "we");
	if (!file)
		return -errno;
	fprintf(file, "#!/bin/sh\nwhile [ $# -gt 1 ]; do\n"
		"[ \"$1\" != -initrd ] || /bin/cp \"$2\" %s/initramfs\n"
		"shift\ndone\necho no machine today >&2\nexit 1\n", play->dir);
	if (fclose(file) || chmod(path, 0755))
		return -errno;
	return 0;
}

TEST(initramfs_is_one_and_has_all_that_a_guest_needs)
{
	static unsigned char image[BZIMAGE_SIZE];
	static const char *const names[] = {
		"init", "dev/console", "dev/ttyS1", "vm/argv", "vm/environ",
		"vm/modules", "run/build/runner", "proc", "etc/passwd",
	};
	char words[256], line[256];
	struct play play;
	size_t i;

	NEEDS_VM();
	if (access("/usr/bin/cpio", X_OK))
		SKIP(return, "no cpio program (Debian package cpio)");
	bzimage_fill(image, sizeof(image));
	ASSERT_EQ(0, play_new(&play, "ok"));
	ASSERT_EQ(0, kernel_write(&play, image, sizeof(image)));
	ASSERT_EQ(0, path_without_qemu(&play));
	ASSERT_EQ(0, qemu_fake(&play));
	EXPECT_EQ(2, vm_run_on(&play, "KERNEL", "run"));
	EXPECT_TRUE(said(play.err, ": no machine today\n"));
	snprintf(words, sizeof(words), "/usr/bin/cpio -it --quiet -F %s/initramfs",
		 play.dir);
	EXPECT_EQ(0, play_run(&play, words));
	EXPECT_STREQ("", play.err);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		EXPECT_TRUE(said_line(play.out, names[i]));
	snprintf(line, sizeof(line), "%s/fake/ok", play.dir + 1);
	EXPECT_TRUE(said_line(play.out, line));
	EXPECT_TRUE(said(play.out, "/libmnl.so."));
	EXPECT_TRUE(said(play.out, "/libc.so."));
	EXPECT_TRUE(said(play.out, "/ld-linux"));
	play_free(&play);
}

/* "fake/NAME" of a play becomes that program of our build. */
static int program_is(const struct play *play, const char *name,
		      const char *program)
{
	char path[160];

	snprintf(path, sizeof(path), "%s/fake/%s", play->dir, name);
	return unlink(path) || symlink(program, path) ? -errno : 0;
}

static int wreck_add(const struct play *play, const char *name)
{
	return program_is(play, name, PLAY_BUILD "/meta/wreck");
}

TEST(run_in_a_guest_is_as_on_the_machine)
{
	struct play play;
	char *tap, *json, *log;

	NEEDS_UML();
	ASSERT_EQ(0, play_new(&play, "ok fail dump"));
	EXPECT_EQ(1, play_run(&play, VM_UML " run -j 1"));
	EXPECT_TRUE(said_line(play.out, "ok 1 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play.out, "not ok 2 selftests: fake: fail # exit=1"));
	EXPECT_TRUE(said_line(play.out, "4 passed, 2 failed, 0 skipped"));
	tap = play_file(&play, "run.tap");
	EXPECT_STREQ(play.out, tap);
	free(tap);
	log = play_file(&play, "logs/ok.log");
	EXPECT_STREQ("TAP version 13\n1..2\nok 1 t.one\nok 2 t.two\n", log);
	free(log);
	log = play_file(&play, "failures/dump/t.two/state.txt");
	EXPECT_STREQ("link", log);
	free(log);
	json = play_file(&play, "run.json");
	EXPECT_TRUE(said(json, "\"vm\": \"uml\""));
	EXPECT_EQ(NULL, strstr(json, "\"partial\""));
	free(json);
	json = play_file(&play, "vm.json");
	EXPECT_TRUE(said(json, "\"end\": \"exit\""));
	free(json);
	log = play_file(&play, "console.log");
	EXPECT_TRUE(said(log, "Linux version "));
	free(log);
	EXPECT_TRUE(said(play.err, " in User-Mode Linux"));
	EXPECT_TRUE(said(play.err, ": booted in "));
	play_free(&play);
}

/* What a wreck looks like from here. */
FIXTURE(wreck) { struct play play; };
FIXTURE_VARIANT(wreck)
{
	const char *programs;
	const char *name;
	const char *said;	/* behind "Bail out! " */
	const char *end;
	const char *words;
};
FIXTURE_VARIANT_ADD(wreck, panic) {
	"ok panic", "panic",
	"the kernel panicked: sysrq triggered crash (in panic)",
	"panic", ""
};
FIXTURE_VARIANT_ADD(wreck, hang) {
	"ok hang", "hang", "the guest hangs: no word from init for 10 seconds",
	"silent", "--vm-silence 10"
};
FIXTURE_VARIANT_ADD(wreck, noise) {
	"ok noise", "noise", "what the guest sends is damaged: ", "lost", ""
};
FIXTURE_VARIANT_ADD(wreck, off) {
	"ok off", "off", "the guest ended before the suite did", "gone", ""
};
FIXTURE_SETUP(wreck)
{
	ASSERT_EQ(0, play_new(&self->play, variant->programs));
	ASSERT_EQ(0, wreck_add(&self->play, variant->name));
}
FIXTURE_TEARDOWN(wreck)
{
	play_free(&self->play);
}

TEST_F(wreck, is_a_failure_that_says_which)
{
	char *json, *tap, line[256];

	NEEDS_UML();
	snprintf(line, sizeof(line), "%s %s run -j 1", VM_UML, variant->words);
	EXPECT_EQ(1, play_run(&self->play, line));
	/* What came before it is kept. */
	EXPECT_TRUE(said_line(self->play.out, "ok 1 selftests: fake: ok"));
	snprintf(line, sizeof(line), "Bail out! %s", variant->said);
	EXPECT_TRUE(said(self->play.out, line));
	tap = play_file(&self->play, "run.tap");
	EXPECT_STREQ(self->play.out, tap);
	free(tap);
	EXPECT_TRUE(said(self->play.err, variant->said));
	EXPECT_TRUE(said(self->play.err, "the end of its console:\n"));
	json = play_file(&self->play, "run.json");
	snprintf(line, sizeof(line), "\"partial\": \"%s", variant->said);
	EXPECT_TRUE(said(json, line));
	EXPECT_TRUE(said(json, "\"id\": \"fake.ok.t.two\""));
	free(json);
	json = play_file(&self->play, "vm.json");
	snprintf(line, sizeof(line), "\"end\": \"%s\"", variant->end);
	EXPECT_TRUE(said(json, line));
	free(json);
}

/* Nothing of it is in what the programs print. */
TEST(what_the_kernel_complains_of_fails_the_program_that_ran)
{
	static const char said_kernel[] =
		"# complaint: the kernel said: BUG: not a bug, but a test";
	struct play play;

	NEEDS_UML();
	ASSERT_EQ(0, play_new(&play, "ok complaint ok.2"));
	ASSERT_EQ(0, wreck_add(&play, "complaint"));
	EXPECT_EQ(1, play_run(&play, VM_UML " run -j 1"));
	EXPECT_TRUE(said_line(play.out, "ok 1 selftests: fake: ok"));
	EXPECT_TRUE(said_line(play.out, said_kernel));
	EXPECT_TRUE(said_line(play.out, "not ok 2 selftests: fake: complaint # exit=0"));
	EXPECT_TRUE(said_line(play.out, "ok 3 selftests: fake: ok.2"));
	EXPECT_TRUE(said_line(play.out, "6 passed, 1 failed, 0 skipped"));
	play_free(&play);
}

/* The suite's own answer where a kernel lacks what it is about. */
TEST(guest_without_veth_skips_by_name)
{
	char words[256], path[128];
	struct play play;
	FILE *list;

	NEEDS_UML();
	ASSERT_EQ(0, play_new(&play, "p2p"));
	ASSERT_EQ(0, program_is(&play, "p2p", PLAY_BUILD "/selftests/p2p"));
	snprintf(path, sizeof(path), "%s/modules", play.dir);
	list = fopen(path, "we");
	ASSERT_NE(NULL, list);
	fputs("ipv6\nbridge # and no veth\n", list);
	ASSERT_EQ(0, fclose(list));
	snprintf(words, sizeof(words), VM_UML " --vm-modules %s run -j 1",
		 path);
	EXPECT_EQ(4, play_run(&play, words));
	EXPECT_TRUE(said(play.out, "CONFIG_VETH"));
	EXPECT_TRUE(said(play.out, "\n0 passed, 0 failed, "));
	play_free(&play);
}

/* Its stdout is a pipe of ours, of which we read up to that line. */
static bool wait_for(int fd, const char *line)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	char text[4096] = "";
	size_t len = 0;

	while (!strstr(text, line)) {
		if (len == sizeof(text) - 1 || poll(&pfd, 1, BOOT_MS) <= 0 ||
		    read(fd, text + len, 1) != 1) {
			printf("# no line '%s' in:\n# %s\n", line, text);
			return false;
		}
		text[++len] = '\0';
	}
	return true;
}

FIXTURE(ended)
{
	struct play play;
	char fifo[128];
	int fd;
};
FIXTURE_VARIANT(ended)
{
	int signal;
	int code;
};
FIXTURE_VARIANT_ADD(ended, by_term) { SIGTERM, 128 + SIGTERM };
FIXTURE_VARIANT_ADD(ended, by_int) { SIGINT, 128 + SIGINT };
FIXTURE_VARIANT_ADD(ended, by_kill) { SIGKILL, -EINTR };

/* A guest whose second program never ends. */
FIXTURE_SETUP(ended)
{
	if (SANITIZED || access("../vm/vm", X_OK) || access(UML, X_OK) ||
	    access("/sbin/modprobe", X_OK))
		return;
	signal(variant->signal, SIG_DFL);
	ASSERT_EQ(0, prctl(PR_SET_CHILD_SUBREAPER, 1));
	ASSERT_EQ(0, play_new(&self->play, "ok wait"));
	ASSERT_EQ(0, wreck_add(&self->play, "wait"));
	snprintf(self->fifo, sizeof(self->fifo), "%s/fifo", self->play.dir);
	ASSERT_EQ(0, mkfifo(self->fifo, 0666));
	self->fd = open(self->fifo, O_RDWR | O_CLOEXEC);
	ASSERT_LE(0, self->fd);
	self->play.stdout_to = self->fifo;
	ASSERT_EQ(0, play_start(&self->play, VM_UML " run -j 1"));
	ASSERT_TRUE(wait_for(self->fd, "ok 1 selftests: fake: ok\n"));
}

FIXTURE_TEARDOWN(ended)
{
	play_free(&self->play);
}

TEST_F(ended, leaves_no_process_and_keeps_what_came)
{
	char *log, *json, path[128];

	NEEDS_UML();
	EXPECT_EQ(0, kill(self->play.pid, variant->signal));
	EXPECT_EQ(variant->code, play_wait(&self->play));
	/* All that it started are our children now: they end, too. */
	while (wait(NULL) > 0)
		;
	EXPECT_EQ(ECHILD, errno);
	log = play_file(&self->play, "logs/ok.log");
	EXPECT_STREQ("TAP version 13\n1..2\nok 1 t.one\nok 2 t.two\n", log);
	free(log);
	log = play_file(&self->play, "console.log");
	EXPECT_TRUE(said(log, "Linux version "));
	free(log);
	/* Killed, it has no time for it. */
	json = play_file(&self->play, "run.json");
	if (variant->signal == SIGKILL) {
		EXPECT_EQ(NULL, json);
	} else {
		EXPECT_TRUE(said(json, "\"partial\": \"cut short by SIG"));
	}
	free(json);
	snprintf(path, sizeof(path), "%s/vm/scratch", self->play.dir);
	/* Only an empty folder can be removed. */
	EXPECT_EQ(0, rmdir(path));
}

KSFT_MAIN
