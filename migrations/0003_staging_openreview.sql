-- Staging of OpenReview: what the API says, typed, nothing inferred. Never here: e-mail addresses (domains
-- only), gender, pronouns, birth dates, relations, reviewer identities.

create table stg.openreview_venues (
    venue_id text not null,
    api_version integer not null,
    host text,
    title text,
    subtitle text,
    website text,
    start_date text,
    venue_year integer,
    submission_invitation text,
    submission_venue_id text,
    withdrawn_venue_id text,
    desk_rejected_venue_id text,
    rejected_venue_id text,
    review_name text,
    review_rating_field text,
    review_confidence_field text,
    decision_name text,
    decision_field text,
    accept_decision_options text[],
    modified_at timestamptz,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_venues_pkey primary key (venue_id),
    constraint openreview_venues_api_version_check check (api_version in (1, 2))
);
select fn.reference('stg.openreview_venues');

create table stg.openreview_notes (
    note_id text not null,
    api_version integer not null,
    venue_id text,
    invitation text,
    forum_id text,
    original_id text,
    number integer,
    title text,
    abstract text,
    keywords text[],
    primary_area text,
    venue text,
    venueid text,
    decision text,
    license text,
    paperhash text,
    external_ids text[],
    created_at timestamptz,
    published_at timestamptz,
    online_at timestamptz,
    deleted_at timestamptz,
    recorded_at timestamptz,
    version_at timestamptz,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_notes_pkey primary key (note_id)
);
select fn.distribute('stg.openreview_notes', 'note_id');

create table stg.openreview_note_authors (
    note_id text not null,
    author_position integer not null,
    author_name text,
    author_id text,
    author_id_kind text not null,
    email_domain text,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_note_authors_pkey primary key (note_id, author_position),
    constraint openreview_note_authors_kind_check
        check (author_id_kind in ('tilde', 'email', 'dblp', 'group', 'none', 'other'))
);
select fn.distribute('stg.openreview_note_authors', 'note_id');

create table stg.openreview_note_affiliations (
    note_id text not null,
    author_position integer not null,
    affiliation_position integer not null,
    institution_name text,
    institution_domain text,
    country text,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_note_affiliations_pkey
        primary key (note_id, author_position, affiliation_position)
);
select fn.distribute('stg.openreview_note_affiliations', 'note_id');

create table stg.openreview_reviews (
    review_id text not null,
    forum_id text not null,
    kind text not null,
    rating integer,
    confidence integer,
    decision text,
    deleted_at timestamptz,
    version_at timestamptz,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_reviews_pkey primary key (review_id),
    constraint openreview_reviews_kind_check check (kind in ('review', 'decision'))
);
select fn.distribute('stg.openreview_reviews', 'review_id');

create table stg.openreview_profiles (
    profile_id text not null,
    state text,
    is_active boolean,
    preferred_name text,
    preferred_username text,
    homepage text,
    google_scholar text,
    dblp text,
    orcid text,
    linkedin text,
    wikipedia text,
    semantic_scholar text,
    acl_anthology text,
    github text,
    created_at timestamptz,
    deleted_at timestamptz,
    version_at timestamptz,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_profiles_pkey primary key (profile_id)
);
select fn.distribute('stg.openreview_profiles', 'profile_id');

create table stg.openreview_profile_names (
    profile_id text not null,
    name_position integer not null,
    full_name text,
    first_name text,
    middle_name text,
    last_name text,
    username text,
    is_preferred boolean not null,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_profile_names_pkey primary key (profile_id, name_position)
);
select fn.distribute('stg.openreview_profile_names', 'profile_id');

create table stg.openreview_profile_history (
    profile_id text not null,
    history_position integer not null,
    role text,
    start_year integer,
    end_year integer,
    institution_name text,
    institution_domain text,
    department text,
    country text,
    state_province text,
    city text,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_profile_history_pkey primary key (profile_id, history_position)
);
select fn.distribute('stg.openreview_profile_history', 'profile_id');

