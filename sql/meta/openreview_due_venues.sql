-- Venues of one of OpenReview's APIs that a stream is to be asked for, with the order in which to ask. Not due: what
-- was finished in this pass; for a week what was refused; for 30 days a venue that had nothing and is older than
-- quiet_after_years (null: of any age). A venue that is named outright, or a full run, is always due.
create or replace function meta.openreview_due_venues(
    source_name text,
    stream_name text,
    asked_api_version integer,
    patterns text,
    is_full boolean,
    pass_started_at timestamptz,
    asked_at timestamptz,
    quiet_after_years integer
)
returns table (
    venue_id text,
    submission_invitation text,
    review_name text,
    review_rating_field text,
    review_confidence_field text,
    venue_ids text,
    due_order bigint
)
language sql
stable
set search_path = ''
as $$
    with named as (
        select distinct trim(pattern) as venue_id
        from unnest(string_to_array(patterns, ',')) as pattern
        where trim(pattern) != '' and pattern !~ '[*?]'
    ),

    chosen as (
        select
            venues.*,
            named.venue_id is not null as is_named,
            influence.influence_rank
        from stg.openreview_venues as venues
        left join named
            on venues.venue_id = named.venue_id
        left join core.ref_venue_influence as influence
            on venues.host = influence.host
        where
            venues.api_version = asked_api_version
            and fn.matches_patterns(venues.venue_id, patterns)
    ),

    states as (
        select
            chosen.*,
            cursors.completed_at,
            cursors.next_page,
            cursors.watermark,
            refusals.kind as refusal_kind,
            refusals.last_failed_at
        from chosen
        left join meta.cursors as cursors
            on
                chosen.venue_id = cursors.partition_key
                and cursors.source = source_name
                and cursors.stream = stream_name
        left join meta.refusals as refusals
            on
                chosen.venue_id = refusals.partition_key
                and refusals.source = source_name
                and refusals.stream = stream_name
    ),

    judged as (
        select
            states.*,
            coalesce(states.completed_at >= pass_started_at and states.next_page is null, false)
            or coalesce(
                states.last_failed_at >= pass_started_at
                and states.refusal_kind not in ('blocked', 'failed'),
                false
            ) as is_done_in_pass,
            coalesce(
                states.refusal_kind in ('unreadable', 'missing')
                and states.last_failed_at > asked_at - interval '7 days',
                false
            )
            or coalesce(
                states.watermark is null
                and states.completed_at > asked_at - interval '30 days'
                and (
                    quiet_after_years is null
                    or states.venue_year < extract(year from asked_at at time zone 'UTC') - quiet_after_years
                ),
                false
            ) as is_quiet
        from states
    )

    select
        judged.venue_id,
        judged.submission_invitation,
        judged.review_name,
        judged.review_rating_field,
        judged.review_confidence_field,
        nullif(
            concat_ws(
                ',',
                judged.venue_id,
                judged.submission_venue_id,
                judged.withdrawn_venue_id,
                judged.desk_rejected_venue_id,
                judged.rejected_venue_id
            ),
            ''
        ) as venue_ids,
        row_number() over (
            order by
                judged.is_named desc,
                judged.influence_rank nulls last,
                judged.venue_id like '%/Conference' desc,
                judged.venue_year desc nulls last,
                judged.venue_id collate "C"
        ) as due_order
    from judged
    where
        not judged.is_done_in_pass
        and (judged.is_named or is_full or not judged.is_quiet)
$$;
comment on function meta.openreview_due_venues(text, text, integer, text, boolean, timestamptz, timestamptz, integer) is
    'Venues of an OpenReview API that a stream is to be asked for, most influential first.';
