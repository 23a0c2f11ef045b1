#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# Secrets and people (S01, S02): marked passwords, tokens and names go through commands that work and commands that
# fail in every way; afterwards they are in no log of ours or the server's, in no argument list, in no file of the
# state folder but the token cache, and the secrets in no row of the database.
# shellcheck source=tests/e2e/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=tests/e2e/faults.sh
. "$root/tests/e2e/faults.sh"

password=canaryPassword7141
account=canary-account-7142@example.org
database_password=canaryDatabase7143
totp=CANARYTOTPSECRET
token=canaryToken7144
secrets="$password $database_password $totp $token"
export OPENREVIEW_USERNAME="$account" OPENREVIEW_PASSWORD="$password" OPENREVIEW_TOTP_SECRET="$totp"
export PGPASSWORD="$database_password" TENURE_LOG_LEVEL=debug TENURE_RUN_RETRIES=1 TENURE_RUN_STALL_TIMEOUT=1s
export TENURE_OPENREVIEW_VENUES='ICLR.cc/2025/Conference'
logs=$scratch/logs
mkdir -p "$logs"
n_commands=0

# watch: every argument list of the machine, for as long as the commands run.
watch() {
	while [ ! -e "$scratch/watched" ]; do
		cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0' '\n' >>"$scratch/arguments" || true
		sleep 0.02
	done
}
watch &
watcher=$!
children="$children $watcher"
# told COMMAND…: its whole output is kept; a code that is a crash or a hang fails.
told() {
	n_commands=$((n_commands + 1))
	code=0
	bounded "$@" >"$logs/$n_commands.out" 2>"$logs/$n_commands.err" || code=$?
	[ "$code" -lt 128 ] || failed "the command $*" "exit code $code"
}
# failing COMMAND…: told, and it has to fail.
failing() {
	told "$@"
	[ "$code" -ne 0 ] || failed "the command $* has to fail" "$(cat "$logs/$n_commands.err")"
}

serve --people 300 --credentials "$account:$password"
new_warehouse secrets_empty 2>/dev/null
copy_warehouse secrets_empty secrets_test
told "$tenure" run openreview
is 'the marked account is let in' 0 "$code"
for command in 'config show' 'config show --json' doctor status runs 'runs --json' rejects budget sources plan version 'db status'; do
	# shellcheck disable=SC2086
	told "$tenure" $command
done
for word in rst_mid truncate_close gzip_corrupt garbage http500 html200 json_errors200 redirect_other_host stall_body; do
	fault "$word:/notes"
	failing "$tenure" --log-format json run openreview --full
done
for word in html200 http500 rst_mid redirect_other_host garbage json_errors200; do
	fault "$word:/login"
	rm -rf "$XDG_STATE_HOME/tenure/tokens"
	failing "$tenure" run openreview --full
done
fault expire_no_renew
failing "$tenure" run openreview --full
fault ''
failing env OPENREVIEW_PASSWORD="$password"x "$tenure" --set run.state_directory="$scratch/other" run openreview --full
failing env OPENREVIEW_TOKEN="$token" "$tenure" run openreview --full
failing env OPENREVIEW_API_BASEURL_V2="http://$account:$password@127.0.0.1:9" "$tenure" run openreview
failing "$tenure" --dsn 'host=/nonexistent dbname=x' run openreview
failing env TENURE_RUN_RETRIES=many "$tenure" run openreview
failing env TENURE_DSN="host=127.0.0.1 port=1 dbname=x user=y password=$database_password" "$tenure" status
told "$tenure" run openreview --full
is 'and still is after all of that' 0 "$code"

# People: a marked name in records that are refused, conflict or break the file.
name=CanaryPersonSeventyOne
address=canary.person@example.com
record() { printf '{"id":"%s","title":"On %s","author":"%s","authorids":"%s","aff":"x","gender":"Female"}\n' "$1" "$name" "$name" "$2"; }
files=$scratch/files
mkdir -p "$files"
{
	record p1 "~${name}1"
	record p1 "~${name}2"
	printf '{"id":"p2","author":"%s\\ud800","authorids":"~A1"}\n' "$name"
	printf '{"id":"p3","author":"%s\377","authorids":"~A1"}\n' "$name"
	printf '{"id":"p4","author":"%s\\u0000","authorids":"~A1"}\n' "$name"
	printf '{"id":"p5","author":"%s","author":"%s","authorids":"~A1"}\n' "$name" "$name"
	printf '{"id":"p6","author":["%s"],"authorids":7}\n' "$name"
	record p7 "$address"
	printf '{"id":"%s","author":"%s","authorids":"%s;%s","aff":"x","gender":"Female"}\n' p8 "$name" "$address" "$address"
} >"$files/iclr2021.jsonl"
told "$tenure" import papercopilot "$files/iclr2021.jsonl"
is 'records with the marked name are refused, not the file' 0 "$code"
is 'they are among the rejects' t "$(sql 'select count(*) >= 5 from meta.rejects')"
told "$tenure" rejects
told "$tenure" rejects --json
told "$tenure" replay
{
	record p1 "~${name}1"
	printf '{"id":"p2","author":"%s' "$name"
} >"$files/iclr2022.jsonl"
failing "$tenure" import papercopilot "$files/iclr2022.jsonl"
printf '<html>%s</html>\n' "$name" >"$files/iclr2023.jsonl"
failing "$tenure" import papercopilot "$files/iclr2023.jsonl"
printf '{"id":"p1","author":"%s","authorids":"~%s1"}\n' "$name" "$name" >"$files/iclr2024.jsonl"
# the server refuses a row: its own words would quote the key
sql "alter table stg.papercopilot_papers add constraint nobody check (paper_id != 'p1' or edition_key != 'authors/iclr2024') not valid"
failing "$tenure" import papercopilot "$files/iclr2024.jsonl"
sql 'alter table stg.papercopilot_papers drop constraint nobody'
sql "create unique index one_name on stg.papercopilot_authors (author_name) where author_name = '$name'" 2>/dev/null ||
	sql "delete from stg.papercopilot_authors where author_name = '$name'; create unique index one_name on stg.papercopilot_authors (author_name)
		where author_name = '$name'"
{
	record q1 "~${name}1"
	record q2 "~${name}1"
} >"$files/icml2024.jsonl"
failing "$tenure" import papercopilot "$files/icml2024.jsonl"
touch "$scratch/watched"
wait "$watcher"

