-- metrics 2, stints with point evidence only. Points are papers of an archive with a role; students are
-- known from profiles made 2023. carry_forward_years is 2: the window before the first year and after the
-- last is three years wide.
begin;
\ir world.sql
select plan(31);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');

-- start_year
call pg_temp.add_person('~Student_A1', 2023);
call pg_temp.add_study('~Student_A1', 'PhD student', 2015, 2019);
call pg_temp.add_point('~Student_A1', 2020);
call pg_temp.add_person('~Student_B1', 2023);
call pg_temp.add_study('~Student_B1', 'PhD student', 2014, 2017);
call pg_temp.add_point('~Student_B1', 2020);
call pg_temp.add_person('~Student_C1', 2023);
call pg_temp.add_study('~Student_C1', 'PhD student', 2013, 2016);
call pg_temp.add_point('~Student_C1', 2020);
call pg_temp.add_point('~Student_D1', 2019, 'PhD student', 'Nowhere University of Nothing', null);
call pg_temp.add_point('~Student_D1', 2020);
call pg_temp.add_person('~Student_E1', 2023);
call pg_temp.add_study('~Student_E1', 'PhD student', 2018, 2022);
call pg_temp.add_point('~Student_E1', 2018);
call pg_temp.add_point('~Alone_A1', 2020);
call pg_temp.add_point('~Mover_A1', 2019, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Mover_A1', 2020);
call pg_temp.add_point('~Mover_B1', 2016, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Mover_B1', 2019);
call pg_temp.add_point('~Mover_C1', 2015, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Mover_C1', 2019);
call pg_temp.add_point('~Intern_A1', 2019, 'Intern', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Intern_A1', 2020);
call pg_temp.add_point(
    '~Visitor_A1', 2019, 'Visiting Scholar', 'Tsinghua University', 'tsinghua.edu.cn'
);
call pg_temp.add_point('~Visitor_A1', 2020);
call pg_temp.add_point('~Nowhere_A1', 2019, 'Researcher', 'Nowhere Research Ltd', null);
call pg_temp.add_point('~Nowhere_A1', 2020);
call pg_temp.add_point('~Teacher_A1', 2019, 'Lecturer', 'Tsinghua University', 'tsinghua.edu.cn');
call pg_temp.add_point('~Teacher_A1', 2020);
call pg_temp.add_person('~Stated_A1', 2018);
call pg_temp.add_job('~Stated_A1', 'Research Scientist', 2015, null, 'Baidu', 'baidu.com');
call pg_temp.add_point('~Stated_A1', 2020);
call pg_temp.add_point('~Same_Year1', 2020, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Same_Year1', 2020);
call pg_temp.add_point('~First_Year1', 2019, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~First_Year1', 2020);
call pg_temp.add_point('~First_Year1', 2021);

-- end_year
call pg_temp.add_person('~Back_To_School1', 2023);
call pg_temp.add_study('~Back_To_School1', 'PhD student', 2019, 2023);
call pg_temp.add_point('~Back_To_School1', 2018);
call pg_temp.add_point('~Leaver_A1', 2018);
call pg_temp.add_point('~Leaver_A1', 2019);
call pg_temp.add_point('~Leaver_A1', 2022, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Leaver_B1', 2018);
call pg_temp.add_point('~Leaver_B1', 2019);
call pg_temp.add_point('~Leaver_B1', 2023, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Leaver_C1', 2019);
call pg_temp.add_point('~Leaver_C1', 2020, 'Intern', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Leaver_C1', 2021, 'Researcher', 'Nowhere Research Ltd', null);
call pg_temp.add_point('~Later_A1', 2018);
call pg_temp.add_point('~Later_A1', 2019);
call pg_temp.add_point('~Later_A1', 2019, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Later_A1', 2021, 'Research Scientist', 'Baidu', 'baidu.com');

-- there, away, and back
call pg_temp.add_point('~Returner_A1', 2016);
call pg_temp.add_point('~Returner_A1', 2018, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Returner_A1', 2019);
call pg_temp.add_point('~Returner_B1', 2018);
call pg_temp.add_point('~Returner_B1', 2019, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.add_point('~Returner_B1', 2020);

-- lost sight of, and seen again
call pg_temp.add_point('~Again_A1', 2015);
call pg_temp.add_point('~Again_A1', 2018);
call pg_temp.add_point('~Again_B1', 2015);
call pg_temp.add_point('~Again_B1', 2019);
call pg_temp.add_point('~Again_C1', 2012);
call pg_temp.add_point('~Again_C1', 2015);
call pg_temp.add_point('~Again_C1', 2018);
call pg_temp.add_person('~Again_D1', 2023);
call pg_temp.add_job('~Again_D1', 'Research Scientist', 2018, 2020);
call pg_temp.add_point('~Again_D1', 2015);
call pg_temp.add_person('~Again_E1', 2023);
call pg_temp.add_job('~Again_E1', 'Research Scientist', 2012, 2013);
call pg_temp.add_point('~Again_E1', 2015);

call pg_temp.build();

select is(
    pg_temp.group_stints('~Student_A1', 'tencent'),
    'tencent 2020-2023 start 2020! end none',
    'metrics 2: a student in the very year before the first observation: start_year, known'
);
-- The window before 2020 is 2017 to 2019.
select is(
    pg_temp.group_stints('~Student_B1', 'tencent'),
    'tencent 2020-2023 start 2020 end none',
    'metrics 2: a student within carry_forward_years + 1 years before: start_year, not known'
);
select is(
    pg_temp.group_stints('~Student_C1', 'tencent'),
    'tencent 2020-2023 start none end none',
    'metrics 2: a student longer ago than carry_forward_years + 1 years: start_year null'
);
select is(
    pg_temp.group_stints('~Student_D1', 'tencent'),
    'tencent 2020-2023 start 2020! end none',
    'metrics 2: student = any education stint, at an unresolved place too'
);
select is(
    pg_temp.group_stints('~Student_E1', 'tencent'),
    'tencent 2018-2021 start none end none',
    'metrics 2: a student of the first year and later was not observed before it'
);
select is(
    pg_temp.group_stints('~Alone_A1'),
    'tencent 2020-2023 start none end none',
    'metrics 2: never observed elsewhere: neither start nor end'
);
select is(
    pg_temp.stints('~Alone_A1'),
    'tencent employment research_staff start none end none evidence 2020-2020',
    'metrics 2: first_evidence_year and last_evidence_year are the bounds of the supported years'
);
-- Baidu: 2020 is the first later year on another staff, and the very year after.
select is(
    pg_temp.group_stints('~Mover_A1'),
    'baidu 2019-2020 start none end 2020!; tencent 2020-2023 start 2020! end none',
    'metrics 2: on another staff in the very year before / after: start and end known'
);
-- Baidu: last evidence 2016, 2019 = 2016 + 3. Tencent: 2016 is in the window 2016 to 2018.
select is(
    pg_temp.group_stints('~Mover_B1'),
    'baidu 2016-2019 start none end 2019; tencent 2019-2022 start 2019 end none',
    'metrics 2: on another staff carry_forward_years + 1 years before / after: start and end, not known'
);
select is(
    pg_temp.group_stints('~Mover_C1'),
    'baidu 2015-2018 start none end none; tencent 2019-2022 start none end none',
    'metrics 2: on another staff more than carry_forward_years + 1 years before / after: neither'
);
select is(
    pg_temp.group_stints('~Intern_A1'),
    'tencent 2020-2023 start none end none',
    'metrics 2: an internship elsewhere is no observation'
);
select is(
    pg_temp.group_stints('~Visitor_A1', 'tencent'),
    'tencent 2020-2023 start none end none',
    'metrics 2: a visit elsewhere is no observation'
);
select is(
    pg_temp.group_stints('~Nowhere_A1', 'tencent'),
    'tencent 2020-2023 start 2020! end none',
    'metrics 2: employment at an unresolved place is another staff (start)'
);
select is(
    pg_temp.group_stints('~Teacher_A1', 'tencent'),
    'tencent 2020-2023 start 2020! end none',
    'metrics 2: employment at a university is another staff'
);
-- Baidu is supported until 2018, the year made; it stays open (interval claims decide its end).
select is(
    pg_temp.group_stints('~Stated_A1'),
    'baidu 2015-2021 start 2015! end none; tencent 2020-2023 start 2020 end none',
    'metrics 2: observations are the years that claims support, of intervals too, and not beyond'
);
select is(
    pg_temp.group_stints('~Same_Year1'),
    'baidu 2020-2023 start none end none; tencent 2020-2023 start none end none',
    'metrics 2: another staff in the same year is neither before nor after'
);
select is(
    pg_temp.stints('~First_Year1'),
    'baidu employment research_staff start none end 2020! evidence 2019-2019; '
    'tencent employment research_staff start 2020! end none evidence 2020-2021',
    'metrics 2: start_year is the first year observed here; the same holds for stints'
);

select is(
    pg_temp.group_stints('~Back_To_School1', 'tencent'),
    'tencent 2018-2021 start none end none',
    'metrics 2: a student later is not on another staff: no end_year'
);
-- Tencent: last evidence 2019, 2022 = 2019 + 3. Baidu: the window before 2022 is 2019 to 2021.
select is(
    pg_temp.group_stints('~Leaver_A1'),
    'baidu 2022-2025 start 2022 end none; tencent 2018-2022 start none end 2022',
    'metrics 2: end_year = the first later year on another staff, at most last_evidence_year + 3'
);
select is(
    pg_temp.group_stints('~Leaver_B1'),
    'baidu 2023-2026 start none end none; tencent 2018-2022 start none end none',
    'metrics 2: another staff later than last_evidence_year + 3 gives no end_year'
);
select is(
    pg_temp.group_stints('~Leaver_C1', 'tencent'),
    'tencent 2019-2021 start none end 2021',
    'metrics 2: an internship ends nothing, employment at an unresolved place does'
);
-- Tencent: another staff in 2019 is not later than 2019; 2021 is. Baidu: [2019] and [2021] are two stints;
-- the first has no end (Tencent was seen no later than 2019) and finishes 2022 >= 2021: one group stint,
-- first seen 2019, Tencent's staff in 2018.
select is(
    pg_temp.group_stints('~Later_A1'),
    'baidu 2019-2024 start 2019! end none; tencent 2018-2021 start none end 2021',
    'metrics 2: only a year later than last_evidence_year ends a stint'
);

-- First at Tencent: ended 2018 (Baidu, two years after). Baidu: start 2018 (Tencent 2016), ended 2019.
-- Second: 2016 lies in the window 2016 to 2018 and was on this staff.
select is(
    pg_temp.group_stints('~Returner_A1'),
    'baidu 2018-2019 start 2018 end 2019!; '
    'tencent 2016-2018 start none end 2018; tencent 2019-2022 start none end none',
    'metrics 2: observed on this staff within the window: start_year null, though on another staff too'
);
select is(
    pg_temp.group_stints('~Returner_B1'),
    'baidu 2019-2020 start 2019! end 2020!; '
    'tencent 2018-2019 start none end 2019!; tencent 2020-2023 start none end none',
    'metrics 2: a group stint with an end_year is not one with the next'
);

-- 2015 finishes 2018 = the next begin.
select is(
    pg_temp.group_stints('~Again_A1'),
    'tencent 2015-2021 start none end none',
    'metrics 2: a group stint without end whose finish_year reaches the next begin_year is one with it'
);
select is(
    pg_temp.stints('~Again_A1'),
    'tencent employment research_staff start none end none evidence 2015-2015; '
    'tencent employment research_staff start none end none evidence 2018-2018',
    'metrics 2: only group stints are joined so, not the stints of an organisation'
);
select is(
    pg_temp.group_stints('~Again_B1'),
    'tencent 2015-2018 start none end none; tencent 2019-2022 start none end none',
    'metrics 2: a group stint whose finish_year does not reach the next begin_year is another'
);
select is(
    pg_temp.group_stints('~Again_C1'),
    'tencent 2012-2021 start none end none',
    'metrics 2: joining goes on from stint to stint'
);
-- Literal reading: one stint; its start is the earliest stated one (2018), its end that of the interval
-- claims (2020); the evidence of 2015 does not move the beginning.
select is(
    pg_temp.group_stints('~Again_D1'),
    'tencent 2018-2020 start 2018! end 2020!',
    'metrics 2: the joined stint''s start and end follow from the same rules over all its claims'
);
select is(
    pg_temp.group_stints('~Again_E1'),
    'tencent 2012-2013 start 2012! end 2013!; tencent 2015-2018 start none end none',
    'metrics 2: a stint with a stated end is not one with a later observation'
);
select is_empty(
    $$
    select person_id, stint_id
    from mart.fct_stint
    where
        (start_year is null and is_start_known)
        or (end_year is null and is_end_known)
        or (is_open and end_year is not null)
    $$,
    'metrics 2: nothing is known of a year that is null, and an open stint has no end_year'
);

select * from finish();
rollback;
