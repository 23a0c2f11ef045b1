-- metrics 4, what joiners bring: everybody joins Tencent in 2018 (stated, 2018-2022, profile made 2023).
-- Education is at Tsinghua University unless said otherwise.
begin;
\ir world.sql
select plan(54);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');

create procedure pg_temp.add_joiner(new_profile_id text)
language plpgsql
as $$
begin
    call pg_temp.add_person(new_profile_id, 2023);
    call pg_temp.add_job(new_profile_id, 'Research Scientist', 2018, 2022);
end
$$;
create procedure pg_temp.add_baidu(the_profile_id text, new_start_year integer, new_end_year integer)
language plpgsql
as $$
begin
    call pg_temp.add_job(
        the_profile_id, 'Research Scientist', new_start_year, new_end_year, 'Baidu', 'baidu.com'
    );
end
$$;
create procedure pg_temp.add_google(the_profile_id text, new_start_year integer, new_end_year integer)
language plpgsql
as $$
begin
    call pg_temp.add_job(
        the_profile_id, 'Research Scientist', new_start_year, new_end_year, 'Google', 'google.com'
    );
end
$$;

-- A degree that is not known may be null or 'unknown': the contract names the four known ones.
create function pg_temp.entry_degree(the_openreview_id text)
returns text
language sql
as $$
    select coalesce(degree_at_entry, 'unknown') from mart.fct_group_stint
    where person_id = pg_temp.person_id(the_openreview_id) and group_key = 'tencent'
$$;
create function pg_temp.entry_fresh(the_openreview_id text)
returns boolean
language sql
as $$
    select is_fresh_graduate from mart.fct_group_stint
    where person_id = pg_temp.person_id(the_openreview_id) and group_key = 'tencent'
$$;
create function pg_temp.entry_origin(the_openreview_id text)
returns text
language sql
as $$
    select concat_ws(' ', origin_category, origin_group_key) from mart.fct_group_stint
    where person_id = pg_temp.person_id(the_openreview_id) and group_key = 'tencent'
$$;

-- Degrees
call pg_temp.add_joiner('~Degree_A1');
call pg_temp.add_study('~Degree_A1', 'PhD student', 2013, 2018);
call pg_temp.add_joiner('~Degree_B1');
call pg_temp.add_study('~Degree_B1', 'PhD student', 2013, 2019);
call pg_temp.add_joiner('~Degree_C1');
call pg_temp.add_study('~Degree_C1', 'PhD student', 2013, 2020);
call pg_temp.add_joiner('~Degree_D1');
call pg_temp.add_study('~Degree_D1', 'MS student', 2014, 2016);
call pg_temp.add_study('~Degree_D1', 'Undergrad student', 2010, 2014);
call pg_temp.add_joiner('~Degree_E1');
call pg_temp.add_study('~Degree_E1', 'PhD student', 2015, 2022);
call pg_temp.add_study('~Degree_E1', 'Undergrad student', 2010, 2014);
call pg_temp.add_joiner('~Degree_F1');
call pg_temp.add_study('~Degree_F1', 'PhD student', 2013, null);
call pg_temp.add_joiner('~Degree_G1');
call pg_temp.add_study('~Degree_G1', 'PhD student', 2013, 2024);
call pg_temp.add_joiner('~Degree_H1');
call pg_temp.add_study('~Degree_H1', 'Postdoc', 2016, 2017);
call pg_temp.add_joiner('~Degree_I1');
call pg_temp.add_study('~Degree_I1', 'Assistant Professor', 2010, 2012);
call pg_temp.add_study('~Degree_I1', 'MS student', 2005, 2007);
call pg_temp.add_joiner('~Degree_J1');
call pg_temp.add_study('~Degree_J1', 'Lecturer', 2018, 2019);
call pg_temp.add_joiner('~Degree_K1');
call pg_temp.add_joiner('~Degree_L1');
call pg_temp.add_study('~Degree_L1', 'Student', 2010, 2014);
call pg_temp.add_joiner('~Degree_M1');
call pg_temp.add_job('~Degree_M1', 'MS student', 2014, 2016, 'Nowhere University of Nothing', null);
call pg_temp.add_joiner('~Degree_N1');
call pg_temp.add_study('~Degree_N1', 'PhD student', null, 2016);

