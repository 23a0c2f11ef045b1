-- Gives a session-level advisory lock back.
-- $1 name of what was locked
select pg_catalog.pg_advisory_unlock(pg_catalog.hashtextextended('tenure:' || $1, 0)) as was_held;
