-- Core: decisions over staged statements. Rules and reference rows are data; keys are numbered in the order of
-- their natural key when first seen and never renumbered; everything else is recomputed by core.build.

-- Rules -----------------------------------------------------------------------------------------------------

create table core.rule (
    name text not null,
    value numeric not null,
    unit text not null,
    why text not null,
    constraint rule_pkey primary key (name)
);
select fn.reference('core.rule');
comment on table core.rule is 'One row per number that a definition uses. Changing a value makes the next build a full one.';
comment on column core.rule.name is 'Name by which definitions cite the rule.';
comment on column core.rule.value is 'The number.';
comment on column core.rule.unit is 'What the number counts.';
comment on column core.rule.why is 'Why this value and not another.';

insert into core.rule (name, value, unit, why) values
('max_text_chars', 100000, 'characters',
    'No real title, name or abstract is longer; a longer text is a broken record'),
('min_claim_year', 1900, 'year', 'First year that the profile editor accepts'),
('max_claim_year', 2099, 'year', 'Last year that the profile editor accepts'),
('max_start_ahead_years', 1, 'years', 'A job may be announced for next year; further ahead it is a typing error'),
('max_claim_years', 70, 'years', 'Nobody holds one position longer'),
('max_id_chars', 300, 'characters', 'A longer author id is no id of a person'),
('merge_gap_years', 1, 'years', 'Years are all we have: 2018 and 2019 may be adjacent months'),
('carry_forward_years', 2, 'years', 'People publish every two or three years; later silence says nothing'),
('complete_after_months', 6, 'months', 'Profiles are brought up to date at the next deadlines, within half a year'),
('era_start_year', 2023, 'year', 'ChatGPT was released on 2022-11-30; the first whole year after it'),
('degree_grace_years', 1, 'years', 'Degrees are awarded up to a year after the job has begun'),
('fresh_window_years', 1, 'years', 'Graduates of one year start in it or the next'),
('origin_gap_years', 2, 'years', 'An employer left longer ago is not where the person comes from'),
('destination_lead_years', 1, 'years', 'The next job may be entered with the year before the old one ends'),
('destination_lag_years', 2, 'years', 'A later job is not where the person went'),
('wilson_z', 1.959963984540054, 'standard deviations', 'Two-sided 95 %'),
('name_domain_min_share', 0.9, 'share',
    'A name stands for an organisation when at least this share of its statements with a domain agree; '
    'the rest are typing errors and second affiliations'),
('stale_after_days', 30, 'days', 'A stream without a complete sweep for longer is called stale');

create table core.role_rule (
    rule_order integer not null,
    role_class text not null,
    pattern text not null,
    why text not null,
    constraint role_rule_pkey primary key (rule_order)
);
select fn.reference('core.role_rule');
comment on table core.role_rule is
    'One row per pattern of role texts. The first that matches the folded text, by rule_order, decides.';
comment on column core.role_rule.rule_order is 'Order of the test, smallest first.';
comment on column core.role_rule.role_class is
    'Class given; assistant becomes student at a university and research_staff elsewhere.';
comment on column core.role_rule.pattern is 'Regular expression over core.fold_role(role text).';
comment on column core.role_rule.why is 'Why the pattern means the class.';

insert into core.role_rule (rule_order, role_class, pattern, why) values
(10, 'intern', '\m(intern|interns|interning|internship|internships|interm|co op|coop student|trainee|stagiaire|praktikant|praktikum)\M',
    'Intern anywhere is an intern, whatever else the text says; whole words, so that internal and international are not'),
(11, 'intern', '实习', 'Chinese for internship'),
(20, 'visitor', '\m(visiting|visitor|guest|visit|academic visitor)\M', 'Visiting scholars, students and professors belong elsewhere'),
(21, 'visitor', '(访问|交流生|访学)', 'Chinese for visiting'),
(30, 'postdoc', '(\mpost ?doc|\mpostdoc|\mpost ?phd\M)', 'Postdoc, post-doctoral fellow, postdoctoral researcher'),
(31, 'postdoc', '博士后', 'Chinese for postdoc; before the rule for doctoral students, whose word it contains'),
(40, 'phd_student', '(\mphd\M|\mdphil\M|\mdoctorate\M|(?<!\mpre )\mdoctoral\M|\mph d\M|\mdoctorant|\mdoktorand)',
    'PhD student or candidate; PhD alone is written by students'),
(41, 'phd_student', '博士', 'Chinese for doctoral student'),
(50, 'master_student', '(\mmaster|\mm ?sc\M|\mms\M|\mm ?eng\M|\mmphil\M|\mmba\M|\mm ?tech\M|\mmres\M|\mm s\M)',
    'Master student; MS student is the profile editor''s own word'),
(51, 'master_student', '(硕士|研究生)', 'Chinese for master student; graduate student alone means master'),
(60, 'undergraduate', '(\mundergrad|\mbachelor|\mb ?sc\M|\mbs\M|\mb ?eng\M|\mb ?tech\M|\mb s\M|\mba student\M|\mbe student\M)',
    'Undergraduate; Undergrad student is the profile editor''s own word'),
