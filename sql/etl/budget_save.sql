-- $1 source, $2 route, $3 limit, $4 used, $5 begin of the window, $6 its length in ms, $7 reset, $8 learnt
update meta.budgets
set
    request_limit = $3::integer,
    n_used = $4::integer,
    window_started_at = $5::timestamptz,
    window_seconds = ceil($6::bigint / 1000.0)::integer,
    window_milliseconds = $6::bigint,
    reset_at = $7::timestamptz,
    learnt_at = $8::timestamptz
where source = $1::text and route = $2::text;
