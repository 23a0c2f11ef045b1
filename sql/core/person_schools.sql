-- Where people studied. Campuses and colleges roll up to the family of the school.
create or replace view core.person_schools as
select distinct
    stints.person_id,
    stints.group_key as school_key,
    organisations.country_code
from mart.fct_stint as stints
inner join mart.dim_organisation as organisations
    on stints.organisation_id = organisations.organisation_id
where stints.stint_kind = 'education';
comment on view core.person_schools is
    'One row per person, school family and country of an education; school unknown = not resolved.';
