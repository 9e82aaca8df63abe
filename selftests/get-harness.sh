#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# get-harness.sh DIR [KERNEL_TREE]
#
# Put the kernel's kselftest.h and kselftest_harness.h, and what they include
# from beside them, into DIR: from the kernel tree given, else from Debian's
# linux-source package. DIR/source says where they are from. Nothing is written
# when DIR has them already. From the same place comes kunit.py, by which "make
# check" has our KTAP read, into DIR/tools/testing/kunit.

set -eu

dir=$1
tree=${2-}
sub=tools/testing/selftests
kunit=tools/testing/kunit

die()
{
	echo "get-harness.sh: $1" >&2
	exit 1
}

if [ -n "$tree" ]; then
	for header in kselftest.h kselftest_harness.h; do
		[ -r "$tree/$sub/$header" ] ||
			die "KSRC=$tree: no readable $sub/$header in it"
	done
	id="$tree $(cat "$tree/$sub"/*.h | cksum)"
else
	tarball=/usr/src/linux-source-6.12.tar.xz
	[ -r "$tarball" ] || tarball=$(find /usr/src -maxdepth 1 \
		-name 'linux-source-*.tar.xz' 2>/dev/null | sort -V | tail -n 1)
	[ -n "$tarball" ] || die "no kernel source for the test harness: \
install linux-source-6.12 (apt-get install linux-source-6.12, or \
linux-source; ./run.sh --setup does), or name a kernel tree with KSRC=<tree>"
	id="$tarball $(stat -L -c '%s %Y' "$tarball")"
fi

had=$(cat "$dir/source" 2>/dev/null || :)
[ "$had" != "$id" ] || [ ! -e "$dir/$kunit" ] || exit 0

mkdir -p "$(dirname "$dir")"
tmp=$(mktemp -d "$dir.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$tmp/new"

if [ -n "$tree" ]; then
	from=$tree
else
	echo "  HARNESS $tarball"
	tar -C "$tmp" -xJf "$tarball" --strip-components=1 --wildcards \
		"*/$sub/kselftest*.h" "*/$sub/kselftest/*.h" \
		"*/$kunit/*.py" 2>"$tmp/err" ||
	[ -r "$tmp/$sub/kselftest_harness.h" ] ||
		die "$tarball: $(cat "$tmp/err")"
	from=$tmp
fi

# Empty where there is none: not looked for again.
mkdir -p "$tmp/new/$kunit"
cp "$from/$kunit"/*.py "$tmp/new/$kunit/" 2>/dev/null || :
# The headers stay as old as they are, and so does what was built with them.
if [ "$had" = "$id" ]; then
	mv "$tmp/new/tools" "$dir/" 2>/dev/null || [ -e "$dir/$kunit" ]
	exit 0
fi
from=$from/$sub

# The two, and whatever they (and those in turn) include in quotes.
want="kselftest.h kselftest_harness.h"
while [ -n "$want" ]; do
	more=
	for header in $want; do
		[ -r "$from/$header" ] || continue
		[ ! -e "$tmp/new/$header" ] || continue
		mkdir -p "$(dirname "$tmp/new/$header")"
		cp "$from/$header" "$tmp/new/$header"
		more="$more $(sed -n 's/^#[ \t]*include[ \t]*"\([^"]*\)".*/\1/p' \
			"$from/$header")"
	done
	want=$more
done

[ -r "$tmp/new/kselftest_harness.h" ] ||
	die "no kselftest_harness.h in ${tree:-$tarball}"
echo "$id" >"$tmp/new/source"
chmod -R u=rwX,go=rX "$tmp/new"
[ ! -e "$dir" ] || mv "$dir" "$tmp/old"
mv "$tmp/new" "$dir"
