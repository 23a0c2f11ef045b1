-- Claims a due stream for this host by moving its due time one lease ahead; no row when another scheduler
-- was faster. A scheduler that dies loses its claim when the lease ends.
-- $1 source, $2 stream, $3 now (UTC), $4 lease in seconds
update meta.schedules as schedules
set
    next_due_at = $3::timestamptz + make_interval(secs => $4::integer),
    last_started_at = $3::timestamptz
where
    schedules.source = $1::text
    and schedules.stream = $2::text
    and coalesce(schedules.next_due_at, $3::timestamptz) <= $3::timestamptz
returning
    schedules.source,
    schedules.stream;
