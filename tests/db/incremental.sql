-- metrics 1: "from the same records a fresh load and an incremental one give the same warehouse". A world,
-- a day of changes of every sort, an incremental build, and a full build of the same records: every table and
-- view of mart holds the same rows, keys included.
begin;
\ir world.sql
select plan(21);

-- What mart holds, row by row, but for columns that tell of the build itself.
create temporary table snapshots (
    taken text not null,
    relation_name text not null,
    row_content jsonb not null
);
create procedure pg_temp.take_snapshot(new_taken text)
language plpgsql
as $$
declare
    relation_name text;
begin
    for relation_name in
        select relname from pg_catalog.pg_class
        where
            relnamespace = 'mart'::regnamespace
            and relkind in ('r', 'v')
            and relname not in ('freshness', 'vintage', 'claim_reconciliation')
        order by relname
    loop
        execute format(
            'insert into pg_temp.snapshots
             select $1, $2, to_jsonb(relation) - array[
                 ''run_id'', ''build_id'', ''built_at'', ''first_seen_at'', ''changed_at'', ''content_hash''
             ]
             from mart.%I as relation',
            relation_name
        )
        using new_taken, relation_name;
    end loop;
end
$$;
-- Rows of one snapshot that the other lacks, with multiplicity, in both directions.
create function pg_temp.difference(one text, other text)
returns table (relation_name text, row_content jsonb)
language sql
as $$
    (
        select relation_name, row_content from pg_temp.snapshots where taken = one
        except all
        select relation_name, row_content from pg_temp.snapshots where taken = other
    )
    union all
    (
        select relation_name, row_content from pg_temp.snapshots where taken = other
        except all
        select relation_name, row_content from pg_temp.snapshots where taken = one
    )
$$;

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');

-- Nothing happens to these.
call pg_temp.add_person('~Same_A1', 2023);
call pg_temp.add_study('~Same_A1', 'PhD student', 2014, 2018);
call pg_temp.add_job('~Same_A1', 'Research Scientist', 2018, null);
call pg_temp.add_point('~Same_B1', 2019);
call pg_temp.add_slot('~Same_C1', 2020, 'Baidu', 'baidu.com');
call pg_temp.add_person('~Same_D1', 2022);
call pg_temp.add_job('~Same_D1', 'Research Intern', 2019, 2020);
call pg_temp.add_slot('~Same_D1', 2020, 'Tencent', 'tencent.com');
call pg_temp.add_point('~Same_E1', 2018, 'Researcher', 'Nowhere Research Ltd', null);
-- Each of these sees a change.
call pg_temp.add_person('~Job_Closed1', 2021);
call pg_temp.add_job('~Job_Closed1', 'Research Scientist', 2017, null);
call pg_temp.add_person('~Job_Removed1', 2021);
call pg_temp.add_job('~Job_Removed1', 'Research Scientist', 2017, 2019);
call pg_temp.add_job('~Job_Removed1', 'Research Scientist', 2019, null, 'Baidu', 'baidu.com');
call pg_temp.add_person('~Job_Moved1', 2021);
call pg_temp.add_job('~Job_Moved1', 'Research Scientist', 2017, null);
call pg_temp.add_point('~Seen_Again1', 2018);
call pg_temp.add_point('~Seen_Elsewhere1', 2020);
call pg_temp.add_person('~Taken_Up1', 2021);
call pg_temp.add_slot('~Taken_Up1', 2020, 'Tencent', 'tencent.com');
call pg_temp.add_paper('to_delete', 2022);
call pg_temp.add_author('to_delete', '~Paper_Deleted1');
call pg_temp.add_affiliation('to_delete', '~Paper_Deleted1', 'Tencent', 'tencent.com');
call pg_temp.add_author('to_delete', '~Job_Closed1');
call pg_temp.add_paper('to_correct', 2021);
call pg_temp.add_author('to_correct', '~Slot_Corrected1');
call pg_temp.add_affiliation('to_correct', '~Slot_Corrected1', 'Tencent', 'tencent.com');
call pg_temp.add_profile('~Waiting_A1', 2021);
call pg_temp.add_job('~Waiting_A1', 'Research Scientist', 2016, 2020);
call pg_temp.add_person('~Renamed_Old1', 2021);
call pg_temp.add_job('~Renamed_Old1', 'Research Scientist', 2015, 2019);
call pg_temp.add_slot('~Merged_A1', 2018, 'Tencent', 'tencent.com');
call pg_temp.add_person('~Merged_B1', 2021);
call pg_temp.add_job('~Merged_B1', 'Research Scientist', 2019, 2020);
call pg_temp.add_person('~Refused_A1', 2021);
call pg_temp.add_job('~Refused_A1', 'Research Scientist', 2015, null);

