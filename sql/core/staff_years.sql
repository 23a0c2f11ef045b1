-- Heads of the headcount. Who has two overlapping group stints in one group is two rows, as in the headcount.
create or replace view core.staff_years as
select
    stints.group_key,
    years.year,
    stints.person_id,
    stints.group_stint_id,
    stints.start_year,
    stints.first_evidence_year,
    stints.last_evidence_year,
    stints.degree_at_entry,
    stints.origin_category
from mart.fct_group_stint as stints
inner join mart.dim_group as groups
    on stints.group_key = groups.group_key
cross join core.build_state as states
cross join lateral generate_series(
    stints.begin_year, least(stints.finish_year - 1, states.data_end_year)
) as years (year)
where groups.is_tracked;
comment on view core.staff_years is
    'One row per head of a tracked group''s headcount: group stint and year with begin_year <= year < finish_year.';
