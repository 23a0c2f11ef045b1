-- About how many rows some tables have together: from what the last analyze found and the size since then, else
-- counted.
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
        select
            (classes.reltuples / classes.relpages -- portable: an estimate, only for choosing a way
                * (pg_relation_size(classes.oid) / current_setting('block_size')::integer))::bigint
        into n_rows
        from pg_catalog.pg_class as classes
        where classes.oid = table_name
            and classes.relkind = 'r'
            and classes.relpages > 0
            and classes.reltuples > 0; -- portable: 0 on Citus, then they are counted
        if n_rows is null then
            execute format('select count(*) from %s', table_name) into n_rows;
        end if;
        n_all := n_all + n_rows;
    end loop;
    return n_all;
end
$$;
comment on function meta.count_rows(text[]) is 'About how many rows some tables have together.';
