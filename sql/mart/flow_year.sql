-- requires: core.publish_view, core.group_years
-- One row per family of origin, tracked group joined and calendar year that occurs. Joiners of
-- to_group (group stints with start_year = year) whose previous employer is of from_group; fresh
-- graduates and unknown origins are left out. from_group may be any family, to_group is tracked; the
-- way out of a group to others is leaver_destination_year, which counts by the year of leaving.
-- Answers: how many people moved from one company to another?
select core.publish_view('mart', 'flow_year', array['from_group_key', 'to_group_key', 'year'], $query$
select
    stints.origin_group_key as from_group_key,
    frame.group_key as to_group_key,
    frame.year,
    origins.group_name as from_group_name,
    frame.group_name as to_group_name,
    frame.year_start,
    count(*)::integer as n_people
from core.group_years as frame
inner join mart.fct_group_stint as stints
    on frame.group_key = stints.group_key and frame.year = stints.start_year
inner join mart.dim_group as origins
    on stints.origin_group_key = origins.group_key
where stints.origin_category not in ('fresh_graduate', 'unknown')
group by
    stints.origin_group_key,
    frame.group_key,
    frame.year,
    origins.group_name,
    frame.group_name,
    frame.year_start
$query$);
comment on view mart.flow_year is
    'One row per family of origin, tracked group joined and calendar year that occurs. Joiners by previous employer.';
comment on column mart.flow_year.from_group_key is 'Family of the previous employer.';
comment on column mart.flow_year.to_group_key is 'Tracked family joined.';
comment on column mart.flow_year.year is 'Year of joining.';
comment on column mart.flow_year.from_group_name is 'Name of the family of the previous employer.';
comment on column mart.flow_year.to_group_name is 'Name of the family joined.';
comment on column mart.flow_year.year_start is 'First day of the year, for time axes.';
comment on column mart.flow_year.n_people is 'Joiners who came that way.';
