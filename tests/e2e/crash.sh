#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# Exactly once (X01-X12): killed at system calls, twice in a row, signals, lost replies, failing calls and
# allocations; afterwards a plain run gives the warehouse of a run that nobody disturbed. Sampled points by
# default, all of them with TENURE_TEST_FULL=1.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"
need_strace

export TENURE_OPENREVIEW_VENUES='ICLR.cc/2025/Conference'
extract() { "$tenure" run openreview --no-build; }
spool_files() { find "$XDG_STATE_HOME/tenure" -name '*.tmp.*' -o -path '*/spool/*' -type f | wc -l; }

# Prepared warehouses: empty; the first day, built; the next day beside it, staged and not built.
serve --people 300
new_warehouse crash_empty 2>/dev/null
copy_warehouse crash_empty crash_first
bounded "$tenure" run openreview >/dev/null
whole=$(warehouse)
whole_published=$(published)
copy_warehouse crash_empty crash_staged
extract >/dev/null
staged=$(warehouse)
is 'the undisturbed run stages what the built one has' "$(use crash_first && sql 'select count(*), sum(number) from stg.openreview_notes')" \
	"$(sql 'select count(*), sum(number) from stg.openreview_notes')"

# count_calls SYSCALL COMMAND…: in $n_calls.
count_calls() {
	syscall=$1
	shift
	strace -qq -f -o "$scratch/trace" -e "trace=$syscall" "$@" >/dev/null 2>&1
	n_calls=$(grep -c "^[0-9]* *$syscall(" "$scratch/trace" || true)
}
# killed_at SYSCALL N COMMAND…: true when the kill came.
killed_at() {
	syscall=$1
	point=$2
	shift 2
	code=0
	bounded strace -qq -f -o /dev/null -e "trace=$syscall" -e "inject=$syscall:signal=KILL:when=$point" "$@" \
		>/dev/null 2>&1 || code=$?
	[ "$code" -eq 137 ]
}
# matrix CASE SYSCALL POINTS-IN-QUICK-MODE: kills the extraction at points spread over the whole run.
matrix() {
	copy_warehouse crash_empty crash_count
	count_calls "$2" "$tenure" run openreview --no-build
	stride=$(step $(((n_calls + $3 - 1) / $3)) 1)
	[ "$stride" -ge 1 ] || stride=1
	at=$(((stride + 1) / 2))
	n_points=0
	n_differ=0
	while [ "$at" -le "$n_calls" ]; do
		copy_warehouse crash_empty crash_kill
		if killed_at "$2" "$at" "$tenure" run openreview --no-build; then
			n_points=$((n_points + 1))
		fi
		again "$tenure" run openreview --no-build || { n_differ=$((n_differ + 1)); printf '#   %s %s: %s\n' "$2" "$at" "$(cat "$scratch/err")"; }
		[ "$(warehouse)" = "$staged" ] || { n_differ=$((n_differ + 1)); printf '#   %s %s: the warehouse differs\n' "$2" "$at"; }
		[ "$(spool_files)" -eq 0 ] || { n_differ=$((n_differ + 1)); printf '#   %s %s: left behind: %s\n' "$2" "$at" "$(find "$XDG_STATE_HOME/tenure" -name '*.tmp.*')"; }
		at=$((at + stride))
	done
	[ "$n_points" -gt 0 ] || failed "$1 kill -9 at $2" 'no point was reached'
	is "$1 kill -9 at $n_points of $n_calls calls of $2: the warehouse equals the undisturbed one" 0 "$n_differ"
}
matrix X01 sendto 2
matrix X02 recvfrom 1
matrix X02 poll 1
matrix X03 openat 1
matrix X03 write 1
matrix X03 rename 1
if [ -n "$is_full" ]; then
	matrix X03 fsync 2
	matrix X03 unlink 2
	matrix X03 mkdir 2
	matrix X03 lseek 2
fi

