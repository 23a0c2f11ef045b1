-- The ledger as operators read it, and what the loader needs of it beyond the first design.

alter table meta.runs
add column backend_pid integer;
comment on column meta.runs.backend_pid is
    'Server process of the run''s connection: tells who holds the lock.';

-- One paper may have two lists that do not line up, and two editions may hold the same bytes: both are
-- rejects of their own.
alter table meta.rejects drop constraint rejects_once;
alter table meta.rejects
add constraint rejects_once unique (
    source, stream, partition_key, source_key, reject_class, json_path, raw_sha256
);
alter table meta.rejects
add column is_row boolean not null default false;
comment on column meta.rejects.is_row is
    'True: one row or list of a record that stands; false: the whole record.';
create index rejects_open_idx on meta.rejects (source, stream, partition_key) where resolved_at is null;

-- What a page needs to be loaded again.
alter table meta.pages
add column arguments text[],
add column is_whole_partition boolean not null default false,
add column is_bare boolean not null default false;
comment on column meta.pages.arguments is
    'Further columns of the partition, as the source gave them; null: none.';
comment on column meta.pages.is_whole_partition is 'The page is all of its partition (a file).';
comment on column meta.pages.is_bare is
    'Records one after another or an array, without the stream''s envelope.';

create index pages_partition_idx on meta.pages (source, stream, partition_key, page_id);
create index pages_size_idx on meta.pages (source, stream, body_bytes);

-- Keys of a staging table's records in one partition. The tables of file sources have the key
-- (partition, record), so that a file that is read again tells what it no longer holds.
create function meta.partition_keys(
    table_name regclass, partition_column name, key_column name, partition_key text
)
returns setof text
language plpgsql
stable
set search_path = ''
as $$
begin
    return query execute format(
        'select %I::text from %s where %I = $1', key_column, table_name, partition_column
    ) using partition_key;
end
$$;
comment on function meta.partition_keys(regclass, name, name, text) is
    'Keys of the records of one partition in a staging table.';
grant execute on function meta.partition_keys(regclass, name, name, text) to tenure_loader;

create view meta.run_summary as
select
    runs.run_id,
    runs.command,
    runs.source,
    runs.stream,
    runs.state,
    runs.started_at,
    runs.finished_at,
    round(extract(epoch from runs.finished_at - runs.started_at)::numeric, 1) as seconds,
    runs.exit_code,
    runs.error_class,
    runs.error_message,
    runs.n_requests,
    runs.n_pages,
    runs.n_records,
    runs.n_inserted,
    runs.n_updated,
    runs.n_unchanged,
    runs.n_removed,
    runs.n_rejected,
    runs.n_commit_unknown,
    runs.host,
    runs.process_id,
    runs.is_complete
from meta.runs as runs;
comment on view meta.run_summary is
    'One row per run: what it was asked, how it ended, what it did.';

create view meta.reject_summary as
select
    rejects.source,
    rejects.stream,
    rejects.partition_key,
    rejects.reject_class,
    rejects.json_path,
    rejects.is_row,
    count(*)::integer as n_rejects,
    count(distinct rejects.source_key)::integer as n_records,
    min(rejects.detail) as example,
    min(rejects.first_seen_at) as first_seen_at,
    max(rejects.last_seen_at) as last_seen_at
from meta.rejects as rejects
where rejects.resolved_at is null
group by
    rejects.source,
    rejects.stream,
    rejects.partition_key,
    rejects.reject_class,
    rejects.json_path,
    rejects.is_row;
comment on view meta.reject_summary is
    'One row per partition, class and JSON path of what is refused and not yet settled. No record text.';

create view meta.stream_status as
with
pages as (
    select
        source,
        stream,
        count(*) as n_pages,
        count(distinct partition_key) as n_partitions,
        max(loaded_at) as last_loaded_at
    from meta.pages
    group by
        source,
        stream
),
cursors as (
    select
        source,
        stream,
        count(*) filter (where next_page is not null) as n_partitions_open,
        max(completed_at) as last_complete_at
    from meta.cursors
    group by
        source,
        stream
),
rejects as (
    select
        source,
        stream,
        count(*) as n_open_rejects
    from meta.rejects
    where resolved_at is null
    group by
        source,
        stream
),
schedules as (
    select
        source,
        stream,
        next_due_at,
        n_failures,
        last_exit_code,
        last_error,
        is_enabled
    from meta.schedules
),
streams as (
    select
        source,
        stream
    from pages
    union
    select
        source,
        stream
    from cursors
    union
    select
        source,
        stream
    from rejects
    union
    select
        source,
        stream
    from schedules
)

select
    streams.source,
    streams.stream,
    coalesce(pages.n_partitions, 0)::integer as n_partitions,
    coalesce(cursors.n_partitions_open, 0)::integer as n_partitions_open,
    coalesce(pages.n_pages, 0)::integer as n_pages,
    coalesce(rejects.n_open_rejects, 0)::integer as n_open_rejects,
    pages.last_loaded_at,
    cursors.last_complete_at,
    schedules.next_due_at,
    schedules.is_enabled as is_scheduled,
    schedules.n_failures,
    schedules.last_exit_code,
    schedules.last_error
from streams
left join pages
    on streams.source = pages.source
    and streams.stream = pages.stream
left join cursors
    on streams.source = cursors.source
    and streams.stream = cursors.stream
left join rejects
    on streams.source = rejects.source
    and streams.stream = rejects.stream
left join schedules
    on streams.source = schedules.source
    and streams.stream = schedules.stream;
comment on view meta.stream_status is
    'One row per stream that was ever loaded or is scheduled: how far it is, what is due, what was refused.';

grant select on meta.run_summary, meta.reject_summary, meta.stream_status to tenure_operator, tenure_analyst;

comment on table meta.pages is
    'One row per page as loaded: an answer or a file. Written in the transaction that loads it.';
comment on table meta.archive is 'One row per content: where the bytes of a page are.';
comment on table meta.rejects is
    'One row per refused record, or row of one, and reason. Texts without addresses and private members.';
comment on table meta.runs is 'One row per run of a command that writes.';
comment on table meta.cursors is 'One row per partition: how far its sweep is.';
comment on table meta.builds is 'One row per build that was published.';
comment on table meta.check_results is 'One row per build and check: how many rows offended it.';
