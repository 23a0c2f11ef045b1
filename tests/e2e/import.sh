#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# Files: loaded once, told apart, refused record by record, rolled back when broken, exactly once after kill -9.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"

hash() { psql -qXAt -v ON_ERROR_STOP=1 -v with_history=yes "$TENURE_DSN" -f "$root/tests/e2e/warehouse_hash.sql"; }
import() { "$tenure" import papercopilot "$@"; }

# record ID NAME-AND-ID AFFILIATION DOMAIN ROLE
record() {
	printf '{"id":"%s","author":"%s","authorids":"~%s1","aff":"%s","aff_domain":"%s","position":"%s","or_profile":"~%s1"}\n' \
		"$1" "$2" "$2" "$3" "$4" "$5" "$2"
}
venue_record() {
	printf '{"id":"%s","title":"%s","status":"Poster","author":"Ada One","authorids":"~Ada_One1"}\n' "$1" "$2"
}

new_warehouse import_test
files=$scratch/files
mkdir -p "$files/authors" "$files/elsewhere" "$files/bad"
{
	record p1 Ada_One 'Alpha University' alpha.edu 'PhD student'
	record p2 Bo_Two 'ByteDance' bytedance.com 'Researcher'
	record p3 Cy_Three 'Alibaba Group+Beta' 'alibaba-inc.com+beta.org' 'Researcher+Intern'
} >"$files/authors/iclr2021.jsonl"

# --- once
exits 'a file is imported and built' 0 import "$files/authors/iclr2021.jsonl" \
	--source-licence 'CC0' --supplied-by 'a friend' --obtained-on 2024-01-02
contains 'the table names the edition' 'authors/iclr2021' "$out"
is 'papers' 3 "$(sql 'select count(*) from stg.papercopilot_papers')"
is 'concurrent places' 2 "$(sql "select count(*) from stg.papercopilot_affiliations where paper_id = 'p3'")"
is 'where the file came from is kept' 'CC0|a friend|2024-01-02|f' \
	"$(sql 'select source_licence, supplied_by, obtained_on, is_copy from meta.archive')"
is 'the sweep is complete' t "$(sql 'select completed_at is not null from meta.cursors')"
once=$(hash)
n_builds=$(sql 'select count(*) from meta.builds')

