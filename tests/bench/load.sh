# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# A first load through the product, with ledger and archive record, against \copy of the same rows ready-made in
# binary into identical empty logged tables with their keys. Then the same input again.
. tests/bench/input.sh

import="$tenure --log-level error import openreview --stream notes --no-build"

make_targets() {
	sql 'create schema copied'
	for table in $tables; do
		sql "create table copied.$table (like stg.openreview_$table including all)"
	done
	sql checkpoint
}

# copy_out FOLDER TABLE…
copy_out() {
	folder=$1
	shift
	for table in "$@"; do
		sql "\\copy stg.openreview_$table to '$folder/$table.bin' (format binary)"
	done
}

# write_copy FOLDER TABLE… > a script for psql
write_copy() {
	folder=$1
	shift
	for table in "$@"; do
		printf "\\\\copy copied.%s from '%s' (format binary)\n" "$table" "$folder/$table.bin"
	done
}

# Rows that the last run wrote.
written() {
	sql "select count(*) from stg.openreview_notes as notes
		where notes.run_id = (select max(runs.run_id) from meta.runs as runs)"
}

# shellcheck disable=SC2086 # tables and import are lists of words
load_all() {
	write_copy "$made" $tables >"$bench/copy_all.sql"
	for round in $(seq "$repeat"); do
		fresh_database
		measure load_all $import "$made/notes.jsonl"
		[ -e "$made/notes.bin" ] || copy_out "$made" $tables
		make_targets
		measure copy_all psql -Xq -v ON_ERROR_STOP=1 -f "$bench/copy_all.sql"
		measure again_ledger $import "$made/notes.jsonl"
		n_ledger=$(written)
		measure again_merge $import --force "$made/notes.jsonl"
		n_merge=$(written)
		sql checkpoint
		measure again_changed $import "$made/changed/notes.jsonl"
		n_changed=$(written)
	done
}

# shellcheck disable=SC2086
load_bare() {
	write_copy "$made/bare" notes >"$bench/copy_bare.sql"
	for round in $(seq "$repeat"); do
		fresh_database
		measure load_bare $import "$made/bare/notes.jsonl"
		[ -e "$made/bare/notes.bin" ] || copy_out "$made/bare" notes
		make_targets
		measure copy_bare psql -Xq -v ON_ERROR_STOP=1 -f "$bench/copy_bare.sql"
	done
}

load_all
load_bare
heading "First load of $notes notes, $(($(wc -c <"$made/notes.jsonl") / 1000000)) MB of JSON"
ratio 'notes and authors: import / \copy of ready binary rows' load_all copy_all '<= 1.5'
ratio 'notes alone (no authors in the file): import / \copy' load_bare copy_bare '<= 1.5'
heading 'The same input again, against its first load'
ratio "known to the ledger; rows written: $n_ledger" again_ledger load_all '<= 0.4'
ratio "through the merge (--force); rows written: $n_merge" again_merge load_all '<= 0.4'
ratio "1 % of the notes changed; rows written: $n_changed" again_changed load_all '<= 0.4'
size 'largest resident size of these imports, MiB' load_all
