#!/bin/sh
# SPDX-License-Identifier: PostgreSQL
# The warehouse's roles as people hold them, by logins that are members: a loader loads and builds, an analyst reads
# mart and makes nothing, nobody else gets in.
# shellcheck source=tests/e2e/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"

new_warehouse roles_test
"$root/build/twin" papercopilot --people 300 --out "$scratch/files" >/dev/null
sql "drop role if exists e2e_loader, e2e_analyst, e2e_stranger" 2>/dev/null || true
sql "create role e2e_loader login; create role e2e_analyst login; create role e2e_stranger login;
	select fn.admit('e2e_loader', 'tenure_loader'); select fn.admit('e2e_analyst', 'tenure_analyst')" >/dev/null

owner_dsn=$TENURE_DSN
as() { TENURE_DSN=$(printf '%s\n' "$owner_dsn" | sed -E "s/user='?[a-z_0-9]+'?/user='$1'/"); export TENURE_DSN; }

as e2e_loader
exits 'a loader imports and builds' 0 "$tenure" --log-level error import papercopilot "$scratch"/files/authors/*.jsonl
exits 'a loader builds anew' 0 "$tenure" --log-level error build --full
exits 'a loader does not migrate' 0 "$tenure" migrate --status
is 'and there are figures' t "$(sql 'select count(*) > 0 from mart.headcount_year')"
is 'a loader makes no table in the warehouse' f "$(sql "select has_schema_privilege('mart', 'create')")"

as e2e_analyst
is 'an analyst finds mart first' mart "$(sql 'select current_schema()')"
is 'with a statement timeout' 10min "$(sql 'show statement_timeout')"
is 'and an idle timeout' 10min "$(sql 'show idle_in_transaction_session_timeout')"
is 'reads figures by their bare names' t "$(sql 'select count(*) > 0 from headcount_year')"
is 'sees keys, as BI tools look for them' t \
	"$(sql "select count(*) > 0 from information_schema.table_constraints where constraint_type = 'FOREIGN KEY'")"
is 'makes no temporary table' f "$(sql "select has_database_privilege(current_database(), 'temporary')")"
is 'reads no staging' f "$(sql "select has_schema_privilege('stg', 'usage')")"
exits 'and starts no build' 77 "$tenure" build
as e2e_stranger
exits 'a stranger does not get in' 77 "$tenure" query headline

TENURE_DSN=$owner_dsn
sql "drop owned by e2e_loader, e2e_analyst, e2e_stranger; drop role e2e_loader, e2e_analyst, e2e_stranger" >/dev/null
done_testing
