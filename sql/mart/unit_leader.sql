-- requires: core.publish_view, core.fold_name
-- One row per unit, published leader and month of the statement. Curated from the published study, not
-- computed. A leader is linked to a person only where name, group and the stated year of joining all
-- agree with exactly one person: a name alone is no identity. Answers: who leads the team, since when,
-- and where from?
select core.publish_view('mart', 'unit_leader', array['unit_key', 'leader_name', 'as_of'], $query$
with
leaders as (
    select
        leaders.*,
        units.group_key,
        units.unit_name,
        core.fold_name(leaders.name) as folded_name,
        core.fold_name(regexp_replace(leaders.name, '^(\S+)\s+(.+)$', '\2 \1')) as folded_name_turned
    from core.ref_unit_leaders as leaders
    inner join mart.dim_unit as units
        on leaders.unit_key = units.unit_key
),
matches as (
    select
        leaders.unit_key,
        leaders.name,
        leaders.as_of,
        min(people.person_id) as person_id
    from leaders
    inner join mart.fct_group_stint as stints
        on leaders.group_key = stints.group_key and leaders.joined_group_year = stints.start_year
    inner join mart.dim_person as people
        on stints.person_id = people.person_id
    where core.fold_name(people.display_name) in (leaders.folded_name, leaders.folded_name_turned)
    group by leaders.unit_key, leaders.name, leaders.as_of
    having count(distinct people.person_id) = 1
)
select
    leaders.unit_key,
    leaders.name as leader_name,
    leaders.as_of,
    leaders.group_key,
    leaders.unit_name,
    leaders.name_zh as leader_name_zh,
    leaders.role,
    leaders.joined_group_year,
    left(leaders.as_of, 4)::integer - leaders.joined_group_year as years_in_group,
    leaders.previous_employers,
    leaders.education,
    matches.person_id
from leaders
left join matches
    on
        leaders.unit_key = matches.unit_key
        and leaders.name = matches.name
        and leaders.as_of = matches.as_of
$query$);
comment on view mart.unit_leader is
    'One row per unit, published leader and month of the statement. Curated, not computed.';
comment on column mart.unit_leader.unit_key is 'Unit.';
comment on column mart.unit_leader.leader_name is 'Name, family name first.';
comment on column mart.unit_leader.as_of is 'Month of the statement, YYYY-MM.';
comment on column mart.unit_leader.group_key is 'Organisation family of the unit.';
comment on column mart.unit_leader.unit_name is 'Name of the unit.';
comment on column mart.unit_leader.leader_name_zh is 'Chinese name; null = not known.';
comment on column mart.unit_leader.role is 'What the person answers for; null = not said.';
comment on column mart.unit_leader.joined_group_year is 'Year of joining the family; null = not said.';
comment on column mart.unit_leader.years_in_group is 'Year of the statement - joined_group_year; null when that is not said.';
comment on column mart.unit_leader.previous_employers is 'Separated by semicolons; null = not said.';
comment on column mart.unit_leader.education is 'Degrees as published; null = not said.';
comment on column mart.unit_leader.person_id is 'The one person with that name who joined the family in that year; null = none or several.';
