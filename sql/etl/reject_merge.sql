-- The rejects of a page into the ledger: one row per record, class, path and content, however often it is met.
-- $1 source, $2 stream, $3 partition, $4 hash of the page, $5 run, $6 time
with
landed as (
    select distinct on (source_key, reject_class, json_path, raw_sha256)
        source_key,
        reject_class,
        json_path,
        detail,
        raw,
        raw_sha256,
        raw_bytes,
        record_ordinal,
        is_row
    from reject_landing
    where reject_class != ''
    order by source_key, reject_class, json_path, raw_sha256, record_ordinal
),
last_id as (
    select coalesce(max(reject_id), 0) as reject_id
    from meta.rejects
)

insert into meta.rejects (
    reject_id,
    source,
    stream,
    partition_key,
    source_key,
    reject_class,
    json_path,
    detail,
    raw,
    raw_sha256,
    raw_bytes,
    page_sha256,
    record_ordinal,
    is_row,
    run_id,
    first_seen_at,
    last_seen_at
)
select
    last_id.reject_id
    + row_number() over (
        order by landed.record_ordinal, landed.reject_class, landed.json_path
    ) as reject_id,
    $1::text as source,
    $2::text as stream,
    $3::text as partition_key,
    landed.source_key,
    landed.reject_class,
    landed.json_path,
    landed.detail,
    landed.raw,
    landed.raw_sha256,
    landed.raw_bytes,
    $4::text as page_sha256,
    landed.record_ordinal,
    landed.is_row,
    $5::bigint as run_id,
    $6::timestamptz as first_seen_at,
    $6::timestamptz as last_seen_at
from landed
cross join last_id
on conflict on constraint rejects_once do update
    set
        page_sha256 = excluded.page_sha256,
        record_ordinal = excluded.record_ordinal,
        run_id = excluded.run_id,
        last_seen_at = excluded.last_seen_at,
        resolved_at = null,
        resolved_by_run_id = null;
