-- A landing table for the rows of a reference file: the columns of the table, without its constraints.
create or replace function meta.begin_reference(table_name regclass)
returns void
language plpgsql
set search_path = ''
as $$
begin
    execute format(
        'create temporary table reference_landing (like %s including defaults) on commit drop',
        table_name
    );
end
$$;
comment on function meta.begin_reference(regclass) is
    'Makes the temporary table reference_landing in the shape of a reference table.';
