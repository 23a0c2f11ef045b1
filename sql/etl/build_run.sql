-- Staging to core to mart, checks included, in the transaction at hand.
-- $1 full, $2 run, $3 time
select
    was_full,
    n_people_changed,
    n_people
from core.build(is_full => $1::boolean, run_id => $2::bigint, built_at => $3::timestamptz);
