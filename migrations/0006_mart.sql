-- Mart: the star schema that clients see. Filled by core.build only.

create table mart.dim_year (
    year integer not null,
    year_start date,
    era_key text not null,
    is_complete boolean not null,
    constraint dim_year_pkey primary key (year)
);
select fn.reference('mart.dim_year');
comment on table mart.dim_year is 'One row per calendar year, and the member 0 (no year known).';
comment on column mart.dim_year.year is 'Calendar year; 0 = not known.';
comment on column mart.dim_year.year_start is 'First day of the year, for time axes; null for member 0.';
comment on column mart.dim_year.era_key is 'Era of the field: earlier, vision, transition, llm; unknown for member 0.';
comment on column mart.dim_year.is_complete is
    'The latest profile modification lies far enough after the end of the year (rule complete_after_months).';

create table mart.dim_group (
    group_key text not null,
    group_name text not null,
    group_name_zh text,
    kind text not null,
    size_class text not null,
    country_code text,
    is_tracked boolean not null,
    constraint dim_group_pkey primary key (group_key),
    constraint dim_group_kind_check
        check (kind in ('company', 'university', 'institute', 'government', 'nonprofit', 'other')),
    constraint dim_group_size_class_check check (size_class in ('large', 'start_up', 'other'))
);
select fn.reference('mart.dim_group');
comment on table mart.dim_group is
    'One row per organisation family, and the members unknown (not resolved) and none (does not apply).';
comment on column mart.dim_group.group_key is 'Stable key: curated, else the main domain.';
comment on column mart.dim_group.group_name is 'English name.';
comment on column mart.dim_group.group_name_zh is 'Chinese name; null = none known.';
comment on column mart.dim_group.kind is 'company, university, institute, government, nonprofit, other.';
comment on column mart.dim_group.size_class is 'large, start_up, other; from the curated table only.';
comment on column mart.dim_group.country_code is 'ISO 3166 country of the head office; null = not known.';
comment on column mart.dim_group.is_tracked is 'Metric views show the family.';

create table mart.dim_organisation (
    organisation_id integer not null,
    group_key text not null,
    organisation_key text not null,
    organisation_name text not null,
    organisation_name_zh text,
    kind text not null,
    country_code text,
    ror_id text,
    founded_year integer,
    constraint dim_organisation_pkey primary key (organisation_id),
    constraint dim_organisation_key_once unique (organisation_key),
    constraint dim_organisation_group_fk foreign key (group_key) references mart.dim_group (group_key),
    constraint dim_organisation_kind_check
        check (kind in ('company', 'university', 'institute', 'government', 'nonprofit', 'other'))
);
select fn.reference('mart.dim_organisation');
comment on table mart.dim_organisation is 'One row per organisation, and the member 0 (not resolved).';
comment on column mart.dim_organisation.organisation_id is 'Number of the organisation; 0 = not resolved.';
comment on column mart.dim_organisation.group_key is 'Organisation family.';
comment on column mart.dim_organisation.organisation_key is 'Stable key: curated, else the main domain, else the ROR id.';
comment on column mart.dim_organisation.organisation_name is 'English name.';
comment on column mart.dim_organisation.organisation_name_zh is 'Chinese name; null = none known.';
comment on column mart.dim_organisation.kind is 'company, university, institute, government, nonprofit, other.';
comment on column mart.dim_organisation.country_code is 'ISO 3166 country; null = not known.';
comment on column mart.dim_organisation.ror_id is 'ROR id; null = not known.';
comment on column mart.dim_organisation.founded_year is 'Year of foundation; null = not known.';

