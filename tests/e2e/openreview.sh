#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# The extractor against the fake API: a full load equals the truth, so do the next day and a budget of few
# requests; kill -9 at random and run again; credentials, faults, another host. The long part (more kills, all
# faults) runs with TENURE_TEST_FULL=1.
# shellcheck source=tests/e2e/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
twin=$root/build/twin
people=${TENURE_TEST_PEOPLE:-600}
is_full=${TENURE_TEST_FULL:-}

export TENURE_RUN_REQUEST_INTERVAL=0 TENURE_RUN_RETRY_DELAY=0.05 TENURE_LOG_LEVEL=warning
export OPENREVIEW_USERNAME=tester@example.org OPENREVIEW_PASSWORD=canary-password
unset OPENREVIEW_TOKEN OPENREVIEW_TOTP_SECRET

# serve OPTIONS…: the fake API on free ports, then on the same ones; one at a time. A new_warehouse belongs to its
# host, so that the ports stay.
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
	"$twin" serve --people "$people" --port "$port_v2" --port-v1 "$port_v1" --log "$scratch/twin.log" "$@" \
		>"$scratch/twin.out" 2>&1 &
	twin_pid=$!
	children="$children $twin_pid"
	n_tries=0
	until grep -q v1 "$scratch/twin.out"; do
		n_tries=$((n_tries + 1))
		[ "$n_tries" -lt 200 ] || { cat "$scratch/twin.out" >&2; exit 70; }
		sleep 0.1
	done
	port_v2=$(sed -n '1s/.*:\([0-9]*\).*/\1/p' "$scratch/twin.out")
	port_v1=$(sed -n '2s/.*127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/twin.out")
	OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:$port_v2
	OPENREVIEW_API_BASEURL=http://127.0.0.1:$port_v1
	export OPENREVIEW_API_BASEURL_V2 OPENREVIEW_API_BASEURL
}
tell() { curl -sS -X POST "$OPENREVIEW_API_BASEURL_V2/twin/$1" -d "$2" >/dev/null; }
stats() { curl -sS "$OPENREVIEW_API_BASEURL_V2/twin/stats"; }
run() { "$tenure" run openreview "$@"; }
hash() { psql -qXAt -v ON_ERROR_STOP=1 -v with_history=no "$TENURE_DSN" -f "$root/tests/e2e/warehouse_hash.sql"; }

truth() { # day
	"$twin" truth --people "$people" --day "$1" | grep -v '^metric' | LC_ALL=C sort
}
figures() {
	psql -qXAt -F, "$TENURE_DSN" -c "
		select 'headcount', group_key, year, headcount from mart.headcount_year
		union all select 'joiners', group_key, year, joiners from mart.headcount_year
		union all select 'appeared', group_key, year, appeared from mart.headcount_year
		union all select 'leavers', group_key, year, leavers from mart.headcount_year
		union all select 'lapsed', group_key, year, lapsed from mart.headcount_year
		union all select 'published_as', group_key, year, n_people from mart.published_as_year
		union all select 'published_as_to_date', group_key, year, n_people_to_date from mart.published_as_year
	" | LC_ALL=C sort
}
differences() { # day
	truth "$1" >"$scratch/truth"
	figures >"$scratch/figures"
	diff "$scratch/truth" "$scratch/figures" | grep -c '^[<>]' || true
}

# --- a full load, and again
serve
new_warehouse openreview_test
exits 'full load' 0 run
is 'figures equal the truth' 0 "$(differences 0)"
is 'no address is stored anywhere' 0 "$(sql "
	select count(*) from (
		select notes::text as line from stg.openreview_notes as notes
		union all select authors::text from stg.openreview_note_authors as authors
		union all select profiles::text from stg.openreview_profiles as profiles
		union all select names::text from stg.openreview_profile_names as names
		union all select rejects.detail from meta.rejects as rejects
	) as texts where line ~ '[A-Za-z0-9*._-]+@[A-Za-z0-9-]+[.][A-Za-z]'")"
find "$XDG_STATE_HOME/tenure/archive" -name '*.zst' -exec zstdcat {} + >"$scratch/archived"
is 'the archive holds the pages' t "$([ "$(wc -c <"$scratch/archived")" -gt 100000 ] && echo t)"
is 'no address is kept in the archive' 0 "$(grep -cE '[A-Za-z0-9][A-Za-z0-9._%+-]*@[A-Za-z0-9-]+[.][A-Za-z]' "$scratch/archived")"
is 'nor who reviewed, nor what is nobody'"'"'s business' 0 "$(
	grep -cE '"(signatures|readers|writers|tauthor|gender|pronouns|yearOfBirth|relations)": *[^n ]' "$scratch/archived"
)"
whole=$(hash)
exits 'again' 0 run
contains 'nothing new' 'nothing new' "$out"
is 'nothing was written' "$whole" "$(hash)"
exits 'plan' 0 "$tenure" plan
contains 'plan names the requests' 'requests at least' "$out"
exits 'one venue by name' 0 run --venue ICLR.cc/2024/Conference --no-build
is 'token file is private' 600 "$(find "$XDG_STATE_HOME/tenure/tokens" -name '*.token' -exec stat -c %a {} \;)"

