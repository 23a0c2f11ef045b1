-- Staging of the Paper Copilot archives. One row per paper **of one archive file** (edition): the same paper
-- in an earlier crawl, or in the compact layout, is another edition and never a change of the world; which
-- edition speaks is decided in core.

create table stg.papercopilot_papers (
    edition_key text not null,
    paper_id text not null,
    venue_key text not null,
    venue_year integer not null,
    crawled_on date,
    layout text not null,
    title text,
    abstract text,
    keywords text[],
    primary_area text,
    track text,
    status text,
    rating_mean double precision,
    n_ratings integer,
    n_authors integer not null,
    is_affiliation_aligned boolean not null,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint papercopilot_papers_pkey primary key (edition_key, paper_id),
    constraint papercopilot_papers_layout_check check (layout in ('authors', 'aligned', 'compact', 'bare'))
);
select fn.distribute('stg.papercopilot_papers', 'paper_id');

create table stg.papercopilot_authors (
    edition_key text not null,
    paper_id text not null,
    author_position integer not null,
    author_name text,
    author_id text,
    author_id_kind text not null,
    email_domain text,
    homepage text,
    dblp text,
    google_scholar text,
    orcid text,
    linkedin text,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint papercopilot_authors_pkey primary key (edition_key, paper_id, author_position),
    constraint papercopilot_authors_kind_check
        check (author_id_kind in ('tilde', 'email', 'dblp', 'group', 'none', 'other'))
);
select fn.distribute('stg.papercopilot_authors', 'paper_id');

create table stg.papercopilot_affiliations (
    edition_key text not null,
    paper_id text not null,
    author_position integer not null,
    affiliation_position integer not null,
    affiliation text,
    affiliation_domain text,
    role text,
    content_hash bytea not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    changed_at timestamptz not null,
    constraint papercopilot_affiliations_pkey
        primary key (edition_key, paper_id, author_position, affiliation_position)
);
select fn.distribute('stg.papercopilot_affiliations', 'paper_id');
