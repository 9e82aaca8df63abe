// SPDX-License-Identifier: GPL-2.0-or-later
#include "env.h"

#include <asm/unistd.h>
#include <ctype.h>
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fnmatch.h>
#include <gsl/gsl_version.h>
#include <libgen.h>
#include <libmnl/libmnl.h>
#include <limits.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#endif

/* libiperf's own configure would have said it. */
#define HAVE_STDINT_H	1
#include <iperf_api.h>

#include "libc.h"
#include "tool.h"

/* What decides how fast the paths are, and what slows a kernel down. */
static const char *const config_globs[] = {
	"CC_VERSION_TEXT", "HZ", "NO_HZ*", "HIGH_RES_TIMERS", "PREEMPT*",
	"CPU_MITIGATIONS", "MITIGATION_*", "IRQ_TIME_ACCOUNTING",
	"VIRT_CPU_ACCOUNTING*", "PARAVIRT*", "LTO_*", "CFI*",
	"CC_OPTIMIZE_FOR_*", "NET_NS", "VETH", "BRIDGE", "BRIDGE_NETFILTER",
	"BRIDGE_IGMP_SNOOPING", "BRIDGE_VLAN_FILTERING", "VXLAN", "MACVLAN",
	"NETFILTER", "NF_TABLES*", "NF_CONNTRACK", "RPS", "XPS",
	"BQL", "RFS_ACCEL", "BPF_JIT*", "NET_SCHED", "NET_RX_BUSY_POLL",
	"CGROUP_NET_*", "SECURITY_NETWORK", "SECURITY_SELINUX", "DEBUG_NET",
	"DEBUG_KERNEL", "DEBUG_PREEMPT", "DEBUG_ATOMIC_SLEEP", "DEBUG_LIST",
	"DEBUG_PAGEALLOC", "DEBUG_OBJECTS", "DEBUG_LOCK_ALLOC",
	"DEBUG_SPINLOCK", "LOCKDEP", "PROVE_LOCKING", "PROVE_RCU",
	"SLUB_DEBUG_ON", "KASAN", "KCSAN", "KFENCE", "UBSAN*", "FTRACE",
	"INIT_ON_ALLOC_DEFAULT_ON", "INIT_ON_FREE_DEFAULT_ON", "RCU_LAZY",
	"NET_NS_REFCNT_TRACKER", "NET_DEV_REFCNT_TRACKER", NULL,
};

static const char *const sysctls[] = {
	"net/core/rmem_default", "net/core/rmem_max", "net/core/wmem_default",
	"net/core/wmem_max", "net/core/optmem_max", "net/core/somaxconn",
	"net/core/default_qdisc", "net/core/dev_weight",
	"net/core/netdev_budget", "net/core/netdev_budget_usecs",
	"net/core/netdev_max_backlog", "net/core/gro_normal_batch",
	"net/core/skb_defer_max", "net/core/busy_poll", "net/core/busy_read",
	"net/core/rps_sock_flow_entries", "net/core/rps_default_mask",
	"net/core/high_order_alloc_disable", "net/core/bpf_jit_enable",
	"net/core/bpf_jit_harden", "net/ipv4/tcp_congestion_control",
	"net/ipv4/tcp_rmem", "net/ipv4/tcp_wmem",
	"net/bridge/bridge-nf-call-iptables", "kernel/perf_event_paranoid",
	"kernel/numa_balancing", "kernel/timer_migration",
	"kernel/unprivileged_bpf_disabled", NULL,
};

/* What hypervisors call themselves in cpuid, and what people call them. */
static const struct {
	const char *vendor, *name;
} hypervisors[] = {
	{ "KVMKVMKVM", "KVM" }, { "TCGTCGTCGTCG", "TCG" },
	{ "VMwareVMware", "VMware" }, { "Microsoft Hv", "Hyper-V" },
	{ "XenVMMXenVMM", "Xen" }, { "bhyve bhyve ", "bhyve" },
	{ "VBoxVBoxVBox", "VirtualBox" }, { " lrpepyh  vr", "Parallels" },
	{ "prl hyperv  ", "Parallels" }, { "ACRNACRNACRN", "ACRN" },
	{ "QNXQVMBSQG", "QNX" }, { "Linux KVM Hv", "KVM" },
};

