-- People whose profile is to be asked for: authors of submissions of the chosen venues, those of tracked groups
-- first, then those never asked for, then by their number of papers.
-- $1 source, $2 stream, $3 patterns, $4 full, $5 begin of the pass, $6 now, $7 limit, $8 offset,
-- $9 days after which people of tracked groups are due again, $10 the same for others (0 = in every run)
with parameters as (
    select
        $1::text as source,
        $2::text as stream,
        $3::text as patterns,
        $4::boolean as is_full,
        $5::timestamptz as pass_started_at,
        $6::timestamptz as asked_at,
        $7::integer as row_limit,
        $8::integer as row_offset,
        $9::integer as tracked_days,
        $10::integer as other_days
),

chosen_venues as (
    select venues.venue_id
    from stg.openreview_venues as venues
    cross join parameters
    where fn.matches_patterns(venues.venue_id, parameters.patterns)
),

papers as (
    select
        authors.author_id,
        count(*) as n_papers
    from stg.openreview_note_authors as authors
    inner join stg.openreview_notes as notes
        on authors.note_id = notes.note_id
    where
        authors.author_id_kind = 'tilde'
        and notes.deleted_at is null
        and notes.venue_id in (select chosen_venues.venue_id from chosen_venues)
    group by authors.author_id
),

tracked as (
    select distinct coalesce(names.username, ids.openreview_id) as openreview_id
    from meta.openreview_tracked_ids() as ids
    left join stg.openreview_profile_names as names
        on ids.openreview_id = names.profile_id
    union
    select ids.openreview_id
    from meta.openreview_tracked_ids() as ids
),

people as (
    select
        papers.author_id,
        papers.n_papers,
        tracked.openreview_id is not null as is_tracked,
        lookups.asked_at,
        case
            when tracked.openreview_id is not null then least(parameters.tracked_days, parameters.other_days)
            else parameters.other_days
        end as days
    from papers
    cross join parameters
    left join tracked
        on papers.author_id = tracked.openreview_id
    left join meta.lookups as lookups
        on lookups.asked_id = papers.author_id
        and lookups.source = parameters.source
        and lookups.stream = parameters.stream
)

select people.author_id as partition_key
from people
cross join parameters
where
    people.asked_at is null
    or (
        people.asked_at < parameters.pass_started_at
        and (
            parameters.is_full
            or people.days = 0
            or people.asked_at < parameters.asked_at - people.days * interval '1 day'
        )
    )
order by
    people.is_tracked desc,
    (people.asked_at is null) desc,
    people.n_papers desc,
    people.author_id collate "C"
limit (select row_limit from parameters)
offset (select row_offset from parameters);
