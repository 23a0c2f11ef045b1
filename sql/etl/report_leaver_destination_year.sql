-- Where leavers went, by era of leaving and over all years. The twelve largest organisations of each
-- category are named; the others of the category are added up under an empty key.
with destinations as (
    select
        destinations.group_key,
        years.era_key as period,
        destinations.destination_category as category,
        destinations.destination_group_key as other_group_key,
        destinations.n_people
    from mart.leaver_destination_year as destinations
    inner join mart.dim_year as years
        on destinations.year = years.year
    where destinations.n_people > 0
),

periods as (
    select
        destinations.group_key,
        destinations.period,
        destinations.category,
        destinations.other_group_key,
        destinations.n_people
    from destinations
    union all
    select
        destinations.group_key,
        'all' as period,
        destinations.category,
        destinations.other_group_key,
        destinations.n_people
    from destinations
),

summed as (
    select
        periods.group_key,
        periods.period,
        periods.category,
        periods.other_group_key,
        sum(periods.n_people)::integer as n_people
    from periods
    group by periods.group_key, periods.period, periods.category, periods.other_group_key
),

ranked as (
    select
        summed.group_key,
        summed.period,
        summed.category,
        summed.other_group_key,
        summed.n_people,
        row_number() over (
            partition by summed.group_key, summed.period, summed.category
            order by summed.n_people desc, summed.other_group_key collate "C"
        ) as position
    from summed
),

folded as (
    select
        ranked.group_key,
        ranked.period,
        ranked.category,
        case
            when ranked.position <= 12 then ranked.other_group_key
            else ''
        end as other_group_key,
        sum(ranked.n_people)::integer as n_people
    from ranked
    group by
        ranked.group_key,
        ranked.period,
        ranked.category,
        case
            when ranked.position <= 12 then ranked.other_group_key
            else ''
        end
)

select
    folded.group_key,
    folded.period,
    folded.category,
    folded.other_group_key,
    groups.group_name as other_group_name,
    coalesce(groups.group_name_zh, groups.group_name) as other_group_name_zh,
    folded.n_people
from folded
left join mart.dim_group as groups
    on folded.other_group_key = groups.group_key
order by
    folded.group_key collate "C",
    folded.period collate "C",
    folded.category collate "C",
    folded.n_people desc,
    folded.other_group_key collate "C"
limit 40000;
