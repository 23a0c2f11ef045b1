-- Distinct people who published as at least one of the groups in a year up to to_year (null = ever): whoever
-- published as two of them counts once, which sums of published_as_year do not do.
-- Answers: how many people have ever published for any of these companies?
create or replace function mart.published_as_total(groups text[], to_year integer)
returns integer
language plpgsql
stable
set search_path = ''
as $$
begin
    return (
        select count(distinct published.person_id)::integer
        from core.published_people as published
        where
            published.group_key = any(published_as_total.groups)
            and published.year <= coalesce(published_as_total.to_year, published.year)
    );
end
$$;
comment on function mart.published_as_total(text[], integer) is
    'Distinct people who published as at least one of the groups in a year up to to_year (null = ever).';
grant execute on function mart.published_as_total(text[], integer) to tenure_analyst;
