-- Why the last run of a source failed: class and message of its ledger row.
-- $1 source, $2 earliest start (UTC)
select concat_ws(': ', runs.error_class, runs.error_message) as reason
from meta.runs
where
    runs.source = $1::text
    and runs.started_at >= $2::timestamptz
order by runs.run_id desc
limit 1;
