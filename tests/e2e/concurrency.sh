#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# Many at once (C01, C02, C03, C05): one run works and the others are told who; readers see one build, whole, and
# wait for nobody; migrations and runs exclude each other, and history cannot be rewritten.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"

first_venue='ICLR.cc/2025/Conference'
export TENURE_OPENREVIEW_VENUES="$first_venue" TENURE_RUN_STALL_TIMEOUT=60s
serve --people 300
new_warehouse concurrency_empty 2>/dev/null
copy_warehouse concurrency_empty concurrency_first
bounded "$tenure" run openreview >/dev/null
first_published=$(published)
copy_warehouse concurrency_first concurrency_staged
export TENURE_OPENREVIEW_VENUES="$first_venue,NeurIPS.cc/2024/Conference"
bounded "$tenure" run openreview --no-build >/dev/null
copy_warehouse concurrency_staged concurrency_both
bounded "$tenure" build >/dev/null
both=$(warehouse)
both_published=$(published)

wait_for() { # SQL that gives t
	n_tries=0
	until [ "$(sql "$1")" = t ]; do
		n_tries=$((n_tries + 1))
		[ "$n_tries" -lt 400 ] || { failed 'waiting' "$1"; return; }
		sleep 0.05
	done
}
is_running="select count(*) = 1 from meta.runs where state = 'running'"

# C01: the first run waits for a silent source and holds the lock; two and ten others come.
copy_warehouse concurrency_first concurrency_many
fault stall_body:/notes:1
"$tenure" run openreview --no-build >/dev/null 2>&1 &
holder=$!
wait_for "$is_running"
run_id=$(last_run run_id)
exits 'C01 a second run' 75 bounded "$tenure" run openreview
contains 'C01 is told the class' E_LOCKED "$err_text"
contains 'C01 is told the run' "run $run_id," "$err_text"
contains 'C01 is told the process' "process $holder on" "$err_text"
exits 'C01 a build beside it' 75 bounded "$tenure" build
exits 'C01 a migration beside it (C05)' 75 bounded "$tenure" migrate
contains 'C01 which is told the class too' E_LOCKED "$err_text"
n=0
pids=
while [ "$n" -lt 10 ]; do
	n=$((n + 1))
	bounded "$tenure" run openreview --no-build >/dev/null 2>"$scratch/err$n" &
	pids="$pids $!"
done
codes=
for pid in $pids; do
	code=0
	wait "$pid" || code=$?
	codes="$codes $code"
done
is 'C01 ten more: none gets in' ' 75 75 75 75 75 75 75 75 75 75' "$codes"
is 'C01 none of them wrote into the ledger' "$run_id" "$(last_run run_id)"
kill -9 "$holder"
wait "$holder" 2>/dev/null || true
fault ''
n=0
pids=
while [ "$n" -lt 10 ]; do
	n=$((n + 1))
	bounded "$tenure" run openreview >/dev/null 2>"$scratch/err$n" &
	pids="$pids $!"
done
n_good=0
n_locked=0
for pid in $pids; do
	code=0
	wait "$pid" || code=$?
	case $code in 0) n_good=$((n_good + 1)) ;; 75) n_locked=$((n_locked + 1)) ;; esac
done
is 'C01 ten at once: each works or is told that another does' 10 $((n_good + n_locked))
is 'C01 ten at once: one works' t "$([ "$n_good" -ge 1 ] && echo t)"
again "$tenure" run openreview || true
is 'C01 the warehouse of one run' "$both_published" "$(published)"
is 'C01 the killed run is marked' abandoned "$(sql "select state from meta.runs where run_id = $run_id")"

# C02: an analyst reads in one long transaction; others read all the while; a run publishes beside them.
copy_warehouse concurrency_staged concurrency_analyst
(
	printf "begin isolation level repeatable read;\n"
	printf "select 'first', md5(string_agg(years::text, ',' order by years::text collate \"C\")) from mart.headcount_year as years;\n"
	printf "create temporary table is_open (n integer);\n"
	while [ ! -e "$scratch/published" ]; do sleep 0.1; done
	printf "select 'second', md5(string_agg(years::text, ',' order by years::text collate \"C\")) from mart.headcount_year as years;\ncommit;\n"
) | psql -qXAt "$TENURE_DSN" >"$scratch/analyst" 2>&1 &
analyst=$!
wait_for "select exists (select 1 from pg_class where relname = 'is_open' and relpersistence = 't')
	or exists (select 1 from pg_stat_activity where query like 'create temporary table is_open%' and state = 'idle in transaction')"
