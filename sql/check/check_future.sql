-- Offending rows: years of staff after the data's end, or before the person was there.
-- What to do: fct_person_group_year and fct_group_stint do not agree; run a full build.
create or replace view meta.check_future as
select
    staff.person_id,
    staff.group_key,
    staff.year
from mart.fct_person_group_year as staff
cross join core.build_state as states
where staff.year > states.data_end_year;
comment on view meta.check_future is 'One row per staff year after the data''s end.';
insert into core.check_definitions (check_name, severity, question, what_to_do) values (
    'future', 'error',
    'No staff year lies after the data''s end.',
    'Run a full build.'
)
on conflict (check_name) do update
set severity = excluded.severity, question = excluded.question, what_to_do = excluded.what_to_do;
