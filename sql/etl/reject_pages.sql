-- Pages with open rejects, oldest first: what is needed to load them again, and where their bytes are.
-- $1 source or null
with
open_pages as (
    select
        source,
        stream,
        partition_key,
        page_sha256,
        count(*) as n_rejects
    from meta.rejects
    where resolved_at is null
        and ($1::text is null or source = $1::text)
    group by
        source,
        stream,
        partition_key,
        page_sha256
),
last_loads as (
    select distinct on (pages.source, pages.stream, pages.partition_key, pages.page_sha256)
        pages.source,
        pages.stream,
        pages.partition_key,
        pages.page_sha256,
        pages.page_id,
        pages.request,
        pages.fetched_at,
        pages.body_bytes,
        pages.is_whole_partition,
        pages.is_bare
    from meta.pages as pages
    inner join open_pages
        on pages.source = open_pages.source
        and pages.stream = open_pages.stream
        and pages.partition_key = open_pages.partition_key
        and pages.page_sha256 = open_pages.page_sha256
    order by
        pages.source, pages.stream, pages.partition_key, pages.page_sha256, pages.page_id desc
)

select
    open_pages.source,
    open_pages.stream,
    open_pages.partition_key,
    open_pages.page_sha256,
    open_pages.n_rejects,
    coalesce(last_loads.page_id, 0) as page_id,
    coalesce(last_loads.request, '') as request,
    coalesce((extract(epoch from last_loads.fetched_at) * 1000)::bigint, 0) as fetched_at_ms,
    coalesce(last_loads.is_whole_partition, false) as is_whole_partition,
    coalesce(last_loads.is_bare, true) as is_bare,
    coalesce(archive.location, '') as location,
    coalesce(archive.is_copy, false) as is_copy,
    coalesce(archive.stored_bytes, 0) as stored_bytes,
    coalesce(archive.body_bytes, last_loads.body_bytes, 0) as body_bytes
from open_pages
left join last_loads
    on open_pages.source = last_loads.source
    and open_pages.stream = last_loads.stream
    and open_pages.partition_key = last_loads.partition_key
    and open_pages.page_sha256 = last_loads.page_sha256
left join meta.archive as archive
    on open_pages.page_sha256 = archive.page_sha256
order by last_loads.page_id, open_pages.source, open_pages.stream, open_pages.partition_key;