create table stg.openreview_profile_email_domains (
    profile_id text not null,
    domain_position integer not null,
    email_domain text not null,
    is_confirmed boolean not null,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_profile_email_domains_pkey primary key (profile_id, domain_position)
);
select fn.distribute('stg.openreview_profile_email_domains', 'profile_id');

create table stg.openreview_profile_expertise (
    profile_id text not null,
    expertise_position integer not null,
    keywords text[],
    start_year integer,
    end_year integer,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_profile_expertise_pkey primary key (profile_id, expertise_position)
);
select fn.distribute('stg.openreview_profile_expertise', 'profile_id');

create table stg.openreview_institutions (
    institution_id text not null,
    short_name text,
    full_name text,
    parent text,
    domains text[],
    country_code text,
    state_province text,
    web_pages text[],
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_institutions_pkey primary key (institution_id)
);
select fn.reference('stg.openreview_institutions');

-- The lists from which venues become known (groups `venues`, `active_venues`, `host`) and their members.
create table stg.openreview_lists (
    list_id text not null,
    version_at timestamptz,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_lists_pkey primary key (list_id)
);
select fn.reference('stg.openreview_lists');

create table stg.openreview_list_venues (
    list_id text not null,
    venue_id text not null,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint openreview_list_venues_pkey primary key (list_id, venue_id)
);
select fn.reference('stg.openreview_list_venues');

-- ---- the network side of the ledger --------------------------------------------------------------------

-- Windows are learnt to the millisecond; window_seconds is the same for people.
alter table meta.budgets add column window_milliseconds bigint;

create table meta.refusals (
    source text not null,
    stream text not null,
    partition_key text not null,
    kind text not null,
    http_status integer,
    error_name text,
    first_failed_at timestamptz not null,
    last_failed_at timestamptz not null,
    n_failures integer not null,
    run_id bigint not null,
    constraint refusals_pkey primary key (source, stream, partition_key),
    constraint refusals_kind_check check (kind in ('unreadable', 'missing', 'blocked', 'failed'))
);

-- Records that a complete sweep did not find. After the second sweep in a row they are removed.
create table meta.missing_records (
    source text not null,
    stream text not null,
    partition_key text not null,
    record_key text not null,
    n_sweeps integer not null,
    run_id bigint not null,
    constraint missing_records_pkey primary key (source, stream, partition_key, record_key)
);

-- People whose profiles are worth asking for most often: those with an employment in a tracked group, as the
-- last build saw them. Empty before the first build; a function, because the tables come with later migrations.
create function meta.openreview_tracked_ids()
returns table (openreview_id text)
language plpgsql
stable
set search_path = ''
as $$
begin
    if to_regclass('mart.fct_group_stint') is null
        or to_regclass('mart.dim_group') is null
        or to_regclass('mart.dim_person') is null
    then
        return;
    end if;
    return query execute
        'select distinct people.openreview_id '
        'from mart.fct_group_stint as stints '
        'inner join mart.dim_group as families on stints.group_key = families.group_key '
        'inner join mart.dim_person as people on stints.person_id = people.person_id '
        'where families.is_tracked and people.openreview_id is not null';
end
$$;
comment on function meta.openreview_tracked_ids() is
    'OpenReview ids of people employed in a tracked group at any time, by the last build.';

-- Whether an id is chosen by comma-separated patterns in which * and ? stand for any text and any character.
create function fn.matches_patterns(id text, patterns text)
returns boolean
language sql
immutable
strict
set search_path = ''
as $$
    select coalesce(bool_or(
        id like replace(replace(replace(replace(replace(
            trim(pattern), E'\\', E'\\\\'), '%', E'\\%'), '_', E'\\_'), '*', '%'), '?', '_')
    ), false)
    from unnest(string_to_array(patterns, ',')) as pattern
    where trim(pattern) != '';
$$;
comment on function fn.matches_patterns(text, text) is
    'True when the id matches one of the comma-separated patterns (* any text, ? any character).';

-- ---- what the columns mean -----------------------------------------------------------------------------

comment on table stg.openreview_venues is
    'One row per venue edition that OpenReview knows (a group such as ICLR.cc/2024/Conference).';
comment on column stg.openreview_venues.venue_id is 'Group id of the venue.';
comment on column stg.openreview_venues.api_version is
    'API that holds its notes: 2 when the group has a domain or declares a submission invitation, else 1.';
