-- Venues of API 2 whose submissions are to be asked for, most influential first. Not due: what was finished in
-- this pass, for a week what was refused, for 30 days an old edition that had nothing.
-- $1 source, $2 stream, $3 patterns, $4 full, $5 begin of the pass, $6 now, $7 limit, $8 offset
with parameters as (
    select
        $1::text as source,
        $2::text as stream,
        $3::text as patterns,
        $4::boolean as is_full,
        $5::timestamptz as pass_started_at,
        $6::timestamptz as asked_at,
        $7::integer as row_limit,
        $8::integer as row_offset
),

named as (
    select distinct trim(pattern) as venue_id
    from parameters
    cross join unnest(string_to_array(parameters.patterns, ',')) as pattern
    where trim(pattern) != '' and pattern !~ '[*?]'
),

influence (host, host_rank) as (
    values
        ('NeurIPS.cc', 1),
        ('ICLR.cc', 1),
        ('ICML.cc', 1),
        ('TMLR', 2),
        ('thecvf.com', 2),
        ('aclweb.org', 2),
        ('EMNLP', 2),
        ('KDD.org', 2),
        ('ACM.org', 2),
        ('AAAI.org', 2),
        ('colmweb.org', 2),
        ('robot-learning.org', 3),
        ('auai.org', 3)
),

chosen as (
    select
        venues.venue_id,
        venues.submission_invitation,
        venues.review_name,
        venues.review_rating_field,
        venues.review_confidence_field,
        nullif(concat_ws(
            ',',
            venues.venue_id,
            venues.submission_venue_id,
            venues.withdrawn_venue_id,
            venues.desk_rejected_venue_id,
            venues.rejected_venue_id
        ), '') as venue_ids,
        venues.venue_year,
        named.venue_id is not null as is_named,
        coalesce(influence.host_rank, 9) as host_rank
    from stg.openreview_venues as venues
    cross join parameters
    left join named
        on venues.venue_id = named.venue_id
    left join influence
        on venues.host = influence.host
    where
        venues.api_version = 2
        and fn.matches_patterns(venues.venue_id, parameters.patterns)
)

select
    chosen.venue_id as partition_key,
    chosen.submission_invitation,
    chosen.review_name,
    chosen.review_rating_field,
    chosen.review_confidence_field,
    chosen.venue_ids
from chosen
cross join parameters
left join meta.cursors as cursors
    on cursors.partition_key = chosen.venue_id
    and cursors.source = parameters.source
    and cursors.stream = parameters.stream
left join meta.refusals as refusals
    on refusals.partition_key = chosen.venue_id
    and refusals.source = parameters.source
    and refusals.stream = parameters.stream
where
    (
        cursors.completed_at is null
        or cursors.completed_at < parameters.pass_started_at
        or cursors.next_page is not null
    )
    and (
        refusals.last_failed_at is null
        or refusals.kind in ('blocked', 'failed')
        or refusals.last_failed_at < parameters.pass_started_at
    )
    and (
        chosen.is_named
        or parameters.is_full
        or not (
            coalesce(
                refusals.kind in ('unreadable', 'missing')
                and refusals.last_failed_at > parameters.asked_at - interval '7 days',
                false
            )
            or coalesce(
                cursors.watermark is null
                and cursors.completed_at > parameters.asked_at - interval '30 days'
                and chosen.venue_year < extract(year from parameters.asked_at) - 1,
                false
            )
        )
    )
order by
    chosen.is_named desc,
    chosen.host_rank,
    chosen.venue_id like '%/Conference' desc,
    chosen.venue_year desc nulls last,
    chosen.venue_id collate "C"
limit (select row_limit from parameters)
offset (select row_offset from parameters);
