-- metrics 7, identity of people and organisations. Jobs are 2018-2019, profiles made 2022.
begin;
\ir world.sql

create temporary table place_cases (
    case_number integer generated always as identity,
    institution_name text,
    institution_domain text,
    group_key text not null,
    clause text not null
);

insert into place_cases (institution_name, institution_domain, group_key, clause)
values
    ('Tencent', 'tencent.com', 'tencent', 'curated key'),
    ('Tencent', null, 'tencent', 'an exact name of a tracked group'),
    ('TENCENT', null, 'tencent', 'names are compared normalised'),
    ('腾讯', null, 'tencent', 'the Chinese name is a name'),
    (null, 'tencent.com', 'tencent', 'a domain without name'),
    ('Institute of Nothing', 'tencent.com', 'tencent', 'the domain decides for an unknown name'),
    (null, 'ailab.tencent.com', 'tencent', 'a sub-domain is the domain''s'),
    (null, 'a.b.research.baidu.com', 'baidu', 'a sub-domain is the domain''s, at any depth'),
    (null, 'tiktok.com', 'bytedance', 'every domain of an organisation'),
    (null, 'nottencent.com', 'unknown', 'a domain that only ends alike is another'),
    (null, 'tencent.com.example.org', 'unknown', 'a domain that only begins alike is another'),
    ('ByteDance', 'tencent.com', 'bytedance', 'an exact name of a tracked group wins over the domain'),
    ('Tencent', 'tsinghua.edu.cn', 'tencent', 'an exact name of a tracked group wins over the domain'),
    ('Tencennt', 'baidu.com', 'baidu', 'the domain wins over a fuzzy name'),
    ('Tencent', 'gmail.com', 'tencent', 'a free-mail domain says nothing against a name'),
    ('Nowhere Research Ltd', 'gmail.com', 'unknown', 'a free-mail domain says nothing'),
    (null, 'hotmail.com', 'unknown', 'a free-mail domain says nothing'),
    ('Nowhere Research Ltd', null, 'unknown', 'an unknown name stays unresolved'),
    ('Ant Group', 'alibaba-inc.com', 'ant_group', 'an exact name of a tracked group wins over the domain'),
    ('DeepSeek', null, 'deepseek', 'curated start-ups'),
    ('Beijing Academy of Artificial Intelligence', null, 'baai', 'curated institutes');

select plan((select count(*)::integer from place_cases) + 15);

call pg_temp.add_institution('tsinghua.edu.cn', 'Tsinghua University');
do $$
declare
    place_case record;
begin
    for place_case in select * from place_cases order by case_number loop
        call pg_temp.add_person(format('~Place_Case%s', place_case.case_number), 2022);
        call pg_temp.add_job(
            format('~Place_Case%s', place_case.case_number),
            'Research Scientist',
            2018,
            2019,
            place_case.institution_name,
            place_case.institution_domain
        );
    end loop;
end
$$;

call pg_temp.add_person('~Lecturer_A1', 2022);
call pg_temp.add_job(
    '~Lecturer_A1', 'Lecturer', 2018, 2019, 'Tsinghua University', 'tsinghua.edu.cn'
);
call pg_temp.add_person('~Lecturer_B1', 2022);
call pg_temp.add_job('~Lecturer_B1', 'Lecturer', 2018, 2019, 'Dept. of CS', 'cs.tsinghua.edu.cn');

-- Unresolved: three claims of two people under one name, one claim under another.
call pg_temp.add_person('~Lost_A1', 2022);
call pg_temp.add_job('~Lost_A1', 'Research Scientist', 2010, 2011, 'Forgotten Labs', null);
call pg_temp.add_job('~Lost_A1', 'Research Scientist', 2014, 2015, 'Forgotten Labs', null);
call pg_temp.add_person('~Lost_B1', 2022);
call pg_temp.add_job('~Lost_B1', 'Research Scientist', 2014, 2015, 'Forgotten Labs', null);
call pg_temp.add_job('~Lost_B1', 'Research Scientist', 2016, 2017, 'Vanished Institute', null);

-- Author ids
call pg_temp.add_paper('mixed', 2020);
call pg_temp.add_author('mixed', '~Without_Profile1');
call pg_temp.add_affiliation('mixed', '~Without_Profile1', 'Adobe', 'adobe.com');
call pg_temp.add_author('mixed', 'someone@adobe.com', 'email');
call pg_temp.add_affiliation('mixed', 'someone@adobe.com', 'Adobe', 'adobe.com');
call pg_temp.add_author('mixed', 'https://dblp.org/search/pid/api?q=author:Some_One:', 'dblp');
call pg_temp.add_author('mixed', 'ICLR.cc/2020/Conference/Paper1/Authors', 'group');
call pg_temp.add_author('mixed', null, 'none');

-- A renamed profile: its papers carry the old id and the new one.
call pg_temp.add_profile('~Renamed_New1', 2022);
call pg_temp.add_name('~Renamed_New1', '~Renamed_Old1');
call pg_temp.add_job('~Renamed_New1', 'Research Scientist', 2018, 2021, 'Snap', 'snap.com');
call pg_temp.add_slot('~Renamed_Old1', 2019);
call pg_temp.add_slot('~Renamed_New1', 2020);

-- To be renamed before the second build.
call pg_temp.add_person('~Before_A1', 2020);
call pg_temp.add_job(
    '~Before_A1', 'Research Scientist', 2016, null, 'Salesforce', 'salesforce.com'
);

call pg_temp.build();

