-- requires: core.stream_tables
-- Counts the records of every staging table of source records that changed (all in a full build), for
-- mart.freshness.
create or replace function core.count_streams(is_full boolean)
returns void
language plpgsql
set search_path = ''
as $$
declare
    one_table text;
    time_column text;
begin
    for one_table in
        select streams.table_name
        from core.stream_tables as streams
        where to_regclass(streams.table_name) is not null
        order by streams.table_name collate "C"
    loop
        continue when not is_full
            and exists (select from core.stream_state as states where states.table_name = one_table)
            and exists (select from core.source_marks as marks where marks.table_name = one_table)
            and not exists (
                select from pg_temp.w_marks as marks where marks.table_name in (one_table, one_table || '_history')
            );
        select coalesce(
            min(attributes.attname::text) filter (where attributes.attname = 'version_at'),
            min(attributes.attname::text) filter (where attributes.attname = 'modified_at'),
            'null::timestamptz'
        )
        into time_column
        from pg_catalog.pg_attribute as attributes
        where attributes.attrelid = to_regclass(one_table) and attributes.attnum > 0;

        execute format(
            'insert into core.stream_state as olds (table_name, n_rows, newest_record_at) '
            'select %1$L, count(*), max(%2$s) from %3$s '
            'on conflict (table_name) do update '
            'set n_rows = excluded.n_rows, newest_record_at = excluded.newest_record_at '
            'where (olds.n_rows, olds.newest_record_at) is distinct from (excluded.n_rows, excluded.newest_record_at)',
            one_table, time_column, one_table
        );
    end loop;
end
$$;
comment on function core.count_streams(boolean) is 'Records per stream for mart.freshness; part of core.build.';
