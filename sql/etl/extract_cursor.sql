-- $1 source, $2 stream, $3 partition
select
    cursors.next_page,
    cursors.watermark,
    cursors.endpoint
from meta.cursors as cursors
where
    cursors.source = $1::text
    and cursors.stream = $2::text
    and cursors.partition_key = $3::text;
