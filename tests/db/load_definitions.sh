#!/bin/sh
# Deploys migrations, reference rows and definitions into the database that libpq's environment names, with
# nothing but psql: for tests of the SQL alone. What `tenure migrate` does with more care.
#
#   PGHOST=/tmp/pg PGDATABASE=dev tests/db/load_definitions.sh          all of it, into an empty database
#   … tests/db/load_definitions.sh definitions                          reference rows and definitions only
set -eu
cd "$(dirname "$0")/../.."
run() { psql -X -q -v ON_ERROR_STOP=1 "$@" >/dev/null; }

if [ "${1:-all}" = all ]; then
	for file in migrations/[0-9]*.sql; do
		run -1 -f "$file"
	done
fi

{
	echo 'begin;'
	for file in sql/reference/*.csv; do
		stem=$(basename "$file" .csv)
		printf 'delete from core.ref_%s;\n' "$stem"
		printf "\\\\copy core.ref_%s (%s) from '%s' with (format csv, header)\n" \
			"$stem" "$(head -n 1 "$file")" "$file"
	done
	echo 'commit;'
} | run

# Topological order of the files by their "-- requires:" lines.
for file in sql/meta/*.sql sql/core/*.sql sql/mart/*.sql sql/check/*.sql; do
	schema=$(basename "$(dirname "$file")")
	name=$schema.$(basename "$file" .sql)
	echo "$name $name"
	sed -n 's/^-- requires: *//p' "$file" | tr ',' '\n' | while read -r needed; do
		[ -z "$needed" ] || echo "$needed $name"
	done
done | tsort | while read -r name; do
	file=sql/${name%%.*}/${name#*.}.sql
	run -1 -f "$file" || { echo "failed: $file" >&2; exit 1; }
done
