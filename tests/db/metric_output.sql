-- Output, directions, totals over groups, and the study's claims, of one small world.
begin;
\ir world.sql
select plan(15);

call pg_temp.add_person('~Out_A1', 2024);
call pg_temp.add_job('~Out_A1', 'Research Scientist', 2020, null);
call pg_temp.add_person('~Out_B1', 2024);
call pg_temp.add_job('~Out_B1', 'Research Scientist', 2020, null);
call pg_temp.add_person('~Out_C1', 2024);
call pg_temp.add_job('~Out_C1', 'Research Intern', 2021, 2022);
-- 2022: one accepted paper of both (language and vision), one rejected of B behind somebody else (graphs);
-- one of the intern counts for nobody.
call pg_temp.add_paper('out1', 2022);
call pg_temp.add_author('out1', '~Out_A1');
call pg_temp.add_author('out1', '~Out_B1');
call pg_temp.add_affiliation('out1', '~Out_A1', 'Tencent', 'tencent.com');
call pg_temp.add_affiliation('out1', '~Out_B1', 'Tencent', 'tencent.com');
update stg.openreview_notes set keywords = array['Large Language Models', 'image classification'] where note_id = 'out1';
call pg_temp.add_paper('out2', 2022, 'Reject');
call pg_temp.add_author('out2', '~Stranger1');
call pg_temp.add_author('out2', '~Out_B1');
call pg_temp.add_affiliation('out2', '~Out_B1', 'Tencent', 'tencent.com');
update stg.openreview_notes
set keywords = array['graph-neural networks'],
    primary_area = 'applications to computer vision, audio, language, and other modalities'
where note_id = 'out2';
call pg_temp.add_slot('~Out_C1', 2022, 'Tencent', 'tencent.com');
-- 2023: A writes for Baidu, without ever being employed there, and once without any affiliation.
call pg_temp.add_slot('~Out_A1', 2023, 'Baidu', 'baidu.com');
call pg_temp.add_slot('~Out_A1', 2023);
call pg_temp.build();

select is(
    (select format('%s %s %s %s %s %s %s', n_papers, n_accepted, n_known, n_unknown, n_first_author_papers, headcount,
        papers_per_head) from mart.output_year where group_key = 'tencent' and year = 2022),
    '2 1 2 0 1 2 1', 'output: papers once each, accepted, with first author of the group, per head'
);
select is(
    (select accepted_share from mart.output_year where group_key = 'tencent' and year = 2022),
    0.5::double precision, 'output: accepted of the decided'
);
select is(
    (select count(*)::integer from (select distinct person_id, group_key, year from core.published_slots) as slots),
    (select sum(n_people)::integer from mart.published_as_year),
    'output: slots and published_as agree'
);
select is(
    (select format('%s %s', n_papers, papers_per_head) from mart.output_year where group_key = 'tencent' and year = 2021),
    '0 0', 'output: zeros in years without papers'
);
select results_eq(
    $$
    select direction_key, n_people, n_papers, weighted_papers, weight_share from mart.direction_year
    where group_key = 'tencent' and year = 2022 and n_papers > 0 order by direction_key collate "C"
    $$,
    $$ values ('graph', 1, 1, 1.0::double precision, 0.5::double precision),
        ('nlp', 2, 1, 0.5::double precision, 0.25::double precision),
        ('vision', 2, 1, 0.5::double precision, 0.25::double precision) $$,
    'metrics 6: directions share a paper in equal parts; a silent area says nothing; hyphens are blanks'
);
select is(
    (select n_papers from mart.direction_year where group_key = 'tencent' and year = 2023 and direction_key = 'other'),
    1, 'metrics 6: a paper without any pattern is other'
);
select is(
    (select count(*)::integer from mart.direction_year where group_key = 'tencent' and year = 2021 and n_papers = 0),
    (select count(*)::integer from core.direction), 'metrics 6: every direction in every year, zeros included'
);
select is(
    mart.published_as_total(array['tencent', 'baidu'], 2022), 2, 'published_as_total: distinct people up to the year'
);
select is(mart.published_as_total(array['nobody'], null), 0, 'published_as_total: 0 for a group that is not there');
select is(
    (select format('%s %s', measured_value, holds) from mart.claim_reconciliation where claim_id = 'C03'),
    '2 ', 'reconciliation: another value while sources were never read to the end is not decided'
);
select matches(
    (select reason from mart.claim_reconciliation where claim_id = 'C03'), 'never read to the end: .*notes, .*profiles',
    'reconciliation: says what is missing'
);
select is(
    (select format('%s|%s', measured_value, holds) from mart.claim_reconciliation where claim_id = 'C32'),
    '|', 'reconciliation: nothing measured'
);
select is((select count(*)::integer from mart.claim_reconciliation), (select count(*)::integer from core.ref_seed_claims),
    'reconciliation: every claim once');
select is_empty(
    $$
    select views.viewname from pg_catalog.pg_views as views
    where views.schemaname = 'mart'
        and views.viewname not in ('data_dictionary', 'freshness', 'unresolved_organisation', 'metric', 'vintage')
    except
    select metric from mart.metric
    $$,
    'mart.metric tells of every metric view'
);
select is(
    (select format('%s %s %s', fn.wilson_low(0, 10, 1.96) = 0, fn.wilson_high(10, 10, 1.96) = 1,
        fn.wilson_low(0, 0, 1.96) is null)),
    't t t', 'metrics 8: Wilson at the ends, and of nobody'
);

select * from finish();
rollback;