# --- the next day
tell day '{"day":1}'
exits 'next day' 0 env TENURE_OPENREVIEW_PROFILE_MAX_AGE_DAYS=0 "$tenure" run openreview
is 'figures equal the truth of the next day' 0 "$(differences 1)"

# --- a budget of few requests: waits, never early, all of it used
serve --budget 20 --window 2
new_warehouse openreview_budget
exits 'with a budget of 20 requests in a window' 0 run
is 'the same warehouse' "$whole" "$(hash)"
is 'no request before the reset time' 0 "$(stats | grep -o '"early_requests":[0-9]*' | cut -d: -f2)"

# --- the budget is spent for long: parked, then taken up
serve --budget 10 --window 3600
new_warehouse openreview_parked
exits 'a spent budget parks the run' 75 run --no-build
contains 'and says until when' 'run again after' "$err_text"
n_before=$(stats | grep -o '"requests":[0-9]*' | head -1 | cut -d: -f2)
exits 'before the reset time' 75 run --no-build
n_after=$(stats | grep -o '"requests":[0-9]*' | head -1 | cut -d: -f2)
is 'nothing was asked' 0 "$((n_after - n_before))"
serve
sql "update meta.budgets set reset_at = null, request_limit = null, n_used = 0" >/dev/null
exits 'after it the rest' 0 run
is 'the same warehouse' "$whole" "$(hash)"

# --- kill -9 at random, then run again
new_warehouse openreview_killed
n_kills=$([ -n "$is_full" ] && echo 40 || echo 8)
seed=1
while [ "$n_kills" -gt 0 ]; do
	"$tenure" run openreview --no-build >/dev/null 2>&1 &
	victim=$!
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	sleep "0.$((seed % 9))$((seed / 7 % 10))"
	kill -9 "$victim" 2>/dev/null || true
	wait "$victim" 2>/dev/null || true
	n_kills=$((n_kills - 1))
done
exits 'after kills at random' 0 run
is 'the same warehouse' "$whole" "$(hash)"

# --- another host
exits 'cursors of another host' 78 env OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:9 "$tenure" run openreview
contains 'says so' 'was loaded from' "$err_text"

# --- credentials
new_warehouse openreview_access
exits 'a guest is refused' 77 env -u OPENREVIEW_USERNAME -u OPENREVIEW_PASSWORD "$tenure" run openreview --no-build
contains 'names the variables' OPENREVIEW_USERNAME "$err_text"
exits 'a bad token' 77 env OPENREVIEW_TOKEN=nonsense "$tenure" run openreview --no-build
serve --credentials other:other
exits 'a bad password' 77 run --no-build
case $out$err_text in *canary-password*) failed 'the password stays out of the log' ;; *) passed 'the password stays out of the log' ;; esac
serve --mfa
exits 'a second factor nobody can give' 77 run --no-build
contains 'says how' OPENREVIEW_TOTP_SECRET "$err_text"
exits 'a second factor by its secret' 0 env OPENREVIEW_TOTP_SECRET=JBSWY3DPEHPK3PXP "$tenure" run openreview --no-build

# --- faults that pass: the same warehouse in the end
passing='rst_before:2 rst_mid:2 close_empty:2 truncate_length:2 truncate_chunked:2 truncate_close:2 short_length:2
gzip_truncated:2 gzip_corrupt:2 http500:3 http503:3 html502:2 challenge_once:1 retry_after_2:1 search_unavailable:1
expire_token_after:7'
[ -n "$is_full" ] || passing='rst_mid:2 truncate_close:2 gzip_truncated:2 http503:3 challenge_once:1 expire_token_after:7'
for fault in $passing; do
	name=${fault%%:*}
	case $name in
	retry_after_*|challenge_once|search_unavailable) serve --fault "$name:/notes:${fault#*:}" ;;
	expire_token_after) serve --fault "$fault" ;;
	*) serve --fault "$name:/notes:${fault#*:}" ;;
	esac
	new_warehouse openreview_fault
	exits "fault $name passes" 0 run
	is "fault $name loses nothing" "$whole" "$(hash)"
done

# --- faults that do not: the exit code says which
for fault in html200=76 json_errors200=76 redirect_other_host=76 http500=69; do
	serve --fault "${fault%=*}:/notes"
	new_warehouse openreview_lasting
	exits "fault ${fault%=*} ends with ${fault#*=}" "${fault#*=}" env TENURE_RUN_RETRIES=2 \
		"$tenure" run openreview --no-build
done

# --- an answer that lost its records is no news
serve
new_warehouse openreview_loss
exits 'a load' 0 run --no-build
serve --fault empty_notes:/notes
exits 'an empty answer to a full load' 65 run --full --no-build
exits 'unless it is said to be right' 0 run --full --no-build --allow-empty
serve --fault page_loop
exits 'a server that ignores after' 0 env TENURE_OPENREVIEW_USE_STREAM=false TENURE_OPENREVIEW_PAGE_SIZE=50 \
	timeout 120 "$tenure" run openreview/notes --full --no-build

done_testing
