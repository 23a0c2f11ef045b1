-- requires: core.form_stints, core.summarise_stints, core.rule_value
-- Stints and group stints of the people in w_scope_people; leaves w_claims, w_stints and w_group_stints.
create or replace function core.build_stints(is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
    merge_gap_years integer := core.rule_value('merge_gap_years');
begin
    drop table if exists pg_temp.w_claims, pg_temp.w_members, pg_temp.w_first_islands, pg_temp.w_bare_claims,
        pg_temp.w_stints, pg_temp.w_group_stints;

    -- Claims with kind, occupied years and supported years.
    create temp table w_claims on commit drop as
    with
    statements as (
        select
            claims.person_id,
            claims.source,
            claims.record_id,
            claims.record_position as record_number,
            null::integer as paper_id,
            true as is_interval,
            claims.string_id,
            claims.role_text_id,
            claims.stated_start_year as start_year,
            case when claims.stated_end_year <= claims.year_made then claims.stated_end_year end as end_year,
            coalesce(claims.stated_start_year, least(claims.stated_end_year, claims.year_made)) as from_year,
            claims.year_made
        from pg_temp.w_scope_people as scope
        inner join core.history_claims as claims
            on scope.person_id = claims.person_id
        where claims.refused_code is null
        union all
        select
            claims.person_id,
            claims.source,
            ''::text as record_id,
            claims.affiliation_position as record_number,
            claims.paper_id,
            false as is_interval,
            claims.string_id,
            claims.role_text_id,
            null::integer as start_year,
            claims.claim_year as end_year,
            claims.claim_year as from_year,
            claims.claim_year as year_made
        from pg_temp.w_scope_people as scope
        inner join core.affiliation_claims as claims
            on scope.person_id = claims.person_id
        where claims.claim_year is not null
    ),
    placed as (
        select
            statements.*,
            strings.place_id,
            strings.unit_key,
            coalesce(organisations.group_place_id, strings.place_id) as group_place_id,
            coalesce(organisations.kind, 'none') as organisation_kind,
            roles.is_stated as has_role,
            case
                when roles.role_class = 'assistant' and organisations.kind = 'university' then 'student'
                when roles.role_class = 'assistant' then 'research_staff'
                else roles.role_class
            end as role_class
        from statements
        inner join core.organisation_strings as strings
            on statements.string_id = strings.string_id
        inner join core.role_texts as roles
            on statements.role_text_id = roles.role_text_id
        left join core.organisations as organisations
            on strings.organisation_id = organisations.organisation_id
    ),
    sorted as (
        select
            placed.*,
            case
                when placed.role_class = 'intern' then 'internship'
                when placed.role_class = 'visitor' then 'visit'
                when placed.role_class in ('phd_student', 'master_student', 'undergraduate', 'student')
                    then case when placed.organisation_kind = 'company' then 'internship' else 'education' end
                else 'employment'
            end as stint_kind
        from placed
    )
    select
        sorted.person_id,
        sorted.source,
        sorted.record_id,
        sorted.record_number,
        sorted.paper_id,
        sorted.is_interval,
        sorted.has_role,
        sorted.place_id,
        sorted.group_place_id,
        sorted.stint_kind,
        case
            when sorted.stint_kind != 'education' then '-'
            when sorted.role_class = 'phd_student' then 'phd'
            when sorted.role_class = 'master_student' then 'master'
            when sorted.role_class = 'undergraduate' then 'bachelor'
            else 'other'
        end as degree,
        sorted.role_class,
        sorted.unit_key,
        sorted.start_year,
        sorted.end_year,
        sorted.year_made,
        sorted.from_year as occupied_from,
        coalesce(sorted.end_year, 9999) as occupied_to,
        least(sorted.from_year, coalesce(sorted.end_year, sorted.year_made)) as evidence_from,
        coalesce(sorted.end_year, sorted.year_made) as evidence_to
    from sorted;
    analyze pg_temp.w_claims;

    -- First round: claims with role text alone (and histories), each at its own organisation.
    create temp table w_members on commit drop as
    select 'o'::text as level, claims.*
    from pg_temp.w_claims as claims
    where claims.is_interval or claims.has_role;
    perform core.form_stints();

    create temp table w_first_islands on commit drop as
    select
        islands.person_id,
        islands.place_id,
        islands.group_place_id,
        islands.stint_kind,
        islands.degree,
        islands.occupied_from - merge_gap_years as widened_from,
        case
            when islands.is_open and islands.has_interval then 9999
            when islands.occupied_to < 9999 then islands.occupied_to + merge_gap_years
            else greatest(islands.end_year, islands.last_evidence_year) + merge_gap_years
        end as widened_to
    from pg_temp.w_islands as islands;
    analyze pg_temp.w_first_islands;

    -- An affiliation without role is evidence for every stint at its group into whose period its year falls;
    -- only where there is none it is a claim of employment.
    create temp table w_bare_claims on commit drop as
    select
        claims.*,
        islands.place_id as island_place_id,
        islands.stint_kind as island_stint_kind,
        islands.degree as island_degree
    from pg_temp.w_claims as claims
    left join (
        select distinct
            first_islands.person_id,
            first_islands.place_id,
            first_islands.group_place_id,
            first_islands.stint_kind,
            first_islands.degree,
            first_islands.widened_from,
            first_islands.widened_to
        from pg_temp.w_first_islands as first_islands
    ) as islands
        on
            claims.person_id = islands.person_id
            and claims.group_place_id = islands.group_place_id
            and claims.occupied_from between islands.widened_from and islands.widened_to
    where not claims.is_interval and not claims.has_role;

    insert into pg_temp.w_members (
        level, person_id, source, record_id, record_number, paper_id, is_interval, has_role, place_id, group_place_id,
        stint_kind, degree, role_class, unit_key, start_year, end_year, year_made, occupied_from, occupied_to,
        evidence_from, evidence_to
    )
    select distinct
        'o'::text as level,
        bare.person_id,
        bare.source,
        bare.record_id,
        bare.record_number,
        bare.paper_id,
        bare.is_interval,
        bare.has_role,
        coalesce(bare.island_place_id, bare.place_id) as place_id,
        bare.group_place_id,
        coalesce(bare.island_stint_kind, 'employment') as stint_kind,
        coalesce(bare.island_degree, '-') as degree,
        case when bare.island_place_id is null then 'other' end as role_class,
        bare.unit_key,
        bare.start_year,
        bare.end_year,
        bare.year_made,
        bare.occupied_from,
        bare.occupied_to,
        bare.evidence_from,
        bare.evidence_to
    from pg_temp.w_bare_claims as bare;

    -- The same employment claims by group.
    insert into pg_temp.w_members (
        level, person_id, source, record_id, record_number, paper_id, is_interval, has_role, place_id, group_place_id,
        stint_kind, degree, role_class, unit_key, start_year, end_year, year_made, occupied_from, occupied_to,
        evidence_from, evidence_to
    )
    select
        'g'::text as level,
        members.person_id,
        members.source,
        members.record_id,
        members.record_number,
        members.paper_id,
        members.is_interval,
        members.has_role,
        members.group_place_id as place_id,
        members.group_place_id,
        members.stint_kind,
        members.degree,
        members.role_class,
        members.unit_key,
        members.start_year,
        members.end_year,
        members.year_made,
        members.occupied_from,
        members.occupied_to,
        members.evidence_from,
        members.evidence_to
    from pg_temp.w_members as members
    where members.level = 'o' and members.stint_kind = 'employment' and members.group_place_id > 0;
    analyze pg_temp.w_members;
    perform core.form_stints();

    -- Numbers of stints: the n-th of a person at a place in a kind and degree.
    create temp table w_stints on commit drop as
    select
        islands.*,
        row_number() over (
            partition by islands.person_id, islands.place_id, islands.stint_kind, islands.degree
            order by islands.occupied_from, islands.island_number
        )::integer as ordinal
    from pg_temp.w_islands as islands
    where islands.level = 'o';
    create temp table w_group_stints on commit drop as
    select
        islands.*,
        organisations.group_key,
        row_number() over (
            partition by islands.person_id, islands.place_id
            order by islands.occupied_from, islands.island_number
        )::integer as ordinal
    from pg_temp.w_islands as islands
    inner join core.organisations as organisations
        on islands.place_id = organisations.organisation_id
    where islands.level = 'g';
    analyze pg_temp.w_stints;
    analyze pg_temp.w_group_stints;

    insert into core.stint_keys (person_id, place_id, stint_kind, degree, ordinal, stint_id)
    select
        stints.person_id,
        stints.place_id,
        stints.stint_kind,
        stints.degree,
        stints.ordinal,
        (
            coalesce((select max(every.stint_id) from core.stint_keys as every), 0)
            + row_number() over (
                order by
                    stints.person_id, stints.place_id, stints.stint_kind collate "C",
                    stints.degree collate "C", stints.ordinal
            )
        )::integer as stint_id
    from pg_temp.w_stints as stints
    where not exists (
        select
        from core.stint_keys as olds
        where
            olds.person_id = stints.person_id
            and olds.place_id = stints.place_id
            and olds.stint_kind = stints.stint_kind
            and olds.degree = stints.degree
            and olds.ordinal = stints.ordinal
    );

    insert into core.group_stint_keys (person_id, group_key, ordinal, group_stint_id)
    select
        stints.person_id,
        stints.group_key,
        stints.ordinal,
        (
            coalesce((select max(every.group_stint_id) from core.group_stint_keys as every), 0)
            + row_number() over (order by stints.person_id, stints.group_key collate "C", stints.ordinal)
        )::integer as group_stint_id
    from pg_temp.w_group_stints as stints
    where not exists (
        select
        from core.group_stint_keys as olds
        where
            olds.person_id = stints.person_id
            and olds.group_key = stints.group_key
            and olds.ordinal = stints.ordinal
    );
    if is_full then
        analyze core.stint_keys, core.group_stint_keys;
    end if;
end
$$;
comment on function core.build_stints(boolean) is 'Stints and group stints of the people in scope; part of core.build.';
