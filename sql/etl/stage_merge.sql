-- Merges the landing tables of one root.
-- $1 table, $2 landing table, $3 key columns, $4 has version_at, $5 a key may be there twice,
-- $6 landing table of refusals or null, $7 children, $8 run, $9 batch time
select
    n_inserted,
    n_updated,
    n_removed,
    n_child_changes
from meta.merge_records(
    $1::text::regclass, $2, $3::text[], $4::boolean, $5::boolean, $6, $7::jsonb, $8::bigint,
    $9::timestamptz
);
