-- requires: core.stream_tables
-- One row per source and stream.
-- How old what the figures rest on is. is_stale compares with the clock, as nothing else in mart does: a
-- scheduler that stopped must show.
-- Answers: can I trust that these figures are of today?
create or replace view mart.freshness as
with
streams as (
    select tables.source, tables.stream
    from core.stream_tables as tables
    union
    select distinct runs.source, runs.stream
    from meta.runs as runs
    where runs.source is not null and runs.stream is not null
),
-- A run of a whole source is a run of each of its streams.
runs as (
    select
        streams.source,
        streams.stream,
        max(coalesce(runs.finished_at, runs.started_at)) as last_run_at,
        max(runs.finished_at) filter (
            where runs.is_complete and runs.stream = streams.stream
        ) as last_complete_at
    from streams
    inner join meta.runs as runs
        on streams.source = runs.source and streams.stream = coalesce(runs.stream, streams.stream)
    group by streams.source, streams.stream
),
sweeps as (
    select cursors.source, cursors.stream, max(cursors.completed_at) as last_complete_at
    from meta.cursors as cursors
    group by cursors.source, cursors.stream
),
counts as (
    select
        tables.source,
        tables.stream,
        states.n_rows,
        states.newest_record_at
    from core.stream_tables as tables
    inner join core.stream_state as states
        on tables.table_name = states.table_name
),
stale_after as (
    select rules.value as days
    from core.rule as rules
    where rules.name = 'stale_after_days'
)
select
    streams.source,
    streams.stream,
    greatest(runs.last_complete_at, sweeps.last_complete_at) as last_complete_at,
    runs.last_run_at,
    coalesce(counts.n_rows, 0) as rows,
    counts.newest_record_at,
    coalesce(
        greatest(runs.last_complete_at, sweeps.last_complete_at)
        < statement_timestamp() - stale_after.days * interval '1 day',
        true
    ) as is_stale
from streams
cross join stale_after
left join runs
    on streams.source = runs.source and streams.stream = runs.stream
left join sweeps
    on streams.source = sweeps.source and streams.stream = sweeps.stream
left join counts
    on streams.source = counts.source and streams.stream = counts.stream;
comment on view mart.freshness is 'One row per source and stream: when it was last swept completely, and how much it holds.';
comment on column mart.freshness.source is 'Source.';
comment on column mart.freshness.stream is 'Stream of the source.';
comment on column mart.freshness.last_complete_at is 'End of the last complete sweep; null = never.';
comment on column mart.freshness.last_run_at is 'Last run of the stream; null = never.';
comment on column mart.freshness.rows is 'Records of the stream at the last build.';
comment on column mart.freshness.newest_record_at is 'Latest modification of a record by its source; null = not told.';
comment on column mart.freshness.is_stale is 'No complete sweep within rule stale_after_days.';
grant select on mart.freshness to tenure_analyst;
