-- metrics 1, point claims without role text: evidence for the stints into whose period, widened by
-- merge_gap_years (1) on both sides, they fall; employment of role class other where there is none.
-- add_slot gives an affiliation of an author slot without role; add_point with role null one of an archive.
begin;
\ir world.sql
select plan(22);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');

call pg_temp.add_slot('~Alone_A1', 2015, 'Tencent', 'tencent.com');
call pg_temp.add_point('~Alone_A1', 2016, null);

call pg_temp.add_person('~Within_A1', 2020);
call pg_temp.add_job('~Within_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_slot('~Within_A1', 2017, 'Tencent', 'tencent.com');
call pg_temp.add_person('~After_A1', 2020);
call pg_temp.add_job('~After_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_slot('~After_A1', 2019, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Before_A1', 2020);
call pg_temp.add_job('~Before_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~Before_A1', 2014, null);
call pg_temp.add_person('~Outside_A1', 2020);
call pg_temp.add_job('~Outside_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_slot('~Outside_A1', 2020, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Outside_B1', 2020);
call pg_temp.add_job('~Outside_B1', 'Research Scientist', 2015, 2018);
call pg_temp.add_slot('~Outside_B1', 2013, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Open_A1', 2016);
call pg_temp.add_job('~Open_A1', 'Research Scientist', 2015, null);
call pg_temp.add_slot('~Open_A1', 2022, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Plan_A1', 2018);
call pg_temp.add_job('~Plan_A1', 'Research Scientist', 2015, 2021);
call pg_temp.add_slot('~Plan_A1', 2024, 'Tencent', 'tencent.com');
call pg_temp.add_person('~No_Start1', 2020);
call pg_temp.add_job('~No_Start1', 'Research Scientist', null, 2018);
call pg_temp.add_slot('~No_Start1', 2017, 'Tencent', 'tencent.com');
call pg_temp.add_person('~No_Start2', 2020);
call pg_temp.add_job('~No_Start2', 'Research Scientist', null, 2018);
call pg_temp.add_slot('~No_Start2', 2016, 'Tencent', 'tencent.com');

-- whatever kind
call pg_temp.add_person('~Intern_A1', 2023);
call pg_temp.add_job('~Intern_A1', 'Research Intern', 2020, 2020);
call pg_temp.add_slot('~Intern_A1', 2021, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Intern_B1', 2023);
call pg_temp.add_job('~Intern_B1', 'Research Intern', 2020, 2020);
call pg_temp.add_slot('~Intern_B1', 2022, 'Tencent', 'tencent.com');
call pg_temp.add_point('~Intern_C1', 2020, 'Research Intern');
call pg_temp.add_slot('~Intern_C1', 2021, 'Tencent', 'tencent.com');
call pg_temp.add_slot('~Intern_C1', 2022, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Student_A1', 2023);
call pg_temp.add_study('~Student_A1', 'PhD student', 2015, 2019);
call pg_temp.add_slot('~Student_A1', 2020, 'Tsinghua University', 'tsinghua.edu.cn');
call pg_temp.add_person('~Visitor_A1', 2023);
call pg_temp.add_job('~Visitor_A1', 'Visiting Scholar', 2018, 2019);
call pg_temp.add_slot('~Visitor_A1', 2019, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Every_A1', 2022);
call pg_temp.add_job('~Every_A1', 'Research Intern', 2018, 2019);
call pg_temp.add_job('~Every_A1', 'Research Scientist', 2020, null);
call pg_temp.add_slot('~Every_A1', 2020, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Elsewhere_A1', 2023);
call pg_temp.add_job('~Elsewhere_A1', 'Research Intern', 2018, 2022, 'Baidu', 'baidu.com');
call pg_temp.add_slot('~Elsewhere_A1', 2020, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Somebody_Else1', 2023);
call pg_temp.add_job('~Somebody_Else1', 'Research Intern', 2018, 2022);

-- another name and domain of the group
call pg_temp.add_person('~Family_A1', 2023);
call pg_temp.add_job('~Family_A1', 'Research Intern', 2018, 2022, 'Google', 'google.com');
call pg_temp.add_slot('~Family_A1', 2020, 'DeepMind', 'deepmind.com');

-- an observation of another staff by a claim without role
call pg_temp.add_slot('~Mover_A1', 2019, 'Baidu', 'baidu.com');
call pg_temp.add_point('~Mover_A1', 2020);

call pg_temp.build();

select is(
    pg_temp.stints('~Alone_A1'),
    'tencent employment other start none end none evidence 2015-2016',
    'metrics 1: without any stint a claim without role is employment with role class other'
);
select is(
    pg_temp.stints('~Within_A1'),
    'tencent employment research_staff start 2015! end 2018! evidence 2015-2018',
    'metrics 1: within a stint a claim without role is evidence of it, not a job and not its latest role'
);
select is(
    pg_temp.stints('~After_A1'),
    'tencent employment research_staff start 2015! end 2018! evidence 2015-2019',
    'metrics 1: the period is widened by merge_gap_years after its end'
);
select is(
    pg_temp.stints('~Before_A1'),
    'tencent employment research_staff start 2015! end 2018! evidence 2014-2018',
    'metrics 1: the period is widened by merge_gap_years before its start'
);
select is(
    pg_temp.stints('~Outside_A1'),
    'tencent employment research_staff start 2015! end 2018! evidence 2015-2018; '
    'tencent employment other start none end none evidence 2020-2020',
    'metrics 1: after the widened period a claim without role is a job of its own'
);
-- As group stints: [2013] has no end and finishes 2016, which reaches 2015: one with the next.
select is(
    pg_temp.stints('~Outside_B1'),
    'tencent employment other start none end none evidence 2013-2013; '
    'tencent employment research_staff start 2015! end 2018! evidence 2015-2018',
    'metrics 1: before the widened period a claim without role is a job of its own'
);
select is(
    pg_temp.stints('~Open_A1'),
    'tencent employment research_staff start 2015! end none evidence 2015-2022',
    'metrics 1: an open stint reaches on without limit: a later claim without role is its evidence'
);
select is(
    pg_temp.group_stints('~Open_A1'),
    'tencent 2015-2025 start 2015! end none',
    'metrics 1: evidence without role carries an open stint on'
);
select is(
    pg_temp.group_stints('~Plan_A1'),
    'tencent 2015-2027 start 2015! end none',
    'metrics 1: a plan is open: a claim without role after the planned end is evidence of the stint'
);
-- The claim occupies [2018, 2018], widened [2017, 2019].
select is(
    pg_temp.stints('~No_Start1'),
    'tencent employment research_staff start none end 2018! evidence 2017-2018',
    'metrics 1: the period of a claim without start is [min(end, year made), end], widened'
);
-- [2016] is a job of its own; as a group stint it finishes 2019 >= 2018 and is one with the next, of whose
-- claims the interval has no start, and an end.
select is(
    pg_temp.group_stints('~No_Start2'),
    'tencent 2016-2018 start none end 2018!',
    'metrics 2: with any interval claim a start is stated or null, also after joining'
);

select is(
    pg_temp.stints('~Intern_A1'),
    'tencent internship intern start 2020! end 2020! evidence 2020-2021',
    'metrics 1: an internship takes up a claim without role: no employment'
);
select is(
    pg_temp.group_stints('~Intern_A1'),
    'none',
    'metrics 1: what an internship takes up is no group stint'
);
select is(
    pg_temp.stints('~Intern_B1'),
    'tencent employment other start none end none evidence 2022-2022; '
    'tencent internship intern start 2020! end 2020! evidence 2020-2020',
    'metrics 1: two years after an internship a claim without role is employment'
);
-- The internship of 2020, widened [2019, 2021], takes up 2021; that does not widen it to 2022.
select is(
    pg_temp.stints('~Intern_C1'),
    'tencent employment other start none end none evidence 2022-2022; '
    'tencent internship intern start none end none evidence 2020-2021',
    'metrics 1: the stints that take up are formed from the claims with role text alone'
);
select is(
    pg_temp.stints('~Student_A1'),
    'tsinghua.edu.cn education phd_student phd start 2015! end 2019! evidence 2015-2020',
    'metrics 1: education takes up a claim without role: no employment at the university'
);
select is(
    pg_temp.stints('~Visitor_A1'),
    'tencent visit visitor start 2018! end 2019! evidence 2018-2019',
    'metrics 1: a visit takes up a claim without role: no employment'
);
select is(
    pg_temp.stints('~Every_A1'),
    'tencent employment research_staff start 2020! end none evidence 2020-2022; '
    'tencent internship intern start 2018! end 2019! evidence 2018-2020',
    'metrics 1: a claim without role is evidence for every stint whose widened period holds its year'
);
select is(
    pg_temp.stints('~Elsewhere_A1', 'employment'),
    'tencent employment other start none end none evidence 2020-2020',
    'metrics 1: a stint in another group takes nothing up'
);
select is(
    pg_temp.stints('~Somebody_Else1'),
    'tencent internship intern start 2018! end 2022! evidence 2018-2022',
    'metrics 1: a stint takes up claims of its own person only'
);
select is(
    pg_temp.group_stints('~Family_A1'),
    'none',
    'metrics 1: a stint at another organisation of the group takes up a claim without role'
);
select is(
    pg_temp.group_stints('~Mover_A1'),
    'baidu 2019-2020 start none end 2020!; tencent 2020-2023 start 2020! end none',
    'metrics 2: employment without role text is an observation on a staff too'
);

select * from finish();
rollback;
