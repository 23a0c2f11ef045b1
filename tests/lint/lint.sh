#!/usr/bin/env bash
# The gates that keep the house small and clear. Each prints what it found; the exit code says whether any did.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 70
failed=0

report() { # gate name, findings
	if [ -n "$2" ]; then
		printf 'lint: %s\n%s\n' "$1" "$2"
		failed=1
	fi
}

c_files() { git ls-files -co --exclude-standard -- 'etl/*.c' 'etl/*.h' 'tests/*.c' 'tests/*.h'; }
sql_files() { git ls-files -co --exclude-standard -- 'migrations/*.sql' 'sql/*.sql'; }

gate_format() {
	report 'clang-format would change these (make fmt)' \
		"$(c_files | xargs -r clang-format --dry-run 2>&1 | grep -E 'warning:|error:' | cut -d: -f1 | sort -u)"
}

# base <- conf, http, json, pg <- run, migrate, source <- cmd. A layer may include its own files and those below.
gate_layers() {
	local findings='' layer allowed file bad
	while read -r layer allowed; do
		for file in etl/"$layer"/*.[ch]; do
			[ -e "$file" ] || continue
			bad=$(grep -nE '^#include "' "$file" | grep -vE "\"($allowed)/" | sed "s|^|$file:|")
			[ -z "$bad" ] || findings+="$bad"$'\n'
		done
	done <<'LAYERS'
base base
conf conf|base
http http|base|conf
json json|base
pg pg|base|conf|build/gen|gen
migrate migrate|pg|base|conf|gen
source source|run|pg|json|http|conf|base|gen
run run|source|migrate|pg|json|http|conf|base|gen
LAYERS
	report 'a layer includes what stands above it' "${findings%$'\n'}"
	report 'only http/ includes curl' "$(grep -lE '#include <curl/' -r etl | grep -v '^etl/http/')"
	report 'only json/ includes yajl' "$(grep -lE '#include <yajl/' -r etl | grep -v '^etl/json/')"
	report 'only pg/ includes libpq' "$(grep -lE '#include <(libpq|postgresql/libpq)[-/]' -r etl | grep -v '^etl/pg/')"
}

gate_c() {
	report 'SQL inside C strings (statements live in sql/etl)' \
		"$(grep -rnIiE '"[[:space:]]*(select [^"]*|insert into|update [a-z_.]+ set|delete from|create table|truncate table|with [a-z_]+ as)' \
			--include='*.c' --include='*.h' etl)"
	report 'functions over 120 lines' "$(
		git ls-files -co --exclude-standard -- 'etl/*.c' 'tests/twin/*.c' | while read -r file; do
			awk -v file="$file" '
				/^[a-z].*\)$/ || /^[a-z].*[^;]$/ { head = $0; line = NR }
				/^{/ { start = line }
				/^}/ { if (start && NR - start > 120) print file ":" start " (" NR - start + 1 " lines)"; start = 0 }
			' "$file"
		done
	)"
	report 'shell out of the product' "$(grep -rnE '\b(system|popen)\(' --include='*.c' etl)"
	report 'an option that turns TLS verification off' \
		"$(grep -rnE 'CURLOPT_SSL_VERIFY(PEER|HOST)[^;]*, *0' --include='*.c' etl)"
	report 'left open in the code' \
		"$(grep -rnIE '\b(TODO|FIXME|XXX)\b' etl sql migrations tests Makefile --include='*.c' --include='*.h' \
			--include='*.sql' --include='*.sh' --include=Makefile | grep -v '^tests/lint/')"
}

# What Citus cannot run, or runs with another answer (docs/design/README.md, One node or many). A line may say why it is
# exempt: `-- portable: reason`.
gate_sql() {
	local pattern
	pattern='create (or replace )?(constraint )?trigger|create (or replace )?rule|merge into|\binherits\b'
	pattern+='|prepare transaction|grouping sets|\bcube *\(|\brollup *\(|pg_total_relation_size|reltuples'
	pattern+='|for (no key )?update|enable_repartition_joins|\bcascade\b'
	report "words that do not run on a distributed warehouse" \
		"$(sql_files | xargs -r grep -nIiE "$pattern" | grep -v -- '-- portable:' | grep -vE ':[0-9]+: *--')"
	report 'the clock inside a definition (pass the batch time)' \
		"$(git ls-files -co --exclude-standard -- 'sql/core/*.sql' 'sql/mart/*.sql' 'sql/check/*.sql' |
			xargs -r grep -nIiE '\b(now\(\)|current_date|current_timestamp|clock_timestamp\(\)|random\(\))' |
			grep -v -- '-- portable:' | grep -vE ':[0-9]+: *--')"
	report 'create table without fn.reference or fn.distribute (schemas stg, core, mart, pub)' "$(
		for file in migrations/*.sql; do
			awk -v file="$file" '
				tolower($0) ~ /^create table (stg|core|mart|pub)\./ { split($3, name, "("); wanted[name[1]] = NR }
				/fn\.(reference|distribute)\(/ { for (table in wanted) if (index($0, table "\x27")) delete wanted[table] }
				END { for (table in wanted) print file ":" wanted[table] ": " table }
			' "$file"
		done
	)"
	report 'trailing white space or tabs in SQL' "$(sql_files | xargs -r grep -nIE '[[:space:]]$|	')"
}

gate_sources() {
	local findings='' name
	while read -r name; do
		[ -f "docs/sources/$name.md" ] || findings+="docs/sources/$name.md is missing"$'\n'
		[ -d "tests/cases/$name" ] || findings+="tests/cases/$name/ is missing"$'\n'
		ls migrations/*_staging_"$name".sql > /dev/null 2>&1 || findings+="migrations/*_staging_$name.sql is missing"$'\n'
	done < <(grep -ohE 'extern const struct source source_[a-z_]+' -r etl/source | sed -E 's/.*source_//' | sort -u)
	report 'a source lacks its page, cases or migration' "${findings%$'\n'}"
}

gate_shell() {
	report 'shellcheck' "$(git ls-files -co --exclude-standard -- '*.sh' .ci/run | xargs -r shellcheck -x -S warning 2>&1)"
}

gate_compose() {
	report 'docker-compose.yml' "$(docker-compose -f docker-compose.yml config -q 2>&1)"
}

gate_docs() {
	[ -x build/tenure ] || return 0
	report 'docs/reference/settings.md is not what the program says (tenure config reference)' \
		"$(build/tenure config reference | diff - docs/reference/settings.md | head -5)"
	report 'a link to a page that is not there' "$(
		git ls-files -co --exclude-standard -- '*.md' | while read -r file; do
			grep -oE '\]\([^)#: ]+' "$file" | sed 's/^](//' | while read -r target; do
				[ -e "$(dirname "$file")/$target" ] || echo "$file: $target"
			done
		done
	)"
}

[ $# -gt 0 ] || set -- format layers c sql sources shell compose docs
for gate in "$@"; do
	"gate_$gate"
done
[ "$failed" -eq 0 ] && echo "lint: clean"
exit "$failed"