(61, 'undergraduate', '(本科|学士|大学生)', 'Chinese for undergraduate'),
(70, 'faculty', '(\mprofessor|\mprof\M|\mlecturer|\minstructor|\mfaculty\M|\memerit|\mdocent\M|\mdean\M|\mprofesor|\mreader\M|\mprofesseur)',
    'Professors of all ranks, lecturers, instructors'),
(71, 'faculty', '(教授|讲师|导师)', 'Chinese for professor and lecturer'),
(80, 'student', '(\mstudent|\mgraduate\M|\mgrad\M|\mpupil\M|\malumn)', 'A student without a degree in the text'),
(81, 'student', '学生', 'Chinese for student'),
(85, 'assistant', '\m(research|teaching|graduate|lab|laboratory)( \w+)? assistant',
    'Research and teaching assistants are students at a university and staff elsewhere'),
(86, 'assistant', '(研究助理|助教)', 'Chinese for research and teaching assistant'),
(90, 'founder', '(founder|\mfounding (ceo|cto)\M|\mentrepreneur\M|创始人)', 'Founders and co-founders'),
(100, 'manager', '(\mmanager|\mdirector|\mhead\M|\mlead\M|\mleader|\mchief\M(?! scientist)|\mpresident\M|\mvp\M|\mceo\M|\mcto\M|\mcso\M|\mcoo\M|\mcio\M|\mmanaging\M|\mchair|\mexecutive\M|\msupervisor\M|\mprincipal investigator\M)',
    'People who answer for a team'),
(101, 'manager', '(总监|主管|经理|负责人|院长|主任|总裁)', 'Chinese for heads and directors'),
(110, 'research_staff', '(research|scientist|\mscholar|\mfellow\M|\mresident\M|\mai resident|\mpredoctoral\M|\mpostgraduate\M|\mscience\M)',
    'Researchers and scientists, research engineers too'),
(111, 'research_staff', '(研究员|科学家|研究)', 'Chinese for researcher'),
(120, 'engineer', '(engineer|developer|programmer|\mswe\M|\msde\M|\mmts\M|technical staff|architect|\mengineering\M|\mtechnologist\M)',
    'Engineers and developers, members of technical staff'),
(121, 'engineer', '(工程师|开发)', 'Chinese for engineer'),
(130, 'other', '', 'Everything else, the empty text too');

create table core.age_rule (
    rule_order integer not null,
    degree text not null,
    event text not null,
    age_years integer not null,
    why text not null,
    constraint age_rule_pkey primary key (rule_order),
    constraint age_rule_event_check check (event in ('start', 'end'))
);
select fn.reference('core.age_rule');
comment on table core.age_rule is 'One row per way to estimate a birth year from education. The first available, by rule_order, decides.';
comment on column core.age_rule.rule_order is 'Order, best first.';
comment on column core.age_rule.degree is 'Degree of the education: bachelor, master or phd.';
comment on column core.age_rule.event is 'Which stated year is used: start or end.';
comment on column core.age_rule.age_years is 'Usual age at that event.';
comment on column core.age_rule.why is 'Why this age.';

insert into core.age_rule (rule_order, degree, event, age_years, why) values
(1, 'bachelor', 'start', 18, 'School ends at 18 in most countries; the event with the least spread'),
(2, 'bachelor', 'end', 22, 'Four years after it'),
(3, 'master', 'start', 22, 'Usually follows the bachelor at once'),
(4, 'phd', 'start', 24, 'Two years of master, or work, lie between'),
(5, 'phd', 'end', 29, 'Five years after it; wide spread');

create table core.era (
    era_key text not null,
    era_name text not null,
    first_year integer,
    last_year integer,
    why text not null,
    constraint era_pkey primary key (era_key)
);
select fn.reference('core.era');
comment on table core.era is
    'One row per era of the field. Era llm begins with rule era_start_year, whatever the rows say.';
comment on column core.era.era_key is 'Key.';
comment on column core.era.era_name is 'Name.';
comment on column core.era.first_year is 'First calendar year; null = no beginning (or, for llm, rule era_start_year).';
comment on column core.era.last_year is 'Last calendar year; null = no end.';
comment on column core.era.why is 'What separates the era from the one before.';

insert into core.era (era_key, era_name, first_year, last_year, why) values
('earlier', 'Before deep learning', null, 2011, 'AlexNet won ImageNet in 2012'),
('vision', 'Vision wave', 2012, 2019, 'Deep learning for vision drew the first wave of hires'),
('transition', 'Transition', 2020, 2022, 'Large language models before they were products'),
('llm', 'LLM era', null, null, 'ChatGPT was released on 2022-11-30');

create table core.status_rule (
    rule_order integer not null,
    subject text not null,
    pattern text not null,
    status text not null,
    why text not null,
    constraint status_rule_pkey primary key (rule_order),
    constraint status_rule_subject_check check (subject in ('venueid', 'invitation', 'decision', 'venue', 'archive')),
    constraint status_rule_status_check check (
        status in ('accepted', 'rejected', 'withdrawn', 'desk_rejected', 'under_review', 'unknown')
    )
);
select fn.reference('core.status_rule');
comment on table core.status_rule is
    'One row per pattern that gives a paper its status. The first that matches, by rule_order, decides; none = unknown.';