# --- twice
written() { sql "select pg_stat_force_next_flush(); select sum(n_tup_ins + n_tup_upd + n_tup_del) from pg_stat_user_tables
	where schemaname in ('stg', 'core', 'mart', 'cache')" | tail -1; }
before=$(written)
exits 'the same file again' 0 import "$files/authors/iclr2021.jsonl"
contains 'says that nothing was to be done' 'unchanged' "$out"
is 'writes no row' "$before" "$(written)"
is 'does not build' "$n_builds" "$(sql 'select count(*) from meta.builds')"
is 'and leaves the warehouse as it was' "$once" "$(hash)"
cp "$files/authors/iclr2021.jsonl" "$files/elsewhere/copy of something.jsonl"
exits 'the same bytes under another name' 0 import "$files/elsewhere/copy of something.jsonl"
is 'are the same edition' 3 "$(sql 'select count(*) from stg.papercopilot_papers')"

# --- editions
venue_record p1 'On Things' >"$files/iclr2021.jsonl"
exits 'a file with titles of the same name' 0 import --no-build "$files/iclr2021.jsonl"
is 'is an edition of its own' 'authors/iclr2021,venues/iclr2021' \
	"$(sql "select string_agg(distinct edition_key, ',' order by edition_key) from stg.papercopilot_papers")"
printf '[%s]' "$(venue_record p1 'On Things')" >"$files/corl2024.snapshot-2024-10-11.json"
exits 'an earlier crawl' 0 import --no-build "$files/corl2024.snapshot-2024-10-11.json"
is 'carries its date' 'lists/corl2024@2024-10-11|2024-10-11' \
	"$(sql "select edition_key, crawled_on from stg.papercopilot_papers where venue_key = 'corl'")"
venue_record p9 'Other' >"$files/elsewhere/iclr2021.jsonl"
exits 'two files of one edition that differ' 64 import "$files/iclr2021.jsonl" "$files/elsewhere/iclr2021.jsonl"
contains 'are named' 'are both edition venues/iclr2021 and differ' "$err_text"
venue_record p1 'On Things' >"$files/unnamed.jsonl"
printf '\n' >>"$files/unnamed.jsonl"
exits 'a name that says nothing' 64 import "$files/unnamed.jsonl"
contains 'gets the flags to use' 'say --venue iclr --year 2021' "$err_text"
exits 'with flags' 0 import --no-build --venue icml --year 2019 "$files/unnamed.jsonl"
is 'it is that venue' 1 "$(sql "select count(*) from stg.papercopilot_papers where edition_key = 'venues/icml2019'")"

# --- a file that changed
{
	record p1 Ada_One 'Gamma University' gamma.edu 'PhD student'
	record p2 Bo_Two 'ByteDance' bytedance.com 'Researcher'
} >"$files/elsewhere/x"
mv "$files/elsewhere/x" "$files/elsewhere/iclr2021.jsonl"
exits 'a new version of an edition' 0 import --no-build "$files/elsewhere/iclr2021.jsonl"
is 'changes, keeps and removes' '0|1|1|1' "$(sql 'select n_inserted, n_updated, n_unchanged, n_removed
	from meta.pages order by page_id desc limit 1')"
is 'what it lacks is gone' 0 "$(sql "select count(*) from stg.papercopilot_papers where paper_id = 'p3'")"
is 'and is in the history' 1 "$(sql "select count(*) from stg.papercopilot_papers_history where paper_id = 'p3'")"
exits 'the first version again' 0 import "$files/authors/iclr2021.jsonl"
is 'is not taken for a repeat' 3 "$(sql "select count(*) from stg.papercopilot_papers where edition_key = 'authors/iclr2021'")"

# --- bad records
new_warehouse import_bad
{
	record p1 Ada_One Alpha alpha.edu Researcher
	printf '{"id":"utf8","author":"\377","authorids":"~A1"}\n'
	printf '{"id":"surrogate-bytes","author":"\355\240\200","authorids":"~A1"}\n'
	printf '{"id":"nul","author":"a\\u0000b","authorids":"~A1"}\n'
	printf '{"id":"lone","author":"a\\ud800b","authorids":"~A1"}\n'
	printf '{"id":"twice","author":"a","author":"b","authorids":"~A1"}\n'
	printf '{"id":"deep","author":"a","authorids":"~A1","x":%s1%s}\n' "$(printf '%065d' 0 | tr 0 '[')" "$(printf '%065d' 0 | tr 0 ']')"
	printf '{"id":"type","author":"a","authorids":["~A1"]}\n'
	printf '{"author":"nobody","authorids":"~A1"}\n'
	record p2 Bo_Two Beta beta.org Researcher
} >"$files/bad/iclr2021.jsonl"
exits 'bad records do not stop a file' 0 import --no-build "$files/bad/iclr2021.jsonl"
is 'the good ones are loaded' 'p1,p2' "$(sql "select string_agg(paper_id, ',' order by paper_id) from stg.papercopilot_papers")"
is 'each bad one is a reject with its class' \
	'E_DATA_DEPTH:deep,E_DATA_DUPKEY:twice,E_DATA_KEY:,E_DATA_NUL:nul,E_DATA_SURROGATE:lone,E_DATA_TYPE:type,E_DATA_UTF8:surrogate-bytes,E_DATA_UTF8:utf8' \
	"$(sql "select string_agg(reject_class || ':' || source_key, ',' order by reject_class, source_key collate \"C\") from meta.rejects")"
is 'with its bytes' t "$(sql "select raw = '{\"id\":\"utf8\",\"author\":\"' || '' from meta.rejects limit 0" >/dev/null 2>&1 ||
	sql "select bool_and(octet_length(raw) = raw_bytes) from meta.rejects")"
exits 'once more, by force' 0 import --no-build --force "$files/bad/iclr2021.jsonl"
is 'does not multiply rejects' 8 "$(sql 'select count(*) from meta.rejects')"
exits 'rejects are listed' 0 "$tenure" rejects --json
contains 'with class' '"reject_class":"E_DATA_SURROGATE"' "$out"
exits 'replay without a fix' 0 "$tenure" replay --no-build
is 'leaves them open' 8 "$(sql 'select count(*) from meta.rejects where resolved_at is null')"
{
	record p1 Ada_One Alpha alpha.edu Researcher
	record nul Nul_One Alpha alpha.edu Researcher
} >"$files/elsewhere/y" && mv "$files/elsewhere/y" "$files/bad/iclr2021.jsonl"
exits 'the repaired file' 0 import --no-build "$files/bad/iclr2021.jsonl"
is 'settles them' 0 "$(sql 'select count(*) from meta.rejects where resolved_at is null')"

