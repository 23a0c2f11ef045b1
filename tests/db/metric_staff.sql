-- metrics 4, 6 and 8: degrees, fresh graduates, era, schools abroad, age, of one small world at Tencent.
--   A joins 2023 as fresh PhD of Tsinghua (bachelor from 2013: born 1995).
--   B joins 2023 from Baidu (2019-2023), master of CMU 2017-2019 (born 1995).
--   C joins 2023, nothing else on record.
--   D joined 2018, PhD of Tsinghua 2012-2018 (born 1988), and studied at a school that nobody can resolve.
--   E: papers of 2023 alone, start not known.
begin;
\ir world.sql
select plan(22);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');
call pg_temp.add_institution('cmu.edu', 'Carnegie Mellon University', 'US');
call pg_temp.add_person('~Staff_A1', 2024);
call pg_temp.add_job('~Staff_A1', 'Research Scientist', 2023, null);
call pg_temp.add_study('~Staff_A1', 'PhD student', 2018, 2023);
call pg_temp.add_study('~Staff_A1', 'Undergrad student', 2013, 2017);
call pg_temp.add_person('~Staff_B1', 2024);
call pg_temp.add_job('~Staff_B1', 'Research Scientist', 2023, null);
call pg_temp.add_job('~Staff_B1', 'Research Scientist', 2019, 2023, 'Baidu', 'baidu.com');
call pg_temp.add_job('~Staff_B1', 'MS student', 2017, 2019, 'Carnegie Mellon University', 'cmu.edu', 'US');
call pg_temp.add_person('~Staff_C1', 2024);
call pg_temp.add_job('~Staff_C1', 'Research Scientist', 2023, null);
call pg_temp.add_person('~Staff_D1', 2024);
call pg_temp.add_job('~Staff_D1', 'Research Scientist', 2018, null);
call pg_temp.add_study('~Staff_D1', 'PhD student', 2012, 2018);
call pg_temp.add_job('~Staff_D1', 'Undergrad student', 2008, 2012, 'Nowhere Somewhere', null);
call pg_temp.add_slot('~Staff_E1', 2023, 'Tencent', 'tencent.com');
call pg_temp.build();

