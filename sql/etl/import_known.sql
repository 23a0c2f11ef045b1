-- Partitions whose last page has this size: the content of a file may be there already, under any name.
-- $1 source, $2 bytes
with
candidates as (
    select distinct
        source,
        stream,
        partition_key
    from meta.pages
    where source = $1::text
        and body_bytes = $2::bigint
),
last_pages as (
    select distinct on (pages.source, pages.stream, pages.partition_key)
        pages.stream,
        pages.partition_key,
        pages.page_sha256,
        pages.parser_version,
        pages.body_bytes
    from meta.pages as pages
    inner join candidates
        on pages.source = candidates.source
        and pages.stream = candidates.stream
        and pages.partition_key = candidates.partition_key
    order by pages.source, pages.stream, pages.partition_key, pages.page_id desc
)

select
    stream,
    partition_key,
    page_sha256,
    parser_version
from last_pages
where body_bytes = $2::bigint
order by stream, partition_key;
