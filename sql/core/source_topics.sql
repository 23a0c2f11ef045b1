-- What a record of a paper in staging says about its subject.
create or replace view core.source_topics as
select
    notes.note_id,
    'openreview'::text as source,
    ''::text as edition_key,
    array_to_string(notes.keywords, ', ') as keywords,
    notes.primary_area
from stg.openreview_notes as notes
union all
select
    papers.paper_id as note_id,
    'papercopilot'::text as source,
    papers.edition_key,
    array_to_string(papers.keywords, ', ') as keywords,
    papers.primary_area
from stg.papercopilot_papers as papers;
comment on view core.source_topics is
    'One row per record of a paper in staging: its keywords and primary area.';
