-- The session that holds a lock: backend, connected since, application.
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

select
    locks.pid,
    pg_catalog.to_char(sessions.backend_start at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS "UTC"') as since,
    sessions.application_name
from locks
left join pg_catalog.pg_stat_activity as sessions
    on locks.pid = sessions.pid
where locks.lock_key = pg_catalog.hashtextextended('tenure:' || $1, 0);
