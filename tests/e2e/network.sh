#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# A source that misbehaves (N01-N09, N14, N15), end to end: the exit code and the class, what the ledger says,
# nothing of the bad page loaded, the figures as they were, and the next run as if nothing had happened.
# A sample by default, every fault with TENURE_TEST_FULL=1.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"

export TENURE_RUN_RETRIES=2 TENURE_RUN_STALL_TIMEOUT=1s TENURE_RUN_PAGE_TIMEOUT=3s TENURE_RUN_MAX_PAGE=8m
first_venue='ICLR.cc/2025/Conference'
export TENURE_OPENREVIEW_VENUES="$first_venue"
serve --people 300

# Two warehouses: one venue published; both venues published, by a run that nothing disturbed.
new_warehouse network_empty 2>/dev/null
copy_warehouse network_empty network_first
bounded "$tenure" run openreview >/dev/null
first_published=$(published)
copy_warehouse network_first network_both
export TENURE_OPENREVIEW_VENUES="$first_venue,NeurIPS.cc/2024/Conference"
bounded "$tenure" run openreview >/dev/null
both=$(warehouse)
both_published=$(published)
is 'the second venue changes the figures' t "$([ "$first_published" != "$both_published" ] && echo t)"
notes_rows() { sql 'select count(*) from stg.openreview_notes'; }
first_rows=$(use network_first && notes_rows)

# The route whose pages are spoilt: the second venue's notes, so that all before them is good.
# bad_page CASE FAULT CODE CLASS: for as long as it lasts, and afterwards.
bad_page() {
	copy_warehouse network_first network_fault
	fault "$2:/notes"
	exits "$1 $2: exit code $3" "$3" bounded "$tenure" run openreview
	contains "$1 $2: class $4" "$4" "$err_text"
	is "$1 $2: the ledger has the code and the class" "failed|$3|$4" "$(last_run "state, exit_code, error_class")"
	is "$1 $2: nothing of the page is loaded" "$first_rows" "$(notes_rows)"
	is "$1 $2: the figures are as they were" "$first_published" "$(published)"
	fault ''
	exits "$1 $2: the next run is good" 0 bounded "$tenure" run openreview
	is "$1 $2: and gives the undisturbed warehouse" "$both $both_published" "$(warehouse) $(published)"
}
# passing CASE FAULT: so seldom that the run gets over it by itself.
passing() {
	copy_warehouse network_first network_fault
	fault "$2:/notes:2"
	exits "$1 $2 twice: the run gets over it" 0 bounded "$tenure" run openreview
	is "$1 $2 twice: the undisturbed warehouse" "$both $both_published" "$(warehouse) $(published)"
	fault ''
}
in_full() { [ -z "$is_full" ] || "$@"; }

