-- Makes the database at hand the warehouse's own.
-- $1 time
insert into meta.warehouse (is_only, warehouse_key, system_identifier, created_at)
select
    true as is_only,
    pg_catalog.md5(control.system_identifier::text || pg_catalog.current_database() || $1::text)
        as warehouse_key,
    control.system_identifier::text as system_identifier,
    $1::timestamptz as created_at
from pg_catalog.pg_control_system() as control
on conflict (is_only) do update
    set system_identifier = excluded.system_identifier;
