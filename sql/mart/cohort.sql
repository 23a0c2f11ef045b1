-- One row per person who joined one of the groups in the years: the first joining in them, with what is known
-- about it and about leaving again. Joiners are group stints with a known start; null years have no limit.
-- Any family may be asked for, tracked or not.
-- Answers: who are the people behind a figure of joiners, and what became of them?
create or replace function mart.cohort(groups text[], from_year integer, to_year integer)
returns table (
    person_id integer,
    display_name text,
    group_key text,
    group_stint_id integer,
    join_year integer,
    is_join_year_known boolean,
    leave_year integer,
    is_leave_year_known boolean,
    last_evidence_year integer,
    degree_at_entry text,
    is_fresh_graduate boolean,
    is_fresh_phd boolean,
    origin_category text,
    origin_group_key text,
    destination_category text,
    destination_group_key text,
    n_joinings integer
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
begin
    return query
    with
    joinings as (
        select
            stints.*,
            row_number() over (
                partition by stints.person_id
                order by stints.start_year, stints.group_key collate "C", stints.group_stint_id
            ) as joining_number,
            count(*) over (partition by stints.person_id) as n_joinings
        from mart.fct_group_stint as stints
        where
            stints.group_key = any(cohort.groups)
            and stints.start_year >= coalesce(cohort.from_year, stints.start_year)
            and stints.start_year <= coalesce(cohort.to_year, stints.start_year)
    )
    select
        joinings.person_id,
        people.display_name,
        joinings.group_key,
        joinings.group_stint_id,
        joinings.start_year as join_year,
        joinings.is_start_known as is_join_year_known,
        joinings.end_year as leave_year,
        joinings.is_end_known as is_leave_year_known,
        joinings.last_evidence_year,
        joinings.degree_at_entry,
        joinings.is_fresh_graduate,
        joinings.is_fresh_phd,
        joinings.origin_category,
        joinings.origin_group_key,
        joinings.destination_category,
        joinings.destination_group_key,
        joinings.n_joinings::integer as n_joinings
    from joinings
    inner join mart.dim_person as people
        on joinings.person_id = people.person_id
    where joinings.joining_number = 1
    order by joinings.start_year, joinings.person_id;
end
$$;
comment on function mart.cohort(text[], integer, integer) is
    'One row per person who joined one of the groups from from_year to to_year (null = no limit): the first joining, and the leaving that belongs to it.';
grant execute on function mart.cohort(text[], integer, integer) to tenure_analyst;
