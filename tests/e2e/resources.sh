#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# Bounded resources (R01, R02, N05): 64 MiB resident at most, whatever comes, and also under a limit of the address
# space; as many descriptors at the end of a long run as at its begin; no folder that grows. Pages of hundreds of
# megabytes and a million records with TENURE_TEST_FULL=1.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"
need_strace

most_kib=65536
# measured COMMAND…: its exit code in $code, its peak of resident memory in $peak_kib.
measured() {
	code=0
	bounded_for=$((deadline * 10))
	timeout -s KILL "$bounded_for" /usr/bin/time -f '%M' -o "$scratch/peak" "$@" >"$scratch/out" 2>"$scratch/err" || code=$?
	peak_kib=$(tail -1 "$scratch/peak")
	err_text=$(cat "$scratch/err")
}
# within DESCRIPTION WANTED-CODE COMMAND…
within() {
	description=$1
	wanted=$2
	shift 2
	measured "$@"
	is "$description: exit code" "$wanted" "$code"
	[ "$code" -eq "$wanted" ] || printf '%s\n' "$err_text" | tail -2 | sed 's/^/#   /'
	is "$description: at most 64 MiB ($peak_kib KiB)" t "$([ "$peak_kib" -le "$most_kib" ] && echo t)"
}

# R01: many records in one file, and one enormous page.
new_warehouse resources_empty 2>/dev/null
copy_warehouse resources_empty resources_many
n_records=$(step 100000 1000000)
awk -v n="$n_records" 'BEGIN { for (i = 1; i <= n; i++) printf "{\"id\":\"m%d\",\"title\":\"Title %d\",\"author\":\"Name %d;Other %d\",\"authorids\":\"~N%d;~O%d\",\"aff\":\"Place %d;Else\",\"aff_domain\":\"p%d.edu;e.org\",\"position\":\"PhD student;Intern\"}\n", i, i, i, i, i, i % 1000, i % 999, i % 999 }' >"$scratch/iclr2021.jsonl"
within "R01 $n_records records in one file" 0 "$tenure" import papercopilot --no-build "$scratch/iclr2021.jsonl"
is 'R01 all of them are loaded' "$n_records" "$(sql 'select count(*) from stg.papercopilot_papers')"
within "R01 the same file again, by force" 0 "$tenure" import papercopilot --no-build --force "$scratch/iclr2021.jsonl"
within 'R01 building from it' 0 "$tenure" build
rm -f "$scratch/iclr2021.jsonl"
copy_warehouse resources_empty resources_page
n_notes=$(step 20000 370000) # about 2.7 kB each: 1 GB in full mode
"$twin" notes --count 100 --envelope >"$scratch/some"
is 'R01 the generator makes envelopes' t "$(grep -q '"notes"' "$scratch/some" && echo t)"
# As one line of records in an array: the shape of one page.
{
	printf '['
	awk -v n="$n_notes" 'BEGIN { filler = sprintf("%2400s", ""); gsub(/ /, "x", filler);
		for (i = 1; i <= n; i++) printf "%s{\"id\":\"a%d\",\"title\":\"Title %d\",\"abstract\":\"%s\",\"author\":\"Name %d\",\"authorids\":\"~N%d\",\"aff\":\"Place %d\"}", (i > 1) ? "," : "", i, i, filler, i, i, i % 99 }'
	printf ']'
} >"$scratch/corl2024.json"
within "R01 a page of $(($(wc -c <"$scratch/corl2024.json") / 1000000)) MB in one line" 0 \
	"$tenure" import papercopilot --no-build "$scratch/corl2024.json"
is 'R01 all of its records are loaded' "$n_notes" "$(sql 'select count(*) from stg.papercopilot_papers')"
copy_warehouse resources_empty resources_limit
within 'R01 the same under a limit of 400 MB of address space' 0 \
	prlimit --as=400000000 "$tenure" import papercopilot --no-build "$scratch/corl2024.json"
rm -f "$scratch/corl2024.json"

