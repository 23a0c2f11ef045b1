-- requires: core.publish_view, core.group_years
-- One row per tracked group, calendar year, category and family of destination that occurs. Leavers
-- (group stints with end_year = year) by where they went: the employment or education elsewhere with
-- the earliest begin from destination_lead_years before to destination_lag_years after the year, begun
-- no earlier than the group stint. Category as for origins; education = academia even if not resolved;
-- none or not resolved = unknown. Who lapsed (lost sight of) is not a leaver. Known bias: who leaves
-- research leaves no trace and is unknown at best. Answers: where do the group's people go?
select core.publish_view('mart', 'leaver_destination_year', array['group_key', 'year', 'destination_category', 'destination_group_key'], $query$
select
    frame.group_key,
    frame.year,
    stints.destination_category,
    stints.destination_group_key,
    frame.group_name,
    frame.year_start,
    destinations.group_name as destination_group_name,
    count(*)::integer as n_people,
    (sum(count(*)) over (partition by frame.group_key, frame.year))::integer as leavers
from core.group_years as frame
inner join mart.fct_group_stint as stints
    on frame.group_key = stints.group_key and frame.year = stints.end_year
inner join mart.dim_group as destinations
    on stints.destination_group_key = destinations.group_key
group by
    frame.group_key,
    frame.year,
    stints.destination_category,
    stints.destination_group_key,
    frame.group_name,
    frame.year_start,
    destinations.group_name
$query$);
comment on view mart.leaver_destination_year is
    'One row per tracked group, calendar year, category and family of destination that occurs. Leavers by where they went.';
comment on column mart.leaver_destination_year.group_key is 'Organisation family left.';
comment on column mart.leaver_destination_year.year is 'Calendar year.';
comment on column mart.leaver_destination_year.destination_category is 'large_domestic_company, start_up, foreign_company, academia, other, unknown; seen from the group left.';
comment on column mart.leaver_destination_year.destination_group_key is 'Family of the next place; unknown = not known.';
comment on column mart.leaver_destination_year.group_name is 'Name of the family left.';
comment on column mart.leaver_destination_year.year_start is 'First day of the year, for time axes.';
comment on column mart.leaver_destination_year.destination_group_name is 'Name of the family of destination.';
comment on column mart.leaver_destination_year.n_people is 'Leavers to there.';
comment on column mart.leaver_destination_year.leavers is 'All leavers of the group and year; the sum of n_people.';
