-- Submissions of a venue that are on record and not deleted.
-- $1 venue
select count(*) as n_known
from stg.openreview_notes as notes
where notes.venue_id = $1::text and notes.deleted_at is null;