# R01, N05: what a source can send.
TENURE_RUN_MAX_PAGE=$(step 64m 600m)
export TENURE_OPENREVIEW_VENUES='ICLR.cc/2025/Conference' TENURE_RUN_RETRIES=0 TENURE_RUN_MAX_PAGE
serve --people 300
for word in gzip_bomb huge header_flood huge_header huge_string deep; do
	copy_warehouse resources_empty resources_fault
	fault "$word:/notes"
	measured "$tenure" run openreview --no-build
	case $code in
	0 | 65 | 69 | 76) passed "N05 $word: exit code $code" ;;
	*) failed "N05 $word" "exit code $code: $err_text" ;;
	esac
	is "N05 $word: at most 64 MiB ($peak_kib KiB)" t "$([ "$peak_kib" -le "$most_kib" ] && echo t)"
	is "N05 $word: no spool is left" 0 "$(find "$XDG_STATE_HOME/tenure/spool" -type f | wc -l)"
done
fault ''

# R02: descriptors and memory over many pages in one process. Pages of one record; the numbers of descriptors that
# the process opens (its sockets, spools, archive files) stay as low at the end as at the begin.
export TENURE_RUN_RETRIES=2 TENURE_OPENREVIEW_USE_STREAM=false TENURE_OPENREVIEW_PAGE_SIZE=1 TENURE_OPENREVIEW_PROFILE_BATCH=1
[ -z "$is_full" ] || export TENURE_OPENREVIEW_VENUES='*'
copy_warehouse resources_empty resources_pages
"$tenure" run openreview --no-build >/dev/null 2>"$scratch/err" &
runner=$!
n_samples=0
: >"$scratch/descriptors"
while kill -0 "$runner" 2>/dev/null; do
	n=$(ls "/proc/$runner/fd" 2>/dev/null | wc -l)
	[ "$n" -eq 0 ] || { printf '%s\n' "$n" >>"$scratch/descriptors"; n_samples=$((n_samples + 1)); }
	sleep 0.02
done
code=0
wait "$runner" || code=$?
is 'R02 a run of small pages' 0 "$code"
n_pages=$(sql 'select count(*) from meta.pages')
is "R02 over $n_pages pages in one process" t "$([ "$n_pages" -ge 100 ] && echo t)"
is 'R02 samples were taken' t "$([ "$n_samples" -ge 20 ] && echo t)"
is "R02 never more than 30 descriptors (most: $(sort -n "$scratch/descriptors" | tail -1))" t \
	"$([ "$(sort -n "$scratch/descriptors" | tail -1)" -le 30 ] && echo t)"
early=$(sed -n "$((n_samples / 5)),$((n_samples * 2 / 5))p" "$scratch/descriptors" | sort -n | tail -1)
late=$(sed -n "$((n_samples * 3 / 5)),$((n_samples * 4 / 5))p" "$scratch/descriptors" | sort -n | tail -1)
is "R02 as many late ($late) as early ($early), give or take a file under way" t "$([ "$late" -le $((early + 3)) ] && echo t)"
# Bad pages give back what good ones do.
copy_warehouse resources_empty resources_bad
fault "rst_mid:/notes:*3"
strace -qq -f -o "$scratch/trace" -e trace=openat,close,socket "$tenure" run openreview --no-build >/dev/null 2>&1 || true
fault ''
is 'R02 with broken transfers in between no high descriptor is ever used' t \
	"$(sed -n 's/.*\(openat\|socket\)(.* = \([0-9]*\)$/\2/p' "$scratch/trace" | sort -n | tail -1 | awk '{ print ($1 <= 30) ? "t" : "f" }')"
is 'R02 no file without a name or with a temporary one is left' 0 "$(find "$XDG_STATE_HOME/tenure" -path '*/spool/*' -type f -o -name '*.tmp.*' | wc -l)"
if command -v valgrind >/dev/null 2>&1 && [ -n "$is_full" ]; then
	copy_warehouse resources_empty resources_leaks
	TENURE_OPENREVIEW_VENUES='ICLR.cc/2025/Conference'
	exits 'R02 nothing is lost for good' 0 valgrind -q --error-exitcode=99 --leak-check=full \
		--errors-for-leak-kinds=definite "$tenure" run openreview --no-build
fi
done_testing
