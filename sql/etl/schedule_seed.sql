-- Makes sure that a stream has a row in the schedule; an existing row (an operator's choice) is left alone.
-- $1 source, $2 stream, $3 interval in seconds, $4 jitter in seconds, $5 now (UTC)
insert into meta.schedules as schedules (
    source, stream, interval_seconds, jitter_seconds, next_due_at
)
values (
    $1::text, $2::text, $3::integer, $4::integer, $5::timestamptz
)
on conflict (source, stream) do nothing;
