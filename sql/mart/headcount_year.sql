-- requires: core.publish_view
-- One row per tracked group and calendar year, from the group's first year to the data's end.
-- Year-end stock and the flows into and out of it. Counted: group stints (employment; postdocs and faculty too;
-- interns, students and visitors are not) with begin_year <= year < finish_year. A stint without stated or
-- observed end counts for carry_forward_years after its last evidence (then it lapses: lost sight of). Known
-- bias: only people with a submission on record are seen; the last years are incomplete (dim_year.is_complete).
-- Answers: how many AI researchers has the group, how many came, how many went?
select core.publish_view('mart', 'headcount_year', array['group_key', 'year'], $query$
with
groups as (
    select groups.group_key, groups.group_name
    from mart.dim_group as groups
    where groups.is_tracked
),
stints as (
    select stints.*
    from mart.fct_group_stint as stints
    inner join groups
        on stints.group_key = groups.group_key
),
data_end as (
    select states.data_end_year
    from core.build_state as states
),
first_years as (
    select stints.group_key, min(stints.begin_year) as first_year
    from stints
    group by stints.group_key
),
frame as (
    select first_years.group_key, years.year
    from first_years
    cross join data_end
    cross join lateral generate_series(first_years.first_year, data_end.data_end_year) as years (year)
),
begun as (
    select
        stints.group_key,
        stints.begin_year as year,
        count(*) as n_begun,
        count(*) filter (where stints.start_year is not null) as joiners,
        count(*) filter (where stints.start_year is null) as appeared,
        count(*) filter (where stints.start_year is not null and stints.is_start_known) as n_joiners_exact
    from stints
    group by stints.group_key, stints.begin_year
),
finished as (
    select
        stints.group_key,
        stints.finish_year as year,
        count(*) as n_finished,
        count(*) filter (where stints.end_year is not null) as leavers,
        count(*) filter (where stints.end_year is null) as lapsed,
        count(*) filter (where stints.end_year is not null and stints.is_end_known) as n_leavers_exact
    from stints
    group by stints.group_key, stints.finish_year
),
present as (
    select
        stints.group_key,
        years.year,
        count(*) as headcount
    from stints
    cross join data_end
    cross join lateral generate_series(
        stints.begin_year, least(stints.finish_year - 1, data_end.data_end_year)
    ) as years (year)
    group by stints.group_key, years.year
),
published as (
    select
        staff.group_key,
        staff.year,
        count(*) as published_people
    from mart.fct_person_group_year as staff
    inner join groups
        on staff.group_key = groups.group_key
    where staff.has_paper
    group by staff.group_key, staff.year
),
counted as (
    select
        frame.group_key,
        frame.year,
        coalesce(present.headcount, 0)::integer as headcount,
        coalesce(begun.joiners, 0)::integer as joiners,
        coalesce(begun.appeared, 0)::integer as appeared,
        coalesce(finished.leavers, 0)::integer as leavers,
        coalesce(finished.lapsed, 0)::integer as lapsed,
        coalesce(begun.n_joiners_exact, 0)::integer as n_joiners_exact,
        coalesce(finished.n_leavers_exact, 0)::integer as n_leavers_exact,
        coalesce(published.published_people, 0)::integer as published_people
    from frame
    left join present
        on frame.group_key = present.group_key and frame.year = present.year
    left join begun
        on frame.group_key = begun.group_key and frame.year = begun.year
    left join finished
        on frame.group_key = finished.group_key and frame.year = finished.year
    left join published
        on frame.group_key = published.group_key and frame.year = published.year
),
compared as (
    select
        counted.*,
        coalesce(
            lag(counted.headcount) over (partition by counted.group_key order by counted.year),
            0
        ) as headcount_previous
    from counted
)
select
    compared.group_key,
    compared.year,
    groups.group_name,
    make_date(compared.year, 1, 1) as year_start,
    compared.headcount,
    compared.joiners,
    compared.appeared,
    compared.leavers,
    compared.lapsed,
    compared.n_joiners_exact,
    compared.n_leavers_exact,
    compared.headcount - compared.headcount_previous as net_change,
    compared.headcount_previous,
    (compared.headcount - compared.headcount_previous)::double precision / nullif(compared.headcount_previous, 0)
        as growth_share,
    compared.published_people
from compared
inner join groups
    on compared.group_key = groups.group_key
$query$);
comment on view mart.headcount_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. Year-end staff visible through submissions, and who came and went; interns, students and visitors are not counted.';
comment on column mart.headcount_year.group_key is 'Organisation family.';
comment on column mart.headcount_year.year is 'Calendar year.';
comment on column mart.headcount_year.group_name is 'Name of the family.';
comment on column mart.headcount_year.year_start is 'First day of the year, for time axes.';
comment on column mart.headcount_year.headcount is 'Group stints with begin_year <= year < finish_year.';
comment on column mart.headcount_year.joiners is 'Group stints with start_year = year.';
comment on column mart.headcount_year.appeared is 'Group stints first seen in the year, start not known.';
comment on column mart.headcount_year.leavers is 'Group stints with end_year = year.';
comment on column mart.headcount_year.lapsed is 'Group stints lost sight of in the year: neither left nor there.';
comment on column mart.headcount_year.n_joiners_exact is 'Joiners whose start is stated, or who were seen elsewhere in the very year before.';
comment on column mart.headcount_year.n_leavers_exact is 'Leavers whose end is stated, or who were seen elsewhere in the very year after.';
comment on column mart.headcount_year.net_change is 'headcount - headcount_previous = joiners + appeared - leavers - lapsed.';
comment on column mart.headcount_year.headcount_previous is 'Headcount of the year before; 0 in the first year.';
comment on column mart.headcount_year.growth_share is 'net_change / headcount_previous; null when that is 0.';
comment on column mart.headcount_year.published_people is 'People of the headcount with a paper of the year.';
