-- metrics 1, claims: which statements become claims, what was refused, what a claim is evidence of.
-- Everybody is a research scientist at Tencent unless said otherwise; "made 2022" = profile last modified
-- in 2022. carry_forward_years is 2, so an open stint is lost sight of three years after its last evidence.
begin;
\ir world.sql
select plan(34);

-- The session's clock is west of UTC: an instant early in a year there is still the year before.
set local timezone = 'America/New_York';

call pg_temp.add_person('~Closed_A1', 2023);
call pg_temp.add_job('~Closed_A1', 'Research Scientist', 2018, 2021);
call pg_temp.add_person('~Open_A1', 2022);
call pg_temp.add_job('~Open_A1', 'Research Scientist', 2018, null);
call pg_temp.add_person('~Plan_A1', 2022);
call pg_temp.add_job('~Plan_A1', 'Research Scientist', 2020, 2024);
call pg_temp.add_person('~End_Now1', 2022);
call pg_temp.add_job('~End_Now1', 'Research Scientist', 2020, 2022);
call pg_temp.add_person('~Utc_A1', null, '2020-12-31 22:00:00-05');
call pg_temp.add_job('~Utc_A1', 'Research Scientist', 2019, 2021);
call pg_temp.add_person('~Utc_B1', null, '2021-01-01 04:00:00+08');
call pg_temp.add_job('~Utc_B1', 'Research Scientist', 2019, 2021);

call pg_temp.add_person('~Backwards_A1', 2023);
call pg_temp.add_job('~Backwards_A1', 'Research Scientist', 2021, 2019);
call pg_temp.add_job('~Backwards_A1', 'Research Scientist', 2015, 2016, 'Baidu', 'baidu.com');
call pg_temp.add_person('~Same_Year1', 2023);
call pg_temp.add_job('~Same_Year1', 'Research Scientist', 2019, 2019);
call pg_temp.add_person('~Next_Year1', 2020);
call pg_temp.add_job('~Next_Year1', 'Research Scientist', 2021, null);
call pg_temp.add_person('~Next_Year2', 2020);
call pg_temp.add_job('~Next_Year2', 'Research Scientist', 2021, 2021);
call pg_temp.add_person('~Too_Late1', 2020);
call pg_temp.add_job('~Too_Late1', 'Research Scientist', 2022, null);
call pg_temp.add_person('~Seventy_A1', 2020);
call pg_temp.add_job('~Seventy_A1', 'Research Scientist', 1950, null);
call pg_temp.add_person('~Seventy_B1', 2020);
call pg_temp.add_job('~Seventy_B1', 'Research Scientist', 1949, null);
call pg_temp.add_person('~Seventy_C1', 2020);
call pg_temp.add_job('~Seventy_C1', 'Research Scientist', 1949, 2019);
call pg_temp.add_person('~Seventy_D1', 2020);
call pg_temp.add_job('~Seventy_D1', 'Research Scientist', 1948, 2019);

call pg_temp.add_person('~No_Start1', 2020);
call pg_temp.add_job('~No_Start1', 'Research Scientist', null, 2015);
call pg_temp.add_person('~No_Start2', 2020);
call pg_temp.add_job('~No_Start2', 'Research Scientist', null, null);
call pg_temp.add_person('~No_Start3', 2020);
call pg_temp.add_job('~No_Start3', 'Research Scientist', null, 2022);
call pg_temp.add_person('~No_Role1', 2020);
call pg_temp.add_job('~No_Role1', null, 2018, 2019);

-- Profiles without a note: none at all, or only a deleted one. And one known from an archive only.
call pg_temp.add_profile('~No_Note1', 2023);
call pg_temp.add_job('~No_Note1', 'Research Scientist', 2018, 2021, 'Adobe', 'adobe.com');
call pg_temp.add_profile('~No_Note2', 2023);
call pg_temp.add_job('~No_Note2', 'Research Scientist', 2018, 2021, 'Adobe', 'adobe.com');
call pg_temp.add_paper('gone', 2019);
call pg_temp.add_author('gone', '~No_Note2');
call pg_temp.set_note_deleted('gone', '2020-01-01 00:00:00+00');
call pg_temp.add_profile('~Archive_Only1', 2023);
call pg_temp.add_job('~Archive_Only1', 'Research Scientist', 2018, 2021);
call pg_temp.add_point('~Archive_Only1', 2001, null, null, null);

-- Point claims: an archive's role of a year; an affiliation of an author slot; two at once.
call pg_temp.add_point('~Point_A1', 2021);
call pg_temp.add_slot('~Point_B1', 2021, 'Tencent', 'tencent.com');
call pg_temp.add_paper('two_places', 2021);
call pg_temp.add_author('two_places', '~Point_C1');
call pg_temp.add_affiliation('two_places', '~Point_C1', 'Tencent', 'tencent.com');
call pg_temp.add_affiliation('two_places', '~Point_C1', 'Baidu', 'baidu.com');

