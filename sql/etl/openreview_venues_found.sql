-- After a batch of venues: earlier refusals of those that came are settled.
-- $1 ids asked for (text[]), $2 ids that came (text[]), $3 run, $4 time
delete from meta.refusals
where
    source = 'openreview'
    and stream = 'venues'
    and (partition_key = any($2::text[]) or partition_key = '*')
    and $1::text[] is not null
    and $3::bigint > 0
    and $4::timestamptz is not null;