i=0
while [ $i -lt 30 ]; do
	i=$((i + 1))
	printf '{"id":"b%s","author":"\377","authorids":"~A1"}\n' $i
	record "g$i" Ada_One Alpha alpha.edu Researcher
done >"$files/bad/icml2020.jsonl"
exits 'too many bad records' 65 import --no-build "$files/bad/icml2020.jsonl"
contains 'are counted' '30 of 60 records' "$err_text"
is 'and load nothing of the file' 0 "$(sql "select count(*) from stg.papercopilot_papers where venue_key = 'icml'")"
is 'but are told' 30 "$(sql "select count(*) from meta.rejects where partition_key = 'authors/icml2020'")"

# --- private texts
printf '{"id":"m1","author":"a","authorids":"ada@alpha.edu;~B1","gender":"Female","aff":"x"}\n' >"$files/bad/acl2020.jsonl"
exits 'a list that does not line up' 0 import --no-build "$files/bad/acl2020.jsonl"
is 'is a reject of that list' 'E_DATA_ALIGN|$.aff|E_DATA_ALIGN|$.author' \
	"$(sql "select min(reject_class), min(json_path), max(reject_class), max(json_path) from meta.rejects where source_key = 'm1'")"
is 'whose text holds neither address nor gender' 0 "$(sql "select count(*) from meta.rejects
	where source_key = 'm1' and (convert_from(raw, 'UTF8') like '%ada@%' or convert_from(raw, 'UTF8') like '%emale%')")"

# --- replay: from the file, from the archive, from the kept texts alone
new_warehouse import_replay
{
	record p1 Ada_One Alpha alpha.edu Researcher
	printf '{"id":"odd","author":"A","authorids":"~A1","title":["x"]}\n'
} >"$files/bad/kdd2021.jsonl"
again() { # description: the fault is mended behind its back, the replay must bring the record back
	sql "delete from stg.papercopilot_papers" # reason: the test wants to see it come back
	exits "$1" 0 "$tenure" replay --no-build --json
	contains "$1: one page" "$2" "$out"
}
exits 'a file with a bad record, copied into the archive' 0 "$tenure" --set run.archive_files=true import papercopilot \
	--no-build "$files/bad/kdd2021.jsonl"
is 'the copy is there' t "$(sql 'select is_copy and stored_bytes > 0 from meta.archive')"
rm "$files/bad/kdd2021.jsonl"
again 'replay from the archive' '"pages":1,"missing":0,"changed":1,"rejects":1'
is 'brings the page back' p1 "$(sql 'select paper_id from stg.papercopilot_papers')"
rm -r "$XDG_STATE_HOME/tenure/archive"
again 'replay without the page' '"pages":1,"missing":0,"changed":0,"rejects":1'
is 'does not multiply rejects' 1 "$(sql 'select count(*) from meta.rejects')"

# --- broken files load nothing
new_warehouse import_broken
broken() { # description code class
	rows=$(sql 'select count(*) from stg.papercopilot_papers')
	exits "$1" "$2" import --no-build "$files/bad/kdd2020.jsonl"
	contains "$1: class $3" "$3" "$err_text"
	is "$1: nothing loaded" "$rows" "$(sql 'select count(*) from stg.papercopilot_papers')"
}
{ record a Ada_One A a.edu R; printf '{"id":"b","author":"Bo'; } >"$files/bad/kdd2020.jsonl"
broken 'cut off inside a record' 65 E_SRC_TRUNC
printf '<!DOCTYPE html><html><body>captcha</body></html>\n' >"$files/bad/kdd2020.jsonl"
broken 'a web page' 65 E_SRC_PROTO
printf '[%s' "$(record a Ada_One A a.edu R)" >"$files/bad/kdd2020.jsonl"
broken 'an array without its end' 65 E_SRC_TRUNC
: >"$files/bad/kdd2020.jsonl"
broken 'an empty file' 65 E_SRC_COUNT
printf '[]' >"$files/bad/kdd2020.jsonl"
broken 'an empty array' 65 E_SRC_COUNT
printf '{"a":1}\n' >"$files/bad/kdd2020.jsonl"
broken 'another kind of file' 65 E_SRC_DRIFT
exits 'a missing file' 74 import "$files/none2020.jsonl"
exits 'a folder' 64 import "$files"
exits 'an unknown kind' 64 "$tenure" import papercopilots "$files/iclr2021.jsonl"
contains 'is told what there is' 'kinds: ' "$err_text"
record a Ada_One A a.edu R >"$files/bad/good2020.jsonl"
exits 'a broken file among good ones' 65 import "$files/bad/kdd2020.jsonl" "$files/bad/good2020.jsonl"
is 'the good one is loaded' 1 "$(sql "select count(*) from stg.papercopilot_papers where venue_key = 'good'")"
is 'nothing is built' 0 "$(sql 'select count(*) from meta.builds')"

