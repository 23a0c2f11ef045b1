#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# The report in a browser: it asks for nothing, draws every chart, has a table under each, says no error, takes
# hostile names as text, speaks Chinese, works for an empty warehouse and for one that lacks views.
# shellcheck source=tests/e2e/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"

export TENURE_RUN_REQUEST_INTERVAL=0 TENURE_RUN_RETRY_DELAY=0.05 TENURE_LOG_LEVEL=warning

# browse NAME FILE: $scratch/NAME.dom is the page after its scripts ran, .console what it said, .urls what it asked
# for. What the browser itself asks its maker for is not the page's, and does not get out.
browse() {
	rm -rf "$scratch/profile"
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
		--disable-background-networking --disable-component-update --disable-sync --disable-extensions \
		--disable-dev-shm-usage --user-data-dir="$scratch/profile" --window-size=1200,1000 \
		--host-resolver-rules='MAP * ~NOTFOUND, EXCLUDE 127.0.0.1' \
		--virtual-time-budget=20000 --enable-logging=stderr --log-net-log="$scratch/$1.net" \
		--dump-dom "file://$2" >"$scratch/$1.dom" 2>"$scratch/$1.err" || true
	grep CONSOLE "$scratch/$1.err" >"$scratch/$1.console" || true
	grep -F '"initiator":' "$scratch/$1.net" | grep -vF '"initiator":"not an origin"' |
		grep -oE '"url":"(https?|wss?|ftp):[^"]*"' | sort -u >"$scratch/$1.urls" || true
}
# with_script NAME FILE SCRIPT: a copy of the page without its policy that runs SCRIPT in the end.
with_script() {
	sed -e '/http-equiv="Content-Security-Policy"/d' -e '/^<\/body>$/d' -e '/^<\/html>$/d' "$2" >"$scratch/$1.html"
	printf '<script>%s</script></body></html>\n' "$3" >>"$scratch/$1.html"
}
matches() { grep -oE "$2" "$1" | wc -l; }

# clean NAME: what must hold for every page that was browsed.
clean() {
	is "$1: asks for nothing" '' "$(cat "$scratch/$1.urls")"
	is "$1: says nothing on the console" '' "$(cat "$scratch/$1.console")"
	contains "$1: ran to its end" 'data-state="drawn"' "$(head -c 2000 "$scratch/$1.dom")"
	is "$1: has a text for everything that it says" '' \
		"$(grep -oE '>(section|column|share|verdict|page|headline|claims|paths|flows|category|era|method)\.[a-z_.]+<' "$scratch/$1.dom" | sort -u)"
}
# Each chart has a drawing with something in it; prints those that do not.
empty_charts() {
	tr '\n' ' ' <"$1" | sed 's/<div class="chart"/\n&/g' | sed 1d |
		awk '{ end = index($0, "</svg>"); svg = substr($0, 1, end); if (end == 0 || gsub(/<path/, "&", svg) + gsub(/<text/, "&", svg) < 4) print substr($0, 1, 200) }'
}
section() { # FILE ID: the section of the page
	tr '\n' ' ' <"$1" | sed "s/<section/\n&/g; s/<footer/\n&/g" | grep "^<section id=\"$2\""
}

# --- the tools of this test see what they are to see
printf '<!doctype html><script>console.error("seen")</script><img src="http://127.0.0.1:9/pixel">' >"$scratch/control.html"
browse control "$scratch/control.html"
contains 'a request of a page is seen' 'http://127.0.0.1:9/pixel' "$(cat "$scratch/control.urls")"
contains 'an error on the console is seen' 'seen' "$(cat "$scratch/control.console")"

# --- texts
cd "$scratch"
keys() { jq -r 'keys[]' "$root/etl/cmd/report/text.$1.json" | grep -v '^agreement\.'; }
is 'both languages have the same texts' "$(keys en)" "$(keys zh)"
places() {
	jq -r 'to_entries | sort_by(.key)[] | .key + " " + ([.value | scan("[{][a-zA-Z]+[}]")] | unique | join(""))' \
		"$root/etl/cmd/report/text.$1.json" | grep -v '^agreement\.'
}
is 'and values stand in both' '' "$(places en >en.places; places zh | diff en.places -)"

