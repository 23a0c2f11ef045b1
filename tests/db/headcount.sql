-- metrics 3, stock and flow at Tencent (and Baidu, IBM, MiniMax). The latest profile modification is of
-- 2023-07-01; a paper of 2024 makes 2024 the data's end.
--
--     who         evidence                                       begin finish start end   counted in
--     ~Ann_A1     2018-2021 stated                               2018  2021   2018! 2021! 2018-2020
--     ~Bob_A1     2019-, made 2022                               2019  2025   2019! -     2019-2024
--     ~Cat_A1     seen 2019                                      2019  2022   -     -     2019-2021
--     ~Dan_A1     no start, no end, made 2020                    2020  2023   -     -     2020-2022
--     ~Eve_A1     student 2015-2017, seen 2020                   2020  2023   2020  -     2020-2022
--     ~Fay_A1     seen 2018, at Baidu 2020                       2018  2020   -     2020  2018-2019
--     ~Gus_A1     2019-2019 stated                               2019  2019   2019! 2019! never
--     ~Hal_A1     interns 2019-2023                                                       never
--     ~Ida_A1     2016-2017 and                                  2016  2017   2016! 2017! 2016
--                 2020-2022 stated                               2020  2022   2020! 2022! 2020-2021
begin;
\ir world.sql
select plan(18);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');
call pg_temp.add_person('~Ann_A1', null, '2023-07-01 12:00:00+00');
call pg_temp.add_job('~Ann_A1', 'Research Scientist', 2018, 2021);
call pg_temp.add_person('~Bob_A1', 2022);
call pg_temp.add_job('~Bob_A1', 'Research Scientist', 2019, null);
call pg_temp.add_point('~Cat_A1', 2019);
call pg_temp.add_person('~Dan_A1', 2020);
call pg_temp.add_job('~Dan_A1', 'Research Scientist', null, null);
call pg_temp.add_person('~Eve_A1', 2020);
call pg_temp.add_study('~Eve_A1', 'PhD student', 2015, 2017);
call pg_temp.add_point('~Eve_A1', 2020);
call pg_temp.add_point('~Fay_A1', 2018);
call pg_temp.add_point('~Fay_A1', 2020, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_person('~Gus_A1', 2023);
call pg_temp.add_job('~Gus_A1', 'Research Scientist', 2019, 2019);
call pg_temp.add_person('~Hal_A1', 2023);
call pg_temp.add_job('~Hal_A1', 'Research Intern', 2019, 2023);
call pg_temp.add_person('~Ida_A1', 2023);
call pg_temp.add_job('~Ida_A1', 'Research Scientist', 2016, 2017);
call pg_temp.add_job('~Ida_A1', 'Research Scientist', 2020, 2022);
call pg_temp.add_person('~Old_Timer1', 2020);
call pg_temp.add_job('~Old_Timer1', 'Research Scientist', 2010, 2013, 'IBM', 'ibm.com');
call pg_temp.add_person('~Lecturer_A1', 2020);
call pg_temp.add_study('~Lecturer_A1', 'Lecturer', 2012, 2019);
call pg_temp.add_person('~Young_A1', 2023);
call pg_temp.add_job('~Young_A1', 'Research Scientist', 2023, null, 'MiniMax', 'minimaxi.com');

-- Papers beyond those above: Ann while on the staff (from an unresolved place) and after; Bob twice in a
-- year; somebody unknown in 2024.
call pg_temp.add_slot('~Ann_A1', 2019, 'Nowhere Research Ltd', null);
call pg_temp.add_slot('~Ann_A1', 2021);
call pg_temp.add_slot('~Bob_A1', 2021);
call pg_temp.add_slot('~Bob_A1', 2021);
call pg_temp.add_slot('~Somebody_New1', 2024);

call pg_temp.build();

-- 2016 Ida; 2018 Ann, Fay; 2019 Ann, Bob, Cat, Fay; 2020 Ann, Bob, Cat, Dan, Eve, Ida;
-- 2021 Bob, Cat, Dan, Eve, Ida; 2022 Bob, Dan, Eve; 2023 and 2024 Bob.
select results_eq(
    $$
    select year, headcount from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$
    values (2016, 1), (2017, 0), (2018, 2), (2019, 4), (2020, 6), (2021, 5), (2022, 3), (2023, 1), (2024, 1)
    $$,
    'metrics 3: headcount = begin_year <= Y < finish_year, from the group''s first year to the data''s end'
);
-- 2016 Ida, 2018 Ann, 2019 Bob and Gus, 2020 Eve and Ida; of these only Eve's year is not exact.
select results_eq(
    $$
    select year, joiners, n_joiners_exact from mart.headcount_year
    where group_key = 'tencent' and joiners + n_joiners_exact > 0
    order by year
    $$,
    $$ values (2016, 1, 1), (2018, 1, 1), (2019, 2, 2), (2020, 2, 1) $$,
    'metrics 3: joiners = start_year; n_joiners_exact = those with is_start_known'
);
-- 2018 Fay, 2019 Cat, 2020 Dan.
select results_eq(
    $$
    select year, appeared from mart.headcount_year
    where group_key = 'tencent' and appeared > 0
    order by year
    $$,
    $$ values (2018, 1), (2019, 1), (2020, 1) $$,
    'metrics 3: appeared = begin_year with start_year null'
);
-- 2017 Ida, 2019 Gus, 2020 Fay (not exact), 2021 Ann, 2022 Ida.
select results_eq(
    $$
    select year, leavers, n_leavers_exact from mart.headcount_year
    where group_key = 'tencent' and leavers + n_leavers_exact > 0
    order by year
    $$,
    $$ values (2017, 1, 1), (2019, 1, 1), (2020, 1, 0), (2021, 1, 1), (2022, 1, 1) $$,
    'metrics 3: leavers = end_year; n_leavers_exact = those with is_end_known'
);
-- 2022 Cat, 2023 Dan and Eve; Bob only in 2025.
select results_eq(
    $$
    select year, lapsed from mart.headcount_year
    where group_key = 'tencent' and lapsed > 0
    order by year
    $$,
    $$ values (2022, 1), (2023, 2) $$,
    'metrics 3: lapsed = finish_year with end_year null'
);
select results_eq(
    $$
    select year, headcount_previous, net_change, growth_share from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$
    values
        (2016, 0, 1, null::double precision),
        (2017, 1, -1, -1),
        (2018, 0, 2, null),
        (2019, 2, 2, 1),
        (2020, 4, 2, 0.5),
        (2021, 6, -1, -1::double precision / 6),
        (2022, 5, -2, -0.4),
        (2023, 3, -2, -2::double precision / 3),
        (2024, 1, 0, 0)
    $$,
    'metrics 3: headcount_previous is 0 in the first year; growth_share is null when it is 0'
);
select is_empty(
    $$
    select group_key, year from mart.headcount_year
    where headcount != headcount_previous + joiners + appeared - leavers - lapsed
    $$,
    'metrics 3: headcount(Y) = headcount(Y-1) + joiners + appeared - leavers - lapsed'
);
-- 2018 Fay; 2019 Cat and Ann; 2020 Eve (Fay's paper of 2020 is after her end); 2021 Bob, twice (Ann left).
select results_eq(
    $$
    select year, published_people from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$
    values (2016, 0), (2017, 0), (2018, 1), (2019, 2), (2020, 1), (2021, 1), (2022, 0), (2023, 0), (2024, 0)
    $$,
    'metrics 3: published_people = people of the headcount with a paper in the year, from wherever'
);
-- Fay at Baidu: seen 2020, on Tencent's staff in 2018 within the window: start 2020, lapsed 2023.
select results_eq(
    $$
    select
        year, headcount, joiners, appeared, leavers, lapsed, n_joiners_exact, n_leavers_exact
    from mart.headcount_year
    where group_key = 'baidu'
    order by year
    $$,
    $$
    values
        (2020, 1, 1, 0, 0, 0, 0, 0),
        (2021, 1, 0, 0, 0, 0, 0, 0),
        (2022, 1, 0, 0, 0, 0, 0, 0),
        (2023, 0, 0, 0, 0, 1, 0, 0),
        (2024, 0, 0, 0, 0, 0, 0, 0)
    $$,
    'metrics 3: zeros included, to the data''s end, which a paper sets'
);
select is(
    (
        select max(year) from mart.headcount_year
    ),
    2024,
    'metrics: the data''s end is the year of the latest profile modification or paper'
);
select is_empty(
    $$
    select group_key, year from mart.headcount_year
    inner join mart.dim_group using (group_key)
    where
        not dim_group.is_tracked
        or dim_group.group_name != headcount_year.group_name
        or year_start != make_date(year, 1, 1)
    $$,
    'metrics 3: metric views show tracked groups; year_start is the first of January'
);
select is(
    (select distinct group_name from mart.headcount_year where group_key = 'tencent'),
    'Tencent',
    'warehouse: headcount_year has the group''s name'
);

select is(
    concat_ws(
        '; ',
        pg_temp.staff_years('~Ann_A1', 'tencent'),
        pg_temp.staff_years('~Fay_A1', 'tencent'),
        pg_temp.staff_years('~Gus_A1', 'tencent'),
        pg_temp.staff_years('~Hal_A1', 'tencent'),
        pg_temp.staff_years('~Ida_A1', 'tencent')
    ),
    '2018 2019 2020; 2018 2019; none; none; 2016 2020 2021',
    'warehouse: fct_person_group_year has a row for each year-end on the staff'
);
select is_empty(
    $$
    select group_key, year, headcount from mart.headcount_year where headcount > 0
    except
    select group_key, year, count(*)::integer from mart.fct_person_group_year group by group_key, year
    $$,
    'metrics 3: headcount is the number of people on the staff at the year''s end'
);
select results_eq(
    $$
    select year from mart.fct_person_group_year
    where
        group_key = 'tencent'
        and is_joiner
        and person_id in (
            pg_temp.person_id('~Ann_A1'), pg_temp.person_id('~Cat_A1'), pg_temp.person_id('~Ida_A1')
        )
    order by year
    $$,
    array[2016, 2018, 2020],
    'metrics 3: is_joiner where start_year is the year; who appeared is no joiner'
);
select results_eq(
    $$
    select year, is_complete from mart.dim_year
    where year between 2021 and 2024
    order by year
    $$,
    $$ values (2021, true), (2022, true), (2023, false), (2024, false) $$,
    'metrics 3: is_complete goes by the latest profile modification (exactly 6 months), not by papers'
);
select results_eq(
    $$
    select year, era_key, year_start from mart.dim_year
    where year in (2011, 2012, 2019, 2020, 2022, 2023)
    order by year
    $$,
    $$
    values
        (2011, 'earlier', date '2011-01-01'),
        (2012, 'vision', date '2012-01-01'),
        (2019, 'vision', date '2019-01-01'),
        (2020, 'transition', date '2020-01-01'),
        (2022, 'transition', date '2022-01-01'),
        (2023, 'llm', date '2023-01-01')
    $$,
    'metrics 3: eras'
);
-- Joined 2023 or later: Young only; Bob (2019) is on the staff in the same years.
select results_eq(
    $$
    select distinct group_key from mart.fct_person_group_year where is_era_joiner order by group_key
    $$,
    array['minimax'],
    'metrics 3: n_era = people whose start_year lies in the current era'
);

select * from finish();
rollback;