create table mart.dim_unit (
    unit_key text not null,
    group_key text not null,
    parent_unit_key text,
    unit_name text not null,
    unit_name_zh text,
    valid_from_year integer,
    valid_to_year integer,
    constraint dim_unit_pkey primary key (unit_key),
    constraint dim_unit_group_fk foreign key (group_key) references mart.dim_group (group_key)
);
select fn.reference('mart.dim_unit');
comment on table mart.dim_unit is 'One row per organisational unit, and the member unknown.';
comment on column mart.dim_unit.unit_key is 'Stable key.';
comment on column mart.dim_unit.group_key is 'Organisation family.';
comment on column mart.dim_unit.parent_unit_key is 'Unit above; null = none.';
comment on column mart.dim_unit.unit_name is 'English name.';
comment on column mart.dim_unit.unit_name_zh is 'Chinese name; null = none known.';
comment on column mart.dim_unit.valid_from_year is 'Year of foundation; null = not known.';
comment on column mart.dim_unit.valid_to_year is 'Last year; null = still there.';

create table mart.dim_person (
    person_id integer not null,
    display_name text not null,
    openreview_id text,
    orcid text,
    dblp_id text,
    github_login text,
    semantic_scholar_id text,
    scholar_id text,
    constraint dim_person_pkey primary key (person_id)
);
select fn.distribute('mart.dim_person', 'person_id');
comment on table mart.dim_person is
    'One row per resolved person (somebody with a tilde id on a submission), and the member 0 (not resolved).';
comment on column mart.dim_person.person_id is 'Number of the person; 0 = not resolved.';
comment on column mart.dim_person.display_name is 'Preferred name of the profile, else the name on the latest paper, else the id.';
comment on column mart.dim_person.openreview_id is 'Current OpenReview id; null for member 0.';
comment on column mart.dim_person.orcid is 'ORCID iD stated in a profile; null = none.';
comment on column mart.dim_person.dblp_id is 'DBLP person id stated in a profile; null = none.';
comment on column mart.dim_person.github_login is 'GitHub login stated in a profile; null = none.';
comment on column mart.dim_person.semantic_scholar_id is 'Semantic Scholar author id stated in a profile; null = none.';
comment on column mart.dim_person.scholar_id is 'Google Scholar id stated in a profile; null = none.';

create table mart.dim_venue (
    venue_id integer not null,
    venue_key text not null,
    venue_name text not null,
    year integer not null,
    constraint dim_venue_pkey primary key (venue_id),
    constraint dim_venue_key_once unique (venue_key),
    constraint dim_venue_year_fk foreign key (year) references mart.dim_year (year)
);
select fn.reference('mart.dim_venue');
comment on table mart.dim_venue is 'One row per venue edition, and the member 0 (no venue).';
comment on column mart.dim_venue.venue_id is 'Number of the venue edition; 0 = none.';
comment on column mart.dim_venue.venue_key is 'OpenReview venue id, or archive venue and year.';
comment on column mart.dim_venue.venue_name is 'Name.';
comment on column mart.dim_venue.year is 'Calendar year; 0 = not known.';

create table mart.fct_stint (
    person_id integer not null,
    stint_id integer not null,
    organisation_id integer not null,
    group_key text not null,
    unit_key text,
    stint_kind text not null,
    role_class text not null,
    degree text,
    start_year integer,
    end_year integer,
    begin_year integer not null,
    finish_year integer not null,
    is_start_known boolean not null,
    is_end_known boolean not null,
    is_open boolean not null,
    first_evidence_year integer not null,
    last_evidence_year integer not null,
    grade integer not null,
    n_claims integer not null,
    constraint fct_stint_pkey primary key (person_id, stint_id),
    constraint fct_stint_person_fk foreign key (person_id) references mart.dim_person (person_id),
    constraint fct_stint_organisation_fk
        foreign key (organisation_id) references mart.dim_organisation (organisation_id),
    constraint fct_stint_group_fk foreign key (group_key) references mart.dim_group (group_key),
    constraint fct_stint_unit_fk foreign key (unit_key) references mart.dim_unit (unit_key),
    constraint fct_stint_kind_check check (stint_kind in ('employment', 'internship', 'education', 'visit')),
    constraint fct_stint_role_class_check check (
        role_class in ('intern', 'visitor', 'postdoc', 'phd_student', 'master_student', 'undergraduate',
            'student', 'faculty', 'founder', 'manager', 'research_staff', 'engineer', 'other')
    ),
    constraint fct_stint_degree_check check (
        degree in ('phd', 'master', 'bachelor', 'other') and stint_kind = 'education'
        or degree is null and stint_kind != 'education'
    ),
    constraint fct_stint_years_check check (finish_year >= begin_year and end_year >= begin_year),
    constraint fct_stint_evidence_check check (last_evidence_year >= first_evidence_year),
    constraint fct_stint_grade_check check (grade between 1 and 5)
);
select fn.distribute('mart.fct_stint', 'person_id');
create index fct_stint_organisation_id_idx on mart.fct_stint (organisation_id);
create index fct_stint_group_key_idx on mart.fct_stint (group_key);
comment on table mart.fct_stint is
    'One row per uninterrupted period of one person in one role kind at one organisation. Places that are not '
    'resolved are kept apart by name but all show organisation 0.';
