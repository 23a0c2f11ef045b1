-- Every affiliation of an author slot in staging that says something about the organisation.
create or replace view core.source_affiliations as
select
    affiliations.note_id,
    'openreview'::text as source,
    ''::text as edition_key,
    affiliations.author_position,
    affiliations.affiliation_position,
    btrim(coalesce(affiliations.institution_name, ''), e' \t\n\r') as organisation_name,
    btrim(coalesce(affiliations.institution_domain, ''), e' \t\n\r') as organisation_domain,
    ''::text as role_text,
    upper(nullif(btrim(affiliations.country), '')) as country_code
from stg.openreview_note_affiliations as affiliations
where
    btrim(coalesce(affiliations.institution_name, ''), e' \t\n\r') != ''
    or btrim(coalesce(affiliations.institution_domain, ''), e' \t\n\r') != ''
union all
select
    affiliations.paper_id as note_id,
    'papercopilot'::text as source,
    affiliations.edition_key,
    affiliations.author_position,
    affiliations.affiliation_position,
    btrim(coalesce(affiliations.affiliation, ''), e' \t\n\r') as organisation_name,
    btrim(coalesce(affiliations.affiliation_domain, ''), e' \t\n\r') as organisation_domain,
    btrim(coalesce(affiliations.role, ''), e' \t\n\r') as role_text,
    null::text as country_code
from stg.papercopilot_affiliations as affiliations
where
    btrim(coalesce(affiliations.affiliation, ''), e' \t\n\r') != ''
    or btrim(coalesce(affiliations.affiliation_domain, ''), e' \t\n\r') != '';
comment on view core.source_affiliations is
    'One row per affiliation of an author slot in staging that names an organisation or a domain.';
