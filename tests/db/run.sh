#!/bin/sh
# Runs the pgTAP suite against the database of the libpq environment (PGHOST, PGPORT, PGDATABASE, PGUSER …).
# The database must be migrated and its staging empty: every file builds a world of its own in a transaction
# and rolls it back. Arguments, if any, are the files to run instead of all. Exit code 0 only when all passed;
# 2 when the suite could not start.
set -eu
cd "$(dirname "$0")"

fail() {
	echo "tests/db: $1" >&2
	exit 2
}

command -v pg_prove >/dev/null 2>&1 ||
	fail 'pg_prove is missing (Debian: libtap-parser-sourcehandler-pgtap-perl)'
psql -X -q -v ON_ERROR_STOP=1 -c 'set client_min_messages = warning; create extension if not exists pgtap' ||
	fail 'cannot create extension pgtap (Debian: postgresql-15-pgtap)'
staged=$(psql -X -A -t -v ON_ERROR_STOP=1 -c "
	select count(*) from (
		(select from stg.openreview_notes limit 1) union all
		(select from stg.openreview_profiles limit 1) union all
		(select from stg.papercopilot_papers limit 1)
	) as staged") || fail 'cannot read stg: is the database migrated?'
[ "$staged" = 0 ] || fail 'the staging tables hold rows: use an empty database'

if [ "$#" -eq 0 ]; then
	for file in ./*.sql; do
		[ "$file" = ./world.sql ] || set -- "$@" "$file"
	done
fi
exec pg_prove --failures --ext .sql "$@"
