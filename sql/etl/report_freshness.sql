-- How old what each source said is.
select
    streams.source,
    streams.stream,
    streams.last_complete_at,
    streams.last_run_at,
    streams.rows as n_rows,
    streams.newest_record_at,
    streams.is_stale
from mart.freshness as streams
order by streams.source collate "C", streams.stream collate "C"
limit 1000;