# --- sizes
{
	record a1 Ada_One A a.edu R
	printf '{"id":"huge","author":"'
	head -c 67108864 /dev/zero | tr '\0' x
	printf '","authorids":"~A1"}\n'
	record a2 Ada_One A a.edu R
} >"$files/bad/huge2020.jsonl"
exits 'a text of 64 MB' 0 env -u LD_PRELOAD sh -c 'ulimit -v 400000; exec "$0" import papercopilot --no-build "$1"' \
	"$tenure" "$files/bad/huge2020.jsonl"
is 'is refused, its neighbours are loaded' '2|E_DATA_SIZE|t' "$(sql "select
	(select count(*) from stg.papercopilot_papers where venue_key = 'huge'), reject_class, raw is null and raw_bytes > 67108864
	from meta.rejects where source_key = 'huge'")"
rm -f "$files/bad/huge2020.jsonl"

# --- the lock
(
	printf 'select pg_advisory_lock(hashtextextended('"'tenure:warehouse'"', 0));\n'
	sleep 3
) | psql -qX "$TENURE_DSN" >/dev/null &
children="$children $!"
sleep 0.5
exits 'while another run has the warehouse' 75 import "$files/bad/good2020.jsonl"
contains 'it is told who' E_LOCKED "$err_text"
wait

# --- a copy of the warehouse
sql "update meta.warehouse set system_identifier = '1'"
exits 'a copy in another cluster' 78 import "$files/bad/good2020.jsonl"
contains 'must be adopted' 'tenure doctor --adopt' "$err_text"
exits 'adopting it' 0 "$tenure" doctor --adopt
exits 'then it goes on' 0 import --no-build "$files/bad/good2020.jsonl"
exits 'the contract holds' 0 "$tenure" check --contract
exits 'status' 0 "$tenure" status --json
exits 'runs' 0 "$tenure" runs --json
contains 'tell of failures' '"error_class":"E_SRC_DRIFT"' "$out"

# --- a database that goes away, a lock in the way, a signal: the page is done again, or left for the next run
awk 'BEGIN { for (i = 1; i <= 60000; i++) printf "{\"id\":\"w%d\",\"author\":\"Name %d;Other\",\"authorids\":\"~N%d;~O1\",\"aff\":\"Place %d;\",\"aff_domain\":\"p%d.edu;\",\"position\":\"PhD student;\",\"or_profile\":\"x;y\"}\n", i, i, i, i % 999, i % 999 }' \
	>"$files/wide2021.jsonl"
new_warehouse import_wide
"$tenure" import papercopilot --no-build "$files/wide2021.jsonl" >/dev/null 2>&1
undisturbed=$(hash)
for delay in 0.3 0.7 1.2; do
	new_warehouse import_lost
	"$tenure" import papercopilot --no-build "$files/wide2021.jsonl" >/dev/null 2>"$scratch/lost" &
	pid=$!
	sleep $delay
	sql "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid != pg_backend_pid()" >/dev/null
	code=0
	wait $pid || code=$?
	[ "$code" -eq 0 ] || sed 's/^/#   /' "$scratch/lost"
	is "the server session ends after $delay s: done again" 0 "$code"
	is 'with the same result' "$undisturbed" "$(hash)"
done

new_warehouse import_lock
import --no-build "$files/authors/iclr2021.jsonl" >/dev/null 2>&1
printf 'begin; lock table stg.papercopilot_papers in share mode; select pg_sleep(3.5); commit;' |
	psql -qX "$TENURE_DSN" >/dev/null &
children="$children $!"
sleep 0.5
exits 'a lock held for 3.5 s is waited out' 0 import --no-build "$files/wide2021.jsonl"
contains 'by trying again' 'database conflict, page will be done again' "$err_text"
is 'once' 60003 "$(sql 'select count(*) from stg.papercopilot_papers')"

