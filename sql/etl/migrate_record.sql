-- Notes a migration, in its own transaction.
-- $1 number, $2 name, $3 hash of its text, $4 hash of the chain up to it, $5 when, $6 version of the program
insert into meta.migrations (
    migration_number, name, content_sha256, chain_sha256, applied_at, tenure_version
)
values ($1::integer, $2, $3, $4, $5::timestamptz, $6);
