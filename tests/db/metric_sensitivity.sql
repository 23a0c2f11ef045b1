-- metrics 8, sensitivity: one person a rule at Tencent; headcount of 2022, 2023 and 2024 (data's end).
--   A works 2018-, profile made 2022: last evidence 2022, in the headcount to 2024, lapsed 2025.
--   B is an intern of 2022-2024, profile made 2024.
--   C has papers of 2022 alone.
--   D works 2019- and for Baidu from 2023 on, both open, profile made 2024.
begin;
\ir world.sql
select plan(9);

call pg_temp.add_person('~Sens_A1', 2022);
call pg_temp.add_job('~Sens_A1', 'Research Scientist', 2018, null);
call pg_temp.add_person('~Sens_B1', 2024);
call pg_temp.add_job('~Sens_B1', 'Research Intern', 2022, 2024);
call pg_temp.add_slot('~Sens_C1', 2022, 'Tencent', 'tencent.com', 'Reject');
call pg_temp.add_person('~Sens_D1', 2024);
call pg_temp.add_job('~Sens_D1', 'Research Scientist', 2019, null);
call pg_temp.add_job('~Sens_D1', 'Research Scientist', 2023, null, 'Baidu', 'baidu.com');
call pg_temp.build();

create function pg_temp.under(the_variant text, the_metric text default 'headcount')
returns text
language sql
as $$
    select string_agg(value::text, ' ' order by year) from mart.sensitivity
    where metric = the_metric and group_key = 'tencent' and variant = the_variant and year >= 2022
$$;
select is(
    (select string_agg(headcount::text, ' ' order by year) from mart.headcount_year
        where group_key = 'tencent' and year >= 2022),
    '3 3 3', 'the published figures'
);
select is(pg_temp.under('interns_counted'), '4 4 3', 'metrics 8: interns counted');
select is(pg_temp.under('carry_forward_0'), '3 1 1', 'metrics 8: carry_forward 0');
select is(pg_temp.under('carry_forward_1'), '3 3 1', 'metrics 8: carry_forward 1');
select is(pg_temp.under('carry_forward_3'), '3 3 3', 'metrics 8: carry_forward 3');
select is(pg_temp.under('grade_3_only'), '2 2 2', 'metrics 8: stated employments only');
select is(pg_temp.under('superseded_closed'), '3 2 2', 'metrics 8: an open job ends when a later one begins');
select is(pg_temp.under('accepted_papers_only', 'published_as'), '0 0 0', 'metrics 8: accepted papers only');
select is_empty(
    $$
    select figures.group_key, figures.year from mart.sensitivity as figures
    inner join mart.headcount_year as headcounts
        on figures.group_key = headcounts.group_key and figures.year = headcounts.year
    where figures.base_value != case figures.metric when 'headcount' then headcounts.headcount else headcounts.joiners end
        and figures.metric in ('headcount', 'joiners')
    $$,
    'sensitivity: base_value is the published figure'
);

select * from finish();
rollback;