# X04: kill -9 while building: readers see the old figures or the new ones, whole.
copy_warehouse crash_first crash_old
"$tenure" run openreview --no-build --venue ICLR.cc/2023/Conference >/dev/null
use crash_old
old_published=$(published)
copy_warehouse crash_old crash_new
"$tenure" build >/dev/null
new=$(warehouse)
new_published=$(published)
is 'X04 the staged venue changes the figures' t "$([ "$old_published" != "$new_published" ] && echo t)"
n_points=0
n_differ=0
for syscall in sendto recvfrom poll; do
	copy_warehouse crash_old crash_count
	count_calls "$syscall" "$tenure" build
	stride=$(step "$n_calls" 1)
	at=1
	[ -n "$is_full" ] || at=$((n_calls * 2 / 3))
	while [ "$at" -le "$n_calls" ]; do
		copy_warehouse crash_old crash_kill
		if killed_at "$syscall" "$at" "$tenure" build; then n_points=$((n_points + 1)); fi
		case $(published) in
		"$old_published" | "$new_published") ;;
		*) n_differ=$((n_differ + 1)); printf '#   %s %s: readers see something else\n' "$syscall" "$at" ;;
		esac
		again "$tenure" build || { n_differ=$((n_differ + 1)); printf '#   %s %s: %s\n' "$syscall" "$at" "$(cat "$scratch/err")"; }
		[ "$(warehouse)" = "$new" ] || { n_differ=$((n_differ + 1)); printf '#   %s %s: the warehouse differs\n' "$syscall" "$at"; }
		at=$((at + stride))
	done
done
is "X04 kill -9 at $n_points calls while publishing: old figures or new ones, then the same warehouse" 0 "$n_differ"
[ "$n_points" -gt 0 ] || failed 'X04 kill -9 while publishing' 'no point was reached'

# X05: the reply to COMMIT is lost and the same process goes on. The receive behind the first sent COMMIT is
# looked up in a trace of an undisturbed run; how often a socket is found empty may shift it by a few.
copy_warehouse crash_empty crash_count
strace -qq -f -o "$scratch/trace" -s 128 -e trace=sendto,recvfrom "$tenure" run openreview --no-build >/dev/null 2>&1
first_commit=$(awk '/ recvfrom\(/ { n++ } / sendto\(.*ncommit;/ && !seen && n > 0 { if (page) { print n + 1; seen = 1 } }
	/ sendto\(.*PGCOPY/ { page = 1 }' "$scratch/trace")
is 'X05 a COMMIT after a COPY is sent in the run' t "$([ -n "$first_commit" ] && echo t)"
is_found=
for shift in 0 -1 1 -2 2 -3 3 -4 4 -5 5 -6 6; do
	copy_warehouse crash_empty crash_reply
	code=0
	bounded strace -qq -f -o "$scratch/trace" -s 128 -e trace=sendto,recvfrom \
		-e "inject=recvfrom:error=ECONNRESET:when=$((first_commit + shift))" "$tenure" run openreview --no-build \
		>"$scratch/out" 2>"$scratch/err" || code=$?
	case $code in 0 | 75) ;; *) failed "X05 the connection breaks at receive $((first_commit + shift))" "exit code $code: $(cat "$scratch/err")" ;; esac
	is_found=$(awk '/ sendto\(.*ncommit;/ { is_commit = 1; next } /INJECTED/ { if (is_commit) print "t"; exit }
		/ EAGAIN / { next } { is_commit = 0 }' "$scratch/trace")
	[ -z "$is_found" ] || break
done
is 'X05 the connection breaks just behind a COMMIT' t "$is_found"
is 'X05 the same process goes on' 0 "$code"
is 'X05 the lost reply is counted once' 1 "$(last_run n_commit_unknown)"
is 'X05 nothing is applied twice' "$staged" "$(warehouse)"

# X06: killed, and the run that goes on killed too.
n_pairs=$(step 1 500)
n_differ=0
copy_warehouse crash_empty crash_count
count_calls sendto "$tenure" run openreview --no-build
pair=0
while [ "$pair" -lt "$n_pairs" ]; do
	copy_warehouse crash_empty crash_kill
	random "$n_calls"
	first=$((number + 1))
	random "$n_calls"
	second=$((number + 1))
	killed_at sendto "$first" "$tenure" run openreview --no-build || true
	killed_at recvfrom "$second" "$tenure" run openreview --no-build || true
	again "$tenure" run openreview --no-build || n_differ=$((n_differ + 1))
	[ "$(warehouse)" = "$staged" ] || { n_differ=$((n_differ + 1)); printf '#   points %s and %s: the warehouse differs\n' "$first" "$second"; }
	pair=$((pair + 1))
done
is "X06 $n_pairs pairs of kills, the second in the run that goes on: the same warehouse" 0 "$n_differ"

# X07: SIGTERM and SIGINT at random moments: page finished or undone, code of the signal, lock free.
n_moments=$(step 3 50)
n_wrong=0
moment=0
while [ "$moment" -lt "$n_moments" ]; do
	copy_warehouse crash_empty crash_signal
	signal=TERM
	wanted=143
	# A background process of a shell ignores SIGINT; env gives it back.
	[ $((moment % 2)) -eq 0 ] || { signal=INT; wanted=130; }
	random 80
	env --default-signal=INT timeout -s KILL "$deadline" "$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" &
	victim=$!
	sleep "0.$(printf '%02d' "$number")"
	victim_child=$(pgrep -P "$victim" || true)
	[ -z "$victim_child" ] || kill "-$signal" "$victim_child" 2>/dev/null || true
	code=0
	wait "$victim" || code=$?
	case $code in
	"$wanted")
		[ "$(last_run state)" = cancelled ] || [ -z "$(last_run state)" ] ||
			{ n_wrong=$((n_wrong + 1)); printf '#   the ledger says %s\n' "$(last_run state)"; } ;;
	0) ;; # it was through
	*) n_wrong=$((n_wrong + 1)); printf '#   SIG%s after 0.%s s: code %s\n' "$signal" "$number" "$code" ;;
	esac
	n_tries=0
	while [ "$(sql "select count(*) from pg_locks where locktype = 'advisory'
		and database = (select oid from pg_database where datname = current_database())")" -ne 0 ]; do
		n_tries=$((n_tries + 1))
		[ "$n_tries" -lt 300 ] || { n_wrong=$((n_wrong + 1)); printf '#   SIG%s after 0.%s s: the lock stays\n' "$signal" "$number"; break; }
		sleep 0.05
	done
	bounded "$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" ||
		{ n_wrong=$((n_wrong + 1)); printf '#   SIG%s after 0.%s s: then %s\n' "$signal" "$number" "$(cat "$scratch/err")"; }
	[ "$(warehouse)" = "$staged" ] || { n_wrong=$((n_wrong + 1)); printf '#   SIG%s after 0.%s s: the warehouse differs\n' "$signal" "$number"; }
	moment=$((moment + 1))
