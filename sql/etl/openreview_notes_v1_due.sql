-- Venues of API 1 whose submissions are to be asked for, most influential first; nothing is added there any more.
-- $1 source, $2 stream, $3 patterns, $4 full, $5 begin of the pass, $6 now, $7 limit, $8 offset
select
    venues.venue_id as partition_key,
    venues.submission_invitation,
    venues.review_name,
    venues.review_rating_field,
    venues.review_confidence_field,
    venues.venue_ids
from meta.openreview_due_venues($1, $2, 1, $3, $4, $5, $6, null) as venues
order by venues.due_order
limit $7::integer
offset $8::integer;
