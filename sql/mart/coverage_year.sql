-- requires: core.publish_view, core.group_years, core.staff_years
-- One row per tracked group and calendar year, from the group's first year to the data's end. How much
-- is known about the heads of the headcount: the base under every other figure. A second source means
-- two kinds of statement (profile histories and author slots, each by source), though both may come
-- from the same person. Answers: how far can the figures of this group and year be trusted?
select core.publish_view('mart', 'coverage_year', array['group_key', 'year'], $query$
with
heads as (
    select staff.*
    from core.staff_years as staff
),
educations as (
    select
        stints.person_id,
        bool_or(stints.degree != 'other') as has_degree,
        bool_or(organisations.country_code is not null) as has_country
    from mart.fct_stint as stints
    inner join mart.dim_organisation as organisations
        on stints.organisation_id = organisations.organisation_id
    where stints.stint_kind = 'education'
    group by stints.person_id
),
statements as (
    select claims.person_id, claims.string_id, claims.source || ' history' as statement_kind
    from core.history_claims as claims
    where claims.refused_code is null
    union
    select claims.person_id, claims.string_id, claims.source || ' slot' as statement_kind
    from core.affiliation_claims as claims
    where claims.person_id > 0 and claims.claim_year is not null
),
supports as (
    select
        statements.person_id,
        organisations.group_key,
        count(distinct statements.statement_kind)::integer as n_kinds
    from statements
    inner join core.organisation_strings as strings
        on statements.string_id = strings.string_id
    inner join core.organisations as organisations
        on strings.organisation_id = organisations.organisation_id
    inner join mart.dim_group as groups
        on organisations.group_key = groups.group_key
    where groups.is_tracked
    group by statements.person_id, organisations.group_key
),
counts as (
    select
        heads.group_key,
        heads.year,
        count(*)::integer as n_people,
        count(*) filter (where heads.start_year is not null)::integer as n_start_known,
        count(*) filter (where educations.has_degree)::integer as n_degree_known,
        count(*) filter (where coalesce(educations.has_country, false))::integer as n_education_country_known,
        count(*) filter (where coalesce(heads.origin_category, 'unknown') != 'unknown')::integer as n_previous_employer_known,
        count(*) filter (where heads.last_evidence_year >= heads.year - 1)::integer as n_evidence_recent,
        count(*) filter (where coalesce(supports.n_kinds, 0) >= 2)::integer as n_second_source
    from heads
    left join educations
        on heads.person_id = educations.person_id
    left join supports
        on heads.person_id = supports.person_id and heads.group_key = supports.group_key
    group by heads.group_key, heads.year
)
select
    frame.group_key,
    frame.year,
    frame.group_name,
    frame.year_start,
    coalesce(counts.n_people, 0) as n_people,
    coalesce(counts.n_start_known, 0) as n_start_known,
    fn.share_of(counts.n_start_known, counts.n_people) as start_known_share,
    coalesce(counts.n_degree_known, 0) as n_degree_known,
    fn.share_of(counts.n_degree_known, counts.n_people) as degree_known_share,
    coalesce(counts.n_education_country_known, 0) as n_education_country_known,
    fn.share_of(counts.n_education_country_known, counts.n_people) as education_country_known_share,
    coalesce(counts.n_previous_employer_known, 0) as n_previous_employer_known,
    fn.share_of(counts.n_previous_employer_known, counts.n_people) as previous_employer_known_share,
    coalesce(counts.n_evidence_recent, 0) as n_evidence_recent,
    fn.share_of(counts.n_evidence_recent, counts.n_people) as evidence_recent_share,
    coalesce(counts.n_second_source, 0) as n_second_source,
    fn.share_of(counts.n_second_source, counts.n_people) as second_source_share
from core.group_years as frame
left join counts
    on frame.group_key = counts.group_key and frame.year = counts.year
$query$);
comment on view mart.coverage_year is
    'One row per tracked group and calendar year, from the group''s first year to the data''s end. What is known about the staff at year-end.';
comment on column mart.coverage_year.group_key is 'Organisation family.';
comment on column mart.coverage_year.year is 'Calendar year.';
comment on column mart.coverage_year.group_name is 'Name of the family.';
comment on column mart.coverage_year.year_start is 'First day of the year, for time axes.';
comment on column mart.coverage_year.n_people is 'Heads of the headcount.';
comment on column mart.coverage_year.n_start_known is 'Heads whose start is known.';
comment on column mart.coverage_year.start_known_share is 'n_start_known / n_people; null when n_people is 0.';
comment on column mart.coverage_year.n_degree_known is 'Heads with an education whose degree is known (phd, master or bachelor).';
comment on column mart.coverage_year.degree_known_share is 'n_degree_known / n_people; null when n_people is 0.';
comment on column mart.coverage_year.n_education_country_known is 'Heads with an education in a known country.';
comment on column mart.coverage_year.education_country_known_share is 'n_education_country_known / n_people; null when n_people is 0.';
comment on column mart.coverage_year.n_previous_employer_known is 'Heads whose origin is known: a resolved previous employer, or a fresh graduate.';
comment on column mart.coverage_year.previous_employer_known_share is 'n_previous_employer_known / n_people; null when n_people is 0.';
comment on column mart.coverage_year.n_evidence_recent is 'Heads with a statement that supports the year, the one before or a later one.';
comment on column mart.coverage_year.evidence_recent_share is 'n_evidence_recent / n_people; null when n_people is 0.';
comment on column mart.coverage_year.n_second_source is 'Heads whose employment in the group two kinds of statement support: histories and author slots, each by source.';
comment on column mart.coverage_year.second_source_share is 'n_second_source / n_people; null when n_people is 0.';