in_full bad_page N01 rst_before 69 E_SRC_RESET
bad_page N01 rst_mid 69 E_SRC_RESET
in_full bad_page N01 close_empty 69 E_SRC_RESET
passing N01 rst_mid
in_full bad_page N02 stall_header 69 E_SRC_STALL
in_full bad_page N02 stall_body 69 E_SRC_STALL
in_full bad_page N02 slow 69 E_SRC_STALL
# above the limit of 64 bytes a second: only the deadline of the whole page ends it
TENURE_RUN_RETRIES=0 bad_page N02 slow:100 69 E_SRC_STALL
in_full passing N02 stall_body
in_full bad_page N03 truncate_length 69 E_SRC_TRUNC
in_full bad_page N03 truncate_chunked 69 E_SRC_TRUNC
bad_page N03 truncate_close 69 E_SRC_TRUNC
in_full bad_page N03 short_length 69 E_SRC_TRUNC
in_full passing N03 truncate_close
bad_page N04 gzip_truncated 69 E_SRC_DECODE
in_full bad_page N04 gzip_corrupt 69 E_SRC_DECODE
in_full bad_page N04 gzip_bad_crc 69 E_SRC_DECODE
in_full bad_page N04 not_gzip 69 E_SRC_DECODE
in_full bad_page N05 gzip_bomb 76 E_SRC_SIZE
in_full bad_page N05 huge 76 E_SRC_SIZE
in_full bad_page N05 endless 76 E_SRC_SIZE
in_full bad_page N06 header_flood 76 E_SRC_PROTO
bad_page N06 huge_header 76 E_SRC_PROTO
in_full bad_page N06 two_lengths 76 E_SRC_PROTO
in_full bad_page N06 length_and_chunked 76 E_SRC_PROTO
in_full bad_page N06 http09 76 E_SRC_PROTO
in_full bad_page N06 garbage 76 E_SRC_PROTO
bad_page N08 http500 69 E_SRC_HTTP5XX
in_full bad_page N08 http502 69 E_SRC_HTTP5XX
in_full bad_page N08 http503 69 E_SRC_HTTP5XX
in_full bad_page N08 html502 69 E_SRC_HTTP5XX
in_full passing N08 http503
bad_page N14 html200 76 E_SRC_PROTO
in_full bad_page N14 json_errors200 76 E_SRC_PROTO
in_full passing N14 html200
in_full bad_page N10 redirect_same 76 E_REDIRECT
in_full bad_page N10 redirect_other_host 76 E_REDIRECT
in_full bad_page N10 redirect_file 76 E_REDIRECT
in_full bad_page N10 redirect_metadata 76 E_REDIRECT

# N05: how little memory a bomb takes is measured in resources.sh.

# N07: 429 with a time near, far, negative, absent.
for word in retry_after_2 retry_after_date; do
	copy_warehouse network_first network_fault
	fault "$word:/notes:1"
	exits "N07 $word: waited for" 0 bounded "$tenure" run openreview
	is "N07 $word: the undisturbed warehouse" "$both $both_published" "$(warehouse) $(published)"
	is "N07 $word: no request before the time given" 0 "$(stats | sed 's/.*"early_requests":\([0-9]*\).*/\1/')"
	[ -n "$is_full" ] || break
done
copy_warehouse network_first network_fault
fault retry_after_2099:/notes
exits 'N07 retry_after_2099: parked' 75 bounded "$tenure" run openreview
contains 'N07 retry_after_2099: until when' 'run again after 2' "$err_text"
is 'N07 retry_after_2099: not for ever, the time is cut to a few days' t \
	"$(sql "select max(reset_at) between now() + interval '1 h' and now() + interval '8 d' from meta.budgets")"
is 'N07 retry_after_2099: the ledger says so' 'parked|E_SRC_RATE' "$(last_run 'state, error_class')"
is 'N07 retry_after_2099: the figures are as they were' "$first_published" "$(published)"
before=$(stats | sed 's/.*"v2 .notes":{"requests":\([0-9]*\).*/\1/')
exits 'N07 retry_after_2099: again' 75 bounded "$tenure" run openreview
is 'N07 retry_after_2099: the route is left alone' "$before" "$(stats | sed 's/.*"v2 .notes":{"requests":\([0-9]*\).*/\1/')"
fault ''
for word in retry_after_negative retry_after_absent; do
	copy_warehouse network_first network_fault
	fault "$word:/notes"
	exits "N07 $word for ever: parked within the budget of waiting" 75 \
		bounded env TENURE_RUN_RETRY_BUDGET=2s "$tenure" run openreview
	is "N07 $word: the ledger says so" 'parked|E_SRC_RATE' "$(last_run 'state, error_class')"
	fault ''
	[ -n "$is_full" ] || break
done