comment on column core.status_rule.rule_order is 'Order of the test, smallest first.';
comment on column core.status_rule.subject is 'Text tested, in lower case: venueid, invitation, decision, venue or the archive''s status.';
comment on column core.status_rule.pattern is 'Regular expression.';
comment on column core.status_rule.status is 'Status given.';
comment on column core.status_rule.why is 'Why.';

insert into core.status_rule (rule_order, subject, pattern, status, why) values
(10, 'venueid', 'desk_?reject', 'desk_rejected', 'v2 moves the note to …/Desk_Rejected_Submission'),
(11, 'venueid', 'withdraw', 'withdrawn', 'v2 moves the note to …/Withdrawn_Submission'),
(12, 'venueid', 'rejected', 'rejected', 'v2 moves the note to …/Rejected_Submission'),
(13, 'invitation', 'desk_?reject', 'desk_rejected', 'v1 moves the note to another invitation'),
(14, 'invitation', 'withdraw', 'withdrawn', 'v1 moves the note to another invitation'),
(20, 'decision', 'desk.?reject', 'desk_rejected', 'Decision text'),
(21, 'decision', 'withdraw', 'withdrawn', 'Decision text'),
(22, 'decision', '(reject|decline|not accept)', 'rejected', 'Decision text; before accept, which not accept contains'),
(23, 'decision', '(accept|oral|spotlight|poster|talk)', 'accepted', 'Decision text'),
(30, 'venue', 'desk.?reject', 'desk_rejected', 'The venue line of the paper page'),
(31, 'venue', 'withdraw', 'withdrawn', 'The venue line of the paper page'),
(32, 'venue', '(reject|not accepted)', 'rejected', 'The venue line of the paper page'),
(33, 'venue', '(^submitted to|submission|under review)', 'under_review', 'Also stays when a venue never publishes its decisions'),
(34, 'venue', '(poster|oral|spotlight|notable|accept|top [0-9]+%)', 'accepted', 'Only accepted papers are given a form of presentation'),
(40, 'archive', 'desk.?reject', 'desk_rejected', 'Archive status'),
(41, 'archive', 'withdraw', 'withdrawn', 'Archive status'),
(42, 'archive', 'reject', 'rejected', 'Archive status'),
(43, 'archive', '(poster|oral|spotlight|accept|notable|talk|top.?[0-9]+|best|highlight|findings|main|long|short)', 'accepted', 'Archive status: form of presentation'),
(44, 'archive', '(active|under review|pending|submit)', 'under_review', 'Archive status');

-- Reference rows, replaced as a whole from sql/reference/<stem>.csv -----------------------------------------

create table core.ref_organisations (
    organisation_key text not null,
    group_key text not null,
    name text not null,
    name_zh text,
    kind text not null,
    size_class text,
    country_code text,
    founded_year integer,
    domains text,
    is_tracked boolean not null,
    constraint ref_organisations_pkey primary key (organisation_key),
    constraint ref_organisations_kind_check
        check (kind in ('company', 'university', 'institute', 'government', 'nonprofit', 'other')),
    constraint ref_organisations_size_class_check check (size_class in ('large', 'start_up', 'other'))
);
select fn.reference('core.ref_organisations');
comment on table core.ref_organisations is 'One row per curated organisation.';
comment on column core.ref_organisations.organisation_key is 'Stable key.';
comment on column core.ref_organisations.group_key is 'Key of the organisation family; the row whose own key it is names the family.';
comment on column core.ref_organisations.name is 'English name.';
comment on column core.ref_organisations.name_zh is 'Chinese name; null = none known.';
comment on column core.ref_organisations.kind is 'company, university, institute, government, nonprofit, other.';
comment on column core.ref_organisations.size_class is 'large, start_up, other; null = other.';
comment on column core.ref_organisations.country_code is 'ISO 3166 country of the head office.';
comment on column core.ref_organisations.founded_year is 'Year of foundation; null = not recorded.';
comment on column core.ref_organisations.domains is 'Domains, separated by semicolons; sub-domains belong too.';
comment on column core.ref_organisations.is_tracked is 'Metric views show the family.';

create table core.ref_organisation_aliases (
    alias text not null,
    organisation_key text not null,
    unit_key text,
    why text not null,
    constraint ref_organisation_aliases_pkey primary key (alias)
);
select fn.reference('core.ref_organisation_aliases');
comment on table core.ref_organisation_aliases is
    'One row per other name of a curated organisation: former names, laboratories, products, Chinese names.';
comment on column core.ref_organisation_aliases.alias is 'The name as written; compared after core.fold_name.';
comment on column core.ref_organisation_aliases.organisation_key is 'Organisation meant.';
comment on column core.ref_organisation_aliases.unit_key is 'Unit meant, where the name says it; null otherwise.';
comment on column core.ref_organisation_aliases.why is 'What the name is.';

