# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# Input of load.sh and peers.sh, made once: notes.jsonl; bare/notes.jsonl without authors; changed/notes.jsonl
# with a newer version of each hundredth note.
made="$bench/input/$notes"
tables='notes note_authors note_affiliations'
if [ ! -e "$made/done" ]; then
	mkdir -p "$made/bare" "$made/changed"
	"$twin" notes --count "$notes" >"$made/notes.jsonl"
	jq -c 'del(.content.authors, .content.authorids)' "$made/notes.jsonl" >"$made/bare/notes.jsonl"
	awk 'NR % 100 == 0 { sub(/"title":\{"value":"/, "&Revised: "); sub(/"tmdate":1/, "\"tmdate\":2") } 1' \
		"$made/notes.jsonl" >"$made/changed/notes.jsonl"
	: >"$made/done"
fi
