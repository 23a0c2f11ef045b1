-- requires: meta.keep_history, meta.qualified
--
-- The rows of one child table for the records in landing_todo: as a whole those of the landing table, written
-- only where they differ. Returns how many rows were written or removed.
create or replace function meta.merge_children(
    parent_landing text,
    child jsonb,
    has_updates boolean,
    merging_run_id bigint,
    merged_at timestamptz
)
returns bigint
language plpgsql
set search_path = ''
as $$
declare
    table_name regclass := (child ->> 'table')::regclass;
    landing text := format('pg_temp.%I', child ->> 'landing');
    keys text := (
        select string_agg(format('%I', name), ', ' order by position)
        from jsonb_array_elements_text(child -> 'keys') with ordinality as given (name, position)
    );
    same_key text := (
        select string_agg(format('kept.%1$I = landed.%1$I', name), ' and ' order by position)
        from jsonb_array_elements_text(child -> 'keys') with ordinality as given (name, position)
    );
    same_parent text := (
        select string_agg(format('kept.%1$I = parents.%1$I', name), ' and ' order by position)
        from jsonb_array_elements_text(child -> 'parent_keys') with ordinality as given (name, position)
    );
    own_columns text;
    new_values text;
    n_changes bigint := 0;
    n_rows bigint;
begin
    select
        string_agg(format('%I', names.attname), ', ' order by names.attnum),
        string_agg(format('%1$I = excluded.%1$I', names.attname), ', ' order by names.attnum)
    into own_columns, new_values
    from pg_catalog.pg_attribute as names
    where names.attrelid = landing::regclass
        and names.attnum > 0
        and names.attname != 'landing_ordinal';

    if has_updates then
        perform meta.keep_history(
            table_name,
            format(
                'pg_temp.landing_todo as todo '
                'inner join %1$s as parents on todo.landing_place = parents.ctid '
                'inner join %2$s as kept on %3$s '
                'left join %4$s as landed on landed.landing_ordinal = todo.landing_ordinal and %5$s',
                parent_landing, table_name, same_parent, landing, same_key
            ),
            'todo.is_update and landed.content_hash is distinct from kept.content_hash',
            merging_run_id, merged_at
        );
        execute format(
            'delete from %1$s as kept using pg_temp.landing_todo as todo, %2$s as parents '
            'where todo.is_update and todo.landing_place = parents.ctid and %3$s '
            'and not exists (select from %4$s as landed '
            'where landed.landing_ordinal = todo.landing_ordinal and %5$s)',
            table_name, parent_landing, same_parent, landing, same_key
        );
        get diagnostics n_changes = row_count;
    end if;

    execute format(
        'insert into %1$s as kept (%2$s, run_id, first_seen_at, changed_at) '
        'select %3$s, $1, $2, $2 '
        'from pg_temp.landing_todo as todo '
        'inner join %4$s as landed on todo.landing_ordinal = landed.landing_ordinal '
        'left join %1$s as kept on %5$s '
        'where not todo.is_update or kept.content_hash is distinct from landed.content_hash '
        'on conflict (%6$s) do update set %7$s, run_id = excluded.run_id, '
        'changed_at = greatest(excluded.changed_at, kept.changed_at)',
        table_name, own_columns, meta.qualified('landed', own_columns), landing, same_key,
        keys, new_values
    )
    using merging_run_id, merged_at;
    get diagnostics n_rows = row_count;
    return n_changes + n_rows;
end
$$;
comment on function meta.merge_children(text, jsonb, boolean, bigint, timestamptz) is
    'Makes the child rows of the records in landing_todo those of a landing table.';
