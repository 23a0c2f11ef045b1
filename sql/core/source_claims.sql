-- Every history statement in staging (interval claims). The year made is the UTC year of the record's
-- modification; a record without one was made when it was created.
create or replace view core.source_claims as
select
    profiles.profile_id as openreview_id,
    'openreview'::text as source,
    profiles.profile_id as record_id,
    history.history_position as record_position,
    btrim(coalesce(history.institution_name, ''), e' \t\n\r') as organisation_name,
    btrim(coalesce(history.institution_domain, ''), e' \t\n\r') as organisation_domain,
    btrim(coalesce(history.role, ''), e' \t\n\r') as role_text,
    upper(nullif(btrim(history.country), '')) as country_code,
    history.start_year,
    history.end_year,
    extract(year from coalesce(profiles.version_at, profiles.created_at) at time zone 'UTC')::integer as year_made
from stg.openreview_profile_history as history
inner join stg.openreview_profiles as profiles
    on history.profile_id = profiles.profile_id
where profiles.deleted_at is null;
comment on view core.source_claims is 'One row per history statement of a profile that is not deleted.';