select is(
    (select format('%s %s %s %s', joiners, n_phd, n_known, n_unknown) from mart.joiner_degree_year
        where group_key = 'tencent' and year = 2023),
    '3 1 2 1', 'metrics 4: degrees of joiners, known and unknown'
);
select is(
    (select format('%s %s %s', phd_share, phd_bound_low = 1.0 / 3, phd_bound_high = 2.0 / 3)
        from mart.joiner_degree_year where group_key = 'tencent' and year = 2023),
    '0.5 t t', 'metrics 8: share over the known, bounds with all unknown out and in'
);
select is(
    (select format('%s %s', round(phd_share_low::numeric, 6), round(phd_share_high::numeric, 6))
        from mart.joiner_degree_year where group_key = 'tencent' and year = 2023),
    '0.094531 0.905469', 'metrics 8: Wilson over the known: 1 of 2'
);
select is(
    (select format('%s %s %s %s', n_master, n_bachelor, n_other, joiners) from mart.joiner_degree_year
        where group_key = 'tencent' and year = 2023),
    '1 0 0 3', 'metrics 4: other degrees'
);
select is(
    (select format('%s %s %s %s', joiners, n_known, phd_share is null, phd_bound_low is null)
        from mart.joiner_degree_year where group_key = 'tencent' and year = 2020),
    '0 0 t t', 'metrics 3: zeros in years without joiners, shares null'
);
select is(
    (select format('%s %s %s %s %s %s', joiners, n_fresh, n_known, n_unknown, n_fresh_phd, fresh_phd_share)
        from mart.joiner_fresh_year where group_key = 'tencent' and year = 2023),
    '3 1 2 1 1 0.5', 'metrics 4: fresh graduates and fresh PhDs over the same known'
);
select is(
    (select format('%s %s %s %s', headcount, n_era, n_known, n_unknown) from mart.era_share_year
        where group_key = 'tencent' and year = 2024),
    '5 3 4 1', 'metrics 3: era share; without start and first seen in the era is unknown'
);
select is(
    (select format('%s %s %s %s', headcount, n_era, n_known, era_share) from mart.era_share_year
        where group_key = 'tencent' and year = 2022),
    '1 0 1 0', 'metrics 3: before the era nobody is of it'
);
select is(
    (select format('%s %s %s %s', headcount, n_abroad, n_known, n_unknown) from mart.studied_abroad_year
        where group_key = 'tencent' and year = 2024),
    '5 1 2 3', 'metrics 6: abroad known with a school abroad, or when no school is unresolved'
);
-- Born 1995, 1995 and 1988: 29, 29, 36 in 2024. D's bachelor start 2008 - 18 = 1990 is the best row: 34.
select is(
    (select format('%s %s %s %s', headcount, n_known, n_unknown, round(mean_age::numeric, 6)) from mart.age_year
        where group_key = 'tencent' and year = 2024),
    '5 3 2 30.666667', 'metrics 6: mean estimated age, best row of age_rule'
);
select is(
    (select round(age_stddev::numeric, 6) from mart.age_year where group_key = 'tencent' and year = 2024),
    round(sqrt((2 * (5.0 / 3) ^ 2 + (10.0 / 3) ^ 2) / 2), 6), 'metrics 6: sample standard deviation'
);
select is(
    (select format('%s %s', n_under_30, round(share_under_30::numeric, 6)) from mart.age_year
        where group_key = 'tencent' and year = 2024),
    '2 0.666667', 'metrics 6: share under 30'
);
select is(
    (select age_stddev from mart.age_year where group_key = 'tencent' and year = 2019),
    null, 'metrics 6: no deviation of one person'
);
select is(
    (select format('%s %s %s %s', n_people, n_start_known, n_degree_known, n_education_country_known)
        from mart.coverage_year where group_key = 'tencent' and year = 2024),
    '5 4 3 3', 'coverage: starts, degrees and countries known'
);
select results_eq(
    $$
    select origin_category, origin_group_key, n_people, joiners from mart.joiner_origin_year
    where group_key = 'tencent' and year = 2023 order by origin_category collate "C"
    $$,
    $$ values ('fresh_graduate', 'none', 1, 3), ('large_domestic_company', 'baidu', 1, 3),
        ('unknown', 'unknown', 1, 3) $$,
    'metrics 4: origins'
);
select results_eq(
    $$ select from_group_key, to_group_key, year, n_people from mart.flow_year $$,
    $$ values ('baidu', 'tencent', 2023, 1) $$,
    'metrics 4: flows leave out fresh graduates and unknown origins'
);
select results_eq(
    $$
    select destination_category, destination_group_key, n_people, leavers from mart.leaver_destination_year
    where group_key = 'baidu' and year = 2023
    $$,
    $$ values ('large_domestic_company', 'tencent', 1, 1) $$,
    'metrics 5: destinations'
);
select results_eq(
    $$
    select school_key, n_people, n_known, n_unknown, school_rank from mart.school_rank
    where group_key = 'tencent' and period = 'all' order by school_rank, school_key collate "C"
    $$,
    $$ values ('tsinghua.edu.cn', 2, 3, 2, 1), ('cmu.edu', 1, 3, 2, 2) $$,
    'metrics 6: schools; one person counts once per school, known = a resolved school'
);
select is(
    (select format('%s %s %s', n_people, n_known, school_rank) from mart.school_rank
        where group_key = 'tencent' and period = 'transition' and school_key = 'tsinghua.edu.cn'),
    '1 1 1', 'metrics 6: only people in the stock of a year of the period'
);
select is(
    (select format('%s %s', rank_low, rank_high) from mart.school_rank
        where group_key = 'tencent' and period = 'all' and school_key = 'tsinghua.edu.cn'),
    '1 2', 'metrics 6: rank interval from overlapping Wilson intervals'
);
select results_eq(
    $$
    select origin_category, n_people, n_within, n_known, n_unknown
    from mart.origin_share(array['tencent', 'baidu'], 2023, 2023) where n_people > 0
    $$,
    $$ values ('fresh_graduate', 1, 0, 2, 1), ('large_domestic_company', 1, 1, 2, 1) $$,
    'origin_share: moves between the groups count'
);
select is(
    (select string_agg(format('%s %s %s', display_name, group_key, join_year), ', ') from mart.cohort(
        array['tencent', 'baidu'], 2019, 2023) where n_joinings = 2),
    'Staff B baidu 2019', 'cohort: one row per person'
);

select * from finish();
rollback;
