-- Published leaders of organisational units.
select
    dimensions.group_key,
    leaders.unit_key,
    dimensions.unit_name,
    coalesce(dimensions.unit_name_zh, dimensions.unit_name) as unit_name_zh,
    leaders.leader_name,
    leaders.leader_name_zh,
    leaders.role,
    leaders.joined_group_year,
    leaders.years_in_group,
    leaders.previous_employers,
    leaders.education,
    leaders.as_of::text as as_of
from mart.unit_leader as leaders
left join mart.dim_unit as dimensions
    on leaders.unit_key = dimensions.unit_key
order by
    dimensions.group_key collate "C",
    leaders.unit_key collate "C",
    leaders.as_of desc,
    leaders.leader_name collate "C"
limit 2000;