create table core.ref_units (
    unit_key text not null,
    group_key text not null,
    parent_unit_key text,
    name text not null,
    name_zh text,
    valid_from integer,
    valid_to integer,
    note text,
    constraint ref_units_pkey primary key (unit_key)
);
select fn.reference('core.ref_units');
comment on table core.ref_units is 'One row per curated organisational unit.';
comment on column core.ref_units.unit_key is 'Stable key.';
comment on column core.ref_units.group_key is 'Organisation family.';
comment on column core.ref_units.parent_unit_key is 'Unit above; null = none.';
comment on column core.ref_units.name is 'English name.';
comment on column core.ref_units.name_zh is 'Chinese name; null = none known.';
comment on column core.ref_units.valid_from is 'Year of foundation; null = not known.';
comment on column core.ref_units.valid_to is 'Last year; null = still there.';
comment on column core.ref_units.note is 'Remark; null = none.';

create table core.ref_unit_leaders (
    unit_key text not null,
    name text not null,
    name_zh text,
    role text,
    joined_group_year integer,
    previous_employers text,
    education text,
    as_of text not null,
    constraint ref_unit_leaders_pkey primary key (unit_key, name, as_of)
);
select fn.reference('core.ref_unit_leaders');
comment on table core.ref_unit_leaders is 'One row per published leader of a unit and date of the statement.';
comment on column core.ref_unit_leaders.unit_key is 'Unit.';
comment on column core.ref_unit_leaders.name is 'Name, family name first.';
comment on column core.ref_unit_leaders.name_zh is 'Chinese name; null = not known.';
comment on column core.ref_unit_leaders.role is 'What the person answers for; null = not said.';
comment on column core.ref_unit_leaders.joined_group_year is 'Year of joining the family; null = not said.';
comment on column core.ref_unit_leaders.previous_employers is 'Separated by semicolons; null = not said.';
comment on column core.ref_unit_leaders.education is 'Degrees as published; null = not said.';
comment on column core.ref_unit_leaders.as_of is 'Month of the statement, YYYY-MM.';

create table core.ref_seed_claims (
    claim_id text not null,
    subject text not null,
    metric text not null,
    period text not null,
    relation text not null,
    value double precision not null,
    unit text not null,
    definition_note text,
    constraint ref_seed_claims_pkey primary key (claim_id)
);
select fn.reference('core.ref_seed_claims');
comment on table core.ref_seed_claims is 'One row per figure of the published study.';
comment on column core.ref_seed_claims.claim_id is 'Key.';
comment on column core.ref_seed_claims.subject is 'Group, or groups joined by a plus sign.';
comment on column core.ref_seed_claims.metric is 'What is counted.';
comment on column core.ref_seed_claims.period is 'Years as published.';
comment on column core.ref_seed_claims.relation is '=, <, >, <=, ~.';
comment on column core.ref_seed_claims.value is 'The number.';
comment on column core.ref_seed_claims.unit is 'people, share, ratio, years, rank.';
comment on column core.ref_seed_claims.definition_note is 'The study''s own words; null = none.';

create table core.ref_silent_domains (
    domain text not null,
    why text not null,
    constraint ref_silent_domains_pkey primary key (domain)
);
select fn.reference('core.ref_silent_domains');
comment on table core.ref_silent_domains is 'One row per domain that says nothing about an employer: free mail, hosting, placeholders.';
comment on column core.ref_silent_domains.domain is 'Domain; its sub-domains are silent too.';
comment on column core.ref_silent_domains.why is 'What it is.';

create table core.ref_second_level_labels (
    label text not null,
    why text not null,
    constraint ref_second_level_labels_pkey primary key (label)
);
select fn.reference('core.ref_second_level_labels');
comment on table core.ref_second_level_labels is
    'One row per label that, before a two-letter country, belongs to the registry: edu.cn, co.uk.';
comment on column core.ref_second_level_labels.label is 'The label.';
comment on column core.ref_second_level_labels.why is 'What is registered under it.';

create table core.ref_top_level_domains (
    top_level_domain text not null,
    country_code text,
    why text not null,
    constraint ref_top_level_domains_pkey primary key (top_level_domain)
);
select fn.reference('core.ref_top_level_domains');
comment on table core.ref_top_level_domains is
    'One row per two-letter top-level domain that is not simply its country''s ISO code.';
comment on column core.ref_top_level_domains.top_level_domain is 'Without dot.';
comment on column core.ref_top_level_domains.country_code is 'ISO code; null = says nothing about the country.';
comment on column core.ref_top_level_domains.why is 'Why.';

create table core.ref_kind_rules (
    rule_order integer not null,
    subject text not null,
    pattern text not null,
    kind text not null,
    why text not null,
    constraint ref_kind_rules_pkey primary key (rule_order),
    constraint ref_kind_rules_subject_check check (subject in ('name', 'domain')),
    constraint ref_kind_rules_kind_check
        check (kind in ('company', 'university', 'institute', 'government', 'nonprofit', 'other'))
);
select fn.reference('core.ref_kind_rules');
comment on table core.ref_kind_rules is
    'One row per pattern that guesses the kind of an organisation that is not curated. The first match decides.';
comment on column core.ref_kind_rules.rule_order is 'Order of the test, smallest first.';
comment on column core.ref_kind_rules.subject is 'Folded name or domain.';
comment on column core.ref_kind_rules.pattern is 'Regular expression.';
comment on column core.ref_kind_rules.kind is 'Kind given.';
comment on column core.ref_kind_rules.why is 'Why.';

