#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
#
# The main job of `make run`: fill the warehouse, print the headline table, write report.html. With OpenReview
# credentials in the environment from the real API (VENUES narrows the venues), else from the synthetic twin that
# build/twin serves on loopback, through the very same extractors.
set -eu
cd "$(dirname "$0")/.."

tenure=build/tenure
twin_v1=${TWIN_PORT_V1:-34181}
twin_v2=${TWIN_PORT_V2:-34182}

headline() {
	"$tenure" query headline
	"$tenure" report -o report.html
}

# 75: the request budget is spent and the work parked, which is no failure.
extract() {
	code=0
	"$tenure" run openreview || code=$?
	if [ "$code" -eq 75 ]; then
		echo "the request budget is spent: run this again later, it goes on where it stopped" >&2
	elif [ "$code" -ne 0 ]; then
		exit "$code"
	fi
}

has_credentials() {
	[ -n "${OPENREVIEW_TOKEN:-}${OPENREVIEW_TOKEN_FILE:-}${OPENREVIEW_USERNAME:-}${OPENREVIEW_USERNAME_FILE:-}" ]
}

if has_credentials; then
	[ -z "${VENUES:-}" ] || export TENURE_OPENREVIEW_VENUES="$VENUES"
	extract
	headline
	exit 0
fi

echo "no OpenReview credentials: filling the warehouse from the synthetic twin (invented people)" >&2
mkdir -p build/run
rm -f build/run/twin.pid
build/twin serve --port "$twin_v2" --port-v1 "$twin_v1" --people "${TWIN_PEOPLE:-20000}" --seed 1 \
	--pid-file build/run/twin.pid >build/run/twin.out 2>build/run/twin.err &
twin=$!
trap 'kill "$twin" 2>/dev/null || true' EXIT INT TERM
for _ in $(seq 1 150); do
	if grep -q listening build/run/twin.out 2>/dev/null; then
		break
	fi
	if ! kill -0 "$twin" 2>/dev/null; then
		cat build/run/twin.err >&2
		echo "the fake API did not start; are ports $twin_v1 and $twin_v2 free? TWIN_PORT_V1 and TWIN_PORT_V2 choose others" >&2
		exit 69
	fi
	sleep 0.2
done

export OPENREVIEW_API_BASEURL="http://127.0.0.1:$twin_v1"
export OPENREVIEW_API_BASEURL_V2="http://127.0.0.1:$twin_v2"
export OPENREVIEW_USERNAME=twin OPENREVIEW_PASSWORD=twin
export TENURE_RUN_REQUEST_INTERVAL=0
extract
headline
