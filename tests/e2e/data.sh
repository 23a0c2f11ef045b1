#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# Bad data (B01-B12) through `tenure import` and the fake API: a bad record is a reject with its class, its
# neighbours are loaded byte for byte, a changed source changes nothing silently. Dates, years, overlapping and
# reversed stays (B06, B07) are in the unit tests of dates and in the tests of claims and stints.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"

new_warehouse data_empty 2>/dev/null
files=$scratch/files
mkdir -p "$files"
import() { bounded "$tenure" import papercopilot --no-build "$@"; }
good() { printf '{"id":"%s","title":"Good","author":"Name","authorids":"~N1"}\n' "$1"; }
titled() { printf '{"id":"%s","title":"%b","author":"Name","authorids":"~N1"}\n' "$1" "$2"; }
classes() { sql "select string_agg(source_key || ':' || reject_class, ',' order by source_key collate \"C\") from meta.rejects"; }
loaded() { sql "select string_agg(paper_id, ',' order by paper_id collate \"C\") from stg.papercopilot_papers"; }

# B01 B02 B04 B05: bytes that are no text, escapes that are no character, keys twice, words that are no JSON.
export TENURE_RUN_MAX_REJECT_SHARE=1
copy_warehouse data_empty data_text
{
	good a-good
	titled byte-latin1 'caf\0351'
	titled byte-overlong '\0300\0200'
	titled byte-surrogate '\0355\0240\0200'
	titled byte-beyond '\0364\0220\0200\0200'
	titled byte-cut '\0342\0202'
	good b-good
	titled nul '\\u0000'
	titled half-high '\\ud800'
	titled half-low '\\udc00'
	titled half-letter '\\ud800\\u0041'
	titled half-inverted '\\udc00\\ud800'
	titled c-pair '\\ud83d\\ude00'
	printf '{"id":"twice-same","title":"a","title":"a","author":"N","authorids":"~N1"}\n'
	printf '{"id":"twice-other","title":"a","title":"b","author":"N","authorids":"~N1"}\n'
	printf '{"id":"not-a-number","title":NaN}\n'
	printf '{"id":"trailing","title":"a",}\n'
	printf '{"id":"feed","title":"a",\f"author":"N"}\n'
	titled control 'a\0001b'
	printf '{"id":"d-unknown","title":"Good","author":"N","authorids":"~N1","new":{"n":[1e400,-0,1e-400,99999999999999999999]}}\n'
	printf '[1,2]\n"text"\n17\nnull\n'
	good e-good
} >"$files/iclr2021.jsonl"
exits 'B01 B02 B04 B05 a file with everything wrong that a record can have' 0 import "$files/iclr2021.jsonl"
is 'B01 B02 B05 the good records are loaded, unknown fields do no harm (B10)' 'a-good,b-good,c-pair,d-unknown,e-good' "$(loaded)"
wanted='byte-beyond:E_DATA_UTF8,byte-cut:E_DATA_UTF8,byte-latin1:E_DATA_UTF8,byte-overlong:E_DATA_UTF8,byte-surrogate:E_DATA_UTF8'
wanted="$wanted,control:E_DATA_JSON,feed:E_DATA_JSON,half-high:E_DATA_SURROGATE,half-inverted:E_DATA_SURROGATE,half-letter:E_DATA_SURROGATE"
wanted="$wanted,half-low:E_DATA_SURROGATE,not-a-number:E_DATA_JSON,nul:E_DATA_NUL,trailing:E_DATA_JSON"
wanted="$wanted,twice-other:E_DATA_DUPKEY,twice-same:E_DATA_DUPKEY"
is 'B01 B02 B04 B05 each bad one is a reject with its class' "$wanted" \
	"$(sql "select string_agg(source_key || ':' || reject_class, ',' order by source_key collate \"C\") from meta.rejects where source_key != ''")"
