# SPDX-License-Identifier: PostgreSQL
# shellcheck shell=sh disable=SC2034,SC2154 # parts of one script: variables meet in run.sh
# A full build of the twin's archive files, and the build after one person in a hundred changed employer.
archive="$bench/input/archive.$people"

if [ ! -e "$archive/done" ]; then
	rm -rf "$archive"
	mkdir -p "$archive"
	"$twin" papercopilot --out "$archive" --people "$people" >/dev/null
	: >"$archive/done"
fi

# As an import of changed files leaves it: rows of people in each hundredth, with their papers.
change_people() {
	sql "begin;
		create temporary table changing on commit drop as
		select authors.edition_key, authors.paper_id, authors.author_position
		from stg.papercopilot_authors as authors
		where hashtext(authors.author_id) % 100 = 7;
		update stg.papercopilot_affiliations as affiliations
		set affiliation = 'Tencent', affiliation_domain = 'tencent.com', changed_at = now(), run_id = run_id + 1
		from changing
		where (affiliations.edition_key, affiliations.paper_id, affiliations.author_position)
			= (changing.edition_key, changing.paper_id, changing.author_position);
		update stg.papercopilot_papers as papers
		set changed_at = now(), run_id = run_id + 1
		from changing
		where (papers.edition_key, papers.paper_id) = (changing.edition_key, changing.paper_id);
		commit"
}

for _ in $(seq "${BENCH_BUILD_REPEAT:-1}"); do
	fresh_database
	find "$archive/authors" -name '*.json*' -print0 | sort -z |
		xargs -0 "$tenure" --log-level error import papercopilot --no-build >/dev/null
	measure build_full "$tenure" --log-level error build
	change_people
	measure build_changed "$tenure" --log-level error build
	recomputed=$(sed -n 's/.*: \([0-9]*\) of .* people recomputed.*/\1/p' "$bench/out")
done
heading "Build of $(sql 'select count(*) from mart.dim_person') people"
# A changed paper brings all its authors.
ratio "after 1 % of the people changed (recomputed: $recomputed) / full" build_changed build_full '<= 0.10'
size 'largest resident size, MiB' build_full
