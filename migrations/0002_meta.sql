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
comment on table meta.migrations is 'One row per migration that has run here.';
comment on column meta.migrations.migration_number is
    'First four digits of the file''s name; order of running.';
comment on column meta.migrations.name is 'File name without extension.';
comment on column meta.migrations.content_sha256 is 'SHA-256 of the text as it ran.';
comment on column meta.migrations.chain_sha256 is
    'SHA-256 over the chain of the one before, the name and content_sha256.';
comment on column meta.migrations.applied_at is 'When it ran.';
comment on column meta.migrations.tenure_version is 'Version of the program that ran it.';

create table meta.definitions (
    definition_name text not null,
    content_sha256 text not null,
    objects text[] not null default '{}',
    deployed_at timestamptz not null,
    constraint definitions_pkey primary key (definition_name)
);
comment on table meta.definitions is 'One row per living definition or reference file as deployed.';
comment on column meta.definitions.definition_name is
    'schema.object of a definition; reference.stem of a reference file.';
comment on column meta.definitions.content_sha256 is
    'SHA-256 over its text and the hashes of the definitions that it requires.';
comment on column meta.definitions.objects is
    'Views and functions that it made, as kind:identity in the order of creation.';
comment on column meta.definitions.deployed_at is 'When it was deployed last.';

-- One warehouse belongs to one set of sources; a dump restored elsewhere says so.
create table meta.warehouse (
    is_only boolean not null default true,
    warehouse_key text not null,
    system_identifier text not null,
    created_at timestamptz not null,
    constraint warehouse_pkey primary key (is_only),
    constraint warehouse_is_only_check check (is_only)
);
comment on table meta.warehouse is 'One row: the identity of this warehouse.';
comment on column meta.warehouse.is_only is 'Always true: there is one row.';
comment on column meta.warehouse.warehouse_key is 'Random name given at creation.';
comment on column meta.warehouse.system_identifier is
    'Identifier of the PostgreSQL cluster that it was created in.';
comment on column meta.warehouse.created_at is 'When it was created.';

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
comment on table meta.runs is 'One row per run of a command that writes.';
comment on column meta.runs.run_id is 'Number of the run, from 1.';
comment on column meta.runs.command is 'Name of the command.';
comment on column meta.runs.source is 'Source; null = all or none.';
comment on column meta.runs.stream is 'Stream of the source; null = all or none.';
comment on column meta.runs.host is 'Host that it ran on.';
comment on column meta.runs.process_id is 'Process on that host.';
comment on column meta.runs.tenure_version is 'Version of the program.';
comment on column meta.runs.state is
    'running, done, failed, parked (budget spent), cancelled, abandoned (the process died).';
comment on column meta.runs.started_at is 'When it began.';
comment on column meta.runs.finished_at is 'When it ended; null = it has not, or died.';
comment on column meta.runs.exit_code is 'Exit code of the process; null = it has not ended.';
comment on column meta.runs.error_kind is 'Kind of the error that ended it; null = none.';
comment on column meta.runs.error_class is 'Class of that error; null = none.';
comment on column meta.runs.error_message is 'Message of that error; null = none.';
comment on column meta.runs.n_requests is 'Requests sent.';
comment on column meta.runs.n_pages is 'Pages loaded.';
comment on column meta.runs.n_records is 'Records on them.';
comment on column meta.runs.n_inserted is 'Records that were new.';
comment on column meta.runs.n_updated is 'Records that changed.';
comment on column meta.runs.n_unchanged is 'Records that were here already.';
comment on column meta.runs.n_removed is 'Records that left.';
comment on column meta.runs.n_rejected is 'Records refused.';
comment on column meta.runs.n_commit_unknown is
    'Commits whose reply was lost and that were looked up.';