-- Fresh graduates
call pg_temp.add_joiner('~Fresh_A1');
call pg_temp.add_study('~Fresh_A1', 'PhD student', 2012, 2017);
call pg_temp.add_joiner('~Fresh_B1');
call pg_temp.add_study('~Fresh_B1', 'PhD student', 2012, 2016);
call pg_temp.add_joiner('~Fresh_C1');
call pg_temp.add_study('~Fresh_C1', 'PhD student', 2013, 2018);
call pg_temp.add_baidu('~Fresh_C1', 2015, 2016);
call pg_temp.add_joiner('~Fresh_D1');
call pg_temp.add_study('~Fresh_D1', 'PhD student', 2013, 2018);
call pg_temp.add_baidu('~Fresh_D1', 2010, 2012);
call pg_temp.add_joiner('~Fresh_E1');
call pg_temp.add_study('~Fresh_E1', 'PhD student', 2013, 2018);
call pg_temp.add_baidu('~Fresh_E1', 2010, 2018);
call pg_temp.add_joiner('~Fresh_F1');
call pg_temp.add_study('~Fresh_F1', 'PhD student', 2013, 2018);
call pg_temp.add_baidu('~Fresh_F1', 2010, 2017);
call pg_temp.add_joiner('~Fresh_G1');
call pg_temp.add_study('~Fresh_G1', 'PhD student', 2013, 2018);
call pg_temp.add_job('~Fresh_G1', 'Research Intern', 2015, 2017, 'Baidu', 'baidu.com');
call pg_temp.add_joiner('~Fresh_H1');
call pg_temp.add_study('~Fresh_H1', 'PhD student', 2012, 2017);
call pg_temp.add_study('~Fresh_H1', 'Postdoc', 2017, 2017);
call pg_temp.add_joiner('~Fresh_I1');
call pg_temp.add_study('~Fresh_I1', 'PhD student', 2013, 2018);
call pg_temp.add_baidu('~Fresh_I1', 2018, 2018);
call pg_temp.add_joiner('~Fresh_J1');
call pg_temp.add_baidu('~Fresh_J1', 2010, 2012);
call pg_temp.add_joiner('~Fresh_K1');
call pg_temp.add_baidu('~Fresh_K1', 2014, 2018);
call pg_temp.add_joiner('~Fresh_L1');
call pg_temp.add_study('~Fresh_L1', 'MS student', 2012, 2018);
call pg_temp.add_study('~Fresh_L1', 'PhD student', 2015, 2018);
call pg_temp.add_baidu('~Fresh_L1', 2013, 2014);
call pg_temp.add_joiner('~Fresh_M1');
call pg_temp.add_study('~Fresh_M1', 'MS student', 2014, 2018);
call pg_temp.add_study('~Fresh_M1', 'PhD student', 2019, 2023);
call pg_temp.add_joiner('~Fresh_N1');
call pg_temp.add_study('~Fresh_N1', 'PhD student', 2012, null);
call pg_temp.add_study('~Fresh_N1', 'MS student', 2015, 2017);
-- A stint in the group itself is no career employment: 2012-2013, and again from 2018.
call pg_temp.add_joiner('~Fresh_O1');
call pg_temp.add_study('~Fresh_O1', 'PhD student', 2012, 2017);
call pg_temp.add_job('~Fresh_O1', 'Research Scientist', 2012, 2013);

