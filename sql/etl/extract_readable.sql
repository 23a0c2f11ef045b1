-- A partition that was read: earlier refusals of it are settled.
-- $1 source, $2 stream, $3 partition
delete from meta.refusals
where
    source = $1::text
    and stream = $2::text
    and partition_key = $3::text;
