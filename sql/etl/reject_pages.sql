-- Pages with open rejects, oldest first, and where their bytes are.
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
)

select
    open_pages.source,
    open_pages.stream,
    open_pages.partition_key,
    open_pages.page_sha256,
    open_pages.n_rejects,
    coalesce(archive.location, '') as location,
    coalesce(archive.is_copy, false) as is_copy,
    coalesce(archive.body_bytes, 0) as body_bytes
from open_pages
left join meta.archive as archive
    on open_pages.page_sha256 = archive.page_sha256
order by open_pages.source, open_pages.stream, open_pages.partition_key, open_pages.page_sha256;
