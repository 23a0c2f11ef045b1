-- metrics 3, published_as. Data's end 2022.
--
-- Tencent                                            counts in
--   ~Staff_A1, employed 2015-2018 (made 2022):
--     2013 and 2015, both deleted                     -
--     2014, slot without affiliation                  - (before she began)
--     2016, two papers, affiliated                    2016, once
--     2017, rejected, slot without affiliation        2017
--     2018, slot without affiliation                  2018 (the end year counts)
--     2019, slot without affiliation                  -
--     2020, affiliated (a point stint of its own)     2020 (employment at any time)
--   ~Intern_B1, intern 2019-2020, affiliated 2020     -
--   ~Open_C1, employed 2016-, made 2019 (finish 2022):
--     2016, an affiliation that nobody knows          -
--     2017, affiliated with Baidu                     - (Baidu 2017)
--     2021, slot without affiliation                  2021 (finish_year - 1)
--     2022, slot without affiliation                  -
--   ~Later_D1, employed 2020-, made 2022; 2018 as an intern (rejected), 2019 no affiliation: 2018
--   ~Two_E1, 2021, affiliated with Tencent and Baidu  2021 (Baidu 2021)
--   an e-mail author affiliated with Tencent, 2016    -
begin;
\ir world.sql
select plan(6);