comment on column mart.fct_stint.person_id is 'Person.';
comment on column mart.fct_stint.stint_id is 'Number of the stint; unique alone too.';
comment on column mart.fct_stint.organisation_id is 'Organisation; 0 = not resolved.';
comment on column mart.fct_stint.group_key is 'Organisation family; unknown = not resolved.';
comment on column mart.fct_stint.unit_key is 'Unit named by the latest claim that names one; null = not known.';
comment on column mart.fct_stint.stint_kind is 'employment, internship, education, visit.';
comment on column mart.fct_stint.role_class is 'Role class of the latest claim.';
comment on column mart.fct_stint.degree is 'phd, master, bachelor, other; null = no education.';
comment on column mart.fct_stint.start_year is 'Start, stated or concluded from observations; null = not known.';
comment on column mart.fct_stint.end_year is 'End, stated or concluded from observations; null = open or not known.';
comment on column mart.fct_stint.begin_year is 'start_year, else first_evidence_year.';
comment on column mart.fct_stint.finish_year is 'end_year, else the year from which the person counts as lost sight of.';
comment on column mart.fct_stint.is_start_known is 'The start is stated, or the person was observed elsewhere in the very year before.';
comment on column mart.fct_stint.is_end_known is 'The end is stated, or the person was observed elsewhere in the very year after.';
comment on column mart.fct_stint.is_open is 'The latest statement says that the person is still there, or later papers do.';
comment on column mart.fct_stint.first_evidence_year is 'First year that a claim supports.';
comment on column mart.fct_stint.last_evidence_year is 'Last year that a claim supports.';
comment on column mart.fct_stint.grade is
    '5 start stated and a paper agrees; 4 start stated; 3 stated without start; 2 papers that state the role; '
    '1 papers with the affiliation alone.';
comment on column mart.fct_stint.n_claims is 'Claims merged.';

create table mart.fct_group_stint (
    person_id integer not null,
    group_stint_id integer not null,
    group_key text not null,
    begin_year integer not null,
    finish_year integer not null,
    start_year integer,
    end_year integer,
    is_start_known boolean not null,
    is_end_known boolean not null,
    first_evidence_year integer not null,
    last_evidence_year integer not null,
    degree_at_entry text,
    is_fresh_graduate boolean,
    is_fresh_phd boolean,
    origin_category text,
    origin_group_key text,
    destination_category text,
    destination_group_key text,
    constraint fct_group_stint_pkey primary key (person_id, group_stint_id),
    constraint fct_group_stint_person_fk foreign key (person_id) references mart.dim_person (person_id),
    constraint fct_group_stint_group_fk foreign key (group_key) references mart.dim_group (group_key),
    constraint fct_group_stint_years_check check (finish_year >= begin_year and end_year >= begin_year),
    constraint fct_group_stint_degree_check check (degree_at_entry in ('phd', 'master', 'bachelor', 'other')),
    constraint fct_group_stint_origin_check check (
        origin_category in ('fresh_graduate', 'large_domestic_company', 'start_up', 'foreign_company', 'academia',
            'other', 'unknown')
    ),
    constraint fct_group_stint_destination_check check (
        destination_category in ('large_domestic_company', 'start_up', 'foreign_company', 'academia', 'other',
            'unknown')
    )
);
select fn.distribute('mart.fct_group_stint', 'person_id');
create index fct_group_stint_group_key_idx on mart.fct_group_stint (group_key, begin_year);
comment on table mart.fct_group_stint is
    'One row per uninterrupted employment of one person in one group (organisation family): moving between its '
    'laboratories is not leaving. Internships, studies and visits do not count.';
