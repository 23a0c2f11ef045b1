-- Adds to the working table w_changed (kind, key) the keys of one staging table's rows that changed since the
-- last build, and those of rows removed since (from its history), and moves the mark of the table to where it
-- has read (in w_marks; core.build writes them when all went well).
create or replace function core.read_changes(table_name text, key_column text, kind text, is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
    one_table text;
    time_column text;
    mark record;
    n_at_mark bigint;
begin
    foreach one_table in array array[table_name, table_name || '_history'] loop
        continue when to_regclass(one_table) is null;
        time_column := case when one_table = table_name then 'changed_at' else 'valid_to' end;
        if one_table != table_name and not exists (
            select from pg_catalog.pg_attribute as attributes
            where
                attributes.attrelid = to_regclass(one_table)
                and attributes.attname = 'valid_to'
                and not attributes.attisdropped
        ) then
            continue;
        end if;

        select marks.changed_at, marks.n_at_mark, marks.run_id
        into mark
        from core.source_marks as marks
        where marks.table_name = one_table;

        if is_full then
            execute format(
                'insert into pg_temp.w_marks (table_name, changed_at, n_at_mark, run_id, is_changed) '
                'select %1$L, max(marked.at), coalesce((array_agg(marked.n order by marked.at desc))[1], 0), max(marked.run_id), true '
                'from (select %2$I as at, count(*) as n, max(run_id) as run_id from %3$s group by %2$I) as marked',
                one_table, time_column, one_table
            );
            continue;
        end if;

        drop table if exists pg_temp.w_rows;
        if mark.changed_at is null then
            execute format(
                'create temp table w_rows on commit drop as '
                'select %1$I as key, %2$I as at, run_id from %3$s',
                key_column, time_column, one_table
            );
        else
            execute format(
                'create temp table w_rows on commit drop as '
                'select %1$I as key, %2$I as at, run_id '
                'from %3$s where %2$I > %4$L or run_id > %5$L',
                key_column, time_column, one_table, mark.changed_at, mark.run_id
            );
            execute format(
                'select count(*) from %1$s where %2$I = %3$L and run_id <= %4$L',
                one_table, time_column, mark.changed_at, mark.run_id
            ) into n_at_mark;
            if n_at_mark > mark.n_at_mark then
                execute format(
                    'insert into pg_temp.w_rows (key, at, run_id) '
                    'select %1$I, %2$I, run_id from %3$s where %2$I = %4$L and run_id <= %5$L',
                    key_column, time_column, one_table, mark.changed_at, mark.run_id
                );
            end if;
        end if;

        insert into pg_temp.w_changed (kind, key)
        select distinct
            read_changes.kind,
            marked.key
        from pg_temp.w_rows as marked
        where marked.key is not null;

        if exists (select from pg_temp.w_rows) then
            insert into pg_temp.w_marks (table_name, changed_at, n_at_mark, run_id, is_changed)
            select
                one_table,
                greatest(max(marked.at), mark.changed_at),
                0,
                greatest(max(marked.run_id), mark.run_id),
                true
            from pg_temp.w_rows as marked;
            execute format(
                'update pg_temp.w_marks as marks '
                'set n_at_mark = (select count(*) from %2$s as rows_of where rows_of.%3$I = marks.changed_at) '
                'where marks.table_name = %1$L',
                one_table, one_table, time_column
            );
        end if;
    end loop;
end
$$;
comment on function core.read_changes(text, text, text, boolean) is
    'Collects the keys of staging rows changed or removed since the last build.';
