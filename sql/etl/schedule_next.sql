-- Seconds until the next enabled stream is due; at least 0, no row value when nothing is scheduled.
-- $1 now (UTC)
select
    greatest(
        0, ceil(extract(epoch from min(schedules.next_due_at) - $1::timestamptz))
    )::bigint as wait_seconds
from meta.schedules
where schedules.is_enabled;
