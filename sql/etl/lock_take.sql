-- Takes a session-level advisory lock without waiting.
-- $1 name of what is locked
select pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended('tenure:' || $1, 0)) as is_taken;
