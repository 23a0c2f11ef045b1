-- Notes a definition or reference file as deployed; its objects are added one by one.
-- $1 name, $2 hash
insert into meta.definitions (definition_name, content_sha256, objects, deployed_at)
values ($1, $2, '{}', pg_catalog.transaction_timestamp())
on conflict (definition_name) do update
set
    content_sha256 = excluded.content_sha256,
    objects = excluded.objects,
    deployed_at = excluded.deployed_at;
