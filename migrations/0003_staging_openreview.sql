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
