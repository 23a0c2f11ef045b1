-- metrics 2, group stints: employment of one person in one group, merged over organisations and units.
-- Profiles are made 2023; the latest modification in the warehouse is 2024-06-29.
begin;
\ir world.sql
select plan(15);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');
call pg_temp.add_person('~Latest_Change1', null, '2024-06-29 00:00:00+00');

call pg_temp.add_person('~Labs_A1', 2023);
call pg_temp.add_job(
    '~Labs_A1', 'Research Scientist', 2015, 2017, 'Tencent AI Lab', 'ailab.tencent.com'
);
call pg_temp.add_job(
    '~Labs_A1', 'Software Engineer', 2018, 2020, 'ARC Lab, Tencent PCG', 'tencent.com'
);
call pg_temp.add_person('~Labs_B1', 2023);
call pg_temp.add_job(
    '~Labs_B1', 'Research Scientist', 2015, 2017, 'Tencent AI Lab', 'ailab.tencent.com'
);
call pg_temp.add_job(
    '~Labs_B1', 'Research Scientist', 2019, 2020, 'ARC Lab, Tencent PCG', 'tencent.com'
);
call pg_temp.add_person('~Family_A1', 2023);
call pg_temp.add_job('~Family_A1', 'Research Scientist', 2014, 2018, 'Google Brain', 'google.com');
call pg_temp.add_job('~Family_A1', 'Research Scientist', 2018, 2020, 'DeepMind', 'deepmind.com');
call pg_temp.add_person('~Family_B1', 2023);
call pg_temp.add_job('~Family_B1', 'Research Scientist', 2014, 2016, 'Google', 'google.com');
call pg_temp.add_job('~Family_B1', 'Research Scientist', 2015, null, 'DeepMind', 'deepmind.com');
call pg_temp.add_point('~Family_C1', 2019, 'Research Scientist', 'DeepMind', 'deepmind.com');
call pg_temp.add_point('~Family_C1', 2020, 'Research Scientist', 'Google', 'google.com');
call pg_temp.add_person('~Others_A1', 2023);
call pg_temp.add_job(
    '~Others_A1', 'Research Scientist', 2014, 2018, 'Alibaba Group', 'alibaba-inc.com'
);
call pg_temp.add_job('~Others_A1', 'Research Scientist', 2018, 2020, 'Ant Group', 'antgroup.com');
call pg_temp.add_person('~Both_A1', 2023);
call pg_temp.add_job('~Both_A1', 'Research Scientist', 2015, 2020);
call pg_temp.add_job('~Both_A1', 'Research Scientist', 2017, 2019, 'Baidu', 'baidu.com');
call pg_temp.add_person('~Apart_A1', 2023);
call pg_temp.add_job('~Apart_A1', 'Research Scientist', 2010, 2012);
call pg_temp.add_job('~Apart_A1', 'Research Scientist', 2018, null);
call pg_temp.add_person('~Not_Staff1', 2023);
call pg_temp.add_job('~Not_Staff1', 'Research Intern', 2015, 2016);
call pg_temp.add_job('~Not_Staff1', 'PhD student', 2016, 2017);
call pg_temp.add_job('~Not_Staff1', 'Visiting Researcher', 2017, 2018);
call pg_temp.add_study('~Not_Staff1', 'PhD student', 2014, 2019);
call pg_temp.add_person('~Mixed_A1', 2023);
call pg_temp.add_job('~Mixed_A1', 'Research Intern', 2014, 2016);
call pg_temp.add_job('~Mixed_A1', 'Professor', 2016, 2018);
call pg_temp.add_job('~Mixed_A1', 'Postdoc', 2018, 2019);
call pg_temp.add_person('~Founder_A1', 2023);
call pg_temp.add_job('~Founder_A1', 'Founder', 2021, 2022, 'MiniMax', 'minimaxi.com');

call pg_temp.build();

select is(
    pg_temp.group_stints('~Labs_A1'),
    'tencent 2015-2020 start 2015! end 2020!',
    'metrics 2: moving between labs is not leaving'
);
select is(
    pg_temp.group_stints('~Labs_B1'),
    'tencent 2015-2017 start 2015! end 2017!; tencent 2019-2020 start 2019! end 2020!',
    'metrics 2: labs of one group are merged with the same gap rule'
);
select is(
    pg_temp.group_stints('~Family_A1'),
    'google 2014-2020 start 2014! end 2020!',
    'metrics 2: employment is merged over the organisations of a family'
);
select is(
    pg_temp.group_stints('~Family_B1'),
    'google 2014-2026 start 2014! end none',
    'metrics 2: the end follows from all employment claims in the group: open if one is'
);
-- Google in 2020 is no other staff than DeepMind in 2019.
select is(
    pg_temp.group_stints('~Family_C1'),
    'google 2019-2023 start none end none',
    'metrics 2: observations are taken per group: its other organisation is not another staff'
);
select is(
    pg_temp.group_stints('~Others_A1'),
    'alibaba 2014-2018 start 2014! end 2018!; ant_group 2018-2020 start 2018! end 2020!',
    'metrics 2: different groups are not merged'
);
select is(
    pg_temp.group_stints('~Both_A1'),
    'baidu 2017-2019 start 2017! end 2019!; tencent 2015-2020 start 2015! end 2020!',
    'metrics 2: two groups at the same time are two group stints'
);
select is(
    pg_temp.group_stints('~Apart_A1'),
    'tencent 2010-2012 start 2010! end 2012!; tencent 2018-2026 start 2018! end none',
    'metrics 2: a returner has two group stints'
);
select is(
    pg_temp.group_stints('~Not_Staff1', 'tencent'),
    'none',
    'metrics 2: internships, students at a company and visits are no group stints'
);
select is_empty(
    $$
    select * from mart.fct_group_stint
    where person_id = pg_temp.person_id('~Not_Staff1') and group_key = 'tsinghua.edu.cn'
    $$,
    'metrics 2: education is no group stint'
);
select is(
    pg_temp.group_stints('~Mixed_A1'),
    'tencent 2016-2019 start 2016! end 2019!',
    'metrics 2: faculty and postdoc are employment; the internship before does not move the start'
);
select is(
    pg_temp.group_stints('~Founder_A1'),
    'minimax 2021-2022 start 2021! end 2022!',
    'metrics 2: a founder is employed'
);
select is_empty(
    $$
    select * from mart.fct_group_stint
    where
        begin_year is null
        or finish_year is null
        or finish_year < begin_year
        or begin_year != coalesce(start_year, begin_year)
        or finish_year != coalesce(end_year, finish_year)
    $$,
    'metrics 2: begin_year is start_year, finish_year is end_year, where there is one'
);

-- 2023 ended on 2024-01-01; six months later is 2024-07-01.
select is(
    (select is_complete from mart.dim_year where year = 2022),
    true,
    'metrics 3: is_complete when the latest profile modification is 6 months after the year''s end'
);
select is(
    (select is_complete from mart.dim_year where year = 2023),
    false,
    'metrics 3: not is_complete two days before 6 months have passed'
);

select * from finish();
rollback;
