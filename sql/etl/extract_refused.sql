-- A partition that could not be read.
-- $1 source, $2 stream, $3 partition, $4 kind, $5 HTTP status, $6 error name, $7 time, $8 run
insert into meta.refusals as refusals (
    source,
    stream,
    partition_key,
    kind,
    http_status,
    error_name,
    first_failed_at,
    last_failed_at,
    n_failures,
    run_id
)
values (
    $1::text,
    $2::text,
    $3::text,
    $4::text,
    $5::integer,
    $6::text,
    $7::timestamptz,
    $7::timestamptz,
    1,
    $8::bigint
)
on conflict (source, stream, partition_key) do update set
    kind = excluded.kind,
    http_status = excluded.http_status,
    error_name = excluded.error_name,
    last_failed_at = excluded.last_failed_at,
    n_failures = refusals.n_failures + 1,
    run_id = excluded.run_id;
