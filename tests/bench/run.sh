#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# run.sh [load|peers|memory|budget|build …]: speed against peers and memory, as ratios of one run.
#
# Everything is below build/bench: a cluster of its own, generated input, peers. Nothing passes or fails by its
# time: each ratio is printed beside its target (docs/design/performance.md). BENCH_NOTES (200000), BENCH_REPEAT
# (3; medians are printed), BENCH_PEOPLE (20000).
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root"
. tests/bench/lib.sh
# shellcheck disable=SC2154 # variables of lib.sh
[ "$#" -gt 0 ] || set -- load peers memory budget build
have_package time || fail "needs the package time"
have_package jq || fail "needs the package jq"
mkdir -p "$bench"
rm -rf "$bench/measured" "$report"
trap stop_cluster EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
start_cluster
say 'tenure bench: %s processors, PostgreSQL %s, median of %s; load average %s\n' "$(nproc)" \
	"$(psql -XAtq -d postgres -c 'show server_version' | cut -d' ' -f1)" "$repeat" "$(cut -d' ' -f1 /proc/loadavg)"
for part in "$@"; do
	case $part in
	load) . tests/bench/load.sh ;;
	peers) . tests/bench/peers.sh ;;
	memory) . tests/bench/memory.sh ;;
	budget) . tests/bench/budget.sh ;;
	build) . tests/bench/build.sh ;;
	*) fail "no part called $part" ;;
	esac
done
echo
echo "written to ${report#"$root"/}"
