#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# run.sh [--setup] [--vm KERNEL] [SUBCOMMAND [ARGUMENT...]]: build what is old,
# then run it.
# "run.sh --help" lists the subcommands; the default is "run".

set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
packages="make gcc libc6-dev libmnl-dev libnftnl-dev libiperf-dev libgsl-dev
	libpcap-dev libjansson-dev libarchive-dev gnuplot-nox pkg-config xz-utils iproute2 util-linux"
# The real tools that check holds the kernel, our requests and our output against.
oracles="nftables iptables iputils-ping netcat-openbsd user-mode-linux kmod cpio
	containernetworking-plugins perl python3 python3-tap python3-more-itertools
	python3-yaml node-tap-parser libxml2-utils autopkgtest"
# What boots another kernel, and finds its modules.
machines="qemu-system-x86 kmod"
harness=linux-source-6.12

say()
{
	echo "run.sh: $*" >&2
}

installed()
{
	[ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

available()
{
	apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [0-9]'
}

have_harness()
{
	[ -n "${KSRC-}" ] || [ -n "$(find /usr/src -maxdepth 1 \
		-name 'linux-source-*.tar.xz' 2>/dev/null)" ]
}

as_root()
{
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

apt_install()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
		--no-install-recommends "$@" >&2
}

# Without dpkg and apt: name what cannot be found, by its Debian package.
setup_elsewhere()
{
	missing=
	for tool in make gcc xz flock; do
		command -v "$tool" >/dev/null || missing="$missing $tool"
	done
	for header in libmnl/libmnl.h libnftnl/common.h iperf_api.h \
		gsl/gsl_rng.h pcap.h jansson.h archive.h; do
		[ -e "/usr/include/$header" ] || missing="$missing $header"
	done
	have_harness || missing="$missing kernel-source(KSRC=TREE)"
	[ -z "$missing" ] || say "not Debian: install what has:$missing"
}

setup()
{
	if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null
	then
		setup_elsewhere
		return
	fi
	missing=
	case ${1-} in
	check)
		packages="$packages $oracles"
		;;
	--vm*)
		packages="$packages $machines"
		;;
	esac
	for package in $packages; do
		installed "$package" || missing="$missing $package"
	done
	have_harness || missing="$missing $harness"
	[ -n "$missing" ] || return 0
	say "missing packages:$missing"
	if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
		say "as root: apt-get install$missing"
		return 0
	fi

	for package in $missing; do
		available "$package" || { as_root apt-get update -q >&2; break; }
	done
	have_harness || available "$harness" ||
		missing="${missing% "$harness"} linux-source"
	say "installing:$missing"
	# shellcheck disable=SC2086 # a list of words
	apt_install $missing || {
		as_root apt-get update -q >&2
		apt_install $missing
	} || say "apt-get could not install all of:$missing"
}

build()
{
	if ! command -v make >/dev/null; then
		say "make is not installed: ./run.sh --setup installs what is needed"
		exit 2
	fi
	# Ours even under a make that runs us.
	unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
	if ! out=$(make -C "$top" -j"$(nproc)" BUILD="$BUILD" 2>&1); then
		printf '%s\n' "$out" >&2
		say "the build failed"
		exit 2
	fi
}

if [ "${1-}" = --setup ]; then
	shift
	setup "${1-}"
fi

BUILD=${BUILD:-$top/build}
build
NETNS_RESULTS=${NETNS_RESULTS:-$top/results}
export NETNS_RESULTS
exec "$BUILD/runner" "$@"