# --- an empty warehouse
new_warehouse report_empty
cd "$scratch"
exits 'an empty warehouse has a report' 0 "$tenure" report
is 'the file is report.html unless named' 'report.html' "$out"
browse empty "$scratch/report.html"
clean empty
contains 'the page of an empty warehouse says so' 'There are no figures yet' "$(cat empty.dom)"

# --- refusals
exits 'a language that there is not' 64 "$tenure" report --lang fr
contains 'which languages there are' 'no report in the language fr: en or zh' "$err_text"
exits 'a language that is a path' 64 "$tenure" report --lang ../en
exits 'a title that is too long' 64 "$tenure" report --title "$(printf '%400s' x)"
exits 'a title that is no text' 64 "$tenure" report --title "$(printf '\377')"
exits 'an operand' 64 "$tenure" report page.html
exits 'a folder that there is not' 74 "$tenure" report -o "$scratch/none/report.html"
psql -qX "$TENURE_TEST_DSN" -c 'drop database if exists report_bare' -c 'create database report_bare' >/dev/null
kept=$(cksum <report.html)
exits 'a database that is no warehouse' 78 env TENURE_DSN="$(printf '%s\n' "$TENURE_DSN" | sed 's/report_empty/report_bare/')" "$tenure" report
contains 'what to do then' 'tenure migrate' "$err_text"
is 'a report that failed leaves the former one' "$kept" "$(cksum <report.html)"
is 'and no other file' '' "$(find . -name 'report.html.tmp*')"

# --- a small world
"$root/build/twin" serve --people 1500 --port 0 --port-v1 0 >"$scratch/twin.out" 2>&1 &
children="$children $!"
n_tries=0
until grep -q v1 "$scratch/twin.out"; do
	n_tries=$((n_tries + 1))
	[ "$n_tries" -lt 200 ] || { cat "$scratch/twin.out" >&2; exit 70; }
	sleep 0.1
done
OPENREVIEW_API_BASEURL_V2=http://127.0.0.1:$(sed -n '1s/.*:\([0-9]*\).*/\1/p' "$scratch/twin.out")
OPENREVIEW_API_BASEURL=http://127.0.0.1:$(sed -n '2s/.*127.0.0.1:\([0-9]*\).*/\1/p' "$scratch/twin.out")
OPENREVIEW_USERNAME=tester@example.org OPENREVIEW_PASSWORD=canary-password
export OPENREVIEW_API_BASEURL_V2 OPENREVIEW_API_BASEURL OPENREVIEW_USERNAME OPENREVIEW_PASSWORD
new_warehouse report_world
"$tenure" run openreview >"$scratch/run.out" 2>&1 || { cat "$scratch/run.out" >&2; exit 70; }

exits 'the report of a world' 0 "$tenure" report -o world.html
browse world "$scratch/world.html"
clean world
is 'every chart is drawn' '' "$(empty_charts world.dom)"
n_charts=$(matches world.dom '<div class="chart"')
is 'there are charts' yes "$([ "$n_charts" -ge 20 ] && echo yes || echo "$n_charts")"
is 'every chart says what it shows' "$n_charts" "$(matches world.dom '<div class="chart"[^>]* role="img"[^>]* aria-label="[^"]{10,}"|<div class="chart" role="img" aria-label="[^"]{10,}"')"
is 'every table has a caption' "$(matches world.dom '<table')" "$(matches world.dom '<table><caption>[^<]+')"
is 'every table has rows' '' "$(grep -oE '<tbody></tbody>' world.dom)"
for id in headline headcount movement phd fresh schools abroad paths flows age era retention directions output units claims unresolved freshness method; do
	part=$(section world.dom "$id")
	contains "there is the section $id" '<h2' "$part"
	case $part in
	*'class="chart"'*) contains "a table stands under the charts of $id" '<table' "$part" ;;
	esac
	case $id in
	method | freshness) ;;
	*) contains "$id says what is not known" 'nknown' "$part" ;;
	esac