new_warehouse import_stop
"$tenure" import papercopilot --no-build "$files/wide2021.jsonl" "$files/authors/iclr2021.jsonl" >/dev/null 2>&1 &
pid=$!
sleep 0.4
kill -TERM $pid
code=0
wait $pid || code=$?
is 'SIGTERM ends it with its code' 143 "$code"
is 'after the page at hand or before it' t "$(sql 'select count(*) in (0, 60000) from stg.papercopilot_papers')"
is 'and is told' cancelled "$(sql 'select state from meta.runs order by run_id desc limit 1')"
exits 'going on' 0 import --no-build "$files/wide2021.jsonl" "$files/authors/iclr2021.jsonl"
is 'completes it' 60003 "$(sql 'select count(*) from stg.papercopilot_papers')"

# --- kill -9 at sampled system calls, then again: as if nothing had happened
if command -v strace >/dev/null 2>&1; then
	kill_matrix() { # syscall step
		n=1
		n_points=0
		n_differ=0
		while :; do
			new_warehouse import_kill
			code=0
			strace -qq -f -o /dev/null -e trace="$1" -e inject="$1":signal=KILL:when=$n \
				"$tenure" --log-level error import papercopilot --no-build "$files/authors/iclr2021.jsonl" \
				"$files/kill/iclr2022.jsonl" >/dev/null 2>&1 || code=$?
			[ "$code" -ne 0 ] || break
			n_points=$((n_points + 1))
			"$tenure" --log-level error import papercopilot --no-build "$files/authors/iclr2021.jsonl" \
				"$files/kill/iclr2022.jsonl" >/dev/null || n_differ=$((n_differ + 1))
			[ "$(hash)" = "$undisturbed" ] || n_differ=$((n_differ + 1))
			n=$((n + $2))
		done
		is "kill -9 at $n_points calls of $1" 0 "$n_differ"
	}
	mkdir -p "$files/kill"
	i=0
	while [ $i -lt 400 ]; do
		i=$((i + 1))
		record "k$i" "Name_$i" "Place $i" "place$i.edu" 'PhD student'
		[ $i -ne 7 ] || printf '{"id":"bad","author":"\377","authorids":"~A1"}\n'
	done >"$files/kill/iclr2022.jsonl"
	new_warehouse import_kill
	import --no-build "$files/authors/iclr2021.jsonl" "$files/kill/iclr2022.jsonl" >/dev/null 2>&1
	undisturbed=$(hash)
	if [ -n "${TENURE_TEST_FULL:-}" ]; then
		kill_matrix sendto 1
		kill_matrix recvfrom 1
		kill_matrix poll 3
	else
		kill_matrix sendto 9
		kill_matrix recvfrom 13
	fi
	# the reply to one call is lost: also to COMMIT, whose effect is looked up by its token
	n=1
	n_points=0
	n_differ=0
	n_unknown=0
	step=11
	[ -z "${TENURE_TEST_FULL:-}" ] || step=1
	while :; do
		new_warehouse import_reset
		code=0
		strace -qq -f -o "$scratch/trace" -e trace=recvfrom -e inject=recvfrom:error=ECONNRESET:when=$n \
			"$tenure" --log-level error import papercopilot --no-build "$files/authors/iclr2021.jsonl" \
			"$files/kill/iclr2022.jsonl" >/dev/null 2>"$scratch/reset" || code=$?
		grep -q INJECTED "$scratch/trace" || break
		n_points=$((n_points + 1))
		case $code in
		0) ;;
		75) import --no-build "$files/authors/iclr2021.jsonl" "$files/kill/iclr2022.jsonl" >/dev/null 2>&1 || n_differ=$((n_differ + 1)) ;;
		*) n_differ=$((n_differ + 1)); printf '#   point %s: exit code %s: %s\n' $n $code "$(cat "$scratch/reset")" ;;
		esac
		[ "$(hash)" = "$undisturbed" ] || { n_differ=$((n_differ + 1)); printf '#   point %s differs\n' $n; }
		n_unknown=$((n_unknown + $(sql 'select sum(n_commit_unknown) from meta.runs')))
		n=$((n + step))
	done
	is "the connection breaks at $n_points answers" 0 "$n_differ"
	[ -z "${TENURE_TEST_FULL:-}" ] || is 'also at a COMMIT' t "$([ $n_unknown -gt 0 ] && echo t)"
	is 'runs that died are marked' 0 "$(sql "select count(*) from meta.runs where state = 'running'")"
else
	printf '# no strace: kill matrix left out\n'
fi
done_testing
