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

comment on table stg.papercopilot_papers is
    'One row per paper of one archive file (edition).';
comment on column stg.papercopilot_papers.edition_key is
    'Edition: product, venue, year, and the crawl date of an earlier crawl.';
comment on column stg.papercopilot_papers.paper_id is
    'Id of the paper as the archive has it (OpenReview note).';
comment on column stg.papercopilot_papers.venue_key is 'Venue as the file''s name has it.';
comment on column stg.papercopilot_papers.venue_year is
    'Year of the venue as the file''s name has it.';
comment on column stg.papercopilot_papers.crawled_on is
    'Day of an earlier crawl; null: the file does not say.';
comment on column stg.papercopilot_papers.layout is
    'authors, aligned, compact (blanks dropped) or bare (no lists).';
comment on column stg.papercopilot_papers.title is 'Title; null: the layout has none.';
comment on column stg.papercopilot_papers.abstract is
    'Abstract, e-mail addresses cut to the domain; null: none.';
comment on column stg.papercopilot_papers.keywords is 'Keywords as written; null: none.';
comment on column stg.papercopilot_papers.primary_area is 'Primary area as written; null: none.';
comment on column stg.papercopilot_papers.track is 'Track as written; null: none.';
comment on column stg.papercopilot_papers.status is 'Status as written ("Poster"); null: none.';
comment on column stg.papercopilot_papers.rating_mean is
    'Mean over the ratings that are whole numbers; null: none.';
comment on column stg.papercopilot_papers.n_ratings is
    'Ratings that are whole numbers; null: none.';
comment on column stg.papercopilot_papers.n_authors is
    'Author ids, or names where there are no ids.';
comment on column stg.papercopilot_papers.is_affiliation_aligned is
    'True: every affiliation list that is there has one part an author.';
comment on table stg.papercopilot_authors is
    'One row per author position of a paper of one edition.';
comment on column stg.papercopilot_authors.edition_key is 'Edition.';
comment on column stg.papercopilot_authors.paper_id is 'Paper.';
comment on column stg.papercopilot_authors.author_position is 'Place in the author list, from 1.';
comment on column stg.papercopilot_authors.author_name is
    'Name as written; null: the list of names does not line up.';
comment on column stg.papercopilot_authors.author_id is
    'Tilde id, DBLP URL, group id or another text; null: none, or an e-mail address (never stored).';
comment on column stg.papercopilot_authors.author_id_kind is
    'tilde, email, dblp, group, none, other.';
comment on column stg.papercopilot_authors.email_domain is
    'Domain of an author known by e-mail address only; null: known otherwise.';
comment on column stg.papercopilot_authors.homepage is 'Link as written; null: none.';
comment on column stg.papercopilot_authors.dblp is 'DBLP id or link as written; null: none.';
comment on column stg.papercopilot_authors.google_scholar is
    'Google Scholar id or link as written; null: none.';
comment on column stg.papercopilot_authors.orcid is 'ORCID as written; null: none.';
comment on column stg.papercopilot_authors.linkedin is
    'LinkedIn name or link as written; null: none.';
comment on table stg.papercopilot_affiliations is
    'One row per place of an author at the time of a paper, concurrent ones each by itself.';
comment on column stg.papercopilot_affiliations.edition_key is 'Edition.';
comment on column stg.papercopilot_affiliations.paper_id is 'Paper.';
comment on column stg.papercopilot_affiliations.author_position is 'Place of the author, from 1.';
comment on column stg.papercopilot_affiliations.affiliation_position is
    'Which of the concurrent places, from 1.';
comment on column stg.papercopilot_affiliations.affiliation is
    'Name as written; null: not told, or not attributable.';
comment on column stg.papercopilot_affiliations.affiliation_domain is
    'Domain as written; null: likewise.';
comment on column stg.papercopilot_affiliations.role is 'Role as written; null: likewise.';
comment on column stg.papercopilot_papers.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.papercopilot_papers.run_id is 'Run of the last change.';
comment on column stg.papercopilot_papers.first_seen_at is 'When the row first came in.';
comment on column stg.papercopilot_papers.changed_at is 'When the row last changed here.';
comment on column stg.papercopilot_authors.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.papercopilot_authors.run_id is 'Run of the last change.';
comment on column stg.papercopilot_authors.first_seen_at is 'When the row first came in.';
comment on column stg.papercopilot_authors.changed_at is 'When the row last changed here.';
comment on column stg.papercopilot_affiliations.content_hash is 'XXH3-128 over the row''s own columns.';
comment on column stg.papercopilot_affiliations.run_id is 'Run of the last change.';
comment on column stg.papercopilot_affiliations.first_seen_at is 'When the row first came in.';
comment on column stg.papercopilot_affiliations.changed_at is 'When the row last changed here.';
