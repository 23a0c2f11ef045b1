-- requires: meta.qualified
--
-- Copies rows that are about to be replaced or removed into the history table. What the same run wrote within
-- the same batch time was never anybody's current version and is left out.
--
-- from_clause names the rows as kept; condition selects them.
create or replace function meta.keep_history(
    table_name regclass,
    from_clause text,
    condition text,
    merging_run_id bigint,
    merged_at timestamptz
)
returns void
language plpgsql
set search_path = ''
as $$
declare
    columns text;
begin
    select string_agg(format('%I', names.attname), ', ' order by names.attnum)
    into columns
    from pg_catalog.pg_attribute as names
    where names.attrelid = table_name
        and names.attnum > 0
        and not names.attisdropped;

    execute format(
        'insert into %1$s (%2$s, valid_from, valid_to) '
        'select %3$s, kept.changed_at, greatest($2, kept.changed_at) from %4$s '
        'where %5$s and (kept.run_id != $1 or kept.changed_at < $2)',
        (
            select format('%I.%I', namespaces.nspname, classes.relname || '_history')
            from pg_catalog.pg_class as classes
            inner join pg_catalog.pg_namespace as namespaces
                on classes.relnamespace = namespaces.oid
            where classes.oid = table_name
        ),
        columns, meta.qualified('kept', columns), from_clause, condition
    )
    using merging_run_id, merged_at;
end
$$;
comment on function meta.keep_history(regclass, text, text, bigint, timestamptz) is
    'Copies rows of a staging table that are about to go into its history table.';
