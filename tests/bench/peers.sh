# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# Other ways to get the same file (notes without authors) into the same kind of table.
. tests/bench/input.sh

# What a peer does, in a process of its own for the clock: $1 is the file.
write_peers() {
	mkdir -p "$bench/peers"
	cat >"$bench/peers/duckdb" <<-END
		node '$bench/peers/duckdb.mjs' "\$1" | psql -Xq -c '\\copy peer.notes from pstdin (format csv)'
	END
	echo "node '$bench/peers/pg_copy_streams.mjs' \"\$1\"" >"$bench/peers/pg_copy_streams"
	echo "/usr/bin/python3 tests/bench/peers/psycopg_binary.py \"\$1\"" >"$bench/peers/psycopg"
	echo "psql -Xq -v ON_ERROR_STOP=1 -f tests/bench/peers/jsonb.sql <\"\$1\"" >"$bench/peers/jsonb"
	cat >"$bench/peers/jq" <<-END
		jq -rf tests/bench/peers/notes.jq "\$1" | psql -Xq -c "\\copy peer.notes from pstdin (null '')"
	END
	# node looks for packages beside the script
	cp tests/bench/peers/*.mjs "$bench/peers/"
}

npm_install() {
	command -v npm >/dev/null 2>&1 || return 1
	[ ! -d "$bench/node_modules/$1" ] || return 0
	npm install --silent --no-audit --no-fund --prefix "$bench" "$@" >/dev/null 2>&1
}

# peer NAME WORDS
peer() {
	for _ in $(seq "$peer_repeat"); do
		fresh_database
		psql -Xq -f tests/bench/peers/table.sql 2>/dev/null
		sql checkpoint
		PGTZ=UTC measure "peer_$1" sh "$bench/peers/$1" "$made/bare/notes.jsonl" || return 0
		n_rows=$(sql 'select count(*) from peer.notes')
		[ "$n_rows" = "$notes" ] || fail "$1 loaded $n_rows rows"
	done
	ratio "$2" "peer_$1" peer_tenure '> 1'
}

# try_peer NAME WORDS COMMAND…: the command installs what it needs.
try_peer() {
	peer_name=$1
	peer_words=$2
	shift 2
	if "$@"; then
		peer "$peer_name" "$peer_words"
	else
		say '  %-58s skipped: cannot be installed here\n' "$peer_words"
	fi
}

peer_repeat=${BENCH_PEER_REPEAT:-$repeat}
write_peers
for _ in $(seq "$peer_repeat"); do
	fresh_database
	measure peer_tenure "$tenure" --log-level error import openreview --stream notes --no-build "$made/bare/notes.jsonl"
done
heading "Peers on the file of notes alone: times as long as import with its ledger and content hashes"
try_peer duckdb 'DuckDB read_json | \copy csv' npm_install @duckdb/node-api
try_peer pg_copy_streams 'node JSON.parse, pg-copy-streams' npm_install pg pg-copy-streams
try_peer psycopg 'psycopg 3, binary copy' have_package python3-psycopg
try_peer jsonb '\copy jsonb, then SQL' true
try_peer jq 'jq | \copy' have_package jq