static json_t *string(const char *str)
{
	/* What is not UTF-8 has no place in JSON. */
	json_t *value = str ? json_string(str) : NULL;

	return value ? value : json_null();
}

/* The first line of a file, its end cut; false: it cannot be read. */
static bool first_line(const char *path, char *line, size_t room)
{
	FILE *file = fopen(path, "re");
	bool found;
	size_t len;

	found = file && fgets(line, room, file);
	if (file)
		fclose(file);
	if (!found)
		return false;
	len = strcspn(line, "\n");
	while (len && isspace((unsigned char)line[len - 1]))
		len--;
	line[len] = '\0';
	return true;
}

static json_t *file_string(const char *path)
{
	char line[512];

	return first_line(path, line, sizeof(line)) ? string(line) :
	       json_null();
}

/* The first of /proc/cpuinfo's "key : value". */
static bool cpuinfo(const char *key, char *value, size_t room)
{
	FILE *file = fopen("/proc/cpuinfo", "re");
	size_t len = strlen(key);
	bool found = false;
	char line[1024], *at;

	while (file && !found && fgets(line, sizeof(line), file)) {
		at = line + len;
		if (strncmp(line, key, len))
			continue;
		at += strspn(at, " \t");
		if (*at++ != ':')
			continue;
		at += strspn(at, " \t");
		at[strcspn(at, "\n")] = '\0';
		snprintf(value, room, "%s", at);
		found = true;
	}
	if (file)
		fclose(file);
	return found;
}

/* Arm has numbers where others have a name. */
static json_t *cpu_name(const char *machine)
{
	char name[256], part[32];

	if (cpuinfo("model name", name, sizeof(name)) ||
	    cpuinfo("cpu model", name, sizeof(name)) ||
	    cpuinfo("cpu", name, sizeof(name)) ||
	    cpuinfo("uarch", name, sizeof(name)))
		return string(name);
	if (cpuinfo("CPU implementer", name, sizeof(name)) &&
	    cpuinfo("CPU part", part, sizeof(part)))
		return json_sprintf("%s %s/%s", machine, name, part);
	return string(machine);
}

static const char *hypervisor_name(const char *vendor)
{
	size_t i;

	for (i = 0; i < sizeof(hypervisors) / sizeof(hypervisors[0]); i++) {
		if (!strcmp(hypervisors[i].vendor, vendor))
			return hypervisors[i].name;
	}
	return NULL;
}

/* 12 bytes that the hypervisor chose; "": there is none, or it hides. */
static void cpuid_vendor(char vendor[13])
{
	memset(vendor, 0, 13);
#if defined(__x86_64__) || defined(__i386__)
	unsigned int a, b, c, d;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 31))
		return;
	__cpuid(0x40000000, a, b, c, d);
	memcpy(vendor, &b, 4);
	memcpy(vendor + 4, &c, 4);
	memcpy(vendor + 8, &d, 4);
#endif
}

static bool is_uml(void)
{
	char vendor[64];

	return cpuinfo("vendor_id", vendor, sizeof(vendor)) &&
	       !strcmp(vendor, "User Mode Linux");
}

const char *env_emulated(void)
{
	char vendor[13], model[256];
	const char *name;

	/* UML has the cpuid of its host. */
	if (is_uml())
		return "uml";
	cpuid_vendor(vendor);
	name = hypervisor_name(vendor);
	if (name && !strcmp(name, "TCG"))
		return "tcg";
	/* QEMU's own model under no hypervisor that it names. */
	if (!name && cpuinfo("model name", model, sizeof(model)) &&
	    !strncmp(model, "QEMU Virtual CPU", 16))
		return "tcg";
	return NULL;
}

/* Where cpuid says nothing: as other machines are told of it. */
static bool hypervisor_elsewhere(char *line, size_t room)
{
	static const char *const paths[] = {
		"/sys/hypervisor/type",
		"/proc/device-tree/hypervisor/compatible",
	};
	size_t i;

	for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		if (first_line(paths[i], line, room) && *line)
			return true;
	}
	/* Of the makers of machines these make virtual ones only. */
	return first_line("/sys/class/dmi/id/sys_vendor", line, room) &&
	       (!strcmp(line, "QEMU") || !strcmp(line, "VMware, Inc.") ||
		!strcmp(line, "innotek GmbH") || !strcmp(line, "Xen") ||
		!strcmp(line, "Amazon EC2") ||
		!strcmp(line, "Google"));
}

