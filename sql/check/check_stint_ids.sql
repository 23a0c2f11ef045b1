-- Offending rows: stint numbers used twice. A distributed table cannot assert it by a key.
-- What to do: core.stint_keys or core.group_stint_keys was changed by hand; restore it.
create or replace view meta.check_stint_ids as
select
    'stint'::text as level,
    stints.stint_id,
    count(*)::integer as n_stints
from mart.fct_stint as stints
group by stints.stint_id
having count(*) > 1
union all
select
    'group_stint'::text as level,
    stints.group_stint_id as stint_id,
    count(*)::integer as n_stints
from mart.fct_group_stint as stints
group by stints.group_stint_id
having count(*) > 1;
comment on view meta.check_stint_ids is 'One row per stint number that is used twice.';
insert into core.check_definitions (check_name, severity, question, what_to_do) values (
    'stint_ids', 'error',
    'Stint numbers are unique without the person.',
    'core.stint_keys or core.group_stint_keys was changed by hand; restore it and build again.'
)
on conflict (check_name) do update
set severity = excluded.severity, question = excluded.question, what_to_do = excluded.what_to_do;