call pg_temp.add_person('~Staff_A1', 2022);
call pg_temp.add_job('~Staff_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_paper('deleted_2013', 2013);
call pg_temp.add_author('deleted_2013', '~Staff_A1');
call pg_temp.add_affiliation('deleted_2013', '~Staff_A1', 'Tencent', 'tencent.com');
call pg_temp.set_note_deleted('deleted_2013', '2014-01-01 00:00:00+00');
call pg_temp.add_paper('deleted_2015', 2015);
call pg_temp.add_author('deleted_2015', '~Staff_A1');
call pg_temp.set_note_deleted('deleted_2015', '2016-01-01 00:00:00+00');
call pg_temp.add_slot('~Staff_A1', 2014);
call pg_temp.add_slot('~Staff_A1', 2016, 'Tencent', 'tencent.com');
call pg_temp.add_slot('~Staff_A1', 2016, 'Tencent', 'tencent.com');
call pg_temp.add_slot('~Staff_A1', 2017, null, null, 'Reject');
call pg_temp.add_slot('~Staff_A1', 2018);
call pg_temp.add_slot('~Staff_A1', 2019);
call pg_temp.add_slot('~Staff_A1', 2020, 'Tencent', 'tencent.com');

call pg_temp.add_person('~Intern_B1', 2022);
call pg_temp.add_job('~Intern_B1', 'Research Intern', 2019, 2020);
call pg_temp.add_slot('~Intern_B1', 2020, 'Tencent', 'tencent.com');

call pg_temp.add_person('~Open_C1', 2019);
call pg_temp.add_job('~Open_C1', 'Research Scientist', 2016, null);
call pg_temp.add_slot('~Open_C1', 2016, 'Nowhere Research Ltd', null);
call pg_temp.add_slot('~Open_C1', 2017, 'Baidu', 'baidu.com');
call pg_temp.add_slot('~Open_C1', 2021);
call pg_temp.add_slot('~Open_C1', 2022);

call pg_temp.add_person('~Later_D1', 2022);
call pg_temp.add_job('~Later_D1', 'Research Scientist', 2020, null);
call pg_temp.add_point('~Later_D1', 2018, 'Research Intern', 'Tencent', 'tencent.com', 'Reject');
call pg_temp.add_slot('~Later_D1', 2019);

call pg_temp.add_paper('two_places', 2021);
call pg_temp.add_author('two_places', '~Two_E1');
call pg_temp.add_affiliation('two_places', '~Two_E1', 'Tencent', 'tencent.com');
call pg_temp.add_affiliation('two_places', '~Two_E1', 'Baidu', 'baidu.com');

call pg_temp.add_paper('by_mail', 2016);
call pg_temp.add_author('by_mail', 'someone@tencent.com', 'email');
call pg_temp.add_affiliation('by_mail', 'someone@tencent.com', 'Tencent', 'tencent.com');

-- Huawei: an archive's slot without affiliation, of somebody on the staff 2018-2020; one paper of two of
-- the staff, and one of them again in 2020.
call pg_temp.add_person('~Staff_F1', 2022);
call pg_temp.add_job('~Staff_F1', 'Research Scientist', 2018, 2020, 'Huawei', 'huawei.com');
call pg_temp.add_point('~Staff_F1', 2019, null, null, null);
call pg_temp.add_person('~Staff_G1', 2022);
call pg_temp.add_job('~Staff_G1', 'Research Scientist', 2018, null, 'Huawei', 'huawei.com');
call pg_temp.add_paper('together', 2020);
call pg_temp.add_author('together', '~Staff_F1');
call pg_temp.add_author('together', '~Staff_G1');

-- Kuaishou: students and visitors there, affiliated; one of them has been employed at Meituan.
call pg_temp.add_person('~Student_H1', 2022);
call pg_temp.add_job('~Student_H1', 'PhD student', 2019, 2021, 'Kuaishou', 'kuaishou.com');
call pg_temp.add_job('~Student_H1', 'Research Scientist', 2021, null, 'Meituan', 'meituan.com');
call pg_temp.add_slot('~Student_H1', 2020, 'Kuaishou', 'kuaishou.com');
call pg_temp.add_person('~Visitor_I1', 2022);
call pg_temp.add_job('~Visitor_I1', 'Visiting Researcher', 2019, 2021, 'Kuaishou', 'kuaishou.com');
call pg_temp.add_slot('~Visitor_I1', 2020, 'Kuaishou', 'kuaishou.com');

call pg_temp.build();

select results_eq(
    $$
    select year, n_people, n_people_to_date from mart.published_as_year
    where group_key = 'tencent' and year >= 2015
    order by year
    $$,
    $$
    values
        (2015, 0, 0),
        (2016, 1, 1),
        (2017, 1, 1),
        (2018, 2, 2),
        (2019, 0, 2),
        (2020, 1, 2),
        (2021, 2, 4),
        (2022, 0, 4)
    $$,
    'metrics 3: published_as and published_as to date at Tencent'
);
select is_empty(
    $$
    select year from mart.published_as_year
    where group_key = 'tencent' and year < 2015 and n_people > 0
    $$,
    'metrics 3: neither a deleted paper nor one without affiliation before begin_year counts'
);
-- 2017 Open_C1 (whose job there is the affiliation itself), 2021 Two_E1.
select results_eq(
    $$
    select year, n_people, n_people_to_date from mart.published_as_year
    where group_key = 'baidu' and year >= 2017
    order by year
    $$,
    $$
    values (2017, 1, 1), (2018, 0, 1), (2019, 0, 1), (2020, 0, 1), (2021, 1, 2), (2022, 0, 2)
    $$,
    'metrics 3: a slot counts for the group of its affiliation, and for each of several'
);
-- 2020 is F's end year.
select results_eq(
    $$
    select year, n_people, n_people_to_date from mart.published_as_year
    where group_key = 'huawei' and year >= 2018
    order by year
    $$,
    $$ values (2018, 0, 0), (2019, 1, 1), (2020, 2, 2), (2021, 0, 2), (2022, 0, 2) $$,
    'metrics 3: a slot without affiliation counts for the group on whose staff its author was'
);
select is_empty(
    $$
    select group_key, year from mart.published_as_year
    where group_key in ('kuaishou', 'meituan') and (n_people > 0 or n_people_to_date > 0)
    $$,
    'metrics 3: interns, students and visitors of a group alone do not count, nor a job elsewhere'
);
select is_empty(
    $$
    select published_as_year.group_key, year from mart.published_as_year
    left join mart.dim_group on published_as_year.group_key = dim_group.group_key
    where dim_group.is_tracked is not true or year_start is distinct from make_date(year, 1, 1)
    $$,
    'metrics 3: published_as_year shows tracked groups, with year_start'
);

select * from finish();
rollback;
