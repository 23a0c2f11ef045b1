-- The author slots by which people publish as a tracked group: affiliated with it and by somebody with an
-- employment stint there at any time, or without affiliation and by somebody on its staff in the year.
-- core.published_people holds the same by person and year, for all groups.
create or replace view core.published_slots as
with
stints as (
    select
        stints.person_id,
        stints.group_key,
        stints.begin_year,
        coalesce(stints.end_year, stints.finish_year - 1) as last_year
    from mart.fct_group_stint as stints
    inner join mart.dim_group as groups
        on stints.group_key = groups.group_key
    where groups.is_tracked
),
slots as (
    select
        authorships.person_id,
        authorships.paper_id,
        authorships.author_position,
        authorships.is_first,
        papers.published_year
    from mart.fct_authorship as authorships
    inner join mart.fct_paper as papers
        on authorships.paper_id = papers.paper_id
    where
        papers.published_year is not null
        and authorships.person_id in (select stints.person_id from stints)
),
affiliations as (
    select
        claims.person_id,
        claims.paper_id,
        claims.author_position,
        organisations.group_key
    from core.affiliation_claims as claims
    inner join core.organisation_strings as strings
        on claims.string_id = strings.string_id
    left join core.organisations as organisations
        on strings.organisation_id = organisations.organisation_id
    where claims.is_slot and claims.person_id in (select stints.person_id from stints)
)
select
    slots.person_id,
    slots.paper_id,
    slots.author_position,
    stints.group_key,
    slots.published_year as year,
    slots.is_first
from slots
inner join affiliations
    on
        slots.person_id = affiliations.person_id
        and slots.paper_id = affiliations.paper_id
        and slots.author_position = affiliations.author_position
inner join stints
    on slots.person_id = stints.person_id and affiliations.group_key = stints.group_key
union
select
    slots.person_id,
    slots.paper_id,
    slots.author_position,
    stints.group_key,
    slots.published_year as year,
    slots.is_first
from slots
left join affiliations
    on
        slots.person_id = affiliations.person_id
        and slots.paper_id = affiliations.paper_id
        and slots.author_position = affiliations.author_position
inner join stints
    on
        slots.person_id = stints.person_id
        and slots.published_year between stints.begin_year and stints.last_year
where affiliations.person_id is null;
comment on view core.published_slots is
    'One row per author slot and tracked group as which the author published there.';
