-- Migrations that have run here, oldest first.
select
    migration_number,
    name,
    content_sha256,
    chain_sha256,
    pg_catalog.to_char(applied_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS') as applied_at
from meta.migrations
order by migration_number;
