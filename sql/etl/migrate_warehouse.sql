-- Gives the warehouse its identity, once.
-- $1 when
insert into meta.warehouse (warehouse_key, system_identifier, created_at)
select
    pg_catalog.gen_random_uuid()::text as warehouse_key,
    control.system_identifier::text as system_identifier,
    $1::timestamptz as created_at
from pg_catalog.pg_control_system() as control
on conflict do nothing;
