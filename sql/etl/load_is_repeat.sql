-- Does staging hold this page's content already? A page that is its whole partition: when it was the last one of
-- that partition. Else: when the same request last gave the same, and no page since then changed the partition.
-- $1 source, $2 stream, $3 partition, $4 hash, $5 parser version, $6 page is the whole partition, $7 request
with
same_request as (
    select
        pages.page_id,
        pages.page_sha256,
        pages.parser_version
    from meta.pages as pages
    where pages.source = $1::text
        and pages.stream = $2::text
        and pages.partition_key = $3::text
        and ($6::boolean or pages.request = $7::text)
    order by pages.page_id desc
    limit 1
)

select exists (
    select
    from same_request
    where same_request.page_sha256 = $4::text
        and same_request.parser_version = $5::integer
        and not exists (
            select
            from meta.pages as later
            where later.source = $1::text
                and later.stream = $2::text
                and later.partition_key = $3::text
                and later.page_id > same_request.page_id
                and later.n_inserted + later.n_updated + later.n_removed > 0
        )
) as is_repeat;