call pg_temp.build();
call pg_temp.take_snapshot('first');
select ok(
    (select count(*) > 50 from snapshots where taken = 'first'),
    'incremental: the first build has rows to compare'
);

-- A build without any change.
call pg_temp.begin_run(2);
call pg_temp.build(is_full => false);
call pg_temp.take_snapshot('unchanged');
select is_empty(
    $$ select * from pg_temp.difference('first', 'unchanged') $$,
    'metrics 1: an incremental build without changes changes nothing'
);

-- The day of changes.
call pg_temp.begin_run(3);
call pg_temp.renew_profile('~Job_Closed1', 2023);
call pg_temp.add_job('~Job_Closed1', 'Research Scientist', 2017, 2022);
call pg_temp.renew_profile('~Job_Removed1', 2023);
call pg_temp.add_job('~Job_Removed1', 'Research Scientist', 2019, null, 'Baidu', 'baidu.com');
call pg_temp.renew_profile('~Job_Moved1', 2023);
call pg_temp.add_job('~Job_Moved1', 'Research Scientist', 2017, null, 'Huawei', 'huawei.com');
call pg_temp.add_point('~Seen_Again1', 2021);
call pg_temp.add_point('~Seen_Elsewhere1', 2021, 'Research Scientist', 'Baidu', 'baidu.com');
call pg_temp.renew_profile('~Taken_Up1', 2023);
call pg_temp.add_job('~Taken_Up1', 'Research Intern', 2020, 2020);
call pg_temp.set_note_deleted('to_delete', '2025-01-02 00:00:00+00');
-- A new version of a note; the affiliation it had is replaced.
update stg.openreview_notes
set
    version_at = version_at + interval '24 hours',
    content_hash = pg_temp.hash(note_id, 'corrected'),
    run_id = pg_temp.run_id(),
    changed_at = pg_temp.changed_at()
where note_id = 'to_correct';
call pg_temp.remove_rows('openreview_note_affiliations', 'note_id', 'to_correct');
call pg_temp.add_affiliation('to_correct', '~Slot_Corrected1', 'Huawei', 'huawei.com');
-- A profile that waited for a paper; a paper of 2024 by somebody new.
call pg_temp.add_slot('~Waiting_A1', 2019);
call pg_temp.add_slot('~New_A1', 2024, 'Baidu', 'baidu.com');
-- A profile under a new id; two people that turn out to be one.
call pg_temp.remove_rows('openreview_profile_history', 'profile_id', '~Renamed_Old1');
call pg_temp.remove_rows('openreview_profile_names', 'profile_id', '~Renamed_Old1');
call pg_temp.remove_rows('openreview_profiles', 'profile_id', '~Renamed_Old1');
call pg_temp.add_profile('~Renamed_New1', 2023);
call pg_temp.add_name('~Renamed_New1', '~Renamed_Old1');
call pg_temp.add_job('~Renamed_New1', 'Research Scientist', 2015, 2018);
call pg_temp.renew_profile('~Merged_B1', 2023);
call pg_temp.add_job('~Merged_B1', 'Research Scientist', 2019, 2020);
call pg_temp.add_name('~Merged_B1', '~Merged_A1');
-- A version that was refused.
call pg_temp.remove_rows('openreview_profile_history', 'profile_id', '~Refused_A1');
call pg_temp.remove_rows('openreview_profile_names', 'profile_id', '~Refused_A1');
call pg_temp.remove_rows('openreview_profiles', 'profile_id', '~Refused_A1');
call pg_temp.build(is_full => false);
call pg_temp.take_snapshot('incremental');

