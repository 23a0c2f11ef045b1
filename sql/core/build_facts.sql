-- requires: core.apply_rows, core.rule_value
-- Facts of the people in w_scope_people and the papers in scope.
create or replace function core.build_facts(is_full boolean, data_end_year integer, is_end_moved boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
    degree_grace_years integer := core.rule_value('degree_grace_years');
    fresh_window_years integer := core.rule_value('fresh_window_years');
    origin_gap_years integer := core.rule_value('origin_gap_years');
    destination_lead_years integer := core.rule_value('destination_lead_years');
    destination_lag_years integer := core.rule_value('destination_lag_years');
    era_start_year integer := core.rule_value('era_start_year');
    people_scope text := case
        when is_full then 'true'
        else 'old.person_id in (select scope.person_id from pg_temp.w_scope_people as scope)'
    end;
begin
    drop table if exists pg_temp.w_fct_stint, pg_temp.w_places, pg_temp.w_joiners, pg_temp.w_leavers,
        pg_temp.w_fct_group_stint, pg_temp.w_birth_years, pg_temp.w_fct_person_group_year,
        pg_temp.w_published_people, pg_temp.w_fct_paper, pg_temp.w_fct_authorship, pg_temp.w_scope_slots;

    create temp table w_fct_stint on commit drop as
    select
        stints.person_id,
        keys.stint_id,
        greatest(stints.place_id, 0) as organisation_id,
        coalesce(organisations.group_key, 'unknown') as group_key,
        units.unit_key,
        stints.stint_kind,
        coalesce(stints.role_class, 'other') as role_class,
        nullif(stints.degree, '-') as degree,
        stints.start_year,
        stints.end_year,
        stints.begin_year,
        stints.finish_year,
        stints.is_start_known,
        stints.is_end_known,
        stints.is_open,
        stints.first_evidence_year,
        stints.last_evidence_year,
        case
            when stints.stated_start_year is not null and stints.has_point then 5
            when stints.stated_start_year is not null then 4
            when stints.has_interval then 3
            when stints.has_role_point then 2
            else 1
        end as grade,
        stints.n_claims
    from pg_temp.w_stints as stints
    inner join core.stint_keys as keys
        on
            stints.person_id = keys.person_id
            and stints.place_id = keys.place_id
            and stints.stint_kind = keys.stint_kind
            and stints.degree = keys.degree
            and stints.ordinal = keys.ordinal
    left join core.organisations as organisations
        on stints.place_id = organisations.organisation_id
    left join mart.dim_unit as units
        on stints.unit_key = units.unit_key;
    perform core.apply_rows('mart.fct_stint', 'pg_temp.w_fct_stint', people_scope);

    -- Stints as origins and destinations.
    create temp table w_places on commit drop as
    select
        stints.person_id,
        stints.group_place_id,
        stints.stint_kind,
        stints.degree,
        stints.begin_year,
        stints.end_year,
        stints.finish_year,
        organisations.organisation_key,
        organisations.group_key,
        organisations.kind,
        organisations.size_class,
        organisations.country_code
    from pg_temp.w_stints as stints
    left join core.organisations as organisations
        on stints.place_id = organisations.organisation_id
    where stints.stint_kind in ('employment', 'education');
    analyze pg_temp.w_places;

    create temp table w_joiners on commit drop as
    with
    joiners as (
        select
            stints.person_id,
            stints.group_key,
            stints.ordinal,
            stints.place_id,
            stints.start_year,
            groups.country_code
        from pg_temp.w_group_stints as stints
        inner join mart.dim_group as groups
            on stints.group_key = groups.group_key
        where stints.start_year is not null
    ),
    degrees as (
        select
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal,
            min(
                case places.degree
                    when 'phd' then 1
                    when 'master' then 2
                    when 'bachelor' then 3
                    else 4
                end
            ) filter (where places.end_year <= joiners.start_year + degree_grace_years) as best_finished
        from joiners
        inner join pg_temp.w_places as places
            on joiners.person_id = places.person_id and places.stint_kind = 'education'
        group by joiners.person_id, joiners.group_key, joiners.ordinal
    ),
    implied as (
        select distinct
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal
        from joiners
        inner join pg_temp.w_claims as claims
            on joiners.person_id = claims.person_id
        where claims.role_class in ('postdoc', 'faculty') and claims.occupied_from < joiners.start_year
    ),
    latest_educations as (
        select distinct on (joiners.person_id, joiners.group_key, joiners.ordinal)
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal,
            places.begin_year,
            places.end_year
        from joiners
        inner join pg_temp.w_places as places
            on
                joiners.person_id = places.person_id
                and places.stint_kind = 'education'
                and places.begin_year <= joiners.start_year
        order by
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal,
            places.end_year desc nulls first,
            places.begin_year desc
    ),
    careers as (
        select distinct
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal
        from joiners
        inner join pg_temp.w_places as places
            on
                joiners.person_id = places.person_id
                and places.stint_kind = 'employment'
                and joiners.place_id != places.group_place_id
                and places.begin_year < joiners.start_year
        left join latest_educations as educations
            on
                joiners.person_id = educations.person_id
                and joiners.group_key = educations.group_key
                and joiners.ordinal = educations.ordinal
        where places.begin_year >= educations.begin_year or places.finish_year > joiners.start_year - 1
    ),
    origins as (
        select distinct on (joiners.person_id, joiners.group_key, joiners.ordinal)
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal,
            places.group_key as origin_group_key,
            case
                when places.finish_year < joiners.start_year - origin_gap_years then 'unknown'
                when places.organisation_key is null then 'unknown'
                when places.kind in ('university', 'institute') then 'academia'
                when places.kind = 'company' and places.size_class = 'start_up' then 'start_up'
                when places.kind = 'company' and places.country_code != joiners.country_code then 'foreign_company'
                when
                    places.kind = 'company'
                    and places.size_class = 'large'
                    and places.country_code = joiners.country_code
                    then 'large_domestic_company'
                else 'other'
            end as origin_category
        from joiners
        inner join pg_temp.w_places as places
            on
                joiners.person_id = places.person_id
                and places.stint_kind = 'employment'
                and joiners.place_id != places.group_place_id
                and places.begin_year < joiners.start_year
        order by
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal,
            places.begin_year desc,
            places.finish_year desc,
            places.organisation_key collate "C" nulls last
    ),
    judged as (
        select
            joiners.person_id,
            joiners.group_key,
            joiners.ordinal,
            case
                when implied.person_id is not null or degrees.best_finished = 1 then 'phd'
                when degrees.best_finished = 2 then 'master'
                when degrees.best_finished = 3 then 'bachelor'
                when degrees.person_id is not null then 'other'
            end as degree_at_entry,
            case
                when careers.person_id is not null then false
                when educations.end_year is null then null
                else educations.end_year
                    between joiners.start_year - fresh_window_years
                    and joiners.start_year + degree_grace_years
            end as is_fresh_graduate,
            origins.origin_category,
            origins.origin_group_key
        from joiners
        left join degrees
            on
                joiners.person_id = degrees.person_id
                and joiners.group_key = degrees.group_key
                and joiners.ordinal = degrees.ordinal
        left join implied
            on
                joiners.person_id = implied.person_id
                and joiners.group_key = implied.group_key
                and joiners.ordinal = implied.ordinal
        left join latest_educations as educations
            on
                joiners.person_id = educations.person_id
                and joiners.group_key = educations.group_key
                and joiners.ordinal = educations.ordinal
        left join careers
            on
                joiners.person_id = careers.person_id
                and joiners.group_key = careers.group_key
                and joiners.ordinal = careers.ordinal
        left join origins
            on
                joiners.person_id = origins.person_id
                and joiners.group_key = origins.group_key
                and joiners.ordinal = origins.ordinal
    )
    select
        judged.person_id,
        judged.group_key,
        judged.ordinal,
        judged.degree_at_entry,
        judged.is_fresh_graduate,
        judged.is_fresh_graduate and judged.degree_at_entry = 'phd' as is_fresh_phd,
        case
            when judged.is_fresh_graduate then 'fresh_graduate'
            else coalesce(judged.origin_category, 'unknown')
        end as origin_category,
        case
            when judged.is_fresh_graduate then 'none'
            when coalesce(judged.origin_category, 'unknown') = 'unknown' then 'unknown'
            else judged.origin_group_key
        end as origin_group_key
    from judged;

    create temp table w_leavers on commit drop as
    with
    leavers as (
        select
            stints.person_id,
            stints.group_key,
            stints.ordinal,
            stints.place_id,
            stints.begin_year,
            stints.end_year,
            groups.country_code
        from pg_temp.w_group_stints as stints
        inner join mart.dim_group as groups
            on stints.group_key = groups.group_key
        where stints.end_year is not null
    ),
    destinations as (
        select distinct on (leavers.person_id, leavers.group_key, leavers.ordinal)
            leavers.person_id,
            leavers.group_key,
            leavers.ordinal,
            places.group_key as destination_group_key,
            case
                when places.stint_kind = 'education' then 'academia'
                when places.organisation_key is null then 'unknown'
                when places.kind in ('university', 'institute') then 'academia'
                when places.kind = 'company' and places.size_class = 'start_up' then 'start_up'
                when places.kind = 'company' and places.country_code != leavers.country_code then 'foreign_company'
                when
                    places.kind = 'company'
                    and places.size_class = 'large'
                    and places.country_code = leavers.country_code
                    then 'large_domestic_company'
                else 'other'
            end as destination_category
        from leavers
        inner join pg_temp.w_places as places
            on
                leavers.person_id = places.person_id
                and leavers.place_id != places.group_place_id
                and places.begin_year between leavers.end_year - destination_lead_years
                and leavers.end_year + destination_lag_years
                and places.begin_year >= leavers.begin_year
        order by
            leavers.person_id,
            leavers.group_key,
            leavers.ordinal,
            places.begin_year,
            places.stint_kind != 'employment',
            places.finish_year desc,
            places.organisation_key collate "C" nulls last
    )
    select
        leavers.person_id,
        leavers.group_key,
        leavers.ordinal,
        coalesce(destinations.destination_category, 'unknown') as destination_category,
        case
            when coalesce(destinations.destination_category, 'unknown') = 'unknown' then 'unknown'
            else coalesce(destinations.destination_group_key, 'unknown')
        end as destination_group_key
    from leavers
    left join destinations
        on
            leavers.person_id = destinations.person_id
            and leavers.group_key = destinations.group_key
            and leavers.ordinal = destinations.ordinal;

    analyze pg_temp.w_joiners;
    analyze pg_temp.w_leavers;
    create temp table w_fct_group_stint on commit drop as
    select
        stints.person_id,
        keys.group_stint_id,
        stints.group_key,
        stints.begin_year,
        stints.finish_year,
        stints.start_year,
        stints.end_year,
        stints.is_start_known,
        stints.is_end_known,
        stints.first_evidence_year,
        stints.last_evidence_year,
        joiners.degree_at_entry,
        joiners.is_fresh_graduate,
        joiners.is_fresh_phd,
        joiners.origin_category,
        joiners.origin_group_key,
        leavers.destination_category,
        leavers.destination_group_key
    from pg_temp.w_group_stints as stints
    inner join core.group_stint_keys as keys
        on
            stints.person_id = keys.person_id
            and stints.group_key = keys.group_key
            and stints.ordinal = keys.ordinal
    left join pg_temp.w_joiners as joiners
        on
            stints.person_id = joiners.person_id
            and stints.group_key = joiners.group_key
            and stints.ordinal = joiners.ordinal
    left join pg_temp.w_leavers as leavers
        on
            stints.person_id = leavers.person_id
            and stints.group_key = leavers.group_key
            and stints.ordinal = leavers.ordinal;
    perform core.apply_rows('mart.fct_group_stint', 'pg_temp.w_fct_group_stint', people_scope);

    create temp table w_birth_years on commit drop as
    with
    stated as (
        select claims.person_id, claims.degree, 'start' as event, min(claims.start_year) as event_year
        from pg_temp.w_claims as claims
        where claims.is_interval and claims.stint_kind = 'education'
        group by claims.person_id, claims.degree
        union all
        select claims.person_id, claims.degree, 'end' as event, min(claims.end_year) as event_year
        from pg_temp.w_claims as claims
        where claims.is_interval and claims.stint_kind = 'education'
        group by claims.person_id, claims.degree
    )
    select distinct on (stated.person_id)
        stated.person_id,
        stated.event_year - rules.age_years as birth_year
    from stated
    inner join core.age_rule as rules
        on stated.degree = rules.degree and stated.event = rules.event
    where stated.event_year is not null
    order by stated.person_id, rules.rule_order;
    perform core.apply_rows('core.birth_years', 'pg_temp.w_birth_years', people_scope);

    -- When the data's end moves, everybody whose stint reaches it has other years.
    create temp table w_fct_person_group_year on commit drop as
    with
    paper_years as (
        select distinct authorships.person_id, papers.paper_year
        from core.authorships as authorships
        inner join core.papers as papers
            on authorships.paper_id = papers.paper_id
        where
            authorships.person_id > 0
            and (
                is_full
                or is_end_moved
                or authorships.person_id in (select scope.person_id from pg_temp.w_scope_people as scope)
            )
    )
    select
        stints.person_id,
        stints.group_key,
        years.year,
        coalesce(bool_or(stints.start_year = years.year), false) as is_joiner,
        case
            when bool_or(coalesce(stints.start_year >= era_start_year, false)) then true
            when bool_or(stints.start_year is null and stints.first_evidence_year >= era_start_year) then null
            else false
        end as is_era_joiner,
        years.year - min(births.birth_year) as estimated_age,
        count(paper_years.person_id) > 0 as has_paper
    from mart.fct_group_stint as stints
    cross join lateral generate_series(
        stints.begin_year, least(stints.finish_year - 1, data_end_year)
    ) as years (year)
    left join core.birth_years as births
        on stints.person_id = births.person_id
    left join paper_years
        on stints.person_id = paper_years.person_id and years.year = paper_years.paper_year
    where
        is_full
        or is_end_moved
        or stints.person_id in (select scope.person_id from pg_temp.w_scope_people as scope)
    group by stints.person_id, stints.group_key, years.year;
    perform core.apply_rows(
        'mart.fct_person_group_year', 'pg_temp.w_fct_person_group_year',
        case when is_end_moved then 'true' else people_scope end
    );

    -- Published as: a slot affiliated with the group by one of its staff (at any time), or a slot without
    -- affiliation by somebody on its staff in that year.
    create temp table w_published_people on commit drop as
    with
    slots as (
        select
            authorships.person_id,
            authorships.paper_id,
            authorships.author_position,
            papers.paper_year
        from pg_temp.w_scope_people as scope
        inner join core.authorships as authorships
            on scope.person_id = authorships.person_id
        inner join core.papers as papers
            on authorships.paper_id = papers.paper_id
        where papers.paper_year is not null
    ),
    affiliations as (
        select
            claims.person_id,
            claims.paper_id,
            claims.author_position,
            organisations.group_key
        from pg_temp.w_scope_people as scope
        inner join core.affiliation_claims as claims
            on scope.person_id = claims.person_id
        inner join core.organisation_strings as strings
            on claims.string_id = strings.string_id
        left join core.organisations as organisations
            on strings.organisation_id = organisations.organisation_id
        where claims.is_slot
    )
    select
        slots.person_id,
        affiliations.group_key,
        slots.paper_year as year
    from slots
    inner join affiliations
        on
            slots.person_id = affiliations.person_id
            and slots.paper_id = affiliations.paper_id
            and slots.author_position = affiliations.author_position
    inner join pg_temp.w_group_stints as stints
        on
            slots.person_id = stints.person_id
            and affiliations.group_key = stints.group_key
    union
    select
        slots.person_id,
        stints.group_key,
        slots.paper_year as year
    from slots
    left join affiliations
        on
            slots.person_id = affiliations.person_id
            and slots.paper_id = affiliations.paper_id
            and slots.author_position = affiliations.author_position
    inner join pg_temp.w_group_stints as stints
        on
            slots.person_id = stints.person_id
            and slots.paper_year between stints.begin_year and coalesce(stints.end_year, stints.finish_year - 1)
    where affiliations.person_id is null;
    perform core.apply_rows('core.published_people', 'pg_temp.w_published_people', people_scope);

    create temp table w_scope_slots on commit drop as
    select scope.paper_id
    from pg_temp.w_scope_papers as scope
    union
    select claims.paper_id
    from pg_temp.w_changed_strings as strings
    inner join core.affiliation_claims as claims
        on strings.string_id = claims.string_id
    where strings.is_meaning_changed;
    create unique index on pg_temp.w_scope_slots (paper_id);
    analyze pg_temp.w_scope_slots;

    create temp table w_fct_paper on commit drop as
    select
        papers.paper_id,
        coalesce(venues.venue_id, 0) as venue_id,
        papers.note_id as openreview_note_id,
        papers.title,
        papers.paper_year as published_year,
        papers.status,
        papers.mean_rating,
        papers.n_reviews,
        papers.n_authors
    from pg_temp.w_papers as papers
    left join core.venue_keys as venues
        on papers.venue_key = venues.venue_key;
    perform core.apply_dimension('mart.fct_paper', 'pg_temp.w_fct_paper');

    create temp table w_fct_authorship on commit drop as
    with
    affiliations as (
        select distinct on (claims.person_id, claims.paper_id, claims.author_position)
            claims.person_id,
            claims.paper_id,
            claims.author_position,
            coalesce(organisations.group_key, 'unknown') as group_key
        from pg_temp.w_scope_slots as scope
        inner join core.affiliation_claims as claims
            on scope.paper_id = claims.paper_id
        inner join core.organisation_strings as strings
            on claims.string_id = strings.string_id
        left join core.organisations as organisations
            on strings.organisation_id = organisations.organisation_id
        where claims.is_slot
        order by
            claims.person_id,
            claims.paper_id,
            claims.author_position,
            organisations.organisation_id is null,
            organisations.is_tracked desc,
            claims.affiliation_position,
            claims.source collate "C"
    ),
    positions as (
        select
            authorships.person_id,
            authorships.paper_id,
            authorships.author_position,
            authorships.author_position = min(authorships.author_position) over papers as is_first,
            authorships.author_position = max(authorships.author_position) over papers as is_last
        from pg_temp.w_scope_slots as scope
        inner join core.authorships as authorships
            on scope.paper_id = authorships.paper_id
        window papers as (partition by authorships.paper_id)
    )
    select
        positions.person_id,
        positions.paper_id,
        positions.author_position,
        affiliations.group_key,
        positions.is_first,
        positions.is_last
    from positions
    left join affiliations
        on
            positions.person_id = affiliations.person_id
            and positions.paper_id = affiliations.paper_id
            and positions.author_position = affiliations.author_position;
    perform core.apply_rows(
        'mart.fct_authorship', 'pg_temp.w_fct_authorship',
        case
            when is_full then 'true'
            else 'old.paper_id in (select scope.paper_id from pg_temp.w_scope_slots as scope)'
        end
    );
end
$$;
comment on function core.build_facts(boolean, integer, boolean) is 'Facts of the people and papers in scope; part of core.build.';