is 'B05 what is no record is a reject each' 4 "$(sql "select count(*) from meta.rejects where source_key = ''")"
is 'B02 a pair is the character' f09f9880 "$(sql "select encode(title::bytea, 'hex') from stg.papercopilot_papers where paper_id = 'c-pair'")"
is 'B01 B02 nothing became a question mark or a replacement' 0 \
	"$(sql "select count(*) from stg.papercopilot_papers where title like '%?%' or title like '%' || chr(65533) || '%'")"
{
	printf '\357\273\277'
	good bom
	titled inner '\0357\0273\0277x'
} >"$files/icml2021.jsonl"
exits 'B01 a mark of byte order at the begin' 0 import "$files/icml2021.jsonl"
is 'B01 is taken once, and is a character elsewhere' 'bom:476f6f64,inner:efbbbf78' \
	"$(sql "select string_agg(paper_id || ':' || encode(title::bytea, 'hex'), ',' order by paper_id) from stg.papercopilot_papers where venue_key = 'icml'")"
printf '\377\376{\0"\0i\0d\0"\0:\0"\0x\0"\0}\0\n\0' >"$files/icml2022.jsonl"
rows=$(sql 'select count(*) from stg.papercopilot_papers')
exits 'B01 a file in UTF-16' 65 import "$files/icml2022.jsonl"
contains 'B01 is no JSON' E_SRC_PROTO "$err_text"
is 'B01 and loads nothing' "$rows" "$(sql 'select count(*) from stg.papercopilot_papers')"

# B03: sizes and depths.
copy_warehouse data_empty data_size
repeat() { head -c "$1" /dev/zero | tr '\0' "$2"; }
{
	good a-good
	printf '{"id":"deep","x":%s%s}\n' "$(repeat 1000000 '[')" "$(repeat 1000000 ']')"
	good b-good
	printf '{"id":"depth-65","x":%s1%s}\n' "$(repeat 65 '[')" "$(repeat 65 ']')"
	printf '{"id":"c-depth-60","title":"Good","author":"N","authorids":"~N1","x":%s1%s}\n' "$(repeat 60 '[')" "$(repeat 60 ']')"
	printf '{"id":"keys"'
	awk 'BEGIN { for (i = 0; i < 1000000; i++) printf ",\"k%d\":1", i }'
	printf '}\n{"id":"elements","x":['
	repeat 2000000 '1' | sed 's/1/1,/g'
	printf '1]}\n'
	good d-good
	printf '{"id":"text","title":"'
	repeat 16000000 x
	printf '"}\n'
	good e-good
} >"$files/iclr2021.jsonl"
exits 'B03 records that are too large or too deep' 0 sh -c 'ulimit -v 400000; exec "$@"' sh "$tenure" import papercopilot --no-build "$files/iclr2021.jsonl"
is 'B03 their neighbours are loaded' 'a-good,b-good,c-depth-60,d-good,e-good' "$(loaded)"
is 'B03 each is a reject with its class' 'deep:E_DATA_DEPTH,depth-65:E_DATA_DEPTH,elements:E_DATA_SIZE,keys:E_DATA_SIZE,text:E_DATA_SIZE' "$(classes)"

# B08: one id with two contents in one file, in the other order, in a file that comes again.
copy_warehouse data_empty data_conflict
{
	titled one First
	titled two Same
	titled two Same
	titled one Second
} >"$files/iclr2021.jsonl"
exits 'B08 one id with two contents in one file' 0 import "$files/iclr2021.jsonl"
winner=$(sql "select title from stg.papercopilot_papers where paper_id = 'one'")
is 'B08 each id once' 'one,two' "$(loaded)"
n_history=$(sql 'select count(*) from stg.papercopilot_papers_history')
conflict=$(warehouse yes)
exits 'B08 the same file by force' 0 import --force "$files/iclr2021.jsonl"
is 'B08 the same one is kept' "$winner" "$(sql "select title from stg.papercopilot_papers where paper_id = 'one'")"
is 'B08 and nothing is written, history included' "$conflict" "$(warehouse yes)"
is 'B08 no row of history came of it' "$n_history" "$(sql 'select count(*) from stg.papercopilot_papers_history')"