done
is 'links lead to sections' '' "$(grep -oE 'href="#[a-z]+"' world.dom | sed 's/href="#//; s/"//' | while read -r id; do grep -q "<section id=\"$id\"" world.dom || echo "$id"; done)"
contains 'comparisons that are open are called so' 'not decided' "$(section world.dom phd)"
contains 'the licence of the library is in the page' 'TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION' "$(cat world.dom)"
contains 'its notice too' 'Copyright 2017-2026 The Apache Software Foundation' "$(cat world.dom)"
is 'nothing in the page is loaded from elsewhere' '' \
	"$(sed '/^<script>$/,/^<\/script>/d; /<script>/,/<\/script>/d' world.dom | grep -oiE '<(script|img|link|iframe|source|object|embed)[^>]+(src|href|data)=[^>]*')"
figure=$(sql 'select sum(headcount) from mart.headcount_year where year = (select max(year) from mart.dim_year where is_complete)')
contains 'the first figure is the staff of all groups' "<b>$(printf '%s' "$figure" | sed -E ':a; s/^([0-9]+)([0-9]{3})/\1,\2/; ta')</b>" "$(section world.dom headline)"

"$tenure" report -o again.html >/dev/null
is 'the same figures give the same page' "$(cksum <world.html)" "$(cksum <again.html)"
"$tenure" report -o - >stdout.html
is 'the page on standard output' "$(cksum <world.html)" "$(cksum <stdout.html)"
is 'no more than 64 MiB' yes "$(/usr/bin/time -f %M "$tenure" report -o again.html 2>&1 >/dev/null | awk '{ print $1 <= 65536 ? "yes" : $1 }')"
exits 'an analyst may make it' 0 env TENURE_DSN="$TENURE_DSN options='-c role=tenure_analyst'" "$tenure" report -o analyst.html
is 'and sees the same' "$(cksum <world.html)" "$(cksum <analyst.html)"

# --- comparisons, other groups, paper, tooltips
# shellcheck disable=SC2016
with_script steps "$scratch/world.html" '
	const signs = [
		compare(share(90, 100, 0), share(10, 100, 0)), compare(share(10, 100, 0), share(90, 100, 0)),
		compare(share(52, 100, 0), share(48, 100, 0)), compare(share(90, 100, 900), share(10, 100, 900)),
		compare(share(0, 0, 5), share(1, 1, 0)), compare(share(900, 1000, 0), share(850, 1000, 60)),
		compare(share(52, 100, 9), share(48, 100, 9))];
	console.log("signs " + signs.map((result) => result.sign + result.reason).join(" "));
	const of = share(50, 80, 20);
	console.log("share " + [of.value, of.low, of.high, of.boundLow, of.boundHigh].map((value) => value.toFixed(4)).join(" "));
	const box = document.querySelector(".picker input:not(:checked)");
	box.click();
	console.log("picked " + selected.includes(box.value) + " " + selected.length);
	while (document.querySelector(".picker input:checked:enabled"))
		document.querySelector(".picker input:checked:enabled").click();
	console.log("one " + selected.length + " " + (document.querySelectorAll("section").length > 15));
	while (document.querySelector(".picker input:not(:checked):enabled"))
		document.querySelector(".picker input:not(:checked)").click();
	console.log("full " + selected.length + " " + document.querySelectorAll(".picker input:enabled").length);
	beginPrint();
	console.log("paper " + new Set(charts.map((chart) => chart.holder.querySelector("svg").getAttribute("width"))).size + " " + (document.querySelectorAll("details.table[open]").length > 0));
	endPrint();
	console.log("screen " + document.querySelectorAll("details.table[open]").length);
	for (const chart of charts)
		chart.instance.dispatchAction({ type: "showTip", seriesIndex: 0, dataIndex: 0 });
'
browse steps "$scratch/steps.html"
said() { sed -n "s/.*\"$1 \([^\"]*\)\", source.*/\1/p" steps.console; }
is 'what intervals and bounds decide' '1 -1 0interval 0bounds 0nothing 1 0both' "$(said signs)"
is 'the interval is Wilson'\''s, bounds count the unknown in and out' '0.6250 0.5155 0.7231 0.5000 0.7000' "$(said share)"
is 'a group can be added' 'true 7' "$(said picked)"
is 'the last group stays' '1 true' "$(said one)"
is 'eight groups at most' '8 8' "$(said full)"
is 'on paper all charts have one of two widths, and short tables are open' '2 true' "$(said paper)"
is 'afterwards they are closed' 0 "$(said screen)"
is 'no step fails' '' "$(grep -viE 'CONSOLE.*"(signs|share|picked|one|full|paper|screen) ' steps.console)"
is 'every chart is drawn again' '' "$(empty_charts steps.dom)"