done
is "X07 SIGTERM and SIGINT at $n_moments moments: its code, the lock free, then the same warehouse" 0 "$n_wrong"
copy_warehouse crash_empty crash_signal
fault stall_body:/notes:1
"$tenure" run openreview --no-build >/dev/null 2>&1 &
victim=$!
n_tries=0
until curl -sS "$OPENREVIEW_API_BASEURL_V2/twin/stats" | grep -q '"v2 /notes"' || [ "$n_tries" -gt 200 ]; do
	n_tries=$((n_tries + 1))
	sleep 0.05
done
kill -TERM "$victim"
code=0
wait "$victim" || code=$?
is 'X07 SIGTERM while the source is silent does not wait for it' 143 "$code"
fault ''

# X08: again, and nothing is written.
copy_warehouse crash_first crash_twice
TENURE_OPENREVIEW_PROFILE_MAX_AGE_DAYS=0 bounded "$tenure" run openreview >/dev/null
written() {
	sql 'select pg_stat_force_next_flush()' >/dev/null
	sql "select sum(n_tup_ins), sum(n_tup_upd), sum(n_tup_del) from pg_stat_user_tables where schemaname in ('stg', 'core', 'mart', 'cache')"
}
before=$(written)
exits 'X08 again, every profile asked for' 0 env TENURE_OPENREVIEW_PROFILE_MAX_AGE_DAYS=0 "$tenure" run openreview
contains 'X08 it says so' 'nothing new' "$out"
is 'X08 no row is inserted, updated or deleted' "$before" "$(written)"
is 'X08 the same warehouse' "$whole" "$(warehouse)"
exits 'X08 again, everything from the beginning' 0 "$tenure" run openreview --full
is 'X08 no row is inserted, updated or deleted either' "$before" "$(written)"

# X09: time zones, languages and the sizes of pages leave no trace.
for zone in Asia/Shanghai America/New_York; do
	copy_warehouse crash_empty crash_zone
	sql "alter database crash_zone set timezone = '$zone'"
	bounded env TZ="$zone" LC_ALL=C.UTF-8 "$tenure" run openreview >/dev/null
	is "X09 in the time zone $zone: the same warehouse" "$whole" "$(warehouse)"
	[ -n "$is_full" ] || break
done
copy_warehouse crash_empty crash_pages
TENURE_OPENREVIEW_USE_STREAM=false TENURE_OPENREVIEW_PAGE_SIZE=7 TENURE_OPENREVIEW_PROFILE_BATCH=5 \
	bounded "$tenure" run openreview >/dev/null
