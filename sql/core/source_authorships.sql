-- Every author slot in staging.
create or replace view core.source_authorships as
select
    authors.note_id,
    'openreview'::text as source,
    ''::text as edition_key,
    authors.author_position,
    authors.author_name,
    case when authors.author_id_kind = 'tilde' then btrim(authors.author_id) end as tilde_id
from stg.openreview_note_authors as authors
union all
select
    authors.paper_id as note_id,
    'papercopilot'::text as source,
    authors.edition_key,
    authors.author_position,
    authors.author_name,
    case when authors.author_id_kind = 'tilde' then btrim(authors.author_id) end as tilde_id
from stg.papercopilot_authors as authors;
comment on view core.source_authorships is 'One row per author slot of a record of a paper in staging.';
