-- Records how a scheduled run ended and when the stream is due again: after its interval when it was done
-- (missed intervals are caught up once, not one by one), at the budget's reset when it was parked, after a
-- growing delay (a minute doubled for each failure in a row, never beyond the interval) when it failed.
-- $1 source, $2 stream, $3 now (UTC), $4 exit code, $5 jitter share between 0 and 1, $6 why (class and message)
with outcomes as (
    select
        schedules.source,
        schedules.stream,
        schedules.interval_seconds,
        schedules.jitter_seconds,
        case when $4::integer in (0, 75) then 0 else schedules.n_failures + 1 end as n_failures
    from meta.schedules
    where
        schedules.source = $1::text
        and schedules.stream = $2::text
),

resets as (
    select max(budgets.reset_at) as reset_at
    from meta.budgets
    where
        budgets.source = $1::text
        and budgets.reset_at > $3::timestamptz
),

due as (
    select
        outcomes.source,
        outcomes.stream,
        outcomes.n_failures,
        case
            when $4::integer = 0
                then
                    $3::timestamptz
                    + make_interval(
                        secs => outcomes.interval_seconds + outcomes.jitter_seconds * $5::double precision
                    )
            when $4::integer = 75
                then coalesce(resets.reset_at, $3::timestamptz + make_interval(mins => 5))
            else
                $3::timestamptz
                + make_interval(
                    secs => least(
                        outcomes.interval_seconds,
                        60 * power(2, least(outcomes.n_failures - 1, 20))
                    )
                )
        end as next_due_at
    from outcomes
    cross join resets
)

update meta.schedules as schedules
set
    next_due_at = due.next_due_at,
    n_failures = due.n_failures,
    last_finished_at = $3::timestamptz,
    last_exit_code = $4::integer,
    last_error = nullif($6::text, '')
from due
where
    schedules.source = due.source
    and schedules.stream = due.stream
returning schedules.next_due_at;
