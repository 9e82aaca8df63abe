#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# in-tree.sh DIR: put the suite into a kernel tree: DIR is
# TREE/tools/testing/selftests/NAME, and NAME becomes the collection's name.
# Done again, DIR is brought up to date: sources that are gone here go there.

set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
dir=${1%/}
mark='kselftest collection "netns"'

die()
{
	echo "in-tree: $1" >&2
	exit 2
}

[ -n "$dir" ] ||
	die "say where: DIR=<kernel tree>/tools/testing/selftests/<name>"
name=${dir##*/}
case $name in
*[!A-Za-z0-9_-]* | '')
	die "$dir: \"$name\" is no name for a collection: letters, digits, _, -" ;;
esac
parent=$(CDPATH='' cd -- "$(dirname -- "$dir")" 2>/dev/null && pwd) ||
	die "$dir: there is no folder $(dirname -- "$dir")"
case $parent in
*[[:space:]:]*)
	die "$parent: the kernel's make takes no blank and no colon in a path" ;;
esac
# A folder deeper, such as net/netns, is not where our Makefile looks for it.
[ -r "$parent/lib.mk" ] ||
	die "$parent is not the tools/testing/selftests of a kernel tree: \
it has no lib.mk"
if [ -e "$dir" ] && [ -n "$(ls -A "$dir")" ]; then
	grep -qs "$mark" "$dir/Makefile" ||
		die "$dir: something else is there"
fi

dir=$parent/$name

# First what says that the folder is ours: an interruption can be made good.
mkdir -p "$dir/lib"
cd "$here"
cp Makefile flags.mk config settings "$dir/"
for file in "$dir"/*.[ch] "$dir"/lib/*.[ch]; do
	[ ! -e "$file" ] || [ -e "${file#"$dir"/}" ] || rm -f "$file"
done
cp ./*.[ch] "$dir/"
cp lib/*.[ch] "$dir/lib/"

unset MAKEFLAGS MFLAGS MAKELEVEL MAKEOVERRIDES
progs=$(make -s --no-print-directory -f Makefile emit_tests | sed 's/.*://')
{
	echo '# SPDX-License-Identifier: GPL-2.0-or-later'
	echo '/obj/'
	for prog in $progs; do
		echo "/$prog"
	done
} >"$dir/.gitignore"

echo "$dir: $(echo "$progs" | wc -l) programs"
echo "make -C $parent TARGETS=$name run_tests"