create table core.ref_generic_names (
    pattern text not null,
    why text not null,
    constraint ref_generic_names_pkey primary key (pattern)
);
select fn.reference('core.ref_generic_names');
comment on table core.ref_generic_names is
    'One row per pattern of names that many organisations have; such a name alone says nothing.';
comment on column core.ref_generic_names.pattern is 'Regular expression over core.fold_name(name).';
comment on column core.ref_generic_names.why is 'Why.';

-- Keys: numbers by natural key, never renumbered ----------------------------------------------------------------

create table core.person_keys (
    openreview_id text not null,
    person_id integer not null,
    constraint person_keys_pkey primary key (openreview_id),
    constraint person_keys_person_id_check check (person_id > 0)
);
select fn.reference('core.person_keys');
create index person_keys_person_id_idx on core.person_keys (person_id);
comment on table core.person_keys is
    'One row per OpenReview id that ever was the current id of a person. Ids of one person share its number.';
comment on column core.person_keys.openreview_id is 'Tilde id.';
comment on column core.person_keys.person_id is 'Number of the person.';

create table core.person_aliases (
    alias text not null,
    openreview_id text not null,
    constraint person_aliases_pkey primary key (alias)
);
select fn.reference('core.person_aliases');
create index person_aliases_openreview_id_idx on core.person_aliases (openreview_id);
comment on table core.person_aliases is 'One row per tilde id that is not the current id of its profile.';
comment on column core.person_aliases.alias is 'Former or further id.';
comment on column core.person_aliases.openreview_id is 'Current id.';

create table core.people (
    person_id integer not null,
    openreview_id text not null,
    constraint people_pkey primary key (person_id)
);
select fn.distribute('core.people', 'person_id');
create index people_openreview_id_idx on core.people (openreview_id);
comment on table core.people is 'One row per person with a tilde id on a submission that is not deleted.';
comment on column core.people.person_id is 'Number of the person.';
comment on column core.people.openreview_id is 'Current OpenReview id.';

create table core.paper_keys (
    note_id text not null,
    paper_id integer not null,
    constraint paper_keys_pkey primary key (note_id)
);
select fn.reference('core.paper_keys');
comment on table core.paper_keys is 'One row per paper ever seen.';
comment on column core.paper_keys.note_id is 'OpenReview note id.';
comment on column core.paper_keys.paper_id is 'Number of the paper.';

create table core.venue_keys (
    venue_key text not null,
    venue_id integer not null,
    constraint venue_keys_pkey primary key (venue_key)
);
select fn.reference('core.venue_keys');
comment on table core.venue_keys is 'One row per venue edition ever seen.';
comment on column core.venue_keys.venue_key is 'OpenReview venue id, or archive venue and year.';
comment on column core.venue_keys.venue_id is 'Number of the venue edition.';

create table core.organisation_keys (
    organisation_key text not null,
    organisation_id integer not null,
    constraint organisation_keys_pkey primary key (organisation_key)
);
select fn.reference('core.organisation_keys');
comment on table core.organisation_keys is 'One row per organisation ever seen.';
comment on column core.organisation_keys.organisation_key is 'Curated key, else main domain.';
comment on column core.organisation_keys.organisation_id is 'Number of the organisation.';

create table core.stint_keys (
    person_id integer not null,
    place_id integer not null,
    stint_kind text not null,
    degree text not null,
    ordinal integer not null,
    stint_id integer not null,
    constraint stint_keys_pkey primary key (person_id, place_id, stint_kind, degree, ordinal)
);
select fn.distribute('core.stint_keys', 'person_id');
comment on table core.stint_keys is 'One row per stint ever formed: the n-th of a person at a place in a kind and degree.';
comment on column core.stint_keys.person_id is 'Person.';
comment on column core.stint_keys.place_id is 'Organisation number; negative = unresolved place (number of its first string).';
comment on column core.stint_keys.stint_kind is 'Kind of stint.';
comment on column core.stint_keys.degree is 'Degree, or a dash.';
comment on column core.stint_keys.ordinal is 'From 1, by time.';
comment on column core.stint_keys.stint_id is 'Number of the stint.';

create table core.group_stint_keys (
    person_id integer not null,
    group_key text not null,
    ordinal integer not null,
    group_stint_id integer not null,
    constraint group_stint_keys_pkey primary key (person_id, group_key, ordinal)
);
select fn.distribute('core.group_stint_keys', 'person_id');
comment on table core.group_stint_keys is 'One row per group stint ever formed: the n-th of a person in a family.';
comment on column core.group_stint_keys.person_id is 'Person.';
comment on column core.group_stint_keys.group_key is 'Organisation family.';
comment on column core.group_stint_keys.ordinal is 'From 1, by time.';
comment on column core.group_stint_keys.group_stint_id is 'Number of the group stint.';

-- A stint number is unique without the person too. Citus cannot say so by an index: the key of the table and the
-- way numbers are given must do.
do $$
begin
    if to_regclass('pg_catalog.pg_dist_partition') is null then
        create unique index stint_keys_stint_id_once on core.stint_keys (stint_id);
        create unique index group_stint_keys_group_stint_id_once on core.group_stint_keys (group_stint_id);
    else
        create index stint_keys_stint_id_once on core.stint_keys (stint_id);
        create index group_stint_keys_group_stint_id_once on core.group_stint_keys (group_stint_id);
    end if;
