-- After a complete sweep of a venue: submissions on record that it did not give. Missing twice in a row, they are
-- gone. (Deleted ones are given with their ddate; this is for those that a source forgets.)
-- $1 source, $2 stream, $3 venue, $4 keys that came (text[]), $5 run, $6 time
with missing as (
    select notes.note_id
    from stg.openreview_notes as notes
    where
        notes.venue_id = $3::text
        and not exists (
            select
            from unnest($4::text[]) as seen (note_id)
            where seen.note_id = notes.note_id
        )
),

settled as (
    delete from meta.missing_records as records
    where
        records.source = $1::text
        and records.stream = $2::text
        and records.partition_key = $3::text
        and records.record_key not in (select missing.note_id from missing)
),

noted as (
    insert into meta.missing_records as records (
        source,
        stream,
        partition_key,
        record_key,
        n_sweeps,
        run_id
    )
    select
        $1::text as source,
        $2::text as stream,
        $3::text as partition_key,
        missing.note_id as record_key,
        1 as n_sweeps,
        $5::bigint as run_id
    from missing
    on conflict (source, stream, partition_key, record_key) do update set
        n_sweeps = records.n_sweeps + 1,
        run_id = excluded.run_id
    returning
        records.record_key,
        records.n_sweeps
),

removed as materialized (
    select meta.remove_records(
        array['stg.openreview_notes', 'stg.openreview_note_authors', 'stg.openreview_note_affiliations']::regclass[],
        'note_id',
        array(select noted.record_key from noted where noted.n_sweeps >= 2 order by noted.record_key collate "C"),
        $6::timestamptz
    ) as n_removed
),

-- No page tells of it: the next build is due by this.
told as (
    update meta.runs
    set n_removed = runs.n_removed + removed.n_removed
    from removed
    where
        runs.run_id = $5::bigint
        and removed.n_removed > 0
)

select removed.n_removed
from removed;
