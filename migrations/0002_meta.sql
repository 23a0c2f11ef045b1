-- The ledger: what was asked, fetched, loaded, refused, published, and what is due. Written by the loader,
-- readable by operators. None of these tables holds personal data but meta.rejects (raw records; loader and
-- operator only).

create table meta.migrations (
    migration_number integer not null,
    name text not null,
    content_sha256 text not null,
    chain_sha256 text not null,
    applied_at timestamptz not null,
    tenure_version text not null,
    constraint migrations_pkey primary key (migration_number)
);

create table meta.definitions (
    definition_name text not null,
    content_sha256 text not null,
    deployed_at timestamptz not null,
    constraint definitions_pkey primary key (definition_name)
);

-- One warehouse belongs to one set of sources; a dump restored elsewhere says so.
create table meta.warehouse (
    is_only boolean not null default true,
    warehouse_key text not null,
    system_identifier text not null,
    created_at timestamptz not null,
    constraint warehouse_pkey primary key (is_only),
    constraint warehouse_is_only_check check (is_only)
);

create table meta.runs (
    run_id bigint not null,
    command text not null,
    source text,
    stream text,
    host text not null,
    process_id integer not null,
    tenure_version text not null,
    state text not null,
    started_at timestamptz not null,
    finished_at timestamptz,
    exit_code integer,
    error_kind text,
    error_class text,
    error_message text,
    n_requests bigint not null default 0,
    n_pages bigint not null default 0,
    n_records bigint not null default 0,
    n_inserted bigint not null default 0,
    n_updated bigint not null default 0,
    n_unchanged bigint not null default 0,
    n_removed bigint not null default 0,
    n_rejected bigint not null default 0,
    n_commit_unknown bigint not null default 0,
    is_complete boolean not null default false,
    constraint runs_pkey primary key (run_id),
    constraint runs_state_check
        check (state in ('running', 'done', 'failed', 'parked', 'cancelled', 'abandoned'))
);

-- A page as loaded: content-addressed answer or imported file. Its row is written in the transaction that
-- loads it, so it is also the token that tells whether a COMMIT with a lost reply took effect.
create table meta.pages (
    page_id bigint not null,
    run_id bigint not null,
    source text not null,
    stream text not null,
    partition_key text not null,
    page_sha256 text not null,
    request text not null,
    body_bytes bigint not null,
    fetched_at timestamptz not null,
    loaded_at timestamptz not null,
    parser_version integer not null,
    n_records bigint not null,
    n_inserted bigint not null,
    n_updated bigint not null,
    n_unchanged bigint not null,
    n_removed bigint not null,
    n_rejected bigint not null,
    constraint pages_pkey primary key (page_id)
);
create index pages_content_idx on meta.pages (source, stream, partition_key, page_sha256);

-- Files and page bodies kept or referred to: where the bytes of a page_sha256 are.
create table meta.archive (
    page_sha256 text not null,
    location text not null,
    is_copy boolean not null,
    body_bytes bigint not null,
    stored_bytes bigint not null,
    source_licence text,
    supplied_by text,
    obtained_on date,
    recorded_at timestamptz not null,
    constraint archive_pkey primary key (page_sha256)
);

create table meta.cursors (
    source text not null,
    stream text not null,
    partition_key text not null,
    next_page text,
    watermark text,
    sweep_started_at timestamptz,
    completed_at timestamptz,
    endpoint text not null,
    run_id bigint not null,
    constraint cursors_pkey primary key (source, stream, partition_key)
);

-- When an id was last asked for, whatever came back: drives refresh by age.
create table meta.lookups (
    source text not null,
    stream text not null,
    asked_id text not null,
    asked_at timestamptz not null,
    run_id bigint not null,
    constraint lookups_pkey primary key (source, stream, asked_id)
);

create table meta.budgets (
    source text not null,
    route text not null,
    request_limit integer,
    n_used integer not null default 0,
    window_started_at timestamptz,
    window_seconds integer,
    reset_at timestamptz,
    learnt_at timestamptz,
    constraint budgets_pkey primary key (source, route)
);

create table meta.rejects (
    reject_id bigint not null,
    source text not null,
    stream text not null,
    partition_key text not null,
    source_key text not null,
    reject_class text not null,
    json_path text not null,
    detail text not null,
    raw bytea,
    raw_sha256 text not null,
    raw_bytes bigint not null,
    page_sha256 text not null,
    record_ordinal bigint not null,
    run_id bigint not null,
    first_seen_at timestamptz not null,
    last_seen_at timestamptz not null,
    resolved_at timestamptz,
    resolved_by_run_id bigint,
    constraint rejects_pkey primary key (reject_id),
    constraint rejects_once unique (source, stream, source_key, reject_class, raw_sha256)
);

create table meta.entities (
    table_name text not null,
    source text not null,
    stream text not null,
    parent_table text,
    key_columns text[] not null,
    parent_key_columns text[] not null,
    has_version boolean not null,
    constraint entities_pkey primary key (table_name)
);

create table meta.schedules (
    source text not null,
    stream text not null,
    interval_seconds integer not null,
    window_from time,
    window_to time,
    jitter_seconds integer not null default 0,
    is_enabled boolean not null default true,
    next_due_at timestamptz,
    n_failures integer not null default 0,
    last_started_at timestamptz,
    last_finished_at timestamptz,
    last_exit_code integer,
    last_error text,
    constraint schedules_pkey primary key (source, stream)
);

create table meta.builds (
    build_id bigint not null,
    run_id bigint not null,
    is_full boolean not null,
    built_at timestamptz not null,
    n_people_changed bigint not null,
    n_people bigint not null,
    constraint builds_pkey primary key (build_id)
);

create table meta.check_results (
    run_id bigint not null,
    check_name text not null,
    severity text not null,
    n_rows bigint not null,
    checked_at timestamptz not null,
    constraint check_results_pkey primary key (run_id, check_name),
    constraint check_results_severity_check check (severity in ('error', 'warning'))
);
