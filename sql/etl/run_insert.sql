-- The ledger row of a run that begins. The warehouse's lock is held, so that the number is free.
-- $1 command, $2 source, $3 stream, $4 host, $5 process id, $6 version of the program, $7 time
insert into meta.runs (
    run_id,
    command,
    source,
    stream,
    host,
    process_id,
    backend_pid,
    tenure_version,
    state,
    started_at
)
select
    coalesce(max(runs.run_id), 0) + 1 as run_id,
    $1::text as command,
    $2::text as source,
    $3::text as stream,
    $4::text as host,
    $5::integer as process_id,
    pg_catalog.pg_backend_pid() as backend_pid,
    $6::text as tenure_version,
    'running' as state,
    $7::timestamptz as started_at
from meta.runs as runs
returning run_id;
