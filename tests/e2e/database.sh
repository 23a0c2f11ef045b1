#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# A database that fails (D01-D03, D06-D11): the program is stopped at a chosen send, something happens to the
# server, the program goes on. Afterwards a plain run gives what an undisturbed one gives.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"
need_strace

files=$scratch/files
mkdir -p "$files/old" "$files/new"
n_records=$(step 4000 60000)
records() { # TITLE
	awk -v n="$n_records" -v title="$1" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"id\":\"w%d\",\"title\":\"%s %d\",\"author\":\"Name %d;Other\",\"authorids\":\"~N%d;~O1\",\"aff\":\"Place %d;\",\"aff_domain\":\"p%d.edu;\",\"position\":\"PhD student;\"}\n", i, title, i, i, i, i % 99, i % 99 }'
}
records Old >"$files/old/iclr2021.jsonl"
records New >"$files/new/iclr2021.jsonl"
old=$files/old/iclr2021.jsonl
new=$files/new/iclr2021.jsonl
import() { bounded "$tenure" import papercopilot --no-build "$@"; }

new_warehouse database_empty 2>/dev/null
copy_warehouse database_empty database_old
bounded "$tenure" import papercopilot "$old" >/dev/null
old_published=$(published)
copy_warehouse database_old database_new
import "$new" >/dev/null
new_hash=$(warehouse)
copy_warehouse database_old database_trace
strace -qq -f -o "$scratch/trace" -s 4000 -e trace=sendto "$tenure" import papercopilot --no-build "$new" >/dev/null 2>&1
grep ' sendto(' "$scratch/trace" >"$scratch/sends"
n_sends=$(wc -l <"$scratch/sends")
send_of() { grep -n -i -m 1 "$1" "$scratch/sends" | cut -d: -f1; }
copy_at=$(send_of 'copy .*landing')
merge_at=$(send_of 'meta.merge_records')
token_at=$(send_of 'insert into meta.pages')
is 'the sends to disturb are found' t "$([ -n "$copy_at" ] && [ -n "$merge_at" ] && [ -n "$token_at" ] && echo t)"

# stopped_at N DATABASE: starts the import of the new file in the background, stopped behind its Nth send.
stopped_at() {
	copy_warehouse database_old "$2"
	: >"$scratch/stopped"
	timeout -s KILL "$deadline" strace -qq -f -o "$scratch/stopped" -s 0 -e trace=sendto \
		-e "inject=sendto:signal=STOP:when=$1" "$tenure" import papercopilot --no-build "$new" \
		>"$scratch/out" 2>"$scratch/err" &
	tracer=$!
	children="$children $tracer"
	n_tries=0
	until grep -q 'stopped by SIGSTOP' "$scratch/stopped"; do
		n_tries=$((n_tries + 1))
		[ "$n_tries" -lt 400 ] || { failed "stopping at send $1" "$(cat "$scratch/err")"; return; }
		sleep 0.05
	done
	victim=$(awk '/stopped by SIGSTOP/ { print $1; exit }' "$scratch/stopped")
}
# goes_on: lets it run to its end; $code, $err_text.
goes_on() {
	kill -CONT "$victim"
	code=0
	wait "$tracer" || code=$?
	err_text=$(cat "$scratch/err")
}
backend() { sql "select pid from pg_stat_activity where datname = current_database() and application_name like 'tenure%' and pid != pg_backend_pid()"; }
others() { psql -qXAt -v ON_ERROR_STOP=1 "$TENURE_TEST_DSN" -c "$1"; }
is_up() {
	n_tries=0
	until psql -qXAt "$TENURE_TEST_DSN" -c 'select 1' >/dev/null 2>&1; do
		n_tries=$((n_tries + 1))
		[ "$n_tries" -lt 200 ] || return 1
		sleep 0.1
	done
}
# Afterwards: whatever the code, a plain import and the undisturbed warehouse.
heals() {
	exits "$1: then a plain import" 0 again "$tenure" import papercopilot --no-build "$new"
	is "$1: the undisturbed warehouse" "$new_hash" "$(warehouse)"
	is "$1: the figures are as they were" "$old_published" "$(published)"
}

