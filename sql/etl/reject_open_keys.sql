-- Records with open rejects: only these need a look when they load.
-- $1 source, $2 stream, $3 partition, $4 keys hold within the partition only, $5 most rows
select distinct source_key
from meta.rejects
where source = $1::text
    and stream = $2::text
    and resolved_at is null
    and source_key != ''
    and (partition_key = $3::text or not $4::boolean)
limit $5::bigint;
