-- requires: core.apply_dimension, core.rule_value, core.source_identifiers
-- Members of all dimensions, before the facts that point to them; members that are gone are pruned afterwards.
create or replace function core.build_dimensions(data_end_year integer, latest_profile_at timestamptz)
returns void
language plpgsql
set search_path = ''
as $$
declare
    complete_after_months integer := core.rule_value('complete_after_months');
    era_start_year integer := core.rule_value('era_start_year');
begin
    drop table if exists pg_temp.w_dim_year, pg_temp.w_dim_group, pg_temp.w_dim_organisation, pg_temp.w_dim_unit,
        pg_temp.w_dim_person, pg_temp.w_dim_venue;

    create temp table w_dim_group on commit drop as
    with
    members as (
        select
            organisations.group_key,
            organisations.organisation_key,
            organisations.organisation_name,
            organisations.organisation_name_zh,
            organisations.kind,
            organisations.size_class,
            organisations.country_code,
            organisations.is_tracked
        from core.organisations as organisations
    )
    select distinct on (members.group_key)
        members.group_key,
        members.organisation_name as group_name,
        members.organisation_name_zh as group_name_zh,
        members.kind,
        members.size_class,
        members.country_code,
        members.is_tracked
    from members
    order by members.group_key, members.organisation_key != members.group_key, members.organisation_key collate "C";
    insert into pg_temp.w_dim_group (group_key, group_name, group_name_zh, kind, size_class, country_code, is_tracked)
    values
    ('unknown', 'Unknown', '未知', 'other', 'other', null, false),
    ('none', 'None', '无', 'other', 'other', null, false);
    perform core.apply_dimension('mart.dim_group', 'pg_temp.w_dim_group');

    create temp table w_dim_organisation on commit drop as
    select
        organisations.organisation_id,
        organisations.group_key,
        organisations.organisation_key,
        organisations.organisation_name,
        organisations.organisation_name_zh,
        organisations.kind,
        organisations.country_code,
        organisations.ror_id,
        organisations.founded_year
    from core.organisations as organisations
    union all
    select 0, 'unknown', 'unknown', 'Unknown', '未知', 'other', null, null, null;
    perform core.apply_dimension('mart.dim_organisation', 'pg_temp.w_dim_organisation');

    create temp table w_dim_unit on commit drop as
    select
        units.unit_key,
        units.group_key,
        units.parent_unit_key,
        units.name as unit_name,
        units.name_zh as unit_name_zh,
        units.valid_from as valid_from_year,
        units.valid_to as valid_to_year
    from core.ref_units as units
    inner join pg_temp.w_dim_group as groups
        on units.group_key = groups.group_key
    union all
    select 'unknown', 'unknown', null, 'Unknown', '未知', null, null;
    perform core.apply_dimension('mart.dim_unit', 'pg_temp.w_dim_unit');

    create temp table w_dim_venue on commit drop as
    with
    editions as (
        select distinct papers.venue_key
        from core.papers as papers
        where papers.venue_key is not null
    )
    select
        keys.venue_id,
        keys.venue_key,
        left(coalesce(venues.subtitle, venues.title, keys.venue_key), 500) as venue_name,
        coalesce(
            venues.venue_year,
            substring(keys.venue_key, '(?:^|\D)((?:19|20)\d\d)(?:\D|$)')::integer,
            0
        ) as year
    from editions
    inner join core.venue_keys as keys
        on editions.venue_key = keys.venue_key
    left join stg.openreview_venues as venues
        on keys.venue_key = venues.venue_id
    union all
    select 0, 'unknown', 'Unknown', 0;

    create temp table w_dim_year on commit drop as
    with
    used as (
        select min(papers.paper_year) as first_year, max(papers.paper_year) as last_year
        from core.papers as papers
        union all
        select min(venues.year) as first_year, max(venues.year) as last_year
        from pg_temp.w_dim_venue as venues
        where venues.year > 0
        union all
        select min(stints.begin_year) as first_year, max(stints.begin_year) as last_year
        from pg_temp.w_group_stints as stints
        union all
        select min(stints.begin_year) as first_year, max(stints.begin_year) as last_year
        from mart.fct_group_stint as stints
        union all
        select data_end_year as first_year, data_end_year as last_year
    ),
    bounds as (
        select min(used.first_year) as first_year, max(used.last_year) as last_year
        from used
    )
    select
        years.year,
        make_date(years.year, 1, 1) as year_start,
        case
            when years.year >= era_start_year then 'llm'
            else coalesce(eras.era_key, 'unknown')
        end as era_key,
        coalesce(
            latest_profile_at at time zone 'UTC'
            >= make_date(years.year + 1, 1, 1) + make_interval(months => complete_after_months),
            false
        ) as is_complete
    from bounds
    cross join lateral generate_series(bounds.first_year, bounds.last_year) as years (year)
    left join core.era as eras
        on
            years.year between coalesce(eras.first_year, 0)
            and coalesce(eras.last_year, era_start_year - 1)
            and (eras.first_year is not null or eras.last_year is not null)
    union all
    select 0, null, 'unknown', false;
    -- Years between the last row of core.era and the llm era belong to the last row.
    update pg_temp.w_dim_year as years
    set era_key = latest.era_key
    from (
        select eras.era_key
        from core.era as eras
        where eras.last_year is not null
        order by eras.last_year desc
        limit 1
    ) as latest
    where years.year > 0 and years.era_key = 'unknown';
    perform core.apply_dimension('mart.dim_year', 'pg_temp.w_dim_year');
    perform core.apply_dimension('mart.dim_venue', 'pg_temp.w_dim_venue');

    create temp table w_dim_person on commit drop as
    with
    written as (
        select distinct on (authorships.person_id)
            authorships.person_id,
            authorships.author_name
        from pg_temp.w_scope_people as scope
        inner join core.authorships as authorships
            on scope.person_id = authorships.person_id
        inner join core.papers as papers
            on authorships.paper_id = papers.paper_id
        where authorships.author_name is not null and btrim(authorships.author_name) != ''
        order by
            authorships.person_id,
            papers.paper_year desc nulls last,
            papers.note_id collate "C",
            authorships.author_position
    )
    select
        people.person_id,
        left(coalesce(identifiers.preferred_name, btrim(written.author_name), people.openreview_id), 500) as display_name,
        people.openreview_id,
        identifiers.orcid,
        identifiers.dblp_id,
        identifiers.github_login,
        identifiers.semantic_scholar_id,
        identifiers.scholar_id
    from pg_temp.w_scope_people as scope
    inner join core.people as people
        on scope.person_id = people.person_id
    left join core.source_identifiers as identifiers
        on people.openreview_id = identifiers.openreview_id
    left join written
        on people.person_id = written.person_id;
    perform core.apply_dimension('mart.dim_person', 'pg_temp.w_dim_person');
end
$$;
comment on function core.build_dimensions(integer, timestamptz) is 'Dimension members; part of core.build.';