comment on column mart.fct_group_stint.person_id is 'Person.';
comment on column mart.fct_group_stint.group_stint_id is 'Number of the group stint; unique alone too.';
comment on column mart.fct_group_stint.group_key is 'Organisation family.';
comment on column mart.fct_group_stint.begin_year is 'First year in the headcount: start_year, else first_evidence_year.';
comment on column mart.fct_group_stint.finish_year is 'First year no longer in the headcount: end_year, else the year of being lost sight of.';
comment on column mart.fct_group_stint.start_year is 'Start, stated or concluded from observations; null = not known (appeared).';
comment on column mart.fct_group_stint.end_year is 'End, stated or concluded from observations; null = open, or lost sight of.';
comment on column mart.fct_group_stint.is_start_known is 'The start is stated, or the person was observed elsewhere in the very year before.';
comment on column mart.fct_group_stint.is_end_known is 'The end is stated, or the person was observed elsewhere in the very year after.';
comment on column mart.fct_group_stint.first_evidence_year is 'First year that a claim supports.';
comment on column mart.fct_group_stint.last_evidence_year is 'Last year that a claim supports.';
comment on column mart.fct_group_stint.degree_at_entry is
    'Highest degree finished by the start (phd, master, bachelor, other); null = not known, or no start.';
comment on column mart.fct_group_stint.is_fresh_graduate is 'Came straight from an education; null = not known, or no start.';
comment on column mart.fct_group_stint.is_fresh_phd is 'Fresh graduate with a phd; null as for is_fresh_graduate.';
comment on column mart.fct_group_stint.origin_category is 'Where the joiner came from; null = no start.';
comment on column mart.fct_group_stint.origin_group_key is 'Family of the previous employer; none for fresh graduates; null = no start.';
comment on column mart.fct_group_stint.destination_category is 'Where the leaver went; null = no end.';
comment on column mart.fct_group_stint.destination_group_key is 'Family of the next place; null = no end.';

create table mart.fct_person_group_year (
    person_id integer not null,
    group_key text not null,
    year integer not null,
    is_joiner boolean not null,
    is_era_joiner boolean,
    estimated_age integer,
    has_paper boolean not null,
    constraint fct_person_group_year_pkey primary key (person_id, group_key, year),
    constraint fct_person_group_year_person_fk foreign key (person_id) references mart.dim_person (person_id),
    constraint fct_person_group_year_group_fk foreign key (group_key) references mart.dim_group (group_key),
    constraint fct_person_group_year_year_fk foreign key (year) references mart.dim_year (year)
);
select fn.distribute('mart.fct_person_group_year', 'person_id');
create index fct_person_group_year_group_key_idx on mart.fct_person_group_year (group_key, year);
comment on table mart.fct_person_group_year is
    'One row per person, group and year in which the person was on the staff at year-end, up to the data''s end.';
comment on column mart.fct_person_group_year.person_id is 'Person.';
comment on column mart.fct_person_group_year.group_key is 'Organisation family.';
comment on column mart.fct_person_group_year.year is 'Calendar year.';
comment on column mart.fct_person_group_year.is_joiner is 'Started in this year.';
comment on column mart.fct_person_group_year.is_era_joiner is
    'Started in the LLM era (rule era_start_year); null = start not known and first seen in the era.';
comment on column mart.fct_person_group_year.has_paper is 'Has a paper of the year, whatever the affiliation on it.';
comment on column mart.fct_person_group_year.estimated_age is 'Year minus birth year estimated from education; null = no education years.';

