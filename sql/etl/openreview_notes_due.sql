-- Venues of API 2 whose submissions are to be asked for, most influential first; an edition of this year or the
-- last that had nothing may get something any day.
-- $1 source, $2 stream, $3 patterns, $4 full, $5 begin of the pass, $6 now, $7 limit, $8 offset
select
    venues.venue_id as partition_key,
    venues.submission_invitation,
    venues.review_name,
    venues.review_rating_field,
    venues.review_confidence_field,
    venues.venue_ids
from meta.openreview_due_venues($1, $2, 2, $3, $4, $5, $6, 1) as venues
order by venues.due_order
limit $7::integer
offset $8::integer;