# D01: the server process dies, or is told to end, in the middle of a COPY and of a merge.
moments="$copy_at $((copy_at + 1))"
[ -z "$is_full" ] || moments="$moments $((merge_at - 1)) $merge_at $token_at $((token_at + 1)) $((n_sends - 1))"
for moment in $moments; do
	stopped_at "$moment" database_kill
	kill -9 "$(backend)"
	goes_on
	is "D01 kill -9 of the backend at send $moment: connected again, the page done again" 0 "$code"
	is_up
	heals "D01 kill -9 of the backend at send $moment"
	stopped_at "$moment" database_kill
	sql "select pg_terminate_backend($(backend))" >/dev/null
	goes_on
	is "D01 pg_terminate_backend at send $moment: connected again, the page done again" 0 "$code"
	contains "D01 pg_terminate_backend at send $moment: it says so" 'database connection restored' "$err_text"
	heals "D01 pg_terminate_backend at send $moment"
done

# D02, D03: the whole cluster stops at once, in the middle of a page and between pages.
is 'D03 no table is unlogged: a crash leaves rows and cursor alike' 0 \
	"$(sql "select count(*) from pg_class inner join pg_namespace on pg_namespace.oid = relnamespace
		where relpersistence = 'u' and nspname in ('stg', 'core', 'mart', 'cache', 'meta')")"
postmaster() { head -1 "$TENURE_CLUSTER_DIRECTORY/data/postmaster.pid"; }
n_moments=$(step 2 20)
moment=0
while [ "$moment" -lt "$n_moments" ]; do
	random "$n_sends"
	at=$((number + 1))
	[ "$moment" -ne 0 ] || at=$((copy_at + 1))
	stopped_at "$at" database_crash
	kill -QUIT "$(postmaster)"
	n_tries=0
	while [ -e "$TENURE_CLUSTER_DIRECTORY/data/postmaster.pid" ] && [ "$n_tries" -lt 100 ]; do
		n_tries=$((n_tries + 1))
		sleep 0.05
	done
	if [ $((moment % 2)) -eq 0 ]; then
		"$tenure" --log-level error db start
		goes_on
		is "D02 the cluster stops at send $at and is back at once" 0 "$code"
	else
		# it comes back only after the program has lost it
		kill -CONT "$victim"
		sleep 1
		"$tenure" --log-level error db start
		code=0
		wait "$tracer" || code=$?
		case $code in 0 | 75) passed "D02 the cluster stops at send $at and is back later: exit code $code" ;; *) failed "D02 the cluster stops at send $at and is back later" "exit code $code: $(cat "$scratch/err")" ;; esac
	fi
	is_up
	heals "D02 the cluster stops at send $at"
	moment=$((moment + 1))
done

# D06: no room. A tablespace on a small file system needs root; the limit of temporary files does not.
if [ "$(id -u)" -eq 0 ] && mkdir "$scratch/full" && mount -t tmpfs -o size=14m tmpfs "$scratch/full" 2>/dev/null; then
	chown --reference="$TENURE_CLUSTER_DIRECTORY/data" "$scratch/full"
	chmod 711 "$scratch"
	copy_warehouse database_old database_full
	psql -qX "$TENURE_TEST_DSN" -c "create tablespace small location '$scratch/full'" >/dev/null
	sql "alter table stg.papercopilot_affiliations set tablespace small; alter table stg.papercopilot_papers set tablespace small"
	mkdir -p "$files/wide"
	n_records=60000 && records Wide | sed 's/iclr/icml/' >"$files/wide/icml2021.jsonl"
	exits 'D06 the tablespace is full' 74 import "$files/wide/icml2021.jsonl"
	contains 'D06 its class' E_DB_FULL "$err_text"
	is 'D06 the ledger says so' 'failed|74|E_DB_FULL' "$(last_run 'state, exit_code, error_class')"
	is 'D06 no row of the page is there' 0 "$(sql "select count(*) from stg.papercopilot_papers where edition_key like '%icml2021'")"
	is 'D06 the figures are as they were' "$old_published" "$(published)"
	mount -o remount,size=512m "$scratch/full"
	exits 'D06 with room again' 0 import "$files/wide/icml2021.jsonl"
	is 'D06 all rows are there' 60000 "$(sql "select count(*) from stg.papercopilot_papers where edition_key like '%icml2021'")"
	psql -qX "$TENURE_TEST_DSN" -c 'drop database database_full with (force)' -c 'drop tablespace small' >/dev/null
	umount "$scratch/full"
