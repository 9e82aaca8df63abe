// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Two processes on two CPUs toss a cache line to and fro; then this one counts
 * and copies.  Medians of many short turns: a timer tick in one does not show,
 * a virtual CPU that was put elsewhere shows in all of them.
 */
#include "calib.h"

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Turns of each kind, and what one consists of: some 10 to 30 us each. */
#define TURNS		101
#define TOSSES		50
#define ALU_STEPS	10000
#define COPIES		256

/* More than a private cache holds: also what the neighbours do shows. */
#define COPY_AREA	(1 << 20)
#define COPY_SIZE	1024

/*
 * Bounds the toss on a machine whose CPUs are all taken by others, where each
 * answer may wait for a slice of time.
 */
#define TOSS_LIMIT_NS	1000000000LL
/* How often the clock is looked at while a throw is not answered. */
#define SPINS_A_LOOK	(1 << 14)

struct toss {
	_Alignas(128) atomic_uint ball;		/* odd: the other's turn */
	_Alignas(128) atomic_uint over;
};

static long long now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000LL + ts.tv_nsec;
}

static int double_cmp(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
	qsort(x, n, sizeof(*x), double_cmp);
	return x[n / 2];
}

static int pin(int cpu)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(cpu, &one);
	return sched_setaffinity(0, sizeof(one), &one) ? -errno : 0;
}

/* The first and the second that we may run on; -1: there is none. */
static void two_cpus(const cpu_set_t *set, int cpu[2])
{
	int i, n = 0;

	cpu[0] = cpu[1] = -1;
	for (i = 0; i < CPU_SETSIZE && n < 2; i++) {
		if (CPU_ISSET(i, set))
			cpu[n++] = i;
	}
}

static void throw_back(struct toss *toss, pid_t parent)
{
	unsigned int ball;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(1);
	for (;;) {
		ball = atomic_load_explicit(&toss->ball, memory_order_acquire);
		if (ball & 1)
			atomic_store_explicit(&toss->ball, ball + 1,
					      memory_order_release);
		else if (atomic_load_explicit(&toss->over,
					      memory_order_relaxed))
			_exit(0);
	}
}

/* Throws, and waits for it to come back. */
static int throw(struct toss *toss, unsigned int ball, long long end)
{
	unsigned int spins = 0;

	atomic_store_explicit(&toss->ball, ball + 1, memory_order_release);
	while (atomic_load_explicit(&toss->ball, memory_order_acquire) !=
	       ball + 2) {
		if (++spins % SPINS_A_LOOK == 0 && now_ns() > end)
			return -ETIMEDOUT;
	}
	return 0;
}

static int toss_turns(struct toss *toss, double *core_ns)
{
	long long start, end = now_ns() + TOSS_LIMIT_NS;
	unsigned int ball = 0, i, j;
	double turns[TURNS];

	/* The first one waits for the other to be there at all. */
	if (throw(toss, ball, end))
		return -ETIMEDOUT;
	for (i = 0; i < TURNS; i++) {
		start = now_ns();
		for (j = 0; j < TOSSES; j++) {
			ball += 2;
			if (throw(toss, ball, end))
				return -ETIMEDOUT;
		}
		turns[i] = (double)(now_ns() - start) / TOSSES;
	}
	*core_ns = median(turns, TURNS);
	return 0;
}

/* From the second CPU, where the child stays, back to the first. */
static pid_t fork_there(const int cpu[2], struct toss *toss)
{
	pid_t pid, self = getpid();

	/*
	 * A child that had to move itself would first wait for our slice of
	 * time on this CPU to end.
	 */
	if (pin(cpu[1]))
		return -1;
	pid = fork();
	if (!pid)
		throw_back(toss, self);
	if (pin(cpu[0]) && pid > 0) {
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		return -1;
	}
	return pid;
}