# --- Chinese
"$tenure" report --lang zh -o zh.html >/dev/null
browse zh "$scratch/zh.html"
clean zh
contains 'the Chinese page says its language' '<html lang="zh"' "$(head -c 500 zh.dom)"
contains 'its title is Chinese' '<title>人工智能研究人员任职图谱</title>' "$(cat zh.dom)"
for heading in 核心数字 各机构有多少研究人员 加入与离开 从哪里来，到哪里去 与已发表研究对照 如何阅读本页; do
	contains "its headings are Chinese: $heading" "$heading</h2>" "$(cat zh.dom)"
done
contains 'groups have their Chinese names' '腾讯' "$(cat zh.dom)"
is 'every chart of it is drawn' '' "$(empty_charts zh.dom)"

# --- hostile names, and views that there are not
hostile='</script><script>console.error("run")</script><img src=x onerror=console.error("run")>"'"'"'&'
psql -qX -v ON_ERROR_STOP=1 -v hostile="$hostile" "$TENURE_DSN" >/dev/null <<'SQL'
update mart.dim_group set group_name = :'hostile', group_name_zh = :'hostile' where group_key = 'tencent';
update mart.dim_group set group_name = U&'\202Eesrever\202C \05D0\05D1\05D2 \+01F600' where group_key = 'alibaba';
update mart.dim_unit set unit_name = :'hostile' where group_key = 'tencent';
drop view mart.sensitivity;
drop view mart.unresolved_organisation;
create view mart.unresolved_organisation as
select names.raw_name, 9 - names.n::integer as n_people, 1 as n_claims, 'k'::text as best_guess_key, 0.5::double precision as best_score
from unnest(array[:'hostile', U&'line\2028end\2029', '{{data}}', '<!--', '${x}', U&'\+01F9D1\200D\+01F52C', repeat('w', 180)])
with ordinality as names (raw_name, n);
grant select on mart.unresolved_organisation to tenure_analyst;
SQL
exits 'hostile names' 0 "$tenure" report -o hostile.html --title "$hostile"
is 'no name is markup in the file' '' "$(grep -oE '<script>console[^<]*|<img src=x[^>]*' hostile.html)"
is 'no line end that scripts know stands in the file raw' 0 "$(sed '/^!function/d' hostile.html | tr -d '\n' | LC_ALL=C grep -c "$(printf 'line\342\200\250end')" || true)"
browse hostile "$scratch/hostile.html"
clean hostile
is 'the page has its own scripts only' 6 "$(matches hostile.dom '<script[ >]')"
is 'no image came of a name' '' "$(sed '/<script>/,/<\/script>/d' hostile.dom | grep -oE '<img[^>]*')"
contains 'names are shown as they are' '&lt;/script&gt;&lt;script&gt;console.error("run")&lt;/script&gt;' "$(cat hostile.dom)"
contains 'also what looks like a template' '{{data}}' "$(section hostile.dom unresolved)"
is 'every chart of it is drawn' '' "$(empty_charts hostile.dom)"
contains 'the other sections are there' '<h2' "$(section hostile.dom claims)"
is 'the section of a missing view is left out' '' "$(section hostile.dom sensitivity || true)"
# Tooltips take names, too.
with_script tips "$scratch/hostile.html" '
	for (const chart of charts)
		for (let series = 0; series < 8; series++)
			for (let item = 0; item < 16; item++)
				chart.instance.dispatchAction({ type: "showTip", seriesIndex: series, dataIndex: item });
	console.log("tips " + [...document.querySelectorAll("bdi")].filter((tip) => tip.textContent.includes("<img src=x")).length);
'
browse tips "$scratch/tips.html"
is 'tooltips do not run names' '' "$(grep -v '"tips ' tips.console)"
is 'no request by them' '' "$(cat tips.urls)"

done_testing