comment on column meta.runs.is_complete is 'The run saw everything that the source has.';

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
comment on table meta.pages is 'One row per page as loaded.';
comment on column meta.pages.page_id is 'Number of the page, from 1.';
comment on column meta.pages.run_id is 'Run that loaded it.';
comment on column meta.pages.source is 'Source.';
comment on column meta.pages.stream is 'Stream of the source.';
comment on column meta.pages.partition_key is 'Part of the stream (venue, file).';
comment on column meta.pages.page_sha256 is 'SHA-256 of the decoded body.';
comment on column meta.pages.request is 'What was asked, without secrets, or the path of the file.';
comment on column meta.pages.body_bytes is 'Length of the decoded body.';
comment on column meta.pages.fetched_at is 'When it arrived.';
comment on column meta.pages.loaded_at is 'When it was loaded.';
comment on column meta.pages.parser_version is 'Version of the source''s field map that read it.';
comment on column meta.pages.n_records is 'Records on it.';
comment on column meta.pages.n_inserted is 'Records that were new.';
comment on column meta.pages.n_updated is 'Records that changed.';
comment on column meta.pages.n_unchanged is 'Records that were here already.';
comment on column meta.pages.n_removed is 'Records that left.';
comment on column meta.pages.n_rejected is 'Records refused.';
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
comment on table meta.archive is 'One row per page body or file that is kept or referred to.';
comment on column meta.archive.page_sha256 is 'SHA-256 of the decoded body.';
comment on column meta.archive.location is 'Path of the kept copy or of the file.';
comment on column meta.archive.is_copy is 'True: ours, compressed; false: the user''s own file.';
comment on column meta.archive.body_bytes is 'Length of the decoded body.';
comment on column meta.archive.stored_bytes is 'Length as stored.';
comment on column meta.archive.source_licence is 'Licence stated at import; null = not stated.';
comment on column meta.archive.supplied_by is 'Who supplied the file; null = not stated.';
comment on column meta.archive.obtained_on is 'When it was obtained; null = not stated.';
comment on column meta.archive.recorded_at is 'When this row was written.';

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
comment on table meta.cursors is 'One row per stream and partition: how far it has been read.';
comment on column meta.cursors.source is 'Source.';
comment on column meta.cursors.stream is 'Stream of the source.';
comment on column meta.cursors.partition_key is 'Part of the stream (venue, file).';
comment on column meta.cursors.next_page is
    'Where the sweep under way goes on; null = none is under way.';
comment on column meta.cursors.watermark is
    'Greatest version seen by the last complete sweep; null = none.';
comment on column meta.cursors.sweep_started_at is
    'When the sweep under way began; null = none is under way.';
comment on column meta.cursors.completed_at is 'When a sweep was complete last; null = never.';
comment on column meta.cursors.endpoint is 'Base address that this cursor belongs to.';
comment on column meta.cursors.run_id is 'Run that wrote it last.';

-- When an id was last asked for, whatever came back: drives refresh by age.
create table meta.lookups (
    source text not null,
    stream text not null,
    asked_id text not null,
    asked_at timestamptz not null,
    run_id bigint not null,
    constraint lookups_pkey primary key (source, stream, asked_id)
);
comment on table meta.lookups is 'One row per id that was asked for.';
comment on column meta.lookups.source is 'Source.';
comment on column meta.lookups.stream is 'Stream of the source.';
comment on column meta.lookups.asked_id is 'Id as it was asked for.';
comment on column meta.lookups.asked_at is 'When it was asked for last.';
comment on column meta.lookups.run_id is 'Run that asked.';

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
comment on table meta.budgets is 'One row per source and route: what may be asked.';
comment on column meta.budgets.source is 'Source.';
comment on column meta.budgets.route is 'Requests that share a limit.';
comment on column meta.budgets.request_limit is 'Requests per window; null = not known.';
comment on column meta.budgets.n_used is 'Requests of the window so far.';
comment on column meta.budgets.window_started_at is 'When the window began; null = none yet.';
comment on column meta.budgets.window_seconds is 'Length of the window; null = not known.';
comment on column meta.budgets.reset_at is
    'Before this time nothing may be asked; null = no such limit.';
