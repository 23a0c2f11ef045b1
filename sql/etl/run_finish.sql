-- The end of a run.
-- $1 run, $2 state, $3 time, $4 exit code, $5 error kind, $6 error class, $7 message, $8 … $16 counts, $17 complete
update meta.runs
set
    state = $2::text,
    finished_at = $3::timestamptz,
    exit_code = $4::integer,
    error_kind = $5::text,
    error_class = $6::text,
    error_message = $7::text,
    n_requests = $8::bigint,
    n_pages = $9::bigint,
    n_records = $10::bigint,
    n_inserted = $11::bigint,
    n_updated = $12::bigint,
    n_unchanged = $13::bigint,
    n_removed = greatest(n_removed, $14::bigint),
    n_rejected = $15::bigint,
    n_commit_unknown = $16::bigint,
    is_complete = $17::boolean
where run_id = $1::bigint;
