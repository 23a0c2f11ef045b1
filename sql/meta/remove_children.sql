-- requires: meta.keep_history
--
-- Child rows of records that were refused or are gone leave with them. Returns how many.
create or replace function meta.remove_children(
    parent_name regclass,
    refusals text,
    same_parent_key text,
    is_beaten text,
    child jsonb,
    merging_run_id bigint,
    merged_at timestamptz
)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    table_name regclass := (child ->> 'table')::regclass;
    same_parent text := (
        select string_agg(format('kept.%1$I = parents.%1$I', name), ' and ' order by position)
        from jsonb_array_elements_text(child -> 'parent_keys') with ordinality as given (name, position)
    );
    leaving text := format(
        '(select kept.* from %1$s as kept inner join %2$s as landed on %3$s where %4$s)',
        parent_name, refusals, same_parent_key, is_beaten
    );
    n_rows bigint;
begin
    perform meta.keep_history(
        table_name,
        format('%1$s as parents inner join %2$s as kept on %3$s', leaving, table_name, same_parent),
        'true', merging_run_id, merged_at
    );
    execute format(
        'delete from %1$s as kept using %2$s as parents where %3$s', table_name, leaving, same_parent
    );
    get diagnostics n_rows = row_count;
    return n_rows;
end
$$;
comment on function meta.remove_children(regclass, text, text, text, jsonb, bigint, timestamptz) is
    'Removes the child rows of records that leave, keeping history.';
