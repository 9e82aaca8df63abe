// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The printed commands against our own requests: iproute2, given what
 * `./run.sh show TOPOLOGY --ip` prints, must build the same network as the
 * steps do over netlink.  Needs iproute2, so it is no part of the suite.
 */
#include "ksft.h"

#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

FIXTURE(oracle) { struct topo *topo; };
FIXTURE_VARIANT(oracle) { const char *topology; };
FIXTURE_VARIANT_ADD(oracle, netns) { .topology = "netns" };
FIXTURE_VARIANT_ADD(oracle, loopback) { .topology = "loopback" };
FIXTURE_VARIANT_ADD(oracle, p2p) { .topology = "p2p" };
FIXTURE_VARIANT_ADD(oracle, p2p_ipv6) { .topology = "p2p-ipv6" };
FIXTURE_VARIANT_ADD(oracle, p2p_in_place) { .topology = "p2p-in-place" };
FIXTURE_VARIANT_ADD(oracle, bridge) { .topology = "bridge" };
FIXTURE_VARIANT_ADD(oracle, bridge_ipv6) { .topology = "bridge-ipv6" };
FIXTURE_VARIANT_ADD(oracle, bridge_in_place) { .topology = "bridge-in-place" };
FIXTURE_VARIANT_ADD(oracle, bridge_3) { .topology = "bridge-3" };
FIXTURE_VARIANT_ADD(oracle, bridge_32_in_place) {
	.topology = "bridge-32-in-place",
};
FIXTURE_VARIANT_ADD(oracle, host) { .topology = "host" };
FIXTURE_VARIANT_ADD(oracle, host_ipv6) { .topology = "host-ipv6" };
FIXTURE_VARIANT_ADD(oracle, host_in_place) { .topology = "host-in-place" };
FIXTURE_SETUP(oracle) TOPO_SETUP(oracle)
FIXTURE_TEARDOWN(oracle) TOPO_TEARDOWN

static bool have_ip(void)
{
	return !access("/usr/sbin/ip", X_OK) || !access("/sbin/ip", X_OK) ||
	       !access("/usr/bin/ip", X_OK) || !access("/bin/ip", X_OK);
}

/* The commands in a file without a name, to be read from its start. */
static int script_of(const struct topo_list *list)
{
	int fd = memfd_create("script", MFD_CLOEXEC);
	FILE *file = fd < 0 ? NULL : fdopen(dup(fd), "w");

	if (!file)
		return -errno;
	topo_print_ip(list, file, false);
	if (fclose(file) != 0 || lseek(fd, 0, SEEK_SET) < 0) {
		close(fd);
		return -EIO;
	}
	return fd;
}

/* Runs the script on its standard input by sh(1), inside @host. */
static int run_script(int host, int script)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		if (setns(host, CLONE_NEWNET) == 0 && dup2(script, 0) == 0) {
			setenv("PATH", "/usr/sbin:/usr/bin:/sbin:/bin", 1);
			execl("/bin/sh", "sh", "-e", NULL);
		}
		_exit(127);
	}
	if (waitpid(pid, &status, 0) < 0)
		return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EPROTO;
}

/* What iproute2 makes of the list, as a topology; NULL if it fails. */
static struct topo *build_by_ip(const struct topo_list *list)
{
	struct topo_error error = { 0 };
	int script, host, err;
	struct topo *topo;

	script = script_of(list);
	host = netns_new();
	err = sandbox_new_names();
	if (script < 0 || host < 0 || err)
		return NULL;
	err = run_script(host, script);
	close(script);
	if (err) {
		close(host);
		printf("# a command of the script did not succeed\n");
		return NULL;
	}
	topo = topo_attach(list, host, &error);
	if (!topo)
		printf("# %s\n", error.text);
	return topo;
}

TEST_F(oracle, printed_commands_build_the_same_network)
{
	char *ours, *theirs;
	struct topo *topo;

	if (!have_ip())
		SKIP(return, "no ip program (Debian package iproute2)");
	ours = ksft_states(true);
	ASSERT_NE(NULL, ours);
	topo = build_by_ip(&ksft.list);
	ASSERT_NE(NULL, topo);
	topo_destroy(self->topo);
	ksft.topo = self->topo = topo;
	theirs = ksft_states(true);
	EXPECT_TEXT(ours, theirs);
	free(ours);
}

KSFT_MAIN
