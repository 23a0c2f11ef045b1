-- What profiles say about a person's ids elsewhere, reduced to the id; null when the link holds none.
create or replace view core.source_identifiers as
select
    profiles.profile_id as openreview_id,
    nullif(btrim(profiles.preferred_name), '') as preferred_name,
    upper(substring(profiles.orcid, '(\d{4}-\d{4}-\d{4}-\d{3}[\dXx])')) as orcid,
    coalesce(
        substring(profiles.dblp, 'pid/([0-9a-z]+/[0-9A-Za-z-]+)'),
        substring(btrim(profiles.dblp), '^([0-9a-z]+/[0-9A-Za-z-]+)(?:\.html)?$')
    ) as dblp_id,
    lower(coalesce(
        substring(profiles.github, 'github\.com/([A-Za-z0-9-]+)'),
        substring(btrim(profiles.github), '^@?([A-Za-z0-9-]{1,39})$')
    )) as github_login,
    coalesce(
        substring(profiles.semantic_scholar, '/author/(?:[^/]+/)?(\d+)'),
        substring(btrim(profiles.semantic_scholar), '^(\d+)$')
    ) as semantic_scholar_id,
    coalesce(
        substring(profiles.google_scholar, 'user=([A-Za-z0-9_-]{12})'),
        substring(btrim(profiles.google_scholar), '^([A-Za-z0-9_-]{12})$')
    ) as scholar_id
from stg.openreview_profiles as profiles
where profiles.deleted_at is null;
comment on view core.source_identifiers is 'One row per profile that is not deleted: name and ids elsewhere.';
