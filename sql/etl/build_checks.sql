-- What the checks found, into the ledger.
-- $1 run, $2 time
insert into meta.check_results (run_id, check_name, severity, n_rows, checked_at)
select
    $1::bigint as run_id,
    counts.check_name,
    counts.severity,
    counts.n_rows,
    $2::timestamptz as checked_at
from meta.check_counts() as counts
on conflict (run_id, check_name) do update
    set
        severity = excluded.severity,
        n_rows = excluded.n_rows,
        checked_at = excluded.checked_at
returning
    check_name,
    severity,
    n_rows;