# Readers under a limit of 200 ms for a lock: a queue behind the publication would end them with an error.
reader() {
	n=0
	while [ ! -e "$scratch/published" ]; do
		PGOPTIONS='-c lock_timeout=200ms' psql -qXAt -v ON_ERROR_STOP=1 "$TENURE_DSN" -c "begin isolation level repeatable read" -c "
			select md5(string_agg(line, ',' order by line collate \"C\")) from (
				select years::text as line from mart.headcount_year as years
				union all
				select years::text from mart.published_as_year as years
			) as lines" -c 'commit' || printf 'failed\n'
	done
}
reader >"$scratch/reader1" 2>&1 &
reader1=$!
reader >"$scratch/reader2" 2>&1 &
reader2=$!
wait_for "select count(*) > 0 from pg_stat_activity"
until [ -s "$scratch/reader1" ] && [ -s "$scratch/reader2" ]; do sleep 0.05; done
exits 'C02 a run beside an open analyst transaction' 0 bounded "$tenure" build
sleep 0.5
touch "$scratch/published"
wait "$analyst" "$reader1" "$reader2"
is 'C02 the analyst sees one build from begin to end' 1 "$(sed -n 's/^\(first\|second\)|//p' "$scratch/analyst" | sort -u | wc -l)"
is 'C02 twice' 2 "$(grep -c '^\(first\|second\)|' "$scratch/analyst")"
is 'C03 readers saw the old build or the new one, never a mixture' '' \
	"$(cat "$scratch/reader1" "$scratch/reader2" | grep -v -e "$first_published" -e "$both_published" | sort -u | head -5)"
for n in 1 2; do
	is "C03 reader $n never went back" 't' "$(awk -v old="$first_published" -v new="$both_published" \
		'$0 == new { is_new = 1 } $0 == old && is_new { print "f"; wrong = 1; exit } END { if (!wrong) print (is_new ? "t" : "never saw the new one") }' "$scratch/reader$n")"
done
is 'C02 the figures are the new ones' "$both_published" "$(published)"
is 'C02 the warehouse is that of an undisturbed run' "$both" "$(warehouse)"

# C03: builds killed at random beside a reader.
n_rounds=$(step 2 50)
round=0
n_wrong=0
while [ "$round" -lt "$n_rounds" ]; do
	copy_warehouse concurrency_staged concurrency_killed
	"$tenure" build >/dev/null 2>&1 &
	victim=$!
	random 90
	sleep "0.$(printf '%02d' "$number")"
	kill -9 "$victim" 2>/dev/null || true
	wait "$victim" 2>/dev/null || true
	case $(published) in "$first_published" | "$both_published") ;; *) n_wrong=$((n_wrong + 1)) ;; esac
	again "$tenure" build || n_wrong=$((n_wrong + 1))
	[ "$(published)" = "$both_published" ] || n_wrong=$((n_wrong + 1))
	round=$((round + 1))
done
is "C03 $n_rounds builds killed at random moments: old figures or new ones" 0 "$n_wrong"

# C05: migrations. Two at once, one killed half way, an edited history, one that is missing.
psql -qX "$TENURE_TEST_DSN" -c 'set client_min_messages = error' -c 'drop database if exists concurrency_fresh' -c 'create database concurrency_fresh' >/dev/null
use concurrency_fresh
mkdir -p "$XDG_STATE_HOME"
pids=
for n in 1 2 3; do
	bounded "$tenure" --log-level error migrate 2>"$scratch/err$n" &
	pids="$pids $!"
done
codes=
for pid in $pids; do
	code=0
	wait "$pid" || code=$?
	codes="$codes $code"
