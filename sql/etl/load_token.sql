-- The ledger row of a page, in the transaction that loads it: tells afterwards whether that took effect.
-- $1 run, $2 source, $3 stream, $4 partition, $5 hash, $6 request, $7 bytes, $8 fetched at, $9 loaded at,
-- $10 parser version, $11 records, $12 inserted, $13 updated, $14 unchanged, $15 removed, $16 rejected,
-- $17 arguments, $18 whole partition, $19 without envelope
insert into meta.pages (
    page_id,
    run_id,
    source,
    stream,
    partition_key,
    page_sha256,
    request,
    body_bytes,
    fetched_at,
    loaded_at,
    parser_version,
    n_records,
    n_inserted,
    n_updated,
    n_unchanged,
    n_removed,
    n_rejected,
    arguments,
    is_whole_partition,
    is_bare
)
select
    coalesce(max(pages.page_id), 0) + 1 as page_id,
    $1::bigint as run_id,
    $2::text as source,
    $3::text as stream,
    $4::text as partition_key,
    $5::text as page_sha256,
    $6::text as request,
    $7::bigint as body_bytes,
    $8::timestamptz as fetched_at,
    $9::timestamptz as loaded_at,
    $10::integer as parser_version,
    $11::bigint as n_records,
    $12::bigint as n_inserted,
    $13::bigint as n_updated,
    $14::bigint as n_unchanged,
    $15::bigint as n_removed,
    $16::bigint as n_rejected,
    $17::text[] as arguments,
    $18::boolean as is_whole_partition,
    $19::boolean as is_bare
from meta.pages as pages
returning page_id;