else
	printf '# D06 a full tablespace: left out, only root can mount one\n'
fi
copy_warehouse database_old database_temporary
sql "alter database database_temporary set work_mem = '64kB'"
sql "alter database database_temporary set hash_mem_multiplier = 1"
sql "alter database database_temporary set temp_file_limit = '64kB'"
exits 'D06 temporary files over their limit' 74 import "$new"
contains 'D06 class of that' E_DB_FULL "$err_text"
sql 'alter database database_temporary reset temp_file_limit'
heals 'D06 without the limit'

# D07: a deadlock in which this program is the one that gives way: it tries again.
stopped_at $((token_at - 1)) database_deadlock
printf "set deadlock_timeout = '60s'; begin; lock table meta.pages in exclusive mode; select 'has it';
	lock table stg.papercopilot_papers in exclusive mode; commit;" |
	psql -qXAt "$TENURE_DSN" >"$scratch/other" 2>&1 &
other=$!
n_tries=0
until [ "$(sql "select count(*) from pg_stat_activity where wait_event_type = 'Lock' and query like 'lock table stg.%'")" -eq 1 ] || [ "$n_tries" -gt 100 ]; do
	n_tries=$((n_tries + 1))
	sleep 0.05
done
goes_on
wait "$other" || true
is 'D07 the other session has its locks' 'has it' "$(cat "$scratch/other")"
is 'D07 a deadlock is tried again' 0 "$code"
contains 'D07 and told' E_DB_ "$err_text"
contains 'D07 as a conflict' 'database conflict, page will be done again' "$err_text"
heals 'D07 a deadlock'

# D08: a lock that is never given, a statement that is cancelled, a time limit of the server's.
copy_warehouse database_old database_lock
(
	printf 'begin; lock table stg.papercopilot_papers in share mode;\n'
	exec sleep "$deadline"
) | psql -qX "$TENURE_DSN" >/dev/null 2>&1 &
n_tries=0
until [ "$(sql "select count(*) from pg_locks where relation = 'stg.papercopilot_papers'::regclass and mode = 'ShareLock'")" -eq 1 ] || [ "$n_tries" -gt 100 ]; do
	n_tries=$((n_tries + 1))
	sleep 0.05
done
exits 'D08 a lock that is never given' 75 env TENURE_DATABASE_LOCK_TIMEOUT=1s "$tenure" import papercopilot --no-build "$new"
contains 'D08 its class' E_DB_TIMEOUT "$err_text"
is 'D08 the ledger says so' 'failed|75|E_DB_TIMEOUT' "$(last_run 'state, exit_code, error_class')"
sql "select pg_terminate_backend(pid) from pg_locks where relation = 'stg.papercopilot_papers'::regclass and mode = 'ShareLock'" >/dev/null
heals 'D08 the lock is given'
stopped_at "$merge_at" database_cancel
sql "select pg_cancel_backend($(backend))" >/dev/null
goes_on
is 'D08 a cancelled statement is done again' 0 "$code"
heals 'D08 a cancelled statement'

# D09: another session changes a row of the page while the page's transaction is open.
stopped_at "$copy_at" database_serial
sql "update stg.papercopilot_papers set title = 'Other' where paper_id = 'w1'"
goes_on
is 'D09 a row changed by another session meanwhile' 0 "$code"
heals 'D09 a row changed by another session'
psql -qX "$TENURE_TEST_DSN" -c "alter role tenure set default_transaction_isolation = 'repeatable read'" >/dev/null
stopped_at "$copy_at" database_serial
psql -qX "$TENURE_TEST_DSN" -c 'alter role tenure reset default_transaction_isolation' >/dev/null
sql "update stg.papercopilot_papers set title = 'Other' where paper_id = 'w1'"
goes_on
is 'D09 in a database of repeatable reads as well' 0 "$code"
heals 'D09 in a database of repeatable reads'

