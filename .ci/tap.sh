# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# For scripts here: checks as TAP. A check's output is kept, and its end shown
# when it fails.

: "${work:?a folder}"

tap_begin()
{
	tap_n=0 tap_passed=0 tap_failed=0 tap_skipped=0
	echo "TAP version 13"
}

# check NAME COMMAND...: passes when the command, run with -e, exits with 0.
check()
{
	local name=$1 log start=$SECONDS rc

	shift
	tap_n=$((tap_n + 1))
	log=$work/check-$tap_n.log
	(set -e; "$@") >"$log" 2>&1 9>&-
	rc=$?
	if [ $rc -eq 0 ]; then
		tap_passed=$((tap_passed + 1))
		echo "ok $tap_n $name"
	else
		tap_failed=$((tap_failed + 1))
		echo "not ok $tap_n $name"
		echo "# exit code $rc; the end of $log:"
		tail -n 25 "$log" | sed 's/^/#   /'
	fi
	echo "# $((SECONDS - start)) s"
}

# skip NAME REASON
skip()
{
	tap_n=$((tap_n + 1))
	tap_skipped=$((tap_skipped + 1))
	echo "ok $tap_n $1 # SKIP $2"
}

# check_with TOOL NAME COMMAND...
check_with()
{
	local tool=$1

	shift
	if command -v "$tool" >/dev/null; then
		check "$@"
		return
	fi
	skip "$1" "$tool is not installed"
}

tap_end()
{
	echo "1..$tap_n"
	echo "$tap_passed passed, $tap_failed failed, $tap_skipped skipped"
	[ "$tap_failed" -eq 0 ] && [ "$tap_passed" -gt 0 ]
}