comment on column stg.openreview_venues.host is
    'Root organisation as the group says it, else the first part of the id.';
comment on column stg.openreview_venues.title is 'Full title; null: not declared.';
comment on column stg.openreview_venues.subtitle is 'Short title; null: not declared.';
comment on column stg.openreview_venues.website is 'Home page as written; null: not declared.';
comment on column stg.openreview_venues.start_date is 'Begin as written, free text; null: not declared.';
comment on column stg.openreview_venues.venue_year is
    'Year of the edition: from the id (/2024/), else from start_date or date; null: a journal, or not to be read.';
comment on column stg.openreview_venues.submission_invitation is
    'Invitation of its submissions; null: not declared, V/-/Submission is tried.';
comment on column stg.openreview_venues.submission_venue_id is
    'content.venueid of papers under review; null: not declared.';
comment on column stg.openreview_venues.withdrawn_venue_id is
    'content.venueid of withdrawn papers; null: not declared.';
comment on column stg.openreview_venues.desk_rejected_venue_id is
    'content.venueid of desk-rejected papers; null: not declared.';
comment on column stg.openreview_venues.rejected_venue_id is
    'content.venueid of rejected papers; null: not declared.';
comment on column stg.openreview_venues.review_name is
    'Name of its reviews (Official_Review); null: not declared.';
comment on column stg.openreview_venues.review_rating_field is
    'Field of a review with the rating; null: not declared, rating is read.';
comment on column stg.openreview_venues.review_confidence_field is
    'Field of a review with the confidence; null: not declared, confidence is read.';
comment on column stg.openreview_venues.decision_name is 'Name of its decision notes; null: not declared.';
comment on column stg.openreview_venues.decision_field is
    'Field of a decision note with the decision; null: not declared.';
comment on column stg.openreview_venues.accept_decision_options is
    'Decisions that mean accepted; null: not declared.';
comment on column stg.openreview_venues.modified_at is
    'Last modification of the group (tmdate); null: not said.';
comment on column stg.openreview_venues.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_venues.run_id is 'Run of the last change.';
comment on column stg.openreview_venues.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_venues.changed_at is 'When the row last changed here.';

comment on table stg.openreview_notes is
    'One row per submission; a deleted one stays with deleted_at.';
comment on column stg.openreview_notes.note_id is 'Id of the note.';
comment on column stg.openreview_notes.api_version is 'API that it came from: 1 or 2.';
comment on column stg.openreview_notes.venue_id is 'Venue in whose submissions it was found.';
comment on column stg.openreview_notes.invitation is 'Invitation it was made with; null: not said.';
comment on column stg.openreview_notes.forum_id is 'Note that its discussion hangs on: itself.';
comment on column stg.openreview_notes.original_id is
    'API 1: note with the authors of a blind submission; null: none.';
comment on column stg.openreview_notes.number is 'Number in the venue; null: not said.';
comment on column stg.openreview_notes.title is 'Title as written; null: hidden or missing.';
comment on column stg.openreview_notes.abstract is 'Abstract as written; null: hidden or missing.';
comment on column stg.openreview_notes.keywords is 'Keywords in their order; null: none.';
comment on column stg.openreview_notes.primary_area is 'Area as chosen; null: not asked.';
comment on column stg.openreview_notes.venue is
    'content.venue as written ("ICLR 2024 poster"), the first when it is a list; null: none.';
comment on column stg.openreview_notes.venueid is
    'content.venueid, which tells the status of a paper, the first when it is a list; null: none.';
comment on column stg.openreview_notes.decision is
    'Decision as written on the note or, with API 1, in its decision reply; null: none.';
comment on column stg.openreview_notes.license is 'Licence as written; null: not said.';
comment on column stg.openreview_notes.paperhash is 'paperhash as written; null: none.';
comment on column stg.openreview_notes.external_ids is 'Ids elsewhere (dblp:…, doi:…, arxiv:…); null: none.';
comment on column stg.openreview_notes.created_at is 'Creation as stated (cdate); null: not said.';
comment on column stg.openreview_notes.published_at is
    'Acceptance or publication as stated (pdate); null: none.';
