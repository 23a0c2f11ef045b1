-- metrics 2, stints with interval evidence. Everybody at Tencent; profiles are made 2023 unless said
-- otherwise. Two profiles of one person (the newer lists the older's name) give claims of two years made.
-- merge_gap_years is 1, carry_forward_years 2.
begin;
\ir world.sql
select plan(38);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');

-- Merging
call pg_temp.add_person('~Overlap_A1', 2023);
call pg_temp.add_job('~Overlap_A1', 'Research Scientist', 2017, 2020);
call pg_temp.add_job('~Overlap_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_person('~Gap_A1', 2023);
call pg_temp.add_job('~Gap_A1', 'Research Scientist', 2015, 2017);
call pg_temp.add_job('~Gap_A1', 'Research Scientist', 2018, 2020);
call pg_temp.add_person('~Gap_B1', 2023);
call pg_temp.add_job('~Gap_B1', 'Research Scientist', 2015, 2017);
call pg_temp.add_job('~Gap_B1', 'Research Scientist', 2019, 2020);
call pg_temp.add_person('~Inside_A1', 2023);
call pg_temp.add_job('~Inside_A1', 'Research Scientist', 2010, 2020);
call pg_temp.add_job('~Inside_A1', 'Research Scientist', 2012, 2013);
call pg_temp.add_job('~Inside_A1', 'Research Scientist', 2021, 2022);
call pg_temp.add_person('~Limitless_A1', 2012);
call pg_temp.add_job('~Limitless_A1', 'Research Scientist', 2010, null);
call pg_temp.add_point('~Limitless_A1', 2023);
call pg_temp.add_person('~No_Start1', 2023);
call pg_temp.add_job('~No_Start1', 'Research Scientist', null, 2016);
call pg_temp.add_job('~No_Start1', 'Research Scientist', 2017, 2019);
call pg_temp.add_person('~No_Start2', 2023);
call pg_temp.add_job('~No_Start2', 'Research Scientist', null, 2015);
call pg_temp.add_job('~No_Start2', 'Research Scientist', 2017, 2019);
call pg_temp.add_person('~No_Start3', 2023);
call pg_temp.add_job('~No_Start3', 'Research Scientist', null, null);
call pg_temp.add_job('~No_Start3', 'Research Scientist', 2019, 2022);
call pg_temp.add_person('~No_Start4', 2023);
call pg_temp.add_job('~No_Start4', 'Research Scientist', null, null);
call pg_temp.add_job('~No_Start4', 'Research Scientist', 2018, 2021);

-- What does not merge, and what does
call pg_temp.add_person('~Kinds_A1', 2023);
call pg_temp.add_job('~Kinds_A1', 'Research Intern', 2018, 2019);
call pg_temp.add_job('~Kinds_A1', 'Research Scientist', 2019, 2022);
call pg_temp.add_person('~Degrees_A1', 2023);
call pg_temp.add_study('~Degrees_A1', 'MS student', 2013, 2015);
call pg_temp.add_study('~Degrees_A1', 'PhD student', 2015, 2017);
call pg_temp.add_study('~Degrees_A1', 'PhD student', 2017, 2019);
call pg_temp.add_person('~Places_A1', 2023);
call pg_temp.add_job('~Places_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_job('~Places_A1', 'Research Scientist', 2018, 2020, 'Baidu', 'baidu.com');
call pg_temp.add_person('~Latest_A1', 2023);
call pg_temp.add_job('~Latest_A1', 'Research Scientist', 2018, 2021);
call pg_temp.add_job('~Latest_A1', 'Software Engineer', 2015, 2018);
call pg_temp.add_person('~Latest_B1', 2023);
call pg_temp.add_job('~Latest_B1', 'Research Scientist', 2015, 2018);
call pg_temp.add_job('~Latest_B1', 'Software Engineer', 2018, 2021);

-- The end
call pg_temp.add_person('~Greatest_A1', 2023);
call pg_temp.add_job('~Greatest_A1', 'Research Scientist', 2016, 2019);
call pg_temp.add_job('~Greatest_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_person('~One_Open1', 2023);
call pg_temp.add_job('~One_Open1', 'Research Scientist', 2016, null);
call pg_temp.add_job('~One_Open1', 'Research Scientist', 2015, 2018);
call pg_temp.add_person('~Stays_Open1', 2023);
call pg_temp.add_job('~Stays_Open1', 'Research Scientist', 2015, null);
call pg_temp.add_job('~Stays_Open1', 'Research Scientist', 2018, null, 'Baidu', 'baidu.com');

-- Literal reading: claims come from the current version of each source record, so a profile that is still
-- staged under an id that a newer profile lists makes its claims, as of the year it was made.
create procedure pg_temp.add_two_profiles(older text, older_made integer, newer text, newer_made integer)
language plpgsql
as $$
begin
    call pg_temp.add_person(older, older_made);
    call pg_temp.add_person(newer, newer_made);
    call pg_temp.add_name(newer, older);
end
$$;

call pg_temp.add_two_profiles('~Closed_Old1', 2019, '~Closed_New1', 2022);
call pg_temp.add_job('~Closed_Old1', 'Research Scientist', 2015, null);
call pg_temp.add_job('~Closed_New1', 'Research Scientist', 2015, 2017);
call pg_temp.add_two_profiles('~Reopened_Old1', 2019, '~Reopened_New1', 2022);
call pg_temp.add_job('~Reopened_Old1', 'Research Scientist', 2015, 2018);
call pg_temp.add_job('~Reopened_New1', 'Research Scientist', 2016, null);
call pg_temp.add_two_profiles('~Silent_Old1', 2019, '~Silent_New1', 2022);
call pg_temp.add_job('~Silent_Old1', 'Research Scientist', 2015, 2018);
call pg_temp.add_job('~Silent_New1', 'Research Scientist', 2020, 2021, 'Baidu', 'baidu.com');
call pg_temp.add_two_profiles('~Confirmed_Old1', 2020, '~Confirmed_New1', 2023);
call pg_temp.add_job('~Confirmed_Old1', 'Research Scientist', 2018, 2022);
call pg_temp.add_job('~Confirmed_New1', 'Research Scientist', 2018, 2022);
call pg_temp.add_two_profiles('~Smaller_Old1', 2019, '~Smaller_New1', 2022);
call pg_temp.add_job('~Smaller_Old1', 'Research Scientist', 2015, 2018);
call pg_temp.add_job('~Smaller_New1', 'Research Scientist', 2015, 2017);
call pg_temp.add_two_profiles('~Raised_Old1', 2019, '~Raised_New1', 2022);
call pg_temp.add_job('~Raised_Old1', 'Research Scientist', 2015, 2018);
call pg_temp.add_job('~Raised_New1', 'Research Scientist', null, 2014);

-- Papers after the end; each is a research scientist's point claim
call pg_temp.add_person('~After_A1', 2018);
call pg_temp.add_job('~After_A1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~After_A1', 2019);
call pg_temp.add_person('~After_B1', 2018);
call pg_temp.add_job('~After_B1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~After_B1', 2019);
call pg_temp.add_point('~After_B1', 2020);
call pg_temp.add_person('~After_C1', 2018);
call pg_temp.add_job('~After_C1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~After_C1', 2020);
call pg_temp.add_person('~After_D1', 2020);
call pg_temp.add_job('~After_D1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~After_D1', 2019);
call pg_temp.add_point('~After_D1', 2020);
call pg_temp.add_person('~After_E1', 2020);
call pg_temp.add_job('~After_E1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~After_E1', 2019);
call pg_temp.add_point('~After_E1', 2020);
call pg_temp.add_point('~After_E1', 2021);
call pg_temp.add_person('~After_F1', 2020);
call pg_temp.add_job('~After_F1', 'Research Scientist', 2015, 2018);
call pg_temp.add_point('~After_F1', 2019);
call pg_temp.add_point('~After_F1', 2021);

-- The start
call pg_temp.add_person('~Earlier_A1', 2023);
call pg_temp.add_job('~Earlier_A1', 'Research Scientist', 2016, 2020);
call pg_temp.add_point('~Earlier_A1', 2015);
call pg_temp.add_person('~Never_Stated1', 2020);
call pg_temp.add_study('~Never_Stated1', 'PhD student', 2015, 2019);
call pg_temp.add_job('~Never_Stated1', 'Research Scientist', null, null);

call pg_temp.build();

select is(
    pg_temp.stints('~Overlap_A1'),
    'tencent employment research_staff start 2015! end 2020! evidence 2015-2020',
    'metrics 2: claims that overlap are one stint'
);
select is(
    pg_temp.stints('~Gap_A1'),
    'tencent employment research_staff start 2015! end 2020! evidence 2015-2020',
    'metrics 2: claims that lie merge_gap_years apart are one stint'
);
select is(
    pg_temp.stints('~Gap_B1'),
    'tencent employment research_staff start 2015! end 2017! evidence 2015-2017; '
    'tencent employment research_staff start 2019! end 2020! evidence 2019-2020',
    'metrics 2: claims that lie more than merge_gap_years apart are two stints'
);
-- 2021 lies one year after the long claim's end, not after the short one's that starts later.
select is(
    pg_temp.stints('~Inside_A1'),
    'tencent employment research_staff start 2010! end 2022! evidence 2010-2022',
    'metrics 2: the gap is measured from the greatest end so far, not from the claim before'
);
-- 2010 open, made 2012; observed in 2023: evidence 2023, finish 2026.
select is(
    pg_temp.stints('~Limitless_A1'),
    'tencent employment research_staff start 2010! end none evidence 2010-2023',
    'metrics 2: for merging, an open claim reaches on without limit'
);
select is(
    pg_temp.group_stints('~Limitless_A1'),
    'tencent 2010-2026 start 2010! end none',
    'metrics 2: finish_year = last_evidence_year + carry_forward_years + 1'
);
-- [2016, 2016] and [2017, 2019]
select is(
    pg_temp.stints('~No_Start1'),
    'tencent employment research_staff start 2017! end 2019! evidence 2016-2019',
    'metrics 2: a claim without start occupies its end year only; the earliest stated start is start_year'
);
select is(
    pg_temp.group_stints('~No_Start1'),
    'tencent 2017-2019 start 2017! end 2019!',
    'metrics 2: evidence older than the stated start does not move the beginning'
);
-- [2015, 2015] and [2017, 2019] are two years apart.
select is(
    pg_temp.stints('~No_Start2'),
    'tencent employment research_staff start none end 2015! evidence 2015-2015; '
    'tencent employment research_staff start 2017! end 2019! evidence 2017-2019',
    'metrics 2: a claim without start does not reach back'
);
-- [2023, open] and [2019, 2022]; one claim of 2023 is open.
select is(
    pg_temp.stints('~No_Start3'),
    'tencent employment research_staff start 2019! end none evidence 2019-2023',
    'metrics 2: an open claim without start occupies the year made and on'
);
-- [2023, open] and [2018, 2021]: two stints.
select is(
    pg_temp.stints('~No_Start4'),
    'tencent employment research_staff start 2018! end 2021! evidence 2018-2021; '
    'tencent employment research_staff start none end none evidence 2023-2023',
    'metrics 2: an open claim without start occupies nothing before the year made'
);

select is(
    pg_temp.stints('~Kinds_A1'),
    'tencent employment research_staff start 2019! end 2022! evidence 2019-2022; '
    'tencent internship intern start 2018! end 2019! evidence 2018-2019',
    'metrics 2: claims of different kinds are not merged'
);
select is(
    pg_temp.stints('~Degrees_A1'),
    'tsinghua.edu.cn education master_student master start 2013! end 2015! evidence 2013-2015; '
    'tsinghua.edu.cn education phd_student phd start 2015! end 2019! evidence 2015-2019',
    'metrics 2: education claims of different degrees are not merged, of one degree they are'
);
select is(
    pg_temp.stints('~Places_A1'),
    'baidu employment research_staff start 2018! end 2020! evidence 2018-2020; '
    'tencent employment research_staff start 2015! end 2018! evidence 2015-2018',
    'metrics 2: claims of different organisations are not merged'
);
select is(
    pg_temp.stints('~Latest_A1'),
    'tencent employment research_staff start 2015! end 2021! evidence 2015-2021',
    'metrics 2: a merged stint shows the role class of its latest claim (first in the profile)'
);
select is(
    pg_temp.stints('~Latest_B1'),
    'tencent employment engineer start 2015! end 2021! evidence 2015-2021',
    'metrics 2: a merged stint shows the role class of its latest claim (last in the profile)'
);

select is(
    pg_temp.stints('~Greatest_A1'),
    'tencent employment research_staff start 2015! end 2019! evidence 2015-2019',
    'metrics 2: end_year is the greatest end of the claims of the greatest year made'
);
select is(
    pg_temp.stints('~One_Open1'),
    'tencent employment research_staff start 2015! end none evidence 2015-2023',
    'metrics 2: open if one of the claims of the greatest year made is open'
);
select is(
    pg_temp.group_stints('~Stays_Open1', 'tencent'),
    'tencent 2015-2026 start 2015! end none',
    'metrics 2: an open job is not closed by a later one elsewhere'
);
-- 2017 by the claim of 2022; the claim of 2019 still is evidence of 2018 and 2019.
select is(
    pg_temp.stints('~Closed_New1'),
    'tencent employment research_staff start 2015! end 2017! evidence 2015-2019',
    'metrics 2: the claims of the greatest year made decide: a later closed one closes an open one'
);
select is(
    pg_temp.group_stints('~Closed_New1'),
    'tencent 2015-2017 start 2015! end 2017!',
    'metrics 2: finish_year is end_year where there is one, whatever the later evidence'
);
select is(
    pg_temp.group_stints('~Reopened_New1'),
    'tencent 2015-2025 start 2015! end none',
    'metrics 2: the claims of the greatest year made decide: a later open one opens a closed one'
);
select is(
    pg_temp.group_stints('~Silent_New1', 'tencent'),
    'tencent 2015-2018 start 2015! end 2018!',
    'metrics 2: a newer profile that says nothing of a stint leaves its end to the older claims'
);
select is(
    pg_temp.group_stints('~Confirmed_New1'),
    'tencent 2018-2022 start 2018! end 2022!',
    'metrics 1: a plan that a later claim confirms is an end'
);
select is(
    pg_temp.group_stints('~Smaller_New1'),
    'tencent 2015-2017 start 2015! end 2017!',
    'metrics 2: a greater end of an older claim does not count'
);
-- [2015, 2018] of 2019 and [2014, 2014] of 2022 are one stint; 2022 says 2014, the stated start is 2015.
select is(
    pg_temp.group_stints('~Raised_New1'),
    'tencent 2015-2015 start 2015! end 2015!',
    'metrics 2: an end_year earlier than begin_year is raised to it'
);
select is(
    pg_temp.stints('~Raised_New1'),
    'tencent employment research_staff start 2015! end 2015! evidence 2014-2018',
    'metrics 2: raising holds for every stint alike'
);

select is(
    pg_temp.stints('~After_A1'),
    'tencent employment research_staff start 2015! end 2018! evidence 2015-2019',
    'metrics 2: a paper not later than end_year + merge_gap_years leaves the end'
);
select is(
    pg_temp.group_stints('~After_B1'),
    'tencent 2015-2023 start 2015! end none',
    'metrics 2: a paper later than year made and end + gap, joined by papers between, opens the stint again'
);
-- 2020 is two years after 2018: a stint of its own; nobody saw the person elsewhere.
select is(
    pg_temp.group_stints('~After_C1'),
    'tencent 2015-2018 start 2015! end 2018!; tencent 2020-2023 start none end none',
    'metrics 2: a later paper that no paper joins leaves the end'
);
select is(
    pg_temp.group_stints('~After_D1'),
    'tencent 2015-2018 start 2015! end 2018!',
    'metrics 2: a joined paper not later than the year made leaves the end'
);
select is(
    pg_temp.group_stints('~After_E1'),
    'tencent 2015-2024 start 2015! end none',
    'metrics 2: a joined paper later than both the year made and end + gap opens the stint again'
);
-- 2019 joins, 2021 is two years after it.
select is(
    pg_temp.group_stints('~After_F1'),
    'tencent 2015-2018 start 2015! end 2018!; tencent 2021-2024 start none end none',
    'metrics 2: a later paper that lies more than merge_gap_years after the last joined one leaves the end'
);

select is(
    pg_temp.stints('~Earlier_A1'),
    'tencent employment research_staff start 2016! end 2020! evidence 2015-2020',
    'metrics 2: start_year is the earliest stated start; older evidence does not move it'
);
-- A student until 2019 and here in 2020, but the claim is an interval.
select is(
    pg_temp.group_stints('~Never_Stated1', 'tencent'),
    'tencent 2020-2023 start none end none',
    'metrics 2: observations decide with point evidence only; an interval claim without start has none'
);
-- Whether a stint of points alone without an end is "open" the contract leaves to reading: not tested.
select results_eq(
    $$
    select openreview_id, is_open
    from mart.fct_stint
    inner join mart.dim_person
        on fct_stint.person_id = dim_person.person_id
    where openreview_id in ('~Overlap_A1', '~One_Open1', '~After_A1', '~After_B1', '~Never_Stated1')
        and stint_kind = 'employment'
    order by openreview_id
    $$,
    $$
    values
        ('~After_A1', false),
        ('~After_B1', true),
        ('~Never_Stated1', true),
        ('~One_Open1', true),
        ('~Overlap_A1', false)
    $$,
    'metrics 2: open where the latest claims say so, or where papers opened it again'
);
select is(
    (select n_claims from mart.fct_stint where person_id = pg_temp.person_id('~Overlap_A1')),
    2,
    'warehouse: n_claims is the number of claims that a stint was merged from'
);
select is_empty(
    $$
    select person_id, stint_id from mart.fct_stint
    where grade not between 1 and 5 or grade is null or n_claims < 1 or n_claims is null
    $$,
    'warehouse: every stint has a grade of 1 to 5 and rests on at least one claim'
);

select * from finish();
rollback;
