-- What is refused and not yet settled, by partition, class and place.
-- $1 source or null, $2 class or null
select
    source,
    stream,
    partition_key,
    reject_class,
    json_path,
    is_row,
    n_rejects,
    example,
    last_seen_at
from meta.reject_summary
where ($1::text is null or source = $1::text)
    and ($2::text is null or reject_class = $2::text)
order by n_rejects desc, source, stream, partition_key, reject_class, json_path, is_row;
