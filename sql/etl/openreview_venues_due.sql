-- Venues whose group is to be asked for: the chosen ones of the lists, and those named outright. Once a day; one
-- that the source does not know after 30 days, but in every run when it is named outright. Not twice in a pass.
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

candidates as (
    select
        named.venue_id,
        true as is_named
    from named
    union
    select
        listed.venue_id,
        false as is_named
    from stg.openreview_list_venues as listed
    cross join parameters
    where
        fn.matches_patterns(listed.venue_id, parameters.patterns)
        and listed.venue_id not in (select named.venue_id from named)
)

select
    candidates.venue_id as partition_key,
    case when candidates.is_named then 'named' end as is_named
from candidates
cross join parameters
left join meta.lookups as lookups
    on lookups.asked_id = candidates.venue_id
    and lookups.source = parameters.source
    and lookups.stream = parameters.stream
left join stg.openreview_venues as venues
    on candidates.venue_id = venues.venue_id
where
    lookups.asked_at is null
    or (
        lookups.asked_at < parameters.pass_started_at
        and (
            parameters.is_full
            or (
                venues.venue_id is not null
                and lookups.asked_at < parameters.asked_at - interval '20 hours'
            )
            or (venues.venue_id is null and candidates.is_named)
            or lookups.asked_at < parameters.asked_at - interval '30 days'
        )
    )
order by
    candidates.is_named desc,
    candidates.venue_id collate "C"
limit (select row_limit from parameters)
offset (select row_offset from parameters);