-- Origins
call pg_temp.add_joiner('~Origin_A1');
call pg_temp.add_baidu('~Origin_A1', 2015, 2018);
call pg_temp.add_joiner('~Origin_B1');
call pg_temp.add_google('~Origin_B1', 2015, 2018);
call pg_temp.add_joiner('~Origin_C1');
call pg_temp.add_job('~Origin_C1', 'Research Scientist', 2015, 2018, 'Zhipu AI', 'zhipuai.cn');
call pg_temp.add_joiner('~Origin_D1');
call pg_temp.add_study('~Origin_D1', 'Lecturer', 2015, 2018);
call pg_temp.add_joiner('~Origin_E1');
call pg_temp.add_job(
    '~Origin_E1', 'Researcher', 2015, 2018, 'Beijing Academy of Artificial Intelligence', 'baai.ac.cn'
);
call pg_temp.add_joiner('~Origin_F1');
call pg_temp.add_job('~Origin_F1', 'Researcher', 2015, 2018, 'Nowhere Research Ltd', null);
call pg_temp.add_joiner('~Origin_G1');
call pg_temp.add_baidu('~Origin_G1', 2010, 2018);
call pg_temp.add_job('~Origin_G1', 'Researcher', 2015, 2017, 'Nowhere Research Ltd', null);
call pg_temp.add_joiner('~Origin_H1');
call pg_temp.add_baidu('~Origin_H1', 2012, 2016);
call pg_temp.add_joiner('~Origin_I1');
call pg_temp.add_baidu('~Origin_I1', 2012, 2015);
call pg_temp.add_joiner('~Origin_J1');
call pg_temp.add_google('~Origin_J1', 2010, 2018);
call pg_temp.add_baidu('~Origin_J1', 2012, 2014);
call pg_temp.add_joiner('~Origin_K1');
call pg_temp.add_baidu('~Origin_K1', 2014, 2016);
call pg_temp.add_google('~Origin_K1', 2014, 2017);
call pg_temp.add_joiner('~Origin_L1');
call pg_temp.add_google('~Origin_L1', 2014, 2017);
call pg_temp.add_baidu('~Origin_L1', 2014, 2017);
call pg_temp.add_joiner('~Origin_M1');
call pg_temp.add_job('~Origin_M1', 'Researcher', 2014, 2017, 'Aardvark Research Ltd', null);
call pg_temp.add_job('~Origin_M1', 'Research Scientist', 2014, 2017, 'Snap', 'snap.com');
call pg_temp.add_joiner('~Origin_N1');
call pg_temp.add_job('~Origin_N1', 'Research Intern', 2015, 2017, 'Baidu', 'baidu.com');
call pg_temp.add_joiner('~Origin_O1');
call pg_temp.add_baidu('~Origin_O1', 2018, 2020);

call pg_temp.build();

select is(
    pg_temp.entry_degree('~Degree_A1'),
    'phd',
    'metrics 4: a PhD that ended in the year of joining'
);
select is(
    pg_temp.entry_degree('~Degree_B1'),
    'phd',
    'metrics 4: a PhD that ended within degree_grace_years'
);
select is(
    pg_temp.entry_degree('~Degree_C1'),
    'other',
    'metrics 4: a PhD that ended later is not finished: other, and known'
);
select is(pg_temp.entry_degree('~Degree_D1'), 'master', 'metrics 4: the highest degree');
select is(pg_temp.entry_degree('~Degree_E1'), 'bachelor', 'metrics 4: the highest finished degree');
select is(pg_temp.entry_degree('~Degree_F1'), 'other', 'metrics 4: an open PhD is not finished');
select is(pg_temp.entry_degree('~Degree_G1'), 'other', 'metrics 4: a planned end is not an end');
select is(
    pg_temp.entry_degree('~Degree_H1'),
    'phd',
    'metrics 4: a postdoc begun before the year implies phd'
);
select is(
    pg_temp.entry_degree('~Degree_I1'),
    'phd',
    'metrics 4: a faculty claim begun before the year implies phd'
);
select is(
    pg_temp.entry_degree('~Degree_J1'),
    'unknown',
    'metrics 4: a faculty claim begun in the year implies nothing'
);
select is(
    pg_temp.entry_degree('~Degree_K1'),
    'unknown',
    'metrics 4: without education the degree is unknown'
);
select is(
    pg_temp.entry_degree('~Degree_L1'),
    'other',
    'metrics 4: a student without degree in the text: other'
);
select is(
    pg_temp.entry_degree('~Degree_M1'),
    'master',
    'metrics 4: education at an unresolved place counts'
);
select is(
    pg_temp.entry_degree('~Degree_N1'),
    'phd',
    'metrics 4: education without start, ended before'
);

