-- History of the lists of venues, and how records leave staging other than by a page of their own: they were
-- not in two complete sweeps, or go on under another id.

select fn.create_history('stg.openreview_lists');
select fn.create_history('stg.openreview_list_venues');

create function meta.remove_records(
    table_names regclass[], key_column text, record_keys text[], removed_at timestamptz
)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    table_name regclass;
    n_rows bigint;
    n_records bigint := 0;
begin
    foreach table_name in array table_names loop
        execute format(
            'with gone as (delete from %1$s where %2$I = any($1) returning *) '
            'insert into %3$s select gone.*, gone.changed_at, $2 from gone',
            table_name, key_column, table_name::text || '_history'
        )
        using record_keys, removed_at;
        get diagnostics n_rows = row_count;
        if table_name = table_names[1] then
            n_records := n_rows;
        end if;
    end loop;
    return n_records;
end
$$;
comment on function meta.remove_records(regclass[], text, text[], timestamptz) is
    'Moves the rows with these keys from staging tables (the parent first) into their history; returns how many '
    'records left.';