-- The year of a paper: the venue's, else that of pdate, odate, cdate in this order.
insert into stg.openreview_venues (
    venue_id, api_version, content_hash, run_id, first_seen_at, changed_at
)
values ('No.Year/Venue', 2, pg_temp.hash('No.Year/Venue'), 1, pg_temp.changed_at(), pg_temp.changed_at());
insert into stg.openreview_notes (
    note_id, api_version, venue_id, forum_id, title, published_at, online_at, created_at,
    content_hash, run_id, first_seen_at, changed_at
)
select
    note_id, 2, venue_id, note_id, 'Paper ' || note_id, published_at, online_at, created_at,
    pg_temp.hash(note_id), 1, pg_temp.changed_at(), pg_temp.changed_at()
from (
    values
        ('of_pdate', 'No.Year/Venue', timestamptz '2019-06-01 00:00:00+00',
            timestamptz '2018-06-01 00:00:00+00', timestamptz '2017-06-01 00:00:00+00'),
        ('of_odate', null, null,
            timestamptz '2018-06-01 00:00:00+00', timestamptz '2017-06-01 00:00:00+00'),
        ('of_cdate', null, null, null, timestamptz '2017-06-01 00:00:00+00'),
        ('of_venue', 'ICLR.cc/2021/Conference', timestamptz '2019-06-01 00:00:00+00',
            timestamptz '2018-06-01 00:00:00+00', timestamptz '2017-06-01 00:00:00+00')
) as dated (note_id, venue_id, published_at, online_at, created_at);
call pg_temp.add_author('of_pdate', '~Of_Pdate1');
call pg_temp.add_affiliation('of_pdate', '~Of_Pdate1', 'Tencent', 'tencent.com');
call pg_temp.add_author('of_odate', '~Of_Odate1');
call pg_temp.add_affiliation('of_odate', '~Of_Odate1', 'Tencent', 'tencent.com');
call pg_temp.add_author('of_cdate', '~Of_Cdate1');
call pg_temp.add_affiliation('of_cdate', '~Of_Cdate1', 'Tencent', 'tencent.com');
call pg_temp.add_author('of_venue', '~Of_Venue1');
call pg_temp.add_affiliation('of_venue', '~Of_Venue1', 'Tencent', 'tencent.com');

-- The build is of 2025, after the planned end of 2024.
call pg_temp.build();

select is(
    pg_temp.group_stints('~Closed_A1'),
    'tencent 2018-2021 start 2018! end 2021!',
    'metrics 1: a history row is an interval claim with its start and end years'
);
select is(
    pg_temp.stints('~Closed_A1'),
    'tencent employment research_staff start 2018! end 2021! evidence 2018-2021',
    'metrics 1: a claim supports its stint up to its end, not to the year it was made'
);
-- Evidence of 2022 carries to the end of 2024: finish 2025.
select is(
    pg_temp.group_stints('~Open_A1'),
    'tencent 2018-2025 start 2018! end none',
    'metrics 1: an empty end means still there'
);
select is(
    pg_temp.stints('~Open_A1'),
    'tencent employment research_staff start 2018! end none evidence 2018-2022',
    'metrics 1: an open claim supports its stint up to the year it was made, not beyond'
);
select is(
    pg_temp.group_stints('~Plan_A1'),
    'tencent 2020-2025 start 2020! end none',
    'metrics 1: a stated end in a later year than the year made is a plan, never an end'
);
select is(
    pg_temp.stints('~Plan_A1'),
    'tencent employment research_staff start 2020! end none evidence 2020-2022',
    'metrics 1: a plan supports nothing after the year it was made'
);
select is(
    pg_temp.group_stints('~End_Now1'),
    'tencent 2020-2022 start 2020! end 2022!',
    'metrics 1: an end in the very year made is an end'
);
select is(
    pg_temp.group_stints('~Utc_A1'),
    'tencent 2019-2021 start 2019! end 2021!',
    'metrics 1: the year made is the UTC year of the modification time (local 2020 is 2021)'
);
select is(
    pg_temp.group_stints('~Utc_B1'),
    'tencent 2019-2023 start 2019! end none',
    'metrics 1: the year made is the UTC year of the modification time (local 2021 is 2020)'
);