select is(
    pg_temp.entry_fresh('~Degree_A1'),
    true,
    'metrics 4: fresh when education ended in the year of joining'
);
select is(
    pg_temp.entry_fresh('~Fresh_A1'),
    true,
    'metrics 4: fresh when it ended fresh_window_years before'
);
select is(
    pg_temp.entry_fresh('~Fresh_B1'),
    false,
    'metrics 4: not fresh when it ended two years before'
);
select is(
    pg_temp.entry_fresh('~Degree_B1'),
    true,
    'metrics 4: fresh when it ended degree_grace_years after'
);
select is(
    pg_temp.entry_fresh('~Degree_C1'),
    false,
    'metrics 4: not fresh when it ended two years after'
);
select is(
    pg_temp.entry_fresh('~Fresh_C1'),
    false,
    'metrics 4: not fresh with employment outside begun no earlier than the latest education'
);
select is(
    pg_temp.entry_fresh('~Fresh_D1'),
    true,
    'metrics 4: employment before the latest education, long over, is no career employment'
);
select is(
    pg_temp.entry_fresh('~Fresh_E1'),
    false,
    'metrics 4: employment before it that was still running in Y - 1 (finish 2018) is'
);
select is(
    pg_temp.entry_fresh('~Fresh_F1'),
    true,
    'metrics 4: employment before it that finished in Y - 1 is not'
);
select is(
    pg_temp.entry_fresh('~Fresh_G1'),
    true,
    'metrics 4: internships are no career employment'
);
select is(pg_temp.entry_fresh('~Fresh_H1'), false, 'metrics 4: a postdoc is career employment');
select is(
    pg_temp.entry_fresh('~Fresh_I1'),
    true,
    'metrics 4: employment begun in the year is no career employment'
);
select is(
    pg_temp.entry_fresh('~Fresh_J1'),
    null::boolean,
    'metrics 4: without education and without career employment it is unknown'
);
select is(
    pg_temp.entry_fresh('~Fresh_K1'),
    false,
    'metrics 4: without education, employment still running in Y - 1 makes it false'
);
select is(
    pg_temp.entry_fresh('~Fresh_L1'),
    true,
    'metrics 4: of education stints that end alike the one with the later begin is the latest'
);
select is(
    pg_temp.entry_fresh('~Fresh_M1'),
    true,
    'metrics 4: education begun after joining is not the latest education stint'
);
select is(
    pg_temp.entry_fresh('~Fresh_N1'),
    null::boolean,
    'metrics 4: an open education stint ends last, and its end is unknown'
);
select is(
    pg_temp.entry_fresh('~Degree_K1'), null::boolean, 'metrics 4: nothing known before: unknown'
);
select is(
    (
        select is_fresh_graduate from mart.fct_group_stint
        where
            person_id = pg_temp.person_id('~Fresh_O1')
            and group_key = 'tencent'
            and start_year = 2018
    ),
    true,
    'metrics 4: employment in the group itself is no career employment'
);
select results_eq(
    $$
    select openreview_id, is_fresh_phd
    from mart.fct_group_stint
    inner join mart.dim_person
        on fct_group_stint.person_id = dim_person.person_id
    where
        group_key = 'tencent'
        and openreview_id in ('~Degree_A1', '~Fresh_B1', '~Fresh_C1', '~Fresh_M1')
    order by openreview_id
    $$,
    $$
    values ('~Degree_A1', true), ('~Fresh_B1', false), ('~Fresh_C1', false), ('~Fresh_M1', false)
    $$,
    'metrics 4: fresh PhD = fresh graduate with degree at entry phd'
);

