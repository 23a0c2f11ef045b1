-- When ids were last asked for, whatever came back.
-- $1 source, $2 stream, $3 ids (text[] literal), $4 time, $5 run
insert into meta.lookups as lookups (source, stream, asked_id, asked_at, run_id)
select
    $1::text as source,
    $2::text as stream,
    asked.id as asked_id,
    $4::timestamptz as asked_at,
    $5::bigint as run_id
from (
    select distinct ids.id
    from unnest($3::text[]) as ids (id)
) as asked
on conflict (source, stream, asked_id) do update set
    asked_at = excluded.asked_at,
    run_id = excluded.run_id;