create table mart.fct_paper (
    paper_id integer not null,
    venue_id integer not null,
    openreview_note_id text not null,
    title text,
    published_year integer,
    status text not null,
    mean_rating double precision,
    n_reviews integer not null,
    n_authors integer not null,
    constraint fct_paper_pkey primary key (paper_id),
    constraint fct_paper_venue_fk foreign key (venue_id) references mart.dim_venue (venue_id),
    constraint fct_paper_status_check check (
        status in ('accepted', 'rejected', 'withdrawn', 'desk_rejected', 'under_review', 'unknown')
    )
);
select fn.reference('mart.fct_paper');
create index fct_paper_venue_id_idx on mart.fct_paper (venue_id);
create index fct_paper_openreview_note_id_idx on mart.fct_paper (openreview_note_id);
comment on table mart.fct_paper is 'One row per paper: any submission on record that is not deleted, accepted or not.';
comment on column mart.fct_paper.paper_id is 'Number of the paper.';
comment on column mart.fct_paper.venue_id is 'Venue edition; 0 = none.';
comment on column mart.fct_paper.openreview_note_id is 'Note id at OpenReview.';
comment on column mart.fct_paper.title is 'Title; null = not readable.';
comment on column mart.fct_paper.published_year is 'Year of the venue, else of publication, of going online, of creation; null = none known.';
comment on column mart.fct_paper.status is 'accepted, rejected, withdrawn, desk_rejected, under_review, unknown.';
comment on column mart.fct_paper.mean_rating is 'Mean of the reviewers'' ratings, on the venue''s own scale; null = none readable.';
comment on column mart.fct_paper.n_reviews is 'Readable reviews with a rating.';
comment on column mart.fct_paper.n_authors is 'Author positions.';

create table mart.fct_authorship (
    person_id integer not null,
    paper_id integer not null,
    author_position integer not null,
    group_key text,
    is_first boolean not null,
    is_last boolean not null,
    constraint fct_authorship_pkey primary key (person_id, paper_id, author_position),
    constraint fct_authorship_person_fk foreign key (person_id) references mart.dim_person (person_id),
    constraint fct_authorship_paper_fk foreign key (paper_id) references mart.fct_paper (paper_id),
    constraint fct_authorship_group_fk foreign key (group_key) references mart.dim_group (group_key)
);
select fn.distribute('mart.fct_authorship', 'person_id');
create index fct_authorship_paper_id_idx on mart.fct_authorship (paper_id);
create index fct_authorship_group_key_idx on mart.fct_authorship (group_key);
comment on table mart.fct_authorship is 'One row per paper and author position.';
comment on column mart.fct_authorship.person_id is 'Person; 0 = not resolved.';
comment on column mart.fct_authorship.paper_id is 'Paper.';
comment on column mart.fct_authorship.author_position is 'Position in the author list, as staged.';
comment on column mart.fct_authorship.group_key is
    'Family of the affiliation on the paper (the first resolved one of several, tracked families first); '
    'null = the slot carries no affiliation; unknown = not resolved.';
comment on column mart.fct_authorship.is_first is 'First author.';
comment on column mart.fct_authorship.is_last is 'Last author; also true of a single author.';

-- The members that stand for what is not known, so that inner joins lose no rows.
insert into mart.dim_year (year, year_start, era_key, is_complete) values (0, null, 'unknown', false);
insert into mart.dim_group (group_key, group_name, group_name_zh, kind, size_class, country_code, is_tracked) values
('unknown', 'Unknown', '未知', 'other', 'other', null, false),
('none', 'None', '无', 'other', 'other', null, false);
insert into mart.dim_organisation (
    organisation_id, group_key, organisation_key, organisation_name, organisation_name_zh, kind, country_code,
    ror_id, founded_year
) values (0, 'unknown', 'unknown', 'Unknown', '未知', 'other', null, null, null);
insert into mart.dim_unit (
    unit_key, group_key, parent_unit_key, unit_name, unit_name_zh, valid_from_year, valid_to_year
) values ('unknown', 'unknown', null, 'Unknown', '未知', null, null);
insert into mart.dim_person (
    person_id, display_name, openreview_id, orcid, dblp_id, github_login, semantic_scholar_id, scholar_id
) values (0, 'Unknown', null, null, null, null, null, null);
insert into mart.dim_venue (venue_id, venue_key, venue_name, year) values (0, 'unknown', 'Unknown', 0);