is 'X09 in pages of seven instead of one answer: the same tables' "$(printf '%s\n' "$whole" | head -1)" "$(warehouse | head -1)"
psql -qX "$TENURE_TEST_DSN" -c 'set client_min_messages = error' -c 'drop database if exists crash_icu' \
	-c "create database crash_icu template template0 locale_provider icu icu_locale 'zh-Hans'" >/dev/null
use crash_icu
mkdir -p "$XDG_STATE_HOME"
bounded "$tenure" --log-level error migrate
bounded "$tenure" run openreview >/dev/null
is 'X09 in a database that sorts by another language: the same warehouse' "$whole" "$(warehouse)"
record() {
	printf '{"id":"%s","author":"Name %s;Other","authorids":"~N%s;~O1","aff":"Place %s;Else","aff_domain":"p%s.edu;e.org","position":"PhD student;Intern"}\n' \
		"$1" "$1" "$1" "$1" "$1"
}
mkdir -p "$scratch/forth" "$scratch/back"
for i in 1 2 3 4 5 6 7 8 9; do record "$i"; done >"$scratch/forth/iclr2021.jsonl"
for i in 9 5 8 4 1 7 2 6 3; do record "$i"; done >"$scratch/back/iclr2021.jsonl"
copy_warehouse crash_empty crash_forth
bounded "$tenure" import papercopilot "$scratch/forth/iclr2021.jsonl" >/dev/null
forth=$(warehouse yes | head -1)
copy_warehouse crash_empty crash_back
bounded "$tenure" import papercopilot "$scratch/back/iclr2021.jsonl" >/dev/null
is 'X09 records in another order: the same tables' "$forth" "$(warehouse yes | head -1)"

# X10: cursors of another host, a folder of another warehouse.
copy_warehouse crash_first crash_host
exits 'X10 another host for API v2' 78 env OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:9 "$tenure" run openreview
is 'X10 nothing is written' "$whole" "$(warehouse)"
bounded "$tenure" run openreview --no-build --venue ICLR.cc/2023/Conference >/dev/null
before=$(warehouse)
exits 'X10 another host for API v1' 78 env OPENREVIEW_API_BASEURL=http://127.0.0.1:9 "$tenure" run openreview
is 'X10 nothing is written either' "$before" "$(warehouse)"
copy_warehouse crash_empty crash_folder
XDG_STATE_HOME=$scratch/state-crash_first
exits 'X10 the state folder of another warehouse' 0 bounded "$tenure" run openreview
is 'X10 gives the same warehouse' "$whole" "$(warehouse)"
is 'X10 and the same figures' "$whole_published" "$(published)"

# X12: a system call fails once: invisible or a class of its own, never a crash or a hang; then as if nothing had
# happened.
acceptable=' 0 69 71 74 75 76 '
torture() { # SYSCALL ERROR POINTS WANTED-CODES
	copy_warehouse crash_empty crash_count
	count_calls "$1" "$tenure" run openreview --no-build
	stride=$(step $(((n_calls + $3 - 1) / $3)) 1)
	[ "$stride" -ge 1 ] || stride=1
	at=$((stride / 2 + 1))
	n_points=0
	n_wrong=0
	while [ "$at" -le "$n_calls" ]; do
		copy_warehouse crash_empty crash_fail
		code=0
		bounded strace -qq -f -o "$scratch/trace" -e "trace=$1" -e "inject=$1:error=$2:when=$at" \
			"$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" || code=$?
		if grep -q INJECTED "$scratch/trace"; then n_points=$((n_points + 1)); fi
		case "$4" in
		*" $code "*) ;;
		*) n_wrong=$((n_wrong + 1)); printf '#   %s %s at %s: exit code %s: %s\n#   %s\n' "$1" "$2" "$at" "$code" "$(tail -1 "$scratch/err")" "$(grep INJECTED "$scratch/trace")" ;;
		esac
		again "$tenure" run openreview --no-build || { n_wrong=$((n_wrong + 1)); printf '#   %s %s at %s: then %s\n' "$1" "$2" "$at" "$(cat "$scratch/err")"; }
		[ "$(warehouse)" = "$staged" ] || { n_wrong=$((n_wrong + 1)); printf '#   %s %s at %s: the warehouse differs\n' "$1" "$2" "$at"; }
		at=$((at + stride))
	done
	is "X12 $1 fails with $2 at $n_points of $n_calls calls" 0 "$n_wrong"
	[ "$n_points" -gt 0 ] || failed "X12 $1 fails with $2" 'no point was reached'
}
torture recvfrom EINTR 1 ' 0 '
torture write ENOSPC 1 "$acceptable"
# A send that fails on a connection that is whole leaves both sides waiting: the deadline of a statement ends it.
TENURE_DATABASE_TIMEOUT=3s torture sendto EPIPE 1 "$acceptable"
if [ -n "$is_full" ]; then
	torture openat EMFILE 2 "$acceptable 77 78 "
	torture openat EIO 2 "$acceptable 77 78 "
	torture write EIO 2 "$acceptable"
	torture fsync EIO 2 "$acceptable"
	torture rename EIO 2 "$acceptable"
	torture recvfrom ECONNRESET 2 "$acceptable"
	torture poll EINTR 2 ' 0 '
	torture socket EMFILE 2 "$acceptable"
	torture connect ECONNREFUSED 2 "$acceptable"
