-- Does this very session hold the lock? Behind a transaction pooler it does not.
-- $1 name of what is locked
with
locks as (
    select
        pid,
        (classid::bigint << 32) | objid::bigint as lock_key
    from pg_catalog.pg_locks
    where locktype = 'advisory'
        and objsubid = 1
        and granted
        and database = (
            select oid
            from pg_catalog.pg_database
            where datname = pg_catalog.current_database()
        )
)

select exists (
    select
    from locks
    where pid = pg_catalog.pg_backend_pid()
        and lock_key = pg_catalog.hashtextextended('tenure:' || $1, 0)
) as is_held;
