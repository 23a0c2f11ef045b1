# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# Use of a request budget, told by the fake API's log: what was asked of each route, against what its budget
# allowed while there was more to ask.
budget=${BENCH_BUDGET:-40}
window=${BENCH_WINDOW:-10}

"$twin" serve --people 2000 --budget "$budget" --window "$window" --log "$bench/requests.log" >"$bench/twin.out" 2>&1 &
twin_pid=$!
trap 'kill "$twin_pid" 2>/dev/null || true; stop_cluster' EXIT
until grep -q v1 "$bench/twin.out"; do
	kill -0 "$twin_pid" || fail "the fake API did not start"
	sleep 0.1
done
OPENREVIEW_API_BASEURL_V2=$(sed -n '1s/.*\(http:[^ ]*\).*/\1/p' "$bench/twin.out")
OPENREVIEW_API_BASEURL=$(sed -n '2s/.*\(http:[^ ]*\).*/\1/p' "$bench/twin.out")
OPENREVIEW_USERNAME=bench@example.org OPENREVIEW_PASSWORD=bench TENURE_RUN_REQUEST_INTERVAL=0
export OPENREVIEW_API_BASEURL OPENREVIEW_API_BASEURL_V2 OPENREVIEW_USERNAME OPENREVIEW_PASSWORD
export TENURE_RUN_REQUEST_INTERVAL
# Small pages: more requests than a small world would need.
export TENURE_OPENREVIEW_USE_STREAM=false TENURE_OPENREVIEW_PAGE_SIZE=50 TENURE_OPENREVIEW_PROFILE_BATCH=20
fresh_database
measure budget "$tenure" --log-level error run openreview --no-build
heading "Request budget of $budget in $window s, against the fake API"
early=$(curl -sS "$OPENREVIEW_API_BASEURL_V2/twin/stats" | jq '.early_requests')
kill "$twin_pid" 2>/dev/null || true
trap stop_cluster EXIT
# A window counts when the program's next request was for the same route: it had more to ask. Then the time until
# that request counts too, which is more than a window when it slept too long.
awk -v budget="$budget" -v window="$((window * 1000))" '
	$5 == 429 || $3 ~ /\/twin\// { next }
	{
		route = $3
		if (!(route in begin)) {
			begin[route] = $1
		} else if ($1 >= begin[route] + window) {
			if (last == route) {
				used[route] += n[route]
				allowed[route] += budget * ($1 - begin[route]) / window
			}
			begin[route] = $1
			n[route] = 0
		}
		n[route]++
		last = route
	}
	END {
		for (route in used)
			printf "%s %d %d %.3f\n", route, used[route], allowed[route], used[route] / allowed[route]
	}' "$bench/requests.log" | sort >"$bench/use"
while read -r route used allowed share; do
	say '  %-58s %6s  target >= 0.95  (%s of %s requests)\n' "used of the budget of $route" "$share" "$used" "$allowed"
done <"$bench/use"
say '  %-58s %6s  target 0\n' 'requests before the reset time' "$early"
size 'largest resident size, MiB' budget
