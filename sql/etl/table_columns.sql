-- Columns of a table with type and whether a value is required; no row when there is no such table.
-- $1 schema and table
select
    columns.attname,
    pg_catalog.format_type(columns.atttypid, columns.atttypmod) as type_name,
    columns.attnotnull
from pg_catalog.pg_attribute as columns
where columns.attrelid = pg_catalog.to_regclass($1)
    and columns.attnum > 0
    and not columns.attisdropped
order by columns.attnum;
