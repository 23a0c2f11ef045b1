-- Streams that are due now and whose window is open, longest overdue first.
-- $1 now (UTC)
select
    schedules.source,
    schedules.stream
from meta.schedules
where
    schedules.is_enabled
    and coalesce(schedules.next_due_at, $1::timestamptz) <= $1::timestamptz
    and fn.is_within_window(
        ($1::timestamptz at time zone 'UTC')::time, schedules.window_from, schedules.window_to
    )
order by
    coalesce(schedules.next_due_at, $1::timestamptz),
    schedules.source collate "C",
    schedules.stream collate "C";
