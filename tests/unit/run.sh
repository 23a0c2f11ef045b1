#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# run.sh TEST...: runs unit tests one after the other against a throw-away cluster, named by TENURE_TEST_DSN.
set -eu
cd "$(dirname "$0")/../.."
exec tests/with_cluster.sh sh -c '
	failed=
	for test in "$@"; do
		timeout 300 "$test" || failed="$failed ${test##*/}"
	done
	[ -z "$failed" ] || { echo "failed:$failed" >&2; exit 1; }
' sh "$@"
