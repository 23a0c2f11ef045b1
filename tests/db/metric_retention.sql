-- metrics 6, retention. Six join Tencent in 2018: one leaves in the year itself, one after 1 year, two after 2;
-- one is lost sight of after 1 (last evidence 2019), one still there at the last evidence 2021.
--   t  at risk  left  censored  survival
--   0     6       1      0      5/6
--   1     5       1      1      5/6 * 4/5 = 2/3
--   2     3       2      0      2/3 * 1/3 = 2/9
--   3     1       0      1      2/9
begin;
\ir world.sql
select plan(7);

create procedure pg_temp.add_joiner(new_profile_id text, made_year integer, new_end_year integer)
language plpgsql
as $$
begin
    call pg_temp.add_person(new_profile_id, made_year);
    call pg_temp.add_job(new_profile_id, 'Research Scientist', 2018, new_end_year);
end
$$;
call pg_temp.add_joiner('~Keep_A1', 2023, 2018);
call pg_temp.add_joiner('~Keep_B1', 2023, 2019);
call pg_temp.add_joiner('~Keep_C1', 2023, 2020);
call pg_temp.add_joiner('~Keep_D1', 2023, 2020);
call pg_temp.add_joiner('~Keep_E1', 2019, null);
call pg_temp.add_joiner('~Keep_F1', 2021, null);
-- All of one cohort leave: nothing is left.
call pg_temp.add_person('~Gone_A1', 2023);
call pg_temp.add_job('~Gone_A1', 'Research Scientist', 2015, 2016);
call pg_temp.build();

select results_eq(
    $$
    select years_since, n_at_risk, n_left, n_censored, round(survival::numeric, 6)
    from mart.retention where group_key = 'tencent' and join_year = 2018 order by years_since
    $$,
    $$ values (0, 6, 1, 0, 0.833333), (1, 5, 1, 1, 0.666667), (2, 3, 2, 0, 0.222222), (3, 1, 0, 1, 0.222222) $$,
    'metrics 6: Kaplan-Meier; censored at t are at risk at t; rows to the longest duration'
);
select is(
    (select joiners from mart.retention where group_key = 'tencent' and join_year = 2018 and years_since = 3),
    6, 'metrics 6: the size of the cohort beside it'
);
-- S = 2/3, sum = 1/(6*5) + 1/(5*4) = 1/12; S^exp(+-z * sqrt(1/12) / |ln S|)
select is(
    (select round(survival_low::numeric, 6) from mart.retention
        where group_key = 'tencent' and join_year = 2018 and years_since = 1),
    round(power(2 / 3.0::double precision,
        exp(1.959963984540054 * sqrt(1 / 12.0::double precision) / abs(ln(2 / 3.0::double precision))))::numeric, 6),
    'metrics 6: lower end of log-log Greenwood'
);
select is(
    (select round(survival_high::numeric, 6) from mart.retention
        where group_key = 'tencent' and join_year = 2018 and years_since = 1),
    round(power(2 / 3.0::double precision,
        exp(-1.959963984540054 * sqrt(1 / 12.0::double precision) / abs(ln(2 / 3.0::double precision))))::numeric, 6),
    'metrics 6: upper end of log-log Greenwood'
);
select ok(
    (select bool_and(survival_low <= survival and survival <= survival_high) from mart.retention),
    'metrics 6: the estimate lies within its interval'
);
select results_eq(
    $$
    select years_since, survival, survival_low, survival_high from mart.retention
    where group_key = 'tencent' and join_year = 2015 order by years_since
    $$,
    $$ values (0, 1::double precision, 1::double precision, 1::double precision),
        (1, 0::double precision, 0::double precision, 0::double precision) $$,
    'metrics 6: 1..1 before the first event, 0..0 after the last at risk has left'
);
select is(
    (select count(*)::integer from mart.retention where join_year not in (2015, 2018)), 0,
    'metrics 6: no rows without joiners'
);

select * from finish();
rollback;
