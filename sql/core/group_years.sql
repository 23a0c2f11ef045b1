-- The frame of metric views: every tracked group with every year from its first to the data's end.
create or replace view core.group_years as
with
first_years as (
    select stints.group_key, min(stints.begin_year) as first_year
    from mart.fct_group_stint as stints
    inner join mart.dim_group as groups
        on stints.group_key = groups.group_key
    where groups.is_tracked
    group by stints.group_key
)
select
    groups.group_key,
    groups.group_name,
    years.year,
    make_date(years.year, 1, 1) as year_start
from first_years
inner join mart.dim_group as groups
    on first_years.group_key = groups.group_key
cross join core.build_state as states
cross join lateral generate_series(first_years.first_year, states.data_end_year) as years (year);
comment on view core.group_years is
    'One row per tracked group and calendar year, from the year of its first group stint to the data''s end.';
