-- The ledger row of a build, in its transaction.
-- $1 run, $2 was full, $3 time, $4 people changed, $5 people
insert into meta.builds (build_id, run_id, is_full, built_at, n_people_changed, n_people)
select
    coalesce(max(builds.build_id), 0) + 1 as build_id,
    $1::bigint as run_id,
    $2::boolean as is_full,
    $3::timestamptz as built_at,
    $4::bigint as n_people_changed,
    $5::bigint as n_people
from meta.builds as builds
returning build_id;