static json_t *hypervisor(void)
{
	char vendor[13], line[128];
	const char *name;

	if (is_uml())
		return json_null();
	cpuid_vendor(vendor);
	if (!*vendor)
		return hypervisor_elsewhere(line, sizeof(line)) ?
		       string(line) : json_null();
	name = hypervisor_name(vendor);
	return string(name ? name : vendor);
}

static json_t *mitigations(void)
{
	static const char dir_name[] = "/sys/devices/system/cpu/vulnerabilities";
	json_t *object = json_object();
	DIR *dir = opendir(dir_name);
	struct dirent *entry;
	char path[512], line[256];

	while (dir && (entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", dir_name, entry->d_name);
		if (*entry->d_name != '.' &&
		    first_line(path, line, sizeof(line)) &&
		    strcmp(line, "Not affected"))
			json_object_set_new(object, entry->d_name,
					    string(line));
	}
	if (dir)
		closedir(dir);
	return object;
}

static bool config_wanted(const char *name)
{
	size_t i;

	for (i = 0; config_globs[i]; i++) {
		if (!fnmatch(config_globs[i], name, 0))
			return true;
	}
	return false;
}

/* "CONFIG_HZ=250", "# CONFIG_HZ_100 is not set". */
static void config_line(json_t *object, char *line)
{
	char *name = line, *value;
	size_t len;

	if (!strncmp(line, "# CONFIG_", 9)) {
		name += 2;
		value = strstr(name, " is not set");
		if (!value)
			return;
		*value = '\0';
		value = "n";
	} else if (!strncmp(line, "CONFIG_", 7) && strchr(line, '=')) {
		value = strchr(line, '=');
		*value++ = '\0';
		value += *value == '"';
		len = strlen(value);
		if (len && value[len - 1] == '"')
			value[len - 1] = '\0';
	} else {
		return;
	}
	if (config_wanted(name + strlen("CONFIG_")))
		json_object_set_new(object, name, string(value));
}

/* By gzip, which also takes what is not compressed with -f. */
static char *config_text(const char *release)
{
	char paths[3][256] = { "/proc/config.gz" };
	const char *argv[] = { "gzip", "-dcf", NULL, NULL };
	char *text = NULL;
	size_t i;

	snprintf(paths[1], sizeof(paths[1]), "/boot/config-%s", release);
	snprintf(paths[2], sizeof(paths[2]), "/lib/modules/%s/config", release);
	for (i = 0; i < 3 && !text; i++) {
		argv[2] = paths[i];
		if (!access(paths[i], R_OK))
			text = tool_run(argv, NULL, NULL);
	}
	return text;
}

static json_t *config(const char *release)
{
	char *text = config_text(release), *rest = text, *line;
	json_t *object = json_object();

	while ((line = strsep(&rest, "\n")))
		config_line(object, line);
	free(text);
	return object;
}

/* "net.core.rmem_max": as sysctl(8) names them. */
static json_t *sysctl_values(void)
{
	json_t *object = json_object();
	char path[128], line[256], *c;
	size_t i;

	for (i = 0; sysctls[i]; i++) {
		snprintf(path, sizeof(path), "/proc/sys/%s", sysctls[i]);
		if (!first_line(path, line, sizeof(line)))
			continue;
		snprintf(path, sizeof(path), "%s", sysctls[i]);
		for (c = path; *c; c++)
			*c = *c == '/' ? '.' : *c;
		for (c = line; *c; c++)
			*c = *c == '\t' ? ' ' : *c;
		json_object_set_new(object, path, string(line));
	}
	return object;
}

/* libmnl does not say its version: its file does. */
static json_t *mnl_version(void)
{
	char path[PATH_MAX];
	Dl_info info;

	if (!dladdr(mnl_socket_open, &info) || !info.dli_fname ||
	    !realpath(info.dli_fname, path))
		return json_null();
	return string(basename(path));
}

static json_t *libraries(void)
{
	json_t *object = json_object();

	json_object_set_new(object, "libiperf",
			    string(iperf_get_iperf_version()));
	json_object_set_new(object, "gsl", string(gsl_version));
#if JANSSON_VERSION_HEX >= 0x020d00
	json_object_set_new(object, "jansson", string(jansson_version_str()));
#else
	json_object_set_new(object, "jansson", string(JANSSON_VERSION));
#endif
	json_object_set_new(object, "libmnl", mnl_version());
#ifdef __GLIBC__
	json_object_set_new(object, "glibc", string(gnu_get_libc_version()));
#endif
	return object;
}

/* Of the tree that this program was built in, if it is still there. */
static json_t *commit(void)
{
	const char *argv[] = { "git", "-C", NULL, "describe", "--always",
			       "--dirty", "--abbrev=40", "--exclude=*", NULL };
	char exe[PATH_MAX], *text;
	json_t *value;
	ssize_t len;

	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len < 0)
		return json_null();
	exe[len] = '\0';
	argv[2] = dirname(exe);
	text = tool_run(argv, NULL, NULL);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	value = string(text);
	free(text);
	return value;
}

