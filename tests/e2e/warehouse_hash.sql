-- One line that is the same for the same warehouse: md5 over every table of stg, core and mart, rows in the order
-- of their text (collation C). Left out are columns that tell when and by which run something came in, and the
-- tables that are a diary of that. psql -qXAt -f warehouse_hash.sql
set client_min_messages = warning;
create or replace function pg_temp.hash_table(table_oid oid) returns text
language plpgsql
as $$
declare
    columns text;
    digest text;
begin
    select string_agg(format('%I', attname), ', ' order by attnum)
    into columns
    from pg_attribute
    where attrelid = table_oid
        and attnum > 0
        and not attisdropped
        and attname not in (
            'run_id', 'first_seen_at', 'changed_at', 'valid_from', 'valid_to', 'built_at', 'last_run_at',
            'last_complete_at', 'newest_record_at', 'decided_at', 'recorded_at', 'n_at_mark'
        );
    if columns is null then
        return '';
    end if;
    execute format(
        'select coalesce(md5(string_agg(md5(row_text), '''' order by row_text collate "C")), ''empty'') '
        'from (select row(%s)::text as row_text from %s) as all_rows',
        columns, table_oid::regclass
    ) into digest;
    return digest;
end
$$;
select md5(string_agg(name || ':' || pg_temp.hash_table(table_oid), ',' order by name collate "C"))
from (
    select
        classes.oid as table_oid,
        namespaces.nspname || '.' || classes.relname as name
    from pg_class as classes
    inner join pg_namespace as namespaces
        on classes.relnamespace = namespaces.oid
    where namespaces.nspname in ('stg', 'core', 'mart')
        and classes.relkind = 'r'
        and classes.relname not in ('source_marks', 'build_state', 'stream_counts')
        and (:'with_history' = 'yes' or classes.relname not like '%\_history')
) as tables;
