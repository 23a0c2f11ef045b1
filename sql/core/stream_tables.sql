-- Which staging table holds the records of a stream, for mart.freshness. A new source adds rows.
create or replace view core.stream_tables as
select
    streams.source,
    streams.stream,
    streams.table_name
from (
    values
    ('openreview', 'venues', 'stg.openreview_venues'),
    ('openreview', 'notes', 'stg.openreview_notes'),
    ('openreview', 'reviews', 'stg.openreview_reviews'),
    ('openreview', 'profiles', 'stg.openreview_profiles'),
    ('openreview', 'institutions', 'stg.openreview_institutions'),
    ('papercopilot', 'papers', 'stg.papercopilot_papers')
) as streams (source, stream, table_name);
comment on view core.stream_tables is 'One row per stream: the staging table of its records.';