end
$$;

-- Texts of sources, each looked at once ---------------------------------------------------------------------------

create table core.organisation_strings (
    string_id integer not null,
    string_hash text not null,
    raw_name text not null,
    raw_domain text not null,
    folded_name text not null,
    name_variants text[] not null,
    clean_domain text,
    organisation_id integer not null default 0,
    unit_key text,
    place_id integer not null default 0,
    method text not null default 'none',
    n_claims integer not null default 0,
    constraint organisation_strings_pkey primary key (string_id),
    constraint organisation_strings_once unique (string_hash),
    constraint organisation_strings_method_check check (
        method in ('tracked_name', 'curated_domain', 'institution_domain', 'domain', 'curated_name',
            'institution_name', 'seen_name', 'none')
    )
);
select fn.reference('core.organisation_strings');
comment on table core.organisation_strings is
    'One row per distinct pair of organisation name and domain in the sources, with the organisation decided for it.';
comment on column core.organisation_strings.string_id is 'Number, by name and domain when first seen.';
comment on column core.organisation_strings.string_hash is 'md5 of name and domain: index rows cannot hold long texts.';
comment on column core.organisation_strings.raw_name is 'Name as written, outer blanks off; empty = none.';
comment on column core.organisation_strings.raw_domain is 'Domain as written; empty = none.';
comment on column core.organisation_strings.folded_name is 'core.fold_name of the name.';
comment on column core.organisation_strings.name_variants is
    'Folded names to look up, best first: whole, without parentheses, last part, first part.';
comment on column core.organisation_strings.clean_domain is 'core.clean_domain of the domain; null = no domain.';
comment on column core.organisation_strings.organisation_id is 'Organisation decided; 0 = unresolved.';
comment on column core.organisation_strings.unit_key is 'Unit that the name says; null = none.';
comment on column core.organisation_strings.place_id is 'organisation_id, or the negative number of the first string with the same folded name.';
comment on column core.organisation_strings.method is 'How it was decided.';
comment on column core.organisation_strings.n_claims is 'Claims with this pair at the last build.';

create table core.role_texts (
    role_text_id integer not null,
    role_hash text not null,
    role_text text not null,
    role_class text not null,
    is_stated boolean not null,
    constraint role_texts_pkey primary key (role_text_id),
    constraint role_texts_once unique (role_hash)
);
select fn.reference('core.role_texts');
comment on table core.role_texts is 'One row per distinct role text in the sources.';
comment on column core.role_texts.role_text_id is 'Number, by text when first seen.';
comment on column core.role_texts.role_hash is 'md5 of the text.';
comment on column core.role_texts.role_text is 'Role as written; empty = none.';
comment on column core.role_texts.is_stated is 'The text holds more than blanks and punctuation.';
comment on column core.role_texts.role_class is 'Class by core.role_rule; assistant is decided by the kind of the organisation.';

create table core.organisations (
    organisation_id integer not null,
    organisation_key text not null,
    organisation_name text not null,
    organisation_name_zh text,
    group_key text not null,
    group_place_id integer not null,
    kind text not null,
    size_class text not null,
    country_code text,
    ror_id text,
    founded_year integer,
    is_curated boolean not null,
    is_tracked boolean not null,
    constraint organisations_pkey primary key (organisation_id),
    constraint organisations_key_once unique (organisation_key)
);
select fn.reference('core.organisations');
comment on table core.organisations is 'One row per organisation: curated ones, and domains that sources name.';
comment on column core.organisations.organisation_id is 'Number.';
comment on column core.organisations.organisation_key is 'Curated key, else main domain.';
comment on column core.organisations.organisation_name is 'Curated name, else the most frequent name in the sources.';
comment on column core.organisations.organisation_name_zh is 'Chinese name; null = none known.';
comment on column core.organisations.group_key is 'Organisation family; an organisation that is not curated is its own.';
comment on column core.organisations.group_place_id is 'Smallest organisation number of the family.';
comment on column core.organisations.kind is 'company, university, institute, government, nonprofit, other.';
comment on column core.organisations.size_class is 'large, start_up, other; from the curated table only.';
comment on column core.organisations.country_code is 'ISO country; null = not known.';
comment on column core.organisations.ror_id is 'ROR id; null = not known.';
comment on column core.organisations.founded_year is 'Year of foundation; null = not known.';
comment on column core.organisations.is_curated is 'Comes from the curated table.';
comment on column core.organisations.is_tracked is 'Metric views show its family.';

-- Papers, authorships, claims ---------------------------------------------------------------------------------------

create table core.papers (
    paper_id integer not null,
    note_id text not null,
    source text not null,
    edition_key text not null,
    author_source text not null,
    author_edition_key text not null,
    author_note_id text not null,
    venue_key text,
    paper_year integer,
    constraint papers_pkey primary key (paper_id)
);
select fn.distribute('core.papers', 'paper_id');
comment on table core.papers is 'One row per paper that is not deleted, with the records that speak for it.';
comment on column core.papers.paper_id is 'Number of the paper.';
comment on column core.papers.note_id is 'OpenReview note id.';
comment on column core.papers.source is 'Source of title, status and year: openreview where it has the note, else papercopilot.';
comment on column core.papers.edition_key is 'Archive file of title and status; empty for openreview.';
comment on column core.papers.author_source is 'Source of the author list.';
comment on column core.papers.author_edition_key is 'Archive file of the author list; empty for openreview.';
comment on column core.papers.author_note_id is 'Note of the author list: the original of a blind submission may speak.';
comment on column core.papers.venue_key is 'Venue edition; null = none.';
comment on column core.papers.paper_year is 'Year of the venue, else of pdate, odate, cdate; null = none known.';