found() { grep -a -l -e "$1" -r "$2" 2>/dev/null | head -3 || true; }
dump=$scratch/dump.sql
pg_dump "$TENURE_DSN" >"$dump"
is 'the dump is a dump' t "$(grep -q -c 'COPY stg.papercopilot_papers' "$dump" && echo t)"
is 'the logs are logs' t "$([ "$(cat "$logs"/*.err | wc -c)" -gt 10000 ] && echo t)"
is 'argument lists were seen, those of this program among them' t "$(grep -q '/build/tenure' "$scratch/arguments" && echo t)"
server_log=$(find "$TENURE_CLUSTER_DIRECTORY" -name '*.log' -o -path '*/log/*' -type f)
is 'the server has a log' t "$([ -n "$server_log" ] && echo t)"
for secret in $secrets; do
	is "S01 $secret: in no output of $n_commands commands" '' "$(found "$secret" "$logs")"
	is "S01 $secret: in no row of the database" '' "$(found "$secret" "$dump")"
	is "S01 $secret: in no file of the state folder" '' "$(found "$secret" "$XDG_STATE_HOME")"
	# shellcheck disable=SC2086
	is "S01 $secret: not in the server's log" '' "$(grep -a -l "$secret" $server_log || true)"
done
# The environment is the caller's affair; this script passes two of them to env, whose arguments are its own.
is 'S01 the password of OpenReview is in no argument list of the program' '' \
	"$(grep -a -e "$password" -e "$totp" -e "$token" "$scratch/arguments" | grep -v -e '^OPENREVIEW_' -e '^TENURE_DSN' -e ':canaryPassword7141$' | head -3)"
bearer=$(find "$XDG_STATE_HOME/tenure/tokens" -type f -exec cat {} + | grep -a -o 'ey[A-Za-z0-9._-]*' | head -1)
[ -n "$bearer" ] || bearer=$(find "$XDG_STATE_HOME/tenure/tokens" -type f -exec cat {} + | tr -c 'A-Za-z0-9._-' '\n' | awk 'length > 15 { print; exit }')
is 'S01 the token is in its cache' t "$([ -n "$bearer" ] && echo t)"
is 'S01 and in no output' '' "$(found "$bearer" "$logs")"
is 'S01 and in no row' '' "$(found "$bearer" "$dump")"
is 'S01 and in no archived page' '' "$(found "$bearer" "$XDG_STATE_HOME/tenure/archive")"
is 'S01 the cache is for its owner alone' 600 "$(find "$XDG_STATE_HOME/tenure/tokens" -type f -exec stat -c %a {} + | sort -u)"
for page in "$XDG_STATE_HOME"/tenure/archive/*/*.zst; do
	zstd -dcq "$page"
done >"$scratch/pages"
is 'S01 the archived pages can be read' t "$(grep -a -q '"notes"' "$scratch/pages" && echo t)"
is 'S01 no log-in was archived' '' "$(grep -a -l -e "$password" -e "$bearer" "$scratch/pages" || true)"
rejects_apart() { sed '/^COPY meta.rejects /,/^\\\.$/d' "$dump"; }
is 'S02 the marked name was loaded' t "$(grep -q "$name" "$dump" && echo t)"
is 'S02 the marked name is in no log' '' "$(found "$name" "$logs" | grep '\.err$' || true)"
# shellcheck disable=SC2086
is "S02 nor in the server's log" '' "$(grep -a -l -e "$name" -e "$address" $server_log || true)"
is 'S02 nor in the ledger' 0 "$(sql "select count(*) from meta.runs where error_message like '%$name%'")"
is 'S02 the marked address is in no output' '' "$(found "$address" "$logs")"
is 'S02 and nowhere in the database' 0 "$(rejects_apart | grep -c "$address" || true)"
is 'S02 nor in the raw text of a reject' 0 "$(sql "select count(*) from meta.rejects where position('$address'::bytea in raw) > 0")"
is 'S02 raw rejects are not for analysts' f "$(sql "select has_table_privilege('tenure_analyst', 'meta.rejects', 'select')")"
done_testing
