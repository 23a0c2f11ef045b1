-- One row per category of destination, all of them, over several groups together.
-- Leavers (group stints with end_year in the years; null = no limit) by category of destination, seen from the
-- group left. Every leaving counts, also from one of the groups to another: that is a large domestic company like
-- any other, as in the study; n_within says how many went to one of the groups. Unknown destinations are in no row
-- but in n_unknown.
-- Answers: where do the people of these companies go?
create or replace function mart.destination_share(groups text[], from_year integer, to_year integer)
returns table (
    destination_category text,
    n_people integer,
    n_within integer,
    n_known integer,
    n_unknown integer,
    people_share double precision,
    people_share_low double precision,
    people_share_high double precision,
    people_bound_low double precision,
    people_bound_high double precision
)
language plpgsql
stable
set search_path = ''
as $$
#variable_conflict use_column
declare
    wilson_z double precision := core.rule_value('wilson_z');
begin
    return query
    with
    categories as (
        select listed.category, listed.category_number
        from unnest(array[
            'large_domestic_company', 'start_up', 'foreign_company', 'academia', 'other'
        ])
            with ordinality as listed (category, category_number)
    ),
    stints as (
        select
            stints.destination_category as category,
            stints.destination_group_key = any(destination_share.groups) as is_within
        from mart.fct_group_stint as stints
        where
            stints.group_key = any(destination_share.groups)
            and stints.end_year >= coalesce(destination_share.from_year, stints.end_year)
            and stints.end_year <= coalesce(destination_share.to_year, stints.end_year)
    ),
    totals as (
        select
            count(*) filter (where stints.category != 'unknown') as n_known,
            count(*) filter (where stints.category = 'unknown') as n_unknown
        from stints
    ),
    counts as (
        select
            stints.category,
            count(*) as n_people,
            count(*) filter (where stints.is_within) as n_within
        from stints
        group by stints.category
    )
    select
        categories.category as destination_category,
        coalesce(counts.n_people, 0)::integer as n_people,
        coalesce(counts.n_within, 0)::integer as n_within,
        totals.n_known::integer as n_known,
        totals.n_unknown::integer as n_unknown,
        fn.share_of(coalesce(counts.n_people, 0), totals.n_known) as people_share,
        fn.wilson_low(coalesce(counts.n_people, 0), totals.n_known, wilson_z) as people_share_low,
        fn.wilson_high(coalesce(counts.n_people, 0), totals.n_known, wilson_z) as people_share_high,
        fn.share_of(coalesce(counts.n_people, 0), totals.n_known + totals.n_unknown) as people_bound_low,
        fn.share_of(coalesce(counts.n_people, 0) + totals.n_unknown, totals.n_known + totals.n_unknown)
            as people_bound_high
    from categories
    cross join totals
    left join counts
        on categories.category = counts.category
    order by categories.category_number;
end
$$;
comment on function mart.destination_share(text[], integer, integer) is
    'One row per category of destination: leavers of the groups from from_year to to_year (null = no limit). Moves between the groups count, and n_within says how many they are.';
grant execute on function mart.destination_share(text[], integer, integer) to tenure_analyst;
