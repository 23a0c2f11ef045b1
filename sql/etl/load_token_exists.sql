-- Did a COMMIT whose reply was lost take effect?
-- $1 page, $2 run, $3 hash
select exists (
    select
    from meta.pages
    where page_id = $1::bigint
        and run_id = $2::bigint
        and page_sha256 = $3::text
) as is_there;