comment on column stg.openreview_notes.online_at is 'When it became public as stated (odate); null: not.';
comment on column stg.openreview_notes.deleted_at is 'Deletion as stated (ddate); null: not deleted.';
comment on column stg.openreview_notes.recorded_at is 'When the server recorded it (tcdate); null: not said.';
comment on column stg.openreview_notes.version_at is
    'When the server last modified it (tmdate); null: not said.';
comment on column stg.openreview_notes.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_notes.run_id is 'Run of the last change.';
comment on column stg.openreview_notes.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_notes.changed_at is 'When the row last changed here.';

comment on table stg.openreview_note_authors is
    'One row per author position of a submission.';
comment on column stg.openreview_note_authors.note_id is 'Submission.';
comment on column stg.openreview_note_authors.author_position is 'Place in the author list, from 1.';
comment on column stg.openreview_note_authors.author_name is
    'Name as written; null: empty, or the list of names is shorter.';
comment on column stg.openreview_note_authors.author_id is
    'Tilde id, DBLP URL or group id; null: none, or an e-mail address (never stored).';
comment on column stg.openreview_note_authors.author_id_kind is 'tilde, email, dblp, group, none, other.';
comment on column stg.openreview_note_authors.email_domain is
    'Domain of an author known by e-mail address only; null: known otherwise.';
comment on column stg.openreview_note_authors.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_note_authors.run_id is 'Run of the last change.';
comment on column stg.openreview_note_authors.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_note_authors.changed_at is 'When the row last changed here.';

comment on table stg.openreview_note_affiliations is
    'One row per institution that an author chose at submission (unified author objects).';
comment on column stg.openreview_note_affiliations.note_id is 'Submission.';
comment on column stg.openreview_note_affiliations.author_position is 'Place of the author, from 1.';
comment on column stg.openreview_note_affiliations.affiliation_position is
    'Place among the author''s institutions, from 1.';
comment on column stg.openreview_note_affiliations.institution_name is 'Name as written; null: not said.';
comment on column stg.openreview_note_affiliations.institution_domain is 'Domain as written; null: not said.';
comment on column stg.openreview_note_affiliations.country is 'Country as written; null: not said.';
comment on column stg.openreview_note_affiliations.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_note_affiliations.run_id is 'Run of the last change.';
comment on column stg.openreview_note_affiliations.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_note_affiliations.changed_at is 'When the row last changed here.';

comment on table stg.openreview_reviews is
    'One row per review or decision of a submission, reduced to its figures; who wrote it is never stored.';
comment on column stg.openreview_reviews.review_id is 'Id of the reply.';
comment on column stg.openreview_reviews.forum_id is 'Submission it is about.';
comment on column stg.openreview_reviews.kind is 'review or decision.';
comment on column stg.openreview_reviews.rating is 'Leading whole number of the rating; null: none.';
comment on column stg.openreview_reviews.confidence is 'Leading whole number of the confidence; null: none.';
comment on column stg.openreview_reviews.decision is 'Decision as written; null: a review.';
comment on column stg.openreview_reviews.deleted_at is 'Deletion as stated (ddate); null: not deleted.';
comment on column stg.openreview_reviews.version_at is
    'When the server last modified it (tmdate); null: not said.';
comment on column stg.openreview_reviews.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_reviews.run_id is 'Run of the last change.';
comment on column stg.openreview_reviews.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_reviews.changed_at is 'When the row last changed here.';

comment on table stg.openreview_profiles is
    'One row per profile under its current id.';
comment on column stg.openreview_profiles.profile_id is 'Current id of the profile.';
comment on column stg.openreview_profiles.state is
    'State as the API says it (Active, Inactive, Merged …); null: not said.';
comment on column stg.openreview_profiles.is_active is 'Whether the owner has claimed it; null: not said.';
comment on column stg.openreview_profiles.preferred_name is
    'Name marked as preferred, else the first; null: none.';
