# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# Peak memory of the program, not of the server: 1 GB in one page, a million records, a build of many people.
large="$bench/input/large"
n_large=${BENCH_LARGE_NOTES:-370000}
n_small=${BENCH_SMALL_RECORDS:-1000000}
import="$tenure --log-level error import openreview --stream notes --no-build"

if [ ! -e "$large/done.$n_large.$n_small" ]; then
	rm -rf "$large"
	mkdir -p "$large"
	"$twin" notes --count "$n_large" --envelope >"$large/page.json"
	awk -v n="$n_small" 'BEGIN { for (i = 0; i < n; i++)
		printf "{\"id\":\"n%07d\",\"domain\":\"Small.example/2024\",\"content\":{\"authorids\":{\"value\":[\"~A_B%d\"]}}}\n", i, i % 1000
	}' >"$large/small.jsonl"
	: >"$large/done.$n_large.$n_small"
fi

heading 'Largest resident size, MiB'
fresh_database
# shellcheck disable=SC2086 # a list of words
measure memory_page $import "$large/page.json"
size "import of one page of $(($(wc -c <"$large/page.json") / 1000000)) MB" memory_page
# shellcheck disable=SC2086
measure memory_page_again $import --force "$large/page.json"
size 'the same through the merge' memory_page_again
fresh_database
# shellcheck disable=SC2086
measure memory_small $import "$large/small.jsonl"
size "import of $n_small small records" memory_small
# shellcheck disable=SC2086
measure memory_small_again $import --force "$large/small.jsonl"
size 'the same through the merge' memory_small_again
