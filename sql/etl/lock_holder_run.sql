-- The run that a backend serves.
-- $1 process id of the backend
select
    run_id,
    command,
    host,
    process_id
from meta.runs
where backend_pid = $1::integer
    and state = 'running'
order by run_id desc
limit 1;
