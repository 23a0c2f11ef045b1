-- requires: core.publish_view, core.group_years
-- One row per tracked group, calendar year, category and family of origin that occurs. Joiners (group
-- stints with start_year = year) by where they came from: fresh graduates; otherwise the employer with
-- the latest begin before the year, unless it was left more than origin_gap_years before. Category
-- seen from the joined group: university and institute = academia, then start_up, foreign_company
-- (another country), large_domestic_company, other; not resolved or none = unknown. Known bias: a
-- start-up is one only when it is curated as such. Answers: where do the group's new people come from?
select core.publish_view('mart', 'joiner_origin_year', array['group_key', 'year', 'origin_category', 'origin_group_key'], $query$
select
    frame.group_key,
    frame.year,
    stints.origin_category,
    stints.origin_group_key,
    frame.group_name,
    frame.year_start,
    origins.group_name as origin_group_name,
    count(*)::integer as n_people,
    (sum(count(*)) over (partition by frame.group_key, frame.year))::integer as joiners
from core.group_years as frame
inner join mart.fct_group_stint as stints
    on frame.group_key = stints.group_key and frame.year = stints.start_year
inner join mart.dim_group as origins
    on stints.origin_group_key = origins.group_key
group by
    frame.group_key,
    frame.year,
    stints.origin_category,
    stints.origin_group_key,
    frame.group_name,
    frame.year_start,
    origins.group_name
$query$);
comment on view mart.joiner_origin_year is
    'One row per tracked group, calendar year, category and family of origin that occurs. Joiners by where they came from.';
comment on column mart.joiner_origin_year.group_key is 'Organisation family joined.';
comment on column mart.joiner_origin_year.year is 'Calendar year.';
comment on column mart.joiner_origin_year.origin_category is 'fresh_graduate, large_domestic_company, start_up, foreign_company, academia, other, unknown; seen from the group joined.';
comment on column mart.joiner_origin_year.origin_group_key is 'Family of the previous employer; none = fresh graduate, unknown = not known.';
comment on column mart.joiner_origin_year.group_name is 'Name of the family joined.';
comment on column mart.joiner_origin_year.year_start is 'First day of the year, for time axes.';
comment on column mart.joiner_origin_year.origin_group_name is 'Name of the family of origin.';
comment on column mart.joiner_origin_year.n_people is 'Joiners from there.';
comment on column mart.joiner_origin_year.joiners is 'All joiners of the group and year; the sum of n_people.';
