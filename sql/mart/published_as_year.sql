-- requires: core.publish_view
-- One row per tracked group and calendar year, from the group's first year with such a paper or with staff to
-- the data's end.
-- People who published as the group: an author slot affiliated with it, by somebody with an employment stint
-- there at any time (interns and students of the group alone do not count), or a slot without affiliation by
-- somebody on its staff in that year. An affiliation that cannot be resolved counts for no group.
-- Answers: how many people have published for the group, in a year and ever?
select core.publish_view('mart', 'published_as_year', array['group_key', 'year'], $query$
with
groups as (
    select groups.group_key, groups.group_name
    from mart.dim_group as groups
    where groups.is_tracked
),
published as (
    select published.person_id, published.group_key, published.year
    from core.published_people as published
    inner join groups
        on published.group_key = groups.group_key
),
first_years as (
    select bounds.group_key, min(bounds.year) as first_year
    from (
        select published.group_key, min(published.year) as year
        from published
        group by published.group_key
        union all
        select stints.group_key, min(stints.begin_year) as year
        from mart.fct_group_stint as stints
        inner join groups
            on stints.group_key = groups.group_key
        group by stints.group_key
    ) as bounds
    group by bounds.group_key
),
frame as (
    select first_years.group_key, years.year
    from first_years
    cross join core.build_state as states
    cross join lateral generate_series(first_years.first_year, states.data_end_year) as years (year)
),
by_year as (
    select published.group_key, published.year, count(*) as n_people
    from published
    group by published.group_key, published.year
),
debuts as (
    select firsts.group_key, firsts.year, count(*) as n_debuts
    from (
        select published.group_key, published.person_id, min(published.year) as year
        from published
        group by published.group_key, published.person_id
    ) as firsts
    group by firsts.group_key, firsts.year
)
select
    frame.group_key,
    frame.year,
    groups.group_name,
    make_date(frame.year, 1, 1) as year_start,
    coalesce(by_year.n_people, 0)::integer as n_people,
    coalesce(
        sum(debuts.n_debuts) over (partition by frame.group_key order by frame.year),
        0
    )::integer as n_people_to_date
from frame
inner join groups
    on frame.group_key = groups.group_key
left join by_year
    on frame.group_key = by_year.group_key and frame.year = by_year.year
left join debuts
    on frame.group_key = debuts.group_key and frame.year = debuts.year
$query$);
comment on view mart.published_as_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Distinct people with a paper as staff of the group.';
comment on column mart.published_as_year.group_key is 'Organisation family.';
comment on column mart.published_as_year.year is 'Calendar year.';
comment on column mart.published_as_year.group_name is 'Name of the family.';
comment on column mart.published_as_year.year_start is 'First day of the year, for time axes.';
comment on column mart.published_as_year.n_people is 'Distinct people who published as the group in the year.';
comment on column mart.published_as_year.n_people_to_date is 'Distinct people who did so in the year or before.';
