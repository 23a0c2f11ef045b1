-- Whether none of some tables has a row.
create or replace function meta.are_empty(table_names text[])
returns boolean
language plpgsql
stable
set search_path = ''
as $$
declare
    table_name regclass;
    has_row boolean;
begin
    foreach table_name in array table_names::regclass[] loop
        execute format('select exists (select from %s)', table_name) into has_row;
        if has_row then
            return false;
        end if;
    end loop;
    return true;
end
$$;
comment on function meta.are_empty(text[]) is 'Whether none of some tables has a row.';
