# shellcheck shell=sh disable=SC2034
# SPDX-License-Identifier: PostgreSQL
# Sourced by end-to-end tests: a warehouse of their own, assertions that say what was expected, a closing count.
set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
tenure=$root/build/tenure

# Without a cluster the script starts itself again within one.
if [ -z "${TENURE_TEST_DSN:-}" ]; then
	exec "$root/tests/with_cluster.sh" "$0" "$@"
fi
n_passed=0
n_failed=0
scratch=$(mktemp -d "${TMPDIR:-/tmp}/tenure-e2e.XXXXXX")
children=
finish() {
	code=$?
	for child in $children; do
		# A number of one that has ended long ago may belong to somebody else by now.
		[ "$(ps -o ppid= -p "$child" | tr -d ' ')" != "$$" ] || kill "$child" 2>/dev/null || true
	done
	rm -rf "$scratch"
	exit "$code"
}
trap finish EXIT

# new_warehouse NAME: an empty database with its own state folder, migrated; later commands use it.
new_warehouse() {
	psql -qX "$TENURE_TEST_DSN" -c "drop database if exists $1" -c "create database $1" >/dev/null
	TENURE_DSN=$(printf '%s\n' "$TENURE_TEST_DSN" | sed -E "s/dbname='?[a-z_0-9]+'?/dbname='$1'/")
	XDG_STATE_HOME=$scratch/state-$1
	export TENURE_DSN XDG_STATE_HOME
	mkdir -p "$XDG_STATE_HOME"
	"$tenure" --log-level error migrate
}

sql() { psql -qXAt -v ON_ERROR_STOP=1 "$TENURE_DSN" -c "$1"; }

passed() {
	n_passed=$((n_passed + 1))
	printf 'ok - %s\n' "$1"
}

failed() { # description, what was seen
	n_failed=$((n_failed + 1))
	printf 'not ok - %s\n' "$1"
	printf '%s\n' "${2:-}" | sed 's/^/#   /'
}

# is DESCRIPTION EXPECTED ACTUAL
is() {
	if [ "$2" = "$3" ]; then passed "$1"; else failed "$1" "expected: $2
     got: $3"; fi
}

# contains DESCRIPTION TEXT-WANTED TEXT
contains() {
	case $3 in
	*"$2"*) passed "$1" ;;
	*) failed "$1" "wanted: $2
in: $3" ;;
	esac
}

# exits DESCRIPTION CODE COMMAND...: runs it, compares the exit code; output is in $out and $err_text.
exits() {
	description=$1
	wanted=$2
	shift 2
	code=0
	"$@" >"$scratch/out" 2>"$scratch/err" || code=$?
	out=$(cat "$scratch/out")
	err_text=$(cat "$scratch/err")
	if [ "$code" -eq "$wanted" ]; then
		passed "$description"
	else
		failed "$description" "exit code $code instead of $wanted
$err_text"
	fi
}

done_testing() {
	printf '%s: %d passed, %d failed\n' "$(basename "$0" .sh)" "$n_passed" "$n_failed"
	[ "$n_failed" -eq 0 ]
}