# N09: the token ends in the middle; renewed once, or not; one record refused.
copy_warehouse network_first network_fault
logins() { stats | sed 's/.*"logins":\([0-9]*\).*/\1/'; }
fault expire_token_after:2:1
before=$(logins)
exits 'N09 the token expires after two requests: renewed' 0 bounded "$tenure" run openreview
is 'N09 by one log-in' t "$([ $(($(logins) - before)) -le 2 ] && [ "$(logins)" -gt "$before" ] && echo t)"
is 'N09 the undisturbed warehouse' "$both $both_published" "$(warehouse) $(published)"
copy_warehouse network_first network_fault
fault expire_no_renew
exits 'N09 no new token to be had' 77 bounded "$tenure" run openreview
is 'N09 the ledger says so' 'failed|77|E_SRC_AUTH' "$(last_run 'state, exit_code, error_class')"
is 'N09 what was there stays' "$first_published" "$(published)"
fault ''
exits 'N09 with a good one it goes on' 0 bounded "$tenure" run openreview
is 'N09 to the undisturbed warehouse' "$both $both_published" "$(warehouse) $(published)"
copy_warehouse network_first network_fault
fault forbid_one:/profiles
exits 'N09 one profile refused: the rest is loaded' 0 bounded "$tenure" run openreview
is 'N09 all but one' 1 "$(n=$(sql 'select count(*) from stg.openreview_profiles'); use network_both; echo $(($(sql 'select count(*) from stg.openreview_profiles') - n)))"
fault ''

# N14: a list that was full and is empty now.
copy_warehouse network_both network_fault
fault empty_notes:/notes
exits 'N14 empty lists where there were records' 65 bounded "$tenure" run openreview --full
contains 'N14 a count that cannot be' E_SRC_COUNT "$err_text"
is 'N14 no record is lost' "$both $both_published" "$(fault '' && bounded "$tenure" run openreview >/dev/null; warehouse) $(published)"
copy_warehouse network_first network_fault
n_profiles=$(sql 'select count(*) from stg.openreview_profiles')
fault search_unavailable:/profiles
exits 'N14 the search engine is down' 69 bounded "$tenure" run openreview
is 'N14 no profile is lost' "$n_profiles" "$(sql 'select count(*) from stg.openreview_profiles')"
fault ''
exits 'N14 with the engine back' 0 bounded "$tenure" run openreview
is 'N14 the undisturbed figures' "$both_published" "$(published)"

# N15: pages that move while they are read.
export TENURE_OPENREVIEW_USE_STREAM=false TENURE_OPENREVIEW_PAGE_SIZE=5
copy_warehouse network_empty network_paged
bounded "$tenure" run openreview >/dev/null
paged=$(warehouse | head -1)
paged_staging=$(staging)
paged_published=$(published)
copy_warehouse network_empty network_fault
fault page_loop:/notes
exits 'N15 the same page again and again: noticed, asked for in another way' 0 bounded "$tenure" run openreview
is 'N15 the fault came, and was not asked for without end' t "$(stats | sed 's/.*"page_loop","seen":[0-9]*,"done":\([0-9]*\).*/\1/' | awk '{ print ($1 > 0 && $1 < 20) ? "t" : "f" }')"
fault ''
is 'N15 gives the undisturbed tables' "$paged" "$(warehouse | head -1)"
copy_warehouse network_empty network_fault
fault drift:/notes
code=0
bounded "$tenure" run openreview >/dev/null 2>"$scratch/err" || code=$?
case $code in 0 | 65) passed "N15 records come and go between pages: exit code $code" ;; *) failed 'N15 records come and go between pages' "exit code $code: $(cat "$scratch/err")" ;; esac
fault ''
exits 'N15 read anew' 0 bounded "$tenure" run openreview --full
exits 'N15 twice' 0 bounded "$tenure" run openreview --full
is 'N15 the records at the end are the right ones' "$paged_staging $paged_published" "$(staging) $(published)"
copy_warehouse network_empty network_fault
fault count_wrong:/notes
exits 'N15 fewer records than the source counts' 65 bounded "$tenure" run openreview
contains 'N15 a count that does not hold' E_SRC_COUNT "$err_text"
fault ''
exits 'N15 with the right count' 0 bounded "$tenure" run openreview
is 'N15 the undisturbed tables again' "$paged" "$(warehouse | head -1)"

is 'no run is left without an end' 0 "$(sql "select count(*) from meta.runs where state = 'running'")"
done_testing
