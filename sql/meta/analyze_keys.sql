-- After a large load: how many rows the tables have and how many keys, for the planner. Without that the next
-- merge takes them for tables of a few keys and reads them as a whole. A small sample of the key alone costs
-- milliseconds, and does not count as an analyze to autovacuum, which does the whole a minute later. Tables that
-- it is at just now are left alone.
create or replace function meta.analyze_keys(table_names text[])
returns void
language plpgsql
security definer -- to analyse takes ownership
set search_path = ''
set default_statistics_target = 10
as $$
declare
    table_name regclass;
    key_columns text;
begin
    foreach table_name in array table_names::regclass[] loop
        select string_agg(format('%I', names.attname), ', ' order by names.attnum)
        into key_columns
        from pg_catalog.pg_index as indexes
        inner join pg_catalog.pg_attribute as names
            on indexes.indrelid = names.attrelid and names.attnum = any(indexes.indkey)
        where indexes.indrelid = table_name and indexes.indisprimary;
        execute format('analyze (skip_locked) %s (%s)', table_name, key_columns);
    end loop;
end
$$;
comment on function meta.analyze_keys(text[]) is
    'Tells the planner how many rows and keys some tables have, from a small sample.';