-- By hand, what each change must have come to.
select is(
    pg_temp.group_stints('~Job_Closed1'),
    'tencent 2017-2022 start 2017! end 2022!',
    'incremental: a job that was closed'
);
select is(
    pg_temp.group_stints('~Job_Removed1'),
    'baidu 2019-2026 start 2019! end none',
    'incremental: a job that was removed'
);
select is(
    pg_temp.group_stints('~Job_Moved1'),
    'huawei 2017-2026 start 2017! end none',
    'incremental: a job that was rewritten to another group'
);
-- 2018 finishes 2021: one with the observation of 2021.
select is(
    pg_temp.group_stints('~Seen_Again1'),
    'tencent 2018-2024 start none end none',
    'incremental: a new observation'
);
select is(
    pg_temp.group_stints('~Seen_Elsewhere1'),
    'baidu 2021-2024 start 2021! end none; tencent 2020-2021 start none end 2021!',
    'incremental: an observation elsewhere ends the old stint'
);
select is(
    pg_temp.group_stints('~Taken_Up1'),
    'none',
    'incremental: a new internship takes up an old claim without role'
);
select is(
    pg_temp.person_id('~Paper_Deleted1'),
    null,
    'incremental: the only paper was deleted'
);
select is(
    pg_temp.group_stints('~Slot_Corrected1'),
    'huawei 2021-2024 start none end none',
    'incremental: a note''s affiliation was corrected'
);
select is(
    pg_temp.group_stints('~Waiting_A1'),
    'tencent 2016-2020 start 2016! end 2020!',
    'incremental: a paper makes an old profile a person'
);
select is(
    pg_temp.group_stints('~New_A1'),
    'baidu 2024-2027 start none end none',
    'incremental: somebody new'
);
select is(
    pg_temp.group_stints('~Renamed_New1'),
    'tencent 2015-2018 start 2015! end 2018!',
    'incremental: a profile under a new id'
);
select is(
    (select person_id::text from mart.dim_person where openreview_id = '~Renamed_New1'),
    (
        select row_content ->> 'person_id' from snapshots
        where
            taken = 'first'
            and relation_name = 'dim_person'
            and row_content ->> 'openreview_id' = '~Renamed_Old1'
    ),
    'metrics 7: a renamed profile keeps its person_id'
);
-- The slot of 2018 lies one year before 2019: evidence of the stated stint.
select is(
    pg_temp.stints('~Merged_B1'),
    'tencent employment research_staff start 2019! end 2020! evidence 2018-2020',
    'incremental: two people turned out to be one'
);
select is(
    pg_temp.person_id('~Merged_A1'),
    null,
    'incremental: of two people that are one the old id is nobody'
);
select is(
    pg_temp.group_stints('~Refused_A1'),
    'none',
    'incremental: a refused version'
);
select is(
    (select max(year) from mart.headcount_year where group_key = 'tencent'),
    2024,
    'incremental: the data''s end moves for every group'
);

call pg_temp.begin_run(4);
call pg_temp.build(is_full => true);
call pg_temp.take_snapshot('full');
select ok(
    (select count(*) > 50 from snapshots where taken = 'full'),
    'incremental: the full build has rows to compare'
);
select is_empty(
    $$ select * from pg_temp.difference('incremental', 'full') $$,
    'metrics 1: an incremental build and a full one of the same records give the same mart'
);
select isnt_empty(
    $$ select * from pg_temp.difference('first', 'full') $$,
    'incremental: the comparison sees differences where there are some'
);

select * from finish();
rollback;
