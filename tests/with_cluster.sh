#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# with_cluster.sh COMMAND...: runs a command with a PostgreSQL cluster of its own, gone afterwards. The command
# finds it by TENURE_CLUSTER_DIRECTORY (for build/tenure) and TENURE_TEST_DSN (database tenure, superuser tenure;
# TENURE_TEST_HOST is its socket's folder).
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
directory=$(mktemp -d "${TMPDIR:-/tmp}/tenure-test.XXXXXX")
chmod 755 "$directory"
export TENURE_CLUSTER_DIRECTORY="$directory/cluster"
export XDG_STATE_HOME="$directory/state"
unset TENURE_DSN PGHOST PGHOSTADDR PGSERVICE PGDATABASE PGOPTIONS
stop() {
	"$root/build/tenure" --log-level error db stop || true
	rm -rf "$directory"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM
"$root/build/tenure" --log-level error db start
# A crash of the machine may cost this cluster its life: it has none after the test anyway.
"$root/build/tenure" db psql -qc "alter system set fsync = off" -c "select pg_reload_conf()" >/dev/null
TENURE_TEST_DSN=$("$root/build/tenure" db status | sed -n 's/^connection //p')
TENURE_TEST_HOST=$(printf '%s\n' "$TENURE_TEST_DSN" | sed "s/^host='\([^']*\)'.*/\1/")
export TENURE_TEST_DSN TENURE_TEST_HOST
"$@"
