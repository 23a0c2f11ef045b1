-- Offending rows: people counted twice in one year-end headcount, because an end was concluded from a later
-- observation elsewhere while they were seen back in the group before it.
-- What to do: nothing by itself (the figure counts group stints, as defined); many rows mean a flawed source.
create or replace view meta.check_staff_once as
select
    stints.person_id,
    stints.group_key,
    stints.group_stint_id,
    later.group_stint_id as later_group_stint_id
from mart.fct_group_stint as stints
inner join mart.fct_group_stint as later
    on
        stints.person_id = later.person_id
        and stints.group_key = later.group_key
        and stints.group_stint_id != later.group_stint_id
        and stints.begin_year <= later.begin_year
        and stints.finish_year > later.begin_year
where later.finish_year > later.begin_year;
comment on view meta.check_staff_once is 'One row per pair of group stints of one person in one group that overlap.';
insert into core.check_definitions (check_name, severity, question, what_to_do) values (
    'staff_once', 'warning',
    'Nobody is counted twice in one headcount.',
    'See the claims of the person: an end was concluded from a later observation elsewhere.'
)
on conflict (check_name) do update
set severity = excluded.severity, question = excluded.question, what_to_do = excluded.what_to_do;