-- Unresolved employment belongs to no tracked group; whether it is a group stint at all is left open here.
select is(
    (
        select coalesce(string_agg(group_key, ' '), 'unknown')
        from mart.fct_group_stint
        where
            person_id = pg_temp.person_id(format('~Place_Case%s', case_number))
            and group_key in (select group_key from mart.dim_group where is_tracked)
    ),
    group_key,
    format(
        'metrics 7: %s / %s: %s',
        coalesce(institution_name, 'no name'),
        coalesce(institution_domain, 'no domain'),
        clause
    )
)
from place_cases
order by case_number;

select results_eq(
    $$
    select organisation_key, dim_organisation.kind
    from mart.fct_stint
    inner join mart.dim_organisation
        on fct_stint.organisation_id = dim_organisation.organisation_id
    where person_id = pg_temp.person_id('~Lecturer_A1')
    $$,
    $$ values ('tsinghua.edu.cn', 'university') $$,
    'metrics 7: an organisation''s key is its main domain'
);
select is(
    (select organisation_id from mart.fct_stint where person_id = pg_temp.person_id('~Lecturer_B1')),
    (select organisation_id from mart.fct_stint where person_id = pg_temp.person_id('~Lecturer_A1')),
    'metrics 7: a university''s sub-domain is the university'
);
select results_eq(
    $$
    select raw_name, n_people, n_claims
    from mart.unresolved_organisation
    where raw_name in ('Forgotten Labs', 'Vanished Institute')
    order by raw_name
    $$,
    $$ values ('Forgotten Labs', 2, 3), ('Vanished Institute', 1, 1) $$,
    'warehouse: unresolved_organisation counts people and claims of each name'
);
select is_empty(
    $$
    select raw_name from mart.unresolved_organisation
    where raw_name in ('Tencent', 'TENCENT', 'Adobe', 'Tsinghua University', 'DeepSeek', '腾讯')
    $$,
    'warehouse: unresolved_organisation holds no name that was resolved'
);

select results_eq(
    $$
    select openreview_id from mart.dim_person
    where person_id in (select person_id from mart.fct_group_stint where group_key = 'adobe')
    $$,
    array['~Without_Profile1'],
    'metrics 3: every tilde id is a person, with or without profile; an e-mail author is not'
);
-- Everybody with a paper: the signers of the common paper, ~Without_Profile1, ~Renamed_New1.
select is(
    (select count(*)::integer from mart.dim_person where person_id != 0),
    (
        select count(*)::integer + 2
        from stg.openreview_note_authors
        where note_id = 'everybody'
    ),
    'metrics 3: e-mail, DBLP, group and empty author ids are not resolved'
);
select is(
    (select count(*)::integer from mart.dim_person where person_id = 0),
    1,
    'warehouse: dim_person has the member 0 (not resolved)'
);
select is(
    pg_temp.group_stints('~Renamed_New1'),
    'snap 2018-2021 start 2018! end 2021!',
    'metrics 7: a renamed profile is one person under its current id'
);
select is(
    pg_temp.person_id('~Renamed_Old1'),
    null,
    'metrics 7: openreview_id is the current id, no person has the old one'
);
-- 2019 under the old id and 2020 under the new one.
select results_eq(
    $$ select year, published_people from mart.headcount_year where group_key = 'snap' and year <= 2020 $$,
    $$ values (2018, 0), (2019, 1), (2020, 1) $$,
    'metrics 7: papers under the old id are the person''s'
);
-- The curated table; an institute's size class is open to reading, so it is left out.
select bag_has(
    $$
    select group_key, group_name, group_name_zh, kind, size_class, country_code
    from mart.dim_group
    $$,
    $$
    values
        ('bytedance', 'ByteDance', '字节跳动', 'company', 'large', 'CN'),
        ('alibaba', 'Alibaba Group', '阿里巴巴', 'company', 'large', 'CN'),
        ('tencent', 'Tencent', '腾讯', 'company', 'large', 'CN'),
        ('deepseek', 'DeepSeek', '深度求索', 'company', 'start_up', 'CN'),
        ('openai', 'OpenAI', 'OpenAI', 'company', 'large', 'US')
    $$,
    'metrics 4: name, kind, size_class and country of a group come from the curated table'
);
select is(
    (
        select count(*)::integer from mart.dim_group
        where
            is_tracked
            and group_key in ('bytedance', 'alibaba', 'tencent', 'baidu', 'huawei')
    ),
    5,
    'metrics 3: the studied groups are tracked'
);

-- Second run: ~Before_A1 is renamed; the profile comes under its new id with both names.
create temporary table known_people as
select person_id from mart.dim_person where openreview_id = '~Before_A1';
call pg_temp.begin_run(2);
call pg_temp.remove_rows('openreview_profile_history', 'profile_id', '~Before_A1');
call pg_temp.remove_rows('openreview_profile_names', 'profile_id', '~Before_A1');
call pg_temp.remove_rows('openreview_profiles', 'profile_id', '~Before_A1');
call pg_temp.add_profile('~After_A1', 2021);
call pg_temp.add_name('~After_A1', '~Before_A1');
call pg_temp.add_job('~After_A1', 'Research Scientist', 2016, null, 'Salesforce', 'salesforce.com');
call pg_temp.build(is_full => false);

select is(
    pg_temp.person_id('~After_A1'),
    (select person_id from known_people),
    'metrics 7: a renamed profile keeps its person_id'
);
select is(
    pg_temp.person_id('~Before_A1'),
    null,
    'metrics 7: after renaming openreview_id is the current id'
);
select is(
    pg_temp.group_stints('~After_A1'),
    'salesforce 2016-2024 start 2016! end none',
    'metrics 7: after renaming the person is one person, with the new profile''s claims'
);

select * from finish();
rollback;
