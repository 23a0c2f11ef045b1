-- requires: core.publish_view, core.group_years, core.staff_years
-- One row per unit of a tracked group and calendar year, from the group's first year (or the unit's,
-- if later) to the data's end (or the unit's last year). Staff of the group at year-end with an
-- employment at the unit, or at a unit below it, in that year (begin_year <= year < finish_year); one
-- person counts once per unit. Joiners: start_year of such an employment = year, not in the unit at
-- the end of the year before; leavers: end_year = year, no longer in the unit at its end.
-- n_unit_unknown: staff of the whole group with no employment at any unit of it in that year. Known
-- bias: few profiles name their unit, and a stint shows the unit named last. Answers: how large is the
-- team?
select core.publish_view('mart', 'unit_headcount_year', array['unit_key', 'year'], $query$
with
-- Every unit with itself and all units above it: three levels are all that curated units have.
ancestors as (
    select units.unit_key as member_key, units.unit_key, units.group_key
    from mart.dim_unit as units
    inner join mart.dim_group as groups
        on units.group_key = groups.group_key
    where groups.is_tracked
    union
    select members.unit_key as member_key, parents.unit_key, parents.group_key
    from mart.dim_unit as members
    inner join mart.dim_unit as parents
        on members.parent_unit_key = parents.unit_key
    union
    select members.unit_key as member_key, grandparents.unit_key, grandparents.group_key
    from mart.dim_unit as members
    inner join mart.dim_unit as parents
        on members.parent_unit_key = parents.unit_key
    inner join mart.dim_unit as grandparents
        on parents.parent_unit_key = grandparents.unit_key
),
stints as (
    select
        stints.person_id,
        stints.group_key,
        ancestors.unit_key,
        stints.begin_year,
        stints.finish_year,
        stints.start_year,
        stints.end_year
    from mart.fct_stint as stints
    inner join ancestors
        on stints.unit_key = ancestors.member_key and stints.group_key = ancestors.group_key
    where stints.stint_kind = 'employment'
),
frame as (
    select
        units.unit_key,
        years.year,
        units.group_key,
        units.unit_name,
        units.unit_name_zh,
        years.group_name,
        years.year_start
    from mart.dim_unit as units
    inner join core.group_years as years
        on
            units.group_key = years.group_key
            and years.year between coalesce(units.valid_from_year, years.year)
            and coalesce(units.valid_to_year, years.year)
),
members as (
    select distinct
        frame.unit_key,
        frame.year,
        frame.group_key,
        stints.person_id
    from frame
    inner join stints
        on
            frame.unit_key = stints.unit_key
            and frame.year >= stints.begin_year
            and frame.year < stints.finish_year
    inner join core.staff_years as staff
        on
            frame.group_key = staff.group_key
            and frame.year = staff.year
            and stints.person_id = staff.person_id
),
heads as (
    select members.unit_key, members.year, count(*)::integer as headcount
    from members
    group by members.unit_key, members.year
),
came as (
    select stints.unit_key, stints.start_year as year, count(distinct stints.person_id)::integer as joiners
    from stints
    where
        stints.start_year is not null
        and not exists (
            select
            from stints as earlier
            where
                earlier.person_id = stints.person_id
                and earlier.unit_key = stints.unit_key
                and earlier.begin_year < stints.start_year
                and earlier.finish_year >= stints.start_year
        )
    group by stints.unit_key, stints.start_year
),
went as (
    select stints.unit_key, stints.end_year as year, count(distinct stints.person_id)::integer as leavers
    from stints
    where
        stints.end_year is not null
        and not exists (
            select
            from stints as others
            where
                others.person_id = stints.person_id
                and others.unit_key = stints.unit_key
                and others.begin_year <= stints.end_year
                and others.finish_year > stints.end_year
        )
    group by stints.unit_key, stints.end_year
),
unplaced as (
    select staff.group_key, staff.year, count(*)::integer as n_unit_unknown
    from core.staff_years as staff
    where
        not exists (
            select
            from members
            where
                members.group_key = staff.group_key
                and members.year = staff.year
                and members.person_id = staff.person_id
        )
    group by staff.group_key, staff.year
)
select
    frame.unit_key,
    frame.year,
    frame.group_key,
    frame.unit_name,
    frame.unit_name_zh,
    frame.group_name,
    frame.year_start,
    coalesce(heads.headcount, 0) as headcount,
    coalesce(came.joiners, 0) as joiners,
    coalesce(went.leavers, 0) as leavers,
    coalesce(unplaced.n_unit_unknown, 0) as n_unit_unknown
from frame
left join heads
    on frame.unit_key = heads.unit_key and frame.year = heads.year
left join came
    on frame.unit_key = came.unit_key and frame.year = came.year
left join went
    on frame.unit_key = went.unit_key and frame.year = went.year
left join unplaced
    on frame.group_key = unplaced.group_key and frame.year = unplaced.year
$query$);
comment on view mart.unit_headcount_year is
    'One row per unit of a tracked group and calendar year. Staff at year-end whose employment names the unit or one below it.';
comment on column mart.unit_headcount_year.unit_key is 'Unit.';
comment on column mart.unit_headcount_year.year is 'Calendar year.';
comment on column mart.unit_headcount_year.group_key is 'Organisation family of the unit.';
comment on column mart.unit_headcount_year.unit_name is 'Name of the unit.';
comment on column mart.unit_headcount_year.unit_name_zh is 'Chinese name of the unit; null = none known.';
comment on column mart.unit_headcount_year.group_name is 'Name of the family.';
comment on column mart.unit_headcount_year.year_start is 'First day of the year, for time axes.';
comment on column mart.unit_headcount_year.headcount is 'People of the group''s staff at year-end in the unit or one below it.';
comment on column mart.unit_headcount_year.joiners is 'People whose employment there started in the year and who were not in the unit before.';
comment on column mart.unit_headcount_year.leavers is 'People whose employment there ended in the year and who are not in the unit any more.';
comment on column mart.unit_headcount_year.n_unit_unknown is 'Staff of the whole group at year-end whose unit is not known.';
