-- Brings the rows of a table that lie in a scope to those of a working table, writing differences only: an
-- unchanged row is not touched. scope is a condition on the target (alias old); the working table holds the
-- target's columns and every row that the scope shall have.
create or replace function core.apply_rows(target text, working text, scope text default 'true')
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    column_list text;
    key_list text;
    key_match text;
    is_empty boolean;
    n_written bigint;
    n_removed bigint := 0;
begin
    select string_agg(quote_ident(attributes.attname), ', ' order by attributes.attnum)
    into column_list
    from pg_catalog.pg_attribute as attributes
    where
        attributes.attrelid = target::regclass
        and attributes.attnum > 0
        and not attributes.attisdropped;

    select
        string_agg(quote_ident(attributes.attname), ', ' order by attributes.attnum),
        string_agg(format('old.%1$I = new.%1$I', attributes.attname), ' and ' order by attributes.attnum)
    into key_list, key_match
    from pg_catalog.pg_index as indexes
    inner join pg_catalog.pg_attribute as attributes
        on indexes.indrelid = attributes.attrelid and attributes.attnum = any(indexes.indkey)
    where indexes.indrelid = target::regclass and indexes.indisprimary;

    execute format('select not exists (select from %s)', target) into is_empty;
    if is_empty then
        execute format('insert into %1$s (%2$s) select %2$s from %3$s order by %4$s', target, column_list, working, key_list);
        get diagnostics n_written = row_count;
        return n_written;
    end if;

    drop table if exists pg_temp.w_gone;
    execute format(
        'create temp table w_gone on commit drop as '
        'select %1$s from %2$s as old where %4$s except select %1$s from %3$s',
        column_list, target, working, scope
    );
    get diagnostics n_removed = row_count;
    if n_removed > 0 then
        execute format('delete from %s as old using pg_temp.w_gone as new where %s', target, key_match);
    end if;
    execute format(
        'insert into %1$s (%2$s) select %2$s from %3$s as new '
        'where not exists (select from %1$s as old where %4$s) order by %5$s',
        target, column_list, working, key_match, key_list
    );
    get diagnostics n_written = row_count;
    drop table pg_temp.w_gone;
    return n_written + n_removed;
end
$$;
comment on function core.apply_rows(text, text, text) is
    'Makes the rows of a table within a scope equal to those of a working table; returns rows removed plus written.';
