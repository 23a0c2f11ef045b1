-- After connecting again: which session the run has now.
-- $1 run
update meta.runs
set backend_pid = pg_catalog.pg_backend_pid()
where run_id = $1::bigint;
