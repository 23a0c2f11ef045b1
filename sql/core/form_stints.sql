-- requires: core.rule_value
-- Stints out of claims. Reads pg_temp.w_members: one row per claim and stint level (o = organisation, g = group)
-- it takes part in; writes pg_temp.w_islands: one row per stint. Observations of the person elsewhere come from
-- the members themselves.
--
-- A member occupies [occupied_from, occupied_to] (9999 = without limit) and supports [evidence_from,
-- evidence_to]. Members of one person, place, kind and degree are one stint when they overlap or lie at most
-- merge_gap_years apart.
create or replace function core.form_stints()
returns void
language plpgsql
set search_path = ''
as $$
declare
    merge_gap_years integer := core.rule_value('merge_gap_years');
    carry_forward_years integer := core.rule_value('carry_forward_years');
    n_merged bigint := 1;
begin
    drop table if exists pg_temp.w_marked, pg_temp.w_islands, pg_temp.w_observations, pg_temp.w_joined;

    create temp table w_marked on commit drop as
    with
    reached as (
        select
            members.*,
            max(members.occupied_to) over (
                partition by members.level, members.person_id, members.place_id, members.stint_kind, members.degree
                order by members.occupied_from, members.occupied_to
                rows between unbounded preceding and 1 preceding
            ) as occupied_before
        from pg_temp.w_members as members
    )
    select
        reached.*,
        sum(
            case when reached.occupied_from <= reached.occupied_before + merge_gap_years then 0 else 1 end
        ) over (
            partition by reached.level, reached.person_id, reached.place_id, reached.stint_kind, reached.degree
            order by reached.occupied_from, reached.occupied_to
        )::integer as island_number
    from reached;

    -- Every year range in which a claim saw the person on a staff (by group, or unresolved place) or studying.
    create temp table w_observations on commit drop as
    select distinct
        members.person_id,
        case when members.stint_kind = 'education' then 0 else members.group_place_id end as staff_id,
        members.evidence_from,
        members.evidence_to
    from pg_temp.w_members as members
    where members.level = 'o' and members.stint_kind in ('employment', 'education');

    analyze pg_temp.w_observations;

    create temp table w_islands (
        level text not null,
        person_id integer not null,
        place_id integer not null,
        group_place_id integer not null,
        stint_kind text not null,
        degree text not null,
        island_number integer not null,
        has_interval boolean not null,
        has_point boolean not null,
        has_role_point boolean not null,
        occupied_from integer not null,
        occupied_to integer not null,
        stated_start_year integer,
        made_year integer,
        is_open boolean not null,
        first_evidence_year integer not null,
        last_evidence_year integer not null,
        start_year integer,
        end_year integer,
        begin_year integer,
        finish_year integer,
        is_start_known boolean not null,
        is_end_known boolean not null,
        role_class text,
        unit_key text,
        n_claims integer not null
    ) on commit drop;

    perform core.summarise_stints(merge_gap_years, carry_forward_years, true);

    -- A group stint without end that reaches the next one of the same group is one stint with it.
    while n_merged > 0 loop
        drop table if exists pg_temp.w_joined;
        create temp table w_joined on commit drop as
        with
        neighbours as (
            select
                islands.person_id,
                islands.place_id,
                islands.island_number,
                islands.begin_year,
                case
                    when
                        lag(islands.person_id) over earlier is not null
                        and lag(islands.end_year) over earlier is null
                        and lag(islands.finish_year) over earlier >= islands.begin_year
                        then 0
                    else 1
                end as is_new
            from pg_temp.w_islands as islands
            where islands.level = 'g'
            window earlier as (
                partition by islands.person_id, islands.place_id
                order by islands.begin_year, islands.island_number
            )
        ),
        numbered as (
            select
                neighbours.*,
                sum(neighbours.is_new) over (
                    partition by neighbours.person_id, neighbours.place_id
                    order by neighbours.begin_year, neighbours.island_number
                    rows unbounded preceding
                ) as run_number
            from neighbours
        )
        select
            numbered.person_id,
            numbered.place_id,
            numbered.island_number,
            min(numbered.island_number) over (
                partition by numbered.person_id, numbered.place_id, numbered.run_number
            ) as joined_number,
            count(*) over (
                partition by numbered.person_id, numbered.place_id, numbered.run_number
            ) as n_joined
        from numbered;
        delete from pg_temp.w_joined where n_joined = 1;

        select count(*)
        into n_merged
        from pg_temp.w_joined as joined
        where joined.island_number != joined.joined_number;
        exit when n_merged = 0;

        update pg_temp.w_marked as marked
        set island_number = joined.joined_number
        from pg_temp.w_joined as joined
        where
            marked.level = 'g'
            and marked.person_id = joined.person_id
            and marked.place_id = joined.place_id
            and marked.island_number = joined.island_number;
        delete from pg_temp.w_islands as islands
        using pg_temp.w_joined as joined
        where
            islands.level = 'g'
            and islands.person_id = joined.person_id
            and islands.place_id = joined.place_id
            and islands.island_number = joined.island_number;
        perform core.summarise_stints(merge_gap_years, carry_forward_years, false);
    end loop;
end
$$;
comment on function core.form_stints() is 'Merges claims to stints (w_members to w_islands); part of core.build.';
