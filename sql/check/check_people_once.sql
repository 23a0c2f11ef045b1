-- Offending rows: OpenReview ids of two people, or people of two ids.
-- What to do: core.person_keys was changed by hand, or two profiles claim each other; see core.person_aliases.
create or replace view meta.check_people_once as
select
    people.openreview_id,
    count(*)::integer as n_people
from core.people as people
group by people.openreview_id
having count(*) > 1
union all
select
    people.openreview_id,
    1 as n_people
from core.people as people
inner join core.person_aliases as aliases
    on people.openreview_id = aliases.alias;
comment on view meta.check_people_once is 'One row per OpenReview id that is not the current id of exactly one person.';
insert into core.check_definitions (check_name, severity, question, what_to_do) values (
    'people_once', 'error',
    'Every person has one current OpenReview id, and every id one person.',
    'See core.person_keys and core.person_aliases for the id.'
)
on conflict (check_name) do update
set severity = excluded.severity, question = excluded.question, what_to_do = excluded.what_to_do;