# The same with so many records that only what is new or differs is sent.
copy_warehouse data_empty data_conflict
many() { # TITLE-FIRST TITLE-LAST
	awk 'BEGIN { for (i = 1; i <= 2500; i++) printf "{\"id\":\"m%d\",\"title\":\"Many\",\"author\":\"N\",\"authorids\":\"~N1\"}\n", i }'
	titled one "$1"
	titled one "$2"
}
many First Second >"$files/iclr2021.jsonl"
exits 'B08 in a large file' 0 import "$files/iclr2021.jsonl"
is 'B08 in a large file the same content wins as in a small one' "$winner" "$(sql "select title from stg.papercopilot_papers where paper_id = 'one'")"
conflict=$(warehouse yes)
exits 'B08 the large file by force' 0 import --force "$files/iclr2021.jsonl"
is 'B08 and nothing is written, history included' "$conflict" "$(warehouse yes)"
many Second First >"$files/iclr2021.jsonl"
exits 'B08 the two in the other order' 0 import "$files/iclr2021.jsonl"
is 'B08 is no change either' "$conflict" "$(warehouse yes)"
for hash in 00 ff; do
	sql "update stg.papercopilot_papers set title = 'Third', content_hash = decode(repeat('$hash', 16), 'hex') where paper_id = 'one'"
	exits "B08 a third content on record (hash $hash)" 0 import --force "$files/iclr2021.jsonl"
	is 'B08 gives way to the same one' "$winner" "$(sql "select title from stg.papercopilot_papers where paper_id = 'one'")"
done

# B11 B12: texts that mean something to shells, COPY, SQL, terminals and layouts arrive byte for byte.
copy_warehouse data_empty data_round
n=0
: >"$scratch/wanted"
: >"$files/iclr2021.jsonl"
while IFS= read -r text; do
	n=$((n + 1))
	jq -cn --arg id "t$n" --arg title "$text" '{id: $id, title: $title, author: "Name", authorids: "~N1"}' >>"$files/iclr2021.jsonl"
	printf 't%s|%s\n' "$n" "$(printf '%s' "$text" | od -An -v -tx1 | tr -d ' \n')" >>"$scratch/wanted"
done <<'TEXTS'
a	tab
back\slash \t \n \N \. \\
\.
\N
"double" 'single' `back` $dollar $$ $tag$ %s %n {0}
'); drop table stg.papercopilot_papers; --
"; drop schema stg cascade; --
Robert'); delete from meta.rejects;--
naïve café Ünïcode ß ſ İ ı
עברית العربية ‮reversed‬
日本語 한국어 汉字 𠮷 😀 👩‍👩‍👧
e\u0301 is no escape here
é é
<script>alert(1)</script> &amp;
=1+1 +1 -1 @sum(A1)
NULL null nil None
{"json": ["inside"]}
a_name_of_more_than_sixty_three_bytes_which_is_what_an_identifier_may_have_at_most_in_this_database
TEXTS
printf '{"id":"lines","title":"a\\r\\nb\\nc\\td\\be\\ff","author":"Name","authorids":"~N1"}\n' >>"$files/iclr2021.jsonl"
printf 'lines|610d0a620a6309640865%s\n' 0c66 >>"$scratch/wanted"
exits 'B11 B12 odd texts' 0 import "$files/iclr2021.jsonl"
sql "select paper_id || '|' || encode(convert_to(title, 'UTF8'), 'hex') from stg.papercopilot_papers" | sort >"$scratch/got"
sort "$scratch/wanted" >"$scratch/sorted"
is "B11 B12 $((n + 1)) texts come back byte for byte" '' "$(diff "$scratch/sorted" "$scratch/got" | head -5)"
is 'B12 nothing was dropped or deleted' t "$(sql "select to_regclass('stg.papercopilot_papers') is not null")"
n_random=$(step 2000 100000)
head -c $((n_random * 40)) /dev/urandom | od -An -v -tx4 -w16 | awk -v n="$n_random" '
	# Random code points of all four lengths, written as UTF-8 in hexadecimal.
	function hex(value,   digits) { digits = "0123456789abcdef"; return substr(digits, int(value / 16) + 1, 1) substr(digits, value % 16 + 1, 1) }
	function number(text,   i, value) { value = 0; for (i = 1; i <= length(text); i++) value = value * 16 + index("0123456789abcdef", substr(text, i, 1)) - 1; return value }
	function utf8(point) {
		if (point < 128) return hex(point)
		if (point < 2048) return hex(192 + int(point / 64)) hex(128 + point % 64)
		if (point < 65536) return hex(224 + int(point / 4096)) hex(128 + int(point / 64) % 64) hex(128 + point % 64)
		return hex(240 + int(point / 262144)) hex(128 + int(point / 4096) % 64) hex(128 + int(point / 64) % 64) hex(128 + point % 64)
	}
	NR <= n {
		text = "78"
		for (i = 1; i <= NF; i++) {
			value = number(substr($i, 2))
			size = i % 4
			point = size == 0 ? 1 + value % 127 : size == 1 ? 128 + value % 1920 : size == 2 ? 2048 + value % 50000 : 65536 + value % 1048576
			text = text utf8(point)
		}
		print "r" NR "|" text "78"
	}' >"$scratch/random"
