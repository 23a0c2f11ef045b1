-- How many rows some tables have together.
create or replace function meta.count_rows(table_names text[])
returns bigint
language plpgsql
stable
set search_path = ''
as $$
declare
    table_name regclass;
    n_rows bigint;
    n_all bigint := 0;
begin
    foreach table_name in array table_names::regclass[] loop
        execute format('select count(*) from %s', table_name) into n_rows;
        n_all := n_all + n_rows;
    end loop;
    return n_all;
end
$$;
comment on function meta.count_rows(text[]) is 'How many rows some tables have together.';
