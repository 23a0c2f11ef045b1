-- Every claim with what was decided about it.
create or replace view core.claims as
with
history_claims as (
    select
        claims.person_id,
        claims.source,
        claims.record_id,
        claims.record_position,
        'interval'::text as claim_type,
        claims.string_id,
        claims.role_text_id,
        claims.country_code,
        claims.stated_start_year,
        claims.stated_end_year,
        claims.year_made,
        claims.refused_code
    from core.history_claims as claims
),
affiliation_claims as (
    select
        claims.person_id,
        claims.source,
        papers.note_id as record_id,
        claims.author_position * 1000 + claims.affiliation_position as record_position,
        'point'::text as claim_type,
        claims.string_id,
        claims.role_text_id,
        claims.country_code,
        claims.claim_year as stated_start_year,
        claims.claim_year as stated_end_year,
        claims.claim_year as year_made,
        case when claims.claim_year is null then 'no_year_made' end as refused_code
    from core.affiliation_claims as claims
    inner join core.papers as papers
        on claims.paper_id = papers.paper_id
    where claims.person_id > 0
),
all_claims as (
    select * from history_claims
    union all
    select * from affiliation_claims
)
select
    all_claims.person_id,
    all_claims.source,
    all_claims.record_id,
    all_claims.record_position,
    all_claims.claim_type,
    strings.raw_name as organisation_name,
    strings.raw_domain as organisation_domain,
    strings.organisation_id,
    strings.method as organisation_method,
    roles.role_text,
    roles.role_class,
    all_claims.country_code,
    all_claims.stated_start_year,
    all_claims.stated_end_year,
    all_claims.year_made,
    all_claims.refused_code
from all_claims
inner join core.organisation_strings as strings
    on all_claims.string_id = strings.string_id
inner join core.role_texts as roles
    on all_claims.role_text_id = roles.role_text_id;
comment on view core.claims is
    'One row per statement of one source about one person: organisation, role, years, and when it was made.';