comment on column stg.openreview_profiles.preferred_username is 'Tilde id of that name; null: none.';
comment on column stg.openreview_profiles.homepage is 'Home page as written, trimmed; null: none.';
comment on column stg.openreview_profiles.google_scholar is
    'Google Scholar link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.dblp is 'DBLP link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.orcid is
    'ORCID link as written, trimmed, not verified; null: none.';
comment on column stg.openreview_profiles.linkedin is 'LinkedIn link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.wikipedia is 'Wikipedia link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.semantic_scholar is
    'Semantic Scholar link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.acl_anthology is
    'ACL Anthology link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.github is 'GitHub link as written, trimmed; null: none.';
comment on column stg.openreview_profiles.created_at is
    'When the server recorded it (tcdate); null: not said.';
comment on column stg.openreview_profiles.deleted_at is 'Deletion as stated (ddate); null: not deleted.';
comment on column stg.openreview_profiles.version_at is
    'When the server last modified it (tmdate); null: not said.';
comment on column stg.openreview_profiles.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_profiles.run_id is 'Run of the last change.';
comment on column stg.openreview_profiles.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_profiles.changed_at is 'When the row last changed here.';

comment on table stg.openreview_profile_names is
    'One row per name of a profile; its tilde id may be an alias of the profile.';
comment on column stg.openreview_profile_names.profile_id is 'Profile.';
comment on column stg.openreview_profile_names.name_position is 'Place in the list of names, from 1.';
comment on column stg.openreview_profile_names.full_name is
    'Full name as written, else put together from its parts; null: none.';
comment on column stg.openreview_profile_names.first_name is 'First name as written; null: none.';
comment on column stg.openreview_profile_names.middle_name is 'Middle name as written; null: none.';
comment on column stg.openreview_profile_names.last_name is 'Last name as written; null: none.';
comment on column stg.openreview_profile_names.username is 'Tilde id of this name; null: none.';
comment on column stg.openreview_profile_names.is_preferred is 'Whether the owner prefers it.';
comment on column stg.openreview_profile_names.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_profile_names.run_id is 'Run of the last change.';
comment on column stg.openreview_profile_names.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_profile_names.changed_at is 'When the row last changed here.';

comment on table stg.openreview_profile_history is
    'One row per position that a profile states.';
comment on column stg.openreview_profile_history.profile_id is 'Profile.';
comment on column stg.openreview_profile_history.history_position is
    'Place in the list as stored, from 1; says nothing about time.';
comment on column stg.openreview_profile_history.role is 'Position as written; null: not said.';
comment on column stg.openreview_profile_history.start_year is 'First year as stated; null: not said.';
comment on column stg.openreview_profile_history.end_year is
    'Last year as stated, may lie ahead; null: still there, or not said.';
comment on column stg.openreview_profile_history.institution_name is
    'Institution as written; null: not said.';
comment on column stg.openreview_profile_history.institution_domain is 'Domain as written; null: not said.';
comment on column stg.openreview_profile_history.department is 'Department as written; null: not said.';
comment on column stg.openreview_profile_history.country is
    'Country as written (ISO 3166 alpha-2); null: not said.';
comment on column stg.openreview_profile_history.state_province is
    'State or province as written; null: not said.';
comment on column stg.openreview_profile_history.city is 'City as written; null: not said.';
comment on column stg.openreview_profile_history.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_profile_history.run_id is 'Run of the last change.';
comment on column stg.openreview_profile_history.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_profile_history.changed_at is 'When the row last changed here.';

comment on table stg.openreview_profile_email_domains is
    'One row per e-mail domain of a profile; addresses are never stored.';
comment on column stg.openreview_profile_email_domains.profile_id is 'Profile.';
comment on column stg.openreview_profile_email_domains.domain_position is
    'Place among the distinct domains, from 1.';
comment on column stg.openreview_profile_email_domains.email_domain is 'Domain, lower case.';
comment on column stg.openreview_profile_email_domains.is_confirmed is
    'Whether an address there is confirmed.';
comment on column stg.openreview_profile_email_domains.content_hash is
    'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_profile_email_domains.run_id is 'Run of the last change.';
comment on column stg.openreview_profile_email_domains.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_profile_email_domains.changed_at is 'When the row last changed here.';

