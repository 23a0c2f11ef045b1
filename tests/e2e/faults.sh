# shellcheck shell=sh disable=SC2034,SC2154
# SPDX-License-Identifier: PostgreSQL
# Sourced after lib.sh by the fault tests (it is no test of its own): the fake API on fixed ports, warehouses as
# copies of prepared ones, one hash of a warehouse and its ledger, and reruns that wait for a dead run's lock.
twin=$root/build/twin
is_full=${TENURE_TEST_FULL:-}
export TENURE_RUN_REQUEST_INTERVAL=0 TENURE_RUN_RETRY_DELAY=0.02 TENURE_LOG_LEVEL=warning
export OPENREVIEW_USERNAME=tester@example.org OPENREVIEW_PASSWORD=canary-password
unset OPENREVIEW_TOKEN OPENREVIEW_TOTP_SECRET
deadline=120 # seconds within which any command has ended at all

# serve OPTIONS…: the fake API, on free ports first and then on the same ones, since a warehouse belongs to a host.
port_v2=0
port_v1=0
twin_pid=
unserve() {
	[ -z "$twin_pid" ] || kill "$twin_pid" 2>/dev/null || true
	[ -z "$twin_pid" ] || wait "$twin_pid" 2>/dev/null || true
	twin_pid=
}
serve() {
	unserve
	: >"$scratch/twin.out"
	"$twin" serve --port "$port_v2" --port-v1 "$port_v1" --log "$scratch/twin.log" "$@" >"$scratch/twin.out" 2>&1 &
	twin_pid=$!
	children="$children $twin_pid"
	n_tries=0
	until grep -q v1 "$scratch/twin.out"; do
		n_tries=$((n_tries + 1))
		[ "$n_tries" -lt 600 ] || { cat "$scratch/twin.out" >&2; exit 70; }
		sleep 0.05
	done
	port_v2=$(sed -n '1s/.*:\([0-9]*\).*/\1/p' "$scratch/twin.out")
	port_v1=$(sed -n '2s/.*127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/twin.out")
	OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:$port_v2
	OPENREVIEW_API_BASEURL=http://127.0.0.1:$port_v1
	export OPENREVIEW_API_BASEURL_V2 OPENREVIEW_API_BASEURL
}
tell() { curl -sS -X POST "$OPENREVIEW_API_BASEURL_V2/twin/$1" -d "$2" >/dev/null; }
fault() { tell fault "{\"clear\":true}" && { [ -z "$1" ] || tell fault "{\"faults\":[\"$1\"]}"; }; }
stats() { curl -sS "$OPENREVIEW_API_BASEURL_V2/twin/stats"; }

# use NAME: later commands use this database and a state folder of its own.
use() {
	TENURE_DSN=$(printf '%s\n' "$TENURE_TEST_DSN" | sed -E "s/dbname='?[a-z_0-9]+'?/dbname='$1'/")
	XDG_STATE_HOME=$scratch/state-$1
	export TENURE_DSN XDG_STATE_HOME
}
# copy_warehouse FROM TO: a copy, with the state folder; used from then on. Sessions that a killed command left
# behind are ended first.
copy_warehouse() {
	psql -qX "$TENURE_TEST_DSN" -c "set client_min_messages = error" \
		-c "drop database if exists $2 with (force)" -c "create database $2 template $1" >/dev/null
	use "$2"
	rm -rf "$XDG_STATE_HOME"
	mkdir -p "$XDG_STATE_HOME"
	[ ! -d "$scratch/state-$1" ] || cp -a "$scratch/state-$1/." "$XDG_STATE_HOME/"
}

# The warehouse without its history, and what the ledger knows, without times and run numbers.
warehouse() {
	PGTZ=UTC psql -qXAt -v ON_ERROR_STOP=1 -v with_history="${1:-no}" "$TENURE_DSN" -f "$root/tests/e2e/warehouse_hash.sql"
	PGTZ=UTC psql -qXAt -v ON_ERROR_STOP=1 "$TENURE_DSN" -c "
		select md5(coalesce(string_agg(line, ',' order by line collate \"C\"), '')) from (
			select concat_ws('|', 'cursor', source, stream, partition_key, next_page, watermark, completed_at is not null) as line
			from meta.cursors
			union all
			select concat_ws('|', 'lookup', source, stream, asked_id) from meta.lookups
			union all
			select concat_ws('|', 'reject', source, stream, source_key, reject_class, raw_sha256, resolved_at is null)
			from meta.rejects
		) as lines"
}
# The staging tables alone: core numbers people in the order in which they came.
staging() {
	sed "s/in ('stg', 'core', 'mart')/in ('stg')/" "$root/tests/e2e/warehouse_hash.sql" |
		PGTZ=UTC psql -qXAt -v ON_ERROR_STOP=1 -v with_history=no "$TENURE_DSN" -f -
}
# What readers see.
published() {
	psql -qXAt -v ON_ERROR_STOP=1 "$TENURE_DSN" -c "
		select md5(string_agg(line, ',' order by line collate \"C\")) from (
			select years::text as line from mart.headcount_year as years
			union all
			select years::text from mart.published_as_year as years
		) as lines"
}
last_run() { sql "select $1 from meta.runs order by run_id desc limit 1"; }

# bounded COMMAND…: 137 when it did not end at all, which no test expects.
bounded() { timeout -s KILL "$deadline" "$@"; }
# again COMMAND…: runs it, waiting while the server still works off the last statement of a killed run.
again() {
	n_tries=0
	while :; do
		code=0
		bounded "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
		[ "$code" -eq 75 ] && grep -q E_LOCKED "$scratch/err" && [ "$n_tries" -lt 100 ] || break
		n_tries=$((n_tries + 1))
		sleep 0.2
	done
	return "$code"
}
# points STEP-IN-QUICK-MODE STEP-IN-FULL-MODE
step() { if [ -n "$is_full" ]; then echo "$2"; else echo "$1"; fi; }
# random N: a number below N from a seeded sequence; in $number.
seed=${TENURE_TEST_SEED:-20260831}
random() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	number=$((seed / 65536 % $1))
}
need_strace() {
	command -v strace >/dev/null 2>&1 || { echo '# no strace: install it (make deps-test)'; exit 1; }
}
