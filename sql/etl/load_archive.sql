-- Where a page's bytes are. A kept copy stays the better place; of a file the latest path is told.
-- $1 hash, $2 location, $3 is a kept copy, $4 bytes, $5 stored bytes, $6 licence, $7 supplied by, $8 obtained on,
-- $9 time
insert into meta.archive (
    page_sha256,
    location,
    is_copy,
    body_bytes,
    stored_bytes,
    source_licence,
    supplied_by,
    obtained_on,
    recorded_at
)
values (
    $1::text,
    $2::text,
    $3::boolean,
    $4::bigint,
    $5::bigint,
    $6::text,
    $7::text,
    $8::date,
    $9::timestamptz
)
on conflict (page_sha256) do update
    set
        location = case when archive.is_copy then archive.location else excluded.location end,
        is_copy = archive.is_copy or excluded.is_copy,
        stored_bytes = case
            when archive.is_copy then archive.stored_bytes
            else excluded.stored_bytes
        end,
        source_licence = coalesce(excluded.source_licence, archive.source_licence),
        supplied_by = coalesce(excluded.supplied_by, archive.supplied_by),
        obtained_on = coalesce(excluded.obtained_on, archive.obtained_on)
    where (not archive.is_copy and (archive.location != excluded.location or excluded.is_copy))
        or (
            excluded.source_licence is not null
            and excluded.source_licence is distinct from archive.source_licence
        )
        or (
            excluded.supplied_by is not null
            and excluded.supplied_by is distinct from archive.supplied_by
        )
        or (
            excluded.obtained_on is not null
            and excluded.obtained_on is distinct from archive.obtained_on
        );
