-- Every record of a paper in staging, deleted ones too. core.build_papers decides which record speaks.
create or replace view core.source_papers as
select
    notes.note_id,
    'openreview'::text as source,
    ''::text as edition_key,
    0 as layout_rank,
    null::date as crawled_on,
    notes.original_id,
    notes.venue_id as venue_key,
    notes.venue_id as venue_text,
    coalesce(
        venues.venue_year,
        substring(notes.venue_id, '(?:^|\D)((?:19|20)\d\d)(?:\D|$)')::integer,
        substring(notes.venueid, '(?:^|\D)((?:19|20)\d\d)(?:\D|$)')::integer
    ) as venue_year,
    coalesce(
        extract(year from notes.published_at at time zone 'UTC'),
        extract(year from notes.online_at at time zone 'UTC'),
        extract(year from notes.created_at at time zone 'UTC')
    )::integer as note_year,
    notes.title,
    lower(notes.venueid) as venueid,
    lower(notes.invitation) as invitation,
    lower(notes.decision) as decision,
    lower(notes.venue) as venue,
    null::text as archive_status,
    case
        when notes.venueid = venues.withdrawn_venue_id then 'withdrawn'
        when notes.venueid = venues.desk_rejected_venue_id then 'desk_rejected'
        when notes.venueid = venues.rejected_venue_id then 'rejected'
        when notes.venueid = venues.venue_id then 'accepted'
    end as venueid_status,
    notes.venueid = venues.submission_venue_id as is_submission_venueid,
    lower(notes.decision) = any(lower(venues.accept_decision_options::text)::text[]) as is_accept_decision,
    null::double precision as rating_mean,
    null::integer as n_ratings,
    true as is_aligned,
    notes.deleted_at is not null as is_deleted
from stg.openreview_notes as notes
left join stg.openreview_venues as venues
    on notes.venue_id = venues.venue_id
union all
select
    papers.paper_id as note_id,
    'papercopilot'::text as source,
    papers.edition_key,
    case papers.layout
        when 'authors' then 1
        when 'aligned' then 2
        when 'compact' then 3
        else 4
    end as layout_rank,
    papers.crawled_on,
    null::text as original_id,
    papers.venue_key || '/' || papers.venue_year as venue_key,
    papers.venue_key as venue_text,
    papers.venue_year,
    null::integer as note_year,
    papers.title,
    null::text as venueid,
    null::text as invitation,
    null::text as decision,
    null::text as venue,
    lower(papers.status) as archive_status,
    null::text as venueid_status,
    null::boolean as is_submission_venueid,
    null::boolean as is_accept_decision,
    papers.rating_mean,
    papers.n_ratings,
    papers.is_affiliation_aligned as is_aligned,
    false as is_deleted
from stg.papercopilot_papers as papers;
comment on view core.source_papers is
    'One row per record of a paper in staging: a note, or a paper in an archive file.';
