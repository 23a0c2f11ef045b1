-- The fifteen schools where most of a group's people studied, over all years and in the latest era.
with latest_era as (
    select years.era_key
    from mart.dim_year as years
    order by years.year desc
    limit 1
)

select
    schools.group_key,
    schools.period,
    schools.school_key,
    schools.school_name,
    coalesce(groups.group_name_zh, schools.school_name) as school_name_zh,
    schools.school_country_code,
    schools.n_people,
    schools.n_known,
    schools.n_unknown,
    schools.people_share,
    schools.people_share_low,
    schools.people_share_high,
    schools.school_rank,
    schools.rank_low,
    schools.rank_high
from mart.school_rank as schools
left join mart.dim_group as groups
    on schools.school_key = groups.group_key
where
    schools.school_rank <= 15
    and (schools.period = 'all' or schools.period in (select latest_era.era_key from latest_era))
order by
    schools.group_key collate "C",
    schools.period collate "C",
    schools.school_rank,
    schools.school_name collate "C"
limit 5000;
