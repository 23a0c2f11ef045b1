-- metrics 7 and 1: deleted and restored notes, refused versions, over incremental builds.
begin;
\ir world.sql
select plan(14);

-- A: known from one paper alone. B: employed by profile, with a paper of 2019 beside the common one.
call pg_temp.add_paper('only_one', 2019);
call pg_temp.add_author('only_one', '~Only_A1');
call pg_temp.add_affiliation('only_one', '~Only_A1', 'Tencent', 'tencent.com');
call pg_temp.add_person('~Staff_B1', 2022);
call pg_temp.add_job('~Staff_B1', 'Research Scientist', 2018, null);
call pg_temp.add_paper('of_staff', 2019);
call pg_temp.add_author('of_staff', '~Staff_B1');
-- C: a profile whose only paper is the one that will be deleted.
call pg_temp.add_profile('~Profile_C1', 2022);
call pg_temp.add_job('~Profile_C1', 'Research Scientist', 2018, 2020);
call pg_temp.add_author('only_one', '~Profile_C1');
-- D: a profile whose next version will be refused.
call pg_temp.add_person('~Refused_D1', 2021);
call pg_temp.add_job('~Refused_D1', 'Research Scientist', 2018, 2020, 'Adobe', 'adobe.com');
-- E: the latest paper in the warehouse, of 2024, will be deleted: the data's end goes back to 2022.
call pg_temp.add_paper('latest', 2024);
call pg_temp.add_author('latest', '~Late_E1');

call pg_temp.build();

-- A 2019-2022, B 2018-2025, C 2018-2020.
select results_eq(
    $$
    select year, headcount, published_people from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$
    values (2018, 2, 0), (2019, 3, 3), (2020, 2, 0), (2021, 2, 0), (2022, 1, 0), (2023, 1, 0), (2024, 1, 0)
    $$,
    'metrics 7: the world before anything was deleted'
);
select is(
    pg_temp.group_stints('~Refused_D1'),
    'adobe 2018-2020 start 2018! end 2020!',
    'metrics 1: the world before a version was refused'
);
create temporary table people_before as
select person_id, openreview_id from mart.dim_person;

call pg_temp.begin_run(2);
call pg_temp.set_note_deleted('only_one', '2024-12-31 00:00:00+00');
call pg_temp.set_note_deleted('of_staff', '2024-12-31 00:00:00+00');
call pg_temp.set_note_deleted('latest', '2024-12-31 00:00:00+00');
call pg_temp.remove_rows('openreview_profile_history', 'profile_id', '~Refused_D1');
call pg_temp.remove_rows('openreview_profile_names', 'profile_id', '~Refused_D1');
call pg_temp.remove_rows('openreview_profiles', 'profile_id', '~Refused_D1');
call pg_temp.build(is_full => false);

-- B alone; the data's end is 2022, the year of the latest profile modification.
select results_eq(
    $$
    select year, headcount, published_people from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$ values (2018, 1, 0), (2019, 1, 0), (2020, 1, 0), (2021, 1, 0), (2022, 1, 0) $$,
    'metrics 7: a deleted note leaves every figure at the next run; the data''s end too'
);
select is_empty(
    $$
    select year from mart.published_as_year where group_key = 'tencent' and n_people > 0
    $$,
    'metrics 7: a deleted note leaves published_as'
);
select is_empty(
    $$
    select openreview_id from mart.dim_person
    where openreview_id in ('~Only_A1', '~Profile_C1', '~Late_E1')
    $$,
    'metrics: who has no submission left is no person'
);
select is(
    (select count(*)::integer from stg.openreview_profiles where profile_id = '~Profile_C1'),
    1,
    'metrics 7: the authors'' profiles of a deleted note stay'
);
select is_empty(
    $$
    select group_stint_id from mart.fct_group_stint
    where
        person_id in (
            select person_id from people_before where openreview_id in ('~Only_A1', '~Profile_C1')
        )
    $$,
    'metrics 7: the stints of who is no person any more are gone'
);
select is_empty(
    $$ select * from mart.fct_group_stint where group_key = 'adobe' $$,
    'metrics 1: a refused version leaves the record without a current one: no claim of it stands'
);

call pg_temp.begin_run(3);
call pg_temp.set_note_deleted('only_one', null);
call pg_temp.set_note_deleted('of_staff', null);
call pg_temp.set_note_deleted('latest', null);
call pg_temp.add_profile('~Refused_D1', 2022);
call pg_temp.add_job('~Refused_D1', 'Research Scientist', 2018, 2021, 'Adobe', 'adobe.com');
call pg_temp.build(is_full => false);

select results_eq(
    $$
    select year, headcount, published_people from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$
    values (2018, 2, 0), (2019, 3, 3), (2020, 2, 0), (2021, 2, 0), (2022, 1, 0), (2023, 1, 0), (2024, 1, 0)
    $$,
    'metrics 7: a restored note comes back into every figure'
);
select results_eq(
    $$
    select year, n_people from mart.published_as_year
    where group_key = 'tencent' and n_people > 0
    order by year
    $$,
    $$ values (2019, 3) $$,
    'metrics 7: a restored note comes back into published_as'
);
select is(
    pg_temp.group_stints('~Profile_C1'),
    'tencent 2018-2020 start 2018! end 2020!',
    'metrics 7: with a restored note the profile makes its claims again'
);
select is(
    pg_temp.group_stints('~Refused_D1'),
    'adobe 2018-2021 start 2018! end 2021!',
    'metrics 1: the next good version makes claims again'
);
select is_empty(
    $$
    select people_before.openreview_id
    from people_before
    left join mart.dim_person
        on people_before.openreview_id is not distinct from dim_person.openreview_id
    where
        people_before.person_id != 0
        and people_before.person_id is distinct from dim_person.person_id
    $$,
    'metrics 7: who comes back has the person_id of before'
);

-- The same once more, from scratch.
call pg_temp.begin_run(4);
call pg_temp.build(is_full => true);
select results_eq(
    $$
    select year, headcount, published_people from mart.headcount_year
    where group_key = 'tencent'
    order by year
    $$,
    $$
    values (2018, 2, 0), (2019, 3, 3), (2020, 2, 0), (2021, 2, 0), (2022, 1, 0), (2023, 1, 0), (2024, 1, 0)
    $$,
    'metrics 1: a full build of the same records gives the same'
);

select * from finish();
rollback;
