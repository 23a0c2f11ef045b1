-- question: How old is what the figures rest on?
-- reading: last_complete_at is the end of the last complete sweep of a stream, newest_record_at the latest change
--   at the source that was loaded.
select
    freshness.source,
    freshness.stream,
    freshness.last_complete_at,
    freshness.last_run_at,
    freshness.rows,
    freshness.newest_record_at,
    freshness.is_stale
from mart.freshness
order by
    freshness.source collate "C",
    freshness.stream collate "C";
