-- Start, end and evidence of every stint of w_marked (is_all) or of those joined in w_joined.
create or replace function core.summarise_stints(merge_gap_years integer, carry_forward_years integer, is_all boolean)
returns void
language plpgsql
set search_path = ''
as $$
begin
    drop table if exists pg_temp.w_summed, pg_temp.w_reopened, pg_temp.w_seen_elsewhere, pg_temp.w_part;
    if is_all then
        alter table pg_temp.w_marked rename to w_part;
    else
        create temp table w_part on commit drop as
        select marked.*
        from pg_temp.w_marked as marked
        where
            marked.level = 'g'
            and exists (
                select
                from pg_temp.w_joined as joined
                where
                    joined.person_id = marked.person_id
                    and joined.place_id = marked.place_id
                    and joined.joined_number = marked.island_number
            );
    end if;

    -- latest_interval packs the greatest year made and, within it, open (99999) or the greatest end.
    create temp table w_summed on commit drop as
    select
        part.level,
        part.person_id,
        part.place_id,
        part.stint_kind,
        part.degree,
        part.island_number,
        min(part.group_place_id) as group_place_id,
        bool_or(part.is_interval) as has_interval,
        bool_or(not part.is_interval) as has_point,
        bool_or(not part.is_interval and part.has_role) as has_role_point,
        min(part.occupied_from) as occupied_from,
        max(part.occupied_to) as occupied_to,
        min(part.start_year) as stated_start_year,
        max(part.year_made::bigint * 100000 + coalesce(part.end_year, 99999)) filter (where part.is_interval)
            as latest_interval,
        min(part.evidence_from) as first_evidence_year,
        max(part.evidence_to) as last_evidence_year,
        max(part.evidence_from) filter (where not part.is_interval) as last_paper_year,
        (
            array_agg(
                part.role_class
                order by
                    part.year_made desc,
                    part.occupied_to desc,
                    part.occupied_from desc,
                    part.source collate "C",
                    part.record_id collate "C",
                    part.record_number,
                    part.role_class collate "C"
            ) filter (where part.role_class is not null)
        )[1] as role_class,
        (
            array_agg(
                part.unit_key
                order by
                    part.year_made desc,
                    part.occupied_to desc,
                    part.occupied_from desc,
                    part.source collate "C",
                    part.record_id collate "C",
                    part.record_number,
                    part.unit_key collate "C"
            ) filter (where part.unit_key is not null)
        )[1] as unit_key,
        count(*)::integer as n_claims
    from pg_temp.w_part as part
    group by part.level, part.person_id, part.place_id, part.stint_kind, part.degree, part.island_number;

    analyze pg_temp.w_summed;

    -- Stints whose stated end later papers undo: papers joined to the end without a gap, later than the
    -- statement and than the end.
    create temp table w_reopened on commit drop as
    with
    ended as (
        select
            summed.*,
            (summed.latest_interval / 100000)::integer as made_year,
            (summed.latest_interval % 100000)::integer as decided_end_year
        from pg_temp.w_summed as summed
        where
            summed.latest_interval is not null
            and summed.latest_interval % 100000 != 99999
            and summed.last_paper_year > summed.latest_interval / 100000
            and summed.last_paper_year > summed.latest_interval % 100000 + merge_gap_years
    ),
    papers as (
        select distinct
            ended.level,
            ended.person_id,
            ended.place_id,
            ended.stint_kind,
            ended.degree,
            ended.island_number,
            ended.made_year,
            ended.decided_end_year,
            part.evidence_from as paper_year
        from ended
        inner join pg_temp.w_part as part
            on
                ended.level = part.level
                and ended.person_id = part.person_id
                and ended.place_id = part.place_id
                and ended.stint_kind = part.stint_kind
                and ended.degree = part.degree
                and ended.island_number = part.island_number
        where not part.is_interval and part.evidence_from > ended.decided_end_year
    ),
    steps as (
        select
            papers.*,
            papers.paper_year - lag(papers.paper_year, 1, papers.decided_end_year) over (
                partition by papers.level, papers.person_id, papers.place_id, papers.stint_kind, papers.degree,
                    papers.island_number
                order by papers.paper_year
            ) as step_years
        from papers
    ),
    chains as (
        select
            steps.*,
            max(steps.step_years) over (
                partition by steps.level, steps.person_id, steps.place_id, steps.stint_kind, steps.degree,
                    steps.island_number
                order by steps.paper_year
                rows unbounded preceding
            ) as longest_step_years
        from steps
    )
    select distinct
        chains.level,
        chains.person_id,
        chains.place_id,
        chains.stint_kind,
        chains.degree,
        chains.island_number
    from chains
    where
        chains.longest_step_years <= merge_gap_years
        and chains.paper_year > chains.made_year
        and chains.paper_year > chains.decided_end_year + merge_gap_years;

    -- Stints with point evidence only: where the person was seen before and after.
    create temp table w_seen_elsewhere on commit drop as
    select
        summed.level,
        summed.person_id,
        summed.place_id,
        summed.stint_kind,
        summed.degree,
        summed.island_number,
        coalesce(bool_or(
            observations.staff_id != summed.group_place_id
            and observations.evidence_from <= summed.first_evidence_year - 1
            and observations.evidence_to >= summed.first_evidence_year - (carry_forward_years + 1)
        ), false) as is_elsewhere_before,
        coalesce(bool_or(
            observations.staff_id = summed.group_place_id
            and observations.evidence_from <= summed.first_evidence_year - 1
            and observations.evidence_to >= summed.first_evidence_year - (carry_forward_years + 1)
        ), false) as is_here_before,
        coalesce(bool_or(
            observations.staff_id != summed.group_place_id
            and observations.evidence_from <= summed.first_evidence_year - 1
            and observations.evidence_to >= summed.first_evidence_year - 1
        ), false) as is_elsewhere_just_before,
        min(greatest(observations.evidence_from, summed.last_evidence_year + 1)) filter (
            where
            observations.staff_id not in (0, summed.group_place_id)
            and observations.evidence_to > summed.last_evidence_year
        ) as left_year
    from pg_temp.w_summed as summed
    inner join pg_temp.w_observations as observations
        on summed.person_id = observations.person_id
    where not summed.has_interval
    group by summed.level, summed.person_id, summed.place_id, summed.stint_kind, summed.degree, summed.island_number;

    analyze pg_temp.w_reopened;
    analyze pg_temp.w_seen_elsewhere;
    insert into pg_temp.w_islands (
        level, person_id, place_id, group_place_id, stint_kind, degree, island_number, has_interval, has_point,
        has_role_point, occupied_from, occupied_to, stated_start_year, made_year, is_open, first_evidence_year,
        last_evidence_year, start_year, end_year, begin_year, finish_year, is_start_known, is_end_known,
        role_class, unit_key, n_claims
    )
    with
    decided as (
        select
            summed.*,
            case
                when summed.has_interval then summed.stated_start_year
                when elsewhere.is_elsewhere_before and not elsewhere.is_here_before then summed.first_evidence_year
            end as start_year,
            case
                when summed.has_interval and reopened.person_id is null
                    then nullif(summed.latest_interval % 100000, 99999)::integer
                when
                    not summed.has_interval
                    and elsewhere.left_year <= summed.last_evidence_year + carry_forward_years + 1
                    then elsewhere.left_year
            end as found_end_year,
            coalesce(elsewhere.is_elsewhere_just_before, false) as is_elsewhere_just_before
        from pg_temp.w_summed as summed
        left join pg_temp.w_reopened as reopened
            on
                summed.level = reopened.level
                and summed.person_id = reopened.person_id
                and summed.place_id = reopened.place_id
                and summed.stint_kind = reopened.stint_kind
                and summed.degree = reopened.degree
                and summed.island_number = reopened.island_number
        left join pg_temp.w_seen_elsewhere as elsewhere
            on
                summed.level = elsewhere.level
                and summed.person_id = elsewhere.person_id
                and summed.place_id = elsewhere.place_id
                and summed.stint_kind = elsewhere.stint_kind
                and summed.degree = elsewhere.degree
                and summed.island_number = elsewhere.island_number
    ),
    bounded as (
        select
            decided.*,
            coalesce(decided.start_year, decided.first_evidence_year) as begin_year,
            greatest(decided.found_end_year, coalesce(decided.start_year, decided.first_evidence_year))
                as raised_end_year
        from decided
    )
    select
        bounded.level,
        bounded.person_id,
        bounded.place_id,
        bounded.group_place_id,
        bounded.stint_kind,
        bounded.degree,
        bounded.island_number,
        bounded.has_interval,
        bounded.has_point,
        bounded.has_role_point,
        bounded.occupied_from,
        bounded.occupied_to,
        bounded.stated_start_year,
        (bounded.latest_interval / 100000)::integer as made_year,
        bounded.found_end_year is null as is_open,
        bounded.first_evidence_year,
        bounded.last_evidence_year,
        bounded.start_year,
        case when bounded.found_end_year is not null then bounded.raised_end_year end as end_year,
        bounded.begin_year,
        greatest(
            case
                when bounded.found_end_year is not null then bounded.raised_end_year
                else bounded.last_evidence_year + carry_forward_years + 1
            end,
            bounded.begin_year
        ) as finish_year,
        bounded.start_year is not null and (bounded.has_interval or bounded.is_elsewhere_just_before)
            as is_start_known,
        bounded.found_end_year is not null
        and (bounded.has_interval or bounded.found_end_year = bounded.last_evidence_year + 1) as is_end_known,
        bounded.role_class,
        bounded.unit_key,
        bounded.n_claims
    from bounded;

    if is_all then
        alter table pg_temp.w_part rename to w_marked;
    end if;
end
$$;
comment on function core.summarise_stints(integer, integer, boolean) is
    'Start, end and evidence of stints; part of core.form_stints.';