fi

# X11: the Nth allocation fails, once and from then on.
cat >"$scratch/malloc.c" <<'C'
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);
static long n_calls, fail_at = -1, fail_for_ever, is_done;
static int fails(void)
{
	if (fail_at < 0)
		return 0;
	n_calls++;
	int is_hit = n_calls == fail_at || (fail_for_ever && n_calls > fail_at);
	if (is_hit)
		errno = ENOMEM;
	return is_hit;
}
void *malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void *calloc(size_t n, size_t size) { return fails() ? NULL : __libc_calloc(n, size); }
void *realloc(void *old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
__attribute__((constructor)) static void begin(void)
{
	const char *at = getenv("FAIL_AT");
	fail_for_ever = getenv("FAIL_FOR_EVER") != NULL;
	fail_at = at == NULL ? -1 : atol(at);
}
__attribute__((destructor)) static void end(void)
{
	const char *fd = getenv("FAIL_COUNT_FD");
	if (fd == NULL || is_done++)
		return;
	char digits[24];
	size_t n = sizeof(digits);
	digits[--n] = '\n';
	for (long left = n_calls; left > 0; left /= 10)
		digits[--n] = (char)('0' + left % 10);
	if (write(atoi(fd), digits + n, sizeof(digits) - n) < 0)
		_exit(99);
}
C
${CC:-cc} -shared -fPIC -O1 -o "$scratch/malloc.so" "$scratch/malloc.c"
allocating() { # COMMAND… with the shim
	bounded env LD_PRELOAD="$scratch/malloc.so" "$@"
}
copy_warehouse crash_empty crash_count
FAIL_AT=0 FAIL_COUNT_FD=9 allocating "$tenure" run openreview --no-build 9>"$scratch/count" >/dev/null 2>&1
n_calls=$(tail -1 "$scratch/count")
is 'X11 allocations are counted' t "$([ "$n_calls" -gt 100 ] && echo t)"
for mode in once 'for ever'; do
	n_points=$(step 3 400)
	n_wrong=0
	n_failures=0
	point=0
	while [ "$point" -lt "$n_points" ]; do
		at=$((n_calls * point / n_points + 1))
		copy_warehouse crash_empty crash_memory
		code=0
		if [ "$mode" = once ]; then
			FAIL_AT=$at allocating "$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" || code=$?
		else
			FAIL_AT=$at FAIL_FOR_EVER=1 allocating "$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" || code=$?
		fi
		case $code in
		0) ;;
		69 | 71 | 74 | 75 | 78) n_failures=$((n_failures + 1)) ;;
		*) n_wrong=$((n_wrong + 1)); printf '#   allocation %s (%s): exit code %s: %s\n' "$at" "$mode" "$code" "$(tail -1 "$scratch/err")" ;;
		esac
		again "$tenure" run openreview --no-build || { n_wrong=$((n_wrong + 1)); printf '#   allocation %s (%s): then %s\n' "$at" "$mode" "$(cat "$scratch/err")"; }
		[ "$(warehouse)" = "$staged" ] || { n_wrong=$((n_wrong + 1)); printf '#   allocation %s (%s): the warehouse differs\n' "$at" "$mode"; }
		point=$((point + 1))
	done
	is "X11 allocation fails $mode at $n_points of $n_calls points: no crash, then the same warehouse" 0 "$n_wrong"
	[ "$n_failures" -gt 0 ] || failed "X11 allocation fails $mode" 'no run ended with an error'
done

is 'no run is left without an end' 0 "$(sql "select count(*) from meta.runs where state = 'running'")"
done_testing
