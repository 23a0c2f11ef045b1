-- The table of institutions, once in 30 days; after a refusal once in seven.
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
)

select 'institutions'::text as partition_key
from parameters
left join meta.cursors as cursors
    on parameters.source = cursors.source
    and parameters.stream = cursors.stream
    and cursors.partition_key = 'institutions'
left join meta.refusals as refusals
    on parameters.source = refusals.source
    and parameters.stream = refusals.stream
    and refusals.partition_key = 'institutions'
where
    (
        cursors.completed_at is null
        or cursors.completed_at < parameters.asked_at - interval '30 days'
        or (parameters.is_full and cursors.completed_at < parameters.pass_started_at)
    )
    and (
        refusals.last_failed_at is null
        or refusals.last_failed_at < parameters.asked_at - interval '7 days'
        or (parameters.is_full and refusals.last_failed_at < parameters.pass_started_at)
    )
limit (select row_limit from parameters)
offset (select row_offset from parameters);