comment on column meta.budgets.learnt_at is 'When the source told its limit last; null = never.';

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
comment on table meta.rejects is 'One row per record refused; may hold personal data, for loader and operator only.';
comment on column meta.rejects.reject_id is 'Number of the reject, from 1.';
comment on column meta.rejects.source is 'Source.';
comment on column meta.rejects.stream is 'Stream of the source.';
comment on column meta.rejects.partition_key is 'Part of the stream (venue, file).';
comment on column meta.rejects.source_key is 'Id of the record; empty = it could not be read.';
comment on column meta.rejects.reject_class is 'Class of the fault (E_DATA_…).';
comment on column meta.rejects.json_path is 'Where in the record.';
comment on column meta.rejects.detail is 'What is wrong, without the value.';
comment on column meta.rejects.raw is 'The record as it came; null = too long to keep.';
comment on column meta.rejects.raw_sha256 is 'SHA-256 of the record.';
comment on column meta.rejects.raw_bytes is 'Length of the record.';
comment on column meta.rejects.page_sha256 is 'Page that it was on.';
comment on column meta.rejects.record_ordinal is 'Its place on the page, from 0.';
comment on column meta.rejects.run_id is 'Run that refused it first.';
comment on column meta.rejects.first_seen_at is 'When it was refused first.';
comment on column meta.rejects.last_seen_at is 'When it was refused last.';
comment on column meta.rejects.resolved_at is 'When a later version was loaded; null = still open.';
comment on column meta.rejects.resolved_by_run_id is 'Run that resolved it; null = still open.';

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
comment on table meta.schedules is 'One row per stream: when it runs.';
comment on column meta.schedules.source is 'Source.';
comment on column meta.schedules.stream is 'Stream of the source.';
comment on column meta.schedules.interval_seconds is 'Time from one start to the next.';
comment on column meta.schedules.window_from is 'Earliest time of day (UTC); null = any.';
comment on column meta.schedules.window_to is 'Latest time of day (UTC); null = any.';
comment on column meta.schedules.jitter_seconds is 'Starts are spread over this time.';
comment on column meta.schedules.is_enabled is 'False: not run by the scheduler.';
comment on column meta.schedules.next_due_at is 'When it is due; null = at once.';
comment on column meta.schedules.n_failures is 'Failures in a row.';
comment on column meta.schedules.last_started_at is 'When it started last; null = never.';
comment on column meta.schedules.last_finished_at is 'When it ended last; null = never.';
comment on column meta.schedules.last_exit_code is 'Exit code of that run; null = none yet.';
comment on column meta.schedules.last_error is 'Its error; null = none.';

create table meta.builds (
    build_id bigint not null,
    run_id bigint not null,
    is_full boolean not null,
    built_at timestamptz not null,
    n_people_changed bigint not null,
    n_people bigint not null,
    constraint builds_pkey primary key (build_id)
);
comment on table meta.builds is 'One row per build that was published.';
comment on column meta.builds.build_id is 'Number of the build, from 1.';
comment on column meta.builds.run_id is 'Run that built.';
comment on column meta.builds.is_full is 'Everything was recomputed.';
comment on column meta.builds.built_at is 'When it was published.';
comment on column meta.builds.n_people_changed is 'People recomputed.';
comment on column meta.builds.n_people is 'People in the warehouse after it.';

create table meta.check_results (
    run_id bigint not null,
    check_name text not null,
    severity text not null,
    n_rows bigint not null,
    checked_at timestamptz not null,
    constraint check_results_pkey primary key (run_id, check_name),
    constraint check_results_severity_check check (severity in ('error', 'warning'))
);
comment on table meta.check_results is 'One row per run and check.';
comment on column meta.check_results.run_id is 'Run that checked.';
comment on column meta.check_results.check_name is 'Name of the check.';
comment on column meta.check_results.severity is 'error (nothing is published) or warning.';
comment on column meta.check_results.n_rows is 'Offending rows.';
comment on column meta.check_results.checked_at is 'When it was checked.';
