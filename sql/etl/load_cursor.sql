-- How far a partition is, written with the page that earned it. No row comes back when the cursor belongs to
-- another endpoint.
-- $1 source, $2 stream, $3 partition, $4 next page, $5 watermark, $6 sweep is complete, $7 endpoint, $8 run, $9 time
insert into meta.cursors (
    source,
    stream,
    partition_key,
    next_page,
    watermark,
    sweep_started_at,
    completed_at,
    endpoint,
    run_id
)
values (
    $1::text,
    $2::text,
    $3::text,
    $4::text,
    $5::text,
    $9::timestamptz,
    case when $6::boolean then $9::timestamptz end,
    $7::text,
    $8::bigint
)
on conflict (source, stream, partition_key) do update
    set
        next_page = excluded.next_page,
        watermark = excluded.watermark,
        sweep_started_at = case
            when cursors.next_page is null then excluded.sweep_started_at
            else cursors.sweep_started_at
        end,
        completed_at = coalesce(excluded.completed_at, cursors.completed_at),
        run_id = excluded.run_id
    where cursors.endpoint = excluded.endpoint
returning run_id;
