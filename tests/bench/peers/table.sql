-- What every peer fills: the notes' own columns, logged, with their key. Tenure's table has four more.
drop schema if exists peer cascade;
create schema peer;
create table peer.notes (
    note_id text not null primary key,
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
    version_at timestamptz
);