comment on table stg.openreview_profile_expertise is
    'One row per field of expertise of a profile.';
comment on column stg.openreview_profile_expertise.profile_id is 'Profile.';
comment on column stg.openreview_profile_expertise.expertise_position is 'Place in the list, from 1.';
comment on column stg.openreview_profile_expertise.keywords is 'Keywords; null: none.';
comment on column stg.openreview_profile_expertise.start_year is 'First year as stated; null: not said.';
comment on column stg.openreview_profile_expertise.end_year is 'Last year as stated; null: still.';
comment on column stg.openreview_profile_expertise.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_profile_expertise.run_id is 'Run of the last change.';
comment on column stg.openreview_profile_expertise.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_profile_expertise.changed_at is 'When the row last changed here.';

comment on table stg.openreview_institutions is
    'One row per institution of OpenReview''s own table.';
comment on column stg.openreview_institutions.institution_id is 'Id, its main domain.';
comment on column stg.openreview_institutions.short_name is 'Short name; null: none.';
comment on column stg.openreview_institutions.full_name is 'Full name; null: none.';
comment on column stg.openreview_institutions.parent is 'Parent institution as written; null: none.';
comment on column stg.openreview_institutions.domains is 'Its domains; null: none.';
comment on column stg.openreview_institutions.country_code is 'Country (ISO 3166 alpha-2); null: not said.';
comment on column stg.openreview_institutions.state_province is 'State or province; null: not said.';
comment on column stg.openreview_institutions.web_pages is 'Web pages; null: none.';
comment on column stg.openreview_institutions.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_institutions.run_id is 'Run of the last change.';
comment on column stg.openreview_institutions.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_institutions.changed_at is 'When the row last changed here.';

comment on table stg.openreview_lists is
    'One row per group that lists venues.';
comment on column stg.openreview_lists.list_id is 'Group: venues, active_venues or host.';
comment on column stg.openreview_lists.version_at is
    'When the server last modified it (tmdate); null: not said.';
comment on column stg.openreview_lists.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_lists.run_id is 'Run of the last change.';
comment on column stg.openreview_lists.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_lists.changed_at is 'When the row last changed here.';

comment on table stg.openreview_list_venues is
    'One row per venue that such a list names.';
comment on column stg.openreview_list_venues.list_id is 'List.';
comment on column stg.openreview_list_venues.venue_id is 'Group id of the venue.';
comment on column stg.openreview_list_venues.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.openreview_list_venues.run_id is 'Run of the last change.';
comment on column stg.openreview_list_venues.first_seen_at is 'When the row first came in.';
comment on column stg.openreview_list_venues.changed_at is 'When the row last changed here.';

comment on table meta.refusals is
    'One row per partition (venue, list, batch) that its source last refused to give; gone once it is read.';
comment on column meta.refusals.source is 'Source.';
comment on column meta.refusals.stream is 'Stream.';
comment on column meta.refusals.partition_key is 'Venue, list or batch.';
comment on column meta.refusals.kind is
    'unreadable (not for us), missing (no such thing), blocked (challenge), failed (errors outlasted the retries).';
comment on column meta.refusals.http_status is 'Status of the last answer; null: none came.';
comment on column meta.refusals.error_name is 'Name in the error body; null: none.';
comment on column meta.refusals.first_failed_at is 'First of the failures in a row.';
comment on column meta.refusals.last_failed_at is 'Last of them.';
comment on column meta.refusals.n_failures is 'How many runs in a row.';
comment on column meta.refusals.run_id is 'Run of the last failure.';

comment on table meta.missing_records is
    'One row per record that the last complete sweep of its partition did not find.';
comment on column meta.missing_records.source is 'Source.';
comment on column meta.missing_records.stream is 'Stream.';
comment on column meta.missing_records.partition_key is 'Partition that was swept.';
comment on column meta.missing_records.record_key is 'Id of the record.';
comment on column meta.missing_records.n_sweeps is 'Complete sweeps in a row without it.';
comment on column meta.missing_records.run_id is 'Run of the last such sweep.';

comment on column meta.budgets.window_milliseconds is 'Length of a window as observed; null: not known yet.';