create table core.authorships (
    person_id integer not null,
    paper_id integer not null,
    author_position integer not null,
    author_id text,
    author_name text,
    constraint authorships_pkey primary key (person_id, paper_id, author_position)
);
select fn.distribute('core.authorships', 'person_id');
create index authorships_paper_id_idx on core.authorships (paper_id);
create index authorships_author_id_idx on core.authorships (author_id);
comment on table core.authorships is 'One row per paper and author position.';
comment on column core.authorships.person_id is 'Person; 0 = not resolved.';
comment on column core.authorships.paper_id is 'Paper.';
comment on column core.authorships.author_position is 'Position in the author list, as staged.';
comment on column core.authorships.author_id is 'Tilde id as written on the paper; null = no tilde id.';
comment on column core.authorships.author_name is 'Name as written; null = none.';

create table core.history_claims (
    person_id integer not null,
    source text not null,
    record_id text not null,
    record_position integer not null,
    string_id integer not null,
    role_text_id integer not null,
    country_code text,
    stated_start_year integer,
    stated_end_year integer,
    year_made integer,
    refused_code text,
    constraint history_claims_pkey primary key (person_id, source, record_id, record_position),
    constraint history_claims_refused_code_check check (
        refused_code in ('end_before_start', 'starts_too_late', 'too_long', 'implausible_year', 'no_year_made')
    )
);
select fn.distribute('core.history_claims', 'person_id');
create index history_claims_string_id_idx on core.history_claims (string_id);
comment on table core.history_claims is 'One row per history statement about a person (interval claim).';
comment on column core.history_claims.person_id is 'Person.';
comment on column core.history_claims.source is 'Source of the statement.';
comment on column core.history_claims.record_id is 'Id of the source record: the profile.';
comment on column core.history_claims.record_position is 'Position in the record.';
comment on column core.history_claims.string_id is 'Organisation text.';
comment on column core.history_claims.role_text_id is 'Role text.';
comment on column core.history_claims.country_code is 'Country stated for the position; null = none.';
comment on column core.history_claims.stated_start_year is 'Start as stated; null = none.';
comment on column core.history_claims.stated_end_year is 'End as stated; null = still there, or none stated.';
comment on column core.history_claims.year_made is 'UTC year of the record''s modification.';
comment on column core.history_claims.refused_code is 'Why the statement makes no claim; null = it does.';

create table core.affiliation_claims (
    person_id integer not null,
    paper_id integer not null,
    author_position integer not null,
    source text not null,
    affiliation_position integer not null,
    string_id integer not null,
    role_text_id integer not null,
    country_code text,
    claim_year integer,
    is_slot boolean not null,
    constraint affiliation_claims_pkey
        primary key (person_id, paper_id, author_position, source, affiliation_position)
);
select fn.distribute('core.affiliation_claims', 'person_id');
create index affiliation_claims_string_id_idx on core.affiliation_claims (string_id);
create index affiliation_claims_paper_id_idx on core.affiliation_claims (paper_id);
comment on table core.affiliation_claims is 'One row per affiliation of an author slot (point claim).';
comment on column core.affiliation_claims.person_id is 'Person; 0 = author not resolved (makes no claim, but belongs to the paper).';
comment on column core.affiliation_claims.paper_id is 'Paper.';
comment on column core.affiliation_claims.author_position is 'Author position.';
comment on column core.affiliation_claims.source is 'Source of the statement.';
comment on column core.affiliation_claims.affiliation_position is 'Position among the author''s affiliations.';
comment on column core.affiliation_claims.string_id is 'Organisation text.';
comment on column core.affiliation_claims.role_text_id is 'Role text; the empty one = no role stated.';
comment on column core.affiliation_claims.country_code is 'Country stated; null = none.';
comment on column core.affiliation_claims.claim_year is 'Year of the paper; null = none known, then it makes no claim.';
comment on column core.affiliation_claims.is_slot is 'Source that speaks for the slot (published-as counts these).';

create table core.birth_years (
    person_id integer not null,
    birth_year integer not null,
    constraint birth_years_pkey primary key (person_id)
);
select fn.distribute('core.birth_years', 'person_id');
comment on table core.birth_years is
    'One row per person with education years: birth year estimated by core.age_rule. Stated birth dates are never stored.';
comment on column core.birth_years.person_id is 'Person.';
comment on column core.birth_years.birth_year is 'Estimated birth year.';

create table core.published_people (
    person_id integer not null,
    group_key text not null,
    year integer not null,
    constraint published_people_pkey primary key (person_id, group_key, year)
);
select fn.distribute('core.published_people', 'person_id');
create index published_people_group_key_idx on core.published_people (group_key, year);
comment on table core.published_people is
    'One row per person, group and year in which the person published as staff of the group.';
