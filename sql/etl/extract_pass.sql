-- Begin of the pass that this run belongs to: a pass is a run and those before it that broke off, so that what
-- they finished is not asked for again. A parked run may be taken up for a week, a broken one for six hours.
-- $1 this run, $2 command, $3 source, $4 streams (null = all)
with last_done as (
    select max(runs.run_id) as run_id
    from meta.runs as runs
    where
        runs.command = $2::text
        and runs.source = $3::text
        and runs.stream is not distinct from $4::text
        and runs.state = 'done'
),

this_run as (
    select runs.started_at
    from meta.runs as runs
    where runs.run_id = $1::bigint
)

select
    to_char(
        min(runs.started_at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'
    ) as started_at
from meta.runs as runs
cross join last_done
cross join this_run
where
    runs.run_id = $1::bigint
    or (
        runs.command = $2::text
        and runs.source = $3::text
        and runs.stream is not distinct from $4::text
        and runs.run_id > coalesce(last_done.run_id, 0)
        and (
            (runs.state = 'parked' and runs.started_at > this_run.started_at - interval '7 days')
            or (
                runs.state in ('failed', 'cancelled', 'abandoned')
                and runs.started_at > this_run.started_at - interval '6 hours'
            )
        )
    );
