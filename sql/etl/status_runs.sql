-- The latest runs.
-- $1 how many, $2 state or null, $3 source or null
select
    run_id,
    command,
    source,
    stream,
    state,
    started_at,
    seconds,
    exit_code,
    n_requests,
    n_pages,
    n_records,
    n_inserted,
    n_updated,
    n_removed,
    n_rejected,
    error_class,
    error_message
from meta.run_summary
where ($2::text is null or state = $2::text)
    and ($3::text is null or source = $3::text)
order by run_id desc
limit $1::bigint;
