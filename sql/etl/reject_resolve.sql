-- Settles earlier rejects that this page does not repeat: of the records that loaded now (rows without class), or
-- of the whole partition when the page is all of it.
-- $1 source, $2 stream, $3 partition, $4 keys hold within the partition only, $5 page is the whole partition,
-- $6 run, $7 time
update meta.rejects
set
    resolved_at = $7::timestamptz,
    resolved_by_run_id = $6::bigint
where rejects.source = $1::text
    and rejects.stream = $2::text
    and rejects.resolved_at is null
    and (rejects.partition_key = $3::text or not ($4::boolean or $5::boolean))
    and (
        $5::boolean
        or rejects.source_key in (
            select source_key
            from reject_landing
            where reject_class = ''
        )
    )
    and not exists (
        select
        from reject_landing as landed
        where landed.source_key = rejects.source_key
            and landed.reject_class = rejects.reject_class
            and landed.json_path = rejects.json_path
            and landed.raw_sha256 = rejects.raw_sha256
    );
