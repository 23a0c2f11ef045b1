-- Runs whose process died: the lock is ours, so nobody else can be running.
-- $1 time
update meta.runs
set
    state = 'abandoned',
    finished_at = $1::timestamptz,
    error_message = 'the process ended without a word'
where state = 'running'
returning
    run_id,
    command;