is 'B11 random texts are made' "$n_random" "$(wc -l <"$scratch/random" | tr -d ' ')"
# As escapes of JSON where it must be (below blank, quote, backslash), else as they are.
awk -F'|' 'BEGIN { for (i = 0; i < 256; i++) { h = sprintf("%02x", i); escape[h] = (i < 32 || i == 34 || i == 92) ? sprintf("\\\\u%04x", i) : sprintf("\\0%03o", i) } }
	{ text = ""; for (i = 1; i < length($2); i += 2) text = text escape[substr($2, i, 2)]
	printf "{\"id\":\"%s\",\"title\":\"%s\",\"author\":\"Name\",\"authorids\":\"~N1\"}\n", $1, text }' "$scratch/random" |
	while IFS= read -r line; do printf '%b\n' "$line"; done >"$files/random2021.jsonl"
exits 'B11 random texts of one to four bytes a character' 0 import --venue random --year 2021 "$files/random2021.jsonl"
sql "select paper_id || '|' || encode(convert_to(title, 'UTF8'), 'hex') from stg.papercopilot_papers where venue_key = 'random'" | sort >"$scratch/got"
sort "$scratch/random" >"$scratch/sorted"
is "B11 $n_random of them come back byte for byte" '' "$(diff "$scratch/sorted" "$scratch/got" | head -5)"

# The same from the API: the record is refused, the others are loaded, and the next good answer settles it.
small_venue='ICLR.cc/2025/Conference'
large_venue='NeurIPS.cc/2024/Conference'
export TENURE_OPENREVIEW_VENUES="$small_venue"
unset TENURE_RUN_MAX_REJECT_SHARE
serve --people 300
copy_warehouse data_empty data_api
bounded "$tenure" run openreview >/dev/null
api_staging=$(staging)
n_notes=$(sql 'select count(*) from stg.openreview_notes')
n_profiles=$(sql 'select count(*) from stg.openreview_profiles')
refused() { # CASE FAULT CLASS ROUTE TABLE COUNT
	copy_warehouse data_empty data_fault
	fault "$2:$4"
	exits "$1 $2 in $4" 0 bounded "$tenure" run openreview
	is "$1 $2 in $4: all but one record" $(($6 - 1)) "$(sql "select count(*) from $5")"
	is "$1 $2 in $4: one reject of the stream" "$3" "$(sql "select string_agg(distinct reject_class, ',') from meta.rejects where stream = '${4#/}'")"
	fault ''
	exits "$1 $2 in $4: then a good answer" 0 bounded "$tenure" run openreview --full
	is "$1 $2 in $4: the undisturbed tables" "$api_staging" "$(staging)"
}
refused B01 bad_utf8 E_DATA_UTF8 /notes stg.openreview_notes "$n_notes"
refused B02 nul_escape E_DATA_NUL /profiles stg.openreview_profiles "$n_profiles"
refused B10 schema_type_change E_DATA_TYPE /notes stg.openreview_notes "$n_notes"
refused B05 big_number E_DATA_NUMBER /profiles stg.openreview_profiles "$n_profiles"
if [ -n "$is_full" ]; then
	refused B01 bad_utf8 E_DATA_UTF8 /profiles stg.openreview_profiles "$n_profiles"
	refused B02 lone_surrogate E_DATA_SURROGATE /notes stg.openreview_notes "$n_notes"
	refused B02 lone_surrogate E_DATA_SURROGATE /profiles stg.openreview_profiles "$n_profiles"
	refused B02 nul_escape E_DATA_NUL /notes stg.openreview_notes "$n_notes"
	refused B03 deep E_DATA_DEPTH /notes stg.openreview_notes "$n_notes"
	refused B03 huge_string E_DATA_SIZE /profiles stg.openreview_profiles "$n_profiles"
	refused B04 dup_keys E_DATA_DUPKEY /notes stg.openreview_notes "$n_notes"
	refused B05 big_number E_DATA_NUMBER /notes stg.openreview_notes "$n_notes"
