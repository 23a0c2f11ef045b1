-- Single rejects, latest first. Their text is for the operator alone and is not shown.
-- $1 source or null, $2 class or null, $3 how many, $4 settled ones too
select
    reject_id,
    source,
    stream,
    partition_key,
    source_key,
    reject_class,
    json_path,
    detail,
    is_row,
    record_ordinal,
    raw_bytes,
    first_seen_at,
    resolved_at
from meta.rejects
where ($1::text is null or source = $1::text)
    and ($2::text is null or reject_class = $2::text)
    and ($4::boolean or resolved_at is null)
order by reject_id desc
limit $3::bigint;
