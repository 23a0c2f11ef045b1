-- The limit that holds a source back most, and when requests go on if it is spent.
-- $1 source, $2 now
select
    budgets.request_limit,
    budgets.window_seconds,
    to_char(
        case when budgets.reset_at > $2::timestamptz then budgets.reset_at end at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS"Z"'
    ) as reset_at
from meta.budgets as budgets
where
    budgets.source = $1::text
    and budgets.route != 'login'
    and budgets.request_limit is not null
order by
    budgets.request_limit::double precision / coalesce(budgets.window_seconds, 3600),
    budgets.route collate "C"
limit 1;