select is(
    pg_temp.group_stints('~Backwards_A1'),
    'baidu 2015-2016 start 2015! end 2016!',
    'metrics 1: end < start refuses the row, not the profile'
);
select is(
    pg_temp.group_stints('~Same_Year1'),
    'tencent 2019-2019 start 2019! end 2019!',
    'metrics 1: end = start is not refused'
);
-- Evidence 2020 carries to 2022.
select is(
    pg_temp.group_stints('~Next_Year1'),
    'tencent 2021-2023 start 2021! end none',
    'metrics 1: a start in the year after the year made is kept as the start'
);
select is(
    pg_temp.stints('~Next_Year1'),
    'tencent employment research_staff start 2021! end none evidence 2020-2020',
    'metrics 1: a claim starting in the year after it was made has the year made as its evidence'
);
select is(
    pg_temp.group_stints('~Next_Year2'),
    'tencent 2021-2023 start 2021! end none',
    'metrics 1: start and end in the year after the year made: the end is a plan'
);
select is(
    pg_temp.group_stints('~Too_Late1'),
    'none',
    'metrics 1: start later than the year made + 1 is refused'
);
select is(
    pg_temp.group_stints('~Seventy_A1'),
    'tencent 1950-2023 start 1950! end none',
    'metrics 1: year made - start = 70 is not refused'
);
select is(
    pg_temp.group_stints('~Seventy_B1'),
    'none',
    'metrics 1: year made - start > 70 is refused'
);
select is(
    pg_temp.group_stints('~Seventy_C1'),
    'tencent 1949-2019 start 1949! end 2019!',
    'metrics 1: end - start = 70 is not refused, though year made - start is 71'
);
select is(
    pg_temp.group_stints('~Seventy_D1'),
    'none',
    'metrics 1: end - start > 70 is refused'
);

select is(
    pg_temp.stints('~No_Start1'),
    'tencent employment research_staff start none end 2015! evidence 2015-2015',
    'metrics 1: a claim without start supports its stint from its stated end on'
);
select is(
    pg_temp.group_stints('~No_Start1'),
    'tencent 2015-2015 start none end 2015!',
    'metrics 2: without start_year a stint begins with its first evidence'
);
select is(
    pg_temp.stints('~No_Start2'),
    'tencent employment research_staff start none end none evidence 2020-2020',
    'metrics 1: an open claim without start supports its stint in the year it was made'
);
select is(
    pg_temp.stints('~No_Start3'),
    'tencent employment research_staff start none end none evidence 2020-2020',
    'metrics 1: a claim without start and with a plan supports from the year made (the smaller) on'
);
-- Literal reading: only a point claim without role text is special; an interval claim is classed, and a
-- role text that is empty is "other".
select is(
    pg_temp.stints('~No_Role1'),
    'tencent employment other start 2018! end 2019! evidence 2018-2019',
    'metrics 1: an interval claim without role text is employment with role class other'
);

select is(
    pg_temp.person_id('~No_Note1'),
    null,
    'metrics: a profile without a submission is not a person'
);
select is(
    pg_temp.person_id('~No_Note2'),
    null,
    'metrics: a profile with none but a deleted submission is not a person'
);
select is_empty(
    $$ select * from mart.fct_group_stint where group_key = 'adobe' $$,
    'metrics: a profile without a submission that is not deleted makes no claim'
);
select is(
    pg_temp.group_stints('~Archive_Only1'),
    'tencent 2018-2021 start 2018! end 2021!',
    'metrics: a tilde id on a submission of an archive makes its profile a person'
);

select is(
    pg_temp.stints('~Point_A1'),
    'tencent employment research_staff start none end none evidence 2021-2021',
    'metrics 1: a snapshot''s role is a point claim of its year'
);
select is(
    pg_temp.stints('~Point_B1'),
    'tencent employment other start none end none evidence 2021-2021',
    'metrics 1: the year made of a point claim is the venue''s year, whatever its dates'
);
select is(
    pg_temp.group_stints('~Point_C1'),
    'baidu 2021-2024 start none end none; tencent 2021-2024 start none end none',
    'metrics 1: several point claims at once are normal'
);
select results_eq(
    $$
    select pg_temp.stints('~Of_Pdate1') union all
    select pg_temp.stints('~Of_Odate1') union all
    select pg_temp.stints('~Of_Cdate1') union all
    select pg_temp.stints('~Of_Venue1')
    $$,
    array[
        'tencent employment other start none end none evidence 2019-2019',
        'tencent employment other start none end none evidence 2018-2018',
        'tencent employment other start none end none evidence 2017-2017',
        'tencent employment other start none end none evidence 2021-2021'
    ],
    'metrics 3: the year of a paper is the venue''s, else that of pdate, odate, cdate in this order'
);

-- Rules are data: names, values.
select bag_has(
    $$ select name, value::double precision from core.rule $$,
    $$
    values
        ('max_text_chars', 100000::double precision),
        ('merge_gap_years', 1),
        ('carry_forward_years', 2),
        ('complete_after_months', 6),
        ('era_start_year', 2023)
    $$,
    'metrics: values in italics are rows of core.rule'
);
select is_empty(
    $$ select name from core.rule where why is null or why = '' or unit is null or unit = '' $$,
    'metrics: every rule has its unit and its reason'
);

select * from finish();
rollback;
