-- What is known of the request limits, one row per source and route.
-- $1 now
select
    budgets.source,
    budgets.route,
    budgets.request_limit,
    case
        when coalesce(budgets.reset_at, budgets.window_started_at
            + budgets.window_milliseconds * interval '1 millisecond') <= $1::timestamptz then 0
        else budgets.n_used
    end as n_used,
    round(budgets.window_milliseconds / 1000.0, 1) as window_seconds,
    to_char(
        case when budgets.reset_at > $1::timestamptz then budgets.reset_at end at time zone 'UTC',
        'YYYY-MM-DD"T"HH24:MI:SS"Z"'
    ) as reset_at,
    to_char(budgets.learnt_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') as learnt_at
from meta.budgets as budgets
order by budgets.source, budgets.route collate "C";
