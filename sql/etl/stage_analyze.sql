-- Sizes of tables that have just grown, for the planner.
-- $1 tables
select meta.analyze_keys($1::text[]);