# D10: no transaction is open while the source is silent.
serve --people 100
export TENURE_OPENREVIEW_VENUES='ICLR.cc/2025/Conference' TENURE_RUN_STALL_TIMEOUT=2s TENURE_RUN_RETRIES=2
copy_warehouse database_empty database_idle
sql "alter database database_idle set idle_in_transaction_session_timeout = '150ms'"
fault stall_body:/notes:1
"$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" &
runner=$!
n_samples=0
n_open=0
while kill -0 "$runner" 2>/dev/null; do
	state=$(sql "select state || ',' || coalesce(xact_start::text, 'none') from pg_stat_activity
		where datname = current_database() and application_name like 'tenure%' and state_change < now() - interval '100 ms'")
	case $state in
	'') ;;
	idle,none) n_samples=$((n_samples + 1)) ;;
	*) n_open=$((n_open + 1)) ;;
	esac
done
code=0
wait "$runner" || code=$?
is 'D10 the run gets over a silent source with a limit of 150 ms on idle transactions' 0 "$code"
is "D10 none of $n_samples samples shows an open transaction that waits" 0 "$n_open"
is 'D10 samples were taken' t "$([ "$n_samples" -ge 5 ] && echo t)"
fault ''

# D11: no connection left, wrong password, none at all.
psql -qX "$TENURE_TEST_DSN" -c "create role limited login superuser connection limit 1" \
	-c "create role secretive login superuser password 'right-password'" >/dev/null
copy_warehouse database_old database_limit
socket_dsn=$TENURE_DSN
as_role() { printf '%s\n' "$socket_dsn" | sed -E "s/user='?[a-z]+'?/user=$1/"; }
hba=$TENURE_CLUSTER_DIRECTORY/data/pg_hba.conf
cp "$hba" "$scratch/hba"
{
	printf 'local all secretive scram-sha-256\n'
	cat "$scratch/hba"
} >"$hba"
sql 'select pg_reload_conf()' >/dev/null
sleep 0.5
exits 'D11 no password' 77 env TENURE_DSN="$(as_role secretive)" "$tenure" import papercopilot --no-build "$new"
contains 'D11 where to put it' PGPASS "$err_text"
exits 'D11 a wrong password' 77 env PGPASSWORD=wrong-password TENURE_DSN="$(as_role secretive)" "$tenure" import papercopilot --no-build "$new"
case $err_text in *wrong-password*) failed 'D11 the password is not repeated' "$err_text" ;; *) passed 'D11 the password is not repeated' ;; esac
exits 'D11 the right one' 0 env PGPASSWORD=right-password TENURE_DSN="$(as_role secretive)" "$tenure" import papercopilot --no-build "$new"
is 'D11 gives the undisturbed warehouse' "$new_hash" "$(warehouse)"
cp "$scratch/hba" "$hba"
sql 'select pg_reload_conf()' >/dev/null
# As many connections as a role or a server may have: waited for, then 75.
psql -qX "$TENURE_TEST_DSN" -c 'alter role limited nosuperuser connection limit 0' \
	-c 'grant connect on database database_limit to limited' >/dev/null
exits 'D11 no connection left' 75 env TENURE_DATABASE_TIMEOUT=2s TENURE_DSN="$(as_role limited)" "$tenure" import papercopilot --no-build "$new"
contains 'D11 class of that' E_DB_CLIENTS "$err_text"

psql -qX "$TENURE_TEST_DSN" -c 'set client_min_messages = error' -c 'drop owned by limited' \
	-c 'drop role secretive' >/dev/null 2>&1 || true
is 'no run is left without an end' 0 "$(sql "select count(*) from meta.runs where state = 'running'")"
done_testing
