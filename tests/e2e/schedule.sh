#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# The schedule: what is due, one scheduler wins, catch-up once, backoff, parking, windows, unit files, stopping.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

new_warehouse schedule_test

# A closed port: each run fails with "source unreachable", quickly.
export OPENREVIEW_API_BASEURL=http://127.0.0.1:9 OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:9
export OPENREVIEW_TOKEN=x TENURE_RUN_RETRIES=0 TENURE_RUN_REQUEST_INTERVAL=0

exits 'print systemd' 0 "$tenure" schedule --print systemd
contains 'the unit starts this program' "ExecStart=$tenure schedule" "$out"
contains 'a configuration error is not restarted' 'RestartPreventExitStatus=64 77 78' "$out"
if command -v systemd-analyze >/dev/null 2>&1; then
	printf '%s\n' "$out" >"$scratch/tenure.service"
	exposure=$(systemd-analyze security --offline=yes "$scratch/tenure.service" 2>/dev/null |
		sed -n 's/.*exposure level for .*: \([0-9.]*\).*/\1/p')
	[ -z "$exposure" ] || is 'the unit is hardened (exposure at most 1.5)' 1 \
		"$(awk -v level="$exposure" 'BEGIN { print level <= 1.5 ? 1 : 0 }')"
fi
exits 'print cron' 0 "$tenure" schedule --print cron
contains 'cron runs one round' 'schedule --once' "$out"
exits 'print something else' 64 "$tenure" schedule --print launchd
contains 'and says what there is' 'systemd or cron' "$err_text"

# First round: everything is new and due, the run fails, the delay begins.
exits 'a round whose run fails is no failure of the scheduler' 0 "$tenure" schedule --once
is 'every network stream is scheduled' "$(sql 'select count(*) > 3 from meta.schedules')" t
is 'the failure is counted once' 1 "$(sql 'select max(n_failures) from meta.schedules')"
is 'the exit code is kept' 69 "$(sql 'select max(last_exit_code) from meta.schedules')"
is 'the reason is kept' t "$(sql "select bool_and(last_error like 'E\_%') from meta.schedules where last_exit_code = 69")"
is 'the next try is about a minute away' t \
	"$(sql 'select bool_and(next_due_at - last_finished_at between interval '\''59 s'\'' and interval '\''61 s'\'')
		from meta.schedules where n_failures = 1')"

n_runs=$(sql 'select count(*) from meta.runs')
exits 'a round with nothing due' 0 "$tenure" schedule --once
is 'starts nothing' "$n_runs" "$(sql 'select count(*) from meta.runs')"

# The delay doubles with each failure in a row and never exceeds the interval.
sql "update meta.schedules set next_due_at = now() - interval '1 s', n_failures = 3, interval_seconds = 100000"
exits 'a fourth failure' 0 "$tenure" schedule --once
is 'waits eight minutes' t \
	"$(sql 'select bool_and(next_due_at - last_finished_at between interval '\''479 s'\'' and interval '\''481 s'\'')
		from meta.schedules')"
sql "update meta.schedules set next_due_at = now() - interval '1 s', n_failures = 30, interval_seconds = 3600"
exits 'a thirty-first failure' 0 "$tenure" schedule --once
is 'waits the interval' t \
	"$(sql 'select bool_and(next_due_at - last_finished_at between interval '\''3599 s'\'' and interval '\''3601 s'\'')
		from meta.schedules')"

# A disabled stream and a closed window are left alone.
sql "update meta.schedules set is_enabled = false, next_due_at = now() - interval '1 d'"
n_runs=$(sql 'select count(*) from meta.runs')
exits 'disabled streams' 0 "$tenure" schedule --once
is 'are not run' "$n_runs" "$(sql 'select count(*) from meta.runs')"
sql "update meta.schedules set is_enabled = true,
	window_from = ((now() at time zone 'UTC') + interval '2 h')::time,
	window_to = ((now() at time zone 'UTC') + interval '3 h')::time"
exits 'streams outside their window' 0 "$tenure" schedule --once
is 'are not run either' "$n_runs" "$(sql 'select count(*) from meta.runs')"
is 'a window may span midnight' t,t,f \
	"$(sql "select concat_ws(',', fn.is_within_window('23:30', '23:00', '01:00'), fn.is_within_window('00:30', '23:00', '01:00'),
		fn.is_within_window('12:00', '23:00', '01:00'))" | sed 's/true/t/g; s/false/f/g')"

# Ten missed intervals are caught up once: two schedulers at the same time start one run.
sql "update meta.schedules set window_from = null, window_to = null, n_failures = 0, interval_seconds = 60,
	next_due_at = now() - interval '10 min' where stream = 'venues'"
sql "update meta.schedules set next_due_at = now() + interval '1 d' where stream != 'venues'"
n_runs=$(sql 'select count(*) from meta.runs')
"$tenure" --log-level error schedule --once &
first=$!
"$tenure" --log-level error schedule --once || true
wait "$first" || true
is 'one of two schedulers runs it, once' $((n_runs + 1)) "$(sql 'select count(*) from meta.runs')"

# The daemon stops on SIGTERM, with the code of a stopped process.
"$tenure" --log-level error schedule &
daemon=$!
sleep 1
kill -TERM "$daemon"
code=0
wait "$daemon" || code=$?
is 'the daemon stops when told to' 143 "$code"

done_testing