/* NULL: it opens and counts. */
static char *pmu_refusal(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE, .size = sizeof(attr),
		.config = PERF_COUNT_HW_CPU_CYCLES, .exclude_kernel = 1,
		.exclude_hv = 1,
	};
	uint64_t cycles = 0;
	char *why = NULL;
	int fd, n = 0;

	fd = syscall(__NR_perf_event_open, &attr, 0, -1, -1, 0);
	if (fd < 0 && (errno == EACCES || errno == EPERM))
		n = asprintf(&why, "%s: kernel.perf_event_paranoid or a filter of system calls",
			     strerrorname_np(errno));
	else if (fd < 0 && (errno == ENOENT || errno == EOPNOTSUPP))
		n = asprintf(&why, "%s: this machine has no hardware counters",
			     strerrorname_np(errno));
	else if (fd < 0)
		n = asprintf(&why, "perf_event_open: %s",
			     strerrorname_np(errno));
	else if (read(fd, &cycles, sizeof(cycles)) != sizeof(cycles) || !cycles)
		n = asprintf(&why, "the cycle counter opens, and counts nothing");
	if (fd >= 0)
		close(fd);
	return n < 0 ? NULL : why;
}

static json_t *pmu(void)
{
	char *why = pmu_refusal();
	json_t *object = json_pack("{s:b, s:o}", "available", !why, "reason",
				   string(why));

	free(why);
	return object;
}

static json_t *load_average(void)
{
	double load;

	return getloadavg(&load, 1) == 1 ? json_real(load) : json_null();
}

static int cpus_allowed(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) ? 0 : CPU_COUNT(&set);
}

static void set_cpu(json_t *object, const struct utsname *uts)
{
	json_object_set_new(object, "cpu", cpu_name(uts->machine));
	json_object_set_new(object, "cpus",
			    json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	json_object_set_new(object, "cpus_allowed", json_integer(cpus_allowed()));
	json_object_set_new(object, "hypervisor", hypervisor());
	json_object_set_new(object, "emulated", string(env_emulated()));
	json_object_set_new(object, "clocksource", file_string(
		"/sys/devices/system/clocksource/clocksource0/current_clocksource"));
	json_object_set_new(object, "governor", file_string(
		"/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"));
	json_object_set_new(object, "mitigations", mitigations());
}

json_t *env_json(void)
{
	json_t *object = json_object();
	struct utsname uts;

	uname(&uts);
	json_object_set_new(object, "kernel", string(uts.release));
	json_object_set_new(object, "version", string(uts.version));
	json_object_set_new(object, "machine", string(uts.machine));
	set_cpu(object, &uts);
	json_object_set_new(object, "config", config(uts.release));
	json_object_set_new(object, "sysctls", sysctl_values());
	json_object_set_new(object, "libraries", libraries());
	json_object_set_new(object, "compiler", string(__VERSION__));
	json_object_set_new(object, "commit", commit());
	json_object_set_new(object, "pmu", pmu());
	json_object_set_new(object, "root", json_boolean(geteuid() == 0));
	json_object_set_new(object, "load", load_average());
	return object;
}
