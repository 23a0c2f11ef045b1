-- The budgets that one request counts in, created when missing; their rows stay locked until the transaction
-- ends (the update that changes nothing is the lock).
-- $1 source, $2 route
insert into meta.budgets as budgets (source, route)
values
    ($1::text, '*'),
    ($1::text, $2::text)
on conflict (source, route) do update set n_used = budgets.n_used
returning
    budgets.route,
    budgets.request_limit,
    budgets.n_used,
    budgets.window_started_at,
    budgets.window_seconds,
    budgets.reset_at,
    budgets.learnt_at,
    budgets.window_milliseconds;
