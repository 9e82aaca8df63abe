// SPDX-License-Identifier: GPL-2.0-or-later
#include "kvm.h"

#include <fcntl.h>
#include <linux/kvm.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What works has done so long before. */
#define PROBE_MS	2000

#define GUEST_PAGE	4096

/*
 * In 32 bits: counts down from 2^26, which takes a processor some hundredths of
 * a second.  A KVM that interprets what it should have executed is not done
 * with it in time.
 */
static const unsigned char guest_code[] = {
	0xb9, 0x00, 0x00, 0x00, 0x04,	/* mov ecx, 1 << 26 */
	0x49,				/* dec ecx */
	0x75, 0xfd,			/* jnz .-1 */
	0xf4,				/* hlt */
};

/* Flat: all of memory, 32 bits. */
static void set_segment(struct kvm_segment *segment, unsigned char type)
{
	*segment = (struct kvm_segment){
		.limit = 0xffffffff, .selector = 8, .type = type, .present = 1,
		.db = 1, .s = 1, .g = 1,
	};
}

/* A vCPU before the first byte of that code, at address 0. */
static bool make_guest(int vm, int vcpu)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = GUEST_PAGE,
	};
	struct kvm_regs regs = { .rflags = 2 };
	struct kvm_sregs sregs;
	unsigned char *page;

	page = mmap(NULL, GUEST_PAGE, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (page == MAP_FAILED)
		return false;
	memcpy(page, guest_code, sizeof(guest_code));
	region.userspace_addr = (unsigned long)page;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0 ||
	    ioctl(vcpu, KVM_GET_SREGS, &sregs) < 0)
		return false;
	set_segment(&sregs.cs, 11);	/* executed, read */
	set_segment(&sregs.ds, 3);	/* read, written */
	sregs.es = sregs.fs = sregs.gs = sregs.ss = sregs.ds;
	sregs.cr0 |= 1;
	return !ioctl(vcpu, KVM_SET_SREGS, &sregs) &&
	       !ioctl(vcpu, KVM_SET_REGS, &regs);
}

static bool probe(void)
{
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), vm, vcpu, size;
	struct kvm_run *run;

	if (kvm < 0 || ioctl(kvm, KVM_GET_API_VERSION, 0) != 12)
		return false;
	vm = ioctl(kvm, KVM_CREATE_VM, 0);
	vcpu = vm < 0 ? -1 : ioctl(vm, KVM_CREATE_VCPU, 0);
	size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (vcpu < 0 || size < 0)
		return false;
	run = mmap(NULL, size, PROT_READ, MAP_SHARED, vcpu, 0);
	return run != MAP_FAILED && make_guest(vm, vcpu) &&
	       !ioctl(vcpu, KVM_RUN, 0) && run->exit_reason == KVM_EXIT_HLT;
}

bool kvm_works(void)
{
	struct pollfd pfd = { .events = POLLIN };
	int status = 1, ended;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return false;
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(!probe());
	}
	pfd.fd = syscall(SYS_pidfd_open, pid, 0);
	ended = pfd.fd < 0 ? 0 : poll(&pfd, 1, PROBE_MS);
	if (pfd.fd >= 0)
		close(pfd.fd);
	kill(pid, SIGKILL);
	/* One that the kernel does not let go of is left to it. */
	if (ended > 0)
		waitpid(pid, &status, 0);
	else
		waitpid(pid, &status, WNOHANG);
	return ended > 0 && WIFEXITED(status) && !WEXITSTATUS(status);
}
