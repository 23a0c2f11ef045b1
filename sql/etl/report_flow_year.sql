-- Joiners of a tracked group who came from another tracked group, by year.
select
    flows.from_group_key,
    flows.to_group_key,
    flows.year,
    flows.n_people
from mart.flow_year as flows
inner join mart.dim_group as sources
    on flows.from_group_key = sources.group_key
where flows.n_people > 0 and sources.is_tracked
order by flows.from_group_key collate "C", flows.to_group_key collate "C", flows.year
limit 40000;