static int toss_between(const int cpu[2], double *core_ns)
{
	struct toss *toss;
	pid_t pid;
	int err;

	toss = mmap(NULL, sizeof(*toss), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (toss == MAP_FAILED)
		return -errno;
	pid = fork_there(cpu, toss);
	err = pid < 0 ? -errno : toss_turns(toss, core_ns);
	if (pid > 0) {
		atomic_store(&toss->over, 1);
		if (err)
			kill(pid, SIGKILL);
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	}
	munmap(toss, sizeof(*toss));
	return err;
}

/* Each step needs the one before: clock frequency, and nothing else. */
static double alu(void)
{
	double turns[TURNS];
	uint64_t x = 1;
	long long start;
	int i, j;

	for (i = 0; i < TURNS; i++) {
		start = now_ns();
		for (j = 0; j < ALU_STEPS; j++) {
			x = x * 6364136223846793005u + 1442695040888963407u;
			__asm__ volatile("" : "+r"(x));
		}
		turns[i] = (double)(now_ns() - start) / ALU_STEPS;
	}
	return median(turns, TURNS);
}

static double copy(char *area)
{
	char *from = area, *to = area + COPY_AREA;
	double turns[TURNS];
	long long start;
	size_t at = 0;
	int i, j;

	for (i = 0; i < TURNS; i++) {
		start = now_ns();
		for (j = 0; j < COPIES; j++) {
			memcpy(to + at, from + at, COPY_SIZE);
			__asm__ volatile("" : : "r"(to) : "memory");
			at = (at + COPY_SIZE) % COPY_AREA;
		}
		turns[i] = (double)(now_ns() - start) / COPIES;
	}
	return median(turns, TURNS);
}

static int copy_turns(double *copy_ns)
{
	char *area = malloc(2 * COPY_AREA);

	if (!area)
		return -ENOMEM;
	/* Pages that are first touched while the clock runs are not copied. */
	memset(area, 1, 2 * COPY_AREA);
	*copy_ns = copy(area);
	free(area);
	return 0;
}

/* All CPUs' time, in s since boot; 0 where the kernel does not count it. */
static double stolen(void)
{
	unsigned long long ticks = 0;
	FILE *file;

	file = fopen("/proc/stat", "re");
	if (!file)
		return 0;
	if (fscanf(file, "cpu %*u %*u %*u %*u %*u %*u %*u %llu", &ticks) != 1)
		ticks = 0;
	fclose(file);
	return (double)ticks / sysconf(_SC_CLK_TCK);
}

int calib_take(struct calib *calib)
{
	cpu_set_t saved;
	int cpu[2];
	int err;

	*calib = (struct calib){ .steal = stolen() };
	if (sched_getaffinity(0, sizeof(saved), &saved))
		return -errno;
	two_cpus(&saved, cpu);
	err = pin(cpu[0]);
	if (err)
		return err;
	if (cpu[1] >= 0)
		err = toss_between(cpu, &calib->core_ns);
	calib->alu_ns = alu();
	if (!err)
		err = copy_turns(&calib->copy_ns);
	if (sched_setaffinity(0, sizeof(saved), &saved) && !err)
		err = -errno;
	return err;
}

static json_t *one_json(const struct calib *calib)
{
	return json_pack("{s:f, s:f, s:f, s:f}", "core_ns", calib->core_ns,
			 "alu_ns", calib->alu_ns, "copy_ns", calib->copy_ns,
			 "steal", calib->steal);
}

json_t *calib_json(const struct calib *before, const struct calib *after)
{
	return json_pack("{s:o, s:o}", "before", one_json(before), "after",
			 one_json(after));
}

/*
 * By 200 takes 0.45 s apart on an idle machine of two virtual CPUs: from one
 * take to the next core_ns changed by at most 20 % in 194 cases, and in 4 by a
 * factor of 3.5 to 3.8 (another placement: 75 to 110 ns, or 310 to 340); alu_ns
 * by at most 0.8 %, copy_ns by at most 39 %.  Nothing lies between these and the limits.
 */
#define CORE_FACTOR	1.5
#define ALU_FACTOR	1.02
#define COPY_FACTOR	1.5

static bool apart(double before, double after, double factor)
{
	return before > 0 && after > 0 &&
	       fabs(log(after / before)) > log(factor);
}

bool calib_disturbed(const struct calib *before, const struct calib *after)
{
	return apart(before->core_ns, after->core_ns, CORE_FACTOR) ||
	       apart(before->alu_ns, after->alu_ns, ALU_FACTOR) ||
	       apart(before->copy_ns, after->copy_ns, COPY_FACTOR);
}