comment on column core.published_people.person_id is 'Person.';
comment on column core.published_people.group_key is 'Organisation family.';
comment on column core.published_people.year is 'Year of the paper.';

-- State of the build ----------------------------------------------------------------------------------------------

create table core.build_state (
    is_only boolean not null default true,
    built_at timestamptz not null,
    run_id bigint not null,
    rules_hash text not null,
    data_end_year integer,
    latest_profile_at timestamptz,
    constraint build_state_pkey primary key (is_only),
    constraint build_state_is_only_check check (is_only)
);
select fn.reference('core.build_state');
comment on table core.build_state is 'One row: the last build. It says since when changes are looked for.';
comment on column core.build_state.is_only is 'Always true.';
comment on column core.build_state.built_at is 'Time given to the build.';
comment on column core.build_state.run_id is 'Run of the build.';
comment on column core.build_state.rules_hash is 'Hash of all rules, reference rows and definitions of the build.';
comment on column core.build_state.data_end_year is 'Year of the latest profile modification or paper; null = no data.';
comment on column core.build_state.latest_profile_at is 'Latest profile modification; null = no profile.';

create table core.source_marks (
    table_name text not null,
    changed_at timestamptz,
    n_at_mark bigint not null,
    run_id bigint,
    constraint source_marks_pkey primary key (table_name)
);
select fn.reference('core.source_marks');
comment on table core.source_marks is
    'One row per staging table: how far the last build has read. Rows changed at the mark are counted, so that '
    'rows added at the very same time are noticed.';
comment on column core.source_marks.table_name is 'Staging table, or its history.';
comment on column core.source_marks.changed_at is 'Greatest ingestion time read; null = table was empty.';
comment on column core.source_marks.n_at_mark is 'Rows with that very time.';
comment on column core.source_marks.run_id is 'Greatest run read; null = table was empty.';

create table core.stream_state (
    table_name text not null,
    n_rows integer not null,
    newest_record_at timestamptz,
    constraint stream_state_pkey primary key (table_name)
);
select fn.reference('core.stream_state');
comment on table core.stream_state is 'One row per staging table of source records, as counted by the last build that found it changed.';
comment on column core.stream_state.table_name is 'Staging table.';
comment on column core.stream_state.n_rows is 'Records in it.';
comment on column core.stream_state.newest_record_at is 'Latest modification of a record by its source; null = not told.';

create table core.check_definitions (
    check_name text not null,
    severity text not null,
    question text not null,
    what_to_do text not null,
    constraint check_definitions_pkey primary key (check_name),
    constraint check_definitions_severity_check check (severity in ('error', 'warning'))
);
select fn.reference('core.check_definitions');
comment on table core.check_definitions is
    'One row per check: a view meta.check_<name> that returns the offending rows. An error stops the publication.';
comment on column core.check_definitions.check_name is 'Name of the check.';
comment on column core.check_definitions.severity is 'error or warning.';
comment on column core.check_definitions.question is 'What is asserted.';
comment on column core.check_definitions.what_to_do is 'What to do with offending rows.';

-- Marks of change in staging are found by block range: the loader writes in the order of time.
create index openreview_notes_changed_at_idx
    on stg.openreview_notes using brin (changed_at, run_id) with (pages_per_range = 32);
create index openreview_note_authors_changed_at_idx
    on stg.openreview_note_authors using brin (changed_at, run_id) with (pages_per_range = 32);
create index openreview_note_affiliations_changed_at_idx
    on stg.openreview_note_affiliations using brin (changed_at, run_id) with (pages_per_range = 32);
create index openreview_reviews_changed_at_idx
    on stg.openreview_reviews using brin (changed_at, run_id) with (pages_per_range = 32);
create index openreview_profiles_changed_at_idx
    on stg.openreview_profiles using brin (changed_at, run_id) with (pages_per_range = 32);
create index openreview_profile_names_changed_at_idx
    on stg.openreview_profile_names using brin (changed_at, run_id) with (pages_per_range = 32);
create index openreview_profile_history_changed_at_idx
    on stg.openreview_profile_history using brin (changed_at, run_id) with (pages_per_range = 32);
create index papercopilot_papers_changed_at_idx
    on stg.papercopilot_papers using brin (changed_at, run_id) with (pages_per_range = 32);
create index papercopilot_authors_changed_at_idx
    on stg.papercopilot_authors using brin (changed_at, run_id) with (pages_per_range = 32);
create index papercopilot_affiliations_changed_at_idx
    on stg.papercopilot_affiliations using brin (changed_at, run_id) with (pages_per_range = 32);

-- An archive paper is looked up by its id, over all files.
create index papercopilot_papers_paper_id_idx on stg.papercopilot_papers (paper_id);
create index papercopilot_authors_paper_id_idx on stg.papercopilot_authors (paper_id);
create index papercopilot_affiliations_paper_id_idx on stg.papercopilot_affiliations (paper_id);
create index openreview_notes_original_id_idx on stg.openreview_notes (original_id) where original_id is not null;
create index openreview_reviews_forum_id_idx on stg.openreview_reviews (forum_id);
