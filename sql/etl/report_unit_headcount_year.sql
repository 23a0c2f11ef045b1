-- Staff of organisational units.
select
    units.group_key,
    units.unit_key,
    units.unit_name,
    coalesce(dimensions.unit_name_zh, units.unit_name) as unit_name_zh,
    units.year,
    units.headcount,
    units.joiners,
    units.leavers,
    units.n_unit_unknown
from mart.unit_headcount_year as units
left join mart.dim_unit as dimensions
    on units.unit_key = dimensions.unit_key
order by units.group_key collate "C", units.unit_key collate "C", units.year
limit 20000;