fi
copy_warehouse data_empty data_fault
fault duplicate_record_conflict:/notes
exits 'B08 one note twice in one answer, with two titles' 0 bounded "$tenure" run openreview
is 'B08 each note once' "$n_notes" "$(sql 'select count(*) from stg.openreview_notes')"
once=$(staging)
exits 'B08 the same answer again' 0 bounded "$tenure" run openreview --full
is 'B08 the same one is kept' "$once" "$(staging)"
fault ''

# B09: records that vanish. Once is not enough; twice in a row they are gone, and the figures know it.
export TENURE_OPENREVIEW_VENUES="$small_venue"
copy_warehouse data_api data_fault
full_published=$(published)
n_builds=$(sql 'select count(*) from meta.builds')
fault vanish:/notes
exits 'B09 most records of a small venue are missing once' 0 bounded "$tenure" run openreview --full
is 'B09 they stay' "$n_notes $full_published" "$(sql 'select count(*) from stg.openreview_notes') $(published)"
exits 'B09 twice' 0 bounded "$tenure" run openreview --full
is 'B09 they are gone' t "$(sql "select count(*) < $n_notes from stg.openreview_notes")"
is 'B09 into the history' "$n_notes" "$(sql "select count(distinct note_id) from (select note_id from stg.openreview_notes
	union all select note_id from stg.openreview_notes_history) as notes")"
is 'B09 a build followed, though no page told of it' $((n_builds + 1)) "$(sql 'select count(*) from meta.builds')"
incremental=$(published)
exits 'B09 nothing more is due' 0 bounded "$tenure" run openreview --full
is 'B09 no build for nothing' $((n_builds + 1)) "$(sql 'select count(*) from meta.builds')"
exits 'B09 a full build' 0 bounded "$tenure" build --full
is 'B09 gives the same figures' "$incremental" "$(published)"
fault ''
exits 'B09 they come back' 0 bounded "$tenure" run openreview --full
is 'B09 the undisturbed tables and figures' "$api_staging $full_published" "$(staging) $(published)"
copy_warehouse data_api data_fault
fault vanish:/notes
bounded "$tenure" run openreview --full --no-build >/dev/null
bounded "$tenure" run openreview --full --no-build >/dev/null
fault ''
exits 'B09 gone in runs without a build: the next run that may builds' 0 bounded "$tenure" run openreview
is 'B09 once' $((n_builds + 1)) "$(sql 'select count(*) from meta.builds')"
export TENURE_OPENREVIEW_VENUES="$large_venue"
copy_warehouse data_empty data_large
bounded "$tenure" run openreview >/dev/null
is 'B09 the venue is large enough to judge a loss' t "$(sql 'select count(*) >= 20 from stg.openreview_notes')"
large=$(warehouse)
large_published=$(published)
fault vanish:50:/notes
for time in once twice; do
	exits "B09 half of a large venue is missing $time" 65 bounded "$tenure" run openreview --full
	contains "B09 $time: class" E_SRC_COUNT "$err_text"
	is "B09 $time: nothing is removed, the figures stay" "$(printf '%s\n' "$large" | head -1) $large_published" "$(warehouse | head -1) $(published)"
done
exits 'B09 unless it is said to be right' 0 bounded "$tenure" run openreview --full --allow-empty
fault ''

# B10: so many records changed their type that the page is not believed.
copy_warehouse data_empty data_drift
awk 'BEGIN { for (i = 1; i <= 60; i++) printf "{\"id\":\"d%d\",\"title\":%s,\"author\":\"N\",\"authorids\":\"~N1\"}\n", i, i % 2 ? "\"Good\"" : "{\"text\":\"Good\"}" }' >"$files/iclr2021.jsonl"
exits 'B10 half of the records changed their type' 65 import "$files/iclr2021.jsonl"
is 'B10 nothing of the file is loaded' 0 "$(sql 'select count(*) from stg.papercopilot_papers')"
is 'B10 each is told with its class' '30|E_DATA_TYPE' "$(sql 'select count(*), min(reject_class) from meta.rejects')"
done_testing
