-- After a batch of profiles: an id that was asked for and did not come, but is now a name of a profile that did,
-- is a former id. Its own row, if there is one, leaves.
-- $1 ids asked for (text[]), $2 ids that came (text[]), $3 run, $4 time
with former as (
    select distinct names.username as profile_id
    from unnest($2::text[]) as came (profile_id)
    inner join stg.openreview_profile_names as names
        on came.profile_id = names.profile_id
    where
        names.username != names.profile_id
        and names.username = any($1::text[])
        and names.username != all($2::text[])
),

removed as materialized (
    select meta.remove_records(
        array[
            'stg.openreview_profiles',
            'stg.openreview_profile_names',
            'stg.openreview_profile_history',
            'stg.openreview_profile_email_domains',
            'stg.openreview_profile_expertise'
        ]::regclass[],
        'profile_id',
        array(
            select former.profile_id
            from former
            inner join stg.openreview_profiles as profiles
                on former.profile_id = profiles.profile_id
            order by former.profile_id collate "C"
        ),
        $4::timestamptz
    ) as n_removed
),

-- No page tells of it: the next build is due by this.
told as (
    update meta.runs
    set n_removed = runs.n_removed + removed.n_removed
    from removed
    where
        runs.run_id = $3::bigint
        and removed.n_removed > 0
)

select removed.n_removed
from removed;
