-- Texts of refused records of a page whose bytes are gone, some at a time.
-- $1 source, $2 stream, $3 partition, $4 hash of the page, $5 after this reject, $6 how many
select
    reject_id,
    encode(raw, 'hex') as raw
from meta.rejects
where source = $1::text
    and stream = $2::text
    and partition_key = $3::text
    and page_sha256 = $4::text
    and resolved_at is null
    and raw is not null
    and reject_id > $5::bigint
order by reject_id
limit $6::bigint;