select is(
    pg_temp.entry_origin('~Degree_A1'),
    'fresh_graduate none',
    'metrics 4: fresh graduates have origin fresh_graduate, group none'
);
select is(
    pg_temp.entry_origin('~Fresh_D1'),
    'fresh_graduate none',
    'metrics 4: a fresh graduate''s old employer is not the origin'
);
select is(
    pg_temp.entry_origin('~Origin_A1'),
    'large_domestic_company baidu',
    'metrics 4: company with size_class large, same country'
);
select is(
    pg_temp.entry_origin('~Origin_B1'),
    'foreign_company google',
    'metrics 4: company whose country differs'
);
select is(
    pg_temp.entry_origin('~Origin_C1'),
    'start_up zhipu',
    'metrics 4: company with size_class start_up'
);
select is(pg_temp.entry_origin('~Origin_D1'), 'academia tsinghua.edu.cn', 'metrics 4: university');
select is(pg_temp.entry_origin('~Origin_E1'), 'academia baai', 'metrics 4: institute');
select is(pg_temp.entry_origin('~Origin_F1'), 'unknown unknown', 'metrics 4: unresolved employer');
select is(
    pg_temp.entry_origin('~Origin_G1'),
    'unknown unknown',
    'metrics 4: unresolved employers take part: the latest begin is picked'
);
select is(
    pg_temp.entry_origin('~Origin_H1'),
    'large_domestic_company baidu',
    'metrics 4: finish_year = Y - origin_gap_years still counts'
);
select is(
    pg_temp.entry_origin('~Origin_I1'),
    'unknown unknown',
    'metrics 4: finish_year < Y - origin_gap_years gives unknown'
);
select is(
    pg_temp.entry_origin('~Origin_J1'),
    'unknown unknown',
    'metrics 4: the latest begin is picked first and then checked'
);
select is(
    pg_temp.entry_origin('~Origin_K1'),
    'foreign_company google',
    'metrics 4: ties of begin: the later finish'
);
select is(
    pg_temp.entry_origin('~Origin_L1'),
    'large_domestic_company baidu',
    'metrics 4: ties of begin and finish: the smaller organisation_key'
);
select is(
    pg_temp.entry_origin('~Origin_M1'),
    'foreign_company snap',
    'metrics 4: ties of begin and finish: unresolved last'
);
select is(
    pg_temp.entry_origin('~Origin_N1'),
    'unknown unknown',
    'metrics 4: an internship is no origin'
);
select is(
    pg_temp.entry_origin('~Origin_O1'),
    'unknown unknown',
    'metrics 4: employment begun in the year itself is no origin'
);
select is(
    pg_temp.entry_origin('~Degree_K1'),
    'unknown unknown',
    'metrics 4: no employment before: unknown'
);
-- ~Origin_K1 joined Baidu and Google in 2014, with nothing before.
select is(
    (
        select concat_ws(' ', origin_category, origin_group_key) from mart.fct_group_stint
        where person_id = pg_temp.person_id('~Origin_K1') and group_key = 'baidu'
    ),
    'unknown unknown',
    'metrics 4: employment begun in the same year elsewhere is no origin of either'
);
select is_empty(
    $$
    select origin_category from mart.fct_group_stint
    where
        origin_category not in (
            'fresh_graduate', 'large_domestic_company', 'start_up', 'foreign_company', 'academia', 'other',
            'unknown'
        )
        or (origin_category = 'fresh_graduate') != (origin_group_key = 'none')
        or (origin_category = 'unknown') != (origin_group_key = 'unknown')
    $$,
    'metrics 4: no other categories; group none for fresh graduates, unknown for unknown'
);

select * from finish();
rollback;
