-- metrics 5, where leavers go: everybody was at Tencent 2015-2018 (stated, profile made 2023) unless said
-- otherwise. The window is 2017 to 2020.
begin;
\ir world.sql
select plan(19);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');

create procedure pg_temp.add_leaver(new_profile_id text, new_start_year integer default 2015)
language plpgsql
as $$
begin
    call pg_temp.add_person(new_profile_id, 2023);
    call pg_temp.add_job(new_profile_id, 'Research Scientist', new_start_year, 2018);
end
$$;
create function pg_temp.destination(the_openreview_id text)
returns text
language sql
as $$
    select concat_ws(' ', destination_category, destination_group_key) from mart.fct_group_stint
    where person_id = pg_temp.person_id(the_openreview_id) and group_key = 'tencent'
$$;

call pg_temp.add_leaver('~Leaver_A1');
call pg_temp.add_job('~Leaver_A1', 'Research Scientist', 2018, null, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_B1');
call pg_temp.add_job('~Leaver_B1', 'Research Scientist', 2017, null, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_C1');
call pg_temp.add_job('~Leaver_C1', 'Research Scientist', 2016, null, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_D1');
call pg_temp.add_job('~Leaver_D1', 'Research Scientist', 2020, null, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_E1');
call pg_temp.add_job('~Leaver_E1', 'Research Scientist', 2021, null, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_F1');
call pg_temp.add_job('~Leaver_F1', 'Research Scientist', 2020, null, 'Baidu', 'baidu.com');
call pg_temp.add_job('~Leaver_F1', 'Research Scientist', 2019, 2020, 'Google', 'google.com');
call pg_temp.add_leaver('~Leaver_G1');
call pg_temp.add_study('~Leaver_G1', 'PhD student', 2019, 2023);
call pg_temp.add_leaver('~Leaver_H1');
call pg_temp.add_job(
    '~Leaver_H1', 'PhD student', 2019, 2023, 'Nowhere University of Nothing', null
);
call pg_temp.add_leaver('~Leaver_I1');
call pg_temp.add_study('~Leaver_I1', 'PhD student', 2019, 2023);
call pg_temp.add_job('~Leaver_I1', 'Research Scientist', 2019, 2020, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_J1');
call pg_temp.add_job('~Leaver_J1', 'Research Scientist', 2019, 2020, 'Baidu', 'baidu.com');
call pg_temp.add_job('~Leaver_J1', 'Research Scientist', 2019, 2021, 'Google', 'google.com');
call pg_temp.add_leaver('~Leaver_K1');
call pg_temp.add_job('~Leaver_K1', 'Research Scientist', 2019, 2021, 'Google', 'google.com');
call pg_temp.add_job('~Leaver_K1', 'Research Scientist', 2019, 2021, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_L1', 2018);
call pg_temp.add_job('~Leaver_L1', 'Research Scientist', 2017, 2019, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_M1');
call pg_temp.add_job('~Leaver_M1', 'Research Intern', 2019, 2020, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_N1');
call pg_temp.add_job('~Leaver_N1', 'Researcher', 2018, 2023, 'Nowhere Research Ltd', null);
call pg_temp.add_job('~Leaver_N1', 'Research Scientist', 2019, 2023, 'Baidu', 'baidu.com');
call pg_temp.add_leaver('~Leaver_O1');
call pg_temp.add_leaver('~Leaver_P1');
call pg_temp.add_job('~Leaver_P1', 'Founder', 2019, null, 'Zhipu AI', 'zhipuai.cn');
call pg_temp.add_leaver('~Leaver_Q1');
call pg_temp.add_study('~Leaver_Q1', 'Assistant Professor', 2018, null);
-- Left in 2018 and came back in 2020: the own group is not outside.
call pg_temp.add_leaver('~Leaver_R1');
call pg_temp.add_job('~Leaver_R1', 'Research Scientist', 2020, 2021);

call pg_temp.build();

select is(
    pg_temp.destination('~Leaver_A1'),
    'large_domestic_company baidu',
    'metrics 5: begun in the year of leaving'
);
select is(
    pg_temp.destination('~Leaver_B1'),
    'large_domestic_company baidu',
    'metrics 5: begun destination_lead_years before'
);
select is(
    pg_temp.destination('~Leaver_C1'), 'unknown unknown', 'metrics 5: begun earlier than the window'
);
select is(
    pg_temp.destination('~Leaver_D1'),
    'large_domestic_company baidu',
    'metrics 5: begun destination_lag_years after'
);
select is(
    pg_temp.destination('~Leaver_E1'),
    'unknown unknown',
    'metrics 5: begun later than the window'
);
select is(
    pg_temp.destination('~Leaver_F1'),
    'foreign_company google',
    'metrics 5: the earliest begin'
);
select is(
    pg_temp.destination('~Leaver_G1'),
    'academia tsinghua.edu.cn',
    'metrics 5: education -> academia'
);
select matches(
    pg_temp.destination('~Leaver_H1'),
    '^academia',
    'metrics 5: education -> academia even if unresolved'
);
select is(
    pg_temp.destination('~Leaver_I1'),
    'large_domestic_company baidu',
    'metrics 5: ties of begin: employment before education, though it finishes earlier'
);
select is(
    pg_temp.destination('~Leaver_J1'),
    'foreign_company google',
    'metrics 5: ties of begin and kind: the later finish'
);
select is(
    pg_temp.destination('~Leaver_K1'),
    'large_domestic_company baidu',
    'metrics 5: ties of begin, kind and finish: the smaller key'
);
select is(
    pg_temp.destination('~Leaver_L1'),
    'unknown unknown',
    'metrics 5: begun before the group stint itself'
);
select is(
    pg_temp.destination('~Leaver_M1'),
    'unknown unknown',
    'metrics 5: an internship is no destination'
);
select is(
    pg_temp.destination('~Leaver_N1'),
    'unknown unknown',
    'metrics 5: an unresolved employer that comes first gives unknown'
);
select is(pg_temp.destination('~Leaver_O1'), 'unknown unknown', 'metrics 5: none -> unknown');
select is(pg_temp.destination('~Leaver_P1'), 'start_up zhipu', 'metrics 5: a start-up');
select is(
    pg_temp.destination('~Leaver_Q1'),
    'academia tsinghua.edu.cn',
    'metrics 5: a job at a university'
);
select is(
    (
        select concat_ws(' ', destination_category, destination_group_key) from mart.fct_group_stint
        where person_id = pg_temp.person_id('~Leaver_R1') and end_year = 2018
    ),
    'unknown unknown',
    'metrics 5: the group itself is no destination'
);
select is_empty(
    $$
    select destination_category from mart.fct_group_stint
    where
        destination_category not in (
            'large_domestic_company', 'start_up', 'foreign_company', 'academia', 'other', 'unknown'
        )
        or (end_year is null and destination_category not in ('unknown'))
    $$,
    'metrics 5: no other categories; who has not left has no destination'
);

select * from finish();
rollback;