done
is 'C05 three migrations at once: each is done or told to wait' '' "$(printf '%s\n' "$codes" | tr ' ' '\n' | grep -v -e '^$' -e '^0$' -e '^75$')"
exits 'C05 once more' 0 again "$tenure" migrate
is 'C05 each ran once' t "$(sql 'select count(*) = count(distinct migration_number) and count(*) > 5 from meta.migrations')"
fresh_hash=$(warehouse)
fresh_schema() { pg_dump -s "$TENURE_DSN" | grep -v -e '^--' -e '^\\' | sed 's/x_[0-9a-f]*/x/g' | md5sum; }
whole_schema=$(fresh_schema)
if command -v strace >/dev/null 2>&1; then
	psql -qX "$TENURE_TEST_DSN" -c 'create database concurrency_bare' >/dev/null
	use concurrency_bare
	copy_warehouse concurrency_bare concurrency_half
	strace -qq -f -o "$scratch/trace" -e trace=sendto "$tenure" --log-level error migrate
	n_calls=$(grep -c ' sendto(' "$scratch/trace")
	n_differ=0
	n_points=0
	stride=$(step $((n_calls / 3)) 5)
	at=$((stride / 2))
	while [ "$at" -le "$n_calls" ]; do
		copy_warehouse concurrency_bare concurrency_half
		bounded strace -qq -f -o /dev/null -e trace=sendto -e inject=sendto:signal=KILL:when="$at" \
			"$tenure" --log-level error migrate >/dev/null 2>&1 || n_points=$((n_points + 1))
		again "$tenure" --log-level error migrate || { n_differ=$((n_differ + 1)); cat "$scratch/err"; }
		[ "$(fresh_schema)" = "$whole_schema" ] || { n_differ=$((n_differ + 1)); printf '#   send %s: another schema\n' "$at"; }
		at=$((at + stride))
	done
	is "C05 a migration killed at $n_points of $n_calls sends: then the same schema" 0 "$n_differ"
	[ "$n_points" -gt 0 ] || failed 'C05 a migration killed' 'no point was reached'
	use concurrency_fresh
fi
is 'C05 the warehouse is empty either way' "$fresh_hash" "$(warehouse)"
copy_warehouse concurrency_first concurrency_edited
sql "update meta.migrations set content_sha256 = repeat('0', 64) where migration_number = 3"
exits 'C05 an edited migration stops a run' 78 bounded "$tenure" run openreview
contains 'C05 with the class' E_MIGRATION "$err_text"
exits 'C05 and a migration' 78 bounded "$tenure" migrate
is 'C05 the figures are as they were' "$first_published" "$(published)"
copy_warehouse concurrency_first concurrency_edited
sql 'delete from meta.migrations where migration_number = (select max(migration_number) from meta.migrations)'
exits 'C05 a warehouse behind the program stops a run' 78 bounded "$tenure" run openreview
contains 'C05 and says what to do' 'tenure migrate' "$err_text"
# A reader in the way: the migration gives up its place in the queue after lock_timeout, and comes again.
copy_warehouse concurrency_first concurrency_reader
sql "update meta.definitions set content_sha256 = repeat('0', 64) where definition_name like 'mart.headcount_year%'"
(
	printf 'begin; select count(*) from mart.headcount_year;\n'
	while [ ! -e "$scratch/migrated" ]; do sleep 0.1; done
	printf 'commit;\n'
) | psql -qXAt "$TENURE_DSN" >/dev/null 2>&1 &
reader_pid=$!
wait_for "select count(*) > 0 from pg_stat_activity where state = 'idle in transaction' and query like 'select count(*) from mart.headcount_year%'"
code=0
bounded env TENURE_DATABASE_LOCK_TIMEOUT=1s "$tenure" migrate >/dev/null 2>"$scratch/err" || code=$?
case $code in 0 | 75) passed "C05 a migration beside an open reader ends: exit code $code" ;; *) failed 'C05 a migration beside an open reader' "exit code $code: $(cat "$scratch/err")" ;; esac
touch "$scratch/migrated"
wait "$reader_pid" || true
exits 'C05 without the reader it is done' 0 again "$tenure" migrate
is 'C05 the figures are still there' "$first_published" "$(published)"

done_testing
